//! `/pulls/…`.

use serde_json::Value;

use super::Recorded;
use super::caller::{Caller, Kind, Level};
use super::reply::{Answered, Reply};
use super::shapes;
use super::world::{Issue, Pull, PullState, Setting, World};

pub(super) fn answer(
    world: &mut World,
    caller: &Caller,
    request: &Recorded,
    parts: &[&str],
) -> Answered {
    let level = if request.writes() { Level::Write } else { Level::Read };
    caller.need("pull_requests", level)?;
    world.follow_branches();
    match (request.method.as_str(), parts) {
        ("GET", []) => list(world, request),
        ("POST", []) => open(world, caller, request),
        ("GET", [number]) => read(world, number, true),
        ("PATCH", [number]) => change(world, request, number),
        ("POST", [number, "requested_reviewers"]) => ask(world, request, number),
        ("GET", [number, "reviews"]) => {
            let (issue, pull) = find(world, number)?;
            let review = |login: &String| shapes::review(world, issue.number, pull, login);
            let all = pull.reviews.iter().map(review).collect();
            Ok(super::dispatch::page(world, request, all))
        }
        _ => Err(Reply::not_found()),
    }
}

fn find<'w>(world: &'w World, number: &str) -> Result<(&'w Issue, &'w Pull), Reply> {
    let issue = number.parse().ok().and_then(|number: u64| world.issues.get(&number));
    let found = issue.and_then(|issue| Some((issue, issue.pull.as_ref()?)));
    found.ok_or_else(Reply::not_found)
}

fn read(world: &World, number: &str, full: bool) -> Answered {
    let (issue, pull) = find(world, number)?;
    Ok(Reply::ok(shapes::pull(world, issue, pull, full)))
}

fn list(world: &World, request: &Recorded) -> Answered {
    let state = request.value("state").unwrap_or_else(|| "open".to_owned());
    let head = request.value("head");
    let base = request.value("base");
    let wanted = |pull: &Pull| {
        let is_open = pull.state == PullState::Open;
        let head_label = format!("{}:{}", world.owner, pull.head);
        (state == "all" || (state == "open") == is_open)
            && head.as_ref().is_none_or(|head| *head == head_label)
            && base.as_ref().is_none_or(|base| *base == pull.base)
    };
    let all: Vec<Value> = world
        .pulls()
        .iter()
        .rev()
        .filter_map(|issue| Some((issue, issue.pull.as_ref().filter(|pull| wanted(pull))?)))
        .map(|(issue, pull)| shapes::pull(world, issue, pull, false))
        .collect();
    Ok(super::dispatch::page(world, request, all))
}

fn long(resource: &str, field: &str, text: &str, most: usize) -> Result<(), Reply> {
    match text.chars().count() > most {
        true => Err(Reply::invalid(
            resource,
            &format!("{field} is too long (maximum is {most} characters)"),
        )),
        false => Ok(()),
    }
}

