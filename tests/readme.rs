//! Every block of the README, run or compared, by the word behind its fence:
//!
//! - `sh` is run by bash in the reader's repository and has to succeed, except for the two commands
//!   of this project itself; `sh stopped` has to be stopped by a report that says "not ready";
//! - `toml` has to be valid: a whole configuration becomes the reader's, a part is added to it;
//! - `text` has to stand in the tour's output, word for word; `text comment` is a comment on
//!   GitHub, and has to be one that is obeyed;
//! - `yaml` is a workflow, or a part of one, named by its first line: `action::workflows` runs each
//!   by act.

use std::path::Path;

use crate::support::fake_github::{FakeGitHub, TOKEN};
use crate::support::{PROGRAM, TestRepo, execute};

/// The commands of this project's own folder: the tour, and all tests.
const OWN: [&str; 2] = ["cargo run --release --locked -- demo", "bash tests/all"];

/// A fenced block: what stands behind the fence, and its text.
fn blocks() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in readme.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => open = Some((info.to_owned(), String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some((_, text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    blocks
}

fn without_trailing_blanks(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// A repository as the README's reader has one: a service, and a remote.
fn readers_repository() -> TestRepo {
    let repo = TestRepo::new();
    repo.bare_remote("origin");
    repo.write(".gitignore", "/export/\n/report.txt\n");
    repo.write(".env.example", "USE_NEW_CARTS=false\n");
    repo.write("src/session_store.py", "def load(key):\n    return read(key)\n");
    repo.commit("The service");
    repo
}

#[test]
fn the_readers_commands_do_what_the_readme_says() {
    let repo = readers_repository();
    let bin = Path::new(PROGRAM).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let fake = FakeGitHub::start(&repo.root().join("origin.git"));
    let (mut ran, mut own) = (0, 0);
    for (info, text) in blocks() {
        match info.as_str() {
            "toml" if text.contains("[migration]") => repo.write("backout.toml", &text),
            "toml" => {
                let whole = repo.read("backout.toml") + "\n" + &text;
                let other = readers_repository();
                other.write("backout.toml", &whole);
                let said = other.backout(["doctor"]).run();
                assert!(said.out().contains("backout.toml, valid"), "{}", said.snapshot());
            }
            "sh" if OWN.contains(&text.trim()) => own += 1,
            "sh" | "sh stopped" => {
                let mut command = repo.command("bash", repo.path());
                command.env("PATH", &path).args(["-euo", "pipefail", "-c", &text]);
                if text.contains(" --pr ") {
                    command.env("GITHUB_REPOSITORY", "acme/shop").env("GH_TOKEN", TOKEN);
                    command.env("GITHUB_API_URL", fake.url());
                }
                let run = execute(&mut command, b"", repo.filter());
                if info == "sh" {
                    assert_eq!(run.exit, 0, "{text}\n{}", run.snapshot());
                } else {
                    let run = run.exits(1);
                    assert!((run.out() + &run.err()).contains("not ready"), "{}", run.snapshot());
                }
                ran += 1;
            }
            "text" | "text comment" | "yaml" => {}
            other => panic!("a block `{other}` that no test runs:\n{text}"),
        }
    }
    assert_eq!(own, OWN.len());
    assert!(ran >= 9, "only {ran} blocks ran");
    let world = fake.world();
    assert_eq!(world.the_open_pull().title, "Back out stage 9: Move the sessions");
    assert_eq!(world.statuses.len(), 1);
}

#[test]
fn the_pictures_are_what_the_tour_shows() {
    let repo = TestRepo::new();
    let shown = without_ids(&without_trailing_blanks(&repo.backout(["demo"]).run().ok().out()));
    let pictures: Vec<_> = blocks().into_iter().filter(|(info, _)| info == "text").collect();
    assert!(pictures.len() > 1);
    for (_, picture) in pictures {
        let picture = without_ids(&without_trailing_blanks(&picture));
        assert!(shown.contains(&picture), "{picture}is not in\n{shown}");
    }
}

/// Commits have other ids each time, and other days.
fn without_ids(text: &str) -> String {
    let is_id = |word: &str| word.len() == 12 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let is_day = |word: &str| {
        word.len() == 10
            && word.bytes().filter(|b| *b == b'-').count() == 2
            && word.bytes().all(|b| b.is_ascii_digit() || b == b'-')
    };
    let mut out = String::new();
    for word in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '-') {
        let bare = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        if is_id(bare) || is_day(bare) {
            out.push_str(&word.replace(bare, "[masked]"));
        } else {
            out.push_str(word);
        }
    }
    out
}

#[test]
fn the_pictures_fit_a_terminal() {
    let pictures = blocks().into_iter().filter(|(info, _)| info == "text").map(|(_, text)| text);
    for line in pictures.collect::<String>().lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn the_second_command_is_what_ci_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ci = std::fs::read_to_string(root.join(".ci/run")).unwrap();
    assert!(ci.lines().any(|line| line == OWN[1]), "{ci}");
    let workflow = std::fs::read_to_string(root.join(".github/workflows/ci.yml")).unwrap();
    assert!(workflow.lines().any(|line| line.trim() == "run: bash .ci/run"), "{workflow}");
}

/// A block of YAML by its first line.
pub(crate) fn yaml(first: &str) -> String {
    let all = blocks().into_iter().filter(|(info, _)| info == "yaml");
    let mut named = all.filter(|(_, text)| text.lines().next() == Some(&format!("# {first}")));
    let found = named.next().unwrap_or_else(|| panic!("no block is named {first}")).1;
    assert!(named.next().is_none(), "two blocks are named {first}");
    found
}

#[test]
fn every_workflow_is_one_that_is_run() {
    let run = [
        ".github/workflows/guard.yml",
        "a step of a job",
        "a job that reports back",
        ".github/workflows/back-out.yml",
    ];
    let named = run.map(yaml);
    let all: Vec<_> = blocks().into_iter().filter(|(info, _)| info == "yaml").collect();
    assert_eq!(all.len(), named.len());
    let own = concat!("@v", env!("CARGO_PKG_VERSION"));
    for text in named {
        let ours = text.lines().filter(|line| line.contains("uses: backout-rs/"));
        assert!(
            ours.clone().count() > 0 && ours.into_iter().all(|line| line.ends_with(own)),
            "{text}"
        );
    }
}

#[test]
fn the_comment_is_obeyed() {
    let repo = TestRepo::new();
    let comment = blocks().into_iter().find(|(info, _)| info == "text comment").unwrap().1;
    let event = serde_json::json!({"action": "created", "comment": {"body": comment,
        "created_at": "x", "updated_at": "x", "author_association": "MEMBER",
        "user": {"type": "User"}}});
    repo.write("event.json", event.to_string());
    let run = repo.backout(["comment"]).env("GITHUB_EVENT_NAME", "issue_comment");
    let run = run.env("GITHUB_EVENT_PATH", repo.path().join("event.json")).run().ok();
    assert_eq!(run.out(), "asked to back out stage 9: sessions are lost since 14:05\n");
}

#[test]
fn requirements_are_those_of_the_manifest() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    assert!(readme.contains(concat!("Rust ", env!("CARGO_PKG_RUST_VERSION"), " or newer")));
}

/// A value of `.pre-commit-hooks.yaml`.
fn hook_key(key: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join(".pre-commit-hooks.yaml")).unwrap();
    let values: Vec<&str> = text
        .lines()
        .filter_map(|line| line[line.len().min(2)..].strip_prefix(key)?.strip_prefix(": "))
        .collect();
    assert_eq!(values.len(), 1, "{key}: {values:?}");
    values[0].to_owned()
}

#[test]
fn the_hook_for_pre_commit_stops_what_is_not_ready() {
    let truths = [
        ("language", "script"),
        ("stages", "[pre-push]"),
        ("always_run", "true"),
        ("pass_filenames", "false"),
        ("verbose", "true"),
    ];
    for (key, value) in truths {
        assert_eq!(hook_key(key), value, "{key}");
    }
    let repo = readers_repository();
    let whole = blocks().into_iter().find(|(_, text)| text.contains("[migration]")).unwrap().1;
    repo.annotated_tag("carts-start", "main");
    let from = repo.commit_files(&[("backout.toml", &whole)], "Rules for rolling back");
    repo.push(&["--quiet", "origin", "main", "carts-start"]).ok();
    let work = [("src/session_store.py", "pass\n")];
    let to = repo.commit_files(&work, "Read the new shape\n\nMigration-Stage: 9");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(hook_key("entry"));
    let bin = Path::new(PROGRAM).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let mut command = repo.command(script.to_str().unwrap(), repo.path());
    command
        .env("PATH", path)
        .env("PRE_COMMIT", "1")
        .env("PRE_COMMIT_FROM_REF", &from)
        .env("PRE_COMMIT_TO_REF", &to)
        .env("PRE_COMMIT_LOCAL_BRANCH", "refs/heads/main")
        .env("PRE_COMMIT_REMOTE_BRANCH", "refs/heads/main")
        .env("PRE_COMMIT_REMOTE_NAME", "origin");
    let run = execute(&mut command, b"", repo.filter()).exits(1);
    assert!(run.out().contains("backup/missing"), "{}", run.snapshot());
}
