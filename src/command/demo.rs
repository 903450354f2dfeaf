//! `backout demo`: the tour in a scratch repository with real pushes.

use clap::Args;

use super::Context;
use crate::exit::Exit;

/// Options of `backout demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {}

/// Runs the command.
pub fn run(_args: &DemoArgs, _context: &mut Context<'_>) -> anyhow::Result<Exit> {
    anyhow::bail!("not written yet")
}
