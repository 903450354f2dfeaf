//! `backout schema`: prints the JSON Schema of the configuration.

use clap::Args;

use super::Context;
use crate::exit::Exit;

/// Options of `backout schema`.
#[derive(Debug, Args)]
pub struct SchemaArgs {}

/// Runs the command.
pub fn run(_args: &SchemaArgs, _context: &mut Context<'_>) -> anyhow::Result<Exit> {
    anyhow::bail!("not written yet")
}
