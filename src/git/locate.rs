//! Where git keeps things, asked of git itself: it alone knows every setting and variable.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::hook_settings;

/// Where a repository's parts are. All paths are absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locations {
    /// The top of the work tree; `None` for a bare repository.
    pub work_tree: Option<PathBuf>,
    /// The part that all linked worktrees share.
    pub common_dir: PathBuf,
    /// Where git looks for hooks. It need not exist, nor be a folder.
    pub hooks: PathBuf,
    /// `core.hooksPath` as written, where it is set.
    pub hooks_setting: Option<String>,
}

/// Why git did not say where its parts are.
#[derive(Debug, thiserror::Error)]
pub enum LocateError {
    /// The program did not start.
    #[error("the program `git` cannot be started")]
    NoGit(#[source] io::Error),
    /// The folder is in no repository that git would read.
    #[error("{folder}: git finds no repository it would read: {reason}")]
    NoRepository {
        /// The folder that was asked about.
        folder: String,
        /// What git said.
        reason: String,
    },
    /// The folder is the inside of `.git`.
    #[error("{folder} is inside the git directory, where no work tree can be seen")]
    InsideGitDir {
        /// The folder that was asked about.
        folder: String,
    },
    /// git answered something else than was asked for.
    #[error("`git {question}` failed: {reason}")]
    Refused {
        /// The arguments.
        question: String,
        /// What git said.
        reason: String,
    },
}

/// Asks git about the repository that `folder` is in, as `GIT_DIR` and the like have it.
pub fn locate(folder: &Path) -> Result<Locations, LocateError> {
    let shown = folder.display().to_string();
    let git_dir = answer(folder, &["rev-parse", "--absolute-git-dir"]).map_err(|e| match e {
        LocateError::Refused { reason, .. } => {
            LocateError::NoRepository { folder: shown.clone(), reason }
        }
        other => other,
    })?;
    let says = |question: &str| -> Result<bool, LocateError> {
        Ok(answer(folder, &["rev-parse", question])?.as_os_str() == "true")
    };
    let work_tree = if says("--is-inside-work-tree")? {
        Some(answer(folder, &["rev-parse", "--show-toplevel"])?)
    } else if says("--is-bare-repository")? {
        None
    } else {
        return Err(LocateError::InsideGitDir { folder: shown });
    };
    // A relative core.hooksPath counts from where git runs hooks: the top, or the bare repository.
    let top = work_tree.clone().unwrap_or(git_dir);
    let path =
        |what: &[&str]| answer(&top, &[&["rev-parse", "--path-format=absolute"], what].concat());
    let hooks_setting = hook_settings::hooks_path(&top)?;
    Ok(Locations {
        common_dir: path(&["--git-common-dir"])?,
        hooks: match hooks_setting.as_deref() {
            // git does not tell of it, and puts the hook's name behind nothing.
            Some("") => PathBuf::from("/"),
            _ => path(&["--git-path", "hooks"])?,
        },
        hooks_setting,
        work_tree,
    })
}

/// The folders of all work trees of the repository that `folder` is in, the main one first (the
/// repository itself, where that is bare). Not all of them need be there.
pub fn work_trees(folder: &Path) -> Result<Vec<PathBuf>, LocateError> {
    let arguments = ["worktree", "list", "--porcelain"];
    let output = ask(folder, &arguments.map(OsStr::new))?;
    if !output.status.success() {
        return Err(refused(&arguments, &output));
    }
    let lines = output.stdout.split(|byte| *byte == b'\n');
    Ok(lines.filter_map(|line| path_of(line.strip_prefix(b"worktree ")?)).collect())
}

/// Whether a file in the work tree is or could become part of the repository: git tracks it, or
/// does not ignore it.
pub fn is_shared(work_tree: &Path, file: &Path) -> Result<bool, LocateError> {
    let tracked = ask(
        work_tree,
        &[OsStr::new("--literal-pathspecs"), "ls-files".as_ref(), "--".as_ref(), file.as_ref()],
    )?;
    if !tracked.status.success() || !tracked.stdout.is_empty() {
        return Ok(true);
    }
    let ignored =
        ask(work_tree, &[OsStr::new("check-ignore"), "-q".as_ref(), "--".as_ref(), file.as_ref()])?;
    // Anything but a clear "it is ignored" counts as shared: the careful answer.
    Ok(!ignored.status.success())
}

/// What `git version` says, without its first two words: `2.47.3`.
pub fn version() -> Result<String, LocateError> {
    let output = ask(Path::new("."), &[OsStr::new("version")])?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    match text.strip_prefix("git version ") {
        Some(version) if output.status.success() => Ok(version.to_owned()),
        _ => Err(LocateError::Refused { question: "version".to_owned(), reason: text }),
    }
}

fn answer(folder: &Path, arguments: &[&str]) -> Result<PathBuf, LocateError> {
    let words: Vec<&OsStr> = arguments.iter().map(OsStr::new).collect();
    let output = ask(folder, &words)?;
    if !output.status.success() {
        return Err(refused(arguments, &output));
    }
    let line = output.stdout.strip_suffix(b"\n").unwrap_or(&output.stdout);
    path_of(line).ok_or_else(|| refused(arguments, &output))
}

pub(super) fn ask(folder: &Path, arguments: &[&OsStr]) -> Result<Output, LocateError> {
    Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(LocateError::NoGit)
}

pub(super) fn refused(arguments: &[&str], output: &Output) -> LocateError {
    let reason = String::from_utf8_lossy(&output.stderr);
    let reason = reason.lines().next().unwrap_or("it said nothing");
    let reason = reason.strip_prefix("fatal: ").unwrap_or(reason).to_owned();
    LocateError::Refused { question: arguments.join(" "), reason }
}

#[cfg(unix)]
pub(super) fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    Some(PathBuf::from(OsStr::from_bytes(bytes)))
}

#[cfg(not(unix))]
pub(super) fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    Some(PathBuf::from(std::str::from_utf8(bytes).ok()?))
}
