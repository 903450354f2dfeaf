//! The small ordered scales that decide how strict the guard is: impact, phase, level, mode.

use std::fmt;
use std::str::FromStr;

macro_rules! scale {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident => $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant),+
        }

        impl $name {
            /// Every value, lowest first.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for it in the configuration and in reports.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;

            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(UnknownWord {
                        text: text.chars().take(60).collect(),
                        expected: &[$($word),+],
                    }),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

/// A word that is none of those expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not one of {}", expected.join(", "))]
pub struct UnknownWord {
    /// What was given, cut to 60 characters.
    pub text: String,
    /// What would have been understood.
    pub expected: &'static [&'static str],
}

scale! {
    /// What a rollback of a stage affects. It sets how strict the guard is.
    Impact {
        /// Nothing that runs: not integrated yet.
        None => "none",
        /// Nothing that anyone would notice.
        Low => "low",
        /// Behaviour that users see.
        Medium => "medium",
        /// Execution of the service.
        High => "high",
        /// Production, or data that cannot be made again.
        Critical => "critical",
    }
}

scale! {
    /// How near to production the judged change is.
    Phase {
        /// A topic branch or a draft.
        Share => "share",
        /// The migration's branch, a ready pull request, the merge queue.
        Land => "land",
        /// Called by the delivery pipeline.
        Deploy => "deploy",
    }
}

scale! {
    /// What a finding does to the verdict.
    Level {
        /// Not asked.
        Allow => "allow",
        /// Told.
        Warn => "warn",
        /// Stops the push.
        Deny => "deny",
    }
}

scale! {
    /// Whether findings stop anything at all.
    Mode {
        /// Report everything, stop nothing (for adoption).
        Observe => "observe",
        /// Findings at level deny stop the push.
        Enforce => "enforce",
    }
}

scale! {
    /// Whether a stage's requirements still hold.
    StageState {
        /// Work is under way, or the way back must stay open.
        Open => "open",
        /// Done: its requirements have ended.
        Closed => "closed",
    }
}

scale! {
    /// One step of rolling a stage back, in the order in which the stage lists them.
    RollbackStep {
        /// Set the flags to their safe state.
        Flags => "flags",
        /// Stop whoever writes.
        Quiesce => "quiesce",
        /// Back the code out.
        Code => "code",
        /// Bring the old code to production.
        Deploy => "deploy",
        /// Restore the data.
        Data => "data",
        /// See that it worked.
        Verify => "verify",
    }
}

scale! {
    /// How a stage's code is backed out.
    CodeRollback {
        /// Undo this stage's commits only.
        Revert => "revert",
        /// Set the files as they were at the checkpoint.
        Restore => "restore",
    }
}

scale! {
    /// One of the two states that a flag can have.
    FlagState {
        /// The new behaviour.
        On => "on",
        /// The old behaviour.
        Off => "off",
    }
}

impl FlagState {
    /// The state that this one is not.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::On => Self::Off,
            Self::Off => Self::On,
        }
    }
}
