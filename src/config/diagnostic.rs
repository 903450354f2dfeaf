//! Problems of a configuration, each with its place and a way out.

use super::model::Place;
use super::render::render;

/// How bad a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The configuration cannot be used.
    Error,
    /// It can, but look.
    Warning,
}

/// One problem in a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong. Texts of the file in it are escaped.
    pub message: String,
    /// What to do about it: what was expected, "did you mean".
    pub help: Option<String>,
    /// Where.
    pub place: Place,
    /// The line it is about; `None` where the file holds no text that could be shown.
    pub excerpt: Option<Excerpt>,
}

/// The part of a source line that a diagnostic points at. It travels with the diagnostic, so that
/// a warning can be shown long after its file has been forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The line, cut around the problem where it is very long; control characters are replaced.
    pub line: String,
    /// Where in `line` the problem starts, in bytes.
    pub start: usize,
    /// Where it ends, in bytes; never before `start`.
    pub end: usize,
}

impl Excerpt {
    /// The column in `line` at which the problem starts, from 1, in characters.
    pub(super) fn column(&self) -> usize {
        self.line.get(..self.start).map_or(0, |before| before.chars().count()) + 1
    }
}

/// Every problem of a configuration that cannot be used, at least one of them an error.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", count(self.errors()))]
pub struct ConfigError {
    /// The problems, in the order of the files and of the lines in them.
    pub diagnostics: Vec<Diagnostic>,
}

impl ConfigError {
    /// How many of the problems are errors.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.diagnostics.iter().filter(|problem| problem.severity == Severity::Error).count()
    }

    /// The problems as a compiler would show them: message, place, source line, caret, help.
    #[must_use]
    pub fn render(&self, color: bool) -> String {
        render(&self.diagnostics, color)
    }
}

fn count(errors: usize) -> String {
    if errors == 1 { "1 error".to_owned() } else { format!("{errors} errors") }
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The files were read, and what they say cannot be used.
    #[error("the configuration is not valid")]
    Invalid(#[from] ConfigError),
    /// A file could not be read, so nothing is known about what it says.
    #[error("the configuration cannot be read")]
    Unreadable(#[source] anyhow::Error),
}

impl LoadError {
    /// Why the files cannot be used, where that is a slip in what was committed: they are there,
    /// and a commit can put them right. `None` where they could not be had.
    #[must_use]
    pub fn slip(&self) -> Option<String> {
        match self {
            Self::Invalid(error) => Some(error.render(false)),
            Self::Unreadable(error) => {
                error.downcast_ref::<NotAFile>().map(|_| format!("{error:#}"))
            }
        }
    }
}

/// A link, a folder or a submodule stands where a configuration was to be read. It is not followed:
/// what is behind it is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path} is {kind}: a configuration is read from a plain file only")]
pub struct NotAFile {
    /// The path.
    pub path: String,
    /// What stands there, in words.
    pub kind: &'static str,
}
