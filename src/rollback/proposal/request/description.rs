//! The title and the description: our part between its marks, and beside it what people wrote.

use crate::forge::PullRequest;
use crate::rollback::proposal::Proposal;

/// What stands before our part of a description.
pub const BEGIN: &str = "<!-- backout: begin";
/// What stands behind it.
pub const END: &str = "<!-- backout: end -->";

/// The line that tells which plan a description is of.
#[must_use]
pub fn marker(digest: &str) -> String {
    format!("{BEGIN}; plan {digest} -->")
}

/// The new title and description; nothing where they are of this plan, or somebody took our part
/// out and the branch is as it was.
pub(super) fn change(
    proposal: &Proposal,
    open: &PullRequest,
    moved: bool,
) -> Option<(String, Description)> {
    let is_of_this_plan = open.body.contains(&marker(&proposal.digest()));
    let is_ours = open.body.contains(BEGIN);
    match is_of_this_plan || (!is_ours && !moved) {
        true => None,
        false => Some((proposal.title.clone(), description(proposal, &open.body))),
    }
}

/// Our part between its marks.
pub(super) fn ours(proposal: &Proposal) -> String {
    let mark = marker(&proposal.digest());
    format!("{mark}\n{}\n{END}\n", proposal.body.trim_end())
}

/// What a description becomes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Description {
    /// All of it.
    pub(super) text: String,
    /// Whether what people wrote had no room beside ours.
    pub(super) dropped: bool,
}

/// What is said where people's text had to go.
pub(super) const TOO_LONG: &str = "the description had no room for what people wrote beside the \
    plan: it is in the history of its edits, on its page";

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

#[cfg(test)]
mod tests;
