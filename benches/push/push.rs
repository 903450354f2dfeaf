//! Whole pushes: without a hook, with backout's, and with the hook managers'.

use std::ffi::OsString;
use std::path::Path;

use crate::bench::Bench;
use crate::peers::{self, Peer};
use crate::pushes::QUIET;
use crate::repository::Repository;
use crate::rows::{Group, Plan, Row};

/// Every hook does nothing but backout's, which judges.
pub(crate) const PUSHES: Plan = Plan {
    rows: &[
        "push",
        "push-true",
        "push-exit0",
        "push-backout",
        "push-husky",
        "push-prek",
        "push-lefthook",
        "push-pre-commit",
    ],
    build: pushes,
};

fn pushes<'a>(bench: &'a Bench<'a>) -> anyhow::Result<Group<'a>> {
    let repository = bench.repository()?;
    let mut rows = Vec::new();
    for (id, title, hooks) in [
        ("push", "`git push` without a hook", "none"),
        ("push-true", "… the hook is the program `true`", "true"),
        ("push-exit0", "… the hook is a script, `exit 0`", "exit-0"),
        ("push-backout", "… **backout's hook**", "backout"),
    ] {
        rows.push(push(repository, id, title, &repository.hooks(hooks)));
    }
    for (id, peer) in [
        ("push-husky", Peer::Husky),
        ("push-prek", Peer::Prek),
        ("push-lefthook", Peer::Lefthook),
        ("push-pre-commit", Peer::PreCommit),
    ] {
        if let Some(hooks) = peers::hooks(bench, repository, peer)? {
            let title = format!("… {}, whose hook is `true`", peer.name());
            rows.push(push(repository, id, &title, &hooks));
        }
    }
    Ok(Group { rows, before: Some(Box::new(|| repository.reset())) })
}

fn push(repository: &Repository, id: &'static str, title: &str, hooks: &Path) -> Row {
    let branch = format!("refs/heads/{0}:refs/heads/{0}", QUIET.branch);
    let argv = ["git".into(), "-c".into(), hooks_path(hooks), "push".into(), "-q".into()];
    let argv = argv.into_iter().chain(["origin".into(), branch.into()]);
    Row::new(id, title, &repository.work(), argv)
}

fn hooks_path(folder: &Path) -> OsString {
    let mut setting = OsString::from("core.hooksPath=");
    setting.push(folder);
    setting
}
