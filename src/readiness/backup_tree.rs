//! `backup/archive-in-tree`: data does not belong into history, from which it never goes away.

use std::collections::BTreeSet;

use super::judgement::{Judgement, Problem};
use super::snapshot::Snapshot;
use crate::backup::archive::MAGIC;
use crate::config::Stage;
use crate::git::{Change, Entry, ObjectId, RepoPath};

/// Looks at how the changed files begin: those that the range leaves behind, and those that one of
/// its commits adds and a later one takes away.
pub fn judge<'a>(snapshot: &Snapshot<'a>, judgement: &mut Judgement<'_, 'a>) {
    let mut unmet = Vec::new();
    let mut unknown = Vec::new();
    let head = snapshot.range.changes.iter().map(|change| (None, change));
    let passing = match snapshot.facts.passing() {
        _ if snapshot.migration.backups.is_empty() => Vec::new(),
        Ok(passing) => passing,
        Err(why) => {
            let what = "what single commits add";
            unknown.push(Problem::unknown("archive-in-tree", what, &why));
            Vec::new()
        }
    };
    let passing = passing.iter().map(|(commit, change)| (Some(*commit), change));
    let mut seen = BTreeSet::new();
    for (commit, change) in head.chain(passing) {
        let Some(entry) = change.new.filter(Entry::is_file) else { continue };
        if !is_candidate(snapshot, change) || !seen.insert((&change.path, entry.oid)) {
            continue;
        }
        match snapshot.facts.begins_with(change, &MAGIC) {
            Ok(true) => unmet.push(in_tree(&change.path, commit)),
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

/// `commit` is one that adds it, where a later one takes it away.
fn in_tree(path: &RepoPath, commit: Option<ObjectId>) -> Problem {
    let shown = path.shown();
    match commit {
        None => Problem::new(
            "archive-in-tree",
            format!("{shown} is a backup archive: pushed once, its data stays in history"),
            "take it out of the commit (`git rm --cached`, `git commit --amend`), and add the \
             store's folder to .gitignore",
        ),
        Some(commit) => Problem::new(
            "archive-in-tree",
            format!(
                "{shown} is a backup archive in {}: a later commit takes it away, \
                 but its data stays in history",
                commit.short()
            ),
            "take it out of the commit that adds it: `git rebase -i`",
        )
        .commit(commit),
    }
    .path(path)
}

/// Where there are backups, an archive may come under any name.
fn is_candidate(snapshot: &Snapshot<'_>, change: &Change) -> bool {
    !snapshot.migration.backups.is_empty() || change.path.as_bytes().ends_with(b".backout")
}

fn strictest_with_backups<'a>(snapshot: &Snapshot<'a>) -> Option<&'a Stage> {
    let stages = snapshot.migration.stages.iter();
    stages.filter(|stage| !stage.backups.is_empty()).max_by_key(|stage| stage.impact)
}
