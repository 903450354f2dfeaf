//! `backout reapply`: brings backed-out stages back.

use std::collections::BTreeSet;
use std::str::FromStr;

use clap::{ArgGroup, Args};

use super::Context;
use super::pull_request::{Request, RequestArgs, Way};
use super::way_back::{Place, Scene};
use super::writing::{Task, Writing, reason, target};
use crate::config::{Migration, StageRef};
use crate::exit::{Exit, Failure};
use crate::git::ObjectId;
use crate::report::{
    PlanFormat, RequestKeys, ReturnRequest, render_request_human, render_return_human,
    render_return_json, request_title,
};
use crate::rollback::execute::Draft;
use crate::rollback::journal::Journal;
use crate::rollback::message::{Naming, bring_back};
use crate::rollback::plan::Ground;
use crate::rollback::proposal::Proposal;
use crate::rollback::reapply::{NothingToReturn, Return, reapply};
use crate::rollback::sequence::return_sequence;
use crate::stage::ledger::{Ledger, StageStep};
use crate::stage::matcher::{Matcher, StageIndex};

/// Options of `backout reapply`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("target").args(["dry_run", "branch", "in_place", "pr"])))]
#[command(
    after_help = "To merge the stage's branch again does nothing: git holds it for merged.\n\
    Exit code: 0 planned or done; 4 something stands in the way; 5 the forge refused.\n\n\
    Examples:\n  \
    backout reapply --stage 4                              what it would do\n  \
    backout reapply --stage 4 --stage 9 --branch again --reason \"fixed by the new parser\""
)]
pub struct ReapplyArgs {
    /// A stage to bring back; repeatable, for stages that were backed out together.
    #[arg(long, value_name = "ID", required = true, value_parser = StageRef::from_str)]
    pub stage: Vec<StageRef>,
    /// Why; needed for all that writes.
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Show the plan and write nothing.
    #[arg(long, help_heading = "Target")]
    pub dry_run: bool,
    /// Commit to a new branch; the work tree stays as it is.
    #[arg(long, value_name = "NAME", help_heading = "Target")]
    pub branch: Option<String>,
    /// Commit to the branch that is checked out, whose work tree has to be clean.
    #[arg(long, help_heading = "Target")]
    pub in_place: bool,
    /// The pull request; it is opened as a draft.
    #[command(flatten)]
    pub request: RequestArgs,
    /// Where it happens.
    #[command(flatten)]
    pub place: Place,
    /// How the plan is written.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: PlanFormat,
}

/// Runs the command.
pub fn run(args: &ReapplyArgs, context: &mut Context<'_>) -> anyhow::Result<Exit> {
    args.request.stands_alone(args.dry_run || args.branch.is_some() || args.in_place)?;
    let writes = !args.dry_run && (args.branch.is_some() || args.in_place || args.request.writes());
    let why = if writes { reason(args.reason.as_deref())? } else { String::new() };
    let writing = match writes {
        true => Some(Writing::open(&args.request, args.in_place, context)?),
        false => None,
    };
    let scene = Scene::open_for_rollback(&args.place, args.in_place, context)?;
    let (migration, stages) = stages(args, &scene)?;
    let matcher = Matcher::new(migration);
    let tip = scene.tip(migration)?;
    let ledger = scene.ledger(migration, &tip.commit)?;
    let naming = scene.naming(migration);
    let ground = scene.ground(&matcher, &ledger)?;
    let returns = match reapply(&ground, &stages)? {
        Ok(returns) => returns,
        Err(nothing) => {
            let here = Asked { args, scene: &scene, naming, onto: &ground.onto, why: &why };
            return match here.has_been_done(&nothing, &stages, writing.as_ref(), context)? {
                true => Ok(Exit::Ready),
                false => Err(refusal(naming, &ledger, nothing).into()),
            };
        }
    };
    let proceeds = writing.is_some() && returns.tree.is_some();
    // In JSON the pull request stands in the same document as its plan.
    if !(proceeds && args.request.writes() && args.format == PlanFormat::Json) {
        show(args, &scene, naming, &returns, context)?;
    }
    if returns.tree.is_none() {
        return Ok(Exit::Conflict);
    }
    let Some(Writing { journal, way }) = writing else {
        suggest(args, context);
        return Ok(Exit::Ready);
    };
    let (stages_back, onto) = (&returns.stages, &returns.onto);
    let task = Task { command: "reapply", naming, stages: stages_back, onto, why: &why };
    let work = Work { args, scene: &scene, ground: &ground, task, returns: &returns };
    if let Some(way) = way {
        let done = work.request(&way, &journal, &stages, context)?;
        let text = match args.format {
            PlanFormat::Human => render_request_human(&done),
            PlanFormat::Json => render_return_json(naming, &returns, Some(&done)),
        };
        context.stdout.write_all(text.as_bytes())?;
        return Ok(Exit::Ready);
    }
    if let Some(target) = target(args.branch.as_deref(), args.in_place, &scene.repo)? {
        task.commit(&scene.repo, &journal, &work.drafts()?, &target, context)?;
    }
    Ok(Exit::Ready)
}

