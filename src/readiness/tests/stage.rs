//! `stage` and `policy`.

use super::fake::{Case, landed, migration, stage_at, unknown};
use crate::config::Phase;
use crate::readiness::snapshot::PolicyChange;

fn two(more: &str) -> String {
    migration("scope = [\"src/**\"]")
        + &stage_at("4", "medium", "[\"src/4/**\", \"src/shared.py\"]", "")
        + &stage_at("9", "critical", "[\"src/9/**\", \"src/shared.py\"]", more)
}

fn told(message: &str, paths: &[&str]) -> String {
    Case::new(&two("")).commit(message, paths).ask("stage").staged()
}

#[test]
fn work_that_names_its_stage_satisfies() {
    assert_eq!(told("Work\n\nMigration-Stage: 9", &["src/9/a.py"]), "");
    assert_eq!(told("Work\n\nMigration-Stage: 4", &["src/shared.py", "src/4/b.py"]), "");
    let case = Case::new(&two("")).commit("Work\n\nMigration-Stage: 9", &["src/9/a.py"]);
    assert_eq!(case.ask("stage").outcomes(), "9 satisfied, - satisfied");
    assert_eq!(told("Docs", &["README.md", "src/other.py"]), "");
}

#[test]
fn work_without_a_trailer_is_told_once() {
    assert_eq!(told("Work", &["src/9/a.py"]), "stage/ambiguous-commit warn 9");
    let shared = "stage/ambiguous-commit warn 4; stage/ambiguous-commit warn 9";
    assert_eq!(told("Work", &["src/shared.py"]), shared);
}

#[test]
fn a_trailer_never_removes_an_owner() {
    let message = "Work\n\nMigration-Stage: 4";
    assert_eq!(told(message, &["src/9/a.py"]), "stage/wrong-stage deny 9");
    assert_eq!(
        told("Work\n\nMigration-Stage: 77", &["src/9/a.py"]),
        "stage/wrong-stage deny 9; stage/wrong-stage warn -"
    );
    let both = "Work\n\nMigration-Stage: 4\nMigration-Stage: 9";
    assert_eq!(told(both, &["src/9/a.py", "src/4/a.py"]), "");
    assert_eq!(told(both, &["src/4/a.py"]), "stage/wrong-stage warn -");
}

#[test]
fn foreign_work_is_listed() {
    let none = "Fix\n\nMigration-Stage: none";
    assert_eq!(told(none, &["src/9/a.py"]), "stage/declared-foreign warn 9");
    assert_eq!(told(none, &["src/other.py"]), "");
}

#[test]
fn two_stages_on_one_path_cannot_be_parted() {
    let both = "Work\n\nMigration-Stage: 4\nMigration-Stage: 9";
    let mixed = "stage/mixed-commit warn 4; stage/mixed-commit warn 9";
    assert_eq!(told(both, &["src/shared.py"]), mixed);
}

#[test]
fn a_stage_stays_within_its_paths() {
    let own = "Work\n\nMigration-Stage: 9";
    assert_eq!(told(own, &["src/9/a.py", "src/new.py"]), "stage/unowned-path deny 9");
    let outside = told(own, &["src/9/a.py", "docs/new.md"]);
    assert_eq!(outside, "");
    let case = Case::new(&two("")).commit(own, &["src/9/a.py", "src/new.py"]);
    assert_eq!(case.phase(Phase::Share).ask("stage").staged(), "stage/unowned-path warn 9");
}

#[test]
fn stages_land_in_their_order() {
    let case =
        || Case::new(&two("after = [\"4\"]")).commit("Work\n\nMigration-Stage: 9", &["src/9/a.py"]);
    assert_eq!(case().ask("stage").staged(), "stage/out-of-order deny 9");
    assert_eq!(case().phase(Phase::Share).ask("stage").staged(), "stage/out-of-order warn 9");
    let after = case().history("4", Ok(landed(&["2026-11-01T00:00:00Z"])));
    assert_eq!(after.ask("stage").staged(), "");
    let with_it = case().commit("Work\n\nMigration-Stage: 4", &["src/4/a.py"]);
    assert_eq!(with_it.ask("stage").staged(), "");
    let lost = case().history("4", unknown()).ask("stage");
    assert_eq!(lost.staged(), "stage/out-of-order? deny 9");
}

