//! A pull that merges, pushed: what had landed stands behind the second parent of the merge, and
//! everything that is told along first parents is told otherwise.

use serde_json::Value;

use crate::support::{RECEIPT, RECEIPT_PATH, Run, SHARED, STATE, Staged, execute};

const WORK: &str = "Move the state\n\nMigration-Stage: 9";

/// A commit of words on the branch that was made from `main` as it was, which then takes in what the
/// remote has by now: what `git pull` does. The remote is left alone.
fn pulled(scene: &Staged, from: &str) {
    scene.repo.git(&["switch", "--quiet", "--create", "mine", from]).ok();
    scene.repo.commit_files(&[("notes.md", "mine\n")], "Notes");
    scene.repo.git(&["merge", "--quiet", "--no-edit", "origin/main"]).ok();
}

/// Stage 9 has landed, and whoever had not fetched that pulls.
fn landed() -> Staged {
    let scene = Staged::new();
    scene.ready();
    scene.passes(&["origin", "main"]);
    pulled(&scene, "HEAD~1");
    scene
}

/// The hook's answer to a push of the head to `main`, in JSON.
fn hook(scene: &Staged) -> Value {
    let (head, old) = (scene.repo.rev("HEAD"), scene.repo.rev("origin/main"));
    let line = format!("HEAD {head} refs/heads/main {old}\n");
    let run = scene.repo.backout(["pre-push", "origin", "../origin.git", "--format", "json"]);
    serde_json::from_str(&run.stdin(line).run().out()).unwrap()
}

/// Runs a command of the help to the only finding, to the letter.
#[track_caller]
fn follow(scene: &Staged, said: &Value, beginning: &str) -> Run {
    let findings = said["findings"].as_array().unwrap();
    let denied: Vec<&Value> = findings.iter().filter(|one| one["level"] == "deny").collect();
    let [finding] = denied[..] else { panic!("{said}") };
    assert_eq!(finding["code"], "ref/history-rewritten");
    let help = finding["help"].as_str().unwrap();
    let found = help.split('`').find(|part| part.starts_with(beginning));
    let command = found.unwrap_or_else(|| panic!("no `{beginning}` in {help}"));
    let mut shell = scene.repo.command("sh", scene.repo.path());
    execute(shell.args(["-c", command]), b"", scene.repo.filter())
}

fn status(scene: &Staged) -> String {
    scene.repo.git(&["fetch", "--quiet", "origin"]).ok();
    let said = scene.repo.backout(["status", "--format", "json"]).run();
    let said: Value = serde_json::from_str(&said.out()).unwrap();
    let stages = said["stages"].as_array().unwrap().iter();
    stages
        .map(|stage| format!("{} {} {}\n", stage["id"], stage["landed"], stage["way_back"]))
        .collect()
}

#[test]
fn a_pull_that_merges_is_stopped_where_a_stage_had_landed() {
    let scene = landed();
    let run = scene.stopped(&["origin", "HEAD:main"], "ref/history-rewritten");
    insta::assert_snapshot!(run.snapshot(), @r#"
    exit: 1
    stdout:
      ref   kind    change  commits  paths
      main  branch  update  2        1

    The whole change
      deny ref/history-rewritten
          [oid] "Merge remote-tracking branch 'origin/main' into mine" merges
          `main` into other work: what has landed is told along first parents, and
          there stage 9 would no longer have [oid]
          see backout.toml:3
          help: `git pull --rebase origin main`; or keep the merge, the other way
                round: `git switch --detach [oid] && git merge --no-ff
                --no-edit [oid] && git push origin HEAD:main`

    not ready to land: 1 problem
    stderr:
    error: failed to push some refs to '[TMP]/origin.git'
    "#);
    // On a branch of its own it is anybody's.
    assert_eq!(scene.passes(&["origin", "HEAD:topic"]), "");
}

#[test]
fn rebasing_as_the_help_says_makes_it_ready() {
    let scene = landed();
    follow(&scene, &hook(&scene), "git pull --rebase").ok();
    assert_eq!(scene.repo.git(&["rev-list", "--count", "origin/main..HEAD"]).ok().line(), "1");
    assert_eq!(scene.passes(&["origin", "HEAD:main"]), "");
}

#[test]
fn merging_the_other_way_round_as_the_help_says_makes_it_ready() {
    let scene = landed();
    let before = status(&scene);
    let tree = scene.repo.rev("HEAD^{tree}");
    let run = follow(&scene, &hook(&scene), "git switch --detach").ok();
    assert!(!run.err().contains("backout:"), "{}", run.snapshot());
    assert_eq!(scene.repo.git(&["rev-parse", "origin/main^{tree}"]).ok().line(), tree);
    assert_eq!(status(&scene), before);
}

#[test]
fn a_pull_that_merges_where_nothing_of_a_stage_had_landed_is_silent() {
    let scene = Staged::new();
    scene.ordinary();
    scene.passes(&["origin", "main"]);
    pulled(&scene, "HEAD~1");
    assert_eq!(scene.passes(&["origin", "HEAD:main"]), "");
}

#[test]
fn a_pull_that_merges_where_all_landed_before_the_branches_parted_is_silent() {
    let scene = Staged::new();
    scene.ready();
    scene.ordinary();
    scene.passes(&["origin", "main"]);
    pulled(&scene, "HEAD~1");
    assert_eq!(scene.passes(&["origin", "HEAD:main"]), "");
}

#[test]
fn merging_into_main_is_silent() {
    let scene = Staged::new();
    scene.ready();
    scene.passes(&["origin", "main"]);
    scene.repo.git(&["switch", "--quiet", "--create", "mine", "HEAD~1"]).ok();
    scene.repo.commit_files(&[("notes.md", "mine\n")], "Notes");
    scene.repo.git(&["switch", "--quiet", "main"]).ok();
    scene.repo.git(&["merge", "--quiet", "--no-edit", "mine"]).ok();
    assert_eq!(scene.passes(&["origin", "main"]), "");
}

#[test]
fn a_back_out_is_not_forgotten() {
    let scene = Staged::new();
    scene.ready();
    scene.passes(&["origin", "main"]);
    let revert = ["revert", "--stage", "9", "--in-place", "--reason", "slow"];
    scene.repo.backout(revert).run().ok();
    scene.passes(&["origin", "main"]);
    pulled(&scene, "HEAD~2");
    let told = scene.stopped(&["origin", "HEAD:main"], "ref/history-rewritten");
    let told = told.out().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("stage 9 would not have been backed out"), "{told}");
}

