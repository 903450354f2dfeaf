//! Bringing back what was backed out together with others.

use std::collections::BTreeSet;

use backout::rollback::plan::Ground;
use backout::rollback::reapply::{NothingToReturn, Return, reapply};
use backout::stage::matcher::Matcher;

use super::{Branch, FOUR, NINE, numbered};

/// What bringing stages back comes to, and what a path would hold then; `None` where it stays.
pub(super) struct Returned {
    pub(super) found: Result<Return, NothingToReturn>,
    pub(super) files: Vec<(String, String)>,
}

pub(super) fn returned(branch: &Branch, stages: &[usize]) -> Returned {
    let repo = branch.open();
    let migration = &branch.configuration.migrations[0];
    let (ledger, matcher) = (branch.ledger(&repo), Matcher::new(migration));
    let onto = branch.id("main");
    let ground = Ground { repo: &repo, migration, matcher: &matcher, ledger: &ledger, onto };
    let found = reapply(&ground, &stages.iter().copied().collect()).unwrap();
    let text =
        |entry: backout::git::Entry| String::from_utf8(repo.blob(&entry.oid).unwrap()).unwrap();
    let changed = found.iter().flat_map(|found| &found.paths);
    let files = changed
        .map(|change| (change.path.shown().into_owned(), change.new.map_or_else(String::new, text)))
        .collect();
    Returned { found, files }
}

fn files(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

/// Stages 4 and 9 have landed on one file, and on one each of their own.
fn landed() -> Branch {
    let branch = Branch::new();
    branch.lands(&["4"], &[("both.py", &numbered(&[(2, "four")])), ("four/a.py", "a = 2\n")]);
    let both = numbered(&[(2, "four"), (15, "nine")]);
    branch.lands(&["9"], &[("both.py", &both), ("nine/b.py", "b = 2\n")]);
    branch
}

#[test]
fn one_of_two_that_went_in_one_commit_comes_back_without_the_other() {
    let branch = landed();
    branch.back_out(&[FOUR, NINE], &["4", "9"]);
    let four = returned(&branch, &[FOUR]);
    let expected = [("both.py", &*numbered(&[(2, "four")])), ("four/a.py", "a = 2\n")];
    assert_eq!(four.files, files(&expected));
    assert_eq!(four.found.unwrap().left_out, BTreeSet::from([NINE]));
    let all = returned(&branch, &[FOUR, NINE]);
    let both = numbered(&[(2, "four"), (15, "nine")]);
    let expected = [("both.py", &*both), ("four/a.py", "a = 2\n"), ("nine/b.py", "b = 2\n")];
    assert_eq!(all.files, files(&expected));
    let all = all.found.unwrap();
    assert_eq!((all.left_out, all.undone), (BTreeSet::new(), vec![branch.id("main")]));
}

#[test]
fn whoever_went_in_a_commit_of_its_own_is_not_left_out() {
    let branch = landed();
    branch.back_out(&[NINE], &["9"]);
    branch.back_out(&[FOUR], &["4"]);
    let four = returned(&branch, &[FOUR]);
    let expected = [("both.py", &*numbered(&[(2, "four")])), ("four/a.py", "a = 2\n")];
    assert_eq!(four.files, files(&expected));
    let four = four.found.unwrap();
    assert_eq!((four.left_out, four.undone), (BTreeSet::new(), vec![branch.id("main")]));
}

#[test]
fn there_is_nothing_to_bring_back_of_what_is_there_or_never_was() {
    let branch = Branch::new();
    branch.lands(&["none"], &[("nine/b.py", "b = 3\n")]);
    assert_eq!(returned(&branch, &[NINE]).found, Err(NothingToReturn::NeverLanded(NINE)));
    branch.lands(&["4"], &[("four/a.py", "a = 2\n")]);
    assert_eq!(returned(&branch, &[FOUR]).found, Err(NothingToReturn::Landed(FOUR)));
    branch.back_out(&[FOUR], &["4"]);
    assert_eq!(returned(&branch, &[FOUR]).files, files(&[("four/a.py", "a = 2\n")]));
    branch.lands(&["4"], &[("four/a.py", "a = 3\n")]);
    assert_eq!(returned(&branch, &[FOUR]).found, Err(NothingToReturn::Landed(FOUR)));
    // Nor does one go that is there, together with one that could come back.
    assert_eq!(returned(&branch, &[FOUR, NINE]).found, Err(NothingToReturn::Landed(FOUR)));
}
