//! Stages with `code = "restore"`: their own files are set back to the checkpoint, where nobody
//! else has worked on them.

use std::collections::BTreeSet;

use backout::git::ObjectId;
use backout::rollback::clash::Reason;

use super::{Branch, FOUR, NINE, STAGES, merged_at, numbered};
use crate::support::RepoOptions;

/// Stage 4 restores; `more` stands in its table.
fn restoring(more: &str) -> Branch {
    let table = format!("[[stages]]\ncode = \"restore\"\n{more}\nid = \"4\"");
    let stages = STAGES.replacen("[[stages]]\nid = \"4\"", &table, 1);
    Branch::with(RepoOptions::default(), &stages)
}

fn told(branch: &Branch, stages: &[usize]) -> Vec<(String, Reason)> {
    let plan = branch.plan(stages);
    assert_eq!(plan.is_clean(), plan.clashes.is_empty());
    let told = |clash: &backout::rollback::clash::Clash| {
        (clash.path.shown().into_owned(), clash.reason.clone())
    };
    plan.clashes.iter().map(told).collect()
}

#[test]
fn own_files_go_back_to_the_checkpoint_and_shared_ones_step_by_step() {
    let branch = restoring("");
    let both = numbered(&[(2, "four")]);
    branch.lands(&["4"], &[("four/a.py", "a = 2\n"), ("four/new.py", "n\n"), ("both.py", &both)]);
    branch.lands(&["9"], &[("both.py", &numbered(&[(2, "four"), (15, "nine")]))]);
    assert_eq!(branch.after(&[FOUR], "four/a.py").unwrap(), "a = 1\n");
    assert_eq!(branch.after(&[FOUR], "four/new.py"), None);
    assert_eq!(branch.after(&[FOUR], "both.py").unwrap(), numbered(&[(15, "nine")]));
    branch.lands(&["none"], &[("four/a.py", "a = 3\n")]);
    assert_eq!(told(&branch, &[FOUR]), [("four/a.py".to_owned(), Reason::WorkedOn)]);
}

#[test]
fn what_nobody_has_claimed_goes_back_as_well() {
    let branch = restoring("");
    branch.lands(&["4"], &[("four/a.py", "a = 2\n")]);
    std::fs::remove_file(branch.repo.path().join("four/a.py")).unwrap();
    branch.repo.commit("Says nothing");
    assert_eq!(branch.after(&[FOUR], "four/a.py").unwrap(), "a = 1\n");
}

#[test]
fn a_stage_that_has_not_landed_has_nothing_set_back() {
    let branch = restoring("");
    branch.lands(&["none"], &[("four/a.py", "a = 3\n")]);
    branch.lands(&["9"], &[("nine/b.py", "b = 2\n")]);
    assert!(branch.plan(&[FOUR]).is_empty());
    let plan = branch.plan(&[FOUR, NINE]);
    let paths: Vec<_> = plan.paths.iter().map(|change| change.path.shown()).collect();
    assert_eq!(paths, ["nine/b.py"]);
}

#[test]
fn the_stage_beside_it_still_goes_back_step_by_step() {
    let branch = restoring("");
    branch.lands(&["4"], &[("four/a.py", "a = 2\n")]);
    branch.lands(&["9"], &[("nine/b.py", &numbered(&[(2, "nine")]))]);
    branch.lands(&["none"], &[("nine/b.py", &numbered(&[(2, "nine"), (15, "fix")]))]);
    assert_eq!(told(&branch, &[NINE])[0].0, "nine/b.py", "its first step made the file anew");
    assert_eq!(told(&branch, &[FOUR]), []);
    assert_eq!(branch.after(&[FOUR], "nine/b.py").unwrap(), numbered(&[(2, "nine"), (15, "fix")]));
}

#[test]
fn work_of_a_stage_that_goes_as_well_is_no_work_of_others() {
    let branch = restoring("");
    branch.lands(&["4"], &[("four/a.py", "a = 2\n")]);
    // Stage 9 owned the file when it worked on it; by now it is stage 4's alone.
    branch.lands(&["4"], &[("four/a.py", "a = 3\n"), ("both.py", &numbered(&[(2, "four")]))]);
    branch.lands(&["9"], &[("both.py", &numbered(&[(2, "nine")]))]);
    assert_eq!(branch.after(&[FOUR, NINE], "both.py").unwrap(), numbered(&[]));
    assert_eq!(branch.after(&[FOUR, NINE], "four/a.py").unwrap(), "a = 1\n");
}

#[test]
fn what_was_done_before_the_stages_own_checkpoint_stays() {
    let branch = restoring("start = { tag = \"four-start\" }");
    branch.lands(&["none"], &[("four/a.py", "a = 5\n")]);
    branch.repo.tag("four-start", "HEAD");
    branch.lands(&["4"], &[("four/a.py", "a = 6\n")]);
    assert_eq!(told(&branch, &[FOUR]), []);
    assert_eq!(branch.after(&[FOUR], "four/a.py").unwrap(), "a = 5\n");
}

#[test]
fn a_checkpoint_that_is_not_here_is_named() {
    let branch = restoring("start = { tag = \"four-start\" }");
    branch.lands(&["4"], &[("four/a.py", "a = 6\n")]);
    let error = branch.try_plan(&[FOUR]).unwrap_err();
    assert_eq!(error.to_string(), "the checkpoint of stage 4 is not here: fetch its tag");
}

