//! What could be backed out once a range has landed. The steps are gathered once for each
//! migration, when the first of its stages is asked about.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::repo_facts::{RepoFacts, cut_off};
use super::snapshot::{Facts as _, Known, Rehearsed, Unknown};
use crate::config::{Migration, MigrationId, StageId};
use crate::git::{Commit, GitError, ObjectId, TreeFile};
use crate::receipt::{Verified, code_path, parse_code};
use crate::rollback::exact;
use crate::rollback::line::Line;
use crate::rollback::outlook::{Loss, Outlook};
use crate::stage::attribution::{Attribution, Claims};
use crate::stage::cache::{landed_steps, narrowed};
use crate::stage::history::{branch_steps, squash_step, step, steps};
use crate::stage::ledger::{Ledger, StageHistory, Visit};
use crate::stage::matcher::{Matcher, StageIndex};
use crate::stage::plan::StagePlan;
use crate::stage::trail::Trail;

/// Why there is no plan: beside what the repository says, a checkpoint that is not here.
pub(super) fn unplanned(error: anyhow::Error) -> Unknown {
    match error.downcast::<GitError>() {
        Ok(error) => error.into(),
        Err(error) => Unknown {
            reason: format!("{error:#}"),
            help: "fetch the tags: `git fetch --tags`".to_owned(),
        },
    }
}

/// Where a branch parted from the landing branch.
struct Parted {
    /// The merge base; of several, the end of what the branch has of the landing branch's line of
    /// first parents.
    base: ObjectId,
    /// What stands for several merge bases. A step of its own, between what has landed and what the
    /// branch adds: taken for the branch's work, or for a part of it, landed work would be told as
    /// the branch's, and tangled with it.
    rest: Option<Commit>,
}

impl<'a> RepoFacts<'a> {
    /// How backing a stage out would go after the range.
    pub(super) fn look(&self, migration: &MigrationId, stage: &StageId) -> Known<Option<Outlook>> {
        let Some((migration, stage)) = self.named(migration, stage) else { return Ok(None) };
        let Some(line) = self.line(migration)? else { return Ok(None) };
        line.outlook(line.len(), stage).map_err(unplanned)
    }

    /// The history of a stage after the range, where its present life begins within the range.
    pub(super) fn life_begun(
        &self,
        migration: &'a Migration,
        stage: StageIndex,
    ) -> Known<Option<StageHistory>> {
        let begins = |history: &StageHistory| {
            let first = history.steps.first().map(|step| step.id);
            first.is_some_and(|first| self.range.commits.iter().any(|c| c.id == first))
        };
        Ok(self.history_after(migration, stage)?.filter(begins))
    }

    /// The history of a stage after the range.
    pub(super) fn history_after(
        &self,
        migration: &'a Migration,
        stage: StageIndex,
    ) -> Known<Option<StageHistory>> {
        let Some(line) = self.line(migration)? else { return Ok(None) };
        Ok(line.history(stage)?)
    }

    /// Whether a stage had landed at some time, and has been backed out by the end of the range.
    pub(super) fn life_is_over(&self, migration: &'a Migration, stage: StageIndex) -> Known<bool> {
        Ok(self
            .history_after(migration, stage)?
            .is_some_and(|known| known.steps.is_empty() && known.backed_out.is_some()))
    }

