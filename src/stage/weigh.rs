//! What a step's changes are to the stages that own the paths.

mod net;
mod said;

use std::collections::{BTreeMap, BTreeSet};

use net::{Net, net_changes};
use said::{Said, Words};

use super::ledger::{Evidence, StageChange, Whose};
use super::matcher::{Matcher, Owners, StageIndex};
use super::moves::Moves;
use super::reading::Turn;
use super::step::{self, Parts, Step};
use super::undone::Doer;
use crate::git::{Entry, ObjectId, RepoPath};

/// What a step's change of a path is to the owners of the path.
pub(super) struct Weighed {
    pub(super) path: RepoPath,
    /// The name that it had then.
    pub(super) then: RepoPath,
    pub(super) old: Option<Entry>,
    pub(super) new: Option<Entry>,
    pub(super) owners: Owners,
    pub(super) foreign: BTreeSet<StageIndex>,
    /// Whether some of it is foreign because it is the work of another migration's stage.
    pub(super) of_others: bool,
    pub(super) shares: Vec<Share>,
    /// What says that it takes a stage back: whether it does, only what has landed before tells.
    pub(super) back_outs: Vec<BackOut>,
}

/// What one commit of a merge did to a path, and whose that is.
pub(super) struct Part {
    pub(super) turn: Turn,
    pub(super) doer: Doer,
    at: PartId,
}

/// Which of the commits of a merge: its place among them, and its id.
type PartId = (usize, ObjectId);

/// What one commit of a merge did to a path, which says nothing of that.
#[derive(Clone, Copy)]
pub(super) struct SilentPart {
    pub(super) turn: Turn,
    at: PartId,
}

impl SilentPart {
    /// Whether it comes after another one of the same merge.
    pub(super) fn is_after(&self, other: &Part) -> bool {
        other.at < self.at
    }
}

/// A commit's change of a path that is a stage's work.
#[derive(Clone)]
pub(super) struct Share {
    pub(super) stage: StageIndex,
    pub(super) evidence: Evidence,
    commit: ObjectId,
    place: usize,
    old: Option<Entry>,
    new: Option<Entry>,
    with: BTreeSet<StageIndex>,
    tangled: bool,
    /// Of claimed work that cannot be told apart from what nobody speaks for: the other owners,
    /// whose that may be as well.
    unsaid: Option<BTreeSet<StageIndex>>,
    /// Of what several made together: who nobody speaks for.
    unsaid_by: Box<[ObjectId]>,
    /// Whether it says nothing, and takes the stage's work back exactly.
    takes_back: bool,
}

impl Share {
    const fn at(&self) -> PartId {
        (self.place, self.commit)
    }

    const fn turn(&self) -> Turn {
        Turn { old: self.old, new: self.new }
    }
}

/// A change whose commit says that it backs out owners of the path.
pub(super) struct BackOut {
    /// These owners.
    pub(super) named: BTreeSet<StageIndex>,
    /// Whether the commit declares itself no part of the migration as well.
    foreign: bool,
    commit: ObjectId,
    place: usize,
    old: Option<Entry>,
    new: Option<Entry>,
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

fn weigh(matcher: &Matcher<'_>, step: &Step, net: Net<'_>) -> anyhow::Result<Weighed> {
    let parts = net.parts(step);
    let Net { path, then, old, new, .. } = net;
    let owners = matcher.owners(then)?;
    let mut weighed = Weighed {
        path,
        then: then.clone(),
        old,
        new,
        owners,
        foreign: BTreeSet::new(),
        of_others: false,
        shares: Vec::new(),
        back_outs: Vec::new(),
    };
    if weighed.owners.is_empty() {
        return Ok(weighed);
    }
    let (id, place) = (step.id, StageChange::LAST);
    let whole = |words| Said { commit: id, place, words, old, new };
    match parts.as_deref() {
        Some(Parts::Chain(parts)) => {
            for step::Part { place, commit, claims, old, new } in parts {
                let words = Words::One(claims);
                weighed.add(&Said { commit: *commit, place: *place, words, old: *old, new: *new });
            }
        }
        Some(Parts::Tangled(words)) => weighed.add(&whole(Words::Several(words))),
        None => weighed.add(&whole(Words::One(&step.claims))),
    }
    Ok(weighed)
}

impl Weighed {
    /// Whether some of it is a stage's by ownership alone.
    pub(super) fn suggests(&self) -> bool {
        self.unsaid().next().is_some()
    }

