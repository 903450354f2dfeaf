//! `backout attribute`: says which stage landed commits belong to.

use clap::Args;

use super::Context;
use crate::exit::Exit;

/// Options of `backout attribute`.
#[derive(Debug, Args)]
pub struct AttributeArgs {}

/// Runs the command.
pub fn run(_args: &AttributeArgs, _context: &mut Context<'_>) -> anyhow::Result<Exit> {
    anyhow::bail!("not written yet")
}
