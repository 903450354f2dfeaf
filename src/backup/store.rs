//! A folder that archives are kept in, and how one gets there: complete and synced, or not at all.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::archive::{Depth, Manifest, Totals, Written, assemble, shown_path, verify};
use super::plain;
use super::redact;
use crate::config::Store;
use crate::draft;
use crate::exit::Failure;
use crate::git::ignored_by;
use crate::interrupt::Stopping;
use crate::receipt::instant_text;

/// The ending of every archive's name.
pub const EXTENSION: &str = "backout";

/// An open folder store.
#[derive(Debug, Clone)]
pub struct FolderStore {
    path: PathBuf,
    store: Store,
}

/// The folder of a store, absent or not; `base` is the folder of the configuration.
pub fn folder_of(store: &Store, base: &Path) -> Result<PathBuf, Failure> {
    match store {
        Store::Folder(text) => Ok(base.join(text)),
        Store::Remote(url) => Err(Failure::refused(format!(
            "the store `{}` is remote; this build keeps archives in folders only",
            redact::text(url)
        ))
        .help(
            "give a folder as `store`, a mounted one for instance, and copy archives from there",
        )),
    }
}

/// Where a file of a store lies, as the configuration has it: for receipts, which must not hold one
/// developer's absolute paths.
#[must_use]
pub fn place_in(store: &Store, file_name: &str) -> String {
    let (Store::Folder(label) | Store::Remote(label)) = store;
    format!("{}/{file_name}", redact::text(label.trim_end_matches('/')))
}

impl FolderStore {
    /// Opens the folder, and makes its last component where that is absent. A folder within the
    /// work tree `root` has to be ignored by git: an archive that is pushed by accident cannot be
    /// taken back.
    pub fn open(root: &Path, base: &Path, store: &Store) -> Result<Self, Failure> {
        let wanted = folder_of(store, base)?;
        let path = absolute(&wanted).map_err(|error| unusable(&wanted, &error))?;
        let root = root.canonicalize().map_err(|error| unusable(root, &error))?;
        require_ignored(&root, &path)?;
        match make_folder(&path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(unusable(&path, &error));
            }
            _ => {}
        }
        if !path.is_dir() {
            return Err(Failure::refused(format!(
                "the store `{}` is no folder",
                shown_path(&path)
            ))
            .help("give another folder as `store`, or move away what stands there"));
        }
        Ok(Self { path, store: store.clone() })
    }

    /// The folder's absolute path, links resolved.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where a file of this store lies, as the configuration has it.
    #[must_use]
    pub fn place(&self, file_name: &str) -> String {
        place_in(&self.store, file_name)
    }

    /// A file for entries that has no name: it is gone with the process.
    pub(super) fn spool(&self) -> Result<File, Failure> {
        tempfile::tempfile_in(&self.path).map_err(|error| unusable(&self.path, &error))
    }

    /// Puts the archive together, reads it back, and gives it its name:
    /// `<backup>-<UTC time>-<first 12 digits of its SHA-256>.backout`.
    pub(super) fn publish(
        &self,
        manifest: &Manifest,
        spool: File,
        totals: &Totals,
    ) -> Result<(String, Written), Failure> {
        self.try_publish(manifest, spool, totals).map_err(|error| unusable(&self.path, &error))
    }

    fn try_publish(
        &self,
        manifest: &Manifest,
        mut spool: File,
        totals: &Totals,
    ) -> io::Result<(String, Written)> {
        spool.seek(SeekFrom::Start(0))?;
        // tempfile makes it 0600, and removes it on every way out but the last and a kill: what is
        // left then does not bear an archive's name.
        let mut partial = tempfile::Builder::new().prefix(PARTIAL).tempfile_in(&self.path)?;
        let mut out = BufWriter::new(Stopping(partial.as_file_mut()));
        let written = assemble(manifest, &mut BufReader::new(spool), totals, &mut out)?;
        out.flush()?;
        drop(out);
        partial.as_file().sync_all()?;
        read_back(partial.path(), &written)?;
        let name = file_name(manifest, &written);
        let path = self.path.join(&name);
        match partial.persist_noclobber(&path) {
            // The same content within the same second gives the same archive: it is there already.
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                read_back(&path, &written)?;
            }
            other => drop(other.map_err(|error| error.error)?),
        }
        sync_folder(&self.path)?;
        self.tidy();
        Ok((name, written))
    }

    /// Takes away what killed runs have left. What somebody may still be writing stays, and what
    /// cannot be taken away is no reason to refuse an archive.
    fn tidy(&self) {
        for entry in self.path.read_dir().into_iter().flatten().flatten() {
            let left = entry.file_name().as_encoded_bytes().starts_with(PARTIAL.as_bytes());
            let modified = entry.metadata().and_then(|about| about.modified());
            let age = modified.ok().and_then(|at| at.elapsed().ok());
            if left && age.is_some_and(|age| age > ABANDONED) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// How the name of an archive begins that is not whole yet.
const PARTIAL: &str = ".partial-";

/// Nobody writes any more what has not grown for so long.
const ABANDONED: Duration = Duration::from_secs(24 * 60 * 60);

fn file_name(manifest: &Manifest, written: &Written) -> String {
    let time = instant_text(manifest.captured_start).replace(['-', ':'], "");
    format!("{}-{time}-{}.{EXTENSION}", manifest.backup, written.digest.short())
}

fn read_back(path: &Path, written: &Written) -> io::Result<()> {
    let verified = verify(BufReader::new(Stopping(plain::open(path)?)), Depth::Full)
        .map_err(|error| io::Error::other(format!("the archive reads back wrong: {error}")))?;
    if verified.digest == Some(written.digest) && verified.size == written.size {
        return Ok(());
    }
    Err(io::Error::other("the archive reads back differently than it was written"))
}

/// Makes a rename survive a power cut.
#[cfg(unix)]
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Elsewhere a folder cannot be opened as a file; the rename is the system's to keep.
#[cfg(not(unix))]
pub(super) fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// The path with its links resolved; its last component may be absent.
pub(super) fn absolute(path: &Path) -> io::Result<PathBuf> {
    match path.canonicalize() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
                return Err(error);
            };
            Ok(parent.canonicalize()?.join(name))
        }
        other => other,
    }
}

fn require_ignored(root: &Path, store: &Path) -> Result<(), Failure> {
    let Ok(inside) = store.strip_prefix(root) else { return Ok(()) };
    // What lies in git's own folder is never part of a commit.
    if inside.starts_with(".git") || is_ignored(root, &store.join("archive.backout"))? {
        return Ok(());
    }
    let line = match inside.to_str() {
        Some("") | None => "/*.backout".to_owned(),
        Some(folder) => format!("/{}/", folder.replace('\\', "/")),
    };
    Err(Failure::refused(format!(
        "backup/archive-in-tree: the store `{}` lies in the work tree and is not ignored by git",
        shown_path(store)
    ))
    .help(format!(
        "add the line `{line}` to .gitignore, or give a store outside of the repository"
    )))
}

fn is_ignored(root: &Path, path: &Path) -> Result<bool, Failure> {
    ignored_by(root, path).map(|rule| rule.is_some()).map_err(|error| {
        let shown = shown_path(path);
        Failure::indeterminate(format!("git could not say whether it ignores `{shown}`: {error}"))
            .help(
                "run `git check-ignore -v` on it to see why, \
                 or give a store outside of the repository",
            )
    })
}

fn unusable(path: &Path, error: &io::Error) -> Failure {
    Failure::refused(format!("the store `{}` cannot be used: {error}", shown_path(path)))
        .help(draft::LOOK_THERE)
}
