//! Our own walk against git, on generated histories: merges, criss-cross, clocks that are wrong.

use std::collections::BTreeSet;

use backout::git::{Engine, ObjectId, Repo};

use crate::support::{Dice, RepoOptions, TestRepo, history};

fn lines(text: &str) -> BTreeSet<String> {
    text.lines().map(str::to_owned).collect()
}

fn ids(repo: &TestRepo) -> Vec<ObjectId> {
    let listed = repo.git(&["for-each-ref", "--format=%(objectname)", "refs/heads/b*"]).ok();
    listed.out().lines().map(|id| id.parse().unwrap()).collect()
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
    for seed in 0..6 {
        let repo = history(options, seed, 40);
        let ids = ids(&repo);
        let ours = Repo::open_with(repo.path(), engine).unwrap();
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
