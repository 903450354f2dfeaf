//! What the commands share that take stages back or bring them back: the tip, its rules, the
//! ledger, and the stages that were meant.

use std::collections::BTreeSet;

use clap::Args;

use super::Context;
use super::surroundings::{
    config_path, failure, missing_tag, now, remote, repository, several_remotes,
};
use crate::config::{Action, Migration, RollbackStep, Stage, StageRef, find_stage};
use crate::exit::Failure;
use crate::git::{Commit, GitError, ObjectId, RefName, Repo};
use crate::policy::trust::Origin;
use crate::readiness::archives::{Archives, Restorable};
use crate::readiness::before_start::{kept_of_said, said_before};
use crate::readiness::duration;
use crate::readiness::guard::Guard;
use crate::readiness::landing::{Landing, Landings};
use crate::receipt::Verified;
use crate::report::terminal;
use crate::rollback::blockers::Blockers;
use crate::rollback::clearing::{Clearing, clearing};
use crate::rollback::journal::Journal;
use crate::rollback::message::Naming;
use crate::rollback::plan::{Ground, Plan};
use crate::rollback::undoing::read_ledger;
use crate::rollback::verify::{Check, Verdict, verify};
use crate::shell;
use crate::stage::attribution::{Attribution, Attributions};
use crate::stage::ledger::Ledger;
use crate::stage::matcher::{Matcher, StageIndex};

/// Where it happens.
#[derive(Debug, Args)]
pub struct Place {
    /// Act on this commit instead of the tip of the migration's landing branch.
    #[arg(long, value_name = "REV", help_heading = "Where")]
    pub onto: Option<String>,
    /// Fetch nothing: act on the landing branch as this clone knows it.
    #[arg(long, help_heading = "Where")]
    pub offline: bool,
}

impl Place {
    /// The same options again, as a shell takes them, with a space in front of each.
    pub(super) fn options(&self) -> String {
        let onto = self.onto.as_deref().map(|onto| format!(" --onto {}", shell::word(onto)));
        onto.unwrap_or_default() + self.offline_option()
    }

    /// The same of `--offline` alone.
    pub(super) const fn offline_option(&self) -> &'static str {
        if self.offline { " --offline" } else { "" }
    }
}

/// The landing branches, read.
pub struct Scene {
    /// The repository.
    pub repo: Repo,
    /// The tips and their rules.
    pub landings: Landings,
    /// The tags that lead elsewhere on the remote than here.
    pub moved: BTreeSet<String>,
    /// What stands in no attribution file.
    none: Attributions,
}

impl Scene {
    /// Fetches, where it can, and reads the tips; `HEAD` for what happens in place.
    ///
    /// # Errors
    /// Among others, the configuration there is invalid.
    pub fn open(place: &Place, in_place: bool, context: &mut Context<'_>) -> anyhow::Result<Self> {
        Self::read(place, in_place, false, context)
    }

    /// The same for a rollback, which a slip in the configuration must not stop: the last valid one
    /// stands in for it, and that is told.
    pub fn open_for_rollback(
        place: &Place,
        in_place: bool,
        context: &mut Context<'_>,
    ) -> anyhow::Result<Self> {
        Self::read(place, in_place, true, context)
    }

    fn read(
        place: &Place,
        in_place: bool,
        lenient: bool,
        context: &mut Context<'_>,
    ) -> anyhow::Result<Self> {
        let mut repo = repository(context)?;
        let onto = if in_place { Some("HEAD".to_owned()) } else { place.onto.clone() };
        let mut moved = BTreeSet::new();
        if onto.is_none() && !place.offline {
            let landings = landings(&repo, None, lenient, context)?;
            if fetch(&repo, &landings, &mut moved, context)? {
                repo = repository(context)?;
            }
        }
        let onto = onto.map(|name| {
            let commit = repo.resolve(&name)?;
            Ok::<_, GitError>(Origin { label: name, commit })
        });
        let onto = onto.transpose().map_err(Failure::from)?;
        let landings = landings(&repo, onto, lenient, context)?;
        for note in landings.stand_ins() {
            context.note(&format!("warning: {note}"));
        }
        Ok(Self { repo, landings, moved, none: Attributions::default() })
    }

