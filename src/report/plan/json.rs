//! A plan for programs, version 1: others script against it.

use serde::Serialize;

use super::{PlanReport, action, reason};
use crate::git::{Change, Entry, ObjectId};
use crate::report::escape::json;
use crate::report::json::{Path, path};
use crate::report::pull_request::RequestKeys;
use crate::report::steps::JsonStep;
use crate::rollback::clash::Clash;
use crate::rollback::flags::Doubt;
use crate::rollback::message::Naming;
use crate::rollback::reapply::Return;

impl PlanReport<'_> {
    /// The plan for programs, version 1; with the pull request that it has become, where it has.
    #[must_use]
    pub fn json(&self, more: Option<&RequestKeys>) -> String {
        let plan = self.plan;
        let on_other_files = self.blockers.foreign.iter().filter(|one| !plan.foreign.contains(one));
        let foreign = plan.foreign.iter().chain(on_other_files);
        let document = Document {
            version: 1,
            stage: self.asked,
            stages: self.names(&plan.stages),
            onto: plan.onto.to_string(),
            tree: plan.tree.map(|tree| tree.to_string()),
            commits: plan.commits.iter().map(|step| step.id.to_string()).collect(),
            paths: plan.paths.iter().map(json_change).collect(),
            conflicts: json_conflicts(self.naming, &plan.clashes),
            blocked_by: self.names(&self.blockers.stages),
            foreign: foreign.map(ObjectId::to_string).collect(),
            confirm: texts(&plan.confirm),
            irreversible: self.names(&self.irreversible()),
            stays: self.names(self.stay),
            flags_in_doubt: self.doubts.iter().map(json_doubt).collect(),
            steps: self.rollback().json(),
            more,
        };
        json(&document) + "\n"
    }
}

/// What bringing stages back comes to, for programs; with the pull request that it has become, where it has.
#[must_use]
pub fn render_return_json(
    naming: Naming<'_>,
    returns: &Return,
    more: Option<&RequestKeys>,
) -> String {
    let document = JsonReturn {
        version: 1,
        stages: returns.stages.iter().map(|stage| naming.name(*stage)).collect(),
        onto: returns.onto.to_string(),
        tree: returns.tree.map(|tree| tree.to_string()),
        undone: texts(&returns.undone),
        paths: returns.paths.iter().map(json_change).collect(),
        conflicts: json_conflicts(naming, &returns.clashes),
        more,
    };
    json(&document) + "\n"
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    stage: &'a str,
    stages: Vec<String>,
    onto: String,
    tree: Option<String>,
    commits: Vec<String>,
    paths: Vec<JsonChange>,
    conflicts: Vec<JsonConflict>,
    blocked_by: Vec<String>,
    foreign: Vec<String>,
    confirm: Vec<String>,
    irreversible: Vec<String>,
    stays: Vec<String>,
    flags_in_doubt: Vec<JsonDoubt<'a>>,
    steps: Vec<JsonStep>,
    #[serde(flatten)]
    more: Option<&'a RequestKeys>,
}

#[derive(Serialize)]
struct JsonReturn<'a> {
    version: u32,
    stages: Vec<String>,
    onto: String,
    tree: Option<String>,
    undone: Vec<String>,
    paths: Vec<JsonChange>,
    conflicts: Vec<JsonConflict>,
    #[serde(flatten)]
    more: Option<&'a RequestKeys>,
}

#[derive(Serialize)]
struct JsonChange {
    path: Path,
    action: &'static str,
    from: Option<JsonEntry>,
    to: Option<JsonEntry>,
}

#[derive(Serialize)]
struct JsonEntry {
    mode: String,
    oid: String,
}

#[derive(Serialize)]
struct JsonDoubt<'a> {
    flag: &'a str,
    state: &'static str,
    file: Path,
    why: &'a str,
}

#[derive(Serialize)]
struct JsonConflict {
    path: Path,
    reason: String,
}

fn json_change(change: &Change) -> JsonChange {
    let entry = |entry: Entry| JsonEntry {
        mode: format!("{:06o}", entry.mode),
        oid: entry.oid.to_string(),
    };
    JsonChange {
        path: path(&change.path),
        action: action(change),
        from: change.old.map(entry),
        to: change.new.map(entry),
    }
}

fn json_doubt(doubt: &Doubt) -> JsonDoubt<'_> {
    let Doubt { flag, state, file, why } = doubt;
    JsonDoubt { flag, state: state.as_str(), file: path(file), why }
}

fn json_conflicts(naming: Naming<'_>, clashes: &[Clash]) -> Vec<JsonConflict> {
    let conflict =
        |clash: &Clash| JsonConflict { path: path(&clash.path), reason: reason(naming, clash) };
    clashes.iter().map(conflict).collect()
}

fn texts(ids: &[ObjectId]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}
