//! Several migrations, each with a landing branch of its own: every command acts on the one of the
//! migration that is meant, and where that is not known, nothing is guessed.

use serde_json::Value;

use crate::support::{CONFIGURATION, RECEIPT, RECEIPT_PATH, RepoOptions, STATE, Staged, TestRepo};

const WHY: &str = "carts lose lines";

/// `entities` lands on main, and `billing` on a branch that comes before it by its name; of both,
/// stage 9 has landed.
fn both() -> Staged {
    let include = "version = 1\ninclude = [\"billing/backout.toml\"]\n";
    let root = CONFIGURATION.replacen("version = 1\n", include, 1);
    let scene = Staged::with(RepoOptions::default(), &root);
    let repo = &scene.repo;
    let billing = CONFIGURATION
        .replace("\"entities\"", "\"billing\"")
        .replace("branch = \"main\"", "branch = \"billing\"");
    let path = format!("billing/{STATE}");
    repo.commit_files(
        &[("billing/backout.toml", &billing), (&path, "state = 1\n")],
        "Both\n\nMigration-Stage: none",
    );
    repo.git(&["branch", "billing"]).ok();
    repo.commit_files(
        &[(STATE, "state = 2\n"), (RECEIPT_PATH, RECEIPT)],
        "Entities\n\nMigration-Stage: 9",
    );
    repo.git(&["switch", "--quiet", "billing"]).ok();
    let receipt = RECEIPT.replace("\"entities\"", "\"billing\"");
    let place = format!("billing/{RECEIPT_PATH}");
    repo.commit_files(
        &[(&path, "state = 2\n"), (&place, &receipt)],
        "Billing\n\nMigration-Stage: billing:9",
    );
    repo.git(&["switch", "--quiet", "main"]).ok();
    scene.share(&["origin", "main", "billing"]);
    scene
}

fn json(repo: &TestRepo, arguments: &[&str]) -> Value {
    let run = repo.backout(arguments).args(["--format", "json"]).run().ok();
    serde_json::from_str(&run.out()).unwrap()
}

