//! `backup`: what counts as a backup, and of which life.

mod deployed;
mod in_time;
mod in_tree;
mod receipts;
mod stored;
mod taken_away;
mod unsaid;

use insta::assert_snapshot;

use super::fake::{
    Case, NOW, annotated, archive, at, id, landed, migration, receipt, rehearsal, stage,
};
use crate::config::Phase;
use crate::git::Seconds;
use crate::readiness::snapshot::Tag;
use crate::receipt::{ArchiveReceipt, RehearsalResult};
use crate::stage::ledger::StageHistory;

const OWN: &str = "Work\n\nMigration-Stage: 9";

const PATH: &[&str] = &["src/9/a.py"];

const RECEIPT: &str = ".backout/backups/data.toml";

const FRESH: &str = "2026-11-24T11:30:00Z";

const BACKUP: &str = r#"
[backups.data]
source = { kind = "command", command = ["./export"] }
store = "/srv/backups/data"
max_age_at_deploy = "1h"
rehearse_every = "14d"
"#;

fn text(impact: &str, more: &str, backup: &str) -> String {
    let own = format!("backups = [\"data\"]\nrollback = [\"code\", \"data\"]\n{more}");
    migration("") + &stage("9", impact, &own) + backup
}

fn case(impact: &str) -> Case {
    Case::new(&text(impact, "", BACKUP)).commit(OWN, PATH)
}

/// A fresh, sound, rehearsed archive, changed by `change`.
fn with(case: Case, change: impl FnOnce(&mut ArchiveReceipt)) -> Case {
    let mut sound = archive(FRESH);
    sound.rehearsed = Some(rehearsal(NOW, RehearsalResult::Passed));
    change(&mut sound);
    case.file(RECEIPT, receipt("data", &[sound]))
}

fn captured(case: Case, times: &[&str]) -> Case {
    let sound = |time: &&str| ArchiveReceipt {
        rehearsed: Some(rehearsal(NOW, RehearsalResult::Passed)),
        ..archive(time)
    };
    case.file(RECEIPT, receipt("data", &times.iter().map(sound).collect::<Vec<_>>()))
}

fn deployed(time: Option<Seconds>) -> Case {
    let text = text("high", "deployed = { tag = \"live\" }", BACKUP);
    let case =
        Case::new(&text).commit(OWN, PATH).history("9", Ok(landed(&["2026-11-10T12:00:00Z"])));
    match time {
        Some(time) => {
            let tag = Tag { time: Some(time), ..annotated(id(9)) };
            case.tag("live", Ok(Some(tag)))
        }
        None => case,
    }
}

fn backed_out(steps: &[&str]) -> StageHistory {
    StageHistory { backed_out: Some(at("2026-11-12T00:00:00Z")), ..landed(steps) }
}

#[test]
fn a_fresh_sound_rehearsed_backup_satisfies() {
    let told = with(case("critical").phase(Phase::Deploy), |_| {}).ask("backup");
    assert_eq!((told.outcomes().as_str(), told.lines().as_str()), ("9 satisfied", ""));
}

#[test]
fn a_stage_without_data_and_one_that_does_not_advance_are_not_asked() {
    let no_data = Case::new(&(migration("") + &stage("9", "critical", ""))).commit(OWN, PATH);
    assert_eq!(no_data.ask("backup").outcomes(), "9 not applicable");
    let text = text("critical", "", BACKUP);
    for message in ["Fix a typo", "Fix\n\nMigration-Stage: none", "Back\n\nBackout-Stage: 9"] {
        let told = Case::new(&text).commit(message, PATH).ask("backup");
        assert_eq!(told.outcomes(), "9 not applicable", "{message}");
    }
}

