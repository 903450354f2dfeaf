//! Facts in memory, and a case: a configuration, some commits, some facts; then one requirement.

mod case;
mod facts;

pub use case::{Case, Told};
pub use facts::FakeFacts;

use crate::config::{self, Configuration};
use crate::git::{Commit, Entry, ObjectId, RepoPath, Seconds};
use crate::readiness::registry::codes;
use crate::readiness::snapshot::{Known, Tag, Unknown};
use crate::receipt::{
    ArchiveReceipt, BackupReceipt, Digest, Rehearsal, RehearsalResult, StoredFile,
    instant_from_text, render,
};
use crate::stage::ledger::{Evidence, StageHistory, StageStep};
use crate::stage::plan::Work;

/// The clock of every case.
pub const NOW: &str = "2026-11-24T12:00:00Z";

/// An instant.
pub fn at(text: &str) -> Seconds {
    instant_from_text(text).unwrap()
}

/// An object id, the same byte all over.
pub fn id(byte: u8) -> ObjectId {
    ObjectId::from_bytes(&[byte; 20]).unwrap()
}

/// The commit on which the start tag stands.
pub fn start() -> ObjectId {
    id(1)
}

/// A fact that cannot be had.
pub fn unknown<T>() -> Known<T> {
    Err(Unknown { reason: "the object is damaged".to_owned(), help: "run `git fsck`".to_owned() })
}

/// An annotated tag on a commit.
pub fn annotated(commit: ObjectId) -> Tag {
    Tag { commit: Some(commit), annotated: true, time: Some(at("2026-10-01T00:00:00Z")) }
}

/// A plain file.
pub fn file(path: &str) -> Entry {
    Entry {
        mode: 0o100_644,
        oid: ObjectId::from_bytes(Digest::of(path.as_bytes()).as_bytes()).unwrap(),
    }
}

/// A history that landed in steps at these instants.
pub fn landed(times: &[&str]) -> StageHistory {
    let step = |(index, time): (usize, &&str)| StageStep {
        order: index,
        changes: Vec::new(),
        id: id(0x20 + u8::try_from(index).unwrap()),
        time: at(time),
        merge: true,
        subject: "Landed".to_owned(),
        evidence: Evidence::Claimed,
    };
    StageHistory { steps: times.iter().enumerate().map(step).collect(), ..StageHistory::default() }
}

/// A sound archive captured at an instant, of a command source.
pub fn archive(captured: &str) -> ArchiveReceipt {
    ArchiveReceipt {
        captured_start: at(captured),
        captured_end: at(captured),
        place: "/srv/backups/data.backout".to_owned(),
        files: vec![StoredFile {
            name: "data.backout".to_owned(),
            sha256: Digest::of(captured.as_bytes()),
            size: 100,
        }],
        ..crate::backup::testing::archive()
    }
}

/// A rehearsal.
pub fn rehearsal(when: &str, result: RehearsalResult) -> Rehearsal {
    Rehearsal { at: at(when), target: "scratch".to_owned(), result }
}

/// A receipt of a backup of the migration `m`.
pub fn receipt(backup: &str, archives: &[ArchiveReceipt]) -> String {
    receipt_of("m", backup, archives)
}

/// A receipt of a backup of a migration.
pub fn receipt_of(migration: &str, backup: &str, archives: &[ArchiveReceipt]) -> String {
    render(&BackupReceipt {
        backup: backup.parse().unwrap(),
        migration: migration.parse().unwrap(),
        archives: archives.to_vec(),
    })
}

/// Parses a configuration with the codes of the registry; a wrong one fails the test.
pub fn configuration(files: &[(&str, &str)]) -> Configuration {
    let codes = codes();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    config::testing::configuration(files, &codes)
}

/// The top of a configuration of the migration `m`; `more` goes into `[migration]`.
pub fn migration(more: &str) -> String {
    format!(
        "version = 1\n[migration]\nid = \"m\"\nname = \"M\"\nstart = {{ tag = \"m-start\" }}\n\
         branch = \"main\"\n{more}\n"
    )
}

/// A stage that owns `src/<id>/**`; `more` goes into it.
pub fn stage(id: &str, impact: &str, more: &str) -> String {
    let paths = format!("[\"src/{id}/**\"]");
    stage_at(id, impact, &paths, more)
}

/// A stage that owns `paths`, an array of globs.
pub fn stage_at(id: &str, impact: &str, paths: &str, more: &str) -> String {
    let rollback = if more.contains("rollback =") { "" } else { "rollback = [\"code\"]\n" };
    format!(
        "[[stages]]\nid = \"{id}\"\nname = \"Stage {id}\"\nimpact = \"{impact}\"\n\
         paths = {paths}\n{rollback}{more}\n"
    )
}

/// A commit with the paths that it changed.
pub fn work(number: u8, message: &str, paths: &[&str]) -> Work {
    Work {
        commit: Commit {
            id: id(number),
            tree: id(0xee),
            parents: vec![id(2)],
            time: at("2026-11-24T11:30:00Z"),
            message: message.as_bytes().to_vec(),
        },
        paths: paths.iter().map(|path| RepoPath::from(*path)).collect(),
        joined: Vec::new(),
        brought_by: None,
        step: Vec::new(),
    }
}
