//! `backout revert`: backs the code of stages out: shows the plan, and on request makes the commits,
//! a branch or a patch of it.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::Context as _;
use clap::{ArgGroup, Args};

use super::Context;
use super::pull_request::{Request, RequestArgs, Way};
use super::way_back::{Place, Scene, execute_failure, journal, reason};
use crate::config::{Action, StageRef};
use crate::draft;
use crate::exit::{Exit, Failure};
use crate::git::{ObjectId, RefName};
use crate::interrupt;
use crate::receipt::Verified;
use crate::report::{
    BackOutRequest, PlanFormat, PlanReport, RequestKeys, render_request_human, request_title,
    terminal,
};
use crate::rollback::blockers::{Blockers, blockers};
use crate::rollback::execute::{Done, Draft, Target, carry_out};
use crate::rollback::journal::{Begin, Event, Journal};
use crate::rollback::message::{Naming, back_out};
use crate::rollback::plan::{Ground, Plan, plan};
use crate::rollback::proposal::Proposal;
use crate::rollback::sequence::sequence;
use crate::stage::matcher::{Matcher, StageIndex};

/// Options of `backout revert`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("what").required(true).args(["stage", "to"])))]
#[command(group(ArgGroup::new("target").args(["dry_run", "branch", "patch", "in_place", "pr"])))]
#[command(after_help = "Without a target the plan is shown and nothing is written.\n\
    Exit code: 0 planned or done, also where there is nothing to back out; 1 a check of `--verify` failed;\n\
    4 something stands in the way; 5 the forge refused, or others' commits are on the pull request's branch.\n\n\
    Examples:\n  \
    backout revert --stage 4                                what it would do\n  \
    backout revert --stage 4 --branch roll-4 --reason \"carts lose lines\"\n  \
    backout revert --stage 4 --cascade --in-place --reason \"carts lose lines\"\n  \
    backout revert --stage 4 --verify                       and whether its check passes then\n  \
    backout revert --stage 4 --pr --reason \"carts lose lines\"\n  \
    backout revert --to 3 --patch back.patch --reason \"all that came after stage 3\"")]
pub struct RevertArgs {
    /// The stage to back out; `migration:id` for one of several migrations.
    #[arg(long, value_name = "ID", value_parser = StageRef::from_str)]
    pub stage: Option<StageRef>,
    /// Back out every stage that comes after this one.
    #[arg(long, value_name = "ID", value_parser = StageRef::from_str)]
    pub to: Option<StageRef>,
    /// Back out what blocks it as well, newest first.
    #[arg(long)]
    pub cascade: bool,
    /// Why; needed for all that writes. It stands in the commit and in the journal.
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Take the steps that only ownership attributes to the stage for its work.
    #[arg(long)]
    pub confirm: bool,
    /// Run the stages' checks on the result first, in a scratch work tree; where one fails, nothing
    /// is written.
    #[arg(long)]
    pub verify: bool,
    /// Show the plan and write nothing.
    #[arg(long, help_heading = "Target")]
    pub dry_run: bool,
    /// Commit to a new branch; the work tree stays as it is.
    #[arg(long, value_name = "NAME", help_heading = "Target")]
    pub branch: Option<String>,
    /// Write a patch for `git apply`.
    #[arg(long, value_name = "FILE", help_heading = "Target")]
    pub patch: Option<PathBuf>,
    /// Commit to the branch that is checked out, whose work tree has to be clean.
    #[arg(long, help_heading = "Target")]
    pub in_place: bool,
    /// The pull request.
    #[command(flatten)]
    pub request: RequestArgs,
    /// Where it happens.
    #[command(flatten)]
    pub place: Place,
    /// How the plan is written.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: PlanFormat,
}

impl RevertArgs {
    const fn writes(&self) -> bool {
        !self.dry_run
            && (self.branch.is_some()
                || self.patch.is_some()
                || self.in_place
                || self.request.writes())
    }

    /// The stages that go, without what blocks them: the one that was named, or all after it.
    fn stages(&self, ground: &Ground<'_>, index: StageIndex) -> BTreeSet<StageIndex> {
        match self.stage {
            Some(_) => BTreeSet::from([index]),
            None => after(ground, index),
        }
    }

    /// The stage that was asked for.
    fn asked(&self) -> Result<&StageRef, Failure> {
        let asked = self.stage.as_ref().or(self.to.as_ref());
        asked.ok_or_else(|| Failure::usage("no stage is named"))
    }
}

