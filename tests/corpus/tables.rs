//! The figures: recall, precision, and the tables of `tests/corpus/README.md`.

use super::case::{Case, LANDINGS, Label, Verdict};
use super::outcome::Outcome;

/// The requirements, in the order of the registry.
const REQUIREMENTS: [&str; 10] =
    ["tag", "ref", "stage", "flag", "backup", "revert", "rehearsal", "window", "runbook", "policy"];

/// A share, as the README states it.
fn share(part: usize, whole: usize) -> String {
    format!("{:.3}", part as f64 / whole as f64)
}

/// Recall, the share of what must not pass that did not pass, and precision, the share of what was
/// stopped that had to be.
pub(super) fn figures(results: &[(Case, Outcome)]) -> String {
    let count = |wanted: &dyn Fn(&Case, &Outcome) -> bool| {
        results.iter().filter(|(case, outcome)| wanted(case, outcome)).count()
    };
    let wrong = |case: &Case| case.verdict != Verdict::Ready;
    let both = count(&|case, outcome| wrong(case) && !outcome.passed);
    let recall = share(both, count(&|case, _| wrong(case)));
    let precision = share(both, count(&|_, outcome| !outcome.passed));
    format!("{} cases: recall {recall}, precision {precision}", results.len())
}

/// All tables, as Markdown.
pub(super) fn tables(results: &[(Case, Outcome)]) -> String {
    [
        "Stopped or not checked, by requirement: labelled in rows, found in columns.\n".to_owned(),
        stopped(results),
        "\nTold by a warning, where the label lists all warnings.\n".to_owned(),
        told(results),
        "\nCases by the way of landing.\n".to_owned(),
        landings(results),
    ]
    .concat()
}

fn requirement(label: &Label) -> &str {
    label.split('/').next().unwrap_or(label)
}

fn stopped(results: &[(Case, Outcome)]) -> String {
    let columns = [&REQUIREMENTS[..], &["refused", "none"]].concat();
    let found = |outcome: &Outcome, column: &str| {
        let labels = || outcome.denied.iter().chain(&outcome.unchecked);
        match column {
            "none" => outcome.passed,
            "refused" => !outcome.passed && labels().count() == 0,
            // What is only observed stops nothing.
            column => !outcome.passed && labels().any(|label| requirement(label) == column),
        }
    };
    let row = |row: &str| {
        let cell = |column: &&str| {
            let labelled = results
                .iter()
                .filter(|(case, _)| case.cause.as_ref().map_or("none", requirement) == row);
            labelled.filter(|(_, outcome)| found(outcome, column)).count()
        };
        columns.iter().map(cell).collect()
    };
    table("labelled", &columns, &columns, row)
}

fn told(results: &[(Case, Outcome)]) -> String {
    let columns = [&REQUIREMENTS[..], &["none"]].concat();
    let pairs =
        || results.iter().filter_map(|(case, outcome)| Some((case.warns.as_ref()?, outcome)));
    let row = |row: &str| {
        let cell = |column: &&str| match (row, *column) {
            (row, "none") if row != "none" => pairs()
                .flat_map(|(warns, outcome)| warns.iter().filter(|w| !outcome.warned.contains(w)))
                .filter(|label| requirement(label) == row)
                .count(),
            ("none", column) => pairs()
                .flat_map(|(warns, outcome)| outcome.warned.iter().filter(|w| !warns.contains(w)))
                .filter(|label| requirement(label) == column)
                .count(),
            (row, column) if row == column => pairs()
                .flat_map(|(warns, outcome)| warns.iter().filter(|w| outcome.warned.contains(w)))
                .filter(|label| requirement(label) == row)
                .count(),
            _ => 0,
        };
        columns.iter().map(cell).collect()
    };
    table("labelled", &columns, &columns, row)
}

fn landings(results: &[(Case, Outcome)]) -> String {
    let columns: Vec<&str> =
        Verdict::ALL.iter().map(|verdict| verdict.word()).chain(["near misses"]).collect();
    let row = |row: &str| {
        let of_row = || results.iter().filter(|(case, _)| case.landing == row);
        let verdicts = Verdict::ALL.iter();
        let cells = verdicts.map(|v| of_row().filter(|(case, _)| case.verdict == *v).count());
        cells.chain([of_row().filter(|(case, _)| case.looks.is_some()).count()]).collect()
    };
    table("landing", &columns, &LANDINGS, row)
}

fn table(
    corner: &str,
    columns: &[&str],
    rows: &[&str],
    row: impl Fn(&str) -> Vec<usize>,
) -> String {
    let mut text = format!("\n| {corner} | {} |\n", columns.join(" | "));
    text.push_str(&format!("|---{}|\n", "|--:".repeat(columns.len())));
    for name in rows {
        let cells: Vec<String> = row(name).iter().map(|count| cell(*count)).collect();
        text.push_str(&format!("| {name} | {} |\n", cells.join(" | ")));
    }
    text
}

fn cell(count: usize) -> String {
    if count == 0 { "·".to_owned() } else { count.to_string() }
}
