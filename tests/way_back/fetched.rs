//! Which remote is asked before a plan is made, and what is said where none is.

use super::scene::{AGENT, Scene, lines};

const PLAN: [&str; 3] = ["revert", "--stage", "5-6"];

/// The remote has another name than `origin`, there is a second one, and somebody has landed more.
fn two_remotes() -> Scene {
    let scene = Scene::landed();
    let theirs = scene.repo.clone_of(&scene.origin.display().to_string(), "theirs", &[]);
    let text = lines(&[(4, "prompt"), (6, "more")]);
    theirs.commit_files(&[(AGENT, &text)], "Go on\n\nMigration-Stage: 5-6");
    theirs.push(&["--quiet", "origin", "main"]).ok();
    scene.repo.git(&["remote", "rename", "origin", "upstream"]).ok();
    scene.repo.bare_remote("fork");
    scene
}

#[test]
fn the_remote_that_the_landing_branch_follows_is_asked() {
    let scene = two_remotes();
    let plan = scene.backout(&PLAN).ok();
    assert!(plan.out().contains("Go on"), "{}", plan.snapshot());
    assert!(plan.out().contains("on upstream/main"), "{}", plan.snapshot());
}

#[test]
fn in_a_clone_of_a_fork_the_landing_branch_is_not_the_forks() {
    let scene = two_remotes();
    scene.repo.git(&["remote", "rename", "fork", "origin"]).ok();
    scene.repo.git(&["push", "--quiet", "--no-verify", "origin", "migration-start:main"]).ok();
    let plan = scene.backout(&PLAN).ok();
    assert!(plan.out().contains("Go on"), "{}", plan.snapshot());
    assert!(plan.out().contains("on upstream/main"), "{}", plan.snapshot());
}

#[test]
fn where_nothing_tells_which_remote_it_is_nothing_is_planned_on_a_guess() {
    let scene = two_remotes();
    scene.repo.git(&["branch", "--unset-upstream"]).ok();
    insta::assert_snapshot!(scene.backout(&PLAN).exits(3).snapshot());
    // Nor where two landing branches would follow two of them; a remote that is not there is none.
    scene.repo.git(&["config", "branch.main.remote", "elsewhere"]).ok();
    scene.backout(&PLAN).exits(3);
    // What it says helps.
    scene.backout(&["revert", "--stage", "5-6", "--offline"]).ok();
    scene.repo.git(&["config", "checkout.defaultRemote", "upstream"]).ok();
    let plan = scene.backout(&PLAN).ok();
    assert!(plan.out().contains("Go on"), "{}", plan.snapshot());
}

#[test]
fn a_tag_that_was_moved_there_is_told_and_the_branch_is_fetched() {
    let scene = two_remotes();
    scene.repo.git(&["remote", "remove", "fork"]).ok();
    let theirs = scene.repo.root().join("theirs");
    scene
        .repo
        .git_in(&theirs, &["tag", "--force", "--annotate", "-m", "x", "migration-start"])
        .ok();
    scene.repo.git_in(&theirs, &["push", "--quiet", "--force", "origin", "migration-start"]).ok();
    let plan = scene.backout(&PLAN).ok();
    assert!(plan.out().contains("Go on"), "{}", plan.snapshot());
    insta::assert_snapshot!(plan.err());
}

#[test]
fn what_else_git_refuses_is_told_as_it_is() {
    let scene = Scene::landed();
    std::fs::remove_dir_all(&scene.origin).unwrap();
    let plan = scene.backout(&PLAN).ok();
    assert!(plan.err().contains("origin could not be fetched ("), "{}", plan.err());
    assert!(!plan.err().contains("said nothing"), "{}", plan.err());
}
