//! A rehearsal whose result is wrong ends with 1, says why, and leaves no receipt.

use super::*;
use crate::git::RepoPath;
use crate::git::testing::Scratch;
use crate::rollback::rehearsal::Broken;

const RULES: &str = r#"version = 1
[migration]
id = "m"
name = "M"
start = { tag = "s" }
branch = "main"
[[stages]]
id = "4"
name = "Four"
impact = "low"
paths = ["four/**"]
rollback = ["code"]
"#;

/// How the rehearsal of stage 4 ends where these are found to be wrong, what is said, and whether
/// there is a receipt.
fn ends(broken: Vec<Broken>) -> (Exit, String, bool) {
    let scratch = Scratch::empty();
    scratch.commit("Start", &[("backout.toml", RULES), ("four/a", "a\n")]);
    scratch.git(&["tag", "s"]);
    scratch.commit("Work\n\nMigration-Stage: 4", &[("four/a", "four\n")]);
    let place = Place { onto: Some("HEAD".to_owned()), offline: true };
    let args = RehearseArgs { stage: Vec::new(), all: false, no_receipts: false, place };
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut context = Context {
        stdout: &mut stdout,
        stderr: &mut stderr,
        color: false,
        color_stderr: false,
        quiet: false,
        verbose: 0,
        config: None,
        folder: scratch.path(),
        environment: |_| None,
    };
    let journal = journal(&scratch.repo(), false, &mut context).unwrap();
    let scene = Scene::open(&args.place, false, &mut context).unwrap();
    let (_, migration) = scene.landings.migrations().next().unwrap();
    let matcher = Matcher::new(migration);
    let ledger = scene.ledger(migration, &scratch.id("main")).unwrap();
    let ground = scene.ground(&matcher, &ledger).unwrap();
    let naming = scene.naming(migration);
    let again = |tip: &_| scene.ledger(migration, tip);
    let found = rehearse(&ground, naming, 0, &again).unwrap();
    assert_eq!(found.broken, []);
    let turn =
        Turn { args: &args, scene: &scene, journal: &journal, naming, index: 0, before: vec![] };
    let exit = turn.ends(&ground, &Rehearsed { broken, ..found }, &mut context).unwrap();
    let receipt = scratch.path().join(".backout/receipts/m/4.toml").exists();
    (exit, String::from_utf8(stdout).unwrap(), receipt)
}

#[test]
fn what_is_not_what_it_must_be_fails_and_leaves_no_receipt() {
    let (exit, said, receipt) = ends(Vec::new());
    assert_eq!((exit, receipt), (Exit::Ready, true), "{said}");
    let path = || RepoPath::from("four/\u{1b}a");
    let (exit, said, receipt) = ends(vec![
        Broken::Outside(path()),
        Broken::NotAsBefore(path()),
        Broken::StillThere,
        Broken::NotAsItWas(path()),
        Broken::NoReturn("four/a: the same lines were changed since".to_owned()),
    ]);
    assert_eq!((exit, exit.code(), receipt), (Exit::Findings, 1, false));
    insta::assert_snapshot!(said);
}
