//! `tag`: the checkpoint is there, has not moved, and the pushed work began from it.

use super::judgement::{Judgement, Problem};
use super::registry::{Code, Specification};
use super::snapshot::{Known, Snapshot};
use crate::config::{Level, Stage, TagPin};
use crate::git::{Commit, ObjectId, RefName};
use crate::policy::levels::Strictness;
use crate::shell;
use crate::stage::plan::Touch;

/// The requirement.
pub static SPECIFICATION: Specification = Specification {
    id: "tag",
    asks: "the start tag exists, has not moved, and the pushed work descends from it",
    codes: &[
        Code { problem: "missing", strictness: Strictness::FromMedium },
        Code { problem: "not-fetched", strictness: Strictness::FromMedium },
        Code { problem: "moved", strictness: Strictness::FromMedium },
        Code { problem: "not-ancestor", strictness: Strictness::FromMedium },
        Code { problem: "lightweight", strictness: Strictness::Told },
    ],
    page: include_str!("tag.md"),
    judge,
    asked_of_reverts: false,
};

fn judge<'a>(snapshot: &Snapshot<'a>, judgement: &mut Judgement<'_, 'a>) {
    for (_, stage, touch) in snapshot.open() {
        let pins = std::iter::once(&snapshot.migration.start).chain(&stage.start);
        let mut unmet = Vec::new();
        let mut unknown = Vec::new();
        for pin in pins {
            let stands = match standing(snapshot, pin) {
                Ok(Standing::On(tag)) => tag,
                Ok(Standing::Amiss(problem)) => {
                    unmet.push(*problem);
                    continue;
                }
                Err(problem) => {
                    unknown.push(*problem);
                    continue;
                }
            };
            unmet.extend(unseen(pin, &stands));
            match left_behind(snapshot, pin, &stands, (stage, touch)) {
                Ok(found) => unmet.extend(found),
                Err(found) => unknown.push(*found),
            }
        }
        judgement.stage(stage).at_most(ceiling(touch.is_foreign())).conclude(unmet, unknown);
    }
}

/// Work that is no part of the migration is never stopped for the migration's sake.
pub(super) const fn ceiling(foreign: bool) -> Level {
    if foreign { Level::Warn } else { Level::Deny }
}

/// How a tag stands.
enum Standing {
    /// Where it has to.
    On(Stands),
    /// Elsewhere, or nowhere.
    Amiss(Box<Problem>),
}

/// A tag that stands where it has to.
struct Stands {
    commit: ObjectId,
    annotated: bool,
}

/// How a tag stands; `Err` holds what could not be checked.
fn standing(snapshot: &Snapshot<'_>, pin: &TagPin) -> Result<Standing, Box<Problem>> {
    let name = &pin.tag;
    let tag = known(snapshot.facts.tag(name), "missing", name)?;
    let amiss = |problem| Ok(Standing::Amiss(Box::new(problem)));
    let Some(tag) = tag else { return absent(snapshot, pin).map(Standing::Amiss) };
    let Some(commit) = tag.commit else {
        return amiss(of_pin(
            pin,
            "moved",
            format!("the tag `{name}` does not stand on a commit"),
            format!(
                "set it on the commit where the migration began: `git tag -a -f {name} <commit>`"
            ),
        ));
    };
    if let Some(oid) = pin.oid.filter(|oid| *oid != commit) {
        return amiss(of_pin(
            pin,
            "moved",
            format!(
                "the tag `{name}` stands on {}, but the configuration pins it to {}",
                commit.short(),
                oid.short()
            ),
            format!(
                "put it back: `git tag -a -f {} {} && git push --force {} {}`",
                shell::word(name),
                oid.short(),
                shell::word(snapshot.facts.remote()),
                shell::word(RefName::tag(name).as_str()),
            ),
        ));
    }
    if let Some(head) = &snapshot.range.head {
        let descends = known(snapshot.facts.is_ancestor(&commit, head), "not-ancestor", name)?;
        if !descends {
            return amiss(of_pin(
                pin,
                "not-ancestor",
                format!(
                    "the pushed work does not descend from the tag `{name}` ({}): \
                     there is no way back to it",
                    commit.short()
                ),
                format!(
                    "rebase the work onto a branch that contains it: `git rebase {}`",
                    snapshot.migration.branch
                ),
            ));
        }
    }
    Ok(Standing::On(Stands { commit, annotated: tag.annotated }))
}

