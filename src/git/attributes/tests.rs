//! Lines about merging, held against `git check-attr`.

use std::fs;

use proptest::prelude::*;

use super::*;
use crate::git::testing::Scratch;

#[test]
fn attributes_lie_in_files_of_one_name() {
    let is = |path: &str| RepoPath::from(path).is_attributes();
    assert!(is(".gitattributes") && is("src/.gitattributes"));
    assert!(!is("src/x.gitattributes") && !is(".gitattributes/x") && !is("gitattributes"));
}

fn found(text: &str, path: &str) -> Option<Means> {
    let macros = speaking_macros(lines(text).filter_map(|line| line.strip_prefix("[attr]")));
    merge_lines(text, &macros, path.as_bytes(), false)
        .map(|(_, means)| means)
        .find(|means| *means != Means::No)
}

#[test]
fn lines_about_merging_are_found() {
    let is = |text: &str, path: &str| found(text, path) == Some(Means::Yes);
    assert!(is("*.lock -merge", "a/b.lock"));
    assert!(is("*.lock merge=union", "b.lock"));
    assert!(is("*.bin binary", "x/y.bin"));
    assert!(is("/a/*.txt text merge=ours # all", "a/b.txt"));
    assert!(is("[attr]generated -merge -diff\n*.g generated", "x.g"));
    assert!(is("[attr]b a\n[attr]c -b\n[attr]a merge=x\n*.g c", "x.g"), "by way of others");
    assert!(is("\"a b.txt\" -merge", "a b.txt"));
    assert!(is("\u{feff}*.lock -merge\r\n", "b.lock"), "a mark and line ends of Windows");
    for (text, path) in [
        ("[attr]a b\n[attr]b a\n*.g a", "x.g"),
        ("*.lock text eol=lf", "b.lock"),
        ("/a/*.txt -merge", "b/a/b.txt"),
        ("# *.lock -merge", "b.lock"),
        ("[attr]generated -diff\n*.g generated", "x.g"),
        ("*.lock\u{b}-merge", "b.lock"),
        ("*.LOCK -merge", "b.lock"),
    ] {
        assert_eq!(found(text, path), None, "{text}");
    }
}

#[test]
fn what_git_may_read_otherwise_is_doubtful() {
    let doubtful =
        ["{a}.py", "[a].py", "\\a.py", "\"\\303\\244.py\"", "ä.py", "a\u{a0}b.py", "***"];
    for pattern in doubtful {
        assert_eq!(found(&format!("{pattern} -merge"), "x.py"), Some(Means::Perhaps), "{pattern}");
        assert_eq!(found(&format!("{pattern} text"), "x.py"), None, "nothing about merging");
    }
    assert_eq!(found("?.py -merge", "ä.py"), Some(Means::Perhaps), "two bytes");
}

/// Two repositories: names that differ in case alone are two names in the first, and one in the
/// second.
fn two() -> [(Scratch, ObjectId); 2] {
    ["false", "true"].map(|folded| {
        let scratch = Scratch::empty();
        let commit = scratch.commit("Empty", &[]);
        scratch.git(&["config", "core.ignorecase", folded]);
        (scratch, commit)
    })
}

/// Whether git says that no lines are merged there, and whether this room does.
fn both((scratch, commit): &(Scratch, ObjectId), line: &str, path: &str) -> (bool, bool) {
    fs::write(scratch.path().join(".git/info/attributes"), line).unwrap();
    let said = scratch.git(&["check-attr", "-z", "merge", "--", path]);
    let here = scratch.repo().merge_attribute(commit, &RepoPath::from(path)).unwrap();
    (said.contains("unset"), here.is_some())
}