    /// The migration of a stage, and its place there.
    pub fn stage(&self, name: &StageRef) -> Result<(&Migration, StageIndex), Failure> {
        let placed = self.landings.migrations().map(|(_, migration)| (migration, None));
        let unplaced = self.landings.unplaced.iter().map(|one| (&one.migration, Some(&one.why)));
        let all: Vec<(&Migration, Option<&Failure>)> = placed.chain(unplaced).collect();
        let found = find_stage(all.iter().map(|(migration, _)| *migration), name)?;
        let why = all.iter().find(|(one, _)| one.id == found.0.id).and_then(|(_, why)| *why);
        match why {
            Some(why) => Err(why.clone()),
            None => Ok(found),
        }
    }

    /// Where the stages of a migration land.
    fn landing(&self, migration: &Migration) -> Result<&Landing, Failure> {
        let mut all = self.landings.migrations();
        let found = all.find(|(_, one)| one.id == migration.id).map(|(landing, _)| landing);
        found.ok_or_else(|| {
            let id = &migration.id;
            Failure::indeterminate(format!("where migration `{id}` lands is not known here"))
                .help("fetch what is missing: `backout fetch`")
        })
    }

    /// The tip of a migration's landing branch.
    pub fn tip(&self, migration: &Migration) -> Result<&Origin, Failure> {
        Ok(&self.landing(migration)?.tip)
    }

    /// How stages of a migration are named.
    #[must_use]
    pub const fn naming<'s>(&'s self, migration: &'s Migration) -> Naming<'s> {
        Naming { migration, several: self.landings.count() > 1 }
    }

    /// The commit on which a migration began.
    pub fn start(&self, migration: &Migration) -> anyhow::Result<ObjectId> {
        let tag = &migration.start.tag;
        let tagged = self.repo.reference(&RefName::tag(tag)).map_err(Failure::from)?;
        let commit = migration.start.oid.or(tagged.and_then(|tag| tag.commit));
        let commit = commit.filter(|commit| self.repo.has(commit)).ok_or_else(|| {
            Failure::indeterminate(format!(
                "the start tag `{tag}` is not here, so what landed since is not known"
            ))
            .help(missing_tag(&self.repo, tag))
        })?;
        Ok(commit)
    }

    /// Whose work the commits of a migration are.
    pub fn attribution<'s>(&'s self, migration: &'s Migration) -> Result<Attribution<'s>, Failure> {
        let landing = self.landing(migration)?;
        let attributions = landing.attributions.get(&migration.id).unwrap_or(&self.none);
        Ok(Attribution::new(migration, &landing.configuration.migrations, attributions))
    }

    /// Says where work on stages that go lies before the start tag: what has landed is counted from
    /// there on, so no plan takes it back.
    pub fn warn_of_earlier_work(
        &self,
        migration: &Migration,
        stages: &[StageIndex],
        context: &mut Context<'_>,
    ) -> anyhow::Result<()> {
        let (tag, start) = (&migration.start.tag, self.start(migration)?);
        let attribution = self.attribution(migration)?;
        let unknown = |why: &str| {
            format!(
                "warning: whether work on what goes lies before the start tag {} is not known: {why}",
                terminal(tag)
            )
        };
        let said = match said_before(&self.repo, migration, &attribution, &start) {
            Ok(Some(said)) => said,
            Ok(None) => {
                context.note(&unknown("this clone is shallow (`backout fetch`)"));
                return Ok(());
            }
            Err(error) => {
                context.note(&unknown(&format!("{error:#}")));
                return Ok(());
            }
        };
        for stage in stages {
            let said = (said.as_slice(), &start);
            match kept_of_said(&self.repo, migration, &attribution, *stage, said) {
                Ok(None) => {}
                Ok(Some(work)) => {
                    let named = self.naming(migration).stages(&[*stage]);
                    context.note(&earlier_work(tag, &named, &work));
                }
                Err(error) => context.note(&unknown(&format!("{error:#}"))),
            }
        }
        Ok(())
    }

