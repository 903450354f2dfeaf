//! Which places are trusted, and what is read there, on real repositories.

use std::collections::BTreeMap;

use super::*;
use crate::git::testing::Scratch;
use crate::git::{Ends, GitError};
use crate::policy::origins::Trust;

fn rules(name: &str) -> String {
    format!(
        "version = 1\n[migration]\nid = \"m\"\nname = \"{name}\"\nstart = {{ tag = \"s\" }}\n\
         branch = \"main\"\n"
    )
}

/// Commits a configuration of this name.
fn with_rules(scratch: &Scratch, name: &str) -> ObjectId {
    scratch.commit(name, &[("backout.toml", &rules(name))])
}

fn origin(label: &str, commit: ObjectId) -> Origin {
    Origin { label: label.to_owned(), commit }
}

fn read(scratch: &Scratch, trusted: &[ObjectId], judged: Option<ObjectId>) -> Policies {
    try_read(scratch, trusted, judged).unwrap()
}

fn try_read(
    scratch: &Scratch,
    trusted: &[ObjectId],
    judged: Option<ObjectId>,
) -> Result<Policies, LoadError> {
    let trusted: Vec<Origin> = trusted.iter().map(|commit| origin("trusted", *commit)).collect();
    let judged = judged.map(|commit| origin("pushed", commit));
    let vocabulary = Vocabulary { codes: &[] };
    let repo = scratch.repo();
    let reader = Reader { repo: &repo, path: "backout.toml", vocabulary, lenient: false };
    Policies::read(reader, &trusted, judged.as_ref(), &Policies::default())
}

fn names(policies: &Policies) -> Vec<&str> {
    policies.all().map(|policy| policy.configuration.migrations[0].name.as_str()).collect()
}

#[test]
fn each_distinct_configuration_is_read_once() {
    let scratch = Scratch::empty();
    let one = with_rules(&scratch, "one");
    let same = scratch.commit("same rules", &[("other.txt", "x")]);
    let two = with_rules(&scratch, "two");
    let policies = read(&scratch, &[two, one, same], None);
    assert_eq!(names(&policies), ["two", "one"]);
    let origins: Vec<_> = policies.trusted[1].origins.iter().map(|origin| origin.commit).collect();
    assert_eq!(origins, [one, same]);
}

#[test]
fn the_judged_commit_is_never_an_origin_of_trust() {
    let scratch = Scratch::empty();
    let old = with_rules(&scratch, "old");
    let same = scratch.commit("same rules", &[("other.txt", "x")]);
    let policies = read(&scratch, &[old], Some(same));
    assert!(policies.judged.is_none() && policies.judged_has_one);
    assert_eq!(policies.trusted[0].origins, [origin("trusted", old)]);
    let new = with_rules(&scratch, "new");
    let policies = read(&scratch, &[old], Some(new));
    assert_eq!(names(&policies), ["old", "new"]);
    assert_eq!(policies.newest().unwrap().configuration.migrations[0].name, "new");
    scratch.git(&["rm", "--quiet", "backout.toml"]);
    let deleted = scratch.commit("deleted", &[]);
    let policies = read(&scratch, &[old], Some(deleted));
    assert_eq!(names(&policies), ["old"], "deleting the file does not switch the guard off");
    assert!(!policies.judged_has_one);
    assert_eq!(policies.judged_at, Some(origin("pushed", deleted)));
}

#[test]
fn invalid_rules_are_listed_where_they_are_trusted_and_an_error_where_they_are_judged() {
    let scratch = Scratch::empty();
    let broken = scratch.commit("broken", &[("backout.toml", "version = 2\n")]);
    let good = with_rules(&scratch, "good");
    let policies = read(&scratch, &[broken, good], Some(good));
    assert_eq!(names(&policies), ["good"]);
    let (place, why) = &policies.broken[0];
    assert_eq!(place.commit, broken);
    assert!(why.contains("backout.toml:1:11"), "{why}");
    assert!(matches!(try_read(&scratch, &[good], Some(broken)), Err(LoadError::Invalid(_))));
}

