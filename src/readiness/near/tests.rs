//! Folders of real trees.

use std::collections::BTreeSet;

use super::{a_folder_goes, beside};
use crate::git::testing::Scratch;
use crate::git::{RepoPath, View};

fn tree() -> Scratch {
    let scratch = Scratch::empty();
    let files = ["top", "outer/inner/a", "outer/inner/b", "outer/inner/more/c", "flat/d"];
    scratch.commit("Files", &files.map(|path| (path, "text\n")));
    scratch
}

#[test]
fn a_folder_goes_with_its_last_file() {
    let scratch = tree();
    let goes = |gone: &[&str]| {
        scratch.git(&[&["rm", "--quiet"], gone].concat());
        let head = scratch.commit("Gone", &[]);
        let paths: Vec<RepoPath> = gone.iter().map(|path| RepoPath::from(*path)).collect();
        let repo = scratch.repo();
        let goes = a_folder_goes(&View::of_commit(&repo, &head).unwrap(), paths.iter()).unwrap();
        scratch.git(&["reset", "--quiet", "--hard", "HEAD^"]);
        goes
    };
    assert!(!goes(&["top"]));
    assert!(!goes(&["outer/inner/a"]));
    assert!(!goes(&["outer/inner/a", "outer/inner/b"]), "a folder is left in it");
    assert!(goes(&["flat/d"]));
    assert!(goes(&["outer/inner/more/c"]));
    assert!(goes(&["outer/inner/a", "flat/d"]));
}

#[test]
fn beside_a_new_file_are_those_of_its_folder_or_of_the_first_one_in_it() {
    let scratch = tree();
    let repo = scratch.repo();
    let base = View::of_commit(&repo, &scratch.id("HEAD")).unwrap();
    let beside = |added: &[&str]| {
        let added: Vec<RepoPath> = added.iter().map(|path| RepoPath::from(*path)).collect();
        beside(&base, &added.iter().collect::<Vec<_>>()).unwrap()
    };
    let paths = |paths: &[&str]| -> BTreeSet<RepoPath> {
        paths.iter().map(|path| RepoPath::from(*path)).collect()
    };
    assert_eq!(beside(&["flat/new"]), paths(&["flat/d"]));
    assert_eq!(beside(&["outer/new"]), paths(&["outer/inner/a", "outer/inner/b"]));
    assert_eq!(beside(&["new/deep/file"]), paths(&["new/deep", "new"]));
    assert_eq!(beside(&["flat/new/file", "flat/new/other"]), paths(&["flat/new", "flat/d"]));
    assert_eq!(beside(&["new"]), paths(&[]));
}
