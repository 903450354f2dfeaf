//! The whole action, run by act for every event, in a checkout of one commit without tags.

use serde_json::{Value, json};

use super::remote::{remote, unready};
use super::server::Server;
use crate::support::act::Done;
use crate::support::{RECEIPT, RECEIPT_PATH, Staged};

const WORKFLOW: &str = r#"on: [pull_request, push, merge_group, workflow_dispatch]
permissions:
  contents: read
jobs:
  guard:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - id: guard
        uses: backout-rs/backout@v1
        with:
          sarif-file: backout.sarif
"#;

/// The codes in the output that a later step gets.
fn findings(done: &Done) -> Vec<String> {
    let findings: Vec<Value> = serde_json::from_str(done.output("findings").unwrap()).unwrap();
    findings.iter().map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn a_pull_request_in_a_shallow_tagless_checkout_is_stopped() {
    let remote = unready();
    let done = remote.job(WORKFLOW, remote.pull_request()).run().failed();
    assert_eq!(done.output("verdict"), Some("not-ready"));
    assert_eq!(done.output("exit-code"), Some("1"));
    assert_eq!(done.output("sarif"), Some("backout.sarif"));
    assert_eq!(findings(&done), ["backup/missing"]);
    let stages: Value = serde_json::from_str(done.output("stages").unwrap()).unwrap();
    assert_eq!(stages[0]["id"], "9");
    assert!(
        done.summary().trim().starts_with("### backout: not ready to land"),
        "{}",
        done.summary()
    );
    assert_eq!(done.told("error").len(), 1, "{}", done.log());
    assert_eq!(done.told("error")[0]["kvPairs"]["title"], "backup/missing (stage 9)");
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn a_pull_request_that_is_ready_or_touches_no_stage_passes() {
    let ready = remote(|scene| {
        scene.unready();
        scene.repo.commit_files(&[(RECEIPT_PATH, RECEIPT)], "Record the backup")
    });
    let done = ready.job(WORKFLOW, ready.pull_request()).run().succeeded();
    assert_eq!((done.output("verdict"), done.output("exit-code")), (Some("ready"), Some("0")));
    let other = remote(Staged::ordinary);
    let done = other.job(WORKFLOW, other.pull_request()).run().succeeded();
    assert_eq!((done.output("verdict"), done.output("stages")), (Some("ready"), Some("[]")));
    assert!(done.told("error").is_empty());
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn a_push_to_the_landing_branch_lands_and_to_a_topic_shares() {
    let remote = unready();
    let done = remote.job(WORKFLOW, remote.push("topic", &"0".repeat(40))).run().succeeded();
    assert_eq!(done.output("verdict"), Some("ready"));
    assert!(done.summary().contains("(share)"), "{}", done.summary());
    remote.scene.share(&["origin", "topic:main"]);
    let done = remote.job(WORKFLOW, remote.push("main", &remote.base)).run().failed();
    assert_eq!(
        (done.output("verdict"), findings(&done)),
        (Some("not-ready"), vec!["backup/missing".into()])
    );
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn a_merge_group_is_judged_whole() {
    let remote = remote(|scene| {
        scene.unready();
        scene.ordinary()
    });
    let first = remote.scene.repo.rev("topic^");
    let head = &remote.head;
    remote.scene.share(&["origin", "topic:gh-readonly-queue/main/pr-2"]);
    // act says `refs/heads/main` here, whatever the queue; the real runner says the queue's branch.
    let queue = r"      - uses: actions/checkout@v6
        with:
          ref: ${{ github.event.merge_group.head_ref }}
";
    let workflow = WORKFLOW.replace("      - uses: actions/checkout@v6\n", queue);
    let event = json!({"action": "checks_requested", "merge_group": {"head_sha": head,
        "head_ref": "refs/heads/gh-readonly-queue/main/pr-2", "base_sha": first,
        "base_ref": "refs/heads/main"}, "repository": {"default_branch": "main"}});
    let done = remote.job(&workflow, ("merge_group", event)).run().failed();
    assert_eq!(
        (done.output("verdict"), findings(&done)),
        (Some("not-ready"), vec!["backup/missing".into()])
    );
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn a_dispatch_judges_all_that_has_landed() {
    let remote = unready();
    remote.scene.share(&["origin", "topic:main"]);
    remote.scene.repo.git(&["switch", "--quiet", "main"]).ok();
    remote.scene.repo.git(&["merge", "--quiet", "--ff-only", "topic"]).ok();
    let event =
        json!({"ref": "refs/heads/main", "inputs": {}, "repository": {"default_branch": "main"}});
    let done = remote.job(WORKFLOW, ("workflow_dispatch", event)).run().failed();
    assert_eq!(
        (done.output("verdict"), findings(&done)),
        (Some("not-ready"), vec!["backup/missing".into()])
    );
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn where_history_cannot_be_fetched_the_answer_is_the_line_that_helps() {
    let remote = unready();
    let away = "      - run: git remote set-url origin file:///nowhere\n      - id: guard\n";
    let workflow = WORKFLOW.replace("      - id: guard\n", away);
    let done = remote.job(&workflow, remote.pull_request()).run().failed();
    assert_eq!(
        (done.output("verdict"), done.output("exit-code")),
        (Some("indeterminate"), Some("3"))
    );
    assert!(done.log().contains("`fetch-depth: 0`"), "{}", done.log());
    assert!(done.summary().contains("fetch-depth: 0"), "{}", done.summary());
    // With that line, nothing has to be fetched.
    let whole = r"      - uses: actions/checkout@v6
        with:
          fetch-depth: 0
";
    let workflow = workflow.replace("      - uses: actions/checkout@v6\n", whole);
    let done = remote.job(&workflow, remote.pull_request()).run().failed();
    assert_eq!((done.output("verdict"), done.output("exit-code")), (Some("not-ready"), Some("1")));
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn a_pull_requests_texts_are_no_commands() {
    let remote = unready();
    let (name, mut event) = remote.pull_request();
    let hostile = "$(touch \"$PWNED\") `touch \"$PWNED\"` ${{ github.token }}\n::set-output name=verdict::ready\n'; touch \"$PWNED\"; '";
    event["pull_request"]["title"] = hostile.into();
    event["pull_request"]["body"] = hostile.into();
    event["pull_request"]["head"]["ref"] = "a;touch${IFS}$PWNED".into();
    event["pull_request"]["user"] = json!({"login": hostile});
    let pwned = remote.scene.repo.root().join("pwned");
    let job = remote.job(WORKFLOW, (name, event)).set("PWNED", &pwned.display().to_string());
    let done = job.run().failed();
    assert_eq!(done.output("verdict"), Some("not-ready"));
    assert!(!pwned.exists());
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn a_fork_has_its_verdict_without_asking_github_for_anything() {
    let refused = "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
    let server = Server::answering(refused);
    let remote = unready();
    let (name, mut event) = remote.pull_request();
    event["pull_request"]["head"]["repo"] = json!({"fork": true, "full_name": "someone/service"});
    let away = r"      - uses: actions/checkout@v6
        with:
          persist-credentials: false
";
    let workflow = WORKFLOW.replace("      - uses: actions/checkout@v6\n", away);
    let done =
        remote.job(&workflow, (name, event)).set("GITHUB_API_URL", &server.url).run().failed();
    assert_eq!((done.output("verdict"), done.output("exit-code")), (Some("not-ready"), Some("1")));
    assert_eq!(done.told("error").len(), 1, "{}", done.log());
    assert!(done.summary().trim().starts_with("### backout: not ready"), "{}", done.summary());
    assert!(server.requests().is_empty());
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn other_commands_have_their_exit_codes_too() {
    let remote = unready();
    remote.scene.share(&["origin", "topic:main"]);
    let with = |inputs: &str| {
        let inputs = format!("        with:\n{inputs}");
        let workflow =
            WORKFLOW.replace("        with:\n          sarif-file: backout.sarif\n", &inputs);
        remote.job(&workflow, remote.push("main", &remote.base)).run()
    };
    let done = with("          command: status\n").succeeded();
    assert!(done.log().contains("Continuation"), "{}", done.log());
    assert_eq!(done.output("exit-code"), Some("0"));
    let done = with("          command: rehearse\n          stage: '9'\n").succeeded();
    assert!(done.log().contains("stage 9"), "{}", done.log());
    let done = with("          command: verify-revert\n          head: HEAD\n").failed();
    assert_eq!(done.output("exit-code"), Some("1"));
    let done = with("          command: undo\n").failed();
    assert_eq!(done.told("error")[0]["kvPairs"]["title"], "backout");
}
