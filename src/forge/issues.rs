//! What a pull request has in common with an issue: labels and assignees.

use http::Method;
use serde_json::json;

use super::client::Client;
use super::refusal::Refusal;

impl Client<'_> {
    /// Adds labels to an issue or a pull request; those that are there stay. A label that the
    /// repository does not have yet comes into being. To do so twice changes nothing more.
    pub fn add_labels(&self, number: u64, labels: &[String]) -> Result<(), Refusal> {
        let route = self.route(&["issues", &number.to_string(), "labels"]);
        self.send(&Method::POST, &route, Some(&json!({ "labels": labels })))?;
        Ok(())
    }

    /// Sets labels and assignees of an issue or a pull request in one request: those and no others.
    pub fn set_labels_and_assignees(
        &self,
        number: u64,
        labels: &[String],
        assignees: &[String],
    ) -> Result<(), Refusal> {
        let route = self.route(&["issues", &number.to_string()]);
        let body = json!({ "labels": labels, "assignees": assignees });
        self.send(&Method::PATCH, &route, Some(&body))?;
        Ok(())
    }

    /// Assigns an issue or a pull request to people as well; who has it keeps it. To do so twice
    /// changes nothing more.
    pub fn add_assignees(&self, number: u64, people: &[String]) -> Result<(), Refusal> {
        let route = self.route(&["issues", &number.to_string(), "assignees"]);
        self.send(&Method::POST, &route, Some(&json!({ "assignees": people })))?;
        Ok(())
    }
}
