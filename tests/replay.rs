//! One step taken back on a later tip, where it is easy to be wrong. Each case was found by holding
//! us against git (`oracle`), or is the plain form of one that was.

mod attributes;
mod plain;

use backout::git::{Change, ObjectId, Repo, RepoPath, View};
use backout::rollback::clash::{Played, Reason};
use backout::rollback::replay::{Outcome, Patch, Replay};

use crate::support::{RepoOptions, TestRepo};

/// A step with what was before it and what came after it.
pub(crate) struct Scene {
    pub(crate) repo: TestRepo,
    before: String,
    step: String,
    tip: String,
}

/// What stands at a path; `None` takes it away.
type Files<'a> = [(&'a str, Option<&'a str>)];

impl Scene {
    pub(crate) fn new(before: &Files<'_>, step: &Files<'_>, later: &Files<'_>) -> Self {
        Self::with(RepoOptions::default(), before, step, later)
    }

    fn with(options: RepoOptions, before: &Files<'_>, step: &Files<'_>, later: &Files<'_>) -> Self {
        Self::made(options, [before, step, later].map(|files| |repo: &TestRepo| put(repo, files)))
    }

    /// Three commits, each of what was done before it.
    fn made(options: RepoOptions, work: [impl Fn(&TestRepo); 3]) -> Self {
        let repo = TestRepo::with(options);
        let [before, step, tip] = work.map(|work| {
            work(&repo);
            repo.commit("x")
        });
        Self { repo, before, step, tip }
    }

    /// The step taken back, as far as these paths go; all of it where none are given.
    fn back(&self, only: &[&str]) -> Outcome {
        self.back_in(&self.open(), only)
    }

    fn open(&self) -> Repo {
        Repo::open(self.repo.path()).unwrap()
    }

    fn back_in(&self, ours: &Repo, only: &[&str]) -> Outcome {
        let id = |text: &String| text.parse::<ObjectId>().unwrap();
        let (before, step, tip) = (id(&self.before), id(&self.step), id(&self.tip));
        let changes = ours.changes(Some(&before), Some(&step)).unwrap();
        let wanted = |change: &Change| {
            only.is_empty() || only.iter().any(|path| change.path == RepoPath::from(*path))
        };
        let patches: Vec<Patch> = changes
            .into_iter()
            .filter(wanted)
            .map(|change| Patch {
                path: change.path.clone(),
                then: change.path,
                tree: step,
                from: change.new,
                to: change.old,
            })
            .collect();
        let mut replay = Replay::new(ours, &tip).unwrap();
        replay.play(Played { step, order: 0 }, &patches).unwrap();
        replay.finish().unwrap()
    }

    /// What stands at a path after the step was taken back: its mode and content.
    #[track_caller]
    fn after(&self, path: &str) -> Option<(u32, String)> {
        let ours = self.open();
        let outcome = self.back_in(&ours, &[]);
        let path = RepoPath::from(path);
        let tip = ours.commit(&self.tip.parse().unwrap()).unwrap().tree;
        assert!(outcome.tree.is_some(), "{outcome:?}");
        let entry = match outcome.changes.iter().find(|change| change.path == path) {
            Some(change) => change.new,
            None => View::new(&ours, tip).entry(&path).unwrap(),
        }?;
        Some((entry.mode, String::from_utf8(ours.blob(&entry.oid).unwrap()).unwrap()))
    }

    #[track_caller]
    fn clashes(&self, only: &[&str]) -> Vec<Reason> {
        let outcome = self.back(only);
        assert_eq!(outcome.tree, None, "{outcome:?}");
        outcome.clashes.into_iter().map(|clash| clash.reason).collect()
    }
}

fn put(repo: &TestRepo, files: &Files<'_>) {
    for (path, text) in files {
        match text {
            Some(text) => repo.write(path, text),
            None => std::fs::remove_file(repo.path().join(path)).unwrap(),
        }
    }
}

fn lines(changed: &[(usize, &str)]) -> String {
    let text = |line: usize| changed.iter().find(|(at, _)| *at == line).map(|(_, text)| *text);
    (0..20)
        .map(|line| text(line).map_or(format!("line {line}\n"), |text| format!("{text}\n")))
        .collect()
}

#[test]
fn markers_of_conflict_are_no_outcome_even_where_git_calls_it_clean() {
    let (old, new, later) = (lines(&[]), lines(&[(9, "new")]), lines(&[(9, "later")]));
    let scene = Scene::new(
        &[("old/x", Some(&old)), ("other", Some("1\n"))],
        &[("old/x", None), ("new/x", Some(&new)), ("other", Some("2\n"))],
        &[("new/x", Some(&later)), ("old/x", Some(""))],
    );
    assert!(!scene.clashes(&[]).is_empty());
}

#[test]
fn what_attributes_merge_in_a_way_of_their_own_is_not_left_to_git_either() {
    // Taking back a file that is gone makes us ask git, which would unite the other one's lines.
    let scene = Scene::new(
        &[(".gitattributes", Some("*.txt merge=union\n")), ("b.txt", Some("old\n"))],
        &[("a.py", Some("a\n")), ("b.txt", Some("new\n"))],
        &[("a.py", None), ("b.txt", Some("later\n"))],
    );
    let reasons = scene.clashes(&[]);
    assert!(matches!(reasons[..], [.., Reason::Attribute(_)]), "{reasons:?}");
}

#[test]
fn a_file_that_both_sides_made_by_renaming_is_merged_as_git_does() {
    let (old, new) = (lines(&[(3, "old")]), lines(&[(3, "new")]));
    let later = lines(&[(3, "new"), (16, "later")]);
    let scene = Scene::new(
        &[("x", Some(&old)), ("y", Some("y\n"))],
        &[("x", None), ("z", Some(&new)), ("y", Some("yy\n"))],
        &[("z", None), ("x", Some(&later))],
    );
    let outcome = scene.back(&[]);
    assert!(outcome.tree.is_some(), "{outcome:?}");
}

#[test]
fn a_conflict_is_told_where_it_is_and_not_at_other_paths_of_the_step() {
    let scene = Scene::new(
        &[("a", Some(&lines(&[]))), ("b", Some("old\n"))],
        &[("a", Some(&lines(&[(3, "new")]))), ("b", Some("new\n"))],
        &[("a", None)],
    );
    let outcome = scene.back(&[]);
    let paths: Vec<_> = outcome.clashes.iter().map(|clash| clash.path.shown()).collect();
    assert_eq!(paths, ["a"]);
}

#[test]
fn a_folder_with_new_files_of_others_is_not_taken_away_under_them() {
    let scene = Scene::new(
        &[("a", Some(&lines(&[]))), ("x", Some("old\n"))],
        &[("a", None), ("deep/a", Some(&lines(&[]))), ("x", Some("new\n"))],
        &[("deep/other", Some("other\n"))],
    );
    let outcome = scene.back(&[]);
    let told: Vec<_> =
        outcome.clashes.iter().map(|clash| (clash.path.shown(), &clash.reason)).collect();
    let in_use = Reason::FolderInUse(vec!["deep/other".into()]);
    assert_eq!(told, [("a".into(), &in_use), ("deep/a".into(), &in_use)]);
}
