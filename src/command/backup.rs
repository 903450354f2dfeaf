//! `backout backup`: creates, verifies and lists backups.

use clap::Args;

use super::Context;
use crate::exit::Exit;

/// Options of `backout backup`.
#[derive(Debug, Args)]
pub struct BackupArgs {}

/// Runs the command.
pub fn run(_args: &BackupArgs, _context: &mut Context<'_>) -> anyhow::Result<Exit> {
    anyhow::bail!("not written yet")
}
