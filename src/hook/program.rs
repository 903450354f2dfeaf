//! Which program the hook starts, and whether it answers.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::state::is_executable;
use crate::group;

/// How long a program has to tell its version.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long it waits before it tries again to start one.
const PAUSE: Duration = Duration::from_millis(20);

/// A version is no longer, in bytes.
const MOST_SAID: u64 = 1024;

/// No script begins with more comments.
const MOST_READ: u64 = 1024 * 1024;

/// What a program answers when asked for its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is backout, of this version.
    Backout(String),
    /// There is no such file.
    Missing,
    /// git's hook could not start it.
    NotExecutable,
    /// It holds nothing but comments: git's hook passes it over.
    Hollow,
    /// It is something else, or broken.
    Other,
}

/// The running program's path, as it should be recorded: where `PATH` leads to the same file, that
/// path, because package managers keep the versioned file itself elsewhere and replace it.
pub fn this_program(path_variable: Option<&OsStr>) -> io::Result<PathBuf> {
    let running = std::env::current_exe()?;
    let real = running.canonicalize()?;
    let same = |found: &PathBuf| found.canonicalize().is_ok_and(|found| found == real);
    Ok(find_on_path(path_variable).filter(same).unwrap_or(running))
}

/// Where `PATH` finds `backout`. Relative entries are passed over: what they lead to depends on
/// the folder.
#[must_use]
pub fn find_on_path(path_variable: Option<&OsStr>) -> Option<PathBuf> {
    let name = format!("backout{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(path_variable?)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&name))
        .find(|file| file.metadata().is_ok_and(|found| found.is_file() && is_executable(&found)))
}

/// Asks a program for its version.
#[must_use]
pub fn probe(program: &Path) -> Answer {
    match program.metadata() {
        Err(_) => return Answer::Missing,
        Ok(found) if !found.is_file() || !is_executable(&found) => return Answer::NotExecutable,
        Ok(_) => {}
    }
    if is_hollow(program).unwrap_or(false) {
        return Answer::Hollow;
    }
    let text = asked_for_its_version(program).unwrap_or_default();
    match text.trim().strip_prefix("backout ") {
        Some(version) if is_version(version) => Answer::Backout(version.to_owned()),
        _ => Answer::Other,
    }
}

/// What a program says of its version; nothing where it fails, or takes its time.
fn asked_for_its_version(program: &Path) -> Option<String> {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    group::own_group(&mut command);
    let latest = Instant::now() + PATIENCE;
    let mut child = started(&mut command, latest).ok()?;
    match group::wait(&mut child, Some(latest)) {
        // What it left running could hold the pipe open.
        Ok(_) => group::end_rest(&child),
        Err(why) => group::end(&mut child, &why),
    }
    let is_fine = child.wait().is_ok_and(|status| status.success());
    let mut text = String::new();
    child.stdout.take()?.take(MOST_SAID).read_to_string(&mut text).ok()?;
    is_fine.then_some(text)
}

/// Starts a program; waits for one that is just being written, as by an upgrade.
fn started(command: &mut Command, latest: Instant) -> io::Result<Child> {
    loop {
        match command.spawn() {
            Err(error)
                if error.kind() == ErrorKind::ExecutableFileBusy && Instant::now() < latest =>
            {
                std::thread::sleep(PAUSE);
            }
            started => return started,
        }
    }
}

/// Whether a shell would run a file as a script that does nothing; the shim asks the same.
fn is_hollow(program: &Path) -> io::Result<bool> {
    for line in BufReader::new(File::open(program)?).take(MOST_READ).split(b'\n') {
        let line = line?;
        let mut said = line.iter().filter(|byte| !b" \t\0".contains(byte));
        if said.next().is_some_and(|first| *first != b'#') {
            return Ok(false);
        }
    }
    Ok(true)
}

fn is_version(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b".-+".contains(&b))
}
