//! What `check` tells the forge: a check run on the commit, a comment and labels on the pull
//! request. Whatever the forge refuses, the verdict and the exit code stay what they are.

use clap::Args;

use super::Context;
use super::pull_request::Forge;
use super::surroundings::{config_path, now, way_out};
use crate::ci::{self, PullRequestNumber, ReportTarget};
use crate::config::Phase;
use crate::exit::{Exit, Failure, exit_of};
use crate::forge::{CheckReport, Client, PullRequest, Refusal, StickyComment, WantedLabels};
use crate::git::Seconds;
use crate::readiness::assessment::Assessment;
use crate::receipt::instant_text;
use crate::report::{
    Format, Look, Outcome, check_run_name, check_run_text, comment_marker, comment_text,
    failure_annotation, is_worth_a_comment, labels, render, stage_labels, terminal_lines,
};
use crate::rollback::proposal::BEGIN;

/// What is told on the forge.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "On GitHub")]
pub struct ReportArgs {
    /// Report a check run, with an annotation for each finding, on the commit of the CI event.
    #[arg(long)]
    pub check_run: bool,
    /// Keep one comment on the pull request up to date.
    #[arg(long)]
    pub comment: bool,
    /// Keep the labels `stage:ID` and `impact:LEVEL` of the pull request up to date.
    #[arg(long)]
    pub labels: bool,
}

/// What is told, and how it came about.
pub(super) struct Told<'a> {
    /// The assessment, or why there is none.
    pub(super) judged: Result<&'a Assessment, &'a anyhow::Error>,
    /// The phase, where the command line names it.
    pub(super) phase: Option<Phase>,
    /// When it began.
    pub(super) began: Seconds,
    /// How the report on standard output is written.
    pub(super) format: Format,
}

/// Something that was to be told, and why it was not.
struct Untold {
    what: &'static str,
    why: Failure,
}

/// Tells the forge, as far as it lets itself be told; says on stderr what it refused. Gives whether
/// a check run has the annotations.
pub(super) fn report_back(args: &ReportArgs, told: &Told<'_>, context: &mut Context<'_>) -> bool {
    if !(args.check_run || args.comment || args.labels) {
        return false;
    }
    let mut untold = Vec::new();
    let notes = match tell(args, told, context, &mut untold) {
        Ok(notes) => notes,
        Err(why) => {
            let what = if args.check_run { CHECK_RUN } else { "report on GitHub" };
            untold.push(Untold { what, why });
            Vec::new()
        }
    };
    for note in notes {
        context.note(&note);
    }
    for one in &untold {
        warn(one, context);
    }
    let refused = untold.iter().any(|one| one.what == CHECK_RUN);
    if refused {
        stand_in(told, context);
    }
    args.check_run && !refused
}

const CHECK_RUN: &str = "check run";

fn tell(
    args: &ReportArgs,
    told: &Told<'_>,
    context: &mut Context<'_>,
    untold: &mut Vec<Untold>,
) -> Result<Vec<String>, Failure> {
    let target = target(told, context)?;
    let forge = Forge::of_the_job(context)?;
    let config = config_path(context);
    let named = context.config.clone();
    let error = told.judged.err().map(|error| (format!("{error:#}"), way_out(error)));
    let outcome = match (&told.judged, &error) {
        (Ok(assessment), _) => Outcome::Judged(assessment),
        (Err(_), Some((error, help))) => Outcome::Failed { error, help: help.as_deref() },
        (Err(error), None) => return Err(Failure::indeterminate(format!("{error:#}"))),
    };
    let client = forge.open(|text: &str| context.note(text))?;
    let reporter = Reporter { client: &client, told, outcome, target: &target };
    let mut notes = Vec::new();
    let mut keep = |what, done: Result<(), Refusal>| {
        if let Err(refusal) = done {
            untold.push(Untold { what, why: failure(what, refusal) });
        }
    };
    if args.check_run {
        keep(CHECK_RUN, reporter.check_run(named.as_deref()));
    }
    match target.pull_request {
        _ if !(args.comment || args.labels) => {}
        None => notes.push(format!(
            "the event {} is about no pull request: no comment, no labels",
            target.event
        )),
        Some(number) => match reporter.pull_request(number) {
            Err(refusal) => keep("comment and labels", Err(refusal)),
            Ok(Err(note)) => notes.push(note),
            Ok(Ok(pull)) => {
                if args.comment {
                    keep("comment", reporter.comment(number, &config));
                }
                if args.labels {
                    let done = reporter.labels(&pull, &mut notes);
                    keep("labels", done);
                }
            }
        },
    }
    Ok(notes)
}

