//! git as the oracle: one step taken back on a later tip, limited to some of its paths, by us and
//! by `git merge-tree`. Where git is clean and changes those paths alone, ours is the same tree, or
//! it says that it is not sure; it never is another one.
//!
//! `BACKOUT_TEST_CASES` is the number of generated histories, `BACKOUT_TEST_SEED` what they and the
//! samples begin with, `BACKOUT_TEST_SHRINKS` how often a failing one is made smaller, and
//! `BACKOUT_TEST_REPOSITORY` a repository whose history is tried as well.

mod classes;
pub(crate) mod judge;
mod lines;
mod mixed;
pub(crate) mod spec;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use backout::git::{Entry, ObjectId, ObjectKind, Repo};
use backout::rollback::replay::Outcome;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use self::classes::{CLASSES, Tally, classes};
use self::judge::{Case, Counts, Engine, Failure, Kind, imported, judge, ours};
use self::spec::{Made, Spec, specs, stream};
use crate::support::{Dice, RepoOptions, TestRepo, replay};

/// Says what was counted; `--nocapture` shows it.
#[expect(clippy::print_stderr, reason = "a count that nobody sees proves nothing")]
pub(crate) fn tell(what: &str) {
    eprintln!("{what}");
}

/// A number from the environment.
pub(crate) fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().expect("a number"))
}

/// A runner that begins where the seed says, and shrinks. Several with other salts see other cases.
pub(crate) fn runner(salt: u64, cases: u32, shrinks: u32) -> TestRunner {
    let max_shrink_iters =
        u32::try_from(number("BACKOUT_TEST_SHRINKS", u64::from(shrinks))).unwrap();
    let config = Config { cases, failure_persistence: None, max_shrink_iters, ..Config::default() };
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&number("BACKOUT_TEST_SEED", 1).to_le_bytes());
    seed[8..16].copy_from_slice(&salt.to_le_bytes());
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed))
}

/// A failing history is made smaller at most so often.
const SHRINKS: u32 = 60;

/// So many pairs are tried of each generated history.
const PAIRS: usize = 16;

#[test]
fn generated_steps_go_back_as_git_merges_them() {
    let cases = u32::try_from(number("BACKOUT_TEST_CASES", 40)).unwrap();
    generated(0, cases.min(1000), RepoOptions::default());
}

#[test]
fn generated_steps_go_back_as_git_merges_them_where_objects_are_named_by_sha256() {
    let cases = u32::try_from(number("BACKOUT_TEST_CASES", 40)).unwrap();
    let options = RepoOptions { sha256: true, ..RepoOptions::default() };
    generated(1, (cases / 4).min(250), options);
}

fn generated(salt: u64, cases: u32, options: RepoOptions) {
    let counts = RefCell::new(Counts::default());
    let tally = RefCell::new(Tally::new());
    let outcome = runner(salt, cases, SHRINKS).run(&specs(2..14), |spec| {
        let (found, failures) = tried(&spec, options, &mut tally.borrow_mut());
        counts.borrow_mut().add(&found);
        match failures.first() {
            None => Ok(()),
            Some(failure) => {
                Err(TestCaseError::fail(format!("{:?}: {}", failure.kind, failure.story)))
            }
        }
    });
    let counts = counts.into_inner();
    tell(&format!("generated: {counts}"));
    if let Err(TestError::Fail(why, spec)) = outcome {
        let stream = stream(&spec.made(), if options.sha256 { 64 } else { 40 });
        panic!("{why}\n{}", replay::script(&stream, options.sha256));
    }
    assert!(counts.of(Kind::Equal) > 0);
    let tally = tally.into_inner();
    let told: Vec<String> = tally.iter().map(|(class, count)| format!("{count} {class}")).collect();
    tell(&format!("of which {}", told.join(", ")));
    if cases >= 40 {
        let never: Vec<&&str> = CLASSES.iter().filter(|one| !tally.contains_key(*one)).collect();
        assert!(never.is_empty(), "never tried: {never:?}");
    }
}

