//! Gathers commits from a repository for the plan and the ledger.

use std::collections::{BTreeMap, BTreeSet};

use super::attribution::{Attribution, Claims};
use super::plan::Work;
use super::step::{Part, Parts, Step};
use crate::git::{
    Change, Commit, Entry, FileMerge, GitError, ObjectId, ObjectKind, Repo, RepoPath, merge_files,
};

/// Each commit with its own changes.
pub fn works(repo: &Repo, commits: &[Commit]) -> Result<Vec<Work>, GitError> {
    commits
        .iter()
        .map(|commit| {
            let changes = repo.own_changes(commit)?;
            let paths = changes.into_iter().map(|change| change.path).collect();
            Ok(Work { commit: commit.clone(), paths, step: Vec::new() })
        })
        .collect()
}

/// Each commit with its own changes, and each merge that claims stages with its whole step.
pub fn claimed_works(
    repo: &Repo,
    attribution: &Attribution<'_>,
    commits: &[Commit],
) -> Result<Vec<Work>, GitError> {
    let mut works = works(repo, commits)?;
    for work in works.iter_mut().filter(|work| work.commit.parents.len() > 1) {
        if !attribution.claims(&work.commit).stages.is_empty() {
            let changes = repo.changes(work.commit.parents.first(), Some(&work.commit.id))?;
            work.step = changes.into_iter().map(|change| change.path).collect();
        }
    }
    Ok(works)
}

/// The first-parent steps of `tip` since `start`, oldest first.
pub fn steps(
    repo: &Repo,
    attribution: &Attribution<'_>,
    start: &ObjectId,
    tip: &ObjectId,
) -> Result<Vec<Step>, GitError> {
    let mut commits = repo.first_parents(tip, &[*start])?;
    commits.reverse();
    commits.iter().map(|commit| step(repo, attribution, commit)).collect()
}

/// The steps that a branch adds to `base`: each commit where they stand in a row, else one whole
/// merge of them, as which they would land.
pub fn branch_steps(
    repo: &Repo,
    attribution: &Attribution<'_>,
    base: &ObjectId,
    head: &ObjectId,
) -> Result<Vec<Step>, GitError> {
    let mut commits = repo.walk(head, &[*base])?.commits;
    commits.reverse();
    let mut last = *base;
    let in_a_row = commits.iter().all(|commit| {
        let follows = commit.parents.as_slice() == [last];
        last = commit.id;
        follows
    });
    if in_a_row {
        return commits.iter().map(|commit| step(repo, attribution, commit)).collect();
    }
    let mut commit = repo.commit(head)?;
    commit.parents = vec![*base, *head];
    let whole = Merged::read(repo, attribution, &commit, base, &[*head])?;
    Ok(vec![whole.step(repo, &commit, &attribution.claims(&commit))?])
}

/// One step.
pub(super) fn step(
    repo: &Repo,
    attribution: &Attribution<'_>,
    commit: &Commit,
) -> Result<Step, GitError> {
    let own = attribution.claims(commit);
    let merged = match commit.parents.as_slice() {
        [first, merged @ ..] if !merged.is_empty() => {
            Merged::read(repo, attribution, commit, first, merged)?
        }
        _ => Merged { commits: Vec::new() },
    };
    merged.step(repo, commit, &own)
}

/// The commits that a merge brought, oldest first, with what they say.
struct Merged {
    commits: Vec<(Commit, Claims)>,
}

impl Merged {
    fn read(
        repo: &Repo,
        attribution: &Attribution<'_>,
        merge: &Commit,
        first: &ObjectId,
        merged: &[ObjectId],
    ) -> Result<Self, GitError> {
        let mut commits = Vec::new();
        let mut seen = BTreeSet::from([merge.id]);
        // Of a branch that is taken for a merge, the newest commit is a part as well.
        if merged == [merge.id] {
            seen.clear();
        }
        for tip in merged {
            for part in repo.walk(tip, &[*first])?.commits.into_iter().rev() {
                if seen.insert(part.id) {
                    let said = attribution.claims(&part);
                    commits.push((part, said));
                }
            }
        }
        Ok(Self { commits })
    }

    fn step(self, repo: &Repo, commit: &Commit, own: &Claims) -> Result<Step, GitError> {
        let claims = self.united(own);
        let changes = repo.changes(commit.parents.first(), Some(&commit.id))?;
        let parts = self.parts(repo, own, &claims, &changes)?;
        Ok(Step {
            id: commit.id,
            parent: commit.parents.first().copied(),
            time: commit.time,
            merge: commit.parents.len() > 1,
            subject: commit.subject(),
            claims,
            changes,
            concerns: BTreeSet::new(),
            parts,
        })
    }

