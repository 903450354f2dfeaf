//! One cell of the matrix: a repository, a git, and what the hook and `check` say of every branch.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::setting::{Scene, Setting};
use super::source::{TRUTHS, Truth};
use crate::support::{PROGRAM, Run, execute};

/// A git that the machine has.
#[derive(Debug, Clone)]
pub(super) struct Git {
    /// What it says of itself: 2.47.3.
    pub(super) version: Vec<u32>,
    /// The program.
    program: String,
    /// The search path on which it comes first.
    pub(super) path: std::ffi::OsString,
}

impl Git {
    /// Every git on the search path, the newest first, each version once.
    pub(super) fn all() -> Vec<Self> {
        let path = std::env::var_os("PATH").unwrap();
        let mut found: Vec<Self> = std::env::split_paths(&path)
            .filter(|folder| folder.join("git").is_file())
            .filter_map(|folder| Self::at(&folder, &path))
            .collect();
        found.sort_by(|a, b| b.version.cmp(&a.version));
        found.dedup_by(|a, b| a.version == b.version);
        found
    }

    fn at(folder: &Path, path: &std::ffi::OsStr) -> Option<Self> {
        let program = folder.join("git").to_str()?.to_owned();
        let output = Command::new(&program).arg("version").output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        let number = text.trim().strip_prefix("git version ")?.split(' ').next()?;
        let version = number.split('.').filter_map(|part| part.parse().ok()).collect();
        let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
        folders.extend(std::env::split_paths(path));
        Some(Self { version, program, path: std::env::join_paths(folders).ok()? })
    }

    /// Whether it can read refs in reftables, which came with 2.45.
    pub(super) fn knows_reftable(&self) -> bool {
        self.version >= vec![2, 45]
    }
}

/// What a cell showed: one letter for each branch, and what is wrong about it.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub(super) letters: String,
    pub(super) wrong: Vec<String>,
}

impl Shown {
    /// What the table has for it.
    pub(super) fn text(&self) -> String {
        let right: String = TRUTHS.iter().map(|truth| truth.exit.to_string()).collect();
        if self.letters == format!("{right} {right}") {
            return "right".to_owned();
        }
        format!("`{}`", self.letters)
    }

    fn enter(&mut self, truth: &Truth, cause: &str, command: &str, exit: Option<i32>, run: &Run) {
        let said = run.out() + &run.err();
        // Where a report breaks its lines depends on names.
        let told = said.split_whitespace().collect::<Vec<_>>().join(" ");
        let fine = match exit {
            // git itself would not push, and never asked the hook.
            None => run.exit != 0,
            Some(3) => told.contains(cause) && said.contains("help: ") && said.contains("git "),
            Some(code) => code == truth.exit && said.contains(truth.says),
        };
        if !fine {
            self.wrong.push(format!("{command} of `{}`: {exit:?}\n{said}", truth.branch));
        }
        self.letters.push_str(&exit.map_or_else(|| "-".to_owned(), |code| code.to_string()));
    }
}

/// Pushes every branch to `main` through the hook, then checks it.
pub(super) fn judge(scene: &Scene<'_>, git: &Git) -> Shown {
    let mut shown = Shown::default();
    let unreadable = scene.source.reftable && !git.knows_reftable();
    let cause = match scene.setting {
        // Whose it is, is looked at before what it is like.
        Setting::Foreign | Setting::ForeignBelow => scene.setting.cause(),
        _ if unreadable => "refstorage",
        setting => setting.cause(),
    };
    let base = scene.rev(&format!("{}main", scene.prefix));
    for truth in TRUTHS {
        let (told, run) = scene.push(git, &truth);
        shown.enter(&truth, cause, "push", told, &run);
    }
    scene.reset(base.as_deref());
    shown.letters.push(' ');
    for truth in TRUTHS {
        let run = scene.check(git, &truth, &[]);
        shown.enter(&truth, cause, "check", Some(run.exit), &run);
    }
    shown
}

