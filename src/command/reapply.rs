//! `backout reapply`: brings backed-out stages back.

use std::collections::BTreeSet;
use std::str::FromStr;

use clap::{ArgGroup, Args};

use super::Context;
use super::revert::tell;
use super::way_back::{Place, Scene, execute_failure, journal, reason};
use crate::config::StageRef;
use crate::exit::{Exit, Failure};
use crate::git::RefName;
use crate::report::{PlanFormat, render_return_human, render_return_json};
use crate::rollback::execute::{Draft, Target, carry_out};
use crate::rollback::journal::Begin;
use crate::rollback::message::{Naming, bring_back};
use crate::rollback::reapply::{NothingToReturn, Return, reapply};
use crate::rollback::sequence::return_sequence;
use crate::stage::matcher::{Matcher, StageIndex};

/// Options of `backout reapply`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("target").args(["dry_run", "branch", "in_place"])))]
#[command(
    after_help = "To merge the stage's branch again does nothing: git holds it for merged.\n\
    Exit code: 0 planned or done; 4 something stands in the way.\n\n\
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
    /// Where it happens.
    #[command(flatten)]
    pub place: Place,
    /// How the plan is written.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: PlanFormat,
}

/// Runs the command.
pub fn run(args: &ReapplyArgs, context: &mut Context<'_>) -> anyhow::Result<Exit> {
    let writes = !args.dry_run && (args.branch.is_some() || args.in_place);
    let why = if writes { reason(args.reason.as_deref())? } else { String::new() };
    let journal = if writes {
        Some(journal(&super::surroundings::repository(context)?, context)?)
    } else {
        None
    };
    let scene = Scene::open(&args.place, args.in_place, context)?;
    let Some(first) = args.stage.first() else { return Err(Failure::usage("no stage").into()) };
    let (migration, _) = scene.stage(first)?;
    let mut stages: BTreeSet<StageIndex> = BTreeSet::new();
    for name in &args.stage {
        let (of, index) = scene.stage(name)?;
        if of.id != migration.id {
            return Err(Failure::usage("the stages are of several migrations")
                .help("bring them back one migration after the other")
                .into());
        }
        stages.insert(index);
    }
    let matcher = Matcher::new(migration);
    let ledger = scene.ledger(migration, &scene.landing.tip.commit)?;
    let naming = scene.naming(migration);
    let ground = scene.ground(&matcher, &ledger);
    let returns = reapply(&ground, &stages)?.map_err(|nothing| refusal(naming, nothing))?;
    let text = match args.format {
        PlanFormat::Human => {
            let tip = &scene.landing.tip.label;
            render_return_human(&scene.repo, naming, &returns, tip, context.color)?
        }
        PlanFormat::Json => render_return_json(naming, &returns),
    };
    context.stdout.write_all(text.as_bytes())?;
    if returns.tree.is_none() {
        return Ok(Exit::Conflict);
    }
    let Some(journal) = journal else { return Ok(Exit::Ready) };
    let target = match &args.branch {
        Some(name) => Target::Branch(RefName::branch(name)),
        None => Target::InPlace(scene.repo.checked_out()?.ok_or_else(|| {
            Failure::usage("HEAD stands on a commit, and on no branch")
                .help("`git switch` to a branch, or commit to a new one: `--branch NAME`")
        })?),
    };
    let begin = Begin {
        pid: std::process::id(),
        command: "reapply".to_owned(),
        migration: migration.id.to_string(),
        stages: returns.stages.iter().map(|stage| naming.name(*stage)).collect(),
        onto: returns.onto.to_string(),
        reason: why.clone(),
        target: target.name(),
    };
    let draft = |one: Return| {
        let message = bring_back(naming, &one, &why);
        one.tree.map(|tree| Draft { tree, message })
    };
    let sequence = return_sequence(&ground, &returns)?;
    let drafts: Vec<Draft> = sequence.into_iter().filter_map(draft).collect();
    let onto = returns.onto;
    let done = carry_out(&scene.repo, &journal, &begin, &onto, &drafts, &target)
        .map_err(execute_failure)?;
    tell(&target, &done, context);
    Ok(Exit::Ready)
}

fn refusal(naming: Naming<'_>, nothing: NothingToReturn) -> Failure {
    match nothing {
        NothingToReturn::Landed(stage) => Failure::usage(format!(
            "stage {} has landed and was not backed out: there is nothing to bring back",
            naming.name(stage)
        ))
        .help("see `backout status`"),
        NothingToReturn::NeverLanded(stage) => Failure::usage(format!(
            "stage {} has never landed: there is nothing to bring back",
            naming.name(stage)
        ))
        .help("see `backout status`"),
    }
}
