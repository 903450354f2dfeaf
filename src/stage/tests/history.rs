//! What commits of real repositories are to the plan and to the ledger.

use super::migration;
use crate::config::Migration;
use crate::git::testing::Scratch;
use crate::git::{ObjectId, Repo, RepoPath};
use crate::stage::attribution::{Attribution, Attributions, Claims};
use crate::stage::attributions::Entry;
use crate::stage::history::{claimed_works, steps};
use crate::stage::plan::Work;
use crate::stage::step::{Parts, Step};

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
    scratch.merge(message, || {
        for (part, number) in parts.iter().zip(0..) {
            scratch.commit(part, &[(&format!("src/4/{number}"), "a")]);
        }
    });
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
    claimed_works(&repo, &attribution, &commits, &head(&repo)).unwrap()
}

/// `4`, `none`, `4 9` or `-`: what claims say.
fn short(claims: &Claims) -> String {
    let stages = claims.stages.iter().map(|stage| ["4", "9"][*stage]);
    let all: Vec<_> = stages.chain(claims.foreign.then_some("none")).collect();
    if all.is_empty() { "-".to_owned() } else { all.join(" ") }
}

/// What a merge says as a whole, or in brackets, where its commits do not agree, each of them.
fn said(message: &str, parts: &[&str]) -> String {
    let (scratch, start) = merged(message, parts);
    let steps = steps_since(&scratch, &start);
    let [step] = steps.as_slice() else { panic!("one merge is one step: {steps:?}") };
    if step.parts.is_empty() {
        return short(&step.claims);
    }
    assert_eq!(step.parts.len(), step.changes.len(), "each change is somebody's");
    let each = step.parts.values().map(|parts| match parts {
        Parts::Chain(parts) => parts.iter().map(|part| short(&part.claims)).collect::<String>(),
        Parts::Tangled(words) => panic!("{words:?}"),
    });
    format!("[{}]", each.collect::<Vec<_>>().join(", "))
}

#[test]
fn each_part_of_a_merge_says_what_it_says_itself() {
    assert_eq!(said(SILENT, &[FOUR, SILENT, NINE]), "[4, -, 9]");
    assert_eq!(said(NINE, &[FOUR, SILENT]), "[4, 9]", "the merge speaks for the silent one");
    assert_eq!(said(NONE, &[FOUR, SILENT, NINE]), "[4, none, 9]");
    assert_eq!(said(FOUR, &[NONE, SILENT]), "[none, 4]");
    assert_eq!(said(SILENT, &[NONE, SILENT]), "[none, -]");
    assert_eq!(said(SILENT, &[NONE, FOUR]), "[none, 4]");
}

#[test]
fn where_all_of_a_merge_say_the_same_there_are_no_parts() {
    assert_eq!(said(SILENT, &[FOUR, FOUR]), "4");
    assert_eq!(said(FOUR, &[SILENT, FOUR]), "4");
    assert_eq!(said(NINE, &[SILENT, SILENT]), "9");
    assert_eq!(said(SILENT, &[SILENT, SILENT]), "-");
    assert_eq!(said(SILENT, &[NONE, NONE]), "none");
}

#[test]
fn what_a_merge_inside_merely_merges_is_not_asked() {
    let scratch = Scratch::empty();
    let start = scratch.commit("Start", &[("src/4/a", "1\n2\n3\n4\n5\n")]);
    scratch.git(&["checkout", "--quiet", "-b", "side"]);
    scratch.commit(FOUR, &[("src/4/a", "1\n2\n3\n4\nside\n")]);
    scratch.git(&["checkout", "--quiet", "-b", "topic", "main"]);
    scratch.commit(FOUR, &[("src/4/a", "topic\n2\n3\n4\n5\n")]);
    scratch.git(&["merge", "--quiet", "--no-ff", "--message", SILENT, "side"]);
    scratch.git(&["checkout", "--quiet", "main"]);
    scratch.git(&["merge", "--quiet", "--no-ff", "--message", SILENT, "topic"]);
    let steps = steps_since(&scratch, &start);
    assert_eq!((short(&steps[0].claims), steps[0].parts.len()), ("4".to_owned(), 0));
}

#[test]
fn a_part_that_is_attributed_on_one_path_says_nothing_of_others() {
    let scratch = Scratch::empty();
    let start = scratch.commit("Start", &[("readme", "a")]);
    scratch.git(&["checkout", "--quiet", "-b", "topic"]);
    let part = scratch.commit(SILENT, &[("src/4/a", "a"), ("src/4/b", "b")]);
    scratch.git(&["checkout", "--quiet", "main"]);
    scratch.git(&["merge", "--quiet", "--no-ff", "--message", SILENT, "topic"]);
    let migration = two();
    let claim = crate::stage::trailer::claim("4").unwrap();
    let entry = Entry { commit: part, claim, paths: vec!["src/4/a".to_owned()] };
    let attributions = Attributions::new([entry]);
    let attribution = Attribution::new(&migration, &[], &attributions);
    let repo = scratch.repo();
    let steps = steps(&repo, &attribution, &start, &head(&repo)).unwrap();
    let named = |path: &str| steps[0].claims.named(&[0].into(), &RepoPath::from(path)).len();
    assert_eq!((named("src/4/a"), named("src/4/b")), (1, 0));
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
fn the_works_of_a_range_tell_which_merge_brought_them() {
    let paths =
        |of: &[RepoPath]| of.iter().map(|path| path.shown().into_owned()).collect::<Vec<_>>();
    let told = |message: &str| {
        let (scratch, start) = merged(message, &[FOUR]);
        let merge = scratch.id("HEAD");
        works_since(&scratch, &start)
            .iter()
            .map(|work| (paths(&work.paths), paths(&work.step), work.brought_by == Some(merge)))
            .collect::<Vec<_>>()
    };
    let brought = || vec!["src/4/0".to_owned()];
    assert_eq!(told(NINE), [(vec![], brought(), false), (brought(), vec![], true)]);
    assert_eq!(told(SILENT), [(vec![], vec![], false), (brought(), vec![], true)]);
}
