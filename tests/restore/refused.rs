//! What cannot be restored, or not to its end: nothing is put in place, and what helps is named.

use std::fs;

use super::{archives, captured, in_full, restore, said, scene, there};
use crate::support::backup::{content, name};

#[test]
fn a_damaged_archive_restores_nothing_and_the_next_is_named() {
    let repo = captured("sessions");
    repo.write("export/1.json", "{\"cart\": 2}\n");
    repo.backout(["backup", "create", "sessions"]).run().ok();
    let receipt = repo.read(".backout/backups/sessions.toml");
    let newest = archives(&repo)
        .into_iter()
        .max_by_key(|path| receipt.find(&format!("name = \"{}\"", name(path))))
        .unwrap();
    let mut bytes = fs::read(&newest).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&newest, bytes).unwrap();
    let run = restore(&repo, &["sessions", "--to", "../back", "--execute"]);
    assert_eq!(run.exit, 1, "{}", run.snapshot());
    assert!(run.err().starts_with("error: backup/corrupt: "), "{}", run.err());
    assert!(run.err().contains("; nothing was restored\nhelp: the next one that verifies"));
    assert!(!repo.root().join("back").exists());
    // What it names works.
    let help = run.err();
    let older = help.split("--archive ").nth(1).unwrap().split(' ').next().unwrap();
    let older = ["sessions", "--archive", older, "--to", "../back", "--execute"];
    restore(&repo, &older).ok();
    let back = content(&repo.root().join("back"));
    assert_eq!(back[0].1, b"{\"cart\": 1}\n");
}

#[test]
fn an_archive_that_is_gone_is_said() {
    let repo = captured("sessions");
    let archive = archives(&repo).pop().unwrap();
    let shelf = repo.root().join("shelf");
    fs::rename(&archive, &shelf).unwrap();
    let gone = restore(&repo, &["sessions", "--to", "../back", "--execute"]);
    insta::assert_snapshot!(said(&repo, &gone), @"
    exit: 3
    stdout:
    stderr:
    error: none of the archives of which the receipt tells is in `[TMP]/store`
    help: run this where the store can be reached, or name a copy by `--archive FILE`
    ");
    // A copy of any name is known by its content.
    let found = restore(&repo, &["sessions", "--archive", "../shelf", "--to", "../back"]).ok();
    assert_eq!(found.err(), "");
    fs::remove_file(repo.path().join(".backout/backups/sessions.toml")).unwrap();
    let none = restore(&repo, &["sessions", "--to", "../back"]);
    insta::assert_snapshot!(said(&repo, &none), @"
    exit: 3
    stdout:
    stderr:
    error: there is no receipt of the backup `sessions`
    help: `backout backup list` shows where receipts are; an archive that none tells of is named by `--archive FILE`
    ");
    let told = restore(&repo, &["sessions", "--archive", "../shelf", "--to", "../back"]).ok();
    insta::assert_snapshot!(said(&repo, &told), @"
    exit: 0
    stdout:
    backup sessions: a dry run, nothing is written
      archive   [TMP]/shelf
      captured  [TIME]
      loses     what was written since: [AGE]
      from      production
      data      3 entries, 15 bytes
      to        [TMP]/back (new)
      next      backout backup restore sessions --archive ../shelf --to ../back --execute
    stderr:
    warning: no receipt tells of `[TMP]/shelf`: only itself says what it is
    ");
}

#[test]
fn what_this_build_cannot_restore_is_said() {
    let repo = scene();
    insta::assert_snapshot!(restore(&repo, &["keys", "--to", "../back"]).snapshot(), @"
    exit: 2
    stdout:
    stderr:
    error: the backup `keys` has a source of kind `redis`; this build restores `file` and `command` only
    help: a source of kind `command` that runs `redis-cli --rdb -` can be restored
    ");
    insta::assert_snapshot!(restore(&repo, &["far", "--to", "../back"]).snapshot(), @"
    exit: 5
    stdout:
    stderr:
    error: the store `s3://ops/backups` is remote; this build keeps archives in folders only
    help: give a folder as `store`, a mounted one for instance, and copy archives from there
    ");
    insta::assert_snapshot!(restore(&repo, &["session", "--to", "../back"]).snapshot(), @"
    exit: 2
    stdout:
    stderr:
    error: no backup is called `session`
    help: did you mean `sessions`?
    ");
}

#[test]
fn what_a_killed_restore_left_is_told_and_kept() {
    let repo = captured("sessions");
    let first = restore(&repo, &["sessions", "--to", "../first", "--execute"]).ok();
    let left = repo.root().join(".backout-restore-x1");
    fs::create_dir(&left).unwrap();
    let again = restore(&repo, &["sessions", "--to", "../again", "--execute"]).ok();
    insta::assert_snapshot!(again.filter().apply(&again.err()), @"
    warning: a restore that was killed left `[TMP]/.backout-restore-x1`: half of its data, or what was to be moved aside
    help: look into it, then delete it
    restoring `sessions`
    ");
    let untroubled = in_full(&repo, &first).replace("/first", "/again");
    let (untroubled, _) = untroubled.split_once("stderr:").unwrap();
    assert!(in_full(&repo, &again).starts_with(untroubled), "{}", again.out());
    assert!(left.is_dir());
}

#[cfg(unix)]
#[test]
fn an_interrupted_restore_leaves_nothing() {
    let repo = scene();
    repo.write("export/large", vec![b'x'; 48 << 20]);
    repo.backout(["backup", "create", "sessions"]).run().ok();
    let before = there(&repo);
    let restoring = ["backup", "restore", "sessions", "--to", "../back", "--execute"];
    let begun = || there(&repo).iter().any(|name| name.starts_with(".backout-restore-"));
    let run = repo.backout(restoring).interrupt_once(begun);
    insta::assert_snapshot!(run.snapshot(), @"
    exit: 130
    stdout:
    stderr:
    restoring `sessions`
    error: interrupted: nothing was put in place
    ");
    assert_eq!(there(&repo), before);
}
