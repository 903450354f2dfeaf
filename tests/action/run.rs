//! From the action's inputs to one command line, and back to outputs.

use std::fs;

use super::scripts::{Script, outputs};
use crate::support::{Run, Staged, TestRepo, write_program};

/// Runs the script with a program in place of backout that writes down what it was asked, argument
/// by argument, and the variables that matter.
fn asked(repo: &TestRepo, inputs: &[(&str, &str)]) -> (Run, Vec<Vec<String>>) {
    asked_by(repo, "run.sh", inputs)
}

fn asked_by(repo: &TestRepo, script: &str, inputs: &[(&str, &str)]) -> (Run, Vec<Vec<String>>) {
    let folder = repo.root().join("fake");
    fs::create_dir_all(&folder).unwrap();
    let log = repo.root().join("asked");
    let _ = fs::remove_file(&log);
    let text = "#!/bin/sh\nfor word; do printf '%s\\036' \"$word\" >> \"$ASKED\"; done\n\
        printf 'GITHUB_TOKEN=%s GH_TOKEN=%s\\036HEADER=%s\\035' \"${GITHUB_TOKEN-unset}\" \
        \"${GH_TOKEN-unset}\" \"${GIT_CONFIG_VALUE_0-unset}\" >> \"$ASKED\"\n";
    write_program(&folder.join("backout"), text);
    let mut script = Script::new(repo, script).with_path(&folder);
    script = script.set("ASKED", &log.display().to_string());
    for (name, value) in inputs {
        script = script.set(name, value);
    }
    let run = script.run();
    let log = fs::read_to_string(log).unwrap_or_default();
    let calls = log
        .split_terminator('\u{1d}')
        .map(|call| call.split('\u{1e}').map(str::to_owned).collect());
    (run, calls.collect())
}

/// The last call, without its variables: that of the command itself.
fn command(repo: &TestRepo, inputs: &[(&str, &str)]) -> Vec<String> {
    let (run, mut calls) = asked(repo, inputs);
    run.ok();
    let mut last = calls.pop().unwrap();
    last.truncate(last.len() - 2);
    last
}

#[test]
fn each_command_gets_its_inputs() {
    let repo = TestRepo::new();
    let of = |inputs: &[(&str, &str)]| command(&repo, inputs).join(" ");
    assert_eq!(of(&[("IN_COMMAND", "check")]), "check --format=github");
    let all = [
        ("IN_COMMAND", "check"),
        ("IN_PHASE", "deploy"),
        ("IN_BASE", "origin/main"),
        ("IN_HEAD", "HEAD~1"),
        ("IN_RECEIPT", "a.toml\nb.toml\n"),
        ("IN_ONLINE", "true"),
        ("IN_FORMAT", "human"),
        ("IN_SARIF", "out.sarif"),
        ("IN_COMMENT", "true"),
        ("IN_CHECK_RUN", "true"),
        ("IN_LABELS", "true"),
        ("IN_CONFIG", "ops/backout.toml"),
    ];
    assert_eq!(
        of(&all),
        "--config=ops/backout.toml check --format=human --phase=deploy --base=origin/main \
         --head=HEAD~1 --receipt=a.toml --receipt=b.toml --online --comment --check-run --labels \
         --output=sarif=out.sarif"
    );
    let revert = [("IN_COMMAND", "revert"), ("IN_STAGE", "9"), ("IN_REASON", "carts are lost")];
    let flags = [("IN_CASCADE", "true"), ("IN_DRAFT", "true")];
    assert_eq!(of(&revert), "revert --pr --stage=9 --reason=carts are lost");
    let both = of(&[&revert[..], &flags].concat());
    assert_eq!(both, "revert --pr --stage=9 --reason=carts are lost --cascade --draft");
    assert_eq!(
        of(&[("IN_COMMAND", "rehearse"), ("IN_STAGE", "4\n9")]),
        "rehearse --stage=4 --stage=9"
    );
    let plan = [("IN_COMMAND", "plan"), ("IN_STAGE", "9"), ("IN_FORMAT", "json")];
    assert_eq!(of(&plan), "revert --dry-run --offline --stage=9 --format=json");
    // What has no formats is not asked for one.
    let rehearse = [("IN_COMMAND", "rehearse"), ("IN_FORMAT", "json")];
    assert_eq!(of(&rehearse), "rehearse");
    let verify = [("IN_COMMAND", "verify-revert"), ("IN_FORMAT", "json")];
    assert_eq!(of(&verify), "verify-revert --format=json -- HEAD");
    assert_eq!(of(&[("IN_COMMAND", "status"), ("IN_FORMAT", "json")]), "status --format=json");
    assert_eq!(of(&[("IN_COMMAND", "backup create"), ("IN_BACKUP", "a")]), "backup create -- a");
    assert_eq!(of(&[("IN_COMMAND", "backup create")]), "backup create --all");
    assert_eq!(of(&[("IN_COMMAND", "backup verify")]), "backup verify");
}

