//! The two readers against each other, and both against git: every question that can be put to a
//! repository, on generated histories.

use std::collections::BTreeSet;
use std::fs;

use backout::git::{Engine, Entry, GitError, ObjectId, RefName, Repo, RepoPath};

use crate::support::{Dice, RepoOptions, TestRepo, history};

const COMMITS: u64 = 30;

/// A repository and all that read it.
struct Read {
    repo: TestRepo,
    readers: Vec<Repo>,
    commits: Vec<ObjectId>,
}

impl Read {
    fn new(options: RepoOptions, seed: u64) -> Self {
        let repo = history(options, seed, COMMITS);
        furnish(&repo);
        let listed = repo.git(&["rev-list", "--all"]).ok().out();
        let commits = listed.lines().map(|id| id.parse().unwrap()).collect();
        let engines = if options.reftable {
            vec![Engine::GitProgram]
        } else {
            vec![Engine::Libgit2, Engine::GitProgram]
        };
        let open = |engine: Engine| Repo::open_with(repo.path(), engine).unwrap();
        let readers = engines.into_iter().map(open).collect();
        Self { repo, readers, commits }
    }

    /// What every reader answers, which has to be the same.
    #[track_caller]
    fn one<T: PartialEq + std::fmt::Debug>(&self, ask: impl Fn(&Repo) -> T) -> T {
        let mut answers = self.readers.iter().map(&ask);
        let first = answers.next().unwrap();
        for other in answers {
            assert_eq!(first, other);
        }
        first
    }
}

/// Tags of all kinds, some refs packed and some not, remotes, refs that point to refs.
fn furnish(repo: &TestRepo) {
    repo.annotated_tag("on-commit", "b3");
    repo.annotated_tag("on-tag", "on-commit");
    repo.annotated_tag("on-tree", "b7^{tree}");
    repo.tag("light", "b4");
    repo.git(&["update-ref", "refs/remotes/origin/feature/deep", "b5"]).ok();
    repo.git(&["update-ref", "refs/remotes/origin/main", "b6"]).ok();
    repo.git(&["pack-refs", "--all"]).ok();
    repo.git(&["update-ref", "refs/remotes/origin/loose", "b7"]).ok();
    repo.git(&["update-ref", "refs/remotes/other/main", "b8"]).ok();
    repo.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main"]).ok();
    repo.git(&["symbolic-ref", "refs/remotes/gone/HEAD", "refs/remotes/gone/main"]).ok();
    repo.git(&["update-ref", "--no-deref", "HEAD", "b2"]).ok();
    repo.git(&["symbolic-ref", "refs/heads/alias", "refs/heads/b9"]).ok();
    for (key, value) in [
        ("remote.origin.url", "gh:a/b"),
        ("remote.origin.pushurl", "ssh://example.com/a/b"),
        ("remote.Other.URL", "../other.git"),
        ("remote.Other.tagOpt", "--no-tags"),
        ("url.https://example.com/.insteadOf", "gh:"),
        ("remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"),
        ("remote.Other.fetch", "+refs/heads/main:refs/mirrored/of-main"),
        ("branch.b3.remote", "Other"),
        ("branch.a.b/C.remote", "origin"),
        ("checkout.defaultRemote", "Other"),
    ] {
        repo.git(&["config", key, value]).ok();
    }
    repo.git(&["config", "--global", "remote.Other.tagOpt", "--tags"]).ok();
}

fn each(test: impl Fn(&Read)) {
    for (sha256, reftable) in [(false, false), (true, false), (false, true), (true, true)] {
        for seed in 0..3 {
            let options = RepoOptions { sha256, reftable, ..RepoOptions::default() };
            if !reftable || makes_reftables() {
                test(&Read::new(options, seed));
            }
        }
    }
}

/// Only git 2.45 and newer does.
fn makes_reftables() -> bool {
    let repo = TestRepo::new();
    let path = repo.root().join("probe");
    repo.git(&["init", "--ref-format=reftable", &path.display().to_string()]).exit == 0
}

