//! `backup` and `window`: receipts, lives, ages.

use super::fake::{
    Case, annotated, archive, at, id, landed, migration, receipt, receipt_of, rehearsal, stage,
    unknown,
};
use crate::config::Phase;
use crate::git::TreeFile;
use crate::readiness::snapshot::Tag;
use crate::receipt::{ArchiveFormat, ArchiveReceipt, Expiring, RehearsalResult, SourceKind};
use crate::stage::ledger::StageHistory;

const OWN: &str = "Work\n\nMigration-Stage: 9";
const PATH: &[&str] = &["src/9/a.py"];
const RECEIPT: &str = ".backout/backups/data.toml";

fn text(impact: &str, backup: &str, more: &str) -> String {
    let backup = format!(
        "[backups.data]\nsource = {{ kind = \"command\", command = [\"dump\"] }}\nstore = \"/srv\"\n{backup}\n"
    );
    let more = format!("rollback = [\"code\", \"data\"]\nbackups = [\"data\"]\n{more}");
    migration("") + &backup + &stage("9", impact, &more)
}

fn bare(impact: &str, backup: &str, more: &str) -> Case {
    Case::new(&text(impact, backup, more)).commit(OWN, PATH)
}

fn with(archives: &[ArchiveReceipt]) -> Case {
    bare("critical", "", "").file(RECEIPT, receipt("data", archives))
}

fn fresh() -> ArchiveReceipt {
    archive("2026-11-24T11:50:00Z")
}

#[test]
fn a_backup_before_the_stage_takes_effect_satisfies() {
    let told = with(&[fresh()]).ask("backup");
    assert_eq!((told.staged(), told.outcomes()), (String::new(), "9 satisfied".to_owned()));
}

#[test]
fn a_missing_backup_stops_by_impact_and_phase() {
    let level = |impact: &str, phase| bare(impact, "", "").phase(phase).ask("backup").staged();
    for (impact, phase, word) in [
        ("critical", Phase::Share, "warn"),
        ("critical", Phase::Land, "deny"),
        ("critical", Phase::Deploy, "deny"),
        ("medium", Phase::Land, "warn"),
        ("medium", Phase::Deploy, "deny"),
        ("low", Phase::Deploy, "warn"),
    ] {
        assert_eq!(level(impact, phase), format!("backup/missing {word} 9"), "{impact} {phase}");
    }
}

#[test]
fn only_work_that_advances_the_stage_is_asked_for_a_backup() {
    let case = |message| Case::new(&text("critical", "", "")).commit(message, PATH).ask("backup");
    for message in ["Fix", "Fix\n\nMigration-Stage: none"] {
        let told = case(message);
        assert_eq!((told.staged().as_str(), told.outcomes().as_str()), ("", "9 not applicable"));
    }
}

#[test]
fn a_stage_that_restores_data_without_a_backup() {
    let text = migration("") + &stage("9", "medium", "rollback = [\"code\", \"data\"]");
    let told = Case::new(&text).commit("No trailer", PATH).phase(Phase::Share).ask("backup");
    assert_eq!(told.staged(), "backup/undefined deny 9");
    let foreign = Case::new(&text).commit("Fix\n\nMigration-Stage: none", PATH).ask("backup");
    assert_eq!(foreign.staged(), "backup/undefined warn 9");
}

#[test]
fn a_receipt_that_cannot_be_had_is_no_answer() {
    let case = bare("critical", "", "");
    let told = case.facts(|facts| {
        facts.files.insert(RECEIPT.to_owned(), unknown());
    });
    let told = told.ask("backup");
    assert_eq!(told.staged(), "backup/missing? deny 9");
    assert_eq!(told.outcomes(), "9 indeterminate");
    let history = with(&[fresh()]).history("9", unknown()).ask("backup");
    assert_eq!(history.staged(), "backup/missing? deny 9");
}

