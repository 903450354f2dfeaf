//! Steps of which only few are kept whole.

use super::id;
use super::ledger::{Told, steps};
use super::migration;
use crate::stage::matcher::Matcher;
use crate::stage::trail::Trail;

const ELSEWHERE: Told<'_> = ("", &[("README.md", "ab")]);
const FOUR: Told<'_> = ("", &[("src/4/a", "ab")]);
const BOTH: Told<'_> = ("", &[("src/4/a", "bc"), ("src/9/a", "ab")]);

fn trail(of: &[Told<'_>]) -> Trail {
    let stages = [("4", &["src/4/**"][..], &[][..]), ("9", &["src/9/**"], &[])];
    let migration = migration(&stages, "");
    let matcher = Matcher::new(&migration);
    steps(of).into_iter().map(|step| step.narrowed(&matcher).unwrap()).collect()
}

/// The places of the steps that are kept.
fn kept(trail: &Trail) -> Vec<usize> {
    trail.all().told().map(|(order, _)| order).collect()
}

#[test]
fn steps_that_lead_on_have_their_places_after_those_before() {
    let mut all = trail(&[ELSEWHERE, FOUR]);
    assert_eq!(all.related(0), [0].into());
    all.append(trail(&[ELSEWHERE, ELSEWHERE, BOTH]));
    assert_eq!((all.len(), kept(&all)), (5, vec![1, 4]));
    assert_eq!(all.all().commits(), [id(1), id(2), id(1), id(2), id(3)]);
    assert_eq!(all.all().get(4).map(|step| step.id), Some(id(3)));
    assert!(all.all().get(3).is_none(), "of this one only the commit is kept");
    assert_eq!(all.related(1), [0, 1].into(), "a later step ties them together");
    let first = all.clone().until(2);
    assert_eq!((first.len(), kept(&first)), (2, vec![1]));
}

#[test]
fn a_trail_without_steps_is_empty() {
    assert!(Trail::default().is_empty());
    assert!(!trail(&[ELSEWHERE]).is_empty());
}
