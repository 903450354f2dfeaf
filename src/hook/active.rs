//! Which hook manager is active here, and in which way backout is there beside it.

use super::{DISPLACED_NAMES, Hook, Manager, Site, look};

/// Where backout's hook stands beside a manager's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// In front: git starts backout's hook, and that one the manager's.
    InFront,
    /// Moved aside by the manager, which starts it first, with every ref line.
    Within,
    /// Moved aside by the manager, which does not start it.
    Aside,
    /// Nowhere: the manager is alone.
    Alone,
}

/// The manager whose hook git would come to, and where backout's stands.
pub fn active(site: &Site) -> anyhow::Result<Option<(Manager, Stand)>> {
    let current = site.current()?;
    if current.is_ours() {
        let behind = site.behind.as_ref().and_then(|_| site.huskys()).map(|_| Manager::Husky);
        let kept = site.kept()?;
        return Ok(behind
            .or_else(|| Manager::of_hook(kept.content()))
            .map(|m| (m, Stand::InFront)));
    }
    let alone = site.behind.is_none() && site.huskys().is_some();
    let manager = if alone { Some(Manager::Husky) } else { Manager::of_hook(current.content()) };
    let Some(manager) = manager else { return Ok(None) };
    Ok(Some((manager, stand(site, manager, &current)?)))
}

fn stand(site: &Site, manager: Manager, current: &Hook) -> anyhow::Result<Stand> {
    let displaced = site.displaced()?;
    let Some(first) = displaced.first() else { return Ok(Stand::Alone) };
    let runs = first.ends_with(DISPLACED_NAMES[0]) && manager.runs_legacy();
    let within = runs && current.runs() && look(first)?.runs();
    Ok(if within { Stand::Within } else { Stand::Aside })
}
