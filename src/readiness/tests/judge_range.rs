//! One range under one migration: its phase, what it is asked, and its stages' ways back.

use super::fake::at;
use super::real::{RECEIPT, Real, by_hand, guard, push, rules};
use crate::ci::{LandingText, MergeBody, MergeMethod, SquashBody};
use crate::config::Phase;
use crate::git::testing::Scratch;
use crate::git::{ObjectId, RefName, RefUpdate};
use crate::readiness::assessment::{Assessment, Verdict};
use crate::readiness::guard::{Guard, Input, Kind};

fn judged(real: &Real, input: Input) -> Assessment {
    guard(&real.scratch.repo()).judge(&[input]).unwrap()
}

fn codes(assessment: &Assessment) -> Vec<String> {
    let one = |finding: &crate::readiness::finding::Finding| {
        format!("{} {}", finding.level, finding.code)
    };
    assessment.findings.iter().map(one).collect()
}

fn asked(assessment: &Assessment) -> Vec<&'static str> {
    let mut asked: Vec<_> = assessment.asked.iter().map(|one| one.requirement).collect();
    asked.dedup();
    asked
}

#[test]
fn the_phase_follows_from_where_the_change_goes() {
    let real = Real::with("");
    let head = real.unready();
    let from = Some(real.start);
    let phase = |input: Input| judged(&real, input).phase;
    assert_eq!(phase(push("topic", None, head)), Phase::Share);
    assert_eq!(phase(push("main", from, head)), Phase::Land);
    assert_eq!(phase(by_hand(from, head)), Phase::Land);
    let pull = |target: &str, draft: bool| Input {
        target_branch: Some(target.to_owned()),
        draft,
        ..by_hand(from, head)
    };
    assert_eq!(phase(pull("main", false)), Phase::Land);
    assert_eq!(phase(pull("main", true)), Phase::Share, "a draft");
    assert_eq!(phase(pull("develop", false)), Phase::Share, "it lands elsewhere");
    assert_eq!(
        phase(Input { phase: Some(Phase::Deploy), ..push("topic", None, head) }),
        Phase::Deploy
    );
    let event = Input { kind: Kind::Event, ..push("main", from, head) };
    assert_eq!(phase(event), Phase::Land);
    let named = Input { kind: Kind::Range, ..push("topic", from, head) };
    assert_eq!(phase(named), Phase::Land, "a range given by hand lands, wherever it comes from");
}

#[test]
fn history_is_held_against_a_push_to_the_landing_branch_alone() {
    let real = Real::with("");
    let landed = real.ready();
    real.scratch.remote_has("main", &landed);
    real.scratch.git(&["checkout", "--quiet", "--detach", &real.start.to_string()]);
    let other = real.commit("README.md", "Other");
    let forced = |branch: &str| codes(&judged(&real, push(branch, Some(landed), other)));
    assert_eq!(forced("main"), ["deny ref/history-rewritten"]);
    assert_eq!(forced("topic"), [""; 0]);
}

#[test]
fn a_migration_can_be_judged_more_strictly_never_less() {
    let strict = Real::with("[phases]\nshare = \"land\"");
    let head = strict.unready();
    let assessment = judged(&strict, push("topic", None, head));
    assert_eq!((assessment.phase, assessment.verdict), (Phase::Land, Verdict::NotReady));
}

#[test]
fn a_push_that_touches_no_stage_is_asked_but_says_nothing() {
    let real = Real::with("");
    let head = real.commit("README.md", "Words");
    let assessment = judged(&real, push("main", Some(real.start), head));
    assert!(assessment.is_silent() && assessment.stages.is_empty());
    assert!(assessment.asked.iter().all(|asked| asked.stage.is_none()));
}

#[test]
fn the_way_back_is_open_closed_or_not_known() {
    let real = Real::with("");
    let open = |assessment: &Assessment| assessment.stages[0].way_back.open;
    let unready = real.unready();
    assert_eq!(open(&judged(&real, push("main", Some(real.start), unready))), Some(false));
    let ready = real.ready();
    let assessment = judged(&real, push("main", Some(real.start), ready));
    assert_eq!(open(&assessment), Some(true), "{:?}", codes(&assessment));
    assert!(assessment.stages[0].advances);
    assert_eq!(assessment.stages[0].touched_by.len(), 2);
    // A capture ahead of the clock cannot be judged: not open, and not closed either.
    let repo = real.scratch.repo();
    let early = Guard { now: at("2026-01-01T00:00:00Z"), ..guard(&repo) };
    let assessment = early.judge(&[push("main", Some(real.start), ready)]).unwrap();
    assert_eq!((open(&assessment), assessment.verdict), (None, Verdict::Indeterminate));
}

