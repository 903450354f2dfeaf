//! The tour, run as a newcomer runs it: with a working product, and with one that does not work.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Backout, TestRepo, write_program};

/// A place for the tour to be run from, and an empty folder for temporary files.
struct Visit {
    repo: TestRepo,
    temporary: PathBuf,
}

impl Visit {
    fn new() -> Self {
        let repo = TestRepo::new();
        let temporary = repo.root().join("temporary");
        fs::create_dir(&temporary).unwrap();
        Self { repo, temporary }
    }

    fn demo(&self, arguments: &[&str]) -> Backout<'_> {
        self.repo.backout(["demo"]).args(arguments).env("TMPDIR", &self.temporary)
    }

    fn left(&self) -> Vec<PathBuf> {
        entries(&self.temporary)
    }

    /// A search path on which `git` does something of its own for some commands, and is git itself
    /// for all others; `case` is a branch of a shell's `case "$*"`.
    fn path_with_git(&self, case: &str) -> String {
        let folder = self.repo.root().join("other-git");
        fs::create_dir(&folder).unwrap();
        let path = std::env::var("PATH").unwrap();
        let git = std::env::split_paths(&path).map(|one| one.join("git")).find(|git| git.is_file());
        let git = git.unwrap();
        let git = git.display();
        let script =
            format!("#!/bin/sh\ngit='{git}'\ncase \"$*\" in\n{case}\nesac\nexec \"$git\" \"$@\"\n");
        write_program(&folder.join("git"), script);
        format!("{}:{path}", folder.display())
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn the_tour_comes_out_as_it_must_and_leaves_nothing() {
    let visit = Visit::new();
    let run = visit.demo(&[]).run().ok();
    assert_eq!(run.err(), "");
    assert_eq!(run.out().matches("   ok: ").count(), 12, "{}", run.out());
    assert_eq!(visit.left(), [""; 0].map(PathBuf::from));
}

#[test]
fn every_line_fits_on_the_screen_but_for_what_cannot_be_broken() {
    let run = Visit::new().demo(&[]).run().ok();
    let path = |line: &&str| line.contains("backout-demo-") || line.contains("target/");
    let out = run.out();
    let long = out.lines().filter(|line| line.chars().count() > 80 && !path(line));
    assert_eq!(long.collect::<Vec<_>>(), [""; 0]);
    assert!(!run.out().contains('\u{1b}'));
}

#[test]
fn colour_is_shown_where_it_is_wanted() {
    let run = Visit::new().demo(&["--color", "always"]).run().ok();
    assert!(run.out().contains("\u{1b}[1m1. "), "{}", run.out());
    // The hook's own words too: a person would see them so.
    assert!(run.out().contains("deny\u{1b}[0m backup/missing"), "{}", run.out());
}

#[test]
fn quiet_says_how_each_step_came_out() {
    let run = Visit::new().demo(&["--quiet"]).run().ok();
    insta::assert_snapshot!(run.snapshot(), @"
    exit: 0
    stdout:
    1. The guard is put in front of `git push`
       ok: installed
    2. Work on stage 9 is shared on a topic branch
       ok: passed, with a word about the backup and about stage 4
    3. Landing it on main without a backup and a rehearsal is stopped
       ok: stopped; the remote has not changed
    4. The backup is made, and the back-out rehearsed
       ok: captured, and rehearsed
    5. Now stage 9 lands
       ok: landed, with a word about stage 4
    6. Production is on fire: can stage 4 be backed out?
       ok: not alone, exit code 4; the order is known
    7. Stage 4 is backed out, and stage 9 before it
       ok: backed out
    8. The stages come back
       ok: landed again
    9. An ordinary change lands in silence
       ok: landed, and the hook said nothing
    10. A hotfix on stage 9's file lands, with a word about it
       ok: landed, with a word about it
    11. A push that would destroy the way back is stopped
       ok: stopped, both; the remote has not changed
    12. A pull request is checked, as CI would
       ok: not ready, exit code 1: CI would be red
    stderr:
    ");
}

#[test]
fn the_tour_is_kept_on_request_and_can_be_played_on() {
    let visit = Visit::new();
    let run = visit.demo(&["--keep"]).run().ok();
    let [folder] = visit.left().try_into().unwrap();
    let orders = folder.join("orders");
    assert!(run.out().contains(&format!("cd {}\n", orders.display())), "{}", run.out());
    for line in [" status\n", " explain orders/store.py\n", "git push origin cut-over:main\n"] {
        assert!(run.out().contains(line), "{}", run.out());
    }
    visit.repo.backout(["status"]).folder(&orders).run().ok();
    visit.repo.backout(["explain", "orders/store.py"]).folder(&orders).run().ok();
    let pushed = visit.repo.git_in(&orders, &["push", "origin", "cut-over:main"]).exits(1);
    assert!(pushed.out().contains("not ready to land"), "{}", pushed.snapshot());
}

#[test]
fn a_folder_of_ones_own_is_as_it_was_afterwards() {
    let visit = Visit::new();
    let base = visit.repo.root();
    fs::create_dir(base.join("empty")).unwrap();
    visit.demo(&["--folder", "../empty"]).run().ok();
    assert_eq!(entries(&base.join("empty")), [""; 0].map(PathBuf::from));
    visit.demo(&["--folder", "../absent"]).run().ok();
    assert!(!base.join("absent").exists());
    visit.demo(&["--folder", "../absent", "--keep"]).run().ok();
    assert!(base.join("absent/orders/.git/hooks/pre-push").is_file());
    assert!(base.join("absent/origin.git").is_dir());
    assert_eq!(visit.left(), [""; 0].map(PathBuf::from));
}

#[test]
fn a_folder_with_something_in_it_is_not_touched() {
    let visit = Visit::new();
    visit.repo.write("mine.txt", "mine");
    let before = entries(visit.repo.path()).len();
    let run = visit.demo(&["--folder", "."]).run().exits(2);
    assert!(run.err().contains("is not empty"), "{}", run.err());
    let run = visit.demo(&["--folder", "no/such/parent"]).run().exits(2);
    assert!(run.err().contains("cannot be made"), "{}", run.err());
    assert_eq!(entries(visit.repo.path()).len(), before);
}

#[test]
fn nothing_of_the_users_git_reaches_the_tour() {
    let visit = Visit::new();
    let settings = visit.repo.root().join("home/.gitconfig");
    let text =
        "[core]\n\thooksPath = /nowhere\n[commit]\n\tgpgSign = true\n[push]\n\tdefault = nothing\n";
    fs::write(&settings, text).unwrap();
    let run = visit
        .demo(&[])
        .env("GIT_CONFIG_GLOBAL", &settings)
        .env("GIT_DIR", "/nowhere")
        .env("GIT_INDEX_FILE", "/nowhere")
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", "core.hooksPath")
        .env("GIT_CONFIG_VALUE_0", "/nowhere")
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_EVENT_NAME", "push")
        .env("PRE_COMMIT_REMOTE_NAME", "upstream");
    run.run().ok();
}

#[test]
fn without_git_the_tour_says_so() {
    let visit = Visit::new();
    let run = visit.demo(&[]).env("PATH", visit.repo.path()).run().exits(3);
    assert!(run.err().contains("the program `git` cannot be started"), "{}", run.err());
    assert_eq!(visit.left(), [""; 0].map(PathBuf::from));
}

#[test]
fn a_guard_that_never_runs_makes_the_tour_fail() {
    let visit = Visit::new();
    let path =
        visit.path_with_git("'push origin main') exec \"$git\" push --no-verify origin main;;");
    let run = visit.demo(&["--quiet"]).env("PATH", path).run();
    insta::assert_snapshot!(run.snapshot(), @r#"
    exit: 1
    stdout:
    1. The guard is put in front of `git push`
       ok: installed
    2. Work on stage 9 is shared on a topic branch
       ok: passed, with a word about the backup and about stage 4
    3. Landing it on main without a backup and a rehearsal is stopped
       failed: it must end with exit code 1, not 0
       failed: its output must hold `deny backup/missing`
       failed: its output must hold `backout backup create carts`
       failed: its output must hold `deny rehearsal/missing`
       failed: its output must hold `backout rehearse --stage 9`
       failed: its output must hold `not ready to land`
       failed: the remote must stay as it was, but its refs changed
    stderr:
    error: step 3, "Landing it on main without a backup and a rehearsal is stopped": `git push origin main` came out otherwise: it must end with exit code 1, not 0; its output must hold `deny backup/missing`; its output must hold `backout backup create carts`; its output must hold `deny rehearsal/missing`; its output must hold `backout rehearse --stage 9`; its output must hold `not ready to land`; the remote must stay as it was, but its refs changed
    help: backout or git does not work here as it should: `backout demo --keep` leaves the folder to look at, `backout doctor` in it says what would run
    "#);
    assert_eq!(visit.left(), [""; 0].map(PathBuf::from));
}

#[test]
fn a_guard_that_stops_everything_makes_the_tour_fail() {
    let visit = Visit::new();
    let path = visit.path_with_git("'push origin rewrite-carts') exit 1;;");
    let run = visit.demo(&[]).env("PATH", path).run().exits(1);
    assert!(run.err().contains("error: step 2, "), "{}", run.err());
    assert!(run.err().contains("it must end with exit code 0, not 1"), "{}", run.err());
}

#[test]
fn a_guard_that_chatters_makes_the_tour_fail() {
    let visit = Visit::new();
    let case = "'push origin main') grep -q currency .git/COMMIT_EDITMSG && echo 'all is well';;";
    let path = visit.path_with_git(case);
    let run = visit.demo(&[]).env("PATH", path).run().exits(1);
    let says = "the hook must say nothing, and printed 1 line";
    assert!(run.err().contains("error: step 9, ") && run.err().contains(says), "{}", run.err());
}
