//! Rehearsals: a stage is backed out and brought back where it hurts nobody.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::interrupted::{Came, again, git_killed};
use super::scene::{AGENT, STATE, Scene, lines};
use crate::support::{PROGRAM, Run, execute};

/// The scene with a check for stage 5-6, and a folder for all that is temporary.
struct Checked {
    scene: Scene,
    scratch: PathBuf,
}

impl Checked {
    fn new(verify: &str) -> Self {
        let scene = Scene::landed();
        let text = scene.repo.read("backout.toml");
        let with =
            text.replace("paths = [\"agents/**\"]", &format!("paths = [\"agents/**\"]\n{verify}"));
        assert_ne!(with, text);
        scene.repo.commit_files(&[("backout.toml", &with)], "Say how it is checked");
        scene.share();
        let scratch = scene.repo.root().join("scratch");
        fs::create_dir(&scratch).unwrap();
        Self { scene, scratch }
    }

    fn rehearse(&self, arguments: &[&str]) -> Run {
        let run = self.scene.repo.backout(["rehearse"]).args(arguments);
        let run = run.env("TMPDIR", &self.scratch).env("API_TOKEN", "secret").run();
        self.nothing_is_left();
        run
    }

    #[track_caller]
    fn nothing_is_left(&self) {
        let names = fs::read_dir(&self.scratch).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let left: Vec<String> =
            names.filter(|name| name.starts_with("backout-rehearsal")).collect();
        assert_eq!(left, Vec::<String>::new());
        let trees = self.scene.repo.git(&["worktree", "list", "--porcelain"]).ok().out();
        assert_eq!(trees.matches("worktree ").count(), 1, "{trees}");
    }

    fn receipt(&self) -> PathBuf {
        self.scene.repo.path().join(".backout/receipts/entities/5-6.toml")
    }
}

