//! Real pushes through the installed shim: whatever git tells a hook arrives, byte for byte, with
//! and without a hook that was there before.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Recorder, Run, TestRepo, write_program};

const ZEROS: &str = "0000000000000000000000000000000000000000";

/// A repository with two pushed commits on main, the shim installed, and a recorder in
/// backout's place.
struct Scene {
    repo: TestRepo,
    origin: PathBuf,
    judge: Recorder,
    previous: Option<Recorder>,
}

impl Scene {
    fn new(chained: bool) -> Self {
        let repo = TestRepo::new();
        let origin = repo.bare_remote("origin");
        repo.commit_files(&[("src/a.txt", "one\n")], "first");
        repo.commit_files(&[("src/a.txt", "two\n")], "fix bug in a");
        repo.push(&["--quiet", "--set-upstream", "origin", "main"]).ok();
        let previous = chained.then(|| Recorder::new(&repo, "previous"));
        if let Some(previous) = &previous {
            let hook = repo.path().join(".git/hooks/pre-push");
            write_program(&hook, previous.script());
        }
        let judge = Recorder::new(&repo, "judge");
        let program = judge.program();
        repo.backout(["install", "--program"]).args([program]).run().ok();
        Self { repo, origin, judge, previous }
    }

    /// Pushes past the hook, to set a scene up.
    fn share(&self, arguments: &[&str]) {
        self.repo.push(&[&["--quiet", "--no-verify"], arguments].concat()).ok();
    }

    /// Pushes; exactly these ref lines have to arrive.
    #[track_caller]
    fn push(&self, arguments: &[&str], lines: &[String]) -> Run {
        let run = self.repo.push(arguments);
        let origin = self.origin.display().to_string();
        self.arrived(["origin", &origin], self.repo.path(), lines);
        run
    }

    /// Asserts one call of the judge, and before it one of the previous hook.
    #[track_caller]
    fn arrived(&self, [name, url]: [&str; 2], folder: &Path, lines: &[String]) {
        let stdin: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let call = self.judge.only_call();
        assert_eq!(String::from_utf8_lossy(&call.stdin), stdin);
        assert_eq!(call.arguments, ["pre-push", name, url]);
        assert_eq!(call.folder, folder);
        let order = fs::read_to_string(self.repo.root().join("order")).unwrap();
        if let Some(previous) = &self.previous {
            let call = previous.only_call();
            assert_eq!(String::from_utf8_lossy(&call.stdin), stdin);
            assert_eq!(call.arguments, [name, url]);
            assert_eq!(call.folder, folder);
            assert_eq!(order, "previous\njudge\n");
        } else {
            assert_eq!(order, "judge\n");
        }
    }

    fn rev(&self, revision: &str) -> String {
        self.repo.rev(revision)
    }
}

/// Runs a scenario without and with a hook that was there before.
fn both(scenario: impl Fn(&Scene)) {
    for chained in [false, true] {
        scenario(&Scene::new(chained));
    }
}

fn line(local: &str, to: &str, remote: &str, from: &str) -> String {
    format!("{local} {to} {remote} {from}")
}

fn update(branch: &str, to: &str, from: &str) -> String {
    line(&format!("refs/heads/{branch}"), to, &format!("refs/heads/{branch}"), from)
}

fn delete(remote: &str, from: &str) -> String {
    line("(delete)", ZEROS, remote, from)
}

#[test]
fn a_normal_push() {
    both(|scene| {
        let old = scene.rev("main");
        let new = scene.repo.commit_files(&[("src/a.txt", "three\n")], "third");
        scene.push(&["origin", "main"], &[update("main", &new, &old)]).ok();
    });
}

#[test]
fn a_new_branch_with_one_commit() {
    both(|scene| {
        scene.repo.git(&["switch", "--quiet", "--create", "feat"]).ok();
        let new = scene.repo.commit_files(&[("src/b.txt", "b\n")], "third");
        scene.push(&["origin", "feat"], &[update("feat", &new, ZEROS)]).ok();
    });
}

#[test]
fn a_new_branch_without_new_commits() {
    both(|scene| {
        scene.repo.git(&["branch", "copy"]).ok();
        scene.push(&["origin", "copy"], &[update("copy", &scene.rev("main"), ZEROS)]).ok();
    });
}

