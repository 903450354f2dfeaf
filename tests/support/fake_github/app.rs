//! A GitHub App: whoever signs with its key gets a token for its installation.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde_json::{Value, json};

use super::Recorded;
use super::caller::{Caller, Kind};
use super::reply::{Answered, Reply};
use super::shapes;
use super::world::World;

/// An App that is installed in the repository.
#[derive(Debug, Clone)]
pub(crate) struct FakeApp {
    /// Its id.
    pub(crate) id: String,
    /// The public half of its key, as DER.
    pub(crate) public_key: Vec<u8>,
    /// The token that it hands out.
    pub(crate) token: String,
    /// What that may not do.
    pub(crate) without: Vec<&'static str>,
}

/// The statement that the request's bearer signed, where the signature is good and it holds now.
fn statement(app: &FakeApp, request: &Recorded) -> Option<Value> {
    let token = request.header("authorization")?.strip_prefix("Bearer ")?;
    let (text, signature) = token.rsplit_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &app.public_key);
    key.verify(text.as_bytes(), &signature).ok()?;
    let part = |text: &str| -> Option<Value> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    };
    let (header, claims) = text.split_once('.')?;
    let now = std::time::SystemTime::now();
    let now = now.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs();
    let claims = part(claims)?;
    let (from, to) = (claims["iat"].as_u64()?, claims["exp"].as_u64()?);
    let holds = from <= now && now < to && to - from <= 660;
    (part(header)?["alg"] == "RS256" && holds && claims["iss"] == app.id.as_str()).then_some(claims)
}

/// Answers what only an App may ask; nothing, where it is no such request.
pub(super) fn answer(world: &mut World, request: &Recorded, parts: &[&str]) -> Option<Answered> {
    let asks = match (request.method.as_str(), parts) {
        ("GET", ["repos", _, _, "installation"]) => Asks::Installation,
        ("POST", ["app", "installations", "77", "access_tokens"]) => Asks::Token,
        _ => return None,
    };
    let Some(app) = world.app.clone() else { return Some(Err(Reply::not_found())) };
    if statement(&app, request).is_none() {
        let message = "A JSON web token could not be decoded";
        return Some(Err(Reply::refusal(401, message)));
    }
    Some(match asks {
        Asks::Installation => Ok(Reply::ok(installation(world))),
        Asks::Token => token(world, &app, request),
    })
}

enum Asks {
    Installation,
    Token,
}

fn installation(world: &World) -> Value {
    json!({
        "id": 77, "app_id": 7, "app_slug": "backout", "target_id": 1, "target_type": "User",
        "single_file_name": null, "repository_selection": "selected", "events": [],
        "access_tokens_url": "https://api.github.com/app/installations/77/access_tokens",
        "html_url": "https://github.com/settings/installations/77",
        "repositories_url": "https://api.github.com/installation/repositories",
        "account": shapes::user(&world.owner), "permissions": { "contents": "write" },
        "created_at": shapes::NOW, "updated_at": shapes::NOW, "suspended_by": null,
        "suspended_at": null,
    })
}

fn token(world: &mut World, app: &FakeApp, request: &Recorded) -> Answered {
    if request.texts("repositories") != Some(vec![world.name.clone()]) {
        return Err(Reply::refusal(422, "There is at least one repository that does not exist"));
    }
    let mut caller = Caller::new("backout[bot]", Kind::App);
    for name in &app.without {
        caller = caller.without(name);
    }
    let permissions: Value = caller
        .permissions
        .keys()
        .map(|name| ((*name).to_owned(), Value::from("write")))
        .collect::<serde_json::Map<_, _>>()
        .into();
    world.tokens.insert(app.token.clone(), caller);
    Ok(Reply::created(json!({
        "token": app.token, "expires_at": "2099-01-01T00:00:00Z", "permissions": permissions,
        "repository_selection": "selected",
    })))
}
