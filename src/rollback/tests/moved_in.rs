//! Files that a stage has from paths that are none of its own.

use super::*;

#[test]
fn what_a_stage_moved_to_its_files_would_not_come_back_where_it_was() {
    let lines = |names: &[&str]| -> String {
        names
            .iter()
            .map(|name| format!("{name}: a line that is long enough to be told\n"))
            .collect()
    };
    let (text, fours) = (&*lines(&["a", "b", "c", "d"]), &*lines(&["a", "b", "c", "four"]));
    let (own, nines) = (RepoPath::from("four/b"), RepoPath::from("nine/b"));
    let reasons = |says: &str, (from, to): (&str, &str), then: &str| {
        let scene = Scene::new("", &[(from, text), ("nine/a", "9\n"), ("four/a", "4\n")]);
        scene.remove(from);
        scene.land(says, &[(to, fours)]);
        if !then.is_empty() {
            scene.land(FOREIGN, &[(then, text)]);
        }
        scene.planned(&[FOUR]).0.clashes.into_iter().map(|clash| clash.reason).collect::<Vec<_>>()
    };
    let out = RepoPath::from("lib/b");
    let moved = vec![Reason::MovedIn(out.clone())];
    assert_eq!(reasons(AS_FOUR, ("lib/b", "four/b"), ""), moved);
    assert_eq!(reasons(AS_FOUR, ("lib/b", "four/b"), "lib/b"), [], "somebody has put it back");
    assert_eq!(reasons(AS_FOUR, ("four/c", "four/b"), ""), [], "it comes back");
    let both = format!("{AS_FOUR}\n{AS_NINE}");
    assert_eq!(reasons(&both, ("nine/b", "four/b"), ""), [Reason::MovedIn(nines)]);
    // Another file has it as well.
    let scene = Scene::new("", &[("lib/b", text), ("four/a", "4\n")]);
    scene.remove("lib/b");
    scene.land(AS_FOUR, &[("four/b", fours), ("lib/c", text)]);
    assert!(scene.planned(&[FOUR]).0.is_clean());
    let clash =
        Clash { path: own, order: 1, step: scene.scratch.id("HEAD"), reason: moved[0].clone() };
    let renamed = clash.renamed("").unwrap();
    assert_eq!((renamed.from.as_str(), renamed.to.as_str()), ("lib/b", "four/b"));
}

#[test]
fn what_has_few_lines_or_none_was_moved_in_where_it_is_the_same_or_its_bytes_are() {
    let reasons = |make: &dyn Fn(&str), changed: &dyn Fn(&str)| {
        let scene = Scene::new("", &[("lib/a", "a\n"), ("four/a", "4\n")]);
        let at = |path: &str| scene.scratch.path().join(path).to_str().unwrap().to_owned();
        make(&at("lib/b"));
        scene.land(FOREIGN, &[]);
        scene.scratch.git(&["mv", "lib/b", "four/b"]);
        changed(&at("four/b"));
        scene.land(AS_FOUR, &[]);
        scene.planned(&[FOUR]).0.clashes.into_iter().map(|clash| clash.reason).collect::<Vec<_>>()
    };
    let moved = [Reason::MovedIn(RepoPath::from("lib/b"))];
    let write = |bytes: &'static [u8]| move |path: &str| std::fs::write(path, bytes).unwrap();
    let link = |to: &'static str| {
        move |path: &str| {
            let _ = std::fs::remove_file(path);
            std::os::unix::fs::symlink(to, path).unwrap();
        }
    };
    assert_eq!(reasons(&write(b"one line\n"), &|_| ()), moved);
    assert_eq!(reasons(&write(b"one\nline\n"), &write(b"one\nother\n")), []);
    let (little, other) = (b"a line of the two\nx\n", b"a line of the two\ny\n");
    assert_eq!(reasons(&write(little), &write(other)), [], "of so little it may be by chance");
    assert_eq!(reasons(&write(b""), &|_| ()), [], "nothing has got lost");
    assert_eq!(reasons(&link("a"), &|_| ()), moved);
    assert_eq!(reasons(&link("a"), &link("b")), []);
    let packed: &[u8] = &std::array::from_fn::<u8, 200, _>(|byte| byte as u8 | 0x80);
    let packed: &'static [u8] = packed.to_vec().leak();
    let repacked: &'static [u8] = [&packed[..150], &[0], &packed[151..]].concat().leak();
    assert_eq!(reasons(&write(packed), &write(repacked)), moved);
}

#[test]
fn what_was_moved_in_is_seen_where_little_of_it_stays_behind() {
    let text: String =
        (0..9).map(|line| format!("line {line}, long enough to be told\n")).collect();
    let scene = Scene::new("", &[("lib/b", &text), ("four/a", "4\n")]);
    scene.land(AS_FOUR, &[("four/b", &text), ("lib/b", "see four/b\n")]);
    let reasons: Vec<_> =
        scene.planned(&[FOUR]).0.clashes.into_iter().map(|one| one.reason).collect();
    assert_eq!(reasons, [Reason::MovedIn(RepoPath::from("lib/b"))]);
}

#[test]
fn what_was_copied_or_is_a_small_part_of_another_file_was_not_moved_in() {
    let text = |lines: std::ops::Range<usize>| -> String {
        lines.map(|line| format!("line {line}, long enough to be told\n")).collect()
    };
    let clashes = |left: Option<&str>, whole: &str| {
        let scene = Scene::new("", &[("lib/b", &text(0..9)), ("four/a", "4\n")]);
        let with_it: Vec<_> = left.map(|left| ("lib/b", left)).into_iter().collect();
        if left.is_none() {
            scene.remove("lib/b");
        }
        scene.land(AS_FOUR, &[&[("four/b", whole)][..], &with_it].concat());
        if left.is_some() {
            scene.remove("lib/b");
            scene.land(FOREIGN, &[]);
        }
        scene.planned(&[FOUR]).0.clashes.len()
    };
    assert_eq!(clashes(None, &text(0..12)), 1);
    assert_eq!(clashes(None, &text(0..30)), 0);
    assert_eq!(clashes(Some(&text(0..10)), &text(0..9)), 0, "others took it away since");
}

#[test]
fn a_submodule_is_not_read_for_what_was_moved_in() {
    let scene = Scene::new("", &[("lib/b", "a line that is long enough to be told\n")]);
    scene.remove("lib/b");
    let module = format!("160000,{},four/module", scene.start);
    scene.scratch.git(&["update-index", "--add", "--cacheinfo", &module]);
    scene.scratch.git(&["commit", "--quiet", "--message", &format!("Change\n\n{AS_FOUR}")]);
    let (made, files) = scene.planned(&[FOUR]);
    assert_eq!(files, Some(Vec::new()), "{made:?}");
}
