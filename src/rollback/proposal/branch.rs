//! What the branch holds on the forge, and whose work that is.

use super::{Means, Proposal, ProposeError};
use crate::git::{Commit, ObjectId, RefName, Repo, Seconds};

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
pub(super) fn look(means: &Means<'_, '_>, proposal: &Proposal) -> Result<Standing, ProposeError> {
    let name = RefName::branch(&proposal.branch);
    let Some(head) = means.client.reference(&name)? else { return Ok(Standing::Absent) };
    let tip = read(means, &head)?;
    if merges_the_plan(proposal, &tip) {
        return Ok(Standing::AsPlanned(head));
    }
    let Some((base, commits)) = own_commits(means, proposal, tip)? else {
        return Err(others(proposal, &head));
    };
    if is_the_plan(proposal, &base, &commits) {
        return Ok(Standing::AsPlanned(head));
    }
    if commits.is_empty() {
        return Ok(Standing::Free { head, forward: true });
    }
    match ours(means, &base, &commits)? {
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
    means: &Means<'_, '_>,
    proposal: &Proposal,
    tip: Commit,
) -> Result<Option<(ObjectId, Vec<Commit>)>, ProposeError> {
    let mut found = Vec::new();
    let mut next = tip;
    loop {
        if has_landed(means.repo, &next.id, &proposal.onto)? {
            found.reverse();
            return Ok(Some((next.id, found)));
        }
        let [parent] = next.parents.as_slice() else { return Ok(None) };
        if found.len() == LOOKED_AT {
            return Ok(None);
        }
        let parent = *parent;
        found.push(next);
        next = read(means, &parent)?;
    }
}

fn has_landed(repo: &Repo, commit: &ObjectId, onto: &ObjectId) -> Result<bool, ProposeError> {
    Ok(repo.has(commit) && repo.is_ancestor(commit, onto)?)
}

/// A commit, from here, or from the forge.
fn read(means: &Means<'_, '_>, id: &ObjectId) -> Result<Commit, ProposeError> {
    if means.repo.has(id) {
        return Ok(means.repo.commit(id)?);
    }
    let found = means.client.commit(id)?.ok_or_else(|| {
        let why = format!("the forge has no commit {}, which a branch stands on", id.short());
        ProposeError::Refused(crate::forge::Refusal::Otherwise(why))
    })?;
    Ok(Commit {
        id: found.id,
        tree: found.tree,
        parents: found.parents,
        time: Seconds(0),
        message: found.message.into_bytes(),
    })
}

/// Whether commits are a plan for their base. They are made once more, here and in memory: their
/// trees can only be read where the same plan leads to them.
fn ours(means: &Means<'_, '_>, base: &ObjectId, commits: &[Commit]) -> Result<bool, ProposeError> {
    let mut parent = *base;
    let mut copies = Vec::new();
    for commit in commits {
        let message = String::from_utf8_lossy(&commit.message);
        let id = means.repo.draft_commit_saying(&commit.tree, Some(&parent), &message)?;
        copies.push(means.repo.commit(&id)?);
        parent = id;
    }
    match (means.is_ours)(base, &parent, &copies) {
        Ok(ours) => Ok(ours),
        // A tree that is not here is none that we planned.
        Err(error) if is_absent(&error) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn is_absent(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| matches!(cause.downcast_ref(), Some(crate::git::GitError::Absent(_))))
}
