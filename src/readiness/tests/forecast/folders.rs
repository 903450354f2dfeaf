//! Ways back that are closed through a folder, or on files that are to be restored, by work on other
//! files than the stage's.

use super::{Scene, lines};
use crate::git::testing::Scratch;
use crate::readiness::tests::fake::{migration, stage_at};

/// Stages 4 and 9 own these patterns, and `more` is said of stage 4; the migration begins with these
/// files.
fn among(four: &str, nine: &str, more: &str, files: &[&str]) -> Scene {
    let rules =
        migration("") + &stage_at("4", "high", four, more) + &stage_at("9", "high", nine, "");
    let scratch = Scratch::empty();
    let texts: Vec<(&str, String)> =
        files.iter().map(|path| (*path, lines(&[(1, path)]))).collect();
    let mut all: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (*path, &**text)).collect();
    all.push(("backout.toml", &rules));
    scratch.commit("first", &all);
    scratch.git(&["tag", "--annotate", "--message", "start", "m-start"]);
    let scene = Scene { scratch };
    scene.land();
    scene
}

const SHARED_FOLDER: &str = "[\"both/**\", \"other/**\"]";

#[test]
fn a_folder_that_is_renamed_takes_the_way_back_of_who_took_a_file_out_of_it() {
    let scene = |more: &str| {
        let files = ["both/a.py", "both/b.py", "both/c.py"];
        let scene = among(SHARED_FOLDER, "[\"both/**\", \"other/**\"]", more, &files);
        scene.rename("both/a.py", None);
        scene.says("9", &[]);
        assert_eq!(scene.told(), [""; 0]);
        scene.land();
        scene
    };
    for (more, says, expected) in [
        ("", "4", &["deny revert/conflicts 9"][..]),
        ("after = [\"9\"]", "4", &[]),
        ("", "none", &["warn revert/foreign-edits 9"]),
    ] {
        let scene = scene(more);
        scene.rename("both/b.py", Some("other/b.py"));
        scene.says(says, &[]);
        assert_eq!(scene.told(), [""; 0], "the folder is still there");
        scene.land();
        scene.rename("both/c.py", Some("other/c.py"));
        scene.says(says, &[]);
        assert_eq!(scene.told(), expected, "{more} {says}");
        scene.land();
        scene.says("4", &[("other/b.py", "b\n")]);
        assert_eq!(scene.told(), [""; 0], "it was lost before");
    }
    // What stage 4 did to a file before a hotfix took it away has taken no folder away.
    let scene = scene("");
    scene.says("4", &[("both/b.py", "b\n")]);
    for file in ["b.py", "c.py"] {
        scene.rename(&format!("both/{file}"), Some(&format!("other/{file}")));
    }
    scene.says("none", &[]);
    assert_eq!(scene.told(), ["deny revert/conflicts 4", "warn revert/foreign-edits 9"]);
}

#[test]
fn a_folder_where_a_file_was_takes_the_way_back_of_who_took_the_file_away() {
    for (more, says, expected) in
        [("", "4", &["deny revert/conflicts 9"][..]), ("after = [\"9\"]", "4", &[])]
    {
        let scene = among("[\"four.py\", \"lib/**\"]", "[\"lib\"]", more, &["lib", "four.py"]);
        scene.rename("lib", None);
        scene.says("9", &[]);
        scene.land();
        scene.says(says, &[("four.py", "4\n")]);
        assert_eq!(scene.told(), [""; 0]);
        scene.land();
        scene.says(says, &[("lib/x/y.py", "x\n")]);
        assert_eq!(scene.told(), expected, "{more} {says}");
    }
    // And the other way round.
    for nine in ["[\"lib/**\"]", "[\"**/x.py\"]"] {
        let scene = among("[\"four.py\", \"lib\"]", nine, "", &["lib/x.py", "four.py"]);
        scene.rename("lib/x.py", None);
        scene.says("9", &[]);
        scene.land();
        std::fs::remove_dir(scene.scratch.path().join("lib")).ok();
        scene.says("4", &[("lib", "x\n")]);
        assert_eq!(scene.told(), ["deny revert/conflicts 9"], "{nine}");
    }
}

#[test]
fn a_new_file_in_a_renamed_folder_takes_the_way_back_of_who_renamed_it() {
    let scene = |more: &str| {
        let nine = "[\"new/[abc].py\", \"old/**\"]";
        let scene = among("[\"new/four*.py\"]", nine, more, &["old/a.py", "old/b.py", "old/c.py"]);
        for file in ["a.py", "b.py", "c.py"] {
            scene.rename(&format!("old/{file}"), Some(&format!("new/{file}")));
        }
        scene.says("9", &[]);
        scene.land();
        scene
    };
    let told = |scene: &Scene| {
        let assessment = scene.pushed();
        let is_of_it =
            |one: &&crate::readiness::finding::Finding| one.code.requirement() == "revert";
        assessment.findings.iter().find(is_of_it).unwrap().message.clone()
    };
    let plain = scene("");
    plain.says("4", &[("new/four1.py", "4\n")]);
    assert_eq!(plain.told(), ["deny revert/conflicts 9"]);
    assert!(told(&plain).contains("blocked by stage 4"), "{}", told(&plain));
    // Whoever else has put a file there: the stage's own alone would be in the way.
    plain.scratch.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    plain.says("none", &[("new/b.py", "fixed\n")]);
    plain.says("", &[("new/README", "words\n")]);
    plain.says("4", &[("new/four1.py", "4\n")]);
    assert_eq!(plain.told(), ["deny revert/conflicts 9"]);
    // Words alone.
    plain.scratch.git(&["reset", "--quiet", "--hard", "origin/main"]);
    plain.says("none", &[("new/README", "words\n"), ("new/four1.py", "4\n")]);
    assert_eq!(plain.told(), ["warn revert/foreign-edits 9"]);
    // Work off its stage's own files.
    plain.scratch.git(&["reset", "--quiet", "--hard", "origin/main"]);
    plain.says("4", &[("new/README", "words\n")]);
    assert_eq!(plain.told(), ["deny revert/conflicts 9"]);
    let ordered = scene("after = [\"9\"]");
    ordered.says("4", &[("new/four1.py", "4\n")]);
    assert_eq!(ordered.told(), [""; 0]);
}

#[test]
fn a_file_that_is_to_be_restored_is_closed_by_work_that_its_stage_never_touched() {
    let nine = stage_at("9", "high", "[\"nine/**\"]", "code = \"restore\"");
    let rules = migration("") + &stage_at("4", "high", "[\"four.py\"]", "") + &nine;
    let scratch = Scratch::empty();
    scratch.commit("first", &[("nine/a", "a\n"), ("nine/b", "b\n"), ("backout.toml", &rules)]);
    scratch.git(&["tag", "--annotate", "--message", "start", "m-start"]);
    let scene = Scene { scratch };
    scene.land();
    scene.says("9", &[("nine/a", "nine\n")]);
    scene.land();
    scene.says("none", &[("nine/b", "fixed\n")]);
    assert_eq!(scene.told(), ["warn revert/foreign-edits 9"]);
    scene.land();
    scene.says("none", &[("nine/b", "fixed again\n")]);
    assert_eq!(scene.told(), [""; 0], "it was lost before");
}
