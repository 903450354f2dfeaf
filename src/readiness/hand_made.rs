//! Back-outs that are not the planned one: told, and let pass.

use std::collections::BTreeSet;

use super::judgement::{Judgement, Problem};
use super::snapshot::{Known, Snapshot};
use crate::config::{Level, Stage};
use crate::git::ObjectId;
use crate::rollback::by_hand::ByHand;
use crate::stage::attribution::BACKOUT_TRAILER;
use crate::stage::matcher::StageIndex;
use crate::stage::plan::CommitPlan;

/// Tells of every commit that says it backs stages out, and does something else; and of every merge
/// that brings one which does what it says, and comes to something else on the files of its stages:
/// the back-out was planned before the last of their work.
pub fn judge<'a>(snapshot: &Snapshot<'a>, judgement: &mut Judgement<'_, 'a>) {
    let commits = &snapshot.plan.commits;
    let (mut merges, mut told) = (BTreeSet::new(), BTreeSet::new());
    for commit in commits {
        let named = &commit.claims.backs_out;
        if hold(snapshot, judgement, BackOut { commit: commit.id, named, says: commit }) {
            // What it does beside, its merge does as well.
            told.extend(commit.brought_by);
        }
        if !named.is_empty() {
            // A merge that says so itself was held against the plan by that.
            told.insert(commit.id);
            merges.extend(commit.brought_by);
        }
    }
    for merge in merges.difference(&told).copied() {
        let brought = || commits.iter().filter(|one| one.brought_by == Some(merge));
        // What it brings again is not taken back.
        let again: BTreeSet<StageIndex> =
            brought().flat_map(|one| &one.claims.stages).copied().collect();
        let named = brought().flat_map(|one| &one.claims.backs_out).copied();
        let named: BTreeSet<StageIndex> = named.filter(|stage| !again.contains(stage)).collect();
        let says = brought().find(|one| !one.claims.backs_out.is_disjoint(&named));
        if let Some(says) = says {
            hold(snapshot, judgement, BackOut { commit: merge, named: &named, says });
        }
    }
}

/// A commit that backs stages out by what it says, or by what one says that it brings.
#[derive(Clone, Copy)]
struct BackOut<'p> {
    commit: ObjectId,
    named: &'p BTreeSet<StageIndex>,
    says: &'p CommitPlan,
}

/// Holds it against the plan; whether anything is told of it.
fn hold<'a>(
    snapshot: &Snapshot<'a>,
    judgement: &mut Judgement<'_, 'a>,
    back_out: BackOut<'_>,
) -> bool {
    let BackOut { commit, named, says } = back_out;
    let mut stages = named.iter().filter_map(|index| snapshot.migration.stages.get(*index));
    let Some(stage) = stages.next() else { return false };
    let held = snapshot.facts.by_hand(&snapshot.migration.id, &commit, named);
    let held = held.and_then(|held| match says.id == commit {
        true => Ok(held),
        false => of_stages(snapshot, named, held),
    });
    match held {
        Ok(held) if held.is_planned() => return false,
        Ok(held) => {
            let told = told(snapshot, stage, back_out, &held);
            judgement.stage(stage).at_most(Level::Warn).conclude(vec![told], Vec::new());
        }
        Err(why) => {
            let what = format!("whether {} is the planned back-out", commit.short());
            let problem = Problem::unknown("foreign-edits", &what, &why).commit(commit);
            judgement.stage(stage).at_most(Level::Warn).conclude(Vec::new(), vec![problem]);
        }
    }
    true
}

/// What differs on the files of these stages: a merge may bring all kinds of other work.
fn of_stages(
    snapshot: &Snapshot<'_>,
    stages: &BTreeSet<StageIndex>,
    held: ByHand,
) -> Known<ByHand> {
    let mut differs = Vec::new();
    for path in held.differs {
        if !snapshot.matcher.owners(&path)?.is_disjoint(stages) {
            differs.push(path);
        }
    }
    Ok(ByHand { differs, ..held })
}

fn told(
    snapshot: &Snapshot<'_>,
    stage: &Stage,
    BackOut { commit, named, says }: BackOut<'_>,
    held: &ByHand,
) -> Problem {
    let listed = list(snapshot, named.iter().copied());
    let (id, subject) = (says.id.short(), &says.subject);
    let says = match says.id == commit {
        true => format!("{id} \"{subject}\" says `{BACKOUT_TRAILER}: {listed}`"),
        false => format!(
            "{} brings {id} \"{subject}\", which says `{BACKOUT_TRAILER}: {listed}`",
            commit.short()
        ),
    };
    let others = list(snapshot, held.others.iter().copied());
    let beside = match (held.others.is_empty(), held.takes_along) {
        (true, _) => String::new(),
        (false, true) => format!("; it takes the work of stage {others} along"),
        (false, false) => format!("; stage {others} has worked there as well"),
    };
    let (path, message) = match (held.clashes.first(), held.differs.first()) {
        (Some(clash), _) => (
            Some(&clash.path),
            format!(
                "{says}, and there is no planned back-out to hold it against: in {}, {}{beside}",
                clash.path.shown(),
                clash.reason
            ),
        ),
        (None, differs) => {
            let at = differs.map(|path| path.shown().to_string()).unwrap_or_default();
            let differ = match held.differs.len() {
                0 | 1 => "differs".to_owned(),
                many => format!("and {} more differ", many - 1),
            };
            let message = format!("{says}, but is not the planned back-out: {at} {differ}{beside}");
            (differs, message)
        }
    };
    let help = format!(
        "it may land; look at what it does beside: `backout verify-revert {}`; the planned one: \
         `backout revert --stage {}`",
        commit.short(),
        snapshot.named(stage)
    );
    let problem =
        Problem::new("foreign-edits", message, help).commit(commit).about(BACKOUT_TRAILER);
    match path {
        Some(path) => problem.path(path),
        None => problem,
    }
}

fn list(snapshot: &Snapshot<'_>, stages: impl Iterator<Item = StageIndex>) -> String {
    let found = stages.filter_map(|index| snapshot.migration.stages.get(index));
    found.map(|stage| stage.id.to_string()).collect::<Vec<_>>().join(", ")
}
