//! `[[moves]]`: which name a path of an old step has at the tip.

use std::collections::BTreeSet;

use super::matcher::{below, rename};
use super::step::Step;
use super::trail::Steps;
use crate::config::{Migration, Move, Pattern};
use crate::git::{ObjectId, RepoPath};

/// As many names of a stage's files are followed from rename to rename.
const MANY_NAMES: usize = 10_000;

/// The renames that happened within the steps, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moves {
    folder: String,
    happened: Vec<Happened>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Happened {
    /// The place of its step.
    order: usize,
    step: ObjectId,
    renamed: Move,
}

impl Moves {
    /// Finds the step of each rename: the commit that the configuration names, else the first step
    /// that takes a file away under the old name and has it under the new one.
    pub fn new(migration: &Migration, steps: Steps<'_>) -> anyhow::Result<Self> {
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
            if let Some(order) = named.or_else(seen)
                && let Some(step) = steps.commits().get(order)
            {
                happened.push(Happened { order, step: *step, renamed: renamed.clone() });
            }
        }
        happened.sort_by_key(|one| one.order);
        Ok(Self { folder: folder.to_owned(), happened })
    }

    /// Whether nothing was renamed.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.happened.is_empty()
    }

    /// The steps that renamed.
    pub fn steps(&self) -> impl Iterator<Item = &ObjectId> {
        self.happened.iter().map(|one| &one.step)
    }

    /// The name at the tip of a path that a step changed.
    #[must_use]
    pub fn now(&self, order: usize, path: &RepoPath) -> RepoPath {
        self.before(usize::MAX, order, path)
    }

    /// The name that it had before a later step.
    #[must_use]
    pub fn before(&self, later: usize, order: usize, path: &RepoPath) -> RepoPath {
        self.renamed(path, |one| (order..later).contains(&one.order))
    }

    /// The name at the tip of a path as it was called when these steps had been, and no others.
    #[must_use]
    pub fn since(&self, path: &RepoPath, had_been: impl Fn(&ObjectId) -> bool) -> RepoPath {
        self.renamed(path, |one| !had_been(&one.step))
    }

    /// The names before a step that lead to this one at the tip: its own, where no rename since has
    /// led to it, and those that were renamed to it.
    #[must_use]
    pub fn names_before(&self, step: usize, now: &RepoPath) -> BTreeSet<RepoPath> {
        let mut names = BTreeSet::from([now.clone()]);
        for one in self.happened.iter().rev().filter(|one| one.order >= step) {
            let back = |name| renamed_back(&self.folder, &one.renamed, name);
            let earlier: Vec<RepoPath> = names.iter().filter_map(back).collect();
            names.extend(earlier);
        }
        names.retain(|name| self.now(step, name) == *now);
        names
    }

    fn renamed(&self, path: &RepoPath, counts: impl Fn(&Happened) -> bool) -> RepoPath {
        let mut name = path.clone();
        for one in self.happened.iter().filter(|one| counts(one)) {
            if let Some(next) = renamed_path(&self.folder, &one.renamed, &name) {
                name = next;
            }
        }
        name
    }
}

/// Whether `[[moves]]` tells of another name of a path.
#[must_use]
pub fn is_renamed(migration: &Migration, path: &RepoPath) -> bool {
    let folder = migration.folder.as_str();
    migration.moves.iter().any(|renamed| renamed_path(folder, renamed, path).is_some())
}

/// The renames that tell of other names of these paths, earlier or later ones; and of those names.
#[must_use]
pub fn of_paths<'m, 'p>(
    migration: &'m Migration,
    paths: impl IntoIterator<Item = &'p RepoPath>,
) -> Vec<&'m Move> {
    let folder = migration.folder.as_str();
    let mut names: BTreeSet<RepoPath> = paths.into_iter().cloned().collect();
    let mut newest: Vec<RepoPath> = names.iter().cloned().collect();
    let others = |name: &RepoPath| {
        let each = migration.moves.iter().flat_map(|renamed| {
            [renamed_path(folder, renamed, name), renamed_back(folder, renamed, name)]
        });
        each.flatten().collect::<Vec<_>>()
    };
    // Renames may lead round in a circle of ever longer names.
    while !newest.is_empty() && names.len() <= MANY_NAMES {
        let more = newest.iter().flat_map(others);
        newest = more.filter(|name| names.insert(name.clone())).collect();
    }
    let concerns = |renamed: &&Move| {
        names.iter().any(|name| {
            renamed_path(folder, renamed, name).is_some()
                || renamed_back(folder, renamed, name).is_some()
        })
    };
    migration.moves.iter().filter(concerns).collect()
}

fn makes(folder: &str, renamed: &Move, step: &Step) -> bool {
    step.changes.iter().filter(|change| change.new.is_none()).any(|gone| {
        renamed_path(folder, renamed, &gone.path)
            .is_some_and(|to| step.changes.iter().any(|come| come.path == to && come.old.is_none()))
    })
}

fn renamed_path(folder: &str, renamed: &Move, path: &RepoPath) -> Option<RepoPath> {
    led(folder, path, &renamed.from, &renamed.to)
}

fn renamed_back(folder: &str, renamed: &Move, path: &RepoPath) -> Option<RepoPath> {
    led(folder, path, &renamed.to, &renamed.from)
}

fn led(folder: &str, path: &RepoPath, from: &Pattern, to: &Pattern) -> Option<RepoPath> {
    let relative = below(path.as_bytes(), folder)?;
    let to = rename(relative, from, to)?;
    let slash: &[u8] = if folder.is_empty() { b"" } else { b"/" };
    Some(RepoPath::from_bytes(&[folder.as_bytes(), slash, &to].concat()))
}
