//! Which stages own a path.

use backout::git::RepoPath;
use backout::stage::matcher::Matcher;
use divan::Bencher;
use divan::counter::ItemsCount;

use crate::configuration::{Text, parsed};
use crate::stages;

const STAGES: [usize; 3] = [10, 100, 1_000];
/// As many as visit each stage and each kind of path.
const PATHS: usize = 15_000;

/// From nothing to the first answer.
#[divan::bench(args = STAGES)]
fn ready(bencher: Bencher<'_, '_>, stages: usize) {
    let configuration = parsed(&Text(stages::configuration(stages)));
    let path = RepoPath::from("README.md");
    bencher.bench(|| {
        configuration.migrations.iter().map(|of| owners(&Matcher::new(of), &path)).sum::<usize>()
    });
}

/// A matcher that has been asked before, and whose answers are right.
#[divan::bench(args = STAGES)]
fn ask(bencher: Bencher<'_, '_>, stages: usize) {
    let configuration = parsed(&Text(stages::configuration(stages)));
    let paths: Vec<RepoPath> =
        (0..PATHS).map(|number| stages::path(number, stages).as_str().into()).collect();
    let owned = (0..PATHS).filter(|number| stages::owner(*number, stages).is_some()).count();
    let matchers: Vec<Matcher<'_>> = configuration.migrations.iter().map(Matcher::new).collect();
    let all = || {
        let all = matchers.iter().flat_map(|of| paths.iter().map(move |path| owners(of, path)));
        all.sum::<usize>()
    };
    assert_eq!(all(), owned);
    bencher.counter(ItemsCount::new(PATHS)).bench_local(all);
}

fn owners(matcher: &Matcher<'_>, path: &RepoPath) -> usize {
    match matcher.owners(path) {
        Ok(owners) => owners.len(),
        Err(error) => unreachable!("the globs are valid: {error:?}"),
    }
}
