//! What comes with a push excuses nothing of it.

use super::*;
use crate::config::Pattern;
use crate::config::testing::configuration;

const STAGE: &str = "[[stages]]\nid = \"9\"\nname = \"N\"\nimpact = \"high\"\n\
    paths = [\"a\"]\nrollback = [\"code\"]\n";

fn rules(more: &str, stages: &str) -> Configuration {
    let text = format!(
        "version = 1\n[migration]\nid = \"m\"\nname = \"M\"\nstart = {{ tag = \"s\" }}\n\
         branch = \"main\"\n{more}{stages}"
    );
    configuration(&[("backout.toml", &text)], &["backup/missing"])
}

/// The only migration of the only configuration that is to be judged besides.
fn held(judged: &Configuration, trusted: &Configuration) -> Option<Migration> {
    let mut all = unexcused(judged, &[trusted]);
    assert!(all.len() < 2);
    Some(all.pop()?.migrations.remove(0))
}

#[test]
fn what_excuses_nothing_is_judged_once() {
    let trusted = rules("", STAGE);
    assert_eq!(held(&trusted.clone(), &trusted), None);
    let more = STAGE.replace("\"9\"", "\"10\"").replace("\"a\"", "\"b\"");
    assert_eq!(held(&rules("", &format!("{STAGE}{more}")), &trusted), None);
    let wider = STAGE.replace("[\"a\"]", "[\"b\", \"a\"]").replace("high", "critical");
    assert_eq!(held(&rules("", &wider), &trusted), None, "it asks for more");
    let mut other = rules("mode = \"observe\"\n", STAGE);
    other.migrations[0].id = "other".parse().unwrap();
    assert_eq!(held(&other, &trusted), None, "a new migration chooses its own terms");
    assert!(unexcused(&trusted, &[]).is_empty());
}

#[test]
fn the_terms_are_the_trusted_ones() {
    let trusted = rules("", STAGE);
    let since = format!("since = \"{}\"\n", "3".repeat(40));
    let weak = "mode = \"observe\"\ntrailer = \"Work-On\"\nmax_waiver = \"90d\"\n";
    let levels = "[requirements]\n\"backup/missing\" = \"allow\"\n[phases]\nshare = \"land\"\n\
         [[waivers]]\nfinding = \"backup/missing\"\nreason = \"r\"\nexpires = 2099-01-01\n";
    let mut judged = rules(&format!("{weak}{since}"), &format!("{STAGE}{levels}"));
    judged.migrations[0].branch = "trunk".to_owned();
    let held = held(&judged, &trusted).unwrap();
    let known = &trusted.migrations[0];
    assert_eq!((held.mode, &held.branch, held.since), (known.mode, &known.branch, None));
    assert_eq!((&held.trailer, held.max_waiver), (&known.trailer, None));
    assert!(held.waivers.is_empty() && held.requirements.is_empty() && held.phases.is_empty());
}

#[test]
fn a_stage_observes_only_where_that_is_trusted() {
    let with = |mode: &str, id: &str| {
        format!("{}mode = \"{mode}\"\n", STAGE.replace("\"9\"", &format!("\"{id}\"")))
    };
    let trusted = rules("", &with("observe", "9"));
    let mode = |stages: &str| {
        let held = held(&rules("", stages), &trusted)?;
        held.stages[0].mode
    };
    assert_eq!(mode(STAGE), Some(Mode::Observe));
    assert_eq!(mode(&with("enforce", "9")), Some(Mode::Observe));
    assert_eq!(mode(&with("observe", "10")), None);
    let enforcing = rules("", &with("enforce", "10"));
    assert_eq!(held(&enforcing, &trusted), None);
    let low = rules("", &STAGE.replace("high", "low"));
    let held = held(&low, &rules("", STAGE)).unwrap();
    assert_eq!(held.stages[0].impact, crate::config::Impact::High);
}

/// The terms of a whole migration, each of which asks for something.
const TERMS: &str = r#"scope = ["a/**"]
document = "PLAN.md"
[flags.F]
on = "1"
off = "0"
defined_in = [".env"]
referenced_in = ["lib/**"]
[backups.data]
source = { kind = "command", command = ["./export"] }
store = "/srv/data"
max_age_at_deploy = "1h"
rehearse_every = "14d"
[[moves]]
from = "old/**"
to = "a/**"
[[stages]]
id = "8"
name = "Eight"
impact = "low"
paths = []
rollback = ["code"]
"#;

const ASKED: &str = "[[stages]]\nid = \"9\"\nname = \"N\"\nimpact = \"high\"\n\
    paths = [\"a\", \"b\"]\nexclude = [\"c\"]\nafter = [\"8\"]\n\
    rollback = [\"flags\", \"code\", \"data\"]\nflags = { F = \"off\" }\n\
    backups = [\"data\"]\nverify = { command = [\"make\"] }\n\
    start = { tag = \"nine\" }\ndeployed = { tag = \"live\" }\n";

