//! `stage`: every change is somebody's, in the right order.

mod nobodys;
mod told;

use std::collections::BTreeSet;

use nobodys::{lost_trailers, nobodys, unknown_landing};
use told::told;

use super::judgement::{Judgement, Problem};
use super::registry::{Code, Specification};
use super::snapshot::Snapshot;
use super::stage_order;
use crate::config::{Level, Stage, StageState};
use crate::git::{ObjectId, RepoPath};
use crate::policy::levels::Strictness;
use crate::stage::attribution::BACKOUT_TRAILER;
use crate::stage::matcher::{Patterns, StageIndex};
use crate::stage::plan::{CommitPlan, Touch};

/// The requirement.
pub static SPECIFICATION: Specification = Specification {
    id: "stage",
    asks: "every change belongs to a stage that owns it, and stages land in their order",
    codes: &[
        Code { problem: "unowned-path", strictness: Strictness::LandingFromMedium },
        Code { problem: "ambiguous-commit", strictness: Strictness::Told },
        Code { problem: "wrong-stage", strictness: Strictness::FromMedium },
        Code { problem: "declared-foreign", strictness: Strictness::Told },
        Code { problem: "mixed-commit", strictness: Strictness::Told },
        Code { problem: "out-of-order", strictness: Strictness::LandingFromHigh },
        Code { problem: "unmatched-pattern", strictness: Strictness::Told },
        Code { problem: "closed", strictness: Strictness::LandingFromMedium },
    ],
    page: include_str!("stage.md"),
    judge,
    asked_of_reverts: false,
};

fn judge<'a>(snapshot: &Snapshot<'a>, judgement: &mut Judgement<'_, 'a>) {
    for (index, stage, touch) in snapshot.touched() {
        let (mut unmet, mut unknown) = closed(snapshot, stage, touch);
        unmet.extend(wrong_stage(snapshot, index, touch));
        unmet.extend(unowned(snapshot, index));
        if touch.advances() && stage.state == StageState::Open {
            let (order, unasked) = stage_order::out_of_order(snapshot, stage);
            unmet.extend(order);
            unknown.extend(unasked);
        }
        judgement.stage(stage).conclude(unmet, unknown);
        let told = told(snapshot, index, stage, touch);
        if !told.is_empty() {
            judgement.stage(stage).at_most(Level::Warn).conclude(told, Vec::new());
        }
    }
    for (index, stage) in snapshot.migration.stages.iter().enumerate() {
        let unmet = unowned_elsewhere(snapshot, index);
        if !unmet.is_empty() {
            judgement.stage(stage).conclude(unmet, Vec::new());
        }
        let vain = in_vain(snapshot, index, stage);
        if !vain.is_empty() {
            judgement.stage(stage).at_most(Level::Warn).conclude(vain, Vec::new());
        }
    }
    let (mut unmet, mut unknown) = unmatched(snapshot);
    unknown.extend(unknown_landing(snapshot));
    unmet.extend(nobodys(snapshot));
    unmet.extend(lost_trailers(snapshot));
    judgement.range().conclude(unmet, unknown);
}

fn commits_of<'a>(
    snapshot: &'a Snapshot<'_>,
    ids: &'a BTreeSet<ObjectId>,
) -> impl Iterator<Item = &'a CommitPlan> {
    snapshot.plan.commits.iter().filter(|commit| ids.contains(&commit.id))
}

/// `3 commits (1f2e3d4c5b6a "Move the sessions", …)`, for people.
fn list(snapshot: &Snapshot<'_>, ids: &BTreeSet<ObjectId>) -> String {
    let first = commits_of(snapshot, ids).next().map_or_else(
        || ids.iter().next().map(ObjectId::short).unwrap_or_default(),
        |commit| format!("{} \"{}\"", commit.id.short(), commit.subject),
    );
    match ids.len() {
        0 | 1 => first,
        more => format!("{first} and {} more", more - 1),
    }
}

/// Work on a closed stage that came after it was closed, and where that is not known.
fn closed(snapshot: &Snapshot<'_>, stage: &Stage, touch: &Touch) -> (Vec<Problem>, Vec<Problem>) {
    if stage.state == StageState::Open || !touch.advances() {
        return (Vec::new(), Vec::new());
    }
    let work: BTreeSet<ObjectId> = touch.advanced_by.union(&touch.landing_by).copied().collect();
    let late = match snapshot.facts.after_closing(&snapshot.migration.id, &stage.id, &work) {
        Ok(late) if late.is_empty() => return (Vec::new(), Vec::new()),
        Ok(late) => late,
        Err(why) => {
            let what = format!("whether work on stage {} came after it was closed", stage.id);
            return (Vec::new(), vec![Problem::unknown("closed", &what, &why)]);
        }
    };
    let since = stage.since.map(|date| format!(" since {date}")).unwrap_or_default();
    let claim = if late.len() > 1 { "claim" } else { "claims" };
    let problem = Problem::new(
        "closed",
        format!(
            "stage {} is closed{since}, yet {} {claim} to be its work: \
             nothing would keep its way back open",
            stage.id,
            list(snapshot, &late)
        ),
        "reopen the stage (`state = \"open\"`) in a change of its own first, or declare the commit \
         no part of the migration: `Migration-Stage: none`",
    );
    (vec![problem], Vec::new())
}

