//! What a receipt tells of an archive: formats, rehearsals, times, and what cannot be read.

use insta::assert_snapshot;

use super::{BACKUP, FRESH, OWN, PATH, RECEIPT, captured, case, deployed, text, with};
use crate::git::TreeFile;
use crate::readiness::tests::fake::{
    Case, archive, at, configuration, migration, receipt, receipt_of, rehearsal, stage, unknown,
};
use crate::receipt::{ArchiveFormat, RehearsalResult, SourceKind};

#[test]
fn corrupt() {
    let broken = case("high").file(RECEIPT, "version = 1\narchives = 3\n");
    assert_snapshot!(broken.ask("backup").lines(), @"backup/corrupt deny 9: the receipt cannot be read: .backout/backups/data.toml:2:12: invalid type: integer `3`, expected a sequence / correct it there (`git log -p -- .backout/backups/data.toml` shows its past); or take it away, `git rm .backout/backups/data.toml`, and take the backup again: `backout backup create data`");
    let link = case("high").facts(|facts| {
        let link = Ok(Some(TreeFile::NotAFile("a symbolic link")));
        facts.files.insert(RECEIPT.to_owned(), link);
    });
    assert_snapshot!(link.ask("backup").lines(), @"backup/corrupt deny 9: the receipt .backout/backups/data.toml is a symbolic link: receipts are read from plain files only / correct it there (`git log -p -- .backout/backups/data.toml` shows its past); or take it away, `git rm .backout/backups/data.toml`, and take the backup again: `backout backup create data`");
}

#[test]
fn the_last_good_receipt_is_taken_back() {
    let broken = case("high").file(RECEIPT, "version = 1\narchives = 3\n").facts(|facts| {
        let good = receipt("data", &[archive(FRESH)]).into_bytes();
        facts.base_files.insert(RECEIPT.to_owned(), Ok(Some(TreeFile::Content(good))));
    });
    assert_snapshot!(broken.ask("backup").lines(), @"backup/corrupt deny 9: the receipt cannot be read: .backout/backups/data.toml:2:12: invalid type: integer `3`, expected a sequence / correct it there, or take the last good one back: `git restore --source=020202020202 -- .backout/backups/data.toml`, and commit it");
}

#[test]
fn a_receipt_of_something_else_is_not_taken_back() {
    for before in [receipt("other", &[archive(FRESH)]), receipt_of("n", "data", &[archive(FRESH)])]
    {
        let broken = case("high").file(RECEIPT, "version = 1\narchives = 3\n").facts(|facts| {
            let other = Ok(Some(TreeFile::Content(before.into_bytes())));
            facts.base_files.insert(RECEIPT.to_owned(), other);
        });
        let told = broken.ask("backup").lines();
        assert!(!told.contains("git restore"), "{told}");
    }
}

#[test]
fn among_several_migrations_the_command_names_the_backups_own() {
    let files = |other: &str| {
        let root = format!("include = [\"n/backout.toml\"]\n{}", text("high", "", BACKUP));
        configuration(&[("backout.toml", &root), ("n/backout.toml", other)])
    };
    let other = (migration("") + &stage("7", "high", "")).replace("id = \"m\"", "id = \"n\"");
    let case = Case::of(files(&other)).commit(OWN, PATH);
    let told = with(case, |archive| archive.rehearsed = None).ask("backup").lines();
    assert!(told.contains("`backout backup restore m:data --archive data.backout --to"), "{told}");
}

#[test]
fn a_receipt_of_another_backup_or_migration() {
    let other = case("high").file(RECEIPT, receipt("other", &[archive(FRESH)]));
    assert_snapshot!(other.ask("backup").lines(), @"backup/corrupt deny 9: .backout/backups/data.toml is the receipt of backup `other` of migration `m`, not of `data` / correct it there (`git log -p -- .backout/backups/data.toml` shows its past); or take it away, `git rm .backout/backups/data.toml`, and take the backup again: `backout backup create data`");
    let foreign = case("high").file(RECEIPT, receipt_of("n", "data", &[archive(FRESH)]));
    assert_eq!(foreign.ask("backup").codes(), "backup/corrupt deny");
}

#[test]
fn foreign_format() {
    let json = with(case("high"), |a| a.format = ArchiveFormat::Other("json".to_owned()));
    assert_snapshot!(json.ask("backup").lines(), @"backup/foreign-format deny 9: the last backup `data` is in the format `json`, which backout neither made nor can restore / take it again: `backout backup create data`, then commit .backout/backups/data.toml");
}

