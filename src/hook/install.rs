//! Puts the shim in front of whatever hook is there.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::file::{keep_as, write_executable};
use super::site::{ODD_FOLDER, remove_displaced};
use super::{FILE_NAME, Hook, Manager, ONE_LINE, Reach, Site, VERSION, look, render, shown};
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
    /// Whose hook it runs first, where a manager wrote it.
    pub manager: Option<Manager>,
    /// The folder that husky keeps, where the shim went into a folder in front of it.
    pub behind: Option<PathBuf>,
}

/// Installs the shim at `site`. `program` is the absolute path to record; it is left out where the
/// hook is shared with others. `outside` allows a hooks' folder outside the repository.
///
/// Errors: a [`Failure`] where the place is not ours to write to, with the way out; nothing has
/// been written then.
pub fn install(site: &Site, program: Option<&Path>, outside: bool) -> anyhow::Result<Installed> {
    if let Some(behind) = site.huskys_setting() {
        return install_in_front(site, program, &behind);
    }
    if site.behind.is_some() {
        // husky is gone, and with it the reason for a folder of our own.
        site.front.lower()?;
        return install(&Site::find(site.top())?, program, outside);
    }
    refuse_odd_folder(site)?;
    site.allow(outside, "install")?;
    let current = site.current()?;
    let change = change(site, &site.hook, &current)?;
    let keep = keep(site, &current)?;
    let program = program.filter(|_| site.reach != Reach::Tracked);
    let shim = render(program, None);
    let removed = remove_displaced(site)?;
    let up_to_date =
        matches!(&current, Hook::Ours { content, executable: true, .. } if *content == shim);
    if !up_to_date {
        write(site, &shim, keep)?;
    }
    let kept = site.kept()?;
    Ok(Installed {
        change: if up_to_date { Change::UpToDate } else { change },
        hook: site.hook.clone(),
        program: program.map(Path::to_owned),
        previous: (kept != Hook::None).then(|| site.previous.clone()),
        kept_now: matches!(current, Hook::Foreign { .. }),
        reach: site.reach,
        removed,
        manager: Manager::of_hook(kept.content()),
        behind: None,
    })
}

/// Installs the shim in a folder of our own, in front of the one that husky writes anew.
fn install_in_front(
    site: &Site,
    program: Option<&Path>,
    behind: &Path,
) -> anyhow::Result<Installed> {
    let hook = site.front.hook();
    let current = look(&hook).with_context(|| format!("{} cannot be looked at", shown(&hook)))?;
    let change = match &current {
        Hook::Foreign { .. } => return Err(foreign_in_front(&hook)),
        other => change(site, &hook, other)?,
    };
    let removed = if site.behind.is_some() { remove_displaced(site)? } else { Vec::new() };
    let shim = render(program, Some(behind));
    let same = matches!(&current, Hook::Ours { content, executable: true, .. } if *content == shim);
    site.front.raise(site.top(), behind, &shim)?;
    let previous = site.top().join(behind).join(FILE_NAME);
    Ok(Installed {
        change: if same && site.behind.is_some() { Change::UpToDate } else { change },
        hook,
        program: program.map(Path::to_owned),
        previous: Some(previous).filter(|path| path.is_file()),
        kept_now: false,
        reach: Reach::Own,
        removed,
        manager: Some(Manager::Husky),
        behind: Some(behind.to_owned()),
    })
}

fn foreign_in_front(hook: &Path) -> anyhow::Error {
    Failure::usage(format!(
        "{} is a hook that is not backout's, in backout's own folder",
        shown(hook)
    ))
    .help(
        "a second hook manager put it there beside husky: keep one of them, remove that file, then \
         run `backout install` again",
    )
    .into()
}

fn refuse_odd_folder(site: &Site) -> anyhow::Result<()> {
    match site.odd_folder() {
        Some(why) => Err(Failure::usage(why).help(ODD_FOLDER).into()),
        None => Ok(()),
    }
}

/// What writing the shim over `current` would be; refuses what must not be written over.
fn change(site: &Site, hook: &Path, current: &Hook) -> anyhow::Result<Change> {
    let hook = shown(hook);
    match current {
        Hook::None => Ok(Change::Created),
        Hook::Ours { version, .. } if *version > VERSION => Err(Failure::usage(format!(
            "{hook} was written by a newer backout: its shim has version {version}, \
             this program's {VERSION}"
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
        Hook::Foreign { .. } if site.reach == Reach::Tracked => Err(Failure::usage(format!(
            "{hook} is part of the repository, a hook that your team keeps"
        ))
        .help(format!(
            "add this line to {hook} and commit it (it reads the ref lines on stdin, so nothing \
             after it can): {ONE_LINE} || exit"
        ))
        .into()),
        Hook::Foreign { .. } => Ok(Change::Created),
    }
}

/// What becomes of the hook that stands in the shim's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keep {
    /// There is none, or it is kept already.
    Nothing,
    /// It is given the previous hook's name.
    Aside,
    /// The same, in place of an older one that the same manager wrote.
    InPlaceOfOlder,
}

/// What has to be kept of the hook at `current`. Refuses to choose between two foreign hooks.
fn keep(site: &Site, current: &Hook) -> anyhow::Result<Keep> {
    let Hook::Foreign { content, .. } = current else { return Ok(Keep::Nothing) };
    let kept = site.kept()?;
    let manager = Manager::of_hook(content);
    match kept {
        Hook::None | Hook::Ours { .. } => Ok(Keep::Aside),
        // An installation that was cut short, or a manager that wrote its hook again.
        kept if kept == *current => Ok(Keep::Nothing),
        // Its path to the manager, or the manager itself, is another one now.
        kept if manager.is_some() && manager == Manager::of_hook(kept.content()) => {
            Ok(Keep::InPlaceOfOlder)
        }
        _ => Err(Failure::usage(format!(
            "{} is a foreign hook, and {} keeps another one from an earlier installation",
            shown(&site.hook),
            shown(&site.previous)
        ))
        .help("remove the one that is no longer needed, then run `backout install` again")
        .into()),
    }
}

fn write(site: &Site, shim: &[u8], keep: Keep) -> anyhow::Result<()> {
    let folder = &site.locations.hooks;
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", shown(folder)))?;
    if keep == Keep::InPlaceOfOlder {
        fs::remove_file(&site.previous)
            .with_context(|| format!("{} cannot be removed", shown(&site.previous)))?;
    }
    if keep != Keep::Nothing {
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
