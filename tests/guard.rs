//! What a person sees: of pushes through the installed hook, of `check`, `status`, `explain` and
//! `attribute`; and the exit codes.

mod attribute;
mod checked;
mod explain;
mod status;

use serde_json::Value;

use crate::support::{Run, STATE, Staged};

fn base_of(scene: &Staged) -> String {
    scene.repo.rev("refs/remotes/origin/main")
}

fn check(scene: &Staged, arguments: &[&str]) -> Run {
    scene.repo.backout(["check"]).args(arguments).run()
}

fn json(run: &Run) -> Value {
    serde_json::from_slice(&run.stdout).unwrap()
}

#[test]
fn a_stopped_push() {
    let scene = Staged::new();
    scene.unready();
    insta::assert_snapshot!(scene.repo.push(&["origin", "main"]).snapshot(), @r"
    exit: 1
    stdout:
      ref   kind    change  commits  paths
      main  branch  update  1        1

      stage  name          impact    commits  way back
      9      Continuation  critical  1        not open

    Stage 9: Continuation (critical)
      deny backup/missing
          there is no backup `context`: the pushed tree has no
          .backout/backups/context.toml
          see backout.toml:9
          help: take it: `backout backup create context`, then commit
                .backout/backups/context.toml

    not ready to land: 1 problem
    stderr:
    error: failed to push some refs to '[TMP]/origin.git'
    ");
}

#[test]
fn branches_on_one_commit_are_told_of_once_and_the_landing_branch_for_itself() {
    let scene = Staged::new();
    scene.unready();
    for branch in ["a", "b", "c"] {
        scene.repo.git(&["branch", branch]).ok();
    }
    let topics = ["--dry-run", "--quiet", "origin", "a", "b", "c"];
    insta::assert_snapshot!(scene.repo.push(&topics).snapshot(), @"
    exit: 0
    stdout:
    backout: warn backup/missing (stage 9): there is no backup `context`: the pushed tree has no .backout/backups/context.toml (the same of 2 more refs of this push)
    backout: ready: stage 9 (share)
    stderr:
    ");
    // Where one of them lands, that one is judged as strictly as ever, wherever it stands.
    for all in [["origin", "a", "main", "b"], ["origin", "main", "b", "a"]] {
        let told = scene.repo.push(&all).exits(1).out();
        assert_eq!(told.matches("deny backup/missing").count(), 1, "{told}");
        let words = told.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("(the same of 1 more ref of this push)"), "{told}");
    }
}

#[test]
fn a_topic_push() {
    let scene = Staged::new();
    scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    scene.unready();
    insta::assert_snapshot!(scene.repo.push(&["--quiet", "origin", "topic"]).snapshot(), @r"
    exit: 0
    stdout:
    backout: warn backup/missing (stage 9): there is no backup `context`: the pushed tree has no .backout/backups/context.toml
    backout: ready: stage 9 (share)
    stderr:
    ");
}

#[test]
fn a_ready_push() {
    let scene = Staged::new();
    scene.ready();
    insta::assert_snapshot!(scene.repo.push(&["--quiet", "origin", "main"]).snapshot(), @r"
    exit: 0
    stdout:
    backout: warn policy/evidence-added: .backout/backups/context.toml comes with the very change that relies on it: so far only its author vouches for it
    backout: ready: stage 9 (land)
    stderr:
    ");
}

#[test]
fn an_ordinary_push_says_nothing() {
    let scene = Staged::new();
    scene.ordinary();
    insta::assert_snapshot!(scene.repo.push(&["--quiet", "origin", "main"]).snapshot(), @r"
    exit: 0
    stdout:
    stderr:
    ");
}

#[test]
fn a_hotfix_is_told_in_one_line() {
    let scene = Staged::new();
    scene.repo.commit_files(&[(STATE, "state = 3\n")], "Fix it\n\nMigration-Stage: none");
    insta::assert_snapshot!(scene.repo.push(&["--quiet", "origin", "main"]).snapshot(), @r#"
    exit: 0
    stdout:
    backout: warn stage/declared-foreign (stage 9): [oid] "Fix it" is declared no work of stage 9, on files that it owns: a rollback will keep it
    stderr:
    "#);
}

#[test]
fn a_hotfix_without_a_trailer_is_told_in_one_line() {
    let scene = Staged::new();
    scene.repo.commit_files(&[(STATE, "state = 3\n")], "Fix it");
    insta::assert_snapshot!(scene.repo.push(&["--quiet", "origin", "main"]).snapshot(), @r#"
    exit: 0
    stdout:
    backout: warn stage/ambiguous-commit (stage 9): [oid] "Fix it" changes what only stage 9 owns, without a trailer: a rollback would suggest to take it along
    stderr:
    "#);
}

#[test]
fn exit_codes_of_the_hook() {
    let scene = Staged::new();
    let base = base_of(&scene);
    let zeros = "0".repeat(40);
    let absent = "1".repeat(40);
    let hook = |line: String| {
        let run = scene.repo.backout(["pre-push", "origin", "elsewhere"]).stdin(line + "\n").run();
        run.exit
    };
    let ordinary = scene.ordinary();
    let unready = scene.unready();
    assert_eq!(hook(format!("refs/heads/main {ordinary} refs/heads/main {base}")), 0);
    assert_eq!(hook(format!("refs/heads/main {unready} refs/heads/main {base}")), 1);
    assert_eq!(hook("four words, no oids".to_owned()), 2);
    assert_eq!(hook(format!("refs/heads/main {ordinary} refs/heads/main {absent}")), 3);
    // A finding that stops the push beside it is the clearer answer.
    assert_eq!(hook(format!("refs/heads/main {unready} refs/heads/main {absent}")), 1);
    assert_eq!(hook(format!("refs/heads/main {absent} refs/heads/main {zeros}")), 3);
    assert_eq!(scene.repo.backout(["pre-push", "origin", "elsewhere"]).run().exit, 0);
}