#[test]
fn each_stage_has_a_way_back_of_its_own() {
    let real = Real::with("");
    real.commit("src/4/a.py", "Work\n\nMigration-Stage: 4");
    let head = real.unready();
    let assessment = judged(&real, push("main", Some(real.start), head));
    let open = |stage: &crate::readiness::assessment::StageReport| stage.way_back.open;
    let open: Vec<_> = assessment.stages.iter().map(open).collect();
    assert_eq!(open, [Some(true), Some(false)], "{:?}", codes(&assessment));
}

/// What the requirements of its files say is no part of a stage's way back.
#[test]
fn a_way_back_is_open_whatever_else_is_wrong() {
    let real = Real::with("");
    real.ready();
    let head = real.commit("src/9/a.py", "Words\n\nMigration-Stage: 4");
    let assessment = judged(&real, push("topic", None, head));
    assert!(codes(&assessment).iter().any(|code| code.ends_with("stage/wrong-stage")));
    assert_eq!(assessment.stages[0].way_back.open, Some(true));
}

#[test]
fn silent_commits_are_named_each_for_its_own_stage() {
    let real = Real::with("");
    let nine = real.commit("src/9/a.py", "Work");
    let four = real.commit("src/4/a.py", "Work");
    let touched = |head: ObjectId| -> Vec<_> {
        let stages = judged(&real, push("topic", None, head)).stages;
        stages.into_iter().map(|stage| (stage.id, stage.touched_by)).collect()
    };
    let expected = [("4".to_owned(), [four].into()), ("9".to_owned(), [nine].into())];
    assert_eq!(touched(four), expected);
    let head = real.commit("README.md", "Words");
    assert_eq!(touched(head), expected);
}

#[test]
fn paths_that_nobody_or_several_own_are_listed() {
    let real = Real::with("scope = [\"src/**\"]");
    let both = rules("scope = [\"src/**\"]").replace("src/4/**", "src/9/a.py");
    let rules = real.scratch.commit("Shared", &[("backout.toml", &both)]);
    real.scratch.remote_has("main", &rules);
    let files = [("src/9/a.py", "b\n"), ("src/new.py", "a\n")];
    let head = real.scratch.commit("Work\n\nMigration-Stage: 9", &files);
    let assessment = judged(&real, push("topic", None, head));
    let shown = |paths: &std::collections::BTreeSet<crate::git::RepoPath>| {
        paths.iter().map(|path| path.shown().into_owned()).collect::<Vec<_>>()
    };
    assert_eq!(shown(&assessment.unowned), ["src/new.py"]);
    assert_eq!(shown(&assessment.shared), ["src/9/a.py"]);
}

#[test]
fn a_baseline_that_is_not_here_lets_nothing_pass() {
    let real = Real::with(&format!("since = \"{}\"", "7".repeat(40)));
    let head = real.unready();
    let assessment = judged(&real, push("main", Some(real.start), head));
    assert_eq!(assessment.verdict, Verdict::NotReady);
}

#[test]
fn older_commits_are_held_against_nobody_since_a_baseline() {
    let adopted = |since: bool| {
        let scratch = Scratch::empty();
        let base = scratch.commit("first", &[("src/9/a.py", "a")]);
        scratch.git(&["tag", "--annotate", "--message", "start", "m-start"]);
        let old = scratch.commit("Work\n\nMigration-Stage: 9", &[("src/9/a.py", "b")]);
        let since = if since { format!("since = \"{old}\"") } else { String::new() };
        let head = scratch.commit("Rules", &[("backout.toml", &rules(&since))]);
        scratch.remote_has("main", &head);
        let assessment = guard(&scratch.repo()).judge(&[by_hand(Some(base), head)]).unwrap();
        (assessment.verdict, assessment.stages.len(), assessment.refs[0].commits)
    };
    assert_eq!(adopted(false), (Verdict::NotReady, 1, 2));
    assert_eq!(adopted(true), (Verdict::Ready, 0, 2));
}

#[test]
fn a_planned_revert_is_asked_of_ref_and_policy_alone() {
    let real = Real::with("");
    let landed = real.ready();
    real.scratch.remote_has("main", &landed);
    real.scratch.git(&["checkout", "--quiet", "m-start", "--", "src/9/a.py"]);
    let back = real.scratch.commit("Back\n\nBackout-Stage: 9", &[]);
    let assessment = judged(&real, push("main", Some(landed), back));
    assert!(assessment.refs[0].reverts);
    assert_eq!(asked(&assessment), ["ref", "policy"]);
    assert_eq!(assessment.verdict, Verdict::Ready);
    // With a hand's edit it is none: everything is asked, and nothing denied.
    let edited = real.scratch.commit("Back\n\nBackout-Stage: 9", &[("src/9/a.py", "half\n")]);
    let assessment = judged(&real, push("main", Some(landed), edited));
    assert!(!assessment.refs[0].reverts);
    assert!(asked(&assessment).contains(&"tag"));
    assert_eq!(assessment.verdict, Verdict::Ready, "{:?}", codes(&assessment));
}

