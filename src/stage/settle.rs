//! What becomes of a change whose commit says that it backs a stage out. The tree decides: where it
//! takes the stage back, it is nobody's work; where there was nothing to take back, its trailer
//! counts for nothing; and what it did beside that is foreign work.

use std::collections::{BTreeMap, BTreeSet};

use super::ledger::StageStep;
use super::matcher::StageIndex;
use super::reading::{Differs, Living, Reading, Undoing};
use super::step::Step;
use super::weigh::Weighed;

/// The lives that a step says it takes back, as they were before it.
pub(super) type Named = BTreeMap<StageIndex, Vec<StageStep>>;

impl Reading {
    /// The lives that a step says it takes back.
    pub(super) fn named(&self, step: &Step) -> Named {
        let known = |stage: &StageIndex| Some((*stage, self.stages.get(stage)?.steps.clone()));
        let named = step.claims.backs_out.iter().filter_map(known);
        named.filter(|(_, steps)| !steps.is_empty()).collect()
    }

    /// Settles a step's back-outs, of which these lives have ended, and nothing was done beside.
    pub(super) fn settle(
        &mut self,
        (order, step): (usize, &Step),
        weighed: &mut [Weighed],
        named: &Named,
        ended: &BTreeSet<StageIndex>,
        undoing: &dyn Undoing,
    ) -> anyhow::Result<()> {
        if weighed.iter().all(|one| one.back_outs.is_empty()) {
            return Ok(());
        }
        let differs = match named.keys().all(|stage| ended.contains(stage)) {
            true => Differs::At(BTreeSet::new()),
            false => {
                let lives: Vec<Living<'_>> =
                    named.iter().map(|(stage, steps)| (*stage, steps.as_slice())).collect();
                undoing.differs(&lives, step)?
            }
        };
        let mut added = Vec::new();
        for one in weighed {
            for back_out in std::mem::take(&mut one.back_outs) {
                let mut lived = back_out.named.iter().filter(|stage| named.contains_key(stage));
                let differs = matches!(&differs, Differs::At(paths) if paths.contains(&one.then));
                if lived.clone().next().is_none() {
                    self.forget_back_out(&back_out.named);
                    added.push(one.without_back_out(&back_out));
                } else if differs && !lived.all(|stage| ended.contains(stage)) {
                    added.push(one.beside_back_out());
                }
            }
        }
        self.take((order, step), &added, &[], undoing)
    }
}
