//! GitHub's forms: everything that its published description asks of an answer.

use serde_json::{Map, Value, json};

use super::caller::{Caller, Kind};
use super::store::StoredCommit;
use super::world::{CheckRun, Comment, Issue, Pull, PullState, Setting, World};

/// The one time at which everything happens.
pub(super) const NOW: &str = "2026-01-05T12:00:00Z";

fn number_of(name: &str) -> u64 {
    name.bytes().fold(7, |sum, byte| (sum * 31 + u64::from(byte)) % 1_000_000)
}

/// `https://api.github.com/…`.
fn api(path: &str) -> String {
    format!("https://api.github.com/{path}")
}

fn addresses(object: &mut Map<String, Value>, base: &str, names: &[&str]) {
    for name in names {
        let path = name.trim_end_matches("_url");
        object.insert((*name).to_owned(), format!("{base}/{path}").into());
    }
}

/// An account.
pub(super) fn user(login: &str) -> Value {
    const ADDRESSES: [&str; 11] = [
        "avatar_url",
        "events_url",
        "followers_url",
        "following_url",
        "gists_url",
        "organizations_url",
        "received_events_url",
        "repos_url",
        "starred_url",
        "subscriptions_url",
        "url",
    ];
    let plain = login.trim_end_matches("[bot]");
    let mut object = Map::new();
    addresses(&mut object, &api(&format!("users/{plain}")), &ADDRESSES);
    object.insert("login".to_owned(), login.into());
    object.insert("id".to_owned(), number_of(login).into());
    object.insert("node_id".to_owned(), "U_1".into());
    object.insert("gravatar_id".to_owned(), "".into());
    object.insert("html_url".to_owned(), format!("https://github.com/{plain}").into());
    let kind = if login.ends_with("[bot]") { "Bot" } else { "User" };
    object.insert("type".to_owned(), kind.into());
    object.insert("site_admin".to_owned(), false.into());
    Value::Object(object)
}

/// The repository; `permissions` are the caller's.
pub(super) fn repository(world: &World, caller: Option<&Caller>) -> Value {
    const ADDRESSES: [&str; 38] = [
        "archive_url",
        "assignees_url",
        "blobs_url",
        "branches_url",
        "collaborators_url",
        "comments_url",
        "commits_url",
        "compare_url",
        "contents_url",
        "contributors_url",
        "deployments_url",
        "downloads_url",
        "events_url",
        "forks_url",
        "git_commits_url",
        "git_refs_url",
        "git_tags_url",
        "hooks_url",
        "issue_comment_url",
        "issue_events_url",
        "issues_url",
        "keys_url",
        "labels_url",
        "languages_url",
        "merges_url",
        "milestones_url",
        "notifications_url",
        "pulls_url",
        "releases_url",
        "stargazers_url",
        "statuses_url",
        "subscribers_url",
        "subscription_url",
        "tags_url",
        "teams_url",
        "trees_url",
        "clone_url",
        "svn_url",
    ];
    let slug = world.slug();
    let mut object = Map::new();
    addresses(&mut object, &api(&format!("repos/{slug}")), &ADDRESSES);
    let html = format!("https://github.com/{slug}");
    let rest = json!({
        "id": 1, "node_id": "R_1", "name": world.name, "full_name": slug,
        "owner": user(&world.owner), "private": true, "html_url": html,
        "url": api(&format!("repos/{slug}")), "description": null, "fork": false,
        "default_branch": world.default_branch, "forks": 0, "forks_count": 0,
        "git_url": format!("git://github.com/{slug}.git"),
        "ssh_url": format!("git@github.com:{slug}.git"),
        "has_downloads": true, "has_issues": true, "has_projects": false, "has_wiki": false,
        "has_pages": false, "has_discussions": false, "homepage": null, "language": null,
        "archived": world.has(Setting::Archived), "disabled": false, "mirror_url": null,
        "open_issues": 0, "open_issues_count": 0, "license": null, "pushed_at": NOW, "size": 1,
        "stargazers_count": 0, "watchers": 0, "watchers_count": 0, "created_at": NOW,
        "updated_at": NOW, "network_count": 0, "subscribers_count": 0,
    });
    object.extend(rest.as_object().cloned().unwrap());
    if let Some(caller) = caller {
        let may = |name: &str, level| caller.need(name, level).is_ok();
        let (read, write) = (super::caller::Level::Read, super::caller::Level::Write);
        let permissions = json!({
            "admin": may("administration", write), "push": may("contents", write),
            "pull": may("contents", read),
        });
        object.insert("permissions".to_owned(), permissions);
    }
    Value::Object(object)
}

