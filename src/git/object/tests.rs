use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn oid(byte: u8) -> ObjectId {
    ObjectId::from_bytes(&[byte; 20]).unwrap()
}

fn commit(text: &str) -> Commit {
    Commit::parse(&oid(9), text.as_bytes()).unwrap()
}

const TREE: &str = "tree 0101010101010101010101010101010101010101\n";

#[test]
fn a_commits_headers_end_at_the_first_empty_line() {
    let parent = "parent 0202020202020202020202020202020202020202\n";
    let signed =
        "gpgsig -----BEGIN\n tree 0303030303030303030303030303030303030303\n \n -----END\n";
    let person = "A <a> <b@c> 1700000000 +0100\n";
    let read = commit(&format!(
        "{TREE}{parent}author {person}committer {person}{signed}\nSay\n\nparent x\n"
    ));
    assert_eq!(read.tree, oid(1));
    assert_eq!(read.parents, [oid(2)]);
    assert_eq!(read.time, Seconds(1_700_000_000));
    assert_eq!(read.message, b"Say\n\nparent x\n");
    assert_eq!(read.subject(), "Say");
}

#[test]
fn a_time_that_cannot_be_read_is_the_epoch_as_git_has_it() {
    for person in ["A <a> soon", "A <a>", "A <a> -5 +0000", "A", "A <a> 99999999999999999999 +0000"]
    {
        assert_eq!(commit(&format!("{TREE}committer {person}\n\nx")).time, Seconds(0), "{person}");
    }
}

#[test]
fn a_commit_without_a_tree_or_with_half_a_parent_is_damage() {
    for text in ["", "\n\n", "committer A <a> 1 +0000\n\nx", "tree 01\n\n"] {
        assert!(Commit::parse(&oid(9), text.as_bytes()).is_err(), "{text:?}");
    }
    assert!(Commit::parse(&oid(9), format!("{TREE}parent 0202\n\n").as_bytes()).is_err());
    assert!(Tag::parse(&oid(9), b"type commit\ntag x\n\n").is_err());
}

#[test]
fn modes_are_read_as_git_reads_them() {
    let read = |mode: &str| {
        let content = [mode.as_bytes(), b" name\0", &[7; 20]].concat();
        let tree = Tree::new(oid(9), content);
        let entries: Result<Vec<_>, _> = tree.entries().map(|e| e.map(|e| e.entry.mode)).collect();
        entries
    };
    assert_eq!(read("100664"), Ok(vec![0o100_644]));
    assert_eq!(read("100755"), Ok(vec![0o100_755]));
    assert_eq!(read("120000"), Ok(vec![0o120_000]));
    assert_eq!(read("040000"), Ok(vec![0o40_000]));
    assert_eq!(read("160000"), Ok(vec![0o160_000]));
    assert!(read("1006x4").is_err());
}

#[test]
fn folders_sort_as_if_a_slash_ended_their_names() {
    let entry = |name: &'static str, mode: u32| TreeEntry {
        name: name.as_bytes(),
        entry: Entry { mode, oid: oid(1) },
    };
    let folder = entry("a", 0o40_000);
    assert!(folder.order(&entry("a.b", 0o100_644)).is_gt());
    assert!(folder.order(&entry("a0", 0o100_644)).is_lt());
    assert!(entry("a", 0o100_644).order(&entry("a.b", 0o100_644)).is_lt());
    assert!(folder.order(&entry("a", 0o100_644)).is_gt());
}

#[test]
fn two_trees_that_differ_only_in_damage_are_not_taken_for_one() {
    let good = [b"100644 a\0".as_slice(), &[7; 20], b"100644 b\0", &[8; 20]].concat();
    let cut = Tree::new(oid(9), good[..40].to_vec());
    let whole = Tree::new(oid(9), good);
    let (mut left, mut right) = (cut.entries(), whole.entries());
    left.skip_shared(&mut right);
    assert!(left.next().unwrap().is_err());
    assert_eq!(right.next().unwrap().unwrap().name, b"b");
    for _ in 0..10 {
        assert!(cut.find(b"b").is_err());
        assert_eq!(cut.find(b"a").unwrap().map(|entry| entry.oid), Some(oid(7)));
    }
}

