//! Which name a path of an old step has at the tip.

use super::ledger::{Told, steps};
use crate::config::Migration;
use crate::config::testing::configuration;
use crate::git::RepoPath;
use crate::stage::matcher::Matcher;
use crate::stage::moves::Moves;
use crate::stage::trail::Trail;

/// A migration in this folder whose files went from `old/` to `new/`.
fn moved(folder: &str, more: &str) -> Migration {
    let text = format!(
        "version = 1\n[migration]\nid = \"m\"\nname = \"M\"\nstart = {{ tag = \"s\" }}\n\
         branch = \"main\"\n[[stages]]\nid = \"4\"\nname = \"S\"\nimpact = \"low\"\n\
         paths = [\"new/**\"]\nrollback = [\"code\"]\n\
         [[moves]]\nfrom = \"old/**\"\nto = \"new/**\"\n{more}\n"
    );
    if folder.is_empty() {
        return configuration(&[("backout.toml", &text)], &[]).migrations.remove(0);
    }
    let path = format!("{folder}/backout.toml");
    let root = format!("version = 1\ninclude = [\"{path}\"]\n");
    configuration(&[("backout.toml", &root), (&path, &text)], &[]).migrations.remove(0)
}

/// What `path`, as each step might have changed it, is called at the tip.
fn names(migration: &Migration, of: &[Told<'_>], path: &str) -> Vec<String> {
    let matcher = Matcher::new(migration);
    let narrowed = steps(of).into_iter().map(|step| step.narrowed(&matcher).unwrap());
    let trail: Trail = narrowed.collect();
    let moves = Moves::new(migration, trail.all()).unwrap();
    let path = RepoPath::from(path);
    (0..of.len()).map(|order| moves.now(order, &path).shown().into_owned()).collect()
}

const RENAME: Told<'_> = ("", &[("old/a", "a-"), ("new/a", "-a")]);

#[test]
fn a_path_goes_by_its_new_name_up_to_the_step_that_renames_it() {
    let migration = moved("", "");
    let all = [("", &[("old/a", "-a")][..]), RENAME, ("", &[("new/a", "ab")])];
    assert_eq!(names(&migration, &all, "old/a"), ["new/a", "new/a", "old/a"]);
    assert_eq!(names(&migration, &all, "old/deep/b"), ["new/deep/b", "new/deep/b", "old/deep/b"]);
    assert_eq!(names(&migration, &all, "other/a"), ["other/a"; 3]);
}

#[test]
fn what_renames_nothing_leaves_the_names() {
    let migration = moved("", "");
    let one = |changes| names(&migration, &[("", changes)], "old/a");
    assert_eq!(one(&[("old/a", "a-")]), ["old/a"], "it is gone");
    assert_eq!(one(&[("old/a", "ab"), ("new/a", "-a")]), ["old/a"], "it was copied");
    assert_eq!(one(&[("old/a", "a-"), ("new/a", "ba")]), ["old/a"], "both were there");
    assert_eq!(one(&[("old/a", "a-"), ("new/b", "-a")]), ["old/a"], "another one came");
}

#[test]
fn the_commit_that_the_configuration_names_is_the_one_that_renames() {
    let migration = moved("", "commit = \"0303\"");
    let all = [RENAME, ("", &[("new/a", "ab")][..]), ("", &[("new/a", "bc")])];
    assert_eq!(names(&migration, &all, "old/a"), ["new/a"; 3]);
    // One that is not among the steps says nothing of them.
    let migration = moved("", "commit = \"0909\"");
    assert_eq!(names(&migration, &all, "old/a"), ["new/a", "old/a", "old/a"]);
}

#[test]
fn moves_are_named_from_the_migrations_folder() {
    let migration = moved("n", "");
    let all: [Told<'_>; 1] = [("", &[("n/old/a", "a-"), ("n/new/a", "-a")])];
    assert_eq!(names(&migration, &all, "n/old/a"), ["n/new/a"]);
    assert_eq!(names(&migration, &all, "old/a"), ["old/a"]);
}
