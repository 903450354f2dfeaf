//! The client itself: what arrives, what is refused, what is sent again.

use backout::forge::{
    NewPullRequest, PullRequestChange, PullRequestState, Refusal, StatusState, TreeItem,
};
use backout::git::{ObjectId, RefName};

use super::scene::{Forge, app, app_key};
use crate::support::fake_github::{At, Caller, Fault, Kind, PullState, TOKEN};

fn id(text: &str) -> ObjectId {
    text.trim().parse().unwrap()
}

/// A pull request that changes `a.txt`, made step by step.
fn pull_request(forge: &Forge) -> u64 {
    let client = forge.client();
    let main = client.reference(&RefName::branch("main")).unwrap().unwrap();
    let base = client.commit(&main).unwrap().unwrap();
    let item =
        TreeItem::Text { path: "a.txt".to_owned(), mode: 0o100_644, text: "new\n".to_owned() };
    let tree = client.create_tree(&base.tree, &[item]).unwrap();
    let commit = client.create_commit(&tree, &[main], "Change a\n").unwrap();
    client.create_reference(&RefName::branch("topic/x"), &commit.id).unwrap();
    let new = NewPullRequest {
        title: "Change a",
        body: "why",
        head: "topic/x",
        base: "main",
        draft: true,
    };
    client.open_pull_request(&new).unwrap().number
}

#[test]
fn a_pull_request_is_made_out_of_git_data() {
    let forge = Forge::new();
    let number = pull_request(&forge);
    assert_eq!(forge.git(&["show", "topic/x:a.txt"]), "new\n");
    assert_eq!(forge.git(&["log", "-1", "--format=%B", "topic/x"]), "Change a\n\n");
    let client = forge.client();
    let found = client.pull_requests("topic/x").unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].number, found[0].draft), (number, true));
    assert_eq!(found[0].state, PullRequestState::Open);
    assert_eq!(found[0].head.tip, id(&forge.git(&["rev-parse", "topic/x"])));
    assert_eq!(client.pull_requests("topic").unwrap(), []);
    assert_eq!(client.pull_request(number).unwrap().unwrap().title, "Change a");
    assert_eq!(client.pull_request(99).unwrap(), None);
    client.add_labels(number, &["stage:4".to_owned()]).unwrap();
    client.add_assignees(number, &["dev".to_owned()]).unwrap();
    let change = PullRequestChange { body: Some("more"), ..PullRequestChange::default() };
    let changed = client.change_pull_request(number, &change).unwrap();
    assert_eq!((changed.body.as_str(), changed.title.as_str()), ("more", "Change a"));
    assert_eq!(
        (changed.labels[0].name.as_str(), changed.assignees[0].as_str()),
        ("stage:4", "dev")
    );
    client
        .set_status(&found[0].head.tip, "backout", StatusState::Success, &"x".repeat(200))
        .unwrap();
    assert_eq!(forge.fake.world().statuses[0].description.len(), 140);
}

#[test]
fn a_tree_holds_all_that_git_knows() {
    let forge = Forge::new();
    let client = forge.client();
    let base = id(&forge.git(&["rev-parse", "main^{tree}"]));
    let known = id(&forge.git(&["rev-parse", "main:folder/b.txt"]));
    let blob = client.create_blob(b"\0\xff binary").unwrap();
    let commit = id(&forge.git(&["rev-parse", "main"]));
    let path = |path: &str| path.to_owned();
    let items = [
        TreeItem::Nothing { path: path("folder/b.txt") },
        TreeItem::Object { path: path("run.sh"), mode: 0o100_755, id: known },
        TreeItem::Text { path: path("link"), mode: 0o120_000, text: "a.txt".to_owned() },
        TreeItem::Object { path: path("module"), mode: 0o160_000, id: commit },
        TreeItem::Object { path: path("b.bin"), mode: 0o100_644, id: blob },
    ];
    let tree = client.create_tree(&base, &items).unwrap();
    let entries =
        forge.git(&["ls-tree", "-r", "--format=%(objectmode) %(path)", &tree.to_string()]);
    assert_eq!(entries, "100644 a.txt\n100644 b.bin\n120000 link\n160000 module\n100755 run.sh\n");
    let unknown = [TreeItem::Nothing { path: path("nowhere") }];
    let refused = client.create_tree(&base, &unknown).unwrap_err();
    assert!(matches!(refused, Refusal::Unprocessable(_)), "{refused}");
}

