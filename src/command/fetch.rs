//! `backout fetch`: brings a shallow or tagless clone of CI what judging needs, no more of it than
//! that, and never without an end.

mod given;

use std::collections::BTreeSet;

use clap::Args;

use self::given::Given;
use super::Context;
use super::surroundings::{config_path, now, remote, repository};
use crate::ci::{self, Event, EventError};
use crate::exit::{Exit, Failure};
use crate::git::{GitError, ObjectId, RefName, Repo};
use crate::readiness::guard::Guard;
use crate::readiness::needs::Needs;
use crate::report::{counted, terminal};

/// The first depth that is tried. Most pull requests, and young migrations, fit into it.
const FIRST: u32 = 50;

/// How much further back each round goes.
const FURTHER: u32 = 4;

/// Options of `backout fetch`.
#[derive(Debug, Args)]
#[command(after_help = "In a full clone it fetches nothing. Judging itself never fetches.\n\n\
    Examples:\n  \
    backout fetch                    in CI, before `backout check`\n  \
    backout fetch --rev origin/release   before `backout check --base origin/release`\n  \
    backout fetch --depth 100000     for a migration that began long ago")]
pub struct FetchArgs {
    /// How far back from each tip it goes at the most, in commits.
    #[arg(long, value_name = "NUMBER", default_value_t = 20_000)]
    pub depth: u32,
    /// Bring this commit, branch or tag too, as `check --base` and `--head` name it; repeatable.
    #[arg(long, value_name = "REV")]
    pub rev: Vec<String>,
}

/// Runs the command.
pub fn run(args: &FetchArgs, context: &mut Context<'_>) -> anyhow::Result<Exit> {
    let event = event(context)?;
    let default = default_branch(&repository(context)?, context)?;
    let limit = args.depth.max(1);
    let mut errand = Errand { limit, default, revs: args.rev.clone(), ..Errand::default() };
    loop {
        // Opened anew each time: an open repository does not see where history is cut off now.
        let repo = repository(context)?;
        let Some(lack) = errand.lack(&repo, event.as_ref(), context)? else { break };
        errand.fetch(&repo, &lack)?;
    }
    errand.note_default(&repository(context)?)?;
    errand.report(context)
}

/// The remote's default branch: as CI tells it, as this clone knows it, else as the remote says.
/// Its rules count for every branch, whatever that branch says itself.
fn default_branch(repo: &Repo, context: &Context<'_>) -> anyhow::Result<Option<String>> {
    let Some(remote) = remote(repo)? else { return Ok(None) };
    let told = ci::default_branch(&|name| context.variable(name), &ci::read_event);
    if let Some(branch) = told.or(repo.remote_head(&remote).map_err(Failure::from)?) {
        return Ok(Some(branch));
    }
    Ok(repo.advertised_head(&remote).map_err(|error| not_fetched(&remote, &error))?)
}

fn event(context: &Context<'_>) -> Result<Option<Event>, Failure> {
    let variable = |name: &str| context.variable(name);
    match ci::detect(&variable, &ci::read_event) {
        // Whoever runs on such an event names the range by hand, or asks for no range at all.
        Err(EventError::Unsupported { .. }) => Ok(None),
        Err(error) => Err(Failure::usage(error.to_string()).help(error.help())),
        Ok(event) => Ok(event),
    }
}

/// What is missing in this round.
struct Lack {
    remote: String,
    /// Refs that are not here, by their full names.
    refs: BTreeSet<String>,
    /// Commits that the event names and that are not here.
    objects: Vec<ObjectId>,
    /// Whether history is cut off too early.
    cut: bool,
    /// Everything whose history counts: deepened together, or one would be cut at another.
    branches: BTreeSet<String>,
    heads: Vec<ObjectId>,
}

/// One run: what was asked for so far.
#[derive(Default)]
struct Errand {
    limit: u32,
    default: Option<String>,
    revs: Vec<String>,
    depth: Option<u32>,
    asked: BTreeSet<String>,
    fetched: BTreeSet<String>,
    absent: BTreeSet<String>,
    /// Where the rules that could be read let the stages land, without `refs/heads/`.
    landing: BTreeSet<String>,
}