#[test]
fn receipts_that_say_nothing_good() {
    let linked = bare("critical", "", "").facts(|facts| {
        facts.files.insert(RECEIPT.to_owned(), Ok(Some(TreeFile::NotAFile("a symbolic link"))));
    });
    assert_eq!(linked.ask("backup").staged(), "backup/corrupt deny 9");
    let garbled = bare("critical", "", "").file(RECEIPT, "version = 1\nbackup = ");
    assert_eq!(garbled.ask("backup").staged(), "backup/corrupt deny 9");
    let anothers = bare("critical", "", "").file(RECEIPT, receipt("other", &[fresh()]));
    assert_eq!(anothers.ask("backup").staged(), "backup/corrupt deny 9");
    let elsewhere = bare("critical", "", "").file(RECEIPT, receipt_of("n", "data", &[fresh()]));
    assert_eq!(elsewhere.ask("backup").staged(), "backup/corrupt deny 9");
    let newer = receipt("data", &[fresh()]).replace("version = 1", "version = 2");
    let newer = bare("critical", "", "").file(RECEIPT, newer);
    assert_eq!(newer.ask("backup").staged(), "backup/incompatible deny 9");
}

#[test]
fn archives_that_could_not_be_restored() {
    let told = |archive| with(&[archive]).ask("backup").staged();
    let foreign = ArchiveFormat::Other("rdb".to_owned());
    let of = |format| ArchiveReceipt { format, ..fresh() };
    assert_eq!(told(of(foreign)), "backup/foreign-format deny 9");
    assert_eq!(told(of(ArchiveFormat::Backout(2))), "backup/incompatible deny 9");
    let source = ArchiveReceipt { source: SourceKind::File, ..fresh() };
    assert_eq!(told(source), "backup/incompatible deny 9");
    assert_eq!(told(ArchiveReceipt { entries: 0, ..fresh() }), "backup/empty deny 9");
    assert_eq!(told(ArchiveReceipt { payload_bytes: 0, ..fresh() }), "backup/empty deny 9");
}

#[test]
fn a_capture_ahead_of_the_clock_is_no_answer() {
    let told = with(&[fresh(), archive("2026-11-24T12:10:00Z")]).ask("backup");
    assert_eq!(told.staged(), "backup/missing? deny 9");
    // Two machines' clocks may be some seconds apart.
    assert_eq!(with(&[archive("2026-11-24T12:01:00Z")]).ask("backup").staged(), "");
}

#[test]
fn age_counts_until_the_stage_takes_effect() {
    let limit = "max_age_at_deploy = \"1h\"";
    let old = receipt("data", &[archive("2026-11-24T10:00:00Z")]);
    let case = |phase| bare("high", limit, "").file(RECEIPT, &old).phase(phase);
    assert_eq!(case(Phase::Land).ask("backup").staged(), "backup/stale warn 9");
    assert_eq!(case(Phase::Deploy).ask("backup").staged(), "backup/stale deny 9");
    // It was half an hour old when the stage landed: its age since then is no matter.
    let landed = case(Phase::Deploy).history("9", Ok(landed(&["2026-11-24T10:30:00Z"])));
    assert_eq!(landed.ask("backup").staged(), "");
}

#[test]
fn a_backup_of_the_new_data_is_none() {
    let later = with(&[fresh()]).history("9", Ok(landed(&["2026-11-24T11:00:00Z"])));
    assert_eq!(later.ask("backup").staged(), "backup/after-the-fact deny 9");
    let before = archive("2026-11-24T10:55:00Z");
    let both = with(&[before, fresh()]).history("9", Ok(landed(&["2026-11-24T11:00:00Z"])));
    assert_eq!(both.ask("backup").staged(), "");
}

#[test]
fn commits_that_landed_by_fast_forward_are_older_than_their_landing() {
    let mut history = landed(&["2026-11-24T11:00:00Z"]);
    history.steps[0].merge = false;
    let told = with(&[fresh(), archive("2026-11-24T11:59:00Z")]).history("9", Ok(history));
    assert_eq!(told.ask("backup").staged(), "");
}

#[test]
fn a_deployed_tag_says_when_the_stage_took_effect() {
    let more = "deployed = { tag = \"live\" }";
    let tag = Tag { time: Some(at("2026-11-24T11:00:00Z")), ..annotated(id(3)) };
    let case = || {
        let case = bare("high", "", more).file(RECEIPT, receipt("data", &[fresh()]));
        case.history("9", Ok(landed(&["2026-11-24T09:00:00Z"])))
    };
    assert_eq!(
        case().tag("live", Ok(Some(tag))).ask("backup").staged(),
        "backup/after-the-fact deny 9"
    );
    assert_eq!(case().tag("live", Ok(None)).ask("backup").staged(), "");
}

