//! The pull requests of the branch: which one is brought up to date, and which are in the way.

use crate::forge::{PullRequest, PullRequestChange, PullRequestState, Refusal};
use crate::rollback::proposal::{Means, Proposal, ProposeError};

/// The pull requests of the branch, as far as they matter.
pub(in crate::rollback::proposal) struct Known {
    /// The open one.
    pub(super) open: Option<PullRequest>,
    /// The newest one, where somebody has closed it and none is open.
    closed: Option<PullRequest>,
    /// Whether the open one was closed until now.
    pub(super) reopened: bool,
}

/// Looks for a pull request. One that somebody closed is theirs to open again.
pub(in crate::rollback::proposal) fn look(
    means: &Means<'_, '_>,
    proposal: &Proposal,
) -> Result<Known, ProposeError> {
    let all = means.client.pull_requests(&proposal.branch)?;
    if let Some(other) = for_another(means, proposal, &all) {
        return Err(to_another_branch(proposal, other));
    }
    let here = |one: &PullRequest| one.base.branch == proposal.base;
    let all: Vec<PullRequest> = all.into_iter().filter(here).collect();
    let open = all.iter().find(|one| one.state == PullRequestState::Open).cloned();
    // What was merged was for an earlier life of the stage.
    let newest = all.into_iter().next().filter(|one| one.state == PullRequestState::Closed);
    let closed = newest.filter(|_| open.is_none());
    match closed {
        Some(closed) if !means.reopen => Err(ProposeError::InTheWay {
            why: format!("somebody closed the pull request for it: {}", closed.url),
            help: "if it shall be open again after all, run this with `--reopen`".to_owned(),
        }),
        closed => Ok(Known { open, closed, reopened: false }),
    }
}

/// A pull request of the branch that is for another base: an open one, or the newest one where that
/// is closed, and nobody said `--reopen`.
fn for_another<'a>(
    means: &Means<'_, '_>,
    proposal: &Proposal,
    all: &'a [PullRequest],
) -> Option<&'a PullRequest> {
    let open = |one: &&PullRequest| one.state == PullRequestState::Open;
    let elsewhere = |one: &&PullRequest| one.base.branch != proposal.base;
    let closed = |one: &&PullRequest| one.state == PullRequestState::Closed && !means.reopen;
    let newest = || all.first().filter(closed).filter(elsewhere);
    all.iter().filter(open).find(elsewhere).or_else(newest)
}

fn to_another_branch(proposal: &Proposal, other: &PullRequest) -> ProposeError {
    let Proposal { branch, base, .. } = proposal;
    let into = &other.base.branch;
    let (state, help) = match other.state {
        PullRequestState::Open => {
            ("is", format!("set its base to {base} on its page, or close it; then run this again"))
        }
        _ => ("was closed and is", format!("to open another one into {base}: `--reopen`")),
    };
    let url = &other.url;
    ProposeError::InTheWay {
        why: format!("the pull request of {branch} {state} for {into}, and not for {base}: {url}"),
        help,
    }
}

/// Opens a closed one again: before the branch moves, for GitHub does not do it after. Where it
/// does not do it at all, a new one is opened later.
pub(in crate::rollback::proposal) fn reopened(
    means: &Means<'_, '_>,
    proposal: &Proposal,
    known: Known,
) -> Result<Known, ProposeError> {
    let Some(closed) = &known.closed else { return Ok(known) };
    let change = PullRequestChange { reopen: true, ..PullRequestChange::default() };
    let number = closed.number;
    match means.client.change_pull_request(number, &change) {
        Ok(open) => Ok(Known { open: Some(open), closed: None, reopened: true }),
        Err(refusal) if refusal.is_open() => match means.client.pull_request(number)? {
            Some(open) if open.state == PullRequestState::Open => {
                Ok(Known { open: Some(open), closed: None, reopened: true })
            }
            _ => Err(refusal.into()),
        },
        Err(Refusal::Unprocessable(said)) => {
            let branch = &proposal.branch;
            means.client.say(&format!(
                "#{number} cannot be opened again ({said}); opening a new one for {branch}"
            ));
            Ok(known)
        }
        Err(refusal) => Err(refusal.into()),
    }
}
