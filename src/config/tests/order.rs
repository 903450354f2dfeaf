//! The order of the stages, over all files.

use std::fmt::Write;

use insta::assert_snapshot;

use super::{Files, root};

/// A migration whose stages have these ids and come after these others.
fn chain(id: &str, stages: &[(&str, &[&str])]) -> String {
    let mut text = format!(
        "version = 1\n[migration]\nid = \"{id}\"\nname = \"M\"\nstart = {{ tag = \"s\" }}\n\
         branch = \"main\"\n"
    );
    for (id, after) in stages {
        let _ = write!(
            text,
            "[[stages]]\nid = \"{id}\"\nname = \"S\"\nimpact = \"low\"\npaths = [\"a\"]\n\
             rollback = [\"code\"]\nafter = {after:?}\n"
        );
    }
    text
}

#[test]
fn a_stage_cannot_come_after_itself() {
    assert_snapshot!(root(chain("m", &[("1", &["1"]), ("2", &["m:2"])])).told(), @r#"
    error: the stage `1` cannot come after itself
      --> backout.toml:13:10
       |
    13 | after = ["1"]
       |          ^^^

    error: the stage `2` cannot come after itself
      --> backout.toml:20:10
       |
    20 | after = ["m:2"]
       |          ^^^^^
    "#);
}

#[test]
fn a_cycle_is_told_once() {
    let text = chain("m", &[("1", &["3"]), ("2", &["1"]), ("3", &["2"]), ("4", &["3"])]);
    assert_snapshot!(root(text).told(), @r#"
    error: these stages come after each other: `1` after `3` after `2` after `1`
      --> backout.toml:20:10
       |
    20 | after = ["1"]
       |          ^^^
       |
       = help: take one of these entries out of `after`
    "#);
}

#[test]
fn a_diamond_is_no_cycle() {
    let text = chain("m", &[("1", &[]), ("2", &["1"]), ("3", &["1"]), ("4", &["2", "3", "1"])]);
    assert!(root(text).load().is_ok());
}

fn two(a: &str, b: &str) -> Files {
    root("include = [\"a.toml\", \"b.toml\"]\n").with("a.toml", a).with("b.toml", b)
}

#[test]
fn a_cycle_over_two_files() {
    let files = two(&chain("a", &[("1", &["b:2"])]), &chain("b", &[("2", &["a:1"])]));
    assert_snapshot!(files.told(), @r#"
    error: these stages come after each other: `a:1` after `b:2` after `a:1`
      --> b.toml:13:10
       |
    13 | after = ["a:1"]
       |          ^^^^^
       |
       = help: take one of these entries out of `after`
    "#);
}

#[test]
fn stages_of_other_migrations() {
    let a = chain("a", &[("1", &["b:2", "b:22x", "bb:1", "2"])]);
    assert_snapshot!(two(&a, &chain("b", &[("2", &[])])).told(), @r#"
    error: there is no stage `b:22x`
      --> a.toml:13:17
       |
    13 | after = ["b:2", "b:22x", "bb:1", "2"]
       |                 ^^^^^^^
       |
       = help: known here: `2`

    error: there is no migration `bb`
      --> a.toml:13:26
       |
    13 | after = ["b:2", "b:22x", "bb:1", "2"]
       |                          ^^^^^^
       |
       = help: known here: `a`, `b`

    error: there is no stage `2`
      --> a.toml:13:34
       |
    13 | after = ["b:2", "b:22x", "bb:1", "2"]
       |                                  ^^^
       |
       = help: did you mean `b:2`?
    "#);
}

#[test]
fn a_long_cycle_is_walked_without_recursion_and_cut() {
    let ids: Vec<String> = (0..1000).map(|n| n.to_string()).collect();
    let after: Vec<[&str; 1]> = (0..1000).map(|n| [ids[(n + 1) % 1000].as_str()]).collect();
    let stages: Vec<(&str, &[&str])> =
        ids.iter().zip(&after).map(|(id, after)| (id.as_str(), after.as_slice())).collect();
    assert_snapshot!(root(chain("m", &stages)).told(), @r#"
    error: these stages come after each other: `0` after `1` after `2` after `3` after `4` after `5` after `6` after `7` after … 992 more … after `0`
        --> backout.toml:7006:10
         |
    7006 | after = ["0"]
         |          ^^^
         |
         = help: take one of these entries out of `after`
    "#);
}
