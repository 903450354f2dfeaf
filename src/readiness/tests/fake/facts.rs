//! The facts that requirements ask for, in maps.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use super::{NOW, annotated, at, start};
use crate::backup::Checked;
use crate::config::{Backup, BackupName, Migration, MigrationId, StageId};
use crate::git::{Change, Commit, ObjectId, RepoPath, Seconds, TreeFile};
use crate::readiness::snapshot::{Build, Facts, Foxtrot, Known, Landed, Near, Rehearsed, Tag};
use crate::readiness::stays_out::StaysOut;
use crate::receipt::ArchiveReceipt;
use crate::rollback::by_hand::ByHand;
use crate::rollback::outlook::{Loss, Outlook};
use crate::stage::ledger::StageHistory;
use crate::stage::plan::Work;

/// Facts in maps; what is not in one is not there. Each can be unknown.
pub struct FakeFacts {
    pub now: Seconds,
    pub has_remote: bool,
    pub tags_left_out: Option<&'static str>,
    pub tags: BTreeMap<String, Known<Option<Tag>>>,
    /// Whether a commit is an ancestor of the head: yes, unless it stands here.
    pub ancestors: BTreeMap<ObjectId, Known<bool>>,
    pub files: BTreeMap<String, Known<Option<TreeFile>>>,
    pub base_files: BTreeMap<String, Known<Option<TreeFile>>>,
    /// Files of the landing branch; every step lands only now, unless its receipt stands here.
    pub landed_files: BTreeMap<String, Known<Landed>>,
    pub paths: Known<Vec<RepoPath>>,
    pub histories: BTreeMap<(String, String), Known<StageHistory>>,
    /// What commits have of the stages that landed; all have them, unless given.
    pub builds: BTreeMap<ObjectId, Known<Build>>,
    /// Stages that have landed once the range has: how backing them out would go.
    pub begun: BTreeMap<String, Known<Option<StageHistory>>>,
    pub outlooks: BTreeMap<String, Known<Option<Outlook>>>,
    /// What took stages their way back.
    pub losses: BTreeMap<String, Known<Option<Loss>>>,
    /// What does not come back of stages that were backed out.
    pub stay_out: BTreeMap<String, Known<Option<StaysOut>>>,
    /// What receipts of rehearsals say; all is rehearsed, unless it stands here.
    pub rehearsals: BTreeMap<String, Known<Rehearsed>>,
    /// How commits that say they back stages out differ from the plan; they are it, unless given.
    pub before_start: BTreeMap<String, Known<Option<Commit>>>,
    pub by_hand: BTreeMap<ObjectId, Known<ByHand>>,
    /// What came after its stage was closed: all, unless it stands here.
    pub after_closing: Option<Known<BTreeSet<ObjectId>>>,
    pub near: Known<Near>,
    pub dropped: Known<Vec<Work>>,
    /// The steps that had landed before a rewrite.
    pub steps_before_rewrite: Known<BTreeSet<ObjectId>>,
    pub foxtrot: Known<Option<Foxtrot>>,
    /// Paths that the head has as the old end had them.
    pub kept: BTreeMap<RepoPath, Known<bool>>,
    pub delivered: BTreeMap<BackupName, Vec<ArchiveReceipt>>,
    /// What the stores have, where they are asked.
    pub stored: Option<Checked>,
    pub magic: BTreeMap<RepoPath, Known<bool>>,
    /// What single commits changed.
    pub passing: Known<Vec<(ObjectId, Change)>>,
    /// Whether a fact that was asked for was unknown.
    pub missed: Cell<bool>,
}

impl Default for FakeFacts {
    fn default() -> Self {
        Self {
            now: at(NOW),
            has_remote: true,
            tags_left_out: None,
            tags: BTreeMap::from([("m-start".to_owned(), Ok(Some(annotated(start()))))]),
            ancestors: BTreeMap::new(),
            files: BTreeMap::new(),
            base_files: BTreeMap::new(),
            landed_files: BTreeMap::new(),
            builds: BTreeMap::new(),
            paths: Ok(Vec::new()),
            histories: BTreeMap::new(),
            begun: BTreeMap::new(),
            outlooks: BTreeMap::new(),
            losses: BTreeMap::new(),
            stay_out: BTreeMap::new(),
            rehearsals: BTreeMap::new(),
            before_start: BTreeMap::new(),
            by_hand: BTreeMap::new(),
            after_closing: None,
            near: Ok(Near::default()),
            dropped: Ok(Vec::new()),
            steps_before_rewrite: Ok(BTreeSet::new()),
            foxtrot: Ok(None),
            kept: BTreeMap::new(),
            delivered: BTreeMap::new(),
            stored: None,
            magic: BTreeMap::new(),
            passing: Ok(Vec::new()),
            missed: Cell::new(false),
        }
    }
}

impl FakeFacts {
    fn told<T: Clone>(&self, fact: Option<&Known<T>>, otherwise: T) -> Known<T> {
        let fact = fact.cloned().unwrap_or(Ok(otherwise));
        self.missed.set(self.missed.get() || fact.is_err());
        fact
    }
}

impl Facts for FakeFacts {
    fn now(&self) -> Seconds {
        self.now
    }

