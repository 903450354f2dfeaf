//! Runs a program in a scrubbed environment, and keeps what it said.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::Filter;

/// What a program said and how it ended.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    /// The exit code; a signal counts as -1.
    pub(crate) exit: i32,
    /// stdout, byte for byte.
    pub(crate) stdout: Vec<u8>,
    /// stderr, byte for byte.
    pub(crate) stderr: Vec<u8>,
    filter: Filter,
}

/// Some lines that many runs tell, and what they are called where they are not the point.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Passage {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

impl Run {
    /// From what a process left.
    pub(crate) fn of(output: Output, filter: Filter) -> Self {
        let exit = output.status.code().unwrap_or(-1);
        Self { exit, stdout: output.stdout, stderr: output.stderr, filter }
    }

    /// stdout as text.
    pub(crate) fn out(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// stderr as text.
    pub(crate) fn err(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }

    /// stdout without its final line break: an id, a path, a count.
    pub(crate) fn line(&self) -> String {
        self.out().trim_end_matches('\n').to_owned()
    }

    /// Itself, where the program succeeded; else the test stops with all that it said.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        self.exits(0)
    }

    /// Itself, where the program ended with `code`; else the test stops with all that it said.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.exit, code, "unexpected exit code\n{}", self.snapshot());
        self
    }

    /// What snapshots of it mask.
    pub(crate) const fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Exit code, stdout and stderr as text without what differs from run to run.
    pub(crate) fn snapshot(&self) -> String {
        let section = |name: &str, text: &str| match self.filter.apply(text) {
            text if text.is_empty() => format!("{name}:"),
            text => format!("{name}:\n{text}"),
        };
        let stdout = section("stdout", &self.out());
        let stderr = section("stderr", &self.err());
        format!("exit: {}\n{stdout}\n{stderr}", self.exit)
    }

    /// The snapshot, with passages that another test shows in full by their names only.
    pub(crate) fn snapshot_naming(&self, passages: &[Passage]) -> String {
        passages.iter().fold(self.snapshot(), |text, passage| {
            text.replace(passage.text, &format!("[{}]", passage.name))
        })
    }
}

/// A command that inherits nothing but the search path, without a backout that the machine may
/// have, and what coverage tools need.
pub(crate) fn scrubbed(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    let path = search_path();
    let mut command = Command::new(found(program.as_ref(), &path));
    command.env_clear().current_dir(folder);
    command.env("PATH", path);
    for name in ["TMPDIR", "LLVM_PROFILE_FILE"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.env("TZ", "UTC").env("LC_ALL", "C").env("TERM", "dumb");
    command
}

/// The program's own path. A name alone is looked up by a fork of this process, which is large, and
/// takes milliseconds to be copied.
fn found(program: &OsStr, search_path: &OsStr) -> PathBuf {
    let name = Path::new(program);
    if name.components().count() > 1 {
        return name.to_owned();
    }
    let mut places = std::env::split_paths(search_path).map(|folder| folder.join(name));
    places.find(|place| place.is_file()).unwrap_or_else(|| name.to_owned())
}

fn search_path() -> OsString {
    let outside = std::env::var_os("PATH").unwrap();
    let without = std::env::split_paths(&outside).filter(|folder| !folder.join("backout").exists());
    std::env::join_paths(without).unwrap()
}

/// Runs a command to its end with `stdin`. A program that does not read it is no error.
pub(crate) fn execute(command: &mut Command, stdin: &[u8], filter: Filter) -> Run {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{:?} did not start: {error}", command.get_program()));
    let mut pipe = child.stdin.take().unwrap();
    let input = stdin.to_vec();
    let writer = std::thread::spawn(move || drop(pipe.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Run::of(output, filter)
}

/// Runs a command in a process group of its own until `begun` says so, then sends SIGINT to the
/// group, as a terminal does on Ctrl-C.
pub(crate) fn interrupt(
    command: &mut Command,
    mut begun: impl FnMut() -> bool,
    filter: Filter,
) -> Run {
    use std::os::unix::process::CommandExt;

    command.process_group(0).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    while !begun() {
        let ended = child.try_wait().unwrap();
        assert!(ended.is_none(), "it ended before it could be interrupted: {ended:?}");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let group = format!("-{}", child.id());
    let status = Command::new("kill").args(["-s", "INT", "--", &group]).status().unwrap();
    assert!(status.success());
    let output = child.wait_with_output().unwrap();
    Run::of(output, filter)
}
