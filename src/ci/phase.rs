//! How near to production an event's change is.

use super::event::{Event, Subject};
use crate::config::Phase;

/// The phase of an event for a migration that lands on `landing_branch` (`main`, without
/// `refs/heads/`). An option given by hand wins over it; that is the caller's part.
///
/// 1. What the event fixes by itself: `BACKOUT_PHASE` as it says, a merge queue lands.
/// 2. A standing check lands: it judges what has landed.
/// 3. A push to the landing branch lands, any other shares.
/// 4. A draft shares. A ready pull request lands on the landing branch and shares elsewhere; one
///    that does not say whether it is a draft counts as ready, the stricter reading.
/// 5. A range without a target branch was named by hand, and lands.
#[must_use]
pub fn phase(event: &Event, landing_branch: &str) -> Phase {
    if let Some(phase) = event.phase {
        return phase;
    }
    let target = event.target_branch.as_deref();
    let lands = match &event.subject {
        Subject::Standing { .. } => true,
        Subject::Update(update) => update.remote.as_branch() == Some(landing_branch),
        Subject::Range { .. } => {
            event.draft != Some(true) && target.is_none_or(|target| target == landing_branch)
        }
    };
    if lands { Phase::Land } else { Phase::Share }
}
