//! Gathers commits from a repository for the plan and the ledger.

use std::collections::BTreeSet;

use super::attribution::{Attribution, Claims};
use super::ledger::Step;
use super::plan::Work;
use crate::git::{Commit, GitError, ObjectId, Repo};

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

fn step(repo: &Repo, attribution: &Attribution<'_>, commit: &Commit) -> Result<Step, GitError> {
    let changes = repo.changes(commit.parents.first(), Some(&commit.id))?;
    Ok(Step {
        id: commit.id,
        time: commit.time,
        merge: commit.parents.len() > 1,
        subject: commit.subject(),
        claims: step_claims(repo, attribution, commit)?,
        changes,
    })
}

/// A merge speaks with the words of what it merged, and with its own.
fn step_claims(
    repo: &Repo,
    attribution: &Attribution<'_>,
    commit: &Commit,
) -> Result<Claims, GitError> {
    let own = attribution.claims(commit);
    let [first, merged @ ..] = commit.parents.as_slice() else { return Ok(own) };
    if merged.is_empty() {
        return Ok(own);
    }
    let speaks = !own.is_silent();
    let mut claims = own;
    let mut seen = BTreeSet::new();
    let (mut silent, mut foreign) = (false, false);
    for tip in merged {
        for part in repo.walk(tip, &[*first])?.commits {
            if seen.insert(part.id) {
                let said = attribution.claims(&part);
                silent = silent || said.is_silent();
                foreign |= said.foreign;
                claims.stages.extend(said.stages);
                claims.backs_out.extend(said.backs_out);
                claims.unknown.extend(said.unknown);
            }
        }
    }
    // One that says nothing itself is foreign work only where every part of it says so.
    if !speaks {
        claims.foreign = foreign && !silent && claims.stages.is_empty();
    }
    Ok(claims)
}
