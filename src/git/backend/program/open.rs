//! Where the repository is, or why git will not read it.

use std::path::{Path, PathBuf};

use super::child::{answer, ask, reason};
use crate::git::GitError;
use crate::git::locate::path_of;

/// The shared git directory, and the top of the work tree where there is one.
pub(super) fn find(folder: &Path) -> Result<(PathBuf, Option<PathBuf>), GitError> {
    let question =
        ["rev-parse", "--path-format=absolute", "--git-common-dir", "--is-inside-work-tree"];
    let output = ask(folder, &question)?;
    if !output.status.success() {
        return Err(refusal(&output.stderr, folder));
    }
    // The path may hold line breaks; the word after it does not.
    let said = output.stdout.strip_suffix(b"\n").unwrap_or(&output.stdout);
    let cut = said.iter().rposition(|byte| *byte == b'\n');
    let (common_dir, inside) = match cut {
        Some(cut) => (&said[..cut], &said[cut + 1..]),
        None => return Err(GitError::Other("git does not say where it keeps things".to_owned())),
    };
    let work_tree = match inside {
        b"true" => {
            let top = answer(folder, &["rev-parse", "--show-toplevel"])?.stdout;
            Some(path(top.strip_suffix(b"\n").unwrap_or(&top))?)
        }
        _ => None,
    };
    Ok((path(common_dir)?, work_tree))
}

/// Names the cause and the way out.
fn refusal(stderr: &[u8], folder: &Path) -> GitError {
    let said = String::from_utf8_lossy(stderr);
    let folder = folder.display();
    let unsupported = |message: String, help: String| GitError::Unsupported { message, help };
    if said.contains("dubious ownership") {
        // git says itself which path it wants to see listed.
        let listed = said.lines().map(str::trim).find(|line| line.starts_with("git config "));
        let command = listed.unwrap_or("git config --global --add safe.directory <its path>");
        return unsupported(
            format!("the repository at {folder} belongs to another user, and git does not read it"),
            format!("if you trust it: `{command}`"),
        );
    }
    if said.contains("not a git repository") {
        return unsupported(
            format!("{folder} is in no git repository"),
            "run it inside the repository, or `git init` one".to_owned(),
        );
    }
    let mut told = said.lines().map(str::trim);
    let extensions = told.by_ref().any(|line| line.contains("unknown repository extension"));
    let why = if extensions {
        let names: Vec<&str> = told.filter(|line| !line.is_empty()).collect();
        format!("it uses the extension {}, which this git does not know", names.join(", "))
    } else {
        reason(stderr)
    };
    unsupported(
        format!("the repository at {folder} can be read neither by libgit2 nor by git: {why}"),
        "put a newer git first on the PATH: `git version` says which one it is".to_owned(),
    )
}

fn path(bytes: &[u8]) -> Result<PathBuf, GitError> {
    path_of(bytes).ok_or_else(|| GitError::Other("a path that is not text".to_owned()))
}
