//! A stage that came by a merge which brought other work as well, beside `git revert -m 1`: both
//! sides may have made the same lines, taken a commit from each other, or renamed a file. Where git
//! is clean, backing the stage out comes to the same files, or there is doubt; where git is in
//! conflict, nothing is done.

use crate::support::{Dice, RepoOptions, TestRepo};

use super::{number, tell};

const RULES: &str = r#"version = 1
[migration]
id = "m"
name = "M"
start = { tag = "start" }
branch = "main"
[[stages]]
id = "9"
name = "Nine"
impact = "high"
paths = ["src/**"]
rollback = ["code"]
"#;

const NINE: &str = "Nine\n\nMigration-Stage: 9";
const NONE: &str = "A fix\n\nMigration-Stage: none";

#[derive(Debug, Default)]
struct Counts {
    equal: usize,
    doubt: usize,
    both_conflict: usize,
    wrong: Vec<String>,
}

#[test]
fn a_stage_of_a_mixed_merge_goes_as_git_reverts_the_merge() {
    let repo = TestRepo::with(RepoOptions { reftable: false, ..RepoOptions::default() });
    repo.write("backout.toml", RULES);
    for name in ["src/a", "src/b", "src/d/c", "src/d/e"] {
        repo.write(name, (0..12).map(|line| format!("{name} {line}\n")).collect::<String>());
    }
    repo.write("docs/x", "x\n");
    repo.commit("Start");
    repo.annotated_tag("start", "HEAD");
    let mut counts = Counts::default();
    for case in 0..3 * number("BACKOUT_TEST_CASES", 40).min(1000) {
        let seed = number("BACKOUT_TEST_SEED", 1).wrapping_mul(100_000) + case;
        tried(&repo, seed, &mut counts);
    }
    tell(&format!("mixed merges: {counts:?}"));
    assert!(counts.wrong.is_empty(), "{counts:?}");
    assert!(counts.equal > 10 * counts.doubt, "{counts:?}");
}

/// One history: a topic of stage 9 with a commit beside it, work on `main`, their merge, and perhaps
/// later work.
fn tried(repo: &TestRepo, seed: u64, counts: &mut Counts) {
    let mut dice = Dice(seed);
    repo.git(&["checkout", "--quiet", "--force", "-B", "topic", "start"]).ok();
    for _ in 0..=dice.roll(2) {
        edit(repo, &mut dice, "nine", NINE);
    }
    repo.commit_files(&[("docs/y", &format!("{seed}\n"))], "Beside it");
    if dice.roll(2) == 0 {
        edit(repo, &mut dice, "nine", NINE);
    }
    let listed = repo.git(&["rev-list", "--reverse", "start..topic", "--", "src"]).ok().out();
    let topic: Vec<&str> = listed.lines().collect();
    repo.git(&["checkout", "--quiet", "-B", "main", "start"]).ok();
    for _ in 0..dice.roll(3) {
        if !topic.is_empty() && dice.roll(2) == 0 {
            take_over(repo, topic[dice.below(topic.len())]);
        } else {
            edit(repo, &mut dice, "fix", NONE);
        }
    }
    if repo.git(&["merge", "--quiet", "--no-ff", "-m", "Merge it", "topic"]).exit != 0 {
        repo.git(&["merge", "--abort"]).ok();
        return;
    }
    let merge = repo.rev("HEAD");
    if dice.roll(2) == 0 {
        edit(repo, &mut dice, "later", NONE);
    }
    let out = ["--branch", "out", "--reason", "Try", "--onto", "main", "--confirm"];
    repo.git(&["update-ref", "-d", "refs/heads/out"]).ok();
    let run = repo.backout(["revert", "--stage", "9"]).args(out).run();
    let is_clean = repo.git(&["revert", "--no-commit", "-m", "1", &merge]).exit == 0;
    match (is_clean, run.exit) {
        (true, 4) => counts.doubt += 1,
        (false, 4) => counts.both_conflict += 1,
        (true, 0) if same_files(repo) => counts.equal += 1,
        // What is nobody's work any more needs no commit.
        (false, 0) if run.out().contains("nothing to back out") => {}
        _ => {
            let story = format!("case {seed}: git is clean: {is_clean}\n{}", run.snapshot());
            counts.wrong.push(story);
        }
    }
    repo.git(&["reset", "--quiet", "--hard"]).ok();
}

/// Whether the back-out has the stage's files as git's revert left them; where there is none, as the
/// branch has them.
fn same_files(repo: &TestRepo) -> bool {
    let made = repo.git(&["rev-parse", "--verify", "--quiet", "out"]).exit == 0;
    let ours = if made { "out" } else { "main" };
    repo.git(&["diff", "--cached", "--quiet", ours, "--", "src"]).exit == 0
}

/// Takes a commit over from the topic branch as a hotfix, where that goes.
fn take_over(repo: &TestRepo, commit: &str) {
    if repo.git(&["cherry-pick", "--no-commit", commit]).exit == 0 {
        repo.git(&["commit", "--quiet", "--allow-empty", "-m", NONE]).ok();
    } else {
        repo.git(&["reset", "--quiet", "--hard"]).ok();
    }
}

/// One commit that does one thing.
fn edit(repo: &TestRepo, dice: &mut Dice, who: &str, message: &str) {
    let listed = repo.git(&["ls-files", "src"]).ok().out();
    let files: Vec<&str> = listed.lines().collect();
    let file = *dice.pick(&files);
    let fresh = format!("src/{}m{}", dice.pick(&["", "d/", "g/"]), dice.roll(4));
    match dice.roll(20) {
        0 if files.len() > 2 => drop(repo.git(&["rm", "--quiet", file]).ok()),
        1 | 2 if !files.contains(&&*fresh) => {
            let text = repo.read(file);
            repo.git(&["rm", "--quiet", file]).ok();
            repo.write(&fresh, text);
        }
        3 | 4 => repo.write(&fresh, "new\n".repeat(3)),
        5 => drop(repo.git(&["update-index", "--chmod=+x", file]).ok()),
        _ => repo.write(file, changed(&repo.read(file), dice, who)),
    }
    repo.git(&["add", "--all"]).ok();
    repo.git(&["commit", "--quiet", "--allow-empty", "-m", message]).ok();
}

/// A text with one line changed, added or taken away: often as others would.
fn changed(text: &str, dice: &mut Dice, who: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = dice.below(lines.len());
    let line =
        if dice.roll(2) == 0 { format!("same {at}") } else { format!("{who} {}", dice.roll(1000)) };
    match dice.roll(10) {
        0..=4 if !lines.is_empty() => lines[at] = line,
        8..=9 if lines.len() > 3 => drop(lines.remove(at)),
        _ => lines.insert(at, line),
    }
    lines.join("\n") + "\n"
}
