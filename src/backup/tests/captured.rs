//! What is captured, what is refused, and where archives may be kept.

use std::fs;
use std::path::Path;

use crate::backup::archive::{self, Item, Reader, SourceDescription};
use crate::backup::testing::{Ground, NOON, backup, file_source, script};
use crate::config::{Source, Store};
use crate::exit::Exit;
use crate::git::Seconds;

fn content(path: &Path) -> Vec<(String, Vec<u8>)> {
    let mut reader = Reader::open(fs::File::open(path).unwrap()).unwrap();
    let mut entries: Vec<(String, Vec<u8>)> = Vec::new();
    loop {
        match reader.next_item().unwrap() {
            Item::Entry(entry) => entries.push((archive::shown(&entry.name), Vec::new())),
            Item::Block(block) => entries.last_mut().unwrap().1.extend_from_slice(block),
            Item::EntryEnd { .. } => {}
            Item::End(_) => return entries,
        }
    }
}

#[test]
fn a_folder_is_backed_up_with_all_that_is_in_it() {
    let ground = Ground::new();
    ground.write("export/a/x.json", "{}");
    ground.write("export/y.json", "[1]");
    let created = ground
        .create_labelled(backup("context", file_source("export"), "../kept"), Some("staging"))
        .unwrap();
    let expected = [("a", ""), ("a/x.json", "{}"), ("y.json", "[1]")];
    let expected = expected.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
    assert_eq!(content(&created.path), expected);
    assert_eq!(created.manifest.captured_start, Seconds(NOON));
    assert_eq!(created.manifest.captured_end, Seconds(NOON + 60));
    assert_eq!(created.manifest.environment.as_deref(), Some("staging"));
    assert_eq!(created.manifest.point_in_time, Some(true));
    assert_eq!((created.manifest.entries, created.manifest.payload_bytes), (3, 5));
}

#[test]
fn the_archive_is_named_after_time_and_digest_and_is_private() {
    let ground = Ground::new();
    let created = ground.create(backup("context", script("printf x"), "../kept")).unwrap();
    let bytes = fs::read(&created.path).unwrap();
    let digest = crate::receipt::Digest::of(&bytes);
    let name = format!("context-20261003T120000Z-{}.backout", digest.short());
    assert_eq!(ground.kept(), std::slice::from_ref(&name));
    let file = &created.receipt.files[0];
    assert_eq!((&file.name, file.sha256, file.size), (&name, digest, bytes.len() as u64));
    assert_eq!(created.receipt.place, format!("../kept/{name}"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&created.path).unwrap().permissions().mode() & 0o777, 0o600);
        let store = created.path.parent().unwrap();
        assert_eq!(fs::metadata(store).unwrap().permissions().mode() & 0o777, 0o700);
    }
}

#[test]
fn the_same_archive_again_is_no_error_and_no_second_file() {
    let ground = Ground::new();
    let wanted = || backup("context", script("printf x"), "../kept");
    let (first, second) = (ground.create(wanted()).unwrap(), ground.create(wanted()).unwrap());
    assert_eq!(first.receipt, second.receipt);
    assert_eq!(ground.kept().len(), 1);
    fs::write(&first.path, "something else under that name").unwrap();
    assert_eq!(ground.create(wanted()).unwrap_err().exit, Exit::Refused);
    assert_eq!(ground.kept().len(), 1);
}

#[test]
fn a_commands_manifest_keeps_how_it_ended_and_no_secret() {
    let ground = Ground::new();
    let source = script("PGPASSWORD=SECRET printf x; echo 'one note' >&2");
    let created = ground.create(backup("context", source, "../kept")).unwrap();
    let run = created.manifest.command.as_ref().unwrap();
    assert_eq!((run.exit_code, run.stderr.as_str()), (0, "one note\n"));
    assert_eq!(created.manifest.point_in_time, None);
    let SourceDescription::Command { argv } = &created.manifest.source else { panic!() };
    assert!(argv[2].contains("printf x"), "{argv:?}");
    let bytes = fs::read(&created.path).unwrap();
    assert!(!bytes.windows(6).any(|window| window == b"SECRET"));
}

