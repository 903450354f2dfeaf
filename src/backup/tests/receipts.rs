//! Receipts are appended to, and one that cannot be trusted is left alone.

use std::fs;

use crate::backup::testing::{Ground, backup, migration, script};
use crate::backup::{append_receipt, read_receipt, receipt_path};
use crate::exit::Exit;
use crate::receipt::{parse, render};

#[test]
fn receipts_are_appended_to_and_keep_the_history() {
    let ground = Ground::new();
    let migration = migration(vec![backup("context", script("printf x"), "../kept")]);
    let backup = migration.backups.values().next().unwrap();
    let root = ground.repo();
    assert_eq!(read_receipt(&root, &migration, backup).unwrap(), None);
    let first = ground.create(backup.clone()).unwrap().receipt;
    let mut second = first.clone();
    second.files[0].name = "context-2.backout".to_owned();
    second.place = "../kept/context-2.backout".to_owned();
    // The same archive again, as of runs at the same time, is listed once.
    for archive in [&first, &second, &first] {
        append_receipt(&root, &migration, backup, archive.clone()).unwrap();
    }
    let path = root.join(".backout/backups/context.toml");
    let written = fs::read(&path).unwrap();
    let receipt = parse(&written).unwrap();
    assert_eq!(receipt.archives, [first, second]);
    assert_eq!(written, render(&receipt).into_bytes());
    assert_eq!(read_receipt(&root, &migration, backup).unwrap(), Some(receipt));
    let beside = fs::read_dir(path.parent().unwrap()).unwrap().count();
    assert_eq!(beside, 1, "no temporary file is left");
}

#[test]
fn a_receipt_that_cannot_be_trusted_is_left_alone() {
    let ground = Ground::new();
    let migration = migration(vec![backup("context", script("printf x"), "../kept")]);
    let backup = migration.backups.values().next().unwrap();
    let archive = ground.create(backup.clone()).unwrap().receipt;
    let root = ground.repo();
    let good = append_receipt(&root, &migration, backup, archive.clone()).unwrap();
    let other = render(&good).replace("\"context\"", "\"other\"");
    let newer = render(&good).replacen("version = 1", "version = 2", 1);
    for (text, exit) in
        [("nonsense", Exit::Usage), (&other, Exit::Usage), (&newer, Exit::Indeterminate)]
    {
        ground.write(".backout/backups/context.toml", text);
        let failure = append_receipt(&root, &migration, backup, archive.clone()).unwrap_err();
        assert_eq!(failure.exit, exit, "{failure}");
        let after = fs::read_to_string(root.join(".backout/backups/context.toml")).unwrap();
        assert_eq!(after, *text);
    }
}

#[cfg(unix)]
#[test]
fn a_receipt_behind_a_link_is_refused() {
    let ground = Ground::new();
    let migration = migration(vec![backup("context", script("printf x"), "../kept")]);
    let backup = migration.backups.values().next().unwrap();
    ground.write("elsewhere/backups/context.toml", "x");
    std::os::unix::fs::symlink("elsewhere", ground.repo().join(".backout")).unwrap();
    let failure = read_receipt(&ground.repo(), &migration, backup).unwrap_err();
    assert!(failure.message.contains("symbolic link"), "{failure}");
}

#[test]
fn a_receipt_of_a_nested_configuration_lies_beside_it() {
    let mut nested = migration(vec![backup("context", script("printf x"), "../kept")]);
    nested.folder = "services/billing".to_owned();
    let backup = nested.backups.values().next().unwrap();
    let path = receipt_path(&nested, backup);
    assert_eq!(path, "services/billing/.backout/backups/context.toml");
}
