//! What merges of real repositories did by themselves.

use std::collections::BTreeSet;

use crate::git::RepoPath;
use crate::git::testing::Scratch;
use crate::stage::silent_merge::SilentMerge;

const TEXT: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";

/// `TEXT` with one of its lines changed.
fn line(number: usize, new: &str) -> String {
    TEXT.replace(&number.to_string(), new)
}

/// A repository with a file and one in a folder; then each side is a branch with one commit.
fn parted(sides: &[&dyn Fn(&Scratch)]) -> Scratch {
    let scratch = Scratch::empty();
    scratch.commit("Start", &[("a", TEXT), ("folder/b", "b\n"), ("folder/c", "c\n")]);
    scratch.git(&["tag", "start"]);
    for (side, number) in sides.iter().zip(0..) {
        scratch.git(&["checkout", "--quiet", "-b", &format!("side{number}"), "start"]);
        side(&scratch);
        scratch.git(&["add", "--all"]);
        scratch.git(&["commit", "--quiet", "--message", "Side"]);
    }
    scratch.git(&["checkout", "--quiet", "side0"]);
    scratch
}

fn write(path: &'static str, text: String) -> impl Fn(&Scratch) {
    move |scratch| std::fs::write(scratch.path().join(path), &text).unwrap()
}

fn git(words: &'static [&'static str]) -> impl Fn(&Scratch) {
    move |scratch| drop(scratch.git(words))
}

/// What the merge at the end of the first side set back, and which of these it only put together.
fn told(scratch: &Scratch, asked: &[&str]) -> (Vec<String>, Vec<String>) {
    let repo = scratch.repo();
    let merge = repo.commit(&scratch.id("HEAD")).unwrap();
    assert!(merge.parents.len() > 1, "no merge");
    let silent = SilentMerge::of(&repo, &merge).unwrap();
    let set_back = silent.set_back(&repo, &merge.parents).unwrap();
    let together = asked.iter().filter(|path| silent.put_together(&RepoPath::from(**path)));
    (
        set_back
            .into_iter()
            .map(|path| String::from_utf8_lossy(path.as_bytes()).into_owned())
            .collect(),
        together.map(ToString::to_string).collect(),
    )
}

fn none() -> Vec<String> {
    Vec::new()
}

#[test]
fn what_git_puts_together_is_no_doing_of_the_merge() {
    let sides: [&dyn Fn(&Scratch); 3] =
        [&write("a", line(1, "one")), &write("a", line(5, "five")), &write("a", line(9, "nine"))];
    for count in [2, 3] {
        let scratch = parted(&sides[..count]);
        let others: Vec<_> = ["side1", "side2"].into_iter().take(count - 1).collect();
        scratch.git(&[&["merge", "--quiet", "--no-edit"][..], &others].concat());
        assert_eq!(told(&scratch, &["a"]), (none(), vec!["a".to_owned()]), "{count} sides");
    }
}

#[test]
fn a_side_that_is_not_taken_is_set_back() {
    let sides: [&dyn Fn(&Scratch); 3] = [
        &write("a", line(1, "one")),
        &write("a", line(9, "nine")),
        &write("folder/b", "new\n".to_owned()),
    ];
    for count in [2, 3] {
        let scratch = parted(&sides[..count]);
        let others: Vec<_> = ["side1", "side2"].into_iter().take(count - 1).collect();
        scratch.git(&[&["merge", "--quiet", "--no-edit", "-sours"][..], &others].concat());
        let gone: Vec<_> =
            ["a", "folder/b"].into_iter().take(count - 1).map(str::to_owned).collect();
        assert_eq!(told(&scratch, &["a", "folder/c"]), (gone, vec!["folder/c".to_owned()]));
    }
}

