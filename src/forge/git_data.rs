//! git's objects and refs on a forge.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::client::Client;
use super::refusal::Refusal;
use crate::git::{ObjectId, RefName};

/// What shall stand at a path of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TreeItem {
    /// An object that the forge has.
    Object {
        /// The path.
        path: String,
        /// The mode, as git writes it: `0o100644`, `0o160000`.
        mode: u32,
        /// The object: a blob, or a submodule's commit.
        id: ObjectId,
    },
    /// A file, or a link, whose text goes along.
    Text {
        /// The path.
        path: String,
        /// The mode.
        mode: u32,
        /// The content.
        text: String,
    },
    /// Nothing.
    Nothing {
        /// The path.
        path: String,
    },
}

impl TreeItem {
    /// As the tree call wants it. `"sha": null` takes a path away, which is why this is no type of
    /// octocrab's.
    fn body(&self) -> Value {
        let entry = |path: &str, mode: u32, name: &str, value: Value| {
            let kind = if mode == 0o160_000 { "commit" } else { "blob" };
            let mut entry = Map::new();
            entry.insert("path".to_owned(), path.into());
            entry.insert("mode".to_owned(), format!("{mode:06o}").into());
            entry.insert("type".to_owned(), kind.into());
            entry.insert(name.to_owned(), value);
            Value::Object(entry)
        };
        match self {
            Self::Object { path, mode, id } => entry(path, *mode, "sha", id.to_string().into()),
            Self::Text { path, mode, text } => entry(path, *mode, "content", text.clone().into()),
            Self::Nothing { path } => entry(path, 0o100_644, "sha", Value::Null),
        }
    }
}

/// A commit on the forge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeCommit {
    /// Its id.
    pub id: ObjectId,
    /// Its tree.
    pub tree: ObjectId,
    /// Its parents, the first one first.
    pub parents: Vec<ObjectId>,
    /// Its message.
    pub message: String,
    /// Whether the forge holds its signature for good; `None` where it does not say.
    pub verification: Option<Verification>,
}

/// What the forge says of a signature.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Verification {
    /// Whether it is good.
    pub verified: bool,
    /// Why: `valid`, `unsigned`.
    #[serde(default)]
    pub reason: String,
}

#[derive(Deserialize)]
struct Named {
    sha: String,
}

#[derive(Deserialize)]
struct CommitBody {
    sha: String,
    tree: Named,
    #[serde(default)]
    parents: Vec<Named>,
    #[serde(default)]
    message: String,
    verification: Option<Verification>,
}

#[derive(Deserialize)]
struct ReferenceBody {
    object: Named,
}

impl Client<'_> {
    /// The object that a ref stands on; `None` where there is no such ref.
    pub fn reference(&self, name: &RefName) -> Result<Option<ObjectId>, Refusal> {
        let short = short(name);
        let route = self.route(&["git", "ref", short]);
        let Some(answer) = self.look(&route)? else { return Ok(None) };
        let request = answer.request.clone();
        id(&request, &answer.read::<ReferenceBody>()?.object.sha).map(Some)
    }

    /// Makes a ref that is not there yet.
    pub fn create_reference(&self, name: &RefName, to: &ObjectId) -> Result<(), Refusal> {
        let body = json!({ "ref": name.as_str(), "sha": to.to_string() });
        self.send(&Method::POST, &self.route(&["git", "refs"]), Some(&body))?;
        Ok(())
    }

    /// Moves a ref; with force, wherever it stands.
    pub fn move_reference(
        &self,
        name: &RefName,
        to: &ObjectId,
        force: bool,
    ) -> Result<(), Refusal> {
        let body = json!({ "sha": to.to_string(), "force": force });
        self.send(&Method::PATCH, &self.route(&["git", "refs", short(name)]), Some(&body))?;
        Ok(())
    }

    /// Stores a file's content. To do so twice makes nothing new.
    pub fn create_blob(&self, content: &[u8]) -> Result<ObjectId, Refusal> {
        let body = json!({ "content": STANDARD.encode(content), "encoding": "base64" });
        self.create(&["git", "blobs"], &body)
    }

    /// Makes a tree out of another one. To do so twice makes nothing new.
    pub fn create_tree(&self, base: &ObjectId, items: &[TreeItem]) -> Result<ObjectId, Refusal> {
        let entries: Vec<Value> = items.iter().map(TreeItem::body).collect();
        let body = json!({ "base_tree": base.to_string(), "tree": entries });
        self.create(&["git", "trees"], &body)
    }

    /// An object, whose id is its hash: made once more where nobody knows whether it was made.
    fn create(&self, parts: &[&str], body: &Value) -> Result<ObjectId, Refusal> {
        let route = self.route(parts);
        let answer = match self.send(&Method::POST, &route, Some(body)) {
            Err(refusal) if refusal.is_open() => self.send(&Method::POST, &route, Some(body))?,
            other => other?,
        };
        let request = answer.request.clone();
        id(&request, &answer.read::<Named>()?.sha)
    }

    /// Makes a commit that nothing points to yet. The author is whoever the token stands for, which
    /// is why the forge can sign it.
    pub fn create_commit(
        &self,
        tree: &ObjectId,
        parents: &[ObjectId],
        message: &str,
    ) -> Result<MadeCommit, Refusal> {
        let parents: Vec<String> = parents.iter().map(ToString::to_string).collect();
        let body = json!({ "message": message, "tree": tree.to_string(), "parents": parents });
        let route = self.route(&["git", "commits"]);
        // One that nobody knows of is in nobody's way.
        let answer = match self.send(&Method::POST, &route, Some(&body)) {
            Err(refusal) if refusal.is_open() => self.send(&Method::POST, &route, Some(&body))?,
            other => other?,
        };
        let request = answer.request.clone();
        made(&request, answer.read()?)
    }

    /// A commit; `None` where the forge does not have it.
    pub fn commit(&self, commit: &ObjectId) -> Result<Option<MadeCommit>, Refusal> {
        let route = self.route(&["git", "commits", &commit.to_string()]);
        let Some(answer) = self.look(&route)? else { return Ok(None) };
        let request = answer.request.clone();
        made(&request, answer.read()?).map(Some)
    }
}

fn made(request: &str, body: CommitBody) -> Result<MadeCommit, Refusal> {
    let parents: Result<_, _> = body.parents.iter().map(|one| id(request, &one.sha)).collect();
    Ok(MadeCommit {
        id: id(request, &body.sha)?,
        tree: id(request, &body.tree.sha)?,
        parents: parents?,
        message: body.message,
        verification: body.verification,
    })
}

/// `heads/main`.
fn short(name: &RefName) -> &str {
    name.as_str().strip_prefix("refs/").unwrap_or(name.as_str())
}

/// An id in an answer.
pub(super) fn id(request: &str, text: &str) -> Result<ObjectId, Refusal> {
    text.parse().map_err(|error: crate::git::InvalidObjectId| Refusal::Unreadable {
        request: request.to_owned(),
        why: error.to_string(),
    })
}
