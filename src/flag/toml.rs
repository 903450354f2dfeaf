//! TOML to the common tree.

use std::rc::Rc;

use ::toml::Spanned;
use ::toml::de::{DeString, DeTable, DeValue};

use super::MAX_DEPTH;
use super::definition::{FlagFileError, Style, depth_expectation};
use super::node::{Entry, Kind, Node, Value};
use super::text::Text;

/// The file as one tree.
pub(super) fn read(text: &Text<'_>) -> Result<Vec<Node>, FlagFileError> {
    let table = DeTable::parse(text.body).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        text.malformed(offset, format!("this is no TOML ({})", error.message()), "valid TOML")
    })?;
    let span = table.span();
    let kind = map(text, table.get_ref(), 1)?;
    Ok(vec![Rc::new(Value { kind, span })])
}

/// Tables come sorted by key; they go back into the order of the file.
fn map(text: &Text<'_>, table: &DeTable<'_>, depth: usize) -> Result<Kind, FlagFileError> {
    let mut pairs: Vec<(&Spanned<DeString<'_>>, &Spanned<DeValue<'_>>)> = table.iter().collect();
    pairs.sort_by_key(|(key, _)| key.span().start);
    let entry = |(key, value): (&Spanned<DeString<'_>>, &Spanned<DeValue<'_>>)| {
        Ok(Entry {
            key: Some(key.get_ref().to_string()),
            offset: key.span().start,
            value: node(text, value, depth)?,
        })
    };
    Ok(Kind::Map(pairs.into_iter().map(entry).collect::<Result<_, FlagFileError>>()?))
}

fn node(
    text: &Text<'_>,
    value: &Spanned<DeValue<'_>>,
    depth: usize,
) -> Result<Node, FlagFileError> {
    let span = value.span();
    if depth > MAX_DEPTH {
        return Err(text.malformed(span.start, "tables nest too deeply", depth_expectation()));
    }
    let source = text.body.get(span.clone()).unwrap_or_default();
    let kind = match value.get_ref() {
        DeValue::Table(table) => map(text, table, depth + 1)?,
        DeValue::Array(array) => Kind::List(
            array.iter().map(|item| node(text, item, depth + 1)).collect::<Result<_, _>>()?,
        ),
        DeValue::String(string) => {
            Kind::Scalar { text: string.to_string(), style: string_style(source) }
        }
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {
            Kind::Scalar { text: source.to_owned(), style: Some(Style::Plain) }
        }
    };
    Ok(Rc::new(Value { kind, span }))
}

/// Multi-line strings are read, but not edited.
fn string_style(source: &str) -> Option<Style> {
    if source.starts_with("\"\"\"") || source.starts_with("'''") {
        None
    } else if source.starts_with('"') {
        Some(Style::Double)
    } else if source.starts_with('\'') {
        Some(Style::Single)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use crate::flag::{Lookup, definitions, look_up};

    fn value(content: &str, name: &str) -> Option<String> {
        let found = definitions("flags.toml", content.as_bytes()).unwrap();
        match look_up(&found, name) {
            Lookup::Found(definition) => definition.value.clone(),
            other => panic!("{name}: {other:?}"),
        }
    }

    #[test]
    fn scalars_tables_and_dotted_keys() {
        let content = "USE_A = true # why\nn = 0x10\n[features.use_delta]\nenabled = false\n\
                       description = \"x\"\n[other]\nlist = [{ inner = 'y' }]\na.b = \"z\"\n";
        assert_eq!(value(content, "USE_A").as_deref(), Some("true"));
        assert_eq!(value(content, "n").as_deref(), Some("0x10"));
        assert_eq!(value(content, "use_delta").as_deref(), Some("false"));
        assert_eq!(value(content, "features.use_delta").as_deref(), Some("false"));
        assert_eq!(value(content, "features.use_delta.enabled").as_deref(), Some("false"));
        assert_eq!(value(content, "inner").as_deref(), Some("y"));
        assert_eq!(value(content, "other.a.b").as_deref(), Some("z"));
        assert_eq!(value(content, "list"), None);
    }

    #[test]
    fn places_are_those_of_the_keys() {
        let found = definitions("f.toml", b"\n[b]\n  x = 1\n[a]\ny = 2\n").unwrap();
        let places: Vec<_> =
            found.all.iter().map(|d| (d.name.as_str(), d.line, d.column)).collect();
        assert_eq!(places, [("b", 2, 2), ("x", 3, 3), ("a", 4, 2), ("y", 5, 1)]);
    }

    #[test]
    fn broken_files_are_errors_with_places() {
        for (content, line) in [("a = 1\na = 2\n", 2), ("a = \n", 1), ("[x\n", 1), ("x", 1)] {
            let error = definitions("f.toml", content.as_bytes()).unwrap_err();
            assert_eq!(error.position().unwrap().0, line, "{error}");
        }
        let deep = format!("a = {}{}", "[".repeat(70), "]".repeat(70));
        let error = definitions("f.toml", deep.as_bytes()).unwrap_err();
        assert!(error.to_string().contains("64 levels"), "{error}");
        let endless = format!("a = {}", "[".repeat(100_000));
        definitions("f.toml", endless.as_bytes()).unwrap_err();
    }
}
