//! Back-outs that say so and were edited by hand.

use std::collections::BTreeSet;

use super::returned::returned;
use super::{Branch, FOUR, NINE, numbered};

const OUT: &str = "Back out 4\n\nBackout-Stage: 4";

fn edited(branch: &Branch, changed: &[(usize, &str)]) {
    branch.repo.commit_files(&[("both.py", &numbered(changed))], OUT);
}

#[test]
fn a_back_out_with_an_edit_elsewhere_in_the_file_is_one_and_the_edit_stays() {
    let branch = Branch::new();
    branch.lands(&["4"], &[("both.py", &numbered(&[(2, "four")])), ("four/a.py", "a = 2\n")]);
    branch.lands(&["9"], &[("both.py", &numbered(&[(2, "four"), (15, "nine")]))]);
    branch.lands(&["4"], &[("both.py", &numbered(&[(2, "four more"), (15, "nine")]))]);
    let text = numbered(&[(9, "by hand"), (15, "nine")]);
    branch.repo.commit_files(&[("both.py", &text), ("four/a.py", "a = 1\n")], OUT);
    assert_eq!(branch.landed(), BTreeSet::from([NINE]));
    assert!(branch.plan(&[FOUR]).is_empty());
    let again = numbered(&[(2, "four more"), (9, "by hand"), (15, "nine")]);
    let files = [("both.py".to_owned(), again), ("four/a.py".to_owned(), "a = 2\n".to_owned())];
    assert_eq!(returned(&branch, &[FOUR]).files, files);
    assert_eq!(branch.after(&[NINE], "both.py").unwrap(), numbered(&[(9, "by hand")]));
    let ledger = branch.ledger(&branch.open());
    assert_eq!(ledger.get(FOUR).unwrap().foreign, [branch.id("main")], "it is nobody's work");
}

#[test]
fn a_back_out_that_leaves_some_of_the_work_or_edits_its_lines_is_none() {
    for left in [&[(2, "four")][..], &[(8, "four")], &[(2, "edited")], &[(2, "edited"), (8, "x")]] {
        let branch = Branch::new();
        branch.lands(&["4"], &[("both.py", &numbered(&[(2, "four"), (8, "four")]))]);
        edited(&branch, left);
        assert_eq!(branch.landed(), BTreeSet::from([FOUR]), "{left:?}");
    }
}
