//! Runs the rows of a group in turns and keeps the times.

use std::io::{self, IsTerminal, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::child::{command, feed, told};
use crate::rows::{Group, Row};

/// The times of one row, in the order of the rounds.
pub(crate) struct Timing {
    /// What the table says.
    pub(crate) title: String,
    count: u32,
    times: Vec<Duration>,
}

impl Timing {
    /// The median in milliseconds: of an even number of rounds the lower one of the middle.
    pub(crate) fn median(&self) -> f64 {
        let mut sorted = self.times.clone();
        sorted.sort_unstable();
        self.of_one(sorted.get(self.times.len().saturating_sub(1) / 2))
    }

    /// The shortest time in milliseconds.
    pub(crate) fn minimum(&self) -> f64 {
        self.of_one(self.times.iter().min())
    }

    fn of_one(&self, time: Option<&Duration>) -> f64 {
        time.map_or(f64::NAN, |time| time.as_secs_f64() * 1_000.0 / f64::from(self.count))
    }
}

/// Measures a group: one round that is looked at and not timed, then `rounds` that are.
pub(crate) fn group(group: &Group<'_>, rounds: u32) -> anyhow::Result<Vec<Timing>> {
    for row in &group.rows {
        prepare(group)?;
        look(row)?;
    }
    let start =
        |row: &Row| Timing { title: row.title.clone(), count: row.count, times: Vec::new() };
    let mut timings: Vec<_> = group.rows.iter().map(start).collect();
    for round in 0..rounds {
        progress(group.rows.len(), round + 1, rounds)?;
        for (row, timing) in group.rows.iter().zip(&mut timings) {
            prepare(group)?;
            timing.times.push(time(row)?);
        }
    }
    Ok(timings)
}

/// One line that is written over, for a person who waits; nothing in a log.
fn progress(rows: usize, round: u32, rounds: u32) -> io::Result<()> {
    let mut stderr = io::stderr();
    if !stderr.is_terminal() {
        return Ok(());
    }
    let end = if round == rounds { "\n" } else { "" };
    write!(stderr, "\r{rows} rows, round {round}/{rounds} {end}")
}

fn prepare(group: &Group<'_>) -> anyhow::Result<()> {
    group.before.as_ref().map_or(Ok(()), |before| before())
}

fn build(row: &Row) -> anyhow::Result<Command> {
    let (program, arguments) = row.argv.split_first().context("a row without a program")?;
    let mut built = command(program, &row.folder);
    built.args(arguments).stdin(Stdio::piped());
    Ok(built)
}

/// Runs a row and says all there is to say when it does not do what it should.
fn look(row: &Row) -> anyhow::Result<()> {
    if let Some(inside) = &row.inside {
        return inside().with_context(|| row_id(row));
    }
    let mut shown = build(row)?;
    shown.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = shown.spawn().with_context(|| format!("{} cannot be started", row_id(row)))?;
    let (stdin, text) = (child.stdin.take(), row.stdin.as_bytes());
    // A child that answers while it is asked would otherwise wait for us as we for it.
    let output = std::thread::scope(|scope| {
        scope.spawn(|| stdin.map(|mut stdin| stdin.write_all(text)));
        child.wait_with_output()
    })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stdout);
        bail!("{} should exit with 0: {}\n{said}", row_id(row), told(&output));
    }
    let printed = String::from_utf8_lossy(&output.stdout);
    match &row.stdout {
        Some(expected) if *expected != printed => {
            bail!("{} should print {expected:?}, not {printed:?}", row_id(row))
        }
        _ => Ok(()),
    }
}

/// The time from before the start of the process until it has ended.
fn time(row: &Row) -> anyhow::Result<Duration> {
    if let Some(inside) = &row.inside {
        let start = Instant::now();
        inside()?;
        return Ok(start.elapsed());
    }
    let mut timed = build(row)?;
    timed.stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let mut child = timed.spawn()?;
    feed(&mut child, &row.stdin)?;
    let status = child.wait()?;
    let time = start.elapsed();
    if !status.success() {
        bail!("{} should exit with 0 in every round: {status}", row_id(row));
    }
    Ok(time)
}

fn row_id(row: &Row) -> String {
    format!("row {} {:?}", row.id, row.argv)
}
