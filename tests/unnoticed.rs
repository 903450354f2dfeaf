//! Small things that close a way back, or hide whose work a commit is, and that nobody would
//! notice.

use crate::support::{CONFIGURATION, RECEIPT, RECEIPT_PATH, RepoOptions, STATE, Staged};

const FOUR: &str = "src/core/four.py";
const WORK: &str = "Work\n\nMigration-Stage: 9";

#[test]
fn the_message_that_git_proposes_for_a_squash_names_its_stages() {
    let scene = Staged::new();
    scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    scene.unready();
    scene.repo.commit_files(&[("README.md", "more\n")], "Words\n\n```\nan example");
    scene.repo.git(&["switch", "--quiet", "main"]).ok();
    scene.repo.git(&["merge", "--quiet", "--squash", "topic"]).ok();
    scene.repo.git(&["commit", "--quiet", "--no-edit"]).ok();
    scene.stopped(&["origin", "main"], "backup/missing");
}

#[test]
fn attributes_that_close_a_way_back_are_told() {
    let scene = Staged::new();
    let lines: String = (1..20).map(|number| format!("line {number}\n")).collect();
    scene.repo.commit_files(&[(FOUR, &lines)], "Many lines");
    let four = lines.replace("line 2\n", "four\n");
    scene.repo.commit_files(&[(FOUR, &four)], "Four\n\nMigration-Stage: 4");
    let both = four.replace("line 18\n", "fixed\n");
    scene.repo.commit_files(&[(FOUR, &both)], "Fix\n\nMigration-Stage: none");
    scene.share(&["origin", "main"]);
    scene.repo.commit_files(&[(".gitattributes", "*.md text\n")], "Harmless");
    assert_eq!(scene.passes(&["origin", "main"]), "");
    scene.repo.commit_files(&[(".gitattributes", "*.py -merge\n")], "No merging");
    scene.repo.commit_files(&[("README.md", "more\n")], "More words");
    insta::assert_snapshot!(scene.repo.push(&["--quiet", "origin", "main"]).snapshot(), @r#"
    exit: 0
    stdout:
    backout: warn revert/foreign-edits (stage 4): [oid] "No merging" is no declared work of a stage: a rollback of stage 4 leaves such work alone, and is in conflict with it now: in src/core/four.py, needs review: attributes say how it is merged: .gitattributes: `*.py -merge` ([oid])
    stderr:
    "#);
    scene.repo.backout(["revert", "--stage", "4", "--dry-run"]).run().exits(4);
    // Once told, it is known.
    scene.repo.commit_files(&[(".gitattributes", "*.py -merge\n*.md text\n")], "Both");
    assert_eq!(scene.passes(&["origin", "main"]), "");
}

/// A monorepo: the migration `entities`, and `billing` in a folder of its own.
fn two() -> Staged {
    let both = "version = 1\ninclude = [\"billing/backout.toml\"]\n";
    let root = CONFIGURATION.replacen("version = 1\n", both, 1);
    let billing = CONFIGURATION.replace("\"entities\"", "\"billing\"");
    let scene = Staged::new();
    let files = [("backout.toml", root.as_str()), ("billing/backout.toml", &billing)];
    scene.repo.commit_files(&files, "Two migrations");
    scene.passes(&["origin", "main"]);
    scene
}

#[test]
fn a_stage_of_another_migration_is_the_wrong_one() {
    let scene = two();
    let path = format!("billing/{STATE}");
    scene.repo.commit_files(&[(&path, "state = 2\n")], "Work\n\nMigration-Stage: entities:4");
    insta::assert_snapshot!(scene.stopped(&["origin", "main"], "stage/wrong-stage").snapshot(), @r#"
    exit: 1
    stdout:
      ref   kind    change  commits  paths
      main  branch  update  1        1

      stage  name          impact    commits  way back
      9      Continuation  critical  1        open

    Stage 9: Continuation (critical)
      deny stage/wrong-stage
          [oid] "Work" is said to be work on stage entities:4, but changes
          billing/src/core/state.py, which stage 9 owns
          see billing/backout.toml:20
          help: add `Migration-Stage: billing:9` to the commit's message, or take
                the path out of the commit

    not ready to land: 1 problem
    stderr:
    error: failed to push some refs to '[TMP]/origin.git'
    "#);
    // That it is no part of this one may be said, and is told.
    scene
        .repo
        .git(&["commit", "--quiet", "--amend", "--message", "Work\n\nMigration-Stage: none"])
        .ok();
    assert!(scene.passes(&["origin", "main"]).contains("warn stage/declared-foreign"));
}

#[test]
fn a_receipt_of_a_landed_stage_is_not_taken_away_in_silence() {
    let rules = CONFIGURATION.replace("\n[requirements]\n\"rehearsal/missing\" = \"allow\"\n", "");
    let scene = Staged::with(RepoOptions::default(), &rules);
    scene.repo.commit_files(&[(STATE, "state = 2\n"), (RECEIPT_PATH, RECEIPT)], WORK);
    scene.repo.backout(["rehearse", "--stage", "9", "--onto", "HEAD"]).run().ok();
    scene.repo.commit("Rehearse it");
    scene.passes(&["origin", "main"]);
    scene.repo.git(&["rm", "--quiet", "-r", ".backout"]).ok();
    scene.repo.commit("Tidy up");
    insta::assert_snapshot!(scene.repo.push(&["--quiet", "origin", "main"]).snapshot(), @"
    exit: 0
    stdout:
    backout: warn backup/missing (stage 9): this push takes .backout/backups/context.toml away, and stage 9, which has landed, relies on it
    backout: warn rehearsal/missing (stage 9): this push takes .backout/receipts/entities/9.toml away, and stage 9, which has landed, relies on it
    stderr:
    ");
}

#[test]
fn a_receipt_of_a_landed_stage_is_not_spoilt_in_silence() {
    let rules = CONFIGURATION.replace("\n[requirements]\n\"rehearsal/missing\" = \"allow\"\n", "");
    let scene = Staged::with(RepoOptions::default(), &rules);
    scene.repo.commit_files(&[(STATE, "state = 2\n"), (RECEIPT_PATH, RECEIPT)], WORK);
    scene.repo.backout(["rehearse", "--stage", "9", "--onto", "HEAD"]).run().ok();
    scene.repo.commit("Rehearse it");
    scene.passes(&["origin", "main"]);
    let landed = scene.repo.rev("HEAD");
    let rehearsal = ".backout/receipts/entities/9.toml";
    let cut = RECEIPT.split("[[archives]]").next().unwrap().to_owned();
    let mut told = String::new();
    for (path, content) in [
        (RECEIPT_PATH, "garbage"),
        (RECEIPT_PATH, ""),
        (RECEIPT_PATH, &RECEIPT.replace("\"context\"", "\"other\"")),
        (RECEIPT_PATH, &cut),
        (rehearsal, "garbage"),
    ] {
        scene.repo.commit_files(&[(path, content)], "Tidy up");
        told.push_str(&scene.passes(&["origin", "main"]));
        scene.repo.git(&["reset", "--quiet", "--hard", &landed]).ok();
        scene.share(&["--force", "origin", "main"]);
    }
    let link = scene.repo.path().join(RECEIPT_PATH);
    std::fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink("/dev/null", &link).unwrap();
    scene.repo.commit("Tidy up");
    told.push_str(&scene.passes(&["origin", "main"]));
    insta::assert_snapshot!(told, @"
    backout: warn backup/corrupt (stage 9): the receipt cannot be read: .backout/backups/context.toml:1:8: key with no value, expected `=`
    backout: warn backup/corrupt (stage 9): the receipt cannot be read: .backout/backups/context.toml:1:1: missing field `version`
    backout: warn backup/corrupt (stage 9): .backout/backups/context.toml is the receipt of backup `other` of migration `entities`, not of `context`
    backout: warn backup/corrupt (stage 9): the receipt cannot be read: .backout/backups/context.toml:3:13: expected at least one [[archives]]
    backout: warn rehearsal/missing (stage 9): .backout/receipts/entities/9.toml is no receipt of a rehearsal: key with no value, expected `=`
    backout: warn backup/corrupt (stage 9): the receipt .backout/backups/context.toml is a symbolic link: receipts are read from plain files only
    ");
}

#[test]
fn a_receipt_of_a_stage_that_has_not_landed_may_go() {
    let scene = Staged::new();
    scene.repo.commit_files(&[(RECEIPT_PATH, RECEIPT)], "The receipt");
    scene.share(&["origin", "main"]);
    scene.repo.git(&["rm", "--quiet", "-r", ".backout"]).ok();
    scene.repo.commit("Tidy up");
    assert_eq!(scene.passes(&["origin", "main"]), "");
}

#[test]
fn a_merge_request_of_gitlab_that_squashes_may_lose_its_trailers() {
    let scene = Staged::new();
    scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    scene.ready();
    let (base, head) = (scene.repo.rev("origin/main"), scene.repo.rev("HEAD"));
    let check = |squashes: &str| {
        let run = scene.repo.backout(["check", "--format", "json"]);
        let run = run.env("GITLAB_CI", "true").env("CI_PIPELINE_SOURCE", "merge_request_event");
        let run = run.env("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main");
        let run = run.env("CI_MERGE_REQUEST_DIFF_BASE_SHA", &base).env("CI_COMMIT_SHA", &head);
        run.env("CI_MERGE_REQUEST_SQUASH_ON_MERGE", squashes).run().exits(0).out()
    };
    let told = check("true");
    assert!(told.contains("GitLab's squash template decides"), "{told}");
    assert!(
        told.contains("\"outcome\": \"indeterminate\"")
            || told.contains("\"outcome\":\"indeterminate\""),
        "{told}"
    );
    assert!(!check("false").contains("squash template"));
}

#[test]
fn a_start_tag_that_comes_after_work_on_a_stage_is_too_late() {
    let scene = Staged::new();
    scene.share(&["origin", ":migration-start"]);
    scene.repo.git(&["tag", "--delete", "migration-start"]).ok();
    let begin = |on: &str| {
        let tag = ["tag", "--force", "--annotate", "--message", "Begins", "migration-start", on];
        scene.repo.git(&tag).ok();
    };
    let work = scene.ready();
    begin("HEAD");
    scene.stopped(&["origin", "main", "migration-start"], "tag/not-ancestor");
    scene.ordinary();
    begin("HEAD");
    let run = scene.stopped(&["origin", "main", "migration-start"], "tag/not-ancestor");
    insta::assert_snapshot!(run.snapshot(), @r#"
    exit: 1
    stdout:
      ref              kind    change  commits  paths
      main             branch  update  2        3
      migration-start  tag     create  2        3

      stage  name          impact    commits  way back
      9      Continuation  critical  1        not open

    Stage 9: Continuation (critical)
      deny tag/not-ancestor
          the tag `migration-start` ([oid]) does not come before [oid]
          "Move the state", which is work on stage 9: whoever goes back to the tag
          keeps that work
          in refs/heads/main, see backout.toml:6
          help: set it on the last commit before that work: `git tag -a -f
                migration-start [oid]~`
      deny tag/not-ancestor
          the tag `migration-start` ([oid]) does not come before [oid]
          "Move the state", which is work on stage 9: whoever goes back to the tag
          keeps that work
          in refs/tags/migration-start, see backout.toml:6
          help: set it on the last commit before that work: `git tag -a -f
                migration-start [oid]~`

    The whole change
      warn policy/evidence-added
          .backout/backups/context.toml comes with the very change that relies on
          it: so far only its author vouches for it
          in refs/heads/main, see backout.toml:3
          help: look at it in the review; where the store can be reached, `backout
                check --online` holds receipts against their archives
      warn policy/evidence-added
          .backout/backups/context.toml comes with the very change that relies on
          it: so far only its author vouches for it
          in refs/tags/migration-start, see backout.toml:3
          help: look at it in the review; where the store can be reached, `backout
                check --online` holds receipts against their archives

    not ready to land: 2 problems, 2 warnings
    stderr:
    error: failed to push some refs to '[TMP]/origin.git'
    "#);
    // As the help says.
    begin(&format!("{work}~"));
    scene.passes(&["origin", "main", "migration-start"]);
}

#[test]
fn a_start_tag_that_was_lost_and_is_set_anew_too_late_is_noticed_by_the_next_work() {
    let scene = Staged::new();
    let work = scene.ready();
    scene.passes(&["origin", "main"]);
    scene.repo.git(&["tag", "--delete", "migration-start"]).ok();
    scene.share(&["origin", ":migration-start"]);
    scene.repo.annotated_tag("migration-start", "main");
    scene.share(&["origin", "migration-start"]);
    let more = "Move more of the state\n\nMigration-Stage: 9";
    scene.repo.commit_files(&[("src/core/state.py", "state = 3\n")], more);
    let run = scene.stopped(&["origin", "main"], "tag/not-ancestor");
    let help = format!("git tag -a -f\n            migration-start {}~`", &work[..12]);
    assert!(run.out().contains(&help), "{}", run.out());
    scene.repo.git(&["tag", "-a", "-f", "-m", "x", "migration-start", &format!("{work}~")]).ok();
    scene.share(&["--force", "origin", "migration-start"]);
    scene.passes(&["origin", "main"]);
}
