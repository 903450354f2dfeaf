//! `runbook`.

use insta::assert_snapshot;

use super::fake::{Case, migration, stage, unknown};
use crate::git::TreeFile;

fn case(impact: &str) -> Case {
    let text = migration("document = \"PLAN.md\"") + &stage("9", impact, "");
    Case::new(&text).commit("Work\n\nMigration-Stage: 9", &["src/9/a.py"])
}

#[test]
fn a_document_in_the_pushed_tree_satisfies() {
    let told = case("high").file("PLAN.md", "# How to go back\n").ask("runbook");
    assert_eq!((told.outcomes().as_str(), told.lines().as_str()), ("- satisfied", ""));
}

#[test]
fn a_missing_document_is_told_and_never_in_the_way() {
    let told = case("critical").ask("runbook");
    assert_snapshot!(told.lines(), @"runbook/plan-missing warn -: the migration's document `PLAN.md` is not in the pushed tree / add the document at `PLAN.md`, or name another one in `[migration] document`");
    assert_eq!(told.outcomes(), "- unmet");
}

#[test]
fn an_empty_document_and_a_link_are_none() {
    assert_snapshot!(case("high").file("PLAN.md", " \n\t").ask("runbook").lines(), @"runbook/plan-missing warn -: the migration's document `PLAN.md` is empty / add the document at `PLAN.md`, or name another one in `[migration] document`");
    let link = case("high").facts(|facts| {
        let link = Ok(Some(TreeFile::NotAFile("a symbolic link")));
        facts.files.insert("PLAN.md".to_owned(), link);
    });
    assert_snapshot!(link.ask("runbook").lines(), @"runbook/plan-missing warn -: the migration's document `PLAN.md` is a symbolic link / add the document at `PLAN.md`, or name another one in `[migration] document`");
}

#[test]
fn a_document_that_cannot_be_read_is_indeterminate() {
    let case = case("high").facts(|facts| {
        facts.files.insert("PLAN.md".to_owned(), unknown());
    });
    let told = case.ask("runbook");
    assert_snapshot!(told.lines(), @"runbook/plan-missing? warn -: `PLAN.md`: could not check: the object is damaged / run `git fsck`");
    assert_eq!(told.outcomes(), "- indeterminate");
}

#[test]
fn nothing_is_asked_without_a_document_or_a_touched_stage() {
    let none = Case::new(&(migration("") + &stage("9", "high", "")));
    let none = none.commit("Work\n\nMigration-Stage: 9", &["src/9/a.py"]);
    assert_eq!(none.ask("runbook").outcomes(), "- not applicable");
    let text = migration("document = \"PLAN.md\"") + &stage("9", "high", "");
    let docs = Case::new(&text).commit("Docs", &["README.md"]);
    assert_eq!(docs.ask("runbook").outcomes(), "- not applicable");
}

#[test]
fn the_document_lies_below_the_migrations_folder() {
    let included = migration("document = \"PLAN.md\"") + &stage("9", "high", "");
    let case = Case::of(super::fake::configuration(&[
        ("backout.toml", "include = [\"billing/backout.toml\"]"),
        ("billing/backout.toml", &included),
    ]))
    .commit("Work\n\nMigration-Stage: 9", &["billing/src/9/a.py"]);
    let elsewhere = case.file("PLAN.md", "# Plan\n");
    assert_snapshot!(elsewhere.ask("runbook").lines(), @"runbook/plan-missing warn -: the migration's document `billing/PLAN.md` is not in the pushed tree / add the document at `billing/PLAN.md`, or name another one in `[migration] document`");
    let there = elsewhere.file("billing/PLAN.md", "# Plan\n");
    assert_eq!(there.ask("runbook").outcomes(), "- satisfied");
}
