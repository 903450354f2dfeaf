//! One range under one migration: the plan, the facts, every requirement.

use std::collections::BTreeSet;

use memchr::memmem;

use super::assessment::{StageReport, WayBack};
use super::attributed::attributed_with;
use super::finding::{Finding, Outcome};
use super::guard::{GuardError, Input, Kind};
use super::judgement::{Asked, Judgement};
use super::registry::REGISTRY;
use super::repo_facts::{Ground, RepoFacts};
use super::snapshot::{Known, Snapshot, Squash};
use super::{policy_change, retold, window};
use crate::ci::{LandingText, TrailerFate, Way};
use crate::config::{Configuration, Migration, Phase, RollbackStep, Stage};
use crate::exit::Failure;
use crate::git::{Commit, GitError, ObjectId, Peeled, Range, Repo, RepoPath};
use crate::policy::levels::effective_phase;
use crate::policy::trust::Policies;
use crate::rollback::checkpoint;
use crate::rollback::outlook::Outlook;
use crate::stage::attribution::{Attribution, BACKOUT_TRAILER, Claims};
use crate::stage::history::{claimed_works, works};
use crate::stage::matcher::Matcher;
use crate::stage::plan::{StagePlan, Touch, Work, plan};
use crate::stage::words::LandingWords;

/// What is judged, and by whom.
pub struct Judged<'a> {
    /// What the facts rest on.
    pub ground: &'a Ground<'a>,
    /// The input that the range came from.
    pub input: &'a Input,
    /// The range.
    pub range: &'a Range,
    /// Every policy that counts.
    pub policies: &'a Policies,
    /// The configuration that asks.
    pub configuration: &'a Configuration,
    /// The migration of it that asks.
    pub migration: &'a Migration,
}

/// What one migration says of one range.
#[derive(Debug, Default)]
pub struct RangeJudgement {
    /// The phase that it was judged in.
    pub phase: Option<Phase>,
    /// The touched stages.
    pub stages: Vec<StageReport>,
    /// Paths inside the scope that nobody owns.
    pub unowned: BTreeSet<RepoPath>,
    /// Changed paths that several stages own.
    pub shared: BTreeSet<RepoPath>,
    /// What was found.
    pub findings: Vec<Finding>,
    /// What was asked.
    pub asked: Vec<Asked>,
    /// Whether the range is exactly a planned revert.
    pub reverts: bool,
    /// What stands in for an invalid file of attributions.
    pub notes: Vec<String>,
}

