//! What a clone has to have before anything can be judged in it.

use std::path::Path;

use super::fake::{migration, stage};
use super::real::guard;
use crate::git::testing::Scratch;
use crate::git::{ObjectId, Repo};

/// Where the migration starts, then three commits on `main`.
struct History {
    scratch: Scratch,
    first: ObjectId,
    second: ObjectId,
    third: ObjectId,
}

impl History {
    fn new() -> Self {
        let scratch = Scratch::empty();
        let nine = "start = { tag = \"nine\" }\ndeployed = { tag = \"live\" }";
        let rules = migration("") + &stage("4", "low", "") + &stage("9", "low", nine);
        scratch.commit("rules", &[("backout.toml", &rules)]);
        scratch.git(&["tag", "m-start"]);
        let [first, second, third] = ["a", "b", "c"].map(|text| scratch.commit(text, &[]));
        Self { scratch, first, second, third }
    }

    /// A clone of the newest commits, in a folder of this name beside the repository.
    fn clone(&self, name: &str, depth: &str) -> Clone<'_> {
        let source = format!("file://{}", self.scratch.path().display());
        let target = format!("../{name}");
        self.scratch.git(&["clone", "--quiet", "--depth", depth, &source, &target]);
        Clone { scratch: &self.scratch, folder: target }
    }
}

struct Clone<'s> {
    scratch: &'s Scratch,
    folder: String,
}

impl Clone<'_> {
    fn git(&self, arguments: &[&str]) -> String {
        self.scratch.git(&[&["-C", self.folder.as_str()], arguments].concat())
    }

    fn repo(&self) -> Repo {
        Repo::open(&self.scratch.path().join(Path::new(&self.folder))).unwrap()
    }

    /// One more commit on top of another.
    fn commit_on(&self, parent: &ObjectId) -> ObjectId {
        self.git(&["checkout", "--quiet", "--detach", &parent.to_string()]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", "more"]);
        self.git(&["rev-parse", "HEAD"]).parse().unwrap()
    }

    /// Whether these heads can be judged here only once more was fetched.
    fn is_cut_off(&self, heads: &[ObjectId]) -> bool {
        let repo = self.repo();
        let needs = guard(&repo).needs(None).unwrap();
        needs.are_cut_off(&repo, heads).unwrap()
    }
}

#[test]
fn the_landing_branch_and_every_tag_that_the_rules_name_are_needed() {
    let history = History::new();
    let repo = history.scratch.repo();
    let needs = guard(&repo).needs(Some(history.third)).unwrap();
    assert_eq!(needs.branches.into_iter().collect::<Vec<_>>(), ["main"]);
    assert_eq!(needs.tags.into_iter().collect::<Vec<_>>(), ["live", "m-start", "nine"]);
}

#[test]
fn a_whole_clone_is_cut_off_nowhere() {
    let history = History::new();
    history.scratch.remote_has("main", &history.second);
    let repo = history.scratch.repo();
    let needs = guard(&repo).needs(None).unwrap();
    assert!(!needs.are_cut_off(&repo, &[history.third]).unwrap());
}

#[test]
fn history_is_needed_to_where_a_commit_and_the_landing_branch_parted() {
    let history = History::new();
    let clone = history.clone("three", "3");
    let late = clone.commit_on(&history.third);
    assert!(!clone.is_cut_off(&[late]), "they parted where the clone has all");
    let early = clone.commit_on(&history.first);
    assert!(clone.is_cut_off(&[early]), "they may have parted before the clone begins");
    assert!(clone.is_cut_off(&[late, early]), "one of them is enough");
    // What has landed did not part from the landing branch.
    let tip = history.clone("one", "1");
    assert!(!tip.is_cut_off(&[history.third]));
}

#[test]
fn history_of_the_landing_branch_is_needed_to_where_the_migration_began() {
    let history = History::new();
    let clone = history.clone("three", "3");
    let began_at = |commit: &ObjectId| {
        clone.git(&["tag", "--force", "m-start", &commit.to_string()]);
        clone.is_cut_off(&[])
    };
    assert!(began_at(&history.second), "what lies before it is looked at");
    assert!(began_at(&history.first), "the clone begins there: it cannot tell what led on from it");
    // No work from before the last commit counts.
    let since = format!("since = \"{}\"", history.third);
    let rules = migration(&since) + &stage("4", "low", "");
    history.scratch.commit("since", &[("backout.toml", &rules)]);
    let clone = history.clone("four", "4");
    let began_at = |commit: &ObjectId| {
        clone.git(&["tag", "--force", "m-start", &commit.to_string()]);
        clone.is_cut_off(&[])
    };
    assert!(!began_at(&history.second));
    assert!(began_at(&history.first));
    let tip = history.clone("two", "2");
    tip.git(&["tag", "--force", "m-start", &history.third.to_string()]);
    assert!(tip.is_cut_off(&[]), "it cannot tell what led to it");
}
