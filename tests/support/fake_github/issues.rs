//! `/issues/…`: labels, assignees, comments.

use serde_json::{Value, json};

use super::Recorded;
use super::caller::{Caller, Level};
use super::reply::{Answered, Reply};
use super::shapes;
use super::world::{Comment, Issue, World};

pub(super) fn answer(
    world: &mut World,
    caller: &Caller,
    request: &Recorded,
    parts: &[&str],
) -> Answered {
    let level = if request.writes() { Level::Write } else { Level::Read };
    // Either permission is enough for what the two have in common.
    caller.need("issues", level).or_else(|_| caller.need("pull_requests", level))?;
    match (request.method.as_str(), parts) {
        ("GET", []) => Ok(list(world, request)),
        ("POST", []) => open(world, caller, request),
        ("PATCH" | "DELETE" | "GET", ["comments", id]) => one_comment(world, request, id),
        ("GET", [number]) => {
            let key = number_of(world, number)?;
            Ok(Reply::ok(shapes::issue(world, &world.issues[&key])))
        }
        ("PATCH", [number]) => change(world, request, number),
        ("POST", [number, "labels"]) => add_labels(world, request, number),
        ("DELETE", [number, "labels", name]) => remove_label(world, number, name),
        ("GET", [number, "labels"]) => Ok(Reply::ok(labels(world, number_of(world, number)?))),
        ("POST", [number, "assignees"]) => assign(world, request, number),
        ("GET", [number, "comments"]) => comments(world, request, number),
        ("POST", [number, "comments"]) => say(world, caller, request, number),
        _ => Err(Reply::not_found()),
    }
}

fn number_of(world: &World, text: &str) -> Result<u64, Reply> {
    let number = text.parse().ok().filter(|number| world.issues.contains_key(number));
    number.ok_or_else(Reply::not_found)
}

fn list(world: &World, request: &Recorded) -> Reply {
    let state = request.value("state").unwrap_or_else(|| "open".to_owned());
    let label = request.value("labels");
    let has = |issue: &&Issue| {
        let known = |name: &String| issue.labels.iter().any(|one| one.eq_ignore_ascii_case(name));
        label.as_ref().is_none_or(known)
    };
    let all = world.issues.values().rev().filter(has).map(|issue| shapes::issue(world, issue));
    let wanted = all.filter(|issue| state == "all" || issue["state"] == state.as_str());
    super::dispatch::page(world, request, wanted.collect())
}

fn open(world: &mut World, caller: &Caller, request: &Recorded) -> Answered {
    let title = request.text("title").filter(|title| !title.is_empty());
    let title = title.ok_or_else(|| Reply::invalid_field("Issue", "title", "missing_field"))?;
    let number = world.fresh_number();
    let issue = Issue {
        number,
        title: title.to_owned(),
        body: request.text("body").unwrap_or_default().to_owned(),
        author: caller.login.clone(),
        labels: request.texts("labels").unwrap_or_default(),
        assignees: request.texts("assignees").unwrap_or_default(),
        comments: Vec::new(),
        pull: None,
        closed: false,
    };
    world.issues.insert(number, issue);
    Ok(Reply::created(shapes::issue(world, &world.issues[&number])))
}

fn change(world: &mut World, request: &Recorded, number: &str) -> Answered {
    let key = number_of(world, number)?;
    let labels = request.texts("labels");
    if let Some(labels) = &labels {
        fits(labels)?;
        know(world, labels);
    }
    let assignees = request.texts("assignees");
    let issue = world.issues.get_mut(&key).ok_or_else(Reply::not_found)?;
    issue.labels = labels.unwrap_or_else(|| issue.labels.clone());
    issue.assignees = assignees.unwrap_or_else(|| issue.assignees.clone());
    for (name, field) in [("title", &mut issue.title), ("body", &mut issue.body)] {
        if let Some(text) = request.text(name) {
            text.clone_into(field);
        }
    }
    if let Some(state) = request.text("state") {
        issue.closed = state == "closed";
    }
    Ok(Reply::ok(shapes::issue(world, &world.issues[&key])))
}

