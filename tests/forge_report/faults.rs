//! Every fault at every request: whatever comes of the first run, its exit code is the verdict's,
//! and a second run ends with exactly one check run, one comment and the right labels.

use super::scene::{ALL, JOB, Reporting};
use crate::support::fake_github::{At, Fault, JOB_TOKEN};

/// Requests of a run that reports for the first time, and of one that reports again.
fn requests(scene: &Reporting) -> (usize, usize) {
    scene.forget();
    scene.report().exits(1);
    let first = scene.fake.take_calls().len();
    scene.report().exits(1);
    (first, scene.fake.take_calls().len())
}

#[track_caller]
fn is_done(scene: &Reporting, case: &str) {
    let runs = scene.check_runs();
    assert_eq!(runs.len(), 1, "{case}: {runs:#?}");
    assert_eq!(runs[0].0["conclusion"], "failure", "{case}");
    assert_eq!(runs[0].1.len(), 1, "{case}: {:#?}", runs[0].1);
    let comments = scene.comments();
    assert_eq!(comments.len(), 1, "{case}: {comments:#?}");
    assert_eq!(comments[0].0, JOB, "{case}");
    assert!(comments[0].1.contains("not ready to land"), "{case}");
    assert_eq!(scene.labels(), ["bug", "impact:critical", "stage:9"], "{case}");
}

/// Fails at each request in turn, from a scene that `prepare` makes, and is run again.
fn each(pick: fn(&Fault) -> bool, again: bool) {
    let scene = Reporting::unready();
    let (first, second) = requests(&scene);
    let count = if again { second } else { first + 1 };
    assert!(count >= 4, "{count}");
    for fault in Fault::all().into_iter().filter(pick) {
        for number in 1..=count {
            let case = format!("{} at {number}, again: {again}", fault.name);
            scene.forget();
            scene.label(&["bug", "stage:4"]);
            if again {
                scene.report().exits(1);
            }
            scene.fake.inject(fault.clone().at(At::Nth(number)));
            let run = scene.report();
            assert_eq!(run.exit, 1, "{case}: {}", run.snapshot());
            assert!(!(run.out() + &run.err()).contains(JOB_TOKEN), "{case}");
            scene.fake.heal();
            let then = scene.report();
            assert_eq!((then.exit, then.err().as_str()), (1, ""), "{case}");
            is_done(&scene, &case);
        }
    }
    assert_eq!(scene.fake.requests_elsewhere().len(), 0);
}

fn is_lost(fault: &Fault) -> bool {
    ["500 after the effect", "cut body", "a page"].contains(&fault.name)
}

fn is_slow(fault: &Fault) -> bool {
    fault.name == "slow body"
}

/// Those that differ in what they lead to; the others are named by the client's own tests.
fn is_refused(fault: &Fault) -> bool {
    let kinds = "401,403 permission,403 secondary limit,404,409,422,429,500,redirect";
    kinds.split(',').any(|name| name == fault.name)
}

#[test]
fn a_refusal_the_first_time() {
    each(is_refused, false);
}

#[test]
fn a_refusal_the_second_time() {
    each(is_refused, true);
}

#[test]
fn a_lost_answer_the_first_time() {
    each(is_lost, false);
}

#[test]
fn a_lost_answer_the_second_time() {
    each(is_lost, true);
}

#[test]
fn an_answer_that_does_not_come() {
    each(is_slow, false);
}

#[test]
fn one_lost_answer_is_made_up_for_within_the_run() {
    let scene = Reporting::unready();
    let (first, _) = requests(&scene);
    for fault in Fault::all().into_iter().filter(is_lost) {
        for number in 1..=first {
            let case = format!("{} at {number}", fault.name);
            scene.forget();
            scene.label(&["bug"]);
            scene.fake.inject(fault.clone().at(At::Nth(number)));
            let run = scene.check(&ALL).run().exits(1);
            assert_eq!(run.err(), "", "{case}");
            scene.fake.heal();
            is_done(&scene, &case);
        }
    }
}
