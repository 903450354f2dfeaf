//! Where a file went that a step took away: git calls it a rename where half of a file stands under a
//! name that is new.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::git::{
    Change, Entry, GitError, LineIndex, Lines, ObjectId, Repo, RepoPath, View, is_half,
};

/// How many pairs of files are held against each other line by line; git gives up as well where
/// there are too many (`diff.renameLimit`: 1,000 of each).
const MOST_PAIRS: usize = 1_000_000;

/// Of how many files that a commit changed it is asked how much it left of them.
const MOST_CHANGED: usize = 1_000;

/// Of a file that is shorter, in bytes, and not the same, nobody can tell where it comes from.
const LEAST: usize = 100;

/// What a step took away, and what is new with it.
pub(super) struct Moved<'r> {
    repo: &'r Repo,
    gone: Files,
    new: Files,
}

/// Files by their names, and by what they hold.
#[derive(Default)]
struct Files {
    all: BTreeMap<RepoPath, Entry>,
    same: HashMap<ObjectId, BTreeSet<RepoPath>>,
    /// The lines of those that have some.
    lines: OnceCell<LineIndex>,
}

impl Files {
    fn add(&mut self, path: RepoPath, entry: Entry) {
        self.same.entry(entry.oid).or_default().insert(path.clone());
        self.all.insert(path, entry);
    }

    fn index(&self, repo: &Repo) -> Result<&LineIndex, GitError> {
        if let Some(known) = self.lines.get() {
            return Ok(known);
        }
        let mut index = LineIndex::default();
        for file in self.all.values().filter(|file| file.is_file()) {
            index.add(&repo.blob(&file.oid)?);
        }
        Ok(self.lines.get_or_init(|| index))
    }
}

impl<'r> Moved<'r> {
    /// What a commit did, against its first parent.
    pub(super) fn by(
        repo: &'r Repo,
        parent: Option<&ObjectId>,
        commit: &ObjectId,
    ) -> Result<Self, GitError> {
        Ok(Self::of(repo, &repo.changes(parent, Some(commit))?))
    }

    fn of(repo: &'r Repo, changes: &[Change]) -> Self {
        let (mut gone, mut new) = (Files::default(), Files::default());
        for change in changes {
            match (change.old, change.new) {
                (Some(old), None) => gone.add(change.path.clone(), old),
                (None, Some(entry)) => new.add(change.path.clone(), entry),
                _ => {}
            }
        }
        Self { repo, gone, new }
    }

    /// What a file or a link holds.
    fn content(&self, entry: Option<Entry>) -> Result<Vec<u8>, GitError> {
        match entry.filter(Entry::is_blob) {
            Some(file) => self.repo.blob(&file.oid),
            None => Ok(Vec::new()),
        }
    }

    /// The new names under which a file stands that it took away: the same, or at least half of it.
    /// An empty file has nothing that could stand elsewhere.
    pub(super) fn to(&self, path: &RepoPath) -> Result<BTreeSet<RepoPath>, GitError> {
        let Some(file) = self.gone.all.get(path).filter(|_| !self.new.all.is_empty()) else {
            return Ok(BTreeSet::new());
        };
        let content = if file.is_file() { Some(self.repo.blob(&file.oid)?) } else { None };
        if content.as_ref().is_some_and(Vec::is_empty) {
            return Ok(BTreeSet::new());
        }
        if let Some(same) = self.new.same.get(&file.oid) {
            return Ok(same.clone());
        }
        let pairs = self.gone.all.len() * self.new.all.len();
        let Some(content) = content.filter(|_| pairs <= MOST_PAIRS) else {
            return Ok(BTreeSet::new());
        };
        let lines = Lines::of(&content);
        let common = self.new.index(self.repo)?.common(&lines, &Lines::default());
        let files = self.new.all.iter().filter(|(_, file)| file.is_file());
        let alike = files.zip(common).filter(|(_, common)| is_half(*common, lines.bytes()));
        Ok(alike.map(|((path, _), _)| path.clone()).collect())
    }
}

/// The files beside some paths that a commit took away, or of which it left less than half: where
/// what it added to these paths may come from.
pub(super) struct Emptied<'r, 'p> {
    moved: Moved<'r>,
    paths: &'p BTreeSet<&'p RepoPath>,
    files: Vec<Source>,
    lines: LineIndex,
}

