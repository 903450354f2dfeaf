//! What single facts of a range come to, on real repositories.

use std::collections::{BTreeMap, BTreeSet};

use super::fake::{archive, at, migration, stage};
use super::real::{BOTHS, NINES, Real, guard, in_common, push, rules};
use crate::backup::Checked;
use crate::config::{Configuration, MigrationId};
use crate::git::{
    Commit, ObjectId, OtherSide, RefName, RefUpdate, RepoPath, TreeFile, ends, range,
};
use crate::readiness::judge_range::code_is_open;
use crate::readiness::repo_facts::{Ground, RepoFacts};
use crate::readiness::snapshot::{Facts, Landed, Unknown};
use crate::readiness::stores::Stores;
use crate::receipt::BackupReceipt;
use crate::stage::attribution::{Attributions, Claims};

/// What the facts of a push to `main` rest on, beside the repository.
#[derive(Default)]
struct Beside<'a> {
    landing: BTreeMap<String, ObjectId>,
    delivered: Vec<BackupReceipt>,
    online: Option<&'a Stores>,
}

/// Asks for facts of a push to `main`.
fn told<T>(
    real: &Real,
    beside: &Beside<'_>,
    (from, to): (ObjectId, ObjectId),
    ask: impl Fn(RepoFacts<'_>, &Configuration) -> T,
) -> T {
    let repo = real.scratch.repo();
    let ground = Ground {
        repo: &repo,
        now: at("2026-01-06T12:00:00Z"),
        remote: "origin",
        tags_left_out: None,
        delivered: &beside.delivered,
        online: beside.online,
        landing: &beside.landing,
        config_path: "backout.toml",
    };
    let configuration = super::fake::configuration(&[("backout.toml", &rules(""))]);
    let remote = RefName::branch("main");
    let update = RefUpdate { local: None, remote, from: Some(from), to: Some(to) };
    let known = OtherSide { commits: vec![from], remote: None, lands: true };
    let range = range(&repo, &update, ends(&repo, &update).unwrap(), known).unwrap();
    let attributions = Attributions::default();
    let words = Claims::default();
    ask(RepoFacts::new(&ground, &range, &configuration, &attributions, words), &configuration)
}

fn m(configuration: &Configuration) -> &MigrationId {
    &configuration.migrations[0].id
}

#[test]
fn a_path_is_kept_where_both_ends_of_a_range_have_it_alike() {
    let real = Real::with("");
    let head = real.commit("README.md", "Words");
    let kept = |path: &str| {
        told(&real, &Beside::default(), (real.start, head), |facts, _| {
            facts.is_kept(&RepoPath::from(path)).unwrap()
        })
    };
    assert_eq!(["src/4/a.py", "README.md", "none"].map(kept), [true, false, true]);
}

#[test]
fn a_range_lands_as_one_commit_where_that_is_known() {
    let real = Real::with("");
    let head = real.commit("README.md", "Words");
    let of = |ask: &dyn Fn(RepoFacts<'_>) -> bool| {
        told(&real, &Beside::default(), (real.start, head), |facts, _| ask(facts))
    };
    assert!(!of(&|facts| facts.as_one));
    assert!(of(&|facts| facts.landing_as_one(true).as_one));
    assert!(!of(&|facts| facts.landing_as_one(true).landing_as_one(false).as_one));
}

#[test]
fn where_a_folder_goes_any_stage_may_have_worked_in_it() {
    let real = Real::with("");
    let near = |head: ObjectId| {
        told(&real, &Beside::default(), (real.start, head), |facts, all| {
            facts.near(m(all)).unwrap()
        })
    };
    let added = real.commit("src/4/b.py", "More");
    assert!(!near(added).anybody);
    assert_eq!(near(added).paths, BTreeSet::from([RepoPath::from("src/4/a.py")]));
    real.scratch.git(&["rm", "--quiet", "-r", "src/4"]);
    assert!(near(real.scratch.commit("Gone", &[])).anybody);
}

#[test]
fn where_the_landing_branch_has_the_range_by_now_it_stood_where_that_begins() {
    let real = Real::with("");
    let head = real.commit("README.md", "Words");
    let before = |tip: Option<ObjectId>| {
        let landing = tip.map(|tip| ("main".to_owned(), tip)).into_iter().collect();
        let beside = Beside { landing, ..Beside::default() };
        told(&real, &beside, (real.start, head), |facts, all| facts.before_range(m(all)).unwrap())
    };
    assert_eq!(before(Some(head)), Some(real.start));
    assert_eq!(before(Some(real.start)), Some(real.start));
    real.scratch.git(&["checkout", "--quiet", "--detach", &real.start.to_string()]);
    let other = real.commit("README.md", "Other");
    assert_eq!(before(Some(other)), Some(other));
    assert_eq!(before(None), None);
}

#[test]
fn what_had_landed_before_a_rewrite_is_read_from_its_old_end() {
    let real = Real::with("");
    let landed = real.unready();
    real.scratch.git(&["checkout", "--quiet", "--detach", &real.start.to_string()]);
    let head = real.commit("README.md", "Words");
    let steps = told(&real, &Beside::default(), (landed, head), |facts, all| {
        facts.steps_before_rewrite(m(all)).unwrap()
    });
    assert_eq!(steps, BTreeSet::from([landed]));
}

#[test]
fn a_delivered_receipt_counts_for_its_own_backup() {
    let of = |migration: &str, backup: &str, taken: &str| BackupReceipt {
        migration: migration.parse().unwrap(),
        backup: backup.parse().unwrap(),
        archives: vec![archive(taken)],
    };
    let right = of("m", "data", "2026-01-05T11:00:00Z");
    let others =
        [of("m", "other", "2026-01-05T12:00:00Z"), of("n", "data", "2026-01-05T13:00:00Z")];
    let delivered = [&[right.clone()][..], &others].concat();
    let real = Real::with("");
    let head = real.commit("README.md", "Words");
    let beside = Beside { delivered, ..Beside::default() };
    let archives = told(&real, &beside, (real.start, head), |facts, all| {
        facts.delivered(m(all), &right.backup)
    });
    assert_eq!(archives, right.archives);
}

#[test]
fn stores_are_looked_into_where_that_is_asked_for() {
    let real = Real::with("");
    let head = real.commit("README.md", "Words");
    let stores = Stores::new(None);
    for online in [None, Some(&stores)] {
        let beside = Beside { online, ..Beside::default() };
        let (asks, stored) = told(&real, &beside, (real.start, head), |facts, all| {
            let migration = &all.migrations[0];
            let backup = migration.backups.values().next().unwrap();
            let archive = archive("2026-01-05T11:00:00Z");
            (facts.asks_stores(), facts.stored(migration, backup, &archive))
        });
        assert_eq!(asks, online.is_some());
        let unknown = stored.is_some_and(|checked| matches!(checked, Checked::Unknown { .. }));
        assert_eq!(unknown, online.is_some(), "nothing is there");
    }
}

#[test]
fn files_that_come_and_go_pass_by_in_a_range_of_several_commits() {
    let real = Real::with("");
    let passing = |head: ObjectId| {
        told(&real, &Beside::default(), (real.start, head), |facts, _| {
            let passing = facts.passing().unwrap().into_iter();
            passing.map(|(commit, change)| (commit, change.path)).collect::<Vec<_>>()
        })
    };
    let one = real.commit("one", "Words");
    assert_eq!(passing(one), [], "the ends of the range tell");
    let other = real.commit("other", "Words");
    let both = [(other, RepoPath::from("other")), (one, RepoPath::from("one"))];
    assert_eq!(passing(other), both);
}

#[test]
fn a_stage_that_is_not_taken_back_by_its_code_has_no_way_back_to_lose() {
    let text = migration("")
        + &stage("1", "low", "")
        + &stage("2", "low", "irreversible = true\nreason = \"gone\"")
        + &stage("3", "low", "rollback = [\"flags\"]\nflags = { F = \"off\" }")
        + "[flags.F]\non = \"1\"\noff = \"0\"\ndefined_in = [\".env\"]\n";
    let all = super::fake::configuration(&[("backout.toml", &text)]);
    let unknown = || Err(Unknown { reason: "cut off".to_owned(), help: "fetch".to_owned() });
    let open = all.migrations[0].stages.iter().map(|stage| code_is_open(stage, &unknown()));
    assert_eq!(open.collect::<Vec<_>>(), [None, Some(true), Some(true)]);
    assert_eq!(code_is_open(&all.migrations[0].stages[0], &Ok(None)), Some(true));
}

/// A stage may land by its trailer alone: what says so beside a planned revert is asked for it.
#[test]
fn a_planned_revert_with_work_that_changes_nothing_is_none() {
    let more = "[[stages]]\nid = \"x\"\nname = \"X\"\nimpact = \"critical\"\npaths = []\n\
                rollback = [\"data\"]\nbackups = [\"data\"]\n";
    let real = Real::with("");
    real.scratch.commit("Rules", &[("backout.toml", &(rules("") + more))]);
    let landed = real.ready();
    real.scratch.remote_has("main", &landed);
    real.scratch.git(&["checkout", "--quiet", "m-start", "--", "src/9/a.py"]);
    let back = real.scratch.commit("Back\n\nBackout-Stage: 9", &[]);
    let judged = |head: ObjectId| {
        let repo = real.scratch.repo();
        guard(&repo).judge(&[push("main", Some(landed), head)]).unwrap()
    };
    assert!(judged(back).refs[0].reverts);
    let with_work = judged(real.scratch.commit("Run\n\nMigration-Stage: x", &[]));
    assert!(!with_work.refs[0].reverts);
    let stages: Vec<_> = with_work.stages.iter().map(|stage| stage.id.as_str()).collect();
    assert!(stages.contains(&"x"), "{stages:?}");
}

#[test]
fn what_brings_a_stage_back_on_its_own_files_and_on_shared_ones_is_its_work() {
    let real = Real::under(&in_common(""));
    let work = [("src/9/a.py", "nine\n"), ("src/both.py", NINES)];
    real.scratch.commit("Work\n\nMigration-Stage: 9", &work);
    real.scratch.git(&["checkout", "--quiet", "m-start", "--", "src"]);
    let gone = real.scratch.commit("Back\n\nBackout-Stage: 9", &[]);
    real.scratch.remote_has("main", &gone);
    let back = real.scratch.commit("As it was", &work);
    let repo = real.scratch.repo();
    let assessment = guard(&repo).judge(&[push("main", Some(gone), back)]).unwrap();
    let stages = assessment.stages.iter().map(|stage| (stage.id.as_str(), stage.advances));
    assert_eq!(stages.collect::<Vec<_>>(), [("9", true)]);
}

/// The stages that `topic`, a branch with this work, is asked for where stage 9's part of it has
/// landed as one commit, and it is merged, with this in the file in common or as git does it.
fn built_on(work: impl Fn(&Real), both: Option<&str>) -> Vec<String> {
    let real = Real::under(&in_common(""));
    real.scratch.git(&["checkout", "--quiet", "-b", "topic"]);
    work(&real);
    real.scratch.git(&["checkout", "--quiet", "main"]);
    let nine = [("src/both.py", NINES)];
    let landed = real.scratch.commit("Nine\n\nMigration-Stage: 9", &nine);
    real.scratch.remote_has("main", &landed);
    real.scratch.git(&["merge", "--quiet", "--no-commit", "topic"]);
    let both: Vec<_> = both.map(|text| ("src/both.py", text)).into_iter().collect();
    let head = real.scratch.commit("Merge", &both);
    let repo = real.scratch.repo();
    let assessment = guard(&repo).judge(&[push("main", Some(landed), head)]).unwrap();
    let advancing = assessment.stages.iter().filter(|stage| stage.advances);
    advancing.map(|stage| stage.id.clone()).collect()
}

#[test]
fn a_merge_that_says_it_is_a_landed_stages_work_is_asked_for_it() {
    let four = |real: &Real| {
        real.scratch.commit("Work\n\nMigration-Stage: 4", &[("src/both.py", BOTHS)]);
    };
    let nine = [("src/both.py", NINES)];
    let said = "Work\n\nMigration-Stage: 9";
    let by_a_commit = |real: &Real| {
        real.scratch.commit(said, &nine);
        four(real);
    };
    assert_eq!(built_on(by_a_commit, None), ["4"], "what it did stands there");
    let more = BOTHS.replace('3', "three");
    assert_eq!(built_on(by_a_commit, Some(&more)), ["4", "9"], "it may be 9's what the merge did");
    let by_a_merge = |real: &Real| {
        let words = "Words\n\nMigration-Stage: none";
        real.scratch.commit(words, &[("README.md", "words\n")]);
        real.scratch.git(&["checkout", "--quiet", "-b", "side", "HEAD^"]);
        real.scratch.commit(words, &[("OTHER.md", "words\n")]);
        real.scratch.git(&["checkout", "--quiet", "topic"]);
        real.scratch.git(&["merge", "--quiet", "--no-ff", "--no-commit", "side"]);
        real.scratch.commit(said, &nine);
        four(real);
    };
    assert_eq!(built_on(by_a_merge, None), ["4", "9"], "what else it did is not known");
}

#[test]
fn a_base_beside_the_line_has_not_lost_what_it_has_itself() {
    let real = Real::with("");
    let landed = real.commit("src/4/a.py", "Work\n\nMigration-Stage: 4");
    real.scratch.git(&["checkout", "--quiet", "--detach", &real.start.to_string()]);
    real.commit("README.md", "Words");
    real.scratch.git(&["merge", "--quiet", "--no-edit", &landed.to_string()]);
    let hotfix = real.commit("src/4/a.py", "Hot\n\nMigration-Stage: none");
    let landing = BTreeMap::from([("main".to_owned(), landed)]);
    let beside = Beside { landing, ..Beside::default() };
    let lost_by = told(&real, &beside, (landed, hotfix), |facts, all| {
        let stage = &all.migrations[0].stages[0].id;
        facts.lost_by(m(all), stage).unwrap().map(|loss| loss.commit)
    });
    assert_eq!(lost_by, Some(hotfix));
}

#[test]
fn a_file_is_looked_for_where_the_step_landed_and_after_it() {
    let real = Real::with("");
    let step = real.unready();
    let later = real.commit("late", "Words");
    let head = real.commit("README.md", "Words");
    let landing = BTreeMap::from([("main".to_owned(), later)]);
    let beside = Beside { landing, ..Beside::default() };
    let found = |step: ObjectId, path: &str| {
        told(&real, &beside, (later, head), |facts, all| {
            facts.landed_file(m(all), &step, path, &|_| true).unwrap()
        })
    };
    let file = TreeFile::Content(b"Words".to_vec());
    assert_eq!(found(step, "late"), Landed::Before(Some(file)));
    assert_eq!(found(step, "none"), Landed::Before(None));
    assert_eq!(found(head, "late"), Landed::WithThis);
}

#[test]
fn work_that_says_nothing_counts_before_the_start_beside_what_says_whose_it_is() {
    let real = Real::with("");
    real.commit("src/4/a.py", "Work\n\nMigration-Stage: 4");
    let other = real.commit("src/9/a.py", "Work");
    real.scratch.git(&["tag", "--force", "--annotate", "--message", "late", "m-start"]);
    let repo = real.scratch.repo();
    let commit = repo.commit(&other).unwrap();
    let kept = |stage: usize, others: &[&Commit]| {
        told(&real, &Beside::default(), (real.start, other), |facts, all| {
            let stage = &all.migrations[0].stages[stage].id;
            facts.work_before_start(m(all), stage, others).unwrap().map(|commit| commit.id)
        })
    };
    assert_eq!(kept(1, &[]), None);
    assert_eq!(kept(1, &[&commit]), Some(other));
}
