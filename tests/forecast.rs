//! What a push does to the way back of other stages, told by the real hook on real pushes; and the
//! push that is the rollback itself.

use serde_json::Value;

use crate::support::{CONFIGURATION, RECEIPT, RECEIPT_PATH, RepoOptions, SHARED, STATE, Staged};

const CONFLICTS: &str = "revert/conflicts";

/// Twenty lines, some of them replaced.
fn lines(with: &[(usize, &str)]) -> String {
    let line = |number: usize| {
        let new = with.iter().find(|(at, _)| *at == number);
        new.map_or_else(|| format!("line {number}\n"), |(_, text)| format!("{text}\n"))
    };
    (1..=20).map(line).collect()
}

/// Stages 4 (high) and 9 share a file of twenty lines; stage 9 has its backup.
fn scene_with(from: &str, to: &str) -> Staged {
    let configuration = CONFIGURATION.replace("impact = \"medium\"", "impact = \"high\"");
    let scene = Staged::with(RepoOptions::default(), &configuration.replacen(from, to, 1));
    let files = [(SHARED, lines(&[])), (RECEIPT_PATH, RECEIPT.to_owned())];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, &**text)).collect();
    scene.repo.commit_files(&files, "The shared file");
    scene.repo.git(&["tag", "--force", "--annotate", "-m", "start", "migration-start"]).ok();
    scene.share(&["--force", "origin", "main", "migration-start"]);
    scene
}

fn scene() -> Staged {
    scene_with("", "")
}

/// A commit on the shared file that says whose it is.
fn commit(scene: &Staged, stages: &str, with: &[(usize, &str)]) -> String {
    let trailers = stages.split_whitespace().map(|s| format!("Migration-Stage: {s}\n"));
    let message = format!("Work of {stages}\n\n{}", trailers.collect::<String>());
    scene.repo.commit_files(&[(SHARED, &lines(with))], &message)
}

fn back(scene: &Staged, stage: &str, with: &[(usize, &str)]) -> String {
    let message = format!("Back out {stage}\n\nBackout-Stage: {stage}");
    scene.repo.commit_files(&[(SHARED, &lines(with))], &message)
}

/// Stage 4 has landed on line 2, stage 9 on line 15.
fn landed() -> Staged {
    let scene = scene();
    commit(&scene, "4", &[(2, "four")]);
    commit(&scene, "9", &[(2, "four"), (15, "nine")]);
    scene.passes(&["origin", "main"]);
    scene
}

fn status(scene: &Staged) -> Value {
    let run = scene.repo.backout(["status", "--format", "json"]).run().ok();
    serde_json::from_slice(&run.stdout).unwrap()
}

/// Whether the pushed range counts as a planned revert.
fn is_planned(scene: &Staged) -> bool {
    let run = scene.repo.backout(["check", "--base", "origin/main"]).run();
    run.out().contains("planned revert")
}

