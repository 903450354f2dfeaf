//! Annotations for GitHub Actions: workflow commands on stdout. GitHub shows ten errors and ten
//! warnings a step and drops the rest without a word, so the rest is counted.

use std::fmt::Write as _;

use super::escape::{workflow_message, workflow_property};
use crate::config::Level;
use crate::readiness::assessment::Assessment;
use crate::readiness::finding::{Finding, Outcome};

/// Annotations of one kind that a step shows.
const SHOWN: usize = 10;

/// Renders an assessment; the last line is the verdict.
pub(super) fn render(assessment: &Assessment) -> String {
    let mut text = String::new();
    for (level, command) in [(Level::Deny, "error"), (Level::Warn, "warning")] {
        let of_level: Vec<&Finding> =
            assessment.findings.iter().filter(|finding| finding.level == level).collect();
        // The last place is kept for the count of those that have none.
        let shown = if of_level.len() > SHOWN { SHOWN - 1 } else { of_level.len() };
        for finding in of_level.iter().take(shown) {
            let _ = writeln!(text, "{}", annotation(command, finding));
        }
        if of_level.len() > shown {
            let more = of_level.len() - shown;
            let _ = writeln!(
                text,
                "::{command} title=backout::and {more} more; for all of them: --output human=FILE"
            );
        }
    }
    for aside in assessment.waived.iter().chain(&assessment.overridden) {
        let code = &aside.finding.code;
        let reason = format!("{code} is set aside: {} ({})", aside.reason, aside.by);
        let _ = writeln!(text, "::notice title=backout::{}", workflow_message(&reason));
    }
    let _ = writeln!(text, "backout: {} ({})", assessment.verdict.as_str(), assessment.phase);
    text
}

fn annotation(command: &str, finding: &Finding) -> String {
    let mut properties = Vec::new();
    match (&finding.path, &finding.config) {
        (Some(path), _) => properties.push(format!("file={}", workflow_property(&path.lossy()))),
        (None, Some(place)) => {
            properties.push(format!("file={}", workflow_property(&place.file)));
            properties.push(format!("line={}", place.line));
            properties.push(format!("col={}", place.column));
        }
        (None, None) => {}
    }
    let stage = finding.stage.as_ref().map(|id| format!(" (stage {id})")).unwrap_or_default();
    properties.push(format!("title={}", workflow_property(&format!("{}{stage}", finding.code))));
    let unchecked = match finding.outcome {
        Outcome::Indeterminate => "not checked: ",
        _ => "",
    };
    let message = format!("{unchecked}{}. Way out: {}", finding.message, finding.help);
    format!("::{command} {}::{}", properties.join(","), workflow_message(&message))
}
