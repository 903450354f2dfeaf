//! When a stage took effect: the moment against which the age of its backup counts.

use super::snapshot::{Known, Snapshot, Unknown};
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
    // A tag from before the last back-out belongs to the life that ended.
    let effect =
        deployed_at(snapshot, &deployed.tag)?.filter(|at| begins_after.is_none_or(|b| *at > b));
    Ok(Life { effect, exact: true, begins_after })
}

/// When the tag was set, `None` where it was not: which a clone that lacks tags cannot tell.
fn deployed_at(snapshot: &Snapshot<'_>, name: &str) -> Known<Option<Seconds>> {
    match (snapshot.facts.tag(name)?, snapshot.facts.tags_left_out()) {
        (Some(tag), _) => tag.time.map(Some).ok_or_else(|| Unknown {
            reason: format!("the tag `{name}` has no time: it stands on no commit"),
            help: format!("set it on the commit that was deployed: `git tag -a -f {name} <commit>`"),
        }),
        (None, Some(why)) => Err(Unknown {
            reason: format!("the tag `{name}` is not in this clone, {why}: it may be set elsewhere"),
            help: "fetch the tags, in a clone that has them all: `git fetch --unshallow --tags` (with actions/checkout: `fetch-depth: 0`), or without `tagOpt`: `git config --unset remote.origin.tagOpt`".to_owned(),
        }),
        (None, None) => Ok(None),
    }
}
