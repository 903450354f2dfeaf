//! Which file answers a request.

use serde_json::Value;

use super::caller::caller;
use super::reply::{Answered, Reply};
use super::world::{Setting, World};
use super::{Recorded, app, checks, git_data, issues, more, pulls, repository};

/// Answers a request, whose effect has then taken place.
pub(super) fn answer(world: &mut World, request: &Recorded) -> Reply {
    let reply = answered(world, request).unwrap_or_else(|refusal| refusal);
    let known = caller(world, request).ok();
    let scopes = known.and_then(|caller| caller.scopes);
    let reply = reply.header("x-ratelimit-remaining", "4999").header("server", "fake-github");
    match scopes {
        Some(scopes) => reply.header("x-oauth-scopes", scopes),
        None => reply,
    }
}

fn answered(world: &mut World, request: &Recorded) -> Answered {
    let parts = request.parts();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let prefix: Vec<&str> = world.prefix.split('/').filter(|part| !part.is_empty()).collect();
    let parts = parts.strip_prefix(prefix.as_slice()).ok_or_else(Reply::not_found)?;
    if let Some(answered) = app::answer(world, request, parts) {
        return answered;
    }
    if let Some(answered) = more::identity(world, request, parts) {
        return answered;
    }
    let who = caller(world, request)?;
    let ["repos", owner, name, rest @ ..] = parts else { return Err(Reply::not_found()) };
    if format!("{owner}/{name}") != world.slug() {
        return Err(Reply::not_found());
    }
    if request.writes() && world.has(Setting::Archived) {
        return Err(Reply::refusal(403, "Repository was archived so is read-only."));
    }
    match rest {
        ["git", "tags", id] if !request.writes() => more::tag_object(world, &who, id),
        ["git", rest @ ..] => git_data::answer(world, &who, request, rest),
        ["pulls", rest @ ..] => pulls::answer(world, &who, request, rest),
        ["issues", rest @ ..] => issues::answer(world, &who, request, rest),
        ["check-runs", rest @ ..] => checks::runs(world, &who, request, rest),
        ["commits", rest @ ..] => checks::of_commit(world, &who, request, rest),
        ["labels", rest @ ..] => more::labels(world, &who, request, rest),
        ["branches", name @ ..] => more::branch(world, &who, &name.join("/")),
        ["contents", path @ ..] => more::contents(world, &who, request, &path.join("/")),
        ["actions", "workflows", file, "dispatches"] if request.writes() => {
            checks::start_workflow(world, &who, request, file)
        }
        ["statuses", sha] if request.writes() => checks::set_status(world, &who, request, sha),
        rest => repository::answer(world, &who, request, rest),
    }
}

/// A page of a list, with the header that leads to the next one.
pub(super) fn page(world: &World, request: &Recorded, all: Vec<Value>) -> Reply {
    let number = |name: &str, or: usize| {
        request.value(name).and_then(|value| value.parse().ok()).unwrap_or(or)
    };
    let size = number("per_page", 30).clamp(1, 100);
    let page = number("page", 1).max(1);
    let begin = (page - 1) * size;
    let more = all.len() > begin + size;
    let of_page: Vec<Value> = all.into_iter().skip(begin).take(size).collect();
    let reply = Reply::ok(of_page.into());
    if !more {
        return reply;
    }
    let rest: String = request
        .query
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("page="))
        .map(|pair| format!("&{pair}"))
        .collect();
    let host = request.header("host").unwrap_or_default();
    let next = format!("http://{host}{}?page={}{rest}", request.path, page + 1);
    debug_assert!(request.path.starts_with(world.prefix));
    reply.header("link", format!("<{next}>; rel=\"next\", <{next}>; rel=\"last\""))
}
