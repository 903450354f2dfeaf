//! Which stages own a path.

mod glob;
mod index;
mod literals;
mod names;
mod patterns;
mod stars;

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::config::Migration;
use crate::git::RepoPath;
pub use patterns::Patterns;

use index::Index;
use names::names;
pub(super) use names::{below, rename};

/// A stage, by its place in [`Migration::stages`].
pub type StageIndex = usize;

/// The stages that own a path. Few different sets come up, and each stands in memory once.
pub type Owners = Arc<BTreeSet<StageIndex>>;

/// The globs of one migration. They are sorted into an index when a path is first asked for, and
/// parsed when a path comes that has what they hold literally: parsing costs more than everything
/// else that a push which touches nothing does.
pub struct Matcher<'a> {
    migration: &'a Migration,
    owned: OnceCell<Index<'a>>,
    excluded: OnceCell<Index<'a>>,
    scope: OnceCell<Index<'a>>,
    /// Nobody, and the other sets of owners that came up.
    nobody: Owners,
    known: RefCell<BTreeSet<Owners>>,
}

impl<'a> Matcher<'a> {
    /// A matcher for a migration's stages and scope.
    #[must_use]
    pub fn new(migration: &'a Migration) -> Self {
        Self {
            migration,
            owned: OnceCell::new(),
            excluded: OnceCell::new(),
            scope: OnceCell::new(),
            nobody: Owners::default(),
            known: RefCell::default(),
        }
    }

    /// Whose globs these are.
    #[must_use]
    pub const fn migration(&self) -> &'a Migration {
        self.migration
    }

    /// The stages that own a path, under the name it has or had before a `[[moves]]`, in the order
    /// of the file. Excludes always win.
    pub fn owners(&self, path: &RepoPath) -> anyhow::Result<Owners> {
        let names = names(path.as_bytes(), self.migration)?;
        let mut owners = BTreeSet::new();
        for name in names.iter() {
            self.owned().add_owners(name, &mut owners)?;
        }
        if owners.is_empty() {
            return Ok(Owners::clone(&self.nobody));
        }
        // All names are asked: an exclude under one of them wins over a path under another.
        let mut excluded = BTreeSet::new();
        for name in names.iter() {
            self.excluded().add_owners(name, &mut excluded)?;
        }
        owners.retain(|owner| !excluded.contains(owner));
        let mut known = self.known.borrow_mut();
        if let Some(known) = known.get(&owners) {
            return Ok(Owners::clone(known));
        }
        let owners = Owners::new(owners);
        known.insert(Owners::clone(&owners));
        Ok(owners)
    }

    /// Whether a commit that claims a stage may not touch this path unless a stage owns it.
    pub fn in_scope(&self, path: &RepoPath) -> anyhow::Result<bool> {
        let mut found = BTreeSet::new();
        for name in names(path.as_bytes(), self.migration)?.iter() {
            self.scope().add_owners(name, &mut found)?;
        }
        Ok(!found.is_empty())
    }

    /// Whether a stage owns no paths, so that only a trailer can name it.
    #[must_use]
    pub fn owns_nothing(&self, stage: StageIndex) -> bool {
        self.migration.stages.get(stage).is_some_and(|stage| stage.paths.is_empty())
    }

    fn owned(&self) -> &Index<'a> {
        let stages = || self.migration.stages.iter().enumerate();
        self.owned.get_or_init(|| {
            Index::new(stages().flat_map(|(at, stage)| stage.paths.iter().map(move |p| (p, at))))
        })
    }

    fn excluded(&self) -> &Index<'a> {
        let stages = || self.migration.stages.iter().enumerate();
        self.excluded.get_or_init(|| {
            Index::new(stages().flat_map(|(at, stage)| stage.exclude.iter().map(move |p| (p, at))))
        })
    }

    fn scope(&self) -> &Index<'a> {
        self.scope.get_or_init(|| Index::new(self.migration.scope.iter().map(|p| (p, 0))))
    }
}
