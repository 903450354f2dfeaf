//! `backout comment`: reads what a comment asks for, and hands it on; it does nothing itself, so
//! that the job which reads what anybody wrote needs no permission at all.

use clap::Args;

use super::Context;
use super::step_files;
use crate::ci::{self, Request};
use crate::exit::{Exit, Failure};
use crate::report::terminal;

/// Options of `backout comment`.
#[derive(Debug, Args)]
#[command(
    after_help = "In a workflow on `issue_comment`. A comment asks so, at the start of a line:\n\n  \
    /backout 9 because sessions are lost since 14:05\n\n\
    Only comments that nobody has edited are obeyed, of owners, members and collaborators. The\n\
    outputs asked, stage, reason, cascade and draft go to GITHUB_OUTPUT.\n\n\
    Examples:\n  \
    backout comment"
)]
pub struct CommentArgs {}

/// Runs the command.
pub fn run(_: &CommentArgs, context: &mut Context<'_>) -> anyhow::Result<Exit> {
    let asked = read(context)?;
    let told = match &asked {
        Some(request) => {
            let stage = request.stage.to_string();
            format!("asked to back out stage {stage}: {}", terminal(&request.reason))
        }
        None => "the comment asks for nothing".to_owned(),
    };
    hand_on(asked.as_ref(), context)?;
    writeln!(context.stdout, "{told}")?;
    Ok(Exit::Ready)
}

fn read(context: &Context<'_>) -> anyhow::Result<Option<Request>> {
    let event = context.variable("GITHUB_EVENT_NAME").unwrap_or_default();
    let path = context.variable("GITHUB_EVENT_PATH").filter(|_| event == "issue_comment");
    let path = path.ok_or_else(|| {
        Failure::usage("this is no run for the event issue_comment")
            .help("let the workflow run on `issue_comment`, of the type `created`")
    })?;
    let bytes = ci::read_event(path.as_ref())
        .map_err(|error| Failure::usage(format!("the event file cannot be read: {error}")))?;
    let asked = ci::back_out_request(&bytes)
        .map_err(|error| Failure::usage(error.to_string()).help(error.help()))?;
    Ok(asked)
}

/// A later step acts on these alone: where they cannot be written, nothing was asked.
fn hand_on(asked: Option<&Request>, context: &Context<'_>) -> anyhow::Result<()> {
    let yes = |is: bool| if is { "true" } else { "false" };
    let stage = asked.map(|request| request.stage.to_string()).unwrap_or_default();
    step_files::set(
        &[
            ("asked", yes(asked.is_some())),
            ("stage", &stage),
            ("reason", asked.map_or("", |request| &request.reason)),
            ("cascade", yes(asked.is_some_and(|request| request.cascade))),
            ("draft", yes(asked.is_some_and(|request| request.draft))),
        ],
        context,
    )
}
