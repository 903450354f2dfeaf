//! What is said of a file whose form is wrong: all of it at once, each with its place.

mod levels;
mod missing;
mod names;
mod sources;

use insta::assert_snapshot;

use crate::config::tests::{root, with_stage};

#[test]
fn many_errors_are_told_at_once() {
    let text = r#"version = 1
color = "red"
[migration]
id = "my migration"
nme = "M"
start = "migration-start"
branch = "refs/heads/main"
max_waiver = "30 days"
[[stages]]
id = "1"
name = "One"
impact = "hihg"
paths = "src/**"
rollback = ["code", "cod", 3]
irreversible = "no"
[[waivers]]
finding = "backup/stael"
expires = "2026-12-24"
"#;
    assert_snapshot!(root(text).told(), @r#"
    error: `color` is no key of the configuration
     --> backout.toml:2:1
      |
    2 | color = "red"
      | ^^^^^
      |
      = help: known here: `version`, `include`, `migration`, `flags`, `backups`, `stages`, `moves`, `phases`, `requirements`, `waivers`

    error: `[migration]` lacks `name`
     --> backout.toml:3:1
      |
    3 | [migration]
      | ^^^^^^^^^^^
      |
      = help: for example `name = "Entity architecture"`

    error: `id`: `my migration` is no id
     --> backout.toml:4:6
      |
    4 | id = "my migration"
      |      ^^^^^^^^^^^^^^
      |
      = help: letters, digits, `.`, `_` and `-`, at most 100 and not only dots: ids become file names

    error: `nme` is no key of `[migration]`
     --> backout.toml:5:1
      |
    5 | nme = "M"
      | ^^^
      |
      = help: did you mean `name`?

    error: `start` wants a table, not a text
     --> backout.toml:6:9
      |
    6 | start = "migration-start"
      |         ^^^^^^^^^^^^^^^^^
      |
      = help: for example `start = { tag = "migration-start" }`

    error: `branch`: the name `refs/heads/main` starts with `refs/`
     --> backout.toml:7:10
      |
    7 | branch = "refs/heads/main"
      |          ^^^^^^^^^^^^^^^^^
      |
      = help: write `main`

    error: `max_waiver`: `30 days` is no span of time
     --> backout.toml:8:14
      |
    8 | max_waiver = "30 days"
      |              ^^^^^^^^^
      |
      = help: a whole number above 0 and a unit: `90s`, `10m`, `1h`, `14d`

    error: `impact`: `hihg` is not understood here
      --> backout.toml:12:10
       |
    12 | impact = "hihg"
       |          ^^^^^^
       |
       = help: did you mean `high`? It is one of `none`, `low`, `medium`, `high`, `critical`

    error: `paths` wants a list of texts, not a text
      --> backout.toml:13:9
       |
    13 | paths = "src/**"
       |         ^^^^^^^^
       |
       = help: for example `paths = ["src/billing/**"]`

    error: `rollback`: `cod` is not understood here
      --> backout.toml:14:21
       |
    14 | rollback = ["code", "cod", 3]
       |                     ^^^^^
       |
       = help: did you mean `code`? It is one of `flags`, `quiesce`, `code`, `deploy`, `data`, `verify`

    error: `rollback` wants texts in its list, not a whole number
      --> backout.toml:14:28
       |
    14 | rollback = ["code", "cod", 3]
       |                            ^

    error: `irreversible` wants `true` or `false`, not a text
      --> backout.toml:15:16
       |
    15 | irreversible = "no"
       |                ^^^^
       |
       = help: for example `irreversible = false`

    error: a waiver lacks `reason`
      --> backout.toml:16:1
       |
    16 | [[waivers]]
       | ^^^^^^^^^^^
       |
       = help: for example `reason = "generated file, owner to be decided"`

    error: `finding`: `backup/stael` is no finding's code
      --> backout.toml:17:11
       |
    17 | finding = "backup/stael"
       |           ^^^^^^^^^^^^^^
       |
       = help: did you mean `backup/stale`?

    error: `expires` wants a date, not a text
      --> backout.toml:18:11
       |
    18 | expires = "2026-12-24"
       |           ^^^^^^^^^^^^
       |
       = help: for example `expires = 2026-12-24`
    "#);
}

#[test]
fn nothing_at_all() {
    assert_snapshot!(root("").told(), @r"
    error: the configuration lacks `version`
     --> backout.toml:1:1
      |
    1 |
      | ^
      |
      = help: write `version = 1` at its top

    warning: no migration is described here, so nothing is guarded
     --> backout.toml:1:1
      |
    1 |
      | ^
      |
      = help: add `[migration]`, or name files in `include`
    ");
}

#[test]
fn another_version_is_the_only_thing_told() {
    assert_snapshot!(root("version = 2\nunknown = 1\n").told(), @r"
    error: this version of the format is not known
     --> backout.toml:1:11
      |
    1 | version = 2
      |           ^
      |
      = help: this program reads `version = 1`; a newer one may need a newer backout
    ");
    assert_snapshot!(root("version = \"1\"\n").told(), @r#"
    error: `version` wants a whole number, not a text
     --> backout.toml:1:11
      |
    1 | version = "1"
      |           ^^^
      |
      = help: write `version = 1`
    "#);
    assert_snapshot!(root("version = 0x1\n").told(), @r"
    error: this version of the format is not known
     --> backout.toml:1:11
      |
    1 | version = 0x1
      |           ^^^
      |
      = help: this program reads `version = 1`; a newer one may need a newer backout
    ");
}

#[test]
fn syntax_errors_are_all_told() {
    let text =
        "version = 1\n[migration]\nid = \nname = x y\nbranch = \"main\"\nbranch = \"x\"\n[stages\n";
    assert_snapshot!(root(text).told(), @r#"
    error: this is not valid TOML: string values must be quoted, expected literal string
     --> backout.toml:3:6
      |
    3 | id = 
      |      ^

    error: this is not valid TOML: string values must be quoted, expected literal string
     --> backout.toml:4:8
      |
    4 | name = x y
      |        ^^^

    error: this is not valid TOML: duplicate key
     --> backout.toml:6:1
      |
    6 | branch = "x"
      | ^^^^^^

    error: this is not valid TOML: unclosed table, expected `]`
     --> backout.toml:7:8
      |
    7 | [stages
      |        ^
    "#);
}

#[test]
fn a_second_table_that_should_be_one_of_a_list_is_one_error() {
    let text = "version = 1\n[stages]\nid = \"1\"\nname = \"One\"\n\n[stages]\nid = \"2\"\n\
        name = \"Two\"\n[migration]\nid = \"m\"\nid = \"m\"\n";
    assert_snapshot!(root(text).told(), @r#"
    error: this is not valid TOML: duplicate key
     --> backout.toml:6:2
      |
    6 | [stages]
      |  ^^^^^^
      |
      = help: each of several is `[[stages]]`

    error: this is not valid TOML: duplicate key
      --> backout.toml:11:1
       |
    11 | id = "m"
       | ^^
    "#);
}

#[test]
fn windows_line_ends_are_no_part_of_a_line() {
    let text = with_stage("extra = 1").replace('\n', "\r\n");
    let told = root(&text).told();
    assert!(told.contains("13 | extra = 1\n"), "{told}");
    assert!(root(with_stage("").replace('\n', "\r\n")).load().is_ok());
}

#[test]
fn colour_only_where_it_is_asked_for() {
    let Err(super::super::LoadError::Invalid(error)) = root("version = 2\n").load() else {
        panic!("version 2 was accepted");
    };
    assert!(error.render(true).contains('\u{1b}'));
    assert!(!error.render(false).contains('\u{1b}'));
    assert_eq!(error.to_string(), "1 error");
}
