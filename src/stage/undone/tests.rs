//! The past of one path. A content is a number whose bits are lines: a change turns some of them, and
//! is taken back by turning the same ones back, whatever else there is.

use super::{Doer, Done, MOST_LOOKED_AT, Past};
use crate::git::{Entry, ObjectId};
use crate::stage::reading::Turn;
use crate::stage::taken::Taken;
use crate::stage::testing::Answers;

const BY_LINES: Answers = Answers {
    undoes: |change, earlier| {
        let lines = |turn: &Turn| content(turn.old) ^ content(turn.new);
        let turned = lines(change);
        turned == lines(earlier) && content(change.new) & turned == content(earlier.old) & turned
    },
    taken: |_| Taken::Unclear,
};

fn content(entry: Option<Entry>) -> u8 {
    entry.map_or(0, |entry| entry.oid.as_bytes()[0])
}

fn turn(old: u8, new: u8) -> Turn {
    let entry = |content| {
        let oid = ObjectId::from_bytes(&[content; 20]).unwrap();
        Some(Entry { mode: 0o100_644, oid })
    };
    Turn { old: entry(old), new: entry(new) }
}

fn stages(stages: &[usize]) -> Doer {
    Doer::Stages(stages.iter().copied().collect())
}

const FOREIGN: Doer = Doer::Foreign(false);

/// A past that begins with nothing: what stood there after each change, and whose that is.
fn past(changes: &[(u8, Doer)]) -> Past {
    let mut past = Past::default();
    let mut old = 0;
    for (new, doer) in changes {
        let (turn, parts) = (turn(old, *new), Vec::new());
        let back_to = past.began_with.get(&turn.new).copied();
        past.began_with.insert(turn.old, past.changes.len());
        past.changes.push(Done { turn, doer: doer.clone(), parts, back_to });
        old = *new;
    }
    past
}

fn undone(changes: &[(u8, Doer)], new: u8) -> Option<Doer> {
    let old = changes.last().map_or(0, |(content, _)| *content);
    let past = past(changes);
    past.undone_by(past.changes.len(), &turn(old, new), &BY_LINES).unwrap()
}

#[test]
fn what_is_taken_back_whole_is_whose_it_was() {
    assert_eq!(undone(&[(1, stages(&[4]))], 0), Some(stages(&[4])));
    assert_eq!(undone(&[(1, FOREIGN)], 0), Some(FOREIGN));
    assert_eq!(undone(&[(1, Doer::Owners)], 0), Some(Doer::Owners));
    assert_eq!(undone(&[(1, stages(&[4])), (3, stages(&[9]))], 0), Some(stages(&[4, 9])));
    assert_eq!(undone(&[(1, FOREIGN), (3, FOREIGN)], 0), Some(FOREIGN));
    assert_eq!(undone(&[(1, FOREIGN), (3, stages(&[9]))], 0), Some(Doer::Mixed));
    assert_eq!(undone(&[(1, stages(&[4]))], 2), None);
    assert_eq!(undone(&[], 1), None);
}

#[test]
fn of_several_changes_the_one_that_is_taken_back_counts() {
    let changes = [(1, stages(&[4])), (3, FOREIGN), (7, stages(&[9]))];
    assert_eq!(undone(&changes, 3), Some(stages(&[9])));
    assert_eq!(undone(&changes, 5), Some(FOREIGN));
    assert_eq!(undone(&changes, 6), Some(stages(&[4])));
    let beside = [(1, stages(&[4])), (3, Doer::Owners), (7, stages(&[9]))];
    assert_eq!(undone(&beside, 5), None, "nobody says whose that is");
}

#[test]
fn foreign_work_that_took_a_stage_back_is_the_stages() {
    assert_eq!(undone(&[(1, stages(&[4])), (0, FOREIGN)], 1), Some(stages(&[4])));
    let in_two = [(1, stages(&[4])), (3, stages(&[4])), (1, FOREIGN), (0, FOREIGN)];
    assert_eq!(undone(&in_two, 3), Some(stages(&[4])));
}

#[test]
fn so_many_changes_are_looked_at_and_no_more() {
    let mut changes = vec![(1, stages(&[4]))];
    for at in 1..MOST_LOOKED_AT {
        changes.push((if at % 2 == 1 { 3 } else { 5 }, stages(&[9])));
    }
    let of_four = |changes: &[(u8, Doer)]| {
        let past = past(changes);
        past.one_undone_by(0..past.changes.len(), &turn(9, 8), &BY_LINES).unwrap()
    };
    assert_eq!(of_four(&changes), Some(stages(&[4])));
    changes.push((7, stages(&[9])));
    assert_eq!(of_four(&changes), None);
    let silent = (1..=200).map(|at| (if at % 2 == 1 { 3 } else { 5 }, Doer::Owners));
    changes.truncate(1);
    changes.extend(silent);
    assert_eq!(of_four(&changes), Some(stages(&[4])), "what nobody speaks for is passed over");
}

#[test]
fn what_came_to_nothing_does_not_stand() {
    let all = [1, 3, 1, 5].map(|content| (content, stages(&[4])));
    let past = past(&all);
    assert_eq!(past.standing(0..4), [3, 0]);
    assert_eq!(past.standing(0..3), [0]);
    assert_eq!(past.standing(1..3), [2, 1], "of the whole range something is left to tell");
}

#[test]
fn of_changes_that_stand_those_that_went_back_are_left_out() {
    let left = |contents: &[u8]| {
        let all: Vec<_> = contents.iter().map(|content| (*content, stages(&[4]))).collect();
        let past = past(&all);
        let standing = (0..all.len()).rev().collect();
        past.without_what_went_back(standing, &BY_LINES).unwrap()
    };
    assert_eq!(left(&[1, 3, 2, 6]), [3, 1]);
    assert_eq!(left(&[1, 0, 1]), [0], "each goes back once");
    assert_eq!(left(&[1, 0]), [1, 0], "nothing else would be left");
    assert_eq!(left(&[1, 3]), [1, 0]);
}

#[test]
fn whose_two_changes_are_together() {
    let others = Doer::Foreign(true);
    for (one, other, expected) in [
        (stages(&[4]), stages(&[9]), stages(&[4, 9])),
        (FOREIGN, FOREIGN, FOREIGN),
        (others.clone(), others.clone(), others.clone()),
        (FOREIGN, others, Doer::Mixed),
        (FOREIGN, stages(&[4]), Doer::Mixed),
        (Doer::Owners, stages(&[4]), Doer::Owners),
        (Doer::Owners, Doer::Owners, Doer::Owners),
        (Doer::Owners, FOREIGN, Doer::Mixed),
        (Doer::Mixed, Doer::Mixed, Doer::Mixed),
    ] {
        assert_eq!(one.clone().with(other.clone()), expected, "{one:?} {other:?}");
        assert_eq!(other.with(one), expected);
    }
}
