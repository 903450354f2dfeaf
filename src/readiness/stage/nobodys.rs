//! What no stage is asked about: commits that name none, or one of which they change nothing, and
//! what the text of the landing does to the trailers.

use std::collections::BTreeSet;

use crate::config::Stage;
use crate::readiness::judgement::Problem;
use crate::readiness::snapshot::{Snapshot, Unknown};
use crate::stage::matcher::StageIndex;
use crate::stage::plan::CommitPlan;

/// Commits whose trailer names no stage at all, on paths that touch none.
pub(super) fn nobodys(snapshot: &Snapshot<'_>) -> Vec<Problem> {
    let trailer = &snapshot.migration.trailer;
    let ids = snapshot.migration.stages.iter().map(|stage| stage.id.to_string());
    let known: Vec<String> = ids.collect();
    let lost = snapshot.plan.commits.iter().filter(|commit| !commit.claims.unknown.is_empty());
    let mut problems: Vec<Problem> = lost
        .map(|commit| {
            Problem::new(
                "wrong-stage",
                format!(
                    "{} \"{}\" says `{trailer}: {}`, but there is no such stage",
                    commit.id.short(),
                    commit.subject,
                    commit.claims.unknown.join(", ")
                ),
                format!(
                    "the stages are {}; correct the message: \
                     `git commit --amend`, or `git rebase -i`",
                    known.join(", ")
                ),
            )
            .commit(commit.id)
        })
        .collect();
    problems.extend(snapshot.plan.commits.iter().filter_map(|commit| elsewhere(snapshot, commit)));
    problems
}

/// A commit that claims a stage of which it changes nothing. (Where others own what it changes,
/// that is told there. What lies outside of a scope is nobody's business.)
fn elsewhere(snapshot: &Snapshot<'_>, commit: &CommitPlan) -> Option<Problem> {
    let stage = snapshot.migration.stages.get(*commit.missed.first()?)?;
    let owners: BTreeSet<StageIndex> =
        commit.owned.values().flat_map(|owners| &**owners).copied().collect();
    let names_an_owner = !commit.claims.stages.is_disjoint(&owners);
    let is_told = if commit.owned.is_empty() {
        !snapshot.migration.scope.is_empty() || is_of_several(snapshot, stage)
    } else {
        !names_an_owner
    };
    (!is_told).then(|| {
        Problem::new(
            "wrong-stage",
            format!(
                "{} \"{}\" claims stage {}, but changes no path that it owns",
                commit.id.short(),
                commit.subject,
                stage.id
            ),
            format!("name the stage that it is work on, or add the paths to stage {}", stage.id),
        )
        .commit(commit.id)
        .asked_at(&stage.place)
    })
}

/// The trailers of which nobody knows whether the text of the landing keeps them.
pub(super) fn unknown_landing(snapshot: &Snapshot<'_>) -> Option<Problem> {
    let trailer = &snapshot.migration.trailer;
    let unknown = Unknown {
        reason: snapshot.landing_text_unknown?.to_owned(),
        help: format!(
            "have the squash message take over the commits' messages or the description, with the \
             `{trailer}: …` lines in it, or land without squashing"
        ),
    };
    let what =
        format!("whether the text with which this would land keeps its `{trailer}` trailers");
    Some(Problem::unknown("ambiguous-commit", &what, &unknown).about("landing-text"))
}

/// Whether other migrations have a stage of this name: the commit may be work on one of those.
fn is_of_several(snapshot: &Snapshot<'_>, stage: &Stage) -> bool {
    let all = snapshot.configuration.migrations.iter();
    all.filter(|migration| migration.stage(&stage.id).is_some()).count() > 1
}

/// The trailers that the text of the landing loses.
pub(super) fn lost_trailers(snapshot: &Snapshot<'_>) -> Option<Problem> {
    let why = snapshot.landing_text_loses.as_ref()?;
    let trailer = &snapshot.migration.trailer;
    Some(
        Problem::new(
            "ambiguous-commit",
            format!(
                "the text with which this pull request would land loses its \
                 `{trailer}` trailers: {why}"
            ),
            format!(
                "put the `{trailer}: …` lines into the pull request's description, or have squash \
                 merges take over the commits' messages"
            ),
        )
        .about("landing-text"),
    )
}
