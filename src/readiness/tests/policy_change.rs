//! What a push does to its own rules and evidence, on real repositories.

use super::fake::{migration, stage};
use super::real::{Real, guard, push, rules};
use crate::config::{ConfigError, LoadError};
use crate::git::ObjectId;
use crate::git::testing::Scratch;
use crate::readiness::assessment::Assessment;
use crate::readiness::guard::{Guard, GuardError, Input};

/// What the requirement `policy` says of a push.
fn told(assessment: &Assessment) -> Vec<String> {
    let of_it = assessment.findings.iter().filter(|one| one.code.requirement() == "policy");
    of_it.map(|one| format!("{}: {}", one.code, one.message)).collect()
}

fn judged(real: &Real, input: Input) -> Vec<String> {
    told(&guard(&real.scratch.repo()).judge(&[input]).unwrap())
}

#[test]
fn rules_that_a_push_changes_are_named_and_what_they_ask_less() {
    let real = Real::with("");
    let stricter = rules("").replace("\"low\"", "\"high\"");
    let head = real.scratch.commit("Stricter", &[("backout.toml", &stricter)]);
    let changed =
        "policy/changed: backout.toml is not what is trusted: this push is judged by both";
    assert_eq!(judged(&real, push("topic", None, head)), [changed]);
    let laxer = rules("").replace("\"critical\"", "\"high\"");
    let head = real.scratch.commit("Laxer", &[("backout.toml", &laxer)]);
    let told = judged(&real, push("topic", None, head));
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[1].starts_with("policy/weakened: "), "{told:?}");
}

#[test]
fn of_waivers_those_are_looked_at_that_a_push_brings() {
    let waiver = |finding: &str, more: &str| {
        format!("[[waivers]]\nfinding = \"{finding}\"\nreason = \"later\"\n{more}\n")
    };
    let landed = waiver("backup/missing", "expires = 2025-01-01");
    let with = |more: &str| rules("") + more;
    let real = Real::with("");
    let known = real.scratch.commit("Waive", &[("backout.toml", &with(&landed))]);
    real.scratch.remote_has("main", &known);
    let told = |rules: String| {
        let files = [("backout.toml", rules.as_str()), ("README.md", rules.as_str())];
        let head = real.scratch.commit("Push", &files);
        let all = judged(&real, push("topic", None, head));
        let ended = all.into_iter().filter(|one| one.starts_with("policy/waiver-expired"));
        ended.collect::<Vec<_>>()
    };
    assert_eq!(told(with(&landed)), [""; 0]);
    let of = |finding: &str, day: &str| {
        format!("policy/waiver-expired: the waiver of {finding} ended on {day}")
    };
    let other = waiver("backup/stale", "expires = 2025-01-01");
    let both = told(with(&landed) + &other);
    assert_eq!(both, [of("backup/stale", "2025-01-01")]);
    let later = waiver("backup/missing", "expires = 2025-02-01");
    assert_eq!(told(with(&later)), [of("backup/missing", "2025-02-01")]);
    let of_a_stage = waiver("backup/missing", "expires = 2025-01-01\nstage = \"9\"");
    assert_eq!(told(with(&of_a_stage)), [of("backup/missing", "2025-01-01")]);
}

#[test]
fn deleting_the_rules_asks_for_less() {
    let real = Real::with("");
    real.scratch.git(&["rm", "--quiet", "backout.toml"]);
    let head = real.scratch.commit("No rules", &[]);
    let told = judged(&real, push("topic", None, head));
    assert_eq!(
        told[1..],
        ["policy/weakened: the pushed configuration asks for less: the configuration is deleted"]
    );
}

#[test]
fn a_branch_from_before_the_rules_changed_changes_nothing() {
    let real = Real::with("");
    let old = real.commit("README.md", "Words");
    real.scratch.git(&["checkout", "--quiet", "--detach", &real.start.to_string()]);
    let newer = rules("").replace("\"low\"", "\"high\"");
    let landed = real.scratch.commit("Newer", &[("backout.toml", &newer)]);
    real.scratch.remote_has("main", &landed);
    assert_eq!(judged(&real, push("topic", None, old)), [""; 0]);
    // Nor does one from before there were any.
    let before = real.scratch.id("m-start~1");
    real.scratch.git(&["checkout", "--quiet", "--detach", &before.to_string()]);
    let oldest = real.commit("README.md", "Words");
    assert_eq!(judged(&real, push("topic", None, oldest)), [""; 0]);
}

#[test]
fn where_nothing_is_trusted_yet_nothing_is_changed() {
    let real = Real::with("");
    let head = real.commit("backout.toml", &rules(""));
    let repo = real.scratch.repo();
    let nameless = Guard { remote: None, ..guard(&repo) };
    let assessment = nameless.judge(&[push("topic", None, head)]).unwrap();
    assert_eq!(told(&assessment), [""; 0]);
}

/// Work on stage 9 that comes with a file of this name.
fn comes_with(real: &Real, path: &str) -> ObjectId {
    let files = [("src/9/a.py", "b\n"), (path, "version = 1\n")];
    real.scratch.commit("Work\n\nMigration-Stage: 9", &files)
}

