//! GitHub Actions: the event file, and the few variables that it needs.
//!
//! A workflow started by `workflow_call` carries its caller's event name and file
//! (github/docs#16515), so it needs nothing of its own here.

use std::io;
use std::path::Path;

use super::error::quoted;
use super::event::{Event, Provider, Subject};
use super::landing::LandingText;
use super::payload::Payload;
use super::variables::Variables;
use super::{EventError, Rev};
use crate::config::Phase;
use crate::git::RefUpdate;

/// The event that started this workflow.
pub(super) fn event(
    variables: Variables<'_>,
    read_file: &dyn Fn(&Path) -> io::Result<Vec<u8>>,
) -> Result<Event, EventError> {
    let name = variables.required("GITHUB_EVENT_NAME", "the event's name")?;
    match name.as_str() {
        "pull_request" => pull_request(&payload(variables, read_file)?),
        "push" => push(&payload(variables, read_file)?),
        "merge_group" => merge_group(&payload(variables, read_file)?),
        "schedule" | "workflow_dispatch" => standing(&name, variables),
        "pull_request_target" => Err(EventError::Untrusted),
        _ => Err(EventError::Unsupported { system: "GitHub", name: quoted(&name) }),
    }
}

pub(super) fn payload(
    variables: Variables<'_>,
    read_file: &dyn Fn(&Path) -> io::Result<Vec<u8>>,
) -> Result<Payload, EventError> {
    let file = variables.required("GITHUB_EVENT_PATH", "the event file's path")?;
    let bytes = read_file(Path::new(&file))
        .map_err(|error| EventError::Unreadable { file, reason: error.to_string() })?;
    Payload::parse(&bytes)
}

/// `base.sha` is where the target branch stood some time ago, hence the merge base.
fn pull_request(payload: &Payload) -> Result<Event, EventError> {
    let subject = Subject::Range {
        base: Rev::Oid(payload.commit("pull_request.base.sha")?),
        head: Rev::Oid(payload.commit("pull_request.head.sha")?),
        merge_base: true,
    };
    Ok(Event {
        draft: payload.flag("pull_request.draft")?,
        target_branch: Some(payload.branch("pull_request.base.ref")?),
        landing_text: Some(LandingText::of_pull_request(payload)?),
        ..Event::new(Provider::GitHub, "pull_request", subject)
    })
}

/// Zeros decide what is new and what is deleted, as they do in the hook; the flags `created`,
/// `deleted` and `forced` say nothing beyond that.
fn push(payload: &Payload) -> Result<Event, EventError> {
    let remote = payload.full_ref("ref")?;
    let (from, to) = (payload.oid("before")?, payload.oid("after")?);
    if from.is_none() && to.is_none() {
        // Zeros on both sides: one of them has to be an object, and `after` nearly always is.
        payload.commit("after")?;
    }
    let target_branch = remote.as_branch().map(str::to_owned);
    let subject = Subject::Update(RefUpdate { local: None, remote, from, to });
    Ok(Event { target_branch, ..Event::new(Provider::GitHub, "push", subject) })
}

/// `base_sha` is the entry before in the queue, so a range from there holds the last entry alone,
/// and a red group merged that way (iotaledger/iota#12491). The target branch is what the whole
/// group lands on.
fn merge_group(payload: &Payload) -> Result<Event, EventError> {
    let target = payload.branch("merge_group.base_ref")?;
    let subject = Subject::Range {
        base: Rev::Branch(target.clone()),
        head: Rev::Oid(payload.commit("merge_group.head_sha")?),
        merge_base: true,
    };
    Ok(Event {
        draft: Some(false),
        target_branch: Some(target),
        phase: Some(Phase::Land),
        ..Event::new(Provider::GitHub, "merge_group", subject)
    })
}

fn standing(name: &str, variables: Variables<'_>) -> Result<Event, EventError> {
    let head = Rev::Oid(variables.commit("GITHUB_SHA")?);
    let on_tag = variables.get("GITHUB_REF").is_some_and(|name| name.starts_with("refs/tags/"));
    let target_branch = if on_tag { None } else { variables.branch("GITHUB_REF")? };
    Ok(Event { target_branch, ..Event::new(Provider::GitHub, name, Subject::Standing { head }) })
}
