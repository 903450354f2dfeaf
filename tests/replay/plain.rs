//! What single files alone decide: modes, links, files that are not text.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use backout::rollback::clash::Reason;

use super::{Scene, lines};
use crate::support::{RepoOptions, TestRepo};

const PLAIN: u32 = 0o100_644;
const EXECUTABLE: u32 = 0o100_755;

type Work<'w> = &'w dyn Fn(&TestRepo);

fn scene(before: Work<'_>, step: Work<'_>, later: Work<'_>) -> Scene {
    Scene::made(RepoOptions::default(), [before, step, later])
}

fn mode(repo: &TestRepo, path: &str, bits: u32) {
    fs::set_permissions(repo.path().join(path), fs::Permissions::from_mode(bits)).unwrap();
}

fn link(repo: &TestRepo, path: &str, to: &str) {
    let path = repo.path().join(path);
    if path.is_symlink() {
        fs::remove_file(&path).unwrap();
    }
    symlink(to, path).unwrap();
}

#[test]
fn a_mode_goes_back_and_later_content_stays() {
    for later in [&b"later\n"[..], b"\0later"] {
        let scene = scene(
            &|repo| repo.write("run", later.repeat(2)),
            &|repo| mode(repo, "run", 0o755),
            &|repo| repo.write("run", later),
        );
        let later = String::from_utf8(later.to_vec()).unwrap();
        assert_eq!(scene.after("run").unwrap(), (PLAIN, later));
    }
}

#[test]
fn content_goes_back_and_a_later_mode_stays() {
    for later in [0o755, 0o644] {
        let scene = scene(
            &|repo| {
                repo.write("run", "old\n");
                mode(repo, "run", 0o644 ^ later ^ 0o755);
            },
            &|repo| repo.write("run", "new\n"),
            &|repo| mode(repo, "run", later),
        );
        let expected = if later == 0o755 { EXECUTABLE } else { PLAIN };
        assert_eq!(scene.after("run").unwrap(), (expected, "old\n".to_owned()));
    }
}

#[test]
fn what_somebody_has_put_back_already_stays_so() {
    let text = scene(
        &|repo| repo.write("a", "old\n"),
        &|repo| {
            repo.write("a", "new\n");
            mode(repo, "a", 0o755);
        },
        &|repo| repo.write("a", "old\n"),
    );
    assert_eq!(text.after("a").unwrap(), (PLAIN, "old\n".to_owned()));
    let links = scene(&|repo| link(repo, "a", "old"), &|repo| link(repo, "a", "new"), &|repo| {
        link(repo, "a", "old");
    });
    assert!(links.back(&[]).changes.is_empty());
    assert!(links.back(&[]).tree.is_some());
}

#[test]
fn links_and_files_that_are_no_text_are_not_merged() {
    let links = scene(&|repo| link(repo, "a", "old"), &|repo| link(repo, "a", "new"), &|repo| {
        link(repo, "a", "later");
    });
    assert_eq!(links.clashes(&[]), [Reason::NoFile]);
    let bytes = ["old", "new", "later"].map(|text| {
        move |repo: &TestRepo| {
            repo.write("a", format!("{text}\0\n"));
        }
    });
    let binary = Scene::made(RepoOptions::default(), bytes);
    assert_eq!(binary.clashes(&[]), [Reason::Binary]);
}

#[test]
fn a_file_comes_back_to_its_folder_where_others_have_stayed() {
    let (one, two) = (lines(&[]), lines(&[(3, "other")]));
    let scene = Scene::new(
        &[("deep/er/a", Some(&one)), ("deep/er/b", Some(&two))],
        &[("deep/er/a", None)],
        &[("top", Some("top\n"))],
    );
    assert_eq!(scene.after("deep/er/a").unwrap(), (PLAIN, one));
}

#[test]
fn a_file_does_not_come_back_to_a_folder_that_was_renamed() {
    let (one, two) = (lines(&[]), lines(&[(3, "other")]));
    let scene = Scene::new(
        &[("deep/er/a", Some(&one)), ("deep/er/b", Some(&two))],
        &[("deep/er/a", None)],
        &[("deep/er/b", None), ("other/er/b", Some(&two))],
    );
    let reasons = scene.clashes(&[]);
    assert!(matches!(&reasons[..], [Reason::Git(_) | Reason::FolderGone(_)]), "{reasons:?}");
}

#[test]
fn a_file_where_a_folder_stands_now_is_in_conflict() {
    let scene =
        Scene::new(&[("a", Some("file\n"))], &[("a", None)], &[("a/b", Some("in the way\n"))]);
    assert_eq!(scene.clashes(&[]), [Reason::FolderInTheWay]);
}

#[test]
fn a_change_does_not_follow_a_file_to_a_name_that_was_not_asked_about() {
    let (old, new) = (lines(&[]), lines(&[(3, "new")]));
    let scene = Scene::new(
        &[("a", Some(&old)), ("b", Some("old\n"))],
        &[("a", Some(&new)), ("b", Some("new\n"))],
        &[("a", None), ("c", Some(&new))],
    );
    let outcome = scene.back(&[]);
    assert_eq!(outcome.tree, None);
    let told: Vec<_> = outcome
        .clashes
        .iter()
        .map(|clash| (clash.path.shown(), clash.reason.to_string()))
        .collect();
    let renamed = "git: it was renamed since: its change would go to c";
    assert_eq!(told, [("a".into(), renamed.to_owned())]);
}