#[test]
fn commits_and_trees_are_as_git_shows_them() {
    each(|read| {
        for commit in &read.commits {
            let id = commit.to_string();
            let found = read.one(|repo| repo.commit(commit)).unwrap();
            let shown = read.repo.git(&["show", "-s", "--format=%T %ct %P", &id]).ok().line();
            let parents: Vec<String> = found.parents.iter().map(ToString::to_string).collect();
            let ours = format!("{} {} {}", found.tree, found.time.0, parents.join(" "));
            assert_eq!(ours, shown);
            let entries = read.one(|repo| repo.entries(commit, "")).unwrap();
            assert_eq!(entries, listed(&read.repo, &id));
            for (path, entry) in &entries {
                assert_eq!(read.one(|repo| repo.entry(commit, path)).unwrap(), Some(*entry));
                let file = read.one(|repo| repo.file(commit, path)).unwrap();
                assert!(file.is_some());
            }
            let absent = RepoPath::from("a/b/c/d");
            assert_eq!(read.one(|repo| repo.entry(commit, &absent)).unwrap(), None);
        }
    });
}

/// `git ls-tree`, by path.
fn listed(repo: &TestRepo, commit: &str) -> Vec<(RepoPath, Entry)> {
    let out = repo.git(&["ls-tree", "-r", "-z", commit]).ok().stdout;
    let lines = out.split(|byte| *byte == 0).filter(|line| !line.is_empty());
    let mut entries: Vec<_> = lines
        .map(|line| {
            let tab = line.iter().position(|byte| *byte == b'\t').unwrap();
            let words: Vec<&str> = std::str::from_utf8(&line[..tab]).unwrap().split(' ').collect();
            let mode = u32::from_str_radix(words[0], 8).unwrap();
            let oid = words[2].parse().unwrap();
            (RepoPath::from_bytes(&line[tab + 1..]), Entry { mode, oid })
        })
        .collect();
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    entries
}

#[test]
fn differences_are_those_of_git() {
    each(|read| {
        let mut dice = Dice(5);
        for _ in 0..25 {
            let (old, new) = (*dice.pick(&read.commits), *dice.pick(&read.commits));
            let changes = read.one(|repo| repo.changes(Some(&old), Some(&new))).unwrap();
            let ours: Vec<String> = changes
                .iter()
                .map(|change| {
                    let side = |entry: Option<Entry>| match entry {
                        Some(entry) => format!("{:06o} {}", entry.mode, entry.oid),
                        None => format!("000000 {}", "0".repeat(old.to_string().len())),
                    };
                    format!("{:?} {} {}", change.path, side(change.old), side(change.new))
                })
                .collect();
            assert_eq!(ours, differing(&read.repo, &old, &new));
        }
    });
}

/// `git diff-tree`, by path.
fn differing(repo: &TestRepo, old: &ObjectId, new: &ObjectId) -> Vec<String> {
    let (old, new) = (old.to_string(), new.to_string());
    let out = repo.git(&["diff-tree", "-r", "-z", "--no-renames", &old, &new]).ok().stdout;
    let mut fields = out.split(|byte| *byte == 0);
    let mut lines = Vec::new();
    while let (Some(what), Some(path)) = (fields.next(), fields.next()) {
        let path = RepoPath::from_bytes(path);
        let what = String::from_utf8(what.to_vec()).unwrap();
        let [old_mode, new_mode, old_id, new_id, status] =
            what.trim_start_matches(':').split(' ').collect::<Vec<_>>()[..]
        else {
            panic!("{what}");
        };
        // No renames: those are a deletion and an addition.
        assert!("MADT".contains(status));
        lines.push((path.clone(), format!("{path:?} {old_mode} {old_id} {new_mode} {new_id}")));
    }
    lines.sort();
    lines.into_iter().map(|(_, line)| line).collect()
}

