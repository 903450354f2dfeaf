//! Unites what several configurations say of several refs into one assessment.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::assessment::{Assessment, RefReport, SetAside, StageReport, verdict};
use super::finding::Finding;
use super::judge_range::RangeJudgement;
use crate::config::{Level, Migration, Mode, Phase, natural};
use crate::git::{ObjectId, Range, RefName, RefUpdate, RepoPath, Seconds};
use crate::policy::overrides::Override;
use crate::policy::trust::{Origin, Policies};
use crate::policy::waiver::{self, Standing};

/// Findings as they come in, each with its waiver. A push may have as many as it has paths.
#[derive(Default)]
struct Findings {
    all: Vec<(Finding, Option<SetAside>)>,
    places: HashMap<Key, Vec<usize>>,
}

/// By what a finding that is there already is found.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    /// It is the same problem.
    Problem(String, Option<RefName>, Option<ObjectId>),
    /// It says the same.
    Words(String, Option<RefName>, Option<ObjectId>),
}

impl Findings {
    /// The same problem found under two configurations is one, at the strictest level. It is set
    /// aside only where both waive it: a waiver that comes with the change cannot excuse it. What
    /// reads the same for two migrations is said once where it weighs the same for both.
    fn add(&mut self, finding: Finding, waived: Option<SetAside>) {
        let keys = keys(&finding);
        let weighs_the_same = |known: &Finding, known_waiver: &Option<SetAside>| {
            known.migration == finding.migration
                || ((known.level, known.observed) == (finding.level, finding.observed)
                    && known_waiver.is_none()
                    && waived.is_none())
        };
        let is_known = |place: &usize| {
            self.all.get(*place).is_some_and(|(known, known_waiver)| {
                known.is_same(&finding)
                    || (known.reads_the_same(&finding) && weighs_the_same(known, known_waiver))
            })
        };
        let near = keys.iter().filter_map(|key| self.places.get(key)).flatten();
        let place = near.copied().filter(is_known).min();
        match place.and_then(|place| self.all.get_mut(place)) {
            Some((known, known_waiver)) => {
                let observed = known.observed && finding.observed;
                if waived.is_none() {
                    *known_waiver = None;
                }
                if (finding.level, finding.outcome) > (known.level, known.outcome) {
                    *known = finding;
                }
                known.observed = observed;
            }
            None => self.all.push((finding, waived)),
        }
        let place = place.unwrap_or(self.all.len() - 1);
        for key in keys {
            let places = self.places.entry(key).or_default();
            if !places.contains(&place) {
                places.push(place);
            }
        }
    }
}

fn keys(finding: &Finding) -> [Key; 2] {
    let (reference, commit) = (&finding.reference, finding.commit);
    [
        Key::Problem(finding.fingerprint(), reference.clone(), commit),
        Key::Words(finding.message.clone(), reference.clone(), commit),
    ]
}

/// Judgements as they come in.
pub struct Union {
    refs: Vec<RefReport>,
    stages: Vec<StageReport>,
    known: BTreeSet<(String, String)>,
    unowned: BTreeSet<RepoPath>,
    shared: BTreeSet<RepoPath>,
    findings: Findings,
    asked: Vec<super::judgement::Asked>,
    trusted: Vec<Origin>,
    judged: Option<Origin>,
    phase: Option<Phase>,
    modes: Vec<Mode>,
    repeated: BTreeMap<RefName, usize>,
    now: Seconds,
}

impl Union {
    /// Nothing yet; waivers are held against this clock.
    #[must_use]
    pub fn new(now: Seconds) -> Self {
        Self {
            refs: Vec::new(),
            stages: Vec::new(),
            known: BTreeSet::new(),
            unowned: BTreeSet::new(),
            shared: BTreeSet::new(),
            findings: Findings::default(),
            asked: Vec::new(),
            trusted: Vec::new(),
            judged: None,
            phase: None,
            modes: Vec::new(),
            repeated: BTreeMap::new(),
            now,
        }
    }

    /// A range that was judged, the policies that it was judged by, and what is to be said of them.
    pub fn add_range(&mut self, range: &Range, policies: &Policies, said: Option<String>) {
        for origin in policies.trusted.iter().flat_map(|policy| &policy.origins) {
            if !self.trusted.contains(origin) {
                self.trusted.push(origin.clone());
            }
        }
        if policies.judged.is_some() {
            self.judged.clone_from(&policies.judged_at);
        }
        self.refs.push(RefReport {
            local: range.update.local.clone(),
            remote: range.update.remote.clone(),
            operation: range.operation,
            target: range.target,
            from: range.update.from,
            to: range.update.to,
            paths: range.changes.len(),
            commits: range.commits.len(),
            reverts: false,
            note: note(range, policies).or(said),
        });
    }

    /// One more ref of which the same holds as of an earlier one.
    pub fn repeat(&mut self, earlier: usize, update: &RefUpdate) {
        let Some(known) = self.refs.get(earlier) else { return };
        let again = RefReport {
            local: update.local.clone(),
            remote: update.remote.clone(),
            ..known.clone()
        };
        *self.repeated.entry(known.remote.clone()).or_default() += 1;
        self.refs.push(again);
    }

