//! What is made, what is gone on with, and what stays as somebody else left it.

mod killed;

use std::fs;
use std::path::{Path, PathBuf};

use super::super::journal::read;
use super::super::resume::finish_killed;
use super::*;
use crate::git::testing::{Scratch, write_hook};

/// A branch `main` with a tree to come from, and the trees of two commits to come.
struct Scene {
    scratch: Scratch,
    repo: Repo,
    onto: ObjectId,
    drafts: Vec<Draft>,
}

impl Scene {
    fn new() -> Self {
        let scratch = Scratch::empty();
        scratch.git(&["config", "user.name", "T"]);
        scratch.git(&["config", "user.email", "t@example.com"]);
        let onto = scratch.commit("Landed", &[("a", "new\n"), ("b", "new\n"), ("c", "c\n")]);
        scratch.git(&["checkout", "--quiet", "-b", "planned"]);
        let one = scratch.commit("One", &[("a", "old\n")]);
        scratch.git(&["rm", "--quiet", "b"]);
        let two = scratch.commit("Two", &[]);
        scratch.git(&["checkout", "--quiet", "main"]);
        let repo = scratch.repo();
        let draft = |commit: &ObjectId, message: &str| Draft {
            tree: repo.commit(commit).unwrap().tree,
            message: message.to_owned(),
        };
        let drafts = vec![draft(&one, "Back out stage 9\n"), draft(&two, "Back out stage 4\n")];
        Self { scratch, repo, onto, drafts }
    }

    fn journal(&self) -> Journal {
        Journal::open(&self.repo.common_dir(), &mut |_| {}).unwrap()
    }

    fn begin(&self, target: &Target) -> Begin {
        Begin {
            pid: 7,
            command: "revert".to_owned(),
            migration: "m".to_owned(),
            stages: vec!["9".to_owned(), "4".to_owned()],
            onto: self.onto.to_string(),
            reason: "it loses lines".to_owned(),
            target: target.name(),
            work_tree: None,
        }
    }

    fn carry_out(&self, target: &Target) -> Result<Done, ExecuteError> {
        let begin = self.begin(target);
        carry_out(&self.repo, &self.journal(), &begin, &self.onto, &self.drafts, target)
    }

    /// Why it was not carried out.
    fn refused(&self, target: &Target) -> String {
        self.carry_out(target).unwrap_err().to_string()
    }

    /// A run that was killed when it had come so far.
    fn killed(&self, begin: &Begin, events: &[Event]) {
        let journal = self.journal();
        journal.begin(begin.clone()).unwrap();
        events.iter().for_each(|event| journal.write(event.clone()).unwrap());
    }

    /// Brings killed runs to their end; what is told.
    fn finish(&self) -> Vec<String> {
        finish_killed(&self.repo, &self.journal(), true).unwrap()
    }

    /// A commit as it would be made, at another time.
    fn made(&self, draft: &Draft, parent: &ObjectId) -> ObjectId {
        let (tree, parent) = (draft.tree.to_string(), parent.to_string());
        let message = draft.message.trim_end();
        let id = self.scratch.git(&["commit-tree", &tree, "-p", &parent, "-m", message]);
        id.parse().unwrap()
    }

    /// What the journal says of how runs ended.
    fn outcomes(&self) -> Vec<String> {
        let ends = self.events().into_iter().filter_map(|event| match event {
            Event::End { outcome } => Some(outcome),
            _ => None,
        });
        ends.collect()
    }

    fn events(&self) -> Vec<Event> {
        let lines = read(&self.repo.common_dir().join("backout/journal")).unwrap();
        lines.into_iter().map(|line| line.event).collect()
    }

    fn is_clean(&self) -> bool {
        self.scratch.git(&["status", "--porcelain"]).is_empty()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.scratch.path().join(name)
    }
}

fn main() -> Target {
    Target::InPlace(RefName::branch("main"))
}

fn out() -> Target {
    Target::Branch(RefName::branch("out"))
}

