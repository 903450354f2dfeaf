//! How the stages of the trusted configurations stand to one another: landed, backed out, in each
//! other's way. What [`super::standing`] knows without judging anything.

use super::guard::{Guard, GuardError};
use super::judge_range::blocked_by;
use super::policy_change;
use super::repo_facts::{Ground, RepoFacts};
use super::snapshot::Facts as _;
use crate::config::{Impact, Migration, Stage, StageState};
use crate::git::{Ends, ObjectId, OtherSide, RefName, RefUpdate, range};

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
    /// Every stage as it stands on the landing branch, as this clone knows it, by the rules that
    /// `head` would land under.
    pub fn overview(&self, head: ObjectId) -> Result<Vec<StageOverview>, GuardError> {
        let (_, landing) = self.policies(&self.trust(), Ends { old: None, head: Some(head) })?;
        let Some(tip) = landing.values().next().map(|origin| origin.commit) else {
            return Ok(Vec::new());
        };
        let ends = Ends { old: None, head: Some(tip) };
        let (policies, landing) = self.policies(&self.trust(), ends)?;
        let Some(policy) = policies.newest() else { return Ok(Vec::new()) };
        let tips = landing.iter().map(|(branch, origin)| (branch.clone(), origin.commit)).collect();
        let ground = Ground {
            repo: self.repo,
            now: self.now,
            tags_left_out: self.tags_left_out()?,
            delivered: &self.delivered,
            online: None,
            landing: &tips,
        };
        let update =
            RefUpdate { local: None, remote: RefName::new("HEAD"), from: None, to: Some(tip) };
        let known = OtherSide { commits: vec![tip], remote: None };
        let nothing = range(self.repo, &update, ends, known)?;
        let mut stages = Vec::new();
        for migration in &policy.configuration.migrations {
            let attributions = policy_change::attributions(self.repo, &policies, migration)?;
            let facts = RepoFacts::new(&ground, &nothing, &policy.configuration, &attributions);
            stages.extend(migration.stages.iter().map(|stage| one(migration, stage, &facts)));
        }
        Ok(stages)
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
    let of = |after: &crate::config::StageRef| {
        let migration = after.migration.as_ref().unwrap_or(&migration.id);
        (migration.to_string(), after.stage.to_string())
    };
    StageOverview {
        migration: migration.id.to_string(),
        id: stage.id.to_string(),
        name: stage.name.clone(),
        impact: stage.impact,
        stand,
        after: stage.after.iter().map(of).collect(),
        blocked_by: blocked_by(migration, &facts.outlook(&migration.id, &stage.id)),
    }
}
