//! Why an event cannot be judged. Each is a usage error: the run was set up in a way that leaves
//! open what to judge, and guessing would be a pass that nobody earned.

/// Why an event, or the variables that describe one, cannot be read. Foreign text in the messages
/// is quoted, escaped and cut.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// The event file cannot be read.
    #[error("the event file {file:?} cannot be read: {reason}")]
    Unreadable {
        /// Its path, from `GITHUB_EVENT_PATH`.
        file: String,
        /// What the operating system said.
        reason: String,
    },
    /// The event file is larger than any real event.
    #[error("the event file is larger than {} MiB", super::EVENT_CAP >> 20)]
    TooLarge,
    /// The event file is no JSON, or nested too deeply.
    #[error("the event file is not readable as JSON: {reason}")]
    NotJson {
        /// What is wrong, with line and column.
        reason: String,
    },
    /// A field is missing or of the wrong kind.
    #[error("the event's `{path}` should be {expected}, but is {found}")]
    Field {
        /// The JSON path: `pull_request.base.sha`.
        path: String,
        /// What was expected there.
        expected: &'static str,
        /// What is there.
        found: String,
    },
    /// A variable is missing or of the wrong kind.
    #[error("the variable {name} should be {expected}, but is {found}")]
    Variable {
        /// Its name.
        name: &'static str,
        /// What was expected.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// `pull_request_target` runs with the base repository's secrets and write token.
    #[error(
        "the event pull_request_target is refused: \
         it judges untrusted code with trusted permissions"
    )]
    Untrusted,
    /// An event that does not say what to judge.
    #[error("the {system} event {name} does not say which range of commits to judge")]
    Unsupported {
        /// The CI system.
        system: &'static str,
        /// The event, quoted and cut.
        name: String,
    },
}

impl EventError {
    /// The change that helps.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        match self {
            Self::Untrusted => {
                "let the workflow run on `pull_request`; it has all that the check needs"
            }
            Self::Variable { .. } => "set the variable, or pass `--base REV --head REV`",
            _ => "pass `--base REV --head REV`",
        }
    }
}

/// Foreign text for a message: quoted, control characters escaped, cut to 60 characters.
pub(super) fn quoted(text: &str) -> String {
    let cut: String = text.chars().take(60).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    format!("{cut:?}{more}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_escaped_and_cut() {
        assert_eq!(quoted("a\n::error::b"), "\"a\\n::error::b\"");
        assert_eq!(quoted("\u{202e}x\u{1b}[31m"), "\"\\u{202e}x\\u{1b}[31m\"");
        assert_eq!(quoted(&"é".repeat(61)), format!("\"{}\"…", "é".repeat(60)));
    }

    #[test]
    fn the_help_names_the_way_out() {
        assert!(EventError::Untrusted.help().contains("pull_request"));
        assert!(EventError::TooLarge.help().contains("--base"));
        assert_eq!(EventError::TooLarge.to_string(), "the event file is larger than 32 MiB");
    }
}
