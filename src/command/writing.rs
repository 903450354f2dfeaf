//! What the commands share that carry a plan out: the reason, the journal, and where it goes to.

use super::Context;
use super::pull_request::{RequestArgs, Way};
use super::surroundings::{remote_to_name, repository};
use super::way_back::Scene;
use crate::config::Stage;
use crate::exit::{Exit, Failure};
use crate::git::{ObjectId, RefName, Repo};
use crate::receipt::Verified;
use crate::report::terminal;
use crate::rollback::execute::{Done, Draft, ExecuteError, Target, carry_out};
use crate::rollback::journal::{Begin, Event, Journal};
use crate::rollback::message::Naming;
use crate::rollback::resume::{finish_killed, left_behind};
use crate::shell;
use crate::stage::matcher::StageIndex;

/// What a run that writes has at hand before it looks at anything: runs that were killed are over
/// by then, and what cannot work has been refused.
pub(super) struct Writing {
    /// Keeps what is done.
    pub(super) journal: Journal,
    /// Where on a remote it goes to; `None` for a branch, a patch or the work tree.
    pub(super) way: Option<Way>,
}

impl Writing {
    /// Opens it; `in_place` for what is to change the work tree.
    pub(super) fn open(
        request: &RequestArgs,
        in_place: bool,
        context: &mut Context<'_>,
    ) -> anyhow::Result<Self> {
        let repo = repository(context)?;
        let way = Way::find(request, &repo, context)?;
        Ok(Self { journal: journal(&repo, in_place, context)?, way })
    }
}

/// What is carried out, as the journal keeps it.
#[derive(Clone, Copy)]
pub(super) struct Task<'t> {
    /// The command.
    pub(super) command: &'static str,
    /// Names the stages.
    pub(super) naming: Naming<'t>,
    /// Which stages.
    pub(super) stages: &'t [StageIndex],
    /// The commit that it was planned on.
    pub(super) onto: &'t ObjectId,
    /// Why.
    pub(super) why: &'t str,
}

impl Task<'_> {
    /// The journal's first entry; `target` is empty where no ref moves.
    pub(super) fn begin(&self, target: String) -> Begin {
        let stages = self.stages.iter().map(|stage| self.naming.name(*stage));
        Begin {
            pid: std::process::id(),
            command: self.command.to_owned(),
            migration: self.naming.migration.id.to_string(),
            stages: stages.collect(),
            onto: self.onto.to_string(),
            reason: self.why.to_owned(),
            target,
            work_tree: None,
        }
    }

    fn begin_at(&self, repo: &Repo, target: &Target) -> Begin {
        let work_tree = match target {
            Target::Branch(_) => None,
            Target::InPlace(_) => repo.work_tree().map(|top| {
                let top = top.canonicalize().unwrap_or_else(|_| top.to_owned());
                top.to_string_lossy().into_owned()
            }),
        };
        Begin { work_tree, ..self.begin(target.name()) }
    }

    /// The commit that this very task came to, where it was the last one that was finished and its
    /// commit is part of what it is asked for on. A run that was killed late, and then finished,
    /// has left nothing to be done.
    pub(super) fn finished(
        &self,
        repo: &Repo,
        journal: &Journal,
        target: &Target,
    ) -> anyhow::Result<Option<ObjectId>> {
        let Some(last) = journal.last_finished()? else { return Ok(None) };
        let asked = self.begin_at(repo, target);
        // Another process asks, and on what the first one has made.
        let same = Begin { pid: asked.pid, onto: asked.onto.clone(), ..last.begin } == asked;
        let Ok(to) = last.to.parse::<ObjectId>() else { return Ok(None) };
        Ok((same && repo.has(&to) && repo.is_ancestor(&to, self.onto)?).then_some(to))
    }

    /// Makes the commits, moves the ref to them, and says what was made.
    pub(super) fn commit(
        &self,
        repo: &Repo,
        journal: &Journal,
        drafts: &[Draft],
        target: &Target,
        context: &mut Context<'_>,
    ) -> anyhow::Result<()> {
        let begin = self.begin_at(repo, target);
        let done =
            carry_out(repo, journal, &begin, self.onto, drafts, target).map_err(execute_failure)?;
        tell(repo, target, &done, context);
        Ok(())
    }

    /// Runs the check of the stage on a tree that it would be backed out to; the error is how the
    /// check failed.
    pub(super) fn check(
        &self,
        scene: &Scene,
        journal: &Journal,
        stage: &Stage,
        tree: &ObjectId,
        context: &Context<'_>,
    ) -> anyhow::Result<Result<Verified, String>> {
        journal.begin(self.begin(String::new()))?;
        let checked = scene.check(journal, self.naming.migration, stage, tree, context);
        let outcome = if matches!(checked, Ok(Ok(_))) { "done" } else { "failed" };
        journal.write(Event::End { outcome: outcome.to_owned() })?;
        checked
    }
}

