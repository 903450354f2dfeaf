//! The one comment on the pull request.

use super::scene::{JOB, NUMBER, Reporting};
use crate::support::fake_github::{Caller, Kind, TOKEN};
use crate::support::{RECEIPT, RECEIPT_PATH};

const COMMENT: [&str; 1] = ["--comment"];

#[track_caller]
fn the_comment(scene: &Reporting) -> String {
    let all = scene.comments();
    assert_eq!(all.len(), 1, "{all:#?}");
    assert_eq!(all[0].0, JOB);
    all[0].1.clone()
}

#[test]
fn says_what_the_report_says() {
    let scene = Reporting::unready();
    scene.check(&COMMENT).run().exits(1);
    insta::assert_snapshot!("the_comment", scene.masked(&the_comment(&scene)));
}

#[test]
fn is_changed_in_its_place_and_says_when_all_is_well() {
    let scene = Reporting::unready();
    scene.check(&COMMENT).run().exits(1);
    let before = the_comment(&scene);
    scene.fake.take_calls();
    scene.check(&COMMENT).run().exits(1);
    assert_eq!(the_comment(&scene), before);
    let calls = scene.fake.take_calls();
    assert!(
        calls.iter().all(|call| call.starts_with("GET ") || call.ends_with("/graphql")),
        "{calls:?}"
    );
    scene.staged.repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    scene.staged.ready();
    scene.push();
    scene.check(&COMMENT).run().exits(0);
    let after = the_comment(&scene);
    assert!(after.contains("### backout: ready: stage `9` (land)"), "{after}");
    assert!(!after.contains("backup/missing"), "{after}");
    assert_eq!(after.lines().next(), before.lines().next());
}

#[test]
fn is_not_made_where_there_is_nothing_to_say() {
    let scene = Reporting::ordinary();
    scene.check(&COMMENT).run().exits(0);
    assert_eq!(scene.comments(), []);
    // One that is there says so.
    let scene = Reporting::unready();
    scene.check(&COMMENT).run().exits(1);
    scene.staged.repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    scene.staged.ordinary();
    scene.push();
    scene.check(&COMMENT).run().exits(0);
    let text = the_comment(&scene);
    assert!(text.contains("### backout: ready: no stage touched"), "{text}");
}

#[test]
fn what_others_wrote_is_never_touched_whatever_it_begins_with() {
    let scene = Reporting::unready();
    scene.check(&COMMENT).run().exits(1);
    let forged = the_comment(&scene).replace("not ready", "ready");
    scene.forget();
    scene.says("mallory", &forged);
    scene.says("translate[bot]", &forged);
    scene.says(JOB, &format!("I quote: {forged}"));
    for _ in 0..2 {
        scene.check(&COMMENT).run().exits(1);
        let all = scene.comments();
        let authors: Vec<&str> = all.iter().map(|(author, _)| author.as_str()).collect();
        assert_eq!(authors, ["mallory", "translate[bot]", JOB, JOB]);
        assert_eq!((&all[0].1, &all[1].1), (&forged, &forged));
        assert!(all[3].1.contains("not ready to land"), "{}", all[3].1);
    }
}

#[test]
fn is_found_behind_hundreds_of_others() {
    let scene = Reporting::unready();
    for number in 0..250 {
        scene.says("dev", &format!("remark {number}"));
    }
    scene.check(&COMMENT).run().exits(1);
    for number in 0..150 {
        scene.says("dev", &format!("answer {number}"));
    }
    scene.check(&COMMENT).run().exits(1);
    let own = scene.comments().iter().filter(|(author, _)| author == JOB).count();
    assert_eq!(own, 1);
}

#[test]
fn of_two_one_stays() {
    let scene = Reporting::unready();
    scene.check(&COMMENT).run().exits(1);
    let text = the_comment(&scene);
    // Two runs at once.
    scene.says(JOB, &text);
    scene.check(&COMMENT).run().exits(1);
    assert_eq!(the_comment(&scene), text);
}

#[test]
fn is_known_by_whoever_the_token_stands_for() {
    for (token, caller) in [
        ("ghs_FAKE0app", Caller::new("acme-bot[bot]", Kind::App)),
        (TOKEN, Caller::new("dev", Kind::User)),
    ] {
        let scene = Reporting::unready();
        let login = caller.login.clone();
        scene.fake.world().tokens.insert(token.to_owned(), caller);
        for _ in 0..2 {
            scene.check(&COMMENT).env("GITHUB_TOKEN", token).run().exits(1);
            let all = scene.comments();
            assert_eq!(all.len(), 1, "{all:#?}");
            assert_eq!(all[0].0, login);
        }
    }
}

#[test]
fn two_configurations_have_one_each() {
    let scene = Reporting::unready();
    let configuration = scene.staged.repo.read("backout.toml").replace("entities", "billing");
    scene.staged.repo.commit_files(&[("billing.toml", &configuration)], "Rules of another one");
    scene.push();
    scene.check(&COMMENT).run().exits(1);
    scene.check(&["--config", "billing.toml", "--comment"]).run();
    scene.check(&COMMENT).run().exits(1);
    assert_eq!(scene.comments().len(), 2);
}

#[test]
fn an_older_run_does_not_speak_for_a_newer_one() {
    let scene = Reporting::unready();
    let late = scene.check(&["--comment", "--labels", "--check-run"]);
    // Meanwhile, the pull request got another commit.
    let elsewhere = scene.staged.repo.clone_of(
        &scene.staged.origin.display().to_string(),
        "other",
        &["--branch", "topic"],
    );
    elsewhere.commit_files(&[(RECEIPT_PATH, RECEIPT)], "The backup");
    elsewhere.git(&["push", "--quiet", "origin", "topic"]).ok();
    let run = late.run().exits(1);
    let told = scene.masked(&run.err());
    insta::assert_snapshot!(told, @"pull request #12 has moved on to [oid]: its own run reports there");
    assert_eq!(scene.comments(), []);
    assert_eq!(scene.labels(), Vec::<String>::new());
    // The check run is about the commit, and nobody else's.
    assert_eq!(scene.the_check_run().0["head_sha"], scene.head().as_str());
}

#[test]
fn is_never_too_long() {
    let scene = Reporting::hostile();
    scene.check(&COMMENT).run().exits(1);
    let text = the_comment(&scene);
    assert!(text.chars().count() <= 65_536, "{}", text.chars().count());
    assert!(text.contains("more; for all of them"), "{text}");
    let world = scene.fake.world();
    assert_eq!(world.issues[&NUMBER].comments.len(), 1);
}
