//! Whether attributes give a file a merge of its own (`*.lock -merge`, `CHANGELOG.md merge=union`).
//! Then a merge of lines is not what git does with it.

use globset::GlobBuilder;

use super::{GitError, ObjectId, Repo, RepoPath, TreeFile};

impl Repo {
    /// The file and line whose attributes speak about how a path is merged; `None` where its lines
    /// are merged as usual. Careful: a later line that takes it back does not count.
    pub fn merge_attribute(
        &self,
        commit: &ObjectId,
        path: &RepoPath,
    ) -> Result<Option<String>, GitError> {
        let bytes = path.as_bytes();
        let folders = std::iter::once(0)
            .chain(bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at));
        for end in folders {
            let folder = &bytes[..end];
            let rest = if end == 0 { bytes } else { &bytes[end + 1..] };
            let slash: &[u8] = if end == 0 { b"" } else { b"/" };
            let file = RepoPath::from_bytes(&[folder, slash, b".gitattributes"].concat());
            if let Some(TreeFile::Content(content)) = self.file(commit, &file)?
                && let Some(line) = merge_line(&content, rest)
            {
                return Ok(Some(format!("{}: `{line}`", file.shown())));
            }
        }
        let own = self.common_dir().join("info").join("attributes");
        match std::fs::read(&own) {
            Ok(content) => {
                Ok(merge_line(&content, bytes).map(|line| format!("{}: `{line}`", own.display())))
            }
            Err(_) => Ok(None),
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
fn merge_line(content: &[u8], path: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(content);
    let lines =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    // `[attr]lockfile -merge` gives a name to a set of attributes.
    let named: Vec<&str> = lines
        .clone()
        .filter_map(|line| line.strip_prefix("[attr]"))
        .filter(|line| line.split_whitespace().skip(1).any(|word| speaks(word, &[])))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let path = String::from_utf8_lossy(path);
    lines
        .filter(|line| !line.starts_with("[attr]"))
        .find(|line| {
            let (pattern, attributes) = split(line);
            attributes.split_whitespace().any(|word| speaks(word, &named))
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
fn speaks(word: &str, named: &[&str]) -> bool {
    let word = word.trim_start_matches(['-', '!']);
    let name = word.split('=').next().unwrap_or(word);
    matches!(name, "merge" | "binary") || named.contains(&name)
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
        let found = |text: &str, path: &str| merge_line(text.as_bytes(), path.as_bytes()).is_some();
        assert!(found("*.lock -merge", "a/b.lock"));
        assert!(found("*.lock merge=union", "b.lock"));
        assert!(found("*.bin binary", "x/y.bin"));
        assert!(found("/a/*.txt text merge=ours # all", "a/b.txt"));
        assert!(found("[attr]generated -merge -diff\n*.g generated", "x.g"));
        assert!(found("\"a b.txt\" -merge", "a b.txt"));
        assert!(!found("*.lock text eol=lf", "b.lock"), "nothing about merging");
        assert!(!found("/a/*.txt -merge", "b/a/b.txt"));
        assert!(!found("# *.lock -merge", "b.lock"));
        assert!(!found("[attr]generated -diff\n*.g generated", "x.g"));
    }
}
