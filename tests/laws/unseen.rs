//! No landed stage loses its lone way back unseen: the push that takes it away is told so. Pushes
//! are asked about that change files beside those of the stage: what git takes for a rename of a
//! file that is gone may lie anywhere, and shows when the way back is asked for.

use std::collections::BTreeSet;

use backout::exit::Failure;
use backout::git::{ObjectId, RefName, RefUpdate, Repo, Seconds};
use backout::readiness::assessment::Assessment;
use backout::readiness::guard::{Guard, GuardError, Input};
use git2::Oid;
use proptest::test_runner::{TestCaseError, TestError};

use super::scene::{Files, Ground, Scene, Spec, oid, specs};
use super::{Law, SHRINKS, Tally, count};
use crate::oracle::{number, runner, tell};
use crate::support::{RepoOptions, TestRepo};

#[test]
fn no_way_back_is_lost_unseen() {
    let cases = u32::try_from(number("BACKOUT_TEST_CASES", 100)).unwrap();
    let base =
        TestRepo::with(RepoOptions { bare: true, reftable: false, ..RepoOptions::default() });
    let ground = Ground::new(base.path());
    let tally = Tally::default();
    let mut runner = runner(7, cases, SHRINKS);
    let outcome = runner.run(&specs(), |spec| watched(&ground, &spec, &tally));
    tell(&format!("ways back: {cases} migrations: {:?}", tally.borrow()));
    if let Err(TestError::Fail(why, spec)) = outcome {
        panic!("{why}\n{}", Scene::tell(&ground, &spec).script());
    }
    for what in ["pushed", "lost and told"] {
        assert!(cases < 100 || tally.borrow().contains_key(what), "never seen: {what}");
    }
}

/// Lands all of a story; some steps are pushed with the one that follows.
fn watched(ground: &Ground, spec: &Spec, tally: &Tally) -> Law {
    let mut scene = Scene::begin(ground, spec);
    point(ground, "refs/tags/start", &scene.start());
    for landings in spec.pushes() {
        let (before, old, files) = (open_stages(&scene), scene.tip(), scene.files().clone());
        point(ground, "refs/remotes/origin/main", &old);
        for landing in landings {
            scene.land(spec.stages, landing);
        }
        if scene.tip() == old {
            continue;
        }
        count(tally, "pushed");
        let after = open_stages(&scene);
        let assessment = pushed(ground, &old, &scene.tip())
            .map_err(|error| TestCaseError::fail(format!("the push cannot be judged: {error}")))?;
        for stage in before.difference(&after) {
            // One that was backed out has no way back, and needs none.
            let folders = worked_in(&scene, *stage);
            if folders.is_disjoint(&changed_in(&files, scene.files())) {
                continue;
            }
            let told = assessment.findings.iter().any(|finding| {
                finding.code.to_string().starts_with("revert/")
                    && finding.stage.as_ref().is_some_and(|id| id.as_str() == stage.to_string())
            });
            if !told {
                let why = format!("stage {stage} has lost its way back by {}", scene.tip());
                return Err(TestCaseError::fail(why));
            }
            count(tally, "lost and told");
        }
    }
    Ok(())
}

/// The folder that a path lies in.
fn folder(path: &[u8]) -> Vec<u8> {
    let end = path.iter().rposition(|byte| *byte == b'/').unwrap_or_default();
    path[..end].to_vec()
}

/// The folders in which a stage has worked; none where it has not landed.
fn worked_in(scene: &Scene<'_>, stage: usize) -> BTreeSet<Vec<u8>> {
    let ledger = scene.ledger(&scene.open());
    let steps = ledger.get(stage).map(|history| history.claimed().steps.as_slice());
    let changes = steps.unwrap_or_default().iter().flat_map(|step| &step.changes);
    changes.map(|change| folder(change.path.as_bytes())).collect()
}

/// The folders in which trees differ.
fn changed_in(before: &Files, after: &Files) -> BTreeSet<Vec<u8>> {
    let paths = before.keys().chain(after.keys());
    let changed = paths.filter(|path| before.get(*path) != after.get(*path));
    changed.map(|path| folder(path)).collect()
}

/// The stages that have landed, as their commits say.
fn landed(scene: &Scene<'_>) -> BTreeSet<usize> {
    let ledger = scene.ledger(&scene.open());
    let says_so =
        |stage: &usize| ledger.get(*stage).is_some_and(|all| !all.claimed().steps.is_empty());
    ledger.landed().filter(says_so).collect()
}

/// Those of them that can be backed out alone.
fn open_stages(scene: &Scene<'_>) -> BTreeSet<usize> {
    let repo = scene.open();
    let ledger = scene.ledger(&repo);
    let alone = |stage: &usize| scene.plan_by(&repo, &ledger, &BTreeSet::from([*stage])).is_clean();
    landed(scene).into_iter().filter(alone).collect()
}

/// What the guard says of a push to the landing branch.
fn pushed(ground: &Ground, old: &ObjectId, new: &ObjectId) -> Result<Assessment, GuardError> {
    let repo = Repo::open(ground.git.path()).map_err(Failure::from)?;
    let guard = Guard {
        repo: &repo,
        remote: Some("origin".to_owned()),
        default_branch: None,
        local: false,
        config_path: "backout.toml".to_owned(),
        now: Seconds(1_800_000_000),
        delivered: Vec::new(),
        online: None,
        overrides: Vec::new(),
        lenient: false,
    };
    let update = RefUpdate {
        local: Some("refs/heads/main".to_owned()),
        to: Some(*new),
        remote: RefName::branch("main"),
        from: Some(*old),
    };
    guard.judge(&[Input::push(update)])
}

fn point(ground: &Ground, name: &str, to: &ObjectId) {
    let id: Oid = oid(to);
    ground.git.reference(name, id, true, "test").unwrap();
}
