//! `backout init`: writes a commented configuration.

mod git;
mod guess;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;

use self::git::Git;
use super::Context;
use crate::backup::hidden;
use crate::config::{FILE_NAME, Guesses, template};
use crate::draft;
use crate::exit::{Exit, Failure};
use crate::shell;

/// Options of `backout init`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backout init                                     at the repository's root
  backout init --config services/billing/backout.toml
  backout init --print                             look first")]
pub struct InitArgs {
    /// Print the configuration instead of writing it.
    #[arg(long)]
    pub print: bool,
}

/// Looks at the repository, writes `backout.toml` (or the file that `--config` names) with what
/// it guessed, and says what comes next. A file that exists is never touched.
pub fn run(args: &InitArgs, context: &mut Context<'_>) -> anyhow::Result<Exit> {
    let git = Git::open(&context.folder, context.environment)?;
    let name = context.config.clone().unwrap_or_else(|| FILE_NAME.to_owned());
    let path = target(&git.root, &name)?;
    if !args.print {
        refuse_existing(&path, &name)?;
    }
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
    let guesses = guess::guess(&git, folder)?;
    let text = template(&guesses);
    if args.print {
        context.stdout.write_all(text.as_bytes())?;
        return Ok(Exit::Ready);
    }
    write_new(&path, &name, &text)?;
    let remote = git.remote()?;
    context.stdout.write_all(report(&name, &guesses, &remote).as_bytes())?;
    if let Some(hidden) = hidden(&git.root, folder, ".backout/backups/any.toml")? {
        writeln!(context.stderr, "warning: {}\nhelp: {}", hidden.message, hidden.help)?;
    }
    Ok(Exit::Ready)
}

/// Where the file goes: always inside the repository.
fn target(root: &Path, name: &str) -> anyhow::Result<PathBuf> {
    let inside = !name.is_empty()
        && !name.ends_with('/')
        && !name.contains('\\')
        && name.split('/').all(|part| !matches!(part, "" | "." | ".."))
        && Path::new(name).is_relative();
    if inside {
        return Ok(root.join(name));
    }
    let failure =
        Failure::usage(format!("--config {name:?} is no path below the repository's root"));
    Err(failure.help(format!("for example `--config services/billing/{FILE_NAME}`")).into())
}

fn refuse_existing(path: &Path, name: &str) -> anyhow::Result<()> {
    // A dangling link is there as well, and writing through it would land anywhere.
    if path.symlink_metadata().is_err() {
        return Ok(());
    }
    Err(exists(name).into())
}

fn exists(name: &str) -> Failure {
    Failure::usage(format!("{name:?} is there already, and init never overwrites"))
        .help("edit it, remove it first, or see what init would write: `backout init --print`")
}

/// Writes the whole file or nothing.
fn write_new(path: &Path, name: &str, text: &str) -> anyhow::Result<()> {
    let folder = path.parent().context("the path has no folder")?;
    if !folder.is_dir() {
        let failure = Failure::usage(format!("the folder of {name:?} does not exist"));
        return Err(failure.help("make it first, or correct `--config`").into());
    }
    let mut file = draft::begin(folder).with_context(|| format!("cannot write {name:?}"))?;
    draft::write(&mut file, text.as_bytes())
        .and_then(|()| file.as_file().sync_all())
        .with_context(|| format!("cannot write {name:?}"))?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(exists(name).into())
        }
        Err(error) => Err(error.error).with_context(|| format!("cannot write {name:?}")),
    }
}

fn report(name: &str, guesses: &Guesses, remote: &str) -> String {
    let or_else = |guess: &Option<String>, otherwise: &str| match guess {
        Some(found) => found.clone(),
        None => otherwise.to_owned(),
    };
    let list = |found: &[String], otherwise: &str| match found {
        [] => otherwise.to_owned(),
        found => found.join(", "),
    };
    let start = guesses.start.as_deref().unwrap_or("migration-start");
    let (word, remote) = (shell::word(start), shell::word(remote));
    let push = format!("git push {remote} {word}");
    let tag = match guesses.start {
        Some(_) => push,
        None => format!("git tag -a {word} -m 'The migration begins' && {push}"),
    };
    format!(
        "Wrote {name}, in observe mode: it reports and stops nothing.\n\n\
         Guessed from the repository; correct what is wrong:\n  \
         branch       {branch}\n  \
         start tag    {first_tag}\n  \
         flag files   {flags}\n  \
         stages       {stages}\n\n\
         Next:\n  \
         1. Describe the stages in {name} (its comments explain every key), and commit it:\n     \
         git add {file} && git commit\n  \
         2. Mark the start for everybody: {tag}\n  \
         3. Put the guard in front of `git push`: backout install\n  \
         4. See where every stage stands: backout status\n",
        file = shell::word(name),
        branch = or_else(&guesses.branch, "main (nothing found)"),
        first_tag = or_else(&guesses.start, "migration-start (none found yet)"),
        flags = list(&guesses.flag_files, "none found"),
        stages = list(&guesses.folders, "src (no folders of stages found)"),
    )
}

#[cfg(test)]
mod tests;
