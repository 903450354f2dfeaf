//! Plays changes again, backwards or forwards, on a tree that has moved on since: path by path, by
//! three-way merge, in memory. What is not plain is a conflict, never a guess.
//!
//! git merges whole trees, and so knows of renames. Where one could make a difference, git itself
//! is asked about the whole step; without it, the path is in conflict. The cases were found by
//! holding the two against each other: a file that is gone, a file that comes back to a folder that
//! is gone, a folder that goes away under somebody else's new files.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::git::{
    Change, EditError, Edits, Entry, FileMerge, GitError, ObjectId, ObjectKind, Repo, RepoPath,
    View, WholeMerge, merge_files,
};
use crate::stage::matcher::StageIndex;

/// A change that is to be made to whatever stands at a path now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// The path, by the name that it has now.
    pub path: RepoPath,
    /// The name that it had when the change was made.
    pub then: RepoPath,
    /// The commit whose tree has `from` there.
    pub tree: ObjectId,
    /// What it leads from.
    pub from: Option<Entry>,
    /// What it leads to.
    pub to: Option<Entry>,
}

/// Why a change cannot be made to what stands at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The same lines were changed since.
    Lines,
    /// It was changed since, and is no text whose lines could be merged.
    Binary,
    /// It was changed since, and links or submodules cannot be merged.
    NoFile,
    /// It would go away, and was changed since.
    ChangedSince,
    /// It was taken away or renamed since.
    GoneSince,
    /// It would come back, and something else has taken its place.
    Taken,
    /// It would come back to a folder that was taken away or renamed since.
    FolderGone,
    /// It would take a folder away in which there are these new files.
    FolderInUse(Vec<RepoPath>),
    /// A file and a folder would have the same name.
    FolderInTheWay,
    /// Attributes say that it is merged in a way of its own.
    Attribute(String),
    /// Two ways to compare lines disagree, and git could not be asked.
    Unsure,
    /// git reports a conflict, in these words.
    Git(String),
    /// The same change is the work of other stages too, which stay.
    Shared(BTreeSet<StageIndex>),
    /// The same change holds foreign work, which stays.
    Tangled,
    /// It cannot be set back to its checkpoint: others have worked on it.
    WorkedOn,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lines => "the same lines were changed since",
            Self::Binary => "it was changed since, and is no text",
            Self::NoFile => "it was changed since, and is no file whose lines could be merged",
            Self::ChangedSince => "it would go away, and was changed since",
            Self::GoneSince => "it was taken away or renamed since",
            Self::Taken => "it would come back, and something else stands there now",
            Self::FolderGone => {
                "it would come back to a folder that was taken away or renamed since"
            }
            Self::FolderInUse(files) => {
                f.write_str("its folder would go away, in which there are new files: ")?;
                return names(f, files);
            }
            Self::FolderInTheWay => "a file and a folder would have the same name",
            Self::Attribute(line) => {
                return write!(f, "needs review: attributes say how it is merged: {line}");
            }
            Self::Unsure => "needs review: it depends on how lines are compared",
            Self::Git(words) => return write!(f, "git: {words}"),
            Self::Shared(_) => "one change is the work of several stages",
            Self::Tangled => "needs review: one change holds the stage's work and foreign work",
            Self::WorkedOn => "others have worked on it since the checkpoint",
        })
    }
}

/// Names some paths, and says how many more there are.
fn names(f: &mut fmt::Formatter<'_>, paths: &[RepoPath]) -> fmt::Result {
    const NAMED: usize = 3;
    for (path, place) in paths.iter().take(NAMED).zip(0..) {
        let comma = if place == 0 { "" } else { ", " };
        write!(f, "{comma}{}", path.shown())?;
    }
    match paths.len().saturating_sub(NAMED) {
        0 => Ok(()),
        more => write!(f, " and {more} more"),
    }
}

/// A path at which a change cannot be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// The path.
    pub path: RepoPath,
    /// The step whose change it is.
    pub step: ObjectId,
    /// That step's place among all steps.
    pub order: usize,
    /// Why.
    pub reason: Reason,
}