#[test]
fn an_input_stays_one_value_whatever_it_holds() {
    let repo = TestRepo::new();
    for hostile in [
        "$(touch pwned)",
        "`touch pwned`",
        "\"; touch pwned; \"",
        "--pr --force",
        "-x",
        "a\nb",
        "*",
    ] {
        let inputs = [("IN_COMMAND", "revert"), ("IN_STAGE", hostile), ("IN_REASON", hostile)];
        let words = command(&repo, &inputs);
        assert_eq!(words[2..], [format!("--stage={hostile}"), format!("--reason={hostile}")]);
        let words = command(&repo, &[("IN_COMMAND", "verify-revert"), ("IN_HEAD", hostile)]);
        assert_eq!(words, ["verify-revert", "--", hostile]);
    }
    assert!(!repo.path().join("pwned").exists());
}

#[test]
fn breaking_the_glass_takes_a_finding_a_reason_and_a_name() {
    let scene = Staged::new();
    scene.unready();
    let check = |inputs: &[(&str, &str)]| {
        let mut script = Script::new(&scene.repo, "run.sh").with_backout();
        let all = [&[("IN_COMMAND", "check"), ("IN_BASE", "origin/main")], inputs].concat();
        for (name, value) in all {
            script = script.set(name, value);
        }
        script.set("IN_FORMAT", "human").run()
    };
    let finding = ("IN_OVERRIDE_FINDING", "backup/missing");
    let reason = ("IN_OVERRIDE_REASON", "a \"fire\" \\ $(touch pwned) #");
    let approver = ("IN_OVERRIDE_APPROVER", "@ada");
    let said = check(&[finding, reason, approver]).ok().out();
    let told = "overridden: backup/missing of stage 9: a \"fire\" \\ $(touch pwned) # (@ada)";
    assert!(said.contains(told), "{said}");
    let other = check(&[finding, reason, approver, ("IN_OVERRIDE_STAGE", "4")]).exits(1);
    assert!(!other.out().contains("overridden"), "{}", other.snapshot());
    let both = "[[overrides]]\nfinding = \"stage/closed\"\nreason = \"x\"\napprover = \"@b\"\n";
    check(&[finding, reason, approver, ("IN_OVERRIDES", both)]).ok();
    check(&[("IN_OVERRIDES", "nonsense")]).exits(2);
    for (inputs, told) in [
        (vec![finding, reason], "the input override-approver is missing"),
        (vec![finding, approver], "the input override-reason is missing"),
        (vec![reason, approver], "the input override-finding is missing"),
        (vec![finding, approver, ("IN_OVERRIDE_REASON", "a\nfinding = \"x\"")], "one line of text"),
    ] {
        let said = check(&inputs).exits(2);
        assert!(said.out().contains(told), "{}", said.snapshot());
    }
    assert!(!scene.repo.path().join("pwned").exists());
}

#[test]
fn receipts_are_named_one_by_one_or_by_their_folder() {
    let repo = TestRepo::new();
    repo.write("receipts/b.toml", "");
    repo.write("receipts/a.toml", "");
    repo.write("receipts/notes.md", "");
    repo.write("empty/notes.md", "");
    let inputs = [("IN_COMMAND", "check"), ("IN_RECEIPT", "receipts\nempty\nother file.toml")];
    let words = command(&repo, &inputs);
    assert_eq!(
        words[2..],
        ["--receipt=receipts/a.toml", "--receipt=receipts/b.toml", "--receipt=other file.toml"]
    );
}

