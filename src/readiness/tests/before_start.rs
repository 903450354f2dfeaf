//! A start tag that was set anew, too late: on what had landed of a stage.

use insta::assert_snapshot;

use super::real::{Real, by_hand, guard, rules};
use crate::git::ObjectId;
use crate::readiness::guard::Input;

/// Sets the start tag anew.
fn tag_on(real: &Real, commit: &str) {
    real.scratch.git(&["tag", "--force", "--annotate", "--message", "again", "m-start", commit]);
}

/// What is said of more work on stage 9 about the start tag, which stands where `HEAD` is now.
fn told(real: &Real) -> Vec<String> {
    tag_on(real, "HEAD");
    told_of_tag(real)
}

fn told_of_tag(real: &Real) -> Vec<String> {
    let base = real.scratch.id("HEAD");
    let path = format!("src/9/{}.py", base.short());
    let head = real.commit(&path, "More\n\nMigration-Stage: 9");
    said(real, by_hand(Some(base), head))
}

/// What is said of a push about the start tag.
fn said(real: &Real, input: Input) -> Vec<String> {
    let of = guard(&real.scratch.repo()).judge(&[input]).unwrap();
    let tag = of.findings.iter().filter(|one| one.code.as_str().starts_with("tag/"));
    tag.map(|one| one.message.clone()).collect()
}