    /// What one migration says of the last range that was added.
    pub fn add(&mut self, judgement: RangeJudgement, migration: &Migration) {
        self.phase = self.phase.max(judgement.phase);
        let stages = migration.stages.iter();
        self.known.extend(stages.map(|one| (migration.id.to_string(), one.id.to_string())));
        if !judgement.stages.is_empty() || !judgement.findings.is_empty() {
            self.modes.push(mode(&judgement, migration));
        }
        if let Some(last) = self.refs.last_mut() {
            last.reverts |= judgement.reverts;
            for note in judgement.notes {
                add_note(&mut last.note, note);
            }
        }
        for stage in judgement.stages {
            self.add_stage(stage);
        }
        self.unowned.extend(judgement.unowned);
        self.shared.extend(judgement.shared);
        for finding in judgement.findings {
            let waived = waived_by(&finding, migration, self.now);
            self.findings.add(finding, waived);
        }
        self.asked.extend(judgement.asked);
    }

    fn add_stage(&mut self, stage: StageReport) {
        let same =
            |known: &&mut StageReport| known.migration == stage.migration && known.id == stage.id;
        match self.stages.iter_mut().find(same) {
            Some(known) => {
                known.impact = known.impact.max(stage.impact);
                known.touched_by.extend(&stage.touched_by);
                known.advances |= stage.advances;
                // Open only where every configuration finds it so.
                known.way_back.open = match (known.way_back.open, stage.way_back.open) {
                    (Some(false), _) | (_, Some(false)) => Some(false),
                    (None, _) | (_, None) => None,
                    (Some(true), Some(true)) => Some(true),
                };
                known.way_back.blocked_by =
                    united(known.way_back.blocked_by.take(), stage.way_back.blocked_by);
                known.way_back.until =
                    [known.way_back.until, stage.way_back.until].into_iter().flatten().min();
            }
            None => self.stages.push(stage),
        }
    }

    /// The assessment, once all is in: waivers and overrides are applied, the verdict is taken.
    #[must_use]
    pub fn conclude(mut self, overrides: &[Override]) -> Assessment {
        let mut findings = Vec::new();
        let mut waived = Vec::new();
        let mut overridden = Vec::new();
        for (mut finding, waiver) in self.findings.all {
            let name = finding.reference.as_ref();
            if let Some(more) = name.and_then(|name| self.repeated.get(name)) {
                let refs = if *more == 1 { "ref" } else { "refs" };
                finding.message += &format!(" (the same of {more} more {refs} of this push)");
            }
            if let Some(set_aside) = waiver {
                waived.push(SetAside { finding, ..set_aside });
            } else if let Some(set_aside) = overridden_by(&finding, overrides) {
                overridden.push(set_aside);
            } else {
                findings.push(finding);
            }
        }
        findings.sort_by(|a, b| {
            (&a.stage, b.level, &a.code, &a.path).cmp(&(&b.stage, a.level, &b.code, &b.path))
        });
        self.stages.sort_by(|a, b| {
            natural(&a.migration, &b.migration).then_with(|| natural(&a.id, &b.id))
        });
        let observes = !self.modes.is_empty() && self.modes.iter().all(|m| *m == Mode::Observe);
        Assessment {
            verdict: verdict(findings.iter()),
            phase: self.phase.unwrap_or(Phase::Share),
            mode: if observes { Mode::Observe } else { Mode::Enforce },
            trusted: self.trusted,
            judged: self.judged,
            refs: self.refs,
            stages: self.stages,
            known: self.known,
            unowned: self.unowned,
            shared: self.shared,
            findings,
            waived,
            overridden,
            asked: self.asked,
            timings_ms: Vec::new(),
        }
    }
}

/// Observe, where nothing of what was judged would be stopped: a stage may enforce by itself.
fn mode(judgement: &RangeJudgement, migration: &Migration) -> Mode {
    let enforces = |stage: &StageReport| {
        let mut all = migration.stages.iter();
        let found = all.find(|known| known.id.as_str() == stage.id);
        found.and_then(|stage| stage.mode) == Some(Mode::Enforce)
    };
    match judgement.stages.iter().any(enforces) {
        true => Mode::Enforce,
        false => migration.mode,
    }
}

/// Each thing is said once, however many configurations it concerns.
fn add_note(said: &mut Option<String>, note: String) {
    match said {
        None => *said = Some(note),
        Some(said) if said.contains(&note) => {}
        Some(said) => {
            said.push_str("; ");
            said.push_str(&note);
        }
    }
}

/// Every stage that one of two configurations finds in the way; not known, where one does not know.
fn united(one: Option<Vec<String>>, other: Option<Vec<String>>) -> Option<Vec<String>> {
    let (mut all, other) = (one?, other?);
    let new: Vec<String> = other.into_iter().filter(|id| !all.contains(id)).collect();
    all.extend(new);
    Some(all)
}

fn waived_by(finding: &Finding, migration: &Migration, now: Seconds) -> Option<SetAside> {
    let found = migration.waivers.iter().find(|waived| {
        waiver::covers(migration, waived, &finding.code, finding.stage.as_ref())
            && waiver::standing(migration, waived, now) == Standing::Holds
    });
    found.map(|waived| SetAside {
        finding: finding.clone(),
        reason: waived.reason.clone(),
        by: format!("until {}", waived.expires),
    })
}

fn overridden_by(finding: &Finding, overrides: &[Override]) -> Option<SetAside> {
    let stage = finding.stage.as_ref();
    let covers = |one: &&Override| one.covers(&finding.code, finding.migration.as_str(), stage);
    // A warning needs no breaking of glass.
    let found = overrides.iter().find(covers).filter(|_| finding.level == Level::Deny)?;
    Some(SetAside {
        finding: finding.clone(),
        reason: found.reason.clone(),
        by: found.approver.clone(),
    })
}

fn note(range: &Range, policies: &Policies) -> Option<String> {
    if range.update.to.is_some() && range.head.is_none() {
        return Some("it stands on a tree or a file: there are no commits to judge".to_owned());
    }
    policies.stand_in()
}
