//! What takes minutes: the curves of growth, and the build from nothing.

use std::fmt;
use std::fs;
use std::time::Instant;

use anyhow::{bail, ensure};

use crate::bench::Bench;
use crate::child::told;
use crate::growth::{Curve, curves};

/// The heavy results.
pub(crate) struct Heavy {
    curves: Vec<Curve>,
    build: Option<f64>,
}

impl Heavy {
    /// Measures what `--only` names, else everything; in the smallest run nothing is built.
    pub(crate) fn measure(bench: &Bench<'_>) -> anyhow::Result<Self> {
        let only = &bench.options.only;
        if let Some(unknown) = only.iter().find(|name| !NAMES.contains(&name.as_str())) {
            bail!("there is no heavy row {unknown}; the rows are {}", NAMES.join(", "));
        }
        let asked = |name: &str| only.is_empty() || only.iter().any(|only| only == name);
        let curves = curves(bench, asked)?;
        let build = asked("build") && bench.options.installs();
        Ok(Self { curves, build: if build { Some(cold_build(bench)?) } else { None } })
    }
}

/// What `--only` takes.
const NAMES: [&str; 6] = ["paths", "files", "commits", "revert-files", "revert-commits", "build"];

/// The seconds of `cargo build --release` with nothing built before; sources are downloaded.
fn cold_build(bench: &Bench<'_>) -> anyhow::Result<f64> {
    let target = bench.cache.join("cold-build");
    let _ = fs::remove_dir_all(&target);
    let start = Instant::now();
    let mut cargo = std::process::Command::new(env!("CARGO"));
    cargo.args(["build", "--release", "--locked", "--quiet", "--bin", "backout", "--target-dir"]);
    let output = cargo.arg(&target).current_dir(crate::manifest_folder()).output()?;
    ensure!(output.status.success(), "cargo build: {}", told(&output));
    let seconds = start.elapsed().as_secs_f64();
    fs::remove_dir_all(&target)?;
    Ok(seconds)
}

impl fmt::Display for Heavy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for curve in &self.curves {
            write_curve(curve, f)?;
        }
        if let Some(seconds) = self.build {
            writeln!(f, "`cargo build --release` from nothing: {seconds:.0} s.")?;
        }
        Ok(())
    }
}

fn write_curve(curve: &Curve, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let growth = if curve.linear { "per path more" } else { "of the smallest" };
    writeln!(
        f,
        "| {} | backout | {growth} | `{}` | ratio | peak memory |",
        curve.title, curve.git
    )?;
    writeln!(f, "|--:|--:|--:|--:|--:|--:|")?;
    let mut before = None;
    for point in &curve.points {
        let (ours, gits) = (point.backout.median(), point.git.median());
        let growth = match (before, curve.points.first()) {
            (Some((size, time)), _) if curve.linear => {
                format!("{:.2} µs", (ours - time) * 1_000.0 / f64::from(point.size - size))
            }
            (None, _) if curve.linear => String::new(),
            (_, first) => {
                format!("{:.2}", ours / first.map_or(ours, |first| first.backout.median()))
            }
        };
        let (ratio, peak) = (ours / gits, point.peak);
        write!(f, "| {} | {ours:.2} ms | {growth} | {gits:.2} ms ", point.size)?;
        writeln!(f, "| {ratio:.2} | {peak:.1} MiB |")?;
        before = Some((point.size, ours));
    }
    writeln!(f)
}
