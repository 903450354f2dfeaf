//! A repository, opened once per run: objects, names and configuration.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::backend::{self, Backend, Pointer};
use super::diff::Compared;
use super::digest::id_of;
use super::graph::{CommitGraph, Node};
use super::object::{Object, ObjectKind, Tag, Tree};
use super::place::Place;
use super::settings::Settings;
use super::tree_cache::TreeCache;
use super::types::ById;
use super::{Cause, Commit, Engine, Entry, GitError, Lack, ObjectId, RefName, RepoPath, Seconds};

/// An open repository. Hands out owned data only; what writes stands in `write` alone.
pub struct Repo {
    /// Where it was looked for.
    pub(super) folder: PathBuf,
    backend: Box<dyn Backend>,
    engine: Engine,
    refused: Option<String>,
    settings: OnceCell<Settings>,
    cut: OnceCell<BTreeSet<ObjectId>>,
    graph: OnceCell<Option<CommitGraph>>,
    /// Commits that a walk has come by.
    nodes: RefCell<HashMap<ObjectId, Rc<Node>, ById>>,
    /// Merge bases that were asked for: every trusted place is looked for from the same ends.
    pub(super) merge_bases: RefCell<BTreeMap<(ObjectId, ObjectId), Vec<ObjectId>>>,
    trees: TreeCache,
    pub(super) compared: RefCell<Compared>,
    /// Objects that are nowhere but here.
    pub(super) drafts: RefCell<HashMap<ObjectId, Object, ById>>,
}

/// What a ref or an id stands for, tags peeled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peeled {
    /// The commit, where it ends in one.
    pub commit: Option<ObjectId>,
    /// Whether a tag object lies in between.
    pub annotated: bool,
}

/// A file read from a commit's tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TreeFile {
    /// A plain file's content.
    Content(Vec<u8>),
    /// A symbolic link, a submodule or a folder: never followed.
    NotAFile(&'static str),
}

/// A remote's name and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// `origin`.
    pub name: String,
    /// Its fetch and push URLs.
    pub urls: Vec<String>,
    /// Whether its configuration keeps tags from being fetched (`tagOpt = --no-tags`).
    pub without_tags: bool,
}

/// How many refs may point to one another in a row: what git itself follows.
const SYMBOLIC_DEPTH: usize = 5;

impl Repo {
    /// Opens the repository that `folder` is in, or that `GIT_DIR` names: by libgit2, and where
    /// that refuses, by the git program. Where both do, the error is git's, which knows why.
    pub fn open(folder: &Path) -> Result<Self, GitError> {
        match Self::open_with(folder, Engine::Libgit2) {
            Ok(repo) => Ok(repo),
            Err(refused) => match Self::open_with(folder, Engine::GitProgram) {
                Ok(repo) => Ok(Self { refused: Some(refused.to_string()), ..repo }),
                Err(GitError::NoProgram(why)) => Err(GitError::NoProgram(format!(
                    "{why}; and without it, libgit2 does not open {}: {refused}",
                    folder.display()
                ))),
                Err(error) => Err(error),
            },
        }
    }

    /// The same by one engine alone.
    pub fn open_with(folder: &Path, engine: Engine) -> Result<Self, GitError> {
        Ok(Self {
            folder: folder.to_owned(),
            backend: backend::open(folder, engine)?,
            engine,
            refused: None,
            settings: OnceCell::new(),
            cut: OnceCell::new(),
            graph: OnceCell::new(),
            nodes: RefCell::default(),
            merge_bases: RefCell::default(),
            trees: TreeCache::default(),
            compared: RefCell::default(),
            drafts: RefCell::default(),
        })
    }

