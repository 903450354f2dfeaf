//! `rehearsal`.

use super::fake::{Case, at, configuration, file, landed, migration, stage, unknown};
use crate::config::Phase;
use crate::git::{Change, Entry, RepoPath};
use crate::readiness::snapshot::{Known, Rehearsed};
use crate::receipt::Verified;
use crate::stage::ledger::StageHistory;

fn case(more: &str) -> Case {
    Case::new(&(migration("") + &stage("9", "high", more)))
        .commit("Move\n\nMigration-Stage: 9", &["src/9/a.py"])
}

/// `level code: message`, one a line, and the outcome of the stage.
fn told(case: &Case) -> String {
    let told = case.ask("rehearsal");
    let lines = told.findings.iter().map(|one| {
        format!(
            "{:?} {} {:?}: {}\n    {}\n",
            one.level, one.code, one.outcome, one.message, one.help
        )
    });
    let outcomes = told.asked.iter().map(|one| format!("{:?}\n", one.outcome));
    lines.chain(outcomes).collect()
}

#[test]
fn a_receipt_of_what_would_be_backed_out_satisfies() {
    assert_eq!(told(&case("")), "Satisfied\n");
}

#[test]
fn without_a_receipt_nothing_was_tried() {
    let case = case("").rehearsed("9", Ok(Rehearsed::Missing));
    insta::assert_snapshot!(told(&case), @"
    Deny rehearsal/missing Unmet: nobody has rehearsed backing out stage 9: the pushed tree has no .backout/receipts/m/9.toml
        rehearse it: `backout rehearse --stage 9 --onto HEAD`, then commit .backout/receipts/m/9.toml
    Unmet
    ");
    // On a topic branch it is told.
    let shared = told(&case.phase(Phase::Share));
    assert!(shared.starts_with("Warn rehearsal/missing Unmet"), "{shared}");
}

#[test]
fn a_receipt_that_cannot_be_read_is_none() {
    let why = Rehearsed::Unreadable("version 2 is not known here".to_owned());
    insta::assert_snapshot!(told(&case("").rehearsed("9", Ok(why))), @"
    Deny rehearsal/missing Unmet: .backout/receipts/m/9.toml is no receipt of a rehearsal: version 2 is not known here
        rehearse it: `backout rehearse --stage 9 --onto HEAD`, then commit .backout/receipts/m/9.toml
    Unmet
    ");
}

#[test]
fn a_receipt_of_something_else_proves_nothing() {
    let then = Rehearsed::Outdated(at("2026-11-20T10:00:00Z"));
    insta::assert_snapshot!(told(&case("").rehearsed("9", Ok(then))), @"
    Deny rehearsal/outdated Unmet: the rehearsal of stage 9 (2026-11-20T10:00:00Z) was of something else: its files, what they would become, its definition (`paths`, `exclude`, `code`, `verify`, `[[moves]]` of its files) or its checkpoint have changed since
        rehearse it: `backout rehearse --stage 9 --onto HEAD`, then commit .backout/receipts/m/9.toml
    Unmet
    ");
}

#[test]
fn a_receipt_that_contradicts_its_configuration_proves_nothing() {
    let otherwise = Rehearsed::Otherwise { said: Verified::None, expected: Verified::Passed };
    insta::assert_snapshot!(told(&case("").rehearsed("9", Ok(otherwise))), @r#"
    Deny rehearsal/outdated Unmet: .backout/receipts/m/9.toml says `verify = "none"`, and by its configuration a rehearsal of stage 9 says `"passed"`: its check was not run, or the receipt was changed by hand
        rehearse it: `backout rehearse --stage 9 --onto HEAD`, then commit .backout/receipts/m/9.toml
    Unmet
    "#);
}

#[test]
fn what_cannot_be_looked_at_is_no_pass() {
    insta::assert_snapshot!(told(&case("").rehearsed("9", unknown())), @"
    Deny rehearsal/missing Indeterminate: whether backing out stage 9 was rehearsed: could not check: the object is damaged
        run `git fsck`
    Indeterminate
    ");
}

#[test]
fn it_is_asked_where_there_is_something_to_rehearse() {
    let missing = || Ok(Rehearsed::Missing);
    for (more, applies) in [
        ("", true),
        ("rollback = [\"code\", \"verify\"]", true),
        ("rollback = [\"flags\"]", false),
        ("irreversible = true\nreason = \"x\"", false),
        ("state = \"closed\"\nsince = 2026-11-01\nreason = \"x\"", false),
    ] {
        let told = told(&case(more).rehearsed("9", missing()));
        assert_eq!(told.contains("rehearsal/missing"), applies, "{more}: {told}");
    }
    // Work on its files that does not take it forward.
    let rules = migration("") + &stage("9", "high", "");
    for message in ["Fix", "Fix\n\nMigration-Stage: none", "Out\n\nBackout-Stage: 9"] {
        let case = Case::new(&rules).commit(message, &["src/9/a.py"]);
        assert_eq!(told(&case.rehearsed("9", missing())), "NotApplicable\n", "{message}");
    }
    assert_eq!(told(&case("").rehearsed("9", Ok(Rehearsed::NothingToRehearse))), "NotApplicable\n");
}

/// What is told where a range of no stage's work does this to a file, and what has landed is this.
fn told_of_loss(
    more: &str,
    history: Known<StageHistory>,
    path: &str,
    new: Option<Entry>,
) -> String {
    let change = Change { path: RepoPath::from(path), old: Some(file(path)), new };
    let case = Case::new(&(migration("") + &stage("9", "high", more)));
    let case = case.history("9", history).range(|range| range.changes.push(change));
    case.ask("rehearsal").codes()
}

#[test]
fn a_receipt_of_a_landed_stage_does_not_go_in_silence() {
    let there = || Ok(landed(&["2026-11-20T10:00:00Z"]));
    let receipt = ".backout/receipts/m/9.toml";
    assert_eq!(told_of_loss("", there(), receipt, None), "rehearsal/missing warn");
    assert_eq!(told_of_loss("", unknown(), receipt, None), "rehearsal/missing warn", "maybe");
    let closed = "state = \"closed\"\nsince = 2026-11-01\nreason = \"x\"";
    for (what, found) in [
        ("closed", told_of_loss(closed, there(), receipt, None)),
        ("not landed", told_of_loss("", Ok(StageHistory::default()), receipt, None)),
        ("changed", told_of_loss("", there(), receipt, Some(file("other")))),
        ("another file", told_of_loss("", there(), "readme", None)),
        ("untouched", told_of_loss("", there(), "readme", Some(file("other")))),
    ] {
        assert_eq!(found, "", "{what}");
    }
    // What the stage lacks without its receipt is what is told already.
    let gone = || Change { path: RepoPath::from(receipt), old: Some(file(receipt)), new: None };
    let case = Case::new(&(migration("") + &stage("9", "high", ""))).history("9", there());
    let case = case.rehearsed("9", Ok(Rehearsed::Missing));
    let told = case.range(|range| range.changes.push(gone())).ask("rehearsal").codes();
    assert_eq!(told, "rehearsal/missing warn", "once");
    // A stage that goes on is asked for a receipt anyway, once.
    let case = self::case("").history("9", there()).rehearsed("9", Ok(Rehearsed::Missing));
    let told = case.range(|range| range.changes.push(gone())).ask("rehearsal").codes();
    assert_eq!(told, "rehearsal/missing deny");
}

#[test]
fn among_several_migrations_the_command_names_the_stages_own() {
    let root =
        format!("include = [\"n/backout.toml\"]\n{}{}", migration(""), stage("9", "high", ""));
    let other = (migration("") + &stage("7", "high", "")).replace("id = \"m\"", "id = \"n\"");
    let files = [("backout.toml", root.as_str()), ("n/backout.toml", other.as_str())];
    let case =
        Case::of(configuration(&files)).commit("Move\n\nMigration-Stage: 9", &["src/9/a.py"]);
    let told = told(&case.rehearsed("9", Ok(Rehearsed::Missing)));
    assert!(told.contains("`backout rehearse --stage m:9 --onto HEAD`"), "{told}");
}
