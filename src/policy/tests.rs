//! Weakenings kind by kind, waivers' ends, overrides as text.

use insta::assert_snapshot;
use proptest::prelude::*;

use super::overrides::parse;
use super::waiver::{Standing, standing};
use super::weakening::{redefined, weakenings};
use crate::config::Configuration;
use crate::config::testing::configuration;
use crate::git::Seconds;
use crate::receipt::instant_from_text;

const CODES: &[&str] = &["backup/stale", "backup/missing", "tag/missing"];

fn load(text: &str) -> Configuration {
    configuration(&[("backout.toml", text)], CODES)
}

const TRUSTED: &str = r#"version = 1
[migration]
id = "m"
name = "M"
start = { tag = "m-start", oid = "1111111111111111111111111111111111111111" }
branch = "main"
scope = ["src/**", "lib/**"]
max_waiver = "30d"
document = "PLAN.md"
[phases]
share = "land"
[flags.DELTA]
on = "true"
off = "false"
defined_in = [".env", "flags.toml"]
referenced_in = ["src/**"]
[backups.data]
source = { kind = "command", command = ["./export"] }
store = "/srv/data"
max_age_at_deploy = "1h"
rehearse_every = "14d"
[[stages]]
id = "4"
name = "Four"
impact = "low"
paths = ["src/4/**"]
rollback = ["code"]
[[stages]]
id = "9"
name = "Nine"
impact = "high"
paths = ["src/9/**", "lib/9/**"]
exclude = ["src/9/docs/**"]
after = ["4"]
start = { tag = "nine" }
deployed = { tag = "nine-live" }
rollback = ["flags", "code", "data", "verify"]
flags = { DELTA = "off" }
backups = ["data"]
verify = { command = ["make", "test"] }
mode = "enforce"
[requirements]
"backup/stale" = { deploy = "deny", land = "warn" }
[[waivers]]
finding = "backup/missing"
stage = "4"
reason = "r"
expires = 2026-12-01
"#;

/// What is told where each line or part is replaced.
fn told(changes: &[(&str, &str)]) -> String {
    let after = changes.iter().fold(TRUSTED.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    });
    weakenings(&load(TRUSTED), Some(&load(&after))).join("; ")
}

#[test]
fn the_same_and_a_deleted_configuration() {
    assert_eq!(told(&[]), "");
    assert_eq!(weakenings(&load(TRUSTED), None), ["the configuration is deleted"]);
}

#[test]
fn weakenings_of_a_migration() {
    let one = |from, to| told(&[(from, to)]);
    assert_eq!(
        one("name = \"M\"", "name = \"M\"\nmode = \"observe\""),
        "mode is now observe: nothing is stopped"
    );
    assert_eq!(one("branch = \"main\"", "branch = \"next\""), "the landing branch is now `next`");
    assert_eq!(
        one("name = \"M\"", "name = \"M\"\ntrailer = \"Work-On\""),
        "the trailer is now `Work-On`"
    );
    let moved = "the start tag is another one, or no longer pinned to its commit";
    assert_eq!(one("\"m-start\"", "\"other\""), moved);
    assert_eq!(one(", oid = \"1111111111111111111111111111111111111111\"", ""), moved);
    assert_eq!(one("oid = \"11", "oid = \"22"), moved);
    let since = format!("name = \"M\"\nsince = \"{}\"", "3".repeat(40));
    assert_eq!(one("name = \"M\"", &since), "`since` holds more commits against nobody");
    assert_eq!(one(", \"lib/**\"]", "]"), "the scope has lost a pattern");
    assert_eq!(one("max_waiver = \"30d\"", "max_waiver = \"31d\""), "waivers may run longer");
    assert_eq!(one("max_waiver = \"30d\"\n", ""), "waivers may run longer");
    assert_eq!(one("share = \"land\"", "share = \"share\""), "a phase is judged less strictly");
    assert_eq!(one("document = \"PLAN.md\"\n", ""), "the plan's document is no longer named");
    assert_eq!(one("id = \"m\"", "id = \"n\""), "the migration `m` is gone");
}

