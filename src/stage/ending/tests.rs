//! What ended a life, on steps that were made by hand. A file's content is a number; `0` is none.

use std::collections::{BTreeMap, BTreeSet};

use super::{Ending, Later};
use crate::git::{Entry, ObjectId, RepoPath, Seconds};
use crate::stage::ledger::{Evidence, StageChange, StageStep};
use crate::stage::taken::Taken;
use crate::stage::testing::Answers;

/// What stood at three paths before the stage.
const ORIGINAL: [(&str, u8); 3] = [("a", 1), ("b", 5), ("c", 8)];

/// A change is a path, what stood there, and what stands there after it.
type Turned = (&'static str, u8, u8);

/// Whoever comes back to what stood there before the stage takes it back.
const BY_CONTENT: Answers = Answers {
    undoes: |_, _| false,
    taken: |course| if course.after == course.original { Taken::Back } else { Taken::Nothing },
};

fn entry(content: u8) -> Option<Entry> {
    let oid = ObjectId::from_bytes(&[content; 20]).unwrap();
    (content > 0).then_some(Entry { mode: 0o100_644, oid })
}

fn step(order: usize, evidence: Evidence, turned: &[Turned]) -> StageStep {
    let id = ObjectId::from_bytes(&[0xc0; 20]).unwrap();
    let change = |(path, old, new): &Turned| StageChange {
        path: RepoPath::from(*path),
        then: RepoPath::from(*path),
        commit: id,
        place: StageChange::LAST,
        old: entry(*old),
        new: entry(*new),
        with: BTreeSet::new(),
        tangled: false,
        evidence,
        unsaid_by: Box::default(),
    };
    let changes = turned.iter().map(change).collect();
    let (time, subject) = (Seconds(0), String::new());
    StageStep { order, id, time, merge: false, subject, evidence, changes }
}

fn claimed(order: usize, turned: &[Turned]) -> StageStep {
    step(order, Evidence::Claimed, turned)
}

fn silent(order: usize, turned: &[Turned]) -> StageStep {
    step(order, Evidence::Suggested, turned)
}

/// What ended a life, as (order, paths), and the paths of which that is unclear.
type Told = (Vec<(usize, Vec<String>)>, Vec<String>);

fn ended(steps: Vec<StageStep>, earlier: Vec<StageStep>, later: Vec<StageStep>) -> Told {
    ended_where(|_| false, steps, earlier, later)
}

/// The same where some of the later steps, by their order, say that they back the stage out.
fn ended_where(
    says: impl Fn(usize) -> bool,
    steps: Vec<StageStep>,
    earlier: Vec<StageStep>,
    later: Vec<StageStep>,
) -> Told {
    let original: BTreeMap<RepoPath, Option<Entry>> =
        ORIGINAL.map(|(path, content)| (RepoPath::from(path), entry(content))).into();
    let beside = |steps: Vec<StageStep>| {
        let one = |step: StageStep| {
            let says_back_out = says(step.order);
            Later { says_back_out, of_others: BTreeSet::new(), step }
        };
        steps.into_iter().map(one).collect()
    };
    let (earlier, later) = (beside(earlier), beside(later));
    let life = Ending { steps, earlier, later, original: &original }.life(&BY_CONTENT).unwrap();
    let text = |path: &RepoPath| path.shown().into_owned();
    let ended = life
        .ended_by
        .iter()
        .map(|step| (step.order, step.changes.iter().map(|change| text(&change.path)).collect()));
    (ended.collect(), life.unclear.iter().map(text).collect())
}

fn told(ended_by: &[(usize, &[&str])], unclear: &[&str]) -> Told {
    let texts = |paths: &[&str]| paths.iter().map(ToString::to_string).collect::<Vec<_>>();
    (ended_by.iter().map(|(order, paths)| (*order, texts(paths))).collect(), texts(unclear))
}

#[test]
fn what_took_something_back_since_the_last_work_ended_it_with_the_stages_own_last_step() {
    let own = vec![claimed(0, &[("a", 1, 2), ("b", 5, 6)]), claimed(2, &[("a", 2, 1)])];
    let found = ended(own, vec![silent(1, &[("b", 6, 5), ("c", 9, 7)])], vec![]);
    assert_eq!(found, told(&[(1, &["b"]), (2, &["a"])], &[]));
}

#[test]
fn what_landed_with_the_last_work_is_no_part_of_the_end() {
    let own = vec![
        claimed(0, &[("a", 1, 2), ("b", 5, 6)]),
        claimed(1, &[("a", 2, 3)]),
        claimed(2, &[("a", 3, 1)]),
    ];
    let found = ended(own, vec![silent(1, &[("b", 6, 5)])], vec![]);
    assert_eq!(found, told(&[(2, &["a"])], &[]));
}

#[test]
fn what_landed_with_an_own_step_that_took_back_is() {
    let own = vec![
        claimed(0, &[("a", 1, 2), ("b", 5, 6), ("c", 8, 9)]),
        claimed(1, &[("a", 2, 3)]),
        claimed(2, &[("a", 3, 1)]),
        claimed(3, &[("b", 6, 5)]),
    ];
    let found = ended(own, vec![silent(2, &[("c", 9, 8)])], vec![]);
    assert_eq!(found, told(&[(2, &["a"]), (2, &["c"]), (3, &["b"])], &[]));
}

#[test]
fn a_step_that_says_nothing_is_counted_once() {
    let own = vec![
        claimed(0, &[("a", 1, 2), ("b", 5, 6)]),
        silent(1, &[("b", 6, 5)]),
        claimed(2, &[("a", 2, 1)]),
    ];
    let found = ended(own, vec![silent(1, &[("b", 6, 5)])], vec![]);
    assert_eq!(found, told(&[(1, &["b"]), (2, &["a"])], &[]));
}

#[test]
fn work_that_landed_along_was_not_there_before() {
    let own = vec![claimed(0, &[("a", 1, 2)]), claimed(1, &[("b", 5, 6)])];
    let after = vec![silent(1, &[("b", 6, 5)]), silent(2, &[("a", 2, 1)])];
    assert_eq!(ended(own, vec![], after), told(&[(2, &["a"])], &[]));
}

#[test]
fn a_later_step_that_is_counted_too_is_not_the_stages_last_word() {
    let own = vec![claimed(0, &[("a", 1, 2)]), silent(1, &[("a", 2, 1)])];
    let after = vec![silent(1, &[("a", 2, 1)]), silent(2, &[("c", 9, 8)])];
    assert_eq!(ended(own, vec![], after), told(&[(1, &["a"]), (2, &["c"])], &[]));
}

#[test]
fn what_says_so_and_what_ended_it_are_kept_whole() {
    let own = vec![claimed(0, &[("a", 1, 2), ("b", 5, 6), ("c", 8, 9)])];
    let after = vec![
        silent(1, &[("a", 2, 1), ("d", 3, 4)]),
        silent(2, &[("b", 6, 5), ("d", 4, 3)]),
        silent(3, &[("c", 9, 8), ("d", 3, 4)]),
    ];
    let all = told(&[(1, &["a", "d"]), (2, &["b"]), (3, &["c", "d"])], &[]);
    assert_eq!(ended_where(|order| order == 1, own, vec![], after), all);
}

#[test]
fn work_without_a_word_since_is_none_that_could_be_taken_back() {
    let own = || vec![claimed(0, &[("a", 1, 2), ("b", 5, 6)]), silent(1, &[("a", 2, 3)])];
    let silently = || vec![silent(1, &[("a", 2, 3)]), silent(2, &[("a", 3, 2)])];
    let last = silent(3, &[("b", 6, 5)]);
    let after = [silently(), vec![last]].concat();
    assert_eq!(ended(own(), vec![], after), told(&[(3, &["b"])], &[]));
    // Before the last step that says whose it is, just so.
    let own = [own(), vec![claimed(3, &[("b", 6, 7)]), claimed(4, &[("b", 7, 5)])]].concat();
    assert_eq!(ended(own, silently(), vec![]), told(&[(4, &["b"])], &[]));
}

#[test]
fn what_comes_to_what_the_work_had_left_takes_nothing_back() {
    let own = vec![claimed(0, &[("a", 1, 2), ("b", 5, 6)]), claimed(1, &[("a", 2, 1)])];
    let after = vec![silent(2, &[("a", 4, 1)]), silent(3, &[("b", 6, 5)])];
    assert_eq!(ended(own, vec![], after), told(&[(3, &["b"])], &["a"]));
}

#[test]
fn what_was_taken_back_while_the_work_went_on_is_unclear() {
    let own = vec![
        claimed(0, &[("a", 1, 2), ("c", 8, 9)]),
        claimed(1, &[("a", 2, 1)]),
        claimed(2, &[("c", 9, 10)]),
        claimed(3, &[("c", 10, 8)]),
    ];
    let found = ended(own, vec![silent(1, &[("a", 2, 1)])], vec![]);
    assert_eq!(found, told(&[(3, &["c"])], &["a"]));
}

#[test]
fn what_came_back_since_was_not_taken() {
    let own = || vec![claimed(0, &[("a", 1, 2), ("b", 5, 6)])];
    let last = silent(3, &[("b", 6, 5)]);
    let again = vec![silent(1, &[("a", 2, 1)]), silent(2, &[("a", 1, 2)]), last.clone()];
    assert_eq!(ended(own(), vec![], again), told(&[(3, &["b"])], &[]));
    let other = vec![silent(1, &[("a", 2, 1)]), silent(2, &[("a", 1, 4)]), last];
    assert_eq!(ended(own(), vec![], other), told(&[(1, &["a"]), (3, &["b"])], &[]));
    // What came and went within the very step that took it back is not back.
    let own = vec![claimed(0, &[("a", 1, 2)]), silent(1, &[("a", 2, 3), ("a", 3, 2), ("a", 2, 1)])];
    let after = vec![silent(1, &[("a", 2, 1)]), silent(2, &[("c", 9, 8)])];
    assert_eq!(ended(own, vec![], after), told(&[(1, &["a"]), (2, &["c"])], &[]));
}
