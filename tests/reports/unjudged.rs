//! Reports where nothing could be judged: each says so in its own format, and none that says
//! "ready" is left from an earlier run.

use std::fs;

use serde_json::Value;

use super::hostile::FORMATS;
use crate::support::{CONFIGURATION, RepoOptions, Run, Staged, TestRepo};

/// A clone of one commit, in which the start tag is no ancestor of anything.
fn shallow(scene: &Staged) -> TestRepo {
    let source = format!("file://{}", scene.origin.display());
    let clone = scene.repo.clone_of(&source, "shallow", &["--depth", "1"]);
    clone.git(&["fetch", "--quiet", "--depth", "1", "origin", "tag", "migration-start"]).ok();
    clone
}

const ABSENT: &str = "1111111111111111111111111111111111111111";

fn check(repo: &TestRepo, arguments: &[&str]) -> Run {
    repo.backout(["check", "--base", ABSENT]).args(arguments).run()
}

#[test]
fn a_program_reads_that_it_could_not_be_judged() {
    let scene = Staged::new();
    let run = check(&scene.repo, &["--format", "json"]).exits(3);
    let said: Value = serde_json::from_str(&run.out()).unwrap();
    let keys: Vec<&str> = said.as_object().unwrap().keys().map(String::as_str).collect();
    let judged = scene.repo.backout(["check", "--format", "json"]).run().ok();
    let judged: Value = serde_json::from_str(&judged.out()).unwrap();
    let all: Vec<&str> = judged.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, all);
    assert_eq!(said["verdict"], "indeterminate");
    assert_eq!(said["findings"][0]["code"], "policy/not-judged");
    assert_eq!(said["findings"][0]["outcome"], "indeterminate");
    let message = said["findings"][0]["message"].as_str().unwrap();
    assert!(message.contains(&ABSENT[..12]), "{message}");
    assert!(run.err().contains("error: "), "{}", run.err());
    let explained = scene.repo.backout(["explain", "policy/not-judged"]).run().ok();
    assert!(explained.out().contains("could not be judged at all"));
}

#[test]
fn every_format_says_it() {
    let scene = Staged::new();
    for format in FORMATS {
        let run = check(&scene.repo, &["--format", format]).exits(3);
        match format {
            "human" => assert_eq!(run.out(), ""),
            _ => assert!(run.out().contains(&ABSENT[..12]), "{format}: {}", run.out()),
        }
    }
    insta::assert_snapshot!(check(&scene.repo, &["--format", "github"]).snapshot());
    let sarif: Value =
        serde_json::from_str(&check(&scene.repo, &["--format", "sarif"]).out()).unwrap();
    assert_eq!(sarif["runs"][0]["invocations"][0]["executionSuccessful"], false);
    let junit = check(&scene.repo, &["--format", "junit"]).out();
    assert!(junit.contains("<error"), "{junit}");
}

#[test]
fn no_older_report_stays_that_says_ready() {
    let scene = Staged::new();
    let outputs = ["--output", "json=report.json", "--output", "markdown=report.md"];
    scene.repo.backout(["check"]).args(outputs).run().ok();
    assert!(scene.repo.read("report.json").contains("\"verdict\":\"ready\""));
    check(&scene.repo, &outputs).exits(3);
    assert!(scene.repo.read("report.json").contains("\"verdict\":\"indeterminate\""));
    assert!(scene.repo.read("report.md").contains("could not judge"));
    // Nor where the rules are broken.
    scene.repo.backout(["check"]).args(outputs).run().ok();
    scene.repo.commit_files(&[("backout.toml", "version = 7\n")], "Break the rules");
    let run = scene.repo.backout(["check", "--format", "json"]).args(outputs).run().exits(2);
    assert_eq!(run.out(), "");
    assert!(scene.repo.read("report.json").contains("\"verdict\":\"indeterminate\""));
}

#[test]
fn the_hook_says_it_as_well() {
    let scene = Staged::new();
    let line = format!("HEAD {ABSENT} refs/heads/main {}\n", scene.repo.rev("origin/main"));
    let hook = scene.repo.backout(["pre-push", "origin", "url", "--format", "json"]);
    let run = hook.stdin(line).run().exits(3);
    let said: Value = serde_json::from_str(&run.out()).unwrap();
    assert_eq!(said["verdict"], "indeterminate");
}

#[test]
fn rules_that_only_observe_report_it_and_stop_nothing() {
    let observing =
        CONFIGURATION.replace("branch = \"main\"", "branch = \"main\"\nmode = \"observe\"");
    let scene = Staged::with(RepoOptions::default(), &observing);
    scene.unready();
    scene.share(&["origin", "main"]);
    let clone = shallow(&scene);
    insta::assert_snapshot!("observed", clone.backout(["check"]).run().ok().snapshot());
    let json = clone.backout(["check", "--format", "json"]).run().ok();
    let said: Value = serde_json::from_str(&json.out()).unwrap();
    assert_eq!((&said["verdict"], &said["mode"]), (&"indeterminate".into(), &"observe".into()));
    // One stage that enforces is enough; so are trusted rules that nobody knows.
    let enforced =
        observing.replace("impact = \"critical\"", "impact = \"critical\"\nmode = \"enforce\"");
    let scene = Staged::with(RepoOptions::default(), &enforced);
    scene.unready();
    scene.share(&["origin", "main"]);
    shallow(&scene).backout(["check"]).run().exits(3);
    // What the change says of itself does not count.
    let scene = Staged::new();
    fs::write(scene.repo.path().join("backout.toml"), &observing).unwrap();
    scene.repo.commit("Only observe");
    check(&scene.repo, &[]).exits(3);
}
