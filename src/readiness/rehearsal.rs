//! `rehearsal`: the code of a stage that goes forward was backed out and brought back, as it is
//! now, where it hurts nobody.

use super::judgement::{Judgement, Problem};
use super::registry::{Code, Specification};
use super::snapshot::{Rehearsed, Snapshot};
use super::taken_away;
use crate::config::{RollbackStep, Stage};
use crate::policy::levels::Strictness;
use crate::receipt::{code_path, instant_text};
use crate::stage::plan::Touch;

/// The requirement.
pub static SPECIFICATION: Specification = Specification {
    id: "rehearsal",
    asks: "the code was backed out and brought back where it hurts nobody, as it is now",
    codes: &[
        Code { problem: "missing", strictness: Strictness::LandingFromHigh },
        Code { problem: "outdated", strictness: Strictness::LandingFromHigh },
    ],
    page: include_str!("rehearsal.md"),
    judge,
    asked_of_reverts: false,
};

fn judge<'a>(snapshot: &Snapshot<'a>, judgement: &mut Judgement<'_, 'a>) {
    for (_, stage, touch) in snapshot.open() {
        let applies = stage.rollback.contains(&RollbackStep::Code) && !stage.irreversible;
        if !applies || !touch.advances() {
            judgement.stage(stage).not_applicable();
            continue;
        }
        of_stage(snapshot, judgement, stage, touch);
    }
    let migration = &snapshot.migration.id;
    let paths = |stage: &'a Stage| vec![code_path(migration, &stage.id)];
    taken_away::judge(snapshot, judgement, &paths, &|stage, changed| match changed {
        [] => (Vec::new(), Vec::new()),
        _ => problems(snapshot, stage).unwrap_or_default(),
    });
}

fn of_stage<'a>(
    snapshot: &Snapshot<'a>,
    judgement: &mut Judgement<'_, 'a>,
    stage: &'a Stage,
    touch: &Touch,
) {
    let commit = touch.advanced_by.iter().next_back().copied();
    let at = |problem: Problem| match commit {
        Some(commit) => problem.commit(commit),
        None => problem,
    };
    match problems(snapshot, stage) {
        Some((unmet, unknown)) => {
            let unmet = unmet.into_iter().map(at).collect();
            judgement.stage(stage).conclude(unmet, unknown);
        }
        None => judgement.stage(stage).not_applicable(),
    }
}

/// What is wrong with a stage's rehearsal, and what could not be checked. `None` where there is
/// nothing that could be rehearsed: `revert` says what stands in the way, as strictly.
fn problems(snapshot: &Snapshot<'_>, stage: &Stage) -> Option<(Vec<Problem>, Vec<Problem>)> {
    let found = snapshot.facts.rehearsed(&snapshot.migration.id, &stage.id);
    let path = snapshot.rooted(&code_path(&snapshot.migration.id, &stage.id));
    let again = format!(
        "rehearse it: `backout rehearse --stage {} --onto HEAD`, then commit {path}",
        snapshot.named(stage)
    );
    let unmet = match found {
        Ok(Rehearsed::AsItIs) => Vec::new(),
        Ok(Rehearsed::NothingToRehearse) => return None,
        Ok(Rehearsed::Missing) => {
            let message = format!(
                "nobody has rehearsed backing out stage {}: the pushed tree has no {path}",
                stage.id
            );
            vec![Problem::new("missing", message, again)]
        }
        Ok(Rehearsed::Unreadable(why)) => {
            let message = format!("{path} is no receipt of a rehearsal: {why}");
            vec![Problem::new("missing", message, again)]
        }
        Ok(Rehearsed::Outdated(when)) => {
            let message = format!(
                "the rehearsal of stage {} ({}) was of something else: its files, what they would \
                 become, its definition (`paths`, `exclude`, `code`, `verify`, `[[moves]]` of its \
                 files) or its checkpoint have changed since",
                stage.id,
                instant_text(when)
            );
            vec![Problem::new("outdated", message, again)]
        }
        Ok(Rehearsed::Otherwise { said, expected }) => {
            let message = format!(
                "{path} says `verify = \"{}\"`, and by its configuration a rehearsal of stage {} says `\"{}\"`: its check was not run, or the receipt was changed by hand",
                said.as_str(),
                stage.id,
                expected.as_str()
            );
            vec![Problem::new("outdated", message, again)]
        }
        Err(why) => {
            let what = format!("whether backing out stage {} was rehearsed", stage.id);
            let problem = Problem::unknown("missing", &what, &why);
            return Some((Vec::new(), vec![problem]));
        }
    };
    Some((unmet, Vec::new()))
}
