//! Which of the archives that receipts name is the one a stage would be restored from.

use super::effect::Life;
use super::judgement::Problem;
use super::snapshot::{Snapshot, Unknown};
use crate::config::{Backup, BackupName, Stage};
use crate::git::{Seconds, TreeFile};
use crate::receipt::{self, ArchiveReceipt, BackupReceipt, ReceiptProblem};

/// How far the clocks of two machines may be apart before a capture time is called impossible.
pub const CLOCK_SKEW: i64 = 120;

/// Why there is no archive to judge.
#[derive(Debug)]
pub enum BackupState {
    /// There is none, or none that counts.
    Unmet(Box<Problem>),
    /// It could not be checked.
    Unknown(Box<Problem>),
}

fn unmet(problem: Problem) -> BackupState {
    BackupState::Unmet(Box::new(problem))
}

/// Every archive that the pushed tree's receipt and those given on the command line name.
pub fn receipts(
    snapshot: &Snapshot<'_>,
    backup: &Backup,
) -> Result<Vec<ArchiveReceipt>, BackupState> {
    let path = snapshot.rooted(&receipt::backup_path(&backup.name));
    let mut archives = snapshot.facts.delivered(&snapshot.migration.id, &backup.name);
    let file = snapshot.facts.file(&path).map_err(|why| could_not_read(&path, &why))?;
    match file {
        Some(TreeFile::Content(content)) => {
            archives.extend(read(&path, &content, snapshot, backup)?.archives);
        }
        Some(TreeFile::NotAFile(kind)) => {
            return Err(unmet(Problem::new(
                "corrupt",
                format!("the receipt {path} is {kind}: receipts are read from plain files only"),
                format!(
                    "replace it by the file that `backout backup create {}` writes",
                    backup.name
                ),
            )));
        }
        None if archives.is_empty() => {
            return Err(unmet(Problem::new(
                "missing",
                format!("there is no backup `{}`: the pushed tree has no {path}", backup.name),
                format!("take it: `backout backup create {}`, then commit {path}", backup.name),
            )));
        }
        None => {}
    }
    archives.sort_by_key(|archive| (archive.captured_end, archive.captured_start));
    Ok(archives)
}

fn could_not_read(path: &str, why: &Unknown) -> BackupState {
    BackupState::Unknown(Box::new(Problem::unknown("missing", &format!("the receipt {path}"), why)))
}

fn read(
    path: &str,
    content: &[u8],
    snapshot: &Snapshot<'_>,
    backup: &Backup,
) -> Result<BackupReceipt, BackupState> {
    let name = &backup.name;
    let read = receipt::parse(content).map_err(|error| {
        let at = format!("{path}:{}:{}: {}", error.line, error.column, error.message);
        unmet(match error.problem {
            ReceiptProblem::Newer { .. } => Problem::new(
                "incompatible",
                format!("a newer backout wrote the receipt {at}"),
                "use the backout version that wrote it",
            ),
            _ => Problem::new(
                "corrupt",
                format!("the receipt cannot be read: {at}"),
                format!("restore it from history (`git log -- {path}`), or `backout backup create {name}`"),
            ),
        })
    })?;
    if read.backup != *name || read.migration != snapshot.migration.id {
        return Err(unmet(Problem::new(
            "corrupt",
            format!(
                "{path} is the receipt of backup `{}` of migration `{}`, not of `{name}`",
                read.backup, read.migration
            ),
            format!("`backout backup create {name}` writes the right one"),
        )));
    }
    Ok(read)
}

/// The last archive captured before the stage took effect and after its last back-out; where it is
/// only known when the stage took effect at the earliest, else the first one after that.
pub fn chosen<'a>(
    archives: &'a [ArchiveReceipt],
    life: Life,
    now: Seconds,
    stage: &Stage,
    name: &BackupName,
) -> Result<&'a ArchiveReceipt, BackupState> {
    if let Some((what, ahead)) = archives.iter().find_map(|archive| ahead(archive, now)) {
        return Err(BackupState::Unknown(Box::new(Problem::new(
            "missing",
            format!(
                "the receipt says that backup `{name}` was {what} at {}, which is ahead of the clock",
                receipt::instant_text(ahead)
            ),
            "check the clocks of this machine and of the one that wrote the receipt",
        ))));
    }
    let in_life = |archive: &&ArchiveReceipt| {
        life.begins_after.is_none_or(|ended| archive.captured_start > ended)
    };
    let in_time =
        |archive: &&ArchiveReceipt| life.effect.is_none_or(|effect| archive.captured_end <= effect);
    let of_this_life: Vec<_> = archives.iter().filter(in_life).collect();
    if let Some(archive) = of_this_life.iter().rev().find(|archive| in_time(archive)) {
        return Ok(archive);
    }
    // A fast-forward brings commits that are older than their landing: the backup that was asked
    // for at the landing may be younger than they are. It is the first one after them.
    if let (false, Some(first)) = (life.exact, of_this_life.first()) {
        return Ok(first);
    }
    let again = format!("take it before the stage takes effect: `backout backup create {name}`");
    Err(unmet(if of_this_life.is_empty() {
        Problem::new(
            "missing",
            format!("every backup `{name}` is from before stage {} was last backed out", stage.id),
            again,
        )
    } else {
        Problem::new(
            "after-the-fact",
            format!(
                "every backup `{name}` was captured when stage {} had already taken effect: it holds the new data, not the old",
                stage.id
            ),
            "look for an older archive in the store; without one, plan a way back that needs no restore",
        )
    }))
}

/// What a receipt says has happened, and has not yet.
fn ahead(archive: &ArchiveReceipt, now: Seconds) -> Option<(&'static str, Seconds)> {
    let rehearsed = archive.rehearsed.as_ref().map(|rehearsal| ("rehearsed", rehearsal.at));
    let times = [Some(("captured", archive.captured_end)), rehearsed];
    times.into_iter().flatten().find(|(_, at)| at.0 > now.0.saturating_add(CLOCK_SKEW))
}
