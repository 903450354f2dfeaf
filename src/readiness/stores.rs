//! What the stores hold, for a `check` that may look there: each archive is read once a run.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::backup::{Checked, Owner, Shelf, check_archive, folder_of};
use crate::config::{Backup, Migration, Store};
use crate::receipt::{ArchiveReceipt, BackupReceipt, render};

/// The stores, as this machine reaches them.
#[derive(Debug)]
pub struct Stores {
    work_tree: Option<PathBuf>,
    seen: RefCell<BTreeMap<Asked, Checked>>,
}

/// A store's folder, and all that a receipt says of one archive in it.
type Asked = (PathBuf, String);

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
        let said = BackupReceipt {
            backup: backup.name.clone(),
            migration: migration.id.clone(),
            archives: vec![archive.clone()],
        };
        let asked = (folder, render(&said));
        if let Some(known) = self.seen.borrow().get(&asked) {
            return known.clone();
        }
        let owner = Owner { backup: &backup.name, migration: &migration.id };
        let shelf = Shelf { folder: &asked.0, store: &backup.store };
        let checked = check_archive(owner, archive, shelf);
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
