//! Which of the archives that receipts name is the one a stage would be restored from.

use super::effect::{Coming, Life};
use super::judgement::Problem;
use super::snapshot::{Landed, Snapshot, Tree, Unknown};
use crate::config::{Backup, BackupName, Stage};
use crate::git::{ObjectId, Seconds, TreeFile};
use crate::receipt::{self, ArchiveReceipt, BackupReceipt, ReceiptProblem};
use crate::shell;

/// How far the clocks of two machines may be apart before a capture time is called impossible.
pub const CLOCK_SKEW: i64 = 120;

/// Why there is no archive to judge.
#[derive(Debug)]
pub enum BackupState {
    /// There is none, or none that counts.
    Unmet(Box<Problem>),
    /// It could not be checked.
    Unknown(Box<Problem>),
    /// There is one, of which nobody can tell whether it was taken in time.
    Unsure(Box<Problem>),
}

fn unmet(problem: Problem) -> BackupState {
    BackupState::Unmet(Box::new(problem))
}

/// Every archive that a tree's receipt and those given on the command line name.
pub fn receipts(
    snapshot: &Snapshot<'_>,
    backup: &Backup,
    tree: Tree,
) -> Result<Vec<ArchiveReceipt>, BackupState> {
    let path = snapshot.rooted(&receipt::backup_path(&backup.name));
    let mut archives = snapshot.facts.delivered(&snapshot.migration.id, &backup.name);
    match snapshot.file(tree, &path).map_err(|why| could_not_read(&path, &why))? {
        Some(TreeFile::Content(content)) => {
            archives.extend(read(&path, &content, snapshot, backup)?.archives);
        }
        Some(TreeFile::NotAFile(kind)) => {
            return Err(unmet(Problem::new(
                "corrupt",
                format!("the receipt {path} is {kind}: receipts are read from plain files only"),
                taken_back(snapshot, backup, &path),
            )));
        }
        None if archives.is_empty() => {
            return Err(unmet(Problem::new(
                "missing",
                format!("there is no backup `{}`: the pushed tree has no {path}", backup.name),
                format!("take it: `{}`, then commit {path}", snapshot.creates(backup)),
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
                taken_back(snapshot, backup, path),
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
            taken_back(snapshot, backup, path),
        )));
    }
    Ok(read)
}

/// What helps where a receipt cannot be used: `backup create` refuses to go on with it.
fn taken_back(snapshot: &Snapshot<'_>, backup: &Backup, path: &str) -> String {
    let file = shell::word(path);
    let is_good = |base: &usize| {
        let read = snapshot.facts.base_file(*base, path);
        let Ok(Some(TreeFile::Content(content))) = read else { return false };
        receipt::parse(&content)
            .is_ok_and(|read| read.backup == backup.name && read.migration == snapshot.migration.id)
    };
    let good = (0..snapshot.facts.bases()).find(is_good);
    match good.and_then(|base| snapshot.range.base.get(base)) {
        Some(base) => format!(
            "correct it there, or take the last good one back: \
             `git restore --source={} -- {file}`, and commit it",
            base.short()
        ),
        None => format!(
            "correct it there (`git log -p -- {file}` shows its past); or take it away, `git rm \
             {file}`, and take the backup again: `{}`",
            snapshot.creates(backup)
        ),
    }
}

/// The last archive captured before the stage took effect and after its last back-out; where it is
/// only known when the stage took effect at the earliest, else the first one after that of which
/// the landing branch knew in time.
pub fn chosen<'r>(
    snapshot: &Snapshot<'_>,
    archives: &'r [ArchiveReceipt],
    life: Life,
    stage: &Stage,
    backup: &Backup,
) -> Result<&'r ArchiveReceipt, BackupState> {
    let (now, name) = (snapshot.facts.now(), &backup.name);
    if let Some((what, ahead)) = archives.iter().find_map(|archive| ahead(archive, now)) {
        return Err(BackupState::Unknown(Box::new(Problem::new(
            "missing",
            format!(
                "the receipt says that backup `{name}` was {what} at {}, \
                 which is ahead of the clock",
                receipt::instant_text(ahead)
            ),
            "check the clocks of this machine and of the one that wrote the receipt",
        ))));
    }
    let effect = life.effect.or(life.coming.map(|coming| coming.at));
    let in_time =
        |archive: &&ArchiveReceipt| effect.is_none_or(|effect| archive.captured_end <= effect);
    let of_this_life: Vec<_> = archives.iter().filter(|archive| in_life(life, archive)).collect();
    if let Some(archive) = of_this_life.iter().rev().find(|archive| in_time(archive)) {
        return Ok(archive);
    }
    // A fast-forward brings commits that are older than their landing: the backup that was asked
    // for at the landing may be younger than they are. It is the first one after them.
    let exact = life.exact || life.coming.is_some();
    if let (false, Some(first)) = (exact, of_this_life.first()) {
        return match known_in_time(snapshot, life, backup)? {
            InTime::All => Ok(first),
            InTime::These(known) => {
                let is_known = |one: &&&ArchiveReceipt| known.iter().any(|k| is_same(k, one));
                let found = of_this_life.iter().find(is_known).copied();
                found.ok_or_else(|| perhaps_too_late(snapshot, life, stage, name))
            }
        };
    }
    let again = format!("take it before the stage takes effect: `{}`", snapshot.creates(backup));
    Err(unmet(match life.coming {
        _ if of_this_life.is_empty() => Problem::new(
            "missing",
            format!("every backup `{name}` is from before stage {} was last backed out", stage.id),
            again,
        ),
        Some(coming) => will_be_too_late(snapshot, coming, stage, name),
        None => too_late(stage, name),
    }))
}

