//! `backout install`: puts the guard in front of git push.

use clap::Args;

use super::Context;
use crate::exit::Exit;

/// Options of `backout install`.
#[derive(Debug, Args)]
pub struct InstallArgs {}

/// Runs the command.
pub fn run(_args: &InstallArgs, _context: &mut Context<'_>) -> anyhow::Result<Exit> {
    anyhow::bail!("not written yet")
}
