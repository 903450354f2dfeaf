//! Pull requests.

use http::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::client::Client;
use super::git_data::id;
use super::refusal::Refusal;
use super::report::{LabelBody, LabelThere};
use crate::git::ObjectId;

/// A pull request, as far as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequest {
    /// Its number.
    pub number: u64,
    /// Its page.
    pub url: String,
    /// Whether it is open, closed, or merged.
    pub state: PullRequestState,
    /// Whether it is a draft.
    pub draft: bool,
    /// Its title.
    pub title: String,
    /// Its description.
    pub body: String,
    /// The branch that it brings.
    pub head: Side,
    /// The branch that it is for.
    pub base: Side,
    /// Its labels.
    pub labels: Vec<LabelThere>,
    /// Who it is assigned to.
    pub assignees: Vec<String>,
    /// Who opened it.
    pub author: String,
    /// Who is asked for a review, and has given none yet.
    pub reviewers: Vec<String>,
    /// The same for teams, by their slugs.
    pub review_teams: Vec<String>,
}

/// What has become of a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PullRequestState {
    /// It waits.
    Open,
    /// It was closed, and not merged.
    Closed,
    /// It was merged.
    Merged,
}

/// One end of a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// The branch.
    pub branch: String,
    /// Its tip.
    pub tip: ObjectId,
    /// `owner/name`; `None` where that repository is gone.
    pub repository: Option<String>,
}

/// A pull request that is to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPullRequest<'t> {
    /// Its title.
    pub title: &'t str,
    /// Its description.
    pub body: &'t str,
    /// The branch of the same repository that it brings.
    pub head: &'t str,
    /// The branch that it is for.
    pub base: &'t str,
    /// Whether it is a draft.
    pub draft: bool,
}

/// What is to change of a pull request; `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PullRequestChange<'t> {
    /// Its title.
    pub title: Option<&'t str>,
    /// Its description.
    pub body: Option<&'t str>,
    /// Open it again.
    pub reopen: bool,
}

#[derive(Deserialize)]
struct Body {
    number: u64,
    html_url: String,
    state: String,
    merged_at: Option<String>,
    #[serde(default)]
    draft: bool,
    #[serde(default)]
    title: String,
    body: Option<String>,
    head: SideBody,
    base: SideBody,
    #[serde(default)]
    labels: Vec<LabelBody>,
    assignees: Option<Vec<UserBody>>,
    user: Option<UserBody>,
    #[serde(default)]
    requested_reviewers: Vec<UserBody>,
    #[serde(default)]
    requested_teams: Vec<TeamBody>,
}

#[derive(Deserialize)]
struct TeamBody {
    slug: String,
}

#[derive(Deserialize)]
struct SideBody {
    #[serde(rename = "ref")]
    branch: String,
    sha: String,
    repo: Option<RepositoryBody>,
}

#[derive(Deserialize)]
struct RepositoryBody {
    full_name: String,
}

#[derive(Deserialize)]
struct UserBody {
    login: String,
}

