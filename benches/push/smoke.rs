//! The smallest run, as a part of `cargo test`: every row runs, does what it should, and stands in
//! a table that can be read. Nothing is compared with a time.

use std::io::{self, Write};

use anyhow::ensure;

use crate::bench::Bench;
use crate::heavy::Heavy;
use crate::measure;
use crate::options::Options;
use crate::report::{Report, surroundings};
use crate::rows;
use crate::subject::Subject;

/// Runs everything once, unless the tests that were asked for are others.
pub(crate) fn run() -> anyhow::Result<()> {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let mut names = asked.iter().filter(|argument| !argument.starts_with('-')).peekable();
    if names.peek().is_some() && !names.any(|name| "benches::push".contains(name.as_str())) {
        return Ok(());
    }
    // Elsewhere there is no GNU dd, no /bin/true, and no such count of memory.
    if asked.iter().any(|argument| argument == "--list") || !cfg!(target_os = "linux") {
        return Ok(());
    }
    let options = Options::smallest();
    let cache = crate::cache();
    let subject = Subject::new(options.program(), &crate::shim())?;
    let bench = Bench::new(&options, &subject, &cache);
    let groups = rows::groups(&bench, &options.only)?;
    let mut timings = Vec::new();
    for group in &groups {
        timings.push(measure::group(group, options.rounds())?);
    }
    let table = Report { options: &options, groups: &timings }.to_string();
    must_be_a_table(&table, groups.iter().map(|group| group.rows.len()).sum())?;
    let heavy = Heavy::measure(&bench)?.to_string();
    must_be_a_table(&heavy, options.sizes().iter().map(Vec::len).sum())?;
    ensure!(surroundings(&options)?.contains("MiB large"), "the size of the program is missing");
    writeln!(io::stdout(), "benches::push: every row ran once, smallest sizes")?;
    Ok(())
}

/// Every row has as many cells as its head, and figures in all but the first.
fn must_be_a_table(text: &str, expected: usize) -> anyhow::Result<()> {
    let mut rows = 0;
    let mut columns = 0;
    let mut lines = text.lines().filter(|line| line.starts_with('|')).peekable();
    while let Some(line) = lines.next() {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        if lines.peek().is_some_and(|next| next.starts_with("|-")) {
            columns = cells.len();
            lines.next();
            continue;
        }
        ensure!(cells.len() == columns, "{line} has not the cells of its head:\n{text}");
        let figures = cells.iter().skip(1).filter(|cell| !cell.is_empty());
        for cell in figures {
            let number = cell.split(' ').next().unwrap_or_default();
            let read: f64 = number.parse()?;
            ensure!(read.is_finite(), "{line} has a cell without a figure");
        }
        rows += 1;
    }
    ensure!(rows == expected, "{rows} rows, not {expected}:\n{text}");
    Ok(())
}
