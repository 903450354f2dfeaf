//! The repositories that are measured: built once, kept in cargo's target folder.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Stdio};
use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context, bail};

use crate::child::{command, git};
use crate::history::{History, seconds};
use crate::pushes::{self, FAR, MANY, Push, QUIET, STAGED, TEN};
use crate::subject::Subject;

/// Part of the cache's name: another shape of the repositories needs another number.
const VERSION: u32 = 2;

/// The kept folders, and the commits that the rows ask about.
pub(crate) struct Repository {
    folder: PathBuf,
    /// Tip of the landing branch: what the remote has.
    pub(crate) base: String,
    /// Tip of the branch of many commits, in the clone of its own.
    pub(crate) many_tip: String,
    tips: Vec<(&'static str, String)>,
    commits: u32,
}

impl Repository {
    /// Opens the repositories of this size, which are built where they are not there yet.
    pub(crate) fn prepare(cache: &Path, commits: u32) -> anyhow::Result<Self> {
        let folder = cache.join(format!("v{VERSION}-{commits}"));
        let complete = folder.join("complete");
        if !complete.exists() {
            let mut stderr = io::stderr();
            writeln!(stderr, "building {commits} commits in {}", folder.display())?;
            if folder.exists() {
                fs::remove_dir_all(&folder).context("half a cache cannot be removed")?;
            }
            fs::create_dir_all(&folder)?;
            build(&folder, commits)?;
            fs::write(&complete, "")?;
        }
        let work = folder.join("work");
        for place in [&work, &folder.join("no-graph"), &folder.join("many")] {
            settle(place, commits)?;
        }
        let mut tips = Vec::new();
        for push in [QUIET, STAGED, TEN, FAR] {
            tips.push((push.branch, tip(&work, push.branch)?));
        }
        let many_tip = tip(&folder.join("many"), MANY)?;
        Ok(Self { base: tip(&work, "main")?, many_tip, tips, folder, commits })
    }

    /// The commit to be pushed.
    pub(crate) fn tip(&self, push: Push) -> &str {
        let tip = self.tips.iter().find(|(branch, _)| *branch == push.branch);
        tip.map_or("", |(_, tip)| tip)
    }

    /// The clone that has a thousand commits to push.
    pub(crate) fn many(&self) -> PathBuf {
        self.folder.join("many")
    }

    /// The clone with a commit-graph.
    pub(crate) fn work(&self) -> PathBuf {
        self.folder.join("work")
    }

    /// The same without one.
    pub(crate) fn no_graph(&self) -> PathBuf {
        self.folder.join("no-graph")
    }

    /// The bare remote.
    pub(crate) fn remote(&self) -> PathBuf {
        self.folder.join("remote.git")
    }

    /// A folder for `core.hooksPath`.
    pub(crate) fn hooks(&self, name: &str) -> PathBuf {
        self.folder.join("hooks").join(name)
    }

    /// Puts the hooks in place that the table compares with: none, `true`, `exit 0`, and the shim.
    pub(crate) fn write_hooks(&self, subject: &Subject) -> anyhow::Result<()> {
        fs::create_dir_all(self.hooks("none"))?;
        write_hook(&self.hooks("true"), "#!/bin/true\n")?;
        write_hook(&self.hooks("exit-0"), "#!/bin/sh\nexit 0\n")?;
        write_hook(&self.hooks("backout"), &subject.shim)
    }

