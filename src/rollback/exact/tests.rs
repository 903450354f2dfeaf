//! What is the planned back-out, and what only looks like it.

use super::*;
use crate::config::testing::configuration;
use crate::git::testing::Scratch;
use crate::stage::attribution::Attributions;

const RULES: &str = "version = 1\n[migration]\nid = \"m\"\nname = \"M\"\n\
    start = { tag = \"t\" }\nbranch = \"main\"\n\
    [[stages]]\nid = \"4\"\nname = \"n\"\nimpact = \"low\"\npaths = [\"4\"]\n\
    rollback = [\"code\"]\n\
    [[stages]]\nid = \"9\"\nname = \"n\"\nimpact = \"low\"\npaths = [\"4\", \"9\"]\n\
    rollback = [\"code\"]\n";

/// What a last commit is, after stage 4 and then stage 9 have landed as told.
fn held(landed: [&[(&str, &str)]; 2], last: (&str, &[(&str, &str)])) -> Comparison {
    let scratch = Scratch::empty();
    let start = scratch.commit("first", &[("4", "a\n"), ("9", "a\n"), ("README", "a\n")]);
    scratch.commit("Work\n\nMigration-Stage: 4", landed[0]);
    let parent = scratch.commit("Work\n\nMigration-Stage: 9", landed[1]);
    let commit = scratch.commit(last.0, last.1);
    let configuration = configuration(&[("backout.toml", RULES)], &[]);
    let (migration, none) = (&configuration.migrations[0], Attributions::default());
    let attribution = Attribution::new(migration, &configuration.migrations, &none);
    is_planned(&scratch.repo(), migration, &attribution, &start, &parent, &commit).unwrap()
}

fn paths(found: &Comparison) -> Vec<&str> {
    found.differs.iter().filter_map(|change| change.path.as_str()).collect()
}

const APART: [&[(&str, &str)]; 2] = [&[("4", "b\n")], &[("9", "b\n")]];

#[test]
fn the_plan_and_nothing_else_is_equal() {
    let found = held(APART, ("Back\n\nBackout-Stage: 4", &[("4", "a\n")]));
    assert!(found.is_equal(), "{found:?}");
    assert_eq!(found.stages, [0]);
}

#[test]
fn what_is_left_out_or_added_differs() {
    let back = "Back\n\nBackout-Stage: 4";
    let more = held(APART, (back, &[("4", "a\n"), ("README", "b\n")]));
    assert_eq!((paths(&more), more.is_equal()), (vec!["README"], false));
    let other = held(APART, (back, &[("4", "a\n"), ("9", "a\n")]));
    assert_eq!((paths(&other), other.is_equal()), (vec!["9"], false));
    let less = held(APART, (back, &[("4", "ab\n")]));
    assert_eq!((paths(&less), less.is_equal()), (vec!["4"], false));
    let nothing = held(APART, (back, &[]));
    assert_eq!((paths(&nothing), nothing.is_equal()), (vec!["4"], false));
    let united = "Back\n\nBackout-Stage: 4\nBackout-Stage: 9";
    assert!(held(APART, (united, &[("4", "a\n"), ("9", "a\n")])).is_equal());
}

#[test]
fn where_there_is_no_plan_nothing_is_equal() {
    let on_top: [&[(&str, &str)]; 2] = [&[("4", "b\n")], &[("4", "c\n")]];
    let found = held(on_top, ("Back\n\nBackout-Stage: 4", &[("4", "a\n")]));
    assert!(!found.clashes.is_empty() && !found.is_equal());
    let silent = held(APART, ("Back", &[("4", "a\n")]));
    assert_eq!((silent.stages.len(), silent.is_equal()), (0, false));
}

/// Stages 4 and 9 have landed, each on its own file, and then come these commits.
struct Row {
    scratch: Scratch,
    start: ObjectId,
    base: ObjectId,
}

impl Row {
    fn new(commits: &[(&str, &[(&str, &str)])]) -> Self {
        let scratch = Scratch::empty();
        let start = scratch.commit("first", &[("4", "a\n"), ("9", "a\n")]);
        scratch.commit("Work\n\nMigration-Stage: 4", &[("4", "b\n")]);
        let base = scratch.commit("Work\n\nMigration-Stage: 9", &[("9", "b\n")]);
        for (trailers, files) in commits {
            scratch.commit(&format!("Back\n\n{trailers}"), files);
        }
        Self { scratch, start, base }
    }

