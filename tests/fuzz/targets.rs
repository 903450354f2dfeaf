//! What is fuzzed, and the laws that hold whatever the bytes are. Used by the fuzz targets beside
//! this file, and by the test that replays the kept corpora.

use std::io::Cursor;
use std::path::Path;

use backout::backup::archive::{Depth, EntryKind, Item, Reader, verify};
use backout::config::{self, FileSource, Vocabulary};
use backout::{ci, flag, receipt, stage};

/// Tries one input: it panics where a law is broken.
pub type Target = fn(&[u8]);

/// Every target, by the name of its corpus.
pub const TARGETS: [(&str, Target); 10] = [
    ("stdin", stdin),
    ("event", event),
    ("configuration", configuration),
    ("flag_file", flag_file),
    ("manifest", manifest),
    ("archive", archive),
    ("receipt", receipts),
    ("rehearsal", rehearsals),
    ("trailers", trailers),
    ("attributions", attributions),
];

/// A push is judged whole or not at all: each line that git wrote becomes one update.
pub fn stdin(data: &[u8]) {
    let Ok(updates) = ci::parse_ref_lines(data) else { return };
    let lines = data.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count();
    assert_eq!(updates.len(), lines, "a line was passed over");
    for update in updates {
        assert!(update.from.is_some() || update.to.is_some(), "an update of nothing");
        assert!(update.from.is_none_or(|id| !id.is_zero()));
        assert!(update.to.is_none_or(|id| !id.is_zero()));
    }
}

/// The first byte chooses the event's name, the rest is the event file.
pub fn event(data: &[u8]) {
    let Some((kind, payload)) = data.split_first() else { return };
    let names = ["push", "pull_request", "merge_group", "workflow_dispatch", "schedule", "release"];
    let name = names[usize::from(*kind) % names.len()];
    let variable = |asked: &str| {
        let value = match asked {
            "GITHUB_ACTIONS" => "true",
            "GITHUB_EVENT_NAME" => name,
            "GITHUB_EVENT_PATH" => "/event.json",
            "GITHUB_SHA" => "1111111111111111111111111111111111111111",
            "GITHUB_REF" => "refs/heads/main",
            _ => return None,
        };
        Some(value.to_owned())
    };
    let found = ci::detect(&variable, &|_: &Path| Ok(payload.to_vec()));
    // Within CI there is always something to judge, or an error: never silence.
    assert!(!matches!(found, Ok(None)), "{name}: nothing to judge");
}

struct OneFile<'a>(&'a [u8]);

impl FileSource for OneFile<'_> {
    fn read(&self, path: &str) -> anyhow::Result<Option<Vec<u8>>> {
        Ok((path == "backout.toml").then(|| self.0.to_vec()))
    }
}

/// A configuration that is taken has what the guard rests on.
pub fn configuration(data: &[u8]) {
    let vocabulary = Vocabulary { codes: &["tag/missing", "backup/stale"] };
    match config::load(&OneFile(data), "backout.toml", vocabulary) {
        Ok(found) => {
            let found = found.expect("the file was there");
            for migration in &found.migrations {
                assert!(!migration.branch.is_empty() && !migration.start.tag.is_empty());
            }
        }
        Err(config::LoadError::Invalid(error)) => {
            assert!(error.render(false).contains("error"), "an error that says nothing");
        }
        Err(config::LoadError::Unreadable(error)) => panic!("the file was there: {error:#}"),
    }
}

/// The first byte chooses the format. An edit changes one value: what it wrote is read back.
pub fn flag_file(data: &[u8]) {
    let Some((kind, content)) = data.split_first() else { return };
    let paths = [".env", "flags.toml", "flags.yaml", "flags.json"];
    let path = paths[usize::from(*kind) % paths.len()];
    let Ok(found) = flag::definitions(path, content) else { return };
    let Some(first) = found.all.first() else { return };
    let Ok(edited) = flag::set(path, content, &first.name, "off") else { return };
    let again = flag::definitions(path, &edited).expect("an edit left a broken file");
    assert_eq!(again.all.len(), found.all.len(), "an edit added or took a definition");
}

/// The bytes are a manifest whose checksums are right, and nothing follows it.
pub fn manifest(data: &[u8]) {
    let mut head = backout::backup::archive::MAGIC.to_vec();
    head.extend(backout::backup::archive::FORMAT_VERSION.to_le_bytes());
    head.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_le_bytes());
    head.extend(crc32fast::hash(data).to_le_bytes());
    head.extend(crc32fast::hash(&head).to_le_bytes());
    head.extend(data);
    assert!(verify(Cursor::new(head), Depth::Full).is_err(), "half an archive passed for a whole");
}

/// What passes a full verify is read to its end, and has no name that leads out of its folder.
pub fn archive(data: &[u8]) {
    let full = verify(Cursor::new(data), Depth::Full);
    let quick = verify(Cursor::new(data), Depth::Quick);
    assert!(full.is_err() || quick.is_ok(), "the quick look found what the full one did not");
    let Ok(mut reader) = Reader::open(Cursor::new(data)) else {
        assert!(full.is_err());
        return;
    };
    let read = loop {
        match reader.next_item() {
            Ok(Item::Entry(entry)) => {
                let parts: Vec<&[u8]> = entry.name.split(|byte| *byte == b'/').collect();
                assert!(entry.kind == EntryKind::Output || !parts.contains(&b"..".as_slice()));
            }
            Ok(Item::End(_)) => break true,
            Ok(_) => {}
            Err(_) => break false,
        }
    };
    assert_eq!(read, full.is_ok(), "reading and verifying disagree");
}

/// A receipt that is taken says the same when it is written again.
pub fn receipts(data: &[u8]) {
    let Ok(read) = receipt::parse(data) else { return };
    let written = receipt::render(&read);
    let again = receipt::parse(written.as_bytes()).expect("a written receipt is not readable");
    assert_eq!(again, read, "a receipt changed by being written");
}

/// A receipt of a rehearsal that is taken says the same when it is written again.
pub fn rehearsals(data: &[u8]) {
    let Ok(read) = receipt::parse_code(data) else { return };
    let written = receipt::render_code(&read);
    let again = receipt::parse_code(written.as_bytes()).expect("a written receipt is readable");
    assert_eq!(again, read, "a receipt changed by being written");
}

/// Each trailer's value stands in the message.
pub fn trailers(data: &[u8]) {
    for trailer in stage::trailer::trailers(data, "Migration-Stage") {
        let _ = stage::trailer::claim(&trailer.value);
        let shown = String::from_utf8_lossy(data);
        let first = trailer.value.split_whitespace().next().unwrap_or_default();
        assert!(shown.contains(first), "a trailer that nobody wrote");
    }
}

/// An entry that is taken says the same when it is written again.
pub fn attributions(data: &[u8]) {
    let Ok(entries) = stage::attributions::parse(data) else { return };
    let written: String = entries.iter().map(stage::attributions::render).collect();
    let again =
        stage::attributions::parse(written.as_bytes()).expect("a written entry is readable");
    assert_eq!(again.len(), entries.len(), "an entry was lost by being written");
}