/// A commit as `/commits/…` has it: with the accounts that its addresses belong to.
pub(super) fn repository_commit(world: &World, id: &str, stored: &StoredCommit) -> Value {
    let inner = commit(world, id, stored);
    let account = |pointer: &str| {
        let name = inner.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let known = name.ends_with("[bot]") || world.tokens.values().any(|one| one.login == name);
        if known { user(name) } else { Value::Null }
    };
    let base = api(&format!("repos/{}/commits/{id}", world.slug()));
    json!({
        "sha": id, "node_id": "C_1", "url": base, "comments_url": format!("{base}/comments"),
        "html_url": inner["html_url"], "author": account("/author/name"),
        "committer": account("/committer/name"), "parents": inner["parents"], "commit": {
            "url": inner["url"], "author": inner["author"], "committer": inner["committer"],
            "message": inner["message"], "tree": inner["tree"], "comment_count": 0,
            "verification": inner["verification"],
        },
    })
}

/// A commit in the form of the Git Data API.
pub(super) fn commit(world: &World, id: &str, stored: &StoredCommit) -> Value {
    let base = api(&format!("repos/{}/git", world.slug()));
    let html = format!("https://github.com/{}", world.slug());
    let mail = |line: &str| line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
    let who = |line: &str| {
        let name = line.split(" <").next().unwrap_or_default();
        json!({ "name": name, "email": mail(line), "date": NOW })
    };
    let parents: Vec<Value> = stored
        .parents
        .iter()
        .map(|one| {
            json!({
                "sha": one, "url": format!("{base}/commits/{one}"),
                "html_url": format!("{html}/commit/{one}"),
            })
        })
        .collect();
    // What was committed over the API by nobody in particular is signed by GitHub.
    let signed = mail(&stored.author).ends_with("@noreply.fake") && !world.has(Setting::Unsigned);
    let signature = signed.then_some("-----BEGIN PGP SIGNATURE-----");
    json!({
        "sha": id, "node_id": "C_1", "url": format!("{base}/commits/{id}"),
        "html_url": format!("{html}/commit/{id}"), "author": who(&stored.author),
        "committer": who(&stored.committer),
        "tree": { "sha": stored.tree, "url": format!("{base}/trees/{}", stored.tree) },
        "message": stored.message, "parents": parents,
        "verification": {
            "verified": signed, "reason": if signed { "valid" } else { "unsigned" },
            "signature": signature, "payload": null, "verified_at": null,
        },
    })
}

/// A ref.
pub(super) fn reference(world: &World, name: &str, id: &str) -> Value {
    let base = api(&format!("repos/{}/git", world.slug()));
    let kind = world.store.kind(id).unwrap_or_default();
    json!({
        "ref": name, "node_id": "REF_1", "url": format!("{base}/{name}"),
        "object": { "type": kind, "sha": id, "url": format!("{base}/{kind}s/{id}") },
    })
}

/// A label.
pub(super) fn label(world: &World, name: &str) -> Value {
    let escaped = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
    let look = world.more.looks.get(name).cloned();
    let (color, description) = look.unwrap_or_else(|| ("ededed".to_owned(), String::new()));
    json!({
        "id": number_of(name), "node_id": "LA_1", "name": name, "color": color,
        "url": api(&format!("repos/{}/labels/{escaped}", world.slug())),
        "description": description, "default": false,
    })
}

fn labels(world: &World, issue: &Issue) -> Vec<Value> {
    issue.labels.iter().map(|name| label(world, name)).collect()
}

fn users(logins: &[String]) -> Vec<Value> {
    logins.iter().map(|login| user(login)).collect()
}

