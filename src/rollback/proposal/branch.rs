//! What the branch holds on the forge, and whose work that is.

use super::tips::Tips;
use super::{IsOurs, Proposal, ProposeError};
use crate::git::{Commit, ObjectId, RefName, Repo};

/// What the branch holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// There is none.
    Absent,
    /// What is planned.
    AsPlanned(ObjectId),
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

/// Looks at the branch; somebody else's commits are in the way.
pub(super) fn look(
    tips: &dyn Tips,
    repo: &Repo,
    is_ours: &IsOurs<'_>,
    proposal: &Proposal,
) -> Result<Standing, ProposeError> {
    let name = RefName::branch(&proposal.branch);
    let Some(head) = tips.tip(&name)? else { return Ok(Standing::Absent) };
    let tip = tips.commit(&head)?;
    if merges_the_plan(proposal, &tip) {
        return Ok(Standing::AsPlanned(head));
    }
    let Some((base, commits)) = own_commits(tips, repo, proposal, tip)? else {
        return Err(others(proposal, &head));
    };
    if is_the_plan(proposal, &base, &commits) {
        return Ok(Standing::AsPlanned(head));
    }
    if commits.is_empty() {
        return Ok(Standing::Free { head, forward: true });
    }
    match ours(repo, is_ours, &base, &commits)? {
        true => Ok(Standing::Free { head, forward: false }),
        false => Err(others(proposal, &head)),
    }
}

fn others(proposal: &Proposal, head: &ObjectId) -> ProposeError {
    let branch = &proposal.branch;
    ProposeError::InTheWay {
        why: format!(
            "the branch {branch} holds commits that are not the planned back-out ({}): they stay",
            head.short()
        ),
        help: format!(
            "look at them: `git log origin/{}..{}`; then merge that branch as it is, or delete it (`git push origin --delete {branch}`) and run this again",
            proposal.base,
            head.short()
        ),
    }
}

/// GitHub's button "Update branch" merges the base into the branch: what that leads to may be just
/// what is planned now.
fn merges_the_plan(proposal: &Proposal, tip: &Commit) -> bool {
    tip.parents.len() > 1
        && tip.parents.contains(&proposal.onto)
        && proposal.drafts.last().is_some_and(|draft| draft.tree == tip.tree)
}

fn is_the_plan(proposal: &Proposal, base: &ObjectId, commits: &[Commit]) -> bool {
    let same = |(commit, draft): (&Commit, &super::Draft)| {
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

/// Whether commits are a plan for their base. They are made once more, here and in memory: their
/// trees can only be read where the same plan leads to them.
fn ours(
    repo: &Repo,
    is_ours: &IsOurs<'_>,
    base: &ObjectId,
    commits: &[Commit],
) -> Result<bool, ProposeError> {
    let mut parent = *base;
    let mut copies = Vec::new();
    for commit in commits {
        let message = String::from_utf8_lossy(&commit.message);
        let id = repo.draft_commit_saying(&commit.tree, Some(&parent), &message)?;
        copies.push(repo.commit(&id)?);
        parent = id;
    }
    match is_ours(base, &parent, &copies) {
        Ok(ours) => Ok(ours),
        // A tree that is not here is none that we planned.
        Err(error) if is_absent(&error) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn is_absent(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| matches!(cause.downcast_ref(), Some(crate::git::GitError::Absent(_))))
}
