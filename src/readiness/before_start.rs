//! Work on stages that the start tag stands on, or after: whoever goes back to the tag keeps it. What
//! has landed is read from the tag on, so nothing else would find it.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::Migration;
use crate::git::{Change, Commit, Entry, GitError, Lines, ObjectId, Repo, RepoPath};
use crate::stage::attribution::Attribution;
use crate::stage::cache::{Sayings, remembered};
use crate::stage::matcher::{Matcher, StageIndex};

/// A commit at or before the start tag, and the stages that it says it is work on.
#[derive(Debug, Clone)]
pub struct Said {
    /// The commit.
    pub commit: Commit,
    /// The stages.
    pub stages: BTreeSet<StageIndex>,
}

/// How many commits before the tag are looked at, the newest first: a tag that is set anew stands
/// soon after the work that it comes too late for.
const MOST: usize = 2_000;

/// The commits that say so where the rules of this migration stood, the oldest first.
pub fn said_before(
    repo: &Repo,
    migration: &Migration,
    attribution: &Attribution<'_>,
    tag: &ObjectId,
) -> anyhow::Result<Vec<Said>> {
    if is_past(repo, migration, tag)? {
        return Ok(Vec::new());
    }
    let about = format!("before {tag} {}", migration.place.file);
    let found =
        remembered(repo, attribution, &about, || search(repo, migration, attribution, tag))?;
    let said = found.into_iter().map(|(id, stages)| Ok(Said { commit: repo.commit(&id)?, stages }));
    said.collect()
}

fn search(
    repo: &Repo,
    migration: &Migration,
    attribution: &Attribution<'_>,
    tag: &ObjectId,
) -> anyhow::Result<Sayings> {
    let mut found = Vec::new();
    let mut rules = Rules::of(repo, migration);
    let first = repo.commit(tag)?;
    let mut seen = BTreeSet::from([*tag]);
    // Of one time, the one that was come by first.
    let mut turn = usize::MAX;
    let mut waiting = BTreeMap::from([((first.time, turn), first)]);
    for _ in 0..MOST {
        let Some((_, commit)) = waiting.pop_last() else { break };
        for parent in commit.parents.iter().filter(|parent| seen.insert(**parent)) {
            // Of what a shallow clone lacks, nothing is known.
            if repo.has(parent) {
                let commit = repo.commit(parent)?;
                turn -= 1;
                waiting.insert((commit.time, turn), commit);
            }
        }
        let stages = attribution.claims(&commit).stages;
        if !stages.is_empty() && rules.stand_at(&commit.id)? {
            found.push((commit.id, stages));
        }
    }
    found.reverse();
    Ok(found)
}

/// The oldest of these commits, which are in the order of their time, of whose work on a stage
/// something is still there at the tag: what was tried and taken back before the beginning is not
/// kept.
pub fn kept(
    repo: &Repo,
    (matcher, stage): (&Matcher<'_>, StageIndex),
    said: &[Said],
    tag: &ObjectId,
) -> anyhow::Result<Option<Commit>> {
    let mut before: BTreeMap<RepoPath, Option<Entry>> = BTreeMap::new();
    let mut changes: Vec<(&Commit, Change)> = Vec::new();
    for Said { commit, .. } in said.iter().filter(|one| one.stages.contains(&stage)) {
        for change in repo.changes(commit.parents.first(), Some(&commit.id))? {
            if matcher.owners(&change.path)?.contains(&stage) {
                before.entry(change.path.clone()).or_insert(change.old);
                changes.push((commit, change));
            }
        }
    }
    for (commit, change) in changes {
        let stands = repo.entry(tag, &change.path)?;
        if before.get(&change.path) != Some(&stands) && is_there(repo, &change, stands)? {
            return Ok(Some(commit.clone()));
        }
    }
    Ok(None)
}

/// Whether a change is in what stands at its path: making it anew would change nothing, or half of
/// the lines that it had added are there, whatever was done to the others.
fn is_there(repo: &Repo, change: &Change, stands: Option<Entry>) -> Result<bool, GitError> {
    if repo.onto((change.old, change.new), stands)? == Some(stands) {
        return Ok(true);
    }
    let content = |entry: Option<Entry>| match entry.filter(Entry::is_file) {
        Some(file) => repo.blob(&file.oid),
        None => Ok(Vec::new()),
    };
    let [old, new, stands] = [content(change.old)?, content(change.new)?, content(stands)?];
    let added = Lines::of(&new).without(&Lines::of(&old));
    Ok(added.are_half_in(&Lines::of(&stands)))
}

/// Whether the tag lies before the commit from which on work counts: then nothing at it does.
fn is_past(repo: &Repo, migration: &Migration, tag: &ObjectId) -> Result<bool, GitError> {
    let Some(since) = migration.since.filter(|since| repo.has(since)) else { return Ok(false) };
    match repo.peel(&since)?.commit {
        Some(since) => repo.is_ancestor(tag, &since),
        None => Ok(false),
    }
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
