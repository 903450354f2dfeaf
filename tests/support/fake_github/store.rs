//! The bare repository below: every object and every ref is made by git.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A bare repository.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    path: PathBuf,
}

/// A commit, as git has it.
#[derive(Debug, Clone)]
pub(crate) struct StoredCommit {
    pub(crate) tree: String,
    pub(crate) parents: Vec<String>,
    pub(crate) author: String,
    pub(crate) committer: String,
    pub(crate) message: String,
}

impl Store {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// The repository's folder.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Runs git; its output, or what it said against it.
    pub(crate) fn git(&self, arguments: &[&str], stdin: &[u8]) -> Result<Vec<u8>, String> {
        self.git_with(arguments, stdin, &[])
    }

    fn git_with(
        &self,
        arguments: &[&str],
        stdin: &[u8],
        environment: &[(&str, &Path)],
    ) -> Result<Vec<u8>, String> {
        let mut child = Command::new("git")
            .arg("--git-dir")
            .arg(&self.path)
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut pipe = child.stdin.take().unwrap();
        let input = stdin.to_vec();
        let writer = std::thread::spawn(move || drop(pipe.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        match output.status.success() {
            true => Ok(output.stdout),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }

    fn line(&self, arguments: &[&str], stdin: &[u8]) -> Result<String, String> {
        Ok(String::from_utf8_lossy(&self.git(arguments, stdin)?).trim().to_owned())
    }

    /// Whether an object is there, and of which kind it is.
    pub(super) fn kind(&self, id: &str) -> Option<String> {
        let hex = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        hex.then(|| self.line(&["cat-file", "-t", id], b"").ok()).flatten()
    }

    /// The kinds of many objects; those that are not there are left out.
    pub(super) fn kinds(&self, ids: &[&str]) -> BTreeMap<String, String> {
        let list: String = ids.iter().map(|id| format!("{id}\n")).collect();
        let said = self.git(&["cat-file", "--batch-check"], list.as_bytes()).unwrap();
        let text = String::from_utf8_lossy(&said).into_owned();
        let kind = |line: &str| {
            let mut words = line.split(' ').map(str::to_owned);
            Some((words.next()?, words.next().filter(|kind| kind != "missing")?))
        };
        text.lines().filter_map(kind).collect()
    }

    /// What a full ref stands on.
    pub(crate) fn reference(&self, name: &str) -> Option<String> {
        self.line(&["rev-parse", "--verify", "--quiet", "--end-of-options", name], b"").ok()
    }

    /// Every ref that begins like this, with what it stands on.
    pub(crate) fn references(&self, prefix: &str) -> Vec<(String, String)> {
        let format = "--format=%(refname) %(objectname)";
        let text = self.line(&["for-each-ref", format], b"").unwrap();
        let pairs = text.lines().filter_map(|line| line.split_once(' '));
        let of = pairs.filter(|(name, _)| name.starts_with(prefix));
        of.map(|(name, id)| (name.to_owned(), id.to_owned())).collect()
    }

    pub(super) fn set_reference(&self, name: &str, id: &str) -> Result<(), String> {
        self.git(&["update-ref", name, id], b"").map(drop)
    }

    pub(super) fn delete_reference(&self, name: &str) -> Result<(), String> {
        self.git(&["update-ref", "-d", name], b"").map(drop)
    }

    pub(super) fn is_ancestor(&self, one: &str, other: &str) -> bool {
        self.git(&["merge-base", "--is-ancestor", one, other], b"").is_ok()
    }

    /// How many commits one has and the other has not.
    pub(super) fn ahead(&self, base: &str, head: &str) -> usize {
        let range = format!("{base}..{head}");
        self.line(&["rev-list", "--count", &range], b"").unwrap().parse().unwrap()
    }

    pub(super) fn blob(&self, content: &[u8]) -> String {
        self.line(&["hash-object", "-w", "--stdin"], content).unwrap()
    }

    /// A commit, or nothing.
    pub(crate) fn commit(&self, id: &str) -> Option<StoredCommit> {
        if self.kind(id)? != "commit" {
            return None;
        }
        let raw = self.git(&["cat-file", "commit", id], b"").unwrap();
        let text = String::from_utf8_lossy(&raw).into_owned();
        let (head, message) = text.split_once("\n\n").unwrap();
        let all = |name: &str| -> Vec<String> {
            let values = head.lines().filter_map(|line| line.strip_prefix(name));
            values.map(str::to_owned).collect()
        };
        Some(StoredCommit {
            tree: all("tree ").remove(0),
            parents: all("parent "),
            author: all("author ").remove(0),
            committer: all("committer ").remove(0),
            message: message.to_owned(),
        })
    }

    /// Stores a commit just so; GitHub adds nothing to a message.
    pub(super) fn write_commit(
        &self,
        tree: &str,
        parents: &[String],
        who: &str,
        message: &str,
    ) -> Result<String, String> {
        let parents: String = parents.iter().map(|parent| format!("parent {parent}\n")).collect();
        let who = format!("{who} 1767614400 +0000");
        let text = format!("tree {tree}\n{parents}author {who}\ncommitter {who}\n\n{message}");
        self.line(&["hash-object", "-w", "-t", "commit", "--stdin"], text.as_bytes())
    }

    /// The entries of a tree: mode, kind, id, path; all of them, or its own alone.
    pub(super) fn entries(&self, tree: &str, deep: bool) -> Vec<[String; 4]> {
        let mut arguments = vec!["ls-tree", "-z"];
        arguments.extend(deep.then_some("-r"));
        arguments.push(tree);
        let raw = self.git(&arguments, b"").unwrap();
        let text = String::from_utf8_lossy(&raw).into_owned();
        let entry = |line: &str| {
            let (head, path) = line.split_once('\t')?;
            let mut words = head.split(' ').map(str::to_owned);
            Some([words.next()?, words.next()?, words.next()?, path.to_owned()])
        };
        text.split('\0').filter_map(entry).collect()
    }

    /// The tree that another becomes by lines of `git update-index --index-info`, each ended by
    /// NUL.
    pub(super) fn edited(&self, base: Option<&str>, lines: &[u8]) -> Result<String, String> {
        let folder = tempfile::tempdir().unwrap();
        let index = folder.path().join("index");
        let with: [(&str, &Path); 1] = [("GIT_INDEX_FILE", &index)];
        match base {
            Some(base) => self.git_with(&["read-tree", base], b"", &with)?,
            None => self.git_with(&["read-tree", "--empty"], b"", &with)?,
        };
        self.git_with(&["update-index", "--replace", "-z", "--index-info"], lines, &with)?;
        let tree = self.git_with(&["write-tree", "--missing-ok"], b"", &with)?;
        Ok(String::from_utf8_lossy(&tree).trim().to_owned())
    }
}
