//! `backout uninstall`: takes the guard away and restores what was there.

use clap::Args;

use super::Context;
use crate::exit::Exit;
use crate::hook::{self, Hook, Site, Uninstalled, shown};

/// Options of `backout uninstall`.
#[derive(Debug, Args)]
#[command(after_help = "Example: backout uninstall")]
pub struct UninstallArgs {
    /// Remove the hook even if the hooks' folder lies outside this repository.
    #[arg(long)]
    outside: bool,
}

/// Runs the command.
pub fn run(args: &UninstallArgs, context: &mut Context<'_>) -> anyhow::Result<Exit> {
    let (site, _turn) = Site::take(&context.folder)?;
    let done = hook::uninstall(&site, args.outside)?;
    if !context.quiet {
        context.stdout.write_all(report(&done, &site)?.as_bytes())?;
    }
    Ok(Exit::Ready)
}

fn report(done: &Uninstalled, site: &Site) -> anyhow::Result<String> {
    let hook = shown(&site.hook);
    let mut text = match done {
        Uninstalled::Nothing => format!("Nothing to do: {hook} does not exist.\n"),
        Uninstalled::Removed => format!("Removed {hook}: pushes are no longer judged.\n"),
        Uninstalled::Restored => format!(
            "Removed {hook}: pushes are no longer judged. The hook that was there before is back.\n"
        ),
        Uninstalled::Displaced(paths) => {
            paths.iter().map(|path| format!("Removed {}.\n", shown(path))).collect()
        }
        Uninstalled::Foreign => {
            format!("Nothing to do: {hook} is not backout's, and was left alone.\n")
        }
    };
    if site.behind.is_none() && site.kept()? != Hook::None {
        text.push_str(&format!(
            "{} is still there: a hook that backout kept. Nothing runs it.\n",
            shown(&site.previous)
        ));
    }
    Ok(text)
}
