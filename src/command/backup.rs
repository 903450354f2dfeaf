//! `backout backup`: creates, verifies, restores and lists backups.

mod restore;
#[cfg(test)]
mod tests;
mod text;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{ArgGroup, Args, Subcommand};

use self::restore::RestoreArgs;
use self::text::{archive_text, checked_text, created_text, shell_path, stages_text};
use super::Context;
use super::surroundings::{config_path, load_failure, load_work_tree, repository};
use crate::backup::archive::{Depth, shown_path};
use crate::backup::restore::named;
use crate::backup::{
    Checked, EXTENSION, Request, Selected, Shelf, Wanted, append_receipt, check_file,
    check_receipt, create, folder_of, hidden, hides_failures, may_append_receipt, read_receipt,
    receipt_path, select,
};
use crate::config::{Backup, Configuration, Source, StageRef};
use crate::exit::{Exit, Failure};
use crate::git::Seconds;
use crate::interrupt;
use crate::receipt::backup_path;
use crate::shell::word;

/// Options of `backout backup`.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true, disable_help_subcommand = true)]
#[command(after_help = "Example: backout backup create sessions")]
pub struct BackupArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: BackupCommand,
}

/// The subcommands of `backout backup`.
#[derive(Debug, Subcommand)]
pub enum BackupCommand {
    /// Capture a backup, put its archive into the store and write its receipt.
    #[command(after_help = "Example: backout backup create --stage 9 --environment production")]
    Create(CreateArgs),
    /// Check archives offline: every byte, or a sample with --quick.
    #[command(
        after_help = "Exit code: 0 all good, 1 damaged or foreign, 3 absent or unreadable.\n\
                            Example: backout backup verify continuation-context"
    )]
    Verify(VerifyArgs),
    /// Get the data of a backup back, into a folder; a dry run without --execute.
    #[command(
        after_help = "What is written is compared with the archive, byte by byte, before it is \
                      moved into place. Owners\nand times are not in the archive.\n\
                      Exit code: 0 done, or a dry run, 1 damaged or empty, 2 not to that folder, \
                      3 absent, unreadable\nor unwritable, 130 interrupted.\n\
                      Example: backout backup restore sessions --to ../restored --execute"
    )]
    Restore(RestoreArgs),
    /// Show every backup, its last capture and whether it was rehearsed.
    #[command(after_help = "Example: backout backup list")]
    List,
}

/// Options of `backout backup create`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("which").required(true).args(["name", "all", "stage"])))]
pub struct CreateArgs {
    /// The backup, as [backups.NAME] defines it; MIGRATION:NAME where several have one.
    pub name: Option<String>,
    /// Every backup of every migration; nothing is done where none is defined.
    #[arg(long)]
    pub all: bool,
    /// The backups of this stage.
    #[arg(long, value_name = "ID")]
    pub stage: Option<StageRef>,
    /// What the environment is called: production, staging.
    #[arg(long, value_name = "LABEL")]
    pub environment: Option<String>,
}

/// Options of `backout backup verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// An archive's path, or a backup's name for all archives in its receipt; without it, those of
    /// every backup.
    #[arg(value_name = "FILE|NAME")]
    pub subject: Option<String>,
    /// Check the frame and a sample of the content only.
    #[arg(long)]
    pub quick: bool,
}

impl VerifyArgs {
    fn depth(&self) -> Depth {
        if self.quick { Depth::Quick } else { Depth::Full }
    }
}

/// The work tree, and what its configuration says.
struct Workspace {
    root: PathBuf,
    configuration: Configuration,
}

/// Runs the command.
pub fn run(args: &BackupArgs, context: &mut Context<'_>) -> anyhow::Result<Exit> {
    let clock = || Seconds(jiff::Timestamp::now().as_second());
    match &args.command {
        BackupCommand::Create(args) => {
            interrupt::listen().context("Ctrl-C cannot be listened for")?;
            create_all(args, &workspace(context)?, &clock, context)
        }
        BackupCommand::Verify(args) => verify(args, context),
        BackupCommand::Restore(args) => {
            interrupt::listen().context("Ctrl-C cannot be listened for")?;
            restore::restore_one(args, &workspace(context)?, clock(), context)
        }
        BackupCommand::List => list(&workspace(context)?, clock(), context),
    }
}

