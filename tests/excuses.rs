//! A change cannot bring the excuse for its own work: a stage of a migration that is known already
//! is held to what is trusted, also where only the pushed rules know the stage.

use crate::support::{CONFIGURATION, RECEIPT, RECEIPT_PATH, RepoOptions, STATE, Staged};

const NEW_STAGE: &str = r#"
[[stages]]
id = "10"
name = "Sessions"
impact = "critical"
paths = ["src/core/ten.py"]
rollback = ["code", "data"]
backups = ["context"]
"#;

const WAIVER: &str = r#"
[[waivers]]
finding = "backup/missing"
stage = "10"
reason = "later"
expires = 2099-01-01
"#;

/// The rules with a new stage; `change` makes an excuse of them.
fn with_stage(change: impl Fn(&str) -> String) -> String {
    let (rules, levels) = CONFIGURATION.split_once("\n[requirements]").unwrap();
    change(&format!("{rules}{NEW_STAGE}\n[requirements]{levels}"))
}

/// The new stage and its work in one push.
fn pushed(rules: &str) -> Staged {
    let scene = Staged::new();
    let files = [("backout.toml", rules), ("src/core/ten.py", "ten = 1\n")];
    scene.repo.commit_files(&files, "Work\n\nMigration-Stage: 10");
    scene
}

#[test]
fn a_new_stage_is_not_excused_by_what_comes_with_it() {
    let excuses: [(&str, String); 6] = [
        ("none", with_stage(str::to_owned)),
        ("a waiver", with_stage(|rules| rules.to_owned() + WAIVER)),
        ("a level", with_stage(|rules| format!("{rules}\"backup/missing\" = \"allow\"\n"))),
        (
            "the mode",
            with_stage(|rules| rules.replacen("branch = ", "mode = \"observe\"\nbranch = ", 1)),
        ),
        ("the branch", with_stage(|rules| rules.replacen("\"main\"", "\"trunk\"", 1))),
        (
            "the stage's mode",
            with_stage(|rules| rules.replacen("id = \"10\"", "id = \"10\"\nmode = \"observe\"", 1)),
        ),
    ];
    for (excuse, rules) in excuses {
        let scene = pushed(&rules);
        let run = scene.stopped(&["origin", "main"], "backup/missing");
        let told = run.out() + &run.err();
        assert!(told.contains("not ready to land: 1 problem"), "{excuse}: {told}");
        assert!(!told.contains("observed only"), "{excuse}: {told}");
    }
}

#[test]
fn the_work_of_a_new_stage_is_not_hidden_by_a_since_that_comes_with_it() {
    let scene = pushed(&with_stage(str::to_owned));
    let work = scene.repo.git(&["rev-parse", "HEAD"]).ok().out();
    let since = format!("branch = \"main\"\nsince = \"{}\"", work.trim());
    let rules = with_stage(|rules| rules.replacen("branch = \"main\"", &since, 1));
    scene.repo.commit_files(&[("backout.toml", &rules)], "Adopt");
    scene.stopped(&["origin", "main"], "backup/missing");
}

#[test]
fn a_known_stage_is_not_excused_for_a_path_that_comes_with_the_excuse() {
    let scene = Staged::new();
    let rules = CONFIGURATION.replacen(
        "[\"src/core/state.py\"",
        "[\"src/core/state.py\", \"src/core/ten.py\"",
        1,
    ) + &WAIVER.replace("\"10\"", "\"9\"");
    let files = [("backout.toml", rules.as_str()), ("src/core/ten.py", "ten = 1\n")];
    scene.repo.commit_files(&files, "Work\n\nMigration-Stage: 9");
    scene.stopped(&["origin", "main"], "backup/missing");
}

#[test]
fn an_excuse_holds_once_it_has_landed() {
    let scene = Staged::new();
    let rules = with_stage(|rules| rules.to_owned() + WAIVER);
    scene.repo.commit_files(&[("backout.toml", &rules)], "A stage to come");
    scene.passes(&["origin", "main"]);
    scene.repo.commit_files(&[("src/core/ten.py", "ten = 1\n")], "Work\n\nMigration-Stage: 10");
    assert!(scene.passes(&["origin", "main"]).contains("waived backup/missing: later"));
}

#[test]
fn a_trusted_excuse_covers_a_new_stage_too() {
    let observing = CONFIGURATION.replacen("branch = ", "mode = \"observe\"\nbranch = ", 1);
    let scene = Staged::with(RepoOptions::default(), &observing);
    let rules = with_stage(|rules| rules.replacen("branch = ", "mode = \"observe\"\nbranch = ", 1));
    let files = [("backout.toml", rules.as_str()), ("src/core/ten.py", "ten = 1\n")];
    scene.repo.commit_files(&files, "Work\n\nMigration-Stage: 10");
    let run = scene.repo.push(&["origin", "main"]).ok();
    assert!((run.out() + &run.err()).contains("observed only, nothing is stopped"));
}

#[test]
fn a_new_migration_chooses_its_own_terms() {
    let scene = Staged::new();
    let root = CONFIGURATION.replacen(
        "version = 1\n",
        "version = 1\ninclude = [\"billing/backout.toml\"]\n",
        1,
    );
    let billing = CONFIGURATION.replace("\"entities\"", "\"billing\"").replacen(
        "branch = ",
        "mode = \"observe\"\nbranch = ",
        1,
    );
    let work = format!("billing/{STATE}");
    let files =
        [("backout.toml", root.as_str()), ("billing/backout.toml", &billing), (&work, "s = 1\n")];
    scene.repo.commit_files(&files, "Work\n\nMigration-Stage: billing:9");
    let run = scene.repo.push(&["origin", "main"]).ok();
    assert!((run.out() + &run.err()).contains("observed only, nothing is stopped"));
}