/// The ref that shall move: a new branch, or the one that is checked out; `None` where neither was
/// asked for.
pub(super) fn target(
    branch: Option<&str>,
    in_place: bool,
    repo: &Repo,
) -> Result<Option<Target>, Failure> {
    if let Some(name) = branch {
        return new_branch(name, repo).map(|name| Some(Target::Branch(name)));
    }
    if !in_place {
        return Ok(None);
    }
    if repo.work_tree().is_none() {
        return Err(Failure::usage("a bare repository has no work tree")
            .help("commit to a branch instead: `--branch NAME`"));
    }
    let branch = repo.checked_out()?.ok_or_else(|| {
        Failure::usage("HEAD stands on a commit, and on no branch")
            .help("`git switch` to a branch, or commit to a new one: `--branch NAME`")
    })?;
    Ok(Some(Target::InPlace(branch)))
}

/// A branch that may be made without anybody's work tree changing under their hands.
fn new_branch(name: &str, repo: &Repo) -> Result<RefName, Failure> {
    if !RefName::names_branch(name) {
        let shown = terminal(name);
        return Err(Failure::usage(format!("`{shown}` cannot be the name of a branch"))
            .help("give another one, for instance `--branch back-out`"));
    }
    let branch = RefName::branch(name);
    let shown = terminal(name);
    if let Some(other) = repo.ref_beside(&branch)? {
        return Err(Failure::usage(format!(
            "`{shown}` would be mistaken for {other}, or cannot be beside it"
        ))
        .help("give another name, for instance `--branch back-out`"));
    }
    if repo.stands_on(&branch)?.is_none()
        && let Some(folder) = repo.begun_at(&branch)?
    {
        return Err(Failure::usage(format!(
            "`{shown}` is checked out in {}, and has no commit yet",
            terminal(&folder.to_string_lossy())
        ))
        .help("give another name, or `git switch` to another branch there first"));
    }
    Ok(branch)
}

fn tell(repo: &Repo, target: &Target, done: &Done, context: &mut Context<'_>) {
    let name = target.reference();
    let branch = name.as_branch().unwrap_or(name.as_str()).to_owned();
    if done.unchanged {
        context.note(&format!("{branch} has it already"));
        return;
    }
    let commits: Vec<String> = done.commits.iter().map(ObjectId::short).collect();
    context.note(&format!("committed to {branch}: {}", commits.join(", ")));
    if let Some(tip) = done.commits.last()
        && let Some(left) = left_behind(repo, tip, &done.submodules)
    {
        context.note(&left);
    }
    if let Target::Branch(_) = target {
        let remote = remote_to_name(repo);
        let (remote, branch) = (shell::word(&remote), shell::word(&branch));
        context.note(&format!("to share it: git push {remote} {branch}"));
    }
}

/// Opens the journal, and brings to their end runs that were killed. One in this work tree that
/// cannot be finished yet is in the way of what is to happen `in_place`.
pub(super) fn journal(
    repo: &Repo,
    in_place: bool,
    context: &mut Context<'_>,
) -> anyhow::Result<Journal> {
    let journal = {
        let mut waits = |who: &str| context.note(&format!("{who}; waiting until it is done"));
        Journal::open(&repo.common_dir(), &mut waits)?
    };
    for told in finish_killed(repo, &journal, in_place).map_err(execute_failure)? {
        context.note(&told);
    }
    Ok(journal)
}

/// Gives each kind of error of a run its exit code.
fn execute_failure(error: ExecuteError) -> anyhow::Error {
    match error {
        ExecuteError::InTheWay(why) => Failure::usage(why)
            .help("see `git status`; commit or put aside what is there, then run it again")
            .into(),
        ExecuteError::Taken(branch) => Failure::usage(ExecuteError::Taken(branch).to_string())
            .help("that branch stays as it is; give another name, for instance `--branch back-out`")
            .into(),
        ExecuteError::Unfinished { why, help } => Failure::usage(why).help(help).into(),
        ExecuteError::Half(why) => Failure::indeterminate(why)
            .help("see to the cause, then run the same command again: it brings the rest along")
            .into(),
        ExecuteError::Git(error) => {
            Failure { exit: Exit::Indeterminate, ..Failure::from(error) }.into()
        }
        ExecuteError::Other(error) => error,
    }
}

/// A reason, which all that writes needs.
pub(super) fn reason(given: Option<&str>) -> Result<String, Failure> {
    match given.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => Ok(text.to_owned()),
        None => {
            Err(Failure::usage("a reason is needed: it stands in the commit and in the journal")
                .help("give one: `--reason \"carts lose lines since 14:05\"`"))
        }
    }
}
