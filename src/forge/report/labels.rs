//! Labels of a pull request that are kept up to date.

use http::Method;
use serde_json::json;

use super::looking_first;
use crate::config::Impact;
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

/// What tells a label that was made here from one that a team made for itself.
const STAGE: &str = "Touches this stage of the migration (kept by backout)";
/// The same of an impact.
const IMPACT: &str = "What a rollback of the touched stages affects (kept by backout)";

impl Label {
    /// The label of a stage, named as [`crate::config::stage_name`] does.
    #[must_use]
    pub fn stage(name: &str, impact: Impact) -> Self {
        Self { name: format!("stage:{name}"), color: color(impact), description: STAGE.to_owned() }
    }

    /// The label of an impact.
    #[must_use]
    pub fn impact(impact: Impact) -> Self {
        Self {
            name: format!("impact:{impact}"),
            color: color(impact),
            description: IMPACT.to_owned(),
        }
    }
}

const fn color(impact: Impact) -> &'static str {
    match impact {
        Impact::None => "ededed",
        Impact::Low => "c2e0c6",
        Impact::Medium => "fbca04",
        Impact::High => "d93f0b",
        Impact::Critical => "b60205",
    }
}

/// A label that an issue or a pull request has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelThere {
    /// Its name.
    pub name: String,
    /// What is said of it; empty where nothing is.
    pub description: String,
}

impl LabelThere {
    /// Whether it is one that was made here: by what is said of it, which no label gets that comes
    /// into being by its use.
    fn is_made_here(&self) -> bool {
        [STAGE, IMPACT].contains(&self.description.as_str())
    }
}

/// GitHub takes `Stage:A` and `stage:a` for one.
fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

impl Client<'_> {
    /// Brings the labels of a pull request to what they shall be; `current` are the ones that it has.
    /// Those go that were made here, and those of the `known` stages of which nobody has said
    /// anything; a team's own stay, whatever their names, and so do those that others set meanwhile.
    /// Gives whether anything changed.
    pub fn keep_labels(
        &self,
        number: u64,
        current: &[LabelThere],
        wanted: &[Label],
        known: &[Label],
    ) -> Result<bool, Refusal> {
        let lacks: Vec<&Label> = wanted
            .iter()
            .filter(|label| !current.iter().any(|there| same(&there.name, &label.name)))
            .collect();
        let is = |there: &LabelThere, all: &[Label]| all.iter().any(|l| same(&there.name, &l.name));
        let is_ours = |there: &LabelThere| {
            there.is_made_here() || (there.description.is_empty() && is(there, known))
        };
        let stale: Vec<&LabelThere> =
            current.iter().filter(|there| is_ours(there) && !is(there, wanted)).collect();
        for label in &lacks {
            looking_first(|| self.provide_label(label))?;
        }
        if !lacks.is_empty() {
            let names: Vec<String> = lacks.iter().map(|label| label.name.clone()).collect();
            looking_first(|| self.add_labels(number, &names))?;
        }
        for there in &stale {
            looking_first(|| self.remove_label(number, &there.name))?;
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
