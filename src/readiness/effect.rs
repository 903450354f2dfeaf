//! When a stage took effect: the moment against which the age of its backup counts.

use super::backup_archive::CLOCK_SKEW;
use super::snapshot::{Build, Known, Snapshot, Unknown};
use crate::config::Stage;
use crate::git::{ObjectId, Seconds};
use crate::receipt::instant_text;
use crate::shell::word;
use crate::stage::ledger::StageHistory;

/// A stage's present life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    /// When it took effect; `None` where it has not yet.
    pub effect: Option<Seconds>,
    /// Whether it took effect at that very moment; else not before it.
    pub exact: bool,
    /// Its first step, where that is what it took effect with.
    pub first: Option<ObjectId>,
    /// When the life before this one ended: evidence from before then does not count.
    pub begins_after: Option<Seconds>,
    /// The merge that it will have taken effect with, once this push has landed.
    pub coming: Option<Coming>,
}

/// A merge on the way to the landing branch, as it stands: whatever was captured later will count as
/// captured too late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coming {
    /// When it was made.
    pub at: Seconds,
    /// The merge.
    pub merge: ObjectId,
}

/// How a stage's present life may have been.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lives {
    /// The life where all that ownership suggests was the stage's work.
    pub suggested: Life,
    /// The life where none of that was, if it is another one, and the step on which it hangs.
    pub claimed: Option<(Life, ObjectId)>,
}

/// The lives that a stage may have had: two where a commit without a trailer makes a difference,
/// for nobody has said whether it was the stage's work or a hotfix.
pub fn lives(snapshot: &Snapshot<'_>, stage: &Stage) -> Known<Lives> {
    let history = history(snapshot, stage)?;
    let begun = as_it_lands(snapshot, stage)?.unwrap_or_default();
    let with = |life: Life, begun: &StageHistory| Life { coming: coming(&life, begun), ..life };
    let suggested = with(life(snapshot, stage, &history)?, &begun);
    let claimed = with(life(snapshot, stage, history.claimed())?, begun.claimed());
    let unsaid = history.unsaid.or(begun.unsaid).filter(|_| claimed != suggested);
    Ok(Lives { suggested, claimed: unsaid.map(|commit| (claimed, commit)) })
}

/// What has landed of a stage before this range. Where the range takes that back and brings the
/// stage again, the life that begins with it has not landed yet.
fn history(snapshot: &Snapshot<'_>, stage: &Stage) -> Known<StageHistory> {
    let landed = snapshot.history(stage)?;
    let begun = snapshot.begun(stage)?;
    let again = begun.filter(|begun| begun.backed_out != landed.backed_out);
    Ok(again.map_or(landed, not_landed))
}

fn not_landed(history: StageHistory) -> StageHistory {
    let claimed = history.claimed.map(|claimed| Box::new(not_landed(*claimed)));
    StageHistory { steps: Vec::new(), claimed, ..history }
}

/// A life that begins with this push, where it lands just as it is: what is on another branch lands
/// by a merge that is still to be made, and a tag says when the stage takes effect, where it has one.
fn as_it_lands(snapshot: &Snapshot<'_>, stage: &Stage) -> Known<Option<StageHistory>> {
    let updated = snapshot.range.update.remote.as_branch();
    let lands = snapshot.lands && updated == Some(&*snapshot.migration.branch);
    match lands && stage.deployed.is_none() {
        true => snapshot.begun(stage),
        false => Ok(None),
    }
}

fn coming(life: &Life, begun: &StageHistory) -> Option<Coming> {
    let merge = begun.steps.first().filter(|_| life.effect.is_none() && begun.landed_exactly())?;
    Some(Coming { at: merge.time, merge: merge.id })
}

