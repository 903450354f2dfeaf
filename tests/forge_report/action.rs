//! The action's own script with the README's inputs, and a token with the README's permissions.

use std::path::Path;

use super::scene::Reporting;
use crate::readme::yaml;
use crate::support::fake_github::{Caller, JOB_TOKEN, Kind};
use crate::support::peers::project;
use crate::support::{PROGRAM, Run, execute};

/// The lines below a key, as far as they are further in: `name: value`, without what is said of it.
fn below(text: &str, key: &str) -> Vec<(String, String)> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut lines = text.lines().skip_while(|line| line.trim() != format!("{key}:"));
    let depth = indent(lines.next().unwrap());
    let pair = |line: &str| {
        let line = line.split(" #").next().unwrap_or_default();
        let (name, value) = line.trim().split_once(": ").unwrap();
        (name.to_owned(), value.trim().to_owned())
    };
    lines.take_while(|line| indent(line) > depth).map(pair).collect()
}

/// The job's token has what the README grants, and no more.
fn grant(scene: &Reporting, text: &str) {
    let mut caller = Caller::new("github-actions[bot]", Kind::Job).reads_only();
    let granted = below(text, "permissions");
    assert!(granted.len() > 1, "{granted:?}");
    let all = Caller::new("x", Kind::Job).permissions;
    caller.permissions.retain(|name, level| {
        let known = granted.iter().find(|(known, _)| known.replace('-', "_") == *name);
        if known.is_some_and(|(_, level)| level == "write") {
            *level = all[name];
        }
        known.is_some() || *name == "metadata"
    });
    scene.fake.world().tokens.insert(JOB_TOKEN.to_owned(), caller);
}

fn run(scene: &Reporting, text: &str) -> Run {
    let repo = &scene.staged.repo;
    let root = repo.root();
    let bin = Path::new(PROGRAM).parent().unwrap();
    let mut command = repo.command("bash", repo.path());
    command
        .arg(project(".github/action/run.sh"))
        .env("PATH", format!("{}:{}", bin.display(), std::env::var("PATH").unwrap()))
        .env("RUNNER_TEMP", &root)
        .env("GITHUB_OUTPUT", root.join("output"))
        .env("IN_COMMAND", "check")
        .env("IN_TOKEN", JOB_TOKEN)
        .envs(scene.job("pull_request", &scene.event()));
    for (name, value) in below(text, "with") {
        command.env(format!("IN_{}", name.to_uppercase().replace('-', "_")), value);
    }
    execute(&mut command, b"", repo.filter())
}

#[test]
fn reports_what_the_readme_says_with_the_permissions_that_it_names() {
    let text = yaml("a job that reports back");
    for (scene, exit, conclusion) in
        [(Reporting::ready(), 0, "success"), (Reporting::unready(), 1, "failure")]
    {
        grant(&scene, &text);
        for _ in 0..2 {
            let run = run(&scene, &text).exits(exit);
            assert!(!run.err().contains("warning: "), "{}", run.snapshot());
            assert_eq!(scene.the_check_run().0["conclusion"], conclusion);
            assert_eq!(scene.comments().len(), 1);
            assert_eq!(scene.labels(), ["impact:critical", "stage:9"]);
        }
    }
}
