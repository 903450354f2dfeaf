//! A remote of another name than `origin`: each command that is suggested names it.

use crate::support::{Staged, TestRepo};
use crate::way_back::scene::Scene;

fn renamed(repo: &TestRepo) {
    repo.git(&["remote", "rename", "origin", "upstream"]).ok();
}

/// Whether something on `origin` is spoken of.
#[track_caller]
fn names_no_origin(said: &str) {
    assert!(!said.contains("origin"), "{said}");
}

#[test]
fn a_branch_with_a_back_out_is_shared_there() {
    let scene = Scene::landed();
    renamed(&scene.repo);
    let run = scene.backout(&["revert", "--stage", "4", "--branch", "out", "--reason", "x"]).ok();
    assert!(run.err().contains("to share it: git push upstream out\n"), "{}", run.err());
    names_no_origin(&run.err());
    scene.repo.git(&["push", "--quiet", "--no-verify", "upstream", "out"]).ok();
}

#[test]
fn a_start_tag_that_is_not_here_is_fetched_from_there() {
    let scene = Scene::landed();
    renamed(&scene.repo);
    scene.repo.git(&["tag", "--delete", "migration-start"]).ok();
    let asks = ["revert", "--stage", "4", "--offline"];
    let run = scene.backout(&asks).exits(3);
    let helps = "git fetch upstream refs/tags/migration-start:refs/tags/migration-start";
    assert!(run.err().contains(&format!("fetch it: `{helps}`;")), "{}", run.err());
    names_no_origin(&run.err());
    scene.repo.git(&helps.split(' ').skip(1).collect::<Vec<_>>()).ok();
    scene.backout(&asks).ok();
}

#[test]
fn a_branch_that_an_event_is_about_is_fetched_from_there() {
    let scene = Staged::new();
    let head = scene.unready();
    renamed(&scene.repo);
    scene.repo.git(&["push", "--quiet", "--no-verify", "upstream", "main:release"]).ok();
    scene.repo.git(&["update-ref", "-d", "refs/remotes/upstream/release"]).ok();
    let event = format!(
        r#"{{"action": "opened", "number": 1, "pull_request": {{"draft": false, "title": "t",
        "body": "b", "base": {{"ref": "release", "sha": "{head}", "repo": {{}}}},
        "head": {{"ref": "topic", "sha": "{head}"}}}},
        "repository": {{"default_branch": "main"}}}}"#
    );
    let file = scene.repo.root().join("event.json");
    std::fs::write(&file, event).unwrap();
    let check = || {
        let run = scene.repo.backout(["check"]).env("GITHUB_ACTIONS", "true");
        let run = run.env("GITHUB_EVENT_NAME", "pull_request").env("GITHUB_EVENT_PATH", &file);
        run.env("GITHUB_SHA", &head).run()
    };
    let run = check().exits(3);
    let helps = "git fetch upstream +refs/heads/release:refs/remotes/upstream/release";
    assert!(run.err().contains(&format!("or `{helps}` (")), "{}", run.err());
    names_no_origin(&run.err());
    scene.repo.git(&helps.split(' ').skip(1).collect::<Vec<_>>()).ok();
    assert!(!check().err().contains("is not in this clone"));
}

#[test]
fn the_start_of_a_migration_is_marked_there() {
    for (others, word) in [(&[][..], "upstream"), (&["fork"], "origin"), (&["origin"], "origin")] {
        let repo = TestRepo::new();
        repo.commit_files(&[("src/a.rs", "\n")], "first");
        repo.git(&["branch", "trunk"]).ok();
        for name in ["upstream"].iter().chain(others) {
            repo.bare_remote(name);
        }
        repo.git(&["push", "--quiet", "upstream", "trunk"]).ok();
        repo.git(&["remote", "set-head", "upstream", "trunk"]).ok();
        let run = repo.backout(["init"]).run().ok();
        let push = format!("&& git push {word} migration-start\n");
        assert!(run.out().contains(&push), "{others:?}: {}", run.out());
        // What lands where the remote has its default branch.
        let branch =
            if word == "upstream" { "branch       trunk\n" } else { "branch       main\n" };
        assert!(run.out().contains(branch), "{others:?}: {}", run.out());
    }
    // Of several, the one that git was told to prefer.
    let repo = TestRepo::new();
    repo.commit_files(&[("src/a.rs", "\n")], "first");
    repo.bare_remote("upstream");
    repo.bare_remote("fork");
    repo.git(&["config", "checkout.defaultRemote", "fork"]).ok();
    let run = repo.backout(["init"]).run().ok();
    assert!(run.out().contains("&& git push fork migration-start\n"), "{}", run.out());
}
