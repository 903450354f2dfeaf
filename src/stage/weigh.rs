//! What a step's changes are to the stages that own the paths.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::attribution::Claims;
use super::ledger::{Evidence, StageChange, Whose};
use super::matcher::{Matcher, Owners, StageIndex};
use super::moves::Moves;
use super::reading::Turn;
use super::step::{self, Parts, Step};
use super::undone::Doer;
use crate::git::{Change, Entry, ObjectId, RepoPath};

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

/// A change under the path's name at the tip.
struct Net<'s> {
    path: RepoPath,
    then: &'s RepoPath,
    /// Its other names then, where the step renames it.
    others: Vec<&'s RepoPath>,
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
            others: Vec::new(),
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
                let (old, new, others) = (*old, *new, Vec::new());
                net.insert(path.clone(), Net { path, then, others, old, new });
            }
            Some(known) => {
                known.old = known.old.or(change.old);
                known.new = known.new.or(change.new);
                let other = match change.new {
                    Some(_) => std::mem::replace(&mut known.then, &change.path),
                    None => &change.path,
                };
                known.others.push(other);
            }
        }
    }
    net.into_values().filter(|one| one.old != one.new).collect()
}

fn weigh(matcher: &Matcher<'_>, step: &Step, net: Net<'_>) -> anyhow::Result<Weighed> {
    let parts = parts_of(step, &net);
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

/// What a merge's change consists of, under all names that the path had in it.
fn parts_of<'s>(step: &'s Step, net: &Net<'_>) -> Option<Cow<'s, Parts>> {
    let found = std::iter::once(&net.then).chain(&net.others);
    let all: Vec<&Parts> = found.filter_map(|name| step.parts.get(name)).collect();
    match all.as_slice() {
        [] => None,
        [one] if net.others.is_empty() => Some(Cow::Borrowed(one)),
        several => Some(Cow::Owned(Parts::of_one_path(several, (net.old, net.new)))),
    }
}

/// A change, and what its commit says, or all do who made it together.
struct Said<'s> {
    commit: ObjectId,
    place: usize,
    words: Words<'s>,
    old: Option<Entry>,
    new: Option<Entry>,
}

/// What a change's own commit says, or each of those who made it together.
#[derive(Clone, Copy)]
enum Words<'s> {
    One(&'s Claims),
    Several(&'s [(ObjectId, Claims)]),
}

/// What all who made a change say of it, to the owners of its path.
#[derive(Default)]
struct Understood {
    named: BTreeSet<StageIndex>,
    backed_out: BTreeSet<StageIndex>,
    foreign: bool,
    /// Whether somebody says nothing of any owner.
    unsaid: bool,
    /// Who, of several.
    unsaid_by: Vec<ObjectId>,
}

/// What the shares of several stages in one change have in common.
struct Counted<'s> {
    said: &'s Said<'s>,
    tangled: bool,
    unsaid: Option<BTreeSet<StageIndex>>,
    unsaid_by: &'s [ObjectId],
    /// The stages whose work it is.
    with: &'s BTreeSet<StageIndex>,
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

    fn add(&mut self, said: &Said<'_>) {
        let words = self.understood(said.words);
        let tangled = words.foreign && (!words.named.is_empty() || words.unsaid);
        if tangled {
            self.foreign.extend(&*self.owners);
        }
        let Said { commit, place, old, new, .. } = *said;
        if !words.named.is_empty() {
            let others: BTreeSet<_> = self.owners.difference(&words.named).copied().collect();
            let unsaid = words.unsaid.then(|| others.clone());
            let (named, unsaid_by) = (&words.named, words.unsaid_by.as_slice());
            let all = Counted { said, tangled, unsaid, unsaid_by, with: named };
            self.count(named, Evidence::Claimed, &all);
            if words.unsaid {
                self.suggest(&others, said, tangled, unsaid_by);
            }
        } else if !words.backed_out.is_empty() {
            let (named, foreign) = (words.backed_out, words.foreign);
            self.back_outs.push(BackOut { named, foreign, commit, place, old, new });
        } else if words.unsaid {
            let owners = Owners::clone(&self.owners);
            self.suggest(&owners, said, tangled, &words.unsaid_by);
        } else {
            self.foreign.extend(&*self.owners);
        }
    }

    /// What words come to here. One alone says one thing or the other; those of several who are not
    /// told apart may say everything.
    fn understood(&mut self, words: Words<'_>) -> Understood {
        let mut all = Understood::default();
        match words {
            Words::One(claims) => {
                self.understand(&mut all, claims);
            }
            Words::Several(words) => {
                for (commit, claims) in words {
                    if self.understand(&mut all, claims) {
                        all.unsaid_by.push(*commit);
                    }
                }
            }
        }
        all
    }

    /// Adds what one says; whether that is nothing.
    fn understand(&mut self, all: &mut Understood, claims: &Claims) -> bool {
        let named = claims.named(&self.owners, &self.then);
        let foreign = claims.is_foreign(&self.then);
        self.of_others |= foreign && !claims.of_others.is_empty();
        // The back-out of one owner of a shared path is not the work of the others.
        let backed_out: BTreeSet<_> =
            claims.backs_out.intersection(&self.owners).copied().collect();
        let unsaid = named.is_empty() && !foreign && backed_out.is_empty();
        all.unsaid |= unsaid;
        all.foreign |= foreign;
        all.named.extend(named);
        all.backed_out.extend(backed_out);
        unsaid
    }

    /// What says nothing of itself is, by ownership, every owner's.
    fn suggest(
        &mut self,
        stages: &BTreeSet<StageIndex>,
        said: &Said<'_>,
        tangled: bool,
        unsaid_by: &[ObjectId],
    ) {
        let with = Owners::clone(&self.owners);
        let all = Counted { said, tangled, unsaid: None, unsaid_by, with: &with };
        self.count(stages, Evidence::Suggested, &all);
    }

    fn count(&mut self, stages: &BTreeSet<StageIndex>, evidence: Evidence, all: &Counted<'_>) {
        let Counted { said, tangled, ref unsaid, unsaid_by, with } = *all;
        let Said { commit, place, old, new, .. } = *said;
        self.shares.reserve_exact(stages.len());
        for stage in stages.iter().copied() {
            let with = with.iter().copied().filter(|other| *other != stage).collect();
            let (unsaid, unsaid_by) = (unsaid.clone(), Box::from(unsaid_by));
            self.shares.push(Share {
                stage,
                evidence,
                commit,
                place,
                old,
                new,
                with,
                tangled,
                unsaid,
                unsaid_by,
                takes_back: false,
            });
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
