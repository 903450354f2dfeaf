//! Which commits count as back-outs where others have worked on the files since.

use super::*;
use crate::rollback::testing::{AS_BOTH, AS_FOUR, AS_NINE, FOREIGN, OUT_4, OUT_BOTH, Scene};
use crate::stage::ledger::Visit;
use crate::stage::trail::Trail;

const START: &str = "1\n2\n3\n4\n5\n6\n7\n";
const BY_FOUR: &str = "1\nfour\n3\n4\n5\n6\n7\n";
const FIXED: &str = "1\nfour\n3\n4\n5\n6\nfix\n";
const BACK: &str = "1\n2\n3\n4\n5\n6\nfix\n";

/// Stage 4 has landed on `both` and on a file of its own, then a hotfix on `both`.
fn fixed() -> Scene {
    let scene = Scene::new("", &[("both", START), ("readme", "x\n")]);
    scene.land(AS_FOUR, &[("both", BY_FOUR), ("four/new", "new\n")]);
    scene.land(FOREIGN, &[("both", FIXED)]);
    scene
}

impl Scene {
    fn stages(&self) -> Vec<StageIndex> {
        self.ledger().landed().collect()
    }
}

/// What has landed once a commit says that it takes stage 4 back, and does this.
fn after(says: &str, files: &[(&str, &str)], gone: &[&str]) -> Vec<StageIndex> {
    let scene = fixed();
    for path in gone {
        scene.remove(path);
    }
    scene.land(says, files);
    scene.stages()
}

#[test]
fn what_taking_it_back_comes_to_is_a_back_out() {
    assert_eq!(fixed().stages(), [0]);
    assert_eq!(after(OUT_4, &[("both", BACK)], &["four/new"]), [0; 0]);
    let more = [("both", BACK), ("readme", "y\n")];
    assert_eq!(after(OUT_4, &more, &["four/new"]), [0; 0], "beside its files");
    // The tree decides, whatever is said or not.
    for says in [FOREIGN, AS_FOUR, ""] {
        assert_eq!(after(says, &[("both", BACK)], &["four/new"]), [0; 0], "{says:?}");
        assert_eq!(after(says, &[("both", BACK)], &[]), [0], "{says:?}, in part");
    }
}

#[test]
fn anything_less_or_other_is_none() {
    for (both, gone) in [(BACK, &[][..]), (FIXED, &["four/new"])] {
        assert_eq!(after(OUT_4, &[("both", both)], gone), [0], "{both}");
    }
    let more = [("both", "1\n2\n3\n4\n5\n6\nother\n")];
    assert_eq!(after(OUT_4, &more, &["four/new"]), [0; 0], "an edit beside it");
    // A folder in the place of the file that goes is none of its files.
    let below = [("both", BACK), ("four/new/deep", "x\n")];
    assert_eq!(after(OUT_4, &below, &["four/new"]), [0; 0]);
}

#[test]
fn where_it_clashes_no_commit_is_one() {
    let scene = fixed();
    let line = "1\nhotfix\n3\n4\n5\n6\nfix\n";
    scene.land(FOREIGN, &[("both", line)]);
    scene.remove("four/new");
    scene.land(OUT_4, &[]);
    assert_eq!(scene.stages(), [0]);
}

#[test]
fn what_stages_did_in_one_change_goes_back_with_all_of_them() {
    for (says, landed) in [(OUT_BOTH, &[][..]), (OUT_4, &[0, 1])] {
        let scene = Scene::new("", &[("both", START)]);
        scene.land(AS_BOTH, &[("both", BY_FOUR)]);
        scene.land(FOREIGN, &[("both", FIXED)]);
        scene.land(says, &[("both", BACK)]);
        assert_eq!(scene.stages(), landed, "{says}");
    }
}

#[test]
fn steps_go_back_from_the_newest() {
    let scene = fixed();
    let line = "1\nagain\n3\n4\n5\n6\nfix\n";
    scene.land(AS_FOUR, &[("both", line)]);
    scene.remove("four/new");
    scene.land(OUT_4, &[("both", BACK)]);
    assert_eq!(scene.stages(), [0; 0]);
    assert!(scene.ledger().get(0).is_some_and(|history| history.previous.is_some()));
}

