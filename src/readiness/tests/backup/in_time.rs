//! Whether a backup is from before its stage took effect, and of its present life.

use insta::assert_snapshot;

use super::{FRESH, RECEIPT, backed_out, captured, case, deployed, with};
use crate::config::Phase;
use crate::git::TreeFile;
use crate::readiness::snapshot::{Known, Landed};
use crate::readiness::tests::fake::{archive, at, landed, receipt, unknown};
use crate::receipt::ArchiveReceipt;

#[test]
fn stale_before_the_stage_takes_effect() {
    let old = captured(case("medium").phase(Phase::Deploy), &["2026-11-24T10:59:59Z"]);
    assert_snapshot!(old.ask("backup").lines(), @"backup/stale deny 9: the last backup `data` is just over 1 h old where at most 1 h is allowed: a restore would lose that much / take it again right before the stage takes effect: `backout backup create data`");
    let just = captured(case("medium").phase(Phase::Deploy), &["2026-11-24T11:00:00Z"]);
    assert_eq!(just.ask("backup").outcomes(), "9 satisfied");
}

#[test]
fn age_counts_from_the_start_of_the_capture() {
    let long = with(case("medium").phase(Phase::Deploy), |a| {
        a.captured_start = at("2026-11-24T10:00:00Z");
    });
    assert_eq!(long.ask("backup").codes(), "backup/stale deny");
}

#[test]
fn stale_is_held_against_the_moment_of_effect_not_against_now() {
    let case =
        case("medium").phase(Phase::Deploy).history("9", Ok(landed(&["2026-11-10T12:00:00Z"])));
    let fresh_then = captured(case, &["2026-11-10T11:30:00Z"]);
    assert_eq!(fresh_then.ask("backup").outcomes(), "9 satisfied");
    let stale_then = captured(fresh_then, &["2026-11-10T09:30:00Z"]);
    assert_snapshot!(stale_then.ask("backup").lines(), @"backup/stale deny 9: the last backup `data` was, when the stage took effect, 2 h 30 min old where at most 1 h is allowed: a restore would lose that much / the stage has taken effect, a new backup would hold the new data: look for a fresher archive from before then, or waive this with a reason");
}

#[test]
fn after_the_fact() {
    let case = case("high").history("9", Ok(landed(&["2026-11-10T12:00:00Z"])));
    let late = captured(case, &["2026-11-10T12:00:01Z", FRESH]);
    assert_snapshot!(late.ask("backup").lines(), @"backup/after-the-fact deny 9: every backup `data` was captured when stage 9 had already taken effect: it holds the new data, not the old / look for an older archive in the store; where the stage takes effect later than it lands, say when: `deployed = { tag = \"…\" }`; without either, plan a way back that needs no restore");
    let in_time = captured(late, &["2026-11-10T12:00:00Z", FRESH]);
    assert_eq!(in_time.ask("backup").outcomes(), "9 satisfied", "the later one does not hide it");
}

#[test]
fn after_a_fast_forward_the_first_backup_after_its_commits_counts() {
    let mut fast = landed(&["2026-11-10T12:00:00Z"]);
    fast.steps[0].merge = false;
    let case = case("high").phase(Phase::Deploy).history("9", Ok(fast));
    let told = captured(case, &["2026-11-10T12:30:00Z", FRESH]).ask("backup");
    assert_eq!(told.codes(), "");
}