#[test]
fn names_that_git_reads_in_a_way_of_its_own_are_read_as_git_does() {
    let repos = two();
    for (line, path) in [
        ("a{b}.py -merge", "a{b}.py"),
        ("{{cookiecutter.slug}}/setup.py -merge", "{{cookiecutter.slug}}/setup.py"),
        ("/{{cookiecutter.slug}}/** -merge", "{{cookiecutter.slug}}/setup.py"),
        ("\"\\303\\244.py\" -merge", "ä.py"),
        ("\"a\\\"b.py\" -merge", "a\"b.py"),
        ("src/n[[:digit:]].py -merge", "src/n1.py"),
        ("a\u{a0}b.py -merge", "a\u{a0}b.py"),
        ("\\#n.py -merge", "#n.py"),
    ] {
        assert_eq!(both(&repos[0], line, path), (true, true), "{line}");
        assert!(!both(&repos[0], line, "src/other.py").0, "{line}");
    }
    assert_eq!(both(&repos[0], "*.py -merge", "src/Nine.PY"), (false, false));
    assert_eq!(both(&repos[1], "*.py -merge", "src/Nine.PY"), (true, true), "one name");
}

#[test]
fn in_a_folder_and_in_a_bare_repository_git_is_asked_about_the_same_path() {
    let scratch = Scratch::empty();
    let line = "src/[n]ine.py -merge\n";
    let commit =
        scratch.commit("Start", &[(".gitattributes", line), ("src/nine.py", "1\n"), ("n/x", "")]);
    let path = RepoPath::from("src/nine.py");
    let found = ".gitattributes: `src/[n]ine.py -merge`";
    let folder = Repo::open(&scratch.path().join("src")).unwrap();
    // What is checked out says nothing of it any more.
    scratch.commit("Drop it", &[(".gitattributes", "")]);
    assert_eq!(folder.merge_attribute(&commit, &path).unwrap().as_deref(), Some(found));
    let other = RepoPath::from("src/src/nine.py");
    let asked = folder.has_own_merge(&commit, &path).unwrap();
    if asked.is_some() {
        assert_eq!(asked, Some(true));
        assert_eq!(folder.merge_attribute(&commit, &other).unwrap(), None);
    }
    scratch.git(&["clone", "--quiet", "--bare", ".", "../bare.git"]);
    let bare = Repo::open(&scratch.path().join("../bare.git")).unwrap();
    assert_eq!(bare.merge_attribute(&commit, &path).unwrap().as_deref(), Some(found));
    assert_eq!(bare.has_own_merge(&commit, &path).unwrap(), asked);
}

/// A line with one pattern, put together from what git reads in a way of its own.
fn line() -> impl Strategy<Value = String> {
    let tokens = [
        "a",
        "b",
        "A",
        ".py",
        "*",
        "**",
        "***",
        "?",
        "/",
        "/**",
        "**/",
        "[ab]",
        "[!a]",
        "[^a]",
        "[",
        "]",
        "[[:alpha:]]",
        "{a}",
        "{a,b}",
        "\\a",
        "\\*",
        "\\",
        "\"",
        "\\303\\244",
        "ä",
        "\u{a0}",
        "!",
        "#",
        " ",
    ];
    let pattern = prop::collection::vec(prop::sample::select(tokens.to_vec()), 1..6);
    let parts = (any::<bool>(), pattern, prop::sample::select(&[" ", "\t", "\u{b}", "\u{a0}"][..]));
    parts.prop_map(|(quoted, tokens, blank)| {
        let quote = if quoted { "\"" } else { "" };
        format!("{quote}{}{quote}{blank}-merge\n", tokens.concat())
    })
}

#[test]
fn what_git_does_not_merge_by_lines_is_never_overlooked() {
    let repos = two();
    let paths = ["a", "A.py", "b/a", "a/b/a.py", "ä", "{a}", "a\u{a0}b"];
    let run = (line(), prop::sample::select(paths.to_vec()), any::<bool>());
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 150,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let outcome = runner.run(&run, |(line, path, folded)| {
        let (git, here) = both(&repos[usize::from(folded)], &line, path);
        prop_assert!(here || !git, "git does not merge {path:?} by {line:?}");
        Ok(())
    });
    outcome.unwrap();
}