#[test]
fn a_rename_hides_no_back_out_whenever_it_comes() {
    let moves = "[[moves]]\nfrom = \"old/**\"\nto = \"four/**\"";
    for rename_comes in ["before", "with it", "after"] {
        let scene = Scene::new(moves, &[("old/x", START)]);
        let renames = |now: &str| {
            if rename_comes == now {
                std::fs::create_dir(scene.scratch.path().join("four")).unwrap();
                scene.scratch.git(&["mv", "old/x", "four/x"]);
            }
        };
        let name = |renamed: bool| if renamed { "four/x" } else { "old/x" };
        scene.land(AS_FOUR, &[("old/x", BY_FOUR)]);
        scene.land(FOREIGN, &[("old/x", FIXED)]);
        renames("before");
        scene.land(FOREIGN, &[]);
        assert_eq!(scene.stages(), [0], "{rename_comes}");
        renames("with it");
        let back = [(name(rename_comes != "after"), BACK)];
        scene.land(OUT_4, &back);
        assert_eq!(scene.stages(), [0; 0], "{rename_comes}");
        renames("after");
        scene.land(FOREIGN, &[]);
        assert_eq!(scene.stages(), [0; 0], "{rename_comes}");
    }
}

/// The paths, by their names at the tip, at which the newest step on them did foreign work.
fn foreign_at_last(ledger: &Ledger) -> Vec<String> {
    let newest = ledger.visits.values().flatten().map(|visit| visit.order).max();
    let foreign = ledger.visits.iter().filter(|(_, visits)| {
        visits.last().is_some_and(|last| Some(last.order) == newest && last.whose.foreign)
    });
    foreign.map(|(path, _)| path.shown().into_owned()).collect()
}

#[test]
fn what_a_back_out_does_otherwise_than_planned_is_foreign_work() {
    let both_alone = [("both", BACK), ("four/new", "other\n")];
    let other = "1\n2\n3\n4\n5\nother\nfix\n";
    let beside = [("both", BACK), ("four/beside", "new\n"), ("four/new", "other\n")];
    for (files, gone, expected) in [
        (&both_alone[..], &[][..], &["four/new"][..]),
        (&[("both", other)], &["four/new"], &["both"]),
        (&[("both", BACK)], &[], &[]),
        (&beside, &[], &["four/beside", "four/new"]),
    ] {
        let scene = fixed();
        for path in gone {
            scene.remove(path);
        }
        scene.land(OUT_4, files);
        let is_out = files.iter().any(|(_, text)| *text == other);
        assert_eq!(scene.stages().is_empty(), is_out, "{files:?}");
        assert_eq!(foreign_at_last(&scene.ledger()), expected, "{files:?}");
    }
}

#[test]
fn where_it_clashes_whatever_is_done_is_foreign_work() {
    let scene = fixed();
    scene.land(FOREIGN, &[("both", "1\nhotfix\n3\n4\n5\n6\nfix\n")]);
    scene.remove("four/new");
    scene.land(OUT_4, &[("both", BACK)]);
    assert_eq!(scene.stages(), [0]);
    assert_eq!(foreign_at_last(&scene.ledger()), ["both"]);
}

#[test]
fn a_back_out_that_renames_does_foreign_work_where_it_edits() {
    let moves = "[[moves]]\nfrom = \"old/**\"\nto = \"four/**\"";
    for rename_comes in ["with it", "after"] {
        let scene = Scene::new(moves, &[("old/x", START), ("old/y", START)]);
        let renames = || {
            std::fs::create_dir(scene.scratch.path().join("four")).unwrap();
            scene.scratch.git(&["mv", "old/x", "old/y", "four"]);
        };
        scene.land(AS_FOUR, &[("old/x", BY_FOUR), ("old/y", BY_FOUR)]);
        scene.land(FOREIGN, &[("old/x", FIXED), ("old/y", FIXED)]);
        let with_it = rename_comes == "with it";
        if with_it {
            renames();
        }
        let folder = if with_it { "four" } else { "old" };
        let (x, y) = (format!("{folder}/x"), format!("{folder}/y"));
        let other = "1\n2\n3\n4\n5\nother\nfix\n";
        let back = scene.land(OUT_4, &[(&x, BACK), (&y, other)]);
        if !with_it {
            renames();
            scene.land(FOREIGN, &[]);
        }
        assert_eq!(scene.stages(), [0; 0], "{rename_comes}");
        assert_eq!(foreign_by(&scene, back), ["four/y"], "{rename_comes}");
    }
}

#[test]
fn what_is_left_of_a_clash_is_no_plan() {
    let scene = fixed();
    let hot = "1\nhotfix\n3\n4\n5\n6\nfix\n";
    scene.land(FOREIGN, &[("both", hot)]);
    scene.land(AS_FOUR, &[("both", "1\nhotfix\n3\n4\nfour\n6\nfix\n")]);
    scene.remove("four/new");
    // The newest step goes back; with the one before it, the plan ends.
    scene.land(OUT_4, &[("both", hot)]);
    assert_eq!(scene.stages(), [0]);
    assert_eq!(foreign_at_last(&scene.ledger()), ["both"]);
}

