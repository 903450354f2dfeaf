//! What is made, what is gone on with, and what stays as somebody else left it.

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

#[test]
fn a_killed_run_that_is_asked_for_again_is_gone_on_with() {
    for count in 0..=2 {
        let scene = Scene::new();
        let mut made = Vec::new();
        for draft in &scene.drafts[..count] {
            let parent = made.last().copied().unwrap_or(scene.onto);
            made.push(scene.made(draft, &parent));
        }
        let events: Vec<Event> = made.iter().map(committed).collect();
        // Another process was at it.
        scene.killed(&Begin { pid: 8, ..scene.begin(&out()) }, &events);
        let done = scene.carry_out(&out()).unwrap();
        assert_eq!(done.commits.len(), 2);
        assert_eq!(done.commits[..count], made, "they are used, and not made again");
        assert_eq!(scene.scratch.id("out"), done.commits[1]);
        assert_eq!(scene.outcomes(), ["resumed", "done"]);
        // The journal of the new run is whole by itself.
        let own: Vec<Event> = done.commits.iter().map(committed).collect();
        let since = scene.events().split_off(2 + count);
        assert_eq!(since[..3], [&[Event::Begin(scene.begin(&out()))][..], &own].concat());
    }
}

#[test]
fn a_killed_run_of_another_task_is_given_up() {
    let scene = Scene::new();
    let one = scene.made(&scene.drafts[0], &scene.onto);
    let other = Begin { reason: "another".to_owned(), ..scene.begin(&out()) };
    scene.killed(&other, &[committed(&one)]);
    let done = scene.carry_out(&out()).unwrap();
    assert_ne!(done.commits[0], one);
    assert_eq!(scene.outcomes(), ["given-up", "done"]);
}

#[test]
fn of_two_killed_runs_with_the_same_task_one_is_gone_on_with() {
    let scene = Scene::new();
    let one = scene.made(&scene.drafts[0], &scene.onto);
    for _ in 0..2 {
        scene.killed(&scene.begin(&out()), &[committed(&one)]);
    }
    let done = scene.carry_out(&out()).unwrap();
    assert_eq!((done.commits.len(), done.commits[0]), (2, one));
    assert_eq!(scene.outcomes(), ["resumed", "given-up", "done"]);
}

#[test]
fn commits_that_are_not_what_would_be_made_are_not_gone_on_with() {
    let scene = Scene::new();
    let [first, second] = &scene.drafts[..] else { panic!("two") };
    let one = scene.made(first, &scene.onto);
    let nowhere: ObjectId = "1".repeat(40).parse().unwrap();
    let by_hand = Draft { message: "By hand".to_owned(), ..first.clone() };
    let longer = scene.made(second, &scene.made(second, &one));
    for wrong in [
        vec![nowhere],
        vec![one, nowhere],
        vec![scene.made(&by_hand, &scene.onto)],
        vec![scene.made(second, &scene.onto)],
        vec![one, one],
        vec![one, longer, longer],
    ] {
        let events: Vec<Event> = wrong.iter().map(committed).collect();
        scene.killed(&scene.begin(&out()), &events);
        let done = scene.carry_out(&out()).unwrap();
        assert_eq!(done.commits.len(), 2, "{wrong:?}");
        assert!(!done.commits.contains(&one), "{wrong:?}");
        let tip = scene.repo.commit(&done.commits[1]).unwrap();
        assert_eq!((tip.tree, tip.parents), (second.tree, vec![done.commits[0]]), "{wrong:?}");
        scene.scratch.git(&["branch", "--quiet", "-D", "out"]);
    }
}

#[test]
fn a_work_tree_is_brought_to_the_end_of_a_killed_run() {
    // Killed before the ref moved, between that and the work tree, and halfway through it.
    for (ref_moved, begun) in [(false, false), (true, false), (true, true)] {
        let scene = Scene::new();
        let one = scene.made(&scene.drafts[0], &scene.onto);
        let tip = scene.made(&scene.drafts[1], &one);
        scene.killed(&scene.begin(&main()), &[moving(Some(&scene.onto), &tip)]);
        if ref_moved {
            scene.scratch.git(&["update-ref", "refs/heads/main", &tip.to_string()]);
        }
        if begun {
            fs::write(scene.path("a"), "ol").unwrap();
        }
        let told = "`backout revert` of stage 9, 4 was interrupted; it is finished now";
        assert_eq!(scene.finish(), [told]);
        assert_eq!(scene.scratch.id("main"), tip);
        assert!(scene.is_clean() && !scene.path("b").exists());
        assert_eq!(scene.outcomes(), ["resumed"]);
        assert_eq!(scene.finish(), [""; 0], "once is enough");
    }
}

