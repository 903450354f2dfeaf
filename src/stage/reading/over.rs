//! Which lives a step ends.

use std::collections::{BTreeMap, BTreeSet};

use super::{Effect, Living, Reading, Undoing};
use crate::git::RepoPath;
use crate::stage::ending::Ending;
use crate::stage::ledger::{Evidence, StageStep};
use crate::stage::matcher::StageIndex;
use crate::stage::step::Step;
use crate::stage::taken::{Course, Taken};
use crate::stage::weigh::Weighed;

impl Reading {
    /// Ends the lives that are over with a step. Returns those that it took back and did nothing
    /// beside.
    pub(in crate::stage) fn end_lives(
        &mut self,
        order: usize,
        step: &Step,
        weighed: &[Weighed],
        undoing: &dyn Undoing,
    ) -> anyhow::Result<BTreeSet<StageIndex>> {
        let touched = |stage: &StageIndex| weighed.iter().any(|one| one.owners.contains(stage));
        let undone = |stage: &StageIndex| {
            self.effects.get(stage).is_some_and(|effect| effect.differs.is_empty())
        };
        let mut ended: BTreeSet<StageIndex> =
            self.stages.keys().copied().filter(|stage| touched(stage) && undone(stage)).collect();
        let is_before = |(_, steps): &Living<'_>| steps.last().is_some_and(|s| s.order < order);
        let known = |stage: &StageIndex| Some((*stage, self.stages.get(stage)?.steps.as_slice()));
        let named = step.claims.backs_out.iter().filter_map(known).filter(is_before);
        let named: Vec<Living<'_>> = named.collect();
        if named.iter().any(|(stage, _)| !ended.contains(stage)) {
            end_what_goes(&named, step, undoing, &mut ended)?;
        }
        // What it does to the paths of stages that it does not name nominates them as well.
        // Not where it says that it is their work as well: that is no end, be it a new beginning.
        let is_work = |stage: &StageIndex| {
            weighed.iter().any(|one| one.counts(*stage) == Some(Evidence::Claimed))
        };
        let mut silent: BTreeSet<StageIndex> =
            weighed.iter().flat_map(Weighed::takes_back).filter(|one| !is_work(one)).collect();
        // Who says which stages it backs out is held to that.
        if step.claims.backs_out.is_empty() {
            silent.extend(self.taken_everywhere(order, weighed, undoing)?);
        }
        for stage in self.moved(&silent, step, weighed, undoing)? {
            silent.remove(&stage);
        }
        let silent = self.lives_before(order, silent.difference(&ended).copied());
        end_what_goes(&silent, step, undoing, &mut ended)?;
        let in_part: BTreeSet<StageIndex> = weighed
            .iter()
            .flat_map(Weighed::takes_back_in_part)
            .filter(|one| !is_work(one))
            .collect();
        let in_part = self.lives_before(order, in_part.into_iter());
        let left = named.into_iter().chain(in_part).filter(|(stage, _)| !ended.contains(stage));
        let left = ended_with_more(left.collect(), step, undoing)?;
        for stage in &ended {
            self.end((*stage, order), step, undoing)?;
        }
        for (stage, beside) in left {
            self.end((stage, order), step, undoing)?;
            let history = self.stages.get_mut(&stage);
            if let Some(life) = history.and_then(|history| history.previous.as_mut()) {
                // There its steps are played again, and nothing is undone.
                life.unclear.retain(|path| !beside.contains(path));
                life.beside = beside;
            }
        }
        Ok(ended)
    }

    /// The stages of whose work a step takes something back wherever anything of it is left: whether
    /// that is all of it, among what others did since, has to be seen.
    fn taken_everywhere(
        &self,
        order: usize,
        weighed: &[Weighed],
        undoing: &dyn Undoing,
    ) -> anyhow::Result<BTreeSet<StageIndex>> {
        let mut found = BTreeSet::new();
        let count = weighed.len();
        let near = self.effects.iter().filter(|(_, one)| (1..=count).contains(&one.differs.len()));
        let near: Vec<(&StageIndex, &Effect)> = near.collect();
        if near.is_empty() {
            return Ok(found);
        }
        let there: BTreeMap<&RepoPath, &Weighed> =
            weighed.iter().map(|one| (&one.path, one)).collect();
        for (stage, effect) in near {
            let changes = effect.differs.iter().map(|path| there.get(path).copied());
            let Some(changes) = changes.collect::<Option<Vec<_>>>() else { continue };
            let mut takes = true;
            for change in changes {
                takes = takes && self.takes_of((*stage, order), effect, change, undoing)?;
            }
            if takes {
                found.insert(*stage);
            }
        }
        Ok(found)
    }

