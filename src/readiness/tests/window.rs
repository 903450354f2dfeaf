//! `window`.

use insta::assert_snapshot;

use super::fake::{Case, archive, at, landed, migration, receipt, stage, unknown};
use crate::config::Phase;
use crate::readiness::duration;
use crate::receipt::{ArchiveReceipt, Expiring};

const OWN: &str = "Work\n\nMigration-Stage: 9";
const PATH: &[&str] = &["src/9/a.py"];
const RECEIPT: &str = ".backout/backups/data.toml";

fn case(more: &str) -> Case {
    let text = migration("")
        + &stage("9", "high", "backups = [\"data\"]")
        + "[backups.data]\nsource = { kind = \"command\", command = [\"./export\"] }\n\
           store = \"/srv/backups/data\"\n"
        + more;
    Case::new(&text).commit(OWN, PATH)
}

fn with(case: Case, captured: &str, change: impl FnOnce(&mut ArchiveReceipt)) -> Case {
    let mut one = archive(captured);
    change(&mut one);
    case.file(RECEIPT, receipt("data", &[one]))
}

fn expiring(count: u64, latest: &str) -> Option<Expiring> {
    Some(Expiring { count, earliest: at("2026-11-24T12:00:01Z"), latest: at(latest) })
}

#[test]
fn a_way_back_that_nothing_closes_is_not_asked() {
    let told = with(case(""), "2026-11-24T11:00:00Z", |_| {}).ask("window");
    assert_eq!(told.outcomes(), "9 not applicable");
    assert_eq!(case("").ask("window").outcomes(), "9 not applicable", "no receipt at all");
}

#[test]
fn work_that_does_not_advance_the_stage_is_not_asked() {
    let text = migration("") + &stage("9", "high", "");
    let told = Case::new(&text).commit("Fix\n\nMigration-Stage: none", PATH).ask("window");
    assert_eq!(told.outcomes(), "9 not applicable");
}

#[test]
fn a_window_that_closes_far_ahead_satisfies() {
    let case = case("max_age_at_deploy = \"14d\"");
    let told = with(case, "2026-11-24T11:00:00Z", |_| {}).ask("window");
    assert_eq!((told.outcomes().as_str(), told.lines().as_str()), ("9 satisfied", ""));
}

#[test]
fn closing_because_the_backup_ages() {
    let soon = |captured| with(case("max_age_at_deploy = \"1h\""), captured, |_| {}).ask("window");
    assert_snapshot!(soon("2026-11-24T11:15:00Z").lines(), @"window/closing warn 9: the way back closes in 15 min (at 2026-11-24T12:15:00Z): backup `data` is then too old to take effect with / be done before then, or take a new backup: `backout backup create`");
    assert_eq!(soon("2026-11-24T11:15:01Z").outcomes(), "9 satisfied", "before the last quarter");
    for captured in ["2026-11-24T11:00:00Z", "2026-11-24T10:00:00Z"] {
        assert_eq!(soon(captured).outcomes(), "9 not applicable", "backup/stale tells it");
    }
}

#[test]
fn a_backup_ages_no_more_once_the_stage_took_effect() {
    let case =
        case("max_age_at_deploy = \"1h\"").history("9", Ok(landed(&["2026-11-24T11:20:00Z"])));
    let told = with(case, "2026-11-24T11:15:00Z", |_| {}).ask("window");
    assert_eq!(told.outcomes(), "9 not applicable");
}

#[test]
fn closing_and_closed_because_every_key_expires() {
    let told = |count, latest: &str| {
        with(case("").phase(Phase::Deploy), "2026-11-24T11:15:00Z", |one| {
            one.expiring = expiring(count, latest);
        })
        .ask("window")
    };
    assert_snapshot!(told(3, "2026-11-25T12:00:00Z").lines(), @"window/closing warn 9: the way back closes in 1 d (at 2026-11-25T12:00:00Z): every key in backup `data` has expired by then / be done before then, or take a new backup: `backout backup create`");
    assert_eq!(told(3, "2026-11-25T12:00:01Z").outcomes(), "9 satisfied");
    assert_eq!(told(2, "2026-11-24T12:00:01Z").outcomes(), "9 not applicable", "one key stays");
}

#[test]
fn closed() {
    let gone = |phase| {
        let case = with(case("").phase(phase), "2026-11-20T00:00:00Z", |one| {
            let at = at("2026-11-24T12:00:00Z");
            one.expiring = Some(Expiring { count: 3, earliest: at, latest: at });
        });
        case.ask("window")
    };
    assert_snapshot!(gone(Phase::Deploy).lines(), @"window/closed deny 9: the way back closed at 2026-11-24T12:00:00Z: every key in backup `data` has expired by then / take a new backup before the stage takes effect: `backout backup create`; if it already has, plan a way back without a restore and take the backup out of the stage");
    assert_eq!(gone(Phase::Land).codes(), "window/closed warn");
}

