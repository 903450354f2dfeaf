//! Back-outs that are not the planned one: told, and let pass.

use super::judgement::{Judgement, Problem};
use super::snapshot::Snapshot;
use crate::config::{Level, Stage};
use crate::rollback::by_hand::ByHand;
use crate::stage::attribution::BACKOUT_TRAILER;
use crate::stage::matcher::StageIndex;
use crate::stage::plan::CommitPlan;

/// Tells of every commit that says it backs stages out, and does something else.
pub fn judge<'a>(snapshot: &Snapshot<'a>, judgement: &mut Judgement<'_, 'a>) {
    for commit in &snapshot.plan.commits {
        let named = &commit.claims.backs_out;
        let mut stages = named.iter().filter_map(|index| snapshot.migration.stages.get(*index));
        let Some(stage) = stages.next() else { continue };
        match snapshot.facts.by_hand(&snapshot.migration.id, &commit.id, named) {
            Ok(held) if held.is_planned() => {}
            Ok(held) => {
                let told = told(snapshot, stage, commit, &held);
                judgement.stage(stage).at_most(Level::Warn).conclude(vec![told], Vec::new());
            }
            Err(why) => {
                let what = format!("whether {} is the planned back-out", commit.id.short());
                let problem = Problem::unknown("foreign-edits", &what, &why).commit(commit.id);
                judgement.stage(stage).at_most(Level::Warn).conclude(Vec::new(), vec![problem]);
            }
        }
    }
}

fn told(snapshot: &Snapshot<'_>, stage: &Stage, commit: &CommitPlan, held: &ByHand) -> Problem {
    let says = format!(
        "{} \"{}\" says `{BACKOUT_TRAILER}: {}`",
        commit.id.short(),
        commit.subject,
        list(snapshot, commit.claims.backs_out.iter().copied())
    );
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
        commit.id.short(),
        snapshot.named(stage)
    );
    let problem =
        Problem::new("foreign-edits", message, help).commit(commit.id).about(BACKOUT_TRAILER);
    match path {
        Some(path) => problem.path(path),
        None => problem,
    }
}

fn list(snapshot: &Snapshot<'_>, stages: impl Iterator<Item = StageIndex>) -> String {
    let found = stages.filter_map(|index| snapshot.migration.stages.get(index));
    found.map(|stage| stage.id.to_string()).collect::<Vec<_>>().join(", ")
}
