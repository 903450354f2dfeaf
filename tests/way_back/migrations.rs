//! A file of which two migrations own a part: what one of them did is not the other's to take back.

use super::scene::{AGENT, Scene, lines};

/// A file of the other migration alone.
const OWN: &str = "agents/own.py";

/// Stage 5-6 of one migration and stage 1 of another one own a file together.
fn shared() -> Scene {
    let scene = Scene::begun();
    let prompts = "version = 1\n[migration]\nid = \"prompts\"\nname = \"Prompts\"\n\
        start = { tag = \"migration-start\" }\nbranch = \"main\"\n[[stages]]\nid = \"1\"\nname = \"One\"\n\
        impact = \"medium\"\npaths = [\"base_agent.py\", \"own.py\"]\nrollback = [\"code\"]\n";
    let rules = scene.repo.read("backout.toml");
    let rules =
        rules.replacen("version = 1", "version = 1\ninclude = [\"agents/backout.toml\"]", 1);
    let files = [("backout.toml", &*rules), ("agents/backout.toml", prompts), (OWN, "own\n")];
    scene.repo.commit_files(&files, "Two\n\nMigration-Stage: none");
    scene
}

/// What a stage's plan comes to.
fn planned(scene: &Scene, stage: &str, exit: i32) -> String {
    scene.backout(&["revert", "--stage", stage]).exits(exit).snapshot()
}

