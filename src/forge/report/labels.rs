//! Labels of a pull request that are kept up to date.

use http::Method;
use serde_json::json;

use super::looking_first;
use crate::forge::client::Client;
use crate::forge::refusal::Refusal;

/// A label as it is made where the repository does not have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Its name; 50 characters at the most.
    pub name: String,
    /// Its colour: six hexadecimal digits.
    pub color: &'static str,
    /// What it stands for; 100 characters at the most.
    pub description: String,
}

/// GitHub takes `Stage:A` and `stage:a` for one.
fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

impl Client<'_> {
    /// Brings those labels of a pull request that `is_ours` says yes to, to what they shall be;
    /// `current` are the ones that it has. All others stay, also those that others set meanwhile.
    /// Gives whether anything changed.
    pub fn keep_labels(
        &self,
        number: u64,
        current: &[String],
        wanted: &[Label],
        is_ours: impl Fn(&str) -> bool,
    ) -> Result<bool, Refusal> {
        let lacks: Vec<&Label> = wanted
            .iter()
            .filter(|label| !current.iter().any(|name| same(name, &label.name)))
            .collect();
        let stale: Vec<&String> = current
            .iter()
            .filter(|name| is_ours(name) && !wanted.iter().any(|label| same(name, &label.name)))
            .collect();
        for label in &lacks {
            looking_first(|| self.provide_label(label))?;
        }
        if !lacks.is_empty() {
            let names: Vec<String> = lacks.iter().map(|label| label.name.clone()).collect();
            looking_first(|| self.add_labels(number, &names))?;
        }
        for name in &stale {
            looking_first(|| self.remove_label(number, name))?;
        }
        Ok(!lacks.is_empty() || !stale.is_empty())
    }

    /// Makes a label, where the repository does not have it.
    fn provide_label(&self, label: &Label) -> Result<(), Refusal> {
        if self.look(&self.route(&["labels", &label.name]))?.is_some() {
            return Ok(());
        }
        let body = json!({
            "name": label.name, "color": label.color, "description": label.description,
        });
        match self.send(&Method::POST, &self.route(&["labels"]), Some(&body)) {
            // Somebody was faster.
            Err(Refusal::Unprocessable(said)) if said.is_there_already() => Ok(()),
            made => made.map(drop),
        }
    }

    fn remove_label(&self, number: u64, name: &str) -> Result<(), Refusal> {
        let route = self.route(&["issues", &number.to_string(), "labels", name]);
        match self.send(&Method::DELETE, &route, None) {
            // It is gone already.
            Err(Refusal::NotFound(_)) => Ok(()),
            removed => removed.map(drop),
        }
    }
}
