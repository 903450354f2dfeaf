//! Several configurations united, waivers and overrides, the verdict.

use proptest::prelude::*;

use super::fake::{Case, at, configuration, id, migration, stage};
use crate::config::{Level, Mode, Phase};
use crate::git::RefName;
use crate::policy::overrides::Override;
use crate::policy::trust::Policies;
use crate::readiness::assessment::{Assessment, Verdict, verdict};
use crate::readiness::finding::{Finding, Outcome};
use crate::readiness::judge_range::RangeJudgement;
use crate::readiness::unite::Union;

const OWN: &str = "Work\n\nMigration-Stage: 9";
const WAIVER: &str = "[[waivers]]\nfinding = \"tag/missing\"\nstage = \"9\"\nreason = \"known\"\nexpires = 2026-11-24\n";

fn text(impact: &str, more: &str) -> String {
    migration("max_waiver = \"30d\"") + &stage("9", impact, "") + more
}

/// What configurations come to together on one push of a stage whose start tag is missing.
fn united(texts: &[String]) -> Union {
    let mut union = Union::new(at("2026-11-24T12:00:00Z"));
    for (number, text) in texts.iter().enumerate() {
        let case = Case::new(text).commit(OWN, &["src/9/a.py"]).tag("m-start", Ok(None));
        if number == 0 {
            union.add_range(&case.range, &Policies::default(), None);
        }
        let told = case.ask("tag");
        let judgement = RangeJudgement {
            phase: Some(Phase::Land),
            findings: told.findings,
            asked: told.asked,
            ..RangeJudgement::default()
        };
        let configuration = configuration(&[("backout.toml", text)]);
        union.add(judgement, &configuration.migrations[0]);
    }
    union
}

fn assess(texts: &[String]) -> Assessment {
    united(texts).conclude(&[])
}

#[test]
fn the_same_finding_under_two_configurations_is_one_at_the_strictest_level() {
    for texts in [[text("low", ""), text("critical", "")], [text("critical", ""), text("low", "")]]
    {
        let assessment = assess(&texts);
        let levels: Vec<Level> = assessment.findings.iter().map(|one| one.level).collect();
        assert_eq!(levels, [Level::Deny]);
        assert_eq!(assessment.verdict, Verdict::NotReady);
    }
}

#[test]
fn a_waiver_excuses_only_where_every_configuration_has_it() {
    let with = || text("critical", WAIVER);
    let without = || text("critical", "");
    let both = assess(&[with(), with()]);
    assert_eq!((both.verdict, both.findings.len(), both.waived.len()), (Verdict::Ready, 0, 1));
    assert_eq!(
        (both.waived[0].reason.as_str(), both.waived[0].by.as_str()),
        ("known", "until 2026-11-24")
    );
    for texts in [[with(), without()], [without(), with()]] {
        let one = assess(&texts);
        assert_eq!((one.verdict, one.waived.len()), (Verdict::NotReady, 0));
    }
    let thrice = assess(&[with(), without(), with()]);
    assert_eq!(thrice.verdict, Verdict::NotReady);
}

#[test]
fn an_expired_waiver_one_that_runs_too_long_and_one_of_another_stage_excuse_nothing() {
    for (from, to) in [
        ("2026-11-24", "2026-11-23"),
        ("2026-11-24", "2026-12-25"),
        ("stage = \"9\"", "stage = \"4\""),
        ("tag/missing", "tag/moved"),
    ] {
        let more = WAIVER.replace(from, to) + &stage("4", "low", "");
        assert_eq!(assess(&[text("critical", &more)]).verdict, Verdict::NotReady, "{to}");
    }
    let everywhere = WAIVER.replace("stage = \"9\"\n", "");
    assert_eq!(assess(&[text("critical", &everywhere)]).verdict, Verdict::Ready);
}

fn glass(finding: &str, stage: Option<&str>) -> Override {
    Override {
        finding: finding.parse().unwrap(),
        stage: stage.map(|name| name.parse().unwrap()),
        reason: "the site is down".to_owned(),
        approver: "@anna".to_owned(),
    }
}

#[test]
fn an_override_lets_its_finding_pass_and_stays_in_the_report() {
    for stage in [None, Some("9"), Some("m:9")] {
        let assessment = united(&[text("high", "")]).conclude(&[glass("tag/missing", stage)]);
        assert_eq!(assessment.verdict, Verdict::Ready, "{stage:?}");
        assert_eq!(assessment.overridden.len(), 1);
        assert_eq!(assessment.overridden[0].by, "@anna");
        assert!(!assessment.is_silent());
    }
    for (code, stage) in
        [("tag/moved", None), ("tag/missing", Some("4")), ("tag/missing", Some("n:9"))]
    {
        let assessment = united(&[text("high", "")]).conclude(&[glass(code, stage)]);
        assert_eq!((assessment.verdict, assessment.overridden.len()), (Verdict::NotReady, 0));
    }
}