/// A label's name has at most 50 characters.
fn fits(labels: &[String]) -> Result<(), Reply> {
    match labels.iter().find(|label| label.chars().count() > 50) {
        Some(_) => Err(Reply::invalid("Label", "name is too long (maximum is 50 characters)")),
        None => Ok(()),
    }
}

/// A label that is used comes into being.
fn know(world: &mut World, labels: &[String]) {
    for label in labels {
        if !world.labels.contains(label) {
            world.labels.push(label.clone());
        }
    }
}

fn labels(world: &World, key: u64) -> Value {
    let labels = &world.issues[&key].labels;
    labels.iter().map(|name| shapes::label(world, name)).collect::<Vec<_>>().into()
}

fn add_labels(world: &mut World, request: &Recorded, number: &str) -> Answered {
    let key = number_of(world, number)?;
    let fresh = request.texts("labels").unwrap_or_default();
    fits(&fresh)?;
    know(world, &fresh);
    let issue = world.issues.get_mut(&key).ok_or_else(Reply::not_found)?;
    for label in fresh {
        if !issue.labels.contains(&label) {
            issue.labels.push(label);
        }
    }
    Ok(Reply::ok(labels(world, key)))
}

fn remove_label(world: &mut World, number: &str, name: &str) -> Answered {
    let key = number_of(world, number)?;
    let issue = world.issues.get_mut(&key).ok_or_else(Reply::not_found)?;
    if !issue.labels.iter().any(|label| label == name) {
        return Err(Reply::refusal(404, "Label does not exist"));
    }
    issue.labels.retain(|label| label != name);
    Ok(Reply::ok(labels(world, key)))
}

fn assign(world: &mut World, request: &Recorded, number: &str) -> Answered {
    let key = number_of(world, number)?;
    let fresh = request.texts("assignees").unwrap_or_default();
    let issue = world.issues.get_mut(&key).ok_or_else(Reply::not_found)?;
    issue.assignees.extend(fresh);
    issue.assignees.dedup();
    Ok(Reply::created(shapes::issue(world, &world.issues[&key])))
}

fn comments(world: &World, request: &Recorded, number: &str) -> Answered {
    let key = number_of(world, number)?;
    let all = world.issues[&key].comments.iter();
    let all = all.map(|comment| shapes::comment(world, key, comment)).collect();
    Ok(super::dispatch::page(world, request, all))
}

fn body(request: &Recorded) -> Result<String, Reply> {
    let text = request.text("body").filter(|text| !text.is_empty());
    let text = text.ok_or_else(|| Reply::invalid_field("IssueComment", "body", "missing_field"))?;
    match text.chars().count() > 65_536 {
        true => {
            Err(Reply::invalid("IssueComment", "body is too long (maximum is 65536 characters)"))
        }
        false => Ok(text.to_owned()),
    }
}

fn say(world: &mut World, caller: &Caller, request: &Recorded, number: &str) -> Answered {
    let key = number_of(world, number)?;
    let comment =
        Comment { id: world.fresh_id(), author: caller.login.clone(), body: body(request)? };
    let shape = shapes::comment(world, key, &comment);
    let issue = world.issues.get_mut(&key).ok_or_else(Reply::not_found)?;
    issue.comments.push(comment);
    Ok(Reply::created(shape))
}

fn one_comment(world: &mut World, request: &Recorded, id: &str) -> Answered {
    let id: u64 = id.parse().map_err(|_| Reply::not_found())?;
    let of = |issue: &&Issue| issue.comments.iter().any(|comment| comment.id == id);
    let key = world.issues.values().find(of).map(|issue| issue.number);
    let key = key.ok_or_else(Reply::not_found)?;
    let issue = world.issues.get_mut(&key).ok_or_else(Reply::not_found)?;
    if request.method == "DELETE" {
        issue.comments.retain(|comment| comment.id != id);
        return Ok(Reply::new(204, json!(null)));
    }
    let comment = issue.comments.iter_mut().find(|comment| comment.id == id);
    let comment = comment.ok_or_else(Reply::not_found)?;
    if request.method == "PATCH" {
        comment.body = body(request)?;
    }
    let comment = comment.clone();
    Ok(Reply::ok(shapes::comment(world, key, &comment)))
}
