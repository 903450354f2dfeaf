//! Stores that are looked into, from clones with and without a work tree.

use std::path::Path;

use super::fake::{archive, configuration, migration};
use crate::backup::Checked;
use crate::readiness::stores::Stores;

/// What a look for the archive of the backup `data` comes to, with this folder as its store.
fn looked(work_tree: Option<&Path>, store: &str) -> Checked {
    let text = migration("")
        + "[backups.data]\nsource = { kind = \"command\", command = [\"./export\"] }\n"
        + &format!("store = \"{store}\"\n");
    let configuration = configuration(&[("backout.toml", &text)]);
    let migration = &configuration.migrations[0];
    let backup = migration.backups.values().next().unwrap();
    Stores::new(work_tree).look(migration, backup, &archive("2026-11-20T00:00:00Z"))
}

fn told(checked: Checked) -> String {
    match checked {
        Checked::Good(_) => "good".to_owned(),
        Checked::Bad(problem) => problem.message,
        Checked::Unknown { message, .. } => message,
    }
}

#[test]
fn without_a_work_tree_a_relative_folder_leads_nowhere() {
    let relative = looked(None, "backups");
    assert!(matches!(relative, Checked::Unknown { .. }), "{relative:?}");
    assert_eq!(
        told(relative),
        "the store `backups` is named relative to a work tree, and this repository has none"
    );
}

#[test]
fn an_archive_is_looked_for_in_the_stores_folder() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("backups");
    let file = store.join("data.backout").display().to_string();
    std::fs::create_dir(&store).unwrap();
    // Named from the work tree, or by itself, where there may be none.
    let text = store.to_str().unwrap();
    for (work_tree, store) in [(Some(folder.path()), "backups"), (None, text)] {
        let message = told(looked(work_tree, store));
        assert!(message.contains(&file), "{message}");
    }
}
