//! What made a file? Told from its first bytes, so that `backup verify` can name what is foreign.

use std::fmt;
use std::io::{self, Read};
use std::path::Path;

use super::archive::{FORMAT_VERSION, MAGIC};
use super::known_bad::{self, KnownBad, Sniffer};
use super::plain;

/// How much of a file is looked at, in bytes; known-bad content is followed to its end.
pub const PREFIX: usize = 64 * 1024;

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// An archive of backout, in a format that this build reads. Says nothing of its integrity.
    Backout {
        /// The format.
        version: u32,
    },
    /// An archive of a newer backout.
    NewerBackout {
        /// The format.
        version: u32,
    },
    /// Something that backout did not make.
    Foreign(Foreign),
}

/// A file that backout did not make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Foreign {
    /// No byte at all.
    Empty,
    /// Redis' own dump.
    RedisRdb {
        /// The RDB version.
        version: u32,
    },
    /// Compressed by gzip.
    Gzip,
    /// A tar archive.
    Tar,
    /// A zip archive.
    Zip,
    /// An SQLite database.
    Sqlite,
    /// `pg_dump --format=custom`.
    PgDump,
    /// SQL statements.
    Sql,
    /// JSON.
    Json,
    /// The output of a recipe that is known not to work.
    KnownBad(KnownBad),
    /// None of these.
    Unknown,
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("an empty file"),
            Self::RedisRdb { version } => write!(f, "a Redis dump (RDB version {version})"),
            Self::Gzip => f.write_str("a gzip file"),
            Self::Tar => f.write_str("a tar archive"),
            Self::Zip => f.write_str("a zip archive"),
            Self::Sqlite => f.write_str("an SQLite database"),
            Self::PgDump => f.write_str("a PostgreSQL dump in custom format"),
            Self::Sql => f.write_str("SQL text"),
            Self::Json => f.write_str("JSON"),
            Self::KnownBad(_) => f.write_str("the output of a recipe that is known not to work"),
            Self::Unknown => f.write_str("a file of unknown format"),
        }
    }
}

/// Tells what a file is from its first bytes (up to [`PREFIX`]; or all of it, where it is shorter).
#[must_use]
pub fn identify(prefix: &[u8]) -> Identity {
    if let Some(rest) = prefix.strip_prefix(&MAGIC) {
        return match rest.first_chunk().map(|bytes| u32::from_le_bytes(*bytes)) {
            Some(version) if version > FORMAT_VERSION => Identity::NewerBackout { version },
            Some(version) => Identity::Backout { version },
            None => Identity::Backout { version: FORMAT_VERSION },
        };
    }
    Identity::Foreign(foreign(prefix))
}

/// Tells what the file at `path` is. Known-bad content is recognised at any length.
pub fn identify_file(path: &Path) -> io::Result<Identity> {
    let mut file = plain::open(path)?;
    let mut prefix = Vec::new();
    file.by_ref().take(u64::try_from(PREFIX).unwrap_or(u64::MAX)).read_to_end(&mut prefix)?;
    let identity = identify(&prefix);
    let mut sniffer = Sniffer::default();
    sniffer.feed(&prefix);
    if !matches!(identity, Identity::Foreign(Foreign::KnownBad(_))) {
        return Ok(identity);
    }
    let mut buffer = vec![0; PREFIX];
    while sniffer.is_open() {
        match file.read(&mut buffer)? {
            0 => break,
            read => sniffer.feed(&buffer[..read]),
        }
    }
    let whole = sniffer.finish().map_or(Foreign::Unknown, Foreign::KnownBad);
    Ok(Identity::Foreign(whole))
}

fn foreign(prefix: &[u8]) -> Foreign {
    if prefix.is_empty() {
        return Foreign::Empty;
    }
    if let Some(version) = rdb_version(prefix) {
        return Foreign::RedisRdb { version };
    }
    let signatures: [(&[u8], usize, Foreign); 6] = [
        (b"\x1f\x8b", 0, Foreign::Gzip),
        (b"PK\x03\x04", 0, Foreign::Zip),
        (b"PK\x05\x06", 0, Foreign::Zip),
        (b"SQLite format 3\0", 0, Foreign::Sqlite),
        (b"PGDMP", 0, Foreign::PgDump),
        (b"ustar", 257, Foreign::Tar),
    ];
    for (signature, at, format) in signatures {
        if prefix.get(at..).is_some_and(|rest| rest.starts_with(signature)) {
            return format;
        }
    }
    text_format(prefix)
}