impl Client<'_> {
    /// A pull request by its number; `None` where there is none.
    pub fn pull_request(&self, number: u64) -> Result<Option<PullRequest>, Refusal> {
        let Some(answer) = self.look(&self.route(&["pulls", &number.to_string()]))? else {
            return Ok(None);
        };
        let request = answer.request.clone();
        pull_request(&request, answer.read()?).map(Some)
    }

    /// Every pull request from a branch of this repository, to whatever base, open or not, newest
    /// first.
    pub fn pull_requests(&self, head: &str) -> Result<Vec<PullRequest>, Refusal> {
        let owner = self.place().slug.owner();
        let route =
            self.route(&["pulls"]).with("state", "all").with("head", &format!("{owner}:{head}"));
        let request = format!("GET {}", self.route(&["pulls"]));
        let unreadable = |error: serde_json::Error| Refusal::Unreadable {
            request: request.clone(),
            why: error.to_string(),
        };
        let read = |value: Value| {
            pull_request(&request, serde_json::from_value(value).map_err(unreadable)?)
        };
        let all: Result<Vec<_>, _> = self.list(route)?.into_iter().map(read).collect();
        let mut found = all?;
        // A server that does not know the filter would give all of them.
        found.retain(|one| one.head.branch == head);
        found.retain(|one| one.head.repository.as_deref().is_none_or(|of| self.is_here(of)));
        found.sort_by_key(|one| std::cmp::Reverse(one.number));
        Ok(found)
    }

    /// Whether it is this repository.
    fn is_here(&self, full_name: &str) -> bool {
        full_name.eq_ignore_ascii_case(&self.place().slug.to_string())
    }

    /// Opens a pull request.
    pub fn open_pull_request(&self, new: &NewPullRequest<'_>) -> Result<PullRequest, Refusal> {
        let body = json!({
            "title": new.title,
            "body": new.body,
            "head": new.head,
            "base": new.base,
            "draft": new.draft,
            "maintainer_can_modify": false,
        });
        let answer = self.send(&Method::POST, &self.route(&["pulls"]), Some(&body))?;
        let request = answer.request.clone();
        pull_request(&request, answer.read()?)
    }

    /// Changes a pull request. To do so twice changes nothing more.
    pub fn change_pull_request(
        &self,
        number: u64,
        change: &PullRequestChange<'_>,
    ) -> Result<PullRequest, Refusal> {
        let mut body = Map::new();
        let texts = [("title", change.title), ("body", change.body)];
        for (name, text) in texts {
            body.extend(text.map(|text| (name.to_owned(), text.into())));
        }
        body.extend(change.reopen.then(|| ("state".to_owned(), "open".into())));
        let route = self.route(&["pulls", &number.to_string()]);
        let answer = self.send(&Method::PATCH, &route, Some(&Value::Object(body)))?;
        let request = answer.request.clone();
        pull_request(&request, answer.read()?)
    }

    /// The logins of those who have given a review.
    pub fn reviews(&self, number: u64) -> Result<Vec<String>, Refusal> {
        #[derive(Deserialize)]
        struct Review {
            user: Option<UserBody>,
        }
        let route = self.route(&["pulls", &number.to_string(), "reviews"]);
        let request = format!("GET {route}");
        let unreadable = |error: serde_json::Error| Refusal::Unreadable {
            request: request.clone(),
            why: error.to_string(),
        };
        let mut logins = Vec::new();
        for value in self.list(route)? {
            let review: Review = serde_json::from_value(value).map_err(unreadable)?;
            logins.extend(review.user.map(|user| user.login));
        }
        Ok(logins)
    }

    /// Asks people and teams (by their slugs) for a review.
    pub fn request_reviews(
        &self,
        number: u64,
        people: &[String],
        teams: &[String],
    ) -> Result<(), Refusal> {
        let body = json!({ "reviewers": people, "team_reviewers": teams });
        let route = self.route(&["pulls", &number.to_string(), "requested_reviewers"]);
        self.send(&Method::POST, &route, Some(&body))?;
        Ok(())
    }
}

fn pull_request(request: &str, body: Body) -> Result<PullRequest, Refusal> {
    let state = match (body.state.as_str(), body.merged_at) {
        ("open", _) => PullRequestState::Open,
        (_, Some(_)) => PullRequestState::Merged,
        (_, None) => PullRequestState::Closed,
    };
    let side = |side: SideBody| {
        Ok::<_, Refusal>(Side {
            branch: side.branch,
            tip: id(request, &side.sha)?,
            repository: side.repo.map(|repository| repository.full_name),
        })
    };
    Ok(PullRequest {
        number: body.number,
        url: body.html_url,
        state,
        draft: body.draft,
        title: body.title,
        body: body.body.unwrap_or_default(),
        head: side(body.head)?,
        base: side(body.base)?,
        labels: body.labels.into_iter().map(LabelThere::from).collect(),
        assignees: body.assignees.into_iter().flatten().map(|user| user.login).collect(),
        author: body.user.map(|user| user.login).unwrap_or_default(),
        reviewers: body.requested_reviewers.into_iter().map(|user| user.login).collect(),
        review_teams: body.requested_teams.into_iter().map(|team| team.slug).collect(),
    })
}
