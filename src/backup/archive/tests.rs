//! The archive: what was written is read back, and no byte can change without being noticed.

use std::collections::BTreeMap;
use std::io::Cursor;

use proptest::prelude::*;

use super::input::Input;
use super::manifest::{decode, encode};
use super::wire::{encode_block_head, encode_head, encode_trailer_start, read_head};
use super::*;
use crate::git::Seconds;
use crate::receipt::{Digest, Server};

fn manifest() -> Manifest {
    Manifest {
        backup: "context".parse().unwrap(),
        migration: "entities".parse().unwrap(),
        tool: "backout 0.1.0".to_owned(),
        source: SourceDescription::File { path: "export".to_owned(), mode: None },
        captured_start: Seconds(1_791_028_800),
        captured_end: Seconds(1_791_028_860),
        environment: Some("production".to_owned()),
        entries: 0,
        payload_bytes: 0,
        point_in_time: Some(true),
        server: None,
        expiries: None,
        command: None,
    }
}

fn entry(kind: EntryKind, name: &str) -> Entry {
    let mode = if matches!(kind, EntryKind::File | EntryKind::Folder) { 0o644 } else { 0 };
    Entry { kind, mode, name: name.as_bytes().to_vec() }
}

fn file<W: io::Write>(writer: &mut EntryWriter<W>, name: &str, content: &[u8]) {
    writer.begin(&entry(EntryKind::File, name)).unwrap();
    writer.write(content).unwrap();
    writer.end().unwrap();
}

fn pack(fill: impl FnOnce(&mut EntryWriter<Vec<u8>>)) -> (Vec<u8>, Written) {
    let mut writer = EntryWriter::new(Vec::new());
    fill(&mut writer);
    let (spool, totals) = writer.finish().unwrap();
    let mut bytes = Vec::new();
    let written = assemble(&manifest(), &mut spool.as_slice(), &totals, &mut bytes).unwrap();
    (bytes, written)
}

fn small() -> Vec<u8> {
    pack(|writer| {
        writer.begin(&entry(EntryKind::Folder, "a")).unwrap();
        writer.end().unwrap();
        file(writer, "a/b", b"session:1 {\"turn\": 3}\n");
        writer.link(&entry(EntryKind::Link, "a/l"), b"b").unwrap();
        file(writer, "empty", b"");
    })
    .0
}

fn full(bytes: &[u8]) -> Result<Verified, ArchiveError> {
    verify(Cursor::new(bytes), Depth::Full)
}

fn quick(bytes: &[u8]) -> Result<Verified, ArchiveError> {
    verify(Cursor::new(bytes), Depth::Quick)
}

#[test]
fn a_source_is_told_in_one_line() {
    let told = |argv: &[&str]| {
        SourceDescription::Command { argv: argv.iter().map(|&word| word.to_owned()).collect() }
            .text()
    };
    assert_eq!(told(&["pg_dump", "the orders"]), "pg_dump 'the orders'");
    assert_eq!(told(&["sh", "-c", "one\ntwo"]), r"sh -c 'one\ntwo'");
    assert_eq!(told(&["a\0b"]), r"a\u{0}b");
    let long = |end: &str| told(&["sh", "-c", &format!("{}{end}", "é".repeat(400))]);
    assert_eq!(long("a").chars().count(), 300 + "… (0123456789ab)".chars().count());
    assert_ne!(long("a"), long("b"));
    let file = SourceDescription::File { path: "data/x.json".to_owned(), mode: Some(0o700) };
    assert_eq!(file.text(), "data/x.json");
    for (path, told) in [("dump/", "dump"), ("./dump", "dump"), ("/", "/"), ("./", "./")] {
        let file = SourceDescription::File { path: path.to_owned(), mode: None };
        assert_eq!(file.text(), told);
    }
    assert_eq!(SourceDescription::Redis { pattern: "a:*".to_owned() }.text(), "a:*");
}

#[test]
fn what_is_written_is_read_back() {
    let (bytes, written) = pack(|writer| file(writer, "x", b"content"));
    let verified = full(&bytes).unwrap();
    assert_eq!(verified.digest, Some(Digest::of(&bytes)));
    assert_eq!((written.digest, written.size), (Digest::of(&bytes), bytes.len() as u64));
    assert_eq!(verified.size, bytes.len() as u64);
    assert_eq!((verified.manifest.entries, verified.manifest.payload_bytes), (1, 7));
    assert_eq!(verified.manifest, Manifest { entries: 1, payload_bytes: 7, ..manifest() });
    assert_eq!(verified.sample, None);
}

