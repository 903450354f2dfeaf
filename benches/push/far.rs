//! `backout check` of a branch that left the landing branch 80,000 commits ago, against git's diff.

use crate::bench::Bench;
use crate::pushes::{FAR, far_distance};
use crate::rows::{Group, Plan, Row};

/// The whole of it is finding the merge base.
pub(crate) const FAR_RANGE: Plan = Plan { rows: &["far-diff", "far-check"], build: far };

fn far<'a>(bench: &'a Bench<'a>) -> anyhow::Result<Group<'a>> {
    let repository = bench.repository()?;
    let (place, base, tip) = (repository.work(), repository.base.as_str(), repository.tip(FAR));
    let distance = far_distance(bench.options.commits());
    let range = format!("{base}...{tip}");
    let printed: String = FAR.paths().iter().map(|path| format!("{path}\n")).collect();
    let diff = ["git", "diff", "--name-only", "--no-renames", &range];
    let title = format!("`git diff --name-only A...B`, the merge base {distance} commits back");
    let program = bench.backout().into_os_string();
    let mut check = vec![program, "check".into()];
    check.extend(["--base", base, "--head", tip].map(Into::into));
    Ok(Group::plain(vec![
        Row::new("far-diff", &title, &place, diff).printing(printed),
        Row::new("far-check", "`backout check` of the same range", &place, check),
    ]))
}