fn open(world: &mut World, caller: &Caller, request: &Recorded) -> Answered {
    if caller.kind == Kind::Job && world.has(Setting::ActionsMayNot) {
        let message = "GitHub Actions is not permitted to create or approve pull requests.";
        return Err(Reply::refusal(403, message));
    }
    let text = |name: &str| {
        let missing = || Reply::invalid_field("PullRequest", name, "missing_field");
        request.text(name).filter(|text| !text.is_empty()).ok_or_else(missing)
    };
    let (title, head, base) = (text("title")?, text("head")?, text("base")?);
    let head = head.split_once(':').map_or(head, |(_, branch)| branch);
    let body = request.text("body").unwrap_or_default();
    long("PullRequest", "title", title, 256)?;
    long("PullRequest", "body", body, 65_536)?;
    let tip_of = |field: &str, branch: &str| {
        let found = world.store.reference(&format!("refs/heads/{branch}"));
        found.ok_or_else(|| Reply::invalid_field("PullRequest", field, "invalid"))
    };
    let (tip, base_tip) = (tip_of("head", head)?, tip_of("base", base)?);
    let exists = world
        .pulls()
        .iter()
        .filter_map(|issue| issue.pull.as_ref())
        .any(|pull| pull.state == PullState::Open && pull.head == head && pull.base == base);
    if exists {
        let message = format!("A pull request already exists for {}:{head}.", world.owner);
        return Err(Reply::invalid("PullRequest", &message));
    }
    if world.store.ahead(&base_tip, &tip) == 0 {
        let message = format!("No commits between {base} and {head}");
        return Err(Reply::invalid("PullRequest", &message));
    }
    let number = world.fresh_number();
    let pull = Pull {
        head: head.to_owned(),
        base: base.to_owned(),
        state: PullState::Open,
        tip,
        draft: request.is("draft"),
        reviewers: Vec::new(),
        reviews: Vec::new(),
    };
    let issue = Issue {
        number,
        title: title.to_owned(),
        body: body.to_owned(),
        author: caller.login.clone(),
        labels: Vec::new(),
        assignees: Vec::new(),
        comments: Vec::new(),
        pull: Some(pull),
        closed: false,
    };
    world.issues.insert(number, issue);
    world.follow_branches();
    let (issue, pull) = find(world, &number.to_string())?;
    Ok(Reply::created(shapes::pull(world, issue, pull, true)))
}

fn change(world: &mut World, request: &Recorded, number: &str) -> Answered {
    let (issue, pull) = find(world, number)?;
    let (tip, head, state) = (pull.tip.clone(), pull.head.clone(), pull.state);
    let key = issue.number;
    let title = request.text("title").unwrap_or(&issue.title).to_owned();
    let body = request.text("body").unwrap_or(&issue.body).to_owned();
    long("PullRequest", "title", &title, 256)?;
    long("PullRequest", "body", &body, 65_536)?;
    let becomes = match (request.text("state"), state) {
        (Some("closed"), PullState::Open) => PullState::Closed,
        (Some("open"), PullState::Closed) => {
            may_reopen(world, &head, &tip)?;
            PullState::Open
        }
        (Some("open"), PullState::Merged) => {
            let message = "state cannot be changed. The pull request cannot be reopened.";
            return Err(Reply::invalid("PullRequest", message));
        }
        (_, state) => state,
    };
    let issue = world.issues.get_mut(&key).ok_or_else(Reply::not_found)?;
    issue.title = title;
    issue.body = body;
    world.pull_mut(key).state = becomes;
    world.follow_branches();
    read(world, number, true)
}

fn may_reopen(world: &World, head: &str, tip: &str) -> Result<(), Reply> {
    let now = world.store.reference(&format!("refs/heads/{head}"));
    let why = match now {
        None => format!("state cannot be changed. The {head} branch has been deleted."),
        Some(now) if !world.store.is_ancestor(tip, &now) => {
            format!("state cannot be changed. The {head} branch was force-pushed or recreated.")
        }
        Some(_) => return Ok(()),
    };
    Err(Reply::invalid("PullRequest", &why))
}

fn ask(world: &mut World, request: &Recorded, number: &str) -> Answered {
    let (issue, _) = find(world, number)?;
    let key = issue.number;
    let people = request.texts("reviewers").unwrap_or_default();
    let teams = request.texts("team_reviewers").unwrap_or_default();
    if people.contains(&issue.author) {
        let message = "Review cannot be requested from pull request author.";
        return Err(Reply::refusal(422, message));
    }
    let asked: Vec<String> = people.into_iter().chain(teams).collect();
    if asked.len() > 15 {
        return Err(Reply::refusal(422, "No more than 15 reviewers can be requested."));
    }
    if asked.iter().any(|name| !world.reviewers.contains(name)) {
        let message = format!(
            "Reviews may only be requested from collaborators. One or more of the users or teams \
             you specified is not a collaborator of the {} repository.",
            world.slug()
        );
        return Err(Reply::refusal(422, &message));
    }
    let known = &mut world.pull_mut(key).reviewers;
    for name in asked {
        if !known.contains(&name) {
            known.push(name);
        }
    }
    let (issue, pull) = find(world, number)?;
    Ok(Reply::created(shapes::pull(world, issue, pull, false)))
}
