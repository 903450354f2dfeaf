//! What is said of a file whose form is wrong: all of it at once, each with its place.

use insta::assert_snapshot;

use super::{root, with_stage};

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
fn what_is_missing() {
    let text = "version = 1\n[migration]\n[[stages]]\n[backups.b]\n[[moves]]\n[[waivers]]\n";
    assert_snapshot!(root(text).told(), @r#"
    error: `[migration]` lacks `id`
     --> backout.toml:2:1
      |
    2 | [migration]
      | ^^^^^^^^^^^
      |
      = help: for example `id = "entities"`

    error: `[migration]` lacks `name`
     --> backout.toml:2:1
      |
    2 | [migration]
      | ^^^^^^^^^^^
      |
      = help: for example `name = "Entity architecture"`

    error: `[migration]` lacks `start`
     --> backout.toml:2:1
      |
    2 | [migration]
      | ^^^^^^^^^^^
      |
      = help: for example `start = { tag = "migration-start" }`

    error: `[migration]` lacks `branch`
     --> backout.toml:2:1
      |
    2 | [migration]
      | ^^^^^^^^^^^
      |
      = help: for example `branch = "main"`

    error: a stage lacks `id`
     --> backout.toml:3:1
      |
    3 | [[stages]]
      | ^^^^^^^^^^
      |
      = help: for example `id = "9"`

    error: a stage lacks `name`
     --> backout.toml:3:1
      |
    3 | [[stages]]
      | ^^^^^^^^^^
      |
      = help: for example `name = "Continuation migration"`

    error: a stage lacks `impact`
     --> backout.toml:3:1
      |
    3 | [[stages]]
      | ^^^^^^^^^^
      |
      = help: for example `impact = "medium"`

    error: a stage lacks `paths`
     --> backout.toml:3:1
      |
    3 | [[stages]]
      | ^^^^^^^^^^
      |
      = help: for example `paths = ["src/billing/**"]`

    error: a stage lacks `rollback`
     --> backout.toml:3:1
      |
    3 | [[stages]]
      | ^^^^^^^^^^
      |
      = help: for example `rollback = ["flags", "code", "deploy", "verify"]`

    error: a backup lacks `source`
     --> backout.toml:4:1
      |
    4 | [backups.b]
      | ^^^^^^^^^^^
      |
      = help: for example `source = { kind = "file", path = "export" }`

    error: a backup lacks `store`
     --> backout.toml:4:1
      |
    4 | [backups.b]
      | ^^^^^^^^^^^
      |
      = help: for example `store = "s3://ops-backups/entities"`

    error: a move lacks `from`
     --> backout.toml:5:1
      |
    5 | [[moves]]
      | ^^^^^^^^^
      |
      = help: for example `from = "src/old/**"`

    error: a move lacks `to`
     --> backout.toml:5:1
      |
    5 | [[moves]]
      | ^^^^^^^^^
      |
      = help: for example `to = "src/new/**"`

    error: a waiver lacks `finding`
     --> backout.toml:6:1
      |
    6 | [[waivers]]
      | ^^^^^^^^^^^
      |
      = help: for example `finding = "stage/unowned-path"`

    error: a waiver lacks `reason`
     --> backout.toml:6:1
      |
    6 | [[waivers]]
      | ^^^^^^^^^^^
      |
      = help: for example `reason = "generated file, owner to be decided"`

    error: a waiver lacks `expires`
     --> backout.toml:6:1
      |
    6 | [[waivers]]
      | ^^^^^^^^^^^
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
fn actions_and_sources() {
    let text = with_stage(
        r#"quiesce = {}
deploy = { command = ["a"], text = "b" }
verify = { command = [] }
[flags.F]
live = { command = ["", "x"], timeout = "0s" }
set = { text = " " }
[backups.a]
source = { kind = "reddis" }
store = "ftp://x"
[backups.b]
source = { kind = "file", url_env = "X" }
store = "s3://"
[backups.c]
source = { command = ["x"] }
store = ""
[backups.d]
source = { kind = "redis", url_env = "redis://u:secret@h", pattern = "a" }
store = "https://u:secret@h/x"
"#,
    );
    let told = root(text).told();
    assert!(!told.contains("secret"));
    assert_snapshot!(told, @r#"
    error: an action needs either `command` or `text`
      --> backout.toml:13:11
       |
    13 | quiesce = {}
       |           ^^
       |
       = help: neither is there

    error: an action needs either `command` or `text`
      --> backout.toml:14:10
       |
    14 | deploy = { command = ["a"], text = "b" }
       |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: both are there

    error: `command`: no program is named
      --> backout.toml:15:22
       |
    15 | verify = { command = [] }
       |                      ^^
       |
       = help: the program first, then its arguments: `["make", "test"]`

    error: `command`: no program is named
      --> backout.toml:17:20
       |
    17 | live = { command = ["", "x"], timeout = "0s" }
       |                    ^^^^^^^^^
       |
       = help: the program first, then its arguments: `["make", "test"]`

    error: `timeout`: `0s` is no span of time
      --> backout.toml:17:41
       |
    17 | live = { command = ["", "x"], timeout = "0s" }
       |                                         ^^^^
       |
       = help: a whole number above 0 and a unit: `90s`, `10m`, `1h`, `14d`

    error: `text`: the text is empty
      --> backout.toml:18:16
       |
    18 | set = { text = " " }
       |                ^^^

    error: `reddis` is no kind of source
      --> backout.toml:20:19
       |
    20 | source = { kind = "reddis" }
       |                   ^^^^^^^^
       |
       = help: did you mean `redis`?

    error: `store`: `ftp://` is no known kind of store
      --> backout.toml:21:9
       |
    21 | store = "ftp://x"
       |         ^^^^^^^^^
       |
       = help: `s3://bucket/folder`, `gs://…`, `az://…`, `https://…`, or a folder

    error: a source of kind `file` lacks `path`
      --> backout.toml:23:10
       |
    23 | source = { kind = "file", url_env = "X" }
       |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: for example `path = "export/sessions"`

    error: `url_env` is no key of a source of kind `file`
      --> backout.toml:23:27
       |
    23 | source = { kind = "file", url_env = "X" }
       |                           ^^^^^^^
       |
       = help: known here: `kind`, `path`

    error: `store`: `s3://` names no bucket or host
      --> backout.toml:24:9
       |
    24 | store = "s3://"
       |         ^^^^^^^
       |
       = help: `s3://bucket/folder`, `gs://…`, `az://…`, `https://…`, or a folder

    error: a source lacks `kind`
      --> backout.toml:26:10
       |
    26 | source = { command = ["x"] }
       |          ^^^^^^^^^^^^^^^^^^^
       |
       = help: known here: `redis`, `file`, `command`

    error: `store`: the text is empty
      --> backout.toml:27:9
       |
    27 | store = ""
       |         ^^
       |
       = help: `s3://bucket/folder`, `gs://…`, `az://…`, `https://…`, or a folder

    error: `url_env`: this is no name of an environment variable
    --> backout.toml:29:38
     = help: write the variable's name, not its value: `REDIS_URL`

    error: `store`: the store's address holds a user or a password
    --> backout.toml:30:9
     = help: take it out; credentials come from the environment
    "#);
}

#[test]
fn globs_and_paths() {
    let text = with_stage(
        r#"exclude = ["!src/a", "/src", "", "src/", "a/../b", "{a", "./a"]
[flags.F]
defined_in = ["/etc/passwd", "../x", "a\\b", ""]
"#,
    );
    assert_snapshot!(root(text).told(), @r#"
    error: `exclude`: the glob `!src/a` starts with `!`
      --> backout.toml:13:12
       |
    13 | exclude = ["!src/a", "/src", "", "src/", "a/../b", "{a", "./a"]
       |            ^^^^^^^^
       |
       = help: `!` is no negation here; use `exclude`

    error: `exclude`: the glob `/src` starts with `/`
      --> backout.toml:13:22
       |
    13 | exclude = ["!src/a", "/src", "", "src/", "a/../b", "{a", "./a"]
       |                      ^^^^^^
       |
       = help: globs are relative to this file's folder: `src`

    error: `exclude`: the glob is empty
      --> backout.toml:13:30
       |
    13 | exclude = ["!src/a", "/src", "", "src/", "a/../b", "{a", "./a"]
       |                              ^^
       |
       = help: `**` matches every path

    error: `exclude`: the glob `src/` ends with `/` and would match nothing
      --> backout.toml:13:34
       |
    13 | exclude = ["!src/a", "/src", "", "src/", "a/../b", "{a", "./a"]
       |                                  ^^^^^^
       |
       = help: for all that is in the folder: `src/**`

    error: `exclude`: the glob `a/../b` has a `..` component
      --> backout.toml:13:42
       |
    13 | exclude = ["!src/a", "/src", "", "src/", "a/../b", "{a", "./a"]
       |                                          ^^^^^^^^
       |
       = help: globs reach only what is below this file's folder

    error: `exclude`: the glob `{a` cannot be read
      --> backout.toml:13:52
       |
    13 | exclude = ["!src/a", "/src", "", "src/", "a/../b", "{a", "./a"]
       |                                                    ^^^^
       |
       = help: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)

    error: `exclude`: the glob `./a` has a `.` component and would match nothing
      --> backout.toml:13:58
       |
    13 | exclude = ["!src/a", "/src", "", "src/", "a/../b", "{a", "./a"]
       |                                                          ^^^^^
       |
       = help: leave it out

    error: `defined_in`: the path `/etc/passwd` is not relative
      --> backout.toml:15:15
       |
    15 | defined_in = ["/etc/passwd", "../x", "a\\b", ""]
       |               ^^^^^^^^^^^^^
       |
       = help: paths are relative to this file's folder

    error: `defined_in`: the path `../x` has a `..` component
      --> backout.toml:15:30
       |
    15 | defined_in = ["/etc/passwd", "../x", "a\\b", ""]
       |                              ^^^^^^
       |
       = help: paths reach only what is below this file's folder

    error: `defined_in`: the path `a\b` has a backslash
      --> backout.toml:15:38
       |
    15 | defined_in = ["/etc/passwd", "../x", "a\\b", ""]
       |                                      ^^^^^^
       |
       = help: write `/` between folders

    error: `defined_in`: the path is empty
      --> backout.toml:15:46
       |
    15 | defined_in = ["/etc/passwd", "../x", "a\\b", ""]
       |                                              ^^
    "#);
}

#[test]
fn levels_phases_and_codes() {
    let text = with_stage(
        r#"[phases]
share = "lnd"
sahre = "land"
[requirements]
"backup" = "warn"
"backup/stale" = "denied"
"flag/unread" = { share = "off", later = "warn" }
"tag/missing" = 3
"made/up" = "deny"
"#,
    );
    assert_snapshot!(root(text).told(), @r#"
    error: `share`: `lnd` is not understood here
      --> backout.toml:14:9
       |
    14 | share = "lnd"
       |         ^^^^^
       |
       = help: did you mean `land`? It is one of `share`, `land`, `deploy`

    error: `sahre` is no key of `[phases]`
      --> backout.toml:15:1
       |
    15 | sahre = "land"
       | ^^^^^
       |
       = help: did you mean `share`?

    error: `backup`: `backup` is no finding's code
      --> backout.toml:17:1
       |
    17 | "backup" = "warn"
       | ^^^^^^^^
       |
       = help: one of its problems is meant: `backup/missing`, `backup/stale`

    error: `backup/stale`: `denied` is not understood here
      --> backout.toml:18:18
       |
    18 | "backup/stale" = "denied"
       |                  ^^^^^^^^
       |
       = help: one of `allow`, `warn`, `deny`

    error: `share`: `off` is not understood here
      --> backout.toml:19:27
       |
    19 | "flag/unread" = { share = "off", later = "warn" }
       |                           ^^^^^
       |
       = help: one of `allow`, `warn`, `deny`

    error: `later` is no key of a table of levels
      --> backout.toml:19:34
       |
    19 | "flag/unread" = { share = "off", later = "warn" }
       |                                  ^^^^^
       |
       = help: known here: `share`, `land`, `deploy`

    error: `tag/missing` wants a text or a table, not a whole number
      --> backout.toml:20:17
       |
    20 | "tag/missing" = 3
       |                 ^

    error: `made/up`: `made/up` is no finding's code
      --> backout.toml:21:1
       |
    21 | "made/up" = "deny"
       | ^^^^^^^^^
       |
       = help: known here: `backup/missing`, `backup/stale`, `flag/unread`, `stage/unowned-path`, `stage/out-of-order`, `tag/missing`
    "#);
}

#[test]
fn object_ids_and_names_of_refs() {
    let text = r#"version = 1
[migration]
id = "m"
name = "M"
start = { tag = "refs/tags/start", oid = "abc" }
branch = "a..b"
since = "0000000000000000000000000000000000000000"
trailer = "Migration Stage"
[[stages]]
id = "None"
name = " "
impact = "low"
paths = ["a"]
rollback = ["code"]
deployed = { tag = "-d" }
[[moves]]
from = "a"
to = "b"
commit = "xyz"
"#;
    assert_snapshot!(root(text).told(), @r#"
    error: `tag`: the name `refs/tags/start` starts with `refs/`
     --> backout.toml:5:17
      |
    5 | start = { tag = "refs/tags/start", oid = "abc" }
      |                 ^^^^^^^^^^^^^^^^^
      |
      = help: write `start`

    error: `oid`: `abc` is no full object id
     --> backout.toml:5:42
      |
    5 | start = { tag = "refs/tags/start", oid = "abc" }
      |                                          ^^^^^
      |
      = help: 40 or 64 hexadecimal digits, as `git rev-parse 'TAG^{commit}'` prints them

    error: `branch`: the name `a..b` has `..`
     --> backout.toml:6:10
      |
    6 | branch = "a..b"
      |          ^^^^^^
      |
      = help: git would refuse a branch or tag of this name

    error: `since`: `0000000000000000000000000000000000000000` is no full object id
     --> backout.toml:7:9
      |
    7 | since = "0000000000000000000000000000000000000000"
      |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: 40 or 64 hexadecimal digits, as `git rev-parse 'TAG^{commit}'` prints them

    error: `trailer`: `Migration Stage` is no trailer's key
     --> backout.toml:8:11
      |
    8 | trailer = "Migration Stage"
      |           ^^^^^^^^^^^^^^^^^
      |
      = help: letters, digits and `-`, without the colon: `Migration-Stage`

    error: `id`: `None` cannot be the id of a stage
      --> backout.toml:10:6
       |
    10 | id = "None"
       |      ^^^^^^
       |
       = help: in a trailer, `none` says that a commit is no part of the migration

    error: `name`: the text is empty
      --> backout.toml:11:8
       |
    11 | name = " "
       |        ^^^

    error: `tag`: the name `-d` starts with `-`
      --> backout.toml:15:20
       |
    15 | deployed = { tag = "-d" }
       |                    ^^^^
       |
       = help: git would refuse a branch or tag of this name

    error: `commit`: `xyz` is no commit id
      --> backout.toml:19:10
       |
    19 | commit = "xyz"
       |          ^^^^^
       |
       = help: 4 to 64 hexadecimal digits, as `git log --format=%H` prints them
    "#);
}

#[test]
fn a_date_is_a_day() {
    let text = with_stage(
        "[[waivers]]\nfinding = \"tag/missing\"\nreason = \"r\"\nexpires = 2026-12-24T10:00:00Z\n",
    );
    assert_snapshot!(root(text).told(), @r"
    error: `expires` wants a date, not a date with a time
      --> backout.toml:16:11
       |
    16 | expires = 2026-12-24T10:00:00Z
       |           ^^^^^^^^^^^^^^^^^^^^
       |
       = help: for example `expires = 2026-12-24`
    ");
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
