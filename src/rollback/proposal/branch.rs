//! What the branch holds on the forge, and whose work that is.

use super::tips::Tips;
use super::{PlannedAt, Proposal, ProposeError};
use crate::git::{Commit, ObjectId, RefName, Repo};
use crate::rollback::execute::Draft;
use crate::rollback::message::is_alike_but_for_the_reason;
use crate::shell;

/// What the branch holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// There is none.
    Absent,
    /// What is planned.
    AsPlanned {
        /// Its tip.
        head: ObjectId,
        /// Whether commits of others lead to it as well.
        others: bool,
    },
    /// Nothing that would be lost: a plan of ours for an earlier tip, or what has landed.
    Free {
        /// Its tip.
        head: ObjectId,
        /// Whether the plan's commits follow on it.
        forward: bool,
    },
}

/// How many commits of a branch are looked at.
const LOOKED_AT: usize = 60;

/// Looks at the branch; somebody else's commits are in the way, but for where all of them together
/// lead to what is planned. `remote` is what this clone calls the place, for commands that help.
pub(super) fn look(
    tips: &dyn Tips,
    repo: &Repo,
    planned_at: &PlannedAt<'_>,
    proposal: &Proposal,
    remote: &str,
) -> Result<Standing, ProposeError> {
    let name = RefName::branch(&proposal.branch);
    let Some(head) = tips.tip(&name)? else { return Ok(Standing::Absent) };
    let tip = tips.commit(&head)?;
    let as_planned = has_planned_tree(proposal, &tip);
    if as_planned && merges_the_tip(proposal, &tip) {
        return Ok(Standing::AsPlanned { head, others: false });
    }
    let Some((base, commits)) = own_commits(tips, repo, proposal, tip)? else {
        return Err(others(proposal, remote, &head));
    };
    if is_the_plan(proposal, &base, &commits) {
        return Ok(Standing::AsPlanned { head, others: false });
    }
    if commits.is_empty() {
        return Ok(Standing::Free { head, forward: true });
    }
    if ours(tips, planned_at, &base, &commits)? {
        return Ok(Standing::Free { head, forward: false });
    }
    match as_planned && base == proposal.onto {
        true => Ok(Standing::AsPlanned { head, others: true }),
        false => Err(others(proposal, remote, &head)),
    }
}

/// What is said where others' commits are on a branch that holds what is planned.
pub(super) fn note(proposal: &Proposal) -> String {
    format!(
        "commits of others are on {}: they stay, for what it holds is what is planned",
        proposal.branch
    )
}

fn others(proposal: &Proposal, remote: &str, head: &ObjectId) -> ProposeError {
    let branch = &proposal.branch;
    let since = shell::word(&format!("{remote}/{}..{}", proposal.base, head.short())).into_owned();
    let remote = shell::word(remote);
    ProposeError::InTheWay {
        why: format!(
            "the branch {branch} holds commits that are not the planned back-out ({}): they stay",
            head.short()
        ),
        help: format!(
            "look at them: `git log {since}`; then merge that branch as it is, or delete it \
             (`git push {remote} --delete {branch}`) and run this again"
        ),
    }
}

fn has_planned_tree(proposal: &Proposal, tip: &Commit) -> bool {
    proposal.drafts.last().is_some_and(|draft| draft.tree == tip.tree)
}

/// GitHub's button "Update branch" merges the base into the branch: what that leads to may be just
/// what is planned now.
fn merges_the_tip(proposal: &Proposal, tip: &Commit) -> bool {
    tip.parents.len() > 1 && tip.parents.contains(&proposal.onto)
}

fn is_the_plan(proposal: &Proposal, base: &ObjectId, commits: &[Commit]) -> bool {
    let same = |(commit, draft): (&Commit, &Draft)| {
        commit.tree == draft.tree && commit.message.trim_ascii() == draft.message.trim().as_bytes()
    };
    *base == proposal.onto
        && commits.len() == proposal.drafts.len()
        && commits.iter().zip(&proposal.drafts).all(same)
}

/// The commits of the branch that have not landed, the oldest first, and what they stand on;
/// nothing where that is no row of commits, or none that ends.
fn own_commits(
    tips: &dyn Tips,
    repo: &Repo,
    proposal: &Proposal,
    tip: Commit,
) -> Result<Option<(ObjectId, Vec<Commit>)>, ProposeError> {
    let mut found = Vec::new();
    let mut next = tip;
    loop {
        if has_landed(repo, &next.id, &proposal.onto)? {
            found.reverse();
            return Ok(Some((next.id, found)));
        }
        let [parent] = next.parents.as_slice() else { return Ok(None) };
        if found.len() == LOOKED_AT {
            return Ok(None);
        }
        let parent = *parent;
        found.push(next);
        next = tips.commit(&parent)?;
    }
}

fn has_landed(repo: &Repo, commit: &ObjectId, onto: &ObjectId) -> Result<bool, ProposeError> {
    Ok(repo.has(commit) && repo.is_ancestor(commit, onto)?)
}

/// Whether commits are exactly what was planned on their base, but for the reason, and made by us.
fn ours(
    tips: &dyn Tips,
    planned_at: &PlannedAt<'_>,
    base: &ObjectId,
    commits: &[Commit],
) -> Result<bool, ProposeError> {
    let same = |(commit, draft): (&Commit, &Draft)| {
        let message = String::from_utf8_lossy(&commit.message);
        commit.tree == draft.tree && is_alike_but_for_the_reason(&message, &draft.message)
    };
    let is_it =
        |drafts: &Vec<Draft>| drafts.len() == commits.len() && commits.iter().zip(drafts).all(same);
    if !planned_at(base)?.iter().any(is_it) {
        return Ok(false);
    }
    for commit in commits {
        if !tips.is_from_us(&commit.id)? {
            return Ok(false);
        }
    }
    Ok(true)
}
