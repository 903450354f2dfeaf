//! Work on stages that the start tag stands on, or after: whoever goes back to the tag keeps it. What
//! has landed is read from the tag on, so nothing else would find it.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::Migration;
use crate::git::{Change, Commit, GitError, ObjectId, Repo, RepoPath};
use crate::stage::attribution::Attribution;
use crate::stage::matcher::{Matcher, StageIndex};

/// For each stage the oldest commit at or before the tag that is work on it.
pub type BeforeStart = BTreeMap<StageIndex, Commit>;

/// The work that says so, as far back as the rules of this migration stood there, and that is still
/// there at the tag: what was tried and taken back before the beginning is not kept.
pub fn before_start(
    repo: &Repo,
    migration: &Migration,
    attribution: &Attribution<'_>,
    tag: &ObjectId,
) -> anyhow::Result<BeforeStart> {
    let mut found = BeforeStart::new();
    if is_past(repo, migration, tag)? {
        return Ok(found);
    }
    let matcher = Matcher::new(migration);
    let mut rules = Rules::of(repo, migration);
    let (mut waiting, mut seen) = (vec![*tag], BTreeSet::from([*tag]));
    while let Some(id) = waiting.pop() {
        if !rules.stand_at(&id)? {
            continue;
        }
        let commit = repo.commit(&id)?;
        // Of what a shallow clone lacks, nothing is known.
        let here = commit.parents.iter().filter(|parent| repo.has(parent));
        waiting.extend(here.filter(|parent| seen.insert(**parent)));
        let claimed = attribution.claims(&commit).stages;
        for stage in kept(repo, &matcher, &commit, &claimed, tag)? {
            match found.get(&stage) {
                Some(older) if older.time < commit.time => {}
                _ => drop(found.insert(stage, commit.clone())),
            }
        }
    }
    Ok(found)
}

/// Whether the tag lies before the commit from which on work counts: then nothing at it does.
fn is_past(repo: &Repo, migration: &Migration, tag: &ObjectId) -> Result<bool, GitError> {
    let Some(since) = migration.since.filter(|since| repo.has(since)) else { return Ok(false) };
    match repo.peel(&since)?.commit {
        Some(since) => repo.is_ancestor(tag, &since),
        None => Ok(false),
    }
}

/// The stages, of those that a commit says it is work on, of whose work something stands at the tag.
/// What a merge did itself, it does not say.
fn kept(
    repo: &Repo,
    matcher: &Matcher<'_>,
    commit: &Commit,
    claimed: &BTreeSet<StageIndex>,
    tag: &ObjectId,
) -> anyhow::Result<BTreeSet<StageIndex>> {
    let mut kept = BTreeSet::new();
    if claimed.is_empty() || commit.parents.len() > 1 {
        return Ok(kept);
    }
    for Change { path, old, new } in repo.own_changes(commit)? {
        let owners = matcher.owners(&path)?;
        let stands = repo.entry(tag, &path)?;
        if repo.onto((old, new), stands)? == Some(stands) {
            kept.extend(owners.intersection(claimed));
        }
    }
    Ok(kept)
}

/// Whether a commit's tree has the rules of a migration.
struct Rules<'r> {
    repo: &'r Repo,
    migration: &'r Migration,
    file: RepoPath,
    /// By the file's content.
    known: BTreeMap<ObjectId, bool>,
}

impl<'r> Rules<'r> {
    fn of(repo: &'r Repo, migration: &'r Migration) -> Self {
        let file = RepoPath::from(migration.place.file.as_str());
        Self { repo, migration, file, known: BTreeMap::new() }
    }

    fn stand_at(&mut self, commit: &ObjectId) -> Result<bool, GitError> {
        let Some(entry) = self.repo.entry(commit, &self.file)? else { return Ok(false) };
        if let Some(known) = self.known.get(&entry.oid) {
            return Ok(*known);
        }
        let content = self.repo.blob(&entry.oid)?;
        let stand = names(&content, self.migration.id.as_str());
        self.known.insert(entry.oid, stand);
        Ok(stand)
    }
}

/// Whether a configuration defines a migration, be it valid otherwise or not.
fn names(content: &[u8], id: &str) -> bool {
    let text = String::from_utf8_lossy(content);
    let read = text.parse::<toml::Table>().ok();
    let stated = read.as_ref().and_then(|rules| rules.get("migration")?.get("id")?.as_str());
    stated == Some(id)
}
