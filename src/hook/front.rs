//! A folder of our own in front of one that somebody else writes anew, as husky does with
//! `.husky/_` at every `npm install`.
//!
//! The folder lies in the git directory, so that linked worktrees find it too. A file that
//! `.git/config` includes at its very end sets `core.hooksPath`: it outranks the line that husky
//! sets again and again further up, and stays where husky's hooks are absent.

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use tempfile::Builder;

use super::file::{move_over, write_executable};
use super::shim::{bytes_of, forwarder, is_forwarder, path_of};
use super::site::{failure, real};
use super::{DISPLACED_NAMES, FILE_NAME, look, shown};
use crate::exit::Failure;
use crate::git::hook_settings;
use crate::git::locate::{LocateError, Locations, locate};

/// The hooks that husky keeps, beside `pre-push`.
const FORWARDED: [&str; 13] = [
    "applypatch-msg",
    "commit-msg",
    "post-applypatch",
    "post-checkout",
    "post-commit",
    "post-merge",
    "post-rewrite",
    "pre-applypatch",
    "pre-auto-gc",
    "pre-commit",
    "pre-merge-commit",
    "pre-rebase",
    "prepare-commit-msg",
];

/// Where the folder lies in a git directory.
const FOLDER: &str = "backout/hooks";
/// What `.git/config` includes.
const SETTINGS: &str = "backout/hooks.gitconfig";
/// What that one includes, as long as the repository has not been moved.
const SETTINGS_HERE: &str = "backout/hooks-here.gitconfig";
/// A section of its own, so that git writes it at the end of the file.
const SECTION: &str = "includeIf.gitdir:**";
const HOOKS_PATH: &str = "core.hooksPath";

/// The folder in front.
#[derive(Debug, Clone)]
pub struct Front {
    common_dir: PathBuf,
}

impl Front {
    /// The one of a repository, whether it is there or not.
    pub(super) fn of(locations: &Locations) -> Self {
        Self { common_dir: locations.common_dir.clone() }
    }

    /// The shim's place.
    pub(super) fn hook(&self) -> PathBuf {
        self.folder().join(FILE_NAME)
    }

    /// Whether git looks for hooks in it.
    pub(super) fn leads(&self, locations: &Locations) -> bool {
        real(&locations.hooks) == real(&self.folder())
    }

    /// Whether the repository has been moved since: then linked worktrees no longer come here.
    pub fn was_moved(&self) -> anyhow::Result<bool> {
        let known = hook_settings::get(&self.common_dir.join(SETTINGS_HERE), HOOKS_PATH)
            .map_err(|error| failure(&error))?;
        Ok(known.is_none_or(|known| real(Path::new(&known)) != real(&self.folder())))
    }

    /// Whether anything of it is there, if only because a removal was cut short.
    pub(super) fn exists(&self) -> bool {
        [FOLDER, SETTINGS, SETTINGS_HERE]
            .iter()
            .any(|part| self.common_dir.join(part).symlink_metadata().is_ok())
    }

    /// Writes `shim` in front of the folder `behind`, and lets git look there. The setting comes
    /// last: until then git runs what it ran before.
    pub(super) fn raise(&self, top: &Path, behind: &Path, shim: &[u8]) -> anyhow::Result<()> {
        let folder = self.folder();
        fs::create_dir_all(&folder)
            .with_context(|| format!("{} cannot be made", shown(&folder)))?;
        let forwarder = forwarder(behind);
        for name in FORWARDED {
            write(&folder.join(name), &forwarder)?;
        }
        write(&self.hook(), shim)?;
        self.switch_on(top)?;
        if self.leads(&locate(top).map_err(|error| failure(&error))?) {
            return Ok(());
        }
        self.lower()?;
        Err(Failure::usage(
            "core.hooksPath is set where it outranks the repository's own configuration, \
             and git would not come to backout's hook",
        )
        .help("`git config --show-origin core.hooksPath` says which file sets it; unset it there")
        .into())
    }

