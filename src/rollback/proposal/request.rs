//! The pull request itself: found by its branch, opened or brought up to date, never twice.

use super::{Means, Proposal, ProposeError, Proposed, State, reviews};
use crate::forge::{NewPullRequest, PullRequest, PullRequestChange, PullRequestState, Refusal};
use crate::git::ObjectId;

/// What stands before our part of a description.
pub const BEGIN: &str = "<!-- backout: begin";
/// What stands behind it.
pub const END: &str = "<!-- backout: end -->";

/// The line that tells which plan a description is of.
#[must_use]
pub fn marker(digest: &str) -> String {
    format!("{BEGIN}; plan {digest} -->")
}

/// The pull requests of the branch, as far as they matter.
pub(super) struct Known {
    open: Option<PullRequest>,
    closed: Option<PullRequest>,
    reopened: bool,
}

/// Looks for a pull request. One that somebody closed is theirs to open again.
pub(super) fn look(means: &Means<'_, '_>, proposal: &Proposal) -> Result<Known, ProposeError> {
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
pub(super) fn reopened(
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
            Ok(Known { closed: None, ..known })
        }
        Err(refusal) => Err(refusal.into()),
    }
}

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

/// The new title and description; nothing where they are of this plan, or somebody took our part
/// out and the branch is as it was.
fn change(proposal: &Proposal, open: &PullRequest, moved: bool) -> Option<(String, Description)> {
    let is_of_this_plan = open.body.contains(&marker(&proposal.digest()));
    let is_ours = open.body.contains(BEGIN);
    match is_of_this_plan || (!is_ours && !moved) {
        true => None,
        false => Some((proposal.title.clone(), description(proposal, &open.body))),
    }
}

/// Our part between its marks.
fn ours(proposal: &Proposal) -> String {
    let mark = marker(&proposal.digest());
    format!("{mark}\n{}\n{END}\n", proposal.body.trim_end())
}

/// What a description becomes.
#[derive(Debug, PartialEq, Eq)]
struct Description {
    text: String,
    /// Whether what people wrote had no room beside ours.
    dropped: bool,
}

/// What is said where people's text had to go.
const TOO_LONG: &str = "the description had no room for what people wrote beside the plan: it is in the history of its edits, on its page";

/// Our part in the place of the old one. What people wrote before and behind stays, and what they
/// ticked stays ticked. Where the whole is too long, ours alone is left: it is what the program
/// answers for, and GitHub keeps the rest in the history of the edits.
fn description(proposal: &Proposal, old: &str) -> Description {
    let new = ours(proposal);
    let (whole, new) = match parts(old) {
        None => (format!("{}\n\n{new}", old.trim_end()).trim_start().to_owned(), new),
        Some([before, middle, behind]) => {
            let new = ticked(&new, middle);
            (format!("{before}{new}{}", behind.trim_start_matches(['\r', '\n'])), new)
        }
    };
    match whole.chars().count() > LONGEST {
        true => Description { text: new, dropped: true },
        false => Description { text: whole, dropped: false },
    }
}

/// What stands before our part, our part up to the mark behind it, and the rest.
fn parts(old: &str) -> Option<[&str; 3]> {
    let (before, rest) = old.split_at_checked(old.find(BEGIN)?)?;
    let (middle, behind) = rest.split_at_checked(rest.find(END)? + END.len())?;
    Some([before, middle, behind])
}

/// The same with the steps ticked that were.
fn ticked(new: &str, old: &str) -> String {
    let ticked: Vec<&str> =
        old.lines().filter_map(|line| line.trim_end().strip_prefix("- [x] ")).collect();
    let tick = |line: &str| match line.strip_prefix("- [ ] ") {
        Some(step) if ticked.contains(&step) => format!("- [x] {step}\n"),
        _ => format!("{line}\n"),
    };
    new.lines().map(tick).collect()
}

/// The longest description that GitHub takes, in characters.
const LONGEST: usize = 65_536;

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

/// The longest label that GitHub takes, in characters.
const LABEL: usize = 50;

/// Adds the labels and the assignees that are not there. Whether any was not. What the forge does
/// not take, an assignee whom it does not know for instance, is told, and stops nothing.
fn labelled(
    means: &Means<'_, '_>,
    proposal: &Proposal,
    pull: &PullRequest,
    fresh: bool,
    notes: &mut Vec<String>,
) -> Result<bool, ProposeError> {
    let fits = |label: &&String| label.chars().count() <= LABEL;
    let (labels, long): (Vec<&String>, Vec<&String>) = proposal.labels.iter().partition(fits);
    for label in long {
        notes.push(format!("the label `{label}` is not set: GitHub takes {LABEL} characters"));
    }
    let there: Vec<String> = pull.labels.iter().map(|label| label.name.clone()).collect();
    let labels = missing(&there, labels);
    let assignees = missing(&pull.assignees, &proposal.assignees);
    if fresh && !labels.is_empty() && !assignees.is_empty() {
        // Of one that was opened just now, all that is set is known: one request says both.
        let all = [there, labels.clone()].concat();
        let people = [pull.assignees.clone(), assignees.clone()].concat();
        let set = || means.client.set_labels_and_assignees(pull.number, &all, &people);
        match twice(set) {
            // Which of the two it does not take, is seen one by one.
            Err(Refusal::Unprocessable(_)) => {}
            other => return Ok(other.map(|()| true)?),
        }
    }
    let mut added = false;
    if !labels.is_empty() {
        let done = twice(|| means.client.add_labels(pull.number, &labels));
        added |= taken(done, "labels", notes)?;
    }
    if !assignees.is_empty() {
        let done = twice(|| means.client.add_assignees(pull.number, &assignees));
        added |= taken(done, "assignees", notes)?;
    }
    Ok(added)
}

/// Whether the forge took something that a pull request can do without.
fn taken(
    done: Result<(), Refusal>,
    what: &str,
    notes: &mut Vec<String>,
) -> Result<bool, ProposeError> {
    match done {
        Err(refusal @ Refusal::Unprocessable(_)) => {
            notes.push(format!("{what} could not be set: {refusal}"));
            Ok(false)
        }
        other => Ok(other.map(|()| true)?),
    }
}

/// Asks once more where the answer was lost: done twice, it is done.
fn twice(ask: impl Fn() -> Result<(), Refusal>) -> Result<(), Refusal> {
    match ask() {
        Err(refusal) if refusal.is_open() => ask(),
        other => other,
    }
}

/// The names that are not there yet.
fn missing<'n>(there: &[String], wanted: impl IntoIterator<Item = &'n String>) -> Vec<String> {
    let is_there = |name: &&String| there.iter().any(|known| known.eq_ignore_ascii_case(name));
    wanted.into_iter().filter(|name| !is_there(name)).cloned().collect()
}

#[cfg(test)]
mod tests;