fn text_format(prefix: &[u8]) -> Foreign {
    if let Some(known_bad) = known_bad::content(prefix) {
        return Foreign::KnownBad(known_bad);
    }
    let text = prefix.strip_prefix(b"\xef\xbb\xbf").unwrap_or(prefix).trim_ascii_start();
    if prefix.contains(&0) {
        Foreign::Unknown
    } else if is_json(text) {
        Foreign::Json
    } else if is_sql(text) {
        Foreign::Sql
    } else {
        Foreign::Unknown
    }
}

fn rdb_version(prefix: &[u8]) -> Option<u32> {
    let digits = prefix.strip_prefix(b"REDIS")?.first_chunk::<4>()?;
    let digits = std::str::from_utf8(digits).ok()?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// An object or a list, as far as it goes: a cut one ends in `eof`.
fn is_json(text: &[u8]) -> bool {
    if !text.starts_with(b"{") && !text.starts_with(b"[") {
        return false;
    }
    let mut values = serde_json::Deserializer::from_slice(text).into_iter::<serde_json::Value>();
    values.next().is_some_and(|value| value.is_ok()) || is_cut_json(text)
}

fn is_cut_json(text: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(text).is_err_and(|error| error.is_eof())
}

fn is_sql(text: &[u8]) -> bool {
    const WORDS: &[&[u8]] = &[
        b"create ",
        b"insert into ",
        b"drop ",
        b"set ",
        b"begin",
        b"select ",
        b"copy ",
        b"alter ",
        b"use ",
        b"pragma ",
        b"start transaction",
    ];
    text.split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .find(|line| !line.is_empty() && !line.starts_with(b"--") && !line.starts_with(b"/*"))
        .is_some_and(|line| {
            let line = line.to_ascii_lowercase();
            let complete = line.ends_with(b";") || line.ends_with(b"(") || line.ends_with(b",");
            WORDS.iter().any(|word| line.starts_with(word)) && (complete || text.contains(&b';'))
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formats_are_told_by_their_first_bytes() {
        let mut tar = vec![b'x'; 257];
        tar.extend(b"ustar\0rest");
        let cases: &[(&[u8], Foreign)] = &[
            (b"", Foreign::Empty),
            (b"REDIS0010\xfa", Foreign::RedisRdb { version: 10 }),
            (b"REDISabcd", Foreign::Unknown),
            (b"\x1f\x8b\x08", Foreign::Gzip),
            (&tar, Foreign::Tar),
            (b"PK\x03\x04", Foreign::Zip),
            (b"SQLite format 3\0", Foreign::Sqlite),
            (b"PGDMP\x01", Foreign::PgDump),
            (b"--\n-- PostgreSQL database dump\n--\n\nSET statement_timeout = 0;\n", Foreign::Sql),
            (b"create table t (\n id int\n);", Foreign::Sql),
            (b"{\"a\": 1}\n{\"b\": 2}\n", Foreign::Json),
            (b"\xef\xbb\xbf [1, 2, {\"cut\": tru", Foreign::Json),
            (b"{{template}}", Foreign::Unknown),
            (b"plain text", Foreign::Unknown),
            (b"set sail", Foreign::Unknown),
            (b"\n\n", Foreign::KnownBad(KnownBad::BlankLines)),
            (
                b"ERR wrong number of arguments for 'mget' command\n",
                Foreign::KnownBad(KnownBad::RedisError),
            ),
        ];
        for (bytes, expected) in cases {
            let shown = String::from_utf8_lossy(bytes);
            assert_eq!(identify(bytes), Identity::Foreign(expected.clone()), "{shown}");
        }
    }

    #[test]
    fn archives_are_told_by_version() {
        let with = |version: u32| [MAGIC.as_slice(), &version.to_le_bytes()].concat();
        assert_eq!(identify(&with(1)), Identity::Backout { version: 1 });
        assert_eq!(identify(&with(7)), Identity::NewerBackout { version: 7 });
        assert_eq!(identify(&MAGIC), Identity::Backout { version: 1 });
    }

    #[test]
    fn known_bad_content_is_followed_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        let blank = vec![b'\n'; PREFIX * 2];
        std::fs::write(&path, &blank).unwrap();
        let bad = Identity::Foreign(Foreign::KnownBad(KnownBad::BlankLines));
        assert_eq!(identify_file(&path).unwrap(), bad);
        std::fs::write(&path, [blank.as_slice(), b"value\n"].concat()).unwrap();
        assert_eq!(identify_file(&path).unwrap(), Identity::Foreign(Foreign::Unknown));
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::with_cases(10_000)
        })]

        #[test]
        fn nothing_panics_and_nothing_else_is_an_archive(
            bytes in proptest::collection::vec(any::<u8>(), 0..80),
        ) {
            prop_assert!(matches!(identify(&bytes), Identity::Foreign(_)));
        }
    }
}
