//! Puts the shim in front of whatever hook is there.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::file::{keep_as, write_executable};
use super::site::remove_displaced;
use super::{Hook, ONE_LINE, Reach, Site, VERSION, render, shown};
use crate::exit::Failure;

/// What an installation changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The shim is new.
    Created,
    /// An older shim, of this version, gave way.
    Upgraded(u32),
    /// The same version was there, with another path or without the right to be executed.
    Refreshed,
    /// Nothing had to be done.
    UpToDate,
}

/// What stands after an installation.
#[derive(Debug, Clone)]
pub struct Installed {
    /// What changed.
    pub change: Change,
    /// Where the shim is.
    pub hook: PathBuf,
    /// The program's path that it records; `None` where it looks on `PATH` only.
    pub program: Option<PathBuf>,
    /// The hook that it runs first, where there is one.
    pub previous: Option<PathBuf>,
    /// Whether that hook was moved there now.
    pub kept_now: bool,
    /// Who else is reached.
    pub reach: Reach,
    /// Copies of the shim that a hook manager had moved aside, now gone.
    pub removed: Vec<PathBuf>,
}

/// Installs the shim at `site`. `program` is the absolute path to record; it is left out where the
/// hook is shared with others. `outside` allows a hooks' folder outside the repository.
///
/// Errors: a [`Failure`] where the place is not ours to write to, with the way out; nothing has
/// been written then.
pub fn install(site: &Site, program: Option<&Path>, outside: bool) -> anyhow::Result<Installed> {
    refuse_odd_folder(site)?;
    site.allow(outside, "install")?;
    let current = site.current()?;
    let change = change(site, &current)?;
    let must_keep = must_keep(site, &current)?;
    let program = program.filter(|_| site.reach != Reach::Tracked);
    let shim = render(program);
    let removed = remove_displaced(site)?;
    let up_to_date =
        matches!(&current, Hook::Ours { content, executable: true, .. } if *content == shim);
    if !up_to_date {
        write(site, &shim, must_keep)?;
    }
    let previous = !matches!(site.kept()?, Hook::None);
    Ok(Installed {
        change: if up_to_date { Change::UpToDate } else { change },
        hook: site.hook.clone(),
        program: program.map(Path::to_owned),
        previous: previous.then(|| site.previous.clone()),
        kept_now: matches!(current, Hook::Foreign { .. }),
        reach: site.reach,
        removed,
    })
}

fn refuse_odd_folder(site: &Site) -> anyhow::Result<()> {
    let folder = &site.locations.hooks;
    if site.is_huskys() {
        let text =
            format!("husky keeps {} and writes it anew; a hook put there is lost", shown(folder));
        return Err(add_the_line(text, ".husky/pre-push"));
    }
    match fs::metadata(folder) {
        Ok(found) if !found.is_dir() => Err(Failure::usage(format!(
            "git looks for hooks in {}, which is no folder: it runs no hook at all",
            shown(folder)
        ))
        .help("`git config --show-origin core.hooksPath` says which file sets it; unset it there")
        .into()),
        _ => Ok(()),
    }
}

/// What writing the shim over `current` would be; refuses what must not be written over.
fn change(site: &Site, current: &Hook) -> anyhow::Result<Change> {
    let hook = shown(&site.hook);
    match current {
        Hook::None => Ok(Change::Created),
        Hook::Ours { version, .. } if *version > VERSION => Err(Failure::usage(format!(
            "{hook} was written by a newer backout: its shim has version {version}, this program's {VERSION}"
        ))
        .help("install the newer backout; or run `backout uninstall`, then `backout install`")
        .into()),
        Hook::Ours { version, .. } if *version < VERSION => Ok(Change::Upgraded(*version)),
        Hook::Ours { .. } => Ok(Change::Refreshed),
        Hook::LinkToOurs => Err(Failure::usage(format!(
            "{hook} is a symbolic link to a hook that backout wrote elsewhere"
        ))
        .help(format!("remove the link, then run `backout install` again: rm '{hook}'"))
        .into()),
        Hook::NotAFile => Err(Failure::usage(format!("{hook} is no file"))
            .help("move it away, then run `backout install` again")
            .into()),
        Hook::Foreign { .. } if site.reach == Reach::Tracked => Err(add_the_line(
            format!("{hook} is part of the repository, a hook that your team keeps"),
            &hook,
        )),
        Hook::Foreign { .. } => Ok(Change::Created),
    }
}

fn add_the_line(message: String, file: &str) -> anyhow::Error {
    Failure::usage(message)
        .help(format!(
            "add this line to {file} and commit it (it reads the ref lines on stdin, so nothing \
             after it can): {ONE_LINE} || exit"
        ))
        .into()
}

/// Whether the hook at `current` has to be given the previous hook's name. Refuses to choose
/// between two foreign hooks.
fn must_keep(site: &Site, current: &Hook) -> anyhow::Result<bool> {
    let Hook::Foreign { .. } = current else { return Ok(false) };
    match site.kept()? {
        Hook::None | Hook::Ours { .. } => Ok(true),
        // An installation that was cut short, or a manager that wrote its hook again.
        kept if kept == *current => Ok(false),
        _ => Err(Failure::usage(format!(
            "{} is a foreign hook, and {} keeps another one from an earlier installation",
            shown(&site.hook),
            shown(&site.previous)
        ))
        .help("remove the one that is no longer needed, then run `backout install` again")
        .into()),
    }
}

fn write(site: &Site, shim: &[u8], must_keep: bool) -> anyhow::Result<()> {
    let folder = &site.locations.hooks;
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", shown(folder)))?;
    if must_keep {
        keep_as(&site.hook, &site.previous).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => anyhow::Error::from(
                Failure::indeterminate("another installation is at work here")
                    .help("run `backout install` again"),
            ),
            _ => anyhow::Error::new(error).context(format!("{} cannot be kept", shown(&site.hook))),
        })?;
    }
    write_executable(&site.hook, shim)
        .with_context(|| format!("{} cannot be written", shown(&site.hook)))
}
