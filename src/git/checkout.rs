//! The work tree, by the git program: whether it is clean, and how it comes from one commit to
//! another.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{Change, GitError, ObjectId, RefName, Repo, RepoPath};

/// Operations that are under way while one of these files is in the git directory.
const UNDER_WAY: [(&str, &str); 6] = [
    ("MERGE_HEAD", "a merge"),
    ("CHERRY_PICK_HEAD", "a cherry-pick"),
    ("REVERT_HEAD", "a revert"),
    ("rebase-merge", "a rebase"),
    ("rebase-apply", "a rebase or an apply"),
    ("BISECT_LOG", "a bisection"),
];

/// How long a git that is still at work is waited for.
const PATIENCE: Duration = Duration::from_secs(3);

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
        let folder = self.git_dir()?;
        if let Some((_, what)) = UNDER_WAY.iter().find(|(file, _)| folder.join(file).exists()) {
            return Ok(Some(format!("{what} is under way")));
        }
        let changed = self.changed_files()?;
        Ok(match changed.iter().next() {
            None => None,
            Some(first) if changed.len() == 1 => Some(format!("{} has changes", first.shown())),
            Some(first) => {
                let more = changed.len() - 1;
                Some(format!("{} and {more} more files have changes", first.shown()))
            }
        })
    }

    /// Whether git would bring index and work tree from one commit to another: an error where that
    /// would lose a change or a file that it does not know. Nothing is changed.
    pub fn may_switch(&self, from: &ObjectId, to: &ObjectId) -> Result<(), GitError> {
        // The index may hold other times than the files have, of a copy for instance.
        self.ask(&["update-index", "-q", "--refresh"], &[], None)?;
        self.read_tree(&["-m", "-u", "-n"], from, to)
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

    /// Brings a switch to its end that was cut short. Every file has to be as the one or the other
    /// commit has it, or the beginning of that; what else there is was changed since, and nothing
    /// is touched.
    pub fn finish_switch(&self, from: &ObjectId, to: &ObjectId) -> Result<(), GitError> {
        self.release_index()?;
        let top = self.work_tree().ok_or_else(|| GitError::Other("no work tree".to_owned()))?;
        let changes = self.changes(Some(from), Some(to))?;
        let known: BTreeSet<&RepoPath> = changes.iter().map(|change| &change.path).collect();
        for path in self.changed_files()? {
            if !known.contains(&path) {
                let path = path.shown().into_owned();
                return Err(GitError::Other(format!("{path} was changed in the meantime")));
            }
        }
        for change in &changes {
            if !self.is_of_switch(top, change)? {
                let path = change.path.shown().into_owned();
                return Err(GitError::Other(format!("{path} was changed in the meantime")));
            }
        }
        self.run(&["read-tree", "--reset", "-u", &to.to_string()], &[], None)?;
        Ok(())
    }

    /// Whether what lies at a changed path is what a switch leaves there, whole or in part.
    fn is_of_switch(&self, top: &Path, change: &Change) -> Result<bool, GitError> {
        let Some(name) = change.path.as_str() else { return Ok(true) };
        let file = top.join(name);
        let Ok(found) = fs::symlink_metadata(&file) else { return Ok(true) };
        if !found.is_file() {
            // A link or a folder in the place of a file: git itself says whether it may go.
            return Ok(!found.is_dir() || change.old.is_none_or(|old| old.mode == 0o160_000));
        }
        let here = fs::read(&file).map_err(|error| GitError::Other(error.to_string()))?;
        for entry in [change.old, change.new].into_iter().flatten() {
            let spec = format!("--path={name}");
            let arguments = ["cat-file", "--filters", &spec, &entry.oid.to_string()];
            let output = self.ask(&arguments, &[], None)?;
            if output.status.success() && output.stdout.starts_with(&here) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Waits for a git that is still at work, then takes away the lock of one that was killed.
    fn release_index(&self) -> Result<(), GitError> {
        let lock = self.git_dir()?.join("index.lock");
        let begun = Instant::now();
        while lock.exists() {
            if begun.elapsed() > PATIENCE {
                return fs::remove_file(&lock).map_err(|error| {
                    GitError::Other(format!("{} is in the way: {error}", lock.display()))
                });
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// The git directory of this work tree.
    fn git_dir(&self) -> Result<PathBuf, GitError> {
        let said = self.run(&["rev-parse", "--absolute-git-dir"], &[], None)?;
        let text = said.stdout.strip_suffix(b"\n").unwrap_or(&said.stdout);
        Ok(PathBuf::from(String::from_utf8_lossy(text).into_owned()))
    }

    /// The files that git knows and that differ from HEAD or from the index.
    fn changed_files(&self) -> Result<BTreeSet<RepoPath>, GitError> {
        let arguments = ["status", "--porcelain", "-z", "--no-renames", "--untracked-files=no"];
        let said = self.run(&arguments, &[("GIT_OPTIONAL_LOCKS", "0".as_ref())], None)?;
        let lines = said.stdout.split(|byte| *byte == 0).filter(|line| line.len() > 3);
        Ok(lines.map(|line| RepoPath::from_bytes(&line[3..])).collect())
    }
}
