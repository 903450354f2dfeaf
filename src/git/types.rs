//! Plain owned data that the git room hands out: ids, names, paths, changes.

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

/// An object's id: 20 bytes (SHA-1) or 32 (SHA-256).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectId {
    bytes: [u8; 32],
    len: u8,
}

/// Why a text is no object id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no object id: expected 40 or 64 hexadecimal digits")]
pub struct InvalidObjectId {
    /// What was given, cut to 80 characters.
    pub text: String,
}

impl ObjectId {
    /// From raw bytes; `None` unless there are 20 or 32.
    #[must_use]
    pub fn from_bytes(raw: &[u8]) -> Option<Self> {
        if raw.len() != 20 && raw.len() != 32 {
            return None;
        }
        let mut bytes = [0; 32];
        bytes.get_mut(..raw.len())?.copy_from_slice(raw);
        Some(Self { bytes, len: u8::try_from(raw.len()).ok()? })
    }

    /// The raw bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// Whether it is git's "no object", of either length.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.as_bytes().iter().all(|byte| *byte == 0)
    }

    /// The first twelve digits, for people.
    #[must_use]
    pub fn short(&self) -> String {
        self.to_string().chars().take(12).collect()
    }
}

/// The id is a hash itself: its first bytes are as good as any hash of it.
impl Hash for ObjectId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let [a, b, c, d, e, f, g, h, ..] = self.bytes;
        state.write_u64(u64::from_ne_bytes([a, b, c, d, e, f, g, h]));
    }
}

/// Makes hash maps take an [`ObjectId`]'s hash as it is.
pub(super) type ById = BuildHasherDefault<IdHasher>;

/// See [`ById`].
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, id: u64) {
        self.0 = id;
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0; 64];
        for (byte, pair) in self.as_bytes().iter().zip(text.chunks_exact_mut(2)) {
            let halves = [byte >> 4, byte & 15];
            pair.copy_from_slice(&halves.map(|half| DIGITS[usize::from(half)]));
        }
        let text = text.get(..self.as_bytes().len() * 2).unwrap_or_default();
        f.write_str(std::str::from_utf8(text).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectId({self})")
    }
}

impl FromStr for ObjectId {
    type Err = InvalidObjectId;

    fn from_str(text: &str) -> Result<Self, InvalidObjectId> {
        let invalid = || InvalidObjectId { text: text.chars().take(80).collect() };
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|d| u8::try_from(d).ok());
        if text.len() != 40 && text.len() != 64 {
            return Err(invalid());
        }
        let raw: Option<Vec<u8>> = text
            .as_bytes()
            .chunks(2)
            .map(|pair| match pair {
                [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
                _ => None,
            })
            .collect();
        raw.and_then(|raw| Self::from_bytes(&raw)).ok_or_else(invalid)
    }
}

/// A full ref name, `refs/heads/main`. A byte that is not UTF-8 stands as `\xff`: no ref's name may
/// hold a backslash, so such a name equals no other, and none from a configuration; it is only ever
/// shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RefName(String);

impl RefName {
    /// From the bytes git gave.
    #[must_use]
    pub fn from_bytes(raw: &[u8]) -> Self {
        let mut name = String::with_capacity(raw.len());
        for chunk in raw.utf8_chunks() {
            name.push_str(chunk.valid());
            push_bytes(&mut name, chunk.invalid());
        }
        Self(name)
    }

    /// From a full name.
    #[must_use]
    pub fn new(full: &str) -> Self {
        Self(full.to_owned())
    }

    /// The branch's ref.
    #[must_use]
    pub fn branch(name: &str) -> Self {
        Self(format!("refs/heads/{name}"))
    }

    /// Whether git would make a branch of this name, which is `HEAD` for no branch.
    #[must_use]
    pub fn names_branch(name: &str) -> bool {
        git2::Branch::name_is_valid(name).unwrap_or(false)
    }

    /// The tag's ref.
    #[must_use]
    pub fn tag(name: &str) -> Self {
        Self(format!("refs/tags/{name}"))
    }

    /// Whether git takes it for the name of a ref (`git check-ref-format`).
    #[must_use]
    pub fn is_valid(&self) -> bool {
        git2::Reference::is_valid_name(&self.0)
    }

    /// The full name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The branch's name, where it is a branch.
    #[must_use]
    pub fn as_branch(&self) -> Option<&str> {
        self.0.strip_prefix("refs/heads/")
    }

    /// The tag's name, where it is a tag.
    #[must_use]
    pub fn as_tag(&self) -> Option<&str> {
        self.0.strip_prefix("refs/tags/")
    }
}

impl fmt::Display for RefName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A path in a tree: bytes, forward slashes, relative to the repository's root.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(Arc<[u8]>);

