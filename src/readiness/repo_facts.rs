//! Facts read from a repository, each when it is first asked for.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::before_start::{Said, kept, kept_of_said, said_before};
use super::snapshot::{Build, Facts, Foxtrot, Known, Landed, Near, Rehearsed, Tag, Unknown};
use super::stays_out::StaysOut;
use super::stores::Stores;
use crate::backup::Checked;
use crate::config::{Backup, BackupName, Configuration, Migration, MigrationId, StageId};
use crate::git::{
    Change, Commit, Entry, GitError, ObjectId, Range, RefName, Repo, RepoPath, Seconds, TreeFile,
};
use crate::receipt::{ArchiveReceipt, BackupReceipt};
use crate::rollback::by_hand::ByHand;
use crate::rollback::line::Line;
use crate::rollback::outlook::{Loss, Outlook};
use crate::rollback::undoing::ledger_of;
use crate::shell;
use crate::stage::attribution::{Attribution, Attributions, Claims};
use crate::stage::history::works;
use crate::stage::ledger::{Ledger, StageHistory};
use crate::stage::matcher::{Matcher, StageIndex};
use crate::stage::plan::Work;
use crate::stage::trail::Trail;

/// What the facts of a range rest on, beside the range itself.
pub struct Ground<'a> {
    /// The repository.
    pub repo: &'a Repo,
    /// The clock, read once a run.
    pub now: Seconds,
    /// The remote, as the commands name it that are suggested.
    pub remote: &'a str,
    /// Why this clone may lack tags.
    pub tags_left_out: Option<&'static str>,
    /// Receipts given on the command line.
    pub delivered: &'a [BackupReceipt],
    /// The stores, where they are asked.
    pub online: Option<&'a Stores>,
    /// The tips of the landing branches, by branch name, as the remote is known to have them.
    pub landing: &'a BTreeMap<String, ObjectId>,
    /// The configuration's path.
    pub config_path: &'a str,
}

/// What was read of stages whose histories hang together, by the first of them.
type Ledgers = BTreeMap<(MigrationId, StageIndex), Known<Rc<Ledger>>>;

/// The facts of one range, under one configuration.
pub struct RepoFacts<'a> {
    pub(super) ground: &'a Ground<'a>,
    pub(super) range: &'a Range,
    pub(super) configuration: &'a Configuration,
    pub(super) attributions: &'a Attributions,
    /// What the range lands with says of its silent commits.
    pub(super) words: Claims,
    /// Whether the range can land as one new commit alone.
    pub(super) as_one: bool,
    ledgers: RefCell<Ledgers>,
    /// The steps that have landed, and those that lead to the head: see `forecast`.
    pub(super) landed: RefCell<BTreeMap<MigrationId, Known<Rc<Trail>>>>,
    pub(super) lines: RefCell<BTreeMap<MigrationId, Known<Rc<Line<'a>>>>>,
    said: RefCell<BTreeMap<MigrationId, Known<Rc<[Said]>>>>,
    paths: OnceCell<Known<Vec<RepoPath>>>,
}

impl From<GitError> for Unknown {
    fn from(error: GitError) -> Self {
        let help = error.help();
        Self {
            reason: error.to_string(),
            help: help.unwrap_or_else(|| "run `git fsck`, then try again".to_owned()),
        }
    }
}

/// What the rooms below could not do: most often the repository did not answer.
impl From<anyhow::Error> for Unknown {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast::<GitError>() {
            Ok(error) => error.into(),
            Err(error) => Self {
                reason: format!("{error:#}"),
                help: "correct the configuration's patterns".to_owned(),
            },
        }
    }
}

/// What is said of commits, with others of a range that are a stage's, each after its parents: what
/// comes before a range has none of its commits among its ancestors.
fn with_others(said: &[Said], stage: StageIndex, others: &[&Commit], range: &Range) -> Vec<Said> {
    let place: BTreeMap<&ObjectId, usize> =
        range.commits.iter().rev().enumerate().map(|(place, one)| (&one.id, place)).collect();
    let is_known = |other: &Commit| said.iter().any(|one| one.commit.id == other.id);
    let new = others.iter().filter(|other| !is_known(other));
    let stages = BTreeSet::from([stage]);
    let new = new.map(|other| Said { commit: (*other).clone(), stages: stages.clone() });
    let mut all: Vec<Said> = said.iter().cloned().chain(new).collect();
    all.sort_by_key(|one| place.get(&one.commit.id).copied());
    all
}

