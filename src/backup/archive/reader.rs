//! Reading an archive from front to back, every checksum held against its bytes on the way.

use std::io::Read;

use sha2::{Digest as _, Sha256};

use super::input::Input;
use super::wire::{
    Counts, Record, Structure, Trailer, block_crc, read_head, read_record, usize_of,
};
use super::{ArchiveError, Entry, EntryKind, Manifest, check_link};
use crate::receipt::Digest;

/// Reads an archive as a stream: at most one block is in memory.
pub struct Reader<R> {
    input: Input<R>,
    manifest: Manifest,
    structure: Structure,
    hasher: Sha256,
    entry: Option<Entry>,
    block: Vec<u8>,
    link: Vec<u8>,
}

/// What comes next in an archive.
#[derive(Debug)]
pub enum Item<'a> {
    /// An entry begins.
    Entry(&'a Entry),
    /// Some of its content; its checksum has been verified, the entry's not yet.
    Block(&'a [u8]),
    /// The entry is over, and its digest has been verified.
    EntryEnd {
        /// The size of its content, in bytes.
        size: u64,
    },
    /// The archive is over, complete, and all of it has been verified.
    End(Summary),
}

/// What a whole archive came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// The SHA-256 of the whole file, trailer included.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: u64,
    /// The number of blocks.
    pub blocks: u64,
}

impl<R: Read> Reader<R> {
    /// Reads head and manifest.
    pub fn open(source: R) -> Result<Self, ArchiveError> {
        let mut input = Input::new(source);
        let manifest = read_head(&mut input)?;
        Ok(Self {
            input,
            manifest,
            structure: Structure::default(),
            hasher: Sha256::new(),
            entry: None,
            block: Vec::new(),
            link: Vec::new(),
        })
    }

    /// What the archive says of itself.
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The next item. Nothing is known to be good before [`Item::End`]; after that, or after an
    /// error, there is nothing more to ask for.
    pub fn next_item(&mut self) -> Result<Item<'_>, ArchiveError> {
        match read_record(&mut self.input)? {
            Record::Entry(entry) => {
                self.structure.begin(&entry).map_err(|what| self.input.corrupt(what))?;
                self.hasher = Sha256::new();
                self.link.clear();
                Ok(Item::Entry(self.entry.insert(entry)))
            }
            Record::Block { size } => self.block(size),
            Record::EntryEnd { size, digest } => self.entry_end(size, &digest),
            Record::Trailer(trailer) => self.end(&trailer),
        }
    }

    fn block(&mut self, size: u32) -> Result<Item<'_>, ArchiveError> {
        self.structure.block(size).map_err(|what| self.input.corrupt(what))?;
        read_block(&mut self.input, size, &mut self.block)?;
        self.hasher.update(&self.block);
        if self.entry.as_ref().is_some_and(|entry| entry.kind == EntryKind::Link) {
            self.link.extend_from_slice(&self.block);
        }
        Ok(Item::Block(&self.block))
    }

    fn entry_end(&mut self, stated: u64, digest: &Digest) -> Result<Item<'_>, ArchiveError> {
        let size = self.structure.end().map_err(|what| self.input.corrupt(what))?;
        if size != stated {
            return Err(self.input.corrupt("an entry's size does not match"));
        }
        if self.hasher.finalize_reset().as_slice() != digest.as_bytes() {
            return Err(self.input.corrupt("an entry's digest does not match"));
        }
        if let Some(entry) = self.entry.take().filter(|entry| entry.kind == EntryKind::Link) {
            check_link(&entry.name, &self.link).map_err(|what| self.input.corrupt(what))?;
        }
        Ok(Item::EntryEnd { size })
    }

    fn end(&mut self, trailer: &Trailer) -> Result<Item<'_>, ArchiveError> {
        check_end(&self.input, &self.manifest, &self.structure, trailer.counts)?;
        if trailer.stated != trailer.computed {
            return Err(self.input.corrupt("the digest over the whole archive does not match"));
        }
        let (digest, size) = (self.input.digest(), self.input.offset());
        if !self.input.at_end()? {
            return Err(self.input.corrupt("something follows the end of the archive"));
        }
        Ok(Item::End(Summary { digest, size, blocks: trailer.counts.blocks }))
    }
}

/// Reads and verifies a block's content into `buffer`.
pub(super) fn read_block<R: Read>(
    input: &mut Input<R>,
    size: u32,
    buffer: &mut Vec<u8>,
) -> Result<(), ArchiveError> {
    input.fill(buffer, usize_of(size))?;
    if u32::from_le_bytes(input.array()?) != block_crc(size, buffer) {
        return Err(input.corrupt("a block's checksum does not match"));
    }
    Ok(())
}

/// Holds what was seen against what manifest and trailer count.
pub(super) fn check_end<R: Read>(
    input: &Input<R>,
    manifest: &Manifest,
    structure: &Structure,
    stated: Counts,
) -> Result<(), ArchiveError> {
    if structure.is_open() {
        return Err(input.corrupt("the last entry never ends"));
    }
    let seen = structure.counts;
    if seen != stated || seen.entries != manifest.entries || seen.payload != manifest.payload_bytes
    {
        return Err(input.corrupt("the archive does not hold what its manifest and trailer count"));
    }
    Ok(())
}