fn committed(commit: &ObjectId) -> Event {
    Event::Committed { commit: commit.to_string() }
}

fn moving(from: Option<&ObjectId>, to: &ObjectId) -> Event {
    Event::Moving { from: from.map(ToString::to_string), to: to.to_string() }
}

fn ended(outcome: &str) -> Event {
    Event::End { outcome: outcome.to_owned() }
}

#[test]
fn a_branch_gets_the_commits_and_the_journal_says_so() {
    let scene = Scene::new();
    let done = scene.carry_out(&out()).unwrap();
    let [one, two] = done.commits[..] else { panic!("two commits: {done:?}") };
    assert!(!done.unchanged);
    assert_eq!(scene.scratch.id("out"), two);
    assert_eq!(scene.scratch.id("main"), scene.onto);
    assert!(scene.is_clean() && scene.path("b").exists(), "the work tree stays");
    for (commit, (parent, draft)) in
        [one, two].iter().zip([scene.onto, one].iter().zip(&scene.drafts))
    {
        let made = scene.repo.commit(commit).unwrap();
        assert_eq!((made.tree, made.parents), (draft.tree, vec![*parent]));
        assert_eq!(made.message, draft.message.as_bytes());
    }
    let written = [
        Event::Begin(scene.begin(&out())),
        committed(&one),
        committed(&two),
        moving(None, &two),
        ended("done"),
    ];
    assert_eq!(scene.events(), written);
    let log = scene.scratch.git(&["reflog", "--format=%gs", "-1", "out"]);
    assert_eq!(log, "backout: revert");
    // Asked for once more, it is there, and nothing is begun.
    let again = scene.carry_out(&out()).unwrap();
    assert_eq!(
        again,
        Done { commits: vec![one, two], unchanged: true, submodules: BTreeSet::new() }
    );
    assert_eq!(scene.events(), written);
}

#[test]
fn a_branch_that_holds_anything_else_stays_as_it_is() {
    let scene = Scene::new();
    let [first, second] = &scene.drafts[..] else { panic!("two") };
    let one = scene.made(first, &scene.onto);
    let above = scene.made(second, &scene.made(second, &one));
    let said = |message: &str| Draft { message: message.to_owned(), ..second.clone() };
    let merge = {
        let (tree, one) = (second.tree.to_string(), one.to_string());
        let (onto, message) = (scene.onto.to_string(), second.message.trim_end());
        let parents = ["-p", &one, "-p", &onto];
        let made = [&["commit-tree", &tree][..], &parents, &["-m", message]].concat();
        scene.scratch.git(&made).parse().unwrap()
    };
    let root = scene.scratch.git(&["commit-tree", &second.tree.to_string(), "-m", "Root"]);
    let others = [
        scene.onto,
        one,
        scene.made(&said("Back out stage 4, by hand"), &one),
        scene.made(&Draft { tree: first.tree, ..second.clone() }, &one),
        above,
        merge,
        root.parse().unwrap(),
    ];
    for tip in others {
        scene.scratch.git(&["branch", "--force", "out", &tip.to_string()]);
        let why = scene.refused(&out());
        assert_eq!(why, "refs/heads/out exists, and holds something else", "{tip}");
        assert_eq!(scene.scratch.id("out"), tip);
        assert_eq!(scene.events(), []);
    }
    // Just what would be made, but for when: it is there.
    let two = scene.made(second, &one);
    scene.scratch.git(&["branch", "--force", "out", &two.to_string()]);
    let done = Done { commits: vec![one, two], unchanged: true, submodules: BTreeSet::new() };
    assert_eq!(scene.carry_out(&out()).unwrap(), done);
}

