//! What the commits of a merge did to one path, told apart from each other or not.

use super::*;

/// A file of five lines, of which these are other ones.
fn lines(changed: &[(usize, &str)]) -> String {
    let mut lines = ["1", "2", "3", "4", "5"];
    for (at, text) in changed {
        lines[at - 1] = text;
    }
    lines.map(|line| format!("{line}\n")).concat()
}

/// Merges into a `main` that changed the last line of `src/4/a` meanwhile a branch on which
/// `topic` has changed its first ones, and tells whose the file is after it: `4, 9` of commits one
/// after the other, `{4 9}` of those that cannot be told apart.
fn told(merge: &str, topic: impl Fn(&Scratch), beside: impl Fn(&Scratch)) -> String {
    let scratch = Scratch::empty();
    scratch.commit("Start", &[("src/4/a", &lines(&[])), ("src/9/b", "b")]);
    scratch.git(&["checkout", "--quiet", "-b", "topic"]);
    topic(&scratch);
    scratch.git(&["checkout", "--quiet", "main"]);
    let start = scratch.commit(SILENT, &[("src/4/a", &lines(&[(5, "main")]))]);
    scratch.git(&["merge", "--quiet", "--no-ff", "--no-commit", "topic"]);
    beside(&scratch);
    scratch.git(&["add", "--all"]);
    scratch.git(&["commit", "--quiet", "--message", merge]);
    let steps = steps_since(&scratch, &start);
    let parts = steps[0].parts.get(&RepoPath::from("src/4/a"));
    match parts.expect("its commits do not agree") {
        Parts::Chain(parts) => {
            parts.iter().map(|part| short(&part.claims)).collect::<Vec<_>>().join(", ")
        }
        Parts::Tangled(words) => {
            let said: Vec<_> = words.iter().map(|(_, claims)| short(claims)).collect();
            format!("{{{}}}", said.join(" "))
        }
    }
}

fn nothing(_: &Scratch) {}

fn four_then_nine(scratch: &Scratch) {
    scratch.commit(FOUR, &[("src/4/a", &lines(&[(1, "four")]))]);
    scratch.commit(NINE, &[("src/4/a", &lines(&[(1, "four"), (2, "nine")]))]);
}

#[test]
fn commits_that_play_again_on_what_the_branch_has_are_told_apart() {
    assert_eq!(told(SILENT, four_then_nine, nothing), "4, 9");
}

#[test]
fn what_a_branch_took_back_again_leaves_the_rest_of_it_told_apart() {
    let tried = |scratch: &Scratch| {
        scratch.commit(FOUR, &[("src/4/a", &lines(&[(5, "tried")]))]);
        scratch.commit(FOUR, &[("src/4/a", &lines(&[]))]);
        scratch.commit(NINE, &[("src/4/a", &lines(&[(1, "nine")]))]);
        scratch.commit(FOUR, &[("src/4/a", &lines(&[(1, "nine"), (2, "four")]))]);
    };
    assert_eq!(told(SILENT, tried, nothing), "9, 4");
}

#[test]
fn what_a_merge_changes_itself_is_told_as_its_own() {
    let edit = |scratch: &Scratch| {
        let all = lines(&[(1, "four"), (2, "nine"), (3, "merge"), (5, "main")]);
        std::fs::write(scratch.path().join("src/4/a"), all).unwrap();
    };
    assert_eq!(told(SILENT, four_then_nine, edit), "{4 9 -}");
    assert_eq!(told(NINE, four_then_nine, edit), "{4 9}", "who says the same is named once");
}

#[test]
fn a_changed_mode_does_not_play_again_on_other_content() {
    let executable = |scratch: &Scratch| {
        scratch.git(&["update-index", "--chmod=+x", "src/4/a"]);
        scratch.git(&["commit", "--quiet", "--message", FOUR]);
        scratch.git(&["checkout", "--quiet", "src/4/a"]);
        scratch.commit(NINE, &[("src/9/b", "c")]);
    };
    assert_eq!(told(SILENT, executable, nothing), "{4}");
}

