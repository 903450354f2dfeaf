//! The branch of a stage that was backed out, merged once more.

use super::*;

/// Stage 4 has landed by a merge of two commits, and was backed out; its branch goes on.
struct MergedAgain {
    scene: Scene,
    merge: ObjectId,
    back_out: ObjectId,
}

impl MergedAgain {
    fn new() -> Self {
        let scene = Scene::new();
        let git = |arguments: &[&str]| scene.scratch.git(arguments);
        git(&["checkout", "--quiet", "-b", "topic"]);
        scene.says("4", &[("src/4/a", "a\n")]);
        scene.commit("4", &[(2, "four")]);
        git(&["checkout", "--quiet", "main"]);
        git(&["merge", "--quiet", "--no-ff", "--message", "Merge topic", "topic"]);
        let merge = scene.head();
        git(&["rm", "--quiet", "src/4/a"]);
        let out = "Out\n\nBackout-Stage: 4";
        let back_out = scene.scratch.commit(out, &[(BOTH, &lines(&[]))]);
        scene.land();
        git(&["checkout", "--quiet", "topic"]);
        Self { scene, merge, back_out }
    }

    fn merge(&self) {
        self.scene.scratch.git(&["checkout", "--quiet", "main"]);
        let arguments = ["merge", "--quiet", "--no-ff", "--message", "Merge it again", "topic"];
        self.scene.scratch.git(&arguments);
    }

    fn told(&self, assessment: &Assessment) -> Vec<String> {
        let of_it = assessment.findings.iter();
        let of_it = of_it.filter(|one| one.code.as_str() == "revert/foreign-edits");
        of_it.map(|one| format!("{}: {}", one.level, one.message)).collect()
    }

    fn pushed(&self) -> Vec<String> {
        self.told(&self.scene.pushed())
    }
}

#[test]
fn what_git_holds_for_merged_is_told_before_it_lands_and_when_it_does() {
    let again = MergedAgain::new();
    let head = again.scene.says("4", &[("src/4/c", "c\n")]);
    let expected = format!(
        "warn: stage 4 was backed out ({}), and comes back in part: git holds for merged what landed \
         with {}, and does not bring that again",
        again.back_out.short(),
        again.merge.short()
    );
    let scene = &again.scene;
    let from = Some(scene.scratch.id("main"));
    for asked in [push("topic", None, head), by_hand(from, head)] {
        assert_eq!(again.told(&scene.judge(asked)), [&*expected]);
    }
    again.merge();
    assert_eq!(again.pushed(), [expected]);
}

#[test]
fn who_knows_of_the_back_out_or_brings_all_is_told_nothing() {
    // Brought back first.
    let again = MergedAgain::new();
    let head = again.scene.says("4", &[("src/4/c", "c\n")]);
    again.scene.scratch.git(&["checkout", "--quiet", "main"]);
    again.scene.scratch.commit(
        "Again\n\nMigration-Stage: 4",
        &[(BOTH, &lines(&[(2, "four")])), ("src/4/a", "a\n")],
    );
    again.scene.land();
    assert_eq!(again.told(&again.scene.judge(push("topic", None, head))), [""; 0]);
    again.merge();
    assert_eq!(again.pushed(), [""; 0]);
    // The branch has merged the back-out.
    let again = MergedAgain::new();
    again.scene.scratch.git(&["merge", "--quiet", "--no-edit", "main"]);
    let head = again.scene.says("4", &[("src/4/c", "c\n")]);
    assert_eq!(again.told(&again.scene.judge(push("topic", None, head))), [""; 0]);
    again.merge();
    assert_eq!(again.pushed(), [""; 0]);
    // A branch of its own, that never had them.
    let again = MergedAgain::new();
    again.scene.scratch.git(&["checkout", "--quiet", "-B", "topic", "main"]);
    again.scene.says("4", &[("src/4/c", "c\n")]);
    again.merge();
    assert_eq!(again.pushed(), [""; 0]);
}

#[test]
fn what_the_branch_never_had_or_the_merge_brings_back_by_hand_is_not_left_out() {
    // Something else of the stage had landed beside it, and was backed out too.
    let again = MergedAgain::new();
    let scene = &again.scene;
    scene.scratch.git(&["checkout", "--quiet", "--detach", &again.merge.to_string()]);
    scene.says("4", &[("src/4/more", "more\n")]);
    scene.scratch.git(&["rm", "--quiet", "src/4/a", "src/4/more"]);
    scene.scratch.commit("Out\n\nBackout-Stage: 4", &[(BOTH, &lines(&[]))]);
    scene.scratch.git(&["checkout", "--quiet", "-B", "main"]);
    scene.land();
    scene.scratch.git(&["checkout", "--quiet", "topic"]);
    let head = scene.says("4", &[("src/4/c", "c\n")]);
    let told = again.told(&scene.judge(push("topic", None, head)));
    let [message] = told.as_slice() else { panic!("{told:?}") };
    let named = format!("what landed with {}, and does not", again.merge.short());
    assert!(message.contains(&named), "{message}");
    // All of it is there once more: git's merge was not taken as it came.
    let again = MergedAgain::new();
    again.scene.says("4", &[("src/4/c", "c\n")]);
    again.scene.scratch.git(&["checkout", "--quiet", "main"]);
    again.scene.scratch.git(&["merge", "--quiet", "--no-ff", "--no-commit", "topic"]);
    let all = [(BOTH, &*lines(&[(2, "four")])), ("src/4/a", "a\n")];
    again.scene.scratch.commit("Merge it again\n\nMigration-Stage: 4", &all);
    assert_eq!(again.pushed(), [""; 0]);
}
