//! `backout demo`: the tour in a scratch repository, with real pushes to a real bare remote. Every
//! step asserts how it comes out, so a broken product makes the tour fail.

mod scene;
mod story;

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use self::scene::Scene;
use super::Context;
use crate::exit::{Exit, Failure};
use crate::report::{Paint, Style};

/// Options of `backout demo`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    backout demo                          takes a few seconds, leaves nothing behind\n  \
    backout demo --keep --folder tour     and leaves the repository to play in")]
pub struct DemoArgs {
    /// Leave the scratch repository to play in.
    #[arg(long)]
    pub keep: bool,
    /// Where to put it: a folder that does not exist yet. A temporary one when left out.
    #[arg(long, value_name = "DIR")]
    pub folder: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: &DemoArgs, context: &mut Context<'_>) -> anyhow::Result<Exit> {
    let (folder, temporary) = place(args, context)?;
    let program = std::env::current_exe().context("the path of this program")?;
    let paint = Paint(context.color);
    let told = Scene::new(&folder, program, context.stdout, paint)
        .and_then(|mut scene| story::tell(&mut scene));
    let keep = args.keep;
    if let Some(temporary) = temporary {
        if keep {
            let _kept = temporary.keep();
        } else {
            temporary.close().context("the scratch folder could not be removed")?;
        }
    } else if !keep {
        std::fs::remove_dir_all(&folder).context("the scratch folder could not be removed")?;
    }
    match told {
        Ok(()) => {
            let line = "Every step came out as it must.";
            writeln!(context.stdout, "{}", paint.paint(Style::Good, line))?;
            if keep {
                let work = folder.join("orders");
                writeln!(
                    context.stdout,
                    "\nThe repository is yours to play in:\n  cd {}",
                    work.display()
                )?;
                writeln!(
                    context.stdout,
                    "  backout status\n  backout explain src/orders/core/session_store.py"
                )?;
            }
            Ok(Exit::Ready)
        }
        Err(error) => {
            let message = format!("the tour failed: {error:#}");
            Err(Failure { exit: Exit::Findings, message, help: None }.into())
        }
    }
}

/// The folder of the tour, and the handle that removes it where it is a temporary one.
fn place(
    args: &DemoArgs,
    context: &Context<'_>,
) -> anyhow::Result<(PathBuf, Option<tempfile::TempDir>)> {
    if let Some(folder) = &args.folder {
        let folder = context.folder.join(folder);
        std::fs::create_dir(&folder).map_err(|error| {
            Failure::usage(format!("{} cannot be made: {error}", folder.display()))
                .help("name a folder that does not exist yet, in one that does")
        })?;
        return Ok((folder, None));
    }
    let temporary = tempfile::Builder::new().prefix("backout-demo-").tempdir();
    let temporary = temporary.context("a scratch folder")?;
    Ok((temporary.path().to_owned(), Some(temporary)))
}
