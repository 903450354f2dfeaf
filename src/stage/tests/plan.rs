//! What a range does to the stages.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{commit, id, migration};
use crate::config::Migration;
use crate::git::RepoPath;
use crate::stage::attribution::{Attribution, Attributions};
use crate::stage::attributions::Entry;
use crate::stage::matcher::Matcher;
use crate::stage::plan::{StagePlan, Work, plan};
use crate::stage::trailer::claim;
use crate::stage::words::LandingWords;

fn two() -> Migration {
    migration(&[("4", &["src/4/**", "src/both"], &[]), ("9", &["src/9/**", "src/both"], &[])], "")
}

fn work(byte: u8, message: &str, paths: &[&str]) -> Work {
    let paths = paths.iter().map(|path| RepoPath::from(*path)).collect();
    Work {
        commit: commit(byte, message),
        paths,
        joined: Vec::new(),
        brought_by: None,
        step: Vec::new(),
    }
}

fn planned(changed: &[&str], works: &[Work], entries: &[Entry]) -> StagePlan {
    let migration = two();
    let attributions = Attributions::new(entries.iter().cloned());
    let attribution = Attribution::new(&migration, &[], &attributions);
    let changed: Vec<RepoPath> = changed.iter().map(|path| RepoPath::from(*path)).collect();
    let changed = changed.iter().collect();
    plan(
        &Matcher::new(&migration),
        &attribution,
        &changed,
        &id(0xee),
        works,
        &LandingWords::default(),
    )
    .unwrap()
}

/// `4: advanced suggested, 9: foreign`: the lists in which each stage's commits stand.
fn shown(plan: &StagePlan) -> String {
    let names = ["4", "9"];
    let stage = |(index, touch): (&usize, &crate::stage::plan::Touch)| {
        let lists = [
            ("advanced", &touch.advanced_by),
            ("suggested", &touch.suggested_by),
            ("ambiguous", &touch.ambiguous_by),
            ("foreign", &touch.foreign_by),
            ("backed-out", &touch.backed_out_by),
            ("misnamed", &touch.misnamed_by),
            ("landing", &touch.landing_by),
        ];
        let full = lists.iter().filter(|(_, ids)| !ids.is_empty()).map(|(name, _)| *name);
        format!("{}: {}", names[*index], full.collect::<Vec<_>>().join(" "))
    };
    plan.touched.iter().map(stage).collect::<Vec<_>>().join(", ")
}

fn one(message: &str, paths: &[&str]) -> String {
    shown(&planned(paths, &[work(0xc0, message, paths)], &[]))
}

#[test]
fn whose_a_commit_is() {
    for (trailers, path, expected) in [
        ("Migration-Stage: 4", "src/4/a", "4: advanced"),
        ("", "src/4/a", "4: suggested"),
        ("Migration-Stage: none", "src/4/a", "4: foreign"),
        ("Migration-Stage: 9", "src/4/a", "4: misnamed"),
        ("Migration-Stage: 77", "src/4/a", "4: misnamed"),
        ("Backout-Stage: 4", "src/4/a", "4: backed-out"),
        ("Backout-Stage: 9", "src/4/a", "4: suggested"),
        ("Migration-Stage: 4", "src/both", "4: advanced"),
        ("Migration-Stage: 4\nMigration-Stage: 9", "src/both", "4: advanced, 9: advanced"),
        ("", "src/both", "4: ambiguous, 9: ambiguous"),
        ("Migration-Stage: none", "src/both", "4: foreign, 9: foreign"),
        ("Migration-Stage: 77", "src/both", "4: misnamed, 9: misnamed"),
        ("Backout-Stage: 4", "src/both", "4: backed-out"),
        ("Migration-Stage: 9\nMigration-Stage: none", "src/4/a", "4: foreign"),
        ("Migration-Stage: 9\nBackout-Stage: 4", "src/both", "4: backed-out, 9: advanced"),
        ("Migration-Stage: 4", "docs/x", ""),
    ] {
        assert_eq!(one(&format!("Work\n\n{trailers}"), &[path]), expected, "{trailers} {path}");
    }
}

