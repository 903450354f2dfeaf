//! Who owns a path, against rules of thumb and against a naive matcher.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::migration;
use crate::config::{Migration, Pattern, Stage};
use crate::git::RepoPath;
use crate::stage::matcher::{Matcher, Patterns};

fn owners(migration: &Migration, path: impl Into<RepoPath>) -> Vec<usize> {
    Matcher::new(migration).owners(&path.into()).unwrap().iter().copied().collect()
}

#[test]
fn stars_and_excludes() {
    let own: &[&str] = &["src/*.py", "lib/**", "a/**/z"];
    let of = migration(&[("1", own, &["lib/no/**", "src/x.py"]), ("2", &["**/z"], &[])], "");
    for (path, expected) in [
        ("src/a.py", &[0][..]),
        ("src/a/b.py", &[]),
        ("src/x.py", &[]),
        ("lib/a/b", &[0]),
        ("lib/no/a", &[]),
        ("lib/not/a", &[0]),
        ("a/z", &[0, 1]),
        ("a/b/c/z", &[0, 1]),
        ("z", &[1]),
        ("other", &[]),
    ] {
        assert_eq!(owners(&of, path), expected, "{path}");
    }
}

#[test]
fn excludes_by_name_and_by_folder_win() {
    let of =
        migration(&[("1", &["src/*.py"], &[]), ("2", &["src/**"], &["src/gen/**", "**/*.md"])], "");
    assert_eq!(owners(&of, "src/a.py"), [0, 1]);
    assert_eq!(owners(&of, "src/deep/a.py"), [1]);
    assert_eq!(owners(&of, "src/gen/a.py"), [] as [usize; 0]);
    assert_eq!(owners(&of, "src/read.md"), [] as [usize; 0]);
    assert_eq!(owners(&of, "srcs/a.py"), [] as [usize; 0]);
}

#[test]
fn stages_with_the_same_glob_both_own_its_paths() {
    let of = migration(&[("1", &["src/**/a.py"], &[]), ("2", &["src/**/a.py"], &["src/b/**"])], "");
    assert_eq!(owners(&of, "src/a.py"), [0, 1]);
    assert_eq!(owners(&of, "src/b/a.py"), [0]);
}

#[test]
fn an_exclude_of_one_stage_leaves_the_other_its_path() {
    let of = migration(&[("1", &["src/**"], &["src/a"]), ("2", &["src/a"], &[])], "");
    assert_eq!(owners(&of, "src/a"), [1]);
    assert_eq!(owners(&of, "src/b"), [0]);
}

#[test]
fn an_entry_that_takes_a_folders_place_belongs_to_the_folders_stage() {
    let of = migration(&[("1", &["src/**"], &[]), ("2", &["lib/**"], &["lib/vendor/**"])], "");
    assert_eq!(owners(&of, "src"), [0]);
    assert_eq!(owners(&of, "srcs"), [] as [usize; 0]);
    assert_eq!(owners(&of, "lib/vendor"), [] as [usize; 0]);
    let of = migration(&[("1", &["src/**/**"], &[])], "");
    assert_eq!(owners(&of, "src/a"), [0]);
    assert_eq!(owners(&of, "src"), [] as [usize; 0], "it says that there is more below");
    let of = migration(&[("1", &["src/**"], &[]), ("2", &["src/**/**"], &[])], "");
    assert_eq!(owners(&of, "src"), [0], "whoever else has the folder");
    assert_eq!(owners(&of, "src/a"), [0, 1]);
}

#[test]
fn names_that_are_not_utf8_or_hold_newlines() {
    let of = migration(&[("1", &["src/**", "bin/*.py"], &[])], "");
    assert_eq!(owners(&of, RepoPath::from_bytes(b"src/\xff\xfe.py")), [0]);
    assert_eq!(owners(&of, RepoPath::from_bytes(b"bin/\xff.py")), [0]);
    assert_eq!(owners(&of, RepoPath::from_bytes(b"bin/\xff/a.py")), [] as [usize; 0]);
    assert_eq!(owners(&of, "src/a\nb::error::"), [0]);
    assert_eq!(owners(&of, "bin/a\n.py"), [0]);
}

