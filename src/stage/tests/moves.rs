//! The names that a path has had.

use std::collections::{BTreeMap, BTreeSet};

use super::{id, migration};
use crate::config::Migration;
use crate::git::{Change, Entry, RepoPath, Seconds};
use crate::stage::attribution::Claims;
use crate::stage::moves::{Moves, is_renamed, of_paths};
use crate::stage::step::Step;
use crate::stage::trail::Trail;

fn moved(more: &str) -> Migration {
    migration(&[("4", &["src/**"], &[])], more)
}

/// A step that takes some files away, and makes others.
fn step(byte: u8, gone: &[&str], made: &[&str]) -> Step {
    let there = Some(Entry { mode: 0o100_644, oid: id(b'a') });
    let change = |path: &&str, old, new| Change { path: RepoPath::from(*path), old, new };
    let gone = gone.iter().map(|path| change(path, there, None));
    let made = made.iter().map(|path| change(path, None, there));
    Step {
        id: id(byte),
        parent: None,
        time: Seconds(0),
        merge: false,
        subject: String::new(),
        claims: Claims::default(),
        changes: gone.chain(made).collect(),
        concerns: BTreeSet::from([0]),
        parts: BTreeMap::new(),
    }
}

const TWICE: &str = "[[moves]]\nfrom = \"src/new/**\"\nto = \"src/last/**\"\n\
                     [[moves]]\nfrom = \"src/old/**\"\nto = \"src/new/**\"\n";

/// Stands for nothing, goes away alone, is renamed, stands for nothing, is renamed again.
fn trail() -> Trail {
    let steps = [
        step(1, &[], &["src/old/a", "src/old/b"]),
        step(2, &["src/old/b"], &["src/other/b"]),
        step(3, &["src/old/a"], &["src/new/a"]),
        step(4, &[], &["src/new/c"]),
        step(5, &["src/new/a"], &["src/last/a"]),
    ];
    steps.into_iter().collect()
}

#[test]
fn a_path_has_the_name_that_it_was_given_since() {
    let (migration, trail) = (moved(TWICE), trail());
    let moves = Moves::new(&migration, trail.all()).unwrap();
    assert!(!moves.is_empty());
    let path = |name: &str| RepoPath::from(name);
    let now = |order: usize, name: &str| moves.now(order, &path(name));
    for (order, name, expected) in [
        (0, "src/old/a", "src/last/a"),
        // The rename itself changes the old name, and what comes after has the new one.
        (2, "src/old/a", "src/last/a"),
        (3, "src/old/a", "src/old/a"),
        (3, "src/new/a", "src/last/a"),
        (5, "src/new/a", "src/new/a"),
        (0, "src/other/b", "src/other/b"),
    ] {
        assert_eq!(now(order, name), path(expected), "{order} {name}");
    }
    let before = |later: usize| moves.before(later, 0, &path("src/old/a"));
    let names = [0, 2, 3, 4, 5].map(before);
    let expected = ["src/old/a", "src/old/a", "src/new/a", "src/new/a", "src/last/a"].map(path);
    assert_eq!(names, expected);
}

#[test]
fn a_rename_that_did_not_happen_is_none() {
    let to_nowhere = "[[moves]]\nfrom = \"src/old/**\"\nto = \"src/nowhere/**\"\n";
    for more in ["", to_nowhere] {
        let (migration, trail) = (moved(more), trail());
        assert!(Moves::new(&migration, trail.all()).unwrap().is_empty(), "{more}");
    }
    // What comes at the new name has to be new there.
    let migration = moved("[[moves]]\nfrom = \"src/old/**\"\nto = \"src/new/**\"\n");
    let mut changed = step(1, &["src/old/a"], &["src/new/a"]);
    changed.changes[1].old = changed.changes[0].old;
    let trail: Trail = [changed].into_iter().collect();
    assert!(Moves::new(&migration, trail.all()).unwrap().is_empty());
}

