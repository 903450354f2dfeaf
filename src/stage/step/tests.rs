//! What the parts of one path come to that has several names within a merge.

use std::collections::BTreeSet;

use super::{Part, Parts};
use crate::git::{Entry, ObjectId};
use crate::stage::attribution::Claims;

fn id(byte: u8) -> ObjectId {
    ObjectId::from_bytes(&[byte; 20]).unwrap()
}

/// A content by its number; `0` is none.
fn entry(content: u8) -> Option<Entry> {
    (content > 0).then(|| Entry { mode: 0o100_644, oid: id(content) })
}

fn claims(stage: usize) -> Claims {
    Claims { stages: BTreeSet::from([stage]), ..Claims::default() }
}

/// What the commit of this place did, work on a stage of the same number.
fn part(place: u8, old: u8, new: u8) -> Part {
    let (commit, claims) = (id(0xc0 + place), claims(place.into()));
    Part { place: place.into(), commit, claims, old: entry(old), new: entry(new) }
}

fn chain(parts: &[Part]) -> Parts {
    Parts::Chain(parts.to_vec())
}

fn of_both(before: &[Part], after: &[Part], ends: (u8, u8)) -> Parts {
    let names = [&chain(before), &chain(after)];
    Parts::of_one_path(&names, (entry(ends.0), entry(ends.1)))
}

/// These commits' work, which cannot be told apart.
fn tangled(places: &[u8]) -> Parts {
    Parts::Tangled(places.iter().map(|place| (id(0xc0 + place), claims((*place).into()))).collect())
}

#[test]
fn a_file_that_is_renamed_on_the_way_is_one_chain() {
    let before = [part(1, 1, 2), part(2, 2, 0)];
    let after = [part(2, 0, 3), part(3, 3, 4)];
    let whole = chain(&[part(1, 1, 2), part(2, 2, 3), part(3, 3, 4)]);
    assert_eq!(of_both(&before, &after, (1, 4)), whole);
    assert_eq!(of_both(&after, &before, (1, 4)), whole, "whichever name comes first");
    assert_eq!(of_both(&before, &after, (1, 5)), tangled(&[1, 2, 2, 3]), "it ends elsewhere");
    assert_eq!(of_both(&before, &after, (6, 4)), tangled(&[1, 2, 2, 3]), "it begins elsewhere");
    assert_eq!(of_both(&before, &after, (6, 5)), tangled(&[1, 2, 2, 3]));
}

#[test]
fn a_rename_alone_is_no_part() {
    let (before, after) = ([part(1, 1, 2), part(2, 2, 0)], [part(2, 0, 2), part(3, 2, 4)]);
    let whole = chain(&[part(1, 1, 2), part(3, 2, 4)]);
    assert_eq!(of_both(&before, &after, (1, 4)), whole);
}

#[test]
fn what_does_not_follow_on_each_other_is_no_chain() {
    let (before, after) = ([part(1, 1, 2), part(2, 2, 0)], [part(2, 0, 3), part(3, 7, 4)]);
    assert_eq!(of_both(&before, &after, (1, 4)), tangled(&[1, 2, 2, 3]));
    // Gone under one name, and there again under another by a later commit.
    let (before, after) = ([part(1, 1, 0)], [part(2, 0, 4)]);
    assert_eq!(of_both(&before, &after, (1, 4)), tangled(&[1, 2]));
    assert_eq!(
        of_both(&[part(1, 1, 2)], &[part(2, 2, 4)], (1, 4)),
        chain(&[part(1, 1, 2), part(2, 2, 4)])
    );
}

#[test]
fn a_commit_that_says_two_things_of_one_path_is_no_part() {
    let other = Part { claims: claims(9), ..part(2, 0, 3) };
    let found = of_both(&[part(2, 1, 0)], std::slice::from_ref(&other), (1, 3));
    let Parts::Tangled(words) = found else { panic!("{found:?}") };
    assert_eq!(words, [(id(0xc2), claims(2)), (id(0xc2), claims(9))]);
}

#[test]
fn what_is_tangled_under_one_name_is_tangled() {
    let names = [&chain(&[part(1, 1, 2)]), &tangled(&[2, 3])];
    assert_eq!(Parts::of_one_path(&names, (entry(1), entry(4))), tangled(&[1, 2, 3]));
}