#[test]
fn a_warning_needs_no_override() {
    let assessment = united(&[text("low", "")]).conclude(&[glass("tag/missing", None)]);
    assert_eq!((assessment.findings.len(), assessment.overridden.len()), (1, 0));
}

#[test]
fn observing_stops_nothing_and_only_where_every_configuration_observes() {
    let observe = || text("high", "").replace("max_waiver", "mode = \"observe\"\nmax_waiver");
    let both = assess(&[observe(), observe()]);
    assert_eq!(
        (both.verdict, both.stops(), both.mode),
        (Verdict::NotReady, Verdict::Ready, Mode::Observe)
    );
    for texts in [[observe(), text("high", "")], [text("high", ""), observe()]] {
        let one = assess(&texts);
        assert_eq!((one.stops(), one.mode), (Verdict::NotReady, Mode::Enforce));
    }
}

#[test]
fn the_same_finding_on_two_refs_is_two() {
    let mut union = united(&[text("high", "")]);
    let case = Case::new(&text("high", "")).commit(OWN, &["src/9/a.py"]).tag("m-start", Ok(None));
    let case = case.range(|range| range.update.remote = RefName::branch("other"));
    union.add_range(&case.range, &Policies::default(), None);
    let findings = case.ask("tag").findings;
    let judgement = RangeJudgement { findings, ..RangeJudgement::default() };
    union.add(judgement, &case.configuration.migrations[0]);
    assert_eq!(union.conclude(&[]).findings.len(), 2);
}

fn finding(level: Level, outcome: Outcome) -> Finding {
    Finding {
        code: "tag/missing".parse().unwrap(),
        level,
        outcome,
        migration: "m".parse().unwrap(),
        stage: None,
        path: None,
        reference: None,
        commit: Some(id(1)),
        message: "m".to_owned(),
        help: "h".to_owned(),
        config: None,
        subject: String::new(),
        observed: false,
    }
}

#[test]
fn the_verdict() {
    use Level::{Deny, Warn};
    use Outcome::{Indeterminate, Unmet};
    let of = |all: &[(Level, Outcome)]| {
        let findings: Vec<_> =
            all.iter().map(|(level, outcome)| finding(*level, *outcome)).collect();
        verdict(findings.iter())
    };
    assert_eq!(of(&[]), Verdict::Ready);
    assert_eq!(of(&[(Warn, Unmet), (Warn, Indeterminate)]), Verdict::Ready);
    assert_eq!(of(&[(Deny, Indeterminate)]), Verdict::Indeterminate);
    assert_eq!(of(&[(Deny, Indeterminate), (Deny, Unmet)]), Verdict::NotReady);
    assert_eq!(of(&[(Deny, Unmet), (Deny, Indeterminate)]), Verdict::NotReady);
    assert_eq!(of(&[(Warn, Unmet), (Deny, Indeterminate)]), Verdict::Indeterminate);
}

#[test]
fn a_fingerprint_does_not_depend_on_commit_wording_or_level() {
    let one = finding(Level::Deny, Outcome::Unmet);
    let other = Finding {
        commit: Some(id(2)),
        message: "other".to_owned(),
        ..finding(Level::Warn, Outcome::Indeterminate)
    };
    assert_eq!(one.fingerprint(), other.fingerprint());
    assert!(!one.is_same(&other), "another commit is another finding");
    let about = Finding { subject: "x".to_owned(), ..one.clone() };
    assert_ne!(about.fingerprint(), one.fingerprint());
    // Neighbouring parts do not run into each other.
    let stage = Finding { stage: Some("x".parse().unwrap()), ..one.clone() };
    assert_ne!(stage.fingerprint(), about.fingerprint());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(10_000) })]

    #[test]
    fn one_more_finding_never_makes_a_push_readier(all in prop::collection::vec((0..3_usize, 0..2_usize), 0..6)) {
        let rank = |verdict| match verdict {
            Verdict::Ready => 0,
            Verdict::Indeterminate => 1,
            Verdict::NotReady => 2,
        };
        let findings: Vec<_> = all
            .iter()
            .map(|(level, outcome)| {
                finding(Level::ALL[*level], [Outcome::Unmet, Outcome::Indeterminate][*outcome])
            })
            .collect();
        let mut before = 0;
        for upto in 0..=findings.len() {
            let now = rank(verdict(findings[..upto].iter()));
            prop_assert!(now >= before);
            before = now;
        }
    }
}
