//! What is left to be done once a run has come to its end.

use std::fs;

use super::*;
use crate::git::testing::Scratch;

#[test]
fn of_a_submodule_it_is_told_what_is_left_to_be_done() {
    let scratch = Scratch::empty();
    let without = scratch.commit("Without", &[("a", "a\n")]);
    let link = format!("160000,{without},sub module");
    scratch.git(&["update-index", "--add", "--cacheinfo", &link]);
    scratch.git(&["commit", "--quiet", "--message", "With"]);
    let (with, repo) = (scratch.id("HEAD"), scratch.repo());
    let left = |commit| left_behind(&repo, commit, &BTreeSet::from([RepoPath::from("sub module")]));
    let moves = "submodules stay as they are checked out; to bring them along: \
        git submodule update -- 'sub module'";
    assert_eq!(left(&with).as_deref(), Some(moves));
    assert_eq!(left(&without), None, "it went, and so did its folder");
    fs::create_dir(scratch.path().join("sub module")).unwrap();
    let goes = "the folders of submodules that went stay; where nothing in them is needed: \
        rm -r -- 'sub module'";
    assert_eq!(left(&without).as_deref(), Some(goes));
    assert_eq!(left(&with).as_deref(), Some(moves));
    assert_eq!(left_behind(&repo, &without, &BTreeSet::new()), None);
}