#[test]
fn a_branch_is_deleted() {
    both(|scene| {
        scene.share(&["origin", "main:refs/heads/stale"]);
        let old = scene.rev("main");
        scene.push(&["origin", "--delete", "stale"], &[delete("refs/heads/stale", &old)]).ok();
    });
}

#[test]
fn an_annotated_tag_on_a_pushed_commit() {
    both(|scene| {
        let tag = scene.repo.annotated_tag("v1", "main");
        assert_ne!(tag, scene.rev("main"));
        let lines = [line("refs/tags/v1", &tag, "refs/tags/v1", ZEROS)];
        scene.push(&["origin", "v1"], &lines).ok();
    });
}

#[test]
fn a_lightweight_tag_on_an_unpushed_commit() {
    both(|scene| {
        let new = scene.repo.commit_files(&[("src/a.txt", "three\n")], "third");
        scene.repo.tag("v2", "main");
        let lines = [line("refs/tags/v2", &new, "refs/tags/v2", ZEROS)];
        scene.push(&["origin", "v2"], &lines).ok();
    });
}

#[test]
fn a_tag_is_deleted() {
    both(|scene| {
        scene.repo.tag("v3", "main");
        scene.share(&["origin", "v3"]);
        let lines = [delete("refs/tags/v3", &scene.rev("main"))];
        scene.push(&["origin", ":refs/tags/v3"], &lines).ok();
    });
}

#[test]
fn a_force_push_of_an_amended_commit() {
    both(|scene| {
        let old = scene.rev("main");
        scene.repo.write("src/a.txt", "amended\n");
        scene.repo.git(&["commit", "--quiet", "--all", "--amend", "--no-edit"]).ok();
        let lines = [update("main", &scene.rev("main"), &old)];
        scene.push(&["--force", "origin", "main"], &lines).ok();
    });
}

#[test]
fn a_force_push_that_drops_the_last_commit() {
    both(|scene| {
        let old = scene.rev("main");
        scene.repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]).ok();
        let lines = [update("main", &scene.rev("main"), &old)];
        scene.push(&["--force", "origin", "main"], &lines).ok();
    });
}

#[test]
fn a_force_push_of_another_message() {
    both(|scene| {
        let old = scene.rev("main");
        scene.repo.git(&["commit", "--quiet", "--amend", "--message", "other words"]).ok();
        let new = scene.rev("main");
        assert_ne!(old, new);
        scene.push(&["--force", "origin", "main"], &[update("main", &new, &old)]).ok();
    });
}

/// Somebody else has pushed to main. Returns their commit and ours, which is not pushed yet.
fn diverged(scene: &Scene) -> (String, String) {
    let origin = scene.origin.display().to_string();
    let other = scene.repo.clone_of(&origin, "other", &[]);
    let theirs = other.commit_files(&[("src/a.txt", "theirs\n")], "theirs");
    other.push(&["--quiet", "origin", "main"]).ok();
    (theirs, scene.repo.commit_files(&[("src/a.txt", "ours\n")], "ours"))
}

#[test]
fn a_rejected_push_has_no_ref_lines() {
    both(|scene| {
        diverged(scene);
        scene.repo.git(&["fetch", "--quiet", "origin"]).ok();
        scene.push(&["origin", "main"], &[]).exits(1);
    });
}

#[test]
fn a_push_that_is_rejected_over_an_unknown_commit_has_its_ref_line() {
    both(|scene| {
        let (theirs, ours) = diverged(scene);
        scene.push(&["origin", "main"], &[update("main", &ours, &theirs)]).exits(1);
    });
}

#[test]
fn a_forced_push_over_a_commit_that_is_not_here() {
    both(|scene| {
        let (theirs, ours) = diverged(scene);
        scene.repo.git(&["cat-file", "-e", &theirs]).exits(1);
        scene.push(&["--force", "origin", "main"], &[update("main", &ours, &theirs)]).ok();
    });
}

