//! A receipt as text, for `git add`: one block per archive, so that two branches merge well.

use std::fmt::Write as _;

use super::{ArchiveReceipt, BackupReceipt, StoredFile, VERSION, instant_text};

/// The receipt as TOML. [`super::parse`] reads it back to the same value, for every value that it
/// could have read itself.
#[must_use]
pub fn render(receipt: &BackupReceipt) -> String {
    let mut text = String::from(
        "# What `backout backup create` captured, newest last. Keep this file in the repository:\n\
         # the guard reads it. `backout backup verify` holds the archives against it.\n",
    );
    line(&mut text, "version", &VERSION.to_string());
    line(&mut text, "backup", &quoted(receipt.backup.as_str()));
    line(&mut text, "migration", &quoted(receipt.migration.as_str()));
    for archive in &receipt.archives {
        archive_block(&mut text, archive);
    }
    text
}

fn archive_block(text: &mut String, archive: &ArchiveReceipt) {
    text.push_str("\n[[archives]]\n");
    line(text, "format", &quoted(&archive.format.to_string()));
    line(text, "source", &quoted(archive.source.as_str()));
    if let Some(from) = &archive.from {
        line(text, "from", &quoted(from));
    }
    line(text, "captured_start", &instant_text(archive.captured_start));
    line(text, "captured_end", &instant_text(archive.captured_end));
    if let Some(environment) = &archive.environment {
        line(text, "environment", &quoted(environment));
    }
    line(text, "place", &quoted(&archive.place));
    let files: Vec<_> = archive.files.iter().map(stored_file).collect();
    line(text, "files", &format!("[\n  {},\n]", files.join(",\n  ")));
    line(text, "entries", &archive.entries.to_string());
    line(text, "payload_bytes", &archive.payload_bytes.to_string());
    if let Some(expiring) = archive.expiring {
        line(text, "expiring", &expiring.count.to_string());
        line(text, "expires_earliest", &instant_text(expiring.earliest));
        line(text, "expires_latest", &instant_text(expiring.latest));
    }
    optional_tables(text, archive);
}

fn optional_tables(text: &mut String, archive: &ArchiveReceipt) {
    if let Some(server) = &archive.server {
        let (kind, version) = (quoted(&server.kind), quoted(&server.version));
        let rdb = server.rdb_version.map(|rdb| format!(", rdb_version = {rdb}"));
        let rdb = rdb.unwrap_or_default();
        line(text, "server", &format!("{{ kind = {kind}, version = {version}{rdb} }}"));
    }
    if let Some(rehearsal) = &archive.rehearsed {
        let (at, target) = (instant_text(rehearsal.at), quoted(&rehearsal.target));
        let result = quoted(rehearsal.result.as_str());
        line(text, "rehearsed", &format!("{{ at = {at}, target = {target}, result = {result} }}"));
    }
}

fn stored_file(file: &StoredFile) -> String {
    let (name, sha256, size) = (quoted(&file.name), file.sha256, file.size);
    format!("{{ name = {name}, sha256 = \"{sha256}\", size = {size} }}")
}

fn line(text: &mut String, key: &str, value: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{key} = {value}");
}

/// A TOML basic string. Everything that a terminal or a diff could misread is escaped.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            plain if plain.is_ascii_graphic() || plain == ' ' || plain.is_alphanumeric() => {
                out.push(plain);
            }
            other => {
                let _ = write!(out, "\\U{:08X}", u32::from(other));
            }
        }
    }
    out.push('"');
    out
}
