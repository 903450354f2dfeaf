//! Files and archives are held against what they should be.

use std::fs;

use crate::backup::archive::Depth;
use crate::backup::testing::{Ground, NOON, backup, script};
use crate::backup::{Checked, check_file, check_receipt};
use crate::git::Seconds;
use crate::receipt::ArchiveFormat;

fn code(checked: &Checked) -> &str {
    match checked {
        Checked::Good(_) => "good",
        Checked::Bad(problem) => problem.code,
        Checked::Unknown { .. } => "unknown",
    }
}

#[test]
fn files_are_told_good_damaged_foreign_newer_and_absent() {
    let ground = Ground::new();
    let created = ground.create(backup("context", script("printf content"), "../kept")).unwrap();
    let good = fs::read(&created.path).unwrap();
    let (mut damaged, mut newer) = (good.clone(), good.clone());
    *damaged.last_mut().unwrap() ^= 1;
    newer[12] = 9;
    let path = ground.repo().join("subject");
    for depth in [Depth::Full, Depth::Quick] {
        for (bytes, expected) in [
            (good.as_slice(), "good"),
            (&damaged, "backup/corrupt"),
            (&good[..good.len() - 1], "backup/corrupt"),
            (&good[..9], "backup/corrupt"),
            (&newer, "backup/incompatible"),
            (b"REDIS0010xx", "backup/foreign-format"),
            (b"\n\n", "backup/foreign-format"),
            (b"", "backup/foreign-format"),
        ] {
            fs::write(&path, bytes).unwrap();
            assert_eq!(code(&check_file(&path, depth)), expected, "{depth:?}");
        }
        assert_eq!(code(&check_file(&ground.repo().join("absent"), depth)), "unknown");
        assert_eq!(code(&check_file(&ground.repo(), depth)), "unknown");
    }
    fs::write(&path, "ERR wrong number of arguments for 'mget' command\n").unwrap();
    let Checked::Bad(problem) = check_file(&path, Depth::Full) else { panic!() };
    assert!(problem.message.contains("Redis error message"), "{}", problem.message);
    fs::write(&path, "PGDMP").unwrap();
    let Checked::Bad(problem) = check_file(&path, Depth::Full) else { panic!() };
    assert!(problem.message.contains("PostgreSQL dump"), "{}", problem.message);
}

#[test]
fn archives_are_held_against_their_receipt() {
    let ground = Ground::new();
    let created = ground.create(backup("context", script("printf one"), "../kept")).unwrap();
    let other = ground.create(backup("context", script("printf two"), "../kept")).unwrap();
    let store = created.path.parent().unwrap();
    let receipt = crate::receipt::BackupReceipt {
        backup: "context".parse().unwrap(),
        migration: "entities".parse().unwrap(),
        archives: vec![created.receipt.clone()],
    };
    let first = |receipt: &_, depth| code(&check_receipt(receipt, store, depth)[0].1).to_owned();
    assert_eq!(first(&receipt, Depth::Full), "good");
    assert_eq!(first(&receipt, Depth::Quick), "good");
    let mut changes = vec![receipt.clone(); 5];
    changes[0].archives[0].files[0].size += 1;
    changes[1].archives[0].files[0].name = other.receipt.files[0].name.clone();
    changes[2].archives[0].captured_end = Seconds(NOON + 61);
    changes[3].archives[0].environment = Some("production".to_owned());
    changes[4].backup = "other".parse().unwrap();
    for changed in &changes {
        assert_eq!(first(changed, Depth::Full), "backup/corrupt", "{changed:?}");
    }
    let mut foreign = receipt.clone();
    foreign.archives[0].format = ArchiveFormat::Other("rdb".to_owned());
    assert_eq!(first(&foreign, Depth::Full), "backup/foreign-format");
    fs::remove_file(&created.path).unwrap();
    assert_eq!(first(&receipt, Depth::Full), "unknown");
    assert_eq!(first(&receipt, Depth::Quick), "unknown");
}