#[test]
fn once_landed_only_what_the_landing_branch_knew_of_is_in_time() {
    let mut fast = landed(&["2026-11-10T12:00:00Z"]);
    fast.steps[0].merge = false;
    let told = |before: Known<Landed>| {
        let mut case = case("high").history("9", Ok(fast.clone()));
        case.facts.landed_files.insert(RECEIPT.to_owned(), before);
        captured(case, &["2026-11-10T12:30:00Z", FRESH]).ask("backup")
    };
    let file = |text: &str| Landed::Before(Some(TreeFile::Content(text.as_bytes().to_vec())));
    let known = receipt("data", &[archive(FRESH)]);
    assert_eq!(told(Ok(file(&known))).outcomes(), "9 satisfied", "one of the two was known");
    assert_eq!(told(Ok(Landed::WithThis)).outcomes(), "9 satisfied");
    let late = told(Ok(Landed::Before(None)));
    assert_snapshot!(late.lines(), @r#"backup/after-the-fact? deny 9: whether `data` was captured before stage 9 took effect: could not check: its first commit (202020202020, 2026-11-10T12:00:00Z) is on `main` already, and no receipt that landed with it tells of this backup / look for an archive from before 2026-11-10T12:00:00Z, and commit its receipt; where the stage takes effect later than it lands, say when: `deployed = { tag = "…" }`; without either, plan a way back that needs no restore, and waive this with a reason"#);
    let other = archive("2026-11-10T12:31:00Z");
    let (at_one_time, of_one_content) = (
        ArchiveReceipt { captured_end: archive(FRESH).captured_end, ..other.clone() },
        ArchiveReceipt { files: archive(FRESH).files, ..other.clone() },
    );
    let of = |archive: ArchiveReceipt| file(&receipt("data", &[archive]));
    let code = "backup/after-the-fact? deny";
    for before in [
        of(other),
        of(at_one_time),
        of(of_one_content),
        file("no receipt"),
        Landed::Before(Some(TreeFile::NotAFile("a folder"))),
    ] {
        assert_eq!(told(Ok(before)).codes(), code);
    }
    assert_eq!(told(unknown()).codes(), "backup/missing? deny");
}

#[test]
fn a_backup_of_an_earlier_life_does_not_count() {
    let again = case("high").history("9", Ok(backed_out(&[])));
    let old = captured(again, &["2026-11-10T11:30:00Z"]);
    assert_snapshot!(old.ask("backup").lines(), @"backup/missing deny 9: every backup `data` is from before stage 9 was last backed out / take it before the stage takes effect: `backout backup create data`");
    // Within the second of the back-out nobody can say which life it was taken in.
    let same_second = captured(old, &["2026-11-12T00:00:00Z"]);
    assert_eq!(same_second.ask("backup").codes(), "backup/missing deny");
    let both = captured(same_second, &["2026-11-10T11:30:00Z", FRESH]);
    assert_eq!(both.ask("backup").outcomes(), "9 satisfied");
}

#[test]
fn a_backup_from_before_a_back_out_within_the_range_does_not_count() {
    let old = captured(case("high"), &["2026-11-10T11:30:00Z"]);
    let lived = old.history("9", Ok(landed(&["2026-11-11T00:00:00Z"])));
    assert!(!lived.ask("backup").codes().contains("missing"));
    let mut begun = backed_out(&["2026-11-13T00:00:00Z"]);
    begun.steps[0].merge = false;
    let again = lived.begun("9", Ok(Some(begun)));
    assert_eq!(again.ask("backup").codes(), "backup/missing deny");
    let fresh = captured(again, &["2026-11-10T11:30:00Z", FRESH]);
    assert_eq!(fresh.ask("backup").outcomes(), "9 satisfied", "it has not landed again yet");
    // Nor does a merge of a branch say when it lands.
    let merged = fresh.begun("9", Ok(Some(backed_out(&["2026-11-13T00:00:00Z"]))));
    let shared = merged.phase(Phase::Share);
    assert_eq!(shared.ask("backup").outcomes(), "9 satisfied");
    assert_eq!(shared.begun("9", unknown()).ask("backup").codes(), "backup/missing? warn");
}

#[test]
fn a_merge_on_its_way_is_no_older_once_it_has_landed() {
    let begun = |merge| {
        let mut begun = landed(&["2026-11-24T11:00:00Z"]);
        begun.steps[0].merge = merge;
        captured(case("high"), &[FRESH]).begun("9", Ok(Some(begun)))
    };
    assert_snapshot!(begun(true).ask("backup").lines(), @r#"backup/after-the-fact deny 9: every backup `data` was captured after 202020202020, the merge that brings stage 9, was made (2026-11-24T11:00:00Z): once that has landed, it would count as captured too late / make the merge anew, so that it is younger than the backup: `git rebase --rebase-merges --no-ff 020202020202`; or, where the stage takes effect later than it lands, say when, in a change of its own that lands first: `deployed = { tag = "…" }`"#);
    assert_eq!(begun(false).ask("backup").outcomes(), "9 satisfied", "a fast-forward does not say");
    let in_time = captured(begun(true), &["2026-11-24T10:59:00Z", FRESH]);
    assert_eq!(in_time.ask("backup").codes(), "backup/stale warn", "the one from before counts");
    let shared = begun(true).phase(Phase::Share);
    assert_eq!(shared.ask("backup").outcomes(), "9 satisfied", "another merge is still to come");
    let tagged = captured(deployed(None), &[FRESH]);
    let tagged = tagged.begun("9", Ok(Some(landed(&["2026-11-24T11:00:00Z"]))));
    assert_eq!(tagged.ask("backup").outcomes(), "9 satisfied", "its tag will say when");
    let unknown = begun(true).begun("9", unknown());
    assert_eq!(unknown.ask("backup").codes(), "backup/missing? deny");
}

#[test]
fn clocks_may_differ_by_two_minutes() {
    let judged = |at: &str| {
        let live = captured(deployed(Some(crate::readiness::tests::fake::at(at))), &[FRESH]);
        let lived = captured(case("high"), &[FRESH]).history("9", Ok(landed(&[at])));
        [live, lived].map(|case| case.ask("backup").codes())
    };
    assert_eq!(judged("2026-11-24T12:02:00Z"), ["", ""]);
    assert_eq!(judged("2026-11-24T12:02:01Z"), ["backup/missing? deny", "backup/missing? deny"]);
}

#[test]
fn a_stage_that_landed_in_the_future_cannot_be_judged() {
    let lived =
        captured(case("high"), &[FRESH]).history("9", Ok(landed(&["2026-12-24T00:00:00Z"])));
    assert_snapshot!(lived.ask("backup").lines(), @r#"backup/missing? deny 9: when stage 9 took effect: could not check: 202020202020 says that it was made at 2026-12-24T00:00:00Z, which is ahead of the clock / check the clocks of this machine and of the one that made it; until that time, say when the stage takes effect: `deployed = { tag = "…" }`"#);
}
