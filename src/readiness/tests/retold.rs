//! What pushed rules make of landed stages, and what pulls that merge make of them, by real pushes.

use super::fake::{migration, stage_at};
use super::real::{BOTH, NINES, Real, guard, in_common, push};
use crate::git::ObjectId;
use crate::readiness::assessment::Assessment;
use crate::readiness::guard::{Input, Kind};

const FOUR: &str = "Work\n\nMigration-Stage: 4";
const NINE: &str = "Work\n\nMigration-Stage: 9";

/// Rules by which stage 9 owns these paths, and stage 4 the file in common.
fn nine_owns(paths: &str) -> String {
    migration("")
        + &stage_at("4", "high", "[\"src/4/**\", \"src/both.py\"]", "")
        + &stage_at("9", "high", paths, "")
}

fn judged(real: &Real, input: Input) -> Assessment {
    guard(&real.scratch.repo()).judge(&[input]).unwrap()
}

fn codes(real: &Real, input: Input) -> Vec<String> {
    let findings = judged(real, input).findings;
    findings.iter().map(|one| format!("{} {}", one.level, one.code)).collect()
}

fn forgets(codes: &[String]) -> bool {
    codes.iter().any(|code| code.ends_with("policy/forgotten"))
}

fn land(real: &Real) -> ObjectId {
    let landed = real.scratch.id("HEAD");
    real.scratch.remote_has("main", &landed);
    landed
}

#[test]
fn rules_that_close_a_way_back_by_ownership_alone_are_told_and_stop_nothing() {
    let real = Real::under(&nine_owns("[\"src/9/**\"]"));
    real.scratch.commit(FOUR, &[("src/both.py", NINES)]);
    real.scratch.commit("Silent", &[("src/both.py", "again\n2\n3\n4\n5\n")]);
    let landed = land(&real);
    let more = nine_owns("[\"src/9/**\", \"src/both.py\"]");
    let head = real.scratch.commit("More of 9", &[("backout.toml", &more)]);
    let codes = codes(&real, push("main", Some(landed), head));
    let of_the_way_back = codes.iter().filter(|code| code.ends_with("revert/conflicts"));
    assert_eq!(of_the_way_back.collect::<Vec<_>>(), ["warn revert/conflicts"], "{codes:?}");
}

#[test]
fn what_has_not_landed_is_not_forgotten() {
    let real = Real::under(&in_common(""));
    let shared = real.scratch.commit(NINE, &[("src/9/a.py", "nine\n")]);
    real.scratch.remote_has("topic", &shared);
    let rules = nine_owns("[\"other/**\"]");
    let head = real.scratch.commit("Less of 9", &[("backout.toml", &rules)]);
    let codes = codes(&real, push("topic", Some(shared), head));
    assert!(!forgets(&codes), "{codes:?}");
}

#[test]
fn of_a_stage_that_went_back_and_landed_again_nothing_is_forgotten_unseen() {
    let real = Real::under(&in_common(""));
    real.scratch.commit(NINE, &[("src/9/a.py", "nine\n")]);
    real.scratch.commit("Back\n\nBackout-Stage: 9", &[("src/9/a.py", "a\n")]);
    real.scratch.commit(NINE, &[("src/9/a.py", "nine again\n")]);
    real.scratch.commit(NINE, &[("src/both.py", NINES)]);
    let landed = land(&real);
    let rules = nine_owns("[\"src/9/**\"]");
    let head = real.scratch.commit("Less of 9", &[("backout.toml", &rules)]);
    let codes = codes(&real, push("main", Some(landed), head));
    assert!(forgets(&codes), "{codes:?}");
}

#[test]
fn what_a_push_has_made_forgotten_is_told_after_it_as_well() {
    let real = Real::under(&in_common(""));
    real.scratch.commit(NINE, &[("src/9/a.py", "nine\n")]);
    let landed = land(&real);
    let rules = nine_owns("[\"other/**\"]");
    let head = real.scratch.commit("Less of 9", &[("backout.toml", &rules)]);
    let told = |input: Input| forgets(&codes(&real, input));
    assert!(told(push("main", Some(landed), head)));
    land(&real);
    assert!(told(Input { kind: Kind::Event, ..push("main", Some(landed), head) }));
}

