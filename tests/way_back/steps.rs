//! What a rollback takes beside the code: the plan names it, in the order in which it is done.

use super::archives::receipt;
use super::scene::{AGENT, Scene, lines};

const STEPS: &str = r#"paths = ["agents/**"]
rollback = ["flags", "quiesce", "code", "deploy", "data", "verify"]
flags = { USE_PROMPTS = "off", USE_OLD = "on" }
quiesce = { text = "Scale the workers to 0" }
deploy = { command = ["./ops/deploy", "--to", "the old one"] }
verify = { command = ["pytest", "tests/test_agents.py"] }
backups = ["context", "exports"]
procedure = ["Tell the support", "Revert the agents"]
"#;

const FLAGS: &str = r#"
[flags.USE_PROMPTS]
on = "true"
off = "false"
set = { command = ["./ops/flag", "set", "USE_PROMPTS", "{value}"] }
live = { command = ["./ops/flag", "get", "USE_PROMPTS"] }

[flags.USE_OLD]
on = "yes"
off = "no"
set = { text = "Config repo, values/prod.yaml" }

[backups.context]
source = { kind = "redis", url_env = "REDIS_URL", pattern = "session:*" }
store = "s3://ops/backups"

[backups.exports]
source = { kind = "file", path = "export" }
store = "../store"
"#;

/// Stage 5-6 has landed, whose rollback has every step that there is.
fn scene() -> Scene {
    let scene = Scene::begun();
    let rules = scene.repo.read("backout.toml");
    let plain = "paths = [\"agents/**\"]\nrollback = [\"code\"]\n";
    assert!(rules.contains(plain));
    let rules = rules.replacen(plain, STEPS, 1) + FLAGS;
    let (at, own) = (&["2026-01-05T12:00:00Z"], "backout-archive/1");
    let context = receipt("context", own, "redis", at);
    let exports = receipt("exports", own, "file", at);
    let files = [
        ("backout.toml", rules.as_str()),
        (".backout/backups/context.toml", &context),
        (".backout/backups/exports.toml", &exports),
    ];
    scene.repo.commit_files(&files, "Rules");
    scene.land("4", "Add deltas", &[("core/delta.py", "delta = 1\n")]);
    scene.land("5-6", "Prompt", &[(AGENT, &lines(&[(4, "prompt")]))]);
    scene.share();
    scene
}

