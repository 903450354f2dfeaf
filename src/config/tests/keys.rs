//! Every key that the format lists is checked, read, and used by the sample.

use std::collections::BTreeSet;

use toml_edit::{DocumentMut, Item, Value};

use super::super::format;
use super::super::shape::{Kind, Shape};
use super::{FULL, full};

/// The paths of all keys in a shape: `stages.start.tag`; names that a file chooses are `*`.
fn listed(shape: &Shape, prefix: &str, into: &mut BTreeSet<String>) {
    for key in shape.keys {
        let path = format!("{prefix}{}", key.name);
        under(&key.kind, &path, into);
        into.insert(path);
    }
}

fn under(kind: &Kind, path: &str, into: &mut BTreeSet<String>) {
    let inner = format!("{path}.");
    match kind {
        Kind::Table(shape) | Kind::Tables(shape) | Kind::Either(_, shape) => {
            listed(shape, &inner, into);
        }
        Kind::Map(_, values) => under(values, &format!("{path}.*"), into),
        Kind::Tagged(shapes) => shapes.iter().for_each(|(_, shape)| listed(shape, &inner, into)),
        _ => {}
    }
}

/// Calls `visit` for every key of a document, with a path as above and the way to it.
fn keys(item: &Item, path: &str, way: &[String], visit: &mut dyn FnMut(&str, &[String])) {
    if let Some(table) = item.as_table_like() {
        for (name, value) in table.iter() {
            let chosen = matches!(path, "flags" | "backups" | "requirements" | "stages.flags");
            let shown = if chosen { "*" } else { name };
            let inner = if path.is_empty() { shown.to_owned() } else { format!("{path}.{shown}") };
            let way: Vec<String> = way.iter().cloned().chain([name.to_owned()]).collect();
            visit(&inner, &way);
            keys(value, &inner, &way, visit);
        }
    }
    for (index, table) in item.as_array_of_tables().into_iter().flatten().enumerate() {
        let way: Vec<String> = way.iter().cloned().chain([index.to_string()]).collect();
        keys(&Item::Table(table.clone()), path, &way, visit);
    }
}

fn remove(item: &mut Item, way: &[String]) {
    let (name, rest) = way.split_first().unwrap();
    if let Some(tables) = item.as_array_of_tables_mut() {
        let table = tables.get_mut(name.parse().unwrap()).unwrap();
        let mut inner = Item::Table(table.clone());
        remove(&mut inner, rest);
        *table = inner.into_table().unwrap();
    } else if rest.is_empty() {
        item.as_table_like_mut().unwrap().remove(name);
    } else {
        remove(item.as_table_like_mut().unwrap().get_mut(name).unwrap(), rest);
    }
}

#[test]
fn the_sample_uses_every_key() {
    let mut all = BTreeSet::new();
    listed(&format::ROOT, "", &mut all);
    let mut used = BTreeSet::new();
    let document: DocumentMut = FULL.parse().unwrap();
    keys(document.as_item(), "", &[], &mut |path, _| {
        used.insert(path.to_owned());
    });
    // Either of two ways to write the same thing, phases that the sample leaves as they are.
    let rare = [
        "flags.*.live.text",
        "flags.*.set.timeout",
        "phases.deploy",
        "phases.land",
        "stages.deploy.text",
        "stages.quiesce.command",
        "stages.quiesce.timeout",
        "stages.start.oid",
        "stages.verify.text",
    ];
    let unused: Vec<_> = all.difference(&used).map(String::as_str).collect();
    assert_eq!(unused, rare);
}

#[test]
fn taking_any_key_out_of_the_sample_changes_what_is_loaded() {
    let whole = format!("{:?}", full(FULL).load().unwrap().unwrap().migrations);
    let document: DocumentMut = FULL.parse().unwrap();
    let mut ways = Vec::new();
    keys(document.as_item(), "", &[], &mut |path, way| ways.push((path.to_owned(), way.to_vec())));
    assert!(ways.len() > 100, "{}", ways.len());
    // These say what is the default anyway.
    let same = ["stages.irreversible", "stages.state"];
    for (path, way) in ways {
        let mut changed = document.clone();
        remove(changed.as_item_mut(), &way);
        let text = changed.to_string();
        let Ok(configuration) = full(&text).load() else { continue };
        let left = format!("{:?}", configuration.unwrap().migrations);
        if !same.contains(&path.as_str()) {
            assert_ne!(without_places(&left), without_places(&whole), "{path} has no effect");
        }
    }
}

/// Lines shift when a key is taken out; that must not count as a difference.
fn without_places(debug: &str) -> String {
    let mut text = String::new();
    let mut rest = debug;
    while let Some(at) = rest.find("Place {") {
        text.push_str(&rest[..at]);
        rest = rest[at..].split_once('}').unwrap().1;
    }
    text + rest
}

#[test]
fn every_key_of_the_sample_is_checked_for_its_type() {
    let document: DocumentMut = FULL.parse().unwrap();
    let mut ways = Vec::new();
    keys(document.as_item(), "", &[], &mut |_, way| ways.push(way.to_vec()));
    for way in ways {
        let mut changed = document.clone();
        replace(changed.as_item_mut(), &way, &Item::Value(Value::from(1.5)));
        let text = changed.to_string();
        assert!(full(&text).load().is_err(), "{way:?} takes a decimal number:\n{text}");
    }
}

fn replace(item: &mut Item, way: &[String], with: &Item) {
    let (name, rest) = way.split_first().unwrap();
    if let Some(tables) = item.as_array_of_tables_mut() {
        let table = tables.get_mut(name.parse().unwrap()).unwrap();
        let mut inner = Item::Table(table.clone());
        replace(&mut inner, rest, with);
        *table = inner.into_table().unwrap();
    } else if rest.is_empty() {
        *item.as_table_like_mut().unwrap().get_mut(name).unwrap() = with.clone();
    } else {
        replace(item.as_table_like_mut().unwrap().get_mut(name).unwrap(), rest, with);
    }
}

#[test]
fn every_example_is_a_valid_value() {
    fn each(shape: &Shape, visit: &mut dyn FnMut(&Shape, &super::super::shape::Key)) {
        for key in shape.keys {
            visit(shape, key);
            match &key.kind {
                Kind::Table(inner) | Kind::Tables(inner) | Kind::Either(_, inner) => {
                    each(inner, visit);
                }
                Kind::Map(_, Kind::Table(inner)) => each(inner, visit),
                Kind::Tagged(shapes) => shapes.iter().for_each(|(_, inner)| each(inner, visit)),
                _ => {}
            }
        }
    }
    each(&format::ROOT, &mut |shape, key| {
        if !key.example.contains(['…', '<']) {
            let text = format!("key = {}", key.example);
            assert!(text.parse::<DocumentMut>().is_ok(), "{}: {text}", shape.what);
        }
        assert!(!key.doc.is_empty() && key.doc.ends_with('.'), "{}.{}", shape.what, key.name);
    });
}