/// Owners whose files a commit changed in the name of another stage.
fn wrong_stage(snapshot: &Snapshot<'_>, index: StageIndex, touch: &Touch) -> Vec<Problem> {
    let trailer = &snapshot.migration.trailer;
    commits_of(snapshot, &touch.misnamed_by)
        .filter_map(|commit| {
            let (path, _) = commit.owned.iter().find(|(_, owners)| owners.contains(&index))?;
            let stage = snapshot.migration.stages.get(index)?;
            let (owner, named_so) = (&stage.id, snapshot.named(stage));
            Some(
                Problem::new(
                    "wrong-stage",
                    format!(
                        "{} \"{}\" is said to be work on {}, but changes {}, \
                         which stage {owner} owns",
                        commit.id.short(),
                        commit.subject,
                        named(snapshot, commit),
                        path.shown()
                    ),
                    format!(
                        "add `{trailer}: {named_so}` to the commit's message, \
                         or take the path out of the commit"
                    ),
                )
                .path(path)
                .commit(commit.id),
            )
        })
        .collect()
}

fn named(snapshot: &Snapshot<'_>, commit: &CommitPlan) -> String {
    let known = commit.claims.stages.iter().filter_map(|at| snapshot.migration.stages.get(*at));
    let known = known.map(|stage| stage.id.to_string());
    let more = commit.claims.unknown.iter().chain(&commit.claims.elsewhere);
    let names: Vec<String> = known.chain(more.cloned()).collect();
    format!("stage {}", names.join(", "))
}

/// Commits that say they back a stage out which had not landed before them.
fn in_vain(snapshot: &Snapshot<'_>, index: StageIndex, stage: &Stage) -> Vec<Problem> {
    let trailer = &snapshot.migration.trailer;
    let says = |commit: &&CommitPlan| {
        commit.claims.in_vain.contains(&index) && !commit.claims.stages.contains(&index)
    };
    let told = snapshot.plan.commits.iter().filter(says).map(|commit| {
        Problem::new(
            "wrong-stage",
            format!(
                "{} \"{}\" says `{BACKOUT_TRAILER}: {}`, but that stage had not landed before it: \
                 the trailer counts for nothing",
                commit.id.short(),
                commit.subject,
                stage.id
            ),
            format!(
                "say whose work it is instead: `{trailer}: {}`, or `{trailer}: none`",
                stage.id
            ),
        )
        .commit(commit.id)
        .about(BACKOUT_TRAILER)
    });
    told.collect()
}

/// Paths inside the scope that a commit of this stage changes and nobody owns.
fn unowned(snapshot: &Snapshot<'_>, index: StageIndex) -> Vec<Problem> {
    let claiming = snapshot.plan.commits.iter().filter(|c| c.claims.stages.contains(&index));
    claiming
        .flat_map(|commit| commit.unowned_in_scope.iter().map(move |path| (commit, path)))
        .map(|(commit, path)| unowned_path(commit, path))
        .collect()
}

/// The same of commits that touch none of the stages that they claim: no touched stage tells them.
fn unowned_elsewhere(snapshot: &Snapshot<'_>, index: StageIndex) -> Vec<Problem> {
    let touched = &snapshot.plan.touched;
    let claiming = snapshot.plan.commits.iter().filter(|commit| {
        let stages = &commit.claims.stages;
        stages.contains(&index) && !stages.iter().any(|stage| touched.contains_key(stage))
    });
    claiming
        .flat_map(|commit| commit.unowned_in_scope.iter().map(move |path| (commit, path)))
        .map(|(commit, path)| unowned_path(commit, path))
        .collect()
}

fn unowned_path(commit: &CommitPlan, path: &RepoPath) -> Problem {
    Problem::new(
        "unowned-path",
        format!(
            "{} \"{}\" claims a stage, but changes {}, which no stage owns: \
             a rollback would leave it behind",
            commit.id.short(),
            commit.subject,
            path.shown()
        ),
        "add the path to the stage's `paths`, or change it in a commit without the trailer",
    )
    .path(path)
    .commit(commit.id)
}

/// Patterns of stages that this range redefines, which match nothing before and after.
fn unmatched(snapshot: &Snapshot<'_>) -> (Vec<Problem>, Vec<Problem>) {
    let migration = snapshot.migration;
    let redefined = |stage: &&Stage| {
        let key = (migration.id.to_string(), stage.id.to_string());
        snapshot.policy.redefined.contains(&key)
    };
    let stages: Vec<_> = migration.stages.iter().filter(redefined).collect();
    if stages.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let paths = match snapshot.facts.all_paths() {
        Ok(paths) => paths,
        Err(unknown) => {
            let problem = Problem::unknown("unmatched-pattern", "the stages' patterns", &unknown);
            return (Vec::new(), vec![problem]);
        }
    };
    let patterns = stages.iter().flat_map(|stage| stage.paths.iter().map(move |p| (stage, p)));
    let idle = patterns.filter(|(_, pattern)| {
        let compiled = Patterns::new([*pattern], &migration.folder);
        compiled.is_ok_and(|compiled| !paths.iter().any(|path| compiled.match_any(path)))
    });
    let problems = idle.map(|(stage, pattern)| {
        Problem::new(
            "unmatched-pattern",
            format!(
                "`{}` of stage {} matches no file, before or after this change",
                pattern.text, stage.id
            ),
            "correct the pattern (`*` does not cross `/`, `**` does), \
             or leave it if the files are still to come",
        )
        .about(&pattern.text)
        .asked_at(&pattern.place)
    });
    (problems.collect(), Vec::new())
}
