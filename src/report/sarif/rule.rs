//! The rules of a SARIF report: what the registry and the help pages say of a code.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::policy::levels::Strictness;
use crate::readiness::registry;
use crate::report::entry::Entry;
use crate::report::escape::{clip, sarif_lines, sarif_text};

/// The longest description that GitHub takes, in characters.
const DESCRIPTION: usize = 1_024;

/// The codes of the entries, in the registry's order.
pub(super) fn codes(entries: &[Entry<'_>]) -> Vec<String> {
    let found: BTreeSet<&str> = entries.iter().map(|entry| entry.finding.code.as_str()).collect();
    registry::codes().into_iter().filter(|code| found.contains(code.as_str())).collect()
}

/// The rule of a code.
pub(super) fn rule(code: &str) -> Value {
    let Some((requirement, problem)) = registry::find(code) else {
        return json!({ "id": code });
    };
    let section = requirement.section(problem.problem).unwrap_or_default();
    let what = paragraph(section, "What");
    let first = what.split_inclusive(". ").next().unwrap_or_default().trim();
    json!({
        "id": code,
        "name": name(code),
        "shortDescription": { "text": sarif_text(&clip(first, DESCRIPTION)) },
        "fullDescription": { "text": sarif_text(&clip(&what, DESCRIPTION)) },
        "help": { "text": sarif_lines(&plain(section)), "markdown": section },
        "helpUri": format!(
            "{}/blob/main/src/readiness/{}.md#{}",
            env!("CARGO_PKG_REPOSITORY"), requirement.id, problem.problem
        ),
        "defaultConfiguration": { "level": level(problem.strictness) },
        "properties": {
            "tags": ["rollback", requirement.id],
            "precision": "very-high",
            "problem.severity": level(problem.strictness),
        },
    })
}

/// `backup/after-the-fact` as `BackupAfterTheFact`.
fn name(code: &str) -> String {
    let words = code.split(['/', '-']);
    words
        .filter_map(|word| {
            let first = word.chars().next()?;
            Some(format!("{}{}", first.to_ascii_uppercase(), &word[first.len_utf8()..]))
        })
        .collect()
}

const fn level(strictness: Strictness) -> &'static str {
    match strictness {
        Strictness::Told => "warning",
        _ => "error",
    }
}

/// The paragraph of a help page's section that begins with `**What**:`, on one line.
fn paragraph(section: &str, title: &str) -> String {
    let begins = format!("**{title}**:");
    let found = section.split("\n\n").find_map(|paragraph| paragraph.strip_prefix(&begins));
    plain(&found.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Markdown of a help page without its marks.
fn plain(markdown: &str) -> String {
    let lines = markdown.lines().filter(|line| !line.starts_with("```"));
    lines.map(|line| line.replace("**", "").replace('`', "")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_rule_with_its_help() {
        for code in registry::codes() {
            let rule = rule(&code);
            let text = |pointer: &str| rule.pointer(pointer).unwrap().as_str().unwrap().to_owned();
            let short = text("/shortDescription/text");
            assert!(short.ends_with('.') && short.len() > 10, "{code}: {short}");
            assert!(text("/fullDescription/text").starts_with(&short), "{code}");
            assert!(text("/fullDescription/text").chars().count() <= DESCRIPTION, "{code}");
            assert!(text("/help/markdown").contains("**Way out**:"), "{code}");
            assert!(!text("/help/text").contains("**"), "{code}");
        }
    }

    #[test]
    fn a_rules_name_is_one_word() {
        assert_eq!(name("backup/after-the-fact"), "BackupAfterTheFact");
    }
}
