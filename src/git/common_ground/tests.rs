use super::super::testing::Scratch;
use super::super::{ObjectId, OtherSide, Range, RefName, RefUpdate, Repo, RepoPath, ends, range};
use std::collections::BTreeSet;

/// Twenty lines, some of them changed.
fn lines(changed: &[usize]) -> String {
    let line = |at| if changed.contains(&at) { format!("new {at}\n") } else { format!("{at}\n") };
    (0..20).map(line).collect()
}

/// Two branches that were merged into each other: both changed a file, and each another one.
struct Crossed {
    scratch: Scratch,
    on_main: ObjectId,
    on_topic: ObjectId,
}

impl Crossed {
    fn new() -> Self {
        Self::with(&lines(&[15]))
    }

    /// The same with what `topic` makes of the file.
    fn with(on_topic: &str) -> Self {
        let scratch = Scratch::empty();
        scratch.commit("Start", &[("a", &lines(&[])), ("b", "1"), ("c", "1")]);
        scratch.git(&["checkout", "--quiet", "-b", "topic"]);
        let on_topic = scratch.commit("Topic", &[("a", on_topic), ("c", "topic")]);
        scratch.git(&["checkout", "--quiet", "main"]);
        let on_main = scratch.commit("Main", &[("a", &lines(&[2])), ("b", "main")]);
        let crossed = Self { scratch, on_main, on_topic };
        crossed.merge(&on_topic);
        crossed.scratch.git(&["checkout", "--quiet", "topic"]);
        crossed.merge(&on_main);
        crossed
    }

    fn merge(&self, other: &ObjectId) {
        let other = other.to_string();
        self.scratch.git(&["merge", "--quiet", "--no-edit", "-X", "ours", &other]);
    }

    fn bases(&self) -> Vec<ObjectId> {
        BTreeSet::from([self.on_main, self.on_topic]).into_iter().collect()
    }

    fn changed(&self, whole: bool) -> Vec<String> {
        let repo = self.scratch.repo();
        let range = self.range(&repo, whole);
        assert_eq!(range.base, self.bases());
        range.changes.iter().map(|change| change.path.shown().to_string()).collect()
    }

    fn range(&self, repo: &Repo, lands: bool) -> Range {
        let (main, topic) = (self.scratch.id("main"), self.scratch.id("topic"));
        let from = Some(self.on_topic);
        let remote = RefName::branch("topic");
        let update = RefUpdate { local: None, remote, from, to: Some(topic) };
        let known = OtherSide { commits: vec![main], remote: None, lands };
        range(repo, &update, ends(repo, &update).unwrap(), known).unwrap()
    }
}

#[test]
fn every_merge_base_is_found_and_the_one_on_the_line_is_named() {
    let crossed = Crossed::new();
    let repo = crossed.scratch.repo();
    let (main, topic) = (crossed.scratch.id("main"), crossed.scratch.id("topic"));
    assert_eq!(repo.merge_bases(&main, &topic), Ok(crossed.bases()));
    assert_eq!(repo.merge_bases(&topic, &main), Ok(crossed.bases()));
    assert_eq!(repo.parting(&main, &topic), Ok(Some(crossed.on_main)));
    assert_eq!(repo.parting(&topic, &main), Ok(Some(crossed.on_topic)));
    assert_eq!(repo.parting(&main, &crossed.on_topic), Ok(Some(crossed.on_topic)));
    assert_eq!(repo.merge_bases(&main, &crossed.on_main), Ok(vec![crossed.on_main]));
}

#[test]
fn the_ground_of_several_is_what_git_makes_of_them() {
    let crossed = Crossed::new();
    let repo = crossed.scratch.repo();
    let main = crossed.scratch.id("main");
    let ground = repo.common_ground(&main, &crossed.bases()).unwrap();
    let ground = repo.commit(&ground).unwrap();
    assert_eq!(ground.tree, repo.commit(&main).unwrap().tree);
    assert_eq!(ground.parents, [crossed.on_main, crossed.on_topic]);
    assert_eq!(repo.joined(&crossed.bases()).unwrap().unsure, BTreeSet::new());
    let walk = repo.walk(&crossed.scratch.id("topic"), &[ground.id]).unwrap();
    assert_eq!(walk.commits.len(), 1, "the merge: it has all else");
}

