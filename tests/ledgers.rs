//! What landed, and what backing it out comes to, for every way of landing.

mod backed_out;
mod blocked;
mod by_hand;
mod restored;
mod returned;
mod silent;

use std::collections::BTreeSet;

use backout::config::Configuration;
use backout::git::{Engine, ObjectId, Repo, RepoPath, TreeFile};
use backout::rollback::blockers::{Blockers, blockers};
use backout::rollback::clash::Reason;
use backout::rollback::plan::{Ground, Plan, plan};
use backout::rollback::undoing::read_ledger;
use backout::stage::attribution::{Attribution, Attributions};
use backout::stage::ledger::Ledger;
use backout::stage::matcher::Matcher;

use crate::laws::scene::configured;
use crate::support::{RepoOptions, TestRepo};

const STAGES: &str = r#"
[[stages]]
id = "4"
name = "Four"
impact = "low"
rollback = ["code"]
paths = ["four/**", "both.py"]

[[stages]]
id = "9"
name = "Nine"
impact = "low"
rollback = ["code"]
paths = ["nine/**", "both.py"]
"#;

const FOUR: usize = 0;
const NINE: usize = 1;

/// A repository whose branch begins with a few files, tagged as the start.
struct Branch {
    repo: TestRepo,
    configuration: Configuration,
}

impl Branch {
    fn new() -> Self {
        Self::with(RepoOptions::default(), STAGES)
    }

    fn with(options: RepoOptions, rest: &str) -> Self {
        let repo = TestRepo::with(options);
        let both = numbered(&[]);
        repo.commit_files(
            &[("both.py", &both), ("four/a.py", "a = 1\n"), ("nine/b.py", "b = 1\n")],
            "start",
        );
        repo.tag("start", "HEAD");
        let head = "version = 1\n[migration]\nid = \"m\"\nname = \"M\"\nbranch = \"main\"\n\
                    start = { tag = \"start\" }\n";
        Self { repo, configuration: configured(&format!("{head}{rest}")) }
    }

    /// Lands a commit of these stages.
    fn lands(&self, stages: &[&str], files: &[(&str, &str)]) -> String {
        let trailers: String =
            stages.iter().map(|stage| format!("Migration-Stage: {stage}\n")).collect();
        self.repo.commit_files(files, &format!("Work\n\n{trailers}"))
    }

    fn id(&self, revision: &str) -> ObjectId {
        self.repo.rev(&format!("{revision}^{{commit}}")).parse().unwrap()
    }

    fn ledger(&self, repo: &Repo) -> Ledger {
        let all = &self.configuration.migrations;
        let attributions = Attributions::default();
        let attribution = Attribution::new(&all[0], all, &attributions);
        read_ledger(repo, &all[0], &attribution, &self.id("start"), &self.id("main")).unwrap()
    }

    fn plan_in(&self, repo: &Repo, stages: &[usize]) -> Plan {
        self.try_plan_in(repo, stages).unwrap()
    }

    fn try_plan_in(&self, repo: &Repo, stages: &[usize]) -> anyhow::Result<Plan> {
        let migration = &self.configuration.migrations[0];
        let (ledger, matcher) = (self.ledger(repo), Matcher::new(migration));
        let onto = self.id("main");
        let ground = Ground { repo, migration, matcher: &matcher, ledger: &ledger, onto };
        plan(&ground, &stages.iter().copied().collect())
    }

    fn try_plan(&self, stages: &[usize]) -> anyhow::Result<Plan> {
        self.try_plan_in(&self.open(), stages)
    }

    fn plan(&self, stages: &[usize]) -> Plan {
        self.plan_in(&self.open(), stages)
    }

    fn blockers(&self, stage: usize) -> Blockers {
        let repo = self.open();
        let migration = &self.configuration.migrations[0];
        let (ledger, matcher) = (self.ledger(&repo), Matcher::new(migration));
        let onto = self.id("main");
        let ground = Ground { repo: &repo, migration, matcher: &matcher, ledger: &ledger, onto };
        let plan = plan(&ground, &BTreeSet::from([stage])).unwrap();
        assert!(!plan.is_clean());
        blockers(&ground, &plan).unwrap()
    }

    fn open(&self) -> Repo {
        Repo::open(self.repo.path()).unwrap()
    }

