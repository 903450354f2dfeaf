//! A stage that is closed: its work had landed before, and is held against nobody afterwards; what
//! comes later is, whatever its date says.

use crate::support::{CONFIGURATION, Run, STATE, Staged};

const WORK: &str = "Move the state\n\nMigration-Stage: 9";

fn closed() -> String {
    let state = "impact = \"critical\"\nstate = \"closed\"\nsince = 2026-02-01\nreason = \"over\"";
    CONFIGURATION.replacen("impact = \"critical\"", state, 1)
}

/// Stage 9 has landed, and was closed in a change of its own.
fn landed_and_closed() -> Staged {
    let scene = Staged::new();
    scene.ready();
    scene.passes(&["origin", "main"]);
    scene.repo.commit_files(&[("backout.toml", &closed())], "Close stage 9");
    scene.passes(&["origin", "main"]);
    scene
}

fn work(scene: &Staged, state: u8) {
    scene.repo.commit_files(&[(STATE, &format!("state = {state}\n"))], WORK);
}

fn check(scene: &Staged, arguments: &[&str]) -> Run {
    scene.repo.backout(["check"]).args(arguments).run()
}

/// What a run says, on one line.
fn said(run: &Run) -> String {
    (run.out() + &run.err()).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn is_denied(run: Run) {
    let told = said(&run.exits(1));
    assert!(told.contains("deny stage/closed"), "{told}");
}

#[test]
fn what_had_landed_before_a_stage_was_closed_is_held_against_nobody() {
    let scene = landed_and_closed();
    for arguments in [&["--phase", "deploy"][..], &[]] {
        let told = check(&scene, arguments).exits(0).snapshot();
        assert!(!told.contains("stage/closed"), "{told}");
    }
    let status = scene.repo.backout(["status", "--exit-code"]).run().exits(0).snapshot();
    assert!(!status.contains("stage/closed"), "{status}");
    // Other work goes on, and a later deployment is judged.
    scene.ordinary();
    scene.passes(&["origin", "main"]);
    check(&scene, &["--phase", "deploy"]).exits(0);
}

#[test]
fn work_that_comes_after_the_closing_is_held_against_it_by_whatever_way_it_came() {
    let scene = landed_and_closed();
    work(&scene, 3);
    scene.stopped(&["origin", "main"], "stage/closed");
    is_denied(check(&scene, &["--base", "origin/main"]));
    is_denied(check(&scene, &["--phase", "deploy"]));
    // Past the hook, the pipeline still sees it, and for good.
    scene.share(&["origin", "main"]);
    let told = said(&check(&scene, &["--phase", "deploy"]).exits(1));
    assert!(told.contains("\"Move the state\" claims to be its"), "{told}");
    is_denied(check(&scene, &[]));
    scene.ordinary();
    scene.share(&["origin", "main"]);
    is_denied(check(&scene, &["--phase", "deploy"]));
}

#[test]
fn a_branch_from_before_the_closing_that_lands_after_it_is_late() {
    let scene = landed_and_closed();
    scene.repo.git(&["switch", "--quiet", "--create", "topic", "HEAD~1"]).ok();
    // Older than the closing by its date, too.
    let old = "@1700000000 +0000";
    let dates = [("GIT_AUTHOR_DATE", old), ("GIT_COMMITTER_DATE", old)];
    scene.repo.write(STATE, "state = 3\n");
    scene.repo.git_env(&dates, &["commit", "--quiet", "--all", "--message", WORK]).ok();
    is_denied(check(&scene, &["--base", "origin/main"]));
    scene.repo.git(&["switch", "--quiet", "main"]).ok();
    scene.repo.git(&["merge", "--quiet", "--no-ff", "--message", "Merge topic", "topic"]).ok();
    scene.stopped(&["origin", "main"], "stage/closed");
    scene.share(&["origin", "main"]);
    is_denied(check(&scene, &["--phase", "deploy"]));
}

#[test]
fn a_merge_that_turns_the_line_around_is_stopped_where_it_lands() {
    let scene = landed_and_closed();
    scene.repo.git(&["switch", "--quiet", "--create", "topic", "HEAD~1"]).ok();
    work(&scene, 3);
    scene.repo.git(&["merge", "--quiet", "--no-ff", "--message", "Merge main", "main"]).ok();
    scene.stopped(&["origin", "topic:main"], "stage/closed");
    let closing = scene.repo.git(&["rev-parse", "origin/main"]).ok().out();
    scene.share(&["origin", "topic:main"]);
    is_denied(check(&scene, &["--base", closing.trim()]));
}

#[test]
fn work_in_the_push_that_closes_its_stage_is_stopped() {
    let scene = Staged::new();
    scene.ready();
    scene.repo.commit_files(&[("backout.toml", &closed())], "Close stage 9");
    scene.stopped(&["origin", "main"], "stage/closed");
}

#[test]
fn a_stage_that_was_reopened_and_closed_again_is_held_to_each_closing() {
    let scene = landed_and_closed();
    scene.repo.commit_files(&[("backout.toml", CONFIGURATION)], "Reopen stage 9");
    scene.passes(&["origin", "main"]);
    work(&scene, 3);
    scene.passes(&["origin", "main"]);
    scene.repo.commit_files(&[("backout.toml", &closed())], "Close stage 9 again");
    scene.passes(&["origin", "main"]);
    check(&scene, &["--phase", "deploy"]).exits(0);
    work(&scene, 4);
    scene.share(&["origin", "main"]);
    is_denied(check(&scene, &["--phase", "deploy"]));
    // Rules that cannot be read reopen nothing.
    scene.repo.commit_files(&[("backout.toml", "version = ")], "Break the rules");
    work(&scene, 5);
    scene.repo.commit_files(&[("backout.toml", &closed())], "Mend the rules");
    scene.share(&["origin", "main"]);
    let told = said(&check(&scene, &["--phase", "deploy"]).exits(1));
    assert!(told.contains("and 1 more claim to"), "{told}");
}
