//! When a stage took effect: the moment against which the age of its backup counts.

use super::snapshot::{Known, Snapshot};
use crate::config::Stage;
use crate::git::Seconds;

/// A stage's present life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    /// When it took effect; `None` where it has not yet.
    pub effect: Option<Seconds>,
    /// Whether it took effect at that very moment; else not before it.
    pub exact: bool,
    /// When the life before this one ended: evidence from before then does not count.
    pub begins_after: Option<Seconds>,
}

/// A stage with a `deployed` tag takes effect when the pipeline sets it, one without when it lands:
/// by a merge at the merge's time, else at some time after its first commit was made.
pub fn life(snapshot: &Snapshot<'_>, stage: &Stage) -> Known<Life> {
    let history = snapshot.history(stage)?;
    let begins_after = history.backed_out;
    let Some(deployed) = &stage.deployed else {
        let exact = history.landed_exactly();
        return Ok(Life { effect: history.landed(), exact, begins_after });
    };
    let tag = snapshot.facts.tag(&deployed.tag)?;
    // A tag from before the last back-out belongs to the life that ended.
    let effect = tag.and_then(|tag| tag.time).filter(|time| begins_after.is_none_or(|b| *time > b));
    Ok(Life { effect, exact: true, begins_after })
}
