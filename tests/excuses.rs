//! A change cannot bring the excuse for its own work: a stage of a migration that is known already
//! is held to what is trusted, also where only the pushed rules know the stage.

use crate::support::{CONFIGURATION, STATE, Staged};

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
    let scene = Staged::with(crate::support::RepoOptions::default(), &observing);
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
    let scene = Staged::with(crate::support::RepoOptions::default(), &rules);
    scene.unready();
    let run = scene.stopped(&["origin", "main"], "backup/missing");
    assert!(!(run.out() + &run.err()).contains("observed only"), "{}", run.snapshot());
    let run = scene.repo.backout(["check", "--base", "origin/main", "--format", "json"]).run();
    let told = run.exits(1).out();
    assert!(told.contains("\"mode\":\"enforce\""), "{told}");
}
