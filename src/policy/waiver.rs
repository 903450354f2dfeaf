//! Waivers: findings set aside by the trusted configuration, with a reason and an end.

use jiff::SignedDuration;
use jiff::tz::Offset;

use crate::config::{FindingCode, Migration, MigrationId, StageId, Waiver};
use crate::git::Seconds;

/// Whether a waiver holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It holds.
    Holds,
    /// Its last day is over.
    Expired,
    /// It runs longer than the migration allows, so it does not hold yet.
    TooLong,
}

/// The moment at which a waiver ends: the end of its last day, UTC.
#[must_use]
pub fn ends(waiver: &Waiver) -> Seconds {
    let next = waiver.expires.tomorrow().unwrap_or(waiver.expires);
    let midnight = Offset::UTC.to_timestamp(next.at(0, 0, 0, 0));
    // A date that has no such moment is beyond all clocks: it has ended.
    Seconds(midnight.map_or(i64::MIN, jiff::Timestamp::as_second))
}

/// Whether a waiver holds at a moment.
#[must_use]
pub fn standing(migration: &Migration, waiver: &Waiver, now: Seconds) -> Standing {
    let end = ends(waiver);
    // The last day itself is not counted against the limit: dates expire at its end.
    let day = SignedDuration::from_hours(24).as_secs();
    let limit = migration.max_waiver.map(|limit| now.0.saturating_add(limit.as_secs() + day));
    if end <= now {
        Standing::Expired
    } else if limit.is_some_and(|limit| end.0 > limit) {
        Standing::TooLong
    } else {
        Standing::Holds
    }
}

/// Whether a waiver is about a finding.
#[must_use]
pub fn covers(
    migration: &Migration,
    waiver: &Waiver,
    code: &FindingCode,
    stage: Option<&StageId>,
) -> bool {
    let same_migration = |id: &MigrationId| *id == migration.id;
    waiver.finding == *code
        && waiver.stage.as_ref().is_none_or(|name| {
            name.migration.as_ref().is_none_or(same_migration) && Some(&name.stage) == stage
        })
}
