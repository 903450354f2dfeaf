//! Whether attributes give a file a merge of its own (`*.lock -merge`, `CHANGELOG.md merge=union`).
//! Then a merge of lines is not what git does with it.
//!
//! Most patterns are plain, and read here: no child is started for them. What git could read
//! otherwise (braces, sets of characters, escapes, names that are not ASCII) git is asked about;
//! where it has no answer, it counts as a match.

use std::collections::BTreeSet;
use std::ffi::OsStr;
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
        let folded = self.settings()?.is_on("core.ignorecase");
        let lines = || sources.iter().flat_map(|source| lines(&source.text));
        let macros = speaking_macros(lines().filter_map(|line| line.strip_prefix("[attr]")));
        let mut perhaps = None;
        for source in &sources {
            let path = &path.as_bytes()[source.above..];
            let shown = |line: &str| format!("{}: `{line}`", source.name);
            for (line, means) in merge_lines(&source.text, &macros, path, folded) {
                match means {
                    Means::Yes => return Ok(Some(shown(line))),
                    Means::Perhaps => perhaps = perhaps.or_else(|| Some(shown(line))),
                    Means::No => {}
                }
            }
        }
        // No answer is no "no": git may not be there, or the commit in memory alone.
        let merged_by_lines = || matches!(self.has_own_merge(commit, path), Ok(Some(false)));
        Ok(perhaps.filter(|_| !merged_by_lines()))
    }

    /// Whether git itself says that a path is merged in a way of its own; `None` where it does not
    /// say: before 2.40, it reads no attributes of another commit than the one checked out.
    fn has_own_merge(&self, commit: &ObjectId, path: &RepoPath) -> Result<Option<bool>, GitError> {
        let git_dir = self.git_dir()?;
        let top = self.work_tree().unwrap_or(&git_dir).to_owned();
        let source = format!("--source={commit}");
        let arguments = ["check-attr", "--stdin", "-z", &source, "merge"].map(OsStr::new);
        // Paths are taken to be relative to the folder that git runs in.
        let arguments = [&[OsStr::new("-C"), top.as_os_str()][..], &arguments].concat();
        let question = [path.as_bytes(), b"\0"].concat();
        let environment = [("GIT_DIR", git_dir.as_os_str())];
        let said = self.ask(&arguments, &environment, Some(&question))?;
        if !said.status.success() {
            return Ok(None);
        }
        let mut fields = said.stdout.split(|byte| *byte == 0);
        let (about, value) = (fields.next(), fields.nth(1));
        Ok(match (about == Some(path.as_bytes()), value) {
            (true, Some(value)) => Some(!matches!(value, b"unspecified" | b"set" | b"text")),
            _ => None,
        })
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

/// What git takes for the end of a word, and for nothing at a line's begin.
const BLANK: [char; 3] = [' ', '\t', '\r'];

fn lines(text: &str) -> impl Iterator<Item = &str> + Clone {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = text.split('\n').map(|line| line.trim_matches(BLANK));
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
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

/// Whether a pattern means a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Means {
    Yes,
    No,
    Perhaps,
}

/// The lines that speak about merging, and whether they mean a path.
fn merge_lines<'t>(
    text: &'t str,
    macros: &BTreeSet<&str>,
    path: &[u8],
    folded: bool,
) -> impl Iterator<Item = (&'t str, Means)> {
    let path = String::from_utf8_lossy(path).into_owned();
    lines(text).filter(|line| !line.starts_with("[attr]")).filter_map(move |line| {
        let (pattern, attributes) = split(line);
        let speaks = attributes.split_whitespace().any(|word| speaks(word, macros));
        speaks.then(|| (line, means(pattern, &path, folded)))
    })
}

/// The pattern, which may stand in quotes, and the attributes.
fn split(line: &str) -> (&str, &str) {
    let quoted = line.strip_prefix('"').and_then(|rest| rest.split_once('"'));
    quoted.or_else(|| line.split_once(BLANK)).unwrap_or((line, ""))
}

/// `binary` is short for `-diff -merge -text`.
fn speaks(word: &str, macros: &BTreeSet<&str>) -> bool {
    let word = word.trim_start_matches(['-', '!']);
    let name = word.split('=').next().unwrap_or(word);
    matches!(name, "merge" | "binary") || macros.contains(name)
}

/// Whether a pattern means a path, as far as that is plain.
fn means(pattern: &str, path: &str, folded: bool) -> Means {
    let plain = |c: char| c.is_ascii_graphic() && !"{}[]\\".contains(c) || c == ' ';
    // To git `?` is a byte.
    let counts_bytes = pattern.contains('?') && !path.is_ascii();
    if !pattern.chars().all(plain) || pattern.contains("***") || counts_bytes {
        return Means::Perhaps;
    }
    let anchored = pattern.trim_end_matches('/').contains('/');
    let pattern = pattern.trim_start_matches('/');
    let subject = if anchored { path } else { path.rsplit('/').next().unwrap_or(path) };
    let glob = GlobBuilder::new(pattern).literal_separator(true).case_insensitive(folded).build();
    match glob.map(|glob| glob.compile_matcher().is_match(subject)) {
        Ok(true) => Means::Yes,
        Ok(false) => Means::No,
        Err(_) => Means::Perhaps,
    }
}

#[cfg(test)]
mod tests;
