//! The laws of a back-out, on generated migrations: several stages with files of their own and
//! files that they share, landed as commits, squashes and merges, with work of others in between,
//! and with back-outs and reapplications.
//!
//! `BACKOUT_TEST_CASES=10000 cargo test --test integration laws` tries more of them, and
//! `BACKOUT_TEST_SEED` others.

macro_rules! holds {
    ($condition:expr, $($words:tt)+) => {
        if !$condition {
            return Err(TestCaseError::fail(format!($($words)+)));
        }
    };
}

mod commands;
pub(crate) mod scene;
mod set_back;
mod unseen;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use backout::git::{Repo, RepoPath};
use backout::rollback::blockers::blockers;
use backout::rollback::clash::Reason;
use backout::rollback::plan::{self, Plan};
use backout::stage::ledger::Ledger;
use backout::stage::matcher::Matcher;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{TestCaseError, TestError};

use self::scene::{Files, Ground, Scene, Spec, changed, oid, specs, tree};
use crate::oracle::{number, runner, tell};
use crate::support::{RepoOptions, TestRepo, execute};

type Law = Result<(), TestCaseError>;

/// A failing case is made smaller at most so often.
const SHRINKS: u32 = 400;

/// How often something was tried.
type Tally = RefCell<BTreeMap<&'static str, usize>>;

fn count(tally: &Tally, what: &'static str) {
    *tally.borrow_mut().entry(what).or_default() += 1;
}

/// In two halves, for two cores.
#[test]
fn the_laws_hold() {
    the_laws_hold_in(0);
}

#[test]
fn the_laws_hold_in_the_other_half() {
    the_laws_hold_in(1);
}

fn the_laws_hold_in(half: u64) {
    let cases = u32::try_from(number("BACKOUT_TEST_CASES", 1000).div_ceil(2)).unwrap();
    let base =
        TestRepo::with(RepoOptions { bare: true, reftable: false, ..RepoOptions::default() });
    let ground = Ground::new(base.path());
    let tally = Tally::default();
    let mut runner = runner(half, cases, SHRINKS);
    let outcome = runner.run(&specs(), |spec| judged(&base, &ground, &spec, &tally));
    tell(&format!("laws: {cases} migrations: {:?}", tally.borrow()));
    if let Err(TestError::Fail(why, spec)) = outcome {
        let scene = Scene::tell(&ground, &spec);
        panic!("{why}\n{}# {} stages:\n{}", scene.script(), spec.stages, scene.configured());
    }
    for what in
        ["clean", "blocked", "recognised", "reapplied", "as at the start", "as git", "set back"]
    {
        assert!(cases < 100 || tally.borrow().contains_key(what), "never tried: {what}");
    }
}

#[test]
fn what_a_law_fails_on_can_be_made_again() {
    let base =
        TestRepo::with(RepoOptions { bare: true, reftable: false, ..RepoOptions::default() });
    let ground = Ground::new(base.path());
    let mut runner = runner(2, 1, 0);
    let mut kinds = BTreeSet::new();
    for _ in 0..20 {
        let scene = Scene::tell(&ground, &specs().new_tree(&mut runner).unwrap().current());
        let elsewhere = TestRepo::new();
        let script = scene.script();
        kinds.insert(script.contains("base64"));
        let root = elsewhere.root();
        let mut shell = elsewhere.command("sh", &root);
        execute(shell.args(["-e", "-c", &script]), b"", elsewhere.filter()).ok();
        let made = elsewhere.git_in(&root.join("t"), &["rev-parse", "HEAD", "start^0"]).ok().out();
        assert_eq!(made, format!("{}\n{}\n", scene.tip(), scene.start()), "{script}");
    }
    assert_eq!(kinds.len(), 2, "with a binary file, and without one");
}

fn judged(base: &TestRepo, ground: &Ground, spec: &Spec, tally: &Tally) -> Law {
    let scene = Scene::tell(ground, spec);
    let repo = scene.open();
    let ledger = scene.ledger(&repo);
    let landed: BTreeSet<usize> = ledger.landed().collect();
    for stage in &landed {
        let plan = scene.plan_by(&repo, &ledger, &BTreeSet::from([*stage]));
        if plan.is_clean() {
            count(tally, "clean");
            stays_within(ground, &scene, &repo, &plan)?;
            if plan.commits.len() < 4 && stage % 2 == 0 {
                as_git_has_it(base, ground, &scene, &repo, &plan, tally)?;
            }
            there_and_back(ground, &scene, *stage, &repo, &plan, tally)?;
            set_back::as_undone(&scene, (&repo, &ledger), *stage, &plan, tally)?;
        } else {
            count(tally, "blocked");
            blocked(ground, &scene, &repo, &ledger, &plan, tally)?;
        }
    }
    if !landed.is_empty() {
        all_of_them(&scene, &repo, &ledger, &landed, tally)?;
    }
    Ok(())
}

