//! What a pull request has in common with an issue: labels and assignees.

use http::Method;
use serde_json::{Map, Value};

use super::client::Client;
use super::refusal::Refusal;

impl Client<'_> {
    /// Sets the labels and the assignees of an issue or a pull request, all of them; `None` stays
    /// as it is. A label that the repository does not have yet comes into being.
    pub fn set_labels(
        &self,
        number: u64,
        labels: Option<&[String]>,
        assignees: Option<&[String]>,
    ) -> Result<(), Refusal> {
        let mut body = Map::new();
        body.extend(labels.map(|labels| ("labels".to_owned(), labels.into())));
        body.extend(assignees.map(|people| ("assignees".to_owned(), people.into())));
        let route = self.route(&["issues", &number.to_string()]);
        self.send(&Method::PATCH, &route, Some(&Value::Object(body)))?;
        Ok(())
    }
}
