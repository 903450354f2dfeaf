//! The most memory that a command needs, as the system counts it.

use std::process::Stdio;

use anyhow::{Context, ensure};

use crate::child::{command, feed, told};
use crate::options::Options;
use crate::rows::Row;

/// The peak of a row's resident memory in MiB. The benchmark starts itself for it: the system tells
/// the largest of all children, so a process with only one child is needed.
pub(crate) fn peak(row: &Row) -> anyhow::Result<f64> {
    let mut measured = command(std::env::current_exe()?, &row.folder);
    measured.arg("--peak").args(&row.argv);
    measured.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = measured.spawn().context("the benchmark cannot start itself")?;
    feed(&mut child, &row.stdin)?;
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "row {}: {}", row.id, told(&output));
    let printed = String::from_utf8_lossy(&output.stdout);
    let kibibytes: f64 = printed.trim().parse().with_context(|| format!("no size: {printed}"))?;
    Ok(kibibytes / 1024.0)
}

/// What the started benchmark does: runs the command, with its own stdin, and gives the peak.
pub(crate) fn peak_of(options: &Options) -> anyhow::Result<i64> {
    let (program, arguments) = options.peak.split_first().context("no command")?;
    let mut child = std::process::Command::new(program);
    let status = child.args(arguments).stdout(Stdio::null()).status()?;
    ensure!(status.success(), "{}: {status}", program.display());
    largest_child()
}

#[cfg(target_os = "linux")]
fn largest_child() -> anyhow::Result<i64> {
    use nix::sys::resource::{UsageWho, getrusage};
    Ok(getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss())
}

#[cfg(not(target_os = "linux"))]
fn largest_child() -> anyhow::Result<i64> {
    anyhow::bail!("memory is measured on Linux only")
}
