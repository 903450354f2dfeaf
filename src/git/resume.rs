//! A work tree that was left half way between two commits is brought to the second, unless somebody
//! has worked there since.

use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::checkout::SUBMODULE;
use super::{Change, Entry, GitError, ObjectId, Repo, RepoPath};

/// How long a git that is still at work is waited for.
const PATIENCE: Duration = Duration::from_secs(3);

/// The mode of a symbolic link.
const LINK: u32 = 0o120_000;

/// How it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resumed {
    /// The work tree is at the second commit.
    Done,
    /// Nothing was touched: what lies here is neither commit's.
    Foreign(RepoPath),
}

impl Repo {
    /// Brings index and work tree to `to`, where a switch from `from` may have been killed. What is
    /// neither commit's is somebody's work since, and then nothing is touched.
    pub fn finish_switch(&self, from: &ObjectId, to: &ObjectId) -> Result<Resumed, GitError> {
        self.release_index()?;
        let top = self.work_tree().ok_or_else(|| GitError::Other("no work tree".to_owned()))?;
        let changes = self.changes(Some(from), Some(to))?;
        let half =
            HalfWay { repo: self, top, known: changes.iter().map(|one| &one.path).collect() };
        if let Some(path) =
            self.changed_files()?.into_iter().find(|path| !half.known.contains(path))
        {
            return Ok(Resumed::Foreign(path));
        }
        for change in &changes {
            if !half.is_of_switch(change)? {
                return Ok(Resumed::Foreign(change.path.clone()));
            }
        }
        self.run(&["read-tree", "--reset", "-u", &to.to_string()], &[], None)?;
        Ok(Resumed::Done)
    }

    /// A file that a switch would overwrite or take away although git does not know it: git itself
    /// spares those that it does not ignore.
    pub fn in_the_way(&self, from: &ObjectId, to: &ObjectId) -> Result<Option<RepoPath>, GitError> {
        let Some(top) = self.work_tree() else { return Ok(None) };
        let changes = self.changes(Some(from), Some(to))?;
        // What goes is git's own; whatever else is there, is not.
        let goes = changes.iter().filter(|change| change.old.is_some());
        let half = HalfWay { repo: self, top, known: goes.map(|one| &one.path).collect() };
        for change in changes.iter().filter(|change| change.old.is_none()) {
            let submodule = change.new.is_some_and(|entry| entry.mode == SUBMODULE);
            let here = half.place(&change.path);
            let blocked = match (half.file_above(&change.path), fs::symlink_metadata(&here)) {
                // What is seen through a link lies elsewhere, and is in nobody's way.
                (Some(file), _) => !half.known.contains(&file),
                // The folder of a submodule that went stays, and is taken up again.
                (None, Ok(found)) if found.is_dir() => {
                    !submodule && !half.holds_only_known(&here)?
                }
                (None, found) => found.is_ok(),
            };
            if blocked {
                return Ok(Some(change.path.clone()));
            }
        }
        Ok(None)
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
}

/// A work tree between two commits.
struct HalfWay<'a> {
    repo: &'a Repo,
    top: &'a Path,
    /// The paths that the commits have otherwise.
    known: BTreeSet<&'a RepoPath>,
}

impl HalfWay<'_> {
    /// Whether what lies at a changed path is what a switch leaves there, whole or in part.
    fn is_of_switch(&self, change: &Change) -> Result<bool, GitError> {
        // What lies behind a file or a link that comes or goes is not at this path; what lies
        // behind somebody else's is theirs.
        if let Some(file) = self.file_above(&change.path) {
            return Ok(self.known.contains(&file));
        }
        let file = self.place(&change.path);
        let Ok(found) = fs::symlink_metadata(&file) else { return Ok(true) };
        let entries = [change.old, change.new];
        let mut entries = entries.iter().flatten();
        if found.is_dir() {
            let submodule = entries.any(|entry| entry.mode == SUBMODULE);
            return Ok(submodule || self.holds_only_known(&file)?);
        }
        let here = content(&file, &found).map_err(|error| GitError::Other(error.to_string()))?;
        for entry in entries.filter(|entry| (entry.mode == LINK) == found.is_symlink()) {
            if self.begins_with(&change.path, entry, &here)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether an entry's file, as git puts it into the work tree, begins with this.
    fn begins_with(&self, path: &RepoPath, entry: &Entry, here: &[u8]) -> Result<bool, GitError> {
        let oid = entry.oid.to_string();
        let output = match (entry.mode, path.as_str()) {
            (SUBMODULE, _) => return Ok(false),
            (LINK, _) | (_, None) => self.repo.ask(&["cat-file", "blob", &oid], &[], None)?,
            (_, Some(name)) => {
                let spec = format!("--path={name}");
                self.repo.ask(&["cat-file", "--filters", &spec, &oid], &[], None)?
            }
        };
        Ok(output.status.success() && output.stdout.starts_with(here))
    }

    /// The link or file that stands where a folder above a path would be.
    fn file_above(&self, path: &RepoPath) -> Option<RepoPath> {
        let bytes = path.as_bytes();
        let slashes = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/');
        let mut above =
            slashes.map(|(at, _)| RepoPath::from_bytes(bytes.get(..at).unwrap_or_default()));
        above.find(|folder| {
            fs::symlink_metadata(self.place(folder)).is_ok_and(|found| !found.is_dir())
        })
    }

    /// Whether all files of a folder are at paths of the switch; each of them is looked at itself.
    fn holds_only_known(&self, folder: &Path) -> Result<bool, GitError> {
        let unread = |error: std::io::Error| {
            GitError::Other(format!("{} cannot be read: {error}", folder.display()))
        };
        for entry in fs::read_dir(folder).map_err(unread)? {
            let entry = entry.map_err(unread)?;
            let below = match entry.file_type().map_err(unread)?.is_dir() {
                true => self.holds_only_known(&entry.path())?,
                false => self.known.contains(&self.path_of(&entry.path())),
            };
            if !below {
                return Ok(false);
            }
        }
        Ok(true)
    }

    #[cfg(unix)]
    fn place(&self, path: &RepoPath) -> PathBuf {
        use std::os::unix::ffi::OsStrExt as _;
        self.top.join(std::ffi::OsStr::from_bytes(path.as_bytes()))
    }

    #[cfg(not(unix))]
    fn place(&self, path: &RepoPath) -> PathBuf {
        self.top.join(String::from_utf8_lossy(path.as_bytes()).into_owned())
    }

    fn path_of(&self, file: &Path) -> RepoPath {
        let name = file.strip_prefix(self.top).unwrap_or(file);
        let name = name.as_os_str().as_encoded_bytes().to_vec();
        #[cfg(windows)]
        let name: Vec<u8> =
            name.into_iter().map(|byte| if byte == b'\\' { b'/' } else { byte }).collect();
        RepoPath::from_bytes(&name)
    }
}

/// The bytes of a file, or the target of a link.
fn content(file: &Path, found: &Metadata) -> std::io::Result<Vec<u8>> {
    match found.is_symlink() {
        true => Ok(fs::read_link(file)?.as_os_str().as_encoded_bytes().to_vec()),
        false => fs::read(file),
    }
}
