//! `stage`: every change is somebody's, in the right order.

use std::collections::BTreeSet;

use super::judgement::{Judgement, Problem};
use super::registry::{Code, Specification};
use super::snapshot::{Snapshot, Squash, Unknown};
use super::stage_order;
use crate::config::{Level, Stage, StageState};
use crate::git::{ObjectId, RepoPath};
use crate::policy::levels::Strictness;
use crate::stage::attribution::BACKOUT_TRAILER;
use crate::stage::matcher::{Patterns, StageIndex};
use crate::stage::plan::{CommitPlan, Touch};
use crate::stage::trailer;

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
fn told(snapshot: &Snapshot<'_>, index: StageIndex, stage: &Stage, touch: &Touch) -> Vec<Problem> {
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
                "split the commit, one stage each: `git reset HEAD~ && git add --patch`",
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

/// Commits whose trailer names no stage at all, on paths that touch none.
fn nobodys(snapshot: &Snapshot<'_>) -> Vec<Problem> {
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

fn unknown_landing(snapshot: &Snapshot<'_>) -> Option<Problem> {
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

fn lost_trailers(snapshot: &Snapshot<'_>) -> Option<Problem> {
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
