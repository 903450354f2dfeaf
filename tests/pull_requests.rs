//! Pull requests that try to talk the check down, as CI's event shows them: none is ready unseen.
//! What is not denied stands in the report, where reviewers look.

use serde_json::{Value, json};

use crate::support::{
    CONFIGURATION, RECEIPT, RECEIPT_PATH, RepoOptions, SHARED, STATE, Staged, TestRepo,
};

const STAGE_9: &str = "Work\n\nMigration-Stage: 9";

/// The check of a pull request from `topic` to a branch: its exit code and its report.
fn judged(repo: &TestRepo, target: &str, base: &str, more: &[&str]) -> (i32, Value) {
    judged_in(repo, (target, base, json!({})), more)
}

/// The same where the target's repository has these settings.
pub(crate) fn judged_in(
    repo: &TestRepo,
    (target, base, settings): (&str, &str, Value),
    more: &[&str],
) -> (i32, Value) {
    let event = json!({"action": "synchronize", "number": 7, "pull_request": {"draft": false,
        "title": "t", "body": "b", "base": {"ref": target, "sha": base, "repo": settings},
        "head": {"ref": "topic", "sha": repo.rev("topic")}},
        "repository": {"default_branch": "main"}});
    let path = repo.root().join("event.json");
    std::fs::write(&path, event.to_string()).unwrap();
    let run = repo
        .backout(["check", "--format", "json"])
        .args(more)
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_EVENT_NAME", "pull_request")
        .env("GITHUB_EVENT_PATH", path)
        .run();
    let said = serde_json::from_str(&run.out()).unwrap_or_else(|_| panic!("{}", run.snapshot()));
    (run.exit, said)
}

/// A pull request to main made of one commit.
fn of_one(scene: &Staged, files: &[(&str, &str)], message: &str) -> (i32, Value) {
    let base = scene.repo.rev("origin/main");
    scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    scene.repo.commit_files(files, message);
    judged(&scene.repo, "main", &base, &[])
}

/// `level code (stage)` of every finding.
fn findings(said: &Value) -> Vec<String> {
    let findings = said["findings"].as_array().unwrap().iter();
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or("-").to_owned();
    findings
        .map(|f| format!("{} {} ({})", text(f, "level"), text(f, "code"), text(f, "stage")))
        .collect()
}

#[track_caller]
fn tells(said: &Value, finding: &str) {
    let all = findings(said);
    assert!(all.iter().any(|told| told == finding), "`{finding}` is not in {all:#?}");
}

fn configuration(from: &str, to: &str) -> String {
    assert!(CONFIGURATION.contains(from));
    CONFIGURATION.replacen(from, to, 1)
}

#[test]
fn one_that_deletes_the_rules_is_judged_by_them() {
    let scene = Staged::new();
    scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    scene.repo.git(&["rm", "--quiet", "backout.toml"]).ok();
    scene.repo.commit_files(&[(STATE, "state = 2\n")], STAGE_9);
    let (exit, said) = judged(&scene.repo, "main", &scene.repo.rev("origin/main"), &[]);
    assert_eq!(exit, 1);
    tells(&said, "deny backup/missing (9)");
    tells(&said, "warn policy/weakened (-)");
}

#[test]
fn one_that_weakens_the_rules_is_judged_by_the_strict_ones() {
    for (from, to) in [
        ("impact = \"critical\"", "impact = \"none\""),
        ("backups = [\"context\"]\n", ""),
        ("branch = \"main\"", "branch = \"main\"\nmode = \"observe\""),
        ("branch = \"main\"", "branch = \"elsewhere\""),
        ("\"rehearsal/missing\" = \"allow\"", "\"backup/missing\" = \"allow\""),
        ("paths = [\"src/core/state.py\", \"src/core/shared.py\"]", "paths = [\"src/other/**\"]"),
    ] {
        let scene = Staged::new();
        let weak = configuration(from, to);
        let files = [("backout.toml", weak.as_str()), (STATE, "state = 2\n")];
        let (exit, said) = of_one(&scene, &files, STAGE_9);
        assert_eq!(exit, 1, "{to}: {:?}", findings(&said));
        tells(&said, "deny backup/missing (9)");
        tells(&said, "warn policy/changed (-)");
        let weakened = findings(&said).iter().any(|told| told.starts_with("warn policy/weakened"));
        assert!(weakened, "{to}: {:?}", findings(&said));
    }
}