/// Loads the work tree's configuration.
fn workspace(context: &Context<'_>) -> anyhow::Result<Workspace> {
    let repo = repository(context)?;
    let root = repo.work_tree().ok_or_else(|| {
        Failure::usage("a bare repository has no work tree to keep receipts in")
            .help("run it in a clone with a work tree")
    })?;
    let file = config_path(context);
    let loaded = load_work_tree(root, &file).map_err(load_failure)?;
    let configuration = loaded.ok_or_else(|| {
        Failure::usage(format!("there is no {file} in `{}`", root.display()))
            .help("write one by `backout init`, or name it by `--config`")
    })?;
    Ok(Workspace { root: root.to_owned(), configuration })
}

fn create_all(
    args: &CreateArgs,
    workspace: &Workspace,
    clock: &dyn Fn() -> Seconds,
    context: &mut Context<'_>,
) -> anyhow::Result<Exit> {
    let wanted = match (&args.name, &args.stage) {
        (Some(name), _) => Wanted::Named(name),
        (None, Some(stage)) => Wanted::Stage(stage),
        (None, None) => Wanted::All,
    };
    let migrations = &workspace.configuration.migrations;
    if args.all && migrations.iter().all(|migration| migration.backups.is_empty()) {
        context.note("no backup is defined: there is nothing to take");
        return Ok(Exit::Ready);
    }
    let mut failed: Option<Failure> = None;
    for selected in select(&workspace.configuration, wanted)? {
        // One source that is down must not cost the others their backup.
        let result = create_one(args, selected, workspace, clock, context);
        if let Some(earlier) = result.err().and_then(|failure| failed.replace(failure)) {
            let help = earlier.help.as_deref().unwrap_or("see above");
            writeln!(context.stderr, "error: {earlier}\nhelp: {help}")?;
        }
        if failed.as_ref().is_some_and(|failure| failure.exit == Exit::Interrupted) {
            break;
        }
    }
    failed.map_or(Ok(Exit::Ready), |failure| Err(failure.into()))
}

fn create_one(
    args: &CreateArgs,
    selected: Selected<'_>,
    workspace: &Workspace,
    clock: &dyn Fn() -> Seconds,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let Selected { migration, backup } = selected;
    may_append_receipt(&workspace.root, migration, backup)?;
    context.note(&format!("capturing `{}` ({})", backup.name, backup.source.kind()));
    warn_of_pipe(backup, context).map_err(|error| lost(&error))?;
    let environment = args.environment.as_deref();
    let request = Request { root: &workspace.root, migration, backup, environment, clock };
    let created = create(request, context.stderr)?;
    let receipt = receipt_path(migration, backup);
    append_receipt(&workspace.root, migration, backup, created.receipt.clone()).map_err(
        |failure| {
            let place = shown_path(&created.path);
            let message = format!("the archive is in place, `{place}`, but {failure}");
            Failure { message, ..failure }
        },
    )?;
    let receipt = shell_path(&receipt, &context.folder, &workspace.root);
    let visible = warn_of_hidden(workspace, selected, context).map_err(|error| lost(&error))?;
    write!(context.stdout, "{}", created_text(&created, &receipt, visible))
        .map_err(|error| lost(&error))
}

/// Says where a failure before a pipe would be seen by nobody.
fn warn_of_pipe(backup: &Backup, context: &mut Context<'_>) -> std::io::Result<()> {
    match &backup.source {
        Source::Command { argv, .. } if hides_failures(argv) => writeln!(
            context.stderr,
            "warning: the command of `{}` has a pipe, of which the shell heeds the last program \
             alone: where an earlier one fails, half a backup looks like a whole one\n\
             help: have bash run it, and begin the script with `set -o pipefail`",
            backup.name
        ),
        _ => Ok(()),
    }
}

/// Says where git would leave the receipt out of every commit: whether it would not.
fn warn_of_hidden(
    workspace: &Workspace,
    Selected { migration, backup }: Selected<'_>,
    context: &mut Context<'_>,
) -> std::io::Result<bool> {
    match hidden(&workspace.root, &migration.folder, &backup_path(&backup.name)) {
        Ok(None) => return Ok(true),
        Ok(Some(hidden)) => {
            writeln!(context.stderr, "warning: {}\nhelp: {}", hidden.message, hidden.help)?;
        }
        Err(error) => {
            let what = "whether git ignores the receipt could not be checked";
            writeln!(context.stderr, "warning: {what}: {error}")?;
        }
    }
    Ok(false)
}

