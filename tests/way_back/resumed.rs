//! Runs in a work tree that were killed while git brought it to the new commit: what the next
//! command makes of them, there and elsewhere.

use std::fs;
use std::os::unix::fs::symlink;

use super::scene::{ADDED, AGENT, STATE, Scene, lines};
use crate::support::{PROGRAM, Run, TestRepo, execute, write_program};

const IN_PLACE: [&str; 7] = ["revert", "--offline", "--stage", "4", "--in-place", "--reason", "x"];
const BRANCH: [&str; 8] =
    ["revert", "--offline", "--stage", "9", "--branch", "out", "--reason", "x"];

/// Takes git's place: brings one file to the new commit, then kills who has asked for all of them.
const HALF: &str = r#"#!/bin/sh
case "$1 $2 $3 $4" in
"read-tree -m -u -n") ;;
"read-tree -m -u "*)
    "$REAL_GIT" show "$5:core/state_manager.py" > core/state_manager.py
    : > "$("$REAL_GIT" rev-parse --absolute-git-dir)/index.lock"
    kill -9 $PPID
    exit 1 ;;
esac
exec "$REAL_GIT" "$@"
"#;

/// Runs it in a folder, killed half way.
fn killed_half_way(scene: &Scene, repo: &TestRepo, arguments: &[&str]) {
    let bin = scene.repo.root().join("bin");
    write_program(&bin.join("git"), HALF);
    let path = std::env::var("PATH").unwrap();
    let real = std::env::split_paths(&path).map(|folder| folder.join("git"));
    let real = real.into_iter().find(|file| file.exists()).unwrap();
    let mut command = scene.repo.command(PROGRAM, repo.path());
    command.args(arguments).env("REAL_GIT", real);
    command.env("PATH", format!("{}:{path}", bin.display()));
    let run = execute(&mut command, b"", scene.repo.filter());
    assert_ne!(run.exit, 0, "{}", run.snapshot());
    assert_ne!(repo.git(&["status", "--porcelain"]).ok().out(), "", "it is half way");
}

fn is_backed_out(repo: &TestRepo) {
    assert_eq!(repo.read(STATE), lines(&[(7, "continue")]));
    assert!(!repo.path().join(ADDED).exists());
    assert_eq!(repo.git(&["status", "--porcelain"]).ok().out(), "");
}

fn run_in(repo: &TestRepo, arguments: &[&str]) -> Run {
    repo.backout(arguments).run()
}

#[test]
fn the_same_command_finishes_it() {
    let scene = Scene::landed();
    killed_half_way(&scene, &scene.repo, &IN_PLACE);
    insta::assert_snapshot!(scene.backout(&IN_PLACE).ok().snapshot());
    is_backed_out(&scene.repo);
}