/// Works of which the first is a merge that brought the others.
fn brought(merge: &str, parts: &[(&str, &str)]) -> StagePlan {
    let mut works = vec![work(0xee, merge, &[])];
    for ((message, path), byte) in parts.iter().zip(0xc0..) {
        works.push(Work { brought_by: Some(id(0xee)), ..work(byte, message, &[path]) });
    }
    let changed: BTreeSet<&str> = parts.iter().map(|(_, path)| *path).collect();
    planned(&changed.into_iter().collect::<Vec<_>>(), &works, &[])
}

#[test]
fn a_merge_speaks_for_its_silent_commits_one_by_one_not_by_paths() {
    let (nine, none, a) = ("S\n\nMigration-Stage: 9", "S\n\nMigration-Stage: none", "src/9/a");
    for (merge, parts, expected) in [
        (nine, &[("S", a)][..], "9: advanced"),
        (nine, &[("S", a), (none, a)], "9: advanced foreign"),
        ("S", &[("S", a), (none, a)], "9: suggested foreign"),
        ("S", &[(nine, "docs/x"), ("S", a)], "9: suggested"),
        ("S", &[(nine, a), ("S", "src/both")], "4: ambiguous, 9: advanced ambiguous"),
        (nine, &[("S", "src/both")], "9: advanced"),
        (nine, &[("S", "src/4/a")], "4: misnamed"),
        (none, &[("S", a)], "9: foreign"),
        ("S\n\nBackout-Stage: 9", &[("S", a)], "9: backed-out"),
        ("S\n\nMigration-Stage: 77", &[("S", a)], "9: suggested"),
    ] {
        assert_eq!(shown(&brought(merge, parts)), expected, "{merge} {parts:?}");
    }
    let plan = brought(nine, &[("S", a)]);
    assert_eq!(plan.touched[&1].advanced_by, BTreeSet::from([id(0xee)]), "the merge says so");
    assert!(plan.commits.iter().all(|commit| commit.missed.is_empty()), "{plan:?}");
}

#[test]
fn a_merge_that_claims_answers_for_what_nobody_that_it_brought_did() {
    let merge = Work {
        step: vec![RepoPath::from("src/9/a"), RepoPath::from("src/9/b")],
        ..work(0xee, "S\n\nMigration-Stage: 9", &[])
    };
    let part = Work {
        brought_by: Some(id(0xee)),
        ..work(0xc0, "S\n\nMigration-Stage: none", &["src/9/a"])
    };
    let plan = planned(&["src/9/a", "src/9/b"], &[merge, part], &[]);
    assert_eq!(shown(&plan), "9: advanced foreign");
    let merge = plan.commits.iter().find(|commit| commit.id == id(0xee)).unwrap();
    assert_eq!(merge.owned.keys().collect::<Vec<_>>(), [&RepoPath::from("src/9/b")]);
}

#[test]
fn what_a_merge_only_put_together_is_nobodys_work() {
    let joins = |merge: Work, parts: &[Work]| {
        let works: Vec<Work> = [merge].into_iter().chain(parts.iter().cloned()).collect();
        planned(&["src/9/a", "src/9/b"], &works, &[])
    };
    let merge = Work {
        joined: vec![RepoPath::from("src/9/a"), RepoPath::from("elsewhere")],
        ..work(0xee, "Merge main", &[])
    };
    let b = "src/9/b";
    let alone = joins(merge.clone(), &[work(0xc0, "S\n\nMigration-Stage: none", &[b])]);
    assert_eq!(shown(&alone), "9: foreign");
    let touch = &alone.touched[&1];
    assert_eq!(touch.joined_by, BTreeSet::from([id(0xee)]));
    assert_eq!(touch.paths, ["src/9/a", b].map(RepoPath::from).into(), "and its owner is touched");
    // What it changed itself as well is its own work.
    let merge = Work { paths: vec![RepoPath::from(b)], ..merge };
    assert_eq!(shown(&joins(merge, &[])), "9: suggested");
}

#[test]
fn what_was_changed_and_changed_back_touches_nothing() {
    let works = [work(0xc1, "Undo", &["src/4/a"]), work(0xc0, "Do", &["src/4/a"])];
    let none = planned(&[], &works, &[]);
    assert!(none.is_empty(), "{none:?}");
}

