//! The message of a commit that backs stages out or brings them back. What people wrote elsewhere
//! goes in as text and nothing else: no directive of theirs takes effect a second time.

use std::fmt::Write as _;

use super::plan::Plan;
use super::reapply::Return;
use crate::config::{Migration, Stage, stage_name};
use crate::stage::attribution::BACKOUT_TRAILER;
use crate::stage::matcher::StageIndex;

/// The trailer that names a commit which was taken back.
pub const COMMITS_TRAILER: &str = "Backout-Commits";

/// Whether stages are named with their migration: where there are several migrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Naming<'a> {
    /// The migration.
    pub migration: &'a Migration,
    /// Whether there are others.
    pub several: bool,
}

impl<'a> Naming<'a> {
    /// A stage as trailers and commands name it.
    #[must_use]
    pub fn name(&self, index: StageIndex) -> String {
        let id = self.stage(index).map_or("?", |stage| stage.id.as_str());
        stage_name(&self.migration.id, id, self.several)
    }

    fn stage(&self, index: StageIndex) -> Option<&'a Stage> {
        self.migration.stages.get(index)
    }

    /// `stage 4`, `stages 4 and 9`.
    #[must_use]
    pub fn stages(&self, stages: &[StageIndex]) -> String {
        let names: Vec<String> = stages.iter().map(|stage| self.name(*stage)).collect();
        spoken(&names)
    }
}

/// `stage 4`, `stages 4 and 9`: of names as they are.
#[must_use]
pub fn spoken(names: &[String]) -> String {
    match names {
        [] => "no stage".to_owned(),
        [one] => format!("stage {one}"),
        [first @ .., last] => format!("stages {} and {last}", first.join(", ")),
    }
}

/// The message of the commit that a plan becomes.
#[must_use]
pub fn back_out(naming: Naming<'_>, plan: &Plan, reason: &str) -> String {
    let mut text = format!("Back out {}", naming.stages(&plan.stages));
    if let [only] = plan.stages.as_slice()
        && let Some(stage) = naming.stage(*only)
    {
        let _ = write!(text, ": {}", harmless(&stage.name));
    }
    let _ = write!(text, "\n\n{}\n\n{TAKES_BACK}\n\n", reason_text(reason));
    for step in &plan.commits {
        let _ = writeln!(text, "  {} {}", step.id.short(), harmless(&step.subject));
    }
    text.push('\n');
    for stage in &plan.stages {
        let _ = writeln!(text, "{BACKOUT_TRAILER}: {}", naming.name(*stage));
    }
    for step in &plan.commits {
        let _ = writeln!(text, "{COMMITS_TRAILER}: {}", step.id);
    }
    text
}

/// The message of the commit that brings stages back.
#[must_use]
pub fn bring_back(naming: Naming<'_>, returns: &Return, reason: &str) -> String {
    let mut text = format!("Bring back {}", naming.stages(&returns.stages));
    if let [only] = returns.stages.as_slice()
        && let Some(stage) = naming.stage(*only)
    {
        let _ = write!(text, ": {}", harmless(&stage.name));
    }
    let _ = write!(text, "\n\n{}\n\n{UNDOES}\n\n", reason_text(reason));
    for commit in &returns.undone {
        let _ = writeln!(text, "  {}", commit.short());
    }
    text.push('\n');
    for stage in &returns.stages {
        let _ = writeln!(text, "{}: {}", naming.migration.trailer, naming.name(*stage));
    }
    text
}

