//! `backout explain`: a code, a path, a stage, and what is none.

use std::fs;

use crate::support::{STATE, Staged};

#[test]
fn explain_a_code_a_path_a_stage_and_what_is_none() {
    let scene = Staged::new();
    let explain = |subject: &str| scene.repo.backout(["explain", subject]).run().snapshot();
    insta::assert_snapshot!(explain("ref/start-tag-deleted"), @r"
    exit: 0
    stdout:
    ref/start-tag-deleted

    **What**: The push deletes a tag that the configuration names as a checkpoint: the migration's
    start tag, a stage's own, or the `deployed` tag of a stage.

    **Why**: With the tag gone from the remote, the next clone does not have it, and every stage that
    goes back to it has lost its destination. The tag may be the only name that still leads to that
    commit.

    **Way out**: Take the deletion out of the push. When the migration is over, take the tag out of
    `backout.toml` first, land that change, and delete the tag afterwards.

    **Example**: The first command is stopped. Where it went past the guard, the second one brings the
    tag back, from a clone that still has it.

    ```console
    $ git push origin --delete refs/tags/sessions-start
    $ git push origin refs/tags/sessions-start
    ```

    **Level**: deny, always.
    To change it: `[requirements]` in backout.toml.
    stderr:
    ");
    insta::assert_snapshot!(explain("src/core/shared.py"), @r"
    exit: 0
    stdout:
    src/core/shared.py
      owned by stage 4 of entities: by `src/core/shared.py` (backout.toml:17)
      owned by stage 9 of entities: by `src/core/shared.py` (backout.toml:24)
      shared: a commit says whose work it is by `Migration-Stage: <stage>`
    stderr:
    ");
    insta::assert_snapshot!(explain("README.md"), @r"
    exit: 0
    stdout:
    README.md
      no stage owns it
    stderr:
    ");
    let stage = explain("9");
    insta::assert_snapshot!(stage.split("\n\n").next().unwrap(), @r"
    exit: 0
    stdout:
    Stage 9: Continuation (critical)
      migration  entities (Entities)
      defined    backout.toml:20
      state      open
      owns       src/core/state.py, src/core/shared.py
      rollback   code, data
      backups    context
    ");
    insta::assert_snapshot!(explain("backup/mising"), @r"
    exit: 2
    stdout:
    stderr:
    error: `backup/mising` is no finding
    help: did you mean `backout explain backup/missing`?
    ");
}

#[test]
fn explain_says_when_a_word_is_nothing() {
    let scene = Staged::new();
    let explain = |subject: &str| scene.repo.backout(["explain", subject]).run();
    insta::assert_snapshot!(explain("nonsense").snapshot(), @r"
    exit: 2
    stdout:
    stderr:
    error: `nonsense` is no finding, no stage and no path here
    help: `backout explain` lists every finding; the stages are 4, 9
    ");
    for (subject, meant) in [
        ("bakcup", "backup"),
        ("windw", "window"),
        ("state.py", "src/core/state.py"),
        ("src/core/stat.py", "src/core/state.py"),
    ] {
        let run = explain(subject).exits(2);
        let help = format!("did you mean `backout explain {meant}`?");
        assert!(run.err().contains(&help), "{}", run.snapshot());
    }
    // What a stage would own need not exist yet, nor does what exists need an owner.
    scene.repo.git(&["rm", "--quiet", "--cached", STATE]).ok();
    fs::remove_file(scene.repo.path().join(STATE)).unwrap();
    assert!(explain(STATE).ok().out().contains("owned by stage 9"));
    scene.repo.write("untracked.txt", "x");
    assert!(explain("untracked.txt").ok().out().contains("no stage owns it"));
}

#[test]
fn a_path_is_found_from_a_folder_below_as_reports_name_it_too() {
    let scene = Staged::new();
    let folder = scene.repo.path().join("src/core");
    for subject in ["state.py", "./state.py", STATE] {
        let run = scene.repo.backout(["explain", subject]).folder(&folder).run().ok();
        assert!(run.out().starts_with("src/core/state.py\n"), "{}", run.out());
    }
}

#[test]
fn every_finding_has_a_line_with_its_whole_level() {
    let scene = Staged::new();
    let run = scene.repo.backout(["explain"]).run().ok();
    assert!(!run.out().contains('…'), "{}", run.out());
    let first: Vec<_> = run.out().lines().take(4).map(str::to_owned).collect();
    insta::assert_snapshot!(first.join("\n"), @"
    finding                    level
    tag/missing                deny from impact medium up, in every phase; else
                               warn
    tag/not-fetched            deny from impact medium up, in every phase; else
    ");
}
