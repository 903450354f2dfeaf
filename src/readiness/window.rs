//! `window`: the way back stays open long enough. It closes when the keys of a backup expire, when
//! a backup grows too old for a stage that has not taken effect, when a waiver ends; and it is closed
//! once a point of no return has landed that comes after the stage.

use super::backup_archive::{BackupState, chosen, receipts};
use super::duration;
use super::effect::{Life, lives};
use super::judgement::{Judgement, Problem};
use super::registry::{Code, Specification};
use super::snapshot::{Known, Snapshot, Tree};
use crate::config::{Backup, Stage};
use crate::git::Seconds;
use crate::policy::levels::Strictness;
use crate::policy::waiver;
use crate::receipt::{ArchiveReceipt, instant_text};
use crate::rollback::turn::before;

/// A way back that closes within a day is worth saying.
const SOON: i64 = 24 * 60 * 60;

/// The requirement.
pub static SPECIFICATION: Specification = Specification {
    id: "window",
    asks: "the way back stays open: backups age, keys expire, waivers end",
    codes: &[
        Code { problem: "closing", strictness: Strictness::Told },
        Code { problem: "closed", strictness: Strictness::Deployment },
    ],
    page: include_str!("window.md"),
    judge,
    asked_of_reverts: false,
};

const NEW_BACKUP: &str = "take a new backup: `backout backup create`";

const WITHOUT_A_RESTORE: &str = "take a new backup before the stage takes effect: `backout backup \
    create`; if it already has, plan a way back without a restore and take the backup out of the stage";

const FORWARDS: &str = "there is no going back behind that: what is wrong is mended by new work; where \
    the stage can go back all the same, take that `after` out";

/// When the way back closes, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Closing {
    /// From this moment it is closed.
    pub at: Seconds,
    /// What ends it.
    pub why: String,
    /// From how long before this moment it is worth saying, in seconds.
    notice: i64,
    /// Once it is past, another requirement says so (`backup/stale`, `policy/waiver-expired`).
    told_elsewhere: bool,
    /// What keeps it open for longer.
    longer: &'static str,
    /// What helps once it is closed.
    closed: &'static str,
}

fn judge<'a>(snapshot: &Snapshot<'a>, judgement: &mut Judgement<'_, 'a>) {
    for (_, stage, touch) in snapshot.open() {
        if !touch.advances() {
            judgement.stage(stage).not_applicable();
            continue;
        }
        match closings(snapshot, stage) {
            Ok(closings) if closings.is_empty() => judgement.stage(stage).not_applicable(),
            Ok(closings) => {
                let now = snapshot.facts.now();
                let problems = closings.iter().filter_map(|closing| told(closing, now)).collect();
                judgement.stage(stage).conclude(problems, Vec::new());
            }
            Err(problem) => judgement.stage(stage).conclude(Vec::new(), vec![*problem]),
        }
    }
}

fn told(closing: &Closing, now: Seconds) -> Option<Problem> {
    let left = closing.at.0 - now.0;
    let at = instant_text(closing.at);
    if left <= 0 {
        Some(
            Problem::new(
                "closed",
                format!("the way back closed at {at}: {}", closing.why),
                closing.closed,
            )
            .about(&closing.why),
        )
    } else if left <= closing.notice {
        Some(
            Problem::new(
                "closing",
                format!("the way back closes in {} (at {at}): {}", duration(left), closing.why),
                format!("be done before then, or {}", closing.longer),
            )
            .about(&closing.why),
        )
    } else {
        None
    }
}

