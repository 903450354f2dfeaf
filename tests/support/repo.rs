//! Real git repositories in a temporary folder, shut off from the machine's settings.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;

use tempfile::TempDir;

use super::{Backout, Filter, PROGRAM, Run, copy_folder, execute, scrubbed};

/// Monday 5 January 2026, 12:00 UTC, in seconds since 1970: the first commit's time.
const FIRST_COMMIT: i64 = 1_767_614_400;

const GIT_SETTINGS: &str = "[user]
	name = A Developer
	email = dev@example.com
[init]
	defaultBranch = main
	templateDir = ~/template
[commit]
	gpgsign = false
[tag]
	gpgsign = false
[protocol \"file\"]
	allow = always
[advice]
	detachedHead = false
[gc]
	auto = 0
[maintenance]
	auto = false
";

/// A real repository. Its clones, worktrees and remotes share the temporary folder, which goes
/// when the last of them goes.
#[derive(Debug, Clone)]
pub(crate) struct TestRepo {
    root: Rc<TempDir>,
    path: PathBuf,
    clock: Rc<Cell<i64>>,
    options: RepoOptions,
}

/// How a repository is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RepoOptions {
    /// Name objects by SHA-256.
    pub(crate) sha256: bool,
    /// Keep refs in reftables.
    pub(crate) reftable: bool,
    /// Have no work tree.
    pub(crate) bare: bool,
    /// The repository's folder, below the temporary one; `work` where not given.
    pub(crate) folder: Option<&'static str>,
}

impl Default for RepoOptions {
    /// What most tests want: as git makes it. `BACKOUT_TEST_REFS=reftable` gives all of them
    /// reftables instead, which the git program reads and libgit2 does not: one suite for both.
    fn default() -> Self {
        let reftable = std::env::var("BACKOUT_TEST_REFS").is_ok_and(|format| format == "reftable");
        Self { sha256: false, reftable, bare: false, folder: None }
    }
}

impl TestRepo {
    /// An empty repository on branch `main`.
    pub(crate) fn new() -> Self {
        Self::with(RepoOptions::default())
    }

    /// An empty repository of a certain make.
    pub(crate) fn with(options: RepoOptions) -> Self {
        let root = TempDir::with_prefix("backout-test-").unwrap();
        let base = root.path().canonicalize().unwrap();
        // Without the dozen examples of hooks that git would copy.
        fs::create_dir_all(base.join("home/template/hooks")).unwrap();
        fs::create_dir(base.join("home/template/info")).unwrap();
        fs::write(base.join("home/gitconfig"), GIT_SETTINGS).unwrap();
        let path = base.join(options.folder.unwrap_or("work"));
        fs::create_dir_all(&path).unwrap();
        let clock = Rc::new(Cell::new(FIRST_COMMIT));
        let repo = Self { root: Rc::new(root), path, clock, options };
        let mut arguments = vec!["init", "--quiet"];
        arguments.extend(repo.format());
        arguments.extend(options.bare.then_some("--bare"));
        repo.git(&arguments).ok();
        repo
    }

