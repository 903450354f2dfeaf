//! What could be backed out after a range, on real repositories.

mod attributes;
mod folders;
mod hotfixes;
mod merged_again;
mod renames;

use super::fake::{at, migration, stage_at};
use super::real::{by_hand, guard, push};
use crate::git::ObjectId;
use crate::git::testing::Scratch;
use crate::readiness::assessment::Assessment;
use crate::readiness::guard::Input;
use crate::receipt::{CodeReceipt, Digest, Verified, render_code};

const BOTH: &str = "src/both.py";

/// Ten lines, some of them replaced.
fn lines(with: &[(usize, &str)]) -> String {
    let line = |number: usize| {
        let new = with.iter().find(|(at, _)| *at == number);
        new.map_or_else(|| format!("line {number}\n"), |(_, text)| format!("{text}\n"))
    };
    (1..=20).map(line).collect()
}

fn rules(nine: &str) -> String {
    let shared = |id: &str, more: &str| {
        stage_at(id, "high", &format!("[\"src/{id}/**\", \"{BOTH}\"]"), more)
    };
    migration("") + &shared("4", "") + &shared("9", nine)
}

/// A migration whose stages 4 and 9 share a file.
struct Scene {
    scratch: Scratch,
}

impl Scene {
    fn with(nine: &str) -> Self {
        let scratch = Scratch::empty();
        scratch.commit("first", &[(BOTH, &lines(&[])), ("backout.toml", &rules(nine))]);
        scratch.git(&["tag", "--annotate", "--message", "start", "m-start"]);
        let scene = Self { scratch };
        scene.land();
        scene
    }

    fn new() -> Self {
        Self::with("")
    }

    /// A commit that says whose it is: `4`, `9`, `none`, `4 9`, or nothing.
    fn commit(&self, stages: &str, with: &[(usize, &str)]) -> ObjectId {
        let trailers = stages.split_whitespace().map(|s| format!("Migration-Stage: {s}\n"));
        let message = format!("Work\n\n{}", trailers.collect::<String>());
        self.scratch.commit(&message, &[(BOTH, &lines(with))])
    }

    fn head(&self) -> ObjectId {
        self.scratch.id("HEAD")
    }

    /// The remote has what is here.
    fn land(&self) -> ObjectId {
        let head = self.head();
        self.scratch.remote_has("main", &head);
        head
    }

    fn judge(&self, input: Input) -> Assessment {
        guard(&self.scratch.repo()).judge(&[input]).unwrap()
    }

    /// A push of what is here to the landing branch.
    fn pushed(&self) -> Assessment {
        let from = self.scratch.id("refs/remotes/origin/main");
        self.judge(push("main", Some(from), self.head()))
    }

    fn told(&self) -> Vec<String> {
        revert(&self.pushed())
    }

    /// Renames, or takes away where there is no other name; the next commit does.
    fn rename(&self, from: &str, to: Option<&str>) {
        let from_path = self.scratch.path().join(from);
        match to {
            Some(to) => {
                let to = self.scratch.path().join(to);
                std::fs::create_dir_all(to.parent().unwrap()).unwrap();
                std::fs::rename(from_path, to).unwrap();
            }
            None => std::fs::remove_file(from_path).unwrap(),
        }
    }

    /// A commit of what has changed, and of these files, that says whose it is.
    fn says(&self, stage: &str, files: &[(&str, &str)]) -> ObjectId {
        let said = format!("Work of {stage}\n\nMigration-Stage: {stage}");
        self.scratch.commit(if stage.is_empty() { "Silent" } else { &said }, files)
    }
}

/// `deny conflicts 4`: what the requirement found.
fn revert(assessment: &Assessment) -> Vec<String> {
    let of_it = assessment.findings.iter().filter(|one| one.code.requirement() == "revert");
    let one = |finding: &crate::readiness::finding::Finding| {
        let stage = finding.stage.as_ref().map(ToString::to_string).unwrap_or_default();
        let doubt = match finding.outcome {
            crate::readiness::finding::Outcome::Indeterminate => "?",
            _ => "",
        };
        format!("{} {}{doubt} {stage}", finding.level, finding.code)
    };
    of_it.map(one).collect()
}

fn way_back(assessment: &Assessment, stage: &str) -> (Option<bool>, Option<Vec<String>>) {
    let found = assessment.stages.iter().find(|one| one.id == stage).unwrap();
    (found.way_back.open, found.way_back.blocked_by.clone())
}

