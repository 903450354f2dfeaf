//! What messages say, and what in them acts no more.

use std::collections::BTreeSet;

use super::*;
use crate::config::testing::configuration;
use crate::git::{ObjectId, Seconds};
use crate::stage::ledger::{Evidence, StageStep};

#[test]
fn what_others_wrote_acts_no_more() {
    assert_eq!(harmless("Fix [skip ci] and [CI SKIP]"), "Fix (skip ci) and (CI SKIP)");
    for said in
        ["ci-skip", "skip_ci", "Skip-CI", "skip azp", "azurepipelines skip", "no ci", "skip-checks"]
    {
        assert_eq!(harmless(&format!("Fix [[{said}] it")), format!("Fix [({said}) it"));
    }
    for said in
        ["[", "[]", "[ci]", "[no]", "[0]", "a] skip [ci", "[skip the next three or four of them]"]
    {
        assert_eq!(harmless(said), said);
    }
    assert_eq!(harmless("Closes #12, acme/x#3, GH-4"), "Closes # 12, acme/x# 3, GH- 4");
    assert_eq!(harmless("cc @acme/team, a@example.com"), "cc @ acme/team, a@example.com");
    assert_eq!(harmless("a\u{1b}[31mb\u{202e}c***NO_CI***"), "a [31mb cNO_CI");
    for plain in ["C# and #tag - 1", "phase-2 of x-1", "highs GH- and -4"] {
        assert_eq!(harmless(plain), plain);
    }
}

#[test]
fn a_path_stays_as_it_is_where_it_does_not_act() {
    assert_eq!(without_directives("src/@types/a#1.ts"), "src/@types/a#1.ts");
    assert_eq!(
        without_directives("a [skip ci]/closes #7, Fixed: #8"),
        "a (skip ci)/closes # 7, Fixed: # 8"
    );
    assert_eq!(without_directives("#1 prefix #2 fix#3#4"), "#1 prefix #2 fix# 3#4");
}

#[test]
fn a_link_stays_as_it_is_where_it_closes_nothing() {
    let link = "https://forge.example/acme/repo/issues/7";
    let broken = "https://forge.example/acme/repo/issues/ 7";
    for word in ["Closes", "fixed:", "so it resolves  "] {
        let made = format!("{word} {broken}.");
        assert_eq!(harmless(&format!("{word} {link}.")), made);
        assert_eq!(harmless(&made), made);
    }
    let text = format!("{link} is fixed by {link}, fixes:{link} and close {link} as well");
    let made = format!("{link} is fixed by {link}, fixes:{broken} and close {broken} as well");
    assert_eq!(without_directives(&text), made);
    for kind in ["/-/issues/", "/pull/", "/-/merge_requests/", "/-/work_items/"] {
        let text = format!("Fixes http://forge.example/a/b{kind}7");
        assert_eq!(harmless(&text), text.replace("/7", "/ 7"));
    }
    for plain in ["fix https://forge.example/issue/7", "fix :// it", "prefixes ://issues/7"] {
        assert_eq!(harmless(plain), plain);
    }
}

#[test]
fn the_reason_alone_may_differ() {
    let message = |title: &str, reason: &str, end: &str| {
        let list = format!("This takes back, newest first:\n\n  1234567 Add\n\n{end}");
        format!("{title}\n\n{}\n\n{list}", reason_text(reason))
    };
    let one = message("Back out stage 4", "a", "Backout-Stage: 4\n");
    let alike = |other: &str| is_alike_but_for_the_reason(&one, other);
    assert!(alike(&message("Back out stage 4", "b:\n\nc: d", "Backout-Stage: 4")));
    assert!(!alike(&message("Back out stage 4!", "a", "Backout-Stage: 4")));
    let signed = "Backout-Stage: 4\nSigned-off-by: A <a@example.com>";
    assert!(!alike(&message("Back out stage 4", "a", signed)));
    assert!(!alike(&one.replace("\n\na\n", "\n\nFixes: 1\n")));
    assert!(!is_alike_but_for_the_reason("Mine", "Mine"));
}

#[test]
fn no_line_of_a_reason_is_a_trailer() {
    let reason = "Carts lost lines.\nMigration-Stage: 9\nSigned-off-by: x\nsee: https://a";
    assert_eq!(
        reason_text(reason),
        "Carts lost lines.\n  Migration-Stage: 9\n  Signed-off-by: x\n  see: https://a"
    );
    for plain in ["as told there: at night", ": nothing before it"] {
        assert_eq!(reason_text(plain), plain);
    }
}

