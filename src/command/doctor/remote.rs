//! What `doctor --remote` says of the repository on the forge: whether what the guard rests on can
//! be taken away there. What the token may not see is "could not check", and never a pass.

use super::{DoctorArgs, Report, Words};
use crate::command::Context;
use crate::command::pull_request::Forge;
use crate::command::surroundings::{
    config_path, load_failure, load_work_tree, remote_to_name, repository,
};
use crate::config::Configuration;
use crate::exit::{Exit, Failure};
use crate::forge::{Client, Refusal};
use crate::git::Repo;
use crate::shell;

mod branch;
mod owners;
mod tags;

pub(super) use tags::tags;

const WORDS: Words = Words {
    good: "The remote keeps what the guard rests on.",
    unknown: "Whether the remote keeps what the guard rests on cannot be told:",
    bad: "The remote does not keep what the guard rests on:",
};

/// Looks at the remote.
pub(super) fn examine(args: &DoctorArgs, context: &mut Context<'_>) -> anyhow::Result<Report> {
    let repo = repository(context)?;
    let configuration = configuration(&repo, context)?;
    let forge = Forge::find(args.repo.as_deref(), &repo, context)?;
    let mut report = Report { words: WORDS, ..Report::default() };
    report.row("repository", forge.place.to_string());
    if let Some(proxy) = &forge.place.proxy {
        report.row("proxy", proxy.to_string());
    }
    let opened = forge.open(|text: &str| context.note(text));
    match opened {
        Ok(client) => look(&mut report, args, &client, &repo, &configuration),
        Err(failure) => {
            let help = failure.help.map(|help| format!("; {help}")).unwrap_or_default();
            report.problem(Exit::Indeterminate, format!("{}{help}", failure.message));
        }
    }
    Ok(report)
}

/// The rules as they stand in the work tree, as for the rest of `doctor`.
fn configuration(repo: &Repo, context: &Context<'_>) -> anyhow::Result<Configuration> {
    let none = |message: String| Failure::usage(message).help("write one with `backout init`");
    let Some(top) = repo.work_tree() else {
        return Err(none("a bare repository has no configuration to look at".to_owned())
            .help("run it in a clone with a work tree")
            .into());
    };
    let path = config_path(context);
    let found = load_work_tree(top, &path).map_err(load_failure)?;
    Ok(found.ok_or_else(|| none(format!("there is no {path}")))?)
}

fn look(
    report: &mut Report,
    args: &DoctorArgs,
    client: &Client<'_>,
    repo: &Repo,
    configuration: &Configuration,
) {
    match client.permissions() {
        Ok(all) if all.is_empty() => report.row("token", "what it may do is not told"),
        Ok(all) => report.row("token", format!("may {}", all.join(", "))),
        Err(refusal) => {
            // Whoever may not see the repository would take all of it for missing.
            could_not(report, "the repository", &refusal, "metadata: read");
            return;
        }
    }
    let mut branches: Vec<&str> =
        configuration.migrations.iter().map(|one| one.branch.as_str()).collect();
    branches.sort_unstable();
    branches.dedup();
    let mut seen = true;
    for branch in branches {
        let shown = branch::tell(report, client, branch, args.check.as_deref());
        seen &= shown;
        if shown {
            owners::tell(report, client, branch, configuration);
        }
    }
    let remote = remote_to_name(repo);
    let remote = shell::word(&remote);
    tags::tell(report, client, tags::Here { repo, remote: &remote }, configuration, seen);
}

/// Something that could not be looked at, and the permission that it takes.
fn could_not(report: &mut Report, what: &str, refusal: &Refusal, takes: &str) {
    let help = match refusal {
        Refusal::Permission(_) | Refusal::NotFound(_) => {
            Some(format!("it takes a token with {takes}"))
        }
        other => other.help(),
    };
    let help = help.map(|help| format!("; {help}")).unwrap_or_default();
    report.problem(Exit::Indeterminate, format!("could not check {what}: {refusal}{help}"));
}
