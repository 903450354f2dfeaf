//! Compressed streams that hold nothing. Pure on bytes.
//!
//! `sh -c "dump | gzip"` succeeds where the dump fails: a shell without `pipefail` heeds the last
//! program alone, and a compressor makes a sound stream of no input. Such a stream is recognised
//! strictly, by the formats' specifications: RFC 1952 and 1951 (gzip), RFC 8878 (zstd), "The .xz File
//! Format" 1.2.1, the lz4 frame format 1.6, and what bzip2 makes. Anything else is content.

use std::fmt;

/// How much of a content is kept to be looked at, in bytes; a stream of nothing is shorter.
pub(super) const LIMIT: usize = 4096;

/// A format of compressed streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compressed {
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
    /// xz.
    Xz,
    /// bzip2.
    Bzip2,
    /// lz4.
    Lz4,
}

impl fmt::Display for Compressed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Xz => "xz",
            Self::Bzip2 => "bzip2",
            Self::Lz4 => "lz4",
        })
    }
}

/// The beginning of a content that comes piece by piece.
#[derive(Debug, Default)]
pub(super) struct Beginning {
    bytes: Vec<u8>,
    more: bool,
}

impl Beginning {
    /// Takes the next piece.
    pub(super) fn feed(&mut self, piece: &[u8]) {
        let room = LIMIT.saturating_sub(self.bytes.len());
        self.more |= piece.len() > room;
        self.bytes.extend(piece.iter().take(room));
    }

    /// The answer for all that was fed.
    pub(super) fn finish(&self) -> Option<Compressed> {
        if self.more { None } else { hollow(&self.bytes) }
    }
}

/// What follows the stream of nothing with which a content begins, where it begins with one.
type Member = fn(&[u8]) -> Option<&[u8]>;

/// The format of which the whole content is one stream of nothing, or several.
pub(super) fn hollow(content: &[u8]) -> Option<Compressed> {
    let formats: [(Compressed, Member); 5] = [
        (Compressed::Gzip, gzip),
        (Compressed::Zstd, zstd),
        (Compressed::Xz, xz),
        (Compressed::Bzip2, bzip2),
        (Compressed::Lz4, lz4),
    ];
    let all = |member: Member| {
        let mut rest = Some(content);
        while let Some(from) = rest.filter(|from| !from.is_empty()) {
            rest = member(from);
        }
        rest.is_some()
    };
    let found = formats.into_iter().find(|(_, member)| all(*member));
    found.map(|(format, _)| format).filter(|_| !content.is_empty())
}

/// What follows the first so many bytes.
fn after(bytes: &[u8], count: usize) -> Option<&[u8]> {
    bytes.get(count..)
}

/// What follows a text that ends with a zero byte.
fn after_text(bytes: &[u8]) -> Option<&[u8]> {
    after(bytes, bytes.iter().position(|byte| *byte == 0)? + 1)
}

/// What follows a gzip member of nothing.
fn gzip(bytes: &[u8]) -> Option<&[u8]> {
    const HEADER_CRC: u8 = 2;
    const EXTRA: u8 = 4;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    let rest = bytes.strip_prefix(b"\x1f\x8b\x08")?;
    let flags = *rest.first()?;
    // Flags, time, level, system.
    let mut rest = after(rest, 7)?;
    if flags & EXTRA != 0 {
        let size = u16::from_le_bytes(*rest.first_chunk()?);
        rest = after(rest, 2 + usize::from(size))?;
    }
    if flags & NAME != 0 {
        rest = after_text(rest)?;
    }
    if flags & COMMENT != 0 {
        rest = after_text(rest)?;
    }
    if flags & HEADER_CRC != 0 {
        rest = after(rest, 2)?;
    }
    // Stored blocks of nothing, which a flush leaves; then the last one, stored or of fixed codes.
    while let Some(next) = rest.strip_prefix(b"\x00\x00\x00\xff\xff") {
        rest = next;
    }
    let last = [&b"\x03\x00"[..], b"\x01\x00\x00\xff\xff"];
    let rest = last.iter().find_map(|block| rest.strip_prefix(*block))?;
    // Its checksum and size.
    rest.strip_prefix(&[0; 8])
}

