//! The rules of trailers, each with what must not count.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

const KEY: &str = "Migration-Stage";

/// A hostile message's length, in bytes.
const MUCH: usize = 1 << 20;

fn values(message: &str) -> Vec<String> {
    trailers(message.as_bytes(), KEY).into_iter().map(|trailer| trailer.value).collect()
}

#[test]
fn the_last_paragraph_is_read_as_git_does() {
    let message =
        "Move the context\n\nWhy it moves.\n\nMigration-Stage: 9\nSigned-off-by: A <a@b>\n";
    assert_eq!(trailers(message.as_bytes(), KEY), [Trailer { value: "9".into(), line: 5 }]);
}

#[test]
fn a_squash_body_keeps_the_trailers_of_all_its_commits() {
    let message = "Entities, second part (#12)\n\n\
        * Move the context\n\nMigration-Stage: 9\n\n\
        * Fix a typo\n\n\
        * Teach the agents\n\nLonger text.\n\nMigration-Stage: 5-6\nCo-authored-by: A <a@b>\n\n\
        * Hotfix\n\nmigration-stage: none\n\n---------\n\nCo-authored-by: A <a@b>\n";
    assert_eq!(values(message), ["9", "5-6", "none"]);
}

#[test]
fn case_blanks_and_carriage_returns_do_not_matter() {
    assert_eq!(
        values("s\r\n\r\nMIGRATION-stage \t:\t 9 \t\r\nMigration-Stage:7-8\r\n"),
        ["9", "7-8"]
    );
    assert_eq!(values("s\n\nMigration-Stage: billing:9"), ["billing:9"]);
}

#[test]
fn a_value_is_one_line_and_no_list() {
    assert_eq!(values("s\n\nMigration-Stage: 4, 9\n"), ["4, 9"]);
    assert_eq!(values("s\n\nMigration-Stage: 4\n  and 9\n"), ["4"]);
    assert_eq!(values("s\n\nMigration-Stage:\n"), [""]);
    assert_eq!(values("s\n\nMigration-Stage: 9\nMigration-Stage: 9\n"), ["9", "9"]);
}

#[test]
fn the_subject_is_no_trailer() {
    assert_eq!(values("Migration-Stage: 9"), [""; 0]);
    assert_eq!(values("\n \nMigration-Stage: 9\nMigration-Stage: 4\n"), ["4"]);
    assert_eq!(values("subject\nMigration-Stage: 4\n"), ["4"]);
}

#[test]
fn quoted_indented_and_mentioned_keys_are_none() {
    for line in [
        "> Migration-Stage: 9",
        " Migration-Stage: 9",
        "\tMigration-Stage: 9",
        "* Migration-Stage: 9",
        "See Migration-Stage: 9",
        "Migration-Stages: 9",
        "Migration-Stage 9",
        "X-Migration-Stage: 9",
    ] {
        assert_eq!(values(&format!("s\n\n{line}\n")), [""; 0], "{line}");
    }
}

#[test]
fn a_closed_fence_holds_examples() {
    assert_eq!(values("s\n\n```\nMigration-Stage: 9\n```\n\nMigration-Stage: 4\n"), ["4"]);
    assert_eq!(values("s\n\n  ~~~text\nMigration-Stage: 9\n~~~~ \nMigration-Stage: 4\n"), ["4"]);
    assert_eq!(values("s\n\n````\n```\nMigration-Stage: 9\n````\n"), [""; 0]);
    assert_eq!(values("s\n\n```\n~~~\n```\nMigration-Stage: 9\n~~~\n"), ["9"]);
}

#[test]
fn a_fence_that_stays_open_hides_nothing() {
    assert_eq!(values("s\n\n```\nMigration-Stage: 9\n"), ["9"]);
    assert_eq!(values("s\n\n````\nMigration-Stage: 9\n```\n"), ["9"]);
    assert_eq!(values("s\n\n```\nMigration-Stage: 9\n```rust\n"), ["9"]);
    assert_eq!(values("s\n\n```inline```\nMigration-Stage: 9\n```\n"), ["9"]);
    assert_eq!(values("s\n\n    ```\nMigration-Stage: 9\n    ```\n"), ["9"]);
}

