//! git's objects, parsed from their bytes: whichever program read them, they mean the same.

use std::cell::{Cell, OnceCell};

use super::{GitError, ObjectId, Seconds};

/// What kind of object it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectKind {
    /// A commit.
    Commit,
    /// A folder.
    Tree,
    /// A file's content, or a link's target.
    Blob,
    /// An annotated tag.
    Tag,
}

impl ObjectKind {
    /// git's word for it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Tree => "tree",
            Self::Blob => "blob",
            Self::Tag => "tag",
        }
    }

    /// The word for it in messages, with its article.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Commit => "a commit",
            Self::Tree => "a folder",
            Self::Blob => "a file",
            Self::Tag => "a tag",
        }
    }
}

/// An object as it is stored: its kind and its bytes, without git's header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its kind.
    pub kind: ObjectKind,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// A commit's own data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: ObjectId,
    /// Its tree.
    pub tree: ObjectId,
    /// Its parents, the first one first.
    pub parents: Vec<ObjectId>,
    /// When it was committed: for a rebase or a merge, when it came to its branch.
    pub time: Seconds,
    /// The whole message.
    pub message: Vec<u8>,
}

impl Commit {
    /// The first line of the message, for people; a very long one is cut.
    #[must_use]
    pub fn subject(&self) -> String {
        const SHOWN: usize = 200;
        let line = self.message.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let line = String::from_utf8_lossy(line.get(..SHOWN * 4).unwrap_or(line));
        let line = line.trim();
        match line.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line.to_owned(),
        }
    }

    /// Parses a commit. A time that git cannot read counts as the epoch, as git has it.
    pub(super) fn parse(id: &ObjectId, content: &[u8]) -> Result<Self, GitError> {
        let (headers, message) = split_message(content);
        let mut tree = None;
        let mut parents = Vec::new();
        let mut time = Seconds(0);
        for (name, value) in headers_of(headers) {
            match name {
                b"tree" => tree = hex(value),
                b"parent" => parents.push(hex(value).ok_or_else(|| corrupt(id))?),
                b"committer" => time = time_of(value),
                _ => {}
            }
        }
        let tree = tree.ok_or_else(|| corrupt(id))?;
        Ok(Self { id: *id, tree, parents, time, message: message.to_vec() })
    }
}

/// An annotated tag's own data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag {
    /// What it stands on.
    pub(super) target: ObjectId,
    /// When it was set; `None` where it names no tagger.
    pub(super) time: Option<Seconds>,
}

impl Tag {
    pub(super) fn parse(id: &ObjectId, content: &[u8]) -> Result<Self, GitError> {
        let mut target = None;
        let mut time = None;
        for (name, value) in headers_of(split_message(content).0) {
            match name {
                b"object" => target = hex(value),
                b"tagger" => time = Some(time_of(value)),
                _ => {}
            }
        }
        Ok(Self { target: target.ok_or_else(|| corrupt(id))?, time })
    }
}

/// What stands at a path in a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Entry {
    /// The mode, one of those that git knows: `0o100644`, `0o100755`, `0o120000`, `0o160000`,
    /// `0o40000`.
    pub mode: u32,
    /// The object.
    pub oid: ObjectId,
}

impl Entry {
    /// The mode of a folder.
    pub const FOLDER: u32 = 0o40_000;

    /// A plain file, executable or not.
    #[must_use]
    pub const fn is_file(&self) -> bool {
        self.mode & 0o170_000 == 0o100_000
    }

    /// A plain file or a symbolic link: what has bytes of its own.
    #[must_use]
    pub const fn is_blob(&self) -> bool {
        self.is_file() || self.mode == 0o120_000
    }

    /// A folder.
    #[must_use]
    pub const fn is_folder(&self) -> bool {
        self.mode == Self::FOLDER
    }
}

/// A tree's bytes, read entry by entry.
pub(super) struct Tree {
    id: ObjectId,
    content: Vec<u8>,
    /// How often it was asked for a name.
    asked: Cell<usize>,
    /// Its entries in order of their names; `None` where one cannot be read.
    index: OnceCell<Option<Vec<Place>>>,
}

