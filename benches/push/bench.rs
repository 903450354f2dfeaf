//! What all groups share: the options, the program, and the repositories, built when first needed.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::options::Options;
use crate::repository::Repository;
use crate::subject::Subject;

/// The surroundings of a run.
pub(crate) struct Bench<'a> {
    /// What was asked.
    pub(crate) options: &'a Options,
    /// What is measured.
    pub(crate) subject: &'a Subject,
    /// Where repositories are kept.
    pub(crate) cache: &'a Path,
    repository: OnceCell<Repository>,
}

impl<'a> Bench<'a> {
    /// Surroundings in which nothing is built yet.
    pub(crate) const fn new(options: &'a Options, subject: &'a Subject, cache: &'a Path) -> Self {
        Self { options, subject, cache, repository: OnceCell::new() }
    }

    /// The large repository, ready to be measured.
    pub(crate) fn repository(&self) -> anyhow::Result<&Repository> {
        if self.repository.get().is_none() {
            let repository = Repository::prepare(self.cache, self.options.commits())?;
            repository.write_hooks(self.subject)?;
            repository.reset()?;
            let _ = self.repository.set(repository);
        }
        self.repository.get().context("the repository was not built")
    }

    /// A program of the same name as ours beside which others are measured.
    pub(crate) fn backout(&self) -> PathBuf {
        self.subject.program.clone()
    }
}