    /// What a file is after a plan; `None` where it is not there.
    #[track_caller]
    fn after(&self, stages: &[usize], path: &str) -> Option<String> {
        let repo = self.open();
        let plan = self.plan_in(&repo, stages);
        assert!(plan.is_clean(), "{:?}", plan.clashes);
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        match plan.paths.iter().find(|change| change.path == RepoPath::from(path)) {
            Some(change) => change.new.map(|entry| text(repo.blob(&entry.oid).unwrap())),
            None => match repo.file(&plan.onto, &RepoPath::from(path)).unwrap() {
                Some(TreeFile::Content(bytes)) => Some(text(bytes)),
                _ => None,
            },
        }
    }

    /// Commits a plan.
    fn back_out(&self, stages: &[usize], names: &[&str]) {
        let repo = self.open();
        let plan = self.plan_in(&repo, stages);
        assert!(plan.is_clean(), "{:?}", plan.clashes);
        for change in &plan.paths {
            let path = change.path.as_str().unwrap();
            match change.new {
                Some(entry) => self.repo.write(path, repo.blob(&entry.oid).unwrap()),
                None => std::fs::remove_file(self.repo.path().join(path)).unwrap(),
            }
        }
        let trailers: String =
            names.iter().map(|name| format!("Backout-Stage: {name}\n")).collect();
        self.repo.commit(&format!("Back out\n\n{trailers}"));
    }

    fn landed(&self) -> BTreeSet<usize> {
        self.ledger(&self.open()).landed().collect()
    }
}

/// Twenty lines, some of them otherwise.
fn numbered(changed: &[(usize, &str)]) -> String {
    let text = |line: usize| changed.iter().find(|(at, _)| *at == line).map(|(_, text)| *text);
    (0..20).map(|at| text(at).map_or(format!("line {at}\n"), |text| format!("{text}\n"))).collect()
}

#[test]
fn a_squash_has_its_trailers_anywhere() {
    let branch = Branch::new();
    let message = "Squash (#1)\n\n* one\n\nMigration-Stage: 4\n\n* two\n\nMigration-Stage: 9\n\n\
                   ---------\n\nCo-authored-by: A <a@a>";
    branch.repo.commit_files(&[("four/a.py", "a = 2\n"), ("nine/b.py", "b = 2\n")], message);
    assert_eq!(branch.landed(), BTreeSet::from([FOUR, NINE]));
    assert_eq!(branch.after(&[FOUR], "four/a.py").unwrap(), "a = 1\n");
    assert_eq!(branch.after(&[FOUR], "nine/b.py").unwrap(), "b = 2\n");
}

#[test]
fn a_squash_of_two_stages_on_one_path_goes_back_only_whole() {
    let branch = Branch::new();
    let both = numbered(&[(2, "four"), (15, "nine")]);
    branch.lands(&["4", "9"], &[("both.py", &both), ("four/a.py", "a = 2\n")]);
    let plan = branch.plan(&[FOUR]);
    let reasons: Vec<&Reason> = plan.clashes.iter().map(|clash| &clash.reason).collect();
    assert_eq!(reasons, [&Reason::Shared(BTreeSet::from([NINE]))]);
    assert_eq!(branch.plan(&[FOUR, NINE]).commits.len(), 1, "one commit is one step");
    assert_eq!(branch.after(&[FOUR, NINE], "both.py").unwrap(), numbered(&[]));
}

/// A branch `side` with a commit for each pair of stage and content of `both.py`, merged.
fn merged(branch: &Branch, commits: &[(&str, &str)], main: Option<&str>, evil: Option<&str>) {
    merged_at(branch, "both.py", commits, main, evil);
}

/// The same with another file.
fn merged_at(
    branch: &Branch,
    path: &str,
    commits: &[(&str, &str)],
    main: Option<&str>,
    evil: Option<&str>,
) {
    let repo = &branch.repo;
    repo.git(&["checkout", "-q", "-b", "side"]).ok();
    for (stage, text) in commits {
        branch.lands(&[stage], &[(path, text)]);
    }
    repo.git(&["checkout", "-q", "main"]).ok();
    if let Some(text) = main {
        branch.lands(&["9"], &[(path, text)]);
    }
    repo.git(&["merge", "-q", "--no-ff", "--no-commit", "side"]).ok();
    if let Some(text) = evil {
        repo.write(path, text);
    }
    repo.commit("Merge side");
}