#[test]
fn undefined() {
    let text = migration("") + &stage("9", "medium", "rollback = [\"code\", \"data\"]");
    let told = |message: &str| Case::new(&text).commit(message, PATH).ask("backup");
    assert_snapshot!(told(OWN).lines(), @r#"backup/undefined deny 9: stage 9 restores data when it is rolled back, but names no backup / name one: `backups = ["…"]` in stage 9, and define it in `[backups.…]`"#);
    assert_eq!(told("Fix\n\nMigration-Stage: none").codes(), "backup/undefined warn");
}

#[test]
fn missing() {
    assert_snapshot!(case("high").ask("backup").lines(), @"backup/missing deny 9: there is no backup `data`: the pushed tree has no .backout/backups/data.toml / take it: `backout backup create data`, then commit .backout/backups/data.toml");
    assert_eq!(case("high").ask("backup").outcomes(), "9 unmet");
}

#[test]
fn a_receipt_handed_in_by_the_pipeline_counts() {
    let delivered = case("high").facts(|facts| {
        let sound = ArchiveReceipt {
            rehearsed: Some(rehearsal(NOW, RehearsalResult::Passed)),
            ..archive(FRESH)
        };
        facts.delivered.insert("data".parse().unwrap(), vec![sound]);
    });
    assert_eq!(delivered.ask("backup").outcomes(), "9 satisfied");
    let older = captured(delivered, &["2026-11-01T00:00:00Z"]).phase(Phase::Deploy);
    assert_eq!(older.ask("backup").outcomes(), "9 satisfied", "the newest of both counts");
}

#[test]
fn a_receipt_in_another_place_is_none() {
    let text = text("high", "", BACKUP);
    let case = Case::of(super::fake::configuration(&[
        ("backout.toml", "include = [\"billing/backout.toml\"]"),
        ("billing/backout.toml", &text),
    ]))
    .commit(OWN, &["billing/src/9/a.py"]);
    let elsewhere = with(case, |_| {});
    assert_snapshot!(elsewhere.ask("backup").lines(), @"backup/missing deny 9: there is no backup `data`: the pushed tree has no billing/.backout/backups/data.toml / take it: `backout backup create data`, then commit billing/.backout/backups/data.toml");
}

#[test]
fn empty() {
    assert_snapshot!(with(case("high"), |a| a.entries = 0).ask("backup").lines(), @"backup/empty deny 9: the last backup `data` holds nothing: 0 entries, 42 bytes / find out why its source gave nothing, then `backout backup create data`");
    let no_bytes = with(case("high"), |a| a.payload_bytes = 0);
    assert_eq!(no_bytes.ask("backup").codes(), "backup/empty deny");
    let little = with(case("high"), |a| {
        a.entries = 1;
        a.payload_bytes = 1;
    });
    assert_eq!(little.ask("backup").outcomes(), "9 satisfied");
}

#[test]
fn levels_by_impact_and_phase() {
    let row = |impact: &str| {
        let cell = |phase: &Phase| {
            let old = captured(case(impact).phase(*phase), &["2026-11-24T09:00:00Z"]);
            let missing = case(impact).phase(*phase).ask("backup");
            let levels = [missing.findings[0].level, old.ask("backup").findings[0].level];
            levels.map(crate::config::Level::as_str).join("/")
        };
        Phase::ALL.iter().map(cell).collect::<Vec<_>>().join(" ")
    };
    // missing/stale at share, land and deploy.
    assert_eq!(row("low"), "warn/warn warn/warn warn/warn");
    assert_eq!(row("medium"), "warn/warn warn/warn deny/deny");
    assert_eq!(row("high"), "warn/warn deny/warn deny/deny");
    assert_eq!(row("critical"), "warn/warn deny/warn deny/deny");
}

#[test]
fn a_closed_stage_needs_no_backup() {
    let text =
        text("critical", "state = \"closed\"\nsince = 2026-01-01\nreason = \"done\"", BACKUP);
    assert_eq!(Case::new(&text).commit(OWN, PATH).ask("backup").outcomes(), "");
}

#[test]
fn the_command_that_takes_a_backup_names_its_migration_where_there_are_several() {
    let own = format!("include = [\"n/backout.toml\"]\n{}", text("critical", "", BACKUP));
    let other = (migration("") + &stage("7", "high", "")).replace("id = \"m\"", "id = \"n\"");
    let files = [("backout.toml", own.as_str()), ("n/backout.toml", other.as_str())];
    let several = Case::of(super::fake::configuration(&files)).commit(OWN, PATH);
    assert_snapshot!(case("critical").ask("backup").lines(), @"backup/missing deny 9: there is no backup `data`: the pushed tree has no .backout/backups/data.toml / take it: `backout backup create data`, then commit .backout/backups/data.toml");
    assert_snapshot!(several.ask("backup").lines(), @"backup/missing deny 9: there is no backup `data`: the pushed tree has no .backout/backups/data.toml / take it: `backout backup create m:data`, then commit .backout/backups/data.toml");
}
