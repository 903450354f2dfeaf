//! A backup that holds the new data is none. Where a stage came by a fast-forward, its commit does
//! not say when it landed: then only what the landing branch knew of counts as taken in time.

use crate::support::{CONFIGURATION, RECEIPT, RECEIPT_PATH, RepoOptions, Run, STATE, Staged};

/// A receipt of a capture on a day after every commit of the scene.
fn late() -> String {
    RECEIPT.replace("2026-01-05", "2026-02-01")
}

/// A time after the late capture.
const LATER: i64 = 1_770_000_000;

/// Stage 9 has landed, past the guard.
fn landed_without_a_backup() -> Staged {
    let scene = Staged::new();
    scene.unready();
    scene.share(&["origin", "main"]);
    scene
}

/// Stage 9 has landed, and its backup with it.
fn backed_up_in_the_same_push() -> Staged {
    let scene = Staged::new();
    scene.unready();
    scene.repo.commit_files(&[(RECEIPT_PATH, &late())], "Take the backup");
    scene.passes(&["origin", "main"]);
    scene
}

fn more(scene: &Staged, state: u8) {
    let files = [(STATE, &*format!("state = {state}\n"))];
    scene.repo.commit_files(&files, "More of it\n\nMigration-Stage: 9");
}

fn check(scene: &Staged, arguments: &[&str]) -> Run {
    scene.repo.backout(["check"]).args(arguments).run()
}

/// What a report says below its tables.
fn findings(report: &str) -> &str {
    let start = report.find("Stage 9:").unwrap();
    report[start..].split("\nstderr:").next().unwrap()
}

