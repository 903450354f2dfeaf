//! Whose words count inside a merge: those of each commit; of one that says nothing, those of the
//! merge itself. The guard and the ledger have to agree on that.

use serde_json::Value;

use crate::support::{CONFIGURATION, RepoOptions, Run, SHARED, STATE, Staged};

const NINE: &str = "Nine\n\nMigration-Stage: 9";
const NONE: &str = "A small fix\n\nMigration-Stage: none";
const DOCS: &str = "docs/plan.md";

/// Twenty lines, some of them changed.
fn lines(changed: &[(usize, &str)]) -> String {
    let line = |at| changed.iter().find(|(line, _)| *line == at).map(|(_, text)| *text);
    (0..20).map(|at| line(at).map_or(format!("line {at}\n"), |text| format!("{text}\n"))).collect()
}

/// The scene with files of many lines before the start, on a branch `topic`.
fn scene() -> Staged {
    scene_of(CONFIGURATION)
}

/// The same under other rules.
fn scene_of(rules: &str) -> Staged {
    let scene = Staged::with(RepoOptions::default(), rules);
    let text = lines(&[]);
    scene.repo.commit_files(&[(STATE, &text), (SHARED, &text)], "Many lines");
    let tag = ["tag", "--force", "--annotate", "--message", "start", "migration-start"];
    scene.repo.git(&tag).ok();
    scene.share(&["--force", "origin", "main", "migration-start"]);
    scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    scene
}

/// Commits on the topic branch, each with its message, a path and its text there; then their merge.
fn merged(parts: &[(&str, &str, &str)], message: &str) -> Staged {
    let scene = scene();
    for (said, path, text) in parts {
        scene.repo.commit_files(&[(path, text)], said);
    }
    merge(&scene, "main", "topic", message);
    scene
}

fn merge(scene: &Staged, into: &str, branch: &str, message: &str) {
    scene.repo.git(&["switch", "--quiet", into]).ok();
    scene.repo.git(&["merge", "--quiet", "--no-ff", "--message", message, branch]).ok();
}

/// The merge of a hotfix and of a commit that says nothing, both on stage 9's own file.
fn fixed_and_rewritten(message: &str) -> Staged {
    let (fix, both) = (lines(&[(2, "fix")]), lines(&[(2, "fix"), (15, "rewritten")]));
    merged(&[(NONE, STATE, &fix), ("Rewrite", STATE, &both)], message)
}

/// The plan to back a stage out of the local `main`: the number of steps, of those to be confirmed,
/// and what a file would be.
fn plan(scene: &Staged, stage: &str) -> Value {
    let words = ["revert", "--stage", stage, "--onto", "main", "--dry-run", "--format", "json"];
    serde_json::from_str(&scene.repo.backout(words).run().out()).unwrap()
}

fn counts(plan: &Value) -> (usize, usize) {
    let count = |key: &str| plan[key].as_array().unwrap().len();
    (count("commits"), count("confirm"))
}

fn revert(scene: &Staged, more: &[&str]) -> Run {
    let words = ["revert", "--stage", "9", "--branch", "out", "--reason", "Try"];
    scene.repo.backout(words.iter().chain(more)).run()
}

/// A file as backing stage 9 out has left it.
fn left(scene: &Staged, path: &str) -> String {
    scene.repo.git(&["show", &format!("out:{path}")]).ok().out()
}

/// What is asked where one commit of a merge says nothing.
const WHOSE: &str = "\
error: nobody has said that [oid] (in [oid]) is the work of stage 9: it may be a hotfix, which \
would go as well
help: look at them; then run it again with `--confirm`, or say whose they are: `backout attribute \
--stage ID COMMIT`";

/// Backing stage 9 out is not done before that is answered. What it shows to look at.
#[track_caller]
fn asks_whose(scene: &Staged) -> String {
    let run = revert(scene, &[]).exits(2);
    assert_eq!(run.filter().apply(&run.err()), WHOSE);
    run.filter().apply(&run.out())
}

