//! SARIF 2.1.0, for code scanning: one run, with a rule for each code that was found. GitHub's
//! limits are kept: 25,000 results, 10 MB.

mod rule;

use serde_json::{Value, json};

use super::entry::{Entry, Spot, Weight, and_more, entries};
use super::escape::{clip, json as json_line, sarif_text, uri};
use crate::config::FILE_NAME;
use crate::readiness::assessment::{Assessment, Verdict};

/// Results that GitHub takes from a run.
const RESULTS: usize = 25_000;

/// Bytes of results. GitHub takes 10 MB, compressed; this is counted before.
const BYTES: usize = 9_500_000;

/// The longest message, in bytes: a name of 4,096 bytes fits.
const MESSAGE: usize = 8_192;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Renders an assessment.
pub(super) fn render(assessment: &Assessment) -> String {
    let entries = entries(assessment);
    let codes = rule::codes(&entries);
    let results = within_limits(entries.iter().map(|entry| result(entry, &codes)));
    let left_out = entries.len() - results.len();
    json_line(&json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver(&codes) },
            // The analysis that a later upload replaces, whatever its event.
            "automationDetails": { "id": "backout/" },
            "invocations": [invocation(assessment, left_out)],
            "columnKind": "unicodeCodePoints",
            "results": results,
            "properties": {
                "verdict": assessment.verdict.as_str(),
                "phase": assessment.phase.as_str(),
                "mode": assessment.mode.as_str(),
            },
        }],
    })) + "\n"
}

fn driver(codes: &[String]) -> Value {
    json!({
        "name": "backout",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "informationUri": env!("CARGO_PKG_REPOSITORY"),
        "rules": codes.iter().map(|code| rule::rule(code)).collect::<Vec<_>>(),
    })
}

/// As many of the first results as GitHub takes.
fn within_limits(results: impl Iterator<Item = Value>) -> Vec<Value> {
    let mut bytes = 0;
    let fits = |result: &Value| {
        bytes += json_line(result).len();
        bytes <= BYTES
    };
    results.take(RESULTS).take_while(fits).collect()
}

/// Whether the run came to a verdict, and what the report leaves out.
fn invocation(assessment: &Assessment, left_out: usize) -> Value {
    let mut notifications = Vec::new();
    if left_out > 0 {
        let text = sarif_text(&and_more(left_out));
        notifications.push(json!({ "level": "warning", "message": { "text": text } }));
    }
    json!({
        "executionSuccessful": assessment.stops() != Verdict::Indeterminate,
        "toolExecutionNotifications": notifications,
    })
}

fn result(entry: &Entry<'_>, codes: &[String]) -> Value {
    let finding = entry.finding;
    let rule = codes.iter().position(|code| code == finding.code.as_str());
    let mut result = json!({
        "ruleId": finding.code.as_str(),
        "ruleIndex": rule,
        "level": level(entry.weight),
        "message": { "text": sarif_text(&clip(&entry.statement(), MESSAGE)) },
        "locations": [location(entry)],
        "partialFingerprints": { "backoutFinding/v1": entry.fingerprint },
        "properties": {
            "outcome": finding.outcome.as_str(),
            "observed": finding.observed,
            "migration": finding.migration.as_str(),
            "stage": finding.stage.as_ref().map(ToString::to_string),
            "ref": finding.reference.as_ref().map(ToString::to_string),
            "commit": finding.commit.as_ref().map(ToString::to_string),
        },
    });
    if let (Some(_), Some(place)) = (&finding.path, &finding.config) {
        let asked = Spot { path: place.file.as_bytes(), line: place.line, column: place.column };
        result["relatedLocations"] = json!([{
            "id": 1,
            "message": { "text": "asked here" },
            "physicalLocation": physical(&asked),
        }]);
    }
    if let Some((word, aside)) = entry.aside {
        let why = sarif_text(&format!("{word}: {} ({})", aside.reason, aside.by));
        result["suppressions"] =
            json!([{ "kind": "external", "status": "accepted", "justification": why }]);
    }
    result
}

/// A stage and a finding without a path are found at the line of the configuration that asks.
fn location(entry: &Entry<'_>) -> Value {
    let default = Spot { path: FILE_NAME.as_bytes(), line: 1, column: 1 };
    let mut location = json!({ "physicalLocation": physical(&entry.spot().unwrap_or(default)) });
    if let Some(stage) = &entry.finding.stage {
        location["logicalLocations"] = json!([{
            "name": stage.as_str(),
            "fullyQualifiedName": format!("{}:{stage}", entry.finding.migration),
            "kind": "stage",
        }]);
    }
    location
}

fn physical(spot: &Spot<'_>) -> Value {
    json!({
        "artifactLocation": { "uri": uri(spot.path), "uriBaseId": "%SRCROOT%" },
        "region": { "startLine": spot.line, "startColumn": spot.column },
    })
}

/// What could not be checked stands as an error, although SARIF has a word for it (`kind: open`):
/// with that word goes the level `none`, and code scanning would let it pass.
const fn level(weight: Weight) -> &'static str {
    match weight {
        Weight::Stops | Weight::Unchecked => "error",
        Weight::Observed | Weight::Told => "warning",
        Weight::SetAside => "note",
    }
}
