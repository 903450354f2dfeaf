//! Who stands in the way of a back-out, and what goes along with it.

use super::*;

#[test]
fn whether_work_of_others_alone_stands_in_the_way_is_told() {
    let found = |changes: &[(&str, &str, &str)]| {
        let scene = Scene::new("", &[("both", "1\n2\n3\n"), ("four/a", "1\n2\n3\n")]);
        scene.land(AS_FOUR, &[("both", "1\nfour\n3\n"), ("four/a", "1\nfour\n3\n")]);
        for (says, path, text) in changes {
            scene.land(says, &[(path, text)]);
        }
        scene.on_ground(&[FOUR], |ground, made| blockers(ground, &made).unwrap())
    };
    let others = (FOREIGN, "four/a", "1\nothers\n3\n");
    let nines = (AS_NINE, "both", "1\nnine\n3\n");
    assert!(!found(&[]).are_foreign_alone());
    assert!(found(&[others]).are_foreign_alone());
    assert!(!found(&[nines]).are_foreign_alone());
    // Without stage 9 one path less would clash, and yet it is not enough that it goes.
    let both = found(&[others, nines]);
    assert_eq!(
        (both.stages.as_slice(), both.foreign.len(), &both.cascade),
        (&[NINE][..], 1, &None)
    );
    assert!(!both.are_foreign_alone());
}

#[test]
fn stages_that_can_go_one_by_one_go_newest_first_with_all_that_comes_after_them() {
    let of_d = STAGE_D.replace("rollback", "after = [\"4\"]\nrollback");
    let scene = Scene::new(&of_d, &[("both", "1\n2\n3\n")]);
    scene.land(AS_FOUR, &[("both", "1\nfour\n3\n")]);
    scene.land(AS_NINE, &[("both", "1\nnine\n3\n")]);
    let found = || scene.on_ground(&[FOUR], |ground, made| blockers(ground, &made).unwrap());
    assert_eq!((found().cascade, found().one_by_one), (Some(vec![NINE, FOUR]), true));
    scene.land("Migration-Stage: d", &[("four/d/own", "own\n")]);
    assert_eq!((found().stages, found().one_by_one), (vec![NINE], true));
    assert_eq!(found().cascade, Some(vec![2, NINE, FOUR]));
}

#[test]
fn who_worked_in_an_emptied_folder_since_is_in_the_way_and_not_who_emptied_it() {
    let blamed = |by: &str, since: &str| {
        let (scene, _) = emptied(by);
        scene.land(since, &[("four/d/more", "more\n")]);
        scene.remove("four/d/more");
        scene.land(since, &[]);
        scene.on_ground(&[2], |ground, made| {
            let reasons: Vec<_> = made.clashes.iter().map(|clash| &clash.reason).collect();
            assert_eq!(reasons, [&Reason::FolderGone(RepoPath::from("four/d"))]);
            let found = blockers(ground, &made).unwrap();
            (found.stages, found.foreign.len())
        })
    };
    assert_eq!(blamed(FOREIGN, AS_FOUR), (vec![FOUR], 0));
    assert_eq!(blamed(AS_FOUR, FOREIGN), (Vec::new(), 2));
}
