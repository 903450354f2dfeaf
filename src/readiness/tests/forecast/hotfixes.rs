//! What is told of a hotfix, and what is let pass for it.

use super::*;

#[test]
fn a_hotfix_is_told_and_let_pass() {
    let scene = Scene::new();
    scene.commit("4", &[(2, "four")]);
    scene.land();
    scene.commit("none", &[(2, "fixed")]);
    assert_eq!(scene.told(), ["warn revert/foreign-edits 4"]);
    assert_eq!(scene.pushed().verdict, crate::readiness::assessment::Verdict::Ready);
}

#[test]
fn a_hotfix_is_not_taken_for_the_stage_that_worked_beside_it() {
    let scene = Scene::new();
    scene.commit("4", &[(2, "four")]);
    scene.commit("9", &[(2, "four"), (15, "nine")]);
    scene.land();
    scene.commit("none", &[(2, "fixed"), (15, "nine")]);
    assert_eq!(scene.told(), ["warn revert/foreign-edits 4"]);
    // Nor is the stage's work for the hotfix, in one push with it.
    scene.commit("9", &[(2, "fixed"), (15, "nine"), (18, "more")]);
    assert_eq!(scene.told(), ["warn revert/foreign-edits 4"]);
}

#[test]
fn work_that_comes_with_a_hotfix_is_not_let_pass_for_it() {
    let scene = Scene::new();
    scene.commit("4", &[(2, "four"), (10, "four")]);
    scene.land();
    scene.commit("none", &[(2, "fixed"), (10, "four")]);
    scene.commit("9", &[(2, "fixed"), (10, "nine")]);
    assert_eq!(scene.told(), ["deny revert/conflicts 4"]);
    let assessment = scene.pushed();
    let told = assessment.findings.iter().find(|one| one.code.as_str() == "revert/conflicts");
    let told = &told.unwrap().message;
    assert!(told.contains("blocked by stage 9"), "{told}");
    // The hotfix may go first: then it is lost, and known to be so.
    let fix = scene.scratch.id("HEAD~1");
    let from = scene.scratch.id("origin/main");
    assert_eq!(
        revert(&scene.judge(push("main", Some(from), fix))),
        ["warn revert/foreign-edits 4"]
    );
    scene.scratch.remote_has("main", &fix);
    assert_eq!(scene.told(), [""; 0]);
}

#[test]
fn a_commit_of_which_nobody_has_said_whose_it_is_is_told() {
    let scene = Scene::new();
    scene.commit("4", &[(2, "four")]);
    scene.land();
    scene.commit("", &[(2, "fixed")]);
    assert_eq!(scene.told(), ["warn revert/foreign-edits 4"]);
    // It does not hide what comes later: that 9 works on what 4 did elsewhere.
    scene.land();
    scene.commit("4", &[(2, "fixed"), (10, "four")]);
    scene.land();
    scene.commit("9", &[(2, "fixed"), (10, "nine")]);
    // 4 was blocked by the fix before. Whether 9 is, hangs on whose work the fix was.
    assert_eq!(scene.told(), ["warn revert/conflicts 9"]);
}

#[test]
fn a_silent_commit_elsewhere_hides_nothing() {
    let scene = Scene::new();
    scene.commit("", &[(18, "words")]);
    scene.commit("4", &[(18, "words"), (2, "four")]);
    scene.land();
    scene.commit("9", &[(18, "words"), (2, "nine")]);
    assert_eq!(scene.told(), ["deny revert/conflicts 4", "warn revert/conflicts 9"]);
}

#[test]
fn a_hotfix_that_a_merge_brings_is_no_work_of_the_stage_beside_it() {
    let scene = Scene::new();
    scene.commit("4", &[(2, "four")]);
    scene.land();
    let merged = |commits: &[(&str, &[(usize, &str)])]| {
        scene.scratch.git(&["switch", "--quiet", "--create", "topic"]);
        for (stages, with) in commits {
            scene.commit(stages, with);
        }
        scene.scratch.git(&["switch", "--quiet", "main"]);
        scene.scratch.git(&["merge", "--quiet", "--no-ff", "-m", "Merge", "topic"]);
        let told = scene.told();
        scene.scratch.git(&["reset", "--quiet", "--hard", "origin/main"]);
        scene.scratch.git(&["branch", "--quiet", "-D", "topic"]);
        told
    };
    let fixed: &[(usize, &str)] = &[(2, "fixed")];
    let beside: &[(usize, &str)] = &[(2, "fixed"), (15, "nine")];
    assert_eq!(merged(&[("none", fixed), ("9", beside)]), ["warn revert/foreign-edits 4"]);
    let both = merged(&[("9", &[(2, "nine")]), ("none", &[(2, "nine"), (18, "fixed")])]);
    assert_eq!(both, ["deny revert/conflicts 4"]);
}

#[test]
fn files_that_are_to_be_restored_are_closed_by_a_hotfix() {
    let scratch = Scratch::empty();
    let nine = stage_at("9", "high", "[\"nine.py\"]", "code = \"restore\"");
    let rules = migration("") + &nine;
    scratch.commit("first", &[("nine.py", "a\n"), ("backout.toml", &rules)]);
    scratch.git(&["tag", "--annotate", "--message", "start", "m-start"]);
    let scene = Scene { scratch };
    let commit = |trailer: &str, text: &str| {
        let message = format!("Work\n\nMigration-Stage: {trailer}");
        scene.scratch.commit(&message, &[("nine.py", text)]);
    };
    commit("9", "b\n");
    scene.land();
    commit("9", "c\n");
    assert_eq!(scene.told(), [""; 0]);
    scene.land();
    commit("none", "d\n");
    assert_eq!(scene.told(), ["warn revert/foreign-edits 9"]);
    scene.land();
    commit("9", "e\n");
    assert_eq!(scene.told(), ["deny revert/conflicts 9"], "it goes on without a way back");
}
