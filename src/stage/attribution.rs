//! Which stage's work a commit is: by trailer, by `.backout/attributions.toml`, else suggested by
//! ownership. A claim adds; it never removes an owner.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::attributions::Entry;
use super::matcher::{Matcher, StageIndex};
use super::trailer::{Claim, Trailer, claim, trailers};
use crate::config::{Migration, Move, Pattern, StageRef};
use crate::git::{Commit, ObjectId, RepoPath};

/// Claims about commits that come from outside their messages.
#[derive(Debug, Clone, Default)]
pub struct Attributions {
    by_commit: BTreeMap<ObjectId, Vec<Entry>>,
    /// What is said of commits by those who bring them, and counts once it has landed.
    brought: BTreeMap<ObjectId, Vec<Entry>>,
}

impl Attributions {
    /// From trusted files, the least trusted first; the newest entry for a commit wins over older
    /// ones, wherever it speaks: everywhere, or on the paths that it names.
    #[must_use]
    pub fn new(entries: impl IntoIterator<Item = Entry>) -> Self {
        Self { by_commit: newest(entries), brought: BTreeMap::new() }
    }

    /// The same, and what comes with the commits that it speaks of: it adds the stages that it
    /// names, and takes nothing away from what trusted files say.
    #[must_use]
    pub fn with(self, brought: impl IntoIterator<Item = Entry>) -> Self {
        Self { brought: newest(brought), ..self }
    }

    /// Whether they speak of one of these commits.
    #[must_use]
    pub fn name_one_of(&self, commits: &[Commit]) -> bool {
        let named =
            |id: &ObjectId| self.by_commit.contains_key(id) || self.brought.contains_key(id);
        commits.iter().any(|commit| named(&commit.id))
    }
}

fn newest(entries: impl IntoIterator<Item = Entry>) -> BTreeMap<ObjectId, Vec<Entry>> {
    let mut by_commit: BTreeMap<ObjectId, Vec<Entry>> = BTreeMap::new();
    for entry in entries {
        let known = by_commit.entry(entry.commit).or_default();
        known.retain(|older| !says_all_of(&entry, older));
        known.push(entry);
    }
    by_commit
}

/// Whether an entry speaks wherever an older one does.
fn says_all_of(entry: &Entry, older: &Entry) -> bool {
    let covered = |path: &String| entry.paths.iter().any(|above| lies_in(path.as_bytes(), above));
    entry.paths.is_empty() || (!older.paths.is_empty() && older.paths.iter().all(covered))
}

/// Whose work an entry of the attributions file says a change is, seen from one migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Claimed {
    /// This stage's.
    Stage(StageIndex),
    /// Nobody's of the migration.
    Foreign,
    /// A stage's that is not of this migration.
    Elsewhere,
}

/// What a commit says of itself, seen from one migration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// Stages of this migration that it claims to be work on.
    pub stages: BTreeSet<StageIndex>,
    /// It declares itself no part of the migration (`none`).
    pub foreign: bool,
    /// What entries of the attributions file say of which paths, the newest last; of no paths: of
    /// the whole commit. A claim that is not among them holds for the whole commit.
    pub by_path: Vec<(Claimed, Vec<String>)>,
    /// Names that are no stage of this migration, nor of another one that uses the same trailer.
    pub unknown: Vec<String>,
    /// Stages of other migrations that it names.
    pub elsewhere: Vec<String>,
    /// The same, and those of others that it says it backs out, by their places among the others:
    /// what it did to their files is foreign work here.
    pub of_others: BTreeSet<(usize, StageIndex)>,
    /// Stages that it says it backs out (`Backout-Stage`).
    pub backs_out: BTreeSet<StageIndex>,
    /// Stages of which it says so in vain: they had not landed before it.
    pub in_vain: BTreeSet<StageIndex>,
}

/// Stages that had not landed before the commits that say they back them out.
pub type Unlanded = BTreeMap<ObjectId, BTreeSet<StageIndex>>;

