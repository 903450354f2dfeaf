//! How a commit is taken apart that is the work of several stages.

use super::snapshot::Snapshot;
use crate::git::ObjectId;

/// What helps against a commit of several stages: the command, where one takes apart that commit and
/// no other.
pub fn split(snapshot: &Snapshot<'_>, commit: &ObjectId) -> String {
    let pushed = snapshot.range.commits.iter().find(|one| one.id == *commit);
    match pushed {
        Some(merge) if merge.parents.len() > 1 => {
            "have each stage's part in a commit of its own before it is merged".to_owned()
        }
        Some(newest) if snapshot.range.head == Some(newest.id) => {
            "split the commit, one stage each: `git reset HEAD~ && git add --patch`".to_owned()
        }
        Some(older) => format!(
            "split the commit, one stage each: `git rebase -i {}~`, with `edit` in its line",
            older.id.short()
        ),
        None => "split the commit, one stage each".to_owned(),
    }
}
