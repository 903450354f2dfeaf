//! `--via push` without a pull request: a branch on any server, by git alone.

use crate::support::write_program;
use crate::way_back::scene::{STATE, Scene, lines};

const WHY: &str = "carts lose lines since 14:05";
const BRANCH: &str = "backout/entities/stage-4";

fn push<'s>(scene: &'s Scene, more: &[&'s str]) -> crate::support::Run {
    let asks = ["revert", "--stage", "4", "--via", "push", "--reason", WHY];
    scene.backout(&[&asks[..], more].concat())
}

fn state(run: crate::support::Run) -> String {
    let told: serde_json::Value = serde_json::from_str(&run.ok().out()).unwrap();
    assert_eq!(
        (&told["url"], &told["number"]),
        (&serde_json::Value::Null, &serde_json::Value::Null)
    );
    assert_eq!(told["branch"], BRANCH);
    told["state"].as_str().unwrap().to_owned()
}

fn at_origin(scene: &Scene, arguments: &[&str]) -> String {
    scene.repo.git_in(&scene.origin, arguments).ok().out()
}

#[test]
fn a_branch_is_pushed_and_what_the_server_says_is_told() {
    let scene = Scene::landed();
    let hook = scene.origin.join("hooks/post-receive");
    let script = r"#!/bin/sh
printf 'To create a merge request, visit:\n  https://git.example/mr\n\033[31m::error::x\n'
";
    write_program(&hook, script);
    insta::assert_snapshot!(push(&scene, &[]).ok().snapshot(), @r"
    exit: 0
    stdout:
    Back out stage 4
      on origin/main ([oid])

      what goes back, newest first
        [oid] 2026-01-05 Add deltas

      what changes
        delete  core/delta.py          +0 -1
        modify  core/state_manager.py  +1 -1
        2 paths, 1 line added, 2 taken away

      other commits on the same files, which stay
        [oid] Continue

      branch backout/entities/stage-4: created
    stderr:
    pushing backout/entities/stage-4 to origin
    origin says: To create a merge request, visit:
    origin says: https://git.example/mr
    origin says: \u{1b}[31m::error::x
    ");
    let planned = scene.plan(&["--stage", "4"], 0);
    let tree = at_origin(&scene, &["rev-parse", &format!("{BRANCH}^{{tree}}")]);
    assert_eq!(planned["tree"], tree.trim());
    assert_eq!(scene.repo.git(&["branch", "--list"]).ok().out(), "* main\n");
}

#[test]
fn the_same_branch_is_kept_up_to_date_and_others_work_is_not_touched() {
    let scene = Scene::landed();
    let json = ["--format", "json"];
    assert_eq!(state(push(&scene, &json)), "created");
    assert_eq!(state(push(&scene, &json)), "unchanged");
    scene.repo.commit_files(&[("README.md", "more\n")], "More");
    scene.share();
    assert_eq!(state(push(&scene, &json)), "updated");
    let parent = at_origin(&scene, &["rev-parse", &format!("{BRANCH}^")]);
    assert_eq!(parent, at_origin(&scene, &["rev-parse", "main"]));
    // Somebody works on it.
    scene.repo.git(&["fetch", "--quiet", "origin", BRANCH]).ok();
    scene.repo.git(&["checkout", "--quiet", "--detach", "FETCH_HEAD"]).ok();
    scene.repo.commit_files(&[(STATE, &lines(&[(1, "by hand")]))], "By hand");
    scene.repo.git(&["push", "--quiet", "--no-verify", "origin", &format!("HEAD:{BRANCH}")]).ok();
    scene.repo.git(&["checkout", "--quiet", "main"]).ok();
    let head = at_origin(&scene, &["rev-parse", BRANCH]);
    let run = push(&scene, &[]).exits(5);
    assert!(run.err().contains("holds commits that are not the planned back-out"), "{}", run.err());
    assert_eq!(at_origin(&scene, &["rev-parse", BRANCH]), head);
}

#[test]
fn a_remote_that_is_not_there_is_said_so() {
    let scene = Scene::landed();
    scene.repo.git(&["remote", "set-url", "origin", "../nowhere.git"]).ok();
    let run = push(&scene, &["--offline"]).exits(5);
    assert!(run.err().contains("git could not read origin"), "{}", run.err());
    scene.repo.git(&["remote", "remove", "origin"]).ok();
    let run = push(&scene, &["--offline"]).exits(2);
    assert!(run.err().contains("there is no remote to work with"), "{}", run.err());
}

#[test]
fn one_target_at_a_time() {
    let scene = Scene::landed();
    for other in [&["--branch", "x"][..], &["--in-place"], &["--patch", "x"], &["--dry-run"]] {
        let run = push(&scene, other).exits(2);
        assert!(run.err().contains("`--via` goes with `--pr`, or alone"), "{}", run.err());
    }
    let api = ["revert", "--stage", "4", "--via", "api", "--reason", WHY];
    let run = scene.backout(&api).exits(2);
    assert!(run.err().contains("`--via api` makes pull requests"), "{}", run.err());
    let both = ["revert", "--stage", "4", "--pr", "--branch", "x", "--reason", WHY];
    scene.backout(&both).exits(2);
    let no_reason = ["revert", "--stage", "4", "--via", "push"];
    scene.backout(&no_reason).exits(2);
}

#[test]
fn a_stage_comes_back_the_same_way() {
    let scene = Scene::landed();
    let before = scene.tree("main");
    scene.backout(&["revert", "--stage", "4", "--in-place", "--reason", WHY]).ok();
    scene.share();
    let asks = ["reapply", "--stage", "4", "--via", "push", "--reason", "repaired"];
    let run = scene.backout(&asks).ok();
    assert!(run.out().contains("branch backout/entities/reapply-4: created"), "{}", run.out());
    let tree = at_origin(&scene, &["rev-parse", "backout/entities/reapply-4^{tree}"]);
    assert_eq!(tree.trim(), before);
}