fn cut_off_before_start() -> Unknown {
    Unknown {
        reason: "this clone is shallow, and its history is cut off soon before the tag: whether \
                 work on the stage lies there is not known"
            .to_owned(),
        help: "fetch more of it: `backout fetch`, or all: `git fetch --unshallow --tags` (with \
               actions/checkout: `fetch-depth: 0`)"
            .to_owned(),
    }
}

pub(super) fn cut_off() -> Unknown {
    Unknown {
        reason: "this clone is shallow, and its history is cut off before the answer".to_owned(),
        help: "fetch the rest: `git fetch --unshallow --tags` (with \
            actions/checkout: `fetch-depth: 0`)"
            .to_owned(),
    }
}

impl<'a> RepoFacts<'a> {
    /// Facts that nothing has been asked of yet.
    #[must_use]
    pub const fn new(
        ground: &'a Ground<'a>,
        range: &'a Range,
        configuration: &'a Configuration,
        attributions: &'a Attributions,
        words: Claims,
    ) -> Self {
        Self {
            ground,
            range,
            configuration,
            attributions,
            words,
            as_one: false,
            ledgers: RefCell::new(BTreeMap::new()),
            landed: RefCell::new(BTreeMap::new()),
            lines: RefCell::new(BTreeMap::new()),
            said: RefCell::new(BTreeMap::new()),
            paths: OnceCell::new(),
        }
    }

    /// The same for a range that can land as one new commit alone.
    #[must_use]
    pub fn landing_as_one(self, as_one: bool) -> Self {
        Self { as_one, ..self }
    }

    fn at(&self, commit: Option<&ObjectId>, path: &str) -> Known<Option<TreeFile>> {
        match commit {
            Some(commit) => Ok(self.ground.repo.file(commit, &RepoPath::from(path))?),
            None => Ok(None),
        }
    }

    /// What has landed of a stage, and of those whose histories hang together with its own.
    pub(super) fn ledger(&self, migration: &'a Migration, stage: StageIndex) -> Known<Rc<Ledger>> {
        let landed = self.landed_steps(migration)?;
        let about = landed.related(stage);
        let key = (migration.id.clone(), about.first().copied().unwrap_or(stage));
        if let Some(known) = self.ledgers.borrow().get(&key) {
            return known.clone();
        }
        let (repo, matcher) = (self.ground.repo, Matcher::new(migration));
        let read = ledger_of(repo, &matcher, landed.all(), Some(&about));
        let read = read.map(Rc::new).map_err(Unknown::from);
        self.ledgers.borrow_mut().insert(key, read.clone());
        read
    }

    /// What [`said_before`] finds, once.
    fn said_before_start(&self, migration: &'a Migration) -> Known<Rc<[Said]>> {
        if let Some(known) = self.said.borrow().get(&migration.id) {
            return known.clone();
        }
        let all = &self.configuration.migrations;
        let attribution = Attribution::new(migration, all, self.attributions);
        let start = self.start(migration)?;
        let read = said_before(self.ground.repo, migration, &attribution, &start);
        let read = match read {
            Ok(said) => said.map(Rc::from).ok_or_else(cut_off_before_start),
            Err(error) => Err(error.into()),
        };
        self.said.borrow_mut().insert(migration.id.clone(), read.clone());
        read
    }

    /// The commit from which a migration began.
    pub(super) fn start(&self, migration: &Migration) -> Known<ObjectId> {
        let tag = &migration.start.tag;
        let tagged = self.tag(tag)?.and_then(|tag| tag.commit);
        migration.start.oid.or(tagged).ok_or_else(|| Unknown {
            reason: format!("the start tag `{tag}` is not here, so what landed since is not known"),
            help: shell::missing_tag(self.has_remote().then_some(self.ground.remote), tag),
        })
    }

    pub(super) fn descends(&self, ancestor: &ObjectId, descendant: &ObjectId) -> Known<bool> {
        let found = self.ground.repo.is_ancestor(ancestor, descendant)?;
        if !found && self.ground.repo.is_shallow()? {
            return Err(cut_off());
        }
        Ok(found)
    }

    /// Where the landing branch stood before this range. It may have it by now: then that is where
    /// the range begins.
    pub(super) fn before_range(&self, migration: &MigrationId) -> Known<Option<ObjectId>> {
        let mut all = self.configuration.migrations.iter();
        let branch = all.find(|one| one.id == *migration).map(|one| &one.branch);
        let Some(tip) = branch.and_then(|branch| self.ground.landing.get(branch)) else {
            return Ok(None);
        };
        match &self.range.head {
            Some(head) if self.descends(head, tip)? => Ok(self.range.base.first().copied()),
            _ => Ok(Some(*tip)),
        }
    }

