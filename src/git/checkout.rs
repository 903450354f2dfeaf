//! The work tree, by the git program: whether it is clean, and how it comes from one commit to
//! another.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::{GitError, ObjectId, RefName, Repo, RepoPath};

/// Operations that are under way while one of these files is in the git directory.
const UNDER_WAY: [(&str, &str); 6] = [
    ("MERGE_HEAD", "a merge"),
    ("CHERRY_PICK_HEAD", "a cherry-pick"),
    ("REVERT_HEAD", "a revert"),
    ("rebase-merge", "a rebase"),
    ("rebase-apply", "a rebase or an apply"),
    ("BISECT_LOG", "a bisection"),
];

/// The mode of a submodule.
pub(super) const SUBMODULE: u32 = 0o160_000;

impl Repo {
    /// The branch that is checked out; `None` where HEAD stands on a commit.
    pub fn checked_out(&self) -> Result<Option<RefName>, GitError> {
        let output = self.ask(&["symbolic-ref", "--quiet", "HEAD"], &[], None)?;
        let name = output.stdout.strip_suffix(b"\n").unwrap_or(&output.stdout);
        Ok(output.status.success().then(|| RefName::from_bytes(name)))
    }

    /// What a ref stands on at this moment, whatever was read of it before.
    pub fn stands_on(&self, name: &RefName) -> Result<Option<ObjectId>, GitError> {
        let arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options", name.as_str()];
        let output = self.ask(&arguments, &[], None)?;
        let text = String::from_utf8_lossy(&output.stdout);
        Ok(text.trim().parse().ok().filter(|_| output.status.success()))
    }

    /// Why the work tree cannot be changed: what is under way, or which files have changes.
    pub fn unclean(&self) -> Result<Option<String>, GitError> {
        self.unclean_beside(&BTreeSet::new())
    }

    /// The same, without a look at some of the files.
    pub fn unclean_beside(
        &self,
        left_out: &BTreeSet<RepoPath>,
    ) -> Result<Option<String>, GitError> {
        let folder = self.git_dir()?;
        if let Some((_, what)) = UNDER_WAY.iter().find(|(file, _)| folder.join(file).exists()) {
            return Ok(Some(format!("{what} is under way")));
        }
        let changed = self.changed_files()?;
        let changed: Vec<&RepoPath> = changed.difference(left_out).collect();
        Ok(match changed.first() {
            None => None,
            Some(first) if changed.len() == 1 => Some(format!("{} has changes", first.shown())),
            Some(first) => {
                let more = changed.len() - 1;
                Some(format!("{} and {more} more files have changes", first.shown()))
            }
        })
    }

    /// The submodules that two commits have otherwise. git leaves their work trees alone.
    pub fn submodules_between(
        &self,
        from: &ObjectId,
        to: &ObjectId,
    ) -> Result<BTreeSet<RepoPath>, GitError> {
        let changes = self.changes(Some(from), Some(to))?;
        let submodules = changes.into_iter().filter(|change| {
            [change.old, change.new].into_iter().flatten().any(|entry| entry.mode == SUBMODULE)
        });
        Ok(submodules.map(|change| change.path).collect())
    }

    /// The work tree that a branch is checked out in; `None` where it is in none.
    pub fn checked_out_at(&self, name: &RefName) -> Result<Option<PathBuf>, GitError> {
        let arguments = ["for-each-ref", "--format=%(worktreepath)", name.as_str()];
        let said = self.run(&arguments, &[], None)?;
        let text = said.stdout.strip_suffix(b"\n").unwrap_or(&said.stdout);
        let folder = PathBuf::from(String::from_utf8_lossy(text).into_owned());
        Ok((!text.is_empty()).then(|| folder.canonicalize().unwrap_or(folder)))
    }

    /// The work tree in which a branch is checked out that has no commit yet.
    pub fn begun_at(&self, name: &RefName) -> Result<Option<PathBuf>, GitError> {
        let said = self.run(&["worktree", "list", "--porcelain"], &[], None)?;
        let text = String::from_utf8_lossy(&said.stdout).into_owned();
        let line = format!("branch {}", name.as_str());
        let mut trees = text.split("\n\n").filter(|tree| tree.lines().any(|one| one == line));
        let folder = trees.next().and_then(|tree| tree.lines().next()?.strip_prefix("worktree "));
        Ok(folder.map(PathBuf::from))
    }

