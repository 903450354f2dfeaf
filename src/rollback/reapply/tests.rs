//! What comes back, after back-outs of many kinds.

use super::*;
use crate::rollback::sequence::return_sequence;
use crate::rollback::testing::{
    AS_BOTH, AS_FOUR, AS_NINE, FOREIGN, FOUR, NINE, OUT_4, OUT_9, OUT_BOTH, Scene,
};
use crate::stage::matcher::Matcher;

const START: &str = "1\n2\n3\n4\n5\n6\n7\n";

fn lines(with: &[(usize, &str)]) -> String {
    let line = |at: usize| with.iter().find(|(one, _)| *one == at).map(|(_, text)| *text);
    (1..=7)
        .map(|at| line(at).map_or_else(|| format!("{at}\n"), |text| format!("{text}\n")))
        .collect()
}

/// What bringing these stages back comes to on `main`.
fn returned(scene: &Scene, stages: &[StageIndex]) -> Return {
    let (matcher, ledger) = (Matcher::new(&scene.migration), scene.ledger());
    let onto = scene.scratch.id("main");
    let (repo, migration) = (&scene.repo, &scene.migration);
    let ground = Ground { repo, migration, matcher: &matcher, ledger: &ledger, onto };
    reapply(&ground, &stages.iter().copied().collect()).unwrap().unwrap()
}

fn tree(scene: &Scene, revision: &str) -> Option<ObjectId> {
    Some(scene.scratch.id(&format!("{revision}^{{tree}}")))
}

fn revert(scene: &Scene, revision: &str) {
    scene.scratch.git(&["revert", "--no-edit", revision]);
}

#[test]
fn what_was_reverted_commit_by_commit_comes_back_as_it_was_at_last() {
    let on_both: [[&[(usize, &str)]; 2]; 4] = [
        [&[(3, "thirty")], &[(3, "sixty")]],
        [&[(3, "3\nnew")], &[(3, "3\nnewer")]],
        [&[(3, "thirty")], &[(3, "")]],
        [&[(3, "thirty")], &[(3, "thirty"), (6, "sixty")]],
    ];
    for [first, second] in on_both {
        let scene = Scene::new("", &[("both", START)]);
        scene.land(AS_FOUR, &[("both", &lines(first))]);
        scene.land(AS_FOUR, &[("both", &lines(second))]);
        revert(&scene, "HEAD");
        revert(&scene, "HEAD~2");
        assert_eq!(returned(&scene, &[FOUR]).tree, tree(&scene, "HEAD~2"), "{first:?} {second:?}");
    }
}

#[test]
fn a_file_that_had_another_name_at_first_comes_back_under_its_last_one() {
    let scene = Scene::new("", &[("both", START)]);
    scene.land(AS_FOUR, &[("four/a", START)]);
    scene.scratch.git(&["mv", "four/a", "four/b"]);
    scene.land(AS_FOUR, &[]);
    revert(&scene, "HEAD");
    revert(&scene, "HEAD~2");
    assert_eq!(returned(&scene, &[FOUR]).tree, tree(&scene, "HEAD~2"));
}

#[test]
fn what_one_said_and_another_one_did_not_comes_back_together() {
    let scene = Scene::new("", &[("both", START)]);
    scene.land(AS_FOUR, &[("both", &lines(&[(3, "thirty")]))]);
    scene.land(AS_FOUR, &[("both", &lines(&[(3, "thirty"), (6, "sixty")]))]);
    let landed = tree(&scene, "HEAD");
    scene.land(OUT_4, &[("both", &lines(&[(3, "thirty")]))]);
    scene.land("", &[("both", START)]);
    assert_eq!(scene.ledger().landed().count(), 0);
    assert_eq!(returned(&scene, &[FOUR]).tree, landed);
}

#[test]
fn a_fix_that_came_with_a_back_out_is_not_thrown_away_in_silence() {
    let scene = Scene::new("", &[("both", START)]);
    let landed = scene.land(AS_FOUR, &[("both", &lines(&[(3, "four")]))]);
    scene.scratch.git(&["checkout", "--quiet", "-b", "out"]);
    scene.land(OUT_4, &[("both", START)]);
    scene.scratch.git(&["checkout", "--quiet", "main"]);
    assert_eq!(scene.scratch.id("HEAD"), landed);
    scene.land(FOREIGN, &[("both", &lines(&[(6, "fix")]))]);
    scene.scratch.git(&["merge", "--quiet", "--no-ff", "-m", "Merge out", "out"]);
    assert_eq!(scene.ledger().landed().count(), 0);
    let back = returned(&scene, &[FOUR]);
    let reasons: Vec<_> = back.clashes.iter().map(|clash| &clash.reason).collect();
    assert_eq!(reasons, [&Reason::TakenInParts]);
}

