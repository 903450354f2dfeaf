//! Whether attributes give a file a merge of its own (`*.lock -merge`, `CHANGELOG.md merge=union`).
//! Then a merge of lines is not what git does with it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use globset::GlobBuilder;

use super::{GitError, ObjectId, Repo, RepoPath, TreeFile};

/// Where the attributes of a whole system stand.
const SYSTEM: &str = "/etc/gitattributes";

/// One file of attributes.
struct Source {
    /// As people name it.
    name: String,
    text: String,
    /// How much of a path lies above it, in bytes.
    above: usize,
}

impl Repo {
    /// What speaks about how a path is merged: the file and line of an attribute, or a setting;
    /// `None` where its lines are merged as usual. Careful: a later line that takes it back does
    /// not count.
    pub fn merge_attribute(
        &self,
        commit: &ObjectId,
        path: &RepoPath,
    ) -> Result<Option<String>, GitError> {
        if let Some(driver) = self.settings()?.value("merge.default").filter(|name| *name != "text")
        {
            return Ok(Some(format!("`merge.default = {driver}`")));
        }
        let mut sources = self.attributes_in(commit, path)?;
        sources.extend(self.attributes_beside()?);
        let lines = || sources.iter().flat_map(|source| lines(&source.text));
        let macros = speaking_macros(lines().filter_map(|line| line.strip_prefix("[attr]")));
        Ok(sources.iter().find_map(|source| {
            let line = merge_line(&source.text, &macros, &path.as_bytes()[source.above..])?;
            Some(format!("{}: `{line}`", source.name))
        }))
    }

    /// The files in the folders above a path.
    fn attributes_in(&self, commit: &ObjectId, path: &RepoPath) -> Result<Vec<Source>, GitError> {
        let bytes = path.as_bytes();
        let slashes = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/');
        let mut found = Vec::new();
        for above in std::iter::once(0).chain(slashes.map(|(at, _)| at + 1)) {
            let file = RepoPath::from_bytes(&[&bytes[..above], b".gitattributes"].concat());
            if let Some(TreeFile::Content(content)) = self.file(commit, &file)? {
                let text = String::from_utf8_lossy(&content).into_owned();
                found.push(Source { name: file.shown().into_owned(), text, above });
            }
        }
        Ok(found)
    }

    /// The files that are in no commit: this repository's own, the user's and the system's.
    fn attributes_beside(&self) -> Result<Vec<Source>, GitError> {
        let mut files = vec![self.common_dir().join("info").join("attributes")];
        files.extend(match self.settings()?.value("core.attributesfile") {
            Some(file) => Some(from_home(file)),
            None => configuration_folder().map(|folder| folder.join("git").join("attributes")),
        });
        if std::env::var_os("GIT_ATTR_NOSYSTEM").is_none_or(|value| value.is_empty()) {
            files.push(PathBuf::from(SYSTEM));
        }
        let read = |file: PathBuf| {
            let content = std::fs::read(self.folder.join(&file)).ok()?;
            let text = String::from_utf8_lossy(&content).into_owned();
            Some(Source { name: file.display().to_string(), text, above: 0 })
        };
        Ok(files.into_iter().filter_map(read).collect())
    }
}

/// A path of the configuration, in which `~/` stands for the user's folder.
fn from_home(file: &str) -> PathBuf {
    match (file.strip_prefix("~/"), home()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(file),
    }
}

fn home() -> Option<PathBuf> {
    std::env::var_os("HOME").map(PathBuf::from)
}

fn configuration_folder() -> Option<PathBuf> {
    let set = std::env::var_os("XDG_CONFIG_HOME").filter(|folder| !folder.is_empty());
    set.map(PathBuf::from).or_else(|| Some(home()?.join(".config")))
}