    /// Undoes a push: the remote, and what the clone knows of it, stand at the base again.
    pub(crate) fn reset(&self) -> anyhow::Result<()> {
        let theirs = format!("refs/heads/{}", QUIET.branch);
        let ours = format!("refs/remotes/origin/{}", QUIET.branch);
        git(&self.remote(), &["update-ref", &theirs, &self.base])?;
        git(&self.work(), &["update-ref", &ours, &self.base])?;
        settle(&self.work(), self.commits)
    }
}

/// Dates the tracking refs' files before the commits that are pushed: each of those is younger
/// than all of them, as a commit is that was made after the last fetch and push.
fn settle(place: &Path, commits: u32) -> anyhow::Result<()> {
    let then = UNIX_EPOCH + Duration::from_secs(seconds(commits) - 1);
    let refs = place.join(".git/refs/remotes");
    for path in [place.join(".git/packed-refs"), refs.join("origin"), refs] {
        fs::File::open(&path)?.set_modified(then).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

fn tip(place: &Path, branch: &str) -> anyhow::Result<String> {
    git(place, &["rev-parse", "--verify", &format!("refs/heads/{branch}")])
}

fn build(folder: &Path, commits: u32) -> anyhow::Result<()> {
    let work = folder.join("work");
    fs::create_dir(&work)?;
    git(&work, &["init", "--quiet", "--initial-branch=main"])?;
    let remote = folder.join("remote.git");
    let remote = remote.to_str().context("the cache's path is not UTF-8")?;
    for (key, value) in [
        ("gc.auto", "0"),
        ("maintenance.auto", "false"),
        ("remote.origin.url", remote),
        ("remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"),
    ] {
        git(&work, &["config", key, value])?;
    }
    import(&work, |stream| History::new(stream, commits).write())?;
    git(&work, &["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main"])?;
    // fast-import deltas against the older object; git's own packs have the newest one whole.
    git(&work, &["repack", "-a", "-d", "-f", "-q", "--window=4"])?;
    git(&work, &["pack-refs", "--all"])?;
    git(&work, &["commit-graph", "write", "--reachable"])?;
    build_remote(&work, folder)?;
    // Fewer than a hundred objects stay loose, as those of a commit just made.
    import(&work, |mut stream| pushes::write(&mut stream, commits))?;
    git(&work, &["reset", "--hard", "--quiet", "main"])?;
    clone(&work, &folder.join("no-graph"), false)?;
    clone(&work, &folder.join("many"), true)?;
    import(&folder.join("many"), |mut stream| pushes::write_many(&mut stream, commits))
}

/// Streams into `git fast-import`, which checks that the stream is whole.
pub(crate) fn import(
    work: &Path,
    write: impl FnOnce(BufWriter<ChildStdin>) -> io::Result<()>,
) -> anyhow::Result<()> {
    let mut import = command("git", work);
    import.args(["fast-import", "--quiet", "--done"]).stdin(Stdio::piped());
    let mut child = import.spawn().context("git fast-import cannot be started")?;
    let stdin = child.stdin.take().context("git fast-import has no stdin")?;
    let written = write(BufWriter::with_capacity(1 << 16, stdin));
    let status = child.wait()?;
    if !status.success() {
        bail!("git fast-import ended with {status}");
    }
    written.context("the history could not be streamed to git fast-import")
}

/// A bare remote with every branch that the clone tracks.
fn build_remote(work: &Path, folder: &Path) -> anyhow::Result<()> {
    git(folder, &["clone", "--quiet", "--bare", "--local", "work", "remote.git"])?;
    let remote = folder.join("remote.git");
    let refspec = "refs/remotes/origin/*:refs/heads/*";
    let work = work.to_str().context("the cache's path is not UTF-8")?;
    git(&remote, &["fetch", "--quiet", "--force", "--update-head-ok", work, refspec])?;
    git(&remote, &["update-ref", "-d", "refs/heads/HEAD"])?;
    git(&remote, &["remote", "remove", "origin"])?;
    git(&remote, &["pack-refs", "--all"])?;
    for key in ["receive.autoGc", "maintenance.auto"] {
        git(&remote, &["config", key, "false"])?;
    }
    Ok(())
}

/// Another clone, with or without the commit-graph, whose objects are links to the first one's.
fn clone(work: &Path, copy: &Path, graph: bool) -> anyhow::Result<()> {
    link_folder(&work.join(".git"), &copy.join(".git"), graph)?;
    git(copy, &["reset", "--hard", "--quiet", "main"])?;
    Ok(())
}

/// Copies a `.git` folder: objects are linked, as git never changes them, the rest is copied, and
/// the index is left out.
fn link_folder(from: &Path, to: &Path, graph: bool) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        let (source, target) = (entry.path(), to.join(&name));
        let left_out = !graph && name.to_string_lossy().starts_with("commit-graph");
        if left_out || name == "index" {
            continue;
        }
        if entry.file_type()?.is_dir() {
            link_folder(&source, &target, graph)?;
        } else if source.components().any(|part| part.as_os_str() == "objects") {
            fs::hard_link(&source, &target)?;
        } else {
            fs::copy(&source, &target)?;
        }
    }
    Ok(())
}

/// A pre-push hook in a folder of its own.
pub(crate) fn write_hook(folder: &Path, text: &str) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    let path = folder.join("pre-push");
    fs::write(&path, text)?;
    #[cfg(unix)]
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    Ok(())
}