#[test]
fn special_characters_of_a_glob_can_be_escaped() {
    let of = migration(&[("1", &["src/\\[a\\].py", "lib/{a,b}/x"], &[])], "");
    assert_eq!(owners(&of, "src/[a].py"), [0]);
    assert_eq!(owners(&of, "src/a.py"), [] as [usize; 0]);
    assert_eq!(owners(&of, "lib/b/x"), [0]);
}

#[test]
fn a_renamed_folder_is_owned_under_both_names() {
    let moved = "[[moves]]\nfrom = \"old/**\"\nto = \"src/new/**\"\n";
    let by_new = migration(&[("1", &["src/new/**"], &["src/new/no/**"])], moved);
    let by_old = migration(&[("1", &["old/**"], &[])], moved);
    for of in [&by_new, &by_old] {
        assert_eq!(owners(of, "old/a.py"), [0]);
        assert_eq!(owners(of, "src/new/a.py"), [0]);
        assert_eq!(owners(of, "old"), [0], "an entry in the folder's place");
        assert_eq!(owners(of, "older/a.py"), [] as [usize; 0]);
        assert_eq!(owners(of, "src/a.py"), [] as [usize; 0]);
    }
    assert_eq!(owners(&by_new, "old/no/a.py"), [] as [usize; 0], "an exclude holds for both");
    assert_eq!(owners(&by_old, "src/new/no/a.py"), [0]);
}

#[test]
fn a_renamed_file_is_owned_under_both_names() {
    let moved = "[[moves]]\nfrom = \"a.py\"\nto = \"src/b.py\"\n";
    let of = migration(&[("1", &["src/b.py"], &[])], moved);
    assert_eq!(owners(&of, "a.py"), [0]);
    assert_eq!(owners(&of, "a.pyc"), [] as [usize; 0]);
}

#[test]
fn a_folder_renamed_twice_is_followed_all_the_way() {
    let moves =
        "[[moves]]\nfrom = \"a/**\"\nto = \"b/**\"\n[[moves]]\nfrom = \"b/**\"\nto = \"c/**\"\n";
    for paths in [&["c/**"], &["b/**"], &["a/**"]] {
        let of = migration(&[("1", paths, &[])], moves);
        for path in ["a/x", "b/x", "c/x"] {
            assert_eq!(owners(&of, path), [0], "{path} by {paths:?}");
        }
    }
}

#[test]
fn two_folders_merged_into_one_stay_two() {
    let moves =
        "[[moves]]\nfrom = \"a/**\"\nto = \"c/**\"\n[[moves]]\nfrom = \"b/**\"\nto = \"c/**\"\n";
    let of = migration(&[("1", &["a/**"], &[]), ("2", &["b/**"], &[])], moves);
    assert_eq!(owners(&of, "a/x"), [0]);
    assert_eq!(owners(&of, "b/x"), [1]);
    assert_eq!(owners(&of, "c/x"), [0, 1]);
}

#[test]
fn a_move_into_a_folder_of_itself_ends() {
    let moves = "[[moves]]\nfrom = \"src/**\"\nto = \"src/core/**\"\n";
    let of = migration(&[("1", &["src/core/**"], &[])], moves);
    assert_eq!(owners(&of, "src/a"), [0]);
    assert_eq!(owners(&of, "lib/a"), [] as [usize; 0]);
}

#[test]
fn moves_that_multiply_names_are_refused_instead_of_followed_for_ever() {
    let mut moves = String::new();
    for number in 0..40 {
        moves.push_str(&format!("[[moves]]\nfrom = \"a/**\"\nto = \"a/{number}/**\"\n"));
    }
    let of = migration(&[("1", &["z"], &[])], &moves);
    assert!(Matcher::new(&of).owners(&RepoPath::from("a/x")).is_err());
}

fn in_folder(folder: &str, of: &Migration) -> Migration {
    Migration { folder: folder.to_owned(), ..of.clone() }
}

