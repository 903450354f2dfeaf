//! Exit codes, and the errors that choose one.

use crate::config::{ConfigError, LoadError, NoSuchStage};

/// How the program ends; others script against the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Ready, or done.
    Ready,
    /// Findings at level deny; not the planned revert; a document that drifted; a failed verify.
    Findings,
    /// A usage or configuration error.
    Usage,
    /// Could not judge.
    Indeterminate,
    /// The rollback does not apply cleanly.
    Conflict,
    /// The forge or the store refused.
    Refused,
    /// Interrupted by the user.
    Interrupted,
}

impl Exit {
    /// The process's exit code.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Ready => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Indeterminate => 3,
            Self::Conflict => 4,
            Self::Refused => 5,
            Self::Interrupted => 130,
        }
    }
}

/// An error that knows its exit code and the way out. Any other error ends in
/// [`Exit::Indeterminate`]: what went wrong unforeseen is never a pass.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// How the program ends.
    pub exit: Exit,
    /// What happened, and to what.
    pub message: String,
    /// The command or change that helps.
    pub help: Option<String>,
}

impl Failure {
    /// A usage or configuration error (exit 2).
    pub fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into(), help: None }
    }

    /// Something that could not be judged (exit 3).
    pub fn indeterminate(message: impl Into<String>) -> Self {
        Self { exit: Exit::Indeterminate, message: message.into(), help: None }
    }

    /// The forge or the store refused (exit 5).
    pub fn refused(message: impl Into<String>) -> Self {
        Self { exit: Exit::Refused, message: message.into(), help: None }
    }

    /// The same with a way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl From<NoSuchStage> for Failure {
    fn from(error: NoSuchStage) -> Self {
        Self::usage(error.to_string()).help(error.help())
    }
}

/// The exit code that an error asks for, whatever it was wrapped in.
#[must_use]
pub fn exit_of(error: &anyhow::Error) -> Exit {
    match error.chain().find_map(|cause| cause.downcast_ref::<Failure>()) {
        Some(failure) => failure.exit,
        None if invalid_configuration(error).is_some() => Exit::Usage,
        None => Exit::Indeterminate,
    }
}

/// The errors of a configuration, where an error is about one.
#[must_use]
pub fn invalid_configuration(error: &anyhow::Error) -> Option<&ConfigError> {
    error.chain().find_map(|cause| match cause.downcast_ref::<LoadError>() {
        Some(LoadError::Invalid(invalid)) => Some(invalid),
        _ => cause.downcast_ref::<ConfigError>(),
    })
}
