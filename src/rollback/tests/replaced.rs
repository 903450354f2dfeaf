//! Work of a stage that another stage took away: that is the other one's work, and no back-out. It
//! comes back with the other one alone.

use super::*;

/// Stage 4 has made a file, which stage 9 took away; since then stage 4 has made these.
fn replaced(anew: &[(&str, &str)]) -> Scene {
    let scene = Scene::new("", &[("nine/a", "1\n")]);
    scene.land(AS_FOUR, &[("both", "four\n")]);
    scene.remove("both");
    scene.land(AS_NINE, &[("nine/a", "nine\n")]);
    if !anew.is_empty() {
        scene.land(AS_FOUR, anew);
    }
    scene
}

#[test]
fn who_replaced_a_stage_goes_together_with_it_and_nothing_of_either_is_left() {
    for anew in [&[][..], &[("four/new", "new\n")]] {
        let scene = replaced(anew);
        let (made, files) = scene.planned(&[FOUR, NINE]);
        assert_eq!(files, Some(vec!["nine/a".to_owned()]), "{made:?}");
        let start = scene.repo.commit(&scene.start).unwrap().tree;
        assert_eq!(made.tree, Some(start));
    }
}

#[test]
fn what_comes_back_with_who_replaced_it_can_be_backed_out() {
    let scene = replaced(&[]);
    assert_eq!(scene.ledger().landed().collect::<Vec<_>>(), [FOUR, NINE]);
    let (alone, files) = scene.planned(&[NINE]);
    assert_eq!(files, Some(vec!["both".to_owned(), "nine/a".to_owned()]), "{alone:?}");
    scene.land("Backout-Stage: 9", &[("both", "four\n"), ("nine/a", "1\n")]);
    assert_eq!(scene.ledger().landed().collect::<Vec<_>>(), [FOUR]);
    let (made, files) = scene.planned(&[FOUR]);
    assert_eq!(files, Some(vec!["nine/a".to_owned()]), "{made:?}");
}

#[test]
fn what_a_stage_took_away_with_another_one_does_not_come_back_without_its_maker() {
    let scene = Scene::new("", &[("nine/a", "1\n")]);
    scene.land(AS_FOUR, &[("both", "four\n")]);
    scene.remove("both");
    scene.land(AS_BOTH, &[("nine/a", "nine\n")]);
    assert_eq!(scene.ledger().landed().collect::<Vec<_>>(), [NINE]);
    let (made, _) = scene.planned(&[FOUR, NINE]);
    let found: Vec<_> = made.clashes.iter().map(|one| (one.path.shown(), &one.reason)).collect();
    assert_eq!(found, [("both".into(), &Reason::Shared(BTreeSet::from([FOUR])))]);
}