#[test]
fn the_commit_that_the_configuration_names_is_the_rename() {
    let at = |byte: u8| {
        let commit = id(byte).to_string();
        moved(&format!(
            "[[moves]]\nfrom = \"src/old/**\"\nto = \"src/new/**\"\ncommit = \"{commit}\"\n"
        ))
    };
    let trail = trail();
    for (byte, renamed_at) in [(2, 1), (4, 3), (9, 2)] {
        let migration = at(byte);
        let moves = Moves::new(&migration, trail.all()).unwrap();
        let old = RepoPath::from("src/old/a");
        assert_eq!(moves.now(renamed_at, &old), RepoPath::from("src/new/a"), "{byte}");
        assert_eq!(moves.now(renamed_at + 1, &old), old, "{byte}");
    }
}

#[test]
fn the_name_since_some_steps_is_that_of_the_renames_they_lack() {
    let (migration, trail) = (moved(TWICE), trail());
    let moves = Moves::new(&migration, trail.all()).unwrap();
    assert_eq!(moves.steps().copied().collect::<Vec<_>>(), [id(3), id(5)]);
    for (had_been, name, expected) in [
        (&[][..], "src/old/a", "src/last/a"),
        (&[3], "src/new/a", "src/last/a"),
        (&[3], "src/old/a", "src/old/a"),
        (&[3, 5], "src/new/a", "src/new/a"),
        (&[5], "src/old/a", "src/new/a"),
    ] {
        let since = moves
            .since(&RepoPath::from(name), |step| had_been.iter().any(|byte| *step == id(*byte)));
        assert_eq!(since, RepoPath::from(expected), "{had_been:?} {name}");
    }
}

#[test]
fn a_path_is_renamed_where_a_move_begins_with_it() {
    let migration = moved(TWICE);
    let renamed = |path: &str| is_renamed(&migration, &RepoPath::from(path));
    assert!(renamed("src/old/a") && renamed("src/new/a"));
    assert!(!renamed("src/last/a") && !renamed("src/older/a"));
    assert!(!is_renamed(&moved(""), &RepoPath::from("src/old/a")));
}

#[test]
fn the_names_before_a_step_are_those_that_lead_to_the_name_at_the_tip() {
    let (migration, trail) = (moved(TWICE), trail());
    let moves = Moves::new(&migration, trail.all()).unwrap();
    for (step, now, expected) in [
        (0, "src/last/a", &["src/last/a", "src/new/a", "src/old/a"][..]),
        (2, "src/last/a", &["src/last/a", "src/new/a", "src/old/a"]),
        (3, "src/last/a", &["src/last/a", "src/new/a"]),
        (5, "src/last/a", &["src/last/a"]),
        // Whatever was called so before is called otherwise now.
        (0, "src/old/a", &[]),
        (3, "src/old/a", &["src/old/a"]),
        (0, "src/other/b", &["src/other/b"]),
    ] {
        let names = moves.names_before(step, &RepoPath::from(now));
        let expected: BTreeSet<RepoPath> = expected.iter().map(|name| (*name).into()).collect();
        assert_eq!(names, expected, "{step} {now}");
    }
}

#[test]
fn the_renames_of_all_names_that_a_path_had_or_will_have_concern_it() {
    let apart = "[[moves]]\nfrom = \"src/apart/**\"\nto = \"src/away/**\"\n";
    let migration = moved(&format!("{TWICE}{apart}"));
    let concern = |names: &[&str]| -> Vec<&str> {
        let paths: Vec<RepoPath> = names.iter().map(|name| RepoPath::from(*name)).collect();
        of_paths(&migration, &paths).into_iter().map(|renamed| renamed.from.text.as_str()).collect()
    };
    for name in ["src/old/a", "src/new/a", "src/last/a"] {
        assert_eq!(concern(&[name]), ["src/new/**", "src/old/**"], "{name}");
    }
    assert_eq!(concern(&["src/away/a"]), ["src/apart/**"]);
    assert_eq!(concern(&["src/a"]), Vec::<&str>::new());
}

#[test]
fn renames_that_lead_to_ever_longer_names_come_to_an_end() {
    let migration = moved("[[moves]]\nfrom = \"src/**\"\nto = \"src/deeper/**\"\n");
    let paths = ["src/a", "src/b", "src/c"].map(RepoPath::from);
    assert_eq!(of_paths(&migration, &paths).len(), 1);
}
