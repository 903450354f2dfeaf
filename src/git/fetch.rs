//! Brings the landing branches and the tags up to date.

use std::time::SystemTime;

use super::{GitError, Repo, Seconds};

impl Repo {
    /// Fetches branches and tags of a remote, by the git program.
    pub fn fetch(&self, remote: &str, branches: &[String]) -> Result<(), GitError> {
        let mut arguments: Vec<&str> = vec![
            "-c",
            "http.lowSpeedLimit=1",
            "-c",
            "http.lowSpeedTime=20",
            "fetch",
            "--quiet",
            "--tags",
            "--no-recurse-submodules",
            remote,
        ];
        arguments.extend(branches.iter().map(String::as_str));
        self.run(&arguments, &[("GIT_NO_LAZY_FETCH", "0".as_ref())], None)?;
        Ok(())
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
