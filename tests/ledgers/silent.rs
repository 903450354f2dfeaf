//! Commits that say nothing and exactly take back what was done before: they are whose that was.

use std::collections::BTreeSet;

use backout::rollback::clash::Reason;
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

/// Merges a topic that takes a commit back without a word, and then does work of stage 9.
fn merged_with(branch: &Branch, undone: impl Fn() -> String, before: &[(usize, &str)]) -> String {
    branch.repo.git(&["switch", "--quiet", "-c", "topic"]).ok();
    undo(branch, &undone());
    lands(branch, &["9"], &[before, &[(18, "nine")]].concat());
    branch.repo.git(&["switch", "--quiet", "main"]).ok();
    branch.repo.git(&["merge", "--quiet", "--no-ff", "--no-edit", "topic"]).ok();
    branch.repo.rev("HEAD")
}

#[test]
fn a_revert_within_a_merge_is_whose_commit_it_takes_back() {
    let of_stage = Branch::new();
    let four = lands(&of_stage, &["4"], &[(8, "four")]);
    let merge = merged_with(&of_stage, || four.clone(), &[]);
    assert_eq!(of_stage.landed(), BTreeSet::from([NINE]));
    assert_eq!(taken(&of_stage, NINE), [of_stage.id(&merge)]);
    assert_eq!(of_stage.after(&[NINE], "both.py").unwrap(), numbered(&[]));
    let back = returned(&of_stage, &[FOUR]);
    assert_eq!(back.files, [("both.py".to_owned(), numbered(&[(8, "four"), (18, "nine")]))]);

    let of_hotfix = Branch::new();
    lands(&of_hotfix, &["4"], &[(8, "four")]);
    let fix = lands(&of_hotfix, &["none"], &[(3, "fix"), (8, "four")]);
    merged_with(&of_hotfix, || fix.clone(), &[(8, "four")]);
    assert_eq!(of_hotfix.landed(), BTreeSet::from([FOUR, NINE]));
    assert_eq!(of_hotfix.after(&[NINE], "both.py").unwrap(), numbered(&[(8, "four")]));
    assert_eq!(of_hotfix.after(&[FOUR], "both.py").unwrap(), numbered(&[(18, "nine")]));

    let within = Branch::new();
    let begun = || lands(&within, &["4"], &[(8, "four")]);
    merged_with(&within, begun, &[]);
    assert_eq!(within.after(&[NINE], "both.py").unwrap(), numbered(&[]));
    assert_eq!(within.after(&[FOUR, NINE], "both.py").unwrap(), numbered(&[]));
}

