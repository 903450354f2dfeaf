//! Azure Pipelines: its predefined variables.
//!
//! Source: <https://learn.microsoft.com/azure/devops/pipelines/build/variables>.

use super::error::quoted;
use super::event::{Event, Provider, Subject};
use super::variables::{Variables, unset, wrong};
use super::{EventError, Rev};
use crate::git::{RefName, RefUpdate};

/// The event that started this pipeline.
pub(super) fn event(variables: Variables<'_>) -> Result<Event, EventError> {
    let reason = variables.required("BUILD_REASON", "why the pipeline was started")?;
    match reason.as_str() {
        "PullRequest" => pull_request(variables),
        "IndividualCI" | "BatchedCI" => push(&reason, variables),
        "Manual" | "Schedule" | "BuildCompletion" | "ResourceTrigger" => {
            standing(&reason, variables)
        }
        _ => Err(EventError::Unsupported { system: "Azure Pipelines", name: quoted(&reason) }),
    }
}

/// `BUILD_SOURCEVERSION` is Azure's own merge; the source's commit has a variable of its own. The
/// target is `refs/heads/main` for Azure Repos and `main` for GitHub.
fn pull_request(variables: Variables<'_>) -> Result<Event, EventError> {
    let target = variables.branch("SYSTEM_PULLREQUEST_TARGETBRANCH")?;
    let target = target.ok_or_else(|| {
        unset("SYSTEM_PULLREQUEST_TARGETBRANCH", "the branch that the pull request is meant for")
    })?;
    let head = match variables.oid("SYSTEM_PULLREQUEST_SOURCECOMMITID")? {
        Some(head) => head,
        None => variables.commit("BUILD_SOURCEVERSION")?,
    };
    let base = Rev::Branch(target.clone());
    let subject = Subject::Range { base, head: Rev::Oid(head), merge_base: true };
    let event = Event::new(Provider::Azure, "PullRequest", subject);
    Ok(Event { target_branch: Some(target), ..event })
}

/// No variable says what was there before: what has landed is known, all else counts as new.
fn push(reason: &str, variables: Variables<'_>) -> Result<Event, EventError> {
    let remote = source(variables)?;
    let target_branch = remote.as_branch().map(str::to_owned);
    let to = Some(variables.commit("BUILD_SOURCEVERSION")?);
    let subject = Subject::Update(RefUpdate { local: None, remote, from: None, to });
    Ok(Event { target_branch, ..Event::new(Provider::Azure, reason, subject) })
}

fn standing(reason: &str, variables: Variables<'_>) -> Result<Event, EventError> {
    let head = Rev::Oid(variables.commit("BUILD_SOURCEVERSION")?);
    let target_branch = source(variables)?.as_branch().map(str::to_owned);
    Ok(Event { target_branch, ..Event::new(Provider::Azure, reason, Subject::Standing { head }) })
}

/// The ref that was built, always by its full name: to take a short one for a branch could take a
/// tag for one.
fn source(variables: Variables<'_>) -> Result<RefName, EventError> {
    let expected = "a full ref name such as refs/heads/main";
    let name = variables.ref_part("BUILD_SOURCEBRANCH", expected)?;
    let name = name.ok_or_else(|| unset("BUILD_SOURCEBRANCH", expected))?;
    match name.starts_with("refs/") {
        true => Ok(RefName::new(&name)),
        false => Err(wrong("BUILD_SOURCEBRANCH", expected, &name)),
    }
}
