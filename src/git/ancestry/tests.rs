use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::ObjectId;
use super::super::testing::{Scratch, commit_at as commit};

#[test]
fn a_clock_that_was_ahead_hides_no_ancestor() {
    let repo = Scratch::empty().repo();
    let root = commit(&repo, 0, &[], 2_000_000_000);
    let line =
        |from: ObjectId| (1..200).fold(from, |last, at| commit(&repo, at, &[last], 1_700_000_000));
    assert!(repo.is_ancestor(&root, &line(root)).unwrap());
    let other = commit(&repo, 1000, &[], 1_600_000_000);
    assert!(!repo.is_ancestor(&root, &line(other)).unwrap());
}

proptest! {
    #[test]
    fn whatever_the_clocks_say_ancestors_are_found_and_no_others(
        made in prop::collection::vec(
            (0u32..40, prop::collection::vec(any::<prop::sample::Index>(), 0..3)),
            2..40,
        )
    ) {
        let repo = Scratch::empty().repo();
        let mut ids: Vec<ObjectId> = Vec::new();
        let mut above: Vec<BTreeSet<usize>> = Vec::new();
        for (number, (time, parents)) in made.iter().enumerate() {
            let parents: BTreeSet<usize> = match number {
                0 => BTreeSet::new(),
                _ => parents.iter().map(|index| index.index(number)).collect(),
            };
            let known: Vec<ObjectId> = parents.iter().map(|at| ids[*at]).collect();
            ids.push(commit(&repo, number, &known, *time));
            let mut reached: BTreeSet<usize> =
                parents.iter().flat_map(|at| above[*at].iter().copied()).collect();
            reached.insert(number);
            above.push(reached);
        }
        for (at, id) in ids.iter().enumerate() {
            for (other, from) in ids.iter().enumerate() {
                let found = repo.is_ancestor(id, from).unwrap();
                prop_assert_eq!(found, above[other].contains(&at), "{} of {}", at, other);
            }
        }
    }
}
