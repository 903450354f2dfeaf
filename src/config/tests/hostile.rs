//! Input that nobody would write on purpose: never a panic, never a smaller configuration.

use std::time::{Duration, Instant};

use insta::assert_snapshot;
use proptest::collection::vec;
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use proptest::sample::{Index, select};
use proptest::test_runner::Config;

use super::super::LoadError;
use super::{FULL, full, root, with_stage};

#[test]
fn what_is_no_text() {
    assert_snapshot!(root(b"\xef\xbb\xbfversion = 1\n").told(), @r"
    error: the file starts with a byte order mark
    --> backout.toml:1:1
     = help: save it as UTF-8 without one
    ");
    assert_snapshot!(root(b"version = 1\nname = \"\xff\"\n").told(), @r"
    error: the file is not UTF-8 text
    --> backout.toml:2:9
     = help: save it as UTF-8
    ");
    assert_snapshot!(root(b"version = 1\n\nx\0").told(), @r"
    error: the file holds a NUL byte
    --> backout.toml:3:2
     = help: save it as plain text in UTF-8
    ");
    assert_snapshot!(root(vec![b'#'; 1024 * 1024 + 1]).told(), @r"
    error: the file has 1048577 bytes, more than 1048576
    --> backout.toml:1:1
     = help: split it: `include` names further files
    ");
}

#[test]
fn control_characters_are_shown_as_escapes() {
    let text = with_stage("\"evil\\u001b[2Jkey\\u202e\" = 1\n# \u{202e}");
    let told = root(text).told();
    assert!(!told.contains(['\u{1b}', '\u{202e}']), "{told:?}");
    assert_snapshot!(told, @r#"
    error: `evil\u{1b}[2Jkey\u{202e}` is no key of a stage
      --> backout.toml:13:1
       |
    13 | "evil\u001b[2Jkey\u202e" = 1
       | ^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: known here: `id`, `name`, `impact`, `mode`, `state`, `since`, `reason`, `paths`, `exclude`, `after`, `start`, `deployed`, `rollback`, `quiesce`, `deploy`, `flags`, `backups`, `code`, `verify`, `irreversible`, `procedure`, `owners`
    "#);
    let text = "version = 1\n\"a\" = 1 # \u{202e}reversed\t\u{9b}\n";
    assert!(!root(text).told().contains(['\u{202e}', '\u{9b}']));
}

#[test]
fn a_nul_inside_a_text_is_refused() {
    let text = with_stage("owners = [\"a\\u0000b\"]\n\"k\\u0000\" = 1");
    assert_snapshot!(root(text).told(), @r#"
    error: `owners`: the text holds a NUL character
      --> backout.toml:13:11
       |
    13 | owners = ["a\u0000b"]
       |           ^^^^^^^^^^

    error: `k\u{0}` is no key of a stage
      --> backout.toml:14:1
       |
    14 | "k\u0000" = 1
       | ^^^^^^^^^
       |
       = help: known here: `id`, `name`, `impact`, `mode`, `state`, `since`, `reason`, `paths`, `exclude`, `after`, `start`, `deployed`, `rollback`, `quiesce`, `deploy`, `flags`, `backups`, `code`, `verify`, `irreversible`, `procedure`, `owners`
    "#);
}

#[test]
fn deep_nesting_ends_in_an_error() {
    for depth in [100, 10_000, 500_000] {
        for (open, close) in [("[", "]"), ("{a=", "}"), ("[{a=", "}]")] {
            let repeat = depth / open.len();
            let text = format!("version = {}1{}\n", open.repeat(repeat), close.repeat(repeat));
            assert!(matches!(root(&text).load(), Err(LoadError::Invalid(_))));
        }
        let dotted = format!("{}x = 1\n", "a.".repeat(depth / 2));
        assert!(root(dotted).load().is_err());
        let header = format!("[{}x]\n", "a.".repeat(depth / 2));
        assert!(root(header).load().is_err());
    }
}

#[test]
fn one_huge_line_with_many_errors_takes_no_time() {
    let keys: Vec<String> = (0..60_000).map(|n| format!("k{n} = 1")).collect();
    let text = format!("version = 1\nflags = {{ F = {{ {} }} }}\n", keys.join(", "));
    let start = Instant::now();
    let told = root(text).told();
    assert!(start.elapsed() < Duration::from_secs(20));
    assert!(told.len() < 100_000, "{}", told.len());
    assert!(told.contains("more, not shown here"));
}

fn small() -> Config {
    Config { failure_persistence: None, ..Config::with_cases(10_000) }
}

/// Pieces of valid files: put together at random they come nearer to trouble than bytes do.
const PIECES: &[&str] = &[
    "version = 1\n",
    "version",
    "include = [\"services/payments/backout.toml\"]\n",
    "[migration]\n",
    "[[stages]]\n",
    "[stages]\n",
    "id = \"1\"\n",
    "id = 1\n",
    "name = \"x\"\n",
    "start = { tag = \"s\" }\n",
    "start.tag = \"s\"\n",
    "branch = \"main\"\n",
    "impact = \"low\"\n",
    "paths = [\"a\"]\n",
    "paths = []\n",
    "rollback = [\"code\"]\n",
    "after = [\"1\"]\n",
    "after = [\"m:2\", \"payments:intake\"]\n",
    "[flags.F]\n",
    "[backups.b]\n",
    "source = { kind = \"file\", path = \"x\" }\n",
    "store = \"s\"\n",
    "flags = { F = \"off\" }\n",
    "[[moves]]\n",
    "from = \"a/**\"\n",
    "to = \"b/**\"\n",
    "[phases]\n",
    "share = \"land\"\n",
    "[requirements]\n",
    "\"backup/stale\" = \"warn\"\n",
    "[[waivers]]\n",
    "finding = \"tag/missing\"\n",
    "expires = 2026-12-24\n",
    "reason = \"r\"\n",
    "= [{",
    "}",
    "]",
    "\"",
    "'''",
    "\n",
    "# x",
    "\u{202e}",
    "é",
    "1979-02-30",
    "{",
    ".",
    ",",
];

proptest! {
    #![proptest_config(small())]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in vec(any::<u8>(), 0..120)) {
        prop_assert!(tells_or_loads_all(&bytes));
    }

    #[test]
    fn pieces_put_together_never_panic(pieces in vec(select(PIECES), 0..24)) {
        prop_assert!(tells_or_loads_all(pieces.concat().as_bytes()));
    }

    #[test]
    fn a_damaged_sample_is_refused_or_whole(
        at in any::<Index>(),
        remove in 0_usize..6,
        insert in vec(any::<u8>(), 0..3),
    ) {
        let mut bytes = FULL.as_bytes().to_vec();
        let at = at.index(bytes.len());
        let end = (at + remove).min(bytes.len());
        bytes.splice(at..end, insert);
        prop_assert!(tells_or_loads_all(&bytes));
    }

    #[test]
    fn a_sample_with_a_line_moved_is_refused_or_whole(
        from in any::<Index>(),
        to in any::<Index>(),
    ) {
        let mut lines: Vec<&str> = FULL.lines().collect();
        let line = lines.remove(from.index(lines.len()));
        lines.insert(to.index(lines.len()), line);
        prop_assert!(tells_or_loads_all(lines.join("\n").as_bytes()));
    }

    #[test]
    fn a_plain_text_is_loaded_back_as_it_was(name in "[ -~äö\u{4e00}]{1,20}") {
        let quoted = toml_edit::Value::from(name.as_str()).to_string();
        let text = with_stage("").replace("\"One\"", &quoted);
        match root(text).load() {
            Ok(configuration) => {
                prop_assert_eq!(&configuration.unwrap().migrations[0].stages[0].name, &name);
            }
            Err(_) => prop_assert!(name.trim().is_empty()),
        }
    }
}

/// Whether a file is refused with at least one error and a text to show, or every stage that an
/// independent parser sees in it has been loaded.
fn tells_or_loads_all(bytes: &[u8]) -> bool {
    match full_bytes(bytes).load() {
        Err(LoadError::Invalid(error)) => error.errors() > 0 && !error.render(true).is_empty(),
        Err(LoadError::Unreadable(_)) | Ok(None) => false,
        Ok(Some(configuration)) => {
            let text = std::str::from_utf8(bytes).unwrap();
            let document: toml_edit::DocumentMut = text.parse().unwrap();
            let stages = document.get("stages").map_or(0, |stages| {
                let tables = stages.as_array_of_tables().map(toml_edit::ArrayOfTables::len);
                tables.or_else(|| stages.as_array().map(toml_edit::Array::len)).unwrap()
            });
            let included = usize::from(
                document.get("include").is_some_and(|list| !list.as_array().unwrap().is_empty()),
            );
            let loaded: usize = configuration.migrations.iter().map(|m| m.stages.len()).sum();
            configuration.files.len() == 1 + included && loaded == stages + included
        }
    }
}

fn full_bytes(bytes: &[u8]) -> super::Files {
    let mut files = full("");
    files.0.insert("backout.toml".to_owned(), bytes.to_vec());
    files
}
