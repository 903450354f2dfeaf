//! What the commands share that bring a plan to a remote: where the forge is, who asks, and how a
//! pull request, or a branch alone, is brought to what is planned.

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::Context;
use super::step_files;
use super::surroundings::remote;
use crate::config::{Impact, Stage};
use crate::exit::Failure;
use crate::forge::{Client, Credential, Label, Limits, Place, Rights};
use crate::git::{Change, ObjectId, RefName, Repo};
use crate::report::{RequestKeys, terminal};
use crate::rollback::journal::{Begin, Event, Journal};
use crate::rollback::message::Naming;
use crate::rollback::proposal::{
    ByGit, Means, PlannedAt, Proposal, ProposeError, Proposed, Reviewers, Via, propose, push,
    reviewers,
};
use crate::stage::matcher::StageIndex;

/// Options of a pull request.
#[derive(Debug, Args)]
pub struct RequestArgs {
    /// Open a pull request on GitHub, or bring the one that is open up to date.
    #[arg(long, help_heading = "Target")]
    pub pr: bool,
    /// How the commits come there; `push` without `--pr` pushes the branch alone, to any server.
    #[arg(long, value_name = "HOW", help_heading = "Target")]
    pub via: Option<How>,
    /// Open it as a draft.
    #[arg(long, requires = "pr", help_heading = "Pull request")]
    pub draft: bool,
    /// Assign it to somebody; repeatable.
    #[arg(long, value_name = "LOGIN", requires = "pr", help_heading = "Pull request")]
    pub assignee: Vec<String>,
    /// Open it again, where somebody has closed it.
    #[arg(long, requires = "pr", help_heading = "Pull request")]
    pub reopen: bool,
    /// The repository, where neither GITHUB_REPOSITORY nor the remote tells.
    #[arg(long, value_name = "[HOST/]OWNER/NAME", requires = "pr", help_heading = "Pull request")]
    pub repo: Option<String>,
}

/// How commits come to the forge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum How {
    /// The forge makes them, which signs what an App or a job commits. So it is without `--via`.
    Api,
    /// git makes them here, with your name and your signature, and pushes them.
    Push,
}

/// A forge that can be asked.
pub(super) struct Forge {
    /// Where it is.
    pub(super) place: Place,
    credential: Credential,
    limits: Limits,
    remote: Option<String>,
}

impl Forge {
    /// Finds out where the forge is and who asks; sends nothing.
    pub(super) fn find(
        asked: Option<&str>,
        repo: &Repo,
        context: &Context<'_>,
    ) -> Result<Self, Failure> {
        let remote = remote(repo)?;
        let known = repo.remotes()?;
        let url = known.iter().find(|one| Some(&one.name) == remote.as_ref());
        let url = url.and_then(|one| one.urls.first()).map(String::as_str);
        let variable = |name: &str| context.variable(name);
        let place = Place::find(asked, url, &variable)
            .map_err(|error| Failure::usage(error.to_string()).help(error.help()))?;
        let credential = Credential::find(&place, &variable)
            .map_err(|error| Failure::usage(error.to_string()).help(error.help()))?;
        Ok(Self { place, credential, limits: limits(&variable)?, remote })
    }

    /// The forge that a job runs on, as its variables have it, whatever the clone's remotes say.
    pub(super) fn of_the_job(context: &Context<'_>) -> Result<Self, Failure> {
        let variable = |name: &str| context.variable(name);
        let place = Place::find(None, None, &variable)
            .map_err(|error| Failure::usage(error.to_string()).help(error.help()))?;
        let credential = Credential::find(&place, &variable)
            .map_err(|error| Failure::usage(error.to_string()).help(error.help()))?;
        Ok(Self { place, credential, limits: limits(&variable)?, remote: None })
    }

    /// Connects to it.
    pub(super) fn open<'s>(&self, say: impl FnMut(&str) + 's) -> Result<Client<'s>, Failure> {
        Ok(Client::open(&self.place, &self.credential, self.limits, say)?)
    }

    fn via(&self, how: Option<How>) -> Result<Via<'_>, Failure> {
        match how {
            None | Some(How::Api) => Ok(Via::Api),
            Some(How::Push) => Ok(Via::Push(self.remote()?)),
        }
    }

    /// The remote that work comes from.
    pub(super) fn remote(&self) -> Result<&str, Failure> {
        self.remote.as_deref().ok_or_else(no_remote)
    }
}

fn no_remote() -> Failure {
    Failure::usage("there is no remote to work with")
        .help("name one `origin`: `git remote add origin URL`")
}

