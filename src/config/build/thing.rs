//! Flags, backups and actions of the model.

use std::collections::BTreeMap;

use super::super::ids::BackupName;
use super::super::model::{Action, Backup, Flag, Source};
use super::super::table::{Table, Text};
use super::super::value;
use super::{Builder, duration, parse, string, strings};

impl Builder<'_> {
    pub(super) fn flags(&self, file: &Table<'_>) -> Option<BTreeMap<String, Flag>> {
        let flags = file.named_tables("flags");
        flags.iter().map(|(name, table)| self.flag(name, table)).collect()
    }

    fn flag(&self, name: &Text<'_>, table: &Table<'_>) -> Option<(String, Flag)> {
        let flag = Flag {
            name: name.text.to_owned(),
            on: string(table, "on"),
            off: string(table, "off"),
            defined_in: strings(table, "defined_in"),
            referenced_in: self.patterns(table, "referenced_in"),
            live: self.action(table, "live")?,
            set: self.action(table, "set")?,
            place: self.place(&table.span),
        };
        Some((flag.name.clone(), flag))
    }

    pub(super) fn backups(&self, file: &Table<'_>) -> Option<BTreeMap<BackupName, Backup>> {
        let backups = file.named_tables("backups");
        backups.iter().map(|(name, table)| self.backup(name, table)).collect()
    }

    fn backup(&self, name: &Text<'_>, table: &Table<'_>) -> Option<(BackupName, Backup)> {
        let backup = Backup {
            name: parse(name)?,
            source: source(&table.table("source")?)?,
            store: value::store(table.text("store")?.text).ok()?,
            max_age_at_deploy: duration(table, "max_age_at_deploy")?,
            rehearse_every: duration(table, "rehearse_every")?,
            place: self.place(&table.span),
        };
        Some((backup.name.clone(), backup))
    }

    /// An action; absent is `Some(None)`.
    pub(super) fn action(&self, table: &Table<'_>, key: &str) -> Option<Option<Action>> {
        let Some(action) = table.table(key) else {
            return (!table.has(key)).then_some(None);
        };
        if let Some(text) = string(&action, "text") {
            return Some(Some(Action::Text(text)));
        }
        let argv = strings(&action, "command");
        let timeout = duration(&action, "timeout")?;
        (!argv.is_empty()).then_some(Some(Action::Command { argv, timeout }))
    }
}

fn source(table: &Table<'_>) -> Option<Source> {
    match table.text("kind")?.text {
        "redis" => Some(Source::Redis {
            url_env: string(table, "url_env")?,
            pattern: string(table, "pattern")?,
        }),
        "file" => Some(Source::File { path: string(table, "path")? }),
        "command" => Some(Source::Command {
            argv: Some(strings(table, "command")).filter(|argv| !argv.is_empty())?,
            timeout: duration(table, "timeout")?,
        }),
        _ => None,
    }
}