#[test]
fn a_merge_of_two_stages_on_one_path_is_told_apart_by_its_commits() {
    let branch = Branch::new();
    let (one, two) = (numbered(&[(2, "four")]), numbered(&[(2, "four"), (15, "nine")]));
    merged(&branch, &[("4", &one), ("9", &two)], None, None);
    assert_eq!(branch.after(&[FOUR], "both.py").unwrap(), numbered(&[(15, "nine")]));
    assert_eq!(branch.after(&[NINE], "both.py").unwrap(), one);
    assert_eq!(branch.after(&[FOUR, NINE], "both.py").unwrap(), numbered(&[]));
}

#[test]
fn the_parts_of_a_merge_go_back_newest_first_whosever_they_are() {
    let branch = Branch::new();
    // All on one line, so that any other order is in conflict.
    let texts = ["nine", "four", "nine again"].map(|text| numbered(&[(2, text)]));
    merged(&branch, &[("9", &texts[0]), ("4", &texts[1]), ("9", &texts[2])], None, None);
    assert_eq!(branch.after(&[FOUR, NINE], "both.py").unwrap(), numbered(&[]));
    for (stage, other) in [(FOUR, NINE), (NINE, FOUR)] {
        let found = branch.blockers(stage);
        assert_eq!(found.stages, [other], "they are in one another's way within one step");
        assert_eq!(found.cascade.unwrap().len(), 2);
    }
}

#[test]
fn a_merge_onto_later_work_is_told_apart_as_well() {
    let branch = Branch::new();
    let (one, two) = (numbered(&[(2, "four")]), numbered(&[(2, "four"), (15, "nine")]));
    let main = numbered(&[(8, "main")]);
    merged(&branch, &[("4", &one), ("9", &two)], Some(&main), None);
    let left = numbered(&[(8, "main"), (15, "nine")]);
    assert_eq!(branch.after(&[FOUR], "both.py").unwrap(), left);
    assert_eq!(branch.after(&[FOUR, NINE], "both.py").unwrap(), numbered(&[]));
}

#[test]
fn what_a_merge_changed_by_itself_tangles_two_stages() {
    let branch = Branch::new();
    let (one, two) = (numbered(&[(2, "four")]), numbered(&[(2, "four"), (15, "nine")]));
    let evil = numbered(&[(2, "four"), (10, "evil"), (15, "nine")]);
    merged(&branch, &[("4", &one), ("9", &two)], None, Some(&evil));
    let plan = branch.plan(&[FOUR]);
    assert!(matches!(&plan.clashes[0].reason, Reason::Shared(with) if with.contains(&NINE)));
    assert_eq!(branch.after(&[FOUR, NINE], "both.py").unwrap(), numbered(&[]));
}

#[test]
fn foreign_work_that_a_merge_tangles_is_not_taken_back_silently() {
    let branch = Branch::new();
    let (one, two) = (numbered(&[(2, "four")]), numbered(&[(2, "four"), (15, "fix")]));
    merged(&branch, &[("4", &one), ("none", &two)], None, None);
    assert_eq!(branch.after(&[FOUR], "both.py").unwrap(), numbered(&[(15, "fix")]));
    let branch = Branch::new();
    let evil = numbered(&[(2, "four"), (10, "evil"), (15, "fix")]);
    merged(&branch, &[("4", &one), ("none", &two)], None, Some(&evil));
    let found = branch.blockers(FOUR);
    assert_eq!(found.foreign, [branch.id("main")]);
}

#[test]
fn a_commit_that_calls_itself_foreign_is_so_in_a_merge_that_names_a_stage() {
    let branch = Branch::new();
    merged(&branch, &[("none", &numbered(&[(15, "fix")]))], None, None);
    branch.repo.git(&["commit", "-q", "--amend", "-m", "Merge\n\nMigration-Stage: 4"]).ok();
    assert!(branch.plan(&[FOUR]).paths.is_empty());
}

#[test]
fn foreign_work_that_blocks_within_a_merge_is_told() {
    let branch = Branch::new();
    let (one, two) = (numbered(&[(2, "four")]), numbered(&[(2, "fix")]));
    merged(&branch, &[("4", &one), ("none", &two)], None, None);
    let found = branch.blockers(FOUR);
    assert_eq!(found.foreign, [branch.id("main")]);
}