#[test]
fn other_keys_and_no_key_find_nothing() {
    assert_eq!(trailers(b"s\n\nMigration-Stage: 9\n", ""), []);
    assert_eq!(trailers(b"s\n\nMigration-Stage: 9\n", "Backout-Stage"), []);
    assert_eq!(trailers(b"", KEY), []);
}

#[test]
fn foreign_bytes_are_replaced() {
    let found = trailers(b"\xff\n\n\xfe\nMigration-Stage: \xff9\n", KEY);
    assert_eq!(found, [Trailer { value: "\u{fffd}9".into(), line: 4 }]);
}

#[test]
fn a_long_message_is_read_to_its_end() {
    let mut message = b"s\n\nMigration-Stage: 9\n".to_vec();
    message.resize(MUCH + 7, b'\n');
    message.extend(b"Migration-Stage: 4\n");
    assert_eq!(trailers(&message, KEY).len(), 2);
}

/// What `git merge --squash` says of commits with these messages, below `above`.
fn squash(above: &str, messages: &[&str]) -> String {
    let listed = messages.iter().map(|message| {
        let text: String = message.lines().map(|line| format!("    {line}\n")).collect();
        format!("commit {:040}\nAuthor: A <a@b>\nDate:   Mon Jan 5\n\n{text}\n", 9)
    });
    format!("{above}Squashed commit of the following:\n\n{}", listed.collect::<String>())
}

#[test]
fn the_messages_below_a_squash_of_git_are_read_each_alone() {
    let nine = "Move the context\n\nMigration-Stage: 9";
    let four = "Migration-Stage: 1\n\nMigration-Stage: 4\n\n> Migration-Stage: 2\n";
    assert_eq!(values(&squash("", &[nine, four])), ["9", "4"]);
    assert_eq!(values(&squash("Entities\n\n", &[nine])), ["9"]);
    assert_eq!(values(&squash("", &[nine]).replace('\n', "\r\n")), ["9"]);
    let again = squash("", &["Part\n", &squash("", &[nine, four])]);
    assert_eq!(values(&again), ["9", "4"], "a squash of a squash");
    assert_eq!(values(&(squash("", &[nine]) + "Migration-Stage: 5\n")), ["9", "5"], "and below it");
    // A fence that is left open in one of them hides nothing of the next.
    let open = "Open\n\n```\nMigration-Stage: 7";
    assert_eq!(values(&squash("", &[open, nine, open])), ["7", "9", "7"]);
    let closed = "Closed\n\n```\nMigration-Stage: 7\n```";
    assert_eq!(values(&squash("", &[closed, nine])), ["9"]);
}

#[test]
fn what_looks_like_a_squash_of_git_is_none() {
    let indented = "    Migration-Stage: 9\n";
    let id = "0".repeat(40);
    for above in [
        String::new(),
        "Squashed commit of the following:\n\n".to_owned(),
        format!("commit {id}\n\n"),
        format!(" Squashed commit of the following:\n\ncommit {id}\n\n"),
        "Squashed commit of the following:\n\ncommit 0123\n\n".to_owned(),
        format!("Squashed commit of the following:\n\n commit {id}\n\n"),
    ] {
        assert_eq!(values(&format!("s\n\n{above}    s\n\n{indented}")), [""; 0], "{above}");
    }
    let deeper = format!("    s\n\n    {indented}");
    let below = format!("Squashed commit of the following:\n\ncommit {id}\n\n{deeper}");
    assert_eq!(values(&below), [""; 0], "an example in the message itself");
}

#[test]
fn a_squash_on_every_line_costs_no_square() {
    let mut message = String::from("s\n\n");
    for depth in 0..600 {
        let indent = "    ".repeat(depth);
        message += &format!(
            "{indent}Squashed commit of the following:\n{indent}commit {}\n",
            "0".repeat(40)
        );
    }
    message += &format!("{}s\n{0}{KEY}: 9\n", "    ".repeat(600));
    assert_eq!(values(&message), ["9"]);
}

#[test]
fn a_fence_on_every_line_costs_no_square() {
    for unit in ["```x\n", "```\n", "~~~\n````x\n"] {
        let mut message = format!("s\n{KEY}: 9\n");
        while message.len() < MUCH {
            message.push_str(unit);
        }
        let start = Instant::now();
        assert_eq!(values(&message), ["9"]);
        // Far above the linear time of a debug build, far below the quadratic one.
        assert!(start.elapsed() < Duration::from_secs(20), "{unit:?}: {:?}", start.elapsed());
    }
}