#[test]
fn secret_variables_reach_the_program_and_no_message() {
    let repo = TestRepo::new();
    let folder = repo.root().join("fake");
    write_program(&folder.join("backout"), "#!/bin/sh\nprintf '%s' \"$REDIS_URL\"\n");
    let run = |variables: &str| {
        let script = Script::new(&repo, "run.sh").with_path(&folder).set("IN_VARIABLES", variables);
        script.set("IN_COMMAND", "backup create").run()
    };
    let url = "rediss://u:p%40$(touch pwned)@h/0?a=b c";
    assert_eq!(run(&format!("OTHER=1\n\nREDIS_URL={url}\n")).ok().out(), url);
    let said = run("REDIS_URL=x\nrediss://hidden").exits(2);
    assert!(said.out().contains("line 2 of the input variables"), "{}", said.snapshot());
    assert!(!(said.out() + &said.err()).contains("hidden"), "{}", said.snapshot());
    assert!(!repo.path().join("pwned").exists());
}

#[test]
fn an_input_that_is_wrong_stops_before_anything_runs() {
    let repo = TestRepo::new();
    for (name, value, told) in [
        ("IN_COMMAND", "", "command should be check, plan"),
        ("IN_COMMAND", "deploy\n::error::x", "command should be check, plan"),
        ("IN_ONLINE", "yes", "online should be true or false"),
        ("IN_FOLDER", "nowhere\n::notice::x", "working-directory names no folder"),
    ] {
        let (run, calls) = asked(&repo, &[(name, value), ("IN_COMMAND", "check")]);
        let (run, calls) =
            if name == "IN_COMMAND" { asked(&repo, &[(name, value)]) } else { (run, calls) };
        assert_eq!((run.exit, calls.len()), (2, 0), "{}", run.snapshot());
        assert!(run.out().contains(told), "{}", run.snapshot());
        assert_eq!(run.out().lines().count(), 1, "{}", run.snapshot());
    }
}

#[test]
fn what_is_named_by_hand_is_fetched_before() {
    let repo = TestRepo::new();
    let of = |inputs: &[(&str, &str)]| {
        let (run, calls) = asked_by(&repo, "fetch.sh", inputs);
        run.ok();
        let words = calls.first().map(|call| call[..call.len() - 2].join(" "));
        words.unwrap_or_default()
    };
    let check = [("IN_COMMAND", "check"), ("IN_BASE", "origin/main"), ("IN_HEAD", "v1")];
    assert_eq!(of(&check), "fetch --rev=origin/main --rev=v1");
    let config = [("IN_COMMAND", "drill"), ("IN_CONFIG", "ops/backout.toml")];
    assert_eq!(of(&config), "--config=ops/backout.toml fetch");
    for command in ["backup create", "backup verify", "comment", "keep receipts", "nonsense"] {
        assert_eq!(of(&[("IN_COMMAND", command)]), "", "{command}");
    }
    assert_eq!(of(&[("IN_COMMAND", "check"), ("IN_HEAD", "--force")]), "fetch --rev=--force");
}