#[test]
fn a_later_stage_on_the_same_line_is_told_when_shared_and_denied_when_it_lands() {
    let scene = Scene::new();
    scene.commit("4", &[(2, "four")]);
    assert_eq!(scene.told(), [""; 0]);
    scene.land();
    let head = scene.commit("9", &[(2, "nine")]);
    assert_eq!(revert(&scene.judge(push("topic", None, head))), ["warn revert/conflicts 4"]);
    let assessment = scene.pushed();
    assert_eq!(revert(&assessment), ["deny revert/conflicts 4"]);
    assert_eq!(way_back(&assessment, "9"), (Some(true), Some(vec![])));
    // The same range by hand, before it has landed and after.
    let from = Some(scene.scratch.id("HEAD~1"));
    assert_eq!(revert(&scene.judge(by_hand(from, head))), ["deny revert/conflicts 4"]);
    scene.land();
    assert_eq!(revert(&scene.judge(by_hand(from, head))), ["deny revert/conflicts 4"]);
}

#[test]
fn a_later_stage_on_another_line_is_in_nobodys_way() {
    let scene = Scene::new();
    scene.commit("4", &[(2, "four")]);
    scene.land();
    scene.commit("9", &[(2, "four"), (15, "nine")]);
    assert_eq!(scene.told(), [""; 0]);
}

#[test]
fn both_in_one_push_are_told_as_well() {
    let scene = Scene::new();
    scene.commit("4", &[(2, "four")]);
    scene.commit("9", &[(2, "nine")]);
    let assessment = scene.pushed();
    assert_eq!(revert(&assessment), ["deny revert/conflicts 4"]);
    assert_eq!(way_back(&assessment, "4"), (Some(false), Some(vec!["9".to_owned()])));
}

#[test]
fn a_back_out_that_was_stale_when_it_was_merged_is_told() {
    let back_out = |late: bool, more: &[(usize, &str)]| {
        let scene = Scene::new();
        scene.commit("4", &[(2, "four")]);
        scene.scratch.git(&["checkout", "--quiet", "-b", "out"]);
        scene.scratch.commit("Back\n\nBackout-Stage: 4", &[(BOTH, &lines(&[]))]);
        if !more.is_empty() {
            scene.commit("4", more);
        }
        scene.scratch.commit("Words", &[("README.md", "Words\n")]);
        scene.scratch.git(&["checkout", "--quiet", "main"]);
        if late {
            scene.commit("4", &[(2, "four"), (12, "late")]);
        }
        scene.land();
        scene.scratch.git(&["merge", "--quiet", "--no-ff", "--message", "Merge out", "out"]);
        let pushed = scene.pushed();
        let told = pushed.findings.iter().find(|one| one.code.as_str() == "revert/foreign-edits");
        told.map(|one| one.message.clone())
    };
    assert_eq!(back_out(false, &[]), None, "what else a merge brings is no part of it");
    let told = back_out(true, &[]).unwrap();
    let (_, said) = told.split_once(" brings ").unwrap();
    let (_, said) = said.split_once(' ').unwrap();
    assert_eq!(
        said,
        "\"Back\", which says `Backout-Stage: 4`, but is not the planned back-out: src/both.py differs"
    );
    assert_eq!(back_out(false, &[(2, "anew")]), None, "it has come back");
}

#[test]
fn an_order_that_is_declared_is_silent() {
    let scene = Scene::with("after = [\"4\"]");
    scene.commit("4", &[(2, "four")]);
    scene.commit("9", &[(2, "nine")]);
    let assessment = scene.pushed();
    assert_eq!(revert(&assessment), [""; 0]);
    assert_eq!(way_back(&assessment, "4"), (Some(true), Some(vec!["9".to_owned()])));
}

#[test]
fn what_was_blocked_before_is_silent() {
    let scene = Scene::new();
    scene.commit("4", &[(2, "four")]);
    scene.commit("9", &[(2, "nine")]);
    scene.land();
    scene.commit("9", &[(2, "nine again")]);
    assert_eq!(scene.told(), [""; 0]);
    // Until it goes on without a way back.
    scene.commit("4", &[(2, "nine again"), (15, "four")]);
    assert_eq!(scene.told(), ["deny revert/conflicts 4"]);
    let assessment = scene.pushed();
    assert_eq!(way_back(&assessment, "4"), (Some(false), Some(vec!["9".to_owned()])));
}

