//! `[[moves]]`: which name a path of an old step has at the tip.

use super::matcher::{below, rename};
use super::step::Step;
use super::trail::Steps;
use crate::config::{Migration, Move};
use crate::git::{ObjectId, RepoPath};

/// The renames that happened within the steps, in their order.
pub struct Moves<'m> {
    folder: &'m str,
    /// Each with the place of its step.
    happened: Vec<(usize, &'m Move)>,
}

impl<'m> Moves<'m> {
    /// Finds the step of each rename: the commit that the configuration names, else the first step
    /// that takes a file away under the old name and has it under the new one.
    pub fn new(migration: &'m Migration, steps: Steps<'_>) -> anyhow::Result<Self> {
        let folder = migration.folder.as_str();
        let mut happened = Vec::new();
        for renamed in &migration.moves {
            let named = renamed.commit.as_ref().and_then(|commit| {
                let names = |id: &ObjectId| id.to_string().starts_with(commit.as_str());
                steps.commits().iter().position(names)
            });
            let seen = || {
                let mut told = steps.told();
                told.find(|(_, step)| makes(folder, renamed, step)).map(|(order, _)| order)
            };
            if let Some(order) = named.or_else(seen) {
                happened.push((order, renamed));
            }
        }
        happened.sort_by_key(|(order, _)| *order);
        Ok(Self { folder, happened })
    }

    /// Whether nothing was renamed.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.happened.is_empty()
    }

    /// The name at the tip of a path that a step changed.
    #[must_use]
    pub fn now(&self, order: usize, path: &RepoPath) -> RepoPath {
        self.before(usize::MAX, order, path)
    }

    /// The name that it had before a later step.
    #[must_use]
    pub fn before(&self, later: usize, order: usize, path: &RepoPath) -> RepoPath {
        let mut name = path.clone();
        for (_, renamed) in self.happened.iter().filter(|(at, _)| (order..later).contains(at)) {
            if let Some(next) = renamed_path(self.folder, renamed, &name) {
                name = next;
            }
        }
        name
    }
}

fn makes(folder: &str, renamed: &Move, step: &Step) -> bool {
    step.changes.iter().filter(|change| change.new.is_none()).any(|gone| {
        renamed_path(folder, renamed, &gone.path)
            .is_some_and(|to| step.changes.iter().any(|come| come.path == to && come.old.is_none()))
    })
}

fn renamed_path(folder: &str, renamed: &Move, path: &RepoPath) -> Option<RepoPath> {
    let relative = below(path.as_bytes(), folder)?;
    let to = rename(relative, &renamed.from, &renamed.to)?;
    let slash: &[u8] = if folder.is_empty() { b"" } else { b"/" };
    Some(RepoPath::from_bytes(&[folder.as_bytes(), slash, &to].concat()))
}