#[test]
fn a_change_that_no_commit_accounts_for_is_the_heads() {
    // A merge that takes one side whole has no changes of its own.
    let merge = work(0xee, "Merge branch 'x'\n\nMigration-Stage: 4", &[]);
    let plan = planned(&["src/4/a", "src/both"], &[merge], &[]);
    assert_eq!(shown(&plan), "4: suggested, 9: suggested");
    assert!(plan.touched.values().all(|touch| touch.suggested_by == BTreeSet::from([id(0xee)])));
}

#[test]
fn a_stage_is_backed_out_or_foreign_where_all_that_touches_it_says_so() {
    let (out, none, four) =
        ("S\n\nBackout-Stage: 4", "S\n\nMigration-Stage: none", "S\n\nMigration-Stage: 4");
    for (messages, backed_out, foreign) in [
        (&[out][..], true, false),
        (&[out, out], true, false),
        (&[out, "S"], false, false),
        (&[out, four], false, false),
        (&[none], false, true),
        (&[none, "S"], false, false),
        (&[none, out], false, false),
        (&["S"], false, false),
    ] {
        let works: Vec<Work> = messages
            .iter()
            .zip(0xc0..)
            .map(|(said, byte)| work(byte, said, &["src/4/a"]))
            .collect();
        let plan = planned(&["src/4/a"], &works, &[]);
        let touch = &plan.touched[&0];
        assert_eq!(
            (touch.is_backed_out(), touch.is_foreign()),
            (backed_out, foreign),
            "{messages:?}"
        );
    }
}

#[test]
fn a_plan_with_a_touched_stage_or_a_claim_is_not_empty() {
    assert!(planned(&["docs/x"], &[work(0xc0, "W", &["docs/x"])], &[]).is_empty());
    let claim = work(0xc0, "W\n\nMigration-Stage: 4", &["docs/x"]);
    assert!(!planned(&["docs/x"], &[claim], &[]).is_empty(), "a claim on nobody's path");
    assert!(!planned(&["src/4/a"], &[], &[]).is_empty(), "the head's own change");
}

#[test]
fn shared_and_unowned_paths_are_listed() {
    let claiming = work(0xc0, "W\n\nMigration-Stage: 4", &["src/new", "docs/x", "src/both"]);
    let plan = planned(&["src/new", "docs/x", "src/both", "src/4/a"], &[claiming], &[]);
    assert_eq!(plan.unowned, BTreeSet::from([RepoPath::from("src/new")]));
    assert_eq!(plan.shared, BTreeSet::from([RepoPath::from("src/both")]));
    let silent = planned(&["src/new"], &[work(0xc0, "W", &["src/new"])], &[]);
    assert!(silent.is_empty() && silent.unowned.is_empty());
    let foreign = work(0xc0, "W\n\nMigration-Stage: none", &["src/new"]);
    assert!(planned(&["src/new"], &[foreign], &[]).is_empty());
}

fn entry(byte: u8, stage: &str, paths: &[&str]) -> Entry {
    let paths = paths.iter().map(|path| (*path).to_owned()).collect();
    Entry { commit: id(byte), claim: claim(stage).unwrap(), paths }
}

