//! `backup/archive-in-tree`: data does not belong into history, from which it never goes away.

use super::judgement::{Judgement, Problem};
use super::snapshot::Snapshot;
use crate::backup::archive::MAGIC;
use crate::config::{Stage, Store};
use crate::git::{Change, RepoPath};

/// Looks at the changed files that could be archives, by their place or by their name.
pub fn judge<'a>(snapshot: &Snapshot<'a>, judgement: &mut Judgement<'_, 'a>) {
    let mut unmet = Vec::new();
    let mut unknown = Vec::new();
    let added = snapshot.range.changes.iter().filter(|change| {
        change.new.is_some_and(|entry| entry.is_file()) && is_candidate(snapshot, change)
    });
    for change in added {
        match snapshot.facts.begins_with(&change.path, &MAGIC) {
            Ok(true) => unmet.push(in_tree(&change.path)),
            Ok(false) => {}
            Err(why) => unknown.push(
                Problem::unknown("archive-in-tree", &change.path.shown(), &why).path(&change.path),
            ),
        }
    }
    if unmet.is_empty() && unknown.is_empty() {
        return;
    }
    match strictest_with_backups(snapshot) {
        Some(stage) => judgement.stage(stage).conclude(unmet, unknown),
        None => judgement.range().conclude(unmet, unknown),
    }
}

fn in_tree(path: &RepoPath) -> Problem {
    Problem::new(
        "archive-in-tree",
        format!("{} is a backup archive: pushed once, its data stays in history", path.shown()),
        "take it out of the commit (`git rm --cached`, `git commit --amend`), and add the store's folder to .gitignore",
    )
    .path(path)
}

fn is_candidate(snapshot: &Snapshot<'_>, change: &Change) -> bool {
    let path = change.path.as_bytes();
    let in_store = snapshot.migration.backups.values().any(|backup| match &backup.store {
        Store::Folder(folder) => {
            let folder = snapshot.rooted(folder.trim_start_matches("./").trim_end_matches('/'));
            path.strip_prefix(folder.as_bytes()).is_some_and(|rest| rest.starts_with(b"/"))
        }
        Store::Remote(_) => false,
    });
    in_store || path.ends_with(b".backout")
}

fn strictest_with_backups<'a>(snapshot: &Snapshot<'a>) -> Option<&'a Stage> {
    let stages = snapshot.migration.stages.iter();
    stages.filter(|stage| !stage.backups.is_empty()).max_by_key(|stage| stage.impact)
}
