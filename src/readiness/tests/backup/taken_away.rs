//! What a push does to the receipt of a stage that has landed, and does not go forward.

use insta::assert_snapshot;

use super::{BACKUP, FRESH, RECEIPT, text};
use crate::git::{Change, RepoPath, TreeFile};
use crate::readiness::snapshot::Known;
use crate::readiness::tests::fake::{
    Case, Told, archive, file, landed, receipt, rehearsal, unknown,
};
use crate::receipt::{ArchiveReceipt, RehearsalResult};

const DAMAGED: &str = "version = 1\narchives = 3\n";

fn sound() -> String {
    let rehearsed = Some(rehearsal(FRESH, RehearsalResult::Passed));
    receipt("data", &[ArchiveReceipt { rehearsed, ..archive(FRESH) }])
}

fn content(text: &str) -> Known<Option<TreeFile>> {
    Ok(Some(TreeFile::Content(text.as_bytes().to_vec())))
}

/// Stage 9 has landed; a push of something else changes its receipt, or takes it away.
fn changed(before: &str, now: Option<Known<Option<TreeFile>>>) -> Told {
    let change = Change {
        path: RepoPath::from(RECEIPT),
        old: Some(file("old")),
        new: now.as_ref().map(|_| file("new")),
    };
    let case = Case::new(&text("high", "", BACKUP))
        .commit("Tidy", &["README.md"])
        .history("9", Ok(landed(&["2026-11-24T11:50:00Z"])))
        .range(|range| range.changes.push(change));
    let case = case.facts(|facts| {
        facts.base_files.insert(RECEIPT.to_owned(), content(before));
        facts.files.extend(now.map(|now| (RECEIPT.to_owned(), now)));
    });
    case.ask("backup")
}

#[test]
fn a_receipt_that_is_as_good_as_before_is_no_finding() {
    let same = changed(&sound(), Some(content(&sound())));
    assert_eq!((same.lines(), same.outcomes()), (String::new(), String::new()));
    let better = changed(DAMAGED, Some(content(&sound())));
    assert_eq!((better.lines(), better.outcomes()), (String::new(), String::new()));
}

#[test]
fn what_is_wrong_now_and_was_not_before_is_told() {
    let spoilt = changed(&sound(), Some(content(DAMAGED)));
    assert_eq!(spoilt.outcomes(), "9 unmet");
    assert_snapshot!(spoilt.lines(), @"backup/corrupt warn 9: the receipt cannot be read: .backout/backups/data.toml:2:12: invalid type: integer `3`, expected a sequence / correct it there, or take the last good one back: `git restore --source=020202020202 -- .backout/backups/data.toml`, and commit it");
    let as_before = changed(DAMAGED, Some(content(DAMAGED)));
    assert_eq!(as_before.outcomes(), "", "nobody made it worse");
    let other = changed("version = 1\nbackup = 3\n", Some(content(DAMAGED)));
    assert_eq!(other.outcomes(), "9 unmet", "damaged in another way");
    let empty = receipt("data", &[ArchiveReceipt { entries: 0, ..archive(FRESH) }]);
    let worse = changed(&empty, Some(content(DAMAGED)));
    assert_eq!(worse.codes(), "backup/corrupt warn", "another problem than before");
}

#[test]
fn what_cannot_be_read_now_is_unknown() {
    let told = changed(&sound(), Some(unknown()));
    assert_eq!(told.outcomes(), "9 indeterminate");
}

#[test]
fn what_is_taken_away_is_told() {
    let told = changed(&sound(), None);
    assert_snapshot!(told.lines(), @r#"backup/missing warn 9: this push takes .backout/backups/data.toml away, and stage 9, which has landed, relies on it / bring it back: `git restore --source=020202020202 -- .backout/backups/data.toml`, and commit it; where the stage needs no way back any more, close it (`state = "closed"`)"#);
    assert_eq!(told.outcomes(), "9 unmet");
}
