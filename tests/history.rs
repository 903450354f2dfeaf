//! Our own walk against git, on generated histories: merges, criss-cross, clocks that are wrong.

use std::collections::BTreeSet;

use backout::git::{Engine, ObjectId, Repo};

use crate::support::{Dice, RepoOptions, TestRepo, execute, history};

fn lines(text: &str) -> BTreeSet<String> {
    text.lines().map(str::to_owned).collect()
}

fn ids(repo: &TestRepo) -> Vec<ObjectId> {
    let listed = repo
        .git(&["for-each-ref", "--sort=version:refname", "--format=%(objectname)", "refs/heads/b*"])
        .ok();
    listed.out().lines().map(|id| id.parse().unwrap()).collect()
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
    walks(RepoOptions { reftable: false, ..RepoOptions::default() }, Engine::Libgit2);
}

#[test]
fn walks_of_what_the_git_program_reads_agree_with_git() {
    walks(RepoOptions { sha256: true, ..RepoOptions::default() }, Engine::GitProgram);
}

fn walks(options: RepoOptions, engine: Engine) {
    let graphs = [Graph::Nothing, Graph::All, Graph::Half, Graph::Chain];
    for (seed, graph) in (0..8).zip(graphs.into_iter().cycle()) {
        let repo = history(options, seed, 40);
        let ids = ids(&repo);
        write_graph(&repo, &ids, graph);
        let ours = Repo::open_with(repo.path(), engine).unwrap();
        let mut dice = Dice(seed + 100);
        for _ in 0..12 {
            let mut pick = || ids[usize::try_from(dice.roll(ids.len() as u64)).unwrap()];
            let (head, one, two) = (pick(), pick(), pick());
            let walk = ours.walk(&head, &[one, two]).unwrap();
            // Not `rev-list head ^one ^two`: without a graph git itself lists commits that `one`
            // has, where a clock was far behind.
            let all = |id: &ObjectId| lines(&repo.git(&["rev-list", &id.to_string()]).ok().out());
            let expected = &(&all(&head) - &all(&one)) - &all(&two);
            let found: BTreeSet<String> = walk.commits.iter().map(|c| c.id.to_string()).collect();
            assert_eq!(found, expected, "seed {seed}: {head} without {one} {two}");
            let h = head.to_string();
            let mut later = BTreeSet::new();
            for commit in &walk.commits {
                assert!(commit.parents.iter().all(|parent| !later.contains(parent)));
                later.insert(commit.id);
            }
            let bases = repo.git(&["merge-base", "--all", &h, &one.to_string()]);
            let found = ours.merge_bases(&head, &one).unwrap();
            let found: BTreeSet<String> = found.iter().map(ObjectId::to_string).collect();
            assert_eq!(found, lines(&bases.out()), "seed {seed}: {h} {one}");
            let is = repo.git(&["merge-base", "--is-ancestor", &one.to_string(), &h]);
            assert_eq!(ours.is_ancestor(&one, &head).unwrap(), is.exit == 0, "seed {seed}");
        }
    }
}

#[test]
fn ancestry_is_read_off_the_graph_without_the_commits() {
    let repo = history(RepoOptions::default(), 3, 40);
    let ids = ids(&repo);
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