#[test]
fn a_tree_that_is_asked_often_answers_the_same() {
    let entries = [("a.b", false, 1), ("a", true, 2), ("a0", false, 3), ("b", false, 4)];
    let stored = |(name, folder, id): (&str, bool, u8)| {
        let mode = if folder { "40000" } else { "100644" };
        [mode.as_bytes(), b" ", name.as_bytes(), &[0], &[id; 20]].concat()
    };
    let tree = Tree::new(oid(9), entries.into_iter().flat_map(stored).collect());
    for _ in 0..10 {
        for (name, folder, id) in entries {
            let mode = if folder { Entry::FOLDER } else { 0o100_644 };
            let entry = Entry { mode, oid: oid(id) };
            assert_eq!(tree.find(name.as_bytes()).unwrap(), Some(entry), "{name}");
        }
        for other in ["", "a.", "a.c", "aa", "c"] {
            assert_eq!(tree.find(other.as_bytes()).unwrap(), None, "{other}");
        }
    }
}

/// A tree of these names, each a byte, each with an id of another byte.
fn tree_of(names: &BTreeMap<u8, (bool, u8)>) -> Tree {
    let entry = |(name, (folder, id)): (&u8, &(bool, u8))| {
        let mode: &[u8] = if *folder { b"40000" } else { b"100644" };
        [mode, b" x ", &[b'a' + name % 26], &[0], &[*id; 20]].concat()
    };
    Tree::new(oid(9), names.iter().flat_map(entry).collect())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 10_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_bytes_bring_the_parsers_down(content in any::<Vec<u8>>(), cut in 0usize..60) {
        let _ = Commit::parse(&oid(9), &content);
        let _ = Tag::parse(&oid(9), &content);
        let good = [b"100644 name\0".as_slice(), &[7; 20], b"40000 x\0", &[8; 20]].concat();
        let tree = Tree::new(oid(9), [&good[..cut], content.as_slice()].concat());
        let read = tree.entries().take_while(Result::is_ok).count();
        prop_assert!(read <= tree.content.len());
    }

    #[test]
    fn a_tree_that_was_cut_is_never_taken_for_whole(cut in 1usize..60) {
        let good = [b"100644 name\0".as_slice(), &[7; 20], b"40000 x\0", &[8; 20]].concat();
        let tree = Tree::new(oid(9), good[..cut].to_vec());
        prop_assert!(cut == 32 || tree.entries().any(|entry| entry.is_err()));
    }

    #[test]
    fn what_two_trees_begin_with_in_common_is_passed_over_and_nothing_else(
        left in prop::collection::btree_map(0u8..26, (any::<bool>(), 0u8..4), 0..20),
        changes in prop::collection::btree_map(
            0u8..26,
            prop::option::of((any::<bool>(), 0u8..4)),
            0..3,
        ),
    ) {
        let mut right = left.clone();
        for (name, becomes) in changes {
            match becomes {
                Some(entry) => right.insert(name, entry),
                None => right.remove(&name),
            };
        }
        let (one, other) = (tree_of(&left), tree_of(&right));
        let all = |tree: &Tree| -> Vec<(Vec<u8>, Entry)> {
            tree.entries().map(Result::unwrap).map(|e| (e.name.to_vec(), e.entry)).collect()
        };
        let (of_one, of_other) = (all(&one), all(&other));
        let shared = of_one.iter().zip(&of_other).take_while(|(a, b)| a == b).count();
        let (mut a, mut b) = (one.entries(), other.entries());
        a.skip_shared(&mut b);
        let left_over = |entries: TreeEntries<'_>| {
            entries.map(Result::unwrap).map(|e| (e.name.to_vec(), e.entry)).collect::<Vec<_>>()
        };
        prop_assert_eq!(left_over(a), &of_one[shared..]);
        prop_assert_eq!(left_over(b), &of_other[shared..]);
        for (name, entry) in &of_one {
            prop_assert_eq!(one.find(name).unwrap(), Some(*entry));
        }
        prop_assert_eq!(one.find(b"x").unwrap(), None);
        prop_assert_eq!(one.find(b" a").unwrap(), None);
    }
}