impl RepoPath {
    /// What a map has of paths below this folder.
    pub fn below<'m, V>(
        &self,
        map: &'m BTreeMap<Self, V>,
    ) -> impl Iterator<Item = (&'m Self, &'m V)> + use<'m, V> {
        let slash = [self.as_bytes(), b"/"].concat();
        let found = map.range(Self::from_bytes(&slash)..);
        found.take_while(move |(path, _)| path.as_bytes().starts_with(&slash))
    }

    /// The folders that it lies in, the innermost first; not the root.
    pub fn folders(&self) -> impl Iterator<Item = Self> + use<> {
        let mut bytes = self.as_bytes().to_vec();
        std::iter::from_fn(move || {
            bytes.truncate(memchr::memrchr(b'/', &bytes)?);
            Some(Self::from_bytes(&bytes))
        })
    }

    /// From the bytes git gave.
    #[must_use]
    pub fn from_bytes(raw: &[u8]) -> Self {
        Self(raw.into())
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text, where it is UTF-8.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// For people: as it is where that is plain text, else in quotes with escapes, as git shows
    /// such names. Two paths are never shown alike, and none takes more than one line.
    #[must_use]
    pub fn shown(&self) -> std::borrow::Cow<'_, str> {
        match self.as_str() {
            Some(text) if is_plain(text) => text.into(),
            _ => self.quoted().into(),
        }
    }

    fn quoted(&self) -> String {
        let mut name = String::with_capacity(self.0.len() + 2);
        name.push('"');
        for chunk in self.0.utf8_chunks() {
            for character in chunk.valid().chars() {
                match character {
                    '"' | '\\' => name.extend(['\\', character]),
                    _ if character.is_control() => name.extend(character.escape_unicode()),
                    _ => name.push(character),
                }
            }
            push_bytes(&mut name, chunk.invalid());
        }
        name.push('"');
        name
    }
}

/// Whether a path can stand in a sentence without quotes.
fn is_plain(text: &str) -> bool {
    let special = |character: char| matches!(character, '"' | '\\') || character.is_control();
    !text.is_empty() && !text.starts_with(' ') && !text.ends_with(' ') && !text.contains(special)
}

/// Bytes that are not UTF-8, so that they can still be told apart.
fn push_bytes(text: &mut String, bytes: &[u8]) {
    use std::fmt::Write as _;
    for byte in bytes {
        let _ = write!(text, "\\x{byte:02x}");
    }
}

impl From<&str> for RepoPath {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().into())
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RepoPath({})", self.shown())
    }
}

/// A point in time: seconds since 1970, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seconds(pub i64);

/// One update of one ref, as a push or a CI event states it. Zero ids have become `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefUpdate {
    /// What was pushed, as typed: `HEAD~1`, `main`, `(delete)`; `None` where the input has none.
    pub local: Option<String>,
    /// The ref on the remote: what decisions rest on.
    pub remote: RefName,
    /// The remote's old object.
    pub from: Option<ObjectId>,
    /// The object that is pushed; `None` for a deletion.
    pub to: Option<ObjectId>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_path_is_shown_as_it_is_or_in_quotes() {
        let shown = |raw: &[u8]| RepoPath::from_bytes(raw).shown().into_owned();
        assert_eq!(shown(b"src/a b.py"), "src/a b.py");
        assert_eq!(shown("src/\u{6f22}.py".as_bytes()), "src/\u{6f22}.py");
        assert_eq!(shown(b"a\nb"), r#""a\u{a}b""#);
        assert_eq!(shown(b"a\xff\xfeb"), r#""a\xff\xfeb""#);
        assert_eq!(shown(b"a\"b\\"), r#""a\"b\\""#);
        assert_eq!(shown(b"a "), r#""a ""#);
    }

    #[test]
    fn two_paths_are_never_shown_alike() {
        let paths: [&[u8]; 10] = [
            b"a\xff",
            b"a\xfe",
            b"a\\xff",
            b"a\n",
            b"a\\u{a}",
            b"\"a\\u{a}\"",
            b"a",
            b"a ",
            b"\"a \"",
            b"\xc2\x85",
        ];
        let shown: BTreeSet<String> =
            paths.iter().map(|raw| RepoPath::from_bytes(raw).shown().into_owned()).collect();
        assert_eq!(shown.len(), paths.len(), "{shown:?}");
    }

    #[test]
    fn refs_that_are_not_text_stay_apart() {
        let name = |raw: &[u8]| RefName::from_bytes(raw);
        assert_eq!(name(b"refs/heads/\xff").as_str(), r"refs/heads/\xff");
        assert_ne!(name(b"refs/heads/\xff"), name(b"refs/heads/\xfe"));
        assert_eq!(name(b"refs/heads/main"), RefName::branch("main"));
    }
}