impl Claims {
    /// Whether the commit says anything at all.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.stages.is_empty() && !self.foreign && self.unknown.is_empty()
    }

    /// Whether it names a stage, be it one of another migration, or one that does not exist.
    #[must_use]
    pub fn names_a_stage(&self) -> bool {
        !(self.stages.is_empty() && self.unknown.is_empty() && self.elsewhere.is_empty())
    }

    /// Whether it only says that it is no part of the migration.
    #[must_use]
    pub fn is_foreign_only(&self) -> bool {
        self.foreign && self.stages.is_empty() && self.unknown.is_empty()
    }

    /// The stages, of those that own a path, whose work this commit says its change there is.
    #[must_use]
    pub fn named(&self, owners: &BTreeSet<StageIndex>, path: &RepoPath) -> BTreeSet<StageIndex> {
        let named = self.stages.intersection(owners).copied();
        named.filter(|stage| self.covers(Claimed::Stage(*stage), path)).collect()
    }

    /// Whether this commit declares its change of a path to be no part of the migration.
    #[must_use]
    pub fn is_foreign(&self, path: &RepoPath) -> bool {
        self.foreign && self.covers(Claimed::Foreign, path)
    }

    /// Whether a claim holds for a path: of several entries about it, the newest counts.
    fn covers(&self, claim: Claimed, path: &RepoPath) -> bool {
        let about = |paths: &[String]| {
            paths.is_empty() || paths.iter().any(|limit| lies_in(path.as_bytes(), limit))
        };
        // What no entry says comes from the words of a commit, and holds for all of it.
        if self.by_path.iter().all(|(said, _)| *said != claim) {
            return true;
        }
        let newest = self.by_path.iter().rfind(|(_, paths)| about(paths));
        newest.is_some_and(|(said, _)| *said == claim)
    }
}

/// Whether a path is another one, or lies below it.
fn lies_in(path: &[u8], above: &str) -> bool {
    let rest = path.strip_prefix(above.trim_end_matches('/').as_bytes());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
}

/// The trailer of a commit that backs a stage out.
pub const BACKOUT_TRAILER: &str = "Backout-Stage";

/// Reads claims for one migration among several.
pub struct Attribution<'a> {
    migration: &'a Migration,
    others: Vec<&'a Migration>,
    /// Who owns what in the others.
    matchers: OnceCell<Vec<Matcher<'a>>>,
    attributions: &'a Attributions,
    unlanded: Unlanded,
}

impl<'a> Attribution<'a> {
    /// `all` are the migrations of the same configuration: a bare stage id that only another one
    /// knows is that one's business.
    #[must_use]
    pub fn new(
        migration: &'a Migration,
        all: &'a [Migration],
        attributions: &'a Attributions,
    ) -> Self {
        let others = all.iter().filter(|other| other.id != migration.id).collect();
        Self {
            migration,
            others,
            matchers: OnceCell::new(),
            attributions,
            unlanded: Unlanded::new(),
        }
    }

    /// The same, where that is known: of these commits, that they back these stages out counts for
    /// nothing.
    #[must_use]
    pub fn knowing(self, unlanded: Unlanded) -> Self {
        Self { unlanded, ..self }
    }

    /// Appends all that claims, and what stages own, depend on beside the commits.
    pub fn define(&self, text: &mut String) {
        use std::fmt::Write as _;
        let own = self.migration;
        let _ = writeln!(text, "{:?} {:?}", own.id.as_str(), own.trailer);
        define_paths(own, text);
        for other in &self.others {
            let stages: Vec<&str> = other.stages.iter().map(|stage| stage.id.as_str()).collect();
            let _ = writeln!(text, "{:?} {stages:?}", other.id.as_str());
            define_paths(other, text);
        }
        let _ = writeln!(text, "{:?}", self.attributions.by_commit);
        if !self.attributions.brought.is_empty() {
            let _ = writeln!(text, "{:?}", self.attributions.brought);
        }
    }

    /// What a commit claims. Where its message names no stage that there is, and no foreign work,
    /// the attributions file speaks.
    #[must_use]
    pub fn claims(&self, commit: &Commit) -> Claims {
        let mut claims = self.of_message(&commit.message);
        if let Some(unlanded) = self.unlanded.get(&commit.id) {
            claims.in_vain = claims.backs_out.intersection(unlanded).copied().collect();
            claims.backs_out.retain(|stage| !unlanded.contains(stage));
        }
        // A name that is no stage's says nothing that could not be put right.
        if claims.stages.is_empty() && !claims.foreign {
            let trusted = self.attributions.by_commit.get(&commit.id);
            let brought = self.attributions.brought.get(&commit.id);
            if trusted.is_some() || brought.is_some() {
                claims.unknown.clear();
            }
            for entry in trusted.or(brought).into_iter().flatten() {
                let claimed = self.add(&entry.claim, &mut claims);
                let paths = entry.paths.iter().map(|path| self.at_root(path)).collect();
                claims.by_path.push((claimed, paths));
            }
            // Beside what trusted files say, of whatever paths: both may have to be asked.
            for entry in brought.filter(|_| trusted.is_some()).into_iter().flatten() {
                self.add(&entry.claim, &mut claims);
            }
        }
        claims
    }

