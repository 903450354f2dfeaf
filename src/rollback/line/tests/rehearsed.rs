//! What can be rehearsed, and how far that reaches.

use super::*;

#[test]
fn what_can_be_rehearsed_is_told_by_a_stages_own_files() {
    let scene = begun("");
    let four = with(START, 2, "four");
    scene.land(AS_FOUR, &[("four/a", &four)]);
    scene.land(AS_NINE, &[("nine/a", "nine\n")]);
    scene.land(FOREIGN, &[("four/a", &with(&four, 7, "fix"))]);
    scene.land(AS_FOUR, &[("four/a", &with(&four, 6, "six"))]);
    scene.land(FOREIGN, &[("four/a", &with(&four, 6, "fix"))]);
    let line = scene.line();
    for _ in 0..2 {
        let at = |count: usize| line.rehearsable(count, FOUR).unwrap();
        assert_eq!((at(0), line.rehearsable(1, NINE).unwrap()), (None, None), "not landed");
        assert!(at(1).is_some() && at(1) == at(2), "other work on other files changes nothing");
        assert!(at(3).is_some() && at(3) != at(1), "a fix of its file does");
        assert_eq!(at(5), None, "it has no way back");
        assert_eq!(line.rehearsable(5, 7).unwrap(), None, "there is no such stage");
    }
}

#[test]
fn what_is_rehearsed_is_a_stage_by_its_definition() {
    let of = |more: &str| {
        let scene = begun(more);
        scene.scratch.git(&["tag", "s"]);
        scene.land(AS_NINE, &[("nine/a", &with(START, 2, "nine"))]);
        let found = scene.line().rehearsable(1, NINE).unwrap();
        found.unwrap()
    };
    let plain = of("");
    assert_eq!(of(""), plain);
    assert_eq!(of("owners = [\"@me\"]"), plain, "who owns it has no say in it");
    let others_move = "[[moves]]\nfrom = \"four/old\"\nto = \"four/new\"";
    assert_eq!(of(others_move), plain, "nor have other files that are renamed");
    let others = [
        "exclude = [\"nine/x\"]",
        "verify = { command = [\"true\"] }",
        "verify = { command = [\"false\"] }",
        "code = \"restore\"",
        "[[moves]]\nfrom = \"nine/old\"\nto = \"nine/a\"",
    ];
    let mut all: Vec<Digest> = others.into_iter().map(of).collect();
    all.push(plain);
    for (at, one) in all.iter().enumerate() {
        assert!(!all[..at].contains(one), "{at}");
    }
}

#[test]
fn what_is_rehearsed_stands_on_the_commit_of_its_checkpoint() {
    let begins = "start = { tag = \"nine\" }";
    let (of_all, of_its_own) = (begun(""), begun(begins));
    let mut plain = Vec::new();
    for (scene, tag) in [(&of_all, "s"), (&of_its_own, "nine")] {
        let git = |arguments: &[&str]| scene.scratch.git(arguments);
        git(&["tag", "s"]);
        git(&["tag", "--force", tag]);
        scene.land(FOREIGN, &[("readme", "x\n")]);
        scene.land(AS_NINE, &[("nine/a", &with(START, 2, "nine"))]);
        let now = || scene.line().rehearsable(2, NINE).unwrap().unwrap();
        let first = now();
        git(&["tag", "--force", "--annotate", "--message", "start", tag, &scene.start.to_string()]);
        assert_eq!(now(), first, "{tag}: another object, the same commit");
        git(&["tag", "--force", tag, "main~1"]);
        assert_ne!(now(), first, "{tag}: another commit");
        git(&["tag", "--force", tag, &scene.start.to_string()]);
        assert_eq!(now(), first, "{tag}: as it was");
        plain.push(first);
    }
    // One of its own counts, and not the migration's.
    assert_eq!(plain[0], plain[1], "they stand on the same commit");
    of_its_own.scratch.git(&["tag", "--force", "s", "main~1"]);
    assert_eq!(of_its_own.line().rehearsable(2, NINE).unwrap(), Some(plain[1]));
}

#[test]
fn what_is_rehearsed_are_the_files_as_they_are_even_where_they_would_not_change() {
    let scene = begun("");
    scene.land(AS_NINE, &[("nine/a", &with(START, 2, "nine")), ("nine/b", "b\n")]);
    scene.land(AS_NINE, &[("nine/a", START)]);
    scene.land(FOREIGN, &[("nine/a", &with(START, 7, "fix"))]);
    let line = scene.line();
    let at = |count: usize| line.rehearsable(count, NINE).unwrap();
    assert!(at(2).is_some() && at(3).is_some() && at(2) != at(3));
}
