//! What arrives in the forge's repository is what was planned: every kind of entry, compared by
//! git.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;

use super::scene::{Migration, said};
use crate::support::Run;
use crate::support::fake_github::{At, Fault};
use crate::way_back::scene::{AGENT, Scene, lines};

const BRANCH: &str = "backout/entities/stage-5-6";

fn agents(scene: &Scene) -> PathBuf {
    scene.repo.path().join("agents")
}

/// Backs stage 5-6 out by a pull request, and compares.
fn arrives(scene: Scene, more: &[&str]) -> Migration {
    scene.share();
    let forge = Migration::of(scene);
    forge.fake.world().reviewers = vec!["keeper".to_owned()];
    let planned = forge.plan(&["--stage", "5-6"]);
    forge.revert(&[&["--stage", "5-6"], more].concat()).ok();
    assert_eq!(planned["tree"], forge.tree(BRANCH));
    forge.git(&["fsck", "--strict", "--no-dangling"]);
    forge
}

#[test]
fn every_kind_of_entry_arrives() {
    let scene = Scene::begun();
    let folder = agents(&scene);
    // As it was before the stage: a program, a link, bytes, a folder, a file without an end.
    fs::write(folder.join("run.sh"), "#!/bin/sh\n").unwrap();
    fs::set_permissions(folder.join("run.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    symlink("run.sh", folder.join("link")).unwrap();
    fs::write(folder.join("blob.bin"), b"\0\x01binary\xff").unwrap();
    fs::write(folder.join("latin.txt"), b"caf\xe9\r\n").unwrap();
    fs::create_dir(folder.join("folder")).unwrap();
    fs::write(folder.join("folder/inner.txt"), "inner").unwrap();
    fs::write(folder.join("a \"b\"\t\u{e9}.py"), "odd name\n").unwrap();
    let module = scene.repo.rev("HEAD");
    let gitlink = format!("160000,{module},agents/module");
    scene.repo.git(&["update-index", "--add", "--cacheinfo", &gitlink]).ok();
    scene.repo.git(&["add", "agents/run.sh", "agents/link", "agents/blob.bin"]).ok();
    scene.repo.git(&["add", "agents/latin.txt", "agents/folder"]).ok();
    scene.repo.git(&["add", "agents/a \"b\"\t\u{e9}.py"]).ok();
    scene.repo.git(&["commit", "--quiet", "-m", "Before\n\nMigration-Stage: none"]).ok();
    starts_here(&scene);
    let before = scene.repo.rev("HEAD^{tree}");
    // The stage turns all of it round.
    fs::set_permissions(folder.join("run.sh"), fs::Permissions::from_mode(0o644)).unwrap();
    fs::remove_file(folder.join("link")).unwrap();
    fs::write(folder.join("link"), "a file now\n").unwrap();
    fs::write(folder.join("blob.bin"), b"\0\x02other\xfe").unwrap();
    fs::write(folder.join("latin.txt"), b"th\xe9\n").unwrap();
    fs::remove_dir_all(folder.join("folder")).unwrap();
    fs::write(folder.join("folder"), "a file now\n").unwrap();
    fs::remove_file(folder.join("a \"b\"\t\u{e9}.py")).unwrap();
    fs::create_dir(folder.join("new")).unwrap();
    fs::write(folder.join("new/file.py"), "x\n").unwrap();
    symlink("../README.md", folder.join("new/link")).unwrap();
    scene.repo.git(&["rm", "--quiet", "--cached", "agents/module"]).ok();
    scene.repo.git(&["add", "--all"]).ok();
    scene.repo.git(&["commit", "--quiet", "-m", "All sorts\n\nMigration-Stage: 5-6"]).ok();
    let forge = arrives(scene, &[]);
    assert_eq!(forge.tree(BRANCH), before);
    // All of it was there before: nothing is sent but ids.
    let calls = forge.fake.take_calls();
    assert!(!calls.iter().any(|call| call.ends_with("/git/blobs")), "{calls:?}");
}

#[test]
fn what_a_merge_puts_together_is_sent() {
    let scene = Scene::begun();
    let text = |changed: &[(usize, &str)]| lines(changed);
    scene.land("5-6", "Prompt", &[(AGENT, &text(&[(2, "prompt")]))]);
    scene.land("none", "Fix", &[(AGENT, &text(&[(2, "prompt"), (7, "caf\u{e9} \u{1f600}")]))]);
    let forge = arrives(scene, &[]);
    assert_eq!(
        forge.git(&["show", &format!("{BRANCH}:{AGENT}")]),
        text(&[(7, "caf\u{e9} \u{1f600}")])
    );
    let trees: Vec<_> = forge
        .fake
        .requests()
        .into_iter()
        .filter(|request| request.path.ends_with("/git/trees"))
        .collect();
    assert_eq!(trees.len(), 1);
    assert_eq!(trees[0].body["tree"][0]["content"], text(&[(7, "caf\u{e9} \u{1f600}")]));
}

/// The migration starts only with what is there by now.
fn starts_here(scene: &Scene) {
    scene.repo.git(&["tag", "--force", "-a", "-m", "x", "migration-start"]).ok();
    scene.repo.push(&["--quiet", "--force", "origin", "migration-start"]).ok();
}

/// A commit of a stage whose file is in no encoding that the forge takes as text.
fn land_no_text(scene: &Scene, stage: &str, changed: &[(usize, &str)]) {
    let mut bytes = lines(changed).into_bytes();
    bytes.extend(b"caf\xe9\n");
    scene.repo.write(AGENT, bytes);
    scene.repo.commit(&format!("Work\n\nMigration-Stage: {stage}"));
}

#[test]
fn what_is_no_text_is_stored_before() {
    let scene = Scene::begun();
    land_no_text(&scene, "none", &[]);
    starts_here(&scene);
    land_no_text(&scene, "5-6", &[(2, "prompt")]);
    land_no_text(&scene, "none", &[(2, "prompt"), (7, "fix")]);
    let forge = arrives(scene, &[]);
    let stored = forge.fake.take_calls();
    assert_eq!(stored.iter().filter(|call| call.ends_with("/git/blobs")).count(), 1, "{stored:?}");
}

/// A stage with so many files that are no text, and so many that are, each of which somebody else has
/// mended since.
fn merged(without_text: usize, with_text: usize) -> Scene {
    let scene = Scene::begun();
    let land = |stage: &str, changed: &[(usize, &str)]| {
        for number in 0..without_text + with_text {
            let mut bytes = lines(changed).into_bytes();
            let odd: &[u8] = if number < without_text { b"\xe9\n" } else { b"e\n" };
            bytes.extend(format!("{number} caf").bytes().chain(odd.iter().copied()));
            scene.repo.write(&format!("agents/{number}.txt"), bytes);
        }
        scene.repo.commit(&format!("Work\n\nMigration-Stage: {stage}"));
    };
    land("none", &[]);
    starts_here(&scene);
    land("5-6", &[(2, "prompt")]);
    land("none", &[(2, "prompt"), (7, "fix")]);
    scene.share();
    scene
}

/// How often a run said that files are sent one by one, and how many were.
fn one_by_one(forge: &Migration, run: &Run) -> (usize, usize) {
    let calls = forge.fake.take_calls();
    let sent = calls.iter().filter(|call| call.ends_with("/git/blobs")).count();
    (run.err().matches("one by one").count(), sent)
}

#[test]
fn many_files_that_are_sent_one_by_one_are_told_first() {
    for (without_text, with_text, told) in [(50, 0, 0), (50, 1, 0), (51, 0, 1)] {
        let forge = Migration::of(merged(without_text, with_text));
        let run = forge.revert(&["--stage", "5-6"]).ok();
        assert_eq!(one_by_one(&forge, &run), (told, without_text));
        if told == 1 {
            let first = said(&run).lines().next().unwrap().to_owned();
            insta::assert_snapshot!(first, @"51 files are no UTF-8 text and are sent one by one, a request each: `--via push` sends them all at once");
        }
    }
    // What is on disk here may be there: they are told only where it is not.
    let forge = Migration::of(merged(51, 0));
    forge.backout(&["revert", "--stage", "5-6", "--branch", "tried", "--reason", "x"]).run().ok();
    forge.fake.take_calls();
    let run = forge.revert(&["--stage", "5-6"]).ok();
    assert_eq!(one_by_one(&forge, &run), (1, 51));
    // Before the first of them, and not where git sends them.
    let forge = Migration::of(merged(51, 0));
    let call = At::Call("POST", "/git/blobs");
    forge.fake.inject(Fault::answer("403", 403, "Resource not accessible by integration").at(call));
    let run = forge.revert(&["--stage", "5-6"]).exits(5);
    assert!(run.err().contains("51 files are no UTF-8 text"), "{}", run.err());
    forge.fake.heal();
    forge.fake.take_calls();
    let run = forge.revert(&["--stage", "5-6", "--via", "push"]).ok();
    assert_eq!(one_by_one(&forge, &run), (0, 0));
    assert_eq!(forge.plan(&["--stage", "5-6"])["tree"], forge.tree(BRANCH));
    // Once it is there, nothing is sent, and nothing told.
    let run = forge.revert(&["--stage", "5-6"]).ok();
    assert_eq!(one_by_one(&forge, &run), (0, 0));
}

#[test]
fn what_is_no_text_and_was_there_before_is_not_stored_again() {
    let scene = Scene::begun();
    // The fix alone was there once, before the stage: a merge comes to just that.
    land_no_text(&scene, "none", &[(7, "fix")]);
    land_no_text(&scene, "none", &[]);
    starts_here(&scene);
    land_no_text(&scene, "5-6", &[(2, "prompt")]);
    land_no_text(&scene, "none", &[(2, "prompt"), (7, "fix")]);
    let forge = arrives(scene, &[]);
    let calls = forge.fake.take_calls();
    assert!(!calls.iter().any(|call| call.ends_with("/git/blobs")), "{calls:?}");
}

#[test]
fn what_was_never_pushed_is_sent_though_it_is_on_disk() {
    let scene = Scene::begun();
    scene.land("5-6", "Prompt", &[(AGENT, &lines(&[(2, "prompt")]))]);
    scene.land("none", "Fix", &[(AGENT, &lines(&[(2, "prompt"), (7, "fix")]))]);
    scene.share();
    let forge = Migration::of(scene);
    // What the merge comes to is in this clone alone.
    forge.backout(&["revert", "--stage", "5-6", "--branch", "tried", "--reason", "x"]).run().ok();
    forge.fake.take_calls();
    forge.revert(&["--stage", "5-6"]).ok();
    assert_eq!(forge.plan(&["--stage", "5-6"])["tree"], forge.tree(BRANCH));
    let trees = forge.fake.take_calls().into_iter().filter(|call| call.ends_with("/git/trees"));
    assert_eq!(trees.count(), 2);
}

/// A stage has landed, and nothing after it.
fn prompted() -> Migration {
    let scene = Scene::begun();
    scene.land("5-6", "Prompt", &[(AGENT, &lines(&[(2, "prompt")]))]);
    scene.share();
    Migration::of(scene)
}

#[test]
fn an_assignee_whom_the_forge_does_not_know_keeps_no_label_away() {
    let forge = prompted();
    for call in [("PATCH", "/issues/1"), ("POST", "/assignees")] {
        let unknown = Fault::answer("unknown", 422, "Validation Failed");
        forge.fake.inject(unknown.at(At::Call(call.0, call.1)));
    }
    let run = forge.revert(&["--stage", "5-6", "--assignee", "nobody"]).ok();
    assert!(run.err().contains("assignees could not be set"), "{}", run.err());
    let world = forge.fake.world();
    assert_eq!(world.the_open_pull().labels, ["stage:5-6", "impact:medium"]);
}

#[test]
fn what_the_forge_lacks_is_sent_after_all() {
    let forge = prompted();
    let lacks = Fault::answer("lacks", 422, "tree.sha 1234 is not a valid blob");
    forge.fake.inject(lacks.at(At::Nth(3)));
    forge.revert(&["--stage", "5-6"]).ok();
    assert_eq!(forge.plan(&["--stage", "5-6"])["tree"], forge.tree(BRANCH));
    let trees: Vec<_> = forge.fake.requests();
    let trees: Vec<_> = trees.iter().filter(|one| one.path.ends_with("/git/trees")).collect();
    assert_eq!(trees.len(), 2);
    assert!(trees[1].body["tree"][0]["content"].is_string());
}

/// What a stage changed, or took away, that no JSON says as it is.
fn odd() -> Scene {
    let scene = Scene::begun();
    let gitlink = format!("160000,{},agents/module", "1".repeat(40));
    scene.repo.write("agents/nul.txt", "a\0b\n");
    scene.repo.git(&["add", "--all"]).ok();
    scene.repo.git(&["update-index", "--add", "--cacheinfo", &gitlink]).ok();
    scene.repo.git(&["commit", "--quiet", "-m", "Before\n\nMigration-Stage: none"]).ok();
    starts_here(&scene);
    scene.repo.git(&["rm", "--quiet", "--cached", "agents/module"]).ok();
    scene.repo.git(&["rm", "--quiet", "agents/nul.txt"]).ok();
    scene.repo.git(&["commit", "--quiet", "-m", "Away\n\nMigration-Stage: 5-6"]).ok();
    scene
}

#[test]
fn a_submodule_and_a_nul_are_never_sent_as_text() {
    let scene = odd();
    scene.share();
    let forge = Migration::of(scene);
    let lacks = Fault::answer("lacks", 422, "tree.sha 1234 is not a valid blob");
    forge.fake.inject(lacks.at(At::Nth(3)));
    forge.revert(&["--stage", "5-6"]).ok();
    assert_eq!(forge.plan(&["--stage", "5-6"])["tree"], forge.tree(BRANCH));
    let calls = forge.fake.take_calls();
    let sent = calls.iter().filter(|call| call.ends_with("/git/blobs")).count();
    assert_eq!(sent, 1, "the file with a NUL: {calls:?}");
}

#[test]
fn a_tree_that_is_refused_to_the_end_is_not_committed() {
    let forge = prompted();
    let lacks = Fault::answer("lacks", 422, "tree.sha 1234 is not a valid blob");
    forge.fake.inject(lacks.at(At::Call("POST", "/git/trees")));
    let run = forge.revert(&["--stage", "5-6"]).exits(5);
    assert!(run.err().contains("tree.sha 1234 is not a valid blob"), "{}", run.err());
    let calls = forge.fake.take_calls();
    assert!(!calls.iter().any(|call| call.ends_with("/git/commits")), "{calls:?}");
}

#[test]
fn large_contents_are_sent_in_several_requests() {
    let scene = Scene::begun();
    let names = ["agents/1.txt", "agents/2.txt", "agents/3.txt"];
    let land = |stage: &str, changed: &[(usize, &str)]| {
        for name in names {
            scene.repo.write(name, lines(changed) + name + &"\n0123456789abcdef".repeat(300_000));
        }
        scene.repo.commit(&format!("Work\n\nMigration-Stage: {stage}"));
    };
    land("none", &[]);
    starts_here(&scene);
    land("5-6", &[(2, "prompt")]);
    land("none", &[(2, "prompt"), (7, "fix")]);
    scene.share();
    let forge = Migration::of(scene);
    let planned = forge.plan(&["--stage", "5-6"]);
    // On a busy machine megabytes take their time.
    let asks = ["revert", "--pr", "--reason", "large", "--stage", "5-6"];
    forge.backout(&asks).env("BACKOUT_FORGE_TIMEOUT", "120").run().ok();
    assert_eq!(planned["tree"], forge.tree(BRANCH));
    let requests = forge.fake.requests();
    let trees = requests.iter().filter(|one| one.path.ends_with("/git/trees"));
    let items: Vec<usize> = trees.map(|one| one.body["tree"].as_array().unwrap().len()).collect();
    assert_eq!(items, [2, 1], "eight megabytes of text, and the rest");
}

#[test]
fn a_commit_on_another_parent_than_planned_is_not_used() {
    let forge = prompted();
    let tree = forge.plan(&["--stage", "5-6"])["tree"].clone();
    let other = serde_json::json!({
        "sha": "1".repeat(40),
        "tree": { "sha": tree },
        "parents": [{ "sha": "2".repeat(40) }],
        "message": "other",
    });
    let wrong = Fault::with(201, Vec::new(), other);
    forge.fake.inject(wrong.at(At::Call("POST", "/git/commits")));
    let run = forge.revert(&["--stage", "5-6"]).exits(5);
    insta::assert_snapshot!(said(&run), @"
    making the tree [oid]
    error: the forge refused: the forge made 111111111111 otherwise than asked
    ");
    let calls = forge.fake.take_calls();
    assert!(!calls.iter().any(|call| call.ends_with("/git/refs")), "{calls:?}");
}

#[test]
fn a_path_that_is_no_text_is_for_git_to_push() {
    let scene = Scene::begun();
    fs::write(agents(&scene).join(OsStr::from_bytes(b"caf\xe9.py")), "x\n").unwrap();
    scene.repo.commit("Odd name\n\nMigration-Stage: 5-6");
    scene.share();
    let forge = Migration::of(scene);
    let run = forge.revert(&["--stage", "5-6"]).exits(5);
    insta::assert_snapshot!(said(&run), @r#"
    error: the path "agents/caf\xe9.py" is no UTF-8, which GitHub's API cannot say
    help: let git bring it there: `--via push`
    "#);
    assert_eq!(forge.fake.requests().len(), 0);
    let planned = forge.plan(&["--stage", "5-6"]);
    forge.revert(&["--stage", "5-6", "--via", "push"]).ok();
    assert_eq!(planned["tree"], forge.tree(BRANCH));
    assert_eq!(forge.fake.world().pulls().len(), 1);
}

#[test]
fn another_tree_than_planned_is_not_committed() {
    let forge = prompted();
    let other = serde_json::json!({ "sha": "1".repeat(40), "tree": [], "truncated": false });
    let wrong = Fault::with(201, Vec::new(), other);
    forge.fake.inject(wrong.at(At::Call("POST", "/git/trees")));
    let run = forge.revert(&["--stage", "5-6"]).exits(5);
    assert!(
        run.err().contains("the forge made another tree (111111111111) than planned"),
        "{}",
        run.err()
    );
    let calls = forge.fake.take_calls();
    assert!(!calls.iter().any(|call| call.ends_with("/git/commits")), "{calls:?}");
}

#[test]
fn a_stage_of_500_files_takes_8_requests() {
    let scene = Scene::begun();
    for number in 0..500 {
        scene.repo.write(&format!("agents/deep/{}/file-{number}.py", number % 20), "old\n");
    }
    scene.repo.commit("Before\n\nMigration-Stage: none");
    starts_here(&scene);
    for number in 0..500 {
        scene.repo.write(
            &format!("agents/deep/{}/file-{number}.py", number % 20),
            format!("new {number}\n"),
        );
    }
    scene.repo.write(".github/CODEOWNERS", "* @keeper\n");
    scene.repo.commit("Five hundred\n\nMigration-Stage: 5-6");
    let forge = arrives(scene, &["--assignee", "dev"]);
    let calls = forge.fake.take_calls();
    assert_eq!(
        calls,
        [
            "GET /repos/acme/shop/pulls",
            "GET /repos/acme/shop/git/ref/heads%2Fbackout%2Fentities%2Fstage-5-6",
            "POST /repos/acme/shop/git/trees",
            "POST /repos/acme/shop/git/commits",
            "POST /repos/acme/shop/git/refs",
            "POST /repos/acme/shop/pulls",
            "PATCH /repos/acme/shop/issues/1",
            "POST /repos/acme/shop/pulls/1/requested_reviewers",
        ]
    );
    let world = forge.fake.world();
    let issue = world.the_open_pull();
    assert!(
        issue.body.contains("### What changes: 500 paths")
            && issue.body.contains("\nand 300 more\n")
    );
    assert!(issue.body.chars().count() < 65_536);
}
