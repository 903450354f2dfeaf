//! git's own merge of whole trees, for what a merge of single files cannot know: files and folders
//! that were renamed. It reads this repository and writes into a temporary folder.

use super::side_store::SideStore;
use super::{Change, GitError, ObjectId, Repo};

/// What git's merge came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WholeMerge {
    /// What the merged tree has otherwise than our side.
    Clean(Vec<Change>),
    /// git reports conflicts, in these words.
    Conflict(String),
}

impl Repo {
    /// Merges what leads from the tree `base` to the tree `theirs` into the tree `ours`. New blobs
    /// of the outcome are kept in memory.
    pub fn merge_whole(
        &self,
        base: &ObjectId,
        ours: &ObjectId,
        theirs: &ObjectId,
    ) -> Result<WholeMerge, GitError> {
        let store = SideStore::with_trees(self, &[base, ours, theirs])?;
        let environment = store.environment();
        let parent = self.draft_commit(base, None)?;
        let ours_side = self.draft_commit(ours, Some(&parent))?;
        let theirs_side = self.draft_commit(theirs, Some(&parent))?;
        for commit in [parent, ours_side, theirs_side] {
            store.keep(&self.needed(&commit)?)?;
        }
        let (ours_commit, theirs_commit) = (ours_side.to_string(), theirs_side.to_string());
        let arguments = [
            "-c",
            "merge.renames=true",
            "-c",
            "merge.directoryRenames=conflict",
            "-c",
            "diff.renameLimit=0",
            "-c",
            "core.attributesFile=/dev/null",
            "merge-tree",
            "--write-tree",
            "-z",
            "--messages",
            "--allow-unrelated-histories",
            &ours_commit,
            &theirs_commit,
        ];
        let output = self.ask(&arguments, &environment, None)?;
        match output.status.code() {
            // Where a rename collides, git has been seen to call markers of conflict clean.
            Some(0) if !mentions_conflict(&output.stdout) => {}
            Some(0 | 1) => return Ok(WholeMerge::Conflict(conflicts(&output.stdout))),
            // It has been seen to stop at an assertion of its own, where renames collide.
            None => return Ok(WholeMerge::Conflict(crash(&output.stderr))),
            Some(_) => {
                let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
                return Err(GitError::Other(format!("`git merge-tree`: {said}")));
            }
        }
        let tree = String::from_utf8_lossy(&output.stdout);
        let tree = tree.split('\0').next().unwrap_or_default().trim().to_owned();
        let tree = tree.parse().map_err(|error| GitError::Other(format!("{error}")))?;
        for (kind, content) in store.made()? {
            self.draft(kind, content, base)?;
        }
        Ok(WholeMerge::Clean(self.tree_changes(Some(ours), Some(&tree), &[])?))
    }
}

fn crash(said: &[u8]) -> String {
    let said = String::from_utf8_lossy(said);
    format!("its own merge crashed: {}", said.lines().next().unwrap_or_default())
}

/// Whether any message is about a conflict.
fn mentions_conflict(said: &[u8]) -> bool {
    said.split(|byte| *byte == 0).any(|field| field.starts_with(b"CONFLICT"))
}

/// The messages of `git merge-tree -z`: after the conflicted files, which an empty field ends, come
/// a number of paths, the paths, a short type and the message.
fn conflicts(said: &[u8]) -> String {
    let text = String::from_utf8_lossy(said);
    let told = text.split('\0').filter(|field| field.starts_with("CONFLICT"));
    let told: Vec<&str> = told.map(|field| field.lines().next().unwrap_or(field)).collect();
    match told.as_slice() {
        [] => "git reports a conflict".to_owned(),
        [first, ..] => (*first).to_owned(),
    }
}
