//! The human report: the face of the product.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::Look;
use super::escape::terminal;
use super::headline::headline;
use super::layout::{Paint, Style, fitted_table, table, wrap};
use crate::config::{Level, StageId};
use crate::readiness::assessment::{
    Assessment, RefReport, SetAside, StageReport, Verdict, WayBack,
};
use crate::readiness::finding::{Finding, Outcome};
use crate::receipt::instant_text;

/// Stages in the way that a row names.
const BLOCKING: usize = 3;

/// Renders an assessment; empty where there is nothing to say.
pub(super) fn render(assessment: &Assessment, look: Look) -> String {
    let paint = Paint(look.color);
    if look.brief && !look.verbose && assessment.verdict == Verdict::Ready {
        return brief(assessment, paint);
    }
    let mut text = refs(assessment, paint);
    text.push_str(&stages(assessment, paint));
    text.push_str(&findings(assessment, paint));
    text.push_str(&set_aside("waived", &assessment.waived, paint));
    text.push_str(&set_aside("overridden", &assessment.overridden, paint));
    if look.verbose {
        text.push_str(&asked(assessment, paint));
    }
    let (style, line) = headline(assessment, terminal);
    text + &paint.paint(style, &line) + "\n"
}

/// A line for each thing worth saying, and one for the verdict where a stage goes forward.
fn brief(assessment: &Assessment, paint: Paint) -> String {
    let mut text = String::new();
    for (finding, stages) in told_once(&assessment.findings) {
        let stages = match stages.as_slice() {
            [] => String::new(),
            [one] => format!(" (stage {one})"),
            several => format!(" (stages {})", several.join(", ")),
        };
        let label = paint.paint(Style::Warn, "warn");
        let message = terminal(&finding.message);
        let _ = writeln!(text, "backout: {label} {}{stages}: {message}", finding.code);
    }
    for (word, list) in [("waived", &assessment.waived), ("overridden", &assessment.overridden)] {
        for aside in list {
            let reason = terminal(&aside.reason);
            let _ = writeln!(text, "backout: {word} {}: {reason}", aside.finding.code);
        }
    }
    for one in &assessment.refs {
        if let Some(note) = &one.note {
            let _ = writeln!(text, "backout: {}: {}", short_name(one), terminal(note));
        }
    }
    let advanced = assessment.stages.iter().filter(|stage| stage.advances);
    let advanced: Vec<&str> = advanced.map(|stage| stage.id.as_str()).collect();
    if !advanced.is_empty() {
        let ready = paint.paint(Style::Good, "ready");
        let open = assessment.stages.iter().filter(|stage| stage.way_back.open != Some(false));
        let until = open.filter_map(|stage| stage.way_back.until).min();
        let until = until.map(|at| format!(", way back open until {}", instant_text(at)));
        let stages = if advanced.len() == 1 { "stage" } else { "stages" };
        let list = advanced.join(", ");
        let until = until.unwrap_or_default();
        let _ = writeln!(text, "backout: {ready}: {stages} {list} ({}){until}", assessment.phase);
    }
    text
}

/// Findings that say the same of several stages, as a commit on a shared path does, with those
/// stages.
fn told_once(findings: &[Finding]) -> Vec<(&Finding, Vec<&str>)> {
    let mut told: Vec<(&Finding, Vec<&str>)> = Vec::new();
    for finding in findings {
        let same = |known: &&mut (&Finding, Vec<&str>)| {
            known.0.code == finding.code && known.0.message == finding.message
        };
        let stage = finding.stage.as_ref().map(StageId::as_str);
        match told.iter_mut().find(same) {
            Some((_, stages)) => stages.extend(stage),
            None => told.push((finding, stage.into_iter().collect())),
        }
    }
    told
}

/// Whether it is a range of commits that updates no ref.
fn is_range(one: &RefReport) -> bool {
    one.remote.as_str() == "HEAD"
}

fn short_name(one: &RefReport) -> String {
    if is_range(one) {
        return terminal(one.local.as_deref().unwrap_or("HEAD"));
    }
    terminal(one.short_name())
}

fn row<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

fn refs(assessment: &Assessment, paint: Paint) -> String {
    if assessment.refs.is_empty() {
        return String::new();
    }
    let mut rows = vec![row(["ref", "kind", "change", "commits", "paths"])];
    for one in &assessment.refs {
        let (kind, change) = match is_range(one) {
            true => ("range", "-"),
            false => (one.target.as_str(), one.operation.as_str()),
        };
        rows.push(row([
            &short_name(one),
            kind,
            if one.reverts { "planned revert" } else { change },
            &one.commits.to_string(),
            &one.paths.to_string(),
        ]));
    }
    let mut text = fitted_table(&rows, 0, paint);
    for one in &assessment.refs {
        if let Some(note) = &one.note {
            let line = format!("{}: {}", short_name(one), terminal(note));
            let _ = writeln!(text, "  {}", wrap(&line, 4));
        }
    }
    text + "\n"
}

