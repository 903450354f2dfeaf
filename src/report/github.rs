//! Annotations for GitHub Actions: workflow commands on stdout. GitHub shows ten errors, ten
//! warnings and ten notices a step and drops the rest without a word, so the rest is counted.

use std::fmt::Write as _;

use super::entry::{Entry, Weight, and_more, entries};
use super::escape::{clip, workflow_message, workflow_property};
use super::{Look, human};
use crate::config::Mode;
use crate::git::RepoPath;
use crate::readiness::assessment::{Assessment, Verdict};

/// Annotations of one kind that a step shows.
const SHOWN: usize = 10;

/// The longest message, in bytes: a name of 4,096 bytes fits.
const MESSAGE: usize = 8_192;

/// Renders an assessment; the last line is the verdict.
pub(super) fn render(assessment: &Assessment) -> String {
    let entries = entries(assessment);
    let mut text = String::new();
    for command in ["error", "warning", "notice"] {
        let of_kind: Vec<&Entry<'_>> =
            entries.iter().filter(|entry| kind(entry.weight) == command).collect();
        // The last place is kept for the count of those that have none.
        let shown = if of_kind.len() > SHOWN { SHOWN - 1 } else { of_kind.len() };
        for entry in of_kind.iter().take(shown) {
            let _ = writeln!(text, "{}", annotation(command, entry));
        }
        if of_kind.len() > shown {
            let more = and_more(of_kind.len() - shown);
            let _ = writeln!(text, "::{command} title=backout::{more}");
        }
    }
    text.push_str(&verdict_line(assessment));
    text
}

/// Renders it beside a check run that has the annotations: the same ones here would be shown twice,
/// so the log has the report as text. No line of that is a command.
pub(super) fn render_beside_check_run(assessment: &Assessment) -> String {
    let look = Look { color: false, brief: false, verbose: false };
    human::render(assessment, look) + &verdict_line(assessment)
}

fn verdict_line(assessment: &Assessment) -> String {
    let observed = assessment.mode == Mode::Observe && assessment.verdict != Verdict::Ready;
    let only = if observed { "; observed only, nothing is stopped" } else { "" };
    format!("backout: {} ({}){only}\n", assessment.verdict.as_str(), assessment.phase)
}

const fn kind(weight: Weight) -> &'static str {
    match weight {
        Weight::Stops | Weight::Unchecked => "error",
        Weight::Observed | Weight::Told => "warning",
        Weight::SetAside => "notice",
    }
}

fn annotation(command: &str, entry: &Entry<'_>) -> String {
    let finding = entry.finding;
    let mut properties = Vec::new();
    if let Some(spot) = entry.spot() {
        let file = RepoPath::from_bytes(spot.path);
        properties.push(format!("file={}", workflow_property(&file.shown())));
        if finding.path.is_none() {
            properties.push(format!("line={}", spot.line));
            properties.push(format!("col={}", spot.column));
        }
    }
    let stage = finding.stage.as_ref().map(|id| format!(" (stage {id})")).unwrap_or_default();
    properties.push(format!("title={}", workflow_property(&format!("{}{stage}", finding.code))));
    let message = workflow_message(&clip(&entry.statement(), MESSAGE));
    format!("::{command} {}::{message}", properties.join(","))
}
