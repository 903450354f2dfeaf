//! `/check-runs`, `/commits/…`, `/statuses/…`.

use serde_json::{Value, json};

use super::Recorded;
use super::caller::{Caller, Kind, Level};
use super::reply::{Answered, Reply};
use super::shapes;
use super::world::{CheckRun, Status, World};

/// How many annotations a request may hold.
const ANNOTATIONS: usize = 50;

pub(super) fn runs(
    world: &mut World,
    caller: &Caller,
    request: &Recorded,
    parts: &[&str],
) -> Answered {
    let level = if request.writes() { Level::Write } else { Level::Read };
    caller.need("checks", level)?;
    if request.writes() && caller.kind == Kind::User {
        return Err(Reply::refusal(403, "You must authenticate via a GitHub App."));
    }
    match (request.method.as_str(), parts) {
        ("POST", []) => create(world, caller, request),
        ("PATCH", [id]) => update(world, caller, request, id),
        ("GET", [id, "annotations"]) => super::more::annotations(world, request, id),
        _ => Err(Reply::not_found()),
    }
}

/// `/actions/workflows/guard.yml/dispatches`: what it starts shows in the requests alone.
pub(super) fn start_workflow(
    world: &World,
    caller: &Caller,
    request: &Recorded,
    file: &str,
) -> Answered {
    caller.need("actions", Level::Write)?;
    let name = request.text("ref").ok_or_else(|| Reply::invalid("Workflow", "ref is missing"))?;
    let tip = world.store.reference(&format!("refs/heads/{name}"));
    let tip = tip.ok_or_else(|| Reply::refusal(422, &format!("No ref found for: {name}")))?;
    let place = format!("{tip}:.github/workflows/{file}");
    match world.store.git(&["show", &place], b"") {
        Ok(text) if String::from_utf8_lossy(&text).contains("workflow_dispatch") => {
            Ok(Reply::new(204, Value::Null))
        }
        Ok(_) => Err(Reply::refusal(422, "Workflow does not have 'workflow_dispatch' trigger")),
        Err(_) => Err(Reply::not_found()),
    }
}

fn create(world: &mut World, caller: &Caller, request: &Recorded) -> Answered {
    let missing = |field: &str| Reply::invalid_field("CheckRun", field, "missing_field");
    request.text("name").ok_or_else(|| missing("name"))?;
    let sha = request.text("head_sha").ok_or_else(|| missing("head_sha"))?.to_owned();
    if world.store.kind(&sha).as_deref() != Some("commit") {
        return Err(Reply::refusal(422, &format!("No commit found for SHA: {sha}")));
    }
    let annotations = annotations(&request.body)?;
    let id = world.fresh_id();
    world.more.makers.insert(id, caller.login.clone());
    world.check_runs.push(CheckRun { id, sha, body: request.body.clone(), annotations });
    let run = world.check_runs.last().unwrap();
    Ok(Reply::created(shapes::check_run(world, run)))
}

fn annotations(body: &Value) -> Result<Vec<Value>, Reply> {
    let list = body.pointer("/output/annotations").and_then(Value::as_array);
    let list = list.cloned().unwrap_or_default();
    match list.len() > ANNOTATIONS {
        true => Err(Reply::invalid("CheckRun", "annotations exceeds a maximum quantity of 50")),
        false => Ok(list),
    }
}

fn update(world: &mut World, caller: &Caller, request: &Recorded, id: &str) -> Answered {
    let maker = id.parse().ok().and_then(|id: u64| world.more.makers.get(&id));
    if maker.is_some_and(|maker| *maker != caller.login) {
        return Err(Reply::refusal(
            403,
            "Invalid app_id `1` - check run can only be modified by the GitHub App that created \
             it.",
        ));
    }
    let fresh = annotations(&request.body)?;
    let run = world.check_runs.iter_mut().find(|run| run.id.to_string() == id);
    let run = run.ok_or_else(Reply::not_found)?;
    run.annotations.extend(fresh);
    if let (Some(known), Some(fields)) = (run.body.as_object_mut(), request.body.as_object()) {
        known.extend(fields.clone());
    }
    let run = run.clone();
    Ok(Reply::ok(shapes::check_run(world, &run)))
}

pub(super) fn of_commit(
    world: &World,
    caller: &Caller,
    request: &Recorded,
    parts: &[&str],
) -> Answered {
    if let ("GET", [sha]) = (request.method.as_str(), parts) {
        caller.need("contents", Level::Read)?;
        let stored = world.store.commit(sha).ok_or_else(Reply::not_found)?;
        return Ok(Reply::ok(shapes::repository_commit(world, sha, &stored)));
    }
    let ("GET", [reference @ .., "check-runs"]) = (request.method.as_str(), parts) else {
        return Err(Reply::not_found());
    };
    caller.need("checks", Level::Read)?;
    let name = reference.join("/");
    let sha = world.store.reference(&format!("refs/heads/{name}")).unwrap_or(name);
    let named = request.value("check_name");
    let of = |run: &&CheckRun| {
        run.sha == sha && named.as_ref().is_none_or(|name| run.body["name"] == name.as_str())
    };
    let runs: Vec<Value> =
        world.check_runs.iter().filter(of).map(|run| shapes::check_run(world, run)).collect();
    Ok(Reply::ok(json!({ "total_count": runs.len(), "check_runs": runs })))
}

pub(super) fn set_status(
    world: &mut World,
    caller: &Caller,
    request: &Recorded,
    sha: &str,
) -> Answered {
    caller.need("statuses", Level::Write)?;
    if world.store.kind(sha).as_deref() != Some("commit") {
        return Err(Reply::refusal(422, &format!("No commit found for SHA: {sha}")));
    }
    let state = request.text("state").unwrap_or_default().to_owned();
    if !["error", "failure", "pending", "success"].contains(&state.as_str()) {
        return Err(Reply::invalid_field("Status", "state", "invalid"));
    }
    let status = Status {
        sha: sha.to_owned(),
        context: request.text("context").unwrap_or("default").to_owned(),
        state,
        description: request.text("description").unwrap_or_default().to_owned(),
    };
    if status.description.chars().count() > 140 {
        return Err(Reply::invalid(
            "Status",
            "description is too long (maximum is 140 characters)",
        ));
    }
    let body = json!({
        "id": 1, "node_id": "SC_1", "state": status.state, "description": status.description,
        "target_url": null, "context": status.context, "created_at": shapes::NOW,
        "updated_at": shapes::NOW, "creator": shapes::user(&caller.login), "avatar_url": null,
        "url": format!("https://api.github.com/repos/{}/statuses/{sha}", world.slug()),
    });
    world.statuses.push(status);
    Ok(Reply::created(body))
}
