//! GitLab's Code Quality report: an array of issues. GitLab wants a place and a fingerprint of its
//! own for each, and has no level that stops anything: the exit code decides.

use serde::Serialize;

use super::entry::{Entry, Weight, and_more, entries};
use super::escape::{clip, json_pretty, terminal};
use crate::config::FILE_NAME;
use crate::git::RepoPath;
use crate::readiness::assessment::Assessment;

/// Issues at the most: GitLab shows far fewer, and refuses a report that is too large.
const MOST: usize = 5_000;

/// The longest description, in bytes: a name of 4,096 bytes fits.
const DESCRIPTION: usize = 8_192;

#[derive(Serialize)]
struct Issue {
    #[serde(rename = "type")]
    kind: &'static str,
    check_name: String,
    description: String,
    categories: [&'static str; 1],
    severity: &'static str,
    fingerprint: String,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

/// Renders an assessment.
pub(super) fn render(assessment: &Assessment) -> String {
    let entries = entries(assessment);
    let mut issues: Vec<Issue> = entries.iter().take(MOST).map(issue).collect();
    if let Some(left_out) = entries.get(MOST..).filter(|left_out| !left_out.is_empty()) {
        issues.push(more(left_out));
    }
    json_pretty(&issues) + "\n"
}

fn issue(entry: &Entry<'_>) -> Issue {
    let finding = entry.finding;
    let stage = finding.stage.as_ref().map(|id| format!(" (stage {id})")).unwrap_or_default();
    let said = clip(&entry.statement(), DESCRIPTION).into_owned();
    let (path, line) = match entry.spot() {
        Some(spot) => (RepoPath::from_bytes(spot.path), spot.line),
        None => (RepoPath::from(FILE_NAME), 1),
    };
    Issue {
        kind: "issue",
        check_name: finding.code.to_string(),
        description: terminal(&format!("{}{stage}: {said}", finding.code)),
        categories: ["Bug Risk"],
        severity: severity(entry.weight),
        fingerprint: entry.fingerprint.clone(),
        location: Location {
            // Exactly the path, where it is text: GitLab looks the file up by it.
            path: path.as_str().map_or_else(|| path.shown().into_owned(), str::to_owned),
            lines: Lines { begin: line, end: line },
        },
    }
}

fn more(left_out: &[Entry<'_>]) -> Issue {
    let heaviest = left_out.first().map_or(Weight::SetAside, |entry| entry.weight);
    Issue {
        kind: "issue",
        check_name: "backout/more".to_owned(),
        description: and_more(left_out.len()),
        categories: ["Bug Risk"],
        severity: severity(heaviest),
        fingerprint: "more".to_owned(),
        location: Location { path: FILE_NAME.to_owned(), lines: Lines { begin: 1, end: 1 } },
    }
}

const fn severity(weight: Weight) -> &'static str {
    match weight {
        Weight::Stops => "blocker",
        Weight::Unchecked => "critical",
        Weight::Observed => "major",
        Weight::Told => "minor",
        Weight::SetAside => "info",
    }
}
