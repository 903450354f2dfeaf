//! `backout status`: every stage: landed, commits, how long its way back stays open.

use clap::Args;

use super::Context;
use crate::exit::Exit;

/// Options of `backout status`.
#[derive(Debug, Args)]
pub struct StatusArgs {}

/// Runs the command.
pub fn run(_args: &StatusArgs, _context: &mut Context<'_>) -> anyhow::Result<Exit> {
    anyhow::bail!("not written yet")
}
