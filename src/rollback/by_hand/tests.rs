//! Back-outs that were made by hand, against the plan.

use super::*;
use crate::rollback::testing::{AS_FOUR, AS_NINE, FOUR, NINE, OUT_4, Scene};
use crate::stage::matcher::Matcher;

const START: &str = "1\n2\n3\n4\n5\n6\n7\n";
const BY_FOUR: &str = "1\nfour\n3\n4\n5\n6\n7\n";
const BY_BOTH: &str = "1\nfour\n3\n4\n5\nnine\n7\n";

/// Stage 4 has landed on `both` and on its own file, and stage 9 on `both` after it.
fn landed() -> Scene {
    let files = [("both", START), ("four/a", START), ("z", "z\n"), ("b", "b\n")];
    let scene = Scene::new("", &files);
    scene.land(AS_FOUR, &[("both", BY_FOUR), ("four/a", BY_FOUR)]);
    scene.land(AS_NINE, &[("both", BY_BOTH)]);
    scene
}

/// What a commit that does this is, as a back-out of stage 4.
fn made(files: &[(&str, &str)]) -> ByHand {
    let scene = landed();
    let (ledger, matcher, onto) =
        (scene.ledger(), Matcher::new(&scene.migration), scene.scratch.id("main"));
    let (repo, migration) = (&scene.repo, &scene.migration);
    let ground = Ground { repo, migration, matcher: &matcher, ledger: &ledger, onto };
    let commit = scene.land(OUT_4, files);
    by_hand(&ground, &BTreeSet::from([FOUR]), &commit).unwrap()
}

fn differing(found: &ByHand) -> Vec<String> {
    found.differs.iter().map(|path| path.shown().into_owned()).collect()
}

const BACK: [(&str, &str); 2] = [("both", "1\n2\n3\n4\n5\nnine\n7\n"), ("four/a", START)];

#[test]
fn the_plan_is_told_by_what_it_makes_and_evidence_may_come_along() {
    let found = made(&BACK);
    assert!(found.is_planned(), "{found:?}");
    let evidence = (".backout/receipts/m/4.toml", "x\n");
    let found = made(&[&BACK[..], &[evidence]].concat());
    assert!(found.is_planned(), "{found:?}");
}

#[test]
fn a_stages_files_are_told_before_those_of_nobody() {
    let found = made(&[("both", BY_FOUR), ("four/a", BY_FOUR), ("z", "y\n"), ("b", "c\n")]);
    assert_eq!(differing(&found), ["both", "four/a", "b", "z"]);
    assert_eq!(found.others, BTreeSet::from([NINE]));
    assert!(!found.takes_along);
    let found = made(&[&BACK[..], &[("z", "y\n")]].concat());
    assert_eq!(differing(&found), ["z"]);
    assert_eq!(found.others, BTreeSet::new(), "nobody has worked there");
}

#[test]
fn whose_work_it_takes_along_is_told() {
    let found = made(&[("both", START), ("four/a", START)]);
    assert_eq!(differing(&found), ["both"]);
    assert_eq!(found.others, BTreeSet::from([NINE]));
    assert!(found.takes_along);
}
