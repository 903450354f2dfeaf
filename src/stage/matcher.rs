//! Which stages own a path.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use anyhow::Context as _;
use globset::{Candidate, GlobBuilder, GlobSet, GlobSetBuilder};

use crate::config::{Migration, Pattern};
use crate::git::RepoPath;

/// A stage, by its place in [`Migration::stages`].
pub type StageIndex = usize;

/// A path with more names than this comes from moves that contradict each other.
const MOST_NAMES: usize = 1000;

/// The globs of one migration. They are compiled when a path is first asked for: compiling costs
/// more than everything else that a push which touches nothing does.
pub struct Matcher<'a> {
    migration: &'a Migration,
    owned: OnceCell<Buckets>,
    scope: OnceCell<GlobSet>,
}

struct Buckets {
    paths: GlobSet,
    paths_of: Vec<StageIndex>,
    excludes: GlobSet,
    excludes_of: Vec<StageIndex>,
}

impl<'a> Matcher<'a> {
    /// A matcher for a migration's stages and scope.
    #[must_use]
    pub const fn new(migration: &'a Migration) -> Self {
        Self { migration, owned: OnceCell::new(), scope: OnceCell::new() }
    }

    /// The stages that own a path, under the name it has or had before a `[[moves]]`, in the order
    /// of the file. Excludes always win.
    pub fn owners(&self, path: &RepoPath) -> anyhow::Result<BTreeSet<StageIndex>> {
        let names = self.names(path)?;
        // All names stay: an exclude under one of them wins over a path under another.
        if !names.iter().any(|name| self.may_be_owned(name)) {
            return Ok(BTreeSet::new());
        }
        let buckets = self.buckets()?;
        let mut owners = BTreeSet::new();
        let mut excluded = BTreeSet::new();
        for name in names {
            let candidate = Candidate::from_bytes(&name);
            owners.extend(
                buckets
                    .paths
                    .matches_candidate(&candidate)
                    .iter()
                    .filter_map(|at| buckets.paths_of.get(*at)),
            );
            excluded.extend(
                buckets
                    .excludes
                    .matches_candidate(&candidate)
                    .iter()
                    .filter_map(|at| buckets.excludes_of.get(*at)),
            );
        }
        Ok(owners.difference(&excluded).copied().collect())
    }

    /// Whether a commit that claims a stage may not touch this path unless a stage owns it.
    pub fn in_scope(&self, path: &RepoPath) -> anyhow::Result<bool> {
        if self.scope.get().is_none() {
            let _ = self.scope.set(glob_set(self.migration.scope.iter())?);
        }
        let names = self.names(path)?;
        Ok(self.scope.get().is_some_and(|scope| {
            names.iter().any(|name| scope.is_match_candidate(&Candidate::from_bytes(name)))
        }))
    }

    /// Whether some glob begins as the path does: asked first, because it needs no compiled glob.
    fn may_be_owned(&self, name: &[u8]) -> bool {
        let globs = self.migration.stages.iter().flat_map(|stage| &stage.paths).flat_map(globs_of);
        globs.map(literal_start).any(|start| name.starts_with(start.as_bytes()))
    }

    fn buckets(&self) -> anyhow::Result<&Buckets> {
        if self.owned.get().is_none() {
            let _ = self.owned.set(Buckets::of(self.migration)?);
        }
        self.owned.get().context("the globs of the stages were not compiled")
    }

    /// The path below the migration's folder, and what `[[moves]]` called it before and after.
    fn names(&self, path: &RepoPath) -> anyhow::Result<Vec<Vec<u8>>> {
        let Some(relative) = below(path.as_bytes(), &self.migration.folder) else {
            return Ok(Vec::new());
        };
        let moves = &self.migration.moves;
        let later: Vec<_> = moves.iter().map(|renamed| (&renamed.from, &renamed.to)).collect();
        let earlier: Vec<_> = moves.iter().map(|renamed| (&renamed.to, &renamed.from)).collect();
        let mut names = follow(relative, &later)?;
        names.extend(follow(relative, &earlier)?);
        Ok(names)
    }

    /// Whether a stage owns no paths, so that only a trailer can name it.
    #[must_use]
    pub fn owns_nothing(&self, stage: StageIndex) -> bool {
        self.migration.stages.get(stage).is_some_and(|stage| stage.paths.is_empty())
    }
}

