//! What the commits of a change say of it, and whose work it is by that.

use std::collections::BTreeSet;

use super::{BackOut, Share, Weighed};
use crate::git::{Entry, ObjectId};
use crate::stage::attribution::Claims;
use crate::stage::ledger::Evidence;
use crate::stage::matcher::{Owners, StageIndex};

/// A change, and what its commit says, or all do who made it together.
pub(super) struct Said<'s> {
    pub(super) commit: ObjectId,
    pub(super) place: usize,
    pub(super) words: Words<'s>,
    pub(super) old: Option<Entry>,
    pub(super) new: Option<Entry>,
}

/// What a change's own commit says, or each of those who made it together.
#[derive(Clone, Copy)]
pub(super) enum Words<'s> {
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
    /// Adds what a commit did, by what it says.
    pub(super) fn add(&mut self, said: &Said<'_>) {
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
    pub(super) fn suggest(
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
}
