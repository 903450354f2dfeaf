//! What is asked to be judged: a hook's ref lines, pre-commit's variables, a CI system's event.
//!
//! Pure functions from (environment lookup, bytes) to data. This room knows neither git nor the
//! network: revisions stay as named here until the caller resolves them.

mod azure;
mod bitbucket;
mod comment;
mod default_branch;
mod error;
mod event;
mod generic;
mod github;
mod gitlab;
mod jenkins;
mod landing;
mod payload;
mod phase;
pub mod pre_commit;
mod rev;
pub mod stdin;
mod target;
mod variables;

#[cfg(test)]
mod tests;

pub use comment::{CommentError, Request, back_out_request};
pub use default_branch::default_branch;
pub use error::EventError;
pub use event::{Event, Provider, Subject, detect};
pub use generic::phase_variable;
pub use landing::{LandingText, Loss, MergeBody, MergeMethod, SquashBody, TrailerFate, Way};
pub use payload::{EVENT_CAP, read_event};
pub use phase::phase;
pub use rev::{InvalidRev, Rev};
pub use stdin::{RefLineError, parse_ref_lines};
pub use target::{PullRequestNumber, ReportTarget, report_target};
