//! The rollback document's own commands do damage; backout does not.

use super::scene::{ADDED, AGENT, STATE, Scene, lines};

#[test]
fn a_checkout_from_the_tag_restores_nothing_where_one_file_is_newer() {
    let scene = Scene::landed();
    let run = scene.repo.git(&["checkout", "migration-start", "--", AGENT, ADDED]);
    assert_eq!(run.exit, 1, "{}", run.err());
    assert_eq!(scene.repo.read(AGENT), lines(&[(4, "prompt")]), "nothing is restored");
    scene.backout(&["revert", "--stage", "4", "--in-place", "--reason", "x"]).ok();
    assert!(!scene.repo.path().join(ADDED).exists(), "what the stage added goes");
}

#[test]
fn a_checkout_from_the_tag_takes_another_stages_work_along() {
    let scene = Scene::landed();
    scene.repo.git(&["checkout", "migration-start", "--", STATE]).ok();
    assert_eq!(scene.repo.read(STATE), lines(&[]), "stage 9's work is gone, exit 0");
    scene.repo.git(&["checkout", "--quiet", "HEAD", "--", STATE]).ok();
    scene.backout(&["revert", "--stage", "4", "--in-place", "--reason", "x"]).ok();
    assert_eq!(scene.repo.read(STATE), lines(&[(7, "continue")]));
}

#[test]
fn a_revert_conflicts_only_when_it_is_needed() {
    let scene = Scene::blocked();
    let four = scene.repo.rev("main~3");
    assert_eq!(scene.repo.git(&["revert", "--no-edit", &four]).exit, 1);
    scene.repo.git(&["revert", "--abort"]).ok();
    // backout says so beforehand, with the order that works, and does it.
    assert_eq!(scene.plan(&["--stage", "4"], 4)["blocked_by"], serde_json::json!(["9"]));
    scene.backout(&["revert", "--stage", "4", "--cascade", "--in-place", "--reason", "x"]).ok();
    assert_eq!(scene.repo.read(STATE), lines(&[]));
}

#[test]
fn a_hard_reset_discards_what_nobody_asked_for() {
    let scene = Scene::landed();
    scene.repo.commit_files(&[("README.md", "two\n")], "Somebody else's work");
    scene.repo.write("README.md", "not yet committed\n");
    let work = scene.repo.copy();
    work.git(&["reset", "--quiet", "--hard", "migration-start"]).ok();
    assert_eq!(work.read("README.md"), "one\n", "both are gone");
    scene.backout(&["revert", "--stage", "4", "--in-place", "--reason", "x"]).exits(2);
    assert_eq!(scene.repo.read("README.md"), "not yet committed\n");
    scene.repo.git(&["checkout", "--quiet", "README.md"]).ok();
    for stage in ["9", "5-6", "4"] {
        scene.backout(&["revert", "--stage", stage, "--in-place", "--reason", "x"]).ok();
    }
    assert_eq!(scene.difference("migration-start", "main"), "M README.md\n");
}
