//! Plans: what would be done, and what stands in the way. Nothing is written.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::json;

use super::scene::{ADDED, AGENT, STATE, Scene, lines};

#[test]
fn a_plan_is_shown_to_people() {
    let scene = Scene::landed();
    insta::assert_snapshot!(scene.backout(&["revert", "--stage", "4"]).snapshot());
}

#[test]
fn a_plan_is_given_to_programs() {
    let scene = Scene::landed();
    let plan = scene.plan(&["--stage", "4"], 0);
    let keys: Vec<&str> = plan.as_object().unwrap().keys().map(String::as_str).collect();
    for key in [
        "version",
        "stage",
        "onto",
        "tree",
        "commits",
        "paths",
        "conflicts",
        "blocked_by",
        "foreign",
        "confirm",
    ] {
        assert!(keys.contains(&key), "{key} is not in {keys:?}");
    }
    assert_eq!(plan["version"], 1);
    assert_eq!(plan["stage"], "4");
    assert_eq!(plan["onto"], scene.repo.rev("main").as_str());
    assert_eq!(plan["commits"], serde_json::json!([scene.repo.rev("main~2")]));
    assert_eq!(plan["foreign"], serde_json::json!([scene.repo.rev("main")]));
    let actions: Vec<String> = plan["paths"]
        .as_array()
        .unwrap()
        .iter()
        .map(|path| {
            format!("{} {}", path["action"].as_str().unwrap(), path["path"].as_str().unwrap())
        })
        .collect();
    assert_eq!(actions, [format!("delete {ADDED}"), format!("modify {STATE}")]);
    assert_eq!(plan["paths"][1]["from"]["oid"], scene.repo.rev(&format!("main:{STATE}")).as_str());
}

#[test]
fn what_others_did_in_the_same_merge_is_listed_and_so_is_what_is_in_the_way_beside_the_files() {
    let scene = Scene::begun();
    scene.repo.git(&["switch", "--quiet", "-c", "topic"]).ok();
    scene.land("4", "Add deltas", &[(STATE, &lines(&[(2, "delta")]))]);
    scene.land("none", "Hotfix", &[(STATE, &lines(&[(2, "delta"), (7, "fix")]))]);
    scene.repo.git(&["switch", "--quiet", "main"]).ok();
    scene.repo.git(&["merge", "--quiet", "--no-ff", "-m", "Merge topic", "topic"]).ok();
    scene.share();
    let plan = scene.plan(&["--stage", "4"], 0);
    assert_eq!(plan["foreign"], serde_json::json!([scene.repo.rev("main")]));
    let told = scene.backout(&["revert", "--stage", "4"]).ok().out();
    assert!(told.contains(" Merge topic  (in part)\n"), "{told}");
    // A folder that the stage renamed, and in which others made a file.
    let scene = Scene::begun();
    scene.land("none", "Begin", &[("core/continuation/d/a.py", &lines(&[]))]);
    scene.repo.git(&["tag", "--force", "-a", "-m", "x", "migration-start"]).ok();
    scene.repo.git(&["mv", "core/continuation/d", "core/continuation/e"]).ok();
    scene.repo.commit("Move\n\nMigration-Stage: 9");
    let new = scene.land("none", "New", &[("core/continuation/e/new.py", "new = 1\n")]);
    scene.repo.push(&["-q", "--no-verify", "--force", "origin", "main", "--tags"]).ok();
    let plan = scene.plan(&["--stage", "9"], 4);
    assert_eq!(
        (&plan["blocked_by"], &plan["foreign"]),
        (&serde_json::json!([]), &serde_json::json!([new]))
    );
}

