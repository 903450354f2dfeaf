//! Files of a stage that get names at which nobody looks for its work.

use super::{Scene, rules};

const OWN: &str = "src/4/a.py";
const ELSEWHERE: &str = "lib/a.py";

/// Stage 4 has landed on a file of its own.
fn landed() -> Scene {
    let scene = Scene::new();
    scene.says("4", &[(OWN, &super::lines(&[(2, "four")]))]);
    scene.land();
    scene
}

fn renamed(scene: &Scene, says: &str) {
    scene.rename(OWN, Some(ELSEWHERE));
    scene.says(says, &[]);
}

#[test]
fn a_stage_that_renames_its_file_to_where_nobody_owns_it_cannot_go_back() {
    let scene = landed();
    renamed(&scene, "4");
    assert_eq!(scene.told(), ["deny revert/conflicts 4"]);
    let assessment = scene.pushed();
    let told = assessment.findings.iter().find(|one| one.code.as_str() == "revert/conflicts");
    let help = &told.unwrap().help;
    assert!(help.contains("[[moves]]") && help.contains(ELSEWHERE), "{help}");
}

#[test]
fn who_renames_it_without_a_word_or_as_foreign_work_is_told() {
    for says in ["", "none"] {
        let scene = landed();
        renamed(&scene, says);
        assert_eq!(scene.told(), ["warn revert/foreign-edits 4"], "{says:?}");
        // It has not gone back with that.
        scene.land();
        let status = super::guard(&scene.scratch.repo()).standing().unwrap();
        let four = status.stages.iter().find(|one| one.id == "4").unwrap();
        assert!(!four.history.as_ref().unwrap().steps.is_empty(), "{says:?}");
        assert_eq!(four.way_back.open, Some(false), "{says:?}");
    }
}

#[test]
fn rules_that_come_with_the_rename_count_for_it_and_other_ones_do_not() {
    let moved = format!("[[moves]]\nfrom = \"{OWN}\"\nto = \"{ELSEWHERE}\"\n");
    let owned = rules("").replacen("\"src/4/**\"", &format!("\"src/4/**\", \"{ELSEWHERE}\""), 1);
    let cured = format!("{owned}{moved}");
    let other = rules("").replacen("name = \"Stage 4\"", "name = \"Stage four\"", 1);
    for (rules, told) in [(&cured, &[][..]), (&other, &["deny revert/conflicts 4"])] {
        let scene = landed();
        scene.rename(OWN, Some(ELSEWHERE));
        scene.says("4", &[("backout.toml", rules)]);
        assert_eq!(scene.told(), told, "{rules}");
    }
}
