//! The tree that TOML, YAML and JSON have in common, with places.

use std::ops::Range;
use std::rc::Rc;

use super::definition::Style;

/// A value, shared so that aliases cost nothing.
pub(super) type Node = Rc<Value>;

/// A value and where it stands, in bytes.
#[derive(Debug)]
pub(super) struct Value {
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
}

/// What a value is.
#[derive(Debug)]
pub(super) enum Kind {
    /// A single value as text, unquoted.
    Scalar {
        text: String,
        /// How it is written, where it can be replaced byte for byte.
        style: Option<Style>,
    },
    /// Keys and values, duplicates included.
    Map(Vec<Entry>),
    /// Values in order.
    List(Vec<Node>),
    /// Another value, by reference. Walking a tree never enters it, so references to references
    /// stay as small as they are written.
    Alias(Node),
    /// A value that only its own loader understands.
    Opaque,
}

/// One key of a mapping and its value.
#[derive(Debug)]
pub(super) struct Entry {
    /// The key; `None` where it is no scalar.
    pub(super) key: Option<String>,
    /// Where the key begins.
    pub(super) offset: usize,
    pub(super) value: Node,
}

impl Value {
    /// The value itself, or the one that it refers to.
    pub(super) fn resolved(&self) -> &Self {
        match &self.kind {
            Kind::Alias(target) => target,
            _ => self,
        }
    }

    /// The scalar's text, an alias followed.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.resolved().kind {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The entries, where it is a mapping, an alias followed.
    pub(super) fn entries(&self) -> Option<&[Entry]> {
        match &self.resolved().kind {
            Kind::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The items, where it is a list, an alias followed.
    pub(super) fn items(&self) -> Option<&[Node]> {
        match &self.resolved().kind {
            Kind::List(items) => Some(items),
            _ => None,
        }
    }
}