/// What the report is about. It has to be what was judged.
fn target(told: &Told<'_>, context: &Context<'_>) -> Result<ReportTarget, Failure> {
    let variable = |name: &str| context.variable(name);
    let found = ci::report_target(&variable, &ci::read_event).map_err(|error| {
        Failure::usage(error.to_string()).help(
            "let the workflow run on pull_request, merge_group, push, \
             schedule or workflow_dispatch",
        )
    })?;
    let target = found.ok_or_else(|| {
        Failure::usage("no event of GitHub Actions names a commit to report on")
            .help("`--check-run`, `--comment` and `--labels` are for jobs of GitHub Actions")
    })?;
    let is_it = |assessment: &Assessment| {
        !assessment.refs.is_empty() && assessment.refs.iter().all(|one| one.to == Some(target.head))
    };
    if told.judged.is_ok_and(|assessment| !is_it(assessment)) {
        let head = target.head.short();
        let message = format!("what was judged is not {head}, the commit of the event");
        return Err(Failure::usage(message).help("leave out `--head`, or name that commit"));
    }
    Ok(target)
}

struct Reporter<'r, 's> {
    client: &'r Client<'s>,
    told: &'r Told<'r>,
    outcome: Outcome<'r>,
    target: &'r ReportTarget,
}

impl Reporter<'_, '_> {
    fn check_run(&self, config: Option<&str>) -> Result<(), Refusal> {
        let phase = self.told.judged.map_or(self.told.phase, |assessment| Some(assessment.phase));
        let name = check_run_name(phase, config);
        let text = check_run_text(self.outcome);
        self.client.report_check(&CheckReport {
            name: &name,
            external_id: &format!("backout/1: {name}"),
            head: self.target.head,
            conclusion: text.conclusion,
            title: &text.title,
            summary: &text.summary,
            annotations: &text.annotations,
            details: self.target.run.as_deref(),
            started: &instant_text(self.told.began),
            completed: &instant_text(now()),
        })
    }

    /// The pull request; or a note, where there is nothing to be told there.
    fn pull_request(
        &self,
        number: PullRequestNumber,
    ) -> Result<Result<PullRequest, String>, Refusal> {
        let Some(pull) = self.client.pull_request(number.get())? else {
            return Ok(Err(format!("pull request #{number} is not there any more")));
        };
        // What an older run says late would replace what a newer one has said.
        if pull.head.tip != self.target.head {
            return Ok(Err(format!(
                "pull request #{number} has moved on to {}: its own run reports there",
                pull.head.tip.short()
            )));
        }
        Ok(Ok(pull))
    }

    fn comment(&self, number: PullRequestNumber, config: &str) -> Result<(), Refusal> {
        let comment = StickyComment {
            marker: &comment_marker(config),
            text: &comment_text(self.outcome, self.target.run.as_deref()),
            make: is_worth_a_comment(self.outcome),
        };
        self.client.keep_comment(number.get(), &comment).map(drop)
    }

    /// What could not be judged says nothing of what is touched: then the labels stay.
    fn labels(&self, pull: &PullRequest, notes: &mut Vec<String>) -> Result<(), Refusal> {
        let Ok(assessment) = self.told.judged else { return Ok(()) };
        let (wanted, too_long) = labels(assessment);
        if too_long > 0 {
            notes.push(format!("{too_long} labels would be longer than 50 characters: left out"));
        }
        let known = stage_labels(assessment);
        let labels = WantedLabels { wanted: &wanted, known: &known, own: BEGIN };
        self.client.keep_labels(pull, &labels)
    }
}

/// A refusal, with the permission that this takes.
fn failure(what: &str, refusal: Refusal) -> Failure {
    let takes = match what {
        CHECK_RUN => "checks: write",
        _ => "pull-requests: write",
    };
    let missing = matches!(refusal, Refusal::Permission(_) | Refusal::NotFound(_));
    let failure = Failure::from(refusal);
    if !missing {
        return failure;
    }
    let apps =
        if what == CHECK_RUN { "; only jobs and GitHub Apps may write check runs" } else { "" };
    failure.help(format!(
        "it takes `permissions: {{ {takes} }}` in the workflow; a pull request from a fork gets a \
         token that only reads{apps}"
    ))
}

/// Said quiet or not: whoever waits for it has to know.
fn warn(untold: &Untold, context: &mut Context<'_>) {
    let (what, why) = (untold.what, terminal_lines(&untold.why.message));
    let _ = writeln!(context.stderr, "warning: no {what}: {why}; the verdict stands");
    if let Some(help) = &untold.why.help {
        let _ = writeln!(context.stderr, "help: {}", terminal_lines(help));
    }
}

/// In place of the check run's annotations: those of the step, which the runner reads from either
/// stream. Where the report itself is written so, they are there already.
fn stand_in(told: &Told<'_>, context: &mut Context<'_>) {
    if context.variable("GITHUB_ACTIONS").as_deref() != Some("true") {
        return;
    }
    let look = Look { color: false, brief: false, verbose: false };
    let text = match told.judged {
        Ok(_) if told.format == Format::Github => return,
        Err(error) if told.format == Format::Github && exit_of(error) == Exit::Indeterminate => {
            return;
        }
        Ok(assessment) => render(assessment, Format::Github, look),
        Err(error) => failure_annotation(&format!("{error:#}")),
    };
    // A closed stderr is no reason to change the verdict.
    let _ = context.stderr.write_all(text.as_bytes());
}
