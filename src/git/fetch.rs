//! Brings the landing branches and the tags up to date, and what a shallow clone lacks.

use std::collections::BTreeSet;
use std::time::SystemTime;

use super::backend::program::child::reason;
use super::{GitError, ObjectId, RefName, Repo, Seconds};

/// The tags that git did not move, where that is all that it complains of.
fn moved_tags(said: &[u8]) -> Option<Vec<String>> {
    let text = String::from_utf8_lossy(said);
    let mut moved = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with("fatal:") || line.starts_with("error:") {
            return None;
        }
        let Some(refused) = line.strip_prefix("! [") else { continue };
        let tag = refused.strip_suffix("(would clobber existing tag)")?;
        moved.push(tag.rsplit_once("-> ")?.1.trim().to_owned());
    }
    (!moved.is_empty()).then_some(moved)
}

/// A transfer that has stood still for twenty seconds is given up.
const PATIENCE: [&str; 4] = ["-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=20"];

impl Repo {
    /// Fetches by refspecs, and nothing beside them; with a depth, no further back from each tip.
    pub fn bring(
        &self,
        remote: &str,
        depth: Option<u32>,
        refspecs: &[String],
    ) -> Result<(), GitError> {
        let depth = depth.map(|depth| format!("--depth={depth}"));
        let mut arguments: Vec<&str> = PATIENCE.to_vec();
        arguments.extend(["fetch", "--quiet", "--no-tags", "--no-recurse-submodules"]);
        arguments.extend(depth.as_deref());
        arguments.extend(["--end-of-options", remote]);
        arguments.extend(refspecs.iter().map(String::as_str));
        self.run(&arguments, &[("GIT_NO_LAZY_FETCH", "0".as_ref())], None)?;
        Ok(())
    }

    /// Which of these full ref names a remote has.
    pub fn advertised(
        &self,
        remote: &str,
        names: &BTreeSet<String>,
    ) -> Result<BTreeSet<String>, GitError> {
        let mut arguments: Vec<&str> = PATIENCE.to_vec();
        arguments.extend(["ls-remote", "--quiet", "--refs", "--end-of-options", remote]);
        arguments.extend(names.iter().map(String::as_str));
        let said = self.run(&arguments, &[], None)?;
        let said = String::from_utf8_lossy(&said.stdout);
        // The patterns match the ends of names too: `refs/heads/x` stands in
        // `refs/heads/refs/heads/x`.
        let listed = said.lines().filter_map(|line| line.split_once('\t'));
        Ok(listed.map(|(_, name)| name.to_owned()).filter(|name| names.contains(name)).collect())
    }

    /// The branch that a remote calls its HEAD, as the remote says now; `None` where it has none.
    pub fn advertised_head(&self, remote: &str) -> Result<Option<String>, GitError> {
        let mut arguments: Vec<&str> = PATIENCE.to_vec();
        arguments.extend(["ls-remote", "--quiet", "--symref", "--end-of-options", remote, "HEAD"]);
        let said = self.run(&arguments, &[], None)?;
        let said = String::from_utf8_lossy(&said.stdout);
        let target = |line: &str| {
            let (target, name) = line.split_once('\t')?;
            let branch = target.strip_prefix("ref: refs/heads/")?;
            (name == "HEAD").then(|| branch.to_owned())
        };
        Ok(said.lines().find_map(target))
    }

    /// Notes which branch a remote calls its HEAD.
    pub fn set_remote_head(&self, remote: &str, branch: &str) -> Result<(), GitError> {
        let (head, target) =
            (format!("refs/remotes/{remote}/HEAD"), format!("refs/remotes/{remote}/{branch}"));
        self.run(&["symbolic-ref", &head, &target], &[], None)?;
        Ok(())
    }

    /// Fetches a branch and the tags of a remote, by the git program; also where a clone of another
    /// branch alone would not keep it. Gives the tags that lead elsewhere there than here: they
    /// stay as they are, and are no reason to take all else for unfetched.
    pub fn fetch(&self, remote: &str, branch: &str) -> Result<Vec<String>, GitError> {
        let mut arguments: Vec<&str> = PATIENCE.to_vec();
        // Not `--quiet`: git would not say which tags it means.
        arguments.extend(["-c", "fetch.output=full", "-c", "color.ui=never"]);
        arguments.extend(["fetch", "--no-progress", "--tags", "--no-recurse-submodules"]);
        // By its short name, a tag would come before the branch.
        let refspec = format!("+refs/heads/{branch}:refs/remotes/{remote}/{branch}");
        arguments.extend(["--end-of-options", remote, &refspec]);
        let said = self.ask(&arguments, &[("GIT_NO_LAZY_FETCH", "0".as_ref())], None)?;
        if said.status.success() {
            return Ok(Vec::new());
        }
        moved_tags(&said.stderr).ok_or_else(|| GitError::Other(reason(&said.stderr)))
    }

    /// Fetches one ref of a remote, and gives the commit that it stands on there; `None` where
    /// there is no such ref. No ref here moves.
    pub fn fetch_ref(&self, remote: &str, name: &RefName) -> Result<Option<ObjectId>, GitError> {
        let lines = self.run(&["ls-remote", "--quiet", remote, name.as_str()], &[], None)?;
        let text = String::from_utf8_lossy(&lines.stdout);
        // A name is looked for at the end of others, too.
        let of_name = |line: &str| {
            let (id, found) = line.split_once('\t')?;
            (found == name.as_str()).then(|| id.to_owned())
        };
        let Some(id) = text.lines().find_map(of_name) else { return Ok(None) };
        let id = id.parse().map_err(|error| GitError::Other(format!("ls-remote: {error}")))?;
        let arguments =
            ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", remote, name.as_str()];
        self.run(&arguments, &[("GIT_NO_LAZY_FETCH", "0".as_ref())], None)?;
        match self.has(&id) {
            true => Ok(Some(id)),
            false => Err(self.absent(&id)),
        }
    }

    /// Pushes a commit to a branch of a remote, where that still stands where it was seen: `None`
    /// where there was none. Gives what the remote said.
    pub fn push(
        &self,
        remote: &str,
        commit: &ObjectId,
        branch: &RefName,
        was: Option<&ObjectId>,
    ) -> Result<Vec<String>, GitError> {
        let was = was.map(ToString::to_string).unwrap_or_default();
        let lease = format!("--force-with-lease={branch}:{was}");
        let what = format!("{commit}:{branch}");
        let output = self.run(&["push", "--quiet", &lease, "--", remote, &what], &[], None)?;
        let said = String::from_utf8_lossy(&output.stderr);
        let lines = said.lines().filter_map(|line| line.strip_prefix("remote:"));
        let lines = lines.map(|line| line.trim().to_owned());
        Ok(lines.filter(|line| !line.is_empty()).collect())
    }

    /// When anything was last fetched here; `None` where nothing says. A fetch that failed leaves
    /// its file empty, and new.
    #[must_use]
    pub fn fetched_at(&self) -> Option<Seconds> {
        let file = std::fs::metadata(self.common_dir().join("FETCH_HEAD")).ok()?;
        let written = file.modified().ok().filter(|_| file.len() > 0)?;
        let since = written.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        Some(Seconds(i64::try_from(since.as_secs()).ok()?))
    }
}
