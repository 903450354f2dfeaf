//! Real repositories for the tests of the rooms above, made by the git program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{ObjectId, ObjectKind, Repo};

/// A repository on branch `main` in a temporary folder, shut off from the machine's settings.
pub struct Scratch {
    folder: tempfile::TempDir,
}

impl Scratch {
    /// One without any commit.
    pub fn empty() -> Self {
        let scratch = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(scratch.path()).unwrap();
        // Of what git would copy, tests write to this folder.
        scratch.git(&["init", "--quiet", "--template=", "--initial-branch", "main"]);
        fs::create_dir(scratch.path().join(".git/info")).unwrap();
        scratch
    }

    /// The top of its work tree.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// Runs git in it, and gives what it says.
    pub fn git(&self, arguments: &[&str]) -> String {
        git(&self.path(), arguments)
    }

    /// Writes files and commits all there is.
    pub fn commit(&self, message: &str, files: &[(&str, &str)]) -> ObjectId {
        for (path, text) in files {
            let path = self.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
        self.id("HEAD")
    }

    /// Merges what `work` commits on a branch of its own.
    pub fn merge(&self, message: &str, work: impl FnOnce()) -> ObjectId {
        self.git(&["checkout", "--quiet", "-b", "topic"]);
        work();
        self.git(&["checkout", "--quiet", "main"]);
        self.git(&["merge", "--quiet", "--no-ff", "--message", message, "topic"]);
        self.git(&["branch", "--quiet", "--delete", "topic"]);
        self.id("HEAD")
    }

    /// What a revision stands for.
    pub fn id(&self, revision: &str) -> ObjectId {
        self.git(&["rev-parse", revision]).parse().unwrap()
    }

    /// Says what the remote `origin` is known to have, without one being there.
    pub fn remote_has(&self, branch: &str, commit: &ObjectId) {
        if self.git(&["remote"]).is_empty() {
            self.git(&["remote", "add", "origin", "../origin.git"]);
        }
        let name = format!("refs/remotes/origin/{branch}");
        self.git(&["update-ref", &name, &commit.to_string()]);
    }

    /// A clone that has only so many of the newest commits.
    pub fn shallow(&self, depth: usize) -> Repo {
        let source = format!("file://{}", self.path().display());
        let target = self.folder.path().join(format!("shallow-{depth}"));
        let (target, depth) = (target.to_str().unwrap(), depth.to_string());
        git(self.folder.path(), &["clone", "--quiet", "--depth", &depth, &source, target]);
        Repo::open(Path::new(target)).unwrap()
    }

    /// The repository as the program sees it.
    pub fn repo(&self) -> Repo {
        Repo::open(&self.path()).unwrap()
    }
}

/// Writes a hook that git may start at once. Another process writes it, for the kernel starts nothing
/// that is open for writing ("Text file busy"): what another test's thread forks would hold it open.
pub fn write_hook(git_dir: &Path, name: &str, script: &str) {
    let folder = git_dir.join("hooks");
    fs::create_dir_all(&folder).unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-c", r#"printf %s "$2" >"$1" && chmod 755 "$1""#, "sh"]);
    assert!(shell.arg(folder.join(name)).arg(script).status().unwrap().success());
}

/// A commit in memory, of any time.
pub fn commit_at(repo: &Repo, number: usize, parents: &[ObjectId], time: u32) -> ObjectId {
    let tree = repo.draft(ObjectKind::Tree, Vec::new(), &ObjectId::from_bytes(&[0; 20]).unwrap());
    let mut text = format!("tree {}\n", tree.unwrap());
    for parent in parents {
        text.push_str(&format!("parent {parent}\n"));
    }
    for who in ["author", "committer"] {
        text.push_str(&format!("{who} T <t@example.com> {time} +0000\n"));
    }
    text.push_str(&format!("\n{number}\n"));
    repo.draft(
        ObjectKind::Commit,
        text.into_bytes(),
        &parents.first().copied().unwrap_or(ObjectId::from_bytes(&[0; 20]).unwrap()),
    )
    .unwrap()
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    let output = command
        .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_SYSTEM", "/dev/null")])
        .envs([("GIT_AUTHOR_NAME", "T"), ("GIT_AUTHOR_EMAIL", "t@example.com")])
        .envs([("GIT_COMMITTER_NAME", "T"), ("GIT_COMMITTER_EMAIL", "t@example.com")])
        .envs([("GIT_AUTHOR_DATE", "1767614400 +0000"), ("GIT_COMMITTER_DATE", "1767614400 +0000")])
        .args(["-c", "protocol.file.allow=always"])
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {said}");
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}
