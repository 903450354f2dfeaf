//! `backup`: the data can be brought back: captured before the stage took effect, fresh then, in a
//! format that restores, and tried. Reads receipts, never a server; archives only where the stores
//! are to be asked.

use super::backup_archive::{BackupState, CLOCK_SKEW, chosen, receipts};
use super::effect::{Life, lives};
use super::judgement::{Judgement, Problem, new_ones};
use super::registry::{Code, Specification};
use super::snapshot::{Snapshot, Tree, Unknown};
use super::{backup_tree, duration, taken_away, unsaid};
use crate::backup::archive::FORMAT_VERSION;
use crate::backup::restore::{OneArchive, named, scratch_command};
use crate::backup::{Checked, describe};
use crate::config::{Backup, BackupName, RollbackStep, Stage};
use crate::git::{RepoPath, Seconds};
use crate::policy::levels::Strictness;
use crate::receipt::{self, ArchiveFormat, ArchiveReceipt, RehearsalResult};

/// The requirement.
pub static SPECIFICATION: Specification = Specification {
    id: "backup",
    asks: "the data that the stage changes can be brought back as it was before",
    codes: &[
        Code { problem: "undefined", strictness: Strictness::FromMedium },
        Code { problem: "missing", strictness: Strictness::LandingFromHigh },
        Code { problem: "empty", strictness: Strictness::LandingFromHigh },
        Code { problem: "stale", strictness: Strictness::Deployment },
        Code { problem: "after-the-fact", strictness: Strictness::LandingFromHigh },
        Code { problem: "corrupt", strictness: Strictness::LandingFromHigh },
        Code { problem: "foreign-format", strictness: Strictness::LandingFromHigh },
        Code { problem: "incompatible", strictness: Strictness::LandingFromHigh },
        Code { problem: "unrehearsed", strictness: Strictness::LandingFromHigh },
        Code { problem: "archive-in-tree", strictness: Strictness::FromMedium },
    ],
    page: include_str!("backup.md"),
    judge,
    asked_of_reverts: false,
};

fn judge<'a>(snapshot: &Snapshot<'a>, judgement: &mut Judgement<'_, 'a>) {
    for (_, stage, touch) in snapshot.open() {
        let mut unmet = Vec::new();
        let mut unknown = Vec::new();
        let restores = stage.rollback.contains(&RollbackStep::Data);
        if restores && stage.backups.is_empty() {
            unmet.push(undefined(stage));
        } else if touch.advances() {
            for name in &stage.backups {
                // The configuration's validation has seen to it that the name is one.
                let Some(backup) = snapshot.migration.backups.get(name) else { continue };
                let (problems, unasked) = judge_backup(snapshot, stage, backup, Tree::Pushed);
                unmet.extend(problems);
                unknown.extend(unasked);
            }
        } else {
            judgement.stage(stage).not_applicable();
            continue;
        }
        if stage.backups.is_empty() && unmet.is_empty() {
            judgement.stage(stage).not_applicable();
            continue;
        }
        let ceiling = super::tag::ceiling(touch.is_foreign());
        judgement.stage(stage).at_most(ceiling).conclude(unmet, unknown);
    }
    backup_tree::judge(snapshot, judgement);
    let paths = |stage: &'a Stage| stage.backups.iter().map(receipt::backup_path).collect();
    taken_away::judge(snapshot, judgement, &paths, &|stage, changed| {
        spoilt(snapshot, stage, changed)
    });
}

/// What is wrong with a stage's backups since their receipts were changed, and was not before.
fn spoilt(
    snapshot: &Snapshot<'_>,
    stage: &Stage,
    changed: &[RepoPath],
) -> (Vec<Problem>, Vec<Problem>) {
    let backups = stage.backups.iter().filter_map(|name| snapshot.migration.backups.get(name));
    let (mut unmet, mut unknown) = (Vec::new(), Vec::new());
    for backup in backups {
        let path = snapshot.rooted(&receipt::backup_path(&backup.name));
        if !changed.contains(&RepoPath::from(&*path)) {
            continue;
        }
        let now = judge_backup(snapshot, stage, backup, Tree::Pushed);
        let bases = snapshot.bases().map(|base| judge_backup(snapshot, stage, backup, base));
        let before: Vec<Problem> =
            bases.flat_map(|(unmet, unknown)| unmet.into_iter().chain(unknown)).collect();
        unmet.extend(new_ones(now.0, &before));
        unknown.extend(new_ones(now.1, &before));
    }
    (unmet, unknown)
}

fn undefined(stage: &Stage) -> Problem {
    Problem::new(
        "undefined",
        format!("stage {} restores data when it is rolled back, but names no backup", stage.id),
        format!(
            "name one: `backups = [\"…\"]` in stage {}, and define it in `[backups.…]`",
            stage.id
        ),
    )
}

