//! What is said of commits: statuses.

use http::Method;
use serde_json::json;

use super::client::Client;
use super::refusal::Refusal;
use crate::git::ObjectId;

/// What a status says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusState {
    /// It holds.
    Success,
    /// It does not.
    Failure,
    /// It could not be told.
    Error,
}

impl StatusState {
    const fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Error => "error",
        }
    }
}

/// The longest description, in characters.
const DESCRIPTION: usize = 140;

impl Client<'_> {
    /// Sets a status of a commit, in place of an earlier one of the same name.
    pub fn set_status(
        &self,
        commit: &ObjectId,
        name: &str,
        state: StatusState,
        description: &str,
    ) -> Result<(), Refusal> {
        let description: String = description.chars().take(DESCRIPTION).collect();
        let body = json!({ "state": state.word(), "context": name, "description": description });
        let route = self.route(&["statuses", &commit.to_string()]);
        self.send(&Method::POST, &route, Some(&body))?;
        Ok(())
    }
}
