//! The place where this repository's hooks live, and who else it reaches.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::{DISPLACED_NAMES, FILE_NAME, Front, Hook, Manager, PREVIOUS_NAME, look, shown};
use crate::exit::Failure;
use crate::git::Repo;
use crate::git::hook_settings;
use crate::git::locate::{LocateError, Locations, is_shared, locate, work_trees};
use crate::turn::Turn;

/// Who is reached by what is written to the hooks' folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// This repository on this machine.
    Own,
    /// Everybody who clones: the folder is in the work tree, and git does not ignore it.
    Tracked,
    /// Perhaps other repositories: the folder lies outside this one.
    Outside,
}

/// What helps where no hook can stand.
pub const ODD_FOLDER: &str =
    "`git config --show-origin core.hooksPath` says which file sets it; unset it there";

/// Where this repository's hooks live.
#[derive(Debug, Clone)]
pub struct Site {
    /// What git said.
    pub locations: Locations,
    /// The hook: `…/hooks/pre-push`.
    pub hook: PathBuf,
    /// The hook that was there before, if any: what the shim runs first.
    pub previous: PathBuf,
    /// Who is reached.
    pub reach: Reach,
    /// Where a folder of our own goes, in front of one that somebody else writes anew.
    pub front: Front,
    /// The folder that it stands in front of, as git has it: relative to the top of the work
    /// tree, or absolute. `None` where git does not look in our own folder.
    pub behind: Option<PathBuf>,
}

impl Site {
    /// Finds the place for the repository that `folder` is in. Errors: a [`Failure`].
    pub fn find(folder: &Path) -> anyhow::Result<Self> {
        let locations = locate(folder).map_err(|error| failure(&error))?;
        let hook = locations.hooks.join(FILE_NAME);
        let front = Front::of(&locations);
        let behind = if front.leads(&locations) { Some(behind(&locations)?) } else { None };
        let previous = match (&behind, &locations.work_tree) {
            (Some(folder), Some(top)) => top.join(folder).join(FILE_NAME),
            _ => locations.hooks.join(PREVIOUS_NAME),
        };
        let reach = reach(&locations, &hook)?;
        Ok(Self { locations, hook, previous, reach, front, behind })
    }

    /// The same for a run that changes something there: it waits for its turn, which it keeps until
    /// the second of the two is dropped. Errors: a [`Failure`]; the git directory cannot be opened.
    pub fn take(folder: &Path) -> anyhow::Result<(Self, Turn)> {
        let common_dir = locate(folder).map_err(|error| failure(&error))?.common_dir;
        let turn = Turn::wait(&common_dir).with_context(|| common_dir.display().to_string())?;
        Ok((Self::find(folder)?, turn))
    }

    /// The folder that husky keeps and writes anew at each `npm install`, where git looks there or
    /// would without our own folder in front.
    #[must_use]
    pub fn huskys(&self) -> Option<&Path> {
        let folder = self.behind.as_deref().unwrap_or(&self.locations.hooks);
        let top = self.locations.work_tree.as_deref()?;
        let beside = |name: &str| top.join(folder).join(name).is_file();
        let named = folder.ends_with(".husky/_");
        (named || (folder.ends_with("_") && beside("h") && beside("husky.sh"))).then_some(folder)
    }

    /// The top of the work tree, or the bare repository.
    pub(super) fn top(&self) -> &Path {
        self.locations.work_tree.as_deref().unwrap_or(&self.locations.common_dir)
    }

    /// What stands at the hook's place.
    pub fn current(&self) -> anyhow::Result<Hook> {
        seen(&self.hook)
    }

    /// What stands at the previous hook's place.
    pub fn kept(&self) -> anyhow::Result<Hook> {
        seen(&self.previous)
    }