#[test]
fn two_stages_that_lose_their_lone_way_back_are_both_named() {
    let scene = Staged::new();
    let lines: String = (1..20).map(|number| format!("line {number}\n")).collect();
    scene.repo.commit_files(&[(SHARED, &lines)], "Lines\n\nMigration-Stage: none");
    scene.share(&["origin", "main"]);
    scene.repo.git(&["switch", "--quiet", "--create", "nine"]).ok();
    // What both did, has one place along first parents, and none beside them.
    let both = lines.replace("line 10\n", "both\n");
    let nine = both.replace("line 18\n", "nine\n");
    scene.repo.commit_files(&[(SHARED, &nine), (RECEIPT_PATH, RECEIPT)], WORK);
    scene.repo.git(&["switch", "--quiet", "main"]).ok();
    let four = both.replace("line 2\n", "four\n");
    scene.repo.commit_files(&[(SHARED, &four)], "Four\n\nMigration-Stage: 4");
    scene.repo.git(&["merge", "--quiet", "--no-edit", "nine"]).ok();
    scene.passes(&["origin", "main"]);
    pulled(&scene, "HEAD~2");
    let told = hook(&scene);
    let message = told["findings"][0]["message"].as_str().unwrap();
    insta::assert_snapshot!(scene.repo.filter().apply(message), @r#"[oid] "Merge remote-tracking branch 'origin/main' into mine" merges `main` into other work: what has landed is told along first parents, and there stage 4 would no longer have [oid], and could no longer be backed out alone; stage 9 would no longer have [oid], and could no longer be backed out alone"#);
}

/// A `check` of an event of GitHub's.
fn event(scene: &Staged, name: &str, event: &str) -> Run {
    scene.repo.write("../event.json", event);
    scene
        .repo
        .backout(["check", "--format", "json"])
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_EVENT_NAME", name)
        .env("GITHUB_EVENT_PATH", scene.repo.path().join("../event.json"))
        .env("GITHUB_SHA", scene.repo.rev("HEAD"))
        .env("GITHUB_REF", "refs/heads/main")
        .run()
}

fn said(run: &Run) -> Value {
    serde_json::from_str(&run.out()).unwrap()
}

#[test]
fn a_pull_that_has_been_pushed_is_told_by_its_event_and_can_be_mended() {
    let scene = landed();
    let (before, after) = (scene.repo.rev("origin/main"), scene.repo.rev("HEAD"));
    let expected = status(&scene);
    scene.share(&["origin", "HEAD:main"]);
    scene.repo.git(&["fetch", "--quiet", "origin"]).ok();
    let push = format!(r#"{{"ref": "refs/heads/main", "before": "{before}", "after": "{after}"}}"#);
    let told = said(&event(&scene, "push", &push).exits(1));
    let run = follow(&scene, &told, "git switch --detach").ok();
    assert!(!run.err().contains("backout:"), "{}", run.snapshot());
    assert_eq!(status(&scene), expected);
}

#[test]
fn a_range_that_may_land_by_a_merge_is_told() {
    let scene = landed();
    let (base, head) = (scene.repo.rev("origin/main"), scene.repo.rev("HEAD"));
    let told = said(&scene.repo.backout(["check", "--format", "json", "--base", &base]).run().ok());
    assert_eq!(told["findings"][0]["code"], "ref/history-rewritten");
    assert_eq!(told["findings"][0]["level"], "warn");
    // GitHub makes a commit of its own, GitLab may not.
    let pull = format!(
        r#"{{"action": "opened", "number": 1, "pull_request": {{
        "draft": false, "title": "t", "body": "b",
        "base": {{"ref": "main", "sha": "{base}", "repo": {{}}}},
        "head": {{"ref": "topic", "sha": "{head}"}}}},
        "repository": {{"default_branch": "main"}}}}"#
    );
    assert_eq!(said(&event(&scene, "pull_request", &pull).ok())["findings"][0], Value::Null);
    let gitlab = |squash: &str| {
        let check = scene.repo.backout(["check", "--format", "json"]).env("GITLAB_CI", "true");
        let check = check
            .env("CI_PIPELINE_SOURCE", "merge_request_event")
            .env("CI_MERGE_REQUEST_DIFF_BASE_SHA", &base)
            .env("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main")
            .env("CI_COMMIT_SHA", &head)
            .env("CI_MERGE_REQUEST_SQUASH_ON_MERGE", squash);
        said(&check.run().ok())["findings"][0]["level"].clone()
    };
    assert_eq!(gitlab("false"), "warn");
    assert_eq!(gitlab("true"), Value::Null);
}

