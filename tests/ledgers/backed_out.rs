//! What counts as backed out: the tree decides.

use std::collections::BTreeSet;

use backout::rollback::clash::Reason;

use super::{Branch, FOUR, NINE, STAGES, numbered};
use crate::support::RepoOptions;

#[test]
fn a_path_that_could_not_be_taken_back_keeps_the_stage_alive() {
    let branch = Branch::new();
    branch.lands(&["4"], &[("both.py", &numbered(&[(2, "four")])), ("four/a.py", "a = 2\n")]);
    branch.lands(&["9"], &[("both.py", &numbered(&[(2, "nine")]))]);
    // All but the line that stage 9 stands on.
    branch.repo.commit_files(&[("four/a.py", "a = 1\n")], "Back out\n\nBackout-Stage: 4");
    assert_eq!(branch.landed(), BTreeSet::from([FOUR, NINE]));
}

#[test]
fn a_file_comes_back_to_a_folder_of_which_the_plan_takes_only_some() {
    let branch = Branch::new();
    let union = (".gitattributes", "*.txt merge=union\n");
    branch.repo.commit_files(&[union, ("four/old.txt", "old\n")], "More");
    branch.repo.git(&["tag", "--force", "start"]).ok();
    std::fs::remove_file(branch.repo.path().join("four/old.txt")).unwrap();
    branch.lands(&["4"], &[]);
    branch.lands(&["4"], &[("four/new.py", "new\n")]);
    // git need not be asked, which would take attributes from what is checked out.
    assert_eq!(branch.after(&[FOUR], "four/old.txt").unwrap(), "old\n");
    assert_eq!(branch.after(&[FOUR], "four/new.py"), None);
}

#[test]
fn git_is_not_asked_about_names_that_are_no_more() {
    let moves = "[[moves]]\nfrom = \"old/**\"\nto = \"four/**\"\n";
    let branch = Branch::with(RepoOptions::default(), &format!("{STAGES}{moves}"));
    let repo = &branch.repo;
    repo.commit_files(&[("old/x.py", &numbered(&[])), ("old/y.py", "y\n")], "before");
    repo.git(&["tag", "--force", "start"]).ok();
    branch.lands(&["4"], &[("old/x.py", &numbered(&[(2, "one")]))]);
    for file in ["x.py", "y.py"] {
        repo.git(&["mv", &format!("old/{file}"), &format!("four/{file}")]).ok();
    }
    branch.lands(&["4"], &[]);
    std::fs::remove_file(repo.path().join("four/x.py")).unwrap();
    branch.lands(&["none"], &[]);
    let plan = branch.plan(&[FOUR]);
    let told: Vec<_> =
        plan.clashes.iter().map(|clash| (clash.path.shown(), &clash.reason)).collect();
    assert_eq!(told, [("four/x.py".into(), &Reason::GoneSince)]);
}

#[test]
fn what_one_stage_added_and_another_took_away_is_the_work_of_both() {
    let branch = Branch::new();
    branch.lands(&["9"], &[("both.py", &numbered(&[(2, "shim")])), ("nine/b.py", "b = 2\n")]);
    branch.lands(&["4"], &[("both.py", &numbered(&[]))]);
    assert_eq!(branch.landed(), BTreeSet::from([FOUR, NINE]));
    assert_eq!(branch.after(&[FOUR], "both.py").unwrap(), numbered(&[(2, "shim")]));
    let nine = branch.plan(&[NINE]);
    assert_eq!(nine.clashes, [], "its part of the shared file is gone already");
    assert_eq!(branch.after(&[NINE], "nine/b.py").unwrap(), "b = 1\n");
    assert_eq!(branch.after(&[FOUR, NINE], "both.py").unwrap(), numbered(&[]));
}
