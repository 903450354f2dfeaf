//! Work on stages that the start tag stands on, or after: whoever goes back to the tag keeps it. What
//! has landed is read from the tag on, so nothing else would find it.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::Migration;
use crate::git::{
    Change, Commit, Entry, GitError, LineIndex, Lines, ObjectId, Repo, RepoPath, Seconds, is_half,
};
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

/// Of a file that is shorter, in bytes, nobody can tell under which name it stands.
const LEAST: usize = 100;

/// How many of them a shallow clone has to have: so far back, fetching more is worth its time.
const ENOUGH: usize = 500;

/// The commits that say so where the rules of this migration stood, each after its parents. `None`
/// where this clone is shallow, and its history ends too soon before the tag.
pub fn said_before(
    repo: &Repo,
    migration: &Migration,
    attribution: &Attribution<'_>,
    tag: &ObjectId,
) -> anyhow::Result<Option<Vec<Said>>> {
    if is_past(repo, migration, tag)? {
        return Ok(Some(Vec::new()));
    }
    if is_cut_off(repo, tag)? {
        return Ok(None);
    }
    let about = format!("before {tag} {}", migration.place.file);
    let found =
        remembered(repo, attribution, &about, || search(repo, migration, attribution, tag))?;
    let said = found.into_iter().map(|(id, stages)| Ok(Said { commit: repo.commit(&id)?, stages }));
    said.collect::<anyhow::Result<_>>().map(Some)
}

fn search(
    repo: &Repo,
    migration: &Migration,
    attribution: &Attribution<'_>,
    tag: &ObjectId,
) -> anyhow::Result<Sayings> {
    let mut found = Vec::new();
    let mut rules = Rules::of(repo, migration);
    let mut newest = Newest::of(repo, tag, MOST)?;
    let cut = repo.cut_off_at()?;
    while let Some(commit) = newest.next()? {
        let stages = attribution.claims(&commit).stages;
        // One without its parents looks as if it had made every file.
        if !stages.is_empty() && !cut.contains(&commit.id) && rules.stand_at(&commit.id)? {
            found.push((commit.id, stages));
        }
    }
    found.reverse();
    Ok(found)
}

/// Whether the history of a shallow clone ends too soon before the tag.
pub(super) fn is_cut_off(repo: &Repo, tag: &ObjectId) -> Result<bool, GitError> {
    let cut = repo.cut_off_at()?;
    if cut.is_empty() {
        return Ok(false);
    }
    let mut newest = Newest::of(repo, tag, ENOUGH)?;
    while let Some(commit) = newest.next()? {
        if cut.contains(&commit.id) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The commits that are looked at: the newest first, and each before its parents.
struct Newest<'r> {
    repo: &'r Repo,
    left: usize,
    seen: BTreeSet<ObjectId>,
    /// By time; of one time, the one that was come by first is the newest.
    waiting: BTreeMap<(Seconds, usize), Commit>,
    turn: usize,
}

impl<'r> Newest<'r> {
    fn of(repo: &'r Repo, tag: &ObjectId, most: usize) -> Result<Self, GitError> {
        let first = repo.commit(tag)?;
        let waiting = BTreeMap::from([((first.time, usize::MAX), first)]);
        Ok(Self { repo, left: most, seen: BTreeSet::from([*tag]), waiting, turn: usize::MAX })
    }

    fn next(&mut self) -> Result<Option<Commit>, GitError> {
        let Some((_, commit)) = self.waiting.pop_last().filter(|_| self.left > 0) else {
            return Ok(None);
        };
        self.left -= 1;
        for parent in commit.parents.iter().filter(|parent| self.seen.insert(**parent)) {
            let parent = self.repo.commit(parent)?;
            self.turn -= 1;
            self.waiting.insert((parent.time, self.turn), parent);
        }
        Ok(Some(commit))
    }
}

/// What [`kept`] finds of what [`said_before`] found, and found before.
pub fn kept_of_said(
    repo: &Repo,
    migration: &Migration,
    attribution: &Attribution<'_>,
    stage: StageIndex,
    (said, tag): (&[Said], &ObjectId),
) -> anyhow::Result<Option<Commit>> {
    if said.iter().all(|one| !one.stages.contains(&stage)) {
        return Ok(None);
    }
    let about = format!("kept {tag} {} {stage}", migration.place.file);
    let found = remembered(repo, attribution, &about, || {
        let kept = kept(repo, (&Matcher::new(migration), stage), said, tag)?;
        Ok(kept.map(|commit| (commit.id, BTreeSet::from([stage]))).into_iter().collect())
    })?;
    Ok(found.first().map(|(id, _)| repo.commit(id)).transpose()?)
}

/// The first of these commits, of which each comes after its parents, of whose work on a stage
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
    // Under the name that it had then, a file may be nobody's by now.
    let mut elsewhere: Vec<(&Commit, Change)> = Vec::new();
    for Said { commit, .. } in said.iter().filter(|one| one.stages.contains(&stage)) {
        for change in repo.changes(commit.parents.first(), Some(&commit.id))? {
            let owners = matcher.owners(&change.path)?;
            if owners.contains(&stage) {
                before.entry(change.path.clone()).or_insert(change.old);
                changes.push((commit, change));
            } else if owners.is_empty() {
                elsewhere.push((commit, change));
            }
        }
    }
    for (commit, change) in &changes {
        let stands = repo.entry(tag, &change.path)?;
        if before.get(&change.path) != Some(&stands) && is_there(repo, change, stands)? {
            return Ok(Some((*commit).clone()));
        }
    }
    changes.extend(elsewhere);
    renamed(repo, (matcher, stage), &changes, tag)
}

