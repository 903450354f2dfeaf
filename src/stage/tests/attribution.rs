//! The attributions file: what is written is read again.

use proptest::prelude::*;

use super::{claims, id, migration};
use crate::git::ObjectId;
use crate::stage::attribution::{Attribution, Attributions};
use crate::stage::attributions::{Entry, parse, render};
use crate::stage::trailer::{Claim, claim};

fn entry(commit: ObjectId, stage: &str, paths: Vec<String>) -> Entry {
    Entry { commit, claim: claim(stage).unwrap(), paths }
}

#[test]
fn entries_are_read_in_their_order() {
    let text = format!(
        "# by hand\n[[attributions]]\ncommit = \"{0}\"\nstage = \"9\"\n\n[[attributions]]\n\
         commit = \"{0}\"\nstage = \"None\"\npaths = [\"a b\", \"c\"]\n",
        id(7)
    );
    let expected = [
        entry(id(7), "9", Vec::new()),
        Entry {
            commit: id(7),
            claim: Claim::Foreign,
            paths: vec!["a b".to_owned(), "c".to_owned()],
        },
    ];
    assert_eq!(parse(text.as_bytes()).unwrap(), expected);
    assert_eq!(parse(b"").unwrap(), []);
}

#[test]
fn what_cannot_be_understood_is_an_error() {
    let good = render(&entry(id(7), "9", vec!["a".to_owned()]));
    assert!(parse(good.as_bytes()).is_ok());
    for (from, to) in [
        ("[[attributions]]", "[[attribution]]"),
        ("[[attributions]]", "[attributions]"),
        ("commit", "commits"),
        ("stage = \"9\"\n", ""),
        ("\"9\"", "\"4, 9\""),
        ("\"9\"", "9"),
        ("0707", "07"),
        ("paths", "path"),
        ("[\"a\"]", "\"a\""),
    ] {
        let text = good.replacen(from, to, 1);
        let error = parse(text.as_bytes()).unwrap_err().to_string();
        assert!(error.starts_with(".backout/attributions.toml: "), "{error}");
    }
    assert!(parse(b"\xff").is_err());
}

#[test]
fn claims_of_a_message() {
    let of = migration(&[("4", &["a"], &[]), ("9", &["b"], &[])], "");
    let both = claims(&of, "S\n\nMigration-Stage: 9\n\n* x\nMigration-Stage: m:4");
    assert_eq!(both.stages.iter().copied().collect::<Vec<_>>(), [0, 1]);
    assert!(claims(&of, "S\n\nBackout-Stage: 4").is_silent(), "it names no work");
    assert!(claims(&of, "S\n\nmigration-stage: NONE").is_foreign_only());
    let unknown = claims(&of, "S\n\nMigration-Stage: n:4\nMigration-Stage:");
    assert_eq!(unknown.unknown, ["n:4", ""]);
    assert!(!unknown.is_silent() && !unknown.is_foreign_only());
    for more in ["", "Migration-Stage: 9\nMigration-Stage: none"] {
        assert!(!claims(&of, &format!("S\n\n{more}")).is_foreign_only(), "{more}");
    }
}

#[test]
fn a_name_that_no_migration_knows_is_told() {
    let mine = migration(&[("4", &["a"], &[])], "");
    let mut other = migration(&[("7", &["b"], &[])], "");
    other.id = "n".parse().unwrap();
    let (all, none) = ([mine.clone(), other], Attributions::default());
    let unknown = |value: &str| {
        let message = format!("S\n\nMigration-Stage: {value}");
        Attribution::new(&mine, &all, &none).of_message(message.as_bytes()).unknown
    };
    for known in ["4", "m:4", "7", "n:7"] {
        assert_eq!(unknown(known), [""; 0], "{known}");
    }
    for misspelt in ["77", "n:77", "n:4", "m:7", "o:7"] {
        assert_eq!(unknown(misspelt), [misspelt]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(10_000)
    })]

    #[test]
    fn what_is_appended_is_read_again(
        entries in prop::collection::vec(
            (any::<[u8; 20]>(), "(m:)?[A-Za-z0-9._-]{0,5}[A-Za-z0-9]|none", prop::collection::vec(any::<String>(), 0..3)),
            0..4,
        ),
    ) {
        let entries: Vec<Entry> = entries
            .into_iter()
            .map(|(bytes, stage, paths)| entry(ObjectId::from_bytes(&bytes).unwrap(), &stage, paths))
            .collect();
        let text: String = entries.iter().map(render).collect();
        prop_assert_eq!(parse(text.as_bytes()).unwrap(), entries);
    }

    #[test]
    fn any_bytes_are_entries_or_an_error(
        bytes in prop::collection::vec(any::<u8>(), 0..60),
        text in "\\PC{0,40}",
    ) {
        for content in [bytes.as_slice(), text.as_bytes()] {
            if let Ok(entries) = parse(content) {
                prop_assert!(entries.is_empty());
            }
        }
    }
}
