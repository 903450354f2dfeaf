//! A real workflow, run by act: what arrives of a hostile repository's report is what was meant,
//! and nothing else.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::support::peers::{peer, pypi};
use crate::support::{PROGRAM, hostile};

/// What act tells of a run, line by line.
fn run(scene: &crate::support::Staged, steps: &str) -> Vec<Value> {
    let repo = &scene.repo;
    repo.git(&["remote", "set-url", "origin", "https://github.com/acme/service.git"]).ok();
    let workflow =
        format!("on: push\njobs:\n  all:\n    runs-on: ubuntu-latest\n    steps:\n{steps}");
    let folder = repo.root().join("act");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("ci.yml"), workflow).unwrap();
    fs::write(folder.join("event.json"), r#"{"ref": "refs/heads/main"}"#).unwrap();
    let setting = |name: &str, value: &str| ["--env".to_owned(), format!("{name}={value}")];
    let mut arguments: Vec<String> =
        "push -P ubuntu-latest=-self-hosted --no-cache-server --rm --json"
            .split(' ')
            .map(str::to_owned)
            .collect();
    let paths = [
        ("-C", repo.path().to_owned()),
        ("-W", folder.join("ci.yml")),
        ("-e", folder.join("event.json")),
        ("--action-cache-path", folder.join("cache")),
    ];
    for (option, path) in paths {
        arguments.extend([option.to_owned(), path.display().to_string()]);
    }
    arguments.extend(setting("REPOSITORY", &repo.path().display().to_string()));
    arguments.extend(setting("BACKOUT", PROGRAM));
    let said = peer(&pypi("act"), &folder, arguments, b"");
    let lines: Vec<Value> =
        said.out().lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    assert!(
        lines.iter().any(|line| line["jobResult"] == "success"),
        "{}{}",
        said.out(),
        said.err()
    );
    lines
}

/// What was told to the runner, by the name of the command.
fn told<'l>(lines: &'l [Value], command: &str) -> Vec<&'l Value> {
    lines.iter().filter(|line| line["command"] == command).collect()
}

const OUTPUTS: &str = r#"
      - id: guard
        continue-on-error: true
        run: cd "$REPOSITORY" && "$BACKOUT" check --base origin/main --format github
      - env:
          VERDICT: ${{ steps.guard.outputs.verdict }}
          FINDINGS: ${{ steps.guard.outputs.findings }}
          STAGES: ${{ steps.guard.outputs.stages }}
          TRUNCATED: ${{ steps.guard.outputs.truncated }}
        run: |
          for name in VERDICT FINDINGS STAGES TRUNCATED; do
            printf '%s' "${!name}" > "$REPOSITORY/../$name"
          done
"#;

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn outputs_and_summary_arrive_whole() {
    let scene = hostile::repository();
    let lines = run(&scene, OUTPUTS);
    let read = |name: &str| fs::read_to_string(scene.repo.root().join(name)).unwrap();
    assert_eq!(read("VERDICT"), "not-ready");
    let report = scene.repo.backout(["check", "--base", "origin/main", "--format", "json"]).run();
    let report: Value = serde_json::from_str(&report.out()).unwrap();
    let findings: Vec<Value> = serde_json::from_str(&read("FINDINGS")).unwrap();
    let all = report["findings"].as_array().unwrap();
    assert!(findings.len() > 50 && findings.iter().all(|finding| all.contains(finding)));
    assert_eq!(read("TRUNCATED"), (findings.len() < all.len()).to_string());
    assert_eq!(serde_json::from_str::<Value>(&read("STAGES")).unwrap(), report["stages"]);
    // The same that is said to be sent is what a step gets, and it is all that was set.
    let names: BTreeSet<&str> =
        told(&lines, "set-output").iter().map(|line| line["name"].as_str().unwrap()).collect();
    assert_eq!(names, BTreeSet::from(["verdict", "findings", "stages", "truncated"]));
    let summary = told(&lines, "summary");
    assert_eq!(summary.len(), 1);
    let summary = summary[0]["content"].as_str().unwrap();
    assert!(summary.trim().starts_with("### backout: not ready to land"), "{summary}");
    assert!(summary.contains("`\"\\u{1b}[31mred\\u{1b}[0m\"`"), "{summary}");
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn exactly_our_annotations_arrive() {
    let scene = hostile::repository();
    let count = hostile::paths().len();
    let steps = format!(
        r#"
      - run: |
          cd "$REPOSITORY"
          for number in $(seq 0 {last}); do
            for kind in path subject; do
              "$BACKOUT" check --no-github-files --format github \
                --base "$kind-$number^" --head "$kind-$number" || true
            done
          done
"#,
        last = count - 1
    );
    let lines = run(&scene, &steps);
    let errors = told(&lines, "error");
    // For each commit: the missing backup, and the path that nobody owns.
    assert_eq!(errors.len(), count * 4);
    let titles: BTreeSet<&str> =
        errors.iter().map(|line| line["kvPairs"]["title"].as_str().unwrap()).collect();
    assert_eq!(
        titles,
        BTreeSet::from(["backup/missing (stage 9)", "stage/unowned-path (stage 9)"])
    );
    let files: BTreeSet<String> =
        errors.iter().map(|line| line["kvPairs"]["file"].to_string()).collect();
    // The configuration, the plain file of each subject, and the paths; act leaves out a property
    // with a second `=`, which GitHub takes.
    let equal = hostile::paths().iter().filter(|path| path.contains(&b'=')).count();
    assert_eq!(files.len(), 1 + count + (count - equal) + 1);
    let others = lines.iter().filter_map(|line| line["command"].as_str());
    let others: BTreeSet<&str> = others.filter(|command| *command != "error").collect();
    assert_eq!(others, BTreeSet::new());
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn no_other_report_says_anything_to_the_runner() {
    let scene = hostile::repository();
    let formats = super::hostile::FORMATS.iter().filter(|format| **format != "github");
    let formats: Vec<&str> = formats.copied().collect();
    let steps = format!(
        r#"
      - run: |
          cd "$REPOSITORY"
          for format in {}; do
            "$BACKOUT" check --no-github-files --color always --format $format \
              --base origin/main || true
          done
"#,
        formats.join(" ")
    );
    let lines = run(&scene, &steps);
    let commands: Vec<&Value> = lines.iter().map(|line| &line["command"]).collect();
    assert!(commands.iter().all(|command| command.is_null()), "{commands:?}");
    let log: String = lines.iter().filter_map(|line| line["msg"].as_str()).collect();
    assert!(log.contains("testsuites"), "{log}");
}