#[test]
fn a_command_that_makes_a_branch_leaves_the_work_tree_as_it_is() {
    let scene = Scene::landed();
    killed_half_way(&scene, &scene.repo, &IN_PLACE);
    let (tip, half) = (scene.repo.rev("main"), scene.repo.read(STATE));
    let run = scene.backout(&BRANCH).ok();
    insta::assert_snapshot!(run.err(), @"
    `backout revert` of stage 4 was interrupted in this work tree, and is not finished: what you run now leaves the work tree alone; to finish it, run the same command again with `--in-place`
    committed to out: 5bf39f312880
    to share it: git push origin out
    ");
    assert_eq!((scene.repo.rev("main"), scene.repo.read(STATE)), (tip, half));
    assert!(scene.repo.path().join(ADDED).exists());
    scene.backout(&IN_PLACE).ok();
    is_backed_out(&scene.repo);
}

#[test]
fn a_command_in_another_work_tree_leaves_it_open_and_says_where() {
    let scene = Scene::landed();
    let second = scene.repo.worktree("second");
    killed_half_way(&scene, &scene.repo, &IN_PLACE);
    let elsewhere = run_in(&second, &BRANCH).ok();
    insta::assert_snapshot!(elsewhere.snapshot());
    scene.backout(&IN_PLACE).ok();
    is_backed_out(&scene.repo);
    assert!(!run_in(&second, &BRANCH).ok().err().contains("interrupted"), "it is over");
}

#[test]
fn runs_of_several_work_trees_are_finished_each_in_its_own() {
    let scene = Scene::landed();
    let second = scene.repo.worktree("second");
    killed_half_way(&scene, &scene.repo, &IN_PLACE);
    killed_half_way(&scene, &second, &IN_PLACE);
    // Another one, in a third, ends none of them.
    let third = scene.repo.worktree("third");
    run_in(&third, &IN_PLACE).ok();
    run_in(&second, &IN_PLACE).ok();
    is_backed_out(&second);
    scene.backout(&IN_PLACE).ok();
    is_backed_out(&scene.repo);
    assert!(!run_in(&second, &BRANCH).ok().err().contains("interrupted"), "all are over");
}

#[test]
fn a_work_tree_that_was_moved_is_finished_where_it_is() {
    let scene = Scene::landed();
    let second = scene.repo.worktree("second");
    killed_half_way(&scene, &second, &IN_PLACE);
    let moved = scene.repo.root().join("moved");
    fs::remove_file(scene.repo.path().join(".git/worktrees/second/index.lock")).unwrap();
    scene.repo.git(&["worktree", "move", "../second", moved.to_str().unwrap()]).ok();
    let told = scene.backout(&BRANCH).ok();
    assert!(told.err().contains("/moved"), "{}", told.err());
    let run = scene.repo.backout(IN_PLACE).folder(&moved).run().ok();
    assert!(run.err().contains("it is finished now"), "{}", run.err());
}

#[test]
fn one_whose_work_tree_is_gone_is_over() {
    let scene = Scene::landed();
    let second = scene.repo.worktree("second");
    killed_half_way(&scene, &second, &IN_PLACE);
    scene.repo.git(&["worktree", "remove", "--force", "../second"]).ok();
    let run = scene.backout(&BRANCH).ok();
    assert!(run.err().contains("checked out nowhere any more"), "{}", run.err());
    let again = scene.backout(&["rehearse", "--no-receipts", "--offline"]).ok();
    assert!(!again.err().contains("interrupted"), "{}", again.err());
}

#[test]
fn what_somebody_edited_since_stops_the_next_in_place_and_nothing_else() {
    for path in [STATE, AGENT, "README.md"] {
        let scene = Scene::landed();
        killed_half_way(&scene, &scene.repo, &IN_PLACE);
        scene.repo.write(path, "somebody's work\n");
        let branch = scene.backout(&BRANCH).ok();
        assert!(branch.err().contains("is not finished"), "{}", branch.err());
        scene.backout(&["rehearse", "--no-receipts", "--offline"]).ok();
        let patch = ["revert", "--offline", "--stage", "9", "--patch", "../p", "--reason", "x"];
        scene.backout(&patch).ok();
        let refused = scene.backout(&IN_PLACE).exits(2);
        assert_eq!(scene.repo.read(path), "somebody's work\n");
        if path == STATE {
            insta::assert_snapshot!("branch", branch.snapshot());
            insta::assert_snapshot!("in_place", refused.snapshot());
        }
        // What it says helps.
        let said = refused.err();
        let command = said.split('`').find(|part| part.starts_with("git restore")).unwrap();
        let words: Vec<&str> = command.split_whitespace().skip(1).collect();
        scene.repo.git(&words).ok();
        scene.backout(&IN_PLACE).ok();
        is_backed_out(&scene.repo);
    }
}

#[test]
fn a_link_or_a_file_that_took_a_files_place_stays() {
    let scene = Scene::landed();
    killed_half_way(&scene, &scene.repo, &IN_PLACE);
    let precious = scene.repo.root().join("precious");
    fs::write(&precious, "precious\n").unwrap();
    let state = scene.repo.path().join(STATE);
    fs::remove_file(&state).unwrap();
    symlink(&precious, &state).unwrap();
    let run = scene.backout(&IN_PLACE).exits(2);
    assert!(run.err().contains("was changed in the meantime"), "{}", run.err());
    assert_eq!(fs::read_link(&state).unwrap(), precious);
    // So does what lies behind a folder that became a link.
    fs::remove_file(&state).unwrap();
    let folder = scene.repo.path().join("core");
    fs::rename(&folder, scene.repo.root().join("aside")).unwrap();
    symlink(scene.repo.root().join("aside"), &folder).unwrap();
    scene.backout(&IN_PLACE).exits(2);
    assert!(fs::symlink_metadata(&folder).unwrap().is_symlink());
    assert!(scene.repo.root().join("aside/delta.py").exists());
}

#[test]
fn a_line_that_names_no_commit_blocks_nothing() {
    let scene = Scene::landed();
    let folder = scene.repo.path().join(".git/backout");
    let line = |event: &str| {
        format!("{{\"version\":1,\"at\":\"2026-01-05T12:00:00Z\",\"run\":\"a\",{event}}}\n")
    };
    let begin = "\"event\":\"begin\",\"pid\":1,\"command\":\"revert\",\"migration\":\"entities\",\
                 \"stages\":[\"4\"],\"onto\":\"\",\"reason\":\"x\",\
                 \"target\":\"work tree of refs/heads/main\"";
    for bad in ["zz", "", "0123456789012345678901234567890123456789"] {
        let moving = format!("\"event\":\"moving\",\"from\":\"{bad}\",\"to\":\"{bad}\"");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("journal"), line(begin) + &line(&moving)).unwrap();
        let run = scene.backout(&["rehearse", "--no-receipts", "--offline"]).ok();
        assert!(run.err().contains("given up"), "{}", run.err());
    }
    scene.backout(&IN_PLACE).ok();
    is_backed_out(&scene.repo);
}

