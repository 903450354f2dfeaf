//! Break glass: an override lets one finding pass, with a reason and an approver. It comes from a
//! protected place, an environment secret or an input of a protected CI environment; never from
//! the pushed tree. It stands in every report, as long as the finding does.

use std::str::FromStr;

use serde::Deserialize;

use crate::config::{FindingCode, StageId, StageRef};
use crate::exit::Failure;

/// The environment variable that holds overrides.
pub const VARIABLE: &str = "BACKOUT_OVERRIDES";

const EXPECTED: &str = "expected TOML such as `[[overrides]]` with `finding = \"backup/missing\"`, \
    `reason = \"…\"`, `approver = \"@name\"` and, for one stage only, `stage = \"9\"`";

/// One override.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// The finding that it lets pass.
    pub finding: FindingCode,
    /// Only for this stage, where given.
    pub stage: Option<StageRef>,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub approver: String,
}

impl Override {
    /// Whether it is about a finding.
    #[must_use]
    pub fn covers(&self, code: &FindingCode, migration: &str, stage: Option<&StageId>) -> bool {
        self.finding == *code
            && self.stage.as_ref().is_none_or(|name| {
                name.migration.as_ref().is_none_or(|id| id.as_str() == migration)
                    && Some(&name.stage) == stage
            })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    overrides: Vec<RawOverride>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOverride {
    finding: String,
    stage: Option<String>,
    reason: String,
    approver: String,
}

/// Reads overrides. A text that cannot be read is an error (exit 2), never "no overrides": who
/// breaks the glass wants to know at once that it did not work. `codes` are those that exist.
pub fn parse(text: &str, codes: &[String]) -> Result<Vec<Override>, Failure> {
    let invalid = |why: &str| {
        Failure::usage(format!("{VARIABLE} cannot be read: {}", why.trim())).help(EXPECTED)
    };
    let raw: RawFile = toml::from_str(text).map_err(|error| invalid(&error.to_string()))?;
    raw.overrides.into_iter().map(|raw| one(raw, codes).map_err(|why| invalid(&why))).collect()
}

fn one(raw: RawOverride, codes: &[String]) -> Result<Override, String> {
    if !codes.contains(&raw.finding) {
        return Err(format!("`{}` is no finding; `backout explain` lists them", raw.finding));
    }
    if raw.reason.trim().is_empty() || raw.approver.trim().is_empty() {
        return Err(format!("the override of {} has no reason or no approver", raw.finding));
    }
    let stage = raw.stage.as_deref().map(StageRef::from_str).transpose();
    Ok(Override {
        finding: raw.finding.parse().map_err(|error| format!("{error}"))?,
        stage: stage.map_err(|error| error.to_string())?,
        reason: raw.reason,
        approver: raw.approver,
    })
}