/// What nobody would see, were the tag moved.
fn unseen(pin: &TagPin, stands: &Stands) -> Option<Problem> {
    let (name, commit) = (&pin.tag, stands.commit);
    if stands.annotated || pin.oid.is_some() {
        return None;
    }
    Some(of_pin(
        pin,
        "lightweight",
        format!(
            "the tag `{name}` is lightweight and its commit is not pinned: nobody would see it move"
        ),
        format!(
            "pin it in the configuration: `{{ tag = \"{name}\", oid = \"{commit}\" }}`, or make it \
             annotated: `git tag -a -f {name} {}`",
            commit.short()
        ),
    ))
}

/// Work on the stage that the start tag stands on, or after: whoever goes back to it keeps that. Of
/// the range, all that advances the stage counts; of what was there before, what says so.
fn left_behind(
    snapshot: &Snapshot<'_>,
    pin: &TagPin,
    stands: &Stands,
    (stage, touch): (&Stage, &Touch),
) -> Result<Option<Problem>, Box<Problem>> {
    let (name, tag) = (&pin.tag, stands.commit);
    // Of a stage's own checkpoint, its forecast tells what would stay.
    if *pin != snapshot.migration.start {
        return Ok(None);
    }
    let commits = &snapshot.range.commits;
    let mut own = Vec::new();
    if commits.iter().any(|one| one.id == tag) {
        for work in commits.iter().rev().filter(|one| touch.advanced_by.contains(&one.id)) {
            if known(snapshot.facts.is_ancestor(&work.id, &tag), "not-ancestor", name)? {
                own.push(work);
            }
        }
    }
    let before = snapshot.facts.work_before_start(&snapshot.migration.id, &stage.id, &own);
    Ok(known(before, "not-ancestor", name)?.map(|work| too_late(pin, &tag, stage, &work)))
}

fn too_late(pin: &TagPin, tag: &ObjectId, stage: &Stage, work: &Commit) -> Problem {
    let (name, short) = (&pin.tag, work.id.short());
    let message = format!(
        "the tag `{name}` ({}) does not come before {short} \"{}\", which is work on stage {}: \
         whoever goes back to the tag keeps that work",
        tag.short(),
        work.subject(),
        stage.id
    );
    let help = match (work.parents.first(), pin.oid) {
        (None, _) => format!(
            "there is no commit before {short} to set it on: have the work in a commit of its \
             own, after one without it"
        ),
        (Some(_), None) => format!(
            "set it on the last commit before that work: `git tag -a -f {} {short}~`",
            shell::word(name)
        ),
        (Some(before), Some(_)) => format!(
            "pin the last commit before that work in the configuration (`oid = \"{before}\"`), and \
             set the tag there: `git tag -a -f {} {}`",
            shell::word(name),
            before.short()
        ),
    };
    of_pin(pin, "not-ancestor", message, help).commit(work.id)
}

fn known<T>(fact: Known<T>, problem: &'static str, name: &str) -> Result<T, Box<Problem>> {
    fact.map_err(|unknown| {
        Box::new(Problem::unknown(problem, &format!("the tag `{name}`"), &unknown).about(name))
    })
}

/// In a clone that lacks tags, one that is not here may well exist: that is not known, not missing.
fn absent(snapshot: &Snapshot<'_>, pin: &TagPin) -> Result<Box<Problem>, Box<Problem>> {
    let name = &pin.tag;
    match snapshot.facts.tags_left_out() {
        Some(why) => Err(Box::new(of_pin(
            pin,
            "not-fetched",
            format!(
                "the tag `{name}` is not in this clone, {why}: whether it exists is not known here"
            ),
            format!(
                "fetch it: `{}` (with actions/checkout: `fetch-depth: 0` and `fetch-tags: true`)",
                shell::fetch_tag(snapshot.facts.remote(), name)
            ),
        ))),
        None => Ok(Box::new(of_pin(
            pin,
            "missing",
            format!("the tag `{name}` does not exist: there is nothing to roll back to"),
            shell::missing_tag(snapshot.facts.has_remote().then(|| snapshot.facts.remote()), name),
        ))),
    }
}

fn of_pin(pin: &TagPin, problem: &'static str, message: String, help: String) -> Problem {
    Problem::new(problem, message, help).about(&pin.tag).asked_at(&pin.place)
}
