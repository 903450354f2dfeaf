//! What `doctor` says of hook managers: which is active, in which way backout is there, and what
//! the manager cannot see where it is alone.

use super::Report;
use crate::exit::Exit;
use crate::git::{hook_settings, locate};
use crate::hook::{Manager, Named, Site, Stand, active};

/// The first git that runs hooks from its configuration.
const CONFIGURED_HOOKS: (u32, u32) = (2, 54);

/// Adds a row for each manager that is set up or active here.
pub(super) fn tell(report: &mut Report, site: &Site) -> anyhow::Result<()> {
    let Some(top) = &site.locations.work_tree else { return Ok(()) };
    let active = active(site)?;
    let mut found = Manager::detect(top);
    // prek reads the other's configuration: what counts is whose hook is there.
    if let Some((manager, _)) = active.filter(|(m, _)| found.iter().all(|(known, _)| known != m)) {
        found.push((manager, "its hook is here"));
    }
    for (manager, file) in found {
        let state = match active.filter(|(known, _)| *known == manager) {
            Some((_, stand)) => beside(manager, stand, manager.names_backout(top)),
            None if manager == Manager::Husky => {
                "not the one whose hook git runs here; `npm install` makes it that, and backout's \
                 is lost until `backout install` is run again"
                    .to_owned()
            }
            None => "not the one whose hook git runs here".to_owned(),
        };
        report.row("manager", format!("{} ({file}): {state}", manager.name()));
    }
    Ok(())
}

fn beside(manager: Manager, stand: Stand, named: Named) -> String {
    match (stand, named) {
        (Stand::InFront, _) if manager == Manager::Lefthook => {
            "active; backout stands in front of it and sees every ref line, until lefthook writes \
             its hooks anew because its configuration has changed"
                .to_owned()
        }
        (Stand::InFront, _) => {
            "active; backout stands in front of it and sees every ref line".to_owned()
        }
        (Stand::Within, _) => {
            "active; it runs backout's hook first, with every ref line".to_owned()
        }
        (Stand::Aside | Stand::Alone, Named::Nowhere) => {
            format!(
                "active, without backout; on its own it runs nothing for {}",
                manager.blind_to(named)
            )
        }
        (Stand::Aside | Stand::Alone, _) => {
            format!(
                "active, and runs backout itself; it runs nothing for {}",
                manager.blind_to(named)
            )
        }
    }
}

/// Adds a row where git's own configuration names backout as a hook. Gives whether this git would
/// run it.
pub(super) fn configured_in_git(report: &mut Report, site: &Site) -> anyhow::Result<bool> {
    let top = site.locations.work_tree.as_ref().unwrap_or(&site.locations.common_dir);
    let commands = hook_settings::hook_commands(top)?;
    if !commands.iter().any(|command| command.contains("backout")) {
        return Ok(false);
    }
    let version = locate::version()?;
    let (major, minor) = CONFIGURED_HOOKS;
    let reads = numbers(&version) >= CONFIGURED_HOOKS;
    report.row(
        "in git config",
        if reads {
            "a hook that runs backout, beside the one in the hooks' folder".to_owned()
        } else {
            format!(
                "a hook that runs backout; git {version} ignores it, \
                 {major}.{minor} is the first to run it"
            )
        },
    );
    Ok(reads)
}

/// What is said where a foreign hook stands at the hook's place and git's configuration runs
/// nothing either.
pub(super) fn alone(report: &mut Report, site: &Site) -> anyhow::Result<bool> {
    let Some(top) = &site.locations.work_tree else { return Ok(false) };
    let Some((manager, stand)) = active(site)? else { return Ok(false) };
    let name = manager.name();
    match (stand, manager.names_backout(top)) {
        (Stand::InFront | Stand::Within, _) => return Ok(true),
        (Stand::Aside, Named::Nowhere) => report.problem(
            Exit::Findings,
            format!("{name} moved backout's hook aside and does not run it: run `backout install`"),
        ),
        (_, Named::Nowhere) => return Ok(false),
        (_, named) => report.problem(
            Exit::Indeterminate,
            format!(
                "{name} runs backout, but nothing for {}: \
                 `backout install` stands in front of it and sees every push",
                manager.blind_to(named)
            ),
        ),
    }
    Ok(true)
}

fn numbers(version: &str) -> (u32, u32) {
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
}