/// Runs the command.
pub fn run(args: &RevertArgs, context: &mut Context<'_>) -> anyhow::Result<Exit> {
    let other = args.dry_run || args.branch.is_some() || args.patch.is_some() || args.in_place;
    args.request.stands_alone(other)?;
    let why = if args.writes() { reason(args.reason.as_deref())? } else { String::new() };
    let (journal, way) = if args.writes() || args.verify {
        let repo = super::surroundings::repository(context)?;
        let way = Way::find(&args.request, &repo, context)?;
        (Some(journal(&repo, context)?), way)
    } else {
        (None, None)
    };
    let scene = Scene::open(&args.place, args.in_place, context)?;
    let target = target(args, &scene)?;
    let asked = args.asked()?;
    let (migration, index) = scene.stage(asked)?;
    let matcher = Matcher::new(migration);
    let ledger = scene.ledger(migration, &scene.landing.tip.commit)?;
    let ground = scene.ground(&matcher, &ledger);
    let naming = scene.naming(migration);
    let stages = args.stages(&ground, index);
    let (stages, planned, blocked) = planned(&ground, stages, args.cascade)?;
    let report = PlanReport {
        naming,
        asked: &asked.to_string(),
        tip: &scene.landing.tip.label,
        plan: &planned,
        blockers: &blocked,
    };
    let proceeds = args.writes() && planned.is_clean() && !planned.is_empty();
    // In JSON the pull request stands in the same document as its plan.
    let later = proceeds && args.request.writes() && args.format == PlanFormat::Json;
    if !later {
        show(args, &report, &scene, context)?;
    }
    if !planned.clashes.is_empty() {
        return Ok(Exit::Conflict);
    }
    if let (true, Some(journal)) = (args.verify && !planned.is_empty(), &journal)
        && !passes(&scene, journal, naming, &planned, context)?
    {
        return Ok(Exit::Findings);
    }
    let (Some(journal), true) = (journal, proceeds) else {
        if !planned.is_empty() {
            suggest(args, &report, context);
        }
        return Ok(Exit::Ready);
    };
    confirmed(args, naming, &planned)?;
    let work =
        Work { args, scene: &scene, ground: &ground, naming, planned: &planned, why: &why, index };
    if let Some(way) = way {
        let done = work.request(&way, &journal, &stages, context)?;
        let text = match args.format {
            PlanFormat::Human => render_request_human(&done),
            PlanFormat::Json => report.json(Some(&done)),
        };
        context.stdout.write_all(text.as_bytes())?;
    } else if let Some(target) = target {
        let drafts = drafts(&ground, &stages, naming, &why)?;
        let begin = work.begin(target.name());
        let done = carry_out(&scene.repo, &journal, &begin, &planned.onto, &drafts, &target)
            .map_err(execute_failure)?;
        tell(&target, &done, context);
    } else if let (Some(file), Some(tree)) = (&args.patch, planned.tree) {
        journal.begin(work.begin(format!("patch {}", file.display())))?;
        let tip = scene.repo.commit(&planned.onto)?.tree;
        write(&context.folder.join(file), &scene.repo.patch(&tip, &tree)?)?;
        journal.write(Event::End { outcome: "done".to_owned() })?;
        context.note(&format!("written: {}; apply it with `git apply --index`", file.display()));
    }
    Ok(Exit::Ready)
}

fn show(
    args: &RevertArgs,
    report: &PlanReport<'_>,
    scene: &Scene,
    context: &mut Context<'_>,
) -> anyhow::Result<()> {
    let text = match args.format {
        PlanFormat::Human => report.human(&scene.repo, context.color)?,
        PlanFormat::Json => report.json(None),
    };
    Ok(context.stdout.write_all(text.as_bytes())?)
}

/// What is to be written.
struct Work<'w> {
    args: &'w RevertArgs,
    scene: &'w Scene,
    ground: &'w Ground<'w>,
    naming: Naming<'w>,
    planned: &'w Plan,
    why: &'w str,
    /// The stage that was named.
    index: StageIndex,
}

