//! What was written, held against the archive in both directions: every entry of the archive is
//! there with its content, byte by byte, and nothing else is.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::Chosen;
use super::scratch::Scratch;
use super::unpack::{name_of, reopen, same_archive};
use super::unread;
use crate::backup::archive::{Entry, EntryKind, Item, shown};
use crate::exit::Failure;

/// The content that is on disk, as far as it has not been compared yet.
enum Content {
    File(File),
    Bytes(Vec<u8>),
}

/// Reads the archive again and holds the scratch folder against it.
pub(super) fn compare(chosen: &Chosen, scratch: &Scratch) -> Result<(), Failure> {
    let mut reader = reopen(chosen)?;
    let mut open: Option<(Entry, Content)> = None;
    let mut entries = 0;
    loop {
        match reader.next_item().map_err(|error| unread(chosen, &error))? {
            Item::Entry(entry) => {
                let path = scratch.place_of(&name_of(chosen, entry))?;
                let content = content(entry, &path).map_err(|error| differs(entry, &error))?;
                open = Some((entry.clone(), content));
                entries += 1;
            }
            Item::Block(block) => {
                if let Some((entry, content)) = &mut open {
                    same(content, block).map_err(|error| differs(entry, &error))?;
                }
            }
            Item::EntryEnd { .. } => {
                if let Some((entry, content)) = open.take() {
                    over(content).map_err(|error| differs(&entry, &error))?;
                }
            }
            Item::End(summary) => {
                same_archive(chosen, summary)?;
                return nothing_else(scratch.path(), entries);
            }
        }
    }
}

fn content(entry: &Entry, path: &Path) -> io::Result<Content> {
    let kind = fs::symlink_metadata(path)?.file_type();
    match entry.kind {
        EntryKind::Link if kind.is_symlink() => Ok(Content::Bytes(target_of(path)?)),
        EntryKind::Folder if kind.is_dir() => Ok(Content::Bytes(Vec::new())),
        EntryKind::File | EntryKind::Output if kind.is_file() => {
            Ok(Content::File(File::open(path)?))
        }
        _ => Err(io::Error::other("it is of another kind")),
    }
}

fn target_of(path: &Path) -> io::Result<Vec<u8>> {
    Ok(fs::read_link(path)?.into_os_string().into_encoded_bytes())
}

/// Takes as much content as the block has.
fn same(content: &mut Content, block: &[u8]) -> io::Result<()> {
    let mut found = vec![0; block.len()];
    match content {
        Content::File(file) => file.read_exact(&mut found)?,
        Content::Bytes(bytes) if bytes.len() >= block.len() => {
            found = bytes.drain(..block.len()).collect();
        }
        Content::Bytes(_) => return Err(io::ErrorKind::UnexpectedEof.into()),
    }
    if found == block { Ok(()) } else { Err(io::Error::other("its content is another one")) }
}

fn over(content: Content) -> io::Result<()> {
    let more = match content {
        Content::File(mut file) => file.read(&mut [0])? > 0,
        Content::Bytes(bytes) => !bytes.is_empty(),
    };
    if more { Err(io::Error::other("it goes on after its end")) } else { Ok(()) }
}

/// Counts what is below the folder: all entries have been found there.
fn nothing_else(folder: &Path, entries: u64) -> Result<(), Failure> {
    let counted = count(folder).map_err(|error| {
        Failure::indeterminate(format!("what was restored cannot be read back: {error}"))
    })?;
    if counted == entries {
        return Ok(());
    }
    Err(Failure::indeterminate(format!(
        "{counted} files, links and folders were restored where the archive holds {entries}; \
         nothing was put in place"
    )))
}

fn count(folder: &Path) -> io::Result<u64> {
    let (mut counted, mut folders) = (0, vec![PathBuf::from(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            counted += 1;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    Ok(counted)
}

fn differs(entry: &Entry, error: &io::Error) -> Failure {
    let message = format!(
        "`{}` did not come back as the archive has it: {error}; nothing was put in place",
        shown(&entry.name)
    );
    Failure::indeterminate(message).help("look at the disk, and who else writes there")
}