#[test]
fn all_branches_at_once() {
    both(|scene| {
        scene.share(&["origin", "main:refs/heads/b2"]);
        let old = scene.rev("main");
        for branch in ["b2", "newb"] {
            scene.repo.git(&["switch", "--quiet", "--create", branch, &old]).ok();
            scene.repo.commit_files(&[("src/b.txt", branch)], branch);
        }
        scene.repo.git(&["switch", "--quiet", "main"]).ok();
        let new = scene.repo.commit_files(&[("src/a.txt", "three\n")], "third");
        let lines = [
            update("b2", &scene.rev("b2"), &old),
            update("main", &new, &old),
            update("newb", &scene.rev("newb"), ZEROS),
        ];
        scene.push(&["--all", "origin"], &lines).ok();
    });
}

#[test]
fn an_update_and_a_deletion_in_both_orders() {
    for refspecs in [["main", ":stale"], [":stale", "main"]] {
        both(|scene| {
            scene.share(&["origin", "main:refs/heads/stale"]);
            let old = scene.rev("main");
            let new = scene.repo.commit_files(&[("src/a.txt", "three\n")], "third");
            let lines = [update("main", &new, &old), delete("refs/heads/stale", &old)];
            scene.push(&["origin", refspecs[0], refspecs[1]], &lines).ok();
        });
    }
}

#[test]
fn refs_that_are_renamed_on_the_way() {
    both(|scene| {
        let refspecs = ["HEAD:refs/heads/renamed", "main~1:refs/heads/bysha"];
        let lines = [
            line("HEAD", &scene.rev("main"), "refs/heads/renamed", ZEROS),
            line("main~1", &scene.rev("main~1"), "refs/heads/bysha", ZEROS),
        ];
        scene.push(&["origin", refspecs[0], refspecs[1]], &lines).ok();
    });
}

#[test]
fn nothing_to_push() {
    both(|scene| drop(scene.push(&["origin", "main"], &[]).ok()));
}

#[test]
fn a_dry_run() {
    both(|scene| {
        let old = scene.rev("main");
        let new = scene.repo.commit_files(&[("src/a.txt", "three\n")], "third");
        scene.push(&["--dry-run", "origin", "main"], &[update("main", &new, &old)]).ok();
        assert_eq!(scene.repo.git_in(&scene.origin, &["rev-parse", "main"]).line(), old);
    });
}

#[test]
fn a_push_by_url() {
    both(|scene| {
        let old = scene.rev("main");
        let new = scene.repo.commit_files(&[("src/a.txt", "three\n")], "third");
        let url = scene.origin.display().to_string();
        scene.repo.push(&[&url, "main"]).ok();
        scene.arrived([&url, &url], scene.repo.path(), &[update("main", &new, &old)]);
    });
}

#[test]
fn a_branch_and_the_tags_that_follow_it() {
    both(|scene| {
        let old = scene.rev("main");
        let new = scene.repo.commit_files(&[("src/a.txt", "three\n")], "third");
        let tag = scene.repo.annotated_tag("v4", "main");
        let lines = [update("main", &new, &old), line("refs/tags/v4", &tag, "refs/tags/v4", ZEROS)];
        scene.push(&["--follow-tags", "origin", "main"], &lines).ok();
    });
}

#[test]
fn a_push_from_a_subfolder() {
    both(|scene| {
        let old = scene.rev("main");
        let new = scene.repo.commit_files(&[("src/a.txt", "three\n")], "third");
        let folder = scene.repo.path().join("src");
        scene.repo.git_in(&folder, &["push", "origin", "main"]).ok();
        let origin = scene.origin.display().to_string();
        scene.arrived(["origin", &origin], scene.repo.path(), &[update("main", &new, &old)]);
    });
}

#[test]
fn a_push_from_a_linked_worktree() {
    both(|scene| {
        let linked = scene.repo.worktree("side");
        let new = linked.commit_files(&[("src/b.txt", "b\n")], "third");
        linked.push(&["origin", "side"]).ok();
        let origin = scene.origin.display().to_string();
        scene.arrived(["origin", &origin], linked.path(), &[update("side", &new, ZEROS)]);
    });
}

