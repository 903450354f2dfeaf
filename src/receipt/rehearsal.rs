//! The receipt of a rehearsal: that a stage's code was backed out and brought back where it hurts
//! nobody. It holds a digest and no commit's id: a squash changes those, and proves no less.

use serde::{Deserialize, Serialize};
use toml::value::Datetime;

use super::{Digest, instant_text};
use crate::config::{Action, MigrationId, StageId};
use crate::git::Seconds;

/// What was seen of the stage's own check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verified {
    /// Its command ran on the result, and succeeded.
    Passed,
    /// It has no command.
    None,
    /// A person has to look.
    ByHand,
}

impl Verified {
    /// What a rehearsal that succeeded has seen of a stage's check.
    #[must_use]
    pub const fn expected(check: Option<&Action>) -> Self {
        match check {
            None => Self::None,
            Some(Action::Text(_)) => Self::ByHand,
            Some(Action::Command { .. }) => Self::Passed,
        }
    }

    /// The word of the receipt.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::None => "none",
            Self::ByHand => "by-hand",
        }
    }
}

/// The receipt of one stage's rehearsal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeReceipt {
    /// The migration.
    pub migration: MigrationId,
    /// The stage.
    pub stage: StageId,
    /// When it was rehearsed.
    pub at: Seconds,
    /// What was rehearsed: the stage's files, the planned result, its definition, its checkpoint.
    pub digest: Digest,
    /// The stage's own check.
    pub verify: Verified,
}

/// Why a text is no receipt that this build can use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidCodeReceipt(String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    version: i64,
    migration: String,
    stage: String,
    rehearsed: Datetime,
    digest: String,
    verify: Verified,
}

/// Where a stage's receipt lies, relative to the folder of its configuration.
#[must_use]
pub fn code_path(migration: &MigrationId, stage: &StageId) -> String {
    format!(".backout/receipts/{migration}/{stage}.toml")
}

/// Reads a receipt.
pub fn parse_code(bytes: &[u8]) -> Result<CodeReceipt, InvalidCodeReceipt> {
    let invalid = |error: &dyn std::fmt::Display| InvalidCodeReceipt(error.to_string());
    let text = std::str::from_utf8(bytes).map_err(|_| invalid(&"it is not UTF-8"))?;
    let raw: Raw = toml::from_str(text).map_err(|error| invalid(&error.message().trim()))?;
    if raw.version != super::VERSION {
        return Err(invalid(&format!("version {} is not known here", raw.version)));
    }
    let at = super::instant_from_text(&raw.rehearsed.to_string())
        .ok_or_else(|| invalid(&"`rehearsed` is no instant in UTC"))?;
    Ok(CodeReceipt {
        migration: raw.migration.parse().map_err(|error| invalid(&error))?,
        stage: raw.stage.parse().map_err(|error| invalid(&error))?,
        at,
        digest: raw.digest.parse().map_err(|error| invalid(&error))?,
        verify: raw.verify,
    })
}

/// The receipt as TOML; [`parse_code`] reads it back.
#[must_use]
pub fn render_code(receipt: &CodeReceipt) -> String {
    let verify = receipt.verify.as_str();
    format!(
        "# `backout rehearse` has backed this stage out and brought it back. Keep this file in \
         the\n\
         # repository: the guard reads it.\n\
         version = {}\nmigration = \"{}\"\nstage = \"{}\"\nrehearsed = {}\n\
         digest = \"{}\"\nverify = \"{verify}\"\n",
        super::VERSION,
        receipt.migration,
        receipt.stage,
        instant_text(receipt.at),
        receipt.digest
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_is_read_as_it_was_written() {
        let receipt = CodeReceipt {
            migration: "entities".parse().unwrap(),
            stage: "5-6".parse().unwrap(),
            at: Seconds(1_767_614_400),
            digest: Digest::of(b"x"),
            verify: Verified::ByHand,
        };
        let text = render_code(&receipt);
        assert_eq!(parse_code(text.as_bytes()).unwrap(), receipt);
        for (from, to) in [("version = 1", "version = 2"), ("5-6", "5/6"), ("by-hand", "maybe")] {
            assert!(parse_code(text.replace(from, to).as_bytes()).is_err(), "{to}");
        }
        for cut in 120..text.len() - 10 {
            let _ = parse_code(&text.as_bytes()[..cut]);
        }
        assert_eq!(
            code_path(&receipt.migration, &receipt.stage),
            ".backout/receipts/entities/5-6.toml"
        );
    }
}
