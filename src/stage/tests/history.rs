//! What commits of real repositories are to the plan and to the ledger.

mod share;

use super::migration;
use crate::config::Migration;
use crate::git::testing::Scratch;
use crate::git::{ObjectId, Repo, RepoPath};
use crate::stage::attribution::{Attribution, Attributions, Claims};
use crate::stage::attributions::Entry;
use crate::stage::history::{branch_steps, claimed_works, from_start, squash_step, steps};
use crate::stage::matcher::Matcher;
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
    let matcher = Matcher::new(&migration);
    claimed_works(&repo, &attribution, &matcher, &commits, &head(&repo)).unwrap()
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
fn a_merge_whose_commits_do_not_agree_names_all_their_stages() {
    let (scratch, start) = merged(SILENT, &[FOUR, SILENT, NINE, "S\n\nBackout-Stage: 9"]);
    let claims = &steps_since(&scratch, &start)[0].claims;
    assert_eq!((&claims.stages, &claims.backs_out), (&[0, 1].into(), &[1].into()));
}

#[test]
fn where_all_of_a_merge_say_the_same_there_are_no_parts() {
    assert_eq!(said(SILENT, &[FOUR, FOUR]), "4");
    assert_eq!(said(FOUR, &[SILENT, FOUR]), "4");
    assert_eq!(said(NINE, &[SILENT, SILENT]), "9");
    assert_eq!(said(SILENT, &[SILENT, SILENT]), "-");
    assert_eq!(said(SILENT, &[NONE, NONE]), "none");
}

/// What of a file of stage 4, and of one of nobody, is a merge's own, and what it put together.
fn own_and_joined(message: &str, made: &dyn Fn(&str) -> String) -> [String; 2] {
    let scratch = Scratch::empty();
    let text = |first: &str, last: &str| format!("{first}\n2\n3\n4\n{last}\n");
    let all = |text: &str| [("src/4/a", text.to_owned()), ("readme", text.to_owned())];
    let commit = |text: &str, message: &str| {
        let files = all(text);
        let files: Vec<_> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        scratch.commit(message, &files)
    };
    let start = commit(&text("1", "5"), "Start");
    scratch.git(&["checkout", "--quiet", "-b", "side"]);
    commit(&text("1", "side"), FOUR);
    scratch.git(&["checkout", "--quiet", "-b", "topic", "main"]);
    commit(&text("topic", "5"), FOUR);
    scratch.git(&["merge", "--quiet", "--no-ff", "--no-commit", "side"]);
    commit(&made(&text("topic", "side")), message);
    let works = works_since(&scratch, &start);
    let merge = works.iter().find(|work| work.commit.parents.len() > 1).unwrap();
    let named =
        |paths: &[RepoPath]| paths.iter().map(RepoPath::shown).collect::<Vec<_>>().join(" ");
    [named(&merge.paths), named(&merge.joined)]
}

