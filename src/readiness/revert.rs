//! `revert`: after this push, every landed stage can still be backed out alone, or in the order
//! that the configuration expects.

use std::collections::BTreeSet;

use super::hand_made;
use super::judgement::{Judgement, Problem};
use super::registry::{Code, Specification};
use super::snapshot::{Snapshot, Unknown};
use super::split::split;
use super::stays_out;
use crate::config::{Level, RollbackStep, Stage, StageState};
use crate::git::{ObjectId, RepoPath};
use crate::policy::levels::Strictness;
use crate::rollback::clash::{Clash, Reason};
use crate::rollback::outlook::{Loss, Outlook};
use crate::stage::matcher::StageIndex;
use crate::stage::plan::Touch;

/// Commits that a message names.
const NAMED: usize = 3;

/// The requirement.
pub static SPECIFICATION: Specification = Specification {
    id: "revert",
    asks: "every landed stage can still be backed out alone, or in the expected order",
    codes: &[
        Code { problem: "conflicts", strictness: Strictness::LandingFromHigh },
        Code { problem: "foreign-edits", strictness: Strictness::Told },
        Code { problem: "irreversible", strictness: Strictness::Told },
    ],
    page: include_str!("revert.md"),
    judge,
    asked_of_reverts: false,
};

fn judge<'a>(snapshot: &Snapshot<'a>, judgement: &mut Judgement<'_, 'a>) {
    let concerned = match concerned(snapshot) {
        Ok(concerned) => concerned,
        Err(why) => {
            let problem = Problem::unknown("conflicts", "whose way back this push touches", &why);
            judgement.range().conclude(Vec::new(), vec![problem]);
            // Those that are known are asked all the same, as strictly as ever.
            snapshot.plan.touched.keys().copied().collect()
        }
    };
    for index in concerned {
        let Some(stage) = snapshot.migration.stages.get(index) else { continue };
        if stage.state == StageState::Open {
            of_stage(snapshot, judgement, index, stage);
        }
    }
    by_rules(snapshot, judgement);
    hand_made::judge(snapshot, judgement);
}

/// The stages that the pushed rules or attributions, by themselves, take their lone way back.
fn by_rules<'a>(snapshot: &Snapshot<'a>, judgement: &mut Judgement<'_, 'a>) {
    for retold in &snapshot.policy.retold {
        let (Some(stage), Some(outlook)) =
            (snapshot.migration.stages.get(retold.stage), &retold.closed)
        else {
            continue;
        };
        if stage.irreversible || !stage.rollback.contains(&RollbackStep::Code) {
            continue;
        }
        let message = format!(
            "by the pushed rules and attributions, stage {} can no longer be backed out alone: {}{}",
            stage.id,
            what(snapshot, outlook, Named::Nowhere),
            blocked_by(&ids(snapshot, &outlook.blockers.stages))
        );
        let help = format!(
            "leave what the way back rests on as it is: `paths`, `[[moves]]`, `code`, `after`, the \
             start tag, attributions; what has landed, and how it goes back: `backout revert \
             --stage {} --dry-run`",
            snapshot.named(stage)
        );
        let told = placed(Problem::new("conflicts", message, help), outlook, None);
        let ceiling = if retold.certain { Level::Deny } else { Level::Warn };
        judgement.stage(stage).at_most(ceiling).conclude(vec![told], Vec::new());
    }
}

/// The stages whose files the range changes: beside the touched ones, those that share a changed
/// path with the stage that a commit names, and those whose folders it uses, or whose files it
/// changed and changed back; all of them where it changes attributes, or takes a folder away.
fn concerned(snapshot: &Snapshot<'_>) -> Result<BTreeSet<StageIndex>, Unknown> {
    let all = || Ok((0..snapshot.migration.stages.len()).collect());
    if snapshot.range.changes.iter().any(|change| change.path.is_attributes()) {
        // How lines are merged may be another way now, in every file.
        return all();
    }
    let touched = snapshot.plan.touched.keys();
    let mut concerned: BTreeSet<StageIndex> =
        touched.chain(&snapshot.plan.passed).copied().collect();
    for path in &snapshot.plan.shared {
        concerned.extend(&*snapshot.matcher.owners(path)?);
    }
    // Else it is the push that costs next to nothing.
    if !concerned.is_empty() || !snapshot.plan.is_empty() {
        let near = snapshot.facts.near(&snapshot.migration.id)?;
        if near.anybody {
            return all();
        }
        for path in &near.paths {
            concerned.extend(&*snapshot.matcher.owners(path)?);
        }
    }
    Ok(concerned)
}

