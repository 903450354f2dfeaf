//! Whose words count for a commit inside a merge.

use std::collections::BTreeMap;

use super::{claims, commit, id, migration};
use crate::git::{Commit, ObjectId};
use crate::stage::attribution::Claims;
use crate::stage::words::{LandingWords, brought_by};

fn said(trailers: &str) -> Claims {
    let two = migration(&[("4", &["src/4/**"], &[]), ("9", &["src/9/**"], &[])], "");
    claims(&two, &format!("S\n\n{trailers}"))
}

#[test]
fn a_merge_speaks_for_those_alone_that_say_nothing() {
    let nine = "Migration-Stage: 9";
    for (own, merge, expected) in [
        ("", nine, nine),
        ("", "Migration-Stage: none", "Migration-Stage: none"),
        ("", "Backout-Stage: 9", "Backout-Stage: 9"),
        ("", "", ""),
        // What is no stage's name says nothing of others.
        ("", "Migration-Stage: 77", ""),
        ("Migration-Stage: 4", nine, "Migration-Stage: 4"),
        ("Migration-Stage: none", nine, "Migration-Stage: none"),
        ("Migration-Stage: 77", nine, "Migration-Stage: 77"),
        ("Backout-Stage: 4", nine, "Backout-Stage: 4"),
    ] {
        assert_eq!(*said(own).within(Some(&said(merge))), said(expected), "{own} in {merge}");
        assert_eq!(*said(own).within(None), said(own));
    }
}

#[test]
fn a_back_out_in_vain_and_another_migrations_stage_are_words_too() {
    let vain = Claims { in_vain: [1].into(), ..Claims::default() };
    let elsewhere = Claims { elsewhere: vec!["billing:9".to_owned()], ..Claims::default() };
    for own in [vain, elsewhere] {
        assert_eq!(*own.within(Some(&said("Migration-Stage: 9"))), own);
    }
}

#[test]
fn a_merge_is_brought_by_a_merge() {
    assert_eq!(brought(&[on(9, &[6, 8]), on(8, &[1, 2])], 9), [(8, 9)].into());
    assert_eq!(brought(&[on(9, &[6, 7, 8]), on(8, &[1, 2, 3])], 9), [(8, 9)].into());
}

fn on(byte: u8, parents: &[u8]) -> Commit {
    Commit { parents: parents.iter().map(|parent| id(*parent)).collect(), ..commit(byte, "S") }
}

fn brought(commits: &[Commit], head: u8) -> BTreeMap<u8, u8> {
    let byte = |id: ObjectId| id.as_bytes()[0];
    let all = brought_by(commits, &id(head));
    all.into_iter().map(|(commit, merge)| (byte(commit), byte(merge))).collect()
}

#[test]
fn a_commit_is_brought_by_the_merge_on_the_line_not_by_one_inside() {
    // 9 merges 8, which merges 3 into 4; 5 is on the line, and so is 6, which had merged 2.
    let commits = [
        on(9, &[6, 8]),
        on(8, &[4, 3]),
        on(6, &[5, 2]),
        on(5, &[1]),
        on(4, &[2]),
        on(3, &[1]),
        on(2, &[1]),
    ];
    assert_eq!(brought(&commits, 9), [(2, 6), (3, 9), (4, 9), (8, 9)].into());
    assert_eq!(brought(&commits, 8), [(3, 8)].into(), "of another line");
    assert_eq!(brought(&commits[3..4], 5), BTreeMap::new());
    assert_eq!(brought(&commits, 7), BTreeMap::new(), "whose head is not among them");
}

/// Of ways to land, each with its words and whether it is one commit then.
fn landing(ways: &[(&str, bool)]) -> LandingWords {
    LandingWords::new(ways.iter().map(|(trailers, is_one)| (said(trailers), *is_one)))
}

#[test]
fn a_landing_may_name_a_stage_in_one_way_alone() {
    let (four, none) = ("Migration-Stage: 4", "Migration-Stage: none");
    for (ways, names, at_most) in [
        (&[][..], false, ""),
        (&[("", true), ("", false)], false, ""),
        (&[(none, true), (none, false)], false, none),
        // The ways do not agree: nothing is foreign for sure.
        (&[(none, true), ("", false)], false, ""),
        (&[(four, true), ("", false)], true, four),
        (&[("", true), (four, false)], true, four),
        (&[(four, true), (four, false)], true, four),
        (
            &[(four, true), ("Migration-Stage: 9", false)],
            true,
            "Migration-Stage: 4\nMigration-Stage: 9",
        ),
    ] {
        let words = landing(ways);
        assert_eq!(words.names_a_stage(), names, "{ways:?}");
        assert_eq!(words.at_most(), said(at_most), "{ways:?}");
    }
}

#[test]
fn a_landing_of_one_commit_speaks_for_all_of_it() {
    let words = landing(&[("Migration-Stage: 4", true), ("Migration-Stage: 9", false)]);
    assert_eq!(
        (words.of_all, words.of_silent),
        (vec![said("Migration-Stage: 4")], vec![said("Migration-Stage: 9")],)
    );
    assert_eq!(words.agreed, Claims::default());
    let agreed = landing(&[("Migration-Stage: 4", true), ("Migration-Stage: 4", false)]).agreed;
    assert_eq!(agreed, said("Migration-Stage: 4"));
}

#[test]
fn what_a_squash_keeps_is_said_of_all_of_it() {
    let all = ["Migration-Stage: 4", "Migration-Stage: none", "Backout-Stage: 9", ""];
    let squashed = Claims::squashed(&all.map(said));
    assert_eq!((squashed.stages, squashed.backs_out), ([0].into(), [1].into()));
    assert!(squashed.foreign, "though the last does not say so");
}