/// Law 2: nothing outside the stages' paths changes; and law 6: no marker of a conflict.
fn stays_within(ground: &Ground, scene: &Scene<'_>, repo: &Repo, plan: &Plan) -> Law {
    let matcher = Matcher::new(scene.migration());
    for change in &plan.paths {
        let owners = matcher.owners(&change.path).unwrap();
        let own = plan.stages.iter().any(|stage| owners.contains(stage));
        holds!(own, "law 2: {} is not the stage's", change.path.shown());
        if let Some(entry) = change.new {
            let text = String::from_utf8_lossy(&repo.blob(&entry.oid).unwrap()).into_owned();
            let marked = text.contains("<<<<<<<") || text.contains(">>>>>>>");
            holds!(!marked, "law 6: a marker in {}", change.path.shown());
        }
    }
    let expected = tree(ground, &changed(scene.files(), repo, &plan.paths));
    let is = plan.tree.map(|id| oid(&id));
    holds!(is == Some(expected), "law 2: the tree is {is:?}, its paths make {expected}");
    Ok(())
}

/// Law 1: each step limited to the same paths, merged by git one after the other.
fn as_git_has_it(
    base: &TestRepo,
    ground: &Ground,
    scene: &Scene<'_>,
    repo: &Repo,
    plan: &Plan,
    tally: &Tally,
) -> Law {
    let mut now = scene.tip();
    let limited: BTreeSet<RepoPath> = plan
        .commits
        .iter()
        .flat_map(|step| &step.changes)
        .map(|change| change.path.clone())
        .collect();
    for step in &plan.commits {
        // Parts of a merge go back one by one, which git has no name for.
        if step.changes.iter().any(|change| change.commit != step.id) {
            return Ok(());
        }
        let base_tree = ground.git.find_commit(oid(&step.id)).unwrap().tree().unwrap();
        let mut builder = git2::build::TreeUpdateBuilder::new();
        for change in &step.changes {
            match change.old {
                Some(entry) => {
                    builder.upsert(change.path.as_bytes(), oid(&entry.oid), filemode(entry.mode))
                }
                None => builder.remove(change.path.as_bytes()),
            };
        }
        let theirs = builder.create_updated(&ground.git, &base_tree).unwrap();
        let theirs = scratch(ground, theirs);
        let flag = format!("--merge-base={}", step.id);
        let said = base.git(&[
            "merge-tree",
            "--write-tree",
            "--messages",
            &flag,
            &now.to_string(),
            &theirs,
        ]);
        if said.exit != 0 || said.out().contains("CONFLICT") {
            count(tally, "git conflicts, we do not");
            return Ok(());
        }
        let made = said.out().lines().next().unwrap_or_default().to_owned();
        now = scratch(ground, made.parse().unwrap()).parse().unwrap();
    }
    let (tip, end) = (scene.tip().to_string(), now.to_string());
    let differs = base.git(&["diff-tree", "-r", "-z", "--no-renames", "--name-only", &tip, &end]);
    let names = differs.stdout.split(|byte| *byte == 0).filter(|name| !name.is_empty());
    if !names.map(RepoPath::from_bytes).all(|path| limited.contains(&path)) {
        count(tally, "git goes elsewhere");
        return Ok(());
    }
    let expected = ground.git.find_commit(oid(&now)).unwrap().tree_id();
    count(tally, "as git");
    let _ = repo;
    holds!(
        plan.tree.map(|id| oid(&id)) == Some(expected),
        "law 1: git makes {expected}, we make {:?}",
        plan.tree
    );
    Ok(())
}

fn scratch(ground: &Ground, tree: git2::Oid) -> String {
    let who = git2::Signature::new("T", "t@t", &git2::Time::new(1, 0)).unwrap();
    let tree = ground.git.find_tree(tree).unwrap();
    ground.git.commit(None, &who, &who, "x", &tree, &[]).unwrap().to_string()
}

fn filemode(mode: u32) -> git2::FileMode {
    match mode {
        0o100_755 => git2::FileMode::BlobExecutable,
        0o120_000 => git2::FileMode::Link,
        _ => git2::FileMode::Blob,
    }
}

