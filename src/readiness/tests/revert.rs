//! `revert`.

use std::collections::{BTreeMap, BTreeSet};

use insta::assert_snapshot;

use super::fake::{Case, id, landed, migration, stage, stage_at, unknown};
use crate::config::Phase;
use crate::git::RepoPath;
use crate::readiness::registry::REGISTRY;
use crate::readiness::snapshot::{Known, Near, Retold, Squash};
use crate::readiness::stays_out::StaysOut;
use crate::rollback::blockers::Blockers;
use crate::rollback::by_hand::ByHand;
use crate::rollback::clash::{Clash, Reason};
use crate::rollback::outlook::{Loss, Outlook};
use crate::stage::attribution::Claims;

const BOTH: &str = "src/both.py";
const NINE: &str = "Move\n\nMigration-Stage: 9";

/// Stages 4 (high), 9 and 11 share a file.
fn rules(nine: &str) -> String {
    let shared = |id: &str, impact: &str, more: &str| {
        stage_at(id, impact, &format!("[\"src/{id}/**\", \"{BOTH}\"]"), more)
    };
    migration("")
        + &shared("4", "high", "")
        + &shared("9", "medium", nine)
        + &stage("11", "low", "")
}

/// Stage 9 works on the shared file.
fn case() -> Case {
    Case::new(&rules("")).commit(NINE, &[BOTH])
}

/// The first commit of a case.
fn first() -> crate::git::ObjectId {
    id(0xc0)
}

/// Stage 4 (index 0) is blocked on the shared file, by these stages.
fn blocked(stages: &[usize], cascade: Option<&[usize]>) -> Outlook {
    let path = RepoPath::from(BOTH);
    let clash = Clash { path: path.clone(), step: id(0x20), order: 0, reason: Reason::Lines };
    Outlook {
        clashes: vec![clash],
        blockers: Blockers {
            stages: stages.to_vec(),
            foreign: Vec::new(),
            commits: BTreeMap::from([(path, vec![first()])]),
            cascade: cascade.map(<[usize]>::to_vec),
            one_by_one: true,
        },
        expected: false,
        claimed: Some(false),
    }
}

fn loss(outlook: Outlook) -> Loss {
    Loss { commit: first(), is_work: true, certain: true, outlook }
}

/// Stage 4 lost its way back to stage 9.
fn lost() -> Case {
    let outlook = blocked(&[1], Some(&[1, 0]));
    case().outlook("4", Ok(Some(outlook.clone()))).lost("4", Ok(Some(loss(outlook))))
}

#[test]
fn stages_beside_which_a_push_works_are_asked_too() {
    let near = |case: Case, paths: &[&str], anybody: bool| {
        let paths = paths.iter().map(|path| RepoPath::from(*path)).collect();
        let case = case.facts(|facts| facts.near = Ok(Near { paths, anybody }));
        case.ask("revert").outcomes()
    };
    let elsewhere = || Case::new(&rules("")).commit(NINE, &["docs/nine.md"]);
    let all = "4 not applicable, 9 not applicable, 11 not applicable";
    assert_eq!(near(elsewhere(), &[BOTH], false), "4 not applicable, 9 not applicable");
    assert_eq!(near(elsewhere(), &[], true), all);
    assert_eq!(near(case(), &[], true), all);
    // What has nothing to do with the migration is not looked at again.
    let nothing = || Case::new(&rules("")).commit("Tidy", &["README.md"]);
    assert_eq!(near(nothing(), &[BOTH], true), "");
}

#[test]
fn a_change_that_was_taken_back_is_told_where_it_is_sure_to_be_work() {
    let told = |paths: &[&str], certain: bool| {
        let mut case = Case::new(&rules("")).commit("Work\n\nMigration-Stage: 11", paths);
        case.passed.insert(0);
        let outlook = blocked(&[1], Some(&[1, 0]));
        let loss = Loss { certain, ..loss(outlook.clone()) };
        case.outlook("4", Ok(Some(outlook))).lost("4", Ok(Some(loss))).ask("revert").codes()
    };
    assert_eq!(told(&["src/11/a.py"], true), "revert/conflicts deny");
    assert_eq!(told(&["src/11/a.py"], false), "", "nobody's work is left of it");
    assert_eq!(told(&["src/4/a.py"], false), "revert/conflicts warn", "some of it is still there");
}

