//! `backout doctor`: says what is active and what would run.

use clap::Args;

use super::Context;
use crate::exit::Exit;

/// Options of `backout doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {}

/// Runs the command.
pub fn run(_args: &DoctorArgs, _context: &mut Context<'_>) -> anyhow::Result<Exit> {
    anyhow::bail!("not written yet")
}