/// Where an entry stands among a tree's bytes.
struct Place {
    begin: usize,
    name: std::ops::Range<usize>,
}

/// One entry of a tree.
#[derive(Debug, Clone, Copy)]
pub(super) struct TreeEntry<'t> {
    /// Its name, without a slash.
    pub(super) name: &'t [u8],
    /// What it is.
    pub(super) entry: Entry,
}

impl TreeEntry<'_> {
    /// git sorts a folder as if its name ended in a slash. So a file that becomes a folder of the
    /// same name falls apart into a deletion and additions.
    pub(super) fn order(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(other.key())
    }

    fn key(&self) -> impl Iterator<Item = &u8> {
        let slash: &[u8] = if self.entry.is_folder() { b"/" } else { b"" };
        self.name.iter().chain(slash)
    }
}

impl Tree {
    pub(super) const fn new(id: ObjectId, content: Vec<u8>) -> Self {
        Self { id, content, asked: Cell::new(0), index: OnceCell::new() }
    }

    /// The tree without entries.
    pub(super) const fn empty(id: ObjectId) -> Self {
        Self::new(id, Vec::new())
    }

    /// Its size in bytes.
    pub(super) const fn size(&self) -> usize {
        self.content.len()
    }

    pub(super) const fn entries(&self) -> TreeEntries<'_> {
        TreeEntries { id: &self.id, rest: self.content.as_slice() }
    }

    /// The entry of one name. A tree that is asked often gets an index of its names.
    pub(super) fn find(&self, name: &[u8]) -> Result<Option<Entry>, GitError> {
        const OFTEN: usize = 8;
        self.asked.set(self.asked.get() + 1);
        if self.asked.get() < OFTEN {
            return self.look_for(name);
        }
        match self.index.get_or_init(|| self.places().ok()) {
            Some(places) => {
                let place = places.partition_point(|place| self.name_at(place) < name);
                let found = places.get(place).filter(|place| self.name_at(place) == name);
                Ok(found.and_then(|place| self.entry_at(place)))
            }
            None => self.look_for(name),
        }
    }

    /// The entry of one name. What stands before it is passed over.
    fn look_for(&self, name: &[u8]) -> Result<Option<Entry>, GitError> {
        let mut entries = self.entries();
        loop {
            match entries.first() {
                Some((called, end)) if called != name => entries.pass(end),
                _ => match entries.next().transpose()? {
                    Some(found) if found.name != name => {}
                    found => return Ok(found.map(|found| found.entry)),
                },
            }
        }
    }

    /// The entries in order of their names alone, which is not quite git's.
    fn places(&self) -> Result<Vec<Place>, GitError> {
        let mut places = Vec::new();
        let mut entries = self.entries();
        let mut begin = 0;
        while let Some(entry) = entries.next().transpose()? {
            let end = self.content.len() - entries.rest.len();
            let name_ends = end - self.id.as_bytes().len() - 1;
            places.push(Place { begin, name: name_ends - entry.name.len()..name_ends });
            begin = end;
        }
        places.sort_by_key(|place| self.name_at(place));
        Ok(places)
    }

    fn name_at(&self, place: &Place) -> &[u8] {
        self.content.get(place.name.clone()).unwrap_or_default()
    }

    fn entry_at(&self, place: &Place) -> Option<Entry> {
        let rest = self.content.get(place.begin..)?;
        TreeEntries { id: &self.id, rest }.next()?.ok().map(|found| found.entry)
    }
}

/// The entries of a tree, in its order.
pub(super) struct TreeEntries<'t> {
    id: &'t ObjectId,
    rest: &'t [u8],
}

impl<'t> TreeEntries<'t> {
    /// Passes over the entries that both begin with. Two trees of one folder have nearly all of
    /// them in common, byte for byte.
    pub(super) fn skip_shared(&mut self, other: &mut TreeEntries<'_>) {
        let mut shared = shared_length(self.rest, other.rest);
        if shared == self.rest.len() && shared == other.rest.len() {
            (self.rest, other.rest) = (&[], &[]);
            return;
        }
        while let Some((_, end)) = self.first().filter(|(_, end)| *end <= shared) {
            self.pass(end);
            other.pass(end);
            shared -= end;
        }
    }