#[test]
fn what_a_back_out_takes_away_beside_its_plan_is_foreign_work() {
    let scene = fixed();
    scene.land(FOREIGN, &[("four/other", "other\n")]);
    scene.remove("four/other");
    scene.land(OUT_4, &[("both", BACK), ("four/new", "other\n")]);
    assert_eq!(foreign_at_last(&scene.ledger()), ["four/new", "four/other"]);
}

/// The paths, by their names at the tip, at which a step did foreign work.
fn foreign_by(scene: &Scene, step: ObjectId) -> Vec<String> {
    let by_it = |visits: &[Visit]| visits.iter().any(|one| one.step == step && one.whose.foreign);
    let ledger = scene.ledger();
    let foreign = ledger.visits.iter().filter(|(_, visits)| by_it(visits));
    foreign.map(|(path, _)| path.shown().into_owned()).collect()
}

#[test]
fn a_back_out_that_renames_takes_away_what_it_should_and_no_more() {
    let moves = "[[moves]]\nfrom = \"old/**\"\nto = \"four/**\"";
    let scene = Scene::new(moves, &[("old/edited", START), ("old/kept", START)]);
    scene.land(AS_FOUR, &[("old/edited", BY_FOUR), ("old/added", "new\n"), ("old/kept", BY_FOUR)]);
    scene.land(FOREIGN, &[("old/kept", FIXED)]);
    std::fs::create_dir(scene.scratch.path().join("four")).unwrap();
    scene.scratch.git(&["mv", "old/kept", "four"]);
    // The one is what taking it back comes to; of the other, an edit alone is taken back.
    scene.remove("old/added");
    scene.remove("old/edited");
    let back = scene.land(OUT_4, &[("four/kept", BACK)]);
    assert_eq!(scene.stages(), [0]);
    assert_eq!(foreign_by(&scene, back), ["four/edited"]);
}

#[test]
fn who_makes_a_file_executable_besides_takes_more_than_a_fix_back() {
    for also_its_mode in [false, true] {
        let scene = Scene::new("", &[("four/a", START)]);
        scene.land(FOREIGN, &[("four/a", "1\n2\n3\n4\n5\n6\nfix\n")]);
        scene.land(AS_FOUR, &[("four/a", FIXED)]);
        if also_its_mode {
            scene.scratch.git(&["config", "core.fileMode", "false"]);
            scene.scratch.git(&["update-index", "--chmod=+x", "four/a"]);
        }
        let silent = scene.land("", &[("four/a", BY_FOUR)]);
        let of_stage = scene.ledger().get(0).map(|history| history.steps.len());
        assert_eq!(foreign_by(&scene, silent).is_empty(), also_its_mode);
        assert_eq!(of_stage, Some(if also_its_mode { 2 } else { 1 }));
    }
}

#[test]
fn what_came_to_nothing_in_between_is_not_what_goes_back() {
    let scene = Scene::new("", &[("both", START)]);
    let lines = |third, fifth| format!("four\n2\n{third}\n4\n{fifth}\n6\n7\n");
    let land = |says, third, fifth| scene.land(says, &[("both", &lines(third, fifth))]);
    let four = land(AS_FOUR, "3", "5");
    land(AS_NINE, "nine", "5");
    // Stage 4 takes that away, brings it again, and is back where stage 9 was.
    let between = [land(AS_FOUR, "3", "four"), land(AS_FOUR, "nine", "four")];
    let last = land(AS_FOUR, "nine", "5");
    land("", "3", "5");
    assert_eq!(scene.stages(), [0], "it was stage 9's");
    let ledger = scene.ledger();
    let steps: Vec<_> = ledger.get(0).unwrap().steps.iter().map(|step| step.id).collect();
    assert_eq!(steps, [four, between[0], between[1], last], "stage 4 has nothing to do with it");
}

#[test]
fn hotfixes_that_took_a_stage_away_together_bring_it_back_together() {
    let lines = |(first, fourth, last)| format!("{first}\n2\n3\n{fourth}\n5\n6\n{last}\n");
    let scene = Scene::new("", &[("both", START)]);
    let land = |says, to| scene.land(says, &[("both", &lines(to))]);
    let nine = land(AS_NINE, ("nine", "nine", "7"));
    let four = land(AS_FOUR, ("nine", "nine", "four"));
    let fixes = [land(FOREIGN, ("1", "nine", "four")), land(FOREIGN, ("1", "4", "four"))];
    let again = land("", ("nine", "nine", "four"));
    let ledger = scene.ledger();
    let steps = |stage: usize| -> Vec<ObjectId> {
        ledger.get(stage).unwrap().steps.iter().map(|step| step.id).collect()
    };
    assert_eq!((steps(0), steps(1)), (vec![four], vec![again]));
    let life = ledger.past_lives(1).next().unwrap();
    assert_eq!(life.steps.iter().map(|step| step.id).collect::<Vec<_>>(), [nine]);
    assert_eq!(life.ended_by.iter().map(|step| step.id).collect::<Vec<_>>(), fixes);
}

