//! Bitbucket Pipelines: its default variables.
//!
//! Source: <https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/>.

use super::event::{Event, Provider, Subject};
use super::variables::{Variables, unset, wrong};
use super::{EventError, Rev};
use crate::git::{ObjectId, RefName, RefUpdate};

/// The event that started this pipeline.
pub(super) fn event(variables: Variables<'_>) -> Result<Event, EventError> {
    let head = variables.commit("BITBUCKET_COMMIT")?;
    if variables.get("BITBUCKET_PR_ID").is_some() {
        return pull_request(head, variables);
    }
    let branch = variables.branch("BITBUCKET_BRANCH")?;
    match (branch, variables.ref_part("BITBUCKET_TAG", "a tag's name")?) {
        (Some(branch), None) => {
            let event =
                Event::new(Provider::Bitbucket, "branch", made(head, RefName::branch(&branch)));
            Ok(Event { target_branch: Some(branch), ..event })
        }
        (None, Some(tag)) => {
            Ok(Event::new(Provider::Bitbucket, "tag", made(head, RefName::tag(&tag))))
        }
        (Some(branch), Some(_)) => {
            Err(wrong("BITBUCKET_BRANCH", "unset where BITBUCKET_TAG is set", &branch))
        }
        (None, None) => {
            Err(unset("BITBUCKET_BRANCH", "the branch's name, or BITBUCKET_TAG a tag's"))
        }
    }
}

/// Before its first step, Bitbucket merges the destination into the source in the clone;
/// `BITBUCKET_COMMIT` stays the source's own commit. The destination's commit is the one at the
/// time of the event, and often cut to 12 digits: then the branch alone says where to start.
fn pull_request(head: ObjectId, variables: Variables<'_>) -> Result<Event, EventError> {
    let target = variables.branch("BITBUCKET_PR_DESTINATION_BRANCH")?;
    let target = target.ok_or_else(|| {
        unset("BITBUCKET_PR_DESTINATION_BRANCH", "the branch that the pull request is meant for")
    })?;
    let stated = variables.short_oid("BITBUCKET_PR_DESTINATION_COMMIT")?;
    let base = stated.map_or_else(|| Rev::Branch(target.clone()), Rev::Oid);
    let subject = Subject::Range { base, head: Rev::Oid(head), merge_base: true };
    let event = Event::new(Provider::Bitbucket, "pull_request", subject);
    Ok(Event { target_branch: Some(target), ..event })
}

/// No variable says what was there before: what has landed is known, all else counts as new.
fn made(head: ObjectId, remote: RefName) -> Subject {
    Subject::Update(RefUpdate { local: None, remote, from: None, to: Some(head) })
}