#[test]
fn names_mean_what_git_says() {
    each(|read| {
        let listed = read.repo.git(&["for-each-ref", "--format=%(refname)"]).ok().out();
        for name in listed.lines() {
            let found = read.one(|repo| repo.reference(&RefName::new(name))).unwrap().unwrap();
            let peeled = read.repo.git(&["rev-parse", "--verify", &format!("{name}^{{commit}}")]);
            let commit = (peeled.exit == 0).then(|| peeled.line());
            assert_eq!(found.commit.map(|id| id.to_string()), commit, "{name}");
            assert_eq!(found.annotated, name.contains("/on-"), "{name}");
            read.one(|repo| repo.tag_time(&RefName::new(name))).unwrap();
        }
        let head = read.one(|repo| repo.reference(&RefName::new("HEAD"))).unwrap().unwrap();
        assert_eq!(head.commit.unwrap().to_string(), read.repo.rev("b2"));
        for name in ["refs/heads/none", "refs/heads", "b1", "refs/heads/b1^", "refs/heads/a b", ""]
        {
            assert_eq!(read.one(|repo| repo.reference(&RefName::new(name))), Ok(None), "{name}");
        }
        for revision in
            ["HEAD", "b3", "b5~1", "on-tag", "heads/b2", "origin/loose", "origin", "alias"]
        {
            let commit = format!("{revision}^{{commit}}");
            let git = read.repo.git(&["rev-parse", "--verify", "--quiet", &commit]);
            let ours = read.one(|repo| repo.resolve(revision)).map(|id| id.to_string());
            assert_eq!(ours.ok(), (git.exit == 0).then(|| git.line()), "{revision}");
        }
        for revision in ["none", "--all", "b1:a", "b3..b4", ""] {
            assert!(read.one(|repo| repo.resolve(revision).is_err()), "{revision}");
        }
        let origin =
            ["feature/deep", "main", "loose"].map(|name| read.repo.rev(&format!("origin/{name}")));
        let tips = read.one(|repo| repo.tracked_tips("origin")).unwrap();
        let tips: BTreeSet<String> = tips.iter().map(ToString::to_string).collect();
        assert_eq!(tips, origin.into_iter().collect());
        assert_eq!(read.one(|repo| repo.remote_head("origin")), Ok(Some("main".to_owned())));
        assert_eq!(read.one(|repo| repo.remote_head("gone")), Ok(Some("main".to_owned())));
        assert_eq!(read.one(|repo| repo.remote_head("other")), Ok(None));
        let remotes = read.one(Repo::remotes).unwrap();
        let named: Vec<_> =
            remotes.iter().map(|remote| (&*remote.name, remote.without_tags)).collect();
        assert_eq!(named, [("Other", true), ("origin", false)]);
        assert_eq!(remotes[1].urls, ["https://example.com/a/b", "ssh://example.com/a/b"]);
    });
}

#[test]
fn settings_are_those_of_git() {
    each(|read| {
        let set = |key: &str| {
            let said = read.repo.git(&["config", "--get", key]);
            (said.exit == 0).then(|| said.line())
        };
        for branch in ["b3", "a.b/C", "a.b/c", "B3", "none", ""] {
            let ours = read.one(|repo| repo.tracked_remote(branch)).unwrap();
            assert_eq!(ours, set(&format!("branch.{branch}.remote")), "{branch}");
        }
        let default = read.one(Repo::default_remote).unwrap();
        assert_eq!(default, set("checkout.defaultRemote"));
        for (url, name) in [
            ("https://example.com/a/b", Some("origin")),
            ("ssh://example.com/a/b", Some("origin")),
            ("../other.git", Some("Other")),
            ("./../work/../other.git/", Some("Other")),
            ("https://example.com/a/c", None),
            ("", None),
        ] {
            let ours = read.one(|repo| repo.remote_at(url)).unwrap();
            assert_eq!(ours.as_deref(), name, "{url}");
        }
        for (remote, branch, fetched, refs) in [
            ("origin", "b9", true, vec!["refs/remotes/origin/b9"]),
            ("Other", "main", true, vec!["refs/mirrored/of-main", "refs/remotes/Other/main"]),
            ("Other", "b9", false, vec!["refs/remotes/Other/b9"]),
        ] {
            assert_eq!(read.one(|repo| repo.fetches(remote, branch)), Ok(fetched), "{branch}");
            let ours = read.one(|repo| repo.tracking_refs(remote, branch)).unwrap();
            let refs: Vec<RefName> = refs.into_iter().map(RefName::new).collect();
            assert_eq!(ours, refs, "{remote} {branch}");
        }
    });
}

