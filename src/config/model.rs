//! The validated configuration: what `backout.toml` says, with every name resolved and every
//! value in its type. Nothing here can be wrong in itself; see `validate` for how it came about.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use jiff::civil::Date;

use super::ids::{BackupName, FindingCode, MigrationId, StageId, StageRef};
use super::scale::{CodeRollback, FlagState, Impact, Level, Mode, Phase, RollbackStep, StageState};
use crate::git::ObjectId;

/// Where something stands in a configuration file; findings point here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file, relative to the repository's root, with forward slashes.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// Everything that one revision says: the root file and all that it includes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configuration {
    /// Every migration; the root file's own first, then the included ones in their order.
    pub migrations: Vec<Migration>,
    /// Every file that was read, relative to the repository's root: the root file first.
    pub files: Vec<String>,
    /// What is allowed but worth saying, rendered when the configuration is shown to a person.
    pub warnings: Vec<super::Diagnostic>,
}

/// A long-running change of code and data, in ordered stages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// Its id.
    pub id: MigrationId,
    /// Its name for people.
    pub name: String,
    /// Whether findings stop anything.
    pub mode: Mode,
    /// The tag from which it began.
    pub start: TagPin,
    /// The branch where its stages land: `main`, never `refs/heads/main`.
    pub branch: String,
    /// Commits before this one are in the ledger, but held against nobody.
    pub since: Option<ObjectId>,
    /// Where a commit that claims a stage may not touch unowned paths.
    pub scope: Vec<Pattern>,
    /// The key of the trailer that attributes a commit: `Migration-Stage`.
    pub trailer: String,
    /// The plan's document, relative to `folder`.
    pub document: Option<String>,
    /// Where the logs are.
    pub logs: Option<String>,
    /// Where the metrics are.
    pub dashboard: Option<String>,
    /// The longest that a waiver may still run.
    pub max_waiver: Option<SignedDuration>,
    /// The feature flags, by name.
    pub flags: BTreeMap<String, Flag>,
    /// The backups, by name.
    pub backups: BTreeMap<BackupName, Backup>,
    /// The stages, in the order of the file.
    pub stages: Vec<Stage>,
    /// Folders renamed in mid-migration.
    pub moves: Vec<Move>,
    /// Phases judged as if they were another one: `share = "land"`.
    pub phases: BTreeMap<Phase, Phase>,
    /// Levels that differ from the defaults.
    pub requirements: BTreeMap<FindingCode, LevelRule>,
    /// Findings set aside for a time.
    pub waivers: Vec<Waiver>,
    /// The folder of the file, to which globs and paths are relative: empty for the root, else
    /// `services/billing` without a final slash.
    pub folder: String,
    /// Where `[migration]` stands.
    pub place: Place,
}

impl Migration {
    /// The stage with this id.
    #[must_use]
    pub fn stage(&self, id: &StageId) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == *id)
    }

    /// The folder of its receipts and attributions, from the repository's root, with a slash.
    #[must_use]
    pub fn evidence(&self) -> String {
        match self.folder.as_str() {
            "" => ".backout/".to_owned(),
            folder => format!("{folder}/.backout/"),
        }
    }

    /// A path relative to its folder, from the repository's root.
    #[must_use]
    pub fn rooted(&self, relative: &str) -> String {
        match self.folder.as_str() {
            "" => relative.to_owned(),
            folder => format!("{folder}/{relative}"),
        }
    }
}

/// A tag, and the commit it has to stand on where the configuration pins it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagPin {
    /// The tag's name, without `refs/tags/`.
    pub tag: String,
    /// The peeled commit.
    pub oid: Option<ObjectId>,
    /// Where it stands.
    pub place: Place,
}

/// A glob as written; `*` never crosses `/`, `**` does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// The glob, relative to the migration's folder; its syntax has been checked.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// A feature flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Its name.
    pub name: String,
    /// The value that means on, where given.
    pub on: Option<String>,
    /// The value that means off, where given.
    pub off: Option<String>,
    /// The files that define it, relative to the migration's folder.
    pub defined_in: Vec<String>,
    /// Where somebody must read it.
    pub referenced_in: Vec<Pattern>,
    /// How to see the running value.
    pub live: Option<Action>,
    /// How to set the running value; `{value}` in an argument stands for it.
    pub set: Option<Action>,
    /// Where it stands.
    pub place: Place,
}

