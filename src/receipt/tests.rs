//! Receipts: what is written is read back, and nothing doubtful is read at all.

use proptest::prelude::*;

use super::*;
use crate::git::Seconds;

fn sample() -> BackupReceipt {
    let file = StoredFile {
        name: "context-20261003T120000Z-ab.backout".to_owned(),
        sha256: Digest::of(b"x"),
        size: 4096,
    };
    BackupReceipt {
        backup: "context".parse().unwrap(),
        migration: "entities".parse().unwrap(),
        archives: vec![ArchiveReceipt {
            format: ArchiveFormat::Backout(1),
            source: SourceKind::Redis,
            from: Some("session:*".to_owned()),
            captured_start: Seconds(1_791_028_800),
            captured_end: Seconds(1_791_028_860),
            environment: Some("production".to_owned()),
            place: "../backups/context-20261003T120000Z-ab.backout".to_owned(),
            files: vec![file],
            entries: 3,
            payload_bytes: 4000,
            server: Some(Server {
                kind: "redis".to_owned(),
                version: "7.0.15".to_owned(),
                rdb_version: Some(10),
            }),
            expiring: Some(Expiring {
                count: 2,
                earliest: Seconds(1_791_032_400),
                latest: Seconds(1_791_036_000),
            }),
            rehearsed: Some(Rehearsal {
                at: Seconds(1_791_030_000),
                target: "redis://scratch".to_owned(),
                result: RehearsalResult::Passed,
            }),
        }],
    }
}