    /// A merge speaks with the words of what it merged, and with its own.
    fn united(&self, own: &Claims) -> Claims {
        let mut claims = own.clone();
        if self.commits.is_empty() {
            return claims;
        }
        let speaks = !own.is_silent();
        let (mut silent, mut foreign) = (false, false);
        for (_, said) in &self.commits {
            silent = silent || said.is_silent();
            foreign |= said.foreign;
            claims.stages.extend(&said.stages);
            claims.backs_out.extend(&said.backs_out);
            claims.unknown.extend(said.unknown.iter().cloned());
        }
        // One that says nothing itself is foreign work only where every part of it says so.
        if !speaks {
            claims.foreign = foreign && !silent && claims.stages.is_empty();
        }
        claims
    }

    /// Whose the changes are, where the commits, and the merge itself, say different things. A
    /// commit that says nothing speaks with the merge's words.
    fn parts(
        &self,
        repo: &Repo,
        own: &Claims,
        claims: &Claims,
        changes: &[Change],
    ) -> Result<BTreeMap<RepoPath, Parts>, GitError> {
        let said = |one: &Claims| (one.stages.clone(), one.foreign, one.backs_out.clone());
        let speaking = self.commits.iter().map(|(_, one)| one).chain([own]);
        let speaking = speaking.filter(|one| !one.is_silent() || !one.backs_out.is_empty());
        if speaking.map(said).collect::<BTreeSet<_>>().len() < 2 {
            return Ok(BTreeMap::new());
        }
        let mut shares: BTreeMap<RepoPath, Share> = BTreeMap::new();
        for (place, (commit, said)) in self.commits.iter().enumerate() {
            let says = !said.is_silent() || !said.backs_out.is_empty();
            let said = if says { said } else { claims };
            for change in repo.own_changes(commit)? {
                let share = shares.entry(change.path.clone()).or_default();
                share.add(place, commit, said, &change);
            }
        }
        let mut parts = BTreeMap::new();
        for change in changes {
            if let Some(share) = shares.remove(&change.path) {
                parts.insert(change.path.clone(), share.told(repo, change)?);
            }
        }
        Ok(parts)
    }
}

/// What the commits of a merge did to one path.
#[derive(Default)]
struct Share {
    chain: Vec<Part>,
    all: Claims,
    broken: bool,
}

impl Share {
    fn add(&mut self, place: usize, commit: &Commit, said: &Claims, change: &Change) {
        let follows = self.chain.last().is_none_or(|last| last.new == change.old);
        self.broken |= commit.parents.len() != 1 || !follows;
        self.all.stages.extend(&said.stages);
        self.all.backs_out.extend(&said.backs_out);
        self.all.foreign |= said.foreign;
        self.chain.push(Part {
            place,
            commit: commit.id,
            claims: said.clone(),
            old: change.old,
            new: change.new,
        });
    }

    /// The commits one by one, where playing them again gives what the merge has.
    fn told(self, repo: &Repo, change: &Change) -> Result<Parts, GitError> {
        let mut now = change.old;
        let mut broken = self.broken;
        for part in &self.chain {
            match again(repo, part, now)? {
                Some(next) if !broken => now = next,
                _ => broken = true,
            }
        }
        Ok(match broken || now != change.new {
            true => Parts::Tangled(self.all),
            false => Parts::Chain(self.chain),
        })
    }
}

/// What a commit's change makes of what stands there now; `None` where that is not plain.
fn again(repo: &Repo, part: &Part, now: Option<Entry>) -> Result<Option<Option<Entry>>, GitError> {
    if now == part.old {
        return Ok(Some(part.new));
    }
    let (Some(base), Some(ours), Some(theirs)) = (part.old, now, part.new) else { return Ok(None) };
    if ![base, ours, theirs].iter().all(Entry::is_file) || base.mode != theirs.mode {
        return Ok(None);
    }
    let read = |entry: Entry| repo.blob(&entry.oid);
    Ok(match merge_files(&read(base)?, &read(ours)?, &read(theirs)?)? {
        FileMerge::Clean(content) => {
            let oid = repo.draft(ObjectKind::Blob, content, &ours.oid)?;
            Some(Some(Entry { mode: ours.mode, oid }))
        }
        _ => None,
    })
}
