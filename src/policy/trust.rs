//! Whose rules count: every configuration that is already trusted, united; and the judged one.

#[cfg(test)]
mod tests;

use std::cell::RefCell;

use super::unexcused::unexcused;
use crate::config::{self, Configuration, FileSource, LoadError, NotAFile, Vocabulary};
use crate::git::{GitError, ObjectId, Repo, RepoPath, TreeFile};

/// What the judged commit is called.
pub const PUSHED: &str = "pushed";

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

/// As many commits are looked at for a file that was valid.
pub const LOOKED_BACK: usize = 1000;

/// A file that was asked for, and what stood there.
pub(super) type Read = (String, Option<(u32, ObjectId)>);

/// Files of a commit's tree, remembering what was read.
pub(super) struct TreeFiles<'a> {
    repo: &'a Repo,
    commit: ObjectId,
    reads: RefCell<Vec<Read>>,
}

impl<'a> TreeFiles<'a> {
    /// The files of a commit, of which none was read yet.
    pub(super) fn new(repo: &'a Repo, commit: ObjectId) -> Self {
        Self { repo, commit, reads: RefCell::default() }
    }

    /// What was read.
    pub(super) fn into_reads(self) -> Vec<Read> {
        self.reads.into_inner()
    }
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
            Some(TreeFile::NotAFile(kind)) => Err(NotAFile { path: path.to_owned(), kind }.into()),
        }
    }
}

/// How configurations are read.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    /// The repository.
    pub repo: &'a Repo,
    /// The configuration's path.
    pub path: &'a str,
    /// The codes that it may name.
    pub vocabulary: Vocabulary<'a>,
    /// Whether an invalid one at the judged commit is passed over for the last valid one before it:
    /// for a rollback, which a slip in the rules must not stop; never for a judgement.
    pub lenient: bool,
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
    /// Whether the last valid configuration of a line stands in for one that is invalid.
    pub stood_in: bool,
}

impl Policies {
    /// Reads the configurations at `trusted` and at `judged`; what was read `before` is not parsed
    /// again. A judged configuration that is invalid is an error; a trusted one that is invalid, or
    /// no plain file, is listed in `broken`. Where all are, the last valid one before them is
    /// trusted: or whoever breaks it could have the next change judged by its own rules alone.
    pub fn read(
        reader: Reader<'_>,
        trusted: &[Origin],
        judged: Option<&Origin>,
        before: &Self,
    ) -> Result<Self, LoadError> {
        let repo = reader.repo;
        let mut policies = Self { judged_at: judged.cloned(), ..Self::default() };
        for origin in trusted {
            if policies.join(repo, origin)? {
                continue;
            }
            match before.read_one(reader, origin) {
                Ok(Some(policy)) => policies.trusted.push(policy),
                Ok(None) => {}
                Err(error) => match error.slip() {
                    Some(why) => policies.broken.push((origin.clone(), why)),
                    None => return Err(error),
                },
            }
        }
        if policies.trusted.is_empty() {
            for (origin, _) in policies.broken.clone() {
                if let Some(policy) = last_valid(reader, &origin)? {
                    policies.stood_in = true;
                    policies.trusted.push(policy);
                    break;
                }
            }
        }
        if let Some(origin) = judged {
            // The judged commit is never an origin of trust, even where it has the same rules: its
            // evidence would count as trusted too.
            policies.judged_as = policies.same_as(repo, &origin.commit)?;
            if policies.judged_as.is_some() {
                policies.judged_has_one = true;
            } else {
                let read = before.read_one(reader, origin);
                let slip = read.as_ref().err().and_then(LoadError::slip);
                policies.judged = match slip {
                    // What has landed so is not the fault of what comes next, a rollback for one.
                    Some(_) if policies.has_slip_of(reader, origin)? => None,
                    Some(why) if reader.lenient => {
                        policies.broken.push((origin.clone(), why));
                        let found = last_valid(reader, origin)?;
                        policies.stood_in |= found.is_some();
                        found
                    }
                    _ => read?,
                };
                policies.judged_has_one = policies.judged.is_some() || policies.stood_in;
            }
        }
        Ok(policies)
    }

