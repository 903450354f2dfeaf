//! Every block of the README, run or compared.

use std::path::Path;

use crate::support::{PROGRAM, TestRepo, execute};

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
    let mut ran = 0;
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
            "sh" | "sh fails" if !text.contains("cargo ") && !text.contains("tests/all") => {
                let mut command = repo.command("bash", repo.path());
                command.env("PATH", &path).args(["-euo", "pipefail", "-c", &text]);
                let run = execute(&mut command, b"", repo.filter());
                assert_eq!(run.exit == 0, info == "sh", "{text}\n{}", run.snapshot());
                ran += 1;
            }
            "sh" | "text" | "yaml" => {}
            other => panic!("a block `{other}` that no test runs:\n{text}"),
        }
    }
    assert!(ran >= 9, "only {ran} blocks ran");
}

#[test]
fn the_picture_is_what_the_tour_shows() {
    let repo = TestRepo::new();
    let shown = without_trailing_blanks(&repo.backout(["demo"]).run().ok().out());
    let picture = blocks().into_iter().find(|(info, _)| info == "text").unwrap().1;
    assert!(shown.contains(&without_trailing_blanks(&picture)), "{shown}");
}

#[test]
fn the_second_command_is_what_ci_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ci = std::fs::read_to_string(root.join(".ci/run")).unwrap();
    let commands = blocks().into_iter().filter(|(info, _)| info == "sh").map(|(_, text)| text);
    let tests = commands.into_iter().find(|text| text.contains("tests/all")).unwrap();
    assert!(ci.lines().any(|line| line == tests.trim()), "{ci}");
}

#[test]
fn the_workflow_step_calls_options_that_exist() {
    let yaml = blocks().into_iter().find(|(info, _)| info == "yaml").unwrap().1;
    let step = yaml.lines().find_map(|line| line.trim().strip_prefix("- run: backout ")).unwrap();
    let repo = readers_repository();
    let words = step.split(' ').chain(["--help"]);
    repo.backout(words).run().ok();
}
