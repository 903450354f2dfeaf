//! What is measured: three groups of rows, each with its own reference from git.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, bail};
use clap::ValueEnum;

use crate::child::{command, feed, told};
use crate::history::{QUIET, STAGED};
use crate::layout;
use crate::repository::Repository;

const PLACEHOLDER: &str = "@BACKOUT_PROGRAM@";

/// A row of the table, by the name that `--only` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RowName {
    Diff,
    DiffAgain,
    Quiet,
    QuietShim,
    QuietNewBranch,
    Staged,
    DiffNoGraph,
    QuietNoGraph,
    StagedNoGraph,
    Push,
    PushExit0,
    PushBackout,
}

impl RowName {
    /// What the table says.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Diff => "`git diff --name-only --no-renames A...B`",
            Self::DiffAgain => "the same command again: the noise",
            Self::Quiet => "`backout pre-push`, the commit touches no stage",
            Self::QuietShim => "… through the shim `hooks/pre-push`",
            Self::QuietNewBranch => "… pushed as a new branch",
            Self::Staged => "`backout pre-push`, the commit touches a stage",
            Self::DiffNoGraph => "`git diff …`, no commit-graph",
            Self::QuietNoGraph => "`backout pre-push`, no stage, no commit-graph",
            Self::StagedNoGraph => "`backout pre-push`, a stage, no commit-graph",
            Self::Push => "`git push` without a hook",
            Self::PushExit0 => "`git push`, the hook is `exit 0`",
            Self::PushBackout => "`git push`, backout's hook",
        }
    }

    const fn needs_shim(self) -> bool {
        matches!(self, Self::QuietShim | Self::PushBackout)
    }
}

/// The program under measurement.
pub(crate) struct Subject {
    /// Absolute path of `backout`.
    pub(crate) program: PathBuf,
    /// The shim's text for this program; none where the project has no shim.
    pub(crate) shim: Option<String>,
}

impl Subject {
    /// Reads the shim, where it is there, and records the program in it as `backout install` does.
    pub(crate) fn new(program: PathBuf, shim: &Path) -> anyhow::Result<Self> {
        if !shim.exists() {
            return Ok(Self { program, shim: None });
        }
        let template = crate::read(shim)?;
        if !template.contains(PLACEHOLDER) {
            bail!("{} has no {PLACEHOLDER} to put the program's path in", shim.display());
        }
        let path = program.to_str().context("the program's path is not UTF-8")?;
        if path.contains('\'') {
            bail!("the program's path has a quote, which the shim would end at: {path}");
        }
        Ok(Self { shim: Some(template.replace(PLACEHOLDER, path)), program })
    }
}

/// One command to be timed.
pub(crate) struct Row {
    /// Which row it is.
    pub(crate) name: RowName,
    /// Where it runs.
    pub(crate) folder: PathBuf,
    /// The program and its arguments.
    pub(crate) argv: Vec<OsString>,
    /// What it reads.
    pub(crate) stdin: String,
    /// What it must print, where that is known.
    pub(crate) stdout: Option<String>,
}

/// Rows that are measured in turns; the first one is the reference of the others.
pub(crate) struct Group<'a> {
    /// The reference and what is held against it.
    pub(crate) rows: Vec<Row>,
    /// Whose refs go back to the base before each row.
    pub(crate) pushed: Option<&'a Repository>,
}

/// The groups that `only` asks for (all, when it is empty), each with its reference.
pub(crate) fn groups<'a>(
    repository: &'a Repository,
    subject: &Subject,
    only: &[RowName],
) -> anyhow::Result<Vec<Group<'a>>> {
    let all = [
        Group { rows: with_graph(repository, subject), pushed: None },
        Group { rows: without_graph(repository, subject), pushed: None },
        Group { rows: pushes(repository), pushed: Some(repository) },
    ];
    let mut chosen = Vec::new();
    for mut group in all {
        group.rows.retain(|row| subject.shim.is_some() || !row.name.needs_shim());
        if !only.is_empty() && !group.rows.iter().any(|row| only.contains(&row.name)) {
            continue;
        }
        let reference = group.rows.first().map(|row| row.name);
        group.rows.retain(|row| {
            only.is_empty() || only.contains(&row.name) || Some(row.name) == reference
        });
        chosen.push(group);
    }
    if chosen.is_empty() {
        bail!("no such row can be measured: the project has no hooks/pre-push");
    }
    Ok(chosen)
}

