//! OpenFeature flagd definitions: variants, the default one, and whether flagd evaluates the flag.
//!
//! Shape and required members follow flagd's JSON Schema
//! (<https://flagd.dev/schema/v0/flags.json>). `flags` may be an object by key, or an array of
//! objects with a `key`.

use super::definition::{Definition, DefinitionState, FlagFileError};
use super::node::{Entry, Kind, Node, Value};
use super::text::Text;
use super::walk::slot;

/// Whether a document has a `flags` member with something in it that only flagd writes.
pub(super) fn is_flagd(root: &Node) -> bool {
    flags_of(root).any(|flags| {
        let entries = flags.entries().unwrap_or_default().iter().map(|entry| &entry.value);
        let items = flags.items().unwrap_or_default().iter();
        entries.chain(items).any(|flag| has_flagd_member(flag))
    })
}

fn has_flagd_member(flag: &Value) -> bool {
    flag.entries().unwrap_or_default().iter().any(|member| match member.key.as_deref() {
        Some("variants" | "defaultVariant") => true,
        Some("state") => matches!(member.value.text(), Some("ENABLED" | "DISABLED")),
        _ => false,
    })
}

fn flags_of(root: &Node) -> impl Iterator<Item = &Node> {
    let entries = root.entries().unwrap_or_default().iter();
    entries.filter(|entry| entry.key.as_deref() == Some("flags")).map(|entry| &entry.value)
}

/// Every flag of every document, and nothing else: variants and targeting are no flags.
pub(super) fn definitions(
    text: &Text<'_>,
    roots: &[Node],
) -> Result<Vec<Definition>, FlagFileError> {
    let mut found = Vec::new();
    for flags in roots.iter().flat_map(flags_of) {
        for entry in flags.entries().unwrap_or_default() {
            let Some(key) = &entry.key else { continue };
            found.push(flag(text, key, entry.offset, &entry.value)?);
        }
        for item in flags.items().unwrap_or_default() {
            let key = required(text, item, "key")?;
            let name = word(text, key, "the flag's key as a text")?;
            found.push(flag(text, name, key.span.start, item)?);
        }
    }
    Ok(found)
}

fn flag(
    text: &Text<'_>,
    name: &str,
    offset: usize,
    value: &Value,
) -> Result<Definition, FlagFileError> {
    let mut definition = Definition::plain(name, offset, None);
    definition.state = Some(state(text, required(text, value, "state")?)?);
    definition.targeting = member(text, value, "targeting")?.is_some_and(|rules| {
        rules.entries().is_none_or(|entries| !entries.is_empty()) && !is_null(rules)
    });
    if let Some(variants) = member(text, value, "variants")? {
        definition.variants = read_variants(text, variants)?;
    }
    let Some(default) = member(text, value, "defaultVariant")?.filter(|value| !is_null(value))
    else {
        return Ok(definition);
    };
    let wanted = word(text, default, "the name of a variant")?;
    let Some((_, variant)) = definition.variants.iter().find(|(name, _)| name == wanted) else {
        let expected = "the name of one of the flag's variants";
        return Err(text.malformed(default.span.start, "no variant has this name", expected));
    };
    definition.value = Some(variant.clone());
    definition.default_variant = Some(wanted.to_owned());
    definition.slot = slot(default);
    Ok(definition)
}

fn state(text: &Text<'_>, value: &Value) -> Result<DefinitionState, FlagFileError> {
    match value.text() {
        Some("ENABLED") => Ok(DefinitionState::Enabled),
        Some("DISABLED") => Ok(DefinitionState::Disabled),
        _ => Err(text.malformed(
            value.span.start,
            "this is no state of a flag",
            "`ENABLED` or `DISABLED`",
        )),
    }
}

fn read_variants(text: &Text<'_>, value: &Value) -> Result<Vec<(String, String)>, FlagFileError> {
    let Some(entries) = value.entries() else {
        let problem = "the variants are no mapping";
        return Err(text.malformed(value.span.start, problem, "names and values"));
    };
    let mut variants: Vec<(String, String)> = Vec::with_capacity(entries.len());
    let mut names = std::collections::HashSet::new();
    for Entry { key, offset, value } in entries {
        let Some(name) = key.as_ref().filter(|name| names.insert(name.as_str())) else {
            let problem = "a variant has no name, or that of another one";
            return Err(text.malformed(*offset, problem, "a name of its own for each variant"));
        };
        variants.push((name.clone(), variant_text(text, value)));
    }
    Ok(variants)
}

/// A variant's value; where it is no scalar, as the file writes it.
fn variant_text(text: &Text<'_>, value: &Value) -> String {
    let source = || text.body.get(value.resolved().span.clone()).unwrap_or_default();
    value.text().unwrap_or_else(source).to_owned()
}

fn word<'a>(text: &Text<'_>, value: &'a Value, expected: &str) -> Result<&'a str, FlagFileError> {
    value
        .text()
        .ok_or_else(|| text.malformed(value.span.start, "this is no single value", expected))
}

fn is_null(value: &Value) -> bool {
    match &value.resolved().kind {
        // In quotes it would be a variant of that name.
        Kind::Scalar { text, style: None | Some(super::definition::Style::Plain) } => {
            super::yaml::is_null(text)
        }
        _ => false,
    }
}

