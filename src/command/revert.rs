//! `backout revert`: backs the code of stages out: shows the plan, and on request makes the
//! commits, a branch or a patch of it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{ArgGroup, Args};

use super::Context;
use super::pull_request::RequestArgs;
use super::way_back::{Place, Scene};
use super::writing::{Task, Writing, reason, target};
use crate::config::StageRef;
use crate::exit::{Exit, Failure};
use crate::report::{Again, PlanFormat, PlanReport};
use crate::rollback::flags::in_doubt;
use crate::rollback::message::Naming;
use crate::rollback::order::{dependents, later};
use crate::rollback::plan::{Ground, Plan};
use crate::stage::ledger::{StageStep, Unsaid};
use crate::stage::matcher::{Matcher, StageIndex};

mod carry;
mod checks;
mod nothing;
mod planning;
mod request;

use checks::passes;
use nothing::nothing;
use planning::planned;
use request::Work;

/// Options of `backout revert`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("what").required(true).args(["stage", "to"])))]
#[command(group(ArgGroup::new("target").args(["dry_run", "branch", "patch", "in_place", "pr"])))]
#[command(after_help = "Without a target the plan is shown and nothing is written.\n\
    Exit code: 0 planned or done, also where there is nothing to back out; 1 a check of `--verify` \
    failed;\n\
    4 something stands in the way; 5 the forge refused, or others' commits are on the pull \
    request's branch.\n\n\
    Examples:\n  \
    backout revert --stage 4                                what it would do\n  \
    backout revert --stage 4 --branch roll-4 --reason \"carts lose lines\"\n  \
    backout revert --stage 4 --cascade --in-place --reason \"carts lose lines\"\n  \
    backout revert --stage 4 --verify                       and whether its check passes then\n  \
    backout revert --stage 4 --pr --reason \"carts lose lines\"\n  \
    backout revert --to 3 --patch back.patch --reason \"all that came after stage 3\"")]
pub struct RevertArgs {
    /// The stage to back out; `migration:id` for one of several migrations.
    #[arg(long, value_name = "ID", value_parser = StageRef::from_str)]
    pub stage: Option<StageRef>,
    /// Back out every stage that comes after this one: by `after`, else as they are listed.
    #[arg(long, value_name = "ID", value_parser = StageRef::from_str)]
    pub to: Option<StageRef>,
    /// Back out what comes after it by `after`, and what blocks it, as well, newest first.
    #[arg(long)]
    pub cascade: bool,
    /// Why; needed for all that writes. It stands in the commit and in the journal.
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Take the steps that only ownership attributes to the stage for its work.
    #[arg(long)]
    pub confirm: bool,
    /// Run the stages' checks on the result first, in a scratch work tree; where one fails, nothing
    /// is written.
    #[arg(long)]
    pub verify: bool,
    /// Show the plan and write nothing.
    #[arg(long, help_heading = "Target")]
    pub dry_run: bool,
    /// Commit to a new branch; the work tree stays as it is.
    #[arg(long, value_name = "NAME", help_heading = "Target")]
    pub branch: Option<String>,
    /// Write a patch for `git apply`.
    #[arg(long, value_name = "FILE", value_parser = patch_file, help_heading = "Target")]
    pub patch: Option<PathBuf>,
    /// Commit to the branch that is checked out, whose work tree has to be clean.
    #[arg(long, help_heading = "Target")]
    pub in_place: bool,
    /// The pull request.
    #[command(flatten)]
    pub request: RequestArgs,
    /// Where it happens.
    #[command(flatten)]
    pub place: Place,
    /// How the plan is written.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: PlanFormat,
}

impl RevertArgs {
    const fn writes(&self) -> bool {
        !self.dry_run
            && (self.branch.is_some()
                || self.patch.is_some()
                || self.in_place
                || self.request.writes())
    }

    /// The stages that go, without what blocks them: the one that was named, or all after it.
    fn stages(&self, ground: &Ground<'_>, index: StageIndex) -> BTreeSet<StageIndex> {
        match self.stage {
            Some(_) => BTreeSet::from([index]),
            None => later(ground, index),
        }
    }

    /// The command that plans the same.
    fn again(&self, context: &Context<'_>) -> Result<Again, Failure> {
        let what = if self.stage.is_some() { "--stage" } else { "--to" };
        let config = context.config_option();
        let verify = if self.verify { " --verify" } else { "" };
        let in_place = self.in_place.then(|| "HEAD".to_owned());
        Ok(Again {
            command: format!("backout{config} revert {what} {}", self.asked()?),
            cascade: self.cascade,
            onto: in_place.or_else(|| self.place.onto.clone()),
            rest: format!("{}{verify}", self.place.offline_option()),
        })
    }

    /// The stage that was asked for.
    fn asked(&self) -> Result<&StageRef, Failure> {
        let asked = self.stage.as_ref().or(self.to.as_ref());
        asked.ok_or_else(|| Failure::usage("no stage is named"))
    }
}