impl Work<'_> {
    fn begin(&self, target: String) -> Begin {
        let stages = self.planned.stages.iter().map(|stage| self.naming.name(*stage));
        Begin {
            pid: std::process::id(),
            command: "revert".to_owned(),
            migration: self.naming.migration.id.to_string(),
            stages: stages.collect(),
            onto: self.planned.onto.to_string(),
            reason: self.why.to_owned(),
            target,
        }
    }

    /// Brings the pull request to the plan.
    fn request(
        &self,
        way: &Way,
        journal: &Journal,
        stages: &BTreeSet<StageIndex>,
        context: &mut Context<'_>,
    ) -> anyhow::Result<RequestKeys> {
        let scene = self.scene;
        let migration = self.naming.migration;
        let proposal = self.proposal(way, stages)?;
        let planned_at = |base: &ObjectId| {
            let ledger = scene.ledger(migration, base)?;
            let (repo, matcher) = (&scene.repo, Matcher::new(migration));
            let onto = *base;
            let ground = Ground { repo, migration, matcher: &matcher, ledger: &ledger, onto };
            let asked = self.args.stages(&ground, self.index);
            // An earlier run may have been with or without `--cascade`.
            [false, true]
                .map(|cascade| {
                    let (stages, ..) = planned(&ground, asked.clone(), cascade)?;
                    drafts(&ground, &stages, self.naming, self.why)
                })
                .into_iter()
                .collect()
        };
        let begin = self.begin(way.name(&proposal.branch));
        let request =
            Request { args: &self.args.request, proposal: &proposal, planned_at: &planned_at };
        way.carry(&scene.repo, journal, begin, &request, context)
    }

    fn proposal(&self, way: &Way, stages: &BTreeSet<StageIndex>) -> anyhow::Result<Proposal> {
        let Self { naming, planned, .. } = *self;
        let migration = naming.migration;
        let asked = self.args.asked()?;
        let what = if self.args.stage.is_some() { "stage" } else { "to" };
        let stay = stay(self.ground, &planned.stages);
        let body = BackOutRequest { naming, plan: planned, reason: self.why, stay: &stay }.body();
        Ok(Proposal {
            onto: planned.onto,
            drafts: drafts(self.ground, stages, naming, self.why)?,
            branch: format!("backout/{}/{what}-{}", migration.id, asked.stage),
            title: request_title(&back_out(naming, planned, self.why)),
            body,
            ..self.args.request.proposal(
                way,
                &self.scene.repo,
                naming,
                &planned.stages,
                (&planned.onto, &planned.paths),
            )?
        })
    }
}

/// Whether the checks of all stages that go pass on the result.
fn passes(
    scene: &Scene,
    journal: &Journal,
    naming: Naming<'_>,
    planned: &Plan,
    context: &mut Context<'_>,
) -> anyhow::Result<bool> {
    interrupt::listen().context("Ctrl-C cannot be listened for")?;
    let migration = naming.migration;
    let Some(tree) = planned.tree else { return Ok(false) };
    let mut all = true;
    for index in &planned.stages {
        let Some(stage) = migration.stages.get(*index) else { continue };
        let name = naming.name(*index);
        let begin = Begin {
            pid: std::process::id(),
            command: "verify".to_owned(),
            migration: migration.id.to_string(),
            stages: vec![name.clone()],
            onto: planned.onto.to_string(),
            reason: String::new(),
            target: String::new(),
        };
        journal.begin(begin)?;
        let checked = scene.check(journal, migration, stage, &tree, context);
        let outcome = if matches!(checked, Ok(Ok(_))) { "done" } else { "failed" };
        journal.write(Event::End { outcome: outcome.to_owned() })?;
        let told = match checked? {
            Ok(Verified::Passed) => "its check passed on the result".to_owned(),
            Ok(Verified::None) => "it has no check".to_owned(),
            Ok(Verified::ByHand) => {
                let words = match &stage.verify {
                    Some(Action::Text(words)) => terminal(words),
                    _ => String::new(),
                };
                format!("a person has to look at the result: {words}")
            }
            Err(how) => {
                all = false;
                format!("its check FAILED on the result, and nothing was written: {how}")
            }
        };
        context.note(&format!("stage {name}: {told}"));
    }
    Ok(all)
}

/// Landed stages that say they come after one that goes, and stay.
fn stay(ground: &Ground<'_>, gone: &[StageIndex]) -> Vec<StageIndex> {
    let stages = &ground.migration.stages;
    let goes = |after: &StageRef| {
        let here = after.migration.as_ref().is_none_or(|id| *id == ground.migration.id);
        here && gone.iter().any(|index| stages.get(*index).is_some_and(|s| s.id == after.stage))
    };
    let builds = |index: &StageIndex| {
        !gone.contains(index) && stages.get(*index).is_some_and(|s| s.after.iter().any(goes))
    };
    ground.ledger.landed().filter(builds).collect()
}

