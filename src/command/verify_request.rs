//! `backout verify-revert --pr`: whether a pull request is exactly the planned back-out, as it
//! stands and as it would be merged now.

use std::collections::BTreeSet;

use super::Context;
use super::pull_request::Forge;
use super::surroundings::repository;
use super::verify_revert::{Answer, VerifyRevertArgs};
use super::way_back::{Place, Scene};
use crate::config::Migration;
use crate::exit::{Exit, Failure};
use crate::forge::{PullRequest, StatusState};
use crate::git::{Commit, ObjectId, RefName, WholeMerge};
use crate::report::terminal;
use crate::rollback::exact::{is_planned, is_planned_range, named};
use crate::rollback::plan::{Ground, Plan, plan};
use crate::stage::matcher::{Matcher, StageIndex};

/// The status's name on the forge.
const STATUS: &str = "backout/verify-revert";

/// Runs the command for a pull request.
pub(super) fn run(
    args: &VerifyRevertArgs,
    number: u64,
    context: &mut Context<'_>,
) -> anyhow::Result<Exit> {
    let forge = Forge::find(args.repo.as_deref(), &repository(context)?, context)?;
    let pull = read(&forge, number, context)?;
    let judged = judge(&forge, &pull, context);
    if args.status {
        let told = match &judged {
            Ok(answer) => told(answer),
            // One that was set before would stay, and may say that it is proved.
            Err(error) => (StatusState::Error, format!("could not be checked: {error:#}")),
        };
        let set = set_status(&forge, &pull, &told, context);
        match (&judged, set) {
            (_, Ok(())) => context.note(&format!("set the status `{STATUS}`")),
            (Ok(_), Err(error)) => return Err(error.into()),
            (Err(_), Err(error)) => context.note(&terminal(&format!("and no status: {error}"))),
        }
    }
    let answer = judged?;
    context.stdout.write_all(answer.text(args.format).as_bytes())?;
    Ok(answer.exit())
}

/// The pull request, as the forge has it.
fn read(forge: &Forge, number: u64, context: &mut Context<'_>) -> Result<PullRequest, Failure> {
    let client = forge.open(|text: &str| context.note(&terminal(text)))?;
    client.pull_request(number)?.ok_or_else(|| {
        Failure::refused(format!("there is no pull request #{number} at {}", client.place()))
            .help("look at its number, and at `--repo`")
    })
}

fn judge(forge: &Forge, pull: &PullRequest, context: &mut Context<'_>) -> anyhow::Result<Answer> {
    // The rules are those of the landing branch as it is now.
    let scene = Scene::open(&Place { onto: None, offline: false }, false, context)?;
    answer(&scene, forge.remote()?, pull)
}

fn told(answer: &Answer) -> (StatusState, String) {
    let state = match answer.exit() {
        Exit::Ready => StatusState::Success,
        _ => StatusState::Failure,
    };
    (state, answer.headline())
}

fn set_status(
    forge: &Forge,
    pull: &PullRequest,
    (state, text): &(StatusState, String),
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let client = forge.open(|text: &str| context.note(&terminal(text)))?;
    Ok(client.set_status(&pull.head.tip, STATUS, *state, text)?)
}

fn answer(scene: &Scene, remote: &str, pull: &PullRequest) -> anyhow::Result<Answer> {
    let repo = &scene.repo;
    let subject = format!("#{}", pull.number);
    let of_pull = RefName::new(&format!("refs/pull/{}/head", pull.number));
    let gone = |name: &RefName| {
        Failure::indeterminate(format!("the remote {remote} has no {name}"))
            .help("is it the repository that the pull request is in? See `--repo`")
    };
    let head = repo.fetch_ref(remote, &of_pull).map_err(Failure::from)?;
    let head = head.ok_or_else(|| gone(&of_pull))?;
    if head != pull.head.tip {
        return Err(Failure::indeterminate(format!("{subject} has moved in the meantime"))
            .help("run the same command again")
            .into());
    }
    let base = RefName::branch(&pull.base.branch);
    let tip = repo.fetch_ref(remote, &base).map_err(Failure::from)?;
    let tip = tip.ok_or_else(|| gone(&base))?;
    let onto = match repo.merge_bases(&tip, &head).map_err(Failure::from)?.as_slice() {
        [onto] => *onto,
        [] => {
            return Err(Failure::indeterminate(format!(
                "{subject} has no history in common with {base}"
            ))
            .help("in a shallow clone, fetch the rest: `git fetch --unshallow --tags`")
            .into());
        }
        // None of them is what the back-out was planned on.
        several => {
            let (count, branch) = (several.len(), &pull.base.branch);
            return Err(Failure::indeterminate(format!(
                "{subject} parted from {branch} at {count} commits, none of them before the \
                 other: they were merged into each other"
            ))
            .help(format!("merge {branch} into it once more, then run the same command again"))
            .into());
        }
    };
    let commits = repo.walk(&head, &[onto]).map_err(Failure::from)?.commits;
    let ends = Ends { head, tip, onto, commits: &commits };
    let here = |migration: &Migration| migration.branch == pull.base.branch;
    if let Some(one) = scene.landings.unplaced.iter().find(|one| here(&one.migration)) {
        return Err(one.why.clone().into());
    }
    let migrations = scene.landings.migrations().map(|(_, migration)| migration);
    for migration in migrations.filter(|one| here(one)) {
        if !named(&scene.attribution(migration)?, &commits).is_empty() {
            is_judged_by(scene, remote, migration, &tip)?;
            return held(scene, migration, &subject, &ends);
        }
    }
    Ok(Answer::nothing_named(subject, Some(onto)))
}