#[test]
fn what_a_merge_changed_by_itself_is_the_work_of_its_only_stage() {
    let branch = Branch::new();
    let (one, two) = (numbered(&[(2, "one")]), numbered(&[(2, "one"), (15, "two")]));
    let evil = numbered(&[(2, "one"), (10, "evil"), (15, "two")]);
    merged(&branch, &[("4", &one), ("4", &two)], None, Some(&evil));
    assert_eq!(branch.after(&[FOUR], "both.py").unwrap(), numbered(&[]));
}

#[test]
fn foreign_work_in_a_file_stays_and_is_told() {
    let branch = Branch::new();
    branch.lands(&["4"], &[("four/a.py", &numbered(&[(2, "four")]))]);
    let hotfix = branch.lands(&["none"], &[("four/a.py", &numbered(&[(2, "four"), (12, "fix")]))]);
    branch.lands(&["4"], &[("four/a.py", &numbered(&[(2, "four"), (12, "fix"), (19, "end")]))]);
    let plan = branch.plan(&[FOUR]);
    assert_eq!(plan.foreign, [hotfix.parse().unwrap()]);
    // The first step made the file, the hotfix stands in what it made.
    assert!(!plan.is_clean());
    let branch = Branch::new();
    branch.lands(&["4"], &[("both.py", &numbered(&[(2, "four")]))]);
    branch.lands(&["none"], &[("both.py", &numbered(&[(2, "four"), (12, "fix")]))]);
    assert_eq!(branch.after(&[FOUR], "both.py").unwrap(), numbered(&[(12, "fix")]));
    assert!(branch.plan(&[NINE]).is_empty());
}

#[test]
fn a_back_out_beside_the_work_of_others_is_recognised_and_so_is_the_next_life() {
    let branch = Branch::new();
    branch.lands(&["4"], &[("both.py", &numbered(&[(2, "four")])), ("four/a.py", "a = 2\n")]);
    branch.lands(&["9"], &[("both.py", &numbered(&[(2, "four"), (15, "nine")]))]);
    branch.back_out(&[FOUR], &["4"]);
    assert_eq!(branch.landed(), BTreeSet::from([NINE]));
    assert!(branch.plan(&[FOUR]).is_empty());
    assert_eq!(branch.after(&[NINE], "both.py").unwrap(), numbered(&[]));
    // Back again: one step, and no more goes back than that.
    branch.lands(
        &["4"],
        &[("both.py", &numbered(&[(2, "four"), (15, "nine")])), ("four/a.py", "a = 2\n")],
    );
    let plan = branch.plan(&[FOUR]);
    assert_eq!(plan.commits.len(), 1);
    assert_eq!(branch.after(&[FOUR], "both.py").unwrap(), numbered(&[(15, "nine")]));
    assert_eq!(branch.after(&[FOUR], "four/a.py").unwrap(), "a = 1\n");
}

#[test]
fn a_trailer_alone_backs_nothing_out() {
    let branch = Branch::new();
    branch.lands(&["4"], &[("both.py", &numbered(&[(2, "four")]))]);
    let text = numbered(&[(2, "four"), (7, "more")]);
    branch.repo.commit_files(&[("both.py", &text)], "Revert\n\nBackout-Stage: 4");
    assert_eq!(branch.landed(), BTreeSet::from([FOUR]));
}

#[test]
fn several_stages_backed_out_at_once_are_recognised_beside_foreign_work() {
    let branch = Branch::new();
    branch.lands(&["4"], &[("both.py", &numbered(&[(2, "four")]))]);
    branch.lands(&["4", "9"], &[("both.py", &numbered(&[(2, "four"), (15, "both")]))]);
    let text = numbered(&[(2, "four"), (9, "fix"), (15, "both")]);
    branch.lands(&["none"], &[("both.py", &text)]);
    branch.back_out(&[FOUR, NINE], &["4", "9"]);
    assert_eq!(branch.repo.read("both.py"), numbered(&[(9, "fix")]));
    assert_eq!(branch.landed(), BTreeSet::new());
}

