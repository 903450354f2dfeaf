//! `check --online`: archives in their stores, held against the receipts that tell of them.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::{CONFIGURATION, RECEIPT_PATH, RepoOptions, Run, STATE, Staged};

/// Work on stage 9 with its backup in a folder beside the work tree.
struct Kept {
    scene: Staged,
    archive: PathBuf,
}

impl Kept {
    fn new() -> Self {
        let configuration = CONFIGURATION.replace("s3://ops/backups", "../store");
        let scene = Staged::with(RepoOptions::default(), &configuration);
        scene.repo.write("state.json", "{}");
        scene.repo.backout(["backup", "create", "context"]).run().ok();
        fs::remove_file(scene.repo.path().join("state.json")).unwrap();
        scene.repo.commit_files(&[(STATE, "state = 2\n")], "Move the state\n\nMigration-Stage: 9");
        let store = scene.repo.root().join("store");
        let archive = fs::read_dir(store).unwrap().next().unwrap().unwrap().path();
        Self { scene, archive }
    }

    fn check(&self, arguments: &[&str]) -> Run {
        self.scene.repo.backout(["check", "--base", "origin/main"]).args(arguments).run()
    }

    /// The report as one line: where it is broken depends on how long the folder's name is.
    fn told(&self, run: &Run) -> String {
        let name = self.archive.file_name().unwrap().to_str().unwrap();
        let words: Vec<String> = run.out().split_whitespace().map(str::to_owned).collect();
        words.join(" ").replace(name, "[ARCHIVE]")
    }
}

#[test]
fn an_intact_archive_is_ready_and_is_left_as_it_is() {
    let kept = Kept::new();
    let before = fs::read(&kept.archive).unwrap();
    let run = kept.check(&["--online"]).ok();
    assert!(run.out().ends_with("ready: stage 9 (land)\n"), "{}", run.snapshot());
    assert_eq!(fs::read(&kept.archive).unwrap(), before);
    // Without it the guard looks at receipts alone.
    fs::remove_file(&kept.archive).unwrap();
    kept.check(&[]).ok();
}

#[test]
fn a_missing_archive() {
    let kept = Kept::new();
    fs::remove_file(&kept.archive).unwrap();
    let run = kept.check(&["--online"]).exits(1);
    let told = kept.told(&run);
    assert!(
        told.contains("deny backup/missing the archive of backup `context`: the store has no `")
    );
    assert!(
        told.contains("[ARCHIVE]`, of which the receipt tells see backout.toml:9 help: put it")
    );
    assert!(run.out().ends_with("not ready to land: 1 problem\n"), "{told}");
    // On a topic branch it is told.
    kept.check(&["--online", "--phase", "share"]).ok();
}

#[test]
fn an_altered_archive() {
    let kept = Kept::new();
    let whole = fs::read(&kept.archive).unwrap();
    let corrupt = |content: Vec<u8>| {
        fs::write(&kept.archive, content).unwrap();
        let run = kept.check(&["--online"]).exits(1);
        assert!(run.out().contains("deny backup/corrupt"), "{}", run.snapshot());
    };
    corrupt(whole[..whole.len() - 1].to_vec());
    corrupt([&whole[..], b"x"].concat());
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    corrupt(flipped);
    fs::write(&kept.archive, "REDIS0011").unwrap();
    let run = kept.check(&["--online"]).exits(1);
    assert!(run.out().contains("deny backup/foreign-format"), "{}", run.snapshot());
}

#[test]
fn another_sound_archive_in_its_place() {
    let kept = Kept::new();
    kept.scene.repo.write("state.json", "{\"another\": 1}");
    kept.scene.repo.backout(["backup", "create", "context"]).run().ok();
    kept.scene.repo.git(&["checkout", "--quiet", "--", RECEIPT_PATH]).ok();
    let store = kept.archive.parent().unwrap();
    let files = fs::read_dir(store).unwrap().map(|entry| entry.unwrap().path());
    let other = files.into_iter().find(|path| *path != kept.archive).unwrap();
    fs::rename(other, &kept.archive).unwrap();
    let run = kept.check(&["--online"]).exits(1);
    assert!(run.out().contains("it is another archive"), "{}", run.snapshot());
}

