//! Several configurations united, waivers and overrides, the verdict.

use proptest::prelude::*;

use super::fake::{Case, at, configuration, id, migration, stage};
use crate::config::{Impact, Level, Mode, Phase, StageState};
use crate::git::RefName;
use crate::policy::overrides::Override;
use crate::policy::trust::Policies;
use crate::readiness::assessment::{Assessment, StageReport, Verdict, WayBack, verdict};
use crate::readiness::finding::{Finding, Outcome};
use crate::readiness::judge_range::RangeJudgement;
use crate::readiness::unite::Union;

const OWN: &str = "Work\n\nMigration-Stage: 9";
const WAIVER: &str = "[[waivers]]\nfinding = \"tag/missing\"\nstage = \"9\"\nreason = \"known\"\n\
    expires = 2026-11-24\n";

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
fn a_note_of_several_configurations_is_said_once() {
    let case = Case::new(&text("low", "")).commit(OWN, &["src/9/a.py"]);
    let configuration = configuration(&[("backout.toml", &text("low", ""))]);
    let mut union = Union::new(at("2026-11-24T12:00:00Z"));
    union.add_range(&case.range, &Policies::default(), None);
    for note in ["one thing", "another", "one thing"] {
        let judgement =
            RangeJudgement { notes: vec![note.to_owned()], ..RangeJudgement::default() };
        union.add(judgement, &configuration.migrations[0]);
    }
    let told = union.conclude(&[]).refs.remove(0).note;
    assert_eq!(told.as_deref(), Some("one thing; another"));
}

/// The first configuration is the newest trusted one, and its place is where to look.
#[test]
fn of_two_findings_alike_the_first_stays() {
    let later = || format!("\n\n{}", text("critical", ""));
    let line = |texts: &[String]| assess(texts).findings[0].config.as_ref().unwrap().line;
    let (first, second) = (line(&[text("critical", "")]), line(&[later()]));
    assert_ne!(first, second);
    assert_eq!(line(&[text("critical", ""), later()]), first);
    assert_eq!(line(&[later(), text("critical", "")]), second);
}

