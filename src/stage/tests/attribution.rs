//! The attributions file: what is written is read again.

use proptest::prelude::*;

use super::{claims, id, migration};
use crate::config::testing::configuration;
use crate::git::{ObjectId, RepoPath};
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
    // With the place, as TOML's own errors show it.
    let error = parse(b"# by hand\n[[attributions]]\ncommits = \"\"\n").unwrap_err();
    assert!(error.to_string().contains("3 | commits = "), "{error}");
}

#[test]
fn the_newest_entry_for_a_commit_wins_wherever_it_speaks() {
    let of = migration(&[("4", &["src/4/**"], &[]), ("9", &["src/9/**"], &[])], "");
    let commit = super::commit(7, "S");
    let at = |stage: &str, paths: &[&str]| {
        entry(commit.id, stage, paths.iter().map(|path| (*path).to_owned()).collect())
    };
    // Whose the files below `src/4` and `src/9` are, as (4, 9).
    for (older, newer, expected) in [
        (at("4", &[]), at("9", &[]), (vec![], vec![1])),
        (at("4", &["src/4/a"]), at("9", &[]), (vec![], vec![1])),
        (at("4", &["src/4/a"]), at("none", &["src/4"]), (vec![], vec![])),
        (at("4", &[]), at("9", &["src/9/a"]), (vec![0], vec![1])),
        (at("4", &["src/4/a"]), at("9", &["src/9/a"]), (vec![0], vec![1])),
        (at("4", &["src/4/a", "src/9/a"]), at("none", &["src/9/a"]), (vec![0], vec![])),
    ] {
        let attributions = Attributions::new([older.clone(), newer.clone()]);
        let claims = Attribution::new(&of, &[], &attributions).claims(&commit);
        let named = |path: &str, owner: usize| -> Vec<usize> {
            claims.named(&[owner].into(), &RepoPath::from(path)).into_iter().collect()
        };
        let found = (named("src/4/a", 0), named("src/9/a", 1));
        assert_eq!(found, expected, "{older:?} {newer:?}");
        let all: Vec<usize> = claims.stages.into_iter().collect();
        assert_eq!(all, [expected.0, expected.1].concat(), "{older:?} {newer:?}");
    }
}

#[test]
fn what_comes_with_the_commits_adds_to_what_trusted_files_say() {
    let of = migration(&[("4", &["src/4/**"], &[]), ("9", &["src/9/**"], &[])], "");
    let misspelt = super::commit(7, "S\n\nMigration-Stage: 99");
    let says = |trusted: Option<&str>, brought: Option<&str>| {
        let said = |stage: Option<&str>| stage.map(|one| entry(misspelt.id, one, Vec::new()));
        let attributions = Attributions::new(said(trusted)).with(said(brought));
        let any = trusted.is_some() || brought.is_some();
        assert_eq!(attributions.name_one_of(std::slice::from_ref(&misspelt)), any);
        assert!(!attributions.name_one_of(&[super::commit(8, "S")]));
        let attribution = Attribution::new(&of, &[], &attributions);
        let claims = attribution.claims(&misspelt);
        let mut definition = String::new();
        attribution.define(&mut definition);
        (claims.stages.into_iter().collect::<Vec<_>>(), claims.unknown.len(), definition)
    };
    let all = [None, Some("4"), Some("9")];
    let mut definitions = std::collections::BTreeSet::new();
    for (trusted, brought, expected) in [
        (None, None, (vec![], 1)),
        (None, Some("9"), (vec![1], 0)),
        (Some("4"), None, (vec![0], 0)),
        (Some("4"), Some("9"), (vec![0, 1], 0)),
    ] {
        let (stages, unknown, _) = says(trusted, brought);
        assert_eq!((stages, unknown), expected, "{trusted:?} {brought:?}");
    }
    for (trusted, brought) in all.iter().flat_map(|one| all.map(|other| (*one, other))) {
        // What is read under other attributions is kept apart.
        assert!(definitions.insert(says(trusted, brought).2), "{trusted:?} {brought:?}");
    }
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

#[test]
fn what_is_said_of_another_migrations_stage_is_foreign_where_that_owns_the_path() {
    let rules = |id: &str, more: &str, paths: &str| {
        format!(
            "version = 1\n{more}[migration]\nid = \"{id}\"\nname = \"M\"\nstart = {{ tag = \"s\" }}\n\
             branch = \"main\"\n[[stages]]\nid = \"9\"\nname = \"S\"\nimpact = \"low\"\n\
             paths = {paths}\nrollback = [\"code\"]\n[[stages]]\nid = \"{id}-4\"\nname = \"S\"\n\
             impact = \"low\"\npaths = []\nrollback = [\"code\"]\n"
        )
    };
    let own = rules("m", "include = [\"a/backout.toml\"]\n", "[\"a/f\", \"own\"]");
    let other = rules("a", "", "[\"f\", \"g\"]");
    let all = configuration(&[("backout.toml", &own), ("a/backout.toml", &other)], &[]).migrations;
    let commit = super::commit(7, "S");
    let at = |message: &str, entries: Vec<Entry>, path: &str| -> Option<String> {
        let attributions = Attributions::new(entries);
        let attribution = Attribution::new(&all[0], &all, &attributions);
        let commit = crate::git::Commit { message: message.as_bytes().to_vec(), ..commit.clone() };
        let claims = attribution.claims(&commit);
        let found = attribution.at_path(&claims, &RepoPath::from(path)).unwrap()?;
        assert_eq!(found.stages, claims.stages, "its own stages are named as before");
        assert!(found.is_foreign(&RepoPath::from(path)), "at this path");
        Some(if found.foreign { "foreign" } else { "the same" }.to_owned())
    };
    let foreign = Some("foreign".to_owned());
    for (trailers, path, expected) in [
        ("Migration-Stage: a:9", "a/f", &foreign),
        ("Migration-Stage: a:9", "a/g", &foreign),
        ("Migration-Stage: a:9", "own", &None),
        ("Migration-Stage: a:9\nMigration-Stage: 9", "a/f", &foreign),
        ("Backout-Stage: a:9", "a/f", &foreign),
        // A stage that owns nothing, a name that is this migration's, and none at all.
        ("Migration-Stage: a-4", "a/f", &None),
        ("Migration-Stage: 9", "a/f", &None),
        ("Migration-Stage: m:9", "a/f", &None),
        ("Migration-Stage: 77", "a/f", &None),
        ("", "a/f", &None),
        // All of it is foreign anyway.
        ("Migration-Stage: none\nMigration-Stage: a:9", "a/f", &None),
    ] {
        assert_eq!(at(&format!("S\n\n{trailers}"), vec![], path), *expected, "{trailers}, {path}");
    }
    let limited = || vec![entry(commit.id, "a:9", vec!["a/g".to_owned()])];
    assert_eq!(at("S", limited(), "a/g"), foreign);
    assert_eq!(at("S", limited(), "a/f"), None, "of this path the entry says nothing");
    // What is foreign at one path says nothing of others.
    let mixed = || [limited(), vec![entry(commit.id, "none", vec!["own".to_owned()])]].concat();
    assert_eq!(at("S", mixed(), "a/g"), foreign);
    assert_eq!(at("S", mixed(), "own"), None);
}
