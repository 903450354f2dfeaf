//! A stage is backed out or brought back, and the command is killed at any call that writes, its own
//! or git's: the same command brings it to its end, and nothing is done twice.

use std::fs;
use std::process::Command;

use super::scene::Scene;
use crate::support::{PROGRAM, Run, execute, write_program};

const WRITES: &str = "write,pwrite64,writev,rename,renameat,renameat2,link,linkat,unlink,unlinkat,\
    mkdir,mkdirat,fsync,fdatasync";

/// Takes git's place: the call of git with the given number is killed at one of its writes.
const KILLED_GIT: &str = r#"#!/bin/sh
read -r number < "$CALLS"
echo $((number + 1)) > "$CALLS"
if [ "$number" = "$KILLED" ]; then
    strace --quiet=all --output="$TRACE" -e "trace=$WRITES" \
        -e "inject=$WRITES:signal=KILL:when=$AT" "$REAL_GIT" "$@"
    code=$?
    if [ -n "$WITH" ] && grep -q SIGKILL "$TRACE"; then
        kill -9 $PPID
    fi
    exit $code
fi
exec "$REAL_GIT" "$@"
"#;

/// How far a run came.
pub(super) enum Came {
    /// It, or a git of it, was killed at that write.
    Killed,
    /// There is no such write.
    Past,
}

/// Runs backout, killed at the given call that writes.
fn killed(scene: &Scene, arguments: &[&str], call: u32) -> Came {
    let mut command: Command = scene.repo.command("strace", scene.repo.path());
    command.args(["--quiet=all", "--output=/dev/null", "-e"]);
    command.arg(format!("trace={WRITES}"));
    command.arg("-e").arg(format!("inject={WRITES}:signal=KILL:when={call}"));
    command.arg(PROGRAM).args(arguments);
    match execute(&mut command, b"", scene.repo.filter()).exit {
        0 => Came::Past,
        _ => Came::Killed,
    }
}

/// Runs backout, of whose calls of git one is killed at its call that writes, alone or together
/// with backout; `None` where it makes fewer calls of git.
pub(super) fn git_killed(
    scene: &Scene,
    command: &mut Command,
    (number, call): (u32, u32),
    together: bool,
) -> Option<Came> {
    let root = scene.repo.root();
    let (bin, calls, trace) = (root.join("bin"), root.join("calls"), root.join("trace"));
    write_program(&bin.join("git"), KILLED_GIT);
    fs::write(&calls, "1\n").unwrap();
    let _ = fs::remove_file(&trace);
    let path = std::env::var("PATH").unwrap();
    let real = std::env::split_paths(&path).map(|folder| folder.join("git"));
    let real = real.into_iter().find(|file| file.exists()).unwrap();
    command.env("PATH", format!("{}:{path}", bin.display()));
    command.env("REAL_GIT", real).env("WRITES", WRITES).env("CALLS", calls).env("TRACE", &trace);
    command.env("KILLED", number.to_string()).env("AT", call.to_string());
    command.env("WITH", if together { "backout" } else { "" });
    execute(command, b"", scene.repo.filter());
    let traced = fs::read_to_string(&trace).ok()?;
    match traced.contains("killed by SIGKILL") {
        true => Some(Came::Killed),
        false => Some(Came::Past),
    }
}

/// Runs it again and again, and does what it says about locks that a killed git left.
pub(super) fn again(scene: &Scene, run: impl Fn() -> Run) -> Run {
    loop {
        let run = run();
        let said = run.err();
        let Some(remove) = said.split('`').find(|part| part.starts_with("rm ")) else {
            return run;
        };
        if run.exit != 3 {
            return run;
        }
        let mut shell = scene.repo.command("sh", scene.repo.path());
        assert!(shell.args(["-c", remove]).status().unwrap().success(), "{said}");
    }
}

/// What somebody wants done, and where.
struct Wish {
    scene: Scene,
    arguments: &'static [&'static str],
    /// The branch that it is done on.
    branch: &'static str,
}

impl Wish {
    /// What a branch came to: its tree, the subjects of what came onto `main`, and the work tree.
    fn outcome(&self, scene: &Scene) -> (String, String, String) {
        let range = format!("{}..{}", self.scene.repo.rev("main"), self.branch);
        let subjects = scene.repo.git(&["log", "--format=%s", &range]).ok().out();
        let status = scene.repo.git(&["status", "--porcelain"]).ok().out();
        (scene.tree(self.branch), subjects, status)
    }

    fn copy(&self) -> Scene {
        Scene { repo: self.scene.repo.copy(), origin: self.scene.origin.clone() }
    }

    /// What it comes to undisturbed.
    fn whole(&self) -> (String, String, String) {
        let undisturbed = self.copy();
        undisturbed.backout(self.arguments).ok();
        self.outcome(&undisturbed)
    }

    /// Asked for again, it comes to the same, and loses nothing.
    fn ends_well(&self, scene: &Scene, whole: &(String, String, String), killed: &str) {
        let again = again(scene, || scene.backout(self.arguments));
        assert!(again.exit == 0, "{killed}: {}", again.snapshot());
        assert_eq!(self.outcome(scene), *whole, "{killed}");
        if self.branch == "out" {
            assert_eq!(scene.repo.rev("main"), self.scene.repo.rev("main"), "{killed}");
        }
    }

    /// It is killed at each of its calls that write.
    fn may_be_killed(&self) {
        let whole = self.whole();
        for call in 1..300 {
            let scene = self.copy();
            let came = killed(&scene, self.arguments, call);
            self.ends_well(&scene, &whole, &format!("killed at {call}"));
            if let Came::Past = came {
                assert!(call > 10, "only {} calls were met", call - 1);
                return;
            }
        }
        panic!("it writes more often than was tried");
    }