/// Some pairs of steps and tips of a generated history, each whole and in part.
fn tried(spec: &Spec, options: RepoOptions, tally: &mut Tally) -> (Counts, Vec<Failure>) {
    let repo = TestRepo::with(RepoOptions { reftable: false, ..options });
    let made = spec.made();
    let digits = if options.sha256 { 64 } else { 40 };
    let ids = imported(&repo, &stream(&made, digits), made.len());
    let reader = Repo::open(repo.path()).unwrap();
    let mut dice = Dice(made.len() as u64);
    let mut cases = Vec::new();
    for pair in 0..PAIRS {
        // The last one stands on all merges, where there are any.
        let tip = if pair == 0 { made.len() - 1 } else { dice.below(made.len()) };
        let steps: Vec<usize> = ancestors(&made, tip).into_iter().collect();
        let step = *dice.pick(&steps);
        let [parent] = made[step].parents[..] else { continue };
        let pairs = both(&reader, &mut dice, ids[parent], ids[step], ids[tip]);
        if !pairs.is_empty() {
            for class in classes(&made, step, tip) {
                *tally.entry(class).or_default() += 1;
            }
        }
        cases.extend(pairs);
    }
    judge(&repo, &cases, &ours)
}

/// The whole step, and some of its paths.
fn both(
    repo: &Repo,
    dice: &mut Dice,
    parent: ObjectId,
    step: ObjectId,
    tip: ObjectId,
) -> Vec<Case> {
    let all = repo.changes(Some(&parent), Some(&step)).unwrap();
    if all.is_empty() {
        return Vec::new();
    }
    let some: Vec<_> = all.iter().filter(|_| dice.roll(2) == 0).cloned().collect();
    let mut cases = Vec::new();
    if !some.is_empty() && some.len() < all.len() {
        cases.push(Case { step, tip, limit: some });
    }
    cases.push(Case { step, tip, limit: all });
    cases
}

fn ancestors(made: &[Made], tip: usize) -> BTreeSet<usize> {
    let mut seen = BTreeSet::new();
    let mut next = vec![tip];
    while let Some(at) = next.pop() {
        if seen.insert(at) {
            next.extend(&made[at].parents);
        }
    }
    seen
}

/// What a wrong engine would do: leave a file out, lose a mode, change a line more.
#[test]
fn an_outcome_that_is_nearly_right_would_be_noticed() {
    let repo = TestRepo::with(RepoOptions { reftable: false, ..RepoOptions::default() });
    repo.commit_files(&[("a", "1\n2\n3\n"), ("b", "b\n")], "before");
    repo.write("a", "1\ntwo\n3\n");
    repo.write("b", "bb\n");
    repo.git(&["update-index", "--chmod=+x", "a"]).ok();
    repo.commit("step");
    repo.commit_files(&[("c", "later\n")], "tip");
    let reader = Repo::open(repo.path()).unwrap();
    let [before, step, tip] =
        ["HEAD~2", "HEAD~1", "HEAD"].map(|rev| repo.rev(rev).parse().unwrap());
    let limit = reader.changes(Some(&before), Some(&step)).unwrap();
    let cases = [Case { step, tip, limit }];
    let kind = |engine: &Engine| {
        let (counts, _) = judge(&repo, &cases, engine);
        *counts.kinds.keys().next().unwrap()
    };
    assert_eq!(kind(&ours), Kind::Equal);
    let file_left_out = |repo: &Repo, case: &Case| {
        let limit = case.limit[..1].to_vec();
        ours(repo, &Case { limit, ..case.clone() })
    };
    let mode_lost = |repo: &Repo, case: &Case| changed(repo, case, |entry| entry.mode ^= 0o111);
    let line_more = |repo: &Repo, case: &Case| {
        changed(repo, case, |entry| {
            let text = [repo.blob(&entry.oid).unwrap(), b"more\n".to_vec()].concat();
            entry.oid = repo.draft(ObjectKind::Blob, text, &entry.oid).unwrap();
        })
    };
    for engine in [&file_left_out as &Engine, &mode_lost, &line_more] {
        assert_eq!(kind(engine), Kind::Wrong);
    }
    let nothing = |repo: &Repo, case: &Case| ours(repo, &Case { limit: vec![], ..case.clone() });
    assert_eq!(kind(&nothing), Kind::Wrong);
}

/// The right outcome, and something else at its first path.
fn changed(repo: &Repo, case: &Case, change: impl Fn(&mut Entry)) -> Outcome {
    let mut outcome = ours(repo, case);
    let entry = outcome.changes.first_mut().unwrap().new.as_mut().unwrap();
    change(entry);
    let root = repo.commit(&case.tip).unwrap().tree;
    let edits = outcome.changes.iter().map(|change| (&change.path, change.new));
    outcome.tree = Some(repo.with_edits(&root, edits).unwrap());
    outcome
}