#[test]
fn incompatible() {
    let newer = with(case("high"), |a| a.format = ArchiveFormat::Backout(2));
    assert_snapshot!(newer.ask("backup").lines(), @"backup/incompatible deny 9: the last backup `data` has archive format 2; this backout reads up to 1 / use the backout version that made it");
    let source = with(case("high"), |a| a.source = SourceKind::Redis);
    assert_snapshot!(source.ask("backup").lines(), @"backup/incompatible deny 9: the last backup `data` was taken from a redis source, the configuration now says command / take it again: `backout backup create data`, then commit .backout/backups/data.toml");
    let receipt = case("high").file(RECEIPT, "version = 2\n");
    assert_snapshot!(receipt.ask("backup").lines(), @"backup/incompatible deny 9: a newer backout wrote the receipt .backout/backups/data.toml:1:11: this receipt has version 2, this build reads version 1: a newer backout wrote it / use the backout version that wrote it");
}

#[test]
fn of_another_source_of_the_same_kind() {
    let moved = |case: Case| with(case, |a| a.from = Some("./export --old".to_owned()));
    assert_snapshot!(moved(case("high")).ask("backup").lines(), @"backup/incompatible deny 9: the last backup `data` was taken from `./export --old`, the configuration now says `./export` / take it again: `backout backup create data`, then commit .backout/backups/data.toml");
    let live = deployed(Some(at("2026-11-24T11:45:00Z")));
    assert_snapshot!(moved(live).ask("backup").lines(), @"backup/incompatible deny 9: the last backup `data` was taken from `./export --old`, the configuration now says `./export` / the stage has taken effect: leave this backup the source that it had, and give the new one a backup of its own, `[backups.data-2]`");
    let same = with(case("high"), |a| a.from = Some("./export".to_owned()));
    assert_eq!(same.ask("backup").outcomes(), "9 satisfied");
}

#[test]
fn the_line_that_is_asked_for_satisfies() {
    let mut sound = archive(FRESH);
    sound.rehearsed = None;
    let text = receipt("data", &[sound]);
    let told = case("high").file(RECEIPT, &text).ask("backup").lines();
    let line = told.split('`').find(|word| word.starts_with("rehearsed={")).unwrap();
    assert!(!line.contains(' '), "reports break lines at blanks: {line}");
    let with = format!("{text}{line}\n");
    assert_eq!(case("high").file(RECEIPT, &with).ask("backup").outcomes(), "9 satisfied");
}

