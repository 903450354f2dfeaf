//! The requests and the fake's answers, held against GitHub's published description of its API.
#![cfg(feature = "peers")]

use std::time::Duration;

use backout::forge::{Client, Credential, Limits, Place, Refusal};
use http::Method;
use serde_json::{Value, json};

use super::scene::{Migration, WHY, app, app_key};
use crate::support::fake_github::world::Ruleset;
use crate::support::fake_github::{Caller, Kind, PullState, Recorded, TOKEN};
use crate::support::prism::Prism;
use crate::support::{Backout, Run};

/// What is asked of GitHub.
const PATHS: [&str; 14] = [
    "/user",
    "/repos/{owner}/{repo}",
    "/repos/{owner}/{repo}/git/*",
    "/repos/{owner}/{repo}/pulls*",
    "/repos/{owner}/{repo}/issues*",
    "/repos/{owner}/{repo}/check-runs*",
    "/repos/{owner}/{repo}/commits/{ref}",
    "/repos/{owner}/{repo}/commits/{ref}/check-runs",
    "/repos/{owner}/{repo}/statuses/{sha}",
    "/repos/{owner}/{repo}/rules/branches/{branch}",
    "/repos/{owner}/{repo}/rulesets*",
    "/repos/{owner}/{repo}/collaborators/{username}/permission",
    "/repos/{owner}/{repo}/installation",
    "/app/installations/{installation_id}/access_tokens",
];

/// What stands in Prism's log where it has anything against a request or an answer.
const AGAINST: &str = "stoplight.io/prism/errors";

/// A migration whose forge is asked through Prism.
struct Contract {
    forge: Migration,
    prism: Prism,
}

impl Contract {
    fn new() -> Self {
        let forge = Migration::to_copy();
        let prism = Prism::before(&forge.fake.url(), &PATHS);
        Self { forge, prism }
    }

    fn backout(&self, arguments: &[&str]) -> Backout<'_> {
        let run = self.forge.backout(arguments);
        run.env("GITHUB_API_URL", self.prism.url()).env("BACKOUT_FORGE_TIMEOUT", "60")
    }

    fn revert(&self, more: &[&str]) -> Run {
        let asks = ["revert", "--pr", "--stage", "4", "--reason", WHY, "--format", "json"];
        self.backout(&[&asks[..], more].concat()).run()
    }

    fn client(&self) -> Client<'static> {
        let variable = |name: &str| match name {
            "GITHUB_API_URL" => Some(self.prism.url()),
            "GITHUB_REPOSITORY" => Some("acme/shop".to_owned()),
            "GITHUB_TOKEN" => Some(TOKEN.to_owned()),
            _ => None,
        };
        let place = Place::find(None, None, &variable).unwrap();
        let credential = Credential::find(&place, &variable).unwrap();
        let limits = Limits { answer: Duration::from_secs(60), ..Limits::default() };
        Client::open(&place, &credential, limits, |_| {}).unwrap()
    }

    /// Nothing was said against any request or answer; GraphQL is not in the description.
    fn is_kept(&self) {
        let log = self.prism.log();
        let mut against = log.lines().filter(|line| line.contains(AGAINST));
        assert!(against.all(|line| line.contains("NO_PATH_MATCHED_ERROR")), "{log}");
        let graphql = log.lines().filter(|line| line.contains("NO_PATH_MATCHED_ERROR")).count();
        let asked = log.lines().filter(|line| line.contains("/graphql")).count();
        assert!(graphql <= asked, "{log}");
    }
}

fn state(run: Run) -> String {
    let told: Value = serde_json::from_str(&run.ok().out()).unwrap();
    told["state"].as_str().unwrap().to_owned()
}

#[test]
fn the_flow_of_a_revert_keeps_to_the_description() {
    let contract = Contract::new();
    let forge = &contract.forge;
    assert_eq!(state(contract.revert(&["--assignee", "dev"])), "created");
    assert_eq!(state(contract.revert(&[])), "unchanged");
    contract.backout(&["verify-revert", "--pr", "1", "--status"]).run().ok();
    forge.move_on();
    forge.fake.world().pull_mut(1).reviewers.clear();
    forge.fake.world().pull_mut(1).reviews = vec!["keeper".to_owned()];
    assert_eq!(state(contract.revert(&[])), "updated");
    forge.fake.world().pull_mut(1).state = PullState::Closed;
    contract.revert(&[]).exits(5);
    assert_eq!(state(contract.revert(&["--reopen"])), "updated");
    // A plan that deletes, and changes what a merge puts together.
    let calls: Vec<String> = forge.fake.requests().iter().map(Recorded::call).collect();
    for call in ["/git/trees", "/git/commits", "/git/refs", "/pulls", "/requested_reviewers"] {
        assert!(calls.iter().any(|known| known.ends_with(call)), "{call}: {calls:?}");
    }
    contract.is_kept();
}

