//! Is a commit exactly the planned back-out? Right ones, and ones that are wrong in one thing.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::scene::{ADDED, AGENT, STATE, Scene, lines};

/// The scene with a branch `out` checked out that backs out stage 4.
fn backed_out() -> Scene {
    let scene = Scene::landed();
    scene.backout(&["revert", "--stage", "4", "--branch", "out", "--reason", "x"]).ok();
    scene.repo.git(&["checkout", "--quiet", "out"]).ok();
    scene
}

#[test]
fn the_planned_revert_is_recognised_however_it_landed() {
    let scene = backed_out();
    insta::assert_snapshot!(scene.backout(&["verify-revert", "out"]).ok().snapshot());
    let told = scene.backout(&["verify-revert", "out", "--format", "json"]).ok().out();
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["planned"], true);
    assert_eq!(told["stages"], serde_json::json!(["4"]));
    // Merged, it is one step whose commits name the stage.
    scene.repo.git(&["checkout", "--quiet", "-b", "merged", "main"]).ok();
    scene.repo.git(&["merge", "--quiet", "--no-ff", "-m", "Merge it", "out"]).ok();
    scene.backout(&["verify-revert", "merged"]).ok();
    // By another title and another author it is the same.
    scene.repo.git(&["checkout", "--quiet", "out"]).ok();
    let message = "Roll back\n\nBackout-Stage: 4";
    scene
        .repo
        .git(&["commit", "--quiet", "--amend", "--author", "A <a@example.com>", "-m", message])
        .ok();
    scene.backout(&["verify-revert", "HEAD"]).ok();
}

#[test]
fn stages_that_go_together_are_recognised() {
    let scene = Scene::begun();
    for (stage, text) in [("4", "4a"), ("9", "9a"), ("4", "4b"), ("9", "9b")] {
        scene.land(stage, text, &[(STATE, &lines(&[(2, text)]))]);
    }
    scene.share();
    let all = ["revert", "--stage", "4", "--cascade", "--branch", "out", "--reason", "x"];
    scene.backout(&all).ok();
    scene.backout(&["verify-revert", "out"]).ok();
    let blocked = Scene::blocked();
    blocked.backout(&all).ok();
    blocked.backout(&["verify-revert", "out"]).ok();
    blocked.backout(&["verify-revert", "out~1"]).ok();
}

/// Changes the commit that backs stage 4 out, and asks.
#[track_caller]
fn is_told(change: impl Fn(&Scene), path: &str) {
    let scene = backed_out();
    change(&scene);
    scene.repo.git(&["add", "--all"]).ok();
    scene.repo.git(&["commit", "--quiet", "--amend", "--no-edit"]).ok();
    let run = scene.backout(&["verify-revert", "HEAD"]).exits(1);
    assert!(run.out().contains(&format!("  {path}: ")), "{}", run.out());
}

#[test]
fn a_file_that_was_passed_over_is_told() {
    is_told(|scene| scene.repo.write(ADDED, "delta = 1\n"), ADDED);
}

#[test]
fn a_mode_that_was_lost_is_told() {
    is_told(
        |scene| {
            let file = scene.repo.path().join(STATE);
            fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
        },
        STATE,
    );
}

#[test]
fn one_hunk_too_many_is_told() {
    is_told(|scene| scene.repo.write(STATE, lines(&[])), STATE);
}

#[test]
fn another_stages_file_is_told() {
    is_told(|scene| scene.repo.write(AGENT, lines(&[])), AGENT);
}

#[test]
fn a_file_of_no_stage_is_told() {
    is_told(|scene| scene.repo.write("README.md", "two\n"), "README.md");
}

#[test]
fn a_commit_that_names_no_stage_proves_nothing() {
    let scene = backed_out();
    scene.repo.git(&["commit", "--quiet", "--amend", "-m", "Roll back stage 4"]).ok();
    insta::assert_snapshot!(scene.backout(&["verify-revert", "HEAD"]).exits(1).snapshot());
    scene.backout(&["verify-revert", "nowhere"]).exits(2);
}

#[test]
fn where_there_is_no_plan_no_commit_is_it() {
    let scene = Scene::blocked();
    scene.repo.commit_files(
        &[(STATE, &lines(&[(7, "continue")])), (ADDED, "")],
        "By hand\n\nBackout-Stage: 4",
    );
    let run = scene.backout(&["verify-revert", "HEAD"]).exits(1);
    assert!(run.out().contains("there is no plan"), "{}", run.out());
}