fn lines(text: &str) -> impl Iterator<Item = &str> + Clone {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The names of sets of attributes (`[attr]lockfile -merge`) that speak about merging, also by way
/// of another set.
fn speaking_macros<'t>(definitions: impl Iterator<Item = &'t str>) -> BTreeSet<&'t str> {
    let definitions: Vec<Vec<&str>> =
        definitions.map(|line| line.split_whitespace().collect()).collect();
    let mut speaking = BTreeSet::new();
    loop {
        let known = speaking.len();
        for definition in &definitions {
            if let [name, attributes @ ..] = definition.as_slice()
                && attributes.iter().any(|word| speaks(word, &speaking))
            {
                speaking.insert(*name);
            }
        }
        if speaking.len() == known {
            return speaking;
        }
    }
}

impl RepoPath {
    /// Whether a file of this name says how files are treated.
    #[must_use]
    pub fn is_attributes(&self) -> bool {
        self.as_bytes().rsplit(|byte| *byte == b'/').next() == Some(b".gitattributes")
    }
}

/// The first line that matches a path and speaks about merging.
fn merge_line(text: &str, macros: &BTreeSet<&str>, path: &[u8]) -> Option<String> {
    let path = String::from_utf8_lossy(path);
    lines(text)
        .filter(|line| !line.starts_with("[attr]"))
        .find(|line| {
            let (pattern, attributes) = split(line);
            attributes.split_whitespace().any(|word| speaks(word, macros))
                && matches(&pattern, &path)
        })
        .map(str::to_owned)
}

/// The pattern, which may stand in quotes, and the attributes.
fn split(line: &str) -> (String, &str) {
    if let Some(quoted) = line.strip_prefix('"')
        && let Some(end) = quoted.find('"')
    {
        return (quoted[..end].to_owned(), &quoted[end + 1..]);
    }
    match line.split_once(char::is_whitespace) {
        Some((pattern, attributes)) => (pattern.to_owned(), attributes),
        None => (line.to_owned(), ""),
    }
}

/// `binary` is short for `-diff -merge -text`.
fn speaks(word: &str, macros: &BTreeSet<&str>) -> bool {
    let word = word.trim_start_matches(['-', '!']);
    let name = word.split('=').next().unwrap_or(word);
    matches!(name, "merge" | "binary") || macros.contains(name)
}

/// Whether a pattern may mean a path; one that cannot be read may.
fn matches(pattern: &str, path: &str) -> bool {
    let anchored = pattern.trim_end_matches('/').contains('/');
    let pattern = pattern.trim_start_matches('/');
    let subject = if anchored { path } else { path.rsplit('/').next().unwrap_or(path) };
    match GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).build() {
        Ok(glob) => glob.compile_matcher().is_match(subject),
        Err(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_lie_in_files_of_one_name() {
        let is = |path: &str| RepoPath::from(path).is_attributes();
        assert!(is(".gitattributes") && is("src/.gitattributes"));
        assert!(!is("src/x.gitattributes") && !is(".gitattributes/x") && !is("gitattributes"));
    }

    #[test]
    fn lines_about_merging_are_found() {
        let found = |text: &str, path: &str| {
            let macros =
                speaking_macros(lines(text).filter_map(|line| line.strip_prefix("[attr]")));
            merge_line(text, &macros, path.as_bytes()).is_some()
        };
        assert!(found("*.lock -merge", "a/b.lock"));
        assert!(found("*.lock merge=union", "b.lock"));
        assert!(found("*.bin binary", "x/y.bin"));
        assert!(found("/a/*.txt text merge=ours # all", "a/b.txt"));
        assert!(found("[attr]generated -merge -diff\n*.g generated", "x.g"));
        assert!(found("[attr]b a\n[attr]c -b\n[attr]a merge=x\n*.g c", "x.g"), "by way of others");
        assert!(!found("[attr]a b\n[attr]b a\n*.g a", "x.g"), "a circle that says nothing");
        assert!(found("\"a b.txt\" -merge", "a b.txt"));
        assert!(!found("*.lock text eol=lf", "b.lock"), "nothing about merging");
        assert!(!found("/a/*.txt -merge", "b/a/b.txt"));
        assert!(!found("# *.lock -merge", "b.lock"));
        assert!(!found("[attr]generated -diff\n*.g generated", "x.g"));
    }
}