#[test]
fn a_forced_push_turns_the_line_as_well() {
    let scene = Staged::new();
    scene.ready();
    scene.passes(&["origin", "main"]);
    pulled(&scene, "HEAD~1");
    // Words that nobody needs are forced away beside it.
    scene.repo.git(&["switch", "--quiet", "main"]).ok();
    scene.ordinary();
    scene.passes(&["origin", "main"]);
    scene.repo.git(&["switch", "--quiet", "mine"]).ok();
    scene.stopped(&["--force", "origin", "HEAD:main"], "ref/history-rewritten");
}

#[test]
fn what_is_older_than_the_start_is_nobodys_work() {
    let scene = Staged::new();
    let repo = &scene.repo;
    // The migration began, for this configuration, only with the newest commit.
    repo.git(&["switch", "--quiet", "--create", "old", "migration-start"]).ok();
    repo.git(&["switch", "--quiet", "main"]).ok();
    let lines: String = (1..20).map(|number| format!("line {number}\n")).collect();
    repo.commit_files(&[(STATE, &lines), ("src/core/four.py", "four = 0\n")], "Long before");
    repo.git(&["tag", "--force", "--annotate", "--message", "start", "migration-start"]).ok();
    scene.share(&["--force", "origin", "main", "migration-start"]);
    // What both did, has one place along first parents, and none beside them.
    let both = lines.replace("line 10\n", "both\n");
    let nine = both.replace("line 18\n", "nine\n");
    repo.commit_files(&[(STATE, &nine), (RECEIPT_PATH, RECEIPT)], WORK);
    scene.passes(&["origin", "main"]);
    pulled(&scene, "old");
    scene.stopped(&["origin", "HEAD:main"], "ref/history-rewritten");
    scene.share(&["origin", "HEAD:main"]);
    repo.git(&["fetch", "--quiet", "origin"]).ok();
    let plan = repo.backout(["revert", "--stage", "9", "--dry-run", "--format", "json"]).run().ok();
    let plan = said(&plan);
    let paths: Vec<&Value> = plan["paths"].as_array().unwrap().iter().map(|p| &p["path"]).collect();
    assert_eq!(paths, [STATE]);
    assert_eq!(plan["confirm"].as_array().unwrap().len(), 0, "{plan}");
    repo.backout(["revert", "--stage", "9", "--branch", "back", "--reason", "slow"]).run().ok();
    let changed = ["diff", "--name-only", "migration-start", "back", "--", "src"];
    assert_eq!(repo.git(&changed).ok().out(), "");
}

#[test]
fn in_a_clone_without_the_start_it_is_not_known() {
    let scene = Staged::new();
    scene.ready();
    scene.passes(&["origin", "main"]);
    let source = format!("file://{}", scene.origin.display());
    let shallow = scene.repo.clone_of(&source, "shallow", &["--depth", "2"]);
    shallow.git(&["switch", "--quiet", "--create", "mine", "HEAD~1"]).ok();
    let old = shallow.rev("origin/main");
    shallow.commit_files(&[("notes.md", "mine\n")], "Notes");
    shallow.git(&["merge", "--quiet", "--no-edit", "origin/main"]).ok();
    let line = format!("HEAD {} refs/heads/main {old}\n", shallow.rev("HEAD"));
    let run = shallow.backout(["pre-push", "origin", "../origin.git"]).stdin(line).run().exits(3);
    assert!(run.out().contains("not checked ref/history-rewritten"), "{}", run.snapshot());
}
