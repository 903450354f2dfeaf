//! What commits of real repositories are to the plan and to the ledger.

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

/// A file of five lines, of which these are other ones.
fn lines(changed: &[(usize, &str)]) -> String {
    let mut lines = ["1", "2", "3", "4", "5"];
    for (at, text) in changed {
        lines[at - 1] = text;
    }
    lines.map(|line| format!("{line}\n")).concat()
}

/// Merges into a `main` that changed the last line of `src/4/a` meanwhile a branch on which
/// `topic` has changed its first ones, and tells whose the file is after it: `4, 9` of commits one
/// after the other, `{4 9}` of those that cannot be told apart.
fn told(merge: &str, topic: impl Fn(&Scratch), beside: impl Fn(&Scratch)) -> String {
    let scratch = Scratch::empty();
    scratch.commit("Start", &[("src/4/a", &lines(&[])), ("src/9/b", "b")]);
    scratch.git(&["checkout", "--quiet", "-b", "topic"]);
    topic(&scratch);
    scratch.git(&["checkout", "--quiet", "main"]);
    let start = scratch.commit(SILENT, &[("src/4/a", &lines(&[(5, "main")]))]);
    scratch.git(&["merge", "--quiet", "--no-ff", "--no-commit", "topic"]);
    beside(&scratch);
    scratch.git(&["add", "--all"]);
    scratch.git(&["commit", "--quiet", "--message", merge]);
    let steps = steps_since(&scratch, &start);
    let parts = steps[0].parts.get(&RepoPath::from("src/4/a"));
    match parts.expect("its commits do not agree") {
        Parts::Chain(parts) => {
            parts.iter().map(|part| short(&part.claims)).collect::<Vec<_>>().join(", ")
        }
        Parts::Tangled(words) => {
            let said: Vec<_> = words.iter().map(|(_, claims)| short(claims)).collect();
            format!("{{{}}}", said.join(" "))
        }
    }
}

fn nothing(_: &Scratch) {}

fn four_then_nine(scratch: &Scratch) {
    scratch.commit(FOUR, &[("src/4/a", &lines(&[(1, "four")]))]);
    scratch.commit(NINE, &[("src/4/a", &lines(&[(1, "four"), (2, "nine")]))]);
}

#[test]
fn commits_that_play_again_on_what_the_branch_has_are_told_apart() {
    assert_eq!(told(SILENT, four_then_nine, nothing), "4, 9");
}

#[test]
fn what_a_branch_took_back_again_leaves_the_rest_of_it_told_apart() {
    let tried = |scratch: &Scratch| {
        scratch.commit(FOUR, &[("src/4/a", &lines(&[(5, "tried")]))]);
        scratch.commit(FOUR, &[("src/4/a", &lines(&[]))]);
        scratch.commit(NINE, &[("src/4/a", &lines(&[(1, "nine")]))]);
        scratch.commit(FOUR, &[("src/4/a", &lines(&[(1, "nine"), (2, "four")]))]);
    };
    assert_eq!(told(SILENT, tried, nothing), "9, 4");
}

#[test]
fn what_a_merge_changes_itself_is_told_as_its_own() {
    let edit = |scratch: &Scratch| {
        let all = lines(&[(1, "four"), (2, "nine"), (3, "merge"), (5, "main")]);
        std::fs::write(scratch.path().join("src/4/a"), all).unwrap();
    };
    assert_eq!(told(SILENT, four_then_nine, edit), "{4 9 -}");
    assert_eq!(told(NINE, four_then_nine, edit), "{4 9}", "who says the same is named once");
}

#[test]
fn a_changed_mode_does_not_play_again_on_other_content() {
    let executable = |scratch: &Scratch| {
        scratch.git(&["update-index", "--chmod=+x", "src/4/a"]);
        scratch.git(&["commit", "--quiet", "--message", FOUR]);
        scratch.git(&["checkout", "--quiet", "src/4/a"]);
        scratch.commit(NINE, &[("src/9/b", "c")]);
    };
    assert_eq!(told(SILENT, executable, nothing), "{4}");
}

