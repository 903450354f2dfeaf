//! What single changes are to the owners of their path. A content is a letter, `-` is none.

use std::collections::{BTreeMap, BTreeSet};

use super::{Weighed, weighed};
use crate::config::Migration;
use crate::config::testing::configuration;
use crate::git::{Change, Entry, ObjectId, RepoPath, Seconds};
use crate::stage::attribution::Claims;
use crate::stage::ledger::Evidence;
use crate::stage::matcher::Matcher;
use crate::stage::moves::Moves;
use crate::stage::step::{Part, Parts, Step};
use crate::stage::trail::Trail;
use crate::stage::undone::Doer;

const RULES: &str = r#"version = 1
[migration]
id = "m"
name = "M"
start = { tag = "s" }
branch = "main"
[[stages]]
id = "4"
name = "S"
impact = "low"
paths = ["new/**"]
rollback = ["code"]
[[moves]]
from = "old/**"
to = "new/**"
"#;

fn id(byte: u8) -> ObjectId {
    ObjectId::from_bytes(&[byte; 20]).unwrap()
}

fn entry(content: u8) -> Option<Entry> {
    (content != b'-').then(|| Entry { mode: 0o100_644, oid: id(content) })
}

/// A merge with these changes, and what each path's change consists of.
fn step(changes: &[(&str, &[u8; 2])], parts: &[(&str, Parts)]) -> Step {
    let change = |(path, [old, new]): &(&str, &[u8; 2])| Change {
        path: RepoPath::from(*path),
        old: entry(*old),
        new: entry(*new),
    };
    let named = |(path, parts): &(&str, Parts)| (RepoPath::from(*path), parts.clone());
    Step {
        id: id(1),
        parent: None,
        time: Seconds(0),
        merge: true,
        subject: String::new(),
        claims: Claims::default(),
        changes: changes.iter().map(change).collect(),
        concerns: BTreeSet::from([0]),
        parts: parts.iter().map(named).collect::<BTreeMap<_, _>>(),
    }
}

fn part(place: usize, claims: Claims, [old, new]: &[u8; 2]) -> Part {
    Part { place, commit: id(b'p'), claims, old: entry(*old), new: entry(*new) }
}

fn of(step: &Step) -> Weighed {
    let mut found = configuration(&[("backout.toml", RULES)], &[]);
    let migration: Migration = found.migrations.remove(0);
    let trail: Trail = [step.clone()].into_iter().collect();
    let moves = Moves::new(&migration, trail.all()).unwrap();
    let mut all = weighed(&Matcher::new(&migration), &moves, 0, step).unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn work() -> Claims {
    Claims { stages: BTreeSet::from([0]), ..Claims::default() }
}

fn foreign() -> Claims {
    Claims { foreign: true, ..Claims::default() }
}

fn of_others() -> Claims {
    Claims { of_others: BTreeSet::from([(0, 7)]), ..foreign() }
}

#[test]
fn work_of_another_migration_is_told_from_what_is_of_none() {
    let tangled = |words: &[Claims]| {
        let words = words.iter().map(|said| (id(b'p'), said.clone())).collect();
        of(&step(&[("new/a", b"xy")], &[("new/a", Parts::Tangled(words))])).of_others
    };
    assert!(tangled(&[of_others()]));
    assert!(tangled(&[of_others(), foreign()]));
    assert!(tangled(&[foreign(), of_others()]));
    assert!(!tangled(&[foreign()]));
    assert!(!tangled(&[Claims::default(), work()]));
}

#[test]
fn of_a_merges_parts_those_are_silent_that_say_nothing() {
    let parts = [
        part(0, work(), b"xy"),
        part(1, Claims::default(), b"yz"),
        part(2, foreign(), b"zu"),
        part(3, Claims::default(), b"uv"),
    ];
    let mut one = of(&step(&[("new/a", b"xv")], &[("new/a", Parts::Chain(parts.to_vec()))]));
    let turned = |one: &Weighed| -> Vec<_> {
        one.silent_parts().iter().map(|part| (part.turn.old, part.turn.new)).collect()
    };
    let [yz, uv] = [(entry(b'y'), entry(b'z')), (entry(b'u'), entry(b'v'))];
    assert_eq!(turned(&one), [yz, uv]);
    assert_eq!(one.takes_back_in_part().count(), 0);
    let told = |one: &Weighed| -> Vec<_> {
        one.parts().iter().map(|part| (part.turn.old, part.turn.new)).collect()
    };
    let xy = (entry(b'x'), entry(b'y'));
    assert_eq!(told(&one), [xy], "of the others nobody says whose they are, or they are foreign");

    let silent = one.silent_parts();
    one.take_part_back(&silent[0], &BTreeSet::from([0]));
    assert_eq!(one.takes_back_in_part().collect::<Vec<_>>(), [0]);
    assert_eq!(told(&one), [xy, yz], "of this one that is known now");
    one.make_part_foreign(&silent[1], false);
    assert_eq!(turned(&one), [yz], "it stays silent, and the stage's");
    assert_eq!(one.shares.len(), 2);
    assert!(!one.of_others);
    one.make_part_foreign(&silent[0], true);
    assert!(one.of_others);
    one.make_part_foreign(&silent[0], false);
    assert!(one.of_others, "some of it still is");
}

#[test]
fn a_rename_of_which_one_name_alone_is_told_apart_is_one_change() {
    let gone_and_come = [("old/a", b"x-"), ("new/a", b"-y")];
    let told = [("new/a", Parts::Chain(vec![part(0, work(), b"-y")]))];
    let one = of(&step(&gone_and_come, &told));
    let [share] = one.shares.as_slice() else { panic!("{}", one.shares.len()) };
    assert_eq!((share.old, share.new), (entry(b'x'), entry(b'y')));
    assert_eq!(share.evidence, Evidence::Claimed);
}

#[test]
fn a_silent_part_takes_back_what_came_before_it_alone() {
    for (claimed, silent, is_after) in [(0, 1, true), (1, 0, false)] {
        let parts = match is_after {
            true => vec![part(claimed, work(), b"xy"), part(silent, Claims::default(), b"yz")],
            false => vec![part(silent, Claims::default(), b"xy"), part(claimed, work(), b"yz")],
        };
        let one = of(&step(&[("new/a", b"xz")], &[("new/a", Parts::Chain(parts))]));
        let (silent, told) = (one.silent_parts(), one.parts());
        assert_eq!((silent.len(), told.len()), (1, 1));
        assert_eq!(silent[0].is_after(&told[0]), is_after);
    }
}

#[test]
fn what_is_foreign_and_a_stages_at_once_is_mixed() {
    let doer = |words: &[Claims]| {
        let words = words.iter().map(|said| (id(b'p'), said.clone())).collect();
        of(&step(&[("new/a", b"xy")], &[("new/a", Parts::Tangled(words))])).doer()
    };
    assert_eq!(doer(&[foreign()]), Doer::Foreign(false));
    assert_eq!(doer(&[foreign(), work()]), Doer::Mixed);
    assert_eq!(doer(&[work()]), Doer::Stages(BTreeSet::from([0])));
    assert_eq!(doer(&[Claims::default()]), Doer::Owners);
    let back_out = Claims { backs_out: BTreeSet::from([0]), ..Claims::default() };
    assert_eq!(doer(std::slice::from_ref(&back_out)), Doer::Stages(BTreeSet::from([0])));
    assert_eq!(doer(&[back_out, foreign()]), Doer::Mixed);
}
