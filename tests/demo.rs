//! The tour, run as a newcomer runs it.

use std::fs;

use crate::support::TestRepo;

fn entries(folder: &std::path::Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

#[test]
fn the_tour_comes_out_as_it_must_and_leaves_nothing() {
    let repo = TestRepo::new();
    let scratch = repo.root().join("scratch");
    fs::create_dir(&scratch).unwrap();
    let run = repo.backout(["demo"]).env("TMPDIR", &scratch).run().ok();
    assert!(run.out().ends_with("Every step came out as it must.\n"), "{}", run.out());
    assert_eq!(run.err(), "");
    assert_eq!(entries(&scratch), 0);
}

#[test]
fn the_tour_is_kept_on_request() {
    let repo = TestRepo::new();
    let folder = repo.root().join("tour");
    let run = repo.backout(["demo", "--keep", "--folder"]).args([&folder]).run().ok();
    assert!(run.out().contains("cd "), "{}", run.out());
    assert!(folder.join("orders/backout.toml").is_file());
    assert!(folder.join("orders/.git/hooks/pre-push").is_file());
}

#[test]
fn the_tour_never_writes_into_a_folder_that_is_there() {
    let repo = TestRepo::new();
    repo.backout(["demo", "--folder"]).args([repo.path()]).run().exits(2);
}

#[test]
fn without_git_the_tour_fails_and_says_so() {
    let repo = TestRepo::new();
    let run = repo.backout(["demo"]).env("PATH", repo.root()).run().exits(1);
    assert!(run.err().contains("`git` could not be started"), "{}", run.err());
}
