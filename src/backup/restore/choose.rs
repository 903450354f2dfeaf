//! Which archive is restored: the newest that is there, or the one that was named; never one that
//! does not verify.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::backup::archive::{Depth, Manifest, SourceDescription, Verified, shown_path};
use crate::backup::check::{Checked, Owner, Problem, check_file, check_stored, corrupt, mismatch};
use crate::exit::{Exit, Failure};
use crate::receipt::{ArchiveReceipt, BackupReceipt, StoredFile, instant_text};

/// Where to look for an archive.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    /// Whose archive it has to be.
    pub owner: Owner<'a>,
    /// The backup as a command names it.
    pub name: &'a str,
    /// The backup's receipt.
    pub receipt: Option<&'a BackupReceipt>,
    /// The store's folder.
    pub store: &'a Path,
    /// The archive that was named: a path, or the place that the receipt gives.
    pub given: Option<&'a str>,
    /// The folder that a path is relative to.
    pub folder: &'a Path,
}

/// An archive of which every byte has been verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// Where it lies.
    pub path: PathBuf,
    /// What it is.
    pub verified: Verified,
    /// Whether a receipt tells of it.
    pub known: bool,
    /// Newer archives of the receipt that are not in the store.
    pub absent: Vec<String>,
}

/// Finds the archive and verifies it.
///
/// # Errors
/// Exit 1: it is damaged, is not the receipt's, or holds no data; the help names the next older
/// one that verifies. 2: it is another backup's, or of a kind that this build cannot restore. 3:
/// there is none, or it cannot be read.
pub fn choose(search: Search<'_>) -> Result<Chosen, Failure> {
    let chosen = match search.given {
        Some(given) => search.named(given),
        None => search.newest(),
    }?;
    check_content(&chosen)?;
    Ok(chosen)
}

impl<'a> Search<'a> {
    /// The receipt's archives, newest first, each with its file.
    fn archives(&self) -> Vec<(&'a ArchiveReceipt, &'a StoredFile)> {
        let archives = self.receipt.map(BackupReceipt::by_capture).unwrap_or_default();
        let newest_first = archives.into_iter().rev();
        newest_first.filter_map(|archive| Some((archive, archive.files.first()?))).collect()
    }

    fn newest(&self) -> Result<Chosen, Failure> {
        if self.receipt.is_none() {
            let message = format!("there is no receipt of the backup `{}`", self.owner.backup);
            return Err(Failure::indeterminate(message).help(
                "`backout backup list` shows where receipts are; an archive that none tells of is \
                 named by `--archive FILE`",
            ));
        }
        let mut absent = Vec::new();
        for (archive, file) in self.archives() {
            if is_absent(&self.store.join(&file.name)) {
                absent.push(archive.place.clone());
                continue;
            }
            let chosen = self.told_of(archive, file, self.store)?;
            return Ok(Chosen { absent, ..chosen });
        }
        let store = shown_path(self.store);
        Err(Failure::indeterminate(format!(
            "none of the archives of which the receipt tells is in `{store}`"
        ))
        .help("run this where the store can be reached, or name a copy by `--archive FILE`"))
    }

    fn named(&self, given: &str) -> Result<Chosen, Failure> {
        let path = self.folder.join(given);
        let is_it = |archive: &ArchiveReceipt, file: &StoredFile| {
            archive.place == given || file.name == given
        };
        let path = match self.archives().into_iter().find(|(one, file)| is_it(one, file)) {
            Some((_, file)) if is_absent(&path) => self.store.join(&file.name),
            // A receipt of another commit may tell of it.
            None if !given.contains('/') && is_absent(&path) => self.store.join(given),
            _ => path,
        };
        let has_name =
            |file: &StoredFile| path.file_name().is_some_and(|name| name == file.name.as_str());
        // What bears the name of an archive that the receipt tells of has to be that one.
        match self.archives().into_iter().find(|(_, file)| has_name(file)) {
            Some((archive, file)) => {
                self.told_of(archive, file, path.parent().unwrap_or(self.folder))
            }
            None => self.by_content(&path),
        }
    }

