//! `backout schema`: prints the JSON Schema of the configuration, or of the report.

use clap::Args;

use super::Context;
use crate::config;
use crate::exit::Exit;
use crate::report;

/// Options of `backout schema`.
#[derive(Debug, Args)]
#[command(after_help = "Example: backout schema > backout.schema.json
An editor that knows TOML schemas then completes and checks backout.toml.")]
pub struct SchemaArgs {
    /// The schema of `check --format json` instead.
    #[arg(long)]
    pub report: bool,
}

/// Prints the schema to stdout.
pub fn run(args: &SchemaArgs, context: &mut Context<'_>) -> anyhow::Result<Exit> {
    let schema = if args.report { report::SCHEMA.to_owned() } else { config::schema() };
    context.stdout.write_all(schema.as_bytes())?;
    Ok(Exit::Ready)
}
