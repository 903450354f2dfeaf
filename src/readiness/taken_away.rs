//! Evidence of a landed stage that a push takes away.

use super::judgement::{Judgement, Problem};
use super::snapshot::Snapshot;
use crate::config::{Level, Stage, StageState};
use crate::git::RepoPath;
use crate::stage::plan::Touch;

/// Tells of each of a stage's receipts that the range deletes, where the stage has landed and does
/// not go forward: of one that does, its own requirement asks. `paths` are relative to the
/// configuration's folder.
pub fn judge<'a>(
    snapshot: &Snapshot<'a>,
    judgement: &mut Judgement<'_, 'a>,
    paths: &dyn Fn(&'a Stage) -> Vec<String>,
) {
    for (index, stage) in snapshot.migration.stages.iter().enumerate() {
        let advances = snapshot.plan.touched.get(&index).is_some_and(Touch::advances);
        if stage.state != StageState::Open || advances {
            continue;
        }
        let gone = paths(stage).into_iter().map(|path| RepoPath::from(&*snapshot.rooted(&path)));
        let gone: Vec<RepoPath> = gone.filter(|path| is_taken_away(snapshot, path)).collect();
        // Where it is not known whether it has landed, once more is not too much.
        let landed = || snapshot.history(stage).map_or(true, |all| !all.claimed().steps.is_empty());
        if !gone.is_empty() && landed() {
            let told = gone.iter().map(|path| told(stage, path)).collect();
            judgement.stage(stage).at_most(Level::Warn).conclude(told, Vec::new());
        }
    }
}

fn is_taken_away(snapshot: &Snapshot<'_>, path: &RepoPath) -> bool {
    snapshot.range.changes.iter().any(|change| change.path == *path && change.new.is_none())
}

fn told(stage: &Stage, path: &RepoPath) -> Problem {
    Problem::new(
        "missing",
        format!(
            "this push takes {} away, and stage {}, which has landed, relies on it",
            path.shown(),
            stage.id
        ),
        format!(
            "bring it back: `git checkout HEAD~1 -- {}`; where the stage needs no way back any \
             more, close it (`state = \"closed\"`)",
            path.shown()
        ),
    )
    .path(path)
}
