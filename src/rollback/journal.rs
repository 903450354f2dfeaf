//! The journal of what was carried out: written before each step and after it, one line of JSON an
//! event, synced to disk. A run that was killed is found by it, and brought to its end.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::turn::Turn;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// 1.
    pub version: u32,
    /// When, as RFC 3339.
    pub at: String,
    /// Which run: all lines of one have the same.
    pub run: String,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// What a run does, in this order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// It begins.
    Begin(Begin),
    /// A commit was made; no ref leads to it yet.
    Committed {
        /// The commit.
        commit: String,
    },
    /// A ref, or the work tree with it, is about to change.
    Moving {
        /// What it leads to now; `None` where there is none.
        from: Option<String>,
        /// What it shall lead to.
        to: String,
    },
    /// A pull request is there.
    Proposed {
        /// Its number.
        number: u64,
        /// Its page.
        url: String,
    },
    /// A scratch work tree is about to be made.
    WorkTree {
        /// Its folder.
        folder: String,
    },
    /// It is over.
    End {
        /// How it went: `done`, `failed`, `resumed`, `given-up`.
        outcome: String,
    },
}

/// What a run was asked to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begin {
    /// The process.
    pub pid: u32,
    /// `revert`, `reapply`, `rehearse`.
    pub command: String,
    /// The migration's id.
    pub migration: String,
    /// The stages' ids.
    pub stages: Vec<String>,
    /// The commit that it was planned on.
    pub onto: String,
    /// Why, in the user's words.
    pub reason: String,
    /// The ref that it moves, or `HEAD` with the work tree; empty where it moves none.
    pub target: String,
    /// The top of the work tree that it changes; none where it changes none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work_tree: Option<String>,
}

/// A run that has not come to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    /// Its name.
    pub run: String,
    /// What it was asked to do.
    pub begin: Begin,
    /// What it got to.
    pub events: Vec<Event>,
}

impl Unfinished {
    /// The branch whose work tree it was about to change, and from which commit to which; `None`
    /// where no work tree was touched so far.
    #[must_use]
    pub fn switch(&self) -> Option<Switch<'_>> {
        let branch = self.begin.target.strip_prefix("work tree of ")?;
        self.events.iter().rev().find_map(|event| match event {
            Event::Moving { from: Some(from), to } => Some(Switch { branch, from, to }),
            _ => None,
        })
    }
}

/// What becomes of a work tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Switch<'r> {
    /// The full name of the branch that is checked out there.
    pub branch: &'r str,
    /// The commit that it comes from.
    pub from: &'r str,
    /// The commit that it comes to.
    pub to: &'r str,
}

/// A run that has come to its end, and has moved a ref.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// What it was asked to do.
    pub begin: Begin,
    /// What the ref leads to since.
    pub to: String,
}

/// The journal, with the right to write it: one run at a time.
#[derive(Debug)]
pub struct Journal {
    file: PathBuf,
    run: String,
    _turn: Turn,
}

impl Journal {
    /// Opens the journal below a git directory, once no other run has it. `waits` is told who has,
    /// where one has to be waited for.
    pub fn open(common_dir: &Path, waits: &mut dyn FnMut(&str)) -> anyhow::Result<Self> {
        let folder = common_dir.join("backout");
        let problem = || format!("{} cannot be used", folder.display());
        fs::create_dir_all(&folder).with_context(problem)?;
        let file = folder.join("journal");
        let turn = match Turn::now(&folder).with_context(problem)? {
            Some(turn) => turn,
            None => {
                waits(&holder(&file));
                Turn::wait(&folder).with_context(problem)?
            }
        };
        Ok(Self { file, run: name()?, _turn: turn })
    }

    /// Begins a run.
    pub fn begin(&self, begin: Begin) -> anyhow::Result<()> {
        self.write(Event::Begin(begin))
    }

    /// Says what is about to happen, or has; when this returns, it is on the disk.
    pub fn write(&self, event: Event) -> anyhow::Result<()> {
        self.append(&self.run, event)
    }