#[test]
fn work_behind_a_point_of_no_return_is_told_and_not_deployed() {
    let scene = scene_with(
        "id = \"9\"\n",
        "id = \"9\"\nafter = [\"4\"]\nirreversible = true\nreason = \"the old form is gone\"\n",
    );
    commit(&scene, "4", &[(2, "four")]);
    commit(&scene, "9", &[(2, "four"), (15, "nine")]);
    scene.passes(&["origin", "main"]);
    commit(&scene, "4", &[(2, "four"), (4, "more"), (15, "nine")]);
    let deployed = scene.repo.backout(["check", "--base", "origin/main", "--phase", "deploy"]);
    assert!(deployed.run().exits(1).out().contains("window/closed"));
    insta::assert_snapshot!(scene.repo.push(&["--quiet", "origin", "main"]).snapshot(), @"
    exit: 0
    stdout:
    backout: warn window/closed (stage 4): the way back closed at [TIME]: stage 9, a point of no return that comes after this one, has landed
    backout: ready: stage 4 (land)
    stderr:
    ");
}

#[test]
fn work_on_another_stages_lines_is_told_when_shared_and_stopped_when_it_lands() {
    let scene = scene();
    commit(&scene, "4", &[(2, "four")]);
    scene.passes(&["origin", "main"]);
    scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    commit(&scene, "9", &[(2, "nine")]);
    insta::assert_snapshot!(scene.repo.push(&["--quiet", "origin", "topic"]).snapshot(), @r#"
    exit: 0
    stdout:
    backout: warn revert/conflicts (stage 4): stage 4 can no longer be backed out alone: in src/core/shared.py, the same lines were changed since ([oid] "Work of 9"); blocked by stage 9
    backout: ready: stage 9 (share)
    stderr:
    "#);
    insta::assert_snapshot!(scene.stopped(&["origin", "topic:main"], CONFLICTS).snapshot(), @r#"
    exit: 1
    stdout:
      ref   kind    change  commits  paths
      main  branch  update  1        1

      stage  name          impact    commits  way back
      9      Continuation  critical  1        open

    Stage 4
      deny revert/conflicts
          stage 4 can no longer be backed out alone: in src/core/shared.py, the same
          lines were changed since ([oid] "Work of 9"); blocked by stage 9
          see backout.toml:13
          help: take the change off those lines; as it is, `backout revert --stage 4
                --cascade` takes stage 9 along; where that order is meant, write
                `after = ["4"]` into stage 9

    not ready to land: 1 problem
    stderr:
    error: failed to push some refs to '[TMP]/origin.git'
    "#);
}

#[test]
fn an_order_that_is_declared_is_silent_and_shown_by_status() {
    let scene = scene_with("name = \"Continuation\"", "name = \"Continuation\"\nafter = [\"4\"]");
    commit(&scene, "4", &[(2, "four")]);
    commit(&scene, "9", &[(2, "nine")]);
    let told = scene.passes(&["origin", "main"]);
    assert!(!told.contains("revert/"), "{told}");
    insta::assert_snapshot!(scene.repo.backout(["status"]).run().snapshot(), @r"
    exit: 0
    stdout:
      stage  name          impact    landed      commits  ready  way back
      4      Readers       high      2026-01-05  1        yes    open, 9 first
      9      Continuation  critical  2026-01-05  1        yes    open

      as of origin/main ([oid])

      stage 4 goes after 9, as declared: src/core/shared.py: the same lines were
          changed since
    stderr:
    ");
    let four = &status(&scene)["stages"][0]["way_back"];
    let expected = serde_json::json!({
        "open": true, "until": null, "blocked_by": ["9"], "alone": false, "order": ["9", "4"],
    });
    assert_eq!(*four, expected);
}

#[test]
fn what_was_blocked_before_is_silent_and_shown_by_status() {
    let scene = scene();
    commit(&scene, "4", &[(2, "four")]);
    commit(&scene, "9", &[(2, "nine")]);
    scene.share(&["origin", "main"]);
    commit(&scene, "9", &[(2, "nine again")]);
    let told = scene.passes(&["origin", "main"]);
    assert!(!told.contains("revert/"), "{told}");
    insta::assert_snapshot!(scene.repo.backout(["status"]).run().snapshot(), @r#"
    exit: 0
    stdout:
      stage  name          impact    landed      commits  ready   way back
      4      Readers       high      2026-01-05  1        no (1)  blocked by 9
      9      Continuation  critical  2026-01-05  2        yes     open

      as of origin/main ([oid])

      revert/conflicts stage 4: stage 4 can no longer be backed out alone: in
          src/core/shared.py, the same lines were changed since ([oid] "Work
          of 9", [oid] "Work of 9"); blocked by stage 9
          help: take the change off those lines; as it is, `backout revert --stage 4
                --cascade` takes stage 9 along; where that order is meant, write
                `after = ["4"]` into stage 9
    stderr:
    "#);
    let found = status(&scene);
    let way_back = |stage: usize| found["stages"][stage]["way_back"].clone();
    assert_eq!(way_back(0)["open"], false);
    assert_eq!(way_back(0)["blocked_by"], serde_json::json!(["9"]));
    assert_eq!(way_back(1)["alone"], true);
    assert_eq!(way_back(1)["blocked_by"], serde_json::json!([]));
}

#[test]
fn stages_that_take_turns_block_each_other() {
    let scene = scene();
    commit(&scene, "4", &[(2, "4a")]);
    scene.passes(&["origin", "main"]);
    commit(&scene, "9", &[(2, "9a")]);
    scene.stopped(&["origin", "main"], CONFLICTS);
    scene.share(&["origin", "main"]);
    commit(&scene, "4", &[(2, "4b")]);
    let run = scene.stopped(&["origin", "main"], CONFLICTS);
    assert!(run.out().contains("stage 9 can no longer be backed out alone"), "{}", run.out());
    scene.share(&["origin", "main"]);
    // It had lost its way back before; now it goes on without one.
    commit(&scene, "9", &[(2, "9b")]);
    let run = scene.stopped(&["origin", "main"], CONFLICTS);
    assert!(run.out().contains("more work on stage 9, which cannot be"), "{}", run.out());
    scene.share(&["origin", "main"]);
    let found = status(&scene);
    let blocked = |stage: usize| found["stages"][stage]["way_back"]["blocked_by"].clone();
    assert_eq!((blocked(0), blocked(1)), (serde_json::json!(["9"]), serde_json::json!(["4"])));
    // Neither can go first: no order works, but one commit that takes both.
    for (stage, other) in [("4", "9"), ("9", "4")] {
        let told = scene.repo.backout(["revert", "--stage", stage]).run().exits(4).out();
        let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
        let works = format!("blocked by stage {other}. It works in one commit alone: 9 and 4.");
        assert!(told.contains(&works), "{told}");
    }
}

#[test]
fn a_squash_of_two_stages_on_one_path_is_stopped() {
    let scene = scene();
    commit(&scene, "4 9", &[(2, "four"), (15, "nine")]);
    let run = scene.stopped(&["origin", "main"], CONFLICTS);
    assert!(run.out().contains("the work of several stages"), "{}", run.out());
}

#[test]
fn a_hotfix_on_a_stages_lines_is_told_and_passes() {
    let scene = landed();
    commit(&scene, "none", &[(2, "fixed"), (15, "nine")]);
    let told = scene.passes(&["origin", "main"]);
    assert!(told.contains("warn revert/foreign-edits (stage 4)"), "{told}");
    assert!(!told.contains("revert/foreign-edits (stage 9)"), "{told}");
}

/// To set the file back to the start takes along what nobody has said to be the stage's: a hotfix.
#[test]
fn a_file_set_back_with_a_commit_that_nobody_claims_is_told() {
    let scene = scene();
    let set_back = |message: &str| {
        scene.repo.git(&["checkout", "--quiet", "migration-start", "--", STATE]).ok();
        scene.repo.commit(message);
    };
    scene.repo.commit_files(&[(STATE, "state = 2\n")], "Work\n\nMigration-Stage: 9");
    scene.share(&["origin", "main"]);
    set_back("As it was");
    assert!(is_planned(&scene), "all of it is the stage's");
    scene.repo.git(&["reset", "--quiet", "--hard", "origin/main"]).ok();
    scene.repo.commit_files(&[(STATE, "state = 2\nsafe = 1\n")], "A hotfix");
    scene.share(&["origin", "main"]);
    set_back("As it was");
    assert!(!is_planned(&scene));
    let told = scene.passes(&["origin", "main"]);
    assert!(told.contains("warn stage/ambiguous-commit"), "{told}");
}

#[test]
fn the_planned_revert_passes_whatever_is_not_ready() {
    let scene = landed();
    // Nobody has the backup any more, and the start tag is neither fetched nor missed.
    scene.repo.git(&["rm", "--quiet", RECEIPT_PATH]).ok();
    scene.repo.commit("Lose the backup");
    scene.share(&["origin", "main"]);
    let made = ["revert", "--stage", "9", "--branch", "back", "--reason", "carts lose lines"];
    scene.repo.backout(made).run().ok();
    scene.repo.git(&["switch", "--quiet", "back"]).ok();
    assert!(is_planned(&scene));
    assert_eq!(scene.passes(&["origin", "back"]), "");
    assert_eq!(scene.passes(&["origin", "back:main"]), "");
    assert_eq!(scene.repo.read(SHARED), lines(&[(2, "four")]));
    // And the other one after it, by hand and by a merge.
    scene.repo.git(&["switch", "--quiet", "main"]).ok();
    scene.repo.git(&["merge", "--quiet", "--ff-only", "origin/main"]).ok();
    scene.repo.git(&["switch", "--quiet", "--create", "more"]).ok();
    back(&scene, "4", &[]);
    scene.repo.git(&["switch", "--quiet", "main"]).ok();
    scene.repo.git(&["merge", "--quiet", "--no-ff", "-m", "Merge it", "more"]).ok();
    assert!(is_planned(&scene));
    assert_eq!(scene.passes(&["origin", "main"]), "");
}

#[test]
fn several_stages_go_united_or_one_after_the_other() {
    let scene = landed();
    back(&scene, "9", &[(2, "four")]);
    back(&scene, "4", &[]);
    assert!(is_planned(&scene));
    scene.repo.git(&["reset", "--quiet", "--hard", "origin/main"]).ok();
    let message = "Back out both\n\nBackout-Stage: 9\nBackout-Stage: 4";
    scene.repo.commit_files(&[(SHARED, &lines(&[]))], message);
    assert!(is_planned(&scene));
    scene.passes(&["origin", "main"]);
}

#[test]
fn what_is_not_exactly_the_plan_is_none() {
    for (stage, with) in [
        ("4", &[(15, "nine"), (18, "more")][..]),
        // The lines of stage 9 go too, and it is not named.
        ("4", &[]),
        ("9", &[]),
        ("4", &[(2, "four"), (15, "nine"), (18, "other")]),
    ] {
        let scene = landed();
        back(&scene, stage, with);
        assert!(!is_planned(&scene), "{stage} {with:?}");
        scene.passes(&["origin", "main"]);
    }
}

#[test]
fn a_clone_that_is_cut_off_cannot_tell() {
    let scene = landed();
    scene.repo.commit_files(&[("README.md", "four\n")], "Words");
    scene.passes(&["origin", "main"]);
    let source = format!("file://{}", scene.origin.display());
    let shallow = scene.repo.clone_of(&source, "shallow", &["--depth", "2"]);
    shallow
        .git(&[
            "fetch",
            "--quiet",
            "origin",
            "refs/tags/migration-start:refs/tags/migration-start",
            "--depth",
            "1",
        ])
        .ok();
    shallow.commit_files(
        &[(SHARED, &lines(&[(2, "four"), (15, "nine again")]))],
        "Work\n\nMigration-Stage: 9",
    );
    let run = shallow.backout(["check", "--base", "HEAD~1", "--phase", "land"]).run().exits(3);
    assert!(run.out().contains("not checked revert/conflicts"), "{}", run.snapshot());
}

#[test]
fn a_push_that_touches_no_stage_reads_no_history() {
    let scene = landed();
    let cache = scene.repo.path().join(".git/backout/cache");
    assert!(cache.exists(), "what was read for stages is kept");
    std::fs::remove_dir_all(&cache).unwrap();
    scene.ordinary();
    assert_eq!(scene.passes(&["origin", "main"]), "");
    assert!(!cache.exists(), "nothing was read");
    let run = scene.repo.backout(["check", "--base", "HEAD~1", "-v"]).run().ok();
    assert!(!run.out().contains("revert"), "{}", run.out());
}

#[test]
fn a_nightly_job_is_told_by_the_exit_code_of_status() {
    let scene = Staged::new();
    let status = |code: i32| {
        scene.repo.backout(["status"]).run().ok();
        scene.repo.backout(["status", "--exit-code"]).run().exits(code);
    };
    // Nothing has landed, so nothing has to be open.
    status(0);
    scene.repo.commit_files(&[("src/core/four.py", "four = 2\n")], "Work\n\nMigration-Stage: 4");
    scene.passes(&["origin", "main"]);
    status(0);
    scene.unready();
    scene.share(&["origin", "main"]);
    status(1);
    scene.ready();
    scene.share(&["origin", "main"]);
    // Where history is cut off, what has landed is not known.
    let source = format!("file://{}", scene.origin.display());
    let shallow = scene.repo.clone_of(&source, "shallow", &["--depth", "1"]);
    shallow.backout(["status", "--exit-code"]).run().exits(3);
}

/// Stage 9, critical, on its own file, whose rehearsals are asked for.
fn nine() -> Staged {
    let rules = CONFIGURATION.replace("\n[requirements]\n\"rehearsal/missing\" = \"allow\"\n", "");
    let scene = Staged::with(RepoOptions::default(), &rules);
    scene.repo.commit_files(&[(RECEIPT_PATH, RECEIPT)], "The receipt");
    scene.share(&["origin", "main"]);
    scene
}

fn on_its_line(scene: &Staged, text: &str, trailer: &str) {
    let message = format!("{text}\n\nMigration-Stage: {trailer}");
    scene.repo.commit_files(&[("src/core/state.py", &format!("state = {text}\n"))], &message);
}

#[test]
fn a_stage_that_lands_with_a_hotfix_on_its_lines_has_no_way_back() {
    let scene = nine();
    on_its_line(&scene, "Nine", "9");
    on_its_line(&scene, "An urgent fix", "none");
    insta::assert_snapshot!(scene.stopped(&["origin", "main"], CONFLICTS).snapshot(), @r#"
    exit: 1
    stdout:
      ref   kind    change  commits  paths
      main  branch  update  2        1

      stage  name          impact    commits  way back
      9      Continuation  critical  2        not open

    Stage 9: Continuation (critical)
      deny revert/conflicts
          this is more work on stage 9, which cannot be backed out alone: in
          src/core/state.py, the same lines were changed since ([oid] "An
          urgent fix")
          see backout.toml:20
          help: take that change off those lines again; what stands in the way, and
                the commands that help: `backout revert --stage 9 --onto HEAD
                --dry-run`
      warn stage/declared-foreign
          [oid] "An urgent fix" is declared no work of stage 9, on files that
          it owns: a rollback will keep it
          see backout.toml:20
          help: look at it once: if it is work of the stage after all, say so in its
                message: `Migration-Stage: 9`

    not ready to land: 1 problem, 1 warning
    stderr:
    error: failed to push some refs to '[TMP]/origin.git'
    "#);
    // Alone, the hotfix is never stopped.
    scene.share(&["origin", "main~1:main"]);
    assert!(scene.passes(&["origin", "main"]).contains("warn revert/foreign-edits"));
}

#[test]
fn a_stage_that_goes_on_without_a_way_back_is_stopped() {
    let scene = nine();
    on_its_line(&scene, "Nine", "9");
    on_its_line(&scene, "An urgent fix", "none");
    scene.share(&["origin", "main"]);
    scene.repo.commit_files(&[(SHARED, "shared = 2\n")], "Nine again\n\nMigration-Stage: 9");
    insta::assert_snapshot!(scene.stopped(&["origin", "main"], CONFLICTS).snapshot(), @"
    exit: 1
    stdout:
      ref   kind    change  commits  paths
      main  branch  update  1        1

      stage  name          impact    commits  way back
      9      Continuation  critical  1        not open

    Stage 9: Continuation (critical)
      deny revert/conflicts
          this is more work on stage 9, which cannot be backed out alone: in
          src/core/state.py, the same lines were changed since ([oid])
          see backout.toml:20
          help: take that change off those lines again; what stands in the way, and
                the commands that help: `backout revert --stage 9 --onto HEAD
                --dry-run`

    not ready to land: 1 problem
    stderr:
    error: failed to push some refs to '[TMP]/origin.git'
    ");
    scene.repo.git(&["push", "--quiet", "origin", "main:topic"]).ok();
}

#[test]
fn a_suggestion_alone_takes_no_stage_that_goes_on_its_way_back() {
    let scene = nine();
    on_its_line(&scene, "Nine", "9");
    scene.repo.commit_files(&[("src/core/four.py", "four = 2\n")], "Four\n\nMigration-Stage: 4");
    scene.share(&["origin", "main"]);
    scene.repo.commit_files(&[(SHARED, "shared = 2\n")], "Whose is it");
    scene.share(&["origin", "main"]);
    scene.repo.commit_files(&[("src/core/state.py", "state = 5\n")], "Again\n\nMigration-Stage: 9");
    let told = scene.repo.push(&["origin", "main"]).out();
    assert!(!told.contains("deny revert/"), "{told}");
    assert!(told.contains("warn revert/conflicts"), "{told}");
}
