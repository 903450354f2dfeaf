//! `backout verify-revert`: whether a commit, or a pull request, is exactly the planned back-out of
//! the stages that it names. By the tree, not by its title.

use std::fmt::Write as _;

use clap::Args;
use serde::Serialize;

use super::Context;
use super::verify_request;
use super::way_back::{Place, Scene};
use crate::exit::{Exit, Failure};
use crate::git::{Change, ObjectId, RepoPath};
use crate::report::{PlanFormat, json_text, terminal};
use crate::rollback::clash::Clash;
use crate::rollback::exact::{Comparison, differing_from_all, is_planned, named};
use crate::rollback::message::{Naming, spoken};

/// Options of `backout verify-revert`.
#[derive(Debug, Args)]
#[command(
    after_help = "The stages are those that its `Backout-Stage` trailers name; of a merge, those of the\n\
    commits that it brought. The plan is made on its first parent; of a pull request, where it left\n\
    its base branch, and once more on that branch's tip.\n\
    Exit code: 0 it is the planned back-out, 1 it is not, 5 the forge refused.\n\n\
    Examples:\n  \
    backout verify-revert origin/back-out-4\n  \
    backout verify-revert --pr 17 --status"
)]
pub struct VerifyRevertArgs {
    /// The commit.
    #[arg(required_unless_present = "pr", conflicts_with = "pr")]
    pub rev: Option<String>,
    /// A pull request on GitHub instead, as it is there now.
    #[arg(long, value_name = "NUMBER")]
    pub pr: Option<u64>,
    /// Set the status `backout/verify-revert` on the pull request's last commit.
    #[arg(long, requires = "pr")]
    pub status: bool,
    /// The repository, where neither GITHUB_REPOSITORY nor the remote tells.
    #[arg(long, value_name = "[HOST/]OWNER/NAME", requires = "pr")]
    pub repo: Option<String>,
    /// How the answer is written.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: PlanFormat,
}

/// Runs the command.
pub fn run(args: &VerifyRevertArgs, context: &mut Context<'_>) -> anyhow::Result<Exit> {
    let answer = match (&args.rev, args.pr) {
        (_, Some(number)) => return verify_request::run(args, number, context),
        (Some(rev), None) => of_commit(rev, context)?,
        (None, None) => return Err(Failure::usage("no commit is named").into()),
    };
    context.stdout.write_all(answer.text(args.format).as_bytes())?;
    Ok(answer.exit())
}

fn of_commit(rev: &str, context: &mut Context<'_>) -> anyhow::Result<Answer> {
    // The rules are those of the landing branch, as this clone knows it: a commit that is to be
    // proved has no say in them.
    let place = Place { onto: None, offline: true };
    let scene = Scene::open(&place, false, context)?;
    let commit = scene.repo.resolve(rev).map_err(Failure::from)?;
    let read = scene.repo.commit(&commit).map_err(Failure::from)?;
    let Some(parent) = read.parents.first().copied() else {
        let message = format!("{} has no parent here to plan on", commit.short());
        let shallow = scene.repo.is_shallow().map_err(Failure::from)?;
        return Err(Failure::indeterminate(message)
            .help(match shallow {
                true => "this clone is shallow, fetch the rest: `git fetch --unshallow --tags`",
                false => {
                    "it is the first commit of its history, and takes nothing back: name another"
                }
            })
            .into());
    };
    let commits = scene.repo.walk(&commit, &[parent]).map_err(Failure::from)?.commits;
    let mut unread = scene.landings.require_all().map_err(anyhow::Error::from);
    let mut found = Vec::new();
    for (_, migration) in scene.landings.migrations() {
        let attribution = scene.attribution(migration)?;
        // Says why, where the history up to the parent cannot be read: another migration may have
        // begun on another branch.
        if let Err(why) = scene.ledger(migration, &parent) {
            if !named(&attribution, &commits).is_empty() {
                return Err(why);
            }
            unread = unread.and(Err(why));
            continue;
        }
        let start = scene.start(migration)?;
        let one = is_planned(&scene.repo, migration, &attribution, &start, &parent, &commit)?;
        if !one.stages.is_empty() {
            found.push((scene.naming(migration), one));
        }
    }
    if found.is_empty() {
        unread?;
        return Ok(Answer { commit: Some(commit), ..Answer::nothing_named(commit.short(), None) });
    }
    if found.len() > 1 {
        let made = scene.repo.changes(Some(&parent), Some(&commit)).map_err(Failure::from)?;
        unite(&mut found, &made);
    }
    Ok(Answer { commit: Some(commit), ..Answer::of(commit.short(), parent, &found) })
}