#[test]
fn status_shows_each_migration_at_its_own_branch() {
    let scene = both();
    let run = scene.repo.backout(["status"]).run().ok();
    insta::assert_snapshot!(run.out(), @"
    stage       name          impact    landed      commits  ready  way back
    entities:4  Readers       medium    -           0        -      -
    entities:9  Continuation  critical  2026-01-05  1        yes    open
    billing:4   Readers       medium    -           0        -      -
    billing:9   Continuation  critical  2026-01-05  1        yes    open

    entities as of origin/main (7ee44dd7df80)
    billing as of origin/billing (ca3764e077f9)
    ");
    let said = json(&scene.repo, &["status"]);
    let tip = |branch: &str| scene.repo.rev(&format!("origin/{branch}"));
    assert_eq!(said["tips"][0]["migrations"][0], "entities");
    assert_eq!(
        (&said["tips"][0]["commit"], &said["commit"]),
        (&tip("main").into(), &tip("main").into())
    );
    assert_eq!(said["tips"][1]["migrations"][0], "billing");
    assert_eq!(said["tips"][1]["commit"], tip("billing"));
    scene.repo.backout(["status", "--exit-code"]).run().exits(0);
}

#[test]
fn a_stage_is_backed_out_and_comes_back_where_it_has_landed() {
    let scene = both();
    let repo = &scene.repo;
    let run = repo.backout(["revert", "--stage", "9"]).run().exits(2);
    insta::assert_snapshot!(run.err(), @"
    error: several migrations have a stage `9`
    help: say which: `entities:9` or `billing:9`
    ");
    for (migration, branch) in [("entities", "main"), ("billing", "billing")] {
        let stage = format!("{migration}:9");
        let tip = repo.rev(&format!("origin/{branch}"));
        let planned = json(repo, &["revert", "--stage", &stage]);
        assert_eq!(planned["onto"], tip, "{planned}");
        assert_eq!(planned["commits"][0], tip, "{planned}");
        let out = format!("out-{branch}");
        repo.backout(["revert", "--stage", &stage, "--branch", &out, "--reason", WHY]).run().ok();
        assert_eq!(repo.rev(&format!("{out}^")), tip);
        repo.backout(["verify-revert", &out]).run().ok();
        scene.share(&["origin", &format!("{out}:{branch}")]);
        let back = json(repo, &["reapply", "--stage", &stage]);
        assert_eq!(back["onto"], repo.rev(&out), "{back}");
    }
}

#[test]
fn each_stage_is_rehearsed_where_it_has_landed() {
    let scene = both();
    let run = scene.repo.backout(["rehearse", "--no-receipts"]).run().ok();
    insta::assert_snapshot!(run.out(), @"
    stage entities:9: backed out (1 step, 1 path) and brought back; it has no check
    stage billing:9: backed out (1 step, 1 path) and brought back; it has no check
    ");
}

#[test]
fn a_stage_that_several_migrations_have_is_not_guessed() {
    let scene = both();
    let repo = &scene.repo;
    for asks in [
        &["attribute", "--stage", "9", "HEAD"][..],
        &["backup", "create", "--stage", "9"],
        &["rehearse", "--stage", "9"],
    ] {
        let run = repo.backout(asks).run().exits(2);
        assert_eq!(
            run.err(),
            "error: several migrations have a stage `9`\n\
             help: say which: `entities:9` or `billing:9`\n",
            "{asks:?}"
        );
    }
    let explained = repo.backout(["explain", "9"]).run().ok().out();
    let title = "Stage 9: Continuation (critical)";
    assert_eq!(explained.matches(title).count(), 2, "{explained}");
    let one = repo.backout(["explain", "billing:9"]).run().ok().out();
    assert_eq!(one.matches(title).count(), 1, "{one}");
    let run = repo.backout(["attribute", "--stage", "billing:99", "HEAD"]).run().exits(2);
    insta::assert_snapshot!(run.err(), @"
    error: there is no stage `billing:99`
    help: did you mean `billing:9`?
    ");
}

#[test]
fn what_is_written_is_named_by_its_place() {
    let scene = both();
    let repo = &scene.repo;
    let run = repo.backout(["rehearse", "--stage", "billing:9"]).run().ok();
    let receipt = "billing/.backout/receipts/billing/9.toml";
    assert!(run.err().contains(&format!("receipt: {receipt}; commit it")), "{}", run.err());
    repo.git(&["add", receipt]).ok();
    repo.git(&["switch", "--quiet", "billing"]).ok();
    repo.commit_files(&[(&format!("billing/{STATE}"), "state = 3\n")], "Squashed");
    let run = repo.backout(["attribute", "--stage", "billing:9", "HEAD"]).run().ok();
    let file = "billing/.backout/attributions.toml";
    assert!(run.err().contains(&format!("added to {file}; it counts")), "{}", run.err());
    repo.git(&["add", file]).ok();
}

#[test]
fn a_branch_that_is_not_here_is_no_answer_for_its_migration_alone() {
    let scene = both();
    let source = format!("file://{}", scene.origin.display());
    let lone = scene.repo.clone_of(&source, "lone", &["--single-branch", "--branch", "main"]);
    let run = lone.backout(["status"]).run().ok();
    insta::assert_snapshot!(run.out(), @"
    stage       name          impact    landed      commits  ready      way back
    entities:4  Readers       medium    -           0        -          -
    entities:9  Continuation  critical  2026-01-05  1        yes        open
    billing:4   Readers       medium    not known   -        not known  -
    billing:9   Continuation  critical  not known   -        not known  -

    entities as of origin/main (7ee44dd7df80)
    billing: could not check: the landing branch `billing` of migration
      `billing` is not known here
      help: fetch it: `backout fetch`, or `git fetch origin
            +refs/heads/billing:refs/remotes/origin/billing` (with
            actions/checkout: `fetch-depth: 0`)
    ");
    lone.backout(["status", "--exit-code"]).run().exits(3);
    let revert =
        |stage: &str, more: &[&str]| lone.backout(["revert", "--stage", stage]).args(more).run();
    let run = revert("billing:9", &["--offline"]).exits(3);
    insta::assert_snapshot!(run.err(), @"
    error: the landing branch `billing` of migration `billing` is not known here
    help: fetch it: `backout fetch`, or `git fetch origin +refs/heads/billing:refs/remotes/origin/billing` (with actions/checkout: `fetch-depth: 0`)
    ");
    revert("9", &["--offline"]).exits(2);
    revert("entities:9", &["--offline"]).ok();
    lone.backout(["rehearse", "--no-receipts", "--offline"]).run().exits(3);
    lone.backout(["rehearse", "--no-receipts", "--offline", "--stage", "entities:9"]).run().ok();
    // With the remote there, it is fetched first.
    revert("billing:9", &[]).ok();
    lone.backout(["status", "--exit-code"]).run().ok();
}

#[test]
fn where_the_rules_do_not_agree_nothing_is_guessed() {
    let scene = both();
    let repo = &scene.repo;
    let rules = repo.read("billing/backout.toml");
    let moved = rules.replace("branch = \"billing\"", "branch = \"main\"");
    repo.commit_files(&[("billing/backout.toml", &moved)], "Billing lands on main");
    scene.share(&["origin", "main"]);
    // On main it lands there; on the other branch, by its own rules, it still lands on that one.
    repo.git(&["switch", "--quiet", "billing"]).ok();
    let run = repo.backout(["revert", "--stage", "billing:9"]).run().exits(3);
    insta::assert_snapshot!(run.err(), @"
    error: where migration `billing` lands is not known: the rules of origin/billing and origin/main do not agree on its `branch`
    help: give it the same `branch` in the configuration of each landing branch; or name the commit to act on: `--onto REV`
    ");
    let run = repo.backout(["revert", "--stage", "billing:9", "--onto", "origin/billing"]).run();
    assert!(run.ok().out().contains("on origin/billing"));
    repo.backout(["status", "--exit-code"]).run().exits(3);
}

#[test]
fn a_clone_without_any_landing_branch_says_so() {
    let scene = both();
    scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    scene.share(&["origin", "topic"]);
    let source = format!("file://{}", scene.origin.display());
    let lone = scene.repo.clone_of(&source, "lone", &["--single-branch", "--branch", "topic"]);
    let run = lone.backout(["status"]).run().exits(3);
    insta::assert_snapshot!(run.err(), @"
    error: the landing branch `main` of migration `entities` is not known here
    help: fetch it: `backout fetch`, or `git fetch origin +refs/heads/main:refs/remotes/origin/main` (with actions/checkout: `fetch-depth: 0`)
    ");
    lone.backout(["revert", "--stage", "entities:9", "--offline"]).run().exits(3);
}