    /// Copies of the shim that a hook manager moved aside.
    pub fn displaced(&self) -> anyhow::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for name in DISPLACED_NAMES {
            let path = self.locations.hooks.join(name);
            if seen(&path)?.is_ours() {
                found.push(path);
            }
        }
        Ok(found)
    }

    /// Whether the work tree has scripts for husky, which then lets git look elsewhere once it is
    /// installed.
    #[must_use]
    pub fn expects_husky(&self) -> bool {
        self.huskys().is_none()
            && self.locations.work_tree.as_ref().is_some_and(|top| {
                Manager::detect(top).iter().any(|(manager, _)| *manager == Manager::Husky)
            })
    }

    /// The hooks' folder of husky as its setting has it, relative where husky set it.
    pub(super) fn huskys_setting(&self) -> Option<PathBuf> {
        let folder = self.huskys()?;
        let top = self.locations.work_tree.as_deref()?;
        Some(folder.strip_prefix(top).unwrap_or(folder).to_owned())
    }

    /// Why no hook can stand where git looks for them.
    #[must_use]
    pub fn odd_folder(&self) -> Option<String> {
        let folder = &self.locations.hooks;
        if self.locations.hooks_setting.as_deref() == Some("") {
            return Some("`core.hooksPath` is set to nothing: git runs no hook at all".to_owned());
        }
        let is_odd = fs::metadata(folder).is_ok_and(|found| !found.is_dir());
        is_odd.then(|| {
            let shown = shown(folder);
            format!("git looks for hooks in {shown}, which is no folder: it runs no hook at all")
        })
    }

    /// Work trees of the repository whose `core.hooksPath` is another one than here, and where
    /// backout's hook does not stand. With each its setting. One that git cannot read is left out: no
    /// push comes from there. Errors: git cannot say which there are.
    pub fn elsewhere(&self) -> anyhow::Result<Vec<(PathBuf, Option<String>)>> {
        let trees = work_trees(self.top()).map_err(|error| failure(&error))?;
        let others = trees.into_iter().filter(|tree| real(tree) != real(self.top()));
        let there = others.filter_map(|tree| Some((Self::find(&tree).ok()?, tree)));
        Ok(there
            .filter(|(site, _)| site.locations.hooks_setting != self.locations.hooks_setting)
            .filter(|(site, _)| !site.current().is_ok_and(|hook| hook.is_ours()))
            .map(|(site, tree)| (tree, site.locations.hooks_setting))
            .collect())
    }

    /// Refuses a place outside the repository unless `outside` allows it.
    pub(super) fn allow(&self, outside: bool, verb: &str) -> anyhow::Result<()> {
        if self.reach != Reach::Outside || outside {
            return Ok(());
        }
        let folder = shown(&self.locations.hooks);
        Err(Failure::usage(format!(
            "git looks for this repository's hooks in {folder}, outside the repository; \
             other repositories may use that folder too"
        ))
        .help(format!(
            "`backout {verb} --outside` goes ahead there; \
             `git config --show-origin core.hooksPath` says which file sets it"
        ))
        .into())
    }
}

/// Removes copies of the shim that a manager moved aside; the guard would run twice, or for ever.
pub(super) fn remove_displaced(site: &Site) -> anyhow::Result<Vec<PathBuf>> {
    let mut stale = site.displaced()?;
    if site.behind.is_none() && site.kept()?.is_ours() {
        stale.push(site.previous.clone());
    }
    for path in &stale {
        fs::remove_file(path).with_context(|| format!("{} cannot be removed", shown(path)))?;
    }
    Ok(stale)
}

/// The folder that git would look in, were it not for ours.
fn behind(locations: &Locations) -> anyhow::Result<PathBuf> {
    let top = locations.work_tree.as_deref().unwrap_or(&locations.common_dir);
    let set = hook_settings::hooks_path_without_includes(top).map_err(|error| failure(&error))?;
    Ok(set.map_or_else(|| locations.common_dir.join("hooks"), PathBuf::from))
}

fn seen(path: &Path) -> anyhow::Result<Hook> {
    look(path).with_context(|| format!("{} cannot be looked at", shown(path)))
}

fn reach(locations: &Locations, hook: &Path) -> anyhow::Result<Reach> {
    let folder = real(&locations.hooks);
    if folder.starts_with(real(&locations.common_dir)) {
        return Ok(Reach::Own);
    }
    match &locations.work_tree {
        Some(top) if folder.starts_with(real(top)) => {
            Ok(if is_shared(top, hook).map_err(|error| failure(&error))? {
                Reach::Tracked
            } else {
                Reach::Own
            })
        }
        _ => Ok(Reach::Outside),
    }
}

/// The path with links resolved as far as it exists, so that a link out of the repository counts
/// as outside.
pub(super) fn real(path: &Path) -> PathBuf {
    match (path.canonicalize(), path.parent(), path.file_name()) {
        (Ok(real), ..) => real,
        (Err(_), Some(parent), Some(name)) => real(parent).join(name),
        (Err(_), ..) => path.to_owned(),
    }
}

pub(super) fn failure(error: &LocateError) -> anyhow::Error {
    let failure = match error {
        LocateError::NoGit(_) => Failure::indeterminate(error.to_string())
            .help("install git, or put its folder on the PATH"),
        // All other commands say what then helps.
        LocateError::NoRepository { folder, reason } if reason.contains("dubious ownership") => {
            match Repo::open(Path::new(folder)) {
                Err(error) => Failure::from(error),
                Ok(_) => Failure::indeterminate(error.to_string()),
            }
        }
        LocateError::NoRepository { .. } => {
            Failure::usage(error.to_string()).help("run it in a repository, or `git init` first")
        }
        LocateError::InsideGitDir { .. } => {
            Failure::usage(error.to_string()).help("run it in the work tree")
        }
        LocateError::Refused { reason, .. } => {
            let failure = Failure::indeterminate(error.to_string());
            match locked(reason) {
                Some(file) => failure.help(format!(
                    "another git is writing it, or one was killed: where none is at work, remove \
                     `{file}.lock`, and run this again"
                )),
                None => failure,
            }
        }
    };
    failure.into()
}

/// The file of settings that git could not lock, where it said so.
fn locked(reason: &str) -> Option<&str> {
    reason.split_once("could not lock config file ")?.1.split(": ").next()
}
