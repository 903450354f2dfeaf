//! `backout completions`: prints shell completions.

use clap::Args;

use super::Context;
use crate::exit::Exit;

/// Options of `backout completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {}

/// Runs the command.
pub fn run(_args: &CompletionsArgs, _context: &mut Context<'_>) -> anyhow::Result<Exit> {
    anyhow::bail!("not written yet")
}