    /// Each git that it starts is killed at each of its calls that write.
    fn each_git_may_be_killed(&self) {
        self.each_git(false);
        self.each_git(true);
    }

    fn each_git(&self, together: bool) {
        let whole = self.whole();
        let mut met = 0;
        for number in 1..100 {
            for call in 1..100 {
                let scene = self.copy();
                let mut command = scene.repo.command(PROGRAM, scene.repo.path());
                command.args(self.arguments);
                let Some(came) = git_killed(&scene, &mut command, (number, call), together) else {
                    assert!(met > 5, "only {met} calls were met");
                    return;
                };
                self.ends_well(&scene, &whole, &format!("git {number} killed at {call}"));
                if let Came::Past = came {
                    break;
                }
                met += 1;
            }
        }
        panic!("git writes more often than was tried");
    }
}

fn backs_out_on_a_branch() -> Wish {
    let arguments = &["revert", "--offline", "--stage", "4", "--branch", "out", "--reason", "x"];
    Wish { scene: Scene::landed(), arguments, branch: "out" }
}

fn backs_out_in_place() -> Wish {
    let arguments = &["revert", "--offline", "--stage", "4", "--in-place", "--reason", "x"];
    Wish { scene: Scene::landed(), arguments, branch: "main" }
}

/// Two stages go, in a commit each.
fn backs_out_two_in_place() -> Wish {
    let arguments =
        &["revert", "--offline", "--stage", "4", "--cascade", "--in-place", "--reason", "x"];
    Wish { scene: Scene::blocked(), arguments, branch: "main" }
}

/// Stages 4 and 9 have been backed out, one after the other.
fn backed_out() -> Scene {
    let scene = Scene::blocked();
    scene.backout(backs_out_two_in_place().arguments).ok();
    scene.share();
    scene
}

fn brings_back_on_a_branch() -> Wish {
    let arguments = &["reapply", "--offline", "--stage", "4", "--branch", "out", "--reason", "x"];
    Wish { scene: backed_out(), arguments, branch: "out" }
}

fn brings_back_in_place() -> Wish {
    let arguments = &["reapply", "--offline", "--stage", "4", "--in-place", "--reason", "x"];
    Wish { scene: backed_out(), arguments, branch: "main" }
}

fn brings_back_two_in_place() -> Wish {
    let arguments =
        &["reapply", "--offline", "--stage", "4", "--stage", "9", "--in-place", "--reason", "x"];
    Wish { scene: backed_out(), arguments, branch: "main" }
}

#[test]
fn undisturbed_each_does_what_it_is_called() {
    let done = |wish: Wish| wish.whole().1;
    insta::assert_snapshot!(
        [
            done(backs_out_on_a_branch()),
            done(backs_out_in_place()),
            done(backs_out_two_in_place()),
            done(brings_back_on_a_branch()),
            done(brings_back_in_place()),
            done(brings_back_two_in_place()),
        ]
        .join("\n")
    );
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs strace: bash tests/all")]
fn a_branch_is_made_whole_or_not_at_all() {
    backs_out_on_a_branch().may_be_killed();
    brings_back_on_a_branch().may_be_killed();
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs strace: bash tests/all")]
fn a_branch_is_made_whole_or_not_at_all_when_git_is_killed() {
    backs_out_on_a_branch().each_git_may_be_killed();
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs strace: bash tests/all")]
fn a_work_tree_is_brought_to_its_end() {
    backs_out_in_place().may_be_killed();
    backs_out_two_in_place().may_be_killed();
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs strace: bash tests/all")]
fn a_work_tree_is_brought_to_its_end_when_git_is_killed() {
    backs_out_two_in_place().each_git_may_be_killed();
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs strace: bash tests/all")]
fn what_comes_back_in_a_work_tree_is_brought_to_its_end() {
    brings_back_in_place().may_be_killed();
    brings_back_two_in_place().may_be_killed();
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs strace: bash tests/all")]
fn what_comes_back_in_a_work_tree_is_brought_to_its_end_when_git_is_killed() {
    brings_back_in_place().each_git_may_be_killed();
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs strace: bash tests/all")]
fn a_patch_is_there_whole_or_not_at_all() {
    let arguments =
        &["revert", "--offline", "--stage", "4", "--patch", "out.patch", "--reason", "x"];
    let wish = Wish { scene: Scene::landed(), arguments, branch: "main" };
    let written = |scene: &Scene| fs::read(scene.repo.path().join("out.patch"));
    let undisturbed = wish.copy();
    undisturbed.backout(arguments).ok();
    let (whole, patch) = (wish.outcome(&undisturbed), written(&undisturbed).unwrap());
    for call in 1..300 {
        let scene = wish.copy();
        let came = killed(&scene, arguments, call);
        let is_whole = written(&scene).is_ok_and(|found| found == patch);
        assert!(is_whole || written(&scene).is_err(), "killed at {call}: a part of it");
        // A draft that it leaves is a hidden file of its own, and nobody's patch.
        let left = fs::read_dir(scene.repo.path()).unwrap().map(|entry| entry.unwrap());
        let is_draft = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with(".backout-");
        for draft in left.filter(|entry| is_draft(&entry.file_name())) {
            fs::remove_file(draft.path()).unwrap();
        }
        wish.ends_well(&scene, &whole, &format!("killed at {call}"));
        assert_eq!(written(&scene).unwrap(), patch, "killed at {call}");
        if let Came::Past = came {
            assert!(call > 5, "only {} calls were met", call - 1);
            return;
        }
    }
    panic!("it writes more often than was tried");
}
