//! One flag's definition in a file, and what can be wrong with the file.

use std::ops::Range;

use super::format::Format;
use super::{MAX_DEPTH, MAX_SIZE};

/// All that one file defines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definitions {
    /// The file's format.
    pub format: Format,
    /// Every definition, duplicates included, a mapping before what stands in it.
    pub all: Vec<Definition>,
}

/// One definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The key as the file means it, unquoted: the bare name, never the dotted path.
    pub name: String,
    /// The value as text: unquoted, `true`, `10`. In flagd the value of the default variant.
    /// `None` where there is no single value: a list, a mapping without `default`, `value` or
    /// `enabled`, a value behind an unknown YAML tag, or a flagd flag without a default variant.
    pub value: Option<String>,
    /// The variants of a flagd flag, name and value; empty for every other format.
    pub variants: Vec<(String, String)>,
    /// The name of a flagd flag's default variant.
    pub default_variant: Option<String>,
    /// Whether a flagd flag is enabled; `None` for every other format.
    pub state: Option<DefinitionState>,
    /// Whether a flagd flag has targeting rules, which go before the default variant.
    pub targeting: bool,
    /// Line of the name, from 1.
    pub line: u32,
    /// Column of the name in characters, from 1.
    pub column: u32,
    /// The definition in whose mapping this one stands, as an index into [`Definitions::all`].
    pub(super) parent: Option<usize>,
    /// Where the name begins in the text, in bytes.
    pub(super) offset: usize,
    /// Where the value can be replaced.
    pub(super) slot: Option<Slot>,
}

impl Definition {
    /// A plain definition; its line and column are filled in for the whole file at once.
    pub(super) fn plain(name: &str, offset: usize, parent: Option<usize>) -> Self {
        Self {
            name: name.to_owned(),
            value: None,
            variants: Vec::new(),
            default_variant: None,
            state: None,
            targeting: false,
            line: 1,
            column: 1,
            parent,
            offset,
            slot: None,
        }
    }
}

/// Whether flagd evaluates a flag at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefinitionState {
    /// It does.
    Enabled,
    /// It behaves as if the flag did not exist: the program's own default holds.
    Disabled,
}

/// A value's bytes in the text, quotes included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slot {
    /// In bytes, counted without a byte order mark.
    pub(super) span: Range<usize>,
    /// How it is written.
    pub(super) style: Style,
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Without quotes.
    Plain,
    /// In single quotes.
    Single,
    /// In double quotes.
    Double,
}

/// Why a file of flags cannot be read. "Could not read" is never "not defined".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FlagFileError {
    /// The name says nothing about the format.
    #[error(
        "`{path}` has no known format: expected a dotenv name (`.env`, `.env.example`, \
         `prod.env`) or the extension .toml, .yaml, .yml or .json"
    )]
    UnknownFormat {
        /// The file.
        path: String,
    },
    /// More than [`MAX_SIZE`] bytes.
    #[error("`{path}` has {size} bytes: expected at most {}", MAX_SIZE)]
    TooLarge {
        /// The file.
        path: String,
        /// Its size in bytes.
        size: usize,
    },
    /// The content breaks the rules of its format.
    #[error("`{path}`, line {line}, column {column}: {problem}; expected {expected}")]
    Malformed {
        /// The file.
        path: String,
        /// Line, from 1.
        line: u32,
        /// Column in characters, from 1.
        column: u32,
        /// What is wrong.
        problem: String,
        /// What would have been understood.
        expected: String,
    },
}

impl FlagFileError {
    /// Line and column, where the problem has a place in the file.
    #[must_use]
    pub fn position(&self) -> Option<(u32, u32)> {
        match self {
            Self::Malformed { line, column, .. } => Some((*line, *column)),
            Self::UnknownFormat { .. } | Self::TooLarge { .. } => None,
        }
    }
}

/// What a file that nests too deeply should have been.
pub(super) fn depth_expectation() -> String {
    format!("at most {MAX_DEPTH} levels")
}