/// Laws 4 and 5: backed out twice is nothing to do; reapplied, all is as before.
fn there_and_back(
    ground: &Ground,
    told: &Scene<'_>,
    stage: usize,
    repo: &Repo,
    plan: &Plan,
    tally: &Tally,
) -> Law {
    let mut scene = told.clone();
    let before: Files = scene.files().clone();
    scene.apply(repo, &plan.paths, &format!("Back out\n\nBackout-Stage: {stage}"));
    let after = scene.files().clone();
    let only = BTreeSet::from([stage]);
    let reader = scene.open();
    let again = scene.plan(&reader, &only);
    count(tally, "recognised");
    holds!(
        again.is_empty() && again.tree.map(|id| oid(&id)) == Some(tree(ground, &after)),
        "law 5: stage {stage} is backed out, and yet {again:?}"
    );
    if plan.paths.is_empty() {
        return Ok(());
    }
    let back = scene.reapplied(&reader, stage);
    let is = back.as_ref().map(|back| back.tree.map(|id| oid(&id)));
    holds!(
        is == Some(Some(tree(ground, &before))),
        "law 4: stage {stage}, reapplied, comes to {back:?}"
    );
    count(tally, "reapplied");
    scene.apply(&reader, &back.unwrap().paths, &format!("Reapply\n\nMigration-Stage: {stage}"));
    let reader = scene.open();
    let third = scene.plan(&reader, &only);
    holds!(
        third.tree.map(|id| oid(&id)) == Some(tree(ground, &after)),
        "law 4: reapplied and backed out once more, stage {stage} is {third:?}"
    );
    Ok(())
}

/// What blocks is named, and goes together with it.
fn blocked(
    ground: &Ground,
    scene: &Scene<'_>,
    repo: &Repo,
    ledger: &Ledger,
    plan: &Plan,
    tally: &Tally,
) -> Law {
    let matcher = Matcher::new(scene.migration());
    let migration = scene.migration();
    let on = plan::Ground { repo, migration, matcher: &matcher, ledger, onto: scene.tip() };
    let found = blockers(&on, plan).unwrap();
    if let Some(cascade) = &found.cascade {
        count(tally, "cascades");
        let set: BTreeSet<usize> = cascade.iter().copied().collect();
        let united = scene.plan_by(repo, ledger, &set);
        holds!(united.is_clean(), "the cascade {cascade:?} is not clean: {united:?}");
        stays_within(ground, scene, repo, &united)?;
    }
    // What a stage itself renamed to where nobody owns it, or from there, it alone is to blame for.
    let is_own = |reason: &Reason| matches!(reason, Reason::MovedOut(_) | Reason::MovedIn(_));
    let by_itself = plan.clashes.iter().all(|one| is_own(&one.reason));
    let told = by_itself
        || !found.stages.is_empty()
        || !found.foreign.is_empty()
        || !found.commits.is_empty();
    holds!(told, "blocked by nobody: {:?}", plan.clashes);
    Ok(())
}

/// Whether a step that goes back made or took away both this path and one that others have worked
/// on: where git sees a rename, their work goes back with the file, under its old name.
fn may_have_been_renamed(scene: &Scene<'_>, plan: &Plan, path: &RepoPath) -> bool {
    plan.commits.iter().any(|step| {
        let mut moved = step.changes.iter().filter(|one| one.old.is_none() || one.new.is_none());
        moved.clone().any(|one| one.path == *path)
            && moved.any(|one| scene.disturbed.contains(one.path.as_bytes()))
    })
}

/// Whether the folder is gone, and others worked in it.
fn emptied_by_others(scene: &Scene<'_>, reason: &Reason) -> bool {
    let Reason::FolderGone(folder) = reason else { return false };
    let inside = [folder.as_bytes(), b"/"].concat();
    scene.disturbed.iter().any(|path| path.starts_with(&inside))
}

/// Law 3: all of them, newest first, and what only they worked on is as at the start.
fn all_of_them(
    scene: &Scene<'_>,
    repo: &Repo,
    ledger: &Ledger,
    landed: &BTreeSet<usize>,
    tally: &Tally,
) -> Law {
    let plan = scene.plan_by(repo, ledger, landed);
    let paths: BTreeSet<&Vec<u8>> =
        scene.files().keys().chain(scene.first_files().keys()).collect();
    for path in paths {
        let path_of = RepoPath::from_bytes(path);
        let owned = ledger
            .visits
            .get(&path_of)
            .is_some_and(|visits| visits.iter().all(|visit| !visit.whose.stages.is_empty()));
        if !owned || scene.disturbed.contains(path) {
            continue;
        }
        let clash = plan.clashes.iter().find(|clash| clash.path == path_of);
        // Others have put new files beside it, into a folder that would go.
        if clash.is_some_and(|clash| matches!(clash.reason, Reason::FolderInUse(_))) {
            count(tally, "folder in use");
            continue;
        }
        // Others have taken the last file out of its folder: git may take that for a renamed one.
        if clash.is_some_and(|clash| emptied_by_others(scene, &clash.reason)) {
            count(tally, "folder gone");
            continue;
        }
        holds!(clash.is_none(), "law 3: {} clashes: {clash:?}", path_of.shown());
        let now = changed(scene.files(), repo, &plan.paths);
        let (is, was) = (now.get(path), scene.first_files().get(path));
        if is != was && may_have_been_renamed(scene, &plan, &path_of) {
            count(tally, "others' work comes along");
            continue;
        }
        holds!(is == was, "law 3: {} is {is:?}, was {was:?}", path_of.shown());
        count(tally, "as at the start");
    }
    Ok(())
}