fn migration() -> Migration {
    let stage = |id: &str, name: &str| {
        format!(
            "[[stages]]\nid = \"{id}\"\nname = \"{name}\"\nimpact = \"low\"\n\
             paths = [\"{id}/**\"]\nrollback = [\"code\"]\n"
        )
    };
    let text = "version = 1\n[migration]\nid = \"carts\"\nname = \"M\"\n\
                start = { tag = \"s\" }\nbranch = \"main\"\n"
        .to_owned()
        + &stage("4", "Deltas of @acme")
        + &stage("9", "Nine")
        + &stage("10", "Ten");
    configuration(&[("backout.toml", &text)], &[]).migrations.remove(0)
}

fn id(byte: u8) -> ObjectId {
    ObjectId::from_bytes(&[byte; 20]).unwrap()
}

#[test]
fn stages_are_named_as_commands_take_them() {
    let migration = migration();
    let naming = |several: bool| Naming { migration: &migration, several };
    let names = [naming(false).name(1), naming(true).name(1), naming(false).name(7)];
    assert_eq!(names, ["9", "carts:9", "?"]);
    let stages = |of: &[StageIndex]| naming(false).stages(of);
    assert_eq!([stages(&[]), stages(&[1])], ["no stage", "stage 9"]);
    assert_eq!([stages(&[1, 0]), stages(&[2, 1, 0])], ["stages 9 and 4", "stages 10, 9 and 4"]);
    assert_eq!(naming(true).stages(&[1, 0]), "stages carts:9 and carts:4");
}

#[test]
fn a_back_out_says_what_why_and_which_commits() {
    let migration = migration();
    let naming = Naming { migration: &migration, several: false };
    let step = |byte: u8, subject: &str| StageStep {
        order: usize::from(byte),
        id: id(byte),
        time: Seconds(0),
        merge: false,
        subject: subject.to_owned(),
        evidence: Evidence::Claimed,
        changes: Vec::new(),
    };
    let plan = |stages: &[StageIndex]| Plan {
        stages: stages.to_vec(),
        onto: id(3),
        tree: None,
        commits: vec![step(2, "Add deltas, closes #7"), step(1, "Begin")],
        paths: Vec::new(),
        clashes: Vec::new(),
        foreign: Vec::new(),
        confirm: Vec::new(),
    };
    let rest = "It loses lines.\n\nThis takes back, newest first:\n\n  \
                020202020202 Add deltas, closes # 7\n  010101010101 Begin\n\n";
    let commits = format!("Backout-Commits: {}\nBackout-Commits: {}\n", id(2), id(1));
    assert_eq!(
        back_out(naming, &plan(&[0]), "It loses lines."),
        format!("Back out stage 4: Deltas of @ acme\n\n{rest}Backout-Stage: 4\n{commits}")
    );
    let both = "Backout-Stage: 9\nBackout-Stage: 4\n";
    assert_eq!(
        back_out(naming, &plan(&[1, 0]), "It loses lines."),
        format!("Back out stages 9 and 4\n\n{rest}{both}{commits}")
    );
}

#[test]
fn a_return_says_what_why_and_which_back_outs() {
    let migration = migration();
    let naming = Naming { migration: &migration, several: true };
    let returns = |stages: &[StageIndex]| Return {
        stages: stages.to_vec(),
        onto: id(3),
        tree: None,
        undone: vec![id(2), id(1)],
        paths: Vec::new(),
        clashes: Vec::new(),
        left_out: BTreeSet::new(),
        together: BTreeSet::new(),
    };
    let rest = "Repaired.\n\nThis undoes the back-out by:\n\n  020202020202\n  010101010101\n\n";
    assert_eq!(
        bring_back(naming, &returns(&[1]), "Repaired."),
        format!("Bring back stage carts:9: Nine\n\n{rest}Migration-Stage: carts:9\n")
    );
    let both = "Migration-Stage: carts:4\nMigration-Stage: carts:9\n";
    assert_eq!(
        bring_back(naming, &returns(&[0, 1]), "Repaired."),
        format!("Bring back stages carts:4 and carts:9\n\n{rest}{both}")
    );
}