/// Every landed stage that comes after one.
fn after(ground: &Ground<'_>, index: StageIndex) -> BTreeSet<StageIndex> {
    ground.ledger.landed().filter(|stage| *stage > index).collect()
}

/// The plan, with what blocks it where that shall go as well.
fn planned(
    ground: &Ground<'_>,
    stages: BTreeSet<StageIndex>,
    cascade: bool,
) -> anyhow::Result<(BTreeSet<StageIndex>, Plan, Blockers)> {
    let alone = plan(ground, &stages)?;
    let blocked = blockers(ground, &alone)?;
    match &blocked.cascade {
        Some(all) if cascade => {
            let all: BTreeSet<StageIndex> = all.iter().copied().collect();
            let united = plan(ground, &all)?;
            Ok((all, united, Blockers::default()))
        }
        _ => Ok((stages, alone, blocked)),
    }
}

fn drafts(
    ground: &Ground<'_>,
    stages: &BTreeSet<StageIndex>,
    naming: Naming<'_>,
    why: &str,
) -> anyhow::Result<Vec<Draft>> {
    let plans = sequence(ground, stages)?;
    let draft = |plan: Plan| {
        let message = back_out(naming, &plan, why);
        plan.tree.map(|tree| Draft { tree, message })
    };
    Ok(plans.into_iter().filter_map(draft).collect())
}

fn target(args: &RevertArgs, scene: &Scene) -> anyhow::Result<Option<Target>> {
    if args.dry_run {
        return Ok(None);
    }
    if let Some(name) = &args.branch {
        return Ok(Some(Target::Branch(RefName::branch(name))));
    }
    if !args.in_place {
        return Ok(None);
    }
    if scene.repo.work_tree().is_none() {
        return Err(Failure::usage("a bare repository has no work tree")
            .help("commit to a branch instead: `--branch NAME`")
            .into());
    }
    let branch = scene.repo.checked_out()?.ok_or_else(|| {
        Failure::usage("HEAD stands on a commit, and on no branch")
            .help("`git switch` to a branch, or commit to a new one: `--branch NAME`")
    })?;
    Ok(Some(Target::InPlace(branch)))
}

/// What only ownership attributes has to be confirmed before it is written: it may be a hotfix.
fn confirmed(args: &RevertArgs, naming: Naming<'_>, planned: &Plan) -> Result<(), Failure> {
    if planned.confirm.is_empty() || args.confirm {
        return Ok(());
    }
    let commits: Vec<String> = planned.confirm.iter().map(ObjectId::short).collect();
    Err(Failure::usage(format!(
        "nobody has said that {} is the work of {}: it may be a hotfix, which would go as well",
        commits.join(", "),
        naming.stages(&planned.stages)
    ))
    .help("look at them; then run it again with `--confirm`, or say whose they are: `backout attribute --stage ID COMMIT`"))
}

fn suggest(args: &RevertArgs, report: &PlanReport<'_>, context: &mut Context<'_>) {
    if args.format == PlanFormat::Human && !args.dry_run {
        let asked = report.asked;
        context.note(&format!(
            "nothing was written; to commit it: backout revert {} {asked}{} --branch NAME --reason TEXT",
            if args.to.is_some() { "--to" } else { "--stage" },
            if args.cascade { " --cascade" } else { "" },
        ));
    }
}

/// Says what was made.
pub(super) fn tell(target: &Target, done: &Done, context: &mut Context<'_>) {
    let name = target.reference();
    let branch = name.as_branch().unwrap_or(name.as_str()).to_owned();
    if done.unchanged {
        context.note(&format!("{branch} has it already"));
        return;
    }
    let commits: Vec<String> = done.commits.iter().map(ObjectId::short).collect();
    context.note(&format!("committed to {branch}: {}", commits.join(", ")));
    if let Target::Branch(_) = target {
        context.note(&format!("to share it: git push origin {branch}"));
    }
}

/// Writes a file in one step.
fn write(file: &Path, content: &[u8]) -> anyhow::Result<()> {
    let problem = || format!("{} cannot be written", file.display());
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut written = draft::begin(folder.unwrap_or(Path::new("."))).with_context(problem)?;
    written.write_all(content).with_context(problem)?;
    written.as_file().sync_all().with_context(problem)?;
    written.persist(file).with_context(problem)?;
    Ok(())
}
