//! Work on a stage that is closed, opened again, and closed again.

use super::real::{Real, by_hand, guard, rules};
use crate::config::Phase;
use crate::readiness::guard::Input;

const WORK: &str = "Work\n\nMigration-Stage: 9";

#[test]
fn what_lands_after_rules_that_have_its_stage_closed_is_late() {
    let real = Real::with("");
    let open = rules("");
    let state = "impact = \"critical\"\nstate = \"closed\"\nsince = 2026-02-01\nreason = \"over\"";
    let closed = open.replacen("impact = \"critical\"", state, 1);
    let work = |content: &str, more: &[(&str, &str)]| {
        let files = [&[("src/9/a.py", content)], more].concat();
        real.scratch.commit(WORK, &files)
    };
    let close = |why: &str| real.scratch.commit(why, &[("backout.toml", &closed)]);
    let late = || -> Vec<String> {
        let head = real.scratch.id("HEAD");
        real.scratch.remote_has("main", &head);
        let input = Input { phase: Some(Phase::Deploy), ..by_hand(Some(real.start), head) };
        let assessment = guard(&real.scratch.repo()).judge(&[input]).unwrap();
        let told = assessment.findings.iter().filter(|one| one.code.as_str() == "stage/closed");
        told.map(|one| one.message.split(" to be its work").next().unwrap().to_owned()).collect()
    };
    let told = |first: &str, claim: &str| {
        vec![format!("stage 9 is closed since 2026-02-01, yet {first} \"Work\"{claim}")]
    };
    work("1\n", &[]);
    close("Close");
    assert_eq!(late(), [""; 0]);
    real.commit("README.md", "Words");
    let second = work("2\n", &[]);
    assert_eq!(late(), told(&second.short(), " claims"));
    // The rules before the step that opens it again have it closed.
    let third = work("3\n", &[("backout.toml", &open)]);
    real.commit("README.md", "More words");
    work("4\n", &[]);
    close("Close again");
    assert_eq!(late(), told(&third.short(), " and 1 more claim"));
    let fifth = work("5\n", &[]);
    assert_eq!(late(), told(&fifth.short(), " and 2 more claim"));
}
