//! Its labels, and whom it is assigned to.

use crate::forge::{PullRequest, Refusal};
use crate::rollback::proposal::{Means, Proposal, ProposeError};

/// The longest label that GitHub takes, in characters.
const LABEL: usize = 50;

/// Adds the labels and the assignees that are not there. Whether any was not. What the forge does
/// not take, an assignee whom it does not know for instance, is told, and stops nothing.
pub(super) fn labelled(
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
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_not_added() {
        let names =
            |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(missing(&names(&["A", "b"]), &names(&["a"])), names(&[]));
        assert_eq!(missing(&names(&["a"]), &names(&["b", "a"])), names(&["b"]));
    }
}
