//! What commits of real repositories are to the plan and to the ledger.

use super::migration;
use crate::config::Migration;
use crate::git::testing::Scratch;
use crate::git::{ObjectId, Repo, RepoPath};
use crate::stage::attribution::{Attribution, Attributions};
use crate::stage::history::{claimed_works, steps};
use crate::stage::plan::Work;
use crate::stage::step::Step;

fn two() -> Migration {
    migration(&[("4", &["src/4/**"], &[]), ("9", &["src/9/**"], &[])], "")
}

const FOUR: &str = "S\n\nMigration-Stage: 4";
const NINE: &str = "S\n\nMigration-Stage: 9";
const NONE: &str = "S\n\nMigration-Stage: none";
const SILENT: &str = "S";

/// A repository whose `main` merges, with a message, one commit for each of these messages.
fn merged(message: &str, parts: &[&str]) -> (Scratch, ObjectId) {
    let scratch = Scratch::empty();
    let start = scratch.commit("Start", &[("readme", "a")]);
    scratch.git(&["checkout", "--quiet", "-b", "topic"]);
    for (part, number) in parts.iter().zip(0..) {
        scratch.commit(part, &[(&format!("src/4/{number}"), "a")]);
    }
    scratch.git(&["checkout", "--quiet", "main"]);
    scratch.git(&["merge", "--quiet", "--no-ff", "--message", message, "topic"]);
    (scratch, start)
}

fn head(repo: &Repo) -> ObjectId {
    repo.resolve("HEAD").unwrap()
}

fn steps_since(scratch: &Scratch, start: &ObjectId) -> Vec<Step> {
    let (migration, none) = (two(), Attributions::default());
    let attribution = Attribution::new(&migration, &[], &none);
    let repo = scratch.repo();
    steps(&repo, &attribution, start, &head(&repo)).unwrap()
}

fn works_since(scratch: &Scratch, start: &ObjectId) -> Vec<Work> {
    let (migration, none) = (two(), Attributions::default());
    let attribution = Attribution::new(&migration, &[], &none);
    let repo = scratch.repo();
    let commits = repo.walk(&head(&repo), &[*start]).unwrap().commits;
    claimed_works(&repo, &attribution, &commits).unwrap()
}

/// The stages that the merge is work on, and whether it is no part of the migration.
fn said(message: &str, parts: &[&str]) -> (Vec<usize>, bool) {
    let (scratch, start) = merged(message, parts);
    let steps = steps_since(&scratch, &start);
    let [step] = steps.as_slice() else { panic!("one merge is one step: {steps:?}") };
    (step.claims.stages.iter().copied().collect(), step.claims.foreign)
}

#[test]
fn a_merge_says_what_its_parts_say() {
    assert_eq!(said(SILENT, &[FOUR, SILENT, NINE]), (vec![0, 1], false));
    assert_eq!(said(NINE, &[FOUR]), (vec![0, 1], false), "and what it says itself");
}

#[test]
fn a_silent_merge_is_foreign_only_where_every_part_says_so() {
    assert_eq!(said(SILENT, &[NONE, NONE]), (vec![], true));
    assert_eq!(said(SILENT, &[NONE, SILENT]), (vec![], false));
    assert_eq!(said(SILENT, &[SILENT, NONE]), (vec![], false));
    assert_eq!(said(SILENT, &[NONE, FOUR]), (vec![0], false));
    assert_eq!(said(SILENT, &[SILENT]), (vec![], false));
    assert_eq!(said(NONE, &[FOUR]), (vec![0], true), "it speaks for itself");
}

#[test]
fn steps_are_those_of_the_branch_oldest_first() {
    let (scratch, start) = merged(SILENT, &[FOUR, SILENT]);
    let merge = scratch.id("HEAD");
    let fix = scratch.commit(NINE, &[("src/9/a", "a"), ("src/4/0", "b")]);
    let told: Vec<_> = steps_since(&scratch, &start)
        .iter()
        .map(|step| (step.id, step.merge, step.changes.len()))
        .collect();
    assert_eq!(told, [(merge, true, 2), (fix, false, 2)]);
}

#[test]
fn a_merge_that_names_a_stage_answers_for_all_that_it_brought() {
    let paths =
        |of: &[RepoPath]| of.iter().map(|path| path.shown().into_owned()).collect::<Vec<_>>();
    let told = |message: &str| {
        let (scratch, start) = merged(message, &[FOUR]);
        works_since(&scratch, &start)
            .iter()
            .map(|work| (paths(&work.paths), paths(&work.step)))
            .collect::<Vec<_>>()
    };
    let brought = || vec!["src/4/0".to_owned()];
    assert_eq!(told(NINE), [(vec![], brought()), (brought(), vec![])]);
    assert_eq!(told(SILENT), [(vec![], vec![]), (brought(), vec![])]);
}
