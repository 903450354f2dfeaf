//! How to run the guard within a hook manager alone, without `backout install`: texts to paste.

use clap::ValueEnum;

/// Whose configuration a recipe is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Recipe {
    /// pre-commit's `.pre-commit-config.yaml`
    PreCommit,
    /// prek's `prek.toml`
    Prek,
    /// lefthook's `lefthook.yml`
    Lefthook,
    /// husky's `.husky/pre-push`
    Husky,
    /// git's own configuration (git 2.54 or newer)
    GitConfig,
}

impl Recipe {
    /// Its text, as it lies in `hooks/`.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::PreCommit => include_str!("../../hooks/pre-commit.yaml"),
            Self::Prek => include_str!("../../hooks/prek.toml"),
            Self::Lefthook => include_str!("../../hooks/lefthook.yml"),
            Self::Husky => include_str!("../../hooks/husky"),
            Self::GitConfig => include_str!("../../hooks/git-config"),
        }
    }
}
