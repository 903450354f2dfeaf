//! Files that are merged in a way of their own.

use backout::rollback::clash::Reason;

use super::{Files, Scene, lines, put};
use crate::support::{RepoOptions, TestRepo};

const UNION: (&str, Option<&str>) = (".gitattributes", Some("*.txt merge=union\n"));

fn attribute() -> Reason {
    Reason::Attribute(".gitattributes: `*.txt merge=union`".to_owned())
}

#[test]
fn it_is_not_merged_where_both_sides_have_changed_it() {
    let scene = Scene::new(
        &[UNION, ("b.txt", Some("1\n2\n3\n4\n5\n"))],
        &[("b.txt", Some("one\n2\n3\n4\n5\n"))],
        &[("b.txt", Some("one\n2\n3\n4\nfive\n"))],
    );
    assert_eq!(scene.clashes(&[]), [attribute()]);
}

#[test]
fn it_goes_back_where_nobody_has_changed_it_since() {
    let scene = Scene::new(
        &[UNION, ("b.txt", Some("old\n"))],
        &[("b.txt", Some("new\n")), ("made.txt", Some("made\n"))],
        &[("c", Some("later\n"))],
    );
    assert_eq!(scene.after("b.txt").unwrap().1, "old\n");
    assert_eq!(scene.after("made.txt"), None);
}

/// A step of which git need not be asked goes back whatever attributes say.
#[track_caller]
fn goes_back_whole(before: &Files<'_>, step: &Files<'_>, later: &Files<'_>) {
    let scene = Scene::new(&[&[UNION], before].concat(), step, later);
    let outcome = scene.back(&[]);
    assert!(outcome.tree.is_some(), "{:?}", outcome.clashes);
    assert_eq!(outcome.changes.len(), step.len());
}

#[test]
fn it_comes_back_to_a_folder_that_is_still_there() {
    goes_back_whole(
        &[("deep/er/a.txt", Some("a\n")), ("deep/er/b", Some("b\n"))],
        &[("deep/er/a.txt", None)],
        &[("c", Some("later\n"))],
    );
}

#[test]
fn it_goes_from_beside_new_files_where_nothing_comes_elsewhere() {
    goes_back_whole(
        &[("b", Some("old\n"))],
        &[("deep/a.txt", Some("a\n")), ("b", Some("new\n"))],
        &[("deep/other", Some("other\n"))],
    );
}

#[test]
fn it_moves_back_out_of_a_folder_without_new_files() {
    let text = lines(&[]);
    for other in [&[][..], &[("deep/other", Some("other\n"))]] {
        goes_back_whole(
            &[&[("a.txt", Some(&*text))], other].concat(),
            &[("a.txt", None), ("deep/a.txt", Some(&text))],
            &[("c", Some("later\n"))],
        );
    }
}

/// Taking `gone.py` back is git's to say, and it takes attributes from what is checked out.
#[test]
fn git_is_not_asked_where_such_a_file_comes_or_goes_beside_it() {
    let scene = Scene::new(
        &[UNION, ("gone.py", Some("old\n"))],
        &[("gone.py", Some("new\n")), ("made.txt", Some("made\n"))],
        &[("gone.py", None)],
    );
    assert_eq!(scene.clashes(&[]), [attribute()]);
    // Without the file, or where it only changes, there is nothing to merge: git is asked.
    assert!(matches!(scene.clashes(&["gone.py"])[..], [Reason::Git(_)]));
    let scene = Scene::new(
        &[UNION, ("gone.py", Some("old\n")), ("b.txt", Some("old\n"))],
        &[("gone.py", Some("new\n")), ("b.txt", Some("new\n"))],
        &[("gone.py", None)],
    );
    assert!(matches!(scene.clashes(&[])[..], [Reason::Git(_)]));
}

fn renormalized() -> Reason {
    Reason::Attribute("`merge.renormalize`".to_owned())
}

