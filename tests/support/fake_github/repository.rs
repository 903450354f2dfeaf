//! The repository itself: what it is, its rules, who may do what.

use serde_json::{Value, json};

use super::Recorded;
use super::caller::{Caller, Level};
use super::reply::{Answered, Reply};
use super::shapes;
use super::world::{Ruleset, World};

pub(super) fn answer(
    world: &World,
    caller: &Caller,
    request: &Recorded,
    parts: &[&str],
) -> Answered {
    caller.need("metadata", Level::Read)?;
    match (request.method.as_str(), parts) {
        ("GET", []) => Ok(Reply::ok(shapes::repository(world, Some(caller)))),
        ("GET", ["rules", "branches", branch @ ..]) => Ok(rules(world, &branch.join("/"))),
        ("GET", ["rulesets"]) => Ok(rulesets(world, caller)),
        ("GET", ["rulesets", id]) => ruleset(world, caller, id),
        ("GET", ["collaborators", login, "permission"]) => permission(world, login),
        _ => Err(Reply::not_found()),
    }
}

/// The active rules that hold for a branch.
fn rules(world: &World, branch: &str) -> Reply {
    let full = format!("refs/heads/{branch}");
    let of = |(index, set): (usize, &Ruleset)| {
        let rule = move |(kind, parameters): &(String, Value)| {
            let mut rule = json!({
                "type": kind, "ruleset_source_type": "Repository",
                "ruleset_source": world.slug(), "ruleset_id": index + 1,
            });
            if !parameters.is_null() {
                rule["parameters"] = parameters.clone();
            }
            rule
        };
        set.rules.iter().map(rule).collect::<Vec<_>>()
    };
    let active = world.rulesets.iter().enumerate();
    let active = active.filter(|(_, set)| set.enforcement == "active" && set.covers(&full));
    Reply::ok(active.flat_map(of).collect::<Vec<_>>().into())
}

fn shape(world: &World, caller: &Caller, (index, set): (usize, &Ruleset), full: bool) -> Value {
    let mut value = json!({
        "id": index + 1, "name": set.name, "target": set.target, "source_type": "Repository",
        "source": world.slug(), "enforcement": set.enforcement, "node_id": "RRS_1",
        "created_at": shapes::NOW, "updated_at": shapes::NOW,
    });
    if full {
        let rule = |(kind, parameters): &(String, Value)| match parameters {
            Value::Null => json!({ "type": kind }),
            parameters => json!({ "type": kind, "parameters": parameters }),
        };
        value["rules"] = set.rules.iter().map(rule).collect::<Vec<_>>().into();
        let excluded = world.more.excludes.get(&set.name).cloned().unwrap_or_default();
        value["conditions"] =
            json!({ "ref_name": { "include": set.include, "exclude": excluded } });
        // Only who may change rulesets is told who may pass by them.
        if caller.need("administration", Level::Write).is_ok() {
            value["bypass_actors"] =
                world.more.bypass.get(&set.name).cloned().unwrap_or_default().into();
        }
    }
    value
}

fn rulesets(world: &World, caller: &Caller) -> Reply {
    let all = world.rulesets.iter().enumerate();
    Reply::ok(all.map(|one| shape(world, caller, one, false)).collect::<Vec<_>>().into())
}

fn ruleset(world: &World, caller: &Caller, id: &str) -> Answered {
    let all = world.rulesets.iter().enumerate();
    let found = all.into_iter().find(|(index, _)| (index + 1).to_string() == id);
    let found = found.ok_or_else(Reply::not_found)?;
    Ok(Reply::ok(shape(world, caller, found, true)))
}

fn permission(world: &World, login: &str) -> Answered {
    let caller = world.tokens.values().find(|caller| caller.login == login);
    let caller = caller.ok_or_else(Reply::not_found)?;
    let may = |name: &str| caller.need(name, Level::Write).is_ok();
    let level = match (may("administration"), may("contents")) {
        (true, _) => "admin",
        (_, true) => "write",
        _ => "read",
    };
    let mut user = shapes::user(login);
    user["role_name"] = level.into();
    Ok(Reply::ok(json!({ "permission": level, "role_name": level, "user": user })))
}
