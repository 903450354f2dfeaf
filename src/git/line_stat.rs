//! How many lines a change adds and takes away.

use super::{Change, Entry, GitError, Repo};

impl Repo {
    /// Lines added and taken away; `None` where there are no lines to count: binary files,
    /// submodules.
    pub fn line_stat(&self, change: &Change) -> Result<Option<(usize, usize)>, GitError> {
        let read = |entry: Option<Entry>| match entry {
            Some(entry) if entry.mode & 0o170_000 == 0o160_000 => Ok(None),
            Some(entry) => self.blob(&entry.oid).map(Some),
            None => Ok(Some(Vec::new())),
        };
        let (Some(old), Some(new)) = (read(change.old)?, read(change.new)?) else {
            return Ok(None);
        };
        let mut options = git2::DiffOptions::new();
        options.context_lines(0);
        let patch = git2::Patch::from_buffers(&old, None, &new, None, Some(&mut options))?;
        if patch.delta().flags().is_binary() {
            return Ok(None);
        }
        let (_, added, removed) = patch.line_stats()?;
        Ok(Some((added, removed)))
    }
}
