//! A plan as a pull request: the commits are made on the forge, or pushed there, and one branch and
//! one pull request are brought to what the plan is now. Run again after whatever happened, it
//! looks at what is there, and does the rest.

mod branch;
mod commits;
mod content;
mod request;
mod reviews;
mod tips;

use sha2::{Digest as _, Sha256};

use super::execute::Draft;
use crate::exit::{Exit, Failure};
use crate::forge::{Client, Refusal};
use crate::git::{GitError, ObjectId, Repo};

use branch::Standing;
pub use request::{BEGIN, END, marker};
pub use reviews::{Reviewers, reviewers};

/// What a pull request shall bring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The commit that it is planned on: a tip of `base`.
    pub onto: ObjectId,
    /// Its commits, in the order in which they are made.
    pub drafts: Vec<Draft>,
    /// The branch that it brings.
    pub branch: String,
    /// The branch that it is for.
    pub base: String,
    /// Its title.
    pub title: String,
    /// The part of its description that is ours.
    pub body: String,
    /// Its labels.
    pub labels: Vec<String>,
    /// Who is asked for a review.
    pub reviewers: Reviewers,
    /// Who it is assigned to.
    pub assignees: Vec<String>,
    /// Whether it is a draft, when it is opened.
    pub draft: bool,
}

impl Proposal {
    /// Tells one plan from another: where it starts, what it makes, and why.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(format!("{}\n{}\n{}\n", self.base, self.branch, self.onto));
        for draft in &self.drafts {
            hash.update(format!("{}\n{}\n{}\n", draft.tree, draft.message.len(), draft.message));
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// How the commits come to the forge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via<'r> {
    /// It makes them itself, and may sign them.
    Api,
    /// git makes them here, and pushes them to this remote.
    Push(&'r str),
}

/// What may have been planned on a commit, an earlier tip of the base branch: the commits of each
/// such plan, in their order. What is exactly one of them is nobody's work but ours.
pub type PlannedAt<'f> = dyn Fn(&ObjectId) -> anyhow::Result<Vec<Vec<Draft>>> + 'f;

/// What is worked with.
pub struct Means<'m, 'c> {
    /// The forge.
    pub client: &'m Client<'c>,
    /// The repository here.
    pub repo: &'m Repo,
    /// What this clone calls it, as a remote.
    pub remote: &'m str,
    /// How the commits come there.
    pub via: Via<'m>,
    /// Whether a pull request that somebody closed may be opened again.
    pub reopen: bool,
    /// Tells our commits from others'.
    pub planned_at: &'m PlannedAt<'m>,
}

/// The same for a branch alone, by git: on any server.
pub struct ByGit<'m> {
    /// The repository here.
    pub repo: &'m Repo,
    /// The remote.
    pub remote: &'m str,
    /// Tells our commits from others'.
    pub planned_at: &'m PlannedAt<'m>,
}

/// What has become of the pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is new.
    Created,
    /// It was there, and is otherwise now.
    Updated,
    /// It was there, as planned.
    Unchanged,
}

impl State {
    /// The word for it in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
        }
    }
}

/// The branch, as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// Its name.
    pub branch: String,
    /// Its tip.
    pub head: ObjectId,
    /// What has become of it.
    pub state: State,
    /// What the server said: where to open a merge request, for instance.
    pub said: Vec<String>,
    /// What was not done, and is in nobody's way.
    pub notes: Vec<String>,
}

/// The pull request, as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed {
    /// Its page.
    pub url: String,
    /// Its number.
    pub number: u64,
    /// Its branch.
    pub branch: String,
    /// The branch's tip.
    pub head: ObjectId,
    /// What has become of it.
    pub state: State,
    /// Whether the forge holds the signature of the last commit for good; `None` where it does not
    /// say, or made no commit.
    pub verified: Option<bool>,
    /// What was not done, and is in nobody's way.
    pub notes: Vec<String>,
}

/// Why there is no pull request.
#[derive(Debug, thiserror::Error)]
pub enum ProposeError {
    /// The forge refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Somebody's work, or decision, is in the way; it stays as it is.
    #[error("{why}")]
    InTheWay {
        /// What is in the way.
        why: String,
        /// The way out.
        help: String,
    },
    /// git refused.
    #[error(transparent)]
    Git(#[from] GitError),
    /// Anything else.
    #[error(transparent)]
    Other(#[from] anyhow::Error),
}

impl ProposeError {
    /// Gives it its exit code, and the way out.
    #[must_use]
    pub fn into_failure(self) -> anyhow::Error {
        match self {
            Self::Refused(refusal) => Failure::from(refusal).into(),
            Self::InTheWay { why, help } => Failure::refused(why).help(help).into(),
            Self::Git(error) => {
                Failure { exit: Exit::Indeterminate, ..Failure::from(error) }.into()
            }
            Self::Other(error) => error,
        }
    }
}

/// Brings the branch and the pull request to what is proposed.
pub fn propose(means: &Means<'_, '_>, proposal: &Proposal) -> Result<Proposed, ProposeError> {
    let content = content::content(means, proposal)?;
    let touches_workflows = content.workflow.as_deref();
    may_change(means, touches_workflows)?;
    let known = request::look(means, proposal)?;
    // Now the forge has said what a classic token may do.
    may_change(means, touches_workflows)?;
    let tips = tips::OnForge { client: means.client, repo: means.repo };
    let standing = branch::look(&tips, means.repo, means.planned_at, proposal, means.remote)?;
    let known = request::reopened(means, proposal, known)?;
    let (head, moved, verified) = commits::bring(means, proposal, &content, standing)?;
    let mut done = request::bring(means, proposal, known, head, moved, verified)?;
    done.notes.extend(noted(proposal, standing));
    Ok(done)
}

/// Brings the branch alone to what is proposed, by git.
pub fn push(means: &ByGit<'_>, proposal: &Proposal) -> Result<Pushed, ProposeError> {
    let ByGit { repo, remote, planned_at } = *means;
    let tips = tips::OnRemote { repo, remote };
    let branch = proposal.branch.clone();
    let standing = branch::look(&tips, repo, planned_at, proposal, remote)?;
    let notes: Vec<String> = noted(proposal, standing).into_iter().collect();
    let (was, state) = match standing {
        Standing::AsPlanned { head, .. } => {
            return Ok(Pushed { branch, head, state: State::Unchanged, said: Vec::new(), notes });
        }
        Standing::Absent => (None, State::Created),
        Standing::Free { head, .. } => (Some(head), State::Updated),
    };
    let (head, said) = commits::pushed(repo, proposal, remote, was)?;
    Ok(Pushed { branch, head, state, said, notes })
}

fn noted(proposal: &Proposal, standing: Standing) -> Option<String> {
    matches!(standing, Standing::AsPlanned { others: true, .. }).then(|| branch::note(proposal))
}

/// Looks first where a change of workflows is known to be refused.
fn may_change(means: &Means<'_, '_>, workflow: Option<&str>) -> Result<(), ProposeError> {
    match (workflow, means.via, means.client.may_change_workflows()) {
        (Some(path), Via::Api, Some(false)) => Err(ProposeError::InTheWay {
            why: format!("the plan changes {path}, and this token may not change workflows"),
            help: Refusal::workflows_help().to_owned(),
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