#[test]
fn weakenings_of_levels_and_waivers() {
    let one = |from, to| told(&[(from, to)]);
    assert_eq!(
        one("deploy = \"deny\"", "deploy = \"warn\""),
        "backup/stale is now warn at deploy (was deny)"
    );
    assert_eq!(one("deploy = \"deny\", ", ""), "backup/stale is no longer deny at deploy");
    assert_eq!(
        one("land = \"warn\"", "land = \"allow\""),
        "backup/stale is now allow at land (was warn)"
    );
    let fresh = "\"tag/missing\" = { land = \"allow\" }\n[[waivers]]";
    assert_eq!(one("[[waivers]]", fresh), "tag/missing is now allow at land");
    assert_eq!(one("2026-12-01", "2026-12-02"), "backup/missing is waived until 2026-12-02");
    assert_eq!(one("stage = \"4\"\nreason", "reason"), "backup/missing is waived until 2026-12-01");
    let waiver =
        "[[waivers]]\nfinding = \"tag/missing\"\nreason = \"r\"\nexpires = 2026-12-05\n[[waivers]]";
    assert_eq!(one("[[waivers]]", waiver), "tag/missing is waived until 2026-12-05");
}

#[test]
fn weakenings_of_flags_and_backups() {
    let one = |from, to| told(&[(from, to)]);
    let fewer = "the flag `DELTA` is looked for in fewer places";
    assert_eq!(one("\".env\", ", ""), fewer);
    assert_eq!(one("referenced_in = [\"src/**\"]\n", ""), fewer);
    assert_eq!(
        one("off = \"false\"", "off = \"none\""),
        "the flag `DELTA` has another value for on or off"
    );
    assert_eq!(one("\"1h\"", "\"2h\""), "the backup `data` may be older");
    assert_eq!(one("max_age_at_deploy = \"1h\"\n", ""), "the backup `data` may be older");
    assert_eq!(one("\"14d\"", "\"15d\""), "the backup `data` is rehearsed less often");
    assert_eq!(
        one("\"./export\"", "\"./other\""),
        "the backup `data` is taken from another source"
    );
    let gone = told(&[
        ("backups = [\"data\"]\n", ""),
        ("\"data\", ", ""),
        ("[backups.data]", "[backups.other]"),
    ]);
    assert_snapshot!(gone, @"the backup `data` is gone; stage 9 has fewer steps in its rollback; stage 9 asks for fewer backups");
    let gone = told(&[
        ("flags = { DELTA = \"off\" }\n", ""),
        ("\"flags\", ", ""),
        ("[flags.DELTA]", "[flags.OTHER]"),
    ]);
    assert_snapshot!(gone, @"the flag `DELTA` is gone; stage 9 has fewer steps in its rollback; stage 9 asks for fewer flags, or another safe state");
}

#[test]
fn weakenings_of_a_stage() {
    let one = |from, to| told(&[(from, to)]);
    assert_eq!(one("impact = \"high\"", "impact = \"medium\""), "stage 9 has a lower impact");
    let closed = "impact = \"high\"\nstate = \"closed\"\nsince = 2026-01-01\nreason = \"done\"";
    assert_eq!(one("impact = \"high\"", closed), "stage 9 is closed");
    assert_eq!(one("mode = \"enforce\"", "mode = \"observe\""), "stage 9 only observes");
    assert_eq!(one("mode = \"enforce\"\n", ""), "stage 9 no longer enforces by itself");
    assert_eq!(one(", \"lib/9/**\"]", "]"), "stage 9 owns fewer paths");
    assert_eq!(one("docs/**\"]", "docs/**\", \"src/9/a\"]"), "stage 9 excludes more paths");
    assert_eq!(one("after = [\"4\"]\n", ""), "stage 9 waits for fewer stages");
    assert_eq!(one(", \"verify\"]", "]"), "stage 9 has fewer steps in its rollback");
    assert_eq!(
        one("verify = { command = [\"make\", \"test\"] }\n", ""),
        "stage 9 is no longer verified"
    );
    assert_eq!(one("\"off\" }", "\"on\" }"), "stage 9 asks for fewer flags, or another safe state");
    let irreversible = "impact = \"high\"\nirreversible = true\nreason = \"r\"";
    assert_eq!(one("impact = \"high\"", irreversible), "stage 9 is now a point of no return");
    assert_eq!(one("start = { tag = \"nine\" }\n", ""), "stage 9 has another checkpoint");
    assert_eq!(one("\"nine\"", "\"ten\""), "stage 9 has another checkpoint");
    let deployed = "stage 9 takes effect by another tag";
    assert_eq!(one("deployed = { tag = \"nine-live\" }\n", ""), deployed);
    assert_eq!(one("\"nine-live\"", "\"never\""), deployed);
    let backups = told(&[("backups = [\"data\"]\n", ""), ("\"data\", ", "")]);
    assert_eq!(backups, "stage 9 has fewer steps in its rollback; stage 9 asks for fewer backups");
    let (head, rest) = TRUSTED.split_once("[[stages]]\nid = \"9\"").unwrap();
    let rest = rest.split_once("[requirements]").unwrap().1;
    let without = format!("{head}[requirements]{rest}");
    assert_eq!(weakenings(&load(TRUSTED), Some(&load(&without))), ["stage 9 is gone"]);
}

