//! `stage`.

use insta::assert_snapshot;

use super::fake::{Case, configuration, id, landed, migration, stage, stage_at, unknown};
use crate::config::Phase;
use crate::git::RepoPath;
use crate::readiness::snapshot::Squash;
use crate::stage::attribution::Claims;
use crate::stage::ledger::StageHistory;

const SCOPE: &str = "scope = [\"src/**\"]";

/// Stages 4 and 9, and what both own.
fn text(impact: &str) -> String {
    migration(SCOPE)
        + &stage_at("4", impact, "[\"src/4/**\", \"src/both.py\"]", "")
        + &stage_at("9", impact, "[\"src/9/**\", \"src/both.py\"]", "")
}

fn case(message: &str, paths: &[&str]) -> Case {
    Case::new(&text("high")).commit(message, paths)
}

const FOUR: &str = "Work\n\nMigration-Stage: 4";

#[test]
fn work_of_a_stage_on_its_own_files_satisfies() {
    for paths in [&["src/4/a.py"][..], &["src/4/a.py", "src/both.py", "README.md"]] {
        let told = case(FOUR, paths).ask("stage");
        assert_eq!(told.lines(), "");
        assert_eq!(told.outcomes(), "4 satisfied, - satisfied");
    }
}

#[test]
fn an_ordinary_change_elsewhere_is_nobodys_business() {
    let told = case("Change the service", &["src/other.py", "docs/x.md"]).ask_all();
    assert_eq!(told.lines(), "");
}