impl Clash {
    /// The path, and those of others that are in the way.
    pub fn paths(&self) -> impl Iterator<Item = &RepoPath> {
        let others = match &self.reason {
            Reason::FolderInUse(files) => files.as_slice(),
            _ => &[],
        };
        std::iter::once(&self.path).chain(others)
    }
}

/// A step of which changes are played again.
#[derive(Debug, Clone, Copy)]
pub struct Played {
    /// The commit.
    pub step: ObjectId,
    /// Its place among all steps.
    pub order: usize,
}

/// Changes played so far.
pub struct Replay<'r> {
    repo: &'r Repo,
    onto: ObjectId,
    tip: View<'r>,
    now: Edits,
    /// What a change would have taken away, and somebody else had taken away before.
    gone: BTreeSet<RepoPath>,
    clashes: BTreeMap<RepoPath, Clash>,
}

/// What single files alone say of one change.
enum Plain {
    /// It leads to this.
    Becomes(Option<Entry>),
    /// It cannot be made.
    Clash(Reason),
    /// Whole trees have to be looked at; without that, it cannot be made, for this reason.
    Ask(Reason),
}

impl<'r> Replay<'r> {
    /// Begins on a commit.
    pub fn new(repo: &'r Repo, onto: &ObjectId) -> Result<Self, GitError> {
        Ok(Self {
            repo,
            onto: *onto,
            tip: View::of_commit(repo, onto)?,
            now: Edits::new(),
            gone: BTreeSet::new(),
            clashes: BTreeMap::new(),
        })
    }

    /// What stands at a path now.
    pub fn at(&self, path: &RepoPath) -> Result<Option<Entry>, GitError> {
        match self.now.get(path) {
            Some(entry) => Ok(*entry),
            None => Ok(self.tip.entry(path)?.filter(|entry| !entry.is_folder())),
        }
    }

    /// Whether a change at this path could not be made.
    #[must_use]
    pub fn clashes_at(&self, path: &RepoPath) -> bool {
        self.clashes.contains_key(path)
    }

    /// Says that a change cannot be made.
    pub fn clash(&mut self, path: &RepoPath, played: Played, reason: Reason) {
        let Played { step, order } = played;
        let clash = Clash { path: path.clone(), step, order, reason };
        self.clashes.entry(path.clone()).or_insert(clash);
    }

    /// Sets a path, whatever stands there.
    pub fn set(&mut self, path: &RepoPath, entry: Option<Entry>) {
        self.now.insert(path.clone(), entry);
    }

    /// Plays the changes of one commit. Paths that clashed before are passed over.
    pub fn play(&mut self, played: Played, patches: &[Patch]) -> Result<(), GitError> {
        let patches: Vec<&Patch> =
            patches.iter().filter(|patch| !self.clashes_at(&patch.path)).collect();
        let mut outcomes = Vec::with_capacity(patches.len());
        for patch in &patches {
            outcomes.push(self.plain(patch)?);
            if patch.from.is_some() && patch.to.is_none() && self.at(&patch.path)?.is_none() {
                self.gone.insert(patch.path.clone());
            }
        }
        if outcomes.iter().all(|outcome| matches!(outcome, Plain::Becomes(_)))
            && let Some(reason) = self.takes_a_used_folder(&patches)?
        {
            let moves = |patch: &Patch| patch.from.is_none() || patch.to.is_none();
            let moved = patches.iter().zip(&mut outcomes).filter(|(patch, _)| moves(patch));
            moved.for_each(|(_, outcome)| *outcome = Plain::Ask(reason.clone()));
        }
        let asks = outcomes.iter().any(|outcome| matches!(outcome, Plain::Ask(_)));
        let asks = asks && !self.have_their_own_way(&patches, &mut outcomes)?;
        if asks && let Some(merged) = self.by_git(&patches)? {
            self.take(played, &patches, &outcomes, merged);
            return Ok(());
        }
        for (patch, outcome) in patches.iter().zip(outcomes) {
            match outcome {
                Plain::Becomes(entry) => self.set(&patch.path, entry),
                Plain::Clash(reason) | Plain::Ask(reason) => {
                    self.clash(&patch.path, played, reason);
                }
            }
        }
        Ok(())
    }

