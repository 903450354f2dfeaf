//! What is said of actions, of sources of backups and of their stores.

use insta::assert_snapshot;

use crate::config::tests::{root, with_stage};

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
