//! Why an object that is named is not here, and how to get it.

use std::fmt;
use std::path::{Path, PathBuf};

use super::ObjectId;

/// An object that is not here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// The object.
    pub object: ObjectId,
    /// Why it is not here.
    pub cause: Cause,
}

/// Why objects may be missing from a clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// Nothing about the clone tells: another's force push, or damage.
    Unknown,
    /// It is shallow: history is cut off.
    Shallow,
    /// It is partial: this remote promised what was left out.
    Promised(String),
    /// It borrows objects from a place that is gone.
    Borrowed(PathBuf),
}

impl Cause {
    /// The likeliest cause, given where objects are kept, who promised any, and whether history is
    /// cut off.
    pub(super) fn find(objects: &Path, promisor: Option<&str>, shallow: bool) -> Self {
        match (gone_alternate(objects), promisor) {
            (Some(gone), _) => Self::Borrowed(gone),
            (None, Some(remote)) => Self::Promised(remote.to_owned()),
            (None, None) if shallow => Self::Shallow,
            (None, None) => Self::Unknown,
        }
    }
}

/// The first place that objects are borrowed from and that is not there.
fn gone_alternate(objects: &Path) -> Option<PathBuf> {
    let listed = std::fs::read_to_string(objects.join("info/alternates")).ok()?;
    let places = listed.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    places.map(|place| objects.join(place)).find(|place| !place.is_dir())
}

impl Lack {
    /// An object that is not here, nobody knows why.
    #[must_use]
    pub const fn of(object: ObjectId) -> Self {
        Self { object, cause: Cause::Unknown }
    }

    /// The way out.
    #[must_use]
    pub fn help(&self) -> String {
        match &self.cause {
            Cause::Unknown => "get it: `git fetch --all --tags`; where that does not bring it, \
                `git fsck` tells what is broken"
                .to_owned(),
            Cause::Shallow => "fetch the missing history: `git fetch --unshallow --tags` (with \
                actions/checkout: `fetch-depth: 0`)"
                .to_owned(),
            Cause::Promised(remote) => format!(
                "fetch what was left out: `git fetch --refetch --no-filter {}` (with \
                 actions/checkout: no `filter`)",
                word(remote)
            ),
            Cause::Borrowed(_) => {
                "put it back, or write where it is now into objects/info/alternates of the git \
                 directory; else `git clone` anew"
                    .to_owned()
            }
        }
    }
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "object {} is not in this clone", self.object.short())?;
        match &self.cause {
            Cause::Unknown => Ok(()),
            Cause::Shallow => f.write_str(", which is shallow"),
            Cause::Promised(remote) => {
                write!(f, ", which is partial: `{remote}` has it, and judging fetches nothing")
            }
            Cause::Borrowed(place) => {
                write!(f, ", which borrows objects from {}: nothing is there", place.display())
            }
        }
    }
}

/// A remote's name as a word of a command, where it is one without quotes.
fn word(name: &str) -> &str {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._/-".contains(c);
    let is_word = !name.starts_with('-') && name.chars().all(plain);
    if is_word { name } else { "<the remote>" }
}
