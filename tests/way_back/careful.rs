//! What is refused, spared or said before anything is lost; and attributions, which say whose work
//! it was.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Stdio;

use super::scene::{AGENT, STATE, Scene, lines};
use crate::support::PROGRAM;

const WHY: &str = "carts lose lines";

#[test]
fn a_name_that_is_no_branchs_is_a_usage_error() {
    let scene = Scene::landed();
    for name in ["HEAD", "-x", "a..b", "a b", "", "x.lock", "a/", "@{1}"] {
        let branch = format!("--branch={name}");
        let run = scene.backout(&["revert", "--stage", "4", &branch, "--reason", WHY]).exits(2);
        assert!(run.err().contains("cannot be the name of a branch"), "{name}: {}", run.err());
    }
    assert_eq!(scene.repo.git(&["branch", "--format=%(refname)"]).ok().line(), "refs/heads/main");
    // A branch that is checked out before its first commit would fill the index with deletions.
    let tip = scene.repo.rev("main");
    scene.repo.git(&["switch", "--quiet", "--orphan", "empty"]).ok();
    let onto = ["revert", "--stage", "4", "--onto", &tip, "--branch", "empty", "--reason", WHY];
    let run = scene.backout(&onto).exits(2);
    assert!(run.err().contains("has no commit yet"), "{}", run.err());
    assert_eq!(scene.repo.git(&["status", "--porcelain"]).ok().out(), "");
    // Nor in another work tree.
    scene.repo.git(&["switch", "--quiet", "main"]).ok();
    let other = scene.repo.path().parent().unwrap().join("other");
    let other = other.to_str().unwrap();
    scene.repo.git(&["worktree", "add", "--quiet", "--detach", other]).ok();
    scene.repo.git(&["-C", other, "switch", "--quiet", "--orphan", "empty"]).ok();
    let run = scene.backout(&onto).exits(2);
    assert!(run.err().contains("/other, and has no commit yet"), "{}", run.err());
}

#[test]
fn a_branch_is_not_made_where_it_would_be_taken_for_another_ref() {
    let scene = Scene::landed();
    for (name, other) in [
        ("@", "HEAD"),
        ("origin/main", "refs/remotes/origin/main"),
        ("main/back-out", "refs/heads/main"),
    ] {
        let run = scene.backout(&["revert", "--stage", "4", "--branch", name, "--reason", WHY]);
        let told = run.exits(2).err();
        assert!(told.contains(&format!("would be mistaken for {other}")), "{name}: {told}");
    }
    assert_eq!(scene.repo.git(&["branch", "--format=%(refname)"]).ok().line(), "refs/heads/main");
}

#[test]
fn an_ignored_file_in_the_way_is_not_overwritten() {
    let place = "agents/deep/er.py";
    for (here, ignored) in [(place, "er.py"), (place, "deep"), ("agents/deep", "deep")] {
        let scene = Scene::begun();
        scene.land("none", "Add it", &[(place, "x\n")]);
        scene.repo.git(&["rm", "--quiet", place]).ok();
        scene.repo.commit("Drop it\n\nMigration-Stage: 5-6");
        scene.repo.commit_files(&[(".gitignore", &format!("{ignored}\n"))], "Ignore it");
        scene.share();
        scene.repo.write(here, "local content\n");
        let landed = scene.repo.rev("main");
        let arguments = ["revert", "--stage", "5-6", "--in-place", "--reason", WHY];
        let run = scene.backout(&arguments).exits(2);
        assert!(run.err().contains("a file that git does not know, or ignores"), "{}", run.err());
        assert_eq!(scene.repo.read(here), "local content\n");
        assert_eq!(scene.repo.rev("main"), landed);
        fs::remove_file(scene.repo.path().join(here)).unwrap();
        scene.backout(&arguments).ok();
        assert_eq!(scene.repo.read(place), "x\n");
    }
}

#[test]
fn an_ignored_file_in_a_folder_that_becomes_a_file_stays() {
    let scene = Scene::begun();
    scene.land("none", "A file", &[("agents/thing", "x\n"), (".gitignore", "*.log\n")]);
    scene.repo.git(&["rm", "--quiet", "agents/thing"]).ok();
    scene.land("5-6", "A folder", &[("agents/thing/part", "y\n")]);
    scene.share();
    scene.repo.write("agents/thing/precious.log", "local content\n");
    let arguments = ["revert", "--stage", "5-6", "--in-place", "--reason", WHY];
    scene.backout(&arguments).exits(2);
    assert_eq!(scene.repo.read("agents/thing/precious.log"), "local content\n");
    fs::remove_file(scene.repo.path().join("agents/thing/precious.log")).unwrap();
    scene.backout(&arguments).ok();
    assert_eq!(scene.repo.read("agents/thing"), "x\n");
}