    fn remote(&self) -> &str {
        "upstream"
    }

    fn has_remote(&self) -> bool {
        self.has_remote
    }

    fn tags_left_out(&self) -> Option<&'static str> {
        self.tags_left_out
    }

    fn tag(&self, name: &str) -> Known<Option<Tag>> {
        self.told(self.tags.get(name), None)
    }

    fn is_ancestor(&self, ancestor: &ObjectId, _descendant: &ObjectId) -> Known<bool> {
        self.told(self.ancestors.get(ancestor), true)
    }

    fn file(&self, path: &str) -> Known<Option<TreeFile>> {
        self.told(self.files.get(path), None)
    }

    fn bases(&self) -> usize {
        1
    }

    fn base_file(&self, _: usize, path: &str) -> Known<Option<TreeFile>> {
        self.told(self.base_files.get(path), None)
    }

    fn landed_file(
        &self,
        _: &MigrationId,
        _step: &ObjectId,
        path: &str,
        counts: &dyn Fn(&TreeFile) -> bool,
    ) -> Known<Landed> {
        let landed = self.told(self.landed_files.get(path), Landed::WithThis)?;
        Ok(match landed {
            Landed::Before(file) => Landed::Before(file.filter(counts)),
            Landed::WithThis => Landed::WithThis,
        })
    }

    fn build(
        &self,
        _: &MigrationId,
        _: &StageId,
        commit: &ObjectId,
        _: Option<&ObjectId>,
    ) -> Known<Build> {
        self.told(self.builds.get(commit), Build::OfStage)
    }

    fn all_paths(&self) -> Known<Vec<RepoPath>> {
        self.told(Some(&self.paths), Vec::new())
    }

    fn history(&self, migration: &MigrationId, stage: &StageId) -> Known<StageHistory> {
        let key = (migration.to_string(), stage.to_string());
        self.told(self.histories.get(&key), StageHistory::default())
    }

    fn begun(&self, _: &MigrationId, stage: &StageId) -> Known<Option<StageHistory>> {
        self.told(self.begun.get(stage.as_str()), None)
    }

    fn outlook(&self, _: &MigrationId, stage: &StageId) -> Known<Option<Outlook>> {
        self.told(self.outlooks.get(stage.as_str()), None)
    }

    fn lost_by(&self, _: &MigrationId, stage: &StageId) -> Known<Option<Loss>> {
        self.told(self.losses.get(stage.as_str()), None)
    }

    fn rehearsed(&self, _: &MigrationId, stage: &StageId) -> Known<Rehearsed> {
        self.told(self.rehearsals.get(stage.as_str()), Rehearsed::AsItIs)
    }

    fn work_before_start(
        &self,
        _: &MigrationId,
        stage: &StageId,
        others: &[&Commit],
    ) -> Known<Option<Commit>> {
        let first = others.first().map(|one| (*one).clone());
        self.told(self.before_start.get(stage.as_str()), first)
    }

    fn stays_out(&self, _: &MigrationId, stage: &StageId) -> Known<Option<StaysOut>> {
        self.told(self.stay_out.get(stage.as_str()), None)
    }

    fn by_hand(
        &self,
        _: &MigrationId,
        commit: &ObjectId,
        _: &BTreeSet<crate::stage::matcher::StageIndex>,
    ) -> Known<ByHand> {
        self.told(self.by_hand.get(commit), ByHand::default())
    }

    fn after_closing(
        &self,
        _: &MigrationId,
        _: &StageId,
        commits: &BTreeSet<ObjectId>,
    ) -> Known<BTreeSet<ObjectId>> {
        self.told(self.after_closing.as_ref(), commits.clone())
    }

    fn near(&self, _: &MigrationId) -> Known<Near> {
        self.told(Some(&self.near), Near::default())
    }

    fn dropped(&self) -> Known<Vec<Work>> {
        self.told(Some(&self.dropped), Vec::new())
    }

    fn steps_before_rewrite(&self, _: &MigrationId) -> Known<BTreeSet<ObjectId>> {
        self.told(Some(&self.steps_before_rewrite), BTreeSet::new())
    }

    fn foxtrot(&self, _: &MigrationId) -> Known<Option<Foxtrot>> {
        self.told(Some(&self.foxtrot), None)
    }

    fn is_kept(&self, path: &RepoPath) -> Known<bool> {
        self.told(self.kept.get(path), false)
    }

    fn delivered(&self, _: &MigrationId, backup: &BackupName) -> Vec<ArchiveReceipt> {
        self.delivered.get(backup).cloned().unwrap_or_default()
    }

    fn asks_stores(&self) -> bool {
        self.stored.is_some()
    }

    fn stored(
        &self,
        _migration: &Migration,
        _backup: &Backup,
        _archive: &ArchiveReceipt,
    ) -> Option<Checked> {
        self.stored.clone()
    }

    fn passing(&self) -> Known<Vec<(ObjectId, Change)>> {
        self.told(Some(&self.passing), Vec::new())
    }

    fn begins_with(&self, change: &Change, _magic: &[u8]) -> Known<bool> {
        self.told(self.magic.get(&change.path), false)
    }
}
