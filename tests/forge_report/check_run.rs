//! The check run.

use serde_json::{Value, json};

use super::scene::Reporting;
use crate::support::fake_github::{Caller, JOB_TOKEN, Kind};
use crate::support::{CONFIGURATION, RepoOptions, Staged};

const CHECK_RUN: [&str; 1] = ["--check-run"];

/// A check run as a snapshot: without the times.
fn shown(scene: &Reporting, body: &Value, annotations: &[Value]) -> String {
    let mut body = body.clone();
    body["output"].as_object_mut().unwrap().remove("annotations");
    let summary = body["output"]["summary"].take();
    let text = serde_json::to_string_pretty(&json!({ "run": body, "annotations": annotations }));
    scene.masked(&format!("{}\n{}", text.unwrap(), summary.as_str().unwrap()))
}

#[test]
fn of_what_is_not_ready() {
    let scene = Reporting::unready();
    let run = scene.check(&CHECK_RUN).run().exits(1);
    assert_eq!(run.err(), "");
    let (body, annotations) = scene.the_check_run();
    assert_eq!(body["head_sha"], scene.head().as_str());
    insta::assert_snapshot!("not_ready", shown(&scene, &body, &annotations));
}

#[test]
fn what_it_comes_to_follows_from_the_verdict() {
    let observing =
        CONFIGURATION.replace("branch = \"main\"", "branch = \"main\"\nmode = \"observe\"");
    let observed = Staged::with(RepoOptions::default(), &observing);
    observed.unready();
    let unknown = Staged::new();
    unknown.repo.git(&["config", "remote.origin.tagOpt", "--no-tags"]).ok();
    unknown.repo.git(&["tag", "--delete", "migration-start"]).ok();
    unknown.unready();
    let four = [("src/core/four.py", "four = 2\n")];
    let only_unknown = Staged::new();
    only_unknown.repo.git(&["config", "remote.origin.tagOpt", "--no-tags"]).ok();
    only_unknown.repo.git(&["tag", "--delete", "migration-start"]).ok();
    only_unknown.repo.commit_files(&four, "Read\n\nMigration-Stage: 4");
    let cases = [
        (Reporting::ready(), 0, "success", "ready: stage 9 (land)"),
        (Reporting::ordinary(), 0, "success", "ready: no stage touched"),
        (Reporting::unready(), 1, "failure", "not ready to land: 1 problem"),
        (Reporting::of(unknown), 1, "failure", "not ready to land: 1 problem"),
        (Reporting::of(only_unknown), 3, "failure", "could not judge: 1 not checked"),
        (Reporting::of(observed), 0, "neutral", "not ready to land: 1 problem"),
    ];
    for (scene, exit, conclusion, title) in cases {
        scene.check(&CHECK_RUN).run().exits(exit);
        let (body, _) = scene.the_check_run();
        assert_eq!(
            (&body["status"], &body["conclusion"]),
            (&json!("completed"), &json!(conclusion))
        );
        let said = body["output"]["title"].as_str().unwrap();
        assert!(said.starts_with(title), "{said}");
        assert_eq!(body["name"], "backout");
    }
}

#[test]
fn what_could_not_be_judged_at_all_is_a_failure() {
    let scene = Reporting::ready();
    scene.check(&CHECK_RUN).run().exits(0);
    let run = scene.check(&["--check-run", "--receipt", "nowhere.toml"]).run().exits(2);
    assert!(run.err().contains("the receipt nowhere.toml cannot be read"), "{}", run.err());
    // A newer one takes the place of the one that said "success", with its annotations.
    let runs = scene.check_runs();
    let (body, annotations) = runs.last().unwrap();
    assert_eq!((runs.len(), annotations.len()), (2, 0));
    assert_eq!(body["conclusion"], "failure");
    assert_eq!(body["output"]["title"], "could not judge");
    assert!(body["output"]["summary"].as_str().unwrap().contains("nowhere.toml"), "{body}");
}

#[test]
fn a_second_run_brings_it_up_to_date() {
    let scene = Reporting::unready();
    scene.check(&CHECK_RUN).run().exits(1);
    let (_, before) = scene.the_check_run();
    assert_eq!(before.len(), 1);
    scene.fake.take_calls();
    scene.check(&CHECK_RUN).run().exits(1);
    let (_, after) = scene.the_check_run();
    assert_eq!(after, before, "annotations were added again");
    let calls = scene.fake.take_calls();
    let writes: Vec<&String> = calls
        .iter()
        .filter(|call| !call.starts_with("GET") && !call.ends_with("/graphql"))
        .collect();
    assert!(matches!(writes.as_slice(), [one] if one.starts_with("PATCH ")), "{calls:?}");
}

#[test]
fn annotations_that_hold_no_more_are_left_behind_with_their_run() {
    let scene = Reporting::unready();
    scene.check(&CHECK_RUN).run().exits(1);
    // The same commit, and a receipt from the pipeline.
    let receipt = scene.staged.repo.root().join("receipt.toml");
    std::fs::write(&receipt, crate::support::RECEIPT).unwrap();
    let arguments = ["--check-run", "--receipt", &receipt.display().to_string()];
    for _ in 0..2 {
        scene.check(&arguments).run().exits(0);
        let runs = scene.check_runs();
        assert_eq!(runs.len(), 2, "{runs:#?}");
        let (body, annotations) = &runs[1];
        assert_eq!(body["conclusion"], "success");
        let denied = annotations.iter().filter(|one| one["annotation_level"] == "failure");
        assert_eq!(denied.count(), 0, "{annotations:#?}");
    }
}

