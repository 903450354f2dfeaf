//! Which commits hold trusted rules: the tip of the landing branch, where the judged work left it,
//! what the remote had before, and the remote's own HEAD.

use std::collections::BTreeMap;

use super::trust::Origin;
use crate::git::{Ends, GitError, ObjectId, RefName, Repo};

/// Where trust is looked for.
pub struct Trust<'a> {
    /// The repository.
    pub repo: &'a Repo,
    /// The remote that the change goes to or came from, where it has a name here.
    pub remote: Option<&'a str>,
    /// Whether a local branch of the landing branch's name counts where there is no remote one:
    /// true for a range given by hand or by CI, never for a push.
    pub local: bool,
}

impl Trust<'_> {
    /// The remote's tip of a branch, as this clone knows it, with its name for people.
    pub fn tip(&self, branch: &str) -> Result<Option<Origin>, GitError> {
        let tracked = self.remote.map(|remote| format!("{remote}/{branch}"));
        if let Some(label) = tracked {
            let name = RefName::new(&format!("refs/remotes/{label}"));
            if let Some(commit) = self.commit(&name)? {
                return Ok(Some(Origin { label, commit }));
            }
        }
        if !self.local {
            return Ok(None);
        }
        let commit = self.commit(&RefName::branch(branch))?;
        Ok(commit.map(|commit| Origin { label: branch.to_owned(), commit }))
    }

    fn commit(&self, name: &RefName) -> Result<Option<ObjectId>, GitError> {
        Ok(self.repo.reference(name)?.and_then(|peeled| peeled.commit))
    }

    /// The branch that the remote calls its HEAD.
    #[must_use]
    pub fn head_branch(&self) -> Option<String> {
        self.repo.remote_head(self.remote?)
    }

    /// Every trusted place for a range, given the landing branches that are known so far.
    pub fn origins(
        &self,
        ends: Ends,
        landing: &BTreeMap<String, Origin>,
    ) -> Result<Vec<Origin>, GitError> {
        let mut origins: Vec<Origin> = landing.values().cloned().collect();
        if let Some(branch) = self.head_branch() {
            origins.extend(self.tip(&branch)?);
        }
        // Where the landing branch is not known here, what the range starts from stands in for it.
        if let Some(old) = ends.old {
            origins.push(Origin { label: "where the range begins".to_owned(), commit: old });
        }
        if let Some(head) = ends.head {
            for tip in landing.values() {
                let label = format!("merge base with {}", tip.label);
                let base = self.repo.merge_base(&head, &tip.commit)?;
                origins.extend(base.map(|commit| Origin { label, commit }));
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        origins.retain(|origin| seen.insert(origin.commit));
        Ok(origins)
    }
}
