//! What requirements read: facts about one judged range, seen from one migration. Requirements
//! are pure functions of a snapshot; facts behind it are gathered when first asked for.

use std::collections::BTreeSet;

use super::stays_out::StaysOut;
use crate::backup::Checked;
use crate::backup::restore::named;
use crate::config::{
    Backup, BackupName, Configuration, Migration, MigrationId, Phase, Stage, StageId, StageState,
    Waiver, stage_name,
};
use crate::git::{Change, Commit, ObjectId, Range, RepoPath, Seconds, TreeFile};
use crate::receipt::{ArchiveReceipt, Verified};
use crate::rollback::by_hand::ByHand;
use crate::rollback::outlook::{Loss, Outlook};
use crate::shell::word;
use crate::stage::attribution::Claims;
use crate::stage::ledger::StageHistory;
use crate::stage::matcher::{Matcher, StageIndex};
use crate::stage::plan::{StagePlan, Touch, Work};

/// Why a fact could not be had, and what helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// What stood in the way.
    pub reason: String,
    /// The command that helps.
    pub help: String,
}

/// A fact, or why it could not be had.
pub type Known<T> = Result<T, Unknown>;

/// A tag in this clone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag {
    /// The commit that it ends in, where it does.
    pub commit: Option<ObjectId>,
    /// Whether it is an object of its own.
    pub annotated: bool,
    /// When it was set; of a lightweight one, which does not say, its commit's time.
    pub time: Option<Seconds>,
}

/// Which tree is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tree {
    /// The one that is pushed.
    Pushed,
    /// One of those that the range begins with.
    Base(usize),
}

/// What the receipt of a rehearsal says of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rehearsed {
    /// It was rehearsed as it is now.
    AsItIs,
    /// It was rehearsed then, as something else.
    Outdated(Seconds),
    /// Its receipt says another thing of the stage's check than a rehearsal of this configuration can.
    Otherwise {
        /// What it says.
        said: Verified,
        /// What it would have to say.
        expected: Verified,
    },
    /// There is no receipt.
    Missing,
    /// What is there is no receipt of this stage, for this reason.
    Unreadable(String),
    /// It has not landed, or cannot be backed out alone.
    NothingToRehearse,
}

/// What the landing branch had of a file before this range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Landed {
    /// The step that was asked about lands only with this range.
    WithThis,
    /// It had landed, and this stood there; nothing where no version counts.
    Before(Option<TreeFile>),
}

/// What a commit, which was deployed, has of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Build {
    /// The step that the stage landed with.
    OfStage,
    /// Nothing: the landing branch had it before, or it left that before, and has changed none of the
    /// stage's files since.
    Without,
    /// Not that step, and changes of its own on the stage's files: they may be the stage's, copied.
    Beside,
}

/// Whose way back a range may close on paths that it does not change: a folder that is taken, used
/// or gone is in the way of whoever would rename it back, or bring a file back to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Near {
    /// The owners of these paths, which stand in folders that the range puts new files into, or
    /// would stand where it has made a folder.
    pub paths: BTreeSet<RepoPath>,
    /// Anybody: a folder is gone, or a file has taken its place.
    pub anybody: bool,
}

/// A merge that has what had landed behind another parent than its first, and what it makes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foxtrot {
    /// The merge.
    pub merge: ObjectId,
    /// The stages that had landed and are told otherwise now.
    pub stages: Vec<Mistold>,
}

/// What first parents no longer tell of a stage that had landed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistold {
    /// The stage.
    pub stage: StageIndex,
    /// Its steps that they no longer lead through, oldest first.
    pub lost: Vec<ObjectId>,
    /// Whether they still tell that it has landed.
    pub has_landed: bool,
    /// Whether they no longer tell that it was backed out.
    pub forgets_back_out: bool,
    /// Whether it can no longer be backed out alone, and could before.
    pub closed: bool,
}