/// Everything that closes a stage's way back, the earliest first. Backups that are not there are
/// the `backup` requirement's business.
pub fn closings(snapshot: &Snapshot<'_>, stage: &Stage) -> Result<Vec<Closing>, Box<Problem>> {
    let mut closings = Vec::new();
    if !stage.backups.is_empty() {
        let lives = lives(snapshot, stage).map_err(|why| {
            let what = format!("when stage {} took effect", stage.id);
            Box::new(Problem::unknown("closed", &what, &why))
        })?;
        let backups = stage.backups.iter().filter_map(|name| snapshot.migration.backups.get(name));
        // Where it is not known which life it is, either may close it.
        let lives = [Some(lives.suggested), lives.claimed.map(|(life, _)| life)];
        let each = backups.flat_map(|backup| lives.into_iter().flatten().map(move |l| (backup, l)));
        for (backup, life) in each {
            match receipts(snapshot, backup, Tree::Pushed)
                .and_then(|all| Ok(chosen(snapshot, &all, life, stage, backup)?.clone()))
            {
                Ok(archive) => closings.extend(of_archive(&archive, backup, life)),
                Err(BackupState::Unmet(_) | BackupState::Unsure(_)) => {}
                Err(BackupState::Unknown(problem)) => {
                    return Err(Box::new(problem.rename("closed").about(backup.name.as_str())));
                }
            }
        }
    }
    let migration = snapshot.migration;
    let waivers = migration.waivers.iter().filter(|waiver| {
        waiver.stage.is_some()
            && waiver::covers(migration, waiver, &waiver.finding, Some(&stage.id))
    });
    closings.extend(waivers.map(|waiver| Closing {
        at: waiver::ends(waiver),
        why: format!("the waiver of {} ends", waiver.finding),
        notice: SOON,
        told_elsewhere: true,
        longer: "give the waiver a later date and have that reviewed",
        closed: WITHOUT_A_RESTORE,
    }));
    closings.extend(no_return(snapshot, stage).map_err(|why| {
        let what = format!("whether a point of no return has landed after stage {}", stage.id);
        Box::new(Problem::unknown("closed", &what, &why))
    })?);
    let now = snapshot.facts.now();
    closings.retain(|closing| closing.at > now || !closing.told_elsewhere);
    closings.sort();
    closings.dedup();
    Ok(closings)
}

/// The points of no return that come after a stage and have landed. What ownership alone suggests may
/// have been a hotfix.
fn no_return(snapshot: &Snapshot<'_>, stage: &Stage) -> Known<Vec<Closing>> {
    let migration = snapshot.migration;
    let mut found = Vec::new();
    for (index, other) in migration.stages.iter().enumerate().filter(|(_, one)| one.irreversible) {
        let earlier = before(migration, index);
        if !earlier
            .iter()
            .filter_map(|one| migration.stages.get(*one))
            .any(|one| one.id == stage.id)
        {
            continue;
        }
        let landed = snapshot.history(other)?;
        let begun = snapshot.begun(other)?.unwrap_or_default();
        let mut steps = landed.claimed().steps.iter().chain(&begun.claimed().steps);
        found.extend(steps.next().map(|step| Closing {
            at: step.time,
            why: format!(
                "stage {}, a point of no return that comes after this one, has landed",
                other.id
            ),
            notice: 0,
            told_elsewhere: false,
            longer: "",
            closed: FORWARDS,
        }));
    }
    Ok(found)
}

fn of_archive(archive: &ArchiveReceipt, backup: &Backup, life: Life) -> Vec<Closing> {
    let mut closings = Vec::new();
    // Where only some keys expire, a restore brings back the others and counts these.
    if let Some(expiring) = archive.expiring.filter(|e| e.count >= archive.entries) {
        closings.push(Closing {
            at: expiring.latest,
            why: format!("every key in backup `{}` has expired by then", backup.name),
            notice: SOON,
            told_elsewhere: false,
            longer: NEW_BACKUP,
            closed: WITHOUT_A_RESTORE,
        });
    }
    if let (Some(limit), None) = (backup.max_age_at_deploy, life.effect) {
        let limit = limit.as_secs();
        let at = Seconds(archive.captured_start.0.saturating_add(limit));
        closings.push(Closing {
            at,
            why: format!("backup `{}` is then too old to take effect with", backup.name),
            // A backup that may be an hour old is always about to age: speak in the last quarter.
            notice: SOON.min(limit / 4),
            told_elsewhere: true,
            longer: NEW_BACKUP,
            closed: WITHOUT_A_RESTORE,
        });
    }
    closings
}
