//! A back-out that is killed at any call that writes, its own or git's: the same command brings it
//! to its end, and nothing is done twice.

use std::process::Command;

use super::scene::{ADDED, STATE, Scene, lines};
use crate::support::{PROGRAM, Run, execute};

const WRITES: &str = "write,pwrite64,writev,rename,renameat,renameat2,link,linkat,unlink,unlinkat,\
    mkdir,mkdirat,fsync,fdatasync";

/// Runs backout, killed at the given call that writes; with `children`, git's calls count as well,
/// and the git that makes it is killed.
fn killed(scene: &Scene, arguments: &[&str], call: u32, children: bool) -> Run {
    let mut command: Command = scene.repo.command("strace", scene.repo.path());
    if children {
        command.arg("--follow-forks");
    }
    command.args(["--quiet=all", "--output=/dev/null", "-e"]);
    command.arg(format!("trace={WRITES}"));
    command.arg("-e").arg(format!("inject={WRITES}:signal=KILL:when={call}"));
    command.arg(PROGRAM).args(arguments);
    execute(&mut command, b"", scene.repo.filter())
}

fn ends_well(arguments: &[&str], revision: &str, children: bool) {
    let from = Scene::landed();
    let begun = from.repo.rev("main");
    for call in 1..300 {
        let repo = from.repo.copy();
        let scene = Scene { repo, origin: from.origin.clone() };
        let first = killed(&scene, arguments, call, children);
        let second = scene.backout(arguments);
        assert!(second.exit == 0, "killed at {call}: {}", second.snapshot());
        assert_eq!(scene.at(revision, STATE), lines(&[(7, "continue")]), "killed at {call}");
        let added = scene.repo.git(&["rev-list", "--count", &format!("{begun}..{revision}")]);
        assert_eq!(added.ok().line(), "1", "killed at {call}");
        let status = scene.repo.git(&["status", "--porcelain"]).ok().out();
        assert_eq!(status, "", "killed at {call}");
        let here = scene.repo.path().join(ADDED).exists();
        assert_eq!(here, revision == "out", "killed at {call}");
        if first.exit == 0 {
            assert!(call > 10, "only {} calls were met", call - 1);
            return;
        }
    }
    panic!("it writes more often than was tried");
}

const BRANCH: [&str; 8] =
    ["revert", "--offline", "--stage", "4", "--branch", "out", "--reason", "x"];
const IN_PLACE: [&str; 7] = ["revert", "--offline", "--stage", "4", "--in-place", "--reason", "x"];

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs strace: bash tests/all")]
fn a_branch_is_made_whole_or_not_at_all() {
    ends_well(&BRANCH, "out", false);
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs strace: bash tests/all")]
fn a_work_tree_is_brought_to_its_end() {
    ends_well(&IN_PLACE, "main", false);
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs strace: bash tests/all")]
fn a_work_tree_is_brought_to_its_end_when_git_is_killed() {
    ends_well(&IN_PLACE, "main", true);
}
