//! What can be asked of the benchmark.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::bail;
use clap::Parser;

/// Commits of a full run.
const COMMITS: u32 = 200_000;
/// Rounds of a full run, and of one of the heavy rows.
const ROUNDS: u32 = 21;
const HEAVY_ROUNDS: u32 = 11;
/// Sizes of the smallest run, which only shows that everything runs.
const SMALLEST: u32 = 500;

/// Measures backout in turns with git itself and with hook managers.
#[derive(Debug, Parser)]
#[command(name = "cargo bench --bench push --", max_term_width = 100)]
pub(crate) struct Options {
    /// Set by `cargo bench`.
    #[arg(long, hide = true)]
    bench: bool,
    /// How often every row is run: 21, or 11 with --heavy.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: Option<u32>,
    /// Commits on the landing branch.
    #[arg(long, default_value_t = COMMITS, value_parser = clap::value_parser!(u32).range(500..))]
    commits: u32,
    /// Measure this row (and its reference) alone; repeatable.
    #[arg(long, value_name = "ROW")]
    pub(crate) only: Vec<String>,
    /// Measure growth, memory and the cold build instead: rows `paths`, `files`,
    /// `commits`, `revert-files`, `revert-commits`, `build`.
    #[arg(long)]
    pub(crate) heavy: bool,
    /// Measure another build of backout.
    #[arg(long, value_name = "PATH")]
    pub(crate) program: Option<PathBuf>,
    /// Write the tables into benches/README.md; for full runs of the release build only.
    #[arg(long)]
    pub(crate) write: bool,
    /// Run this command, print its peak of memory in KiB: how the program measures others.
    #[arg(long, hide = true, num_args = 1.., allow_hyphen_values = true)]
    pub(crate) peak: Vec<OsString>,
}

impl Options {
    /// The smallest sizes of everything.
    pub(crate) const fn smallest() -> Self {
        Self {
            bench: false,
            rounds: Some(1),
            commits: SMALLEST,
            only: Vec::new(),
            heavy: false,
            program: None,
            write: false,
            peak: Vec::new(),
        }
    }

    /// Refuses to publish what is not a full run of the release build.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        let least = if self.heavy { HEAVY_ROUNDS } else { ROUNDS };
        let smaller = self.commits != COMMITS || self.rounds() < least || !self.only.is_empty();
        if self.write && (smaller || self.program.is_some() || cfg!(debug_assertions)) {
            bail!(
                "--write is for full runs of the release build: leave out --only, --program, \
                 --commits, --profile, and --rounds below {least}"
            );
        }
        Ok(())
    }

    /// How often every row is run.
    pub(crate) fn rounds(&self) -> u32 {
        self.rounds.unwrap_or(if self.heavy { HEAVY_ROUNDS } else { ROUNDS })
    }

    /// Commits on the landing branch.
    pub(crate) const fn commits(&self) -> u32 {
        self.commits
    }

    /// Whether hook managers that are not there may be installed.
    pub(crate) const fn installs(&self) -> bool {
        self.bench
    }

    /// Stages and paths that are matched.
    pub(crate) const fn matched(&self) -> (usize, usize) {
        if self.bench { (1_000, 1_000_000) } else { (20, 300) }
    }

    /// The sizes of the curves: of changed paths, of files, and of commits; and of files and of
    /// commits where a stage is backed out.
    pub(crate) fn sizes(&self) -> [Vec<u32>; 5] {
        if !self.bench {
            let files = vec![100, 1_000];
            return [vec![10, 100], files.clone(), vec![SMALLEST], files, vec![10]];
        }
        let decades = vec![1_000, 10_000, 100_000, 1_000_000];
        let commits = vec![1_000, 10_000, 100_000, COMMITS];
        [decades.clone(), decades.clone(), commits.clone(), decades, commits]
    }

    /// The program to measure: an absolute path.
    pub(crate) fn program(&self) -> PathBuf {
        let built = || PathBuf::from(env!("CARGO_BIN_EXE_backout"));
        let chosen = self.program.clone().unwrap_or_else(built);
        std::path::absolute(&chosen).unwrap_or(chosen)
    }
}
