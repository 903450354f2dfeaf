//! Everything that `git push` can do, judged by the real guard: an unready stage never lands,
//! whatever the push looks like, and what is ready or ordinary is never in the way.

use crate::support::{RECEIPT, RECEIPT_PATH, STATE, Staged};

const MISSING: &str = "backup/missing";

#[test]
fn a_normal_push() {
    let scene = Staged::new();
    scene.unready();
    scene.stopped(&["origin", "main"], MISSING);
    scene.repo.commit_files(&[(RECEIPT_PATH, RECEIPT)], "Record the backup");
    assert!(scene.passes(&["origin", "main"]).contains("ready: stage 9 (land)"));
    scene.ordinary();
    assert_eq!(scene.passes(&["origin", "main"]), "");
}

#[test]
fn a_new_branch_with_one_commit_is_told_and_passes() {
    let scene = Staged::new();
    scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    scene.unready();
    let told = scene.passes(&["origin", "topic"]);
    assert!(told.contains("warn backup/missing"), "{told}");
}

#[test]
fn a_new_branch_without_new_commits_is_silent() {
    let scene = Staged::new();
    scene.repo.git(&["branch", "copy"]).ok();
    assert_eq!(scene.passes(&["origin", "copy"]), "");
}

#[test]
fn a_deleted_branch() {
    let scene = Staged::new();
    scene.share(&["origin", "main:refs/heads/stale"]);
    assert_eq!(scene.passes(&["origin", "--delete", "stale"]), "");
    scene.stopped(&["origin", "--delete", "main"], "ref/history-rewritten");
}

#[test]
fn an_annotated_tag_on_a_pushed_commit_is_silent() {
    let scene = Staged::new();
    scene.repo.annotated_tag("v1", "main");
    assert_eq!(scene.passes(&["origin", "v1"]), "");
}

#[test]
fn a_lightweight_tag_on_an_unpushed_stage_commit_is_told_and_passes() {
    let scene = Staged::new();
    scene.unready();
    scene.repo.tag("v2", "main");
    let told = scene.passes(&["origin", "v2"]);
    assert!(told.contains("warn backup/missing"), "{told}");
    // Shared by a tag it has not landed: the branch is judged as strictly as before.
    scene.stopped(&["origin", "main"], MISSING);
}

#[test]
fn a_deleted_tag() {
    let scene = Staged::new();
    scene.repo.tag("v3", "main");
    scene.share(&["origin", "v3"]);
    assert_eq!(scene.passes(&["origin", ":refs/tags/v3"]), "");
    scene.stopped(&["origin", ":refs/tags/migration-start"], "ref/start-tag-deleted");
}

#[test]
fn a_moved_start_tag() {
    let scene = Staged::new();
    scene.repo.git(&["tag", "-a", "-f", "-m", "moved", "migration-start", "main"]).ok();
    scene.stopped(&["--force", "origin", "migration-start"], "ref/start-tag-moved");
}

#[test]
fn a_force_push_of_an_amended_commit() {
    let scene = Staged::new();
    scene.repo.write(STATE, "state = 2\n");
    let amend = ["commit", "--quiet", "--all", "--amend", "--message", "x\n\nMigration-Stage: 9"];
    scene.repo.git(&amend).ok();
    scene.stopped(&["--force", "origin", "main"], MISSING);
    scene.repo.write(RECEIPT_PATH, RECEIPT);
    scene.repo.git(&["add", "--all"]).ok();
    scene.repo.git(&amend).ok();
    scene.passes(&["--force", "origin", "main"]);
}

#[test]
fn a_rewind_drops_ordinary_work_but_no_landed_stage() {
    let scene = Staged::new();
    scene.ready();
    scene.passes(&["origin", "main"]);
    scene.ordinary();
    scene.passes(&["origin", "main"]);
    scene.repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    assert_eq!(scene.passes(&["--force", "origin", "main"]), "");
    scene.repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    scene.stopped(&["--force", "origin", "main"], "ref/history-rewritten");
}

#[test]
fn a_force_push_of_another_message() {
    let scene = Staged::new();
    scene.repo.git(&["commit", "--quiet", "--amend", "--message", "other words"]).ok();
    assert_eq!(scene.passes(&["--force", "origin", "main"]), "");
}

#[test]
fn a_push_that_git_rejects_itself() {
    let scene = Staged::new();
    let other = scene.repo.clone_of(&scene.origin.display().to_string(), "other", &[]);
    other.commit_files(&[("README.md", "theirs\n")], "theirs");
    other.push(&["--quiet", "origin", "main"]).ok();
    scene.repo.git(&["fetch", "--quiet", "origin"]).ok();
    scene.unready();
    let told = scene.repo.push(&["origin", "main"]).exits(1).err();
    assert!(told.contains("[rejected]") && !told.contains("backup/missing"), "{told}");
}