fn of_stage<'a>(
    snapshot: &Snapshot<'a>,
    judgement: &mut Judgement<'_, 'a>,
    index: StageIndex,
    stage: &'a Stage,
) {
    if stage.irreversible {
        return match point_of_no_return(snapshot, index, stage) {
            Some(told) => judgement.stage(stage).conclude(vec![told], Vec::new()),
            None => judgement.stage(stage).not_applicable(),
        };
    }
    if !stage.rollback.contains(&RollbackStep::Code) {
        return judgement.stage(stage).not_applicable();
    }
    match told(snapshot, index, stage) {
        Ok(Told::NotApplicable) => judgement.stage(stage).not_applicable(),
        Ok(Told::Satisfied) => judgement.stage(stage).satisfied(),
        Ok(Told::Unmet(problem, ceiling)) => {
            judgement.stage(stage).at_most(ceiling).conclude(vec![problem], Vec::new());
        }
        Err(why) => {
            let what = format!("whether stage {} can be backed out alone", stage.id);
            let problem = Problem::unknown("conflicts", &what, &why);
            judgement.stage(stage).at_most(ceiling(snapshot)).conclude(Vec::new(), vec![problem]);
        }
    }
    stays_out::judge(snapshot, judgement, stage);
}

/// What is foreign to the migration is never stopped for the migration's sake. And where the start
/// tag is not here, the requirement `tag` stops what has to be stopped: once is enough.
fn ceiling(snapshot: &Snapshot<'_>) -> Level {
    let advances = snapshot.plan.touched.values().any(Touch::advances);
    let start = &snapshot.migration.start;
    let tagged = || matches!(snapshot.facts.tag(&start.tag), Ok(Some(tag)) if tag.commit.is_some());
    if advances && (start.oid.is_some() || tagged()) { Level::Deny } else { Level::Warn }
}

enum Told {
    NotApplicable,
    Satisfied,
    Unmet(Problem, Level),
}

fn told(snapshot: &Snapshot<'_>, index: StageIndex, stage: &Stage) -> Result<Told, Unknown> {
    let Some(outlook) = snapshot.outlook(stage)? else { return Ok(Told::NotApplicable) };
    if outlook.holds() {
        return Ok(Told::Satisfied);
    }
    // Where nobody has said that it landed, nobody has said that it has a way back.
    let Some(holds_without_suggestions) = outlook.claimed else { return Ok(Told::NotApplicable) };
    let advances = snapshot.plan.touched.get(&index).is_some_and(Touch::advances);
    let lost = snapshot.facts.lost_by(&snapshot.migration.id, &stage.id)?;
    // Of a change that was taken back by a commit which says nothing, nobody's work is left.
    let passed =
        !snapshot.plan.touched.contains_key(&index) && snapshot.plan.passed.contains(&index);
    let lost = lost.filter(|loss| loss.certain || !passed);
    // Rules that come with a rename are judged by themselves: the trusted ones cannot know it.
    let own = (snapshot.migration.id.to_string(), stage.id.to_string());
    let is_renamed = |loss: &Loss| {
        let mut clashes = loss.outlook.clashes.iter();
        clashes.all(|clash| matches!(clash.reason, Reason::MovedOut(_) | Reason::MovedIn(_)))
    };
    let comes_along = !snapshot.policy.by_pushed && snapshot.policy.redefined.contains(&own);
    if comes_along && lost.as_ref().is_some_and(is_renamed) {
        return Ok(Told::NotApplicable);
    }
    Ok(match lost {
        Some(loss) if loss.is_work => {
            let ceiling = if loss.certain { Level::Deny } else { Level::Warn };
            let problem = conflicts(snapshot, stage, &loss);
            Told::Unmet(squashed(snapshot, stage, &loss.outlook, problem), ceiling)
        }
        // Whoever closed its way back, and when: now the stage itself goes on without one.
        lost if advances => {
            let ceiling = if holds_without_suggestions { Level::Warn } else { Level::Deny };
            let problem = goes_on(snapshot, stage, &outlook, lost.as_ref());
            Told::Unmet(squashed(snapshot, stage, &outlook, problem), ceiling)
        }
        None => Told::NotApplicable,
        Some(loss) => Told::Unmet(foreign(snapshot, stage, &loss), Level::Warn),
    })
}

