//! What the commits change, as the forge's tree call wants it.

use std::collections::BTreeSet;

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

/// More files than these, each of which takes a request of its own, are told before they are sent.
const MANY: usize = 50;

impl Content {
    /// Says where many requests are to come, and what does without them.
    pub(super) fn tell_of_many(
        &self,
        client: &Client<'_>,
        repo: &Repo,
    ) -> Result<(), ProposeError> {
        let new = |step: &Step| step.rounds(repo).into_iter().next().unwrap_or_default();
        tell_of_many(client, repo, &self.steps.iter().flat_map(new).collect())
    }
}

fn tell_of_many(
    client: &Client<'_>,
    repo: &Repo,
    new: &BTreeSet<ObjectId>,
) -> Result<(), ProposeError> {
    if new.len() <= MANY {
        return Ok(());
    }
    let mut alone: usize = 0;
    for id in new {
        alone += usize::from(text(repo.blob(id)?).is_err());
    }
    if alone > MANY {
        client.say(&format!(
            "{alone} files are no UTF-8 text and are sent one by one, a request each: \
             `--via push` sends them all at once"
        ));
    }
    Ok(())
}

impl Step {
    /// Makes the tree on the forge, which has to have the id that it has here.
    pub(super) fn make(&self, client: &Client<'_>, repo: &Repo) -> Result<(), ProposeError> {
        let mut rounds = self.rounds(repo).into_iter().enumerate().peekable();
        while let Some((round, new)) = rounds.next() {
            if round > 0 {
                tell_of_many(client, repo, &new)?;
            }
            match self.tree(client, repo, &new) {
                Err(ProposeError::Refused(Refusal::Unprocessable(_) | Refusal::NotFound(_)))
                    if rounds.peek().is_some() => {}
                made => return same(&made?, &self.after, "tree"),
            }
        }
        Ok(())
    }

    /// Which contents are sent: what a revert brings back was there before, and the forge has it;
    /// only what a merge put together is new, unless it was there before as well. Where the forge
    /// lacks something, what is on disk here was never pushed: then more is sent, and at last all.
    fn rounds(&self, repo: &Repo) -> Vec<BTreeSet<ObjectId>> {
        let of = |is_sent: &dyn Fn(&ObjectId) -> bool| {
            let entries = self.changes.iter().filter_map(|(_, entry)| entry.as_ref());
            let files = entries.filter(|entry| !is_submodule(entry)).map(|entry| entry.oid);
            files.filter(|id| is_sent(id)).collect::<BTreeSet<_>>()
        };
        let mut rounds =
            vec![of(&|id| repo.is_new(id)), of(&|id| repo.is_draft(id)), of(&|_| true)];
        rounds.dedup();
        rounds
    }

    fn tree(
        &self,
        client: &Client<'_>,
        repo: &Repo,
        new: &BTreeSet<ObjectId>,
    ) -> Result<ObjectId, ProposeError> {
        // First what goes: a file may become a folder, and the other way round.
        let gone = self.changes.iter().filter(|(_, entry)| entry.is_none());
        let mut items: Vec<TreeItem> =
            gone.map(|(path, _)| TreeItem::Nothing { path: path.clone() }).collect();
        let (mut tree, mut size) = (self.before, 0);
        for (path, entry) in &self.changes {
            let Some(entry) = entry else { continue };
            let item = match new.contains(&entry.oid) && !is_submodule(entry) {
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
    match text(repo.blob(&entry.oid)?) {
        Ok(text) => Ok(TreeItem::Text { path, mode, text }),
        Err(bytes) => stored(client, path, entry, &bytes),
    }
}

/// A content as text, which JSON can say; else as it is.
fn text(content: Vec<u8>) -> Result<String, Vec<u8>> {
    match String::from_utf8(content) {
        Ok(text) if !text.contains('\0') => Ok(text),
        Ok(text) => Err(text.into_bytes()),
        Err(error) => Err(error.into_bytes()),
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