fn show(
    args: &ReapplyArgs,
    scene: &Scene,
    naming: Naming<'_>,
    returns: &Return,
    context: &mut Context<'_>,
) -> anyhow::Result<()> {
    let tip = &scene.tip(naming.migration)?.label;
    let text = match args.format {
        PlanFormat::Human => {
            let command = command(args, context);
            render_return_human(&scene.repo, naming, returns, &command, tip, context.color)?
        }
        PlanFormat::Json => render_return_json(naming, returns, None),
    };
    Ok(context.stdout.write_all(text.as_bytes())?)
}

/// What was asked for, where there is nothing to bring back.
struct Asked<'a> {
    args: &'a ReapplyArgs,
    scene: &'a Scene,
    naming: Naming<'a>,
    onto: &'a ObjectId,
    why: &'a str,
}

impl Asked<'_> {
    /// Whether the stages are there because this very command has brought them back: killed, and
    /// finished just now or before. It is said, then, as is where they came back.
    fn has_been_done(
        &self,
        nothing: &NothingToReturn,
        stages: &BTreeSet<StageIndex>,
        writing: Option<&Writing>,
        context: &mut Context<'_>,
    ) -> anyhow::Result<bool> {
        let Self { args, scene, naming, onto, why } = *self;
        let (NothingToReturn::Landed(_), Some(writing)) = (nothing, writing) else {
            return Ok(false);
        };
        let repo = &scene.repo;
        let Some(target) = target(args.branch.as_deref(), args.in_place, repo)? else {
            return Ok(false);
        };
        let all: Vec<StageIndex> = stages.iter().copied().collect();
        let task = Task { command: "reapply", naming, stages: &all, onto, why };
        let Some(commit) = task.finished(repo, &writing.journal, &target)? else {
            return Ok(false);
        };
        let tree = repo.commit(onto)?.tree;
        show(args, scene, naming, &Return::nothing(stages, *onto, tree), context)?;
        let name = target.reference();
        let branch = name.as_branch().unwrap_or(name.as_str());
        context.note(&format!("{branch} has it already: {}", commit.short()));
        Ok(true)
    }
}

/// The line that does what the plan shows.
fn suggest(args: &ReapplyArgs, context: &mut Context<'_>) {
    if args.format == PlanFormat::Human && !args.dry_run {
        let again = command(args, context);
        context.note(&format!(
            "nothing was written; to commit it: {again} --branch NAME --reason TEXT"
        ));
    }
}

/// The command that plans the same.
fn command(args: &ReapplyArgs, context: &Context<'_>) -> String {
    let stages: String = args.stage.iter().map(|stage| format!(" --stage {stage}")).collect();
    format!("backout{} reapply{stages}{}", context.config_option(), args.place.options())
}

/// The stages that were asked for, all of one migration.
fn stages<'s>(
    args: &ReapplyArgs,
    scene: &'s Scene,
) -> Result<(&'s Migration, BTreeSet<StageIndex>), Failure> {
    let Some(first) = args.stage.first() else { return Err(Failure::usage("no stage")) };
    let (migration, _) = scene.stage(first)?;
    let mut stages: BTreeSet<StageIndex> = BTreeSet::new();
    for name in &args.stage {
        let (of, index) = scene.stage(name)?;
        if of.id != migration.id {
            return Err(Failure::usage("the stages are of several migrations")
                .help("bring them back one migration after the other"));
        }
        stages.insert(index);
    }
    Ok((migration, stages))
}

/// What is to be written.
struct Work<'w> {
    args: &'w ReapplyArgs,
    scene: &'w Scene,
    ground: &'w Ground<'w>,
    task: Task<'w>,
    returns: &'w Return,
}

