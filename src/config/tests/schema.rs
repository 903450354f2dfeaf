//! The JSON Schema and its checked-in copy.

use serde_json::Value;

use super::super::schema::schema;

#[test]
fn the_copy_in_the_repository_is_current() {
    let copy = include_str!("../backout.schema.json");
    assert!(schema() == copy, "run `backout schema > src/config/backout.schema.json`");
}

#[test]
fn every_table_is_closed_and_every_key_described() {
    fn look(value: &Value) {
        if let Some(properties) = value.get("properties").and_then(Value::as_object)
            && value.get("description").is_some()
        {
            assert_eq!(value["additionalProperties"], Value::Bool(false), "{value}");
            for (name, key) in properties {
                assert!(key["description"].is_string(), "{name}");
            }
        }
        match value {
            Value::Object(map) => map.values().for_each(look),
            Value::Array(list) => list.iter().for_each(look),
            _ => {}
        }
    }
    look(&serde_json::from_str(&schema()).unwrap());
}

#[test]
fn every_reference_leads_somewhere() {
    fn look(value: &Value, root: &Value, found: &mut usize) {
        if let Some(Value::String(to)) = value.get("$ref") {
            assert!(root.pointer(to.trim_start_matches('#')).is_some(), "{to}");
            *found += 1;
        }
        match value {
            Value::Object(map) => map.values().for_each(|inner| look(inner, root, found)),
            Value::Array(list) => list.iter().for_each(|inner| look(inner, root, found)),
            _ => {}
        }
    }
    let root: Value = serde_json::from_str(&schema()).unwrap();
    let mut found = 0;
    look(&root, &root, &mut found);
    assert!(found > 10, "{found}");
}