    /// Whether there are no rules at all, not even invalid ones.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.trusted.is_empty() && self.broken.is_empty() && !self.judged_has_one
    }

    /// Every policy that is asked: the trusted ones first.
    pub fn all(&self) -> impl Iterator<Item = &Policy> {
        self.trusted.iter().chain(&self.judged)
    }

    /// The judged rules as the trusted ones hold them.
    #[must_use]
    pub fn unexcused(&self) -> Vec<Configuration> {
        let trusted: Vec<&Configuration> =
            self.trusted.iter().map(|policy| &policy.configuration).collect();
        let judged = self.judged.iter().map(|policy| &policy.configuration);
        judged.flat_map(|judged| unexcused(judged, &trusted)).collect()
    }

    /// The configuration as it will be once the range has landed, else what is trusted now.
    #[must_use]
    pub fn newest(&self) -> Option<&Policy> {
        let same = self.judged_as.and_then(|index| self.trusted.get(index));
        self.judged.as_ref().or(same).or_else(|| self.trusted.first())
    }

    /// Whether a commit that has not landed has the very same invalid configuration as one that
    /// has, and another one stands in for it.
    fn has_slip_of(&self, reader: Reader<'_>, judged: &Origin) -> Result<bool, LoadError> {
        let Reader { repo, path, vocabulary, .. } = reader;
        if !self.stood_in || self.broken.iter().any(|(origin, _)| origin.commit == judged.commit) {
            return Ok(false);
        }
        for (origin, _) in &self.broken {
            let files = TreeFiles::new(repo, origin.commit);
            let invalid = config::load(&files, path, vocabulary).is_err();
            if invalid && reads_the_same(repo, &judged.commit, &files.into_reads())? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// That a configuration is invalid, and what stands in for it, in words.
    #[must_use]
    pub fn stand_in(&self) -> Option<String> {
        let (origin, _) = self.broken.first()?;
        let standing = self.all().flat_map(|policy| &policy.origins).next();
        let instead = match standing.filter(|_| self.stood_in) {
            Some(last) => {
                format!("the last valid one there, of {}, stands in for it", last.commit.short())
            }
            None if self.trusted.is_empty() => "there are no others but the pushed one".to_owned(),
            None => "judged by the others".to_owned(),
        };
        Some(format!("{} is invalid; {instead}", called(origin)))
    }

    /// The configuration at an origin: one of these, where its files are the very same.
    fn read_one(
        &self,
        Reader { repo, path, vocabulary, .. }: Reader<'_>,
        origin: &Origin,
    ) -> Result<Option<Policy>, LoadError> {
        let origins = vec![origin.clone()];
        for policy in self.all() {
            if policy.is_same_at(repo, &origin.commit)? {
                let (configuration, reads) = (policy.configuration.clone(), policy.reads.clone());
                return Ok(Some(Policy { origins, configuration, reads }));
            }
        }
        let files = TreeFiles::new(repo, origin.commit);
        let configuration = config::load(&files, path, vocabulary)?;
        let reads = files.into_reads();
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
        reads_the_same(repo, commit, &self.reads)
    }
}

/// Whether all that was asked for is the very same at a commit.
pub(super) fn reads_the_same(
    repo: &Repo,
    commit: &ObjectId,
    reads: &[Read],
) -> Result<bool, LoadError> {
    for (path, found) in reads {
        let entry = repo.entry(commit, &RepoPath::from(path.as_str())).map_err(unreadable)?;
        if entry.map(|entry| (entry.mode, entry.oid)) != *found {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The configuration of a place, in words.
#[must_use]
pub fn called(origin: &Origin) -> String {
    match origin.label.as_str() {
        PUSHED => "the pushed configuration".to_owned(),
        label => format!("the configuration at {label}"),
    }
}

fn unreadable(error: GitError) -> LoadError {
    LoadError::Unreadable(error.into())
}

/// The last configuration on a commit's line of first parents that is valid, of so many commits
/// ([`LOOKED_BACK`]); one that was invalid in the same way is not parsed again.
fn last_valid(reader: Reader<'_>, origin: &Origin) -> Result<Option<Policy>, LoadError> {
    let Reader { repo, path, vocabulary, .. } = reader;
    let mut next = Some(origin.commit);
    let mut invalid: Vec<Read> = Vec::new();
    for _ in 0..LOOKED_BACK {
        let Some(commit) = next.filter(|commit| repo.has(commit)) else { break };
        if invalid.is_empty() || !reads_the_same(repo, &commit, &invalid)? {
            let files = TreeFiles::new(repo, commit);
            match config::load(&files, path, vocabulary) {
                Ok(Some(configuration)) => {
                    let label = format!("{}, as it last was valid", origin.label);
                    let origins = vec![Origin { label, commit }];
                    let reads = files.into_reads();
                    return Ok(Some(Policy { origins, configuration, reads }));
                }
                // Where it was taken away, it was meant to be.
                Ok(None) => return Ok(None),
                Err(_) => invalid = files.into_reads(),
            }
        }
        next = repo.commit(&commit).map_err(unreadable)?.parents.first().copied();
    }
    Ok(None)
}
