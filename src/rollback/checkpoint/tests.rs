//! What takes stages back to their checkpoints, and what only looks like it.

use super::*;
use crate::git::{Operation, RefUpdate, RepoPath, Target};
use crate::rollback::testing::{AS_FOUR, AS_NINE, OUT_4, OUT_9, OUT_BOTH, Scene, migration, rules};
use crate::stage::attribution::{Attribution, Attributions};
use crate::stage::history::works;
use crate::stage::plan::plan;
use crate::stage::words::LandingWords;

/// Both stages have landed. The checkpoint of stage 9 is where stage 4 has, that of 4 the start.
struct Landed {
    scene: Scene,
    before_nine: ObjectId,
    landed: ObjectId,
}

const BEFORE: [(&str, &str); 2] = [("four/a", "a\n"), ("four/b", "b\n")];

impl Landed {
    fn new() -> Self {
        let more = [("nine/a", "a\n"), ("both", "a\n"), ("readme", "a\n")];
        let scene = Scene::new("start = { tag = \"s-9\" }", &[&BEFORE[..], &more].concat());
        scene.scratch.git(&["tag", "s"]);
        let changed = [("four/a", "4\n"), ("four/b", "4\n"), ("both", "4\n")];
        let before_nine = scene.land(AS_FOUR, &changed);
        scene.scratch.git(&["tag", "--annotate", "--message", "x", "s-9"]);
        let landed = scene.land(AS_NINE, &[("nine/a", "9\n")]);
        Self { scene, before_nine, landed }
    }

    /// Whether what came since both have landed takes stages back.
    fn is_exact(&self) -> bool {
        let Scene { scratch, repo, migration, .. } = &self.scene;
        let (head, none) = (scratch.id("main"), Attributions::default());
        let attribution = Attribution::new(migration, &[], &none);
        let matcher = Matcher::new(migration);
        let commits = repo.walk(&head, &[self.landed]).unwrap().commits;
        let changes = repo.changes(Some(&self.landed), Some(&head)).unwrap();
        let paths: BTreeSet<&RepoPath> = changes.iter().map(|change| &change.path).collect();
        let works = works(repo, &commits).unwrap();
        let silent = LandingWords::default();
        let plan = plan(&matcher, &attribution, &paths, &head, &works, &silent).unwrap();
        let name = RefName::branch("main");
        let (from, to) = (Some(self.landed), Some(head));
        let range = Range {
            update: RefUpdate { local: None, remote: name, from, to },
            operation: Operation::Update,
            target: Target::Branch,
            head: to,
            old: from,
            base: vec![self.landed],
            commits,
            changes,
            whole: true,
        };
        let gone = Range { head: None, ..range.clone() };
        let exact = |range| is_exact(repo, migration, &matcher, &plan, range).unwrap();
        assert!(!exact(&gone), "what takes a ref away takes no stage back");
        exact(&range)
    }
}

/// Whether commits on top, each with its trailers, take stages back.
fn takes_back(commits: &[(&str, &[(&str, &str)])]) -> bool {
    let landed = Landed::new();
    for (trailers, files) in commits {
        landed.scene.land(trailers, files);
    }
    landed.is_exact()
}

#[test]
fn a_whole_stage_as_at_its_checkpoint_is_exact() {
    assert!(takes_back(&[(OUT_9, &[("nine/a", "a\n")])]));
    assert!(takes_back(&[("", &[("nine/a", "a\n")])]), "the tree decides, whatever it says");
    let four = [&BEFORE[..], &[("both", "a\n")]].concat();
    assert!(takes_back(&[(OUT_9, &[("nine/a", "a\n")]), ("", &[])]));
    assert!(!takes_back(&[(OUT_4, &four)]), "stage 9 owns `both` as well, and is not asked");
}

#[test]
fn half_of_a_stage_is_not() {
    assert!(!takes_back(&[(OUT_4, &BEFORE[..1])]));
    assert!(!takes_back(&[(OUT_4, &BEFORE)]), "`both` stays as stage 4 left it");
    assert!(!takes_back(&[(OUT_9, &[("nine/a", "b\n")])]));
}

#[test]
fn a_shared_path_goes_with_the_consent_of_all() {
    let back = [&BEFORE[..], &[("both", "a\n"), ("nine/a", "a\n")]].concat();
    for (trailers, expected) in [(OUT_BOTH, true), (OUT_4, false), (OUT_9, false), ("", false)] {
        let landed = Landed::new();
        // From here on both of them begin with the same file.
        let start = landed.scene.start.to_string();
        landed.scene.scratch.git(&["tag", "--force", "s-9", &start]);
        landed.scene.land(trailers, &back);
        assert_eq!(landed.is_exact(), expected, "{trailers}");
    }
}

#[test]
fn anything_else_beside_it_makes_it_another_push() {
    let nine = ("nine/a", "a\n");
    assert!(!takes_back(&[]), "nothing changes");
    assert!(!takes_back(&[(OUT_9, &[nine, ("readme", "b\n")])]), "a file of nobody");
    assert!(!takes_back(&[(OUT_9, &[nine]), ("Migration-Stage: 9", &[("nine/b", "b\n")])]));
    let advanced: &[(&str, &[(&str, &str)])] =
        &[("Migration-Stage: 9", &[("nine/a", "b\n")]), (OUT_9, &[nine])];
    assert!(!takes_back(advanced), "one of them says that it is work");
}

#[test]
fn a_stage_begins_at_its_own_tag_or_the_migrations() {
    let landed = Landed::new();
    let Landed { scene, before_nine, landed: tip } = &landed;
    let point = |migration: &Migration, stage: usize| {
        checkpoint(&scene.repo, migration, &migration.stages[stage]).unwrap()
    };
    assert_eq!(point(&scene.migration, 0), Some(scene.start));
    assert_eq!(point(&scene.migration, 1), Some(*before_nine), "the tag is peeled");
    let pinned = |commit: &str| {
        migration(&rules(&format!("start = {{ tag = \"s-9\", oid = \"{commit}\" }}")))
    };
    assert_eq!(point(&pinned(&tip.to_string()), 1), Some(*tip));
    assert_eq!(point(&pinned(&"1".repeat(40)), 1), None, "it is not here");
    scene.scratch.git(&["tag", "--delete", "s-9"]);
    assert_eq!(point(&scene.migration, 1), None);
    scene.scratch.commit("Back", &[("nine/a", "a\n")]);
    assert!(!landed.is_exact(), "without a checkpoint nothing is");
}
