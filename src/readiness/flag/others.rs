//! Flags of stages that a push does not touch, and that it takes away or spoils all the same.

use super::super::judgement::{Judgement, Problem, new_ones};
use super::super::snapshot::{Known, Snapshot, Tree};
use super::{Looked, Problems, judge_definitions, look_in, removed, unread};
use crate::config::{Flag, FlagState, Level, Phase, StageState};
use crate::flag::reads;
use crate::git::{RepoPath, TreeFile};
use crate::stage::matcher::Patterns;

/// Tells of flags that this range takes away from open stages which it does not touch, and of those
/// that it spoils for the ones that have landed.
pub(super) fn judge<'a>(snapshot: &Snapshot<'a>, judgement: &mut Judgement<'_, 'a>) {
    let touched: Vec<usize> = snapshot.touched().map(|(index, _, _)| index).collect();
    let others = snapshot
        .migration
        .stages
        .iter()
        .enumerate()
        .filter(|(index, stage)| stage.state == StageState::Open && !touched.contains(index));
    for (_, stage) in others {
        let (mut removed, mut spoilt) = (Problems::default(), Problems::default());
        for (name, state) in &stage.flags {
            let Some(flag) = snapshot.migration.flags.get(name) else { continue };
            if changes_a_definition(snapshot, flag) {
                let told = removed.unknown.len();
                removed_here(snapshot, flag, &mut removed);
                if removed.unknown.len() == told && snapshot.has_landed(stage) {
                    spoilt_here(snapshot, flag, *state, &mut spoilt);
                }
            }
            if loses_a_reader(snapshot, flag) && snapshot.has_landed(stage) {
                unread(snapshot, flag, &mut spoilt);
            }
        }
        if !removed.is_empty() {
            judgement.stage(stage).conclude(removed.unmet, removed.unknown);
        }
        if !spoilt.is_empty() {
            let level = ceiling(snapshot);
            judgement.stage(stage).at_most(level).conclude(spoilt.unmet, spoilt.unknown);
        }
    }
}

/// What is only shared, or foreign to the migration, is told and not stopped.
fn ceiling(snapshot: &Snapshot<'_>) -> Level {
    let commits = &snapshot.plan.commits;
    let is_foreign = !commits.is_empty() && commits.iter().all(|commit| commit.claims.foreign);
    if snapshot.phase == Phase::Share || is_foreign { Level::Warn } else { Level::Deny }
}

fn changes_a_definition(snapshot: &Snapshot<'_>, flag: &Flag) -> bool {
    flag.defined_in.iter().any(|file| {
        let path = RepoPath::from(snapshot.rooted(file).as_str());
        snapshot.range.changes.iter().any(|change| change.path == path)
    })
}

fn removed_here(snapshot: &Snapshot<'_>, flag: &Flag, problems: &mut Problems) {
    let look = |tree: Tree| {
        let files = flag.defined_in.iter();
        files.map(move |file| look_in(snapshot, &snapshot.rooted(file), &flag.name, tree))
    };
    let has = |looked: &Result<Looked, Box<Problem>>| {
        matches!(looked, Ok(Looked::Once(_) | Looked::Several(_)))
    };
    let about = |problem: Problem| problem.about(&flag.name).asked_at(&flag.place);
    let now: Vec<_> = look(Tree::Pushed).collect();
    if now.iter().any(has) {
        return;
    }
    let before: Vec<_> = snapshot.bases().flat_map(look).collect();
    let had_it = before.iter().any(has);
    if !had_it && before.iter().all(Result::is_ok) {
        return;
    }
    let unasked = before.into_iter().filter(|_| !had_it).chain(now);
    let unknown: Vec<_> = unasked.filter_map(Result::err).collect();
    if unknown.is_empty() {
        problems.unmet.push(about(removed(flag)));
    }
    problems.unknown.extend(unknown.into_iter().map(|problem| about(*problem)));
}

/// What is wrong with a flag's definitions now, and was not at any base.
fn spoilt_here(snapshot: &Snapshot<'_>, flag: &Flag, state: FlagState, problems: &mut Problems) {
    let (mut before, mut now) = (Problems::default(), Problems::default());
    for base in snapshot.bases() {
        judge_definitions(snapshot, flag, state, base, &mut before);
    }
    judge_definitions(snapshot, flag, state, Tree::Pushed, &mut now);
    problems.unmet.extend(new_ones(now.unmet, &before.unmet));
    problems.unknown.extend(new_ones(now.unknown, &before.unknown));
}

/// Whether a file that read the flag before this range reads it no more.
fn loses_a_reader(snapshot: &Snapshot<'_>, flag: &Flag) -> bool {
    if flag.referenced_in.is_empty() {
        return false;
    }
    let Ok(patterns) = Patterns::new(&flag.referenced_in, &snapshot.migration.folder) else {
        return true;
    };
    let changed = snapshot.range.changes.iter().map(|change| &change.path);
    let mut asked = changed.filter(|path| patterns.match_any(path));
    asked.any(|path| {
        let Some(path) = path.as_str() else { return false };
        let is_read = |file: Known<Option<TreeFile>>| match file {
            Ok(Some(TreeFile::Content(content))) => !reads(&content, &flag.name).is_empty(),
            Ok(_) => false,
            Err(_) => true,
        };
        let mut bases = snapshot.bases();
        bases.any(|base| is_read(snapshot.file(base, path)))
            && !is_read(snapshot.file(Tree::Pushed, path))
    })
}