#[test]
fn unowned_path() {
    assert_snapshot!(case(FOUR, &["src/4/a.py", "src/new.py"]).ask("stage").lines(), @r#"stage/unowned-path deny 4: c0c0c0c0c0c0 "Work" claims a stage, but changes src/new.py, which no stage owns: a rollback would leave it behind / add the path to the stage's `paths`, or change it in a commit without the trailer"#);
    assert_eq!(case(FOUR, &["src/4/a.py", "docs/new.md"]).ask("stage").lines(), "", "out of scope");
    let silent = case("Work", &["src/new.py"]);
    assert_eq!(silent.ask("stage").lines(), "", "it claims no stage");
}

#[test]
fn an_unowned_path_is_told_once_of_each_stage_that_the_commit_claims() {
    let nowhere = case(FOUR, &["src/new.py"]).ask("stage");
    assert_eq!(nowhere.codes(), "stage/unowned-path deny");
    assert_eq!(nowhere.outcomes(), "4 unmet, - satisfied", "stage 9 is not asked");
    let two = "Work\n\nMigration-Stage: 4\nMigration-Stage: 9";
    let neither = case(two, &["src/new.py"]).ask("stage");
    assert_eq!(neither.outcomes(), "4 unmet, 9 unmet, - satisfied");
    // Where one of the two is touched, it is told there.
    let one = case(two, &["src/4/a.py", "src/new.py"]).ask("stage");
    assert_eq!(one.codes(), "stage/unowned-path deny, stage/wrong-stage warn");
    assert_eq!(one.outcomes(), "4 unmet, - unmet");
}

#[test]
fn a_claim_of_a_stage_beside_the_one_that_is_changed() {
    let two = "Work\n\nMigration-Stage: 4\nMigration-Stage: 9";
    let told = case(two, &["src/4/a.py"]).ask("stage");
    assert_snapshot!(told.lines(), @r#"stage/wrong-stage warn -: c0c0c0c0c0c0 "Work" claims stage 9, but changes no path that it owns / name the stage that it is work on, or add the paths to stage 9"#);
    let both = case(two, &["src/4/a.py", "src/9/a.py"]).ask("stage");
    assert_eq!(both.lines(), "");
}

#[test]
fn unowned_path_by_phase_and_impact() {
    let told = |impact, phase| {
        let case = Case::new(&text(impact)).commit(FOUR, &["src/4/a.py", "src/new.py"]);
        case.phase(phase).ask("stage").codes()
    };
    assert_eq!(told("medium", Phase::Share), "stage/unowned-path warn");
    assert_eq!(told("medium", Phase::Land), "stage/unowned-path deny");
    assert_eq!(told("low", Phase::Deploy), "stage/unowned-path warn");
}

#[test]
fn ambiguous_commit() {
    assert_snapshot!(case("Fix", &["src/4/a.py"]).ask("stage").lines(), @r#"stage/ambiguous-commit warn 4: c0c0c0c0c0c0 "Fix" changes what only stage 4 owns, without a trailer: a rollback would suggest to take it along / say whose work it is in the message: `Migration-Stage: 4`, or `Migration-Stage: none` for a hotfix"#);
    assert_snapshot!(case("Fix", &["src/both.py"]).ask("stage").lines(), @r#"
    stage/ambiguous-commit warn 4: c0c0c0c0c0c0 "Fix" changes a path that several stages own, without a trailer: it counts as work on all of them / say whose work it is in the message: `Migration-Stage: 4`, or `Migration-Stage: none`
    stage/ambiguous-commit warn 9: c0c0c0c0c0c0 "Fix" changes a path that several stages own, without a trailer: it counts as work on all of them / say whose work it is in the message: `Migration-Stage: 9`, or `Migration-Stage: none`
    "#);
    let two = case("Fix", &["src/4/a.py"]).commit("Fix again", &["src/4/a.py"]);
    assert_snapshot!(two.ask("stage").lines(), @r#"stage/ambiguous-commit warn 4: c1c1c1c1c1c1 "Fix again" and 1 more changes what only stage 4 owns, without a trailer: a rollback would suggest to take it along / say whose work it is in the message: `Migration-Stage: 4`, or `Migration-Stage: none` for a hotfix"#);
}

#[test]
fn a_landing_text_that_loses_the_trailers() {
    let mut case = case(FOUR, &["src/4/a.py"]);
    case.landing_text_loses = Some("the squash takes the title only".to_owned());
    assert_snapshot!(case.ask("stage").lines(), @"stage/ambiguous-commit warn -: the text with which this pull request would land loses its `Migration-Stage` trailers: the squash takes the title only / put the `Migration-Stage: …` lines into the pull request's description, or have squash merges take over the commits' messages");
}

#[test]
fn a_landing_text_of_which_nobody_knows_what_it_keeps() {
    let mut case = case(FOUR, &["src/4/a.py"]);
    case.landing_text_unknown = Some("the forge did not say how it squashes");
    assert_snapshot!(case.ask("stage").lines(), @"stage/ambiguous-commit? warn -: whether the text with which this would land keeps its `Migration-Stage` trailers: could not check: the forge did not say how it squashes / have the squash message take over the commits' messages or the description, with the `Migration-Stage: …` lines in it, or land without squashing");
    assert_eq!(case.ask("stage").outcomes(), "4 satisfied, - indeterminate");
}

#[test]
fn a_back_out_of_what_had_not_landed_counts_for_nothing() {
    let vain = |message: &str| {
        let mut case = case(message, &["src/4/a.py"]);
        case.unlanded.insert(id(0xc0), [0].into());
        case.ask("stage")
    };
    assert_snapshot!(vain("New work\n\nBackout-Stage: 4").lines(), @r#"
    stage/ambiguous-commit warn 4: c0c0c0c0c0c0 "New work" changes what only stage 4 owns, without a trailer: a rollback would suggest to take it along / say whose work it is in the message: `Migration-Stage: 4`, or `Migration-Stage: none` for a hotfix
    stage/wrong-stage warn 4: c0c0c0c0c0c0 "New work" says `Backout-Stage: 4`, but that stage had not landed before it: the trailer counts for nothing / say whose work it is instead: `Migration-Stage: 4`, or `Migration-Stage: none`
    "#);
    let both = vain("New work\n\nBackout-Stage: 4\nMigration-Stage: 4");
    assert_eq!(both.lines(), "", "it says whose work it is, too");
    let other = vain("Back out\n\nBackout-Stage: 9");
    assert!(!other.codes().contains("wrong-stage"), "{}", other.lines());
}

#[test]
fn a_stage_of_a_name_that_several_migrations_have_may_be_another_ones() {
    let root = format!("include = [\"n/backout.toml\"]\n{}", text("high"));
    let root = root.replace(SCOPE, "");
    let told = |id: &str| {
        let other = (migration("") + &stage(id, "high", "")).replace("id = \"m\"", "id = \"n\"");
        let files = [("backout.toml", root.as_str()), ("n/backout.toml", other.as_str())];
        Case::of(configuration(&files)).commit(FOUR, &["docs/four.md"]).ask("stage").codes()
    };
    assert_eq!(told("4"), "");
    assert_eq!(told("7"), "stage/wrong-stage warn");
}

#[test]
fn wrong_stage() {
    assert_snapshot!(case(FOUR, &["src/9/a.py"]).ask("stage").lines(), @r#"stage/wrong-stage deny 9: c0c0c0c0c0c0 "Work" is said to be work on stage 4, but changes src/9/a.py, which stage 9 owns / add `Migration-Stage: 9` to the commit's message, or take the path out of the commit"#);
    assert_snapshot!(case("Work\n\nMigration-Stage: 44", &["src/9/a.py"]).ask("stage").lines(), @r#"
    stage/wrong-stage deny 9: c0c0c0c0c0c0 "Work" is said to be work on stage 44, but changes src/9/a.py, which stage 9 owns / add `Migration-Stage: 9` to the commit's message, or take the path out of the commit
    stage/wrong-stage warn -: c0c0c0c0c0c0 "Work" says `Migration-Stage: 44`, but there is no such stage / the stages are 4, 9; correct the message: `git commit --amend`, or `git rebase -i`
    "#);
    let unowned = case("Work\n\nMigration-Stage: 4, 9", &["README.md"]);
    assert_snapshot!(unowned.ask("stage").lines(), @r#"stage/wrong-stage warn -: c0c0c0c0c0c0 "Work" says `Migration-Stage: 4, 9`, but there is no such stage / the stages are 4, 9; correct the message: `git commit --amend`, or `git rebase -i`"#);
}

#[test]
fn a_trailer_does_not_remove_the_owner_of_another_path() {
    let told = case(FOUR, &["src/4/a.py", "src/9/a.py"]).ask("stage");
    assert_eq!(told.codes(), "stage/wrong-stage deny");
    let both =
        case("Work\n\nMigration-Stage: 4\nMigration-Stage: 9", &["src/4/a.py", "src/9/a.py"]);
    assert_eq!(both.ask("stage").codes(), "");
}

#[test]
fn a_claim_without_a_change_in_the_scope_passes() {
    assert_eq!(case(FOUR, &["docs/four.md"]).ask("stage").lines(), "");
    assert_eq!(case(FOUR, &[]).ask("stage").lines(), "");
    let anywhere = text("high").replace("scope = [\"src/**\"]", "");
    let told = Case::new(&anywhere).commit(FOUR, &["docs/four.md"]).ask("stage");
    assert_eq!(
        told.codes(),
        "stage/wrong-stage warn",
        "no scope says that it is nobody's business"
    );
    assert_eq!(Case::new(&anywhere).commit(FOUR, &[]).ask("stage").lines(), "");
}

#[test]
fn a_stage_of_another_migration_is_its_own_business() {
    let root = format!("include = [\"n/backout.toml\"]\n{}", text("high"));
    let other = (migration("") + &stage("7", "high", "")).replace("id = \"m\"", "id = \"n\"");
    let files = [("backout.toml", root.as_str()), ("n/backout.toml", other.as_str())];
    for name in ["7", "n:7"] {
        let message = format!("Work\n\nMigration-Stage: {name}");
        let case = Case::of(configuration(&files)).commit(&message, &["n/src/7/a.py"]);
        assert_eq!(case.ask("stage").lines(), "", "{name}");
    }
}

#[test]
fn declared_foreign() {
    let told = case("Fix\n\nMigration-Stage: none", &["src/4/a.py"]).ask("stage");
    assert_snapshot!(told.lines(), @r#"stage/declared-foreign warn 4: c0c0c0c0c0c0 "Fix" is declared no work of stage 4, on files that it owns: a rollback will keep it / look at it once: if it is work of the stage after all, say so in its message: `Migration-Stage: 4`"#);
}

#[test]
fn a_hotfix_under_a_configured_deny_is_told_only() {
    let text = text("critical") + "[requirements]\n\"stage/declared-foreign\" = \"deny\"\n";
    let case = Case::new(&text).commit("Fix\n\nMigration-Stage: none", &["src/4/a.py"]);
    assert_eq!(case.ask("stage").codes(), "stage/declared-foreign warn");
}

#[test]
fn mixed_commit() {
    let both = "Work\n\nMigration-Stage: 4\nMigration-Stage: 9";
    assert_snapshot!(case(both, &["src/both.py"]).ask("stage").lines(), @r#"
    stage/mixed-commit warn 4: c0c0c0c0c0c0 "Work" is work of several stages on src/both.py: no one of them can be reverted alone / split the commit, one stage each: `git rebase -i c0c0c0c0c0c0~`, with `edit` in its line
    stage/mixed-commit warn 9: c0c0c0c0c0c0 "Work" is work of several stages on src/both.py: no one of them can be reverted alone / split the commit, one stage each: `git rebase -i c0c0c0c0c0c0~`, with `edit` in its line
    "#);
}

#[test]
fn how_a_mixed_commit_is_taken_apart_depends_on_where_it_is() {
    let both = "Work\n\nMigration-Stage: 4\nMigration-Stage: 9";
    let mut case = case(both, &["src/both.py"]);
    case.range.head = Some(id(0xc0));
    let newest = case.ask("stage").lines();
    assert!(newest.contains("one stage each: `git reset HEAD~ && git add --patch`"), "{newest}");
    case.works[0].commit.parents.push(id(3));
    let merge = case.ask("stage").lines();
    assert!(merge.contains("/ have each stage's part in a commit of its own"), "{merge}");
}

/// Work of each stage by itself, which the forge would make one commit of; what is told of it.
fn squash_of(stages: &[usize], certain: bool, paths: [&[&str]; 2]) -> String {
    let mut case = case(FOUR, paths[0]).commit("Work\n\nMigration-Stage: 9", paths[1]);
    let claims = Claims { stages: stages.iter().copied().collect(), ..Claims::default() };
    case.squash = Some(Squash { claims, certain });
    case.ask("stage").lines()
}

#[test]
fn what_lands_as_one_commit_of_several_stages() {
    let both = [&["src/both.py"][..]; 2];
    assert_snapshot!(squash_of(&[0, 1], true, both), @"
    stage/mixed-commit warn 4: all of it lands as one commit, which is work of several stages on src/both.py: no one of them can be reverted alone then / land each stage's commits by themselves, or all of them by a merge commit
    stage/mixed-commit warn 9: all of it lands as one commit, which is work of several stages on src/both.py: no one of them can be reverted alone then / land each stage's commits by themselves, or all of them by a merge commit
    ");
    assert_snapshot!(squash_of(&[0, 1], false, both), @"
    stage/mixed-commit warn 4: all of it may land as one commit, which would be work of several stages on src/both.py: no one of them can be reverted alone then / land each stage's commits by themselves, or all of them by a merge commit
    stage/mixed-commit warn 9: all of it may land as one commit, which would be work of several stages on src/both.py: no one of them can be reverted alone then / land each stage's commits by themselves, or all of them by a merge commit
    ");
    assert_eq!(squash_of(&[0], true, both), "", "of one stage");
    let apart = [&["src/4/a.py"][..], &["src/9/a.py"]];
    assert_eq!(squash_of(&[0, 1], true, apart), "", "on files of their own");
}

fn ordered(more: &str) -> Case {
    let text = migration(SCOPE) + &stage("4", "low", more) + &stage("9", "high", "after = [\"4\"]");
    Case::new(&text).commit("Work\n\nMigration-Stage: 9", &["src/9/a.py"])
}

#[test]
fn out_of_order() {
    assert_snapshot!(ordered("").ask("stage").lines(), @"stage/out-of-order deny 9: stage 9 comes after stage 4, which has not landed on `main` / land stage 4 first; if it has landed without trailers, say so: `backout attribute --stage 4 <range>`");
    assert_eq!(ordered("").phase(Phase::Share).ask("stage").codes(), "stage/out-of-order warn");
    let landed_before = ordered("").history("4", Ok(landed(&["2026-11-01T00:00:00Z"])));
    assert_eq!(landed_before.ask("stage").codes(), "");
    let suggested =
        StageHistory { claimed: Some(Box::default()), ..landed(&["2026-11-01T00:00:00Z"]) };
    let suggested = ordered("").history("4", Ok(suggested));
    assert_eq!(
        suggested.ask("stage").codes(),
        "stage/out-of-order deny",
        "what is only suggested may have been a hotfix"
    );
    let with_it = ordered("").commit(FOUR, &["src/4/a.py"]);
    assert_eq!(with_it.ask("stage").codes(), "", "it lands in the same push");
    let touched = ordered("").commit("Fix\n\nMigration-Stage: none", &["src/4/a.py"]);
    assert_eq!(
        touched.ask("stage").codes(),
        "stage/declared-foreign warn, stage/out-of-order deny",
        "a hotfix on its files is not its landing"
    );
    let closed = "state = \"closed\"\nsince = 2026-01-01\nreason = \"done\"";
    assert_eq!(ordered(closed).ask("stage").codes(), "");
}

#[test]
fn a_stage_without_paths_lands_by_its_trailer() {
    let text = migration("")
        + &stage_at("prepare", "low", "[]", "")
        + &stage("9", "high", "after = [\"prepare\"]");
    let nine = Case::new(&text).commit("Work\n\nMigration-Stage: 9", &["src/9/a.py"]);
    assert_eq!(nine.ask("stage").codes(), "stage/out-of-order deny");
    let both = nine.commit("Prepare\n\nMigration-Stage: prepare", &["ops/run.sh"]);
    assert_eq!(both.ask("stage").codes(), "");
}

#[test]
fn a_hotfix_does_not_have_to_wait_for_another_stage() {
    let text = migration("") + &stage("4", "low", "") + &stage("9", "high", "after = [\"4\"]");
    let fix = Case::new(&text).commit("Fix\n\nMigration-Stage: none", &["src/9/a.py"]);
    assert_eq!(fix.ask("stage").codes(), "stage/declared-foreign warn");
}

#[test]
fn an_order_that_cannot_be_checked_is_indeterminate() {
    let told = ordered("").history("4", unknown()).ask("stage");
    assert_snapshot!(told.lines(), @"stage/out-of-order? deny 9: whether stage 4 has landed: could not check: the object is damaged / run `git fsck`");
    assert_eq!(told.outcomes(), "9 indeterminate, - satisfied");
}

#[test]
fn an_order_across_migrations() {
    let own = migration("") + &stage("9", "high", "after = [\"n:7\"]");
    let root = format!("include = [\"n/backout.toml\"]\n{own}");
    let other = (migration("") + &stage("7", "high", "")).replace("id = \"m\"", "id = \"n\"");
    let files = [("backout.toml", root.as_str()), ("n/backout.toml", other.as_str())];
    let case =
        Case::of(configuration(&files)).commit("Work\n\nMigration-Stage: 9", &["src/9/a.py"]);
    assert_snapshot!(case.ask("stage").lines(), @"stage/out-of-order deny 9: stage 9 comes after stage n:7, which has not landed on `main` / land stage n:7 first; if it has landed without trailers, say so: `backout attribute --stage n:7 <range>`");
    let landed = case.facts(|facts| {
        let key = ("n".to_owned(), "7".to_owned());
        facts.histories.insert(key, Ok(landed(&["2026-11-01T00:00:00Z"])));
    });
    assert_eq!(landed.ask("stage").codes(), "");
}

fn redefined() -> Case {
    let mut case = Case::new(&text("high")).commit("Configure", &["backout.toml"]);
    case.policy.redefined = [("m".to_owned(), "4".to_owned())].into();
    case
}

#[test]
fn unmatched_pattern() {
    let half = redefined().facts(|facts| facts.paths = Ok(vec![RepoPath::from("src/4/a.py")]));
    assert_snapshot!(half.ask("stage").lines(), @"stage/unmatched-pattern warn -: `src/both.py` of stage 4 matches no file, before or after this change / correct the pattern (`*` does not cross `/`, `**` does), or leave it if the files are still to come");
    let whole = redefined().facts(|facts| {
        facts.paths = Ok(vec![RepoPath::from("src/4/a.py"), RepoPath::from("src/both.py")]);
    });
    assert_eq!(whole.ask("stage").outcomes(), "- satisfied", "stage 9 was not redefined");
    let blind = redefined().facts(|facts| facts.paths = unknown());
    assert_snapshot!(blind.ask("stage").lines(), @"stage/unmatched-pattern? warn -: the stages' patterns: could not check: the object is damaged / run `git fsck`");
    assert_eq!(blind.ask("stage").outcomes(), "- indeterminate");
}

const CLOSED: &str = "state = \"closed\"\nsince = 2026-01-01\nreason = \"done\"";

fn closed_stage(message: &str) -> Case {
    let text = migration("") + &stage("4", "medium", CLOSED);
    Case::new(&text).commit(message, &["src/4/a.py"])
}

#[test]
fn closed() {
    assert_snapshot!(closed_stage(FOUR).ask("stage").lines(), @r#"stage/closed deny 4: stage 4 is closed since 2026-01-01, yet c0c0c0c0c0c0 "Work" claims to be its work: nothing would keep its way back open / reopen the stage (`state = "open"`) in a change of its own first, or declare the commit no part of the migration: `Migration-Stage: none`"#);
}

#[test]
fn several_commits_on_a_closed_stage_are_told_together() {
    let told = closed_stage(FOUR).commit(FOUR, &["src/4/b.py"]).ask("stage").lines();
    assert!(told.contains("\"Work\" and 1 more claim to be its work"), "{told}");
}

#[test]
fn what_had_landed_before_a_stage_was_closed_is_no_finding() {
    let asked = |late| {
        let case = closed_stage(FOUR).facts(|facts| facts.after_closing = Some(late));
        case.ask("stage")
    };
    assert_eq!(asked(Ok(std::collections::BTreeSet::new())).outcomes(), "4 satisfied, - satisfied");
    assert_snapshot!(asked(unknown()).lines(), @"stage/closed? deny 4: whether work on stage 4 came after it was closed: could not check: the object is damaged / run `git fsck`");
}

#[test]
fn nobody_is_asked_whose_work_a_change_of_a_closed_stages_files_is() {
    assert_eq!(closed_stage("Change it").ask_all().lines(), "");
    let declared = closed_stage("Fix\n\nMigration-Stage: none").ask_all();
    assert_eq!(declared.codes(), "stage/declared-foreign warn", "who says so is listed");
}

#[test]
fn a_rollback_edited_by_hand_is_let_pass() {
    let back = case("Back out\n\nBackout-Stage: 4", &["src/4/a.py", "src/both.py"]);
    assert_eq!(back.ask("stage").lines(), "");
}

#[test]
fn a_misspelt_trailer_is_told_with_what_it_leaves_open() {
    for line in ["Migraton-Stage: 4", "Migration Stage: 4", "migration_stage : 4"] {
        let told = case(&format!("Work\n\n{line}"), &["src/4/a.py"]).ask("stage").lines();
        let question = format!("says `{line}`: did you mean `Migration-Stage`?");
        assert!(told.contains(&question), "{told}");
    }
    for message in ["Migraton-Stage: 4", "Work\n\nBackout-Stag: 4", "Work\n\nMigration: 4"] {
        let told = case(message, &["src/4/a.py"]).ask("stage").lines();
        assert!(!told.contains("did you mean"), "{told}");
    }
}
