//! The event that a CI system reports, whichever system it is.

use std::io;
use std::path::Path;

use super::variables::Variables;
use super::{EventError, LandingText, Rev, azure, bitbucket, generic, github, gitlab, jenkins};
use crate::config::Phase;
use crate::git::{ObjectId, RefUpdate};

/// Who reported the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    /// GitHub Actions, and what speaks its language.
    GitHub,
    /// GitLab CI/CD.
    GitLab,
    /// Jenkins.
    Jenkins,
    /// Bitbucket Pipelines.
    Bitbucket,
    /// Azure Pipelines.
    Azure,
    /// The `BACKOUT_*` variables, set by the pipeline's author.
    Variables,
}

/// What is to be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The commits of `head` that `base` has not.
    Range {
        /// Where they start.
        base: Rev,
        /// Where they end.
        head: Rev,
        /// Whether the merge base of both is the true start. `base` may lag behind or run ahead.
        merge_base: bool,
    },
    /// One update of one ref, as in a push.
    Update(RefUpdate),
    /// No range: everything since the migration's start.
    Standing {
        /// The state that is judged.
        head: Rev,
    },
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Who reported it.
    pub provider: Provider,
    /// Its name there: `pull_request`, `merge_request_event`; `variables` for the generic ones.
    /// One of those that this room knows, thus safe to print.
    pub name: String,
    /// What is to be judged.
    pub subject: Subject,
    /// Whether it is a draft; `None` where the event does not say.
    pub draft: Option<bool>,
    /// The branch that the change is meant for, without `refs/heads/`; of a standing check the
    /// branch it ran on.
    pub target_branch: Option<String>,
    /// What a merge would make of the commit messages, where the event says it.
    pub landing_text: Option<LandingText>,
    /// The phase, where it does not depend on the migration's branch: a merge queue lands,
    /// `BACKOUT_PHASE` says it outright. [`super::phase()`] answers for all events.
    pub phase: Option<Phase>,
}

impl Event {
    /// An event that says what to judge, and nothing else.
    pub(super) fn new(provider: Provider, name: &str, subject: Subject) -> Self {
        Self {
            provider,
            name: name.to_owned(),
            subject,
            draft: None,
            target_branch: None,
            landing_text: None,
            phase: None,
        }
    }

    /// The commit that is judged, where the event names it by its id.
    #[must_use]
    pub const fn head(&self) -> Option<ObjectId> {
        match &self.subject {
            Subject::Range { head: Rev::Oid(oid), .. }
            | Subject::Standing { head: Rev::Oid(oid) } => Some(*oid),
            Subject::Update(update) => update.to,
            Subject::Range { .. } | Subject::Standing { .. } => None,
        }
    }

    /// The commit that was there before, where the event names one.
    #[must_use]
    pub const fn before(&self) -> Option<ObjectId> {
        match &self.subject {
            Subject::Update(update) => update.from,
            Subject::Range { .. } | Subject::Standing { .. } => None,
        }
    }
}

/// The event that this process was started for; `None` outside of CI.
///
/// `BACKOUT_BASE` and its kin win over the CI system's own: whoever set them meant them.
/// `read_file` reads the event file; [`super::read_event`] is made for it.
///
/// # Errors
/// Whatever leaves open what to judge. Each is a usage error (exit 2).
pub fn detect(
    env: &dyn Fn(&str) -> Option<String>,
    read_file: &dyn Fn(&Path) -> io::Result<Vec<u8>>,
) -> Result<Option<Event>, EventError> {
    let variables = Variables(env);
    let phase = generic::phase_variable(env)?;
    let event = if let Some(event) = generic::event(variables)? {
        event
    } else if variables.says_true("GITHUB_ACTIONS") {
        github::event(variables, read_file)?
    } else if variables.says_true("GITLAB_CI") {
        gitlab::event(variables)?
    } else if variables.get("TF_BUILD").is_some() {
        azure::event(variables)?
    } else if variables.get("BITBUCKET_BUILD_NUMBER").is_some() {
        bitbucket::event(variables)?
    } else if variables.get("JENKINS_URL").is_some() {
        // Last: agents of Jenkins start in all kinds of surroundings.
        jenkins::event(variables)?
    } else {
        return Ok(None);
    };
    Ok(Some(Event { phase: phase.or(event.phase), ..event }))
}
