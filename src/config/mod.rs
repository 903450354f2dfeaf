//! `backout.toml`: raw text to validated configuration, with every error gathered and placed.

mod diagnostic;
mod ids;
mod model;
mod scale;

pub use diagnostic::{ConfigError, Diagnostic, Severity};
pub use ids::{BackupName, FindingCode, InvalidId, MigrationId, StageId, StageRef};
pub use model::{
    Action, Backup, Configuration, Flag, LevelRule, Migration, Move, Pattern, Place, Source, Stage,
    Store, TagPin, Waiver,
};
pub use scale::{
    CodeRollback, FlagState, Impact, Level, Mode, Phase, RollbackStep, StageState, UnknownWord,
};

/// The name of the configuration file at the repository's root.
pub const FILE_NAME: &str = "backout.toml";

/// Files of one revision, by path relative to the repository's root. Implemented by a commit's
/// tree for the guard, and by the work tree for `init`, `doctor` and `schema`.
pub trait FileSource {
    /// The content, or `None` where there is no such file.
    fn read(&self, path: &str) -> anyhow::Result<Option<Vec<u8>>>;
}

/// Words that rooms above this one own and a configuration may use.
#[derive(Debug, Clone, Copy)]
pub struct Vocabulary<'a> {
    /// Every finding code that exists, as `requirement/problem`.
    pub codes: &'a [&'a str],
}

/// Reads `root` and all it includes. `Ok(None)` where `root` does not exist.
pub fn load(
    _files: &dyn FileSource,
    _root: &str,
    _vocabulary: Vocabulary<'_>,
) -> Result<Option<Configuration>, ConfigError> {
    Ok(None)
}