#[test]
fn stages_that_take_turns_on_a_line_block_each_other() {
    let scene = Scene::with("after = [\"4\"]");
    scene.commit("4", &[(2, "4a")]);
    scene.land();
    scene.commit("9", &[(2, "9a")]);
    assert_eq!(scene.told(), [""; 0]);
    scene.land();
    scene.commit("4", &[(2, "4b")]);
    // That 4 goes after 9 is expected; that 9 goes after 4 is not.
    assert_eq!(scene.told(), ["deny revert/conflicts 9"]);
    scene.land();
    scene.commit("9", &[(2, "9b")]);
    assert_eq!(scene.told(), ["deny revert/conflicts 9"], "it goes on without a way back");
}

#[test]
fn a_squash_of_two_stages_cannot_be_separated() {
    let scene = Scene::new();
    scene.commit("4 9", &[(2, "four"), (15, "nine")]);
    assert_eq!(scene.told(), ["deny revert/conflicts 4", "deny revert/conflicts 9"]);
}

#[test]
fn what_lands_by_a_merge_is_told_once() {
    let scene = Scene::new();
    scene.commit("4", &[(2, "four")]);
    scene.land();
    scene.scratch.git(&["switch", "--quiet", "--create", "topic"]);
    let head = scene.commit("9", &[(2, "nine")]);
    scene.scratch.git(&["switch", "--quiet", "main"]);
    scene.scratch.commit("words", &[("README.md", "x")]);
    scene.scratch.git(&["merge", "--quiet", "--no-ff", "-m", "Merge", "topic"]);
    assert_eq!(scene.told(), ["deny revert/conflicts 4"]);
    assert_eq!(revert(&scene.judge(push("topic", None, head))), ["warn revert/conflicts 4"]);
    // On a topic branch it is told with the commit that does it, not with each that follows.
    scene.scratch.git(&["switch", "--quiet", "topic"]);
    scene.scratch.remote_has("topic", &head);
    let more = scene.commit("9", &[(2, "nine"), (15, "more")]);
    assert_eq!(revert(&scene.judge(push("topic", Some(head), more))), [""; 0]);
    // Also where the landing branch was merged into it.
    scene.scratch.git(&["merge", "--quiet", "-m", "Up to date", "refs/remotes/origin/main"]);
    let merged = scene.head();
    assert_eq!(revert(&scene.judge(push("topic", Some(head), merged))), [""; 0]);
    assert_eq!(revert(&scene.judge(push("topic", None, merged))), [""; 0], "known to the remote");
}

#[test]
fn commits_of_a_branch_stay_apart_where_nothing_says_that_they_land_as_one() {
    let scene = Scene::new();
    scene.commit("4", &[(2, "four")]);
    let head = scene.commit("9", &[(2, "four"), (15, "nine")]);
    assert_eq!(revert(&scene.judge(push("topic", None, head))), [""; 0]);
}

/// The merge settles a conflict, so of all that comes together nobody can tell the parts.
#[test]
fn what_is_pushed_to_the_landing_branch_lands_step_by_step_and_a_branch_as_one_merge() {
    let scene = Scene::new();
    scene.scratch.git(&["switch", "--quiet", "--create", "topic"]);
    scene.commit("4", &[(2, "topic")]);
    scene.scratch.git(&["switch", "--quiet", "main"]);
    scene.commit("4", &[(2, "main")]);
    scene.scratch.git(&["merge", "--quiet", "--strategy", "ours", "--no-commit", "topic"]);
    scene.commit("4", &[(2, "both")]);
    let head = scene.commit("9", &[(2, "both"), (15, "nine")]);
    assert_eq!(scene.told(), [""; 0]);
    let as_one = ["warn revert/conflicts 4", "warn revert/conflicts 9"];
    assert_eq!(revert(&scene.judge(push("other", None, head))), as_one);
}

#[test]
fn a_way_back_that_is_lost_and_found_again_is_there() {
    let scene = Scene::new();
    scene.commit("4", &[(2, "four")]);
    scene.land();
    scene.commit("9", &[(2, "nine")]);
    scene.commit("9", &[(2, "four")]);
    assert_eq!(scene.told(), [""; 0]);
}