#[test]
fn a_rebased_branch_lands_commit_by_commit() {
    let branch = Branch::new();
    let repo = &branch.repo;
    repo.git(&["checkout", "-q", "-b", "side"]).ok();
    branch.lands(&["4"], &[("both.py", &numbered(&[(2, "four")]))]);
    branch.lands(&["4"], &[("four/new.py", "new\n")]);
    repo.git(&["checkout", "-q", "main"]).ok();
    branch.lands(&["9"], &[("both.py", &numbered(&[(15, "nine")]))]);
    repo.git(&["rebase", "-q", "main", "side"]).ok();
    repo.git(&["checkout", "-q", "main"]).ok();
    repo.git(&["merge", "-q", "--ff-only", "side"]).ok();
    assert_eq!(branch.plan(&[FOUR]).commits.len(), 2);
    assert_eq!(branch.after(&[FOUR], "both.py").unwrap(), numbered(&[(15, "nine")]));
    assert_eq!(branch.after(&[FOUR], "four/new.py"), None);
}

#[test]
fn a_step_from_before_a_rename_goes_back_under_the_new_name() {
    let moves = "[[moves]]\nfrom = \"old/**\"\nto = \"four/**\"\n";
    let branch = Branch::with(RepoOptions::default(), &format!("{STAGES}{moves}"));
    let repo = &branch.repo;
    repo.commit_files(&[("old/x.py", &numbered(&[]))], "before");
    repo.git(&["tag", "--force", "start"]).ok();
    branch.lands(&["4"], &[("old/x.py", &numbered(&[(2, "one")])), ("old/y.py", "made\n")]);
    repo.git(&["mv", "old/x.py", "four/x.py"]).ok();
    repo.git(&["mv", "old/y.py", "four/y.py"]).ok();
    branch.lands(&["4"], &[]);
    branch.lands(&["4"], &[("four/x.py", &numbered(&[(2, "one"), (15, "two")]))]);
    assert_eq!(branch.after(&[FOUR], "four/x.py").unwrap(), numbered(&[]));
    assert_eq!(branch.after(&[FOUR], "four/y.py"), None);
    assert_eq!(branch.after(&[FOUR], "old/x.py"), None);
    let plan = branch.plan(&[FOUR]);
    let paths: Vec<_> = plan.paths.iter().map(|change| change.path.shown()).collect();
    assert_eq!(paths, ["four/x.py", "four/y.py"]);
}

#[test]
fn every_reader_and_every_format_plans_the_same() {
    for sha256 in [false, true] {
        let options = RepoOptions { sha256, reftable: false, ..RepoOptions::default() };
        let branch = Branch::with(options, STAGES);
        branch.lands(&["4"], &[("both.py", &numbered(&[(2, "four")])), ("four/a.py", "a = 2\n")]);
        branch.lands(&["9"], &[("both.py", &numbered(&[(2, "four"), (15, "nine")]))]);
        // Gone since: whole trees have to be asked about.
        std::fs::remove_file(branch.repo.path().join("four/a.py")).unwrap();
        branch.lands(&["none"], &[]);
        for stages in [&[FOUR][..], &[NINE], &[FOUR, NINE]] {
            let plans = [Engine::Libgit2, Engine::GitProgram].map(|engine| {
                let repo = Repo::open_with(branch.repo.path(), engine).unwrap();
                branch.plan_in(&repo, stages)
            });
            assert_eq!(plans[0], plans[1], "SHA-256: {sha256}");
        }
        assert_eq!(branch.after(&[NINE], "both.py").unwrap(), numbered(&[(2, "four")]));
    }
}

#[test]
fn planning_writes_nothing() {
    let branch = Branch::new();
    branch.lands(&["4"], &[("both.py", &numbered(&[(2, "four")])), ("four/a.py", "a = 2\n")]);
    branch.lands(&["9"], &[("both.py", &numbered(&[(2, "four"), (15, "nine")]))]);
    std::fs::remove_file(branch.repo.path().join("four/a.py")).unwrap();
    branch.lands(&["none"], &[]);
    let before = listed(&branch.repo.path().join(".git"));
    assert!(branch.plan(&[NINE]).is_clean());
    assert!(!branch.plan(&[FOUR]).is_clean());
    let _ = branch.plan(&[FOUR, NINE]);
    assert_eq!(listed(&branch.repo.path().join(".git")), before);
}

/// Every file below a folder with its size; the cache may go at any time.
fn listed(folder: &std::path::Path) -> BTreeSet<(std::path::PathBuf, u64)> {
    let mut files = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        match entry.file_type().unwrap().is_dir() {
            true if entry.path().ends_with("backout/cache") => {}
            true => files.extend(listed(&entry.path())),
            false => drop(files.insert((entry.path(), entry.metadata().unwrap().len()))),
        }
    }
    files
}
