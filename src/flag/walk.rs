//! From a tree to definitions: every mapping key is one.

use super::definition::{Definition, Slot};
use super::node::{Entry, Kind, Node, Value};

/// The members that hold a flag's value where the flag is a mapping, in order of preference.
const VALUE_MEMBERS: [&str; 3] = ["default", "value", "enabled"];

/// Every key of every tree, a mapping before what stands in it.
pub(super) fn definitions(roots: &[Node]) -> Vec<Definition> {
    let mut found = Vec::new();
    for root in roots {
        collect(root, None, &mut found);
    }
    found
}

/// Recursion ends at the depth that the parsers allow.
fn collect(value: &Value, parent: Option<usize>, found: &mut Vec<Definition>) {
    match &value.kind {
        Kind::Map(entries) => {
            for entry in entries {
                let parent = match &entry.key {
                    Some(key) => {
                        found.push(definition(key, entry, parent));
                        Some(found.len() - 1)
                    }
                    None => parent,
                };
                collect(&entry.value, parent, found);
            }
        }
        Kind::List(items) => items.iter().for_each(|item| collect(item, parent, found)),
        Kind::Scalar { .. } | Kind::Alias(_) | Kind::Opaque => {}
    }
}

fn definition(key: &str, entry: &Entry, parent: Option<usize>) -> Definition {
    let mut definition = Definition::plain(key, entry.offset, parent);
    if let Some(scalar) = scalar_of(&entry.value) {
        definition.value = scalar.text().map(str::to_owned);
        definition.slot = slot(scalar);
    }
    definition
}

/// The scalar that states a flag's value.
fn scalar_of(value: &Value) -> Option<&Value> {
    if value.text().is_some() {
        return Some(value);
    }
    let entries = value.entries()?;
    let member = VALUE_MEMBERS.iter().find_map(|wanted| {
        let mut named = entries.iter().filter(|entry| entry.key.as_deref() == Some(wanted));
        // A member that stands there twice says nothing certain, and hides the weaker ones.
        named.next().map(|first| (first, named.next().is_some()))
    });
    match member {
        Some((entry, false)) if entry.value.text().is_some() => Some(&entry.value),
        _ => None,
    }
}

/// Where a scalar's bytes stand; none behind an alias, which may be used elsewhere too.
pub(super) fn slot(value: &Value) -> Option<Slot> {
    match &value.kind {
        Kind::Scalar { style: Some(style), .. } => {
            Some(Slot { span: value.span.clone(), style: *style })
        }
        _ => None,
    }
}