#[test]
fn nothing_that_is_asked_is_left_out_by_the_pushed_side() {
    let trusted = rules(TERMS, ASKED);
    let known = &trusted.migrations[0];
    for (from, to) in [
        ("scope = [\"a/**\"]\n", ""),
        ("\"a/**\"]\ndoc", "\"a/b/**\"]\ndoc"),
        ("document = \"PLAN.md\"\n", ""),
        ("on = \"1\"", "on = \"2\""),
        ("\".env\"", "\".env\", \"more.env\""),
        ("referenced_in = [\"lib/**\"]\n", ""),
        ("\"lib/**\"", "\"lib/**\", \"**\""),
        ("max_age_at_deploy = \"1h\"\n", ""),
        ("rehearse_every = \"14d\"\n", ""),
        ("\"command\", command = [\"./export\"]", "\"file\", path = \"dump\""),
        ("[[moves]]\nfrom = \"old/**\"\nto = \"a/**\"\n", ""),
        (
            "id = \"8\"\nname",
            "id = \"8\"\nstate = \"closed\"\nreason = \"r\"\nsince = 2026-01-01\nname",
        ),
        ("after = [\"8\"]\n", ""),
        ("flags = { F = \"off\" }", "flags = { F = \"on\" }"),
        ("rollback = [\"flags\", \"code\", \"data\"]", "rollback = [\"data\"]"),
        ("verify = { command = [\"make\"] }\n", ""),
        ("start = { tag = \"nine\" }\n", ""),
        ("deployed = { tag = \"live\" }\n", "deployed = { tag = \"never\" }\n"),
        ("\nverify", "\nirreversible = true\nreason = \"r\"\nverify"),
        ("\nverify", "\ncode = \"restore\"\nverify"),
    ] {
        let text = format!("{TERMS}{ASKED}");
        assert_eq!(text.matches(from).count(), 1, "{from}");
        let judged = rules(&text.replacen(from, to, 1), "");
        let held = held(&judged, &trusted).unwrap_or_else(|| judged.migrations[0].clone());
        let asked = |migration: &Migration| shown(migration);
        assert_eq!(asked(&held), asked(known), "{from} -> {to}");
    }
}

/// All that is asked, without the places where it stands and the order in which it does.
fn shown(migration: &Migration) -> String {
    let texts = |patterns: &[Pattern]| -> Vec<String> {
        patterns.iter().map(|pattern| pattern.text.clone()).collect()
    };
    let sorted = |mut texts: Vec<String>| {
        texts.sort();
        texts
    };
    let flags = migration.flags.values().map(|flag| {
        let read = texts(&flag.referenced_in);
        format!("{:?} {:?} {:?} {read:?}", flag.on, flag.off, flag.defined_in)
    });
    let backups = migration.backups.values().map(|one| {
        format!("{:?} {:?} {:?}", one.source, one.max_age_at_deploy, one.rehearse_every)
    });
    let stages = migration.stages.iter().map(|one| {
        let pins = [&one.start, &one.deployed].map(|pin| pin.as_ref().map(|pin| &pin.tag));
        let steps = sorted(one.rollback.iter().map(|step| format!("{step:?}")).collect());
        format!(
            "{} {:?} {:?} {:?} {:?} {steps:?} {:?} {:?} {:?} {:?} {} {pins:?}",
            one.id,
            one.state,
            sorted(texts(&one.paths)),
            texts(&one.exclude),
            one.after,
            one.flags,
            one.backups,
            one.verify,
            one.code,
            one.irreversible
        )
    });
    let moves = migration.moves.iter().map(|one| format!("{} {}", one.from.text, one.to.text));
    let all = flags.chain(backups).chain(stages).chain(moves).collect::<Vec<_>>().join("\n");
    format!("{:?} {:?}\n{all}", texts(&migration.scope), migration.document)
}

#[test]
fn what_stages_own_is_as_it_is_pushed() {
    let trusted = rules(TERMS, ASKED);
    let other = ASKED
        .replace("[\"a\", \"b\"]", "[\"d\"]")
        .replace("exclude = [\"c\"]", "exclude = [\"e\"]");
    assert_eq!(held(&rules(TERMS, &other), &trusted), None);
    let held = held(&rules("", &STAGE.replace("\"9\"", "\"10\"")), &trusted).unwrap();
    let ids: Vec<&str> = held.stages.iter().map(|stage| stage.id.as_str()).collect();
    assert_eq!(ids, ["10"]);
}

#[test]
fn where_a_backup_is_kept_and_what_is_added_is_the_pushed_sides() {
    let trusted = rules(TERMS, ASKED);
    let judged = format!("{TERMS}{ASKED}").replace("/srv/data", "/srv/other");
    assert_eq!(held(&rules(&judged, ""), &trusted), None);
}

#[test]
fn in_another_folder_the_own_patterns_are_meant() {
    let trusted = rules(TERMS, ASKED);
    let mut judged =
        rules(&format!("{TERMS}{ASKED}").replace("scope", "trailer = \"T\"\nscope"), "");
    let own = &mut judged.migrations[0];
    own.folder = "n".to_owned();
    own.scope.clear();
    let held = held(&judged, &trusted).unwrap();
    assert_eq!((held.scope.len(), held.trailer.as_str()), (0, "Migration-Stage"));
}
