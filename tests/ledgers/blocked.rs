//! What stands in a stage's way, and whose work that is.

use super::{Branch, FOUR, NINE, numbered};

#[test]
fn whoever_worked_elsewhere_in_the_file_is_in_nobodys_way() {
    let branch = Branch::new();
    branch.lands(&["4"], &[("both.py", &numbered(&[(2, "four")]))]);
    let fix = branch.lands(&["none"], &[("both.py", &numbered(&[(2, "fix")]))]);
    branch.lands(&["9"], &[("both.py", &numbered(&[(2, "fix"), (15, "nine")]))]);
    let found = branch.blockers(FOUR);
    assert_eq!((found.stages, found.cascade), (vec![], None));
    assert_eq!(found.foreign, [fix.parse().unwrap()]);
    let commits: Vec<_> = found.commits.values().flatten().map(ToString::to_string).collect();
    assert_eq!(commits, [fix]);
}

#[test]
fn a_stage_that_blocks_one_path_is_named_beside_the_hotfix_on_another() {
    let branch = Branch::new();
    branch.lands(&["4"], &[("both.py", &numbered(&[(2, "four")])), ("four/a.py", "a = 2\n")]);
    let nine = branch.lands(&["9"], &[("both.py", &numbered(&[(2, "nine")]))]);
    let fix = branch.lands(&["none"], &[("four/a.py", "a = 3\n")]);
    let found = branch.blockers(FOUR);
    assert_eq!((found.stages, found.cascade), (vec![NINE], None));
    assert_eq!(found.foreign, [fix.parse().unwrap()]);
    let commits: Vec<_> =
        found.commits.into_iter().map(|(path, by)| (path.shown().into_owned(), by)).collect();
    let expected = [("both.py", nine), ("four/a.py", fix)];
    assert_eq!(commits, expected.map(|(path, id)| (path.to_owned(), vec![id.parse().unwrap()])));
}

#[test]
fn what_was_there_before_the_stage_blocks_nothing() {
    let branch = Branch::new();
    branch.lands(&["9"], &[("both.py", &numbered(&[(2, "nine")]))]);
    branch.lands(&["none"], &[("both.py", &numbered(&[(2, "nine"), (9, "fix")]))]);
    branch.lands(&["4"], &[("both.py", &numbered(&[(2, "four"), (9, "fix")]))]);
    let last = branch.lands(&["9"], &[("both.py", &numbered(&[(2, "nine again"), (9, "fix")]))]);
    let found = branch.blockers(FOUR);
    assert_eq!(found.stages, [NINE]);
    assert_eq!(found.cascade, Some(vec![NINE, FOUR]));
    assert_eq!(found.foreign, []);
    let commits: Vec<_> = found.commits.values().flatten().map(ToString::to_string).collect();
    assert_eq!(commits, [last]);
}

#[test]
fn a_stage_that_need_not_go_stays_out_of_the_cascade() {
    let more = "[[stages]]\nid = \"10\"\nname = \"Ten\"\nimpact = \"low\"\nrollback = [\"code\"]\n\
                paths = [\"both.py\"]\n";
    let stages = format!("{}{more}", super::STAGES);
    let branch = Branch::with(crate::support::RepoOptions::default(), &stages);
    branch.lands(&["4"], &[("both.py", &numbered(&[(2, "four")]))]);
    branch.lands(&["9"], &[("both.py", &numbered(&[(2, "nine")]))]);
    branch.lands(&["10"], &[("both.py", &numbered(&[(2, "nine"), (15, "ten")]))]);
    let found = branch.blockers(FOUR);
    assert_eq!((found.stages, found.cascade), (vec![NINE], Some(vec![NINE, FOUR])));
}