#[test]
fn steps_of_this_project_go_back_as_git_merges_them() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let commits = repo_at(here).and_then(|repo| Some(lines(&repo, &["rev-list", "HEAD"])?.len()));
    if commits.is_none_or(|commits| commits < 50) {
        let is_required = std::env::var_os("BACKOUT_TEST_HISTORY").is_some();
        assert!(
            !is_required,
            "the project's history is not here: fetch it, `git fetch --unshallow`"
        );
        tell("not tried: the tests do not run in a repository with a history");
        return;
    }
    real("this project", here, number("BACKOUT_TEST_PAIRS", 400));
}

#[test]
fn steps_of_a_named_repository_go_back_as_git_merges_them() {
    let Some(path) = std::env::var_os("BACKOUT_TEST_REPOSITORY").map(PathBuf::from) else {
        tell("not tried: BACKOUT_TEST_REPOSITORY names no repository");
        return;
    };
    real(&path.display().to_string(), &path, number("BACKOUT_TEST_PAIRS", 2000));
}

/// Lends a repository's objects to a scratch repository, so that nothing is written to it.
fn repo_at(path: &Path) -> Option<TestRepo> {
    let scratch = TestRepo::with(RepoOptions { reftable: false, ..RepoOptions::default() });
    let run = scratch.git_in(path, &["-c", "safe.directory=*", "rev-parse", "--git-common-dir"]);
    if run.exit != 0 {
        return None;
    }
    let objects = path.join(run.line()).join("objects").canonicalize().ok()?;
    let head = scratch.git_in(path, &["-c", "safe.directory=*", "rev-parse", "HEAD"]);
    let info = scratch.path().join(".git/objects/info/alternates");
    std::fs::write(info, format!("{}\n", objects.display())).unwrap();
    let moved = scratch.git(&["update-ref", "refs/heads/main", &head.line()]);
    (moved.exit == 0).then_some(scratch)
}

fn lines(repo: &TestRepo, arguments: &[&str]) -> Option<Vec<String>> {
    let run = repo.git(arguments);
    (run.exit == 0).then(|| run.out().lines().map(str::to_owned).collect())
}

/// Pairs of a random tip and a step among its ancestors, near ones more often.
fn real(name: &str, path: &Path, pairs: u64) {
    let scratch = repo_at(path).expect("a repository with a HEAD");
    let listed = lines(&scratch, &["rev-list", "--topo-order", "--parents", "HEAD"]).unwrap();
    let parents: BTreeMap<ObjectId, Vec<ObjectId>> = listed
        .iter()
        .map(|line| {
            let mut ids = line.split(' ').map(|id| id.parse().unwrap());
            (ids.next().unwrap(), ids.collect())
        })
        .collect();
    let tips: Vec<ObjectId> = listed.iter().map(|line| line[..40].parse().unwrap()).collect();
    let repo = Repo::open(scratch.path()).unwrap();
    let mut dice = Dice(number("BACKOUT_TEST_SEED", 1));
    let mut cases = Vec::new();
    for _ in 0..pairs {
        let tip = *dice.pick(&tips);
        let reach = *dice.pick(&[5, 30, 200, 1000]);
        let Some(step) = earlier(&parents, &mut dice, tip, reach) else { continue };
        let Some([parent]) = parents.get(&step).map(Vec::as_slice) else { continue };
        cases.extend(both(&repo, &mut dice, *parent, step, tip));
    }
    let (counts, failures) = judge(&scratch, &cases, &ours);
    tell(&format!("{name}: {counts}"));
    let stories: Vec<String> =
        failures.iter().take(5).map(|one| format!("{:?}: {}", one.kind, one.story)).collect();
    assert!(failures.is_empty(), "{}", stories.join("\n\n"));
    assert!(counts.of(Kind::Doubt) * 100 < counts.git_clean().max(1), "too much doubt: {counts}");
}

/// An ancestor that is at most so many commits away.
fn earlier(
    parents: &BTreeMap<ObjectId, Vec<ObjectId>>,
    dice: &mut Dice,
    tip: ObjectId,
    reach: usize,
) -> Option<ObjectId> {
    let mut seen = BTreeSet::from([tip]);
    let mut found = Vec::new();
    let mut next = VecDeque::from([tip]);
    while let Some(at) = next.pop_front() {
        for parent in parents.get(&at).into_iter().flatten() {
            if found.len() < reach && seen.insert(*parent) {
                found.push(*parent);
                next.push_back(*parent);
            }
        }
    }
    (!found.is_empty()).then(|| *dice.pick(&found))
}
