//! Which backups a command is about.

use crate::config::{Backup, BackupName, Configuration, Migration, StageRef, find_stage};
use crate::exit::Failure;

/// A backup with its migration.
#[derive(Debug, Clone, Copy)]
pub struct Selected<'a> {
    /// The migration.
    pub migration: &'a Migration,
    /// The backup.
    pub backup: &'a Backup,
}

/// Which backups are asked for.
#[derive(Debug, Clone, Copy)]
pub enum Wanted<'a> {
    /// Every one.
    All,
    /// One, by name: `context`, or `billing:context` where two migrations have one of that name.
    Named(&'a str),
    /// Those that a stage's rollback restores.
    Stage(&'a StageRef),
}

/// Finds the backups, in the order of the configuration.
///
/// # Errors
/// Exit 2: there is no such backup or stage, there are several, or none is defined.
pub fn select<'a>(
    configuration: &'a Configuration,
    wanted: Wanted<'_>,
) -> Result<Vec<Selected<'a>>, Failure> {
    let found = match wanted {
        Wanted::All => all(configuration).collect(),
        Wanted::Named(name) => return named(configuration, name).map(|selected| vec![selected]),
        Wanted::Stage(stage) => of_stage(configuration, stage)?,
    };
    if found.is_empty() {
        return Err(Failure::usage("no backup is defined here").help(
            "define one as [backups.NAME], with `source` and `store`, \
             and name it in a stage's `backups`",
        ));
    }
    Ok(found)
}

fn all(configuration: &Configuration) -> impl Iterator<Item = Selected<'_>> {
    configuration.migrations.iter().flat_map(|migration| {
        migration.backups.values().map(move |backup| Selected { migration, backup })
    })
}

fn named<'a>(configuration: &'a Configuration, text: &str) -> Result<Selected<'a>, Failure> {
    let (migration, name) = match text.split_once(':') {
        Some((migration, name)) => (Some(migration), name),
        None => (None, text),
    };
    let matches = |selected: &Selected<'_>| {
        migration.is_none_or(|id| selected.migration.id.as_str() == id)
            && selected.backup.name.as_str() == name
    };
    let found: Vec<_> = all(configuration).filter(matches).collect();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(no_such_backup(configuration, text)),
        several => {
            let names: Vec<_> = several
                .iter()
                .map(|selected| format!("`{}:{name}`", selected.migration.id))
                .collect();
            Err(Failure::usage(format!("several migrations have a backup `{name}`"))
                .help(format!("say which: {}", names.join(", "))))
        }
    }
}

fn no_such_backup(configuration: &Configuration, text: &str) -> Failure {
    let failure = Failure::usage(format!("no backup is called `{text}`"));
    let names: Vec<&BackupName> = all(configuration).map(|found| &found.backup.name).collect();
    let near = names
        .iter()
        .map(|name| (strsim::jaro_winkler(text, name.as_str()), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match near {
        Some((_, name)) => failure.help(format!("did you mean `{name}`?")),
        None => failure.help("`backout backup list` shows every backup"),
    }
}

fn of_stage<'a>(
    configuration: &'a Configuration,
    wanted: &StageRef,
) -> Result<Vec<Selected<'a>>, Failure> {
    let (migration, place) = find_stage(&configuration.migrations, wanted)?;
    let stage = migration.stages.get(place);
    let backups: Vec<_> = stage
        .into_iter()
        .flat_map(|stage| &stage.backups)
        .filter_map(|name| migration.backups.get(name))
        .map(|backup| Selected { migration, backup })
        .collect();
    if backups.is_empty() {
        return Err(Failure::usage(format!("stage `{wanted}` has no backups"))
            .help("name them in the stage: backups = [\"NAME\"]"));
    }
    Ok(backups)
}
