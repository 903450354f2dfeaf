//! Verifying an archive: every byte is under a CRC and a SHA-256.

use std::io::Cursor;

use anyhow::Context as _;
use backout::backup::archive::{
    Depth, Entry, EntryKind, EntryWriter, Manifest, SourceDescription, assemble, verify,
};
use backout::git::Seconds;
use divan::Bencher;
use divan::counter::BytesCount;

const MIB: usize = 1024 * 1024;

#[divan::bench(args = [1, 16])]
fn verify_mib(bencher: Bencher<'_, '_>, mib: usize) {
    measured(bencher, mib, Depth::Full);
}

#[divan::bench(args = [16])]
fn verify_mib_quick(bencher: Bencher<'_, '_>, mib: usize) {
    measured(bencher, mib, Depth::Quick);
}

fn measured(bencher: Bencher<'_, '_>, mib: usize, depth: Depth) {
    let archive = match archive(mib * MIB) {
        Ok(archive) => archive,
        Err(error) => unreachable!("an archive in memory: {error:?}"),
    };
    assert!(verify(Cursor::new(&archive), depth).is_ok());
    bencher
        .counter(BytesCount::new(archive.len()))
        .bench(|| verify(Cursor::new(&archive), depth).is_ok());
}

fn archive(size: usize) -> anyhow::Result<Vec<u8>> {
    let content: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
    let mut writer = EntryWriter::new(Vec::new());
    writer.begin(&Entry { kind: EntryKind::File, mode: 0o644, name: b"export".to_vec() })?;
    writer.write(&content)?;
    writer.end()?;
    let (spool, totals) = writer.finish()?;
    let mut bytes = Vec::new();
    assemble(&manifest()?, &mut spool.as_slice(), &totals, &mut bytes).context("in memory")?;
    Ok(bytes)
}

fn manifest() -> anyhow::Result<Manifest> {
    Ok(Manifest {
        backup: "export".parse()?,
        migration: "entities".parse()?,
        tool: "backout".to_owned(),
        source: SourceDescription::File { path: "export".to_owned(), mode: None },
        captured_start: Seconds(1_791_028_800),
        captured_end: Seconds(1_791_028_860),
        environment: None,
        entries: 0,
        payload_bytes: 0,
        point_in_time: Some(true),
        server: None,
        expiries: None,
        command: None,
    })
}
