//! Jobs of GitHub Actions, run by act on this machine, in checkouts as actions/checkout makes them.
//!
//! act differs from GitHub: `GITHUB_SHA` is the local HEAD whatever the event says, permissions are
//! not enforced, and checkout copies the work tree. So the commit that is meant is checked out
//! first, and a stand-in for actions/checkout fetches for real.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::peers::{project, pypi};
use super::{Filter, PROGRAM, Run, TestRepo, execute};

/// In place of actions/checkout: one commit of one ref, no tags, unless it is told otherwise.
const CHECKOUT: &str = r#"name: checkout
description: A stand-in for actions/checkout that fetches by git
inputs:
  ref: {default: "", description: What to check out}
  fetch-depth: {default: "1", description: How much of history; 0 for all}
  persist-credentials: {default: "true", description: Nothing is kept either way}
runs:
  using: composite
  steps:
    - shell: bash
      env:
        REF: ${{ inputs.ref || github.ref }}
        DEPTH: ${{ inputs.fetch-depth }}
      run: |
        git init --quiet --initial-branch=checkout .
        git remote add origin "$ORIGIN"
        if [ "$DEPTH" = 0 ]; then
          git fetch --quiet --tags origin '+refs/heads/*:refs/remotes/origin/*'
          git fetch --quiet origin "$REF"
        else
          git fetch --quiet --no-tags --depth "$DEPTH" origin "$REF"
        fi
        git checkout --quiet --detach FETCH_HEAD
"#;

/// A job in the making.
pub(crate) struct Job<'a> {
    repo: &'a TestRepo,
    origin: PathBuf,
    workflow: PathBuf,
    event: (&'static str, Value),
    variables: Vec<(String, String)>,
    token: String,
    tools: Option<PathBuf>,
    slug: String,
    locals: Vec<(String, PathBuf)>,
}

/// What became of a job.
pub(crate) struct Done {
    run: Run,
    /// What the runner was told and what the job wrote, line by line.
    pub(crate) lines: Vec<Value>,
}

impl<'a> Job<'a> {
    /// A workflow, run for an event in a repository whose remote is `origin`.
    pub(crate) fn new(
        repo: &'a TestRepo,
        origin: &Path,
        workflow: &str,
        event: (&'static str, Value),
    ) -> Self {
        let folder = repo.root().join("workflow");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("job.yml"), workflow).unwrap();
        let checkout = repo.root().join("checkout");
        fs::create_dir_all(&checkout).unwrap();
        fs::write(checkout.join("action.yml"), CHECKOUT).unwrap();
        let action = repo.root().join("action");
        copy_action(&action);
        let locals = vec![
            ("backout-rs/backout".to_owned(), action),
            ("actions/checkout".to_owned(), checkout),
        ];
        Self {
            repo,
            origin: origin.to_owned(),
            workflow: folder.join("job.yml"),
            event,
            variables: Vec::new(),
            token: "read-only".to_owned(),
            tools: None,
            slug: "acme/service".to_owned(),
            locals,
        }
    }

    /// Sets a variable of every step.
    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Puts a folder in place of an action: `owner/name`.
    pub(crate) fn local(mut self, action: &str, folder: &Path) -> Self {
        self.locals.push((action.to_owned(), folder.to_owned()));
        self
    }

    /// Is a job of this repository.
    pub(crate) fn of(mut self, slug: &str) -> Self {
        slug.clone_into(&mut self.slug);
        self
    }

    /// Has this as the job's token.
    pub(crate) fn token(mut self, token: &str) -> Self {
        token.clone_into(&mut self.token);
        self
    }

    /// Puts a folder in front of the PATH of every step.
    pub(crate) fn tools(mut self, folder: &Path) -> Self {
        self.tools = Some(folder.to_owned());
        self
    }

