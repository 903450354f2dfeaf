//! Lives of stages, by what their steps did to the tree.

mod over;
mod ownership;

use std::collections::{BTreeMap, BTreeSet};

use super::{claims, id, migration};
use crate::config::Migration;
use crate::git::{Change, Entry, RepoPath, Seconds};
use crate::stage::ledger::{
    Evidence, Ledger, StageChange, StageHistory, StageStep, Unsaid, ledger,
};
use crate::stage::matcher::Matcher;
use crate::stage::reading::{ByTreeAlone, Differs, Living, Turn, Undoing};
use crate::stage::step::{Parts, Step};
use crate::stage::taken::{Course, Taken};
use crate::stage::trail::Trail;

fn three() -> Migration {
    migration(
        &[
            ("4", &["src/4/**", "src/both"], &[]),
            ("9", &["src/9/**", "src/both"], &[]),
            ("x", &[], &[]),
        ],
        "",
    )
}

/// A path's content before and after: a letter each, `-` where there is no such file.
fn change(path: &str, states: &str) -> Change {
    let entry = |state: u8| (state != b'-').then(|| Entry { mode: 0o100_644, oid: id(state) });
    let [old, new] = states.as_bytes() else { panic!("two states: {states}") };
    Change { path: RepoPath::from(path), old: entry(*old), new: entry(*new) }
}

/// A step's trailers, and its changes as paths with their states.
pub(super) type Told<'a> = (&'a str, &'a [(&'a str, &'a str)]);

