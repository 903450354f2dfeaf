//! What the guard's commands share: the repository, the clock, the way to end.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context as _;
use jiff::Timestamp;

use super::Context;
use crate::config::{
    self, ConfigError, Configuration, FILE_NAME, FileSource, LoadError, Migration, Vocabulary,
};
use crate::draft;
use crate::exit::{Exit, Failure};
use crate::git::{GitError, ObjectId, Repo, Seconds};
use crate::readiness::assessment::{Assessment, Verdict};
use crate::readiness::guard::GuardError;
use crate::readiness::registry;
use crate::shell;

/// Opens the repository that the program was started in.
pub fn repository(context: &Context<'_>) -> anyhow::Result<Repo> {
    Repo::open(&context.folder).map_err(|error| Failure::from(error).into())
}

/// The configuration's path from the repository's root.
#[must_use]
pub fn config_path(context: &Context<'_>) -> String {
    context.config.clone().unwrap_or_else(|| FILE_NAME.to_owned())
}

/// The remote that work lands on: the only one; of several, the one that the landing branches follow
/// here (in a clone of a fork, `origin` is the fork), else `origin`, else the one that git was told
/// to prefer. `None` where nothing tells.
pub fn remote(repo: &Repo) -> Result<Option<String>, Failure> {
    let names: Vec<String> = repo.remotes()?.into_iter().map(|remote| remote.name).collect();
    let known = |name: &String| names.contains(name);
    match names.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(only.clone())),
        _ => {
            let origin = Some("origin".to_owned()).filter(known);
            let followed = followed(repo)?.filter(known).or(origin);
            Ok(followed.or(repo.default_remote()?.filter(known)))
        }
    }
}

/// The same, for a command that is suggested: `origin`, as git calls it, where none is known.
pub fn remote_to_name(repo: &Repo) -> String {
    remote(repo).ok().flatten().unwrap_or_else(|| "origin".to_owned())
}

/// What helps where a start tag is not here.
pub fn missing_tag(repo: &Repo, tag: &str) -> String {
    let has_remote = repo.remotes().is_ok_and(|remotes| !remotes.is_empty());
    let remote = has_remote.then(|| remote_to_name(repo));
    shell::missing_tag(remote.as_deref(), tag)
}

/// The remote that all landing branches of the configuration in the work tree follow. Where they
/// lead is the user's own setting, whatever the configuration says.
fn followed(repo: &Repo) -> Result<Option<String>, Failure> {
    let Some(top) = repo.work_tree() else { return Ok(None) };
    let Ok(Some(configuration)) = load_work_tree(top, FILE_NAME) else { return Ok(None) };
    let mut found = BTreeSet::new();
    for migration in &configuration.migrations {
        found.extend(repo.tracked_remote(&migration.branch)?);
    }
    Ok(found.pop_first().filter(|_| found.is_empty()))
}

/// Why nothing is fetched, where there are remotes and none of them is known to have what lands.
pub fn several_remotes(repo: &Repo) -> Result<Option<Failure>, Failure> {
    let names: Vec<String> = repo.remotes()?.into_iter().map(|remote| remote.name).collect();
    if names.is_empty() || remote(repo)?.is_some() {
        return Ok(None);
    }
    let names = names.join(", ");
    Ok(Some(
        Failure::indeterminate(format!(
            "which of the remotes ({names}) has the landing branch is not known, so nothing can be \
             fetched, and how old that branch is here nobody knows"
        ))
        .help(
            "say which: `git config checkout.defaultRemote NAME`; or act on what is known here: \
             `--offline`",
        ),
    ))
}

