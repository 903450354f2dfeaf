//! `backout init`: writes a commented configuration.

use clap::Args;

use super::Context;
use crate::exit::Exit;

/// Options of `backout init`.
#[derive(Debug, Args)]
pub struct InitArgs {}

/// Runs the command.
pub fn run(_args: &InitArgs, _context: &mut Context<'_>) -> anyhow::Result<Exit> {
    anyhow::bail!("not written yet")
}
