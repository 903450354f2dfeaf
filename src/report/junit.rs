//! JUnit XML: a suite for each stage and one for the whole change. A finding is a test case that
//! fails (deny), errs (not checked) or is skipped (all that stops nothing, so that it is never
//! counted as passed); a requirement that holds is one that passes.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::entry::{Entry, Weight, and_more, entries};
use super::escape::{clip, terminal};
use super::headline::headline;
use crate::git::RepoPath;
use crate::readiness::assessment::{Assessment, Verdict};
use crate::readiness::finding::Outcome;

/// Findings at the most.
const MOST: usize = 5_000;

/// The longest text, in bytes: a name of 4,096 bytes fits.
const TEXT: usize = 8_192;

/// Whose suite it is: a migration and its stage; nobody's is the whole change.
type Owner = Option<(String, String)>;

/// One test case.
struct Case {
    name: String,
    result: Result,
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Result {
    Passed,
    Failure,
    Error,
    Skipped,
}

struct Suite {
    owner: Owner,
    cases: Vec<Case>,
}

/// Renders an assessment.
pub(super) fn render(assessment: &Assessment) -> String {
    let suites = suites(assessment);
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // A vector takes all that is written.
    let _ = write(&mut writer, assessment, &suites);
    String::from_utf8(writer.into_inner()).unwrap_or_default() + "\n"
}

fn suites(assessment: &Assessment) -> Vec<Suite> {
    let entries = entries(assessment);
    let mut suites = vec![Suite { owner: None, cases: vec![verdict(assessment)] }];
    for entry in entries.iter().take(MOST) {
        let finding = entry.finding;
        let stage = finding.stage.as_ref();
        let owner = stage.map(|stage| (finding.migration.to_string(), stage.to_string()));
        suite(&mut suites, owner).cases.push(found(entry));
    }
    if let Some(first) = entries.get(MOST) {
        let text = and_more(entries.len() - MOST);
        let case = Case { name: "more".to_owned(), result: result(first.weight), text };
        suite(&mut suites, None).cases.push(case);
    }
    for asked in &assessment.asked {
        let stage = asked.stage.as_ref();
        let owner = stage.map(|stage| (asked.migration.to_string(), stage.to_string()));
        hold(&mut suite(&mut suites, owner).cases, asked.requirement, asked.outcome);
    }
    suites
}

fn suite(suites: &mut Vec<Suite>, owner: Owner) -> &mut Suite {
    let at = suites.iter().position(|suite| suite.owner == owner).unwrap_or_else(|| {
        suites.push(Suite { owner, cases: Vec::new() });
        suites.len() - 1
    });
    &mut suites[at]
}

/// There is at least one test in every report: none at all is an error to those who collect them.
fn verdict(assessment: &Assessment) -> Case {
    let result = match assessment.stops() {
        Verdict::Ready => Result::Passed,
        Verdict::NotReady => Result::Failure,
        Verdict::Indeterminate => Result::Error,
    };
    let (_, text) = headline(assessment, terminal);
    Case { name: "verdict".to_owned(), result, text }
}

fn found(entry: &Entry<'_>) -> Case {
    let finding = entry.finding;
    let path = finding.path.as_ref().map(|path| format!(" {}", RepoPath::shown(path)));
    let told = entry.weight == Weight::Told && finding.outcome == Outcome::Unmet;
    let word = if told { "warn: " } else { "" };
    Case {
        name: terminal(&clip(&format!("{}{}", finding.code, path.unwrap_or_default()), TEXT)),
        result: result(entry.weight),
        text: terminal(&clip(&format!("{word}{}", entry.statement()), TEXT)),
    }
}

const fn result(weight: Weight) -> Result {
    match weight {
        Weight::Stops => Result::Failure,
        Weight::Unchecked => Result::Error,
        Weight::Observed | Weight::Told | Weight::SetAside => Result::Skipped,
    }
}

/// A requirement that was asked and about which nothing is listed.
fn hold(cases: &mut Vec<Case>, requirement: &str, outcome: Outcome) {
    let told =
        |case: &Case| case.name == requirement || case.name.split('/').next() == Some(requirement);
    if outcome == Outcome::NotApplicable || cases.iter().any(told) {
        return;
    }
    let (result, text) = match outcome {
        Outcome::Satisfied => (Result::Passed, ""),
        // Its level is allow: not worth a finding, and not a pass either.
        _ => (Result::Skipped, outcome.as_str()),
    };
    cases.push(Case { name: requirement.to_owned(), result, text: text.to_owned() });
}

type Xml = Writer<Vec<u8>>;

fn write(writer: &mut Xml, assessment: &Assessment, suites: &[Suite]) -> io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all: Vec<&Case> = suites.iter().flat_map(|suite| &suite.cases).collect();
    let element = writer.create_element("testsuites").with_attribute(("name", "backout"));
    let counted = counts(&all).into_iter().filter(|(name, _)| *name != "skipped");
    let counted: Vec<(&str, String)> = counted.collect();
    let counted = counted.iter().map(|(name, count)| (*name, count.as_str()));
    element.with_attributes(counted).write_inner_content(|writer| {
        suites.iter().try_for_each(|suite| write_suite(writer, assessment, suite))
    })?;
    Ok(())
}

fn counts(cases: &[&Case]) -> [(&'static str, String); 4] {
    let of = |result| cases.iter().filter(|case| case.result == result).count().to_string();
    [
        ("tests", cases.len().to_string()),
        ("failures", of(Result::Failure)),
        ("errors", of(Result::Error)),
        ("skipped", of(Result::Skipped)),
    ]
}

fn write_suite(writer: &mut Xml, assessment: &Assessment, suite: &Suite) -> io::Result<()> {
    let (title, class) = match &suite.owner {
        None => ("The whole change".to_owned(), "backout".to_owned()),
        Some((migration, stage)) => {
            let mut known = assessment.stages.iter();
            let report = known.find(|one| one.migration == *migration && one.id == *stage);
            let name = report.map(|report| format!(": {}", report.name)).unwrap_or_default();
            (format!("Stage {stage}{name}"), format!("backout.{migration}.{stage}"))
        }
    };
    let title = terminal(&clip(&title, TEXT));
    let counted = counts(&suite.cases.iter().collect::<Vec<_>>());
    writer
        .create_element("testsuite")
        .with_attribute(("name", title.as_str()))
        .with_attributes(counted.iter().map(|(name, count)| (*name, count.as_str())))
        .write_inner_content(|writer| {
            suite.cases.iter().try_for_each(|case| write_case(writer, &class, case))
        })?;
    Ok(())
}

fn write_case(writer: &mut Xml, class: &str, case: &Case) -> io::Result<()> {
    let element = writer
        .create_element("testcase")
        .with_attributes([("classname", class), ("name", case.name.as_str())]);
    let text = BytesText::new(&case.text);
    let kind = case.name.split(' ').next().unwrap_or_default();
    let attributes = [("type", kind), ("message", case.text.as_str())];
    match case.result {
        Result::Passed => element.write_empty()?,
        Result::Skipped => element.write_inner_content(|writer| {
            writer.create_element("skipped").write_text_content(text).map(drop)
        })?,
        Result::Failure | Result::Error => element.write_inner_content(|writer| {
            let name = if case.result == Result::Error { "error" } else { "failure" };
            let element = writer.create_element(name).with_attributes(attributes);
            element.write_text_content(text).map(drop)
        })?,
    };
    Ok(())
}