#[test]
fn a_receipt_that_says_something_else_of_its_archive() {
    let kept = Kept::new();
    let whole = fs::read_to_string(kept.scene.repo.path().join(RECEIPT_PATH)).unwrap();
    let told = |from: &str, to: &str, exit: i32| {
        let receipt = whole.replacen(from, to, 1);
        assert_ne!(receipt, whole);
        kept.scene.repo.commit_files(&[(RECEIPT_PATH, &receipt)], "Say something else");
        let run = kept.scene.repo.backout(["backup", "verify", "context"]).run().exits(exit);
        let said = format!("{}{}", kept.told(&run), run.err());
        let name = kept.archive.file_name().unwrap().to_str().unwrap();
        let lines = said.replace(name, "[ARCHIVE]");
        let online = kept.check(&["--online"]).exits(1);
        assert!(online.out().contains("deny backup/corrupt"), "{}", online.snapshot());
        lines
    };
    insta::assert_snapshot!(told("place = \"../store/", "place = \"../stare/", 1), @r#"backup context bad [ARCHIVE] backup/corrupt: it is whole, but its receipt says that it is kept as `../stare/[ARCHIVE]`, and by the configuration that is `../store/[ARCHIVE]` help: where the store was moved, say so in the receipt: `place = "../store/[ARCHIVE]"`; where it was not, `git log -p` shows who changed that line"#);
    insta::assert_snapshot!(told("backout-archive/1", "backout-archive/0", 2), @r#"
    error: .backout/backups/context.toml: line 8, column 10: there never was a format `backout-archive/0`: expected "backout-archive/1"
    help: `git log -p -- .backout/backups/context.toml` shows how it came about
    "#);
    insta::assert_snapshot!(told(".backout\"\nfiles", ".backgut\"\nfiles", 2), @"
    error: .backout/backups/context.toml: line 13, column 9: expected a place that ends with the archive's file name, `/[ARCHIVE]`
    help: `git log -p -- .backout/backups/context.toml` shows how it came about
    ");
}

#[test]
fn a_store_out_of_reach_is_no_answer() {
    let kept = Kept::new();
    let store = kept.archive.parent().unwrap();
    fs::rename(store, kept.scene.repo.root().join("elsewhere")).unwrap();
    let run = kept.check(&["--online"]).exits(3);
    let told = kept.told(&run);
    assert!(told.contains(
        "not checked backup/missing the archive of backup `context`: could not check: the store `"
    ));
    assert!(
        told.contains("store` is not here see backout.toml:9 help: run this where the store can")
    );
    assert!(run.out().ends_with("could not judge: 1 not checked\n"), "{told}");
    fs::write(store, "no folder").unwrap();
    kept.check(&["--online"]).exits(3);
    let said: Value =
        serde_json::from_str(&kept.check(&["--online", "--format", "json"]).out()).unwrap();
    assert_eq!(said["verdict"], "indeterminate");
    let mut findings = said["findings"].as_array().unwrap().iter();
    let found = findings.find(|one| one["code"] == "backup/missing").unwrap();
    assert_eq!(found["outcome"], "indeterminate");
}

#[test]
fn a_store_of_a_kind_that_is_not_built_in_is_no_answer() {
    let scene = Staged::new();
    scene.ready();
    let check =
        |more: &[&str]| scene.repo.backout(["check", "--base", "origin/main"]).args(more).run();
    check(&[]).ok();
    let run = check(&["--online"]).exits(3);
    assert!(run.out().contains("not checked backup/missing"), "{}", run.snapshot());
    assert!(run.out().contains("is remote"), "{}", run.snapshot());
}

#[test]
fn a_receipt_from_the_pipeline_is_held_against_the_store_as_well() {
    let kept = Kept::new();
    let repo = &kept.scene.repo;
    let receipt = repo.root().join("receipt.toml");
    fs::rename(repo.path().join(RECEIPT_PATH), &receipt).unwrap();
    repo.commit("Without the receipt");
    kept.check(&["--online"]).exits(1);
    let given = ["--online", "--receipt", receipt.to_str().unwrap()];
    kept.check(&given).ok();
    fs::remove_file(&kept.archive).unwrap();
    kept.check(&given).exits(1);
}
