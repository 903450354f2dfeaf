//! What backout made of a case, and where that differs from its label.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::case::{Case, Label, Verdict};
use crate::support::{PROGRAM, RepoOptions, execute, scrubbed};

/// What came of a case.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// backout's exit code.
    pub(super) exit: i32,
    /// Whether the push went through, or the check succeeded.
    pub(super) passed: bool,
    /// Findings that stop.
    pub(super) denied: Vec<Label>,
    /// Findings at deny that could not be checked.
    pub(super) unchecked: Vec<Label>,
    /// Findings that are told.
    pub(super) warned: Vec<Label>,
    aside: Vec<Label>,
    verdict: Option<String>,
    phase: Option<String>,
    said: String,
}

/// Runs a case in a folder of its own.
pub(super) fn run(case: &Case) -> Outcome {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let scene = tempfile::tempdir().unwrap();
    let mut command = scrubbed("bash", &corpus);
    if RepoOptions::default().reftable {
        command.env("GIT_DEFAULT_REF_FORMAT", "reftable");
    }
    command.arg("run").arg(&case.path).arg(scene.path()).arg(PROGRAM);
    let run = execute(&mut command, b"", crate::support::Filter::default());
    if run.exit != 0 {
        let said = format!("the script is broken:\n{}{}", run.out(), run.err());
        return Outcome { exit: -1, said, ..Outcome::default() };
    }
    read(scene.path())
}

fn read(scene: &Path) -> Outcome {
    let text = |name: &str| fs::read_to_string(scene.join(name)).unwrap_or_default();
    let mut outcome = Outcome {
        exit: text("exit").trim().parse().unwrap(),
        passed: text("passed").trim() == "yes",
        said: text("said") + &text("refused"),
        ..Outcome::default()
    };
    let report = text("report.json");
    if !report.is_empty() {
        outcome.read_report(&serde_json::from_str(&report).unwrap());
    }
    outcome
}

impl Outcome {
    fn read_report(&mut self, report: &Value) {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        self.verdict = text(&report["verdict"]);
        self.phase = text(&report["phase"]);
        for finding in report["findings"].as_array().unwrap() {
            let list = match (finding["level"].as_str(), finding["outcome"].as_str()) {
                (Some("deny"), Some("unmet")) => &mut self.denied,
                (Some("deny"), Some("indeterminate")) => &mut self.unchecked,
                (Some("warn"), _) => &mut self.warned,
                other => panic!("a finding at {other:?}"),
            };
            list.push(label(finding));
        }
        let aside = ["waived", "overridden"].into_iter();
        let aside = aside.flat_map(|key| report[key].as_array().unwrap());
        self.aside = aside.map(label).collect();
        for list in [&mut self.denied, &mut self.unchecked, &mut self.warned, &mut self.aside] {
            list.sort();
        }
    }

    /// Where it differs from what the case's header says.
    pub(super) fn complaints(&self, case: &Case) -> Vec<String> {
        let mut complaints = Vec::new();
        let mut expect = |holds: bool, what: String| {
            if !holds {
                complaints.push(what);
            }
        };
        let exit = case.verdict.exit();
        expect(self.exit == exit, format!("exit {}, labelled {exit}", self.exit));
        let ready = case.verdict == Verdict::Ready;
        expect(self.passed == ready, format!("passed: {}, labelled {ready}", self.passed));
        let refused = case.cause.as_deref() == Some("refused");
        if refused {
            expect(self.verdict.is_none(), format!("it was judged: {:?}", self.verdict));
            expect(self.said.contains("error: "), "no error is told".to_owned());
        } else {
            // What is only observed is reported all the same.
            let observed = if case.observed.is_empty() { case.verdict } else { Verdict::Unready };
            let reported = observed.reported();
            expect(self.verdict.as_deref() == reported, format!("verdict {:?}", self.verdict));
            expect(self.phase.as_ref() == Some(&case.phase), format!("phase {:?}", self.phase));
        }
        let cause = |verdict| match &case.cause {
            Some(cause) if case.verdict == verdict && !refused => vec![cause.clone()],
            _ => Vec::new(),
        };
        let denied = if ready { case.observed.clone() } else { cause(Verdict::Unready) };
        expect(self.denied == denied, format!("denied {:?}, labelled {denied:?}", self.denied));
        let unchecked = cause(Verdict::Indeterminate);
        let told = format!("unchecked {:?}, labelled {unchecked:?}", self.unchecked);
        expect(self.unchecked == unchecked, told);
        if let Some(warns) = case.warns.clone().or(ready.then(Vec::new)) {
            expect(self.warned == warns, format!("warned {:?}, labelled {warns:?}", self.warned));
        }
        let told = format!("set aside {:?}, labelled {:?}", self.aside, case.aside);
        expect(self.aside == case.aside, told);
        if !complaints.is_empty() {
            complaints.push(format!("it said:\n{}", self.said));
        }
        complaints
    }
}

fn label(finding: &Value) -> Label {
    let code = finding["code"].as_str().unwrap();
    match finding["stage"].as_str() {
        Some(stage) => format!("{code} {stage}"),
        None => code.to_owned(),
    }
}
