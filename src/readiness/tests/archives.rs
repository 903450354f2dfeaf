//! From which archive a stage's data would be brought back.

use super::fake::{archive, receipt};
use super::real::{RECEIPT, Real, guard};
use crate::readiness::archives::{Archives, Effect, Restorable};
use crate::receipt::{ArchiveFormat, ArchiveReceipt};
use crate::stage::matcher::StageIndex;

/// Stage 9 of [`Real`].
const NINE: StageIndex = 1;

/// What is said of these stages at `HEAD`, once that has landed.
fn told(real: &Real, stages: &[StageIndex]) -> Archives {
    let head = real.scratch.id("HEAD");
    real.scratch.remote_has("main", &head);
    let repo = real.scratch.repo();
    let guard = guard(&repo);
    let landings = guard.landings(head).unwrap();
    guard.archives(&landings.known[0], &"m".parse().unwrap(), stages).unwrap()
}

/// The one that is said of stage 9.
fn of_nine(real: &Real) -> Restorable {
    let mut told = told(real, &[NINE]);
    told.remove(&(NINE, "data".parse().unwrap())).unwrap()
}

fn captured(found: Restorable) -> String {
    match found {
        Restorable::Archive { archive, effect: Effect::Landing } => {
            crate::receipt::instant_text(archive.captured_end)
        }
        other => panic!("{other:?}"),
    }
}

fn unknown(found: Restorable) -> String {
    match found {
        Restorable::Unknown(why) => why,
        Restorable::Archive { archive, .. } => panic!("{archive:?}"),
    }
}

#[test]
fn only_the_stages_and_the_migration_that_are_asked_about_are_told_of() {
    let real = Real::with("");
    real.ready();
    assert!(told(&real, &[0]).is_empty(), "stage 4 restores nothing");
    assert_eq!(told(&real, &[0, NINE, 7]).len(), 1);
    let head = real.scratch.id("HEAD");
    let repo = real.scratch.repo();
    let guard = guard(&repo);
    let landings = guard.landings(head).unwrap();
    let other = guard.archives(&landings.known[0], &"other".parse().unwrap(), &[NINE]).unwrap();
    assert!(other.is_empty());
}

#[test]
fn it_hangs_on_whose_work_a_commit_is() {
    let real = Real::with("");
    let of = |times: &[&str]| {
        let archives: Vec<_> = times.iter().map(|time| archive(time)).collect();
        receipt("data", &archives)
    };
    // The commits are made at noon of the 5th of January.
    real.scratch.commit("Receipt", &[(RECEIPT, &of(&["2026-01-05T11:00:00Z"]))]);
    let silent = real.commit("src/9/a.py", "Fix");
    assert_eq!(captured(of_nine(&real)), "2026-01-05T11:00:00Z", "the same in either case");
    let times = ["2026-01-05T11:00:00Z", "2026-01-06T11:00:00Z"];
    real.scratch.commit("Receipt", &[(RECEIPT, &of(&times))]);
    let why = unknown(of_nine(&real));
    let help = format!(
        "that hangs on whose work {0} is, which nobody has said: `backout attribute --stage 9 {0}`, \
         or `--stage none` for a hotfix",
        silent.short()
    );
    assert_eq!(why, help);
}

fn captured_at(time: &str) -> ArchiveReceipt {
    archive(time)
}

/// What is said of stage 9 with these archives, whose first commit was made at noon of the 5th.
fn landed_with(archives: &[ArchiveReceipt]) -> Restorable {
    let real = Real::with("");
    real.scratch.commit("Receipt", &[(RECEIPT, &receipt("data", archives))]);
    real.unready();
    of_nine(&real)
}

#[test]
fn after_a_fast_forward_a_younger_one_may_be_better() {
    let [sooner, later] = ["2026-01-05T11:00:00Z", "2026-01-05T13:00:00Z"].map(captured_at);
    assert_eq!(captured(landed_with(std::slice::from_ref(&sooner))), "2026-01-05T11:00:00Z");
    let found = landed_with(&[sooner, later.clone()]);
    let Restorable::Archive { archive, effect: Effect::Before(at) } = found else {
        panic!("{found:?}")
    };
    let noon = crate::receipt::instant_text(at);
    assert_eq!(noon, "2026-01-05T12:00:00Z");
    assert_eq!(crate::receipt::instant_text(archive.captured_end), "2026-01-05T11:00:00Z");
    let found = landed_with(&[later]);
    assert!(matches!(found, Restorable::Archive { effect: Effect::After(_), .. }), "{found:?}");
    // One of that very moment is neither younger than another one, nor too young.
    let sharp = captured_at("2026-01-05T12:00:00Z");
    assert_eq!(captured(landed_with(std::slice::from_ref(&sharp))), "2026-01-05T12:00:00Z");
    captured(landed_with(&[captured_at("2026-01-05T11:00:00Z"), sharp]));
    // A merge says when.
    let real = Real::with("");
    let both = ["2026-01-05T11:00:00Z", "2026-01-05T13:00:00Z"].map(captured_at);
    real.scratch.commit("Receipt", &[(RECEIPT, &receipt("data", &both))]);
    real.scratch.merge("Merge", || {
        real.unready();
    });
    assert_eq!(captured(of_nine(&real)), "2026-01-05T11:00:00Z");
}

#[test]
fn what_cannot_be_brought_back_is_not_offered() {
    let sound = || archive("2026-01-05T11:00:00Z");
    let nothing = "holds no data: look for an older one";
    for (archive, why) in [
        (
            ArchiveReceipt { format: ArchiveFormat::Backout(9), ..sound() },
            "has archive format 9: use the backout version",
        ),
        (ArchiveReceipt { entries: 0, ..sound() }, nothing),
        (ArchiveReceipt { payload_bytes: 0, ..sound() }, nothing),
    ] {
        let said = unknown(landed_with(&[archive]));
        let expected = format!("the one that counts, of 2026-01-05T11:00:00Z, {why}");
        assert!(said.starts_with(&expected), "{said}");
    }
}

#[test]
fn when_a_stage_took_effect_may_not_be_known() {
    let real = Real::with("");
    let rules = super::real::rules("")
        .replace("backups = [\"data\"]", "backups = [\"data\"]\ndeployed = { tag = \"live\" }");
    real.scratch.commit("Rules", &[("backout.toml", &rules)]);
    real.ready();
    real.scratch.git(&["tag", "live"]);
    let why = unknown(of_nine(&real));
    let told = "when stage 9 took effect is not known: the tag `live` is lightweight";
    assert!(why.starts_with(told), "{why}");
}

#[test]
fn why_there_is_none_is_told() {
    let real = Real::with("");
    real.ready();
    real.scratch.commit("Spoil it", &[(RECEIPT, "no receipt\n")]);
    insta::assert_snapshot!(unknown(of_nine(&real)), @"the receipt cannot be read: .backout/backups/data.toml:1:4: key with no value, expected `=`");
}