impl Work<'_> {
    fn drafts(&self) -> anyhow::Result<Vec<Draft>> {
        drafts(self.ground, self.returns, self.task.naming, self.task.why)
    }

    /// Brings the pull request to the plan: a draft, for somebody has to look what was repaired.
    fn request(
        &self,
        way: &Way,
        journal: &Journal,
        stages: &BTreeSet<StageIndex>,
        context: &mut Context<'_>,
    ) -> anyhow::Result<RequestKeys> {
        let Self { scene, returns, task: Task { naming, why, .. }, .. } = *self;
        let migration = naming.migration;
        let planned_at = |base: &ObjectId| {
            let ledger = scene.ledger(migration, base)?;
            let (repo, matcher) = (&scene.repo, Matcher::new(migration));
            let onto = *base;
            let ground = Ground { repo, migration, matcher: &matcher, ledger: &ledger, onto };
            let Ok(planned) = reapply(&ground, stages)? else { return Ok(Vec::new()) };
            Ok(vec![drafts(&ground, &planned, naming, why)?])
        };
        let ids: Vec<&str> = returns
            .stages
            .iter()
            .filter_map(|stage| migration.stages.get(*stage))
            .map(|stage| stage.id.as_str())
            .collect();
        let at = (&returns.onto, returns.paths.as_slice());
        let args = &self.args.request;
        let common = args.proposal(way, &scene.repo, naming, &returns.stages, at)?;
        let not_asked = &common.reviewers.beyond;
        let body = ReturnRequest { naming, returns, reason: why, not_asked }.body();
        let proposal = Proposal {
            drafts: self.drafts()?,
            branch: format!("backout/{}/reapply-{}", migration.id, ids.join("+")),
            title: request_title(&bring_back(naming, returns, why)),
            body,
            draft: true,
            ..common
        };
        let begin = self.task.begin(way.name(&proposal.branch));
        let request = Request { args, proposal: &proposal, planned_at: &planned_at };
        way.carry(&scene.repo, journal, begin, &request, context)
    }
}

fn drafts(
    ground: &Ground<'_>,
    returns: &Return,
    naming: Naming<'_>,
    why: &str,
) -> anyhow::Result<Vec<Draft>> {
    let draft = |one: Return| {
        let message = bring_back(naming, &one, why);
        one.tree.map(|tree| Draft { tree, message })
    };
    Ok(return_sequence(ground, returns)?.into_iter().filter_map(draft).collect())
}

/// A stage that was backed out, and of which work has landed since: be it all of it, or other work.
fn landed_again(stage: &str, back_out: &StageStep) -> Failure {
    let short = back_out.id.short();
    let parent = if back_out.merge { "-m 1 " } else { "" };
    Failure::usage(format!(
        "stage {stage} has landed again since {short} backed it out: there is nothing to bring back"
    ))
    .help(format!(
        "what went then and has not come again, git brings: `git revert --no-commit {parent}{short}`, \
         and a commit that says it is work on it"
    ))
}

fn refusal(naming: Naming<'_>, ledger: &Ledger, nothing: NothingToReturn) -> Failure {
    match nothing {
        NothingToReturn::Landed(stage) => {
            let before = ledger.get(stage).and_then(|history| history.previous.as_deref());
            match before.and_then(|life| life.ended_by.last()) {
                Some(back_out) => landed_again(&naming.name(stage), back_out),
                None => Failure::usage(format!(
                    "stage {} has landed and was not backed out: there is nothing to bring back",
                    naming.name(stage)
                ))
                .help("see `backout status`"),
            }
        }
        NothingToReturn::NeverLanded(stage) => Failure::usage(format!(
            "stage {} has never landed: there is nothing to bring back",
            naming.name(stage)
        ))
        .help("see `backout status`"),
        NothingToReturn::Unsaid(stage, commits) => {
            let named: Vec<String> = commits.iter().map(ObjectId::short).collect();
            let lines =
                named.iter().map(|commit| format!("`backout attribute {commit} --stage none`"));
            Failure::usage(format!(
                "stage {} was backed out, and nobody says whether what came to its files since is \
                 work on it again: {}",
                naming.name(stage),
                named.join(", ")
            ))
            .help(format!(
                "where it is not, say so on the landing branch: {}",
                lines.collect::<Vec<_>>().join(", ")
            ))
        }
    }
}
