//! One problem, with a code, a level, a place and a way out.

use sha2::{Digest, Sha256};

use crate::config::{FindingCode, Level, MigrationId, Place, StageId};
use crate::git::{ObjectId, RefName, RepoPath};

/// What a requirement came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Nothing to ask here.
    NotApplicable,
    /// Asked, and it holds.
    Satisfied,
    /// It could not be asked. Never a pass.
    Indeterminate,
    /// Asked, and it does not hold.
    Unmet,
}

impl Outcome {
    /// The word for it in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotApplicable => "not applicable",
            Self::Satisfied => "satisfied",
            Self::Indeterminate => "indeterminate",
            Self::Unmet => "unmet",
        }
    }
}

/// A problem. Made by a `Judgement`, which sets its level, or where nothing could be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// `backup/stale`.
    pub code: FindingCode,
    /// What it does to the verdict.
    pub level: Level,
    /// Unmet or indeterminate.
    pub outcome: Outcome,
    /// Whose configuration asked.
    pub migration: MigrationId,
    /// The stage that it is about.
    pub stage: Option<StageId>,
    /// The path that it is about.
    pub path: Option<RepoPath>,
    /// The pushed ref in which it was found.
    pub reference: Option<RefName>,
    /// The commit that it is about.
    pub commit: Option<ObjectId>,
    /// What is wrong.
    pub message: String,
    /// The way out.
    pub help: String,
    /// The place in the configuration that asked.
    pub config: Option<Place>,
    /// What tells it apart from others of its code, where stage and path do not: a tag's, a flag's
    /// or a backup's name.
    pub subject: String,
    /// Whether the migration or the stage only observes.
    pub observed: bool,
}

impl Finding {
    /// The same problem has the same fingerprint on every run, whatever the commit, the clock or
    /// the wording.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        let stage = self.stage.as_ref().map_or("", StageId::as_str);
        let path = self.path.as_ref().map_or(&[][..], RepoPath::as_bytes);
        let parts: [&[u8]; 5] = [
            self.code.as_str().as_bytes(),
            self.migration.as_str().as_bytes(),
            stage.as_bytes(),
            path,
            self.subject.as_bytes(),
        ];
        for part in parts {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether two findings are the same one, found under two configurations.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.fingerprint() == other.fingerprint()
            && self.reference == other.reference
            && self.commit == other.commit
    }

    /// Whether two findings say the very same, be it of another path. What a push does to the rules, it
    /// does to those of all migrations, and is said once.
    #[must_use]
    pub fn reads_the_same(&self, other: &Self) -> bool {
        let place = |one: &Self| (one.reference.clone(), one.commit, one.stage.clone());
        let of_rules = self.stage.is_none() && self.code.requirement() == "policy";
        self.code == other.code
            && (self.migration == other.migration || of_rules)
            && self.outcome == other.outcome
            && place(self) == place(other)
            && (&self.message, &self.help) == (&other.message, &other.help)
    }
}
