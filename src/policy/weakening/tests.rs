//! Each loosening is said; its opposite is not.

use super::super::fixture::{TOP, parse};
use super::*;

/// One configuration that uses everything which can be loosened.
const FULL: &str = r#"start = { tag = "start", oid = "0101010101010101010101010101010101010101" }
mode = "enforce"
document = "PLAN.md"
scope = ["src/**"]
max_waiver = "30d"
[phases]
share = "land"
[requirements]
"backup/stale" = { land = "deny" }
[flags.A]
on = "1"
off = "0"
defined_in = [".env"]
referenced_in = ["src/**"]
[backups.data]
source = { kind = "command", command = ["dump"] }
store = "/srv/data"
max_age_at_deploy = "1h"
rehearse_every = "14d"
[[stages]]
id = "4"
name = "4"
impact = "high"
paths = ["src/4/**"]
rollback = ["code"]
[[stages]]
id = "9"
name = "9"
impact = "high"
mode = "enforce"
paths = ["src/9/**", "src/9.py"]
after = ["4"]
start = { tag = "nine" }
rollback = ["flags", "code", "data"]
flags = { A = "off" }
backups = ["data"]
verify = { command = ["test"] }
deployed = { tag = "live" }
[[moves]]
from = "old/**"
to = "src/9/**"
[[waivers]]
finding = "tag/missing"
stage = "9"
reason = "late"
expires = 2026-12-24
"#;

fn full() -> Configuration {
    parse(&format!("{TOP}{FULL}"))
}

/// The full configuration with one text replaced by another.
fn changed(from: &str, to: &str) -> Configuration {
    assert!(FULL.contains(from) || TOP.contains(from), "{from}");
    parse(&format!("{TOP}{FULL}").replacen(from, to, 1))
}

#[test]
fn each_loosening_is_said_and_its_opposite_is_not() {
    let table = [
        (
            "mode = \"enforce\"\ndocument",
            "mode = \"observe\"\ndocument",
            "mode is now observe: nothing is stopped",
        ),
        ("branch = \"main\"", "branch = \"other\"", "the landing branch is now `other`"),
        ("scope = [", "trailer = \"Stage\"\nscope = [", "the trailer is now `Stage`"),
        (
            ", oid = \"0101010101010101010101010101010101010101\"",
            "",
            "the start tag is another one, or no longer pinned to its commit",
        ),
        ("scope = [\"src/**\"]", "scope = []", "the scope has lost a pattern"),
        ("\"30d\"", "\"31d\"", "waivers may run longer"),
        ("max_waiver = \"30d\"\n", "", "waivers may run longer"),
        ("share = \"land\"", "share = \"share\"", "a phase is judged less strictly"),
        ("land = \"deny\"", "land = \"warn\"", "backup/stale is now warn at land (was deny)"),
        (
            "land = \"deny\" }",
            "land = \"deny\", deploy = \"warn\" }",
            "backup/stale is now warn at deploy",
        ),
        ("\"backup/stale\" = { land = \"deny\" }\n", "", "backup/stale is no longer deny at land"),
        ("[\".env\"]", "[\".env.example\"]", "the flag `A` is looked for in fewer places"),
        ("\"1h\"", "\"2h\"", "the backup `data` may be older"),
        ("max_age_at_deploy = \"1h\"\n", "", "the backup `data` may be older"),
        ("\"14d\"", "\"15d\"", "the backup `data` is rehearsed less often"),
        ("[\"dump\"]", "[\"true\"]", "the backup `data` is taken from another source"),
        ("impact = \"high\"\nmode", "impact = \"low\"\nmode", "stage 9 has a lower impact"),
        (
            "impact = \"high\"\nmode = \"enforce\"\n",
            "impact = \"high\"\nmode = \"observe\"\n",
            "stage 9 only observes",
        ),
        (
            "impact = \"high\"\nmode = \"enforce\"\n",
            "impact = \"high\"\n",
            "stage 9 no longer enforces by itself",
        ),
        (", \"src/9.py\"]", "]", "stage 9 owns fewer paths"),
        (
            "after = [\"4\"]",
            "after = [\"4\"]\nexclude = [\"src/9/x\"]",
            "stage 9 excludes more paths",
        ),
        ("after = [\"4\"]\n", "", "stage 9 waits for fewer stages"),
        (
            "[\"flags\", \"code\", \"data\"]",
            "[\"flags\", \"data\"]",
            "stage 9 has fewer steps in its rollback",
        ),
        ("backups = [\"data\"]\n", "", "stage 9 asks for fewer backups"),
        ("A = \"off\"", "A = \"on\"", "stage 9 asks for fewer flags, or another safe state"),
        ("{ tag = \"nine\" }", "{ tag = \"ten\" }", "stage 9 has another checkpoint"),
        ("verify = { command = [\"test\"] }\n", "", "stage 9 is no longer verified"),
        ("document = \"PLAN.md\"\n", "", "no document says how to go back"),
        (
            "[[moves]]\nfrom = \"old/**\"\nto = \"src/9/**\"\n",
            "",
            "the move from `old/**` is forgotten: paths under that name lose their owners",
        ),
        ("{ tag = \"live\" }", "{ tag = \"dead\" }", "stage 9 takes effect by another tag"),
        ("deployed = { tag = \"live\" }\n", "", "stage 9 takes effect by another tag"),
    ];
    for (from, to, what) in table {
        assert_eq!(weakenings(&full(), Some(&changed(from, to))), [what], "{from} -> {to}");
    }
}

