//! A step of a branch: what it changed, and whose work it, or its parts, say that it is.

use std::collections::{BTreeMap, BTreeSet};

use super::attribution::Claims;
use super::matcher::{Matcher, StageIndex};
use crate::git::{Change, Entry, ObjectId, RepoPath, Seconds};

/// One first-parent step of the landing branch, diffed against its first parent.
#[derive(Debug, Clone)]
pub struct Step {
    /// The commit.
    pub id: ObjectId,
    /// What it is diffed against; `None` for a root.
    pub parent: Option<ObjectId>,
    /// When it was committed.
    pub time: Seconds,
    /// Whether it is a merge, whose commit time is when it came to the branch. Any other commit
    /// may have been made long before.
    pub merge: bool,
    /// Its first line.
    pub subject: String,
    /// What it, or the commits that it merged, say.
    pub claims: Claims,
    /// What it changed.
    pub changes: Vec<Change>,
    /// The stages whose files it changes, or of whom it speaks: set once it is narrowed.
    pub concerns: BTreeSet<StageIndex>,
    /// Of a merge whose commits do not all say the same: whose its changes are, of each path.
    pub parts: BTreeMap<RepoPath, Parts>,
}

/// What a merge's change of one path consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parts {
    /// Commits one after the other, oldest first, that lead to what the merge has.
    Chain(Vec<Part>),
    /// The work of these commits, which cannot be told apart, with what they say; of those that say
    /// the same of whose work it is, one stands for all.
    Tangled(Vec<(ObjectId, Claims)>),
}

/// One commit's share in a merge's change of one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its place among all commits that the merge brought, the oldest first.
    pub place: usize,
    /// The commit.
    pub commit: ObjectId,
    /// What it says, or what its merge says of it.
    pub claims: Claims,
    /// What was there before it.
    pub old: Option<Entry>,
    /// What was there after it.
    pub new: Option<Entry>,
}

impl Step {
    /// The step with what concerns stages alone: of its changes those that a stage owns.
    pub fn narrowed(mut self, matcher: &Matcher<'_>) -> anyhow::Result<Self> {
        self.concerns = self.claims.stages.union(&self.claims.backs_out).copied().collect();
        let mut owned = Vec::new();
        for change in std::mem::take(&mut self.changes) {
            let owners = matcher.owners(&change.path)?;
            if !owners.is_empty() {
                self.concerns.extend(&*owners);
                owned.push(change);
            }
        }
        self.changes = owned;
        let paths: BTreeSet<&RepoPath> = self.changes.iter().map(|change| &change.path).collect();
        self.parts.retain(|path, _| paths.contains(path));
        Ok(self)
    }

    /// The same step, where what nobody says to be work of a path's owners is this owner's work.
    pub fn adopted(&self, matcher: &Matcher<'_>, stage: StageIndex) -> anyhow::Result<Self> {
        let mut step = self.clone();
        for Change { path, .. } in &self.changes {
            let owners = matcher.owners(path)?;
            if owners.contains(&stage) {
                let adopted = |claims: &Claims| match is_said(claims, &owners, path) {
                    true => claims.clone(),
                    false => Claims { stages: BTreeSet::from([stage]), ..Claims::default() },
                };
                let whole = || Parts::Tangled(vec![(self.id, self.claims.clone())]);
                let parts = self.parts.get(path).cloned().unwrap_or_else(whole);
                step.parts.insert(path.clone(), parts.saying(adopted));
            }
        }
        Ok(step)
    }
}

/// Whether a commit says of its change of a path that it is the work of owners, or takes it back.
fn is_said(claims: &Claims, owners: &BTreeSet<StageIndex>, path: &RepoPath) -> bool {
    !claims.named(owners, path).is_empty() || !claims.backs_out.is_disjoint(owners)
}

impl Parts {
    /// What the parts under several names of one path are together: one commit after the other,
    /// where they lead from what was there to what the merge has, and the path is never gone in
    /// between; else they cannot be told apart.
    pub(super) fn of_one_path(
        under_each_name: &[&Self],
        (old, new): (Option<Entry>, Option<Entry>),
    ) -> Self {
        let chains = under_each_name.iter().map(|parts| match parts {
            Self::Chain(parts) => Some(parts.as_slice()),
            Self::Tangled(_) => None,
        });
        let chain = chains.collect::<Option<Vec<_>>>();
        let chain = chain.and_then(|chains| in_one_row(&chains.concat()));
        if let Some(chain) = chain
            && leads(&chain, old, new)
        {
            return Self::Chain(chain.into_iter().filter(|part| part.old != part.new).collect());
        }
        Self::Tangled(under_each_name.iter().flat_map(|parts| parts.words()).collect())
    }

    /// Who says what.
    fn words(&self) -> Vec<(ObjectId, Claims)> {
        match self {
            Self::Chain(parts) => {
                parts.iter().map(|part| (part.commit, part.claims.clone())).collect()
            }
            Self::Tangled(words) => words.clone(),
        }
    }

    /// The same with other words.
    fn saying(self, other: impl Fn(&Claims) -> Claims) -> Self {
        match self {
            Self::Chain(parts) => {
                let said = |part: Part| Part { claims: other(&part.claims), ..part };
                Self::Chain(parts.into_iter().map(said).collect())
            }
            Self::Tangled(words) => {
                Self::Tangled(words.into_iter().map(|(id, said)| (id, other(&said))).collect())
            }
        }
    }
}

/// The parts in the order of their commits; where one takes the path away under one name, and brings
/// it under another, that is one part. `None` where it is not one commit's word for both names.
fn in_one_row(parts: &[Part]) -> Option<Vec<Part>> {
    let mut row: BTreeMap<usize, Part> = BTreeMap::new();
    for part in parts {
        match row.get_mut(&part.place) {
            None => {
                row.insert(part.place, part.clone());
            }
            Some(known) if known.claims.agrees_with(&part.claims) => {
                known.old = known.old.or(part.old);
                known.new = known.new.or(part.new);
            }
            Some(_) => return None,
        }
    }
    Some(row.into_values().collect())
}

/// Whether parts follow on each other from one end to the other.
fn leads(chain: &[Part], old: Option<Entry>, new: Option<Entry>) -> bool {
    let ends = chain.first().map(|part| part.old) == Some(old)
        && chain.last().map(|part| part.new) == Some(new);
    ends && chain.windows(2).all(|pair| match pair {
        [one, next] => one.new == next.old && one.new.is_some(),
        _ => false,
    })
}

#[cfg(test)]
mod tests;
