//! Where a push goes decides whose rules count: the place, however its URL is written, and wherever
//! its branches are tracked here.

use crate::support::{CONFIGURATION, SHARED, STATE, Staged, TestRepo};

/// Pushed to a topic branch, the landed rules deny the work, and those that come with it do not.
const DENIED: &str = "stage/wrong-stage";

/// Work on stage 9's file that is said to be stage 4's, under rules that ask for nothing.
fn weak() -> Staged {
    let scene = Staged::new();
    let rules = CONFIGURATION
        .replacen("branch = \"main\"", "branch = \"trunk\"", 1)
        .replace("\"critical\"", "\"none\"")
        .replace("\"medium\"", "\"none\"");
    let files = [("backout.toml", &*rules), (STATE, "state = 2\n")];
    scene.repo.commit_files(&files, "Work\n\nMigration-Stage: 4");
    scene
}

fn urls(scene: &Staged) -> [String; 5] {
    let path = scene.origin.to_str().unwrap();
    let (folder, name) = path.rsplit_once('/').unwrap();
    [
        path.to_owned(),
        format!("{path}/"),
        format!("file://{path}"),
        format!("{folder}/./{name}"),
        path.strip_suffix(".git").unwrap().to_owned(),
    ]
}

#[test]
fn a_place_has_its_rules_however_its_url_is_written() {
    let scene = weak();
    scene.stopped(&["origin", "HEAD:refs/heads/topic"], DENIED);
    for url in urls(&scene) {
        scene.stopped(&[&url, "HEAD:refs/heads/topic"], DENIED);
    }
    // Git puts another beginning in place of a short one.
    let (folder, name) = scene.origin.to_str().unwrap().rsplit_once('/').unwrap();
    for rule in ["insteadOf", "pushInsteadOf"] {
        let key = format!("url.file://{folder}/.{rule}");
        scene.repo.git(&["config", &key, "near:"]).ok();
        scene.stopped(&[&format!("near:{name}"), "HEAD:refs/heads/topic"], DENIED);
        scene.repo.git(&["config", "--unset", &key]).ok();
    }
    // A link leads to the same place as well.
    let link = scene.repo.root().join("link.git");
    std::os::unix::fs::symlink(&scene.origin, &link).unwrap();
    scene.stopped(&[link.to_str().unwrap(), "HEAD:refs/heads/topic"], DENIED);
}

#[test]
fn a_place_has_its_rules_wherever_its_branches_are_tracked() {
    let scene = weak();
    let fetch = "+refs/heads/*:refs/remotes/up/*";
    scene.repo.git(&["config", "remote.origin.fetch", fetch]).ok();
    scene.repo.git(&["fetch", "--quiet", "origin"]).ok();
    scene.repo.git(&["update-ref", "-d", "refs/remotes/origin/main"]).ok();
    let run = scene.stopped(&["origin", "HEAD:refs/heads/topic"], DENIED);
    assert!((run.out() + &run.err()).contains("see backout.toml"), "{}", run.snapshot());
    scene.repo.backout(["status"]).run().ok();
    // What fetching writes is newer than what once stood at the usual place.
    scene.repo.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]).ok();
    scene.stopped(&["origin", "HEAD:refs/heads/topic"], DENIED);
}

#[test]
fn work_of_others_is_not_overwritten_by_another_spelling() {
    let scene = weak();
    let other = scene.repo.root().join("other");
    let origin = scene.origin.to_str().unwrap();
    scene.repo.git(&["clone", "--quiet", origin, other.to_str().unwrap()]).ok();
    std::fs::write(other.join(STATE), "state = 3\n").unwrap();
    let message = "Work elsewhere\n\nMigration-Stage: 9";
    scene.repo.git_in(&other, &["commit", "--quiet", "--all", "--message", message]).ok();
    scene.repo.git_in(&other, &["push", "--quiet", "origin", "main"]).ok();
    let before = scene.remote_refs();
    for url in urls(&scene) {
        scene.repo.push(&["--force", &url, "HEAD:refs/heads/main"]).exits(1);
    }
    // Nor where no remote is known at all.
    scene.repo.git(&["remote", "remove", "origin"]).ok();
    let run =
        scene.repo.push(&["--force", origin, "HEAD:refs/heads/trunk", "HEAD:refs/heads/main"]);
    run.exits(1);
    assert_eq!(scene.remote_refs(), before);
}

