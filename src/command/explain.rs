//! `backout explain`: what a finding means, which stage owns a path and why.

use clap::Args;

use super::Context;
use crate::exit::Exit;

/// Options of `backout explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {}

/// Runs the command.
pub fn run(_args: &ExplainArgs, _context: &mut Context<'_>) -> anyhow::Result<Exit> {
    anyhow::bail!("not written yet")
}
