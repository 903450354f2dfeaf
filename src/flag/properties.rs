//! Laws that hold for any file of flags, on generated ones.

use proptest::prelude::*;

use super::{Lookup, definitions, look_up, reads, set};

const PATHS: [&str; 4] = [".env", "f.toml", "f.yaml", "f.json"];

/// Pieces from which files of every format, broken ones most of all, are put together.
const PIECES: [&str; 46] = [
    "USE_X",
    "a",
    "é",
    "true",
    "null",
    "1",
    "-1.5",
    "0x1",
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\r",
    "=",
    ":",
    ": ",
    ",",
    "'",
    "\"",
    "\\",
    "\\u00e9",
    "\\ud800",
    "#",
    " #",
    "{",
    "}",
    "[",
    "]",
    "- ",
    "? ",
    "---\n",
    "...\n",
    "&a ",
    "*a",
    "!!str ",
    "!t ",
    "|\n ",
    ">-\n",
    "<<: ",
    "%TAG ! x\n",
    "\"\"\"",
    "export ",
    "\u{feff}",
    "\u{2028}",
    "${HOME}",
];

const FLAGD_PIECES: [&str; 16] = [
    "{\"flags\":",
    "{\"x\":{",
    "\"state\":",
    "\"ENABLED\"",
    "\"DISABLED\"",
    "\"variants\":",
    "{\"on\":true}",
    "\"defaultVariant\":",
    "\"on\"",
    "\"targeting\":",
    "{}",
    ",",
    "}",
    "}}",
    "null",
    "[",
];

fn soup(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(pieces), 0..24)
        .prop_map(|parts| parts.concat())
}

/// Nothing panics, places are real, and what was found can be found again.
fn survives(path: &str, content: &[u8]) {
    let _ = set(path, content, "USE_X", "false");
    let all = match definitions(path, content) {
        Ok(all) => all,
        Err(error) => {
            let (line, column) = error.position().unwrap();
            assert!(line >= 1 && column >= 1 && line as usize <= content.len() + 1, "{error}");
            return;
        }
    };
    for definition in &all.all {
        assert!(definition.line >= 1 && definition.column >= 1);
        let found = look_up(&all, &definition.name);
        assert!(matches!(found, Lookup::Found(_) | Lookup::Duplicate(_)), "{found:?}");
        // An edit either says why not, or holds what it promised.
        if let Ok(edited) = set(path, content, &definition.name, "false") {
            let again = definitions(path, &edited).unwrap();
            assert_eq!(again.all.len(), all.all.len());
        }
    }
}

#[derive(Debug, Clone)]
struct File {
    path: &'static str,
    /// Before the value, with its key.
    before: String,
    after: String,
    quote: &'static str,
}

impl File {
    fn with(&self, value: &str) -> String {
        let Self { before, after, quote, .. } = self;
        format!("{before}{quote}{value}{quote}{after}")
    }
}

/// A well-formed file that defines `USE_X` once, among comments and other flags.
fn file() -> impl Strategy<Value = File> {
    let end = proptest::sample::select(vec!["\n", "\r\n"]);
    let mark = proptest::sample::select(vec!["", "\u{feff}"]);
    let quote = proptest::sample::select(vec!["", "'", "\""]);
    let noise = proptest::collection::vec(0_usize..4, 0..4);
    (0_usize..4, end, mark, quote, noise, any::<bool>(), any::<bool>()).prop_map(build)
}