#[test]
fn work_that_comes_to_nothing_in_all_closes_a_way_back_all_the_same() {
    let scene = Scene::new();
    scene.commit("4", &[(2, "four")]);
    scene.land();
    scene.commit("9", &[(2, "nine")]);
    scene.commit("4", &[(2, "four")]);
    assert_eq!(scene.told(), ["deny revert/conflicts 4"]);
    // Taken back by one that says nothing, nothing is left of it.
    scene.scratch.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    scene.commit("", &[(2, "four")]);
    assert_eq!(scene.told(), [""; 0]);
    // A hotfix that nobody wanted, and what takes it back, are in nobody's way.
    scene.scratch.git(&["reset", "--quiet", "--hard", "origin/main"]);
    scene.commit("none", &[(2, "fixed")]);
    scene.commit("none", &[(2, "four")]);
    assert_eq!(scene.told(), [""; 0]);
}

#[test]
fn where_the_start_is_not_here_it_is_not_known() {
    let scene = Scene::new();
    scene.commit("4", &[(2, "four")]);
    scene.scratch.git(&["tag", "--delete", "m-start"]);
    // Both own the file, and 4 alone is named.
    assert_eq!(scene.told(), ["warn revert/conflicts? 4", "warn revert/conflicts? 9"]);
}

#[test]
fn the_planned_revert_is_asked_nothing_else() {
    let scene = Scene::new();
    scene.commit("4", &[(2, "four")]);
    scene.commit("9", &[(2, "four"), (15, "nine")]);
    scene.land();
    let exact = || scene.pushed().refs[0].reverts;
    let back = |stage: &str, with: &[(usize, &str)]| {
        let message = format!("Back\n\nBackout-Stage: {stage}");
        scene.scratch.commit(&message, &[(BOTH, &lines(with))]);
    };
    back("4", &[(15, "nine")]);
    assert!(exact());
    // One after the other, each planned on the one before.
    back("9", &[]);
    assert!(exact());
    scene.scratch.git(&["reset", "--quiet", "--hard", "origin/main"]);
    // Both at once, and only one is named.
    back("4", &[]);
    assert!(!exact());
    scene.scratch.git(&["reset", "--quiet", "--hard", "origin/main"]);
    // One line more than planned.
    back("4", &[(15, "nine"), (18, "more")]);
    assert!(!exact());
    scene.scratch.git(&["reset", "--quiet", "--hard", "origin/main"]);
    // By a merge of the branch on which it was made.
    scene.scratch.git(&["switch", "--quiet", "--create", "back"]);
    back("9", &[(2, "four")]);
    back("4", &[]);
    scene.scratch.git(&["switch", "--quiet", "main"]);
    scene.scratch.git(&["merge", "--quiet", "--no-ff", "-m", "Merge back", "back"]);
    assert!(exact());
}

#[test]
fn going_back_to_the_checkpoint_takes_no_hotfix_along_in_silence() {
    let scene = Scene::new();
    scene.scratch.commit("Work\n\nMigration-Stage: 9", &[("src/9/a.py", "a\n")]);
    scene.land();
    let exact = || {
        std::fs::remove_file(scene.scratch.path().join("src/9/a.py")).unwrap();
        scene.scratch.commit("Back", &[]);
        scene.pushed().refs[0].reverts
    };
    assert!(exact());
    scene.scratch.git(&["reset", "--quiet", "--hard", "origin/main"]);
    scene.scratch.commit("Fix\n\nMigration-Stage: none", &[("src/9/a.py", "a\nfixed\n")]);
    scene.land();
    assert!(!exact());
}

#[test]
fn what_is_older_than_the_start_is_nobodys_work_where_the_start_lands_with_the_push() {
    let scratch = Scratch::empty();
    scratch.commit("first", &[(BOTH, &lines(&[]))]);
    let scene = Scene { scratch };
    scene.commit("4", &[(2, "four")]);
    scene.land();
    scene.scratch.commit("rules", &[("backout.toml", &rules(""))]);
    scene.scratch.git(&["tag", "--annotate", "--message", "start", "m-start"]);
    let head = scene.commit("9", &[(2, "nine")]);
    assert_eq!(scene.told(), [""; 0]);
    assert_eq!(revert(&scene.judge(push("topic", None, head))), [""; 0]);
}