#[test]
fn unrehearsed() {
    let never = with(case("high"), |a| a.rehearsed = None);
    assert_snapshot!(never.ask("backup").lines(), @r#"backup/unrehearsed deny 9: the last backup `data` was never restored anywhere: it is a hope / restore it to a scratch place (`backout backup restore data --archive data.backout --to ../restored-data --execute`) and look at it; then, in .backout/backups/data.toml, under the archive with `captured_end = 2026-11-24T11:30:00Z`, add the line `rehearsed={at=2026-11-24T12:00:00Z,target="../restored-data",result="passed"}`, and commit that (`failed` where it did not go)"#);
    let failed = with(case("high"), |a| {
        a.rehearsed = Some(rehearsal("2026-11-24T11:45:00Z", RehearsalResult::Failed));
    });
    assert_snapshot!(failed.ask("backup").lines(), @r#"backup/unrehearsed deny 9: the last restore of `data` (to scratch) failed / restore it to a scratch place (`backout backup restore data --archive data.backout --to ../restored-data --execute`) and look at it; then, in .backout/backups/data.toml, under the archive with `captured_end = 2026-11-24T11:30:00Z`, put in place of the line `rehearsed = …`: `rehearsed={at=2026-11-24T12:00:00Z,target="../restored-data",result="passed"}`, and commit that (`failed` where it did not go)"#);
    let older = with(case("high"), |a| {
        a.rehearsed = Some(rehearsal("2026-11-24T11:27:59Z", RehearsalResult::Passed));
    });
    assert_snapshot!(older.ask("backup").lines(), @r#"backup/unrehearsed deny 9: the rehearsal of `data` is older than the archive: what was restored then was another one / restore it to a scratch place (`backout backup restore data --archive data.backout --to ../restored-data --execute`) and look at it; then, in .backout/backups/data.toml, under the archive with `captured_end = 2026-11-24T11:30:00Z`, put in place of the line `rehearsed = …`: `rehearsed={at=2026-11-24T12:00:00Z,target="../restored-data",result="passed"}`, and commit that (`failed` where it did not go)"#);
    let at_any_age = text("high", "", &BACKUP.replace("max_age_at_deploy = \"1h\"\n", ""));
    let old = |rehearsed: &str| {
        let mut archive = archive("2026-11-09T00:00:00Z");
        archive.rehearsed = Some(rehearsal(rehearsed, RehearsalResult::Passed));
        Case::new(&at_any_age).commit(OWN, PATH).file(RECEIPT, receipt("data", &[archive]))
    };
    let long_ago = old("2026-11-10T11:59:59Z");
    assert_snapshot!(long_ago.ask("backup").lines(), @r#"backup/unrehearsed deny 9: the backup `data` was last restored just over 14 d ago; every 14 d is asked / restore it to a scratch place (`backout backup restore data --archive data.backout --to ../restored-data --execute`) and look at it; then, in .backout/backups/data.toml, under the archive with `captured_end = 2026-11-09T00:00:00Z`, put in place of the line `rehearsed = …`: `rehearsed={at=2026-11-24T12:00:00Z,target="../restored-data",result="passed"}`, and commit that (`failed` where it did not go)"#);
    assert_eq!(old("2026-11-10T12:00:00Z").ask("backup").outcomes(), "9 satisfied");
}

#[test]
fn where_no_rehearsal_is_asked_only_a_failed_one_is_held_against_it() {
    let text = text("high", "", &BACKUP.replace("rehearse_every = \"14d\"\n", ""));
    let case = || Case::new(&text).commit(OWN, PATH);
    assert_eq!(with(case(), |a| a.rehearsed = None).ask("backup").outcomes(), "9 satisfied");
    let failed = with(case(), |a| {
        a.rehearsed = Some(rehearsal("2026-11-24T11:45:00Z", RehearsalResult::Failed));
    });
    assert_eq!(failed.ask("backup").codes(), "backup/unrehearsed deny");
}

#[test]
fn times_ahead_of_the_clock_are_indeterminate() {
    let ahead = captured(case("high"), &[FRESH, "2026-11-24T12:02:01Z"]);
    assert_snapshot!(ahead.ask("backup").lines(), @"backup/missing? deny 9: the receipt says that backup `data` was captured at 2026-11-24T12:02:01Z, which is ahead of the clock / check the clocks of this machine and of the one that wrote the receipt");
    assert_eq!(ahead.ask("backup").outcomes(), "9 indeterminate");
    let skewed = captured(case("high"), &["2026-11-24T12:02:00Z"]);
    assert_eq!(skewed.ask("backup").outcomes(), "9 satisfied", "two clocks are never the same");
    let rehearsed = with(case("high"), |a| {
        a.rehearsed = Some(rehearsal("2099-01-01T00:00:00Z", RehearsalResult::Passed));
    });
    assert_snapshot!(rehearsed.ask("backup").lines(), @"backup/missing? deny 9: the receipt says that backup `data` was rehearsed at 2099-01-01T00:00:00Z, which is ahead of the clock / check the clocks of this machine and of the one that wrote the receipt");
    assert_eq!(rehearsed.ask("backup").outcomes(), "9 indeterminate");
}

#[test]
fn what_cannot_be_read_is_indeterminate() {
    let receipt = case("high").facts(|facts| {
        facts.files.insert(RECEIPT.to_owned(), unknown());
    });
    assert_snapshot!(receipt.ask("backup").lines(), @"backup/missing? deny 9: the receipt .backout/backups/data.toml: could not check: the object is damaged / run `git fsck`");
    let history = with(case("high"), |_| {}).history("9", unknown());
    assert_snapshot!(history.ask("backup").lines(), @"backup/missing? deny 9: when stage 9 took effect: could not check: the object is damaged / run `git fsck`");
    assert_eq!(history.ask("backup").outcomes(), "9 indeterminate");
    let tag = captured(deployed(None), &[FRESH]).tag("live", unknown());
    assert_eq!(tag.ask("backup").outcomes(), "9 indeterminate");
}