#[test]
fn entries_come_back_in_order_with_their_content() {
    let bytes = small();
    let mut reader = Reader::open(bytes.as_slice()).unwrap();
    let (mut names, mut content) = (Vec::new(), Vec::new());
    let summary = loop {
        match reader.next_item().unwrap() {
            Item::Entry(entry) => names.push((entry.kind, shown(&entry.name))),
            Item::Block(block) => content.extend_from_slice(block),
            Item::EntryEnd { size } => content.extend(format!("<{size}>").bytes()),
            Item::End(summary) => break summary,
        }
    };
    let expected = [
        (EntryKind::Folder, "a".to_owned()),
        (EntryKind::File, "a/b".to_owned()),
        (EntryKind::Link, "a/l".to_owned()),
        (EntryKind::File, "empty".to_owned()),
    ];
    assert_eq!(names, expected);
    assert_eq!(content, b"<0>session:1 {\"turn\": 3}\n<22>b<1><0>");
    assert_eq!((summary.blocks, summary.size), (2, bytes.len() as u64));
}

#[test]
fn every_flipped_bit_is_found() {
    let bytes = small();
    assert!(full(&bytes).is_ok());
    for position in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[position] ^= 1 << bit;
            assert!(full(&changed).is_err(), "byte {position}, bit {bit}");
        }
    }
}

#[test]
fn every_cut_is_found_by_both_depths() {
    let bytes = small();
    for length in 0..bytes.len() {
        assert!(full(&bytes[..length]).is_err(), "cut to {length}");
        assert!(quick(&bytes[..length]).is_err(), "cut to {length}");
    }
}

#[test]
fn every_added_and_every_missing_byte_is_found() {
    let bytes = small();
    for position in 0..=bytes.len() {
        for added in [0, b'D', b'\n', 0xff] {
            let mut longer = bytes.clone();
            longer.insert(position, added);
            assert!(full(&longer).is_err(), "{added} inserted at {position}");
            assert!(quick(&longer).is_err(), "{added} inserted at {position}");
        }
    }
    for position in 0..bytes.len() {
        let mut shorter = bytes.clone();
        shorter.remove(position);
        assert!(full(&shorter).is_err(), "{position} removed");
    }
    assert!(full(&[bytes.clone(), bytes].concat()).is_err());
}

#[test]
fn quick_finds_what_the_frame_shows_and_says_that_it_sampled() {
    let bytes = small();
    let verified = quick(&bytes).unwrap();
    assert_eq!(verified.sample, Some(Sample { checked: 2, blocks: 2 }));
    assert_eq!(verified.digest, None);
    let manifest_end = bytes.windows(2).position(|pair| pair == b"\n}").unwrap() + 2;
    for position in (0..manifest_end).chain(bytes.len() - 8..bytes.len()) {
        let mut changed = bytes.clone();
        changed[position] ^= 1;
        assert!(quick(&changed).is_err(), "byte {position}");
    }
}

#[test]
fn a_large_archive_is_sampled_and_full_finds_what_the_sample_misses() {
    let block = 256 * 1024;
    let (bytes, _) = pack(|writer| file(writer, "big", &vec![7; 200 * block]));
    let sample = quick(&bytes).unwrap().sample.unwrap();
    assert_eq!(sample.blocks, 200);
    assert!((60..=80).contains(&sample.checked), "{sample:?}");
    let mut changed = bytes.clone();
    // Block 1 lies between the first two that are sampled.
    let second = bytes.windows(5).position(|head| head == encode_block_head(256 * 1024)).unwrap();
    changed[second + 9 + block + 100] ^= 1;
    assert!(quick(&changed).is_ok());
    assert!(full(&changed).is_err());
}

#[test]
fn a_newer_format_and_a_foreign_file_are_told_apart_from_damage() {
    let mut newer = small();
    newer[12] = 2;
    assert!(matches!(full(&newer), Err(ArchiveError::Newer { version: 2 })));
    assert!(matches!(quick(&newer), Err(ArchiveError::Newer { version: 2 })));
    assert!(matches!(full(b"REDIS0010rest"), Err(ArchiveError::Foreign)));
    assert!(matches!(full(b"RED"), Err(ArchiveError::Foreign)));
    assert!(matches!(full(b""), Err(ArchiveError::Foreign)));
    assert!(matches!(full(&small()[..5]), Err(ArchiveError::Corrupt { .. })));
}