    /// What became of it all: the edits of the tip, or what stands in the way.
    pub fn finish(mut self) -> Result<Outcome, GitError> {
        let (mut edits, mut changes) = (Edits::new(), Vec::new());
        for (path, new) in &self.now {
            let (path, new) = (path.clone(), *new);
            let old = self.tip.entry(&path)?.filter(|known| !known.is_folder());
            if old != new {
                edits.insert(path.clone(), new);
                changes.push(Change { path, old, new });
            }
        }
        let tree = match self.repo.with_edits(self.tip.root(), &edits) {
            Ok(tree) => Some(tree),
            Err(EditError::Clash(path)) => {
                let played = Played { step: self.onto, order: usize::MAX };
                self.clash(&path, played, Reason::FolderInTheWay);
                None
            }
            Err(EditError::Git(error)) => return Err(error),
        };
        let clashes: Vec<Clash> = self.clashes.into_values().collect();
        Ok(Outcome { tree: tree.filter(|_| clashes.is_empty()), changes, clashes })
    }

    fn plain(&self, patch: &Patch) -> Result<Plain, GitError> {
        let now = self.at(&patch.path)?;
        if now == patch.to && (now.is_some() || patch.from.is_none()) {
            return Ok(Plain::Becomes(now));
        }
        Ok(match (patch.from, now, patch.to) {
            (from, now, to) if from == now => match to {
                // It was there in between, and is not gone by the step that is played backwards.
                Some(_) if now.is_none() && self.gone.contains(&patch.path) => {
                    Plain::Clash(Reason::GoneSince)
                }
                Some(_) if now.is_none() && self.folder_is_gone(patch)? => {
                    Plain::Ask(Reason::FolderGone)
                }
                _ => Plain::Becomes(to),
            },
            (Some(_), None, _) => Plain::Ask(Reason::GoneSince),
            (Some(_), Some(_), None) => Plain::Ask(Reason::ChangedSince),
            (None, Some(_), _) => Plain::Ask(Reason::Taken),
            (Some(from), Some(now), Some(to)) => self.merged(patch, from, now, to)?,
            // Nothing is there, nothing was, nothing shall be: said above.
            (None, None, to) => Plain::Becomes(to),
        })
    }

    fn merged(&self, patch: &Patch, from: Entry, now: Entry, to: Entry) -> Result<Plain, GitError> {
        if ![from, now, to].iter().all(Entry::is_file) {
            return Ok(Plain::Clash(Reason::NoFile));
        }
        let mode = if now.mode == from.mode { to.mode } else { now.mode };
        let becomes = |oid| Plain::Becomes(Some(Entry { mode, oid }));
        if from.oid == to.oid || now.oid == to.oid {
            return Ok(becomes(now.oid));
        }
        if now.oid == from.oid {
            return Ok(becomes(to.oid));
        }
        if let Some(line) = self.repo.merge_attribute(&self.onto, &patch.path)? {
            return Ok(Plain::Clash(Reason::Attribute(line)));
        }
        let read = |entry: Entry| self.repo.blob(&entry.oid);
        let (from, ours, to) = (read(from)?, read(now)?, read(to)?);
        let has_cr = [&from, &ours, &to].iter().any(|text| text.contains(&b'\r'));
        if has_cr && self.repo.renormalizes()? {
            return Ok(Plain::Clash(Reason::Attribute("`merge.renormalize`".to_owned())));
        }
        Ok(match merge_files(&from, &ours, &to)? {
            FileMerge::Clean(content) => {
                becomes(self.repo.draft(ObjectKind::Blob, content, &now.oid)?)
            }
            FileMerge::Conflict => Plain::Clash(Reason::Lines),
            FileMerge::Binary => Plain::Clash(Reason::Binary),
            FileMerge::Unsure => Plain::Ask(Reason::Unsure),
        })
    }