impl Errand {
    /// What is missing and was not asked for yet; `None` where that is nothing.
    fn lack(
        &mut self,
        repo: &Repo,
        event: Option<&Event>,
        context: &Context<'_>,
    ) -> anyhow::Result<Option<Lack>> {
        let head = event.and_then(Event::head);
        let here = repo.resolve("HEAD").ok();
        let known = head.filter(|head| repo.has(head)).or(here);
        let remote = remote(repo)?;
        let needs = self.needs(repo, remote.clone(), known, context);
        let mut branches = needs.branches.clone();
        self.landing.clone_from(&branches);
        branches.extend(self.default.clone());
        branches.extend(event.and_then(|event| event.target_branch.clone()));
        let given = Given::read(repo, remote.as_deref(), &self.revs)?;
        branches.extend(given.branches);
        let tags: BTreeSet<String> = needs.tags.iter().cloned().chain(given.tags).collect();
        let refs = self.missing(repo, remote.as_deref(), &branches, &tags)?;
        let named = [head, event.and_then(Event::before)].into_iter().chain(given.objects);
        let unasked = |oid: &ObjectId| !repo.has(oid) && !self.asked.contains(&oid.to_string());
        let objects: Vec<ObjectId> = named.flatten().filter(unasked).collect();
        let heads: Vec<ObjectId> = known.into_iter().chain(given.here).collect();
        let cut = given.cut || needs.are_cut_off(repo, &heads).map_err(Failure::from)?;
        if refs.is_empty() && objects.is_empty() && !cut {
            return Ok(None);
        }
        let remote = remote.ok_or_else(|| {
            let what = match refs.first() {
                Some(name) if !cut => format!("{name} is not here"),
                _ => "this clone lacks history".to_owned(),
            };
            let message = format!("{what}, and there is no one remote to fetch from");
            Failure::indeterminate(message).help("name it `origin`: `git remote add origin <URL>`")
        })?;
        Ok(Some(Lack { remote, refs, objects, cut, branches, heads }))
    }

    /// What the rules ask for, as far as they can be read: where they cannot, judging says why.
    fn needs(
        &self,
        repo: &Repo,
        remote: Option<String>,
        head: Option<ObjectId>,
        context: &Context<'_>,
    ) -> Needs {
        let guard = Guard {
            remote,
            repo,
            default_branch: self.default.clone(),
            local: true,
            config_path: config_path(context),
            now: now(),
            delivered: Vec::new(),
            online: None,
            overrides: Vec::new(),
            lenient: false,
        };
        guard.needs(head).unwrap_or_default()
    }

    /// What comes after finds the default branch here, without asking the remote.
    fn note_default(&self, repo: &Repo) -> anyhow::Result<()> {
        let (Some(remote), Some(branch)) = (remote(repo)?, &self.default) else { return Ok(()) };
        let tracked = RefName::new(&format!("refs/remotes/{remote}/{branch}"));
        let known = repo.remote_head(&remote).map_err(Failure::from)?;
        let here = repo.reference(&tracked).map_err(Failure::from)?.is_some();
        if here && known.as_ref() != Some(branch) {
            repo.set_remote_head(&remote, branch).map_err(Failure::from)?;
        }
        Ok(())
    }

    fn missing(
        &self,
        repo: &Repo,
        remote: Option<&str>,
        branches: &BTreeSet<String>,
        tags: &BTreeSet<String>,
    ) -> Result<BTreeSet<String>, Failure> {
        let mut missing = BTreeSet::new();
        for branch in branches {
            let tracked = format!("refs/remotes/{}/{branch}", remote.unwrap_or("origin"));
            if repo.reference(&RefName::new(&tracked))?.is_none() {
                missing.insert(format!("refs/heads/{branch}"));
            }
        }
        for tag in tags {
            if repo.reference(&RefName::tag(tag))?.is_none() {
                missing.insert(format!("refs/tags/{tag}"));
            }
        }
        Ok(missing.difference(&self.asked).cloned().collect())
    }

    fn fetch(&mut self, repo: &Repo, lack: &Lack) -> Result<(), Failure> {
        let depth = self.next_depth(repo, lack)?;
        let failed = |error: GitError| not_fetched(&lack.remote, &error);
        let wanted = self.wanted(repo, lack, depth.is_some()).map_err(failed)?;
        if !wanted.is_empty() {
            repo.bring(&lack.remote, depth, &wanted).map_err(failed)?;
        }
        // A remote may refuse what no ref of its own leads to: a commit before a forced push, the
        // head of a fork. The check says so, where it matters.
        let heads = lack.heads.iter().filter(|_| depth.is_some()).chain(&lack.objects);
        for object in heads {
            self.asked.insert(object.to_string());
            if repo.bring(&lack.remote, depth, &[object.to_string()]).is_ok() {
                self.fetched.insert(object.short());
            }
        }
        Ok(())
    }

