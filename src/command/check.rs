//! `backout check`: the CI step. Judges the same as the hook, on the range that the CI event, or
//! the command line, names.

mod range;

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;

use super::Context;
use super::outputs::{self, Output};
use super::report_back::{ReportArgs, Told, report_back};
use super::step_files;
use super::surroundings::{config_path, exit, failure, now, remote, repository};
use super::unjudged::{Unjudged, observes};
use crate::ci;
use crate::config::Phase;
use crate::exit::{Exit, Failure, exit_of};
use crate::policy::overrides::{self, Override};
use crate::readiness::assessment::Assessment;
use crate::readiness::guard::Guard;
use crate::readiness::overview::StageOverview;
use crate::readiness::registry;
use crate::readiness::stores::Stores;
use crate::receipt::{self, BackupReceipt};
use crate::report::{Format, Look, picture, render, render_beside_check_run};

/// Options of `backout check`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    backout check                              in CI: range and phase from the event\n  \
    backout check --base origin/main           this branch, as if it landed now\n  \
    backout check --phase deploy --receipt sessions.toml --online\n  \
    backout check --format github --output json=report.json\n  \
    backout check --check-run --comment --labels\n\n\
    What GitHub refuses to be told (a fork's token only reads) is a warning, and annotations and\n\
    summary of the step stand in for it: the exit code is that of the verdict.")]
pub struct CheckArgs {
    /// Judge the commits since this one (its merge base with the head). When left out: all that
    /// the landing branch does not have yet; in the phase deploy, all since the migration began.
    #[arg(long, value_name = "REV", help_heading = "What is judged")]
    pub base: Option<String>,
    /// Judge up to this commit; HEAD when left out.
    #[arg(long, value_name = "REV", help_heading = "What is judged")]
    pub head: Option<String>,
    /// How near to production it is: share, land or deploy.
    #[arg(long, value_name = "PHASE", help_heading = "What is judged", value_parser = Phase::from_str)]
    pub phase: Option<Phase>,
    /// A backup's receipt from outside the repository, as the pipeline made it; repeatable.
    #[arg(long, value_name = "FILE", help_heading = "What is judged")]
    pub receipt: Vec<PathBuf>,
    /// Read the archives in their stores and hold them against the receipts; a store out of reach
    /// is "could not check".
    #[arg(long, help_heading = "What is judged")]
    pub online: bool,
    /// How the report on standard output is written.
    #[arg(long, value_name = "FORMAT", default_value = "human", help_heading = "Reports")]
    pub format: Format,
    /// A further report, in a format, into a file; repeatable.
    #[arg(long, value_name = "FORMAT=FILE", help_heading = "Reports", value_parser = Output::from_str)]
    pub output: Vec<Output>,
    /// Write no step summary and no outputs, although GITHUB_STEP_SUMMARY or GITHUB_OUTPUT is set.
    #[arg(long, help_heading = "Reports")]
    pub no_github_files: bool,
    /// What is told on GitHub.
    #[command(flatten)]
    pub report: ReportArgs,
}

/// Runs the command.
pub fn run(args: &CheckArgs, context: &mut Context<'_>) -> anyhow::Result<Exit> {
    let began = now();
    let judged = judge(args, context);
    if !args.no_github_files {
        let picture = judged.as_ref().map(Judged::picture).unwrap_or_default();
        step_files::write(judged.as_ref().map(|judged| &judged.assessment), &picture, context);
    }
    let (phase, format) = (args.phase, args.format);
    let judged = match judged {
        Ok(judged) => judged,
        Err(error) => {
            let told = Told { judged: Err(&error), phase, began, format };
            report_back(&args.report, &told, context);
            let observed = exit_of(&error) == Exit::Indeterminate && observed(context);
            let outputs = &args.output;
            return Unjudged { error, observed, phase, format, outputs }.tell(context);
        }
    };
    let judged = outputs::write(&args.output, &judged.assessment, &context.folder)
        .map(|()| judged.assessment);
    let told = Told { judged: judged.as_ref(), phase, began, format };
    // Before the report itself: it has to know who shows the annotations.
    let shown = report_back(&args.report, &told, context);
    let assessment = judged?;
    let look = Look { color: context.color, brief: false, verbose: context.verbose > 0 };
    let text = match shown {
        true => render_beside_check_run(&assessment, args.format, look),
        false => render(&assessment, args.format, look),
    };
    context.stdout.write_all(text.as_bytes())?;
    Ok(exit(&assessment))
}

/// The answer, and what a picture of it needs.
struct Judged {
    assessment: Assessment,
    stages: Vec<StageOverview>,
}

impl Judged {
    fn picture(&self) -> String {
        picture(&self.stages, &self.assessment)
    }
}

fn judge(args: &CheckArgs, context: &mut Context<'_>) -> anyhow::Result<Judged> {
    let repo = repository(context)?;
    let guard = Guard {
        remote: remote(&repo)?,
        repo: &repo,
        default_branch: ci::default_branch(&|name| context.variable(name), &ci::read_event),
        local: true,
        config_path: config_path(context),
        now: now(),
        delivered: receipts(&args.receipt, &context.folder)?,
        online: args.online.then(|| Stores::new(repo.work_tree())),
        overrides: overrides(context)?,
        lenient: false,
    };
    let input = range::input(args, context, &guard)?;
    let head = input.update.to;
    let assessment = guard.judge(&[input]).map_err(failure)?;
    let drawn = step_files::wants_summary(context)
        && !args.no_github_files
        && !assessment.stages.is_empty();
    let stages = match head.filter(|_| drawn).map(|head| guard.overview(head)) {
        Some(Ok(stages)) => stages,
        None => Vec::new(),
        Some(Err(error)) => {
            context.note(&format!("the summary has no picture of the stages: {error}"));
            Vec::new()
        }
    };
    Ok(Judged { assessment, stages })
}

/// Whether all rules that this clone trusts only observe.
fn observed(context: &Context<'_>) -> bool {
    let Ok(repo) = repository(context) else { return false };
    let Ok(remote) = remote(&repo) else { return false };
    let guard = Guard {
        remote,
        repo: &repo,
        default_branch: ci::default_branch(&|name| context.variable(name), &ci::read_event),
        local: true,
        config_path: config_path(context),
        now: now(),
        delivered: Vec::new(),
        online: None,
        overrides: Vec::new(),
        lenient: false,
    };
    observes(&guard, &repo)
}

fn receipts(files: &[PathBuf], folder: &Path) -> anyhow::Result<Vec<BackupReceipt>> {
    let read = |file: &PathBuf| {
        let shown = file.display();
        let content = fs::read(folder.join(file)).map_err(|error| {
            Failure::usage(format!("the receipt {shown} cannot be read: {error}"))
        })?;
        receipt::parse(&content).map_err(|error| {
            let place = format!("{shown}:{}:{}", error.line, error.column);
            Failure::usage(format!("{place}: {}", error.message))
                .help("pass the file that `backout backup create` wrote")
                .into()
        })
    };
    files.iter().map(read).collect()
}

/// Overrides come from the environment of a protected CI job; a hook takes none.
fn overrides(context: &Context<'_>) -> Result<Vec<Override>, Failure> {
    match context.variable(overrides::VARIABLE) {
        Some(text) => overrides::parse(&text, &registry::codes()),
        None => Ok(Vec::new()),
    }
}