#[test]
fn what_one_commit_claims_is_not_said_by_those_beside_it() {
    let state = lines(&[(15, "rewritten")]);
    let parts =
        [("Plan of stage 9\n\nMigration-Stage: 9", DOCS, "a\n"), ("Rewrite", STATE, &state)];
    let scene = merged(&parts, "Merge it");
    let told = scene.passes(&["origin", "main"]);
    assert!(told.contains("ambiguous-commit (stage 9)") && told.contains("\"Rewrite\""), "{told}");
    assert_eq!(counts(&plan(&scene, "9")), (1, 1));
    insta::assert_snapshot!(asks_whose(&scene), @"
    Back out stage 9
      on origin/main ([oid])

      what goes back, newest first
        [oid] 2026-01-05 Merge it  (by ownership)
          [oid] Rewrite  (by ownership)

      what changes
        modify  src/core/state.py  +1 -1
        1 path, 1 line added, 1 taken away

      the whole rollback, in this order
        1. The code: what this plan takes back
        2. Restore state.json from the backup context in s3://ops/backups
           no archive is known that it can be restored from
           why: no receipt of it has landed on `main`
           (.backout/backups/context.toml)
           what there is: backout backup list
    ");
    insta::assert_snapshot!(scene.repo.backout(["status"]).run().snapshot(), @"
    exit: 0
    stdout:
      stage  name          impact    landed      commits  ready  way back
      4      Readers       medium    -           0        -      -
      9      Continuation  critical  2026-01-05  1        yes    open

      as of origin/main ([oid])

      stage 9: 1 counted by ownership alone; say whose they are with `backout
          attribute`
    stderr:
    ");
    revert(&scene, &["--confirm"]).ok();
}

#[test]
fn a_merge_speaks_for_what_says_nothing_whatever_lies_beside_it() {
    let scene = fixed_and_rewritten(NINE);
    scene.stopped(&["origin", "main"], "backup/missing");
    let plan = plan(&scene, "9");
    assert_eq!(counts(&plan), (1, 0), "it says so itself: {plan}");
    scene.share(&["origin", "main"]);
    revert(&scene, &[]).ok();
    assert_eq!(left(&scene, STATE), lines(&[(2, "fix")]));
}

#[test]
fn a_merge_that_is_attributed_speaks_for_what_says_nothing() {
    let scene = fixed_and_rewritten("Merge it");
    scene.share(&["origin", "main"]);
    assert_eq!(counts(&plan(&scene, "9")), (1, 1));
    scene.repo.backout(["attribute", "--stage", "9", "main"]).run().ok();
    scene.repo.commit_files(&[], "Say whose it was");
    scene.share(&["origin", "main"]);
    assert_eq!(counts(&plan(&scene, "9")), (1, 0));
    let status = scene.repo.backout(["status"]).run().out();
    assert!(status.contains("backup/missing"), "{status}");
}

#[test]
fn a_silent_commit_beside_a_claimed_one_is_listed_and_confirmed() {
    let (nine, both) = (lines(&[(2, "nine")]), lines(&[(2, "nine"), (15, "secure")]));
    let parts = [(NINE, STATE, nine.as_str()), ("Security fix", STATE, &both)];
    let scene = merged(&parts, "Merge it");
    scene.stopped(&["origin", "main"], "backup/missing");
    scene.share(&["origin", "main"]);
    assert_eq!(counts(&plan(&scene, "9")), (1, 1));
    insta::assert_snapshot!(asks_whose(&scene), @"
    Back out stage 9
      on origin/main ([oid])

      what goes back, newest first
        [oid] 2026-01-05 Merge it  (in part by ownership)
          [oid] Security fix  (by ownership)

      what changes
        modify  src/core/state.py  +2 -2
        1 path, 2 lines added, 2 taken away

      the whole rollback, in this order
        1. The code: what this plan takes back
        2. Restore state.json from the backup context in s3://ops/backups
           no archive is known that it can be restored from
           why: no receipt of it has landed on `main`
           (.backout/backups/context.toml)
           what there is: backout backup list
    ");
    // Once it is said what it is, it stays, and nothing has to be confirmed.
    scene.repo.backout(["attribute", "--stage", "none", "topic"]).run().ok();
    scene.repo.commit_files(&[], "Say what it was");
    scene.share(&["origin", "main"]);
    revert(&scene, &[]).ok();
    assert_eq!(left(&scene, STATE), lines(&[(15, "secure")]));
}

#[test]
fn a_silent_commit_on_a_shared_path_is_every_owners_in_a_merge_as_well() {
    let (nine, shared) = (lines(&[(2, "nine")]), lines(&[(15, "somebody's")]));
    let parts = [(NINE, STATE, nine.as_str()), ("Somebody's", SHARED, &shared)];
    let scene = merged(&parts, "Merge it");
    scene.share(&["origin", "main"]);
    assert_eq!(counts(&plan(&scene, "4")), (1, 1));
    assert_eq!(counts(&plan(&scene, "9")), (1, 1));
    let shown = |stage: &str| plan(&scene, stage)["conflicts"].to_string();
    assert!(shown("9").contains(SHARED), "as in a row: {}", shown("9"));
}

#[test]
fn a_silent_branch_that_the_topic_merged_is_listed_and_confirmed() {
    let scene = scene();
    scene.repo.git(&["switch", "--quiet", "--create", "hotfix"]).ok();
    scene.repo.commit_files(&[(STATE, &lines(&[(15, "secure")]))], "Security fix");
    scene.repo.git(&["switch", "--quiet", "topic"]).ok();
    scene.repo.commit_files(&[(STATE, &lines(&[(2, "nine")]))], NINE);
    merge(&scene, "topic", "hotfix", "Take the fix");
    merge(&scene, "main", "topic", "Merge the topic");
    scene.share(&["origin", "main"]);
    assert_eq!(counts(&plan(&scene, "9")), (1, 1));
    insta::assert_snapshot!(asks_whose(&scene), @"
    Back out stage 9
      on origin/main ([oid])

      what goes back, newest first
        [oid] 2026-01-05 Merge the topic  (in part by ownership)
          [oid] Security fix  (by ownership)

      what changes
        modify  src/core/state.py  +2 -2
        1 path, 2 lines added, 2 taken away

      the whole rollback, in this order
        1. The code: what this plan takes back
        2. Restore state.json from the backup context in s3://ops/backups
           no archive is known that it can be restored from
           why: no receipt of it has landed on `main`
           (.backout/backups/context.toml)
           what there is: backout backup list
    ");
}

#[test]
fn a_topic_that_merges_the_landing_branch_needs_no_confirmation() {
    let scene = scene();
    scene.repo.commit_files(&[(STATE, &lines(&[(2, "nine")]))], NINE);
    scene.repo.git(&["switch", "--quiet", "main"]).ok();
    scene.repo.commit_files(&[(STATE, &lines(&[(15, "fix")]))], NONE);
    scene.share(&["origin", "main", "topic"]);
    merge(&scene, "topic", "main", "Merge main");
    // What git put together is nobody's work, also where all that it merged was pushed before.
    assert_eq!(pushed(&scene, "topic"), "");
    merge(&scene, "main", "topic", "Merge it");
    scene.share(&["origin", "main"]);
    assert_eq!(counts(&plan(&scene, "9")), (1, 0));
    revert(&scene, &[]).ok();
    assert_eq!(left(&scene, STATE), lines(&[(15, "fix")]));
}

/// What a push of the topic branch is told about whose work its commits are.
fn pushed(scene: &Staged, branch: &str) -> String {
    let run = scene.repo.push(&["--quiet", "origin", branch]).ok();
    let told = run.filter().apply(&run.out());
    let lines = told.lines().filter(|line| line.contains(" stage/"));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn what_a_merge_changes_beside_what_it_merges_is_asked_for() {
    let scene = scene();
    scene.repo.commit_files(&[(STATE, &lines(&[(2, "nine")]))], NINE);
    scene.repo.git(&["switch", "--quiet", "main"]).ok();
    scene.repo.commit_files(&[(STATE, &lines(&[(15, "fix")]))], NONE);
    scene.share(&["origin", "main", "topic"]);
    scene.repo.git(&["switch", "--quiet", "topic"]).ok();
    scene.repo.git(&["merge", "--quiet", "--no-commit", "main"]).ok();
    let more = lines(&[(2, "nine"), (10, "by the way"), (15, "fix")]);
    scene.repo.commit_files(&[(STATE, &more)], "Merge main");
    insta::assert_snapshot!(pushed(&scene, "topic"), @r#"backout: warn stage/ambiguous-commit (stage 9): [oid] "Merge main" changes what only stage 9 owns, without a trailer: a rollback would suggest to take it along"#);
}

const FOUR: &str = "Four\n\nMigration-Stage: 4";

/// Stage 9 has landed on the shared file, stage 4 works there on a topic, which merges `main` and
/// takes its own side of the file whole, or what git makes of both; then the topic lands.
fn one_side_whole(four: &str, whole: bool) -> Staged {
    let scene = scene();
    scene.repo.commit_files(&[(SHARED, &lines(&[(15, "four")]))], four);
    scene.repo.git(&["switch", "--quiet", "main"]).ok();
    scene.repo.commit_files(&[(SHARED, &lines(&[(2, "nine")]))], NINE);
    scene.share(&["origin", "main"]);
    scene.repo.git(&["switch", "--quiet", "topic"]).ok();
    scene.repo.git(&["merge", "--quiet", "--no-commit", "--no-ff", "main"]).ok();
    if whole {
        scene.repo.git(&["checkout", "--quiet", "HEAD", "--", SHARED]).ok();
    }
    scene.repo.git(&["commit", "--quiet", "--message", "Merge main"]).ok();
    merge(&scene, "main", "topic", "Merge it");
    scene
}

#[test]
fn a_merge_that_throws_away_what_the_other_side_had_done_is_told() {
    for four in [FOUR, NONE] {
        let scene = one_side_whole(four, false);
        assert_eq!(counts(&plan(&scene, "9")), (1, 0), "{four}");
        let told = scene.passes(&["origin", "main"]);
        assert!(!told.contains("ambiguous-commit"), "{told}");
        let scene = one_side_whole(four, true);
        let run = scene.repo.push(&["origin", "main"]);
        let told = run.out() + &run.err();
        assert!(told.contains("ambiguous-commit (stages 4, 9)"), "{told}");
        assert!(told.contains("\"Merge main\" changes a path that several stages own"), "{told}");
        // Whose work that was, nobody has said: no plan says that it was stage 4's alone.
        let planned = plan(&scene, if four == FOUR { "4" } else { "9" });
        assert_ne!(planned["conflicts"].as_array().map(Vec::len), Some(0), "{planned}");
    }
}

/// Stage 9 has landed on `path`; a topic of stage 4 merges `main`, and others with it, but keeps only
/// what it had itself (`-s ours`); then it lands.
fn kept_ours(path: &str, others: &[&str]) -> Staged {
    let scene = scene();
    scene.repo.commit_files(&[(SHARED, &lines(&[(15, "four")]))], FOUR);
    for other in others {
        scene.repo.git(&["switch", "--quiet", "--create", other, "migration-start"]).ok();
        scene.repo.commit_files(&[(&format!("docs/{other}.md"), "a\n")], "Docs");
    }
    scene.repo.git(&["switch", "--quiet", "main"]).ok();
    scene.repo.commit_files(&[(path, &lines(&[(2, "nine")]))], NINE);
    scene.share(&["origin", "main"]);
    scene.repo.git(&["switch", "--quiet", "topic"]).ok();
    let ours = ["merge", "--quiet", "--strategy=ours", "--message", "Merge main", "main"];
    scene.repo.git(&ours.iter().chain(others).copied().collect::<Vec<_>>()).ok();
    merge(&scene, "main", "topic", "Merge it");
    scene
}

#[test]
fn a_merge_that_keeps_ours_throws_away_whatever_else_it_merges() {
    for path in [SHARED, STATE] {
        for others in [&[][..], &["docs"], &["docs", "more"]] {
            let scene = kept_ours(path, others);
            let run = scene.repo.push(&["origin", "main"]);
            let told = run.out() + &run.err();
            let whose = if path == SHARED { "stages 4, 9" } else { "stage 9" };
            assert!(
                told.contains(&format!("ambiguous-commit ({whose})")),
                "{path} {others:?} {told}"
            );
            let plan = plan(&scene, "9");
            // On its own file nothing of it is left; on the shared one nobody knows whose that was.
            let open = plan["conflicts"].as_array().is_some_and(|conflicts| !conflicts.is_empty());
            assert_eq!((counts(&plan).0 == 0, open), (path == STATE, path == SHARED), "{others:?}");
        }
    }
}

#[test]
fn stages_on_branches_of_one_topic_go_back_alone() {
    for octopus in [false, true] {
        let scene = scene();
        let parts = [("a", FOUR, (2, "four")), ("b", NINE, (10, "nine")), ("c", NONE, (17, "fix"))];
        for (branch, said, line) in parts {
            scene.repo.git(&["switch", "--quiet", "--create", branch, "main"]).ok();
            scene.repo.commit_files(&[(SHARED, &lines(&[line]))], said);
        }
        if octopus {
            scene.repo.git(&["switch", "--quiet", "main"]).ok();
            let all = ["merge", "--quiet", "--no-ff", "--message", "All of it", "a", "b", "c"];
            scene.repo.git(&all).ok();
        } else {
            merge(&scene, "topic", "a", "Merge a");
            merge(&scene, "topic", "b", "Merge b");
            merge(&scene, "topic", "c", "Merge c");
            merge(&scene, "main", "topic", "Merge it");
        }
        scene.share(&["origin", "main"]);
        let others = |stage: &str| {
            let kept = parts.iter().filter(|(_, said, _)| !said.ends_with(stage));
            kept.map(|(_, _, line)| *line).collect::<Vec<_>>()
        };
        for stage in ["4", "9"] {
            let words = ["revert", "--stage", stage, "--branch", stage, "--reason", "It broke"];
            scene.repo.backout(words).run().ok();
            let text = scene.repo.git(&["show", &format!("{stage}:{SHARED}")]).ok().out();
            assert_eq!(text, lines(&others(stage)), "{stage} {octopus}");
        }
    }
}

#[test]
fn a_topic_that_pulled_is_as_ready_as_one_that_did_not() {
    for second in [NONE, NINE] {
        let scene = scene();
        scene.repo.commit_files(&[(SHARED, &lines(&[(2, "four")]))], FOUR);
        scene.repo.commit_files(&[(SHARED, &lines(&[(2, "four"), (17, "second")]))], second);
        scene.repo.git(&["switch", "--quiet", "main"]).ok();
        scene.repo.commit_files(&[(SHARED, &lines(&[(9, "main")]))], NINE);
        scene.share(&["origin", "main"]);
        merge(&scene, "topic", "main", "Merge main");
        merge(&scene, "main", "topic", "Merge it");
        scene.share(&["origin", "main"]);
        assert_eq!(plan(&scene, "4")["conflicts"], serde_json::json!([]), "{second}");
        let words = ["revert", "--stage", "4", "--branch", "out", "--reason", "It broke"];
        scene.repo.backout(words).run().ok();
        assert_eq!(left(&scene, SHARED), lines(&[(9, "main"), (17, "second")]));
    }
}

/// A branch of stage 4 on one of stage 9, which has landed as one commit.
fn stacked() -> Staged {
    let scene = scene();
    scene.repo.commit_files(&[(SHARED, &lines(&[(2, "nine")]))], NINE);
    scene.repo.commit_files(&[(STATE, &lines(&[(2, "nine")]))], NINE);
    scene.repo.git(&["switch", "--quiet", "--create", "stacked"]).ok();
    scene.repo.commit_files(&[(SHARED, &lines(&[(2, "nine"), (17, "four")]))], FOUR);
    scene.repo.git(&["switch", "--quiet", "main"]).ok();
    scene.repo.git(&["merge", "--quiet", "--squash", "topic"]).ok();
    scene.repo.git(&["commit", "--quiet", "--message", NINE]).ok();
    scene.share(&["origin", "main"]);
    scene
}

#[test]
fn what_a_branch_was_built_on_is_not_asked_for_again_once_it_has_landed_as_one_commit() {
    let check = |scene: &Staged, head: &str| {
        scene.repo.backout(["check", "--base", "origin/main", "--head", head]).run()
    };
    for pulls in [false, true] {
        let scene = stacked();
        if pulls {
            merge(&scene, "stacked", "main", "Merge main");
            let told = check(&scene, "stacked").exits(0).out();
            assert!(!told.contains("Stage 9"), "{told}");
        }
        merge(&scene, "main", "stacked", "Merge it");
        let told = check(&scene, "main").exits(0).out();
        assert!(!told.contains("Stage 9"), "{told}");
    }
    let scene = stacked();
    merge(&scene, "stacked", "main", "Merge main");
    let more = lines(&[(2, "nine"), (9, "more of nine"), (17, "four")]);
    scene.repo.commit_files(&[(SHARED, &more)], NINE);
    assert!(check(&scene, "stacked").exits(1).out().contains("deny backup/missing"));
    merge(&scene, "main", "stacked", "Merge more");
    scene.stopped(&["origin", "main"], "backup/missing");
}

#[test]
fn whoever_says_that_it_is_a_landed_stages_work_is_asked_though_no_step_of_it_comes() {
    let landed = |with: &[(usize, &str)]| {
        let scene = scene();
        scene.repo.git(&["switch", "--quiet", "main"]).ok();
        scene.repo.commit_files(&[(SHARED, &lines(&[(2, "nine")]))], NINE);
        scene.repo.commit_files(&[(SHARED, &lines(with))], NONE);
        scene.share(&["origin", "main"]);
        scene.repo.git(&["switch", "--quiet", "--create", "sub"]).ok();
        scene
    };
    // A merge speaks for what takes a hotfix back without a word.
    let scene = landed(&[(2, "nine"), (9, "fix")]);
    scene.repo.git(&["revert", "--no-edit", "HEAD"]).ok();
    scene.repo.git(&["switch", "--quiet", "--create", "built", "main"]).ok();
    merge(&scene, "built", "sub", NINE);
    merge(&scene, "main", "built", "Merge it");
    scene.stopped(&["origin", "main"], "backup/missing");

    // A merge within what is merged throws the hotfix away.
    let scene = landed(&[(2, "nine"), (9, "fix")]);
    scene.repo.git(&["switch", "--quiet", "--create", "built", "main"]).ok();
    scene.repo.commit_files(&[("README.md", "words\n")], NONE);
    scene.repo.git(&["switch", "--quiet", "--force-create", "sub", "main~1"]).ok();
    scene.repo.commit_files(&[("OTHER.md", "words\n")], NONE);
    scene.repo.git(&["switch", "--quiet", "built"]).ok();
    scene.repo.git(&["merge", "--quiet", "--no-ff", "--no-commit", "sub"]).ok();
    scene.repo.git(&["checkout", "sub", "--", SHARED]).ok();
    scene.repo.git(&["commit", "--quiet", "--message", NINE]).ok();
    merge(&scene, "main", "built", "Merge it");
    assert!(!scene.repo.git(&["show", &format!("main:{SHARED}")]).ok().out().contains("fix"));
    scene.stopped(&["origin", "main"], "backup/missing");
}

#[test]
fn a_rename_that_says_it_is_a_landed_stages_work_is_asked() {
    let moves = "\n[[moves]]\nfrom = \"src/core/state.py\"\nto = \"src/core/kept.py\"\n";
    let owned = CONFIGURATION.replace("\"src/core/state.py\"", "\"src/core/kept.py\"");
    let scene = scene_of(&(owned + moves));
    scene.repo.git(&["switch", "--quiet", "main"]).ok();
    scene.repo.commit_files(&[(SHARED, &lines(&[(2, "nine")]))], NINE);
    scene.share(&["origin", "main"]);
    scene.repo.git(&["mv", STATE, "src/core/kept.py"]).ok();
    scene.repo.commit_files(&[], NINE);
    scene.stopped(&["origin", "main"], "backup/missing");
}

/// What backing stage 9 out leaves of the shared file, where others have changed it on `main` while
/// these commits, the one beside them, and their merge were made.
fn left_of_shared(others: &str, theirs: &[(usize, &str)], nine: &[&[(usize, &str)]]) -> String {
    let scene = scene();
    for changed in nine {
        scene.repo.commit_files(&[(SHARED, &lines(changed))], NINE);
    }
    scene.repo.commit_files(&[(DOCS, "a\n")], "Beside it");
    scene.repo.git(&["switch", "--quiet", "main"]).ok();
    scene.repo.commit_files(&[(SHARED, &lines(theirs))], others);
    merge(&scene, "main", "topic", "Merge it");
    scene.share(&["origin", "main"]);
    revert(&scene, &[]).ok();
    let run = scene.repo.backout(["verify-revert", "out"]).run().ok();
    assert!(run.out().contains("exactly"), "{}", run.out());
    left(&scene, SHARED)
}

#[test]
fn what_others_had_done_as_well_stays_when_a_merged_stage_goes() {
    let import = (2, "import os");
    for others in [FOUR, NONE] {
        let theirs = [import, (5, "os.theirs")];
        let whole: [&[_]; 1] = [&[import, (15, "os.nine")]];
        let in_steps: [&[_]; 2] = [&[import], &[import, (15, "os.nine")]];
        for nine in [&whole[..], &in_steps] {
            assert_eq!(left_of_shared(others, &theirs, nine), lines(&theirs), "{others} {nine:?}");
        }
        // With nothing in common, each takes back its own.
        let apart: [&[_]; 1] = [&[(15, "os.nine")]];
        assert_eq!(left_of_shared(others, &theirs, &apart), lines(&theirs));
    }
}

/// Stage 9 works on a file before and after a commit that renames it, all of it in one merge; and
/// with `gap`, the file is gone in between. What is left of it after stage 9 has gone.
fn renamed_within(says: &str, gap: bool) -> (Run, Staged) {
    let moves = "\n[[moves]]\nfrom = \"src/core/**\"\nto = \"src/kept/**\"\n";
    let scene = scene_of(&(CONFIGURATION.to_owned() + moves));
    let (repo, new_name) = (&scene.repo, STATE.replace("core", "kept"));
    let first = lines(&[(2, "nine")]);
    repo.commit_files(&[(STATE, &first)], NINE);
    if gap {
        repo.git(&["rm", "--quiet", "-r", "src/core"]).ok();
        repo.git(&["commit", "--quiet", "-m", says]).ok();
        repo.commit_files(&[(&new_name, &first)], says);
    } else {
        repo.git(&["mv", "src/core", "src/kept"]).ok();
        repo.git(&["commit", "--quiet", "-m", says]).ok();
    }
    repo.commit_files(&[(&new_name, &lines(&[(2, "nine"), (15, "more of nine")]))], NINE);
    merge(&scene, "main", "topic", "Merge it");
    scene.share(&["origin", "main"]);
    (revert(&scene, &[]), scene)
}

#[test]
fn a_stage_goes_whole_where_another_commit_of_the_merge_renames_its_file() {
    let (run, scene) = renamed_within(NONE, false);
    run.ok();
    assert_eq!(left(&scene, &STATE.replace("core", "kept")), lines(&[]));
    // A rename that says nothing may be the stage's, or not.
    let (run, scene) = renamed_within("Rename", false);
    run.ok();
    assert_eq!(left(&scene, &STATE.replace("core", "kept")), lines(&[]));
    // Where it was gone in between, nothing is guessed.
    let (run, _) = renamed_within(NONE, true);
    insta::assert_snapshot!(run.exits(4).snapshot(), @"
    exit: 4
    stdout:
    Back out stage 9
      on origin/main ([oid])

      what goes back, newest first
        [oid] 2026-01-05 Merge it

      other commits on the same files, which stay
        [oid] Merge it  (in part)

      the whole rollback, in this order
        1. The code: what this plan takes back
        2. Restore state.json from the backup context in s3://ops/backups
           no archive is known that it can be restored from
           why: no receipt of it has landed on `main`
           (.backout/backups/context.toml)
           what there is: backout backup list

      what stands in the way
        src/kept/state.py: needs review: one change holds the stage's work and
          foreign work (by [oid])

      blocked by work of none of the migration's stages ([oid]), and
        taking that back first is not enough. It has to be resolved by hand, on a
        branch, and reviewed: a commit that says `Backout-Stage: 9` and leaves the
        files of the stage as they were before its work backs it out; what is to
        stay of other work comes again, in commits that say whose it is
        (`Migration-Stage: none`)
    stderr:
    ");
}

#[test]
fn a_file_that_was_renamed_twice_in_a_merge_and_taken_away_since_does_not_come_back() {
    let both = format!("\"{STATE}\", \"src/core/new.py\"");
    let scene = scene_of(&CONFIGURATION.replace(&format!("\"{STATE}\""), &both));
    let repo = &scene.repo;
    let rename = |from: &str, to: &str, says: &str| {
        repo.git(&["mv", from, to]).ok();
        repo.git(&["commit", "--quiet", "-m", says]).ok();
    };
    rename(STATE, "src/core/between.py", NINE);
    repo.commit_files(&[(DOCS, "a\n")], "Beside it");
    rename("src/core/between.py", "src/core/new.py", NINE);
    merge(&scene, "main", "topic", "Merge it");
    repo.git(&["rm", "--quiet", "src/core/new.py"]).ok();
    repo.git(&["commit", "--quiet", "-m", NONE]).ok();
    scene.share(&["origin", "main"]);
    let run = revert(&scene, &[]).exits(4);
    assert!(run.out().contains("src/core/new.py"), "{}", run.out());
}
