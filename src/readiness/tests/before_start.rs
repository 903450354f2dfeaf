//! A start tag that was set anew, too late: on what had landed of a stage.

use insta::assert_snapshot;

use super::real::{Real, by_hand, guard, rules};
use crate::git::{ObjectId, Repo};
use crate::readiness::finding::Outcome;
use crate::readiness::guard::Input;

/// Sets the start tag anew.
fn tag_on(real: &Real, commit: &str) {
    real.scratch.git(&["tag", "--force", "--annotate", "--message", "again", "m-start", commit]);
}

/// What is said of more work on stage 9 about the start tag, which stands where `HEAD` is now.
fn told(real: &Real) -> Vec<String> {
    tag_on(real, "HEAD");
    told_of_tag(real)
}

fn told_of_tag(real: &Real) -> Vec<String> {
    let base = real.scratch.id("HEAD");
    let path = format!("src/9/{}.py", base.short());
    let head = real.commit(&path, "More\n\nMigration-Stage: 9");
    said(real, by_hand(Some(base), head))
}

/// Sets the clock of the machine that made the last commit forward.
fn made_later(real: &Real, seconds: i64) {
    let commit = real.scratch.repo().commit(&real.scratch.id("HEAD")).unwrap();
    let text = real.scratch.git(&["cat-file", "commit", "HEAD"]);
    let later = text.replace(
        &format!("> {} +0000", commit.time.0),
        &format!("> {} +0000", commit.time.0 + seconds),
    );
    assert_ne!(text, later);
    let file = real.scratch.path().join(".git/later");
    std::fs::write(&file, later + "\n").unwrap();
    let id = real.scratch.git(&["hash-object", "-w", "-t", "commit", file.to_str().unwrap()]);
    real.scratch.git(&["reset", "--quiet", "--hard", id.trim()]);
}

/// What is said of a push about the start tag.
fn said(real: &Real, input: Input) -> Vec<String> {
    let of = guard(&real.scratch.repo()).judge(&[input]).unwrap();
    let tag = of.findings.iter().filter(|one| one.code.as_str().starts_with("tag/"));
    tag.map(|one| one.message.clone()).collect()
}

#[test]
fn work_on_either_side_of_a_merge_is_found() {
    for on_side in [true, false] {
        let real = Real::with("");
        let work = || real.commit("src/9/a.py", "First\n\nMigration-Stage: 9");
        let words = || real.commit("README.md", "Words");
        real.scratch.git(&["checkout", "--quiet", "-b", "side"]);
        if on_side {
            work()
        } else {
            words()
        };
        real.scratch.git(&["checkout", "--quiet", "main"]);
        if on_side {
            words()
        } else {
            work()
        };
        real.scratch.git(&["merge", "--quiet", "--no-ff", "--message", "Merge", "side"]);
        let [said] = &told(&real)[..] else { panic!("on the side: {on_side}") };
        assert!(said.contains("\"First\""), "{said}");
    }
}

#[test]
fn the_oldest_work_that_says_so_is_named() {
    let real = Real::with("");
    assert_eq!(told_of_tag(&real), [""; 0]);
    let real = Real::with("");
    let first = real.commit("src/9/a.py", "First\n\nMigration-Stage: 9");
    real.commit("src/9/b.py", "Second\n\nMigration-Stage: 9");
    real.commit("README.md", "Words");
    let short = |message: &str| message.replace(&first.short(), "FIRST");
    let said = told(&real);
    assert_eq!(said.len(), 1);
    let tag = real.scratch.id("m-start^{commit}").short();
    assert_snapshot!(short(&said[0]).replace(&tag, "TAG"), @r#"the tag `m-start` (TAG) does not come before FIRST "First", which is work on stage 9: whoever goes back to the tag keeps that work"#);
}

#[test]
fn a_lightweight_tag_is_looked_at_as_well() {
    let real = Real::with("");
    real.commit("src/9/a.py", "First\n\nMigration-Stage: 9");
    real.scratch.git(&["tag", "--force", "m-start"]);
    let said = told_of_tag(&real);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains("does not come before"), "{said:?}");
    assert!(said[1].contains("is lightweight"), "{said:?}");
}

