//! What several configurations say of one push, united.

use super::super::assessment::{Assessment, StageReport, Verdict, WayBack};
use super::super::finding::{Finding, Outcome};
use super::super::judge_range::RangeJudgement;
use super::super::unite::Union;
use super::fake::{NOW, at, configuration, id, migration, stage};
use crate::config::{Impact, Level, Migration, Mode, Phase, StageState};
use crate::policy::overrides::{Override, parse};

const WAIVER: &str = "[[waivers]]\nfinding = \"tag/missing\"\nstage = \"9\"\nreason = \"late\"\n\
                      expires = 2026-11-24\n";

fn rules(more: &str) -> Migration {
    let text = migration("max_waiver = \"30d\"") + &stage("9", "high", "") + more;
    configuration(&[("backout.toml", &text)]).migrations.remove(0)
}

fn finding(code: &str, level: Level) -> Finding {
    Finding {
        code: code.parse().unwrap(),
        level,
        outcome: Outcome::Unmet,
        migration: "m".parse().unwrap(),
        stage: Some("9".parse().unwrap()),
        path: None,
        reference: None,
        commit: None,
        message: format!("at {level}"),
        help: String::new(),
        config: None,
        subject: "m-start".to_owned(),
        observed: false,
    }
}

fn said(findings: &[Finding]) -> RangeJudgement {
    RangeJudgement { findings: findings.to_vec(), ..RangeJudgement::default() }
}

fn unite(judgements: &[(RangeJudgement, &Migration)], overrides: &[Override]) -> Assessment {
    let mut union = Union::new(at(NOW));
    for (judgement, migration) in judgements {
        let copy = RangeJudgement {
            phase: judgement.phase,
            stages: judgement.stages.clone(),
            findings: judgement.findings.clone(),
            ..RangeJudgement::default()
        };
        union.add(copy, migration);
    }
    union.conclude(overrides)
}

