//! Labels of a pull request that are kept up to date.

use http::Method;
use serde::Deserialize;
use serde_json::json;

use super::looking_first;
use crate::config::Impact;
use crate::forge::client::Client;
use crate::forge::pull_requests::PullRequest;
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

/// The colour that GitHub gives a label which comes into being by its use.
const BY_USE: &str = "ededed";

/// A label that an issue or a pull request has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelThere {
    /// Its name.
    pub name: String,
    /// What is said of it; empty where nothing is.
    pub description: String,
    /// Its colour: six hexadecimal digits.
    pub color: String,
}

/// A label as the API describes it.
#[derive(Deserialize)]
pub(crate) struct LabelBody {
    name: String,
    description: Option<String>,
    #[serde(default)]
    color: String,
}

impl From<LabelBody> for LabelThere {
    fn from(body: LabelBody) -> Self {
        let description = body.description.unwrap_or_default();
        Self { name: body.name, description, color: body.color }
    }
}

/// What the labels of a pull request shall be.
#[derive(Debug, Clone, Copy)]
pub struct WantedLabels<'a> {
    /// These.
    pub wanted: &'a [Label],
    /// Those of all stages that are known.
    pub known: &'a [Label],
    /// What stands in the description of each of our own pull requests, whose labels come into
    /// being by their use.
    pub own: &'a str,
}

impl LabelThere {
    /// Whether it is one that was made here: by what is said of it, which no label gets that comes
    /// into being by its use.
    fn is_made_here(&self) -> bool {
        [STAGE, IMPACT].contains(&self.description.as_str())
    }

    /// Whether it looks like one that came into being by its use.
    fn is_plain(&self) -> bool {
        self.description.is_empty() && self.color.eq_ignore_ascii_case(BY_USE)
    }
}

/// GitHub takes `Stage:A` and `stage:a` for one.
fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

impl Client<'_> {
    /// Brings the labels of a pull request to what they shall be. Those go that were made here, and
    /// those of the known stages of which nobody has said anything; a team's own stay, whatever
    /// their names, and so do those that others set meanwhile. What came into being by its use on
    /// our own pull requests alone gets its colour, and what it stands for.
    pub fn keep_labels(
        &self,
        pull: &PullRequest,
        labels: &WantedLabels<'_>,
    ) -> Result<(), Refusal> {
        let WantedLabels { wanted, known, own } = *labels;
        let is = |there: &LabelThere, all: &[Label]| all.iter().any(|l| same(&there.name, &l.name));
        let is_ours = |there: &LabelThere| {
            there.is_made_here() || (there.description.is_empty() && is(there, known))
        };
        let of = |label: &Label| pull.labels.iter().find(|there| same(&there.name, &label.name));
        let (there, lacks): (Vec<&Label>, Vec<&Label>) =
            wanted.iter().partition(|label| of(label).is_some());
        let is_plain = |label: &&Label| of(label).is_some_and(LabelThere::is_plain);
        let mut plain: Vec<&Label> = match pull.body.contains(own) {
            true => there.into_iter().filter(is_plain).collect(),
            false => Vec::new(),
        };
        for label in &lacks {
            let found = looking_first(|| self.provide_label(label))?;
            plain.extend(found.filter(LabelThere::is_plain).map(|_| *label));
        }
        // Before this pull request has them as well, which may be none of ours.
        let adopted = plain.into_iter().try_for_each(|label| self.adopt_label(label, own));
        if !lacks.is_empty() {
            let names: Vec<String> = lacks.iter().map(|label| label.name.clone()).collect();
            looking_first(|| self.add_labels(pull.number, &names))?;
        }
        for there in pull.labels.iter().filter(|there| is_ours(there) && !is(there, wanted)) {
            looking_first(|| self.remove_label(pull.number, &there.name))?;
        }
        adopted
    }

    /// Makes a label, where the repository does not have it; gives the one that it has.
    fn provide_label(&self, label: &Label) -> Result<Option<LabelThere>, Refusal> {
        if let Some(answer) = self.look(&self.route(&["labels", &label.name]))? {
            return Ok(Some(answer.read::<LabelBody>()?.into()));
        }
        let body = json!({
            "name": label.name, "color": label.color, "description": label.description,
        });
        match self.send(&Method::POST, &self.route(&["labels"]), Some(&body)) {
            // Somebody was faster.
            Err(Refusal::Unprocessable(said)) if said.is_there_already() => Ok(None),
            made => made.map(|_| None),
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

    /// Gives a label that came into being by its use on our own pull requests its colour, and what
    /// it stands for. One that anything else has may be a team's, and stays as it is.
    fn adopt_label(&self, label: &Label, own: &str) -> Result<(), Refusal> {
        if !looking_first(|| self.is_ours_alone(label, own))? {
            return Ok(());
        }
        let body = json!({ "color": label.color, "description": label.description });
        let route = self.route(&["labels", &label.name]);
        looking_first(|| self.send(&Method::PATCH, &route, Some(&body)).map(drop))
    }

    /// Whether our own pull requests have it, and nothing else does.
    fn is_ours_alone(&self, label: &Label, own: &str) -> Result<bool, Refusal> {
        #[derive(Deserialize)]
        struct Use {
            body: Option<String>,
        }
        let is_ours = |one: &Use| one.body.as_ref().is_some_and(|body| body.contains(own));
        let all = self.route(&["issues"]).with("state", "all").with("labels", &label.name);
        let answer = self.get(&all.with("per_page", "100"))?;
        let more = answer.headers.next.is_some();
        let uses: Vec<Use> = answer.read()?;
        Ok(!more && !uses.is_empty() && uses.iter().all(is_ours))
    }
}