#[test]
fn a_deletion_has_no_work_and_is_asked_of_its_ref() {
    let real = Real::with("");
    let tag = |name: &str, from: ObjectId| {
        Input::push(RefUpdate {
            local: None,
            remote: RefName::tag(name),
            from: Some(from),
            to: None,
        })
    };
    let assessment = judged(&real, tag("m-start", real.scratch.id("m-start")));
    assert_eq!(codes(&assessment), ["deny ref/start-tag-deleted"]);
    assert!(judged(&real, tag("other", real.start)).is_silent());
}

#[test]
fn trailers_that_the_landing_would_lose_are_told() {
    let real = Real::with("");
    let head = real.ready();
    let pull = |body: SquashBody| Input {
        target_branch: Some("main".to_owned()),
        landing_text: Some(LandingText {
            methods: vec![MergeMethod::Squash],
            squash_body: body,
            merge_body: MergeBody::NotStated,
            description: String::new(),
        }),
        ..by_hand(Some(real.start), head)
    };
    let told = codes(&judged(&real, pull(SquashBody::Blank)));
    let kept = codes(&judged(&real, pull(SquashBody::CommitMessages)));
    let more: Vec<_> = told.iter().filter(|code| !kept.contains(code)).collect();
    assert_eq!(more, ["warn stage/ambiguous-commit"], "{told:?} {kept:?}");
}

#[test]
fn evidence_that_comes_with_the_change_is_seen() {
    let real = Real::with("");
    let head = real.ready();
    let assessment = judged(&real, push("main", Some(real.start), head));
    let evidence =
        assessment.findings.iter().find(|one| one.code.as_str() == "policy/evidence-added");
    assert_eq!(evidence.unwrap().path.as_ref().unwrap().as_str(), Some(RECEIPT));
}

#[test]
fn evidence_that_has_landed_by_now_comes_with_no_change() {
    let real = Real::with("");
    let head = real.ready();
    let is_told = || {
        let codes = codes(&judged(&real, by_hand(None, head)));
        codes.iter().any(|code| code.ends_with("policy/evidence-added"))
    };
    assert!(is_told());
    real.scratch.remote_has("main", &head);
    assert!(!is_told());
}

#[test]
fn a_stage_that_goes_and_comes_again_within_a_push_without_a_word_is_seen() {
    let real = Real::with("");
    let landed = real.unready();
    real.scratch.remote_has("main", &landed);
    real.scratch.commit("Back", &[("src/9/a.py", "a\n")]);
    let head = real.scratch.commit("Again", &[("src/9/a.py", "Work\n\nMigration-Stage: 9")]);
    let assessment = judged(&real, push("main", Some(landed), head));
    let stages = assessment.stages.iter().map(|stage| (stage.id.as_str(), stage.advances));
    assert_eq!(stages.collect::<Vec<_>>(), [("9", false)], "{:?}", codes(&assessment));
}

#[test]
fn an_archive_in_a_commit_is_known_by_how_it_begins() {
    let real = Real::with("");
    let told = |content: &[u8]| {
        std::fs::write(real.scratch.path().join("data.backout"), content).unwrap();
        let head = real.scratch.commit("Words", &[]);
        codes(&judged(&real, push("topic", None, head)))
    };
    assert_eq!(told(b"A word on BACKOUT\r\n"), [""; 0]);
    assert_eq!(told(&crate::backup::archive::MAGIC), ["deny backup/archive-in-tree"]);
}

/// Whatever it says: a stage of which nothing is left needs nothing to be taken back.
#[test]
fn a_commit_that_takes_its_own_stage_back_is_asked_for_nothing_alone_or_with_others() {
    for beside in [false, true] {
        let real = Real::with("");
        let landed = real.unready();
        real.scratch.remote_has("main", &landed);
        if beside {
            real.commit("README.md", "Words");
        }
        let message = "Not so\n\nMigration-Stage: 9";
        let head = real.scratch.commit(message, &[("src/9/a.py", "a\n")]);
        let assessment = judged(&real, push("main", Some(landed), head));
        assert_eq!(codes(&assessment), [""; 0], "{beside}");
    }
}

