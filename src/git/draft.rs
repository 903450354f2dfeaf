//! Objects that exist in memory only. What a rollback would make is worked out here, and read like
//! everything else; nothing is written before it is asked for.

use std::collections::BTreeMap;

use git2::{ObjectFormat, ObjectType};

use super::digest::id_of;
use super::object::{Object, ObjectKind, TreeEntry};
use super::{Entry, GitError, ObjectId, Repo, RepoPath};

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

    /// Every object that is kept in memory, by its id.
    #[must_use]
    pub fn drafts(&self) -> BTreeMap<ObjectId, Object> {
        self.drafts.borrow().iter().map(|(id, object)| (*id, object.clone())).collect()
    }

    /// The tree that a tree becomes by edits. Folders that become empty go away, as git has it;
    /// modes are written as git writes them.
    pub fn with_edits(&self, tree: &ObjectId, edits: &Edits) -> Result<ObjectId, EditError> {
        let flat: Vec<Edit<'_>> =
            edits.iter().map(|(path, entry)| (path.as_bytes(), *entry)).collect();
        let made = self.edited(Some(tree), &flat, &mut Vec::new(), tree)?;
        match made {
            Some(tree) => Ok(tree),
            None => Ok(self.draft(ObjectKind::Tree, Vec::new(), tree)?),
        }
    }

    /// `None` where nothing is left.
    fn edited(
        &self,
        tree: Option<&ObjectId>,
        edits: &[Edit<'_>],
        folder: &mut Vec<u8>,
        like: &ObjectId,
    ) -> Result<Option<ObjectId>, EditError> {
        let mut names = self.names_of(tree)?;
        for (name, of_name) in by_name(edits) {
            let was = names.get(name).copied();
            let length = folder.len();
            if length > 0 {
                folder.push(b'/');
            }
            folder.extend_from_slice(name);
            let becomes = self.named(was, &of_name, folder, like)?;
            folder.truncate(length);
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

    /// What one name of a folder becomes: by an edit of its own, by edits below it, or by both.
    fn named(
        &self,
        was: Option<Entry>,
        edits: &OfName<'_>,
        path: &mut Vec<u8>,
        like: &ObjectId,
    ) -> Result<Option<Entry>, EditError> {
        let file = match edits.own {
            Some(own) => own,
            None => was.filter(|was| !was.is_folder()),
        };
        let folder = was.filter(Entry::is_folder).map(|folder| folder.oid);
        let folder = match edits.below.as_slice() {
            [] => folder,
            below => self.edited(folder.as_ref(), below, path, like)?,
        };
        match (file, folder) {
            (Some(_), Some(_)) => Err(EditError::Clash(RepoPath::from_bytes(path))),
            (Some(file), None) => Ok(Some(file)),
            (None, Some(oid)) => Ok(Some(Entry { mode: Entry::FOLDER, oid })),
            (None, None) => Ok(None),
        }
    }
}

/// The rest of a path below some folder, and what shall stand there.
type Edit<'p> = (&'p [u8], Option<Entry>);

/// The edits that concern one name of a folder.
#[derive(Default)]
struct OfName<'p> {
    own: Option<Option<Entry>>,
    below: Vec<Edit<'p>>,
}

fn by_name<'p>(edits: &[Edit<'p>]) -> BTreeMap<&'p [u8], OfName<'p>> {
    let mut names: BTreeMap<&[u8], OfName<'_>> = BTreeMap::new();
    for (path, entry) in edits {
        match memchr::memchr(b'/', path) {
            None => names.entry(path).or_default().own = Some(*entry),
            Some(slash) => {
                let (name, rest) = (&path[..slash], &path[slash + 1..]);
                names.entry(name).or_default().below.push((rest, *entry));
            }
        }
    }
    names
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