    /// Whether it is planned: by what had landed at the base, or, where that does not say so,
    /// commit by commit.
    fn planned(&self) -> [bool; 2] {
        let repo = self.scratch.repo();
        let head = self.scratch.id("main");
        let configuration = configuration(&[("backout.toml", RULES)], &[]);
        let (migration, none) = (&configuration.migrations[0], Attributions::default());
        let attribution = Attribution::new(migration, &configuration.migrations, &none);
        let commits = repo.walk(&head, &[self.base]).unwrap().commits;
        let at = |tip: &ObjectId| read_ledger(&repo, migration, &attribution, &self.start, tip);
        let range = (&self.base, &head, commits.as_slice());
        [at(&self.base).unwrap(), Ledger::default()].map(|ledger| {
            is_planned_range(&repo, migration, &attribution, &ledger, range, &at).unwrap()
        })
    }

    /// A merge of what there is into the base, as a forge makes it.
    fn merged_into_base(&self) {
        let work = self.scratch.id("main").to_string();
        self.scratch.git(&["reset", "--quiet", "--hard", &self.base.to_string()]);
        self.scratch.git(&["merge", "--quiet", "--no-ff", "--message", "Merge", &work]);
    }
}

const FOUR: (&str, &[(&str, &str)]) = ("Backout-Stage: 4", &[("4", "a\n")]);
const NINE: (&str, &[(&str, &str)]) = ("Backout-Stage: 9", &[("9", "a\n")]);

#[test]
fn a_row_of_planned_commits_is_planned_also_where_a_forge_has_merged_it() {
    for commits in [&[FOUR][..], &[NINE, FOUR], &[FOUR, NINE]] {
        let row = Row::new(commits);
        assert_eq!(row.planned(), [true, true], "{commits:?}");
        row.merged_into_base();
        assert_eq!(row.planned(), [true, true], "{commits:?}, merged");
    }
    let both = ("Backout-Stage: 4\nBackout-Stage: 9", &[("4", "a\n"), ("9", "a\n")][..]);
    assert_eq!(Row::new(&[both]).planned(), [true, true]);
}

#[test]
fn one_commit_that_is_not_planned_spoils_the_row() {
    let silent = ("", &[("4", "a\n")][..]);
    let wrong = ("Backout-Stage: 4", &[("4", "c\n")][..]);
    let more = ("Backout-Stage: 4", &[("4", "a\n"), ("9", "c\n")][..]);
    for commits in [
        &[silent][..],
        &[wrong],
        &[more],
        &[NINE, wrong],
        &[wrong, NINE],
        &[FOUR, ("", &[("x", "x")])],
    ] {
        assert_eq!(Row::new(commits).planned(), [false, false], "{commits:?}");
    }
    // Together they come to the plan; taken one by one, the last says nothing of itself.
    let late = ("", &[("9", "a\n")][..]);
    let early = ("Backout-Stage: 4\nBackout-Stage: 9", &[("4", "a\n")][..]);
    assert_eq!(Row::new(&[early, late]).planned(), [true, false]);
}

#[test]
fn a_merge_that_is_more_than_what_it_merged_is_not_planned() {
    let row = Row::new(&[FOUR, NINE]);
    row.merged_into_base();
    std::fs::write(row.scratch.path().join("9"), "evil\n").unwrap();
    row.scratch.git(&["commit", "--quiet", "--all", "--amend", "--no-edit"]);
    assert_eq!(row.planned(), [false, false]);
    // Nor is one of two branches that both began at the base.
    let row = Row::new(&[FOUR]);
    let four = row.scratch.id("main").to_string();
    row.scratch.git(&["reset", "--quiet", "--hard", &row.base.to_string()]);
    row.scratch.commit("Back\n\nBackout-Stage: 9", &[("9", "a\n")]);
    row.scratch.git(&["merge", "--quiet", "--no-ff", "--message", "Merge", &four]);
    assert_eq!(row.planned(), [true, false]);
}

