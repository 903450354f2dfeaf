//! `backout check`: the CI step. Judges the same as the hook, on the range that the CI event, or
//! the command line, names.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;

use super::Context;
use super::outputs::{self, Output};
use super::report_back::{ReportArgs, Told, report_back};
use super::step_files;
use super::surroundings::{config_path, exit, failure, look_up, now, remote, repository};
use super::unjudged::{Unjudged, observes};
use crate::ci::{self, Event, Provider, Rev, Subject};
use crate::config::Phase;
use crate::exit::{Exit, Failure, exit_of};
use crate::git::{GitError, ObjectId, RefName, RefUpdate, Repo};
use crate::policy::overrides::{self, Override};
use crate::readiness::assessment::Assessment;
use crate::readiness::guard::{Guard, Input, Kind};
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
    let input = input(args, context, &guard)?;
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

/// What is judged: the range given by hand, else what the CI event says, else all that the landing
/// branch does not have yet. For a deployment all since the migration's start, unless a base is
/// given.
fn input(args: &CheckArgs, context: &Context<'_>, guard: &Guard<'_>) -> anyhow::Result<Input> {
    let variable = |name: &str| context.variable(name);
    let by_hand = args.base.is_some() || args.head.is_some();
    let event = if by_hand { None } else { detect(&variable)? };
    let phase = match args.phase {
        Some(phase) => Some(phase),
        None => ci::phase_variable(&variable).map_err(|error| usage(&error))?,
    };
    let mut input = match &event {
        Some(event) => from_event(event, guard)?,
        None => given(args, guard, phase)?,
    };
    input.phase = phase.or(input.phase);
    if let Some(event) = event.filter(|event| event.provider != Provider::Variables) {
        whole_delivery(&mut input, &event);
    }
    Ok(input)
}

/// What is deployed is the whole tree, not the range that an event tells of.
fn whole_delivery(input: &mut Input, event: &Event) {
    if input.phase == Some(Phase::Deploy)
        && let Some(head) = input.update.to
    {
        let whole = range(None, head, event.target_branch.as_deref());
        (input.update, input.kind) = (whole.update, whole.kind);
    }
}

fn detect(variable: &dyn Fn(&str) -> Option<String>) -> Result<Option<Event>, Failure> {
    ci::detect(variable, &ci::read_event).map_err(|error| usage(&error))
}

fn usage(error: &ci::EventError) -> Failure {
    Failure::usage(error.to_string()).help(error.help())
}

fn given(args: &CheckArgs, guard: &Guard<'_>, phase: Option<Phase>) -> anyhow::Result<Input> {
    let head = named(guard, args.head.as_deref().unwrap_or("HEAD"))?;
    if args.base.is_none() {
        require_default_branch(guard)?;
    }
    let base = match &args.base {
        Some(base) => {
            let base = named(guard, base)?;
            merge_base(guard.repo, &base, &head)?
        }
        // What is deployed is the whole tree, whichever of it has landed.
        None if phase == Some(Phase::Deploy) => None,
        None => guard.landed(&head).map_err(failure)?,
    };
    let mut input = range(base, head, None);
    input.update.local = Some(args.head.clone().unwrap_or_else(|| "HEAD".to_owned()));
    Ok(input)
}

/// What a person names: a branch that only the remote has counts as well.
fn named(guard: &Guard<'_>, rev: &str) -> Result<ObjectId, Failure> {
    match look_up(guard.repo, guard.remote.as_deref(), rev)? {
        Some(commit) => Ok(commit),
        None => Ok(guard.repo.resolve(rev)?),
    }
}

/// Where no target names the trusted rules, those on the default branch are: without them, a branch
/// could choose its own.
fn require_default_branch(guard: &Guard<'_>) -> Result<(), Failure> {
    let Some(remote) = &guard.remote else { return Ok(()) };
    if guard.default_tip()?.is_some() {
        return Ok(());
    }
    match &guard.default_branch {
        Some(branch) => Err(not_here(branch)),
        None => Err(Failure::indeterminate(format!(
            "the default branch of {remote} is not in this clone, and with it by whose rules to judge"
        ))
        .help("fetch it: `backout fetch`; or say what the rules come from: `--base REV`")),
    }
}

fn range(base: Option<ObjectId>, head: ObjectId, target: Option<&str>) -> Input {
    let remote = target.map_or_else(|| RefName::new("HEAD"), RefName::branch);
    let update = RefUpdate { local: None, remote, from: base, to: Some(head) };
    Input { kind: Kind::Range, ..Input::push(update) }
}

fn merge_base(repo: &Repo, base: &ObjectId, head: &ObjectId) -> Result<Option<ObjectId>, Failure> {
    Ok(repo.merge_base(base, head)?)
}

fn from_event(event: &Event, guard: &Guard<'_>) -> anyhow::Result<Input> {
    let target = event.target_branch.as_deref();
    let mut input = match &event.subject {
        Subject::Update(update) => Input { kind: Kind::Event, ..Input::push(update.clone()) },
        Subject::Standing { head } => {
            require_default_branch(guard)?;
            range(None, resolve(guard, head)?, None)
        }
        Subject::Range { base, head, merge_base: false } => {
            range(Some(resolve(guard, base)?), resolve(guard, head)?, target)
        }
        Subject::Range { base, head, merge_base: true } => {
            let head = resolve(guard, head)?;
            let base = event_base(guard, base, target)?;
            range(merge_base(guard.repo, &base, &head)?, head, target)
        }
    };
    if matches!(event.subject, Subject::Range { .. }) {
        input.target_branch = event.target_branch.clone();
    }
    input.draft = event.draft == Some(true);
    input.landing_text = event.landing_text.clone();
    input.phase = event.phase;
    Ok(input)
}

/// The base that an event states lags behind its branch, and so would its rules: the branch itself
/// has to be here.
fn event_base(guard: &Guard<'_>, stated: &Rev, target: Option<&str>) -> Result<ObjectId, Failure> {
    match target {
        Some(target) => resolve(guard, &Rev::Branch(target.to_owned())),
        None => resolve(guard, stated),
    }
}

fn resolve(guard: &Guard<'_>, rev: &Rev) -> Result<ObjectId, Failure> {
    match rev {
        Rev::Oid(oid) => Ok(guard.repo.resolve(&oid.to_string())?),
        Rev::Name(name) => Ok(guard.repo.resolve(name)?),
        Rev::Branch(name) => {
            let tracked = guard.remote.as_ref().map(|r| guard.repo.tracking_refs(r, name));
            let tracked = tracked.transpose()?.unwrap_or_default();
            for full in tracked.into_iter().chain([RefName::branch(name)]) {
                let found: Result<_, GitError> = guard.repo.reference(&full);
                if let Some(commit) = found?.and_then(|peeled| peeled.commit) {
                    return Ok(commit);
                }
            }
            Err(not_here(name))
        }
    }
}

fn not_here(branch: &str) -> Failure {
    let message = format!("the branch `{branch}` is not in this clone");
    Failure::indeterminate(message).help(format!(
        "fetch it: `backout fetch`, or `git fetch origin +refs/heads/{branch}:refs/remotes/origin/{branch}` (with actions/checkout: `fetch-depth: 0`)"
    ))
}
