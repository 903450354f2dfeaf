//! A stage over thousands of folders: each of them is a tree that has to be written.

use super::scene::Scene;
use crate::support::execute;

/// More ids than the pipe of a child holds, and more paths than its other one.
const FOLDERS: usize = 3_100;

/// A commit on main, as `git fast-import` reads it, that writes a file in each folder.
fn commit(message: &str, file: &str, content: impl Fn(usize) -> String) -> String {
    let mut out = format!(
        "commit refs/heads/main\ncommitter A <a@example.com> 1767700000 +0000\ndata {}\n{message}\n\
         from refs/heads/main^0\n",
        message.len()
    );
    for number in 0..FOLDERS {
        let text = content(number);
        out.push_str(&format!(
            "M 100644 inline agents/p{number}/{file}\ndata {}\n{text}\n",
            text.len()
        ));
    }
    out
}

#[test]
fn thousands_of_new_trees_are_written_and_nobody_waits_for_the_other() {
    let scene = Scene::begun();
    let none = "Work\n\nMigration-Stage: none\n";
    let commits = [
        commit(none, "f.py", |_| "old\n".to_owned()),
        commit("Move\n\nMigration-Stage: 5-6\n", "f.py", |_| "new\n".to_owned()),
        commit(none, "g.py", |number| format!("{number}\n")),
    ];
    for stream in commits {
        let mut import = scene.repo.command("git", scene.repo.path());
        let import = import.args(["fast-import", "--quiet"]);
        execute(import, stream.as_bytes(), scene.repo.filter()).ok();
    }
    scene.repo.push(&["--quiet", "--no-verify", "origin", "main"]).ok();
    let planned = scene.plan(&["--stage", "5-6"], 0);
    scene.backout(&["revert", "--stage", "5-6", "--branch", "out", "--reason", "slow"]).ok();
    assert_eq!(planned["tree"], scene.tree("out").as_str());
    assert_eq!(scene.difference("main", "out").lines().count(), FOLDERS);
    assert_eq!(scene.at("out", "agents/p7/f.py"), "old\n");
    assert_eq!(scene.at("out", "agents/p7/g.py"), "7\n");
}
