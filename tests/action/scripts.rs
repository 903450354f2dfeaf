//! What the action's scripts need around them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::peers::project;
use crate::support::{PROGRAM, Run, TestRepo, execute};

/// One run of a script of the action, with a runner's files.
pub(super) struct Script<'a> {
    repo: &'a TestRepo,
    folder: PathBuf,
    script: PathBuf,
    path: String,
    variables: Vec<(String, String)>,
}

impl<'a> Script<'a> {
    /// `install.sh` or `run.sh`, in the repository's folder.
    pub(super) fn new(repo: &'a TestRepo, script: &str) -> Self {
        let script = project(".github/action").join(script);
        let path = std::env::var("PATH").unwrap();
        let folder = repo.path().to_owned();
        Self { repo, folder, script, path, variables: Vec::new() }
    }

    /// Has this folder in front of the PATH.
    pub(super) fn with_path(mut self, folder: &Path) -> Self {
        self.path = format!("{}:{}", folder.display(), self.path);
        self
    }

    /// Has the built program on the PATH.
    pub(super) fn with_backout(self) -> Self {
        let folder = Path::new(PROGRAM).parent().unwrap().to_owned();
        self.with_path(&folder)
    }

    /// Has nothing on the PATH but these folders.
    pub(super) fn only(mut self, folders: &[&Path]) -> Self {
        let folders: Vec<String> = folders.iter().map(|f| f.display().to_string()).collect();
        self.path = folders.join(":");
        self
    }

    pub(super) fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn run(self) -> Run {
        let root = self.repo.root();
        let bash = if Path::new("/bin/bash").exists() { "/bin/bash" } else { "bash" };
        let mut command = self.repo.command(bash, &self.folder);
        command
            .arg(&self.script)
            .env("PATH", &self.path)
            .env("RUNNER_TEMP", root.join("runner"))
            .env("GITHUB_OUTPUT", root.join("output"))
            .env("GITHUB_PATH", root.join("path"))
            .envs(self.variables);
        fs::create_dir_all(root.join("runner")).unwrap();
        execute(&mut command, b"", self.repo.filter())
    }
}

/// What a step has set so far, as the runner reads it: each output once, in order.
pub(super) fn outputs(repo: &TestRepo) -> Vec<(String, String)> {
    let text = fs::read_to_string(repo.root().join("output")).unwrap_or_default();
    let mut outputs = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        match line.split_once("<<") {
            Some((name, delimiter)) if !name.contains('=') => {
                let value: Vec<&str> = lines.by_ref().take_while(|l| *l != delimiter).collect();
                outputs.push((name.to_owned(), value.join("\n")));
            }
            _ if line.is_empty() => {}
            _ => {
                let (name, value) = line.split_once('=').unwrap();
                outputs.push((name.to_owned(), value.to_owned()));
            }
        }
    }
    outputs
}