#[test]
fn a_claim_is_a_stage_none_or_an_error() {
    assert_eq!(claim("9").unwrap(), Claim::Stage("9".parse().unwrap()));
    assert_eq!(claim("billing:9").unwrap(), Claim::Stage("billing:9".parse().unwrap()));
    assert_eq!(claim("none").unwrap(), Claim::Foreign);
    assert_eq!(claim("None").unwrap(), Claim::Foreign);
    for bad in ["", "4, 9", "9 (see plan)", "a:b:c", "..", "9\u{fffd}"] {
        assert!(claim(bad).is_err(), "{bad:?}");
    }
}

/// The rules again, line by line, for messages without fences.
fn expected(lines: &[(u8, String)]) -> Vec<String> {
    let trailer = lines.iter().skip(1).filter(|(kind, _)| *kind == 0);
    trailer.map(|(_, value)| value.clone()).collect()
}

#[test]
fn another_spelling_of_the_key_is_told_and_no_other_word() {
    let told = |line: &str, key: &str| misspelt(format!("Work\n\n{line}: 9").as_bytes(), key);
    let key = "Migration-Stage";
    for near in ["Migration Stage", "Migration---Stage", "Migraton-Stage", "migration_stage"] {
        assert_eq!(told(near, key), Some(format!("{near}: 9")), "{near}");
    }
    for other in ["Migration-Stage", "migration-stage", "Migration - - - Stage", "Migrate-Stages"] {
        assert_eq!(told(other, key), None, "{other}");
    }
    // Of a short key, a letter is enough.
    assert_eq!(told("Stags", "Stage"), Some("Stags: 9".to_owned()));
    assert_eq!(told("Stapl", "Stage"), None);
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None, ..ProptestConfig::with_cases(10_000)
    })]

    #[test]
    fn every_trailer_of_a_generated_message_is_found(
        lines in prop::collection::vec((0u8..5, "[a-z0-9.:-]{1,6}"), 1..12),
        crlf in any::<bool>(),
    ) {
        let message: Vec<String> = lines
            .iter()
            .map(|(kind, value)| match kind {
                0 => format!("mIGRATION-sTAGE: {value}"),
                1 => format!("> {KEY}: {value}"),
                2 => format!("  {KEY}: {value}"),
                3 => format!("* {value}"),
                _ => value.clone(),
            })
            .collect();
        let message = message.join(if crlf { "\r\n" } else { "\n" });
        prop_assert_eq!(values(&message), expected(&lines));
    }

    #[test]
    fn arbitrary_messages_never_panic_and_lines_are_real(
        message in prop::collection::vec(prop_oneof![
            2 => Just(b"k: v\n".to_vec()),
            1 => Just(b"```\n".to_vec()),
            1 => Just(b"~~~~ x\n".to_vec()),
            2 => prop::collection::vec(any::<u8>(), 0..8),
        ], 0..20),
        key in "k|K|[ -~]{0,3}",
    ) {
        let message = message.concat();
        let lines: Vec<&[u8]> = message.split(|byte| *byte == b'\n').collect();
        for trailer in trailers(&message, &key) {
            let line = String::from_utf8_lossy(lines[trailer.line - 1]).to_ascii_lowercase();
            prop_assert!(line.starts_with(&key.to_ascii_lowercase()));
            let _ = claim(&trailer.value);
        }
    }

    #[test]
    fn fences_match_a_plain_search(
        lines in prop::collection::vec("(`{2,5}|~{2,5})(x|)|text", 0..14),
    ) {
        let lines: Vec<&[u8]> = lines.iter().map(String::as_bytes).collect();
        let plain: Vec<Option<usize>> = (0..lines.len())
            .map(|at| {
                let open = fence(lines[at])?;
                (at + 1..lines.len()).find(|close| {
                    fence(lines[*close]).is_some_and(|other| {
                        other.bare && other.mark == open.mark && other.length >= open.length
                    })
                })
            })
            .collect();
        prop_assert_eq!(closings(&lines), plain);
    }
}
