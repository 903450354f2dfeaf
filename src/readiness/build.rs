//! What a deployed commit has of a stage.

use super::repo_facts::RepoFacts;
use super::snapshot::{Build, Known};
use crate::config::Migration;
use crate::git::ObjectId;
use crate::stage::matcher::{Matcher, StageIndex};

impl<'a> RepoFacts<'a> {
    /// What a commit has of a stage that landed with a step; without one, only with this range.
    pub(super) fn build_of(
        &self,
        (migration, stage): (&'a Migration, StageIndex),
        commit: &ObjectId,
        step: Option<&ObjectId>,
    ) -> Known<Build> {
        let (first, before) = match step {
            Some(step) => (Some(*step), self.ground.repo.commit(step)?.parents.first().copied()),
            None => {
                let begun = self.life_begun(migration, stage)?;
                let first = begun.and_then(|begun| begun.steps.first().map(|step| step.id));
                (first, self.before_range(&migration.id)?)
            }
        };
        if let Some(first) = &first
            && self.descends(first, commit)?
        {
            return Ok(Build::OfStage);
        }
        // On a landing branch that is not known, nothing has landed since the start.
        let before = match before {
            Some(before) => before,
            None => self.start(migration)?,
        };
        if self.descends(commit, &before)? {
            return Ok(Build::Without);
        }
        self.beside(migration, stage, (commit, &before))
    }

    /// What a commit beside the landing branch has, which it left at some time before the stage.
    fn beside(
        &self,
        migration: &Migration,
        stage: StageIndex,
        (commit, before): (&ObjectId, &ObjectId),
    ) -> Known<Build> {
        let repo = self.ground.repo;
        let left = repo.merge_bases(commit, before)?;
        if left.is_empty() {
            return Ok(Build::Beside);
        }
        let matcher = Matcher::new(migration);
        for left in &left {
            for change in repo.changes(Some(left), Some(commit))? {
                if matcher.owners(&change.path)?.contains(&stage) {
                    return Ok(Build::Beside);
                }
            }
        }
        Ok(Build::Without)
    }
}