    /// Runs it to its end.
    pub(crate) fn run(self) -> Done {
        let root = self.repo.root();
        let remote = format!("https://github.com/{}.git", self.slug);
        let known = self.repo.git(&["remote", "get-url", "origin"]).line();
        self.repo.git(&["remote", "set-url", "origin", &remote]).ok();
        let event = root.join("workflow/event.json");
        fs::write(&event, self.event.1.to_string()).unwrap();
        let mut command = self.repo.command(pypi("act").to_str().unwrap(), &root);
        let bin = Path::new(PROGRAM).parent().unwrap();
        let mut path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
        if let Some(tools) = &self.tools {
            path = format!("{}:{path}", tools.display());
        }
        // This project's own workflows use others in turn.
        let ours =
            fs::read_dir(project(".github/workflows")).unwrap().map(|file| file.unwrap().path());
        let files = ours.chain([self.workflow.clone()]);
        let text: String = files.map(|file| fs::read_to_string(file).unwrap()).collect();
        command
            .env("PATH", path)
            .args([self.event.0, "-P", "ubuntu-latest=-self-hosted", "--no-cache-server", "--rm"])
            .args(["--json", "--no-skip-checkout", "-s", &format!("GITHUB_TOKEN={}", self.token)])
            .arg("-C")
            .arg(self.repo.path())
            .arg("-W")
            .arg(&self.workflow)
            .arg("-e")
            .arg(&event)
            .arg("--action-cache-path")
            .arg(root.join("cache"))
            .args(["--env", &format!("ORIGIN=file://{}", self.origin.display())]);
        for (name, value) in &self.variables {
            command.args(["--env", &format!("{name}={value}")]);
        }
        for (action, folder) in &self.locals {
            for version in versions(&text, action) {
                let local = format!("{action}@{version}={}", folder.display());
                command.args(["--local-repository", &local]);
            }
        }
        let run = execute(&mut command, b"", Filter::default());
        self.repo.git(&["remote", "set-url", "origin", &known]).ok();
        let lines = run.out().lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        Done { run, lines }
    }
}

/// The versions by which a workflow uses an action, or a workflow of its repository.
fn versions(workflow: &str, action: &str) -> Vec<String> {
    let uses = workflow.lines().filter_map(|line| line.split_once("uses: "));
    let of = uses.filter_map(|(_, used)| used.split_whitespace().next()?.split_once('@'));
    let ours = of.filter(|(name, _)| *name == action || name.starts_with(&format!("{action}/")));
    let mut versions: Vec<String> = ours.map(|(_, version)| version.to_owned()).collect();
    versions.sort();
    versions.dedup();
    versions
}

/// What of this project makes up the action. All of it would be gigabytes of builds.
fn copy_action(target: &Path) {
    for folder in [".github/action", ".github/workflows"] {
        fs::create_dir_all(target.join(folder)).unwrap();
        for entry in fs::read_dir(project(folder)).unwrap().map(Result::unwrap) {
            fs::copy(entry.path(), target.join(folder).join(entry.file_name())).unwrap();
        }
    }
    for file in ["action.yml", "Cargo.toml"] {
        fs::copy(project(file), target.join(file)).unwrap();
    }
}

impl Done {
    /// What was told to the runner, by the name of the command.
    pub(crate) fn told(&self, command: &str) -> Vec<&Value> {
        self.lines.iter().filter(|line| line["command"] == command).collect()
    }

    /// The last value of an output that is more than nothing: an action's own outputs are all set
    /// whenever it has run.
    pub(crate) fn output(&self, name: &str) -> Option<&str> {
        let all = self.told("set-output").into_iter().filter(|line| line["name"] == name);
        all.filter_map(|line| line["arg"].as_str()).rfind(|value| !value.is_empty())
    }

    /// All that the job wrote.
    pub(crate) fn log(&self) -> String {
        self.lines.iter().filter_map(|line| line["msg"].as_str()).collect()
    }

    /// The last summary of a step.
    pub(crate) fn summary(&self) -> &str {
        let told = self.told("summary").into_iter().next_back();
        told.and_then(|line| line["content"].as_str()).unwrap_or_default()
    }

    /// Itself, where every job ended well or had nothing to do; else the test stops with all that
    /// was said.
    #[track_caller]
    pub(crate) fn succeeded(self) -> Self {
        self.ended("success", 0)
    }

    /// Itself, where a job failed.
    #[track_caller]
    pub(crate) fn failed(self) -> Self {
        self.ended("failure", 1)
    }

    #[track_caller]
    fn ended(self, result: &str, exit: i32) -> Self {
        let mut results = self.lines.iter().map(|line| &line["jobResult"]);
        let ended = exit == 0 || results.any(|ended| ended == result);
        let msgs = self.lines.iter().filter_map(|line| line["msg"].as_str());
        let log = || msgs.map(|msg| format!("{}\n", msg.trim_end())).collect::<String>();
        assert!(ended && self.run.exit == exit, "{}\n{}", log(), self.run.err());
        self
    }
}
