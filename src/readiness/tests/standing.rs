//! How stages stand on the landing branch, as this clone knows it.

use super::fake::{migration, stage};
use super::real::{NINES, Real, guard, in_common};
use crate::config::StageState;
use crate::git::testing::Scratch;
use crate::readiness::finding::Finding;
use crate::readiness::guard::{Guard, GuardError};
use crate::readiness::standing::{StageStanding, Standing};

fn standing(scratch: &Scratch) -> Standing {
    guard(&scratch.repo()).standing().unwrap()
}

/// `9: landed 1, open, 0 findings` for each stage.
fn shown(standing: &Standing) -> Vec<String> {
    let one = |stage: &StageStanding| {
        let steps = stage.history.as_ref().map(|history| history.steps.len());
        let open = stage.way_back.open;
        format!("{}: {steps:?} {open:?} {}", stage.id, stage.findings.len())
    };
    standing.stages.iter().map(one).collect()
}

#[test]
fn what_has_landed_is_judged_and_what_has_not_is_not() {
    let real = Real::with("");
    assert_eq!(shown(&standing(&real.scratch)), ["4: Ok(0) None 0", "9: Ok(0) None 0"]);
    let unready = real.unready();
    // It is here, and has not landed: the remote does not have it.
    assert_eq!(shown(&standing(&real.scratch)), ["4: Ok(0) None 0", "9: Ok(0) None 0"]);
    real.scratch.remote_has("main", &unready);
    let of = standing(&real.scratch);
    assert_eq!(shown(&of), ["4: Ok(0) None 0", "9: Ok(1) Some(false) 1"]);
    assert_eq!(of.stages[1].findings[0].code.as_str(), "backup/missing");
    assert_eq!((of.tips[0].0.label.as_str(), of.tips[0].0.commit), ("origin/main", unready));
    let ready = real.ready();
    real.scratch.remote_has("main", &ready);
    assert_eq!(shown(&standing(&real.scratch))[1], "9: Ok(2) Some(true) 0");
}

#[test]
fn where_no_landing_branch_is_known_nothing_is() {
    let real = Real::with("");
    real.unready();
    let repo = real.scratch.repo();
    let nowhere = Guard { remote: None, ..guard(&repo) };
    let Err(GuardError::Failure(why)) = nowhere.standing() else { panic!("it was told") };
    assert_eq!(why.message, "the landing branch `main` of migration `m` is not known here");
}

#[test]
fn findings_of_no_stage_stand_apart() {
    let real = Real::with("scope = [\"src/**\"]");
    real.scratch.commit("Work\n\nMigration-Stage: 4", &[("src/4/a.py", "b"), ("src/x.py", "x")]);
    let head = real.scratch.id("HEAD");
    real.scratch.remote_has("main", &head);
    let of = standing(&real.scratch);
    let codes = |findings: &[Finding]| -> Vec<String> {
        findings.iter().map(|finding| finding.code.to_string()).collect()
    };
    assert_eq!(codes(&of.findings), [""; 0]);
    assert_eq!(codes(&of.stages[0].findings), ["stage/unowned-path"]);
    land_ended_waiver(&real);
    let of = standing(&real.scratch);
    assert_eq!(codes(&of.findings), ["policy/waiver-expired"]);
}

/// A waiver that has ended lands.
fn land_ended_waiver(real: &Real) {
    let ended = "[[waivers]]\nfinding = \"tag/missing\"\nreason = \"r\"\nexpires = 2026-01-01\n";
    let rules = super::real::rules("") + ended;
    let head = real.scratch.commit("Waive", &[("backout.toml", &rules)]);
    real.scratch.remote_has("main", &head);
}

#[test]
fn a_closed_stage_stays_in_the_list() {
    let real = Real::with("");
    let rules = super::real::rules("").replace(
        "id = \"4\"",
        "id = \"4\"\nstate = \"closed\"\nsince = 2026-01-01\nreason = \"over\"",
    );
    let head = real.scratch.commit("Close", &[("backout.toml", &rules)]);
    real.scratch.remote_has("main", &head);
    let of = standing(&real.scratch);
    assert_eq!(of.stages[0].state, StageState::Closed);
    assert_eq!(of.stages[0].findings, []);
}

#[test]
fn what_cannot_be_known_is_said_to_be_so() {
    let real = Real::with("");
    let head = real.unready();
    real.scratch.remote_has("main", &head);
    real.scratch.git(&["tag", "--delete", "m-start"]);
    let of = standing(&real.scratch);
    let why = of.stages[1].history.as_ref().unwrap_err();
    assert!(why.reason.contains("the start tag `m-start` is not here"), "{}", why.reason);
    assert!(why.help.contains("`git fetch origin refs/tags/m-start"), "{}", why.help);
    let empty = Scratch::empty();
    empty.commit("nothing", &[]);
    let repo = empty.repo();
    assert!(matches!(guard(&repo).standing(), Err(GuardError::Failure(_))));
}

#[test]
fn an_open_stage_whose_files_others_changed_is_closed_though_its_work_is_held_against_nobody() {
    let real = Real::under(&in_common(""));
    real.scratch.commit("Work\n\nMigration-Stage: 4", &[("src/both.py", NINES)]);
    let clash = [("src/both.py", "again\n2\n3\n4\n5\n")];
    let last = real.scratch.commit("Work\n\nMigration-Stage: 9", &clash);
    let told = |state: &str| {
        let since = format!("branch = \"main\"\nsince = \"{last}\"\n");
        let rules = in_common(state).replace("branch = \"main\"\n", &since);
        let head = real.scratch.commit("Since", &[("backout.toml", &rules)]);
        real.scratch.remote_has("main", &head);
        shown(&standing(&real.scratch)).remove(0)
    };
    assert_eq!(told(""), "4: Ok(1) Some(false) 0");
    let closed = "state = \"closed\"\nsince = 2026-01-01\nreason = \"over\"";
    assert_eq!(told(closed), "4: Ok(1) None 0");
}

#[test]
fn a_landing_branch_without_the_rules_of_what_lands_there_goes_by_those_that_are_trusted() {
    let scratch = Scratch::empty();
    let root = migration("") + &stage("4", "low", "");
    let begun = scratch.commit("Rules", &[("backout.toml", &root), ("billing/src/7/a.py", "a\n")]);
    scratch.git(&["tag", "m-start"]);
    scratch.remote_has("release", &begun);
    let include = "version = 1\ninclude = [\"billing/backout.toml\"]\n";
    let all = root.replace("version = 1\n", include);
    let billing = migration("").replace("id = \"m\"", "id = \"n\"").replace("main", "release")
        + &stage("7", "low", "");
    let files = [("backout.toml", all.as_str()), ("billing/backout.toml", &billing)];
    let head = scratch.commit("More rules", &files);
    scratch.remote_has("main", &head);
    assert_eq!(shown(&standing(&scratch)), ["4: Ok(0) None 0", "7: Ok(0) None 0"]);
    assert_eq!(guard(&scratch.repo()).landings(head).unwrap().count(), 2);
}
