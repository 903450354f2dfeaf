//! Writing: entries into a spool as they come, then the archive around them. The manifest stands
//! first and counts what follows, so the entries have to be known before it is written.

use std::io::{self, Read, Write};

use sha2::{Digest as _, Sha256};

use super::wire::{
    Counts, Structure, block_crc, encode_block_head, encode_entry, encode_entry_end, encode_head,
    encode_trailer, encode_trailer_start,
};
use super::{Entry, Manifest, check_link};
use crate::receipt::Digest;

/// How much content goes into one block.
const BLOCK_SIZE: usize = 256 * 1024;

/// Writes entries to a spool, one after another.
pub struct EntryWriter<W> {
    out: W,
    structure: Structure,
    hasher: Sha256,
    pending: Vec<u8>,
    file_bytes: u64,
    is_file: bool,
}

/// What went into a spool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    pub(super) counts: Counts,
    /// The content of files and command output, in bytes: links and folders are no data.
    pub file_bytes: u64,
}

impl Totals {
    /// The number of entries.
    #[must_use]
    pub const fn entries(&self) -> u64 {
        self.counts.entries
    }

    /// The size of all content, in bytes.
    #[must_use]
    pub const fn payload_bytes(&self) -> u64 {
        self.counts.payload
    }
}

/// What was written as an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// The SHA-256 of the whole file.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: u64,
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, what.to_owned())
}

impl<W: Write> EntryWriter<W> {
    /// A writer that has written nothing yet.
    pub fn new(out: W) -> Self {
        let (structure, hasher) = (Structure::default(), Sha256::new());
        Self { out, structure, hasher, pending: Vec::new(), file_bytes: 0, is_file: false }
    }

    /// Begins an entry. Its name has to follow the names' rules, else the error is
    /// [`io::ErrorKind::InvalidInput`].
    pub fn begin(&mut self, entry: &Entry) -> io::Result<()> {
        self.structure.begin(entry).map_err(invalid)?;
        self.is_file = matches!(entry.kind, super::EntryKind::File | super::EntryKind::Output);
        self.out.write_all(&encode_entry(entry))
    }

    /// Adds content to the entry that was begun.
    pub fn write(&mut self, mut content: &[u8]) -> io::Result<()> {
        while !content.is_empty() {
            let room = BLOCK_SIZE - self.pending.len();
            let (now, later) = content.split_at(room.min(content.len()));
            self.pending.extend_from_slice(now);
            content = later;
            if self.pending.len() == BLOCK_SIZE {
                self.flush_block()?;
            }
        }
        Ok(())
    }

    /// Ends the entry; gives the size of its content.
    pub fn end(&mut self) -> io::Result<u64> {
        self.flush_block()?;
        let size = self.structure.end().map_err(invalid)?;
        if self.is_file {
            self.file_bytes += size;
        }
        let digest = Digest::from_bytes(self.hasher.finalize_reset().into());
        self.out.write_all(&encode_entry_end(size, &digest))?;
        Ok(size)
    }

    /// A whole link at once.
    pub fn link(&mut self, entry: &Entry, target: &[u8]) -> io::Result<()> {
        check_link(&entry.name, target).map_err(invalid)?;
        self.begin(entry)?;
        self.write(target)?;
        self.end().map(drop)
    }

    /// Flushes, and gives back the spool with what went into it.
    pub fn finish(mut self) -> io::Result<(W, Totals)> {
        if self.structure.is_open() {
            return Err(invalid("an entry was never ended"));
        }
        self.out.flush()?;
        let totals = Totals { counts: self.structure.counts, file_bytes: self.file_bytes };
        Ok((self.out, totals))
    }

    fn flush_block(&mut self) -> io::Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let size =
            u32::try_from(self.pending.len()).map_err(|_| invalid("a block is too large"))?;
        self.structure.block(size).map_err(invalid)?;
        self.hasher.update(&self.pending);
        self.out.write_all(&encode_block_head(size))?;
        self.out.write_all(&self.pending)?;
        self.out.write_all(&block_crc(size, &self.pending).to_le_bytes())?;
        self.pending.clear();
        Ok(())
    }
}

/// Writes the archive: head, manifest, the spooled `entries`, trailer. `totals` are those of the
/// spool; the manifest's counts are set from them.
pub fn assemble(
    manifest: &Manifest,
    entries: &mut impl Read,
    totals: &Totals,
    out: &mut impl Write,
) -> io::Result<Written> {
    let manifest = Manifest {
        entries: totals.entries(),
        payload_bytes: totals.payload_bytes(),
        ..manifest.clone()
    };
    let head = encode_head(&manifest).ok_or_else(|| invalid("the manifest is too large"))?;
    let mut out = Hashing { inner: out, hasher: Sha256::new(), size: 0 };
    out.write_all(&head)?;
    io::copy(entries, &mut out)?;
    let start = encode_trailer_start(totals.counts);
    let covered = out.hasher.clone().chain_update(&start).finalize();
    out.write_all(&encode_trailer(&start, &Digest::from_bytes(covered.into())))?;
    out.flush()?;
    Ok(Written { digest: Digest::from_bytes(out.hasher.finalize().into()), size: out.size })
}

struct Hashing<W> {
    inner: W,
    hasher: Sha256,
    size: u64,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.size += u64::try_from(written).unwrap_or(u64::MAX);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
