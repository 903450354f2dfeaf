//! `backout completions`: prints shell completions.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::Context;
use crate::cli::Cli;
use crate::exit::Exit;

/// Options of `backout completions`.
#[derive(Debug, Args)]
#[command(after_help = "Example: backout completions bash > \
    ~/.local/share/bash-completion/completions/backout")]
pub struct CompletionsArgs {
    /// The shell.
    shell: Shell,
}

/// Runs the command.
pub fn run(args: &CompletionsArgs, context: &mut Context<'_>) -> anyhow::Result<Exit> {
    // The generator panics where a write fails, as on a closed pipe; a buffer cannot fail.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "backout", &mut script);
    context.stdout.write_all(&script)?;
    Ok(Exit::Ready)
}
