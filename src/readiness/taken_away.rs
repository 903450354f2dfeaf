//! Evidence of a landed stage that a push takes away, or spoils.

use super::judgement::{Judgement, Problem};
use super::snapshot::Snapshot;
use crate::config::{Level, Stage, StageState};
use crate::git::RepoPath;
use crate::shell;
use crate::stage::plan::Touch;

/// What is wrong with a stage whose receipts at these paths were changed, and what could not be
/// checked.
type Spoilt<'s, 'a> = dyn Fn(&'a Stage, &[RepoPath]) -> (Vec<Problem>, Vec<Problem>) + 's;

/// Tells of each of a stage's receipts that the range deletes or spoils, where the stage has landed
/// and does not go forward: of one that does, its own requirement asks. `paths` are relative to the
/// configuration's folder.
pub fn judge<'a>(
    snapshot: &Snapshot<'a>,
    judgement: &mut Judgement<'_, 'a>,
    paths: &dyn Fn(&'a Stage) -> Vec<String>,
    spoilt: &Spoilt<'_, 'a>,
) {
    for (index, stage) in snapshot.migration.stages.iter().enumerate() {
        let advances = snapshot.plan.touched.get(&index).is_some_and(Touch::advances);
        if stage.state != StageState::Open || advances {
            continue;
        }
        let asked = paths(stage).into_iter().map(|path| RepoPath::from(&*snapshot.rooted(&path)));
        let touched: Vec<(RepoPath, bool)> =
            asked.filter_map(|path| is_gone(snapshot, &path).map(|gone| (path, gone))).collect();
        if touched.is_empty() || !snapshot.has_landed(stage) {
            continue;
        }
        let (gone, changed): (Vec<_>, Vec<_>) = touched.into_iter().partition(|(_, gone)| *gone);
        let changed: Vec<RepoPath> = changed.into_iter().map(|(path, _)| path).collect();
        let (mut unmet, unknown) = spoilt(stage, &changed);
        unmet.extend(gone.iter().map(|(path, _)| told(snapshot, stage, path)));
        if !unmet.is_empty() || !unknown.is_empty() {
            judgement.stage(stage).at_most(Level::Warn).conclude(unmet, unknown);
        }
    }
}

/// Whether a path that the range changes is there no more; `None` where it does not change it.
fn is_gone(snapshot: &Snapshot<'_>, path: &RepoPath) -> Option<bool> {
    let mut changes = snapshot.range.changes.iter();
    changes.find(|change| change.path == *path).map(|change| change.new.is_none())
}

fn told(snapshot: &Snapshot<'_>, stage: &Stage, path: &RepoPath) -> Problem {
    let (before, file) = (snapshot.range.base.first(), path.shown());
    let file = shell::word(&file);
    let back = before.map(|base| format!(": `git restore --source={} -- {file}`", base.short()));
    Problem::new(
        "missing",
        format!(
            "this push takes {} away, and stage {}, which has landed, relies on it",
            path.shown(),
            stage.id
        ),
        format!(
            "bring it back{}, and commit it; where the stage needs no way back any more, close it \
             (`state = \"closed\"`)",
            back.unwrap_or_default()
        ),
    )
    .path(path)
}
