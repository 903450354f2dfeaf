//! Collects what requirements say: the only way to make a finding, so that each has its level.

use super::finding::{Finding, Outcome};
use super::registry::Specification;
use super::snapshot::{Snapshot, Unknown};
use crate::config::{FindingCode, Level, MigrationId, Mode, Place, Stage, StageId};
use crate::git::{ObjectId, RepoPath};
use crate::policy::levels;

/// What one requirement came to for one stage, or for the whole range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The requirement.
    pub requirement: &'static str,
    /// Whose configuration asked.
    pub migration: MigrationId,
    /// The stage, where it was asked of one.
    pub stage: Option<StageId>,
    /// What came of it.
    pub outcome: Outcome,
}

/// The findings and outcomes of one snapshot.
pub struct Judgement<'s, 'a> {
    snapshot: &'s Snapshot<'a>,
    requirement: &'static Specification,
    /// What was found.
    pub findings: Vec<Finding>,
    /// What was asked.
    pub asked: Vec<Asked>,
}

impl<'s, 'a> Judgement<'s, 'a> {
    /// An empty one.
    #[must_use]
    pub const fn new(snapshot: &'s Snapshot<'a>, requirement: &'static Specification) -> Self {
        Self { snapshot, requirement, findings: Vec::new(), asked: Vec::new() }
    }

    /// Speaks about a stage.
    pub const fn stage<'j>(&'j mut self, stage: &'a Stage) -> Subject<'j, 's, 'a> {
        Subject { judgement: self, stage: Some(stage), ceiling: Level::Deny }
    }

    /// Speaks about the whole range.
    pub const fn range<'j>(&'j mut self) -> Subject<'j, 's, 'a> {
        Subject { judgement: self, stage: None, ceiling: Level::Deny }
    }
}

/// What a requirement speaks about.
pub struct Subject<'j, 's, 'a> {
    judgement: &'j mut Judgement<'s, 'a>,
    stage: Option<&'a Stage>,
    ceiling: Level,
}

/// A problem and its way out, before it has a level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    problem: &'static str,
    message: String,
    help: String,
    subject: String,
    path: Option<RepoPath>,
    commit: Option<ObjectId>,
    config: Option<Place>,
}

impl Problem {
    /// A problem of the requirement that is speaking: `stale`, what is wrong, the way out.
    pub fn new(problem: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            problem,
            message: message.into(),
            help: help.into(),
            subject: String::new(),
            path: None,
            commit: None,
            config: None,
        }
    }

    /// A fact that could not be had, asked for because of `problem`.
    #[must_use]
    pub fn unknown(problem: &'static str, what: &str, unknown: &Unknown) -> Self {
        Self::new(problem, format!("{what}: could not check: {}", unknown.reason), &unknown.help)
    }

    /// The same where it hangs on something that is not known: said first, with what helps.
    #[must_use]
    pub fn doubtful(mut self, condition: &str, help: String) -> Self {
        self.message.insert_str(0, condition);
        self.help = help;
        self
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The same with another way out.
    #[must_use]
    pub fn helped(self, help: String) -> Self {
        Self { help, ..self }
    }

    /// The same, as a problem of another code.
    #[must_use]
    pub const fn rename(mut self, problem: &'static str) -> Self {
        self.problem = problem;
        self
    }

    /// The path that it is about.
    #[must_use]
    pub fn path(mut self, path: &RepoPath) -> Self {
        self.path = Some(path.clone());
        self
    }

    /// The commit that it is about.
    #[must_use]
    pub const fn commit(mut self, commit: ObjectId) -> Self {
        self.commit = Some(commit);
        self
    }

    /// The place in the configuration that asks.
    #[must_use]
    pub fn asked_at(mut self, place: &Place) -> Self {
        self.config = Some(place.clone());
        self
    }

    /// Whether the other one says the same of the same thing; ages and places may be others.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        let words = |one: &Self| one.message.replace(|c: char| c.is_ascii_digit(), "");
        (self.problem, &self.subject, &self.path) == (other.problem, &other.subject, &other.path)
            && words(self) == words(other)
    }

    /// A name that tells it apart from others of its code.
    #[must_use]
    pub fn about(mut self, subject: &str) -> Self {
        subject.clone_into(&mut self.subject);
        self
    }
}

