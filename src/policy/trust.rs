//! Whose rules count: every configuration that is already trusted, united; and the judged one.

#[cfg(test)]
mod tests;

use std::cell::RefCell;

use crate::config::{self, Configuration, FileSource, LoadError, Vocabulary};
use crate::git::{ObjectId, Repo, RepoPath, TreeFile};

/// A place from which a configuration was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// What it is, for people: `origin/main`, `merge base`.
    pub label: String,
    /// The commit.
    pub commit: ObjectId,
}

/// One configuration, and every commit that has it just so.
pub struct Policy {
    /// Where it was read.
    pub origins: Vec<Origin>,
    /// The configuration.
    pub configuration: Configuration,
    reads: Vec<Read>,
}

/// A file that was asked for, and what stood there.
type Read = (String, Option<(u32, ObjectId)>);

/// Files of a commit's tree, remembering what was read.
struct TreeFiles<'a> {
    repo: &'a Repo,
    commit: ObjectId,
    reads: RefCell<Vec<Read>>,
}

impl FileSource for TreeFiles<'_> {
    fn read(&self, path: &str) -> anyhow::Result<Option<Vec<u8>>> {
        let at = RepoPath::from(path);
        let entry = self.repo.entry(&self.commit, &at)?;
        let found = entry.map(|entry| (entry.mode, entry.oid));
        self.reads.borrow_mut().push((path.to_owned(), found));
        match self.repo.file(&self.commit, &at)? {
            None => Ok(None),
            Some(TreeFile::Content(content)) => Ok(Some(content)),
            Some(TreeFile::NotAFile(kind)) => {
                anyhow::bail!("{path} is {kind}: a configuration is read from a plain file only")
            }
        }
    }
}

/// The policies that a range is judged by.
#[derive(Default)]
pub struct Policies {
    /// What is trusted, each distinct configuration once.
    pub trusted: Vec<Policy>,
    /// Trusted places whose configuration cannot be read: (place, why). A change that repairs it
    /// must be able to land.
    pub broken: Vec<(Origin, String)>,
    /// What the judged commit has; `None` where it has none, or the very same as one trusted.
    pub judged: Option<Policy>,
    /// The trusted one that the judged commit has just so.
    judged_as: Option<usize>,
    /// Whether the judged commit has a configuration at all.
    pub judged_has_one: bool,
    /// The judged commit.
    pub judged_at: Option<Origin>,
}

impl Policies {
    /// Reads the configurations at `trusted` and at `judged`; what was read `before` is not parsed
    /// again. A judged configuration that is invalid is an error; a trusted one that is invalid is
    /// listed in `broken`.
    pub fn read(
        repo: &Repo,
        path: &str,
        vocabulary: Vocabulary<'_>,
        trusted: &[Origin],
        judged: Option<&Origin>,
        before: &Self,
    ) -> Result<Self, LoadError> {
        let mut policies = Self { judged_at: judged.cloned(), ..Self::default() };
        for origin in trusted {
            if policies.join(repo, origin)? {
                continue;
            }
            match before.read_one(repo, path, vocabulary, origin) {
                Ok(Some(policy)) => policies.trusted.push(policy),
                Ok(None) => {}
                Err(LoadError::Invalid(error)) => {
                    policies.broken.push((origin.clone(), error.render(false)));
                }
                Err(error) => return Err(error),
            }
        }
        if let Some(origin) = judged {
            // The judged commit is never an origin of trust, even where it has the same rules: its
            // evidence would count as trusted too.
            policies.judged_as = policies.same_as(repo, &origin.commit)?;
            if policies.judged_as.is_some() {
                policies.judged_has_one = true;
            } else {
                policies.judged = before.read_one(repo, path, vocabulary, origin)?;
                policies.judged_has_one = policies.judged.is_some();
            }
        }
        Ok(policies)
    }

    /// Every policy that is asked: the trusted ones first.
    pub fn all(&self) -> impl Iterator<Item = &Policy> {
        self.trusted.iter().chain(&self.judged)
    }

    /// The configuration as it will be once the range has landed, else what is trusted now.
    #[must_use]
    pub fn newest(&self) -> Option<&Policy> {
        let same = self.judged_as.and_then(|index| self.trusted.get(index));
        self.judged.as_ref().or(same).or_else(|| self.trusted.first())
    }

    /// The configuration at an origin: one of these, where its files are the very same.
    fn read_one(
        &self,
        repo: &Repo,
        path: &str,
        vocabulary: Vocabulary<'_>,
        origin: &Origin,
    ) -> Result<Option<Policy>, LoadError> {
        let origins = vec![origin.clone()];
        for policy in self.all() {
            if policy.is_same_at(repo, &origin.commit)? {
                let (configuration, reads) = (policy.configuration.clone(), policy.reads.clone());
                return Ok(Some(Policy { origins, configuration, reads }));
            }
        }
        let files = TreeFiles { repo, commit: origin.commit, reads: RefCell::default() };
        let configuration = config::load(&files, path, vocabulary)?;
        let reads = files.reads.into_inner();
        Ok(configuration.map(|configuration| Policy { origins, configuration, reads }))
    }

    /// Adds the origin to a policy that reads the very same files there.
    fn join(&mut self, repo: &Repo, origin: &Origin) -> Result<bool, LoadError> {
        let Some(index) = self.same_as(repo, &origin.commit)? else { return Ok(false) };
        if let Some(policy) = self.trusted.get_mut(index) {
            policy.origins.push(origin.clone());
        }
        Ok(true)
    }

    /// The trusted policy whose files are the very same at a commit.
    fn same_as(&self, repo: &Repo, commit: &ObjectId) -> Result<Option<usize>, LoadError> {
        for (index, policy) in self.trusted.iter().enumerate() {
            if policy.is_same_at(repo, commit)? {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }
}

impl Policy {
    fn is_same_at(&self, repo: &Repo, commit: &ObjectId) -> Result<bool, LoadError> {
        for (path, found) in &self.reads {
            let entry = repo
                .entry(commit, &RepoPath::from(path.as_str()))
                .map_err(|error| LoadError::Unreadable(error.into()))?;
            if entry.map(|entry| (entry.mode, entry.oid)) != *found {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
