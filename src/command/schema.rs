//! `backout schema`: prints the JSON Schema of the configuration.

use clap::Args;

use super::Context;
use crate::config;
use crate::exit::Exit;

/// Options of `backout schema`.
#[derive(Debug, Args)]
#[command(after_help = "Example: backout schema > backout.schema.json
An editor that knows TOML schemas then completes and checks backout.toml.")]
pub struct SchemaArgs {}

/// Prints the schema to stdout.
pub fn run(_args: &SchemaArgs, context: &mut Context<'_>) -> anyhow::Result<Exit> {
    context.stdout.write_all(config::schema().as_bytes())?;
    Ok(Exit::Ready)
}