#[test]
fn what_a_merge_put_together_of_stages_is_told_from_what_it_changed() {
    let as_git = |text: &str| text.to_owned();
    let more = |text: &str| text.replace('3', "three");
    let less = |text: &str| text.replace("side", "5");
    let own = own_and_joined;
    assert_eq!(own(SILENT, &as_git), ["readme", "src/4/a"], "of nobody's file nobody is asked");
    assert_eq!(own(SILENT, &more), ["readme src/4/a", ""]);
    assert_eq!(own(SILENT, &less), ["src/4/a", ""], "what the other side had done is gone");
    assert_eq!(own(FOUR, &as_git), ["readme src/4/a", ""], "it says whose it is");
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
fn where_a_merge_brings_the_start_nothing_before_it_counts() {
    let scratch = Scratch::empty();
    scratch.commit("Root", &[("readme", "a")]);
    scratch.git(&["checkout", "--quiet", "-b", "side"]);
    let start = scratch.commit("Start", &[("begun", "a")]);
    scratch.git(&["checkout", "--quiet", "main"]);
    let first = scratch.commit(SILENT, &[("src/4/a", "a")]);
    let second = scratch.commit(SILENT, &[("src/4/b", "b")]);
    scratch.git(&["merge", "--quiet", "--no-ff", "--message", SILENT, "side"]);
    let merge = scratch.id("HEAD");
    let later = scratch.commit(FOUR, &[("src/4/a", "b")]);
    let repo = scratch.repo();
    let line = |tip: &ObjectId| {
        let mut commits = repo.first_parents(tip, &[start]).unwrap();
        commits.reverse();
        from_start(&repo, &start, commits).unwrap()
    };
    let ids = |tip: &ObjectId| line(tip).iter().map(|commit| commit.id).collect::<Vec<_>>();
    assert_eq!(ids(&later), [merge, later]);
    assert_eq!(line(&later)[0].parents, [start, second, start], "it is held against the start");
    assert_eq!(ids(&second), [first, second], "the start is not there yet");
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

/// What a branch adds to where it began, with these words of what it lands with.
fn adds(scratch: &Scratch, base: &ObjectId, landing: &str) -> Vec<(ObjectId, bool, String)> {
    let (migration, none) = (two(), Attributions::default());
    let attribution = Attribution::new(&migration, &[], &none);
    let words = attribution.of_message(landing.as_bytes());
    let head = scratch.id("HEAD");
    let steps = branch_steps(&scratch.repo(), &attribution, base, &head, &words).unwrap();
    let parts = |step: &Step| {
        let parts = step.parts.values().map(|parts| match parts {
            Parts::Chain(parts) => parts.iter().map(|part| short(&part.claims)).collect::<String>(),
            Parts::Tangled(_) => "tangled".to_owned(),
        });
        parts.collect::<Vec<_>>().join(", ")
    };
    let said = |step: &Step| match step.parts.is_empty() {
        true => short(&step.claims),
        false => format!("[{}]", parts(step)),
    };
    steps.iter().map(|step| (step.id, step.merge, said(step))).collect()
}

#[test]
fn a_branch_in_a_row_adds_its_commits_with_the_words_of_its_landing() {
    let scratch = Scratch::empty();
    let base = scratch.commit("Start", &[("readme", "a")]);
    let four = scratch.commit(FOUR, &[("src/4/a", "a")]);
    let silent = scratch.commit(SILENT, &[("src/4/b", "a")]);
    let told = |said: &str| vec![(four, false, "4".to_owned()), (silent, false, said.to_owned())];
    assert_eq!(adds(&scratch, &base, SILENT), told("-"));
    assert_eq!(adds(&scratch, &base, NINE), told("9"));
    assert_eq!(adds(&scratch, &silent, NINE), []);
}

#[test]
fn a_branch_with_a_merge_inside_is_added_as_one_merge() {
    let scratch = Scratch::empty();
    let base = scratch.commit("Start", &[("readme", "a")]);
    scratch.git(&["checkout", "--quiet", "-b", "side"]);
    scratch.commit(FOUR, &[("src/4/a", "a")]);
    scratch.git(&["checkout", "--quiet", "main"]);
    scratch.commit(NINE, &[("src/9/a", "a")]);
    scratch.git(&["merge", "--quiet", "--no-ff", "--message", SILENT, "side"]);
    let newest = scratch.commit(SILENT, &[("src/9/z", "a")]);
    assert_eq!(adds(&scratch, &base, SILENT), [(newest, true, "[4, 9, -]".to_owned())]);
    assert_eq!(adds(&scratch, &base, FOUR), [(newest, true, "[4, 9, 4]".to_owned())]);
}

#[test]
fn a_branch_that_is_squashed_is_one_step_of_which_all_is_said() {
    let scratch = Scratch::empty();
    let base = scratch.commit("Start", &[("readme", "a")]);
    let squashed = |landing: &str| {
        let (migration, none) = (two(), Attributions::default());
        let attribution = Attribution::new(&migration, &[], &none);
        let words = attribution.of_message(landing.as_bytes());
        let (repo, head) = (scratch.repo(), scratch.id("HEAD"));
        let steps = squash_step(&repo, &attribution, &base, &head, &words).unwrap();
        let told = |step: &Step| (step.id == head, short(&step.claims), step.changes.len());
        steps.iter().map(told).collect::<Vec<_>>()
    };
    assert_eq!(squashed(FOUR), [], "it adds nothing");
    scratch.commit(FOUR, &[("src/4/a", "a")]);
    scratch.commit(SILENT, &[("src/4/b", "a")]);
    assert_eq!(squashed(SILENT), [(true, "4".to_owned(), 2)]);
    assert_eq!(squashed(NINE), [(true, "4 9".to_owned(), 2)]);
}
