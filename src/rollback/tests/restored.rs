//! Back-outs of stages that are set back to their checkpoint, and files that were renamed again.

use super::*;
use crate::rollback::testing::OUT_9;

/// Stage 9 is set back to its own tag.
const AT_ITS_TAG: &str = "code = \"restore\"\nstart = { tag = \"nine\" }\n";

/// A migration that begins with these files, where the tag of stage 9 stands too.
fn begun(files: &[(&str, &str)]) -> Scene {
    begun_by(AT_ITS_TAG, files)
}

/// The same by other rules.
fn begun_by(more: &str, files: &[(&str, &str)]) -> Scene {
    let scene = Scene::new(more, files);
    scene.scratch.git(&["tag", "s"]);
    scene.scratch.git(&["tag", "nine"]);
    scene
}

/// What stands in the way of stage 9's back-out.
fn reasons(scene: &Scene) -> Vec<Reason> {
    scene.planned(&[NINE]).0.clashes.into_iter().map(|one| one.reason).collect()
}

#[test]
fn a_checkpoint_beside_the_line_that_holds_none_of_the_work_takes_all_of_it_back() {
    for (text, holds) in [("1\n", false), ("its own\n", true)] {
        let scene = Scene::new(AT_ITS_TAG, &[("nine/a", "1\n"), ("readme", "x\n")]);
        scene.scratch.git(&["tag", "s"]);
        scene.scratch.git(&["checkout", "--quiet", "-b", "side"]);
        scene.land(FOREIGN, &[("readme", "side\n"), ("nine/a", text)]);
        scene.scratch.git(&["tag", "nine"]);
        scene.scratch.git(&["checkout", "--quiet", "main"]);
        scene.land(AS_NINE, &[("nine/a", "work\n")]);
        let merge = ["merge", "--quiet", "--strategy=ours", "--message", "Merge", "side"];
        scene.scratch.git(&merge);
        let (made, _) = scene.planned(&[NINE]);
        assert_eq!(made.is_clean(), !holds, "{made:?}");
    }
}

#[test]
fn a_checkpoint_beside_the_line_is_not_blamed_for_what_others_did_since() {
    let scene = Scene::new(AT_ITS_TAG, &[("nine/a", "1\n2\n3\n4\n5\n"), ("readme", "x\n")]);
    scene.scratch.git(&["tag", "s"]);
    scene.scratch.git(&["checkout", "--quiet", "-b", "side"]);
    scene.land(FOREIGN, &[("readme", "side\n")]);
    scene.scratch.git(&["tag", "nine"]);
    scene.scratch.git(&["checkout", "--quiet", "main"]);
    scene.land(AS_NINE, &[("nine/a", "work\n2\n3\n4\n5\n")]);
    let fix = scene.land(FOREIGN, &[("nine/a", "work\n2\n3\n4\nfix\n")]);
    scene.on_ground(&[NINE], |ground, made| {
        let reasons: Vec<_> = made.clashes.iter().map(|clash| &clash.reason).collect();
        assert_eq!(reasons, [&Reason::WorkedOn]);
        assert_eq!(blockers(ground, &made).unwrap().foreign, [fix]);
    });
}

#[test]
fn where_a_checkpoint_keeps_work_nobody_who_worked_there_since_is_to_blame() {
    let scene = Scene::new(AT_ITS_TAG, &[("nine/a", "1\n2\n3\n4\n5\n")]);
    scene.scratch.git(&["tag", "s"]);
    let kept = scene.land(AS_NINE, &[("nine/a", "work\n2\n3\n4\n5\n")]);
    scene.scratch.git(&["tag", "nine"]);
    scene.land(AS_NINE, &[("nine/a", "work\n2\nmore\n4\n5\n")]);
    scene.land(FOREIGN, &[("nine/a", "work\n2\nmore\n4\nfix\n")]);
    scene.on_ground(&[NINE], |ground, made| {
        let reasons: Vec<_> = made.clashes.iter().map(|clash| &clash.reason).collect();
        assert_eq!(reasons, [&Reason::KeptByCheckpoint(kept)]);
        assert_eq!(blockers(ground, &made).unwrap(), Blockers::default());
    });
}

#[test]
fn what_others_did_to_a_file_that_the_stage_renamed_is_not_dropped() {
    let text = |first: &str, fifth: &str| format!("{first}\n2\n3\n4\n{fifth}\n6\n");
    for first in ["1", "work"] {
        let scene = begun(&[("nine/a", &text("1", "5"))]);
        scene.remove("nine/a");
        scene.land(AS_NINE, &[("nine/b", &text(first, "5"))]);
        let fix = scene.land(FOREIGN, &[("nine/b", &text(first, "fix"))]);
        scene.on_ground(&[NINE], |ground, made| {
            let reasons: Vec<_> = made.clashes.iter().map(|clash| &clash.reason).collect();
            assert_eq!(reasons, [&Reason::WorkedOn]);
            assert_eq!(blockers(ground, &made).unwrap().foreign, [fix]);
        });
        // Taken back again, nothing of it would be dropped.
        scene.land(FOREIGN, &[("nine/b", &text(first, "5"))]);
        assert!(scene.planned(&[NINE]).0.is_clean());
    }
}