#[test]
fn one_bad_ref_of_several_stops_the_push_and_is_named() {
    let scene = Staged::new();
    scene.repo.git(&["branch", "other"]).ok();
    scene.unready();
    scene.repo.git(&["switch", "--quiet", "other"]).ok();
    scene.ordinary();
    for arguments in [&["--all", "origin"][..], &["origin", "other", "main"]] {
        let run = scene.stopped(arguments, MISSING);
        let told = run.out() + &run.err();
        assert!(told.contains("refs/heads/main"), "the ref is not named:\n{told}");
        assert!(!told.contains("refs/heads/other"), "another ref is named:\n{told}");
    }
}

#[test]
fn an_update_and_a_deletion_in_both_orders() {
    for refspecs in [["main", ":stale"], [":stale", "main"]] {
        let scene = Staged::new();
        scene.share(&["origin", "main:refs/heads/stale"]);
        scene.unready();
        scene.stopped(&["origin", refspecs[0], refspecs[1]], MISSING);
        scene.repo.commit_files(&[(RECEIPT_PATH, RECEIPT)], "Record the backup");
        scene.passes(&["origin", refspecs[0], refspecs[1]]);
    }
}

#[test]
fn refs_that_are_renamed_on_the_way() {
    let scene = Staged::new();
    scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    scene.unready();
    scene.stopped(&["origin", "HEAD:refs/heads/main"], MISSING);
    scene.stopped(&["origin", "HEAD:refs/heads/renamed", "topic:main"], MISSING);
    assert!(scene.passes(&["origin", "main:refs/heads/bysha"]).is_empty());
}

#[test]
fn nothing_to_push_is_silent() {
    let scene = Staged::new();
    assert_eq!(scene.passes(&["origin", "main"]), "");
}

#[test]
fn a_dry_run_is_judged() {
    let scene = Staged::new();
    scene.unready();
    scene.stopped(&["--dry-run", "origin", "main"], MISSING);
}

#[test]
fn a_push_by_url_is_matched_to_its_remote() {
    let scene = Staged::new();
    scene.unready();
    let url = scene.origin.display().to_string();
    scene.stopped(&[&url, "main"], MISSING);
}

#[test]
fn a_push_to_a_url_that_no_remote_has() {
    let scene = Staged::new();
    scene.unready();
    let url = format!("file://{}", scene.origin.display());
    scene.stopped(&[&url, "main"], MISSING);
}

#[test]
fn a_branch_and_the_tags_that_follow_it() {
    let scene = Staged::new();
    scene.unready();
    scene.repo.annotated_tag("v4", "main");
    scene.stopped(&["--follow-tags", "origin", "main"], MISSING);
    scene.repo.commit_files(&[(RECEIPT_PATH, RECEIPT)], "Record the backup");
    scene.passes(&["--follow-tags", "origin", "main"]);
}

#[test]
fn what_no_verify_lets_through_is_caught_by_check() {
    let scene = Staged::new();
    let base = scene.repo.rev("main");
    let head = scene.unready();
    scene.repo.push(&["--no-verify", "origin", "main"]).ok();
    let run = scene.repo.backout(["check", "--base", &base, "--head", &head]).run().exits(1);
    assert!(run.out().contains("deny backup/missing"), "{}", run.out());
}

#[test]
fn a_push_from_a_subfolder() {
    let scene = Staged::new();
    scene.unready();
    let folder = scene.repo.path().join("src/core");
    let run = scene.repo.git_in(&folder, &["push", "origin", "main"]).exits(1);
    assert!((run.out() + &run.err()).contains("deny backup/missing"));
}

#[test]
fn a_push_from_a_linked_worktree() {
    let scene = Staged::new();
    let linked = scene.repo.worktree("side");
    linked.commit_files(&[(STATE, "state = 2\n")], "Move\n\nMigration-Stage: 9");
    let run = linked.push(&["origin", "side:main"]).exits(1);
    assert!((run.out() + &run.err()).contains("deny backup/missing"));
    linked.push(&["--quiet", "origin", "side"]).ok();
}

#[test]
fn a_local_revision_with_a_space() {
    let scene = Staged::new();
    scene.unready();
    scene.ordinary();
    scene.stopped(&["origin", "HEAD^{/Move the state}:refs/heads/main"], MISSING);
    assert_eq!(scene.passes(&["origin", "HEAD^{/fix bug}:refs/heads/spacy"]), "");
}

#[test]
fn an_orphan_branch() {
    let scene = Staged::new();
    scene.repo.git(&["switch", "--quiet", "--orphan", "lone"]).ok();
    scene.repo.commit_files(&[("pages.html", "<p>\n")], "root");
    assert_eq!(scene.passes(&["origin", "lone"]), "");
    scene.stopped(&["--force", "origin", "lone:main"], "ref/history-rewritten");
}

#[test]
fn two_commits_that_cancel_each_other_pass() {
    let scene = Staged::new();
    let message = "There and back\n\nMigration-Stage: 9";
    scene.repo.commit_files(&[(STATE, "state = 2\n")], message);
    scene.repo.git(&["revert", "--no-edit", "HEAD"]).ok();
    scene.passes(&["origin", "main"]);
}
