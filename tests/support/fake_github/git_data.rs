//! `/git/…`: blobs, trees, commits, refs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Recorded;
use super::caller::{Caller, Level, may_hold};
use super::reply::{Answered, Reply};
use super::shapes;
use super::world::World;

pub(super) fn answer(
    world: &mut World,
    caller: &Caller,
    request: &Recorded,
    parts: &[&str],
) -> Answered {
    let level = if request.writes() { Level::Write } else { Level::Read };
    caller.need("contents", level)?;
    match (request.method.as_str(), parts) {
        ("POST", ["blobs"]) => blob(world, request),
        ("POST", ["trees"]) => tree(world, caller, request),
        ("GET", ["trees", id]) => read_tree(world, request, id),
        ("POST", ["commits"]) => commit(world, caller, request),
        ("GET", ["commits", id]) => read_commit(world, id),
        ("GET", ["ref", name @ ..]) => read_reference(world, &name.join("/")),
        ("GET", ["matching-refs", name @ ..]) => matching(world, &name.join("/")),
        ("POST", ["refs"]) => create_reference(world, request),
        ("PATCH", ["refs", name @ ..]) => move_reference(world, request, &name.join("/")),
        ("DELETE", ["refs", name @ ..]) => delete_reference(world, &name.join("/")),
        _ => Err(Reply::not_found()),
    }
}

/// What GitHub says of a body that it cannot use.
fn unusable(what: &str) -> Reply {
    Reply::refusal(422, &format!("Invalid request.\n\n{what}"))
}

fn url(world: &World, kind: &str, id: &str) -> String {
    format!("https://api.github.com/repos/{}/git/{kind}/{id}", world.slug())
}

fn blob(world: &World, request: &Recorded) -> Answered {
    let content =
        request.text("content").ok_or_else(|| unusable("\"content\" wasn't supplied."))?;
    let bytes = match request.text("encoding") {
        Some("base64") => {
            STANDARD.decode(content).map_err(|_| unusable("content is not Base64"))?
        }
        _ => content.as_bytes().to_vec(),
    };
    let id = world.store.blob(&bytes);
    Ok(Reply::created(json!({ "sha": id, "url": url(world, "blobs", &id) })))
}

fn tree(world: &World, caller: &Caller, request: &Recorded) -> Answered {
    let entries = request.body.get("tree").and_then(Value::as_array);
    let entries = entries.ok_or_else(|| unusable("\"tree\" wasn't supplied."))?;
    let base = request.text("base_tree");
    if let Some(base) = base
        && !matches!(world.store.kind(base).as_deref(), Some("tree" | "commit"))
    {
        return Err(Reply::refusal(404, "Not Found"));
    }
    let known: Vec<String> = match base {
        Some(base) => world.store.entries(base, true).into_iter().map(|[.., path]| path).collect(),
        None => Vec::new(),
    };
    let ids = entries.iter().filter_map(|entry| entry.get("sha")?.as_str());
    let kinds = world.store.kinds(&ids.collect::<Vec<_>>());
    // Away first: a file may become a folder, and the other way round.
    let (mut away, mut there) = (Vec::new(), Vec::new());
    let mut paths = Vec::new();
    for entry in entries {
        let text = |name: &str| entry.get(name).and_then(Value::as_str);
        let path = text("path").ok_or_else(|| unusable("tree.path wasn't supplied."))?;
        let mode = text("mode").ok_or_else(|| unusable("tree.mode wasn't supplied."))?;
        let modes = ["100644", "100755", "040000", "160000", "120000"];
        if !modes.contains(&mode) || bad_path(path) {
            return Err(unusable(&format!("tree.path or tree.mode is malformed: {mode} {path}")));
        }
        paths.push(path.to_owned());
        let (id, is_blob) = match (entry.get("sha"), text("content")) {
            (Some(Value::Null), None) => {
                if !known.iter().any(|one| one == path) {
                    return Err(Reply::refusal(422, "GitRPC::BadObjectState"));
                }
                away.extend(format!("0 {}\t{path}\0", "0".repeat(40)).into_bytes());
                continue;
            }
            (Some(Value::String(id)), None) => {
                (id.clone(), kinds.get(id).is_some_and(|kind| kind == "blob"))
            }
            (None, Some(content)) => (world.store.blob(content.as_bytes()), true),
            _ => return Err(unusable("tree.sha or tree.content, and not both")),
        };
        if mode != "160000" && !is_blob {
            return Err(Reply::refusal(422, &format!("tree.sha {id} is not a valid blob")));
        }
        there.extend(format!("{mode} {id}\t{path}\0").into_bytes());
    }
    may_hold(caller, &paths)?;
    away.extend(there);
    let id = world.store.edited(base, &away).map_err(|why| Reply::refusal(422, &why))?;
    Ok(Reply::created(tree_body(world, &id, false)))
}

fn bad_path(path: &str) -> bool {
    path.is_empty()
        || path.starts_with('/')
        || path.split('/').any(|part| matches!(part, "" | "." | ".." | ".git"))
}

