//! What is remembered is what would be read again.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::migration;
use crate::config::Migration;
use crate::git::ObjectId;
use crate::git::testing::Scratch;
use crate::stage::attribution::{Attribution, Attributions};
use crate::stage::cache::{landed_steps, narrowed};
use crate::stage::history::steps;
use crate::stage::matcher::Matcher;

struct Scene {
    scratch: Scratch,
    migration: Migration,
    start: ObjectId,
}

impl Scene {
    /// Commits, a merge of two stages on one file, and others that concern nobody.
    fn new() -> Self {
        let scratch = Scratch::empty();
        let start = scratch.commit("Start", &[("both", "1\n2\n3\n"), ("other", "x")]);
        scratch.commit("Four\n\nMigration-Stage: 4", &[("src/4/a", "a")]);
        scratch.commit("Nobody's", &[("other", "y")]);
        scratch.merge("Merge", || {
            scratch.commit("Four\n\nMigration-Stage: 4", &[("both", "4\n2\n3\n")]);
            scratch.commit("Nine\n\nMigration-Stage: 9", &[("both", "4\n2\n9\n")]);
        });
        scratch.commit("Odd", &[("src/4/\u{e9} \"", "a"), ("src/4/b", "b")]);
        let stages: [(&str, &[&str], &[&str]); 2] =
            [("4", &["src/4/**", "both"], &[]), ("9", &["both"], &[])];
        Self { scratch, migration: migration(&stages, ""), start }
    }

    fn cached(&self, tip: &str) -> String {
        let repo = self.scratch.repo();
        let matcher = Matcher::new(&self.migration);
        let none = Attributions::default();
        let attribution = Attribution::new(&self.migration, &[], &none);
        let tip = self.scratch.id(tip);
        let found = landed_steps(&repo, &matcher, &attribution, &self.start, &tip).unwrap();
        format!("{found:#?}")
    }

    fn read(&self, tip: &str) -> String {
        let repo = self.scratch.repo();
        let matcher = Matcher::new(&self.migration);
        let none = Attributions::default();
        let attribution = Attribution::new(&self.migration, &[], &none);
        let all = steps(&repo, &attribution, &self.start, &self.scratch.id(tip)).unwrap();
        format!("{:#?}", narrowed(&matcher, all).unwrap())
    }

    fn files(&self) -> Vec<PathBuf> {
        let folder = self.scratch.path().join(".git/backout/cache");
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    }
}

#[test]
fn the_cache_says_what_reading_says() {
    let scene = Scene::new();
    assert!(scene.read("main").contains("Chain"), "the merge is told apart");
    for _ in 0..2 {
        assert_eq!(scene.cached("main"), scene.read("main"));
    }
    // Of an older tip, and of a newer one.
    assert_eq!(scene.cached("main~1"), scene.read("main~1"));
    scene.scratch.commit("Nine\n\nMigration-Stage: 9", &[("both", "4\n2\n9\n9\n")]);
    scene.scratch.commit("Nobody's", &[("other", "z")]);
    for _ in 0..2 {
        assert_eq!(scene.cached("main"), scene.read("main"));
    }
    assert_eq!(scene.files().len(), 1);
    // Of a branch that was rewritten.
    scene.scratch.git(&["reset", "--quiet", "--hard", "main~3"]);
    scene.scratch.commit("Four\n\nMigration-Stage: 4", &[("src/4/a", "again")]);
    assert_eq!(scene.cached("main"), scene.read("main"));
}

#[test]
fn another_definition_reads_again() {
    let mut scene = Scene::new();
    scene.cached("main");
    for stages in [
        &[("4", &["src/4/**"][..], &[][..]), ("9", &["both"], &[])][..],
        &[("9", &["src/4/**", "both"], &[]), ("4", &["both"], &[])],
        &[("4", &["src/4/**", "both"], &["src/4/a"]), ("9", &["both"], &[])],
    ] {
        scene.migration = migration(stages, "");
        assert_eq!(scene.cached("main"), scene.read("main"));
    }
    assert_eq!(scene.files().len(), 4);
}

#[test]
fn a_damaged_file_is_read_again() {
    let scene = Scene::new();
    let right = scene.cached("main");
    let file = scene.files().remove(0);
    let whole = fs::read(&file).unwrap();
    for at in (0..whole.len()).step_by(37) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x20;
        fs::write(&file, &damaged).unwrap();
        assert_eq!(scene.cached("main"), right, "byte {at}");
        fs::write(&file, &whole[..at]).unwrap();
        assert_eq!(scene.cached("main"), right, "cut at {at}");
    }
    fs::remove_file(&file).unwrap();
    assert_eq!(scene.cached("main"), right);
    // In the place of the folder there is a file: nothing can be written.
    fs::remove_dir_all(scene.scratch.path().join(".git/backout")).unwrap();
    fs::write(scene.scratch.path().join(".git/backout"), "").unwrap();
    assert_eq!(scene.cached("main"), right);
}

#[test]
fn what_was_read_before_is_not_read_again() {
    let scene = Scene::new();
    let read = scene.cached("main");
    let older = scene.cached("main~1");
    // Without its folder nothing could be read of a commit.
    let tree = scene.scratch.id("main~3^{tree}").to_string();
    let (folder, name) = tree.split_at(2);
    fs::remove_file(scene.scratch.path().join(".git/objects").join(folder).join(name)).unwrap();
    assert_eq!((scene.cached("main"), scene.cached("main~1")), (read, older));
    let next = scene.scratch.commit("Nine\n\nMigration-Stage: 9", &[("both", "4\n2\n9\n9\n")]);
    assert!(scene.cached("main").contains(&next.to_string()), "it goes on from there");
}

#[test]
fn the_files_that_were_written_last_are_kept() {
    let scene = Scene::new();
    scene.cached("main");
    let folder = scene.files()[0].parent().unwrap().to_owned();
    for age in 1..=60 {
        let file = fs::File::create(folder.join(format!("{age}"))).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(age * 60)).unwrap();
    }
    scene.scratch.commit("Nobody's", &[("other", "z")]);
    scene.cached("main");
    let names: Vec<String> = scene
        .files()
        .iter()
        .map(|file| file.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(names.len(), 48);
    assert!((1..=47).all(|age| names.contains(&age.to_string())), "{names:?}");
}
