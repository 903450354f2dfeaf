//! Archives of a compressed stream that holds nothing.

use crate::backup::archive::{self, Depth, SourceDescription};
use crate::backup::testing::NOON;
use crate::backup::{Checked, check_file};
use crate::git::Seconds;

/// What `gzip` makes of no input.
const NOTHING: &[u8] =
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00";

/// An archive of a command's output, as an older build would have made it of anything.
fn archive_of(output: &[u8]) -> tempfile::NamedTempFile {
    let mut out = archive::EntryWriter::new(Vec::new());
    let kind = archive::EntryKind::Output;
    out.begin(&archive::Entry { kind, mode: 0, name: b"stdout".to_vec() }).unwrap();
    out.write(output).unwrap();
    out.end().unwrap();
    let (spool, totals) = out.finish().unwrap();
    let manifest = archive::Manifest {
        backup: "context".parse().unwrap(),
        migration: "entities".parse().unwrap(),
        tool: "backout 0.1.0".to_owned(),
        source: SourceDescription::Command { argv: vec!["dump".to_owned()] },
        captured_start: Seconds(NOON),
        captured_end: Seconds(NOON),
        environment: None,
        entries: totals.entries(),
        payload_bytes: totals.payload_bytes(),
        point_in_time: None,
        server: None,
        expiries: None,
        command: Some(archive::CommandRun {
            exit_code: 0,
            stderr: String::new(),
            stderr_cut: false,
        }),
    };
    let mut file = tempfile::NamedTempFile::new().unwrap();
    archive::assemble(&manifest, &mut spool.as_slice(), &totals, &mut file).unwrap();
    file
}

#[test]
fn an_archive_of_a_compressed_nothing_is_empty_whatever_its_checksums_say() {
    let hollow = archive_of(NOTHING);
    for depth in [Depth::Full, Depth::Quick] {
        match check_file(hollow.path(), depth) {
            Checked::Bad(problem) => {
                assert_eq!(problem.code, "backup/empty");
                assert!(problem.message.contains("an empty gzip stream"), "{problem:?}");
            }
            other => panic!("{depth:?}: {other:?}"),
        }
    }
    let full = archive_of(&[NOTHING, b"x"].concat());
    assert!(matches!(check_file(full.path(), Depth::Full), Checked::Good(_)));
}
