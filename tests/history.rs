//! Our own walk against git, on generated histories: merges, criss-cross, clocks that are wrong.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use backout::git::{ObjectId, Repo};

use crate::support::{Dice, TestRepo, execute};

/// Writes a history of `count` commits by `git fast-import`; each has up to three earlier parents.
fn history(seed: u64, count: u64) -> (TestRepo, Vec<ObjectId>) {
    let repo = TestRepo::new();
    let mut dice = Dice(seed);
    let mut stream = String::new();
    for mark in 1..=count {
        let skew = if dice.roll(10) == 0 { dice.roll(50_000) } else { dice.roll(60) };
        let time = 1_700_000_000 + mark * 60 - skew;
        let _ = write!(
            stream,
            "commit refs/heads/b{mark}\nmark :{mark}\ncommitter T <t@t> {time} +0000\ndata 1\nx\n"
        );
        let mut parents = BTreeSet::new();
        for _ in 0..dice.roll(3) + u64::from(mark > 4) {
            if mark > 1 {
                let reach = dice.roll(6).min(mark - 2);
                parents.insert(mark - 1 - reach);
            }
        }
        for (index, parent) in parents.iter().enumerate() {
            let word = if index == 0 { "from" } else { "merge" };
            let _ = writeln!(stream, "{word} :{parent}");
        }
        stream.push('\n');
    }
    let mut import = repo.command("git", repo.path());
    execute(import.args(["fast-import", "--quiet"]), stream.as_bytes(), repo.filter()).ok();
    let ids = (1..=count).map(|mark| repo.rev(&format!("refs/heads/b{mark}")).parse().unwrap());
    let ids = ids.collect();
    (repo, ids)
}

fn lines(text: &str) -> BTreeSet<String> {
    text.lines().map(str::to_owned).collect()
}

/// What of the history stands in a commit-graph.
#[derive(Debug, Clone, Copy)]
enum Graph {
    Nothing,
    All,
    /// The older half: the newer commits came after it was written.
    Half,
    /// In two files, one on top of the other, the newest commits in none.
    Chain,
}

fn write_graph(repo: &TestRepo, ids: &[ObjectId], graph: Graph) {
    let write = |count: usize, split: &[&str]| {
        let mut git = repo.command("git", repo.path());
        git.args(["commit-graph", "write", "--stdin-commits"]).args(split);
        let tips: String = ids.iter().take(count).map(|id| format!("{id}\n")).collect();
        execute(&mut git, tips.as_bytes(), repo.filter()).ok();
    };
    match graph {
        Graph::Nothing => {}
        Graph::All => write(ids.len(), &[]),
        Graph::Half => write(ids.len() / 2, &[]),
        Graph::Chain => {
            write(ids.len() / 3, &["--split=no-merge"]);
            write(ids.len() * 2 / 3, &["--split=no-merge"]);
            let chain = repo.path().join(".git/objects/info/commit-graphs/commit-graph-chain");
            assert_eq!(std::fs::read_to_string(chain).unwrap().lines().count(), 2);
        }
    }
}

#[test]
fn walks_agree_with_git() {
    let graphs = [Graph::Nothing, Graph::All, Graph::Half, Graph::Chain];
    for (seed, graph) in (0..8).zip(graphs.into_iter().cycle()) {
        let (repo, ids) = history(seed, 40);
        write_graph(&repo, &ids, graph);
        let ours = Repo::open(repo.path()).unwrap();
        let mut dice = Dice(seed + 100);
        for _ in 0..12 {
            let mut pick = || ids[usize::try_from(dice.roll(ids.len() as u64)).unwrap()];
            let (head, one, two) = (pick(), pick(), pick());
            let walk = ours.walk(&head, &[one, two]).unwrap();
            let (h, a, b) = (head.to_string(), format!("^{one}"), format!("^{two}"));
            let git = repo.git(&["rev-list", &h, &a, &b]).ok();
            let found: BTreeSet<String> = walk.commits.iter().map(|c| c.id.to_string()).collect();
            assert_eq!(found, lines(&git.out()), "seed {seed}: {head} without {one} {two}");
            let mut later = BTreeSet::new();
            for commit in &walk.commits {
                assert!(commit.parents.iter().all(|parent| !later.contains(parent)));
                later.insert(commit.id);
            }
            let bases = repo.git(&["merge-base", "--all", &h, &one.to_string()]);
            let base = ours.merge_base(&head, &one).unwrap().map(|id| id.to_string());
            match base {
                Some(base) => {
                    assert!(lines(&bases.out()).contains(&base), "seed {seed}: {h} {one}");
                }
                None => assert_eq!(bases.out(), "", "seed {seed}: {h} {one}"),
            }
            let is = repo.git(&["merge-base", "--is-ancestor", &one.to_string(), &h]);
            assert_eq!(ours.is_ancestor(&one, &head).unwrap(), is.exit == 0, "seed {seed}");
        }
    }
}

#[test]
fn ancestry_is_read_off_the_graph_without_the_commits() {
    let (repo, ids) = history(3, 40);
    write_graph(&repo, &ids, Graph::All);
    let git = |one: &ObjectId, other: &ObjectId| {
        let words = ["merge-base", "--is-ancestor", &one.to_string(), &other.to_string()];
        repo.git(&words).exit == 0
    };
    let tip = ids.last().unwrap();
    let expected: Vec<bool> = ids.iter().map(|id| git(id, tip)).collect();
    assert!(expected.contains(&true) && expected.contains(&false));
    for entry in std::fs::read_dir(repo.path().join(".git/objects")).unwrap() {
        let folder = entry.unwrap().path();
        if !folder.ends_with("info") {
            std::fs::remove_dir_all(folder).unwrap();
        }
    }
    let ours = Repo::open(repo.path()).unwrap();
    let found: Vec<bool> = ids.iter().map(|id| ours.is_ancestor(id, tip).unwrap()).collect();
    assert_eq!(found, expected);
}
