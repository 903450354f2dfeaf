//! What landed on a branch, remembered from run to run: the steps that concern stages, and the line
//! of commits that they were read from. A file is found by a digest of everything that the reading
//! depends on, beside the commits themselves, which never change. It is safe to delete.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::de::{self, DeserializeOwned, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::Digest as _;

use super::attribution::{Attribution, Claimed, Claims};
use super::history::{from_start, step};
use super::matcher::{Matcher, StageIndex};
use super::step::{Part, Parts, Step};
use super::trail::Trail;
use crate::draft;
use crate::git::{Change, Commit, Entry, GitError, ObjectId, Repo, RepoPath, Seconds};

/// The format; a file of another one is not read.
const FORMAT: u32 = 14;

/// How many files are kept: two for each definition of a migration that was looked at lately.
const MOST_FILES: usize = 48;

/// The first-parent steps of `tip` since `start`, oldest first. Of what they changed only that is
/// in it which a stage owns.
///
/// What was read before is taken from the cache. One that cannot be read or written changes
/// nothing in the answer.
pub fn landed_steps(
    repo: &Repo,
    matcher: &Matcher<'_>,
    attribution: &Attribution<'_>,
    start: &ObjectId,
    tip: &ObjectId,
) -> anyhow::Result<Trail> {
    // Of a shallow clone, more may be known the next time.
    if repo.is_shallow()? {
        let line = whole_line(repo, start, tip)?;
        let steps = line.iter().map(|commit| step(repo, attribution, commit));
        return narrowed(matcher, steps.collect::<anyhow::Result<_>>()?);
    }
    let file = file(repo, attribution, &start.to_string());
    let mut known = load(&file).and_then(Stored::into_trail).unwrap_or_default();
    if let Some(end) = known.all().position(tip) {
        return Ok(known.until(end + 1));
    }
    let more = match known.all().commits().last() {
        Some(last) => onwards(repo, start, last, tip)?,
        None => None,
    };
    let more = match more {
        Some(more) => more,
        None => {
            known = Trail::default();
            whole_line(repo, start, tip)?
        }
    };
    for commit in more {
        known.push(step(repo, attribution, &commit)?.narrowed(matcher)?);
    }
    store(&file, &Stored::of(&known));
    Ok(known)
}

/// Commits, and the stages that they say they are work on.
pub type Sayings = Vec<(ObjectId, BTreeSet<StageIndex>)>;

/// What `search` finds, and found before: it has to depend on nothing but what claims depend on, what
/// it is `about`, and commits.
pub fn remembered(
    repo: &Repo,
    attribution: &Attribution<'_>,
    about: &str,
    search: impl FnOnce() -> anyhow::Result<Sayings>,
) -> anyhow::Result<Sayings> {
    if repo.is_shallow()? {
        return search();
    }
    let file = file(repo, attribution, about);
    let read = |(id, stages): (Id, BTreeSet<StageIndex>)| (id.0, stages);
    if let Some(known) = load::<Vec<(Id, BTreeSet<StageIndex>)>>(&file) {
        return Ok(known.into_iter().map(read).collect());
    }
    let found = search()?;
    let written: Vec<_> = found.iter().map(|(id, stages)| (Id(*id), stages)).collect();
    store(&file, &written);
    Ok(found)
}

/// Steps that were read otherwise, with what concerns stages alone.
pub fn narrowed(matcher: &Matcher<'_>, steps: Vec<Step>) -> anyhow::Result<Trail> {
    steps.into_iter().map(|step| step.narrowed(matcher)).collect()
}

/// The whole line, oldest first.
fn whole_line(repo: &Repo, start: &ObjectId, tip: &ObjectId) -> Result<Vec<Commit>, GitError> {
    let mut commits = repo.first_parents(tip, &[*start])?;
    commits.reverse();
    from_start(repo, start, commits)
}

/// The line from a commit that was the tip, oldest first; `None` where it does not lead there.
fn onwards(
    repo: &Repo,
    start: &ObjectId,
    last: &ObjectId,
    tip: &ObjectId,
) -> Result<Option<Vec<Commit>>, GitError> {
    if !repo.has(last) {
        return Ok(None);
    }
    let mut commits = repo.first_parents(tip, &[*start, *last])?;
    let leads = commits.last().and_then(|commit| commit.parents.first()) == Some(last);
    commits.reverse();
    Ok(leads.then_some(commits))
}

