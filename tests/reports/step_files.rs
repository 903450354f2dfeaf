//! `GITHUB_STEP_SUMMARY` and `GITHUB_OUTPUT`, as a runner hands them to a step.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use crate::support::{Backout, Staged};

fn check(scene: &Staged) -> Backout<'_> {
    let folder = scene.repo.root();
    scene
        .repo
        .backout(["check", "--base", "origin/main"])
        .env("GITHUB_STEP_SUMMARY", folder.join("summary"))
        .env("GITHUB_OUTPUT", folder.join("output"))
}

fn read(scene: &Staged, name: &str) -> String {
    fs::read_to_string(scene.repo.root().join(name)).unwrap()
}

/// The outputs of a file, as the runner reads it: `name<<delimiter`, lines, delimiter.
fn outputs(text: &str) -> BTreeMap<String, String> {
    let mut outputs = BTreeMap::new();
    let mut lines = text.lines().filter(|line| !line.is_empty());
    while let Some(line) = lines.next() {
        let Some((name, delimiter)) = line.split_once("<<") else {
            let (name, value) = line.split_once('=').unwrap();
            outputs.insert(name.to_owned(), value.to_owned());
            continue;
        };
        let value: Vec<&str> = lines.by_ref().take_while(|line| *line != delimiter).collect();
        outputs.insert(name.to_owned(), value.join("\n"));
    }
    outputs
}

#[test]
fn both_are_appended_to() {
    let scene = Staged::new();
    scene.unready();
    fs::write(scene.repo.root().join("summary"), "# Before").unwrap();
    fs::write(scene.repo.root().join("output"), "before=1").unwrap();
    check(&scene).run().exits(1);
    let summary = read(&scene, "summary");
    assert!(
        summary.starts_with("# Before\n### backout: not ready to land: 1 problem\n"),
        "{summary}"
    );
    let output = read(&scene, "output");
    let found = outputs(&output);
    assert_eq!(found["before"], "1");
    assert_eq!(found["verdict"], "not-ready");
    assert_eq!(found["truncated"], "false");
    let findings: Value = serde_json::from_str(&found["findings"]).unwrap();
    assert_eq!(findings[0]["code"], "backup/missing");
    let stages: Value = serde_json::from_str(&found["stages"]).unwrap();
    assert_eq!(stages[0]["id"], "9");
    check(&scene).run().exits(1);
    let again = read(&scene, "output");
    assert!(again.starts_with(&output), "{again}");
    assert_eq!(read(&scene, "summary").matches("### backout").count(), 2);
}

#[test]
fn a_delimiter_cannot_be_foreseen() {
    let scene = Staged::new();
    scene.unready();
    check(&scene).run().exits(1);
    check(&scene).run().exits(1);
    let output = read(&scene, "output");
    let delimiters: Vec<&str> =
        output.lines().filter_map(|line| line.strip_prefix("verdict<<")).collect();
    assert_eq!(delimiters.len(), 2);
    assert_ne!(delimiters[0], delimiters[1]);
    assert!(delimiters.iter().all(|delimiter| delimiter.len() >= 32), "{delimiters:?}");
}

#[test]
fn nothing_is_written_where_nobody_asks() {
    let scene = Staged::new();
    scene.unready();
    check(&scene).args(["--no-github-files"]).run().exits(1);
    check(&scene).env("GITHUB_OUTPUT", "").env("GITHUB_STEP_SUMMARY", "").run().exits(1);
    assert!(!scene.repo.root().join("summary").exists());
    assert!(!scene.repo.root().join("output").exists());
    // The hook writes nothing, wherever it runs.
    let head = scene.repo.rev("HEAD");
    let line =
        format!("refs/heads/main {head} refs/heads/main {}\n", scene.repo.rev("origin/main"));
    let hook = scene.repo.backout(["pre-push", "origin", "elsewhere"]).stdin(line);
    hook.env("GITHUB_OUTPUT", scene.repo.root().join("output")).run().exits(1);
    assert!(!scene.repo.root().join("output").exists());
}

#[test]
fn a_file_that_cannot_be_written_is_told_and_the_verdict_stands() {
    let scene = Staged::new();
    scene.ready();
    let run = check(&scene)
        .args(["--quiet"])
        .env("GITHUB_OUTPUT", scene.repo.path())
        .env("GITHUB_STEP_SUMMARY", scene.repo.root().join("no/such/folder"))
        .run();
    assert!(run.out().contains("ready: stage 9 (land)"), "{}", run.snapshot());
    let run = run.ok().snapshot();
    let (_, warnings) = run.split_once("stderr:\n").unwrap();
    insta::assert_snapshot!(warnings, @r"
    warning: GITHUB_STEP_SUMMARY names [TMP]/no/such/folder, which cannot be written: No such file or directory (os error 2); the verdict stands
    warning: GITHUB_OUTPUT names [TMP]/work, which cannot be written: Is a directory (os error 21); the verdict stands
    ");
}

#[test]
fn a_pipe_and_a_device_are_written_to_and_not_read() {
    let scene = Staged::new();
    scene.unready();
    for variable in ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"] {
        let to = |file: &str| check(&scene).env(variable, file).run().exits(1);
        let says = if variable == "GITHUB_OUTPUT" { "verdict<<" } else { "### backout" };
        assert!(to("/dev/stdout").out().contains(says), "{variable}");
        let run = to("/dev/full");
        assert!(run.err().contains("cannot be written: No space left"), "{}", run.snapshot());
        let pipe = scene.repo.root().join(variable);
        let mut make = scene.repo.command("mkfifo", std::path::Path::new("/"));
        assert!(make.arg(&pipe).status().unwrap().success());
        let reading = pipe.clone();
        let reader = std::thread::spawn(move || fs::read_to_string(reading).unwrap());
        check(&scene).env(variable, &pipe).run().exits(1);
        assert!(reader.join().unwrap().contains(says), "{variable}");
    }
}

#[test]
fn what_could_not_be_judged_is_told_to_later_steps_too() {
    let scene = Staged::new();
    let run = check(&scene).args(["--head", "0123456789012345678901234567890123456789"]).run();
    run.exits(3);
    assert_eq!(outputs(&read(&scene, "output"))["verdict"], "indeterminate");
    assert_eq!(outputs(&read(&scene, "output"))["findings"], "[]");
    let summary = read(&scene, "summary");
    assert!(summary.contains("### backout: could not judge\n\n```text\nerror: "), "{summary}");
}

#[test]
fn a_full_summary_is_left_as_it_is() {
    let scene = Staged::new();
    scene.unready();
    let nearly_full = "x".repeat(1024 * 1024 - 100);
    fs::write(scene.repo.root().join("summary"), &nearly_full).unwrap();
    let run = check(&scene).run().exits(1);
    assert!(run.err().contains("the step's summary is full"), "{}", run.err());
    assert_eq!(read(&scene, "summary"), nearly_full);
    // Where there is some room, as much as fits is said, and how much is left out.
    let half_full = "x".repeat(1024 * 1024 - 700);
    fs::write(scene.repo.root().join("summary"), half_full).unwrap();
    check(&scene).run().exits(1);
    let summary = read(&scene, "summary");
    assert!(summary.len() <= 1024 * 1024);
    assert!(summary.contains("and 1 more; for all of them: --output human=FILE"));
}