/// Facts about the repository and the judged range.
pub trait Facts {
    /// The clock.
    fn now(&self) -> Seconds;
    /// The remote, as the commands name it that are suggested.
    fn remote(&self) -> &str;
    /// Whether there is a remote to fetch from.
    fn has_remote(&self) -> bool;
    /// Why tags may exist that this clone does not have: `None` where it has them all.
    fn tags_left_out(&self) -> Option<&'static str>;
    /// A tag of this clone.
    fn tag(&self, name: &str) -> Known<Option<Tag>>;
    /// Whether one commit is an ancestor of another, or the same.
    fn is_ancestor(&self, ancestor: &ObjectId, descendant: &ObjectId) -> Known<bool>;
    /// The oldest commit at or before the start tag of whose work on a stage something is still there
    /// at the tag: of those that say that they are, and of these others, the oldest first.
    fn work_before_start(
        &self,
        migration: &MigrationId,
        stage: &StageId,
        others: &[&Commit],
    ) -> Known<Option<Commit>>;
    /// A file at the head, by its path from the repository's root.
    fn file(&self, path: &str) -> Known<Option<TreeFile>>;
    /// How many bases the range has: with a merge there may be several, and in new history none.
    fn bases(&self) -> usize;
    /// A file at one of the bases.
    fn base_file(&self, base: usize, path: &str) -> Known<Option<TreeFile>>;
    /// A file as the landing branch had it with a step, where that had landed before this range: the
    /// first version that counts, of those from the step on.
    fn landed_file(
        &self,
        migration: &MigrationId,
        step: &ObjectId,
        path: &str,
        counts: &dyn Fn(&TreeFile) -> bool,
    ) -> Known<Landed>;
    /// What a commit has of a stage, which landed with a step; without one, only with this range.
    fn build(
        &self,
        migration: &MigrationId,
        stage: &StageId,
        commit: &ObjectId,
        step: Option<&ObjectId>,
    ) -> Known<Build>;
    /// Every path at the head, and where there is one at the base, sorted.
    fn all_paths(&self) -> Known<Vec<RepoPath>>;
    /// What the landing branch says of a stage, before this range; of a stage that is not in the
    /// configuration, that nothing has landed.
    fn history(&self, migration: &MigrationId, stage: &StageId) -> Known<StageHistory>;
    /// What there is to say of a stage once this range has landed, where its present life begins
    /// within the range.
    fn begun(&self, migration: &MigrationId, stage: &StageId) -> Known<Option<StageHistory>>;
    /// How backing out a stage, and nothing else, would go once this range has landed; `None` where
    /// the stage has not landed then.
    fn outlook(&self, migration: &MigrationId, stage: &StageId) -> Known<Option<Outlook>>;
    /// The commit of this range that took a stage its lone way back; `None` where the stage has it,
    /// or had lost it before.
    fn lost_by(&self, migration: &MigrationId, stage: &StageId) -> Known<Option<Loss>>;
    /// Whether the back-out of a stage was rehearsed as it would go once this range has landed, by
    /// the receipt at the head.
    fn rehearsed(&self, migration: &MigrationId, stage: &StageId) -> Known<Rehearsed>;
    /// Where a stage that was backed out comes back with the range, in part: what does not.
    fn stays_out(&self, migration: &MigrationId, stage: &StageId) -> Known<Option<StaysOut>>;
    /// How a commit of this range, which says that it backs these stages out, differs from the plan
    /// to do so.
    fn by_hand(
        &self,
        migration: &MigrationId,
        commit: &ObjectId,
        stages: &BTreeSet<StageIndex>,
    ) -> Known<ByHand>;
    /// Those of these commits that have not landed, or did so when their stage was closed.
    fn after_closing(
        &self,
        migration: &MigrationId,
        stage: &StageId,
        commits: &BTreeSet<ObjectId>,
    ) -> Known<BTreeSet<ObjectId>>;
    /// Which files the range makes neighbours of its own.
    fn near(&self, migration: &MigrationId) -> Known<Near>;
    /// What a rewrite or deletion takes away from its ref, newest first.
    fn dropped(&self) -> Known<Vec<Work>>;
    /// The steps of a migration's stages that had landed where a rewrite begins.
    fn steps_before_rewrite(&self, migration: &MigrationId) -> Known<BTreeSet<ObjectId>>;
    /// The merge of this range that has what had landed behind another parent than its first, where
    /// first parents then tell otherwise of stages that had landed.
    fn foxtrot(&self, migration: &MigrationId) -> Known<Option<Foxtrot>>;
    /// Whether the head has at a path just what the old end of the ref has there.
    fn is_kept(&self, path: &RepoPath) -> Known<bool>;
    /// Archives of a migration's backup named by evidence from outside the tree (`--receipt`).
    fn delivered(&self, migration: &MigrationId, backup: &BackupName) -> Vec<ArchiveReceipt>;
    /// Whether archives are held against their stores.
    fn asks_stores(&self) -> bool;
    /// What became of holding an archive against its store; `None` where stores are not asked.
    fn stored(
        &self,
        migration: &Migration,
        backup: &Backup,
        archive: &ArchiveReceipt,
    ) -> Option<Checked>;
    /// What each commit of the range changed itself, where there are several: among it what a later
    /// one has taken away again.
    fn passing(&self) -> Known<Vec<(ObjectId, Change)>>;
    /// Whether what a change leads to begins with these bytes.
    fn begins_with(&self, change: &Change, magic: &[u8]) -> Known<bool>;
}

/// One judged range, seen from one migration.
pub struct Snapshot<'a> {
    /// Facts about the repository.
    pub facts: &'a dyn Facts,
    /// The configuration that asks.
    pub configuration: &'a Configuration,
    /// The migration of it that asks.
    pub migration: &'a Migration,
    /// Who owns what.
    pub matcher: &'a Matcher<'a>,
    /// What the range does to the stages.
    pub plan: &'a StagePlan,
    /// The range.
    pub range: &'a Range,
    /// How near to production it is.
    pub phase: Phase,
    /// Whether it updates the migration's landing branch.
    pub lands: bool,
    /// Whether it is sure, or free, to land with these very commits: not by a merge or a squash that
    /// the forge makes.
    pub lands_as_it_is: bool,
    /// How the configuration that was pushed differs from what is trusted, and what it cost.
    pub policy: &'a PolicyChange,
    /// What the landing text would lose, where a pull request says how it lands.
    pub landing_text_loses: Option<String>,
    /// Why it cannot be told what the landing text loses, where it is sure to be another one.
    pub landing_text_unknown: Option<&'static str>,
    /// The one commit as which it may land.
    pub squash: Option<Squash>,
}

