//! `backout verify-revert`: whether a commit is exactly the planned back-out of the stages that it
//! names. By the tree, not by its title.

use std::fmt::Write as _;

use clap::Args;
use serde::Serialize;

use super::Context;
use super::way_back::{Place, Scene};
use crate::exit::{Exit, Failure};
use crate::git::ObjectId;
use crate::report::{PlanFormat, json_text, terminal};
use crate::rollback::exact::{Comparison, is_planned};
use crate::rollback::message::Naming;
use crate::stage::attribution::{Attribution, Attributions};

/// Options of `backout verify-revert`.
#[derive(Debug, Args)]
#[command(
    after_help = "The stages are those that its `Backout-Stage` trailers name; of a merge, those of the\n\
    commits that it brought. The plan is made on its first parent.\n\
    Exit code: 0 it is the planned back-out, 1 it is not.\n\n\
    Example: backout verify-revert origin/back-out-4"
)]
pub struct VerifyRevertArgs {
    /// The commit.
    pub rev: String,
    /// How the answer is written.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: PlanFormat,
}

/// Runs the command.
pub fn run(args: &VerifyRevertArgs, context: &mut Context<'_>) -> anyhow::Result<Exit> {
    // The rules are those of the landing branch, as this clone knows it: a commit that is to be
    // proved has no say in them.
    let place = Place { onto: None, offline: true };
    let scene = Scene::open(&place, false, context)?;
    let commit = scene.repo.resolve(&args.rev).map_err(Failure::from)?;
    let read = scene.repo.commit(&commit).map_err(Failure::from)?;
    let parent = *read.parents.first().ok_or_else(|| {
        Failure::indeterminate(format!("{} has no parent here to plan on", commit.short()))
            .help("in a shallow clone, fetch the rest: `git fetch --unshallow --tags`")
    })?;
    let mut answer = None;
    for migration in &scene.landing.configuration.migrations {
        let none = Attributions::default();
        let attributions = scene.landing.attributions.get(&migration.id).unwrap_or(&none);
        let all = &scene.landing.configuration.migrations;
        let attribution = Attribution::new(migration, all, attributions);
        // Says why, where the history up to the parent cannot be read.
        scene.ledger(migration, &parent)?;
        let start = scene.start(migration)?;
        let found = is_planned(&scene.repo, migration, &attribution, &start, &parent, &commit)?;
        if !found.stages.is_empty() {
            answer = Some((scene.naming(migration), found));
            break;
        }
    }
    let (text, exit) = match &answer {
        None => (nothing_named(args, &commit), Exit::Findings),
        Some((naming, found)) => {
            let exit = if found.is_equal() { Exit::Ready } else { Exit::Findings };
            (told(args, *naming, &commit, &parent, found), exit)
        }
    };
    context.stdout.write_all(text.as_bytes())?;
    Ok(exit)
}

#[derive(Serialize)]
struct Document {
    version: u32,
    commit: String,
    parent: Option<String>,
    stages: Vec<String>,
    planned: bool,
    differs: Vec<String>,
    conflicts: Vec<String>,
}

fn nothing_named(args: &VerifyRevertArgs, commit: &ObjectId) -> String {
    match args.format {
        PlanFormat::Human => format!(
            "{} is not a planned back-out: it names no stage by `Backout-Stage`\n",
            commit.short()
        ),
        PlanFormat::Json => json_text(&Document {
            version: 1,
            commit: commit.to_string(),
            parent: None,
            stages: Vec::new(),
            planned: false,
            differs: Vec::new(),
            conflicts: Vec::new(),
        }),
    }
}

fn told(
    args: &VerifyRevertArgs,
    naming: Naming<'_>,
    commit: &ObjectId,
    parent: &ObjectId,
    found: &Comparison,
) -> String {
    let shown = |path: &crate::git::RepoPath| path.shown().into_owned();
    let differs: Vec<String> = found.differs.iter().map(|change| shown(&change.path)).collect();
    let clash =
        |clash: &crate::rollback::clash::Clash| format!("{}: {}", clash.path.shown(), clash.reason);
    let conflicts: Vec<String> = found.clashes.iter().map(clash).collect();
    if args.format == PlanFormat::Json {
        return json_text(&Document {
            version: 1,
            commit: commit.to_string(),
            parent: Some(parent.to_string()),
            stages: found.stages.iter().map(|stage| naming.name(*stage)).collect(),
            planned: found.is_equal(),
            differs,
            conflicts,
        });
    }
    let stages = naming.stages(&found.stages);
    if found.is_equal() {
        return format!(
            "{} is exactly the planned back-out of {stages} on {}\n",
            commit.short(),
            parent.short()
        );
    }
    let mut text = format!(
        "{} is not the planned back-out of {stages} on {}\n",
        commit.short(),
        parent.short()
    );
    for path in &differs {
        let _ = writeln!(text, "  {}: it is otherwise than planned", terminal(path));
    }
    for conflict in &conflicts {
        let _ = writeln!(text, "  there is no plan: {}", terminal(conflict));
    }
    text
}