#[test]
fn the_plan_names_every_step_of_the_rollback_in_its_order() {
    let scene = scene();
    let run = scene.backout(&["revert", "--stage", "5-6"]).ok();
    insta::assert_snapshot!(run.snapshot(), @"
    exit: 0
    stdout:
    Back out stage 5-6
      on origin/main ([oid])

      what goes back, newest first
        [oid] 2026-01-05 Prompt

      what changes
        modify  agents/base_agent.py  +1 -1
        1 path, 1 line added, 1 taken away

      the whole rollback, in this order
        1. Set the flag USE_OLD to yes
           Config repo, values/prod.yaml
        2. Set the flag USE_PROMPTS to false
           ./ops/flag set USE_PROMPTS false
           how it runs now: ./ops/flag get USE_PROMPTS
        3. Stop whoever writes
           Scale the workers to 0
        4. The code: what this plan takes back
        5. Bring the code to production
           ./ops/deploy --to 'the old one'
        6. Restore the Redis keys session:* from the backup context in
           s3://ops/backups
           from: ../store/context-2026-01-05T120000Z.backout
           captured [TIME], the last one before the stage took effect
           check it first: backout backup verify context
        7. Restore export from the backup exports in ../store
           backout backup restore exports --archive exports-2026-01-05T120000Z.backout --to ../restored-exports --execute
           captured [TIME], the last one before the stage took effect;
           then put it in place
        8. See that it worked
           pytest tests/test_agents.py

      the team's own procedure
        - Tell the support
        - Revert the agents
    stderr:
    nothing was written; to commit it: backout revert --stage 5-6 --branch NAME --reason TEXT
    ");
    // Copied into a shell, a command is whole.
    assert!(run.out().lines().any(|line| line.trim() == "./ops/flag set USE_PROMPTS false"));
}

#[test]
fn programs_get_the_steps_as_well() {
    let steps = scene().plan(&["--stage", "5-6"], 0)["steps"].clone();
    let words: Vec<&str> =
        steps.as_array().unwrap().iter().map(|step| step["step"].as_str().unwrap()).collect();
    assert_eq!(
        words,
        [
            "flags",
            "flags",
            "quiesce",
            "code",
            "deploy",
            "data",
            "data",
            "verify",
            "procedure",
            "procedure"
        ]
    );
    assert_eq!(steps[0]["text"], "Set the flag USE_OLD to yes: Config repo, values/prod.yaml");
    assert_eq!(steps[0]["command"], serde_json::Value::Null);
    assert_eq!(steps[1]["text"], "Set the flag USE_PROMPTS to false");
    assert_eq!(steps[1]["command"], "./ops/flag set USE_PROMPTS false");
    assert_eq!(steps[2]["text"], "Stop whoever writes: Scale the workers to 0");
    assert_eq!(steps[4]["command"], "./ops/deploy --to 'the old one'");
    assert_eq!(
        steps[6]["command"],
        "backout backup restore exports --archive exports-2026-01-05T120000Z.backout \
         --to ../restored-exports --execute"
    );
    assert_eq!(steps[8]["text"], "Tell the support");
    assert_eq!(steps[8]["stages"], serde_json::json!(["5-6"]));
}

#[test]
fn what_is_left_to_people_is_said_once_the_code_is_written() {
    let scene = scene();
    for target in [&["--branch", "roll"][..], &["--patch", "../roll.patch"], &["--in-place"]] {
        let run = [&["revert", "--stage", "5-6", "--reason", "x"], target].concat();
        let err = scene.backout(&run).ok().err();
        let last = err.lines().last().unwrap();
        assert_eq!(
            last,
            "still to be done by hand: before the code goes to production: \
             1 Set the flag USE_OLD to yes; 2 Set the flag USE_PROMPTS to false; \
             3 Stop whoever writes. after the code: 5 Bring the code to production; \
             6 Restore the Redis keys session:* from the backup context in s3://ops/backups; \
             7 Restore export from the backup exports in ../store; 8 See that it worked. \
             and the team's own procedure",
            "{target:?}"
        );
    }
}

#[test]
fn where_several_stages_go_each_has_its_own_steps() {
    let scene = scene();
    let text = scene.repo.read("backout.toml");
    let rules = text.replacen(
        "rollback = [\"code\"]\n",
        "rollback = [\"code\", \"deploy\"]\ndeploy = { text = \"Run the workflow\" }\nafter = [\"5-6\"]\n",
        1,
    );
    scene.repo.commit_files(&[("backout.toml", &rules)], "Rules\n\nMigration-Stage: none");
    scene.share();
    let run = scene.backout(&["revert", "--stage", "5-6", "--cascade"]).ok();
    let out = run.out();
    let told = out.split("the whole rollback, in this order\n").nth(1).unwrap();
    insta::assert_snapshot!(told, @"
      1. Set the flag USE_OLD to yes (stage 5-6)
         Config repo, values/prod.yaml
      2. Set the flag USE_PROMPTS to false (stage 5-6)
         ./ops/flag set USE_PROMPTS false
         how it runs now: ./ops/flag get USE_PROMPTS
      3. Stop whoever writes (stage 5-6)
         Scale the workers to 0
      4. The code: what this plan takes back
      5. Bring the code to production (stage 4)
         Run the workflow
      6. Bring the code to production (stage 5-6)
         ./ops/deploy --to 'the old one'
      7. Restore the Redis keys session:* from the backup context in
         s3://ops/backups (stage 5-6)
         from: ../store/context-2026-01-05T120000Z.backout
         captured 2026-01-05T12:00:00Z, the last one before the stage took effect
         check it first: backout backup verify context
      8. Restore export from the backup exports in ../store (stage 5-6)
         backout backup restore exports --archive exports-2026-01-05T120000Z.backout --to ../restored-exports --execute
         captured 2026-01-05T12:00:00Z, the last one before the stage took effect;
         then put it in place
      9. See that it worked (stage 5-6)
         pytest tests/test_agents.py

    the team's own procedure
      - Tell the support (stage 5-6)
      - Revert the agents (stage 5-6)
    ");
}

#[test]
fn where_the_code_is_all_of_it_there_is_no_list() {
    let run = scene().backout(&["revert", "--stage", "4", "--branch", "b", "--reason", "x"]).ok();
    assert!(!run.out().contains("in this order"), "{}", run.out());
    assert!(!run.err().contains("by hand"), "{}", run.err());
}
