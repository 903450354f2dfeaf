//! One range seen by requirements, and what they say of it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{FakeFacts, configuration, file, id, work};
use crate::config::{Configuration, Phase, StageId};
use crate::git::{Change, Operation, Range, RefName, RefUpdate, RepoPath, Target, TreeFile};
use crate::readiness::finding::{Finding, Outcome};
use crate::readiness::judgement::{Asked, Judgement};
use crate::readiness::registry::REGISTRY;
use crate::readiness::snapshot::{Known, PolicyChange, Rehearsed, Snapshot, Squash, Tag};
use crate::rollback::outlook::{Loss, Outlook};
use crate::stage::attribution::{Attribution, Attributions, Unlanded};
use crate::stage::ledger::StageHistory;
use crate::stage::matcher::{Matcher, StageIndex};
use crate::stage::plan::{Work, plan};
use crate::stage::words::LandingWords;

/// One range, seen from the first migration of a configuration.
pub struct Case {
    pub configuration: Configuration,
    pub facts: FakeFacts,
    pub policy: PolicyChange,
    pub phase: Phase,
    pub lands: bool,
    /// Whether it is sure, or free, to land with these very commits; where it lands, unless given.
    pub lands_as_it_is: Option<bool>,
    pub landing_text_loses: Option<String>,
    pub landing_text_unknown: Option<&'static str>,
    pub squash: Option<Squash>,
    /// Stages that had not landed before the commits that say they back them out.
    pub unlanded: Unlanded,
    /// Stages whose files were changed and changed back.
    pub passed: BTreeSet<StageIndex>,
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
            whole: true,
        };
        Self {
            configuration,
            facts: FakeFacts::default(),
            policy: PolicyChange::default(),
            phase: Phase::Land,
            lands: true,
            lands_as_it_is: None,
            landing_text_loses: None,
            landing_text_unknown: None,
            squash: None,
            unlanded: Unlanded::new(),
            passed: BTreeSet::new(),
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
            Attribution::new(migration, &self.configuration.migrations, &self.attributions)
                .knowing(self.unlanded.clone());
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
        let mut plan = plan(&matcher, &attribution, &all, &head, &self.works, &none).unwrap();
        plan.passed.extend(&self.passed);
        let snapshot = Snapshot {
            facts: &self.facts,
            configuration: &self.configuration,
            migration,
            matcher: &matcher,
            plan: &plan,
            range: &range,
            phase: self.phase,
            lands: self.lands,
            lands_as_it_is: self.lands_as_it_is.unwrap_or(self.lands),
            squash: self.squash.clone(),
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
