//! What reports and `doctor --remote` ask for beyond pull requests: labels and how they look,
//! annotations, who a token stands for, files, and how branches and tags are protected.

use std::collections::BTreeMap;

use base64::Engine as _;
use serde_json::{Value, json};

use super::Recorded;
use super::caller::{Caller, Kind, Level};
use super::reply::{Answered, Reply};
use super::shapes;
use super::world::World;

/// The part of the world that these know.
#[derive(Debug, Default)]
pub(crate) struct More {
    /// Labels with colour and description, as they were made; one without came about by its use.
    pub(crate) looks: BTreeMap<String, (String, String)>,
    /// The required contexts of classic branch protection, by branch.
    pub(crate) contexts: BTreeMap<String, Vec<String>>,
    /// Whether classic protection asks for a review by code owners, by branch.
    pub(crate) code_owners: BTreeMap<String, bool>,
    /// What a ruleset leaves out, by its name.
    pub(crate) excludes: BTreeMap<String, Vec<String>>,
    /// Who may pass by a ruleset, by its name.
    pub(crate) bypass: BTreeMap<String, Vec<Value>>,
    /// Who made which check run.
    pub(crate) makers: BTreeMap<u64, String>,
}

/// `/graphql` and `/user`.
pub(super) fn identity(world: &World, request: &Recorded, parts: &[&str]) -> Option<Answered> {
    let who = || super::caller::caller(world, request);
    match (request.method.as_str(), parts) {
        ("POST", ["graphql"]) => Some(who().map(|who| viewer(&who, request))),
        ("GET", ["user"]) => Some(who().and_then(|who| match who.kind {
            Kind::User => Ok(Reply::ok(oneself(&who.login))),
            _ => Err(Reply::refusal(403, "Resource not accessible by integration")),
        })),
        _ => None,
    }
}

/// What an account is told of itself.
fn oneself(login: &str) -> Value {
    let mut told = shapes::user(login);
    let more = json!({
        "name": login, "company": null, "blog": null, "location": null, "email": null,
        "hireable": null, "bio": null, "public_repos": 1, "public_gists": 0, "followers": 0,
        "following": 0, "created_at": "2020-01-01T00:00:00Z", "updated_at": "2020-01-01T00:00:00Z",
    });
    if let (Some(told), Value::Object(more)) = (told.as_object_mut(), more) {
        told.extend(more);
    }
    told
}

fn viewer(caller: &Caller, request: &Recorded) -> Reply {
    match request.text("query").is_some_and(|query| query.contains("viewer { login }")) {
        true => Reply::ok(json!({ "data": { "viewer": { "login": caller.login } } })),
        false => Reply::ok(json!({ "errors": [{ "message": "only the viewer is known here" }] })),
    }
}

/// `/labels/…`.
pub(super) fn labels(
    world: &mut World,
    caller: &Caller,
    request: &Recorded,
    parts: &[&str],
) -> Answered {
    let level = if request.writes() { Level::Write } else { Level::Read };
    caller.need("issues", level).or_else(|_| caller.need("pull_requests", level))?;
    match (request.method.as_str(), parts) {
        ("GET", name) if !name.is_empty() => {
            let name = name.join("/");
            let known = world.labels.iter().find(|known| known.eq_ignore_ascii_case(&name));
            let known = known.ok_or_else(Reply::not_found)?;
            Ok(Reply::ok(shapes::label(world, known)))
        }
        ("POST", []) => make_label(world, request),
        ("PATCH", name) if !name.is_empty() => describe_label(world, request, &name.join("/")),
        _ => Err(Reply::not_found()),
    }
}

fn describe_label(world: &mut World, request: &Recorded, name: &str) -> Answered {
    let known = world.labels.iter().find(|known| known.eq_ignore_ascii_case(name)).cloned();
    let name = known.ok_or_else(Reply::not_found)?;
    let look = ["color", "description"].map(|one| request.text(one).unwrap_or_default().to_owned());
    let [color, description] = look;
    world.more.looks.insert(name.clone(), (color, description));
    Ok(Reply::ok(shapes::label(world, &name)))
}

fn make_label(world: &mut World, request: &Recorded) -> Answered {
    let invalid = |field: &str, code: &str| Reply::invalid_field("Label", field, code);
    let name = request.text("name").ok_or_else(|| invalid("name", "missing_field"))?.to_owned();
    let color = request.text("color").unwrap_or("ededed").to_owned();
    let description = request.text("description").unwrap_or_default().to_owned();
    if name.chars().count() > 50 || description.chars().count() > 100 {
        return Err(Reply::invalid("Label", "name or description is too long"));
    }
    if color.len() != 6 || !color.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(invalid("color", "invalid"));
    }
    if world.labels.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
        return Err(invalid("name", "already_exists"));
    }
    world.labels.push(name.clone());
    world.more.looks.insert(name.clone(), (color, description));
    Ok(Reply::created(shapes::label(world, &name)))
}

