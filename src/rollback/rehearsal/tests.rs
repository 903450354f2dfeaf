//! Renames that `[[moves]]` tells of: what is compared is the file, by the name that it had.

use std::collections::BTreeSet;

use super::{Broken, examine};
use crate::config::Migration;
use crate::config::testing::configuration;
use crate::git::testing::Scratch;
use crate::git::{ObjectId, ObjectKind, Repo, RepoPath};
use crate::rollback::message::Naming;
use crate::rollback::plan::{Ground, plan};
use crate::rollback::undoing::read_ledger;
use crate::stage::attribution::{Attribution, Attributions};
use crate::stage::ledger::Ledger;
use crate::stage::matcher::Matcher;

const RULES: &str = r#"version = 1
[migration]
id = "m"
name = "M"
start = { tag = "s" }
branch = "main"
[[stages]]
id = "9"
name = "Nine"
impact = "low"
paths = ["old/**", "new/**", "last/**"]
rollback = ["code"]
"#;
const MOVES: &str = "[[moves]]\nfrom = \"old/**\"\nto = \"new/**\"\n";
const AGAIN: &str = "[[moves]]\nfrom = \"new/**\"\nto = \"last/**\"\n";
const NINE: &str = "Work\n\nMigration-Stage: 9";

struct Scene {
    scratch: Scratch,
    start: ObjectId,
    migration: Migration,
}

impl Scene {
    fn new(moves: &str) -> Self {
        let scratch = Scratch::empty();
        let lines = |name: &str| (1..9).map(|line| format!("{name}{line}\n")).collect::<String>();
        let start = scratch.commit("Start", &[("old/a", &lines("a")), ("old/b", &lines("b"))]);
        let text = format!("{RULES}{moves}");
        let migration = configuration(&[("backout.toml", &text)], &[]).migrations.remove(0);
        Self { scratch, start, migration }
    }

    fn rename(&self, from: &str, to: &str) -> &Self {
        self.scratch.git(&["mv", from, to]);
        self
    }

    /// A commit that adds a line to each of these files.
    fn work(&self, message: &str, paths: &[&str]) -> &Self {
        let text = |path: &&str| {
            let file = self.scratch.path().join(path);
            std::fs::read_to_string(file).unwrap_or_default() + "more\n"
        };
        let texts: Vec<String> = paths.iter().map(text).collect();
        let files: Vec<(&str, &str)> =
            paths.iter().zip(&texts).map(|(path, text)| (*path, text.as_str())).collect();
        self.scratch.commit(message, &files);
        self
    }

    fn ledger(&self, repo: &Repo, tip: &ObjectId) -> anyhow::Result<Ledger> {
        let none = Attributions::default();
        let attribution = Attribution::new(&self.migration, &[], &none);
        read_ledger(repo, &self.migration, &attribution, &self.start, tip)
    }

    /// What a rehearsal finds wrong with the plan, where it is right and where these paths of its
    /// result have other content.
    fn broken(&self, spoilt: &[&str]) -> Vec<Broken> {
        let repo = self.scratch.repo();
        let tip = self.scratch.id("main");
        let (ledger, matcher) = (self.ledger(&repo, &tip).unwrap(), Matcher::new(&self.migration));
        let migration = &self.migration;
        let ground =
            Ground { repo: &repo, migration, matcher: &matcher, ledger: &ledger, onto: tip };
        let mut planned = plan(&ground, &BTreeSet::from([0])).unwrap();
        let right = planned.tree.unwrap();
        let wrong = repo.draft(ObjectKind::Blob, b"wrong\n".to_vec(), &tip).unwrap();
        let paths: Vec<RepoPath> = spoilt.iter().map(|path| RepoPath::from(*path)).collect();
        let entry = Some(crate::git::Entry { mode: 0o100_644, oid: wrong });
        let edits = paths.iter().map(|path| (path, entry));
        planned.tree = Some(repo.with_edits(&right, edits).unwrap());
        let again = |tip: &ObjectId| self.ledger(&repo, tip);
        let naming = Naming { migration, several: false };
        examine(&ground, naming, 0, &planned, &again).unwrap()
    }

    /// That the right plan passes, and a result that is wrong at one of these paths does not.
    fn holds(&self, paths: &[&str]) {
        assert_eq!(self.broken(&[]), []);
        for path in paths {
            let found = self.broken(&[path]);
            let expected = Broken::NotAsBefore(RepoPath::from(*path));
            assert!(found.contains(&expected), "{path}: {found:?}");
        }
    }
}

#[test]
fn a_stage_that_renames_and_edits_in_one_commit() {
    for moves in [MOVES, ""] {
        let scene = Scene::new(moves);
        scene.rename("old", "new").work(NINE, &["new/a"]);
        // Without a word about it the rename is the stage's work, and goes back as well.
        scene.holds(if moves.is_empty() { &["old/a", "old/b", "new/a"] } else { &["new/a"] });
    }
}

#[test]
fn a_stage_that_renames_and_edits_afterwards() {
    for moves in [MOVES, ""] {
        let scene = Scene::new(moves);
        scene.rename("old", "new").work(NINE, &[]).work(NINE, &["new/a"]);
        scene.holds(if moves.is_empty() { &["old/a", "old/b"] } else { &["new/a"] });
    }
}

#[test]
fn a_stage_that_edits_before_and_with_the_rename() {
    for moves in [MOVES, ""] {
        let scene = Scene::new(moves);
        scene.work(NINE, &["old/a"]).rename("old", "new").work(NINE, &["new/b"]);
        scene.holds(if moves.is_empty() { &["old/a", "old/b"] } else { &["new/a", "new/b"] });
    }
}

#[test]
fn a_rename_that_somebody_else_made() {
    let scene = Scene::new(MOVES);
    scene.work(NINE, &["old/a"]).rename("old", "new");
    scene.work("Rename\n\nMigration-Stage: none", &[]).work(NINE, &["new/a", "new/b", "new/c"]);
    scene.holds(&["new/a", "new/b", "new/c"]);
}

#[test]
fn two_renames_one_after_the_other() {
    let scene = Scene::new(&format!("{MOVES}{AGAIN}"));
    scene.work(NINE, &["old/a"]).rename("old", "new").work(NINE, &["new/b"]);
    scene.rename("new", "last").work(NINE, &["last/b", "last/c"]);
    scene.holds(&["last/a", "last/b", "last/c"]);
}

#[test]
fn a_file_that_had_the_new_name_before_the_rename() {
    let scene = Scene::new(MOVES);
    scene.work("Before\n\nMigration-Stage: none", &["new/c"]);
    scene.work(NINE, &["new/c"]).rename("old/a", "new/a").rename("old/b", "new/b");
    scene.work(NINE, &["new/b"]);
    scene.holds(&["new/b", "new/c"]);
}