/// What is wrong with one backup of a stage, and what could not be checked.
fn judge_backup(
    snapshot: &Snapshot<'_>,
    stage: &Stage,
    backup: &Backup,
    tree: Tree,
) -> (Vec<Problem>, Vec<Problem>) {
    let name = &backup.name;
    let about = |problem: Problem| problem.about(name.as_str()).asked_at(&backup.place);
    let receipts = match receipts(snapshot, backup, tree) {
        Ok(receipts) => receipts,
        Err(BackupState::Unmet(problem)) => return (vec![about(*problem)], Vec::new()),
        Err(BackupState::Unknown(problem) | BackupState::Unsure(problem)) => {
            return (Vec::new(), vec![about(*problem)]);
        }
    };
    let lives = match lives(snapshot, stage) {
        Ok(lives) => lives,
        Err(why) => {
            let what = format!("when stage {} took effect", stage.id);
            return (Vec::new(), vec![about(Problem::unknown("missing", &what, &why))]);
        }
    };
    let in_life = |life: Life| {
        let (unmet, unknown) = judge_life(snapshot, stage, backup, &receipts, life);
        (unmet.into_iter().map(about).collect(), unknown.into_iter().map(about).collect())
    };
    let suggested = in_life(lives.suggested);
    match lives.claimed {
        Some((claimed, commit)) => {
            unsaid::agree(snapshot, stage, commit, [suggested, in_life(claimed)])
        }
        None => suggested,
    }
}

fn judge_life(
    snapshot: &Snapshot<'_>,
    stage: &Stage,
    backup: &Backup,
    receipts: &[ArchiveReceipt],
    life: Life,
) -> (Vec<Problem>, Vec<Problem>) {
    let now = snapshot.facts.now();
    match chosen(snapshot, receipts, life, stage, backup) {
        Ok(archive) => {
            let reference = life.effect.unwrap_or(now);
            let mut problems = judge_archive(snapshot, archive, backup, reference);
            problems.extend(unrehearsed(snapshot, archive, backup));
            let (lost, unknown) = judge_stored(snapshot, archive, backup);
            problems.extend(lost);
            (problems, unknown)
        }
        Err(BackupState::Unmet(problem)) => (vec![*problem], Vec::new()),
        Err(BackupState::Unknown(problem) | BackupState::Unsure(problem)) => {
            (Vec::new(), vec![*problem])
        }
    }
}

/// Where the stores are asked: whether this one holds what the receipt tells of.
fn judge_stored(
    snapshot: &Snapshot<'_>,
    archive: &ArchiveReceipt,
    backup: &Backup,
) -> (Vec<Problem>, Vec<Problem>) {
    // Of a format that this build cannot read, enough is said.
    let readable =
        matches!(archive.format, ArchiveFormat::Backout(version) if version <= FORMAT_VERSION);
    let stored =
        if readable { snapshot.facts.stored(snapshot.migration, backup, archive) } else { None };
    match stored {
        None | Some(Checked::Good(_)) => (Vec::new(), Vec::new()),
        Some(Checked::Bad(bad)) => {
            let named = |code: &&Code| bad.code.strip_prefix("backup/") == Some(code.problem);
            let problem = SPECIFICATION.codes.iter().find(named).map_or("corrupt", |c| c.problem);
            let message = format!("the archive of backup `{}`: {}", backup.name, bad.message);
            (vec![Problem::new(problem, message, bad.help)], Vec::new())
        }
        Some(Checked::Unknown { message, help }) => {
            let what = format!("the archive of backup `{}`", backup.name);
            let unknown = Unknown { reason: message, help };
            (Vec::new(), vec![Problem::unknown("missing", &what, &unknown)])
        }
    }
}

fn judge_archive(
    snapshot: &Snapshot<'_>,
    archive: &ArchiveReceipt,
    backup: &Backup,
    reference: Seconds,
) -> Vec<Problem> {
    let mut problems: Vec<Problem> =
        format(snapshot, archive, backup, reference).into_iter().collect();
    let name = &backup.name;
    if archive.entries == 0 || archive.payload_bytes == 0 {
        problems.push(Problem::new(
            "empty",
            format!(
                "the last backup `{name}` holds nothing: {} entries, {} bytes",
                archive.entries, archive.payload_bytes
            ),
            format!("find out why its source gave nothing, then `{}`", snapshot.creates(backup)),
        ));
    }
    problems.extend(stale(snapshot, archive, backup, reference));
    problems
}

fn format(
    snapshot: &Snapshot<'_>,
    archive: &ArchiveReceipt,
    backup: &Backup,
    reference: Seconds,
) -> Option<Problem> {
    let name = &backup.name;
    match &archive.format {
        ArchiveFormat::Other(label) => Some(Problem::new(
            "foreign-format",
            format!(
                "the last backup `{name}` is in the format `{label}`, \
                 which backout neither made nor can restore"
            ),
            again(snapshot, backup),
        )),
        ArchiveFormat::Backout(version) if *version > FORMAT_VERSION => Some(Problem::new(
            "incompatible",
            format!(
                "the last backup `{name}` has archive format {version}; \
                 this backout reads up to {FORMAT_VERSION}"
            ),
            "use the backout version that made it",
        )),
        ArchiveFormat::Backout(_) if archive.source.as_str() != backup.source.kind() => {
            let (was, is) = (archive.source.as_str(), backup.source.kind());
            Some(other_source(snapshot, backup, reference, &format!("a {was} source"), is))
        }
        ArchiveFormat::Backout(_) => {
            let is = describe(&backup.source).text();
            let was = archive.from.as_ref().filter(|from| **from != is)?;
            Some(other_source(snapshot, backup, reference, &format!("`{was}`"), &format!("`{is}`")))
        }
    }
}