#[test]
fn what_helps_of_a_pinned_tag_is_another_pin() {
    let real = Real::with("");
    let work = real.commit("src/9/a.py", "First\n\nMigration-Stage: 9");
    tag_on(&real, "HEAD");
    let pinned = format!("start = {{ tag = \"m-start\", oid = \"{work}\" }}");
    let pinned = rules("").replace("start = { tag = \"m-start\" }", &pinned);
    real.scratch.commit("Rules", &[("backout.toml", &pinned)]);
    real.scratch.remote_has("main", &real.scratch.id("HEAD"));
    let base = real.scratch.id("HEAD");
    let head = real.commit("src/9/b.py", "More\n\nMigration-Stage: 9");
    let of = guard(&real.scratch.repo()).judge(&[by_hand(Some(base), head)]).unwrap();
    let tag = of.findings.iter().find(|one| one.code.as_str() == "tag/not-ancestor").unwrap();
    let help = format!(
        "pin the last commit before that work in the configuration (`oid = \"{}\"`), and set the \
         tag there: `git tag -a -f m-start {}`",
        real.start,
        real.start.short()
    );
    assert_eq!(tag.help, help);
}

#[test]
fn what_does_not_say_so_and_what_is_another_stages_does_not_count() {
    for (path, said) in [
        ("src/9/a.py", "Fix a typo"),
        ("src/9/a.py", "Fix\n\nMigration-Stage: none"),
        ("src/4/a.py", "Work\n\nMigration-Stage: 4"),
        ("README.md", "Words\n\nMigration-Stage: 9"),
    ] {
        let real = Real::with("");
        real.commit(path, said);
        assert_eq!(told(&real), [""; 0], "{said}");
    }
}

#[test]
fn what_was_tried_and_taken_back_is_not_kept() {
    let real = Real::with("");
    real.commit("src/9/a.py", "First\n\nMigration-Stage: 9");
    real.scratch.git(&["revert", "--no-edit", "HEAD"]);
    assert_eq!(told(&real), [""; 0]);
    real.commit("src/9/b.py", "Second\n\nMigration-Stage: 9");
    assert_eq!(told(&real).len(), 1);
}

#[test]
fn what_the_stage_itself_took_back_is_not_kept_either() {
    let real = Real::with("");
    real.commit("src/9/a.py", "First\n\nMigration-Stage: 9");
    real.scratch.commit("Back\n\nMigration-Stage: 9", &[("src/9/a.py", "a\n")]);
    assert_eq!(told(&real), [""; 0]);
}

#[test]
fn a_line_that_was_there_before_is_not_what_was_added() {
    let real = Real::with("");
    let with = |b: bool, mode: u8| format!("[a]\nyes = true\n[b]\nyes = {b}\n[c]\nmode = {mode}\n");
    real.scratch.commit("Begin", &[("src/9/c.py", &with(false, 3))]);
    real.scratch.commit("First\n\nMigration-Stage: 9", &[("src/9/c.py", &with(true, 3))]);
    real.scratch.git(&["revert", "--no-edit", "HEAD"]);
    real.scratch.commit("Fix\n\nMigration-Stage: none", &[("src/9/c.py", &with(false, 4))]);
    assert_eq!(told(&real), [""; 0]);
}

#[test]
fn which_came_first_is_not_told_by_clocks() {
    let tried = || {
        let real = Real::with("");
        let work = |content: &str| {
            real.scratch.commit("Work\n\nMigration-Stage: 9", &[("src/9/a.py", content)])
        };
        work("trial\n");
        made_later(&real, 300);
        work("a\n");
        real
    };
    assert_eq!(told(&tried()), [""; 0]);
    // In one push.
    let real = tried();
    tag_on(&real, "HEAD");
    let head = real.commit("src/9/b.py", "More\n\nMigration-Stage: 9");
    assert_eq!(said(&real, by_hand(Some(real.start), head)), [""; 0]);
}

#[test]
fn under_another_name_it_is_still_there() {
    let lines = |names: &[&str]| -> String {
        names
            .iter()
            .map(|name| format!("{name}: a line that is long enough to be told\n"))
            .collect()
    };
    let work = &*lines(&["1", "2", "3", "4"]);
    let under = |file: &str, content: &str| {
        let real = Real::with("");
        real.scratch.commit("First\n\nMigration-Stage: 9", &[("src/9/b.py", work)]);
        real.scratch.git(&["rm", "--quiet", "src/9/b.py"]);
        real.scratch.commit("Tidy up\n\nMigration-Stage: none", &[(file, content)]);
        told(&real).len()
    };
    assert_eq!(under("src/9/c.py", work), 1);
    assert_eq!(under("src/9/c.py", &lines(&["3", "4", "more"])), 1, "half of it");
    assert_eq!(under("src/9/c.py", &lines(&["4", "more"])), 0, "less than half");
    assert_eq!(
        under("src/9/c.py", &lines(&["1", "2", "3", "a", "b", "c", "d"])),
        0,
        "less of the new"
    );
    assert_eq!(under("src/4/c.py", work), 0, "a file of another stage");
    assert_eq!(under("src/9/a.py", work), 0, "a file that was there");
}