    fn told_of(
        &self,
        archive: &'a ArchiveReceipt,
        file: &StoredFile,
        folder: &Path,
    ) -> Result<Chosen, Failure> {
        if archive.files.len() != 1 {
            let message = format!("`{}` is kept in several files", archive.place);
            return Err(Failure::indeterminate(message)
                .help("this build restores archives of one file: use a newer backout"));
        }
        match check_stored(self.owner, archive, file, folder, Depth::Full) {
            Checked::Good(verified) => Ok(Chosen {
                path: resolved(folder).join(&file.name),
                verified: *verified,
                known: true,
                absent: Vec::new(),
            }),
            other => Err(self.refusal(other, Some(archive))),
        }
    }

    /// An archive of any name: a copy of one that the receipt tells of, or one that it does not.
    fn by_content(&self, path: &Path) -> Result<Chosen, Failure> {
        let verified = match check_file(path, Depth::Full) {
            Checked::Good(verified) => *verified,
            other => return Err(self.refusal(other, None)),
        };
        self.check_owner(path, &verified.manifest)?;
        let archives = self.archives();
        let told = archives.iter().find(|(_, file)| Some(file.sha256) == verified.digest);
        if let Some((archive, file)) = told
            && let Some(what) = mismatch(self.owner, archive, file, &verified)
        {
            return Err(self.refusal(corrupt(path, what), Some(archive)));
        }
        let known = told.is_some();
        Ok(Chosen { path: resolved(path), known, verified, absent: Vec::new() })
    }

    fn check_owner(&self, path: &Path, manifest: &Manifest) -> Result<(), Failure> {
        let Owner { backup, migration } = self.owner;
        if manifest.backup == *backup && manifest.migration == *migration {
            return Ok(());
        }
        Err(Failure::usage(format!(
            "`{}` holds the backup `{}` of the migration `{}`, not `{backup}` of `{migration}`",
            shown_path(path),
            manifest.backup,
            manifest.migration
        ))
        .help("name the backup whose archive it is"))
    }

    fn refusal(&self, checked: Checked, archive: Option<&ArchiveReceipt>) -> Failure {
        match checked {
            Checked::Bad(Problem { code, message, .. }) => Failure {
                exit: Exit::Findings,
                message: format!("{code}: {message}; nothing was restored"),
                help: Some(self.older(archive)),
            },
            Checked::Unknown { message, .. } => {
                Failure::indeterminate(format!("could not be checked: {message}"))
                    .help(self.older(archive))
            }
            // Nothing calls this with a good one.
            Checked::Good(_) => Failure::indeterminate("the archive was not judged"),
        }
    }

    /// What to do without an archive: the next older one that verifies, with the option for it.
    fn older(&self, than: Option<&ArchiveReceipt>) -> String {
        let archives = self.archives();
        let at = than.and_then(|than| archives.iter().position(|(one, _)| *one == than));
        let older = archives.iter().skip(at.map_or(0, |at| at + 1));
        let good = |(archive, file): &&(&ArchiveReceipt, &StoredFile)| {
            let checked = check_stored(self.owner, archive, file, self.store, Depth::Full);
            matches!(checked, Checked::Good(_))
        };
        match older.into_iter().find(good) {
            Some((archive, file)) => format!(
                "the next one that verifies was captured {}: `backout backup restore {} --archive \
                 {} --to FOLDER`",
                instant_text(archive.captured_end),
                self.name,
                crate::shell::word(&file.name)
            ),
            None => "no older archive in the store verifies: look for an intact copy, and name it \
                     by `--archive FILE`"
                .to_owned(),
        }
    }
}

fn resolved(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn is_absent(path: &Path) -> bool {
    fs::symlink_metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

/// An archive without data would take the place of data.
fn check_content(chosen: &Chosen) -> Result<(), Failure> {
    let (manifest, path) = (&chosen.verified.manifest, shown_path(&chosen.path));
    if let SourceDescription::Redis { .. } = manifest.source {
        return Err(Failure::usage(format!(
            "`{path}` holds keys of a Redis server; this build restores files and commands' output"
        ))
        .help("use a backout that reads the source `redis`"));
    }
    if manifest.entries == 0 || manifest.payload_bytes == 0 {
        let message = format!("backup/empty: `{path}` holds no data; nothing was restored");
        let help = "name an older archive by `--archive`; `backout backup list` shows them";
        return Err(Failure { exit: Exit::Findings, message, help: Some(help.to_owned()) });
    }
    Ok(())
}
