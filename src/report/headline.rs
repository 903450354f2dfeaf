//! The verdict in one line, as reports for people end with it, or begin.

use super::layout::Style;
use crate::config::{Level, Phase};
use crate::readiness::assessment::{Assessment, Verdict};
use crate::readiness::finding::{Finding, Outcome};

/// Stages that the line names.
const NAMED: usize = 20;

/// The line, and what it means. `name` makes a stage's id safe for the output.
pub(super) fn headline(assessment: &Assessment, name: impl Fn(&str) -> String) -> (Style, String) {
    let count = |level: Level, outcome: Outcome| {
        let of = |finding: &&Finding| finding.level == level && finding.outcome == outcome;
        assessment.findings.iter().filter(of).count()
    };
    let denied = count(Level::Deny, Outcome::Unmet);
    let unchecked = count(Level::Deny, Outcome::Indeterminate);
    let warnings = match assessment.findings.len() - denied - unchecked {
        0 => String::new(),
        1 => ", 1 warning".to_owned(),
        more => format!(", {more} warnings"),
    };
    // By what stops, not by the mode: one stage may enforce where its migration observes.
    let observed = if assessment.verdict != Verdict::Ready && assessment.stops() == Verdict::Ready {
        "; observed only, nothing is stopped"
    } else {
        ""
    };
    match assessment.verdict {
        Verdict::NotReady => {
            let problems = if denied == 1 { "problem" } else { "problems" };
            let verb = verb(assessment.phase);
            (Style::Deny, format!("not ready to {verb}: {denied} {problems}{warnings}{observed}"))
        }
        Verdict::Indeterminate => {
            (Style::Deny, format!("could not judge: {unchecked} not checked{warnings}{observed}"))
        }
        Verdict::Ready => (Style::Good, format!("ready: {}{warnings}", what(assessment, name))),
    }
}

const fn verb(phase: Phase) -> &'static str {
    match phase {
        Phase::Share => "share",
        Phase::Land => "land",
        Phase::Deploy => "deploy",
    }
}

fn what(assessment: &Assessment, name: impl Fn(&str) -> String) -> String {
    let mut ids: Vec<String> = assessment.stages.iter().map(|stage| name(&stage.id)).collect();
    let more = match ids.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    ids.truncate(NAMED);
    match ids.as_slice() {
        [] => "no stage touched".to_owned(),
        [one] => format!("stage {one} ({})", assessment.phase),
        many => format!("stages {}{more} ({})", many.join(", "), assessment.phase),
    }
}
