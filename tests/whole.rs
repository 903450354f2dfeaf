//! What is judged where nobody names a base: what has not landed yet, and for a deployment all of
//! it.

use serde_json::{Value, json};

use crate::support::{
    CONFIGURATION, RepoOptions, Run, STATE, Staged, TestRepo, WEAKENED, WITHOUT_BACKUP,
};

/// Stage 9 has landed unready; the release is main and a hotfix that touches no stage.
fn release() -> Staged {
    let scene = Staged::new();
    scene.unready();
    scene.share(&["origin", "main"]);
    scene.repo.git(&["switch", "--quiet", "--create", "release"]).ok();
    scene.ordinary();
    scene.share(&["origin", "release"]);
    scene
}

#[track_caller]
fn stopped(run: Run) {
    let run = run.exits(1);
    assert!(run.out().contains("deny backup/missing"), "{}", run.snapshot());
}

#[test]
fn a_release_beside_the_landing_branch_is_deployed_whole() {
    let scene = release();
    let deploy = ["check", "--phase", "deploy"];
    stopped(scene.repo.backout(deploy).run());
    stopped(scene.repo.backout(deploy).args(["--head", "HEAD"]).run());
    stopped(scene.repo.backout(["check", "--head", "HEAD"]).env("BACKOUT_PHASE", "deploy").run());
    // A base that somebody gives is meant, and without a deployment only the hotfix is new.
    scene.repo.backout(deploy).args(["--base", "origin/main"]).run().ok();
    scene.repo.backout(["check"]).run().ok();
}

#[test]
fn an_event_of_one_push_is_deployed_whole_too() {
    let scene = release();
    let before = scene.repo.rev("HEAD^");
    let event = json!({"ref": "refs/heads/release", "before": before,
        "after": scene.repo.rev("HEAD"), "repository": {"default_branch": "main"}});
    let path = scene.repo.root().join("event.json");
    std::fs::write(&path, event.to_string()).unwrap();
    let check = |phase: &str| {
        let run = scene.repo.backout(["check", "--phase", phase]).env("GITHUB_ACTIONS", "true");
        run.env("GITHUB_EVENT_NAME", "push").env("GITHUB_EVENT_PATH", &path).run()
    };
    stopped(check("deploy"));
    check("land").ok();
}

#[test]
fn a_commit_that_stands_on_one_of_two_landing_branches_is_judged_since_the_start() {
    let root = CONFIGURATION.replacen(
        "version = 1\n",
        "version = 1\ninclude = [\"billing/backout.toml\"]\n",
        1,
    );
    let billing = CONFIGURATION
        .replace("\"entities\"", "\"billing\"")
        .replace("branch = \"main\"", "branch = \"billing\"");
    let scene = Staged::with(RepoOptions::default(), &root);
    let path = format!("billing/{STATE}");
    let files = [("billing/backout.toml", billing.as_str()), (&path, "state = 1\n")];
    scene.repo.commit_files(&files, "Two migrations");
    let both =
        scene.repo.commit_files(&[(&path, "state = 2\n")], "W\n\nMigration-Stage: billing:9");
    scene.share(&["origin", "main", "main:billing"]);
    let verdict = || -> Value {
        let run = scene.repo.backout(["check", "--format", "json"]).run();
        serde_json::from_str(&run.out()).unwrap_or_else(|_| panic!("{}", run.snapshot()))
    };
    assert_eq!(verdict()["verdict"], "not-ready");
    // It stands on main, and was once on the other.
    scene.ordinary();
    scene.share(&["origin", "main"]);
    let said = verdict();
    assert_eq!(said["verdict"], "not-ready", "{said}");
    // What is on neither yet is judged since it left the first of them.
    scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    scene.repo.commit_files(&[("README.md", "four\n")], "Words");
    assert_eq!(verdict()["refs"][0]["commits"], 2);
    assert_eq!(scene.repo.rev("HEAD~2"), both);
}

/// A clone of nothing but a topic that changes the rules in its own favour, and does what they
/// forbid.
fn lone_topic(scene: &Staged) -> TestRepo {
    let repo = &scene.repo;
    repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    let weaker = CONFIGURATION.replace("\"critical\"", "\"none\"");
    let files = [("backout.toml", weaker.as_str()), (STATE, "state = 2\n")];
    repo.commit_files(&files, "Move the state\n\nMigration-Stage: 9");
    scene.share(&["origin", "topic"]);
    let source = format!("file://{}", scene.origin.display());
    repo.clone_of(&source, "lone", &["--single-branch", "--branch", "topic"])
}

