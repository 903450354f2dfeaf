//! Work on a closed stage. What came to the landing branch while its rules had the stage open was
//! in order, and stays so once it is closed. The rules of each step tell, never the dates of
//! commits, which their authors choose.

use std::collections::BTreeSet;

use super::registry;
use super::repo_facts::RepoFacts;
use super::snapshot::{Known, Unknown};
use crate::config::{Configuration, LoadError, Migration, StageId, StageState, Vocabulary};
use crate::git::ObjectId;
use crate::policy::past::along;
use crate::policy::trust::Reader;

impl<'a> RepoFacts<'a> {
    /// Those of a range's commits that have not landed, or did so when the rules before their step
    /// had the stage closed.
    pub(super) fn landed_after_closing(
        &self,
        migration: &'a Migration,
        stage: &StageId,
        commits: &BTreeSet<ObjectId>,
    ) -> Known<BTreeSet<ObjectId>> {
        // Whatever its line of first parents says: all of it is newer than this.
        let old = self.range.old.as_slice();
        let began_closed = self.closed_along(migration, stage, old)?.contains(&true);
        let tip = self.ground.landing.get(&migration.branch);
        let (Some(tip), Some(head), false) = (tip, &self.range.head, began_closed) else {
            return Ok(commits.clone());
        };
        let mut late = self.ids(head, tip)?;
        let start = self.start(migration)?;
        self.descends(&start, tip)?;
        let line = self.ground.repo.first_parents(tip, &[start])?;
        let oldest = line.last().and_then(|step| step.parents.first()).copied();
        let line = line.iter().rev().map(|step| step.id);
        let points: Vec<ObjectId> = oldest.into_iter().chain(line).collect();
        let closed = self.closed_along(migration, stage, &points)?;
        let mut closing = None;
        for (point, is_closed) in points.iter().zip(closed) {
            match closing {
                None if is_closed => closing = Some(point),
                // The step that opens it again comes after rules that have it closed, too.
                Some(began) if !is_closed => {
                    late.extend(self.ids(point, began)?);
                    closing = None;
                }
                _ => {}
            }
        }
        if let Some(began) = closing {
            late.extend(self.ids(tip, began)?);
        }
        Ok(commits.intersection(&late).copied().collect())
    }

    /// What leads to a commit and not to another one.
    fn ids(&self, head: &ObjectId, hidden: &ObjectId) -> Known<BTreeSet<ObjectId>> {
        let walk = self.ground.repo.walk(head, &[*hidden])?;
        Ok(walk.commits.iter().map(|commit| commit.id).collect())
    }

    /// Whether the rules at each commit have a stage closed; where none can be read, they do.
    fn closed_along(
        &self,
        migration: &Migration,
        stage: &StageId,
        commits: &[ObjectId],
    ) -> Known<Vec<bool>> {
        let codes = registry::codes();
        let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
        let reader = Reader {
            repo: self.ground.repo,
            path: self.ground.config_path,
            vocabulary: Vocabulary { codes: &codes },
            lenient: false,
        };
        let is_closed = |rules: Option<&Configuration>| {
            let all = rules.into_iter().flat_map(|rules| &rules.migrations);
            let own = all.filter(|one| one.id == migration.id).find_map(|one| one.stage(stage));
            own.is_some_and(|stage| stage.state == StageState::Closed)
        };
        let along = along(reader, commits, &is_closed).map_err(unreadable)?;
        Ok(along.into_iter().map(|closed| closed.unwrap_or(true)).collect())
    }
}

fn unreadable(error: LoadError) -> Unknown {
    anyhow::Error::from(error).into()
}
