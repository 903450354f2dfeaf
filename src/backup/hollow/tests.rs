//! Streams of nothing as the programs of each format make them, and streams of something.

use super::{Beginning, Compressed, LIMIT, hollow};

const EMPTY: &[(Compressed, &[u8])] = &[
    // `gzip -c`, `gzip -9nc`, `gzip -c FILE`, and Python's.
    (Compressed::Gzip, b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
    (Compressed::Gzip, b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
    (
        Compressed::Gzip,
        b"\x1f\x8b\x08\x08\x31\x12\x08\x6b\x00\x03nothing\x00\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00",
    ),
    (Compressed::Gzip, b"\x1f\x8b\x08\x00\x32\x12\x08\x6b\x02\xff\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
    // Stored, after a flush, and with every field of the header.
    (
        Compressed::Gzip,
        b"\x1f\x8b\x08\x1e\x00\x00\x00\x00\x00\x03\x02\x00xxname\x00comment\x00hc\
          \x00\x00\x00\xff\xff\x01\x00\x00\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00",
    ),
    // `zstd -c`, `zstd -c --no-check`.
    (Compressed::Zstd, b"\x28\xb5\x2f\xfd\x24\x00\x01\x00\x00\x99\xe9\xd8\x51"),
    (Compressed::Zstd, b"\x28\xb5\x2f\xfd\x20\x00\x01\x00\x00"),
    // With a window and no stated size; behind a frame that is passed over.
    (Compressed::Zstd, b"\x28\xb5\x2f\xfd\x04\x58\x01\x00\x00\x99\xe9\xd8\x51"),
    (
        Compressed::Zstd,
        b"\x50\x2a\x4d\x18\x02\x00\x00\x00xx\x28\xb5\x2f\xfd\x24\x00\x01\x00\x00\x99\xe9\xd8\x51",
    ),
    // `xz -c`, with `--check=crc32` and with `--check=none`.
    (
        Compressed::Xz,
        b"\xfd7zXZ\x00\x00\x04\xe6\xd6\xb4\x46\x00\x00\x00\x00\x1c\xdf\x44\x21\x1f\xb6\xf3\x7d\x01\x00\x00\x00\x00\x04YZ",
    ),
    (
        Compressed::Xz,
        b"\xfd7zXZ\x00\x00\x01\x69\x22\xde\x36\x00\x00\x00\x00\x1c\xdf\x44\x21\x90\x42\x99\x0d\x01\x00\x00\x00\x00\x01YZ",
    ),
    (
        Compressed::Xz,
        b"\xfd7zXZ\x00\x00\x00\xff\x12\xd9\x41\x00\x00\x00\x00\x1c\xdf\x44\x21\x06\x72\x9e\x7a\x01\x00\x00\x00\x00\x00YZ",
    ),
    // `bzip2 -c`, `bzip2 -1c`.
    (Compressed::Bzip2, b"BZh9\x17\x72\x45\x38\x50\x90\x00\x00\x00\x00"),
    (Compressed::Bzip2, b"BZh1\x17\x72\x45\x38\x50\x90\x00\x00\x00\x00"),
    // `lz4 -c`, `lz4 -c --no-frame-crc`.
    (Compressed::Lz4, b"\x04\x22\x4d\x18\x64\x40\xa7\x00\x00\x00\x00\x05\x5d\xcc\x02"),
    (Compressed::Lz4, b"\x04\x22\x4d\x18\x60\x40\x82\x00\x00\x00\x00"),
];

/// The letter `x`, compressed.
const FULL: &[&[u8]] = &[
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\x00\x00\x83\x16\xdc\x8c\x01\x00\x00\x00",
    b"\x28\xb5\x2f\xfd\x04\x58\x09\x00\x00\x78\x23\x11\x04\x83",
    b"\xfd7zXZ\x00\x00\x04\xe6\xd6\xb4\x46\x02\x00\x21\x01\x16\x00\x00\x00\x74\x2f\xe5\xa3\x01\x00\
      \x00\x78\x00\x00\x00\x00\x45\xae\xef\x83\xf8\xee\x16\x0a\x00\x01\x19\x01\xa5\x2c\x81\xcc\x1f\
      \xb6\xf3\x7d\x01\x00\x00\x00\x00\x04YZ",
    b"BZh91AY&SY\x77\x4b\xb0\x14\x00\x00\x00\x00\x80\x00\x40\x20\x00\x21\x18\x46\x82\xee\x48\xa7\
      \x0a\x12\x0e\xe9\x76\x02\x80",
    b"\x04\x22\x4d\x18\x64\x40\xa7\x01\x00\x00\x80\x78\x00\x00\x00\x00\xea\x30\xc4\x2e",
];

#[test]
fn a_stream_of_nothing_is_recognised_once_and_several_times() {
    for (format, stream) in EMPTY {
        assert_eq!(hollow(stream), Some(*format), "{stream:x?}");
        assert_eq!(hollow(&stream.repeat(3)), Some(*format), "{stream:x?}");
    }
}

#[test]
fn what_is_not_whole_or_holds_something_is_content() {
    assert_eq!(hollow(b""), None);
    for (_, stream) in EMPTY {
        // A frame that is passed over, alone, is nothing as well.
        let passed_over = if stream[0] == 0x50 { 10 } else { 0 };
        for cut in (1..stream.len()).filter(|cut| *cut != passed_over) {
            assert_eq!(hollow(&stream[..cut]), None, "{cut} of {stream:x?}");
        }
        assert_eq!(hollow(&[stream, &b"x"[..]].concat()), None, "{stream:x?}");
        for full in FULL {
            assert_eq!(hollow(full), None, "{full:x?}");
            assert_eq!(hollow(&[stream, *full].concat()), None, "{stream:x?} {full:x?}");
            assert_eq!(hollow(&[full, *stream].concat()), None, "{stream:x?} {full:x?}");
        }
    }
}

#[test]
fn it_is_told_whatever_the_pieces_are_and_nothing_long_is_kept() {
    let (format, stream) = EMPTY[0];
    let mut beginning = Beginning::default();
    stream.iter().for_each(|byte| beginning.feed(&[*byte]));
    assert_eq!(beginning.finish(), Some(format));
    let long = stream.repeat(LIMIT / stream.len() + 1);
    beginning.feed(&long);
    assert_eq!((beginning.finish(), beginning.bytes.len()), (None, LIMIT));
}