#[test]
fn an_app_keeps_to_the_description() {
    let contract = Contract::new();
    contract.forge.fake.world().app = Some(app());
    let asks = ["revert", "--pr", "--stage", "4", "--reason", WHY];
    let run = contract.backout(&asks).env("BACKOUT_APP_ID", "7").env("BACKOUT_APP_KEY", app_key());
    run.run().ok();
    contract.is_kept();
}

#[test]
fn what_else_the_fake_answers_keeps_to_the_description() {
    let contract = Contract::new();
    contract.revert(&[]).ok();
    let fake = &contract.forge.fake;
    {
        let mut world = fake.world();
        world.tokens.insert(TOKEN.to_owned(), Caller::new("backout[bot]", Kind::App));
        world.rulesets = vec![Ruleset {
            name: "main".to_owned(),
            target: "branch",
            enforcement: "active",
            include: vec!["refs/heads/main".to_owned()],
            rules: vec![
                ("deletion".to_owned(), Value::Null),
                ("non_fast_forward".to_owned(), Value::Null),
                (
                    "required_status_checks".to_owned(),
                    json!({
                        "required_status_checks": [{ "context": "backout" }],
                        "strict_required_status_checks_policy": true,
                    }),
                ),
            ],
        }];
    }
    let client = contract.client();
    let head = contract.forge.git(&["rev-parse", "backout/entities/stage-4"]);
    let blob = client.create_blob(b"\0\xff").unwrap();
    assert_eq!(blob.to_string().len(), 40);
    let asks = |method: Method, parts: &[&str], body: Option<Value>| {
        client.send(&method, &client.route(parts), body.as_ref()).unwrap().body
    };
    asks(Method::GET, &[], None);
    asks(Method::GET, &["rules", "branches", "main"], None);
    asks(Method::GET, &["rulesets"], None);
    asks(Method::GET, &["rulesets", "1"], None);
    asks(Method::GET, &["collaborators", "backout[bot]", "permission"], None);
    asks(Method::GET, &["git", "trees", &contract.forge.tree("main")], None);
    asks(Method::GET, &["git", "matching-refs", "heads"], None);
    asks(Method::GET, &["issues"], None);
    asks(Method::GET, &["issues", "1"], None);
    asks(Method::POST, &["issues", "1", "labels"], Some(json!({ "labels": ["a"] })));
    asks(Method::GET, &["issues", "1", "labels"], None);
    asks(Method::DELETE, &["issues", "1", "labels", "a"], None);
    let said = asks(Method::POST, &["issues", "1", "comments"], Some(json!({ "body": "hello" })));
    asks(Method::GET, &["issues", "1", "comments"], None);
    let comment = said["id"].to_string();
    asks(Method::PATCH, &["issues", "comments", &comment], Some(json!({ "body": "again" })));
    asks(Method::DELETE, &["issues", "comments", &comment], None);
    let run = json!({
        "name": "backout", "head_sha": head.trim(), "status": "completed",
        "conclusion": "failure",
        "output": {
            "title": "t", "summary": "s",
            "annotations": [{
                "path": "a", "start_line": 1, "end_line": 1, "annotation_level": "failure",
                "message": "m",
            }],
        },
    });
    let made = asks(Method::POST, &["check-runs"], Some(run));
    let more = json!({ "output": { "title": "t", "summary": "s" } });
    asks(Method::PATCH, &["check-runs", &made["id"].to_string()], Some(more));
    asks(Method::GET, &["commits", head.trim(), "check-runs"], None);
    asks(Method::POST, &["issues"], Some(json!({ "title": "The way back has closed" })));
    asks(Method::DELETE, &["git", "refs", "heads/backout/entities/stage-4"], None);
    contract.is_kept();
}

#[test]
fn a_wrong_body_is_refused_there() {
    let contract = Contract::new();
    let client = contract.client();
    let refused = |parts: &[&str], body: Value| {
        client.send(&Method::POST, &client.route(parts), Some(&body)).unwrap_err()
    };
    let wrong = [
        refused(&["pulls"], json!({ "title": 7, "head": "a", "base": "main" })),
        refused(
            &["git", "trees"],
            json!({ "tree": [{ "path": "a", "mode": "777", "sha": null }] }),
        ),
        refused(&["git", "commits"], json!({ "tree": "1" })),
        refused(&["git", "refs"], json!({ "ref": "refs/heads/x" })),
    ];
    for one in wrong {
        assert!(matches!(one, Refusal::Unprocessable(_)), "{one}");
    }
    let arrived = contract.forge.fake.requests();
    assert!(arrived.is_empty(), "it went on to the server: {arrived:?}");
}

#[test]
fn a_wrong_answer_is_noticed_there() {
    use crate::support::fake_github::{At, Fault};
    let contract = Contract::new();
    let half = Fault::with(200, Vec::new(), json!({ "ref": "refs/heads/main" }));
    contract.forge.fake.inject(half.at(At::Every));
    let client = contract.client();
    let refused = client.reference(&backout::git::RefName::branch("main")).unwrap_err();
    assert!(matches!(refused, Refusal::Server(_)), "{refused}");
    assert!(refused.to_string().contains("500"), "{refused}");
    assert!(contract.prism.log().contains(AGAINST), "{}", contract.prism.log());
}
