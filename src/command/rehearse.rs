//! `backout rehearse`: backs landed stages out where it hurts nobody, compares, runs their checks,
//! brings them back, compares again, and keeps a receipt.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::str::FromStr;

use anyhow::Context as _;
use clap::Args;

use super::Context;
use super::surroundings::{now, repository, require_landing};
use super::way_back::{Place, Scene};
use super::writing::{Task, journal};
use crate::config::{Migration, StageRef};
use crate::draft;
use crate::exit::{Exit, Failure};
use crate::interrupt;
use crate::receipt::{CodeReceipt, Verified, code_path, render_code};
use crate::report::{PlanReport, counted, terminal};
use crate::rollback::blockers::blockers;
use crate::rollback::journal::Journal;
use crate::rollback::message::Naming;
use crate::rollback::plan::Ground;
use crate::rollback::rehearsal::{Rehearsed, digest, rehearse};
use crate::stage::ledger::Ledger;
use crate::stage::matcher::{Matcher, StageIndex};

/// Options of `backout rehearse`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit code: 0 all went well; 1 a check failed, or a result is not what it must be;\n\
    3 what has landed is not known here; 4 a stage cannot be backed out alone.\n\n\
    Examples:\n  \
    backout rehearse                       every stage that has landed\n  \
    backout rehearse --stage 9\n  \
    backout rehearse --no-receipts         in a nightly job that commits nothing"
)]
pub struct RehearseArgs {
    /// Only this stage; repeatable.
    #[arg(long, value_name = "ID", value_parser = StageRef::from_str)]
    pub stage: Vec<StageRef>,
    /// Every stage that has landed; so it is without `--stage` as well.
    #[arg(long, conflicts_with = "stage")]
    pub all: bool,
    /// Write no receipts into the work tree.
    #[arg(long)]
    pub no_receipts: bool,
    /// Where it happens.
    #[command(flatten)]
    pub place: Place,
}

/// Runs the command.
pub fn run(args: &RehearseArgs, context: &mut Context<'_>) -> anyhow::Result<Exit> {
    interrupt::listen().context("Ctrl-C cannot be listened for")?;
    let journal = journal(&repository(context)?, false, context)?;
    let scene = Scene::open(&args.place, false, context)?;
    let chosen = chosen(args, &scene)?;
    if args.place.onto.is_none() {
        let named = chosen.iter().map(|(migration, ..)| *migration);
        match args.stage.is_empty() {
            true => require_landing(&scene.repo, scene.landings.migrations().map(|(_, one)| one))?,
            false => require_landing(&scene.repo, named)?,
        }
    }
    let mut worst = Exit::Ready;
    for (migration, index, ledger) in chosen {
        let ended = one(args, &scene, &journal, migration, index, &ledger, context)?;
        worst = worse(worst, ended);
    }
    Ok(worst)
}

/// A conflict weighs less than a wrong result.
const fn worse(one: Exit, other: Exit) -> Exit {
    match (one, other) {
        (Exit::Findings, _) | (_, Exit::Findings) => Exit::Findings,
        (Exit::Ready, other) => other,
        (one, _) => one,
    }
}

/// The stages to rehearse, each with its migration's ledger.
fn chosen<'s>(
    args: &RehearseArgs,
    scene: &'s Scene,
) -> anyhow::Result<Vec<(&'s Migration, StageIndex, Ledger)>> {
    let mut chosen = Vec::new();
    for name in &args.stage {
        let (migration, index) = scene.stage(name)?;
        chosen.push((migration, index, scene.ledger(migration, &scene.tip(migration)?.commit)?));
    }
    if args.stage.is_empty() {
        scene.landings.require_all()?;
        for (landing, migration) in scene.landings.migrations() {
            let ledger = scene.ledger(migration, &landing.tip.commit)?;
            let landed: Vec<StageIndex> = ledger.landed().collect();
            chosen.extend(landed.into_iter().map(|index| (migration, index, ledger.clone())));
        }
    }
    Ok(chosen)
}