fn codes(assessment: &Assessment) -> String {
    let one = |finding: &Finding| format!("{} {}", finding.code, finding.level);
    assessment.findings.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[test]
fn one_problem_under_two_configurations_is_one_at_the_strictest_level() {
    let rules = rules("");
    let levels = [Level::Warn, Level::Deny];
    for order in [levels, [levels[1], levels[0]]] {
        let each = order.map(|level| (said(&[finding("tag/missing", level)]), &rules));
        let united = unite(&each, &[]);
        assert_eq!(codes(&united), "tag/missing deny");
        assert_eq!(united.findings[0].message, "at deny");
        assert_eq!(united.verdict, Verdict::NotReady);
    }
}

#[test]
fn problems_that_differ_in_their_subject_are_two() {
    let rules = rules("");
    let other = Finding { subject: "other".to_owned(), ..finding("tag/missing", Level::Warn) };
    let both = said(&[finding("tag/missing", Level::Warn), other]);
    assert_eq!(codes(&unite(&[(both, &rules)], &[])), "tag/missing warn, tag/missing warn");
}

#[test]
fn a_waiver_in_every_configuration_excuses() {
    let rules = rules(WAIVER);
    let each = [1, 2].map(|_| (said(&[finding("tag/missing", Level::Deny)]), &rules));
    let united = unite(&each, &[]);
    assert_eq!((codes(&united).as_str(), united.waived.len()), ("", 1));
    assert_eq!(united.waived[0].reason, "late");
    assert_eq!(united.verdict, Verdict::Ready);
}

#[test]
fn a_waived_finding_is_listed_at_its_strictest_level() {
    let rules = rules(WAIVER);
    let each =
        [Level::Warn, Level::Deny].map(|level| (said(&[finding("tag/missing", level)]), &rules));
    assert_eq!(unite(&each, &[]).waived[0].finding.level, Level::Deny);
}

#[test]
fn a_waiver_in_one_configuration_alone_does_not_excuse() {
    let (trusted, pushed) = (rules(""), rules(WAIVER));
    let found = || said(&[finding("tag/missing", Level::Deny)]);
    for each in
        [[(found(), &trusted), (found(), &pushed)], [(found(), &pushed), (found(), &trusted)]]
    {
        let united = unite(&each, &[]);
        assert_eq!((codes(&united).as_str(), united.waived.len()), ("tag/missing deny", 0));
    }
    let thrice = [(found(), &pushed), (found(), &trusted), (found(), &pushed)];
    assert_eq!(unite(&thrice, &[]).waived.len(), 0);
}

#[test]
fn a_waiver_that_is_over_or_too_long_does_not_excuse() {
    for day in ["2026-11-23", "2026-12-25"] {
        let rules = rules(&WAIVER.replace("2026-11-24", day));
        let united = unite(&[(said(&[finding("tag/missing", Level::Deny)]), &rules)], &[]);
        assert_eq!(
            (codes(&united).as_str(), united.waived.len()),
            ("tag/missing deny", 0),
            "{day}"
        );
    }
}

#[test]
fn an_override_lets_a_denial_pass_and_stays_visible() {
    let rules = rules("");
    let codes_known = ["tag/missing".to_owned()];
    let text = "[[overrides]]\nfinding = \"tag/missing\"\nreason = \"outage\"\napprover = \"@ops\"";
    let overrides = parse(text, &codes_known).unwrap();
    let denied = unite(&[(said(&[finding("tag/missing", Level::Deny)]), &rules)], &overrides);
    assert_eq!((denied.findings.len(), denied.overridden.len()), (0, 1));
    assert_eq!((denied.overridden[0].by.as_str(), denied.verdict), ("@ops", Verdict::Ready));
    let warned = unite(&[(said(&[finding("tag/missing", Level::Warn)]), &rules)], &overrides);
    assert_eq!((warned.findings.len(), warned.overridden.len()), (1, 0));
}

#[test]
fn observing_under_one_configuration_is_not_enough() {
    let rules = rules("");
    let observed = Finding { observed: true, ..finding("tag/missing", Level::Deny) };
    let enforced = finding("tag/missing", Level::Deny);
    for each in [[&observed, &enforced], [&enforced, &observed]] {
        let united = unite(&each.map(|one| (said(std::slice::from_ref(one)), &rules)), &[]);
        assert!(!united.findings[0].observed);
    }
    let both = [1, 2].map(|_| (said(std::slice::from_ref(&observed)), &rules));
    assert!(unite(&both, &[]).findings[0].observed);
}

#[test]
fn the_mode_is_observe_only_where_every_configuration_that_speaks_observes() {
    let (enforcing, mut observing) = (rules(""), rules(""));
    observing.mode = Mode::Observe;
    let found = || said(&[finding("tag/missing", Level::Warn)]);
    assert_eq!(unite(&[(found(), &observing)], &[]).mode, Mode::Observe);
    let mixed = unite(&[(found(), &observing), (found(), &enforcing)], &[]);
    assert_eq!(mixed.mode, Mode::Enforce);
    let silent = unite(&[(found(), &observing), (said(&[]), &enforcing)], &[]);
    assert_eq!(silent.mode, Mode::Observe);
    assert_eq!(unite(&[], &[]).mode, Mode::Enforce);
}

#[test]
fn an_unmet_finding_beats_one_that_could_not_be_checked_at_the_same_level() {
    let rules = rules("");
    let unsure = Finding { outcome: Outcome::Indeterminate, ..finding("tag/missing", Level::Deny) };
    let unmet = finding("tag/missing", Level::Deny);
    let alone = unite(&[(said(std::slice::from_ref(&unsure)), &rules)], &[]);
    assert_eq!(alone.verdict, Verdict::Indeterminate);
    for each in [[&unsure, &unmet], [&unmet, &unsure]] {
        let united = unite(&each.map(|one| (said(std::slice::from_ref(one)), &rules)), &[]);
        assert_eq!((united.findings.len(), united.verdict), (1, Verdict::NotReady));
    }
}

#[test]
fn a_stage_takes_the_higher_impact_and_the_narrower_way_back() {
    let rules = rules("");
    let report = |impact, open, until: Option<&str>| StageReport {
        migration: "m".to_owned(),
        id: "9".to_owned(),
        name: "9".to_owned(),
        impact,
        state: StageState::Open,
        touched_by: [id(1)].into(),
        advances: false,
        way_back: WayBack { open, until: until.map(at) },
    };
    let stage = |report: StageReport| RangeJudgement {
        phase: Some(Phase::Share),
        stages: vec![report],
        ..RangeJudgement::default()
    };
    let (early, late) = ("2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z");
    let first = stage(report(Impact::Low, Some(true), Some(late)));
    let second = stage(report(Impact::High, None, Some(early)));
    let third = RangeJudgement {
        phase: Some(Phase::Land),
        ..stage(report(Impact::Medium, Some(false), None))
    };
    let united = unite(&[(first, &rules), (second, &rules), (third, &rules)], &[]);
    let stage = &united.stages[0];
    assert_eq!((united.stages.len(), stage.impact), (1, Impact::High));
    assert_eq!((stage.way_back.open, stage.way_back.until), (Some(false), Some(at(early))));
    assert_eq!(united.phase, Phase::Land);
}