/// A commit with these parents and another's tree.
fn made(scene: &Scene, tree: &str, parents: &[&str], message: &str) -> String {
    let tree = format!("{tree}^{{tree}}");
    let mut arguments = vec!["commit-tree", &tree, "-m", message];
    for parent in parents {
        arguments.extend(["-p", parent]);
    }
    scene.repo.git(&arguments).ok().line()
}

#[test]
fn a_merge_that_swallows_anothers_branch_is_told() {
    for file in ["docs/feature.md", STATE] {
        let scene = Scene::landed();
        scene.repo.git(&["checkout", "--quiet", "-b", "feature"]).ok();
        scene.land("", "Their feature", &[(file, "feature\n")]);
        scene.repo.git(&["checkout", "--quiet", "main"]).ok();
        scene.backout(&["revert", "--stage", "4", "--branch", "out", "--reason", "x"]).ok();
        let message = "Back out\n\nBackout-Stage: 4";
        let merge = made(&scene, "out", &["main", "feature"], message);
        let run = scene.backout(&["verify-revert", &merge]).exits(1);
        assert!(run.out().contains("the merge brought it along"), "{}", run.out());
        // Nor is it one the other way round, which takes the whole branch for the line.
        scene
            .backout(&["verify-revert", &made(&scene, "out", &["feature", "main"], message)])
            .exits(1);
        // The guard thinks so too: with the swallowed work, it is no planned back-out.
        scene.repo.git(&["update-ref", "refs/heads/main", &merge]).ok();
        scene.repo.git(&["reset", "--quiet", "--hard"]).ok();
        let checked = scene.backout(&["check", "--base", "main~1", "--head", "main"]);
        assert!(!checked.out().contains("planned back-out"), "{}", checked.out());
    }
}

#[test]
fn a_commit_that_says_it_backs_out_what_never_landed_is_told() {
    let scene = Scene::begun();
    scene.repo.commit("Back out\n\nBackout-Stage: 9");
    let run = scene.backout(&["verify-revert", "HEAD"]).exits(1);
    assert!(run.out().contains("there was nothing to back out"), "{}", run.out());
}

/// Two migrations, of which each has a stage 9 that has landed.
fn two_migrations() -> Scene {
    let scene = Scene::begun();
    let rules = scene.repo.read("backout.toml");
    let billing = "version = 1\n[migration]\nid = \"billing\"\nname = \"Billing\"\n\
        start = { tag = \"migration-start\" }\nbranch = \"main\"\n[[stages]]\nid = \"9\"\n\
        name = \"Nine\"\n\
        impact = \"medium\"\npaths = [\"src/**\"]\nrollback = [\"code\"]\n";
    let rules =
        rules.replacen("version = 1", "version = 1\ninclude = [\"billing/backout.toml\"]", 1);
    scene.repo.commit_files(&[("backout.toml", &rules), ("billing/backout.toml", billing)], "Two");
    scene.land("entities:9", "Continue", &[("core/continuation/a", "a\n")]);
    scene.land("billing:9", "Bill", &[("billing/src/b", "b\n")]);
    scene.share();
    scene
}

#[test]
fn stages_of_several_migrations_are_held_against_all_their_plans() {
    let both = "Back out\n\nBackout-Stage: entities:9\nBackout-Stage: billing:9";
    let scene = two_migrations();
    scene.repo.git(&["rm", "--quiet", "core/continuation/a"]).ok();
    scene.repo.commit(both);
    let half = scene.backout(&["verify-revert", "HEAD"]).exits(1);
    insta::assert_snapshot!(half.snapshot(), @"
    exit: 1
    stdout:
    [oid] is not the planned back-out of stages entities:9 and billing:9 on [oid]
      billing/src/b: it is otherwise than planned
    stderr:
    ");
    scene.repo.git(&["rm", "--quiet", "billing/src/b"]).ok();
    scene.repo.git(&["commit", "--quiet", "--amend", "--no-edit"]).ok();
    let whole = scene.backout(&["verify-revert", "HEAD"]).ok();
    insta::assert_snapshot!(whole.snapshot(), @"
    exit: 0
    stdout:
    [oid] is exactly the planned back-out of stages entities:9 and billing:9 on [oid]
    stderr:
    ");
}
