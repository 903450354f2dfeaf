//! Settings of git, read and written by git itself: it alone knows its files, locks and quoting.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::locate::{LocateError, ask, path_of, refused};

/// `core.hooksPath` as written, where it is set.
pub fn hooks_path(folder: &Path) -> Result<Option<String>, LocateError> {
    Ok(values(folder, &["--get", "core.hooksPath"])?.pop())
}

/// `core.hooksPath` as it would be without the files that the configuration includes.
pub fn hooks_path_without_includes(folder: &Path) -> Result<Option<String>, LocateError> {
    Ok(values(folder, &["--no-includes", "--type=path", "--get", "core.hooksPath"])?.pop())
}

/// The commands of hooks that stand in the configuration itself (`hook.<name>.command`), which git
/// runs from 2.54 on.
pub fn hook_commands(folder: &Path) -> Result<Vec<String>, LocateError> {
    let found = values(folder, &["--get-regexp", r"^hook\..*\.command$"])?;
    Ok(found.iter().filter_map(|one| one.split_once('\n')).map(|(_, v)| v.to_owned()).collect())
}

/// Whether git's configuration sets where the work tree is.
pub fn has_own_work_tree(folder: &Path) -> Result<bool, LocateError> {
    Ok(!values(folder, &["--get", "core.worktree"])?.is_empty())
}

/// What one configuration file says of `key`.
pub fn get(file: &Path, key: &str) -> Result<Option<PathBuf>, LocateError> {
    let words =
        [OsStr::new("config"), "--file".as_ref(), file.as_ref(), "--get".as_ref(), key.as_ref()];
    let output = ask(Path::new("."), &words)?;
    match output.status.code() {
        Some(0) => Ok(path_of(output.stdout.strip_suffix(b"\n").unwrap_or(&output.stdout))),
        Some(1) => Ok(None),
        _ => Err(refused(&["config", "--file", "--get", key], &output)),
    }
}

/// Sets `key` in one configuration file, in place of all values that it had there.
pub fn set(file: &Path, key: &OsStr, value: &OsStr) -> Result<(), LocateError> {
    write(file, &[OsStr::new("--replace-all"), key, value])
}

/// Removes a section from one configuration file. Where there is none, nothing changes.
pub fn remove_section(file: &Path, section: &str) -> Result<(), LocateError> {
    let key = format!("{section}.path");
    let question = [OsStr::new("config"), "--file".as_ref(), file.as_ref()];
    let found =
        ask(Path::new("."), &[&question[..], &["--get-all".as_ref(), key.as_ref()]].concat())?;
    if found.status.code() == Some(1) || !file.exists() {
        return Ok(());
    }
    write(file, &[OsStr::new("--remove-section"), section.as_ref()])
}

fn write(file: &Path, change: &[&OsStr]) -> Result<(), LocateError> {
    let words = [&[OsStr::new("config"), "--file".as_ref(), file.as_ref()], change].concat();
    let output = ask(Path::new("."), &words)?;
    if output.status.success() { Ok(()) } else { Err(refused(&["config", "--file"], &output)) }
}

/// What `git config` answers with, each with its key in a line of its own where a pattern is asked
/// for; nothing where the setting is not there. A value may hold line ends itself.
fn values(folder: &Path, question: &[&str]) -> Result<Vec<String>, LocateError> {
    let arguments = [&["config", "--null"], question].concat();
    let words: Vec<&OsStr> = arguments.iter().map(OsStr::new).collect();
    let output = ask(folder, &words)?;
    match output.status.code() {
        Some(0) => {
            let text = String::from_utf8_lossy(&output.stdout);
            Ok(text.split_terminator('\0').map(str::to_owned).collect())
        }
        Some(1) => Ok(Vec::new()),
        _ => Err(refused(&arguments, &output)),
    }
}
