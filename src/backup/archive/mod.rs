//! backout's own archive: what a capture is kept in. Written and read as a stream, in bounded
//! memory; every byte of it is covered by a checksum.
//!
//! # Format 1
//!
//! Integers are unsigned and little-endian; CRC is CRC-32 (IEEE); SHA is SHA-256.
//!
//! **Head**, 28 bytes, then the manifest:
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 12 | magic: `89` `BACKOUT` `0d 0a 1a 0a` (shows up damage by text-mode transfers) |
//! | 12 | 4 | format version: 1. Magic and version stay where they are in every later format |
//! | 16 | 4 | size of the manifest, at most 16 MiB |
//! | 20 | 4 | CRC of the manifest |
//! | 24 | 4 | CRC of bytes 0 to 23 |
//! | 28 | … | the manifest: JSON, see [`Manifest`] |
//!
//! Then **records**, each with a tag byte, in this order:
//! `(entry block* entry-end)* trailer`, and nothing after the trailer.
//!
//! *Entry*, tag `E`: kind (1 byte: 1 file, 2 link, 3 folder, 4 command output); mode (4 bytes: Unix
//! permission bits up to 0o7777 for files and folders, else 0); size of the name (2 bytes, 1 to
//! 4096); the name; CRC of the record from its tag on (4 bytes).
//!
//! *Block*, tag `D`: size (4 bytes, 1 to 1 MiB); that much content; CRC of the record from its tag
//! on (4 bytes). A file's content is its bytes, a link's is its target; a folder has none.
//!
//! *Entry end*, tag `e`: size of the content (8 bytes); SHA of the content (32 bytes); CRC of the
//! record from its tag on (4 bytes).
//!
//! *Trailer*, tag `T`, 69 bytes: number of entries (8 bytes); number of blocks (8 bytes); size of
//! all content (8 bytes); SHA of every byte of the archive before this field (32 bytes); CRC of the
//! record from its tag on (4 bytes); end magic `TUOKCAB\n` (8 bytes).
//!
//! # Names
//!
//! A name is bytes, relative, its components parted by `/`: none of them empty, `.` or `..`, no
//! NUL, and none is `..` when parted by `\` either. Names ascend strictly, compared component by
//! component, so none comes twice; and the folder of an entry is an entry itself, before it, so
//! nothing can be written through a link. A link's target is relative and stays inside: it has
//! `..` only in front, no more often than its link lies deep.

mod input;
mod manifest;
mod names;
mod reader;
mod verify;
mod wire;
mod writer;

#[cfg(test)]
mod tests;

use std::io;

pub use manifest::{CommandRun, Expiries, Manifest, SourceDescription};
pub use names::{check_link, check_name, shown, shown_path};
pub use reader::{Item, Reader, Summary};
pub use verify::{Depth, Sample, Verified, verify};
pub use wire::MAGIC;
pub use writer::{EntryWriter, Totals, Written, assemble};

/// The format that this build writes, and the newest that it reads.
pub const FORMAT_VERSION: u32 = 1;

/// The most content that one block may hold, in bytes.
pub const MAX_BLOCK: u32 = 1024 * 1024;

/// The largest manifest, in bytes.
pub const MAX_MANIFEST: u32 = 16 * 1024 * 1024;

/// The longest name and the longest target of a link, in bytes.
pub const MAX_NAME: usize = 4096;

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A symbolic link; its content is the target.
    Link,
    /// A folder.
    Folder,
    /// A command's standard output.
    Output,
}

/// The head of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// Unix permission bits of a file or folder, else 0.
    pub mode: u32,
    /// Its name: bytes, components parted by `/`.
    pub name: Vec<u8>,
}

/// Why bytes are no archive that can be used.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The magic is missing: something else made this file.
    #[error("it is no backout archive")]
    Foreign,
    /// A newer backout made it.
    #[error(
        "it is a backout archive of format {version}; this build reads format {FORMAT_VERSION}"
    )]
    Newer {
        /// The format it states.
        version: u32,
    },
    /// A byte was changed, cut or added, or a hostile hand made it.
    #[error("it is damaged near byte {offset}: {what}")]
    Corrupt {
        /// How many bytes had been read when this was noticed.
        offset: u64,
        /// What is wrong there.
        what: String,
    },
    /// It could not be read, which says nothing about its content.
    #[error("it could not be read: {0}")]
    Io(#[from] io::Error),
}
