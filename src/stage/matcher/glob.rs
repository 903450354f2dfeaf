//! One glob: what every path that it matches must hold literally, and how the rest is decided.

use std::cell::OnceCell;

use anyhow::Context as _;
use globset::{Candidate, Glob as Parsed, GlobBuilder, GlobSet};

use super::stars;

/// What has a meaning of its own in a glob.
const SPECIAL: [char; 7] = ['*', '?', '[', ']', '{', '}', '\\'];

/// A glob that is parsed only when a path has all its literals, if ever.
#[derive(Debug)]
pub(super) struct Glob<'p> {
    text: &'p str,
    /// Every matched path begins with it.
    pub(super) start: &'p str,
    /// In every matched path some component begins with it, and what follows that component.
    pub(super) within: &'p str,
    /// Every matched path ends with it.
    pub(super) end: &'p str,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// No special character at all.
    Path,
    /// `folder/**`, and what takes the folder's place: a submodule or a link named as the folder
    /// is a change of what the stage owns.
    Folder,
    /// Nothing but `*`, `?` and `**`. Matched as it stands: a regular expression takes 20 µs to
    /// compile and tens of kilobytes to keep, which thousands of globs feel.
    Stars,
    /// What globset decides.
    Parsed(OnceCell<GlobSet>),
}

impl<'p> Glob<'p> {
    /// All that a pattern stands for: the glob, and the entry in place of its folder.
    pub(super) fn of_pattern(text: &'p str) -> impl Iterator<Item = Self> {
        let (first, second) = match folder(text) {
            Some(place) if literal_start(place) == place => {
                let kind = Kind::Folder;
                (Self { text, start: place, within: "", end: "", kind }, None)
            }
            place => (Self::new(text), place.map(Self::new)),
        };
        std::iter::once(first).chain(second)
    }

    fn new(text: &'p str) -> Self {
        let start = literal_start(text);
        if start == text {
            return Self { text, start, within: "", end: text, kind: Kind::Path };
        }
        let kind = if text.contains(['[', ']', '{', '}', '\\']) {
            Kind::Parsed(OnceCell::new())
        } else {
            Kind::Stars
        };
        Self { text, start, within: literal_within(text), end: literal_end(text), kind }
    }

    /// What it says: the glob as it was written, and whether it owns the folder's place as well.
    pub(super) const fn meaning(&self) -> (&'p str, bool) {
        (self.text, matches!(self.kind, Kind::Folder))
    }

    /// Whether it matches a path.
    pub(super) fn matches(&self, path: &[u8]) -> anyhow::Result<bool> {
        let Some(rest) = path.strip_prefix(self.start.as_bytes()) else { return Ok(false) };
        match &self.kind {
            Kind::Path => Ok(rest.is_empty()),
            Kind::Folder => Ok(rest.is_empty() || rest.starts_with(b"/")),
            _ if !path.ends_with(self.end.as_bytes()) => Ok(false),
            Kind::Stars => Ok(stars::matches(self.text.as_bytes(), path)),
            Kind::Parsed(parsed) => {
                let set = match parsed.get() {
                    Some(set) => set,
                    None => {
                        let set = self.parsed()?;
                        parsed.get_or_init(|| set)
                    }
                };
                Ok(set.is_match_candidate(&Candidate::from_bytes(path)))
            }
        }
    }

    fn parsed(&self) -> anyhow::Result<GlobSet> {
        GlobSet::new([parse(self.text)?]).with_context(|| format!("the glob `{}`", self.text))
    }
}

/// A glob as globset reads it: `*` never crosses `/`.
pub(super) fn parse(text: &str) -> anyhow::Result<Parsed> {
    let mut glob = GlobBuilder::new(text);
    glob.literal_separator(true).backslash_escape(true);
    glob.build().with_context(|| format!("the glob `{text}`"))
}

/// The folder of `folder/**`, whose place something else can take.
pub(super) fn folder(text: &str) -> Option<&str> {
    let folder = text.strip_suffix("/**")?;
    // In `a\/**` the backslash belongs to the `/`.
    let escapes = folder.bytes().rev().take_while(|byte| *byte == b'\\').count();
    folder.get(..folder.len() - escapes % 2).filter(|folder| !folder.is_empty())
}

/// The part before the first special character.
fn literal_start(text: &str) -> &str {
    text.find(SPECIAL).and_then(|end| text.get(..end)).unwrap_or(text)
}

/// The longest text that a component begins with in every matched path, after the first special
/// character: what follows a `/` and is literal, outside of braces. Behind a class or an escape
/// nothing is looked for: there a brace need not be one.
fn literal_within(text: &str) -> &str {
    let readable = text.find(['[', '\\']).and_then(|end| text.get(..end)).unwrap_or(text);
    let mut depth: usize = 0;
    let mut longest = "";
    for (number, part) in readable.split_inclusive(['*', '?', '{', '}']).enumerate() {
        let literal = part.trim_end_matches(['*', '?', '{', '}']);
        let begun = literal.split_once('/').map(|(_, begun)| begun).unwrap_or_default();
        if number > 0 && depth == 0 && begun.len() > longest.len() {
            longest = begun;
        }
        match part.as_bytes().last() {
            Some(b'{') => depth += 1,
            Some(b'}') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    longest
}

/// The part after the last special character. `**/a` matches `a` too, without the slash.
fn literal_end(text: &str) -> &str {
    let end = text.rfind(SPECIAL).and_then(|at| text.get(at + 1..)).unwrap_or(text);
    end.strip_prefix('/').unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_of_a_glob() {
        for (text, start, within, end) in [
            ("src/a.py", "src/a.py", "", "src/a.py"),
            ("src/**", "src", "", ""),
            ("src/**/**", "src/", "", ""),
            ("src/*.py", "src/", "", ".py"),
            ("**/test_*.py", "", "test_", ".py"),
            ("src/**/models/a.py", "src/", "models/a.py", "models/a.py"),
            ("src**/a", "src", "a", "a"),
            ("src/{a,b}/c", "src/", "c", "c"),
            ("src/ab/*", "src/ab/", "", ""),
            ("*/ab/*/cd*", "", "ab/", ""),
            ("src/{a,b/*/d}/c*", "src/", "c", ""),
            ("*/a/*/bc/**", "", "bc/", ""),
            ("*/[{]/abc/}*", "", "", ""),
            (r"src/\[a", "src/", "", "a"),
            ("**", "", "", ""),
            ("a/*/**", "a/", "", ""),
        ] {
            let glob = Glob::of_pattern(text).next().unwrap();
            assert_eq!((glob.start, glob.within, glob.end), (start, within, end), "{text}");
        }
    }

    #[test]
    fn an_escaped_slash_before_the_stars_is_a_slash() {
        let matches =
            |path: &[u8]| Glob::of_pattern(r"src\/**").any(|glob| glob.matches(path).unwrap());
        assert!(matches(b"src/a"));
        assert!(matches(b"src"));
        assert!(!matches(b"srcs"));
    }
}
