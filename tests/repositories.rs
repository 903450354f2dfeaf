//! Every repository: whatever state it is in, the guard says the same of it as of a plain one, or
//! that it cannot judge, why, and what helps. Never that something is ready which is not.

mod cell;
mod setting;
mod source;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use self::cell::{Git, cure, judge};
use self::setting::{SETTINGS, Scene, Setting};
use self::source::{Source, TRUTHS};
use crate::support::{RECEIPT, RECEIPT_PATH, RepoOptions, STATE, Staged, TestRepo};

/// The page that holds the table.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/git/repositories.md");

fn is_root() -> bool {
    std::os::unix::fs::MetadataExt::uid(&fs::metadata("/proc/self").unwrap()) == 0
}

/// What a repository is made like, and its columns on the page: under a git that knows reftables,
/// and under an older one.
struct Make {
    sha256: bool,
    reftable: bool,
    column: usize,
}

/// Judges every state under every git, and holds the outcome against the page.
fn matrix(make: &Make) {
    let gits = Git::all();
    // Only git 2.45 and newer can make one; where there is none, nobody here has such repositories.
    if make.reftable && !gits.iter().any(Git::knows_reftable) {
        return;
    }
    let options =
        RepoOptions { sha256: make.sha256, reftable: make.reftable, ..RepoOptions::default() };
    let source = Source::new(options);
    let table = table();
    let mut wrong = String::new();
    for (setting, name) in SETTINGS {
        if setting.is_foreign() && !is_root() {
            // Only root can give files away.
            continue;
        }
        let scene = Scene::new(&source, setting);
        for git in &gits {
            let shown = judge(&scene, git);
            let column = make.column + usize::from(!git.knows_reftable());
            let expected = table.get(name).and_then(|row| row.get(column));
            if expected != Some(&shown.text()) {
                let _ = writeln!(wrong, "| {name} | column {column}: {}", shown.text());
            }
            for what in &shown.wrong {
                let _ = writeln!(wrong, "{name}, git {:?}: {what}", git.version);
            }
        }
        if let (Setting::Full, Some(git)) = (setting, gits.first()) {
            let reader = if make.reftable { "the git program, for" } else { "libgit2\n" };
            let said = scene.doctor(git);
            assert!(
                said.out().contains(&format!("read by        {reader}")),
                "{}",
                said.snapshot()
            );
        }
        wrong.push_str(&cures(&scene, &gits));
    }
    assert!(wrong.is_empty(), "{PAGE}:\n{wrong}");
}

/// What the commands that `check` names do not cure.
fn cures(scene: &Scene<'_>, gits: &[Git]) -> String {
    let mut wrong = String::new();
    for truth in TRUTHS {
        // A tag that exists nowhere is not found by fetching it, and git says so.
        let fetched = matches!(scene.setting, Setting::Tagless | Setting::CutBeforeStart);
        let nowhere = fetched && truth.branch == "untagged";
        let Some(git) = gits.first().filter(|_| scene.setting.can_be_cured() && !nowhere) else {
            continue;
        };
        if let Some(left) = cure(scene, git, &truth) {
            let _ = writeln!(wrong, "{:?}, {}: not cured by {left}", scene.setting, truth.branch);
        }
    }
    wrong
}

/// The page's table: what each state's row says, column by column.
fn table() -> BTreeMap<String, Vec<String>> {
    let page = fs::read_to_string(PAGE).unwrap();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    rows.map(|row| {
        let mut cells = row.split(" | ").map(str::to_owned);
        (cells.next().unwrap(), cells.collect())
    })
    .collect()
}

#[test]
fn without_the_git_program_the_reader_that_is_left_says_what_it_cannot_open() {
    let repo = TestRepo::new();
    let empty = repo.root().join("empty");
    fs::create_dir(&empty).unwrap();
    repo.git(&["config", "core.repositoryFormatVersion", "1"]).ok();
    repo.git(&["config", "extensions.partialClone", "origin"]).ok();
    let run = repo.backout(["check"]).env("PATH", &empty).run();
    insta::assert_snapshot!(run.snapshot(), @r"
    exit: 3
    stdout:
    stderr:
    error: the program `git` cannot be started: No such file or directory (os error 2); and without it, libgit2 does not open [TMP]/work: unsupported extension name extensions.partialclone
    help: install git, or put it on the PATH of whatever runs backout
    ");
    let run = repo.backout(["check"]).folder(&empty).env("PATH", &empty).run();
    insta::assert_snapshot!(run.snapshot(), @r"
    exit: 3
    stdout:
    stderr:
    error: the program `git` cannot be started: No such file or directory (os error 2); and without it, libgit2 does not open [TMP]/empty: could not find repository at '[TMP]/empty'
    help: install git, or put it on the PATH of whatever runs backout
    ");
}

#[test]
fn work_made_in_a_partial_clone_is_judged() {
    for filter in ["--filter=blob:none", "--filter=tree:0"] {
        let scene = Staged::new();
        scene.repo.git_in(&scene.origin, &["config", "uploadpack.allowFilter", "true"]).ok();
        let source = format!("file://{}", scene.origin.display());
        let partial = scene.repo.clone_of(&source, "partial", &[filter]);
        partial.install_hook();
        let stage_9 = "Move the state\n\nMigration-Stage: 9";
        partial.commit_files(&[(STATE, "state = 2\n")], stage_9);
        let run = partial.push(&["origin", "main"]).exits(1);
        assert!(run.out().contains("deny backup/missing"), "{filter}: {}", run.snapshot());
        partial.commit_files(&[(RECEIPT_PATH, RECEIPT)], "Take the backup");
        if filter == "--filter=tree:0" {
            // What landed before has to be looked at, and its trees are not here.
            let run = partial.push(&["origin", "main"]).exits(1);
            assert!(run.out().contains("could not judge: 2 not checked"), "{}", run.snapshot());
            assert!(run.out().contains("git fetch --refetch --no-filter origin"));
            partial.git(&["fetch", "--quiet", "--refetch", "--no-filter", "origin"]).ok();
        }
        partial.push(&["origin", "main"]).ok();
        partial.commit_files(&[("README.md", "words\n")], "Ordinary work");
        partial.push(&["origin", "main"]).ok();
    }
}

#[test]
fn sha_1_with_ref_files() {
    matrix(&Make { sha256: false, reftable: false, column: 0 });
}

#[test]
fn sha_1_with_reftables() {
    matrix(&Make { sha256: false, reftable: true, column: 2 });
}

#[test]
fn sha_256_with_ref_files() {
    matrix(&Make { sha256: true, reftable: false, column: 4 });
}

#[test]
fn sha_256_with_reftables() {
    matrix(&Make { sha256: true, reftable: true, column: 6 });
}
