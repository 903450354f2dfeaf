//! What a squash would do to trailers.

use serde_json::{Value, json};

use super::support::{edited, fixture, github};
use crate::ci::{LandingText, Loss, MergeMethod, SquashBody, TrailerFate, Way};

const REPO: &str = "/pull_request/base/repo";

fn text(edits: &[(&str, Option<Value>)]) -> LandingText {
    let mut file = fixture!("pull_request").to_vec();
    for (pointer, value) in edits {
        file = edited(&file, pointer, value.clone());
    }
    github("pull_request", &file).unwrap().landing_text.unwrap()
}

fn setting(key: &str) -> String {
    format!("{REPO}/{key}")
}

fn fate(text: &LandingText, values: &[&str]) -> TrailerFate {
    let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
    text.fate("migration-stage", &values)
}

fn loss(fate: TrailerFate) -> Loss {
    match fate {
        TrailerFate::Lost(loss) => loss,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_description_that_repeats_the_trailers_keeps_them() {
    let text = text(&[]);
    assert_eq!(text.methods, [MergeMethod::Squash]);
    assert_eq!(fate(&text, &["9"]), TrailerFate::Kept);
    assert_eq!(fate(&text, &["9", "9"]), TrailerFate::Kept);
    assert_eq!(fate(&text, &[]), TrailerFate::Kept);
}

#[test]
fn a_description_without_them_loses_them() {
    let text = text(&[]);
    let loss = loss(fate(&text, &["9", "4"]));
    assert_eq!((loss.values.as_slice(), loss.certain), (["4".to_owned()].as_slice(), true));
    insta::assert_snapshot!(loss.reason, @"a squash takes the pull request's description, which lacks them");
    insta::assert_snapshot!(loss.help, @"repeat the trailers in the pull request's description, each on its own line");
}

#[test]
fn a_trailer_on_the_descriptions_first_line_arrives() {
    let text = text(&[("/pull_request/body", Some(json!("Migration-Stage: 4")))]);
    assert_eq!(fate(&text, &["4"]), TrailerFate::Kept);
}

#[test]
fn the_title_alone_loses_them() {
    let message = setting("squash_merge_commit_message");
    let text = text(&[(&message, Some(json!("BLANK")))]);
    assert_eq!(text.squash_body, SquashBody::Blank);
    let loss = loss(fate(&text, &["9"]));
    assert_eq!(loss.values, ["9"]);
    assert!(loss.reason.contains("title alone"));
}

#[test]
fn commit_messages_keep_them_whatever_the_title_and_the_number_of_commits() {
    let message = setting("squash_merge_commit_message");
    for title in ["PR_TITLE", "COMMIT_OR_PR_TITLE"] {
        for commits in [1, 3] {
            let text = text(&[
                (&message, Some(json!("COMMIT_MESSAGES"))),
                (&setting("squash_merge_commit_title"), Some(json!(title))),
                ("/pull_request/commits", Some(json!(commits))),
            ]);
            assert_eq!(fate(&text, &["4"]), TrailerFate::Kept);
        }
    }
}

#[test]
fn where_squashing_is_one_of_several_ways_the_loss_is_not_certain() {
    let text = text(&[(&setting("allow_merge_commit"), Some(json!(true)))]);
    assert_eq!(text.methods, [MergeMethod::Merge, MergeMethod::Squash]);
    assert!(!loss(fate(&text, &["4"])).certain);
}

#[test]
fn where_squashing_is_not_allowed_nothing_is_lost() {
    let text = text(&[(&setting("allow_squash_merge"), Some(json!(false)))]);
    assert_eq!(fate(&text, &["4"]), TrailerFate::Kept);
}

#[test]
fn settings_that_are_missing_are_unknown_and_no_pass() {
    let message = setting("squash_merge_commit_message");
    let missing = text(&[(&message, None)]);
    assert!(matches!(fate(&missing, &["4"]), TrailerFate::Unknown { .. }));
    let newer = text(&[(&message, Some(json!("SOMETHING_NEW")))]);
    assert!(matches!(fate(&newer, &["4"]), TrailerFate::Unknown { .. }));
    let none = text(&[(REPO, None)]);
    assert_eq!(none.methods.len(), 3);
    assert!(matches!(fate(&none, &["4"]), TrailerFate::Unknown { .. }));
}

#[test]
fn the_other_copy_of_the_settings_is_read_too() {
    let text =
        text(&[(REPO, None), ("/repository/squash_merge_commit_message", Some(json!("BLANK")))]);
    assert_eq!(text.squash_body, SquashBody::Blank);
}

#[test]
fn auto_merge_fixes_the_method_and_the_text() {
    let auto = |method, message| {
        text(&[(
            "/pull_request/auto_merge",
            Some(json!({"merge_method": method, "commit_title": "t", "commit_message": message})),
        )])
    };
    assert_eq!(fate(&auto("rebase", Value::Null), &["4"]), TrailerFate::Kept);
    assert_eq!(fate(&auto("squash", json!("x\n\nMigration-Stage: 4")), &["4"]), TrailerFate::Kept);
    let loss = loss(fate(&auto("squash", json!("shorter")), &["4"]));
    assert!(loss.certain && loss.reason.contains("auto-merge"));
    assert!(matches!(auto("squash", Value::Null).squash_body, SquashBody::Description(_)));
}

#[test]
fn every_way_to_land_has_its_text() {
    let body = ("/pull_request/body", Some(json!("Migration-Stage: 4")));
    let description = || "title\n\nMigration-Stage: 4".to_owned();
    let ways = |edits: &[(&str, Value)]| {
        let mut all = vec![body.clone()];
        let keys: Vec<String> = edits.iter().map(|(key, _)| setting(key)).collect();
        let values = edits.iter().map(|(_, value)| Some(value.clone()));
        all.extend(keys.iter().map(String::as_str).zip(values));
        text(&all).ways()
    };
    let merge = |message: Value| {
        let only = [("allow_squash_merge", json!(false)), ("allow_merge_commit", json!(true))];
        ways(&[only.as_slice(), &[("merge_commit_message", message)]].concat())
    };
    let squash = |message: &str| ways(&[("squash_merge_commit_message", json!(message))]);
    assert_eq!(squash("PR_BODY"), [Way::As(description())]);
    assert_eq!(squash("BLANK"), [Way::As("title\n\n".to_owned())]);
    assert_eq!(squash("COMMIT_MESSAGES"), [Way::WithMessages]);
    assert_eq!(squash("SOMETHING_NEW"), [Way::WithMessages, Way::As(description())]);
    assert_eq!(merge(json!("PR_BODY")), [Way::Under(description())]);
    assert_eq!(merge(json!("BLANK")), [Way::Under("title\n\n".to_owned())]);
    assert_eq!(merge(Value::Null), [Way::AsItIs, Way::Under(description())]);
    let titled = merge(json!("PR_TITLE"));
    assert!(matches!(&titled[..], [Way::Under(title)] if !title.contains("Stage: 4")));
    let all = [("allow_merge_commit", json!(true)), ("allow_rebase_merge", json!(true))];
    assert_eq!(ways(&all).len(), 4, "the event does not state the text of a merge");
}

#[test]
fn what_was_written_for_auto_merge_is_a_merge_commits_text_too() {
    let auto = json!({"merge_method": "merge", "commit_title": "t",
        "commit_message": "Migration-Stage: 4"});
    let text = text(&[("/pull_request/auto_merge", Some(auto))]);
    assert_eq!(text.ways(), [Way::Under("title\n\nMigration-Stage: 4".to_owned())]);
}