#[test]
fn a_clone_without_the_landing_branch_is_not_judged_by_its_own_rules() {
    let scene = Staged::new();
    let lone = lone_topic(&scene);
    let run = lone.backout(["check", "--head", "HEAD"]).run();
    insta::assert_snapshot!(run.snapshot(), @"
    exit: 3
    stdout:
    stderr:
    error: the default branch of origin is not in this clone, and with it by whose rules to judge
    help: fetch it: `backout fetch`; or say what the rules come from: `--base REV`
    ");
    for more in [&[][..], &["--phase", "deploy"], &["--phase", "share"]] {
        lone.backout(["check"]).args(more).run().exits(3);
    }
    // Its name stands in what is judged: a branch of its own choice is no better.
    let own = CONFIGURATION.replace("\"main\"", "\"topic\"").replace("\"critical\"", "\"none\"");
    lone.commit_files(&[("backout.toml", &own)], "Land here");
    lone.backout(["check"]).run().exits(3);
    lone.git(&["reset", "--quiet", "--hard", "HEAD^"]).ok();
    lone.backout(["fetch"]).run().ok();
    stopped(lone.backout(["check", "--head", "HEAD"]).run());
}

/// A push of a new branch out of it; what the remote has already, it has rules of.
#[test]
fn a_push_from_a_clone_without_the_landing_branch_is_not_judged_by_its_own_rules() {
    let scene = Staged::new();
    let lone = lone_topic(&scene);
    lone.install_hook();
    let run = lone.push(&["--quiet", "origin", "HEAD:refs/heads/new"]).exits(1);
    assert!(run.err().contains("no rules but those of the change itself"), "{}", run.snapshot());
    assert!(run.err().contains("git fetch origin +refs/heads/main:"), "{}", run.snapshot());
    lone.commit_files(&[("README.md", "four\n")], "More words");
    lone.push(&["--quiet", "origin", "topic"]).ok();
    lone.backout(["fetch"]).run().ok();
    lone.push(&["--quiet", "origin", "HEAD:refs/heads/new"]).ok();
}

#[test]
fn an_event_that_names_no_target_is_not_judged_by_its_own_rules_either() {
    let scene = Staged::new();
    let lone = lone_topic(&scene);
    let path = scene.repo.root().join("event.json");
    let event = json!({"ref": "refs/heads/topic", "before": "0".repeat(40),
        "after": lone.rev("HEAD"), "repository": {"default_branch": "main"}});
    std::fs::write(&path, event.to_string()).unwrap();
    let check = || {
        let run = lone.backout(["check"]).env("GITHUB_ACTIONS", "true");
        run.env("GITHUB_EVENT_NAME", "push").env("GITHUB_EVENT_PATH", &path).run()
    };
    let run = check().exits(3);
    assert!(run.err().contains("`main`") && run.err().contains("backout fetch"), "{}", run.err());
    lone.backout(["fetch"]).run().ok();
    // A branch is shared, not landed.
    assert!(check().ok().out().contains("warn backup/missing"));
}

#[test]
fn rules_that_the_default_branch_has_count_where_the_landing_branch_is_not_here() {
    let scene = Staged::new();
    scene.share(&["origin", "main:develop"]);
    scene.repo.git_in(&scene.origin, &["symbolic-ref", "HEAD", "refs/heads/develop"]).ok();
    let lone = lone_topic(&scene);
    lone.git(&["fetch", "--quiet", "origin", "+develop:refs/remotes/origin/develop"]).ok();
    lone.git(&["remote", "set-head", "origin", "develop"]).ok();
    let run = lone.backout(["check"]).run();
    insta::assert_snapshot!(run.snapshot_naming(&[WITHOUT_BACKUP, WEAKENED]), @"
    exit: 1
    stdout:
      ref   kind   change  commits  paths
      HEAD  range  -       2        3
      HEAD: the landing branch `main` is not known here: judged by the rules of
        origin/develop

    [STAGE 9 LACKS ITS BACKUP]

    [STAGE 9 WOULD HAVE A LOWER IMPACT]

    not ready to land: 1 problem, 2 warnings
    stderr:
    ");
}

#[test]
fn without_a_remote_a_landing_branch_that_is_not_here_is_no_answer() {
    let repo = TestRepo::new();
    repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    repo.commit_files(&[("backout.toml", CONFIGURATION), (STATE, "state = 1\n")], "First");
    repo.annotated_tag("migration-start", "topic");
    let run = repo.backout(["check"]).run();
    insta::assert_snapshot!(run.snapshot(), @"
    exit: 3
    stdout:
    stderr:
    error: the landing branch `main` is not known here, and no rules but those of the change itself
    help: there is no remote to fetch it from: correct `branch` in the configuration, or name another place, by `--base` (check) or `--onto` (revert)
    ");
    // A base that somebody names has rules of its own.
    repo.commit_files(&[("notes.md", "x\n")], "Words");
    repo.backout(["check", "--base", "HEAD^"]).run().ok();
}
