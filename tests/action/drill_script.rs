//! The drill's two scripts: what is found, and the one issue that says so.

use std::fs;
use std::path::PathBuf;

use super::scripts::{Script, outputs};
use crate::support::{Run, Staged, TestRepo, write_program};

fn program(repo: &TestRepo, name: &str, text: &str) -> PathBuf {
    let folder = repo.root().join("fake");
    write_program(&folder.join(name), text);
    folder
}

fn drill<'a>(repo: &'a TestRepo) -> Script<'a> {
    let _ = fs::remove_file(repo.root().join("output"));
    Script::new(repo, "run.sh").with_backout().set("IN_COMMAND", "drill")
}

fn output(repo: &TestRepo, name: &str) -> String {
    let found = outputs(repo).into_iter().find(|(known, _)| known == name);
    found.unwrap_or_else(|| panic!("no output {name}")).1
}

#[test]
fn what_could_not_be_fetched_is_not_well() {
    let scene = Staged::new();
    scene.repo.commit_files(&[("src/core/four.py", "four = 2\n")], "W\n\nMigration-Stage: 4");
    scene.share(&["origin", "main"]);
    drill(&scene.repo).set("FETCHED", "0").run().ok();
    assert_eq!(output(&scene.repo, "exit-code"), "0");
    drill(&scene.repo).set("FETCHED", "3").run().exits(3);
    assert_eq!(output(&scene.repo, "exit-code"), "3");
    let report = fs::read_to_string(output(&scene.repo, "report")).unwrap();
    assert!(report.contains("What has landed, fetched: exit code 3"), "{report}");
}

#[test]
fn a_landing_branch_that_is_gone_is_not_well() {
    let scene = Staged::new();
    scene.repo.commit_files(&[("src/core/four.py", "four = 2\n")], "W\n\nMigration-Stage: 4");
    let away = ["update-ref", "-d", "refs/remotes/origin/main"];
    scene.repo.git(&away).ok();
    let expected = "the landing branch `main` of migration `entities` is not known here";
    for arguments in [&["status", "--exit-code"][..], &["rehearse", "--no-receipts", "--offline"]] {
        let said = scene.repo.backout(arguments).run().exits(3);
        assert!(said.err().contains(expected), "{}", said.snapshot());
    }
    // Who only looks is shown what there is.
    scene.repo.backout(["status"]).run().ok();
    drill(&scene.repo).run().exits(3);
    // Without any remote, the local branch is all there is.
    scene.repo.git(&["remote", "remove", "origin"]).ok();
    scene.repo.backout(["rehearse", "--no-receipts", "--offline"]).run().ok();
}

#[test]
fn stores_that_were_not_looked_at_are_not_well() {
    let scene = Staged::new();
    scene.repo.commit_files(&[("src/core/four.py", "four = 2\n")], "W\n\nMigration-Stage: 4");
    scene.share(&["origin", "main"]);
    let said = scene.repo.root().join("said");
    let said = said.display().to_string();
    fs::write(&said, "context: the archive is gone\n").unwrap();
    let online = || drill(&scene.repo).set("IN_ONLINE", "true");
    for (report, code, exit) in [(&*said, "0", 0), (&said, "1", 1), (&said, "", 3), ("", "0", 3)] {
        let run = online().set("STORES_REPORT", report).set("STORES_CODE", code).run();
        assert_eq!(run.exit, exit, "{report} {code}: {}", run.snapshot());
    }
    online().set("STORES_REPORT", &said).set("STORES_CODE", "1").run().exits(1);
    let report = fs::read_to_string(output(&scene.repo, "report")).unwrap();
    assert!(report.contains("The backups in their stores: exit code 1"), "{report}");
    assert!(report.contains("    context: the archive is gone"), "{report}");
}

#[test]
fn the_stores_are_looked_at_with_what_opens_them() {
    let repo = TestRepo::new();
    let text = "#!/bin/sh\necho \"$* with $STORE_KEY\"\necho ::error::x\nexit 5\n";
    let fake = program(&repo, "backout", text);
    let script = Script::new(&repo, "drill-stores.sh").with_path(&fake);
    let script = script.set("GITHUB_ACTIONS", "true").set("IN_VARIABLES", "STORE_KEY=k3y\n");
    silenced(&script.set("IN_CONFIG", "b/backout.toml").run().ok().out());
    assert_eq!(output(&repo, "exit-code"), "5");
    let report = fs::read_to_string(output(&repo, "report")).unwrap();
    assert_eq!(report, "--config=b/backout.toml backup verify with k3y\n::error::x\n");
}