    /// Whether a change takes something back of what a stage made of its path before. Who says that it
    /// is another stage's work may take it away, but not back: it comes back with that stage.
    fn takes_of(
        &self,
        (stage, order): (StageIndex, usize),
        effect: &Effect,
        change: &Weighed,
        undoing: &dyn Undoing,
    ) -> anyhow::Result<bool> {
        if change.is_work_of_others(stage) {
            return Ok(false);
        }
        let Some(history) = self.stages.get(&stage) else { return Ok(false) };
        let before = history.steps.iter().rev().filter(|step| step.order < order);
        let mut work = before.flat_map(|step| step.changes.iter().rev());
        let work = work.find(|work| work.path == change.path);
        let (Some(work), Some(original)) = (work, effect.original.get(&change.path)) else {
            return Ok(false);
        };
        let course = Course {
            original: original.as_ref(),
            work: work.new.as_ref(),
            before: change.old.as_ref(),
            after: change.new.as_ref(),
        };
        Ok(undoing.taken(&course)? == Taken::Back)
    }

    /// Those of these stages whose files a step has under other names.
    fn moved(
        &self,
        stages: &BTreeSet<StageIndex>,
        step: &Step,
        weighed: &[Weighed],
        undoing: &dyn Undoing,
    ) -> anyhow::Result<BTreeSet<StageIndex>> {
        let mut found = BTreeSet::new();
        for stage in stages {
            for one in weighed.iter().filter(|one| one.owners.contains(stage)) {
                if !self.moved_to(*stage, step, one, undoing)?.is_empty() {
                    found.insert(*stage);
                }
            }
        }
        Ok(found)
    }

    /// The present lives of stages without a step and what comes after it; of those that had begun.
    fn lives_before(
        &self,
        order: usize,
        stages: impl Iterator<Item = StageIndex>,
    ) -> Vec<Living<'_>> {
        let before = |stage: StageIndex| {
            let steps = self.stages.get(&stage)?.steps.as_slice();
            let count = steps.partition_point(|one| one.order < order);
            Some((stage, steps.get(..count)?)).filter(|(_, steps)| !steps.is_empty())
        };
        stages.filter_map(before).collect()
    }

    fn end(
        &mut self,
        (stage, order): (StageIndex, usize),
        step: &Step,
        undoing: &dyn Undoing,
    ) -> anyhow::Result<()> {
        let Some(history) = self.stages.get_mut(&stage) else { return Ok(()) };
        if history.steps.is_empty() {
            return Ok(());
        }
        // What only ownership suggests, and is over with the step that began it, was no life: the
        // step took the work of others back.
        let at_once = |one: &StageStep| one.order == order && one.evidence == Evidence::Suggested;
        if history.steps.iter().all(at_once) {
            history.steps.clear();
            self.earlier.remove(&stage);
            self.later.remove(&stage);
            self.forget_effect(stage);
            return Ok(());
        }
        let none = BTreeMap::new();
        let ending = Ending {
            steps: std::mem::take(&mut history.steps),
            earlier: self.earlier.remove(&stage).unwrap_or_default(),
            later: self.later.remove(&stage).unwrap_or_default(),
            original: self.effects.get(&stage).map_or(&none, |effect| &effect.original),
        };
        let mut life = ending.life(undoing)?;
        life.previous = history.previous.take();
        // A clock may be wrong; but what took the steps back was made after them.
        let latest = life.steps.iter().chain(&life.ended_by).map(|one| one.time).max();
        history.backed_out = latest.max(Some(step.time));
        history.previous = Some(Box::new(life));
        self.forget_effect(stage);
        Ok(())
    }

    fn forget_effect(&mut self, stage: StageIndex) {
        self.effects.remove(&stage);
        let (effects, of_others) = (&self.effects, &self.of_others);
        self.origins.retain(|path, _| {
            of_others.contains(path)
                || effects.values().any(|effect| effect.original.contains_key(path))
        });
    }
}

/// Adds the stages whose lives a step takes back, all at once or each by itself.
fn end_what_goes(
    lives: &[Living<'_>],
    step: &Step,
    undoing: &dyn Undoing,
    ended: &mut BTreeSet<StageIndex>,
) -> anyhow::Result<()> {
    if !lives.is_empty() && undoing.takes_back(lives, step)? {
        ended.extend(lives.iter().map(|(stage, _)| *stage));
    } else if lives.len() > 1 {
        for life in lives {
            if !ended.contains(&life.0) && undoing.takes_back(&[*life], step)? {
                ended.insert(life.0);
            }
        }
    }
    Ok(())
}

/// Those of these lives which a step takes back, while it does something beside; each with the paths
/// where.
fn ended_with_more(
    lives: Vec<Living<'_>>,
    step: &Step,
    undoing: &dyn Undoing,
) -> anyhow::Result<BTreeMap<StageIndex, BTreeSet<RepoPath>>> {
    let mut found = BTreeMap::new();
    if lives.is_empty() {
        return Ok(found);
    }
    if let Some(beside) = undoing.leaves_nothing(&lives, step)? {
        found.extend(lives.iter().map(|(stage, _)| (*stage, beside.clone())));
    } else if lives.len() > 1 {
        for life in lives {
            if let Some(beside) = undoing.leaves_nothing(&[life], step)? {
                found.insert(life.0, beside);
            }
        }
    }
    Ok(found)
}