    /// Which engine answers.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        self.engine
    }

    /// Why it is not libgit2 that answers, in its own words.
    #[must_use]
    pub fn refused(&self) -> Option<&str> {
        self.refused.as_deref()
    }

    /// The top of the work tree; `None` in a bare repository.
    #[must_use]
    pub fn work_tree(&self) -> Option<&Path> {
        self.backend.work_tree()
    }

    /// The git directory that all worktrees share.
    #[must_use]
    pub fn common_dir(&self) -> PathBuf {
        self.backend.common_dir()
    }

    /// Whether history is cut off somewhere.
    pub fn is_shallow(&self) -> Result<bool, GitError> {
        Ok(!self.cut_off_at()?.is_empty())
    }

    /// The commits at which a shallow clone is cut off: their parents exist, but not here. Empty in
    /// a full clone.
    pub fn cut_off_at(&self) -> Result<&BTreeSet<ObjectId>, GitError> {
        if let Some(cut) = self.cut.get() {
            return Ok(cut);
        }
        let read = read_shallow(&self.common_dir().join("shallow"))?;
        Ok(self.cut.get_or_init(|| read))
    }

    /// Every configured remote.
    pub fn remotes(&self) -> Result<Vec<Remote>, GitError> {
        Ok(self.settings()?.remotes())
    }

    /// The name of the remote that leads to the place of a URL, however either is written.
    pub fn remote_at(&self, url: &str) -> Result<Option<String>, GitError> {
        let remotes = self.remotes()?;
        if let Some(exact) = remotes.iter().find(|remote| remote.urls.iter().any(|u| u == url)) {
            return Ok(Some(exact.name.clone()));
        }
        // What git takes paths to be relative to, also where it runs in a folder below.
        let common = self.common_dir();
        let folder = self.work_tree().unwrap_or(&common);
        let place = |url: &str| Place::of(url, folder).map(Place::followed);
        let Some(sought) = place(url) else { return Ok(None) };
        let leads =
            |remote: &Remote| remote.urls.iter().any(|u| place(u).as_ref() == Some(&sought));
        Ok(remotes.into_iter().find(leads).map(|remote| remote.name))
    }

    /// The refs that may hold what a remote has of a branch: the one that fetching writes, as the
    /// remote's settings say, then the usual one.
    pub fn tracking_refs(&self, remote: &str, branch: &str) -> Result<Vec<RefName>, GitError> {
        let usual = format!("{}{branch}", tracking(remote));
        let written = self.settings()?.written(remote, branch).filter(|name| *name != usual);
        Ok(written.into_iter().chain([usual]).map(|name| RefName::new(&name)).collect())
    }

    /// Whether fetching from a remote brings one of its branches; a clone of a single branch leaves
    /// out all others.
    pub fn fetches(&self, remote: &str, branch: &str) -> Result<bool, GitError> {
        Ok(self.settings()?.fetches(remote, branch))
    }

    /// The name of the remote that a branch here follows (`branch.<name>.remote`).
    pub fn tracked_remote(&self, branch: &str) -> Result<Option<String>, GitError> {
        Ok(self.settings()?.tracked(branch).map(str::to_owned))
    }

    /// The remote that stands for all of them, as the user has said (`checkout.defaultRemote`).
    pub fn default_remote(&self) -> Result<Option<String>, GitError> {
        Ok(self.settings()?.value("checkout.defaultremote").map(str::to_owned))
    }

    pub(super) fn settings(&self) -> Result<&Settings, GitError> {
        if let Some(settings) = self.settings.get() {
            return Ok(settings);
        }
        let read = self.backend.settings()?;
        Ok(self.settings.get_or_init(|| read))
    }

    /// What a ref stands for; `None` where there is no such ref.
    pub fn reference(&self, name: &RefName) -> Result<Option<Peeled>, GitError> {
        self.target(name)?.map(|target| self.peel(&target)).transpose()
    }

    /// The object that a ref holds, or that the ref it points to does.
    fn target(&self, name: &RefName) -> Result<Option<ObjectId>, GitError> {
        let mut name = name.as_str().to_owned();
        for _ in 0..SYMBOLIC_DEPTH {
            match self.backend.reference(&name)? {
                None => return Ok(None),
                Some(Pointer::Object(target)) => return Ok(Some(target)),
                Some(Pointer::Ref(next)) => name = next,
            }
        }
        Err(GitError::Other(format!("{name} points to refs that only point to one another")))
    }

    /// When a tag was set: by its tagger, or, where it is no object of its own, when its commit
    /// was made. `None` where there is no such tag, or it ends in no commit.
    pub fn tag_time(&self, name: &RefName) -> Result<Option<Seconds>, GitError> {
        let Some(target) = self.target(name)? else { return Ok(None) };
        let object = self.object(&target)?;
        if object.kind == ObjectKind::Tag
            && let Some(time) = Tag::parse(&target, &object.content)?.time
        {
            return Ok(Some(time));
        }
        let commit = self.peel(&target)?.commit;
        Ok(commit.map(|commit| self.commit(&commit)).transpose()?.map(|commit| commit.time))
    }

    /// The branch that `refs/remotes/<remote>/HEAD` points to.
    pub fn remote_head(&self, remote: &str) -> Result<Option<String>, GitError> {
        let folder = format!("refs/remotes/{remote}/");
        Ok(match self.backend.reference(&format!("{folder}HEAD"))? {
            Some(Pointer::Ref(target)) => match target.strip_prefix(&folder) {
                Some(branch) => Some(branch.to_owned()),
                None => self.settings()?.written_for(remote, &target),
            },
            _ => None,
        })
    }

    /// Whether a remote's tracking refs may know a commit of this time. They cannot, where the last
    /// of them was written before: then none of them has to be read, nor any commit they stand on.
    /// Where the clock of whoever made the commit was ahead, it is judged once more.
    pub(super) fn may_be_tracked(&self, remote: &str, time: Seconds) -> bool {
        let written = self.backend.written_at(&self.tracking(remote));
        written.is_none_or(|written| time <= written)
    }

    /// Where a remote's tracking refs lie, as its settings say; else where they usually do.
    fn tracking(&self, remote: &str) -> String {
        let said = self.settings().ok().and_then(|settings| settings.written_below(remote));
        said.unwrap_or_else(|| tracking(remote))
    }

    /// The commits that a remote's tracking refs stand on: what that remote is known to have.
    pub fn tracked_tips(&self, remote: &str) -> Result<Vec<ObjectId>, GitError> {
        let mut tips = self.backend.targets_below(&self.tracking(remote))?;
        tips.sort_unstable();
        tips.dedup();
        Ok(tips)
    }

    /// Whether the object is here.
    #[must_use]
    pub fn has(&self, object: &ObjectId) -> bool {
        self.drafts.borrow().contains_key(object) || self.backend.has(object).unwrap_or(false)
    }

    /// Whether an object is kept in memory, and nowhere on disk: nobody has ever had it.
    #[must_use]
    pub fn is_new(&self, object: &ObjectId) -> bool {
        self.is_draft(object) && !self.backend.has(object).unwrap_or(false)
    }

    /// Follows tags to what they stand for.
    pub fn peel(&self, object: &ObjectId) -> Result<Peeled, GitError> {
        let mut id = *object;
        let mut annotated = false;
        loop {
            let Object { kind, content } = self.object(&id)?;
            match kind {
                ObjectKind::Commit => return Ok(Peeled { commit: Some(id), annotated }),
                ObjectKind::Tree | ObjectKind::Blob => {
                    return Ok(Peeled { commit: None, annotated });
                }
                // A tag holds the hash of what it stands on, so tags cannot go round in a circle.
                ObjectKind::Tag => id = Tag::parse(&id, &content)?.target,
            }
            annotated = true;
        }
    }

    /// The commit that a revision means: an id, a branch, a tag, `HEAD~2`.
    pub fn resolve(&self, revision: &str) -> Result<ObjectId, GitError> {
        let object = match revision.parse::<ObjectId>() {
            Ok(object) => object,
            // libgit2 takes no name for HEAD: an empty variable in CI would become an empty range.
            Err(_) if revision.is_empty() => return Err(GitError::UnknownName(String::new())),
            Err(_) => self.backend.resolve(revision)?,
        };
        self.peel(&object)?.commit.ok_or_else(|| GitError::NotACommit {
            name: revision.to_owned(),
            kind: "tree or a file",
        })
    }

    /// A commit's data. Where a shallow clone is cut off, a commit has no parents.
    pub fn commit(&self, commit: &ObjectId) -> Result<Commit, GitError> {
        let content = self.read(commit, ObjectKind::Commit)?;
        let mut parsed = Commit::parse(commit, &content)?;
        if self.cut_off_at()?.contains(commit) {
            parsed.parents.clear();
        }
        Ok(parsed)
    }

    /// What a walk needs of a commit: from the commit-graph, where it is in there, else read.
    pub(super) fn node(&self, id: &ObjectId) -> Result<Rc<Node>, GitError> {
        if let Some(known) = self.nodes.borrow().get(id) {
            return Ok(Rc::clone(known));
        }
        let node = match self.graph(id)?.and_then(|graph| graph.node(id)) {
            Some(node) => node,
            None => Node::unknown(self.commit(id)?),
        };
        let node = Rc::new(node);
        self.nodes.borrow_mut().insert(*id, Rc::clone(&node));
        Ok(node)
    }

    /// The commit-graph. Not in a shallow clone, which may have one from before it was cut off.
    pub(super) fn graph(&self, sample: &ObjectId) -> Result<Option<&CommitGraph>, GitError> {
        if self.is_shallow()? {
            return Ok(None);
        }
        let open = || CommitGraph::open(&self.common_dir().join("objects"), sample);
        Ok(self.graph.get_or_init(open).as_ref())
    }

    /// The tree of a commit.
    pub(super) fn tree_of(&self, commit: &ObjectId) -> Result<ObjectId, GitError> {
        Ok(self.node(commit)?.tree)
    }

    /// What stands at `path` in a commit's tree.
    pub fn entry(&self, commit: &ObjectId, path: &RepoPath) -> Result<Option<Entry>, GitError> {
        let mut entry = Entry { mode: Entry::FOLDER, oid: self.tree_of(commit)? };
        for name in path.as_bytes().split(|byte| *byte == b'/') {
            if !entry.is_folder() {
                return Ok(None);
            }
            match self.tree(&entry.oid)?.find(name)? {
                Some(next) => entry = next,
                None => return Ok(None),
            }
        }
        Ok(Some(entry))
    }

    /// The file at `path` in a commit's tree.
    pub fn file(&self, commit: &ObjectId, path: &RepoPath) -> Result<Option<TreeFile>, GitError> {
        let Some(entry) = self.entry(commit, path)? else { return Ok(None) };
        Ok(Some(match entry.mode & 0o170_000 {
            0o120_000 => TreeFile::NotAFile("a symbolic link"),
            0o160_000 => TreeFile::NotAFile("a submodule"),
            0o040_000 => TreeFile::NotAFile("a folder"),
            _ => TreeFile::Content(self.blob(&entry.oid)?),
        }))
    }

    /// A blob's content.
    pub fn blob(&self, blob: &ObjectId) -> Result<Vec<u8>, GitError> {
        self.read(blob, ObjectKind::Blob)
    }

    pub(super) fn tree(&self, tree: &ObjectId) -> Result<Rc<Tree>, GitError> {
        if let Some(known) = self.trees.get(tree) {
            return Ok(known);
        }
        let read = Rc::new(Tree::new(*tree, self.read(tree, ObjectKind::Tree)?));
        self.trees.keep(*tree, Rc::clone(&read));
        Ok(read)
    }

    fn object(&self, id: &ObjectId) -> Result<Object, GitError> {
        if let Some(draft) = self.drafts.borrow().get(id) {
            return Ok(draft.clone());
        }
        let object = self.backend.object(id).map_err(|error| match error {
            GitError::Absent(lack) => self.absent(&lack.object),
            other => other,
        })?;
        // git does not look when it reads. What has another object's name could pass for unchanged.
        match id_of(object.kind, &object.content, id)? == *id {
            true => Ok(object),
            false => Err(GitError::Other(format!(
                "object {} holds something else than its name says: the repository is damaged",
                id.short()
            ))),
        }
    }

    /// That an object is not here, with what is known of the cause.
    #[must_use]
    pub fn absent(&self, object: &ObjectId) -> GitError {
        // What cannot be read here explains nothing, and the object stays absent.
        let promisor = self.settings().ok().and_then(Settings::promisor);
        let shallow = self.is_shallow().unwrap_or(false);
        let cause = Cause::find(&self.common_dir().join("objects"), promisor, shallow);
        GitError::Absent(Lack { object: *object, cause })
    }

    /// An object's bytes, where it is of the kind that it has to be.
    fn read(&self, id: &ObjectId, kind: ObjectKind) -> Result<Vec<u8>, GitError> {
        let object = self.object(id)?;
        if object.kind == kind {
            return Ok(object.content);
        }
        let (is, wanted) = (object.kind.name(), kind.name());
        Err(GitError::Other(format!("object {} is {is}, not {wanted}", id.short())))
    }
}

/// Where a remote's tracking refs lie where nothing else is said.
fn tracking(remote: &str) -> String {
    format!("refs/remotes/{remote}/")
}

fn read_shallow(file: &Path) -> Result<BTreeSet<ObjectId>, GitError> {
    let problem =
        |error: &dyn std::fmt::Display| GitError::Other(format!("{}: {error}", file.display()));
    match std::fs::read_to_string(file) {
        Ok(text) => text.lines().map(|id| id.trim().parse().map_err(|e| problem(&e))).collect(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(BTreeSet::new()),
        Err(error) => Err(problem(&error)),
    }
}
