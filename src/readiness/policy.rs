//! `policy`: the rules themselves: changed, weakened, excused by what comes with the change.

use std::collections::BTreeSet;

use super::judgement::{Judgement, Problem};
use super::registry::{Code, Specification};
use super::snapshot::{Retold, Snapshot};
use crate::config::{Level, Stage, StageState, Waiver};
use crate::git::{ObjectId, RepoPath};
use crate::policy::levels::Strictness;
use crate::policy::waiver::{self, Standing};
use crate::receipt;
use crate::stage::plan::Touch;

/// Commits that a message names.
const NAMED: usize = 3;

/// The requirement.
pub static SPECIFICATION: Specification = Specification {
    id: "policy",
    asks: "changes of the rules, and evidence that comes with the change it excuses, are seen",
    codes: &[
        Code { problem: "changed", strictness: Strictness::Told },
        Code { problem: "weakened", strictness: Strictness::Told },
        Code { problem: "forgotten", strictness: Strictness::LandingFromMedium },
        Code { problem: "evidence-added", strictness: Strictness::Told },
        Code { problem: "waiver-expired", strictness: Strictness::Told },
        // Found where judging failed: `Assessment::unjudged`.
        Code { problem: "not-judged", strictness: Strictness::Always },
    ],
    page: include_str!("policy.md"),
    judge,
    asked_of_reverts: true,
};

fn judge<'a>(snapshot: &Snapshot<'a>, judgement: &mut Judgement<'_, 'a>) {
    let mut unmet = changed(snapshot);
    unmet.extend(weakened(snapshot));
    unmet.extend(evidence_added(snapshot));
    unmet.extend(waivers(snapshot));
    judgement.range().conclude(unmet, Vec::new());
    forgotten(snapshot, judgement);
}

/// Landed work that nothing says to be a stage's any more, once this has landed.
fn forgotten<'a>(snapshot: &Snapshot<'a>, judgement: &mut Judgement<'_, 'a>) {
    let migration = snapshot.migration;
    if let Some(why) = &snapshot.policy.untold {
        let open = migration.stages.iter().filter(|stage| stage.state == StageState::Open);
        if let Some(strictest) = open.max_by_key(|stage| stage.impact) {
            let what = "whether landed stages are known as such to what is pushed";
            let problem = Problem::unknown("forgotten", what, why);
            let ceiling = if begins_here(snapshot) { Level::Deny } else { Level::Warn };
            let subject = judgement.stage(strictest).at_most(ceiling);
            subject.conclude(Vec::new(), vec![problem]);
        }
    }
    for retold in snapshot.policy.retold.iter().filter(|retold| !retold.lost.is_empty()) {
        let Some(stage) = migration.stages.get(retold.stage) else { continue };
        let ceiling = if retold.has_landed { Level::Warn } else { Level::Deny };
        let told = forgotten_work(snapshot, stage, retold);
        judgement.stage(stage).at_most(ceiling).conclude(vec![told], Vec::new());
    }
}

fn forgotten_work(snapshot: &Snapshot<'_>, stage: &Stage, retold: &Retold) -> Problem {
    let mut named: Vec<String> = retold.lost.iter().take(NAMED).map(ObjectId::short).collect();
    if retold.lost.len() > NAMED {
        named.push(format!("{} more", retold.lost.len() - NAMED));
    }
    let (id, work) = (&stage.id, named.join(", "));
    let message = match retold.has_landed {
        false => format!(
            "stage {id} has landed ({work}), and by the pushed rules and attributions it has not: \
             nobody could back it out"
        ),
        true => format!(
            "by the pushed rules and attributions, landed work is no part of stage {id} any more \
             ({work}): backing it out would leave that behind"
        ),
    };
    let help = format!(
        "leave what says so as it is: attributions (the newest entry for a commit counts), `paths`, \
         `[[moves]]`, the start tag, the stage itself; where stage {} needs no way back any more, \
         close it first (`state = \"closed\"`)",
        snapshot.named(stage)
    );
    Problem::new("forgotten", message, help)
}

