//! `backout check`: the CI step.

use clap::Args;

use super::Context;
use crate::exit::Exit;

/// Options of `backout check`.
#[derive(Debug, Args)]
pub struct CheckArgs {}

/// Runs the command.
pub fn run(_args: &CheckArgs, _context: &mut Context<'_>) -> anyhow::Result<Exit> {
    anyhow::bail!("not written yet")
}
