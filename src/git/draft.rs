//! Objects that exist in memory only. What a rollback would make is worked out here, and read like
//! everything else; nothing is written before it is asked for.

use std::collections::BTreeMap;

use git2::{ObjectFormat, ObjectType};

use super::digest::id_of;
use super::object::{Object, ObjectKind, TreeEntry};
use super::{Entry, GitError, ObjectId, Repo, RepoPath, Seconds};

/// What shall stand at paths; `None` takes a path away.
pub type Edits = BTreeMap<RepoPath, Option<Entry>>;

/// Why a tree cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// A file and a folder of the same name.
    #[error("{} would be both a file and a folder", .0.shown())]
    Clash(RepoPath),
    /// The repository did not answer.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl Repo {
    /// Keeps an object in memory, where every question to this repository finds it. `like` is any
    /// id of this repository: it tells how long ids are.
    pub fn draft(
        &self,
        kind: ObjectKind,
        content: Vec<u8>,
        like: &ObjectId,
    ) -> Result<ObjectId, GitError> {
        let id = id_of(kind, &content, like)?;
        self.drafts.borrow_mut().entry(id).or_insert(Object { kind, content });
        Ok(id)
    }

    /// Whether an object was kept in memory: it may be new.
    #[must_use]
    pub fn is_draft(&self, object: &ObjectId) -> bool {
        self.drafts.borrow().contains_key(object)
    }

    /// A commit in memory that only carries a tree.
    pub fn draft_commit(
        &self,
        tree: &ObjectId,
        parent: Option<&ObjectId>,
    ) -> Result<ObjectId, GitError> {
        self.draft_commit_saying(tree, parent, "scratch")
    }

    /// A commit in memory with a message.
    pub fn draft_commit_saying(
        &self,
        tree: &ObjectId,
        parent: Option<&ObjectId>,
        message: &str,
    ) -> Result<ObjectId, GitError> {
        let parent = parent.map(|parent| format!("parent {parent}\n")).unwrap_or_default();
        let who = "backout <backout@localhost> 0 +0000";
        let text = format!("tree {tree}\n{parent}author {who}\ncommitter {who}\n\n{message}\n");
        self.draft(ObjectKind::Commit, text.into_bytes(), tree)
    }

    /// A merge in memory. Walks of history go by times, and so it needs one.
    pub(super) fn draft_merge(
        &self,
        tree: &ObjectId,
        parents: &[ObjectId],
        time: Seconds,
        message: &str,
    ) -> Result<ObjectId, GitError> {
        let parents: String = parents.iter().map(|parent| format!("parent {parent}\n")).collect();
        let who = format!("backout <backout@localhost> {} +0000", time.0);
        let text = format!("tree {tree}\n{parents}author {who}\ncommitter {who}\n\n{message}\n");
        self.draft(ObjectKind::Commit, text.into_bytes(), tree)
    }

    /// Every object that is kept in memory, by its id.
    #[must_use]
    pub fn drafts(&self) -> BTreeMap<ObjectId, Object> {
        self.drafts.borrow().iter().map(|(id, object)| (*id, object.clone())).collect()
    }

    /// The tree that a tree becomes by edits, of which the last of a path counts. Folders that
    /// become empty go away, as git has it; modes are written as git writes them.
    pub fn with_edits<'e>(
        &self,
        tree: &ObjectId,
        edits: impl IntoIterator<Item = (&'e RepoPath, Option<Entry>)>,
    ) -> Result<ObjectId, EditError> {
        let mut edits: Vec<Edit<'_>> =
            edits.into_iter().map(|(path, entry)| (path.as_bytes(), entry)).collect();
        edits.sort_by(|(one, _), (other, _)| by_components(one, other));
        edits.dedup_by(|later, first| {
            let same = later.0 == first.0;
            if same {
                *first = *later;
            }
            same
        });
        let made = self.edited(Some(tree), &edits, 0, tree)?;
        match made {
            Some(tree) => Ok(tree),
            None => Ok(self.draft(ObjectKind::Tree, Vec::new(), tree)?),
        }
    }

    /// What a folder becomes by the edits below it, whose paths go on from `folder`: the length of
    /// its own, with the slash. `None` where nothing is left.
    fn edited(
        &self,
        tree: Option<&ObjectId>,
        edits: &[Edit<'_>],
        folder: usize,
        like: &ObjectId,
    ) -> Result<Option<ObjectId>, EditError> {
        let mut names = self.names_of(tree)?;
        for of_name in
            edits.chunk_by(|(one, _), (other, _)| name(one, folder) == name(other, folder))
        {
            let Some((path, _)) = of_name.first() else { continue };
            let name = name(path, folder);
            let was = names.get(name).copied();
            let becomes = self.named(was, of_name, folder + name.len(), like)?;
            match becomes {
                Some(entry) => names.insert(name.to_vec(), entry),
                None => names.remove(name),
            };
        }
        if names.is_empty() {
            return Ok(None);
        }
        Ok(Some(self.draft(ObjectKind::Tree, written(&names), like)?))
    }

    fn names_of(&self, tree: Option<&ObjectId>) -> Result<BTreeMap<Vec<u8>, Entry>, GitError> {
        let Some(tree) = tree else { return Ok(BTreeMap::new()) };
        let tree = self.tree(tree)?;
        tree.entries().map(|found| found.map(|e| (e.name.to_vec(), e.entry))).collect()
    }

    /// What one name of a folder becomes, whose path is so long: by an edit of its own, which comes
    /// first, by edits below it, or by both.
    fn named(
        &self,
        was: Option<Entry>,
        edits: &[Edit<'_>],
        length: usize,
        like: &ObjectId,
    ) -> Result<Option<Entry>, EditError> {
        let (own, below) = match edits {
            [(path, own), below @ ..] if path.len() == length => (Some(*own), below),
            below => (None, below),
        };
        let file = own.unwrap_or_else(|| was.filter(|was| !was.is_folder()));
        let folder = was.filter(Entry::is_folder).map(|folder| folder.oid);
        let folder = match below {
            [] => folder,
            below => self.edited(folder.as_ref(), below, length + 1, like)?,
        };
        match (file, folder) {
            (Some(_), Some(_)) => {
                let path = edits.first().and_then(|(path, _)| path.get(..length));
                Err(EditError::Clash(RepoPath::from_bytes(path.unwrap_or_default())))
            }
            (Some(file), None) => Ok(Some(file)),
            (None, Some(oid)) => Ok(Some(Entry { mode: Entry::FOLDER, oid })),
            (None, None) => Ok(None),
        }
    }
}

/// A path, and what shall stand there.
type Edit<'p> = (&'p [u8], Option<Entry>);