/// Once the stage has taken effect, only the source that it was taken from has the old data.
fn other_source(
    snapshot: &Snapshot<'_>,
    backup: &Backup,
    reference: Seconds,
    was: &str,
    is: &str,
) -> Problem {
    let name = &backup.name;
    let help = match reference == snapshot.facts.now() {
        true => again(snapshot, backup),
        false => format!(
            "the stage has taken effect: leave this backup the source that it had, and give the new \
             one a backup of its own, `[backups.{name}-2]`"
        ),
    };
    let message =
        format!("the last backup `{name}` was taken from {was}, the configuration now says {is}");
    Problem::new("incompatible", message, help)
}

fn again(snapshot: &Snapshot<'_>, backup: &Backup) -> String {
    let path = snapshot.rooted(&receipt::backup_path(&backup.name));
    format!("take it again: `{}`, then commit {path}", snapshot.creates(backup))
}

/// Age counts from the start of the capture: that is how old its oldest part is.
fn stale(
    snapshot: &Snapshot<'_>,
    archive: &ArchiveReceipt,
    backup: &Backup,
    reference: Seconds,
) -> Option<Problem> {
    let in_effect = reference != snapshot.facts.now();
    let limit = backup.max_age_at_deploy?.as_secs();
    let age = reference.0 - archive.captured_start.0;
    let name = &backup.name;
    let (was, help) = if in_effect {
        let help = "the stage has taken effect, a new backup would hold the new data: look for a \
            fresher archive from before then, or waive this with a reason"
            .to_owned();
        ("was, when the stage took effect,", help)
    } else {
        let create = snapshot.creates(backup);
        ("is", format!("take it again right before the stage takes effect: `{create}`"))
    };
    (age > limit).then(|| {
        Problem::new(
            "stale",
            format!(
                "the last backup `{name}` {was} {} old where at most {} is allowed: \
                 a restore would lose that much",
                beyond(age, limit),
                duration(limit)
            ),
            help,
        )
    })
}

/// A span beyond its limit; the two never read the same.
fn beyond(span: i64, limit: i64) -> String {
    let (span, limit) = (duration(span), duration(limit));
    if span == limit { format!("just over {span}") } else { span }
}

fn unrehearsed(
    snapshot: &Snapshot<'_>,
    archive: &ArchiveReceipt,
    backup: &Backup,
) -> Option<Problem> {
    let now = snapshot.facts.now();
    let limit = backup.rehearse_every.map(|limit| limit.as_secs());
    let name = &backup.name;
    let why = match (&archive.rehearsed, limit) {
        // Whether or not rehearsals are asked for: a restore is known to fail.
        (Some(rehearsal), _) if rehearsal.result == RehearsalResult::Failed => {
            format!("the last restore of `{name}` (to {}) failed", rehearsal.target)
        }
        (_, None) => return None,
        (None, Some(_)) => {
            format!("the last backup `{name}` was never restored anywhere: it is a hope")
        }
        (Some(rehearsal), Some(_)) if rehearsal.at.0 + CLOCK_SKEW < archive.captured_end.0 => {
            format!(
                "the rehearsal of `{name}` is older than the archive: \
                 what was restored then was another one"
            )
        }
        (Some(rehearsal), Some(limit)) if now.0 - rehearsal.at.0 > limit => format!(
            "the backup `{name}` was last restored {} ago; every {} is asked",
            beyond(now.0 - rehearsal.at.0, limit),
            duration(limit)
        ),
        (Some(_), Some(_)) => return None,
    };
    let several = snapshot.configuration.migrations.len() > 1;
    let known = named(&snapshot.migration.id, backup, several);
    let command = scratch_command(OneArchive { name: &known, backup, archive, apart: "" });
    let by = command.map(|command| format!(" (`{command}`)")).unwrap_or_default();
    let path = snapshot.rooted(&receipt::backup_path(name));
    let captured = receipt::instant_text(archive.captured_end);
    let put = match &archive.rehearsed {
        Some(_) => "put in place of the line `rehearsed = …`:",
        None => "add the line",
    };
    Some(Problem::new(
        "unrehearsed",
        why,
        format!(
            "restore it to a scratch place{by} and look at it; then, in {path}, under the archive \
             with `captured_end = {captured}`, {put} `{}`, and commit that (`failed` where \
             it did not go)",
            rehearsed_line(now, name)
        ),
    ))
}

/// One word, which reports do not break: a line of a receipt as it stands there.
fn rehearsed_line(now: Seconds, name: &BackupName) -> String {
    let at = receipt::instant_text(now);
    format!("rehearsed={{at={at},target=\"../restored-{name}\",result=\"passed\"}}")
}
