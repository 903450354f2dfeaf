//! A step's changes, by the names that the paths have at the tip.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::git::{Change, Entry, RepoPath};
use crate::stage::moves::Moves;
use crate::stage::step::{Parts, Step};

/// A change under the path's name at the tip.
pub(super) struct Net<'s> {
    pub(super) path: RepoPath,
    pub(super) then: &'s RepoPath,
    /// Its other names then, where the step renames it.
    others: Vec<&'s RepoPath>,
    pub(super) old: Option<Entry>,
    pub(super) new: Option<Entry>,
}

impl Net<'_> {
    /// What a merge's change consists of, under all names that the path had in it.
    pub(super) fn parts<'p>(&self, step: &'p Step) -> Option<Cow<'p, Parts>> {
        let found = std::iter::once(&self.then).chain(&self.others);
        let all: Vec<&Parts> = found.filter_map(|name| step.parts.get(name)).collect();
        match all.as_slice() {
            [] => None,
            [one] if self.others.is_empty() => Some(Cow::Borrowed(one)),
            several => Some(Cow::Owned(Parts::of_one_path(several, (self.old, self.new)))),
        }
    }
}

/// A step's changes by the names at the tip. A rename that `[[moves]]` tells of is no change, and
/// with an edit it is one change.
pub(super) fn net_changes<'s>(moves: &Moves, order: usize, step: &'s Step) -> Vec<Net<'s>> {
    if moves.is_empty() {
        let net = |Change { path: then, old, new }: &'s Change| Net {
            path: then.clone(),
            then,
            others: Vec::new(),
            old: *old,
            new: *new,
        };
        return step.changes.iter().map(net).collect();
    }
    let mut net: BTreeMap<RepoPath, Net<'s>> = BTreeMap::new();
    for change in &step.changes {
        let path = moves.now(order, &change.path);
        match net.get_mut(&path) {
            None => {
                let Change { path: then, old, new } = change;
                let (old, new, others) = (*old, *new, Vec::new());
                net.insert(path.clone(), Net { path, then, others, old, new });
            }
            Some(known) => {
                known.old = known.old.or(change.old);
                known.new = known.new.or(change.new);
                let other = match change.new {
                    Some(_) => std::mem::replace(&mut known.then, &change.path),
                    None => &change.path,
                };
                known.others.push(other);
            }
        }
    }
    net.into_values().filter(|one| one.old != one.new).collect()
}
