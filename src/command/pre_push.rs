//! `backout pre-push`: the hook itself. No network, no command from the configuration, nothing
//! written; silent where no stage is touched.

use std::io::Read;

use anyhow::Context as _;
use clap::Args;

use super::Context;
use super::surroundings::{config_path, exit, failure, now, repository};
use super::unjudged::{Unjudged, observes};
use crate::ci::{self, Rev, pre_commit};
use crate::exit::{Exit, Failure, exit_of};
use crate::git::{GitError, ObjectId, RefUpdate, Remote, Repo};
use crate::policy::overrides;
use crate::readiness::guard::{Guard, Input};
use crate::report::{Format, Look, render};

/// Options of `backout pre-push`.
#[derive(Debug, Args)]
#[command(after_help = "git runs this, with one line on standard input for each ref:\n  \
    <local ref> <local object> <remote ref> <remote object>\n\nExample, the hook by hand:\n  \
    echo \"HEAD $(git rev-parse HEAD) refs/heads/main $(git rev-parse origin/main)\" |\n    \
    backout pre-push origin \"$(git remote get-url origin)\"")]
pub struct PrePushArgs {
    /// The remote's name, or its URL where it has none; from PRE_COMMIT_REMOTE_NAME when left out.
    pub remote: Option<String>,
    /// The remote's URL; from PRE_COMMIT_REMOTE_URL when left out.
    pub url: Option<String>,
    /// How the report is written.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: Format,
}

/// Runs the command.
pub fn run(args: &PrePushArgs, context: &mut Context<'_>) -> anyhow::Result<Exit> {
    let mut stdin = Vec::new();
    let limit = ci::stdin::INPUT_CAP as u64 + 1;
    std::io::stdin().take(limit).read_to_end(&mut stdin).context("the ref lines on stdin")?;
    let lines = ci::parse_ref_lines(&stdin).map_err(|error| {
        Failure::usage(format!("standard input: {error}")).help(
            "git writes these lines; by hand: \
             `<local ref> <local object> <remote ref> <remote object>`",
        )
    })?;
    let variable = |name: &str| context.variable(name);
    let pushed = if lines.is_empty() { pre_commit::detect(&variable) } else { Ok(None) };
    let pushed = pushed.map_err(|error| {
        let help = error.help();
        Failure::usage(error.to_string()).help(help)
    })?;
    let name = args.remote.clone().or_else(|| pushed.as_ref()?.remote_name.clone());
    let url = args.url.clone().or_else(|| pushed.as_ref()?.remote_url.clone());
    if lines.is_empty() && pushed.is_none() {
        // Up to date, or already rejected by git: nothing is pushed.
        return Ok(Exit::Ready);
    }
    let repo = repository(context)?;
    let updates = match pushed {
        Some(push) => resolved(&repo, &push)?,
        None => lines,
    };
    let guard = Guard {
        remote: remote_name(&repo, name.as_deref(), url.as_deref())?,
        repo: &repo,
        default_branch: None,
        local: false,
        config_path: config_path(context),
        now: now(),
        delivered: Vec::new(),
        online: None,
        overrides: Vec::new(),
        lenient: false,
    };
    let inputs: Vec<Input> = updates.into_iter().map(Input::push).collect();
    let assessment = match guard.judge(&inputs).map_err(failure) {
        Ok(assessment) => assessment,
        Err(error) => {
            let observed = exit_of(&error) == Exit::Indeterminate && observes(&guard, &repo);
            let (phase, format, outputs) = (None, args.format, &[]);
            return Unjudged { error, observed, phase, format, outputs }.tell(context);
        }
    };
    let look = Look { color: context.color, brief: true, verbose: context.verbose > 0 };
    context.stdout.write_all(render(&assessment, args.format, look).as_bytes())?;
    let exit = exit(&assessment);
    if exit != Exit::Ready && context.variable(overrides::VARIABLE).is_some() {
        context
            .note(&format!("{} counts in CI alone: a hook breaks no glass", overrides::VARIABLE));
    }
    Ok(exit)
}

/// pre-commit gives its range by environment variables; names in it are resolved here.
fn resolved(repo: &Repo, push: &pre_commit::Push) -> anyhow::Result<Vec<RefUpdate>> {
    let resolve = |rev: &Rev| -> Result<ObjectId, Failure> {
        match rev {
            Rev::Oid(oid) => Ok(*oid),
            Rev::Branch(name) | Rev::Name(name) => Ok(repo.resolve(name)?),
        }
    };
    let to = resolve(&push.to)?;
    let from = push.from.as_ref().map(resolve).transpose()?;
    let update = push.resolved(from, to).unwrap_or_else(|| RefUpdate {
        local: push.local.clone(),
        remote: crate::git::RefName::new("HEAD"),
        from,
        to: Some(to),
    });
    Ok(vec![update])
}

/// The remote's name: as given, or that of a configured remote that leads to the same place. A URL
/// that no remote leads to gives none.
fn remote_name(
    repo: &Repo,
    name: Option<&str>,
    url: Option<&str>,
) -> Result<Option<String>, Failure> {
    let remotes: Vec<Remote> = repo.remotes().map_err(|error: GitError| Failure::from(error))?;
    if let Some(named) = remotes.iter().find(|remote| name == Some(remote.name.as_str())) {
        return Ok(Some(named.name.clone()));
    }
    for url in [url, name].into_iter().flatten() {
        if let Some(found) = repo.remote_at(url)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}
