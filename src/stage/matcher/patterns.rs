//! A few patterns that belong to no stage.

use anyhow::Context as _;
use globset::{Candidate, GlobSet};

use super::glob::{folder, parse};
use super::names::below;
use crate::config::Pattern;
use crate::git::RepoPath;

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
        let texts = patterns.into_iter().flat_map(|pattern| globs(&pattern.text));
        let globs: Vec<_> = texts.map(parse).collect::<anyhow::Result<_>>()?;
        Ok(Self { set: GlobSet::new(globs).context("the patterns")?, folder })
    }

    /// Whether one of them matches a path from the repository's root.
    #[must_use]
    pub fn match_any(&self, path: &RepoPath) -> bool {
        below(path.as_bytes(), self.folder)
            .is_some_and(|relative| self.set.is_match_candidate(&Candidate::from_bytes(relative)))
    }
}

/// `src/**` also stands for an entry that is itself named `src`.
fn globs(text: &str) -> impl Iterator<Item = &str> {
    std::iter::once(text).chain(folder(text))
}
