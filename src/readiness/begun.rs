//! Lives that begin or end within a range, where the difference of its two ends does not tell: a
//! back-out and what brings the stage again, work that takes away what somebody else had added, a
//! hotfix on the files of a stage that is gone.

use std::collections::BTreeSet;

use super::repo_facts::RepoFacts;
use super::snapshot::Known;
use crate::config::Migration;
use crate::git::{ObjectId, RepoPath};
use crate::stage::ledger::Evidence;
use crate::stage::matcher::{Matcher, StageIndex};
use crate::stage::plan::{StagePlan, Touch, Work};

impl<'a> RepoFacts<'a> {
    /// Whether several commits change files of a stage which are in the end as they were: only the
    /// commits tell.
    pub(super) fn passes_by_a_stage(&self, matcher: &Matcher<'_>) -> anyhow::Result<bool> {
        let [_, _, ..] = self.range.commits.as_slice() else { return Ok(false) };
        for commit in &self.range.commits {
            for change in self.ground.repo.own_changes(commit)? {
                if !matcher.owners(&change.path)?.is_empty() {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Notes whose files were changed and changed back. Adds the stages that begin anew to those
    /// that the range takes forward, and leaves out those whose life is over by its end, and those
    /// that have all of it already. Where that is not known, they go forward.
    pub(super) fn settle_lives(
        &self,
        migration: &'a Migration,
        matcher: &Matcher<'_>,
        (works, changed): (&[Work], &BTreeSet<&RepoPath>),
        plan: &mut StagePlan,
    ) -> anyhow::Result<()> {
        let paths = works.iter().flat_map(|work| &work.paths);
        for path in paths.filter(|path| !changed.contains(path)) {
            plan.passed.extend(&*matcher.owners(path)?);
        }
        for stage in plan.passed.clone() {
            if !plan.touched.get(&stage).is_some_and(Touch::advances) {
                self.add_stage(migration, stage, plan);
            }
        }
        for (stage, touch) in plan.touched.iter_mut().filter(|(_, touch)| touch.advances()) {
            let has_all = || {
                let commits = &touch.advanced_by;
                self.had_landed(migration, (matcher, *stage), commits).unwrap_or(false)
            };
            if self.life_ends(migration, *stage).unwrap_or(false)
                || touch.landing_by.is_empty() && has_all()
            {
                touch.advanced_by.clear();
                touch.landing_by.clear();
            }
        }
        Ok(())
    }

    /// Whether a stage's last life ends within the range, and no other begins. One that was over
    /// before is left alone: the range may land with words that begin another.
    fn life_ends(&self, migration: &'a Migration, stage: StageIndex) -> Known<bool> {
        let Some(history) = self.history_after(migration, stage)? else { return Ok(false) };
        let life = history.previous.filter(|_| history.steps.is_empty());
        let ended_by = life.iter().flat_map(|life| &life.ended_by).map(|step| step.id);
        let new: BTreeSet<ObjectId> = self.range.commits.iter().map(|commit| commit.id).collect();
        Ok(ended_by.into_iter().any(|step| new.contains(&step)))
    }

    fn add_stage(&self, migration: &'a Migration, stage: StageIndex, plan: &mut StagePlan) {
        match self.life_begun(migration, stage) {
            Ok(None) => {}
            Ok(Some(history)) => {
                let touch = plan.touched.entry(stage).or_default();
                for step in history.steps {
                    match step.evidence {
                        Evidence::Claimed => touch.advanced_by.insert(step.id),
                        Evidence::Suggested => touch.suggested_by.insert(step.id),
                    };
                    touch.paths.extend(step.changes.into_iter().map(|change| change.then));
                }
            }
            Err(_) => {
                let touch = plan.touched.entry(stage).or_default();
                touch.advanced_by.extend(self.range.head);
            }
        }
    }
}