#[test]
fn what_stages_of_two_migrations_did_in_one_change_is_not_divided() {
    let scene = shared();
    let both = "Work\n\nMigration-Stage: entities:5-6\nMigration-Stage: prompts:1";
    scene.repo.commit_files(&[(AGENT, &lines(&[(4, "both")]))], both);
    scene.share();
    insta::assert_snapshot!(planned(&scene, "entities:5-6", 4), @"
    exit: 4
    stdout:
    Back out stage entities:5-6
      on origin/main ([oid])

      what goes back, newest first
        [oid] 2026-01-05 Work

      what stands in the way
        agents/base_agent.py: needs review: one change holds the stage's work and
          foreign work (by [oid])

      blocked by work of none of the migration's stages ([oid]), and
        taking that back first is not enough. It has to be resolved by hand, on a
        branch, and reviewed: a commit that says `Backout-Stage: entities:5-6` and
        leaves the files of the stage as they were before its work backs it out;
        what is to stay of other work comes again, in commits that say whose it is
        (`Migration-Stage: none`)
    stderr:
    ");
    planned(&scene, "prompts:1", 4);
    // By hand it is no planned back-out either.
    let back = "Back\n\nBackout-Stage: entities:5-6";
    scene.repo.commit_files(&[(AGENT, &lines(&[]))], back);
    scene.backout(&["verify-revert", "HEAD"]).exits(1);
}

#[test]
fn the_other_migrations_work_stays() {
    let scene = shared();
    scene.land("entities:5-6", "Write prompts", &[(AGENT, &lines(&[(4, "prompt")]))]);
    let more = lines(&[(4, "prompt"), (8, "one")]);
    scene.land("prompts:1", "Go on", &[(AGENT, &more), (OWN, "more\n")]);
    scene.share();
    for (stage, left) in [("entities:5-6", (8, "one")), ("prompts:1", (4, "prompt"))] {
        let out = format!("out-{}", &stage[..4]);
        let run = ["revert", "--stage", stage, "--branch", &out, "--reason", "x"];
        scene.backout(&run).ok();
        assert_eq!(scene.at(&out, AGENT), lines(&[left]), "{stage}");
        scene.backout(&["verify-revert", &out]).ok();
    }
    // Once one is out, that is no work of the other: all of its own is still there to go.
    scene.repo.git(&["merge", "--quiet", "--ff-only", "out-enti"]).ok();
    scene.share();
    let plan = scene.plan(&["--stage", "prompts:1"], 0);
    assert_eq!(plan["commits"].as_array().unwrap().len(), 1, "{plan}");
    insta::assert_snapshot!(scene.backout(&["status"]).ok().snapshot(), @"
    exit: 0
    stdout:
      stage         name                impact  landed      commits  ready  way back
      entities:4    State manager int…  medium  -           0        -      -
      entities:5-6  Prompts and parser  medium  backed out  0        -      -
      entities:9    Continuation migr…  medium  -           0        -      -
      prompts:1     One                 medium  2026-01-05  1        yes    open

      as of origin/main ([oid])

      stage entities:5-6: backed out at [TIME]
    stderr:
    ");
}

#[test]
fn who_names_the_other_migrations_stage_is_not_asked_about_this_one() {
    let scene = shared();
    scene.share();
    scene.land("prompts:1", "Go on", &[(AGENT, &lines(&[(8, "one")]))]);
    let check = ["check", "--base", "origin/main", "--head", "HEAD", "--phase", "land"];
    insta::assert_snapshot!(scene.backout(&check).ok().snapshot(), @r#"
    exit: 0
    stdout:
      ref   kind   change  commits  paths
      HEAD  range  -       1        1

      stage  name                impact  commits  way back
      5-6    Prompts and parser  medium  1        open
      1      One                 medium  1        open

    Stage 1: One (medium)
      warn rehearsal/missing
          nobody has rehearsed backing out stage 1: the pushed tree has no
          agents/.backout/receipts/prompts/1.toml
          see agents/backout.toml:7
          help: rehearse it: `backout rehearse --stage prompts:1 --onto HEAD`, then
                commit agents/.backout/receipts/prompts/1.toml

    Stage 5-6: Prompts and parser (medium)
      warn stage/declared-foreign
          [oid] "Go on" is declared no work of stage 5-6, on files that it
          owns: a rollback will keep it
          see backout.toml:17
          help: look at it once: if it is work of the stage after all, say so in its
                message: `Migration-Stage: 5-6`

    ready: stages 5-6, 1 (land), 2 warnings
    stderr:
    "#);
    // Of a file that is this migration's alone, no name of another one's stage makes anything else.
    scene.land("prompts:1", "Go on", &[("agents/other.py", "x\n")]);
    let told = scene.backout(&check).exits(1).out();
    assert!(told.contains("stage/wrong-stage"), "{told}");
}

#[test]
fn a_merge_of_both_is_told_apart() {
    let scene = shared();
    scene.repo.git(&["checkout", "--quiet", "-b", "topic"]).ok();
    scene.land("entities:5-6", "Write prompts", &[(AGENT, &lines(&[(4, "prompt")]))]);
    let more = lines(&[(4, "prompt"), (8, "one")]);
    scene.land("prompts:1", "Go on", &[(AGENT, &more)]);
    scene.repo.git(&["checkout", "--quiet", "main"]).ok();
    scene.repo.git(&["merge", "--quiet", "--no-ff", "-m", "Merge", "topic"]).ok();
    scene.share();
    scene.backout(&["revert", "--stage", "entities:5-6", "--branch", "out", "--reason", "x"]).ok();
    assert_eq!(scene.at("out", AGENT), lines(&[(8, "one")]));
}

#[test]
fn a_file_set_back_whole_is_a_back_out_for_both() {
    for trailers in [
        "Backout-Stage: entities:5-6\nBackout-Stage: prompts:1",
        "Backout-Stage: entities:5-6",
        "Backout-Stage: prompts:1",
    ] {
        for order in [["prompts:1", "entities:5-6"], ["entities:5-6", "prompts:1"]] {
            let scene = shared();
            scene.land(order[0], "Begin", &[(AGENT, &lines(&[(8, "one")]))]);
            scene.land(order[1], "Go on", &[(AGENT, &lines(&[(4, "two"), (8, "one")]))]);
            let back = format!("Set it back\n\n{trailers}");
            scene.repo.commit_files(&[(AGENT, &lines(&[]))], &back);
            scene.share();
            let status = scene.backout(&["status"]).ok().out();
            assert_eq!(
                status.matches("  backed out  ").count(),
                2,
                "{trailers} {order:?}: {status}"
            );
        }
    }
}
