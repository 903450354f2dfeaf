//! Within a manager alone, by the recipe that `install --print` gives: what is seen of each push.
//! `hooks/README.md` keeps the table; `REWRITE=1 bash tests/all managers::alone` writes it anew.

use std::fs;
use std::path::Path;

use super::in_front::{Seen, plain};
use super::kind::{KINDS, Kind, repository, search_path, with_backout};
use super::scenario::SCENARIOS;
use crate::support::{Recorder, TestRepo};

const BEGIN: &str = "<!-- measured -->\n";
const END: &str = "<!-- end of measured -->\n";

/// How many of a push's ref lines a manager let backout see.
fn column(kind: Kind) -> Vec<String> {
    let template = kind.alone();
    let judge = Recorder::new(&template, "judge");
    let path = search_path(&[judge.program().parent().unwrap()]);
    let mut cells = Vec::new();
    for (scenario, plain) in SCENARIOS.iter().zip(plain()) {
        let run = scenario.run(&template, &[("PATH", &path)]);
        let told = |call: &crate::support::Call| match call.remote_branch.is_empty() {
            true => call.stdin.iter().filter(|byte| **byte == b'\n').count(),
            false => 1,
        };
        let seen: usize = judge.calls().iter().map(told).sum();
        cells.push(match (pushed(plain), seen, run.exit) {
            (0, ..) => "-".to_owned(),
            (all, seen, _) if seen == all => "all".to_owned(),
            (_, 0, 0) => "**none**".to_owned(),
            (_, 0, _) => "stopped".to_owned(),
            (all, seen, _) => format!("**{seen} of {all}**"),
        });
        judge.forget();
    }
    cells
}

/// How many ref lines git has for the hook; `--no-verify` keeps them to itself.
fn pushed(plain: &Seen) -> usize {
    if plain.calls.is_empty() { 1 } else { plain.lines() }
}