impl Flag {
    /// The value for a state, where the configuration gives one.
    #[must_use]
    pub fn value(&self, state: FlagState) -> Option<&str> {
        match state {
            FlagState::On => self.on.as_deref(),
            FlagState::Off => self.off.as_deref(),
        }
    }
}

/// Something that is done by a command, or by a person who reads a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// A program and its arguments; no shell.
    Command {
        /// The program first; never empty.
        argv: Vec<String>,
        /// How long it may take.
        timeout: Option<SignedDuration>,
    },
    /// What a person has to do.
    Text(String),
}

/// A backup: where it comes from, where it is kept, how fresh it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// Its name.
    pub name: BackupName,
    /// What is backed up.
    pub source: Source,
    /// Where the archives are kept.
    pub store: Store,
    /// How old it may be when the stage takes effect.
    pub max_age_at_deploy: Option<SignedDuration>,
    /// How often it has to be restored somewhere to be believed.
    pub rehearse_every: Option<SignedDuration>,
    /// Where it stands.
    pub place: Place,
}

/// What is backed up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Keys of a Redis server.
    Redis {
        /// The environment variable that holds the URL.
        url_env: String,
        /// The keys, as for SCAN's MATCH.
        pattern: String,
    },
    /// A file or a folder that a program exported, relative to the migration's folder.
    File {
        /// The path.
        path: String,
    },
    /// A command's standard output.
    Command {
        /// The program first; never empty.
        argv: Vec<String>,
        /// How long it may take.
        timeout: Option<SignedDuration>,
    },
}

impl Source {
    /// The word for its kind in the configuration, in manifests and receipts.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Redis { .. } => "redis",
            Self::File { .. } => "file",
            Self::Command { .. } => "command",
        }
    }
}

/// Where archives are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Store {
    /// A folder: absolute, or relative to the migration's folder.
    Folder(String),
    /// `s3://`, `gs://`, `az://` or `https://`.
    Remote(String),
}

/// One step of the migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Its id.
    pub id: StageId,
    /// Its name for people.
    pub name: String,
    /// What its rollback affects.
    pub impact: Impact,
    /// Its own mode, where it differs from the migration's.
    pub mode: Option<Mode>,
    /// Whether its requirements still hold.
    pub state: StageState,
    /// Since when it is closed.
    pub since: Option<Date>,
    /// Why it is closed, has no rollback, or is irreversible.
    pub reason: Option<String>,
    /// The paths it owns.
    pub paths: Vec<Pattern>,
    /// The paths it does not own after all; these always win.
    pub exclude: Vec<Pattern>,
    /// The stages that must have landed before, and are backed out after it.
    pub after: Vec<StageRef>,
    /// A checkpoint of its own.
    pub start: Option<TagPin>,
    /// The tag that the pipeline sets when the stage took effect.
    pub deployed: Option<TagPin>,
    /// The steps of its rollback, in the order in which they are done.
    pub rollback: Vec<RollbackStep>,
    /// How the writers are stopped.
    pub quiesce: Option<Action>,
    /// How code is brought to production.
    pub deploy: Option<Action>,
    /// The state of each flag that is safe for this stage.
    pub flags: BTreeMap<String, FlagState>,
    /// The backups that its rollback restores.
    pub backups: Vec<BackupName>,
    /// How its code is backed out.
    pub code: CodeRollback,
    /// How to see that a rollback worked.
    pub verify: Option<Action>,
    /// The point of no return; `reason` says why.
    pub irreversible: bool,
    /// What people do, in words.
    pub procedure: Vec<String>,
    /// Who answers for it.
    pub owners: Vec<String>,
    /// Where `[[stages]]` stands.
    pub place: Place,
}

/// A folder that was renamed in mid-migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The old glob: `src/old/**`.
    pub from: Pattern,
    /// The new glob: `src/new/**`.
    pub to: Pattern,
    /// The commit that renamed it, where known; it may be an abbreviation.
    pub commit: Option<String>,
}

/// Levels by phase; a phase without one keeps its default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelRule {
    /// The levels given.
    pub levels: BTreeMap<Phase, Level>,
    /// Where the rule stands.
    pub place: Place,
}

/// A finding set aside until a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// The code.
    pub finding: FindingCode,
    /// Only for this stage, where given.
    pub stage: Option<StageRef>,
    /// Why.
    pub reason: String,
    /// The last day on which it holds (until its end, UTC).
    pub expires: Date,
    /// Where it stands.
    pub place: Place,
}