    /// The name of the next entry, and how long the entry is; `None` at the end, and where it is
    /// not plain: then it has to be read.
    fn first(&self) -> Option<(&'t [u8], usize)> {
        const MODE: usize = 7;
        let mode =
            self.rest.iter().take(MODE).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
        let name_ends = memchr::memchr(0, self.rest)?;
        let end = name_ends + 1 + self.id.as_bytes().len();
        let plain = mode > 0 && self.rest.get(mode) == Some(&b' ') && end <= self.rest.len();
        plain.then_some((self.rest.get(mode + 1..name_ends)?, end))
    }

    fn pass(&mut self, length: usize) {
        self.rest = self.rest.get(length..).unwrap_or_default();
    }

    fn take(&mut self) -> Option<TreeEntry<'t>> {
        let space = self.rest.iter().position(|byte| *byte == b' ')?;
        let (mode, rest) = self.rest.split_at(space);
        let mode = octal(mode)?;
        let rest = rest.get(1..)?;
        let (name, rest) = rest.split_at(memchr::memchr(0, rest)?);
        let (oid, rest) = rest.get(1..)?.split_at_checked(self.id.as_bytes().len())?;
        self.rest = rest;
        Some(TreeEntry { name, entry: Entry { mode, oid: ObjectId::from_bytes(oid)? } })
    }
}

impl<'t> Iterator for TreeEntries<'t> {
    type Item = Result<TreeEntry<'t>, GitError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let taken = self.take().ok_or_else(|| corrupt(self.id));
        if taken.is_err() {
            self.rest = &[];
        }
        Some(taken)
    }
}

/// How many bytes two slices begin with in common.
fn shared_length(one: &[u8], other: &[u8]) -> usize {
    const CHUNK: usize = 64;
    let chunks = one.chunks_exact(CHUNK).zip(other.chunks_exact(CHUNK));
    let whole = chunks.take_while(|(one, other)| one == other).count() * CHUNK;
    let rest = one[whole..].iter().zip(&other[whole..]);
    whole + rest.take_while(|(one, other)| one == other).count()
}

fn corrupt(id: &ObjectId) -> GitError {
    GitError::Other(format!("object {id} cannot be understood: the repository is damaged"))
}

fn split_message(content: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memmem::find(content, b"\n\n") {
        Some(end) => (&content[..end], &content[end + 2..]),
        None => (content, &[]),
    }
}

/// The headers, `name value` each; lines that continue one (a signature) begin with a space and
/// come with an empty name.
fn headers_of(headers: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    headers.split(|byte| *byte == b'\n').map(|line| {
        match line.iter().position(|byte| *byte == b' ') {
            Some(space) => (&line[..space], &line[space + 1..]),
            None => (line, &[][..]),
        }
    })
}

fn hex(value: &[u8]) -> Option<ObjectId> {
    std::str::from_utf8(value).ok()?.parse().ok()
}

/// The seconds in `Name <mail> 1700000000 +0100`.
fn time_of(person: &[u8]) -> Seconds {
    let after =
        person.iter().rposition(|byte| *byte == b'>').map_or(&[][..], |at| &person[at + 1..]);
    let digits: Vec<u8> = after
        .iter()
        .copied()
        .skip_while(u8::is_ascii_whitespace)
        .take_while(u8::is_ascii_digit)
        .collect();
    Seconds(std::str::from_utf8(&digits).ok().and_then(|text| text.parse().ok()).unwrap_or(0))
}

/// A mode as git reads it: old trees hold others, `100664` for one, which mean the same.
fn octal(digits: &[u8]) -> Option<u32> {
    let mode = u32::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok()?;
    Some(match mode & 0o170_000 {
        0o100_000 if mode & 0o100 != 0 => 0o100_755,
        0o100_000 => 0o100_644,
        0o120_000 => 0o120_000,
        0o040_000 => Entry::FOLDER,
        _ => 0o160_000,
    })
}

#[cfg(test)]
mod tests;