const LOOKS: &str = r#"verify = { command = ["sh", "-c", """
    test -z "$API_TOKEN" && test -e .git && test $BACKOUT_STAGE = 5-6 &&
    ! grep prompt agents/base_agent.py && grep delta core/state_manager.py"""] }"#;

#[test]
fn a_rehearsal_checks_the_result_and_keeps_a_receipt() {
    let checked = Checked::new(LOOKS);
    let before = checked.scene.repo.git(&["status", "--porcelain"]).ok().out();
    let run = checked.rehearse(&["--stage", "5-6"]).ok();
    insta::assert_snapshot!(run.snapshot());
    let text = fs::read_to_string(checked.receipt()).unwrap();
    let receipt = backout::receipt::parse_code(text.as_bytes()).unwrap();
    assert_eq!(receipt.verify, backout::receipt::Verified::Passed);
    fs::remove_dir_all(checked.scene.repo.path().join(".backout")).unwrap();
    assert_eq!(checked.scene.repo.git(&["status", "--porcelain"]).ok().out(), before);
}

#[test]
fn a_receipt_that_git_ignores_is_told_with_the_lines_that_help() {
    let checked = Checked::new(LOOKS);
    let repo = &checked.scene.repo;
    repo.write(".gitignore", "receipts/\n");
    let run = checked.rehearse(&["--stage", "5-6"]).ok();
    insta::assert_snapshot!(run.err(), @"
    delta
    receipt: .backout/receipts/entities/5-6.toml; commit it
    warning: git ignores the receipts in .backout/receipts/entities, by `receipts/` (.gitignore:1): they would never be committed, and the guard would not find them
    help: add two lines at the end of .gitignore, `!/.backout/` and `!/.backout/**`; or, for a folder at the top, write the pattern with a slash in front
    ");
    repo.git(&["add", ".backout/receipts"]).exits(1);
    repo.write(".gitignore", "receipts/\n!/.backout/\n!/.backout/**\n");
    let run = checked.rehearse(&["--stage", "5-6"]).ok();
    assert!(!run.err().contains("warning"), "{}", run.err());
    repo.git(&["add", ".backout/receipts"]).ok();
}

fn digest(checked: &Checked) -> String {
    checked.rehearse(&["--stage", "5-6"]).ok();
    let text = fs::read(checked.receipt()).unwrap();
    backout::receipt::parse_code(&text).unwrap().digest.to_string()
}

#[test]
fn other_work_does_not_void_a_receipt_and_the_stages_own_does() {
    let checked = Checked::new("");
    let first = digest(&checked);
    let scene = &checked.scene;
    scene.repo.commit("Keep the receipt");
    scene.land("9", "More", &[(STATE, &lines(&[(2, "delta"), (7, "continue"), (8, "more")]))]);
    scene.repo.commit_files(&[("README.md", "two\n")], "Words");
    scene.share();
    assert_eq!(digest(&checked), first);
    scene.land("5-6", "More", &[(AGENT, &lines(&[(4, "prompt"), (8, "more")]))]);
    scene.share();
    let second = digest(&checked);
    assert_ne!(second, first);
    let text = scene.repo.read("backout.toml");
    let with = text.replace("paths = [\"agents/**\"]", "paths = [\"agents/**\", \"more/**\"]");
    scene.repo.commit_files(&[("backout.toml", &with)], "Own more");
    scene.share();
    assert_ne!(digest(&checked), second);
}

#[test]
fn a_rename_of_other_files_does_not_void_a_receipt_and_one_of_its_own_does() {
    let checked = Checked::new("");
    let first = digest(&checked);
    let scene = &checked.scene;
    let text = scene.repo.read("backout.toml");
    let say = |from: &str, to: &str| {
        let moved = format!("{text}\n[[moves]]\nfrom = \"{from}\"\nto = \"{to}\"\n");
        scene.repo.commit_files(&[("backout.toml", &moved)], "A rename");
        scene.share();
    };
    say("docs/old/**", "docs/new/**");
    assert_eq!(digest(&checked), first, "of nobody's files");
    say("core/old/**", "core/**");
    assert_eq!(digest(&checked), first, "of another stage's");
    say("bots/**", "agents/**");
    assert_ne!(digest(&checked), first, "to the names that its files have");
    say("agents/**", "bots/**");
    assert_ne!(digest(&checked), first, "from the names that they had");
}

#[test]
fn a_start_tag_that_moved_voids_a_receipt() {
    let checked = Checked::new("");
    let scene = &checked.scene;
    let rules = scene.repo.read("backout.toml");
    let strict = rules.replace("impact = \"medium\"", "impact = \"critical\"");
    scene.repo.commit_files(&[("backout.toml", &strict)], "Be strict");
    scene.share();
    scene.land("5-6", "More", &[(AGENT, &lines(&[(4, "prompt"), (8, "more")]))]);
    checked.rehearse(&["--stage", "5-6", "--onto", "HEAD"]).ok();
    scene.repo.commit("Rehearsed");
    let check = || scene.backout(&["check", "--base", "origin/main"]);
    let tag = |commit: &str| {
        let moved = ["tag", "--force", "--annotate", "--message", "s", "migration-start", commit];
        scene.repo.git(&moved).ok();
        scene.repo.push(&["--quiet", "--no-verify", "--force", "origin", "migration-start"]).ok();
    };
    check().ok();
    let start = scene.repo.rev("migration-start^{commit}");
    tag(&start);
    check().ok();
    let next = scene.repo.git(&["rev-list", "--reverse", &format!("{start}..main")]).ok().out();
    tag(next.lines().next().unwrap());
    let run = check().exits(1);
    assert!(run.out().contains("deny rehearsal/outdated"), "{}", run.snapshot());
}

#[test]
fn a_receipt_that_contradicts_its_configuration_satisfies_nobody() {
    let checked = Checked::new(LOOKS);
    let scene = &checked.scene;
    let rules = scene.repo.read("backout.toml");
    let strict = rules.replace("impact = \"medium\"", "impact = \"critical\"");
    scene.repo.commit_files(&[("backout.toml", &strict)], "Be strict");
    scene.share();
    scene.land("5-6", "More", &[(AGENT, &lines(&[(4, "prompt"), (8, "more")]))]);
    checked.rehearse(&["--stage", "5-6", "--onto", "HEAD"]).ok();
    let judged = |text: &str| {
        fs::write(checked.receipt(), text).unwrap();
        scene.repo.commit("Rehearsed");
        scene.backout(&["check", "--base", "origin/main"])
    };
    let honest = fs::read_to_string(checked.receipt()).unwrap();
    judged(&honest).ok();
    for said in ["none", "by-hand"] {
        let run = judged(&honest.replace("\"passed\"", &format!("\"{said}\""))).exits(1);
        let told = run.out() + &run.err();
        assert!(told.contains("rehearsal/outdated"), "{said}: {told}");
        assert!(told.contains("backout rehearse --stage 5-6"), "{said}: {told}");
    }
}

#[test]
fn a_squash_changes_no_receipt() {
    let scene = Scene::begun();
    let scratch = scene.repo.root().join("scratch");
    fs::create_dir(&scratch).unwrap();
    let checked = Checked { scene, scratch };
    let repo = &checked.scene.repo;
    checked.scene.land("5-6", "One", &[(AGENT, &lines(&[(1, "a")]))]);
    checked.scene.land("5-6", "Two", &[(AGENT, &lines(&[(1, "a"), (5, "b")]))]);
    checked.scene.share();
    let two = digest(&checked);
    repo.git(&["reset", "--quiet", "--soft", "migration-start"]).ok();
    repo.commit("Both (#7)\n\n* One\n\n  Migration-Stage: 5-6\n\nMigration-Stage: 5-6\n");
    repo.push(&["--quiet", "--force", "origin", "main"]).ok();
    assert_eq!(digest(&checked), two);
}

#[test]
fn foreign_work_within_a_merge_stays_and_is_no_fault_of_the_plan() {
    let scene = Scene::begun();
    scene.repo.git(&["checkout", "--quiet", "-b", "topic"]).ok();
    scene.land("5-6", "Write prompts", &[(AGENT, &lines(&[(2, "prompt")]))]);
    scene.land("none", "Hotfix", &[(AGENT, &lines(&[(2, "prompt"), (7, "fix")]))]);
    scene.repo.git(&["checkout", "--quiet", "main"]).ok();
    scene.repo.git(&["merge", "--quiet", "--no-ff", "-m", "Merge topic", "topic"]).ok();
    scene.share();
    scene.backout(&["rehearse", "--stage", "5-6", "--no-receipts"]).ok();
    scene.backout(&["revert", "--stage", "5-6", "--in-place", "--reason", "x"]).ok();
    assert_eq!(scene.repo.read(AGENT), lines(&[(7, "fix")]));
}

#[test]
fn a_check_that_fails_leaves_no_receipt() {
    let checked =
        Checked::new("verify = { command = [\"sh\", \"-c\", \"echo it is broken; exit 3\"] }");
    let run = checked.rehearse(&["--stage", "5-6"]).exits(1);
    insta::assert_snapshot!(run.snapshot());
    assert!(!checked.receipt().exists());
}

#[test]
fn a_check_that_takes_too_long_is_ended_with_all_that_it_started() {
    let verify = "verify = { command = [\"sh\", \"-c\", \"sleep 300 & wait\"], timeout = \"1s\" }";
    let checked = Checked::new(verify);
    let run = checked.rehearse(&["--stage", "5-6"]).exits(1);
    assert!(run.out().contains("took longer than"), "{}", run.out());
    assert!(!checked.receipt().exists());
}

#[test]
fn a_program_that_is_not_there_is_no_pass() {
    let checked = Checked::new("verify = { command = [\"no-such-program-anywhere\"] }");
    checked.rehearse(&["--stage", "5-6"]).exits(3);
    assert!(!checked.receipt().exists());
}

#[test]
fn all_landed_stages_are_rehearsed_and_one_in_the_way_is_told() {
    let scene = Scene::blocked();
    let scratch = scene.repo.root().join("scratch");
    fs::create_dir(&scratch).unwrap();
    let checked = Checked { scene, scratch };
    let run = checked.rehearse(&["--all"]).exits(4);
    insta::assert_snapshot!(run.snapshot());
    assert!(checked.receipt().exists());
    assert!(!checked.receipt().with_file_name("4.toml").exists());
    fs::remove_dir_all(checked.scene.repo.path().join(".backout")).unwrap();
    checked.rehearse(&["--no-receipts"]).exits(4);
    assert!(!checked.receipt().exists());
}

#[test]
fn ctrl_c_ends_the_check_and_takes_the_work_tree_away() {
    let begun = "verify = { command = [\"sh\", \"-c\", \"touch ../begun; sleep 300\"] }";
    let checked = Checked::new(begun);
    let scratch = checked.scratch.clone();
    let is_begun = move || {
        let mut folders = fs::read_dir(&scratch).unwrap();
        folders.any(|folder| folder.unwrap().path().join("begun").exists())
    };
    let run = checked.scene.repo.backout(["rehearse", "--stage", "5-6"]);
    run.env("TMPDIR", &checked.scratch).interrupt_once(is_begun).exits(130);
    checked.nothing_is_left();
    assert!(!checked.receipt().exists());
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs strace: bash tests/all")]
fn a_killed_rehearsal_leaves_nothing_after_the_next_one() {
    const WRITES: &str = "write,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,\
        mkdirat,rmdir,fsync,fdatasync";
    let checked = Checked::new(LOOKS);
    let mut command = Command::new("true");
    for call in 1..200 {
        let _ = fs::remove_dir_all(checked.scene.repo.path().join(".backout"));
        command = checked.scene.repo.command("strace", checked.scene.repo.path());
        command.args(["--quiet=all", "--output=/dev/null", "-e"]).env("TMPDIR", &checked.scratch);
        command.arg(format!("trace={WRITES}"));
        command.arg("-e").arg(format!("inject={WRITES}:signal=KILL:when={call}"));
        command.arg(PROGRAM).args(["rehearse", "--offline", "--stage", "5-6"]);
        let first = execute(&mut command, b"", checked.scene.repo.filter());
        checked.rehearse(&["--offline", "--stage", "5-6"]).ok();
        assert!(checked.receipt().exists());
        if first.exit == 0 {
            assert!(call > 10, "only {} calls were met", call - 1);
            return;
        }
    }
    panic!("it writes more often than was tried: {command:?}");
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs strace: bash tests/all")]
fn a_rehearsal_whose_git_is_killed_leaves_nothing_after_the_next_one() {
    let checked = Checked::new(LOOKS);
    let asked = ["rehearse", "--offline", "--stage", "5-6"];
    let mut met = 0;
    for number in 1..100 {
        for call in (0..).map(|power| 1 << power) {
            let _ = fs::remove_dir_all(checked.scene.repo.path().join(".backout"));
            let mut command = checked.scene.repo.command(PROGRAM, checked.scene.repo.path());
            command.args(asked).env("TMPDIR", &checked.scratch);
            let together = call % 3 == 1;
            let Some(came) = git_killed(&checked.scene, &mut command, (number, call), together)
            else {
                assert!(met > 5, "only {met} calls were met");
                return;
            };
            let next = || {
                let run = checked.scene.repo.backout(asked).env("TMPDIR", &checked.scratch);
                run.env("API_TOKEN", "secret").run()
            };
            let run = again(&checked.scene, next);
            assert_eq!(run.exit, 0, "git {number} killed at {call}: {}", run.snapshot());
            checked.nothing_is_left();
            assert!(checked.receipt().exists());
            if let Came::Past = came {
                break;
            }
            met += 1;
        }
    }
    panic!("it calls git more often than was tried");
}

#[test]
fn a_journal_that_names_another_folder_has_nothing_removed() {
    let checked = Checked::new("");
    let precious = checked.scratch.join("precious");
    fs::create_dir_all(precious.join("tree")).unwrap();
    let folder = checked.scene.repo.path().join(".git/backout");
    fs::create_dir_all(&folder).unwrap();
    let line = |event: &str| {
        format!("{{\"version\":1,\"at\":\"2026-01-05T12:00:00Z\",\"run\":\"a\",{event}}}\n")
    };
    let begin = "\"event\":\"begin\",\"pid\":1,\"command\":\"rehearse\",\"migration\":\"entities\",\
                 \"stages\":[\"4\"],\"onto\":\"\",\"reason\":\"\",\"target\":\"\"";
    let tree = precious.join("tree").display().to_string();
    let made = format!("\"event\":\"work-tree\",\"folder\":\"{tree}\"");
    fs::write(folder.join("journal"), line(begin) + &line(&made)).unwrap();
    let run = checked.rehearse(&["--stage", "5-6"]).ok();
    assert!(run.err().contains("is no folder of a rehearsal"), "{}", run.err());
    assert!(precious.join("tree").exists());
}

/// Somebody's work tree on a drive that is not plugged in, with a commit that no branch has.
fn unplugged(scene: &Scene) -> (PathBuf, String) {
    let drive = scene.repo.root().join("drive");
    let tree = drive.join("theirs");
    fs::create_dir(&drive).unwrap();
    let name = tree.display().to_string();
    scene.repo.git(&["worktree", "add", "--quiet", "--detach", &name]).ok();
    fs::write(tree.join("precious"), "precious\n").unwrap();
    scene.repo.git_in(&tree, &["add", "--all"]).ok();
    scene.repo.git_in(&tree, &["commit", "--quiet", "-m", "Precious"]).ok();
    let commit = scene.repo.git_in(&tree, &["rev-parse", "HEAD"]).ok().line();
    fs::rename(&drive, scene.repo.root().join("unplugged")).unwrap();
    (drive, commit)
}

#[test]
fn a_work_tree_of_somebody_that_is_not_there_stays_known() {
    let killed =
        "verify = { command = [\"sh\", \"-c\", \"test ! -e ../../kill || kill -9 $PPID\"] }";
    let checked = Checked::new(killed);
    let scene = &checked.scene;
    let (drive, commit) = unplugged(scene);
    let ran = |arguments: &[&str]| {
        let run = scene.repo.backout(arguments).env("TMPDIR", &checked.scratch).run();
        let trees = scene.repo.git(&["worktree", "list", "--porcelain"]).ok().out();
        assert!(trees.contains(&commit), "{arguments:?}: {trees}");
        (run, trees.matches("worktree ").count())
    };
    let rehearse = ["rehearse", "--stage", "5-6", "--no-receipts"];
    let verify = ["revert", "--stage", "5-6", "--verify"];
    for arguments in [&rehearse[..], &verify] {
        let (run, trees) = ran(arguments);
        assert_eq!((run.ok().exit, trees), (0, 2), "ours went, theirs stayed");
    }
    // The same where the next run takes away what a killed one has left.
    fs::write(checked.scratch.join("kill"), "").unwrap();
    let (run, trees) = ran(&rehearse);
    assert_eq!((run.exit, trees), (-1, 3), "{}", run.snapshot());
    fs::remove_file(checked.scratch.join("kill")).unwrap();
    // What is left of ours may be half a work tree, and the drive comes back.
    for folder in fs::read_dir(&checked.scratch).unwrap() {
        fs::remove_file(folder.unwrap().path().join("tree/.git")).unwrap();
    }
    let (run, trees) = ran(&rehearse);
    assert_eq!((run.ok().exit, trees), (0, 2));
    fs::rename(scene.repo.root().join("unplugged"), &drive).unwrap();
    let at = scene.repo.git_in(&drive.join("theirs"), &["rev-parse", "HEAD"]).ok().line();
    assert_eq!(at, commit);
}

impl Checked {
    fn revert(&self, arguments: &[&str]) -> Run {
        let run = self.scene.repo.backout(["revert", "--stage", "5-6", "--verify", "--offline"]);
        let run = run.args(arguments).env("TMPDIR", &self.scratch).env("API_TOKEN", "secret").run();
        self.nothing_is_left();
        run
    }

    fn branches(&self) -> String {
        self.scene.repo.git(&["branch", "--list", "back*"]).ok().out()
    }
}

#[test]
fn a_back_out_is_written_where_the_check_passes_on_its_result() {
    let checked = Checked::new(LOOKS);
    let shown = checked.revert(&[]).ok();
    assert!(shown.err().contains("stage 5-6: its check passed on the result"), "{}", shown.err());
    assert_eq!(checked.branches(), "", "only the plan was asked for");
    let run = checked.revert(&["--branch", "back", "--reason", "Carts lose lines"]).ok();
    insta::assert_snapshot!(run.snapshot());
    assert_eq!(checked.branches().trim(), "back");
}

#[test]
fn a_back_out_whose_check_fails_is_not_written() {
    let checked =
        Checked::new("verify = { command = [\"sh\", \"-c\", \"echo it is broken; exit 3\"] }");
    for arguments in [&[][..], &["--branch", "back", "--reason", "Carts lose lines"]] {
        let run = checked.revert(arguments);
        assert_eq!(run.exit, 1, "{}", run.err());
        let told =
            "its check FAILED on the result, and nothing was written: it ended with exit code 3";
        assert!(run.err().contains(told), "{}", run.err());
        assert_eq!(checked.branches(), "");
    }
}

#[test]
fn a_back_out_without_a_check_says_so_and_is_written() {
    let checked = Checked::new("");
    let run = checked.revert(&["--branch", "back", "--reason", "Carts lose lines"]).ok();
    assert!(run.err().contains("stage 5-6: it has no check"), "{}", run.err());
    let checked = Checked::new("verify = { text = \"Look at the carts\" }");
    let run = checked.revert(&["--branch", "back", "--reason", "Carts lose lines"]).ok();
    assert!(
        run.err().contains("stage 5-6: a person has to look at the result: Look at the carts"),
        "{}",
        run.err()
    );
}

#[test]
fn a_check_that_cannot_be_started_is_no_pass() {
    let checked = Checked::new("verify = { command = [\"no-such-program-anywhere\"] }");
    let run = checked.revert(&["--branch", "back", "--reason", "Carts lose lines"]);
    assert_eq!((run.exit, checked.branches()), (3, String::new()), "{}", run.err());
}

/// 9 is in the way of 4, and says that it comes after it: that is the order, and no fault.
#[test]
fn a_declared_order_is_rehearsed_in_that_order() {
    let scene = Scene::blocked();
    let nine = "name = \"Continuation migration\"";
    scene.configure(nine, &format!("{nine}\nafter = [\"4\"]"));
    let four = "name = \"State manager integration\"";
    let check = "verify = { command = [\"sh\", \"-c\", \"! grep delta core/state_manager.py && \
                 ! grep continue core/state_manager.py\"] }";
    scene.configure(four, &format!("{four}\n{check}"));
    scene.share();
    let scratch = scene.repo.root().join("scratch");
    fs::create_dir(&scratch).unwrap();
    let checked = Checked { scene, scratch };
    let run = checked.rehearse(&["--all"]).ok();
    insta::assert_snapshot!(run.snapshot(), @"
    exit: 0
    stdout:
    stage 4: backed out after stage 9, as declared (1 step, 2 paths) and brought back; its check passed on the result; no receipt: it does not go alone
    stage 5-6: backed out (1 step, 1 path) and brought back; it has no check
    stage 9: backed out (2 steps, 1 path) and brought back; it has no check
    stderr:
    receipt: .backout/receipts/entities/5-6.toml; commit it
    receipt: .backout/receipts/entities/9.toml; commit it
    ");
    // It does not go alone, and a receipt would say so.
    assert!(!checked.receipt().with_file_name("4.toml").exists());
    assert!(checked.receipt().with_file_name("9.toml").exists());
}

/// Neither of them can go whole before the other.
#[test]
fn a_declared_order_that_cannot_be_kept_is_told() {
    let scene = Scene::blocked();
    let nine = "name = \"Continuation migration\"";
    scene.configure(nine, &format!("{nine}\nafter = [\"4\"]"));
    scene.land("4", "Go on", &[(STATE, &lines(&[(2, "delta, and most"), (7, "continue")]))]);
    scene.share();
    let run = scene.backout(&["rehearse", "--stage", "4", "--no-receipts"]).ok();
    insta::assert_snapshot!(run.snapshot(), @"
    exit: 0
    stdout:
    stage 4: goes with stage 9, as declared, and in one commit alone: not rehearsed
    stderr:
    ");
}
