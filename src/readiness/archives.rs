//! From which archive the data of stages would be brought back, as the guard would count it: the
//! newest one may hold what the stage has written already.

use std::collections::BTreeMap;

use super::backup_archive::{BackupState, chosen, receipts};
use super::effect::{Life, lives};
use super::guard::{Guard, GuardError};
use super::judgement::Problem;
use super::landing::Landing;
use super::repo_facts::RepoFacts;
use super::snapshot::{PolicyChange, Snapshot, Tree};
use crate::backup::archive::FORMAT_VERSION;
use crate::config::{Backup, BackupName, Migration, MigrationId, Phase, Stage};
use crate::git::Seconds;
use crate::receipt::{self, ArchiveFormat, ArchiveReceipt, instant_text};
use crate::stage::matcher::{Matcher, StageIndex};
use crate::stage::plan::StagePlan;

/// From which archive a stage's data would be brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Restorable {
    /// From this one: the last from before the stage took effect.
    Archive {
        /// The archive.
        archive: Box<ArchiveReceipt>,
        /// How it is known when the stage took effect.
        effect: Effect,
    },
    /// None is known to be from before that, for this reason.
    Unknown(String),
}

/// How it is known when a stage took effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// By its landing.
    Landing,
    /// It came by a fast-forward, which does not say when, and the archive is younger than its first
    /// commit, which was made then.
    After(Seconds),
    /// It came by a fast-forward as well, and while the archive is older than its first commit, which
    /// was made then, there are younger ones, which may be from before it landed.
    Before(Seconds),
    /// By this tag. It may have been set again with a later deployment.
    Tag(String),
    /// This tag, which would say so, is set on nothing that has the stage in its present life.
    Unset(String),
}

/// Those of each stage's backups.
pub type Archives = BTreeMap<(StageIndex, BackupName), Restorable>;

impl Guard<'_> {
    /// From which archives the data of these stages would be brought back, by the receipts on the
    /// landing branch.
    pub fn archives(
        &self,
        landing: &Landing,
        migration: &MigrationId,
        stages: &[StageIndex],
    ) -> Result<Archives, GuardError> {
        let found = self.at_tip(landing, |one, facts| match one.id == *migration {
            true => at_rest(landing, one, facts, stages),
            false => Vec::new(),
        })?;
        Ok(found.into_iter().collect())
    }
}

fn at_rest(
    landing: &Landing,
    migration: &Migration,
    facts: &RepoFacts<'_>,
    stages: &[StageIndex],
) -> Vec<((StageIndex, BackupName), Restorable)> {
    let (matcher, plan) = (Matcher::new(migration), StagePlan::default());
    let policy = PolicyChange::default();
    let snapshot = Snapshot {
        facts,
        configuration: &landing.configuration,
        migration,
        matcher: &matcher,
        plan: &plan,
        range: facts.range,
        phase: Phase::Deploy,
        lands: false,
        lands_as_it_is: false,
        policy: &policy,
        landing_text_loses: None,
        landing_text_unknown: None,
        squash: None,
    };
    let named = |index: &StageIndex| Some((*index, migration.stages.get(*index)?));
    let of_stage = |(index, stage): (StageIndex, &Stage)| {
        let backups = stage.backups.iter().filter_map(|name| migration.backups.get(name));
        let found = backups
            .map(|backup| ((index, backup.name.clone()), restorable(&snapshot, stage, backup)));
        found.collect::<Vec<_>>()
    };
    stages.iter().filter_map(named).flat_map(of_stage).collect()
}

fn restorable(snapshot: &Snapshot<'_>, stage: &Stage, backup: &Backup) -> Restorable {
    let path = snapshot.rooted(&receipt::backup_path(&backup.name));
    if matches!(snapshot.facts.file(&path), Ok(None)) {
        let branch = &snapshot.migration.branch;
        return Restorable::Unknown(format!("no receipt of it has landed on `{branch}` ({path})"));
    }
    let archives = match receipts(snapshot, backup, Tree::Pushed) {
        Ok(archives) => archives,
        Err(state) => return Restorable::Unknown(why(&state).message().to_owned()),
    };
    let lives = match lives(snapshot, stage) {
        Ok(lives) => lives,
        Err(unknown) => {
            let id = &stage.id;
            return Restorable::Unknown(format!(
                "when stage {id} took effect is not known: {}",
                unknown.reason
            ));
        }
    };
    let in_life = |life: Life| match chosen(snapshot, &archives, life, stage, backup) {
        Ok(archive) => match useless(archive) {
            Some(why) => Restorable::Unknown(why),
            None => Restorable::Archive {
                archive: Box::new(archive.clone()),
                effect: effect(stage, life, archive, &archives),
            },
        },
        Err(state) => Restorable::Unknown(why(&state).message().to_owned()),
    };
    let suggested = in_life(lives.suggested);
    match lives.claimed {
        Some((claimed, commit)) if in_life(claimed) != suggested => Restorable::Unknown(format!(
            "that hangs on whose work {} is, which nobody has said: `backout attribute --stage {} \
             {}`, or `--stage none` for a hotfix",
            commit.short(),
            snapshot.named(stage),
            commit.short()
        )),
        Some(_) | None => suggested,
    }
}

fn effect(
    stage: &Stage,
    life: Life,
    archive: &ArchiveReceipt,
    archives: &[ArchiveReceipt],
) -> Effect {
    match (&stage.deployed, life.effect) {
        (Some(deployed), Some(_)) => Effect::Tag(deployed.tag.clone()),
        (Some(deployed), None) => Effect::Unset(deployed.tag.clone()),
        (None, Some(at)) if archive.captured_end > at => Effect::After(at),
        (None, Some(at)) if !life.exact && archives.iter().any(|one| one.captured_end > at) => {
            Effect::Before(at)
        }
        (None, _) => Effect::Landing,
    }
}

/// Why nothing can be brought back from an archive, where that is so.
fn useless(archive: &ArchiveReceipt) -> Option<String> {
    let why = match &archive.format {
        ArchiveFormat::Backout(version) if *version > FORMAT_VERSION => {
            format!("has archive format {version}: use the backout version that made it")
        }
        ArchiveFormat::Backout(_) if archive.entries == 0 || archive.payload_bytes == 0 => {
            "holds no data: look for an older one (`backout backup list`)".to_owned()
        }
        // Of another program's archive only its place is told.
        ArchiveFormat::Other(_) | ArchiveFormat::Backout(_) => return None,
    };
    Some(format!("the one that counts, of {}, {why}", instant_text(archive.captured_end)))
}

const fn why(state: &BackupState) -> &Problem {
    match state {
        BackupState::Unmet(problem)
        | BackupState::Unknown(problem)
        | BackupState::Unsure(problem) => problem,
    }
}