/// Where `check` could not judge: the commands that it names are run until it can. Returns what
/// is still wrong then.
pub(super) fn cure(scene: &Scene<'_>, git: &Git, truth: &Truth) -> Option<String> {
    let mut tried = Vec::new();
    for _ in 0..4 {
        let run = scene.check(git, truth, &["--format", "json"]);
        if run.exit != 3 {
            let right = run.exit == truth.exit;
            return (!right).then(|| format!("{tried:?}\n{}", run.snapshot()));
        }
        for command in commands(&run) {
            tried.push((command.clone(), scene.shell(git, &command).err()));
        }
    }
    Some(format!("{tried:?}\n{}", scene.check(git, truth, &[]).snapshot()))
}

/// The git commands that a report names as a help.
fn commands(run: &Run) -> Vec<String> {
    let mut texts: Vec<String> = run.err().lines().map(str::to_owned).collect();
    if let Ok(report) = serde_json::from_slice::<serde_json::Value>(&run.stdout) {
        let findings = report["findings"].as_array().cloned().unwrap_or_default();
        let unknown = findings.iter().filter(|finding| finding["outcome"] == "indeterminate");
        texts.extend(unknown.filter_map(|finding| Some(finding["help"].as_str()?.to_owned())));
    }
    let quoted = texts.iter().flat_map(|text| text.split('`').skip(1).step_by(2));
    quoted
        .filter(|text| text.starts_with("git ") && !text.contains('<'))
        .map(str::to_owned)
        .collect()
}

impl Scene<'_> {
    fn command(&self, program: &str, git: Option<&Git>) -> Command {
        let mut command = self.source.repo.command(program, &self.folder);
        command.envs(self.environment.iter().cloned());
        if let Some(git) = git {
            command.env("PATH", &git.path);
        }
        command
    }

    fn run(&self, mut command: Command) -> Run {
        execute(&mut command, b"", self.source.repo.filter())
    }

    /// A real `git push`, and what the hook exited with, where it ran.
    fn push(&self, git: &Git, truth: &Truth) -> (Option<i32>, Run) {
        // Forced: where history is cut off, git itself would take it for a rewrite and not ask.
        let refspec = format!("+{}{}:refs/heads/main", self.prefix, truth.branch);
        let mut command = self.command(&git.program, Some(git));
        command.args(["push", "--quiet", "origin", &refspec]);
        let run = self.run(command);
        (self.source.told(), run)
    }

    /// `backout check` of a branch, as if it landed on `main`.
    fn check(&self, git: &Git, truth: &Truth, options: &[&str]) -> Run {
        let base = format!("{}main", self.prefix);
        let head = format!("{}{}", self.prefix, truth.branch);
        let mut command = self.command(PROGRAM, Some(git));
        command.args(["check", "--base", &base, "--head", &head]).args(options);
        self.run(command)
    }

    /// What `backout doctor` says.
    pub(super) fn doctor(&self, git: &Git) -> Run {
        let mut command = self.command(PROGRAM, Some(git));
        command.arg("doctor");
        self.run(command)
    }

    /// Runs a line of shell, as a person would paste it.
    fn shell(&self, git: &Git, line: &str) -> Run {
        let mut command = self.command("sh", Some(git));
        command.args(["-c", line]);
        self.run(command)
    }

    /// The id that a name stands for, where git reads this repository at all.
    fn rev(&self, name: &str) -> Option<String> {
        let mut command = self.command("git", None);
        command.args(["rev-parse", "--verify", "--quiet", name]);
        let run = self.run(command);
        (run.exit == 0).then(|| run.line())
    }

    /// Puts the remote's `main` back where a push changed it.
    fn reset(&self, base: Option<&str>) {
        let Some(base) = base else { return };
        let mut command = self.command("git", None);
        let refspec = format!("+{base}:refs/heads/main");
        command.args(["push", "--quiet", "--no-verify", "origin", &refspec]);
        let run = self.run(command);
        // Without its objects a clone can push nothing, and has pushed nothing before.
        assert!(run.exit == 0 || !self.setting.can_be_cured(), "{}", run.snapshot());
    }
}