/// One commit that a forge would make of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Squash {
    /// What the commits say of it.
    pub claims: Claims,
    /// Whether it can land in no other way.
    pub certain: bool,
}

/// What the judged side does to its own rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PolicyChange {
    /// Configuration files that differ from every trusted one.
    pub changed: Vec<String>,
    /// Each loosening, in words.
    pub weakened: Vec<String>,
    /// Stages whose definition differs from what is trusted, by migration and stage id.
    pub redefined: BTreeSet<(String, String)>,
    /// Whether the rules by which is judged are the pushed ones themselves.
    pub by_pushed: bool,
    /// Evidence files that come with the change; of what has landed, none does.
    pub evidence: Vec<RepoPath>,
    /// Waivers that no trusted rules have.
    pub waivers: Vec<Waiver>,
    /// What the pushed rules and attributions make of stages that had landed.
    pub retold: Vec<Retold>,
    /// Why that is not known.
    pub untold: Option<Unknown>,
}

/// What the pushed rules and attributions make of a stage that had landed by the trusted ones, and
/// that the range does not back out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retold {
    /// The stage.
    pub stage: StageIndex,
    /// The commits that are its work no longer, oldest first.
    pub lost: Vec<ObjectId>,
    /// Whether it has landed by them.
    pub has_landed: bool,
    /// How backing it out alone goes by them, where it went by the trusted ones and no longer does.
    pub closed: Option<Outlook>,
    /// Whether rules closed it, and it is so without what only ownership suggests: an attribution
    /// tells of what had happened before.
    pub certain: bool,
}

impl<'a> Snapshot<'a> {
    /// The touched stages, in the order of the configuration.
    pub fn touched(&self) -> impl Iterator<Item = (StageIndex, &'a Stage, &'a Touch)> {
        let stages = &self.migration.stages;
        self.plan
            .touched
            .iter()
            .filter_map(move |(index, touch)| Some((*index, stages.get(*index)?, touch)))
    }

    /// A file of a tree.
    pub fn file(&self, tree: Tree, path: &str) -> Known<Option<TreeFile>> {
        match tree {
            Tree::Pushed => self.facts.file(path),
            Tree::Base(base) => self.facts.base_file(base, path),
        }
    }

    /// The trees that the range begins with.
    pub fn bases(&self) -> impl Iterator<Item = Tree> + use<> {
        (0..self.facts.bases()).map(Tree::Base)
    }

    /// Whether a stage has landed, by what its commits say, and what is judged has its work. Where
    /// that is not known, it has: to tell once more is not too much.
    pub fn has_landed(&self, stage: &Stage) -> bool {
        let Ok(history) = self.history(stage) else { return true };
        let Some(first) = history.claimed().steps.first() else { return false };
        let Some(head) = &self.range.head else { return true };
        self.facts.is_ancestor(&first.id, head).unwrap_or(true)
    }

    /// The touched stages whose requirements hold: a closed one has none.
    pub fn open(&self) -> impl Iterator<Item = (StageIndex, &'a Stage, &'a Touch)> {
        self.touched().filter(|(_, stage, _)| stage.state == StageState::Open)
    }

    /// What the landing branch says of a stage of this migration.
    pub fn history(&self, stage: &Stage) -> Known<StageHistory> {
        self.facts.history(&self.migration.id, &stage.id)
    }

    /// What there is to say of a stage of this migration whose present life begins with the range.
    pub fn begun(&self, stage: &Stage) -> Known<Option<StageHistory>> {
        self.facts.begun(&self.migration.id, &stage.id)
    }

    /// A stage as commands take its name: with its migration, where there are several.
    #[must_use]
    pub fn named(&self, stage: &Stage) -> String {
        stage_name(&self.migration.id, &stage.id, self.configuration.migrations.len() > 1)
    }

    /// The command that takes a backup, which it names as commands take it.
    #[must_use]
    pub fn creates(&self, backup: &Backup) -> String {
        let several = self.configuration.migrations.len() > 1;
        format!("backout backup create {}", word(&named(&self.migration.id, backup, several)))
    }

    /// How backing out a stage of this migration would go.
    pub fn outlook(&self, stage: &Stage) -> Known<Option<Outlook>> {
        self.facts.outlook(&self.migration.id, &stage.id)
    }

    /// A path of the configuration as a path from the repository's root.
    #[must_use]
    pub fn rooted(&self, relative: &str) -> String {
        self.migration.rooted(relative)
    }
}