#[test]
fn nothing_is_written_through_a_link_out_of_the_repository() {
    let scene = Scene::landed();
    let outside = scene.repo.root().join("outside");
    fs::create_dir(&outside).unwrap();
    symlink(&outside, scene.repo.path().join(".backout")).unwrap();
    let rehearsed = scene.backout(&["rehearse", "--stage", "4"]).exits(2);
    assert!(rehearsed.err().contains("`.backout` is a symbolic link"), "{}", rehearsed.err());
    let attributed = scene.backout(&["attribute", "--stage", "4", "main"]).exits(2);
    assert!(attributed.err().contains("`.backout` is a symbolic link"), "{}", attributed.err());
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
    scene.backout(&["rehearse", "--stage", "4", "--no-receipts"]).ok();
}

#[test]
fn the_users_own_attributes_raise_a_doubt() {
    let scene = Scene::landed();
    scene.backout(&["revert", "--stage", "4"]).ok();
    let folder = scene.repo.root().join("home/config/git");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("attributes"), "*.py merge=keep\n").unwrap();
    let run = scene.backout(&["revert", "--stage", "4"]).exits(4);
    // Where its lines break depends on the length of names.
    let told = run.out().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("git/attributes: `*.py merge=keep`"), "{told}");
}

#[test]
fn attributions_made_at_once_are_all_kept() {
    let scene = Scene::landed();
    let commits: Vec<String> =
        (0..12).map(|at| scene.land("", "Work", &[("README.md", &format!("{at}\n"))])).collect();
    let start = |commit: &String| {
        let mut command = scene.repo.command(PROGRAM, scene.repo.path());
        command.args(["attribute", "--stage", "4", commit]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let children: Vec<_> = commits.iter().map(start).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let kept = scene.repo.read(".backout/attributions.toml");
    for commit in commits {
        assert!(kept.contains(&commit), "{commit} is not in\n{kept}");
    }
}

#[test]
fn a_point_of_no_return_is_said() {
    let scene = Scene::landed();
    let rules = scene.repo.read("backout.toml").replacen(
        "rollback = [\"code\"]",
        "rollback = [\"code\"]\nirreversible = true\nreason = \"rows were dropped\"",
        1,
    );
    scene.repo.commit_files(&[("backout.toml", &rules)], "Say so");
    scene.share();
    insta::assert_snapshot!(
        scene.backout(&["revert", "--stage", "4", "--dry-run"]).ok().snapshot()
    );
    assert_eq!(scene.plan(&["--stage", "4"], 0)["irreversible"], serde_json::json!(["4"]));
    assert_eq!(scene.plan(&["--stage", "9"], 0)["irreversible"], serde_json::json!([]));
    let rehearsed = scene.backout(&["rehearse", "--stage", "4", "--no-receipts"]).ok();
    assert!(rehearsed.out().contains("cannot be undone"), "{}", rehearsed.out());
}

#[test]
fn a_commit_whose_trailer_names_no_stage_can_be_attributed() {
    let scene = Scene::landed();
    let text = lines(&[(2, "delta"), (5, "mistyped"), (7, "continue")]);
    let commit = scene.land("99", "Go on", &[(STATE, &text)]);
    scene.share();
    let before = scene.plan(&["--stage", "9"], 4);
    assert!(before["confirm"].to_string().contains(&commit), "{before}");
    scene.backout(&["attribute", "--stage", "9", &commit]).ok();
    scene.repo.commit("Say whose it was");
    scene.share();
    let after = scene.plan(&["--stage", "9"], 0);
    assert!(after["commits"].to_string().contains(&commit), "{after}");
    assert_eq!(after["confirm"], serde_json::json!([]));
    let status = scene.backout(&["status"]).ok();
    assert!(!status.out().contains("backout attribute"), "{}", status.out());
}

#[test]
fn the_newest_attribution_counts_on_its_paths() {
    let scene = Scene::landed();
    let text = lines(&[(2, "delta"), (5, "hotfix"), (7, "continue")]);
    let files = [(STATE, text.as_str()), ("core/continuation/a", "a\n")];
    let commit = scene.land("", "Go on, and a hotfix", &files);
    scene.backout(&["attribute", "--stage", "9", &commit]).ok();
    scene.backout(&["attribute", "--stage", "none", "--path", STATE, &commit]).ok();
    scene.repo.commit("Say whose it was");
    scene.share();
    let planned = scene.plan(&["--stage", "9"], 0);
    let shown = planned["paths"].to_string();
    assert!(shown.contains("core/continuation/a"), "{shown}");
    scene.backout(&["revert", "--stage", "9", "--branch", "out", "--reason", WHY]).ok();
    assert_eq!(scene.at("out", STATE), lines(&[(2, "delta"), (5, "hotfix")]));
}

#[test]
fn a_file_that_git_was_told_not_to_look_at_is_named() {
    for mark in ["--assume-unchanged", "--skip-worktree"] {
        let scene = Scene::landed();
        scene.repo.git(&["update-index", mark, AGENT]).ok();
        scene.repo.write(AGENT, "mine\n");
        let arguments = ["revert", "--stage", "5-6", "--in-place", "--reason", WHY];
        let told = scene.backout(&arguments).exits(2).err();
        assert!(told.contains(&format!("git does not look at {AGENT}")), "{mark}: {told}");
        assert!(told.contains("--no-skip-worktree"), "{mark}: {told}");
        assert_eq!(fs::read_to_string(scene.repo.path().join(AGENT)).unwrap(), "mine\n");
    }
}