/// Where what is in the way cannot be told apart because all lands as one commit, that helps.
fn squashed(
    snapshot: &Snapshot<'_>,
    stage: &Stage,
    outlook: &Outlook,
    problem: Problem,
) -> Problem {
    let mixed = |reason: &Reason| matches!(reason, Reason::Shared(_) | Reason::Tangled);
    let is_squashed = snapshot.squash.as_ref().is_some_and(|squash| squash.certain)
        && snapshot.range.commits.len() > 1
        && outlook.clashes.iter().any(|clash| mixed(&clash.reason));
    match is_squashed {
        true => problem.helped(format!(
            "all of it lands as one commit: land stage {}'s commits by themselves, or all of them \
             by a merge commit",
            stage.id
        )),
        false => problem,
    }
}

/// A stage goes forward that cannot be backed out.
fn goes_on(
    snapshot: &Snapshot<'_>,
    stage: &Stage,
    outlook: &Outlook,
    lost: Option<&Loss>,
) -> Problem {
    let id = &stage.id;
    let message = format!(
        "this is more work on stage {id}, which cannot be backed out alone: {}{}",
        what(snapshot, outlook, Named::Nowhere),
        blocked_by(&ids(snapshot, &outlook.blockers.stages))
    );
    let named = snapshot.named(stage);
    let help = match outlook.blockers.stages.is_empty() {
        true => match rules_that_help(snapshot, outlook) {
            Some(rules) => rules,
            None => format!(
                "take that change off those lines again; what stands in the way, and the commands \
                 that help: `backout revert --stage {named} --onto HEAD --dry-run`"
            ),
        },
        false => way_out(snapshot, stage, outlook),
    };
    placed(Problem::new("conflicts", message, help), outlook, lost.map(|loss| loss.commit))
}

fn conflicts(snapshot: &Snapshot<'_>, stage: &Stage, loss: &Loss) -> Problem {
    let id = &stage.id;
    let message = format!(
        "stage {id} can no longer be backed out alone: {}{}",
        what(snapshot, &loss.outlook, Named::AsWell(&loss.commit)),
        blocked_by(&ids(snapshot, &loss.outlook.blockers.stages))
    );
    let help = way_out(snapshot, stage, &loss.outlook);
    placed(Problem::new("conflicts", message, help), &loss.outlook, Some(loss.commit))
}

/// `; blocked by stages 4, 9`, where there are any.
fn blocked_by(blocking: &[String]) -> String {
    if blocking.is_empty() { String::new() } else { format!("; blocked by {}", stages(blocking)) }
}

fn stages(ids: &[String]) -> String {
    match ids {
        [one] => format!("stage {one}"),
        many => format!("stages {}", many.join(", ")),
    }
}

/// What helps a stage that other stages are in the way of.
fn way_out(snapshot: &Snapshot<'_>, stage: &Stage, outlook: &Outlook) -> String {
    let id = &stage.id;
    let blocking = ids(snapshot, &outlook.blockers.stages);
    // All that goes along, in the order in which it goes: what blocks, and what comes after that.
    let all = ids(snapshot, outlook.blockers.cascade.as_deref().unwrap_or_default());
    let along: Vec<String> = all.into_iter().filter(|one| one != id.as_str()).collect();
    let named = stages(&along);
    let named_so = snapshot.named(stage);
    let command = format!("`backout revert --stage {named_so}");
    let shared = outlook.clashes.iter().find(|one| matches!(one.reason, Reason::Shared(_)));
    match (&outlook.blockers.cascade, blocking.first()) {
        (Some(_), _) if let Some(shared) = shared => format!(
            "{}; as it is, {command} --cascade` takes {named} along",
            split(snapshot, &shared.step)
        ),
        (Some(_), Some(first)) => format!(
            "take the change off those lines; as it is, {command} --cascade` takes {named} along; \
             where that order is meant, write `after = [\"{id}\"]` into stage {first}"
        ),
        _ => rules_that_help(snapshot, outlook).unwrap_or_else(|| {
            format!("take the change off those lines; what stands in the way: {command} --dry-run`")
        }),
    }
}

/// What the rules have to say, where they are what helps: where the checkpoint is, or what was
/// renamed.
fn rules_that_help(snapshot: &Snapshot<'_>, outlook: &Outlook) -> Option<String> {
    let checkpoint = outlook.clashes.iter().find_map(Clash::checkpoint_help);
    checkpoint.or_else(|| moves(snapshot, outlook))
}

/// What `[[moves]]` has to say of what was renamed.
fn moves(snapshot: &Snapshot<'_>, outlook: &Outlook) -> Option<String> {
    let folder = &snapshot.migration.folder;
    let renamed = outlook.clashes.iter().find_map(|clash| clash.renamed(folder));
    renamed.map(|renamed| renamed.help())
}

