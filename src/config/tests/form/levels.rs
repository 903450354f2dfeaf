//! What is said of levels, phases, codes of findings and dates.

use insta::assert_snapshot;

use crate::config::tests::{root, with_stage};

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