#[test]
fn what_two_stages_did_in_one_change_comes_back_with_both_of_them() {
    let scene = Scene::new("", &[("both", START)]);
    let both = lines(&[(2, "four"), (6, "nine")]);
    scene.land(AS_BOTH, &[("both", &both), ("four/a", "x\n"), ("nine/a", "x\n")]);
    let landed = tree(&scene, "HEAD");
    scene.scratch.git(&["rm", "--quiet", "four/a", "nine/a"]);
    scene.land(OUT_BOTH, &[("both", START)]);
    let alone = returned(&scene, &[NINE]);
    assert_eq!(alone.tree, None);
    let reasons: Vec<_> = alone.clashes.iter().map(|clash| &clash.reason).collect();
    assert_eq!(reasons, [&Reason::Shared(BTreeSet::from([FOUR]))]);
    let together = returned(&scene, &[FOUR, NINE]);
    assert_eq!(together.tree, landed);
    let (matcher, ledger) = (Matcher::new(&scene.migration), scene.ledger());
    let onto = scene.scratch.id("main");
    let (repo, migration) = (&scene.repo, &scene.migration);
    let ground = Ground { repo, migration, matcher: &matcher, ledger: &ledger, onto };
    assert_eq!(return_sequence(&ground, &together).unwrap(), [together], "one commit");
}

#[test]
fn what_another_stage_did_in_the_same_change_does_not_come_back_by_the_way() {
    let both = lines(&[(2, "four"), (6, "nine")]);
    let taken_back = || {
        let scene = Scene::new("", &[("both", START), ("nine/a", START)]);
        scene.land(AS_BOTH, &[("both", &both)]);
        scene.land(OUT_BOTH, &[("both", START)]);
        scene
    };
    // Nobody has said whose work a fix is; or the other stage has landed anew, otherwise.
    for (said, file, content) in
        [("Fix a typo", "nine/a", "1\n"), (AS_NINE, "both", &*lines(&[(4, "nine, anew")]))]
    {
        let scene = taken_back();
        scene.land(said, &[(file, content)]);
        let back = returned(&scene, &[FOUR]);
        let reasons: Vec<_> = back.clashes.iter().map(|clash| &clash.reason).collect();
        assert_eq!(reasons, [&Reason::Shared(BTreeSet::from([NINE]))], "{said}");
        assert_eq!((back.tree, back.together), (None, BTreeSet::new()), "nine is there");
    }
}

#[test]
fn what_another_stage_still_has_a_part_in_comes_back_without_it() {
    let third = "[[stages]]\nid = \"d\"\nname = \"D\"\nimpact = \"low\"\npaths = [\"both\"]\n\
        rollback = [\"code\"]\n";
    let both = lines(&[(1, "four"), (4, "nine")]);
    let scene = Scene::new(third, &[("both", START)]);
    scene.land(AS_BOTH, &[("both", &both)]);
    scene.land(AS_NINE, &[("nine/a", "x\n")]);
    let landed = tree(&scene, "HEAD");
    let ds = lines(&[(1, "four"), (4, "nine"), (7, "d")]);
    scene.land("Migration-Stage: d", &[("both", &ds)]);
    scene.land(&format!("{OUT_4}\nBackout-Stage: d"), &[("both", START)]);
    let back = returned(&scene, &[FOUR]);
    assert_eq!((back.tree, back.clashes.as_slice()), (landed, &[][..]));
}

#[test]
fn whose_files_somebody_fixed_since_stays_out_all_the_same() {
    let scene = Scene::new("", &[("both", START), ("nine/a", START)]);
    scene.land(AS_FOUR, &[("both", &lines(&[(2, "four")]))]);
    scene.land(AS_NINE, &[("both", &lines(&[(2, "four"), (6, "nine")]))]);
    scene.land(OUT_BOTH, &[("both", START)]);
    scene.land("Fix a typo", &[("nine/a", "1\n")]);
    let back = returned(&scene, &[FOUR]);
    assert_eq!(back.left_out, BTreeSet::from([NINE]));
    assert!(back.clashes.is_empty());
}