/// A stage with a `deployed` tag takes effect when the pipeline sets it, one without when it lands:
/// by a merge at the merge's time, else at some time after its first commit was made. Pipelines set
/// the tag anew with each deployment: one on what has nothing of the stage is no deployment of it, and
/// of one on a copy that is not known.
fn life(snapshot: &Snapshot<'_>, stage: &Stage, history: &StageHistory) -> Known<Life> {
    let begins_after = history.backed_out;
    let Some(deployed) = &stage.deployed else {
        if let Some(step) = history.steps.first().filter(|step| is_ahead(snapshot, step.time)) {
            return Err(Unknown {
                reason: format!(
                    "{} says that it was made at {}, which is ahead of the clock",
                    step.id.short(),
                    instant_text(step.time)
                ),
                help: "check the clocks of this machine and of the one that made it; until that \
                    time, say when the stage takes effect: `deployed = { tag = \"…\" }`"
                    .to_owned(),
            });
        }
        let exact = history.landed_exactly();
        let first = history.steps.first().map(|step| step.id);
        return Ok(Life { effect: history.landed(), exact, first, begins_after, coming: None });
    };
    let effect = match deployed_at(snapshot, &deployed.tag)? {
        // A tag from before the last back-out belongs to the life that ended.
        Some((at, _)) if begins_after.is_some_and(|ended| at <= ended) => None,
        Some((at, commit)) => {
            let first = history.steps.first();
            let id = &snapshot.migration.id;
            match snapshot.facts.build(id, &stage.id, &commit, first.map(|step| &step.id))? {
                Build::OfStage => Some(at),
                Build::Without if first.is_some_and(|step| step.time < at) => {
                    return Err(older_build(stage, &deployed.tag, at));
                }
                Build::Without => None,
                Build::Beside => return Err(other_build(stage, &deployed.tag, &commit)),
            }
        }
        None => None,
    };
    Ok(Life { effect, exact: true, first: None, begins_after, coming: None })
}

/// An older build may have been deployed again, after the stage was live.
fn older_build(stage: &Stage, tag: &str, at: Seconds) -> Unknown {
    Unknown {
        reason: format!(
            "the tag `{tag}` was set at {} on a commit that has nothing of stage {}, after the \
             stage had landed: it may have been live before that",
            instant_text(at),
            stage.id
        ),
        help: format!(
            "give the stage a tag of its own, which is set when it goes live (`deployed = \
             {{ tag = \"stage-{}-live\" }}`); or set this one on what is deployed now",
            stage.id
        ),
    }
}

/// A release branch may have taken the stage by copies of its commits.
fn other_build(stage: &Stage, tag: &str, commit: &ObjectId) -> Unknown {
    let id = &stage.id;
    Unknown {
        reason: format!(
            "the tag `{tag}` is set on {}, which does not have the commit that stage {id} landed \
             with, and has changes of its own on its files: whether they are the stage is not known",
            commit.short()
        ),
        help: format!(
            "set the tag on a commit that has what landed: deploy from there, or merge it into the \
             release branch; or give the stage a tag of its own, which is set so when it goes live \
             (`deployed = {{ tag = \"stage-{id}-live\" }}`)"
        ),
    }
}

fn is_ahead(snapshot: &Snapshot<'_>, at: Seconds) -> bool {
    at.0 > snapshot.facts.now().0.saturating_add(CLOCK_SKEW)
}

/// When the tag was set, and on which commit; `None` where it was not, which a clone that lacks tags
/// cannot tell.
fn deployed_at(snapshot: &Snapshot<'_>, name: &str) -> Known<Option<(Seconds, ObjectId)>> {
    match (snapshot.facts.tag(name)?, snapshot.facts.tags_left_out()) {
        (Some(tag), _) if tag.commit.is_some() && !tag.annotated => Err(Unknown {
            reason: format!("the tag `{name}` is lightweight, and does not say when it was set"),
            help: format!(
                "let the pipeline set an annotated one; for a deployment that is over: \
                 `GIT_COMMITTER_DATE=<when> git tag -a -f {name} <commit>`"
            ),
        }),
        (Some(tag), _) => match tag.time.zip(tag.commit) {
            Some((at, _)) if is_ahead(snapshot, at) => Err(Unknown {
                reason: format!(
                    "the tag `{name}` was set at {}, which is ahead of the clock",
                    instant_text(at)
                ),
                help: format!(
                    "check the clocks of this machine and of the one that set it; then set it \
                     again: `git tag -a -f {name} <commit>`"
                ),
            }),
            Some(set) => Ok(Some(set)),
            None => Err(Unknown {
                reason: format!("the tag `{name}` has no time: it stands on no commit"),
                help: format!(
                    "set it on the commit that was deployed: `git tag -a -f {name} <commit>`"
                ),
            }),
        },
        (None, Some(why)) => Err(Unknown {
            reason: format!(
                "the tag `{name}` is not in this clone, {why}: it may be set elsewhere"
            ),
            help: fetch_tags(snapshot.facts.remote(), why),
        }),
        (None, None) => Ok(None),
    }
}

/// The commands that bring all tags. Without them, no later look may pass for one.
fn fetch_tags(remote: &str, why: &str) -> String {
    let remote = word(remote);
    if why.contains("shallow") {
        "fetch all of it: `git fetch --unshallow --tags` (with actions/checkout: `fetch-depth: 0`)"
            .to_owned()
    } else {
        format!(
            "fetch them: `git config --unset remote.{remote}.tagOpt && git fetch --tags {remote}`"
        )
    }
}
