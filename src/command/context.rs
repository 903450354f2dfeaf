//! What a command may touch of the outside: its two streams, its settings, its folder.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

use crate::shell;

/// The only door to the terminal. stdout carries the report and nothing else; progress and
/// diagnostics go to stderr.
pub struct Context<'a> {
    /// The report.
    pub stdout: &'a mut dyn Write,
    /// Progress and diagnostics.
    pub stderr: &'a mut dyn Write,
    /// Whether stdout shows colour.
    pub color: bool,
    /// Whether stderr shows colour.
    pub color_stderr: bool,
    /// Say less.
    pub quiet: bool,
    /// Say more: 1 for `-v`, 2 for `-vv`.
    pub verbose: u8,
    /// `--config`: replaces the path, not the trust.
    pub config: Option<String>,
    /// The folder the program was started in.
    pub folder: PathBuf,
    /// The process's environment; commands never read it otherwise.
    pub environment: fn(&str) -> Option<OsString>,
}

impl Context<'_> {
    /// An environment variable, where it is set, not empty, and UTF-8.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<String> {
        (self.environment)(name)?.into_string().ok().filter(|value| !value.is_empty())
    }

    /// `--config` as a shell takes it, with a space in front, for commands that are suggested.
    #[must_use]
    pub fn config_option(&self) -> String {
        let config = self.config.as_deref();
        config.map(|path| format!(" --config {}", shell::word(path))).unwrap_or_default()
    }

    /// One line on stderr, unless the user wants quiet.
    pub fn note(&mut self, text: &str) {
        if !self.quiet {
            // On a terminal it comes below what was shown before it; what cannot be written is told
            // in the end.
            let _ = self.stdout.flush();
            // A closed stderr is no reason to change the verdict.
            let _ = writeln!(self.stderr, "{text}");
        }
    }
}
