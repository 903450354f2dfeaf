//! How stages could be backed out after each step, and which step took that away.

mod hotfixes;
mod rehearsed;

use super::loss::{ONE_BY_ONE, last_held};
use super::*;
use crate::git::RepoPath;
use crate::rollback::clash::Reason;
use crate::rollback::testing::{AS_FOUR, AS_NINE, FOREIGN, FOUR, NINE, Scene};
use crate::stage::attribution::{Attribution, Attributions};
use crate::stage::cache::narrowed;
use crate::stage::history::steps;

/// The steps `0..count`, newest first; before these it held.
fn lost(count: usize, held: impl Fn(usize) -> bool) -> Option<usize> {
    let steps: Vec<usize> = (0..count).rev().collect();
    last_held(&steps, |step| Ok(held(step))).unwrap()
}

#[test]
fn the_step_that_lost_it_is_the_newest_before_which_it_held() {
    assert_eq!(lost(0, |_| true), None);
    assert_eq!(lost(5, |_| false), None, "it was lost before");
    assert_eq!(lost(5, |step| step == 2), None, "it was lost before, and found only for a while");
    assert_eq!(lost(5, |step| step <= 3), Some(3));
    assert_eq!(lost(5, |step| step == 0 || step == 2), Some(2), "found again in between");
    for count in [ONE_BY_ONE, ONE_BY_ONE + 1, ONE_BY_ONE + 2, 1000] {
        for at in 0..count {
            assert_eq!(lost(count, |step| step <= at), Some(at), "{count}");
        }
        assert_eq!(lost(count, |_| false), None, "{count}");
    }
}

const START: &str = "1\n2\n3\n4\n5\n6\n7\n";
const BY_FOUR: &str = "1\nfour\n3\n4\n5\n6\n7\n";

/// Both stages have a file of their own.
fn begun(more: &str) -> Scene {
    Scene::new(more, &[("both", START), ("four/a", START), ("nine/a", START)])
}

/// One on which stage 4 has landed.
fn landed(more: &str) -> Scene {
    let scene = begun(more);
    scene.land(AS_FOUR, &[("both", BY_FOUR)]);
    scene
}

impl Scene {
    /// A merge of what these commits make on a branch.
    fn merge(&self, parts: &[(&str, &[(&str, &str)])]) -> ObjectId {
        self.scratch.merge("Merge", || {
            for (says, files) in parts {
                self.land(says, files);
            }
        })
    }

    fn line(&self) -> Line<'_> {
        let none = Attributions::default();
        let attribution = Attribution::new(&self.migration, &[], &none);
        let tip = self.scratch.id("main");
        let all = steps(&self.repo, &attribution, &self.start, &tip).unwrap();
        let trail = narrowed(&Matcher::new(&self.migration), all).unwrap();
        Line::new(&self.repo, &self.migration, self.start, trail)
    }

    /// The step that took stage 4 its way back: the commit, whether it is work, and for certain.
    fn lost(&self, known: usize) -> Option<(ObjectId, bool, bool)> {
        let loss = self.line().lost_by(known, FOUR).unwrap()?;
        Some((loss.commit, loss.is_work, loss.certain))
    }
}

