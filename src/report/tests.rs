//! Limits: however much was found, a report stays within what its readers take, keeps the heaviest,
//! and says how much is left out.

use std::collections::BTreeSet;

use serde_json::Value;

use super::*;
use crate::config::{FindingCode, Level, Mode, Phase, Place};
use crate::git::RepoPath;
use crate::readiness::assessment::Verdict;
use crate::readiness::finding::{Finding, Outcome};

/// A finding about a path of so many bytes; every hundredth one denies.
fn finding(number: usize, bytes: usize) -> Finding {
    let path = format!("{number:08}{}", "x".repeat(bytes.saturating_sub(8)));
    Finding {
        code: FindingCode::new("stage", "unowned-path"),
        level: if number.is_multiple_of(100) { Level::Deny } else { Level::Warn },
        outcome: Outcome::Unmet,
        migration: "m".parse().unwrap(),
        stage: Some("9".parse().unwrap()),
        message: format!("{path} is owned by nobody"),
        path: Some(RepoPath::from(path.as_str())),
        reference: None,
        commit: None,
        help: "add it".to_owned(),
        config: Some(Place { file: "backout.toml".to_owned(), line: 3, column: 1 }),
        subject: String::new(),
        observed: false,
    }
}

fn assessment(count: usize, bytes: usize) -> Assessment {
    Assessment {
        verdict: Verdict::NotReady,
        phase: Phase::Land,
        mode: Mode::Enforce,
        trusted: Vec::new(),
        judged: None,
        refs: Vec::new(),
        stages: Vec::new(),
        known: BTreeSet::new(),
        unowned: BTreeSet::new(),
        shared: BTreeSet::new(),
        findings: (0..count).map(|number| finding(number, bytes)).collect(),
        waived: Vec::new(),
        overridden: Vec::new(),
        asked: Vec::new(),
        timings_ms: Vec::new(),
    }
}

fn said(assessment: &Assessment, format: Format) -> String {
    render(assessment, format, Look { color: false, brief: false, verbose: false })
}

/// The levels of a SARIF report's results, and what its run has to notify.
fn sarif(assessment: &Assessment) -> (Vec<String>, String, usize) {
    let text = said(assessment, Format::Sarif);
    let report: Value = serde_json::from_str(&text).unwrap();
    let run = &report["runs"][0];
    let results = run["results"].as_array().unwrap();
    let levels = results.iter().map(|r| r["level"].as_str().unwrap().to_owned()).collect();
    let notified = run["invocations"][0]["toolExecutionNotifications"].to_string();
    (levels, notified, text.len())
}

#[test]
fn sarif_keeps_to_what_github_takes() {
    let (levels, notified, bytes) = sarif(&assessment(10, 20));
    assert_eq!((levels.len(), notified.as_str()), (10, "[]"));
    assert!(bytes < 20_000);
    let (levels, notified, bytes) = sarif(&assessment(30_000, 20));
    assert!(levels.len() <= 25_000 && bytes <= 10_000_000, "{} {bytes}", levels.len());
    assert!(levels[..300].iter().all(|level| level == "error"));
    assert!(levels[300..].iter().all(|level| level == "warning"));
    assert!(notified.contains(&format!("and {} more", 30_000 - levels.len())), "{notified}");
    let (levels, _, bytes) = sarif(&assessment(5_000, 4_096));
    assert!(levels.len() > 300 && bytes <= 10_000_000, "{} {bytes}", levels.len());
}

#[test]
fn json_has_a_thousand_findings_and_the_heaviest_of_all() {
    let of = |count| -> (Vec<Value>, Value) {
        let report: Value =
            serde_json::from_str(&said(&assessment(count, 20), Format::Json)).unwrap();
        (report["findings"].as_array().unwrap().clone(), report["truncated"].clone())
    };
    let (all, truncated) = of(1_000);
    assert_eq!((all.len(), truncated), (1_000, Value::Bool(false)));
    let (some, truncated) = of(3_000);
    assert_eq!((some.len(), truncated), (1_000, Value::Bool(true)));
    let denied = |one: &&Value| one["level"] == "deny";
    assert_eq!(some.iter().filter(denied).count(), 30);
    let paths: Vec<&str> = some.iter().map(|one| one["path"].as_str().unwrap()).collect();
    assert!(paths.is_sorted(), "they are not in their order");
}

