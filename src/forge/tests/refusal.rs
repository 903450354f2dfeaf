//! What is told from GitHub's words.

use serde_json::{Value, json};

use super::super::{Headers, Refusal};

fn refusal(status: u16, headers: &Headers, body: &Value) -> Refusal {
    Refusal::of("POST /x", status, headers, body, 1000)
}

fn told(status: u16, message: &str) -> Refusal {
    refusal(status, &Headers::default(), &json!({ "message": message }))
}

fn error(message: &str) -> Refusal {
    let body = json!({ "message": "Validation Failed", "errors": [{ "message": message }] });
    refusal(422, &Headers::default(), &body)
}

#[test]
fn each_kind_is_told_by_githubs_own_words() {
    use Refusal as R;
    assert!(matches!(told(401, "Bad credentials"), R::Unauthorized(_)));
    assert!(matches!(told(403, "Resource not accessible by integration"), R::Permission(_)));
    let actions = "GitHub Actions is not permitted to create or approve pull requests.";
    assert!(matches!(told(403, actions), R::ActionsMayNot(_)));
    let secondary = "You have exceeded a secondary rate limit. Please wait";
    assert!(matches!(told(403, secondary), R::RateLimit { seconds: None, .. }));
    assert!(matches!(
        told(403, "You have triggered an abuse detection mechanism"),
        R::RateLimit { .. }
    ));
    assert!(matches!(told(429, "slow down"), R::RateLimit { .. }));
    let saml = "Resource protected by organization SAML enforcement.";
    assert!(matches!(told(403, saml), R::SingleSignOn { address: None, .. }));
    let workflow = "refusing to allow a GitHub App to create or update workflow \
        `.github/workflows/a.yml` without `workflows` permission";
    assert!(matches!(told(403, workflow), R::Workflows(_)));
    assert!(matches!(told(422, workflow), R::Workflows(_)));
    assert!(matches!(told(403, "Repository was archived so is read-only."), R::Archived(_)));
    assert!(matches!(told(404, "Not Found"), R::NotFound(_)));
    assert!(matches!(told(409, "Git Repository is empty."), R::Conflict(_)));
    assert!(matches!(told(410, "Issues are disabled for this repo"), R::Gone(_)));
    assert!(matches!(told(422, "Reference already exists"), R::ReferenceExists(_)));
    assert!(matches!(told(422, "Reference does not exist"), R::ReferenceMissing(_)));
    assert!(matches!(told(422, "Update is not a fast forward"), R::NotAFastForward(_)));
    let rule =
        "Repository rule violations found\n\nCannot create ref due to creations being restricted.";
    assert!(matches!(told(422, rule), R::Rule(_)));
    assert!(matches!(told(403, "GH013: Repository rule violations found"), R::Rule(_)));
    assert!(matches!(told(422, "Protected branch update failed"), R::Rule(_)));
    assert!(matches!(error("A pull request already exists for acme:x."), R::PullRequestExists(_)));
    assert!(matches!(error("No commits between main and x"), R::NoCommitsBetween(_)));
    assert!(matches!(error("something else"), R::Unprocessable(_)));
    assert!(matches!(told(502, "Server Error"), R::Server(_)));
    assert!(matches!(told(418, "teapot"), R::Other(_)));
}

#[test]
fn a_limit_says_how_long_to_wait() {
    let wait = |headers: &Headers| match refusal(403, headers, &json!({ "message": "x" })) {
        Refusal::RateLimit { seconds, .. } => seconds,
        other => panic!("{other:?}"),
    };
    assert_eq!(wait(&Headers { retry_after: Some(60), ..Headers::default() }), Some(60));
    let empty = Headers { remaining: Some(0), reset: Some(1030), ..Headers::default() };
    assert_eq!(wait(&empty), Some(30));
    let past = Headers { reset: Some(10), ..empty };
    assert_eq!(wait(&past), Some(0));
    let some_left = Headers { remaining: Some(5), reset: Some(1030), ..Headers::default() };
    assert!(matches!(refusal(403, &some_left, &Value::Null), Refusal::Permission(_)));
}

#[test]
fn single_sign_on_says_where() {
    let sso =
        Some("required; url=https://github.com/orgs/acme/sso?authorization_request=A1".to_owned());
    let found = refusal(403, &Headers { sso, ..Headers::default() }, &Value::Null);
    let help = found.help().unwrap();
    assert!(help.ends_with("https://github.com/orgs/acme/sso?authorization_request=A1"), "{help}");
}

#[test]
fn a_redirect_tells_where_to_and_no_query() {
    let location = Some("https://elsewhere.example/x?token=abc#d".to_owned());
    let found = refusal(301, &Headers { location, ..Headers::default() }, &Value::Null);
    let text = found.to_string();
    assert_eq!(
        text,
        "POST /x leads elsewhere, to https://elsewhere.example/x, which is not followed"
    );
}

#[test]
fn status_message_and_errors_are_shown() {
    let body = json!({ "message": "Validation Failed", "errors": [
        "a text", { "message": "in words" }, { "resource": "Label", "field": "name", "code": "invalid" }, 7,
    ] });
    let text = refusal(422, &Headers::default(), &body).to_string();
    assert_eq!(
        text,
        "it was not accepted (POST /x: 422 Validation Failed a text in words Label name invalid \
         ? ? ?)"
    );
    let page = Value::String("<html>".repeat(1000));
    assert!(refusal(502, &Headers::default(), &page).to_string().len() < 600);
}

#[test]
fn only_what_nobody_knows_the_end_of_is_open() {
    assert!(told(500, "").is_open());
    for status in [401, 403, 404, 409, 422, 429] {
        assert!(!told(status, "").is_open(), "{status}");
    }
}
