//! `backout backup restore`: gets a backup's data back into a folder, dry unless it is told to.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::text::{entries_text, size_text};
use super::{Context, Workspace};
use crate::backup::archive::{SourceDescription, shown, shown_path};
use crate::backup::restore::{
    Chosen, Occupied, Restored, Search, Target, Wish, choose, leftovers, restore,
};
use crate::backup::{Owner, Selected, Wanted, folder_of, read_receipt, select};
use crate::config::Source;
use crate::exit::{Exit, Failure};
use crate::git::locate::{LocateError, locate, work_trees};
use crate::git::{Seconds, ignored_by};
use crate::readiness::duration;
use crate::receipt::instant_text;
use crate::shell::word;

/// Options of `backout backup restore`.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The backup, as [backups.NAME] defines it; MIGRATION:NAME where several have one.
    pub name: String,
    /// Where the data goes: a folder that is empty or not there yet.
    #[arg(long, value_name = "FOLDER")]
    pub to: PathBuf,
    /// Another archive than the newest in the store: its path, or its place in the receipt.
    #[arg(long, value_name = "FILE|PLACE")]
    pub archive: Option<String>,
    /// Do it. Without this nothing is written.
    #[arg(long)]
    pub execute: bool,
    /// Take the place of a folder that is not empty; what is there is moved aside, never deleted.
    #[arg(long)]
    pub replace: bool,
}

/// What is going to be restored, or was.
struct Plan<'a> {
    args: &'a RestoreArgs,
    selected: Selected<'a>,
    chosen: &'a Chosen,
    target: &'a Target,
    now: Seconds,
}

pub(super) fn restore_one(
    args: &RestoreArgs,
    workspace: &Workspace,
    now: Seconds,
    context: &mut Context<'_>,
) -> anyhow::Result<Exit> {
    let selected = selected(args, workspace)?;
    let base = workspace.root.join(&selected.migration.folder);
    let store = folder_of(&selected.backup.store, &base)?;
    let store = store.canonicalize().unwrap_or(store);
    let chosen = chosen(args, workspace, selected, &store, context)?;
    let to = context.folder.join(&args.to);
    let unseen = |error: LocateError| {
        Failure::indeterminate(format!("which work trees there are cannot be seen: {error}"))
    };
    let common_dir = locate(&workspace.root).map_err(unseen)?.common_dir;
    let work_trees = work_trees(&workspace.root).map_err(unseen)?;
    let target = Target::find(Wish {
        path: &to,
        replace: args.replace,
        source: &selected.backup.source,
        base: &base,
        root: &workspace.root,
        common_dir: &common_dir,
        work_trees: &work_trees,
        store: &store,
        archive: &chosen.path,
        now,
    })?;
    warn(&workspace.root, &chosen, &target, context)?;
    let plan = Plan { args, selected, chosen: &chosen, target: &target, now };
    if args.execute {
        context.note(&format!("restoring `{}`", selected.backup.name));
        let restored = restore(&chosen, &target)?;
        write!(context.stdout, "{}", plan.done(&restored))?;
    } else {
        write!(context.stdout, "{}", plan.dry())?;
    }
    Ok(Exit::Ready)
}

/// The one backup that was named, of a kind that can be restored.
fn selected<'a>(args: &RestoreArgs, workspace: &'a Workspace) -> Result<Selected<'a>, Failure> {
    if args.to.as_os_str().is_empty() {
        return Err(Failure::usage("the target has no name").help("`--to FOLDER`"));
    }
    let found = select(&workspace.configuration, Wanted::Named(&args.name))?;
    let selected = found.first().copied();
    let selected = selected.ok_or_else(|| Failure::usage("no backup was named"))?;
    match selected.backup.source {
        Source::Redis { .. } => Err(Failure::usage(format!(
            "the backup `{}` has a source of kind `redis`; this build restores `file` and \
             `command` only",
            selected.backup.name
        ))
        .help("a source of kind `command` that runs `redis-cli --rdb -` can be restored")),
        _ => Ok(selected),
    }
}

fn chosen(
    args: &RestoreArgs,
    workspace: &Workspace,
    Selected { migration, backup }: Selected<'_>,
    store: &Path,
    context: &Context<'_>,
) -> Result<Chosen, Failure> {
    let receipt = read_receipt(&workspace.root, migration, backup)?;
    choose(Search {
        owner: Owner { backup: &backup.name, migration: &migration.id },
        name: &args.name,
        receipt: receipt.as_ref(),
        store,
        given: args.archive.as_deref(),
        folder: &context.folder,
    })
}

