//! `tag`.

use insta::assert_snapshot;

use super::fake::{Case, annotated, id, migration, stage, start, unknown};
use crate::git::{Commit, ObjectId};
use crate::readiness::snapshot::Tag;

const OWN: &str = "Work\n\nMigration-Stage: 9";
const PATH: &[&str] = &["src/9/a.py"];

fn case(impact: &str) -> Case {
    Case::new(&(migration("") + &stage("9", impact, ""))).commit(OWN, PATH)
}

fn pinned(oid: u8) -> Case {
    let text = (migration("") + &stage("9", "high", "")).replace(
        r#"start = { tag = "m-start" }"#,
        &format!(r#"start = {{ tag = "m-start", oid = "{}" }}"#, id(oid)),
    );
    Case::new(&text).commit(OWN, PATH)
}

fn lightweight() -> Tag {
    Tag { annotated: false, ..annotated(start()) }
}

#[test]
fn an_annotated_tag_below_the_work_satisfies() {
    let told = case("critical").ask("tag");
    assert_snapshot!(told.outcomes(), @"9 satisfied");
    assert_eq!(told.lines(), "");
}

#[test]
fn a_range_that_touches_no_stage_is_not_asked() {
    let text = migration("") + &stage("9", "high", "");
    let case = Case::new(&text).tag("m-start", Ok(None));
    assert_eq!(case.commit("Docs", &["README.md"]).ask("tag").outcomes(), "");
}

#[test]
fn a_missing_tag() {
    let told = case("medium").tag("m-start", Ok(None)).ask("tag");
    assert_snapshot!(told.lines(), @"tag/missing deny 9: the tag `m-start` does not exist: there is nothing to roll back to / if `upstream` has it, fetch it: `git fetch upstream refs/tags/m-start:refs/tags/m-start`; else set it where the migration began: `git tag -a m-start <commit> && git push upstream refs/tags/m-start`");
    assert_eq!(told.outcomes(), "9 unmet");
}

#[test]
fn a_tag_that_this_clone_may_lack_is_not_called_missing() {
    let case = case("medium").tag("m-start", Ok(None));
    let told = case.facts(|facts| facts.tags_left_out = Some("which is shallow")).ask("tag");
    assert_snapshot!(told.lines(), @"tag/not-fetched? deny 9: the tag `m-start` is not in this clone, which is shallow: whether it exists is not known here / fetch it: `git fetch upstream refs/tags/m-start:refs/tags/m-start` (with actions/checkout: `fetch-depth: 0` and `fetch-tags: true`)");
    assert_eq!(told.outcomes(), "9 indeterminate");
}

#[test]
fn a_tag_that_is_here_is_judged_in_a_shallow_clone_too() {
    let case = case("medium").facts(|facts| facts.tags_left_out = Some("which is shallow"));
    assert_eq!(case.ask("tag").outcomes(), "9 satisfied");
}

#[test]
fn a_tag_that_moved_from_its_pin() {
    assert_snapshot!(pinned(7).ask("tag").lines(), @"tag/moved deny 9: the tag `m-start` stands on 010101010101, but the configuration pins it to 070707070707 / put it back: `git tag -a -f m-start 070707070707 && git push --force upstream refs/tags/m-start`");
    assert_eq!(pinned(1).ask("tag").outcomes(), "9 satisfied");
}

#[test]
fn a_tag_on_no_commit() {
    let tag = Tag { commit: None, ..annotated(start()) };
    assert_snapshot!(case("high").tag("m-start", Ok(Some(tag))).ask("tag").lines(), @"tag/moved deny 9: the tag `m-start` does not stand on a commit / set it on the commit where the migration began: `git tag -a -f m-start <commit>`");
}

#[test]
fn work_that_does_not_descend_from_it() {
    let case = case("high").facts(|facts| {
        facts.ancestors.insert(start(), Ok(false));
    });
    assert_snapshot!(case.ask("tag").lines(), @"tag/not-ancestor deny 9: the pushed work does not descend from the tag `m-start` (010101010101): there is no way back to it / rebase the work onto a branch that contains it: `git rebase main`");
}

#[test]
fn a_lightweight_tag_is_told_unless_its_commit_is_pinned() {
    let told = case("critical").tag("m-start", Ok(Some(lightweight()))).ask("tag");
    assert_snapshot!(told.lines(), @r#"tag/lightweight warn 9: the tag `m-start` is lightweight and its commit is not pinned: nobody would see it move / pin it in the configuration: `{ tag = "m-start", oid = "0101010101010101010101010101010101010101" }`, or make it annotated: `git tag -a -f m-start 010101010101`"#);
    let told = pinned(1).tag("m-start", Ok(Some(lightweight()))).ask("tag");
    assert_eq!(told.outcomes(), "9 satisfied");
}

#[test]
fn what_cannot_be_read_is_indeterminate() {
    let told = case("high").tag("m-start", unknown()).ask("tag");
    assert_snapshot!(told.lines(), @"tag/missing? deny 9: the tag `m-start`: could not check: the object is damaged / run `git fsck`");
    let no_ancestry = case("high").facts(|facts| {
        facts.ancestors.insert(start(), unknown());
    });
    assert_snapshot!(no_ancestry.ask("tag").lines(), @"tag/not-ancestor? deny 9: the tag `m-start`: could not check: the object is damaged / run `git fsck`");
    assert_eq!(no_ancestry.ask("tag").outcomes(), "9 indeterminate");
}

#[test]
fn a_checkpoint_of_the_stage_is_asked_as_well() {
    let own = stage("9", "high", "start = { tag = \"stage-9-start\" }");
    let case = Case::new(&(migration("") + &own)).commit(OWN, PATH);
    assert_snapshot!(case.ask("tag").lines(), @"tag/missing deny 9: the tag `stage-9-start` does not exist: there is nothing to roll back to / if `upstream` has it, fetch it: `git fetch upstream refs/tags/stage-9-start:refs/tags/stage-9-start`; else set it where the migration began: `git tag -a stage-9-start <commit> && git push upstream refs/tags/stage-9-start`");
    let case = case.tag("stage-9-start", Ok(Some(annotated(id(5)))));
    assert_eq!(case.ask("tag").outcomes(), "9 satisfied");
}

#[test]
fn the_level_follows_from_the_impact_in_every_phase() {
    use crate::config::Phase;
    let row = |impact| {
        let cell = |phase: &Phase| {
            let case = case(impact).phase(*phase).tag("m-start", Ok(None));
            case.ask("tag").findings[0].level.as_str()
        };
        Phase::ALL.iter().map(cell).collect::<Vec<_>>().join(" ")
    };
    for impact in ["none", "low"] {
        assert_eq!(row(impact), "warn warn warn", "{impact}");
    }
    for impact in ["medium", "high", "critical"] {
        assert_eq!(row(impact), "deny deny deny", "{impact}");
    }
}

#[test]
fn a_hotfix_is_told_and_never_stopped() {
    let text = migration("") + &stage("9", "critical", "");
    let hotfix = Case::new(&text).commit("Fix\n\nMigration-Stage: none", PATH);
    let told = hotfix.tag("m-start", Ok(None)).ask("tag");
    assert_eq!(told.codes(), "tag/missing warn");
}

#[test]
fn a_configured_deny_does_not_stop_a_hotfix_either() {
    let text = migration("")
        + &stage("9", "critical", "")
        + "[requirements]\n\"tag/missing\" = \"deny\"\n";
    let hotfix = Case::new(&text).commit("Fix\n\nMigration-Stage: none", PATH);
    assert_eq!(hotfix.tag("m-start", Ok(None)).ask("tag").codes(), "tag/missing warn");
}

#[test]
fn a_hotfix_beside_work_of_the_stage_does_not_soften_it() {
    let case = case("critical").commit("Fix\n\nMigration-Stage: none", PATH);
    assert_eq!(case.tag("m-start", Ok(None)).ask("tag").codes(), "tag/missing deny");
}

#[test]
fn a_rollback_edited_by_hand_is_told_and_let_pass() {
    let text = migration("") + &stage("9", "critical", "");
    let back = Case::new(&text).commit("Back out\n\nBackout-Stage: 9", PATH);
    assert_eq!(back.tag("m-start", Ok(None)).ask("tag").codes(), "tag/missing warn");
}

#[test]
fn a_closed_stage_is_not_asked() {
    let closed = "state = \"closed\"\nsince = 2026-01-01\nreason = \"done\"";
    let text = migration("") + &stage("9", "critical", closed);
    let case = Case::new(&text).commit(OWN, PATH).tag("m-start", Ok(None));
    assert_eq!(case.ask("tag").outcomes(), "");
}

#[test]
fn levels_are_overridden_by_phase_and_allow_means_unasked() {
    use crate::config::Phase;
    let text = migration("")
        + &stage("9", "critical", "")
        + "[requirements]\n\"tag/missing\" = { share = \"allow\", land = \"warn\" }\n";
    let told = |phase| {
        let case = Case::new(&text).phase(phase).commit(OWN, PATH);
        case.tag("m-start", Ok(None)).ask("tag").codes()
    };
    assert_eq!(told(Phase::Share), "");
    assert_eq!(told(Phase::Land), "tag/missing warn");
    assert_eq!(told(Phase::Deploy), "tag/missing deny");
}

#[test]
fn a_stage_that_only_observes_marks_its_findings() {
    let stages =
        stage("4", "high", "mode = \"observe\"") + &stage("9", "high", "mode = \"enforce\"");
    for (mode, expected) in [("enforce", [true, false]), ("observe", [true, false])] {
        let text = migration(&format!("mode = \"{mode}\"")) + &stages;
        let told = Case::new(&text)
            .commit("Work\n\nMigration-Stage: 4\nMigration-Stage: 9", &["src/4/a", "src/9/a"])
            .tag("m-start", Ok(None))
            .ask("tag");
        assert_eq!(told.codes(), "tag/missing deny, tag/missing deny");
        let observed: Vec<bool> = told.findings.iter().map(|finding| finding.observed).collect();
        assert_eq!(observed, expected, "{mode}");
    }
}

/// Work on stage 9, and a commit after it that a tag stands on.
fn too_late(more: &str, tag: &str) -> Case {
    let text = migration("") + &stage("9", "high", more);
    let case = Case::new(&text).commit(OWN, PATH).commit("Words", &["README.md"]);
    let on = case.works.iter().find(|work| work.commit.subject() == "Words").unwrap().commit.id;
    case.tag(tag, Ok(Some(annotated(on))))
}

#[test]
fn a_tag_that_stands_on_the_work_came_too_late() {
    let told = too_late("", "m-start").ask("tag");
    assert_snapshot!(told.lines(), @r#"tag/not-ancestor deny 9: the tag `m-start` (c1c1c1c1c1c1) does not come before c0c0c0c0c0c0 "Work", which is work on stage 9: whoever goes back to the tag keeps that work / set it on the last commit before that work: `git tag -a -f m-start c0c0c0c0c0c0~`"#);
}

#[test]
fn a_tag_that_came_after_work_that_had_landed() {
    let work = |parents: Vec<ObjectId>| {
        let one = case("high").works.into_iter().next().unwrap().commit;
        Commit { id: id(7), parents, ..one }
    };
    let case =
        |known| case("high").facts(|facts| drop(facts.before_start.insert("9".into(), known)));
    let told = case(Ok(Some(work(vec![id(6)])))).ask("tag");
    assert_snapshot!(told.lines(), @r#"tag/not-ancestor deny 9: the tag `m-start` (010101010101) does not come before 070707070707 "Work", which is work on stage 9: whoever goes back to the tag keeps that work / set it on the last commit before that work: `git tag -a -f m-start 070707070707~`"#);
    let told = case(Ok(Some(work(Vec::new())))).ask("tag");
    assert_snapshot!(told.lines(), @r#"tag/not-ancestor deny 9: the tag `m-start` (010101010101) does not come before 070707070707 "Work", which is work on stage 9: whoever goes back to the tag keeps that work / there is no commit before 070707070707 to set it on: have the work in a commit of its own, after one without it"#);
    assert_eq!(case(unknown()).ask("tag").outcomes(), "9 indeterminate");
}

#[test]
fn work_beside_the_tag_is_no_work_before_it() {
    let case = too_late("", "m-start").facts(|facts| {
        facts.ancestors.insert(id(0xc0), Ok(false));
    });
    assert_eq!(case.ask("tag").outcomes(), "9 satisfied");
}

#[test]
fn whether_the_tag_came_too_late_may_not_be_known() {
    let case = too_late("", "m-start").facts(|facts| {
        facts.ancestors.insert(id(0xc0), unknown());
    });
    assert_eq!(case.ask("tag").outcomes(), "9 indeterminate");
}

#[test]
fn a_stages_own_checkpoint_is_the_forecasts_business() {
    let more = "start = { tag = \"nine\" }\ncode = \"restore\"\n";
    assert_eq!(too_late(more, "nine").ask("tag").outcomes(), "9 satisfied");
}