fn tree_body(world: &World, id: &str, deep: bool) -> Value {
    let entry = |[mode, kind, sha, path]: [String; 4]| {
        let mut entry = json!({ "path": path, "mode": mode, "type": kind, "sha": sha });
        if kind != "commit" {
            entry["url"] = url(world, &format!("{kind}s"), &sha).into();
        }
        entry
    };
    let entries: Vec<Value> = world.store.entries(id, deep).into_iter().map(entry).collect();
    json!({ "sha": id, "url": url(world, "trees", id), "tree": entries, "truncated": false })
}

fn read_tree(world: &World, request: &Recorded, id: &str) -> Answered {
    match world.store.kind(id).as_deref() {
        Some("tree") => Ok(Reply::ok(tree_body(world, id, request.value("recursive").is_some()))),
        _ => Err(Reply::not_found()),
    }
}

fn commit(world: &World, caller: &Caller, request: &Recorded) -> Answered {
    let message =
        request.text("message").ok_or_else(|| unusable("\"message\" wasn't supplied."))?;
    let tree = request.text("tree").ok_or_else(|| unusable("\"tree\" wasn't supplied."))?;
    if world.store.kind(tree).as_deref() != Some("tree") {
        return Err(Reply::refusal(422, "Tree SHA does not exist"));
    }
    let parents = request.texts("parents").unwrap_or_default();
    if parents.iter().any(|parent| world.store.kind(parent).as_deref() != Some("commit")) {
        return Err(Reply::refusal(422, "Parent SHA does not exist or is not a commit object"));
    }
    let who = shapes::committer(caller);
    let id = world
        .store
        .write_commit(tree, &parents, &who, message)
        .map_err(|why| Reply::refusal(422, &why))?;
    let stored = world.store.commit(&id).unwrap();
    Ok(Reply::created(shapes::commit(world, &id, &stored)))
}

fn read_commit(world: &World, id: &str) -> Answered {
    let stored = world.store.commit(id).ok_or_else(Reply::not_found)?;
    Ok(Reply::ok(shapes::commit(world, id, &stored)))
}

fn read_reference(world: &World, name: &str) -> Answered {
    let full = format!("refs/{name}");
    let id = world.store.reference(&full).ok_or_else(Reply::not_found)?;
    Ok(Reply::ok(shapes::reference(world, &full, &id)))
}

fn matching(world: &World, prefix: &str) -> Answered {
    let all = world.store.references(&format!("refs/{prefix}"));
    let all: Vec<Value> = all.iter().map(|(name, id)| shapes::reference(world, name, id)).collect();
    Ok(Reply::ok(all.into()))
}

/// What a ruleset says to a change of a ref.
fn allowed(world: &World, reference: &str, rule: &str, why: &str) -> Result<(), Reply> {
    match world.rulesets.iter().any(|one| one.forbids(reference, rule)) {
        true => Err(Reply::refusal(422, &format!("Repository rule violations found\n\n{why}"))),
        false => Ok(()),
    }
}

fn create_reference(world: &mut World, request: &Recorded) -> Answered {
    let name = request.text("ref").ok_or_else(|| unusable("\"ref\" wasn't supplied."))?;
    let id = request.text("sha").ok_or_else(|| unusable("\"sha\" wasn't supplied."))?;
    if !name.starts_with("refs/") || name.matches('/').count() < 2 {
        return Err(Reply::refusal(422, "Reference name must start with 'refs/'."));
    }
    if world.store.reference(name).is_some() {
        return Err(Reply::refusal(422, "Reference already exists"));
    }
    if world.store.kind(id).is_none() {
        return Err(Reply::refusal(422, "Object does not exist"));
    }
    allowed(world, name, "creation", "Cannot create ref due to creations being restricted.")?;
    world.store.set_reference(name, id).map_err(|why| Reply::refusal(422, &why))?;
    world.follow_branches();
    Ok(Reply::created(shapes::reference(world, name, id)))
}

fn move_reference(world: &mut World, request: &Recorded, name: &str) -> Answered {
    let full = format!("refs/{name}");
    let id = request.text("sha").ok_or_else(|| unusable("\"sha\" wasn't supplied."))?;
    let was = world
        .store
        .reference(&full)
        .ok_or_else(|| Reply::refusal(422, "Reference does not exist"))?;
    if world.store.kind(id).as_deref() != Some("commit") {
        return Err(Reply::refusal(422, "Object does not exist"));
    }
    if !world.store.is_ancestor(&was, id) {
        if !request.is("force") {
            return Err(Reply::refusal(422, "Update is not a fast forward"));
        }
        allowed(world, &full, "non_fast_forward", "Cannot force-push to this branch")?;
    }
    allowed(world, &full, "update", "Cannot update this protected ref.")?;
    world.store.set_reference(&full, id).map_err(|why| Reply::refusal(422, &why))?;
    world.follow_branches();
    Ok(Reply::ok(shapes::reference(world, &full, id)))
}

fn delete_reference(world: &mut World, name: &str) -> Answered {
    let full = format!("refs/{name}");
    if world.store.reference(&full).is_none() {
        return Err(Reply::refusal(422, "Reference does not exist"));
    }
    allowed(world, &full, "deletion", "Cannot delete this ref.")?;
    world.store.delete_reference(&full).map_err(|why| Reply::refusal(422, &why))?;
    world.follow_branches();
    Ok(Reply::new(204, Value::Null))
}