#[test]
fn one_that_weakens_nothing_else_lands_only_with_a_word() {
    let scene = Staged::new();
    let weak = configuration("impact = \"critical\"", "impact = \"low\"");
    let (exit, said) = of_one(&scene, &[("backout.toml", &weak)], "Lower the impact");
    assert_eq!(exit, 0);
    tells(&said, "warn policy/changed (-)");
    assert!(findings(&said).iter().any(|told| told.contains("policy/weakened")));
}

#[test]
fn one_from_an_old_branch_has_the_rules_of_today() {
    let mild = configuration("\"critical\"", "\"low\"");
    let scene = Staged::with(RepoOptions::default(), &mild);
    let base = scene.repo.rev("HEAD");
    scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    scene.repo.commit_files(&[(STATE, "state = 2\n")], STAGE_9);
    scene.repo.git(&["switch", "--quiet", "main"]).ok();
    scene.repo.commit_files(&[("backout.toml", CONFIGURATION)], "Raise the impact");
    scene.share(&["origin", "main"]);
    // The event's own base is from before.
    let (exit, said) = judged(&scene.repo, "main", &base, &[]);
    assert_eq!(exit, 1);
    tells(&said, "deny backup/missing (9)");
}

#[test]
fn one_from_before_there_were_rules_has_them_too() {
    let scene = Staged::new();
    scene.repo.git(&["switch", "--quiet", "--create", "topic", "migration-start"]).ok();
    scene.repo.git(&["rm", "--quiet", "backout.toml"]).ok();
    scene.repo.git(&["commit", "--quiet", "--amend", "--message", "Before"]).ok();
    scene.repo.commit_files(&[(STATE, "state = 2\n")], STAGE_9);
    let base = scene.repo.rev("origin/main");
    let (exit, said) = judged(&scene.repo, "main", &base, &[]);
    assert_eq!(exit, 1, "{:?}", findings(&said));
    tells(&said, "deny backup/missing (9)");
}

#[test]
fn one_that_is_retargeted_is_judged_by_its_new_target() {
    let scene = Staged::new();
    scene.repo.git(&["branch", "unguarded"]).ok();
    scene.share(&["origin", "unguarded"]);
    scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    scene.unready();
    let base = scene.repo.rev("origin/main");
    let (exit, said) = judged(&scene.repo, "unguarded", &base, &[]);
    // To where nothing lands it is only told.
    assert_eq!((exit, &said["phase"]), (0, &"share".into()));
    tells(&said, "warn backup/missing (9)");
    let (exit, said) = judged(&scene.repo, "main", &base, &[]);
    assert_eq!((exit, &said["phase"]), (1, &"land".into()));
    tells(&said, "deny backup/missing (9)");
}

#[test]
fn what_was_let_into_another_branch_is_judged_when_that_one_lands() {
    let scene = Staged::new();
    scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    scene.unready();
    scene.share(&["origin", "topic:collected"]);
    scene.repo.commit_files(&[("README.md", "more\n")], "Words");
    // The last commit alone looks innocent; the base that the event states is the collected one.
    let (exit, said) = judged(&scene.repo, "main", &scene.repo.rev("origin/collected"), &[]);
    assert_eq!(exit, 1);
    tells(&said, "deny backup/missing (9)");
}

#[test]
fn one_whose_own_stage_swallows_its_paths_still_has_their_owner() {
    let swallowing = CONFIGURATION.replacen(
        "[requirements]",
        "[[stages]]\nid = \"0\"\nname = \"Chores\"\nimpact = \"none\"\npaths = [\"src/**\"]\n\
         rollback = [\"code\"]\n\n[requirements]",
        1,
    );
    for message in [STAGE_9, "Chores\n\nMigration-Stage: 0", "Chores"] {
        let scene = Staged::new();
        let files = [("backout.toml", swallowing.as_str()), (STATE, "state = 2\n")];
        let (exit, said) = of_one(&scene, &files, message);
        let stages = said["stages"].as_array().unwrap();
        assert!(stages.iter().any(|stage| stage["id"] == "9"), "{message}: {said}");
        tells(&said, "warn policy/changed (-)");
        if message != "Chores" {
            assert_eq!(exit, 1, "{message}: {:?}", findings(&said));
        }
    }
}

