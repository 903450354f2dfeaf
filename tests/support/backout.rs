//! The built program, run as a person or git would run it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Filter, Run, TestRepo, execute, interrupt};

/// The built program.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_backout");

/// One run of the program, in the making.
#[derive(Debug)]
pub(crate) struct Backout<'a> {
    repo: &'a TestRepo,
    folder: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    stdin: Vec<u8>,
}

impl<'a> Backout<'a> {
    /// A run in the repository's folder.
    pub(crate) fn new(repo: &'a TestRepo) -> Self {
        Self {
            repo,
            folder: repo.path().to_owned(),
            arguments: Vec::new(),
            environment: Vec::new(),
            stdin: Vec::new(),
        }
    }

    /// Adds arguments.
    pub(crate) fn args<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.arguments.extend(arguments.into_iter().map(|a| a.as_ref().to_owned()));
        self
    }

    /// Runs in another folder.
    pub(crate) fn folder(mut self, folder: &Path) -> Self {
        folder.clone_into(&mut self.folder);
        self
    }

    /// Sets a variable of the environment, after it was scrubbed.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.environment.push((name.into(), value.as_ref().to_owned()));
        self
    }

    /// Gives it this on stdin; nothing otherwise.
    pub(crate) fn stdin(mut self, text: impl AsRef<[u8]>) -> Self {
        text.as_ref().clone_into(&mut self.stdin);
        self
    }

    /// Runs it to its end.
    pub(crate) fn run(self) -> Run {
        execute(&mut self.command(), &self.stdin, self.filter())
    }

    /// Runs it to its end with this as its stdout; what it wrote there is not kept.
    pub(crate) fn run_into(self, stdout: Stdio) -> Run {
        let mut command = self.command();
        command.stdin(Stdio::null()).stdout(stdout).stderr(Stdio::piped());
        let output = command.output().unwrap();
        Run::of(output, self.filter())
    }

    /// Runs it in a process group of its own until `begun` is there, then presses Ctrl-C.
    pub(crate) fn interrupt_once(self, begun: impl FnMut() -> bool) -> Run {
        interrupt(&mut self.command(), begun, self.filter())
    }

    fn command(&self) -> Command {
        let mut command = self.repo.command(PROGRAM, &self.folder);
        command.args(&self.arguments);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    fn filter(&self) -> Filter {
        self.repo.filter()
    }
}