#[test]
fn a_closed_stage_is_not_worked_on() {
    let closed = two("state = \"closed\"\nsince = 2026-01-01\nreason = \"done\"");
    let case = |message| Case::new(&closed).commit(message, &["src/9/a.py"]).ask("stage").staged();
    assert_eq!(case("Work\n\nMigration-Stage: 9"), "stage/closed deny 9");
    assert_eq!(case("Fix\n\nMigration-Stage: none"), "stage/declared-foreign warn 9");
}

#[test]
fn patterns_of_redefined_stages_match_something() {
    let case = |paths: &[&str], redefined: bool| {
        let mut case = Case::new(&two(""));
        if redefined {
            case.policy.redefined.insert(("m".to_owned(), "4".to_owned()));
        }
        let paths: Vec<_> = paths.iter().map(|path| (*path).into()).collect();
        case.facts(|facts| facts.paths = Ok(paths)).ask("stage").staged()
    };
    assert_eq!(case(&["src/4/a.py", "src/shared.py"], true), "");
    assert_eq!(case(&["src/4/a.py"], true), "stage/unmatched-pattern warn -");
    assert_eq!(case(&[], false), "");
    let mut lost = Case::new(&two(""));
    lost.policy.redefined.insert(("m".to_owned(), "4".to_owned()));
    let lost = lost.facts(|facts| facts.paths = unknown()).ask("stage");
    assert_eq!(lost.staged(), "stage/unmatched-pattern? warn -");
}

#[test]
fn a_landing_text_that_loses_trailers_is_told() {
    let mut case = Case::new(&two("")).commit("Work\n\nMigration-Stage: 9", &["src/9/a.py"]);
    case.landing_text_loses = Some("a squash takes the title alone".to_owned());
    assert_eq!(case.ask("stage").staged(), "stage/ambiguous-commit warn -");
}

#[test]
fn changes_of_the_rules_are_seen() {
    let mut case = Case::new(&two("")).commit("Work\n\nMigration-Stage: 9", &["src/9/a.py"]);
    assert_eq!(case.ask("policy").outcomes(), "- satisfied");
    case.policy = PolicyChange {
        changed: vec!["backout.toml".to_owned()],
        weakened: vec!["stage 9 has a lower impact".to_owned()],
        evidence: vec![".backout/backups/data.toml".into()],
        ..PolicyChange::default()
    };
    let expected = "policy/changed warn -; policy/weakened warn -; policy/evidence-added warn -";
    assert_eq!(case.ask("policy").staged(), expected);
    // Evidence alone excuses nothing.
    let mut alone = Case::new(&two("")).commit("Receipt", &[".backout/backups/data.toml"]);
    alone.policy.evidence = vec![".backout/backups/data.toml".into()];
    assert_eq!(alone.ask("policy").staged(), "");
}

#[test]
fn waivers_end() {
    let case = |expires: &str| {
        let waiver = format!(
            "[[waivers]]\nfinding = \"backup/missing\"\nstage = \"9\"\nreason = \"r\"\nexpires = {expires}\n"
        );
        let text = two("").replace("branch = \"main\"", "branch = \"main\"\nmax_waiver = \"30d\"");
        let case = Case::new(&(text + &waiver));
        case.commit("Work\n\nMigration-Stage: 9", &["src/9/a.py"]).ask("policy").staged()
    };
    // The clock stands at noon of 2026-11-24; a day ends at midnight.
    assert_eq!(case("2026-11-23"), "policy/waiver-expired warn -");
    assert_eq!(case("2026-11-24"), "");
    assert_eq!(case("2026-12-24"), "");
    assert_eq!(case("2026-12-26"), "policy/waiver-expired warn -");
}
