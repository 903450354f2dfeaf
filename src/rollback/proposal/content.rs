//! What the commits change, as the forge's tree call wants it.

use super::{Means, Proposal, ProposeError, Via};
use crate::forge::{Client, Refusal, TreeItem};
use crate::git::{Change, Entry, ObjectId, Repo, RepoPath};

/// What goes into one request, in bytes of text.
const TEXT: usize = 8 * 1024 * 1024;

/// The changes of each commit.
pub(super) struct Content {
    /// For each draft: the tree before, and what is done to it.
    pub(super) steps: Vec<Step>,
    /// A workflow file that changes.
    pub(super) workflow: Option<String>,
}

/// One commit's changes.
pub(super) struct Step {
    before: ObjectId,
    after: ObjectId,
    changes: Vec<(String, Option<Entry>)>,
}

/// Works out what each draft changes.
pub(super) fn content(means: &Means<'_, '_>, proposal: &Proposal) -> Result<Content, ProposeError> {
    let repo = means.repo;
    if let Via::Push(_) = means.via {
        // git says itself what it pushes.
        return Ok(Content { steps: Vec::new(), workflow: None });
    }
    let mut before = repo.commit(&proposal.onto)?.tree;
    let mut steps = Vec::new();
    let mut workflow = None;
    for draft in &proposal.drafts {
        let changes = repo.changes_between(&before, &draft.tree)?;
        let read: Result<Vec<_>, _> = changes.iter().map(named).collect();
        let changes = read?;
        let is_workflow = |(path, _): &&(String, _)| path.starts_with(".github/workflows/");
        workflow = workflow.or_else(|| changes.iter().find(is_workflow).map(|one| one.0.clone()));
        steps.push(Step { before, after: draft.tree, changes });
        before = draft.tree;
    }
    Ok(Content { steps, workflow })
}

/// Only git itself takes paths that are no text.
fn named(change: &Change) -> Result<(String, Option<Entry>), ProposeError> {
    match change.path.as_str() {
        Some(path) => Ok((path.to_owned(), change.new)),
        None => Err(no_text(&change.path)),
    }
}

fn no_text(path: &RepoPath) -> ProposeError {
    ProposeError::InTheWay {
        why: format!("the path {} is no UTF-8, which GitHub's API cannot say", path.shown()),
        help: "let git bring it there: `--via push`".to_owned(),
    }
}

impl Step {
    /// Makes the tree on the forge, which has to have the id that it has here.
    pub(super) fn make(&self, client: &Client<'_>, repo: &Repo) -> Result<(), ProposeError> {
        // What a revert brings back was there before, and the forge has it. Only what a merge put
        // together is new.
        let made = match self.tree(client, repo, |entry| repo.is_draft(&entry.oid)) {
            Err(ProposeError::Refused(Refusal::Unprocessable(_) | Refusal::NotFound(_))) => {
                self.tree(client, repo, |_| true)?
            }
            other => other?,
        };
        same(&made, &self.after, "tree")
    }

    fn tree(
        &self,
        client: &Client<'_>,
        repo: &Repo,
        is_new: impl Fn(&Entry) -> bool,
    ) -> Result<ObjectId, ProposeError> {
        // First what goes: a file may become a folder, and the other way round.
        let gone = self.changes.iter().filter(|(_, entry)| entry.is_none());
        let mut items: Vec<TreeItem> =
            gone.map(|(path, _)| TreeItem::Nothing { path: path.clone() }).collect();
        let (mut tree, mut size) = (self.before, 0);
        for (path, entry) in &self.changes {
            let Some(entry) = entry else { continue };
            let item = match is_new(entry) && !is_submodule(entry) {
                true => upload(client, repo, path, entry)?,
                false => TreeItem::Object { path: path.clone(), mode: entry.mode, id: entry.oid },
            };
            if let TreeItem::Text { text, .. } = &item {
                size += text.len();
            }
            items.push(item);
            if size > TEXT {
                tree = client.create_tree(&tree, &items)?;
                (items, size) = (Vec::new(), 0);
            }
        }
        if !items.is_empty() {
            tree = client.create_tree(&tree, &items)?;
        }
        Ok(tree)
    }
}

const fn is_submodule(entry: &Entry) -> bool {
    entry.mode & 0o170_000 == 0o160_000
}

/// A new content: text goes along with the tree, anything else is stored before.
fn upload(
    client: &Client<'_>,
    repo: &Repo,
    path: &str,
    entry: &Entry,
) -> Result<TreeItem, ProposeError> {
    let (path, mode) = (path.to_owned(), entry.mode);
    match String::from_utf8(repo.blob(&entry.oid)?) {
        Ok(text) if !text.contains('\0') => Ok(TreeItem::Text { path, mode, text }),
        Ok(text) => stored(client, path, entry, text.as_bytes()),
        Err(bytes) => stored(client, path, entry, bytes.as_bytes()),
    }
}

fn stored(
    client: &Client<'_>,
    path: String,
    entry: &Entry,
    content: &[u8],
) -> Result<TreeItem, ProposeError> {
    same(&client.create_blob(content)?, &entry.oid, "file")?;
    Ok(TreeItem::Object { path, mode: entry.mode, id: entry.oid })
}

/// What the forge made is what was asked for, byte for byte: its id is its hash.
fn same(made: &ObjectId, wanted: &ObjectId, what: &str) -> Result<(), ProposeError> {
    match made == wanted {
        true => Ok(()),
        false => Err(Refusal::Otherwise(format!(
            "the forge made another {what} ({}) than planned ({}); nothing was committed",
            made.short(),
            wanted.short()
        ))
        .into()),
    }
}
