//! `backout install`: puts the guard in front of git push.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;

use super::Context;
use crate::config::FILE_NAME;
use crate::exit::{Exit, Failure};
use crate::hook::{self, Answer, Change, Installed, Manager, Reach, Recipe, Site, shown};

/// Options of `backout install`.
#[derive(Debug, Args)]
#[command(after_help = "Example: backout install && backout doctor")]
pub struct InstallArgs {
    /// Print the hook instead of writing it; or what runs the guard within a hook manager alone,
    /// to be pasted there.
    #[arg(long, value_name = "MANAGER", num_args = 0..=1)]
    print: Option<Option<Recipe>>,
    /// Write to the hooks' folder even if it lies outside this repository.
    #[arg(long, conflicts_with = "print")]
    outside: bool,
    /// The program that the hook starts [default: this one].
    #[arg(long, value_name = "PATH")]
    program: Option<PathBuf>,
    /// Record no program's path: the hook finds backout on PATH.
    #[arg(long, conflicts_with = "program")]
    path_only: bool,
}

/// Runs the command.
pub fn run(args: &InstallArgs, context: &mut Context<'_>) -> anyhow::Result<Exit> {
    if let Some(Some(recipe)) = args.print {
        context.stdout.write_all(recipe.text().as_bytes())?;
        return Ok(Exit::Ready);
    }
    reads_it(context)?;
    let program = program(args, context)?;
    if args.print.is_some() {
        context.stdout.write_all(&hook::render(program.as_deref(), None))?;
        return Ok(Exit::Ready);
    }
    let (site, _turn) = Site::take(&context.folder)?;
    let installed = hook::install(&site, program.as_deref(), args.outside)?;
    if !context.quiet {
        report(&installed, context.stdout)?;
        elsewhere(&Site::find(&context.folder)?, context.stdout)?;
        if installed.behind.is_none() && site.expects_husky() {
            writeln!(
                context.stdout,
                "husky is set up here, but not installed: \
                 run `backout install` again after `npm install`."
            )?;
        }
    }
    Ok(Exit::Ready)
}

/// The hook starts backout without options: what it would not read is refused, for every push would
/// be stopped then.
fn reads_it(context: &Context<'_>) -> Result<(), Failure> {
    match context.config.as_deref() {
        None | Some(FILE_NAME) => Ok(()),
        Some(other) => Err(Failure::usage(format!(
            "the hook reads {FILE_NAME} at the top of the repository, and would not read {other}"
        ))
        .help(format!(
            "write a {FILE_NAME} there that names it, with the lines `version = 1` and `include = \
             [\"{other}\"]`; then `backout install`"
        ))),
    }
}

/// Says which work trees have hooks of their own, so that pushes from there are not judged.
fn elsewhere(site: &Site, out: &mut dyn Write) -> anyhow::Result<()> {
    for (tree, setting) in site.elsewhere()? {
        let setting = match setting {
            Some(setting) => format!("its `core.hooksPath` is `{}`", shown(Path::new(&setting))),
            None => "it has no `core.hooksPath`".to_owned(),
        };
        let tree = shown(&tree);
        writeln!(
            out,
            "Pushes from {tree} do not come here ({setting}): run `backout install` there as well."
        )?;
    }
    Ok(())
}

fn program(args: &InstallArgs, context: &Context<'_>) -> anyhow::Result<Option<PathBuf>> {
    if args.path_only {
        return Ok(None);
    }
    match &args.program {
        Some(program) => chosen(&context.folder.join(program)).map(Some),
        None => hook::this_program((context.environment)("PATH").as_deref())
            .map(Some)
            .context("this program's own path cannot be read"),
    }
}

fn chosen(program: &Path) -> anyhow::Result<PathBuf> {
    let folder = program.parent().and_then(|folder| folder.canonicalize().ok());
    let absolute = folder.and_then(|folder| Some(folder.join(program.file_name()?)));
    let why = match (hook::probe(program), absolute) {
        (Answer::Backout(_), Some(absolute)) => return Ok(absolute),
        (Answer::Missing, _) | (_, None) => "there is no such file",
        (Answer::NotExecutable, _) => "it cannot be executed",
        (Answer::Hollow, _) => "it holds no program",
        _ => "it does not answer `--version` as backout does",
    };
    Err(Failure::usage(format!("--program {}: {why}", shown(program)))
        .help("give the path of the backout program, or leave the option out")
        .into())
}

fn report(installed: &Installed, out: &mut dyn Write) -> anyhow::Result<()> {
    let hook = shown(&installed.hook);
    match installed.change {
        Change::Created => writeln!(out, "Installed {hook}: every push is judged before it goes.")?,
        Change::Upgraded(from) => {
            writeln!(out, "Upgraded {hook} from shim version {from} to {}.", hook::VERSION)?;
        }
        Change::Refreshed => writeln!(out, "Renewed {hook}.")?,
        Change::UpToDate => writeln!(out, "{hook} is installed and up to date.")?,
    }
    match &installed.program {
        Some(program) => writeln!(out, "It starts {}, or backout on the PATH.", shown(program))?,
        None => writeln!(out, "It starts backout on the PATH.")?,
    }
    if let Some(behind) = &installed.behind {
        writeln!(
            out,
            "It stands in front of husky's {}, whose hooks all run as before.",
            shown(behind)
        )?;
    } else if let Some(previous) = &installed.previous {
        let since = if installed.kept_now { "is kept" } else { "is still kept" };
        writeln!(out, "The hook that was there {since} as {}; it runs first.", shown(previous))?;
    }
    if installed.manager == Some(Manager::Lefthook) {
        writeln!(
            out,
            "When lefthook.yml changes, lefthook moves this hook aside: \
             run `backout install` again then."
        )?;
    }
    for path in &installed.removed {
        writeln!(out, "Removed {}, a copy of the hook that was moved aside.", shown(path))?;
    }
    if installed.reach == Reach::Tracked {
        writeln!(
            out,
            "The hook is part of the repository: commit it for those who set core.hooksPath."
        )?;
    }
    Ok(())
}
