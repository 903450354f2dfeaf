//! Facts in memory, and a case: a configuration, some commits, some facts; then one requirement.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::super::finding::{Finding, Outcome};
use super::super::judgement::{Asked, Judgement};
use super::super::registry::{REGISTRY, codes};
use super::super::snapshot::{
    Facts, Known, Landed, PolicyChange, Rehearsed, Snapshot, Tag, Unknown,
};
use crate::backup::Checked;
use crate::config::{
    self, Backup, BackupName, Configuration, Migration, MigrationId, Phase, StageId,
};
use crate::git::{
    Change, Commit, Entry, ObjectId, Operation, Range, RefName, RefUpdate, RepoPath, Seconds,
    Target, TreeFile,
};
use crate::receipt::{
    ArchiveFormat, ArchiveReceipt, BackupReceipt, Digest, Rehearsal, RehearsalResult, SourceKind,
    StoredFile, instant_from_text, render,
};
use crate::rollback::by_hand::ByHand;
use crate::rollback::outlook::{Loss, Outlook};
use crate::stage::attribution::{Attribution, Attributions};
use crate::stage::ledger::{Evidence, StageHistory, StageStep};
use crate::stage::matcher::Matcher;
use crate::stage::plan::{Work, plan};
use crate::stage::words::LandingWords;

/// The clock of every case.
pub const NOW: &str = "2026-11-24T12:00:00Z";

/// An instant.
pub fn at(text: &str) -> Seconds {
    instant_from_text(text).unwrap()
}

/// An object id, the same byte all over.
pub fn id(byte: u8) -> ObjectId {
    ObjectId::from_bytes(&[byte; 20]).unwrap()
}

/// The commit on which the start tag stands.
pub fn start() -> ObjectId {
    id(1)
}

/// A fact that cannot be had.
pub fn unknown<T>() -> Known<T> {
    Err(Unknown { reason: "the object is damaged".to_owned(), help: "run `git fsck`".to_owned() })
}

/// An annotated tag on a commit.
pub fn annotated(commit: ObjectId) -> Tag {
    Tag { commit: Some(commit), annotated: true, time: Some(at("2026-10-01T00:00:00Z")) }
}

/// A plain file.
pub fn file(path: &str) -> Entry {
    Entry {
        mode: 0o100_644,
        oid: ObjectId::from_bytes(Digest::of(path.as_bytes()).as_bytes()).unwrap(),
    }
}

/// A history that landed in steps at these instants.
pub fn landed(times: &[&str]) -> StageHistory {
    let step = |(index, time): (usize, &&str)| StageStep {
        order: index,
        changes: Vec::new(),
        id: id(0x20 + u8::try_from(index).unwrap()),
        time: at(time),
        merge: true,
        subject: "Landed".to_owned(),
        evidence: Evidence::Claimed,
    };
    StageHistory { steps: times.iter().enumerate().map(step).collect(), ..StageHistory::default() }
}

/// A sound archive captured at an instant, of a command source.
pub fn archive(captured: &str) -> ArchiveReceipt {
    ArchiveReceipt {
        format: ArchiveFormat::Backout(1),
        source: SourceKind::Command,
        captured_start: at(captured),
        captured_end: at(captured),
        environment: None,
        place: "/srv/backups/data".to_owned(),
        files: vec![StoredFile {
            name: "data.backout".to_owned(),
            sha256: Digest::of(captured.as_bytes()),
            size: 100,
        }],
        entries: 3,
        payload_bytes: 42,
        server: None,
        expiring: None,
        rehearsed: None,
    }
}

/// A rehearsal.
pub fn rehearsal(when: &str, result: RehearsalResult) -> Rehearsal {
    Rehearsal { at: at(when), target: "scratch".to_owned(), result }
}

/// A receipt of a backup of the migration `m`.
pub fn receipt(backup: &str, archives: &[ArchiveReceipt]) -> String {
    receipt_of("m", backup, archives)
}