    /// What the receipt at the head says of a stage as it would be backed out after the range.
    pub(super) fn rehearsal(&self, migration: &MigrationId, stage: &StageId) -> Known<Rehearsed> {
        let nothing = Ok(Rehearsed::NothingToRehearse);
        let Some((of, index)) = self.named(migration, stage) else { return nothing };
        let Some(line) = self.line(of)? else { return nothing };
        let Some(digest) = line.rehearsable(line.len(), index).map_err(unplanned)? else {
            return nothing;
        };
        let path = match of.folder.as_str() {
            "" => code_path(migration, stage),
            folder => format!("{folder}/{}", code_path(migration, stage)),
        };
        let receipt = match self.file(&path)? {
            None => return Ok(Rehearsed::Missing),
            Some(TreeFile::NotAFile(kind)) => {
                return Ok(Rehearsed::Unreadable(format!("it is {kind}")));
            }
            Some(TreeFile::Content(content)) => parse_code(&content),
        };
        Ok(match receipt {
            Err(error) => Rehearsed::Unreadable(error.to_string()),
            Ok(receipt) if receipt.migration != *migration || receipt.stage != *stage => {
                Rehearsed::Unreadable("it is another stage's".to_owned())
            }
            Ok(receipt) if receipt.digest != digest => Rehearsed::Outdated(receipt.at),
            Ok(receipt) => {
                let check = of.stages.get(index).and_then(|stage| stage.verify.as_ref());
                let (said, expected) = (receipt.verify, Verified::expected(check));
                if said == expected {
                    Rehearsed::AsItIs
                } else {
                    Rehearsed::Otherwise { said, expected }
                }
            }
        })
    }

    /// What of the range took a stage its way back.
    pub(super) fn loss(&self, migration: &MigrationId, stage: &StageId) -> Known<Option<Loss>> {
        let Some((migration, stage)) = self.named(migration, stage) else { return Ok(None) };
        let Some(line) = self.line(migration)? else { return Ok(None) };
        // A base beside the line had steps of its own, which may have lost it before.
        for base in self.range.base.iter().filter(|base| line.count_to(base).is_none()) {
            let before = self.read_line(migration, base, false)?;
            let at_base = before.outlook(before.len(), stage).map_err(unplanned)?;
            if at_base.is_some_and(|before| !before.holds()) {
                return Ok(None);
            }
        }
        let known = line.known_to(&self.bases_of(migration)?)?;
        let lost = line.lost_by(known, stage).map_err(unplanned)?;
        match (lost, self.attributes_changed_by()?) {
            (None, Some(commit)) => self.lost_by_attributes(&line, known, stage, commit),
            (lost, _) => Ok(lost),
        }
    }

    /// The newest commit of the range that changes attributes: from then on, files may be merged in
    /// another way.
    fn attributes_changed_by(&self) -> Known<Option<ObjectId>> {
        if !self.range.changes.iter().any(|change| change.path.is_attributes()) {
            return Ok(None);
        }
        for commit in &self.range.commits {
            let changes = self.ground.repo.own_changes(commit)?;
            if changes.iter().any(|change| change.path.is_attributes()) {
                return Ok(Some(commit.id));
            }
        }
        Ok(self.range.head)
    }

    /// No step on its files took a stage its way back, and yet it had one before these steps.
    fn lost_by_attributes(
        &self,
        line: &Line<'_>,
        known: usize,
        stage: StageIndex,
        commit: ObjectId,
    ) -> Known<Option<Loss>> {
        let before = line.outlook(known, stage).map_err(unplanned)?;
        let now = line.outlook(line.len(), stage).map_err(unplanned)?.filter(|now| !now.holds());
        let Some(outlook) = now else { return Ok(None) };
        let had = |held: &dyn Fn(&Outlook) -> bool| before.as_ref().is_none_or(held);
        let certain =
            outlook.claimed == Some(false) && had(&|before| before.claimed != Some(false));
        if !certain && !had(&Outlook::holds) {
            return Ok(None);
        }
        let work = line.work_since(known, stage, &outlook.clashes).map_err(unplanned)?;
        let (commit, is_work) = (work.unwrap_or(commit), work.is_some());
        Ok(Some(Loss { commit, is_work, certain, outlook }))
    }

    /// Whether the range is the planned back-out of the stages that its commits name.
    pub(super) fn is_planned(&self, migration: &'a Migration) -> Known<bool> {
        let range = self.range;
        let (Some(head), [base]) = (&range.head, range.base.as_slice()) else { return Ok(false) };
        let attribution = self.attribution(migration);
        if range.changes.is_empty() || exact::named(&attribution, &range.commits).is_empty() {
            return Ok(false);
        }
        let at = |commit: &ObjectId| -> anyhow::Result<Ledger> {
            let line = self.read_line(migration, commit, false);
            let line = line.map_err(|why| anyhow::anyhow!(why.reason))?;
            line.ledger()
        };
        let repo = self.ground.repo;
        let ledger = at(base)?;
        let range = (base, head, range.commits.as_slice());
        Ok(exact::is_planned_range(repo, migration, &attribution, &ledger, range, &at)?)
    }