/// Where a plan is brought to.
pub(super) enum Way {
    /// A pull request on a forge.
    Request(Forge),
    /// A branch of a remote, on whatever server.
    Branch(String),
}

impl Way {
    /// Finds it, where one is asked for; sends nothing.
    pub(super) fn find(
        args: &RequestArgs,
        repo: &Repo,
        context: &Context<'_>,
    ) -> Result<Option<Self>, Failure> {
        match (args.pr, args.via) {
            (true, _) => Ok(Some(Self::Request(Forge::find(args.repo.as_deref(), repo, context)?))),
            (false, Some(How::Push)) => {
                Ok(Some(Self::Branch(remote(repo)?.ok_or_else(no_remote)?)))
            }
            (false, Some(How::Api)) => Err(Failure::usage("`--via api` makes pull requests")
                .help("say `--pr` as well, or `--via push` for a branch alone")),
            (false, None) => Ok(None),
        }
    }

    /// As the journal names it.
    pub(super) fn name(&self, branch: &str) -> String {
        match self {
            Self::Request(forge) => format!("pull request {} {branch}", forge.place.slug),
            Self::Branch(remote) => format!("branch {branch} of {remote}"),
        }
    }

    /// Who owns the repository, whose teams can be asked for a review.
    fn owner(&self) -> Option<&str> {
        match self {
            Self::Request(forge) => Some(forge.place.slug.owner()),
            Self::Branch(_) => None,
        }
    }

    /// Refuses a plan on a commit that is not on the landing branch: with it, that commit would be
    /// reviewed by nobody and go in.
    fn has_landed(&self, repo: &Repo, proposal: &Proposal) -> Result<(), Failure> {
        let remote = match self {
            Self::Request(forge) => forge.remote()?,
            Self::Branch(remote) => remote,
        };
        let name = format!("{remote}/{}", proposal.base);
        let tracked = repo.reference(&RefName::new(&format!("refs/remotes/{name}")))?;
        let tip = tracked.and_then(|tracked| tracked.commit).ok_or_else(|| {
            Failure::indeterminate(format!("this clone does not know where {name} stands"))
                .help(format!("fetch it: `git fetch {remote} {}`", proposal.base))
        })?;
        match repo.is_ancestor(&proposal.onto, &tip)? {
            true => Ok(()),
            false => Err(Failure::usage(format!(
                "{} is not on {name}: commits that are not on it would come along, seen by nobody",
                proposal.onto.short()
            ))
            .help("leave out `--onto`; where it has just landed, `git fetch` first")),
        }
    }

    /// Brings what is proposed there, and keeps that in the journal.
    pub(super) fn carry(
        &self,
        repo: &Repo,
        journal: &Journal,
        begin: Begin,
        request: &Request<'_>,
        context: &mut Context<'_>,
    ) -> anyhow::Result<RequestKeys> {
        makes_a_branch(&request.proposal.branch)?;
        self.has_landed(repo, request.proposal)?;
        journal.begin(begin)?;
        let carried = match self {
            Self::Request(forge) => forge.request(repo, journal, request, context),
            Self::Branch(remote) => branch(repo, remote, request, context),
        };
        let outcome = if carried.is_ok() { "done" } else { "failed" };
        journal.write(Event::End { outcome: outcome.to_owned() })?;
        carried
    }
}

/// Refuses a branch that git cannot have: a stage's id may be no part of a name of a ref.
fn makes_a_branch(name: &str) -> Result<(), Failure> {
    match RefName::branch(name).is_valid() {
        true => Ok(()),
        false => Err(Failure::usage(format!("git takes no branch of the name `{name}`")).help(
            "give the stage another id, one without `.lock` or a dot at its end, and without `..`",
        )),
    }
}

/// Pushes the branch alone.
fn branch(
    repo: &Repo,
    remote: &str,
    request: &Request<'_>,
    context: &mut Context<'_>,
) -> anyhow::Result<RequestKeys> {
    let means = ByGit { repo, remote, planned_at: request.planned_at };
    context.note(&format!("pushing {} to {remote}", request.proposal.branch));
    let pushed = push(&means, request.proposal).map_err(ProposeError::into_failure)?;
    for line in &pushed.said {
        context.note(&format!("{remote} says: {}", terminal(line)));
    }
    for note in &pushed.notes {
        context.note(&terminal(note));
    }
    Ok(RequestKeys::from(&pushed))
}

/// The variable that says for how many seconds an answer is waited for.
const TIMEOUT: &str = "BACKOUT_FORGE_TIMEOUT";

