//! Verifying an archive offline: all of it, or its frame and a sample of its blocks.

use std::io::{Read, Seek, SeekFrom};

use super::input::Input;
use super::reader::{check_end, read_block};
use super::wire::{Record, Structure, TRAILER_SIZE, read_head, read_record};
use super::{ArchiveError, Item, Manifest, Reader};
use crate::receipt::Digest;

/// How many blocks a quick verify reads, about.
const SAMPLE: u64 = 64;

/// How much is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Every byte.
    Full,
    /// Head, manifest, every record's frame, trailer, and the content of a sample of blocks: the
    /// first, the last, and some 60 between them. The digests are not computed.
    Quick,
}

/// What a verify that found nothing wrong has looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// What the archive says of itself.
    pub manifest: Manifest,
    /// The size of the file, in bytes.
    pub size: u64,
    /// The SHA-256 of the file; `None` after a quick verify.
    pub digest: Option<Digest>,
    /// How much was sampled; `None` after a full verify.
    pub sample: Option<Sample>,
}

/// How much a quick verify has looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// Blocks whose content was verified.
    pub checked: u64,
    /// Blocks in the archive.
    pub blocks: u64,
}

/// Verifies an archive, which the source holds from its start to its end.
pub fn verify<R: Read + Seek>(mut source: R, depth: Depth) -> Result<Verified, ArchiveError> {
    match depth {
        Depth::Full => full(source),
        Depth::Quick => {
            let size = source.seek(SeekFrom::End(0))?;
            source.seek(SeekFrom::Start(0))?;
            quick(source, size)
        }
    }
}

fn full<R: Read>(source: R) -> Result<Verified, ArchiveError> {
    let mut reader = Reader::open(source)?;
    loop {
        if let Item::End(summary) = reader.next_item()? {
            let manifest = reader.manifest().clone();
            let (size, digest) = (summary.size, Some(summary.digest));
            return Ok(Verified { manifest, size, digest, sample: None });
        }
    }
}

fn quick<R: Read + Seek>(mut source: R, size: u64) -> Result<Verified, ArchiveError> {
    let blocks = stated_blocks(&mut source, size)?;
    source.seek(SeekFrom::Start(0))?;
    let mut input = Input::new(source);
    let manifest = read_head(&mut input)?;
    let mut structure = Structure::default();
    let mut sample = Sample { checked: 0, blocks };
    loop {
        match read_record(&mut input)? {
            Record::Entry(entry) => structure.begin(&entry),
            Record::Block { size } => {
                let chosen = is_chosen(structure.counts.blocks, blocks);
                sample.checked += u64::from(chosen);
                pass_block(&mut input, size, chosen)?;
                structure.block(size)
            }
            Record::EntryEnd { size, .. } => match structure.end() {
                Ok(seen) if seen == size => Ok(()),
                _ => Err("an entry's size does not match"),
            },
            Record::Trailer(trailer) => {
                check_end(&input, &manifest, &structure, trailer.counts)?;
                if input.offset() != size {
                    return Err(input.corrupt("something follows the end of the archive"));
                }
                return Ok(Verified { manifest, size, digest: None, sample: Some(sample) });
            }
        }
        .map_err(|what| input.corrupt(what))?;
    }
}

/// Reads the head, to know what the file is, then the trailer for its number of blocks.
fn stated_blocks<R: Read + Seek>(source: &mut R, size: u64) -> Result<u64, ArchiveError> {
    let mut input = Input::new(source);
    read_head(&mut input)?;
    let at = size
        .checked_sub(TRAILER_SIZE)
        .filter(|at| *at >= input.offset())
        .ok_or_else(|| input.corrupt("the archive ends too early"))?;
    input.skip(at - input.offset())?;
    match read_record(&mut input)? {
        Record::Trailer(trailer) => Ok(trailer.counts.blocks),
        _ => Err(input.corrupt("the trailer is missing: the archive was cut, or something added")),
    }
}

fn is_chosen(index: u64, blocks: u64) -> bool {
    let step = (blocks / SAMPLE).max(1);
    index.is_multiple_of(step) || index.checked_add(1) == Some(blocks)
}

fn pass_block<R: Read + Seek>(
    input: &mut Input<R>,
    size: u32,
    chosen: bool,
) -> Result<(), ArchiveError> {
    if chosen {
        return read_block(input, size, &mut Vec::new());
    }
    input.skip(u64::from(size) + 4)
}
