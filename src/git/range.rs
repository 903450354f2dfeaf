//! From one ref update to the commits and paths that it brings.

use std::collections::{BTreeMap, BTreeSet};

use super::{Change, Commit, GitError, ObjectId, RefUpdate, Repo, RepoPath, View, Walk};

/// What an update does to its ref.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// A ref that the remote does not have.
    Create,
    /// The old object is an ancestor of the new one.
    Update,
    /// It is not, or it is not here to be asked.
    Rewrite,
    /// The ref goes away.
    Delete,
}

impl Operation {
    /// The word for it in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Rewrite => "rewrite",
            Self::Delete => "delete",
        }
    }
}

/// What kind of ref it is, by the remote's name for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// `refs/heads/…`.
    Branch,
    /// `refs/tags/…`.
    Tag,
    /// Anything else: `refs/notes/…`, `refs/for/main`.
    Other,
}

impl Target {
    /// The word for it in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Branch => "branch",
            Self::Tag => "tag",
            Self::Other => "other",
        }
    }
}

/// The two ends of an update as commits, tags peeled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ends {
    /// The old commit, where there is one and it is here.
    pub old: Option<ObjectId>,
    /// The new commit; `None` for a deletion and for a tag on a tree or a file.
    pub head: Option<ObjectId>,
}

/// A judged range: commits, and the paths that differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// The update as it was stated.
    pub update: RefUpdate,
    /// What it does.
    pub operation: Operation,
    /// To what.
    pub target: Target,
    /// The new commit, tags peeled; `None` for a deletion and for a tag on a tree or a file.
    pub head: Option<ObjectId>,
    /// The old commit, tags peeled, where it is here.
    pub old: Option<ObjectId>,
    /// Where the new commits begin: usually one commit; none where history begins in it.
    pub base: Vec<ObjectId>,
    /// The new commits, newest first.
    pub commits: Vec<Commit>,
    /// The paths whose content at the head differs from every base. With several bases, those as
    /// well that this misses: see `whole`.
    pub changes: Vec<Change>,
    /// Whether it lands. What landing changes is then told against what several bases have together;
    /// else beside what differs from every base only what the commits themselves changed, for what a
    /// merge takes over from one base was judged there.
    pub whole: bool,
}

impl Range {
    /// Whether the update names an old object that this clone does not have.
    #[must_use]
    pub fn old_is_absent(&self) -> bool {
        self.update.from.is_some() && self.old.is_none()
    }

    /// The same range without what `hidden` have: for a configuration that holds older commits
    /// against nobody.
    pub fn without(&self, repo: &Repo, hidden: &[ObjectId]) -> Result<Self, GitError> {
        let mut narrowed = self.clone();
        if let Some(head) = self.head {
            let bounds: Vec<_> = self.base.iter().chain(hidden).copied().collect();
            narrowed.fill(repo, &head, &bounds)?;
        }
        Ok(narrowed)
    }

    fn fill(&mut self, repo: &Repo, head: &ObjectId, hidden: &[ObjectId]) -> Result<(), GitError> {
        let walk = repo.walk(head, hidden)?;
        self.changes = match walk.boundary.as_slice() {
            [] | [_] => repo.changes_against(&walk.boundary, head)?,
            [..] => changes_since_all(repo, &walk, head, self.whole)?,
        };
        self.base = walk.boundary;
        self.commits = walk.commits;
        Ok(())
    }
}

/// The paths that a range changes which begins at several commits.
///
/// A path that is in the end as one of them has it may be changed all the same: a commit that sets
/// back what another one brought does just that. So it counts where it is not what git makes of all
/// of them together, and wherever that cannot be told.
fn changes_since_all(
    repo: &Repo,
    walk: &Walk,
    head: &ObjectId,
    whole: bool,
) -> Result<Vec<Change>, GitError> {
    let mut found: BTreeMap<RepoPath, (usize, Change)> = BTreeMap::new();
    for base in &walk.boundary {
        for change in repo.changes(Some(base), Some(head))? {
            found.entry(change.path.clone()).or_insert((0, change)).0 += 1;
        }
    }
    let own = if whole { BTreeSet::new() } else { changed_by(repo, &walk.commits)? };
    let everywhere = |count: usize| !whole && count == walk.boundary.len();
    let asked = |path: &RepoPath| whole || own.contains(path);
    found.retain(|path, (count, _)| everywhere(*count) || asked(path));
    if found.values().all(|(count, _)| everywhere(*count)) {
        return Ok(found.into_values().map(|(_, change)| change).collect());
    }
    let together = repo.joined(&walk.boundary)?;
    let before = View::new(repo, together.tree);
    let mut changes = Vec::new();
    for (path, (count, change)) in found {
        let old = before.entry(&path)?;
        if everywhere(count) || together.unsure.contains(&path) {
            changes.push(change);
        } else if old != change.new {
            // A folder is no content of a file.
            changes.push(Change { old: old.filter(|old| !old.is_folder()), ..change });
        }
    }
    Ok(changes)
}