/// The first commit whose work on a file that is gone stands in another one of the stage's by now.
fn renamed(
    repo: &Repo,
    (matcher, stage): (&Matcher<'_>, StageIndex),
    changes: &[(&Commit, Change)],
    tag: &ObjectId,
) -> anyhow::Result<Option<Commit>> {
    let mut gone = Vec::new();
    for (commit, change) in changes.iter().filter(|(_, change)| change.new.is_some()) {
        if repo.entry(tag, &change.path)?.is_none() {
            gone.push((*commit, change));
        }
    }
    let Some((first, _)) = gone.first() else { return Ok(None) };
    let mut new = Vec::new();
    for change in repo.changes(first.parents.first(), Some(tag))? {
        if let (None, Some(file)) = (change.old, change.new)
            && matcher.owners(&change.path)?.contains(&stage)
        {
            new.push(file);
        }
    }
    let mut index = LineIndex::default();
    for file in new.iter().filter(|file| file.is_file()) {
        index.add(&repo.blob(&file.oid)?);
    }
    for (commit, change) in gone {
        let [old, now] = [change.old, change.new].map(|entry| content(repo, entry));
        let [old, now] = [old?, now?];
        let old = Lines::of(&old);
        let added = Lines::of(&now).without(&old);
        // It is one of them by now, and has half of what was added.
        let lines = Lines::of(&now);
        let alike = index.common(&lines, &Lines::default()).into_iter().zip(index.bytes());
        let alike = alike.map(|(common, bytes)| is_half(common, lines.bytes().max(*bytes)));
        let mut kept = index.common(&added, &old).into_iter().zip(alike);
        let is_kept = kept.any(|(kept, alike)| alike && is_half(kept, added.bytes()));
        if lines.bytes() >= LEAST && is_kept {
            return Ok(Some(commit.clone()));
        }
    }
    Ok(None)
}

/// What a file holds.
fn content(repo: &Repo, entry: Option<Entry>) -> Result<Vec<u8>, GitError> {
    match entry.filter(Entry::is_file) {
        Some(file) => repo.blob(&file.oid),
        None => Ok(Vec::new()),
    }
}

/// Whether a change is in what stands at its path: making it anew would change nothing, or half of
/// the lines that it had added are there, whatever was done to the others.
fn is_there(repo: &Repo, change: &Change, stands: Option<Entry>) -> Result<bool, GitError> {
    if repo.onto((change.old, change.new), stands)? == Some(stands) {
        return Ok(true);
    }
    let [old, new, stands] = [change.old, change.new, stands].map(|entry| content(repo, entry));
    let [old, new, stands] = [old?, new?, stands?];
    let old = Lines::of(&old);
    let [added, there] = [&new, &stands].map(|text| Lines::of(text).without(&old));
    Ok(added.are_half_in(&there))
}

/// Whether the tag lies before the commit from which on work counts: then nothing at it does.
pub(super) fn is_past(
    repo: &Repo,
    migration: &Migration,
    tag: &ObjectId,
) -> Result<bool, GitError> {
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
