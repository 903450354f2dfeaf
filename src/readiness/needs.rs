//! What a clone has to have before anything can be judged in it: the landing branches, the tags
//! that the rules name, and all history since the migrations began.

use std::collections::BTreeSet;

use super::before_start::{is_cut_off, is_past};
use super::guard::{Guard, GuardError};
use crate::config::{Migration, TagPin};
use crate::git::{Ends, GitError, ObjectId, RefName, Repo};

/// What the rules that can be read so far ask of a clone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needs {
    /// Where the stages land, without `refs/heads/`.
    pub branches: BTreeSet<String>,
    /// Start tags, checkpoints and marks of a deployment, without `refs/tags/`.
    pub tags: BTreeSet<String>,
    starts: Vec<ObjectId>,
    /// Those before which work on stages is looked for.
    searched: Vec<ObjectId>,
    tips: Vec<ObjectId>,
}

impl Guard<'_> {
    /// What the rules at this commit, and where it would land, ask for.
    pub fn needs(&self, head: Option<ObjectId>) -> Result<Needs, GuardError> {
        let (policies, landing) = self.policies(&self.trust(), Ends { old: None, head })?;
        let tips = landing.values().map(|origin| origin.commit).collect();
        let mut needs = Needs { tips, ..Needs::default() };
        for migration in policies.all().flat_map(|policy| &policy.configuration.migrations) {
            needs.branches.insert(migration.branch.clone());
            needs.tags.extend(tags(migration).map(|pin| pin.tag.clone()));
            let tagged = self.repo.reference(&RefName::tag(&migration.start.tag))?;
            let start = migration.start.oid.or(tagged.and_then(|tag| tag.commit));
            let Some(start) = start.filter(|start| self.repo.has(start)) else { continue };
            needs.starts.push(start);
            if !is_past(self.repo, migration, &start)? {
                needs.searched.push(start);
            }
        }
        Ok(needs)
    }
}

fn tags(migration: &Migration) -> impl Iterator<Item = &TagPin> {
    let stages = migration.stages.iter();
    let more = stages.flat_map(|stage| stage.start.iter().chain(&stage.deployed));
    std::iter::once(&migration.start).chain(more)
}

impl Needs {
    /// Whether history is cut off before it reaches where the migrations began and what is looked
    /// at before that, or where a commit and the branch that it would land on parted.
    pub fn are_cut_off(&self, repo: &Repo, heads: &[ObjectId]) -> Result<bool, GitError> {
        let cut = repo.cut_off_at()?;
        if cut.is_empty() {
            return Ok(false);
        }
        let since = |from: &ObjectId, until: &ObjectId| {
            let walk = repo.walk(from, &[*until])?;
            let inside = walk.commits.iter().map(|commit| &commit.id);
            Ok::<_, GitError>(inside.chain(&walk.boundary).any(|commit| cut.contains(commit)))
        };
        for head in heads {
            for until in self.tips.iter().chain(&self.starts) {
                // Of a tip and itself, nothing is asked.
                if head != until && since(head, until)? {
                    return Ok(true);
                }
            }
        }
        for tip in &self.tips {
            for start in &self.starts {
                if tip != start && since(tip, start)? {
                    return Ok(true);
                }
            }
        }
        for start in &self.searched {
            if is_cut_off(repo, start)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
