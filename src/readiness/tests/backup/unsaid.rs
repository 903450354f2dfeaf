//! What hangs on a commit of which nobody has said whose work it is.

use insta::assert_snapshot;

use super::{FRESH, captured, case};
use crate::config::Phase;
use crate::readiness::tests::fake::{id, landed};
use crate::stage::ledger::StageHistory;

/// A stage that landed by a commit without a trailer, or has not landed at all.
fn unsaid(landed_at: &str) -> StageHistory {
    let claimed = Some(Box::default());
    StageHistory { claimed, unsaid: Some(id(0x20)), ..landed(&[landed_at]) }
}

#[test]
fn what_hangs_on_a_commit_without_a_word_is_indeterminate() {
    let case = case("high").history("9", Ok(unsaid("2026-11-10T12:00:00Z")));
    let told = captured(case, &[FRESH]).ask("backup");
    assert_eq!(told.outcomes(), "9 indeterminate");
    assert_snapshot!(told.lines(), @"backup/after-the-fact? deny 9: nobody has said whose work 202020202020 is, on files of stage 9; if it was work of that stage, every backup `data` was captured when stage 9 had already taken effect: it holds the new data, not the old / say it, and land that: `backout attribute --stage 9 202020202020`, or `--stage none` for a hotfix");
}

#[test]
fn what_hangs_on_whether_the_stage_has_landed_at_all_is_indeterminate() {
    let case = case("high").phase(Phase::Deploy);
    let case = case.history("9", Ok(unsaid("2026-11-10T12:00:00Z")));
    let told = captured(case, &["2026-11-10T11:30:00Z"]).ask("backup");
    assert_eq!(told.outcomes(), "9 indeterminate");
    assert_snapshot!(told.lines(), @"backup/stale? deny 9: nobody has said whose work 202020202020 is, on files of stage 9; if it was no work of that stage, the last backup `data` is 14 d old where at most 1 h is allowed: a restore would lose that much / say it, and land that: `backout attribute --stage 9 202020202020`, or `--stage none` for a hotfix");
}

#[test]
fn what_holds_whoever_made_the_commit_is_known() {
    let early = unsaid("2026-11-24T11:59:00Z");
    let sound = captured(case("high").history("9", Ok(early.clone())), &["2026-11-24T11:58:00Z"]);
    assert_eq!(sound.ask("backup").outcomes(), "9 satisfied");
    let none = case("high").history("9", Ok(early));
    assert_eq!(none.ask("backup").codes(), "backup/missing deny");
}
