//! The pull request itself: found by its branch, opened or brought up to date, never twice.

mod description;
mod found;
mod labels;

use description::{Description, TOO_LONG, change, ours};
use found::Known;
use labels::labelled;

use super::{Means, Proposal, ProposeError, Proposed, State, reviews};
use crate::forge::{NewPullRequest, PullRequest, PullRequestChange, PullRequestState, Refusal};
use crate::git::ObjectId;

pub use description::{BEGIN, END, marker};
pub(super) use found::{look, reopened};

/// Brings the pull request to what is proposed.
pub(super) fn bring(
    means: &Means<'_, '_>,
    proposal: &Proposal,
    known: Known,
    head: ObjectId,
    moved: bool,
    verified: Option<bool>,
) -> Result<Proposed, ProposeError> {
    let mut notes = Vec::new();
    let mut state = if moved || known.reopened { State::Updated } else { State::Unchanged };
    let pull = match known.open {
        Some(open) => match change(proposal, &open, moved) {
            Some((title, Description { text, dropped })) => {
                state = State::Updated;
                notes.extend(dropped.then(|| TOO_LONG.to_owned()));
                changed(means, open.number, &title, &text)?
            }
            None => open,
        },
        None => {
            state = State::Created;
            opened(means, proposal)?
        }
    };
    let fresh = state == State::Created;
    if labelled(means, proposal, &pull, fresh, &mut notes)? && state == State::Unchanged {
        state = State::Updated;
    }
    reviews::ask(means.client, &proposal.reviewers, &pull, fresh, &mut notes)?;
    Ok(Proposed {
        url: pull.url,
        number: pull.number,
        branch: proposal.branch.clone(),
        head,
        state,
        verified,
        notes,
    })
}

fn changed(
    means: &Means<'_, '_>,
    number: u64,
    title: &str,
    body: &str,
) -> Result<PullRequest, ProposeError> {
    let change = PullRequestChange { title: Some(title), body: Some(body), reopen: false };
    // Done twice, it is done.
    match means.client.change_pull_request(number, &change) {
        Err(refusal) if refusal.is_open() => {
            Ok(means.client.change_pull_request(number, &change)?)
        }
        other => Ok(other?),
    }
}

fn opened(means: &Means<'_, '_>, proposal: &Proposal) -> Result<PullRequest, ProposeError> {
    let new = NewPullRequest {
        title: &proposal.title,
        body: &ours(proposal),
        head: &proposal.branch,
        base: &proposal.base,
        draft: proposal.draft,
    };
    match means.client.open_pull_request(&new) {
        Ok(pull) => Ok(pull),
        // It may be there, and only the answer was lost.
        Err(refusal) if refusal.is_open() || matches!(refusal, Refusal::PullRequestExists(_)) => {
            let all = means.client.pull_requests(&proposal.branch)?;
            let is_it = |one: &PullRequest| {
                one.state == PullRequestState::Open && one.base.branch == proposal.base
            };
            let open = all.into_iter().find(is_it);
            Ok(open.ok_or(refusal)?)
        }
        Err(refusal) => Err(refusal.into()),
    }
}