fn table() -> String {
    let columns: Vec<Vec<String>> = std::thread::scope(|scope| {
        let threads = KINDS.map(|kind| scope.spawn(move || column(kind)));
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mut text = "| push | ref lines | in front of any".to_owned();
    for kind in KINDS {
        text.push_str(&format!(" | {} alone", kind.name()));
    }
    text.push_str(" |\n|---|---|---|---|---|---|---|\n");
    for (number, (scenario, plain)) in SCENARIOS.iter().zip(plain()).enumerate() {
        let lines = pushed(plain);
        let front = match (lines, plain.lines()) {
            (0, _) => "-",
            (_, 0) => "**none**",
            _ => "all",
        };
        text.push_str(&format!("| {} | {lines} | {front}", scenario.name));
        for column in &columns {
            text.push_str(&format!(" | {}", column[number]));
        }
        text.push_str(" |\n");
    }
    text
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs hook managers: bash tests/all")]
fn the_table_is_what_was_seen() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("hooks/README.md");
    let text = fs::read_to_string(&file).unwrap();
    let start = text.find(BEGIN).unwrap() + BEGIN.len();
    let end = text.find(END).unwrap();
    let table = table();
    if std::env::var_os("REWRITE").is_some() {
        fs::write(&file, [&text[..start], &table, &text[end..]].concat()).unwrap();
    } else {
        assert_eq!(
            &text[start..end],
            table,
            "to write it anew: REWRITE=1 bash tests/all managers::alone"
        );
    }
}

#[test]
fn a_recipe_is_the_file_of_its_name() {
    let repo = TestRepo::new();
    let files = [
        ("pre-commit", "pre-commit.yaml"),
        ("prek", "prek.toml"),
        ("lefthook", "lefthook.yml"),
        ("husky", "husky"),
        ("git-config", "git-config"),
    ];
    for (name, file) in files {
        let printed = repo.backout(["install", "--print", name]).run().ok().out();
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("hooks").join(file);
        assert_eq!(printed, fs::read_to_string(file).unwrap());
    }
    assert!(!repo.path().join(".git/hooks/pre-push").exists());
    let run = repo.backout(["install", "--print", "overcommit"]).run().exits(2);
    assert!(
        run.err().contains("pre-commit, prek, lefthook, husky, git-config"),
        "{}",
        run.snapshot()
    );
}

/// A repository where stage 9 has no backup, with the manager's recipe.
fn staged(kind: Kind, further: &[(&str, &str)]) -> TestRepo {
    let recipe = kind.recipe();
    let recipe = recipe.iter().map(|(path, text)| (*path, text.as_str()));
    let own =
        [("backout.toml", crate::support::CONFIGURATION), (crate::support::STATE, "state = 1\n")];
    let files: Vec<(&str, &str)> = recipe.chain(own).chain(further.iter().copied()).collect();
    let repo = repository(&files);
    repo.annotated_tag("migration-start", "main");
    repo.push(&["--quiet", "origin", "migration-start"]).ok();
    kind.install(&repo);
    repo
}

fn stops_and_passes(repo: &TestRepo) {
    let path = with_backout();
    let with_path = [("PATH", path.as_str())];
    repo.commit_files(&[("src/a.txt", "three\n")], "ordinary");
    repo.git_env(&with_path, &["push", "origin", "main"]).ok();
    let work = [(crate::support::STATE, "state = 2\n")];
    repo.commit_files(&work, "Move\n\nMigration-Stage: 9");
    let run = repo.git_env(&with_path, &["push", "origin", "main"]).exits(1);
    assert!((run.out() + &run.err()).contains("deny backup/missing"), "{}", run.snapshot());
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs hook managers: bash tests/all")]
fn the_recipes_stop_what_is_not_ready() {
    for kind in KINDS {
        stops_and_passes(&staged(kind, &[]));
    }
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs pre-commit and prek: bash tests/all")]
fn the_hook_of_this_repository_needs_no_toolchain() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let hooks = TestRepo::new();
    for file in [".pre-commit-hooks.yaml", "hooks/check"] {
        let target = hooks.path().join(file);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(root.join(file), target).unwrap();
    }
    hooks.commit("release");
    hooks.tag("v0.1.0", "main");
    let configuration = format!(
        "repos:\n- repo: file://{}\n  rev: v0.1.0\n  hooks:\n  - id: backout\n",
        hooks.path().display()
    );
    for kind in [Kind::PreCommit, Kind::Prek] {
        let repo = staged(Kind::Husky, &[(".pre-commit-config.yaml", &configuration)]);
        repo.git(&["config", "--unset", "core.hooksPath"]).ok();
        kind.install(&repo);
        stops_and_passes(&repo);
        let run = repo.git_env(&[("PATH", "/usr/bin:/bin")], &["push", "origin", "main"]).exits(1);
        let told = run.out() + &run.err();
        assert!(told.contains("help: install backout (cargo install backout)"), "{told}");
    }
}

#[test]
fn an_older_git_ignores_the_recipe_for_its_configuration() {
    let repo = repository(&[]);
    let recipe = repo.backout(["install", "--print", "git-config"]).run().ok().out();
    let config = repo.read(".git/config");
    repo.write(".git/config", config + &recipe);
    assert_eq!(repo.git(&["config", "hook.backout.event"]).ok().line(), "pre-push");
    let command = repo.git(&["config", "hook.backout.command"]).ok().line();
    // git starts it by a shell and adds the arguments itself.
    let judge = Recorder::new(&repo, "judge");
    let path = search_path(&[judge.program().parent().unwrap()]);
    let mut shell = repo.command("sh", repo.path());
    shell.env("PATH", &path).args(["-c", &format!("{command} \"$@\""), &command, "origin", "url"]);
    crate::support::execute(&mut shell, b"line\n", repo.filter()).ok();
    assert_eq!(judge.only_call().arguments, ["pre-push", "origin", "url"]);
    judge.forget();
    let run = repo.backout(["doctor"]).run();
    repo.commit("second");
    repo.git_env(&[("PATH", &path)], &["push", "origin", "main"]).ok();
    let ignored = run.out().contains("ignores it");
    assert_eq!(judge.calls().is_empty(), ignored, "{}", run.snapshot());
}

/// The shell files that users get, beside the hook itself.
const SHELL_FILES: [&str; 3] = ["hooks/forward", "hooks/check", "hooks/husky"];

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs shellcheck: bash tests/all")]
fn shellcheck_has_nothing_to_say() {
    let output = std::process::Command::new("shellcheck")
        .args(["--severity=style", "--shell=sh"])
        .args(SHELL_FILES)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap_or_else(|error| panic!("shellcheck did not start ({error}): bash tests/all"));
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "shellcheck on {SHELL_FILES:?}:\n{said}");
}