#[test]
fn a_backup_that_comes_after_the_stage_has_landed_is_not_known_to_be_in_time() {
    let scene = landed_without_a_backup();
    scene.repo.write(RECEIPT_PATH, late());
    more(&scene, 3);
    let push = scene.repo.push(&["origin", "main"]).snapshot();
    insta::assert_snapshot!(push, @r#"
    exit: 1
    stdout:
      ref   kind    change  commits  paths
      main  branch  update  1        2

      stage  name          impact    commits  way back
      9      Continuation  critical  1        not known

    Stage 9: Continuation (critical)
      not checked backup/after-the-fact
          whether `context` was captured before stage 9 took effect: could not
          check: its first commit ([oid], [TIME]) is on `main`
          already, and no receipt that landed with it tells of this backup
          see backout.toml:9
          help: look for an archive from before [TIME], and commit its
                receipt; where the stage takes effect later than it lands, say when:
                `deployed = { tag = "…" }`; without either, plan a way back that
                needs no restore, and waive this with a reason

    The whole change
      warn policy/evidence-added
          .backout/backups/context.toml comes with the very change that relies on
          it: so far only its author vouches for it
          see backout.toml:3
          help: look at it in the review; where the store can be reached, `backout
                check --online` holds receipts against their archives

    could not judge: 1 not checked, 1 warning
    stderr:
    error: failed to push some refs to '[TMP]/origin.git'
    "#);
    let deploy = check(&scene, &["--phase", "deploy"]).exits(3).snapshot();
    insta::assert_snapshot!(deploy.replace(findings(&push), "[THE SAME]"), @"
    exit: 3
    stdout:
      ref   kind   change  commits  paths
      HEAD  range  -       3        3

      stage  name          impact    commits  way back
      9      Continuation  critical  2        not known

    [THE SAME]
    stderr:
    ");
    check(&scene, &["--base", "origin/main"]).exits(3);
    // On a topic branch it is told.
    let told = scene.passes(&["origin", "main:topic"]);
    assert!(told.contains("warn backup/after-the-fact (stage 9)"), "{told}");
}

#[test]
fn a_receipt_from_the_pipeline_says_no_more() {
    let scene = landed_without_a_backup();
    more(&scene, 3);
    scene.repo.write("../late.toml", late());
    check(&scene, &["--base", "origin/main", "--receipt", "../late.toml"]).exits(3);
    // From before the first commit, it is in time.
    scene.repo.write("../early.toml", RECEIPT);
    check(&scene, &["--base", "origin/main", "--receipt", "../early.toml"]).exits(0);
}

#[test]
fn a_backup_that_landed_with_the_stage_is_in_time() {
    let scene = backed_up_in_the_same_push();
    let rehearsed = late()
        + "rehearsed = { at = 2026-02-02T12:00:00Z, target = \"scratch\", result = \"passed\" }\n";
    scene.repo.write(RECEIPT_PATH, rehearsed);
    more(&scene, 3);
    scene.passes(&["origin", "main"]);
    check(&scene, &["--phase", "deploy"]).exits(0);
}

#[test]
fn one_of_two_backups_is_known_to_be_in_time() {
    let scene = backed_up_in_the_same_push();
    let archive = late().split_once("[[archives]]").unwrap().1.replace("02-01", "02-03");
    scene.repo.write(RECEIPT_PATH, late() + "\n[[archives]]" + &archive);
    more(&scene, 3);
    scene.passes(&["origin", "main"]);
}

#[test]
fn an_archive_that_was_replaced_since_is_another_one() {
    let other = ["0", "1"].map(|digit| digit.repeat(64));
    let is = RECEIPT.split("sha256 = \"").nth(1).unwrap().split('"').next().unwrap();
    let other = other.iter().find(|digest| *digest != is).unwrap();
    // Other data under the same time, and the same data taken once more.
    for receipt in [late().replace(is, other), late().replace("2026-02-01", "2026-02-03")] {
        let scene = backed_up_in_the_same_push();
        scene.repo.write(RECEIPT_PATH, receipt);
        more(&scene, 3);
        let told = scene.repo.push(&["origin", "main"]).exits(1).out();
        assert!(told.contains("not checked backup/after-the-fact"), "{told}");
    }
}

#[test]
fn a_deployment_that_is_still_to_come_cannot_be_believed() {
    let deployed = "impact = \"critical\"\ndeployed = { tag = \"nine-deployed\" }";
    let rules = CONFIGURATION.replace("impact = \"critical\"", deployed);
    let scene = Staged::with(RepoOptions::default(), &rules);
    scene.ready();
    scene.share(&["origin", "main"]);
    let tag = ["tag", "--annotate", "--message", "deployed", "nine-deployed", "main"];
    scene.repo.git_env(&[("GIT_COMMITTER_DATE", "4000000000 +0000")], &tag).ok();
    more(&scene, 3);
    insta::assert_snapshot!(scene.repo.push(&["origin", "main"]).exits(1).snapshot(), @"
    exit: 1
    stdout:
      ref   kind    change  commits  paths
      main  branch  update  1        1

      stage  name          impact    commits  way back
      9      Continuation  critical  1        not known

    Stage 9: Continuation (critical)
      not checked backup/missing
          when stage 9 took effect: could not check: the tag `nine-deployed` was set
          at [TIME], which is ahead of the clock
          see backout.toml:9
          help: check the clocks of this machine and of the one that set it; then
                set it again: `git tag -a -f nine-deployed <commit>`
      not checked window/closed
          when stage 9 took effect: could not check: the tag `nine-deployed` was set
          at [TIME], which is ahead of the clock
          see backout.toml:20
          help: check the clocks of this machine and of the one that set it; then
                set it again: `git tag -a -f nine-deployed <commit>`

    could not judge: 1 not checked, 1 warning
    stderr:
    error: failed to push some refs to '[TMP]/origin.git'
    ");
}

/// Stage 9 is merged, and backed up only after that; nothing was pushed yet.
fn merged_before_its_backup() -> Staged {
    let scene = Staged::new();
    scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    scene.unready();
    scene.repo.git(&["switch", "--quiet", "main"]).ok();
    scene.repo.git(&["merge", "--quiet", "--no-ff", "--message", "Merge topic", "topic"]).ok();
    scene.repo.commit_files(&[(RECEIPT_PATH, &late())], "Take the backup");
    scene
}

#[test]
fn a_merge_that_is_older_than_its_backup_is_told_before_it_lands_and_made_anew() {
    let scene = merged_before_its_backup();
    let run = scene.stopped(&["origin", "main"], "backup/after-the-fact");
    insta::assert_snapshot!(findings(&run.snapshot()));
    // On a topic branch another merge is still to come.
    scene.passes(&["origin", "topic", "main:shared"]);
    // The command as it is told, at a later time.
    scene.repo.set_clock(LATER);
    let base = scene.repo.rev("origin/main");
    let anew = ["rebase", "--quiet", "--rebase-merges", "--no-ff", &base[..12]];
    let told = (run.out() + &run.err()).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("git rebase --rebase-merges --no-ff"), "{told}");
    scene.repo.git(&anew).ok();
    scene.passes(&["origin", "main"]);
    // And so it stays.
    check(&scene, &["--phase", "deploy"]).exits(0);
    let status = scene.repo.backout(["status"]).run().ok().out();
    assert!(!status.contains("after-the-fact"), "{status}");
}

#[test]
fn past_the_hook_a_merge_that_is_older_than_its_backup_has_lost_its_way_back() {
    let scene = merged_before_its_backup();
    scene.share(&["origin", "main"]);
    let told = check(&scene, &["--phase", "deploy"]).exits(1).out();
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("deny backup/after-the-fact"), "{told}");
    assert!(told.contains("say when: `deployed = { tag"), "{told}");
}

#[test]
fn a_receipt_that_was_merged_with_its_stage_is_in_time() {
    let scene = Staged::new();
    scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    scene.ready();
    scene.repo.git(&["switch", "--quiet", "main"]).ok();
    scene.repo.git(&["merge", "--quiet", "--no-ff", "--message", "Merge topic", "topic"]).ok();
    scene.passes(&["origin", "main"]);
}

/// Stage 9 landed a day after its backup was taken, and in between a release branch was deployed,
/// which has a commit of its own on this file.
fn released(path: &str) -> Staged {
    let deployed = "impact = \"critical\"\ndeployed = { tag = \"production\" }";
    let rules = CONFIGURATION
        .replace("impact = \"critical\"", deployed)
        .replace("store = ", "max_age_at_deploy = \"1h\"\nstore = ");
    let scene = Staged::with(RepoOptions::default(), &rules);
    scene.repo.git(&["switch", "--quiet", "--create", "release"]).ok();
    scene.repo.commit_files(&[(path, "state = 2\n")], "Fix it there");
    deployed_at(&scene, "release");
    scene.repo.git(&["switch", "--quiet", "main"]).ok();
    scene.repo.set_clock(AFTERWARDS);
    scene.ready();
    scene.share(&["origin", "main"]);
    scene
}

/// 2026-01-06, 12:00.
const AFTERWARDS: i64 = 1_767_700_800;

/// The pipeline sets its tag half an hour after the backup was taken.
fn deployed_at(scene: &Staged, revision: &str) {
    let tag = ["tag", "--force", "--annotate", "--message", "deployed", "production", revision];
    scene.repo.git_env(&[("GIT_COMMITTER_DATE", "2026-01-05T12:30:00Z")], &tag).ok();
}

fn at_deploy(scene: &Staged) -> Run {
    scene.repo.backout(["check", "--phase", "deploy", "--base", "main~1", "--head", "main"]).run()
}

#[test]
fn a_deployment_of_a_release_branch_without_the_stage_is_none_of_it() {
    let scene = released("README.md");
    let run = at_deploy(&scene).exits(1);
    assert!(run.out().contains("deny backup/stale"), "{}", run.snapshot());
    // As one from before the stage, and unlike one that has it.
    deployed_at(&scene, "main~1");
    assert!(at_deploy(&scene).exits(1).out().contains("deny backup/stale"));
    deployed_at(&scene, "main");
    at_deploy(&scene).ok();
    scene.repo.git(&["switch", "--quiet", "release"]).ok();
    scene.repo.git(&["merge", "--quiet", "--no-edit", "main"]).ok();
    deployed_at(&scene, "release");
    at_deploy(&scene).ok();
}

#[test]
fn a_deployment_of_a_release_branch_that_may_have_a_copy_of_the_stage_is_not_known() {
    let scene = released(STATE);
    insta::assert_snapshot!(at_deploy(&scene).exits(3).snapshot(), @r#"
    exit: 3
    stdout:
      ref   kind   change  commits  paths
      main  range  -       1        2

      stage  name          impact    commits  way back
      9      Continuation  critical  1        not known

    Stage 9: Continuation (critical)
      not checked backup/missing
          when stage 9 took effect: could not check: the tag `production` is set on
          [oid], which does not have the commit that stage 9 landed with, and
          has changes of its own on its files: whether they are the stage is not
          known
          see backout.toml:9
          help: set the tag on a commit that has what landed: deploy from there, or
                merge it into the release branch; or give the stage a tag of its
                own, which is set so when it goes live (`deployed = { tag =
                "stage-9-live" }`)
      not checked window/closed
          when stage 9 took effect: could not check: the tag `production` is set on
          [oid], which does not have the commit that stage 9 landed with, and
          has changes of its own on its files: whether they are the stage is not
          known
          see backout.toml:21
          help: set the tag on a commit that has what landed: deploy from there, or
                merge it into the release branch; or give the stage a tag of its
                own, which is set so when it goes live (`deployed = { tag =
                "stage-9-live" }`)

    The whole change
      warn policy/evidence-added
          .backout/backups/context.toml comes with the very change that relies on
          it: so far only its author vouches for it
          see backout.toml:3
          help: look at it in the review; where the store can be reached, `backout
                check --online` holds receipts against their archives

    could not judge: 2 not checked, 1 warning
    stderr:
    "#);
}
