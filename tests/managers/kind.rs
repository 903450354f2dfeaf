//! The managers as `tests/all` installs them, set up in a repository of their own.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{PROGRAM, Recorder, Run, TestRepo, execute};

/// A hook manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    PreCommit,
    Prek,
    Lefthook,
    Husky,
}

pub(crate) const KINDS: [Kind; 4] = [Kind::PreCommit, Kind::Prek, Kind::Lefthook, Kind::Husky];

/// Each manager's configuration with a job of its own, which leaves a trace beside the repository.
const JOBS: [(&str, &str); 4] = [
    (
        ".pre-commit-config.yaml",
        "repos:\n- repo: local\n  hooks:\n  - id: trace\n    name: trace\n    \
         entry: sh -c 'echo ran >>../trace'\n    language: system\n    stages: [pre-push]\n    \
         always_run: true\n    pass_filenames: false\n",
    ),
    (
        "lefthook.yml",
        "pre-push:\n  jobs:\n    - script: trace\n      runner: sh\n      use_stdin: true\n",
    ),
    (".lefthook/pre-push/trace", "cat >>../trace\n"),
    (".husky/pre-push", "cat >>../trace\n"),
];

/// A folder of `tests/all`.
fn peers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers")
}

/// Where pip puts programs.
pub(crate) fn bin() -> PathBuf {
    peers().join("bin")
}

/// husky's program and the folder of the package.
pub(crate) fn husky_package() -> PathBuf {
    peers().join("npm/node_modules/husky")
}

/// A search path that begins with these folders.
pub(crate) fn search_path(folders: &[&Path]) -> String {
    let outside = std::env::var("PATH").unwrap();
    let first: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
    [first, vec![outside]].concat().join(":")
}

/// A repository with `files` committed, main on the remote, and no hook.
pub(crate) fn repository(files: &[(&str, &str)]) -> TestRepo {
    let repo = TestRepo::new();
    let origin = repo.bare_remote("origin");
    for folder in [repo.path().join(".git/hooks"), origin.join("hooks")] {
        fs::remove_dir_all(&folder).unwrap();
        fs::create_dir(&folder).unwrap();
    }
    // Relative, so that copies have a remote of their own.
    repo.git(&["remote", "set-url", "origin", "../origin.git"]).ok();
    repo.commit_files(&[files, &[("src/a.txt", "one\n")]].concat(), "first");
    repo.commit_files(&[("src/a.txt", "two\n")], "fix bug in a");
    repo.push(&["--quiet", "--set-upstream", "origin", "main"]).ok();
    repo.git(&["remote", "set-head", "origin", "main"]).ok();
    repo
}

/// The same with every manager's job, so that all of them push the same commits.
pub(crate) fn with_jobs() -> TestRepo {
    repository(&JOBS)
}

/// Puts a recorder's shim in front of whatever is there.
pub(crate) fn install_recorder(repo: &TestRepo) -> Recorder {
    let judge = Recorder::new(repo, "judge");
    install_again(repo, &judge);
    judge
}

/// The same with a recorder that is there.
pub(crate) fn install_again(repo: &TestRepo, judge: &Recorder) {
    repo.backout(["install", "--program"]).args([judge.program()]).run().ok();
}

impl Kind {
    /// Its name in the table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::Prek => "prek",
            Self::Lefthook => "lefthook",
            Self::Husky => "husky",
        }
    }

    /// The command that installs its hooks, as a person runs it once more at any time.
    pub(crate) fn install(self, repo: &TestRepo) -> Run {
        self.install_with(repo, &[])
    }

    /// The same with further options.
    pub(crate) fn install_with(self, repo: &TestRepo, options: &[&str]) -> Run {
        let (program, arguments): (PathBuf, &[&str]) = match self {
            Self::PreCommit => (bin().join("pre-commit"), &["install", "-t", "pre-push"]),
            Self::Prek => (bin().join("prek"), &["install", "-t", "pre-push"]),
            Self::Lefthook => (bin().join("lefthook"), &["install"]),
            Self::Husky => (husky_package().join("bin.js"), &[]),
        };
        assert!(program.exists(), "{} is not there: bash tests/all", program.display());
        let mut command = match self {
            Self::Husky => {
                let mut node = repo.command("node", repo.path());
                node.arg(program);
                node
            }
            _ => repo.command(program.to_str().unwrap(), repo.path()),
        };
        execute(command.args(arguments).args(options), b"", repo.filter()).ok()
    }

    /// The recipe for running backout within it alone, as `install --print` gives it: files.
    pub(crate) fn recipe(self) -> Vec<(&'static str, String)> {
        let repo = TestRepo::new();
        let print =
            |what: &[&str]| repo.backout(["install", "--print"]).args(what).run().ok().out();
        let text = print(&[self.name()]);
        match self {
            Self::PreCommit => vec![(".pre-commit-config.yaml", text)],
            Self::Prek => vec![("prek.toml", text)],
            Self::Lefthook => vec![
                ("lefthook.yml", text),
                (".lefthook/pre-push/backout", print(&["--path-only"])),
            ],
            Self::Husky => vec![(".husky/pre-push", text)],
        }
    }

    /// A repository with the recipe of this manager and its hook, and nothing of `install`.
    pub(crate) fn alone(self) -> TestRepo {
        let files = self.recipe();
        let files: Vec<(&str, &str)> = files.iter().map(|(p, text)| (*p, text.as_str())).collect();
        let repo = repository(&files);
        self.install(&repo);
        repo
    }
}

/// A search path on which the built program is `backout`.
pub(crate) fn with_backout() -> String {
    search_path(&[Path::new(PROGRAM).parent().unwrap()])
}