/// A well-sealed archive whose records a hostile hand has chosen.
fn forged(records: &[u8], entries: u64, blocks: u64, payload: u64) -> Vec<u8> {
    let manifest = Manifest { entries, payload_bytes: payload, ..manifest() };
    let mut bytes = encode_head(&manifest).unwrap();
    bytes.extend(records);
    let start = encode_trailer_start(wire::Counts { entries, blocks, payload });
    let covered = Digest::of(&[bytes.as_slice(), &start].concat());
    bytes.extend(wire::encode_trailer(&start, &covered));
    bytes
}

fn empty_entry(kind: EntryKind, name: &str) -> Vec<u8> {
    let mut bytes = wire::encode_entry(&entry(kind, name));
    bytes.extend(wire::encode_entry_end(0, &Digest::of(b"")));
    bytes
}

#[test]
fn hostile_names_are_refused_though_every_checksum_is_right() {
    assert!(full(&forged(&empty_entry(EntryKind::File, "good"), 1, 0, 0)).is_ok());
    for name in ["../x", "/etc/passwd", "a//b", "a/../../x", ".", "no/folder", "..\\x"] {
        let bytes = forged(&empty_entry(EntryKind::File, name), 1, 0, 0);
        assert!(matches!(full(&bytes), Err(ArchiveError::Corrupt { .. })), "{name}");
        assert!(matches!(quick(&bytes), Err(ArchiveError::Corrupt { .. })), "{name}");
    }
    let twice = empty_entry(EntryKind::File, "a").repeat(2);
    assert!(full(&forged(&twice, 2, 0, 0)).is_err());
    let wrong_count = forged(&empty_entry(EntryKind::File, "a"), 2, 0, 0);
    assert!(full(&wrong_count).is_err());
    assert!(quick(&wrong_count).is_err());
}

#[test]
fn a_hostile_link_is_refused() {
    let target = b"../../etc/passwd";
    let mut records = wire::encode_entry(&entry(EntryKind::Link, "l"));
    records.extend(encode_block_head(16));
    records.extend(target);
    records.extend(wire::block_crc(16, target).to_le_bytes());
    records.extend(wire::encode_entry_end(16, &Digest::of(target)));
    let bytes = forged(&records, 1, 1, 16);
    assert!(full(&bytes).unwrap_err().to_string().contains("leads out"));
    let mut writer = EntryWriter::new(Vec::new());
    assert!(writer.link(&entry(EntryKind::Link, "l"), target).is_err());
}

#[test]
fn a_hostile_length_is_refused_without_an_allocation_of_that_size() {
    let mut head = small()[..16].to_vec();
    head.extend(u32::MAX.to_le_bytes());
    head.extend([0; 4]);
    head.extend(crc32fast::hash(&head).to_le_bytes());
    let error = full(&head).unwrap_err();
    assert!(error.to_string().contains("16 MiB"), "{error}");
    let mut records = wire::encode_entry(&entry(EntryKind::File, "a"));
    records.extend(encode_block_head(u32::MAX));
    assert!(full(&forged(&records, 1, 1, 0)).unwrap_err().to_string().contains("1 MiB"));
}

#[test]
fn the_writer_refuses_what_the_reader_would() {
    let mut writer = EntryWriter::new(Vec::new());
    assert!(writer.begin(&entry(EntryKind::File, "../x")).is_err());
    file(&mut writer, "b", b"1");
    assert!(writer.begin(&entry(EntryKind::File, "b")).is_err());
    assert!(writer.begin(&entry(EntryKind::File, "a")).is_err());
    writer.begin(&entry(EntryKind::Folder, "c")).unwrap();
    writer.write(b"content").unwrap();
    assert!(writer.end().is_err());
    let mut writer = EntryWriter::new(Vec::new());
    writer.begin(&entry(EntryKind::File, "open")).unwrap();
    assert!(writer.finish().is_err());
}