#[test]
fn a_local_revision_with_a_space() {
    both(|scene| {
        let found = scene.rev("main");
        scene.repo.commit_files(&[("src/a.txt", "three\n")], "third");
        let lines = [line("HEAD^{/fix bug}", &found, "refs/heads/spacy", ZEROS)];
        scene.push(&["origin", "HEAD^{/fix bug}:refs/heads/spacy"], &lines).ok();
    });
}

#[test]
fn an_orphan_branch() {
    both(|scene| {
        scene.repo.git(&["switch", "--quiet", "--orphan", "lone"]).ok();
        let new = scene.repo.commit_files(&[("c.txt", "c\n")], "root");
        scene.push(&["origin", "lone"], &[update("lone", &new, ZEROS)]).ok();
    });
}

#[test]
fn two_commits_that_cancel_each_other() {
    both(|scene| {
        scene.repo.git(&["switch", "--quiet", "--create", "even"]).ok();
        scene.repo.commit_files(&[("src/a.txt", "three\n")], "third");
        let new = scene.repo.commit_files(&[("src/a.txt", "two\n")], "back again");
        scene.push(&["origin", "even"], &[update("even", &new, ZEROS)]).ok();
    });
}

#[test]
fn no_verify_skips_the_hook() {
    both(|scene| {
        scene.repo.commit_files(&[("src/a.txt", "three\n")], "third");
        scene.repo.push(&["--no-verify", "origin", "main"]).ok();
        assert_eq!(scene.judge.calls(), []);
    });
}

#[test]
fn a_remote_with_two_urls_is_judged_twice() {
    both(|scene| {
        let mirror = scene.repo.bare_remote("mirror").display().to_string();
        let origin = scene.origin.display().to_string();
        for url in [&origin, &mirror] {
            scene.repo.git(&["remote", "set-url", "--add", "--push", "origin", url]).ok();
        }
        scene.repo.commit_files(&[("src/a.txt", "three\n")], "third");
        scene.repo.push(&["origin", "main"]).ok();
        let urls: Vec<String> =
            scene.judge.calls().into_iter().map(|call| call.arguments[2].clone()).collect();
        assert_eq!(urls, [origin, mirror]);
    });
}

#[test]
fn three_thousand_refs() {
    both(|scene| {
        let oid = scene.rev("main");
        let refs: String = (0..3_000)
            .map(|n| format!("create refs/heads/release/candidate-{n:04} {oid}\n"))
            .collect();
        fs::write(scene.repo.root().join("refs"), refs).unwrap();
        let command = "git update-ref --stdin <../refs";
        scene.repo.git(&["-c", &format!("alias.many=!{command}"), "many"]).ok();
        let lines: Vec<String> =
            (0..3_000).map(|n| update(&format!("release/candidate-{n:04}"), &oid, ZEROS)).collect();
        assert!(lines.iter().map(String::len).sum::<usize>() > 350_000);
        scene.push(&["--quiet", "--dry-run", "--all", "origin"], &lines).ok();
    });
}

#[test]
fn the_previous_hook_stops_the_push_and_the_judgement_is_told_too() {
    let scene = Scene::new(true);
    scene.previous.as_ref().unwrap().exits(7);
    let old = scene.rev("main");
    let new = scene.repo.commit_files(&[("src/a.txt", "three\n")], "third");
    insta::assert_snapshot!(scene.repo.push(&["origin", "main"]).snapshot(), @r"
    exit: 1
    stdout:
    stderr:
    backout: this push was stopped by the hook that runs first, .git/hooks/pre-push.backout-previous
    error: failed to push some refs to '[TMP]/origin.git'
    ");
    let origin = scene.origin.display().to_string();
    scene.arrived(["origin", &origin], scene.repo.path(), &[update("main", &new, &old)]);
}

#[test]
fn a_judgement_stops_the_push() {
    both(|scene| {
        scene.judge.exits(1);
        let old = scene.rev("main");
        let new = scene.repo.commit_files(&[("src/a.txt", "three\n")], "third");
        scene.push(&["origin", "main"], &[update("main", &new, &old)]).exits(1);
        assert_eq!(scene.repo.git_in(&scene.origin, &["rev-parse", "main"]).line(), old);
    });
}