#[test]
fn a_merge_claims_no_more_than_what_it_merged() {
    let merged = |row: &Row, parent: &str, says: &str| {
        let (base, tree) = (row.base.to_string(), format!("{parent}^{{tree}}"));
        let merge = row.scratch.git(&["commit-tree", &tree, "-p", &base, "-p", parent, "-m", says]);
        row.scratch.git(&["reset", "--quiet", "--hard", &merge]);
        row.planned()
    };
    let row = Row::new(&[FOUR]);
    let four = row.scratch.id("main").to_string();
    assert_eq!(merged(&row, &four, "Merge\n\nBackout-Stage: 4"), [true, true]);
    assert_eq!(merged(&row, &four, "Merge\n\nBackout-Stage: 9"), [false, false]);
    // One that took nothing over takes nothing back.
    let row = Row::new(&[]);
    let base = row.base.to_string();
    let twice = row.scratch.git(&["cat-file", "commit", &base]);
    let header = format!("parent {base}\n");
    let (before, after) = twice.split_once("\n\n").unwrap();
    let tree = before.lines().next().unwrap();
    let people: Vec<&str> =
        before.lines().filter(|line| !line.starts_with("parent")).skip(1).collect();
    assert!(!after.is_empty());
    let text =
        format!("{tree}\n{header}{header}{}\n\nMerge\n\nBackout-Stage: 4\n", people.join("\n"));
    let file = row.scratch.path().join("raw");
    std::fs::write(&file, text).unwrap();
    let raw = ["hash-object", "-t", "commit", "-w", "--literally", file.to_str().unwrap()];
    let made = row.scratch.git(&raw);
    row.scratch.git(&["update-ref", "refs/heads/main", &made]);
    let [by_the_base, _] = row.planned();
    assert!(!by_the_base);
}

#[test]
fn what_is_accepted_all_the_same_keeps_its_plan_and_no_complaint() {
    let found = held(APART, ("Back\n\nBackout-Stage: 4", &[("4", "ab\n")]));
    assert!(!found.is_equal() && !found.planned.is_empty());
    let accepted = found.clone().accepted();
    assert!(accepted.is_equal());
    assert_eq!((accepted.stages, accepted.planned), (found.stages, found.planned));
}

impl Row {
    /// What `commit` is, held against the plan on the base.
    fn held(&self, commit: &str) -> Comparison {
        let configuration = configuration(&[("backout.toml", RULES)], &[]);
        let (migration, none) = (&configuration.migrations[0], Attributions::default());
        let attribution = Attribution::new(migration, &configuration.migrations, &none);
        let (repo, commit) = (self.scratch.repo(), self.scratch.id(commit));
        is_planned(&repo, migration, &attribution, &self.start, &self.base, &commit).unwrap()
    }

    /// Merges what `work` commits on a branch into `main`.
    fn merge(&self, work: impl FnOnce()) {
        self.scratch.git(&["checkout", "--quiet", "-b", "side", "main"]);
        work();
        self.scratch.git(&["checkout", "--quiet", "main"]);
        self.scratch.git(&["merge", "--quiet", "--no-ff", "--message", "Merge", "side"]);
        self.scratch.git(&["branch", "--quiet", "--delete", "--force", "side"]);
    }
}

#[test]
fn a_merge_swallows_what_it_brought_and_says_nothing_of_itself() {
    // A commit of the line is held against the plan as the whole is; it was not brought along.
    let more = ("Backout-Stage: 4", &[("4", "a\n"), ("x", "x\n")][..]);
    let row = Row::new(&[more]);
    row.merge(|| {
        row.scratch.commit("Back\n\nBackout-Stage: 9", &[("9", "a\n")]);
    });
    assert_eq!(row.held("main").swallowed, []);
    // One that was brought is asked; a merge among those is not, what it merged is.
    let row = Row::new(&[]);
    row.merge(|| {
        row.scratch.commit("Back\n\nBackout-Stage: 9", &[("9", "a\n")]);
        let four = row.scratch.id("HEAD").to_string();
        row.scratch.git(&["checkout", "--quiet", "-b", "inner", &four]);
        row.scratch.commit("Back\n\nBackout-Stage: 4", &[("4", "a\n")]);
        row.scratch.git(&["checkout", "--quiet", "side"]);
        row.scratch.git(&["merge", "--quiet", "--no-ff", "--message", "Inner", "inner"]);
    });
    assert!(row.held("main").is_equal(), "{:?}", row.held("main"));
    let row = Row::new(&[FOUR]);
    row.merge(|| {
        row.scratch.commit("Silent", &[("4", "c\n")]);
        row.scratch.git(&["revert", "--no-edit", "HEAD"]);
        row.scratch.commit("Gone", &[]);
    });
    assert_eq!(row.held("main").swallowed.len(), 3);
    assert!(row.held("main").differs.is_empty());
    // Of a file that was there before, too.
    let row = Row::new(&[FOUR]);
    row.merge(|| {
        row.scratch.commit("Silent", &[("9", "c\n")]);
        row.scratch.git(&["revert", "--no-edit", "HEAD"]);
    });
    let silent = row.scratch.id("main^2~1");
    assert_eq!(row.held("main").swallowed, [silent]);
}

