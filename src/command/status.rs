//! `backout status`: every stage: landed, by which commits, ready, and how long its way back stays
//! open.

use clap::{Args, ValueEnum};

use super::Context;
use super::surroundings::{config_path, failure, now, remote, repository, require_landing};
use crate::config::StageState;
use crate::exit::{Exit, Failure};
use crate::readiness::guard::Guard;
use crate::readiness::standing::{StageStanding, Standing};
use crate::report::{Look, render_standing_human, render_standing_json};

/// Options of `backout status`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    backout status\n  \
    backout status -v                each stage's commits\n  \
    backout status --format json\n  \
    backout status --exit-code       in a nightly job: 1 where a way back has closed, \
    3 where that is not known")]
pub struct StatusArgs {
    /// How the report is written.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: StatusFormat,
    /// End with 1 where a landed stage has no way back, and with 3 where that is not known.
    #[arg(long)]
    pub exit_code: bool,
}

/// The formats of a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StatusFormat {
    /// For people.
    Human,
    /// For programs: version 1.
    Json,
}

/// Runs the command.
pub fn run(args: &StatusArgs, context: &mut Context<'_>) -> anyhow::Result<Exit> {
    let repo = repository(context)?;
    let guard = Guard {
        remote: remote(&repo)?,
        repo: &repo,
        default_branch: None,
        local: true,
        config_path: config_path(context),
        now: now(),
        delivered: Vec::new(),
        online: None,
        overrides: Vec::new(),
        lenient: true,
    };
    let standing = guard.standing().map_err(failure)?;
    for note in &standing.stand_ins {
        context.note(&format!("warning: {note}"));
    }
    let text = match args.format {
        StatusFormat::Human => {
            let verbose = context.verbose > 0;
            render_standing_human(&standing, Look { color: context.color, brief: false, verbose })
        }
        StatusFormat::Json => render_standing_json(&standing),
    };
    context.stdout.write_all(text.as_bytes())?;
    let ended = if args.exit_code { exit(&standing) } else { Exit::Ready };
    if args.exit_code && ended != Exit::Findings {
        let landings = guard.landings(repo.resolve("HEAD").map_err(Failure::from)?);
        let landings = landings.map_err(failure)?;
        landings.require_all()?;
        require_landing(&repo, landings.migrations().map(|(_, migration)| migration))?;
    }
    Ok(ended)
}

/// The worst of the landed stages, of those whose requirements still hold.
fn exit(standing: &Standing) -> Exit {
    let asked = standing.stages.iter().filter(|stage| stage.state == StageState::Open);
    let landed = |stage: &&StageStanding| {
        stage.history.as_ref().map_or(true, |history| !history.steps.is_empty())
    };
    let open: Vec<Option<bool>> = asked.filter(landed).map(|stage| stage.way_back.open).collect();
    if open.contains(&Some(false)) {
        Exit::Findings
    } else if open.contains(&None) {
        Exit::Indeterminate
    } else {
        Exit::Ready
    }
}
