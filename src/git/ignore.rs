//! What git ignores, asked of git itself: it alone knows all the places where that can be said.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use super::backend::program::child::talk;

/// The rule by which git leaves a path out of commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoreRule {
    /// The file that holds it, as git names it: `.gitignore`.
    pub file: String,
    /// The line, counted from 1.
    pub line: String,
    /// The pattern.
    pub pattern: String,
}

/// The rule by which git ignores a path of a work tree, which need not exist; `None` where it does
/// not, also because the path is tracked.
///
/// # Errors
/// git could not be run, or gave no answer.
pub fn ignored_by(work_tree: &Path, path: &Path) -> io::Result<Option<IgnoreRule>> {
    let mut git = Command::new("git");
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        git.env_remove(variable);
    }
    git.arg("-C").arg(work_tree).args(["check-ignore", "--verbose", "-z", "--stdin"]);
    git.stdout(Stdio::piped()).stderr(Stdio::null());
    let output = talk(git, Some(path.as_os_str().as_encoded_bytes()))?;
    match output.status.code() {
        Some(0) => Ok(parse(&output.stdout)),
        Some(1) => Ok(None),
        _ => Err(io::Error::other("`git check-ignore` gave no answer")),
    }
}

/// The answer: file, line, pattern and path, each ended by a zero byte. A pattern with `!` in front
/// is the one that takes the path back in.
fn parse(answer: &[u8]) -> Option<IgnoreRule> {
    let mut fields = answer.split(|byte| *byte == 0);
    let mut field = || fields.next().map(|field| String::from_utf8_lossy(field).into_owned());
    let rule = IgnoreRule { file: field()?, line: field()?, pattern: field()? };
    (!rule.pattern.starts_with('!')).then_some(rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(rules: &str, path: &str) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        let init = Command::new("git").arg("-C").arg(folder.path()).args(["init", "-q"]).status();
        assert!(init.unwrap().success());
        std::fs::write(folder.path().join(".gitignore"), rules).unwrap();
        let rule = ignored_by(folder.path(), &folder.path().join(path)).unwrap()?;
        Some(format!("{}:{} {}", rule.file, rule.line, rule.pattern))
    }

    #[test]
    fn the_rule_is_named() {
        assert_eq!(asked("*.o\nkept/\n", "kept/a.txt").unwrap(), ".gitignore:2 kept/");
        assert_eq!(asked("kept/\n", "other/a.txt"), None);
        assert_eq!(asked("*.toml\n!a.toml\n", "a.toml"), None, "taken back in");
        assert_eq!(asked("\\!a\n", "!a").unwrap(), ".gitignore:1 \\!a");
    }

    #[test]
    fn where_there_is_no_repository_there_is_no_answer() {
        let folder = tempfile::tempdir().unwrap();
        assert!(ignored_by(folder.path(), &folder.path().join("a")).is_err());
    }
}