#[test]
fn a_killed_run_stays_unfinished_while_it_cannot_be_finished() {
    let scene = Scene::new();
    let one = scene.made(&scene.drafts[0], &scene.onto);
    scene.killed(&scene.begin(&main()), &[moving(Some(&scene.onto), &one)]);
    fs::write(scene.path("a"), "by hand\n").unwrap();
    let why = finish_killed(&scene.repo, &scene.journal(), true).unwrap_err().to_string();
    assert!(why.contains("a was changed in the meantime"), "{why}");
    assert_eq!(scene.scratch.id("main"), scene.onto);
    assert_eq!(fs::read_to_string(scene.path("a")).unwrap(), "by hand\n");
    scene.scratch.git(&["checkout", "--quiet", "a"]);
    assert_eq!(scene.finish().len(), 1);
    assert_eq!(scene.scratch.id("main"), one);
}

#[test]
fn a_killed_run_that_cannot_be_finished_is_in_the_way_of_nothing_elsewhere() {
    let scene = Scene::new();
    let one = scene.made(&scene.drafts[0], &scene.onto);
    scene.killed(&scene.begin(&main()), &[moving(Some(&scene.onto), &one)]);
    let elsewhere = || finish_killed(&scene.repo, &scene.journal(), false).unwrap();
    let told = "`backout revert` of stage 9, 4 was interrupted in this work tree, and is not \
        finished: ";
    let helps = "`--in-place`";
    // Somebody has worked there; then git refuses to write a file there.
    fs::write(scene.path("a"), "by hand\n").unwrap();
    let said = elsewhere();
    assert!(said[0].starts_with(told) && said[0].ends_with(helps), "{said:?}");
    scene.scratch.git(&["checkout", "--quiet", "a"]);
    fs::write(scene.path(".git/info/attributes"), "a filter=refuses\n").unwrap();
    scene.scratch.git(&["config", "filter.refuses.smudge", "false"]);
    scene.scratch.git(&["config", "filter.refuses.required", "true"]);
    let said = elsewhere();
    assert!(said[0].starts_with(told) && said[0].ends_with(helps), "{said:?}");
    assert!(finish_killed(&scene.repo, &scene.journal(), true).is_err());
    fs::remove_file(scene.path(".git/info/attributes")).unwrap();
    assert_eq!(scene.scratch.id("main"), scene.onto);
    assert_eq!(scene.outcomes(), [""; 0]);
    assert_eq!(scene.finish().len(), 1);
    assert_eq!(scene.scratch.id("main"), one);
}

#[test]
fn what_leaves_the_work_tree_alone_finishes_nothing_in_it() {
    let scene = Scene::new();
    let one = scene.made(&scene.drafts[0], &scene.onto);
    scene.killed(&scene.begin(&main()), &[moving(Some(&scene.onto), &one)]);
    let elsewhere = || finish_killed(&scene.repo, &scene.journal(), false).unwrap();
    let left = "`backout revert` of stage 9, 4 was interrupted in this work tree, and is not \
        finished: what you run now leaves the work tree alone; to finish it, run the same command \
        again with `--in-place`";
    assert_eq!(elsewhere(), [left]);
    assert_eq!(scene.scratch.id("main"), scene.onto);
    assert!(scene.is_clean());
    // The branch has moved, and no file has.
    scene.scratch.git(&["update-ref", "refs/heads/main", &one.to_string()]);
    assert_eq!(elsewhere(), [left]);
    assert!(!scene.is_clean());
    // All has moved, and only that was not noted any more.
    scene.scratch.git(&["reset", "--quiet", "--hard"]);
    let told = "`backout revert` of stage 9, 4 was interrupted; it is finished now";
    assert_eq!(elsewhere(), [told]);
    assert_eq!(scene.outcomes(), ["resumed"]);
}

#[test]
fn a_switch_that_does_not_lead_forwards_is_given_up() {
    let scene = Scene::new();
    let one = scene.made(&scene.drafts[0], &scene.onto);
    scene.scratch.git(&["reset", "--quiet", "--hard", &one.to_string()]);
    scene.killed(&scene.begin(&main()), &[moving(Some(&one), &scene.onto)]);
    let said = scene.finish();
    assert!(said[0].contains("its line in the journal does not lead forwards"), "{said:?}");
    assert_eq!(scene.scratch.id("main"), one);
    assert!(scene.is_clean());
    assert_eq!(scene.outcomes(), ["given-up"]);
}

#[test]
fn a_killed_run_whose_commits_are_gone_is_given_up() {
    let scene = Scene::new();
    let gone: ObjectId = "1".repeat(40).parse().unwrap();
    scene.killed(&scene.begin(&main()), &[moving(Some(&scene.onto), &gone)]);
    let said = scene.finish();
    assert!(said[0].contains("its commits are not here any more"), "{said:?}");
    scene.killed(&scene.begin(&main()), &[moving(Some(&gone), &scene.onto)]);
    let said = scene.finish();
    assert!(said[0].contains("its commits are not here any more"), "{said:?}");
    assert_eq!(scene.outcomes(), ["given-up"; 2]);
    assert!(scene.is_clean());
}

