//! Negative controls: a plan whose result is wrong in one thing does not pass a rehearsal.

use std::collections::BTreeSet;

use super::clash::Reason;
use super::message::Naming;
use super::plan::{Ground, Plan, plan};
use super::rehearsal::{Broken, examine};
use super::undoing::read_ledger;
use crate::config::Migration;
use crate::config::testing::configuration;
use crate::git::testing::Scratch;
use crate::git::{Edits, Entry, ObjectId, ObjectKind, Repo, RepoPath};
use crate::stage::attribution::{Attribution, Attributions};
use crate::stage::ledger::Ledger;
use crate::stage::matcher::Matcher;

const CONFIGURATION: &str = r#"version = 1
[migration]
id = "m"
name = "M"
start = { tag = "s" }
branch = "main"
[[stages]]
id = "4"
name = "Four"
impact = "low"
paths = ["four/**", "both"]
rollback = ["code"]
[[stages]]
id = "9"
name = "Nine"
impact = "low"
paths = ["both"]
rollback = ["code"]
"#;

struct Scene {
    scratch: Scratch,
    migration: Migration,
    start: ObjectId,
}

impl Scene {
    fn new() -> Self {
        let scratch = Scratch::empty();
        let start = scratch.commit("Start", &[("both", "1\n2\n3\n4\n5\n"), ("four/run", "a\n")]);
        scratch.git(&["update-index", "--chmod=+x", "four/run"]);
        let changed = [("both", "1\nfour\n3\n4\n5\n"), ("four/new", "new\n"), ("four/run", "b\n")];
        scratch.commit("Four\n\nMigration-Stage: 4", &changed);
        scratch.commit("Nine\n\nMigration-Stage: 9", &[("both", "1\nfour\n3\nnine\n5\n")]);
        let migration = configuration(&[("backout.toml", CONFIGURATION)], &[]).migrations.remove(0);
        Self { scratch, migration, start }
    }

    fn ledger(&self, repo: &Repo, tip: &ObjectId) -> anyhow::Result<Ledger> {
        let none = Attributions::default();
        let attribution = Attribution::new(&self.migration, &[], &none);
        read_ledger(repo, &self.migration, &attribution, &self.start, tip)
    }

    /// What a rehearsal finds wrong with stage 4's plan, after some edits of its result.
    fn broken(&self, edits: &dyn Fn(&Repo, &Plan) -> Edits) -> Vec<Broken> {
        let repo = self.scratch.repo();
        let tip = self.scratch.id("main");
        let ledger = self.ledger(&repo, &tip).unwrap();
        let matcher = Matcher::new(&self.migration);
        let ground = Ground {
            repo: &repo,
            migration: &self.migration,
            matcher: &matcher,
            ledger: &ledger,
            onto: tip,
        };
        let mut planned = plan(&ground, &BTreeSet::from([0])).unwrap();
        let right = planned.tree.unwrap();
        let edits = edits(&repo, &planned);
        let edits = edits.iter().map(|(path, entry)| (path, *entry));
        planned.tree = Some(repo.with_edits(&right, edits).unwrap());
        let naming = Naming { migration: &self.migration, several: false };
        let again = |tip: &ObjectId| self.ledger(&repo, tip);
        examine(&ground, naming, 0, &planned, &again).unwrap()
    }
}

fn edit(path: &str, entry: Option<Entry>) -> Edits {
    Edits::from([(RepoPath::from(path), entry)])
}

fn file(repo: &Repo, plan: &Plan, text: &str) -> Option<Entry> {
    let oid = repo.draft(ObjectKind::Blob, text.as_bytes().to_vec(), &plan.onto).unwrap();
    Some(Entry { mode: 0o100_644, oid })
}

#[test]
fn the_right_plan_passes() {
    assert_eq!(Scene::new().broken(&|_, _| Edits::new()), []);
}

#[test]
fn a_file_that_was_passed_over_does_not() {
    let found = Scene::new().broken(&|repo, plan| edit("four/new", file(repo, plan, "new\n")));
    assert!(found.contains(&Broken::NotAsBefore(RepoPath::from("four/new"))), "{found:?}");
    assert!(found.contains(&Broken::StillThere), "{found:?}");
}

#[test]
fn a_mode_that_was_lost_does_not() {
    let found = Scene::new().broken(&|_, plan| {
        let of = plan.paths.iter().find(|change| change.path == RepoPath::from("four/run"));
        let other = of
            .and_then(|change| change.new)
            .map(|entry| Entry { mode: entry.mode ^ 0o111, ..entry });
        edit("four/run", other)
    });
    assert!(found.contains(&Broken::NotAsBefore(RepoPath::from("four/run"))), "{found:?}");
}

#[test]
fn one_hunk_too_many_does_not() {
    let found =
        Scene::new().broken(&|repo, plan| edit("both", file(repo, plan, "1\n2\n3\n4\n5\n")));
    assert!(found.contains(&Broken::NotAsItWas(RepoPath::from("both"))), "{found:?}");
}

#[test]
fn a_file_of_nobody_does_not() {
    let found = Scene::new().broken(&|repo, plan| edit("other", file(repo, plan, "x")));
    assert!(found.contains(&Broken::Outside(RepoPath::from("other"))), "{found:?}");
}

