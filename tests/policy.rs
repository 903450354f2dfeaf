//! Whose rules count: what is trusted already, never what comes with the push.

use crate::support::{
    CONFIGURATION, RECEIPT, RECEIPT_PATH, RepoOptions, SHARED, STATE, Staged, TestRepo,
    WITHOUT_BACKUP,
};

const STAGE_9: &str = "Work\n\nMigration-Stage: 9";

fn configuration(from: &str, to: &str) -> String {
    assert!(CONFIGURATION.contains(from));
    CONFIGURATION.replacen(from, to, 1)
}

#[test]
fn deleting_the_configuration_does_not_disarm() {
    let scene = Staged::new();
    scene.repo.git(&["rm", "--quiet", "backout.toml"]).ok();
    scene.unready();
    let told = scene.stopped(&["origin", "main"], "backup/missing").out();
    let err = scene.repo.push(&["origin", "main"]).exits(1).err();
    assert!((told + &err).contains("the configuration is deleted"));
}

#[test]
fn a_weakening_counts_only_once_it_has_landed() {
    let scene = Staged::new();
    let weak = configuration("impact = \"critical\"", "impact = \"low\"");
    let files = [("backout.toml", weak.as_str()), (STATE, "state = 2\n")];
    scene.repo.commit_files(&files, STAGE_9);
    let run = scene.stopped(&["origin", "main"], "backup/missing");
    assert!((run.out() + &run.err()).contains("stage 9 has a lower impact"));
    scene.repo.git(&["reset", "--quiet", "--hard", "origin/main"]).ok();
    scene.repo.commit_files(&[("backout.toml", &weak)], "Lower the impact");
    assert!(scene.passes(&["origin", "main"]).contains("policy/weakened"));
    scene.unready();
    assert!(scene.passes(&["origin", "main"]).contains("warn backup/missing"));
}

#[test]
fn an_old_branch_does_not_choose_old_rules() {
    let scene = Staged::with(RepoOptions::default(), &configuration("\"critical\"", "\"low\""));
    scene.repo.git(&["branch", "old"]).ok();
    scene.repo.commit_files(&[("backout.toml", CONFIGURATION)], "Raise the impact");
    scene.passes(&["origin", "main"]);
    scene.repo.git(&["switch", "--quiet", "old"]).ok();
    scene.unready();
    scene.repo.backout(["check", "--base", "origin/main"]).run().exits(1);
}

#[test]
fn a_waiver_cannot_excuse_what_it_comes_with() {
    let scene = Staged::new();
    let waiver =
        "\n[[waivers]]\nfinding = \"backup/missing\"\nreason = \"later\"\nexpires = 2099-01-01\n";
    let waived = CONFIGURATION.to_owned() + waiver;
    let files = [("backout.toml", waived.as_str()), (STATE, "state = 2\n")];
    scene.repo.commit_files(&files, STAGE_9);
    scene.stopped(&["origin", "main"], "backup/missing");
    scene.share(&["origin", "main"]);
    scene.repo.commit_files(&[(STATE, "state = 3\n")], STAGE_9);
    assert!(scene.passes(&["origin", "main"]).contains("waived backup/missing: later"));
}

#[test]
fn an_invalid_configuration_is_shown_with_its_place() {
    let scene = Staged::new();
    let broken = configuration("impact = \"critical\"", "impact = \"dire\"");
    scene.repo.commit_files(&[("backout.toml", &broken)], "Break the rules");
    let run = scene.repo.push(&["origin", "main"]).exits(1);
    assert!((run.out() + &run.err()).contains("backout.toml:23:10"), "{}", run.snapshot());
    scene.repo.backout(["check", "--base", "origin/main"]).run().exits(2);
    // Once such a one has landed past the guard, a push can repair it.
    scene.share(&["origin", "main"]);
    scene.repo.commit_files(&[("backout.toml", CONFIGURATION)], "Mend the rules");
    assert!(scene.passes(&["origin", "main"]).contains("stands in for it"));
}

/// The rules with a key that nobody knows.
fn with_a_slip(rules: &str) -> String {
    rules.replacen("version = 1", "version = 1\nbogus = 1", 1)
}

