//! What the guard came to: the data that every report is written from.

use std::collections::BTreeSet;

use super::finding::{Finding, Outcome};
use super::judgement::Asked;
use crate::config::{FindingCode, Impact, Level, MigrationId, Mode, Phase, StageState};
use crate::git::{ObjectId, Operation, RefName, RepoPath, Seconds, Target};
use crate::policy::trust::Origin;

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing at level deny stands against it.
    Ready,
    /// A finding at level deny does.
    NotReady,
    /// Something that would deny could not be checked.
    Indeterminate,
}

impl Verdict {
    /// The word for it in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::NotReady => "not-ready",
            Self::Indeterminate => "indeterminate",
        }
    }
}

/// One judged ref.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefReport {
    /// What was pushed, as typed.
    pub local: Option<String>,
    /// The remote's name for it.
    pub remote: RefName,
    /// What the update does.
    pub operation: Operation,
    /// To what kind of ref.
    pub target: Target,
    /// The old object.
    pub from: Option<ObjectId>,
    /// The new object.
    pub to: Option<ObjectId>,
    /// How many paths differ.
    pub paths: usize,
    /// How many commits are new.
    pub commits: usize,
    /// Whether it is exactly a planned revert.
    pub reverts: bool,
    /// Something worth saying that is no finding.
    pub note: Option<String>,
}

impl RefReport {
    /// The branch's or the tag's name; the whole name of any other ref.
    #[must_use]
    pub fn short_name(&self) -> &str {
        let name = self.remote.as_branch().or(self.remote.as_tag());
        name.unwrap_or(self.remote.as_str())
    }
}

/// Whether a stage's way back is open.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WayBack {
    /// `None` where it could not be told.
    pub open: Option<bool>,
    /// When it closes by itself.
    pub until: Option<Seconds>,
    /// The stages that have to go first, or with it; `None` where it was not, or could not be,
    /// told.
    pub blocked_by: Option<Vec<String>>,
}

/// One touched stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageReport {
    /// Its migration.
    pub migration: String,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What its rollback affects.
    pub impact: Impact,
    /// Whether its requirements hold.
    pub state: StageState,
    /// The commits that touch it.
    pub touched_by: BTreeSet<ObjectId>,
    /// Whether one of them is its work, as opposed to work on its files.
    pub advances: bool,
    /// Its way back.
    pub way_back: WayBack,
}

/// A finding that a waiver or an override sets aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// The finding.
    pub finding: Finding,
    /// Why.
    pub reason: String,
    /// Who answers for it (overrides), or until when it holds (waivers).
    pub by: String,
}

/// Everything the guard came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// The answer.
    pub verdict: Verdict,
    /// The strictest phase that was judged.
    pub phase: Phase,
    /// Observe, where nothing that was judged would be stopped.
    pub mode: Mode,
    /// Trusted places whose rules were asked.
    pub trusted: Vec<Origin>,
    /// The judged commit, where it brings rules of its own.
    pub judged: Option<Origin>,
    /// The judged refs, in their order.
    pub refs: Vec<RefReport>,
    /// The touched stages.
    pub stages: Vec<StageReport>,
    /// Every stage of the configurations that were asked, by its migration and its id.
    pub known: BTreeSet<(String, String)>,
    /// Paths inside the scope that nobody owns.
    pub unowned: BTreeSet<RepoPath>,
    /// Changed paths that several stages own.
    pub shared: BTreeSet<RepoPath>,
    /// What stands against it, or is worth saying.
    pub findings: Vec<Finding>,
    /// Findings that a waiver sets aside.
    pub waived: Vec<SetAside>,
    /// Findings that an override lets pass.
    pub overridden: Vec<SetAside>,
    /// Every requirement that was asked.
    pub asked: Vec<Asked>,
    /// How long it took, by part, in milliseconds.
    pub timings_ms: Vec<(&'static str, f64)>,
}

impl Assessment {
    /// The answer where judging failed: nothing is known but why. With `observed`, all of the
    /// trusted rules only observe.
    #[must_use]
    pub fn unjudged(message: String, help: String, phase: Phase, observed: bool) -> Self {
        let finding = Finding {
            code: FindingCode::new("policy", "not-judged"),
            level: Level::Deny,
            outcome: Outcome::Indeterminate,
            migration: MigrationId::unknown(),
            stage: None,
            path: None,
            reference: None,
            commit: None,
            message,
            help,
            config: None,
            subject: String::new(),
            observed,
        };
        Self {
            verdict: Verdict::Indeterminate,
            phase,
            mode: if observed { Mode::Observe } else { Mode::Enforce },
            trusted: Vec::new(),
            judged: None,
            refs: Vec::new(),
            stages: Vec::new(),
            known: BTreeSet::new(),
            unowned: BTreeSet::new(),
            shared: BTreeSet::new(),
            findings: vec![finding],
            waived: Vec::new(),
            overridden: Vec::new(),
            asked: Vec::new(),
            timings_ms: Vec::new(),
        }
    }

    /// Whether the exit code stops the push: observed findings do not.
    #[must_use]
    pub fn stops(&self) -> Verdict {
        verdict(self.findings.iter().filter(|finding| !finding.observed))
    }

    /// Whether stages are named with their migration.
    #[must_use]
    pub fn has_several_migrations(&self) -> bool {
        let mut migrations = self.known.iter().map(|(migration, _)| migration);
        let first = migrations.next();
        migrations.any(|migration| Some(migration) != first)
    }

    /// Whether there is nothing worth a line.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.findings.is_empty()
            && self.stages.iter().all(|stage| !stage.advances)
            && self.waived.is_empty()
            && self.overridden.is_empty()
            && self.refs.iter().all(|one| one.note.is_none())
    }
}

/// The verdict over findings: a deny that is unmet, else one that could not be checked, else ready.
pub fn verdict<'f>(findings: impl Iterator<Item = &'f Finding>) -> Verdict {
    let mut verdict = Verdict::Ready;
    for finding in findings.filter(|finding| finding.level == Level::Deny) {
        if finding.outcome == Outcome::Unmet {
            return Verdict::NotReady;
        }
        verdict = Verdict::Indeterminate;
    }
    verdict
}
