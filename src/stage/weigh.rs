//! What a step's changes are to the stages that own the paths.

use std::collections::{BTreeMap, BTreeSet};

use super::attribution::Claims;
use super::ledger::{Evidence, StageChange, Visit};
use super::matcher::{Matcher, StageIndex};
use super::moves::Moves;
use super::step::{Part, Parts, Step};
use crate::git::{Change, Entry, ObjectId, RepoPath};

/// What a step's change of a path is to the owners of the path.
pub(super) struct Weighed {
    pub(super) path: RepoPath,
    /// The name that it had then.
    pub(super) then: RepoPath,
    pub(super) old: Option<Entry>,
    pub(super) new: Option<Entry>,
    pub(super) owners: BTreeSet<StageIndex>,
    pub(super) counts: BTreeMap<StageIndex, Evidence>,
    pub(super) foreign: BTreeSet<StageIndex>,
    pub(super) shares: Vec<(StageIndex, Evidence, StageChange)>,
}

/// What a step's changes are to the owners of the paths; those of paths that nobody owns are none.
pub(super) fn weighed(
    matcher: &Matcher<'_>,
    moves: &Moves,
    order: usize,
    step: &Step,
) -> anyhow::Result<Vec<Weighed>> {
    let mut all = Vec::with_capacity(step.changes.len());
    for change in net_changes(moves, order, step) {
        let one = weigh(matcher, step, change)?;
        if !one.owners.is_empty() {
            all.push(one);
        }
    }
    Ok(all)
}

/// A change under the path's name at the tip.
struct Net<'s> {
    path: RepoPath,
    then: &'s RepoPath,
    old: Option<Entry>,
    new: Option<Entry>,
}

/// A step's changes by the names at the tip. A rename that `[[moves]]` tells of is no change, and
/// with an edit it is one change.
fn net_changes<'s>(moves: &Moves, order: usize, step: &'s Step) -> Vec<Net<'s>> {
    if moves.is_empty() {
        let net = |Change { path: then, old, new }: &'s Change| Net {
            path: then.clone(),
            then,
            old: *old,
            new: *new,
        };
        return step.changes.iter().map(net).collect();
    }
    let mut net: BTreeMap<RepoPath, Net<'s>> = BTreeMap::new();
    for change in &step.changes {
        let path = moves.now(order, &change.path);
        match net.get_mut(&path) {
            None => {
                let Change { path: then, old, new } = change;
                net.insert(path.clone(), Net { path, then, old: *old, new: *new });
            }
            Some(known) => {
                known.old = known.old.or(change.old);
                known.new = known.new.or(change.new);
                if change.new.is_some() {
                    known.then = &change.path;
                }
            }
        }
    }
    net.into_values().filter(|one| one.old != one.new).collect()
}

fn weigh(matcher: &Matcher<'_>, step: &Step, net: Net<'_>) -> anyhow::Result<Weighed> {
    let Net { path, then, old, new } = net;
    let owners = matcher.owners(then)?;
    let mut weighed = Weighed {
        path,
        then: then.clone(),
        old,
        new,
        owners,
        counts: BTreeMap::new(),
        foreign: BTreeSet::new(),
        shares: Vec::new(),
    };
    if weighed.owners.is_empty() {
        return Ok(weighed);
    }
    match step.parts.get(then) {
        Some(Parts::Chain(parts)) => {
            for part in parts {
                let Part { place, commit, claims, old, new } = part;
                weighed.add(*place, &Said { commit: *commit, claims, old: *old, new: *new }, then);
            }
        }
        Some(Parts::Tangled(claims)) => {
            weighed.add(StageChange::LAST, &Said { commit: step.id, claims, old, new }, then);
        }
        None => {
            weighed.add(
                StageChange::LAST,
                &Said { commit: step.id, claims: &step.claims, old, new },
                then,
            );
        }
    }
    Ok(weighed)
}

/// A change, and what its commit says.
struct Said<'s> {
    commit: ObjectId,
    claims: &'s Claims,
    old: Option<Entry>,
    new: Option<Entry>,
}

impl Weighed {
    /// Whether some of it is a stage's by ownership alone.
    pub(super) fn suggests(&self) -> bool {
        self.shares.iter().any(|(_, evidence, _)| *evidence == Evidence::Suggested)
    }

    pub(super) fn visit(&self, order: usize, step: &ObjectId) -> Visit {
        let claimed = self.counts.iter().filter(|(_, how)| **how == Evidence::Claimed);
        Visit {
            order,
            step: *step,
            stages: self.counts.keys().copied().collect(),
            claimed: claimed.map(|(stage, _)| *stage).collect(),
            foreign: !self.foreign.is_empty(),
        }
    }

    fn add(&mut self, place: usize, said: &Said<'_>, then: &RepoPath) {
        let claims = said.claims;
        let named = claims.named(&self.owners, then);
        // A commit says one thing or the other; only parts that are not told apart say both.
        let tangled = claims.is_foreign(then) && !named.is_empty();
        if tangled {
            self.foreign.extend(&self.owners);
        }
        // The back-out of one owner of a shared path is not the work of the others.
        let is_back_out = !claims.backs_out.is_disjoint(&self.owners);
        let (stages, evidence) = if !named.is_empty() {
            (named, Evidence::Claimed)
        } else if is_back_out {
            return;
        } else if claims.is_foreign(then) {
            self.foreign.extend(&self.owners);
            return;
        } else {
            (self.owners.clone(), Evidence::Suggested)
        };
        for stage in &stages {
            let known = self.counts.entry(*stage).or_insert(evidence);
            *known = evidence.min(*known);
            let with = stages.iter().copied().filter(|other| other != stage).collect();
            let (path, then) = (self.path.clone(), then.clone());
            let Said { commit, old, new, .. } = *said;
            let change = StageChange { path, then, commit, place, old, new, with, tangled };
            self.shares.push((*stage, evidence, change));
        }
    }
}
