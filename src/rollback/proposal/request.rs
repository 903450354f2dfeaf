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
    let all = means.client.pull_requests(&proposal.branch, &proposal.base)?;
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
    let mut state = if moved || known.reopened { State::Updated } else { State::Unchanged };
    let pull = match known.open {
        Some(open) => match change(proposal, &open, moved) {
            Some((title, body)) => {
                state = State::Updated;
                changed(means, open.number, &title, &body)?
            }
            None => open,
        },
        None => {
            state = State::Created;
            opened(means, proposal)?
        }
    };
    let mut notes = Vec::new();
    if labelled(means, proposal, &pull, &mut notes)? && state == State::Unchanged {
        state = State::Updated;
    }
    let fresh = state == State::Created;
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
fn change(proposal: &Proposal, open: &PullRequest, moved: bool) -> Option<(String, String)> {
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

/// Our part in the place of the old one. What people wrote before and behind stays, and what they
/// ticked stays ticked.
fn description(proposal: &Proposal, old: &str) -> String {
    let new = ours(proposal);
    let (Some(from), Some(to)) = (old.find(BEGIN), old.rfind(END)) else {
        return format!("{}\n\n{new}", old.trim_end()).trim_start().to_owned();
    };
    let (before, rest) = old.split_at(from);
    let Some((middle, behind)) = rest.split_at_checked(to.saturating_sub(from) + END.len()) else {
        return new;
    };
    let ticked: Vec<&str> =
        middle.lines().filter_map(|line| line.trim_end().strip_prefix("- [x] ")).collect();
    let tick = |line: &str| match line.strip_prefix("- [ ] ") {
        Some(step) if ticked.contains(&step) => format!("- [x] {step}\n"),
        _ => format!("{line}\n"),
    };
    let new: String = new.lines().map(tick).collect();
    let whole = format!("{before}{new}{}", behind.trim_start_matches(['\r', '\n']));
    // Where people wrote much, the whole may be too long: ours is what the program answers for.
    if whole.chars().count() > LONGEST { new } else { whole }
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
            let all = means.client.pull_requests(&proposal.branch, &proposal.base)?;
            let open = all.into_iter().find(|one| one.state == PullRequestState::Open);
            Ok(open.ok_or(refusal)?)
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// Adds the labels and the assignees that are not there. Whether any was. What the forge does not
/// take, an assignee whom it does not know for instance, is told, and stops nothing.
fn labelled(
    means: &Means<'_, '_>,
    proposal: &Proposal,
    pull: &PullRequest,
    notes: &mut Vec<String>,
) -> Result<bool, ProposeError> {
    let labels = united(&pull.labels, &proposal.labels);
    let assignees = united(&pull.assignees, &proposal.assignees);
    if labels.is_none() && assignees.is_none() {
        return Ok(false);
    }
    let set = || means.client.set_labels(pull.number, labels.as_deref(), assignees.as_deref());
    let done = match set() {
        Err(refusal) if refusal.is_open() => set(),
        other => other,
    };
    match done {
        Err(refusal @ Refusal::Unprocessable(_)) => {
            notes.push(format!("labels and assignees could not be set: {refusal}"));
            Ok(false)
        }
        other => Ok(other.map(|()| true)?),
    }
}

/// Both together; nothing where that changes nothing.
fn united(there: &[String], wanted: &[String]) -> Option<Vec<String>> {
    let is_there = |name: &&String| there.iter().any(|known| known.eq_ignore_ascii_case(name));
    let missing: Vec<String> = wanted.iter().filter(|name| !is_there(name)).cloned().collect();
    (!missing.is_empty()).then(|| there.iter().cloned().chain(missing).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rollback::execute::Draft;

    fn proposal(reason: &str) -> Proposal {
        let id: ObjectId = "1".repeat(40).parse().unwrap();
        Proposal {
            onto: id,
            drafts: vec![Draft { tree: id, message: reason.to_owned() }],
            branch: "b".to_owned(),
            base: "main".to_owned(),
            title: "t".to_owned(),
            body: "## Steps\n- [ ] one\n- [ ] two\n".to_owned(),
            labels: Vec::new(),
            reviewers: reviews::Reviewers::default(),
            assignees: Vec::new(),
            draft: false,
        }
    }

    #[test]
    fn what_people_wrote_and_ticked_stays() {
        let (old, new) = (proposal("a"), proposal("b"));
        let body = format!("Before.\n{}\nBehind.", ours(&old).replace("[ ] one", "[x] one"));
        let made = description(&new, &body);
        assert!(made.starts_with("Before.\n<!-- backout: begin; plan "), "{made}");
        assert!(made.ends_with("- [x] one\n- [ ] two\n<!-- backout: end -->\nBehind."), "{made}");
        assert!(made.contains(&new.digest()) && !made.contains(&old.digest()));
        // Once more, it stays the same.
        assert_eq!(description(&new, &made), made);
    }

    #[test]
    fn without_our_part_it_is_added() {
        let new = proposal("a");
        assert_eq!(description(&new, "Mine."), format!("Mine.\n\n{}", ours(&new)));
        assert_eq!(description(&new, ""), ours(&new));
        // Marks in the wrong order are no part of ours.
        let odd = format!("{END} {BEGIN}");
        assert!(description(&new, &odd).contains(&new.digest()));
    }

    #[test]
    fn what_people_wrote_goes_before_ours_does() {
        let new = proposal("a");
        let body = format!("{}{}", ours(&proposal("b")), "x".repeat(65_536));
        assert_eq!(description(&new, &body), ours(&new));
    }

    #[test]
    fn what_is_there_is_not_added() {
        let names =
            |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(united(&names(&["A", "b"]), &names(&["a"])), None);
        assert_eq!(united(&names(&["a"]), &names(&["b", "a"])), Some(names(&["a", "b"])));
    }
}
