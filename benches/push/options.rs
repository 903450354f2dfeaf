//! What can be asked of the benchmark.

use std::path::PathBuf;

use anyhow::bail;
use clap::Parser;

use crate::rows::RowName;

/// Commits of a full run.
pub(crate) const COMMITS: u32 = 200_000;
/// Rounds of a full run.
const ROUNDS: u32 = 21;

/// Measures `backout pre-push` on a large repository, in turns with git itself.
#[derive(Debug, Parser)]
#[command(name = "cargo bench --bench push --", max_term_width = 100)]
pub(crate) struct Options {
    /// Set by `cargo bench`.
    #[arg(long, hide = true)]
    pub(crate) bench: bool,
    /// How often every row is run.
    #[arg(long, default_value_t = ROUNDS, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rounds: u32,
    /// Commits on the landing branch.
    #[arg(long, default_value_t = COMMITS, value_parser = clap::value_parser!(u32).range(500..))]
    pub(crate) commits: u32,
    /// Measure this row (and its reference) alone; repeatable.
    #[arg(long, value_name = "ROW")]
    pub(crate) only: Vec<RowName>,
    /// Measure another build of backout.
    #[arg(long, value_name = "PATH")]
    pub(crate) program: Option<PathBuf>,
    /// Write the table into benches/README.md; for full runs of the release build only.
    #[arg(long)]
    pub(crate) write: bool,
}

impl Options {
    /// Refuses to publish what is not a full run of the release build.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        let smaller = self.commits != COMMITS || self.rounds < ROUNDS || !self.only.is_empty();
        if self.write && (smaller || self.program.is_some() || cfg!(debug_assertions)) {
            bail!(
                "--write is for full runs of the release build: leave out --only, --program, \
                 --commits, --profile, and --rounds below {ROUNDS}"
            );
        }
        Ok(())
    }

    /// The program to measure: an absolute path.
    pub(crate) fn program(&self) -> PathBuf {
        let built = || PathBuf::from(env!("CARGO_BIN_EXE_backout"));
        let chosen = self.program.clone().unwrap_or_else(built);
        std::path::absolute(&chosen).unwrap_or(chosen)
    }
}
