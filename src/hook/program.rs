//! Which program the hook starts, and whether it answers.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::state::is_executable;

/// What a program answers when asked for its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is backout, of this version.
    Backout(String),
    /// There is no such file.
    Missing,
    /// git's hook could not start it.
    NotExecutable,
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
    let output = Command::new(program).arg("--version").stdin(Stdio::null()).output();
    let Ok(output) = output else { return Answer::Other };
    let text = String::from_utf8_lossy(&output.stdout);
    match text.trim().strip_prefix("backout ") {
        Some(version) if output.status.success() && is_version(version) => {
            Answer::Backout(version.to_owned())
        }
        _ => Answer::Other,
    }
}

fn is_version(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b".-+".contains(&b))
}