/// A stage has brought a submodule to another commit, and it is checked out.
pub(super) fn with_submodule() -> Scene {
    let scene = Scene::begun();
    let library = scene.repo.clone_of(&scene.origin.display().to_string(), "library", &[]);
    let url = library.path().display().to_string();
    scene.repo.git(&["submodule", "--quiet", "add", &url, "agents/library"]).ok();
    scene.repo.commit("Use the library\n\nMigration-Stage: none");
    library.commit_files(&[("README.md", "two\n")], "Two");
    let module = scene.repo.path().join("agents/library");
    scene.repo.git_in(&module, &["pull", "--quiet"]).ok();
    scene.repo.commit("Use the newest\n\nMigration-Stage: 5-6");
    scene.share();
    scene
}

#[test]
fn a_submodule_in_the_plan_is_told_and_ends_the_run() {
    let scene = with_submodule();
    let run = scene
        .backout(&["revert", "--offline", "--stage", "5-6", "--in-place", "--reason", "x"])
        .ok();
    insta::assert_snapshot!(run.snapshot());
    assert_eq!(scene.tree("main"), scene.tree("main~2"));
    // Nothing is left open for others.
    scene.land("4", "Add deltas", &[(ADDED, "delta = 1\n")]);
    let other =
        scene.backout(&["revert", "--offline", "--stage", "4", "--branch", "out", "--reason", "x"]);
    assert!(!other.ok().err().contains("interrupted"));
    scene.repo.git(&["submodule", "--quiet", "update", "--", "agents/library"]).ok();
}

#[test]
fn a_submodule_that_went_comes_back_where_its_folder_stayed() {
    let scene = Scene::begun();
    let library = scene.repo.clone_of(&scene.origin.display().to_string(), "library", &[]);
    let url = library.path().display().to_string();
    scene.repo.git(&["submodule", "--quiet", "add", &url, "agents/library"]).ok();
    scene.repo.commit("Use the library\n\nMigration-Stage: 5-6");
    scene.share();
    let landed = scene.tree("main");
    let reason = ["--stage", "5-6", "--in-place", "--reason", "x"];
    let left = scene.backout(&[&["revert", "--offline"][..], &reason].concat()).ok().err();
    assert!(scene.repo.path().join("agents/library/README.md").exists(), "git leaves it");
    assert!(!left.contains("git submodule update"), "{left}");
    assert!(left.contains("where nothing in them is needed: rm -r -- agents/library\n"), "{left}");
    scene.backout(&[&["reapply", "--offline"][..], &reason].concat()).ok();
    assert_eq!(scene.tree("main"), landed);
}

/// A stage has put a link in a folder's place; a file of the same name lies behind the link.
fn with_a_link_for_a_folder() -> Scene {
    let scene = Scene::begun();
    scene.land("none", "Files", &[("agents/lib/a", "old\n"), ("vendor/a", "vendor\n")]);
    fs::remove_dir_all(scene.repo.path().join("agents/lib")).unwrap();
    symlink("../vendor", scene.repo.path().join("agents/lib")).unwrap();
    scene.repo.commit("Link\n\nMigration-Stage: 5-6");
    scene.share();
    scene
}

#[test]
fn what_lies_behind_a_link_that_goes_is_in_nobodys_way() {
    let scene = with_a_link_for_a_folder();
    let in_place = ["revert", "--offline", "--stage", "5-6", "--in-place", "--reason", "x"];
    scene.backout(&in_place).ok();
    assert_eq!(scene.tree("main"), scene.tree("main~2"));
    assert_eq!(scene.repo.git(&["status", "--porcelain"]).ok().out(), "");
    assert_eq!(scene.repo.read("agents/lib/a"), "old\n");
    assert_eq!(scene.repo.read("vendor/a"), "vendor\n");
}

#[test]
fn somebody_elses_link_in_a_folders_place_is_in_the_way() {
    let scene = Scene::begun();
    scene.land("none", "Files", &[("agents/lib/a", "old\n"), ("vendor/b", "vendor\n")]);
    fs::remove_dir_all(scene.repo.path().join("agents/lib")).unwrap();
    scene.repo.commit("Drop it\n\nMigration-Stage: 5-6");
    scene.share();
    symlink("../vendor", scene.repo.path().join("agents/lib")).unwrap();
    let in_place = ["revert", "--offline", "--stage", "5-6", "--in-place", "--reason", "x"];
    let run = scene.backout(&in_place).exits(2);
    assert!(run.err().contains("agents/lib/a"), "{}", run.err());
    assert!(!scene.repo.path().join("vendor/a").exists());
}