    /// What a commit with these claims says of one path, where that is something else: to a stage of
    /// another migration that owns the path, and that it names, it may be work, and here it is not.
    pub fn at_path(&self, claims: &Claims, path: &RepoPath) -> anyhow::Result<Option<Claims>> {
        if claims.is_foreign(path) || !claims.covers(Claimed::Elsewhere, path) {
            return Ok(None);
        }
        let matchers = self
            .matchers
            .get_or_init(|| self.others.iter().map(|other| Matcher::new(other)).collect());
        for (other, stage) in &claims.of_others {
            if let Some(matcher) = matchers.get(*other)
                && matcher.owners(path)?.contains(stage)
            {
                let mut foreign = Claims { foreign: true, ..claims.clone() };
                // What an entry says of other paths limits nothing here.
                foreign.by_path.retain(|(said, _)| *said != Claimed::Foreign);
                return Ok(Some(foreign));
            }
        }
        Ok(None)
    }

    /// What a text claims, be it a commit's message or a pull request's description.
    #[must_use]
    pub fn of_message(&self, message: &[u8]) -> Claims {
        let mut claims = Claims::default();
        for Trailer { value, .. } in trailers(message, &self.migration.trailer) {
            match claim(&value) {
                Ok(claim) => {
                    self.add(&claim, &mut claims);
                }
                Err(_) => claims.unknown.push(value),
            }
        }
        for Trailer { value, .. } in trailers(message, BACKOUT_TRAILER) {
            if let Ok(Claim::Stage(stage)) = claim(&value) {
                claims.backs_out.extend(self.index(&stage));
                claims.of_others.extend(self.index_of_others(&stage));
            }
        }
        claims
    }

    /// Adds a claim; gives whose work it says it is.
    fn add(&self, claim: &Claim, claims: &mut Claims) -> Claimed {
        match claim {
            Claim::Foreign => {
                claims.foreign = true;
                Claimed::Foreign
            }
            Claim::Stage(stage) => match self.index(stage) {
                Some(index) => {
                    claims.stages.insert(index);
                    Claimed::Stage(index)
                }
                None => {
                    claims.of_others.extend(self.index_of_others(stage));
                    match self.is_anothers(stage) {
                        true => claims.elsewhere.push(stage.to_string()),
                        false => claims.unknown.push(stage.to_string()),
                    }
                    Claimed::Elsewhere
                }
            },
        }
    }

    /// A path beside the configuration, from the repository's root.
    fn at_root(&self, path: &str) -> String {
        match self.migration.folder.as_str() {
            "" => path.to_owned(),
            folder => format!("{folder}/{path}"),
        }
    }

    fn index(&self, stage: &StageRef) -> Option<StageIndex> {
        if stage.migration.as_ref().is_some_and(|migration| *migration != self.migration.id) {
            return None;
        }
        self.migration.stages.iter().position(|candidate| candidate.id == stage.stage)
    }

    fn is_anothers(&self, stage: &StageRef) -> bool {
        self.index_of_others(stage).next().is_some()
    }

    /// The stages of other migrations that a name stands for, unless it is one of this migration.
    fn index_of_others(&self, stage: &StageRef) -> impl Iterator<Item = (usize, StageIndex)> {
        let of = |migration: &Migration| {
            let named = stage.migration.as_ref().is_none_or(|named| *named == migration.id);
            let known = migration.stages.iter().position(|known| known.id == stage.stage);
            known.filter(|_| named)
        };
        let others = self.others.iter().enumerate().filter(|_| self.index(stage).is_none());
        others.filter_map(move |(at, other)| Some((at, of(other)?)))
    }
}

/// Appends what stages own, and where.
fn define_paths(migration: &Migration, text: &mut String) {
    use std::fmt::Write as _;
    let _ = writeln!(text, "{:?}", migration.folder);
    let texts = |patterns: &[Pattern]| -> Vec<String> {
        patterns.iter().map(|pattern| pattern.text.clone()).collect()
    };
    for stage in &migration.stages {
        let (paths, exclude) = (texts(&stage.paths), texts(&stage.exclude));
        let _ = writeln!(text, "{:?} {paths:?} {exclude:?}", stage.id.as_str());
    }
    for Move { from, to, commit, .. } in &migration.moves {
        let _ = writeln!(text, "{:?} {:?} {commit:?}", from.text, to.text);
    }
}
