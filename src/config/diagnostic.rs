//! Problems of a configuration, each with its place and a way out.

use super::model::Place;

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
    /// What is wrong.
    pub message: String,
    /// What to do about it: what was expected, "did you mean".
    pub help: Option<String>,
    /// Where.
    pub place: Place,
}

/// Every error of a configuration, gathered.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the configuration has {} error(s)", diagnostics.len())]
pub struct ConfigError {
    /// The problems, in the order of the files.
    pub diagnostics: Vec<Diagnostic>,
}