/// Runs the command.
pub fn run(args: &RevertArgs, context: &mut Context<'_>) -> anyhow::Result<Exit> {
    let other = args.dry_run || args.branch.is_some() || args.patch.is_some() || args.in_place;
    args.request.stands_alone(other)?;
    let why = if args.writes() { reason(args.reason.as_deref())? } else { String::new() };
    let writing = match args.writes() || args.verify {
        true => Some(Writing::open(&args.request, args.in_place, context)?),
        false => None,
    };
    let scene = Scene::open_for_rollback(&args.place, args.in_place, context)?;
    let target = match args.dry_run {
        true => None,
        false => target(args.branch.as_deref(), args.in_place, &scene.repo)?,
    };
    let asked = args.asked()?;
    let (migration, index) = scene.stage(asked)?;
    let matcher = Matcher::new(migration);
    let tip = scene.tip(migration)?;
    let ledger = scene.ledger(migration, &tip.commit)?;
    let ground = scene.ground(&matcher, &ledger)?;
    let naming = scene.naming(migration);
    let stages = args.stages(&ground, index);
    let (stages, planned, blocked) = planned(&ground, stages, args.cascade)?;
    let gone = planned.stages.iter().copied().collect();
    let stay: Vec<StageIndex> = dependents(&ground, &gone).into_iter().collect();
    let doubts = in_doubt(&ground, &planned.stages)?;
    scene.warn_of_earlier_work(migration, &planned.stages, context)?;
    let archives = scene.archives(migration, &planned.stages, context);
    let command = args.again(context)?;
    let nothing = nothing(&scene, &ground, naming, &planned.stages);
    let clearing = scene.clearing(&ground, &planned, &blocked)?;
    let report = PlanReport {
        naming,
        asked: &asked.to_string(),
        command: &command,
        nothing: &nothing,
        tip: &tip.label,
        plan: &planned,
        archives: &archives,
        blockers: &blocked,
        clearing: &clearing,
        stay: &stay,
        doubts: &doubts,
    };
    let proceeds = args.writes() && planned.is_clean() && !planned.is_empty();
    // In JSON the pull request stands in the same document as its plan.
    let later = proceeds && args.request.writes() && args.format == PlanFormat::Json;
    if !later {
        show(args, &report, &scene, context)?;
    }
    if !planned.clashes.is_empty() {
        return Ok(Exit::Conflict);
    }
    if let (true, Some(writing)) = (args.verify && !planned.is_empty(), &writing)
        && !passes(&scene, &writing.journal, naming, &planned, context)?
    {
        return Ok(Exit::Findings);
    }
    let (Some(writing), true) = (writing, proceeds) else {
        if !planned.is_empty() {
            suggest(args, &report, context);
        }
        return Ok(Exit::Ready);
    };
    confirmed(args, naming, &planned)?;
    let (stages_gone, onto) = (&planned.stages, &planned.onto);
    let task = Task { command: "revert", naming, stages: stages_gone, onto, why: &why };
    let (stages, planned) = (&stages, &planned);
    let (scene, ground, archives) = (&scene, &ground, &archives);
    let work = Work { args, scene, ground, task, planned, archives, stages, index };
    work.carry_out(&writing, target.as_ref(), &report, context)?;
    if let Some(left) = report.left() {
        context.note(&left);
    }
    Ok(Exit::Ready)
}

fn show(
    args: &RevertArgs,
    report: &PlanReport<'_>,
    scene: &Scene,
    context: &mut Context<'_>,
) -> anyhow::Result<()> {
    let text = match args.format {
        PlanFormat::Human => report.human(&scene.repo, context.color)?,
        PlanFormat::Json => report.json(None),
    };
    Ok(context.stdout.write_all(text.as_bytes())?)
}

/// What only ownership attributes has to be confirmed before it is written: it may be a hotfix.
fn confirmed(args: &RevertArgs, naming: Naming<'_>, planned: &Plan) -> Result<(), Failure> {
    if planned.confirm.is_empty() || args.confirm {
        return Ok(());
    }
    let commits: Vec<String> = planned.commits.iter().flat_map(unsaid).collect();
    let are = if commits.len() == 1 { "is" } else { "are" };
    Err(Failure::usage(format!(
        "nobody has said that {} {are} the work of {}: it may be a hotfix, which would go as well",
        commits.join(", "),
        naming.stages(&planned.stages)
    ))
    .help(
        "look at them; then run it again with `--confirm`, or say whose they are: \
         `backout attribute --stage ID COMMIT`",
    ))
}

/// What of a step nobody has spoken for: the step, or commits that it brought.
fn unsaid(step: &StageStep) -> Vec<String> {
    let parts = step.unsaid_parts();
    match step.unsaid() {
        Unsaid::Nothing => Vec::new(),
        _ if !parts.is_empty() => {
            parts.iter().map(|part| format!("{} (in {})", part.short(), step.id.short())).collect()
        }
        Unsaid::All => vec![step.id.short()],
        Unsaid::InPart => vec![format!("all of {}", step.id.short())],
    }
}

/// The line that does what the plan shows.
fn suggest(args: &RevertArgs, report: &PlanReport<'_>, context: &mut Context<'_>) {
    if args.format == PlanFormat::Human && !args.dry_run {
        let confirm = !report.plan.confirm.is_empty() || args.confirm;
        context.note(&format!(
            "nothing was written; to commit it: {}{} --branch NAME --reason TEXT",
            report.command.same(),
            if confirm { " --confirm" } else { "" },
        ));
    }
}

/// The file that a patch goes into.
fn patch_file(text: &str) -> Result<PathBuf, String> {
    match text {
        "" => Err("expected a file".to_owned()),
        "-" => Err("standard output takes the plan; name a file".to_owned()),
        file => Ok(PathBuf::from(file)),
    }
}