    /// What has landed of a migration up to the tip, or up to another commit.
    pub fn ledger(&self, migration: &Migration, tip: &ObjectId) -> anyhow::Result<Ledger> {
        let start = self.start(migration)?;
        let repo = &self.repo;
        let reaches = repo.is_ancestor(&start, tip).map_err(Failure::from)?;
        if !reaches && repo.is_shallow().map_err(Failure::from)? {
            return Err(cut_off().into());
        }
        if !reaches {
            return Err(Failure::indeterminate(format!(
                "the start tag `{}` is no ancestor of {}: what landed since is not known",
                migration.start.tag,
                tip.short()
            ))
            .help("see `backout explain tag/not-ancestor`")
            .into());
        }
        let attribution = self.attribution(migration)?;
        let ledger = read_ledger(repo, migration, &attribution, &start, tip)?;
        let cut = repo.cut_off_at().map_err(Failure::from)?;
        let mut steps = ledger.stages.values().flat_map(|history| &history.steps);
        match steps.any(|step| cut.contains(&step.id)) {
            // A commit without its parents looks as if it had made every file: taking it back
            // would delete them.
            true => Err(cut_off().into()),
            false => Ok(ledger),
        }
    }

    /// Runs a stage's check on a tree that it would be backed out to, where it has one; the error
    /// is how the check failed.
    pub fn check(
        &self,
        journal: &Journal,
        migration: &Migration,
        stage: &Stage,
        tree: &ObjectId,
        context: &Context<'_>,
    ) -> anyhow::Result<Result<Verified, String>> {
        let expected = Verified::expected(stage.verify.as_ref());
        let Some(Action::Command { argv, timeout }) = &stage.verify else {
            return Ok(Ok(expected));
        };
        let timeout = *timeout;
        let folder = migration.folder.as_str();
        let check = Check { argv, timeout, folder, stage: stage.id.as_str() };
        let environment = |name: &str| (context.environment)(name);
        let onto = &self.tip(migration)?.commit;
        Ok(match verify(&self.repo, journal, check, tree, onto, &environment)? {
            Verdict::Passed => Ok(expected),
            Verdict::Failed(how) => Err(how),
        })
    }

    /// Whether it helps to take the foreign work back first that stands in a plan's way.
    pub fn clearing(
        &self,
        ground: &Ground<'_>,
        blocked: &Plan,
        blockers: &Blockers,
    ) -> anyhow::Result<Clearing> {
        let (start, attribution) =
            (self.start(ground.migration)?, self.attribution(ground.migration)?);
        clearing(ground, &attribution, &start, blocked, blockers)
    }

    /// From which archives the data of stages that go would be brought back. That it cannot be told
    /// keeps no code from going back.
    pub fn archives(
        &self,
        migration: &Migration,
        stages: &[StageIndex],
        context: &Context<'_>,
    ) -> Archives {
        let restores = |stage: &Stage| stage.rollback.contains(&RollbackStep::Data);
        let of = |index: &StageIndex| Some((*index, migration.stages.get(*index)?));
        let asked: Vec<_> = stages.iter().filter_map(of).filter(|(_, one)| restores(one)).collect();
        if asked.is_empty() {
            return Archives::new();
        }
        let found = || {
            let guard = guard(&self.repo, true, context)?;
            let stages: Vec<StageIndex> = asked.iter().map(|(index, _)| *index).collect();
            guard.archives(self.landing(migration)?, &migration.id, &stages).map_err(failure)
        };
        found().unwrap_or_else(|why| {
            let names = |(index, stage): (StageIndex, &Stage)| {
                stage.backups.iter().map(|name| (index, name.clone())).collect::<Vec<_>>()
            };
            let unknown = |key| (key, Restorable::Unknown(format!("{why:#}")));
            asked.into_iter().flat_map(names).map(unknown).collect()
        })
    }

