//! What the plan says helps, does help: the printed commands are run as they stand.

use super::scene::{ADDED, AGENT, STATE, Scene, lines};
use crate::support::{PROGRAM, Run, execute};

/// Runs lines of a shell, with the program on the PATH.
fn shell(scene: &Scene, script: &str) -> Run {
    let mut command = scene.repo.command("sh", scene.repo.path());
    let folder = std::path::Path::new(PROGRAM).parent().unwrap().display().to_string();
    let path = std::env::var("PATH").unwrap();
    command.env("PATH", format!("{folder}:{path}")).args(["-e", "-c", script]);
    execute(&mut command, b"", scene.repo.filter())
}

/// The lines of a text that are commands, as they would be copied.
fn commands(text: &str) -> String {
    let lines = text.lines().map(str::trim);
    let command = |line: &&str| line.starts_with("git ") || line.starts_with("backout ");
    lines.filter(command).map(|line| format!("{line}\n")).collect()
}

/// A hotfix has changed a line of stage 4.
fn hotfixed() -> Scene {
    let scene = Scene::landed();
    scene.land("none", "Hotfix", &[(STATE, &lines(&[(2, "delta, safely"), (7, "continue")]))]);
    scene.share();
    scene
}

#[test]
fn the_commands_against_work_of_none_of_the_stages_work_to_the_letter() {
    let scene = hotfixed();
    let run = scene.backout(&["revert", "--stage", "4"]).exits(4);
    insta::assert_snapshot!(run.snapshot(), @"
    exit: 4
    stdout:
    Back out stage 4
      on origin/main ([oid])

      what goes back, newest first
        [oid] 2026-01-05 Add deltas

      what changes
        delete  core/delta.py  +0 -1
        1 path, 0 lines added, 1 taken away

      other commits on the same files, which stay
        [oid] Hotfix
        [oid] Continue

      what stands in the way
        core/state_manager.py: the same lines were changed since (by [oid])

      blocked by work of none of the migration's stages ([oid]): take it
        back on a branch, in a commit that says so, and plan on that

        git switch -c before-4 [oid]
        git revert --no-commit [oid]
        git commit -m 'Take back what is in the way' --trailer 'Migration-Stage: none'
        backout revert --stage 4 --onto before-4
    stderr:
    ");
    let script = commands(&run.out());
    let planned = shell(&scene, &script).ok();
    assert!(planned.out().contains("Add deltas"), "{}", planned.snapshot());
    // And so does the line that the plan on that branch ends with.
    let line = planned
        .err()
        .lines()
        .find_map(|line| line.split_once("to commit it: "))
        .unwrap()
        .1
        .to_owned();
    assert_eq!(line, "backout revert --stage 4 --onto before-4 --branch NAME --reason TEXT");
    shell(&scene, &line.replace("NAME", "out-4")).ok();
    assert_eq!(scene.at("out-4", STATE), lines(&[(7, "continue")]));
    scene.backout(&["verify-revert", "out-4"]).ok();
}

/// Runs the printed commands on what they are printed for, and gives the plan that they end with.
fn followed(scene: &Scene, stage: &str) -> Run {
    let run = scene.backout(&["revert", "--stage", stage]).exits(4);
    let script = commands(&run.out());
    assert!(script.starts_with("git switch -c "), "{}", run.snapshot());
    shell(scene, &script)
}

/// What the plan says where it has no commands to give.
fn by_hand(scene: &Scene, arguments: &[&str]) -> String {
    let run = scene.backout(&[&["revert", "--stage", "4"], arguments].concat()).exits(4);
    assert_eq!(commands(&run.out()), "", "{}", run.snapshot());
    let out = run.out();
    let said = out.split_once("  blocked by").unwrap().1;
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `code = "restore"`: the hotfix and what took it back are nobody's work that would be lost.
#[test]
fn the_commands_help_a_stage_that_is_restored() {
    let scene = Scene::begun();
    scene.configure("rollback = [\"code\"]", "rollback = [\"code\"]\ncode = \"restore\"");
    scene.land("none", "Begin", &[(ADDED, &lines(&[]))]);
    scene.repo.git(&["tag", "--force", "-a", "-m", "x", "migration-start"]).ok();
    scene.land("4", "Add deltas", &[(ADDED, &lines(&[(3, "four")]))]);
    scene.land("none", "Hotfix", &[(ADDED, &lines(&[(3, "four"), (7, "fix")]))]);
    scene.repo.push(&["-q", "--no-verify", "--force", "origin", "main", "--tags"]).ok();
    let planned = followed(&scene, "4").ok();
    assert!(planned.out().contains("Add deltas"), "{}", planned.snapshot());
    scene
        .backout(&[
            "revert", "--stage", "4", "--onto", "before-4", "--branch", "b", "--reason", "x",
        ])
        .ok();
    assert_eq!(scene.at("b", ADDED), lines(&[]));
}

/// The branch of the first time is there still.
#[test]
fn the_commands_name_a_branch_that_is_not_there() {
    let scene = hotfixed();
    scene.repo.git(&["branch", "before-4", "main~2"]).ok();
    scene.repo.git(&["branch", "before-4-2", "main~2"]).ok();
    let planned = followed(&scene, "4").ok();
    assert!(planned.err().contains("--onto before-4-3 --branch"), "{}", planned.snapshot());
}

/// It would stay in the way: no command is printed that leads nowhere.
#[test]
fn where_foreign_work_cannot_be_told_apart_no_command_is_given() {
    let scene = Scene::begun();
    scene.land("4", "Add deltas", &[(STATE, &lines(&[(2, "delta")]))]);
    let mixed = lines(&[(2, "delta"), (7, "mixed")]);
    scene.land("4\nMigration-Stage: none", "Mix", &[(STATE, &mixed)]);
    scene.share();
    let said = by_hand(&scene, &[]);
    insta::assert_snapshot!(scene.repo.filter().apply(&said), @"work of none of the migration's stages ([oid]), and taking that back first is not enough. It has to be resolved by hand, on a branch, and reviewed: a commit that says `Backout-Stage: 4` and leaves the files of the stage as they were before its work backs it out; what is to stay of other work comes again, in commits that say whose it is (`Migration-Stage: none`)");
    // What it says does help.
    scene.repo.git(&["switch", "-q", "-c", "out"]).ok();
    let message = "Back out 4\n\nBackout-Stage: 4";
    scene.repo.commit_files(&[(STATE, &lines(&[]))], message);
    scene.land("none", "Again", &[(STATE, &lines(&[(7, "mixed")]))]);
    let why = scene.backout(&["revert", "--stage", "4", "--onto", "out"]).ok().out();
    assert!(why.contains("nothing to back out: stage 4 was backed out already"), "{why}");
    scene.backout(&["check", "--base", "origin/main", "--phase", "land"]).ok();
}

/// The stage has worked on the hotfix's line since.
#[test]
fn where_foreign_work_does_not_go_back_itself_that_is_said() {
    let scene = Scene::begun();
    for (stage, text) in [("4", "four"), ("none", "hotfix"), ("4", "four again")] {
        scene.land(stage, text, &[(STATE, &lines(&[(2, text)]))]);
    }
    scene.share();
    let said = by_hand(&scene, &[]);
    insta::assert_snapshot!(scene.repo.filter().apply(&said), @"work of none of the migration's stages ([oid]), and taking [oid] back first is in conflict itself, at core/state_manager.py. It has to be resolved by hand, on a branch, and reviewed: a commit that says `Backout-Stage: 4` and leaves the files of the stage as they were before its work backs it out; what is to stay of other work comes again, in commits that say whose it is (`Migration-Stage: none`)");
    scene.repo.git(&["switch", "-q", "-c", "out"]).ok();
    scene.repo.commit_files(&[(STATE, &lines(&[]))], "Back out 4\n\nBackout-Stage: 4");
    let why = scene.backout(&["revert", "--stage", "4", "--onto", "out"]).ok().out();
    assert!(why.contains("nothing to back out: stage 4 was backed out already"), "{why}");
}

/// The author of a plain revert says nothing: it does exactly what undoes the hotfix.
#[test]
fn a_plain_revert_of_foreign_work_is_foreign_work() {
    let scene = hotfixed();
    scene.repo.git(&["switch", "-q", "-c", "fix"]).ok();
    scene.repo.git(&["revert", "--no-edit", "HEAD"]).ok();
    let plan = scene.plan(&["--stage", "4", "--onto", "fix"], 0);
    let (four, nine) = (scene.repo.rev("main~3"), scene.repo.rev("main~1"));
    assert_eq!(plan["commits"], serde_json::json!([four]));
    assert_eq!(plan["confirm"], serde_json::json!([]));
    assert_eq!(
        plan["foreign"],
        serde_json::json!([scene.repo.rev("fix"), scene.repo.rev("main"), nine])
    );
}

/// The hotfix took the stage's work away: whoever undoes that brings the stage's work back.
#[test]
fn a_plain_revert_of_what_took_a_stage_away_is_its_work() {
    let scene = Scene::landed();
    scene.land("none", "Take the prompts out", &[(AGENT, &lines(&[]))]);
    scene.repo.git(&["revert", "--no-edit", "HEAD"]).ok();
    scene.share();
    let plan = scene.plan(&["--stage", "5-6"], 0);
    assert_eq!(plan["confirm"], serde_json::json!([scene.repo.rev("main")]));
    assert_eq!(plan["paths"][0]["path"], AGENT);
}

/// Half of a hotfix is something new, whose it is nobody has said.
#[test]
fn what_undoes_foreign_work_in_part_is_not_taken_for_it() {
    let scene = Scene::landed();
    let prompt = (4, "prompt");
    scene.land("none", "Hotfix", &[(AGENT, &lines(&[prompt, (6, "a"), (7, "b")]))]);
    scene.land("", "Half of it", &[(AGENT, &lines(&[prompt, (6, "a")]))]);
    scene.share();
    let plan = scene.plan(&["--stage", "5-6"], 0);
    assert_eq!(plan["confirm"], serde_json::json!([scene.repo.rev("main")]));
}

#[test]
fn the_line_that_commits_keeps_all_that_shaped_the_plan() {
    let scene = Scene::landed();
    scene.repo.git(&["switch", "-q", "-c", "my;branch"]).ok();
    scene.land("", "Say nothing", &[(AGENT, &lines(&[(4, "prompt"), (6, "more")]))]);
    let plan = ["revert", "--stage", "5-6", "--cascade", "--onto", "my;branch", "--offline"];
    let err = scene.backout(&plan).ok().err();
    let line = err.lines().last().unwrap().split_once("to commit it: ").unwrap().1.to_owned();
    assert_eq!(
        line,
        "backout revert --stage 5-6 --cascade --onto 'my;branch' --offline --confirm \
         --branch NAME --reason TEXT"
    );
    shell(&scene, &line.replace("NAME", "out")).ok();
    assert_eq!(scene.at("out", AGENT), lines(&[]));
}

/// Stage 9 is in the way of 4, and 5-6 comes after 9.
fn chained() -> Scene {
    let scene = Scene::blocked();
    scene.configure(
        "name = \"Prompts and parser\"",
        "name = \"Prompts and parser\"\nafter = [\"9\"]",
    );
    scene.share();
    scene
}

#[test]
fn all_that_a_cascade_takes_is_said_before_it_does() {
    let scene = chained();
    let said = scene.backout(&["revert", "--stage", "4"]).exits(4).out();
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = "blocked by stage 9. It works in this order: 5-6, then 9, then 4. \
                To do so: backout revert --stage 4 --cascade";
    assert!(said.contains(told), "{said}");
    let plan = scene.plan(&["--stage", "4", "--cascade"], 0);
    assert_eq!(plan["stages"], serde_json::json!(["5-6", "9", "4"]));
    let status = scene.backout(&["status"]).ok().out();
    let status = status.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = "stage 4 goes only together with 9: `backout revert --stage 4 --cascade` \
                (and takes all of these: 5-6, 9, 4)";
    assert!(status.contains(told), "{status}");
}

#[test]
fn the_guard_says_all_that_a_cascade_takes() {
    let scene = Scene::landed();
    scene.configure(
        "name = \"Prompts and parser\"",
        "name = \"Prompts and parser\"\nafter = [\"9\"]",
    );
    scene.share();
    scene.land("9", "Go on", &[(STATE, &lines(&[(2, "delta, and more"), (7, "continue")]))]);
    let run = scene.backout(&["check", "--base", "origin/main"]);
    let said = run.out().split_whitespace().collect::<Vec<_>>().join(" ");
    let told = "`backout revert --stage 4 --cascade` takes stages 5-6, 9 along";
    assert!(said.contains(told), "{said}");
}

#[test]
fn a_rename_is_told_with_the_lines_that_help() {
    let scene = Scene::landed();
    std::fs::create_dir_all(scene.repo.path().join("core/agents")).unwrap();
    scene.repo.git(&["mv", AGENT, "core/agents/base_agent.py"]).ok();
    scene.repo.commit("Tidy up\n\nMigration-Stage: none");
    scene.share();
    let run = scene.backout(&["revert", "--stage", "5-6"]).exits(4);
    insta::assert_snapshot!(run.snapshot(), @r#"
    exit: 4
    stdout:
    Back out stage 5-6
      on origin/main ([oid])

      what goes back, newest first
        [oid] 2026-01-05 Write prompts

      other commits on the same files, which stay
        [oid] Tidy up

      what stands in the way
        agents/base_agent.py: git: it was renamed since: its change would go to
          core/agents/base_agent.py (by [oid])

      blocked by work of none of the migration's stages ([oid]): take it
        back on a branch, in a commit that says so, and plan on that

        git switch -c before-5-6 [oid]
        git revert --no-commit [oid]
        git commit -m 'Take back what is in the way' --trailer 'Migration-Stage: none'
        backout revert --stage 5-6 --onto before-5-6

      where it was renamed, these lines in backout.toml take its work back
        under the new name, which has to be among the stage's `paths`, too; once
        that has landed, plan again
        [[moves]]
        from = "agents/base_agent.py"
        to = "core/agents/base_agent.py"
    stderr:
    "#);
    let status = scene.backout(&["status"]).ok().out();
    let status = status.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(status.contains("say in `[[moves]]` that it was renamed"), "{status}");
    // Copied into the configuration, with the new path among the stage's, they help.
    let out = run.out();
    let lines_of =
        |line: &&str| ["[[moves]]", "from =", "to ="].iter().any(|w| line.starts_with(w));
    let moves: Vec<&str> = out.lines().map(str::trim).filter(lines_of).collect();
    let text = scene.repo.read("backout.toml");
    let rules = text.replace("\"agents/**\"", "\"agents/**\", \"core/agents/**\"");
    scene.land("none", "Rules", &[("backout.toml", &format!("{rules}\n{}\n", moves.join("\n")))]);
    scene.share();
    let plan = scene.plan(&["--stage", "5-6"], 0);
    assert_eq!(plan["paths"][0]["path"], "core/agents/base_agent.py");
}

#[test]
fn a_branch_that_is_there_asks_for_another_name() {
    let scene = Scene::landed();
    let run = scene.backout(&["revert", "--stage", "4", "--branch", "main", "--reason", "x"]);
    insta::assert_snapshot!(run.exits(2).err(), @"
    error: refs/heads/main exists, and holds something else
    help: that branch stays as it is; give another name, for instance `--branch back-out`
    ");
}

#[test]
fn why_there_is_nothing_to_back_out_is_said() {
    let why = |scene: &Scene, stage: &str| {
        let out = scene.backout(&["revert", "--stage", stage]).ok().out();
        let said = out.split_whitespace().collect::<Vec<_>>().join(" ");
        said.split_once("nothing to back out: ").unwrap().1.to_owned()
    };
    assert_eq!(why(&Scene::begun(), "4"), "stage 4 has not landed");
    let scene = Scene::landed();
    scene.backout(&["revert", "--stage", "5-6", "--in-place", "--reason", "x"]).ok();
    scene.share();
    let said = why(&scene, "5-6");
    assert!(said.starts_with("stage 5-6 was backed out already (2026-"), "{said}");
    // The tag was moved here alone: then nothing has landed since.
    scene.repo.git(&["tag", "--force", "-a", "-m", "x", "migration-start", "main"]).ok();
    let said = why(&scene, "9");
    let told = "stage 9 has not landed. That is by the start tag migration-start as it is here, \
                which leads elsewhere on origin: where it is right there, take it from there and \
                plan again: git fetch origin +refs/tags/migration-start:refs/tags/migration-start";
    assert_eq!(said, told);
    shell(&scene, said.split_once("plan again: ").unwrap().1).ok();
    scene.backout(&["revert", "--stage", "9"]).ok();
    assert_eq!(scene.plan(&["--stage", "9"], 0)["commits"].as_array().unwrap().len(), 1);
}

#[test]
fn an_error_comes_below_the_plan() {
    let scene = Scene::landed();
    scene.land("", "Say nothing", &[(AGENT, &lines(&[(4, "prompt"), (6, "more")]))]);
    scene.share();
    let run = shell(&scene, "backout revert --stage 5-6 --branch b --reason x 2>&1").exits(2);
    let out = run.out();
    let at = |what: &str| out.find(what).unwrap();
    assert!(at("Back out stage 5-6") < at("error: nobody has said"), "{out}");
}

#[test]
fn a_return_says_how_it_is_committed() {
    let scene = Scene::landed();
    scene.backout(&["revert", "--stage", "5-6", "--in-place", "--reason", "x"]).ok();
    scene.share();
    let err = scene.backout(&["reapply", "--stage", "5-6", "--offline"]).ok().err();
    let line = err.lines().last().unwrap().split_once("to commit it: ").unwrap().1.to_owned();
    assert_eq!(line, "backout reapply --stage 5-6 --offline --branch NAME --reason TEXT");
    shell(&scene, &line.replace("NAME", "again")).ok();
    assert_eq!(scene.at("again", AGENT), lines(&[(4, "prompt")]));
}

#[test]
fn what_was_backed_out_is_brought_back_first() {
    let scene = Scene::landed();
    scene.configure(
        "name = \"Continuation migration\"",
        "name = \"Continuation migration\"\nafter = [\"5-6\"]",
    );
    scene.backout(&["revert", "--stage", "5-6", "--in-place", "--reason", "x"]).ok();
    scene.share();
    scene.land("9", "Go on", &[("core/continuation/a.py", "a = 1\n")]);
    let said = scene.backout(&["check", "--base", "origin/main"]).out();
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("comes after stage 5-6, which was backed out on `main`"), "{said}");
    let told = "help: bring stage 5-6 back first: `backout reapply --stage 5-6 --branch NAME";
    assert!(said.contains(told), "{said}");
}

#[test]
fn work_from_before_the_start_tag_is_told_of() {
    let scene = Scene::landed();
    scene.repo.git(&["tag", "--delete", "migration-start"]).ok();
    scene.repo.push(&["--quiet", "--no-verify", "origin", ":migration-start"]).ok();
    scene.repo.annotated_tag("migration-start", "main~1");
    scene.repo.push(&["--quiet", "--no-verify", "origin", "migration-start"]).ok();
    let run = scene.backout(&["revert", "--stage", "4"]).ok();
    insta::assert_snapshot!(run.snapshot(), @r#"
    exit: 0
    stdout:
    Back out stage 4
      on origin/main ([oid])

      nothing to back out: stage 4 has not landed
    stderr:
    warning: [oid] "Add deltas" is work on stage 4, and the start tag migration-start came after it: what lies before the tag is not taken back. Set the tag on the last commit before that work, and plan again: git tag -a -f migration-start [oid]~
    "#);
    let run = scene.backout(&["revert", "--stage", "9"]).ok();
    assert!(!run.err().contains("warning"), "{}", run.err());
}

#[test]
fn where_it_cannot_be_known_whether_work_lies_before_the_start_tag_it_is_said() {
    let scene = Scene::landed();
    let since = scene.repo.git(&["rev-list", "--count", "migration-start..main"]).ok().line();
    let depth = (since.parse::<usize>().unwrap() + 1).to_string();
    let source = format!("file://{}", scene.origin.display());
    let clone = scene.repo.clone_of(&source, "cut", &["--depth", &depth]);
    let run = clone.backout(["revert", "--stage", "4"]).run();
    insta::assert_snapshot!(run.snapshot(), @"
    exit: 0
    stdout:
    Back out stage 4
      on origin/main ([oid])

      what goes back, newest first
        [oid] 2026-01-05 Add deltas

      what changes
        delete  core/delta.py          +0 -1
        modify  core/state_manager.py  +1 -1
        2 paths, 1 line added, 2 taken away

      other commits on the same files, which stay
        [oid] Continue
    stderr:
    warning: whether work on what goes lies before the start tag migration-start is not known: this clone is shallow (`backout fetch`)
    nothing was written; to commit it: backout revert --stage 4 --branch NAME --reason TEXT
    ");
}

/// The stage is out, and that has landed.
fn backed_out(scene: &Scene, arguments: &[&str]) {
    scene.backout(&[&["revert", "--branch", "out", "--reason", "x"], arguments].concat()).ok();
    scene.repo.git(&["merge", "--quiet", "--ff-only", "out"]).ok();
    scene.share();
}

#[test]
fn what_cannot_come_back_does_by_the_commands_of_git_once_somebody_has_settled_it() {
    let scene = Scene::landed();
    backed_out(&scene, &["--stage", "4"]);
    scene.land("none", "Hotfix", &[(STATE, &lines(&[(2, "line 2, safely"), (7, "continue")]))]);
    scene.share();
    let run = scene.backout(&["reapply", "--stage", "4"]).exits(4);
    insta::assert_snapshot!(run.snapshot(), @"
    exit: 4
    stdout:
    Bring back stage 4
      on origin/main ([oid])

      what is undone, newest first
        [oid] Back out stage 4: State manager integration

      what changes
        add  core/delta.py  +1 -0
        1 path, 1 line added, 0 taken away

      what stands in the way
        core/state_manager.py: the same lines were changed since

      it has to be resolved by hand, on a branch, and reviewed: git marks what
        is in conflict, and what others did since stays

        git switch -c again-4 [oid]
        git revert --no-commit [oid]
        git commit -m 'Bring back stage 4' --trailer 'Migration-Stage: 4'
    stderr:
    ");
    let script = commands(&run.out());
    shell(&scene, &script).exits(1);
    let settled = lines(&[(2, "delta, safely"), (7, "continue")]);
    scene.repo.write(STATE, &settled);
    scene.repo.git(&["add", STATE]).ok();
    shell(&scene, script.lines().last().unwrap()).ok();
    assert_eq!(scene.at("again-4", ADDED), "delta = 1\n");
    let planned = scene.backout(&["revert", "--stage", "4", "--onto", "again-4"]).ok();
    assert!(planned.out().contains("Bring back stage 4"), "{}", planned.snapshot());
}

#[test]
fn what_cannot_come_back_alone_does_with_the_stage_that_is_named() {
    let scene = Scene::begun();
    let both = "4\nMigration-Stage: 9";
    scene.land(both, "Both", &[(STATE, &lines(&[(2, "both")])), (ADDED, "delta = 1\n")]);
    scene.share();
    let before = scene.tree("main");
    backed_out(&scene, &["--stage", "4", "--cascade"]);
    let run = scene.backout(&["reapply", "--stage", "4"]).exits(4);
    let out = run.out();
    let (_, command) = out.split_once("It works together with stage 9: ").unwrap();
    assert_eq!(command, "backout reapply --stage 4 --stage 9\n", "{}", run.snapshot());
    shell(&scene, &format!("{} --branch again --reason x", command.trim())).ok();
    assert_eq!(scene.tree("again"), before);
}