#[test]
fn attributions_speak_where_the_message_is_silent() {
    let of = |message: &str, entries: &[Entry], paths: &[&str]| {
        shown(&planned(paths, &[work(0xc0, message, paths)], entries))
    };
    let nine = [entry(0xc0, "9", &[])];
    assert_eq!(of("Old", &nine, &["src/both"]), "9: advanced");
    assert_eq!(of("New\n\nMigration-Stage: 4", &nine, &["src/both"]), "4: advanced");
    assert_eq!(of("Old", &[entry(0xc1, "9", &[])], &["src/9/a"]), "9: suggested", "another commit");
    let newest = [entry(0xc0, "4", &[]), entry(0xc0, "none", &[]), entry(0xc0, "9", &[])];
    assert_eq!(of("Old", &newest, &["src/both"]), "9: advanced");
    let by_path = [entry(0xc0, "4", &["src/4"]), entry(0xc0, "none", &["src/9/"])];
    assert_eq!(of("Old", &by_path, &["src/4/a", "src/9/a"]), "4: advanced, 9: foreign");
    let later = [entry(0xc0, "9", &[]), entry(0xc0, "none", &["src/9/a"])];
    assert_eq!(of("Old", &later, &["src/9/a"]), "9: foreign", "the newest, on its paths");
    assert_eq!(of("Old", &later, &["src/9/b"]), "9: advanced", "the older one elsewhere");
    let again = [&later[..], &[entry(0xc0, "9", &["src/9/a"])]].concat();
    assert_eq!(of("Old", &again, &["src/9/a"]), "9: advanced");
    let taken = [entry(0xc0, "9", &["src/9/a"]), entry(0xc0, "none", &["src/9"])];
    assert_eq!(of("Old", &taken, &["src/9/a"]), "9: foreign");
    let deep = [entry(0xc0, "none", &["src"]), entry(0xc0, "9", &["src/9/a"])];
    assert_eq!(of("Old", &deep, &["src/9/a", "src/4/a"]), "4: foreign, 9: advanced");
    let misspelt = "New\n\nMigration-Stage: 77";
    assert_eq!(of(misspelt, &nine, &["src/9/a"]), "9: advanced", "a name that is no stage's");
    assert_eq!(of(misspelt, &[], &["src/9/a"]), "9: misnamed");
    assert_eq!(of("New\n\nMigration-Stage: none", &nine, &["src/9/a"]), "9: foreign");
    let near = [entry(0xc0, "none", &["src/4/a"])];
    assert_eq!(of("Old", &near, &["src/4/ab"]), "4: suggested", "a whole name, not its start");
}

const MESSAGES: [&str; 7] = [
    "W",
    "W\n\nMigration-Stage: 4",
    "W\n\nMigration-Stage: 9",
    "W\n\nMigration-Stage: 4\nMigration-Stage: 9",
    "W\n\nMigration-Stage: none",
    "W\n\nMigration-Stage: 77",
    "W\n\nBackout-Stage: 4",
];
const PATHS: [&str; 5] = ["src/4/a", "src/9/a", "src/both", "src/new", "docs/x"];

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(10_000)
    })]

    #[test]
    fn no_trailer_removes_the_owner_of_a_path_of_its_own(
        commits in prop::collection::vec(
            (0..MESSAGES.len(), prop::collection::btree_set(0..PATHS.len(), 0..4)),
            0..4,
        ),
        changed in prop::collection::btree_set(0..PATHS.len(), 0..5),
    ) {
        thread_local! {
            static TWO: Migration = two();
        }
        let works: Vec<Work> = commits
            .iter()
            .zip(0xc0..)
            .map(|((message, paths), byte)| {
                let paths: Vec<&str> = paths.iter().map(|path| PATHS[*path]).collect();
                work(byte, MESSAGES[*message], &paths)
            })
            .collect();
        let changed: BTreeSet<RepoPath> =
            changed.iter().map(|path| RepoPath::from(PATHS[*path])).collect();
        let migration = TWO.with(Clone::clone);
        let none = Attributions::default();
        let attribution = Attribution::new(&migration, &[], &none);
        let all = changed.iter().collect();
        let (matcher, none) = (Matcher::new(&migration), LandingWords::default());
        let plan = plan(&matcher, &attribution, &all, &id(0xee), &works, &none).unwrap();
        let touched = |stage: usize, path: &str| {
            let touch = plan.touched.get(&stage);
            touch.is_some_and(|touch| touch.paths.contains(&RepoPath::from(path)))
        };
        let has = |path: &str| changed.contains(&RepoPath::from(path));
        prop_assert_eq!(touched(0, "src/4/a"), has("src/4/a"));
        prop_assert_eq!(touched(1, "src/9/a"), has("src/9/a"));
        prop_assert_eq!(touched(0, "src/both") || touched(1, "src/both"), has("src/both"));
        for touch in plan.touched.values() {
            prop_assert!(!touch.by().is_empty());
            prop_assert!(touch.paths.is_subset(&changed));
        }
        for unowned in &plan.unowned {
            prop_assert_eq!(unowned, &RepoPath::from("src/new"));
        }
    }
}

/// What a range comes to that lands with texts: each with its trailers, and whether it is one
/// commit then.
fn landing(works: &[Work], ways: &[(&str, bool)]) -> StagePlan {
    landing_in(&two(), works, ways)
}