/// The paths that commits changed themselves.
fn changed_by(repo: &Repo, commits: &[Commit]) -> Result<BTreeSet<RepoPath>, GitError> {
    let mut paths = BTreeSet::new();
    for commit in commits {
        paths.extend(repo.own_changes(commit)?.into_iter().map(|change| change.path));
    }
    Ok(paths)
}

/// The commits that an update leads from and to.
pub fn ends(repo: &Repo, update: &RefUpdate) -> Result<Ends, GitError> {
    let old = old_commit(repo, update)?;
    let head = update.to.map(|to| repo.peel(&to)).transpose()?.and_then(|peeled| peeled.commit);
    Ok(Ends { old, head })
}

/// What the other side has already, beside an update's own old end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OtherSide<'a> {
    /// Commits that it is known to have.
    pub commits: Vec<ObjectId>,
    /// The remote whose tracking refs tell of further ones.
    pub remote: Option<&'a str>,
    /// Whether the update lands there, and is not only shared: see [`Range::whole`].
    pub lands: bool,
}

impl OtherSide<'_> {
    /// Where what is new to the other side ends, seen from `head` and from the `old` end.
    fn bounds(
        self,
        repo: &Repo,
        old: Option<&ObjectId>,
        head: &ObjectId,
    ) -> Result<Vec<ObjectId>, GitError> {
        let mut bounds = self.commits;
        bounds.extend(old);
        if let Some(remote) = self.remote
            && may_know(repo, remote, head, &bounds)?
        {
            bounds.extend(repo.tracked_tips(remote)?);
        }
        Ok(bounds)
    }
}

/// Whether a remote's tracking refs may know commits that `head` has and `bounds` do not have.
fn may_know(
    repo: &Repo,
    remote: &str,
    head: &ObjectId,
    bounds: &[ObjectId],
) -> Result<bool, GitError> {
    // Without bounds the whole history would be walked to find out.
    if bounds.is_empty() {
        return Ok(true);
    }
    let oldest = repo.oldest(head, bounds)?;
    Ok(oldest.is_some_and(|time| repo.may_be_tracked(remote, time)))
}

/// Works out what an update brings: the commits that neither its old end nor `known` have.
///
/// A force push diffed against its old tip would report upstream's files (prek#2089): where the
/// old object is no ancestor, or is not here, the range is what is not known to be there already.
pub fn range(
    repo: &Repo,
    update: &RefUpdate,
    ends: Ends,
    known: OtherSide<'_>,
) -> Result<Range, GitError> {
    let target = match (update.remote.as_branch(), update.remote.as_tag()) {
        (Some(_), _) => Target::Branch,
        (None, Some(_)) => Target::Tag,
        (None, None) => Target::Other,
    };
    let Ends { old, head } = ends;
    let mut range = Range {
        update: update.clone(),
        operation: operation(repo, update, old.as_ref(), head.as_ref())?,
        target,
        head,
        old,
        base: Vec::new(),
        commits: Vec::new(),
        changes: Vec::new(),
        whole: known.lands,
    };
    if let Some(head) = head {
        let bounds = known.bounds(repo, old.as_ref(), &head)?;
        range.fill(repo, &head, &bounds)?;
    }
    Ok(range)
}

fn old_commit(repo: &Repo, update: &RefUpdate) -> Result<Option<ObjectId>, GitError> {
    match update.from.map(|from| repo.peel(&from)) {
        None | Some(Err(GitError::Absent(_))) => Ok(None),
        Some(Ok(peeled)) => Ok(peeled.commit),
        Some(Err(error)) => Err(error),
    }
}

fn operation(
    repo: &Repo,
    update: &RefUpdate,
    old: Option<&ObjectId>,
    head: Option<&ObjectId>,
) -> Result<Operation, GitError> {
    match (update.from, update.to, old, head) {
        (_, None, _, _) => Ok(Operation::Delete),
        (None, Some(_), _, _) => Ok(Operation::Create),
        (Some(_), Some(_), Some(old), Some(head)) if repo.is_ancestor(old, head)? => {
            Ok(Operation::Update)
        }
        (Some(_), Some(_), _, _) => Ok(Operation::Rewrite),
    }
}

#[cfg(test)]
mod tests;
