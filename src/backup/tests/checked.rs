//! Files and archives are held against what they should be.

use std::fs;

use crate::backup::archive::Depth;
use crate::backup::testing::{Ground, NOON, backup, script};
use crate::backup::{Checked, Created, Owner, Shelf, check_archive, check_file, check_receipt};
use crate::config::Store;
use crate::git::Seconds;
use crate::receipt::{ArchiveFormat, BackupReceipt, Server, parse, render};

fn code(checked: &Checked) -> &str {
    match checked {
        Checked::Good(_) => "good",
        Checked::Bad(problem) => problem.code,
        Checked::Unknown { .. } => "unknown",
    }
}

fn receipt_of(created: &Created) -> BackupReceipt {
    BackupReceipt {
        backup: "context".parse().unwrap(),
        migration: "entities".parse().unwrap(),
        archives: vec![created.receipt.clone()],
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
    let receipt = receipt_of(&created);
    let (folder, store) = (created.path.parent().unwrap(), Store::Folder("../kept/".to_owned()));
    let shelf = Shelf { folder, store: &store };
    let first = |receipt: &_, depth| code(&check_receipt(receipt, shelf, depth)[0].1).to_owned();
    assert_eq!(first(&receipt, Depth::Full), "good");
    assert_eq!(first(&receipt, Depth::Quick), "good");
    let mut changes = vec![receipt.clone(); 7];
    changes[0].archives[0].files[0].size += 1;
    changes[1].archives[0].files[0].name = other.receipt.files[0].name.clone();
    changes[2].archives[0].captured_end = Seconds(NOON + 61);
    changes[3].archives[0].environment = Some("production".to_owned());
    changes[4].backup = "other".parse().unwrap();
    changes[5].archives[0].server =
        Some(Server { kind: "redis".to_owned(), version: "7".to_owned(), rdb_version: None });
    changes[6].archives[0].place = created.receipt.place.replace("kept", "lost");
    for changed in &changes {
        assert_eq!(first(changed, Depth::Full), "backup/corrupt", "{changed:?}");
    }
    let mut foreign = receipt.clone();
    foreign.archives[0].format = ArchiveFormat::Other("rdb".to_owned());
    assert_eq!(first(&foreign, Depth::Full), "backup/foreign-format");
    let mut newer = receipt.clone();
    newer.archives[0].format = ArchiveFormat::Backout(2);
    assert_eq!(first(&newer, Depth::Full), "backup/incompatible");
    fs::remove_file(&created.path).unwrap();
    assert_eq!(first(&receipt, Depth::Full), "unknown");
    assert_eq!(first(&receipt, Depth::Quick), "unknown");
}

/// Every text that is one step away: a bit flipped, the end cut off, a character put in.
fn mutations(text: &str) -> Vec<Vec<u8>> {
    let whole = text.as_bytes();
    let mut all: Vec<Vec<u8>> = (0..whole.len()).map(|end| whole[..end].to_vec()).collect();
    for (at, bit) in (0..whole.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
        let mut flipped = whole.to_vec();
        flipped[at] ^= 1 << bit;
        all.push(flipped);
    }
    for (at, more) in (0..=whole.len()).flat_map(|at| b"#\"\\\n /.01aD\xff".map(|more| (at, more)))
    {
        let mut longer = whole.to_vec();
        longer.insert(at, more);
        all.push(longer);
    }
    all
}

/// Comments and blanks may change, and nothing that is said.
#[test]
fn every_change_of_a_receipt_is_noticed() {
    let ground = Ground::new();
    let from = backup("context", script("printf one"), "../kept");
    let created = ground.create_labelled(from, Some("production")).unwrap();
    let (folder, store) = (created.path.parent().unwrap(), Store::Folder("../kept".to_owned()));
    let shelf = Shelf { folder, store: &store };
    let receipt = receipt_of(&created);
    let owner = Owner { backup: &receipt.backup, migration: &receipt.migration };
    let good = |checked: &Checked| matches!(checked, Checked::Good(_));
    assert!(good(&check_archive(owner, &receipt.archives[0], shelf)));
    let mut silent = receipt.clone();
    silent.archives[0].from = None;
    let (mut refused, mut the_same, mut found, mut unsaid) = (0, 0, 0, 0);
    for changed in mutations(&render(&receipt)) {
        let told = String::from_utf8_lossy(&changed);
        match parse(&changed) {
            Err(_) => refused += 1,
            Ok(read) if read == receipt => the_same += 1,
            // Who does not say what was captured contradicts nothing.
            Ok(read) if read == silent => unsaid += 1,
            Ok(read) => {
                found += 1;
                let verified = check_receipt(&read, shelf, Depth::Full);
                assert!(!verified.iter().any(|(_, checked)| good(checked)), "verify: {told}");
                // The guard holds the names against its configuration before it asks a store.
                let named =
                    (&read.backup, &read.migration) == (&receipt.backup, &receipt.migration);
                let online = check_archive(owner, &read.archives[0], shelf);
                assert!(!named || !good(&online), "check --online: {told}");
            }
        }
    }
    assert!(refused > 1_000 && the_same > 100 && found > 100, "{refused} {the_same} {found}");
    assert!(unsaid < 10, "{unsaid}");
}