#[test]
fn globs_are_relative_to_the_configurations_folder() {
    let of = migration(&[("1", &["src/**", "*.py"], &[])], "");
    let billing = in_folder("services/billing", &of);
    assert_eq!(owners(&billing, "services/billing/src/a"), [0]);
    assert_eq!(owners(&billing, "services/billing/a.py"), [0]);
    for outside in ["src/a", "services/billing2/src/a", "services/billing", "a.py"] {
        assert_eq!(owners(&billing, outside), [] as [usize; 0], "{outside}");
    }
    let matcher = Matcher::new(&billing);
    assert!(matcher.in_scope(&RepoPath::from("services/billing/src/x")).unwrap());
    assert!(!matcher.in_scope(&RepoPath::from("src/x")).unwrap());
    let patterns = Patterns::new(&of.stages[0].paths, "services/billing").unwrap();
    assert!(patterns.match_any(&RepoPath::from("services/billing/a.py")));
    assert!(!patterns.match_any(&RepoPath::from("a.py")));
}

/// The rules, component by component and character by character.
fn naive(glob: &[&str], path: &[&str]) -> bool {
    match (glob.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((&"**", rest)), _) => {
            naive(rest, path) || path.split_first().is_some_and(|(_, after)| naive(glob, after))
        }
        (Some((component, glob)), Some((name, path))) => {
            component_matches(component.as_bytes(), name.as_bytes()) && naive(glob, path)
        }
        _ => false,
    }
}

fn component_matches(glob: &[u8], name: &[u8]) -> bool {
    match (glob.split_first(), name.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => {
            component_matches(rest, name)
                || name.split_first().is_some_and(|(_, after)| component_matches(glob, after))
        }
        (Some((b'?', glob)), Some((_, name))) => component_matches(glob, name),
        (Some((one, glob)), Some((other, name))) => one == other && component_matches(glob, name),
        _ => false,
    }
}

fn naive_match(glob: &str, path: &str) -> bool {
    naive(&glob.split('/').collect::<Vec<_>>(), &path.split('/').collect::<Vec<_>>())
}

fn glob() -> impl Strategy<Value = String> {
    let component = prop_oneof!["[ab]{1,2}", "[ab]?\\*[ab]?", "\\?", "[ab]\\?"];
    (prop::collection::vec(component, 1..3), 0..8_usize).prop_map(|(mut parts, stars)| {
        // `**` first, last, in between, or not at all; never two in a row.
        if stars & 1 == 1 {
            parts.push("**".to_owned());
        }
        if stars & 2 == 2 {
            parts.insert(0, "**".to_owned());
        }
        if stars & 4 == 4 && parts.len() == 2 && !parts.iter().any(|part| part == "**") {
            parts.insert(1, "**".to_owned());
        }
        parts.join("/")
    })
}

fn path() -> impl Strategy<Value = String> {
    prop::collection::vec("[ab]{1,3}", 1..5).prop_map(|parts| parts.join("/"))
}

thread_local! {
    /// Two stages and a move, whose globs each case replaces: parsing is tested elsewhere.
    static BLANK: Migration = migration(
        &[("1", &["x"], &["x"]), ("2", &["x"], &[])],
        "[[moves]]\nfrom = \"a/**\"\nto = \"b/a/**\"\n",
    );
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(10_000)
    })]

    #[test]
    fn owners_are_those_of_a_naive_matcher(
        globs in prop::collection::vec(glob(), 3),
        path in path(),
        folder in any::<bool>(),
        moves in any::<bool>(),
    ) {
        let mut migration = BLANK.with(Clone::clone);
        migration.stages[0].paths[0].text.clone_from(&globs[0]);
        migration.stages[0].exclude[0].text.clone_from(&globs[1]);
        migration.stages[1].paths[0].text.clone_from(&globs[2]);
        if !moves {
            migration.moves.clear();
        }
        let mut names = vec![path.clone()];
        if moves {
            let of_folder = |from: &str, to: &str| {
                let rest = path.strip_prefix(from)?;
                (rest.is_empty() || rest.starts_with('/')).then(|| format!("{to}{rest}"))
            };
            names.extend(of_folder("a", "b/a"));
            names.extend(of_folder("b/a", "a"));
        }
        let any = |glob: &str| names.iter().any(|name| naive_match(glob, name));
        let mut expected = BTreeSet::new();
        if any(&globs[0]) && !any(&globs[1]) {
            expected.insert(0);
        }
        if any(&globs[2]) {
            expected.insert(1);
        }
        let asked = if folder {
            migration.folder = "in/it".to_owned();
            format!("in/it/{path}")
        } else {
            path
        };
        let found = Matcher::new(&migration).owners(&RepoPath::from(asked.as_str())).unwrap();
        prop_assert_eq!((*found).clone(), expected, "{:?} {}", globs, asked);
    }
}

