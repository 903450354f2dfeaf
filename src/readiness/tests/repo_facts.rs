//! What is read of a range's ends, on real repositories.

use super::fake::{migration, stage};
use super::real::{Real, guard, push};
use crate::git::ObjectId;
use crate::git::testing::Scratch;

#[test]
fn what_any_side_had_before_is_known_where_a_range_begins_at_several_commits() {
    let flag = |name: &str, file: &str| {
        format!("[flags.{name}]\non = \"true\"\noff = \"false\"\ndefined_in = [\"{file}\"]\n")
    };
    let flags = "rollback = [\"flags\", \"code\"]\nflags = { ONE = \"off\", OTHER = \"off\" }";
    let rules = migration("")
        + &stage("9", "critical", flags)
        + &flag("ONE", ".env.one")
        + &flag("OTHER", ".env.other");
    let scratch = Scratch::empty();
    scratch.commit("first", &[("src/9/a.py", "a\n"), ("backout.toml", &rules)]);
    scratch.git(&["tag", "--annotate", "--message", "start", "m-start"]);
    let start = scratch.id("HEAD").to_string();
    let landed = scratch.commit("One", &[(".env.one", "ONE=true\n")]);
    scratch.remote_has("main", &landed);
    scratch.git(&["checkout", "--quiet", "--detach", &start]);
    let shared = scratch.commit("Other", &[(".env.other", "OTHER=true\n")]);
    scratch.remote_has("topic", &shared);
    scratch.git(&["merge", "--quiet", "--no-edit", &landed.to_string()]);
    scratch.git(&["rm", "--quiet", ".env.one", ".env.other"]);
    let head = scratch.commit("Work\n\nMigration-Stage: 9", &[("src/9/a.py", "b\n")]);
    let assessment = guard(&scratch.repo()).judge(&[push("topic", Some(shared), head)]).unwrap();
    let of_flags = assessment.findings.iter().filter(|one| one.code.requirement() == "flag");
    let told: Vec<_> = of_flags.map(|one| (one.code.as_str(), one.message.as_str())).collect();
    let removed = |name: &str| {
        format!("this change removes the flag `{name}`, which a stage needs to be rolled back")
    };
    let (one, other) = (removed("ONE"), removed("OTHER"));
    let code = "flag/removed-while-needed";
    assert_eq!(told, [(code, one.as_str()), (code, other.as_str())]);
}

#[test]
fn whether_a_checkpoint_lies_below_is_known_in_a_shallow_clone_only_where_it_does() {
    let told = |real: &Real, with_tag: bool| {
        let shallow = real.scratch.shallow(1);
        let there =
            |arguments: &[&str]| real.scratch.git(&[&["-C", "../shallow-1"], arguments].concat());
        if with_tag {
            there(&["fetch", "--quiet", "--depth", "1", "origin", "tag", "m-start"]);
        }
        let from: ObjectId = there(&["rev-parse", "HEAD"]).parse().unwrap();
        std::fs::write(shallow.work_tree().unwrap().join("src/4/a.py"), "b\n").unwrap();
        there(&["commit", "--quiet", "--all", "--message", "Work\n\nMigration-Stage: 4"]);
        let head = there(&["rev-parse", "HEAD"]).parse().unwrap();
        let assessment = guard(&shallow).judge(&[push("topic", Some(from), head)]).unwrap();
        let of_tags = assessment.findings.iter().filter(|one| one.code.requirement() == "tag");
        of_tags.map(|one| format!("{}: {}", one.code, one.message)).collect::<Vec<_>>()
    };
    // It is an ancestor; what lies before it is not here.
    let begun = Real::with("");
    let before = "tag/not-ancestor: the tag `m-start`: could not check: this clone is shallow, and its \
                  history is cut off soon before the tag: whether work on the stage lies there is not \
                  known";
    assert_eq!(told(&begun, false), [before]);
    let later = Real::with("");
    let landed = later.commit("README.md", "Words");
    later.scratch.remote_has("main", &landed);
    let unknown = "tag/not-ancestor: the tag `m-start`: could not check: this clone is shallow, and \
                   its history is cut off before the answer";
    assert_eq!(told(&later, true), [unknown]);
    let absent = "tag/not-fetched: the tag `m-start` is not in this clone, which is shallow: whether \
                  it exists is not known here";
    let without = Real::with("");
    let landed = without.commit("README.md", "Words");
    without.scratch.remote_has("main", &landed);
    assert_eq!(told(&without, false), [absent]);
}

#[test]
fn a_tag_that_is_missing_may_be_at_the_remote_where_there_is_one() {
    let real = Real::with("");
    real.scratch.git(&["tag", "--delete", "m-start"]);
    let head = real.commit("src/4/a.py", "Work\n\nMigration-Stage: 4");
    let help = || {
        let assessment = guard(&real.scratch.repo()).judge(&[push("topic", None, head)]).unwrap();
        let of_tags = assessment.findings.into_iter().filter(|one| one.code.requirement() == "tag");
        of_tags.map(|one| one.help).collect::<String>()
    };
    let known = help();
    real.scratch.git(&["remote", "remove", "origin"]);
    insta::assert_snapshot!(format!("{known}\n{}", help()), @"
    if `origin` has it, fetch it: `git fetch origin refs/tags/m-start:refs/tags/m-start`; else set it where the migration began: `git tag -a m-start <commit> && git push origin refs/tags/m-start`
    set it where the migration began: `git tag -a m-start <commit>`set it where the migration began: `git tag -a m-start <commit>`
    ");
}