/// The annotations of a check run, as GitHub gives them back.
pub(super) fn annotations(world: &World, request: &Recorded, id: &str) -> Answered {
    let run = world.check_runs.iter().find(|run| run.id.to_string() == id);
    let run = run.ok_or_else(Reply::not_found)?;
    let shape = |sent: &Value| {
        let mut one = json!({
            "path": null, "start_line": null, "end_line": null, "start_column": null,
            "end_column": null, "annotation_level": null, "title": null, "message": null,
            "raw_details": null, "blob_href": "https://github.com/acme/shop/blob/x",
        });
        if let (Some(one), Some(sent)) = (one.as_object_mut(), sent.as_object()) {
            one.extend(sent.clone());
        }
        one
    };
    let all = run.annotations.iter().map(shape).collect();
    Ok(super::dispatch::page(world, request, all))
}

/// `/contents/…` on a branch.
pub(super) fn contents(world: &World, caller: &Caller, request: &Recorded, path: &str) -> Answered {
    caller.need("contents", Level::Read)?;
    let reference = request.value("ref").unwrap_or_else(|| world.default_branch.clone());
    let object = format!("refs/heads/{reference}:{path}");
    let bytes = world.store.git(&["cat-file", "blob", &object], b"");
    let bytes = bytes.map_err(|_| Reply::not_found())?;
    let id = world.store.git(&["rev-parse", &object], b"").unwrap_or_default();
    let id = String::from_utf8_lossy(&id).trim().to_owned();
    let url = format!("https://api.github.com/repos/{}/contents/{path}", world.slug());
    let name = path.rsplit('/').next().unwrap_or(path);
    Ok(Reply::ok(json!({
        "type": "file", "encoding": "base64", "size": bytes.len(), "name": name, "path": path,
        "content": base64::engine::general_purpose::STANDARD.encode(&bytes), "sha": id, "url": url,
        "git_url": null, "html_url": null, "download_url": null,
        "_links": { "git": null, "self": url, "html": null },
    })))
}

/// A branch with what classic protection says of it.
pub(super) fn branch(world: &World, caller: &Caller, name: &str) -> Answered {
    if let Some(name) = name.strip_suffix("/protection/required_pull_request_reviews") {
        caller.need("administration", Level::Read)?;
        let asked = world.more.code_owners.get(name).ok_or_else(Reply::not_found)?;
        let url = format!("https://api.github.com/repos/{}/branches/{name}", world.slug());
        return Ok(Reply::ok(json!({
            "url": url, "dismiss_stale_reviews": false, "require_code_owner_reviews": asked,
            "required_approving_review_count": 1,
        })));
    }
    caller.need("contents", Level::Read)?;
    let tip = world.store.reference(&format!("refs/heads/{name}")).ok_or_else(Reply::not_found)?;
    let stored = world.store.commit(&tip).ok_or_else(Reply::not_found)?;
    let base = format!("https://api.github.com/repos/{}", world.slug());
    let contexts = world.more.contexts.get(name);
    let commit = shapes::commit(world, &tip, &stored);
    let checks: Vec<Value> = contexts
        .into_iter()
        .flatten()
        .map(|context| json!({ "context": context, "app_id": null }))
        .collect();
    let level = if contexts.is_some() { "non_admins" } else { "off" };
    Ok(Reply::ok(json!({
        "name": name,
        "commit": {
            "sha": tip, "node_id": "C_1", "url": format!("{base}/commits/{tip}"),
            "html_url": format!("https://github.com/{}/commit/{tip}", world.slug()),
            "comments_url": format!("{base}/commits/{tip}/comments"),
            "commit": {
                "author": commit["author"], "committer": commit["committer"],
                "message": commit["message"], "tree": commit["tree"],
                "url": format!("{base}/git/commits/{tip}"), "comment_count": 0,
            },
            "author": null, "committer": null, "parents": [],
        },
        "_links": {
            "html": format!("https://github.com/{}/tree/{name}", world.slug()),
            "self": format!("{base}/branches/{name}"),
        },
        "protected": contexts.is_some(),
        "protection": {
            "enabled": contexts.is_some(),
            "required_status_checks": {
                "enforcement_level": level, "contexts": contexts.cloned().unwrap_or_default(),
                "checks": checks,
            },
        },
        "protection_url": format!("{base}/branches/{name}/protection"),
    })))
}

/// An annotated tag's object.
pub(super) fn tag_object(world: &World, caller: &Caller, id: &str) -> Answered {
    caller.need("contents", Level::Read)?;
    if world.store.kind(id).as_deref() != Some("tag") {
        return Err(Reply::not_found());
    }
    let text = world.store.git(&["cat-file", "tag", id], b"").map_err(|_| Reply::not_found())?;
    let text = String::from_utf8_lossy(&text).into_owned();
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_default().trim().to_owned()
    };
    let base = format!("https://api.github.com/repos/{}/git", world.slug());
    let (object, kind) = (field("object "), field("type "));
    let url = format!("{base}/{kind}s/{object}");
    Ok(Reply::ok(json!({
        "node_id": "T_1", "tag": field("tag "), "sha": id, "url": format!("{base}/tags/{id}"),
        "message": "", "tagger": { "name": "A", "email": "a@example.com", "date": shapes::NOW },
        "object": { "sha": object, "type": kind, "url": url },
        "verification": {
            "verified": false, "reason": "unsigned", "signature": null, "payload": null,
            "verified_at": null,
        },
    })))
}
