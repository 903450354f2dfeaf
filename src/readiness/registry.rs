//! Every requirement, in the order in which reports list them. To add one: a file with its rule,
//! its help page beside it, and a line here.

use super::judgement::Judgement;
use super::snapshot::Snapshot;
use super::{backup, flag, policy, reference, rehearsal, revert, runbook, stage, tag, window};
use crate::policy::levels::Strictness;

/// One problem that a requirement can find.
#[derive(Debug)]
pub struct Code {
    /// The part after the slash.
    pub problem: &'static str,
    /// How strict it is without any configuration.
    pub strictness: Strictness,
}

/// A requirement: its name, its problems, its help page and its rule.
#[derive(Debug)]
pub struct Specification {
    /// The part of a code before the slash.
    pub id: &'static str,
    /// What it asks, in one line.
    pub asks: &'static str,
    /// Its problems.
    pub codes: &'static [Code],
    /// Its help page: an introduction, then a section for each problem.
    pub page: &'static str,
    /// The rule: reads the snapshot, says what it found.
    pub judge: for<'a> fn(&Snapshot<'a>, &mut Judgement<'_, 'a>),
    /// Whether it is asked of a push that is exactly a planned revert.
    pub asked_of_reverts: bool,
}

impl Specification {
    /// How strict a problem is; a problem that is not listed is as strict as can be.
    #[must_use]
    pub fn strictness(&self, problem: &str) -> Strictness {
        let code = self.codes.iter().find(|code| code.problem == problem);
        code.map_or(Strictness::Always, |code| code.strictness)
    }

    /// The help page's section on a problem.
    #[must_use]
    pub fn section(&self, problem: &str) -> Option<&'static str> {
        let heading = format!("## {problem}\n");
        let (_, rest) = self.page.split_once(&heading)?;
        Some(rest.split("\n## ").next().unwrap_or(rest).trim())
    }
}

/// Every requirement.
pub static REGISTRY: &[&Specification] = &[
    &tag::SPECIFICATION,
    &reference::SPECIFICATION,
    &stage::SPECIFICATION,
    &flag::SPECIFICATION,
    &backup::SPECIFICATION,
    &revert::SPECIFICATION,
    &rehearsal::SPECIFICATION,
    &window::SPECIFICATION,
    &runbook::SPECIFICATION,
    &policy::SPECIFICATION,
];

/// Every code, as `requirement/problem`.
#[must_use]
pub fn codes() -> Vec<String> {
    let of = |requirement: &&'static Specification| {
        let id = requirement.id;
        requirement.codes.iter().map(move |code| format!("{id}/{}", code.problem))
    };
    REGISTRY.iter().flat_map(of).collect()
}

/// The requirement of a code, where the code exists.
#[must_use]
pub fn find(code: &str) -> Option<(&'static Specification, &'static Code)> {
    let (requirement, problem) = code.split_once('/')?;
    let specification = REGISTRY.iter().find(|candidate| candidate.id == requirement)?;
    let found = specification.codes.iter().find(|candidate| candidate.problem == problem)?;
    Some((specification, found))
}