    /// Lets git look where it looked before, and removes what `raise` wrote. A file that somebody
    /// else put there stays.
    pub(super) fn lower(&self) -> anyhow::Result<()> {
        self.switch_off()?;
        for part in [SETTINGS, SETTINGS_HERE] {
            remove(&self.common_dir.join(part))?;
        }
        let folder = self.folder();
        let names = [FILE_NAME].into_iter().chain(DISPLACED_NAMES).chain(FORWARDED);
        for path in names.map(|name| folder.join(name)) {
            if is_ours(&path)? {
                remove(&path)?;
            }
        }
        // Only where they are empty.
        let _ = fs::remove_dir(&folder);
        let _ = fs::remove_dir(self.common_dir.join("backout"));
        Ok(())
    }

    fn folder(&self) -> PathBuf {
        self.common_dir.join(FOLDER)
    }

    fn switch_on(&self, top: &Path) -> anyhow::Result<()> {
        self.replace(SETTINGS_HERE, &|file| {
            hook_settings::set(file, HOOKS_PATH.as_ref(), self.folder().as_os_str())
        })?;
        self.replace(SETTINGS, &|file| self.settings(file, top))?;
        if self.leads(&locate(top).map_err(|error| failure(&error))?) {
            return Ok(());
        }
        let config = self.common_dir.join("config");
        let key = format!("{SECTION}.path");
        hook_settings::remove_section(&config, SECTION)
            .and_then(|()| hook_settings::set(&config, key.as_ref(), SETTINGS.as_ref()))
            .map_err(|error| failure(&error))
    }

    /// A relative path still holds when the repository has been moved; the absolute one holds for
    /// linked worktrees and for `git --git-dir` from elsewhere.
    fn settings(&self, file: &Path, top: &Path) -> Result<(), LocateError> {
        let usual = self.common_dir.file_name().is_some_and(|name| name == ".git");
        let folder = if usual && !hook_settings::has_own_work_tree(top)? {
            OsString::from(format!(".git/{FOLDER}"))
        } else {
            self.folder().into_os_string()
        };
        hook_settings::set(file, HOOKS_PATH.as_ref(), &folder)?;
        let here = Path::new(SETTINGS_HERE).file_name().unwrap_or_default();
        for end in ["", "/"] {
            if let Some(key) = self.condition(end) {
                hook_settings::set(file, &key, here)?;
            }
        }
        Ok(())
    }

    /// Writes a file elsewhere and then moves it, so that git never meets half of it, whoever else
    /// installs at the same time.
    fn replace(
        &self,
        part: &str,
        fill: &dyn Fn(&Path) -> Result<(), LocateError>,
    ) -> anyhow::Result<()> {
        let target = self.common_dir.join(part);
        let written = || format!("{} cannot be written", shown(&target));
        let folder = target.parent().unwrap_or(&self.common_dir);
        let scratch = Builder::new().prefix(".new.").tempdir_in(folder).with_context(written)?;
        let draft = scratch.path().join(FILE_NAME);
        fill(&draft).map_err(|error| failure(&error))?;
        move_over(&draft, &target).with_context(written)
    }

    fn switch_off(&self) -> anyhow::Result<()> {
        hook_settings::remove_section(&self.common_dir.join("config"), SECTION)
            .map_err(|error| failure(&error))
    }

    /// The setting that includes a file as long as the git directory is the one of today (`end`
    /// is empty), or one of its worktrees' (`/`).
    fn condition(&self, end: &str) -> Option<OsString> {
        let mut key = b"includeIf.gitdir:".to_vec();
        for byte in bytes_of(&self.common_dir) {
            if b"*?[\\".contains(&byte) {
                key.push(b'\\');
            }
            key.push(byte);
        }
        key.extend(end.bytes());
        key.extend(b".path");
        path_of(key).map(PathBuf::into_os_string)
    }
}

fn write(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    if fs::read(path).is_ok_and(|found| found == content) && look(path)?.runs() {
        return Ok(());
    }
    write_executable(path, content).with_context(|| format!("{} cannot be written", shown(path)))
}

fn is_ours(path: &Path) -> anyhow::Result<bool> {
    let hook = look(path).with_context(|| format!("{} cannot be looked at", shown(path)))?;
    Ok(hook.is_ours() || is_forwarder(hook.content()))
}

fn remove(path: &Path) -> anyhow::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be removed", shown(path)))
        }
        _ => Ok(()),
    }
}
