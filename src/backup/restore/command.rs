//! The command that gets data back, as plans and findings name it.

use crate::config::{Backup, MigrationId, Source, Store};
use crate::receipt::{ArchiveFormat, ArchiveReceipt};
use crate::shell::word;

/// A backup as commands take its name: with its migration, where there are several.
#[must_use]
pub fn named(migration: &MigrationId, backup: &Backup, several: bool) -> String {
    let prefix = if several { format!("{migration}:") } else { String::new() };
    format!("{prefix}{}", backup.name)
}

/// One archive of a backup, to be restored.
#[derive(Debug, Clone, Copy)]
pub struct OneArchive<'a> {
    /// The backup as commands take its name.
    pub name: &'a str,
    /// The backup.
    pub backup: &'a Backup,
    /// What its receipt says of the archive.
    pub archive: &'a ArchiveReceipt,
    /// What the folder's name ends in, where several are to be restored: nothing else.
    pub apart: &'a str,
}

/// The command that restores an archive to where it hurts nobody, a folder beside the work tree;
/// `None` for a source, a store or a format that this build does not restore from.
#[must_use]
pub fn scratch_command(one: OneArchive<'_>) -> Option<String> {
    let OneArchive { name, backup, archive, apart } = one;
    match (&backup.source, &backup.store, &archive.format, archive.files.as_slice()) {
        (
            Source::File { .. } | Source::Command { .. },
            Store::Folder(_),
            ArchiveFormat::Backout(_),
            [file],
        ) => {
            let folder = format!("../restored-{}{apart}", backup.name);
            let (name, file, folder) = (word(name), word(&file.name), word(&folder));
            Some(format!("backout backup restore {name} --archive {file} --to {folder} --execute"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backup::testing::{archive, backup, script};
    use crate::receipt::StoredFile;

    fn told(
        store: &str,
        source: Source,
        change: impl FnOnce(&mut ArchiveReceipt),
    ) -> Option<String> {
        let mut backup = backup("context", source, store);
        if store.contains("://") {
            backup.store = Store::Remote(store.to_owned());
        }
        let mut archive = archive();
        change(&mut archive);
        let name = named(&"billing".parse().unwrap(), &backup, true);
        scratch_command(OneArchive { name: &name, backup: &backup, archive: &archive, apart: "-4" })
    }

    #[test]
    fn the_command_names_migration_backup_and_archive() {
        let one = "backout backup restore billing:context --archive one.backout \
                   --to ../restored-context-4 --execute";
        assert_eq!(told("kept", script("x"), |_| {}).as_deref(), Some(one));
        let backup = backup("context", script("x"), "kept");
        assert_eq!(named(&"billing".parse().unwrap(), &backup, false), "context");
    }

    #[test]
    fn there_is_none_for_what_cannot_be_restored_here() {
        assert_eq!(told("s3://ops", script("x"), |_| {}), None);
        let redis = Source::Redis { url_env: "URL".to_owned(), pattern: "*".to_owned() };
        assert_eq!(told("kept", redis, |_| {}), None);
        let foreign = ArchiveFormat::Other("pg_dump".to_owned());
        assert_eq!(told("kept", script("x"), |archive| archive.format = foreign), None);
        let parted = |archive: &mut ArchiveReceipt| {
            let second = StoredFile { name: "two".to_owned(), ..archive.files[0].clone() };
            archive.files.push(second);
        };
        assert_eq!(told("kept", script("x"), parted), None);
    }
}