    fn format(&self) -> Vec<&'static str> {
        let mut arguments = Vec::new();
        arguments.extend(self.options.sha256.then_some("--object-format=sha256"));
        arguments.extend(self.options.reftable.then_some("--ref-format=reftable"));
        arguments
    }

    /// The repository's folder: the top of its work tree, or the bare repository itself.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The temporary folder that holds this repository and its remotes.
    pub(crate) fn root(&self) -> PathBuf {
        self.root.path().canonicalize().unwrap()
    }

    /// What snapshots mask: the temporary folder and the program's path.
    pub(crate) fn filter(&self) -> Filter {
        Filter::default().path(&self.root(), "[TMP]").literal(PROGRAM, "[BACKOUT]")
    }

    /// A command with this repository's scrubbed environment, in any folder.
    pub(crate) fn command(&self, program: &str, folder: &Path) -> Command {
        let home = self.root().join("home");
        let mut command = scrubbed(program, folder);
        command.env("HOME", &home).env("XDG_CONFIG_HOME", home.join("config"));
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", home.join("gitconfig"));
        command.env("GIT_TERMINAL_PROMPT", "0").env("GIT_EDITOR", "true");
        let date = format!("{} +0000", self.clock.get());
        command.env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date);
        command
    }

    /// Runs git in the repository's folder.
    pub(crate) fn git(&self, arguments: &[&str]) -> Run {
        self.git_in(&self.path, arguments)
    }

    /// Runs git in another folder.
    pub(crate) fn git_in(&self, folder: &Path, arguments: &[&str]) -> Run {
        execute(self.command("git", folder).args(arguments), b"", self.filter())
    }

    /// Runs git with variables added to its environment, as a GUI or a shell would set them.
    pub(crate) fn git_env(&self, environment: &[(&str, &str)], arguments: &[&str]) -> Run {
        let mut command = self.command("git", &self.path);
        command.envs(environment.iter().copied()).args(arguments);
        execute(&mut command, b"", self.filter())
    }

    /// A run of the built program in the repository's folder.
    pub(crate) fn backout<S: AsRef<std::ffi::OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
    ) -> Backout<'_> {
        Backout::new(self).args(arguments)
    }

    /// Installs the hook, and stops the test where that fails.
    #[track_caller]
    pub(crate) fn install_hook(&self) {
        self.backout(["install"]).run().ok();
    }

    /// `git push` as a person types it; what they see is in `stderr`.
    pub(crate) fn push(&self, arguments: &[&str]) -> Run {
        let mut all = vec!["push"];
        all.extend(arguments);
        self.git(&all)
    }

    /// Moves the clock of the commits to come to `seconds` since 1970, UTC.
    pub(crate) fn set_clock(&self, seconds: i64) {
        self.clock.set(seconds);
    }

    /// Writes a file of the work tree, with its folders.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Reads a file of the work tree.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path.join(path)).unwrap()
    }

    /// Commits everything in the work tree, one minute after the last commit; empty commits too.
    /// Returns the commit's id.
    #[track_caller]
    pub(crate) fn commit(&self, message: &str) -> String {
        self.clock.set(self.clock.get() + 60);
        self.git(&["add", "--all"]).ok();
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]).ok();
        self.rev("HEAD")
    }

    /// Writes files and commits them. Returns the commit's id.
    #[track_caller]
    pub(crate) fn commit_files(&self, files: &[(&str, &str)], message: &str) -> String {
        for (path, text) in files {
            self.write(path, text);
        }
        self.commit(message)
    }

    /// The id that a revision stands for.
    #[track_caller]
    pub(crate) fn rev(&self, revision: &str) -> String {
        self.git(&["rev-parse", "--verify", "--end-of-options", revision]).ok().line()
    }

    /// Sets a lightweight tag on `revision`.
    #[track_caller]
    pub(crate) fn tag(&self, name: &str, revision: &str) {
        self.git(&["tag", name, revision]).ok();
    }

    /// Sets an annotated tag on `revision`. Returns the tag object's id.
    #[track_caller]
    pub(crate) fn annotated_tag(&self, name: &str, revision: &str) -> String {
        self.git(&["tag", "--annotate", "--message", name, name, revision]).ok();
        self.rev(&format!("refs/tags/{name}"))
    }

    /// A bare repository beside this one, of the same format, known here as remote `name`.
    #[track_caller]
    pub(crate) fn bare_remote(&self, name: &str) -> PathBuf {
        let path = self.root().join(format!("{name}.git"));
        let mut arguments = vec!["init", "--quiet", "--bare"];
        arguments.extend(self.format());
        let target = path.display().to_string();
        arguments.push(&target);
        self.git(&arguments).ok();
        self.git(&["remote", "add", name, &target]).ok();
        path
    }

    /// A linked worktree beside this one, on a new branch of the same name.
    #[track_caller]
    pub(crate) fn worktree(&self, name: &str) -> Self {
        let path = self.root().join(name);
        self.git(&["worktree", "add", "--quiet", "-b", name, &path.display().to_string()]).ok();
        Self { path, ..self.clone() }
    }

    /// A clone of `source` (a path or URL) beside this repository; `options` go to `git clone`.
    #[track_caller]
    pub(crate) fn clone_of(&self, source: &str, name: &str, options: &[&str]) -> Self {
        let path = self.root().join(name);
        let target = path.display().to_string();
        let mut arguments = vec!["clone", "--quiet"];
        arguments.extend(options);
        arguments.extend(["--", source, &target]);
        self.git_in(&self.root(), &arguments).ok();
        Self { path, ..self.clone() }
    }

    /// A copy of the temporary folder with all that lies in it, this repository too. Remotes have
    /// to be known by relative paths for the copy to have its own.
    pub(crate) fn copy(&self) -> Self {
        let root = TempDir::with_prefix("backout-test-").unwrap();
        let base = root.path().canonicalize().unwrap();
        copy_folder(&self.root(), &base);
        let path = base.join(self.path.strip_prefix(self.root()).unwrap());
        Self { root: Rc::new(root), path, clock: Rc::new(self.clock.as_ref().clone()), ..*self }
    }
}