#[test]
fn what_is_changed_by_the_way_is_set_back_only_where_several_had_changed_it() {
    let both: [&dyn Fn(&Scratch); 2] = [&write("a", line(1, "one")), &write("a", line(9, "nine"))];
    let one: [&dyn Fn(&Scratch); 2] =
        [&write("folder/b", "new\n".to_owned()), &write("a", line(9, "nine"))];
    for (sides, set_back) in [(both, vec!["a".to_owned()]), (one, none())] {
        let scratch = parted(&sides);
        scratch.git(&["merge", "--quiet", "--no-commit", "side1"]);
        scratch.commit("Merge", &[("a", &line(5, "by the way"))]);
        assert_eq!(told(&scratch, &["a"]), (set_back, none()));
    }
}

#[test]
fn a_conflict_is_whoever_settled_its() {
    let scratch = parted(&[&write("a", line(1, "one")), &write("a", line(1, "uno"))]);
    scratch.git(&["merge", "--quiet", "--no-edit", "-Xours", "side1"]);
    assert_eq!(told(&scratch, &["a"]), (none(), none()));
}

#[test]
fn a_file_in_the_place_of_a_folder_leaves_the_rest_of_the_merge_as_plain_as_it_is() {
    let file = |scratch: &Scratch| {
        std::fs::remove_dir_all(scratch.path().join("folder")).unwrap();
        std::fs::write(scratch.path().join("folder"), "file\n").unwrap();
        std::fs::write(scratch.path().join("a"), line(9, "nine")).unwrap();
    };
    let folder = |scratch: &Scratch| {
        for path in ["folder/new", "z"] {
            std::fs::write(scratch.path().join(path), "new\n").unwrap();
        }
    };
    let asked = ["a", "folder", "folder/b", "folder/new"];
    let text = |paths: &[&str]| paths.iter().map(ToString::to_string).collect::<Vec<_>>();

    let scratch = parted(&[&folder, &file]);
    scratch.git(&["merge", "--quiet", "--no-edit", "-sours", "side1"]);
    let gone = text(&["a", "folder/b", "folder/c"]);
    assert_eq!(told(&scratch, &asked), (gone, text(&["folder/new"])));

    let scratch = parted(&[&file, &folder]);
    scratch.git(&["merge", "--quiet", "--no-edit", "-sours", "side1"]);
    assert_eq!(told(&scratch, &asked), (text(&["z"]), text(&["a"])));
    let parents = scratch.repo().commit(&scratch.id("HEAD")).unwrap().parents;
    let unsure = scratch.repo().joined(&parents).unwrap().unsure;
    let within = ["folder", "folder/b", "folder/c", "folder/new"].map(RepoPath::from);
    assert_eq!(unsure, BTreeSet::from(within));
}

#[test]
fn what_follows_a_rename_is_not_set_back() {
    let edits: [&dyn Fn(&Scratch); 2] = [&git(&["mv", "a", "z"]), &write("a", line(9, "nine"))];
    let scratch = parted(&edits);
    scratch.git(&["merge", "--quiet", "--no-edit", "side1"]);
    assert_eq!(told(&scratch, &["z"]), (none(), none()), "its own, as far as the paths tell");

    let new: [&dyn Fn(&Scratch); 2] =
        [&git(&["mv", "folder", "other"]), &write("folder/new", "new\n".to_owned())];
    let scratch = parted(&new);
    scratch.git(&["-c", "merge.directoryRenames=true", "merge", "--quiet", "--no-edit", "side1"]);
    assert_eq!(scratch.git(&["ls-files", "other"]), "other/b\nother/c\nother/new");
    assert_eq!(told(&scratch, &["other/new"]), (none(), none()));
}

#[test]
fn of_sides_that_cannot_be_read_nothing_is_said() {
    let scratch = parted(&[&write("a", line(1, "one")), &write("a", line(9, "nine"))]);
    scratch.git(&["merge", "--quiet", "--no-edit", "side1"]);
    let merge = scratch.repo().commit(&scratch.id("HEAD")).unwrap();
    assert!(SilentMerge::of(&scratch.shallow(1), &merge).is_none());
}