fn required<'a>(text: &Text<'_>, flag: &'a Value, name: &str) -> Result<&'a Value, FlagFileError> {
    member(text, flag, name)?.ok_or_else(|| {
        let expected = format!("a mapping with `{name}`");
        text.malformed(flag.span.start, format!("a flagd flag has no `{name}`"), expected)
    })
}

/// The only member of this name. flagd's own reader takes the last of several, which a person who
/// edits the first one will not see.
fn member<'a>(
    text: &Text<'_>,
    flag: &'a Value,
    name: &str,
) -> Result<Option<&'a Value>, FlagFileError> {
    let entries = flag.entries().unwrap_or_default().iter();
    let mut named = entries.filter(|entry| entry.key.as_deref() == Some(name));
    let first = named.next();
    if let Some(second) = named.next() {
        let problem = format!("`{name}` stands here a second time");
        return Err(text.malformed(second.offset, problem, "one of them"));
    }
    Ok(first.map(|entry| &*entry.value))
}

#[cfg(test)]
mod tests {
    use crate::flag::{DefinitionState, Lookup, definitions, look_up};

    const JSON: &str = r#"{
  "$schema": "https://flagd.dev/schema/v0/flags.json",
  "flags": {
    "use-delta": {
      "state": "ENABLED",
      "variants": {"on": true, "off": false},
      "defaultVariant": "off",
      "targeting": {}
    },
    "theme": {
      "state": "DISABLED",
      "variants": {"a": "x", "b": {"k": [1]}},
      "defaultVariant": null,
      "targeting": {"if": [true, "a"]}
    }
  }
}"#;

    #[test]
    fn variants_states_and_defaults() {
        let all = definitions("flags.json", JSON.as_bytes()).unwrap();
        let names: Vec<_> = all.all.iter().map(|d| (d.name.as_str(), d.line, d.column)).collect();
        assert_eq!(names, [("use-delta", 4, 5), ("theme", 10, 5)]);
        let delta = &all.all[0];
        assert_eq!(delta.value.as_deref(), Some("false"));
        assert_eq!(delta.default_variant.as_deref(), Some("off"));
        assert_eq!(delta.state, Some(DefinitionState::Enabled));
        assert!(!delta.targeting);
        let theme = &all.all[1];
        assert_eq!(theme.value, None);
        assert_eq!(theme.state, Some(DefinitionState::Disabled));
        assert!(theme.targeting);
        assert_eq!(theme.variants[1], ("b".to_owned(), "{\"k\": [1]}".to_owned()));
        assert!(matches!(look_up(&all, "flags.theme"), Lookup::Found(d) if d.name == "theme"));
        assert_eq!(look_up(&all, "on"), Lookup::Missing);
    }

    #[test]
    fn yaml_with_shared_variants_and_the_array_form() {
        let yaml = "bools: &b {on: true, off: false}\nflags:\n  x:\n    state: ENABLED\n    \
                    variants: *b\n    defaultVariant: on\n";
        let all = definitions("f.yaml", yaml.as_bytes()).unwrap();
        assert_eq!(all.all.len(), 1);
        assert_eq!(all.all[0].value.as_deref(), Some("true"));
        let json = r#"{"flags": [{"key": "x", "state": "ENABLED"}]}"#;
        let all = definitions("f.json", json.as_bytes()).unwrap();
        assert_eq!((all.all[0].name.as_str(), all.all[0].value.as_deref()), ("x", None));
    }

    #[test]
    fn duplicates_are_kept() {
        let flag = r#""x": {"state": "ENABLED"}"#;
        let json = format!("{{\"flags\": {{{flag}, {flag}}}}}");
        let all = definitions("f.json", json.as_bytes()).unwrap();
        assert!(matches!(look_up(&all, "x"), Lookup::Duplicate(places) if places.len() == 2));
    }

    #[test]
    fn other_files_with_flags_are_plain() {
        let all = definitions("f.yaml", b"flags:\n  x: {state: 'on', default: 1}\n").unwrap();
        assert!(all.all.iter().all(|d| d.state.is_none()));
        assert!(matches!(look_up(&all, "x"), Lookup::Found(d) if d.value.as_deref() == Some("1")));
    }

    #[test]
    fn malformed_flags_are_errors_with_places() {
        for (flag, column, expected) in [
            (r#"{"variants": {}}"#, 16, "with `state`"),
            (r#"{"state": "on", "variants": {}}"#, 26, "`ENABLED`"),
            (r#"{"state": "ENABLED", "variants": []}"#, 49, "names and values"),
            (r#"{"state": "ENABLED", "defaultVariant": "x"}"#, 55, "one of the flag's variants"),
            (r#"{"state": "ENABLED", "variants": {"a": 1, "a": 2}}"#, 58, "name of its own"),
            (r#"{"state": "ENABLED", "state": "DISABLED"}"#, 37, "one of them"),
        ] {
            let json = format!("{{\"flags\": {{\"x\":{flag}}}}}");
            let error = definitions("f.json", json.as_bytes()).unwrap_err();
            assert_eq!(error.position(), Some((1, column)), "{error}");
            assert!(error.to_string().contains(expected), "{error}");
        }
    }
}