#[test]
fn what_has_not_landed_has_no_way_back_to_lose() {
    assert_eq!(case().ask("revert").outcomes(), "4 not applicable, 9 not applicable");
}

#[test]
fn a_stage_that_goes_alone_satisfies() {
    let case = case().outlook("4", Ok(Some(Outlook::default())));
    assert_eq!(case.ask("revert").outcomes(), "4 satisfied, 9 not applicable");
}

#[test]
fn conflicts_are_told_of_the_stage_that_lost_its_way_back() {
    let told = lost().ask("revert");
    assert_eq!(told.outcomes(), "4 unmet, 9 not applicable");
    assert_eq!(told.findings[0].path, Some(RepoPath::from(BOTH)));
    assert_eq!(told.findings[0].commit, Some(first()));
    assert_snapshot!(told.lines(), @r#"revert/conflicts deny 4: stage 4 can no longer be backed out alone: in src/both.py, the same lines were changed since (c0c0c0c0c0c0 "Move"); blocked by stage 9 / take the change off those lines; as it is, `backout revert --stage 4 --cascade` takes stage 9 along; where that order is meant, write `after = ["4"]` into stage 9"#);
    // By stage 4's impact, and by the phase.
    assert_eq!(lost().phase(Phase::Share).ask("revert").codes(), "revert/conflicts warn");
}

#[test]
fn where_no_order_is_known_the_plan_is_shown() {
    let outlook = blocked(&[1, 2], None);
    let case = case().outlook("4", Ok(Some(outlook.clone()))).lost("4", Ok(Some(loss(outlook))));
    assert_snapshot!(case.ask("revert").lines(), @r#"revert/conflicts deny 4: stage 4 can no longer be backed out alone: in src/both.py, the same lines were changed since (c0c0c0c0c0c0 "Move"); blocked by stages 9, 11 / take the change off those lines; what stands in the way: `backout revert --stage 4 --dry-run`"#);
}

#[test]
fn several_paths_and_commits_are_counted() {
    let mut outlook = blocked(&[1], Some(&[1, 0]));
    for path in ["src/4/x.py", "src/4/y.py"] {
        let first = outlook.clashes[0].clone();
        outlook.clashes.push(Clash { path: RepoPath::from(path), ..first });
    }
    let commits = (0x30..0x34).map(id).collect();
    outlook.blockers.commits.insert(RepoPath::from(BOTH), commits);
    let case = case().outlook("4", Ok(Some(outlook.clone()))).lost("4", Ok(Some(loss(outlook))));
    assert_snapshot!(case.ask("revert").findings[0].message, @r#"stage 4 can no longer be backed out alone: in src/both.py and in 2 more paths, the same lines were changed since (c0c0c0c0c0c0 "Move", 303030303030, 313131313131, 2 more); blocked by stage 9"#);
}

#[test]
fn three_commits_are_all_named() {
    let mut outlook = blocked(&[1], Some(&[1, 0]));
    let commits = (0x30..0x32).map(id).collect();
    outlook.blockers.commits.insert(RepoPath::from(BOTH), commits);
    let case = case().outlook("4", Ok(Some(outlook.clone()))).lost("4", Ok(Some(loss(outlook))));
    let message = &case.ask("revert").findings[0].message;
    assert!(message.contains("(c0c0c0c0c0c0 \"Move\", 303030303030, 313131313131)"), "{message}");
}

#[test]
fn a_commit_of_two_stages_is_to_be_split() {
    let mut outlook = blocked(&[1], Some(&[1, 0]));
    outlook.clashes[0].reason = Reason::Shared(BTreeSet::from([1]));
    let case = case().outlook("4", Ok(Some(outlook.clone()))).lost("4", Ok(Some(loss(outlook))));
    assert_snapshot!(case.ask("revert").lines(), @r#"revert/conflicts deny 4: stage 4 can no longer be backed out alone: in src/both.py, one change is the work of several stages (c0c0c0c0c0c0 "Move"); blocked by stage 9 / split the commit, one stage each; as it is, `backout revert --stage 4 --cascade` takes stage 9 along"#);
}

#[test]
fn a_squash_of_what_cannot_be_told_apart_is_to_land_otherwise() {
    let mixed = Reason::Shared(BTreeSet::from([1]));
    let told = |reason: Reason, certain: bool, two: bool| {
        let mut outlook = blocked(&[1], Some(&[1, 0]));
        outlook.clashes[0].reason = reason;
        let case = if two { case().commit(NINE, &[BOTH]) } else { case() };
        let loss = Ok(Some(loss(outlook.clone())));
        let mut case = case.outlook("4", Ok(Some(outlook))).lost("4", loss);
        case.squash = Some(Squash { claims: Claims::default(), certain });
        case.ask("revert").lines()
    };
    assert_snapshot!(told(mixed.clone(), true, true), @r#"revert/conflicts deny 4: stage 4 can no longer be backed out alone: in src/both.py, one change is the work of several stages (c0c0c0c0c0c0 "Move"); blocked by stage 9 / all of it lands as one commit: land stage 4's commits by themselves, or all of them by a merge commit"#);
    assert!(told(Reason::Tangled, true, true).contains("all of it lands as one commit"));
    for (reason, certain, two) in
        [(mixed.clone(), false, true), (mixed, true, false), (Reason::Lines, true, true)]
    {
        let told = told(reason, certain, two);
        assert!(!told.contains("all of it lands as one commit"), "{told}");
    }
}

#[test]
fn what_was_lost_before_is_silent() {
    let case = case().outlook("4", Ok(Some(blocked(&[1], Some(&[1, 0])))));
    assert_eq!(case.ask("revert").outcomes(), "4 not applicable, 9 not applicable");
}

#[test]
fn a_stage_that_goes_on_without_a_way_back_is_stopped() {
    let lost_before = Case::new(&rules(""))
        .commit("More\n\nMigration-Stage: 4", &[BOTH])
        .outlook("4", Ok(Some(blocked(&[], None))));
    let told = lost_before.ask("revert");
    assert_eq!(told.codes(), "revert/conflicts deny");
    assert_snapshot!(told.lines(), @r#"revert/conflicts deny 4: this is more work on stage 4, which cannot be backed out alone: in src/both.py, the same lines were changed since (c0c0c0c0c0c0 "More") / take that change off those lines again; what stands in the way, and the commands that help: `backout revert --stage 4 --onto HEAD --dry-run`"#);
    assert_eq!(lost_before.phase(Phase::Share).ask("revert").codes(), "revert/conflicts warn");
    let suggested = Outlook { claimed: Some(true), ..blocked(&[], None) };
    let case = Case::new(&rules("")).commit("More\n\nMigration-Stage: 4", &[BOTH]);
    assert_eq!(
        case.outlook("4", Ok(Some(suggested))).ask("revert").codes(),
        "revert/conflicts warn"
    );
}

#[test]
fn a_back_out_by_hand_is_told_and_never_denied() {
    let held = |by_hand: Known<ByHand>| {
        let mut case = Case::new(&rules("")).commit("Back\n\nBackout-Stage: 4", &[BOTH]);
        case.facts.by_hand.insert(first(), by_hand);
        case.phase(Phase::Deploy)
    };
    assert_eq!(held(Ok(ByHand::default())).ask("revert").codes(), "");
    let differs = vec![RepoPath::from(BOTH), RepoPath::from("src/4/x.py")];
    let others = BTreeSet::from([1]);
    let edited = ByHand { differs, others, ..ByHand::default() };
    assert_snapshot!(held(Ok(edited.clone())).ask("revert").lines(), @r#"revert/foreign-edits warn 4: c0c0c0c0c0c0 "Back" says `Backout-Stage: 4`, but is not the planned back-out: src/both.py and 1 more differ; stage 9 has worked there as well / it may land; look at what it does beside: `backout verify-revert c0c0c0c0c0c0`; the planned one: `backout revert --stage 4`"#);
    let along = ByHand { takes_along: true, ..edited };
    assert_snapshot!(held(Ok(along)).ask("revert").findings[0].message, @r#"c0c0c0c0c0c0 "Back" says `Backout-Stage: 4`, but is not the planned back-out: src/both.py and 1 more differ; it takes the work of stage 9 along"#);
    assert_snapshot!(held(unknown()).ask("revert").lines(), @"revert/foreign-edits? warn 4: whether c0c0c0c0c0c0 is the planned back-out: could not check: the object is damaged / run `git fsck`");
}

#[test]
fn what_comes_back_in_part_is_told_and_never_denied() {
    let left = |stay_out: Known<Option<StaysOut>>, outlook: Known<Option<Outlook>>| {
        let mut case = case().outlook("9", outlook).phase(Phase::Deploy);
        case.facts.stay_out.insert("9".to_owned(), stay_out);
        case.ask("revert").lines()
    };
    let open = || Ok(Some(Outlook::default()));
    let steps = |count: u8| (0..count).map(|number| id(0x30 + number)).collect();
    let part =
        |count, by_merge| Ok(Some(StaysOut { steps: steps(count), back_out: id(0x20), by_merge }));
    assert_snapshot!(left(part(1, false), open()), @"revert/foreign-edits warn 9: stage 9 was backed out (202020202020), and comes back in part: git holds for merged what landed with 303030303030, and does not bring that again / bring that back first, and merge then: `backout reapply --stage 9`; once this has landed: `git revert --no-commit 202020202020`");
    assert_snapshot!(left(part(5, true), open()), @"revert/foreign-edits warn 9: stage 9 was backed out (202020202020), and comes back in part: git holds for merged what landed with 303030303030, 313131313131, 323232323232, 2 more, and does not bring that again / bring that back first, and merge then: `backout reapply --stage 9`; once this has landed: `git revert --no-commit -m 1 202020202020`");
    let three = left(part(3, false), open());
    assert!(three.contains("303030303030, 313131313131, 323232323232, and does not"), "{three}");
    assert_snapshot!(left(unknown(), open()), @"revert/foreign-edits? warn 9: whether all of stage 9 comes back: could not check: the object is damaged / run `git fsck`");
    assert_eq!(left(unknown(), unknown()).lines().count(), 1, "once is enough");
    assert_eq!(left(Ok(None), open()), "");
}

/// A file was renamed, or the checkpoint has work of the stage: what helps then is in the rules.
#[test]
fn what_the_rules_can_say_is_what_helps() {
    let because = |reason: Reason| {
        let mut outlook = blocked(&[], None);
        outlook.clashes[0].reason = reason;
        outlook
    };
    let lost = |message: &str, reason: Reason, is_work: bool| {
        let outlook = because(reason);
        let loss = Loss { is_work, ..loss(outlook.clone()) };
        let case = Case::new(&rules("")).commit(message, &[BOTH]);
        let told = case.outlook("4", Ok(Some(outlook))).lost("4", Ok(Some(loss))).ask("revert");
        told.findings[0].help.clone()
    };
    let renamed = || Reason::Renamed(RepoPath::from("src/all.py"));
    let moves = lost(NINE, renamed(), true);
    assert_snapshot!(moves, @r#"say in `[[moves]]` that it was renamed (`from = "src/both.py"`, `to = "src/all.py"`), and have src/all.py among the stage's `paths`: then its work goes back under the new name"#);
    let hotfix = lost("Tidy\n\nMigration-Stage: none", renamed(), false);
    assert_eq!(hotfix, format!("it may land; {moves}"));
    let kept = lost(NINE, Reason::KeptByCheckpoint(id(0x20)), true);
    assert_snapshot!(kept, @r#"let the stage's `start` name a tag on a commit before 202020202020, one that has none of its work, or have its commits undone instead: `code = "revert"`"#);
    // Of what was lost before, where the stage goes on.
    for (reason, help) in [(renamed(), moves), (Reason::KeptByCheckpoint(id(0x20)), kept)] {
        let case = Case::new(&rules("")).commit("More\n\nMigration-Stage: 4", &[BOTH]);
        let told = case.outlook("4", Ok(Some(because(reason)))).ask("revert");
        assert_eq!(told.findings[0].help, help);
    }
}

#[test]
fn an_expected_order_satisfies() {
    let outlook = Outlook { expected: true, ..blocked(&[1], Some(&[1, 0])) };
    let case = case().outlook("4", Ok(Some(outlook)));
    assert_eq!(case.ask("revert").outcomes(), "4 satisfied, 9 not applicable");
}

#[test]
fn foreign_edits_are_told_and_never_denied() {
    let outlook = blocked(&[], None);
    let loss = Loss { is_work: false, ..loss(outlook.clone()) };
    let case = Case::new(&rules(""))
        .commit("Fix\n\nMigration-Stage: none", &[BOTH])
        .outlook("4", Ok(Some(outlook)))
        .lost("4", Ok(Some(loss)));
    let told = case.ask("revert");
    assert_eq!(told.outcomes(), "4 unmet, 9 not applicable");
    assert_snapshot!(told.lines(), @r#"revert/foreign-edits warn 4: c0c0c0c0c0c0 "Fix" is no declared work of a stage: a rollback of stage 4 leaves such work alone, and is in conflict with it now: in src/both.py, the same lines were changed since / it may land; to back stage 4 out, take it back first, as `backout revert --stage 4 --dry-run` says. If it is work of a stage after all, name it: `Migration-Stage: 4`"#);
    assert_eq!(case.phase(Phase::Deploy).ask("revert").codes(), "revert/foreign-edits warn");
}

#[test]
fn what_hangs_on_a_suggestion_stops_nothing() {
    let outlook = Outlook { claimed: Some(true), ..blocked(&[1], Some(&[1, 0])) };
    let loss = Loss { certain: false, ..loss(outlook.clone()) };
    let case = case().outlook("4", Ok(Some(outlook.clone()))).lost("4", Ok(Some(loss)));
    assert_eq!(case.ask("revert").codes(), "revert/conflicts warn");
    // A stage that nobody has said to have landed is not asked.
    let nobody = Outlook { claimed: None, ..outlook };
    let case = case.outlook("4", Ok(Some(nobody)));
    assert_eq!(case.ask("revert").outcomes(), "4 not applicable, 9 not applicable");
}

#[test]
fn what_is_not_known_is_never_satisfied() {
    let not_known = case().outlook("4", unknown());
    assert_eq!(not_known.ask("revert").outcomes(), "4 indeterminate, 9 not applicable");
    assert_snapshot!(not_known.ask("revert").lines(), @"revert/conflicts? deny 4: whether stage 4 can be backed out alone: could not check: the object is damaged / run `git fsck`");
    let lost = case().outlook("4", Ok(Some(blocked(&[1], None)))).lost("4", unknown());
    assert_eq!(lost.ask("revert").codes(), "revert/conflicts? deny");
    // The missing start tag stops it already.
    let no_start = case().outlook("4", unknown()).tag("m-start", Ok(None));
    assert_eq!(no_start.ask("revert").codes(), "revert/conflicts? warn");
    // Of a hotfix, it could only be told.
    let foreign = Case::new(&rules(""))
        .commit("Fix\n\nMigration-Stage: none", &[BOTH])
        .outlook("4", unknown());
    assert_eq!(foreign.ask("revert").codes(), "revert/conflicts? warn");
}

#[test]
fn only_stages_whose_files_are_touched_are_asked() {
    let told = Case::new(&rules(""))
        .commit("Words", &["README.md"])
        .outlook("4", unknown())
        .outlook("9", unknown())
        .ask("revert");
    assert_eq!((told.outcomes().as_str(), told.missed), ("", Vec::new()));
    let own = Case::new(&rules("")).commit(NINE, &["src/9/a.py"]).outlook("4", unknown());
    assert_eq!(own.ask("revert").outcomes(), "9 not applicable");
}

#[test]
fn stages_that_nobody_backs_out_by_their_code_are_not_asked() {
    let outlook = blocked(&[0], Some(&[0, 1]));
    let asked = |more: &str| {
        let case = Case::new(&rules(more)).commit(NINE, &["src/9/a.py"]);
        case.outlook("9", Ok(Some(outlook.clone())))
            .lost("9", Ok(Some(loss(outlook.clone()))))
            .history("9", Ok(landed(&["2026-11-01T00:00:00Z"])))
            .ask("revert")
            .outcomes()
    };
    assert_eq!(asked(""), "9 unmet");
    assert_eq!(asked("rollback = [\"flags\"]"), "9 not applicable");
    assert_eq!(asked("state = \"closed\"\nsince = 2026-01-01\nreason = \"r\""), "");
    assert_eq!(asked("irreversible = true\nreason = \"r\""), "9 not applicable");
}

#[test]
fn irreversible_is_told_once() {
    let case = |message: &str| {
        Case::new(&rules("irreversible = true\nreason = \"drops the old columns\""))
            .commit(message, &["src/9/a.py"])
    };
    assert_snapshot!(case(NINE).ask("revert").lines(), @"revert/irreversible warn 9: stage 9 is marked as the point of no return (drops the old columns): once it has landed, nobody backs it out / make sure that the stages before it are there to stay: `backout status`");
    let before = || Ok(landed(&["2026-11-01T00:00:00Z"]));
    assert_eq!(case(NINE).history("9", before()).ask("revert").outcomes(), "9 not applicable");
    assert_eq!(
        case(NINE).history("9", unknown()).ask("revert").codes(),
        "revert/irreversible warn"
    );
    let hotfix = case("Fix\n\nMigration-Stage: none");
    assert_eq!(hotfix.ask("revert").outcomes(), "9 not applicable");
}

#[test]
fn no_code_is_said_twice() {
    let specification = REGISTRY.iter().find(|one| one.id == "revert").unwrap();
    let codes: BTreeSet<&str> = specification.codes.iter().map(|code| code.problem).collect();
    assert_eq!(codes, BTreeSet::from(["conflicts", "foreign-edits", "irreversible"]));
    assert!(!specification.asked_of_reverts);
}

#[test]
fn rules_that_take_a_landed_stage_its_way_back() {
    let retold = |certain: bool, text: &str| {
        let closed = Some(blocked(&[1], None));
        let mut case = Case::new(text);
        case.policy.retold =
            vec![Retold { stage: 0, lost: Vec::new(), has_landed: true, closed, certain }];
        case
    };
    let rules = migration("") + &stage("9", "critical", "") + &stage("10", "low", "");
    assert_snapshot!(retold(true, &rules).ask("revert").lines(), @"revert/conflicts deny 9: by the pushed rules and attributions, stage 9 can no longer be backed out alone: in src/both.py, the same lines were changed since (c0c0c0c0c0c0); blocked by stage 10 / leave what the way back rests on as it is: `paths`, `[[moves]]`, `code`, `after`, the start tag, attributions; what has landed, and how it goes back: `backout revert --stage 9 --dry-run`");
    assert_eq!(retold(false, &rules).ask("revert").codes(), "revert/conflicts warn");
    let data = migration("")
        + &stage("9", "critical", "rollback = [\"data\"]\nbackups = [\"d\"]")
        + "[backups.d]\nsource = { kind = \"file\", path = \"x\" }\nstore = \"/srv\"\n";
    assert_eq!(retold(true, &data).ask("revert").codes(), "");
}
