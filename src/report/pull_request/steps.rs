//! The steps of a rollback beside the code, with the commands that do them.

use std::fmt::Write as _;

use super::super::escape::{clip, code};
use super::{TEXT, safe};
use crate::backup::restore::{named, scratch_command};
use crate::config::{Action, Backup, FlagState, Migration, RollbackStep, Source, Stage, Store};
use crate::rollback::message::{Naming, without_directives};

/// The steps on one side of the code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Half {
    /// Before the code goes back.
    Before,
    /// After it.
    After,
}

/// The steps of the stages' rollback that come before the code goes back, or after it, as each
/// stage has them.
pub(super) fn steps(naming: Naming<'_>, stages: &[&Stage], half: Half) -> Vec<String> {
    let mut lines = Vec::new();
    for stage in stages {
        for step in half_of(stage, half) {
            for line in step_lines(naming, stage, *step) {
                let whose = if stages.len() > 1 {
                    format!(" (stage {})", code(stage.id.as_str()))
                } else {
                    String::new()
                };
                let line = format!("- [ ] {line}{whose}");
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
        }
    }
    lines
}

/// The steps of one stage on one side of its code.
pub(in crate::report) fn half_of(stage: &Stage, half: Half) -> &[RollbackStep] {
    let code_at = stage.rollback.iter().position(|step| *step == RollbackStep::Code);
    let at = code_at.unwrap_or(stage.rollback.len());
    let of_half = match half {
        Half::Before => stage.rollback.get(..at),
        Half::After => stage.rollback.get(at + 1..),
    };
    of_half.unwrap_or_default()
}

fn step_lines(naming: Naming<'_>, stage: &Stage, step: RollbackStep) -> Vec<String> {
    let migration = naming.migration;
    let acted = |what: &str, action: &Option<Action>| match action {
        Some(action) => vec![format!("{what}: {}", action_text(action))],
        None => vec![what.to_owned()],
    };
    match step {
        RollbackStep::Flags => {
            stage.flags.iter().map(|(name, state)| flag_line(migration, name, *state)).collect()
        }
        RollbackStep::Quiesce => acted("Stop whoever writes", &stage.quiesce),
        RollbackStep::Code => Vec::new(),
        RollbackStep::Deploy => acted("Bring the code to production", &stage.deploy),
        RollbackStep::Data => {
            let backups = stage.backups.iter().filter_map(|name| migration.backups.get(name));
            backups.map(|backup| backup_line(naming, backup)).collect()
        }
        RollbackStep::Verify => acted("See that it worked", &stage.verify),
    }
}

fn flag_line(migration: &Migration, name: &str, state: FlagState) -> String {
    let flag = migration.flags.get(name);
    let value = flag.and_then(|flag| flag.value(state)).unwrap_or(match state {
        FlagState::On => "on",
        FlagState::Off => "off",
    });
    let mut line = format!("Set the flag {} to {}", safe(name), safe(value));
    match flag.and_then(|flag| flag.set.as_ref()) {
        Some(Action::Command { argv, .. }) => {
            let argv: Vec<String> =
                argv.iter().map(|word| word.replace("{value}", value)).collect();
            let _ = write!(line, ": {}", command_text(&argv));
        }
        Some(action @ Action::Text(_)) => {
            let _ = write!(line, ": {}", action_text(action));
        }
        None => {}
    }
    line
}

fn backup_line(naming: Naming<'_>, backup: &Backup) -> String {
    let from = match &backup.store {
        Store::Folder(place) | Store::Remote(place) => safe(place),
    };
    let what = match &backup.source {
        Source::Redis { pattern, .. } => format!("the Redis keys {}", safe(pattern)),
        Source::File { path } => safe(path),
        Source::Command { argv, .. } => format!("what {} gave", command_text(argv)),
    };
    let (id, name) = (&naming.migration.id, safe(backup.name.as_str()));
    let how = match scratch_command(id, backup, naming.several) {
        Some(command) => format!(": {}, then put it in place from there", code(&command)),
        None => {
            let name = named(id, backup, naming.several);
            format!("; check it first: {}", code(&format!("backout backup verify {name}")))
        }
    };
    format!("Restore {what} from the backup {name} in {from}{how}")
}

fn action_text(action: &Action) -> String {
    match action {
        Action::Command { argv, .. } => command_text(argv),
        Action::Text(text) => safe(text),
    }
}

/// A command as a shell takes it.
fn command_text(argv: &[String]) -> String {
    let words = argv.iter().map(String::as_str);
    let line = shlex::try_join(words).unwrap_or_else(|_| argv.join(" "));
    code(&clip(&without_directives(&line), TEXT))
}

pub(super) fn procedure(stages: &[&Stage]) -> Vec<String> {
    let lines = stages.iter().flat_map(|stage| &stage.procedure);
    lines.map(|line| format!("- [ ] {}", safe(line))).collect()
}
