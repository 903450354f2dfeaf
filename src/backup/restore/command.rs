//! The command that gets data back, as plans and findings name it.

use crate::config::{Backup, MigrationId, Source, Store};
use crate::shell::word;

/// A backup as commands take its name: with its migration, where there are several.
#[must_use]
pub fn named(migration: &MigrationId, backup: &Backup, several: bool) -> String {
    let prefix = if several { format!("{migration}:") } else { String::new() };
    format!("{prefix}{}", backup.name)
}

/// The command that restores a backup to where it hurts nobody, a folder beside the work tree;
/// `None` for a source or a store that this build does not restore from.
#[must_use]
pub fn scratch_command(migration: &MigrationId, backup: &Backup, several: bool) -> Option<String> {
    match (&backup.source, &backup.store) {
        (Source::Redis { .. }, _) | (_, Store::Remote(_)) => None,
        (Source::File { .. } | Source::Command { .. }, Store::Folder(_)) => {
            let name = named(migration, backup, several);
            let folder = format!("../restored-{}", backup.name);
            let (name, folder) = (word(&name).into_owned(), word(&folder).into_owned());
            Some(format!("backout backup restore {name} --to {folder} --execute"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backup::testing::{backup, script};

    #[test]
    fn the_command_names_the_migration_where_there_are_several() {
        let migration = "billing".parse().unwrap();
        let told = |store: &str, source: Source, several| {
            let mut backup = backup("context", source, store);
            if store.contains("://") {
                backup.store = Store::Remote(store.to_owned());
            }
            scratch_command(&migration, &backup, several)
        };
        let one = "backout backup restore context --to ../restored-context --execute";
        assert_eq!(told("kept", script("x"), false).as_deref(), Some(one));
        let several = "backout backup restore billing:context --to ../restored-context --execute";
        assert_eq!(told("kept", script("x"), true).as_deref(), Some(several));
        assert_eq!(told("s3://ops", script("x"), false), None);
        let redis = Source::Redis { url_env: "URL".to_owned(), pattern: "*".to_owned() };
        assert_eq!(told("kept", redis, false), None);
    }
}