#[test]
fn what_asks_for_more_is_no_loosening() {
    let table = [
        ("\"30d\"", "\"29d\""),
        ("\"1h\"", "\"30m\""),
        ("\"14d\"", "\"1d\""),
        ("scope = [\"src/**\"]", "scope = [\"src/**\", \"lib/**\"]"),
        ("share = \"land\"", "share = \"deploy\""),
        ("land = \"deny\" }", "land = \"deny\", deploy = \"deny\" }"),
        ("impact = \"high\"\nmode", "impact = \"critical\"\nmode"),
        (", \"src/9.py\"]", ", \"src/9.py\", \"src/10.py\"]"),
        ("expires = 2026-12-24", "expires = 2026-12-23"),
        ("name = \"9\"", "name = \"Nine\""),
    ];
    assert_eq!(weakenings(&full(), Some(&full())), Vec::<String>::new());
    for (from, to) in table {
        let found = weakenings(&full(), Some(&changed(from, to)));
        assert_eq!(found, Vec::<String>::new(), "{from} -> {to}");
    }
}

#[test]
fn what_is_gone_is_said() {
    assert_eq!(weakenings(&full(), None), ["the configuration is deleted"]);
    let other = changed("id = \"m\"", "id = \"n\"");
    assert_eq!(weakenings(&full(), Some(&other)), ["the migration `m` is gone"]);
    // The waiver names the stage, so it goes too.
    let (start, _) = FULL.rsplit_once("[[stages]]").unwrap();
    let (_, moves) = FULL.split_once("[[moves]]").unwrap();
    let (moves, _) = moves.split_once("[[waivers]]").unwrap();
    let without = parse(&format!("{TOP}{start}[[moves]]{moves}"));
    assert_eq!(weakenings(&full(), Some(&without)), ["stage 9 is gone"]);
}

#[test]
fn a_new_or_a_longer_waiver_is_said() {
    let longer = changed("expires = 2026-12-24", "expires = 2026-12-25");
    let said = "tag/missing is waived until 2026-12-25";
    assert_eq!(weakenings(&full(), Some(&longer)), [said]);
    let wider =
        changed("finding = \"tag/missing\"\nstage = \"9\"\n", "finding = \"tag/missing\"\n");
    let said = "tag/missing is waived until 2026-12-24";
    assert_eq!(weakenings(&full(), Some(&wider)), [said]);
}

#[test]
fn a_stage_that_is_closed_or_cannot_go_back_is_said() {
    let closed = "id = \"9\"\nstate = \"closed\"\nsince = 2026-11-01\nreason = \"done\"\n";
    let closed = changed("id = \"9\"\n", closed);
    assert_eq!(weakenings(&full(), Some(&closed)), ["stage 9 is closed"]);
    let gone = changed("id = \"9\"\n", "id = \"9\"\nirreversible = true\nreason = \"drop\"\n");
    assert_eq!(weakenings(&full(), Some(&gone)), ["stage 9 is now a point of no return"]);
}

#[test]
fn a_stage_is_redefined_where_no_trusted_version_has_its_paths() {
    let key = |stage: &str| ("m".to_owned(), stage.to_owned());
    let fewer = changed(", \"src/9.py\"]", "]");
    let (full, other) = (full(), changed("name = \"9\"", "name = \"Nine\""));
    assert_eq!(redefined(&[&full], &fewer), BTreeSet::from([key("9")]));
    assert_eq!(redefined(&[&full, &fewer], &fewer), BTreeSet::new());
    assert_eq!(redefined(&[&full], &other), BTreeSet::new());
    assert_eq!(redefined(&[], &full), BTreeSet::from([key("4"), key("9")]));
}