#[test]
fn closing_because_a_waiver_ends() {
    let waiver = |stage: &str, expires: &str| {
        let text = format!(
            "[[waivers]]\nfinding = \"tag/missing\"\nstage = \"{stage}\"\nreason = \"r\"\n\
             expires = {expires}\n"
        );
        case(&text).ask("window")
    };
    assert_snapshot!(waiver("9", "2026-11-24").lines(), @"window/closing warn 9: the way back closes in 12 h (at 2026-11-25T00:00:00Z): the waiver of tag/missing ends / be done before then, or give the waiver a later date and have that reviewed");
    assert_eq!(waiver("9", "2026-11-25").outcomes(), "9 satisfied");
    assert_eq!(waiver("9", "2026-11-23").outcomes(), "9 not applicable", "policy tells it");
}

#[test]
fn a_waiver_of_another_migrations_stage_closes_nothing_here() {
    let text = migration("")
        + &stage("9", "high", "")
        + "[[waivers]]\nfinding = \"tag/missing\"\nstage = \"n:9\"\nreason = \"r\"\n\
            expires = 2026-11-24\n";
    let root = format!("include = [\"n/backout.toml\"]\n{text}");
    let other = (migration("") + &stage("9", "high", "")).replace("id = \"m\"", "id = \"n\"");
    let files = [("backout.toml", root.as_str()), ("n/backout.toml", other.as_str())];
    let case = Case::of(super::fake::configuration(&files)).commit(OWN, PATH);
    assert_eq!(case.ask("window").outcomes(), "9 not applicable");
}

#[test]
fn what_cannot_be_read_is_indeterminate() {
    let history = case("max_age_at_deploy = \"1h\"").history("9", unknown());
    let history = with(history, "2026-11-24T11:15:00Z", |_| {});
    assert_snapshot!(history.ask("window").lines(), @"window/closed? warn 9: when stage 9 took effect: could not check: the object is damaged / run `git fsck`");
    let receipt = case("max_age_at_deploy = \"1h\"").facts(|facts| {
        facts.files.insert(RECEIPT.to_owned(), unknown());
    });
    assert_snapshot!(receipt.ask("window").lines(), @"window/closed? warn 9: the receipt .backout/backups/data.toml: could not check: the object is damaged / run `git fsck`");
}

#[test]
fn one_readable_backup_does_not_hide_another() {
    let text = migration("")
        + &stage("9", "high", "backups = [\"data\", \"more\"]")
        + "[backups.data]\nsource = { kind = \"command\", command = [\"./export\"] }\n\
           store = \"/srv/a\"\nmax_age_at_deploy = \"14d\"\n\
           [backups.more]\nsource = { kind = \"command\", command = [\"./export\"] }\n\
           store = \"/srv/b\"\nmax_age_at_deploy = \"14d\"\n";
    let case = with(Case::new(&text).commit(OWN, PATH), "2026-11-24T11:15:00Z", |_| {});
    let told = case.facts(|facts| {
        facts.files.insert(".backout/backups/more.toml".to_owned(), unknown());
    });
    assert_eq!(told.ask("window").outcomes(), "9 indeterminate");
}

#[test]
fn a_span_is_told_in_its_largest_unit_and_the_next() {
    for (seconds, told) in [
        (-5, "0 s"),
        (0, "0 s"),
        (1, "1 s"),
        (59, "59 s"),
        (60, "1 min"),
        (61, "1 min 1 s"),
        (3_600, "1 h"),
        (3_601, "1 h"),
        (3_660, "1 h 1 min"),
        (3_661, "1 h 1 min"),
        (86_400, "1 d"),
        (86_460, "1 d"),
        (93_784, "1 d 2 h"),
        (30 * 86_400, "30 d"),
    ] {
        assert_eq!(duration(seconds), told, "{seconds}");
    }
}

#[test]
fn behind_a_point_of_no_return_the_way_back_is_closed() {
    let text = |after: &str| {
        let last = format!("irreversible = true\nreason = \"gone\"\nafter = [\"{after}\"]");
        migration("")
            + &stage("9", "high", "")
            + &stage("4", "high", "after = [\"9\"]")
            + &stage("2", "high", "")
            + &stage("7", "high", &last)
    };
    let case = |after: &str| Case::new(&text(after)).commit(OWN, PATH);
    let gone = || Ok(landed(&["2026-11-20T12:00:00Z"]));
    let told = case("9").history("7", gone()).ask("window");
    assert_snapshot!(told.lines(), @"window/closed warn 9: the way back closed at 2026-11-20T12:00:00Z: stage 7, a point of no return that comes after this one, has landed / there is no going back behind that: what is wrong is mended by new work; where the stage can go back all the same, take that `after` out");
    for after in ["9", "4"] {
        assert_eq!(case(after).history("7", gone()).ask("window").lines(), told.lines());
        let coming = case(after).begun("7", gone().map(Some)).ask("window");
        assert_eq!(coming.lines(), told.lines());
        assert_eq!(case(after).ask("window").outcomes(), "9 not applicable", "it has not landed");
    }
    assert_eq!(case("2").history("7", gone()).ask("window").outcomes(), "9 not applicable");
    let told = case("9").history("7", unknown()).ask("window");
    assert_eq!(told.outcomes(), "9 indeterminate");
}
