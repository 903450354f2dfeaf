//! `backout pre-push` of one commit on a large repository, against git's own diff of it.

use std::path::Path;

use crate::bench::Bench;
use crate::pushes::{Push, QUIET, STAGED};
use crate::repository::Repository;
use crate::rows::{Group, Plan, Row};

/// In the clone with a commit-graph.
pub(crate) const WITH_GRAPH: Plan = Plan {
    rows: &["diff", "diff-again", "quiet", "quiet-shim", "quiet-new-branch", "check", "staged"],
    build: with_graph,
};

/// In the clone without one.
pub(crate) const WITHOUT_GRAPH: Plan =
    Plan { rows: &["diff-no-graph", "quiet-no-graph", "staged-no-graph"], build: without_graph };

fn with_graph<'a>(bench: &'a Bench<'a>) -> anyhow::Result<Group<'a>> {
    let repository = bench.repository()?;
    let place = repository.work();
    check(bench, repository, &place)?;
    let pre_push =
        |id, title, lines| pre_push(bench, id, title, &place, &repository.remote(), lines);
    let mut shim =
        pre_push("quiet-shim", "… through the shim `hooks/pre-push`", line(repository, QUIET));
    shim.argv.splice(..2, [repository.hooks("backout").join("pre-push").into_os_string()]);
    Ok(Group::plain(vec![
        diff(repository, &place, "diff", "`git diff --name-only --no-renames A...B`"),
        diff(repository, &place, "diff-again", "the same command again: the noise"),
        pre_push(
            "quiet",
            "`backout pre-push`, the commit touches no stage",
            line(repository, QUIET),
        ),
        shim,
        pre_push("quiet-new-branch", "… pushed as a new branch", new_branch(repository)),
        check_row(bench, repository, &place),
        pre_push(
            "staged",
            "`backout pre-push`, the commit touches a stage",
            line(repository, STAGED),
        ),
    ]))
}

/// The same commit judged as CI does it.
fn check_row(bench: &Bench<'_>, repository: &Repository, place: &Path) -> Row {
    let mut argv = vec![bench.backout().into_os_string(), "check".into()];
    argv.extend(["--base", &repository.base, "--head", repository.tip(QUIET)].map(Into::into));
    Row::new("check", "`backout check` of the same commit, the CI step", place, argv)
}

fn without_graph<'a>(bench: &'a Bench<'a>) -> anyhow::Result<Group<'a>> {
    let repository = bench.repository()?;
    let place = repository.no_graph();
    check(bench, repository, &place)?;
    let pre_push =
        |id, title, lines| pre_push(bench, id, title, &place, &repository.remote(), lines);
    Ok(Group::plain(vec![
        diff(repository, &place, "diff-no-graph", "`git diff …`, no commit-graph"),
        pre_push(
            "quiet-no-graph",
            "`backout pre-push`, no stage, no commit-graph",
            line(repository, QUIET),
        ),
        pre_push(
            "staged-no-graph",
            "`backout pre-push`, a stage, no commit-graph",
            line(repository, STAGED),
        ),
    ]))
}

fn check(bench: &Bench<'_>, repository: &Repository, place: &Path) -> anyhow::Result<()> {
    let remote = repository.remote();
    let sees =
        |lines: &str, stages: &[String]| bench.subject.must_see(place, &remote, lines, stages);
    sees(&line(repository, QUIET), &[])?;
    sees(&new_branch(repository), &[])?;
    sees(&line(repository, STAGED), &STAGED.stage().into_iter().collect::<Vec<_>>())
}

/// git's diff of [`QUIET`].
pub(crate) fn diff(repository: &Repository, place: &Path, id: &'static str, title: &str) -> Row {
    let range = format!("{}...{}", repository.base, repository.tip(QUIET));
    let printed: String = QUIET.paths().iter().map(|path| format!("{path}\n")).collect();
    Row::new(id, title, place, ["git", "diff", "--name-only", "--no-renames", &range])
        .printing(printed)
}

/// The hook's command.
pub(crate) fn pre_push(
    bench: &Bench<'_>,
    id: &'static str,
    title: &str,
    place: &Path,
    remote: &Path,
    lines: String,
) -> Row {
    let argv =
        [bench.backout().into_os_string(), "pre-push".into(), "origin".into(), remote.into()];
    Row::new(id, title, place, argv).reading(lines)
}

/// The ref line of a branch that the remote has at the base.
pub(crate) fn line(repository: &Repository, push: Push) -> String {
    let (branch, tip, base) = (push.branch, repository.tip(push), &repository.base);
    format!("refs/heads/{branch} {tip} refs/heads/{branch} {base}\n")
}

fn new_branch(repository: &Repository) -> String {
    let (branch, tip) = (QUIET.branch, repository.tip(QUIET));
    format!("refs/heads/{branch} {tip} refs/heads/{branch}-new {}\n", "0".repeat(tip.len()))
}