    /// A ref beside which a new branch of this name cannot be, or which a command would take it
    /// for: `@`, a branch that one of them would be a folder of, `origin/main`.
    pub fn ref_beside(&self, name: &RefName) -> Result<Option<RefName>, GitError> {
        let Some(branch) = name.as_branch() else { return Ok(None) };
        if branch == "@" {
            return Ok(Some(RefName::new("HEAD")));
        }
        let said = self.run(&["for-each-ref", "--format=%(refname)"], &[], None)?;
        let all: Vec<&[u8]> = said.stdout.split(|byte| *byte == b'\n').collect();
        let remote = format!("refs/remotes/{branch}");
        let below = |name: &[u8], folder: &[u8]| {
            name.strip_prefix(folder).is_some_and(|rest| rest.starts_with(b"/"))
        };
        let own = name.as_str().as_bytes();
        let found = all.into_iter().find(|other| {
            *other == remote.as_bytes()
                || below(other, own)
                || (!other.is_empty() && below(own, other))
        });
        Ok(found.map(RefName::from_bytes))
    }

    /// Whether git would bring index and work tree from one commit to another: an error where that
    /// would lose a change or a file that it does not know. Nothing is changed.
    pub fn may_switch(&self, from: &ObjectId, to: &ObjectId) -> Result<(), GitError> {
        // The index may hold other times than the files have, of a copy for instance.
        self.ask(&["update-index", "-q", "--refresh"], &[], None)?;
        self.read_tree(&["-m", "-u", "-n"], from, to)
    }

    /// The first of the files that would change which git was told not to look at, and which is
    /// there all the same.
    pub fn unwatched(&self, from: &ObjectId, to: &ObjectId) -> Result<Option<RepoPath>, GitError> {
        let Some(top) = self.work_tree() else { return Ok(None) };
        let changes = self.changes(Some(from), Some(to))?;
        let changing: BTreeSet<RepoPath> = changes.into_iter().map(|change| change.path).collect();
        let said = self.run(&["ls-files", "-v", "-z"], &[], None)?;
        let marked = said.stdout.split(|byte| *byte == 0).filter_map(|line| match line {
            [mark, b' ', path @ ..] if mark.is_ascii_lowercase() || *mark == b'S' => {
                Some(RepoPath::from_bytes(path))
            }
            _ => None,
        });
        let there = |path: &RepoPath| path.as_str().is_some_and(|path| top.join(path).exists());
        Ok(marked.filter(|path| changing.contains(path)).find(there))
    }

    /// Does it.
    pub fn switch(&self, from: &ObjectId, to: &ObjectId) -> Result<(), GitError> {
        self.read_tree(&["-m", "-u"], from, to)
    }

    fn read_tree(&self, how: &[&str], from: &ObjectId, to: &ObjectId) -> Result<(), GitError> {
        let (from, to) = (from.to_string(), to.to_string());
        self.run(&[&["read-tree"], how, &[&from, &to]].concat(), &[], None)?;
        Ok(())
    }

    /// The git directory of this work tree.
    pub(super) fn git_dir(&self) -> Result<PathBuf, GitError> {
        let said = self.run(&["rev-parse", "--absolute-git-dir"], &[], None)?;
        let text = said.stdout.strip_suffix(b"\n").unwrap_or(&said.stdout);
        Ok(PathBuf::from(String::from_utf8_lossy(text).into_owned()))
    }

    /// The files that git knows and that differ from HEAD or from the index.
    pub(super) fn changed_files(&self) -> Result<BTreeSet<RepoPath>, GitError> {
        let arguments = ["status", "--porcelain", "-z", "--no-renames", "--untracked-files=no"];
        let said = self.run(&arguments, &[("GIT_OPTIONAL_LOCKS", "0".as_ref())], None)?;
        let lines = said.stdout.split(|byte| *byte == 0).filter(|line| line.len() > 3);
        Ok(lines.map(|line| RepoPath::from_bytes(&line[3..])).collect())
    }
}
