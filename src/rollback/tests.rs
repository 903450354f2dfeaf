//! Negative controls: a plan whose result is wrong in one thing does not pass a rehearsal.

mod blocking;
mod moved_in;
mod replaced;
mod restored;

use std::collections::BTreeSet;

use super::blockers::{Blockers, blockers};
use super::clash::{Clash, Reason};
use super::message::Naming;
use super::order::dependents;
use super::plan::{Ground, Plan, plan};
use super::rehearsal::{Broken, examine};
use super::testing::{AS_BOTH, AS_FOUR, AS_NINE, FOREIGN, FOUR, NINE, OUT_4, Scene};
use crate::git::{Edits, Entry, ObjectId, ObjectKind, Repo, RepoPath};
use crate::stage::matcher::Matcher;

/// Stage 4 has added a file, made one say something else, and changed a line of the common one.
fn landed() -> Scene {
    let scene = Scene::new("", &[("both", "1\n2\n3\n4\n5\n"), ("four/run", "a\n")]);
    scene.scratch.git(&["update-index", "--chmod=+x", "four/run"]);
    let changed = [("both", "1\nfour\n3\n4\n5\n"), ("four/new", "new\n"), ("four/run", "b\n")];
    scene.land(AS_FOUR, &changed);
    scene.land(AS_NINE, &[("both", "1\nfour\n3\nnine\n5\n")]);
    scene
}