fn with_graph(repository: &Repository, subject: &Subject) -> Vec<Row> {
    let place = repository.work();
    let judge = |name, lines| pre_push(name, repository, &place, &subject.program, lines);
    let mut shim = judge(RowName::QuietShim, quiet_line(repository));
    shim.argv.splice(..2, [repository.hooks("backout").join("pre-push").into_os_string()]);
    vec![
        diff(RowName::Diff, repository, &place),
        diff(RowName::DiffAgain, repository, &place),
        judge(RowName::Quiet, quiet_line(repository)),
        shim,
        judge(RowName::QuietNewBranch, new_branch_line(repository)),
        judge(RowName::Staged, staged_line(repository)),
    ]
}

fn without_graph(repository: &Repository, subject: &Subject) -> Vec<Row> {
    let place = repository.no_graph();
    let judge = |name, lines| pre_push(name, repository, &place, &subject.program, lines);
    vec![
        diff(RowName::DiffNoGraph, repository, &place),
        judge(RowName::QuietNoGraph, quiet_line(repository)),
        judge(RowName::StagedNoGraph, staged_line(repository)),
    ]
}

fn pushes(repository: &Repository) -> Vec<Row> {
    let push = |name, hooks| {
        let mut path = OsString::from("core.hooksPath=");
        path.push(repository.hooks(hooks));
        let branch = format!("refs/heads/{0}:refs/heads/{0}", QUIET.0);
        let argv = ["git".into(), "-c".into(), path, "push".into(), "-q".into(), "origin".into()];
        let argv = argv.into_iter().chain([branch.into()]).collect();
        Row { name, folder: repository.work(), argv, stdin: String::new(), stdout: None }
    };
    vec![
        push(RowName::Push, "none"),
        push(RowName::PushExit0, "exit-0"),
        push(RowName::PushBackout, "backout"),
    ]
}

fn diff(name: RowName, repository: &Repository, place: &Path) -> Row {
    let range = format!("{}...{}", repository.base, repository.quiet);
    let argv = ["git", "diff", "--name-only", "--no-renames", &range].map(Into::into).to_vec();
    let stdout = format!("{}\n", layout::path(QUIET.1, QUIET.2));
    let stdin = String::new();
    Row { name, folder: place.to_owned(), argv, stdin, stdout: Some(stdout) }
}

fn pre_push(
    name: RowName,
    repository: &Repository,
    place: &Path,
    program: &Path,
    stdin: String,
) -> Row {
    let remote = repository.remote().into_os_string();
    let argv = vec![program.into(), "pre-push".into(), "origin".into(), remote];
    Row { name, folder: place.to_owned(), argv, stdin, stdout: None }
}

fn quiet_line(repository: &Repository) -> String {
    format!("refs/heads/{0} {1} refs/heads/{0} {2}\n", QUIET.0, repository.quiet, repository.base)
}

fn staged_line(repository: &Repository) -> String {
    let Repository { staged, base, .. } = repository;
    format!("refs/heads/{0} {staged} refs/heads/{0} {base}\n", STAGED.0)
}

fn new_branch_line(repository: &Repository) -> String {
    let (local, zeros) = (&repository.quiet, "0".repeat(repository.quiet.len()));
    format!("refs/heads/{0} {local} refs/heads/{0}-new {zeros}\n", QUIET.0)
}

/// Asks the program once, in JSON, what it sees: a fast answer counts only if it is the right one.
pub(crate) fn check_judgement(repository: &Repository, subject: &Subject) -> anyhow::Result<()> {
    let staged = layout::stage(STAGED.1);
    for place in [repository.work(), repository.no_graph()] {
        judged(repository, subject, &place, &quiet_line(repository), None)?;
        judged(repository, subject, &place, &new_branch_line(repository), None)?;
        judged(repository, subject, &place, &staged_line(repository), staged.as_deref())?;
    }
    Ok(())
}

fn judged(
    repository: &Repository,
    subject: &Subject,
    place: &Path,
    lines: &str,
    stage: Option<&str>,
) -> anyhow::Result<()> {
    let mut ask = command(&subject.program, place);
    ask.args(["pre-push", "--format", "json", "origin"]).arg(repository.remote());
    ask.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = ask.spawn().context("backout cannot be started")?;
    feed(&mut child, lines)?;
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("`backout pre-push` should pass `{}`: {}", lines.trim_end(), told(&output));
    }
    let report: serde_json::Value =
        serde_json::from_slice(&output.stdout).context("`backout pre-push` printed no JSON")?;
    let stages = report["stages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let touched: Vec<_> = stages
        .iter()
        .filter(|stage| stage["touched_by"].as_array().is_some_and(|by| !by.is_empty()))
        .filter_map(|stage| stage["id"].as_str())
        .collect();
    let expected: Vec<_> = stage.into_iter().collect();
    if report["verdict"] != "ready" || touched != expected {
        let verdict = &report["verdict"];
        bail!("`{}`: {verdict}, touches {touched:?}, not {expected:?}", lines.trim_end());
    }
    Ok(())
}
