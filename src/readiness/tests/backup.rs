//! `backup`: what counts as a backup, and of which life.

use insta::assert_snapshot;

use super::fake::{
    Case, NOW, annotated, archive, at, id, landed, migration, receipt, receipt_of, rehearsal,
    stage, unknown,
};
use crate::backup::Checked;
use crate::config::{Phase, Store};
use crate::git::{RepoPath, Seconds, TreeFile};
use crate::readiness::snapshot::{Known, Landed, Tag};
use crate::receipt::{ArchiveFormat, ArchiveReceipt, RehearsalResult, SourceKind};
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
fn stale_before_the_stage_takes_effect() {
    let old = captured(case("medium").phase(Phase::Deploy), &["2026-11-24T10:59:59Z"]);
    assert_snapshot!(old.ask("backup").lines(), @"backup/stale deny 9: the last backup `data` is just over 1 h old where at most 1 h is allowed: a restore would lose that much / take it again right before the stage takes effect: `backout backup create data`");
    let just = captured(case("medium").phase(Phase::Deploy), &["2026-11-24T11:00:00Z"]);
    assert_eq!(just.ask("backup").outcomes(), "9 satisfied");
}

#[test]
fn age_counts_from_the_start_of_the_capture() {
    let long = with(case("medium").phase(Phase::Deploy), |a| {
        a.captured_start = at("2026-11-24T10:00:00Z");
    });
    assert_eq!(long.ask("backup").codes(), "backup/stale deny");
}

