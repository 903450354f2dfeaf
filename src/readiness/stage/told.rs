//! What is told of a touched stage, and never in the way.

use std::collections::BTreeSet;

use super::list;
use crate::config::{Stage, StageState};
use crate::git::{ObjectId, RepoPath};
use crate::readiness::judgement::Problem;
use crate::readiness::snapshot::{Snapshot, Squash};
use crate::readiness::split::split;
use crate::stage::matcher::StageIndex;
use crate::stage::plan::Touch;
use crate::stage::trailer;

/// What to say of a line in one of these commits that was meant to be a trailer; else nothing.
fn misspelt(snapshot: &Snapshot<'_>, ids: &BTreeSet<ObjectId>) -> String {
    let key = &snapshot.migration.trailer;
    let commits = snapshot.range.commits.iter().filter(|commit| ids.contains(&commit.id));
    let found =
        commits.filter_map(|commit| Some((commit.id, trailer::misspelt(&commit.message, key)?)));
    found
        .take(1)
        .map(|(commit, line)| format!("; {} says `{line}`: did you mean `{key}`?", commit.short()))
        .collect()
}

/// What is told of a touched stage, and never in the way.
pub(super) fn told(
    snapshot: &Snapshot<'_>,
    index: StageIndex,
    stage: &Stage,
    touch: &Touch,
) -> Vec<Problem> {
    let trailer = &snapshot.migration.trailer;
    let mut told = Vec::new();
    let path = touch.paths.iter().next();
    let at = |problem: Problem| match path {
        Some(path) => problem.path(path),
        None => problem,
    };
    // A closed stage asks nobody whose work it is any more.
    let is_open = stage.state == StageState::Open;
    if is_open && !touch.suggested_by.is_empty() {
        told.push(at(Problem::new(
            "ambiguous-commit",
            format!(
                "{} changes what only stage {} owns, without a trailer: \
                 a rollback would suggest to take it along{}",
                list(snapshot, &touch.suggested_by),
                stage.id,
                misspelt(snapshot, &touch.suggested_by)
            ),
            format!(
                "say whose work it is in the message: `{trailer}: {}`, \
                 or `{trailer}: none` for a hotfix",
                stage.id
            ),
        )));
    }
    if is_open && !touch.ambiguous_by.is_empty() {
        told.push(at(Problem::new(
            "ambiguous-commit",
            format!(
                "{} changes a path that several stages own, without a trailer: \
                 it counts as work on all of them{}",
                list(snapshot, &touch.ambiguous_by),
                misspelt(snapshot, &touch.ambiguous_by)
            ),
            format!(
                "say whose work it is in the message: `{trailer}: {}`, or `{trailer}: none`",
                stage.id
            ),
        )
        .about("shared")));
    }
    if is_open && !touch.landing_by.is_empty() {
        told.push(at(Problem::new(
            "ambiguous-commit",
            format!(
                "{} may land as work on stage {}: a text with which it would land says so, and it \
                 does not say so itself; it is judged as that stage's work",
                list(snapshot, &touch.landing_by),
                stage.id
            ),
            format!(
                "say it in the commit's own message: `{trailer}: {}`; or, if it is no work of the \
                 stage, take the line out of that text",
                stage.id
            ),
        )
        .about("landing")));
    }
    if !touch.foreign_by.is_empty() {
        told.push(at(Problem::new(
            "declared-foreign",
            format!(
                "{} is declared no work of stage {}, on files that it owns: {}",
                list(snapshot, &touch.foreign_by),
                stage.id,
                kept(snapshot, index)
            ),
            format!(
                "look at it once: if it is work of the stage after all, \
                 say so in its message: `{trailer}: {}`",
                stage.id
            ),
        )));
    }
    let mixed = mixed(snapshot, index);
    told.extend(squashed(snapshot, index).filter(|_| mixed.is_empty()));
    told.extend(mixed);
    told
}

/// What becomes of foreign work on a stage's files: of one commit with both, nothing can be kept.
fn kept(snapshot: &Snapshot<'_>, index: StageIndex) -> &'static str {
    let squash = snapshot.squash.as_ref().filter(|squash| squash.claims.stages.contains(&index));
    match squash {
        Some(Squash { certain: true, .. }) => {
            "it lands as one commit with the stage's work, and no rollback can keep it then"
        }
        Some(_) => "a rollback will keep it, unless it lands as one commit with the stage's work",
        None => "a rollback will keep it",
    }
}

/// Two stages in one commit on one path that they share: neither can be reverted alone.
fn mixed(snapshot: &Snapshot<'_>, index: StageIndex) -> Vec<Problem> {
    let mixed = snapshot.plan.commits.iter().filter_map(|commit| {
        let (path, _) = commit.owned.iter().find(|(path, owners)| {
            let named = commit.claims.named(owners, path);
            named.len() > 1 && named.contains(&index)
        })?;
        Some(
            Problem::new(
                "mixed-commit",
                format!(
                    "{} \"{}\" is work of several stages on {}: \
                     no one of them can be reverted alone",
                    commit.id.short(),
                    commit.subject,
                    path.shown()
                ),
                split(snapshot, &commit.id),
            )
            .path(path)
            .commit(commit.id),
        )
    });
    mixed.collect()
}

/// Two stages in one commit that the forge makes of several.
fn squashed(snapshot: &Snapshot<'_>, index: StageIndex) -> Option<Problem> {
    let squash = snapshot.squash.as_ref()?;
    let is_mixed = |path: &&RepoPath| {
        // A glob that cannot be read is refused before this.
        let owners = snapshot.matcher.owners(path).unwrap_or_default();
        let named = squash.claims.named(&owners, path);
        named.len() > 1 && named.contains(&index)
    };
    let path = snapshot.plan.shared.iter().find(is_mixed)?;
    let (lands, is) = if squash.certain { ("lands", "is") } else { ("may land", "would be") };
    let message = format!(
        "all of it {lands} as one commit, which {is} work of several stages on {}: \
         no one of them can be reverted alone then",
        path.shown()
    );
    let help = "land each stage's commits by themselves, or all of them by a merge commit";
    Some(Problem::new("mixed-commit", message, help).path(path))
}