fn too_late(stage: &Stage, name: &BackupName) -> Problem {
    let later = match stage.deployed {
        Some(_) => "without one",
        None => {
            "where the stage takes effect later than it lands, say when: \
             `deployed = { tag = \"…\" }`; without either"
        }
    };
    Problem::new(
        "after-the-fact",
        format!(
            "every backup `{name}` was captured when stage {} had already taken effect: it \
             holds the new data, not the old",
            stage.id
        ),
        format!(
            "look for an older archive in the store; {later}, \
             plan a way back that needs no restore"
        ),
    )
}

/// Before it has landed, the merge can still be made anew.
fn will_be_too_late(
    snapshot: &Snapshot<'_>,
    coming: Coming,
    stage: &Stage,
    name: &BackupName,
) -> Problem {
    let range = snapshot.range;
    let onto = range.old.as_ref().or(range.base.first()).map(ObjectId::short).unwrap_or_default();
    Problem::new(
        "after-the-fact",
        format!(
            "every backup `{name}` was captured after {}, the merge that brings stage {}, was made \
             ({}): once that has landed, it would count as captured too late",
            coming.merge.short(),
            stage.id,
            receipt::instant_text(coming.at)
        ),
        format!(
            "make the merge anew, so that it is younger than the backup: \
             `git rebase --rebase-merges --no-ff {onto}`; or, where the stage takes effect later \
             than it lands, say when, in a change of its own that lands first: \
             `deployed = {{ tag = \"…\" }}`"
        ),
    )
    .commit(coming.merge)
}

/// The archives of which the landing branch knew when the stage landed.
enum InTime {
    /// The stage had not landed then: whatever was captured until now.
    All,
    /// These.
    These(Vec<ArchiveReceipt>),
}

/// A stage that lands with this push takes effect after all that comes with it. Of one that has
/// landed before, only what came with it can have been captured in time: the receipt's first version
/// from its first step on that names an archive of this life.
fn known_in_time(
    snapshot: &Snapshot<'_>,
    life: Life,
    backup: &Backup,
) -> Result<InTime, BackupState> {
    let Some(first) = life.first else { return Ok(InTime::All) };
    let path = snapshot.rooted(&receipt::backup_path(&backup.name));
    let archives = |file: &TreeFile| match file {
        TreeFile::Content(content) => {
            receipt::parse(content).map(|read| read.archives).unwrap_or_default()
        }
        TreeFile::NotAFile(_) => Vec::new(),
    };
    let counts = |file: &TreeFile| archives(file).iter().any(|one| in_life(life, one));
    let before = snapshot.facts.landed_file(&snapshot.migration.id, &first, &path, &counts);
    Ok(match before.map_err(|why| could_not_read(&path, &why))? {
        Landed::WithThis => InTime::All,
        Landed::Before(file) => InTime::These(file.as_ref().map(archives).unwrap_or_default()),
    })
}

/// Whether an archive is from after the life before this one.
fn in_life(life: Life, archive: &ArchiveReceipt) -> bool {
    life.begins_after.is_none_or(|ended| archive.captured_start > ended)
}

/// A receipt may say more of an archive by now, that it was rehearsed.
fn is_same(one: &ArchiveReceipt, other: &ArchiveReceipt) -> bool {
    one.captured_end == other.captured_end && one.files == other.files
}

fn perhaps_too_late(
    snapshot: &Snapshot<'_>,
    life: Life,
    stage: &Stage,
    name: &BackupName,
) -> BackupState {
    let since = life.effect.map(receipt::instant_text).unwrap_or_default();
    let first = life.first.map(|step| step.short()).unwrap_or_default();
    let unknown = Unknown {
        reason: format!(
            "its first commit ({first}, {since}) is on `{}` already, \
             and no receipt that landed with it tells of this backup",
            snapshot.migration.branch
        ),
        help: format!(
            "look for an archive from before {since}, and commit its receipt; where the stage \
             takes effect later than it lands, say when: `deployed = {{ tag = \"…\" }}`; without \
             either, plan a way back that needs no restore, and waive this with a reason"
        ),
    };
    let what = format!("whether `{name}` was captured before stage {} took effect", stage.id);
    BackupState::Unsure(Box::new(Problem::unknown("after-the-fact", &what, &unknown)))
}

/// What a receipt says has happened, and has not yet.
fn ahead(archive: &ArchiveReceipt, now: Seconds) -> Option<(&'static str, Seconds)> {
    let rehearsed = archive.rehearsed.as_ref().map(|rehearsal| ("rehearsed", rehearsal.at));
    let times = [Some(("captured", archive.captured_end)), rehearsed];
    times.into_iter().flatten().find(|(_, at)| at.0 > now.0.saturating_add(CLOCK_SKEW))
}