/// A scene with as many findings as stages, all of them about the same commit.
fn many(count: usize) -> Reporting {
    let mut configuration = CONFIGURATION.to_owned();
    let mut message = "Change\n\n".to_owned();
    for number in 0..count {
        configuration.push_str(&format!(
            "\n[[stages]]\nid = \"s{number}\"\nname = \"S\"\nimpact = \"high\"\n\
             paths = [\"s/{number}\"]\nrollback = [\"code\"]\n\
             start = {{ tag = \"none-{number}\" }}\n"
        ));
        message.push_str(&format!("Migration-Stage: s{number}\n"));
    }
    let staged = Staged::with(RepoOptions::default(), &configuration);
    for number in 0..count {
        staged.repo.write(&format!("s/{number}"), "x");
    }
    staged.repo.commit(&message);
    Reporting::of(staged)
}

#[test]
fn annotations_go_in_batches_of_fifty() {
    let scene = many(120);
    scene.check(&CHECK_RUN).run().exits(1);
    let (body, annotations) = scene.the_check_run();
    assert!(annotations.len() >= 120, "{}", annotations.len());
    assert_eq!(body["conclusion"], "failure");
    let keys: std::collections::BTreeSet<String> =
        annotations.iter().map(|one| one["raw_details"].to_string()).collect();
    assert_eq!(keys.len(), annotations.len());
    let requests = scene.fake.requests();
    let batches: Vec<&Value> =
        requests.iter().filter(|one| one.writes()).map(|one| &one.body).collect();
    assert_eq!(batches.len(), annotations.len().div_ceil(50));
    // What stops is said at once.
    assert!(batches.iter().all(|body| body["conclusion"] == "failure"));
    scene.check(&CHECK_RUN).run().exits(1);
    assert_eq!(scene.the_check_run().1, annotations);
}

#[test]
fn what_is_not_ready_to_land_is_no_success_to_those_who_share_it() {
    let scene = Reporting::unready();
    scene.check(&CHECK_RUN).run().exits(1);
    // The push of the same commit to its branch is judged as shared.
    let event = json!({
        "ref": "refs/heads/topic", "before": scene.staged.repo.rev("origin/main"),
        "after": scene.head(),
    });
    scene.on_event("push", &event, &CHECK_RUN).run().exits(0);
    scene.check(&["--check-run", "--phase", "deploy"]).run().exits(1);
    let told: Vec<(String, String)> = scene
        .check_runs()
        .iter()
        .map(|(body, _)| (body["name"].to_string(), body["conclusion"].to_string()))
        .collect();
    let expected = [
        ("\"backout\"", "\"failure\""),
        ("\"backout (share)\"", "\"success\""),
        ("\"backout (deploy)\"", "\"failure\""),
    ];
    assert_eq!(told, expected.map(|(name, end)| (name.to_owned(), end.to_owned())));
}

#[test]
fn nothing_is_said_of_a_commit_that_was_not_judged() {
    let scene = Reporting::unready();
    let base = ["--check-run", "--comment", "--base", "HEAD~1", "--head", "HEAD~1"];
    let run = scene.check(&base).run().exits(0);
    insta::assert_snapshot!(scene.masked(&run.err()), @"
    warning: no check run: what was judged is not [oid], the commit of the event; the verdict stands
    help: leave out `--head`, or name that commit
    backout: ready (land)
    ");
    assert_eq!(scene.check_runs(), []);
    assert_eq!(scene.comments(), []);
    assert_eq!(scene.fake.requests().len(), 0);
}

#[test]
fn a_workflow_by_hand_is_told_on_its_commit() {
    // So does the guard on the branch of a revert that GITHUB_TOKEN has pushed.
    let scene = Reporting::unready();
    let arguments = ["--check-run", "--comment", "--head", "HEAD"];
    let run = scene.on_event("workflow_dispatch", &json!({}), &arguments).run().exits(1);
    assert_eq!(
        run.err(),
        "the event workflow_dispatch is about no pull request: no comment, no labels\n"
    );
    let (body, _) = scene.the_check_run();
    assert_eq!((&body["name"], &body["conclusion"]), (&json!("backout"), &json!("failure")));
    assert_eq!(body["head_sha"], scene.head().as_str());
}

#[test]
fn one_that_another_app_made_stays() {
    let scene = Reporting::unready();
    scene.check(&CHECK_RUN).run().exits(1);
    let other = Caller::new("other[bot]", Kind::App);
    scene.fake.world().tokens.insert("ghs_OTHER".to_owned(), other);
    let before = scene.check_runs();
    for token in ["ghs_OTHER", "ghs_OTHER", JOB_TOKEN] {
        let run = scene.check(&CHECK_RUN).env("GITHUB_TOKEN", token).run().exits(1);
        assert_eq!(run.err(), "");
        let after = scene.check_runs();
        assert_eq!(after.len(), 2);
        assert_eq!(after[0].1, before[0].1);
    }
}
