//! The text of one configuration file, and where in it something stands.

use std::cell::Cell;
use std::ops::Range;

use super::diagnostic::{ConfigError, Diagnostic, Excerpt, Severity};
use super::model::Place;
use super::render::{is_hostile, quoted, visible};

/// A range of bytes in a file's text.
pub(super) type Span = Range<usize>;

/// The largest file that is read, in bytes.
const LARGEST: usize = 1024 * 1024;

/// Lines longer than this are cut around the problem, in bytes.
const LONG_LINE: usize = 400;

/// How much of a long line is shown on each side of a problem's start, in bytes.
const SHOWN_AROUND: usize = 60;

/// The text of one configuration file.
pub(super) struct SourceText {
    /// Its path, relative to the repository's root.
    pub(super) path: String,
    /// What it says.
    pub(super) text: String,
    /// The offset at which each line starts.
    lines: Vec<usize>,
    /// The last place asked for, as (line index, offset, column): places are mostly asked for in
    /// order, and counting characters from here keeps a file of one huge line from taking minutes.
    last: Cell<(usize, usize, u32)>,
}

impl SourceText {
    /// The file's text, or why there is none: too large, not UTF-8, a byte order mark, a NUL.
    pub(super) fn decode(path: &str, bytes: Vec<u8>) -> Result<Self, Box<Diagnostic>> {
        if bytes.len() > LARGEST {
            let message = format!("the file has {} bytes, more than {LARGEST}", bytes.len());
            let help = "split it: `include` names further files";
            return Err(unreadable(path, &[], message, help));
        }
        if [&b"\xef\xbb\xbf"[..], b"\xff\xfe", b"\xfe\xff"].iter().any(|m| bytes.starts_with(m)) {
            let message = "the file starts with a byte order mark".to_owned();
            return Err(unreadable(path, &[], message, "save it as UTF-8 without one"));
        }
        if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
            let message = "the file holds a NUL byte".to_owned();
            let before = bytes.get(..at).unwrap_or_default();
            return Err(unreadable(path, before, message, "save it as plain text in UTF-8"));
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(path, text)),
            Err(error) => {
                let before = error.as_bytes().get(..error.utf8_error().valid_up_to());
                let message = "the file is not UTF-8 text".to_owned();
                let help = "save it as UTF-8";
                Err(unreadable(path, before.unwrap_or_default(), message, help))
            }
        }
    }

    fn new(path: &str, text: String) -> Self {
        let starts = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = std::iter::once(0).chain(starts.map(|(at, _)| at + 1)).collect();
        Self { path: path.to_owned(), text, lines, last: Cell::new((0, 0, 1)) }
    }

    /// Where a byte stands.
    pub(super) fn place(&self, offset: usize) -> Place {
        let offset = floor(&self.text, offset);
        let (line, column) = self.position(offset);
        Place { file: self.path.clone(), line: u32::try_from(line + 1).unwrap_or(u32::MAX), column }
    }

    fn position(&self, offset: usize) -> (usize, u32) {
        let line = self.lines.partition_point(|start| *start <= offset).saturating_sub(1);
        let (last_line, last_offset, last_column) = self.last.get();
        let (from, column) = if last_line == line && last_offset <= offset {
            (last_offset, last_column)
        } else {
            (self.lines.get(line).copied().unwrap_or_default(), 1)
        };
        let between = self.text.get(from..offset).unwrap_or_default().chars().count();
        let column = column.saturating_add(u32::try_from(between).unwrap_or(u32::MAX));
        self.last.set((line, offset, column));
        (line, column)
    }

    /// The line on which a range starts, with the part of it that lies in the range.
    pub(super) fn excerpt(&self, span: &Span) -> Excerpt {
        let start = floor(&self.text, span.start);
        let index = self.lines.partition_point(|line| *line <= start).saturating_sub(1);
        let line_start = self.lines.get(index).copied().unwrap_or_default();
        let next = self.lines.get(index + 1).map_or(self.text.len(), |next| next - 1);
        let line = self.text.get(line_start..next).unwrap_or_default();
        let line_end = (line_start + line.trim_end_matches('\r').len()).max(start);
        let (from, upto) = if line_end - line_start <= LONG_LINE {
            (line_start, line_end)
        } else {
            let from = floor(&self.text, start.saturating_sub(SHOWN_AROUND)).max(line_start);
            (from, floor(&self.text, start + SHOWN_AROUND).clamp(start, line_end))
        };
        let end = floor(&self.text, span.end).clamp(start, upto);
        let part = |range: Span| shown(self.text.get(range).unwrap_or_default());
        let dots = |cut: bool| if cut { "…" } else { "" };
        let before = format!("{}{}", dots(from > line_start), part(from..start));
        let (marked, after) = (part(start..end), part(end..upto));
        Excerpt {
            start: before.len(),
            end: before.len() + marked.len(),
            line: format!("{before}{marked}{after}{}", dots(upto < line_end)),
        }
    }
}

/// A slip in another file of the repository, shown as those of the configuration are: `span` are
/// the bytes that it is about. What is no text at all is told instead.
#[must_use]
pub fn slip(
    path: &str,
    content: &[u8],
    span: &Range<usize>,
    what: &str,
    help: &str,
) -> ConfigError {
    let diagnostic = match SourceText::decode(path, content.to_vec()) {
        Err(problem) => *problem,
        Ok(source) => Diagnostic {
            severity: Severity::Error,
            message: visible(what),
            help: Some(help.to_owned()),
            place: source.place(span.start),
            excerpt: Some(source.excerpt(span)),
        },
    };
    ConfigError { diagnostics: vec![diagnostic] }
}

/// A link, a folder or a submodule where a file was to be read.
#[must_use]
pub fn misplaced(path: &str, kind: &str) -> ConfigError {
    let message = format!("{} is {kind}: only a plain file is read", quoted(path));
    let help = "put the file itself in its place";
    ConfigError { diagnostics: vec![*unreadable(path, &[], message, help)] }
}

/// The nearest boundary of a character at or before an offset.
fn floor(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn shown(text: &str) -> String {
    let replace = |c: char| if c != '\t' && is_hostile(c) { '\u{fffd}' } else { c };
    text.chars().map(replace).collect()
}

/// A file that is no text: the place is counted in the bytes before the problem.
fn unreadable(path: &str, before: &[u8], message: String, help: &str) -> Box<Diagnostic> {
    let newlines = before.iter().filter(|byte| **byte == b'\n').count();
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let column = String::from_utf8_lossy(line).chars().count() + 1;
    Box::new(Diagnostic {
        severity: Severity::Error,
        message,
        help: Some(help.to_owned()),
        place: Place {
            file: path.to_owned(),
            line: u32::try_from(newlines + 1).unwrap_or(u32::MAX),
            column: u32::try_from(column).unwrap_or(u32::MAX),
        },
        excerpt: None,
    })
}