#[test]
fn one_that_declares_its_commits_foreign_says_so_to_its_reviewers() {
    let scene = Staged::new();
    let files = [(STATE, "state = 2\n")];
    let (exit, said) = of_one(&scene, &files, "A hotfix, really\n\nMigration-Stage: none");
    assert_eq!((exit, said["verdict"].as_str()), (0, Some("ready")));
    tells(&said, "warn stage/declared-foreign (9)");
}

#[test]
fn one_that_attributes_itself_elsewhere_is_not_believed() {
    let scene = Staged::new();
    scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    let commit = scene.unready();
    let attributions = format!("[[attributions]]\ncommit = \"{commit}\"\nstage = \"none\"\n");
    scene.repo.commit_files(&[(".backout/attributions.toml", &attributions)], "Attribute");
    let (exit, said) = judged(&scene.repo, "main", &scene.repo.rev("origin/main"), &[]);
    assert_eq!(exit, 1, "{:?}", findings(&said));
    tells(&said, "deny backup/missing (9)");
    tells(&said, "warn policy/evidence-added (-)");
}

#[test]
fn one_that_names_a_stage_that_does_not_own_the_path_is_stopped() {
    let scene = Staged::new();
    let (exit, said) = of_one(&scene, &[(STATE, "state = 2\n")], "Work\n\nMigration-Stage: 4");
    assert_eq!(exit, 1);
    tells(&said, "deny stage/wrong-stage (9)");
    let scene = Staged::new();
    let (exit, said) = of_one(&scene, &[(STATE, "state = 2\n")], "Work\n\nMigration-Stage: 99");
    assert_eq!(exit, 1, "{:?}", findings(&said));
    assert!(findings(&said).iter().any(|told| told.contains("deny stage/wrong-stage")));
}

#[test]
fn one_that_names_only_the_milder_owner_of_a_shared_path_is_told() {
    let scene = Staged::new();
    let (_, said) = of_one(&scene, &[(SHARED, "shared = 2\n")], "Work\n\nMigration-Stage: 4");
    assert_eq!(said["shared"], json!([SHARED]));
}

#[test]
fn a_receipt_that_someone_has_written_is_told_and_caught_online() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().display().to_string();
    let with_store = CONFIGURATION.replace("s3://ops/backups", &store);
    let scene = Staged::with(RepoOptions::default(), &with_store);
    let receipt = RECEIPT.replace("s3://ops/backups", &store);
    let files = [(STATE, "state = 2\n"), (RECEIPT_PATH, receipt.as_str())];
    let (exit, said) = of_one(&scene, &files, STAGE_9);
    assert_eq!(exit, 0, "{:?}", findings(&said));
    tells(&said, "warn policy/evidence-added (-)");
    let base = scene.repo.rev("origin/main");
    let (exit, said) = judged(&scene.repo, "main", &base, &["--online"]);
    assert_eq!(exit, 1, "{:?}", findings(&said));
    assert!(
        findings(&said).iter().any(|told| told.starts_with("deny backup/")),
        "{:?}",
        findings(&said)
    );
}

#[test]
fn one_that_moves_the_start_or_waives_for_itself_gains_nothing() {
    let waiver =
        "\n[[waivers]]\nfinding = \"backup/missing\"\nreason = \"later\"\nexpires = 2099-01-01\n";
    let moved = configuration(
        "start = { tag = \"migration-start\" }",
        "start = { tag = \"migration-start-2\" }",
    );
    for text in [CONFIGURATION.to_owned() + waiver, moved] {
        let scene = Staged::new();
        scene.repo.annotated_tag("migration-start-2", "main");
        let files = [("backout.toml", text.as_str()), (STATE, "state = 2\n")];
        let (exit, said) = of_one(&scene, &files, STAGE_9);
        assert_eq!(exit, 1, "{:?}", findings(&said));
        tells(&said, "deny backup/missing (9)");
    }
}

