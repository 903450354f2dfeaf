//! What a push does to the rules and to the evidence that the way back of landed stages rests on.

use crate::support::{CONFIGURATION, RECEIPT, RECEIPT_PATH, RepoOptions, SHARED, STATE, Staged};

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
    let scene = Staged::with(RepoOptions::default(), &rules);
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
    let scene = forced_back(&[(RECEIPT_PATH, RECEIPT)]);
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

/// Commits a silent change of the file that two stages share, lands it, and attributes it.
fn attributed(stage: &str) -> Staged {
    let scene = Staged::new();
    let work = scene.repo.commit_files(&[(SHARED, "shared = 2\n")], "Squashed");
    scene.repo.backout(["attribute", "--stage", stage, &work]).run().ok();
    scene.repo.git(&["add", "--all"]).ok();
    scene.repo.commit("Attribute");
    scene.share(&["origin", "main"]);
    scene
}

const ATTRIBUTIONS: &str = ".backout/attributions.toml";
const FORGOTTEN: &str = "policy/forgotten";

#[test]
fn a_push_whose_attributions_forget_a_landed_stage_is_stopped() {
    let scene = attributed("4");
    scene.repo.git(&["rm", "--quiet", ATTRIBUTIONS]).ok();
    scene.repo.commit("No attributions");
    let run = scene.stopped(&["origin", "main"], FORGOTTEN);
    insta::assert_snapshot!(run.snapshot(), @r#"
    exit: 1
    stdout:
      ref   kind    change  commits  paths
      main  branch  update  1        1

    Stage 4
      deny policy/forgotten
          stage 4 has landed ([oid]), and by the pushed rules and
          attributions it has not: nobody could back it out
          see backout.toml:13
          help: leave what says so as it is: attributions (the newest entry for a
                commit counts), `paths`, `[[moves]]`, the start tag, the stage
                itself; where stage 4 needs no way back any more, close it first
                (`state = "closed"`)

    not ready to land: 1 problem
    stderr:
    error: failed to push some refs to '[TMP]/origin.git'
    "#);
    // On a topic branch it is told; the pull request is stopped.
    assert!(scene.passes(&["origin", "main:topic"]).contains("warn policy/forgotten (stage 4)"));
    scene.repo.backout(["check", "--base", "origin/main"]).run().exits(1);
    scene.repo.git(&["reset", "--quiet", "--hard", "origin/main"]).ok();
    for other in ["none", "9"] {
        let landed = scene.repo.git(&["show", &format!("HEAD:{ATTRIBUTIONS}")]).ok().out();
        let newer = landed.replace("\"4\"", &format!("\"{other}\""));
        assert_ne!(newer, landed);
        let appended = format!("{landed}\n{newer}");
        for text in [&newer, &appended] {
            scene.repo.commit_files(&[(ATTRIBUTIONS, text.as_str())], "Say otherwise");
            scene.stopped(&["origin", "main"], FORGOTTEN);
            scene.repo.git(&["reset", "--quiet", "--hard", "origin/main"]).ok();
        }
    }
}

#[test]
fn what_the_attributions_add_or_say_again_forgets_nothing() {
    let scene = attributed("4");
    let more = scene.repo.commit_files(&[(STATE, "state = 2\n")], "More");
    scene.share(&["origin", "main"]);
    scene.repo.backout(["attribute", "--stage", "none", &more]).run().ok();
    scene.repo.git(&["add", "--all"]).ok();
    scene.repo.commit("Attribute");
    assert_eq!(scene.passes(&["origin", "main"]), "");
    // A branch from before does not know the newer ones, and takes nothing away.
    scene.repo.git(&["checkout", "--quiet", "-b", "old", "HEAD~3"]).ok();
    let own = format!("[[attributions]]\ncommit = \"{more}\"\nstage = \"9\"\n");
    scene.repo.commit_files(&[(ATTRIBUTIONS, &own)], "Say something else");
    assert_eq!(scene.passes(&["origin", "old"]), "");
}

#[test]
fn a_part_of_a_landed_stage_that_is_forgotten_is_told() {
    let scene = attributed("4");
    scene.repo.commit_files(&[("src/core/four.py", "four = 2\n")], "Four\n\nMigration-Stage: 4");
    scene.share(&["origin", "main"]);
    scene.repo.git(&["rm", "--quiet", ATTRIBUTIONS]).ok();
    scene.repo.commit("No attributions");
    let told = scene.passes(&["origin", "main"]);
    assert!(told.contains("warn policy/forgotten (stage 4)"), "{told}");
}

#[test]
fn rules_that_forget_a_landed_stage_are_stopped_unless_it_was_backed_out_or_closed() {
    let land = |rules: &str| {
        let scene = Staged::with(RepoOptions::default(), rules);
        scene.repo.commit_files(
            &[(STATE, "state = 2\n"), (RECEIPT_PATH, RECEIPT)],
            "Move\n\nMigration-Stage: 9",
        );
        scene.share(&["origin", "main"]);
        scene
    };
    let nine = "paths = [\"src/core/state.py\", \"src/core/shared.py\"]";
    let elsewhere = CONFIGURATION.replacen(nine, "paths = [\"src/core/shared.py\"]", 1);
    let trailer = CONFIGURATION.replacen("branch = ", "trailer = \"Work-On\"\nbranch = ", 1);
    let (head, rest) = CONFIGURATION.split_once("[[stages]]\nid = \"9\"").unwrap();
    let gone = format!("{head}[requirements]{}", rest.split_once("[requirements]").unwrap().1);
    for rules in [&elsewhere, &trailer, &gone] {
        let scene = land(CONFIGURATION);
        scene.repo.commit_files(&[("backout.toml", rules)], "Other rules");
        scene.stopped(&["origin", "main"], FORGOTTEN);
        // What the push backs out is not forgotten.
        scene.repo.git(&["reset", "--quiet", "--hard", "origin/main"]).ok();
        scene.repo.commit_files(&[(STATE, "state = 1\n")], "Back out\n\nBackout-Stage: 9");
        scene.repo.commit_files(&[("backout.toml", rules)], "Other rules");
        assert!(!scene.passes(&["origin", "main"]).contains(FORGOTTEN));
        // Nor is a stage that needs no way back.
        let closed =
            "impact = \"critical\"\nstate = \"closed\"\nsince = 2026-01-01\nreason = \"done\"";
        let scene = land(&CONFIGURATION.replacen("impact = \"critical\"", closed, 1));
        let rules = rules.replacen("impact = \"critical\"", closed, 1);
        scene.repo.commit_files(&[("backout.toml", &rules)], "Other rules");
        assert!(!scene.passes(&["origin", "main"]).contains(FORGOTTEN));
    }
}

#[test]
fn rules_that_take_a_landed_stage_its_way_back_are_told_as_work_that_does() {
    let scene = Staged::new();
    let work = scene.repo.commit_files(
        &[(STATE, "state = 2\n"), (RECEIPT_PATH, RECEIPT)],
        "Move the state\n\nMigration-Stage: 9",
    );
    scene.share(&["origin", "main"]);
    let moved = format!(
        "{CONFIGURATION}\n[[moves]]\nfrom = \"{STATE}\"\nto = \"docs/state.py\"\ncommit = \"{work}\"\n"
    );
    scene.repo.commit_files(&[("backout.toml", &moved)], "Tidy up");
    let run = scene.stopped(&["origin", "main"], "revert/conflicts");
    insta::assert_snapshot!(run.snapshot(), @"
    exit: 1
    stdout:
      ref   kind    change  commits  paths
      main  branch  update  1        1

    Stage 9
      deny revert/conflicts
          by the pushed rules and attributions, stage 9 can no longer be backed out
          alone: in docs/state.py, it was taken away or renamed since
          see backout.toml:20
          help: leave what the way back rests on as it is: `paths`, `[[moves]]`,
                `code`, `after`, the start tag, attributions; what has landed, and
                how it goes back: `backout revert --stage 9 --dry-run`

    The whole change
      warn policy/changed
          backout.toml is not what is trusted: this push is judged by both
          see backout.toml:3
          help: have the change reviewed by those who answer for the migration

    not ready to land: 1 problem, 1 warning
    stderr:
    error: failed to push some refs to '[TMP]/origin.git'
    ");
    assert!(scene.passes(&["origin", "main:topic"]).contains("warn revert/conflicts (stage 9)"));
}

#[test]
fn a_rename_that_the_rules_follow_in_the_same_push_forgets_nothing() {
    let scene = Staged::new();
    scene.repo.commit_files(&[("src/core/four.py", "four = 2\n")], "Four\n\nMigration-Stage: 4");
    scene.share(&["origin", "main"]);
    scene.repo.git(&["mv", "src/core/four.py", "src/core/fourth.py"]).ok();
    scene.repo.commit("Rename\n\nMigration-Stage: 4");
    let moves = "\n[[moves]]\nfrom = \"src/core/four.py\"\nto = \"src/core/fourth.py\"\n";
    let rules = CONFIGURATION.replacen("\"src/core/four.py\"", "\"src/core/fourth.py\"", 1) + moves;
    scene.repo.commit_files(&[("backout.toml", &rules)], "Follow it");
    let told = scene.passes(&["origin", "main"]);
    assert!(!told.contains(FORGOTTEN) && !told.contains("revert/"), "{told}");
}

#[test]
fn what_an_attribution_says_of_a_hotfix_in_the_way_is_told_and_stops_nothing() {
    let scene = Staged::new();
    let nine = "Shared\n\nMigration-Stage: 9";
    scene.repo.commit_files(&[(SHARED, "shared = 2\n"), (RECEIPT_PATH, RECEIPT)], nine);
    let hotfix = scene.repo.commit_files(&[(SHARED, "shared = 3\n")], "Silent");
    scene.share(&["origin", "main"]);
    scene.repo.backout(["attribute", "--stage", "4", &hotfix]).run().ok();
    scene.repo.git(&["add", "--all"]).ok();
    scene.repo.commit("Attribute");
    scene.passes(&["origin", "main"]);
}

#[test]
fn what_landed_cannot_be_told_without_the_start_tag() {
    let scene = attributed("4");
    scene.repo.git(&["tag", "--delete", "migration-start"]).ok();
    scene.repo.git(&["rm", "--quiet", ATTRIBUTIONS]).ok();
    scene.repo.commit("No attributions");
    let told = scene.passes(&["origin", "main"]);
    let doubt = "warn policy/forgotten (stage 9): whether landed stages are known";
    assert!(told.contains(doubt) && told.contains("could not check"), "{told}");
}