#[test]
fn a_receipt_of_a_rehearsal_is_that_of_its_stage() {
    let scene = Scene::new();
    let receipt = |migration: &str, stage: &str| {
        render_code(&CodeReceipt {
            migration: migration.parse().unwrap(),
            stage: stage.parse().unwrap(),
            at: at("2026-01-05T12:00:00Z"),
            digest: Digest::of(b"other files"),
            verify: Verified::None,
        })
    };
    let told = |migration: &str, stage: &str| {
        let file = (".backout/receipts/m/9.toml", &*receipt(migration, stage));
        scene.says("9", &[(BOTH, &lines(&[(2, "nine")])), file]);
        let assessment = scene.pushed();
        let all = assessment.findings.iter().filter(|one| one.code.requirement() == "rehearsal");
        all.map(|one| one.code.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(told("m", "9"), ["rehearsal/outdated"]);
    for (migration, stage) in [("m", "4"), ("n", "9"), ("n", "4")] {
        assert_eq!(told(migration, stage), ["rehearsal/missing"], "{migration}:{stage}");
    }
}

#[test]
fn rules_that_come_with_the_change_do_not_excuse_it() {
    let scene = Scene::new();
    scene.commit("4", &[(2, "four")]);
    scene.land();
    scene.commit("9", &[(2, "nine")]);
    scene.scratch.commit("Expect it", &[("backout.toml", &rules("after = [\"4\"]"))]);
    assert_eq!(scene.told(), ["deny revert/conflicts 4"]);
    // Once they have landed, they hold.
    scene.scratch.git(&["reset", "--quiet", "--hard", "origin/main"]);
    scene.scratch.commit("Expect it", &[("backout.toml", &rules("after = [\"4\"]"))]);
    scene.land();
    scene.commit("9", &[(2, "nine")]);
    assert_eq!(scene.told(), [""; 0]);
}

#[test]
fn a_forced_push_of_the_landing_branch_is_foretold_as_well() {
    let scene = Scene::new();
    scene.commit("4", &[(2, "four")]);
    let four = scene.land();
    scene.scratch.commit("words", &[("README.md", "x")]);
    let old = scene.land();
    scene.scratch.git(&["reset", "--quiet", "--hard", &four.to_string()]);
    let head = scene.commit("9", &[(2, "nine")]);
    let assessment = scene.judge(push("main", Some(old), head));
    assert_eq!(revert(&assessment), ["deny revert/conflicts 4"]);
}

#[test]
fn what_a_forced_push_drops_is_in_nobodys_way_any_more() {
    let scene = Scene::new();
    scene.commit("4", &[(2, "four")]);
    let four = scene.land();
    scene.commit("9", &[(2, "nine")]);
    let old = scene.land();
    scene.scratch.git(&["reset", "--quiet", "--hard", &four.to_string()]);
    let head = scene.commit("4", &[(2, "four"), (15, "more")]);
    let assessment = scene.judge(push("main", Some(old), head));
    assert_eq!(way_back(&assessment, "4").1, Some(vec![]));
}

#[test]
fn no_other_stage_is_computed_again() {
    let rules = migration("")
        + &stage_at("4", "high", "[\"src/4/**\"]", "")
        + &stage_at("9", "high", "[\"src/9/**\"]", "");
    let scratch = Scratch::empty();
    let begun =
        [("src/4/a", lines(&[])), ("src/9/a", lines(&[(9, "of nine")])), ("backout.toml", rules)];
    scratch.commit("first", &begun.each_ref().map(|(path, text)| (*path, text.as_str())));
    scratch.git(&["tag", "--annotate", "--message", "start", "m-start"]);
    let scene = Scene { scratch };
    scene.says("4", &[("src/4/a", &lines(&[(2, "four")]))]);
    // What was a file's content is read where others have worked on it since.
    let nine =
        |own: &[(usize, &str)]| lines(&[&[(9, "of nine"), (17, "hotfix")][..], own].concat());
    scene.says("9", &[("src/9/a", &lines(&[(2, "nine"), (9, "of nine")]))]);
    scene.says("none", &[("src/9/a", &nine(&[(2, "nine")]))]);
    scene.land();
    let head = scene.head().to_string();
    scene.says("4", &[("src/4/a", &lines(&[(2, "four"), (4, "four")]))]);
    assert_eq!(scene.told(), [""; 0]);
    // Nothing but stage 9's way back leads to what its file was.
    let old = scene.scratch.git(&["rev-parse", "m-start:src/9/a"]);
    let (folder, name) = old.trim().split_at(2);
    std::fs::remove_file(scene.scratch.path().join(".git/objects").join(folder).join(name))
        .unwrap();
    assert_eq!(scene.told(), [""; 0], "a push of stage 4 asks nothing of stage 9");
    scene.scratch.git(&["reset", "--quiet", "--hard", &head]);
    scene.says("9", &[("src/9/a", &nine(&[(2, "nine"), (4, "nine")]))]);
    assert_eq!(scene.told(), ["deny revert/conflicts? 9"], "a push of stage 9 does");
}
