//! JSON, version 1: others script against it, so its types are apart from the program's own. Every
//! key is always there, null or [] where it does not apply; lists are capped, and `truncated` says
//! so.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use super::entry::weight;
use super::escape::json;
use crate::git::{ObjectId, RepoPath};
use crate::policy::trust::Origin;
use crate::readiness::assessment::{Assessment, RefReport, SetAside, StageReport};
use crate::readiness::finding::Finding;
use crate::receipt::instant_text;

/// How many entries a list has at the most.
const CAP: usize = 1_000;

#[derive(Serialize)]
struct Document {
    version: u32,
    verdict: &'static str,
    phase: &'static str,
    mode: &'static str,
    policy: Policy,
    refs: Vec<Ref>,
    stages: Vec<Stage>,
    unowned: Vec<Path>,
    shared: Vec<Path>,
    findings: Vec<Problem>,
    waived: Vec<Aside>,
    overridden: Vec<Aside>,
    truncated: bool,
    timings_ms: BTreeMap<&'static str, f64>,
}

#[derive(Serialize)]
struct Policy {
    trusted: Vec<Place>,
    judged: Option<Place>,
}

#[derive(Serialize)]
struct Place {
    source: String,
    commit: String,
}

#[derive(Serialize)]
struct Ref {
    local: Option<String>,
    remote: String,
    op: &'static str,
    target: &'static str,
    from: Option<String>,
    to: Option<String>,
    paths: usize,
    commits: usize,
}

#[derive(Serialize)]
struct Stage {
    migration: String,
    id: String,
    name: String,
    impact: &'static str,
    state: &'static str,
    touched_by: Vec<String>,
    way_back: WayBack,
}

#[derive(Serialize)]
struct WayBack {
    open: Option<bool>,
    until: Option<String>,
    blocked_by: Option<Vec<String>>,
}

/// A path that is not UTF-8 is given as its bytes.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Path {
    Text(String),
    Bytes { bytes: String },
}

#[derive(Serialize)]
struct Problem {
    code: String,
    level: &'static str,
    outcome: &'static str,
    migration: String,
    stage: Option<String>,
    path: Option<Path>,
    #[serde(rename = "ref")]
    reference: Option<String>,
    commit: Option<String>,
    message: String,
    help: String,
    fingerprint: String,
    config: Option<Config>,
}

#[derive(Serialize)]
struct Config {
    file: String,
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Aside {
    #[serde(flatten)]
    finding: Problem,
    reason: String,
    by: String,
}

/// Renders an assessment as one line of JSON.
pub(super) fn render(assessment: &Assessment) -> String {
    json(&document(assessment)) + "\n"
}

/// What a later step of a CI job is told: the same words and shapes as in the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outputs {
    /// The verdict.
    pub verdict: &'static str,
    /// The findings as a JSON array, as many as fit.
    pub findings: String,
    /// The touched stages as a JSON array, as many as fit.
    pub stages: String,
    /// Whether something did not fit.
    pub truncated: bool,
}

/// The outputs of a CI step, each list in so many bytes at the most: whole entries, the heaviest
/// findings first.
#[must_use]
pub fn outputs(assessment: &Assessment, budget: usize) -> Outputs {
    let mut cap = Cap::default();
    let mut findings: Vec<&Finding> = assessment.findings.iter().collect();
    findings.sort_by_key(|finding| weight(finding));
    let findings = array(findings.into_iter().map(problem), budget);
    let stages = array(assessment.stages.iter().map(|one| stage(one, &mut cap)), budget);
    let truncated = findings.1 || stages.1 || cap.truncated;
    let verdict = assessment.verdict.as_str();
    Outputs { verdict, findings: findings.0, stages: stages.0, truncated }
}

/// As many of the first items as fit, and whether some did not.
fn array<T: Serialize>(items: impl Iterator<Item = T>, budget: usize) -> (String, bool) {
    let mut text = "[".to_owned();
    for item in items {
        let item = json(&item);
        if text.len() + item.len() + 2 > budget {
            return (text + "]", true);
        }
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(&item);
    }
    (text + "]", false)
}

