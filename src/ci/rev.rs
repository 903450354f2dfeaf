//! A revision as an event names it, not yet resolved.

use std::fmt;

use crate::git::ObjectId;

/// No name in git comes near this many bytes; what is longer is no name.
const LONGEST: usize = 1024;

/// A revision that the caller resolves. Which kind it is decides how a failure counts: an id that
/// is absent could not be judged, a name that does not resolve is a usage error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rev {
    /// An object's id, never zeros. It may be missing from a shallow clone.
    Oid(ObjectId),
    /// A branch of the repository that CI cloned, as it is now: `refs/remotes/<remote>/<name>`,
    /// or, where there is no such ref, `refs/heads/<name>`. Without `refs/heads/`.
    Branch(String),
    /// Anything else that git resolves: `origin/main`, `v1`, `HEAD~1`.
    Name(String),
}

/// Why a text names no revision.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}")]
pub struct InvalidRev {
    /// What would have been understood.
    pub expected: &'static str,
}

impl Rev {
    /// From text that a person or a pipeline wrote: 40 or 64 digits are an id, all else a name.
    ///
    /// # Errors
    /// Zeros, ranges, options, control characters, and texts that are empty or beyond 1024 bytes.
    pub fn parse(text: &str) -> Result<Self, InvalidRev> {
        if let Ok(oid) = text.parse::<ObjectId>() {
            return match oid.is_zero() {
                true => Err(InvalidRev { expected: "a commit, not zeros" }),
                false => Ok(Self::Oid(oid)),
            };
        }
        let plain = !text.is_empty() && text.len() <= LONGEST && !text.contains(char::is_control);
        if !plain || text.starts_with('-') || text.contains("..") {
            return Err(InvalidRev { expected: "one commit, branch or tag" });
        }
        Ok(Self::Name(text.to_owned()))
    }
}

impl fmt::Display for Rev {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Oid(oid) => write!(f, "{oid}"),
            Self::Branch(name) | Self::Name(name) => f.write_str(name),
        }
    }
}

/// Whether git would allow this text as (part of) a ref's name. Looser than git where that does
/// no harm; what it lets through holds no newline, no option and no revision syntax.
pub(super) fn is_ref_text(text: &str) -> bool {
    let forbidden = |c: char| c.is_control() || c.is_whitespace() || "~^:?*[\\".contains(c);
    !text.is_empty()
        && text.len() <= LONGEST
        && !text.starts_with(['-', '/'])
        && !text.ends_with('/')
        && !text.contains("..")
        && !text.contains("@{")
        && !text.contains(forbidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_names_are_told_apart() {
        let oid = "1f".repeat(20);
        assert_eq!(Rev::parse(&oid).unwrap(), Rev::Oid(oid.parse().unwrap()));
        assert_eq!(Rev::parse(&oid).unwrap().to_string(), oid);
        assert!(matches!(Rev::parse(&"1f".repeat(32)).unwrap(), Rev::Oid(_)));
        assert_eq!(Rev::parse("HEAD^{/fix bug}").unwrap(), Rev::Name("HEAD^{/fix bug}".into()));
        assert_eq!(Rev::Branch("main".into()).to_string(), "main");
    }

    #[test]
    fn what_is_no_single_revision_is_refused() {
        let zeros = ["0".repeat(40), "0".repeat(64)];
        let long = "x".repeat(1025);
        let others = ["", "a..b", "a...b", "--upload-pack=x", "a\nb", long.as_str()];
        for text in zeros.iter().map(String::as_str).chain(others) {
            assert!(Rev::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn ref_names_hold_no_syntax() {
        for good in ["main", "refs/heads/a/b", "gh-readonly-queue/main/pr-1-abc", "ünï"] {
            assert!(is_ref_text(good), "{good:?}");
        }
        for bad in ["", "-x", "/x", "x/", "a b", "a\nb", "a..b", "a@{1}", "a^", "a:b", "\u{85}"] {
            assert!(!is_ref_text(bad), "{bad:?}");
        }
    }
}
