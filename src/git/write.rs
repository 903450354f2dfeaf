//! Everything that writes into a repository, by the git program: it signs as git is configured,
//! takes git's locks, and works wherever git does.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::backend::program::child::{not_started, reason, talk};
use super::object::{Object, ObjectKind, Tree};
use super::{GitError, ObjectId, RefName, Repo};

/// Variables that would make git answer otherwise: another index than the repository's own, another
/// form of patches, another reading of paths.
const FOREIGN: [&str; 7] = [
    "GIT_INDEX_FILE",
    "GIT_EXTERNAL_DIFF",
    "GIT_DIFF_OPTS",
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
];

/// A commit that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCommit {
    /// Its tree.
    pub tree: ObjectId,
    /// Its parents.
    pub parents: Vec<ObjectId>,
    /// The whole message.
    pub message: String,
}

impl Repo {
    /// Writes those objects kept in memory that a tree needs. Done twice it writes nothing new.
    pub fn write_tree(&self, tree: &ObjectId) -> Result<(), GitError> {
        self.store(&self.needed(tree)?, &[])
    }

    /// Makes a commit with the author, the committer and the signature that git is configured to
    /// make. Nothing points to it yet.
    pub fn write_commit(&self, commit: &NewCommit) -> Result<ObjectId, GitError> {
        self.write_tree(&commit.tree)?;
        // The message is UTF-8, whatever git would call it.
        let command = ["-c", "i18n.commitEncoding=UTF-8", "commit-tree"];
        let mut arguments: Vec<String> = command.map(str::to_owned).to_vec();
        arguments.push(commit.tree.to_string());
        for parent in &commit.parents {
            arguments.extend(["-p".to_owned(), parent.to_string()]);
        }
        // Unlike `git commit`, this takes no notice of the setting.
        let signed = self.settings()?.is_on("commit.gpgsign");
        if signed {
            arguments.push("-S".to_owned());
        }
        let said = self.ask(&arguments, &[], Some(commit.message.as_bytes()))?;
        if !said.status.success() {
            return Err(no_commit(&said.stderr, signed));
        }
        let text = String::from_utf8_lossy(&said.stdout);
        text.trim().parse().map_err(|_| GitError::Other(format!("commit-tree said `{text}`")))
    }

    /// Moves a ref, where it still stands where it was seen: `None` where there was none. A ref
    /// that somebody moved in the meantime stays as it is, and that is an error.
    pub fn move_ref(
        &self,
        name: &RefName,
        to: &ObjectId,
        from: Option<&ObjectId>,
        why: &str,
    ) -> Result<(), GitError> {
        let from = match from {
            Some(from) => from.to_string(),
            None => "0".repeat(to.as_bytes().len() * 2),
        };
        self.run(&["update-ref", "-m", why, name.as_str(), &to.to_string(), &from], &[], None)?;
        Ok(())
    }

    /// Whether a merge in this repository first makes line endings alike (`merge.renormalize`).
    pub fn renormalizes(&self) -> Result<bool, GitError> {
        Ok(self.settings()?.is_on("merge.renormalize"))
    }

    /// Runs the git program in this repository, as its user would.
    pub(super) fn run<S: AsRef<OsStr>>(
        &self,
        arguments: &[S],
        environment: &[(&str, &OsStr)],
        stdin: Option<&[u8]>,
    ) -> Result<Output, GitError> {
        let output = self.ask(arguments, environment, stdin)?;
        if output.status.success() {
            Ok(output)
        } else {
            Err(GitError::Other(reason(&output.stderr)))
        }
    }

    /// The same, whatever its exit code.
    pub(super) fn ask<S: AsRef<OsStr>>(
        &self,
        arguments: &[S],
        environment: &[(&str, &OsStr)],
        stdin: Option<&[u8]>,
    ) -> Result<Output, GitError> {
        let mut command = Command::new("git");
        command
            .current_dir(&self.folder)
            .args(arguments)
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("LC_ALL", "C");
        for name in FOREIGN {
            command.env_remove(name);
        }
        command.envs(environment.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::piped());
        talk(command, stdin).map_err(|error| not_started(&error))
    }

    /// The objects in memory that a tree needs, itself included.
    pub(super) fn needed(&self, tree: &ObjectId) -> Result<Vec<(ObjectId, Object)>, GitError> {
        let mut needed = Vec::new();
        let mut next = vec![*tree];
        while let Some(id) = next.pop() {
            let Some(draft) = self.drafts.borrow().get(&id).cloned() else { continue };
            if draft.kind == ObjectKind::Tree {
                for entry in Tree::new(id, draft.content.clone()).entries() {
                    next.push(entry?.entry.oid);
                }
            }
            needed.push((id, draft));
        }
        Ok(needed)
    }

    /// Writes objects, and makes sure that git gives them the ids that they have here.
    pub(super) fn store(
        &self,
        objects: &[(ObjectId, Object)],
        environment: &[(&str, &OsStr)],
    ) -> Result<(), GitError> {
        if objects.is_empty() {
            return Ok(());
        }
        let folder = tempfile::tempdir().map_err(|error| unwritten(&error))?;
        for kind in ["blob", "tree", "commit"] {
            let of_kind: Vec<_> =
                objects.iter().filter(|(_, object)| object.kind.word() == kind).collect();
            if of_kind.is_empty() {
                continue;
            }
            let mut list = String::new();
            for (id, object) in &of_kind {
                let file = folder.path().join(id.to_string());
                fs::write(&file, &object.content).map_err(|error| unwritten(&error))?;
                list.push_str(&format!("{}\n", quoted(&file)));
            }
            let arguments = ["hash-object", "-w", "--no-filters", "-t", kind, "--stdin-paths"];
            let said = self.run(&arguments, environment, Some(list.as_bytes()))?;
            let wanted: String = of_kind.iter().map(|(id, _)| format!("{id}\n")).collect();
            if said.stdout != wanted.as_bytes() {
                return Err(GitError::Other("git gave objects other ids".to_owned()));
            }
        }
        Ok(())
    }
}

/// A path as a line of `--stdin-paths`.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    match text.contains(['"', '\\', '\n']) {
        true => format!("{text:?}"),
        false => text,
    }
}

fn unwritten(error: &std::io::Error) -> GitError {
    GitError::Other(format!("a temporary file cannot be written: {error}"))
}

/// Why git made no commit, and what helps where it is one of the two usual reasons.
fn no_commit(said: &[u8], signed: bool) -> GitError {
    let text = String::from_utf8_lossy(said);
    let nobody =
        ["auto-detect", "empty ident", "auto-detection is disabled", "tell me who you are"];
    let reason = reason(said);
    let help = if nobody.iter().any(|words| text.contains(words)) {
        "say who commits: `git config user.name NAME` and `git config user.email ADDRESS`"
    } else if signed {
        "`commit.gpgSign` is on: look whether `git commit -S` can sign here, or switch it off for \
         this repository: `git config commit.gpgSign false`"
    } else {
        return GitError::Other(reason);
    };
    GitError::NoCommit { reason, help: help.to_owned() }
}