#[test]
fn the_rules_that_a_push_departs_from_are_asked_and_no_others() {
    let real = Real::under(&in_common(""));
    // The default branch has others, by which 9 has a file more.
    let more = nine_owns("[\"src/9/**\", \"src/x.py\"]");
    let develop = real.scratch.commit("More of 9", &[("backout.toml", &more)]);
    real.scratch.remote_has("develop", &develop);
    let default = "refs/remotes/origin/HEAD";
    real.scratch.git(&["symbolic-ref", default, "refs/remotes/origin/develop"]);
    real.scratch.git(&["reset", "--quiet", "--hard", &real.start.to_string()]);
    real.scratch.commit(NINE, &[("src/x.py", "x\n"), ("src/9/a.py", "nine\n")]);
    real.scratch.commit(NINE, &[("src/x.py", "y\n")]);
    let landed = land(&real);
    let told = |rules: &str| {
        let head = real.scratch.commit("Rules", &[("backout.toml", rules)]);
        codes(&real, push("main", Some(landed), head))
    };
    let codes = told(&(in_common("") + "# a word\n"));
    assert!(!forgets(&codes), "{codes:?}");
    let codes = told(&nine_owns("[\"other/**\"]"));
    assert!(forgets(&codes), "{codes:?}");
}

/// Whoever had not fetched what has landed pulls it, and merges.
fn pulled(real: &Real, how: &[&str], landed: ObjectId) {
    real.scratch.git(&["checkout", "--quiet", "--detach", &real.start.to_string()]);
    real.commit("README.md", "Words");
    let landed = landed.to_string();
    real.scratch.git(&[&["merge", "--quiet", "--no-edit"], how, &[&landed]].concat());
}

/// What is said of the line that such a pull turns.
fn turned(real: &Real, landed: ObjectId) -> String {
    let assessment = judged(real, push("main", Some(landed), real.scratch.id("HEAD")));
    let found = assessment.findings.iter().find(|one| one.code.as_str() == "ref/history-rewritten");
    found.expect("it turns the line").message.clone()
}

#[test]
fn a_stage_that_the_pull_backs_out_has_landed_and_one_that_it_throws_away_has_not() {
    let real = Real::under(&in_common(""));
    real.scratch.commit(FOUR, &[("src/both.py", NINES)]);
    let landed = land(&real);
    pulled(&real, &[], landed);
    real.scratch.commit("Back\n\nBackout-Stage: 4", &[("src/both.py", BOTH)]);
    let told = turned(&real, landed);
    assert!(told.contains("stage 4 would no longer have"), "{told}");
    pulled(&real, &["--strategy", "ours"], landed);
    let told = turned(&real, landed);
    assert!(told.contains("stage 4 would not have landed"), "{told}");
}

#[test]
fn a_stage_that_is_never_taken_back_loses_no_way_back() {
    for (more, closed) in [("", 2), ("irreversible = true\nreason = \"gone\"", 1)] {
        let real = Real::under(&in_common(more));
        real.scratch.git(&["checkout", "--quiet", "-b", "nine"]);
        real.scratch.commit(NINE, &[("src/both.py", "both\n2\nnine\n4\n5\n")]);
        real.scratch.git(&["checkout", "--quiet", "main"]);
        real.scratch.commit(FOUR, &[("src/both.py", "both\n2\n3\n4\nfour\n")]);
        real.scratch.git(&["merge", "--quiet", "--no-edit", "nine"]);
        let landed = land(&real);
        pulled(&real, &[], landed);
        let told = turned(&real, landed);
        assert_eq!(told.matches("could no longer be backed out alone").count(), closed, "{told}");
    }
}
