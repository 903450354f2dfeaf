//! What is judged: which commits, and in which phase.

use super::CheckArgs;
use crate::ci::{self, Event, Provider, Rev, Subject};
use crate::command::Context;
use crate::command::surroundings::{failure, look_up};
use crate::config::Phase;
use crate::exit::Failure;
use crate::git::{GitError, ObjectId, RefName, RefUpdate, Repo};
use crate::readiness::guard::{Beginning, Guard, Input, Kind};
use crate::shell;

/// What is judged: the range given by hand, else what the CI event says, else all that the landing
/// branch does not have yet. For a deployment all since the migration's start, unless a base is
/// given.
pub(super) fn input(
    args: &CheckArgs,
    context: &Context<'_>,
    guard: &Guard<'_>,
) -> anyhow::Result<Input> {
    let variable = |name: &str| context.variable(name);
    let by_hand = args.base.is_some() || args.head.is_some();
    let event = if by_hand { None } else { detect(&variable)? };
    let phase = match args.phase {
        Some(phase) => Some(phase),
        None => ci::phase_variable(&variable).map_err(|error| usage(&error))?,
    };
    let mut input = match &event {
        Some(event) => from_event(event, guard)?,
        None => given(args, guard, phase)?,
    };
    input.phase = phase.or(input.phase);
    if let Some(event) = event.filter(|event| event.provider != Provider::Variables) {
        whole_delivery(&mut input, &event);
    }
    Ok(input)
}

/// What is deployed is the whole tree, not the range that an event tells of.
fn whole_delivery(input: &mut Input, event: &Event) {
    if input.phase == Some(Phase::Deploy)
        && let Some(head) = input.update.to
    {
        let whole = range(None, head, event.target_branch.as_deref());
        (input.update, input.kind, input.beside) = (whole.update, whole.kind, None);
    }
}

fn detect(variable: &dyn Fn(&str) -> Option<String>) -> Result<Option<Event>, Failure> {
    ci::detect(variable, &ci::read_event).map_err(|error| usage(&error))
}

fn usage(error: &ci::EventError) -> Failure {
    Failure::usage(error.to_string()).help(error.help())
}

fn given(args: &CheckArgs, guard: &Guard<'_>, phase: Option<Phase>) -> anyhow::Result<Input> {
    let head = named(guard, args.head.as_deref().unwrap_or("HEAD"))?;
    if args.base.is_none() {
        require_default_branch(guard)?;
    }
    let base = match &args.base {
        Some(base) => {
            let base = named(guard, base)?;
            merge_base(guard.repo, &base, &head)?
        }
        // What is deployed is the whole tree, whichever of it has landed.
        None if phase == Some(Phase::Deploy) => None,
        None => guard.landed(&head).map_err(failure)?,
    };
    let mut input = range(base, head, None);
    input.update.local = Some(args.head.clone().unwrap_or_else(|| "HEAD".to_owned()));
    Ok(input)
}

/// What a person names: a branch that only the remote has counts as well.
fn named(guard: &Guard<'_>, rev: &str) -> Result<ObjectId, Failure> {
    match look_up(guard.repo, guard.remote.as_deref(), rev)? {
        Some(commit) => Ok(commit),
        None => Ok(guard.repo.resolve(rev)?),
    }
}

/// Where no target names the trusted rules, those on the default branch are: without them, a branch
/// could choose its own.
fn require_default_branch(guard: &Guard<'_>) -> Result<(), Failure> {
    let Some(remote) = &guard.remote else { return Ok(()) };
    if guard.default_tip()?.is_some() {
        return Ok(());
    }
    match &guard.default_branch {
        Some(branch) => Err(not_here(guard, branch)),
        None => Err(Failure::indeterminate(format!(
            "the default branch of {remote} is not in this clone, \
             and with it by whose rules to judge"
        ))
        .help("fetch it: `backout fetch`; or say what the rules come from: `--base REV`")),
    }
}

fn range(begins: Option<Beginning>, head: ObjectId, target: Option<&str>) -> Input {
    let remote = target.map_or_else(|| RefName::new("HEAD"), RefName::branch);
    let from = begins.map(|begins| begins.base);
    let update = RefUpdate { local: None, remote, from, to: Some(head) };
    let beside = begins.and_then(|begins| begins.beside);
    Input { kind: Kind::Range, beside, ..Input::push(update) }
}

fn merge_base(repo: &Repo, base: &ObjectId, head: &ObjectId) -> Result<Option<Beginning>, Failure> {
    Ok(Beginning::of(repo, base, head)?)
}

fn from_event(event: &Event, guard: &Guard<'_>) -> anyhow::Result<Input> {
    let target = event.target_branch.as_deref();
    let mut input = match &event.subject {
        Subject::Update(update) => Input { kind: Kind::Event, ..Input::push(update.clone()) },
        Subject::Standing { head } => {
            require_default_branch(guard)?;
            range(None, resolve(guard, head)?, None)
        }
        Subject::Range { base, head, merge_base: false } => {
            let begins = Beginning { base: resolve(guard, base)?, beside: None };
            range(Some(begins), resolve(guard, head)?, target)
        }
        Subject::Range { base, head, merge_base: true } => {
            let head = resolve(guard, head)?;
            let base = event_base(guard, base, target)?;
            range(merge_base(guard.repo, &base, &head)?, head, target)
        }
    };
    if matches!(event.subject, Subject::Range { .. }) {
        input.target_branch = event.target_branch.clone();
    }
    input.draft = event.draft == Some(true);
    input.landing_text = event.landing_text.clone();
    input.phase = event.phase;
    Ok(input)
}

/// The base that an event states lags behind its branch, and so would its rules: the branch itself
/// has to be here.
fn event_base(guard: &Guard<'_>, stated: &Rev, target: Option<&str>) -> Result<ObjectId, Failure> {
    match target {
        Some(target) => resolve(guard, &Rev::Branch(target.to_owned())),
        None => resolve(guard, stated),
    }
}

fn resolve(guard: &Guard<'_>, rev: &Rev) -> Result<ObjectId, Failure> {
    match rev {
        Rev::Oid(oid) => Ok(guard.repo.resolve(&oid.to_string())?),
        Rev::Name(name) => Ok(guard.repo.resolve(name)?),
        Rev::Branch(name) => {
            let tracked = guard.remote.as_ref().map(|r| guard.repo.tracking_refs(r, name));
            let tracked = tracked.transpose()?.unwrap_or_default();
            for full in tracked.into_iter().chain([RefName::branch(name)]) {
                let found: Result<_, GitError> = guard.repo.reference(&full);
                if let Some(commit) = found?.and_then(|peeled| peeled.commit) {
                    return Ok(commit);
                }
            }
            Err(not_here(guard, name))
        }
    }
}

fn not_here(guard: &Guard<'_>, branch: &str) -> Failure {
    let message = format!("the branch `{branch}` is not in this clone");
    let remote = guard.remote.as_deref().unwrap_or("origin");
    let refspec = format!("+refs/heads/{branch}:refs/remotes/{remote}/{branch}");
    Failure::indeterminate(message).help(format!(
        "fetch it: `backout fetch`, or `git fetch {} {}` (with actions/checkout: `fetch-depth: 0`)",
        shell::word(remote),
        shell::word(&refspec)
    ))
}
