//! Archives do not belong into the repository.

use insta::assert_snapshot;

use super::{BACKUP, text};
use crate::config::Store;
use crate::git::RepoPath;
use crate::readiness::snapshot::Known;
use crate::readiness::tests::fake::{Case, migration, stage, unknown};

fn store(folder: &str, path: &str, is_archive: Known<bool>) -> Case {
    let backup = BACKUP.replace("/srv/backups/data", folder);
    let case = Case::new(&text("medium", "", &backup)).commit("Docs", &[path]);
    assert!(matches!(
        case.configuration.migrations[0].backups.values().next().unwrap().store,
        Store::Folder(_)
    ));
    case.facts(|facts| {
        facts.magic.insert(RepoPath::from(path), is_archive);
    })
}

#[test]
fn archive_in_tree() {
    let told = store("backups", "backups/data.bin", Ok(true)).ask("backup");
    assert_snapshot!(told.lines(), @"backup/archive-in-tree deny 9: backups/data.bin is a backup archive: pushed once, its data stays in history / take it out of the commit (`git rm --cached`, `git commit --amend`), and add the store's folder to .gitignore");
    for path in ["docs/data.backout", "docs/DATA.BACKOUT", "dump.bin", "backups-old/a"] {
        let told = store("backups", path, Ok(true)).ask("backup");
        assert_eq!(told.codes(), "backup/archive-in-tree deny", "whatever it is called: {path}");
    }
}

#[test]
fn what_single_commits_add_may_be_unknown() {
    let case = store("backups", "docs/a.md", Ok(false));
    let told = case.facts(|facts| facts.passing = unknown()).ask("backup");
    assert_snapshot!(told.lines(), @"backup/archive-in-tree? deny 9: what single commits add: could not check: the object is damaged / run `git fsck`");
}

#[test]
fn what_is_no_archive_may_lie_beside_one() {
    assert_eq!(store("backups", "backups/README.md", Ok(false)).ask("backup").codes(), "");
    let gone = store("backups", "backups/data.bin", Ok(true)).range(|_| {});
    let mut gone = gone;
    gone.changed = Some(Vec::new());
    assert_eq!(gone.ask("backup").codes(), "");
}

#[test]
fn a_file_that_may_be_an_archive_and_cannot_be_read() {
    let told = store("backups", "backups/data.bin", unknown()).ask("backup");
    assert_snapshot!(told.lines(), @"backup/archive-in-tree? deny 9: backups/data.bin: could not check: the object is damaged / run `git fsck`");
}

#[test]
fn without_backups_only_what_is_called_an_archive_is_read() {
    let told = |path: &str| {
        let case = Case::new(&(migration("") + &stage("9", "medium", "")));
        case.commit("Docs", &[path])
            .facts(|facts| {
                facts.magic.insert(RepoPath::from(path), Ok(true));
                // Many commits need not be looked into, where no backup is taken.
                facts.passing = unknown();
            })
            .ask("backup")
    };
    assert_eq!(told("docs/dump.bin").codes(), "");
    assert_eq!(told("docs/data.backout").codes(), "backup/archive-in-tree warn");
}
