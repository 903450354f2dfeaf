//! Diagnostics as text: the way a compiler shows them.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::diagnostic::{Diagnostic, Severity};

/// More than anyone reads; a broken file must not flood a terminal or a CI log.
const SHOWN: usize = 100;

/// Shows the problems one after another, each with its source line and a caret; a final newline
/// ends a text that is not empty. `color` adds terminal colours.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut text = String::new();
    for diagnostic in diagnostics.iter().take(SHOWN) {
        text.push_str(&renderer.render(&[group(diagnostic)]));
        text.push_str("\n\n");
    }
    if let Some(more) = diagnostics.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        text.push_str(&format!("... and {more} more, not shown here\n"));
    } else if !text.is_empty() {
        text.pop();
    }
    text
}

fn group(diagnostic: &Diagnostic) -> Group<'_> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(diagnostic.message.as_str()));
    let place = &diagnostic.place;
    let file = visible(&place.file);
    let line = usize::try_from(place.line).unwrap_or(usize::MAX);
    let column = usize::try_from(place.column).unwrap_or(usize::MAX);
    // The renderer counts the column in what it is shown; where that is a part of the line only,
    // the place is told apart from it.
    let whole = diagnostic.excerpt.as_ref().filter(|excerpt| excerpt.column() == column);
    if whole.is_none() {
        group = group.element(Origin::path(file.clone()).line(line).char_column(column));
    }
    if let Some(excerpt) = &diagnostic.excerpt {
        let snippet = Snippet::source(excerpt.line.as_str())
            .line_start(line)
            .path(whole.map(|_| file))
            .annotation(AnnotationKind::Primary.span(excerpt.start..excerpt.end));
        group = group.element(snippet);
    }
    match &diagnostic.help {
        Some(help) => group.element(Level::HELP.message(help.as_str())),
        None => group,
    }
}

/// A text of unknown origin, made safe to show: what moves the cursor, hides or reorders text is
/// written as an escape.
pub(super) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_hostile(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// A text of unknown origin in backticks, made safe to show and cut to a readable length.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 80;
    let cut: String = text.chars().take(LONGEST).collect();
    let dots = if cut.len() < text.len() { "…" } else { "" };
    format!("`{}{dots}`", visible(&cut))
}

/// Control characters, and those that are invisible or change the direction of writing.
pub(super) fn is_hostile(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{061c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}'
                | '\u{feff}'
        )
}
