//! The labels of the pull request.

use super::scene::Reporting;
use crate::support::{CONFIGURATION, RepoOptions, Staged};

const LABELS: [&str; 1] = ["--labels"];

/// What the label of an impact says that was made by a check.
const IMPACT: &str = "What a rollback of the touched stages affects (kept by backout)";

#[test]
fn are_those_of_what_is_touched() {
    let scene = Reporting::unready();
    scene.label(&["bug", "stage:4", "impact:low", "Stage:9"]);
    scene.describe("impact:low", IMPACT);
    scene.check(&LABELS).run().exits(1);
    assert_eq!(scene.labels(), ["Stage:9", "bug", "impact:critical"]);
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

/// What the description of a back-out's pull request begins with.
const OWN: &str = "<!-- backout: begin; plan 12 -->\nBacks out stage 9";

#[test]
fn that_a_back_out_brought_into_being_get_their_colour() {
    let scene = Reporting::unready();
    scene.older(3, OWN, &["impact:critical", "stage:9"]);
    scene.check(&LABELS).run().exits(1);
    assert_eq!(scene.labels(), ["impact:critical", "stage:9"]);
    assert_eq!(scene.look("impact:critical"), Some(("b60205".to_owned(), IMPACT.to_owned())));
    assert_eq!(scene.look("stage:9").unwrap().0, "b60205");
    // Then they go like all that are made here.
    let later = Reporting::ordinary();
    later.label(&["impact:critical"]);
    later.describe("impact:critical", &scene.look("impact:critical").unwrap().1);
    later.check(&LABELS).run().exits(0);
    assert_eq!(later.labels(), Vec::<String>::new());
}

#[test]
fn of_a_back_outs_own_pull_request_get_their_colour() {
    let scene = Reporting::unready();
    scene.label(&["impact:critical", "stage:9"]);
    scene.fake.world().issues.get_mut(&super::scene::NUMBER).unwrap().body = OWN.to_owned();
    scene.check(&LABELS).run().exits(1);
    assert_eq!(scene.look("impact:critical"), Some(("b60205".to_owned(), IMPACT.to_owned())));
    // Once is enough.
    scene.fake.take_calls();
    scene.check(&LABELS).run().exits(1);
    assert_eq!(scene.fake.take_calls(), ["GET /repos/acme/shop/pulls/12"]);
}

#[test]
fn that_anything_else_has_stay_as_they_are() {
    let scene = Reporting::unready();
    scene.older(3, OWN, &["impact:critical"]);
    scene.older(4, "The customers' own", &["impact:critical"]);
    scene.check(&LABELS).run().exits(1);
    assert_eq!((scene.labels().len(), scene.look("impact:critical")), (2, None));
    // One that nothing has was made by somebody.
    let scene = Reporting::unready();
    scene.older(3, "Without", &["impact:critical"]);
    scene.fake.world().issues.get_mut(&3).unwrap().labels.clear();
    scene.check(&LABELS).run().exits(1);
    assert_eq!(scene.look("impact:critical"), None);
    // So was one that has a colour.
    let scene = Reporting::unready();
    scene.older(3, OWN, &["impact:critical"]);
    scene.describe("impact:critical", "");
    scene.check(&LABELS).run().exits(1);
    assert_eq!(scene.look("impact:critical"), Some(("0e8a16".to_owned(), String::new())));
}

#[test]
fn are_set_though_their_colour_is_refused() {
    use crate::support::fake_github::{At, Fault};
    let scene = Reporting::unready();
    scene.older(3, OWN, &["impact:critical"]);
    let refused = Fault::unprocessable().at(At::Call("PATCH /repos/acme/shop/labels/", ""));
    scene.fake.inject(refused);
    let run = scene.check(&LABELS).run().exits(1);
    assert!(run.err().contains("no labels: "), "{}", run.err());
    assert_eq!(scene.labels(), ["impact:critical", "stage:9"]);
}

#[test]
fn go_when_nothing_is_touched_any_more() {
    let scene = Reporting::ordinary();
    scene.label(&["stage:9", "impact:critical", "bug"]);
    scene.describe("impact:critical", IMPACT);
    scene.check(&LABELS).run().exits(0);
    assert_eq!(scene.labels(), ["bug"]);
}

#[test]
fn of_a_team_stay_though_they_look_like_ours() {
    let scene = Reporting::ordinary();
    let theirs = ["impact:high", "impact:low", "stage:4", "stage:dressing", "stage:x"];
    scene.label(&theirs);
    // One that came about by its use names no stage, one says what it is for.
    scene.describe("stage:4", "Deployed to the fourth cluster");
    scene.describe("impact:high", "Many customers are affected");
    scene.check(&LABELS).run().exits(0);
    assert_eq!(scene.labels(), theirs);
}

#[test]
fn that_were_ours_once_go() {
    let scene = Reporting::ordinary();
    // Of a stage that no configuration knows any more.
    scene.label(&["stage:12"]);
    scene.describe("stage:12", "Touches this stage of the migration (kept by backout)");
    scene.check(&LABELS).run().exits(0);
    assert_eq!(scene.labels(), Vec::<String>::new());
}

#[test]
fn of_one_of_several_migrations_say_which_it_is_as_those_of_a_back_out_do() {
    let include = "version = 1\ninclude = [\"billing/backout.toml\"]\n";
    let root = CONFIGURATION.replacen("version = 1\n", include, 1);
    let staged = Staged::with(RepoOptions::default(), &root);
    let billing = CONFIGURATION.replace("\"entities\"", "\"billing\"");
    staged.repo.commit_files(&[("billing/backout.toml", &billing)], "Another migration");
    staged.share(&["origin", "main"]);
    staged.unready();
    let scene = Reporting::of(staged);
    scene.label(&["stage:9", "stage:billing:4"]);
    scene.check(&LABELS).run().exits(1);
    // `stage:9` alone names no stage here.
    assert_eq!(scene.labels(), ["impact:critical", "stage:9", "stage:entities:9"]);
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
