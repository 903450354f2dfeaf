//! Carries a plan out: makes the commits and moves one ref, with or without the work tree. Each
//! step stands in the journal before it is done, and is looked at after it was.

use std::collections::BTreeSet;

use super::journal::{Begin, Event, Journal};
use crate::git::{GitError, NewCommit, ObjectId, RefName, Repo, RepoPath};

/// A commit to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The tree that it has to have.
    pub tree: ObjectId,
    /// Its message.
    pub message: String,
}

/// Where the commits go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A branch that does not exist yet.
    Branch(RefName),
    /// The branch that is checked out, and its work tree.
    InPlace(RefName),
}

impl Target {
    /// The ref.
    #[must_use]
    pub const fn reference(&self) -> &RefName {
        match self {
            Self::Branch(name) | Self::InPlace(name) => name,
        }
    }

    /// As the journal names it.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Branch(name) => name.to_string(),
            Self::InPlace(name) => format!("work tree of {name}"),
        }
    }
}

/// Why it was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum ExecuteError {
    /// Somebody else's work is in the way; nothing was changed.
    #[error("{0}")]
    InTheWay(String),
    /// The branch is there already, and is not what would be made; nothing was changed.
    #[error("{0} exists, and holds something else")]
    Taken(RefName),
    /// A run that was killed in this work tree cannot be finished before something is done.
    #[error("{why}")]
    Unfinished {
        /// Which one, and why not.
        why: String,
        /// What has to be done.
        help: String,
    },
    /// The branch has moved, and git did not bring all files of the work tree along.
    #[error("{0}")]
    Half(String),
    /// git refused.
    #[error(transparent)]
    Git(#[from] GitError),
    /// Anything else.
    #[error(transparent)]
    Other(#[from] anyhow::Error),
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The commits, in the order in which they were made.
    pub commits: Vec<ObjectId>,
    /// Whether the ref stood there already.
    pub unchanged: bool,
    /// Submodules of which the work tree has the old commit still: only `git submodule` moves them.
    pub submodules: BTreeSet<RepoPath>,
}

impl Done {
    const fn unchanged(commits: Vec<ObjectId>) -> Self {
        Self { commits, unchanged: true, submodules: BTreeSet::new() }
    }
}

/// Makes the commits on `begin.onto` and moves the target there.
///
/// A run that was killed and was asked for the same is gone on with: its commits are used, not made
/// again.
pub fn carry_out(
    repo: &Repo,
    journal: &Journal,
    begin: &Begin,
    onto: &ObjectId,
    drafts: &[Draft],
    target: &Target,
) -> Result<Done, ExecuteError> {
    let before = standing(repo, onto, target, drafts)?;
    if let Standing::Done(commits) = before {
        return Ok(Done::unchanged(commits));
    }
    let made = resumed(repo, journal, begin, onto, drafts)?;
    journal.begin(begin.clone())?;
    let commits = make(repo, journal, onto, drafts, made)?;
    let Some(tip) = commits.last() else { return Ok(Done::unchanged(commits)) };
    let from = match target {
        Target::Branch(_) => None,
        Target::InPlace(_) => Some(*onto),
    };
    if let Target::InPlace(_) = target {
        // What git would refuse is found out before anything has to be finished.
        if let Some(path) = ended_unless(journal, repo.in_the_way(onto, tip))? {
            journal.write(Event::End { outcome: "failed".to_owned() })?;
            let path = path.shown();
            return Err(ExecuteError::InTheWay(format!(
                "a file that git does not know, or ignores, is where {path} has to be"
            )));
        }
        may_switch(repo, journal, onto, tip)?;
    }
    let moving = Event::Moving { from: from.map(|from| from.to_string()), to: tip.to_string() };
    journal.write(moving)?;
    let why = format!("backout: {}", begin.command);
    // The ref first: where somebody else has moved it, the work tree stays as it is.
    ended_unless(journal, move_ref(repo, target.reference(), tip, from.as_ref(), &why))?;
    if let Target::InPlace(_) = target {
        repo.switch(onto, tip).map_err(|why| half(target.reference(), tip, &why))?;
    }
    let submodules = match target {
        Target::Branch(_) => BTreeSet::new(),
        Target::InPlace(_) => repo.submodules_between(onto, tip)?,
    };
    confirm(repo, target, tip, &submodules)?;
    journal.write(Event::End { outcome: "done".to_owned() })?;
    Ok(Done { commits, unchanged: false, submodules })
}

/// The error where files stay behind a branch.
pub(super) fn half(branch: &RefName, tip: &ObjectId, why: &GitError) -> ExecuteError {
    let tip = tip.short();
    ExecuteError::Half(format!(
        "{branch} has moved to {tip}, but the files have not all followed: {why}"
    ))
}

/// Moves the ref. Where git was killed, the ref alone tells whether it has moved: files that do not
/// follow it would look like somebody's work.
pub(super) fn move_ref(
    repo: &Repo,
    name: &RefName,
    to: &ObjectId,
    from: Option<&ObjectId>,
    why: &str,
) -> Result<(), GitError> {
    match repo.move_ref(name, to, from, why) {
        Err(_) if repo.stands_on(name)? == Some(*to) => Ok(()),
        moved => moved,
    }
}

/// Ends the run where git refused, having changed nothing: there is nothing to be finished later.
fn ended_unless<T>(journal: &Journal, done: Result<T, GitError>) -> Result<T, ExecuteError> {
    if done.is_err() {
        journal.write(Event::End { outcome: "failed".to_owned() })?;
    }
    Ok(done?)
}

/// Whether git would bring the work tree there; where it would not because of a file that it was
/// told not to look at, that is said.
fn may_switch(
    repo: &Repo,
    journal: &Journal,
    onto: &ObjectId,
    tip: &ObjectId,
) -> Result<(), ExecuteError> {
    let Err(refused) = ended_unless(journal, repo.may_switch(onto, tip)) else { return Ok(()) };
    match repo.unwatched(onto, tip)? {
        Some(path) => Err(ExecuteError::InTheWay(format!(
            "git does not look at {}: it is marked as assume-unchanged or skip-worktree, which \
             `git update-index --no-assume-unchanged --no-skip-worktree` takes back",
            path.shown()
        ))),
        None => Err(refused),
    }
}

enum Standing {
    Free,
    Done(Vec<ObjectId>),
}

/// Whether the target can be moved, or is where it shall be.
fn standing(
    repo: &Repo,
    onto: &ObjectId,
    target: &Target,
    drafts: &[Draft],
) -> Result<Standing, ExecuteError> {
    let stands = repo.stands_on(target.reference())?;
    match target {
        Target::Branch(name) => match stands {
            None => Ok(Standing::Free),
            Some(tip) => match same(repo, &tip, onto, drafts)? {
                Some(commits) => Ok(Standing::Done(commits)),
                None => Err(ExecuteError::Taken(name.clone())),
            },
        },
        Target::InPlace(name) => {
            if stands != Some(*onto) {
                return Err(ExecuteError::InTheWay(format!("{name} has moved in the meantime")));
            }
            match repo.unclean()? {
                None => Ok(Standing::Free),
                Some(why) => Err(ExecuteError::InTheWay(why)),
            }
        }
    }
}

/// The commits below `tip`, where they are just what would be made.
fn same(
    repo: &Repo,
    tip: &ObjectId,
    onto: &ObjectId,
    drafts: &[Draft],
) -> Result<Option<Vec<ObjectId>>, GitError> {
    let mut commits = Vec::new();
    let mut next = *tip;
    for draft in drafts.iter().rev() {
        let commit = repo.commit(&next)?;
        let [parent] = commit.parents.as_slice() else { return Ok(None) };
        if commit.tree != draft.tree
            || commit.message.trim_ascii() != draft.message.trim().as_bytes()
        {
            return Ok(None);
        }
        commits.insert(0, next);
        next = *parent;
    }
    Ok((next == *onto).then_some(commits))
}

/// The commits that a killed run with the same task has made.
fn resumed(
    repo: &Repo,
    journal: &Journal,
    begin: &Begin,
    onto: &ObjectId,
    drafts: &[Draft],
) -> Result<Vec<ObjectId>, ExecuteError> {
    let mut made = Vec::new();
    for run in journal.unfinished()? {
        let task = Begin { pid: begin.pid, ..run.begin.clone() };
        if task == *begin && made.is_empty() {
            for event in &run.events {
                if let Event::Committed { commit } = event
                    && let Ok(id) = commit.parse::<ObjectId>()
                {
                    made.push(id);
                }
            }
            if let Some(tip) = made.last() {
                let whole = drafts.get(..made.len()).unwrap_or_default();
                if !repo.has(tip) || same(repo, tip, onto, whole)?.is_none() {
                    made.clear();
                }
            }
            journal.end(&run.run, "resumed")?;
        } else if run.switch().is_none() {
            // What is left of a work tree's is that work tree's to be finished.
            journal.end(&run.run, "given-up")?;
        }
    }
    Ok(made)
}

fn make(
    repo: &Repo,
    journal: &Journal,
    onto: &ObjectId,
    drafts: &[Draft],
    made: Vec<ObjectId>,
) -> Result<Vec<ObjectId>, ExecuteError> {
    let mut commits = made;
    for commit in &commits {
        journal.write(Event::Committed { commit: commit.to_string() })?;
    }
    for draft in drafts.iter().skip(commits.len()) {
        let parent = commits.last().copied().unwrap_or(*onto);
        let new =
            NewCommit { tree: draft.tree, parents: vec![parent], message: draft.message.clone() };
        let commit = repo.write_commit(&new)?;
        journal.write(Event::Committed { commit: commit.to_string() })?;
        let read = repo.commit(&commit)?;
        if read.tree != draft.tree || read.parents != [parent] {
            let short = commit.short();
            return Err(ExecuteError::InTheWay(format!("git made {short} otherwise than asked")));
        }
        commits.push(commit);
    }
    Ok(commits)
}

/// Looks at what was done.
pub(super) fn confirm(
    repo: &Repo,
    target: &Target,
    tip: &ObjectId,
    submodules: &BTreeSet<RepoPath>,
) -> Result<(), ExecuteError> {
    let name = target.reference();
    if repo.stands_on(name)? != Some(*tip) {
        return Err(ExecuteError::InTheWay(format!("{name} was moved by somebody else")));
    }
    if let Target::InPlace(_) = target
        && let Some(why) = repo.unclean_beside(submodules)?
    {
        return Err(ExecuteError::InTheWay(format!(
            "the work tree is not as the commit has it: {why}"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
