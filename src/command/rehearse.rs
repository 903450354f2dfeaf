//! `backout rehearse`: backs landed stages out where it hurts nobody, compares, runs their checks,
//! brings them back, compares again, and keeps a receipt.

use std::fs;
use std::path::Path;
use std::str::FromStr;

use anyhow::Context as _;
use clap::Args;

use super::Context;
use super::surroundings::{now, repository, require_landing};
use super::way_back::{Place, Scene};
use super::writing::{Task, journal};
use crate::backup::hidden;
use crate::config::{Migration, Stage, StageRef};
use crate::draft;
use crate::exit::{Exit, Failure};
use crate::interrupt;
use crate::readiness::archives::Archives;
use crate::receipt::{CodeReceipt, Verified, code_path, render_code};
use crate::report::{Again, PlanReport, counted, terminal};
use crate::rollback::blockers::blockers;
use crate::rollback::journal::Journal;
use crate::rollback::message::Naming;
use crate::rollback::plan::Ground;
use crate::rollback::rehearsal::{Rehearsed, before, digest, rehearse};
use crate::stage::ledger::Ledger;
use crate::stage::matcher::{Matcher, StageIndex};

/// Options of `backout rehearse`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit code: 0 all went well; 1 a check failed, or a result is not what it must be;\n\
    3 what has landed is not known here; 4 a stage can be backed out neither alone nor\n\
    after those that come after it, as declared.\n\n\
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

/// A stage that is rehearsed.
struct Turn<'t> {
    args: &'t RehearseArgs,
    scene: &'t Scene,
    journal: &'t Journal,
    naming: Naming<'t>,
    index: StageIndex,
    /// The stages that were backed out before it, as declared.
    before: Vec<StageIndex>,
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
    let again = |tip: &_| scene.ledger(migration, tip);
    let rehearsed = rehearse(&ground, naming, index, &again)?;
    let turn = Turn { args, scene, journal, naming, index, before: Vec::new() };
    if rehearsed.plan.is_empty() {
        writeln!(context.stdout, "stage {name}: nothing to back out")?;
        return Ok(Exit::Ready);
    }
    if rehearsed.plan.is_clean() {
        return turn.ends(&ground, &rehearsed, context);
    }
    let Some(before) = before(&ground, naming, index, &rehearsed.plan)? else {
        return blocked(args, scene, &ground, naming, &rehearsed, context);
    };
    let first = naming.stages(&before.stages);
    let Some(onto) = before.onto else {
        writeln!(
            context.stdout,
            "stage {name}: goes with {first}, as declared, and in one commit alone: not rehearsed"
        )?;
        return Ok(Exit::Ready);
    };
    let ledger = again(&onto)?;
    let ground = Ground { ledger: &ledger, onto, ..ground };
    let rehearsed = rehearse(&ground, naming, index, &again)?;
    if !rehearsed.plan.is_clean() {
        return blocked(args, scene, &ground, naming, &rehearsed, context);
    }
    if rehearsed.plan.is_empty() {
        writeln!(context.stdout, "stage {name}: nothing to back out after {first}, as declared")?;
        return Ok(Exit::Ready);
    }
    Turn { before: before.stages, ..turn }.ends(&ground, &rehearsed, context)
}

impl Turn<'_> {
    /// What a rehearsal in memory came to, and what the stage's check says of its result.
    fn ends(
        &self,
        ground: &Ground<'_>,
        rehearsed: &Rehearsed,
        context: &mut Context<'_>,
    ) -> anyhow::Result<Exit> {
        let Self { scene, journal, naming, index, .. } = *self;
        let migration = naming.migration;
        let name = naming.name(index);
        let Some(stage) = migration.stages.get(index) else { return Ok(Exit::Ready) };
        if !rehearsed.broken.is_empty() {
            writeln!(context.stdout, "stage {name}: FAILED: the result is not what it must be")?;
            for broken in &rehearsed.broken {
                writeln!(context.stdout, "  {}", terminal(&broken.to_string()))?;
            }
            return Ok(Exit::Findings);
        }
        let stages = [index];
        let task =
            Task { command: "rehearse", naming, stages: &stages, onto: &ground.onto, why: "" };
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
        self.tell(stage, rehearsed, verified, context)?;
        // A receipt says that a stage goes alone.
        if !self.args.no_receipts && self.before.is_empty() {
            let receipt = CodeReceipt {
                migration: migration.id.clone(),
                stage: stage.id.clone(),
                at: now(),
                digest: digest(ground, stage, &rehearsed.plan)?,
                verify: verified,
            };
            keep(scene, migration, &receipt, context)?;
        }
        Ok(Exit::Ready)
    }

    fn tell(
        &self,
        stage: &Stage,
        rehearsed: &Rehearsed,
        verified: Verified,
        context: &mut Context<'_>,
    ) -> std::io::Result<()> {
        let steps = counted(rehearsed.plan.commits.len(), "step");
        let paths = counted(rehearsed.plan.paths.len(), "path");
        let after = match self.before.as_slice() {
            [] => String::new(),
            before => format!(" after {}, as declared", self.naming.stages(before)),
        };
        writeln!(
            context.stdout,
            "stage {}: backed out{after} ({steps}, {paths}) and brought back; {}{}{}",
            self.naming.name(self.index),
            match verified {
                Verified::Passed => "its check passed on the result",
                Verified::None => "it has no check",
                Verified::ByHand => "a person has to look at the result",
            },
            if stage.irreversible { "; what it did cannot be undone by that" } else { "" },
            if after.is_empty() { "" } else { "; no receipt: it does not go alone" },
        )
    }
}

fn blocked(
    args: &RehearseArgs,
    scene: &Scene,
    ground: &Ground<'_>,
    naming: Naming<'_>,
    rehearsed: &Rehearsed,
    context: &mut Context<'_>,
) -> anyhow::Result<Exit> {
    let blockers = blockers(ground, &rehearsed.plan)?;
    let asked = rehearsed.plan.stages.first().map(|stage| naming.name(*stage)).unwrap_or_default();
    let again = Again {
        command: format!("backout{} revert --stage {asked}", context.config_option()),
        cascade: false,
        onto: args.place.onto.clone(),
        rest: args.place.offline_option().to_owned(),
    };
    let clearing = scene.clearing(ground, &rehearsed.plan, &blockers)?;
    let report = PlanReport {
        naming,
        asked: &asked,
        command: &again,
        tip: &scene.tip(ground.migration)?.label,
        plan: &rehearsed.plan,
        archives: &Archives::new(),
        blockers: &blockers,
        clearing: &clearing,
        nothing: "",
        stay: &[],
        doubts: &[],
    };
    let mut way_out = report.way_out();
    if blockers.cascade.is_none() {
        way_out = format!("{way_out}; {} says how", again.same());
    }
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
    draft::write(&mut written, render_code(receipt).as_bytes()).with_context(problem)?;
    draft::finish(written, &file).with_context(problem)?;
    context.note(&format!("receipt: {}; commit it", migration.rooted(&name)));
    match hidden(top, &migration.folder, &name) {
        Ok(None) => {}
        Ok(Some(hidden)) => {
            context.note(&format!("warning: {}", hidden.message));
            context.note(&format!("help: {}", hidden.help));
        }
        Err(error) => context.note(&format!(
            "warning: whether git ignores the receipt could not be checked: {error}"
        )),
    }
    Ok(())
}

#[cfg(test)]
mod tests;