#[test]
fn what_the_repository_writes_stays_code_and_is_no_command() {
    let repo = TestRepo::new();
    let text = "#!/bin/sh\nprintf 'a\\r@everyone\\n::error::x\\n\\033[31m\\001b\\n'\n";
    let fake = program(&repo, "backout", text);
    let script = Script::new(&repo, "run.sh").with_path(&fake).set("IN_COMMAND", "drill");
    let said = script.set("GITHUB_ACTIONS", "true").run().ok().out();
    let report = fs::read_to_string(output(&repo, "report")).unwrap();
    for line in report.split(['\n', '\r']) {
        let shown = line.is_empty() || line.starts_with("    ") || line.starts_with("### ");
        assert!(shown, "{line:?} in {report:?}");
    }
    assert!(!report.contains(|letter: char| letter.is_control() && letter != '\n'), "{report:?}");
    silenced(&said);
    let script = Script::new(&repo, "run.sh").with_path(&fake).set("IN_COMMAND", "rehearse");
    silenced(&script.set("GITHUB_ACTIONS", "true").run().ok().out());
}

/// Each line that looks like a command stands between the words that make it none.
fn silenced(said: &str) {
    let (mut word, mut seen) = (None, 0);
    for line in said.lines() {
        if let Some(begun) = line.strip_prefix("::stop-commands::") {
            word = Some(format!("::{begun}::"));
        } else if word.as_deref() == Some(line) {
            word = None;
        } else if line.starts_with("::") {
            assert!(word.is_some(), "{line} in {said}");
            seen += 1;
        }
    }
    assert!(seen > 0 && word.is_none(), "{said}");
}

const GH: &str = r#"#!/bin/sh
for word; do printf '%s\036' "$word" >> "$GH_LOG"; done
printf '\035' >> "$GH_LOG"
previous=
for word; do case $word in body=@*) cp "${word#body=@}" "$GH_LOG.body";; esac
[ "$previous" != --jq ] || query=$word; previous=$word; done
case "$*" in *'GET'*) jq -r "$query" "$GH_ISSUES";; *) echo url;; esac
"#;

/// The issue's script, with these open issues of the label.
fn report(repo: &TestRepo, code: &str, issues: &serde_json::Value) -> (Run, Vec<String>) {
    let fake = program(repo, "gh", GH);
    let log = repo.root().join("gh");
    let _ = fs::remove_file(&log);
    let list = repo.root().join("issues.json");
    fs::write(&list, issues.to_string()).unwrap();
    let found = repo.root().join("report");
    fs::write(&found, "### x\n").unwrap();
    let script = Script::new(repo, "drill-report.sh").with_path(&fake).set("IN_TOKEN", "s3cret");
    let run = script
        .set("GH_LOG", &log.display().to_string())
        .set("GH_ISSUES", &list.display().to_string())
        .set("GITHUB_REPOSITORY", "acme/service")
        .set("DRILL_REPORT", &found.display().to_string())
        .set("DRILL_CODE", code)
        .run();
    let log = fs::read_to_string(log).unwrap_or_default();
    let calls = log.split_terminator('\u{1d}').map(|call| {
        let words: Vec<&str> = call.split('\u{1e}').collect();
        let at = words.iter().position(|word| *word == "--method").unwrap();
        format!("{} {}", words[at + 1], words[1].split('?').next().unwrap())
    });
    (run, calls.collect())
}

const ISSUES: &str = "repos/acme/service/issues";

fn issue(number: u64, author: &str, body: &str) -> serde_json::Value {
    serde_json::json!({"number": number, "user": {"login": author}, "body": body})
}

const BOT: &str = "github-actions[bot]";
const BODY: &str = "<!-- backout-drill -->\nThe nightly drill";

#[test]
fn only_the_drills_own_issue_is_touched() {
    let repo = TestRepo::new();
    let mut pull = issue(1, BOT, BODY);
    pull["pull_request"] = serde_json::json!({});
    let mut empty = issue(4, BOT, "");
    empty["body"] = serde_json::Value::Null;
    let others = vec![pull, issue(2, "ada", BODY), issue(3, BOT, "something else"), empty];
    let (run, calls) = report(&repo, "0", &others.clone().into());
    run.ok();
    assert_eq!(calls, [format!("GET {ISSUES}")]);
    let (run, calls) = report(&repo, "1", &others.clone().into());
    run.ok();
    assert_eq!(calls, [format!("GET {ISSUES}"), format!("POST {ISSUES}")]);
    let own = [others, vec![issue(5, BOT, BODY)]].concat();
    let (run, calls) = report(&repo, "0", &own.into());
    run.ok();
    let closed =
        [format!("GET {ISSUES}"), format!("POST {ISSUES}/5/comments"), format!("PATCH {ISSUES}/5")];
    assert_eq!(calls, closed);
}

#[test]
fn what_could_not_be_told_has_words_of_its_own_and_closes_nothing() {
    let repo = TestRepo::new();
    for code in ["3", "", "killed"] {
        let (run, calls) = report(&repo, code, &serde_json::json!([issue(5, BOT, BODY)]));
        run.ok();
        assert_eq!(calls, [format!("GET {ISSUES}"), format!("PATCH {ISSUES}/5")], "{code}");
        let body = fs::read_to_string(repo.root().join("gh.body")).unwrap();
        assert!(body.contains("could not tell whether every stage can be rolled back"), "{body}");
    }
    report(&repo, "1", &serde_json::json!([])).0.ok();
    let body = fs::read_to_string(repo.root().join("gh.body")).unwrap();
    assert!(body.contains("found that not every stage can be rolled back"), "{body}");
}