fn limits(variable: &dyn Fn(&str) -> Option<String>) -> Result<Limits, Failure> {
    let Some(text) = variable(TIMEOUT) else { return Ok(Limits::default()) };
    let seconds = text.parse::<u64>().ok().filter(|seconds| (1..=3600).contains(seconds));
    let seconds = seconds.ok_or_else(|| {
        Failure::usage(format!("{TIMEOUT} is `{text}`: expected seconds, from 1 to 3600"))
    })?;
    let answer = Duration::from_secs(seconds);
    Ok(Limits { connect: answer.min(Limits::default().connect), answer })
}

/// What is asked for.
pub(super) struct Request<'r> {
    /// The options.
    pub(super) args: &'r RequestArgs,
    /// What it shall bring.
    pub(super) proposal: &'r Proposal,
    /// Tells our commits from others'.
    pub(super) planned_at: &'r PlannedAt<'r>,
}

impl Forge {
    fn request(
        &self,
        repo: &Repo,
        journal: &Journal,
        request: &Request<'_>,
        context: &mut Context<'_>,
    ) -> anyhow::Result<RequestKeys> {
        let Request { args, proposal, planned_at } = *request;
        let via = self.via(args.via)?;
        let done = {
            let client = self.open(|text: &str| context.note(&terminal(text)))?;
            let (client, remote, reopen) = (&client, self.remote()?, args.reopen);
            let means = Means { client, repo, remote, via, reopen, planned_at };
            propose(&means, proposal).map_err(ProposeError::into_failure)?
        };
        journal.write(Event::Proposed { number: done.number, url: done.url.clone() })?;
        told(self, &done, context);
        Ok(RequestKeys::from(&done))
    }
}

impl RequestArgs {
    /// Whether anything is brought to a remote.
    pub(super) const fn writes(&self) -> bool {
        self.pr || self.via.is_some()
    }

    /// Refuses a second target beside it.
    pub(super) fn stands_alone(&self, other: bool) -> Result<(), Failure> {
        match self.via.is_some() && other {
            true => Err(Failure::usage("`--via` goes with `--pr`, or alone")
                .help("leave out one of the two targets")),
            false => Ok(()),
        }
    }

    /// What every proposal has in common: whom it is for, how it is marked, who is asked. `at` is
    /// the commit that it is planned on, with the paths that change.
    pub(super) fn proposal(
        &self,
        way: &Way,
        repo: &Repo,
        naming: Naming<'_>,
        stages: &[StageIndex],
        at: (&ObjectId, &[Change]),
    ) -> Result<Proposal, Failure> {
        let migration = naming.migration;
        let of = |stage: &StageIndex| migration.stages.get(*stage);
        let known: Vec<&Stage> = stages.iter().filter_map(of).collect();
        let impact = known.iter().map(|stage| stage.impact).max();
        let label = |stage: &StageIndex| {
            let impact = of(stage).map_or(Impact::None, |stage| stage.impact);
            Label::stage(&naming.name(*stage), impact).name
        };
        let mut labels: Vec<String> = stages.iter().map(label).collect();
        labels.extend(impact.map(|impact| Label::impact(impact).name));
        let paths = at.1.iter().map(|change| &change.path);
        Ok(Proposal {
            onto: *at.0,
            drafts: Vec::new(),
            branch: String::new(),
            base: migration.branch.clone(),
            title: String::new(),
            body: String::new(),
            labels,
            reviewers: match way.owner() {
                Some(owner) => reviewers(repo, at.0, &known, paths, owner)?,
                None => Reviewers::default(),
            },
            assignees: self.assignee.clone(),
            draft: self.draft,
        })
    }
}

/// Says what is to be known of it, and hands it on to later steps of a job.
fn told(forge: &Forge, done: &Proposed, context: &mut Context<'_>) {
    for note in &done.notes {
        context.note(&terminal(note));
    }
    match done.verified {
        Some(true) => context.note("the forge has signed the commit"),
        Some(false) => context.note(
            "the forge has not signed the commit: a rule that asks for signatures will stop it; a \
             GitHub App's token or `--via push` signs",
        ),
        None => {}
    }
    if forge.credential.rights() == Rights::OfTheJob {
        context.note(
            "made with the job's GITHUB_TOKEN: GitHub starts no workflows on it; with a GitHub \
             App's token (BACKOUT_APP_ID, BACKOUT_APP_KEY) it does",
        );
    }
    let number = done.number.to_string();
    let values = [
        ("pull-request-url", &*done.url),
        ("pull-request-number", &*number),
        ("pull-request-branch", &*done.branch),
    ];
    step_files::hand_on(&values, context);
}