#[test]
fn a_file_that_went_and_came_again_does_not_play_again() {
    let twice = |scratch: &Scratch| {
        std::fs::remove_file(scratch.path().join("src/4/a")).unwrap();
        scratch.commit(FOUR, &[]);
        scratch.commit(NINE, &[("src/4/a", &lines(&[(1, "nine")]))]);
    };
    assert_eq!(told(SILENT, twice, nothing), "{4 9}");
}

/// Two branches of the branch, on different lines, merged in it, with an edit beside or without.
fn with_a_merge_inside(message: &'static str, edit: bool) -> impl Fn(&Scratch) {
    move |scratch| {
        scratch.git(&["checkout", "--quiet", "-b", "side"]);
        scratch.commit(NINE, &[("src/4/a", &lines(&[(3, "nine")]))]);
        scratch.git(&["checkout", "--quiet", "topic"]);
        scratch.commit(FOUR, &[("src/4/a", &lines(&[(1, "four")]))]);
        scratch.git(&["merge", "--quiet", "--no-ff", "--no-commit", "side"]);
        if edit {
            let all = lines(&[(1, "four"), (2, "inside"), (3, "nine")]);
            std::fs::write(scratch.path().join("src/4/a"), all).unwrap();
            scratch.git(&["add", "--all"]);
        }
        scratch.git(&["commit", "--quiet", "--message", message]);
    }
}

#[test]
fn branches_within_a_branch_are_told_apart_unless_their_merge_did_more() {
    assert_eq!(told(SILENT, with_a_merge_inside(SILENT, false), nothing), "4, 9");
    assert_eq!(told(SILENT, with_a_merge_inside(SILENT, true), nothing), "{4 9}");
    assert_eq!(told(SILENT, with_a_merge_inside(NONE, true), nothing), "{4 9 none}");
}

#[test]
fn what_two_branches_of_a_branch_both_did_is_not_told_apart() {
    for nine in [&[(1, "both")][..], &[(1, "both"), (3, "nine")]] {
        let twice = |scratch: &Scratch| {
            scratch.git(&["checkout", "--quiet", "-b", "side"]);
            scratch.commit(NINE, &[("src/4/a", &lines(nine))]);
            scratch.git(&["checkout", "--quiet", "topic"]);
            scratch.commit(FOUR, &[("src/4/a", &lines(&[(1, "both")]))]);
            scratch.git(&["merge", "--quiet", "--no-ff", "--message", SILENT, "side"]);
        };
        let told = told(SILENT, twice, nothing);
        assert!(["{4 9}", "{9 4}"].contains(&told.as_str()), "{told} {nine:?}");
    }
}

#[test]
fn every_commit_for_which_nobody_speaks_is_named() {
    let silent = |scratch: &Scratch| {
        scratch.commit(SILENT, &[("src/4/a", &lines(&[(1, "x")]))]);
        scratch.commit(NINE, &[("src/4/a", &lines(&[(1, "x"), (2, "nine")]))]);
        scratch.commit(NINE, &[("src/4/a", &lines(&[(1, "x"), (2, "nine again")]))]);
        scratch.commit(SILENT, &[("src/4/a", "gone\n")]);
        // As it was, so that it merges.
        scratch.commit(SILENT, &[("src/4/a", &lines(&[(1, "y")]))]);
    };
    let edit = |scratch: &Scratch| {
        std::fs::write(scratch.path().join("src/4/a"), "evil\n").unwrap();
    };
    assert_eq!(told(SILENT, silent, edit), "{- 9 - -}", "each of them did something");
}

#[test]
fn what_the_line_had_already_is_no_part_of_what_a_commit_did() {
    let scratch = Scratch::empty();
    scratch.commit("Start", &[("src/4/a", &lines(&[])), ("src/9/b", "b")]);
    scratch.git(&["checkout", "--quiet", "-b", "topic"]);
    scratch.commit(NINE, &[("src/4/a", &lines(&[(1, "both"), (3, "nine")]))]);
    scratch.commit(FOUR, &[("src/9/b", "c")]);
    scratch.git(&["checkout", "--quiet", "main"]);
    let start = scratch.commit(SILENT, &[("src/4/a", &lines(&[(1, "both"), (5, "main")]))]);
    scratch.git(&["merge", "--quiet", "--no-ff", "--message", SILENT, "topic"]);
    let (steps, path) = (steps_since(&scratch, &start), RepoPath::from("src/4/a"));
    let Some(Parts::Chain(parts)) = steps[0].parts.get(&path) else { panic!("{steps:?}") };
    let turns: Vec<_> = parts.iter().map(|part| (part.old, part.new)).collect();
    let at = |commit: &ObjectId| scratch.repo().entry(commit, &path).unwrap();
    assert_eq!(turns, [(at(&start), at(&scratch.id("HEAD")))]);
}

