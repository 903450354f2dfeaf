//! What a report on GitHub is about: the commit and the pull request that the event names. Both
//! come from the event alone, never from an option: a report that says "ready" of a commit which
//! nobody judged would be worse than none.

use std::fmt;
use std::io;
use std::path::Path;

use super::EventError;
use super::error::quoted;
use super::github::payload;
use super::variables::Variables;
use crate::git::ObjectId;

/// A pull request's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PullRequestNumber(u64);

impl PullRequestNumber {
    /// The number, for a path of the API.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for PullRequestNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// What a report is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportTarget {
    /// The event's name, one of those that this room knows.
    pub event: String,
    /// The commit that the event is about.
    pub head: ObjectId,
    /// The pull request, where the event is about one.
    pub pull_request: Option<PullRequestNumber>,
    /// The page of the run that reports.
    pub run: Option<String>,
}

/// What this job's event is about; `None` outside of GitHub Actions, and for a push that deletes.
///
/// # Errors
/// What cannot be read of the event, as for [`super::detect`].
pub fn report_target(
    env: &dyn Fn(&str) -> Option<String>,
    read_file: &dyn Fn(&Path) -> io::Result<Vec<u8>>,
) -> Result<Option<ReportTarget>, EventError> {
    let variables = Variables(env);
    if !variables.says_true("GITHUB_ACTIONS") {
        return Ok(None);
    }
    let event = variables.required("GITHUB_EVENT_NAME", "the event's name")?;
    let payload = || payload(variables, read_file);
    let mut pull_request = None;
    let head = match event.as_str() {
        "pull_request" => {
            let payload = payload()?;
            pull_request = Some(PullRequestNumber(payload.number("pull_request.number")?));
            Some(payload.commit("pull_request.head.sha")?)
        }
        "push" => payload()?.oid("after")?,
        "merge_group" => Some(payload()?.commit("merge_group.head_sha")?),
        "schedule" | "workflow_dispatch" => Some(variables.commit("GITHUB_SHA")?),
        "pull_request_target" => return Err(EventError::Untrusted),
        _ => return Err(EventError::Unsupported { system: "GitHub", name: quoted(&event) }),
    };
    let run = run(variables);
    Ok(head.map(|head| ReportTarget { event, head, pull_request, run }))
}

/// The run's page, where the variables say all of it, and nothing else.
fn run(variables: Variables<'_>) -> Option<String> {
    let server = variables.get("GITHUB_SERVER_URL")?;
    let repository = variables.get("GITHUB_REPOSITORY")?;
    let id = variables.get("GITHUB_RUN_ID")?;
    let plain = |text: &str, more: &str| {
        text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    let host = server.strip_prefix("https://").or_else(|| server.strip_prefix("http://"))?;
    let fits = plain(host, "-.:/") && plain(&repository, "-._/") && plain(&id, "");
    fits.then(|| format!("{}/{repository}/actions/runs/{id}", server.trim_end_matches('/')))
}
