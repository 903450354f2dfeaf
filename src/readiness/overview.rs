//! How the stages of the trusted configurations stand to one another: landed, backed out, in each
//! other's way. What [`super::standing`] knows without judging anything.

use super::guard::{Guard, GuardError};
use super::judge_range::blocked_by;
use super::landing::{Landing, Unplaced};
use super::repo_facts::{Ground, RepoFacts};
use super::snapshot::Facts as _;
use crate::config::{Impact, Migration, Stage, StageState};
use crate::git::{Ends, ObjectId, OtherSide, RefName, RefUpdate, range};
use crate::stage::attribution::{Attributions, Claims};

/// What has become of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// None of its commits is on the landing branch.
    Waits,
    /// It has landed.
    Landed,
    /// It has landed, and was backed out.
    BackedOut,
    /// Its requirements have ended.
    Closed,
    /// That could not be told.
    Unknown,
}

/// One stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageOverview {
    /// Its migration.
    pub migration: String,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What its rollback affects.
    pub impact: Impact,
    /// What has become of it.
    pub stand: Stand,
    /// The stages that it comes after, as the configuration says: migration and id.
    pub after: Vec<(String, String)>,
    /// The stages of its migration that have to go first, or with it; `None` where that could not
    /// be told.
    pub blocked_by: Option<Vec<String>>,
}

impl Guard<'_> {
    /// Every stage as it stands on its migration's landing branch, as this clone knows it, by the
    /// rules that `head` would land under.
    pub fn overview(&self, head: ObjectId) -> Result<Vec<StageOverview>, GuardError> {
        let landings = self.landings(head)?;
        let mut stages = Vec::new();
        for landing in &landings.known {
            let seen = self.at_tip(landing, |migration, facts| {
                migration.stages.iter().map(|stage| one(migration, stage, facts)).collect()
            })?;
            stages.extend(seen);
        }
        if stages.is_empty() {
            return Ok(stages);
        }
        for Unplaced { migration, .. } in &landings.unplaced {
            stages.extend(migration.stages.iter().map(|stage| unknown(migration, stage)));
        }
        // Stable: within a migration, the order of its stages stays.
        stages.sort_by_key(|stage| landings.position_of(&stage.migration));
        Ok(stages)
    }

    /// What is to be said of each migration that lands here, by the facts at the tip: of the
    /// landing branch, not of any range.
    pub(super) fn at_tip<T>(
        &self,
        landing: &Landing,
        mut say: impl FnMut(&Migration, &RepoFacts<'_>) -> Vec<T>,
    ) -> Result<Vec<T>, GuardError> {
        let tip = landing.tip.commit;
        let ends = Ends { old: None, head: Some(tip) };
        let (_, tips) = self.policies(&self.trust(), ends)?;
        let tips = tips.into_iter().map(|(branch, origin)| (branch, origin.commit)).collect();
        let ground = Ground {
            repo: self.repo,
            now: self.now,
            remote: self.remote_to_name(),
            tags_left_out: self.tags_left_out()?,
            delivered: &self.delivered,
            online: self.online.as_ref(),
            landing: &tips,
            config_path: &self.config_path,
        };
        let update =
            RefUpdate { local: None, remote: RefName::new("HEAD"), from: None, to: Some(tip) };
        let known = OtherSide { commits: vec![tip], remote: None, lands: true };
        let nothing = range(self.repo, &update, ends, known)?;
        let none = Attributions::default();
        let mut said = Vec::new();
        for migration in landing.migrations() {
            let attributions = landing.attributions.get(&migration.id).unwrap_or(&none);
            let (of, silent) = (&landing.configuration, Claims::default());
            let facts = RepoFacts::new(&ground, &nothing, of, attributions, silent);
            said.extend(say(migration, &facts));
        }
        Ok(said)
    }
}

fn one(migration: &Migration, stage: &Stage, facts: &RepoFacts<'_>) -> StageOverview {
    let stand = match (stage.state, facts.history(&migration.id, &stage.id)) {
        (StageState::Closed, _) => Stand::Closed,
        (StageState::Open, Err(_)) => Stand::Unknown,
        (StageState::Open, Ok(history)) if !history.steps.is_empty() => Stand::Landed,
        (StageState::Open, Ok(history)) if history.backed_out.is_some() => Stand::BackedOut,
        (StageState::Open, Ok(_)) => Stand::Waits,
    };
    let blocked_by = blocked_by(migration, &facts.outlook(&migration.id, &stage.id));
    StageOverview { stand, blocked_by, ..unknown(migration, stage) }
}

/// What the configuration alone says of it.
fn unknown(migration: &Migration, stage: &Stage) -> StageOverview {
    let of = |after: &crate::config::StageRef| {
        let migration = after.migration.as_ref().unwrap_or(&migration.id);
        (migration.to_string(), after.stage.to_string())
    };
    StageOverview {
        migration: migration.id.to_string(),
        id: stage.id.to_string(),
        name: stage.name.clone(),
        impact: stage.impact,
        stand: match stage.state {
            StageState::Closed => Stand::Closed,
            StageState::Open => Stand::Unknown,
        },
        after: stage.after.iter().map(of).collect(),
        blocked_by: None,
    }
}