/// The check started by hand on `topic`, in a clone of one commit without tags, after this.
fn dispatched(scene: &Staged, name: &str, before: &[&[&str]]) -> (i32, String) {
    let source = format!("file://{}", scene.origin.display());
    let options = ["--depth", "1", "--no-tags", "--branch", "topic"];
    let clone = scene.repo.clone_of(&source, name, &options);
    // As actions/checkout leaves it.
    clone.git(&["remote", "set-head", "origin", "--delete"]);
    let default = scene.repo.git(&["rev-parse", "--abbrev-ref", "origin/HEAD"]).ok().line();
    let event = json!({"ref": "refs/heads/topic", "inputs": {},
        "repository": {"default_branch": default.trim_start_matches("origin/")}});
    let path = clone.root().join("dispatch.json");
    std::fs::write(&path, event.to_string()).unwrap();
    let run = |arguments: &[&str]| {
        let run = clone.backout(arguments).env("GITHUB_ACTIONS", "true");
        let run = run.env("GITHUB_EVENT_NAME", "workflow_dispatch");
        let run = run.env("GITHUB_SHA", scene.repo.rev("topic"));
        run.env("GITHUB_REF", "refs/heads/topic").env("GITHUB_EVENT_PATH", &path).run()
    };
    for arguments in before {
        run(arguments).ok();
    }
    let by_event = run(&["check"]);
    let by_hand = run(&["check", "--head", "HEAD"]);
    assert_eq!(by_event.exit, by_hand.exit, "{} {}", by_event.snapshot(), by_hand.snapshot());
    (by_hand.exit, by_hand.out() + &by_hand.err())
}

fn topic(files: &[(&str, &str)]) -> Staged {
    let scene = Staged::new();
    scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    scene.repo.commit_files(files, STAGE_9);
    scene.share(&["origin", "topic"]);
    scene
}

#[test]
fn a_branch_checked_by_hand_does_not_choose_its_rules() {
    let own = configuration("branch = \"main\"", "branch = \"topic\"")
        .replace("impact = \"critical\"", "impact = \"none\"");
    let scene = topic(&[("backout.toml", own.as_str()), (STATE, "state = 2\n")]);
    let (exit, told) = dispatched(&scene, "fetched", &[&["fetch"]]);
    assert_eq!(exit, 1, "{told}");
    assert!(told.contains("backup/missing"), "{told}");
    // Without the trusted rules there is no answer.
    let (exit, told) = dispatched(&scene, "unfetched", &[]);
    assert_eq!(exit, 3, "{told}");
    assert!(told.contains("the branch `main` is not in this clone"), "{told}");
}

#[test]
fn a_branch_checked_by_hand_is_held_against_a_default_branch_of_any_name() {
    let rules = configuration("branch = \"main\"", "branch = \"trunk\"");
    let scene = Staged::with(RepoOptions::default(), &rules);
    scene.share(&["origin", "main:trunk"]);
    scene.repo.git_in(&scene.origin, &["symbolic-ref", "HEAD", "refs/heads/trunk"]).ok();
    let own = configuration("branch = \"main\"", "branch = \"topic\"")
        .replace("impact = \"critical\"", "impact = \"none\"");
    scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    scene.repo.commit_files(&[("backout.toml", own.as_str()), (STATE, "state = 2\n")], STAGE_9);
    scene.share(&["origin", "topic", ":main"]);
    scene.repo.git(&["fetch", "--quiet", "--prune", "origin"]).ok();
    scene.repo.git(&["remote", "set-head", "origin", "trunk"]).ok();
    let (exit, told) = dispatched(&scene, "trunk", &[&["fetch"]]);
    assert_eq!(exit, 1, "{told}");
    assert!(told.contains("backup/missing"), "{told}");
}

#[test]
fn a_branch_checked_by_hand_that_deletes_the_rules_is_judged_by_them() {
    let scene = Staged::new();
    scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    scene.repo.git(&["rm", "--quiet", "backout.toml"]).ok();
    scene.repo.commit_files(&[(STATE, "state = 2\n")], STAGE_9);
    scene.share(&["origin", "topic"]);
    let (exit, told) = dispatched(&scene, "deleted", &[&["fetch"]]);
    assert_eq!(exit, 1, "{told}");
    assert!(told.contains("backup/missing") && told.contains("policy/weakened"), "{told}");
}