fn landing_in(migration: &Migration, works: &[Work], ways: &[(&str, bool)]) -> StagePlan {
    let none = Attributions::default();
    let attribution = Attribution::new(migration, &[], &none);
    let said = |text: &str| attribution.of_message(format!("S\n\n{text}").as_bytes());
    let words = LandingWords::new(ways.iter().map(|(text, is_one)| (said(text), *is_one)));
    let changed = works.iter().flat_map(|work| &work.paths).collect();
    plan(&Matcher::new(migration), &attribution, &changed, &id(0xee), works, &words).unwrap()
}

#[test]
fn a_text_to_land_with_may_make_a_stage_without_files_land() {
    let of = migration(&[("4", &["src/4/**"], &[]), ("x", &[], &[])], "");
    let touched = |works: &[Work], text: &str| {
        let found = landing_in(&of, works, &[(text, true), ("", false)]).touched;
        found.into_keys().collect::<Vec<_>>()
    };
    let some = || vec![work(0xc0, "S", &["readme"])];
    assert_eq!(touched(&some(), "Migration-Stage: x"), [1]);
    assert_eq!(touched(&[], "Migration-Stage: x"), [0; 0], "nothing lands");
    assert_eq!(touched(&some(), "Migration-Stage: 4"), [0; 0], "its files are not changed");
}

#[test]
fn a_text_to_land_with_speaks_for_silent_commits() {
    let (four, nine) = ("Migration-Stage: 4", "Migration-Stage: 9");
    let none = "Migration-Stage: none";
    for (message, path, ways, expected) in [
        ("", "src/9/a", &[(nine, true)][..], "9: advanced"),
        ("", "src/9/a", &[(nine, false)], "9: advanced"),
        ("", "src/9/a", &[(nine, false), (nine, true)], "9: advanced"),
        ("", "src/both", &[(nine, true)], "9: advanced"),
        ("", "src/4/a", &[(nine, true)], "4: misnamed"),
        ("", "src/9/a", &[(none, true)], "9: foreign"),
        // In one of several ways only.
        ("", "src/9/a", &[(nine, true), ("", false)], "9: landing"),
        ("", "src/9/a", &[(nine, false), (four, false)], "9: landing"),
        ("", "src/both", &[(nine, false), (four, false)], "4: landing, 9: landing"),
        ("", "src/both", &[(nine, false), ("", false)], "4: ambiguous, 9: landing"),
        ("", "src/4/a", &[(nine, true), ("", false)], "4: suggested"),
        ("", "src/9/a", &[(none, true), ("", false)], "9: suggested"),
        ("", "src/9/a", &[("", false), ("", true)], "9: suggested"),
        // What speaks for itself does so below a merge, and not in a squash.
        (none, "src/9/a", &[(nine, false)], "9: foreign"),
        (none, "src/9/a", &[(nine, true)], "9: foreign landing"),
        (four, "src/both", &[(nine, false)], "4: advanced"),
        (four, "src/both", &[(nine, true)], "4: advanced, 9: landing"),
        (nine, "src/9/a", &[(nine, true)], "9: advanced"),
        (nine, "src/9/a", &[("", true)], "9: advanced"),
        // A text backs nothing out, and what names no stage says nothing.
        ("", "src/9/a", &[("Backout-Stage: 9", true)], "9: suggested"),
        ("", "src/9/a", &[("Migration-Stage: 77", true)], "9: suggested"),
    ] {
        let found = landing(&[work(0xc0, &format!("S\n\n{message}"), &[path])], ways);
        assert_eq!(shown(&found), expected, "{message} {path} {ways:?}");
        for touch in found.touched.values().filter(|touch| !touch.landing_by.is_empty()) {
            assert!(touch.advances(), "it is asked for as the stage's work");
        }
    }
}

#[test]
fn a_text_to_land_with_is_about_all_commits() {
    let works = [work(0xc0, "S", &["docs/x"]), work(0xc1, "S", &["src/9/a"])];
    let found = landing(&works, &[("Migration-Stage: 9", false)]);
    assert!(found.commits.iter().all(|commit| commit.missed.is_empty() && commit.by_landing));
}
