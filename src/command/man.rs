//! `backout man`: prints man pages.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, CommandFactory};
use clap_mangen::Man;

use super::Context;
use crate::cli::Cli;
use crate::exit::Exit;
use crate::hook::shown;

/// Options of `backout man`.
#[derive(Debug, Args)]
#[command(after_help = "Example: backout man --directory ~/.local/share/man/man1")]
pub struct ManArgs {
    /// Write one page per command into this folder.
    #[arg(long, value_name = "DIR")]
    directory: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: &ManArgs, context: &mut Context<'_>) -> anyhow::Result<Exit> {
    let mut root = Cli::command();
    root.build();
    match &args.directory {
        Some(directory) => {
            let directory = context.folder.join(directory);
            fs::create_dir_all(&directory)
                .with_context(|| format!("{} cannot be made", shown(&directory)))?;
            write_pages(&root, &directory)?;
        }
        None => context.stdout.write_all(&page(&root)?)?,
    }
    Ok(Exit::Ready)
}

/// Writes the page of `command` and those of its subcommands.
fn write_pages(command: &clap::Command, directory: &Path) -> anyhow::Result<()> {
    let path = directory.join(Man::new(command.clone()).get_filename());
    fs::write(&path, page(command)?)
        .with_context(|| format!("{} cannot be written", shown(&path)))?;
    command
        .get_subcommands()
        .filter(|subcommand| !subcommand.is_hide_set())
        .try_for_each(|subcommand| write_pages(subcommand, directory))
}

fn page(command: &clap::Command) -> anyhow::Result<Vec<u8>> {
    let mut roff = Vec::new();
    Man::new(command.clone()).render(&mut roff)?;
    Ok(roff)
}
