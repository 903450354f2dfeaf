//! `backout.toml`: raw text to validated configuration, with every error gathered and placed.

mod build;
mod check;
mod diagnostic;
mod find;
mod format;
mod ids;
mod load;
mod model;
mod render;
mod rules;
mod scale;
mod schema;
mod shape;
mod sink;
mod source;
mod suggest;
mod table;
mod template;
#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tests;
mod value;

pub use diagnostic::{ConfigError, Diagnostic, Excerpt, LoadError, NotAFile, Severity};
pub use find::{NoSuchStage, find_stage};
pub use ids::{
    BackupName, FindingCode, InvalidId, MigrationId, StageId, StageRef, natural, stage_name,
};
pub use load::load;
pub use model::{
    Action, Backup, Configuration, Flag, LevelRule, Migration, Move, Pattern, Place, Source, Stage,
    Store, TagPin, Waiver,
};
pub use render::render;
pub use scale::{
    CodeRollback, FlagState, Impact, Level, Mode, Phase, RollbackStep, StageState, UnknownWord,
};
pub use schema::schema;
pub use source::{misplaced, slip};
pub use suggest::nearest;
pub use template::{Guesses, template};

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