#[test]
fn what_nobody_ever_had_in_between_tells_no_parts_apart() {
    let scratch = Scratch::empty();
    scratch.commit("Start", &[("src/4/a", &lines(&[]))]);
    scratch.git(&["checkout", "--quiet", "-b", "topic"]);
    scratch.commit(NINE, &[("src/4/a", &lines(&[(1, "both"), (3, "nine")]))]);
    scratch.commit(FOUR, &[("src/4/a", &lines(&[(1, "both"), (3, "four")]))]);
    scratch.git(&["checkout", "--quiet", "main"]);
    let start = scratch.commit(SILENT, &[("src/4/a", &lines(&[(1, "both"), (5, "main")]))]);
    scratch.git(&["merge", "--quiet", "--no-ff", "--message", SILENT, "topic"]);
    let (steps, path) = (steps_since(&scratch, &start), RepoPath::from("src/4/a"));
    let Some(Parts::Tangled(words)) = steps[0].parts.get(&path) else { panic!("{steps:?}") };
    assert_eq!(words.iter().map(|(_, said)| short(said)).collect::<Vec<_>>(), ["9", "4"]);
}

#[test]
fn what_a_silent_merge_inside_did_alone_the_merge_around_it_answers_for() {
    let alone = |scratch: &Scratch| {
        scratch.git(&["checkout", "--quiet", "-b", "side"]);
        scratch.commit(NINE, &[("src/9/b", "nine")]);
        scratch.git(&["checkout", "--quiet", "topic"]);
        scratch.commit(FOUR, &[("src/4/z", "four")]);
        scratch.git(&["merge", "--quiet", "--no-ff", "--no-commit", "side"]);
        scratch.commit(SILENT, &[("src/4/a", &lines(&[(1, "inside")]))]);
    };
    assert_eq!(told(SILENT, alone, nothing), "{-}");
    assert_eq!(told(FOUR, alone, nothing), "{4}");
}

#[test]
fn a_merge_inside_that_says_whose_it_is_may_take_one_side() {
    for (inside, agree) in [(NINE, true), (SILENT, false)] {
        let scratch = Scratch::empty();
        let start = scratch.commit("Start", &[("src/9/a", &lines(&[]))]);
        scratch.git(&["checkout", "--quiet", "-b", "side"]);
        scratch.commit(NINE, &[("src/9/a", &lines(&[(5, "side")]))]);
        scratch.git(&["checkout", "--quiet", "-b", "topic", "main"]);
        scratch.commit(NINE, &[("src/9/a", &lines(&[(1, "topic")]))]);
        scratch.git(&["merge", "--quiet", "-s", "ours", "--message", inside, "side"]);
        scratch.git(&["checkout", "--quiet", "main"]);
        scratch.git(&["merge", "--quiet", "--no-ff", "--message", SILENT, "topic"]);
        let steps = steps_since(&scratch, &start);
        assert_eq!(steps[0].parts.is_empty(), agree, "{inside}");
    }
}

#[test]
fn half_of_a_rename_by_way_of_a_name_that_is_gone_is_not_told_by_itself() {
    let scratch = Scratch::empty();
    let start = scratch.commit("Start", &[("src/4/a", &lines(&[])), ("src/9/b", "b")]);
    scratch.merge(SILENT, || {
        scratch.git(&["mv", "src/4/a", "src/4/between"]);
        scratch.commit(FOUR, &[]);
        scratch.git(&["mv", "src/4/between", "src/4/c"]);
        scratch.commit(NINE, &[]);
        scratch.commit(NINE, &[("src/9/b", "c")]);
    });
    let steps = steps_since(&scratch, &start);
    let tangled = ["src/4/a", "src/4/c", "src/9/b"]
        .map(|path| matches!(steps[0].parts.get(&RepoPath::from(path)), Some(Parts::Tangled(_))));
    assert_eq!(tangled, [true, true, false]);
}
