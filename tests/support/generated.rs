//! Histories that no person would write, made by `git fast-import`: the same on every run.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Dice, RepoOptions, TestRepo, execute};

/// Paths as `git fast-import` writes them. Some are each other's folders, some sort differently as
/// a folder, some are no text, and one is longer than a line.
const PATHS: [&str; 16] = [
    "a",
    "a/b",
    "a/b/c.py",
    "a-b",
    "a.txt",
    "a0",
    "src/core/state.py",
    "src/core",
    "src/corefile",
    "\"\\377\\376.py\"",
    "\"odd/new\\nline.py\"",
    "\"odd/::error::x\"",
    "sub/module",
    "link",
    "\u{fc}mlaut/\u{65e5}\u{672c}.md",
    ".gitmodules",
];

/// Writes a history of `count` commits, a branch `b<number>` on each, with up to three earlier
/// parents: roots, criss-cross merges, octopuses, clocks that are wrong. Every commit changes some
/// of [`PATHS`]: content, mode, links, submodules, deletions, renames, files that become folders.
pub(crate) fn history(options: RepoOptions, seed: u64, count: u64) -> TestRepo {
    let repo = TestRepo::with(options);
    let mut dice = Dice(seed);
    let mut stream = String::new();
    for mark in 1..=count {
        let skew = if dice.roll(10) == 0 { dice.roll(50_000) } else { dice.roll(60) };
        let time = 1_700_000_000 + mark * 60 - skew;
        let _ = write!(
            stream,
            "commit refs/heads/b{mark}\nmark :{mark}\ncommitter T <t@t> {time} +0000\ndata 1\nx\n"
        );
        for (index, parent) in parents(&mut dice, mark).iter().enumerate() {
            let word = if index == 0 { "from" } else { "merge" };
            let _ = writeln!(stream, "{word} :{parent}");
        }
        for _ in 0..dice.roll(4) {
            change(&mut stream, &mut dice, if options.sha256 { 64 } else { 40 });
        }
        stream.push('\n');
    }
    let mut import = repo.command("git", repo.path());
    execute(import.args(["fast-import", "--quiet"]), stream.as_bytes(), repo.filter()).ok();
    repo
}

fn parents(dice: &mut Dice, mark: u64) -> BTreeSet<u64> {
    let mut parents = BTreeSet::new();
    for _ in 0..dice.roll(3) + u64::from(mark > 4) {
        if mark > 1 {
            let reach = dice.roll(6).min(mark - 2);
            parents.insert(mark - 1 - reach);
        }
    }
    parents
}

fn change(stream: &mut String, dice: &mut Dice, digits: usize) {
    let path = *dice.pick(&PATHS);
    let word = format!("{}\n", dice.roll(5));
    let mut file = |mode: &str| {
        let _ = writeln!(stream, "M {mode} inline {path}\ndata {}\n{word}", word.len());
    };
    match dice.roll(8) {
        0 | 1 => file("100644"),
        2 => file("100755"),
        3 => file("120000"),
        4 => {
            let module = format!("{:0digits$x}", dice.roll(3) + 1);
            let _ = writeln!(stream, "M 160000 {module} {path}");
        }
        5 => {
            let _ = writeln!(stream, "D {path}");
        }
        _ => {
            // What is renamed has to be there.
            let _ = writeln!(stream, "M 100644 inline moved\ndata {}\n{word}", word.len());
            let _ = writeln!(stream, "R moved {path}");
        }
    }
}