/// Steps one second apart, each with its trailers and changes.
pub(super) fn steps(of: &[Told<'_>]) -> Vec<Step> {
    let step = |(number, (trailers, changes)): (u8, &Told<'_>)| Step {
        id: id(number),
        parent: None,
        concerns: BTreeSet::new(),
        parts: BTreeMap::new(),
        time: Seconds(i64::from(number)),
        merge: false,
        subject: "S".to_owned(),
        claims: claims(&three(), &format!("S\n\n{trailers}")),
        changes: changes.iter().map(|(path, states)| change(path, states)).collect(),
    };
    (1..).zip(of).map(step).collect()
}

/// The ledger of all steps; each stage's own is the same, read alone.
fn read(migration: &Migration, steps: Vec<Step>) -> Ledger {
    let matcher = Matcher::new(migration);
    let trail: Trail = steps.into_iter().map(|step| step.narrowed(&matcher).unwrap()).collect();
    let all = ledger(&matcher, trail.all(), None, &ByTreeAlone).unwrap();
    for stage in 0..migration.stages.len() {
        let about = trail.related(stage);
        let alone = ledger(&matcher, trail.all(), Some(&about), &ByTreeAlone).unwrap();
        for related in about {
            assert_eq!(alone.get(related), all.get(related), "{stage}");
        }
    }
    all
}

fn history(stage: usize, of: &[Told<'_>]) -> StageHistory {
    let migration = three();
    let found = read(&migration, steps(of));
    found.get(stage).cloned().unwrap_or_default()
}

/// `1! 2? | out 3 | foreign 4`: claimed and suggested steps, the last back-out, foreign steps.
fn shown(history: &StageHistory) -> String {
    let steps = history.steps.iter().map(|step| {
        format!("{}{}", step.time.0, if step.evidence == Evidence::Claimed { '!' } else { '?' })
    });
    let out = history.backed_out.map(|at| format!("out {}", at.0)).unwrap_or_default();
    let foreign = history.foreign.iter().map(|commit| commit.as_bytes()[0].to_string());
    let parts = [steps.collect::<Vec<_>>().join(" "), out, foreign.collect::<Vec<_>>().join(" ")];
    parts.join(" | ")
}

const FOUR: &str = "Migration-Stage: 4";
const NINE: &str = "Migration-Stage: 9";
const OUT_NINE: &str = "Backout-Stage: 9";
const NONE: &str = "Migration-Stage: none";
const A: &str = "src/4/a";
const B: &str = "src/4/b";

/// A merge of commits with these trailers, on a file each, or on one together.
fn merge_of(parts: &[(&str, &[&str])]) -> Vec<Step> {
    let files: Vec<(&str, &str)> = parts.iter().map(|(path, _)| (*path, "-a")).collect();
    let mut all = steps(&[("", &files)]);
    let said = |text: &&str| claims(&three(), &format!("S\n\n{text}"));
    for ((path, texts), byte) in parts.iter().zip(20..) {
        let words: Vec<_> = texts.iter().map(|text| (id(byte), said(text))).collect();
        all[0].parts.insert(RepoPath::from(*path), Parts::Tangled(words));
    }
    all
}

#[test]
fn steps_are_claimed_suggested_or_foreign() {
    let of = history(0, &[(FOUR, &[(A, "-a")]), ("", &[(A, "ab")]), (NONE, &[(A, "bc")])]);
    assert_eq!(shown(&of), "1! 2? |  | 3");
    assert_eq!(of.landed(), Some(Seconds(1)));
    assert_eq!(shown(&history(1, &[(FOUR, &[("src/both", "-a")])])), " |  | ", "it names stage 4");
    assert_eq!(shown(&history(1, &[("", &[("src/both", "-a")])])), "1? |  | ");
    assert_eq!(
        shown(&history(0, &[(NINE, &[(A, "-a")])])),
        "1? |  | ",
        "a wrong name removes no owner"
    );
}

#[test]
fn a_back_out_of_what_has_not_landed_says_nothing() {
    let out = "Backout-Stage: 4";
    assert_eq!(shown(&history(0, &[(out, &[(A, "-a")])])), "1? |  | ");
    assert_eq!(
        shown(&history(0, &[(out, &[(A, "-a"), (B, "-b")]), (FOUR, &[(A, "ab")])])),
        "1? 2! |  | "
    );
    let also_none = "Backout-Stage: 4\nMigration-Stage: none";
    assert_eq!(shown(&history(0, &[(also_none, &[(A, "-a")])])), " |  | 1");
    // Its owner by another name says nothing either.
    assert_eq!(shown(&history(1, &[(out, &[("src/both", "-a")])])), "1? |  | ");
    // Of a life that is over, nothing is left to back out.
    let lived: &[Told<'static>] = &[(FOUR, &[(A, "-a")]), (out, &[(A, "a-")]), (out, &[(A, "-b")])];
    assert_eq!(shown(&history(0, lived)), "3? | out 2 | ");
    let previous = history(0, &[lived, &[(out, &[(A, "b-")])]].concat()).previous.unwrap();
    assert_eq!(previous.steps.len(), 1, "what was suggested is a life of its own");
}

#[test]
fn only_a_merge_tells_the_moment_of_landing() {
    let exactly = |merge: bool| {
        let mut all = steps(&[(FOUR, &[(A, "-a")]), (FOUR, &[(A, "ab")])]);
        all[0].merge = merge;
        read(&three(), all).stages[&0].landed_exactly()
    };
    assert!(exactly(true));
    assert!(!exactly(false), "it may have been made long before");
    assert!(!StageHistory::default().landed_exactly());
}

#[test]
fn a_life_ends_when_the_tree_is_as_before() {
    let landed: &[Told<'static>] = &[(FOUR, &[(A, "-a"), (B, "xy")]), ("", &[(A, "ab")])];
    let with = |more: &[Told<'static>]| shown(&history(0, &[landed, more].concat()));
    assert_eq!(with(&[("Backout-Stage: 4", &[(A, "b-"), (B, "yx")])]), " | out 3 | ");
    assert_eq!(with(&[("", &[(A, "b-"), (B, "yx")])]), " | out 3 | ", "without a trailer as well");
    assert_eq!(with(&[(FOUR, &[(A, "b-"), (B, "yx")])]), " | out 3 | ", "whatever it says");
    assert_eq!(with(&[("Backout-Stage: 4", &[(A, "b-")])]), "1! 2? |  | ", "half of it is none");
    assert_eq!(
        with(&[("Backout-Stage: 4", &[(A, "b-")]), ("Backout-Stage: 4", &[(B, "yx")])]),
        " | out 4 | "
    );
    assert_eq!(
        with(&[("Backout-Stage: 4", &[(A, "b-"), (B, "yz")])]),
        "1! 2? |  | ",
        "a title alone"
    );
}

#[test]
fn a_stage_that_comes_back_has_a_new_life() {
    let of = history(
        0,
        &[
            (FOUR, &[(A, "xa")]),
            ("Backout-Stage: 4", &[(A, "ax")]),
            (NONE, &[(A, "xh")]),
            (FOUR, &[(A, "hb")]),
        ],
    );
    assert_eq!(shown(&of), "4! | out 2 | 3");
    assert_eq!(of.landed(), Some(Seconds(4)));
}

#[test]
fn foreign_work_does_not_begin_a_life() {
    assert_eq!(shown(&history(0, &[(NONE, &[(A, "xa")]), (NONE, &[(A, "ax")])])), " |  | 1 2");
    let after = history(0, &[(NONE, &[(A, "xh")]), (FOUR, &[(A, "ha")]), ("", &[(A, "ah")])]);
    assert_eq!(shown(&after), " | out 3 | 1", "back to what the hotfix had left");
}

#[test]
fn another_stages_change_of_a_shared_path_is_not_held_against_a_stage() {
    // One step: 9's work on the shared path, and on a path of 4 that sorts before or after it.
    for own in ["src/4/a", "src/both0"] {
        let migration =
            migration(&[("4", &[own, "src/both"], &[]), ("9", &["src/9/**", "src/both"], &[])], "");
        let mut all = steps(&[(NINE, &[(own, "xy"), ("src/both", "xy")]), ("", &[(own, "yx")])]);
        for step in &mut all {
            step.changes.sort_by(|a, b| a.path.cmp(&b.path));
        }
        let found = read(&migration, all);
        assert_eq!(shown(&found.stages[&0]), " | out 2 | ", "{own}");
    }
}

#[test]
fn a_mode_change_and_a_type_change_count() {
    let mut all = steps(&[(FOUR, &[(A, "aa")]), (FOUR, &[(A, "aa")])]);
    all[0].changes[0].new = Some(Entry { mode: 0o100_755, oid: id(b'a') });
    all[1].changes[0].old = Some(Entry { mode: 0o100_755, oid: id(b'a') });
    let migration = three();
    assert_eq!(shown(&read(&migration, all[..1].to_vec()).stages[&0]), "1! |  | ");
    assert_eq!(shown(&read(&migration, all).stages[&0]), " | out 2 | ");
}

#[test]
fn a_stage_without_paths_lands_by_its_trailer() {
    let of = history(2, &[("Migration-Stage: x", &[("ops/run.sh", "-a")])]);
    assert_eq!(shown(&of), "1! |  | ");
}

#[test]
fn unowned_paths_land_nobody() {
    assert_eq!(shown(&history(0, &[(FOUR, &[("docs/four", "-a")])])), " |  | ");
}

#[test]
fn what_is_only_suggested_is_told_apart() {
    let certain = |of: &[Told<'_>]| shown(history(0, of).claimed());
    let fix = ("", &[(A, "-a")][..]);
    assert_eq!(certain(&[fix, (FOUR, &[(A, "ab")])]), "2! |  | ", "it may have been a hotfix");
    assert_eq!(certain(&[fix, ("", &[(A, "a-")])]), " |  | ", "no life began, none ended");
    assert_eq!(shown(&history(0, &[fix, ("", &[(A, "a-")])])), " | out 2 | ");
    // The tree decides that a claimed life has ended, whoever says so.
    assert_eq!(certain(&[(FOUR, &[(A, "-a")]), ("", &[(A, "a-")])]), " | out 2 | ");
    let told = history(0, &[(FOUR, &[(A, "-a")]), (NONE, &[(A, "ab")])]);
    assert_eq!((told.claimed, told.unsaid), (None, None), "nothing is left unsaid");
    assert_eq!(history(0, &[(FOUR, &[(B, "-a")]), fix]).unsaid, Some(id(2)));
}

#[test]
fn what_takes_back_without_a_word_is_whose_that_was() {
    let both = "src/both";
    let of = |told: &[Told<'_>]| [0, 1].map(|stage| shown(&history(stage, told)));
    let (nine, out) = ((NINE, &[(both, "xa")][..]), ("", &[(both, "ax")][..]));
    let again = ("", &[(both, "xa")][..]);
    assert_eq!(of(&[nine, out]), [" |  | ", " | out 2 | "], "4 never landed");
    assert_eq!(of(&[nine, out, again]), [" |  | ", "3? | out 2 | "]);
    assert_eq!(of(&[nine, out, again, out]), [" |  | ", " | out 4 | "]);
    // What came to nothing in between makes no difference, and what did not does.
    let (fix, unfix) = ((NONE, &[(both, "ab")][..]), ("", &[(both, "ba")][..]));
    assert_eq!(of(&[nine, fix, unfix, out]), [" |  | 2 3", " | out 4 | 2 3"]);
    let whole = ("", &[(both, "bx")][..]);
    assert_eq!(of(&[nine, (NINE, &[(both, "ab")]), whole]), [" |  | ", " | out 3 | "]);
    assert_eq!(of(&[nine, (FOUR, &[(both, "ab")]), whole]), [" | out 3 | ", " | out 3 | "]);
    // A hotfix that came back is one.
    let (hotfix, none) = ((NONE, &[(both, "xa")][..]), ("", &[(both, "ax")][..]));
    assert_eq!(of(&[hotfix, none, again]), [" |  | 1 2 3", " |  | 1 2 3"]);
    // Who declares that foreign which took a stage away, brings the stage back by undoing it.
    let declared = (NONE, &[(both, "ax")][..]);
    assert_eq!(of(&[nine, declared, again]), [" |  | 2", "3? | out 2 | 2"]);
    // Where foreign work goes with a stage's, whose the rest is cannot be told; but no other owner's
    // life begins with what leaves the file as it was before all of them.
    let mixed = ("", &[(both, "bx")][..]);
    assert_eq!(of(&[nine, fix, mixed]), [" |  | 2 3", " | out 3 | 2 3"]);
    // What the file was before a life that is over is not held against the next.
    let lives =
        [nine, (OUT_NINE, &[(both, "ax")]), (NONE, &[(both, "xh")]), (NINE, &[(both, "hi")])];
    let gone = ("", &[(both, "ih")][..]);
    assert_eq!(of(&[&lives[..], &[gone]].concat()), [" |  | 3", " | out 5 | 3"]);
    // What only ownership says is everybody's stays so.
    let silent = ("", &[(both, "ab")][..]);
    assert_eq!(of(&[nine, silent, ("", &[(both, "ba")])])[0], " | out 3 | ");
}

#[test]
fn a_shared_file_as_before_any_work_has_nobodys_work_left() {
    let both = "src/both";
    let told: &[Told<'_>] =
        &[(FOUR, &[(both, "xa")]), (NINE, &[(both, "ab")]), ("", &[(both, "bx")])];
    let of = |stage| shown(&history(stage, told));
    assert_eq!(of(0), " | out 3 | ");
    assert_eq!(of(1), " | out 3 | ");
    // Stage 4 alone is gone where its file is as stage 4 found it, and stage 9's work with it.
    let told: &[Told<'_>] =
        &[(FOUR, &[(both, "xa")]), (NINE, &[(both, "ab")]), (NONE, &[(both, "bc")])];
    assert_eq!(shown(&history(0, told)), "1! |  | 3");
}

#[test]
fn a_stage_that_takes_away_what_another_one_added_has_landed() {
    let both = "src/both";
    let told: &[Told<'_>] = &[
        (NINE, &[(both, "-a")]),
        (FOUR, &[(both, "a-")]),
        ("Backout-Stage: 4", &[(both, "-a")]),
        ("Backout-Stage: 9", &[(both, "a-")]),
    ];
    let after =
        |steps: usize| [0, 1].map(|stage| shown(&history(stage, told.get(..steps).unwrap())));
    assert_eq!(after(2), ["2! |  | ", "1! |  | "], "it is 4's work, and not 9's back-out");
    assert_eq!(after(3), [" | out 3 | ", "1! |  | "]);
    assert_eq!(after(4), [" | out 3 | ", " | out 4 | "]);
}

#[test]
fn a_stage_is_gone_where_its_file_is_as_it_found_it_and_the_one_before_stays() {
    let both = "src/both";
    let told: &[Told<'_>] =
        &[(NINE, &[(both, "xa")]), (FOUR, &[(both, "ab")]), (NONE, &[(both, "ba")])];
    assert_eq!(shown(&history(0, told)), " | out 3 | 3");
    assert_eq!(shown(&history(1, told)), "1! |  | 3");
}
