//! Who has which token, and what it may do.

use std::collections::BTreeMap;

use super::Recorded;
use super::reply::{Answered, Reply};
use super::world::World;

/// What kind of account a token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A person.
    User,
    /// A GitHub App's installation.
    App,
    /// A job of GitHub Actions.
    Job,
}

/// How far a permission goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// To see.
    Read,
    /// To change.
    Write,
}

/// An account, as a token knows it.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// Its login.
    pub(crate) login: String,
    /// Its kind.
    pub(crate) kind: Kind,
    /// What it may do, by GitHub's names: `contents`, `pull_requests`, `workflows`.
    pub(crate) permissions: BTreeMap<&'static str, Level>,
    /// The scopes of a classic token, which each answer tells.
    pub(crate) scopes: Option<&'static str>,
}

/// Every permission that is asked for anywhere.
const ALL: [&str; 9] = [
    "actions",
    "administration",
    "checks",
    "contents",
    "issues",
    "metadata",
    "pull_requests",
    "statuses",
    "workflows",
];

impl Caller {
    /// An account that may do everything.
    pub(crate) fn new(login: &str, kind: Kind) -> Self {
        let permissions = ALL.iter().map(|name| (*name, Level::Write)).collect();
        Self { login: login.to_owned(), kind, permissions, scopes: None }
    }

    /// The same without a permission.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.permissions.retain(|known, _| *known != name);
        self
    }

    /// The same with no more than reading.
    pub(crate) fn reads_only(mut self) -> Self {
        self.permissions.values_mut().for_each(|level| *level = Level::Read);
        self
    }

    fn may(&self, name: &str, level: Level) -> bool {
        self.permissions.get(name).is_some_and(|has| *has >= level)
    }

    /// Nothing, where it may; else what GitHub says.
    pub(super) fn need(&self, name: &str, level: Level) -> Result<(), Reply> {
        match (self.may(name, level), self.may(name, Level::Read), self.kind) {
            (true, _, _) => Ok(()),
            // What one may not see is not there.
            (false, false, Kind::User) if level == Level::Read => Err(Reply::not_found()),
            (false, _, Kind::User) => {
                Err(Reply::refusal(403, "Resource not accessible by personal access token"))
            }
            (false, _, _) => Err(Reply::refusal(403, "Resource not accessible by integration")),
        }
    }
}

/// Who asks, by the token.
pub(super) fn caller(world: &World, request: &Recorded) -> Result<Caller, Reply> {
    let token = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
    let known = token.and_then(|token| world.tokens.get(token));
    known.cloned().ok_or_else(|| Reply::refusal(401, "Bad credentials"))
}

/// Refuses a change of workflows to who may not, in GitHub's words.
pub(super) fn may_hold(caller: &Caller, paths: &[String]) -> Answered {
    let workflow = paths.iter().find(|path| path.starts_with(".github/workflows/"));
    match workflow {
        Some(path) if !caller.may("workflows", Level::Write) => Err(Reply::refusal(
            403,
            &format!(
                "refusing to allow a GitHub App to create or update workflow `{path}` without \
                 `workflows` permission"
            ),
        )),
        _ => Ok(Reply::ok(serde_json::Value::Null)),
    }
}