/// By folders: what lies below a name follows right after it.
fn by_components(one: &[u8], other: &[u8]) -> std::cmp::Ordering {
    one.split(|byte| *byte == b'/').cmp(other.split(|byte| *byte == b'/'))
}

/// The name in a path that begins at `from`.
fn name(path: &[u8], from: usize) -> &[u8] {
    let rest = path.get(from..).unwrap_or_default();
    memchr::memchr(b'/', rest).and_then(|slash| rest.get(..slash)).unwrap_or(rest)
}

fn written(names: &BTreeMap<Vec<u8>, Entry>) -> Vec<u8> {
    let mut entries: Vec<TreeEntry<'_>> =
        names.iter().map(|(name, entry)| TreeEntry { name, entry: *entry }).collect();
    entries.sort_by(TreeEntry::order);
    let mut content = Vec::new();
    for TreeEntry { name, entry } in entries {
        content.extend_from_slice(format!("{:o} ", entry.mode).as_bytes());
        content.extend_from_slice(name);
        content.push(0);
        content.extend_from_slice(entry.oid.as_bytes());
    }
    content
}

/// How objects are named where this is an id.
pub(super) fn format_of(like: &ObjectId) -> ObjectFormat {
    match like.as_bytes().len() {
        32 => ObjectFormat::Sha256,
        _ => ObjectFormat::Sha1,
    }
}

pub(super) const fn kind_for_git(kind: ObjectKind) -> ObjectType {
    match kind {
        ObjectKind::Commit => ObjectType::Commit,
        ObjectKind::Tree => ObjectType::Tree,
        ObjectKind::Blob => ObjectType::Blob,
        ObjectKind::Tag => ObjectType::Tag,
    }
}
