//! `backout check`: what it says to people, to programs and to CI.

use std::fs;

use serde_json::Value;

use super::{base_of, check, json};
use crate::support::{CONFIGURATION, Staged, WITHOUT_BACKUP};

#[test]
fn exit_codes_of_check() {
    let scene = Staged::new();
    scene.ordinary();
    check(&scene, &["--base", "origin/main"]).exits(0);
    scene.unready();
    check(&scene, &["--base", "origin/main"]).exits(1);
    check(&scene, &["--base", "origin/main", "--phase", "share"]).exits(0);
    check(&scene, &["--base", "no-such-name"]).exits(2);
    check(&scene, &["--base", ""]).exits(2);
    check(&scene, &["--base", "origin/main", "--head", ""]).exits(2);
    check(&scene, &["--phase", "tomorrow"]).exits(2);
    check(&scene, &["--base", &"1".repeat(40)]).exits(3);
}

#[test]
fn check_outside_of_a_repository_and_without_a_configuration() {
    let scene = Staged::new();
    let nowhere = scene.repo.root().join("nowhere");
    fs::create_dir(&nowhere).unwrap();
    let run = scene.repo.backout(["check"]).folder(&nowhere).run();
    assert!(run.exit == 2 || run.exit == 3, "{}", run.snapshot());
    let run = check(&scene, &["--config", "no/such.toml", "--base", "HEAD"]).exits(2);
    insta::assert_snapshot!(run.snapshot(), @r"
    exit: 2
    stdout:
    stderr:
    error: there is no no/such.toml, neither in the judged commit nor where it would land
    help: write one with `backout init` and commit it; or take the guard away with `backout uninstall`
    ");
}

#[test]
fn check_for_people() {
    let scene = Staged::new();
    scene.unready();
    let run = check(&scene, &["--base", "origin/main"]);
    insta::assert_snapshot!(run.snapshot_naming(&[WITHOUT_BACKUP]), @r"
    exit: 1
    stdout:
      ref   kind   change  commits  paths
      HEAD  range  -       1        1

    [STAGE 9 LACKS ITS BACKUP]

    not ready to land: 1 problem
    stderr:
    ");
}

#[test]
fn check_for_programs() {
    let scene = Staged::new();
    scene.unready();
    let run = check(&scene, &["--base", "origin/main", "--format", "json"]).exits(1);
    let mut report = json(&run);
    report.as_object_mut().unwrap().remove("timings_ms").unwrap();
    let pretty = serde_json::to_string_pretty(&report).unwrap();
    let shown = scene.repo.filter().apply(&pretty);
    insta::assert_snapshot!(shown, @r#"
    {
      "findings": [
        {
          "code": "backup/missing",
          "commit": null,
          "config": {
            "column": 1,
            "file": "backout.toml",
            "line": 9
          },
          "fingerprint": "[oid]",
          "help": "take it: `backout backup create context`, then commit .backout/backups/context.toml",
          "level": "deny",
          "message": "there is no backup `context`: the pushed tree has no .backout/backups/context.toml",
          "migration": "entities",
          "outcome": "unmet",
          "path": null,
          "ref": "HEAD",
          "stage": "9"
        }
      ],
      "mode": "enforce",
      "overridden": [],
      "phase": "land",
      "policy": {
        "judged": null,
        "trusted": [
          {
            "commit": "[OID]",
            "source": "origin/main"
          }
        ]
      },
      "refs": [
        {
          "commits": 1,
          "from": "[OID]",
          "local": "HEAD",
          "op": "update",
          "paths": 1,
          "remote": "HEAD",
          "target": "other",
          "to": "[OID]"
        }
      ],
      "shared": [],
      "stages": [
        {
          "id": "9",
          "impact": "critical",
          "migration": "entities",
          "name": "Continuation",
          "state": "open",
          "touched_by": [
            "[OID]"
          ],
          "way_back": {
            "blocked_by": [],
            "open": false,
            "until": null
          }
        }
      ],
      "truncated": false,
      "unowned": [],
      "verdict": "not-ready",
      "version": 1,
      "waived": []
    }
    "#);
}

#[test]
fn check_for_github() {
    let scene = Staged::new();
    scene.unready();
    let run = check(&scene, &["--base", "origin/main", "--format", "github"]);
    insta::assert_snapshot!(run.snapshot(), @r"
    exit: 1
    stdout:
    ::error file=backout.toml,line=9,col=1,title=backup/missing (stage 9)::there is no backup `context`: the pushed tree has no .backout/backups/context.toml. Way out: take it: `backout backup create context`, then commit .backout/backups/context.toml
    backout: not-ready (land)
    stderr:
    ");
}

#[test]
fn further_reports_go_into_files() {
    let scene = Staged::new();
    scene.unready();
    let outputs = ["--output", "json=report.json", "--output", "github=notes.txt"];
    let run = check(&scene, &[&["--base", "origin/main"], &outputs[..]].concat()).exits(1);
    assert!(run.out().contains("deny backup/missing"));
    let report: Value = serde_json::from_str(&scene.repo.read("report.json")).unwrap();
    assert_eq!(report["verdict"], "not-ready");
    assert!(scene.repo.read("notes.txt").contains("backup/missing"));
    check(&scene, &["--output", "yaml=x"]).exits(2);
    check(&scene, &["--output", "json="]).exits(2);
}

#[test]
fn the_hook_reports_the_same_for_programs() {
    let scene = Staged::new();
    let base = base_of(&scene);
    let head = scene.unready();
    let line = format!("refs/heads/main {head} refs/heads/main {base}\n");
    let hook = ["pre-push", "origin", "elsewhere", "--format", "json"];
    let hook = json(&scene.repo.backout(hook).stdin(line).run().exits(1));
    let range = json(&check(&scene, &["--base", &base, "--head", &head, "--format", "json"]));
    assert_eq!(hook["stages"], range["stages"]);
    let keys = |report: &Value| report.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&hook), keys(&range));
    assert_eq!(hook["refs"][0]["remote"], "refs/heads/main");
}

#[test]
fn an_invalid_configuration_is_shown_with_its_place() {
    let scene = Staged::new();
    let broken = CONFIGURATION.replace("impact = \"critical\"", "impact = \"criticl\"");
    scene.repo.commit_files(&[("backout.toml", &broken)], "break it");
    insta::assert_snapshot!(check(&scene, &["--base", "origin/main"]).exits(2).snapshot(), @r#"
    exit: 2
    stdout:
    stderr:
    error: `impact`: `criticl` is not understood here
      --> backout.toml:23:10
       |
    23 | impact = "criticl"
       |          ^^^^^^^^^
       |
       = help: did you mean `critical`? It is one of `none`, `low`, `medium`, `high`, `critical`

    error: 1 error
    "#);
    insta::assert_snapshot!(scene.repo.push(&["origin", "main"]).exits(1).snapshot(), @r#"
    exit: 1
    stdout:
    stderr:
    error: `impact`: `criticl` is not understood here
      --> backout.toml:23:10
       |
    23 | impact = "criticl"
       |          ^^^^^^^^^
       |
       = help: did you mean `critical`? It is one of `none`, `low`, `medium`, `high`, `critical`

    error: 1 error
    error: failed to push some refs to '[TMP]/origin.git'
    "#);
}
