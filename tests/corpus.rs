//! The labelled corpus: small migrations as scripts of git commands, each with the verdict that it
//! has to come to. See `tests/corpus/README.md`.

mod case;
mod outcome;
mod tables;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use backout::readiness::registry;

use case::{Case, LANDINGS, Verdict};
use outcome::Outcome;

/// Every case with what came of it, run by as many threads as there are cores.
fn results() -> Vec<(Case, Outcome)> {
    let cases = case::all();
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(Vec::new());
    let work = || {
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let outcome = outcome::run(case);
            outcomes.lock().unwrap().push((case.name.clone(), outcome));
        }
    };
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    let mut outcomes = outcomes.into_inner().unwrap();
    outcomes.sort_by(|one, other| one.0.cmp(&other.0));
    cases.into_iter().zip(outcomes.into_iter().map(|(_, outcome)| outcome)).collect()
}

fn document(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

#[test]
fn every_case_comes_to_its_label_for_its_one_cause() {
    let results = results();
    let (figures, tables) = (tables::figures(&results), tables::tables(&results));
    println!("{figures}\n\n{tables}");
    let complaint = |(case, outcome): &(Case, Outcome)| {
        let complaints = outcome.complaints(case);
        (!complaints.is_empty()).then(|| format!("{}: {}", case.name, complaints.join("; ")))
    };
    let complaints: Vec<String> = results.iter().filter_map(complaint).collect();
    let count = complaints.len();
    assert!(
        complaints.is_empty(),
        "{count} cases differ\n\n{}\n{figures}",
        complaints.join("\n\n")
    );
    let stated = document("README.md");
    assert!(stated.contains(&figures), "README.md has to state: {figures}");
    let kept = document("tests/corpus/README.md");
    assert!(kept.contains(&figures), "tests/corpus/README.md has to state: {figures}");
    assert!(kept.contains(&tables), "tests/corpus/README.md has to keep these tables:\n{tables}");
}

#[test]
fn the_corpus_is_wide() {
    let cases = case::all();
    assert!(cases.len() >= 120, "{} cases", cases.len());
    let labels = cases.iter().flat_map(|case| case.cause.iter().chain(case.warns.iter().flatten()));
    let told: BTreeSet<&str> = labels.filter_map(|label| label.split(' ').next()).collect();
    for code in registry::codes() {
        assert!(told.contains(code.as_str()), "no case is labelled {code}");
    }
    for landing in LANDINGS {
        let mut of_it = cases.iter().filter(|case| case.landing == landing);
        assert!(of_it.next().is_some(), "no case lands by {landing}");
    }
    for verdict in Verdict::ALL {
        assert!(cases.iter().any(|case| case.verdict == verdict), "no case is {}", verdict.word());
    }
    for looks in ["ready", "unready"] {
        let near = cases.iter().filter(|case| case.looks.as_deref() == Some(looks)).count();
        assert!(near >= 20, "{near} near misses look {looks}");
    }
}
