//! Runs a stage's own check on a tree that nobody has checked out, in a scratch work tree that goes
//! away again.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use jiff::SignedDuration;

use super::journal::{Event, Journal};
use crate::exit::{Exit, Failure};
use crate::git::{ObjectId, Repo};
use crate::group::{self, Stopped};
use crate::interrupt;

/// What of the environment a check sees: enough to find programs, nothing that opens doors.
const KEPT: [&str; 12] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LC_ALL",
    "TERM",
    "TZ",
    "TMPDIR",
    "SYSTEMROOT",
    "CI",
];

/// A check.
#[derive(Debug, Clone, Copy)]
pub struct Check<'a> {
    /// The program first.
    pub argv: &'a [String],
    /// How long it may take.
    pub timeout: Option<SignedDuration>,
    /// The folder of the configuration, in which it runs.
    pub folder: &'a str,
    /// The stage, which it finds in `BACKOUT_STAGE`.
    pub stage: &'a str,
}

/// How a check ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It succeeded.
    Passed,
    /// It did not: how it ended, in words.
    Failed(String),
}

/// Runs a check on a tree. The scratch work tree goes away whatever happens: at once, or, after a
/// kill, by the next run, which finds it in the journal.
pub fn verify(
    repo: &Repo,
    journal: &Journal,
    check: Check<'_>,
    tree: &ObjectId,
    onto: &ObjectId,
    environment: &dyn Fn(&str) -> Option<OsString>,
) -> anyhow::Result<Verdict> {
    let folder = Repo::scratch_folder()?;
    journal.write(Event::WorkTree { folder: folder.display().to_string() })?;
    let made = repo.add_scratch_tree(&folder, tree, onto).map_err(anyhow::Error::from);
    let ran = made.and_then(|()| run(check, &folder, environment));
    let removed = remove(repo, &folder);
    let verdict = ran?;
    removed?;
    Ok(verdict)
}

/// Takes a scratch work tree and the folder around it away.
///
/// # Errors
/// It cannot be removed, or it is no folder that a rehearsal has made: a journal may hold anything.
pub fn remove(repo: &Repo, folder: &Path) -> anyhow::Result<()> {
    let around = folder.parent().filter(|around| Repo::is_scratch_folder(around));
    let around = around.ok_or_else(|| {
        anyhow::anyhow!("{} is no folder of a rehearsal, and is left as it is", folder.display())
    })?;
    repo.remove_scratch_tree(folder)?;
    if around.exists() {
        std::fs::remove_dir_all(around)?;
    }
    Ok(())
}

fn run(
    check: Check<'_>,
    top: &Path,
    environment: &dyn Fn(&str) -> Option<OsString>,
) -> anyhow::Result<Verdict> {
    let Some((program, arguments)) = check.argv.split_first() else {
        return Err(Failure::usage("`verify` has an empty command").into());
    };
    let folder: PathBuf = top.join(check.folder);
    let mut command = Command::new(program);
    command.args(arguments).current_dir(&folder).env_clear();
    for name in KEPT {
        if let Some(value) = environment(name) {
            command.env(name, value);
        }
    }
    command.env("BACKOUT_STAGE", check.stage).env("BACKOUT_REHEARSAL", "1");
    // stdout is the report's: what the check says belongs with the diagnostics.
    let said = std::io::stderr();
    command
        .stdin(Stdio::null())
        .stdout(Stdio::from(stderr_handle(&said)?))
        .stderr(Stdio::inherit());
    group::own_group(&mut command);
    let deadline = check.timeout.and_then(|limit| {
        Instant::now().checked_add(Duration::try_from(limit).unwrap_or_default())
    });
    let mut child = command.spawn().map_err(|error| {
        Failure::indeterminate(format!("`{program}` could not be started: {error}"))
            .help("is the program installed, and on the PATH of this shell or pipeline?")
    })?;
    let ended = group::wait(&mut child, deadline);
    if ended.is_ok() {
        // What it has started would go on in a work tree that goes away.
        group::end_rest(&child);
    }
    match ended {
        Ok(status) if status.success() => Ok(Verdict::Passed),
        Ok(status) => Ok(Verdict::Failed(match status.code() {
            Some(code) => format!("it ended with exit code {code}"),
            None => "it was killed by a signal".to_owned(),
        })),
        Err(why) => {
            group::end(&mut child, &why);
            match why {
                Stopped::TimedOut => {
                    let limit = check.timeout.unwrap_or_default();
                    Ok(Verdict::Failed(format!("it took longer than {limit:#} and was killed")))
                }
                Stopped::Interrupted => {
                    Err(interrupt::failure("the check was ended, and nothing was written").into())
                }
                Stopped::Unread(error) => Err(Failure {
                    exit: Exit::Indeterminate,
                    message: format!("`{program}` could not be waited for: {error}"),
                    help: None,
                }
                .into()),
            }
        }
    }
}

#[cfg(unix)]
fn stderr_handle(said: &std::io::Stderr) -> std::io::Result<std::os::fd::OwnedFd> {
    use std::os::fd::AsFd as _;
    said.as_fd().try_clone_to_owned()
}

#[cfg(windows)]
fn stderr_handle(said: &std::io::Stderr) -> std::io::Result<std::os::windows::io::OwnedHandle> {
    use std::os::windows::io::AsHandle as _;
    said.as_handle().try_clone_to_owned()
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