#[test]
fn what_is_waived_is_shown_at_the_strictest_level() {
    let waived = |impact: &str| text(impact, WAIVER);
    let assessment = assess(&[waived("low"), waived("critical")]);
    let levels: Vec<_> = assessment.waived.iter().map(|one| one.finding.level).collect();
    assert_eq!((assessment.verdict, levels), (Verdict::Ready, vec![Level::Deny]));
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
fn a_migration_that_has_nothing_to_say_has_no_say_in_whether_all_is_observed() {
    let observe = text("high", "").replace("max_waiver", "mode = \"observe\"\nmax_waiver");
    let silent = configuration(&[("backout.toml", &text("high", ""))]);
    let mut union = united(&[observe]);
    union.add(RangeJudgement::default(), &silent.migrations[0]);
    assert_eq!(union.conclude(&[]).mode, Mode::Observe);
}

#[test]
fn a_touched_stage_may_enforce_by_itself() {
    let enforce = "mode = \"enforce\"";
    for (nine, four, expected) in [
        (enforce, "", Mode::Enforce),
        ("", enforce, Mode::Observe),
        ("", "", Mode::Observe),
        ("mode = \"observe\"", enforce, Mode::Observe),
    ] {
        let rules =
            migration("mode = \"observe\"") + &stage("9", "high", nine) + &stage("4", "high", four);
        let rules = configuration(&[("backout.toml", &rules)]);
        let mut union = Union::new(at("2026-11-24T12:00:00Z"));
        let stages = vec![seen("m", 1, WayBack::default())];
        let judgement = RangeJudgement { stages, ..RangeJudgement::default() };
        union.add(judgement, &rules.migrations[0]);
        assert_eq!(union.conclude(&[]).mode, expected, "{nine}, {four}");
    }
}

#[test]
fn stages_are_named_with_their_migration_where_there_are_several() {
    let rules = text("high", "");
    let twice = assess(&[rules.clone(), rules.replace("\"9\"", "\"4\"")]);
    assert!(!twice.has_several_migrations(), "{:?}", twice.known);
    let other = rules.replacen("id = \"m\"", "id = \"n\"", 1);
    assert!(assess(&[rules, other]).has_several_migrations());
}

/// Stage 9 as one configuration sees it: touched by this commit.
fn seen(migration: &str, commit: u8, way_back: WayBack) -> StageReport {
    StageReport {
        migration: migration.to_owned(),
        id: "9".to_owned(),
        name: "Stage 9".to_owned(),
        impact: Impact::Low,
        state: StageState::Open,
        touched_by: [id(commit)].into(),
        advances: false,
        way_back,
    }
}

/// The stages, once each of these has been seen under a configuration of its own.
fn stages(seen: impl IntoIterator<Item = StageReport>) -> Vec<StageReport> {
    let rules = configuration(&[("backout.toml", &text("high", ""))]);
    let mut union = Union::new(at("2026-11-24T12:00:00Z"));
    for stage in seen {
        let judgement = RangeJudgement { stages: vec![stage], ..RangeJudgement::default() };
        union.add(judgement, &rules.migrations[0]);
    }
    union.conclude(&[]).stages
}

#[test]
fn a_stage_under_two_configurations_is_one_with_what_either_sees() {
    let work =
        StageReport { impact: Impact::High, advances: true, ..seen("m", 2, WayBack::default()) };
    let hotfix = seen("m", 1, WayBack::default());
    for both in [[work.clone(), hotfix.clone()], [hotfix, work]] {
        let united = stages(both);
        assert_eq!(united.len(), 1);
        assert_eq!((united[0].impact, united[0].advances), (Impact::High, true));
        assert_eq!(united[0].touched_by, [id(1), id(2)].into());
    }
    let two = stages([seen("n", 1, WayBack::default()), seen("m", 1, WayBack::default())]);
    let names: Vec<_> = two.iter().map(|stage| stage.migration.as_str()).collect();
    assert_eq!(names, ["m", "n"], "stages of two migrations are two");
}

#[test]
fn work_on_a_stage_is_worth_a_line_and_other_work_on_its_files_is_not() {
    let is_silent = |advances: bool| {
        let mut union = Union::new(at("2026-11-24T12:00:00Z"));
        let rules = configuration(&[("backout.toml", &text("high", ""))]);
        let stage = StageReport { advances, ..seen("m", 1, WayBack::default()) };
        let judgement = RangeJudgement { stages: vec![stage], ..RangeJudgement::default() };
        union.add(judgement, &rules.migrations[0]);
        union.conclude(&[]).is_silent()
    };
    assert_eq!((is_silent(true), is_silent(false)), (false, true));
}

#[test]
fn a_way_back_is_as_open_as_the_configuration_that_sees_it_least() {
    let open = |one: Option<bool>, other: Option<bool>| {
        let way = |open| seen("m", 1, WayBack { open, ..WayBack::default() });
        stages([way(one), way(other)])[0].way_back.open
    };
    assert_eq!(open(Some(true), Some(true)), Some(true));
    for (one, other, united) in
        [(true, Some(false), Some(false)), (false, None, Some(false)), (true, None, None)]
    {
        assert_eq!(open(Some(one), other), united);
        assert_eq!(open(other, Some(one)), united);
    }
    let until = |one: Option<&str>, other: Option<&str>| {
        let way = |until: Option<&str>| {
            seen("m", 1, WayBack { until: until.map(at), ..WayBack::default() })
        };
        stages([way(one), way(other)])[0].way_back.until
    };
    let (soon, later) = ("2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z");
    assert_eq!(until(Some(later), Some(soon)), Some(at(soon)));
    assert_eq!(until(None, Some(later)), Some(at(later)));
}

#[test]
fn a_stage_is_blocked_by_whatever_either_configuration_finds_in_the_way() {
    let blocked = |one: Option<&[&str]>, other: Option<&[&str]>| {
        let way = |ids: Option<&[&str]>| {
            let ids = ids.map(|ids| ids.iter().map(|id| (*id).to_owned()).collect());
            seen("m", 1, WayBack { blocked_by: ids, ..WayBack::default() })
        };
        stages([way(one), way(other)])[0].way_back.blocked_by.clone()
    };
    let united = blocked(Some(&["4", "5"]), Some(&["5", "11"]));
    assert_eq!(united.unwrap(), ["4", "5", "11"]);
    assert_eq!(blocked(Some(&[]), Some(&[])), Some(vec![]));
    // Where one does not know, the others' list is not all.
    assert_eq!(blocked(Some(&["4"]), None), None);
    assert_eq!(blocked(None, Some(&["4"])), None);
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
fn what_is_said_of_the_rules_alone_reads_the_same_in_all_migrations() {
    let of = |code: &str, migration: &str, stage: Option<&str>| Finding {
        code: code.parse().unwrap(),
        migration: migration.parse().unwrap(),
        stage: stage.map(|stage| stage.parse().unwrap()),
        ..finding(Level::Deny, Outcome::Unmet)
    };
    let alike = |code: &str, stage| of(code, "m", stage).reads_the_same(&of(code, "n", stage));
    assert!(alike("policy/changed", None));
    assert!(!alike("policy/changed", Some("9")));
    assert!(!alike("tag/missing", None));
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
fn the_words_of_a_verdict_are_those_of_the_reports() {
    let words = [Verdict::Ready, Verdict::NotReady, Verdict::Indeterminate].map(Verdict::as_str);
    assert_eq!(words, ["ready", "not-ready", "indeterminate"]);
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
    assert!(one.is_same(&Finding { message: "other".to_owned(), ..one.clone() }));
    let reference = Some(RefName::branch("other"));
    assert!(!one.is_same(&Finding { reference, ..one.clone() }), "and so is another ref");
    let about = Finding { subject: "x".to_owned(), ..one.clone() };
    assert_ne!(about.fingerprint(), one.fingerprint());
    assert!(!one.is_same(&about));
    // Neighbouring parts do not run into each other.
    let stage = Finding { stage: Some("x".parse().unwrap()), ..one.clone() };
    assert_ne!(stage.fingerprint(), about.fingerprint());
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(10_000)
    })]

    #[test]
    fn one_more_finding_never_makes_a_push_readier(
        all in prop::collection::vec((0..3_usize, 0..2_usize), 0..6),
    ) {
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

#[test]
fn what_holds_of_several_refs_is_said_once_and_each_is_listed() {
    let again = |more: &[&str]| {
        let mut union = united(&[text("critical", "")]);
        let known = Case::new(&text("critical", "")).commit(OWN, &["src/9/a.py"]).range.update;
        for name in more {
            let (local, remote) = (Some(format!("{name}-here")), RefName::new(name));
            union.repeat(0, &crate::git::RefUpdate { local, remote, ..known.clone() });
        }
        union.repeat(7, &known);
        union.conclude(&[])
    };
    let said = |more: &[&str]| again(more).findings.remove(0).message;
    let once = said(&[]);
    assert_eq!(said(&["refs/heads/x"]), format!("{once} (the same of 1 more ref of this push)"));
    let two = ["refs/heads/x", "refs/heads/y"];
    assert_eq!(said(&two), format!("{once} (the same of 2 more refs of this push)"));
    let listed = again(&two);
    let names: Vec<String> =
        listed.refs.iter().skip(1).map(|one| format!("{:?} {}", one.local, one.remote)).collect();
    assert_eq!(
        names,
        [r#"Some("refs/heads/x-here") refs/heads/x"#, r#"Some("refs/heads/y-here") refs/heads/y"#]
    );
    assert_eq!(listed.refs[0].commits, listed.refs[2].commits);
}

#[test]
fn what_two_configurations_say_alike_of_two_paths_is_one() {
    let told = |path: &str, message: &str| {
        let mut union = united(&[text("critical", "")]);
        let case =
            Case::new(&text("low", "")).commit(OWN, &["src/9/a.py"]).tag("m-start", Ok(None));
        let mut findings = case.ask("tag").findings;
        for finding in &mut findings {
            finding.path = Some(crate::git::RepoPath::from(path));
            finding.message += message;
        }
        let judgement = RangeJudgement { findings, ..RangeJudgement::default() };
        let configuration = configuration(&[("backout.toml", &text("low", ""))]);
        union.add(judgement, &configuration.migrations[0]);
        union.conclude(&[]).findings.len()
    };
    assert_eq!(told("src/9/b.py", ""), 1);
    assert_eq!(told("src/9/b.py", " and more"), 2);
}