#[test]
fn stale_is_held_against_the_moment_of_effect_not_against_now() {
    let case =
        case("medium").phase(Phase::Deploy).history("9", Ok(landed(&["2026-11-10T12:00:00Z"])));
    let fresh_then = captured(case, &["2026-11-10T11:30:00Z"]);
    assert_eq!(fresh_then.ask("backup").outcomes(), "9 satisfied");
    let stale_then = captured(fresh_then, &["2026-11-10T09:30:00Z"]);
    assert_snapshot!(stale_then.ask("backup").lines(), @"backup/stale deny 9: the last backup `data` was, when the stage took effect, 2 h 30 min old where at most 1 h is allowed: a restore would lose that much / the stage has taken effect, a new backup would hold the new data: look for a fresher archive from before then, or waive this with a reason");
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

#[test]
fn a_deployed_tag_says_when_the_stage_took_effect() {
    let live = deployed(Some(at("2026-11-20T12:00:00Z")));
    let between = captured(live, &["2026-11-20T11:30:00Z"]);
    assert_eq!(between.ask("backup").outcomes(), "9 satisfied");
    let late = captured(between, &["2026-11-20T12:00:01Z"]);
    assert_eq!(late.ask("backup").codes(), "backup/after-the-fact deny");
}

#[test]
fn landed_and_not_deployed_has_not_taken_effect() {
    let case = captured(deployed(None), &[FRESH]).phase(Phase::Deploy);
    assert_eq!(case.ask("backup").outcomes(), "9 satisfied");
}

#[test]
fn a_deployed_tag_that_may_exist_elsewhere_is_not_known() {
    let case = captured(deployed(None), &[FRESH]);
    let shallow = case.facts(|facts| facts.tags_left_out = Some("which is shallow"));
    assert_snapshot!(shallow.ask("backup").lines(), @"backup/missing? deny 9: when stage 9 took effect: could not check: the tag `live` is not in this clone, which is shallow: it may be set elsewhere / fetch the tags, in a clone that has them all: `git fetch --unshallow --tags` (with actions/checkout: `fetch-depth: 0`), or without `tagOpt`: `git config --unset remote.origin.tagOpt`");
    assert_eq!(shallow.ask("backup").outcomes(), "9 indeterminate");
}

#[test]
fn a_deployed_tag_without_a_time_is_not_known() {
    let tag = Tag { time: None, ..annotated(id(9)) };
    let case = captured(deployed(None), &[FRESH]).tag("live", Ok(Some(tag)));
    assert_eq!(case.ask("backup").outcomes(), "9 indeterminate");
}

#[test]
fn a_lightweight_deployed_tag_does_not_say_when_it_was_set() {
    let tag = Tag { annotated: false, ..annotated(id(9)) };
    let case = captured(deployed(None), &[FRESH]).tag("live", Ok(Some(tag)));
    assert_snapshot!(case.ask("backup").lines(), @"backup/missing? deny 9: when stage 9 took effect: could not check: the tag `live` is lightweight, and does not say when it was set / let the pipeline set an annotated one; for a deployment that is over: `GIT_COMMITTER_DATE=<when> git tag -a -f live <commit>`");
}

#[test]
fn after_the_fact() {
    let case = case("high").history("9", Ok(landed(&["2026-11-10T12:00:00Z"])));
    let late = captured(case, &["2026-11-10T12:00:01Z", FRESH]);
    assert_snapshot!(late.ask("backup").lines(), @"backup/after-the-fact deny 9: every backup `data` was captured when stage 9 had already taken effect: it holds the new data, not the old / look for an older archive in the store; without one, plan a way back that needs no restore");
    let in_time = captured(late, &["2026-11-10T12:00:00Z", FRESH]);
    assert_eq!(in_time.ask("backup").outcomes(), "9 satisfied", "the later one does not hide it");
}

#[test]
fn after_a_fast_forward_the_first_backup_after_its_commits_counts() {
    let mut fast = landed(&["2026-11-10T12:00:00Z"]);
    fast.steps[0].merge = false;
    let case = case("high").phase(Phase::Deploy).history("9", Ok(fast));
    let told = captured(case, &["2026-11-10T12:30:00Z", FRESH]).ask("backup");
    assert_eq!(told.codes(), "");
}

#[test]
fn once_landed_only_what_the_landing_branch_knew_of_is_in_time() {
    let mut fast = landed(&["2026-11-10T12:00:00Z"]);
    fast.steps[0].merge = false;
    let told = |before: Known<Landed>| {
        let mut case = case("high").history("9", Ok(fast.clone()));
        case.facts.landed_files.insert(RECEIPT.to_owned(), before);
        captured(case, &["2026-11-10T12:30:00Z", FRESH]).ask("backup")
    };
    let file = |text: &str| Landed::Before(Some(TreeFile::Content(text.as_bytes().to_vec())));
    let known = receipt("data", &[archive(FRESH)]);
    assert_eq!(told(Ok(file(&known))).outcomes(), "9 satisfied", "one of the two was known");
    assert_eq!(told(Ok(Landed::WithThis)).outcomes(), "9 satisfied");
    let late = told(Ok(Landed::Before(None)));
    assert_snapshot!(late.lines(), @r#"backup/after-the-fact? deny 9: whether `data` was captured before stage 9 took effect: could not check: its first commit (202020202020, 2026-11-10T12:00:00Z) is on `main` already, and no receipt there tells of a backup / look for an archive from before 2026-11-10T12:00:00Z, and commit its receipt; where the stage takes effect later than it lands, say when: `deployed = { tag = "…" }`; without either, plan a way back that needs no restore, and waive this with a reason"#);
    let other = receipt("data", &[archive("2026-11-10T12:31:00Z")]);
    let code = "backup/after-the-fact? deny";
    for before in
        [file(&other), file("no receipt"), Landed::Before(Some(TreeFile::NotAFile("a folder")))]
    {
        assert_eq!(told(Ok(before)).codes(), code);
    }
    assert_eq!(told(unknown()).codes(), "backup/missing? deny");
}

fn backed_out(steps: &[&str]) -> StageHistory {
    StageHistory { backed_out: Some(at("2026-11-12T00:00:00Z")), ..landed(steps) }
}

#[test]
fn a_backup_of_an_earlier_life_does_not_count() {
    let again = case("high").history("9", Ok(backed_out(&[])));
    let old = captured(again, &["2026-11-10T11:30:00Z"]);
    assert_snapshot!(old.ask("backup").lines(), @"backup/missing deny 9: every backup `data` is from before stage 9 was last backed out / take it before the stage takes effect: `backout backup create data`");
    // Within the second of the back-out nobody can say which life it was taken in.
    let same_second = captured(old, &["2026-11-12T00:00:00Z"]);
    assert_eq!(same_second.ask("backup").codes(), "backup/missing deny");
    let both = captured(same_second, &["2026-11-10T11:30:00Z", FRESH]);
    assert_eq!(both.ask("backup").outcomes(), "9 satisfied");
}

#[test]
fn a_backup_from_before_a_back_out_within_the_range_does_not_count() {
    let old = captured(case("high"), &["2026-11-10T11:30:00Z"]);
    let lived = old.history("9", Ok(landed(&["2026-11-11T00:00:00Z"])));
    assert!(!lived.ask("backup").codes().contains("missing"));
    let again = lived.begun("9", Ok(Some(backed_out(&["2026-11-13T00:00:00Z"]))));
    assert_eq!(again.ask("backup").codes(), "backup/missing deny");
    let fresh = captured(again, &["2026-11-10T11:30:00Z", FRESH]);
    assert_eq!(fresh.ask("backup").outcomes(), "9 satisfied", "it has not landed again yet");
    assert_eq!(fresh.begun("9", unknown()).ask("backup").codes(), "backup/missing? deny");
}

#[test]
fn clocks_may_differ_by_two_minutes() {
    let judged = |at: &str| {
        let live = captured(deployed(Some(super::fake::at(at))), &[FRESH]);
        let lived = captured(case("high"), &[FRESH]).history("9", Ok(landed(&[at])));
        [live, lived].map(|case| case.ask("backup").codes())
    };
    assert_eq!(judged("2026-11-24T12:02:00Z"), ["", ""]);
    assert_eq!(judged("2026-11-24T12:02:01Z"), ["backup/missing? deny", "backup/missing? deny"]);
}

#[test]
fn a_stage_that_landed_in_the_future_cannot_be_judged() {
    let lived =
        captured(case("high"), &[FRESH]).history("9", Ok(landed(&["2026-12-24T00:00:00Z"])));
    assert_snapshot!(lived.ask("backup").lines(), @r#"backup/missing? deny 9: when stage 9 took effect: could not check: 202020202020 says that it was made at 2026-12-24T00:00:00Z, which is ahead of the clock / check the clocks of this machine and of the one that made it; until that time, say when the stage takes effect: `deployed = { tag = "…" }`"#);
}

#[test]
fn a_deployed_tag_of_an_earlier_life_does_not_count() {
    for set in ["2026-11-11T12:00:00Z", "2026-11-12T00:00:00Z"] {
        let live = deployed(Some(at(set)));
        let again = captured(live.history("9", Ok(backed_out(&[]))), &[FRESH]);
        assert_eq!(again.ask("backup").outcomes(), "9 satisfied", "{set}");
    }
    // One that was set since does.
    let live = deployed(Some(at("2026-11-13T00:00:00Z")));
    let again = captured(live.history("9", Ok(backed_out(&[]))), &[FRESH]);
    assert_eq!(again.ask("backup").codes(), "backup/after-the-fact deny");
}

#[test]
fn corrupt() {
    let broken = case("high").file(RECEIPT, "version = 1\narchives = 3\n");
    assert_snapshot!(broken.ask("backup").lines(), @"backup/corrupt deny 9: the receipt cannot be read: .backout/backups/data.toml:2:12: invalid type: integer `3`, expected a sequence / restore it from history (`git log -- .backout/backups/data.toml`), or `backout backup create data`");
    let link = case("high").facts(|facts| {
        let link = Ok(Some(TreeFile::NotAFile("a symbolic link")));
        facts.files.insert(RECEIPT.to_owned(), link);
    });
    assert_snapshot!(link.ask("backup").lines(), @"backup/corrupt deny 9: the receipt .backout/backups/data.toml is a symbolic link: receipts are read from plain files only / replace it by the file that `backout backup create data` writes");
}

#[test]
fn a_receipt_of_another_backup_or_migration() {
    let other = case("high").file(RECEIPT, receipt("other", &[archive(FRESH)]));
    assert_snapshot!(other.ask("backup").lines(), @"backup/corrupt deny 9: .backout/backups/data.toml is the receipt of backup `other` of migration `m`, not of `data` / `backout backup create data` writes the right one");
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
fn unrehearsed() {
    let never = with(case("high"), |a| a.rehearsed = None);
    assert_snapshot!(never.ask("backup").lines(), @"backup/unrehearsed deny 9: the last backup `data` was never restored anywhere: it is a hope / restore it to a scratch place (`backout backup restore data --to ../restored-data --execute`), look at it, and record that in .backout/backups/data.toml (`rehearsed = { at, target, result }`)");
    let failed = with(case("high"), |a| {
        a.rehearsed = Some(rehearsal("2026-11-24T11:45:00Z", RehearsalResult::Failed));
    });
    assert_snapshot!(failed.ask("backup").lines(), @"backup/unrehearsed deny 9: the last restore of `data` (to scratch) failed / restore it to a scratch place (`backout backup restore data --to ../restored-data --execute`), look at it, and record that in .backout/backups/data.toml (`rehearsed = { at, target, result }`)");
    let older = with(case("high"), |a| {
        a.rehearsed = Some(rehearsal("2026-11-24T11:27:59Z", RehearsalResult::Passed));
    });
    assert_snapshot!(older.ask("backup").lines(), @"backup/unrehearsed deny 9: the rehearsal of `data` is older than the archive: what was restored then was another one / restore it to a scratch place (`backout backup restore data --to ../restored-data --execute`), look at it, and record that in .backout/backups/data.toml (`rehearsed = { at, target, result }`)");
    let at_any_age = text("high", "", &BACKUP.replace("max_age_at_deploy = \"1h\"\n", ""));
    let old = |rehearsed: &str| {
        let mut archive = archive("2026-11-09T00:00:00Z");
        archive.rehearsed = Some(rehearsal(rehearsed, RehearsalResult::Passed));
        Case::new(&at_any_age).commit(OWN, PATH).file(RECEIPT, receipt("data", &[archive]))
    };
    let long_ago = old("2026-11-10T11:59:59Z");
    assert_snapshot!(long_ago.ask("backup").lines(), @"backup/unrehearsed deny 9: the backup `data` was last restored just over 14 d ago; every 14 d is asked / restore it to a scratch place (`backout backup restore data --to ../restored-data --execute`), look at it, and record that in .backout/backups/data.toml (`rehearsed = { at, target, result }`)");
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

fn store(folder: &str, path: &str, is_archive: Known<bool>) -> Case {
    let backup = BACKUP.replace("/srv/backups/data", folder);
    let case = Case::new(&text("medium", "", &backup)).commit("Docs", &[path]);
    assert!(matches!(
        case.configuration.migrations[0].backups.values().next().unwrap().store,
        Store::Folder(_)
    ));
    case.facts(|facts| {
        facts.magic.insert(RepoPath::from(path), is_archive);
    })
}

#[test]
fn archive_in_tree() {
    let told = store("backups", "backups/data.bin", Ok(true)).ask("backup");
    assert_snapshot!(told.lines(), @"backup/archive-in-tree deny 9: backups/data.bin is a backup archive: pushed once, its data stays in history / take it out of the commit (`git rm --cached`, `git commit --amend`), and add the store's folder to .gitignore");
    for path in ["docs/data.backout", "docs/DATA.BACKOUT", "dump.bin", "backups-old/a"] {
        let told = store("backups", path, Ok(true)).ask("backup");
        assert_eq!(told.codes(), "backup/archive-in-tree deny", "whatever it is called: {path}");
    }
}

#[test]
fn what_single_commits_add_may_be_unknown() {
    let case = store("backups", "docs/a.md", Ok(false));
    let told = case.facts(|facts| facts.passing = unknown()).ask("backup");
    assert_snapshot!(told.lines(), @"backup/archive-in-tree? deny 9: what single commits add: could not check: the object is damaged / run `git fsck`");
}

#[test]
fn what_is_no_archive_may_lie_beside_one() {
    assert_eq!(store("backups", "backups/README.md", Ok(false)).ask("backup").codes(), "");
    let gone = store("backups", "backups/data.bin", Ok(true)).range(|_| {});
    let mut gone = gone;
    gone.changed = Some(Vec::new());
    assert_eq!(gone.ask("backup").codes(), "");
}

#[test]
fn a_file_that_may_be_an_archive_and_cannot_be_read() {
    let told = store("backups", "backups/data.bin", unknown()).ask("backup");
    assert_snapshot!(told.lines(), @"backup/archive-in-tree? deny 9: backups/data.bin: could not check: the object is damaged / run `git fsck`");
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

/// A stage that landed by a commit without a trailer, or has not landed at all.
fn unsaid(landed_at: &str) -> StageHistory {
    let claimed = Some(Box::default());
    StageHistory { claimed, unsaid: Some(id(0x20)), ..landed(&[landed_at]) }
}

#[test]
fn what_hangs_on_a_commit_without_a_word_is_indeterminate() {
    let case = case("high").history("9", Ok(unsaid("2026-11-10T12:00:00Z")));
    let told = captured(case, &[FRESH]).ask("backup");
    assert_eq!(told.outcomes(), "9 indeterminate");
    assert_snapshot!(told.lines(), @"backup/after-the-fact? deny 9: nobody has said whose work 202020202020 is, on files of stage 9; if it was work of that stage, every backup `data` was captured when stage 9 had already taken effect: it holds the new data, not the old / say it, and land that: `backout attribute --stage 9 202020202020`, or `--stage none` for a hotfix");
}

#[test]
fn what_hangs_on_whether_the_stage_has_landed_at_all_is_indeterminate() {
    let case = case("high").phase(Phase::Deploy);
    let case = case.history("9", Ok(unsaid("2026-11-10T12:00:00Z")));
    let told = captured(case, &["2026-11-10T11:30:00Z"]).ask("backup");
    assert_eq!(told.outcomes(), "9 indeterminate");
    assert_snapshot!(told.lines(), @"backup/stale? deny 9: nobody has said whose work 202020202020 is, on files of stage 9; if it was no work of that stage, the last backup `data` is 14 d old where at most 1 h is allowed: a restore would lose that much / say it, and land that: `backout attribute --stage 9 202020202020`, or `--stage none` for a hotfix");
}

#[test]
fn what_holds_whoever_made_the_commit_is_known() {
    let early = unsaid("2026-11-24T11:59:00Z");
    let sound = captured(case("high").history("9", Ok(early.clone())), &["2026-11-24T11:58:00Z"]);
    assert_eq!(sound.ask("backup").outcomes(), "9 satisfied");
    let none = case("high").history("9", Ok(early));
    assert_eq!(none.ask("backup").codes(), "backup/missing deny");
}

fn stored(checked: Checked) -> String {
    let asked = with(case("critical"), |_| {}).facts(|facts| facts.stored = Some(checked));
    let told = asked.ask("backup");
    format!("{}\n{}", told.outcomes(), told.lines())
}

#[test]
fn a_store_that_is_asked_has_to_have_what_the_receipt_tells_of() {
    let bad = |code: &'static str| {
        let (message, help) = ("it is not as it was".to_owned(), "look for a copy".to_owned());
        stored(Checked::Bad(crate::backup::Problem { code, message, help }))
    };
    assert_snapshot!(bad("backup/missing"), @r"
    9 unmet
    backup/missing deny 9: the archive of backup `data`: it is not as it was / look for a copy
    ");
    assert_snapshot!(bad("backup/corrupt"), @r"
    9 unmet
    backup/corrupt deny 9: the archive of backup `data`: it is not as it was / look for a copy
    ");
    for code in ["backup/foreign-format", "backup/incompatible"] {
        assert!(bad(code).starts_with(&format!("9 unmet\n{code} deny 9")), "{code}");
    }
    let (message, help) = ("the store is not here".to_owned(), "mount it".to_owned());
    assert_snapshot!(stored(Checked::Unknown { message, help }), @r"
    9 indeterminate
    backup/missing? deny 9: the archive of backup `data`: could not check: the store is not here / mount it
    ");
}

#[test]
fn a_store_is_asked_of_the_backup_that_counts_and_in_no_format_of_others() {
    let lost = || {
        let (message, help) = ("gone".to_owned(), "look".to_owned());
        Some(Checked::Bad(crate::backup::Problem { code: "backup/missing", message, help }))
    };
    let text = text("critical", "", BACKUP);
    let hotfix = Case::new(&text).commit("Fix\n\nMigration-Stage: none", PATH);
    assert_eq!(
        hotfix.facts(|facts| facts.stored = lost()).ask("backup").outcomes(),
        "9 not applicable"
    );
    let foreign = with(case("critical"), |a| a.format = ArchiveFormat::Other("rdb".to_owned()));
    let told = foreign.facts(|facts| facts.stored = lost()).ask("backup");
    assert_eq!(told.codes(), "backup/foreign-format deny");
}