/// A reason as paragraphs in which no line is a trailer.
#[must_use]
pub fn reason_text(reason: &str) -> String {
    let lines = reason.trim().lines().map(|line| {
        let line = harmless(line.trim_end());
        if is_trailer(&line) { format!("  {line}") } else { line }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether two messages of this program differ in their reason at the most. Words that somebody put
/// anywhere else, a trailer of theirs for instance, make another message of it.
#[must_use]
pub fn is_alike_but_for_the_reason(one: &str, other: &str) -> bool {
    let (one, other) = (around_reason(one), around_reason(other));
    one.is_some() && one == other
}

/// What stands before and behind a reason; `None` where what stands between could be none.
fn around_reason(message: &str) -> Option<(&str, &str)> {
    let (title, rest) = message.trim().split_once("\n\n")?;
    let list = BEFORE_LIST.iter().filter_map(|words| rest.rfind(&format!("\n\n{words}\n\n")));
    let (reason, list) = rest.split_at_checked(list.max()?)?;
    (reason_text(reason) == reason).then_some((title, list))
}

/// What stands between the reason and the list of commits.
const BEFORE_LIST: [&str; 2] = [TAKES_BACK, UNDOES];
const TAKES_BACK: &str = "This takes back, newest first:";
const UNDOES: &str = "This undoes the back-out by:";

fn is_trailer(line: &str) -> bool {
    line.split_once(':').is_some_and(|(key, _)| {
        let key = key.trim_end();
        !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    })
}

/// A line without what a forge or a CI service would act on: mentions, references to issues,
/// directives that skip CI. Control characters go as well.
#[must_use]
pub fn harmless(line: &str) -> String {
    let text: String =
        line.chars().map(|c| if c.is_control() || is_bidi(c) { ' ' } else { c }).collect();
    let text = without_directives(&text);
    let mut out = String::with_capacity(text.len());
    let mut before: Option<char> = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        out.push(c);
        let next = rest.peek().copied().unwrap_or(' ');
        let begins_word = before.is_none_or(|before| !before.is_alphanumeric());
        let acts = match c {
            '@' => begins_word && next.is_alphanumeric(),
            // `#1`, `acme/repo#1`, `GH-1`.
            '#' => next.is_ascii_digit(),
            '-' => next.is_ascii_digit() && out.to_ascii_lowercase().ends_with("gh-"),
            _ => false,
        };
        if acts {
            out.push(' ');
        }
        before = Some(c);
    }
    out
}

/// A directive to skip has so many words at most (`[skip azure pipelines]`).
const MOST_WORDS: usize = 4;

/// A text without the directives that skip CI or close an issue, and else as it is: for commands
/// and paths.
#[must_use]
pub fn without_directives(text: &str) -> String {
    let text = without_skips(&text.replace("***NO_CI***", "NO_CI"));
    without_closing_links(&without_closing(&text))
}

/// The same where `closes #1` closes nothing.
fn without_closing(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for part in text.split_inclusive('#') {
        let number = part.starts_with(|c: char| c.is_ascii_digit());
        if out.strip_suffix('#').is_some_and(|before| number && closes(before)) {
            out.push(' ');
        }
        out.push_str(part);
    }
    out
}

/// The same where `closes https://forge.example/acme/repo/issues/1` closes nothing.
fn without_closing_links(text: &str) -> String {
    const KINDS: [&str; 4] = ["/issues/", "/pull/", "/merge_requests/", "/work_items/"];
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (at, _) in text.match_indices("://") {
        let before = text[..at].trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let link = text[at..].split(char::is_whitespace).next().unwrap_or_default();
        let behind = |kind: &&str| Some(at + link.find(kind)? + kind.len());
        let number = KINDS.iter().find_map(behind);
        let names_one = |at: &usize| text[*at..].starts_with(|c: char| c.is_ascii_digit());
        if let Some(number) = number.filter(names_one).filter(|_| closes(before)) {
            out.push_str(&text[from..number]);
            out.push(' ');
            from = number;
        }
    }
    out.push_str(&text[from..]);
    out
}

/// Whether a text ends in a word that closes what is named after it.
fn closes(before: &str) -> bool {
    const CLOSES: [&str; 9] =
        ["close", "closes", "closed", "fix", "fixes", "fixed", "resolve", "resolves", "resolved"];
    let words = before.trim_end_matches([' ', ':']).rsplit(|c: char| !c.is_alphabetic());
    let word = words.map(str::to_ascii_lowercase).next().unwrap_or_default();
    CLOSES.contains(&word.as_str())
}

/// The same where what tells a CI to skip stands in round brackets: each has words of its own for
/// that (`[skip ci]`, `[ci-skip]`, `[skip azp]`).
fn without_skips(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('[') {
        out.push_str(before);
        rest = match behind.split_once(']') {
            Some((said, after)) if skips(said) => {
                let _ = write!(out, "({said})");
                after
            }
            _ => {
                out.push('[');
                behind
            }
        };
    }
    out + rest
}

/// Whether words in brackets may be a directive to skip.
fn skips(said: &str) -> bool {
    let said = said.to_ascii_lowercase();
    if said.contains('[') {
        return false;
    }
    let words: Vec<&str> = said.split([' ', '_', '-']).filter(|word| !word.is_empty()).collect();
    words.len() <= MOST_WORDS && (words.contains(&"skip") || words == ["no", "ci"])
}

const fn is_bidi(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests;