#[test]
fn what_cannot_be_read_is_no_policy_of_nothing() {
    let scratch = Scratch::empty();
    let good = with_rules(&scratch, "good");
    fs_symlink(&scratch, "elsewhere.toml", "backout.toml");
    let link = scratch.commit("a link", &[]);
    let read = try_read(&scratch, &[good], Some(link));
    let Err(LoadError::Unreadable(error)) = read else { panic!("it was read") };
    assert!(format!("{error:#}").contains("plain file"), "{error:#}");
    // Where it has landed so, what was valid before stands in for it, and a change can repair it.
    let policies = try_read(&scratch, &[link], Some(good)).unwrap();
    assert!(policies.stood_in && policies.broken[0].1.contains("plain file"));
    assert_eq!(names(&policies), ["good"]);
    let absent = ObjectId::from_bytes(&[7; 20]).unwrap();
    assert!(matches!(try_read(&scratch, &[absent], Some(good)), Err(LoadError::Unreadable(_))));
}

fn fs_symlink(scratch: &Scratch, target: &str, path: &str) {
    let path = scratch.path().join(path);
    std::fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink(target, path).unwrap();
}

/// The labels of the places that are trusted for a range, in their order.
fn labels(
    scratch: &Scratch,
    local: bool,
    ends: Ends,
    landing: &[&str],
) -> Result<Vec<String>, GitError> {
    let repo = scratch.repo();
    let trust = Trust { repo: &repo, remote: Some("origin"), default_branch: None, local };
    let mut tips = BTreeMap::new();
    for branch in landing {
        tips.extend(trust.tip(branch)?.map(|tip| ((*branch).to_owned(), tip)));
    }
    Ok(trust.origins(ends, &tips)?.into_iter().map(|origin| origin.label).collect())
}

#[test]
fn trusted_are_the_tip_the_merge_base_and_where_the_range_begins() {
    let scratch = Scratch::empty();
    let parted = with_rules(&scratch, "one");
    let tip = scratch.commit("landed", &[]);
    scratch.remote_has("main", &tip);
    scratch.git(&["checkout", "--quiet", "-b", "topic", &parted.to_string()]);
    let old = scratch.commit("shared", &[]);
    let head = scratch.commit("more", &[]);
    let ends = Ends { old: Some(old), head: Some(head) };
    assert_eq!(
        labels(&scratch, false, ends, &["main"]).unwrap(),
        ["origin/main", "where the range begins", "merge base with origin/main"]
    );
    // Each commit once: a range that begins at the tip.
    let ends = Ends { old: Some(tip), head: Some(tip) };
    assert_eq!(labels(&scratch, false, ends, &["main"]).unwrap(), ["origin/main"]);
}

#[test]
fn a_remote_without_a_head_is_held_to_its_usual_branches() {
    let scratch = Scratch::empty();
    let tip = with_rules(&scratch, "one");
    let ends = Ends { old: None, head: Some(tip) };
    assert_eq!(labels(&scratch, false, ends, &[]).unwrap(), [""; 0]);
    scratch.remote_has("master", &tip);
    assert_eq!(labels(&scratch, false, ends, &[]).unwrap(), ["origin/master"]);
    let newer = scratch.commit("newer", &[]);
    scratch.remote_has("stable", &newer);
    scratch.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/stable"]);
    assert_eq!(labels(&scratch, false, ends, &[]).unwrap(), ["origin/stable"]);
}

#[test]
fn a_local_branch_stands_in_for_a_remote_one_only_where_nothing_is_pushed() {
    let scratch = Scratch::empty();
    with_rules(&scratch, "one");
    scratch.git(&["remote", "add", "origin", "../origin.git"]);
    let repo = scratch.repo();
    let tip = |local: bool| {
        let trust = Trust { repo: &repo, remote: Some("origin"), default_branch: None, local };
        trust.tip("main").unwrap().map(|origin| origin.label)
    };
    assert_eq!(tip(false), None);
    assert_eq!(tip(true).as_deref(), Some("main"));
}
