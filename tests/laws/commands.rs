//! The laws once more with the program itself, on generated migrations in real repositories.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proptest::strategy::{Strategy as _, ValueTree as _};

use super::scene::{Ground, Scene, specs};
use crate::oracle::{number, runner, tell};
use crate::support::{RepoOptions, Run, TestRepo, execute};

/// How often something was tried.
type Tally = BTreeMap<&'static str, usize>;

const NOTHING: [PathBuf; 0] = [];

/// Every file below a folder, the folder of git with it, and what it holds.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, kind) = (entry.path(), entry.file_type().unwrap());
        if kind.is_dir() {
            found.extend(files(&path));
        } else if kind.is_symlink() {
            found.insert(
                path.clone(),
                fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes(),
            );
        } else {
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    found
}

/// The story in a repository of its own, its tip checked out.
fn played(scene: &Scene<'_>) -> TestRepo {
    let repo = TestRepo::new();
    let root = repo.root().join("played");
    fs::create_dir(&root).unwrap();
    let mut shell = repo.command("sh", &root);
    execute(shell.args(["-e", "-c", &scene.script()]), b"", repo.filter()).ok();
    fs::remove_dir_all(repo.path()).unwrap();
    fs::rename(root.join("t"), repo.path()).unwrap();
    repo
}

/// What was written since, but for what the program remembers, which is safe to delete.
fn written(repo: &TestRepo, before: &BTreeMap<PathBuf, Vec<u8>>) -> Vec<PathBuf> {
    let now = files(repo.path());
    let all: BTreeSet<&PathBuf> = before.keys().chain(now.keys()).collect();
    let cache = repo.path().join(".git/backout/cache");
    let others = all.into_iter().filter(|path| !path.starts_with(&cache));
    others.filter(|path| before.get(*path) != now.get(*path)).cloned().collect()
}

fn asked(repo: &TestRepo, command: &str, stage: usize, more: &[&str]) -> Run {
    let stage = stage.to_string();
    repo.backout([command, "--offline", "--stage", &stage]).args(more).run()
}

fn tree_of(repo: &TestRepo, revision: &str) -> String {
    repo.rev(&format!("{revision}^{{tree}}"))
}

/// Laws 4, 5 and 6 for one stage of a story, as its user would try them.
fn holds(repo: &TestRepo, stage: usize, planned: Option<&str>, tally: &mut Tally) {
    let before = files(repo.path());
    let dry = asked(repo, "revert", stage, &[]);
    assert_eq!(written(repo, &before), NOTHING, "law 6: {}", dry.snapshot());
    let Some(planned) = planned else {
        assert_eq!(dry.exit, 4, "stage {stage} has no way back: {}", dry.snapshot());
        let refused = asked(repo, "revert", stage, &["--reason", "r", "--branch", "back"]);
        assert_eq!(refused.exit, 4, "{}", refused.snapshot());
        assert_eq!(written(repo, &before), NOTHING, "law 6: {}", refused.snapshot());
        *tally.entry("blocked").or_default() += 1;
        return;
    };
    assert_eq!(dry.exit, 0, "stage {stage} has its way back: {}", dry.snapshot());
    let tip = repo.rev("HEAD");
    let first = tree_of(repo, "HEAD");
    // What ownership alone suggests is confirmed.
    let written_to = ["--reason", "r", "--branch", "back", "--confirm"];
    let made = asked(repo, "revert", stage, &written_to).exits(0);
    if planned == first {
        assert_eq!(repo.git(&["rev-parse", "--verify", "--quiet", "back"]).exit, 1);
        *tally.entry("nothing to do").or_default() += 1;
        return;
    }
    assert_eq!(tree_of(repo, "back"), planned, "laws 1 to 3: {}", made.snapshot());
    assert_eq!(repo.rev("HEAD"), tip);
    repo.git(&["reset", "-q", "--hard", "back"]).ok();
    let before = files(repo.path());
    let again = asked(repo, "revert", stage, &["--reason", "r", "--branch", "again"]);
    assert_eq!(again.exit, 0, "law 5: {}", again.snapshot());
    assert!(again.out().contains("nothing to back out"), "law 5: {}", again.snapshot());
    assert_eq!(written(repo, &before), NOTHING, "laws 5 and 6: {}", again.snapshot());
    let returned = asked(repo, "reapply", stage, &["--reason", "r", "--branch", "here"]);
    assert_eq!(returned.exit, 0, "law 4: {}", returned.snapshot());
    assert_eq!(tree_of(repo, "here"), first, "law 4: {}", returned.snapshot());
    repo.git(&["reset", "-q", "--hard", &tip]).ok();
    repo.git(&["branch", "-q", "-D", "back", "here"]).ok();
    *tally.entry("there and back").or_default() += 1;
}

#[test]
fn the_laws_hold_for_whoever_calls_the_program() {
    let base =
        TestRepo::with(RepoOptions { bare: true, reftable: false, ..RepoOptions::default() });
    let ground = Ground::new(base.path());
    let cases = number("BACKOUT_TEST_CASES", 1000).div_ceil(40);
    let mut runner = runner(3, 1, 0);
    let mut tally = Tally::new();
    for _ in 0..cases {
        let scene = Scene::tell(&ground, &specs().new_tree(&mut runner).unwrap().current());
        let reader = scene.open();
        let ledger = scene.ledger(&reader);
        let landed: Vec<usize> = ledger.landed().collect();
        let repo = played(&scene);
        for stage in landed {
            let plan = scene.plan_by(&reader, &ledger, &BTreeSet::from([stage]));
            let planned = plan.tree.map(|tree| tree.to_string());
            holds(&repo, stage, planned.as_deref(), &mut tally);
        }
    }
    tell(&format!("laws, by the program: {cases} migrations: {tally:?}"));
    for what in ["blocked", "there and back"] {
        assert!(cases < 25 || tally.contains_key(what), "never tried: {what}");
    }
}