/// Whether the rules and the history that are known here are those of the base branch's tip.
fn is_judged_by(
    scene: &Scene,
    remote: &str,
    migration: &Migration,
    tip: &ObjectId,
) -> Result<(), Failure> {
    let name = format!("{remote}/{}", migration.branch);
    let of = scene.tip(migration)?;
    let known = if of.label == name {
        Some(of.commit)
    } else {
        let tracked = scene.repo.reference(&RefName::new(&format!("refs/remotes/{name}")))?;
        tracked.and_then(|tracked| tracked.commit)
    };
    if known == Some(*tip) {
        return Ok(());
    }
    let known = known.map_or_else(|| "not known here".to_owned(), |known| known.short());
    Err(Failure::indeterminate(format!(
        "{name} is {known}, and at {remote} it is {}: it cannot be judged by what is old",
        tip.short()
    ))
    .help(format!("run the same command again; see that `git fetch {remote}` works here")))
}

/// The ends of a pull request.
struct Ends<'e> {
    head: ObjectId,
    /// The base branch's tip.
    tip: ObjectId,
    /// Where the pull request left it.
    onto: ObjectId,
    commits: &'e [Commit],
}

fn held(
    scene: &Scene,
    migration: &Migration,
    subject: &str,
    ends: &Ends<'_>,
) -> anyhow::Result<Answer> {
    let repo = &scene.repo;
    let attribution = scene.attribution(migration)?;
    let again = |at: &ObjectId| scene.ledger(migration, at);
    let ledger = again(&ends.onto)?;
    let range = (&ends.onto, &ends.head, ends.commits);
    let planned = is_planned_range(repo, migration, &attribution, &ledger, range, &again)?;
    let start = scene.start(migration)?;
    let mut found = is_planned(repo, migration, &attribution, &start, &ends.onto, &ends.head)?;
    if planned {
        // One commit after the other may be planned where all of them together are not.
        found = found.accepted();
    }
    let subject = subject.to_owned();
    let mut answer = Answer::of(subject, ends.onto, &[(scene.naming(migration), found)]);
    answer.commit = Some(ends.head);
    if planned && ends.tip != ends.onto && !merges_as_planned(scene, migration, ends)? {
        answer.outdated = Some(format!(
            "{} has moved on to {}: merged there, it is not what is planned now",
            migration.branch,
            ends.tip.short()
        ));
    }
    Ok(answer)
}

/// Whether a merge into the tip leads to what would be planned there.
fn merges_as_planned(
    scene: &Scene,
    migration: &Migration,
    ends: &Ends<'_>,
) -> anyhow::Result<bool> {
    let repo = &scene.repo;
    let tree = |commit: &ObjectId| Ok::<_, anyhow::Error>(repo.commit(commit)?.tree);
    let (onto, tip, head) = (tree(&ends.onto)?, tree(&ends.tip)?, tree(&ends.head)?);
    let WholeMerge::Clean(merged) = repo.merge_whole(&onto, &tip, &head)? else {
        return Ok(false);
    };
    let stages = named(&scene.attribution(migration)?, ends.commits);
    let planned = planned_on(scene, migration, &ends.tip, &stages)?;
    if planned.is_clean() && planned.paths == merged {
        return Ok(true);
    }
    let Some(last) = planned_in_a_row(scene, migration, ends)? else { return Ok(false) };
    Ok(repo.changes(Some(&ends.tip), Some(&last))? == merged)
}

fn planned_on(
    scene: &Scene,
    migration: &Migration,
    onto: &ObjectId,
    stages: &BTreeSet<StageIndex>,
) -> anyhow::Result<Plan> {
    let ledger = scene.ledger(migration, onto)?;
    let (repo, matcher) = (&scene.repo, Matcher::new(migration));
    plan(&Ground { repo, migration, matcher: &matcher, ledger: &ledger, onto: *onto }, stages)
}

/// The commits in a row, the oldest first; `None` where there is a merge among them.
fn row<'e>(ends: &Ends<'e>) -> Option<Vec<&'e Commit>> {
    let mut row = Vec::new();
    let mut next = ends.head;
    while next != ends.onto {
        let commit = ends.commits.iter().find(|commit| commit.id == next)?;
        let [parent] = commit.parents.as_slice() else { return None };
        row.push(commit);
        next = *parent;
    }
    row.reverse();
    Some(row)
}

/// What the pull request's commits would be on the tip, each planned on the one before it; `None`
/// where one of them cannot be planned there. They are made in memory alone.
fn planned_in_a_row(
    scene: &Scene,
    migration: &Migration,
    ends: &Ends<'_>,
) -> anyhow::Result<Option<ObjectId>> {
    let attribution = scene.attribution(migration)?;
    let Some(row) = row(ends) else { return Ok(None) };
    let mut onto = ends.tip;
    for commit in row {
        let planned = planned_on(scene, migration, &onto, &attribution.claims(commit).backs_out)?;
        let (true, Some(tree)) = (planned.is_clean(), planned.tree) else { return Ok(None) };
        let message = String::from_utf8_lossy(&commit.message);
        onto = scene.repo.draft_commit_saying(&tree, Some(&onto), &message)?;
    }
    Ok(Some(onto))
}