fn side(world: &World, branch: &str, sha: &str) -> Value {
    json!({
        "label": format!("{}:{branch}", world.owner), "ref": branch, "sha": sha,
        "user": user(&world.owner), "repo": repository(world, None),
    })
}

/// A pull request: in full, or as lists have it.
pub(super) fn pull(world: &World, issue: &Issue, pull: &Pull, full: bool) -> Value {
    let slug = world.slug();
    let base = api(&format!("repos/{slug}"));
    let number = issue.number;
    let (of_pull, of_issue) = (format!("{base}/pulls/{number}"), format!("{base}/issues/{number}"));
    let html = format!("https://github.com/{slug}/pull/{number}");
    let state = if pull.state == PullState::Open { "open" } else { "closed" };
    let merged = (pull.state == PullState::Merged).then_some(NOW);
    let base_tip = world.tips.get(&pull.base).cloned().unwrap_or_default();
    let (people, teams): (Vec<&String>, Vec<&String>) =
        pull.reviewers.iter().partition(|name| !name.starts_with("team-"));
    let people: Vec<Value> = people.iter().map(|login| user(login)).collect();
    let teams: Vec<Value> = teams.iter().map(|slug| team(slug)).collect();
    let link = |to: &str| json!({ "href": to });
    let mut object = json!({
        "url": of_pull, "id": number, "node_id": "PR_1", "html_url": html,
        "diff_url": format!("{html}.diff"), "patch_url": format!("{html}.patch"),
        "issue_url": of_issue, "number": number, "state": state, "locked": false,
        "title": issue.title, "user": user(&issue.author), "body": issue.body,
        "created_at": NOW, "updated_at": NOW,
        "closed_at": (pull.state != PullState::Open).then_some(NOW), "merged_at": merged,
        "merge_commit_sha": null, "assignee": issue.assignees.first().map(|login| user(login)),
        "assignees": users(&issue.assignees), "requested_reviewers": people,
        "requested_teams": teams, "labels": labels(world, issue), "milestone": null,
        "draft": pull.draft, "commits_url": format!("{of_pull}/commits"),
        "review_comments_url": format!("{of_pull}/comments"),
        "review_comment_url": format!("{base}/pulls/comments{{/number}}"),
        "comments_url": format!("{of_issue}/comments"),
        "statuses_url": format!("{base}/statuses/{}", pull.tip),
        "author_association": "MEMBER", "auto_merge": null,
    });
    object["head"] = side(world, &pull.head, &pull.tip);
    object["base"] = side(world, &pull.base, &base_tip);
    object["_links"] = json!({
        "self": link(&of_pull), "html": link(&html), "issue": link(&of_issue),
        "comments": link(&format!("{of_issue}/comments")),
        "review_comments": link(&format!("{of_pull}/comments")),
        "review_comment": link(&format!("{base}/pulls/comments{{/number}}")),
        "commits": link(&format!("{of_pull}/commits")),
        "statuses": link(&format!("{base}/statuses/{}", pull.tip)),
    });
    if full {
        let rest = json!({
            "merged": merged.is_some(), "mergeable": null, "mergeable_state": "unknown",
            "merged_by": null, "comments": issue.comments.len(), "review_comments": 0,
            "maintainer_can_modify": false, "commits": 1, "additions": 0, "deletions": 0,
            "changed_files": 0,
        });
        let object = object.as_object_mut().unwrap();
        object.extend(rest.as_object().cloned().unwrap());
    }
    object
}

/// A review.
pub(super) fn review(world: &World, number: u64, pull: &Pull, login: &str) -> Value {
    let url = api(&format!("repos/{}/pulls/{number}", world.slug()));
    let html = format!("https://github.com/{}/pull/{number}", world.slug());
    json!({
        "id": 1, "node_id": "PRR_1", "user": user(login), "body": "", "state": "APPROVED",
        "html_url": html, "pull_request_url": url, "submitted_at": NOW, "commit_id": pull.tip,
        "_links": { "html": { "href": html }, "pull_request": { "href": url } },
        "author_association": "MEMBER",
    })
}

