//! Steps as a row, of which most are commits alone, and the stages that hang together.

use std::collections::{BTreeMap, BTreeSet};

use super::id;
use crate::git::{ObjectId, Seconds};
use crate::stage::attribution::Claims;
use crate::stage::matcher::StageIndex;
use crate::stage::step::Step;
use crate::stage::trail::{Steps, Trail};

/// A step that concerns these stages.
fn step(byte: u8, concerns: &[StageIndex]) -> Step {
    Step {
        id: id(byte),
        parent: None,
        time: Seconds(0),
        merge: false,
        subject: String::new(),
        claims: Claims::default(),
        changes: Vec::new(),
        concerns: concerns.iter().copied().collect(),
        parts: BTreeMap::new(),
    }
}

/// Commits 1 to 6; the second, the fourth and the fifth concern stages.
fn trail() -> Trail {
    let mut trail: Trail = [step(1, &[]), step(2, &[4])].into_iter().collect();
    trail.pass([id(3)]);
    trail.extend([step(4, &[9]), step(5, &[4])]);
    trail.pass([id(6)]);
    trail
}

/// The commits, and the places of those that concern a stage.
fn shown(steps: Steps<'_>) -> (Vec<u8>, Vec<(usize, u8)>) {
    let byte = |id: &ObjectId| id.as_bytes()[0];
    let told = steps.told().map(|(at, step)| (at, byte(&step.id)));
    (steps.commits().iter().map(byte).collect(), told.collect())
}

#[test]
fn commits_and_the_steps_that_matter_are_kept_in_their_places() {
    let trail = trail();
    assert_eq!((trail.len(), trail.is_empty()), (6, false));
    assert_eq!(shown(trail.all()), (vec![1, 2, 3, 4, 5, 6], vec![(1, 2), (3, 4), (4, 5)]));
    let all = trail.all();
    let at = |place: usize| all.get(place).map(|step| step.id);
    assert_eq!([at(0), at(1), at(3), at(6)], [None, Some(id(2)), Some(id(4)), None]);
    let places = [1, 2, 6, 7].map(|byte| all.position(&id(byte)));
    assert_eq!(places, [Some(0), Some(1), Some(5), None]);
    let none = Trail::default();
    assert_eq!((none.len(), none.is_empty()), (0, true));
}

#[test]
fn the_first_steps_are_so_many() {
    let trail = trail();
    for (count, told) in [(0, 0), (1, 0), (2, 1), (3, 1), (4, 2), (5, 3), (6, 3), (7, 3)] {
        let (commits, first) = shown(trail.first(count));
        assert_eq!((commits.len(), first.len()), (count.min(6), told), "{count}");
        let until = trail.clone().until(count);
        assert_eq!(shown(until.all()), (commits, first), "{count}");
    }
}

#[test]
fn a_trail_that_leads_on_is_added_behind() {
    let mut longer = trail();
    let mut more: Trail = [step(7, &[]), step(8, &[9, 2])].into_iter().collect();
    more.pass([id(9)]);
    longer.append(more);
    let told = vec![(1, 2), (3, 4), (4, 5), (7, 8)];
    assert_eq!(shown(longer.all()), (vec![1, 2, 3, 4, 5, 6, 7, 8, 9], told));
    assert_eq!(longer.related(2), BTreeSet::from([2, 9]), "they hang together there as well");
}

#[test]
fn stages_hang_together_through_others() {
    let steps = [&[5][..], &[3, 7], &[8], &[7, 1], &[6, 2], &[1, 3]];
    let trail: Trail = steps.iter().zip(1..).map(|(concerns, at)| step(at, concerns)).collect();
    let together = BTreeSet::from([1, 3, 7]);
    for (stage, expected) in [
        (1, &together),
        (3, &together),
        (7, &together),
        (2, &BTreeSet::from([2, 6])),
        (6, &BTreeSet::from([2, 6])),
        (5, &BTreeSet::from([5])),
        (4, &BTreeSet::from([4])),
    ] {
        assert_eq!(trail.related(stage), *expected, "{stage}");
    }
}
