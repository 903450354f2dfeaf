//! Commits that say nothing and exactly take back what was done before: they are whose that was.

use std::collections::BTreeSet;

use backout::rollback::reapply::NothingToReturn;

use super::returned::returned;
use super::{Branch, FOUR, NINE, numbered};

/// Undoes a commit as git does, without a word.
fn undo(branch: &Branch, commit: &str) -> String {
    branch.repo.git(&["revert", "--no-edit", commit]).ok();
    branch.repo.rev("HEAD")
}

/// The commits that a stage's plan takes back, newest first.
fn taken(branch: &Branch, stage: usize) -> Vec<backout::git::ObjectId> {
    branch.plan(&[stage]).commits.iter().map(|step| step.id).collect()
}

fn both(changed: &[(usize, &str)]) -> [(&'static str, String); 1] {
    [("both.py", numbered(changed))]
}

fn lands(branch: &Branch, stage: &[&str], changed: &[(usize, &str)]) -> String {
    let [(path, text)] = both(changed);
    branch.lands(stage, &[(path, &text)])
}

#[test]
fn a_revert_of_one_stages_step_on_a_shared_path_is_no_other_owners_work() {
    for later in [false, true] {
        let branch = Branch::new();
        let nine = lands(&branch, &["9"], &[(3, "nine")]);
        if later {
            lands(&branch, &["4"], &[(3, "nine"), (15, "four")]);
        }
        undo(&branch, &nine);
        let landed = if later { BTreeSet::from([FOUR]) } else { BTreeSet::new() };
        assert_eq!(branch.landed(), landed, "work of 4 in between: {later}");
        assert!(branch.plan(&[NINE]).is_empty());
        assert_eq!(branch.after(&[FOUR], "both.py").unwrap(), numbered(&[]));
        // Nobody else has gone, and what has not landed does not come back.
        let four = returned(&branch, &[FOUR]).found.unwrap_err();
        let why = if later { NothingToReturn::Landed } else { NothingToReturn::NeverLanded };
        assert_eq!(four, why(FOUR));
        let nine = returned(&branch, &[NINE]);
        let text = match later {
            true => numbered(&[(3, "nine"), (15, "four")]),
            false => numbered(&[(3, "nine")]),
        };
        assert_eq!(nine.files, [("both.py".to_owned(), text)]);
    }
}

#[test]
fn a_revert_of_that_revert_brings_the_stage_back_and_no_other() {
    let branch = Branch::new();
    let four = lands(&branch, &["4"], &[(15, "four")]);
    let nine = lands(&branch, &["9"], &[(3, "nine"), (15, "four")]);
    let out = undo(&branch, &nine);
    let again = undo(&branch, &out);
    assert_eq!(taken(&branch, NINE), [branch.id(&again)]);
    assert_eq!(taken(&branch, FOUR), [branch.id(&four)]);
    assert_eq!(branch.after(&[NINE], "both.py").unwrap(), numbered(&[(15, "four")]));
    assert_eq!(branch.after(&[FOUR], "both.py").unwrap(), numbered(&[(3, "nine")]));
    undo(&branch, &again);
    assert_eq!(branch.landed(), BTreeSet::from([FOUR]));
}

#[test]
fn the_revert_of_a_merge_and_its_revert_are_the_merged_stages() {
    let branch = Branch::new();
    lands(&branch, &["4"], &[(15, "four")]);
    branch.repo.git(&["switch", "--quiet", "-c", "topic"]).ok();
    lands(&branch, &["9"], &[(3, "nine"), (15, "four")]);
    branch.repo.git(&["switch", "--quiet", "main"]).ok();
    branch.repo.git(&["merge", "--quiet", "--no-ff", "--no-edit", "topic"]).ok();
    branch.repo.git(&["revert", "--no-edit", "-m", "1", "HEAD"]).ok();
    assert_eq!(branch.landed(), BTreeSet::from([FOUR]));
    undo(&branch, "HEAD");
    assert_eq!(branch.landed(), BTreeSet::from([FOUR, NINE]));
    assert_eq!(branch.after(&[NINE], "both.py").unwrap(), numbered(&[(15, "four")]));
    assert_eq!(branch.after(&[FOUR], "both.py").unwrap(), numbered(&[(3, "nine")]));
}

#[test]
fn what_a_step_did_to_the_branch_since_is_counted_where_several_go_back_at_once() {
    let branch = Branch::new();
    lands(&branch, &["9"], &[(3, "nine")]);
    lands(&branch, &["9"], &[(3, "nine"), (8, "nine")]);
    let [(path, text)] = both(&[]);
    branch.repo.commit_files(&[(path, &text)], "Both out");
    assert_eq!(branch.landed(), BTreeSet::new());
    assert_eq!(returned(&branch, &[FOUR]).found.unwrap_err(), NothingToReturn::NeverLanded(FOUR));
}

#[test]
fn the_revert_of_a_back_out_brings_back_whom_it_names() {
    let branch = Branch::new();
    lands(&branch, &["9"], &[(3, "nine")]);
    branch.back_out(&[NINE], &["9"]);
    let again = undo(&branch, "HEAD");
    assert_eq!(branch.landed(), BTreeSet::from([NINE]));
    assert_eq!(taken(&branch, NINE), [branch.id(&again)]);
}

#[test]
fn a_revert_of_foreign_work_is_foreign_beside_other_work() {
    let branch = Branch::new();
    let fix = lands(&branch, &["none"], &[(3, "fix")]);
    let four = lands(&branch, &["4"], &[(3, "fix"), (15, "four")]);
    let out = undo(&branch, &fix);
    assert_eq!(taken(&branch, FOUR), [branch.id(&four)]);
    assert_eq!(branch.after(&[FOUR], "both.py").unwrap(), numbered(&[]));
    assert_eq!(branch.landed(), BTreeSet::from([FOUR]));
    // And so is what brings it back.
    undo(&branch, &out);
    assert_eq!(taken(&branch, FOUR), [branch.id(&four)]);
    assert_eq!(branch.after(&[FOUR], "both.py").unwrap(), numbered(&[(3, "fix")]));
}

#[test]
fn a_revert_of_foreign_work_that_took_a_stage_away_is_the_stages() {
    let branch = Branch::new();
    lands(&branch, &["9"], &[(3, "nine")]);
    lands(&branch, &["4"], &[(3, "nine"), (15, "four")]);
    let out = lands(&branch, &["none"], &[(15, "four")]);
    let again = undo(&branch, &out);
    assert_eq!(taken(&branch, NINE).first(), Some(&branch.id(&again)));
    assert_eq!(branch.after(&[NINE], "both.py").unwrap(), numbered(&[(15, "four")]));
    assert_eq!(branch.after(&[FOUR], "both.py").unwrap(), numbered(&[(3, "nine")]));
}

#[test]
fn what_takes_back_only_a_part_stays_every_owners() {
    let branch = Branch::new();
    lands(&branch, &["9"], &[(3, "nine"), (8, "nine")]);
    let [(path, text)] = both(&[(3, "nine")]);
    branch.repo.commit_files(&[(path, &text)], "Half of it out");
    assert_eq!(branch.landed(), BTreeSet::from([FOUR, NINE]), "4 by ownership");
}
