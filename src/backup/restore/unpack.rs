//! Writing an archive's entries below a folder.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Write as _};
use std::path::{Path, PathBuf};

use super::scratch::Scratch;
use super::{Chosen, damaged, unread, unwritten};
use crate::backup::archive::{Entry, EntryKind, Item, Reader, Summary, shown, shown_path};
use crate::backup::plain;
use crate::exit::Failure;
use crate::interrupt::Stopping;

/// An archive that is read once more. It was verified before, and is verified again on the way.
pub(super) fn reopen(chosen: &Chosen) -> Result<Reader<BufReader<Stopping<File>>>, Failure> {
    let file = plain::open(&chosen.path).map_err(|error| unread(chosen, &error.into()))?;
    Reader::open(BufReader::new(Stopping(file))).map_err(|error| unread(chosen, &error))
}

/// Makes sure that what was read is what was verified.
pub(super) fn same_archive(chosen: &Chosen, summary: Summary) -> Result<(), Failure> {
    if chosen.verified.digest == Some(summary.digest) && chosen.verified.size == summary.size {
        return Ok(());
    }
    let path = shown_path(&chosen.path);
    Err(damaged(format!(
        "backup/corrupt: `{path}` changed after it was verified; nothing was put in place"
    )))
}

/// The name that an entry has on disk: a command's output gets one that says whose it is.
pub(super) fn name_of(chosen: &Chosen, entry: &Entry) -> Vec<u8> {
    match entry.kind {
        EntryKind::Output => {
            let backup = chosen.verified.manifest.backup.as_str();
            [backup.as_bytes(), b".", &entry.name].concat()
        }
        _ => entry.name.clone(),
    }
}

/// Something that is being written.
struct Open {
    entry: Entry,
    path: PathBuf,
    into: Into,
}

enum Into {
    File(File),
    Link(Vec<u8>),
    Folder,
}

/// Writes every entry. Files are nobody else's to read until they have their own permissions.
pub(super) fn unpack(chosen: &Chosen, scratch: &mut Scratch) -> Result<(), Failure> {
    let mut reader = reopen(chosen)?;
    let mut open: Option<Open> = None;
    loop {
        match reader.next_item().map_err(|error| unread(chosen, &error))? {
            Item::Entry(entry) => {
                let path = scratch.place_of(&name_of(chosen, entry))?;
                let into = begin(entry, &path).map_err(|error| unplaced(entry, &error))?;
                open = Some(Open { entry: entry.clone(), path, into });
            }
            Item::Block(block) => {
                if let Some(open) = &mut open {
                    add(&mut open.into, block).map_err(|error| unplaced(&open.entry, &error))?;
                }
            }
            Item::EntryEnd { .. } => {
                if let Some(open) = open.take() {
                    end(open, scratch)?;
                }
            }
            Item::End(summary) => return same_archive(chosen, summary),
        }
    }
}

fn begin(entry: &Entry, path: &Path) -> io::Result<Into> {
    match entry.kind {
        EntryKind::Link => Ok(Into::Link(Vec::new())),
        EntryKind::Folder => {
            let mut builder = fs::DirBuilder::new();
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(path).map(|()| Into::Folder)
        }
        EntryKind::File | EntryKind::Output => {
            let mut options = OpenOptions::new();
            // Never one that is there: a name that the file system takes for another one's.
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            options.open(path).map(Into::File)
        }
    }
}

fn add(into: &mut Into, block: &[u8]) -> io::Result<()> {
    match into {
        Into::File(file) => Stopping(file).write_all(block),
        Into::Link(target) => {
            target.extend_from_slice(block);
            Ok(())
        }
        Into::Folder => Ok(()),
    }
}

fn end(open: Open, scratch: &mut Scratch) -> Result<(), Failure> {
    let Open { entry, path, into } = open;
    match into {
        // The reader has held the target against the rules before it said that the entry is over.
        Into::Link(target) => link(&target, &path).map_err(|error| unplaced(&entry, &error)),
        Into::File(_) | Into::Folder => {
            scratch.note(path, &entry);
            Ok(())
        }
    }
}

#[cfg(unix)]
fn link(target: &[u8], path: &Path) -> io::Result<()> {
    use std::os::unix::ffi::OsStrExt as _;
    std::os::unix::fs::symlink(std::ffi::OsStr::from_bytes(target), path)
}

#[cfg(not(unix))]
fn link(_target: &[u8], _path: &Path) -> io::Result<()> {
    Err(io::Error::other("it is a symbolic link, which this system does not have"))
}

fn unplaced(entry: &Entry, error: &io::Error) -> Failure {
    unwritten(&format!("`{}`", shown(&entry.name)), error)
}