/// The cache's file: its name is a digest of all that a reading depends on.
fn file(repo: &Repo, attribution: &Attribution<'_>, about: &str) -> PathBuf {
    let mut text = format!("{FORMAT} {} {about}\n", env!("CARGO_PKG_VERSION"));
    attribution.define(&mut text);
    let digest: [u8; 32] = sha2::Sha256::digest(text.as_bytes()).into();
    let name: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    folder(repo).join(name)
}

fn folder(repo: &Repo) -> PathBuf {
    repo.common_dir().join("backout").join("cache")
}

/// What a file holds: a checksum, a line break, and the rest. `None` for whatever is not whole.
fn load<T: DeserializeOwned>(file: &Path) -> Option<T> {
    let content = fs::read(file).ok()?;
    let (checksum, rest) = content.split_at_checked(9)?;
    if checksum != format!("{:08x}\n", crc32fast::hash(rest)).as_bytes() {
        return None;
    }
    postcard::from_bytes(rest).ok()
}

/// Writes a file. Whether that works makes no difference.
fn store<T: Serialize>(file: &Path, known: &T) {
    let Ok(text) = postcard::to_stdvec(known) else { return };
    let Some(folder) = file.parent() else { return };
    if fs::create_dir_all(folder).is_err() {
        return;
    }
    let Ok(mut written) = draft::begin(folder) else { return };
    let checksum = format!("{:08x}\n", crc32fast::hash(&text));
    if written.write_all(checksum.as_bytes()).and_then(|()| written.write_all(&text)).is_ok() {
        let _ = written.persist(file);
        forget_old(folder);
    }
}

/// Keeps the newest files.
fn forget_old(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let aged = |entry: fs::DirEntry| Some((entry.metadata().ok()?.modified().ok()?, entry.path()));
    let mut files: Vec<_> = entries.flatten().filter_map(aged).collect();
    files.sort();
    let excess = files.len().saturating_sub(MOST_FILES);
    for (_, file) in files.into_iter().take(excess) {
        let _ = fs::remove_file(file);
    }
}