#[test]
fn the_token_goes_where_it_is_needed_and_nowhere_else() {
    let repo = TestRepo::new();
    let by = |script: &str, command: &str, more: &[(&str, &str)]| {
        let inputs = [&[("IN_COMMAND", command), ("IN_TOKEN", "s3cret")], more].concat();
        let (run, calls) = asked_by(&repo, script, &inputs);
        let header = "AUTHORIZATION: basic eC1hY2Nlc3MtdG9rZW46czNjcmV0";
        let secret = run.out().replace("::add-mask::eC1hY2Nlc3MtdG9rZW46czNjcmV0\n", "");
        assert!(!secret.contains("s3cret") && !secret.contains("eC1hY2"), "{secret}");
        let call = calls.first().unwrap();
        call[call.len() - 2..].join(" ").replace(header, "header")
    };
    const NOTHING: &str = "GITHUB_TOKEN=unset GH_TOKEN=unset HEADER=unset";
    let job = ("JOB_TOKEN", "s3cret");
    for command in ["check", "revert", "verify-revert"] {
        let of_the_job = "GITHUB_TOKEN=s3cret GH_TOKEN=unset HEADER=header";
        // One in the job's own variables is not the one that was passed.
        let others = [("GH_TOKEN", "other"), ("GITHUB_TOKEN", "other"), job];
        assert_eq!(by("run.sh", command, &others), of_the_job, "{command}");
        // An App's is not the job's own.
        let app = "GITHUB_TOKEN=unset GH_TOKEN=s3cret HEADER=header";
        assert_eq!(by("run.sh", command, &[("JOB_TOKEN", "of the job")]), app, "{command}");
    }
    let fetched = "GITHUB_TOKEN=unset GH_TOKEN=unset HEADER=header";
    assert_eq!(by("fetch.sh", "rehearse", &[]), fetched);
    // These run the repository's own commands.
    for command in ["rehearse", "status", "plan", "backup create", "backup verify"] {
        let others = [("GH_TOKEN", "other"), ("GITHUB_TOKEN", "other"), job];
        assert_eq!(by("run.sh", command, &others), NOTHING, "{command}");
    }
    // Not over a connection that others can read, and not twice.
    let plain = ("GITHUB_SERVER_URL", "http://git.example.com");
    assert!(by("run.sh", "check", &[plain, job]).ends_with("HEADER=unset"));
    assert_eq!(by("fetch.sh", "check", &[plain]), NOTHING);
    repo.git(&["config", "http.https://github.com/.extraheader", "AUTHORIZATION: basic x"]).ok();
    assert_eq!(by("fetch.sh", "check", &[]), NOTHING);
}

#[test]
fn the_real_program_knows_every_command_line() {
    let scene = Staged::new();
    scene.ready();
    scene.share(&["origin", "main"]);
    for (command, expected) in [
        ("check", 0),
        ("plan", 0),
        ("status", 0),
        ("rehearse", 0),
        ("verify-revert", 1),
        // Its store is none that this machine reaches.
        ("backup create", 5),
        ("backup verify", 3),
        // No token is here to open a pull request with.
        ("revert", 2),
    ] {
        let mut script = Script::new(&scene.repo, "run.sh").with_backout();
        for (name, value) in [
            ("IN_COMMAND", command),
            ("IN_STAGE", "9"),
            ("IN_REASON", "x"),
            ("IN_CASCADE", "true"),
            ("IN_FORMAT", "json"),
            ("GITHUB_REPOSITORY", "acme/shop"),
        ] {
            script = script.set(name, value);
        }
        let said = script.run();
        // A command line that is not understood says how it should be written.
        assert!(!said.err().contains("Usage:"), "{command}: {}", said.snapshot());
        assert_eq!(said.exit, expected, "{command}: {}", said.snapshot());
    }
}

#[test]
fn the_verdict_decides_and_the_outputs_say_it() {
    let scene = Staged::new();
    let repo = &scene.repo;
    let check = |base: &str| {
        let _ = fs::remove_file(repo.root().join("output"));
        let script = Script::new(repo, "run.sh").with_backout();
        let script = script.set("IN_COMMAND", "check").set("IN_BASE", base);
        let run = script.set("IN_SARIF", "report.sarif").run();
        let outputs = outputs(repo);
        let of = |name: &str| {
            let found = outputs.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        assert_eq!(of("exit-code"), run.exit.to_string());
        assert_eq!(fs::read_to_string(of("report")).unwrap(), run.out());
        (run.exit, of("verdict"), of("sarif"))
    };
    scene.ordinary();
    assert_eq!(check("origin/main"), (0, "ready".into(), "report.sarif".into()));
    scene.unready();
    assert_eq!(check("origin/main"), (1, "not-ready".into(), "report.sarif".into()));
    fs::remove_file(repo.path().join("report.sarif")).unwrap();
    assert_eq!(check(&"d".repeat(40)), (3, "indeterminate".into(), "report.sarif".into()));
    fs::remove_file(repo.path().join("report.sarif")).unwrap();
    assert_eq!(check("no-such-branch"), (2, "indeterminate".into(), String::new()));
}