/// Says what the reader would not expect.
fn warn(
    root: &Path,
    chosen: &Chosen,
    target: &Target,
    context: &mut Context<'_>,
) -> std::io::Result<()> {
    if !chosen.known {
        let path = shown_path(&chosen.path);
        writeln!(
            context.stderr,
            "warning: no receipt tells of `{path}`: only itself says what it is"
        )?;
    }
    for place in &chosen.absent {
        writeln!(context.stderr, "warning: a newer archive is not in the store: {place}")?;
    }
    let aside = match target.occupied() {
        Occupied::Full { aside, .. } => Some(aside.as_path()),
        Occupied::Absent | Occupied::Empty => None,
    };
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    for folder in [Some(target.path()), aside].into_iter().flatten() {
        // Where git cannot say, the warning costs nothing.
        let ignored = ignored_by(&root, &folder.join("data")).is_ok_and(|rule| rule.is_some());
        if folder.starts_with(&root) && !ignored {
            let path = shown_path(folder);
            let what = format!("`{path}` lies in the work tree and is not ignored by git");
            writeln!(context.stderr, "warning: {what}: do not commit the data")?;
        }
    }
    for left in leftovers(target.parent()) {
        let left = shown_path(&left);
        writeln!(
            context.stderr,
            "warning: a restore that was killed left `{left}`: half of its data, or what was to \
             be moved aside\nhelp: look into it, then delete it"
        )?;
    }
    Ok(())
}

impl Plan<'_> {
    fn dry(&self) -> String {
        let mut text = self.head("a dry run, nothing is written");
        match self.target.occupied() {
            Occupied::Absent => row(&mut text, "to", &format!("{} (new)", self.place())),
            Occupied::Empty => row(&mut text, "to", &format!("{} (empty)", self.place())),
            Occupied::Full { entries, aside } => {
                let in_it = format!("{} ({entries} in it)", self.place());
                row(&mut text, "replaces", &in_it);
                row(&mut text, "aside", &shown_path(aside));
            }
        }
        row(&mut text, "next", &self.command());
        text
    }

    fn done(&self, restored: &Restored) -> String {
        let mut text = self.head("restored, and compared with the archive");
        row(&mut text, "to", &shown_path(&restored.path));
        if let Some(aside) = &restored.aside {
            row(&mut text, "aside", &format!("{}: what was there before", shown_path(aside)));
        }
        if let SourceDescription::Command { argv } = &self.chosen.verified.manifest.source {
            let file = restored.path.join(format!("{}.stdout", self.selected.backup.name));
            let (file, argv) = (shown_path(&file), argv_text(argv));
            row(&mut text, "next", &format!("load {file} into what it came from: `{argv}`"));
        }
        text
    }

    /// What is the same before and after.
    fn head(&self, what: &str) -> String {
        let manifest = &self.chosen.verified.manifest;
        let mut text = format!("backup {}: {what}\n", manifest.backup);
        row(&mut text, "archive", &shown_path(&self.chosen.path));
        row(&mut text, "captured", &instant_text(manifest.captured_end));
        row(&mut text, "loses", &lost_text(manifest.captured_end, self.now));
        if let Some(environment) = &manifest.environment {
            row(&mut text, "from", environment);
        }
        let (entries, content) =
            (entries_text(manifest.entries), size_text(manifest.payload_bytes));
        row(&mut text, "data", &format!("{entries}, {content}"));
        text
    }

    fn place(&self) -> String {
        shown_path(self.target.path())
    }

    /// The command that does it, as it was given.
    fn command(&self) -> String {
        let to = self.args.to.to_str().map_or_else(|| self.place(), str::to_owned);
        let mut command = format!("backout backup restore {}", word(&self.args.name));
        if let Some(archive) = &self.args.archive {
            let _ = write!(command, " --archive {}", word(archive));
        }
        let _ = write!(command, " --to {}", word(&to));
        if self.args.replace {
            command.push_str(" --replace");
        }
        command + " --execute"
    }
}

fn lost_text(captured: Seconds, now: Seconds) -> String {
    match now.0.saturating_sub(captured.0) {
        i64::MIN..0 => "unknown: it was captured ahead of this clock".to_owned(),
        age => format!("what was written since: {}", duration(age)),
    }
}

/// A command as a shell takes it.
fn argv_text(argv: &[String]) -> String {
    let words: Vec<_> = argv.iter().map(|argument| word(argument)).collect();
    shown(words.join(" ").as_bytes())
}

fn row(text: &mut String, name: &str, value: &str) {
    let _ = writeln!(text, "  {name:<9} {value}");
}