#[test]
fn a_landing_branch_of_an_unknown_place_that_is_not_here_is_not_judged() {
    let scene = Staged::new();
    let other = scene.repo.root().join("other");
    let origin = scene.origin.to_str().unwrap().to_owned();
    scene.repo.git(&["clone", "--quiet", &origin, other.to_str().unwrap()]).ok();
    std::fs::write(other.join("README.md"), "theirs\n").unwrap();
    scene.repo.git_in(&other, &["commit", "--quiet", "--all", "--message", "Theirs"]).ok();
    scene.repo.git_in(&other, &["push", "--quiet", "origin", "main"]).ok();
    scene.repo.git(&["remote", "remove", "origin"]).ok();
    scene.ordinary();
    let run = scene.repo.push(&["--force", &origin, "HEAD:refs/heads/main"]).exits(1);
    insta::assert_snapshot!(run.snapshot(), @"
    exit: 1
    stdout:
    stderr:
    error: refs/heads/main stands there on [oid], which is not here, and no remote leads there: neither its rules nor what the push would overwrite is known
    help: give the place a name, and fetch it: `git remote add NAME URL`, then `git fetch NAME`
    error: failed to push some refs to '[TMP]/origin.git'
    ");
}

#[test]
fn that_only_the_pushed_rules_judge_is_said() {
    let scene = Staged::new();
    let fork = scene.repo.bare_remote("fork");
    scene.repo.git(&["remote", "remove", "fork"]).ok();
    scene.ordinary();
    let fork = fork.to_str().unwrap();
    insta::assert_snapshot!(scene.passes(&[fork, "HEAD:refs/heads/topic"]), @"backout: topic: no remote leads there, so its landing branch `main` is not known: judged by the pushed rules alone");
    // The first push ever of the landing branch has no other rules, and nothing is said.
    assert_eq!(scene.passes(&[fork, "main"]), "");
    scene.ordinary();
    assert_eq!(scene.passes(&[fork, "main"]), "");
}

/// A place with a name here, of which nothing was ever fetched; somebody else has pushed there.
fn never_fetched() -> Staged {
    let scene = Staged::new();
    let (there, other) = (scene.repo.bare_remote("there"), scene.repo.root().join("other"));
    let origin = scene.origin.to_str().unwrap().to_owned();
    scene.repo.git(&["clone", "--quiet", &origin, other.to_str().unwrap()]).ok();
    std::fs::write(other.join("README.md"), "theirs\n").unwrap();
    scene.repo.git_in(&other, &["commit", "--quiet", "--all", "--message", "Theirs"]).ok();
    let there = there.to_str().unwrap();
    scene.repo.git_in(&other, &["push", "--quiet", there, "main"]).ok();
    scene.ordinary();
    scene
}

#[test]
fn of_a_remote_that_was_never_fetched_only_the_pushed_rules_judge() {
    let scene = never_fetched();
    insta::assert_snapshot!(scene.passes(&["there", "HEAD:refs/heads/topic"]), @"backout: topic: no rules of `there` are known here: judged by the pushed rules alone");
    // Its landing branch would be overwritten unseen.
    let run = scene.repo.push(&["--force", "there", "HEAD:refs/heads/main"]).exits(1);
    insta::assert_snapshot!(run.snapshot(), @"
    exit: 1
    stdout:
    stderr:
    error: refs/heads/main stands on [oid] at `there`, which is not here: neither its rules nor what the push would overwrite is known
    help: fetch it: `git fetch there`
    error: failed to push some refs to '[TMP]/there.git'
    ");
    scene.repo.git(&["fetch", "--quiet", "there"]).ok();
    assert_eq!(scene.passes(&["there", "HEAD:refs/heads/topic"]), "", "now its rules are here");
}

#[test]
fn a_first_push_ever_to_a_remote_says_nothing() {
    let scene = Staged::new();
    scene.repo.bare_remote("empty");
    scene.ordinary();
    assert_eq!(scene.passes(&["empty", "main"]), "");
}

/// A repository whose migration starts ahead of its rules, in front of an empty remote.
fn never_pushed() -> (TestRepo, std::path::PathBuf) {
    let repo = TestRepo::new();
    let origin = repo.bare_remote("origin");
    repo.commit_files(&[(STATE, "state = 1\n"), (SHARED, "shared = 1\n")], "first");
    repo.annotated_tag("migration-start", "main");
    repo.commit_files(&[("backout.toml", CONFIGURATION)], "Rules");
    repo.install_hook();
    (repo, origin)
}

#[test]
fn the_first_push_ever_takes_the_start_tag_along() {
    let (repo, origin) = never_pushed();
    // Of the tag alone, whose commit is older than the rules, nobody can say anything.
    let run = repo.push(&["origin", "migration-start"]).exits(1);
    insta::assert_snapshot!(run.snapshot(), @"
    exit: 1
    stdout:
    stderr:
    error: there is no backout.toml, neither in the judged commit nor where it would land
    help: the commit that you stand on has one: push its branch first, or along with this (`git push origin HEAD ...`)
    error: failed to push some refs to '[TMP]/origin.git'
    ");
    for (at, refs) in [["main", "migration-start"], ["migration-start", "main"]].iter().enumerate()
    {
        repo.push(&[&["--dry-run", "origin"], &refs[..]].concat()).ok();
        let copy = repo.bare_remote(&format!("copy{at}"));
        repo.push(&[&[copy.to_str().unwrap()], &refs[..]].concat()).ok();
    }
    repo.push(&["--quiet", "--follow-tags", "origin", "main"]).ok();
    let there = ["rev-parse", "--verify", "--quiet", "migration-start"];
    repo.git_in(&origin, &there).ok();
}

#[test]
fn rules_that_go_along_judge_what_has_none() {
    let (repo, _) = never_pushed();
    repo.git(&["checkout", "--quiet", "-b", "bare", "migration-start"]).ok();
    repo.commit_files(&[(STATE, "state = 2\n")], "Work\n\nMigration-Stage: 4");
    let run = repo.push(&["origin", "main", "bare"]).exits(1);
    insta::assert_snapshot!(run.snapshot(), @r#"
    exit: 1
    stdout:
      ref   kind    change  commits  paths
      main  branch  create  1        1
      bare  branch  create  1        1
      bare: no rules of `origin` are known here: judged by the pushed rules alone

      stage  name          impact    commits  way back
      9      Continuation  critical  1        open

    Stage 9: Continuation (critical)
      deny stage/wrong-stage
          [oid] "Work" is said to be work on stage 4, but changes
          src/core/state.py, which stage 9 owns
          in refs/heads/bare, see backout.toml:20
          help: add `Migration-Stage: 9` to the commit's message, or take the path
                out of the commit

    not ready to land: 1 problem
    stderr:
    error: failed to push some refs to '[TMP]/origin.git'
    "#);
    // Rules on a branch on which nothing lands by them are nobody's but that branch's.
    let run = repo.push(&["origin", "main:topic", "bare"]).exits(1);
    insta::assert_snapshot!(run.snapshot(), @"
    exit: 1
    stdout:
    stderr:
    error: there is no backout.toml, neither in the judged commit nor where it would land
    help: write one with `backout init` and commit it; or take the guard away with `backout uninstall`
    error: failed to push some refs to '[TMP]/origin.git'
    ");
}

#[test]
fn a_clone_that_leaves_the_landing_branch_out_judges_nothing_by_the_pushed_rules_alone() {
    let scene = Staged::new();
    scene.repo.git(&["push", "--quiet", "--no-verify", "origin", "main:foo"]).ok();
    let single = scene.repo.root().join("single");
    let origin = scene.origin.to_str().unwrap();
    let clone = ["clone", "--quiet", "--single-branch", "--branch", "foo", origin];
    scene.repo.git(&[&clone[..], &[single.to_str().unwrap()]].concat()).ok();
    // Whose rules are they? The change brings its own, and may name the branch it goes to.
    let rules = std::fs::read_to_string(single.join("backout.toml")).unwrap();
    for (landing, pushed) in [("main", "topic"), ("main", "master"), ("topic", "topic")] {
        let own = rules.replacen("branch = \"main\"", &format!("branch = \"{landing}\""), 1);
        std::fs::write(single.join("backout.toml"), own).unwrap();
        std::fs::write(single.join(STATE), format!("{landing} {pushed}\n")).unwrap();
        scene.repo.git_in(&single, &["add", "--all"]).ok();
        let work = "Work\n\nMigration-Stage: 9";
        scene.repo.git_in(&single, &["commit", "--quiet", "--message", work]).ok();
        let head = scene.repo.git_in(&single, &["rev-parse", "HEAD"]).ok().out();
        let none = "0".repeat(head.trim().len());
        let line = format!("refs/heads/foo {} refs/heads/{pushed} {none}\n", head.trim());
        let run =
            scene.repo.backout(["pre-push", "origin", origin]).folder(&single).stdin(&line).run();
        run.exits(3);
    }
}