#[test]
fn foreign_work_within_a_merge_is_not_set_back() {
    let branch = restoring("");
    let commits = [("4", "a = 2\n"), ("none", "a = 2\nfix\n")];
    merged_at(&branch, "four/a.py", &commits, None, None);
    assert_eq!(told(&branch, &[FOUR]), [("four/a.py".to_owned(), Reason::WorkedOn)]);
    let found = branch.blockers(FOUR);
    assert_eq!((found.stages, found.foreign), (vec![], vec![branch.id("main")]));
    assert_eq!(branch.landed(), BTreeSet::from([FOUR]));
}

#[test]
fn everybody_who_worked_on_it_since_is_named() {
    let branch = restoring("");
    branch.lands(&["4"], &[("four/a.py", "a = 2\n")]);
    let fixes = ["a = 3\n", "a = 4\n"].map(|text| branch.lands(&["none"], &[("four/a.py", text)]));
    let named = branch.blockers(FOUR).foreign;
    assert_eq!(named.iter().map(ToString::to_string).collect::<Vec<_>>(), [&*fixes[1], &*fixes[0]]);
}

#[test]
fn an_earlier_back_out_is_nobody_elses_work() {
    let branch = restoring("");
    branch.lands(&["4"], &[("four/a.py", "a = 2\n")]);
    branch.back_out(&[FOUR], &["4"]);
    branch.lands(&["4"], &[("four/a.py", "a = 3\n")]);
    assert_eq!(told(&branch, &[FOUR]), []);
    assert_eq!(branch.after(&[FOUR], "four/a.py").unwrap(), "a = 1\n");
}

#[test]
fn what_a_back_out_changed_beside_it_is_somebodys_work() {
    let branch = restoring("");
    branch.repo.commit_files(&[("four/c.py", "c = 1\n")], "More");
    branch.repo.git(&["tag", "--force", "start"]).ok();
    branch.lands(&["4"], &[("four/a.py", "a = 2\n")]);
    let back = "Back\n\nBackout-Stage: 4";
    branch.repo.commit_files(&[("four/a.py", "a = 1\n"), ("four/c.py", "c = 2\n")], back);
    branch.lands(&["4"], &[("four/a.py", "a = 3\n")]);
    assert_eq!(told(&branch, &[FOUR]), [("four/c.py".to_owned(), Reason::WorkedOn)]);
}

/// Its tag was set too late: what came before it would stay, and the plan would say that it goes.
#[test]
fn work_from_before_the_stages_own_checkpoint_is_not_said_to_go_back() {
    let branch = restoring("start = { tag = \"four-start\" }");
    let early = [("four/a.py", "a = 2\n"), ("four/b.py", "b = 2\n")];
    let early: ObjectId = branch.lands(&["4"], &early).parse().unwrap();
    branch.repo.tag("four-start", "HEAD");
    branch.lands(&["4"], &[("four/c.py", "c = 3\n")]);
    // Where nothing would be set back, it goes commit by commit.
    assert_eq!(told(&branch, &[FOUR]), []);
    assert_eq!(branch.after(&[FOUR], "four/a.py").unwrap(), "a = 1\n");
    branch.lands(&["4"], &[("four/a.py", "a = 3\n")]);
    let kept = Reason::KeptByCheckpoint(early);
    assert_eq!(told(&branch, &[FOUR]), [("four/a.py".to_owned(), kept)]);
    let found = branch.blockers(FOUR);
    assert_eq!((found.stages, found.foreign), (vec![], vec![]));
}

/// The same, where the tag stands on a commit that a merge brought.
#[test]
fn a_checkpoint_within_a_merge_keeps_what_came_before_it_there() {
    let branch = restoring("start = { tag = \"four-start\" }");
    let commits = [("4", "a = 2\n"), ("4", "a = 3\n")];
    merged_at(&branch, "four/a.py", &commits, None, None);
    branch.repo.tag("four-start", "HEAD^2^");
    let kept = Reason::KeptByCheckpoint(branch.id("HEAD"));
    assert_eq!(told(&branch, &[FOUR]), [("four/a.py".to_owned(), kept)]);
}

#[test]
fn a_stage_is_backed_out_as_often_as_it_comes_back() {
    let branch = restoring("");
    for text in ["a = 2\n", "a = 3\n", "a = 4\n", "a = 5\n"] {
        branch.lands(&["4"], &[("four/a.py", text)]);
        assert_eq!(told(&branch, &[FOUR]), []);
        assert_eq!(branch.after(&[FOUR], "four/a.py").unwrap(), "a = 1\n");
        branch.back_out(&[FOUR], &["4"]);
    }
    // Whoever else works on it is named, and none of its back-outs.
    branch.lands(&["4"], &[("four/a.py", "a = 6\n")]);
    let fix: ObjectId = branch.lands(&["none"], &[("four/a.py", "a = 7\n")]).parse().unwrap();
    assert_eq!(told(&branch, &[FOUR]), [("four/a.py".to_owned(), Reason::WorkedOn)]);
    assert_eq!(branch.blockers(FOUR).foreign, [fix]);
}

#[test]
fn work_of_others_that_was_taken_back_is_not_in_the_way() {
    let branch = restoring("");
    branch.lands(&["4"], &[("four/a.py", &numbered(&[(3, "four")]))]);
    branch.lands(&["none"], &[("four/a.py", &numbered(&[(3, "four"), (12, "fix")]))]);
    assert_eq!(told(&branch, &[FOUR]), [("four/a.py".to_owned(), Reason::WorkedOn)]);
    branch.lands(&["none"], &[("four/a.py", &numbered(&[(3, "four")]))]);
    assert_eq!(told(&branch, &[FOUR]), []);
    assert_eq!(branch.after(&[FOUR], "four/a.py").unwrap(), "a = 1\n");
}
