//! Markdown, for a pull request's comment and a step's summary. Both are lost whole where they are
//! too long, so this stays within a budget, the heaviest findings first.

use std::fmt::Write as _;

use super::entry::{Entry, Weight, and_more, entries};
use super::escape::{cell, clip, code, fence, terminal, terminal_lines};
use super::headline::headline;
use super::human::way_back;
use super::layout::wrap;
use crate::git::RepoPath;
use crate::readiness::assessment::{Assessment, RefReport, StageReport};

/// The longest body of a comment, in characters; counted in bytes, which are never fewer.
pub(super) const BODY: usize = 65_536;

/// The longest text, in bytes: a name of 4,096 bytes fits.
const TEXT: usize = 8_192;

/// The longest name in a table, in bytes.
const CELL: usize = 200;

/// Rows of a table.
const ROWS: usize = 50;

/// What is kept free for the last lines.
const LAST: usize = 300;

/// Renders an assessment within a comment's budget.
pub(super) fn render(assessment: &Assessment) -> String {
    render_within(assessment, BODY)
}

/// Renders an assessment in so many bytes at the most; empty where they are too few.
pub(super) fn render_within(assessment: &Assessment, budget: usize) -> String {
    let (_, line) = headline(assessment, code);
    let mut body = Body { text: String::new(), room: budget.saturating_sub(LAST) };
    if !body.push(&format!("### backout: {line}\n\n")) {
        return String::new();
    }
    body.push(&refs(assessment));
    body.push(&stages(assessment));
    let entries = entries(assessment);
    let shown = entries.iter().take_while(|entry| body.push(&block(entry))).count();
    let mut text = body.text;
    if shown < entries.len() {
        let _ = writeln!(text, "_{}_\n", and_more(entries.len() - shown));
    }
    if let Some(first) = entries.first() {
        let asked = format!("backout explain {}", first.finding.code);
        let _ = writeln!(text, "What a finding means and how to get out: {}", code(&asked));
    }
    text
}

/// What is said where nothing could be judged.
pub(super) fn failure(error: &str, help: Option<&str>) -> String {
    let safe = |text: &str| terminal_lines(&clip(text, TEXT));
    let mut lines = format!("error: {}", safe(error));
    if let Some(help) = help {
        let _ = write!(lines, "\nhelp: {}", safe(help));
    }
    format!("### backout: could not judge\n\n{}", fence(&lines))
}

struct Body {
    text: String,
    room: usize,
}

impl Body {
    /// Adds a part, where there is room for it.
    fn push(&mut self, part: &str) -> bool {
        let fits = part.len() <= self.room;
        if fits {
            self.text.push_str(part);
            self.room -= part.len();
        }
        fits
    }
}

fn name(text: &str) -> String {
    cell(&clip(text, CELL))
}

/// Rows below a heading; the first cells are ours, and aligned as they come.
fn table<T>(heading: &str, items: &[T], row: impl Fn(&T) -> String) -> String {
    if items.is_empty() {
        return String::new();
    }
    let mut text = format!("| {} |\n", heading.replace(',', " |"));
    let _ = writeln!(text, "|{}", "---|".repeat(heading.split(',').count()));
    for item in items.iter().take(ROWS) {
        let _ = writeln!(text, "| {} |", row(item));
    }
    text.push('\n');
    if items.len() > ROWS {
        let _ = writeln!(text, "and {} more\n", items.len() - ROWS);
    }
    text
}

fn refs(assessment: &Assessment) -> String {
    let row = |one: &RefReport| {
        let change = if one.reverts { "planned revert" } else { one.operation.as_str() };
        let (target, commits, paths) = (one.target.as_str(), one.commits, one.paths);
        format!("{} | {target} | {change} | {commits} | {paths}", name(one.short_name()))
    };
    let mut text = table("ref, kind, change, commits, paths", &assessment.refs, row);
    for one in assessment.refs.iter().take(ROWS) {
        if let Some(note) = &one.note {
            let name = code(&clip(one.short_name(), CELL));
            let _ = writeln!(text, "{name}: {}\n", code(&clip(note, TEXT)));
        }
    }
    text
}

fn stages(assessment: &Assessment) -> String {
    let row = |stage: &StageReport| {
        let (impact, commits) = (stage.impact, stage.touched_by.len());
        let (id, title) = (name(&stage.id), name(&stage.name));
        format!("{id} | {title} | {impact} | {commits} | {}", way_back(stage))
    };
    table("stage, name, impact, commits, way back", &assessment.stages, row)
}

/// A finding: its heading, its place, and what it says in a block, where nothing is markup.
fn block(entry: &Entry<'_>) -> String {
    let finding = entry.finding;
    let (mark, word) = (mark(entry.weight), entry.word());
    let mut text = format!("#### {mark} {word}: {}", code(finding.code.as_str()));
    if let Some(stage) = &finding.stage {
        let _ = write!(text, " of stage {}", code(stage.as_str()));
    }
    text.push_str("\n\n");
    let mut places = Vec::new();
    if let Some(path) = &finding.path {
        places.push(code(&clip(&RepoPath::shown(path), TEXT)));
    }
    if let Some(name) = &finding.reference {
        places.push(format!("in {}", code(&clip(name.as_str(), TEXT))));
    }
    if let Some(place) = &finding.config {
        let at = format!("{}:{}", place.file, place.line);
        places.push(format!("asked at {}", code(&clip(&at, TEXT))));
    }
    let _ = writeln!(text, "{}\n", places.join(", "));
    text + &fence(&said(entry)) + "\n"
}

fn said(entry: &Entry<'_>) -> String {
    let safe = |text: &str, indent| wrap(&terminal(&clip(text, TEXT)), indent);
    let mut lines = safe(&entry.finding.message, 0);
    let _ = write!(lines, "\nhelp: {}", safe(&entry.finding.help, 6));
    if let Some((word, aside)) = entry.aside {
        let why = format!("{} ({})", aside.reason, aside.by);
        let _ = write!(lines, "\n{word}: {}", safe(&why, word.len() + 2));
    }
    lines
}

const fn mark(weight: Weight) -> &'static str {
    match weight {
        Weight::Stops => "❌",
        Weight::Unchecked => "❓",
        Weight::Observed | Weight::Told => "⚠️",
        Weight::SetAside => "➖",
    }
}
