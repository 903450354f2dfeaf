//! The sample that uses every key.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use jiff::civil::date;

use super::super::{
    Action, BackupName, CodeRollback, FindingCode, FlagState, Impact, Level, LevelRule, Migration,
    Mode, Phase, RollbackStep, Source, StageRef, StageState, Store,
};
use super::{FULL, full};

fn sessions() -> Migration {
    full(FULL).load().unwrap().unwrap().migrations.remove(0)
}

#[test]
fn both_files_are_read_without_a_warning() {
    let configuration = full(FULL).load().unwrap().unwrap();
    assert_eq!(configuration.files, ["backout.toml", "services/payments/backout.toml"]);
    assert_eq!(configuration.warnings, []);
    let ids: Vec<_> = configuration.migrations.iter().map(|m| m.id.as_str()).collect();
    assert_eq!(ids, ["sessions", "payments"]);
    assert_eq!(configuration.migrations[0].folder, "");
    assert_eq!(configuration.migrations[1].folder, "services/payments");
}

#[test]
fn the_migration() {
    let migration = sessions();
    assert_eq!(migration.mode, Mode::Observe);
    assert_eq!(migration.start.tag, "sessions-start");
    let oid = migration.start.oid.unwrap().to_string();
    assert_eq!(oid, "7a1c0de5b2f94e83d6c7a8b9e0f1a2b3c4d5e6f7");
    assert_eq!(migration.branch, "trunk");
    assert_eq!(migration.trailer, "Shop-Stage");
    assert_eq!(migration.max_waiver, Some(SignedDuration::from_hours(30 * 24)));
    assert_eq!(migration.phases, BTreeMap::from([(Phase::Share, Phase::Land)]));
    assert_eq!(migration.moves[0].from.text, "shop/storage/**");
    assert_eq!((migration.place.line, migration.place.column), (6, 1));
    let scope: Vec<_> = migration.scope.iter().map(|p| (p.place.line, p.place.column)).collect();
    assert_eq!(scope, [(13, 10), (13, 21)]);
}

#[test]
fn a_stage() {
    let migration = sessions();
    let stage = migration.stage(&"2".parse().unwrap()).unwrap();
    assert_eq!((stage.impact, stage.mode), (Impact::Critical, Some(Mode::Enforce)));
    let foreign = StageRef { migration: Some("payments".parse().unwrap()), ..own("intake") };
    assert_eq!(stage.after, [own("1"), foreign]);
    assert_eq!(stage.rollback, {
        use RollbackStep::{Code, Data, Deploy, Flags, Quiesce, Verify};
        [Flags, Quiesce, Code, Deploy, Data, Verify]
    });
    assert_eq!(stage.quiesce, Some(Action::Text("Scale the session writers to 0".to_owned())));
    let argv = vec!["make".to_owned(), "test-store".to_owned()];
    let timeout = Some(SignedDuration::from_mins(10));
    assert_eq!(stage.verify, Some(Action::Command { argv, timeout }));
    assert_eq!(stage.flags["READ_BOTH"], FlagState::On);
    assert_eq!(stage.code, CodeRollback::Restore);
    assert_eq!(stage.place.line, 58);
    let closed = migration.stage(&"1".parse().unwrap()).unwrap();
    assert_eq!((closed.state, closed.since), (StageState::Closed, Some(date(2026, 5, 4))));
    assert!(migration.stage(&"3".parse().unwrap()).unwrap().irreversible);
}

fn own(id: &str) -> StageRef {
    StageRef { migration: None, stage: id.parse().unwrap() }
}

#[test]
fn flags_and_backups() {
    let migration = sessions();
    let flag = &migration.flags["READ_BOTH"];
    assert_eq!((flag.value(FlagState::On), flag.value(FlagState::Off)), (Some("1"), Some("")));
    let backup = |name: &str| &migration.backups[&name.parse::<BackupName>().unwrap()];
    assert_eq!(backup("carts").source, Source::File { path: "export/carts".to_owned() });
    assert_eq!(backup("carts").store, Store::Folder("/srv/backups/carts".to_owned()));
    assert_eq!(backup("orders").source.kind(), "command");
    let remote = Store::Remote("s3://shop-backups/sessions".to_owned());
    assert_eq!(backup("page-sessions").store, remote);
    let hour = Some(SignedDuration::from_hours(1));
    assert_eq!(backup("page-sessions").max_age_at_deploy, hour);
}

#[test]
fn levels_and_waivers() {
    let migration = sessions();
    let rule = |code: &str| -> &LevelRule {
        &migration.requirements[&code.parse::<FindingCode>().unwrap()]
    };
    let by_phase = [Level::Warn, Level::Warn, Level::Deny];
    let stale: Vec<_> = rule("backup/stale").levels.values().copied().collect();
    assert_eq!(stale, by_phase);
    let unread: Vec<_> = rule("flag/unread").levels.values().copied().collect();
    assert_eq!(unread, [Level::Allow; 3]);
    let waiver = &migration.waivers[0];
    assert_eq!(waiver.expires, date(2026, 12, 24));
    assert_eq!(waiver.stage, Some(own("2")));
}

#[test]
fn defaults() {
    let configuration = super::root(super::with_stage("")).load().unwrap().unwrap();
    let migration = &configuration.migrations[0];
    assert_eq!((migration.mode, migration.trailer.as_str()), (Mode::Enforce, "Migration-Stage"));
    assert_eq!((migration.scope.len(), migration.max_waiver), (0, None));
    let stage = &migration.stages[0];
    assert_eq!((stage.state, stage.code), (StageState::Open, CodeRollback::Revert));
    assert_eq!((stage.mode, stage.irreversible), (None, false));
}

#[test]
fn a_stage_that_spells_out_its_own_migration_is_the_same_stage() {
    let text = super::with_stage(
        "[[stages]]\nid = \"2\"\nname = \"Two\"\nimpact = \"low\"\npaths = [\"b\"]\n\
         rollback = [\"code\"]\nafter = [\"m:1\"]",
    );
    let configuration = super::root(text).load().unwrap().unwrap();
    assert_eq!(configuration.migrations[0].stages[1].after, [own("1")]);
}

#[test]
fn no_file_is_no_configuration() {
    assert!(super::Files::default().load().unwrap().is_none());
}