fn document(assessment: &Assessment) -> Document {
    let (mut cap, mut over) = (Cap::default(), false);
    Document {
        version: 1,
        verdict: assessment.verdict.as_str(),
        phase: assessment.phase.as_str(),
        mode: assessment.mode.as_str(),
        policy: Policy {
            trusted: cap.list(&assessment.trusted, place),
            judged: assessment.judged.as_ref().map(place),
        },
        refs: cap.list(&assessment.refs, reference),
        stages: assessment.stages.iter().map(|one| stage(one, &mut cap)).collect(),
        unowned: cap.list(&assessment.unowned, path),
        shared: cap.list(&assessment.shared, path),
        findings: cap.list(heaviest(&assessment.findings, &mut over), problem),
        waived: cap.list(&assessment.waived, aside),
        overridden: cap.list(&assessment.overridden, aside),
        truncated: cap.truncated || over,
        timings_ms: assessment.timings_ms.iter().copied().collect(),
    }
}

/// As many findings as a list has, in their order: where that is not all of them, the heaviest.
fn heaviest<'a>(findings: &'a [Finding], over: &mut bool) -> Vec<&'a Finding> {
    *over |= findings.len() > CAP;
    let mut numbered: Vec<(usize, &Finding)> = findings.iter().enumerate().collect();
    numbered.sort_by_key(|(_, finding)| weight(finding));
    numbered.truncate(CAP);
    numbered.sort_by_key(|(number, _)| *number);
    numbered.into_iter().map(|(_, finding)| finding).collect()
}

#[derive(Default)]
struct Cap {
    truncated: bool,
}

impl Cap {
    fn list<'a, T: 'a, U>(
        &mut self,
        items: impl IntoIterator<Item = &'a T>,
        to: impl Fn(&T) -> U,
    ) -> Vec<U> {
        let mut items = items.into_iter();
        let list = items.by_ref().take(CAP).map(to).collect();
        self.truncated |= items.next().is_some();
        list
    }
}

fn place(origin: &Origin) -> Place {
    Place { source: origin.label.clone(), commit: origin.commit.to_string() }
}

fn text(id: Option<&ObjectId>) -> Option<String> {
    id.map(ToString::to_string)
}

fn reference(one: &RefReport) -> Ref {
    Ref {
        local: one.local.clone(),
        remote: one.remote.to_string(),
        op: one.operation.as_str(),
        target: one.target.as_str(),
        from: text(one.from.as_ref()),
        to: text(one.to.as_ref()),
        paths: one.paths,
        commits: one.commits,
    }
}

fn stage(one: &StageReport, cap: &mut Cap) -> Stage {
    Stage {
        migration: one.migration.clone(),
        id: one.id.clone(),
        name: one.name.clone(),
        impact: one.impact.as_str(),
        state: one.state.as_str(),
        touched_by: cap.list(&one.touched_by, ToString::to_string),
        way_back: WayBack {
            open: one.way_back.open,
            until: one.way_back.until.map(instant_text),
            blocked_by: one.way_back.blocked_by.clone(),
        },
    }
}

pub(super) fn path(path: &RepoPath) -> Path {
    match path.as_str() {
        Some(text) => Path::Text(text.to_owned()),
        None => Path::Bytes { bytes: STANDARD.encode(path.as_bytes()) },
    }
}

fn problem(finding: &Finding) -> Problem {
    Problem {
        code: finding.code.to_string(),
        level: finding.level.as_str(),
        outcome: finding.outcome.as_str(),
        migration: finding.migration.to_string(),
        stage: finding.stage.as_ref().map(ToString::to_string),
        path: finding.path.as_ref().map(path),
        reference: finding.reference.as_ref().map(ToString::to_string),
        commit: text(finding.commit.as_ref()),
        message: finding.message.clone(),
        help: finding.help.clone(),
        fingerprint: finding.fingerprint(),
        config: finding.config.as_ref().map(|place| Config {
            file: place.file.clone(),
            line: place.line,
            column: place.column,
        }),
    }
}

fn aside(one: &SetAside) -> Aside {
    Aside { finding: problem(&one.finding), reason: one.reason.clone(), by: one.by.clone() }
}
