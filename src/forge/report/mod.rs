//! What is told on the forge of a check: a check run on the commit, a comment and labels on the
//! pull request. Each is looked at before it is written, so that a run after a lost answer, or a
//! second run, ends with one of each.

mod check_run;
mod comment;
mod labels;

pub use check_run::{Annotation, AnnotationLevel, CheckReport, Conclusion};
pub use comment::{Kept, StickyComment};
pub(super) use labels::LabelBody;
pub use labels::{Label, LabelThere, WantedLabels};

use super::refusal::Refusal;

/// How often something is brought about where nobody knows whether it was: each time by looking
/// first.
const ATTEMPTS: usize = 3;

/// Does something that looks before it writes; does it again where nobody knows what came of it.
fn looking_first<T>(mut act: impl FnMut() -> Result<T, Refusal>) -> Result<T, Refusal> {
    let mut last = act();
    for _ in 1..ATTEMPTS {
        match &last {
            Err(refusal) if refusal.is_open() => last = act(),
            _ => break,
        }
    }
    last
}
