//! CI systems beside GitHub: a range from their variables, judged like any other, and no pass where
//! the clone lacks what it takes.

use serde_json::Value;

use crate::support::{RECEIPT, RECEIPT_PATH, Run, STATE, Staged, TestRepo};

const ZERO: &str = "0000000000000000000000000000000000000000";

/// What a system says of a pull request to `main`, and of a push to a branch.
struct System {
    name: &'static str,
    pull_request: fn(head: &str) -> Vec<(&'static str, String)>,
    push: fn(branch: &str, before: &str, head: &str) -> Vec<(&'static str, String)>,
    /// Whether its variables say what was there before.
    tells_before: bool,
}

fn set<const N: usize>(pairs: [(&'static str, &str); N]) -> Vec<(&'static str, String)> {
    pairs.map(|(name, value)| (name, value.to_owned())).to_vec()
}

const SYSTEMS: [System; 3] = [
    System {
        name: "Jenkins",
        pull_request: |head| {
            set([
                ("JENKINS_URL", "https://ci.example.com/"),
                ("CHANGE_ID", "7"),
                ("CHANGE_TARGET", "main"),
                ("BRANCH_NAME", "PR-7"),
                ("GIT_COMMIT", head),
            ])
        },
        push: |branch, before, head| {
            set([
                ("JENKINS_URL", "https://ci.example.com/"),
                ("BRANCH_NAME", branch),
                ("GIT_PREVIOUS_SUCCESSFUL_COMMIT", before),
                ("GIT_COMMIT", head),
            ])
        },
        tells_before: true,
    },
    System {
        name: "Bitbucket",
        pull_request: |head| {
            set([
                ("BITBUCKET_BUILD_NUMBER", "1"),
                ("BITBUCKET_PR_ID", "7"),
                ("BITBUCKET_PR_DESTINATION_BRANCH", "main"),
                ("BITBUCKET_BRANCH", "topic"),
                ("BITBUCKET_COMMIT", head),
            ])
        },
        push: |branch, _, head| {
            set([
                ("BITBUCKET_BUILD_NUMBER", "1"),
                ("BITBUCKET_BRANCH", branch),
                ("BITBUCKET_COMMIT", head),
            ])
        },
        tells_before: false,
    },
    System {
        name: "Azure",
        pull_request: |head| {
            set([
                ("TF_BUILD", "True"),
                ("BUILD_REASON", "PullRequest"),
                ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"),
                ("SYSTEM_PULLREQUEST_SOURCECOMMITID", head),
                ("BUILD_SOURCEVERSION", head),
                ("BUILD_SOURCEBRANCH", "refs/pull/7/merge"),
            ])
        },
        push: |branch, _, head| {
            let mut all = set([
                ("TF_BUILD", "True"),
                ("BUILD_REASON", "IndividualCI"),
                ("BUILD_SOURCEVERSION", head),
            ]);
            all.push(("BUILD_SOURCEBRANCH", format!("refs/heads/{branch}")));
            all
        },
        tells_before: false,
    },
];

fn run(repo: &TestRepo, command: &[&str], variables: &[(&'static str, String)]) -> Run {
    let run = repo.backout(command.iter().copied());
    variables.iter().fold(run, |run, (name, value)| run.env(name, value)).run()
}

fn check(repo: &TestRepo, variables: &[(&'static str, String)]) -> (i32, Value) {
    let said = run(repo, &["check", "--format", "json"], variables);
    let json = serde_json::from_str(&said.out()).unwrap_or_else(|_| panic!("{}", said.snapshot()));
    (said.exit, json)
}

/// The codes of the findings that stop.
fn stopped_by(said: &Value) -> Vec<&str> {
    let findings = said["findings"].as_array().unwrap().iter();
    let denied = findings.filter(|finding| finding["level"] == "deny");
    denied.map(|finding| finding["code"].as_str().unwrap()).collect()
}

#[test]
fn a_pull_request_is_stopped_until_it_is_ready() {
    for system in SYSTEMS {
        let scene = Staged::new();
        scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
        let head = scene.unready();
        let (exit, said) = check(&scene.repo, &(system.pull_request)(&head));
        assert_eq!((exit, &said["phase"]), (1, &"land".into()), "{}", system.name);
        assert_eq!(stopped_by(&said), ["backup/missing"], "{}", system.name);
        let head = scene.repo.commit_files(&[(RECEIPT_PATH, RECEIPT)], "Record the backup");
        let (exit, said) = check(&scene.repo, &(system.pull_request)(&head));
        assert_eq!((exit, &said["verdict"]), (0, &"ready".into()), "{}", system.name);
    }
}

#[test]
fn a_pull_request_of_no_stage_is_ready() {
    for system in SYSTEMS {
        let scene = Staged::new();
        let head = scene.ordinary();
        let (exit, said) = check(&scene.repo, &(system.pull_request)(&head));
        assert_eq!((exit, &said["stages"]), (0, &Value::Array(Vec::new())), "{}", system.name);
    }
}

#[test]
fn a_push_to_the_landing_branch_lands_and_any_other_shares() {
    for system in SYSTEMS {
        let scene = Staged::new();
        let before = scene.repo.rev("HEAD");
        let head = scene.unready();
        let (exit, said) = check(&scene.repo, &(system.push)("topic", ZERO, &head));
        assert_eq!((exit, &said["phase"]), (0, &"share".into()), "{}", system.name);
        // When CI runs, the remote has it already, and perhaps more.
        scene.share(&["origin", "main"]);
        for _ in 0..2 {
            let (exit, said) = check(&scene.repo, &(system.push)("main", &before, &head));
            assert_eq!((exit, &said["phase"]), (1, &"land".into()), "{}", system.name);
            assert_eq!(stopped_by(&said), ["backup/missing"], "{}", system.name);
            scene.ordinary();
            scene.share(&["origin", "main"]);
        }
    }
}

#[test]
fn where_nothing_says_what_was_before_all_since_the_start_counts() {
    for system in SYSTEMS {
        let scene = Staged::new();
        scene.unready();
        let before = scene.repo.rev("HEAD");
        let head = scene.ordinary();
        scene.share(&["origin", "main"]);
        let (exit, _) = check(&scene.repo, &(system.push)("main", ZERO, &head));
        assert_eq!(exit, 1, "{}", system.name);
        let (exit, _) = check(&scene.repo, &(system.push)("main", &before, &head));
        assert_eq!(exit, i32::from(!system.tells_before), "{}", system.name);
    }
}

#[test]
fn a_clone_that_lacks_the_target_is_no_pass_until_it_is_fetched() {
    for system in SYSTEMS {
        let scene = Staged::new();
        scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
        let head = scene.unready();
        scene.share(&["origin", "topic"]);
        let source = format!("file://{}", scene.origin.display());
        let options = ["--depth", "1", "--no-tags", "--branch", "topic"];
        let clone = scene.repo.clone_of(&source, "ci", &options);
        let variables = (system.pull_request)(&head);
        let said = run(&clone, &["check"], &variables).exits(3);
        assert!(
            said.err().contains("the branch `main` is not in this clone"),
            "{}",
            said.snapshot()
        );
        assert!(said.err().contains("`backout fetch`"), "{}", said.snapshot());
        run(&clone, &["fetch"], &variables).ok();
        let (exit, said) = check(&clone, &variables);
        assert_eq!((exit, stopped_by(&said)), (1, vec!["backup/missing"]), "{}", system.name);
    }
}

/// The landing branch raised its rules after the topic had left it, and the stated base is older.
#[test]
fn an_old_base_does_not_choose_old_rules() {
    let mild = crate::support::CONFIGURATION.replacen("\"critical\"", "\"low\"", 1);
    for (event, stated) in [("gitlab", true), ("bitbucket", true), ("bitbucket", false)] {
        let scene = Staged::with(crate::support::RepoOptions::default(), &mild);
        let old = scene.repo.rev("HEAD");
        scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
        let head = scene.repo.commit_files(&[(STATE, "2\n")], "Move\n\nMigration-Stage: 9");
        scene.share(&["origin", "topic"]);
        scene.repo.git(&["switch", "--quiet", "main"]).ok();
        let strict = [("backout.toml", crate::support::CONFIGURATION)];
        scene.repo.commit_files(&strict, "Raise the impact");
        scene.share(&["origin", "main"]);
        let base = if stated { old.as_str() } else { "" };
        let variables = match event {
            "gitlab" => set([
                ("GITLAB_CI", "true"),
                ("CI_PIPELINE_SOURCE", "merge_request_event"),
                ("CI_MERGE_REQUEST_DIFF_BASE_SHA", base),
                ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
                ("CI_COMMIT_SHA", &head),
            ]),
            _ => set([
                ("BITBUCKET_BUILD_NUMBER", "1"),
                ("BITBUCKET_PR_ID", "7"),
                ("BITBUCKET_PR_DESTINATION_BRANCH", "main"),
                ("BITBUCKET_PR_DESTINATION_COMMIT", base),
                ("BITBUCKET_COMMIT", &head),
            ]),
        };
        // Only the topic is here, with all of its history: enough to find a base, not the rules.
        let source = format!("file://{}", scene.origin.display());
        let options = ["--single-branch", "--branch", "topic"];
        let clone = scene.repo.clone_of(&source, "ci", &options);
        run(&clone, &["check"], &variables).exits(3);
        run(&clone, &["fetch"], &variables).ok();
        let (exit, said) = check(&clone, &variables);
        assert_eq!((exit, stopped_by(&said)), (1, vec!["backup/missing"]), "{event} {stated}");
    }
}