/// What follows a frame that decoders of zstd and lz4 pass over.
fn skippable(bytes: &[u8]) -> Option<&[u8]> {
    let rest = bytes.get(1..).filter(|_| bytes.first().is_some_and(|byte| byte & 0xf0 == 0x50))?;
    let rest = rest.strip_prefix(b"\x2a\x4d\x18")?;
    let size = u32::from_le_bytes(*rest.first_chunk()?);
    after(rest, usize::try_from(size).ok()?.checked_add(4)?)
}

/// What follows a zstd frame of nothing.
fn zstd(bytes: &[u8]) -> Option<&[u8]> {
    const SINGLE_SEGMENT: u8 = 0x20;
    const CHECKSUM: u8 = 4;
    let Some(rest) = bytes.strip_prefix(b"\x28\xb5\x2f\xfd") else { return skippable(bytes) };
    let (descriptor, rest) = rest.split_first()?;
    let single = descriptor & SINGLE_SEGMENT != 0;
    let dictionary = [0, 1, 2, 4][usize::from(descriptor & 3)];
    let rest = after(rest, usize::from(!single) + dictionary)?;
    let size = match descriptor >> 6 {
        0 => usize::from(single),
        power => 1 << power,
    };
    let (stated, mut rest) = rest.split_at_checked(size)?;
    // The field of two bytes counts from 256 on.
    if size == 2 || stated.iter().any(|byte| *byte != 0) {
        return None;
    }
    // Raw blocks of nothing, then the last one.
    while let Some(next) = rest.strip_prefix(&[0; 3]) {
        rest = next;
    }
    let rest = rest.strip_prefix(b"\x01\x00\x00")?;
    match descriptor & CHECKSUM {
        0 => Some(rest),
        _ => rest.strip_prefix(b"\x99\xe9\xd8\x51"),
    }
}

/// What follows an xz stream without blocks.
fn xz(bytes: &[u8]) -> Option<&[u8]> {
    let (stream, rest) = bytes.split_at_checked(32)?;
    let (header, footer) = (stream.get(..12)?, stream.get(20..)?);
    let flags = header.strip_prefix(b"\xfd7zXZ\x00")?.get(..2)?;
    let crc = |bytes: &[u8]| crc32fast::hash(bytes).to_le_bytes();
    let is_one = header.get(8..) == Some(&crc(flags))
        // The index: no records.
        && stream.get(12..20) == Some(b"\x00\x00\x00\x00\x1c\xdf\x44\x21")
        && footer.get(4..8) == Some(&[1, 0, 0, 0])
        && footer.get(8..10) == Some(flags)
        && footer.get(..4) == Some(&crc(footer.get(4..10)?))
        && footer.get(10..) == Some(b"YZ");
    // Between streams zeros may stand, four at a time.
    let mut rest = rest;
    while let Some(next) = rest.strip_prefix(&[0; 4]) {
        rest = next;
    }
    is_one.then_some(rest)
}

/// What follows a bzip2 stream without blocks.
fn bzip2(bytes: &[u8]) -> Option<&[u8]> {
    let (level, rest) = bytes.strip_prefix(b"BZh")?.split_first()?;
    let rest = rest.strip_prefix(b"\x17\x72\x45\x38\x50\x90\x00\x00\x00\x00")?;
    (b'1'..=b'9').contains(level).then_some(rest)
}

/// What follows an lz4 frame of nothing.
fn lz4(bytes: &[u8]) -> Option<&[u8]> {
    const DICTIONARY: u8 = 1;
    const CHECKSUM: u8 = 4;
    const SIZE: u8 = 8;
    let Some(rest) = bytes.strip_prefix(b"\x04\x22\x4d\x18") else { return skippable(bytes) };
    let flags = *rest.first()?;
    // Flags and block size.
    let mut rest = after(rest, 2)?;
    if flags & SIZE != 0 {
        rest = rest.strip_prefix(&[0; 8])?;
    }
    if flags & DICTIONARY != 0 {
        rest = after(rest, 4)?;
    }
    // The header's checksum, then the mark of the end.
    let rest = after(rest, 1)?.strip_prefix(&[0; 4])?;
    match flags & CHECKSUM {
        0 => Some(rest),
        _ => rest.strip_prefix(b"\x05\x5d\xcc\x02"),
    }
}

#[cfg(test)]
mod tests;
