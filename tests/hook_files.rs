//! Hooks that were there before: kept, run first, restored byte for byte; and odd things in their
//! places.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use crate::support::{Recorder, TestRepo, write_with_mode};

const FOREIGN: &str = "#!/bin/sh\n# ours since 2019\nexit 0\n";
const OLD_SHIM: &str =
    "#!/bin/sh\n# backout pre-push shim, version 0\nexec backout pre-push \"$@\"\n";

fn place(repo: &TestRepo, name: &str) -> PathBuf {
    let folder = repo.path().join(".git/hooks");
    fs::create_dir_all(&folder).unwrap();
    folder.join(name)
}

fn put(repo: &TestRepo, name: &str, text: &str, mode: u32) -> PathBuf {
    let path = place(repo, name);
    write_with_mode(&path, text, mode);
    path
}

fn mode(path: &std::path::Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn is_ours(path: &std::path::Path) -> bool {
    fs::read_to_string(path).unwrap().starts_with("#!/bin/sh\n# backout pre-push shim, version 3\n")
}

#[test]
fn a_hook_is_kept_and_restored_byte_for_byte() {
    for wanted in [0o755, 0o700, 0o644] {
        let repo = TestRepo::new();
        let hook = put(&repo, "pre-push", FOREIGN, wanted);
        repo.install_hook();
        assert!(is_ours(&hook));
        assert_eq!(mode(&place(&repo, "pre-push.backout-previous")), wanted);
        repo.backout(["uninstall"]).run().ok();
        assert_eq!(fs::read_to_string(&hook).unwrap(), FOREIGN);
        assert_eq!(mode(&hook), wanted);
        assert!(!place(&repo, "pre-push.backout-previous").exists());
    }
}

#[test]
fn what_is_said_of_a_kept_hook() {
    let repo = TestRepo::new();
    put(&repo, "pre-push", FOREIGN, 0o755);
    insta::assert_snapshot!(repo.backout(["install"]).run().snapshot(), @r"
    exit: 0
    stdout:
    Installed [TMP]/work/.git/hooks/pre-push: every push is judged before it goes.
    It starts [BACKOUT], or backout on the PATH.
    The hook that was there is kept as [TMP]/work/.git/hooks/pre-push.backout-previous; it runs first.
    stderr:
    ");
    insta::assert_snapshot!(repo.backout(["install"]).run().snapshot(), @r"
    exit: 0
    stdout:
    [TMP]/work/.git/hooks/pre-push is installed and up to date.
    It starts [BACKOUT], or backout on the PATH.
    The hook that was there is still kept as [TMP]/work/.git/hooks/pre-push.backout-previous; it runs first.
    stderr:
    ");
    insta::assert_snapshot!(repo.backout(["uninstall"]).run().snapshot(), @r"
    exit: 0
    stdout:
    Removed [TMP]/work/.git/hooks/pre-push: pushes are no longer judged. The hook that was there before is back.
    stderr:
    ");
    insta::assert_snapshot!(repo.backout(["uninstall"]).run().snapshot(), @r"
    exit: 0
    stdout:
    Nothing to do: [TMP]/work/.git/hooks/pre-push is not backout's, and was left alone.
    stderr:
    ");
    assert_eq!(fs::read_to_string(place(&repo, "pre-push")).unwrap(), FOREIGN);
}

#[test]
fn an_older_shim_is_upgraded_and_its_neighbour_kept() {
    let repo = TestRepo::new();
    let hook = put(&repo, "pre-push", OLD_SHIM, 0o755);
    put(&repo, "pre-push.backout-previous", FOREIGN, 0o755);
    insta::assert_snapshot!(repo.backout(["install"]).run().snapshot(), @r"
    exit: 0
    stdout:
    Upgraded [TMP]/work/.git/hooks/pre-push from shim version 0 to 3.
    It starts [BACKOUT], or backout on the PATH.
    The hook that was there is still kept as [TMP]/work/.git/hooks/pre-push.backout-previous; it runs first.
    stderr:
    ");
    assert!(is_ours(&hook));
    repo.backout(["uninstall"]).run().ok();
    assert_eq!(fs::read_to_string(&hook).unwrap(), FOREIGN);
}

#[test]
fn a_newer_shim_is_left_alone() {
    let repo = TestRepo::new();
    let newer = OLD_SHIM.replace("version 0", "version 7");
    let hook = put(&repo, "pre-push", &newer, 0o755);
    insta::assert_snapshot!(repo.backout(["install"]).run().snapshot(), @r"
    exit: 2
    stdout:
    stderr:
    error: [TMP]/work/.git/hooks/pre-push was written by a newer backout: its shim has version 7, this program's 3
    help: install the newer backout; or run `backout uninstall`, then `backout install`
    ");
    assert_eq!(fs::read_to_string(&hook).unwrap(), newer);
    repo.backout(["uninstall"]).run().ok();
    assert!(!hook.exists());
}

#[test]
fn a_shim_that_lost_its_right_to_run_gets_it_back() {
    let repo = TestRepo::new();
    repo.install_hook();
    let hook = place(&repo, "pre-push");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o644)).unwrap();
    insta::assert_snapshot!(repo.backout(["install"]).run().snapshot(), @r"
    exit: 0
    stdout:
    Renewed [TMP]/work/.git/hooks/pre-push.
    It starts [BACKOUT], or backout on the PATH.
    stderr:
    ");
    assert_eq!(mode(&hook) & 0o111, 0o111);
}

#[test]
fn a_name_proves_nothing() {
    let repo = TestRepo::new();
    let text = "#!/bin/sh\n# calls backout pre-push\nexit 0\n";
    let hook = put(&repo, "pre-push", text, 0o755);
    insta::assert_snapshot!(repo.backout(["uninstall"]).run().snapshot(), @r"
    exit: 0
    stdout:
    Nothing to do: [TMP]/work/.git/hooks/pre-push is not backout's, and was left alone.
    stderr:
    ");
    assert_eq!(fs::read_to_string(&hook).unwrap(), text);
}

#[test]
fn two_foreign_hooks_are_for_a_person_to_choose_from() {
    let repo = TestRepo::new();
    let hook = put(&repo, "pre-push", FOREIGN, 0o755);
    let other = put(&repo, "pre-push.backout-previous", "#!/bin/sh\nexit 1\n", 0o755);
    insta::assert_snapshot!(repo.backout(["install"]).run().snapshot(), @r"
    exit: 2
    stdout:
    stderr:
    error: [TMP]/work/.git/hooks/pre-push is a foreign hook, and [TMP]/work/.git/hooks/pre-push.backout-previous keeps another one from an earlier installation
    help: remove the one that is no longer needed, then run `backout install` again
    ");
    assert_eq!(fs::read_to_string(&hook).unwrap(), FOREIGN);
    assert_eq!(fs::read_to_string(&other).unwrap(), "#!/bin/sh\nexit 1\n");
    insta::assert_snapshot!(repo.backout(["uninstall"]).run().snapshot(), @r"
    exit: 0
    stdout:
    Nothing to do: [TMP]/work/.git/hooks/pre-push is not backout's, and was left alone.
    [TMP]/work/.git/hooks/pre-push.backout-previous is still there: a hook that backout kept. Nothing runs it.
    stderr:
    ");
    assert!(hook.exists() && other.exists());
}

#[test]
fn a_manager_that_took_its_place_back_is_chained_again() {
    let repo = TestRepo::new();
    let manager = Recorder::new(&repo, "manager");
    let hook = put(&repo, "pre-push", &manager.script(), 0o755);
    repo.install_hook();
    // What `pre-commit install` does to a hook that it does not know.
    fs::rename(&hook, place(&repo, "pre-push.legacy")).unwrap();
    put(&repo, "pre-push", &manager.script(), 0o755);
    insta::assert_snapshot!(repo.backout(["install"]).run().snapshot(), @r"
    exit: 0
    stdout:
    Installed [TMP]/work/.git/hooks/pre-push: every push is judged before it goes.
    It starts [BACKOUT], or backout on the PATH.
    The hook that was there is kept as [TMP]/work/.git/hooks/pre-push.backout-previous; it runs first.
    Removed [TMP]/work/.git/hooks/pre-push.legacy, a copy of the hook that was moved aside.
    stderr:
    ");
    assert!(is_ours(&hook));
    assert!(!place(&repo, "pre-push.legacy").exists());
    let kept = fs::read_to_string(place(&repo, "pre-push.backout-previous")).unwrap();
    assert_eq!(kept, manager.script());
}

#[test]
fn a_copy_that_a_manager_moved_aside_goes_at_uninstall() {
    let repo = TestRepo::new();
    repo.install_hook();
    let legacy = place(&repo, "pre-push.legacy");
    fs::rename(place(&repo, "pre-push"), &legacy).unwrap();
    let hook = put(&repo, "pre-push", FOREIGN, 0o755);
    insta::assert_snapshot!(repo.backout(["uninstall"]).run().snapshot(), @r"
    exit: 0
    stdout:
    Removed [TMP]/work/.git/hooks/pre-push.legacy.
    stderr:
    ");
    assert!(!legacy.exists());
    assert_eq!(fs::read_to_string(&hook).unwrap(), FOREIGN);
}

#[test]
fn another_programs_legacy_hook_is_untouched() {
    let repo = TestRepo::new();
    let legacy = put(&repo, "pre-push.legacy", FOREIGN, 0o755);
    repo.install_hook();
    repo.backout(["uninstall"]).run().ok();
    assert_eq!(fs::read_to_string(&legacy).unwrap(), FOREIGN);
}

#[test]
fn a_kept_hook_comes_back_even_where_the_shim_was_deleted() {
    let repo = TestRepo::new();
    let hook = put(&repo, "pre-push", FOREIGN, 0o755);
    repo.install_hook();
    fs::remove_file(&hook).unwrap();
    repo.backout(["uninstall"]).run().ok();
    assert_eq!(fs::read_to_string(&hook).unwrap(), FOREIGN);
}

#[test]
fn an_installation_that_was_cut_short_is_finished() {
    let repo = TestRepo::new();
    let hook = put(&repo, "pre-push", FOREIGN, 0o755);
    fs::hard_link(&hook, place(&repo, "pre-push.backout-previous")).unwrap();
    repo.install_hook();
    assert!(is_ours(&hook));
    repo.backout(["uninstall"]).run().ok();
    assert_eq!(fs::read_to_string(&hook).unwrap(), FOREIGN);
}

#[test]
fn the_shim_never_runs_itself() {
    let repo = TestRepo::new();
    repo.install_hook();
    fs::copy(place(&repo, "pre-push"), place(&repo, "pre-push.backout-previous")).unwrap();
    repo.install_hook();
    assert!(!place(&repo, "pre-push.backout-previous").exists());
}

#[test]
fn a_linked_hook_is_kept_as_a_link() {
    let repo = TestRepo::new();
    repo.write("scripts/pre-push", FOREIGN);
    let hook = place(&repo, "pre-push");
    symlink("../../scripts/pre-push", &hook).unwrap();
    repo.install_hook();
    assert!(is_ours(&hook));
    assert_eq!(repo.read("scripts/pre-push"), FOREIGN);
    repo.backout(["uninstall"]).run().ok();
    assert_eq!(fs::read_link(&hook).unwrap(), PathBuf::from("../../scripts/pre-push"));
}

#[test]
fn a_link_to_a_shim_is_refused() {
    let repo = TestRepo::new();
    repo.write("scripts/pre-push", OLD_SHIM);
    symlink("../../scripts/pre-push", place(&repo, "pre-push")).unwrap();
    insta::assert_snapshot!(repo.backout(["install"]).run().snapshot(), @r"
    exit: 2
    stdout:
    stderr:
    error: [TMP]/work/.git/hooks/pre-push is a symbolic link to a hook that backout wrote elsewhere
    help: remove the link, then run `backout install` again: rm '[TMP]/work/.git/hooks/pre-push'
    ");
    assert_eq!(repo.read("scripts/pre-push"), OLD_SHIM);
}

#[test]
fn a_folder_in_the_hooks_place_is_refused() {
    let repo = TestRepo::new();
    fs::create_dir(place(&repo, "pre-push")).unwrap();
    insta::assert_snapshot!(repo.backout(["install"]).run().snapshot(), @r"
    exit: 2
    stdout:
    stderr:
    error: [TMP]/work/.git/hooks/pre-push is no file
    help: move it away, then run `backout install` again
    ");
}
