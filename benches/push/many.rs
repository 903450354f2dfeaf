//! `backout pre-push` of a thousand commits that touch ten thousand paths, against git's log of
//! them.

use crate::bench::Bench;
use crate::judge::pre_push;
use crate::layout;
use crate::pushes::MANY;
use crate::rows::{Group, Plan, Row};

/// As an update and as a new branch.
pub(crate) const MANY_COMMITS: Plan =
    Plan { rows: &["log", "many", "many-new-branch"], build: many };

fn many<'a>(bench: &'a Bench<'a>) -> anyhow::Result<Group<'a>> {
    let repository = bench.repository()?;
    let (place, remote, base) = (repository.many(), repository.remote(), &repository.base);
    let tip = &repository.many_tip;
    let update = format!("refs/heads/{MANY} {tip} refs/heads/{MANY} {base}\n");
    let new = format!("refs/heads/{MANY} {tip} refs/heads/{MANY}-new {}\n", "0".repeat(tip.len()));
    let stages: Vec<String> = (0..layout::AREAS).filter_map(layout::stage).collect();
    bench.subject.must_see(&place, &remote, &update, &stages)?;
    bench.subject.must_see(&place, &remote, &new, &stages)?;
    let range = format!("{base}..{tip}");
    let log = ["git", "log", "--name-only", "--format=%H", &range];
    let title = "`backout pre-push`, 1,000 commits on 10,000 paths, 15 stages";
    Ok(Group::plain(vec![
        Row::new("log", "`git log --name-only A..B` of 1,000 commits, 10,000 paths", &place, log),
        pre_push(bench, "many", title, &place, &remote, update),
        pre_push(bench, "many-new-branch", "… pushed as a new branch", &place, &remote, new),
    ]))
}