impl Scene {
    /// The plan to back stages out of what has landed, on its ground.
    fn on_ground<T>(&self, stages: &[usize], then: impl FnOnce(&Ground<'_>, Plan) -> T) -> T {
        let (ledger, matcher) = (self.ledger(), Matcher::new(&self.migration));
        let ground = Ground {
            repo: &self.repo,
            migration: &self.migration,
            matcher: &matcher,
            ledger: &ledger,
            onto: self.scratch.id("main"),
        };
        let planned = plan(&ground, &stages.iter().copied().collect()).unwrap();
        then(&ground, planned)
    }

    /// The plan, and what files there would be.
    fn planned(&self, stages: &[usize]) -> (Plan, Option<Vec<String>>) {
        self.on_ground(stages, |_, made| {
            let below = |tree| self.repo.entries_below(&tree, &RepoPath::from("")).unwrap();
            let files = made.tree.map(below);
            let names = |all: Vec<(RepoPath, Entry)>| {
                all.into_iter().map(|(path, _)| path.shown().into_owned()).collect()
            };
            (made, files.map(names))
        })
    }
}

/// What a rehearsal finds wrong with stage 4's plan, after some edits of its result.
fn broken(edits: &dyn Fn(&Repo, &Plan) -> Edits) -> Vec<Broken> {
    let scene = landed();
    scene.on_ground(&[FOUR], |ground, mut planned| {
        let edits = edits(&scene.repo, &planned);
        let edits = edits.iter().map(|(path, entry)| (path, *entry));
        let right = planned.tree.unwrap();
        planned.tree = Some(scene.repo.with_edits(&right, edits).unwrap());
        let naming = Naming { migration: &scene.migration, several: false };
        let again = |tip: &ObjectId| scene.ledger_at(tip);
        examine(ground, naming, 0, &planned, &again).unwrap()
    })
}

fn edit(path: &str, entry: Option<Entry>) -> Edits {
    Edits::from([(RepoPath::from(path), entry)])
}

fn file(repo: &Repo, plan: &Plan, text: &str) -> Option<Entry> {
    let oid = repo.draft(ObjectKind::Blob, text.as_bytes().to_vec(), &plan.onto).unwrap();
    Some(Entry { mode: 0o100_644, oid })
}

#[test]
fn the_right_plan_passes() {
    assert_eq!(broken(&|_, _| Edits::new()), []);
}

#[test]
fn a_file_that_was_passed_over_does_not() {
    let found = broken(&|repo, plan| edit("four/new", file(repo, plan, "new\n")));
    assert!(found.contains(&Broken::NotAsBefore(RepoPath::from("four/new"))), "{found:?}");
    assert!(found.contains(&Broken::StillThere), "{found:?}");
}

#[test]
fn a_mode_that_was_lost_does_not() {
    let found = broken(&|_, plan| {
        let of = plan.paths.iter().find(|change| change.path == RepoPath::from("four/run"));
        let other = of
            .and_then(|change| change.new)
            .map(|entry| Entry { mode: entry.mode ^ 0o111, ..entry });
        edit("four/run", other)
    });
    assert!(found.contains(&Broken::NotAsBefore(RepoPath::from("four/run"))), "{found:?}");
}

#[test]
fn one_hunk_too_many_does_not() {
    let found = broken(&|repo, plan| edit("both", file(repo, plan, "1\n2\n3\n4\n5\n")));
    assert!(found.contains(&Broken::NotAsItWas(RepoPath::from("both"))), "{found:?}");
}

#[test]
fn a_file_of_nobody_does_not() {
    let found = broken(&|repo, plan| edit("other", file(repo, plan, "x")));
    assert!(found.contains(&Broken::Outside(RepoPath::from("other"))), "{found:?}");
}

#[test]
fn the_parts_of_a_merge_go_back_one_after_the_other_the_newest_first() {
    // Whatever ids they have.
    for message in ["First", "A", "B", "C", "D", "E", "F", "G"] {
        let scene = Scene::new("", &[("both", "1\n2\n3\n"), ("nine", "n\n")]);
        scene.scratch.merge(&format!("Merge\n\n{AS_NINE}"), || {
            scene.remove("both");
            let first = format!("{message}\n\n{AS_FOUR}");
            scene.scratch.commit(&first, &[("four/c", "1\n2\n3\n")]);
            scene.land(AS_FOUR, &[("four/d", "d\n")]);
        });
        let (made, files) = scene.planned(&[FOUR]);
        assert_eq!(files.as_deref(), Some(&["both".to_owned(), "nine".to_owned()][..]), "{made:?}");
    }
}

#[test]
fn a_file_that_another_stage_took_away_does_not_come_back() {
    let scene = Scene::new("", &[("both", "1\n2\n3\n"), ("nine", "n\n")]);
    scene.remove("both");
    scene.land(AS_FOUR, &[]);
    scene.land(AS_FOUR, &[("both", "1\nfour\n3\n")]);
    scene.remove("both");
    scene.land(AS_NINE, &[]);
    let (made, files) = scene.planned(&[FOUR]);
    let reasons: Vec<_> = made.clashes.iter().map(|clash| &clash.reason).collect();
    assert_eq!((files, reasons), (None, vec![&Reason::GoneSince]));
    let (_, files) = scene.planned(&[FOUR, NINE]);
    assert_eq!(files.as_deref(), Some(&["both".to_owned(), "nine".to_owned()][..]));
}

#[test]
fn a_conflict_stays_one_whatever_else_the_step_changed() {
    for also in [false, true] {
        let scene = Scene::new("", &[("four/a", "1\n2\n3\n"), ("nine", "n\n")]);
        scene.remove("four/a");
        scene.land(AS_FOUR, &[("four/d", "d\n")]);
        scene.land(AS_FOUR, &[("four/a", "1\nfour\n3\n")]);
        scene.remove("four/a");
        if also {
            scene.remove("four/d");
        }
        scene.land(FOREIGN, &[("other", "x\n")]);
        let (made, _) = scene.planned(&[FOUR]);
        let reasons: Vec<_> = made.clashes.iter().map(|clash| &clash.reason).collect();
        assert_eq!((made.tree, reasons), (None, vec![&Reason::GoneSince]), "{also}");
    }
}

#[test]
fn a_merge_of_several_stages_is_one_step_with_the_changes_of_all() {
    let scene = Scene::new("", &[("four/a", "1\n2\n3\n"), ("both", "1\n2\n3\n")]);
    scene.scratch.merge("Merge", || {
        scene.land(AS_FOUR, &[("four/a", "four\n2\n3\n")]);
        scene.land(AS_NINE, &[("both", "nine\n2\n3\n")]);
    });
    let fixes = [("four/a", "four\n2\nfix\n"), ("both", "nine\n2\nfix\n")]
        .map(|fixed| scene.land(FOREIGN, &[fixed]));
    let (made, _) = scene.planned(&[FOUR, NINE]);
    let [step] = made.commits.as_slice() else { panic!("one step: {:?}", made.commits) };
    let paths: BTreeSet<_> = step.changes.iter().map(|change| change.path.shown()).collect();
    assert_eq!(paths, BTreeSet::from(["both".into(), "four/a".into()]));
    assert_eq!(made.foreign, [fixes[1], fixes[0]], "both stay, and both are told");
}

#[test]
fn what_stages_did_together_in_several_commits_of_a_merge_goes_back_once() {
    let scene = Scene::new("", &[("both", "1\n2\n3\n")]);
    let start = scene.scratch.id("main^{tree}");
    scene.scratch.merge("Merge", || {
        scene.land(AS_BOTH, &[("both", "1\none\n3\n")]);
        scene.land(AS_BOTH, &[("both", "1\none\ntwo\n")]);
        scene.land(AS_BOTH, &[("both", "1\nthree\n3\n")]);
    });
    let (made, _) = scene.planned(&[FOUR, NINE]);
    assert_eq!((made.tree, made.clashes.len()), (Some(start), 0), "{made:?}");
}

/// More rules, of stage `d`, which owns a file below stage 4's.
const STAGE_D: &str = "[[stages]]\nid = \"d\"\nname = \"D\"\nimpact = \"low\"\n\
    paths = [\"four/d/own\"]\nrollback = [\"code\"]\n";

#[test]
fn whose_files_stand_in_a_folder_that_would_go_is_in_the_way() {
    let scene = Scene::new(STAGE_D, &[("four/a", "a\n")]);
    scene.scratch.commit("Move", &[]);
    std::fs::create_dir(scene.scratch.path().join("four/d")).unwrap();
    scene.scratch.git(&["mv", "four/a", "four/d/a"]);
    scene.land(AS_FOUR, &[]);
    scene.land("Migration-Stage: d", &[("four/d/own", "own\n")]);
    scene.on_ground(&[FOUR], |ground, made| {
        let own = vec![RepoPath::from("four/d/own")];
        let reasons: Vec<_> = made.clashes.iter().map(|clash| &clash.reason).collect();
        assert!(!reasons.is_empty(), "{made:?}");
        assert!(reasons.iter().all(|reason| **reason == Reason::FolderInUse(own.clone())));
        let found = blockers(ground, &made).unwrap();
        assert_eq!(found.stages, [2]);
    });
}

/// Somebody has emptied a folder, and a merge has brought what stage `d` took out of it and what
/// stage 4 renamed. Gives the commit that emptied it.
fn emptied(says: &str) -> (Scene, ObjectId) {
    let text = "a\nb\nc\n";
    let scene = Scene::new(STAGE_D, &[("four/d/a", text), ("four/d/own", "own\n")]);
    scene.scratch.git(&["checkout", "--quiet", "-b", "topic"]);
    scene.remove("four/d/own");
    scene.land("Migration-Stage: d", &[]);
    scene.scratch.git(&["mv", "four/d/a", "four/c"]);
    scene.land(AS_FOUR, &[]);
    scene.scratch.git(&["checkout", "--quiet", "main"]);
    scene.remove("four/d/a");
    let emptied = scene.land(says, &[]);
    // What was renamed on one side and removed on the other is settled by hand.
    scene.scratch.git(&["merge", "--quiet", "--no-commit", "--strategy", "ours", "topic"]);
    scene.remove("four/d/own");
    scene.land(AS_FOUR, &[("four/c", text)]);
    (scene, emptied)
}

#[test]
fn who_had_emptied_a_folder_before_is_in_the_way_of_what_comes_back_to_it() {
    let emptied_by = |says: &str| {
        let (scene, emptied) = emptied(says);
        scene.on_ground(&[2], |ground, made| {
            let reasons: Vec<_> = made.clashes.iter().map(|clash| &clash.reason).collect();
            assert_eq!(reasons, [&Reason::FolderGone(RepoPath::from("four/d"))]);
            let found = blockers(ground, &made).unwrap();
            (found.stages, found.foreign, emptied)
        })
    };
    let (stages, foreign, emptied) = emptied_by(FOREIGN);
    assert_eq!((stages, foreign), (Vec::new(), vec![emptied]));
    let (stages, foreign, _) = emptied_by(AS_FOUR);
    assert_eq!((stages, foreign), (vec![FOUR], Vec::new()));
}

#[test]
fn who_renamed_a_folder_since_is_in_the_way_and_not_who_worked_there_before() {
    let scene = Scene::new(STAGE_D, &[("four/d/a", "a\nb\nc\n"), ("four/d/own", "x\ny\nz\n")]);
    scene.land("Migration-Stage: d", &[("four/d/own", "x\nyes\nz\n")]);
    scene.remove("four/d/a");
    scene.land(AS_FOUR, &[]);
    std::fs::create_dir(scene.scratch.path().join("lib")).unwrap();
    scene.scratch.git(&["mv", "four/d/own", "lib/own"]);
    let renamed = scene.land(FOREIGN, &[]);
    scene.on_ground(&[FOUR], |ground, made| {
        let reasons: Vec<_> = made.clashes.iter().map(|clash| &clash.reason).collect();
        assert_eq!(reasons, [&Reason::FolderGone(RepoPath::from("four/d"))]);
        let found = blockers(ground, &made).unwrap();
        assert_eq!((found.stages, found.foreign), (Vec::new(), vec![renamed]));
    });
}

#[test]
fn who_works_on_a_file_where_it_was_moved_to_is_in_the_way() {
    let text = "a\nb\nc\n";
    let scene = Scene::new("", &[("nine/a", "9\n")]);
    scene.land(AS_FOUR, &[("four/a", text)]);
    scene.remove("four/a");
    scene.land(AS_FOUR, &[("nine/b", text)]);
    scene.land(AS_NINE, &[("nine/b", "a\nb\nnine\n")]);
    scene.on_ground(&[FOUR], |ground, made| {
        let reasons: Vec<_> = made.clashes.iter().map(|clash| &clash.reason).collect();
        assert_eq!(reasons, [&Reason::MovedOut(RepoPath::from("nine/b"))]);
        assert_eq!(blockers(ground, &made).unwrap().stages, [NINE]);
    });
}

#[test]
fn a_file_that_another_stage_takes_over_has_not_got_lost() {
    let reasons = |says: &str| {
        let text = "a\nb\nc\n";
        let scene = Scene::new("", &[("nine/a", "9\n")]);
        scene.land(AS_FOUR, &[("four/a", text)]);
        scene.remove("four/a");
        scene.land(says, &[("nine/b", text)]);
        scene.planned(&[FOUR]).0.clashes.into_iter().map(|clash| clash.reason).collect::<Vec<_>>()
    };
    let moved = vec![Reason::MovedOut(RepoPath::from("nine/b"))];
    assert_eq!(reasons(AS_FOUR), moved, "nobody has said so");
    assert_eq!(reasons(&format!("{AS_FOUR}\n{AS_NINE}")), []);
}

#[test]
fn who_works_in_a_folder_where_a_file_would_come_back_is_in_the_way() {
    let scene = Scene::new(STAGE_D, &[("four/a", "a\n"), ("four/d", "a file\n")]);
    scene.remove("four/d");
    scene.land(AS_FOUR, &[]);
    scene.land("Migration-Stage: d", &[("four/d/own", "own\n")]);
    scene.on_ground(&[FOUR], |ground, made| {
        let reasons: Vec<_> = made.clashes.iter().map(|clash| &clash.reason).collect();
        assert_eq!(reasons, [&Reason::FolderInTheWay]);
        assert_eq!(blockers(ground, &made).unwrap().stages, [2]);
    });
}

#[test]
fn a_file_that_came_with_the_step_is_one_of_others_in_its_folder() {
    let scene = Scene::new("", &[("four/a", "a\n")]);
    scene.scratch.merge("Merge", || {
        std::fs::create_dir(scene.scratch.path().join("four/d")).unwrap();
        scene.scratch.git(&["mv", "four/a", "four/d/a"]);
        scene.land(AS_FOUR, &[]);
        scene.land(FOREIGN, &[("four/d/other", "other\n")]);
    });
    let (made, _) = scene.planned(&[FOUR]);
    let reasons: Vec<_> = made.clashes.iter().map(|clash| &clash.reason).collect();
    let other = Reason::FolderInUse(vec![RepoPath::from("four/d/other")]);
    assert!(!reasons.is_empty() && reasons.iter().all(|reason| **reason == other), "{made:?}");
}

#[test]
fn an_order_may_be_told_with_the_migrations_name() {
    for name in ["4", "m:4"] {
        let scene = Scene::new(&format!("after = [\"{name}\"]"), &[("four/a", "a\n")]);
        scene.land(AS_FOUR, &[("four/a", "b\n")]);
        scene.land(AS_NINE, &[("nine/a", "b\n")]);
        scene.on_ground(&[FOUR], |ground, _| {
            assert_eq!(dependents(ground, &BTreeSet::from([FOUR])), BTreeSet::from([NINE]));
            assert_eq!(dependents(ground, &BTreeSet::from([NINE])), BTreeSet::new());
        });
    }
}

#[test]
fn a_stage_of_another_migration_may_have_the_same_name() {
    for (name, here) in [("m:4", true), ("other:4", false)] {
        let mut scene = Scene::new("", &[("four/a", "a\n")]);
        scene.migration.stages[NINE].after = vec![name.parse().unwrap()];
        scene.land(AS_FOUR, &[("four/a", "b\n")]);
        scene.land(AS_NINE, &[("nine/a", "b\n")]);
        scene.on_ground(&[FOUR], |ground, _| {
            let found = dependents(ground, &BTreeSet::from([FOUR]));
            assert_eq!(found.contains(&NINE), here, "{name}");
        });
    }
}

#[test]
fn stages_that_only_go_together_go_in_one_commit() {
    let cascade = |of_nine: &[&str]| {
        let scene = Scene::new("", &[("both", "1\n2\n3\n")]);
        scene.land(AS_FOUR, &[("both", "1\nfour\n3\n")]);
        for text in of_nine {
            scene.land(AS_NINE, &[("both", text)]);
        }
        scene.land(AS_FOUR, &[("both", "1\nfour on nine\n3\n")]);
        scene.on_ground(&[FOUR], |ground, made| {
            let found = blockers(ground, &made).unwrap();
            (found.cascade, found.one_by_one)
        })
    };
    // Between two steps of stage 4 on the same line, nine cannot go alone either.
    assert_eq!(cascade(&["1\nnine\n3\n"]), (Some(vec![FOUR, NINE]), false));
}

#[test]
fn of_a_folder_that_was_renamed_each_file_is_found_again() {
    let files = ["four/a", "four/b", "four/c"];
    let old: String = (0..30).map(|line| format!("line {line}\n")).collect();
    let begun = files.map(|path| (path, format!("{path}\n{old}")));
    let new = files.map(|path| (path, format!("{path}\n{}", old.replace("line 7", "four"))));
    let refs = |all: &[(&'static str, String); 3]| all.clone();
    let scene = Scene::new("", &refs(&begun).each_ref().map(|(path, text)| (*path, text.as_str())));
    scene.land(AS_FOUR, &refs(&new).each_ref().map(|(path, text)| (*path, text.as_str())));
    scene.scratch.git(&["mv", "four", "moved"]);
    scene.land(FOREIGN, &[]);
    let (made, _) = scene.planned(&[FOUR]);
    let found: Vec<_> = made.clashes.iter().map(|clash| (&clash.path, &clash.reason)).collect();
    let expected = files.map(|path| {
        let moved = RepoPath::from(path.replace("four", "moved").as_str());
        (RepoPath::from(path), Reason::Renamed(moved))
    });
    assert_eq!(found, expected.iter().map(|(path, reason)| (path, reason)).collect::<Vec<_>>());
}

#[test]
fn a_branch_on_top_of_one_that_was_squashed_brings_its_own_work_alone() {
    let text = |with: &[(usize, &str)]| -> String {
        let line = |at: usize| with.iter().find(|(one, _)| *one == at).map(|(_, text)| *text);
        (1..=9)
            .map(|at| line(at).map_or_else(|| format!("{at}\n"), |text| format!("{text}\n")))
            .collect()
    };
    let (first, fours) = (text(&[(2, "four")]), text(&[(2, "four"), (3, "more")]));
    let both = text(&[(2, "four"), (3, "more"), (8, "nine")]);
    for squashed in [true, false] {
        let scene = Scene::new("", &[("both", &text(&[]))]);
        scene.scratch.git(&["checkout", "--quiet", "-b", "topic"]);
        scene.land(AS_FOUR, &[("both", &first)]);
        scene.land(AS_FOUR, &[("both", &fours)]);
        scene.land(AS_NINE, &[("both", &text(&[(2, "four"), (3, "more"), (7, "nine")]))]);
        scene.land(AS_NINE, &[("both", &both)]);
        scene.scratch.git(&["checkout", "--quiet", "main"]);
        if !squashed {
            scene.land(AS_FOUR, &[("both", &first)]);
        }
        scene.land(AS_FOUR, &[("both", &fours)]);
        let before = scene.scratch.id("main^{tree}");
        scene.scratch.git(&["merge", "--quiet", "--no-ff", "--no-edit", "topic"]);
        let (made, _) = scene.planned(&[NINE]);
        assert_eq!((made.clashes.len(), made.tree), (0, Some(before)), "{made:?}");
        let (made, _) = scene.planned(&[FOUR]);
        let [changed] = made.paths.as_slice() else { panic!("one path: {made:?}") };
        let left = scene.repo.blob(&changed.new.unwrap().oid).unwrap();
        assert_eq!(String::from_utf8(left).unwrap(), text(&[(8, "nine")]));
    }
}

#[test]
fn a_branch_that_pulled_what_was_squashed_and_backed_out_brings_its_own_work_alone() {
    let text = |with: &[(usize, &str)]| -> String {
        let line = |at: usize| with.iter().find(|(one, _)| *one == at).map(|(_, text)| *text);
        let line = |at| line(at).map_or_else(|| format!("{at}\n"), |text| format!("{text}\n"));
        (1..=9).map(line).collect()
    };
    let scene = Scene::new("", &[("both", &text(&[])), ("readme", "x\n")]);
    scene.scratch.git(&["checkout", "--quiet", "-b", "topic"]);
    scene.land(AS_FOUR, &[("both", &text(&[(2, "four")]))]);
    scene.land(AS_FOUR, &[("both", &text(&[(2, "four"), (3, "more")]))]);
    scene.land(AS_NINE, &[("both", &text(&[(2, "four"), (3, "more"), (8, "nine")]))]);
    scene.scratch.git(&["checkout", "--quiet", "main"]);
    scene.land(AS_FOUR, &[("both", &text(&[(2, "four"), (3, "more")]))]);
    scene.scratch.git(&["checkout", "--quiet", "topic"]);
    scene.scratch.git(&["merge", "--quiet", "--no-ff", "--no-edit", "main"]);
    scene.scratch.git(&["checkout", "--quiet", "main"]);
    scene.land(OUT_4, &[("both", &text(&[]))]);
    let before = scene.scratch.id("main^{tree}");
    scene.scratch.git(&["merge", "--quiet", "--no-ff", "--no-edit", "topic"]);
    let ledger = scene.ledger();
    assert_eq!(ledger.landed().collect::<Vec<_>>(), [NINE]);
    let (made, _) = scene.planned(&[NINE]);
    assert_eq!((made.clashes.len(), made.tree), (0, Some(before)), "{made:?}");
}

#[test]
fn steps_that_only_the_ownership_of_paths_suggests_are_to_be_confirmed() {
    let scene = Scene::new("", &[("four/a", "1\n2\n3\n")]);
    scene.land(AS_FOUR, &[("four/a", "four\n2\n3\n")]);
    let unsaid = scene.land("", &[("four/a", "four\n2\nmore\n")]);
    let (made, _) = scene.planned(&[FOUR]);
    assert_eq!((made.confirm, made.commits.len()), (vec![unsaid], 2));
}

#[test]
fn a_folder_that_loses_a_file_and_keeps_another_one_is_not_gone() {
    let scene = Scene::new("", &[("four/d/a", "a\nb\nc\n"), ("four/d/b", "x\n")]);
    let start = scene.scratch.id("main^{tree}");
    scene.remove("four/d/a");
    scene.land(AS_FOUR, &[]);
    scene.land(AS_FOUR, &[("four/d/c", "new\n")]);
    let (made, _) = scene.planned(&[FOUR]);
    assert_eq!(made.tree, Some(start), "{made:?}");
}

#[test]
fn a_folder_that_others_use_is_in_the_way_only_where_files_come_to_another_one() {
    for with in [&[("four/d/a", "a\n")][..], &[("four/d/a", "a\n"), ("four/m", "2\n")]] {
        let scene = Scene::new("", &[("four/m", "1\n")]);
        scene.land(AS_FOUR, with);
        scene.land(FOREIGN, &[("four/d/own", "own\n")]);
        let (made, files) = scene.planned(&[FOUR]);
        let stays = ["four/d/own".to_owned(), "four/m".to_owned()];
        assert_eq!(files.as_deref(), Some(&stays[..]), "{made:?}");
    }
}

#[test]
fn a_merge_that_brought_work_of_others_beside_is_told() {
    for (says, is_told) in [(AS_FOUR, false), (AS_NINE, true), (FOREIGN, true)] {
        let scene = Scene::new("", &[("both", "1\n2\n3\n4\n5\n")]);
        let merge = scene.scratch.merge("Merge", || {
            scene.land(AS_FOUR, &[("both", "four\n2\n3\n4\n5\n")]);
            scene.land(says, &[("both", "four\n2\n3\n4\nmore\n")]);
        });
        let expected: Vec<_> = is_told.then_some(merge).into_iter().collect();
        assert_eq!(scene.planned(&[FOUR]).0.foreign, expected, "{says}");
    }
}