type Parts = (usize, &'static str, &'static str, &'static str, Vec<usize>, bool, bool);

fn build((format, end, mark, quote, noise, comment, last): Parts) -> File {
    let path = PATHS[format];
    let quote = if path == "f.json" && quote == "'" { "\"" } else { quote };
    let lines: &[&str; 4] = match path {
        ".env" => &["# é USE_X=1", "", "", "export OTHER='ü # no'"],
        "f.toml" => &["# é USE_X=1", "", "", "other = 'ü # no'"],
        "f.yaml" => &["# é USE_X: 1", "", "", "other: 'ü # no'"],
        _ => &["", "\t", "\"ü\": [\"USE_X\"],", "\"other\": \"ü # no\","],
    };
    // The third line is JSON's alone; the fourth may stand only once in TOML.
    let mut once = true;
    let mut before = mark.to_owned();
    if path == "f.json" {
        before.push('{');
    }
    for index in noise {
        let wanted = match index {
            2 => path == "f.json",
            3 => std::mem::take(&mut once),
            _ => true,
        };
        if wanted {
            before.push_str(lines[index]);
            before.push_str(end);
        }
    }
    before.push_str(match path {
        ".env" => "USE_X = ",
        "f.toml" => "USE_X  = ",
        "f.yaml" => "USE_X:  ",
        _ => "\"USE_X\" :\t",
    });
    let mut after = String::new();
    if comment && path != "f.json" {
        after.push_str(" \t# ü");
    }
    if path == "f.json" {
        after.push('}');
    }
    if last {
        after.push_str(end);
    }
    File { path, before, after, quote }
}

fn pair(quoted: bool) -> BoxedStrategy<(String, String)> {
    let words = proptest::sample::select(vec![("true", "false"), ("1", "20"), ("false", "true")])
        .prop_map(|(old, new)| (old.to_owned(), new.to_owned()));
    if quoted {
        ("[a-zA-Z0-9é ,:#=.]{0,8}", "[a-zA-Z0-9é ,:#=.{}]{0,8}").boxed()
    } else {
        words.boxed()
    }
}

fn edit() -> impl Strategy<Value = (File, String, String)> {
    file().prop_flat_map(|file| {
        let values = pair(!file.quote.is_empty());
        (Just(file), values).prop_map(|(file, (old, new))| (file, old, new))
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(10_000)
    })]

    #[test]
    fn arbitrary_bytes_never_panic(
        content in proptest::collection::vec(any::<u8>(), 0..64),
        name in ".{0,8}",
    ) {
        for path in PATHS {
            survives(path, &content);
        }
        let _ = reads(&content, &name);
    }

    #[test]
    fn pieces_of_files_never_panic(content in soup(&PIECES), flagd in soup(&FLAGD_PIECES)) {
        for path in PATHS {
            survives(path, content.as_bytes());
        }
        survives("f.json", flagd.as_bytes());
        survives("f.yaml", flagd.as_bytes());
    }

    #[test]
    fn a_spoilt_file_is_an_error(
        (file, value, _) in edit(),
        place in any::<proptest::sample::Index>(),
        spoiler in proptest::sample::select(vec![0_u8, 0xff, 0xc3, 0x80]),
    ) {
        let mut content = file.with(&value).into_bytes();
        // Behind a character, so that no byte before it is completed by it.
        let mut at = place.index(content.len() + 1);
        while at < content.len() && (content[at] & 0xc0) == 0x80 {
            at += 1;
        }
        content.insert(at, spoiler);
        prop_assert!(definitions(file.path, &content).is_err());
    }

    #[test]
    fn a_cut_json_file_is_an_error((file, value, _) in edit(), place in any::<proptest::sample::Index>()) {
        let content = format!("{{\"flags\": {{\"{}\": \"{value}\"}}}}", file.path);
        let cut = content.as_bytes().get(..place.index(content.len())).unwrap();
        prop_assert!(definitions("f.json", cut).is_err());
    }

    #[test]
    fn an_edit_changes_one_value_and_back_again((file, old, new) in edit()) {
        let content = file.with(&old);
        let changed = set(file.path, content.as_bytes(), "USE_X", &new).unwrap();
        let expected = file.with(&new);
        prop_assert_eq!(&changed, expected.as_bytes());
        let all = definitions(file.path, &changed).unwrap();
        match look_up(&all, "USE_X") {
            Lookup::Found(found) => prop_assert_eq!(found.value.as_deref(), Some(new.as_str())),
            other => prop_assert!(false, "{:?}", other),
        }
        let back = set(file.path, &changed, "USE_X", &old).unwrap();
        prop_assert_eq!(back, content.as_bytes());
    }

    #[test]
    fn any_value_in_double_quotes_can_be_read_back(new in "\\PC{0,12}|[\\x01-\\x7f]{0,6}") {
        for (path, content) in [
            (".env", "USE_X=\"a\" # c\nY=1\n"),
            ("f.toml", "USE_X = \"a\" # c\nY = 1\n"),
            ("f.yaml", "USE_X: \"a\" # c\nY: 1\n"),
            ("f.json", "{\"USE_X\": \"a\", \"Y\": 1}\n"),
            (".env", "USE_X=a # c\nY=1\n"),
        ] {
            let changed = set(path, content.as_bytes(), "USE_X", &new).unwrap();
            let all = definitions(path, &changed).unwrap();
            prop_assert_eq!(all.all[0].value.as_deref(), Some(new.as_str()));
            prop_assert_eq!(all.all[1].value.as_deref(), Some("1"));
        }
    }

    #[test]
    fn a_word_is_read_where_it_stands_alone(
        before in "[a-zA-Z_0-9 .$\"\n]{0,6}",
        after in "[a-zA-Z_0-9 .$\"\n]{0,6}",
    ) {
        let source = format!("{before}USE_X{after}");
        let joins = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let alone = !before.ends_with(joins) && !after.starts_with(joins);
        let line = u32::try_from(before.matches('\n').count()).unwrap() + 1;
        let expected: Vec<u32> = if alone { vec![line] } else { Vec::new() };
        prop_assert_eq!(reads(source.as_bytes(), "USE_X"), expected);
    }
}

#[test]
fn size_is_capped() {
    let large = vec![b'\n'; super::MAX_SIZE + 1];
    for path in PATHS {
        let error = definitions(path, &large).unwrap_err();
        assert!(error.to_string().contains("4194305"), "{error}");
        assert_eq!(error.position(), None);
    }
    assert!(definitions(".env", &large[1..]).unwrap().all.is_empty());
    assert!(definitions("settings.py", b"USE_X=1").unwrap_err().to_string().contains(".env"));
}

/// Every key of a file at the limit, in reasonable time: places are found in one sweep, and no
/// path is ever written out.
#[test]
fn a_large_file_is_read_in_one_sweep() {
    let long = "k".repeat(60_000);
    let opened: String = (0..20).map(|_| format!("{{\"{long}\":")).collect();
    let members = "\"a\":1,".repeat(200_000);
    let content = format!("{opened}{{{members}\"USE_X\":1}}{}", "}".repeat(20));
    let all = definitions("f.json", content.as_bytes()).unwrap();
    assert!(matches!(look_up(&all, "USE_X"), Lookup::Found(_)));
    assert!(matches!(look_up(&all, "USE-X"), Lookup::Misspelt { .. }));
}