#[test]
fn a_killed_run_whose_work_tree_has_become_somebody_elses_is_given_up() {
    let told = |now: &str| {
        format!(
            "`backout revert` of stage 9, 4 was interrupted; refs/heads/main {now}, and it is \
             given up: look at `git status` there"
        )
    };
    let scene = Scene::new();
    let one = scene.made(&scene.drafts[0], &scene.onto);
    scene.killed(&scene.begin(&main()), &[moving(Some(&scene.onto), &one)]);
    scene.scratch.git(&["checkout", "--quiet", "-b", "other"]);
    assert_eq!(scene.finish(), [told("is checked out nowhere any more")]);
    assert_eq!(scene.scratch.id("main"), scene.onto);
    scene.scratch.git(&["checkout", "--quiet", "main"]);
    let more = scene.scratch.commit("More", &[("c", "more\n")]);
    scene.killed(&scene.begin(&main()), &[moving(Some(&scene.onto), &one)]);
    assert_eq!(scene.finish(), [told("has moved since")]);
    assert_eq!(scene.scratch.id("main"), more);
    assert_eq!(scene.outcomes(), ["given-up", "given-up"]);
    assert!(scene.is_clean());
}

#[test]
fn a_run_that_cannot_be_looked_at_is_in_the_way_of_the_next_one_in_place_alone() {
    let scene = Scene::new();
    let blob = scene.scratch.git(&["rev-parse", "main:a"]).parse().unwrap();
    scene.killed(&scene.begin(&main()), &[moving(Some(&scene.onto), &blob)]);
    let ended = |in_place| finish_killed(&scene.repo, &scene.journal(), in_place);
    assert!(matches!(ended(true), Err(ExecuteError::Git(_))), "its own words say why");
    let told = ended(false).unwrap();
    assert!(told.concat().contains("in this work tree, and is not finished: "), "{told:?}");
    assert_eq!(scene.outcomes(), [""; 0]);
}

#[test]
fn what_had_not_come_so_far_is_given_up_and_says_nothing() {
    let scene = Scene::new();
    let one = scene.made(&scene.drafts[0], &scene.onto);
    let rehearsal = Begin { target: String::new(), ..scene.begin(&main()) };
    scene.killed(&rehearsal, &[]);
    scene.killed(&scene.begin(&main()), &[committed(&one)]);
    scene.killed(&scene.begin(&main()), &[moving(None, &one)]);
    assert_eq!(scene.finish(), [""; 0]);
    assert_eq!(scene.outcomes(), ["given-up"; 3]);
    assert_eq!(scene.scratch.id("main"), scene.onto);
    assert!(scene.is_clean());
}

#[test]
fn the_commits_of_a_killed_run_wait_for_the_same_command() {
    let scene = Scene::new();
    let one = scene.made(&scene.drafts[0], &scene.onto);
    scene.killed(&scene.begin(&out()), &[committed(&one), moving(None, &one)]);
    assert_eq!(scene.finish(), [""; 0]);
    assert_eq!(scene.outcomes(), [""; 0]);
    assert_eq!(scene.carry_out(&out()).unwrap().commits[0], one);
}

#[test]
fn what_a_killed_rehearsal_left_goes_and_nothing_else_does() {
    let scene = Scene::new();
    let folder = Repo::scratch_folder().unwrap();
    let tree = scene.drafts[0].tree;
    scene.repo.add_scratch_tree(&folder, &tree, &scene.onto).unwrap();
    fs::write(folder.join("left"), "by a check\n").unwrap();
    let rehearsal = Begin { target: String::new(), ..scene.begin(&main()) };
    let left = |folder: &Path| Event::WorkTree { folder: folder.display().to_string() };
    scene.killed(&rehearsal, &[left(&folder)]);
    assert_eq!(scene.finish(), [""; 0]);
    assert!(!folder.parent().unwrap().exists());
    let list = scene.scratch.git(&["worktree", "list", "--porcelain"]);
    assert_eq!(list.matches("worktree ").count(), 1, "{list}");
    // A journal may hold anything.
    let theirs = tempfile::tempdir().unwrap();
    let inside = theirs.path().join("tree");
    fs::create_dir(&inside).unwrap();
    scene.killed(&rehearsal, &[left(&inside)]);
    let told = format!(
        "what a rehearsal left could not be removed: {} is no folder of a rehearsal, and is left \
         as it is",
        inside.display()
    );
    assert_eq!(scene.finish(), [told]);
    assert!(inside.exists());
    assert_eq!(scene.outcomes(), ["given-up"; 2]);
}