    fn read_paths(&self) -> Known<Vec<RepoPath>> {
        let mut paths = BTreeSet::new();
        for commit in self.range.head.iter().chain(&self.range.base) {
            let entries = self.ground.repo.entries(commit, "")?;
            paths.extend(entries.into_iter().map(|(path, _)| path));
        }
        Ok(paths.into_iter().collect())
    }
}

impl Facts for RepoFacts<'_> {
    fn now(&self) -> Seconds {
        self.ground.now
    }

    fn remote(&self) -> &str {
        self.ground.remote
    }

    fn has_remote(&self) -> bool {
        self.ground.repo.remotes().is_ok_and(|remotes| !remotes.is_empty())
    }

    fn tags_left_out(&self) -> Option<&'static str> {
        self.ground.tags_left_out
    }

    fn tag(&self, name: &str) -> Known<Option<Tag>> {
        let repo = self.ground.repo;
        let Some(peeled) = repo.reference(&RefName::tag(name))? else { return Ok(None) };
        let time = repo.tag_time(&RefName::tag(name))?;
        Ok(Some(Tag { commit: peeled.commit, annotated: peeled.annotated, time }))
    }

    fn is_ancestor(&self, ancestor: &ObjectId, descendant: &ObjectId) -> Known<bool> {
        self.descends(ancestor, descendant)
    }

    fn file(&self, path: &str) -> Known<Option<TreeFile>> {
        self.at(self.range.head.as_ref(), path)
    }

    fn bases(&self) -> usize {
        self.range.base.len()
    }

    fn base_file(&self, base: usize, path: &str) -> Known<Option<TreeFile>> {
        self.at(self.range.base.get(base), path)
    }

    fn landed_file(
        &self,
        migration: &MigrationId,
        step: &ObjectId,
        path: &str,
        counts: &dyn Fn(&TreeFile) -> bool,
    ) -> Known<Landed> {
        let Some(tip) = self.before_range(migration)? else { return Ok(Landed::WithThis) };
        if !self.descends(step, &tip)? {
            return Ok(Landed::WithThis);
        }
        let later = self.ground.repo.first_parents(&tip, &[*step])?;
        let later = later.iter().rev().map(|commit| &commit.id);
        for commit in std::iter::once(step).chain(later) {
            if let Some(file) = self.at(Some(commit), path)?.filter(|file| counts(file)) {
                return Ok(Landed::Before(Some(file)));
            }
        }
        Ok(Landed::Before(None))
    }

    fn build(
        &self,
        migration: &MigrationId,
        stage: &StageId,
        commit: &ObjectId,
        step: Option<&ObjectId>,
    ) -> Known<Build> {
        let Some(named) = self.named(migration, stage) else { return Ok(Build::OfStage) };
        self.build_of(named, commit, step)
    }

    fn all_paths(&self) -> Known<Vec<RepoPath>> {
        self.paths.get_or_init(|| self.read_paths()).clone()
    }

    fn history(&self, migration: &MigrationId, stage: &StageId) -> Known<StageHistory> {
        let Some((migration, stage)) = self.named(migration, stage) else {
            return Ok(StageHistory::default());
        };
        Ok(self.ledger(migration, stage)?.get(stage).cloned().unwrap_or_default())
    }

    fn begun(&self, migration: &MigrationId, stage: &StageId) -> Known<Option<StageHistory>> {
        let Some((migration, stage)) = self.named(migration, stage) else { return Ok(None) };
        self.life_begun(migration, stage)
    }

    fn outlook(&self, migration: &MigrationId, stage: &StageId) -> Known<Option<Outlook>> {
        self.look(migration, stage)
    }

    fn rehearsed(&self, migration: &MigrationId, stage: &StageId) -> Known<Rehearsed> {
        self.rehearsal(migration, stage)
    }

    fn lost_by(&self, migration: &MigrationId, stage: &StageId) -> Known<Option<Loss>> {
        self.loss(migration, stage)
    }

    fn work_before_start(
        &self,
        migration: &MigrationId,
        stage: &StageId,
        others: &[&Commit],
    ) -> Known<Option<Commit>> {
        let Some((migration, stage)) = self.named(migration, stage) else { return Ok(None) };
        let said = self.said_before_start(migration)?;
        let (repo, start) = (self.ground.repo, self.start(migration)?);
        if others.is_empty() {
            let all = &self.configuration.migrations;
            let attribution = Attribution::new(migration, all, self.attributions);
            return Ok(kept_of_said(repo, migration, &attribution, stage, (&said, &start))?);
        }
        let said = with_others(&said, stage, others, self.range);
        Ok(kept(repo, (&Matcher::new(migration), stage), &said, &start)?)
    }

    fn stays_out(&self, migration: &MigrationId, stage: &StageId) -> Known<Option<StaysOut>> {
        let Some((migration, stage)) = self.named(migration, stage) else { return Ok(None) };
        self.left_out(migration, stage)
    }

    fn by_hand(
        &self,
        migration: &MigrationId,
        commit: &ObjectId,
        stages: &BTreeSet<StageIndex>,
    ) -> Known<ByHand> {
        self.held_against_the_plan(migration, commit, stages)
    }

    fn after_closing(
        &self,
        migration: &MigrationId,
        stage: &StageId,
        commits: &BTreeSet<ObjectId>,
    ) -> Known<BTreeSet<ObjectId>> {
        match self.named(migration, stage) {
            Some((migration, _)) => self.landed_after_closing(migration, stage, commits),
            None => Ok(commits.clone()),
        }
    }

    fn near(&self, migration: &MigrationId) -> Known<Near> {
        self.neighbours(migration)
    }

    fn dropped(&self) -> Known<Vec<Work>> {
        let range = self.range;
        let Some(old) = &range.old else {
            let Some(from) = range.update.from else { return Ok(Vec::new()) };
            return Err(self.ground.repo.absent(&from).into());
        };
        let kept: Vec<ObjectId> = range.head.into_iter().collect();
        let walk = self.ground.repo.walk(old, &kept)?;
        Ok(works(self.ground.repo, &walk.commits)?)
    }

    fn steps_before_rewrite(&self, migration: &MigrationId) -> Known<BTreeSet<ObjectId>> {
        let mut all = self.configuration.migrations.iter();
        let (Some(old), Some(migration)) = (&self.range.old, all.find(|one| one.id == *migration))
        else {
            return Ok(BTreeSet::new());
        };
        let ledger = self.read_line(migration, old, false)?.ledger()?;
        let histories = (0..migration.stages.len()).filter_map(|stage| ledger.get(stage));
        Ok(histories.flat_map(|one| &one.steps).map(|step| step.id).collect())
    }

    fn foxtrot(&self, migration: &MigrationId) -> Known<Option<Foxtrot>> {
        let mut all = self.configuration.migrations.iter();
        all.find(|one| one.id == *migration).map_or(Ok(None), |one| self.foxtrot_of(one))
    }

    fn is_kept(&self, path: &RepoPath) -> Known<bool> {
        let at = |end: &Option<ObjectId>| match end {
            Some(commit) => self.ground.repo.entry(commit, path),
            None => Ok(None),
        };
        Ok(at(&self.range.old)? == at(&self.range.head)?)
    }

    fn delivered(&self, migration: &MigrationId, backup: &BackupName) -> Vec<ArchiveReceipt> {
        let of_it = |one: &&BackupReceipt| one.migration == *migration && one.backup == *backup;
        let receipts = self.ground.delivered.iter().filter(of_it);
        receipts.flat_map(|receipt| receipt.archives.clone()).collect()
    }

    fn asks_stores(&self) -> bool {
        self.ground.online.is_some()
    }

    fn stored(
        &self,
        migration: &Migration,
        backup: &Backup,
        archive: &ArchiveReceipt,
    ) -> Option<Checked> {
        self.ground.online.map(|stores| stores.look(migration, backup, archive))
    }

    fn passing(&self) -> Known<Vec<(ObjectId, Change)>> {
        let commits @ [_, _, ..] = self.range.commits.as_slice() else { return Ok(Vec::new()) };
        let mut passing = Vec::new();
        for commit in commits {
            let changes = self.ground.repo.own_changes(commit)?;
            passing.extend(changes.into_iter().map(|change| (commit.id, change)));
        }
        Ok(passing)
    }

    fn begins_with(&self, change: &Change, magic: &[u8]) -> Known<bool> {
        let Some(entry) = change.new.filter(Entry::is_file) else { return Ok(false) };
        Ok(self.ground.repo.blob(&entry.oid)?.starts_with(magic))
    }
}