fn team(slug: &str) -> Value {
    let url = api(&format!("teams/{slug}"));
    json!({
        "id": number_of(slug), "node_id": "T_1", "name": slug, "slug": slug, "url": url,
        "html_url": format!("https://github.com/orgs/acme/teams/{slug}"), "description": null,
        "privacy": "closed", "permission": "push", "members_url": format!("{url}/members"),
        "repositories_url": format!("{url}/repos"), "parent": null, "type": "organization",
        "organization_id": 1, "access_source": "direct",
        "notification_setting": "notifications_enabled",
    })
}

/// An issue.
pub(super) fn issue(world: &World, issue: &Issue) -> Value {
    let slug = world.slug();
    let url = api(&format!("repos/{slug}/issues/{}", issue.number));
    let closed = match &issue.pull {
        Some(pull) => pull.state != PullState::Open,
        None => issue.closed,
    };
    json!({
        "id": issue.number, "node_id": "I_1", "url": url,
        "repository_url": api(&format!("repos/{slug}")),
        "labels_url": format!("{url}/labels{{/name}}"), "comments_url": format!("{url}/comments"),
        "events_url": format!("{url}/events"),
        "html_url": format!("https://github.com/{slug}/issues/{}", issue.number),
        "number": issue.number, "state": if closed { "closed" } else { "open" },
        "title": issue.title, "body": issue.body, "user": user(&issue.author),
        "labels": labels(world, issue), "assignee": issue.assignees.first().map(|l| user(l)),
        "assignees": users(&issue.assignees), "milestone": null, "locked": false,
        "comments": issue.comments.len(), "closed_at": closed.then_some(NOW), "created_at": NOW,
        "updated_at": NOW, "author_association": "MEMBER",
    })
}

/// A comment.
pub(super) fn comment(world: &World, number: u64, comment: &Comment) -> Value {
    let slug = world.slug();
    json!({
        "id": comment.id, "node_id": "IC_1", "body": comment.body, "user": user(&comment.author),
        "url": api(&format!("repos/{slug}/issues/comments/{}", comment.id)),
        "html_url": format!("https://github.com/{slug}/issues/{number}#issuecomment-{}", comment.id),
        "issue_url": api(&format!("repos/{slug}/issues/{number}")),
        "created_at": NOW, "updated_at": NOW, "author_association": "MEMBER",
    })
}

/// A check run.
pub(super) fn check_run(world: &World, run: &CheckRun) -> Value {
    let url = api(&format!("repos/{}/check-runs/{}", world.slug(), run.id));
    let field = |name: &str| run.body.get(name).cloned().unwrap_or(Value::Null);
    let text = |name: &str| run.body.pointer(&format!("/output/{name}")).cloned();
    let status = run.body.get("status").cloned().unwrap_or_else(|| "completed".into());
    json!({
        "id": run.id, "node_id": "CR_1", "head_sha": run.sha, "name": field("name"), "url": url,
        "html_url": format!("https://github.com/{}/runs/{}", world.slug(), run.id),
        "details_url": field("details_url"), "status": status, "conclusion": field("conclusion"),
        "started_at": NOW, "completed_at": (status == "completed").then_some(NOW),
        "external_id": field("external_id"), "check_suite": { "id": 1 },
        "output": {
            "title": text("title"), "summary": text("summary"), "text": text("text"),
            "annotations_count": run.annotations.len(),
            "annotations_url": format!("{url}/annotations"),
        },
        "app": world.more.makers.get(&run.id).map(|maker| integration(maker)),
        "pull_requests": [],
    })
}

/// A GitHub App, by the login of its account.
fn integration(login: &str) -> Value {
    let slug = login.trim_end_matches("[bot]");
    let url = format!("https://github.com/apps/{slug}");
    json!({
        "id": number_of(slug), "slug": slug, "node_id": "A_1", "owner": user("acme"),
        "name": slug, "description": null, "external_url": url, "html_url": url,
        "created_at": NOW, "updated_at": NOW, "permissions": {}, "events": [],
    })
}

/// Who commits over the API.
pub(super) fn committer(caller: &Caller) -> String {
    let host = if caller.kind == Kind::User { "users.fake" } else { "noreply.fake" };
    format!("{} <{}@{host}>", caller.login, caller.login.trim_end_matches("[bot]"))
}
