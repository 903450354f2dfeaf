//! `ref`: the push itself does not destroy the way back.

use super::dropped;
use super::foxtrot;
use super::judgement::{Judgement, Problem};
use super::registry::{Code, Specification};
use super::snapshot::{Known, Snapshot, Unknown};
use crate::config::{Level, TagPin};
use crate::git::{ObjectId, Operation, Target};
use crate::policy::levels::Strictness;
use crate::shell;
use crate::stage::plan::Work;

/// The requirement.
pub static SPECIFICATION: Specification = Specification {
    id: "ref",
    asks: "the push does not delete or move a checkpoint, nor rewrite landed stages away",
    codes: &[
        Code { problem: "start-tag-deleted", strictness: Strictness::Always },
        Code { problem: "start-tag-moved", strictness: Strictness::Always },
        Code { problem: "history-rewritten", strictness: Strictness::Always },
    ],
    page: include_str!("ref.md"),
    judge,
    asked_of_reverts: true,
};

fn judge<'a>(snapshot: &Snapshot<'a>, judgement: &mut Judgement<'_, 'a>) {
    let mut unmet = Vec::new();
    let mut unknown = Vec::new();
    let mut ceiling = Level::Deny;
    let mut keep = |told: Result<Option<Problem>, Box<Problem>>| match told {
        Ok(problem) => unmet.extend(problem),
        Err(problem) => unknown.push(*problem),
    };
    match snapshot.range.target {
        Target::Tag => unmet = moved_checkpoint(snapshot),
        Target::Branch if snapshot.lands => {
            keep(rewritten(snapshot));
            keep(turned(snapshot));
        }
        // It may as well land by a merge of its own, or as one commit.
        _ if snapshot.lands_as_it_is && !snapshot.lands => {
            keep(turned(snapshot));
            ceiling = Level::Warn;
        }
        _ => return judgement.range().not_applicable(),
    }
    judgement.range().at_most(ceiling).conclude(unmet, unknown);
}

/// What first parents no longer tell of what has landed; nothing where nothing has begun.
fn turned(snapshot: &Snapshot<'_>) -> Result<Option<Problem>, Box<Problem>> {
    match commit_of(snapshot, &snapshot.migration.start) {
        Ok(None) => Ok(None),
        _ => foxtrot::told(snapshot),
    }
}

/// Where the migration and its stages began.
fn starts<'a>(snapshot: &'a Snapshot<'_>) -> impl Iterator<Item = &'a TagPin> {
    let stages = snapshot.migration.stages.iter();
    std::iter::once(&snapshot.migration.start)
        .chain(stages.filter_map(|stage| stage.start.as_ref()))
}

fn checkpoints<'a>(snapshot: &'a Snapshot<'_>) -> impl Iterator<Item = &'a TagPin> {
    let stages = snapshot.migration.stages.iter();
    starts(snapshot).chain(stages.filter_map(|stage| stage.deployed.as_ref()))
}

/// The checkpoint that a pushed tag deletes, or puts somewhere else.
fn moved_checkpoint(snapshot: &Snapshot<'_>) -> Vec<Problem> {
    let range = snapshot.range;
    let Some(name) = range.update.remote.as_tag() else { return Vec::new() };
    // One tag may end a stage and start the next: every pin of that name counts.
    let pins: Vec<&TagPin> = checkpoints(snapshot).filter(|pin| pin.tag == name).collect();
    let Some(first) = pins.first() else { return Vec::new() };
    let says = |pin: &TagPin, problem, message, help| {
        vec![Problem::new(problem, message, help).about(name).asked_at(&pin.place)]
    };
    if range.operation == Operation::Delete {
        return says(
            first,
            "start-tag-deleted",
            format!(
                "this push deletes the tag `{name}`, a checkpoint of the migration `{}`",
                snapshot.migration.id
            ),
            "leave it where it is; when the migration is over, take it out of the configuration, \
             land that, and delete it then"
                .to_owned(),
        );
    }
    let pinned = pins.iter().find_map(|pin| Some((pin, pin.oid?)));
    if let Some((pin, oid)) = pinned {
        // Onto its pin it may always go: that is how a moved tag is put back.
        return match range.head == Some(oid) {
            true => Vec::new(),
            false => says(
                pin,
                "start-tag-moved",
                format!(
                    "this push sets the tag `{name}` on another commit than \
                     the configuration pins ({})",
                    oid.short()
                ),
                format!("set it back before pushing: `git tag -a -f {name} {}`", oid.short()),
            ),
        };
    }
    // A pipeline moves its own deployed tag forward; a start tag stays.
    let is_start = starts(snapshot).any(|pin| pin.tag == name);
    let replaced = range.update.from.is_some() && (range.old.is_none() || range.old != range.head);
    if is_start && replaced {
        return says(
            first,
            "start-tag-moved",
            format!(
                "this push moves the tag `{name}` away from the commit where the migration began"
            ),
            format!(
                "fetch the remote's tag again: `{} --force`",
                shell::fetch_tag(snapshot.facts.remote(), name)
            ),
        );
    }
    Vec::new()
}

