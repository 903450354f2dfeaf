//! Where a file went that a step took away: git calls it a rename where half of a file stands under a
//! name that is new.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use crate::git::{Entry, GitError, Lines, ObjectId, Repo, RepoPath};

/// How many pairs of files are held against each other line by line; git gives up as well where
/// there are too many (`diff.renameLimit`: 1,000 of each).
const MOST_PAIRS: usize = 1_000_000;

/// What a step took away, and what is new since.
pub(super) struct Moved<'r> {
    repo: &'r Repo,
    gone: BTreeMap<RepoPath, Entry>,
    new: Vec<(RepoPath, Entry)>,
    same: HashMap<ObjectId, Vec<usize>>,
    read: RefCell<HashMap<ObjectId, Rc<[u8]>>>,
}

impl<'r> Moved<'r> {
    /// What a commit did, against its first parent.
    pub(super) fn by(
        repo: &'r Repo,
        parent: Option<&ObjectId>,
        commit: &ObjectId,
    ) -> Result<Self, GitError> {
        let (mut gone, mut new) = (BTreeMap::new(), Vec::new());
        for change in repo.changes(parent, Some(commit))? {
            match (change.old, change.new) {
                (Some(old), None) => {
                    gone.insert(change.path, old);
                }
                (None, Some(entry)) => new.push((change.path, entry)),
                _ => {}
            }
        }
        let mut same: HashMap<ObjectId, Vec<usize>> = HashMap::new();
        for (place, (_, entry)) in new.iter().enumerate() {
            same.entry(entry.oid).or_default().push(place);
        }
        Ok(Self { repo, gone, new, same, read: RefCell::default() })
    }

    /// The new names under which a file stands that it took away: the same, or at least half of it.
    /// An empty file has nothing that could stand elsewhere.
    pub(super) fn to(&self, path: &RepoPath) -> Result<BTreeSet<RepoPath>, GitError> {
        let Some(gone) = self.gone.get(path).filter(|_| !self.new.is_empty()) else {
            return Ok(BTreeSet::new());
        };
        let content = if gone.is_file() { Some(self.content(gone)?) } else { None };
        if content.as_ref().is_some_and(|content| content.is_empty()) {
            return Ok(BTreeSet::new());
        }
        let name = |place: usize| self.new.get(place).map(|(path, _)| path.clone());
        if let Some(same) = self.same.get(&gone.oid) {
            return Ok(same.iter().filter_map(|place| name(*place)).collect());
        }
        let mut alike = BTreeSet::new();
        let Some(content) = content.filter(|_| self.gone.len() * self.new.len() <= MOST_PAIRS)
        else {
            return Ok(alike);
        };
        let lines = Lines::of(&content);
        for (path, entry) in self.new.iter().filter(|(_, entry)| entry.is_file()) {
            if lines.are_half_in(&Lines::of(&self.content(entry)?)) {
                alike.insert(path.clone());
            }
        }
        Ok(alike)
    }

    fn content(&self, file: &Entry) -> Result<Rc<[u8]>, GitError> {
        if let Some(known) = self.read.borrow().get(&file.oid) {
            return Ok(Rc::clone(known));
        }
        let content: Rc<[u8]> = self.repo.blob(&file.oid)?.into();
        self.read.borrow_mut().insert(file.oid, Rc::clone(&content));
        Ok(content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Scratch;

    /// So many files with one content went, and so many with another one like it came.
    fn pairs(scratch: &Scratch, went: usize, came: usize) -> usize {
        scratch.commit("Both", &[("gone", "a\nb\n"), ("new", "a\nc\n")]);
        let (repo, head) = (scratch.repo(), scratch.id("HEAD"));
        let entry = |path: &str| repo.entry(&head, &RepoPath::from(path)).unwrap().unwrap();
        let (gone, new) = (entry("gone"), entry("new"));
        let named = |number: usize| RepoPath::from(format!("{number}").as_str());
        let moved = Moved {
            repo: &repo,
            gone: (0..went).map(|number| (named(number), gone)).collect(),
            new: (0..came).map(|number| (named(number), new)).collect(),
            same: HashMap::new(),
            read: RefCell::default(),
        };
        moved.to(&named(0)).unwrap().len()
    }

    #[test]
    fn with_too_many_files_only_the_same_content_counts() {
        let scratch = Scratch::empty();
        assert_eq!(pairs(&scratch, 1000, 1000), 1000);
        assert_eq!(pairs(&scratch, 1001, 1000), 0);
    }
}