#[test]
fn a_dropped_move_is_a_weakening() {
    let moved = |commit: &str| {
        format!("{TRUSTED}[[moves]]\nfrom = \"old/**\"\nto = \"src/9/**\"\n{commit}")
    };
    let (before, after) = (load(&moved("")), load(TRUSTED));
    assert_eq!(weakenings(&before, Some(&after)), ["the move of `old/**` is no longer followed"]);
    assert_eq!(weakenings(&after, Some(&before)), Vec::<String>::new());
    let dated = load(&moved("commit = \"91abcdef\"\n"));
    assert_eq!(weakenings(&before, Some(&dated)), Vec::<String>::new());
}

/// The rules in a folder of their own.
fn in_folder(folder: &str, rules: &str) -> Configuration {
    let file = format!("{folder}/backout.toml");
    let root = format!("version = 1\ninclude = [\"{file}\"]\n");
    configuration(&[("backout.toml", &root), (&file, rules)], CODES)
}

#[test]
fn in_another_folder_the_same_patterns_are_others() {
    let moved = TRUSTED.to_owned() + "[[moves]]\nfrom = \"old/**\"\nto = \"src/9/**\"\n";
    let before = in_folder("a", &moved);
    assert_eq!(weakenings(&before, Some(&in_folder("a", &moved))), Vec::<String>::new());
    let elsewhere = in_folder("b", &moved);
    assert_snapshot!(weakenings(&before, Some(&elsewhere)).join("; "), @"the scope has lost a pattern; receipts and attributions are looked for in b/.backout/; the move of `old/**` is no longer followed; the flag `DELTA` is looked for in fewer places; stage 4 owns fewer paths; stage 9 owns fewer paths; stage 9 excludes more paths");
    let redefined = redefined(&[&before], &elsewhere);
    assert_eq!(redefined.len(), 2);
    // Where the patterns go with it, they mean the same files.
    let mut from_root = moved.clone();
    for text in ["src/4/**", "src/9/**", "lib/9/**", "src/9/docs/**", "src/**", "lib/**", "old/**"]
    {
        from_root = from_root.replace(&format!("\"{text}\""), &format!("\"a/{text}\""));
    }
    for file in [".env", "flags.toml", "PLAN.md"] {
        from_root = from_root.replace(&format!("\"{file}\""), &format!("\"a/{file}\""));
    }
    assert_snapshot!(weakenings(&before, Some(&load(&from_root))).join("; "), @"receipts and attributions are looked for in .backout/");
}

#[test]
fn asking_for_more_is_no_weakening() {
    for (from, to) in [
        ("impact = \"high\"", "impact = \"critical\""),
        ("\"30d\"", "\"10d\""),
        ("\"1h\"", "\"30m\""),
        ("\"14d\"", "\"7d\""),
        ("[\"src/**\", \"lib/**\"]", "[\"src/**\", \"lib/**\", \"x/**\"]"),
        ("exclude = [\"src/9/docs/**\"]\n", ""),
        ("land = \"warn\"", "land = \"deny\""),
        ("share = \"land\"", "share = \"deploy\""),
        ("2026-12-01", "2026-11-30"),
        ("name = \"Nine\"", "name = \"Neuf\""),
        ("name = \"M\"", "name = \"M\"\nmode = \"enforce\""),
        ("store = \"/srv/data\"", "store = \"/srv/other\""),
    ] {
        assert_eq!(told(&[(from, to)]), "", "{to}");
    }
}