/// globset itself, glob by glob: what a pattern stands for, and the stage it belongs to.
struct Tried(Vec<(globset::GlobMatcher, usize)>);

impl Tried {
    fn new(patterns: &[(String, usize)]) -> Self {
        let alone = |glob: &str| {
            let mut builder = globset::GlobBuilder::new(glob);
            builder.literal_separator(true).backslash_escape(true);
            builder.build().unwrap().compile_matcher()
        };
        let mut all = Vec::new();
        for (pattern, stage) in patterns {
            all.push((alone(pattern), *stage));
            if let Some(place) = pattern.strip_suffix("/**") {
                all.push((alone(place), *stage));
            }
        }
        Self(all)
    }

    fn on(&self, path: &str) -> BTreeSet<usize> {
        self.0.iter().filter(|(glob, _)| glob.is_match(path)).map(|(_, stage)| *stage).collect()
    }
}

/// Globs in all of globset's syntax, such as the index looks for literals in.
fn any_glob() -> impl Strategy<Value = String> {
    let component = prop_oneof![
        4 => "[ab\u{e9}]{1,3}",
        2 => Just("**".to_owned()),
        2 => "[ab]{0,2}[*?][ab.]{0,2}",
        1 => "[ab]?\\[[ab!]?[ab/]\\][ab]?",
        1 => "[ab]?\\{[ab*]{0,2},[ab/]{0,2}\\}[ab.]?",
        1 => "[ab]?\\\\[ab*\\[{?][ab]?",
        1 => "[ab]?\\*\\*[ab]?",
    ];
    prop::collection::vec(component, 1..5)
        .prop_map(|parts| parts.join("/"))
        .prop_filter("globset reads it", |glob| {
            globset::GlobBuilder::new(glob).literal_separator(true).build().is_ok()
        })
}

fn any_path() -> impl Strategy<Value = String> {
    // git stores no component `.` or `..`.
    let component =
        "[ab.*\\[{\u{e9}]{1,4}".prop_filter("a name", |name| name != "." && name != "..");
    prop::collection::vec(component, 1..6).prop_map(|parts| parts.join("/"))
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(2_000)
    })]

    /// The index turns away no glob that, tried alone, matches, and adds none.
    #[test]
    fn owners_are_those_of_every_glob_tried_on_every_path(
        globs in prop::collection::vec((any_glob(), 0..4_usize), 1..24),
        excludes in prop::collection::vec((any_glob(), 0..4_usize), 0..4),
        paths in prop::collection::vec(any_path(), 1..12),
    ) {
        let blank = BLANK.with(Clone::clone);
        let mut migration = Migration { moves: Vec::new(), ..blank.clone() };
        let stage = Stage { paths: Vec::new(), exclude: Vec::new(), ..blank.stages[0].clone() };
        migration.stages = vec![stage; 4];
        let first = &blank.stages[0].paths[0];
        let pattern = |text: &String| Pattern { text: text.clone(), ..first.clone() };
        for (glob, stage) in &globs {
            migration.stages[*stage].paths.push(pattern(glob));
        }
        for (glob, stage) in &excludes {
            migration.stages[*stage].exclude.push(pattern(glob));
        }
        migration.scope = globs.iter().map(|(glob, _)| pattern(glob)).collect();
        let matcher = Matcher::new(&migration);
        let (owning, excluding) = (Tried::new(&globs), Tried::new(&excludes));
        for path in paths {
            let (owners, excluded) = (owning.on(&path), excluding.on(&path));
            let asked = RepoPath::from(path.as_str());
            let expected: BTreeSet<usize> = owners.difference(&excluded).copied().collect();
            let found = (*matcher.owners(&asked).unwrap()).clone();
            prop_assert_eq!(found, expected, "{} {:?}", path, globs);
            prop_assert_eq!(matcher.in_scope(&asked).unwrap(), !owners.is_empty(), "{}", path);
        }
    }
}