    /// The stages whose it is, in whole or in part, by ownership alone.
    pub(super) fn unsaid(&self) -> impl Iterator<Item = StageIndex> {
        self.shares.iter().filter(|share| is_unsaid(share)).map(|share| share.stage)
    }

    /// Whether some of it says that it is a stage's work.
    pub(super) fn is_claimed(&self) -> bool {
        self.shares.iter().any(|share| share.evidence == Evidence::Claimed)
    }

    /// Whether it says that it is other stages' work, and not this one's.
    pub(super) fn is_work_of_others(&self, stage: StageIndex) -> bool {
        self.is_claimed() && self.counts(stage) != Some(Evidence::Claimed)
    }

    /// The best evidence that it is this stage's work, where there is any.
    pub(super) fn counts(&self, stage: StageIndex) -> Option<Evidence> {
        let of_stage = self.shares.iter().filter(|share| share.stage == stage);
        of_stage.map(|share| share.evidence).min()
    }

    /// A share of it, as the stage's history keeps it that counts evidence down to the weakest.
    pub(super) fn change(&self, share: &Share, weakest: Evidence) -> StageChange {
        let Share { commit, place, old, new, tangled, evidence, .. } = *share;
        let (path, then, mut with) = (self.path.clone(), self.then.clone(), share.with.clone());
        let (mut tangled, mut evidence) = (tangled, evidence);
        // Where what nobody speaks for counts, it is all work; else the work is tangled with it.
        if let Some(others) = &share.unsaid {
            evidence = weakest;
            match weakest {
                Evidence::Suggested => with.extend(others),
                Evidence::Claimed => tangled = true,
            }
        }
        let unsaid_by = share.unsaid_by.clone();
        StageChange { path, then, commit, place, old, new, with, tangled, evidence, unsaid_by }
    }

    pub(super) fn whose(&self) -> Whose {
        let claimed = self.shares.iter().filter(|share| share.evidence == Evidence::Claimed);
        Whose {
            stages: self.shares.iter().map(|share| share.stage).collect(),
            claimed: claimed.map(|share| share.stage).collect(),
            foreign: !self.foreign.is_empty(),
            unsaid: self.suggests(),
        }
    }

    /// Whether nobody says anything of it, and it is one change.
    pub(super) fn says_nothing(&self) -> bool {
        let suggested = |share: &Share| share.evidence == Evidence::Suggested && !share.tangled;
        self.foreign.is_empty()
            && self.back_outs.is_empty()
            && !self.shares.is_empty()
            && self.shares.iter().all(|share| !self.is_part(share) && suggested(share))
    }

    /// Whether all of it is foreign work.
    pub(super) fn is_foreign_alone(&self) -> bool {
        !self.foreign.is_empty() && self.shares.is_empty() && self.back_outs.is_empty()
    }

    /// Takes it, which says nothing, for foreign work.
    pub(super) fn be_foreign(&mut self, of_others: bool) {
        self.shares.clear();
        self.foreign.clone_from(&*self.owners);
        self.of_others = of_others;
    }

    /// Takes it, which says nothing, for what takes back foreign work and other work at once: whoever
    /// undoes it brings the foreign work again.
    pub(super) fn be_tangled(&mut self) {
        self.foreign.clone_from(&*self.owners);
        for share in &mut self.shares {
            share.tangled = true;
        }
    }

    /// Takes it, which says nothing, for what takes the work of these stages back: it is nobody
    /// else's.
    pub(super) fn take_back(&mut self, stages: &BTreeSet<StageIndex>) {
        self.take_back_at(stages, |_| true);
    }

    /// The same of one commit of a merge.
    pub(super) fn take_part_back(&mut self, part: &SilentPart, stages: &BTreeSet<StageIndex>) {
        self.take_back_at(stages, |share| share.at() == part.at);
    }

    fn take_back_at(&mut self, stages: &BTreeSet<StageIndex>, is_it: impl Fn(&Share) -> bool) {
        if self.owners.is_disjoint(stages) {
            return;
        }
        self.shares.retain(|share| !is_it(share) || stages.contains(&share.stage));
        for share in self.shares.iter_mut().filter(|share| is_it(share)) {
            share.with.retain(|other| stages.contains(other));
            share.takes_back = true;
        }
    }

    /// Takes what one commit of a merge did, which says nothing, for foreign work.
    pub(super) fn make_part_foreign(&mut self, part: &SilentPart, of_others: bool) {
        self.shares.retain(|share| share.at() != part.at);
        self.foreign.extend(&*self.owners);
        self.of_others |= of_others;
    }