#[test]
fn a_file_that_was_renamed_since_the_checkpoint_goes_back_to_it_under_its_new_name() {
    let more = "code = \"restore\"\nstart = { tag = \"nine\" }\n\
        [[moves]]\nfrom = \"nine/a\"\nto = \"nine/b\"\n";
    let scene = begun_by(more, &[("nine/a", "1\n2\n3\n")]);
    scene.scratch.git(&["mv", "nine/a", "nine/b"]);
    scene.land(FOREIGN, &[]);
    let before = scene.scratch.id("main^{tree}");
    scene.land(AS_NINE, &[("nine/b", "work\n2\n3\n")]);
    let (made, _) = scene.planned(&[NINE]);
    assert_eq!((made.clashes.len(), made.tree), (0, Some(before)), "{made:?}");
}

#[test]
fn a_file_that_others_own_under_its_new_name_too_keeps_their_work() {
    // Two folders become one, and so each has the owners of both.
    let more = "code = \"restore\"\nstart = { tag = \"nine\" }\n\
        [[moves]]\nfrom = \"nine/old/**\"\nto = \"nine/new/**\"\n\
        [[moves]]\nfrom = \"four/old/**\"\nto = \"nine/new/**\"\n";
    let scene = begun_by(more, &[("nine/old/a", "1\n2\n3\n4\n5\n")]);
    scene.land(AS_NINE, &[("nine/old/a", "nine\n2\n3\n4\n5\n")]);
    scene.scratch.git(&["mv", "nine/old", "nine/new"]);
    scene.land(FOREIGN, &[]);
    scene.land(AS_FOUR, &[("nine/new/a", "nine\n2\n3\n4\nfour\n")]);
    scene.on_ground(&[NINE], |ground, made| {
        let [changed] = made.paths.as_slice() else { panic!("one path: {made:?}") };
        let text = ground.repo.blob(&changed.new.unwrap().oid).unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), "1\n2\n3\n4\nfour\n");
        assert_eq!((changed.path.shown(), made.is_clean()), ("nine/new/a".into(), true));
    });
}

#[test]
fn a_file_that_a_stage_renamed_and_others_renamed_again_is_not_in_its_own_way() {
    let moves = "[[moves]]\nfrom = \"four/b\"\nto = \"four/c\"\n";
    let scene = Scene::new(moves, &[("four/a", "1\n2\n3\n")]);
    let before = scene.scratch.id("main^{tree}");
    scene.scratch.git(&["mv", "four/a", "four/b"]);
    scene.land(AS_FOUR, &[("four/b", "1\nfour\n3\n")]);
    scene.scratch.git(&["mv", "four/b", "four/c"]);
    scene.land(FOREIGN, &[]);
    let (made, _) = scene.planned(&[FOUR]);
    assert_eq!((made.clashes.len(), made.tree), (0, Some(before)), "{made:?}");
}

#[test]
fn a_rename_from_before_the_checkpoint_is_not_followed_from_it() {
    let more = "code = \"restore\"\nstart = { tag = \"nine\" }\n\
        [[moves]]\nfrom = \"nine/a\"\nto = \"nine/b\"\n";
    let scene = Scene::new(more, &[("nine/a", "1\n2\n3\n"), ("readme", "x\n")]);
    scene.scratch.git(&["tag", "s"]);
    scene.scratch.git(&["mv", "nine/a", "nine/b"]);
    scene.land(FOREIGN, &[]);
    scene.land(FOREIGN, &[("nine/a", "another\n")]);
    scene.scratch.git(&["tag", "nine"]);
    let before = scene.scratch.id("main^{tree}");
    scene.land(AS_NINE, &[("nine/a", "work\n")]);
    let (made, _) = scene.planned(&[NINE]);
    assert_eq!((made.clashes.len(), made.tree), (0, Some(before)), "{made:?}");
}

#[test]
fn what_others_took_back_themselves_is_not_in_the_way_beside_what_they_did_not() {
    let text = |first: &str, fifth: &str| format!("{first}\n2\n3\n4\n{fifth}\n");
    let (first, work, fixed) = (&*text("1", "5"), &*text("work", "5"), &*text("work", "fix"));
    let scene = begun(&[("nine/a", first), ("nine/b", first)]);
    scene.land(AS_NINE, &[("nine/a", work), ("nine/b", work)]);
    scene.land(FOREIGN, &[("nine/a", fixed), ("nine/b", fixed)]);
    scene.land(FOREIGN, &[("nine/a", work)]);
    let (made, _) = scene.planned(&[NINE]);
    let found: Vec<_> = made.clashes.iter().map(|one| (one.path.shown(), &one.reason)).collect();
    assert_eq!(found, [("nine/b".into(), &Reason::WorkedOn)]);
}

