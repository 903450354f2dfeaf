//! The same push with nothing of the repository in the page cache.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

use crate::bench::Bench;
use crate::child::command;
use crate::judge::{diff, line, pre_push};
use crate::pushes::{QUIET, STAGED};
use crate::rows::{Group, Plan};

/// Packs, commit-graph and packed refs are read from the disk.
pub(crate) const COLD: Plan =
    Plan { rows: &["diff-cold", "quiet-cold", "staged-cold"], build: cold };

fn cold<'a>(bench: &'a Bench<'a>) -> anyhow::Result<Group<'a>> {
    let repository = bench.repository()?;
    let (place, remote) = (repository.work(), repository.remote());
    let files = large_files(&place.join(".git"))?;
    let judge =
        |id, title, push| pre_push(bench, id, title, &place, &remote, line(repository, push));
    let rows = vec![
        diff(repository, &place, "diff-cold", "`git diff …`, page cache cold"),
        judge("quiet-cold", "`backout pre-push`, no stage, page cache cold", QUIET),
        judge("staged-cold", "`backout pre-push`, a stage, page cache cold", STAGED),
    ];
    Ok(Group { rows, before: Some(Box::new(move || forget(&files))) })
}

/// What is large enough for its reading to be felt: packs, their indexes, the commit-graph, and
/// the packed refs.
fn large_files(git: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = vec![git.join("packed-refs")];
    for folder in [git.join("objects/pack"), git.join("objects/info")] {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                files.push(entry.path());
            }
        }
    }
    Ok(files)
}

/// Has the system drop a file's pages, as GNU dd can without being root.
fn forget(files: &[PathBuf]) -> anyhow::Result<()> {
    for file in files {
        let mut input = std::ffi::OsString::from("if=");
        input.push(file);
        let mut dd = command("dd", Path::new("."));
        dd.arg(input).args(["iflag=nocache", "count=0", "status=none"]);
        let status = dd.status().context("dd cannot be started")?;
        ensure!(status.success(), "dd could not drop {} from the page cache", file.display());
    }
    Ok(())
}
