//! What a journal keeps, and who has it.

use std::sync::mpsc;

use super::*;

fn begin() -> Begin {
    Begin {
        pid: 7,
        command: "revert".to_owned(),
        migration: "m".to_owned(),
        stages: vec!["4".to_owned()],
        onto: "aa".to_owned(),
        reason: "because\nof \"it\"".to_owned(),
        target: "refs/heads/x".to_owned(),
        work_tree: None,
    }
}

#[test]
fn a_run_without_an_end_is_found() {
    let folder = tempfile::tempdir().unwrap();
    // A child that another test starts has the lock as well until it runs its program.
    let mut waits = |_: &str| {};
    {
        let journal = Journal::open(folder.path(), &mut waits).unwrap();
        assert_eq!(journal.unfinished().unwrap(), []);
        journal.begin(begin()).unwrap();
        journal.write(Event::Committed { commit: "bb".to_owned() }).unwrap();
    }
    let journal = Journal::open(folder.path(), &mut waits).unwrap();
    let [found] = &journal.unfinished().unwrap()[..] else { panic!("one") };
    assert_eq!(found.begin, begin());
    assert_eq!(found.events, [Event::Committed { commit: "bb".to_owned() }]);
    journal.end(&found.run, "resumed").unwrap();
    assert_eq!(journal.unfinished().unwrap(), []);
}

#[test]
fn half_a_line_hides_nothing() {
    let folder = tempfile::tempdir().unwrap();
    // A child that another test starts has the lock as well until it runs its program.
    let mut waits = |_: &str| {};
    let journal = Journal::open(folder.path(), &mut waits).unwrap();
    journal.begin(begin()).unwrap();
    let file = folder.path().join("backout/journal");
    let whole = fs::read(&file).unwrap();
    for cut in 0..whole.len() - 1 {
        fs::write(&file, &whole[..cut]).unwrap();
        let known = journal.unfinished().unwrap().len();
        assert!(known <= 1 && (cut < whole.len() - 1 || known == 1), "{cut}");
        journal.write(Event::End { outcome: "done".to_owned() }).unwrap();
        journal.begin(begin()).unwrap();
        assert_eq!(journal.unfinished().unwrap().len(), 1, "{cut}");
    }
}

#[test]
fn whoever_has_the_journal_is_named_to_the_next() {
    for (begins, expected) in [
        (true, "`backout revert` is at work here (process 7, stage 4)"),
        (false, "another backout is at work here"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let first = Journal::open(folder.path(), &mut |_| {}).unwrap();
        if begins {
            first.begin(begin()).unwrap();
        }
        let (says, said) = mpsc::channel();
        let at = folder.path().to_owned();
        let next = std::thread::spawn(move || {
            let mut waits = |who: &str| says.send(who.to_owned()).unwrap();
            Journal::open(&at, &mut waits).unwrap().unfinished().unwrap().len()
        });
        assert_eq!(said.recv().unwrap(), expected);
        drop(first);
        assert_eq!(next.join().unwrap(), usize::from(begins));
    }
}

#[test]
fn a_journal_that_cannot_be_read_is_not_an_empty_one() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path(), &mut |_| {}).unwrap();
    assert_eq!(journal.unfinished().unwrap(), []);
    fs::create_dir(folder.path().join("backout/journal")).unwrap();
    assert!(journal.unfinished().is_err());
    assert!(journal.begin(begin()).is_err());
}

#[test]
fn only_what_its_run_did_is_kept_for_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let mut waits = |_: &str| {};
    let made = |commit: &str| Event::Committed { commit: commit.to_owned() };
    for commit in ["aa", "bb"] {
        let journal = Journal::open(folder.path(), &mut waits).unwrap();
        journal.begin(begin()).unwrap();
        journal.write(made(commit)).unwrap();
    }
    let journal = Journal::open(folder.path(), &mut waits).unwrap();
    let open = journal.unfinished().unwrap();
    let events: Vec<_> = open.iter().map(|one| one.events.clone()).collect();
    assert_eq!(events, [vec![made("aa")], vec![made("bb")]]);
    // An event of a run that never began is nobody's.
    journal.write(made("cc")).unwrap();
    journal.end(&open[0].run, "given-up").unwrap();
    let [left] = &journal.unfinished().unwrap()[..] else { panic!("one") };
    assert_eq!(left.run, open[1].run);
}

#[test]
fn what_follows_half_a_line_begins_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path(), &mut |_| {}).unwrap();
    let file = folder.path().join("backout/journal");
    fs::write(&file, "{\"version\":1,").unwrap();
    journal.begin(begin()).unwrap();
    assert_eq!(journal.unfinished().unwrap().len(), 1);
    journal.write(Event::Committed { commit: "bb".to_owned() }).unwrap();
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(text.lines().count(), 3);
    assert!(text.ends_with('\n') && text.lines().all(|line| !line.is_empty()));
}

#[test]
fn the_last_run_that_moved_a_ref_and_came_to_its_end_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let mut waits = |_: &str| {};
    let of = |command: &str| Begin { command: command.to_owned(), ..begin() };
    let moving = |to: &str| Event::Moving { from: None, to: to.to_owned() };
    let end = |outcome: &str| Event::End { outcome: outcome.to_owned() };
    let mut run = |command: &str, events: &[Event]| {
        let journal = Journal::open(folder.path(), &mut waits).unwrap();
        journal.begin(of(command)).unwrap();
        for event in events {
            journal.write(event.clone()).unwrap();
        }
        let last = journal.last_finished().unwrap();
        last.map(|last| format!("{} to {}", last.begin.command, last.to))
    };
    assert_eq!(run("killed", &[moving("aa")]), None);
    assert_eq!(run("failed", &[moving("aa"), end("failed")]), None);
    assert_eq!(run("given up", &[moving("aa"), end("given-up")]), None);
    assert_eq!(run("a check", &[end("done")]), None);
    assert_eq!(run("one", &[moving("bb"), end("done")]).unwrap(), "one to bb");
    assert_eq!(run("two", &[moving("cc"), end("resumed")]).unwrap(), "two to cc");
    assert_eq!(run("a check", &[end("done")]).unwrap(), "two to cc");
    assert_eq!(run("killed", &[moving("dd")]).unwrap(), "two to cc");
}