#[test]
fn a_file_that_was_worked_on_and_renamed_since_is_followed() {
    let lines = |names: &[&str]| -> String {
        names
            .iter()
            .map(|name| format!("{name}: a line that is long enough to be told\n"))
            .collect()
    };
    let (start, work) = (&*lines(&["1", "2", "3", "4"]), &*lines(&["1", "nine", "3", "4", "more"]));
    let renamed = |from: &str, to: &str, content: &str| {
        let real = Real::with("");
        real.scratch.commit("Begin", &[(from, start)]);
        real.scratch.commit("First\n\nMigration-Stage: 9", &[(from, work)]);
        if content == start {
            real.scratch.git(&["revert", "--no-edit", "HEAD"]);
        }
        real.scratch.git(&["rm", "--quiet", from]);
        real.scratch.commit("Rename\n\nMigration-Stage: none", &[(to, content)]);
        told(&real).len()
    };
    assert_eq!(renamed("src/9/b.py", "src/9/c.py", work), 1);
    assert_eq!(renamed("src/9/b.py", "src/9/c.py", start), 0, "taken back before");
    assert_eq!(renamed("old/b.py", "src/9/b.py", work), 1, "from where it is nobody's");
    assert_eq!(renamed("src/9/b.py", "new/b.py", work), 0, "to where it is nobody's");
    assert_eq!(renamed("src/4/b.py", "src/9/b.py", work), 0, "from another stage");
}

#[test]
fn where_history_is_cut_off_soon_before_the_tag_it_is_not_known() {
    let real = Real::with("");
    real.commit("src/9/a.py", "First\n\nMigration-Stage: 9");
    real.commit("README.md", "Words");
    tag_on(&real, "HEAD");
    let base = real.scratch.id("HEAD");
    let head = real.commit("src/9/b.py", "More\n\nMigration-Stage: 9");
    for depth in 3..=4 {
        let of = guard(&real.scratch.shallow(depth)).judge(&[by_hand(Some(base), head)]).unwrap();
        let tag = of.findings.iter().filter(|one| one.code.as_str() == "tag/not-ancestor");
        let told: Vec<_> = tag.map(|one| (one.outcome, one.help.as_str())).collect();
        let [(Outcome::Indeterminate, help)] = told[..] else { panic!("{depth}: {told:?}") };
        assert!(help.contains("backout fetch"), "{help}");
    }
}

#[test]
fn a_shallow_clone_has_to_have_so_many_and_is_told_of_those_it_has() {
    let real = Real::with("");
    real.commit("src/9/a.py", "First\n\nMigration-Stage: 9");
    let loose =
        "i=0; while [ $i -lt 500 ]; do git commit --quiet --allow-empty -m $i; i=$((i+1)); done";
    real.scratch.git(&["-c", &format!("alias.many=!{loose}"), "many"]);
    real.scratch.git(&["repack", "--quiet", "-a", "-d"]);
    tag_on(&real, "HEAD");
    let base = real.scratch.id("HEAD");
    let head = real.commit("src/9/b.py", "More\n\nMigration-Stage: 9");
    let outcomes = |repo: &Repo| {
        let of = guard(repo).judge(&[by_hand(Some(base), head)]).unwrap();
        let tag = of.findings.iter().filter(|one| one.code.as_str() == "tag/not-ancestor");
        tag.map(|one| one.outcome).collect::<Vec<_>>()
    };
    assert_eq!(outcomes(&real.scratch.shallow(501)), [Outcome::Indeterminate]);
    // There it is without its parent, and looks as if it had made every file.
    assert_eq!(outcomes(&real.scratch.shallow(502)), []);
    assert_eq!(outcomes(&real.scratch.shallow(503)), [Outcome::Unmet]);
    assert_eq!(outcomes(&real.scratch.repo()), [Outcome::Unmet]);
}

#[test]
fn in_one_push_it_is_the_same() {
    let said_of = |taken_back: bool| {
        let real = Real::with("");
        real.commit("src/9/a.py", "First\n\nMigration-Stage: 9");
        if taken_back {
            real.scratch.git(&["revert", "--no-edit", "HEAD"]);
        }
        tag_on(&real, "HEAD");
        let head = real.commit("src/9/b.py", "More\n\nMigration-Stage: 9");
        said(&real, by_hand(Some(real.start), head)).len()
    };
    assert_eq!((said_of(true), said_of(false)), (0, 1));
}