/// Stages of several migrations go together: what one plan has beside another is no fault of
/// either.
fn unite(found: &mut [(Naming<'_>, Comparison)], made: &[Change]) {
    let plans: Vec<&[Change]> = found.iter().map(|(_, one)| one.planned.as_slice()).collect();
    let differs = differing_from_all(&plans, made);
    let Some((_, first)) = found.first() else { return };
    let swallowed = |id: &ObjectId| found.iter().all(|(_, one)| one.swallowed.contains(id));
    let swallowed: Vec<ObjectId> = first.swallowed.iter().copied().filter(swallowed).collect();
    for (_, one) in found.iter_mut() {
        one.differs.clear();
        one.swallowed.clear();
    }
    if let Some((_, first)) = found.first_mut() {
        (first.differs, first.swallowed) = (differs, swallowed);
    }
}

/// What was found out of a commit or a pull request.
pub(super) struct Answer {
    /// As people name it.
    subject: String,
    /// The commit; of a pull request, the last one.
    pub(super) commit: Option<ObjectId>,
    /// What it was planned on.
    parent: Option<ObjectId>,
    stages: Vec<String>,
    /// `stage 4`, `stages 4 and 9`.
    named: String,
    differs: Vec<String>,
    conflicts: Vec<String>,
    /// Commits that a merge brought along and whose work is gone.
    swallowed: Vec<String>,
    /// What else keeps it from being planned: stages of which nothing was there.
    nothing: Vec<String>,
    /// Why it is planned where it stands, and no more where it would be merged.
    pub(super) outdated: Option<String>,
}

impl Answer {
    /// It names no stage.
    pub(super) fn nothing_named(subject: String, parent: Option<ObjectId>) -> Self {
        Self {
            subject,
            commit: None,
            parent,
            stages: Vec::new(),
            named: String::new(),
            differs: Vec::new(),
            conflicts: Vec::new(),
            swallowed: Vec::new(),
            nothing: Vec::new(),
            outdated: None,
        }
    }

    /// It names stages, and was held against their plans.
    pub(super) fn of(
        subject: String,
        parent: ObjectId,
        found: &[(Naming<'_>, Comparison)],
    ) -> Self {
        let shown = |path: &RepoPath| path.shown().into_owned();
        let clash = |clash: &Clash| format!("{}: {}", clash.path.shown(), clash.reason);
        let mut answer = Self::nothing_named(subject, Some(parent));
        for (naming, one) in found {
            answer.stages.extend(one.stages.iter().map(|stage| naming.name(*stage)));
            answer.differs.extend(one.differs.iter().map(|change| shown(&change.path)));
            answer.conflicts.extend(one.clashes.iter().map(clash));
            answer.swallowed.extend(one.swallowed.iter().map(ObjectId::short));
            answer.nothing.extend((!one.nothing.is_empty()).then(|| naming.stages(&one.nothing)));
        }
        answer.named = spoken(&answer.stages);
        answer
    }

    fn is_planned(&self) -> bool {
        !self.stages.is_empty()
            && self.differs.is_empty()
            && self.conflicts.is_empty()
            && self.swallowed.is_empty()
            && self.nothing.is_empty()
            && self.outdated.is_none()
    }

    /// The exit code.
    pub(super) fn exit(&self) -> Exit {
        if self.is_planned() { Exit::Ready } else { Exit::Findings }
    }

    /// The first line.
    pub(super) fn headline(&self) -> String {
        let subject = &self.subject;
        if self.stages.is_empty() {
            return format!(
                "{subject} is not a planned back-out: it names no stage by `Backout-Stage`"
            );
        }
        let is = if self.is_planned() { "is exactly" } else { "is not" };
        let on = self.parent.map(|parent| parent.short()).unwrap_or_default();
        format!("{subject} {is} the planned back-out of {} on {on}", self.named)
    }

    /// All of it.
    pub(super) fn text(&self, format: PlanFormat) -> String {
        match format {
            PlanFormat::Human => self.human(),
            PlanFormat::Json => json_text(&Document {
                version: 1,
                commit: self.commit.map(|commit| commit.to_string()),
                parent: self.parent.map(|parent| parent.to_string()),
                stages: &self.stages,
                planned: self.is_planned(),
                differs: &self.differs,
                conflicts: &self.conflicts,
                swallowed: &self.swallowed,
                outdated: self.outdated.as_deref(),
            }),
        }
    }

    fn human(&self) -> String {
        let mut text = self.headline() + "\n";
        for path in &self.differs {
            let _ = writeln!(text, "  {}: it is otherwise than planned", terminal(path));
        }
        for conflict in &self.conflicts {
            let _ = writeln!(text, "  there is no plan: {}", terminal(conflict));
        }
        for commit in &self.swallowed {
            let _ = writeln!(
                text,
                "  {commit}: the merge brought it along, and it is no part of the planned back-out"
            );
        }
        for stages in &self.nothing {
            let _ = writeln!(text, "  {}: there was nothing to back out", terminal(stages));
        }
        if let Some(outdated) = &self.outdated {
            let _ = writeln!(text, "  {}", terminal(outdated));
        }
        text
    }
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    commit: Option<String>,
    parent: Option<String>,
    stages: &'a [String],
    planned: bool,
    differs: &'a [String],
    conflicts: &'a [String],
    swallowed: &'a [String],
    outdated: Option<&'a str>,
}