#[test]
fn a_file_that_went_and_came_again_does_not_play_again() {
    let twice = |scratch: &Scratch| {
        std::fs::remove_file(scratch.path().join("src/4/a")).unwrap();
        scratch.commit(FOUR, &[]);
        scratch.commit(NINE, &[("src/4/a", &lines(&[(1, "nine")]))]);
    };
    assert_eq!(told(SILENT, twice, nothing), "{4 9}");
}

/// Two branches of the branch, on different lines, merged in it, with an edit beside or without.
fn with_a_merge_inside(message: &'static str, edit: bool) -> impl Fn(&Scratch) {
    move |scratch| {
        scratch.git(&["checkout", "--quiet", "-b", "side"]);
        scratch.commit(NINE, &[("src/4/a", &lines(&[(3, "nine")]))]);
        scratch.git(&["checkout", "--quiet", "topic"]);
        scratch.commit(FOUR, &[("src/4/a", &lines(&[(1, "four")]))]);
        scratch.git(&["merge", "--quiet", "--no-ff", "--no-commit", "side"]);
        if edit {
            let all = lines(&[(1, "four"), (2, "inside"), (3, "nine")]);
            std::fs::write(scratch.path().join("src/4/a"), all).unwrap();
            scratch.git(&["add", "--all"]);
        }
        scratch.git(&["commit", "--quiet", "--message", message]);
    }
}

#[test]
fn branches_within_a_branch_are_told_apart_unless_their_merge_did_more() {
    assert_eq!(told(SILENT, with_a_merge_inside(SILENT, false), nothing), "4, 9");
    assert_eq!(told(SILENT, with_a_merge_inside(SILENT, true), nothing), "{4 9}");
    assert_eq!(told(SILENT, with_a_merge_inside(NONE, true), nothing), "{4 9 none}");
}

#[test]
fn what_two_branches_of_a_branch_both_did_is_not_told_apart() {
    for nine in [&[(1, "both")][..], &[(1, "both"), (3, "nine")]] {
        let twice = |scratch: &Scratch| {
            scratch.git(&["checkout", "--quiet", "-b", "side"]);
            scratch.commit(NINE, &[("src/4/a", &lines(nine))]);
            scratch.git(&["checkout", "--quiet", "topic"]);
            scratch.commit(FOUR, &[("src/4/a", &lines(&[(1, "both")]))]);
            scratch.git(&["merge", "--quiet", "--no-ff", "--message", SILENT, "side"]);
        };
        let told = told(SILENT, twice, nothing);
        assert!(["{4 9}", "{9 4}"].contains(&told.as_str()), "{told} {nine:?}");
    }
}