    /// Whether the range takes back what somebody declared to be no part of the migration, or what
    /// nobody has said to be part of it: either may be a hotfix.
    pub(super) fn takes_foreign_work(
        &self,
        migration: &'a Migration,
        plan: &StagePlan,
    ) -> Known<bool> {
        for base in &self.range.base {
            let ledger = self.read_line(migration, base, false)?.ledger()?;
            let histories = plan.touched.keys().filter_map(|stage| ledger.get(*stage));
            let foreign: BTreeSet<&ObjectId> = histories.flat_map(|known| &known.foreign).collect();
            let changes = self.range.changes.iter();
            let paths = changes.filter_map(|change| ledger.visits.get(&change.path));
            let other = |visit: &Visit| foreign.contains(&visit.step) || visit.whose.unsaid;
            if paths.flatten().any(other) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn named(
        &self,
        migration: &MigrationId,
        stage: &StageId,
    ) -> Option<(&'a Migration, StageIndex)> {
        let mut all = self.configuration.migrations.iter();
        let migration = all.find(|candidate| candidate.id == *migration)?;
        let stage = migration.stages.iter().position(|one| one.id == *stage)?;
        Some((migration, stage))
    }

    pub(super) fn attribution(&self, migration: &'a Migration) -> Attribution<'a> {
        Attribution::new(migration, &self.configuration.migrations, self.attributions)
    }

    /// The steps that lead to the head; none where there is no head.
    pub(super) fn line(&self, migration: &'a Migration) -> Known<Option<Rc<Line<'a>>>> {
        let Some(head) = &self.range.head else { return Ok(None) };
        if let Some(known) = self.lines.borrow().get(&migration.id) {
            return known.clone().map(Some);
        }
        let updated = self.range.update.remote.as_branch();
        // A squash is another commit than those that it is made of.
        let lands = !self.as_one && updated.is_some_and(|branch| branch == migration.branch);
        let read = self.read_line(migration, head, lands).map(Rc::new);
        self.lines.borrow_mut().insert(migration.id.clone(), read.clone());
        read.map(Some)
    }

    pub(super) fn read_line(
        &self,
        migration: &'a Migration,
        head: &ObjectId,
        lands: bool,
    ) -> Known<Line<'a>> {
        let start = self.start(migration)?;
        self.descends(&start, head)?;
        let steps = match lands {
            true => self.landing_steps(migration, &start, head),
            false => self.shared_steps(migration, &start, head),
        }?;
        self.refuse_cut_off(&steps)?;
        Ok(Line::new(self.ground.repo, migration, start, steps))
    }

    /// The steps of the landing branch, once its tip is `head`.
    fn landing_steps(
        &self,
        migration: &'a Migration,
        start: &ObjectId,
        head: &ObjectId,
    ) -> Known<Trail> {
        let (repo, attribution) = (self.ground.repo, self.attribution(migration));
        if let Some(tip) = self.ground.landing.get(&migration.branch) {
            let new = steps(repo, &attribution, tip, head)?;
            // What is known of the landing branch need not be read again.
            if tip == head || new.first().is_some_and(|first| first.parent == Some(*tip)) {
                let mut all = self.landed_steps(migration)?.as_ref().clone();
                all.append(narrowed(&Matcher::new(migration), new)?);
                return Ok(all);
            }
        }
        self.steps(migration, start, head)
    }

    /// What the landing branch has of `head`, and what a branch adds to it.
    fn shared_steps(
        &self,
        migration: &'a Migration,
        start: &ObjectId,
        head: &ObjectId,
    ) -> Known<Trail> {
        let (repo, attribution) = (self.ground.repo, self.attribution(migration));
        let parted = self.parted(migration, head)?;
        let Some(Parted { base, rest }) = parted else { return self.steps(migration, start, head) };
        let landed = self.landed_steps(migration)?;
        let mut all = match landed.all().position(&base) {
            Some(at) => landed.as_ref().clone().until(at + 1),
            None => self.steps(migration, start, &base)?,
        };
        // A branch from before the start has nothing of the migration until there.
        let mut ground = None;
        let mut from = if repo.is_ancestor(&base, start)? { start } else { &base };
        if let Some(mut rest) = rest {
            rest.parents.retain(|parent| *parent != base);
            rest.parents.insert(0, *from);
            from = ground.insert(rest.id);
            all.append(narrowed(&Matcher::new(migration), vec![step(repo, &attribution, &rest)?])?);
        }
        let silent = Claims::default();
        let is_judged = self.range.head == Some(*head);
        let words = if is_judged { &self.words } else { &silent };
        let new = match self.as_one && is_judged {
            true => squash_step(repo, &attribution, from, head, words),
            false => branch_steps(repo, &attribution, from, head, words),
        }?;
        all.append(narrowed(&Matcher::new(migration), new)?);
        Ok(all)
    }

    /// Where a commit parted from the landing branch; `None` where it never was on it.
    fn parted(&self, migration: &Migration, head: &ObjectId) -> Known<Option<Parted>> {
        let repo = self.ground.repo;
        let Some(tip) = self.ground.landing.get(&migration.branch) else { return Ok(None) };
        let several = match repo.merge_bases(head, tip)?.as_slice() {
            [] => return Ok(None),
            [base] => return Ok(Some(Parted { base: *base, rest: None })),
            several => repo.commit(&repo.common_ground(tip, several)?)?,
        };
        Ok(several.parents.first().map(|base| Parted { base: *base, rest: Some(several.clone()) }))
    }

    /// Where the range begins, with what stands for several commits at which its head parted from
    /// the landing branch: what these came to was there before.
    fn bases_of(&self, migration: &Migration) -> Known<Vec<ObjectId>> {
        let parted = self.range.head.map(|head| self.parted(migration, &head)).transpose()?;
        let rest = parted.flatten().and_then(|parted| parted.rest);
        Ok(self.range.base.iter().copied().chain(rest.map(|rest| rest.id)).collect())
    }

    /// The steps up to a commit, remembered from run to run.
    fn steps(&self, migration: &'a Migration, start: &ObjectId, tip: &ObjectId) -> Known<Trail> {
        let (repo, attribution) = (self.ground.repo, self.attribution(migration));
        Ok(landed_steps(repo, &Matcher::new(migration), &attribution, start, tip)?)
    }

    /// The steps that have landed, as the remote is known to have them.
    pub(super) fn landed_steps(&self, migration: &'a Migration) -> Known<Rc<Trail>> {
        if let Some(known) = self.landed.borrow().get(&migration.id) {
            return known.clone();
        }
        let read = self.read_landed_steps(migration).map(Rc::new);
        self.landed.borrow_mut().insert(migration.id.clone(), read.clone());
        read
    }

    fn read_landed_steps(&self, migration: &'a Migration) -> Known<Trail> {
        let Some(tip) = self.ground.landing.get(&migration.branch) else {
            // A landing branch that the remote is not known to have: nothing has landed there.
            return Ok(Trail::default());
        };
        let start = self.start(migration)?;
        // Only in a shallow clone is a landing branch without its start no answer.
        self.descends(&start, tip)?;
        let landed = self.steps(migration, &start, tip)?;
        self.refuse_cut_off(&landed)?;
        Ok(landed)
    }

    /// In a shallow clone a step at which history is cut off looks as if it had made every file.
    /// Only the oldest can be one: every other step leads on from the one before it.
    fn refuse_cut_off(&self, steps: &Trail) -> Known<()> {
        let Some(first) = steps.all().commits().first() else { return Ok(()) };
        if self.ground.repo.cut_off_at()?.contains(first) { Err(cut_off()) } else { Ok(()) }
    }
}
