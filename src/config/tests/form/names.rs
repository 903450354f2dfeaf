//! What is said of globs, paths, ids of objects and names of refs.

use insta::assert_snapshot;

use crate::config::tests::{root, with_stage};

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
