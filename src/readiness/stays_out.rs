//! A stage that was backed out, and whose branch is merged once more: git holds what that branch
//! brought before for merged, and brings the rest alone. Told, and let pass.

use std::collections::BTreeSet;

use super::judgement::{Judgement, Problem};
use super::repo_facts::RepoFacts;
use super::snapshot::{Known, Snapshot};
use crate::config::{Level, Migration, Stage};
use crate::git::{GitError, ObjectId};
use crate::stage::ledger::{StageHistory, StageStep};
use crate::stage::matcher::StageIndex;

/// So many steps a message names.
const NAMED: usize = 3;

/// What tells these findings from others of their code.
const SUBJECT: &str = "merged again";

/// What a merge leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaysOut {
    /// What it landed with before, and does not bring again.
    pub steps: BTreeSet<ObjectId>,
    /// The last commit that took them back.
    pub back_out: ObjectId,
    /// Whether that is a merge.
    pub by_merge: bool,
}

/// Tells of a stage that comes back in part.
pub(super) fn judge<'a>(
    snapshot: &Snapshot<'a>,
    judgement: &mut Judgement<'_, 'a>,
    stage: &'a Stage,
) {
    let (met, unknown) = match snapshot.facts.stays_out(&snapshot.migration.id, &stage.id) {
        Ok(None) => return,
        // Where the stage cannot be planned either, that is said already.
        Err(_) if snapshot.outlook(stage).is_err() => return,
        Ok(Some(left)) => (vec![told(snapshot, stage, &left)], Vec::new()),
        Err(why) => {
            let what = format!("whether all of stage {} comes back", stage.id);
            (Vec::new(), vec![Problem::unknown("foreign-edits", &what, &why).about(SUBJECT)])
        }
    };
    judgement.stage(stage).at_most(Level::Warn).conclude(met, unknown);
}

fn told(snapshot: &Snapshot<'_>, stage: &Stage, left: &StaysOut) -> Problem {
    let StaysOut { steps, back_out, by_merge } = left;
    let mut named: Vec<String> = steps.iter().take(NAMED).map(ObjectId::short).collect();
    if steps.len() > NAMED {
        named.push(format!("{} more", steps.len() - NAMED));
    }
    let message = format!(
        "stage {} was backed out ({}), and comes back in part: git holds for merged what landed with \
         {}, and does not bring that again",
        stage.id,
        back_out.short(),
        named.join(", ")
    );
    let help = format!(
        "bring that back first, and merge then: `backout reapply --stage {}`; once this has landed: \
         `git revert --no-commit{} {}`",
        snapshot.named(stage),
        if *by_merge { " -m 1" } else { "" },
        back_out.short()
    );
    Problem::new("foreign-edits", message, help).commit(*back_out).about(SUBJECT)
}

impl<'a> RepoFacts<'a> {
    /// What a branch of the range has of a stage's last life, and does not bring again.
    pub(super) fn left_out(
        &self,
        migration: &'a Migration,
        stage: StageIndex,
    ) -> Known<Option<StaysOut>> {
        let Some(head) = self.range.head else { return Ok(None) };
        if let Some(history) = self.life_begun(migration, stage)? {
            for branch in self.merged_branches(&history) {
                let left = self.merged_before(&history, &branch, Some(&head))?;
                if left.is_some() {
                    return Ok(left);
                }
            }
        }
        // What has not landed yet, as it would: who has all that landed knows of the back-out.
        let landed = self.landed_steps(migration)?;
        let Some(tip) = landed.all().commits().last() else { return Ok(None) };
        if self.ground.repo.is_ancestor(tip, &head)? {
            return Ok(None);
        }
        match self.ledger(migration, stage)?.get(stage) {
            Some(history) if history.steps.is_empty() => {
                Ok(self.merged_before(history, &head, None)?)
            }
            _ => Ok(None),
        }
    }

    /// The branches that a stage's steps merge in the range.
    fn merged_branches(&self, history: &StageHistory) -> Vec<ObjectId> {
        let of_step = |step: &StageStep| self.range.commits.iter().find(|one| one.id == step.id);
        let merges = history.steps.iter().filter_map(of_step);
        merges.flat_map(|merge| merge.parents.iter().skip(1)).copied().collect()
    }

    /// The steps of the last life that a branch has, where it does not know that they were taken back,
    /// and of which something is not there at the head; without one, nothing is.
    fn merged_before(
        &self,
        history: &StageHistory,
        branch: &ObjectId,
        head: Option<&ObjectId>,
    ) -> Result<Option<StaysOut>, GitError> {
        let (repo, mut steps) = (self.ground.repo, BTreeSet::new());
        let Some(life) = history.previous.as_deref() else { return Ok(None) };
        for end in &life.ended_by {
            if repo.is_ancestor(&end.id, branch)? {
                return Ok(None);
            }
        }
        for step in &life.steps {
            if self.has(branch, &step.id)? && self.is_gone(step, head)? {
                steps.insert(step.id);
            }
        }
        let last = life.ended_by.last().filter(|_| !steps.is_empty());
        Ok(last.map(|last| StaysOut { steps, back_out: last.id, by_merge: last.merge }))
    }

    /// Whether a branch has a step, or what that merged.
    fn has(&self, branch: &ObjectId, step: &ObjectId) -> Result<bool, GitError> {
        let repo = self.ground.repo;
        let parents = repo.commit(step)?.parents;
        for commit in parents.iter().skip(1).chain([step]) {
            if repo.is_ancestor(commit, branch)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether taking some of a step back would change nothing.
    fn is_gone(&self, step: &StageStep, head: Option<&ObjectId>) -> Result<bool, GitError> {
        let (Some(head), repo) = (head, self.ground.repo) else { return Ok(true) };
        for change in &step.changes {
            let now = repo.entry(head, &change.path)?;
            if repo.onto((change.new, change.old), now)? == Some(now) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
