//! `backout demo`: the tour in a scratch repository with real pushes.

mod expect;
mod files;
mod runner;
mod scene;
mod story;
mod teller;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;

use self::expect::{Expect, Outcome, Remote, without_color};
use self::runner::Runner;
use self::scene::{Folder, remote_refs};
use self::story::{Act, STORY, Step};
use self::teller::{Teller, shell_line};
use super::Context;
use crate::exit::{Exit, Failure};
use crate::hook::find_on_path;
use crate::interrupt;

/// Options of `backout demo`.
#[derive(Debug, Args)]
#[command(after_help = "It needs git, and touches nothing outside its folder.\n\
    Exit code: 0 all came out as it must, 1 some step did not.\n\n\
    Example, and then play on: backout demo --keep")]
pub struct DemoArgs {
    /// Leave the scratch repository to play in.
    #[arg(long)]
    keep: bool,
    /// Make it in this folder, which has to be empty or absent [default: a temporary one].
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: &DemoArgs, context: &mut Context<'_>) -> anyhow::Result<Exit> {
    let wanted = args.folder.as_ref().map(|folder| context.folder.join(folder));
    interrupt::listen().context("Ctrl-C cannot be listened for")?;
    let folder = Folder::new(wanted.as_deref())?;
    let told = tour(&folder, context);
    // A child that Ctrl-C ended as well is not what went wrong.
    let cut_short = told.is_err() && interrupt::is_requested();
    if args.keep {
        if cut_short {
            let left = format!("the folder {} is kept", folder.path().display());
            return Err(interrupt::failure(&left).into());
        }
        told.and_then(|()| goodbye(&folder, context)).map_err(|error| {
            error.context(format!("the folder {} is kept", folder.path().display()))
        })?;
        return Ok(Exit::Ready);
    }
    let removed = folder.remove();
    if cut_short {
        removed?;
        return Err(interrupt::failure("the scratch repository is removed").into());
    }
    told?;
    removed?;
    Ok(Exit::Ready)
}

/// Makes the scene and tells every step, as far as they come out as they must.
fn tour(folder: &Folder, context: &mut Context<'_>) -> anyhow::Result<()> {
    let (color, quiet) = (context.color, context.quiet);
    let runner = scene::make(folder, context)?;
    let mut teller = Teller::new(&mut *context.stdout, color, quiet);
    let top = folder.work_tree();
    teller.paragraph(
        "A shop's order service keeps each cart as one record with a total, and moves to one \
         record for each line. That takes eight stages, and each must be possible to roll back \
         until it is over.",
    )?;
    teller.paragraph(&format!(
        "What follows is real: the commands, their output, the pushes. It happens in a scratch \
         repository with a remote of its own, {}",
        top.display()
    ))?;
    for (index, step) in STORY.iter().enumerate() {
        teller.begin(index + 1, step)?;
        for act in step.acts {
            perform(act, &runner, &top, &mut teller).map_err(|error| failed(index, step, error))?;
        }
        teller.came_out(step)?;
    }
    teller.paragraph(
        "Every command came out as it must; had one not, this would have ended there with exit \
         code 1. In your own repository, begin with: backout init",
    )?;
    Ok(())
}

fn perform(act: &Act, runner: &Runner, top: &Path, teller: &mut Teller<'_>) -> anyhow::Result<()> {
    match act {
        Act::Wait => std::thread::sleep(std::time::Duration::from_millis(1100)),
        Act::Edit(file) => {
            scene::write(top, file)?;
            teller.edited(file.0)?;
        }
        Act::Type(words, expect) => {
            teller.typed(words)?;
            let outcome = outcome(words, expect, runner, teller)?;
            let unmet = expect.unmet_by(&outcome);
            if !unmet.is_empty() {
                teller.went_wrong(&unmet)?;
                let line = shell_line(words);
                return Err(Unmet { line, unmet }.into());
            }
        }
    }
    Ok(())
}

/// Runs a command, shows what it says, and gathers what its expectation asks about.
fn outcome(
    words: &[&str],
    expect: &Expect,
    runner: &Runner,
    teller: &mut Teller<'_>,
) -> anyhow::Result<Outcome> {
    let looks = expect.remote != Remote::NotLookedAt;
    let refs = || if looks { remote_refs(runner) } else { Ok(String::new()) };
    let sent = match expect.remote {
        Remote::Receives(branch) => Some(runner.git(&["rev-parse", branch])?),
        _ => None,
    };
    let refs_before = refs()?;
    let said = runner.run(words)?;
    if interrupt::is_requested() {
        return Err(interrupt::failure("the tour ends here").into());
    }
    teller.said(&said.output)?;
    let output = without_color(&said.output);
    Ok(Outcome { exit: said.exit, output, refs_before, refs_after: refs()?, sent })
}

/// A command that came out otherwise than it must.
#[derive(Debug, thiserror::Error)]
#[error("`{line}` came out otherwise: {}", unmet.join("; "))]
struct Unmet {
    line: String,
    unmet: Vec<String>,
}

/// Which step failed. Only a command that came out otherwise speaks against the product; anything
/// else keeps the exit code that it has.
fn failed(index: usize, step: &Step, error: anyhow::Error) -> anyhow::Error {
    let place = format!("step {}, \"{}\"", index + 1, step.title);
    match error.downcast::<Unmet>() {
        Ok(unmet) => Failure {
            exit: Exit::Findings,
            message: format!("{place}: {unmet}"),
            help: Some(
                "backout or git does not work here as it should: `backout demo --keep` leaves \
                 the folder to look at, `backout doctor` in it says what would run"
                    .to_owned(),
            ),
        }
        .into(),
        Err(error) => error.context(place),
    }
}

/// Where the folder is, and what to try there.
fn goodbye(folder: &Folder, context: &mut Context<'_>) -> anyhow::Result<()> {
    let path = (context.environment)("PATH");
    let program = match find_on_path(path.as_deref()) {
        Some(_) => "backout".to_owned(),
        None => std::env::current_exe()?.display().to_string(),
    };
    writeln!(context.stdout, "The folder is kept. To play on:\n")?;
    writeln!(context.stdout, "   cd {}", folder.work_tree().display())?;
    for line in [
        &format!("{program} status"),
        &format!("{program} explain orders/store.py"),
        "git push origin cut-over:main",
    ] {
        writeln!(context.stdout, "   {line}")?;
    }
    Ok(())
}
