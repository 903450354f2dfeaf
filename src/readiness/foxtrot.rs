//! A merge that has what had landed behind its second parent, in words: a pull that merges, pushed
//! to the landing branch.

use super::judgement::Problem;
use super::snapshot::{Foxtrot, Mistold, Snapshot};
use crate::git::ObjectId;
use crate::shell;

/// Commits that a message names.
const NAMED: usize = 3;

/// What first parents no longer tell of stages that had landed; an error where that is not known.
pub fn told(snapshot: &Snapshot<'_>) -> Result<Option<Problem>, Box<Problem>> {
    let branch = &snapshot.migration.branch;
    match snapshot.facts.foxtrot(&snapshot.migration.id) {
        Ok(found) => Ok(found.map(|found| problem(snapshot, &found).about(branch))),
        Err(why) => {
            let what = format!("what first parents still tell of what has landed on `{branch}`");
            let problem = Problem::unknown("history-rewritten", &what, &why);
            Err(Box::new(problem.about(branch)))
        }
    }
}

fn problem(snapshot: &Snapshot<'_>, foxtrot: &Foxtrot) -> Problem {
    let branch = &snapshot.migration.branch;
    let known = snapshot.range.commits.iter().find(|commit| commit.id == foxtrot.merge);
    let subject = known.map(|known| format!(" \"{}\"", known.subject())).unwrap_or_default();
    let stages: Vec<String> =
        foxtrot.stages.iter().filter_map(|one| of_stage(snapshot, one)).collect();
    let message = format!(
        "{}{subject} merges `{branch}` into other work: what has landed is told along first \
         parents, and there {}",
        foxtrot.merge.short(),
        stages.join("; ")
    );
    Problem::new("history-rewritten", message, help(snapshot)).commit(foxtrot.merge)
}

/// `stage 9 would lose 1f2e3d4c5b6a, and could no longer be backed out alone`.
fn of_stage(snapshot: &Snapshot<'_>, told: &Mistold) -> Option<String> {
    let id = &snapshot.migration.stages.get(told.stage)?.id;
    if !told.has_landed {
        return Some(format!("stage {id} would not have landed ({})", named(&told.lost)));
    }
    let mut said = Vec::new();
    if told.forgets_back_out {
        said.push("would not have been backed out".to_owned());
    }
    if !told.lost.is_empty() {
        said.push(format!("would no longer have {}", named(&told.lost)));
    }
    if told.closed {
        said.push("could no longer be backed out alone".to_owned());
    }
    Some(format!("stage {id} {}", said.join(", and ")))
}

fn named(commits: &[ObjectId]) -> String {
    let mut named: Vec<String> = commits.iter().take(NAMED).map(ObjectId::short).collect();
    if commits.len() > NAMED {
        named.push(format!("{} more", commits.len() - NAMED));
    }
    named.join(", ")
}

/// Either way round, the landed line comes first.
fn help(snapshot: &Snapshot<'_>) -> String {
    let range = snapshot.range;
    let remote = shell::word(snapshot.facts.remote());
    let branch = shell::word(&snapshot.migration.branch);
    let rebase = format!("`git pull --rebase {remote} {branch}`");
    let (Some(old), Some(head)) = (&range.old, &range.head) else { return rebase };
    let (old, head) = (old.short(), head.short());
    let merge = format!("`git switch --detach {old} && git merge --no-ff --no-edit {head}");
    match snapshot.lands {
        true => format!(
            "{rebase}; or keep the merge, the other way round: {merge} && git push {remote} \
             HEAD:{branch}`"
        ),
        false => format!(
            "let it land by a merge commit or as one commit, not by a fast-forward; else \
             {rebase}, or the merge the other way round: {merge}`"
        ),
    }
}