#[test]
fn evidence_from_an_earlier_life_does_not_count() {
    let ended =
        StageHistory { backed_out: Some(at("2026-11-24T11:55:00Z")), ..StageHistory::default() };
    assert_eq!(
        with(&[fresh()]).history("9", Ok(ended.clone())).ask("backup").staged(),
        "backup/missing deny 9"
    );
    let again = with(&[fresh(), archive("2026-11-24T11:57:00Z")]).history("9", Ok(ended));
    assert_eq!(again.ask("backup").staged(), "");
}

#[test]
fn a_backup_that_nobody_restored_is_a_hope() {
    let case = |rehearsed| {
        let archive = ArchiveReceipt { rehearsed, ..fresh() };
        let case = bare("high", "rehearse_every = \"14d\"", "");
        case.file(RECEIPT, receipt("data", &[archive])).ask("backup").staged()
    };
    let passed = |when| Some(rehearsal(when, RehearsalResult::Passed));
    assert_eq!(case(None), "backup/unrehearsed deny 9");
    assert_eq!(case(passed("2026-11-20T00:00:00Z")), "");
    assert_eq!(case(passed("2026-11-01T00:00:00Z")), "backup/unrehearsed deny 9");
    let failed = rehearsal("2026-11-24T00:00:00Z", RehearsalResult::Failed);
    assert_eq!(case(Some(failed)), "backup/unrehearsed deny 9");
}

#[test]
fn archives_do_not_belong_into_the_tree() {
    let path = "dumps/data.backout";
    let case = |magic| {
        let case = with(&[fresh()]).commit("Keep the dump", &[path]);
        case.facts(|facts| {
            facts.magic.insert(path.into(), magic);
        })
    };
    assert_eq!(case(Ok(true)).ask("backup").staged(), "backup/archive-in-tree deny 9");
    assert_eq!(case(Ok(false)).ask("backup").staged(), "");
    assert_eq!(case(unknown()).ask("backup").staged(), "backup/archive-in-tree? deny 9");
}

#[test]
fn a_receipt_from_the_pipeline_counts() {
    let case = bare("critical", "", "").facts(|facts| {
        facts.delivered.insert("data".parse().unwrap(), vec![fresh()]);
    });
    assert_eq!(case.ask("backup").staged(), "");
}

#[test]
fn levels_and_modes_can_be_set() {
    let allow = "[requirements]\n\"backup/missing\" = \"allow\"\n";
    let text = text("critical", "", "") + allow;
    assert_eq!(Case::new(&text).commit(OWN, PATH).ask("backup").staged(), "");
    let observed = bare("critical", "", "mode = \"observe\"").ask("backup");
    assert!(observed.findings.iter().all(|finding| finding.observed));
    let closed = "state = \"closed\"\nsince = 2026-01-01\nreason = \"done\"";
    assert_eq!(bare("critical", "", closed).ask("backup").outcomes(), "");
}

#[test]
fn the_window_tells_before_it_closes() {
    let ask = |backup: &str, archive, phase| {
        let case = bare("high", backup, "").file(RECEIPT, receipt("data", &[archive]));
        let told = case.phase(phase).ask("window");
        (told.staged(), told.outcomes())
    };
    let said = |codes: &str, outcomes: &str| (codes.to_owned(), outcomes.to_owned());
    let none = ask("", fresh(), Phase::Land);
    assert_eq!(none, said("", "9 not applicable"));
    let open = ask("max_age_at_deploy = \"1h\"", fresh(), Phase::Land);
    assert_eq!(open, said("", "9 satisfied"));
    let soon = ask("max_age_at_deploy = \"12m\"", fresh(), Phase::Deploy);
    assert_eq!(soon, said("window/closing warn 9", "9 unmet"));
    let expiring = |latest| {
        let all = Expiring { count: 3, earliest: at(latest), latest: at(latest) };
        ArchiveReceipt { expiring: Some(all), ..fresh() }
    };
    let gone = ask("", expiring("2026-11-24T11:59:00Z"), Phase::Deploy);
    assert_eq!(gone, said("window/closed deny 9", "9 unmet"));
    assert_eq!(ask("", expiring("2026-11-24T11:59:00Z"), Phase::Land).0, "window/closed warn 9");
    assert_eq!(ask("", expiring("2026-11-24T20:00:00Z"), Phase::Land).0, "window/closing warn 9");
    let case = with(&[fresh()]).history("9", unknown());
    assert_eq!(case.ask("window").outcomes(), "9 indeterminate");
}