/// Those problems of which none like them is known.
pub fn new_ones(problems: Vec<Problem>, known: &[Problem]) -> Vec<Problem> {
    let is_new = |problem: &Problem| !known.iter().any(|one| one.is_like(problem));
    problems.into_iter().filter(is_new).collect()
}

impl Subject<'_, '_, '_> {
    /// Nothing said here exceeds this level.
    #[must_use]
    pub const fn at_most(mut self, ceiling: Level) -> Self {
        self.ceiling = ceiling;
        self
    }

    /// It holds.
    pub fn satisfied(self) {
        self.outcome(Outcome::Satisfied);
    }

    /// There is nothing to ask.
    pub fn not_applicable(self) {
        self.outcome(Outcome::NotApplicable);
    }

    /// Says each problem, or that all holds where there is none.
    pub fn conclude(self, unmet: Vec<Problem>, indeterminate: Vec<Problem>) {
        let outcome = if !unmet.is_empty() {
            Outcome::Unmet
        } else if !indeterminate.is_empty() {
            Outcome::Indeterminate
        } else {
            Outcome::Satisfied
        };
        for problem in unmet {
            self.judgement.add(self.stage, self.ceiling, Outcome::Unmet, problem);
        }
        for problem in indeterminate {
            self.judgement.add(self.stage, self.ceiling, Outcome::Indeterminate, problem);
        }
        self.outcome(outcome);
    }

    fn outcome(self, outcome: Outcome) {
        self.judgement.asked.push(Asked {
            requirement: self.judgement.requirement.id,
            migration: self.judgement.snapshot.migration.id.clone(),
            stage: self.stage.map(|stage| stage.id.clone()),
            outcome,
        });
    }
}

impl Judgement<'_, '_> {
    /// The guard never stands in the way of a rollback: one that was edited by hand is told what
    /// is wrong, and let pass.
    fn rollback_ceiling(&self, stage: Option<&Stage>) -> Level {
        let id = stage.map(|stage| &stage.id);
        let mut touched = self.snapshot.touched();
        let found = touched.find(|(_, touched, _)| Some(&touched.id) == id);
        match found {
            Some((_, _, touch)) if touch.is_backed_out() => Level::Warn,
            _ => Level::Deny,
        }
    }

    fn add(&mut self, stage: Option<&Stage>, ceiling: Level, outcome: Outcome, problem: Problem) {
        let snapshot = self.snapshot;
        let code = FindingCode::new(self.requirement.id, problem.problem);
        let strictness = self.requirement.strictness(problem.problem);
        let impact = stage.map(|stage| stage.impact);
        let level = levels::level(snapshot.migration, &code, strictness, impact, snapshot.phase)
            .min(ceiling)
            .min(self.rollback_ceiling(stage));
        if level == Level::Allow {
            return;
        }
        let mode = stage.and_then(|stage| stage.mode).unwrap_or(snapshot.migration.mode);
        self.findings.push(Finding {
            code,
            level,
            outcome,
            migration: snapshot.migration.id.clone(),
            stage: stage.map(|stage| stage.id.clone()),
            path: problem.path,
            reference: Some(snapshot.range.update.remote.clone()),
            commit: problem.commit,
            message: problem.message,
            help: problem.help,
            config: problem
                .config
                .or_else(|| stage.map(|stage| stage.place.clone()))
                .or_else(|| Some(snapshot.migration.place.clone())),
            subject: problem.subject,
            observed: mode == Mode::Observe,
        });
    }
}
