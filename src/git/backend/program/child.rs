//! Starts git: a scrubbed environment, no network, nothing written, no view of history but the
//! true one.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::git::GitError;

/// What steers git away from the repository's true content, or makes it write somewhere. What says
/// where the repository is stays: the same rules found it that git itself follows.
const TAKEN_AWAY: [&str; 11] = [
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_SHALLOW_FILE",
    "GIT_TRACE",
    "GIT_TRACE2",
    "GIT_TRACE2_EVENT",
    "GIT_TRACE2_PERF",
    "GIT_TRACE_SETUP",
    "GIT_TRACE_PACKET",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
];

/// A git that reads and does nothing else.
///
/// Replaced and grafted commits are switched off. git's own view of history honours both, but what
/// a push sends is the true objects: were they honoured here, a `refs/replace` on one machine
/// could make an unready commit look ready. libgit2 reads no replacements either.
///
/// A partial clone must not fetch what it lacks. Older gits do not know `GIT_NO_LAZY_FETCH` (2.45,
/// and some before): with no protocol allowed, they fail to reach anything as well.
pub(super) fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder);
    for name in TAKEN_AWAY {
        command.env_remove(name);
    }
    command
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("GIT_GRAFT_FILE", "/dev/null")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_ALLOW_PROTOCOL", "")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C");
    command
}

/// Runs git to its end.
pub(super) fn ask<S: AsRef<OsStr>>(folder: &Path, arguments: &[S]) -> Result<Output, GitError> {
    git(folder).args(arguments).stdin(Stdio::null()).output().map_err(|error| not_started(&error))
}

/// The same; anything but success is an error in git's words.
pub(super) fn answer<S: AsRef<OsStr>>(folder: &Path, arguments: &[S]) -> Result<Output, GitError> {
    let output = ask(folder, arguments)?;
    if output.status.success() { Ok(output) } else { Err(GitError::Other(reason(&output.stderr))) }
}

/// Runs a command to its end, with this on its standard input: nothing where there is none. It is
/// written while the answer is read. A child that answers as it reads, as `git hash-object` does,
/// stops reading once its answer fills the pipe, and would wait for us for ever.
pub(in crate::git) fn talk(mut command: Command, stdin: Option<&[u8]>) -> std::io::Result<Output> {
    command.stdin(if stdin.is_some() { Stdio::piped() } else { Stdio::null() });
    let mut child = command.spawn()?;
    let (Some(text), Some(mut pipe)) = (stdin, child.stdin.take()) else {
        return child.wait_with_output();
    };
    std::thread::scope(|scope| {
        std::thread::Builder::new().spawn_scoped(scope, move || {
            // A child that has seen enough closes its end, and says why in its exit code.
            let _ = pipe.write_all(text);
        })?;
        child.wait_with_output()
    })
}

pub(in crate::git) fn not_started(error: &std::io::Error) -> GitError {
    GitError::NoProgram(error.to_string())
}

/// What git said went wrong: its last word, where it has several.
pub(in crate::git) fn reason(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let told = lines.clone().find_map(|line| line.strip_prefix("fatal: "));
    told.or_else(|| lines.next_back()).unwrap_or("it said nothing").to_owned()
}
