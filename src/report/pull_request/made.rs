//! What a pull request, or a branch, has become.

use serde::Serialize;

use super::super::escape::terminal;
use crate::rollback::proposal::{Proposed, Pushed};

/// A pull request, or a branch, in JSON: the keys that it adds to those of its plan.
#[derive(Debug, Clone, Serialize)]
pub struct RequestKeys {
    /// The pull request's page; null for a branch alone.
    pub url: Option<String>,
    /// Its number; null for a branch alone.
    pub number: Option<u64>,
    /// Its branch.
    pub branch: String,
    /// Its branch's tip.
    pub head: String,
    /// `created`, `updated`, `unchanged`.
    pub state: &'static str,
    /// Whether the forge holds the commit's signature for good.
    pub verified: Option<bool>,
}

impl From<&Proposed> for RequestKeys {
    fn from(done: &Proposed) -> Self {
        Self {
            url: Some(done.url.clone()),
            number: Some(done.number),
            branch: done.branch.clone(),
            head: done.head.to_string(),
            state: done.state.word(),
            verified: done.verified,
        }
    }
}

impl From<&Pushed> for RequestKeys {
    fn from(done: &Pushed) -> Self {
        Self {
            url: None,
            number: None,
            branch: done.branch.clone(),
            head: done.head.to_string(),
            state: done.state.word(),
            verified: None,
        }
    }
}

/// The same for people, below the plan.
#[must_use]
pub fn render_request_human(done: &RequestKeys) -> String {
    let RequestKeys { branch, state, .. } = done;
    match (done.number, &done.url) {
        (Some(number), Some(url)) => format!(
            "\n  pull request #{number} from {}: {state}\n    {}\n",
            terminal(branch),
            terminal(url)
        ),
        _ => format!("\n  branch {}: {state}\n", terminal(branch)),
    }
}
