//! How every stage stands on its landing branch: landed, by which steps, ready to be backed out.

use super::assessment::{Assessment, WayBack};
use super::finding::Finding;
use super::guard::{Guard, GuardError, Input, Kind};
use super::judge_range::{blocked_by, code_is_open};
use super::landing::{Landing, Unplaced};
use super::snapshot::{Facts as _, Known, Unknown};
use crate::config::{Impact, Migration, MigrationId, Stage, StageState};
use crate::exit::Failure;
use crate::git::{RefName, RefUpdate, RepoPath};
use crate::policy::trust::Origin;
use crate::rollback::clash::Clash;
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
    /// What helps, where that is known beside the plan.
    pub help: Option<String>,
}

/// Every stage, and the places they were judged at.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The tips that were looked at, each with the migrations that land there.
    pub tips: Vec<(Origin, Vec<String>)>,
    /// The stages, in the order of the configuration.
    pub stages: Vec<StageStanding>,
    /// The findings that concern no stage.
    pub findings: Vec<Finding>,
    /// That a configuration is invalid, and what stands in for it.
    pub stand_ins: Vec<String>,
    /// Why nothing is known of a migration.
    pub unplaced: Vec<(String, Failure)>,
}

impl Guard<'_> {
    /// How every stage stands on its migration's landing branch, as this clone knows it.
    pub fn standing(&self) -> Result<Standing, GuardError> {
        let landings = self.landings(self.repo.resolve("HEAD")?)?;
        if landings.known.is_empty() {
            landings.require_all()?;
        }
        let (mut tips, mut stages, mut findings) = (Vec::new(), Vec::new(), Vec::new());
        for landing in &landings.known {
            let assessment = self.at_rest(landing)?;
            stages.extend(self.at_tip(landing, |migration, facts| {
                let seen = migration.stages.iter().map(|stage| {
                    let history = facts.history(&migration.id, &stage.id);
                    let outlook = facts.outlook(&migration.id, &stage.id);
                    one(migration, stage, (history, &outlook), &assessment)
                });
                seen.collect()
            })?);
            let own = |id: &MigrationId| landing.migrations().any(|one| one.id == *id);
            let of_none = assessment.findings.into_iter().filter(|one| one.stage.is_none());
            findings.extend(of_none.filter(|finding| own(&finding.migration)));
            let ids = landing.migrations().map(|one| one.id.to_string());
            tips.push((landing.tip.clone(), ids.collect::<Vec<_>>()));
        }
        stages.extend(landings.unplaced.iter().flat_map(unknown));
        // Stable: within a migration, the order of its stages stays.
        stages.sort_by_key(|stage| landings.position_of(&stage.migration));
        tips.sort_by_key(|(_, ids)| ids.first().map(|id| landings.position_of(id)));
        let why = |one: &Unplaced| (one.migration.id.to_string(), one.why.clone());
        let unplaced = landings.unplaced.iter().map(why).collect();
        let stand_ins = landings.stand_ins().into_iter().map(str::to_owned).collect();
        Ok(Standing { tips, stages, findings, stand_ins, unplaced })
    }

    /// What is said of all that has landed in a place.
    fn at_rest(&self, landing: &Landing) -> Result<Assessment, GuardError> {
        let to = Some(landing.tip.commit);
        let update = RefUpdate { local: None, remote: RefName::new("HEAD"), from: None, to };
        let input = Input { kind: Kind::Range, ..Input::push(update) };
        self.judge(std::slice::from_ref(&input))
    }
}

/// The stages of a migration of which nothing is known.
fn unknown(of: &Unplaced) -> impl Iterator<Item = StageStanding> {
    let why =
        Unknown { reason: of.why.message.clone(), help: of.why.help.clone().unwrap_or_default() };
    of.migration.stages.iter().map(move |stage| StageStanding {
        migration: of.migration.id.to_string(),
        id: stage.id.to_string(),
        name: stage.name.clone(),
        impact: stage.impact,
        state: stage.state,
        history: Err(why.clone()),
        way_back: WayBack::default(),
        blocked: Err(why.clone()),
        findings: Vec::new(),
    })
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
    let checkpoint = outlook.clashes.iter().find_map(Clash::checkpoint_help);
    let renamed = outlook.clashes.iter().find_map(|clash| clash.renamed(&migration.folder));
    let help = checkpoint.or_else(|| renamed.map(|renamed| renamed.help()));
    Ok(Some(Blocked { paths: paths.collect(), order, expected: outlook.expected, help }))
}