/// A receipt of a backup of a migration.
pub fn receipt_of(migration: &str, backup: &str, archives: &[ArchiveReceipt]) -> String {
    render(&BackupReceipt {
        backup: backup.parse().unwrap(),
        migration: migration.parse().unwrap(),
        archives: archives.to_vec(),
    })
}

/// Facts in maps; what is not in one is not there. Each can be unknown.
pub struct FakeFacts {
    pub now: Seconds,
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
    /// Stages that have landed once the range has: how backing them out would go.
    pub begun: BTreeMap<String, Known<Option<StageHistory>>>,
    pub outlooks: BTreeMap<String, Known<Option<Outlook>>>,
    /// What took stages their way back.
    pub losses: BTreeMap<String, Known<Option<Loss>>>,
    /// What receipts of rehearsals say; all is rehearsed, unless it stands here.
    pub rehearsals: BTreeMap<String, Known<Rehearsed>>,
    /// How commits that say they back stages out differ from the plan; they are it, unless given.
    pub by_hand: BTreeMap<ObjectId, Known<ByHand>>,
    pub dropped: Known<Vec<Work>>,
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
            tags_left_out: None,
            tags: BTreeMap::from([("m-start".to_owned(), Ok(Some(annotated(start()))))]),
            ancestors: BTreeMap::new(),
            files: BTreeMap::new(),
            base_files: BTreeMap::new(),
            landed_files: BTreeMap::new(),
            paths: Ok(Vec::new()),
            histories: BTreeMap::new(),
            begun: BTreeMap::new(),
            outlooks: BTreeMap::new(),
            losses: BTreeMap::new(),
            rehearsals: BTreeMap::new(),
            by_hand: BTreeMap::new(),
            dropped: Ok(Vec::new()),
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

    fn base_file(&self, path: &str) -> Known<Option<TreeFile>> {
        self.told(self.base_files.get(path), None)
    }

