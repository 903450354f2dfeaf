//! A linked work tree in a temporary folder, for looking at a tree that nobody has checked out.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{GitError, ObjectId, Repo};

/// What the folder around a scratch work tree is called, before what tells it apart.
const PREFIX: &str = "backout-rehearsal-";

impl Repo {
    /// Whether this is the folder around a scratch work tree, by its name.
    #[must_use]
    pub fn is_scratch_folder(around: &Path) -> bool {
        let name = around.file_name().map(|name| name.to_string_lossy());
        name.is_some_and(|name| name.starts_with(PREFIX))
    }

    /// Checks a tree out into a folder that does not exist yet. git calls its commit's message
    /// "scratch"; hooks are not run.
    pub fn add_scratch_tree(
        &self,
        folder: &Path,
        tree: &ObjectId,
        parent: &ObjectId,
    ) -> Result<(), GitError> {
        make_around(folder)
            .map_err(|error| GitError::Other(format!("{}: {error}", folder.display())))?;
        self.write_tree(tree)?;
        let commit = self.draft_commit(tree, Some(parent))?;
        self.store(&self.needed(&commit)?, &[])?;
        let folder = folder.display().to_string();
        let commit = commit.to_string();
        let arguments = [
            "-c",
            "core.hooksPath=/dev/null",
            "worktree",
            "add",
            "--quiet",
            "--detach",
            &folder,
            &commit,
        ];
        self.run(&arguments, &[], None)?;
        Ok(())
    }

    /// Takes such a work tree away, with all that was left in it. One that is gone is no error.
    ///
    /// The folder goes first: git forgets a work tree that is not there by its name, and refuses
    /// one that is half there. Work trees of others stay known, wherever they are now: one on a
    /// drive that is unplugged is missing too.
    pub fn remove_scratch_tree(&self, folder: &Path) -> Result<(), GitError> {
        match std::fs::remove_dir_all(folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                let name = folder.display();
                return Err(GitError::Other(format!("{name} cannot be removed: {error}")));
            }
            _ => {}
        }
        let Some(name) = known_as(folder) else { return Ok(()) };
        let unread = |error| GitError::Other(format!("the entry of {name} is left: {error}"));
        forget_unfinished(&self.common_dir().join("worktrees"), &name).map_err(unread)?;
        // One that git does not know was never made.
        self.ask(&["worktree", "remove", "--force", "--force", &name], &[], None)?;
        Ok(())
    }

    /// A folder for a scratch work tree; neither it nor the one around it exists yet.
    pub fn scratch_folder() -> Result<PathBuf, GitError> {
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes)
            .map_err(|error| GitError::Other(format!("no random number: {error}")))?;
        let name: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(std::env::temp_dir().join(format!("{PREFIX}{name}")).join("tree"))
    }
}

/// The end of a scratch work tree's path: git finds it by that, whatever links lead to it.
fn known_as(folder: &Path) -> Option<String> {
    let around = folder.parent()?.file_name()?.to_str()?;
    Some(format!("{around}/{}", folder.file_name()?.to_str()?))
}

/// Takes the entry of a work tree away that a killed git has left half made: where it has written
/// nothing of the common folder's name yet, no git can list the repository's work trees any more.
fn forget_unfinished(entries: &Path, name: &str) -> std::io::Result<()> {
    let entries = match std::fs::read_dir(entries) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        found => found?,
    };
    let end = format!("/{name}/.git");
    for entry in entries {
        let entry = entry?.path();
        let leads = std::fs::read(entry.join("gitdir")).unwrap_or_default();
        let is_ours = leads.trim_ascii_end().ends_with(end.as_bytes());
        let common = std::fs::read(entry.join("commondir")).unwrap_or_default();
        if is_ours && common.trim_ascii().is_empty() {
            std::fs::remove_dir_all(entry)?;
        }
    }
    Ok(())
}

/// Makes the folder around a scratch work tree, which nobody else may look into.
fn make_around(folder: &Path) -> std::io::Result<()> {
    let Some(around) = folder.parent() else { return Ok(()) };
    #[cfg_attr(not(unix), allow(unused_mut, reason = "only unix has modes"))]
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(around)
}