fn with_setting(value: &str, [before, step, later]: [&str; 3]) -> Scene {
    let work = [before, step, later].map(|text| {
        move |repo: &TestRepo| {
            repo.git(&["config", "merge.renormalize", value]).ok();
            repo.git(&["config", "core.autocrlf", "false"]).ok();
            put(repo, &[("a", Some(text))]);
        }
    });
    Scene::made(RepoOptions::default(), work)
}

#[test]
fn line_ends_count_only_where_git_would_even_them_out() {
    let texts = [&[][..], &[(2, "new")], &[(2, "new"), (15, "later")]];
    let [before, step, later] = texts.map(lines);
    let plain = [&*before, &step, &later];
    let ended = plain.map(|text| text.replace('\n', "\r\n"));
    let ended = [&*ended[0], &ended[1], &ended[2]];
    let back = lines(&[(15, "later")]);
    assert_eq!(with_setting("false", ended).after("a").unwrap().1, back.replace('\n', "\r\n"));
    assert_eq!(with_setting("true", ended).clashes(&[]), [renormalized()]);
    assert_eq!(with_setting("true", plain).after("a").unwrap().1, back);
}

#[test]
fn git_is_not_asked_where_it_would_even_line_ends_out() {
    let scene = Scene::made(
        RepoOptions::default(),
        [Some("old\n"), Some("new\n"), None].map(|text| {
            move |repo: &TestRepo| {
                repo.git(&["config", "merge.renormalize", "true"]).ok();
                put(repo, &[("a", text)]);
            }
        }),
    );
    assert_eq!(scene.clashes(&[]), [renormalized()]);
}

/// Both sides have changed other lines, and attributes say more than the file's name shows.
#[track_caller]
fn is_told(attributes: &Files<'_>, settings: &[(&str, &str)], told: &str) {
    let texts = [&[][..], &[(2, "new")], &[(2, "new"), (15, "later")]].map(lines);
    let scene = Scene::made(
        RepoOptions::default(),
        [&texts[0], &texts[1], &texts[2]].map(|text| {
            move |repo: &TestRepo| {
                for (name, value) in settings {
                    let value = value.replace("[REPO]", &repo.path().display().to_string());
                    repo.git(&["config", name, &value]).ok();
                }
                put(repo, attributes);
                put(repo, &[("deep/a.txt", Some(text))]);
            }
        }),
    );
    match &scene.clashes(&[])[..] {
        [Reason::Attribute(line)] => assert!(line.contains(told), "{line}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_set_of_attributes_counts_wherever_it_is_named() {
    let root = (".gitattributes", Some("[attr]mine merge=keep\n"));
    let deep = ("deep/.gitattributes", Some("*.txt mine\n"));
    is_told(&[root, deep], &[], "deep/.gitattributes: `*.txt mine`");
    let by_way = (".gitattributes", Some("[attr]yours mine\n[attr]mine -merge\n*.txt yours\n"));
    is_told(&[by_way], &[], "`*.txt yours`");
}

#[test]
fn attributes_of_the_user_and_a_default_driver_count() {
    let file = ("my-attributes", Some("*.txt merge=keep\n"));
    is_told(&[file], &[("core.attributesFile", "[REPO]/my-attributes")], "my-attributes: `*.txt");
    is_told(&[], &[("merge.default", "keep")], "`merge.default = keep`");
}

#[test]
fn what_is_merged_by_lines_anyhow_is_no_doubt() {
    let texts = [&[][..], &[(2, "new")], &[(2, "new"), (15, "later")]].map(lines);
    let scene = Scene::made(
        RepoOptions::default(),
        [&texts[0], &texts[1], &texts[2]].map(|text| {
            move |repo: &TestRepo| {
                repo.git(&["config", "merge.default", "text"]).ok();
                repo.git(&["config", "core.attributesFile", "/nowhere"]).ok();
                put(repo, &[("a.txt", Some(text))]);
            }
        }),
    );
    assert_eq!(scene.after("a.txt").unwrap().1, lines(&[(15, "later")]));
}
