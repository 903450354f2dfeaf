//! Clones that have not all that a rollback needs: what is missing is told with the command that
//! fetches it, and with that it works.

use std::fs;

use super::scene::{AGENT, STATE, Scene};

/// What cannot do without the older states of a stage's files. Stage 5-6 has been backed out.
const COMMANDS: [&[&str]; 3] = [
    &["revert", "--offline", "--stage", "4"],
    &["reapply", "--offline", "--stage", "5-6"],
    &["rehearse", "--offline", "--no-receipts", "--stage", "4"],
];

/// Each command in a clone of its own, whose remote is gone at first.
fn each_is_told_what_helps(options: &[&str], says: &str, help: &[&str]) {
    let scene = Scene::landed();
    scene.backout(&["revert", "--stage", "5-6", "--in-place", "--reason", "x"]).ok();
    scene.share();
    scene.repo.git_in(&scene.origin, &["config", "uploadpack.allowFilter", "true"]).ok();
    let source = format!("file://{}", scene.origin.display());
    let away = scene.origin.with_extension("away");
    for command in COMMANDS {
        let clone = scene.repo.clone_of(&source, command[0], options);
        if options.contains(&"--depth") {
            clone.git(&["fetch", "--quiet", "--depth", "1", "origin", "tag", "migration-start"]);
        }
        fs::rename(&scene.origin, &away).unwrap();
        let before = clone.git(&["for-each-ref"]).ok().out();
        let run = clone.backout(command).run().exits(3);
        assert!(run.err().contains(says), "{command:?}: {}", run.err());
        assert_eq!(clone.git(&["for-each-ref"]).ok().out(), before);
        fs::rename(&away, &scene.origin).unwrap();
        let told = run.err();
        let told = told.lines().find_map(|line| line.strip_prefix("help: ")).unwrap();
        let fetch = told.split('`').find(|part| part.starts_with("git ")).unwrap_or(told);
        let words: Vec<&str> = fetch.split(' ').collect();
        assert_eq!(words, help, "{command:?}");
        clone.git(&words[1..]).ok();
        clone.backout(command).run().ok();
    }
}

const REFETCH: [&str; 5] = ["git", "fetch", "--refetch", "--no-filter", "origin"];

#[test]
fn contents_that_were_never_fetched() {
    each_is_told_what_helps(&["--filter=blob:none"], "not in this clone", &REFETCH);
}

#[test]
fn trees_that_were_never_fetched() {
    each_is_told_what_helps(&["--filter=tree:0"], "not in this clone", &REFETCH);
}

#[test]
fn history_that_is_cut_off() {
    let help = ["git", "fetch", "--unshallow", "--tags"];
    each_is_told_what_helps(&["--depth", "2"], "this clone is shallow", &help);
}

/// A content that the repository had, and that is gone from it: no clone to fetch it for.
#[test]
fn contents_that_are_lost() {
    for command in COMMANDS {
        let scene = Scene::landed();
        scene.backout(&["revert", "--stage", "5-6", "--in-place", "--reason", "x"]).ok();
        scene.share();
        let file = if command.contains(&"4") { STATE } else { AGENT };
        let lost = match command[0] {
            "reapply" => scene.repo.rev(&format!("main~1:{file}")),
            _ => scene.repo.rev(&format!("migration-start:{file}")),
        };
        let loose = scene.repo.path().join(".git/objects").join(&lost[..2]).join(&lost[2..]);
        fs::remove_file(loose).unwrap();
        let before = scene.repo.git(&["for-each-ref"]).ok().out();
        let run = scene.repo.backout(command).run().exits(3);
        let err = run.err();
        assert!(err.contains(&lost[..7]) && err.contains("help: "), "{command:?}: {err}");
        assert_eq!(scene.repo.git(&["for-each-ref"]).ok().out(), before);
    }
}
