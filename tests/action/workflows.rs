//! The reusable workflows, called as the README says, by act.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::remote::{Remote, remote, unready};
use crate::readme::yaml;
use crate::support::STATE;
use crate::support::act::Done;
use crate::support::fake_github::{FakeGitHub, JOB_TOKEN, Recorded, Setting};

/// The README's workflow that guards pull requests.
fn guard() -> String {
    yaml(".github/workflows/guard.yml")
}

fn dispatch() -> (&'static str, Value) {
    let event =
        json!({"ref": "refs/heads/main", "inputs": {}, "repository": {"default_branch": "main"}});
    ("workflow_dispatch", event)
}

/// A program of this text, in a folder for the PATH.
fn tool(remote: &Remote, name: &str, text: &str) -> PathBuf {
    let folder = remote.scene.repo.root().join("tools");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), text).unwrap();
    fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn the_guard_judges_a_pull_request() {
    let remote = unready();
    let done = remote.job(&guard(), remote.pull_request()).run().failed();
    assert_eq!(done.output("verdict"), Some("not-ready"), "{}", done.log());
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn the_guard_is_a_step_too() {
    let remote = unready();
    let step =
        yaml("a step of a job").lines().map(|line| format!("      {line}\n")).collect::<String>();
    let workflow =
        format!("on: pull_request\njobs:\n  all:\n    runs-on: ubuntu-latest\n    steps:\n{step}");
    let done = remote.job(&workflow, remote.pull_request()).run().failed();
    assert_eq!(done.output("verdict"), Some("not-ready"), "{}", done.log());
    assert_eq!(done.output("sarif"), Some("backout.sarif"));
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn the_guard_judges_a_retargeted_pull_request_by_the_new_target() {
    let remote = unready();
    remote.scene.repo.git(&["branch", "unguarded", "main"]).ok();
    remote.scene.share(&["origin", "unguarded"]);
    let (name, mut event) = remote.pull_request();
    event["pull_request"]["base"]["ref"] = "unguarded".into();
    let before = remote.job(&guard(), (name, event.clone())).run().succeeded();
    assert!(before.summary().contains("(share)"), "{}", before.summary());
    event["action"] = "edited".into();
    event["changes"] = json!({"base": {"ref": {"from": "unguarded"}}});
    event["pull_request"]["base"]["ref"] = "main".into();
    let after = remote.job(&guard(), (name, event)).run().failed();
    assert_eq!(after.output("verdict"), Some("not-ready"));
    assert!(guard().contains("synchronize, edited,"));
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn the_guard_started_on_a_branch_judges_what_would_land() {
    let remote = unready();
    let done = remote.job(&guard(), branch("topic")).run().failed();
    assert_eq!(done.output("verdict"), Some("not-ready"), "{}", done.log());
    // A planned back-out of what has landed is never in its own way.
    remote.scene.share(&["origin", "topic:main"]);
    let repo = &remote.scene.repo;
    repo.git(&["fetch", "--quiet", "origin"]).ok();
    repo.backout(["revert", "--stage", "9", "--branch", "away", "--reason", "x", "--confirm"])
        .run();
    assert!(repo.git(&["rev-parse", "--verify", "away"]).exit == 0);
    remote.scene.share(&["origin", "away"]);
    let done = remote.job(&guard(), branch("away")).run().succeeded();
    assert_eq!(done.output("verdict"), Some("ready"), "{}", done.log());
}

fn branch(name: &str) -> (&'static str, Value) {
    let (event, mut dispatched) = dispatch();
    dispatched["ref"] = format!("refs/heads/{name}").into();
    (event, dispatched)
}

const GH: &str = "#!/bin/sh\nfor word; do printf '%s\\036' \"$word\" >> \"$GH_LOG\"; done\nprintf '\\035' >> \"$GH_LOG\"\n\
    for word; do case $word in body=@*) cp \"${word#body=@}\" \"$GH_LOG.body\";; esac; done\n\
    case \"$*\" in *startswith*) printf '%s' \"${GH_ISSUE-}\";; *) echo https://github.com/acme/service/issues/5;; esac\n";

/// The calls of the stand-in for `gh`, argument by argument.
fn gh(remote: &Remote) -> Vec<Vec<String>> {
    let log = fs::read_to_string(remote.scene.repo.root().join("gh")).unwrap_or_default();
    let calls = log.split_terminator('\u{1d}');
    calls.map(|call| call.split_terminator('\u{1e}').map(str::to_owned).collect()).collect()
}

/// A landed stage 9 on GitHub, and a run of the workflow that backs it out.
struct BackOut {
    remote: Remote,
    github: FakeGitHub,
}

const SHOP: &str = "acme/shop";

impl BackOut {
    fn new() -> Self {
        let remote = remote(|scene| {
            let workflow = guard();
            let files =
                [(".github/workflows/guard.yml", workflow.as_str()), (STATE, "state = 2\n")];
            scene.repo.commit_files(&files, "Move the state\n\nMigration-Stage: 9")
        });
        remote.scene.share(&["origin", "topic:main"]);
        remote.scene.repo.git(&["switch", "--quiet", "main"]).ok();
        remote.scene.repo.git(&["merge", "--quiet", "--ff-only", "topic"]).ok();
        let github = FakeGitHub::start(&remote.scene.origin);
        Self { remote, github }
    }

    fn run(&self, event: (&'static str, Value)) -> Done {
        let tools = tool(&self.remote, "gh", GH);
        let log = self.remote.scene.repo.root().join("gh");
        let workflow = yaml(".github/workflows/back-out.yml");
        let job = self.remote.job(&workflow, event).tools(&tools).of(SHOP).token(JOB_TOKEN);
        job.set("GH_LOG", &log.display().to_string())
            .set("GITHUB_API_URL", &self.github.url())
            .run()
    }

    /// What GitHub was asked to change.
    fn changes(&self) -> Vec<String> {
        let all = self.github.requests();
        all.iter().filter(|request| request.writes()).map(Recorded::call).collect()
    }

    /// The only pull request: its title, and whether it is a draft.
    fn opened(&self) -> (String, bool) {
        let world = self.github.world();
        let issue = world.the_open_pull();
        (issue.title.clone(), issue.pull.as_ref().unwrap().draft)
    }
}

const START: &str = "POST /repos/acme/shop/actions/workflows/guard.yml/dispatches";

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn the_form_opens_a_pull_request_and_starts_its_check() {
    let back_out = BackOut::new();
    let (name, mut event) = dispatch();
    let reason = "carts are lost; $(touch x)";
    event["inputs"] = json!({"stage": "9", "reason": reason, "cascade": "false", "draft": "true"});
    let done = back_out.run((name, event)).succeeded();
    assert_eq!(done.output("pull-request-number"), Some("1"), "{}", done.log());
    assert_eq!(done.output("pull-request-url"), Some("https://github.com/acme/shop/pull/1"));
    let (title, draft) = back_out.opened();
    assert!(title.contains("stage 9") && draft, "{title}");
    assert!(back_out.github.world().the_open_pull().body.contains(reason));
    let changes = back_out.changes();
    assert_eq!(changes.last().map(String::as_str), Some(START), "{changes:?}");
    // No comment asked, so none is answered.
    assert!(gh(&back_out.remote).is_empty());
    // What is on the remote is the planned revert, and nothing of the stage is left.
    let (repo, origin) = (&back_out.remote.scene.repo, &back_out.remote.scene.origin);
    let shown = repo.git_in(origin, &["show", &format!("backout/entities/stage-9:{STATE}")]);
    assert_eq!(shown.ok().out(), "state = 1\n");
    // The check that was started finds it ready.
    let branch = branch("backout/entities/stage-9");
    let checked = back_out.remote.job(&guard(), branch).run().succeeded();
    assert_eq!(checked.output("verdict"), Some("ready"), "{}", checked.log());
    // Asked once more, there is nothing to do but to say so.
    let (name, mut event) = dispatch();
    event["inputs"] = json!({"stage": "9", "reason": reason, "cascade": "false", "draft": "true"});
    let again = back_out.run((name, event)).succeeded();
    assert_eq!(again.output("pull-request-number"), Some("1"), "{}", again.log());
    assert_eq!(back_out.github.world().pulls().len(), 1);
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn a_pull_request_that_is_refused_fails_the_job_with_the_reason() {
    let back_out = BackOut::new();
    back_out.github.world().settings = vec![Setting::ActionsMayNot];
    let (name, mut event) = dispatch();
    event["inputs"] = json!({"stage": "9", "reason": "x", "cascade": "false", "draft": "false"});
    let done = back_out.run((name, event)).failed();
    assert_eq!(done.output("exit-code"), Some("5"), "{}", done.log());
    assert!(done.log().contains("create and approve pull requests"), "{}", done.log());
    assert!(!back_out.changes().contains(&START.to_owned()));
}

fn comment(body: &str) -> (&'static str, Value) {
    let event = json!({"action": "created", "issue": {"number": 3},
        "comment": {"body": body, "created_at": "2026-01-05T12:00:00Z",
            "updated_at": "2026-01-05T12:00:00Z", "author_association": "MEMBER",
            "user": {"login": "ada", "type": "User"}},
        "repository": {"default_branch": "main"}});
    ("issue_comment", event)
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn a_comment_opens_a_pull_request_and_is_answered() {
    let back_out = BackOut::new();
    let body = "Hm.\n\n/backout 9 because `carts` are \"lost\"";
    let done = back_out.run(comment(body)).succeeded();
    let (title, draft) = back_out.opened();
    assert!(title.contains("stage 9") && !draft, "{title} {}", done.log());
    assert!(back_out.github.world().the_open_pull().body.contains("`carts` are"));
    let said = gh(&back_out.remote);
    assert_eq!(said.len(), 1);
    assert_eq!(said[0][1], "repos/acme/shop/issues/3/comments");
    let answer = "body=The back-out: https://github.com/acme/shop/pull/1".to_owned();
    assert!(said[0].contains(&answer), "{said:?}");
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn a_comment_that_is_not_obeyed_backs_nothing_out() {
    let back_out = BackOut::new();
    for (body, runs) in [
        ("nice work", true),
        ("see `/backout 9 because x`", true),
        ("/backout 9", false),
        ("```\n\n/backout 9 because x\n```", false),
    ] {
        let done = back_out.run(comment(body));
        if runs {
            done.succeeded()
        } else {
            done.failed()
        };
    }
    let (name, mut event) = comment("/backout 9 because x");
    event["comment"]["author_association"] = "CONTRIBUTOR".into();
    let done = back_out.run((name, event.clone())).failed();
    assert!(done.log().contains("owners, members and collaborators"), "{}", done.log());
    event["comment"]["author_association"] = "OWNER".into();
    event["comment"]["updated_at"] = "2026-01-05T12:10:00Z".into();
    back_out.run((name, event)).failed();
    assert!(back_out.github.requests().is_empty());
    assert!(gh(&back_out.remote).is_empty());
}

const GATE: &str = r#"on:
  push:
  workflow_dispatch:
    inputs:
      finding: {description: Break the glass, type: string}
      reason: {description: Why, type: string}
      approver: {description: Who answers for it, type: string}
permissions: {}
jobs:
  gate:
    permissions:
      contents: write
    uses: backout-rs/backout/.github/workflows/deploy-gate.yml@v0.1.0
    with:
      environment: production
      online: false
      override-finding: ${{ inputs.finding }}
      override-reason: ${{ inputs.reason }}
      override-approver: ${{ inputs.approver }}
    secrets: inherit
"#;

/// In place of the two actions that keep artifacts: a folder on this machine.
const UPLOAD: &str = "name: upload\ndescription: A stand-in\ninputs:\n  path: {required: true, description: What}\n  name: {description: Its name}\n  include-hidden-files: {description: Whether}\n  if-no-files-found: {description: What then}\nruns:\n  using: composite\n  steps:\n    - shell: bash\n      env:\n        FILES: ${{ inputs.path }}\n      run: mkdir -p \"$ARTIFACT\" && cp -R -- \"$FILES/.\" \"$ARTIFACT/\"\n";
const DOWNLOAD: &str = "name: download\ndescription: A stand-in\ninputs:\n  path: {required: true, description: Where}\n  name: {description: Its name}\nruns:\n  using: composite\n  steps:\n    - shell: bash\n      env:\n        FOLDER: ${{ inputs.path }}\n      run: mkdir -p \"$FOLDER\" && cp -R -- \"$ARTIFACT/.\" \"$FOLDER/\"\n";

/// A delivery of what has landed. The store is a folder beside the checkout.
fn deliver(remote: &Remote, event: (&'static str, Value)) -> Done {
    let root = remote.scene.repo.root();
    for (name, text) in [("upload", UPLOAD), ("download", DOWNLOAD)] {
        fs::create_dir_all(root.join(name)).unwrap();
        fs::write(root.join(name).join("action.yml"), text).unwrap();
    }
    let job = remote.job(GATE, event);
    job.local("actions/upload-artifact", &root.join("upload"))
        .local("actions/download-artifact", &root.join("download"))
        .set("ARTIFACT", &root.join("artifact").display().to_string())
        .run()
}

fn delivered(ready: bool) -> Remote {
    let store = tempfile::Builder::new().prefix("backout-store-").tempdir().unwrap().keep();
    let remote = remote(|scene| {
        let rehearsal = "\"rehearsal/missing\" = \"allow\"";
        let rule = if ready { "\"backup/unrehearsed\" = \"allow\"" } else { "" };
        let rules = if ready { format!("{rehearsal}\n{rule}") } else { String::new() };
        let configuration = crate::support::CONFIGURATION
            .replace("s3://ops/backups", &store.display().to_string())
            .replace(rehearsal, &rules);
        let files = [("backout.toml", configuration.as_str()), ("state.json", "{}\n")];
        scene.repo.commit_files(&files, "A store");
        scene.share(&["origin", "HEAD:main"]);
        scene.repo.git(&["branch", "--force", "main"]).ok();
        scene.unready()
    });
    remote.scene.share(&["origin", "topic:main"]);
    remote.scene.repo.git(&["switch", "--quiet", "main"]).ok();
    remote.scene.repo.git(&["merge", "--quiet", "--ff-only", "topic"]).ok();
    remote
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn the_gate_opens_for_what_can_go_back_and_keeps_the_receipt() {
    let remote = delivered(true);
    let done = deliver(&remote, dispatch()).succeeded();
    assert_eq!(done.output("verdict"), Some("ready"), "{}", done.log());
    let receipt = remote.scene.repo.root().join("artifact/.backout/backups/context.toml");
    assert!(fs::read_to_string(receipt).unwrap().contains("backup = \"context\""));
    let log =
        remote.scene.repo.git_in(&remote.scene.origin, &["show", "--name-only", "main"]).ok().out();
    assert!(log.contains("Record the backups of a deployment"), "{log}");
    assert!(log.contains(".backout/backups/context.toml"), "{log}");
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn the_gate_stays_shut_until_the_glass_is_broken() {
    let remote = delivered(false);
    let done = deliver(&remote, dispatch()).failed();
    assert_eq!(done.output("verdict"), Some("not-ready"), "{}", done.log());
    // The backup was taken all the same, and its receipt is not lost.
    assert!(remote.scene.repo.root().join("artifact/.backout/backups/context.toml").exists());
    let codes: Vec<Value> = serde_json::from_str(done.output("findings").unwrap()).unwrap();
    let denied = codes.iter().find(|finding| finding["level"] == "deny").unwrap();
    let (name, mut event) = dispatch();
    event["inputs"] =
        json!({"finding": denied["code"], "reason": "production is down", "approver": "@ada"});
    let done = deliver(&remote, (name, event)).succeeded();
    assert!(done.summary().contains("production is down"), "{}", done.summary());
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn the_gate_judges_all_of_a_release_beside_the_landing_branch() {
    let remote = delivered(false);
    remote.scene.repo.git(&["switch", "--quiet", "--create", "release"]).ok();
    remote.scene.ordinary();
    remote.scene.share(&["origin", "release"]);
    let done = deliver(&remote, branch("release")).failed();
    assert_eq!(done.output("verdict"), Some("not-ready"), "{}", done.log());
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn the_gate_opens_for_a_migration_without_backups() {
    let remote = remote(|scene| {
        let text = crate::support::CONFIGURATION.replace("backups = [\"context\"]\n", "");
        let (from, to) = (text.find("[backups.").unwrap(), text.find("[[stages]]").unwrap());
        let without = text[..from].to_owned() + &text[to..];
        scene.repo.commit_files(&[("backout.toml", &without)], "No backups")
    });
    remote.scene.share(&["origin", "topic:main"]);
    let done = deliver(&remote, dispatch()).succeeded();
    assert_eq!(done.output("verdict"), Some("ready"), "{}", done.log());
    assert!(!remote.scene.repo.root().join("artifact").exists());
}

/// Stands in for backout: writes down its variables and those of the shells around it.
#[cfg(target_os = "linux")]
const LISTENER: &str = "#!/bin/sh\n[ \"$1\" != --version ] || { echo backout 0; exit; }\n[ \"$1\" != fetch ] || exit 0\n\
    at=$$\nfor step in 1 2 3 4; do\n  cat \"/proc/$at/environ\" >> \"$HEARD\"; at=$(awk '/^PPid/ { print $2 }' \"/proc/$at/status\")\n\
    case \"$(cat /proc/$at/comm)\" in bash|sh|backout) ;; *) break;; esac\ndone\n";

#[test]
#[cfg(target_os = "linux")]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn what_runs_the_repositorys_commands_finds_no_token_around_it() {
    let remote = unready();
    let tools = tool(&remote, "backout", LISTENER);
    let heard = remote.scene.repo.root().join("heard");
    let with = |command: &str| {
        let _ = fs::remove_file(&heard);
        let workflow = format!(
            "on: workflow_dispatch\njobs:\n  all:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v6\n      - run: rm -f \"$HEARD\"\n      - uses: backout-rs/backout@v1\n        with:\n          command: {command}\n"
        );
        let job = remote.job(&workflow, dispatch()).tools(&tools).token("s3cret-of-the-job");
        job.set("HEARD", &heard.display().to_string()).run().succeeded();
        let all = fs::read_to_string(&heard).unwrap();
        // act tells every step all inputs of its action; GitHub's runner does not.
        let said = all.split('\0').filter(|one| !one.starts_with("INPUT_"));
        said.map(|one| format!("{one}\n")).collect::<String>()
    };
    // The one that is allowed to is heard, or nothing would be.
    assert!(with("check").contains("s3cret-of-the-job"));
    for command in ["rehearse", "status", "plan", "backup create", "backup verify"] {
        let all = with(command);
        assert!(
            all.contains("IN_COMMAND") && !all.contains("s3cret-of-the-job"),
            "{command}: {all}"
        );
    }
}

const DRILL: &str = r#"on: [schedule, workflow_dispatch]
permissions: {}
jobs:
  drill:
    permissions:
      contents: read
      issues: write
    uses: backout-rs/backout/.github/workflows/drill.yml@v0.1.0
"#;

fn drill(remote: &Remote, issue: &str) -> Done {
    let tools = tool(remote, "gh", GH);
    let log = remote.scene.repo.root().join("gh");
    let _ = fs::remove_file(&log);
    let job = remote.job(DRILL, dispatch()).tools(&tools).set("GH_ISSUE", issue);
    job.set("GH_LOG", &log.display().to_string()).run()
}

/// What the stand-in for `gh` was asked: paths and methods.
fn asked(remote: &Remote) -> Vec<String> {
    let method = |call: &Vec<String>| {
        let at = call.iter().position(|word| word == "--method").unwrap();
        format!("{} {}", call[at + 1], call[1].split('?').next().unwrap())
    };
    gh(remote).iter().map(method).collect()
}

const ISSUES: &str = "repos/acme/service/issues";

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn a_drill_that_goes_well_closes_what_was_open() {
    let remote = remote(|scene| {
        scene.repo.commit_files(&[("src/core/four.py", "four = 2\n")], "Work\n\nMigration-Stage: 4")
    });
    remote.scene.share(&["origin", "topic:main"]);
    let done = drill(&remote, "").succeeded();
    assert_eq!(asked(&remote), [format!("GET {ISSUES}")], "{}", done.log());
    assert!(done.log().contains("stage 4"), "{}", done.log());
    drill(&remote, "5").succeeded();
    let expected =
        [format!("GET {ISSUES}"), format!("POST {ISSUES}/5/comments"), format!("PATCH {ISSUES}/5")];
    assert_eq!(asked(&remote), expected);
    assert!(gh(&remote)[2].contains(&"state=closed".to_owned()));
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn a_way_back_that_has_closed_is_one_issue_opened_then_updated() {
    let remote = unready();
    remote.scene.share(&["origin", "topic:main"]);
    let done = drill(&remote, "").failed();
    assert_eq!(
        asked(&remote),
        [format!("GET {ISSUES}"), format!("POST {ISSUES}")],
        "{}",
        done.log()
    );
    let body = fs::read_to_string(remote.scene.repo.root().join("gh.body")).unwrap();
    assert!(body.starts_with("<!-- backout-drill -->\n"), "{body}");
    assert!(body.contains("not open"), "{body}");
    drill(&remote, "5").failed();
    assert_eq!(asked(&remote), [format!("GET {ISSUES}"), format!("PATCH {ISSUES}/5")]);
}
