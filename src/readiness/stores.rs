//! What the stores hold, for a `check` that may look there: each archive is read once a run.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::backup::{Checked, Owner, check_archive, folder_of};
use crate::config::{Backup, Migration, Store};
use crate::receipt::ArchiveReceipt;

/// The stores, as this machine reaches them.
#[derive(Debug)]
pub struct Stores {
    work_tree: Option<PathBuf>,
    seen: RefCell<BTreeMap<Asked, Checked>>,
}

/// A store's folder, the backup and its migration, and the archive's files.
type Asked = (PathBuf, String, Vec<String>);

impl Stores {
    /// Stores that nothing has been asked of yet; relative folders count from the work tree.
    #[must_use]
    pub fn new(work_tree: Option<&Path>) -> Self {
        Self { work_tree: work_tree.map(Path::to_owned), seen: RefCell::default() }
    }

    /// Holds the archive that a receipt tells of against what its store has.
    #[must_use]
    pub fn look(
        &self,
        migration: &Migration,
        backup: &Backup,
        archive: &ArchiveReceipt,
    ) -> Checked {
        let folder = match self.folder(migration, backup) {
            Ok(folder) => folder,
            Err(unreached) => return unreached,
        };
        let files = archive.files.iter().map(|file| format!("{} {}", file.sha256, file.name));
        let whose = format!("{}:{} {}", migration.id, backup.name, archive.captured_end.0);
        let asked = (folder, whose, files.collect());
        if let Some(known) = self.seen.borrow().get(&asked) {
            return known.clone();
        }
        let owner = Owner { backup: &backup.name, migration: &migration.id };
        let checked = check_archive(owner, archive, &asked.0);
        self.seen.borrow_mut().insert(asked, checked.clone());
        checked
    }

    fn folder(&self, migration: &Migration, backup: &Backup) -> Result<PathBuf, Checked> {
        let base = match (&self.work_tree, &backup.store) {
            (Some(top), _) => top.join(&migration.folder),
            (None, Store::Folder(path)) if Path::new(path).is_relative() => {
                return Err(Checked::Unknown {
                    message: format!(
                        "the store `{path}` is named relative to a work tree, \
                         and this repository has none"
                    ),
                    help: "run this in a clone with a work tree".to_owned(),
                });
            }
            (None, _) => PathBuf::new(),
        };
        folder_of(&backup.store, &base).map_err(|failure| Checked::Unknown {
            message: failure.message,
            help:
                "check it where the archives can be reached as files, with a configuration whose \
                   `store` is that folder"
                    .to_owned(),
        })
    }
}
