//! What counts as backed out: the tree decides.

use std::collections::BTreeSet;

use super::{Branch, FOUR, NINE, numbered};

#[test]
fn a_path_that_could_not_be_taken_back_keeps_the_stage_alive() {
    let branch = Branch::new();
    branch.lands(&["4"], &[("both.py", &numbered(&[(2, "four")])), ("four/a.py", "a = 2\n")]);
    branch.lands(&["9"], &[("both.py", &numbered(&[(2, "nine")]))]);
    // All but the line that stage 9 stands on.
    branch.repo.commit_files(&[("four/a.py", "a = 1\n")], "Back out\n\nBackout-Stage: 4");
    assert_eq!(branch.landed(), BTreeSet::from([FOUR, NINE]));
}