impl Buckets {
    fn of(migration: &Migration) -> anyhow::Result<Self> {
        let stages = || migration.stages.iter().enumerate();
        let index = |patterns: fn(&crate::config::Stage) -> &Vec<Pattern>| {
            let doubled = move |pattern: &Pattern| globs_of(pattern).len();
            stages()
                .flat_map(|(at, stage)| {
                    let globs: usize = patterns(stage).iter().map(doubled).sum();
                    std::iter::repeat_n(at, globs)
                })
                .collect()
        };
        Ok(Self {
            paths: glob_set(migration.stages.iter().flat_map(|stage| &stage.paths))?,
            paths_of: index(|stage| &stage.paths),
            excludes: glob_set(migration.stages.iter().flat_map(|stage| &stage.exclude))?,
            excludes_of: index(|stage| &stage.exclude),
        })
    }
}

/// Patterns outside of any stage, relative to a folder.
pub struct Patterns<'f> {
    set: GlobSet,
    folder: &'f str,
}

impl<'f> Patterns<'f> {
    /// Compiles patterns.
    pub fn new<'p>(
        patterns: impl IntoIterator<Item = &'p Pattern>,
        folder: &'f str,
    ) -> anyhow::Result<Self> {
        Ok(Self { set: glob_set(patterns.into_iter())?, folder })
    }

    /// Whether one of them matches a path from the repository's root.
    #[must_use]
    pub fn match_any(&self, path: &RepoPath) -> bool {
        below(path.as_bytes(), self.folder)
            .is_some_and(|relative| self.set.is_match_candidate(&Candidate::from_bytes(relative)))
    }
}

/// `src/**` also stands for an entry that is itself named `src`: a submodule or a link that takes
/// the folder's place is a change of what the stage owns.
fn globs_of(pattern: &Pattern) -> Vec<&str> {
    let text = pattern.text.as_str();
    std::iter::once(text).chain(text.strip_suffix("/**").filter(|stem| !stem.is_empty())).collect()
}

/// The part of a glob before its first special character.
fn literal_start(glob: &str) -> &str {
    let end = glob.find(['*', '?', '[', '{', '\\']).unwrap_or(glob.len());
    glob.get(..end).unwrap_or_default()
}

fn glob_set<'p>(patterns: impl Iterator<Item = &'p Pattern>) -> anyhow::Result<GlobSet> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        for text in globs_of(pattern) {
            let mut glob = GlobBuilder::new(text);
            glob.literal_separator(true).backslash_escape(true);
            set.add(glob.build().with_context(|| format!("the glob `{text}`"))?);
        }
    }
    set.build().context("the globs of the stages")
}

/// The part of a path below a folder, empty for the root.
fn below<'p>(path: &'p [u8], folder: &str) -> Option<&'p [u8]> {
    if folder.is_empty() {
        return Some(path);
    }
    path.strip_prefix(folder.as_bytes())?.strip_prefix(b"/")
}

/// A path and the names that renames, one after the other, give it. A folder may be renamed more
/// than once.
fn follow(path: &[u8], renames: &[(&Pattern, &Pattern)]) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut names = vec![path.to_vec()];
    let mut newest = names.clone();
    // A chain longer than the list would go in circles.
    for _ in renames {
        let renamed = newest
            .iter()
            .flat_map(|name| renames.iter().filter_map(|(old, new)| rename(name, old, new)));
        let mut fresh: Vec<Vec<u8>> = renamed.filter(|name| !names.contains(name)).collect();
        fresh.sort();
        fresh.dedup();
        anyhow::ensure!(
            names.len() + fresh.len() <= MOST_NAMES,
            "the `[[moves]]` give {} more than {MOST_NAMES} names",
            String::from_utf8_lossy(path)
        );
        names.extend(fresh.iter().cloned());
        newest = fresh;
    }
    Ok(names)
}

fn rename(path: &[u8], from: &Pattern, to: &Pattern) -> Option<Vec<u8>> {
    match (from.text.strip_suffix("/**"), to.text.strip_suffix("/**")) {
        (Some(old), Some(new)) => {
            // What took the place of the folder itself moves with it.
            let rest = path.strip_prefix(old.as_bytes())?;
            let moves = rest.is_empty() || rest.starts_with(b"/");
            moves.then(|| [new.as_bytes(), rest].concat())
        }
        _ => (path == from.text.as_bytes()).then(|| to.text.as_bytes().to_vec()),
    }
}