#[test]
fn a_capture_that_fails_leaves_nothing_behind() {
    let ground = Ground::new();
    ground.write("empty.json", "");
    ground.write("bad.json", "ERR wrong number of arguments for 'mget' command\n");
    for (source, exit, word) in [
        (script("printf partial; exit 4"), Exit::Indeterminate, "exit code 4"),
        (script("true"), Exit::Findings, "backup/empty"),
        (script("redis-cli --scan | xargs redis-cli MGET"), Exit::Findings, "no keys, no TTLs"),
        (file_source("empty.json"), Exit::Findings, "backup/empty"),
        (file_source("bad.json"), Exit::Findings, "backup/foreign-format"),
        (file_source("absent"), Exit::Indeterminate, "cannot be read"),
    ] {
        let failure = ground.create(backup("context", source, "../kept")).unwrap_err();
        assert_eq!(failure.exit, exit, "{failure}");
        assert!(failure.message.contains(word), "{failure}");
        assert_eq!(ground.kept(), [""; 0]);
    }
}

#[test]
fn what_this_build_cannot_read_or_reach_is_said_plainly() {
    let ground = Ground::new();
    let redis = Source::Redis { url_env: "REDIS_URL".to_owned(), pattern: "*".to_owned() };
    let failure = ground.create(backup("context", redis, "../kept")).unwrap_err();
    assert_eq!(failure.exit, Exit::Usage);
    assert!(failure.message.contains("`file` and `command` only"), "{failure}");
    let mut remote = backup("context", script("printf x"), "");
    remote.store = Store::Remote("s3://key:SECRET@ops/entities".to_owned());
    let failure = ground.create(remote).unwrap_err();
    assert_eq!(failure.exit, Exit::Refused);
    assert!(failure.message.contains("folders only"), "{failure}");
    assert!(!failure.message.contains("SECRET"), "{failure}");
    let labelled = backup("context", script("printf x"), "../kept");
    assert_eq!(ground.create_labelled(labelled, Some("a\nb")).unwrap_err().exit, Exit::Usage);
}

#[test]
fn a_store_in_the_work_tree_has_to_be_ignored() {
    let ground = Ground::new();
    let wanted = || backup("context", script("printf x"), "backups/deep");
    fs::create_dir(ground.repo().join("backups")).unwrap();
    let failure = ground.create(wanted()).unwrap_err();
    assert_eq!(failure.exit, Exit::Refused);
    assert!(failure.message.starts_with("backup/archive-in-tree"), "{failure}");
    assert!(failure.help.unwrap().contains("`/backups/deep/`"));
    assert!(!ground.repo().join("backups/deep").exists());
    ground.write(".gitignore", "/backups/deep/\n");
    ground.create(wanted()).unwrap();
    ground.write(".gitignore", "*.backout\n");
    ground.create(wanted()).unwrap();
}

#[cfg(unix)]
#[test]
fn a_store_that_leads_into_the_work_tree_by_a_link_is_seen_through() {
    let ground = Ground::new();
    fs::create_dir(ground.repo().join("inside")).unwrap();
    let link = ground.folder.path().join("kept");
    std::os::unix::fs::symlink(ground.repo().join("inside"), link).unwrap();
    let failure = ground.create(backup("context", script("printf x"), "../kept")).unwrap_err();
    assert!(failure.message.starts_with("backup/archive-in-tree"), "{failure}");
}

#[test]
fn a_store_without_a_parent_or_that_is_a_file_is_refused() {
    let ground = Ground::new();
    ground.write("../file", "x");
    for store in ["../nowhere/deep", "../file"] {
        let failure = ground.create(backup("context", script("printf x"), store)).unwrap_err();
        assert_eq!(failure.exit, Exit::Refused, "{store}: {failure}");
    }
}

#[test]
fn a_store_within_its_own_source_is_refused() {
    let ground = Ground::new();
    ground.write("../data/x", "1");
    let failure = ground.create(backup("context", file_source("../data"), "../data/kept"));
    assert_eq!(failure.unwrap_err().exit, Exit::Usage);
}
