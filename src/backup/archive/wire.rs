//! The archive's fixed parts as bytes: head and records, each with its own checksum.

use std::io::Read;

use super::input::Input;
use super::manifest::{Manifest, decode, encode};
use super::names::Order;
use super::{ArchiveError, Entry, EntryKind, FORMAT_VERSION, MAX_BLOCK, MAX_MANIFEST, MAX_NAME};
use crate::receipt::Digest;

/// The first bytes of every archive.
pub const MAGIC: [u8; 12] = *b"\x89BACKOUT\r\n\x1a\n";
const END: [u8; 8] = *b"TUOKCAB\n";

const ENTRY: u8 = b'E';
const BLOCK: u8 = b'D';
const ENTRY_END: u8 = b'e';
const TRAILER: u8 = b'T';

/// The size of the trailer, tag and end magic included.
pub(super) const TRAILER_SIZE: u64 = 69;

/// How many numbers stand in the trailer before its digest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) entries: u64,
    pub(super) blocks: u64,
    pub(super) payload: u64,
}

/// One record; of a block only the head, its content follows.
#[derive(Debug)]
pub(super) enum Record {
    Entry(Entry),
    Block { size: u32 },
    EntryEnd { size: u64, digest: Digest },
    Trailer(Trailer),
}

/// The trailer, and the digest that it ought to have stated.
#[derive(Debug)]
pub(super) struct Trailer {
    pub(super) counts: Counts,
    pub(super) stated: Digest,
    pub(super) computed: Digest,
}

/// Head and manifest as bytes; `None` where the manifest is too large.
pub(super) fn encode_head(manifest: &Manifest) -> Option<Vec<u8>> {
    let body = encode(manifest);
    let size = u32::try_from(body.len()).ok().filter(|size| *size <= MAX_MANIFEST)?;
    let mut bytes = MAGIC.to_vec();
    bytes.extend(FORMAT_VERSION.to_le_bytes());
    bytes.extend(size.to_le_bytes());
    bytes.extend(crc32fast::hash(&body).to_le_bytes());
    seal(&mut bytes);
    bytes.extend(body);
    Some(bytes)
}

/// Reads head and manifest.
pub(super) fn read_head<R: Read>(input: &mut Input<R>) -> Result<Manifest, ArchiveError> {
    let mut head = Vec::new();
    match input.fill(&mut head, MAGIC.len()) {
        Ok(()) => {}
        // A few bytes are an archive cut short only if they begin as one.
        Err(error @ ArchiveError::Corrupt { .. })
            if !head.is_empty() && MAGIC.starts_with(&head) =>
        {
            return Err(error);
        }
        Err(ArchiveError::Corrupt { .. }) => return Err(ArchiveError::Foreign),
        Err(other) => return Err(other),
    }
    if head != MAGIC {
        return Err(ArchiveError::Foreign);
    }
    let version: [u8; 4] = input.array()?;
    match u32::from_le_bytes(version) {
        FORMAT_VERSION => {}
        0 => return Err(input.corrupt("there is no format 0")),
        version => return Err(ArchiveError::Newer { version }),
    }
    head.extend(version);
    let rest: [u8; 8] = input.array()?;
    head.extend(rest);
    check_seal(input, &head)?;
    let [a, b, c, d, crc @ ..] = rest;
    let size = u32::from_le_bytes([a, b, c, d]);
    if size > MAX_MANIFEST {
        return Err(input.corrupt("the manifest claims more than 16 MiB"));
    }
    let mut body = Vec::new();
    input.fill(&mut body, usize_of(size))?;
    if crc32fast::hash(&body) != u32::from_le_bytes(crc) {
        return Err(input.corrupt("the manifest's checksum does not match"));
    }
    decode(&body).map_err(|what| input.corrupt(format!("the manifest: {what}")))
}

/// An entry's head as bytes.
pub(super) fn encode_entry(entry: &Entry) -> Vec<u8> {
    let mut bytes = vec![ENTRY, kind_byte(entry.kind)];
    bytes.extend(entry.mode.to_le_bytes());
    bytes.extend(u16::try_from(entry.name.len()).unwrap_or(u16::MAX).to_le_bytes());
    bytes.extend(&entry.name);
    seal(&mut bytes);
    bytes
}

/// A block's head as bytes: the caller writes the content, then [`block_crc`].
pub(super) fn encode_block_head(size: u32) -> Vec<u8> {
    let mut bytes = vec![BLOCK];
    bytes.extend(size.to_le_bytes());
    bytes
}

/// The checksum that follows a block.
pub(super) fn block_crc(size: u32, content: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&encode_block_head(size));
    hasher.update(content);
    hasher.finalize()
}

/// An entry's end as bytes.
pub(super) fn encode_entry_end(size: u64, digest: &Digest) -> Vec<u8> {
    let mut bytes = vec![ENTRY_END];
    bytes.extend(size.to_le_bytes());
    bytes.extend(digest.as_bytes());
    seal(&mut bytes);
    bytes
}

/// The part of the trailer that its own digest covers.
pub(super) fn encode_trailer_start(counts: Counts) -> Vec<u8> {
    let mut bytes = vec![TRAILER];
    for number in [counts.entries, counts.blocks, counts.payload] {
        bytes.extend(number.to_le_bytes());
    }
    bytes
}

/// The whole trailer, given its start and the digest of everything up to there.
pub(super) fn encode_trailer(start: &[u8], digest: &Digest) -> Vec<u8> {
    let mut bytes = start.to_vec();
    bytes.extend(digest.as_bytes());
    seal(&mut bytes);
    bytes.extend(END);
    bytes
}

