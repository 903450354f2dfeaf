//! The labels of the pull request.

use super::scene::Reporting;
use crate::support::{CONFIGURATION, RepoOptions, Staged};

const LABELS: [&str; 1] = ["--labels"];

#[test]
fn are_those_of_what_is_touched() {
    let scene = Reporting::unready();
    scene.label(&["bug", "stage:4", "impact:low", "stage: dressing", "impact:felt", "Stage:9"]);
    scene.check(&LABELS).run().exits(1);
    let expected = ["Stage:9", "bug", "impact:critical", "impact:felt", "stage: dressing"];
    assert_eq!(scene.labels(), expected);
    scene.fake.take_calls();
    scene.check(&LABELS).run().exits(1);
    let calls = scene.fake.take_calls();
    assert_eq!(calls, ["GET /repos/acme/shop/pulls/12"]);
}

#[test]
fn are_made_with_the_colour_of_the_impact() {
    let scene = Reporting::unready();
    scene.check(&LABELS).run().exits(1);
    assert_eq!(scene.labels(), ["impact:critical", "stage:9"]);
    let world = scene.fake.world();
    let looks: Vec<String> = world
        .more
        .looks
        .iter()
        .map(|(name, (color, text))| format!("{name} {color} {text}"))
        .collect();
    insta::assert_snapshot!(looks.join("\n"), @"
    impact:critical b60205 What a rollback of the touched stages affects (kept by backout)
    stage:9 b60205 Touches this stage of the migration (kept by backout)
    ");
}

#[test]
fn go_when_nothing_is_touched_any_more() {
    let scene = Reporting::ordinary();
    scene.label(&["stage:9", "impact:critical", "bug"]);
    scene.check(&LABELS).run().exits(0);
    assert_eq!(scene.labels(), ["bug"]);
}

#[test]
fn stay_when_nothing_could_be_judged() {
    let scene = Reporting::ready();
    scene.label(&["stage:4", "bug"]);
    scene.check(&["--labels", "--receipt", "nowhere.toml"]).run().exits(2);
    assert_eq!(scene.labels(), ["bug", "stage:4"]);
}

#[test]
fn too_long_a_name_is_left_out_and_told() {
    let id = "x".repeat(60);
    let long = CONFIGURATION.replace("id = \"9\"", &format!("id = \"{id}\""));
    let staged = Staged::with(RepoOptions::default(), &long);
    staged.repo.commit_files(
        &[(crate::support::STATE, "state = 2\n")],
        &format!("Move\n\nMigration-Stage: {id}"),
    );
    let scene = Reporting::of(staged);
    let run = scene.check(&LABELS).run().exits(1);
    assert!(run.err().contains("1 labels would be longer than 50 characters"), "{}", run.err());
    assert_eq!(scene.labels(), ["impact:critical"]);
}
