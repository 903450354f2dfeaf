//! Makes the planned commits, and moves the branch to them.

use super::branch::Standing;
use super::content::Content;
use super::{Means, Proposal, ProposeError, Via};
use crate::forge::Refusal;
use crate::git::{NewCommit, ObjectId, RefName, Repo};

/// The branch's tip when it is done, whether it was moved, and whether the forge holds the last
/// commit's signature for good.
pub(super) type Brought = (ObjectId, bool, Option<bool>);

/// Brings the branch to what is planned.
pub(super) fn bring(
    means: &Means<'_, '_>,
    proposal: &Proposal,
    content: &Content,
    standing: Standing,
) -> Result<Brought, ProposeError> {
    let (was, forward) = match standing {
        Standing::AsPlanned { head, .. } => return Ok((head, false, None)),
        Standing::Absent => (None, true),
        Standing::Free { head, forward } => (Some(head), forward),
    };
    let (head, verified) = match means.via {
        Via::Api => {
            let made = on_the_forge(means, proposal, content)?;
            move_branch(means, proposal, &made.0, was, forward)?;
            made
        }
        Via::Push(remote) => {
            means.client.say(&format!("pushing {} to {remote}", proposal.branch));
            let (head, _) = pushed(means.repo, proposal, remote, was)?;
            arrived(means, proposal, remote, &head)?;
            (head, None)
        }
    };
    Ok((head, true, verified))
}

/// The commits, made by the forge.
fn on_the_forge(
    means: &Means<'_, '_>,
    proposal: &Proposal,
    content: &Content,
) -> Result<(ObjectId, Option<bool>), ProposeError> {
    let client = means.client;
    content.tell_of_many(client, means.repo)?;
    let (mut tip, mut verified) = (proposal.onto, None);
    for (draft, step) in proposal.drafts.iter().zip(&content.steps) {
        client.say(&format!("making the tree {}", draft.tree.short()));
        step.make(client, means.repo)?;
        let made = client.create_commit(&draft.tree, &[tip], &draft.message)?;
        if made.tree != draft.tree || made.parents != [tip] {
            let why = format!("the forge made {} otherwise than asked", made.id.short());
            return Err(Refusal::Otherwise(why).into());
        }
        client.say(&format!("made the commit {}", made.id.short()));
        tip = made.id;
        verified = made.verification.map(|verification| verification.verified);
    }
    Ok((tip, verified))
}

/// Moves the branch from where it was seen. One that is new is made, which GitHub refuses where it
/// is there already; one that the plan's commits follow on is moved forward alone (`force: false`),
/// which GitHub refuses where it stands elsewhere by then. Both compare and move in one step. What
/// replaces an earlier plan has to be forced, and there GitHub does not regard where the branch
/// stands: it is looked at right before, and once more after. A push that arrives between the look
/// before and the move (the time of one request) is moved away all the same, which nothing tells;
/// its commits stay in the repository, and the page of the pull request shows the move as a
/// force-push. `--via push` has no such moment: git compares and moves in one step.
fn move_branch(
    means: &Means<'_, '_>,
    proposal: &Proposal,
    to: &ObjectId,
    was: Option<ObjectId>,
    forward: bool,
) -> Result<(), ProposeError> {
    let (client, name) = (means.client, RefName::branch(&proposal.branch));
    let moved = match was {
        None => client.create_reference(&name, to),
        Some(was) => {
            if client.reference(&name)? != Some(was) {
                return Err(moved_meanwhile(proposal));
            }
            client.move_reference(&name, to, !forward)
        }
    };
    match moved {
        Ok(()) if was.is_none() || client.reference(&name)? == Some(*to) => Ok(()),
        Ok(()) => Err(moved_meanwhile(proposal)),
        Err(refusal) if refusal.is_open() => match client.reference(&name)? == Some(*to) {
            true => Ok(()),
            false => Err(refusal.into()),
        },
        Err(Refusal::ReferenceExists(_) | Refusal::NotAFastForward(_)) => {
            Err(moved_meanwhile(proposal))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

fn moved_meanwhile(proposal: &Proposal) -> ProposeError {
    ProposeError::InTheWay {
        why: format!("somebody else has moved the branch {} in the meantime", proposal.branch),
        help: "run the same command again: it looks at what is there now".to_owned(),
    }
}

/// The commits, made by git here and pushed, and what the remote said.
pub(super) fn pushed(
    repo: &Repo,
    proposal: &Proposal,
    remote: &str,
    was: Option<ObjectId>,
) -> Result<(ObjectId, Vec<String>), ProposeError> {
    let mut tip = proposal.onto;
    for draft in &proposal.drafts {
        let new =
            NewCommit { tree: draft.tree, parents: vec![tip], message: draft.message.clone() };
        tip = repo.write_commit(&new)?;
    }
    let name = RefName::branch(&proposal.branch);
    let said =
        repo.push(remote, &tip, &name, was.as_ref()).map_err(|error| ProposeError::InTheWay {
            why: format!("git could not push to {remote}: {error}"),
            help: "see that `git push` works there; then run the same command again".to_owned(),
        })?;
    Ok((tip, said))
}

/// Whether what was pushed is where the pull request is opened.
fn arrived(
    means: &Means<'_, '_>,
    proposal: &Proposal,
    remote: &str,
    tip: &ObjectId,
) -> Result<(), ProposeError> {
    match means.client.reference(&RefName::branch(&proposal.branch))? == Some(*tip) {
        true => Ok(()),
        false => Err(ProposeError::InTheWay {
            why: format!("what was pushed to {remote} is not at {}", means.client.place()),
            help: "name the repository that the remote leads to: `--repo owner/name`".to_owned(),
        }),
    }
}