/// The commit before which work is held against nobody, tags peeled. One that is not here hides
/// nothing.
fn since(repo: &Repo, migration: &Migration) -> Result<Option<ObjectId>, GuardError> {
    let Some(since) = migration.since else { return Ok(None) };
    match repo.peel(&since) {
        Ok(Peeled { commit: Some(commit), .. }) => Ok(Some(commit)),
        Ok(Peeled { commit: None, .. }) => {
            let (place, id) = (&migration.place, &migration.id);
            let message = format!(
                "{}:{}: `since` of the migration `{id}` is {}, which is a tree or a file and no commit",
                place.file,
                place.line,
                since.short()
            );
            let help = "give the commit from which on work counts: `git log` shows their ids";
            Err(Failure::indeterminate(message).help(help).into())
        }
        Err(GitError::Absent(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Judges a range under a migration.
pub fn judge_range(judged: &Judged<'_>) -> Result<RangeJudgement, GuardError> {
    let repo = judged.ground.repo;
    let migration = judged.migration;
    let narrowed;
    let range = match since(repo, migration)? {
        Some(since) => {
            narrowed = judged.range.without(repo, &[since])?;
            &narrowed
        }
        None => judged.range,
    };
    let matcher = Matcher::new(migration);
    let tip = judged.ground.landing.get(&migration.branch);
    let attributed = attributed_with(repo, judged.policies, migration, tip, range)?;
    let attributions = &attributed.attributions;
    let mut attribution =
        Attribution::new(migration, &judged.configuration.migrations, attributions);
    let landing = landing_words(judged.input, &attribution, &range.commits);
    let words = landing.at_most();
    let facts = RepoFacts::new(judged.ground, range, judged.configuration, attributions, words);
    let squashes = judged.input.landing_text.as_ref().filter(|text| text.may_squash());
    let facts = facts.landing_as_one(squashes.is_some_and(LandingText::must_squash));
    let mut works = Vec::new();
    // Else it is the push that costs next to nothing.
    if landing.names_a_stage()
        || is_relevant(migration, range, &matcher)?
        || attributions.name_one_of(&range.commits)
        || facts.passes_by_a_stage(&matcher)?
    {
        attribution = attribution.knowing(facts.unlanded(migration));
        works = read_works(repo, range, &attribution, &matcher)?;
    }
    let changed: BTreeSet<&RepoPath> = range.changes.iter().map(|c| &c.path).collect();
    let mut plan = match &range.head {
        Some(head) => plan(&matcher, &attribution, &changed, head, &works, &landing)?,
        None => StagePlan::default(),
    };
    facts.settle_lives(migration, &matcher, (&works, &changed), &mut plan)?;
    facts.settle_returns(migration, (&attribution, &works), &mut plan)?;
    let mut policy = policy_change::of(judged.policies, migration, range);
    let pushed = judged.policies.judged.as_ref().map(|pushed| &pushed.configuration);
    policy.by_pushed = pushed.is_some_and(|own| std::ptr::eq(own, judged.configuration));
    if has_landed(judged, range)? {
        policy.evidence.clear();
    }
    retold::add(judged, &facts, &mut policy)?;
    let lands = lands(judged.input, migration);
    let phase = effective_phase(migration, phase(judged.input, lands));
    let (landing_text_loses, landing_text_unknown) = match landing_text(judged, &plan) {
        Some(TrailerFate::Lost(loss)) => (Some(loss.reason.to_owned()), None),
        // Where it may land in other ways as well, nothing is said.
        Some(TrailerFate::Unknown { why, certain: true }) => (None, Some(why)),
        Some(TrailerFate::Unknown { .. } | TrailerFate::Kept) | None => (None, None),
    };
    let snapshot = Snapshot {
        facts: &facts,
        configuration: judged.configuration,
        migration,
        matcher: &matcher,
        plan: &plan,
        range,
        phase,
        lands: lands && judged.input.kind != Kind::Range,
        lands_as_it_is: lands && lands_as_it_is(judged.input),
        policy: &policy,
        landing_text_loses,
        landing_text_unknown,
        squash: squashes.map(|text| squash(text, &attribution, &range.commits)),
    };
    let reverts = is_revert(&snapshot, &facts, (repo, migration))?;
    if !reverts {
        attributed.refuse_silent(&plan, &migration.trailer)?;
    }
    Ok(RangeJudgement { notes: attributed.notes, ..ask(&snapshot, reverts) })
}

/// Whether all that is judged is on the landing branch, and no push of it is told of: then it comes
/// with no change any more.
fn has_landed(judged: &Judged<'_>, range: &Range) -> Result<bool, GitError> {
    let tip = judged.ground.landing.get(&judged.migration.branch);
    let (Some(tip), Some(head), None) = (tip, &range.head, range.update.from) else {
        return Ok(false);
    };
    judged.ground.repo.is_ancestor(head, tip)
}

/// Whether the commits have to be looked into: all of them, once one changed path belongs to a
/// stage or one message holds the trailer.
fn is_relevant(
    migration: &Migration,
    range: &Range,
    matcher: &Matcher<'_>,
) -> Result<bool, GuardError> {
    for change in &range.changes {
        if !matcher.owners(&change.path)?.is_empty() {
            return Ok(true);
        }
    }
    let trailers = [migration.trailer.as_str(), BACKOUT_TRAILER].map(str::to_ascii_lowercase);
    let trailers = trailers.each_ref().map(|trailer| memmem::Finder::new(trailer.as_bytes()));
    let speaks = |message: &[u8]| {
        let message = message.to_ascii_lowercase();
        trailers.iter().any(|trailer| trailer.find(&message).is_some())
    };
    Ok(range.commits.iter().any(|commit| speaks(&commit.message)))
}

fn read_works(
    repo: &Repo,
    range: &Range,
    attribution: &Attribution<'_>,
    matcher: &Matcher<'_>,
) -> Result<Vec<Work>, GuardError> {
    match range.commits.as_slice() {
        // The changes of the only commit are those of the range.
        [commit]
            if commit.parents.len() < 2
                && range.base == commit.parents
                && range.head == Some(commit.id) =>
        {
            let paths = range.changes.iter().map(|change| change.path.clone()).collect();
            Ok(vec![Work {
                commit: commit.clone(),
                paths,
                joined: Vec::new(),
                brought_by: None,
                step: Vec::new(),
            }])
        }
        commits => match &range.head {
            Some(head) => Ok(claimed_works(repo, attribution, matcher, commits, head)?),
            None => Ok(works(repo, commits)?),
        },
    }
}

/// Whether the input is about to change, or changes, the migration's landing branch.
pub(super) fn lands(input: &Input, migration: &Migration) -> bool {
    match (&input.target_branch, input.update.remote.as_branch()) {
        (Some(target), _) => *target == migration.branch,
        (None, Some(branch)) if input.kind != Kind::Range => branch == migration.branch,
        // A range given by hand lands.
        (None, _) => input.kind == Kind::Range,
    }
}

/// Whether nothing says that the forge makes a commit of its own when it lands.
fn lands_as_it_is(input: &Input) -> bool {
    // Nothing is forwarded to a head that does not have the tip.
    if input.beside.is_some() {
        return false;
    }
    let text = input.landing_text.as_ref();
    input.kind != Kind::Range || text.is_none_or(LandingText::may_be_forwarded)
}

fn phase(input: &Input, lands: bool) -> Phase {
    input.phase.unwrap_or(if lands && !input.draft { Phase::Land } else { Phase::Share })
}

/// What the step says that the range may land as.
fn landing_words(input: &Input, attribution: &Attribution<'_>, commits: &[Commit]) -> LandingWords {
    let ways = input.landing_text.as_ref().map(LandingText::ways).unwrap_or_default();
    LandingWords::new(ways.into_iter().map(|way| match way {
        Way::AsItIs => (Claims::default(), false),
        Way::Under(text) => (attribution.of_message(text.as_bytes()), false),
        Way::As(text) => (attribution.of_message(text.as_bytes()), true),
        Way::WithMessages => {
            let mut all = Claims::default();
            for commit in commits {
                let said = attribution.of_message(&commit.message);
                all.stages.extend(said.stages);
                all.foreign |= said.foreign;
            }
            (all, true)
        }
    }))
}

/// The one commit as which the range may land.
fn squash(text: &LandingText, attribution: &Attribution<'_>, commits: &[Commit]) -> Squash {
    let said: Vec<Claims> = commits.iter().map(|commit| attribution.claims(commit)).collect();
    Squash { claims: Claims::squashed(&said), certain: text.must_squash() }
}

/// What happens to the trailers of the commits with the text that the change would land with.
fn landing_text(judged: &Judged<'_>, plan: &StagePlan) -> Option<TrailerFate> {
    let text = judged.input.landing_text.as_ref()?;
    let own = plan.commits.iter().filter(|commit| !commit.by_landing);
    let stages = own.flat_map(|commit| &commit.claims.stages);
    let named = stages.filter_map(|index| judged.migration.stages.get(*index));
    let values: BTreeSet<String> = named.map(|stage| stage.id.to_string()).collect();
    let values: Vec<String> = values.into_iter().collect();
    (!values.is_empty()).then(|| text.fate(&judged.migration.trailer, &values))
}

/// Whether the range takes stages back, and does nothing else: as planned, or to the checkpoint.
fn is_revert<'f>(
    snapshot: &Snapshot<'_>,
    facts: &RepoFacts<'f>,
    (repo, migration): (&Repo, &'f Migration),
) -> Result<bool, GuardError> {
    let Snapshot { matcher, plan, range, .. } = *snapshot;
    if plan.touched.is_empty() || plan.touched.values().any(Touch::advances) {
        return Ok(false);
    }
    // What cannot be shown to be a planned revert is judged like any other push.
    Ok(facts.is_planned(migration).unwrap_or(false)
        || (checkpoint::is_exact(repo, migration, matcher, plan, range)?
            && !facts.takes_foreign_work(migration, plan).unwrap_or(true)))
}

fn ask(snapshot: &Snapshot<'_>, reverts: bool) -> RangeJudgement {
    let mut result = RangeJudgement {
        phase: Some(snapshot.phase),
        unowned: snapshot.plan.unowned.clone(),
        shared: snapshot.plan.shared.clone(),
        reverts,
        ..RangeJudgement::default()
    };
    for specification in REGISTRY {
        if reverts && !specification.asked_of_reverts {
            continue;
        }
        let mut judgement = Judgement::new(snapshot, specification);
        (specification.judge)(snapshot, &mut judgement);
        result.findings.extend(judgement.findings);
        result.asked.extend(judgement.asked);
    }
    result.stages = snapshot
        .touched()
        .map(|(_, stage, touch)| stage_report(snapshot, stage, touch, &result.asked))
        .collect();
    result
}

fn stage_report(
    snapshot: &Snapshot<'_>,
    stage: &Stage,
    touch: &Touch,
    asked: &[Asked],
) -> StageReport {
    let closings = window::closings(snapshot, stage).ok();
    let outlook = snapshot.outlook(stage);
    StageReport {
        migration: snapshot.migration.id.to_string(),
        id: stage.id.to_string(),
        name: stage.name.clone(),
        impact: stage.impact,
        state: stage.state,
        touched_by: touch.by().union(&touch.joined_by).copied().collect(),
        advances: touch.advances(),
        way_back: WayBack {
            open: open(stage, asked, &outlook),
            until: closings.and_then(|all| all.first().map(|closing| closing.at)),
            blocked_by: blocked_by(snapshot.migration, &outlook),
        },
    }
}

/// Open where what a rollback needs was asked for and is there; `None` where it was not, or could
/// not be, asked.
fn open(stage: &Stage, asked: &[Asked], outlook: &Known<Option<Outlook>>) -> Option<bool> {
    match (needed(stage, asked), code_is_open(stage, outlook)) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (_, None) => None,
        (open, Some(true)) => open,
    }
}

/// Whether the code can go back, as far as other work on its files goes.
pub(super) fn code_is_open(stage: &Stage, outlook: &Known<Option<Outlook>>) -> Option<bool> {
    let asked = !stage.irreversible && stage.rollback.contains(&RollbackStep::Code);
    match outlook {
        _ if !asked => Some(true),
        Ok(None) => Some(true),
        Ok(Some(outlook)) if outlook.holds() => Some(true),
        // What only ownership suggests closes nothing for certain.
        Ok(Some(outlook)) => outlook.claimed.filter(|holds| !holds),
        Err(_) => None,
    }
}

/// The ids of the stages that are in the way; `None` where that is not known.
pub(super) fn blocked_by(
    migration: &Migration,
    outlook: &Known<Option<Outlook>>,
) -> Option<Vec<String>> {
    let outlook = outlook.as_ref().ok()?.as_ref()?;
    let stages = outlook.blockers.stages.iter().filter_map(|index| migration.stages.get(*index));
    Some(stages.map(|stage| stage.id.to_string()).collect())
}

fn needed(stage: &Stage, asked: &[Asked]) -> Option<bool> {
    if stage.irreversible {
        return Some(false);
    }
    let needed = ["tag", "flag", "backup", "window"];
    let of_stage = asked
        .iter()
        .filter(|one| one.stage.as_ref() == Some(&stage.id) && needed.contains(&one.requirement));
    let mut open = None;
    for one in of_stage {
        match one.outcome {
            Outcome::Unmet => return Some(false),
            Outcome::Indeterminate => return None,
            Outcome::Satisfied => open = Some(true),
            Outcome::NotApplicable => {}
        }
    }
    open
}
