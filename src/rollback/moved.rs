//! Where a file went that a step took away: git calls it a rename where half of a file stands under a
//! name that is new.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use crate::git::{Entry, GitError, Lines, ObjectId, Repo, RepoPath};

/// How many pairs of files are held against each other line by line; git gives up as well where
/// there are too many (`diff.renameLimit`: 1,000 of each).
const MOST_PAIRS: usize = 1_000_000;

/// What a step took away, and what is new with it.
pub(super) struct Moved<'r> {
    repo: &'r Repo,
    gone: Files,
    new: Files,
    read: RefCell<HashMap<ObjectId, Rc<[u8]>>>,
}

/// Which of a step's files a name is of.
#[derive(Clone, Copy)]
enum Side {
    Gone,
    New,
}

/// Files by their names, and by what they hold.
#[derive(Default)]
struct Files {
    all: BTreeMap<RepoPath, Entry>,
    same: HashMap<ObjectId, BTreeSet<RepoPath>>,
}

impl Files {
    fn add(&mut self, path: RepoPath, entry: Entry) {
        self.same.entry(entry.oid).or_default().insert(path.clone());
        self.all.insert(path, entry);
    }
}

impl<'r> Moved<'r> {
    /// What a commit did, against its first parent.
    pub(super) fn by(
        repo: &'r Repo,
        parent: Option<&ObjectId>,
        commit: &ObjectId,
    ) -> Result<Self, GitError> {
        let (mut gone, mut new) = (Files::default(), Files::default());
        for change in repo.changes(parent, Some(commit))? {
            match (change.old, change.new) {
                (Some(old), None) => gone.add(change.path, old),
                (None, Some(entry)) => new.add(change.path, entry),
                _ => {}
            }
        }
        Ok(Self { repo, gone, new, read: RefCell::default() })
    }

    /// The new names under which a file stands that it took away: the same, or at least half of it.
    pub(super) fn to(&self, path: &RepoPath) -> Result<BTreeSet<RepoPath>, GitError> {
        self.names(Side::Gone, path)
    }

    /// The names that a new file had which it took away: it is the same, or has at least half of it.
    pub(super) fn from(&self, path: &RepoPath) -> Result<BTreeSet<RepoPath>, GitError> {
        self.names(Side::New, path)
    }

    /// An empty file has nothing that could stand elsewhere.
    fn names(&self, side: Side, path: &RepoPath) -> Result<BTreeSet<RepoPath>, GitError> {
        let (files, others) = match side {
            Side::Gone => (&self.gone, &self.new),
            Side::New => (&self.new, &self.gone),
        };
        let Some(file) = files.all.get(path).filter(|_| !others.all.is_empty()) else {
            return Ok(BTreeSet::new());
        };
        let content = if file.is_file() { Some(self.content(file)?) } else { None };
        if content.as_ref().is_some_and(|content| content.is_empty()) {
            return Ok(BTreeSet::new());
        }
        if let Some(same) = others.same.get(&file.oid) {
            return Ok(same.clone());
        }
        let pairs = self.gone.all.len() * self.new.all.len();
        let Some(content) = content.filter(|_| pairs <= MOST_PAIRS) else {
            return Ok(BTreeSet::new());
        };
        let (mut alike, lines) = (BTreeSet::new(), Lines::of(&content));
        for (path, other) in others.all.iter().filter(|(_, other)| other.is_file()) {
            let content = self.content(other)?;
            let others = Lines::of(&content);
            let is_alike = match side {
                Side::Gone => lines.are_half_in(&others),
                Side::New => others.are_half_in(&lines),
            };
            if is_alike {
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
        let files = |count: usize, entry: Entry| {
            let mut files = Files::default();
            (0..count).for_each(|number| files.add(named(number), entry));
            files
        };
        let (gone, new) = (files(went, gone), files(came, new));
        let moved = Moved { repo: &repo, gone, new, read: RefCell::default() };
        let [to, from] =
            [moved.to(&named(0)), moved.from(&named(0))].map(|names| names.unwrap().len());
        assert_eq!((to, from), (to, if to > 0 { went } else { 0 }));
        to
    }

    #[test]
    fn with_too_many_files_only_the_same_content_counts() {
        let scratch = Scratch::empty();
        assert_eq!(pairs(&scratch, 1000, 1000), 1000);
        assert_eq!(pairs(&scratch, 1001, 1000), 0);
    }
}