#[test]
fn every_commit_for_which_nobody_speaks_is_named() {
    let silent = |scratch: &Scratch| {
        scratch.commit(SILENT, &[("src/4/a", &lines(&[(1, "x")]))]);
        scratch.commit(NINE, &[("src/4/a", &lines(&[(1, "x"), (2, "nine")]))]);
        scratch.commit(NINE, &[("src/4/a", &lines(&[(1, "x"), (2, "nine again")]))]);
        scratch.commit(SILENT, &[("src/4/a", "gone\n")]);
        // As it was, so that it merges.
        scratch.commit(SILENT, &[("src/4/a", &lines(&[(1, "y")]))]);
    };
    let edit = |scratch: &Scratch| {
        std::fs::write(scratch.path().join("src/4/a"), "evil\n").unwrap();
    };
    assert_eq!(told(SILENT, silent, edit), "{- 9 - -}", "each of them did something");
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

#[test]
fn what_the_line_had_already_is_no_part_of_what_a_commit_did() {
    let scratch = Scratch::empty();
    scratch.commit("Start", &[("src/4/a", &lines(&[])), ("src/9/b", "b")]);
    scratch.git(&["checkout", "--quiet", "-b", "topic"]);
    scratch.commit(NINE, &[("src/4/a", &lines(&[(1, "both"), (3, "nine")]))]);
    scratch.commit(FOUR, &[("src/9/b", "c")]);
    scratch.git(&["checkout", "--quiet", "main"]);
    let start = scratch.commit(SILENT, &[("src/4/a", &lines(&[(1, "both"), (5, "main")]))]);
    scratch.git(&["merge", "--quiet", "--no-ff", "--message", SILENT, "topic"]);
    let (steps, path) = (steps_since(&scratch, &start), RepoPath::from("src/4/a"));
    let Some(Parts::Chain(parts)) = steps[0].parts.get(&path) else { panic!("{steps:?}") };
    let turns: Vec<_> = parts.iter().map(|part| (part.old, part.new)).collect();
    let at = |commit: &ObjectId| scratch.repo().entry(commit, &path).unwrap();
    assert_eq!(turns, [(at(&start), at(&scratch.id("HEAD")))]);
}

#[test]
fn what_nobody_ever_had_in_between_tells_no_parts_apart() {
    let scratch = Scratch::empty();
    scratch.commit("Start", &[("src/4/a", &lines(&[]))]);
    scratch.git(&["checkout", "--quiet", "-b", "topic"]);
    scratch.commit(NINE, &[("src/4/a", &lines(&[(1, "both"), (3, "nine")]))]);
    scratch.commit(FOUR, &[("src/4/a", &lines(&[(1, "both"), (3, "four")]))]);
    scratch.git(&["checkout", "--quiet", "main"]);
    let start = scratch.commit(SILENT, &[("src/4/a", &lines(&[(1, "both"), (5, "main")]))]);
    scratch.git(&["merge", "--quiet", "--no-ff", "--message", SILENT, "topic"]);
    let (steps, path) = (steps_since(&scratch, &start), RepoPath::from("src/4/a"));
    let Some(Parts::Tangled(words)) = steps[0].parts.get(&path) else { panic!("{steps:?}") };
    assert_eq!(words.iter().map(|(_, said)| short(said)).collect::<Vec<_>>(), ["9", "4"]);
}

#[test]
fn what_a_silent_merge_inside_did_alone_the_merge_around_it_answers_for() {
    let alone = |scratch: &Scratch| {
        scratch.git(&["checkout", "--quiet", "-b", "side"]);
        scratch.commit(NINE, &[("src/9/b", "nine")]);
        scratch.git(&["checkout", "--quiet", "topic"]);
        scratch.commit(FOUR, &[("src/4/z", "four")]);
        scratch.git(&["merge", "--quiet", "--no-ff", "--no-commit", "side"]);
        scratch.commit(SILENT, &[("src/4/a", &lines(&[(1, "inside")]))]);
    };
    assert_eq!(told(SILENT, alone, nothing), "{-}");
    assert_eq!(told(FOUR, alone, nothing), "{4}");
}

#[test]
fn a_merge_inside_that_says_whose_it_is_may_take_one_side() {
    for (inside, agree) in [(NINE, true), (SILENT, false)] {
        let scratch = Scratch::empty();
        let start = scratch.commit("Start", &[("src/9/a", &lines(&[]))]);
        scratch.git(&["checkout", "--quiet", "-b", "side"]);
        scratch.commit(NINE, &[("src/9/a", &lines(&[(5, "side")]))]);
        scratch.git(&["checkout", "--quiet", "-b", "topic", "main"]);
        scratch.commit(NINE, &[("src/9/a", &lines(&[(1, "topic")]))]);
        scratch.git(&["merge", "--quiet", "-s", "ours", "--message", inside, "side"]);
        scratch.git(&["checkout", "--quiet", "main"]);
        scratch.git(&["merge", "--quiet", "--no-ff", "--message", SILENT, "topic"]);
        let steps = steps_since(&scratch, &start);
        assert_eq!(steps[0].parts.is_empty(), agree, "{inside}");
    }
}

#[test]
fn half_of_a_rename_by_way_of_a_name_that_is_gone_is_not_told_by_itself() {
    let scratch = Scratch::empty();
    let start = scratch.commit("Start", &[("src/4/a", &lines(&[])), ("src/9/b", "b")]);
    scratch.merge(SILENT, || {
        scratch.git(&["mv", "src/4/a", "src/4/between"]);
        scratch.commit(FOUR, &[]);
        scratch.git(&["mv", "src/4/between", "src/4/c"]);
        scratch.commit(NINE, &[]);
        scratch.commit(NINE, &[("src/9/b", "c")]);
    });
    let steps = steps_since(&scratch, &start);
    let tangled = ["src/4/a", "src/4/c", "src/9/b"]
        .map(|path| matches!(steps[0].parts.get(&RepoPath::from(path)), Some(Parts::Tangled(_))));
    assert_eq!(tangled, [true, true, false]);
}
