//! `backout pre-push`: the hook itself.

use clap::Args;

use super::Context;
use crate::exit::Exit;

/// Options of `backout pre-push`.
#[derive(Debug, Args)]
pub struct PrePushArgs {}

/// Runs the command.
pub fn run(_args: &PrePushArgs, _context: &mut Context<'_>) -> anyhow::Result<Exit> {
    anyhow::bail!("not written yet")
}
