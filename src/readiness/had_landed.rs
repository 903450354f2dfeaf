//! Commits that come along once more with what was built on them: the branch below has landed as one
//! commit, and what it had done stands there already.

use std::collections::BTreeSet;

use super::repo_facts::RepoFacts;
use crate::config::Migration;
use crate::git::{Change, Commit, ObjectId, View};
use crate::stage::matcher::{Matcher, StageIndex};

impl<'a> RepoFacts<'a> {
    /// Whether these commits, which say that they are a stage's work, had landed before: the stage
    /// has no step that comes with the range, and making their changes anew where the range begins
    /// would change nothing there. That there is no new step proves nothing by itself: what a merge
    /// does beside putting its sides together, renames that `[[moves]]` tell of, and what takes
    /// other work back are none of the stage's steps, whatever they say.
    pub(super) fn had_landed(
        &self,
        migration: &'a Migration,
        (matcher, stage): (&Matcher<'_>, StageIndex),
        commits: &BTreeSet<ObjectId>,
    ) -> anyhow::Result<bool> {
        if self.range.base.is_empty() || !self.has_no_new_step(migration, stage)? {
            return Ok(false);
        }
        let new = self.range.commits.iter().filter(|one| commits.contains(&one.id));
        let new: Vec<&Commit> = new.collect();
        if new.len() != commits.len() {
            return Ok(false);
        }
        let bases = self.range.base.iter().map(|base| View::of_commit(self.ground.repo, base));
        let bases: Vec<View<'_>> = bases.collect::<Result<_, _>>()?;
        for commit in new {
            if !self.stands_at(&bases, commit, (matcher, stage))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether a stage has landed, and all of its steps were there before the range.
    fn has_no_new_step(&self, migration: &'a Migration, stage: StageIndex) -> anyhow::Result<bool> {
        let line = self.line(migration).map_err(|why| anyhow::anyhow!(why.reason))?;
        let Some(line) = line else { return Ok(false) };
        let steps = line.history(stage)?.unwrap_or_default().steps;
        // Nearly always its newest step is one of the range's own commits; what else the base has is
        // looked for along all of the history.
        let Some(last) = steps.last().filter(|last| !self.is_new(&last.id)) else {
            return Ok(false);
        };
        Ok(last.order < line.known_to(&self.range.base)?)
    }

    fn is_new(&self, id: &ObjectId) -> bool {
        self.range.commits.iter().any(|commit| commit.id == *id)
    }

    /// Whether what a commit did to a stage's paths changes nothing where it is made on these. A
    /// merge does not say what it did; and what did nothing to them did something else.
    fn stands_at(
        &self,
        bases: &[View<'_>],
        commit: &Commit,
        (matcher, stage): (&Matcher<'_>, StageIndex),
    ) -> anyhow::Result<bool> {
        let repo = self.ground.repo;
        let mut of_stage = Vec::new();
        for change in repo.own_changes(commit)? {
            if matcher.owners(&change.path)?.contains(&stage) {
                of_stage.push(change);
            }
        }
        if of_stage.is_empty() || commit.parents.len() > 1 {
            return Ok(false);
        }
        for Change { path, old, new } in of_stage {
            for base in bases {
                let stands = base.entry(&path)?;
                if repo.onto((old, new), stands)? != Some(stands) {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }
}
