//! What a push does to the rules and to the evidence that the way back of landed stages rests on.

use crate::support::{CONFIGURATION, RECEIPT_PATH, STATE, Staged};

/// The scene with a flag that stage 9 is rolled back by, and where it has landed with its receipt;
/// both came in a commit of their own.
fn landed() -> Staged {
    let rules = CONFIGURATION
        .replacen(
            "rollback = [\"code\", \"data\"]",
            "rollback = [\"flags\", \"code\", \"data\"]\nflags = { USE = \"off\" }",
            1,
        )
        .replacen(
            "[backups.context]",
            "[flags.USE]\non = \"1\"\noff = \"0\"\ndefined_in = [\".env\"]\n\n[backups.context]",
            1,
        );
    let scene = Staged::with(crate::support::RepoOptions::default(), &rules);
    scene.repo.commit_files(&[(STATE, "state = 2\n")], "Move the state\n\nMigration-Stage: 9");
    scene
}

/// Lands a commit after the work, and forces the landing branch back behind it.
fn forced_back(files: &[(&str, &str)]) -> Staged {
    let scene = landed();
    scene.repo.commit_files(files, "Record");
    scene.share(&["origin", "main"]);
    scene.repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    scene
}

const RULES: &str = "ref/history-rewritten";

#[test]
fn a_forced_push_that_drops_evidence_alone_is_stopped() {
    let scene = forced_back(&[(RECEIPT_PATH, crate::support::RECEIPT)]);
    let run = scene.stopped(&["--force", "origin", "main"], RULES);
    insta::assert_snapshot!(run.snapshot(), @"
    exit: 1
    stdout:
      ref   kind    change   commits  paths
      main  branch  rewrite  0        0

    The whole change
      deny ref/history-rewritten
          this forced push drops evidence (.backout/backups/context.toml) from
          `main`
          see backout.toml:3
          help: do not force: `git fetch origin && git rebase origin/main`; to undo
                landed work, push a revert commit

    not ready to land: 1 problem
    stderr:
    error: failed to push some refs to '[TMP]/origin.git'
    ");
    // The same with something else on top.
    scene.ordinary();
    scene.stopped(&["--force", "origin", "main"], RULES);
}

#[test]
fn a_forced_push_that_drops_a_flags_definition_or_rules_alone_is_stopped() {
    let scene = forced_back(&[(".env", "USE=1\n")]);
    scene.stopped(&["--force", "origin", "main"], RULES);
    let stricter =
        CONFIGURATION.replacen("branch = \"main\"", "branch = \"main\"\nmax_waiver = \"30d\"", 1);
    let scene = forced_back(&[("backout.toml", &stricter)]);
    scene.stopped(&["--force", "origin", "main"], RULES);
}

#[test]
fn a_forced_push_may_reword_and_drop_what_has_no_part_in_the_way_back() {
    let scene = forced_back(&[("docs/words.md", "words\n")]);
    scene.passes(&["--force", "origin", "main"]);
    let scene = forced_back(&[(".env", "USE=1\n")]);
    scene.repo.commit_files(&[(".env", "USE=1\n")], "Record, in other words");
    scene.passes(&["--force", "origin", "main"]);
}