/// Reads the next record, up to a block's content.
pub(super) fn read_record<R: Read>(input: &mut Input<R>) -> Result<Record, ArchiveError> {
    let [tag] = input.array()?;
    match tag {
        ENTRY => read_entry(input).map(Record::Entry),
        BLOCK => match u32::from_le_bytes(input.array()?) {
            size @ 1..=MAX_BLOCK => Ok(Record::Block { size }),
            _ => Err(input.corrupt("a block claims to be empty or larger than 1 MiB")),
        },
        ENTRY_END => read_entry_end(input),
        TRAILER => read_trailer(input).map(Record::Trailer),
        _ => Err(input.corrupt("a record has an unknown tag")),
    }
}

fn read_entry<R: Read>(input: &mut Input<R>) -> Result<Entry, ArchiveError> {
    let fixed: [u8; 7] = input.array()?;
    let [kind, a, b, c, d, low, high] = fixed;
    let size = usize::from(u16::from_le_bytes([low, high]));
    if size == 0 || size > MAX_NAME {
        return Err(input.corrupt("a name has 1 to 4096 bytes"));
    }
    let mut name = Vec::new();
    input.fill(&mut name, size)?;
    check_seal(input, &[&[ENTRY], fixed.as_slice(), &name].concat())?;
    let mode = u32::from_le_bytes([a, b, c, d]);
    let kind = kind_of(kind).ok_or_else(|| input.corrupt("an entry has an unknown kind"))?;
    let most = if matches!(kind, EntryKind::File | EntryKind::Folder) { 0o7777 } else { 0 };
    if mode > most {
        return Err(input.corrupt("an entry has an impossible mode"));
    }
    Ok(Entry { kind, mode, name })
}

fn read_entry_end<R: Read>(input: &mut Input<R>) -> Result<Record, ArchiveError> {
    let size: [u8; 8] = input.array()?;
    let digest: [u8; 32] = input.array()?;
    check_seal(input, &[&[ENTRY_END], size.as_slice(), &digest].concat())?;
    Ok(Record::EntryEnd { size: u64::from_le_bytes(size), digest: Digest::from_bytes(digest) })
}

fn read_trailer<R: Read>(input: &mut Input<R>) -> Result<Trailer, ArchiveError> {
    let counts = Counts {
        entries: u64::from_le_bytes(input.array()?),
        blocks: u64::from_le_bytes(input.array()?),
        payload: u64::from_le_bytes(input.array()?),
    };
    let computed = input.digest();
    let stated = Digest::from_bytes(input.array()?);
    let start = encode_trailer_start(counts);
    check_seal(input, &[start.as_slice(), stated.as_bytes()].concat())?;
    let end: [u8; 8] = input.array()?;
    if end != END {
        return Err(input.corrupt("the end mark is missing"));
    }
    Ok(Trailer { counts, stated, computed })
}

fn seal(bytes: &mut Vec<u8>) {
    bytes.extend(crc32fast::hash(bytes).to_le_bytes());
}

fn check_seal<R: Read>(input: &mut Input<R>, record: &[u8]) -> Result<(), ArchiveError> {
    if u32::from_le_bytes(input.array()?) == crc32fast::hash(record) {
        return Ok(());
    }
    Err(input.corrupt("a record's checksum does not match"))
}

fn kind_byte(kind: EntryKind) -> u8 {
    match kind {
        EntryKind::File => 1,
        EntryKind::Link => 2,
        EntryKind::Folder => 3,
        EntryKind::Output => 4,
    }
}

fn kind_of(byte: u8) -> Option<EntryKind> {
    [EntryKind::File, EntryKind::Link, EntryKind::Folder, EntryKind::Output]
        .into_iter()
        .find(|kind| kind_byte(*kind) == byte)
}

/// A 32-bit length as an index; saturates where `usize` is smaller.
pub(super) fn usize_of(size: u32) -> usize {
    usize::try_from(size).unwrap_or(usize::MAX)
}

/// Holds the sequence of records against the grammar, the names' rules and the counts.
#[derive(Debug, Default)]
pub(super) struct Structure {
    order: Order,
    open: Option<(EntryKind, u64)>,
    pub(super) counts: Counts,
}

impl Structure {
    /// Begins an entry.
    pub(super) fn begin(&mut self, entry: &Entry) -> Result<(), &'static str> {
        if self.open.is_some() {
            return Err("an entry begins within another");
        }
        self.order.admit(entry.kind, &entry.name)?;
        self.open = Some((entry.kind, 0));
        self.counts.entries += 1;
        Ok(())
    }

    /// Takes a block of the open entry.
    pub(super) fn block(&mut self, size: u32) -> Result<(), &'static str> {
        let Some((kind, total)) = &mut self.open else {
            return Err("a block stands outside of an entry");
        };
        *total = total.saturating_add(u64::from(size));
        let limit = match kind {
            EntryKind::Folder => 0,
            EntryKind::Link => 4096,
            EntryKind::File | EntryKind::Output => u64::MAX,
        };
        if *total > limit {
            return Err("a folder has content, or a link too much of it");
        }
        self.counts.blocks += 1;
        self.counts.payload = self.counts.payload.saturating_add(u64::from(size));
        Ok(())
    }

    /// Ends the open entry; gives the size of its content.
    pub(super) fn end(&mut self) -> Result<u64, &'static str> {
        self.open.take().map(|(_, total)| total).ok_or("an entry ends that never began")
    }

    /// Whether an entry is open.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }
}
