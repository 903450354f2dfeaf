//! What an update brings, on real repositories.

use super::*;
use crate::git::testing::Scratch;
use crate::git::{Entry, RefName};

/// `main` with a second commit, `topic` with another one, and both their start.
struct Scene {
    scratch: Scratch,
    start: ObjectId,
    main: ObjectId,
    topic: ObjectId,
}

fn scene() -> Scene {
    let scratch = Scratch::empty();
    let start = scratch.commit("Start", &[("a", "1")]);
    let main = scratch.commit("Main", &[("a", "2")]);
    scratch.git(&["checkout", "--quiet", "-b", "topic", &start.to_string()]);
    let topic = scratch.commit("Topic", &[("b", "1")]);
    Scene { scratch, start, main, topic }
}

fn update(from: Option<ObjectId>, to: Option<ObjectId>) -> RefUpdate {
    let remote = RefName::from_bytes(b"refs/heads/main");
    RefUpdate { local: None, remote, from, to }
}

fn judged(scene: &Scene, update: &RefUpdate, known: OtherSide<'_>) -> Range {
    let repo = scene.scratch.repo();
    let ends = ends(&repo, update).unwrap();
    range(&repo, update, ends, known).unwrap()
}

fn absent() -> ObjectId {
    "1".repeat(40).parse().unwrap()
}

#[test]
fn reports_name_what_an_update_does() {
    let scene = scene();
    let Scene { start, main, topic, .. } = scene;
    for (from, to, word) in [
        (None, Some(main), "create"),
        (Some(start), Some(main), "update"),
        (Some(main), Some(main), "update"),
        (Some(main), Some(start), "rewrite"),
        (Some(topic), Some(main), "rewrite"),
        (Some(absent()), Some(main), "rewrite"),
        (Some(main), None, "delete"),
        (Some(absent()), None, "delete"),
    ] {
        let update = update(from, to);
        let range = judged(&scene, &update, OtherSide::default());
        assert_eq!(range.operation.as_str(), word, "{update:?}");
    }
}

#[test]
fn reports_name_the_kind_of_ref() {
    let scene = scene();
    for (name, word) in [
        ("refs/heads/main", "branch"),
        ("refs/tags/v1", "tag"),
        ("refs/notes/commits", "other"),
        ("refs/for/main", "other"),
    ] {
        let update = RefUpdate {
            remote: RefName::from_bytes(name.as_bytes()),
            ..update(None, Some(scene.main))
        };
        assert_eq!(judged(&scene, &update, OtherSide::default()).target.as_str(), word);
    }
}

#[test]
fn an_old_end_that_is_not_here_is_told_apart() {
    let scene = scene();
    let absent_from = |from| {
        judged(&scene, &update(from, Some(scene.main)), OtherSide::default()).old_is_absent()
    };
    assert!(absent_from(Some(absent())));
    assert!(!absent_from(Some(scene.start)));
    assert!(!absent_from(None), "a new branch has none");
}

#[test]
fn what_a_tracking_ref_has_is_not_new() {
    let scene = scene();
    scene.scratch.remote_has("main", &scene.main);
    let known = || OtherSide { commits: Vec::new(), remote: Some("origin"), lands: false };
    let newer = scene.scratch.commit("Topic again", &[("b", "2")]);
    let of = |from, to| {
        let range = judged(&scene, &update(from, Some(to)), known());
        range.commits.iter().map(|commit| commit.id).collect::<Vec<_>>()
    };
    assert_eq!(of(None, newer), [newer, scene.topic]);
    assert_eq!(of(Some(scene.topic), newer), [newer]);
    assert_eq!(of(Some(scene.topic), scene.main), []);
}

#[test]
fn tracking_refs_written_before_a_commit_are_not_asked_about_it() {
    let scene = scene();
    let of_future = format!(
        "tree {}\nparent {}\nauthor T <t@example.com> 0 +0000\n\
         committer T <t@example.com> 4102444800 +0000\n\nLater\n",
        scene.scratch.id("main^{tree}"),
        scene.main
    );
    std::fs::write(scene.scratch.path().join("later"), of_future).unwrap();
    let later: ObjectId =
        scene.scratch.git(&["hash-object", "-t", "commit", "-w", "later"]).parse().unwrap();
    scene.scratch.remote_has("main", &later);
    let known = OtherSide { commits: Vec::new(), remote: Some("origin"), lands: false };
    let range = judged(&scene, &update(Some(scene.main), Some(later)), known);
    assert_eq!(range.commits.len(), 1, "its clock was ahead: it is judged once more");
}

#[test]
fn where_history_begins_all_is_new() {
    let scene = scene();
    let range = judged(&scene, &update(None, Some(scene.main)), OtherSide::default());
    assert_eq!(range.base, []);
    let changes: Vec<_> = range.changes.iter().map(|one| (one.path.clone(), one.old)).collect();
    assert_eq!(changes, [("a".into(), None)]);
    let nothing = judged(&scene, &update(Some(scene.main), Some(scene.main)), OtherSide::default());
    assert_eq!((nothing.base, nothing.changes), (vec![scene.main], vec![]));
}

#[test]
fn what_lands_is_told_against_what_its_bases_have_together() {
    let scratch = Scratch::empty();
    let text = |first: &str, last: &str| format!("{first}\n2\n3\n4\n5\n6\n{last}\n");
    let start = scratch.commit("Start", &[("a", &text("1", "7"))]);
    let main = scratch.commit("Main", &[("a", &text("main", "7"))]);
    scratch.git(&["checkout", "--quiet", "-b", "topic", &start.to_string()]);
    let topic = scratch.commit("Topic", &[("a", &text("1", "topic"))]);
    scratch.git(&["merge", "--quiet", "main"]);
    let together = scratch.id("HEAD:a");
    // The work of the topic is lost again.
    let head = scratch.commit("Main's", &[("a", &text("main", "7"))]);
    let repo = scratch.repo();
    let update = update(None, Some(head));
    let ends = ends(&repo, &update).unwrap();
    let known = OtherSide { commits: vec![main, topic], remote: None, lands: true };
    let range = range(&repo, &update, ends, known).unwrap();
    assert_eq!(range.base.len(), 2);
    let id = |entry: Option<Entry>| entry.map(|entry| entry.oid);
    let changes: Vec<_> =
        range.changes.iter().map(|one| (one.path.clone(), id(one.old), id(one.new))).collect();
    assert_eq!(changes, [("a".into(), Some(together), Some(scratch.id("main:a")))]);
}

#[test]
fn a_tree_under_another_ones_name_is_damage_and_no_change() {
    let scratch = Scratch::empty();
    let first = scratch.commit("first", &[("a", "1")]);
    let second = scratch.commit("second", &[("a", "2")]);
    let object = |revision: &str| {
        let id = scratch.id(revision).to_string();
        scratch.path().join(".git/objects").join(&id[..2]).join(&id[2..])
    };
    let (old, new) = (object("HEAD~1^{tree}"), object("HEAD^{tree}"));
    std::fs::remove_file(&new).unwrap();
    std::fs::copy(old, new).unwrap();
    assert!(scratch.repo().changes(Some(&first), Some(&second)).is_err());
}