#[test]
fn what_one_commit_took_back_together_comes_back_one_after_the_other() {
    let scene = Scene::new("", &[("both", START)]);
    scene.land(AS_FOUR, &[("both", &lines(&[(3, "four")]))]);
    let fours = tree(&scene, "HEAD");
    scene.land(AS_NINE, &[("both", &lines(&[(3, "nine")])), ("nine/a", "9\n")]);
    let boths = tree(&scene, "HEAD");
    scene.scratch.git(&["checkout", "--quiet", "-b", "out"]);
    scene.land(OUT_9, &[("both", &lines(&[(3, "four")]))]);
    scene.scratch.git(&["rm", "--quiet", "nine/a"]);
    scene.scratch.git(&["commit", "--quiet", "--amend", "--no-edit"]);
    scene.land(OUT_4, &[("both", START)]);
    scene.scratch.git(&["checkout", "--quiet", "main"]);
    scene.scratch.git(&["merge", "--quiet", "--no-ff", "--no-edit", "out"]);
    let back = returned(&scene, &[FOUR]);
    assert_eq!((back.tree, back.left_out), (fours, BTreeSet::from([NINE])));
    scene.land(AS_FOUR, &[("both", &lines(&[(3, "four")]))]);
    let back = returned(&scene, &[NINE]);
    assert_eq!((back.tree, back.left_out), (boths, BTreeSet::new()));
}

#[test]
fn what_went_along_and_has_gone_once_more_since_stays_out() {
    let scene = Scene::new("", &[("both", START)]);
    scene.land(AS_FOUR, &[("both", &lines(&[(2, "four")]))]);
    let fours = tree(&scene, "HEAD");
    let both = lines(&[(2, "four"), (6, "nine")]);
    scene.land(AS_NINE, &[("both", &both)]);
    scene.scratch.git(&["checkout", "--quiet", "-b", "out"]);
    scene.land(OUT_9, &[("both", &lines(&[(2, "four")]))]);
    scene.land(OUT_4, &[("both", START)]);
    scene.scratch.git(&["checkout", "--quiet", "main"]);
    scene.scratch.git(&["merge", "--quiet", "--no-ff", "--no-edit", "out"]);
    // Nine comes back, and goes again by itself.
    scene.land(AS_NINE, &[("both", &lines(&[(6, "nine")]))]);
    scene.land(OUT_9, &[("both", START)]);
    let back = returned(&scene, &[FOUR]);
    assert_eq!((back.tree, back.left_out), (fours, BTreeSet::from([NINE])));
}

#[test]
fn what_cannot_be_divided_comes_back_together() {
    let scene = Scene::new("", &[("both", START)]);
    scene.land(AS_BOTH, &[("both", &lines(&[(2, "both")]))]);
    scene.land(OUT_BOTH, &[("both", START)]);
    let back = returned(&scene, &[FOUR]);
    assert_eq!((back.tree, back.together), (None, BTreeSet::from([NINE])));
    let back = returned(&scene, &[FOUR, NINE]);
    assert_eq!((back.tree.is_some(), back.together), (true, BTreeSet::new()));
    // Somebody works on that line since: nor does it then.
    scene.land(FOREIGN, &[("both", &lines(&[(2, "fix")]))]);
    assert_eq!(returned(&scene, &[FOUR]).together, BTreeSet::new());
}

/// Why there is nothing to bring back of stage 4.
fn refused(scene: &Scene) -> NothingToReturn {
    let (matcher, ledger) = (Matcher::new(&scene.migration), scene.ledger());
    let onto = scene.scratch.id("main");
    let (repo, migration) = (&scene.repo, &scene.migration);
    let ground = Ground { repo, migration, matcher: &matcher, ledger: &ledger, onto };
    reapply(&ground, &BTreeSet::from([FOUR])).unwrap().unwrap_err()
}

#[test]
fn what_cannot_come_back_has_a_reason() {
    let scene = Scene::new("", &[("both", START), ("four/a", START), ("four/b", START)]);
    assert_eq!(refused(&scene), NothingToReturn::NeverLanded(FOUR));
    scene.land(FOREIGN, &[("four/b", &lines(&[(1, "one")]))]);
    assert_eq!(refused(&scene), NothingToReturn::NeverLanded(FOUR));
    // What only the ownership of a path suggests has never been out.
    scene.land("", &[("four/a", &lines(&[(2, "two")]))]);
    assert_eq!(refused(&scene), NothingToReturn::Landed(FOUR));
    scene.land(AS_FOUR, &[("both", &lines(&[(3, "four")]))]);
    assert_eq!(refused(&scene), NothingToReturn::Landed(FOUR));
    scene.land(OUT_4, &[("both", START), ("four/a", START)]);
    let back = returned(&scene, &[FOUR]);
    assert!(!back.is_empty() && !back.undone.is_empty());
    let nothing = Return::nothing(&BTreeSet::from([FOUR]), back.onto, back.tree.unwrap());
    assert!(nothing.is_empty());
    let unsaid = scene.land("", &[("four/a", &lines(&[(4, "four")]))]);
    assert_eq!(refused(&scene), NothingToReturn::Unsaid(FOUR, vec![unsaid]));
    scene.land(AS_FOUR, &[("both", &lines(&[(5, "four")]))]);
    assert_eq!(refused(&scene), NothingToReturn::Landed(FOUR));
}