/// What may have been moved.
struct Source {
    path: RepoPath,
    entry: Entry,
    content: Vec<u8>,
    /// Whether nothing of it was left.
    whole: bool,
}

impl<'r, 'p> Emptied<'r, 'p> {
    /// What a commit did, against its first parent.
    pub(super) fn by(
        repo: &'r Repo,
        commit: &ObjectId,
        paths: &'p BTreeSet<&'p RepoPath>,
    ) -> Result<Self, GitError> {
        let changes = repo.changes(repo.commit(commit)?.parents.first(), Some(commit))?;
        let moved = Moved::of(repo, &changes);
        let mut emptied = Self { moved, paths, files: Vec::new(), lines: LineIndex::default() };
        let beside = |change: &&Change| !emptied.paths.contains(&change.path);
        let changes: Vec<_> = changes.iter().filter(beside).collect();
        // Where there are so many, what was changed is not looked at.
        let looks = changes.len() <= MOST_CHANGED;
        for change in changes.into_iter().filter(|change| looks || change.new.is_none()) {
            emptied.look_at(change)?;
        }
        Ok(emptied)
    }

    fn look_at(&mut self, change: &Change) -> Result<(), GitError> {
        let Some(old) = change.old.filter(Entry::is_blob) else { return Ok(()) };
        let whole = change.new.is_none();
        let content = self.moved.repo.blob(&old.oid)?;
        let left = self.moved.content(change.new)?;
        if !content.is_empty() && !Lines::of(&content).are_half_in(&Lines::of(&left)) {
            self.lines.add(&content);
            self.files.push(Source { path: change.path.clone(), entry: old, content, whole });
        }
        Ok(())
    }

    /// Those that a file would be called a rename of, had they gone whole, and of which half would
    /// be nowhere in a tree any more without that file.
    pub(super) fn lost_without(
        &self,
        file: &Entry,
        tree: &View<'_>,
    ) -> Result<Vec<&RepoPath>, GitError> {
        if self.files.is_empty() || !file.is_blob() {
            return Ok(Vec::new());
        }
        let content = self.moved.repo.blob(&file.oid)?;
        let lines = Lines::of(&content);
        let mut lost = Vec::new();
        for source in self.like(file, &lines) {
            if self.is_lost(source, &lines, tree)? {
                lost.push(&source.path);
            }
        }
        Ok(lost)
    }

    /// What went whole and is the same; or else what has half of the longer one of the two in
    /// common.
    fn like(&self, file: &Entry, lines: &Lines<'_>) -> Vec<&Source> {
        let same = |source: &&Source| source.whole && source.entry.oid == file.oid;
        let found: Vec<_> = self.files.iter().filter(same).collect();
        if !found.is_empty() || !file.is_file() {
            return found;
        }
        let common = self.lines.common(lines, &Lines::default());
        let all = self.files.iter().zip(common.into_iter().zip(self.lines.bytes()));
        let alike = all.filter(|(source, (common, bytes))| {
            let is_told = source.entry.is_file() && **bytes >= LEAST;
            is_told && is_half(*common, lines.bytes().max(**bytes))
        });
        alike.map(|(source, _)| source).collect()
    }

    /// Whether half of a file stands neither under its own name again, nor under a third one.
    fn is_lost(
        &self,
        source: &Source,
        lines: &Lines<'_>,
        tree: &View<'_>,
    ) -> Result<bool, GitError> {
        let mut names = self.moved.to(&source.path)?;
        names.retain(|name| !self.paths.contains(name));
        names.insert(source.path.clone());
        let mut left = Lines::of(&source.content);
        let all = left.bytes();
        for name in names {
            left = left.without(&Lines::of(&self.moved.content(tree.entry(&name)?)?));
        }
        Ok(left.are_in(lines, all))
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
        let moved = Moved { repo: &repo, gone, new };
        moved.to(&named(0)).unwrap().len()
    }

    #[test]
    fn with_too_many_files_only_the_same_content_counts() {
        let scratch = Scratch::empty();
        assert_eq!(pairs(&scratch, 1000, 1000), 1000);
        assert_eq!(pairs(&scratch, 1001, 1000), 0);
    }
}