/// The commit that a revision names here, also where only the remote has a branch of that name.
///
/// # Errors
/// Whatever git says but "there is no such revision".
pub fn look_up(repo: &Repo, remote: Option<&str>, rev: &str) -> Result<Option<ObjectId>, GitError> {
    let branch = rev.strip_prefix("refs/heads/").unwrap_or(rev);
    let tracked = remote.map(|remote| repo.tracking_refs(remote, branch)).transpose()?;
    let tracked = tracked.into_iter().flatten().map(|name| name.as_str().to_owned());
    for name in std::iter::once(rev.to_owned()).chain(tracked) {
        match repo.resolve(&name) {
            Ok(commit) => return Ok(Some(commit)),
            Err(GitError::UnknownName(_) | GitError::Absent(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// Stops where a landing branch is not known here although there is a remote to have it: what is
/// seen then is what nobody knows to have landed.
pub fn require_landing<'m>(
    repo: &Repo,
    migrations: impl Iterator<Item = &'m Migration>,
) -> Result<(), Failure> {
    let Some(remote) = remote(repo)? else { return Ok(()) };
    for migration in migrations {
        let branch = &migration.branch;
        let mut known = false;
        let all = repo.tracking_refs(&remote, branch)?;
        for tracked in &all {
            known = known || repo.reference(tracked)?.is_some();
        }
        if let (false, Some(tracked)) = (known, all.first()) {
            let message = format!(
                "the landing branch `{branch}` of migration `{}` is not known \
                 here: there is no {tracked}",
                migration.id
            );
            return Err(Failure::indeterminate(message).help(format!(
                "fetch it: `backout fetch`; where {remote} has no such branch, \
                 correct `branch` in the configuration"
            )));
        }
    }
    Ok(())
}

/// The clock. No environment variable moves it.
#[must_use]
pub fn now() -> Seconds {
    Seconds(Timestamp::now().as_second())
}

/// The exit code of an assessment: observed findings stop nothing.
#[must_use]
pub fn exit(assessment: &Assessment) -> Exit {
    match assessment.stops() {
        Verdict::Ready => Exit::Ready,
        Verdict::NotReady => Exit::Findings,
        Verdict::Indeterminate => Exit::Indeterminate,
    }
}

/// Gives each kind of error its exit code: a name that does not resolve and an invalid
/// configuration are 2, what could not be read is 3.
#[must_use]
pub fn failure(error: GuardError) -> anyhow::Error {
    match error {
        GuardError::Git(error) => Failure::from(error).into(),
        GuardError::Configuration(error) => load_failure(error),
        GuardError::Failure(failure) => failure.into(),
        GuardError::Other(error) => error,
    }
}

/// The same for a configuration that could not be loaded.
#[must_use]
pub fn load_failure(error: LoadError) -> anyhow::Error {
    match error {
        LoadError::Invalid(error) => anyhow::Error::new::<ConfigError>(error),
        LoadError::Unreadable(error) => error,
    }
}

/// The command or the change that helps, where the error knows one.
#[must_use]
pub fn way_out(error: &anyhow::Error) -> Option<String> {
    let failure = error.chain().find_map(|cause| cause.downcast_ref::<Failure>());
    let unread = || error.chain().find_map(|cause| cause.downcast_ref::<GitError>()?.help());
    let io = || error.chain().find_map(|cause| draft::way_out(cause.downcast_ref()?));
    failure
        .and_then(|failure| failure.help.clone())
        .or_else(unread)
        .or_else(|| io().map(str::to_owned))
}

/// The files of the work tree.
struct WorkTreeFiles<'a>(&'a Path);

impl FileSource for WorkTreeFiles<'_> {
    fn read(&self, path: &str) -> anyhow::Result<Option<Vec<u8>>> {
        match fs::read(self.0.join(path)) {
            Ok(content) => Ok(Some(content)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("{path} cannot be read")),
        }
    }
}

/// Loads the configuration as it stands in the work tree, for commands that a person runs there;
/// the guard reads commits only.
pub fn load_work_tree(top: &Path, root: &str) -> Result<Option<Configuration>, LoadError> {
    let codes = registry::codes();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    config::load(&WorkTreeFiles(top), root, Vocabulary { codes: &codes })
}
