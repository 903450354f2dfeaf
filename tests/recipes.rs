//! The recipes of `hooks/ci/README.md`: each is parsed by its system's schema, and its commands are
//! run in a clone as that system makes it, with the variables that it sets.

use std::path::Path;

use serde_json::json;

use crate::support::peers::{check_jsonschema, project};
use crate::support::{PROGRAM, Run, Staged, TestRepo, execute};

const INSTALL: &str = concat!("pip install --quiet backout==", env!("CARGO_PKG_VERSION"));

fn page() -> String {
    std::fs::read_to_string(project("hooks/ci/README.md")).unwrap()
}

/// The recipes: the system, and the text.
fn recipes() -> Vec<(String, String)> {
    let mut recipes = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in page().lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                let system = info.split(' ').nth(1).expect("a block that no test runs").to_owned();
                open = Some((system, String::new()));
            }
            (Some(_), Some(_)) => recipes.extend(open.take()),
            (Some((_, text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert_eq!(recipes.len(), 5);
    recipes
}

/// The commands that a recipe runs, in order, as a shell would see them.
fn commands(text: &str) -> Vec<String> {
    let bare = |line: &str| {
        let line = line.trim().trim_start_matches("- ");
        let line = line.strip_prefix("run: ").or(line.strip_prefix("script: ")).unwrap_or(line);
        let line = line.strip_prefix("sh '").and_then(|l| l.strip_suffix('\'')).unwrap_or(line);
        line.to_owned()
    };
    let all = text.lines().map(bare);
    all.filter(|line| line.starts_with("backout ") || line.starts_with("pip ")).collect()
}

/// What the system sets for a pull request from `topic` to `main`.
fn variables(system: &str, repo: &TestRepo, base: &str, head: &str) -> Vec<(&'static str, String)> {
    let event = repo.root().join("event.json");
    let pairs: Vec<(&'static str, &str)> = match system {
        "gitlab" => vec![
            ("GITLAB_CI", "true"),
            ("CI_PIPELINE_SOURCE", "merge_request_event"),
            ("CI_MERGE_REQUEST_DIFF_BASE_SHA", base),
            ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
            ("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", ""),
            ("CI_COMMIT_SHA", head),
        ],
        "jenkins" => vec![
            ("JENKINS_URL", "https://ci.example.com/"),
            ("CHANGE_ID", "7"),
            ("CHANGE_TARGET", "main"),
            ("BRANCH_NAME", "PR-7"),
            ("GIT_COMMIT", head),
        ],
        "bitbucket" => vec![
            ("BITBUCKET_BUILD_NUMBER", "1"),
            ("BITBUCKET_PR_ID", "7"),
            ("BITBUCKET_PR_DESTINATION_BRANCH", "main"),
            ("BITBUCKET_PR_DESTINATION_COMMIT", &base[..12]),
            ("BITBUCKET_BRANCH", "topic"),
            ("BITBUCKET_COMMIT", head),
        ],
        "azure" => vec![
            ("TF_BUILD", "True"),
            ("BUILD_REASON", "PullRequest"),
            ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"),
            ("SYSTEM_PULLREQUEST_SOURCECOMMITID", head),
            ("BUILD_SOURCEVERSION", head),
            ("BUILD_SOURCEBRANCH", "refs/pull/7/merge"),
        ],
        "gitea" => {
            let pull_request = json!({"action": "opened", "number": 7, "pull_request": {
                "base": {"ref": "main", "sha": base}, "head": {"ref": "topic", "sha": head}}});
            std::fs::write(&event, pull_request.to_string()).unwrap();
            vec![
                ("GITHUB_ACTIONS", "true"),
                ("GITEA_ACTIONS", "true"),
                ("GITHUB_EVENT_NAME", "pull_request"),
                ("GITHUB_EVENT_PATH", event.to_str().unwrap()),
            ]
        }
        other => panic!("{other}"),
    };
    pairs.into_iter().map(|(name, value)| (name, value.to_owned())).collect()
}

/// Runs a recipe's commands one after another, until one fails, in a clone of one commit.
fn follow(system: &str, text: &str, scene: &Staged, base: &str) -> (TestRepo, Run) {
    let head = scene.repo.rev("topic");
    let source = format!("file://{}", scene.origin.display());
    let options = ["--depth", "1", "--no-tags", "--branch", "topic"];
    let name = format!("{system}-{}", &head[..8]);
    let clone = scene.repo.clone_of(&source, &name, &options);
    let mut commands = commands(text);
    if system != "jenkins" {
        assert_eq!(commands.remove(0), INSTALL, "{system}");
    }
    let script = commands.join("\n");
    let path = Path::new(PROGRAM).parent().unwrap().display().to_string();
    let mut bash = clone.command("bash", clone.path());
    bash.args(["-e", "-c", &script]);
    bash.env("PATH", format!("{path}:{}", std::env::var("PATH").unwrap()));
    bash.envs(variables(system, &clone, base, &head));
    let run = execute(&mut bash, b"", clone.filter());
    (clone, run)
}

#[test]
fn each_stops_what_is_not_ready_and_lets_the_rest_pass() {
    for (system, text) in recipes() {
        let scene = Staged::new();
        let base = scene.repo.rev("HEAD");
        scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
        scene.ordinary();
        scene.share(&["origin", "topic"]);
        let (_, run) = follow(&system, &text, &scene, &base);
        assert_eq!(run.exit, 0, "{system}: {}", run.snapshot());
        scene.unready();
        scene.share(&["origin", "topic"]);
        let (clone, run) = follow(&system, &text, &scene, &base);
        assert_eq!(run.exit, 1, "{system}: {}", run.snapshot());
        assert!(run.out().contains("backup/missing"), "{system}: {}", run.snapshot());
        // What the recipe hands on to the system is there, for a failed check above all.
        for report in text.split("=").skip(1).filter_map(|rest| rest.split_whitespace().next()) {
            let report = report.trim_end_matches('\'');
            let is_report = [".json", ".xml"].iter().any(|end| report.ends_with(end));
            assert!(!is_report || clone.path().join(report).exists(), "{system}: {report}");
        }
    }
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs check-jsonschema: bash tests/all")]
fn each_is_what_its_system_can_read() {
    let folder = tempfile::tempdir().unwrap();
    for (system, text) in recipes() {
        let schema = match system.as_str() {
            "gitlab" => "vendor.gitlab-ci",
            "bitbucket" => "vendor.bitbucket-pipelines",
            "azure" => "vendor.azure-pipelines",
            "gitea" => "vendor.github-workflows",
            // No schema; its braces have to close.
            _ => {
                assert_eq!(text.matches('{').count(), text.matches('}').count());
                continue;
            }
        };
        let file = folder.path().join(format!("{system}.yml"));
        // Azure reads every scalar as text, and so does its schema.
        let text = text.replace(": true\n", ": \"true\"\n");
        std::fs::write(&file, &text).unwrap();
        let check = || {
            // Some of these schemas hold expressions that are none in Unicode mode.
            let options = ["--regex-variant", "nonunicode", "--builtin-schema", schema];
            let options = options.map(std::ffi::OsStr::new);
            check_jsonschema(options.into_iter().chain([file.as_os_str()]))
        };
        let (good, said) = check();
        assert!(good, "{system}: {said}");
        let broken = text.replace("script:", "skript:").replace("run:", "rum:");
        let broken = broken.replace("        name: Can it be rolled back?", "        name: []");
        std::fs::write(&file, broken).unwrap();
        assert!(!check().0, "{system}: the schema takes anything");
    }
}

#[test]
fn its_checkout_is_the_one_that_our_workflows_use() {
    let ours = std::fs::read_to_string(project(".github/workflows/guard.yml")).unwrap();
    let pinned = |text: &str| {
        text.lines()
            .find_map(|line| line.split_once("uses: actions/checkout@").map(|(_, v)| v.to_owned()))
    };
    assert_eq!(pinned(&page()), pinned(&ours));
}