#[test]
fn a_plan_tells_programs_of_modes_of_what_comes_back_and_of_names_that_are_no_text() {
    let scene = Scene::begun();
    scene.land("none", "Tools", &[("agents/run.sh", "true\n"), ("agents/old.py", "old = 1\n")]);
    let at = |name: &[u8]| scene.repo.path().join("agents").join(OsStr::from_bytes(name));
    fs::set_permissions(at(b"run.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::remove_file(at(b"old.py")).unwrap();
    fs::write(at(b"\xff.py"), "new = 1\n").unwrap();
    scene.repo.commit("Tidy up\n\nMigration-Stage: 5-6");
    scene.share();
    let paths = scene.plan(&["--stage", "5-6"], 0)["paths"].clone();
    let oid = |revision: &str, path: &str| scene.repo.rev(&format!("{revision}:{path}"));
    let run = oid("main", "agents/run.sh");
    scene.repo.write("same", "new = 1\n");
    let new = scene.repo.git(&["hash-object", "same"]).ok().line();
    assert_eq!(
        paths,
        json!([
            {
                "path": "agents/old.py",
                "action": "add",
                "from": null,
                "to": {"mode": "100644", "oid": oid("main~1", "agents/old.py")},
            },
            {
                "path": "agents/run.sh",
                "action": "mode",
                "from": {"mode": "100755", "oid": run},
                "to": {"mode": "100644", "oid": run},
            },
            {
                // `agents/\xff.py`.
                "path": {"bytes": "YWdlbnRzL/8ucHk="},
                "action": "delete",
                "from": {"mode": "100644", "oid": new},
                "to": null,
            },
        ])
    );
}

#[test]
fn what_stands_in_the_way_is_named_with_the_order_that_works() {
    let scene = Scene::blocked();
    insta::assert_snapshot!(scene.backout(&["revert", "--stage", "4"]).exits(4).snapshot());
    let plan = scene.plan(&["--stage", "4"], 4);
    assert_eq!(plan["tree"], serde_json::Value::Null);
    assert_eq!(plan["blocked_by"], serde_json::json!(["9"]));
    assert_eq!(plan["conflicts"][0]["path"], STATE);
    assert_eq!(scene.plan(&["--stage", "9"], 0)["blocked_by"], serde_json::json!([]));
    let all = scene.plan(&["--stage", "4", "--cascade"], 0);
    assert_eq!(all["stages"], serde_json::json!(["9", "4"]));
    let start = scene.repo.git(&["rev-parse", &format!("migration-start:{STATE}")]).ok().line();
    assert_eq!(all["paths"][1]["to"]["oid"], start.as_str());
}

#[test]
fn a_hotfix_in_the_way_is_nobodys_to_cascade() {
    let scene = Scene::landed();
    scene.land("none", "Hotfix", &[(STATE, &lines(&[(2, "delta, safely"), (7, "continue")]))]);
    scene.share();
    let run = scene.backout(&["revert", "--stage", "4", "--cascade"]).exits(4);
    insta::assert_snapshot!(run.snapshot());
}

/// A merge brings a move into a folder, and its branch knew nothing of a file there: the merge has
/// left that file where it is, and so does taking it back.
#[test]
fn a_file_that_a_merge_left_in_its_folder_stays_there() {
    let scene = Scene::begun();
    let git = |arguments: &[&str]| scene.repo.git(arguments).ok();
    scene.land("none", "Add a folder", &[("core/continuation/d.py", "kept = 1\n")]);
    git(&["switch", "-q", "-c", "side", "migration-start"]);
    scene.land("4", "Add deltas", &[(ADDED, "delta = 1\n")]);
    fs::create_dir_all(scene.repo.path().join("core/continuation")).unwrap();
    git(&["mv", STATE, "core/continuation/c.py"]);
    git(&["commit", "-q", "-m", "Move the state\n\nMigration-Stage: 9"]);
    git(&["switch", "-q", "main"]);
    git(&["merge", "-q", "--no-ff", "-m", "Merge side\n\nMigration-Stage: 9", "side"]);
    scene.share();
    insta::assert_snapshot!(scene.backout(&["revert", "--stage", "9"]).ok().snapshot(), @"
    exit: 0
    stdout:
    Back out stage 9
      on origin/main ([oid])

      what goes back, newest first
        [oid] 2026-01-05 Merge side

      what changes
        delete  core/continuation/c.py  +0 -8
        add     core/state_manager.py   +8 -0
        2 paths, 8 lines added, 8 taken away
    stderr:
    nothing was written; to commit it: backout revert --stage 9 --branch NAME --reason TEXT
    ");
}

/// git holds the folder for renamed, and whoever emptied it is named.
#[test]
fn who_took_a_folder_away_is_named_where_a_file_would_come_back_to_it() {
    let scene = Scene::begun();
    let git = |arguments: &[&str]| scene.repo.git(arguments).ok();
    scene.land("none", "Add a neighbour", &[(ADDED, &lines(&[(3, "neighbour")]))]);
    git(&["rm", "-q", STATE]);
    git(&["commit", "-q", "-m", "Drop the state\n\nMigration-Stage: 4"]);
    git(&["mv", ADDED, "agents/delta.py"]);
    git(&["commit", "-q", "-m", "Move the neighbour\n\nMigration-Stage: none"]);
    let moved = scene.repo.rev("main");
    scene.share();
    let run = scene.backout(&["revert", "--stage", "4"]).exits(4);
    insta::assert_snapshot!(run.snapshot(), @"
    exit: 4
    stdout:
    Back out stage 4
      on origin/main ([oid])

      what goes back, newest first
        [oid] 2026-01-05 Drop the state

      what stands in the way
        core/state_manager.py: it would come back to core, which was taken away or
          renamed since (by [oid])

      blocked by work of none of the migration's stages ([oid]): take it
        back on a branch, in a commit that says so, and plan on that

        git switch -c before-4 [oid]
        git revert --no-commit [oid]
        git commit -m 'Take back what is in the way' --trailer 'Migration-Stage: none'
        backout revert --stage 4 --onto before-4
    stderr:
    ");
    assert!(run.out().contains(&format!("(by {})", &moved[..12])), "{}", run.out());
}

const AGENTS: &str = "paths = [\"agents/**\"]\nrollback = [\"code\"]";

/// `code = "restore"` sets back what a file holds, and leaves the name that others gave it.
#[test]
fn a_restored_file_keeps_the_name_that_it_was_moved_to() {
    let scene = Scene::begun();
    let git = |arguments: &[&str]| scene.repo.git(arguments).ok();
    let moves =
        "\n[[moves]]\nfrom = \"agents/old/**\"\nto = \"agents/new/**\"\n\n[[stages]]\nid = \"9\"";
    scene.configure("\n[[stages]]\nid = \"9\"", moves);
    let untouched = lines(&[(1, "nobody works on it")]);
    let files = [("agents/old/a", lines(&[])), ("agents/old/b", untouched.clone())];
    scene.land("none", "Before", &files.each_ref().map(|(path, text)| (*path, text.as_str())));
    scene.repo.annotated_tag("stage-5", "main");
    let restore = format!("{AGENTS}\ncode = \"restore\"\nstart = {{ tag = \"stage-5\" }}");
    scene.configure(AGENTS, &restore);
    scene.land("5-6", "Work", &[("agents/old/a", &lines(&[(3, "work")]))]);
    git(&["mv", "agents/old", "agents/new"]);
    git(&["commit", "-q", "-m", "Rename\n\nMigration-Stage: none"]);
    scene.share();
    scene.repo.push(&["-q", "--no-verify", "origin", "stage-5"]).ok();
    let plan = scene.plan(&["--stage", "5-6"], 0);
    assert_eq!(plan["paths"].as_array().unwrap().len(), 1, "{plan}");
    assert_eq!(plan["paths"][0]["path"], "agents/new/a");
    assert_eq!(plan["paths"][0]["to"]["oid"], scene.repo.rev("stage-5:agents/old/a").as_str());
    git(&["checkout", "-q", "stage-5", "--", "agents"]);
    git(&["rm", "-q", "-r", "agents/new"]);
    git(&["commit", "-q", "-m", "Back\n\nBackout-Stage: 5-6"]);
    let run = scene.backout(&["verify-revert", "HEAD"]).exits(1);
    assert!(run.out().contains("agents/"), "{}", run.out());
}

/// What came between the two is in no ledger.
#[test]
fn a_checkpoint_older_than_the_migration_needs_review() {
    let scene = Scene::begun();
    scene.repo.annotated_tag("stage-5", "main");
    scene.land("none", "Hotfix", &[(AGENT, &lines(&[(2, "safely")]))]);
    scene.repo.git(&["tag", "--force", "-a", "-m", "start", "migration-start"]).ok();
    let restore = format!("{AGENTS}\ncode = \"restore\"\nstart = {{ tag = \"stage-5\" }}");
    scene.configure(AGENTS, &restore);
    scene.land("5-6", "Work", &[(AGENT, &lines(&[(2, "safely"), (5, "work")]))]);
    scene.repo.push(&["-q", "--no-verify", "--force", "origin", "main", "--tags"]).ok();
    let run = scene.backout(&["revert", "--stage", "5-6"]).exits(4);
    insta::assert_snapshot!(run.snapshot(), @"
    exit: 4
    stdout:
    Back out stage 5-6
      on origin/main ([oid])

      what goes back, newest first
        [oid] 2026-01-05 Work

      what stands in the way
        agents/base_agent.py: needs review: its checkpoint is older than the
          migration's start, and whose work lies between is not known

      it has to be resolved by hand, on a branch, and reviewed
    stderr:
    ");
}

/// A stage whose checkpoint was set after its first commit.
#[test]
fn a_checkpoint_after_the_stages_first_commit_is_told_with_what_helps() {
    let scene = Scene::begun();
    let restore = format!("{AGENTS}\ncode = \"restore\"\nstart = {{ tag = \"stage-5\" }}");
    scene.configure(AGENTS, &restore);
    scene.configure(
        "impact = \"medium\"\npaths = [\"agents",
        "impact = \"high\"\npaths = [\"agents",
    );
    scene.share();
    scene.land("5-6", "Begin", &[(AGENT, &lines(&[(2, "begun")]))]);
    scene.repo.annotated_tag("stage-5", "main");
    scene.land("5-6", "Go on", &[(AGENT, &lines(&[(2, "begun"), (5, "work")]))]);
    let said = scene.backout(&["check", "--base", "origin/main", "--phase", "land"]).out();
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = scene.repo.filter().apply(&said);
    scene.repo.push(&["-q", "--no-verify", "origin", "main", "--tags"]).ok();
    let run = scene.backout(&["revert", "--stage", "5-6"]).exits(4);
    insta::assert_snapshot!(run.snapshot(), @r#"
    exit: 4
    stdout:
    Back out stage 5-6
      on origin/main ([oid])

      what goes back, newest first
        [oid] 2026-01-05 Go on
        [oid] 2026-01-05 Begin

      what stands in the way
        agents/base_agent.py: the stage's checkpoint holds work of its own commit
          [oid], which would stay

      let the stage's `start` name a tag on a commit before [oid], one
        that has none of its work, or have its commits undone instead: `code =
        "revert"`
    stderr:
    "#);
    insta::assert_snapshot!(said.split_once("deny").unwrap().1, @r#" revert/conflicts stage 5-6 can no longer be backed out alone: in agents/base_agent.py, the stage's checkpoint holds work of its own commit [oid], which would stay ([oid] "Go on") see backout.toml:16 help: let the stage's `start` name a tag on a commit before [oid], one that has none of its work, or have its commits undone instead: `code = "revert"` not ready to land: 1 problem"#);
    let status = scene.backout(&["status"]).ok().out();
    let status = status.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(status.contains("let the stage's `start` name a tag on a commit before"), "{status}");
    // Both ways out are ways out.
    let rules = scene.repo.read("backout.toml");
    for (from, to) in [("\"stage-5\"", "\"earlier\""), ("\"restore\"", "\"revert\"")] {
        scene.repo.annotated_tag(to.trim_matches('"'), "main~2");
        scene.land("none", "Rules", &[("backout.toml", &rules.replace(from, to))]);
        scene.backout(&["check", "--base", "origin/main", "--phase", "land"]).ok();
        let branch = to.trim_matches('"');
        let revert = ["revert", "--stage", "5-6", "--onto", "main", "--branch", branch];
        scene.backout(&[&revert[..], &["--reason", "x"]].concat()).ok();
        assert_eq!(scene.at(branch, AGENT), lines(&[]));
        scene.repo.git(&["reset", "-q", "--hard", "origin/main"]).ok();
    }
}

/// 4 is listed after 9, and 9 says that it comes after 4.
#[test]
fn what_comes_after_a_stage_is_what_says_so() {
    let scene = Scene::landed();
    let nine = "name = \"Continuation migration\"";
    scene.configure(nine, &format!("{nine}\nafter = [\"5-6\"]"));
    scene.configure(
        "name = \"Prompts and parser\"",
        "name = \"Prompts and parser\"\nafter = [\"4\"]",
    );
    let text = scene.repo.read("backout.toml");
    let (head, stages) = text.split_once("[[stages]]").unwrap();
    let mut all: Vec<&str> = stages.split("[[stages]]").collect();
    all.reverse();
    let reversed = format!("{head}[[stages]]{}\n", all.join("\n[[stages]]"));
    scene.land("none", "List them the other way round", &[("backout.toml", &reversed)]);
    scene.share();
    assert_eq!(scene.plan(&["--to", "4"], 0)["stages"], serde_json::json!(["9", "5-6"]));
    assert_eq!(scene.plan(&["--to", "9"], 0)["stages"], serde_json::json!([]));
    let alone = scene.plan(&["--stage", "4"], 0);
    assert_eq!(alone["stages"], serde_json::json!(["4"]));
    assert_eq!(alone["stays"], serde_json::json!(["9", "5-6"]));
    let run = scene.backout(&["revert", "--stage", "4"]).ok();
    let told = "stages 9 and 5-6 would stay, and by `after` go first";
    let said = run.out().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains(told), "{said}");
    let all = scene.plan(&["--stage", "4", "--cascade"], 0);
    assert_eq!(all["stages"], serde_json::json!(["9", "5-6", "4"]));
    assert_eq!(all["stays"], serde_json::json!([]));
}

#[test]
fn all_that_came_after_a_stage_goes_together() {
    let scene = Scene::blocked();
    let plan = scene.plan(&["--to", "4"], 0);
    assert_eq!(plan["stages"], serde_json::json!(["9", "5-6"]));
    assert_eq!(plan["stage"], "4");
    assert_eq!(scene.plan(&["--to", "9"], 0)["paths"], serde_json::json!([]));
}

#[test]
fn an_empty_plan_is_done() {
    let scene = Scene::begun();
    let plan = scene.plan(&["--stage", "4"], 0);
    assert_eq!(plan["tree"], scene.tree("main").as_str());
    insta::assert_snapshot!(scene.backout(&["revert", "--stage", "4"]).snapshot());
}

#[test]
fn a_plan_for_what_is_no_stage_is_refused() {
    let scene = Scene::landed();
    insta::assert_snapshot!(scene.backout(&["revert", "--stage", "12"]).exits(2).snapshot());
    scene.backout(&["revert"]).exits(2);
    scene.backout(&["revert", "--stage", "4", "--to", "9"]).exits(2);
    scene.backout(&["revert", "--stage", "4", "--onto", "nowhere"]).exits(2);
}

#[test]
fn suggested_steps_are_listed_for_confirmation() {
    let scene = Scene::landed();
    let commit = scene.land("", "Tune", &[(AGENT, &lines(&[(4, "prompt"), (6, "tuned")]))]);
    scene.share();
    assert_eq!(scene.plan(&["--stage", "5-6"], 0)["confirm"], serde_json::json!([commit]));
    let write = ["revert", "--stage", "5-6", "--branch", "b", "--reason", "x"];
    insta::assert_snapshot!(scene.backout(&write).exits(2).snapshot());
    let confirmed = [&write[..], &["--confirm"]].concat();
    scene.backout(&confirmed).ok();
    assert_eq!(scene.at("b", AGENT), lines(&[]));
}

#[test]
fn the_landing_branch_is_fetched_first() {
    let scene = Scene::landed();
    let other = scene.repo.clone_of(scene.origin.to_str().unwrap(), "other", &[]);
    other.commit_files(
        &[(AGENT, &lines(&[(4, "prompt"), (8, "more")]))],
        "More\n\nMigration-Stage: 5-6",
    );
    other.push(&["--quiet", "origin", "HEAD:main"]).ok();
    let offline = scene.plan(&["--stage", "5-6", "--offline"], 0);
    assert_eq!(offline["commits"].as_array().unwrap().len(), 1);
    let online = scene.plan(&["--stage", "5-6"], 0);
    assert_eq!(online["commits"].as_array().unwrap().len(), 2);
    assert_eq!(online["onto"], other.rev("HEAD").as_str());
    // Out of reach, it says so and how old its knowledge is.
    scene.repo.git(&["remote", "set-url", "origin", "/nowhere/at/all"]).ok();
    let run = scene.backout(&["revert", "--stage", "5-6"]).ok();
    assert!(run.err().contains("could not be fetched"), "{}", run.err());
    assert!(run.err().contains("last fetched"), "{}", run.err());
    // That attempt brought nothing, and is not told as a fetch.
    let run = scene.backout(&["revert", "--stage", "5-6"]).ok();
    assert!(run.err().contains("since when is not known"), "{}", run.err());
}

#[test]
fn a_tag_of_the_landing_branchs_name_is_not_fetched_in_its_place() {
    let scene = Scene::landed();
    let other = scene.repo.clone_of(scene.origin.to_str().unwrap(), "other", &[]);
    other.git(&["tag", "main", "HEAD~1"]).ok();
    other.commit_files(
        &[(AGENT, &lines(&[(4, "prompt"), (8, "more")]))],
        "More\n\nMigration-Stage: 5-6",
    );
    let push = ["--quiet", "origin", "HEAD:refs/heads/main", "refs/tags/main:refs/tags/main"];
    other.push(&push).ok();
    assert_eq!(scene.plan(&["--stage", "5-6"], 0)["onto"], other.rev("HEAD").as_str());
}

#[test]
fn a_shallow_clone_is_refused_with_the_command_that_helps() {
    let scene = Scene::landed();
    let source = format!("file://{}", scene.origin.display());
    let shallow = scene.repo.clone_of(&source, "shallow", &["--depth", "2"]);
    shallow.git(&["fetch", "--quiet", "--depth", "1", "origin", "tag", "migration-start"]);
    let run = shallow.backout(["revert", "--stage", "4", "--offline"]).run().exits(3);
    assert!(run.err().contains("git fetch --unshallow"), "{}", run.err());
}

/// Every file below a folder, with what it holds, but for the cache.
fn files(folder: &Path, into: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with(".git/backout") {
            let inside: Vec<_> = fs::read_dir(&path).unwrap().map(|e| e.unwrap().path()).collect();
            assert_eq!(inside, [path.join("cache")]);
        } else if path.is_dir() && !path.is_symlink() {
            files(&path, into);
        } else {
            into.insert(path.display().to_string(), fs::read(&path).unwrap_or_default());
        }
    }
}

#[test]
fn planning_writes_nothing_at_all() {
    for scene in [Scene::landed(), Scene::blocked()] {
        let mut before = BTreeMap::new();
        files(scene.repo.path(), &mut before);
        for arguments in [["--stage", "4"], ["--stage", "9"], ["--to", "4"]] {
            scene.repo.backout(["revert", "--offline"]).args(arguments).run();
        }
        scene.repo.backout(["reapply", "--offline", "--stage", "4"]).run();
        scene.repo.backout(["status"]).run();
        let mut after = BTreeMap::new();
        files(scene.repo.path(), &mut after);
        assert_eq!(after, before);
    }
}

#[test]
fn a_flag_that_may_not_do_what_the_rollback_needs_is_said() {
    let scene = Scene::begun();
    let rules = scene.repo.read("backout.toml").replacen(
        "rollback = [\"code\"]",
        "rollback = [\"flags\", \"code\"]\nflags = { FIRST = \"off\", SECOND = \"off\", THIRD = \"off\" }",
        1,
    );
    let flag = |name: &str| {
        format!("[flags.{name}]\non = \"true\"\noff = \"false\"\ndefined_in = [\"flags.json\"]\n")
    };
    let rules = rules + &flag("FIRST") + &flag("SECOND") + &flag("THIRD");
    let variants = r#""variants": {"on": true, "off": false}, "defaultVariant": "on""#;
    let defined = format!(
        r#"{{"flags": {{
  "FIRST": {{"state": "DISABLED", {variants}}},
  "SECOND": {{"state": "ENABLED", {variants}, "targeting": {{"if": [true, "on"]}}}},
  "THIRD": {{"state": "ENABLED", {variants}}}
}}}}"#
    );
    scene.land("none", "Flags", &[("backout.toml", &rules), ("flags.json", &defined)]);
    scene.land("4", "Add deltas", &[(STATE, &lines(&[(2, "delta")]))]);
    scene.share();
    insta::assert_snapshot!(
        scene.backout(&["revert", "--stage", "4", "--dry-run"]).ok().snapshot()
    );
    let doubts = &scene.plan(&["--stage", "4"], 0)["flags_in_doubt"];
    insta::assert_snapshot!(serde_json::to_string_pretty(doubts).unwrap());
}
