//! Merges of lines beside those of git, hundreds to one call of git: a file for each. Of lines that
//! are all alike there are many ways to say what was changed, and git's histogram chooses its own.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use backout::git::{FileMerge, Repo, RepoPath, TreeFile, merge_files};

use super::judge::imported;
use super::{number, tell};
use crate::support::{Dice, RepoOptions, TestRepo};

/// What was there, and what two sides made of it.
type Three = [Vec<u8>; 3];

const FILES: usize = 250;

#[derive(Debug, Default)]
struct Counts {
    equal: usize,
    doubt: usize,
    both_conflict: usize,
    only_git_conflicts: usize,
    wrong: usize,
}

#[test]
fn lines_are_merged_as_git_does_or_not_at_all() {
    let mut counts = Counts::default();
    let mut wrong = String::new();
    for batch in 0..number("BACKOUT_TEST_BATCHES", 12) {
        let mut dice = Dice(batch * 7919 + number("BACKOUT_TEST_SEED", 1));
        let threes: Vec<Three> = (0..FILES).map(|_| three(&mut dice)).collect();
        for (three, git) in threes.iter().zip(merged(&threes)) {
            let [base, ours, theirs] = three;
            match (merge_files(base, ours, theirs).unwrap(), git) {
                (FileMerge::Clean(text), Some(git)) if text == git => counts.equal += 1,
                (FileMerge::Clean(text), git) => {
                    match git {
                        Some(_) => counts.wrong += 1,
                        None => counts.only_git_conflicts += 1,
                    }
                    let shown = |text: &[u8]| String::from_utf8_lossy(text).replace('\n', "|");
                    let git = git.map(|text| shown(&text));
                    let _ = writeln!(
                        wrong,
                        "base {}\nours {}\ntheirs {}\nclaimed {}\ngit {git:?}\n",
                        shown(base),
                        shown(ours),
                        shown(theirs),
                        shown(&text),
                    );
                }
                (_, Some(_)) => counts.doubt += 1,
                (_, None) => counts.both_conflict += 1,
            }
        }
    }
    tell(&format!("lines: {counts:?}"));
    assert_eq!(counts.wrong + counts.only_git_conflicts, 0, "{wrong}");
    assert!(counts.equal > 0);
}

/// What git makes of each; `None` where it sees a conflict.
fn merged(threes: &[Three]) -> Vec<Option<Vec<u8>>> {
    let repo = TestRepo::with(RepoOptions { reftable: false, ..RepoOptions::default() });
    let mut stream = Vec::new();
    for side in 0..3 {
        let parent = if side == 0 { "" } else { "from :1\n" };
        let head = format!(
            "commit refs/heads/s{side}\nmark :{}\ncommitter T <t@t> 1 +0000\ndata 1\nx\n{parent}",
            side + 1
        );
        stream.extend(head.into_bytes());
        for (place, three) in threes.iter().enumerate() {
            let text = &three[side];
            let head = format!("M 100644 inline f{place}\ndata {}\n", text.len());
            stream.extend(head.into_bytes());
            stream.extend(text);
            stream.push(b'\n');
        }
    }
    imported(&repo, &stream, 3);
    let arguments = ["merge-tree", "--write-tree", "--no-messages", "--name-only", "s1", "s2"];
    let said = repo.git(&arguments).out();
    let mut lines = said.lines();
    let tree = lines.next().unwrap();
    let conflicts: BTreeSet<&str> = lines.collect();
    let commit = repo.git(&["commit-tree", "-m", "x", tree]).ok().line().parse().unwrap();
    let ours = Repo::open(repo.path()).unwrap();
    let file = |place: usize| {
        let path = format!("f{place}");
        if conflicts.contains(path.as_str()) {
            return None;
        }
        match ours.file(&commit, &RepoPath::from(path.as_str())).unwrap() {
            Some(TreeFile::Content(text)) => Some(text),
            other => panic!("{other:?}"),
        }
    };
    (0..threes.len()).map(file).collect()
}

fn three(dice: &mut Dice) -> Three {
    let kinds = *dice.pick(&[2, 3, 5, 9, 60]);
    let count = 1 + dice.below(60);
    let base: Vec<String> = (0..count).map(|_| word(dice, kinds)).collect();
    let (mut ours, mut theirs) = (base.clone(), base.clone());
    for _ in 0..dice.roll(3) {
        edit(dice, kinds, &mut ours);
    }
    // What one side did, the other may have done as well.
    if dice.roll(4) == 0 {
        theirs.clone_from(&ours);
    }
    for side in [&mut ours, &mut theirs] {
        for _ in 0..=dice.roll(2) {
            edit(dice, kinds, side);
        }
    }
    let cut = dice.roll(8) == 0;
    [base, ours, theirs].map(|lines| {
        let mut text = lines.concat().into_bytes();
        if cut && text.last() == Some(&b'\n') {
            text.pop();
        }
        text
    })
}

fn word(dice: &mut Dice, kinds: u64) -> String {
    format!("{}\n", char::from(b'a' + u8::try_from(dice.roll(kinds) % 26).unwrap()))
}

fn edit(dice: &mut Dice, kinds: u64, lines: &mut Vec<String>) {
    let at = dice.below(lines.len() + 1).min(lines.len());
    let end = (at + dice.below(5)).min(lines.len());
    match dice.roll(6) {
        0 => lines.insert(at, word(dice, kinds)),
        1 => drop(lines.drain(at..end)),
        2 => {
            let fresh: Vec<String> = (0..dice.below(4)).map(|_| word(dice, kinds)).collect();
            drop(lines.splice(at..end, fresh));
        }
        3 => {
            let again = lines[at..end].to_vec();
            drop(lines.splice(end..end, again));
        }
        4 => {
            let taken: Vec<String> = lines.drain(at..end).collect();
            let to = dice.below(lines.len() + 1).min(lines.len());
            drop(lines.splice(to..to, taken));
        }
        _ => lines.insert(at, format!("unique {}\n", dice.roll(1000))),
    }
}