#[test]
fn what_took_a_life_before_this_one_back_is_in_the_way_only_where_that_had_not_worked() {
    let clashes = |bycatch: &str| {
        let scene = begun(&[("nine/a", "1\n"), ("nine/b", "1\n2\n3\n4\n5\n")]);
        scene.land(FOREIGN, &[("readme", "x\n")]);
        scene.land(AS_NINE, &[("nine/a", "work\n")]);
        scene.land(OUT_9, &[("nine/a", "1\n"), ("nine/b", bycatch)]);
        let again = bycatch.replace("5", "work");
        scene.land(AS_NINE, &[("nine/a", "again\n"), ("nine/b", &again)]);
        let (made, _) = scene.planned(&[NINE]);
        made.clashes
            .into_iter()
            .map(|one| (one.path.shown().into_owned(), one.reason))
            .collect::<Vec<_>>()
    };
    assert_eq!(clashes("1\n2\n3\n4\n5\n"), []);
    assert_eq!(clashes("fixed\n2\n3\n4\n5\n"), [("nine/b".to_owned(), Reason::WorkedOn)]);
}

#[test]
fn a_merge_of_the_stages_work_with_that_of_others_is_in_the_way_of_its_checkpoint() {
    let scene = begun(&[("nine/a", "1\n2\n3\n4\n5\n"), ("readme", "x\n")]);
    scene.scratch.git(&["checkout", "--quiet", "-b", "side"]);
    scene.land(AS_NINE, &[("nine/a", "work\n2\n3\n4\n5\n")]);
    scene.land(FOREIGN, &[("nine/a", "work\n2\n3\n4\nfix\n")]);
    scene.scratch.git(&["checkout", "--quiet", "main"]);
    scene.scratch.git(&["merge", "--quiet", "--no-ff", "--no-edit", "side"]);
    assert_eq!(reasons(&scene), [Reason::WorkedOn]);
}

#[test]
fn a_fix_that_came_with_an_earlier_back_out_is_not_dropped() {
    let text = |first: &str, fifth: &str| format!("{first}\n2\n3\n4\n{fifth}\n");
    let scene = begun(&[("nine/a", &text("1", "5"))]);
    scene.land(AS_NINE, &[("nine/a", &text("1", "work"))]);
    scene.land(OUT_9, &[("nine/a", &text("fix", "5"))]);
    scene.land(AS_NINE, &[("nine/a", &text("fix", "again"))]);
    assert_eq!(reasons(&scene), [Reason::WorkedOn]);
}

#[test]
fn a_checkpoint_with_work_that_was_taken_back_since_does_not_bring_it_again() {
    let tagged = |tag_is_late: bool| {
        let scene = Scene::new(AT_ITS_TAG, &[("nine/a", "1\n")]);
        scene.scratch.git(&["tag", "s"]);
        let work = scene.land(AS_NINE, &[("nine/a", "work\n")]);
        if !tag_is_late {
            scene.scratch.git(&["tag", "nine"]);
        }
        scene.land(OUT_9, &[("nine/a", "1\n")]);
        if tag_is_late {
            scene.scratch.git(&["tag", "nine"]);
        }
        scene.land(AS_NINE, &[("nine/a", "again\n")]);
        (work, reasons(&scene))
    };
    let (work, kept) = tagged(false);
    assert_eq!(kept, [Reason::KeptByCheckpoint(work)]);
    assert_eq!(tagged(true).1, [], "it holds the back-out as well");
}

#[test]
fn an_earlier_back_out_is_not_named_beside_the_work_of_others() {
    let scene = begun(&[("nine/a", "1\n")]);
    scene.land(AS_NINE, &[("nine/a", "work\n")]);
    scene.land(OUT_9, &[("nine/a", "1\n")]);
    scene.land(AS_NINE, &[("nine/a", "again\n")]);
    let fix = scene.land(FOREIGN, &[("nine/a", "fix\n")]);
    scene.on_ground(&[NINE], |ground, made| {
        assert_eq!(blockers(ground, &made).unwrap().foreign, [fix]);
    });
}

#[test]
fn what_nobody_said_whose_it_is_and_no_life_of_the_stage_has_is_not_dropped() {
    let scene = begun(&[("nine/a", "1\n2\n3\n")]);
    scene.land(AS_NINE, &[("nine/d", "x\n")]);
    scene.remove("nine/d");
    scene.scratch.commit("Nobody says whose", &[("nine/a", "1\n2\nfix\n")]);
    scene.land(AS_NINE, &[("nine/d", "x\n")]);
    let found: Vec<_> = scene.planned(&[NINE]).0.clashes;
    let found: Vec<_> = found.iter().map(|one| (one.path.shown(), &one.reason)).collect();
    assert_eq!(found, [("nine/a".into(), &Reason::WorkedOn)]);
}
