//! `backout man`: prints man pages.

use clap::Args;

use super::Context;
use crate::exit::Exit;

/// Options of `backout man`.
#[derive(Debug, Args)]
pub struct ManArgs {}

/// Runs the command.
pub fn run(_args: &ManArgs, _context: &mut Context<'_>) -> anyhow::Result<Exit> {
    anyhow::bail!("not written yet")
}
