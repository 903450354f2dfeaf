//! How time and memory grow: with the changed paths, with the files of the repository, and with
//! its history.

use std::path::Path;

use crate::bench::Bench;
use crate::judge::pre_push;
use crate::measure::{self, Timing};
use crate::memory::peak;
use crate::pushes::TEN;
use crate::repository::Repository;
use crate::rows::{Group, Row};
use crate::way_back::grown;
use crate::wide::Wide;

const DIFF: &str = "git diff";
const MERGE: &str = "git merge-tree";

/// One curve.
pub(crate) struct Curve {
    /// What grows.
    pub(crate) title: &'static str,
    /// What git does meanwhile.
    pub(crate) git: &'static str,
    /// Whether the time should grow with it, or not at all.
    pub(crate) linear: bool,
    /// From the smallest size on.
    pub(crate) points: Vec<Point>,
}

/// One size.
pub(crate) struct Point {
    /// How many.
    pub(crate) size: u32,
    /// git's diff.
    pub(crate) git: Timing,
    /// `backout pre-push`.
    pub(crate) backout: Timing,
    /// The most memory that `backout pre-push` needed, in MiB.
    pub(crate) peak: f64,
}

/// Measures the curves that are asked for, the sizes of each in turns.
pub(crate) fn curves(
    bench: &Bench<'_>,
    asked: impl Fn(&str) -> bool,
) -> anyhow::Result<Vec<Curve>> {
    let [paths, files, commits, tree, before] = bench.options.sizes();
    let mut curves = Vec::new();
    if asked("paths") {
        let rows = |size| wide(bench, Wide { files: 1_000, changed: size, staged: true });
        curves.push(curve(
            bench,
            ("changed paths, half of them a stage's", DIFF),
            true,
            &paths,
            rows,
        )?);
    }
    if asked("files") {
        let rows = |size| wide(bench, Wide { files: size, changed: 10, staged: false });
        curves.push(curve(
            bench,
            ("files in the repository, 10 changed", DIFF),
            false,
            &files,
            rows,
        )?);
    }
    if asked("commits") {
        let title = "commits before the push, 10 files changed";
        curves.push(curve(bench, (title, DIFF), false, &commits, |size| behind(bench, size))?);
    }
    if asked("revert-files") {
        let title = "files in the repository, a stage of 20 steps backed out";
        curves.push(curve(bench, (title, MERGE), false, &tree, |size| grown(bench, size, 0))?);
    }
    if asked("revert-commits") {
        let title = "commits before the migration, a stage of 20 steps backed out";
        curves
            .push(curve(bench, (title, MERGE), false, &before, |size| grown(bench, 1_000, size))?);
    }
    Ok(curves)
}

fn curve(
    bench: &Bench<'_>,
    (title, git): (&'static str, &'static str),
    linear: bool,
    sizes: &[u32],
    rows: impl Fn(u32) -> anyhow::Result<[Row; 2]>,
) -> anyhow::Result<Curve> {
    let mut all = Vec::new();
    let mut peaks = Vec::new();
    for size in sizes {
        let rows = rows(*size)?;
        peaks.push(peak(&rows[1])?);
        all.extend(rows);
    }
    let mut timings = measure::group(&Group::plain(all), bench.options.rounds())?.into_iter();
    let mut points = Vec::new();
    for (size, peak) in sizes.iter().zip(peaks) {
        if let (Some(git), Some(backout)) = (timings.next(), timings.next()) {
            points.push(Point { size: *size, git, backout, peak });
        }
    }
    Ok(Curve { title, git, linear, points })
}

fn wide(bench: &Bench<'_>, wide: Wide) -> anyhow::Result<[Row; 2]> {
    let place = wide.prepare(bench.cache)?;
    rows(bench, &place.folder, &place.base, &place.tip, &place.stages)
}

fn behind(bench: &Bench<'_>, commits: u32) -> anyhow::Result<[Row; 2]> {
    let repository = Repository::prepare(bench.cache, commits)?;
    rows(bench, &repository.work(), &repository.base, repository.tip(TEN), &[])
}

fn rows(
    bench: &Bench<'_>,
    place: &Path,
    base: &str,
    tip: &str,
    stages: &[String],
) -> anyhow::Result<[Row; 2]> {
    let lines = format!("refs/heads/topic {tip} refs/heads/topic {base}\n");
    let remote = Path::new("nowhere");
    bench.subject.must_see(place, remote, &lines, stages)?;
    let range = format!("{base}...{tip}");
    let diff = ["git", "diff", "--name-only", "--no-renames", &range];
    let judged = pre_push(bench, "growth-backout", "backout", place, remote, lines);
    Ok([Row::new("growth-git", "git", place, diff), judged])
}