/// An object's id as its bytes.
#[derive(Clone, Copy)]
struct Id(ObjectId);

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0.as_bytes())
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Id;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("20 or 32 bytes")
            }

            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Id, E> {
                ObjectId::from_bytes(bytes)
                    .map(Id)
                    .ok_or_else(|| E::invalid_length(bytes.len(), &self))
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

#[derive(Serialize, Deserialize)]
struct Stored {
    line: Vec<Id>,
    steps: Vec<StoredStep>,
}

#[derive(Serialize, Deserialize)]
struct StoredStep {
    at: usize,
    parent: Option<Id>,
    time: i64,
    merge: bool,
    subject: String,
    claims: StoredClaims,
    changes: Vec<StoredChange>,
    concerns: BTreeSet<StageIndex>,
    parts: Vec<(Vec<u8>, StoredParts)>,
}

#[derive(Serialize, Deserialize)]
struct StoredClaims {
    stages: BTreeSet<StageIndex>,
    foreign: bool,
    by_path: Vec<(Claimed, Vec<String>)>,
    unknown: Vec<String>,
    backs_out: BTreeSet<StageIndex>,
    of_others: BTreeSet<(usize, StageIndex)>,
}

/// A mode and an id.
type StoredEntry = Option<(u32, Id)>;

type StoredChange = (Vec<u8>, StoredEntry, StoredEntry);

type StoredPart = (usize, Id, StoredClaims, StoredEntry, StoredEntry);

#[derive(Serialize, Deserialize)]
enum StoredParts {
    Chain(Vec<StoredPart>),
    Tangled(Vec<(Id, StoredClaims)>),
}

impl Stored {
    fn of(known: &Trail) -> Self {
        let all = known.all();
        Self {
            line: all.commits().iter().copied().map(Id).collect(),
            steps: all.told().map(|(at, step)| StoredStep::of(at, step)).collect(),
        }
    }

    fn into_trail(self) -> Option<Trail> {
        let line: Vec<ObjectId> = self.line.into_iter().map(|id| id.0).collect();
        let mut trail = Trail::default();
        for step in self.steps {
            trail.pass(line.get(trail.len()..step.at)?.iter().copied());
            let id = *line.get(step.at)?;
            trail.push(step.into_step(id));
        }
        trail.pass(line.get(trail.len()..)?.iter().copied());
        (trail.len() == line.len()).then_some(trail)
    }
}

impl StoredStep {
    fn of(at: usize, step: &Step) -> Self {
        let parts = step.parts.iter();
        Self {
            at,
            parent: step.parent.map(Id),
            time: step.time.0,
            merge: step.merge,
            subject: step.subject.clone(),
            claims: StoredClaims::of(&step.claims),
            changes: step.changes.iter().map(stored_change).collect(),
            concerns: step.concerns.clone(),
            parts: parts.map(|(path, parts)| (stored_path(path), stored_parts(parts))).collect(),
        }
    }

    fn into_step(self, id: ObjectId) -> Step {
        let parts = self.parts.into_iter();
        Step {
            id,
            parent: self.parent.map(|parent| parent.0),
            time: Seconds(self.time),
            merge: self.merge,
            subject: self.subject,
            claims: self.claims.into_claims(),
            changes: self.changes.into_iter().map(read_change).collect(),
            concerns: self.concerns,
            parts: parts.map(|(path, parts)| (read_path(&path), read_parts(parts))).collect(),
        }
    }
}

impl StoredClaims {
    fn of(claims: &Claims) -> Self {
        Self {
            stages: claims.stages.clone(),
            foreign: claims.foreign,
            by_path: claims.by_path.clone(),
            unknown: claims.unknown.clone(),
            backs_out: claims.backs_out.clone(),
            of_others: claims.of_others.clone(),
        }
    }

    fn into_claims(self) -> Claims {
        Claims {
            stages: self.stages,
            foreign: self.foreign,
            by_path: self.by_path,
            unknown: self.unknown,
            backs_out: self.backs_out,
            of_others: self.of_others,
            // The ledger asks for neither.
            in_vain: BTreeSet::new(),
            elsewhere: Vec::new(),
        }
    }
}

fn stored_path(path: &RepoPath) -> Vec<u8> {
    path.as_bytes().to_vec()
}

fn read_path(path: &[u8]) -> RepoPath {
    RepoPath::from_bytes(path)
}

fn stored_entry(entry: Option<Entry>) -> StoredEntry {
    entry.map(|entry| (entry.mode, Id(entry.oid)))
}

fn read_entry(entry: StoredEntry) -> Option<Entry> {
    entry.map(|(mode, oid)| Entry { mode, oid: oid.0 })
}

fn stored_change(change: &Change) -> StoredChange {
    (stored_path(&change.path), stored_entry(change.old), stored_entry(change.new))
}

fn read_change((path, old, new): StoredChange) -> Change {
    Change { path: read_path(&path), old: read_entry(old), new: read_entry(new) }
}

fn stored_parts(parts: &Parts) -> StoredParts {
    let part = |part: &Part| {
        let claims = StoredClaims::of(&part.claims);
        (part.place, Id(part.commit), claims, stored_entry(part.old), stored_entry(part.new))
    };
    match parts {
        Parts::Tangled(words) => StoredParts::Tangled(
            words.iter().map(|(id, said)| (Id(*id), StoredClaims::of(said))).collect(),
        ),
        Parts::Chain(chain) => StoredParts::Chain(chain.iter().map(part).collect()),
    }
}

fn read_parts(parts: StoredParts) -> Parts {
    let part = |(place, commit, claims, old, new): StoredPart| Part {
        place,
        commit: commit.0,
        claims: claims.into_claims(),
        old: read_entry(old),
        new: read_entry(new),
    };
    match parts {
        StoredParts::Tangled(words) => {
            Parts::Tangled(words.into_iter().map(|(id, said)| (id.0, said.into_claims())).collect())
        }
        StoredParts::Chain(chain) => Parts::Chain(chain.into_iter().map(part).collect()),
    }
}
