//! The vocabulary in which the format of `backout.toml` is written down once: what a table may
//! hold, which kind of value each key takes. The check, the JSON Schema and the tests read it.

use super::scale::UnknownWord;

/// A table: which keys it may have.
pub(super) struct Shape {
    /// Its name in messages, with its article: "a stage".
    pub(super) what: &'static str,
    /// What it is for; the description in the schema.
    pub(super) doc: &'static str,
    /// Its keys.
    pub(super) keys: &'static [Key],
    /// Exactly one of these keys has to be there; empty where there is no such choice.
    pub(super) one_of: &'static [&'static str],
}

impl Shape {
    /// The key with this name.
    pub(super) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// Every name.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.keys.iter().map(|key| key.name)
    }
}

/// One key of a table.
pub(super) struct Key {
    /// Its name.
    pub(super) name: &'static str,
    /// What it takes.
    pub(super) kind: Kind,
    /// Whether it has to be there.
    pub(super) required: bool,
    /// A value as it could stand in a file, in TOML; shown where the key is missing or its value
    /// has the wrong type.
    pub(super) example: &'static str,
    /// What it is for; the description in the schema.
    pub(super) doc: &'static str,
}

/// What a key takes.
pub(super) enum Kind {
    /// The number of the format.
    Version,
    /// A text.
    Text(Format),
    /// `true` or `false`.
    Bool,
    /// A date without a time.
    Date,
    /// A list of texts.
    List(Format),
    /// A program and its arguments: a list of texts that is not empty.
    Argv,
    /// A table.
    Table(&'static Shape),
    /// A list of tables.
    Tables(&'static Shape),
    /// A table whose keys are names, and whose values are all of one kind.
    Map(Format, &'static Kind),
    /// A table whose keys depend on the word that stands under `kind`.
    Tagged(&'static [(&'static str, &'static Shape)]),
    /// A text, or a table.
    Either(Format, &'static Shape),
}

/// Whether a text is one of the words of a scale; the error holds them all.
pub(super) type WordCheck = fn(&str) -> Result<(), UnknownWord>;

/// What a text has to look like.
#[derive(Clone, Copy)]
pub(super) enum Format {
    /// Anything.
    Any,
    /// Anything but nothing.
    Filled,
    /// An id: it becomes a file name.
    Id,
    /// The id of a stage.
    StageId,
    /// A stage, perhaps of another migration.
    StageRef,
    /// A full object id.
    Oid,
    /// An object id, perhaps abbreviated.
    Commit,
    /// The name of a branch or a tag, without `refs/…/`.
    RefName,
    /// A glob.
    Glob,
    /// A path.
    Path,
    /// A span of time.
    Duration,
    /// The key of a trailer.
    Trailer,
    /// A place for archives.
    Store,
    /// The name of an environment variable.
    Variable,
    /// The code of a finding.
    Code,
    /// One of a few words.
    Word(WordCheck),
}

impl Kind {
    /// What it takes, in words, with an article.
    pub(super) const fn wants(&self) -> &'static str {
        match self {
            Self::Version => "a whole number",
            Self::Text(_) => "a text",
            Self::Bool => "`true` or `false`",
            Self::Date => "a date",
            Self::List(_) | Self::Argv => "a list of texts",
            Self::Table(_) | Self::Map(..) | Self::Tagged(_) => "a table",
            Self::Tables(_) => "a list of tables",
            Self::Either(..) => "a text or a table",
        }
    }
}

/// Whether a text is one of the words of a scale.
pub(super) fn word<T: std::str::FromStr<Err = UnknownWord>>(text: &str) -> Result<(), UnknownWord> {
    text.parse::<T>().map(drop)
}
