//! What `init` asks of git, by the git program. `GIT_DIR` and its like are honoured: whoever set
//! them means that repository.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

use crate::exit::Failure;

/// What a caller may have set to mean another repository or other settings.
const VARIABLES: &[&str] = &[
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
];

/// The environment of the program.
type Environment = fn(&str) -> Option<OsString>;

/// A repository with a work tree.
pub(super) struct Git {
    /// The top folder of the work tree.
    pub(super) root: PathBuf,
    folder: PathBuf,
    environment: Environment,
}

impl Git {
    /// The repository around a folder.
    pub(super) fn open(folder: &Path, environment: Environment) -> anyhow::Result<Self> {
        let outside = || {
            Failure::usage("this folder is in no git work tree")
                .help("change to the repository, or make one with `git init`")
        };
        let mut git = Self { root: folder.to_owned(), folder: folder.to_owned(), environment };
        let inside = git.run(&["rev-parse", "--is-inside-work-tree"])?;
        if inside.as_deref() != Some("true\n") {
            return Err(outside().into());
        }
        let up = git.run(&["rev-parse", "--show-cdup"])?.ok_or_else(outside)?;
        git.root = folder.join(up.trim_end_matches('\n'));
        Ok(git)
    }

    /// The tracked files whose names are UTF-8, relative to the root.
    pub(super) fn files(&self) -> anyhow::Result<Vec<String>> {
        let all = self.output(&self.root, &["ls-files", "-z"])?;
        let all = all.with_context(|| "git cannot list the tracked files")?;
        let names = all.split(|byte| *byte == 0).filter(|name| !name.is_empty());
        Ok(names.filter_map(|name| String::from_utf8(name.to_vec()).ok()).collect())
    }

    /// The tags, oldest first.
    pub(super) fn tags(&self) -> anyhow::Result<Vec<String>> {
        let tags = self.run(&["tag", "--list", "--sort=creatordate"])?;
        Ok(tags.with_context(|| "git cannot list the tags")?.lines().map(str::to_owned).collect())
    }

    /// The branch that a symbolic ref leads to, where there is one: `refs/remotes/origin/main`.
    pub(super) fn symbolic_ref(&self, name: &str) -> anyhow::Result<Option<String>> {
        let target = self.run(&["symbolic-ref", "--quiet", name])?;
        Ok(target.map(|target| target.trim_end_matches('\n').to_owned()))
    }

    /// The remote that work comes from: `origin`, or the only one; of several, the one that git was
    /// told to prefer. `origin`, as git calls it, where nothing tells.
    pub(super) fn remote(&self) -> anyhow::Result<String> {
        let names = self.run(&["remote"])?.unwrap_or_default();
        let names: Vec<&str> = names.lines().collect();
        let origin = "origin".to_owned();
        match names.as_slice() {
            [only] => Ok((*only).to_owned()),
            all if all.is_empty() || all.contains(&"origin") => Ok(origin),
            all => {
                let preferred = self.setting("checkout.defaultRemote")?;
                Ok(preferred.filter(|name| all.contains(&name.as_str())).unwrap_or(origin))
            }
        }
    }

    /// Whether a ref exists.
    pub(super) fn has_ref(&self, name: &str) -> anyhow::Result<bool> {
        Ok(self.run(&["show-ref", "--verify", "--quiet", "--", name])?.is_some())
    }

    /// A setting, where it is set.
    pub(super) fn setting(&self, name: &str) -> anyhow::Result<Option<String>> {
        let value = self.run(&["config", "--get", name])?;
        Ok(value.map(|value| value.trim_end_matches('\n').to_owned()))
    }

    /// What git prints, as text; `None` where it fails.
    fn run(&self, arguments: &[&str]) -> anyhow::Result<Option<String>> {
        let bytes = self.output(&self.folder, arguments)?;
        Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn output(&self, folder: &Path, arguments: &[&str]) -> anyhow::Result<Option<Vec<u8>>> {
        let mut command = Command::new("git");
        command.arg("-C").arg(folder).args(arguments);
        for name in VARIABLES {
            match (self.environment)(name) {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let output = command.output().map_err(|error| {
            Failure::indeterminate(format!("the git program cannot be run: {error}"))
                .help("install git, or add it to PATH")
        })?;
        Ok(output.status.success().then_some(output.stdout))
    }
}
