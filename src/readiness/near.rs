//! The folders that a range puts files into, makes or takes away: whose way back that may close on
//! files which the range does not change.

use std::collections::BTreeSet;

use super::repo_facts::RepoFacts;
use super::snapshot::{Known, Near};
use crate::config::MigrationId;
use crate::git::{Entry, GitError, RepoPath, View};

/// So many files of a folder are looked at: all that a stage has renamed there are its own.
const LOOKED_AT: usize = 64;

impl RepoFacts<'_> {
    /// Which files the range makes neighbours of its own.
    pub(super) fn neighbours(&self, migration: &MigrationId) -> Known<Near> {
        let Some(head) = self.range.head.as_ref().filter(|_| !self.range.base.is_empty()) else {
            return Ok(Near::default());
        };
        let changes = || self.range.changes.iter();
        let gone = changes().filter(|change| change.new.is_none()).map(|change| &change.path);
        let added = changes().filter(|change| change.old.is_none()).map(|change| &change.path);
        let added: Vec<&RepoPath> = added.collect();
        let repo = self.ground.repo;
        let mut near = Near {
            anybody: a_folder_goes(&View::of_commit(repo, head)?, gone)?,
            ..Near::default()
        };
        if !near.anybody && !added.is_empty() {
            near.anybody = self.takes_a_folders_place(migration, &added)?;
            for base in &self.range.base {
                near.paths.extend(beside(&View::of_commit(repo, base)?, &added)?);
            }
        }
        Ok(near)
    }

    /// Whether a file stands where stages have worked below a folder.
    fn takes_a_folders_place(&self, migration: &MigrationId, added: &[&RepoPath]) -> Known<bool> {
        let mut all = self.configuration.migrations.iter();
        let Some(migration) = all.find(|one| one.id == *migration) else { return Ok(false) };
        let line = self.line(migration)?;
        Ok(line.is_some_and(|line| line.has_worked_below(added)))
    }
}

/// Whether the last file of a folder is taken away.
fn a_folder_goes<'p>(
    head: &View<'_>,
    gone: impl Iterator<Item = &'p RepoPath>,
) -> Result<bool, GitError> {
    let folders: BTreeSet<RepoPath> = gone.filter_map(|path| path.folders().next()).collect();
    for folder in folders {
        if !head.entry(&folder)?.is_some_and(|entry| entry.is_folder()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Files of the folders that new files come to; and the folders that come with them, by whose names
/// there may have been files.
fn beside(base: &View<'_>, added: &[&RepoPath]) -> Result<BTreeSet<RepoPath>, GitError> {
    let mut looked: BTreeSet<RepoPath> = BTreeSet::new();
    let mut paths = BTreeSet::new();
    for path in added {
        for folder in path.folders() {
            if !looked.insert(folder.clone()) {
                break;
            }
            // What holds for a folder further out holds for this one's files as well.
            if base.entry(&folder)?.is_some_and(|entry| entry.is_folder()) {
                paths.extend(some_files(base, folder)?);
                break;
            }
            paths.insert(folder);
        }
    }
    Ok(paths)
}

/// Files of a folder, or of the first one in it that has any.
fn some_files(base: &View<'_>, mut folder: RepoPath) -> Result<Vec<RepoPath>, GitError> {
    loop {
        let children = base.children(&folder)?;
        let is_file = |(_, entry): &&(RepoPath, Entry)| !entry.is_folder();
        let files: Vec<_> = children.iter().filter(is_file).take(LOOKED_AT).collect();
        match (files.is_empty(), children.first()) {
            (true, Some((inner, _))) => folder = inner.clone(),
            _ => return Ok(files.into_iter().map(|(path, _)| path.clone()).collect()),
        }
    }
}

#[cfg(test)]
mod tests;