#[test]
fn a_fix_on_top_does_not_hide_it() {
    let start = "1\n2\n3\n4\n5\n";
    let work = "one\ntwo\nthree\n4\n5\n";
    for (fixed, kept) in [
        ("one\ntwo, fixed\nthree\n4\n5\n", true),
        ("one\ntwo\nthree\n4\n5\nmore\n", true),
        // Less than half of what the stage had added.
        ("1\ntwo\n3\n4\n5\n", false),
        ("1, fixed\n2\n3\n4\n5\n", false),
    ] {
        let real = Real::with("");
        real.scratch.commit("Begin", &[("src/9/c.py", start)]);
        real.scratch.commit("Work\n\nMigration-Stage: 9", &[("src/9/c.py", work)]);
        real.scratch.commit("Fix\n\nMigration-Stage: none", &[("src/9/c.py", fixed)]);
        assert_eq!(told(&real).len(), usize::from(kept), "{fixed:?}");
        // A file that the stage had made.
        let real = Real::with("");
        real.scratch.commit("Work\n\nMigration-Stage: 9", &[("src/9/c.py", work)]);
        real.scratch.commit("Fix\n\nMigration-Stage: none", &[("src/9/c.py", fixed)]);
        assert_eq!(told(&real).len(), usize::from(kept), "{fixed:?}, of a new file");
    }
}

#[test]
fn what_is_gone_is_not_kept_and_what_was_taken_away_is() {
    let real = Real::with("");
    real.commit("src/9/b.py", "Work\n\nMigration-Stage: 9");
    real.scratch.git(&["rm", "--quiet", "src/9/b.py"]);
    real.scratch.commit("Tidy up\n\nMigration-Stage: none", &[]);
    assert_eq!(told(&real), [""; 0]);
    let real = Real::with("");
    real.scratch.git(&["rm", "--quiet", "src/9/a.py"]);
    real.scratch.commit("Work\n\nMigration-Stage: 9", &[]);
    assert_eq!(told(&real).len(), 1);
}

#[test]
fn it_is_looked_for_once_and_remembered() {
    let real = Real::with("");
    real.commit("src/9/a.py", "First\n\nMigration-Stage: 9");
    assert_eq!(told(&real).len(), 1);
    let folder = real.scratch.path().join(".git/backout/cache");
    let files = || std::fs::read_dir(&folder).unwrap().map(|one| one.unwrap().path());
    let before: Vec<_> = files().collect();
    // The same tag, and other work.
    assert_eq!(told_of_tag(&real).len(), 1);
    assert_eq!(files().filter(|file| !before.contains(file)).count(), 0);
    for file in files() {
        std::fs::write(file, "no cache").unwrap();
    }
    assert_eq!(told_of_tag(&real).len(), 1);
    // Another tag is another question.
    tag_on(&real, &real.start.to_string());
    assert_eq!(told_of_tag(&real), [""; 0]);
}

#[test]
fn a_side_branch_that_was_merged_is_looked_through() {
    let real = Real::with("");
    real.scratch.git(&["switch", "--create", "topic"]);
    real.commit("src/9/a.py", "First\n\nMigration-Stage: 9");
    real.scratch.git(&["switch", "main"]);
    real.scratch.git(&["merge", "--no-ff", "--no-edit", "topic"]);
    assert_eq!(told(&real).len(), 1);
}

#[test]
fn before_there_were_rules_of_this_migration_its_trailer_was_anothers() {
    let real = Real::with("");
    let other = rules("").replace("id = \"m\"", "id = \"earlier\"");
    real.scratch.commit("Other rules", &[("backout.toml", &other)]);
    real.commit("src/9/a.py", "Work\n\nMigration-Stage: 9");
    real.scratch.commit("Rules", &[("backout.toml", &rules(""))]);
    assert_eq!(told(&real), [""; 0]);
}

#[test]
fn what_counts_for_nobody_is_not_held_against_the_tag() {
    let real = Real::with("");
    let done = real.commit("src/9/a.py", "First\n\nMigration-Stage: 9");
    let with = |since: &ObjectId| rules(&format!("since = \"{since}\""));
    real.scratch.commit("Rules", &[("backout.toml", &with(&done))]);
    tag_on(&real, &done.to_string());
    real.scratch.remote_has("main", &real.scratch.id("HEAD"));
    assert_eq!(told_of_tag(&real), [""; 0]);
    // The tag stands after that commit.
    real.commit("src/9/b.py", "Second\n\nMigration-Stage: 9");
    assert_eq!(told(&real).len(), 1);
}