#[test]
fn in_place_the_branch_and_the_work_tree_move_together() {
    let scene = Scene::new();
    fs::write(scene.path("unknown"), "stays\n").unwrap();
    let done = scene.carry_out(&main()).unwrap();
    let [_, tip] = done.commits[..] else { panic!("two commits: {done:?}") };
    assert_eq!(scene.scratch.id("main"), tip);
    assert_eq!(scene.scratch.git(&["status", "--porcelain"]), "?? unknown");
    assert_eq!(fs::read_to_string(scene.path("a")).unwrap(), "old\n");
    assert!(!scene.path("b").exists());
    assert!(scene.events().contains(&moving(Some(&scene.onto), &tip)));
    assert_eq!(scene.outcomes(), ["done"]);
}

#[test]
fn in_place_nothing_is_begun_where_somebody_is_at_work() {
    let scene = Scene::new();
    fs::write(scene.path("c"), "changed\n").unwrap();
    assert_eq!(scene.refused(&main()), "c has changes");
    scene.scratch.git(&["checkout", "--quiet", "c"]);
    scene.scratch.commit("More", &[("c", "more\n")]);
    assert_eq!(scene.refused(&main()), "refs/heads/main has moved in the meantime");
    assert_eq!(scene.events(), []);
}

#[test]
fn what_git_refuses_is_over_and_changes_nothing() {
    let scene = Scene::new();
    // A ref below a ref.
    scene.scratch.git(&["branch", "out/more"]);
    scene.refused(&out());
    assert_eq!(scene.outcomes(), ["failed"]);
    // A file that git does not know, where a file comes back.
    scene.scratch.git(&["rm", "--quiet", "b"]);
    let without = scene.scratch.commit("Without", &[]);
    fs::write(scene.path("b"), "unknown to git\n").unwrap();
    let tree = scene.repo.commit(&scene.onto).unwrap().tree;
    let scene = Scene {
        onto: without,
        drafts: vec![Draft { tree, message: "Back out stage 4\n".to_owned() }],
        repo: scene.scratch.repo(),
        scratch: scene.scratch,
    };
    scene.refused(&main());
    assert_eq!(scene.outcomes(), ["failed", "failed"]);
    assert_eq!(scene.scratch.id("main"), without);
    assert_eq!(fs::read_to_string(scene.path("b")).unwrap(), "unknown to git\n");
    assert_eq!(scene.finish(), [""; 0], "there is nothing to be finished");
    assert_eq!(scene.scratch.id("main"), without);
}

#[test]
fn a_branch_that_somebody_moves_right_after_is_not_called_done() {
    let scene = Scene::new();
    let script = "#!/bin/sh\n[ \"$1\" = committed ] && [ -z \"$AGAIN\" ] || exit 0\n\
                  grep --quiet refs/heads/out && AGAIN=1 git update-ref refs/heads/out main\n";
    hook(&scene, "reference-transaction", script);
    assert_eq!(scene.refused(&out()), "refs/heads/out was moved by somebody else");
    assert_eq!(scene.outcomes(), [""; 0]);
}

#[test]
fn files_follow_a_branch_that_has_moved_though_git_was_killed() {
    let scene = Scene::new();
    let script = "#!/bin/sh\n[ \"$1\" != committed ] || kill -9 $PPID\n";
    hook(&scene, "reference-transaction", script);
    let done = scene.carry_out(&main()).unwrap();
    assert_eq!(Some(&scene.scratch.id("main")), done.commits.last());
    assert!(scene.is_clean() && !scene.path("b").exists(), "the work tree goes along");
    assert_eq!(scene.outcomes(), ["done"]);
}

#[test]
fn a_work_tree_that_is_not_as_the_commit_has_it_is_not_called_done() {
    let scene = Scene::new();
    let script = "#!/bin/sh\ngit rev-parse --quiet --verify main~1 >/dev/null || exit 0\n\
                  echo changed > c\n";
    hook(&scene, "post-index-change", script);
    let why = "the work tree is not as the commit has it: c has changes";
    assert_eq!(scene.refused(&main()), why);
    assert_eq!(scene.outcomes(), [""; 0]);
}

fn hook(scene: &Scene, name: &str, script: &str) {
    write_hook(&scene.repo.common_dir(), name, script);
}
