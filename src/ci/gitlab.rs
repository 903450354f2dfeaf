//! GitLab CI/CD: all that is needed stands in its predefined variables.

use super::error::quoted;
use super::event::{Event, Provider, Subject};
use super::landing::LandingText;
use super::variables::{Variables, unset, wrong};
use super::{EventError, Rev};
use crate::git::{RefName, RefUpdate};

/// The event that started this pipeline. A child pipeline carries its parent's merge request, or
/// its parent's commit and the one before.
pub(super) fn event(variables: Variables<'_>) -> Result<Event, EventError> {
    let source = variables.required("CI_PIPELINE_SOURCE", "the pipeline's source")?;
    match source.as_str() {
        "merge_request_event" => merge_request(&source, variables),
        "parent_pipeline" if variables.get("CI_MERGE_REQUEST_IID").is_some() => {
            merge_request(&source, variables)
        }
        "push" | "parent_pipeline" => push(&source, variables),
        "schedule" | "web" | "api" | "trigger" | "pipeline" => standing(&source, variables),
        _ => Err(EventError::Unsupported { system: "GitLab", name: quoted(&source) }),
    }
}

/// In a merged-results pipeline CI_COMMIT_SHA is GitLab's own merge, and the source branch has a
/// variable of its own, which is empty elsewhere.
fn merge_request(source: &str, variables: Variables<'_>) -> Result<Event, EventError> {
    let head = match variables.oid("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA")? {
        Some(head) => head,
        None => variables.commit("CI_COMMIT_SHA")?,
    };
    let base = Rev::Oid(variables.commit("CI_MERGE_REQUEST_DIFF_BASE_SHA")?);
    let subject = Subject::Range { base, head: Rev::Oid(head), merge_base: true };
    let target = variables.branch("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")?;
    let target = target
        .ok_or_else(|| unset("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "the target branch's name"))?;
    let squashes = variables.flag("CI_MERGE_REQUEST_SQUASH_ON_MERGE")?;
    Ok(Event {
        draft: draft(variables)?,
        target_branch: Some(target),
        landing_text: squashes.map(LandingText::of_merge_request),
        ..Event::new(Provider::GitLab, source, subject)
    })
}

/// The variable is younger than the title's prefixes, which older servers have alone.
fn draft(variables: Variables<'_>) -> Result<Option<bool>, EventError> {
    if let Some(draft) = variables.flag("CI_MERGE_REQUEST_DRAFT")? {
        return Ok(Some(draft));
    }
    let title = variables.get("CI_MERGE_REQUEST_TITLE").map(|title| title.to_lowercase());
    Ok(title.map(|title| {
        ["draft:", "[draft]", "(draft)"].iter().any(|mark| title.trim_start().starts_with(mark))
    }))
}

/// CI_COMMIT_BEFORE_SHA is zeros for a new branch and for every tag.
fn push(source: &str, variables: Variables<'_>) -> Result<Event, EventError> {
    let name = variables.branch("CI_COMMIT_REF_NAME")?;
    let name = name.ok_or_else(|| unset("CI_COMMIT_REF_NAME", "the branch's or tag's name"))?;
    if variables.get("CI_COMMIT_BEFORE_SHA").is_none() {
        return Err(unset("CI_COMMIT_BEFORE_SHA", "the commit before the push, or zeros"));
    }
    let tag = variables.get("CI_COMMIT_TAG");
    if let Some(tag) = tag.as_ref().filter(|tag| **tag != name) {
        return Err(wrong("CI_COMMIT_TAG", "the same as CI_COMMIT_REF_NAME", tag));
    }
    let update = RefUpdate {
        local: None,
        remote: if tag.is_some() { RefName::tag(&name) } else { RefName::branch(&name) },
        from: variables.oid("CI_COMMIT_BEFORE_SHA")?,
        to: Some(variables.commit("CI_COMMIT_SHA")?),
    };
    let target_branch = tag.is_none().then_some(name);
    Ok(Event { target_branch, ..Event::new(Provider::GitLab, source, Subject::Update(update)) })
}

fn standing(source: &str, variables: Variables<'_>) -> Result<Event, EventError> {
    let head = Rev::Oid(variables.commit("CI_COMMIT_SHA")?);
    let target_branch = variables.branch("CI_COMMIT_BRANCH")?;
    Ok(Event { target_branch, ..Event::new(Provider::GitLab, source, Subject::Standing { head }) })
}
