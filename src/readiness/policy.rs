//! `policy`: the rules themselves: changed, weakened, excused by what comes with the change.

use super::judgement::{Judgement, Problem};
use super::registry::{Code, Specification};
use super::snapshot::Snapshot;
use crate::policy::levels::Strictness;
use crate::policy::waiver::{self, Standing};
use crate::stage::plan::Touch;

/// The requirement.
pub static SPECIFICATION: Specification = Specification {
    id: "policy",
    asks: "changes of the rules, and evidence that comes with the change it excuses, are seen",
    codes: &[
        Code { problem: "changed", strictness: Strictness::Told },
        Code { problem: "weakened", strictness: Strictness::Told },
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
    let evidence = snapshot.policy.evidence.iter().map(|path| {
        Problem::new(
            "evidence-added",
            format!(
                "{} comes with the very change that relies on it: \
                 so far only its author vouches for it",
                path.shown()
            ),
            "look at it in the review; where the store can be reached, `backout check --online` \
             holds receipts against their archives",
        )
        .path(path)
    });
    evidence.collect()
}

fn waivers(snapshot: &Snapshot<'_>) -> Vec<Problem> {
    if snapshot.plan.is_empty() {
        return Vec::new();
    }
    let migration = snapshot.migration;
    let now = snapshot.facts.now();
    let told = migration.waivers.iter().filter_map(|waived| {
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