/// The same text with a line of its own.
fn with(text: &str, number: usize, line: &str) -> String {
    let lines = text.lines().zip(1..).map(|(old, at)| if at == number { line } else { old });
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn commits_have_their_place_on_the_line() {
    let scene = begun("");
    assert!(scene.line().is_empty());
    let one = scene.land(AS_FOUR, &[("both", BY_FOUR)]);
    scene.scratch.git(&["branch", "side"]);
    let two = scene.land(FOREIGN, &[("readme", "x\n")]);
    let three = scene.land(AS_NINE, &[("nine/a", "x\n")]);
    scene.scratch.git(&["checkout", "--quiet", "side"]);
    let side = scene.land(AS_NINE, &[("nine/b", "x\n")]);
    let root = scene.scratch.git(&["commit-tree", "-m", "Root", "HEAD^{tree}"]).parse().unwrap();
    let line = scene.line();
    assert_eq!((line.len(), line.is_empty()), (3, false));
    let places = [scene.start, one, two, three, side, root].map(|id| line.count_to(&id));
    assert_eq!(places, [Some(0), Some(1), Some(2), Some(3), None, None]);
    let known = |commits: &[ObjectId]| line.known_to(commits).unwrap();
    assert_eq!((known(&[]), known(&[root]), known(&[scene.start])), (0, 0, 0));
    assert_eq!((known(&[two]), known(&[side]), known(&[three])), (2, 1, 3));
    assert_eq!((known(&[root, two, side]), known(&[two, three])), (2, 3));
    assert_eq!(line.ledger().unwrap().landed().collect::<Vec<_>>(), [FOUR, NINE]);
}

#[test]
fn each_step_has_an_outlook_of_its_own() {
    for (after, expected) in [("", false), ("after = [\"4\"]", true)] {
        let scene = landed(after);
        let nine = scene.land(AS_NINE, &[("both", &with(BY_FOUR, 2, "nine"))]);
        let line = scene.line();
        // Asked twice, the answer is the same.
        for _ in 0..2 {
            assert_eq!(line.outlook(0, FOUR).unwrap(), None, "it has not landed then");
            assert_eq!(line.outlook(1, NINE).unwrap(), None);
            let one = line.outlook(1, FOUR).unwrap().unwrap();
            assert!(one.is_alone() && one.holds() && !one.expected, "{one:?}");
            assert_eq!(one.claimed, Some(true));
            let two = line.outlook(2, FOUR).unwrap().unwrap();
            assert_eq!((two.is_alone(), two.holds(), two.expected), (false, expected, expected));
            assert_eq!((two.claimed, &two.blockers.stages[..]), (Some(expected), &[NINE][..]));
            assert_eq!(two.blockers.cascade, Some(vec![NINE, FOUR]));
            assert_eq!(two.blockers.commits[&RepoPath::from("both")], [nine]);
            let other = line.outlook(2, NINE).unwrap().unwrap();
            assert!(other.is_alone() && other.holds() && !other.expected, "{other:?}");
        }
    }
}

#[test]
fn an_order_that_does_not_work_is_not_expected() {
    // Stage 9 comes after 4, and somebody has worked on the line since.
    let scene = landed("after = [\"4\"]");
    scene.land(AS_NINE, &[("both", &with(BY_FOUR, 2, "nine"))]);
    scene.land(FOREIGN, &[("both", &with(BY_FOUR, 2, "hotfix"))]);
    let outlook = scene.line().outlook(3, FOUR).unwrap().unwrap();
    assert_eq!((outlook.holds(), outlook.expected), (false, false));
    assert_eq!(outlook.blockers.cascade, None);
}

#[test]
fn what_is_only_suggested_is_read_both_ways() {
    let scene = begun("");
    scene.land(AS_FOUR, &[("four/a", &with(START, 2, "four"))]);
    scene.land("", &[("four/a", &with(START, 2, "silent"))]);
    scene.land("", &[("nine/a", &with(START, 2, "silent"))]);
    let line = scene.line();
    let four = line.outlook(3, FOUR).unwrap().unwrap();
    assert!(four.is_alone(), "both steps are its own");
    assert_eq!(four.claimed, Some(false), "or the second one is a hotfix");
    let nine = line.outlook(3, NINE).unwrap().unwrap();
    assert_eq!((nine.is_alone(), nine.claimed), (true, None), "or it has not landed at all");
    assert_eq!(scene.lost(0).map(|(_, is_work, certain)| (is_work, certain)), Some((false, true)));
}

#[test]
fn the_step_that_took_the_way_back_is_named() {
    let scene = landed("");
    assert_eq!(scene.lost(0), None, "it is there");
    scene.land(AS_NINE, &[("both", &with(BY_FOUR, 6, "nine"))]);
    let nine = scene.land(AS_NINE, &[("both", &with(&with(BY_FOUR, 6, "nine"), 2, "nine"))]);
    scene.land(AS_NINE, &[("both", &with(&with(BY_FOUR, 7, "nine"), 2, "nine"))]);
    for known in 0..=2 {
        assert_eq!(scene.lost(known), Some((nine, true, true)), "{known}");
    }
    assert_eq!((scene.lost(3), scene.lost(4)), (None, None), "it was lost before");
}

#[test]
fn an_expected_order_is_no_loss() {
    let scene = landed("after = [\"4\"]");
    scene.land(AS_NINE, &[("both", &with(BY_FOUR, 2, "nine"))]);
    assert_eq!(scene.lost(0), None);
}

#[test]
fn a_hotfix_takes_the_way_back_without_being_work() {
    let scene = landed("");
    let fix = scene.land(FOREIGN, &[("both", &with(BY_FOUR, 2, "hotfix"))]);
    assert_eq!(scene.lost(0), Some((fix, false, true)));
}

#[test]
fn a_loss_by_what_ownership_suggests_is_not_certain() {
    let scene = landed("");
    // On another line: of nobody it is in nobody's way; of both stages it is one change of two.
    let silent = scene.land("", &[("both", &with(BY_FOUR, 6, "silent"))]);
    assert_eq!(scene.lost(0), Some((silent, false, false)));
    assert_eq!(scene.line().outlook(2, FOUR).unwrap().unwrap().claimed, Some(true));
}

#[test]
fn a_merge_is_work_where_its_stage_is_in_the_way() {
    let nine = with(BY_FOUR, 6, "nine");
    let of_nine: &[(&str, &str)] = &[("both", &nine)];
    let fixed = with(&nine, 2, "hotfix");
    let scene = landed("");
    let merge = scene.merge(&[(AS_NINE, of_nine), (FOREIGN, &[("both", &fixed)])]);
    assert_eq!(scene.lost(0), Some((merge, false, true)), "the hotfix is in the way");
    let nine = with(BY_FOUR, 2, "nine");
    let fixed = with(&nine, 6, "hotfix");
    let scene = landed("");
    let merge = scene.merge(&[(AS_NINE, &[("both", &nine)]), (FOREIGN, &[("both", &fixed)])]);
    assert_eq!(scene.lost(0), Some((merge, true, true)), "stage 9 is in the way");
    // What nobody claims is as little a stage's work as a hotfix.
    let nine = with(BY_FOUR, 6, "nine");
    let silent = with(&nine, 2, "silent");
    let scene = landed("");
    let merge = scene.merge(&[(AS_NINE, &[("both", &nine)]), ("", &[("both", &silent)])]);
    assert_eq!(scene.lost(0), Some((merge, false, true)), "the silent one is in the way");
}

#[test]
fn a_hotfix_on_top_of_work_does_not_make_the_work_a_hotfix() {
    let scene = landed("");
    let nine = scene.land(AS_NINE, &[("both", &with(BY_FOUR, 2, "nine"))]);
    scene.land(FOREIGN, &[("both", &with(BY_FOUR, 2, "hotfix"))]);
    assert_eq!(scene.lost(0), Some((nine, true, true)));
}

#[test]
fn a_step_that_is_in_the_way_by_what_it_did_elsewhere_is_judged_by_that() {
    let scene = begun("");
    let begun = [("four/d/q", START), ("four/d/r", "r\n"), (".gitattributes", "q merge=union\n")];
    scene.land(FOREIGN, &begun);
    scene.remove("four/d/q");
    let four = with(START, 2, "four");
    scene.land(AS_FOUR, &[("four/a", &four)]);
    scene.remove("four/d/r");
    // Now `q` would come back to a folder that is no more.
    let fix = scene.land(FOREIGN, &[("four/a", &with(&four, 7, "fix"))]);
    let outlook = scene.line().outlook(3, FOUR).unwrap().unwrap();
    let paths: Vec<_> = outlook.clashes.iter().map(|clash| clash.path.shown()).collect();
    assert_eq!(paths, ["four/d/q"]);
    assert_eq!(scene.lost(0), Some((fix, false, true)));
}

/// More rules, of stage `d`, which owns a part of a folder of stage 4's, and files elsewhere.
const STAGE_D: &str = "[[stages]]\nid = \"d\"\nname = \"D\"\nimpact = \"low\"\n\
    paths = [\"four/d/r*\", \"d/**\"]\nrollback = [\"code\"]\n";

#[test]
fn a_folder_was_closed_by_who_took_its_files_away_and_by_nobody_else() {
    let as_d = "Migration-Stage: d";
    for takes in [true, false] {
        let scene = begun(STAGE_D);
        let begun = [("four/d/q", START), ("four/d/r", "r\n"), ("four/d/r2", "r2\n")];
        scene.land(FOREIGN, &begun);
        scene.land(as_d, &[("d/x", "x\n"), ("d/y", "y\n")]);
        scene.remove("four/d/q");
        scene.land(AS_FOUR, &[]);
        let rename = |name: &str| {
            scene.scratch.git(&["mv", &format!("four/d/{name}"), &format!("d/{name}")]);
        };
        let by_d = if takes {
            rename("r");
            scene.land(as_d, &[])
        } else {
            scene.remove("d/x");
            scene.land(as_d, &[("four/d/r", "r\nedited\n")])
        };
        if !takes {
            rename("r");
        }
        rename("r2");
        scene.land(FOREIGN, &[]);
        let line = scene.line();
        let clashes = line.outlook(line.len(), FOUR).unwrap().unwrap().clashes;
        let gone = Reason::FolderGone(RepoPath::from("four/d"));
        let reasons: Vec<_> = clashes.iter().map(|clash| &clash.reason).collect();
        assert_eq!(reasons, [&gone]);
        let found = line.work_since(0, FOUR, &clashes).unwrap();
        assert_eq!(found, takes.then_some(by_d));
    }
}

#[test]
fn a_file_in_the_place_of_a_folder_is_near_to_who_worked_below_it() {
    let scene = landed("");
    scene.land(AS_FOUR, &[("four/d/x", "x\n")]);
    let line = scene.line();
    let below = |path: &str| line.has_worked_below(&[&RepoPath::from(path)]);
    assert_eq!(["four/d", "four", "four/d/x", "readme"].map(below), [true, true, false, false]);
}

#[test]
fn a_stages_history_is_that_after_all_steps() {
    let scene = landed("");
    let first = scene.line().history(FOUR).unwrap().unwrap();
    scene.land(AS_FOUR, &[("four/a", BY_FOUR)]);
    let history = scene.line().history(FOUR).unwrap().unwrap();
    assert_eq!((first.steps.len(), history.steps.len()), (1, 2));
    assert_eq!(scene.line().history(NINE).unwrap(), None);
}

#[test]
fn how_many_steps_commits_have_is_told_wherever_they_stand() {
    let scene = begun("");
    let one = scene.land(AS_FOUR, &[("both", BY_FOUR)]);
    let two = scene.land(AS_NINE, &[("nine/a", "nine\n")]);
    let three = scene.land(FOREIGN, &[("readme", "words\n")]);
    scene.scratch.git(&["checkout", "--quiet", "--detach", &two.to_string()]);
    let beside = scene.land(FOREIGN, &[("other", "words\n")]);
    scene.scratch.git(&["checkout", "--quiet", "--detach", &scene.start.to_string()]);
    let far = scene.land(FOREIGN, &[("other", "more words\n")]);
    let line = scene.line();
    for (commits, known) in [
        (&[][..], 0),
        (&[scene.start], 0),
        (&[far], 0),
        (&[one], 1),
        (&[three], 3),
        (&[beside], 2),
        (&[one, beside], 2),
        (&[beside, far, one], 2),
        (&[beside, three], 3),
        (&[three, one], 3),
    ] {
        assert_eq!(line.known_to(commits), Ok(known), "{commits:?}");
    }
}
