//! Feature flags in files: where they are defined, whether somebody reads them, which state they
//! can be put into, and an edit that changes one value and nothing else.
//!
//! Everything here is a pure function of bytes: the guard hands in blobs of the pushed tree, the
//! commands hand in files. A definition proves that a flag exists, never its running state.

mod definition;
mod dotenv;
mod edit;
mod encode;
mod flagd;
mod format;
mod json;
mod look_up;
mod node;
mod reads;
mod safe_state;
mod text;
mod toml;
mod walk;
mod yaml;

#[cfg(test)]
mod properties;

pub use definition::{Definition, DefinitionState, Definitions, FlagFileError};
pub use edit::{FlagEditError, set};
pub use format::Format;
pub use look_up::{Lookup, look_up};
pub use reads::reads;
pub use safe_state::{SafeState, safe_state};

use node::Node;
use text::Text;

/// The largest file that is read, in bytes.
pub const MAX_SIZE: usize = 4 * 1024 * 1024;

/// How deeply tables, mappings and lists may nest.
pub const MAX_DEPTH: usize = 64;

/// Every definition in one file; its format follows from the name in `path` (see [`Format`]).
///
/// In TOML, YAML and JSON every mapping key is a definition, at any depth, so that a flag can be
/// looked up by its bare name or by its full dotted path (see [`look_up`]). Its value is the
/// scalar behind the key; where that is a mapping, the scalar under `default`, `value` or
/// `enabled`, whichever comes first in this order. Lists are transparent: a mapping in a list is
/// read as if it stood in the list's place. In flagd files only what stands in `flags` counts.
///
/// No value is ever expanded, interpolated or constructed: `${VAR}`, YAML tags and merge keys
/// stay what they are, and an alias is followed once.
///
/// # Errors
/// A file that is too large, of an unknown format, or malformed; never an empty answer instead.
/// TOML forbids duplicate keys, so there they are an error; elsewhere all of them are kept.
pub fn definitions(path: &str, content: &[u8]) -> Result<Definitions, FlagFileError> {
    let format =
        Format::of(path).ok_or_else(|| FlagFileError::UnknownFormat { path: path.to_owned() })?;
    if content.len() > MAX_SIZE {
        return Err(FlagFileError::TooLarge { path: path.to_owned(), size: content.len() });
    }
    let text = Text::new(path, content)?;
    let mut found = match format {
        Format::Dotenv => dotenv::read(&text)?,
        Format::Toml => walk::definitions(&toml::read(&text)?),
        Format::Yaml => structured(&text, &yaml::read(&text)?)?,
        Format::Json => structured(&text, &[json::read(&text)?])?,
    };
    text.place(&mut found);
    Ok(Definitions { format, all: found })
}

fn structured(text: &Text<'_>, roots: &[Node]) -> Result<Vec<Definition>, FlagFileError> {
    if roots.iter().any(flagd::is_flagd) {
        flagd::definitions(text, roots)
    } else {
        Ok(walk::definitions(roots))
    }
}
