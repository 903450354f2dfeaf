//! What there is to the back-outs that commits of a range say they are: whether their stages had
//! landed, and how they differ from the plan.

use std::collections::BTreeSet;

use super::repo_facts::RepoFacts;
use super::snapshot::Known;
use crate::config::{Migration, MigrationId};
use crate::git::{Commit, ObjectId};
use crate::rollback::by_hand::{ByHand, by_hand};
use crate::rollback::plan::Ground;
use crate::stage::attribution::Unlanded;
use crate::stage::ledger::Ledger;
use crate::stage::matcher::{Matcher, StageIndex};

impl<'a> RepoFacts<'a> {
    /// The stages that commits of the range say they back out, and that had not landed before.
    /// Where that is not known, the commit is taken at its word: a rollback is never stopped.
    pub(super) fn unlanded(&self, migration: &'a Migration) -> Unlanded {
        let attribution = self.attribution(migration);
        let mut unlanded = Unlanded::new();
        for commit in &self.range.commits {
            let mut named = attribution.claims(commit).backs_out;
            if named.is_empty() {
                continue;
            }
            if let Ok(before) = self.before(migration, commit) {
                let landed: BTreeSet<StageIndex> = before.landed().collect();
                named.retain(|stage| !landed.contains(stage));
                unlanded.insert(commit.id, named);
            }
        }
        unlanded
    }

    /// How a commit of the range differs from the plan to back these stages out.
    pub(super) fn held_against_the_plan(
        &self,
        migration: &MigrationId,
        commit: &ObjectId,
        stages: &BTreeSet<StageIndex>,
    ) -> Known<ByHand> {
        let mut all = self.configuration.migrations.iter();
        let commit = self.range.commits.iter().find(|one| one.id == *commit);
        let (Some(migration), Some(commit)) = (all.find(|one| one.id == *migration), commit) else {
            return Ok(ByHand::default());
        };
        let Some(onto) = commit.parents.first().copied() else { return Ok(ByHand::default()) };
        let (repo, ledger, matcher) =
            (self.ground.repo, self.before(migration, commit)?, Matcher::new(migration));
        let ground = Ground { repo, migration, matcher: &matcher, ledger: &ledger, onto };
        Ok(by_hand(&ground, stages, &commit.id)?)
    }

    /// What had landed before a commit.
    fn before(&self, migration: &'a Migration, commit: &Commit) -> Known<Ledger> {
        match commit.parents.first() {
            Some(parent) => Ok(self.read_line(migration, parent, false)?.ledger()?),
            None => Ok(Ledger::default()),
        }
    }
}