fn command_manifest() -> Manifest {
    Manifest {
        source: SourceDescription::Command { argv: vec!["pg_dump".to_owned()] },
        command: Some(CommandRun {
            exit_code: 0,
            stderr: "a \"note\"\n".to_owned(),
            stderr_cut: true,
        }),
        server: Some(Server {
            kind: "valkey".to_owned(),
            version: "8.0".to_owned(),
            rdb_version: Some(80),
        }),
        expiries: Some(Expiries {
            count: 2,
            earliest_ms: 5,
            latest_ms: 9,
            keys: Some(BTreeMap::from([("a".to_owned(), 9), ("b".to_owned(), 5)])),
        }),
        ..manifest()
    }
}

#[test]
fn a_manifest_with_everything_round_trips() {
    for manifest in [manifest(), command_manifest()] {
        assert_eq!(decode(&encode(&manifest)), Ok(manifest));
    }
}

#[test]
fn a_manifest_that_contradicts_itself_is_refused() {
    let text = String::from_utf8(encode(&command_manifest())).unwrap();
    for (from, to) in [
        ("\"format_version\": 1", "\"format_version\": 2"),
        ("\"context\"", "\"../context\""),
        ("\"start\": 1791028800", "\"start\": 1791028801"),
        ("\"end\": 1791028860", "\"end\": 1791028861"),
        ("\"exit_code\": 0", "\"exit_code\": 1"),
        ("\"count\": 2", "\"count\": 3"),
        ("\"earliest_ms\": 5", "\"earliest_ms\": 4"),
        ("\"latest_ms\": 9", "\"latest_ms\": 8"),
        ("\"kind\": \"command\"", "\"kind\": \"tape\""),
        ("\"tool\"", "\"tools\""),
        ("\"entries\": 0", "\"entries\": -1"),
    ] {
        assert!(text.contains(from), "{from}");
        assert!(decode(text.replacen(from, to, 1).as_bytes()).is_err(), "{to}");
    }
    let backwards = Manifest { captured_end: Seconds(0), ..manifest() };
    assert!(decode(&encode(&backwards)).is_err());
    let without_run = Manifest { command: None, ..command_manifest() };
    assert!(decode(&encode(&without_run)).is_err());
}

fn contents() -> impl Strategy<Value = BTreeMap<String, Vec<u8>>> {
    let content = proptest::collection::vec(any::<u8>(), 0..40);
    proptest::collection::btree_map("[a-c.]{1,3}x", content, 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(10_000)
    })]

    #[test]
    fn any_content_round_trips(contents in contents()) {
        let (bytes, _) = pack(|writer| {
            contents.iter().for_each(|(name, content)| file(writer, name, content));
        });
        let mut reader = Reader::open(bytes.as_slice()).unwrap();
        let mut read: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        let mut current = String::new();
        loop {
            match reader.next_item().unwrap() {
                Item::Entry(entry) => {
                    current = shown(&entry.name);
                    read.insert(current.clone(), Vec::new());
                }
                Item::Block(block) => read.get_mut(&current).unwrap().extend_from_slice(block),
                Item::EntryEnd { .. } => {}
                Item::End(_) => break,
            }
        }
        prop_assert_eq!(read, contents);
    }

    #[test]
    fn arbitrary_bytes_are_no_archive(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        keep in 0_usize..120,
    ) {
        prop_assert!(full(&bytes).is_err());
        prop_assert!(quick(&bytes).is_err());
        let mut begun = small();
        begun.truncate(keep);
        begun.extend(&bytes);
        prop_assert!(full(&begun).is_err());
        prop_assert!(quick(&begun).is_err());
    }

    #[test]
    fn a_mutated_archive_is_never_good(
        mutations in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let good = small();
        let mut bytes = good.clone();
        for (position, byte) in mutations {
            let at = position.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        prop_assert_eq!(full(&bytes).is_ok(), bytes == good);
        let _ = quick(&bytes);
    }

    #[test]
    fn a_mutated_manifest_is_never_good(
        position in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let good = encode_head(&command_manifest()).unwrap();
        let mut bytes = good.clone();
        let at = position.index(bytes.len());
        bytes[at] = byte;
        let read = read_head(&mut Input::new(bytes.as_slice()));
        prop_assert_eq!(read.is_ok(), bytes == good);
        // The JSON alone, without the checksum in front of it: no panic.
        let _ = decode(bytes.get(28..).unwrap_or_default());
    }

    #[test]
    fn arbitrary_bytes_are_no_manifest(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
        prop_assert!(decode(&bytes).is_err());
    }
}