    /// Ends another run, which was killed.
    pub fn end(&self, run: &str, outcome: &str) -> anyhow::Result<()> {
        self.append(run, Event::End { outcome: outcome.to_owned() })
    }

    /// The runs that have not come to their end, oldest first. All of them were killed: this one
    /// has the turn.
    pub fn unfinished(&self) -> anyhow::Result<Vec<Unfinished>> {
        Ok(unfinished(&read(&self.file)?))
    }

    /// The last run that has come to its end, of those that have moved a ref.
    pub fn last_finished(&self) -> anyhow::Result<Option<Finished>> {
        Ok(last_finished(&read(&self.file)?))
    }

    fn append(&self, run: &str, event: Event) -> anyhow::Result<()> {
        let at = jiff::Timestamp::now().to_string();
        let line = Line { version: 1, at, run: run.to_owned(), event };
        let text = serde_json::to_string(&line)?;
        append(&self.file, &text)
            .with_context(|| format!("{} cannot be written", self.file.display()))
    }
}

/// Every line of a journal, oldest first. Half a line, whose writer was killed, is none; what a
/// newer version wrote is passed over.
pub fn read(file: &Path) -> anyhow::Result<Vec<Line>> {
    let text = match fs::read(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            return Err(error).with_context(|| format!("{} cannot be read", file.display()));
        }
    };
    let lines = text.split(|byte| *byte == b'\n');
    Ok(lines.filter_map(|line| serde_json::from_slice(line).ok()).collect())
}

fn unfinished(lines: &[Line]) -> Vec<Unfinished> {
    let mut open: Vec<Unfinished> = Vec::new();
    for line in lines {
        let known = open.iter().position(|one| one.run == line.run);
        match (&line.event, known) {
            (Event::Begin(begin), _) => {
                let (run, begin) = (line.run.clone(), begin.clone());
                open.push(Unfinished { run, begin, events: Vec::new() });
            }
            (Event::End { .. }, Some(at)) => {
                open.remove(at);
            }
            (event, Some(at)) => {
                if let Some(one) = open.get_mut(at) {
                    one.events.push(event.clone());
                }
            }
            (_, None) => {}
        }
    }
    open
}

fn last_finished(lines: &[Line]) -> Option<Finished> {
    let is_end = |line: &Line| match &line.event {
        Event::End { outcome } => matches!(outcome.as_str(), "done" | "resumed"),
        _ => false,
    };
    let ends = lines.iter().rev().filter(|line| is_end(line));
    ends.filter_map(|end| finished(lines, &end.run)).next()
}

/// What a run has moved; `None` where it moved nothing.
fn finished(lines: &[Line], run: &str) -> Option<Finished> {
    let events = || lines.iter().rev().filter(|line| line.run == run).map(|line| &line.event);
    let begin = events().find_map(|event| match event {
        Event::Begin(begin) => Some(begin.clone()),
        _ => None,
    })?;
    let to = events().find_map(|event| match event {
        Event::Moving { to, .. } => Some(to.clone()),
        _ => None,
    })?;
    Some(Finished { begin, to })
}

/// Who has the turn, as far as the journal tells.
fn holder(file: &Path) -> String {
    let lines = read(file).unwrap_or_default();
    match unfinished(&lines).last() {
        Some(Unfinished { begin, .. }) => format!(
            "`backout {}` is at work here (process {}, stage {})",
            begin.command,
            begin.pid,
            begin.stages.join(", ")
        ),
        None => "another backout is at work here".to_owned(),
    }
}

fn append(file: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).read(true).append(true).open(file)?;
    // Behind half a line, a new one begins.
    let begins = if ends_in_line_break(&mut file)? { "" } else { "\n" };
    file.write_all(format!("{begins}{text}\n").as_bytes())?;
    file.sync_all()
}

fn ends_in_line_break(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

fn name() -> anyhow::Result<String> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no random number: {error}"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests;
