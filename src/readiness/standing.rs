//! How every stage stands on the landing branch: landed, by which steps, ready to be backed out.

use super::assessment::{Assessment, WayBack};
use super::finding::Finding;
use super::guard::{Guard, GuardError, Input, Kind};
use super::judge_range::{blocked_by, code_is_open};
use super::policy_change;
use super::repo_facts::{Ground, RepoFacts};
use super::snapshot::{Facts as _, Known};
use crate::config::{Impact, Migration, Stage, StageState};
use crate::exit::Failure;
use crate::git::{Ends, OtherSide, RefName, RefUpdate, RepoPath, range};
use crate::policy::trust::Origin;
use crate::rollback::outlook::Outlook;
use crate::stage::ledger::StageHistory;

/// One stage.
#[derive(Debug, Clone)]
pub struct StageStanding {
    /// Its migration.
    pub migration: String,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What its rollback affects.
    pub impact: Impact,
    /// Whether its requirements hold.
    pub state: StageState,
    /// What the landing branch says of it.
    pub history: Known<StageHistory>,
    /// Its way back.
    pub way_back: WayBack,
    /// What keeps it from being backed out alone; `None` where nothing does, or it has not landed.
    pub blocked: Known<Option<Blocked>>,
    /// What is wrong with its readiness.
    pub findings: Vec<Finding>,
}

/// Why a stage does not go alone, and how it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    /// Each path at which it does not go, and why.
    pub paths: Vec<(RepoPath, String)>,
    /// The stages that go together, in the order that works; `None` where none is known to.
    pub order: Option<Vec<String>>,
    /// Whether the configuration expects that order.
    pub expected: bool,
}

/// Every stage, and the place it was judged at.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The tip that was looked at.
    pub tip: Origin,
    /// The stages, in the order of the configuration.
    pub stages: Vec<StageStanding>,
    /// The findings that concern no stage.
    pub findings: Vec<Finding>,
}

impl Guard<'_> {
    /// How every stage stands on the landing branch, as this clone knows it.
    pub fn standing(&self) -> Result<Standing, GuardError> {
        let here = self.repo.resolve("HEAD")?;
        let first = self.policies(&self.trust(), Ends { old: None, head: Some(here) })?;
        let here = Origin { label: "HEAD".to_owned(), commit: here };
        let tip = first.1.into_values().next().unwrap_or(here);
        let ends = Ends { old: None, head: Some(tip.commit) };
        let update = RefUpdate {
            local: None,
            remote: RefName::new("HEAD"),
            from: None,
            to: Some(tip.commit),
        };
        let input = Input { kind: Kind::Range, ..Input::push(update.clone()) };
        let assessment = self.judge(std::slice::from_ref(&input))?;
        let (policies, landing) = self.policies(&self.trust(), ends)?;
        let policy = policies.newest().ok_or_else(|| {
            Failure::indeterminate(format!("there is no configuration at {}", tip.label))
        })?;
        let tips = landing.iter().map(|(branch, origin)| (branch.clone(), origin.commit)).collect();
        let ground = Ground {
            repo: self.repo,
            now: self.now,
            tags_left_out: self.tags_left_out()?,
            delivered: &self.delivered,
            online: self.online.as_ref(),
            landing: &tips,
        };
        // The facts asked here are of the landing branch, not of any range.
        let known = OtherSide { commits: vec![tip.commit], remote: None };
        let nothing = range(self.repo, &update, ends, known)?;
        let mut stages = Vec::new();
        for migration in &policy.configuration.migrations {
            let attributions = policy_change::attributions(self.repo, &policies, migration)?;
            let facts = RepoFacts::new(&ground, &nothing, &policy.configuration, &attributions);
            stages.extend(migration.stages.iter().map(|stage| {
                let history = facts.history(&migration.id, &stage.id);
                let outlook = facts.outlook(&migration.id, &stage.id);
                one(migration, stage, (history, &outlook), &assessment)
            }));
        }
        let findings =
            assessment.findings.into_iter().filter(|finding| finding.stage.is_none()).collect();
        Ok(Standing { tip, stages, findings })
    }
}

fn one(
    migration: &Migration,
    stage: &Stage,
    (history, outlook): (Known<StageHistory>, &Known<Option<Outlook>>),
    assessment: &Assessment,
) -> StageStanding {
    let mut judged = assessment.stages.iter();
    let found =
        judged.find(|one| one.migration == migration.id.as_str() && one.id == stage.id.as_str());
    let has_landed = history.as_ref().map_or(true, |history| !history.steps.is_empty());
    let of_stage = assessment.findings.iter().filter(|finding| {
        has_landed && finding.migration == migration.id && finding.stage.as_ref() == Some(&stage.id)
    });
    let mut way_back =
        found.filter(|_| has_landed).map(|one| one.way_back.clone()).unwrap_or_default();
    way_back.blocked_by = blocked_by(migration, outlook);
    if stage.state == StageState::Open {
        // A stage that landed before a baseline is in no range that was judged.
        way_back.open = match code_is_open(stage, outlook) {
            Some(true) => way_back.open,
            Some(false) => Some(false),
            None => way_back.open.filter(|open| !open),
        };
    }
    StageStanding {
        migration: migration.id.to_string(),
        id: stage.id.to_string(),
        name: stage.name.clone(),
        impact: stage.impact,
        state: stage.state,
        way_back,
        blocked: blocked(migration, outlook),
        findings: of_stage.cloned().collect(),
        history,
    }
}

fn blocked(migration: &Migration, outlook: &Known<Option<Outlook>>) -> Known<Option<Blocked>> {
    let Some(outlook) = outlook.clone()?.filter(|outlook| !outlook.is_alone()) else {
        return Ok(None);
    };
    let paths = outlook.clashes.iter().map(|one| (one.path.clone(), one.reason.to_string()));
    let order = outlook.blockers.cascade.as_ref().map(|stages| {
        let stages = stages.iter().filter_map(|index| migration.stages.get(*index));
        stages.map(|stage| stage.id.to_string()).collect()
    });
    Ok(Some(Blocked { paths: paths.collect(), order, expected: outlook.expected }))
}