#[test]
fn evidence_is_what_is_added_to_the_migrations_own_folder() {
    let real = Real::with("");
    let added = comes_with(&real, ".backout/notes.toml");
    let told = judged(&real, push("topic", None, added));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("policy/evidence-added: .backout/notes.toml "), "{told:?}");
    real.scratch.remote_has("main", &added);
    std::fs::remove_file(real.scratch.path().join(".backout/notes.toml")).unwrap();
    let removed = comes_with(&real, "other/.backout/notes.toml");
    assert_eq!(judged(&real, push("topic", None, removed)), [""; 0]);
}

const ATTRIBUTIONS: &str = ".backout/attributions.toml";

fn entry(commit: &ObjectId, stage: &str) -> String {
    format!("[[attributions]]\ncommit = \"{commit}\"\nstage = \"{stage}\"\n")
}

/// What is said of whose work the commits of a push are.
fn whose(scratch: &Scratch, from: Option<ObjectId>, head: ObjectId) -> Vec<String> {
    let assessment = guard(&scratch.repo()).judge(&[push("topic", from, head)]).unwrap();
    let codes = assessment.findings.iter().map(|one| one.code.to_string());
    codes.filter(|code| code.starts_with("stage/")).collect()
}

/// The landing branch leads on from `base` with a commit that brings this file.
fn lands(scratch: &Scratch, base: &ObjectId, path: &str, text: &str) -> ObjectId {
    scratch.git(&["checkout", "--quiet", "--detach", &base.to_string()]);
    let landed = scratch.commit("Say", &[(path, text)]);
    scratch.remote_has("main", &landed);
    landed
}

const SILENT: &str = "stage/ambiguous-commit";
const FOREIGN: &str = "stage/declared-foreign";

#[test]
fn attributions_count_where_they_are_trusted_and_the_landing_branchs_are_the_newest() {
    let real = Real::with("");
    let start = Some(real.start);
    let silent = real.commit("src/9/a.py", "Work");
    let foreign = entry(&silent, "none");
    let said = real.scratch.commit("Say", &[(ATTRIBUTIONS, &foreign)]);
    assert_eq!(whose(&real.scratch, start, said), [SILENT], "it comes with what it excuses");
    let old = lands(&real.scratch, &real.start, ATTRIBUTIONS, &entry(&silent, "9"));
    assert_eq!(whose(&real.scratch, start, silent), [""; 0]);
    lands(&real.scratch, &real.start, ATTRIBUTIONS, &foreign);
    assert_eq!(whose(&real.scratch, start, silent), [FOREIGN]);
    // The old end of the push is trusted as well; the landing branch has the last word.
    real.scratch.git(&["checkout", "--quiet", "--detach", &old.to_string()]);
    real.scratch.git(&["merge", "--quiet", "--no-edit", &silent.to_string()]);
    assert_eq!(whose(&real.scratch, Some(old), real.scratch.id("HEAD")), [FOREIGN]);
}

#[test]
fn what_comes_with_the_commits_that_it_speaks_of_adds_stages_and_excuses_nothing() {
    let real = Real::with("");
    let advanced = |head: ObjectId| {
        let assessment =
            guard(&real.scratch.repo()).judge(&[push("topic", Some(real.start), head)]).unwrap();
        let advances = assessment.stages.iter().filter(|one| one.advances);
        advances.map(|one| one.id.clone()).collect::<Vec<_>>()
    };
    let work = real.scratch.commit("Work", &[("src/4/a.py", "b\n"), ("src/9/a.py", "b\n")]);
    let with = |entries: &[&str]| {
        real.scratch.git(&["checkout", "--quiet", "--detach", &work.to_string()]);
        let text: String = entries.iter().map(|stage| entry(&work, stage)).collect();
        real.scratch.commit("Say", &[(ATTRIBUTIONS, &text)])
    };
    let (of_nine, of_none) = (with(&["9"]), with(&["none"]));
    assert_eq!(advanced(work), [""; 0]);
    assert_eq!(advanced(of_nine), ["9"]);
    assert_eq!(advanced(of_none), [""; 0]);
    for (said, expected) in [("none", &["9"][..]), ("4", &["4", "9"]), ("9", &["9"])] {
        lands(&real.scratch, &real.start, ATTRIBUTIONS, &entry(&work, said));
        assert_eq!(advanced(of_nine), expected, "{said}");
    }
    assert_eq!(advanced(of_none), ["9"], "it is no excuse");
}

/// What a push of a commit is refused for, where it comes with this file.
fn refused(path: &str, text: &str) -> ConfigError {
    let real = Real::with("");
    let head = real.scratch.commit("Say", &[(path, text)]);
    let told = guard(&real.scratch.repo()).judge(&[push("main", Some(real.start), head)]);
    let Err(GuardError::Configuration(LoadError::Invalid(error))) = told else {
        panic!("it was let pass")
    };
    error
}