#[test]
fn a_revert_of_that_merge_s_revert_brings_the_stage_back_and_no_other() {
    let branch = Branch::new();
    let four = lands(&branch, &["4"], &[(8, "four")]);
    merged_with(&branch, || four.clone(), &[]);
    let again = undo(&branch, "HEAD^2~");
    assert_eq!(branch.landed(), BTreeSet::from([FOUR, NINE]));
    assert_eq!(taken(&branch, FOUR).first(), Some(&branch.id(&again)));
    assert_eq!(branch.after(&[NINE], "both.py").unwrap(), numbered(&[(8, "four")]));
    assert_eq!(branch.after(&[FOUR], "both.py").unwrap(), numbered(&[(18, "nine")]));
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

/// Stage 9's first work, then stage 4's, and something else; the latter two are taken back by one
/// commit each, the older one first or last.
fn two_taken_back(third: &str, oldest_first: bool) -> Branch {
    let branch = Branch::new();
    lands(&branch, &["9"], &[(2, "nine")]);
    let four = lands(&branch, &["4"], &[(2, "nine"), (8, "four")]);
    let third = lands(&branch, &[third], &[(2, "nine"), (8, "four"), (16, "third")]);
    for commit in if oldest_first { [&four, &third] } else { [&third, &four] } {
        undo(&branch, commit);
    }
    assert_eq!(branch.repo.read("both.py"), numbered(&[(2, "nine")]));
    branch
}

#[test]
fn of_two_reverts_each_is_whose_commit_it_takes_back_whichever_comes_first() {
    for (third, oldest_first) in [("none", true), ("none", false), ("9", true), ("9", false)] {
        let branch = two_taken_back(third, oldest_first);
        assert_eq!(branch.landed(), BTreeSet::from([NINE]), "{third}, {oldest_first}");
        for stages in [&[NINE][..], &[FOUR, NINE]] {
            assert_eq!(branch.after(stages, "both.py").unwrap(), numbered(&[]), "{third}");
        }
        let four = returned(&branch, &[FOUR]);
        let text = numbered(&[(2, "nine"), (8, "four")]);
        assert_eq!(four.files, [("both.py".to_owned(), text)], "{third}, {oldest_first}");
        // Nor is what took them back work of a stage that it has nothing to do with.
        let steps = if third == "9" { 3 } else { 1 };
        assert_eq!(taken(&branch, NINE).len(), steps, "{third}, {oldest_first}");
    }
}

#[test]
fn a_revert_after_a_back_out_is_whose_commit_it_takes_back() {
    for third in ["none", "9"] {
        let branch = Branch::new();
        lands(&branch, &["9"], &[(2, "nine")]);
        lands(&branch, &["4"], &[(2, "nine"), (8, "four")]);
        let third = lands(&branch, &[third], &[(2, "nine"), (8, "four"), (16, "third")]);
        branch.back_out(&[FOUR], &["4"]);
        undo(&branch, &third);
        assert_eq!(branch.landed(), BTreeSet::from([NINE]));
        assert_eq!(branch.after(&[NINE], "both.py").unwrap(), numbered(&[]));
    }
}

#[test]
fn what_went_back_before_is_not_taken_back_by_who_takes_the_rest_back_at_once() {
    let branch = Branch::new();
    lands(&branch, &["9"], &[(18, "nine")]);
    let four = lands(&branch, &["4"], &[(15, "four"), (18, "nine")]);
    lands(&branch, &["9"], &[(3, "nine"), (15, "four"), (18, "nine")]);
    undo(&branch, &four);
    lands(&branch, &["9"], &[(3, "nine"), (8, "nine"), (18, "nine")]);
    let [(path, text)] = both(&[(18, "nine")]);
    branch.repo.commit_files(&[(path, &text)], "The later two out");
    assert_eq!(branch.landed(), BTreeSet::from([NINE]));
    assert_eq!(taken(&branch, NINE).len(), 4);
    assert_eq!(branch.after(&[NINE], "both.py").unwrap(), numbered(&[]));
}

#[test]
fn what_took_the_work_of_several_at_once_brings_nobody_back_who_has_gone() {
    for (stage, third) in [("9", "4"), ("4", "9")] {
        let branch = Branch::new();
        lands(&branch, &["9"], &[(2, "nine")]);
        lands(&branch, &[stage], &[(2, "nine"), (8, "one")]);
        lands(&branch, &[third], &[(2, "nine"), (8, "one"), (16, "two")]);
        let [(path, text)] = both(&[(2, "nine")]);
        branch.repo.commit_files(&[(path, &text)], "Both out");
        assert!(taken(&branch, NINE).contains(&branch.id("HEAD")));
        let landed = branch.landed();
        if landed.contains(&FOUR) {
            assert_eq!(branch.after(&[FOUR, NINE], "both.py").unwrap(), numbered(&[]));
        } else {
            // Stage 4's work would come again with what took it away.
            let plan = branch.plan(&[FOUR, NINE]);
            let reasons: Vec<&Reason> = plan.clashes.iter().map(|clash| &clash.reason).collect();
            assert_eq!(reasons, [&Reason::Shared(BTreeSet::from([FOUR]))]);
            assert_eq!(branch.blockers(NINE).cascade, None);
        }
        assert_eq!(landed.contains(&FOUR), third == "4", "the tree is as 4 found it");
    }
}

#[test]
fn what_several_did_together_and_went_back_goes_with_both() {
    let branch = Branch::new();
    lands(&branch, &["9"], &[(2, "nine")]);
    let joint = lands(&branch, &["4", "9"], &[(2, "nine"), (8, "both")]);
    undo(&branch, &joint);
    assert_eq!(branch.landed(), BTreeSet::from([NINE]));
    assert_eq!(branch.after(&[FOUR, NINE], "both.py").unwrap(), numbered(&[]));
    assert_eq!(branch.blockers(NINE).stages, [FOUR]);
}

#[test]
fn what_takes_back_a_stage_and_a_hotfix_at_once_brings_neither_again_unseen() {
    let branch = Branch::new();
    lands(&branch, &["9"], &[(2, "nine")]);
    lands(&branch, &["none"], &[(2, "nine"), (8, "fix")]);
    lands(&branch, &["4"], &[(2, "nine"), (8, "fix"), (16, "four")]);
    let [(path, text)] = both(&[(2, "nine")]);
    branch.repo.commit_files(&[(path, &text)], "Both out");
    // Nobody has said what that was, and no plan guesses it.
    for stages in [&[NINE][..], &[FOUR], &[FOUR, NINE]] {
        let plan = branch.plan(stages);
        let reasons: Vec<&Reason> = plan.clashes.iter().map(|clash| &clash.reason).collect();
        assert!(matches!(reasons[..], [Reason::Tangled | Reason::Shared(_)]), "{reasons:?}");
    }
    assert_eq!(branch.blockers(NINE).cascade, None);
}

#[test]
fn what_takes_back_two_hotfixes_at_once_is_foreign() {
    let branch = Branch::new();
    let nine = lands(&branch, &["9"], &[(2, "nine")]);
    lands(&branch, &["none"], &[(2, "nine"), (8, "fix")]);
    lands(&branch, &["none"], &[(2, "nine"), (8, "fix"), (16, "fix")]);
    let [(path, text)] = both(&[(2, "nine")]);
    branch.repo.commit_files(&[(path, &text)], "Both out");
    assert_eq!(branch.landed(), BTreeSet::from([NINE]));
    assert_eq!(taken(&branch, NINE), [branch.id(&nine)]);
    assert_eq!(branch.after(&[NINE], "both.py").unwrap(), numbered(&[]));
}

#[test]
fn what_undoes_two_hotfixes_that_took_a_stage_away_brings_the_stage_back() {
    let branch = Branch::new();
    lands(&branch, &["4"], &[(18, "four")]);
    lands(&branch, &["9"], &[(2, "nine"), (8, "nine"), (18, "four")]);
    lands(&branch, &["none"], &[(8, "nine"), (18, "four")]);
    lands(&branch, &["none"], &[(18, "four")]);
    assert_eq!(branch.landed(), BTreeSet::from([FOUR]));
    let [(path, text)] = both(&[(2, "nine"), (8, "nine"), (18, "four")]);
    branch.repo.commit_files(&[(path, &text)], "It was no fix");
    assert_eq!(branch.landed(), BTreeSet::from([FOUR, NINE]));
    assert_eq!(branch.after(&[NINE], "both.py").unwrap(), numbered(&[(18, "four")]));
    let without_four = numbered(&[(2, "nine"), (8, "nine")]);
    assert_eq!(branch.after(&[FOUR], "both.py").unwrap(), without_four);
}