/// What a deletion or a rewrite of the landing branch takes away.
fn rewritten(snapshot: &Snapshot<'_>) -> Result<Option<Problem>, Box<Problem>> {
    let branch = &snapshot.migration.branch;
    let about = |problem: Problem| problem.about(branch);
    match snapshot.range.operation {
        Operation::Create | Operation::Update => Ok(None),
        Operation::Delete => Ok(Some(about(Problem::new(
            "history-rewritten",
            format!("this push deletes `{branch}`, where the stages land"),
            "name another branch in `[migration] branch`, and land that change, \
             before deleting this one",
        )))),
        Operation::Rewrite => {
            let dropped = snapshot.facts.dropped().map_err(|unknown| {
                let what = format!("what this forced push takes away from `{branch}`");
                Box::new(Problem::unknown("history-rewritten", &what, &unknown))
            });
            let told = dropped.and_then(|dropped| taken_away(snapshot, &dropped));
            told.map(|told| told.map(about)).map_err(|why| Box::new(about(*why)))
        }
    }
}

/// The worst of what a rewrite takes away: where the stages began, their work, what their way back
/// rests on beside it.
fn taken_away(snapshot: &Snapshot<'_>, dropped: &[Work]) -> Result<Option<Problem>, Box<Problem>> {
    let branch = &snapshot.migration.branch;
    let remote = shell::word(snapshot.facts.remote());
    let help = format!(
        "do not force: `git fetch {remote} && git rebase {remote}/{branch}`; \
         to undo landed work, push a revert commit"
    );
    let says = |message: String| Problem::new("history-rewritten", message, help);
    let (lost, mut unknown) = lost_start(snapshot, dropped);
    if let Some(pin) = lost {
        return Ok(Some(says(format!(
            "this forced push drops the commit of the start tag `{}` from `{branch}`: \
             the way back would lead nowhere",
            pin.tag
        ))));
    }
    let landed = dropped.iter().find(|work| owned(snapshot, work));
    if let Some(work) = landed.or_else(|| step(snapshot, dropped, &mut unknown)) {
        let message = format!(
            "this forced push drops landed work on the migration's stages from `{branch}`: {} {}",
            work.commit.id.short(),
            work.commit.subject()
        );
        return Ok(Some(says(message).commit(work.commit.id)));
    }
    match dropped::support(snapshot, dropped, &mut unknown) {
        Some((what, commit)) => {
            let message = format!("this forced push drops {what} from `{branch}`");
            Ok(Some(says(message).commit(commit)))
        }
        None => unknown.map_or(Ok(None), |problem| Err(Box::new(problem))),
    }
}

/// Whether a commit changes a stage's file.
fn owned(snapshot: &Snapshot<'_>, work: &Work) -> bool {
    work.paths.iter().any(|path| {
        // A glob that cannot be read is refused before this; if not, the path counts.
        snapshot.matcher.owners(path).map_or(true, |owners| !owners.is_empty())
    })
}

/// A landed step of a stage that has none of its files.
fn step<'w>(
    snapshot: &Snapshot<'_>,
    dropped: &'w [Work],
    unknown: &mut Option<Problem>,
) -> Option<&'w Work> {
    // Where nothing goes away, nothing has to be known of what has landed.
    if dropped.is_empty() {
        return None;
    }
    if matches!(commit_of(snapshot, &snapshot.migration.start), Ok(None)) {
        // Nothing has begun, or the tag is elsewhere.
        if dropped.iter().any(|work| names_a_stage(snapshot, work)) {
            let tag = &snapshot.migration.start.tag;
            let why = Unknown {
                reason: format!("the start tag `{tag}` is not here"),
                help: format!("fetch it: `git fetch {} tag {tag}`", snapshot.facts.remote()),
            };
            let what = "whether this forced push drops landed work of a stage";
            *unknown = unknown.take().or(Some(Problem::unknown("history-rewritten", what, &why)));
        }
        return None;
    }
    match snapshot.facts.steps_before_rewrite(&snapshot.migration.id) {
        Ok(steps) => dropped.iter().find(|work| steps.contains(&work.commit.id)),
        Err(why) => {
            let what = "whether this forced push drops landed work of a stage";
            *unknown = unknown.take().or(Some(Problem::unknown("history-rewritten", what, &why)));
            None
        }
    }
}

/// Whether a commit's message holds the trailer, with whatever value.
fn names_a_stage(snapshot: &Snapshot<'_>, work: &Work) -> bool {
    let trailer = snapshot.migration.trailer.to_ascii_lowercase();
    let message = work.commit.message.to_ascii_lowercase();
    memchr::memmem::find(&message, trailer.as_bytes()).is_some()
}

/// The start whose commit is among what goes away, or why that could not be checked.
fn lost_start<'a>(
    snapshot: &'a Snapshot<'_>,
    dropped: &[Work],
) -> (Option<&'a TagPin>, Option<Problem>) {
    let mut unknown = None;
    // Where nothing goes away, nothing has to be known of the tags.
    for pin in starts(snapshot).filter(|_| !dropped.is_empty()) {
        match commit_of(snapshot, pin) {
            Ok(commit) => {
                if dropped.iter().any(|work| Some(work.commit.id) == commit) {
                    return (Some(pin), None);
                }
            }
            Err(why) => {
                let what = format!("whether this forced push drops the start tag `{}`", pin.tag);
                unknown = Some(Problem::unknown("history-rewritten", &what, &why));
            }
        }
    }
    (None, unknown)
}

fn commit_of(snapshot: &Snapshot<'_>, pin: &TagPin) -> Known<Option<ObjectId>> {
    if pin.oid.is_some() {
        return Ok(pin.oid);
    }
    match (snapshot.facts.tag(&pin.tag)?, snapshot.facts.tags_left_out()) {
        (None, Some(why)) => Err(Unknown {
            reason: format!("the tag is not in this clone, {why}"),
            help: format!("fetch it: `{}`", shell::fetch_tag(snapshot.facts.remote(), &pin.tag)),
        }),
        (tag, _) => Ok(tag.and_then(|tag| tag.commit)),
    }
}