    /// What plans rest on: the tip of the migration's landing branch.
    pub fn ground<'s>(
        &'s self,
        matcher: &'s Matcher<'s>,
        ledger: &'s Ledger,
    ) -> Result<Ground<'s>, Failure> {
        let migration = matcher.migration();
        let onto = self.tip(migration)?.commit;
        Ok(Ground { repo: &self.repo, migration, matcher, ledger, onto })
    }
}

/// What is said of work that lies before the start tag.
fn earlier_work(tag: &str, stage: &str, work: &Commit) -> String {
    let short = work.id.short();
    let help = match work.parents.is_empty() {
        true => "No commit comes before that work: take it back by hand".to_owned(),
        false => format!(
            "Set the tag on the last commit before that work, and plan again: \
             git tag -a -f {} {short}~",
            shell::word(tag)
        ),
    };
    format!(
        "warning: {short} \"{}\" is work on {stage}, and the start tag {} came after it: what lies \
         before the tag is not taken back. {help}",
        terminal(&work.subject()),
        terminal(tag),
    )
}

fn cut_off() -> Failure {
    Failure::indeterminate("this clone is shallow, and its history is cut off within the migration")
        .help(
            "fetch the rest: `git fetch --unshallow --tags` (with \
             actions/checkout: `fetch-depth: 0`)",
        )
}

/// The guard as it looks at what has landed.
fn guard<'r>(repo: &'r Repo, lenient: bool, context: &Context<'_>) -> anyhow::Result<Guard<'r>> {
    Ok(Guard {
        remote: remote(repo)?,
        repo,
        default_branch: None,
        local: true,
        config_path: config_path(context),
        now: now(),
        delivered: Vec::new(),
        online: None,
        overrides: Vec::new(),
        lenient,
    })
}

fn landings(
    repo: &Repo,
    onto: Option<Origin>,
    lenient: bool,
    context: &Context<'_>,
) -> anyhow::Result<Landings> {
    let guard = guard(repo, lenient, context)?;
    let found = match onto {
        Some(onto) => guard.landing_on(onto),
        None => guard.landings(repo.resolve("HEAD").map_err(Failure::from)?),
    };
    found.map_err(failure)
}

/// Brings the landing branches up to date. What does not work is told: the plan then rests on what
/// this clone knows.
fn fetch(
    repo: &Repo,
    landings: &Landings,
    moved: &mut BTreeSet<String>,
    context: &mut Context<'_>,
) -> anyhow::Result<bool> {
    if let Some(unknown) = several_remotes(repo)? {
        return Err(unknown.into());
    }
    let Some(remote) = remote(repo)? else { return Ok(false) };
    // A fetch that fails makes git forget when the last one was.
    let fetched_at = repo.fetched_at();
    let mut fetched = false;
    // One after the other: a branch that is not there any more keeps no other from being fetched.
    for branch in landings.branches() {
        match repo.fetch(&remote, &branch) {
            Ok(tags) => {
                fetched = true;
                moved.extend(tags);
            }
            Err(error) => {
                let age = match fetched_at {
                    Some(at) => format!("last fetched {} ago", duration(now().0 - at.0)),
                    None => "and since when is not known".to_owned(),
                };
                context.note(&format!(
                    "{remote} could not be fetched ({error}); \
                     acting on {remote}/{branch} as it is known here, {age}"
                ));
            }
        }
    }
    for tag in &*moved {
        let tag = terminal(tag);
        context.note(&format!(
            "the tag {tag} leads elsewhere on {remote} than here, and stays as it is here"
        ));
    }
    Ok(fetched)
}