#[test]
fn the_oldest_work_that_says_so_is_named() {
    let real = Real::with("");
    assert_eq!(told_of_tag(&real), [""; 0]);
    let real = Real::with("");
    let first = real.commit("src/9/a.py", "First\n\nMigration-Stage: 9");
    real.commit("src/9/b.py", "Second\n\nMigration-Stage: 9");
    real.commit("README.md", "Words");
    let short = |message: &str| message.replace(&first.short(), "FIRST");
    let said = told(&real);
    assert_eq!(said.len(), 1);
    let tag = real.scratch.id("m-start^{commit}").short();
    assert_snapshot!(short(&said[0]).replace(&tag, "TAG"), @r#"the tag `m-start` (TAG) does not come before FIRST "First", which is work on stage 9: whoever goes back to the tag keeps that work"#);
}

#[test]
fn what_does_not_say_so_and_what_is_another_stages_does_not_count() {
    for (path, said) in [
        ("src/9/a.py", "Fix a typo"),
        ("src/9/a.py", "Fix\n\nMigration-Stage: none"),
        ("src/4/a.py", "Work\n\nMigration-Stage: 4"),
        ("README.md", "Words\n\nMigration-Stage: 9"),
    ] {
        let real = Real::with("");
        real.commit(path, said);
        assert_eq!(told(&real), [""; 0], "{said}");
    }
}

#[test]
fn what_was_tried_and_taken_back_is_not_kept() {
    let real = Real::with("");
    real.commit("src/9/a.py", "First\n\nMigration-Stage: 9");
    real.scratch.git(&["revert", "--no-edit", "HEAD"]);
    assert_eq!(told(&real), [""; 0]);
    real.commit("src/9/b.py", "Second\n\nMigration-Stage: 9");
    assert_eq!(told(&real).len(), 1);
}

#[test]
fn what_the_stage_itself_took_back_is_not_kept_either() {
    let real = Real::with("");
    real.commit("src/9/a.py", "First\n\nMigration-Stage: 9");
    real.scratch.commit("Back\n\nMigration-Stage: 9", &[("src/9/a.py", "a\n")]);
    assert_eq!(told(&real), [""; 0]);
}

#[test]
fn in_one_push_it_is_the_same() {
    let said_of = |taken_back: bool| {
        let real = Real::with("");
        real.commit("src/9/a.py", "First\n\nMigration-Stage: 9");
        if taken_back {
            real.scratch.git(&["revert", "--no-edit", "HEAD"]);
        }
        tag_on(&real, "HEAD");
        let head = real.commit("src/9/b.py", "More\n\nMigration-Stage: 9");
        said(&real, by_hand(Some(real.start), head)).len()
    };
    assert_eq!((said_of(true), said_of(false)), (0, 1));
}

#[test]
fn a_fix_on_top_does_not_hide_it() {
    let start = "1\n2\n3\n4\n5\n";
    let work = "one\ntwo\nthree\n4\n5\n";
    for (fixed, kept) in [
        ("one\ntwo, fixed\nthree\n4\n5\n", true),
        ("one\ntwo\nthree\n4\n5\nmore\n", true),
        // Less than half of what the stage had added.
        ("1\ntwo\n3\n4\n5\n", false),
        ("1, fixed\n2\n3\n4\n5\n", false),
    ] {
        let real = Real::with("");
        real.scratch.commit("Begin", &[("src/9/c.py", start)]);
        real.scratch.commit("Work\n\nMigration-Stage: 9", &[("src/9/c.py", work)]);
        real.scratch.commit("Fix\n\nMigration-Stage: none", &[("src/9/c.py", fixed)]);
        assert_eq!(told(&real).len(), usize::from(kept), "{fixed:?}");
        // A file that the stage had made.
        let real = Real::with("");
        real.scratch.commit("Work\n\nMigration-Stage: 9", &[("src/9/c.py", work)]);
        real.scratch.commit("Fix\n\nMigration-Stage: none", &[("src/9/c.py", fixed)]);
        assert_eq!(told(&real).len(), usize::from(kept), "{fixed:?}, of a new file");
    }
}

#[test]
fn what_is_gone_is_not_kept_and_what_was_taken_away_is() {
    let real = Real::with("");
    real.commit("src/9/b.py", "Work\n\nMigration-Stage: 9");
    real.scratch.git(&["rm", "--quiet", "src/9/b.py"]);
    real.scratch.commit("Tidy up\n\nMigration-Stage: none", &[]);
    assert_eq!(told(&real), [""; 0]);
    let real = Real::with("");
    real.scratch.git(&["rm", "--quiet", "src/9/a.py"]);
    real.scratch.commit("Work\n\nMigration-Stage: 9", &[]);
    assert_eq!(told(&real).len(), 1);
}

#[test]
fn it_is_looked_for_once_and_remembered() {
    let real = Real::with("");
    real.commit("src/9/a.py", "First\n\nMigration-Stage: 9");
    assert_eq!(told(&real).len(), 1);
    let folder = real.scratch.path().join(".git/backout/cache");
    let files = || std::fs::read_dir(&folder).unwrap().map(|one| one.unwrap().path());
    let before: Vec<_> = files().collect();
    // The same tag, and other work.
    assert_eq!(told_of_tag(&real).len(), 1);
    assert_eq!(files().filter(|file| !before.contains(file)).count(), 0);
    for file in files() {
        std::fs::write(file, "no cache").unwrap();
    }
    assert_eq!(told_of_tag(&real).len(), 1);
    // Another tag is another question.
    tag_on(&real, &real.start.to_string());
    assert_eq!(told_of_tag(&real), [""; 0]);
}

#[test]
fn a_side_branch_that_was_merged_is_looked_through() {
    let real = Real::with("");
    real.scratch.git(&["switch", "--create", "topic"]);
    real.commit("src/9/a.py", "First\n\nMigration-Stage: 9");
    real.scratch.git(&["switch", "main"]);
    real.scratch.git(&["merge", "--no-ff", "--no-edit", "topic"]);
    assert_eq!(told(&real).len(), 1);
}

#[test]
fn before_there_were_rules_of_this_migration_its_trailer_was_anothers() {
    let real = Real::with("");
    let other = rules("").replace("id = \"m\"", "id = \"earlier\"");
    real.scratch.commit("Other rules", &[("backout.toml", &other)]);
    real.commit("src/9/a.py", "Work\n\nMigration-Stage: 9");
    real.scratch.commit("Rules", &[("backout.toml", &rules(""))]);
    assert_eq!(told(&real), [""; 0]);
}

#[test]
fn what_counts_for_nobody_is_not_held_against_the_tag() {
    let real = Real::with("");
    let done = real.commit("src/9/a.py", "First\n\nMigration-Stage: 9");
    let with = |since: &ObjectId| rules(&format!("since = \"{since}\""));
    real.scratch.commit("Rules", &[("backout.toml", &with(&done))]);
    tag_on(&real, &done.to_string());
    real.scratch.remote_has("main", &real.scratch.id("HEAD"));
    assert_eq!(told_of_tag(&real), [""; 0]);
    // The tag stands after that commit.
    real.commit("src/9/b.py", "Second\n\nMigration-Stage: 9");
    assert_eq!(told(&real).len(), 1);
}