#[test]
fn where_one_stage_enforces_nothing_is_said_to_be_observed_only() {
    let rules = CONFIGURATION.replacen("branch = ", "mode = \"observe\"\nbranch = ", 1).replacen(
        "id = \"9\"",
        "id = \"9\"\nmode = \"enforce\"",
        1,
    );
    let scene = Staged::with(RepoOptions::default(), &rules);
    scene.unready();
    let run = scene.stopped(&["origin", "main"], "backup/missing");
    assert!(!(run.out() + &run.err()).contains("observed only"), "{}", run.snapshot());
    let run = scene.repo.backout(["check", "--base", "origin/main", "--format", "json"]).run();
    let told = run.exits(1).out();
    assert!(told.contains("\"mode\":\"enforce\""), "{told}");
}

/// Rules that ask more of whatever comes: a scope, a reader of the flag, rehearsals of the backup.
fn demanding() -> String {
    let flag = "[flags.USE]\non = \"1\"\noff = \"0\"\ndefined_in = [\".env\"]\n\
        referenced_in = [\"lib/**\"]\n\n[backups.context]";
    CONFIGURATION
        .replacen("branch = \"main\"", "branch = \"main\"\nscope = [\"src/**\"]", 1)
        .replacen("[backups.context]", flag, 1)
        .replacen("store = ", "rehearse_every = \"14d\"\nstore = ", 1)
}

/// A new stage and its work, in a push that also changes these lines of the rules.
fn excused_by(changes: &[(&str, &str)]) -> Staged {
    let scene = Staged::with(RepoOptions::default(), &demanding());
    let stage = NEW_STAGE.replacen(
        "rollback = [\"code\", \"data\"]",
        "rollback = [\"flags\", \"code\", \"data\"]\nflags = { USE = \"off\" }",
        1,
    );
    let mut rules =
        demanding().replacen("\n[requirements]", &format!("{stage}\n[requirements]"), 1);
    for (from, to) in changes {
        assert!(rules.contains(from), "{from}");
        rules = rules.replacen(from, to, 1);
    }
    let work = [
        ("backout.toml", &*rules),
        (".env", "USE=1\n"),
        (RECEIPT_PATH, RECEIPT),
        ("src/core/ten.py", "ten = 1\n"),
        ("src/core/other.py", "other = 1\n"),
    ];
    scene.repo.commit_files(&work, "Work\n\nMigration-Stage: 10");
    scene
}

#[test]
fn a_new_stage_is_held_to_the_trusted_scope_flags_and_backups() {
    let scope = ("scope = [\"src/**\"]\n", "");
    let read = ("referenced_in = [\"lib/**\"]\n", "");
    let rehearsed = ("rehearse_every = \"14d\"\n", "");
    let narrower = ("[\"src/**\"]", "[\"src/core/ten.py\"]");
    let wider = ("[\"lib/**\"]", "[\"lib/**\", \"**\"]");
    for changes in [&[][..], &[scope, read, rehearsed], &[narrower, wider]] {
        let scene = excused_by(changes);
        let run = scene.stopped(&["origin", "main"], "stage/unowned-path");
        let told = run.out() + &run.err();
        for code in ["deny backup/unrehearsed", "deny flag/unread"] {
            assert!(told.contains(code), "{code} {changes:?}: {told}");
        }
    }
}

#[test]
fn what_lands_on_the_lines_of_a_stage_is_not_excused_by_taking_that_stage_out() {
    let stage = NEW_STAGE.replacen("src/core/ten.py", "src/core/four.py", 1).replacen(
        ", \"data\"]\nbackups = [\"context\"]",
        "]",
        1,
    );
    let with_stage =
        |rules: &str| rules.replacen("\n[requirements]", &format!("{stage}\n[requirements]"), 1);
    let (head, rest) = CONFIGURATION.split_once("[[stages]]\nid = \"4\"").unwrap();
    let nine = rest.split_once("[[stages]]").unwrap().1;
    let without = with_stage(&format!("{head}[[stages]]{nine}"));
    let four = "\"src/core/four.py\", \"src/core/shared.py\"]";
    let elsewhere = with_stage(&CONFIGURATION.replacen(four, "\"src/core/shared.py\"]", 1));
    let closed = "impact = \"medium\"\nstate = \"closed\"\nsince = 2026-01-01\nreason = \"done\"";
    let closed = with_stage(&CONFIGURATION.replacen("impact = \"medium\"", closed, 1));
    for rules in [with_stage(CONFIGURATION), without, elsewhere, closed] {
        let rules = rules.replacen("impact = \"medium\"", "impact = \"critical\"", 1);
        let trusted = CONFIGURATION.replacen("impact = \"medium\"", "impact = \"critical\"", 1);
        let scene = Staged::with(RepoOptions::default(), &trusted);
        scene
            .repo
            .commit_files(&[("src/core/four.py", "four = 2\n")], "Four\n\nMigration-Stage: 4");
        scene.share(&["origin", "main"]);
        let files = [("backout.toml", &*rules), ("src/core/four.py", "four = 3\n")];
        scene.repo.commit_files(&files, "Work\n\nMigration-Stage: 10");
        // The file is that stage's by the trusted rules, which know no stage 10.
        scene.stopped(&["origin", "main"], "stage/wrong-stage");
    }
}
