//! Names that a configuration gives to things, parsed once at the edge.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// Why a text is no id: ids become file names and trailer values, so little is allowed in them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no id: expected letters, digits, `.`, `_` or `-`, and not only dots")]
pub struct InvalidId {
    /// What was given.
    pub text: String,
}

fn parse_id(text: &str) -> Result<String, InvalidId> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let only_dots = text.bytes().all(|byte| byte == b'.');
    if only_dots || text.len() > 100 || !text.bytes().all(allowed) {
        return Err(InvalidId { text: text.chars().take(100).collect() });
    }
    Ok(text.to_owned())
}

/// The order in which people count: 9 before 10, `1-2` before `7-8`.
#[must_use]
pub fn natural(one: &str, other: &str) -> Ordering {
    pieces(one).cmp(pieces(other)).then_with(|| one.cmp(other))
}

/// A run of digits, or of anything else. A number without its leading zeros is the greater one
/// where it is longer.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Piece<'a> {
    Number(usize, &'a [u8]),
    Text(&'a [u8]),
}

fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let runs = text.as_bytes().chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit());
    runs.map(|run| match run.first() {
        Some(first) if first.is_ascii_digit() => {
            let zeros = run.iter().take_while(|digit| **digit == b'0').count();
            let digits = run.get(zeros..).unwrap_or_default();
            Piece::Number(digits.len(), digits)
        }
        _ => Piece::Text(run),
    })
}

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> Ordering {
                natural(&self.0, &other.0)
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl $name {
            /// The id as it is written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                parse_id(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id_type! {
    /// The id of a migration, for trailers, refs and JSON: `entities`.
    MigrationId
}
id_type! {
    /// The id of a stage within its migration: `1-2`, `9`.
    StageId
}
id_type! {
    /// The name of a backup: a key of `[backups]`, and the stem of its receipt's file name.
    BackupName
}

/// A problem's code, `requirement/problem`: `backup/stale`. Whether it exists is asked of the
/// readiness registry, which hands its codes to the configuration's validation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingCode(String);

impl FindingCode {
    /// A code known to the registry; the two halves are not checked again.
    #[must_use]
    pub fn new(requirement: &str, problem: &str) -> Self {
        Self(format!("{requirement}/{problem}"))
    }

    /// The code as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the slash.
    #[must_use]
    pub fn requirement(&self) -> &str {
        self.0.split_once('/').map_or(self.0.as_str(), |(requirement, _)| requirement)
    }

    /// The part after the slash.
    #[must_use]
    pub fn problem(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, problem)| problem)
    }
}

impl FromStr for FindingCode {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let half = |part: &str| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        };
        match text.split_once('/') {
            Some((requirement, problem)) if half(requirement) && half(problem) => {
                Ok(Self(text.to_owned()))
            }
            _ => Err(InvalidId { text: text.chars().take(100).collect() }),
        }
    }
}

impl fmt::Display for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A stage named from outside its migration: `9`, or `billing:9` for a stage of another migration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StageRef {
    /// The migration, where the name says it.
    pub migration: Option<MigrationId>,
    /// The stage.
    pub stage: StageId,
}

impl FromStr for StageRef {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        match text.split_once(':') {
            Some((migration, stage)) => {
                Ok(Self { migration: Some(migration.parse()?), stage: stage.parse()? })
            }
            None => Ok(Self { migration: None, stage: text.parse()? }),
        }
    }
}

impl fmt::Display for StageRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.migration {
            Some(migration) => write!(f, "{migration}:{}", self.stage),
            None => write!(f, "{}", self.stage),
        }
    }
}

/// A stage as people, commands, trailers and labels name it: with its migration where there are
/// several migrations.
#[must_use]
pub fn stage_name(migration: impl fmt::Display, stage: impl fmt::Display, several: bool) -> String {
    if several { format!("{migration}:{stage}") } else { stage.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_come_in_the_order_in_which_people_count() {
        let sorted = ["1-2", "3", "4", "5-6", "7-8", "9", "09", "10", "10a", "11", "b2", "b10"];
        let mut ids: Vec<StageId> = sorted.iter().rev().map(|id| id.parse().unwrap()).collect();
        ids.sort();
        let shown: Vec<&str> = ids.iter().map(StageId::as_str).collect();
        assert_eq!(
            shown,
            ["1-2", "3", "4", "5-6", "7-8", "09", "9", "10", "10a", "11", "b2", "b10"]
        );
    }

    #[test]
    fn only_the_same_id_is_equal() {
        assert_eq!(natural("9", "09"), Ordering::Greater);
        assert_eq!(natural("", "0"), Ordering::Less);
        let huge = "1".repeat(60);
        assert_eq!(natural(&huge, "2"), Ordering::Greater, "numbers of any length");
    }
}
