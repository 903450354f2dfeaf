//! Work without a word on the files of a stage that was backed out.

use super::scene::{AGENT, Scene, lines};

/// Stage 5-6 was backed out, and somebody has worked on its file since.
fn since_the_back_out(whose: &str) -> Scene {
    let scene = Scene::landed();
    let back = ["revert", "--stage", "5-6", "--in-place", "--reason", "x"];
    scene.backout(&back).ok();
    scene.land(whose, "Fix a typo", &[(AGENT, &lines(&[(7, "typo")]))]);
    scene.share();
    scene
}

fn returned(scene: &Scene) {
    scene.backout(&["reapply", "--stage", "5-6", "--branch", "again", "--reason", "x"]).ok();
    assert_eq!(scene.at("again", AGENT), lines(&[(4, "prompt"), (7, "typo")]));
}

#[test]
fn a_stage_comes_back_beside_foreign_work() {
    returned(&since_the_back_out("none"));
}

#[test]
fn whether_a_stage_is_back_is_asked_where_nobody_says_so_and_then_it_comes_back() {
    let scene = since_the_back_out("");
    let refused = scene.backout(&["reapply", "--stage", "5-6", "--dry-run"]).exits(2);
    insta::assert_snapshot!(refused.snapshot(), @"
    exit: 2
    stdout:
    stderr:
    error: stage 5-6 was backed out, and nobody says whether what came to its files since is work on it again: [oid]
    help: where it is not, say so on the landing branch: `backout attribute [oid] --stage none`
    ");
    let commit = scene.repo.rev("main");
    scene.backout(&["attribute", &commit, "--stage", "none"]).ok();
    scene.repo.git(&["add", ".backout"]).ok();
    scene.repo.git(&["commit", "--quiet", "-m", "Say whose it is"]).ok();
    scene.share();
    returned(&scene);
}

#[test]
fn a_stage_that_says_it_landed_again_is_there() {
    let scene = since_the_back_out("5-6");
    let refused = scene.backout(&["reapply", "--stage", "5-6", "--dry-run"]).exits(2);
    insta::assert_snapshot!(refused.snapshot(), @"
    exit: 2
    stdout:
    stderr:
    error: stage 5-6 has landed again since [oid] backed it out: there is nothing to bring back
    help: what went then and has not come again, git brings: `git revert --no-commit [oid]`, and a commit that says it is work on it
    ");
}
