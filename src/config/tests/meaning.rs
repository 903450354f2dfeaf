//! What is said of a file whose form is right and whose meaning is not.

use insta::assert_snapshot;

use super::{root, with_stage};

#[test]
fn reasons_and_dates() {
    let text = with_stage(
        r#"state = "closed"
irreversible = true
[[stages]]
id = "2"
name = "Two"
impact = "low"
paths = []
rollback = []
since = 2026-01-01
"#,
    );
    assert_snapshot!(root(text).told(), @r#"
    error: a closed stage needs `since`
      --> backout.toml:13:9
       |
    13 | state = "closed"
       |         ^^^^^^^^
       |
       = help: add the day on which it was closed: `since = 2026-12-24`

    error: a closed stage needs a `reason`
      --> backout.toml:13:9
       |
    13 | state = "closed"
       |         ^^^^^^^^
       |
       = help: say why in one sentence: `reason = "…"`

    error: an irreversible stage needs a `reason`
      --> backout.toml:14:16
       |
    14 | irreversible = true
       |                ^^^^
       |
       = help: say why in one sentence: `reason = "…"`

    warning: the stage owns no paths: only a trailer can name it
      --> backout.toml:19:9
       |
    19 | paths = []
       |         ^^

    error: a stage without rollback needs a `reason`
      --> backout.toml:20:12
       |
    20 | rollback = []
       |            ^^
       |
       = help: say why in one sentence: `reason = "…"`

    warning: `since` has no effect on an open stage
      --> backout.toml:21:9
       |
    21 | since = 2026-01-01
       |         ^^^^^^^^^^
       |
       = help: did you mean `state = "closed"`?
    "#);
}

#[test]
fn a_reason_is_enough() {
    let text =
        with_stage("state = \"closed\"\nsince = 2026-01-01\nirreversible = true\nreason = \"r\"");
    assert_snapshot!(root(text).told(), @"valid");
}

#[test]
fn names_given_twice() {
    let text = with_stage(
        r#"[[stages]]
id = "1"
name = "Again"
impact = "low"
paths = ["a"]
rollback = ["code", "flags", "code"]
flags = { F = "off" }
[flags.F]
[backups.Data]
source = { kind = "file", path = "x" }
store = "y"
[backups.data]
source = { kind = "file", path = "x" }
store = "y"
"#,
    );
    assert_snapshot!(root(text).told(), @r#"
    error: there are two stages `1`
      --> backout.toml:14:6
       |
    14 | id = "1"
       |      ^^^
       |
       = help: each id may be used once

    error: the step `code` stands here twice
      --> backout.toml:18:30
       |
    18 | rollback = ["code", "flags", "code"]
       |                              ^^^^^^
       |
       = help: steps are done once, in the order of the list

    error: the backups `Data` and `data` differ only in case
      --> backout.toml:24:10
       |
    24 | [backups.data]
       |          ^^^^
       |
       = help: ids become file names, and not every file system tells them apart
    "#);
}

#[test]
fn names_that_nobody_defines() {
    let text = with_stage(
        r#"flags = { USE_DLETA = "off", "odd\u001b[31m" = "on" }
backups = ["sesions", "carts"]
after = ["11", "other:1"]
[flags.USE_DELTA]
[backups.sessions]
source = { kind = "file", path = "x" }
store = "y"
[[waivers]]
finding = "tag/missing"
stage = "one"
reason = "r"
expires = 2026-12-24
"#,
    );
    assert_snapshot!(root(text).told(), @r#"
    error: there is no flag `USE_DLETA`
      --> backout.toml:13:11
       |
    13 | flags = { USE_DLETA = "off", "odd\u001b[31m" = "on" }
       |           ^^^^^^^^^
       |
       = help: did you mean `USE_DELTA`?

    error: there is no flag `odd\u{1b}[31m`
      --> backout.toml:13:30
       |
    13 | flags = { USE_DLETA = "off", "odd\u001b[31m" = "on" }
       |                              ^^^^^^^^^^^^^^^
       |
       = help: define it: `[flags.odd\u{1b}[31m]`

    error: there is no backup `sesions`
      --> backout.toml:14:12
       |
    14 | backups = ["sesions", "carts"]
       |            ^^^^^^^^^
       |
       = help: did you mean `sessions`?

    error: there is no backup `carts`
      --> backout.toml:14:23
       |
    14 | backups = ["sesions", "carts"]
       |                       ^^^^^^^
       |
       = help: define it: `[backups.carts]`

    error: there is no stage `11`
      --> backout.toml:15:10
       |
    15 | after = ["11", "other:1"]
       |          ^^^^
       |
       = help: known here: `1`

    error: there is no migration `other`
      --> backout.toml:15:16
       |
    15 | after = ["11", "other:1"]
       |                ^^^^^^^^^
       |
       = help: known here: `m`

    error: there is no stage `one`
      --> backout.toml:22:9
       |
    22 | stage = "one"
       |         ^^^^^
       |
       = help: known here: `1`
    "#);
}

#[test]
fn steps_without_means_warn() {
    let text = with_stage("").replace(
        "rollback = [\"code\"]",
        "rollback = [\"flags\", \"quiesce\", \"code\", \"deploy\", \"data\", \"verify\"]",
    );
    assert_snapshot!(root(text).told(), @r#"
    valid
    warning: the rollback has a step `flags`, but the stage sets no flags
      --> backout.toml:12:13
       |
    12 | rollback = ["flags", "quiesce", "code", "deploy", "data", "verify"]
       |             ^^^^^^^
       |
       = help: add `flags = …`

    warning: the rollback has a step `quiesce`, but the stage does not say how
      --> backout.toml:12:22
       |
    12 | rollback = ["flags", "quiesce", "code", "deploy", "data", "verify"]
       |                      ^^^^^^^^^
       |
       = help: add `quiesce = …`

    warning: the rollback has a step `deploy`, but the stage does not say how
      --> backout.toml:12:41
       |
    12 | rollback = ["flags", "quiesce", "code", "deploy", "data", "verify"]
       |                                         ^^^^^^^^
       |
       = help: add `deploy = …`

    warning: the rollback has a step `data`, but the stage names no backups
      --> backout.toml:12:51
       |
    12 | rollback = ["flags", "quiesce", "code", "deploy", "data", "verify"]
       |                                                   ^^^^^^
       |
       = help: add `backups = …`

    warning: the rollback has a step `verify`, but the stage does not say how
      --> backout.toml:12:59
       |
    12 | rollback = ["flags", "quiesce", "code", "deploy", "data", "verify"]
       |                                                           ^^^^^^^^
       |
       = help: add `verify = …`
    "#);
}

#[test]
fn flags_that_cannot_work() {
    let text = with_stage(
        r#"verify = { text = "look", timeout = "1m" }
[flags.A]
on = "1"
off = "1"
[flags.B]
set = { command = ["set-flag", "B"] }
"#,
    );
    assert_snapshot!(root(text).told(), @r#"
    warning: `timeout` has no effect beside `text`
      --> backout.toml:13:37
       |
    13 | verify = { text = "look", timeout = "1m" }
       |                                     ^^^^
       |
       = help: only a command can time out

    error: `on` and `off` are the same: the flag has only one state
      --> backout.toml:16:7
       |
    16 | off = "1"
       |       ^^^

    warning: the command never says which value to set
      --> backout.toml:18:19
       |
    18 | set = { command = ["set-flag", "B"] }
       |                   ^^^^^^^^^^^^^^^^^
       |
       = help: `{value}` stands for it
    "#);
}

#[test]
fn moves_that_cannot_be_followed() {
    let text = with_stage(
        r#"[[moves]]
from = "src/*.py"
to = "lib/**/x"
[[moves]]
from = "src/old/**"
to = "src/new"
[[moves]]
from = "same/**"
to = "same/**"
"#,
    );
    assert_snapshot!(root(text).told(), @r#"
    error: a move needs a folder followed by `/**`, or a plain path
      --> backout.toml:14:8
       |
    14 | from = "src/*.py"
       |        ^^^^^^^^^^
       |
       = help: describe each renamed folder by a move of its own

    error: a move needs a folder followed by `/**`, or a plain path
      --> backout.toml:15:6
       |
    15 | to = "lib/**/x"
       |      ^^^^^^^^^^
       |
       = help: describe each renamed folder by a move of its own

    error: `from` and `to` have different forms
      --> backout.toml:18:6
       |
    18 | to = "src/new"
       |      ^^^^^^^^^
       |
       = help: both a folder followed by `/**`, or both a plain path

    error: `from` and `to` are the same
      --> backout.toml:21:6
       |
    21 | to = "same/**"
       |      ^^^^^^^^^
    "#);
}

#[test]
fn a_migration_without_stages_warns() {
    let text = "version = 1\n[migration]\nid = \"m\"\nname = \"M\"\nstart = { tag = \"s\" }\n\
        branch = \"main\"\n";
    assert_snapshot!(root(text).told(), @r"
    valid
    warning: the migration has no stages, so no path is guarded
     --> backout.toml:2:1
      |
    2 | [migration]
      | ^^^^^^^^^^^
      |
      = help: add `[[stages]]`
    ");
}

#[test]
fn tables_without_a_migration() {
    assert_snapshot!(root("version = 1\n[flags.F]\n").told(), @r"
    error: the configuration lacks `[migration]`
     --> backout.toml:1:1
      |
    1 | version = 1
      | ^
      |
      = help: it needs `id`, `name`, `start` and `branch`
    ");
}

#[test]
fn too_many_stages() {
    let mut text = with_stage("");
    for id in 2..=1001 {
        text += &format!(
            "[[stages]]\nid = \"{id}\"\nname = \"n\"\nimpact = \"low\"\npaths = [\"a\"]\n\
             rollback = [\"code\"]\n"
        );
    }
    assert_snapshot!(root(text).told(), @r"
    error: there are 1001 stages, more than 1000 in one file
     --> backout.toml:7:1
      |
    7 | [[stages]]
      | ^^^^^^^^^^
    ");
}