#[test]
fn contents_are_those_of_git() {
    each(|read| {
        let mut dice = Dice(7);
        for _ in 0..10 {
            let commit = dice.pick(&read.commits);
            let entries = read.one(|repo| repo.entries(commit, "")).unwrap();
            for (_, entry) in entries.iter().filter(|(_, entry)| entry.is_blob()).take(3) {
                let shown = read.repo.git(&["cat-file", "blob", &entry.oid.to_string()]).ok();
                assert_eq!(read.one(|repo| repo.blob(&entry.oid)), Ok(shown.stdout));
            }
        }
    });
}

#[test]
fn a_clone_ends_where_git_says() {
    each(|read| {
        let source = format!("file://{}", read.repo.path().display());
        let options = ["--depth=3", "--branch=b29", "--no-tags"];
        let clone = read.repo.clone_of(&source, "shallow", &options);
        let ends = clone.git(&["rev-list", "--all", "--max-parents=0"]).ok().out();
        let ends: BTreeSet<ObjectId> = ends.lines().map(|id| id.parse().unwrap()).collect();
        for reader in &read.readers {
            let shallow = Repo::open_with(clone.path(), reader.engine()).unwrap();
            let cut = shallow.cut_off_at().unwrap();
            assert!(!cut.is_empty() && shallow.is_shallow().unwrap());
            assert!(cut.is_subset(&ends), "{cut:?} {ends:?}");
            let whole =
                ends.difference(cut).filter(|end| !shallow.commit(end).unwrap().parents.is_empty());
            assert_eq!(whole.count(), 0);
        }
    });
}

#[test]
fn places_are_the_same() {
    each(|read| {
        let top = read.repo.path().canonicalize().unwrap();
        let canonical = |path: &std::path::Path| path.canonicalize().unwrap();
        assert_eq!(read.one(|repo| repo.work_tree().map(canonical)), Some(top.clone()));
        assert_eq!(read.one(|repo| canonical(&repo.common_dir())), top.join(".git"));
        assert_eq!(read.one(Repo::is_shallow), Ok(false));
    });
}

#[test]
fn what_is_not_here_or_broken_is_no_answer() {
    let read = Read::new(RepoOptions { reftable: false, ..RepoOptions::default() }, 1);
    let nothing: ObjectId = "1".repeat(40).parse().unwrap();
    assert!(!read.one(|repo| repo.has(&nothing)));
    let absent = read.one(|repo| repo.commit(&nothing).unwrap_err());
    assert!(matches!(absent, GitError::Absent(_)), "{absent:?}");
    let written = read.repo.commit_files(&[("broken", "once whole\n")], "Write");
    let blob = read.repo.rev("HEAD:broken");
    let loose = read.repo.path().join(".git/objects").join(&blob[..2]).join(&blob[2..]);
    let mut bytes = fs::read(&loose).unwrap();
    fs::remove_file(&loose).unwrap();
    let last = bytes.len() - 3;
    bytes[last] ^= 0xff;
    fs::write(&loose, bytes).unwrap();
    let commit: ObjectId = written.parse().unwrap();
    let path = RepoPath::from("broken");
    for reader in &read.readers {
        let error = reader.file(&commit, &path).unwrap_err();
        assert!(matches!(error, GitError::Other(_)), "{error:?}");
        // It goes on answering after that.
        assert!(reader.commit(&commit).is_ok());
    }
    fs::write(read.repo.path().join(".git/refs/tags/torn"), "12345\n").unwrap();
    for engine in [Engine::Libgit2, Engine::GitProgram] {
        let reader = Repo::open_with(read.repo.path(), engine).unwrap();
        let torn = reader.reference(&RefName::tag("torn"));
        assert!(torn.is_err(), "{engine}: {torn:?}");
    }
}
