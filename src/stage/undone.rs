//! A commit that says nothing and undoes foreign work exactly: it is foreign work as well, as the
//! change was that it takes back. The tree decides, not its title.

use std::collections::{BTreeMap, HashSet};

use super::weigh::Weighed;
use crate::git::{Entry, RepoPath};

/// What was done to each path on which there is foreign work, as far as it may be undone.
pub(super) struct Undone {
    paths: BTreeMap<RepoPath, Past>,
}

/// A path's past.
#[derive(Default)]
struct Past {
    /// All that stood there.
    stood: HashSet<Option<Entry>>,
    /// The last change, where it is foreign work that made something new.
    foreign: Option<Foreign>,
}

#[derive(Clone, Copy)]
struct Foreign {
    old: Option<Entry>,
    new: Option<Entry>,
    of_others: bool,
}

impl Undone {
    /// Nothing yet, of what is to be followed.
    pub(super) fn of<'w>(all: impl Iterator<Item = &'w Weighed>) -> Self {
        let foreign = all.filter(|one| one.is_foreign_alone());
        Self { paths: foreign.map(|one| (one.path.clone(), Past::default())).collect() }
    }

    /// Takes what a step's changes say nothing of for foreign work, where they set a path back to
    /// what stood there before the foreign work right before them.
    ///
    /// Foreign work that set a path back itself may have taken a stage's work away: whoever undoes
    /// that brings it back, and that is no foreign work.
    pub(super) fn follow(&mut self, weighed: &mut [Weighed]) {
        for one in weighed {
            let Some(past) = self.paths.get_mut(&one.path) else { continue };
            if let Some(Foreign { old, new, of_others }) = past.foreign
                && old == one.new
                && new == one.old
                && one.says_nothing()
            {
                one.be_foreign(of_others);
            }
            past.stood.insert(one.old);
            let made_new = one.is_foreign_alone() && !past.stood.contains(&one.new);
            let (old, new, of_others) = (one.old, one.new, one.of_others);
            past.foreign = made_new.then_some(Foreign { old, new, of_others });
            past.stood.insert(one.new);
        }
    }
}