#[test]
fn a_stage_is_redefined_by_its_patterns_alone() {
    let trusted = load(TRUSTED);
    let after = |from: &str, to: &str| {
        let judged = load(&TRUSTED.replacen(from, to, 1));
        let found = redefined(&[&trusted], &judged);
        found
            .into_iter()
            .map(|(migration, stage)| format!("{migration}:{stage}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(after("name = \"Nine\"", "name = \"Neuf\""), Vec::<String>::new());
    assert_eq!(after("src/9/**", "src/nine/**"), ["m:9"]);
    assert_eq!(after("src/9/docs/**", "src/9/doc/**"), ["m:9"]);
    assert_eq!(after("id = \"m\"", "id = \"n\""), ["n:4", "n:9"]);
    let other = load(&TRUSTED.replacen("src/9/**", "src/nine/**", 1));
    assert!(redefined(&[&trusted, &other], &other).is_empty(), "one of the trusted has it so");
}

#[test]
fn a_waiver_holds_until_the_end_of_its_day_and_no_longer_than_allowed() {
    let of = |now: &str, limit: &str| {
        let configuration = load(&TRUSTED.replace("max_waiver = \"30d\"\n", limit));
        let migration = &configuration.migrations[0];
        standing(migration, &migration.waivers[0], instant_from_text(now).unwrap())
    };
    let limit = "max_waiver = \"30d\"\n";
    assert_eq!(of("2026-12-01T23:59:59Z", limit), Standing::Holds);
    assert_eq!(of("2026-12-02T00:00:00Z", limit), Standing::Expired);
    assert_eq!(of("2026-11-01T00:00:00Z", limit), Standing::Holds);
    assert_eq!(of("2026-10-31T23:59:59Z", limit), Standing::TooLong);
    assert_eq!(of("2026-01-01T00:00:00Z", ""), Standing::Holds);
    let configuration = load(&TRUSTED.replace("2026-12-01", "9999-12-31"));
    let migration = &configuration.migrations[0];
    for now in [Seconds(i64::MAX), Seconds(i64::MIN), Seconds(0)] {
        assert_ne!(standing(migration, &migration.waivers[0], now), Standing::Holds);
    }
}

fn parsed(text: &str) -> String {
    match parse(text, &codes()) {
        Ok(all) => {
            let one = |one: &super::overrides::Override| {
                let stage = one.stage.as_ref().map(ToString::to_string).unwrap_or_default();
                format!("{} [{stage}] {} {}", one.finding, one.reason, one.approver)
            };
            all.iter().map(one).collect::<Vec<_>>().join("; ")
        }
        Err(failure) => format!("{} ({:?})", failure.message, failure.exit),
    }
}

fn codes() -> Vec<String> {
    CODES.iter().map(|code| (*code).to_owned()).collect()
}

const GLASS: &str =
    "[[overrides]]\nfinding = \"backup/missing\"\nreason = \"site down\"\napprover = \"@anna\"\n";

#[test]
fn overrides_are_read() {
    assert_eq!(parsed(GLASS), "backup/missing [] site down @anna");
    let staged = format!("{GLASS}stage = \"m:9\"\n{GLASS}");
    assert_eq!(
        parsed(&staged),
        "backup/missing [m:9] site down @anna; backup/missing [] site down @anna"
    );
    assert_eq!(parsed("overrides = []"), "");
}

#[test]
fn an_override_that_cannot_be_read_is_an_error_and_never_none() {
    for (from, to) in [
        ("backup/missing", "backup/gone"),
        ("backup/missing", ""),
        ("site down", "  "),
        ("@anna", ""),
        ("reason = \"site down\"\n", ""),
        ("approver = \"@anna\"\n", ""),
        ("[[overrides]]", "[[override]]"),
        ("[[overrides]]", "[overrides]"),
        ("reason", "because"),
        ("@anna\"\n", "@anna\"\nstage = \"a b\"\n"),
        ("@anna\"\n", "@anna\"\nexpires = 2026-12-24\n"),
        ("@anna\"\n", "@anna\n"),
    ] {
        let told = parsed(&GLASS.replacen(from, to, 1));
        assert!(told.contains("cannot be read") && told.contains("Usage"), "{to}: {told}");
    }
    assert!(parsed("").contains("cannot be read"), "an empty variable is a mistake");
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(10_000)
    })]

    #[test]
    fn any_text_is_overrides_in_full_or_an_error(text in "[\\[\\]a-z\"=/ \\n@]{0,60}|\\PC{0,30}") {
        if let Ok(all) = parse(&text, &codes()) {
            prop_assert!(all.iter().all(|one| CODES.contains(&one.finding.as_str())));
            let says = |text: &str| !text.trim().is_empty();
            prop_assert!(all.iter().all(|one| says(&one.approver) && says(&one.reason)));
        }
    }
}