#[test]
fn what_is_there_already_is_said_so() {
    let forge = Forge::new();
    pull_request(&forge);
    let client = forge.client();
    let main = client.reference(&RefName::branch("main")).unwrap().unwrap();
    let topic = RefName::branch("topic/x");
    let exists = client.create_reference(&topic, &main).unwrap_err();
    assert!(matches!(exists, Refusal::ReferenceExists(_)), "{exists}");
    let backwards = client.move_reference(&topic, &main, false).unwrap_err();
    assert!(matches!(backwards, Refusal::NotAFastForward(_)), "{backwards}");
    let missing = client.move_reference(&RefName::branch("no"), &main, true).unwrap_err();
    assert!(matches!(missing, Refusal::ReferenceMissing(_)), "{missing}");
    let new = NewPullRequest { title: "x", body: "", head: "topic/x", base: "main", draft: false };
    let twice = client.open_pull_request(&new).unwrap_err();
    assert!(matches!(twice, Refusal::PullRequestExists(_)), "{twice}");
    client.move_reference(&topic, &main, true).unwrap();
    forge.fake.world().pull_mut(1).state = PullState::Closed;
    let nothing = client.open_pull_request(&new).unwrap_err();
    assert!(matches!(nothing, Refusal::NoCommitsBetween(_)), "{nothing}");
    assert_eq!(client.reference(&RefName::branch("no")).unwrap(), None);
}

#[test]
fn a_read_is_sent_again_and_a_write_is_not() {
    let forge = Forge::new();
    let client = forge.client();
    let main = RefName::branch("main");
    for fault in [Fault::server(), Fault::cut(), Fault::page(), Fault::too_many_for_now()] {
        forge.fake.heal();
        forge.fake.inject(fault.at(At::Nth(1)));
        forge.fake.take_calls();
        client.reference(&main).unwrap();
        assert_eq!(forge.fake.take_calls().len(), 2);
    }
    let tip = client.reference(&main).unwrap().unwrap();
    for fault in [Fault::server(), Fault::cut(), Fault::page(), Fault::slow()] {
        let name = RefName::branch(&fault.name.replace(' ', "-"));
        forge.fake.heal();
        forge.fake.inject(fault.at(At::Nth(1)));
        forge.fake.take_calls();
        let open = client.create_reference(&name, &tip).unwrap_err();
        assert!(open.is_open(), "{open}");
        assert_eq!(forge.fake.take_calls().len(), 1);
    }
    forge.fake.heal();
    forge.fake.inject(Fault::too_many_for_now().at(At::Nth(1)));
    client.create_reference(&RefName::branch("waited"), &tip).unwrap();
}

#[test]
fn a_server_that_only_fails_is_given_up_on() {
    let forge = Forge::new();
    let client = forge.client();
    forge.fake.inject(Fault::server());
    let refused = client.reference(&RefName::branch("main")).unwrap_err();
    assert!(matches!(refused, Refusal::Server(_)), "{refused}");
    assert_eq!(forge.fake.take_calls().len(), 4);
    assert_eq!(client.sent(), 4);
}

#[test]
fn every_fault_is_named_and_none_shows_the_token() {
    let forge = Forge::new();
    let client = forge.client();
    let main = id(&forge.git(&["rev-parse", "main"]));
    let mut told = String::new();
    for fault in Fault::all() {
        let name = fault.name;
        forge.fake.heal();
        forge.fake.inject(fault.at(At::Call("POST", "/git/refs")));
        let branch = RefName::branch(&format!("of-{}", name.replace(' ', "-")));
        let refused = client.create_reference(&branch, &main).unwrap_err();
        let text = format!("{name}: {refused}\n");
        assert!(refused.help().is_some() || matches!(refused, Refusal::Unprocessable(_)), "{text}");
        told.push_str(&text.replace(&forge.fake.elsewhere(), "http://elsewhere"));
    }
    assert!(!told.contains(TOKEN));
    insta::assert_snapshot!(told);
}

#[test]
fn a_forge_that_says_the_token_does_not_get_it_shown() {
    let forge = Forge::new();
    let client = forge.client();
    forge.fake.inject(Fault::answer("echo", 422, &format!("Bearer {TOKEN} is odd")));
    let refused = client.reference(&RefName::branch("main")).unwrap_err().to_string();
    assert!(refused.contains("Bearer *** is odd") && !refused.contains(TOKEN), "{refused}");
}

#[test]
fn a_redirect_is_not_followed_and_no_token_leaves_the_host() {
    let forge = Forge::new();
    let client = forge.client();
    forge.fake.inject(Fault::redirect());
    for refused in [
        client.reference(&RefName::branch("main")).unwrap_err(),
        client.create_blob(b"x").unwrap_err(),
    ] {
        assert!(matches!(refused, Refusal::Redirect { .. }), "{refused}");
    }
    assert_eq!(forge.fake.requests_elsewhere().len(), 0);
}

#[test]
fn a_next_page_on_another_host_is_not_followed() {
    let forge = Forge::new();
    let client = forge.client();
    let body = serde_json::json!([]);
    let next: &'static str =
        Box::leak(format!("<{}/x?page=2>; rel=\"next\"", forge.fake.elsewhere()).into_boxed_str());
    forge.fake.inject(Fault::with(200, vec![("link", next)], body));
    let refused = client.pull_requests("a").unwrap_err();
    assert!(matches!(refused, Refusal::Redirect { .. }), "{refused}");
    assert_eq!(forge.fake.requests_elsewhere().len(), 0);
}