    /// Whether attributes speak about a path at which git would merge content: it would take them
    /// from whatever is checked out. Then it is not asked, and what it would be asked is in conflict.
    fn have_their_own_way(
        &self,
        patches: &[&Patch],
        outcomes: &mut [Plain],
    ) -> Result<bool, GitError> {
        let mut found = self.repo.renormalizes()?.then(|| "`merge.renormalize`".to_owned());
        for (patch, outcome) in patches.iter().zip(outcomes.iter()) {
            let comes_or_goes = patch.from.is_none() || patch.to.is_none();
            found = match (found, outcome) {
                (None, Plain::Clash(Reason::Attribute(line))) => Some(line.clone()),
                (None, Plain::Ask(_)) => self.repo.merge_attribute(&self.onto, &patch.path)?,
                (None, _) if comes_or_goes => self.repo.merge_attribute(&self.onto, &patch.path)?,
                (found, _) => found,
            };
        }
        let Some(line) = found else { return Ok(false) };
        for outcome in outcomes.iter_mut().filter(|outcome| matches!(outcome, Plain::Ask(_))) {
            *outcome = Plain::Clash(Reason::Attribute(line.clone()));
        }
        Ok(true)
    }

    /// Whether a folder in which a file was made is no more: git may hold it for renamed.
    fn folder_is_gone(&self, patch: &Patch) -> Result<bool, GitError> {
        let then = View::of_commit(self.repo, &patch.tree)?;
        for folder in folders(&patch.path) {
            let was_there = then.entry(&folder)?.is_some_and(|entry| entry.is_folder());
            if was_there && self.is_gone(&folder)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn is_gone(&self, folder: &RepoPath) -> Result<bool, GitError> {
        let is_there = self.tip.entry(folder)?.is_some_and(|entry| entry.is_folder());
        // Only what takes files away can make a folder go: a large one is not read in vain.
        let loses = || self.edited_below(folder).any(|(_, entry)| entry.is_none());
        Ok((!is_there || loses()) && self.files_in(folder)?.is_empty())
    }

    fn edited_below(&self, folder: &RepoPath) -> impl Iterator<Item = (&RepoPath, &Option<Entry>)> {
        let slash = [folder.as_bytes(), b"/"].concat();
        let first = RepoPath::from_bytes(&slash);
        self.now.range(first..).take_while(move |(path, _)| path.as_bytes().starts_with(&slash))
    }

    /// What stands below a folder now.
    fn files_in(&self, folder: &RepoPath) -> Result<Vec<RepoPath>, GitError> {
        let edited = self.edited_below(folder).filter(|(_, entry)| entry.is_some());
        let mut files: BTreeSet<RepoPath> = edited.map(|(path, _)| path.clone()).collect();
        if let Some(tree) = self.tip.entry(folder)?.filter(Entry::is_folder) {
            for (path, _) in self.repo.entries_below(&tree.oid, folder)? {
                if self.at(&path)?.is_some() {
                    files.insert(path);
                }
            }
        }
        Ok(files.into_iter().collect())
    }

    /// Whether a change takes all of a folder away that has new files now, and makes others
    /// elsewhere: git holds such a folder for renamed, and the new files for lost.
    fn takes_a_used_folder(&self, patches: &[&Patch]) -> Result<Option<Reason>, GitError> {
        let comes = patches.iter().any(|patch| patch.from.is_none() && patch.to.is_some());
        let gone: BTreeSet<&RepoPath> =
            patches.iter().filter(|patch| patch.to.is_none()).map(|patch| &patch.then).collect();
        if !comes || gone.is_empty() {
            return Ok(None);
        }
        let Some(tree) = patches.first().map(|patch| patch.tree) else { return Ok(None) };
        for folder in self.taken_whole(&tree, &gone)? {
            let mut files = self.files_in(&folder)?;
            files.retain(|path| !gone.contains(path));
            if !files.is_empty() {
                return Ok(Some(Reason::FolderInUse(files)));
            }
        }
        Ok(None)
    }

    /// The folders of a commit of which nothing is left without these paths.
    fn taken_whole(
        &self,
        commit: &ObjectId,
        gone: &BTreeSet<&RepoPath>,
    ) -> Result<BTreeSet<RepoPath>, GitError> {
        let then = View::of_commit(self.repo, commit)?;
        let mut looked: Vec<RepoPath> = gone.iter().flat_map(|path| folders(path)).collect();
        let depth = |path: &RepoPath| memchr::memchr_iter(b'/', path.as_bytes()).count();
        looked.sort_by_key(|path| std::cmp::Reverse(depth(path)));
        looked.dedup();
        let mut whole = BTreeSet::new();
        for folder in looked {
            let children = then.children(&folder)?;
            let goes = |(path, entry): &(RepoPath, Entry)| match entry.is_folder() {
                true => whole.contains(path),
                false => gone.contains(path),
            };
            if !children.is_empty() && children.iter().all(goes) {
                whole.insert(folder);
            }
        }
        Ok(whole)
    }

    /// git's own merge of a whole commit, limited to the changes that are played. `None` where git
    /// cannot be asked: it is not there, or the files had other names then.
    fn by_git(&self, patches: &[&Patch]) -> Result<Option<WholeMerge>, GitError> {
        let Some(tree) = patches.first().map(|patch| patch.tree) else { return Ok(None) };
        if patches.iter().any(|patch| patch.path != patch.then || patch.tree != tree) {
            return Ok(None);
        }
        let base = self.repo.commit(&tree)?.tree;
        let change: Edits = patches.iter().map(|patch| (patch.path.clone(), patch.to)).collect();
        let trees = self
            .repo
            .with_edits(&base, &change)
            .and_then(|theirs| Ok((theirs, self.repo.with_edits(self.tip.root(), &self.now)?)));
        let (theirs, ours) = match trees {
            Ok(trees) => trees,
            Err(EditError::Clash(_)) => return Ok(None),
            Err(EditError::Git(error)) => return Err(error),
        };
        match self.repo.merge_whole(&base, &ours, &theirs) {
            Ok(merged) => Ok(Some(merged)),
            Err(GitError::NoProgram(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Takes git's outcome, as long as it stays on the paths that were asked about. What is plain
    /// stays so: a conflict elsewhere in the step is nobody else's.
    fn take(&mut self, played: Played, patches: &[&Patch], outcomes: &[Plain], merged: WholeMerge) {
        let reason = match merged {
            WholeMerge::Conflict(words) => Reason::Git(words),
            WholeMerge::Clean(changes) => {
                let ours = |path: &RepoPath| patches.iter().any(|patch| patch.path == *path);
                match changes.iter().find(|change| !ours(&change.path)) {
                    None => {
                        for change in changes {
                            self.set(&change.path, change.new);
                        }
                        return;
                    }
                    Some(other) => Reason::Git(format!(
                        "it was renamed since: its change would go to {}",
                        other.path.shown()
                    )),
                }
            }
        };
        for (patch, outcome) in patches.iter().zip(outcomes) {
            match outcome {
                Plain::Becomes(entry) => self.set(&patch.path, *entry),
                Plain::Clash(own) => self.clash(&patch.path, played, own.clone()),
                // git suggests to rename the new files' folder, which says less.
                Plain::Ask(own @ Reason::FolderInUse(_)) => {
                    self.clash(&patch.path, played, own.clone());
                }
                Plain::Ask(_) => self.clash(&patch.path, played, reason.clone()),
            }
        }
    }
}

/// What a replay came to.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The resulting tree; `None` where something stands in the way.
    pub tree: Option<ObjectId>,
    /// What it has otherwise than the tip.
    pub changes: Vec<Change>,
    /// What stands in the way.
    pub clashes: Vec<Clash>,
}

/// The folders that a path lies in, the innermost first; not the root.
fn folders(path: &RepoPath) -> impl Iterator<Item = RepoPath> {
    let bytes = path.as_bytes().to_vec();
    let ends: Vec<usize> = memchr::memrchr_iter(b'/', &bytes).collect();
    ends.into_iter().map(move |end| RepoPath::from_bytes(&bytes[..end]))
}
