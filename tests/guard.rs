//! What a person sees: of pushes through the installed hook, of `check`, `status`, `explain` and
//! `attribute`; and the exit codes.

use std::fs;

use serde_json::Value;

use crate::support::{CONFIGURATION, Run, STATE, Staged};

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
    backout: warn stage/declared-foreign (stage 9): [oid] "Fix it" is declared no part of the migration, on files that a stage owns: a rollback will keep it
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

#[test]
fn exit_codes_of_check() {
    let scene = Staged::new();
    scene.ordinary();
    check(&scene, &["--base", "origin/main"]).exits(0);
    scene.unready();
    check(&scene, &["--base", "origin/main"]).exits(1);
    check(&scene, &["--base", "origin/main", "--phase", "share"]).exits(0);
    check(&scene, &["--base", "no-such-name"]).exits(2);
    check(&scene, &["--base", ""]).exits(2);
    check(&scene, &["--base", "origin/main", "--head", ""]).exits(2);
    check(&scene, &["--phase", "tomorrow"]).exits(2);
    check(&scene, &["--base", &"1".repeat(40)]).exits(3);
}

#[test]
fn check_outside_of_a_repository_and_without_a_configuration() {
    let scene = Staged::new();
    let nowhere = scene.repo.root().join("nowhere");
    fs::create_dir(&nowhere).unwrap();
    let run = scene.repo.backout(["check"]).folder(&nowhere).run();
    assert!(run.exit == 2 || run.exit == 3, "{}", run.snapshot());
    let run = check(&scene, &["--config", "no/such.toml", "--base", "HEAD"]).exits(2);
    insta::assert_snapshot!(run.snapshot(), @r"
    exit: 2
    stdout:
    stderr:
    error: there is no no/such.toml, neither in the judged commit nor where it would land
    help: write one with `backout init` and commit it; or take the guard away with `backout uninstall`
    ");
}

#[test]
fn check_for_people() {
    let scene = Staged::new();
    scene.unready();
    insta::assert_snapshot!(check(&scene, &["--base", "origin/main"]).snapshot(), @r"
    exit: 1
    stdout:
      ref   kind   change  commits  paths
      HEAD  range  -       1        1

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
    ");
}

#[test]
fn check_for_programs() {
    let scene = Staged::new();
    scene.unready();
    let run = check(&scene, &["--base", "origin/main", "--format", "json"]).exits(1);
    let mut report = json(&run);
    report.as_object_mut().unwrap().remove("timings_ms").unwrap();
    let pretty = serde_json::to_string_pretty(&report).unwrap();
    let shown = scene.repo.filter().apply(&pretty);
    insta::assert_snapshot!(shown, @r#"
    {
      "findings": [
        {
          "code": "backup/missing",
          "commit": null,
          "config": {
            "column": 1,
            "file": "backout.toml",
            "line": 9
          },
          "fingerprint": "[oid]",
          "help": "take it: `backout backup create context`, then commit .backout/backups/context.toml",
          "level": "deny",
          "message": "there is no backup `context`: the pushed tree has no .backout/backups/context.toml",
          "migration": "entities",
          "outcome": "unmet",
          "path": null,
          "ref": "HEAD",
          "stage": "9"
        }
      ],
      "mode": "enforce",
      "overridden": [],
      "phase": "land",
      "policy": {
        "judged": null,
        "trusted": [
          {
            "commit": "[OID]",
            "source": "origin/main"
          }
        ]
      },
      "refs": [
        {
          "commits": 1,
          "from": "[OID]",
          "local": "HEAD",
          "op": "update",
          "paths": 1,
          "remote": "HEAD",
          "target": "other",
          "to": "[OID]"
        }
      ],
      "shared": [],
      "stages": [
        {
          "id": "9",
          "impact": "critical",
          "migration": "entities",
          "name": "Continuation",
          "state": "open",
          "touched_by": [
            "[OID]"
          ],
          "way_back": {
            "blocked_by": [],
            "open": false,
            "until": null
          }
        }
      ],
      "truncated": false,
      "unowned": [],
      "verdict": "not-ready",
      "version": 1,
      "waived": []
    }
    "#);
}

#[test]
fn check_for_github() {
    let scene = Staged::new();
    scene.unready();
    let run = check(&scene, &["--base", "origin/main", "--format", "github"]);
    insta::assert_snapshot!(run.snapshot(), @r"
    exit: 1
    stdout:
    ::error file=backout.toml,line=9,col=1,title=backup/missing (stage 9)::there is no backup `context`: the pushed tree has no .backout/backups/context.toml. Way out: take it: `backout backup create context`, then commit .backout/backups/context.toml
    backout: not-ready (land)
    stderr:
    ");
}

#[test]
fn further_reports_go_into_files() {
    let scene = Staged::new();
    scene.unready();
    let outputs = ["--output", "json=report.json", "--output", "github=notes.txt"];
    let run = check(&scene, &[&["--base", "origin/main"], &outputs[..]].concat()).exits(1);
    assert!(run.out().contains("deny backup/missing"));
    let report: Value = serde_json::from_str(&scene.repo.read("report.json")).unwrap();
    assert_eq!(report["verdict"], "not-ready");
    assert!(scene.repo.read("notes.txt").contains("backup/missing"));
    check(&scene, &["--output", "yaml=x"]).exits(2);
    check(&scene, &["--output", "json="]).exits(2);
}

#[test]
fn the_hook_reports_the_same_for_programs() {
    let scene = Staged::new();
    let base = base_of(&scene);
    let head = scene.unready();
    let line = format!("refs/heads/main {head} refs/heads/main {base}\n");
    let hook = ["pre-push", "origin", "elsewhere", "--format", "json"];
    let hook = json(&scene.repo.backout(hook).stdin(line).run().exits(1));
    let range = json(&check(&scene, &["--base", &base, "--head", &head, "--format", "json"]));
    assert_eq!(hook["stages"], range["stages"]);
    let keys = |report: &Value| report.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&hook), keys(&range));
    assert_eq!(hook["refs"][0]["remote"], "refs/heads/main");
}

#[test]
fn status_before_and_after_a_stage_landed() {
    let scene = Staged::new();
    insta::assert_snapshot!(scene.repo.backout(["status"]).run().snapshot(), @r"
    exit: 0
    stdout:
      stage  name          impact    landed  commits  ready  way back
      4      Readers       medium    -       0        -      -
      9      Continuation  critical  -       0        -      -

      as of origin/main ([oid])
    stderr:
    ");
    scene.ready();
    scene.passes(&["origin", "main"]);
    insta::assert_snapshot!(scene.repo.backout(["status", "-v"]).run().snapshot(), @r"
    exit: 0
    stdout:
      stage  name          impact    landed      commits  ready  way back
      4      Readers       medium    -           0        -      -
      9      Continuation  critical  2026-01-05  1        yes    open

      as of origin/main ([oid])

    Stage 9: Continuation
      [oid] [TIME] Move the state
    stderr:
    ");
    let run = scene.repo.backout(["status", "--format", "json"]).run().ok();
    let pretty = serde_json::to_string_pretty(&json(&run)).unwrap();
    insta::assert_snapshot!(scene.repo.filter().apply(&pretty), @r#"
    {
      "commit": "[OID]",
      "stages": [
        {
          "backed_out": null,
          "commits": [],
          "findings": [],
          "foreign": [],
          "id": "4",
          "impact": "medium",
          "landed": null,
          "migration": "entities",
          "name": "Readers",
          "ready": null,
          "state": "open",
          "way_back": {
            "alone": null,
            "blocked_by": null,
            "open": null,
            "order": null,
            "until": null
          }
        },
        {
          "backed_out": null,
          "commits": [
            {
              "commit": "[OID]",
              "confirmed": true
            }
          ],
          "findings": [],
          "foreign": [],
          "id": "9",
          "impact": "critical",
          "landed": "[TIME]",
          "migration": "entities",
          "name": "Continuation",
          "ready": true,
          "state": "open",
          "way_back": {
            "alone": true,
            "blocked_by": [],
            "open": true,
            "order": null,
            "until": null
          }
        }
      ],
      "tip": "origin/main",
      "tips": [
        {
          "commit": "[OID]",
          "migrations": [
            "entities"
          ],
          "tip": "origin/main"
        }
      ],
      "version": 1
    }
    "#);
}

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
fn stages_are_listed_as_people_count_them() {
    let stage = |id: &str| {
        format!(
            "[[stages]]\nid = \"{id}\"\nname = \"Stage {id}\"\nimpact = \"critical\"\n\
             paths = [\"src/core/*.py\"]\nrollback = [\"code\", \"data\"]\nbackups = [\"context\"]\n"
        )
    };
    let head = CONFIGURATION.split("[[stages]]").next().unwrap();
    let stages = ["10", "9", "1-2", "11", "7-8"].map(stage).concat();
    let scene = Staged::with(crate::support::RepoOptions::default(), &(head.to_owned() + &stages));
    let work = "Work\n\n".to_owned()
        + &["9", "10", "11", "1-2", "7-8"].map(|id| format!("Migration-Stage: {id}\n")).concat();
    scene.repo.commit_files(&[(STATE, "state = 2\n")], &work);
    let said = json(&check(&scene, &["--base", "origin/main", "--format", "json"]));
    let listed = |key: &str, of: &str| -> Vec<String> {
        let all = said[key].as_array().unwrap().iter();
        let mut ids: Vec<_> = all.map(|one| one[of].as_str().unwrap_or("").to_owned()).collect();
        ids.dedup();
        ids
    };
    let natural = ["1-2", "7-8", "9", "10", "11"];
    assert_eq!(listed("stages", "id"), natural);
    assert_eq!(listed("findings", "stage"), natural);
    let out = check(&scene, &["--base", "origin/main"]).out();
    let headings: Vec<&str> = out.lines().filter(|line| line.starts_with("Stage ")).collect();
    let expected = natural.map(|id| format!("Stage {id}: Stage {id} (critical)"));
    assert_eq!(headings, expected);
}

#[test]
fn status_fits_the_screen_also_where_a_way_back_ends() {
    let configuration = CONFIGURATION
        .replace("Continuation", "Moves every stored continuation into its new place")
        + "\n[[waivers]]\nfinding = \"backup/unrehearsed\"\nstage = \"9\"\nreason = \"r\"\nexpires = 2999-12-31\n";
    let scene = Staged::with(crate::support::RepoOptions::default(), &configuration);
    scene.ready();
    scene.passes(&["origin", "main"]);
    let run = scene.repo.backout(["status"]).run().ok();
    insta::assert_snapshot!(run.snapshot(), @r"
    exit: 0
    stdout:
      stage  name             impact    landed      commits  ready  way back
      4      Readers          medium    -           0        -      -
      9      Moves every st…  critical  2026-01-05  1        yes    until 3000-01-01

      as of origin/main ([oid])

      stage 9: the way back is open until 3000-01-01T00:00:00Z
    stderr:
    ");
    let out = run.out();
    assert_eq!(out.lines().filter(|line| line.chars().count() > 80).collect::<Vec<_>>(), [""; 0]);
    let out = check(&scene, &["--base", "HEAD~1"]).out();
    assert_eq!(out.lines().filter(|line| line.chars().count() > 80).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn attribute_writes_once() {
    let scene = Staged::new();
    let head = scene.repo.commit_files(&[(STATE, "state = 2\n")], "Move the state");
    let attribute = |stage: &str| scene.repo.backout(["attribute", "--stage", stage, &head]).run();
    insta::assert_snapshot!(attribute("9").ok().snapshot(), @r"
    exit: 0
    stdout:
    [oid] Move the state: 9
    stderr:
    added to .backout/attributions.toml; it counts once it has landed on `main`
    ");
    // A tracked file is for whoever may read the others.
    let mode = |path: &str| fs::metadata(scene.repo.path().join(path)).unwrap().permissions();
    assert_eq!(mode(".backout/attributions.toml"), mode("backout.toml"));
    let written = scene.repo.read(".backout/attributions.toml");
    insta::assert_snapshot!(scene.repo.filter().apply(&written), @r#"
    # Which stage landed commits belong to. Append-only: `backout attribute` writes here.

    [[attributions]]
    commit = "[OID]"
    stage = "9"
    "#);
    insta::assert_snapshot!(attribute("9").ok().snapshot(), @r"
    exit: 0
    stdout:
    stderr:
    nothing to add: these commits are attributed so already
    ");
    assert_eq!(scene.repo.read(".backout/attributions.toml"), written);
    insta::assert_snapshot!(attribute("19").exits(2).snapshot(), @r"
    exit: 2
    stdout:
    stderr:
    error: there is no stage `19`
    help: the stages are entities:4, entities:9
    ");
    assert_eq!(scene.repo.read(".backout/attributions.toml"), written);
}

#[test]
fn what_is_not_newer_than_the_start_cannot_be_attributed() {
    let scene = Staged::new();
    scene.repo.commit_files(&[(STATE, "state = 2\n")], "Move the state");
    for stage in ["9", "none"] {
        let attribute = ["attribute", "--stage", stage, "migration-start"];
        insta::allow_duplicates! {
            insta::assert_snapshot!(scene.repo.backout(attribute).run().exits(2).snapshot(), @"
            exit: 2
            stdout:
            stderr:
            error: [oid] is where migration `entities` began (`migration-start`): nothing counts that is not newer
            help: give newer commits: `migration-start..HEAD`
            ");
        }
    }
    assert!(!scene.repo.path().join(".backout/attributions.toml").exists());
    scene.repo.backout(["attribute", "--stage", "9", "migration-start..HEAD"]).run().ok();
}

#[test]
fn an_attribution_of_a_commit_that_speaks_for_itself_is_said_to_count_for_nothing() {
    let scene = Staged::new();
    let head = scene.unready();
    let run = scene.repo.backout(["attribute", "--stage", "none", &head]).run();
    insta::assert_snapshot!(run.ok().snapshot(), @"
    exit: 0
    stdout:
    [oid] Move the state: none
    stderr:
    warning: [oid] says itself whose work it is: that counts, and this attribution never will
    added to .backout/attributions.toml
    ");
}

#[test]
fn an_attribution_counts_once_it_has_landed() {
    let scene = Staged::new();
    let head = scene.repo.commit_files(&[(STATE, "state = 2\n")], "Move the state");
    scene.passes(&["origin", "main"]);
    scene.repo.backout(["attribute", "--stage", "9", &head]).run().ok();
    scene.repo.commit("Say whose work it was");
    scene.passes(&["origin", "main"]);
    let status = scene.repo.backout(["status", "--format", "json"]).run().ok().out();
    assert!(status.contains(&head), "{status}");
}

#[test]
fn an_invalid_configuration_is_shown_with_its_place() {
    let scene = Staged::new();
    let broken = CONFIGURATION.replace("impact = \"critical\"", "impact = \"criticl\"");
    scene.repo.commit_files(&[("backout.toml", &broken)], "break it");
    insta::assert_snapshot!(check(&scene, &["--base", "origin/main"]).exits(2).snapshot(), @r#"
    exit: 2
    stdout:
    stderr:
    error: `impact`: `criticl` is not understood here
      --> backout.toml:23:10
       |
    23 | impact = "criticl"
       |          ^^^^^^^^^
       |
       = help: did you mean `critical`? It is one of `none`, `low`, `medium`, `high`, `critical`

    error: 1 error
    "#);
    insta::assert_snapshot!(scene.repo.push(&["origin", "main"]).exits(1).snapshot(), @r#"
    exit: 1
    stdout:
    stderr:
    error: `impact`: `criticl` is not understood here
      --> backout.toml:23:10
       |
    23 | impact = "criticl"
       |          ^^^^^^^^^
       |
       = help: did you mean `critical`? It is one of `none`, `low`, `medium`, `high`, `critical`

    error: 1 error
    error: failed to push some refs to '[TMP]/origin.git'
    "#);
}