#[test]
fn a_list_is_read_to_its_end() {
    let forge = Forge::new();
    let number = pull_request(&forge);
    {
        let mut world = forge.fake.world();
        let mut copy = world.issues[&number].clone();
        if let Some(pull) = &mut copy.pull {
            pull.state = PullState::Closed;
        }
        for other in 2..=250 {
            copy.number = other;
            world.issues.insert(other, copy.clone());
        }
    }
    let client = forge.client();
    let found = client.pull_requests("topic/x").unwrap();
    assert_eq!(found.len(), 250);
    assert_eq!(client.sent(), 3);
}

#[test]
fn a_server_of_ones_own_answers_below_its_path() {
    let forge = Forge::new();
    forge.fake.world().prefix = "/api/v3";
    pull_request(&forge);
    let calls = forge.fake.take_calls();
    assert!(calls.iter().all(|call| call.contains(" /api/v3/repos/acme/shop/")), "{calls:?}");
    assert_eq!(forge.git(&["show", "topic/x:a.txt"]), "new\n");
}

#[test]
fn every_request_says_who_and_what_for() {
    let forge = Forge::new();
    pull_request(&forge);
    for request in forge.fake.requests() {
        assert_eq!(request.header("authorization"), Some(&*format!("Bearer {TOKEN}")));
        let accept = request.header("accept").unwrap();
        assert!(accept.starts_with("application/vnd.github+json"), "{accept}");
        assert_eq!(request.header("x-github-api-version"), Some("2022-11-28"));
        assert!(request.header("user-agent").is_some());
        assert!(!request.path.contains(TOKEN) && !request.query.contains(TOKEN));
    }
}

#[test]
fn an_app_gets_itself_a_token_for_this_repository() {
    let forge = Forge::new();
    forge.fake.world().app = Some(app());
    let of_app = |key: String| {
        move |name: &str| match name {
            "BACKOUT_APP_ID" => Some("7".to_owned()),
            "BACKOUT_APP_KEY" => Some(key.clone()),
            _ => None,
        }
    };
    // One line, as forms want it, and as the file has it.
    for key in [app_key(), app_key().replace('\n', "\\n")] {
        let app = of_app(key);
        let client = forge.client_of(&|name| app(name).or_else(|| forge.variable(name))).unwrap();
        assert!(client.reference(&RefName::branch("main")).unwrap().is_some());
        assert_eq!(client.may_change_workflows(), Some(true));
        let calls = forge.fake.requests();
        let last = calls.last().unwrap();
        assert_eq!(last.header("authorization"), Some("Bearer ghs_FAKE0installation0token"));
    }
    forge.fake.world().app.as_mut().unwrap().without = vec!["workflows"];
    let app = of_app(app_key());
    let with = |name: &str| app(name).or_else(|| forge.variable(name));
    assert_eq!(forge.client_of(&with).unwrap().may_change_workflows(), Some(false));
    // Another App's key.
    forge.fake.world().app.as_mut().unwrap().id = "8".to_owned();
    let refused = forge.client_of(&with).err().unwrap();
    assert!(matches!(refused, Refusal::Unauthorized(_)), "{refused}");
}

#[test]
fn a_key_that_is_none_is_not_shown() {
    let forge = Forge::new();
    let pem = "-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END RSA PRIVATE KEY-----\n";
    for key in
        ["secret", pem, "-----BEGIN EC PRIVATE KEY-----\nc2Vj\n-----END EC PRIVATE KEY-----\n"]
    {
        let variable = |name: &str| match name {
            "BACKOUT_APP_ID" => Some("7".to_owned()),
            "BACKOUT_APP_KEY" => Some(key.to_owned()),
            _ => forge.variable(name),
        };
        let refused = forge.client_of(&variable).err().unwrap().to_string();
        assert!(refused.starts_with("BACKOUT_APP_KEY holds no private key"), "{refused}");
        assert!(!refused.contains("c2Vj") && !refused.contains("secret"), "{refused}");
    }
    assert_eq!(forge.fake.requests().len(), 0);
}

#[test]
fn what_a_token_may_is_told_by_its_scopes() {
    let forge = Forge::new();
    for (scopes, may) in
        [(Some("repo, workflow"), Some(true)), (Some("repo"), Some(false)), (None, None)]
    {
        let caller = Caller { scopes, ..Caller::new("dev", Kind::User) };
        forge.fake.world().tokens.insert(TOKEN.to_owned(), caller);
        let client = forge.client();
        assert_eq!(client.may_change_workflows(), None);
        client.reference(&RefName::branch("main")).unwrap();
        assert_eq!(client.may_change_workflows(), may);
    }
}

#[test]
fn a_host_that_is_not_there_is_said_so() {
    let forge = Forge::new();
    // Nobody listens there: the port was ours a moment ago.
    let port = free_port();
    let variable = |name: &str| match name {
        "GITHUB_API_URL" => Some(format!("http://127.0.0.1:{port}")),
        _ => forge.variable(name),
    };
    let client = forge.client_of(&variable).unwrap();
    let refused = client.create_blob(b"x").unwrap_err();
    let text = refused.to_string();
    assert!(matches!(refused, Refusal::Broken { .. }) && text.contains("refused"), "{text}");
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
