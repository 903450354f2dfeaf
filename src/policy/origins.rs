//! Which commits hold trusted rules: the tip of the landing branch, where the judged work left it,
//! what the remote had before, and the remote's own HEAD.

use std::collections::BTreeMap;

use super::trust::Origin;
use crate::git::{Ends, GitError, ObjectId, RefName, Repo};

/// What a remote's default branch is called where nothing says it.
pub const USUAL: [&str; 2] = ["main", "master"];

/// Where trust is looked for.
pub struct Trust<'a> {
    /// The repository.
    pub repo: &'a Repo,
    /// The remote that the change goes to or came from, where it has a name here.
    pub remote: Option<&'a str>,
    /// The remote's default branch, where CI tells it.
    pub default_branch: Option<&'a str>,
    /// Whether a local branch of the landing branch's name counts where there is no remote one:
    /// true for a range given by hand or by CI, never for a push.
    pub local: bool,
}

impl Trust<'_> {
    /// The remote's tip of a branch, as this clone knows it, with its name for people.
    pub fn tip(&self, branch: &str) -> Result<Option<Origin>, GitError> {
        if let Some(remote) = self.remote {
            for name in self.repo.tracking_refs(remote, branch)? {
                if let Some(commit) = self.commit(&name)? {
                    let name = name.as_str();
                    let label = name.strip_prefix("refs/remotes/").unwrap_or(name).to_owned();
                    return Ok(Some(Origin { label, commit }));
                }
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

    /// The remote's tip of the branch that it calls its HEAD. A remote that was added by hand has
    /// no HEAD here: then the usual names are tried, so that a judged commit without rules of its
    /// own, or with a landing branch of its own choice, is still held against those that count.
    pub fn head_tip(&self) -> Result<Option<Origin>, GitError> {
        let Some(remote) = self.remote else { return Ok(None) };
        if let Some(branch) = self.default_branch {
            return self.tip(branch);
        }
        if let Some(branch) = self.repo.remote_head(remote)? {
            return self.tip(&branch);
        }
        for branch in USUAL {
            if let Some(tip) = self.tip(branch)? {
                return Ok(Some(tip));
            }
        }
        Ok(None)
    }

    /// Every trusted place for a range, given the landing branches that are known so far.
    pub fn origins(
        &self,
        ends: Ends,
        landing: &BTreeMap<String, Origin>,
    ) -> Result<Vec<Origin>, GitError> {
        let mut origins: Vec<Origin> = landing.values().cloned().collect();
        origins.extend(self.head_tip()?);
        // Where the landing branch is not known here, what the range starts from stands in for it.
        if let Some(old) = ends.old {
            origins.push(Origin { label: "where the range begins".to_owned(), commit: old });
        }
        if let Some(head) = ends.head {
            for tip in landing.values() {
                // Each of several: which one git names first is chance.
                for commit in self.repo.merge_bases(&head, &tip.commit)? {
                    let label = format!("merge base with {}", tip.label);
                    origins.push(Origin { label, commit });
                }
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        origins.retain(|origin| seen.insert(origin.commit));
        Ok(origins)
    }
}
