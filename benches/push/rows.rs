//! What is measured: groups of rows, each with a reference of its own.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::bench::Bench;
use crate::{cold, far, forge, judge, many, matcher, merged, push, start, way_back};

/// One command to be timed.
pub(crate) struct Row {
    /// The name that `--only` takes.
    pub(crate) id: &'static str,
    /// What the table says.
    pub(crate) title: String,
    /// Where it runs.
    pub(crate) folder: PathBuf,
    /// The program and its arguments.
    pub(crate) argv: Vec<OsString>,
    /// What it reads.
    pub(crate) stdin: String,
    /// What it must print, where that is known.
    pub(crate) stdout: Option<String>,
    /// Instead of a process: what is done in this one.
    pub(crate) inside: Option<Box<dyn Fn() -> anyhow::Result<()>>>,
    /// How many things one run does; the time is that of one.
    pub(crate) count: u32,
}

impl Row {
    /// A command that reads nothing.
    pub(crate) fn new(
        id: &'static str,
        title: &str,
        folder: &Path,
        argv: impl IntoIterator<Item = impl Into<OsString>>,
    ) -> Self {
        Self {
            id,
            title: title.to_owned(),
            folder: folder.to_owned(),
            argv: argv.into_iter().map(Into::into).collect(),
            stdin: String::new(),
            stdout: None,
            inside: None,
            count: 1,
        }
    }

    /// The same under another name.
    pub(crate) fn named(self, id: &'static str, title: &str) -> Self {
        Self { id, title: title.to_owned(), ..self }
    }

    /// The same with something on stdin.
    pub(crate) fn reading(self, stdin: String) -> Self {
        Self { stdin, ..self }
    }

    /// The same, which does so many things at once.
    pub(crate) fn of(self, count: u32) -> Self {
        Self { count, ..self }
    }

    /// The same, refused where it prints something else.
    pub(crate) fn printing(self, stdout: String) -> Self {
        Self { stdout: Some(stdout), ..self }
    }
}

/// Rows that are measured in turns; the first one is the reference of the others.
pub(crate) struct Group<'a> {
    /// The reference and what is held against it.
    pub(crate) rows: Vec<Row>,
    /// What is done before each row, outside of its time.
    pub(crate) before: Option<Box<dyn Fn() -> anyhow::Result<()> + 'a>>,
}

impl Group<'_> {
    /// Rows with nothing to be done before them.
    pub(crate) const fn plain(rows: Vec<Row>) -> Self {
        Self { rows, before: None }
    }
}

/// How a group comes about. Its rows are named here, so that nothing is built for rows that nobody
/// asked for.
pub(crate) struct Plan {
    /// The names of its rows, the reference first.
    pub(crate) rows: &'static [&'static str],
    /// Makes the group.
    pub(crate) build: for<'a> fn(&'a Bench<'a>) -> anyhow::Result<Group<'a>>,
}

/// Every group, in the order of the table.
pub(crate) const PLANS: [Plan; 16] = [
    judge::WITH_GRAPH,
    judge::WITHOUT_GRAPH,
    cold::COLD,
    many::MANY_COMMITS,
    far::FAR_RANGE,
    push::PUSHES,
    start::SMALL,
    matcher::PATHS,
    way_back::STANDING,
    way_back::FORECAST,
    way_back::LANDED,
    way_back::LONG,
    way_back::LEDGER,
    merged::ONE_FILE,
    merged::ONE_FOLDER,
    forge::REQUEST,
];

/// The groups that `only` asks for (all, when it is empty), each with its reference.
pub(crate) fn groups<'a>(bench: &'a Bench<'a>, only: &[String]) -> anyhow::Result<Vec<Group<'a>>> {
    let known: Vec<&str> = PLANS.iter().flat_map(|plan| plan.rows).copied().collect();
    if let Some(unknown) = only.iter().find(|row| !known.contains(&row.as_str())) {
        bail!("there is no row {unknown}; the rows are {}", known.join(", "));
    }
    let asked = |row: &str| only.is_empty() || only.iter().any(|only| only == row);
    let mut chosen = Vec::new();
    for plan in PLANS.iter().filter(|plan| plan.rows.iter().any(|row| asked(row))) {
        let mut group = (plan.build)(bench)?;
        let reference = plan.rows.first().copied();
        group.rows.retain(|row| Some(row.id) == reference || asked(row.id));
        chosen.push(group);
    }
    Ok(chosen)
}
