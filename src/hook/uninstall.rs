//! Takes the shim away and restores the hook that was there before.

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;

use super::file::move_over;
use super::site::remove_displaced;
use super::{Hook, Site, shown};

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Uninstalled {
    /// There was no shim.
    Nothing,
    /// The shim is gone.
    Removed,
    /// The shim is gone, and the hook that was there before is back.
    Restored,
    /// Copies of the shim that a hook manager had moved aside are gone; the manager's hook stays.
    Displaced(Vec<PathBuf>),
    /// A hook that is not ours stands there, and stays.
    Foreign,
}

/// Removes the shim at `site`, and nothing else. `outside` allows a hooks' folder outside the
/// repository. Errors: a `Failure` where that is not allowed, or the file system's.
pub fn uninstall(site: &Site, outside: bool) -> anyhow::Result<Uninstalled> {
    if site.front.exists() {
        let led = site.behind.is_some();
        let restored = led && site.kept()? != Hook::None;
        site.front.lower()?;
        if led {
            return Ok(if restored { Uninstalled::Restored } else { Uninstalled::Removed });
        }
    }
    let current = site.current()?;
    let removable = current.is_ours() || current == Hook::None;
    let something = current.is_ours()
        || !site.displaced()?.is_empty()
        || (removable && site.kept()? != Hook::None);
    if !something {
        let foreign = current != Hook::None;
        return Ok(if foreign { Uninstalled::Foreign } else { Uninstalled::Nothing });
    }
    site.allow(outside, "uninstall")?;
    let displaced = remove_displaced(site)?;
    if !removable {
        return Ok(Uninstalled::Displaced(displaced));
    }
    if site.kept()? != Hook::None {
        move_over(&site.previous, &site.hook)
            .with_context(|| format!("{} cannot be restored", shown(&site.hook)))?;
        return Ok(Uninstalled::Restored);
    }
    if current.is_ours() {
        fs::remove_file(&site.hook)
            .with_context(|| format!("{} cannot be removed", shown(&site.hook)))?;
        return Ok(Uninstalled::Removed);
    }
    Ok(Uninstalled::Displaced(displaced))
}
