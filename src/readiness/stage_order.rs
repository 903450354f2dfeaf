//! Whether the stages before a stage have landed.

use std::collections::BTreeSet;

use super::judgement::Problem;
use super::snapshot::Snapshot;
use crate::config::{MigrationId, Stage, StageRef, StageState, stage_name};
use crate::stage::matcher::StageIndex;
use crate::stage::plan::Touch;

/// Stages that must have landed before `stage` and have not, and those of which it is not known.
/// Only direct predecessors are asked: each of them was asked for its own when it landed.
pub fn out_of_order(snapshot: &Snapshot<'_>, stage: &Stage) -> (Vec<Problem>, Vec<Problem>) {
    let mut unmet = Vec::new();
    let mut unknown = Vec::new();
    let mut asked = BTreeSet::new();
    for before in stage.after.iter().filter(|before| asked.insert((*before).clone())) {
        // The configuration's validation has seen to it that the name is one.
        let Some((migration, index, named)) = predecessor(snapshot, before) else { continue };
        let with_it = index.is_some_and(|index| lands_here(snapshot, index));
        if with_it || named.state == StageState::Closed {
            continue;
        }
        match snapshot.facts.history(migration, &named.id) {
            // What ownership alone suggests may have been a hotfix.
            Ok(history) if !history.claimed().steps.is_empty() => {}
            Ok(history) => {
                let several = snapshot.configuration.migrations.len() > 1;
                let called = stage_name(migration, &named.id, several);
                unmet.push(
                Problem::new(
                    "out-of-order",
                    format!(
                        "stage {} comes after stage {before}, which {} `{}`",
                        stage.id,
                        match history.backed_out {
                            Some(_) => "was backed out on",
                            None => "has not landed on",
                        },
                        snapshot.migration.branch
                    ),
                    match history.backed_out {
                        Some(_) => format!(
                            "bring stage {before} back first: `backout reapply --stage {called} \
                             --branch NAME --reason TEXT`"
                        ),
                        None => format!(
                            "land stage {before} first; if it has landed without trailers, say so: \
                             `backout attribute --stage {called} <range>`"
                        ),
                    },
                )
                .about(&before.to_string()),
                );
            }
            Err(why) => unknown.push(
                Problem::unknown(
                    "out-of-order",
                    &format!("whether stage {before} has landed"),
                    &why,
                )
                .about(&before.to_string()),
            ),
        }
    }
    (unmet, unknown)
}

/// Whether this range has work of a stage; of one without paths only a trailer tells.
fn lands_here(snapshot: &Snapshot<'_>, index: StageIndex) -> bool {
    let claims = || snapshot.plan.commits.iter().any(|one| one.claims.stages.contains(&index));
    snapshot.plan.touched.get(&index).is_some_and(Touch::advances)
        || (snapshot.matcher.owns_nothing(index) && claims())
}

/// A predecessor, which may be a stage of another migration, and its place where it is of this one.
fn predecessor<'a>(
    snapshot: &Snapshot<'a>,
    name: &StageRef,
) -> Option<(&'a MigrationId, Option<usize>, &'a Stage)> {
    let own = snapshot.migration;
    let migration = match &name.migration {
        None => own,
        Some(id) => snapshot.configuration.migrations.iter().find(|other| other.id == *id)?,
    };
    let index = migration.stages.iter().position(|stage| stage.id == name.stage)?;
    let place = (migration.id == own.id).then_some(index);
    Some((&migration.id, place, migration.stages.get(index)?))
}