fn one(
    args: &RehearseArgs,
    scene: &Scene,
    journal: &Journal,
    migration: &Migration,
    index: StageIndex,
    ledger: &Ledger,
    context: &mut Context<'_>,
) -> anyhow::Result<Exit> {
    let matcher = Matcher::new(migration);
    let ground = scene.ground(&matcher, ledger)?;
    let naming = scene.naming(migration);
    let name = naming.name(index);
    let Some(stage) = migration.stages.get(index) else { return Ok(Exit::Ready) };
    let again = |tip: &_| scene.ledger(migration, tip);
    let rehearsed = rehearse(&ground, naming, index, &again)?;
    if rehearsed.plan.is_empty() {
        writeln!(context.stdout, "stage {name}: nothing to back out")?;
        return Ok(Exit::Ready);
    }
    if !rehearsed.plan.is_clean() {
        return blocked(scene, &ground, naming, &rehearsed, context);
    }
    if !rehearsed.broken.is_empty() {
        writeln!(context.stdout, "stage {name}: FAILED: the result is not what it must be")?;
        for broken in &rehearsed.broken {
            writeln!(context.stdout, "  {}", terminal(&broken.to_string()))?;
        }
        return Ok(Exit::Findings);
    }
    let stages = [index];
    let onto = &ground.onto;
    let task = Task { command: "rehearse", naming, stages: &stages, onto, why: "" };
    let checked = match rehearsed.plan.tree {
        Some(tree) => task.check(scene, journal, stage, &tree, context)?,
        None => Err("there is no result".to_owned()),
    };
    let verified = match checked {
        Ok(verified) => verified,
        Err(how) => {
            writeln!(context.stdout, "stage {name}: FAILED: its check on the result: {how}")?;
            return Ok(Exit::Findings);
        }
    };
    let steps = counted(rehearsed.plan.commits.len(), "step");
    let paths = counted(rehearsed.plan.paths.len(), "path");
    writeln!(
        context.stdout,
        "stage {name}: backed out ({steps}, {paths}) and brought back; {}{}",
        match verified {
            Verified::Passed => "its check passed on the result",
            Verified::None => "it has no check",
            Verified::ByHand => "a person has to look at the result",
        },
        if stage.irreversible { "; what it did cannot be undone by that" } else { "" },
    )?;
    if !args.no_receipts {
        let receipt = CodeReceipt {
            migration: migration.id.clone(),
            stage: stage.id.clone(),
            at: now(),
            digest: digest(&ground, stage, &rehearsed.plan)?,
            verify: verified,
        };
        keep(scene, migration, &receipt, context)?;
    }
    Ok(Exit::Ready)
}

fn blocked(
    scene: &Scene,
    ground: &Ground<'_>,
    naming: Naming<'_>,
    rehearsed: &Rehearsed,
    context: &mut Context<'_>,
) -> anyhow::Result<Exit> {
    let blockers = blockers(ground, &rehearsed.plan)?;
    let asked = rehearsed.plan.stages.first().map(|stage| naming.name(*stage)).unwrap_or_default();
    let report = PlanReport {
        naming,
        asked: &asked,
        tip: &scene.tip(ground.migration)?.label,
        plan: &rehearsed.plan,
        blockers: &blockers,
        stay: &[],
        doubts: &[],
    };
    let way_out = report.way_out();
    writeln!(context.stdout, "stage {asked}: cannot be backed out alone: {way_out}")?;
    Ok(Exit::Conflict)
}

/// Writes a receipt beside the configuration, in one step.
fn keep(
    scene: &Scene,
    migration: &Migration,
    receipt: &CodeReceipt,
    context: &mut Context<'_>,
) -> anyhow::Result<()> {
    let top = scene.repo.work_tree().ok_or_else(|| {
        Failure::usage("a bare repository has no work tree to write receipts into")
            .help("add `--no-receipts`")
    })?;
    let name = code_path(&receipt.migration, &receipt.stage);
    let file = top.join(&migration.folder).join(&name);
    let problem = || format!("{} cannot be written", file.display());
    draft::refuse_link(top, &file)?;
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).with_context(problem)?;
    let mut written = draft::begin(folder).with_context(problem)?;
    written.write_all(render_code(receipt).as_bytes()).with_context(problem)?;
    draft::finish(written, &file).with_context(problem)?;
    context.note(&format!("receipt: {}; commit it", migration.rooted(&name)));
    Ok(())
}