/// The entries of a file with each of these contents.
fn entries(contents: &[&str]) -> (Scene, Vec<Option<Entry>>) {
    let scene = Scene::new("", &[("both", START)]);
    let path = RepoPath::from("both");
    let entry = |content: &&str| {
        scene.land(FOREIGN, &[("both", content)]);
        scene.scratch.repo().entry(&scene.scratch.id("HEAD"), &path).unwrap()
    };
    let entries = contents.iter().map(entry).collect();
    (scene, entries)
}

/// Asks about entries alone.
fn asked<T>(scene: &Scene, ask: impl Fn(&ByReplay<'_>) -> T) -> T {
    let (repo, trail) = (scene.scratch.repo(), Trail::default());
    let steps = trail.all();
    let moves = Moves::new(&scene.migration, steps).unwrap();
    let (tallies, moved) = (RefCell::default(), RefCell::default());
    ask(&ByReplay { repo: &repo, moves, steps, tallies, moved })
}

#[test]
fn the_same_line_from_another_place_is_not_taken_back() {
    let [start, end] = ["1\n2\n3\n4\n5\nx\n", "x\n1\n2\n3\n4\n5\n"];
    let both = "x\n1\n2\n3\n4\n5\nx\n";
    let (scene, entries) = entries(&[start, both, end]);
    let [start, both, end] = entries.as_slice() else { panic!("three") };
    let turn = |old: &Option<Entry>, new: &Option<Entry>| Turn { old: *old, new: *new };
    let undoes = |change: Turn, earlier: Turn| {
        asked(&scene, |replay| replay.undoes(&change, &earlier).unwrap())
    };
    assert!(undoes(turn(both, start), turn(start, both)));
    assert!(!undoes(turn(both, end), turn(start, both)), "it was there before");
}

#[test]
fn what_was_taken_of_a_work_its_lines_tell() {
    let work = "1\nfour\n3\nfour\n5\n";
    let less = "1\n2\n3\nfour\n5\n";
    let more = "1\nfour\n3\nfour\n5\nnew\n";
    let (scene, entries) = entries(&[START, work, less, more]);
    let [start, work, less, more] = entries.as_slice() else { panic!("four") };
    let link = work.map(|entry| Entry { mode: 0o120_000, ..entry });
    let taken = |original: &Option<Entry>, after: &Option<Entry>| {
        let (original, after) = (original.as_ref(), after.as_ref());
        let course = Course { original, work: work.as_ref(), before: work.as_ref(), after };
        asked(&scene, |replay| replay.taken(&course).unwrap())
    };
    assert_eq!(taken(start, start), Taken::Back);
    assert_eq!(taken(start, less), Taken::Back);
    assert_eq!(taken(start, more), Taken::Nothing);
    assert_eq!(taken(&None, more), Taken::Nothing);
    assert_eq!(taken(&None, &None), Taken::Back);
    assert_eq!(taken(start, &link), Taken::Unclear, "a link is no text");
    assert_eq!(taken(&link, &link), Taken::Back);
}

#[test]
fn a_file_under_another_name_has_not_gone_back() {
    let long: String = (1..=40).map(|line| format!("line {line}\n")).collect();
    let edited = long.replace("line 7\n", "seven\n");
    for (says, to, content) in [
        (FOREIGN, "four/renamed", &long),
        ("", "four/renamed", &long),
        (FOREIGN, "elsewhere/renamed", &long),
        ("", "elsewhere/renamed", &long),
        (FOREIGN, "four/renamed", &edited),
    ] {
        let scene = Scene::new("", &[("both", START)]);
        scene.land(AS_FOUR, &[("four/new", &long)]);
        scene.remove("four/new");
        scene.land(says, &[(to, content)]);
        assert_eq!(scene.stages(), [0], "{says:?} {to}");
        let claimed = scene.ledger().claimed();
        assert!(!claimed.stages[&0].steps.is_empty(), "{says:?} {to}, without what is unsaid");
        if to.starts_with("four/") {
            scene.scratch.git(&["mv", to, "four/again"]);
            scene.land(FOREIGN, &[]);
            assert_eq!(scene.stages(), [0], "{says:?} {to}, renamed twice");
            scene.remove("four/again");
            scene.land("", &[]);
            assert_eq!(scene.stages(), [0; 0], "{says:?} {to}, gone for good");
        }
    }
    let scene = Scene::new("", &[("both", START)]);
    scene.land(AS_FOUR, &[("four/new", &long)]);
    scene.remove("four/new");
    scene.land("", &[("elsewhere/other", "other\n")]);
    assert_eq!(scene.stages(), [0; 0], "another file");
}
