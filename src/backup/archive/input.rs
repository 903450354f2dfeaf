//! Reading with a count of bytes and a running hash; a short read is damage, not an I/O error.

use std::io::{self, Read, Seek, SeekFrom};

use sha2::{Digest as _, Sha256};

use super::ArchiveError;
use crate::receipt::Digest;

/// A source of archive bytes. Every byte handed out has been counted and hashed.
pub(super) struct Input<R> {
    inner: R,
    offset: u64,
    hasher: Sha256,
}

impl<R: Read> Input<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, offset: 0, hasher: Sha256::new() }
    }

    /// How many bytes have been read or skipped.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// The digest of every byte read so far; means nothing after a skip.
    pub(super) fn digest(&self) -> Digest {
        Digest::from_bytes(self.hasher.clone().finalize().into())
    }

    /// Damage at this place.
    pub(super) fn corrupt(&self, what: impl Into<String>) -> ArchiveError {
        ArchiveError::Corrupt { offset: self.offset, what: what.into() }
    }

    /// The next `N` bytes.
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], ArchiveError> {
        let mut bytes = [0; N];
        let mut buffer = Vec::new();
        self.fill(&mut buffer, N)?;
        bytes.copy_from_slice(&buffer);
        Ok(bytes)
    }

    /// Replaces `buffer` by the next `len` bytes. The buffer grows with what is really there, so
    /// that a hostile length costs nothing.
    pub(super) fn fill(&mut self, buffer: &mut Vec<u8>, len: usize) -> Result<(), ArchiveError> {
        buffer.clear();
        let wanted = u64::try_from(len).unwrap_or(u64::MAX);
        let read = self.inner.by_ref().take(wanted).read_to_end(buffer)?;
        self.hasher.update(&*buffer);
        self.offset += u64::try_from(read).unwrap_or(u64::MAX);
        if read == len { Ok(()) } else { Err(self.corrupt("the archive ends too early")) }
    }

    /// Whether nothing is left.
    pub(super) fn at_end(&mut self) -> io::Result<bool> {
        let mut byte = [0; 1];
        loop {
            match self.inner.read(&mut byte) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => return Ok(other? == 0),
            }
        }
    }
}

impl<R: Read + Seek> Input<R> {
    /// Passes over `len` bytes unread.
    pub(super) fn skip(&mut self, len: u64) -> Result<(), ArchiveError> {
        self.offset = self.offset.saturating_add(len);
        self.inner.seek(SeekFrom::Start(self.offset))?;
        Ok(())
    }
}
