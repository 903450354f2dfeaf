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

#[cfg(test)]
mod tests {
    use super::super::fixture::configuration;
    use super::*;
    use crate::receipt::instant_from_text;

    fn waived(max: &str, more: &str) -> Migration {
        let top = if max.is_empty() { String::new() } else { format!("max_waiver = \"{max}\"\n") };
        let waiver = format!(
            "[[waivers]]\nfinding = \"tag/missing\"\nreason = \"r\"\nexpires = 2026-12-24\n{more}"
        );
        configuration(&top, &waiver).migrations.remove(0)
    }

    fn stands(migration: &Migration, now: &str) -> Standing {
        standing(migration, &migration.waivers[0], instant_from_text(now).unwrap())
    }

    #[test]
    fn the_last_day_holds_until_its_end_in_utc() {
        let migration = waived("", "");
        assert_eq!(stands(&migration, "2026-12-24T23:59:59Z"), Standing::Holds);
        assert_eq!(stands(&migration, "2026-12-25T00:00:00Z"), Standing::Expired);
        let end = instant_from_text("2026-12-25T00:00:00Z").unwrap();
        assert_eq!(ends(&migration.waivers[0]), end);
    }

    #[test]
    fn a_waiver_that_runs_longer_than_is_allowed_does_not_hold() {
        let migration = waived("30d", "");
        assert_eq!(stands(&migration, "2026-11-23T23:59:59Z"), Standing::TooLong);
        assert_eq!(stands(&migration, "2026-11-24T00:00:00Z"), Standing::Holds);
        assert_eq!(stands(&waived("", ""), "2020-01-01T00:00:00Z"), Standing::Holds);
    }

    #[test]
    fn a_waiver_covers_its_finding_and_its_stage() {
        let code = |text: &str| text.parse::<FindingCode>().unwrap();
        let nine = "9".parse::<StageId>().unwrap();
        let four = "4".parse::<StageId>().unwrap();
        let holds = |more: &str, finding: &str, stage: Option<&StageId>| {
            let migration = waived("", more);
            covers(&migration, &migration.waivers[0], &code(finding), stage)
        };
        assert!(holds("", "tag/missing", Some(&nine)));
        assert!(holds("", "tag/missing", None));
        assert!(!holds("", "tag/moved", Some(&nine)));
        for own in ["stage = \"9\"", "stage = \"m:9\""] {
            assert!(holds(own, "tag/missing", Some(&nine)), "{own}");
            assert!(!holds(own, "tag/missing", Some(&four)), "{own}");
            assert!(!holds(own, "tag/missing", None), "{own}");
        }
    }
}