fn foreign(snapshot: &Snapshot<'_>, stage: &Stage, loss: &Loss) -> Problem {
    let id = &stage.id;
    let trailer = &snapshot.migration.trailer;
    let message = format!(
        "{} is no declared work of a stage: a rollback of stage {id} leaves such work alone, and is \
         in conflict with it now: {}",
        commit(snapshot, &loss.commit),
        what(snapshot, &loss.outlook, Named::Before(&loss.commit))
    );
    let named_so = snapshot.named(stage);
    let help = format!(
        "it may land; to back stage {id} out, take it back first, as \
         `backout revert --stage {named_so} --dry-run` says. If it is work of a stage after all, \
         name it: `{trailer}: {id}`"
    );
    let help = match moves(snapshot, &loss.outlook) {
        Some(moves) => format!("it may land; {moves}"),
        None => help,
    };
    placed(Problem::new("foreign-edits", message, help), &loss.outlook, Some(loss.commit))
}

/// At the first path that is blocked.
fn placed(problem: Problem, outlook: &Outlook, commit: Option<ObjectId>) -> Problem {
    let problem = match commit {
        Some(commit) => problem.commit(commit),
        None => problem,
    };
    match outlook.clashes.first() {
        Some(clash) => problem.path(&clash.path),
        None => problem,
    }
}

/// The commit that a finding is about.
#[derive(Clone, Copy)]
enum Named<'c> {
    /// There is none.
    Nowhere,
    /// The message has named it.
    Before(&'c ObjectId),
    /// It is named with those that are in the way.
    AsWell(&'c ObjectId),
}

/// What is in the way, where, and whose commits that are: `in a.py, the same lines were changed
/// since (1f2e3d4 "Move")`.
fn what(snapshot: &Snapshot<'_>, outlook: &Outlook, about: Named<'_>) -> String {
    let Some(clash) = outlook.clashes.first() else { return String::new() };
    let by = outlook.blockers.commits.get(&clash.path).map_or(&[][..], Vec::as_slice);
    let mut by: Vec<&ObjectId> = by.iter().collect();
    match about {
        Named::Nowhere => {}
        Named::Before(commit) => by.retain(|id| *id != commit),
        Named::AsWell(commit) if by.contains(&commit) => {}
        Named::AsWell(commit) => by.insert(0, commit),
    }
    let mut named: Vec<String> = by.iter().take(NAMED).map(|id| commit(snapshot, id)).collect();
    if by.len() > NAMED {
        named.push(format!("{} more", by.len() - NAMED));
    }
    let named = if named.is_empty() { String::new() } else { format!(" ({})", named.join(", ")) };
    let others: BTreeSet<&RepoPath> = outlook.clashes.iter().map(|one| &one.path).collect();
    let more = match others.len() {
        0 | 1 => String::new(),
        2 => " and in 1 more path".to_owned(),
        many => format!(" and in {} more paths", many - 1),
    };
    format!("in {}{more}, {}{named}", clash.path.shown(), clash.reason)
}

/// `1f2e3d4c5b6a "Move the sessions"`; without its subject where it came before this range.
fn commit(snapshot: &Snapshot<'_>, id: &ObjectId) -> String {
    let known = snapshot.range.commits.iter().find(|commit| commit.id == *id);
    known.map_or_else(|| id.short(), |known| format!("{} \"{}\"", id.short(), known.subject()))
}

fn ids(snapshot: &Snapshot<'_>, stages: &[StageIndex]) -> Vec<String> {
    let found = stages.iter().filter_map(|stage| snapshot.migration.stages.get(*stage));
    found.map(|stage| stage.id.to_string()).collect()
}

/// A stage from which there is no return lands: told once.
fn point_of_no_return(
    snapshot: &Snapshot<'_>,
    index: StageIndex,
    stage: &Stage,
) -> Option<Problem> {
    if !snapshot.plan.touched.get(&index).is_some_and(Touch::advances) {
        return None;
    }
    // Where it is not known whether it has landed before, once more is not too much.
    let has_landed = snapshot.history(stage).is_ok_and(|past| !past.claimed().steps.is_empty());
    if has_landed {
        return None;
    }
    let reason = stage.reason.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
    Some(Problem::new(
        "irreversible",
        format!(
            "stage {} is marked as the point of no return{reason}: \
             once it has landed, nobody backs it out",
            stage.id
        ),
        "make sure that the stages before it are there to stay: `backout status`",
    ))
}