    fn landed_file(&self, _: &MigrationId, _step: &ObjectId, path: &str) -> Known<Landed> {
        self.told(self.landed_files.get(path), Landed::WithThis)
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

    fn by_hand(
        &self,
        _: &MigrationId,
        commit: &ObjectId,
        _: &BTreeSet<crate::stage::matcher::StageIndex>,
    ) -> Known<ByHand> {
        self.told(self.by_hand.get(commit), ByHand::default())
    }

    fn dropped(&self) -> Known<Vec<Work>> {
        self.told(Some(&self.dropped), Vec::new())
    }

    fn delivered(&self, _: &MigrationId, backup: &BackupName) -> Vec<ArchiveReceipt> {
        self.delivered.get(backup).cloned().unwrap_or_default()
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

/// Parses a configuration with the codes of the registry; a wrong one fails the test.
pub fn configuration(files: &[(&str, &str)]) -> Configuration {
    let codes = codes();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    config::testing::configuration(files, &codes)
}

/// The top of a configuration of the migration `m`; `more` goes into `[migration]`.
pub fn migration(more: &str) -> String {
    format!(
        "version = 1\n[migration]\nid = \"m\"\nname = \"M\"\nstart = {{ tag = \"m-start\" }}\n\
         branch = \"main\"\n{more}\n"
    )
}

/// A stage that owns `src/<id>/**`; `more` goes into it.
pub fn stage(id: &str, impact: &str, more: &str) -> String {
    let paths = format!("[\"src/{id}/**\"]");
    stage_at(id, impact, &paths, more)
}

/// A stage that owns `paths`, an array of globs.
pub fn stage_at(id: &str, impact: &str, paths: &str, more: &str) -> String {
    let rollback = if more.contains("rollback =") { "" } else { "rollback = [\"code\"]\n" };
    format!(
        "[[stages]]\nid = \"{id}\"\nname = \"Stage {id}\"\nimpact = \"{impact}\"\n\
         paths = {paths}\n{rollback}{more}\n"
    )
}

/// One range, seen from the first migration of a configuration.
pub struct Case {
    pub configuration: Configuration,
    pub facts: FakeFacts,
    pub policy: PolicyChange,
    pub phase: Phase,
    pub lands: bool,
    pub landing_text_loses: Option<String>,
    pub landing_text_unknown: Option<&'static str>,
    pub range: Range,
    pub works: Vec<Work>,
    pub attributions: Attributions,
    /// The paths that differ; those of the commits, unless given.
    pub changed: Option<Vec<String>>,
}

impl Case {
    /// An update of `main` at phase land, without commits so far.
    pub fn new(text: &str) -> Self {
        Self::of(configuration(&[("backout.toml", text)]))
    }

    /// The same under a configuration that was parsed before.
    pub fn of(configuration: Configuration) -> Self {
        let update = RefUpdate {
            local: Some("main".to_owned()),
            remote: RefName::branch("main"),
            from: Some(id(2)),
            to: Some(id(0xee)),
        };
        let range = Range {
            update,
            operation: Operation::Update,
            target: Target::Branch,
            head: Some(id(0xee)),
            old: Some(id(2)),
            base: vec![id(2)],
            commits: Vec::new(),
            changes: Vec::new(),
        };
        Self {
            configuration,
            facts: FakeFacts::default(),
            policy: PolicyChange::default(),
            phase: Phase::Land,
            lands: true,
            landing_text_loses: None,
            landing_text_unknown: None,
            range,
            works: Vec::new(),
            attributions: Attributions::default(),
            changed: None,
        }
    }

    /// One more commit on top.
    pub fn commit(mut self, message: &str, paths: &[&str]) -> Self {
        let number = u8::try_from(self.works.len()).unwrap();
        self.works.insert(0, work(0xc0 + number, message, paths));
        self
    }

    /// Another phase.
    pub fn phase(mut self, phase: Phase) -> Self {
        self.phase = phase;
        self.lands = phase != Phase::Share;
        self
    }

    /// Other facts.
    pub fn facts(mut self, change: impl FnOnce(&mut FakeFacts)) -> Self {
        change(&mut self.facts);
        self
    }

    /// Another range.
    pub fn range(mut self, change: impl FnOnce(&mut Range)) -> Self {
        change(&mut self.range);
        self
    }

    /// A file at the head.
    pub fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let content = content.as_ref().to_vec();
        self.facts(|facts| {
            facts.files.insert(path.to_owned(), Ok(Some(TreeFile::Content(content))));
        })
    }

    /// What the landing branch says of a stage of `m`.
    pub fn history(self, stage: &str, history: Known<StageHistory>) -> Self {
        self.facts(|facts| {
            facts.histories.insert(("m".to_owned(), stage.to_owned()), history);
        })
    }

    /// What there is to say of a stage of `m` whose present life begins with the range.
    pub fn begun(self, stage: &str, begun: Known<Option<StageHistory>>) -> Self {
        self.facts(|facts| {
            facts.begun.insert(stage.to_owned(), begun);
        })
    }

    /// How backing out a stage of `m` would go after the range.
    pub fn outlook(self, stage: &str, outlook: Known<Option<Outlook>>) -> Self {
        self.facts(|facts| {
            facts.outlooks.insert(stage.to_owned(), outlook);
        })
    }

    /// What of the range took a stage of `m` its way back.
    pub fn lost(self, stage: &str, loss: Known<Option<Loss>>) -> Self {
        self.facts(|facts| {
            facts.losses.insert(stage.to_owned(), loss);
        })
    }

    /// What the receipt of a stage's rehearsal says.
    pub fn rehearsed(self, stage: &str, rehearsed: Known<Rehearsed>) -> Self {
        self.facts(|facts| {
            facts.rehearsals.insert(stage.to_owned(), rehearsed);
        })
    }

    /// A tag of the clone.
    pub fn tag(self, name: &str, tag: Known<Option<Tag>>) -> Self {
        self.facts(|facts| {
            facts.tags.insert(name.to_owned(), tag);
        })
    }

    /// Asks one requirement, by its id.
    pub fn ask(&self, requirement: &str) -> Told {
        self.ask_each(&[requirement])
    }

    /// Asks every requirement.
    pub fn ask_all(&self) -> Told {
        let all: Vec<&str> = REGISTRY.iter().map(|specification| specification.id).collect();
        self.ask_each(&all)
    }

    fn ask_each(&self, requirements: &[&str]) -> Told {
        let migration = &self.configuration.migrations[0];
        let matcher = Matcher::new(migration);
        let attribution =
            Attribution::new(migration, &self.configuration.migrations, &self.attributions);
        let changed = self.changed_paths();
        let mut range = self.range.clone();
        range.commits = self.works.iter().map(|work| work.commit.clone()).collect();
        range.changes.extend(changed.iter().map(|path| Change {
            path: path.clone(),
            old: None,
            new: Some(file(&path.shown())),
        }));
        let head = range.head.unwrap_or_else(|| id(0xee));
        let all = changed.iter().collect();
        let none = LandingWords::default();
        let plan = plan(&matcher, &attribution, &all, &head, &self.works, &none).unwrap();
        let snapshot = Snapshot {
            facts: &self.facts,
            configuration: &self.configuration,
            migration,
            matcher: &matcher,
            plan: &plan,
            range: &range,
            phase: self.phase,
            lands: self.lands,
            policy: &self.policy,
            landing_text_loses: self.landing_text_loses.clone(),
            landing_text_unknown: self.landing_text_unknown,
        };
        let mut told = Told { findings: Vec::new(), asked: Vec::new(), missed: Vec::new() };
        for requirement in requirements {
            self.facts.missed.set(false);
            let specification = REGISTRY.iter().find(|one| one.id == *requirement).unwrap();
            let mut judgement = Judgement::new(&snapshot, specification);
            (specification.judge)(&snapshot, &mut judgement);
            told.findings.extend(judgement.findings);
            told.asked.extend(judgement.asked);
            told.missed.extend(self.facts.missed.get().then_some(specification.id));
        }
        told
    }

    fn changed_paths(&self) -> BTreeSet<RepoPath> {
        match &self.changed {
            Some(paths) => paths.iter().map(|path| RepoPath::from(path.as_str())).collect(),
            None => self.works.iter().flat_map(|work| work.paths.clone()).collect(),
        }
    }
}

/// A commit with the paths that it changed.
pub fn work(number: u8, message: &str, paths: &[&str]) -> Work {
    Work {
        commit: Commit {
            id: id(number),
            tree: id(0xee),
            parents: vec![id(2)],
            time: at("2026-11-24T11:30:00Z"),
            message: message.as_bytes().to_vec(),
        },
        paths: paths.iter().map(|path| RepoPath::from(*path)).collect(),
        brought_by: None,
        step: Vec::new(),
    }
}

/// What requirements said.
pub struct Told {
    pub findings: Vec<Finding>,
    pub asked: Vec<Asked>,
    /// The requirements that asked for a fact which could not be had.
    pub missed: Vec<&'static str>,
}

impl Told {
    /// `code level stage: message / help`, a line each; a `?` after the code marks what could not
    /// be checked.
    pub fn lines(&self) -> String {
        let mut text = String::new();
        for one in &self.findings {
            let mark = if one.outcome == Outcome::Indeterminate { "?" } else { "" };
            let stage = one.stage.as_ref().map_or("-", StageId::as_str);
            let (code, level) = (&one.code, one.level);
            let _ = writeln!(text, "{code}{mark} {level} {stage}: {} / {}", one.message, one.help);
        }
        text.trim_end().to_owned()
    }

    /// `9 unmet, - satisfied`: what each stage, or the range, came to.
    pub fn outcomes(&self) -> String {
        let one = |asked: &Asked| {
            let stage = asked.stage.as_ref().map_or("-", StageId::as_str);
            format!("{stage} {}", asked.outcome.as_str())
        };
        self.asked.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    /// `code level` of each finding, for tables.
    pub fn codes(&self) -> String {
        let one = |finding: &Finding| {
            let mark = if finding.outcome == Outcome::Indeterminate { "?" } else { "" };
            format!("{}{mark} {}", finding.code, finding.level)
        };
        self.findings.iter().map(one).collect::<Vec<_>>().join(", ")
    }
}
