//! `backout uninstall`: takes the guard away and restores what was there.

use clap::Args;

use super::Context;
use crate::exit::Exit;

/// Options of `backout uninstall`.
#[derive(Debug, Args)]
pub struct UninstallArgs {}

/// Runs the command.
pub fn run(_args: &UninstallArgs, _context: &mut Context<'_>) -> anyhow::Result<Exit> {
    anyhow::bail!("not written yet")
}
