//! `backout verify-revert --pr`: whether a pull request is exactly the planned back-out, as it
//! stands and as it would be merged now.

use super::Context;
use super::pull_request::Forge;
use super::surroundings::repository;
use super::verify_revert::{Answer, VerifyRevertArgs};
use super::way_back::{Place, Scene};
use crate::config::Migration;
use crate::exit::{Exit, Failure};
use crate::forge::{Client, PullRequest, Refusal, StatusState};
use crate::git::{Commit, ObjectId, RefName, WholeMerge};
use crate::report::terminal;
use crate::rollback::exact::{is_planned, is_planned_range, named};
use crate::rollback::plan::{Ground, plan};
use crate::stage::matcher::Matcher;

/// The status's name on the forge.
const STATUS: &str = "backout/verify-revert";

/// Runs the command for a pull request.
pub(super) fn run(
    args: &VerifyRevertArgs,
    number: u64,
    context: &mut Context<'_>,
) -> anyhow::Result<Exit> {
    let forge = Forge::find(args.repo.as_deref(), &repository(context)?, context)?;
    // The rules are those of the landing branch as it is now.
    let scene = Scene::open(&Place { onto: None, offline: false }, false, context)?;
    let (answer, status) = {
        let client = forge.open(|text: &str| context.note(&terminal(text)))?;
        let refused = |refusal: Refusal| Failure::from(refusal);
        let missing = || {
            Failure::refused(format!("there is no pull request #{number} at {}", client.place()))
                .help("look at its number, and at `--repo`")
        };
        let pull = client.pull_request(number).map_err(refused)?.ok_or_else(missing)?;
        let answer = answer(&scene, forge.remote()?, &pull)?;
        let status = args.status.then(|| set_status(&client, &pull, &answer)).transpose()?;
        (answer, status)
    };
    if status.is_some() {
        context.note(&format!("set the status `{STATUS}`"));
    }
    context.stdout.write_all(answer.text(args.format).as_bytes())?;
    Ok(answer.exit())
}

fn set_status(client: &Client<'_>, pull: &PullRequest, answer: &Answer) -> Result<(), Failure> {
    let state = match answer.exit() {
        Exit::Ready => StatusState::Success,
        _ => StatusState::Failure,
    };
    Ok(client.set_status(&pull.head.tip, STATUS, state, &answer.headline())?)
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
    let onto = repo.merge_base(&tip, &head).map_err(Failure::from)?.ok_or_else(|| {
        Failure::indeterminate(format!("{subject} has no history in common with {base}"))
            .help("in a shallow clone, fetch the rest: `git fetch --unshallow --tags`")
    })?;
    let commits = repo.walk(&head, &[onto]).map_err(Failure::from)?.commits;
    let ends = Ends { head, tip, onto, commits: &commits };
    let migrations = &scene.landing.configuration.migrations;
    for migration in migrations.iter().filter(|one| one.branch == pull.base.branch) {
        if !named(&scene.attribution(migration), &commits).is_empty() {
            return held(scene, migration, &subject, &ends);
        }
    }
    Ok(Answer::nothing_named(subject, Some(onto)))
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
    let attribution = scene.attribution(migration);
    let again = |at: &ObjectId| scene.ledger(migration, at);
    let ledger = again(&ends.onto)?;
    let range = (&ends.onto, &ends.head, ends.commits);
    let planned = is_planned_range(repo, migration, &attribution, &ledger, range, &again)?;
    let start = scene.start(migration)?;
    let mut found = is_planned(repo, migration, &attribution, &start, &ends.onto, &ends.head)?;
    if planned {
        // One commit after the other may be planned where all of them together are not.
        found.differs.clear();
        found.clashes.clear();
    }
    let mut answer = Answer::of(subject.to_owned(), scene.naming(migration), ends.onto, &found);
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
    let stages = named(&scene.attribution(migration), ends.commits);
    let ledger = scene.ledger(migration, &ends.tip)?;
    let matcher = Matcher::new(migration);
    let ground = Ground { repo, migration, matcher: &matcher, ledger: &ledger, onto: ends.tip };
    let planned = plan(&ground, &stages)?;
    Ok(planned.is_clean() && planned.paths == merged)
}
