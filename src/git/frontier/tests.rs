use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::testing::{Scratch, commit_at};
use super::super::{ObjectId, Repo};

/// What `head` has and `hidden` have not, by the walk.
fn shown(repo: &Repo, head: &ObjectId, hidden: &[ObjectId]) -> BTreeSet<ObjectId> {
    repo.walk(head, hidden).unwrap().commits.iter().map(|commit| commit.id).collect()
}

#[test]
fn below_the_commit_that_all_new_ones_descend_from_nothing_is_read() {
    let repo = Scratch::empty().repo();
    // Its parent is damaged: whoever reads that one fails.
    let text = b"tree nothing\n".to_vec();
    let root = commit_at(&repo, 0, &[], 1);
    let damaged = repo.draft(super::super::ObjectKind::Commit, text, &root).unwrap();
    let old = commit_at(&repo, 1, &[damaged], 2);
    let new = commit_at(&repo, 2, &[old], 5);
    let merged = commit_at(&repo, 3, &[commit_at(&repo, 4, &[old], 3), new], 9);
    assert_eq!(shown(&repo, &merged, &[old]).len(), 3);
    assert_eq!(shown(&repo, &old, &[old]).len(), 0);
    // What does not descend from it may be below it.
    let other = commit_at(&repo, 5, &[], 1);
    let beside = commit_at(&repo, 6, &[new, other], 6);
    assert!(repo.walk(&beside, &[old]).is_err());
    // With a second one that is hidden, nothing is certain either.
    assert!(repo.walk(&merged, &[old, other]).is_err());
}

proptest! {
    #[test]
    fn whatever_the_clocks_say_no_new_commit_is_missed_and_none_invented_above_what_is_hidden(
        made in prop::collection::vec(
            (0u32..40, prop::collection::vec(any::<prop::sample::Index>(), 0..3)),
            2..30,
        )
    ) {
        let repo = Scratch::empty().repo();
        let mut ids: Vec<ObjectId> = Vec::new();
        let mut reached: Vec<BTreeSet<ObjectId>> = Vec::new();
        for (number, (time, parents)) in made.iter().enumerate() {
            let parents: BTreeSet<usize> = match number {
                0 => BTreeSet::new(),
                _ => parents.iter().map(|index| index.index(number)).collect(),
            };
            let known: Vec<ObjectId> = parents.iter().map(|at| ids[*at]).collect();
            let id = commit_at(&repo, number, &known, *time);
            let mut of: BTreeSet<_> = parents.iter().flat_map(|at| reached[*at].clone()).collect();
            of.insert(id);
            ids.push(id);
            reached.push(of);
        }
        for (at, head) in ids.iter().enumerate() {
            for (other, hidden) in ids.iter().enumerate() {
                let found = shown(&repo, head, &[*hidden]);
                let new: BTreeSet<_> = reached[at].difference(&reached[other]).copied().collect();
                prop_assert!(found.is_superset(&new), "{} without {}", at, other);
                let above = |id: &ObjectId| {
                    let place = ids.iter().position(|one| one == id);
                    place.is_some_and(|place| reached[place].contains(hidden))
                };
                if new.iter().all(above) {
                    prop_assert_eq!(found, new, "{} without {}", at, other);
                }
            }
        }
    }
}
