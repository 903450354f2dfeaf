//! Jenkins: the variables of the Branch API and the Git plugin.
//!
//! Sources: <https://www.jenkins.io/doc/book/pipeline/multibranch/> (`BRANCH_NAME`, `CHANGE_ID`,
//! `CHANGE_TARGET`, `TAG_NAME`) and <https://plugins.jenkins.io/git/> (`GIT_COMMIT`, `GIT_BRANCH`,
//! `GIT_PREVIOUS_SUCCESSFUL_COMMIT`).

use super::event::{Event, Provider, Subject};
use super::variables::{Variables, unset, wrong};
use super::{EventError, Rev};
use crate::git::{ObjectId, RefName, RefUpdate};

/// The event that started this build.
pub(super) fn event(variables: Variables<'_>) -> Result<Event, EventError> {
    if variables.get("CHANGE_ID").is_some() || variables.get("CHANGE_TARGET").is_some() {
        return change_request(variables);
    }
    if let Some(tag) = variables.ref_part("TAG_NAME", "a tag's name")? {
        let update = update(RefName::tag(&tag), None, variables.commit("GIT_COMMIT")?);
        return Ok(Event::new(Provider::Jenkins, "tag", update));
    }
    branch(variables)
}

/// A scripted pipeline has no `GIT_COMMIT`; HEAD is what Jenkins checked out: the change, or the
/// change merged into its target.
fn change_request(variables: Variables<'_>) -> Result<Event, EventError> {
    let expected = "the branch that the change is meant for";
    let target = variables.branch("CHANGE_TARGET")?;
    let target = target.ok_or_else(|| unset("CHANGE_TARGET", expected))?;
    let head = match variables.oid("GIT_COMMIT")? {
        Some(commit) => Rev::Oid(commit),
        None => Rev::Name("HEAD".to_owned()),
    };
    let subject = Subject::Range { base: Rev::Branch(target.clone()), head, merge_base: true };
    let event = Event::new(Provider::Jenkins, "change_request", subject);
    Ok(Event { target_branch: Some(target), ..event })
}

/// From the last build that succeeded: a red one must not drop out of the range by being built.
/// The first build of a branch has none before it.
fn branch(variables: Variables<'_>) -> Result<Event, EventError> {
    let name = match variables.branch("BRANCH_NAME")? {
        Some(name) => name,
        None => tracked(variables)?,
    };
    let from = variables.oid("GIT_PREVIOUS_SUCCESSFUL_COMMIT")?;
    let update = update(RefName::branch(&name), from, variables.commit("GIT_COMMIT")?);
    let event = Event::new(Provider::Jenkins, "branch", update);
    Ok(Event { target_branch: Some(name), ..event })
}

/// Outside of a multibranch project the Git plugin names the remote's branch. Any other form may be
/// a branch of a remote by another name, and to take it for a topic would be milder.
fn tracked(variables: Variables<'_>) -> Result<String, EventError> {
    let expected = "the branch's name";
    let tracked = variables.branch("GIT_BRANCH")?;
    let tracked = tracked.ok_or_else(|| unset("BRANCH_NAME", expected))?;
    let name = tracked.strip_prefix("origin/").map(str::to_owned);
    name.ok_or_else(|| wrong("GIT_BRANCH", "origin/ and a branch's name", &tracked))
}

fn update(remote: RefName, from: Option<ObjectId>, to: ObjectId) -> Subject {
    Subject::Update(RefUpdate { local: None, remote, from, to: Some(to) })
}