#[test]
fn a_stage_that_is_gone_may_come_back_by_the_text_of_a_squash() {
    for commits in [1, 2] {
        let real = Real::with("");
        real.unready();
        let back_out = "Back\n\nBackout-Stage: 9";
        let gone = real.scratch.commit(back_out, &[("src/9/a.py", "a\n")]);
        real.scratch.remote_has("main", &gone);
        for at in 0..commits {
            real.commit("src/9/a.py", &format!("Hot {at}\n\nMigration-Stage: none"));
        }
        let pull = |description: &str| Input {
            target_branch: Some("main".to_owned()),
            landing_text: Some(LandingText {
                methods: vec![MergeMethod::Squash, MergeMethod::Merge],
                squash_body: SquashBody::Description(description.to_owned()),
                merge_body: MergeBody::NotStated,
                description: description.to_owned(),
            }),
            ..by_hand(Some(gone), real.scratch.id("HEAD"))
        };
        let asked = |description: &str| {
            let told = codes(&judged(&real, pull(description)));
            told.iter().any(|code| code == "warn backup/missing")
        };
        assert!(asked("Work\n\nMigration-Stage: 9"), "{commits}");
        assert!(!asked("Work"), "{commits}");
    }
}

#[test]
fn a_merge_that_turns_the_line_around_is_told_where_it_may_land_so() {
    let real = Real::with("");
    let landed = real.ready();
    real.scratch.remote_has("main", &landed);
    real.scratch.git(&["checkout", "--quiet", "--detach", &real.start.to_string()]);
    real.commit("README.md", "Words");
    real.scratch.git(&["merge", "--quiet", "--no-edit", &landed.to_string()]);
    let head = real.scratch.id("HEAD");
    assert_eq!(
        codes(&judged(&real, push("main", Some(landed), head))),
        ["deny ref/history-rewritten"]
    );
    assert_eq!(codes(&judged(&real, push("topic", None, head))), [""; 0]);
    let range = by_hand(Some(landed), head);
    let pull = |methods: Vec<MergeMethod>| Input {
        target_branch: Some("main".to_owned()),
        landing_text: Some(LandingText {
            methods,
            squash_body: SquashBody::Blank,
            merge_body: MergeBody::NotStated,
            description: String::new(),
        }),
        ..by_hand(Some(landed), head)
    };
    assert_eq!(codes(&judged(&real, range)), ["warn ref/history-rewritten"]);
    assert_eq!(codes(&judged(&real, pull(vec![MergeMethod::Merge]))), [""; 0]);
}

/// What cannot be read might say whose it is.
#[test]
fn silent_work_is_not_judged_beside_attributions_that_cannot_be_read() {
    let real = Real::with("");
    real.ready();
    let landed = real.commit(".backout/attributions.toml", "No TOML");
    real.scratch.remote_has("main", &landed);
    let pushed = |message: &str, content: &str| {
        real.scratch.git(&["reset", "--quiet", "--hard", &landed.to_string()]);
        let head = real.scratch.commit(message, &[("src/9/a.py", content)]);
        guard(&real.scratch.repo()).judge(&[push("topic", None, head)])
    };
    let error = pushed("Fix", "c\n").unwrap_err().to_string();
    assert!(error.contains("could not be checked: .backout/attributions.toml:1"), "{error}");
    assert!(pushed("Fix\n\nMigration-Stage: none", "c\n").is_ok());
    // The guard never stands in the way of a rollback.
    assert!(pushed("Back to where it began", "a\n").unwrap().refs[0].reverts);
}

#[test]
fn a_silent_commit_on_a_path_of_several_stages_may_be_work_on_any_of_them() {
    let real = Real::with("");
    let both = rules("").replace("src/4/**", "src/9/a.py");
    let rules = real.scratch.commit("Shared", &[("backout.toml", &both)]);
    real.scratch.remote_has("main", &rules);
    let head = real.commit("src/9/a.py", "Work");
    let told = judged(&real, push("topic", None, head)).findings;
    let told: Vec<_> = told.iter().map(|one| one.message.as_str()).collect();
    let message = format!(
        "{} \"Work\" changes a path that several stages own, without a trailer: it counts as work \
         on all of them",
        head.short()
    );
    assert_eq!(told, [message.as_str(); 2]);
}

#[test]
fn a_squash_of_all_messages_says_of_silent_commits_what_any_of_them_says() {
    let real = Real::with("");
    real.commit("src/9/a.py", "Fix");
    let pull = |head: ObjectId| Input {
        target_branch: Some("main".to_owned()),
        landing_text: Some(LandingText {
            methods: vec![MergeMethod::Squash],
            squash_body: SquashBody::CommitMessages,
            merge_body: MergeBody::NotStated,
            description: String::new(),
        }),
        ..by_hand(Some(real.start), head)
    };
    let head = real.commit("README.md", "Words");
    assert_eq!(codes(&judged(&real, pull(head))), ["warn stage/ambiguous-commit"]);
    let head = real.commit("README.md", "More words\n\nMigration-Stage: none");
    assert_eq!(codes(&judged(&real, pull(head))), ["warn stage/declared-foreign"]);
}
