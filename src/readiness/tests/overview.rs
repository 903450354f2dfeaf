//! How the stages stand to one another.

use super::fake::{migration, stage_at};
use super::real::guard;
use crate::git::testing::Scratch;
use crate::readiness::overview::{StageOverview, Stand};

const CLOSED: &str = "state = \"closed\"\nsince = 2026-01-01\nreason = \"over\"";

/// Stages 4 and 9 share a file; 9 comes after 4; 11 is closed.
fn landed() -> Scratch {
    let scratch = Scratch::empty();
    let paths = "[\"both.py\"]";
    let rules = migration("")
        + &stage_at("4", "low", paths, "")
        + &stage_at("9", "low", paths, "after = [\"4\"]")
        + &stage_at("11", "low", "[\"eleven.py\"]", CLOSED);
    scratch.commit("rules", &[("backout.toml", &rules), ("both.py", "a\n")]);
    scratch.git(&["tag", "m-start"]);
    land(&scratch);
    scratch
}

/// The remote has what is here.
fn land(scratch: &Scratch) {
    scratch.remote_has("main", &scratch.id("HEAD"));
}

fn overview(scratch: &Scratch) -> Vec<StageOverview> {
    guard(&scratch.repo()).overview(scratch.id("HEAD")).unwrap()
}

fn stands(scratch: &Scratch) -> Vec<Stand> {
    overview(scratch).iter().map(|stage| stage.stand).collect()
}

#[test]
fn what_becomes_of_a_stage() {
    use Stand::{BackedOut, Closed, Landed, Unknown, Waits};
    let scratch = landed();
    assert_eq!(stands(&scratch), [Waits, Waits, Closed]);
    scratch.commit("Work\n\nMigration-Stage: 4", &[("both.py", "four\n")]);
    assert_eq!(stands(&scratch), [Waits, Waits, Closed], "it is here, and has not landed");
    land(&scratch);
    assert_eq!(stands(&scratch), [Landed, Waits, Closed]);
    scratch.commit("Back\n\nBackout-Stage: 4", &[("both.py", "a\n")]);
    land(&scratch);
    assert_eq!(stands(&scratch), [BackedOut, Waits, Closed]);
    scratch.git(&["tag", "--delete", "m-start"]);
    assert_eq!(stands(&scratch), [Unknown, Unknown, Closed]);
}

#[test]
fn who_comes_after_whom_and_who_is_in_the_way() {
    let scratch = landed();
    scratch.commit("Work\n\nMigration-Stage: 4", &[("both.py", "four\n")]);
    scratch.commit("Work\n\nMigration-Stage: 9", &[("both.py", "nine\n")]);
    land(&scratch);
    let stages = overview(&scratch);
    let names: Vec<_> = stages.iter().map(|one| (one.id.as_str(), one.name.as_str())).collect();
    assert_eq!(names, [("4", "Stage 4"), ("9", "Stage 9"), ("11", "Stage 11")]);
    assert_eq!(stages[0].after, []);
    assert_eq!(stages[1].after, [("m".to_owned(), "4".to_owned())]);
    assert_eq!(stages[0].blocked_by.as_deref(), Some(&["9".to_owned()][..]));
    assert_eq!(stages[1].blocked_by.as_deref(), Some(&[][..]));
    assert_eq!(stages[2].blocked_by, None, "it has not landed");
}

#[test]
fn where_nothing_is_known_of_a_landing_branch_there_is_nothing_to_say() {
    let scratch = Scratch::empty();
    scratch.commit("rules", &[("backout.toml", &super::real::rules(""))]);
    assert_eq!(overview(&scratch), []);
}
