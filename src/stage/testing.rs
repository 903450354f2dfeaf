//! Answers about taking back for tests of single files, who ask for two of them alone.

use std::collections::BTreeSet;

use super::reading::{Differs, Living, Turn, Undoing};
use super::step::Step;
use super::taken::{Course, Taken};
use crate::git::{Entry, RepoPath};

/// Answers by these functions; who asks for anything else gets an error.
pub(super) struct Answers {
    pub(super) undoes: fn(&Turn, &Turn) -> bool,
    pub(super) taken: fn(&Course<Option<&Entry>>) -> Taken,
}

impl Undoing for Answers {
    fn takes_back(&self, _lives: &[Living<'_>], _step: &Step) -> anyhow::Result<bool> {
        anyhow::bail!("nobody asks")
    }

    fn leaves_nothing(
        &self,
        _lives: &[Living<'_>],
        _step: &Step,
    ) -> anyhow::Result<Option<BTreeSet<RepoPath>>> {
        anyhow::bail!("nobody asks")
    }

    fn differs(&self, _lives: &[Living<'_>], _step: &Step) -> anyhow::Result<Differs> {
        anyhow::bail!("nobody asks")
    }

    fn undoes(&self, change: &Turn, earlier: &Turn) -> anyhow::Result<bool> {
        Ok((self.undoes)(change, earlier))
    }

    fn taken(&self, course: &Course<Option<&Entry>>) -> anyhow::Result<Taken> {
        Ok((self.taken)(course))
    }

    fn moved_to(&self, _step: &Step, _path: &RepoPath) -> anyhow::Result<BTreeSet<RepoPath>> {
        anyhow::bail!("nobody asks")
    }
}