/// The plan to back stages out of what has landed in a repository, and what files there would be.
fn planned(scratch: Scratch, start: ObjectId, stages: &[usize]) -> (Plan, Option<Vec<String>>) {
    let migration = configuration(&[("backout.toml", CONFIGURATION)], &[]).migrations.remove(0);
    let scene = Scene { scratch, migration, start };
    let repo = scene.scratch.repo();
    let tip = scene.scratch.id("main");
    let (ledger, matcher) = (scene.ledger(&repo, &tip).unwrap(), Matcher::new(&scene.migration));
    let migration = &scene.migration;
    let ground = Ground { repo: &repo, migration, matcher: &matcher, ledger: &ledger, onto: tip };
    let made = plan(&ground, &stages.iter().copied().collect()).unwrap();
    let all = made.tree.map(|tree| repo.entries_below(&tree, &RepoPath::from("")).unwrap());
    let names = |all: Vec<(RepoPath, Entry)>| {
        all.into_iter().map(|(path, _)| path.shown().into_owned()).collect()
    };
    (made, all.map(names))
}

#[test]
fn the_parts_of_a_merge_go_back_one_after_the_other_the_newest_first() {
    // Whatever ids they have.
    for message in ["First", "A", "B", "C", "D", "E", "F", "G"] {
        let scratch = Scratch::empty();
        let start = scratch.commit("Start", &[("both", "1\n2\n3\n"), ("nine", "n\n")]);
        scratch.git(&["checkout", "--quiet", "-b", "topic"]);
        scratch.git(&["rm", "--quiet", "both"]);
        scratch.commit(&format!("{message}\n\nMigration-Stage: 4"), &[("four/c", "1\n2\n3\n")]);
        scratch.commit("Second\n\nMigration-Stage: 4", &[("four/d", "d\n")]);
        scratch.git(&["checkout", "--quiet", "main"]);
        let merge = "Merge\n\nMigration-Stage: 9";
        scratch.git(&["merge", "--quiet", "--no-ff", "--message", merge, "topic"]);
        let (made, files) = planned(scratch, start, &[0]);
        assert_eq!(files.as_deref(), Some(&["both".to_owned(), "nine".to_owned()][..]), "{made:?}");
    }
}

#[test]
fn a_file_that_another_stage_took_away_does_not_come_back() {
    let scene = || {
        let scratch = Scratch::empty();
        let start = scratch.commit("Start", &[("both", "1\n2\n3\n"), ("nine", "n\n")]);
        scratch.git(&["rm", "--quiet", "both"]);
        scratch.commit("Away\n\nMigration-Stage: 4", &[]);
        scratch.commit("Again\n\nMigration-Stage: 4", &[("both", "1\nfour\n3\n")]);
        scratch.git(&["rm", "--quiet", "both"]);
        scratch.commit("Away\n\nMigration-Stage: 9", &[]);
        (scratch, start)
    };
    let (scratch, start) = scene();
    let (made, files) = planned(scratch, start, &[0]);
    let reasons: Vec<_> = made.clashes.iter().map(|clash| &clash.reason).collect();
    assert_eq!((files, reasons), (None, vec![&Reason::GoneSince]));
    let (scratch, start) = scene();
    let (_, files) = planned(scratch, start, &[0, 1]);
    assert_eq!(files.as_deref(), Some(&["both".to_owned(), "nine".to_owned()][..]));
}

#[test]
fn a_conflict_stays_one_whatever_else_the_step_changed() {
    for also in [false, true] {
        let scratch = Scratch::empty();
        let start = scratch.commit("Start", &[("four/a", "1\n2\n3\n"), ("nine", "n\n")]);
        scratch.git(&["rm", "--quiet", "four/a"]);
        scratch.commit("Away\n\nMigration-Stage: 4", &[("four/d", "d\n")]);
        scratch.commit("Again\n\nMigration-Stage: 4", &[("four/a", "1\nfour\n3\n")]);
        scratch.git(&["rm", "--quiet", "four/a"]);
        if also {
            scratch.git(&["rm", "--quiet", "four/d"]);
        }
        scratch.commit("Fix\n\nMigration-Stage: none", &[("other", "x\n")]);
        let (made, _) = planned(scratch, start, &[0]);
        let reasons: Vec<_> = made.clashes.iter().map(|clash| &clash.reason).collect();
        assert_eq!((made.tree, reasons), (None, vec![&Reason::GoneSince]), "{also}");
    }
}

#[test]
fn a_merge_of_several_stages_is_one_step_with_the_changes_of_all() {
    let scratch = Scratch::empty();
    let start = scratch.commit("Start", &[("four/a", "1\n2\n3\n"), ("both", "1\n2\n3\n")]);
    scratch.git(&["checkout", "--quiet", "-b", "topic"]);
    scratch.commit("Four\n\nMigration-Stage: 4", &[("four/a", "four\n2\n3\n")]);
    scratch.commit("Nine\n\nMigration-Stage: 9", &[("both", "nine\n2\n3\n")]);
    scratch.git(&["checkout", "--quiet", "main"]);
    scratch.git(&["merge", "--quiet", "--no-ff", "--message", "Merge", "topic"]);
    let fixes = [("four/a", "four\n2\nfix\n"), ("both", "nine\n2\nfix\n")]
        .map(|(path, text)| scratch.commit("Fix\n\nMigration-Stage: none", &[(path, text)]));
    let (made, _) = planned(scratch, start, &[0, 1]);
    let [step] = made.commits.as_slice() else { panic!("one step: {:?}", made.commits) };
    let paths: BTreeSet<_> = step.changes.iter().map(|change| change.path.shown()).collect();
    assert_eq!(paths, BTreeSet::from(["both".into(), "four/a".into()]));
    assert_eq!(made.foreign, [fixes[1], fixes[0]], "both stay, and both are told");
}