#[test]
fn where_the_bases_conflict_what_is_taken_over_from_one_is_changed() {
    let crossed = Crossed::with(&lines(&[2]).replace("new 2", "topic"));
    let repo = crossed.scratch.repo();
    let joined = repo.joined(&crossed.bases()).unwrap();
    assert_eq!(joined.unsure, BTreeSet::from([RepoPath::from("a")]));
    assert_eq!(crossed.changed(true), ["a"]);
    assert_eq!(crossed.changed(false), Vec::<String>::new(), "the merge took it over");
    let main = crossed.scratch.id("main");
    let ground = repo.common_ground(&main, &crossed.bases()).unwrap();
    let at = |commit: &ObjectId| repo.entry(commit, &RepoPath::from("a")).unwrap();
    assert_eq!(at(&ground), at(&crossed.on_main), "as the landed line has it");
}

#[test]
fn nothing_but_the_merge_changes_nothing() {
    assert_eq!(Crossed::new().changed(true), Vec::<String>::new());
    assert_eq!(Crossed::new().changed(false), ["a"], "it differs from either");
}

#[test]
fn what_a_commit_sets_back_to_one_of_the_bases_is_changed() {
    for (path, text) in [("b", "1"), ("c", "1")] {
        let crossed = Crossed::new();
        crossed.scratch.commit("Set back", &[(path, text)]);
        assert_eq!(crossed.changed(true), [path]);
        assert_eq!(crossed.changed(false), ["a", path]);
    }
}

#[test]
fn what_is_changed_and_changed_back_is_not_changed() {
    let crossed = Crossed::new();
    crossed.scratch.commit("There", &[("b", "1")]);
    crossed.scratch.commit("And back", &[("b", "main")]);
    assert_eq!(crossed.changed(true), Vec::<String>::new());
    assert_eq!(crossed.changed(false), ["a"]);
}

#[test]
fn a_merge_that_drops_one_side_changes_what_lands() {
    let crossed = Crossed::new();
    crossed.scratch.git(&["reset", "--quiet", "--hard", &crossed.on_topic.to_string()]);
    let main = crossed.on_main.to_string();
    crossed.scratch.git(&["merge", "--quiet", "--no-edit", "--strategy", "ours", &main]);
    assert_eq!(crossed.changed(true), ["a", "b"]);
}

#[test]
fn bases_that_cross_themselves_are_put_together_from_theirs() {
    let crossed = Crossed::new();
    let (one, other) = (crossed.scratch.id("main"), crossed.scratch.id("topic"));
    let other_more = crossed.scratch.commit("More", &[("c", "more")]);
    crossed.scratch.git(&["checkout", "--quiet", "main"]);
    let one_more = crossed.scratch.commit("And more", &[("b", "more")]);
    let repo = crossed.scratch.repo();
    assert!(one != other);
    let joined = repo.joined(&[one_more, other_more]).unwrap();
    assert_eq!(joined.unsure, BTreeSet::new());
    let changed = repo.changes_between(&repo.commit(&one_more).unwrap().tree, &joined.tree);
    let changed = changed.unwrap();
    assert_eq!(changed.len(), 1);
    assert_eq!(changed[0].path, RepoPath::from("c"));
}

#[test]
fn what_both_sides_have_settled_alike_is_sure() {
    let crossed = Crossed::with(&lines(&[2]).replace("new 2", "topic"));
    let (main, topic) = (crossed.scratch.id("main"), crossed.scratch.id("topic"));
    let as_main = crossed.scratch.commit("As main", &[("a", &lines(&[2]))]);
    let repo = crossed.scratch.repo();
    let unsure = |tips: [ObjectId; 2]| repo.joined(&tips).unwrap().unsure;
    assert_eq!(unsure([main, topic]), BTreeSet::from([RepoPath::from("a")]));
    assert_eq!(unsure([main, as_main]), BTreeSet::new());
}