#[test]
fn whoever_mends_the_rules_is_judged_by_the_last_valid_ones() {
    let scene = Staged::new();
    let broken = with_a_slip(CONFIGURATION);
    scene.repo.commit_files(&[("backout.toml", &broken)], "Break the rules");
    scene.repo.commit_files(&[("README.md", "more\n")], "More words");
    scene.share(&["origin", "main"]);
    let lower = CONFIGURATION.replace("impact = \"critical\"", "impact = \"low\"");
    let files = [("backout.toml", &*lower), (STATE, "state = 2\n")];
    scene.repo.commit_files(&files, STAGE_9);
    let run = scene.stopped(&["origin", "main"], "backup/missing");
    insta::assert_snapshot!(run.snapshot_naming(&[WITHOUT_BACKUP]), @"
    exit: 1
    stdout:
      ref   kind    change  commits  paths
      main  branch  update  1        2
      main: the configuration at origin/main is invalid; the last valid one there,
        of [oid], stands in for it

    [STAGE 9 LACKS ITS BACKUP]

    The whole change
      warn policy/changed
          backout.toml is not what is trusted: this push is judged by both
          see backout.toml:3
          help: have the change reviewed by those who answer for the migration
      warn policy/weakened
          the pushed configuration asks for less: stage 9 has a lower impact
          see backout.toml:3
          help: it takes effect once it has landed; until then the trusted
                configuration counts

    not ready to land: 1 problem, 2 warnings
    stderr:
    error: failed to push some refs to '[TMP]/origin.git'
    ");
    scene.stopped(&["origin", "main:topic", "main"], "backup/missing");
    scene.repo.backout(["check", "--base", "origin/main"]).run().exits(1);
}

#[test]
fn rules_that_never_were_valid_are_mended_alone() {
    let scene = Staged::with(RepoOptions::default(), &with_a_slip(CONFIGURATION));
    let files = [("backout.toml", CONFIGURATION), (STATE, "state = 2\n")];
    scene.repo.commit_files(&files, STAGE_9);
    insta::assert_snapshot!(scene.repo.push(&["origin", "main"]).exits(1).snapshot(), @"
    exit: 1
    stdout:
    stderr:
    error: the configuration at origin/main is invalid, as all before it were: there are no trusted rules to judge by
    error: `bogus` is no key of the configuration
     --> backout.toml:2:1
      |
    2 | bogus = 1
      | ^^^^^
      |
      = help: known here: `version`, `include`, `migration`, `flags`, `backups`, `stages`, `moves`, `phases`, `requirements`, `waivers`

    help: push a change that corrects the configuration and nothing else, then the rest
    error: failed to push some refs to '[TMP]/origin.git'
    ");
    scene.repo.backout(["check", "--base", "origin/main"]).run().exits(3);
    scene.repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    scene.repo.commit_files(&[("backout.toml", CONFIGURATION)], "Mend the rules");
    scene.passes(&["origin", "main"]);
    scene.repo.commit_files(&[(STATE, "state = 2\n")], STAGE_9);
    scene.stopped(&["origin", "main"], "backup/missing");
}

#[test]
fn an_included_file_that_never_was_valid_is_mended_alone() {
    let include = "version = 1\ninclude = [\"billing/backout.toml\"]\n";
    let root = CONFIGURATION.replacen("version = 1\n", include, 1);
    let scene = Staged::with(RepoOptions::default(), CONFIGURATION);
    scene.repo.git(&["checkout", "--quiet", "--orphan", "anew"]).ok();
    let billing = CONFIGURATION.replace("\"entities\"", "\"billing\"");
    let slip = with_a_slip(&billing);
    scene.repo.commit_files(&[("backout.toml", &root), ("billing/backout.toml", &slip)], "Anew");
    scene.share(&["--force", "origin", "HEAD:main"]);
    scene.repo.git(&["branch", "--quiet", "--force", "main"]).ok();
    scene.repo.git(&["switch", "--quiet", "main"]).ok();
    let mended = ("billing/backout.toml", &*billing);
    scene.repo.commit_files(&[mended, (STATE, "state = 2\n")], STAGE_9);
    let run = scene.repo.push(&["origin", "main"]).exits(1);
    assert!(run.err().contains("there are no trusted rules to judge by"), "{}", run.err());
    scene.repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    scene.repo.commit_files(&[mended], "Mend the rules");
    scene.passes(&["origin", "main"]);
}

#[test]
fn a_slip_in_the_rules_stops_no_rollback() {
    let scene = Staged::new();
    scene.ready();
    scene.share(&["origin", "main"]);
    let broken = with_a_slip(CONFIGURATION);
    scene.repo.commit_files(&[("backout.toml", &broken)], "Break the rules");
    scene.share(&["origin", "main"]);
    insta::assert_snapshot!(scene.repo.backout(["status"]).run().snapshot(), @"
    exit: 0
    stdout:
      stage  name          impact    landed      commits  ready  way back
      4      Readers       medium    -           0        -      -
      9      Continuation  critical  2026-01-05  1        yes    open

      as of origin/main ([oid])
    stderr:
    warning: the configuration at origin/main is invalid; the last valid one there, of [oid], stands in for it
    ");
    let arguments = ["revert", "--stage", "9", "--branch", "back", "--reason", "carts lose lines"];
    let run = scene.repo.backout(arguments).run().ok();
    assert!(run.err().contains("the configuration at origin/main is invalid"), "{}", run.err());
    assert_eq!(scene.repo.git(&["show", &format!("back:{STATE}")]).ok().out(), "state = 1\n");
    let told = scene.passes(&["origin", "back:main"]);
    assert!(told.contains("the last valid one there"), "{told}");
    // Other work is held to the last valid rules.
    scene.repo.commit_files(&[(STATE, "state = 3\n")], STAGE_9);
    scene.repo.git(&["rm", "--quiet", RECEIPT_PATH]).ok();
    scene.repo.commit("Lose the backup");
    scene.repo.push(&["--force", "origin", "main"]).exits(1);
    // And a slip of its own is never passed over.
    let other = broken.replace("bogus", "bogeys");
    scene.repo.commit_files(&[("backout.toml", &other)], "Another slip");
    scene.repo.backout(["check", "--base", "origin/main"]).run().exits(2);
    scene.repo.backout(["check", "--head", "origin/main"]).run().exits(2);
}

#[test]
fn observing_tells_all_and_stops_nothing() {
    let observing = configuration("branch = \"main\"", "branch = \"main\"\nmode = \"observe\"");
    let scene = Staged::with(RepoOptions::default(), &observing);
    scene.unready();
    let run = scene.repo.push(&["origin", "main"]).ok();
    assert!((run.out() + &run.err()).contains("observed only, nothing is stopped"));
}

#[test]
fn glass_is_broken_in_ci_and_never_in_a_hook() {
    let scene = Staged::new();
    scene.unready();
    let overrides =
        "[[overrides]]\nfinding = \"backup/missing\"\nreason = \"fire\"\napprover = \"@ada\"\n";
    let check = || scene.repo.backout(["check", "--base", "origin/main"]);
    let run = check().env("BACKOUT_OVERRIDES", overrides).run().ok();
    assert!(run.out().contains("overridden: backup/missing of stage 9: fire (@ada)"));
    check().env("BACKOUT_OVERRIDES", "finding = ").run().exits(2);
    let glass = [("BACKOUT_OVERRIDES", overrides)];
    let run = scene.repo.git_env(&glass, &["push", "origin", "main"]).exits(1);
    let told = "BACKOUT_OVERRIDES counts in CI alone: a hook breaks no glass";
    assert!(run.err().contains(told), "{}", run.snapshot());
    let run = scene.repo.git_env(&glass, &["push", "origin", "main:topic"]).ok();
    assert!(!run.err().contains(told), "{}", run.snapshot());
}

#[test]
fn attributions_count_once_they_have_landed() {
    let scene = Staged::new();
    let commit = scene.repo.commit_files(&[(STATE, "state = 2\n")], "Squashed");
    scene.passes(&["origin", "main"]);
    scene.repo.backout(["attribute", "--stage", "9", &commit]).run().ok();
    let status = || scene.repo.backout(["status", "-v"]).run().ok().out();
    assert!(status().contains("(by ownership)"), "{}", status());
    scene.repo.git(&["add", "--all"]).ok();
    scene.repo.commit("Attribute");
    assert!(status().contains("(by ownership)"), "{}", status());
    scene.passes(&["origin", "main"]);
    assert!(!status().contains("(by ownership)"), "{}", status());
}

#[test]
fn a_planned_revert_passes_and_takes_nobody_along() {
    let scene = Staged::new();
    scene.ready();
    scene.passes(&["origin", "main"]);
    scene.repo.git(&["checkout", "--quiet", "migration-start", "--", STATE]).ok();
    scene.repo.commit("Back stage 9 out");
    let range = ["check", "--base", "origin/main"];
    assert!(scene.repo.backout(range).run().ok().out().contains("planned revert"));
    assert_eq!(scene.passes(&["origin", "main"]), "");
    // A file of two stages, put back for the sake of one: the other one's work would go as well.
    scene.repo.commit_files(&[(SHARED, "shared = 2\n")], "Work\n\nMigration-Stage: 4");
    scene.passes(&["origin", "main"]);
    scene.repo.git(&["checkout", "--quiet", "migration-start", "--", SHARED]).ok();
    scene.repo.commit("Back stage 9 out\n\nBackout-Stage: 9");
    assert!(!scene.repo.backout(range).run().ok().out().contains("planned revert"));
    // Stage 9 is out already, and who names it again says what is not so.
    for (stages, is_planned) in [("9\nBackout-Stage: 4", false), ("4", true)] {
        let message = format!("Back\n\nBackout-Stage: {stages}");
        scene.repo.git(&["commit", "--quiet", "--amend", "--message", &message]).ok();
        let told = scene.repo.backout(range).run().ok().out();
        assert_eq!(told.contains("planned revert"), is_planned, "{told}");
    }
}

#[test]
fn older_work_is_held_against_nobody() {
    let scene = Staged::new();
    let old = scene.unready();
    let since =
        configuration("branch = \"main\"", &format!("branch = \"main\"\nsince = \"{old}\""));
    scene.repo.commit_files(&[("backout.toml", &since)], "Adopt");
    scene.share(&["origin", "main"]);
    scene.repo.backout(["check"]).run().ok();
    scene.repo.commit_files(&[(STATE, "state = 3\n")], STAGE_9);
    scene.stopped(&["origin", "main"], "backup/missing");
}

#[test]
fn older_work_may_be_named_by_the_id_of_a_tag_and_by_nothing_else() {
    let scene = Staged::new();
    let old = scene.unready();
    scene.repo.annotated_tag("adopted", &old);
    let adopt = |object: &str| {
        let since = format!("branch = \"main\"\nsince = \"{}\"", scene.repo.rev(object));
        let text = configuration("branch = \"main\"", &since);
        scene.repo.commit_files(&[("backout.toml", &text)], "Adopt");
        scene.share(&["origin", "main"]);
        scene.repo.backout(["check"]).run()
    };
    adopt("adopted").ok();
    scene.repo.commit_files(&[(STATE, "state = 3\n")], STAGE_9);
    scene.stopped(&["origin", "main"], "backup/missing");
    insta::assert_snapshot!(adopt("adopted^{tree}").exits(3).snapshot(), @"
    exit: 3
    stdout:
    stderr:
    error: backout.toml:3: `since` of the migration `entities` is [oid], which is a tree or a file and no commit
    help: give the commit from which on work counts: `git log` shows their ids
    ");
}

#[test]
fn two_migrations_of_a_monorepo_are_both_judged() {
    let both = "include = [\"billing/backout.toml\"]\n".to_owned();
    let root = CONFIGURATION.replacen("version = 1\n", &format!("version = 1\n{both}"), 1);
    let billing = CONFIGURATION.replace("\"entities\"", "\"billing\"");
    let scene = Staged::new();
    let files = [("backout.toml", root.as_str()), ("billing/backout.toml", &billing)];
    scene.repo.commit_files(&files, "Two migrations");
    scene.passes(&["origin", "main"]);
    let path = format!("billing/{STATE}");
    scene.repo.commit_files(&[(&path, "state = 2\n")], "Work\n\nMigration-Stage: billing:9");
    let run = scene.stopped(&["origin", "main"], "backup/missing");
    assert!((run.out() + &run.err()).contains("billing/.backout/backups/context.toml"));
    let receipt = RECEIPT.replace("\"entities\"", "\"billing\"");
    let place = format!("billing/{RECEIPT_PATH}");
    scene.repo.commit_files(&[(&place, &receipt)], "Record the backup");
    scene.passes(&["origin", "main"]);
}

#[test]
fn rules_that_nobody_committed_are_said_to_be_so() {
    let repo = TestRepo::new();
    repo.commit_files(&[("README.md", "one\n")], "first");
    repo.write("backout.toml", CONFIGURATION);
    for command in ["check", "status"] {
        let run = repo.backout([command]).run().exits(2);
        insta::allow_duplicates! {
            insta::assert_snapshot!(run.err(), @"
            error: backout.toml is not committed: neither the judged commit has it nor the place where it would land
            help: commit it: `git add backout.toml && git commit`
            ");
        }
    }
    // What is to be typed helps.
    repo.git(&["add", "backout.toml"]).ok();
    repo.git(&["commit", "--quiet", "--message", "Rules"]).ok();
    let told = repo.backout(["check"]).run().err();
    assert!(!told.contains("not committed"), "{told}");
}

#[test]
fn a_waiver_that_is_too_long_is_told_by_the_push_that_brings_it() {
    let limited = configuration("branch = \"main\"", "branch = \"main\"\nmax_waiver = \"30d\"");
    let scene = Staged::with(RepoOptions::default(), &limited);
    let waiver =
        "\n[[waivers]]\nfinding = \"backup/missing\"\nreason = \"later\"\nexpires = 2099-01-01\n";
    scene.repo.commit_files(&[("backout.toml", &(limited + waiver))], "Waive it");
    let told = scene.passes(&["origin", "main"]);
    assert!(told.contains("policy/waiver-expired"), "{told}");
    // Nothing of it is said of what has nothing to do with it.
    scene.ordinary();
    assert_eq!(scene.passes(&["origin", "main"]), "");
}

#[test]
fn evidence_that_has_landed_comes_with_nothing_any_more() {
    let scene = Staged::new();
    scene.ready();
    assert!(scene.passes(&["origin", "main"]).contains("policy/evidence-added"));
    for arguments in [&["--phase", "deploy"][..], &[]] {
        let run = scene.repo.backout(["check"]).args(arguments).run().exits(0);
        assert!(!run.out().contains("evidence-added"), "{}", run.out());
    }
}