#[test]
fn a_receipt_reads_well() {
    insta::assert_snapshot!(render(&sample()), @r#"
    # What `backout backup create` captured, newest last. Keep this file in the repository:
    # the guard reads it. `backout backup verify` holds the archives against it.
    version = 1
    backup = "context"
    migration = "entities"

    [[archives]]
    format = "backout-archive/1"
    source = "redis"
    from = "session:*"
    captured_start = 2026-10-03T12:00:00Z
    captured_end = 2026-10-03T12:01:00Z
    environment = "production"
    place = "../backups/context-20261003T120000Z-ab.backout"
    files = [
      { name = "context-20261003T120000Z-ab.backout", sha256 = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881", size = 4096 },
    ]
    entries = 3
    payload_bytes = 4000
    expiring = 2
    expires_earliest = 2026-10-03T13:00:00Z
    expires_latest = 2026-10-03T14:00:00Z
    server = { kind = "redis", version = "7.0.15", rdb_version = 10 }
    rehearsed = { at = 2026-10-03T12:20:00Z, target = "redis://scratch", result = "passed" }
    "#);
}

#[test]
fn what_is_written_is_read_back() {
    assert_eq!(parse(render(&sample()).as_bytes()), Ok(sample()));
}

/// Every key once, with a value that has to be refused, and a word of the message.
#[test]
fn doubtful_values_are_refused_at_their_place() {
    let good = render(&sample());
    let digest = Digest::of(b"x").to_string();
    let cases: &[(&str, &str, &str)] = &[
        ("version = 1", "version = 0", "expected version = 1"),
        ("version = 1", "version = \"1\"", "invalid type"),
        ("version = 1", "version = 1\nextra = 2", "unknown field"),
        ("backup = \"context\"", "backup = \"../context\"", "is no id"),
        ("migration = \"entities\"", "", "missing field"),
        ("source = \"redis\"", "source = \"tape\"", "expected \"redis\""),
        ("captured_end = 2026-10-03T12:01:00Z", "captured_end = 2026-10-03T11:01:00Z", "before"),
        ("12:01:00Z", "12:01:00.5Z", "whole seconds"),
        ("12:01:00Z", "12:01:00", "in UTC"),
        ("12:01:00Z", "12:01:00+02:00", "in UTC"),
        ("place = \"../backups", "place = \"\\u001b../backups", "on one line"),
        ("environment = \"production\"", "environment = \"\"", "1 to 4096"),
        ("backout-archive/1", "backout-archive/0", "expected \"backout-archive/1\""),
        ("backout-archive/1", "backout-archive/", "never was a format"),
        ("ab.backout\"\nfiles", "ac.backout\"\nfiles", "`/context-20261003T120000Z-ab.backout`"),
        ("place = \"../backups/", "place = \"../backups/x", "ends with the archive's file name"),
        ("name = \"context-", "name = \"../context-", "without a folder"),
        (&digest, &digest[1..], "SHA-256"),
        (&digest, &digest.to_uppercase(), "SHA-256"),
        ("size = 4096", "size = -1", "from 0 on"),
        ("entries = 3", "entries = -3", "from 0 on"),
        ("payload_bytes = 4000", "payload_bytes = 1.5", "invalid type"),
        ("expiring = 2\n", "", "come together"),
        ("expiring = 2", "expiring = 0", "at least 1"),
        ("expires_latest = 2026-10-03T14", "expires_latest = 2026-10-03T10", "before"),
        ("rdb_version = 10", "rdb_version = -1", "version number"),
        ("result = \"passed\"", "result = \"fine\"", "expected \"passed\""),
    ];
    for (from, to, expected) in cases {
        assert!(good.contains(from), "{from} is not in the sample");
        let error = parse(good.replacen(from, to, 1).as_bytes()).unwrap_err();
        assert_eq!(error.problem, ReceiptProblem::Malformed, "{to}");
        assert!(error.message.contains(expected), "{to}: {error}");
    }
}

#[test]
fn an_error_names_its_line_and_column() {
    let text = render(&sample()).replace("entries = 3", "entries = -3");
    let error = parse(text.as_bytes()).unwrap_err();
    let line = text.lines().position(|line| line == "entries = -3").unwrap() + 1;
    assert_eq!((error.line as usize, error.column), (line, 11));
    let error = parse(b"version = 1\n# \xff").unwrap_err();
    assert_eq!((error.line, error.column), (2, 3));
}

#[test]
fn a_newer_receipt_is_told_from_a_damaged_one() {
    let text = render(&sample()).replacen("version = 1", "version = 2\nunheard_of = true", 1);
    let error = parse(text.as_bytes()).unwrap_err();
    assert_eq!(error.problem, ReceiptProblem::Newer { version: 2 });
    assert!(error.message.contains("newer backout"), "{error}");
}

#[test]
fn a_receipt_without_an_archive_or_a_file_is_refused() {
    let mut empty = sample();
    empty.archives.clear();
    assert!(parse(render(&empty).as_bytes()).is_err());
    let text = render(&sample());
    let (start, end) = (text.find("files = [").unwrap(), text.find("entries =").unwrap());
    let none = format!("{}files = []\n{}", &text[..start], &text[end..]);
    assert!(parse(none.as_bytes()).unwrap_err().message.contains("at least one file"));
    assert!(parse(&vec![b'#'; MAX_BYTES + 1]).is_err());
}

#[test]
fn another_programs_format_has_places_of_its_own() {
    let text = render(&sample()).replace("backout-archive/1", "rdb");
    let elsewhere = text.replace("place = \"../backups/context-", "place = \"tape 4, ");
    assert_ne!(text, elsewhere);
    assert_eq!(
        parse(elsewhere.as_bytes()).unwrap().archives[0].place,
        "tape 4, 20261003T120000Z-ab.backout"
    );
}

#[test]
fn the_same_file_name_twice_is_refused() {
    let mut twice = sample();
    let file = twice.archives[0].files[0].clone();
    twice.archives[0].files.push(file);
    assert!(parse(render(&twice).as_bytes()).unwrap_err().message.contains("twice"));
}

#[test]
fn archives_come_in_the_order_of_their_capture() {
    let mut receipt = sample();
    let mut older = receipt.archives[0].clone();
    older.captured_start = Seconds(5);
    older.captured_end = Seconds(6);
    receipt.archives.push(older);
    let ends: Vec<_> = receipt.by_capture().iter().map(|archive| archive.captured_end.0).collect();
    assert_eq!(ends, [6, 1_791_028_860]);
}

#[test]
fn a_format_label_is_read_strictly() {
    assert_eq!(ArchiveFormat::from_label("backout-archive/1"), ArchiveFormat::Backout(1));
    for label in ["backout-archive/0", "backout-archive/01", "backout-archive/+1", "rdb"] {
        assert_eq!(ArchiveFormat::from_label(label), ArchiveFormat::Other(label.to_owned()));
    }
}

fn instants() -> impl Strategy<Value = Seconds> {
    (FIRST_INSTANT.0..=LAST_INSTANT.0).prop_map(Seconds)
}

fn texts() -> impl Strategy<Value = String> {
    "[^\\p{Cc}]{1,12}"
}

fn numbers() -> impl Strategy<Value = u64> {
    (0..=i64::MAX).prop_map(i64::unsigned_abs)
}

fn sorted(a: Seconds, b: Seconds) -> (Seconds, Seconds) {
    (a.min(b), a.max(b))
}

fn archives() -> impl Strategy<Value = ArchiveReceipt> {
    let kind =
        prop_oneof![Just(SourceKind::Redis), Just(SourceKind::File), Just(SourceKind::Command)];
    let file = ("[a-z0-9 ]{1,8}x", any::<[u8; 32]>(), numbers());
    let server = (texts(), texts(), proptest::option::of(any::<u32>()));
    let expiring = (1..=i64::MAX.unsigned_abs(), instants(), instants());
    let rehearsal = (instants(), texts(), any::<bool>());
    let head = (kind, instants(), instants(), proptest::option::of(texts()), texts(), file);
    let tail = (
        numbers(),
        numbers(),
        proptest::option::of(server),
        proptest::option::of(expiring),
        proptest::option::of(rehearsal),
    );
    (1..=u32::MAX, head, tail).prop_map(|(version, head, tail)| {
        let (source, a, b, environment, folder, (name, sha, size)) = head;
        let (entries, payload_bytes, server, expiring, rehearsal) = tail;
        let (captured_start, captured_end) = sorted(a, b);
        ArchiveReceipt {
            format: ArchiveFormat::Backout(version),
            source,
            from: Some(folder.clone()),
            captured_start,
            captured_end,
            environment,
            place: format!("{folder}/{name}"),
            files: vec![StoredFile { name, sha256: Digest::from_bytes(sha), size }],
            entries,
            payload_bytes,
            server: server.map(|(kind, version, rdb_version)| Server {
                kind,
                version,
                rdb_version,
            }),
            expiring: expiring.map(|(count, a, b)| {
                let (earliest, latest) = sorted(a, b);
                Expiring { count, earliest, latest }
            }),
            rehearsed: rehearsal.map(|(at, target, good)| {
                let result = if good { RehearsalResult::Passed } else { RehearsalResult::Failed };
                Rehearsal { at, target, result }
            }),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(10_000)
    })]

    #[test]
    fn every_receipt_round_trips(archive in archives()) {
        let receipt = BackupReceipt { archives: vec![archive], ..sample() };
        let text = render(&receipt);
        prop_assert_eq!(parse(text.as_bytes()), Ok(receipt), "{}", text);
    }

    #[test]
    fn arbitrary_bytes_are_no_receipt(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(parse(&bytes).is_err());
    }

    /// A receipt has no checksum of its own (git keeps it), so a changed byte may give another
    /// receipt; it never gives one that breaks a rule.
    #[test]
    fn a_mutated_receipt_is_refused_or_still_keeps_every_rule(
        position in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<prop::sample::Index>(),
        whole in any::<bool>(),
    ) {
        let mut bytes = render(&sample()).into_bytes();
        let at = position.index(bytes.len());
        bytes[at] = byte;
        if !whole {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(receipt) = parse(&bytes) {
            prop_assert_eq!(parse(render(&receipt).as_bytes()), Ok(receipt.clone()));
            for archive in &receipt.archives {
                prop_assert!(archive.captured_start <= archive.captured_end);
                prop_assert!(!archive.files.is_empty());
                prop_assert!(archive.files.iter().all(|file| !file.name.contains('/')));
            }
        }
    }
}