#[test]
fn what_a_merge_brought_and_is_there_was_not_swallowed() {
    let row = Row::new(&[]);
    row.merge(|| {
        row.scratch.commit("Back\n\nBackout-Stage: 4", &[("4", "a\n")]);
        row.scratch.commit("Note", &[("x", "x\n")]);
    });
    let held = row.held("main");
    assert_eq!(held.swallowed, []);
    assert_eq!(held.differs.iter().map(|one| one.path.shown()).collect::<Vec<_>>(), ["x"]);
    assert!(!held.is_equal());
}

#[test]
fn a_line_that_does_not_come_from_the_base_is_brought_as_a_whole() {
    let row = Row::new(&[]);
    row.scratch.git(&["checkout", "--quiet", "-b", "other", &row.start.to_string()]);
    let silent = row.scratch.commit("Silent", &[("x", "x\n")]);
    row.scratch.git(&["merge", "--quiet", "--no-ff", "--message", "Merge", "main"]);
    row.scratch.git(&["rm", "--quiet", "x"]);
    row.scratch.commit("Back\n\nBackout-Stage: 4", &[("4", "a\n")]);
    assert_eq!(row.held("other").swallowed, [silent]);
    // Without a merge nothing was brought, wherever the commits come from.
    row.scratch.git(&["checkout", "--quiet", "-b", "apart", &row.start.to_string()]);
    row.scratch.commit("Silent", &[("x", "x\n")]);
    row.scratch.git(&["rm", "--quiet", "x"]);
    row.scratch.commit("Back\n\nBackout-Stage: 4", &[("y", "y\n")]);
    assert_eq!(row.held("apart").swallowed, []);
}

#[test]
fn plans_of_several_migrations_have_to_agree_about_a_path() {
    let change = |path: &str, new: u8| {
        let entry =
            |byte: u8| Entry { mode: 0o100_644, oid: ObjectId::from_bytes(&[byte; 20]).unwrap() };
        Change { path: RepoPath::from(path), old: Some(entry(0)), new: Some(entry(new)) }
    };
    let differing = |plans: &[&[Change]], made: &[Change]| -> Vec<String> {
        let found = differing_from_all(plans, made);
        found.iter().map(|change| change.path.shown().into_owned()).collect()
    };
    let (a, b) = ([change("a", 1)], [change("b", 2)]);
    let made = [change("a", 1), change("b", 2)];
    assert_eq!(differing(&[&a, &b], &made), [""; 0]);
    assert_eq!(differing(&[&a, &made], &made), [""; 0], "they agree");
    assert_eq!(differing(&[&a, &b], &a), ["b"]);
    assert_eq!(differing(&[&[change("a", 3)], &made], &made), ["a"], "they do not agree");
}

#[test]
fn a_stage_that_never_landed_is_not_backed_out_beside_another_one() {
    let only_four: [&[(&str, &str)]; 2] = [&[("4", "b\n")], &[]];
    let back = [("4", "a\n")];
    assert!(held(only_four, ("Back\n\nBackout-Stage: 4", &back)).is_equal());
    let both = "Back\n\nBackout-Stage: 4\nBackout-Stage: 9";
    let found = held(only_four, (both, &back));
    assert_eq!((found.nothing.as_slice(), found.is_equal()), (&[1][..], false));
    let neither = held([&[], &[]], (both, &[]));
    assert_eq!(neither.nothing, neither.stages);
}