    /// The refspecs of what the remote has of it; to go further back, of the branches that are here
    /// as well.
    fn wanted(&mut self, repo: &Repo, lack: &Lack, further: bool) -> Result<Vec<String>, GitError> {
        let mut names = lack.refs.clone();
        if further {
            names.extend(lack.branches.iter().map(|branch| format!("refs/heads/{branch}")));
        }
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let there = repo.advertised(&lack.remote, &names)?;
        self.absent.extend(names.difference(&there).cloned());
        self.asked.extend(names);
        self.fetched.extend(there.iter().cloned());
        let remote = &lack.remote;
        let refspec = |name: &String| match name.strip_prefix("refs/heads/") {
            Some(branch) => format!("+{name}:refs/remotes/{remote}/{branch}"),
            None => format!("{name}:{name}"),
        };
        Ok(there.iter().map(refspec).collect())
    }

    /// In a shallow clone, each round goes further back; in a full one, depth would make it
    /// shallow.
    fn next_depth(&mut self, repo: &Repo, lack: &Lack) -> Result<Option<u32>, Failure> {
        if !repo.is_shallow()? {
            return Ok(None);
        }
        let here = deepest(repo, &lack.heads)?;
        let next = match self.depth {
            None => here.saturating_mul(2).max(FIRST),
            Some(last) if lack.cut => last.saturating_mul(FURTHER),
            Some(last) => last,
        };
        if lack.cut && self.depth.unwrap_or(here) >= self.limit {
            return Err(self.too_far());
        }
        // Less than is here would cut off what is here.
        self.depth = Some(next.min(self.limit).max(here));
        Ok(self.depth)
    }

    fn too_far(&self) -> Failure {
        Failure::indeterminate(format!(
            "{} from each tip do not reach back to where the migration began",
            counted(self.limit as usize, "commit")
        ))
        .help(format!(
            "check out all history: `fetch-depth: 0` (actions/checkout), \
             `git fetch --unshallow --tags`; or go further: `backout fetch --depth {}`",
            self.limit.saturating_mul(FURTHER)
        ))
    }

    /// A plain name is asked for as a branch and as a tag, and one of them will do.
    fn has_other(&self, name: &str) -> bool {
        let other = match (name.strip_prefix("refs/heads/"), name.strip_prefix("refs/tags/")) {
            (Some(plain), _) => format!("refs/tags/{plain}"),
            (_, Some(plain)) => format!("refs/heads/{plain}"),
            (None, None) => return false,
        };
        self.fetched.contains(&other)
    }

    /// What has landed is not known, where the remote has no such branch.
    fn require_landing(&self) -> Result<(), Failure> {
        let mut landing = self.landing.iter();
        match landing.find(|branch| self.absent.contains(&format!("refs/heads/{branch}"))) {
            None => Ok(()),
            Some(branch) => Err(Failure::indeterminate(format!(
                "the remote has no branch `{}`, where stages are to land",
                terminal(branch)
            ))
            .help("correct `branch` in the configuration, or push that branch")),
        }
    }

    fn report(&self, context: &mut Context<'_>) -> anyhow::Result<Exit> {
        for name in self.absent.iter().filter(|name| !self.has_other(name)) {
            context.note(&format!("the remote has no {}", terminal(name)));
        }
        let depth = self.depth.map(|depth| format!(", {} back", counted(depth as usize, "commit")));
        let depth = depth.unwrap_or_default();
        let fetched: Vec<String> = self.fetched.iter().map(|name| terminal(name)).collect();
        let told = match fetched.is_empty() {
            true => "nothing is missing here".to_owned(),
            false => format!("fetched {}{depth}", fetched.join(", ")),
        };
        writeln!(context.stdout, "{told}")?;
        self.require_landing()?;
        Ok(Exit::Ready)
    }
}

/// How far back the clone goes already.
fn deepest(repo: &Repo, heads: &[ObjectId]) -> Result<u32, GitError> {
    let lines = heads.iter().map(|head| Ok(repo.first_parents(head, &[])?.len()));
    let lines = lines.collect::<Result<Vec<_>, GitError>>()?;
    Ok(u32::try_from(lines.into_iter().max().unwrap_or_default()).unwrap_or(u32::MAX))
}

fn not_fetched(remote: &str, error: &GitError) -> Failure {
    Failure::indeterminate(format!("{} could not be fetched: {error}", terminal(remote))).help(
        "check out all history beforehand, `fetch-depth: 0` (actions/checkout), or let this step \
         reach the remote: a private repository needs credentials",
    )
}
