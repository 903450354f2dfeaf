//! A pull request that is squashed lands as one commit: what its commits kept apart cannot be told
//! apart any more, and has to be found before.

use serde_json::Value;

use crate::support::{RECEIPT, RECEIPT_PATH, Run, SHARED, STATE, Staged};

/// The settings of a repository that squashes, and keeps all messages.
const SQUASH: &str = r#"{"allow_merge_commit": false, "allow_rebase_merge": false,
    "allow_squash_merge": true, "squash_merge_commit_message": "COMMIT_MESSAGES"}"#;

fn lines(second: &str, last: &str) -> String {
    let line = |number: usize| match number {
        2 => format!("{second}\n"),
        18 => format!("{last}\n"),
        _ => format!("line {number}\n"),
    };
    (1..20).map(line).collect()
}

/// A topic branch of two commits, each with what it says and the path that it changes.
fn topic(first: (&str, &str), second: (&str, &str)) -> Staged {
    let scene = Staged::new();
    let repo = &scene.repo;
    let all = lines("two", "last");
    let files = [(SHARED, all.as_str()), (STATE, &all), ("src/core/four.py", &all)];
    repo.commit_files(&files, "Lines\n\nMigration-Stage: none");
    scene.share(&["origin", "main"]);
    repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    let said = |stage: &str| format!("Work\n\nMigration-Stage: {stage}");
    let once = lines("changed", "last");
    repo.commit_files(&[(first.1, &once), (RECEIPT_PATH, RECEIPT)], &said(first.0));
    let before = if first.1 == second.1 { "changed" } else { "two" };
    repo.commit_files(&[(second.1, &lines(before, "changed"))], &said(second.0));
    scene
}

/// The check of a pull request in a repository with these settings.
fn pull_request(scene: &Staged, settings: &str) -> Run {
    let (base, head) = (scene.repo.rev("origin/main"), scene.repo.rev("HEAD"));
    let event = format!(
        r#"{{"action": "opened", "number": 1, "pull_request": {{
        "draft": false, "title": "t", "body": "b",
        "base": {{"ref": "main", "sha": "{base}", "repo": {settings}}},
        "head": {{"ref": "topic", "sha": "{head}"}}}},
        "repository": {{"default_branch": "main"}}}}"#
    );
    scene.repo.write("../event.json", &event);
    scene
        .repo
        .backout(["check", "--format", "json"])
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_EVENT_NAME", "pull_request")
        .env("GITHUB_EVENT_PATH", scene.repo.path().join("../event.json"))
        .env("GITHUB_SHA", &head)
        .env("GITHUB_REF", "refs/heads/main")
        .run()
}

/// The hook's answer to a push of the very squash.
fn squashed(scene: &Staged) -> Run {
    let (base, tree) = (scene.repo.rev("origin/main"), scene.repo.rev("HEAD^{tree}"));
    let messages = scene.repo.git(&["log", "--format=* %B", "origin/main..HEAD"]).ok().out();
    let message = format!("t (#1)\n\n{messages}");
    let make = ["commit-tree", &tree, "-p", &base, "-m", &message];
    let squash = scene.repo.git(&make).ok().line();
    let line = format!("HEAD {squash} refs/heads/main {base}\n");
    let hook = scene.repo.backout(["pre-push", "origin", "../origin.git", "--format", "json"]);
    hook.stdin(line).run()
}

/// What is found at level deny, and of whom.
fn denied(run: &Run) -> Vec<String> {
    let said: Value = serde_json::from_str(&run.out()).unwrap();
    let all = said["findings"].as_array().unwrap().iter();
    let denied = all.filter(|one| one["level"] == "deny");
    denied.map(|one| format!("{} {}", one["code"], one["stage"])).collect()
}

fn has(run: &Run, code: &str) -> bool {
    let said: Value = serde_json::from_str(&run.out()).unwrap();
    said["findings"].as_array().unwrap().iter().any(|one| one["code"] == code)
}

#[test]
fn two_stages_on_a_path_that_they_share_are_found_before_they_are_squashed() {
    let scene = topic(("4", SHARED), ("9", SHARED));
    let run = pull_request(&scene, SQUASH).exits(1);
    assert_eq!(denied(&run), ["\"revert/conflicts\" \"9\""]);
    assert!(has(&run, "stage/mixed-commit"), "{}", run.snapshot());
    assert_eq!(denied(&squashed(&scene).exits(1)), denied(&run));
    assert!(run.out().contains("land stage 9's commits by themselves"), "{}", run.snapshot());
    // Commit by commit they stay apart; where both is possible, it is told.
    let rebase = SQUASH.replace("merge\": false", "merge\": true");
    let run = pull_request(&scene, &rebase).ok();
    assert!(has(&run, "stage/mixed-commit"), "{}", run.snapshot());
    let merge =
        SQUASH.replace("false", "true").replace("squash_merge\": true", "squash_merge\": false");
    assert!(!has(&pull_request(&scene, &merge).ok(), "stage/mixed-commit"));
}

#[test]
fn a_hotfix_beside_a_stages_work_is_found_before_they_are_squashed() {
    let scene = topic(("none", STATE), ("9", STATE));
    let run = pull_request(&scene, SQUASH).exits(1);
    assert_eq!(denied(&run), ["\"revert/conflicts\" \"9\""]);
    assert!(run.out().contains("no rollback can keep it then"), "{}", run.snapshot());
    assert_eq!(denied(&squashed(&scene).exits(1)), denied(&run));
    let merge =
        SQUASH.replace("false", "true").replace("squash_merge\": true", "squash_merge\": false");
    assert!(pull_request(&scene, &merge).ok().out().contains("a rollback will keep it"));
}

#[test]
fn what_the_stages_own_alone_stays_apart_in_a_squash() {
    let scene = topic(("4", "src/core/four.py"), ("9", STATE));
    let run = pull_request(&scene, SQUASH).ok();
    assert!(!has(&run, "stage/mixed-commit"), "{}", run.snapshot());
    squashed(&scene).ok();
}

#[test]
fn a_merge_request_of_gitlab_that_squashes_lands_as_one_commit_too() {
    let scene = topic(("4", SHARED), ("9", SHARED));
    let (base, head) = (scene.repo.rev("origin/main"), scene.repo.rev("HEAD"));
    let check = |squashes: &str| {
        let run = scene.repo.backout(["check", "--format", "json"]);
        let run = run.env("GITLAB_CI", "true").env("CI_PIPELINE_SOURCE", "merge_request_event");
        let run = run.env("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main");
        let run = run.env("CI_MERGE_REQUEST_DIFF_BASE_SHA", &base).env("CI_COMMIT_SHA", &head);
        run.env("CI_MERGE_REQUEST_SQUASH_ON_MERGE", squashes).run()
    };
    assert_eq!(denied(&check("true").exits(1)), ["\"revert/conflicts\" \"9\""]);
    check("false").ok();
}
