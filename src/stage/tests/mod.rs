//! The stage room on data in memory.

mod attribution;
mod cache;
mod history;
mod ledger;
mod matcher;
mod moves;
mod plan;
mod silent_merge;
mod trail;
mod words;

use super::attribution::{Attribution, Attributions};
use crate::config::Migration;
use crate::config::testing::configuration;
use crate::git::{Commit, ObjectId, Seconds};

/// An object id, the same byte all over.
fn id(byte: u8) -> ObjectId {
    ObjectId::from_bytes(&[byte; 20]).unwrap()
}

/// A migration with these stages, as (id, paths, excludes), and `more` at the end of the file.
fn migration(stages: &[(&str, &[&str], &[&str])], more: &str) -> Migration {
    let mut text = String::from(
        "version = 1\n[migration]\nid = \"m\"\nname = \"M\"\nstart = { tag = \"s\" }\n\
         branch = \"main\"\nscope = [\"src/**\"]\n",
    );
    for (id, paths, excludes) in stages {
        text.push_str(&format!(
            "[[stages]]\nid = \"{id}\"\nname = \"S\"\nimpact = \"low\"\npaths = {paths:?}\n\
             exclude = {excludes:?}\nrollback = [\"code\"]\n"
        ));
    }
    configuration(&[("backout.toml", &(text + more))], &[]).migrations.remove(0)
}

fn commit(byte: u8, message: &str) -> Commit {
    Commit {
        id: id(byte),
        tree: id(0xee),
        parents: vec![id(1)],
        time: Seconds(i64::from(byte)),
        message: message.as_bytes().to_vec(),
    }
}

/// What a message claims in a migration.
fn claims(migration: &Migration, message: &str) -> super::attribution::Claims {
    let none = Attributions::default();
    Attribution::new(migration, &[], &none).of_message(message.as_bytes())
}