#[test]
fn attributions_that_cannot_be_read_are_refused_with_their_place() {
    let short = "[[attributions]]\ncommit = \"abc\"\nstage = \"9\"\n";
    let of = |path: &str, text: &str| {
        let slip = refused(path, text).diagnostics.remove(0);
        assert!(slip.help.is_some(), "{}", slip.message);
        format!("{}:{}:{}: {}", slip.place.file, slip.place.line, slip.place.column, slip.message)
    };
    insta::assert_snapshot!(of(ATTRIBUTIONS, short), @".backout/attributions.toml:2:10: `abc` is no object id: expected 40 or 64 hexadecimal digits");
    insta::assert_snapshot!(of(ATTRIBUTIONS, &short.replace("abc", &"1".repeat(40)).replace('9', "a b")), @".backout/attributions.toml:3:9: `a b` is no id: expected letters, digits, `.`, `_` or `-`, and not only dots");
    insta::assert_snapshot!(of(ATTRIBUTIONS, "\n<<<<<<< HEAD\n"), @".backout/attributions.toml:2:9: key with no value, expected `=`");
    insta::assert_snapshot!(of(ATTRIBUTIONS, "version = 1\n"), @".backout/attributions.toml:1:1: unknown field `version`, expected `attributions`");
    insta::assert_snapshot!(of(&format!("{ATTRIBUTIONS}/x"), "x"), @".backout/attributions.toml:1:1: `.backout/attributions.toml` is a folder: only a plain file is read");
}

/// What is said beside the findings, of a push from a landing branch to a topic.
fn notes(real: &Real, landed: ObjectId, head: ObjectId) -> String {
    real.scratch.remote_has("main", &landed);
    let assessment = guard(&real.scratch.repo()).judge(&[push("topic", None, head)]).unwrap();
    assessment.refs[0].note.clone().unwrap_or_default()
}

#[test]
fn the_last_valid_attributions_stand_in_for_those_that_are_not() {
    let real = Real::with("");
    let silent = real.commit("src/9/a.py", "Work");
    let foreign = entry(&silent, "none");
    real.scratch.git(&["checkout", "--quiet", "--detach", &real.start.to_string()]);
    let valid = real.scratch.commit("Say", &[(ATTRIBUTIONS, &foreign)]);
    let broken = foreign.clone() + "<<<<<<<\n";
    real.scratch.commit("Slip", &[(ATTRIBUTIONS, &broken)]);
    let landed = real.commit("README.md", "More");
    let told = notes(&real, landed, silent);
    let named = format!("{ATTRIBUTIONS}:4 is invalid at origin/main");
    assert!(told.contains(&named) && told.contains(&valid.short()), "{told}");
    assert_eq!(whose(&real.scratch, Some(real.start), silent), [FOREIGN]);
    // What rests on it brings no slip of its own; another one would.
    let next = real.commit("README.md", "Words");
    assert!(notes(&real, landed, next).contains(&named));
    let other = real.scratch.commit("Other", &[(ATTRIBUTIONS, &format!("{broken}x"))]);
    let told = guard(&real.scratch.repo()).judge(&[push("topic", None, other)]);
    assert!(matches!(told, Err(GuardError::Configuration(_))));
    let repaired = real.scratch.commit("Repair", &[(ATTRIBUTIONS, &foreign)]);
    assert!(notes(&real, landed, repaired).contains(&named));
    assert_eq!(notes(&real, repaired, repaired), "");
}

#[test]
fn attributions_that_never_were_valid_count_for_nothing() {
    let real = Real::with("");
    real.scratch.git(&["checkout", "--quiet", "--orphan", "other"]);
    let root = real.scratch.commit("Slip", &[(ATTRIBUTIONS, "x")]);
    let told = notes(&real, root, root);
    assert!(told.contains("none there was valid before"), "{told}");
}

#[test]
fn a_migration_in_a_folder_has_its_evidence_there() {
    let scratch = Scratch::empty();
    let text = migration("") + &stage("9", "critical", "");
    scratch.commit(
        "rules",
        &[
            ("backout.toml", "version = 1\ninclude = [\"n/backout.toml\"]\n"),
            ("n/backout.toml", &text),
            ("n/src/9/a.py", "a\n"),
        ],
    );
    scratch.git(&["tag", "m-start"]);
    let start = scratch.id("HEAD");
    scratch.remote_has("main", &start);
    let files = [("n/src/9/a.py", "b\n"), ("n/.backout/x", "x"), (".backout/x", "x")];
    let head = scratch.commit("Work\n\nMigration-Stage: 9", &files);
    let assessment = guard(&scratch.repo()).judge(&[push("topic", None, head)]).unwrap();
    let told = told(&assessment);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("policy/evidence-added: n/.backout/x "), "{told:?}");
    // So are its attributions.
    scratch.git(&["reset", "--quiet", "--hard", &start.to_string()]);
    let silent = scratch.commit("Work", &[("n/src/9/a.py", "b\n")]);
    assert_eq!(whose(&scratch, Some(start), silent), [SILENT]);
    lands(&scratch, &start, &format!("n/{ATTRIBUTIONS}"), &entry(&silent, "none"));
    assert_eq!(whose(&scratch, Some(start), silent), [FOREIGN]);
}