#[test]
fn a_comment_is_never_too_long() {
    for (count, bytes) in [(1, 20), (1_000, 20), (1_000, 4_096), (3, 100_000)] {
        let text = said(&assessment(count, bytes), Format::Markdown);
        assert!(text.len() <= 65_536, "{}", text.len());
        let shown = text.matches("\n#### ").count();
        assert!(shown > 0);
        let rest = format!("and {} more", count - shown);
        assert_eq!(text.contains(&rest), shown < count, "{count} {bytes}");
        // All that denies stands before what warns.
        let first_warning = text.find("warn: ").unwrap_or(text.len());
        assert!(!text[first_warning..].contains("deny: "), "{text}");
    }
    for budget in [0, 300, 400, 1_000, 5_000] {
        assert!(summary(&assessment(100, 20), budget).len() <= budget);
    }
}

#[test]
fn github_shows_ten_of_a_kind_and_counts_the_rest() {
    let text = said(&assessment(2_000, 20), Format::Github);
    let of = |kind: &str| text.lines().filter(|line| line.starts_with(kind)).count();
    assert_eq!((of("::error "), of("::warning ")), (10, 10));
    assert!(text.contains("::error title=backout::and 11 more"), "{text}");
    assert!(text.contains("::warning title=backout::and 1971 more"), "{text}");
}

#[test]
fn gitlab_and_junit_count_what_they_leave_out() {
    let many = assessment(6_000, 20);
    let issues: Vec<Value> = serde_json::from_str(&said(&many, Format::Gitlab)).unwrap();
    assert_eq!(issues.len(), 5_001);
    let last = &issues[5_000];
    assert!(last["description"].as_str().unwrap().starts_with("and 1000 more"), "{last}");
    assert_eq!(last["severity"], "minor");
    let report = said(&many, Format::Junit);
    assert_eq!(report.matches("<testcase ").count(), 5_002);
    assert!(report.contains("<skipped>and 1000 more"));
    assert_eq!(report.matches("<failure ").count(), 61);
}

#[test]
fn outputs_are_whole_entries_within_the_budget() {
    let all = outputs(&assessment(3, 20), 60_000);
    assert_eq!(serde_json::from_str::<Vec<Value>>(&all.findings).unwrap().len(), 3);
    assert!(!all.truncated);
    let some = outputs(&assessment(1_000, 20), 60_000);
    assert!(some.findings.len() <= 60_000 && some.truncated);
    let findings: Vec<Value> = serde_json::from_str(&some.findings).unwrap();
    assert!(findings.len() > 50);
    assert!(findings[..10].iter().all(|finding| finding["level"] == "deny"));
    let none = outputs(&assessment(1, 100), 50);
    assert_eq!((none.findings.as_str(), none.truncated), ("[]", true));
}

#[test]
fn the_same_problem_in_two_commits_is_two_entries_to_every_reader() {
    let mut twice = assessment(1, 20);
    twice.findings.push(finding(0, 20));
    let issues: Vec<Value> = serde_json::from_str(&said(&twice, Format::Gitlab)).unwrap();
    assert_ne!(issues[0]["fingerprint"], issues[1]["fingerprint"]);
    // It has nothing to do with how heavily it weighs.
    let before = issues[0]["fingerprint"].clone();
    twice.findings[0].level = Level::Warn;
    let issues: Vec<Value> = serde_json::from_str(&said(&twice, Format::Gitlab)).unwrap();
    assert_eq!(issues[1]["fingerprint"], before);
}
