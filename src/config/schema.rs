//! The JSON Schema of `backout.toml`, made from the same description of the format that the check
//! reads. Regenerate the copy in this folder with
//! `backout schema > src/config/backout.schema.json`.

use serde_json::{Map, Value, json};

use super::format;
use super::shape::{Format, Key, Kind, Shape};

/// The schema as pretty JSON with a final newline, draft 2020-12. It is somewhat more lenient than
/// the program: what no schema can say (names that exist, orders without a cycle) is left out.
#[must_use]
pub fn schema() -> String {
    let mut definitions = Map::new();
    let mut root = object(&format::ROOT, &mut definitions);
    let head = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": super::FILE_NAME,
        "anyOf": [
            { "required": ["version", "migration"] },
            { "minProperties": 1, "propertyNames": { "enum": ["version", "include"] } },
        ],
    });
    extend(&mut root, head);
    extend(&mut root, json!({ "$defs": definitions }));
    format!("{root:#}\n")
}

fn extend(target: &mut Value, more: Value) {
    if let (Value::Object(target), Value::Object(more)) = (target, more) {
        target.extend(more);
    }
}

fn object(shape: &'static Shape, definitions: &mut Map<String, Value>) -> Value {
    let mut properties = Map::new();
    for key in shape.keys {
        properties.insert(key.name.to_owned(), property(key, definitions));
    }
    let required: Vec<&str> =
        shape.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    let mut schema = json!({
        "description": shape.doc,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    if !shape.one_of.is_empty() {
        let choices: Vec<Value> =
            shape.one_of.iter().map(|name| json!({ "required": [name] })).collect();
        extend(&mut schema, json!({ "oneOf": choices }));
    }
    if std::ptr::eq(shape, &raw const format::STAGE) {
        extend(&mut schema, stage_conditions());
    }
    schema
}

/// What a stage has to explain.
fn stage_conditions() -> Value {
    let needs = |key: &str, value: Value, required: Value| {
        json!({
            "if": { "properties": { key: value }, "required": [key] },
            "then": { "required": required },
        })
    };
    json!({ "allOf": [
        needs("state", json!({ "const": "closed" }), json!(["since", "reason"])),
        needs("irreversible", json!({ "const": true }), json!(["reason"])),
        needs("rollback", json!({ "maxItems": 0 }), json!(["reason"])),
    ] })
}

fn property(key: &Key, definitions: &mut Map<String, Value>) -> Value {
    let mut schema = kind(&key.kind, definitions);
    extend(&mut schema, json!({ "description": key.doc }));
    schema
}

fn kind(kind: &Kind, definitions: &mut Map<String, Value>) -> Value {
    match kind {
        Kind::Version => json!({ "const": 1 }),
        Kind::Text(format) => text(*format),
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::List(format) => json!({ "type": "array", "items": text(*format) }),
        Kind::Argv => json!({ "type": "array", "items": { "type": "string" }, "minItems": 1 }),
        Kind::Table(shape) => reference(shape, definitions),
        Kind::Tables(shape) => {
            json!({ "type": "array", "items": reference(shape, definitions) })
        }
        Kind::Map(names, values) => json!({
            "type": "object",
            "propertyNames": text(*names),
            "additionalProperties": self::kind(values, definitions),
        }),
        Kind::Tagged(shapes) => {
            let choices: Vec<Value> =
                shapes.iter().map(|(tag, shape)| tagged(tag, shape, definitions)).collect();
            json!({ "oneOf": choices })
        }
        Kind::Either(format, shape) => {
            json!({ "anyOf": [text(*format), reference(shape, definitions)] })
        }
    }
}

fn tagged(tag: &str, shape: &'static Shape, definitions: &mut Map<String, Value>) -> Value {
    let mut schema = object(shape, definitions);
    if let Some(word) = schema.pointer_mut("/properties/kind") {
        extend(word, json!({ "const": tag }));
    }
    schema
}

fn reference(shape: &'static Shape, definitions: &mut Map<String, Value>) -> Value {
    let name = definition_name(shape);
    if !definitions.contains_key(&name) {
        let schema = object(shape, definitions);
        definitions.insert(name.clone(), schema);
    }
    json!({ "$ref": format!("#/$defs/{name}") })
}

/// "a table of levels" is `table-of-levels`.
fn definition_name(shape: &Shape) -> String {
    let what = shape.what.trim_start_matches("a ").trim_start_matches("an ");
    what.replace(|c: char| !c.is_ascii_alphanumeric() && c != ' ', "").replace(' ', "-")
}

fn text(format: Format) -> Value {
    let mut schema = json!({ "type": "string" });
    if let Format::Word(parse) = format {
        let words = parse("").err().map(|unknown| unknown.expected).unwrap_or_default();
        extend(&mut schema, json!({ "enum": words }));
    }
    let (pattern, never) = patterns(format);
    if let Some(pattern) = pattern {
        extend(&mut schema, json!({ "pattern": pattern }));
    }
    if let Some(never) = never {
        extend(&mut schema, json!({ "not": { "pattern": never } }));
    }
    schema
}

/// What a text matches, and what it never does. Two patterns, because a validator need not know
/// look-around (those written in Go do not).
const fn patterns(format: Format) -> (Option<&'static str>, Option<&'static str>) {
    const ID: &str = "^[A-Za-z0-9._-]{1,100}$";
    match format {
        Format::Any | Format::Word(_) => (None, None),
        Format::Filled | Format::Store => (Some(r"\S"), None),
        Format::Id => (Some(ID), Some(r"^\.+$")),
        Format::StageId => (Some(ID), Some(r"^(\.+|none)$")),
        Format::StageRef => {
            let both = "^([A-Za-z0-9._-]{1,100}:)?[A-Za-z0-9._-]{1,100}$";
            (Some(both), Some(r"(^|:)\.+(:|$)"))
        }
        Format::Oid => (Some("^([0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})$"), Some("^0+$")),
        Format::Commit => (Some("^[0-9A-Fa-f]{4,64}$"), None),
        Format::RefName => {
            (Some(r"^[^ ~^:?*\[\\]+$"), Some(r"^refs/|^[-/.]|[/.]$|\.\.|//|/\.|@\{|^HEAD$"))
        }
        Format::Glob => (Some(r"^.+$"), Some(r"^[!/]|/$|//|(^|/)\.\.?(/|$)")),
        Format::Path => (Some(r"^[^\\]+$"), Some(r"^/|//|(^|/)\.\.?(/|$)")),
        Format::Duration => (Some("^[1-9][0-9]*[smhd]$"), None),
        Format::Trailer => (Some("^[A-Za-z0-9][A-Za-z0-9-]*$"), None),
        Format::Variable => (Some("^[A-Za-z_][A-Za-z0-9_]*$"), None),
        Format::Code => (Some("^[a-z-]+/[a-z-]+$"), None),
    }
}