    /// The stages whose work it takes back exactly, though it says nothing.
    pub(super) fn takes_back(&self) -> impl Iterator<Item = StageIndex> {
        self.shares.iter().filter(|share| share.takes_back).map(|share| share.stage)
    }

    /// Those of them for which one commit of a merge does.
    pub(super) fn takes_back_in_part(&self) -> impl Iterator<Item = StageIndex> {
        let parts = self.shares.iter().filter(|share| share.takes_back && self.is_part(share));
        parts.map(|share| share.stage)
    }

    /// Whose it is.
    pub(super) fn doer(&self) -> Doer {
        if self.is_foreign_alone() {
            return Doer::Foreign(self.of_others);
        }
        if !self.foreign.is_empty() || self.back_outs.iter().any(|one| one.foreign) {
            return Doer::Mixed;
        }
        let back_outs = self.back_outs.iter().flat_map(|one| &one.named);
        let stages = self.shares.iter().map(|share| &share.stage).chain(back_outs);
        let stages = stages.copied().collect();
        let is_anybodys = |share: &Share| !share.takes_back && is_unsaid(share);
        match self.shares.iter().any(is_anybodys) {
            true => Doer::Owners,
            false => Doer::Stages(stages),
        }
    }

    /// What its commits did, one by one, where they are told apart: those of which it is known whose
    /// that is.
    pub(super) fn parts(&self) -> Vec<Part> {
        let mut parts: BTreeMap<PartId, (Turn, BTreeSet<StageIndex>)> = BTreeMap::new();
        let is_told = |share: &&Share| !share.tangled && (share.takes_back || !is_unsaid(share));
        for share in self.shares.iter().filter(|share| self.is_part(share)).filter(is_told) {
            let part = parts.entry(share.at());
            part.or_insert_with(|| (share.turn(), BTreeSet::new())).1.insert(share.stage);
        }
        let told = parts.into_iter();
        told.map(|(at, (turn, stages))| Part { turn, doer: Doer::Stages(stages), at }).collect()
    }

    /// What those of its commits did, one by one, that say nothing, the oldest first.
    pub(super) fn silent_parts(&self) -> Vec<SilentPart> {
        let is_silent = |share: &&Share| share.evidence == Evidence::Suggested && !share.tangled;
        let silent = self.shares.iter().filter(|share| self.is_part(share)).filter(is_silent);
        let parts: BTreeMap<PartId, Turn> =
            silent.map(|share| (share.at(), share.turn())).collect();
        parts.into_iter().map(|(at, turn)| SilentPart { turn, at }).collect()
    }

    /// Whether a share is one of several changes that came to this one.
    fn is_part(&self, share: &Share) -> bool {
        share.old != self.old || share.new != self.new
    }

    /// Takes a change for what it is where no back-out is left of what it said: foreign work where
    /// it says so too, else work that says nothing. Returns what that adds.
    pub(super) fn without_back_out(&mut self, said: &BackOut) -> Self {
        let mut added = self.bare();
        if said.foreign {
            added.foreign.clone_from(&*self.owners);
        } else {
            let BackOut { commit, place, old, new, .. } = *said;
            let words = Words::Several(&[]);
            let said = Said { commit, place, words, old, new };
            let owners = Owners::clone(&self.owners);
            added.suggest(&owners, &said, false, &[]);
        }
        self.add_all(&added);
        added
    }

    /// Takes a change for foreign work: what a back-out did beside taking its stage back belongs
    /// to nobody, and is not taken along silently. Returns what that adds.
    pub(super) fn beside_back_out(&mut self) -> Self {
        let mut added = self.bare();
        added.foreign.clone_from(&*self.owners);
        self.add_all(&added);
        added
    }

    fn bare(&self) -> Self {
        Self {
            path: self.path.clone(),
            then: self.then.clone(),
            old: self.old,
            new: self.new,
            owners: self.owners.clone(),
            foreign: BTreeSet::new(),
            of_others: false,
            shares: Vec::new(),
            back_outs: Vec::new(),
        }
    }

    fn add_all(&mut self, added: &Self) {
        self.foreign.extend(&added.foreign);
        self.shares.extend(added.shares.iter().cloned());
    }
}

/// Whether a share is its stage's by ownership alone, in whole or in part.
const fn is_unsaid(share: &Share) -> bool {
    matches!(share.evidence, Evidence::Suggested) || share.unsaid.is_some()
}

#[cfg(test)]
mod tests;