fn stages(assessment: &Assessment, paint: Paint) -> String {
    if assessment.stages.is_empty() {
        return String::new();
    }
    let mut rows = vec![row(["stage", "name", "impact", "commits", "way back"])];
    for stage in &assessment.stages {
        rows.push(row([
            &terminal(&stage.id),
            &terminal(&stage.name),
            stage.impact.as_str(),
            &stage.touched_by.len().to_string(),
            &way_back(stage),
        ]));
    }
    fitted_table(&rows, 1, paint) + "\n"
}

pub(super) fn way_back(stage: &StageReport) -> String {
    let blocked = blocking(&stage.way_back);
    let first = blocked.as_ref().map(|ids| format!(", {ids} first")).unwrap_or_default();
    match (stage.way_back.open, stage.way_back.until) {
        (Some(true), Some(until)) => format!("open until {}{first}", instant_text(until)),
        (Some(true), None) => format!("open{first}"),
        (Some(false), _) => {
            blocked.map_or("not open".to_owned(), |ids| format!("blocked by {ids}"))
        }
        (None, _) => "not known".to_owned(),
    }
}

/// The stages in the way, where there are any.
pub(super) fn blocking(way_back: &WayBack) -> Option<String> {
    let all = way_back.blocked_by.as_deref().filter(|all| !all.is_empty())?;
    let named = all.iter().take(BLOCKING).map(|id| terminal(id)).collect::<Vec<_>>().join(", ");
    Some(match all.len().saturating_sub(BLOCKING) {
        0 => named,
        more => format!("{named} and {more} more"),
    })
}

/// Findings by stage; what concerns no stage comes last.
fn findings(assessment: &Assessment, paint: Paint) -> String {
    let mut stages: Vec<Option<&str>> = Vec::new();
    let stage_of = |finding: &'_ Finding| finding.stage.as_ref().map(|id| id.as_str().to_owned());
    for finding in &assessment.findings {
        let stage = finding.stage.as_ref().map(StageId::as_str);
        if !stages.contains(&stage) {
            stages.push(stage);
        }
    }
    stages.sort_by_key(Option::is_none);
    let mut text = String::new();
    for stage in stages {
        let _ = writeln!(text, "{}", paint.paint(Style::Strong, &heading(assessment, stage)));
        for finding in assessment.findings.iter().filter(|f| stage_of(f).as_deref() == stage) {
            text.push_str(&one_finding(finding, assessment.refs.len() > 1, paint));
        }
        text.push('\n');
    }
    text
}

fn heading(assessment: &Assessment, stage: Option<&str>) -> String {
    let Some(stage) = stage else { return "The whole change".to_owned() };
    match assessment.stages.iter().find(|report| report.id == stage) {
        Some(report) => format!("Stage {stage}: {} ({})", terminal(&report.name), report.impact),
        None => format!("Stage {stage}"),
    }
}

fn one_finding(finding: &Finding, name_ref: bool, paint: Paint) -> String {
    let (style, word) = match (finding.level, finding.outcome) {
        (Level::Deny, Outcome::Indeterminate) => (Style::Deny, "not checked"),
        (Level::Deny, _) => (Style::Deny, "deny"),
        (_, Outcome::Indeterminate) => (Style::Warn, "not checked"),
        (_, _) => (Style::Warn, "warn"),
    };
    let mut text = format!("  {} {}\n", paint.paint(style, word), finding.code);
    let _ = writeln!(text, "      {}", wrap(&terminal(&finding.message), 6));
    let mut places = Vec::new();
    if let (true, Some(name)) = (name_ref, &finding.reference) {
        places.push(format!("in {}", terminal(name.as_str())));
    }
    if let Some(place) = &finding.config {
        places.push(format!("see {}:{}", terminal(&place.file), place.line));
    }
    if !places.is_empty() {
        let _ = writeln!(text, "      {}", paint.paint(Style::Dim, &places.join(", ")));
    }
    let _ = writeln!(text, "      help: {}", wrap(&terminal(&finding.help), 12));
    text
}

fn set_aside(word: &str, list: &[SetAside], paint: Paint) -> String {
    let mut text = String::new();
    for aside in list {
        let stage = aside.finding.stage.as_ref().map(|id| format!(" of stage {id}"));
        let line = format!(
            "{word}: {}{}: {} ({})",
            aside.finding.code,
            stage.unwrap_or_default(),
            terminal(&aside.reason),
            terminal(&aside.by)
        );
        let _ = writeln!(text, "{}", paint.paint(Style::Warn, &wrap(&line, 2)));
    }
    if text.is_empty() { text } else { text + "\n" }
}

fn asked(assessment: &Assessment, paint: Paint) -> String {
    let mut rows = vec![row(["asked", "stage", "outcome"])];
    let mut seen = BTreeSet::new();
    for one in &assessment.asked {
        let stage = one.stage.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
        let cells = row([one.requirement, &stage, one.outcome.as_str()]);
        if seen.insert(cells.clone()) {
            rows.push(cells);
        }
    }
    let timings = assessment.timings_ms.iter().map(|(part, ms)| format!("{part} {ms:.1} ms"));
    format!("{}\n  {}\n\n", table(&rows, paint), timings.collect::<Vec<_>>().join(", "))
}