fn lost(error: &std::io::Error) -> Failure {
    Failure::indeterminate(format!("the report could not be written: {error}"))
}

fn verify(args: &VerifyArgs, context: &mut Context<'_>) -> anyhow::Result<Exit> {
    let Some(subject) = &args.subject else {
        return verify_backups(args, Wanted::All, &workspace(context)?, context);
    };
    let path = context.folder.join(subject);
    // An archive can be checked anywhere, also where there is no repository.
    if subject.contains(['/', '\\']) || has_extension(&path) {
        return verify_file(args, &path, context);
    }
    match workspace(context) {
        Err(_) if path.exists() => verify_file(args, &path, context),
        Err(error) => Err(error),
        Ok(workspace) => {
            let wanted = Wanted::Named(subject);
            if path.exists() && select(&workspace.configuration, wanted).is_err() {
                return verify_file(args, &path, context);
            }
            verify_backups(args, wanted, &workspace, context)
        }
    }
}

fn has_extension(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == EXTENSION)
}

fn verify_file(args: &VerifyArgs, path: &Path, context: &mut Context<'_>) -> anyhow::Result<Exit> {
    let checked = check_file(path, args.depth());
    let name = shown_path(Path::new(path.file_name().unwrap_or(path.as_os_str())));
    write!(context.stdout, "{}", checked_text(&name, &checked))?;
    Ok(exit_of(&checked))
}

fn verify_backups(
    args: &VerifyArgs,
    wanted: Wanted<'_>,
    workspace: &Workspace,
    context: &mut Context<'_>,
) -> anyhow::Result<Exit> {
    let mut exits = Vec::new();
    for Selected { migration, backup } in select(&workspace.configuration, wanted)? {
        let Some(receipt) = read_receipt(&workspace.root, migration, backup)? else {
            writeln!(context.stdout, "backup {}: no receipt yet", backup.name)?;
            let several = workspace.configuration.migrations.len() > 1;
            let name = named(&migration.id, backup, several);
            writeln!(context.stdout, "  help: backout backup create {}", word(&name))?;
            exits.push(Exit::Indeterminate);
            continue;
        };
        writeln!(context.stdout, "backup {}", backup.name)?;
        let store = match folder_of(&backup.store, &workspace.root.join(&migration.folder)) {
            Ok(store) => store,
            Err(failure) => {
                writeln!(context.stdout, "  ?     could not be checked: {failure}")?;
                exits.push(Exit::Indeterminate);
                continue;
            }
        };
        let shelf = Shelf { folder: &store, store: &backup.store };
        for (name, checked) in check_receipt(&receipt, shelf, args.depth()) {
            write!(context.stdout, "{}", checked_text(&name, &checked))?;
            exits.push(exit_of(&checked));
        }
    }
    Ok(worst(&exits))
}

fn exit_of(checked: &Checked) -> Exit {
    match checked {
        Checked::Good(_) => Exit::Ready,
        Checked::Bad(_) => Exit::Findings,
        Checked::Unknown { .. } => Exit::Indeterminate,
    }
}

/// Something bad outweighs what could not be checked, and that outweighs what is good.
fn worst(exits: &[Exit]) -> Exit {
    let order = [Exit::Findings, Exit::Indeterminate];
    order.into_iter().find(|exit| exits.contains(exit)).unwrap_or(Exit::Ready)
}

fn list(workspace: &Workspace, now: Seconds, context: &mut Context<'_>) -> anyhow::Result<Exit> {
    let several = workspace.configuration.migrations.len() > 1;
    let mut exit = Exit::Ready;
    for selected in select(&workspace.configuration, Wanted::All)? {
        let Selected { migration, backup } = selected;
        let prefix = if several { format!("{}:", migration.id) } else { String::new() };
        let kind = backup.source.kind();
        let stages = stages_text(selected);
        writeln!(context.stdout, "{prefix}{} ({kind}; {stages})", backup.name)?;
        match read_receipt(&workspace.root, migration, backup) {
            Ok(None) => writeln!(context.stdout, "  never captured")?,
            Ok(Some(receipt)) => {
                for archive in receipt.by_capture().into_iter().rev() {
                    writeln!(context.stdout, "  {}", archive_text(archive, now))?;
                }
            }
            Err(failure) => {
                exit = failure.exit;
                writeln!(context.stdout, "  {failure}")?;
            }
        }
    }
    Ok(exit)
}
