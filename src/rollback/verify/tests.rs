//! What a check sees, how it may end, and that nothing of it stays.

use std::fs;
use std::process::Command;

use super::super::journal::read;
use super::*;
use crate::git::testing::Scratch;

struct Scene {
    scratch: Scratch,
    repo: Repo,
    tip: ObjectId,
}

impl Scene {
    fn new() -> Self {
        let scratch = Scratch::empty();
        let tip = scratch.commit("Landed", &[("a", "planned\n"), ("sub/b", "b\n")]);
        scratch.commit("More", &[("a", "newer\n")]);
        let repo = scratch.repo();
        Self { scratch, repo, tip }
    }

    /// Runs a check of the first commit's tree.
    fn run(&self, argv: &[&str], folder: &str, seconds: i64) -> anyhow::Result<Verdict> {
        let argv: Vec<String> = argv.iter().map(|word| (*word).to_owned()).collect();
        let timeout = Some(SignedDuration::from_secs(seconds));
        let check = Check { argv: &argv, timeout, folder, stage: "4" };
        let journal = Journal::open(&self.repo.common_dir(), &mut |_| {}).unwrap();
        let tree = self.repo.commit(&self.tip).unwrap().tree;
        let environment = |name: &str| match name {
            "LANG" => Some("theirs".into()),
            "TOKEN" => Some("secret".into()),
            name => std::env::var_os(name),
        };
        verify(&self.repo, &journal, check, &tree, &self.tip, &environment)
    }

    fn script(&self, script: &str) -> Verdict {
        self.run(&["sh", "-c", script], "", 60).unwrap()
    }

    /// The folder of the last check, as the journal names it.
    fn folder(&self) -> PathBuf {
        let lines = read(&self.repo.common_dir().join("backout/journal")).unwrap();
        let folder = lines.into_iter().rev().find_map(|line| match line.event {
            Event::WorkTree { folder } => Some(PathBuf::from(folder)),
            _ => None,
        });
        folder.unwrap()
    }

    fn assert_gone(&self) {
        assert!(!self.folder().parent().unwrap().exists());
        let list = self.scratch.git(&["worktree", "list", "--porcelain"]);
        assert_eq!(list.matches("worktree ").count(), 1, "{list}");
    }
}

fn failed(how: &str) -> Verdict {
    Verdict::Failed(how.to_owned())
}

#[test]
fn it_runs_on_the_tree_in_its_folder_and_nothing_stays() {
    let scene = Scene::new();
    assert_eq!(scene.script("grep -x planned a && touch left && mkdir -p x/y"), Verdict::Passed);
    scene.assert_gone();
    assert_eq!(scene.run(&["test", "-f", "b"], "sub", 60).unwrap(), Verdict::Passed);
    assert_eq!(fs::read_to_string(scene.scratch.path().join("a")).unwrap(), "newer\n");
}

#[test]
fn it_sees_what_it_needs_and_no_secret() {
    let script = "test \"$BACKOUT_STAGE\" = 4 && test \"$BACKOUT_REHEARSAL\" = 1 &&\
                  test \"$LANG\" = theirs && test -z \"$TOKEN\" && test -z \"$CARGO_PKG_NAME\"";
    assert_eq!(Scene::new().script(script), Verdict::Passed);
}

#[test]
fn how_it_failed_is_said() {
    let scene = Scene::new();
    assert_eq!(scene.script("exit 7"), failed("it ended with exit code 7"));
    scene.assert_gone();
    assert_eq!(scene.script("kill -9 $$"), failed("it was killed by a signal"));
    scene.assert_gone();
    let slow = scene.run(&["sleep", "600"], "", 0).unwrap();
    assert_eq!(slow, failed("it took longer than 0s and was killed"));
    scene.assert_gone();
}

/// Whether a process is there, and not only waiting to be asked how it ended.
fn runs(process: &str) -> bool {
    let said = Command::new("ps").args(["-o", "stat=", "-p", process]).output().unwrap();
    let state = String::from_utf8(said.stdout).unwrap();
    !state.trim().is_empty() && !state.trim_start().starts_with('Z')
}

#[test]
fn what_it_leaves_in_the_background_ends_with_it() {
    for (script, expected) in [
        ("sleep 600 & echo $! > FILE", Verdict::Passed),
        ("sleep 600 & echo $! > FILE; exit 3", failed("it ended with exit code 3")),
    ] {
        let scene = Scene::new();
        let left = tempfile::NamedTempFile::new().unwrap();
        let script = script.replace("FILE", left.path().to_str().unwrap());
        assert_eq!(scene.script(&script), expected);
        let process = fs::read_to_string(left.path()).unwrap();
        // The signal was sent; that it has arrived takes a moment.
        let gone = (0..500).any(|_| {
            std::thread::sleep(group::PULSE);
            !runs(process.trim())
        });
        assert!(gone, "{script}: process {process} is still there");
        scene.assert_gone();
    }
}

#[test]
fn what_cannot_be_started_is_not_a_verdict() {
    let scene = Scene::new();
    let missing = scene.run(&["there-is-no-such-program"], "", 60).unwrap_err();
    let failure = missing.downcast_ref::<Failure>().unwrap();
    assert_eq!(failure.exit, Exit::Indeterminate);
    assert!(failure.message.contains("`there-is-no-such-program` could not be started"));
    scene.assert_gone();
    let empty = scene.run(&[], "", 60).unwrap_err();
    assert!(empty.to_string().contains("`verify` has an empty command"), "{empty}");
    scene.assert_gone();
}