/// Whether the start tag is here: else the requirement `tag` stops what has to be stopped.
fn begins_here(snapshot: &Snapshot<'_>) -> bool {
    let start = &snapshot.migration.start;
    let tag = || snapshot.facts.tag(&start.tag);
    start.oid.is_some() || matches!(tag(), Ok(Some(tag)) if tag.commit.is_some())
}

fn changed(snapshot: &Snapshot<'_>) -> Vec<Problem> {
    let changed = snapshot.policy.changed.iter().map(|file| {
        Problem::new(
            "changed",
            format!("{file} is not what is trusted: this push is judged by both"),
            "have the change reviewed by those who answer for the migration",
        )
        .about(file)
    });
    changed.collect()
}

fn weakened(snapshot: &Snapshot<'_>) -> Vec<Problem> {
    let weakened = snapshot.policy.weakened.iter().map(|what| {
        Problem::new(
            "weakened",
            format!("the pushed configuration asks for less: {what}"),
            "it takes effect once it has landed; until then the trusted configuration counts",
        )
        .about(what)
    });
    weakened.collect()
}

fn evidence_added(snapshot: &Snapshot<'_>) -> Vec<Problem> {
    if !snapshot.plan.touched.values().any(Touch::advances) {
        return Vec::new();
    }
    let archives = archives(snapshot);
    let online = snapshot.facts.asks_stores();
    // What was held against its store just now has more than its author's word.
    let alone = snapshot.policy.evidence.iter().filter(|path| !online || !archives.contains(path));
    let evidence = alone.map(|path| {
        let help = match archives.contains(path) {
            true => {
                "look at it in the review; where the store can be reached, `backout check --online` \
                 holds receipts against their archives"
            }
            false => "look at it in the review",
        };
        Problem::new(
            "evidence-added",
            format!(
                "{} comes with the very change that relies on it: \
                 so far only its author vouches for it",
                path.shown()
            ),
            help,
        )
        .path(path)
    });
    evidence.collect()
}

/// The receipts of archives that are judged: those of the stages that go forward.
fn archives(snapshot: &Snapshot<'_>) -> BTreeSet<RepoPath> {
    let advancing = snapshot.open().filter(|(_, _, touch)| touch.advances());
    let names = advancing.flat_map(|(_, stage, _)| &stage.backups);
    let paths = names.map(|name| snapshot.rooted(&receipt::backup_path(name)));
    paths.map(|path| RepoPath::from(&*path)).collect()
}

fn waivers(snapshot: &Snapshot<'_>) -> Vec<Problem> {
    let migration = snapshot.migration;
    let now = snapshot.facts.now();
    // Those that come with the push are told at once, the others where a stage is touched.
    let known: &[Waiver] = if snapshot.plan.is_empty() { &[] } else { &migration.waivers };
    let added = snapshot.policy.waivers.iter().filter(|waived| !known.contains(waived));
    let told = known.iter().chain(added).filter_map(|waived| {
        let (message, help) = match waiver::standing(migration, waived, now) {
            Standing::Holds => return None,
            Standing::Expired => (
                format!("the waiver of {} ended on {}", waived.finding, waived.expires),
                "remove it, or give it a new date and have that reviewed",
            ),
            Standing::TooLong => (
                format!(
                    "the waiver of {} runs until {}, \
                     longer than `max_waiver` allows: it does not hold",
                    waived.finding, waived.expires
                ),
                "give it an earlier date",
            ),
        };
        let stage = waived.stage.as_ref().map(ToString::to_string).unwrap_or_default();
        let subject = format!("{} {stage}", waived.finding);
        Some(Problem::new("waiver-expired", message, help).about(&subject).asked_at(&waived.place))
    });
    told.collect()
}
