//! The pull request of a plan.

use std::collections::BTreeSet;

use super::super::Context;
use super::super::pull_request::{Request, Way};
use super::super::way_back::Scene;
use super::super::writing::Task;
use super::RevertArgs;
use super::planning::{drafts, planned};
use crate::git::ObjectId;
use crate::readiness::archives::Archives;
use crate::report::{BackOutRequest, RequestKeys, request_title};
use crate::rollback::journal::Journal;
use crate::rollback::message::back_out;
use crate::rollback::order::dependents;
use crate::rollback::plan::{Ground, Plan};
use crate::rollback::proposal::Proposal;
use crate::stage::matcher::{Matcher, StageIndex};

/// What is asked for, and what it comes to.
pub(super) struct Work<'w> {
    /// The options.
    pub(super) args: &'w RevertArgs,
    /// The landing branch.
    pub(super) scene: &'w Scene,
    /// What the plan rests on.
    pub(super) ground: &'w Ground<'w>,
    /// As the journal keeps it.
    pub(super) task: Task<'w>,
    /// The plan.
    pub(super) planned: &'w Plan,
    /// From which archives the data of its stages would be brought back.
    pub(super) archives: &'w Archives,
    /// The stages that go, without what blocks them.
    pub(super) stages: &'w BTreeSet<StageIndex>,
    /// The stage that was named.
    pub(super) index: StageIndex,
}

impl Work<'_> {
    /// Brings the pull request to the plan.
    pub(super) fn request(
        &self,
        way: &Way,
        journal: &Journal,
        context: &mut Context<'_>,
    ) -> anyhow::Result<RequestKeys> {
        let scene = self.scene;
        let Task { naming, why, .. } = self.task;
        let migration = naming.migration;
        let proposal = self.proposal(way)?;
        let planned_at = |base: &ObjectId| {
            let ledger = scene.ledger(migration, base)?;
            let (repo, matcher) = (&scene.repo, Matcher::new(migration));
            let onto = *base;
            let ground = Ground { repo, migration, matcher: &matcher, ledger: &ledger, onto };
            let asked = self.args.stages(&ground, self.index);
            // An earlier run may have been with or without `--cascade`.
            [false, true]
                .map(|cascade| {
                    let (stages, ..) = planned(&ground, asked.clone(), cascade)?;
                    drafts(&ground, &stages, naming, why)
                })
                .into_iter()
                .collect()
        };
        let begin = self.task.begin(way.name(&proposal.branch));
        let request =
            Request { args: &self.args.request, proposal: &proposal, planned_at: &planned_at };
        way.carry(&scene.repo, journal, begin, &request, context)
    }

    fn proposal(&self, way: &Way) -> anyhow::Result<Proposal> {
        let Self { ground, planned, stages, task: Task { naming, why, .. }, .. } = *self;
        let migration = naming.migration;
        let asked = self.args.asked()?;
        let what = if self.args.stage.is_some() { "stage" } else { "to" };
        let gone = planned.stages.iter().copied().collect();
        let stay: Vec<StageIndex> = dependents(ground, &gone).into_iter().collect();
        let (onto, paths) = (&planned.onto, planned.paths.as_slice());
        let request = &self.args.request;
        let common =
            request.proposal(way, &self.scene.repo, naming, &planned.stages, (onto, paths))?;
        let not_asked = &common.reviewers.beyond;
        let (plan, archives, reason) = (planned, self.archives, why);
        let body = BackOutRequest { naming, plan, archives, reason, stay: &stay, not_asked };
        Ok(Proposal {
            onto: planned.onto,
            drafts: drafts(ground, stages, naming, why)?,
            branch: format!("backout/{}/{what}-{}", migration.id, asked.stage),
            title: request_title(&back_out(naming, planned, why)),
            body: body.body(),
            ..common
        })
    }
}
