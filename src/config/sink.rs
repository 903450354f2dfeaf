//! Where problems go while a file is checked: checking never stops at the first.

use super::diagnostic::{Diagnostic, Severity};
use super::source::{SourceText, Span};

/// No file has more problems than anyone would read; a hostile one must not fill the memory.
const MOST: usize = 1000;

/// The problems of all files.
#[derive(Default)]
pub(super) struct Problems {
    errors: Vec<(usize, Diagnostic)>,
    warnings: Vec<(usize, Diagnostic)>,
}

impl Problems {
    /// Whether any problem makes the configuration unusable.
    pub(super) fn any_error(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Adds a problem that has its place already; `file` is the file's number in reading order.
    pub(super) fn push(&mut self, file: usize, diagnostic: Diagnostic) {
        let kept = match diagnostic.severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        };
        // Beyond the limit there is an error already, or only more warnings: nothing passes
        // because a problem was dropped.
        if kept.len() < MOST {
            kept.push((file, diagnostic));
        }
    }

    /// All of them: file by file, line by line.
    pub(super) fn sorted(self) -> Vec<Diagnostic> {
        let mut all = self.errors;
        all.extend(self.warnings);
        all.sort_by(|(left_file, left), (right_file, right)| {
            let left = (left_file, left.place.line, left.place.column);
            left.cmp(&(right_file, right.place.line, right.place.column))
        });
        all.into_iter().map(|(_, diagnostic)| diagnostic).collect()
    }
}

/// The problems, as seen from one file.
pub(super) struct Sink<'a> {
    /// The file's number in reading order.
    pub(super) file: usize,
    /// Its text.
    pub(super) source: &'a SourceText,
    /// Where they are gathered.
    pub(super) problems: &'a mut Problems,
}

impl Sink<'_> {
    /// An error at a range of the file.
    pub(super) fn error(&mut self, span: &Span, problem: Problem) {
        self.push(Severity::Error, span, problem);
    }

    /// A warning at a range of the file.
    pub(super) fn warning(&mut self, span: &Span, problem: Problem) {
        self.push(Severity::Warning, span, problem);
    }

    fn push(&mut self, severity: Severity, span: &Span, problem: Problem) {
        let diagnostic = Diagnostic {
            severity,
            message: problem.message,
            help: problem.help,
            place: self.source.place(span.start),
            excerpt: (!problem.secret).then(|| self.source.excerpt(span)),
        };
        self.problems.push(self.file, diagnostic);
    }
}

/// What is wrong with a value, before it is known where the value stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    /// What is wrong.
    pub(super) message: String,
    /// The way out.
    pub(super) help: Option<String>,
    /// Whether the line may hold a secret, and must not be shown.
    secret: bool,
}

impl Problem {
    /// A problem without a way out (yet).
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, secret: false }
    }

    /// The same with a way out.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same about a line that may hold a secret: messages end up in CI logs.
    pub(super) fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// The same with a way out where there is one.
    pub(super) fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }
}
