//! Faults: which request fails, and how.

use serde_json::{Value, json};

use super::recorded::Recorded;

/// Which requests fail.
#[derive(Debug, Clone)]
pub(crate) enum At {
    /// The nth request from the injection on, counted from 1.
    Nth(usize),
    /// The nth request from the injection on, and all that follow.
    From(usize),
    /// Every request whose method and path begin like this and end like that.
    Call(&'static str, &'static str),
    /// Every request.
    Every,
}

/// How a request fails.
#[derive(Debug, Clone)]
pub(crate) enum Failing {
    /// With this status, these headers, this body.
    Answer(u16, Vec<(&'static str, &'static str)>, Value),
    /// With the beginning of the answer, after which nothing comes any more.
    Slow,
    /// With the beginning of the answer, after which the connection breaks.
    Cut,
    /// With a page instead of JSON.
    Page,
    /// With a redirect to another host.
    Redirect,
}

/// A fault.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    at: At,
    /// What it is called in the name of a test.
    pub(crate) name: &'static str,
    pub(super) failing: Failing,
    /// Whether what was asked is done nevertheless.
    pub(super) after: bool,
    seen: usize,
}

impl Fault {
    fn new(name: &'static str, failing: Failing) -> Self {
        Self { at: At::Every, name, failing, after: false, seen: 0 }
    }

    /// A refusal with GitHub's own words.
    pub(crate) fn answer(name: &'static str, status: u16, message: &str) -> Self {
        let body = json!({
            "message": message,
            "documentation_url": "https://docs.github.com/rest",
            "status": status.to_string(),
        });
        Self::new(name, Failing::Answer(status, Vec::new(), body))
    }

    /// Any answer at all.
    pub(crate) fn with(
        status: u16,
        headers: Vec<(&'static str, &'static str)>,
        body: Value,
    ) -> Self {
        Self::new("an answer", Failing::Answer(status, headers, body))
    }

    fn header(mut self, name: &'static str, value: &'static str) -> Self {
        if let Failing::Answer(_, headers, _) = &mut self.failing {
            headers.push((name, value));
        }
        self
    }

    /// Where it happens.
    pub(crate) fn at(self, at: At) -> Self {
        Self { at, ..self }
    }

    /// After what was asked has been done.
    pub(crate) fn after(self) -> Self {
        Self { after: true, ..self }
    }

    pub(crate) fn unauthorized() -> Self {
        Self::answer("401", 401, "Bad credentials")
    }

    pub(crate) fn permission() -> Self {
        Self::answer("403 permission", 403, "Resource not accessible by integration")
    }

    pub(crate) fn actions_may_not() -> Self {
        let message = "GitHub Actions is not permitted to create or approve pull requests.";
        Self::answer("403 actions", 403, message)
    }

    pub(crate) fn single_sign_on() -> Self {
        let message = "Resource protected by organization SAML enforcement. You must grant your \
            Personal Access token access to this organization.";
        let address = "required; url=https://github.com/orgs/acme/sso?authorization_request=A1";
        Self::answer("403 SAML", 403, message).header("x-github-sso", address)
    }

    pub(crate) fn secondary_limit() -> Self {
        let message = "You have exceeded a secondary rate limit. Please wait a few minutes before \
            you try again.";
        Self::answer("403 secondary limit", 403, message)
    }

    pub(crate) fn primary_limit() -> Self {
        let message = "API rate limit exceeded for installation ID 1.";
        let fault = Self::answer("403 primary limit", 403, message);
        fault.header("x-ratelimit-remaining", "0").header("x-ratelimit-reset", "4102444800")
    }

    pub(crate) fn not_found() -> Self {
        Self::answer("404", 404, "Not Found")
    }

    pub(crate) fn conflict() -> Self {
        Self::answer("409", 409, "Git Repository is empty.")
    }

    pub(crate) fn gone() -> Self {
        Self::answer("410", 410, "Issues has been disabled in this repository.")
    }

    pub(crate) fn unprocessable() -> Self {
        Self::answer("422", 422, "Validation Failed")
    }

    /// Somebody has made the branch meanwhile, as it seems.
    pub(crate) fn reference_exists() -> Self {
        Self::answer("422 branch exists", 422, "Reference already exists")
    }

    /// Somebody has opened the pull request meanwhile, as it seems.
    pub(crate) fn pull_request_exists() -> Self {
        let message = "A pull request already exists for acme:backout/entities/stage-4.";
        Self::invalid_pull_request("422 pull request exists", message)
    }

    /// What the branch brings has landed meanwhile, as it seems.
    pub(crate) fn no_commits_between() -> Self {
        let message = "No commits between main and backout/entities/stage-4";
        Self::invalid_pull_request("422 no commits between", message)
    }

    fn invalid_pull_request(name: &'static str, message: &str) -> Self {
        let body = json!({
            "message": "Validation Failed",
            "errors": [{ "resource": "PullRequest", "code": "custom", "message": message }],
            "documentation_url": "https://docs.github.com/rest",
            "status": "422",
        });
        Self::new(name, Failing::Answer(422, Vec::new(), body))
    }

    pub(crate) fn rule() -> Self {
        let message = "Repository rule violations found\n\nCannot create ref due to creations \
            being restricted.";
        Self::answer("422 rule", 422, message)
    }

    pub(crate) fn too_many() -> Self {
        Self::answer("429", 429, "Too many requests")
    }

    /// It is over by the time that it says.
    pub(crate) fn too_many_for_now() -> Self {
        Self::answer("429 for now", 429, "Too many requests").header("retry-after", "0")
    }

    pub(crate) fn server() -> Self {
        Self::answer("500", 500, "Server Error")
    }

    pub(crate) fn slow() -> Self {
        Self::new("slow body", Failing::Slow).after()
    }

    pub(crate) fn cut() -> Self {
        Self::new("cut body", Failing::Cut).after()
    }

    pub(crate) fn page() -> Self {
        Self::new("a page", Failing::Page).after()
    }

    pub(crate) fn redirect() -> Self {
        Self::new("redirect", Failing::Redirect)
    }

    /// One of each kind.
    pub(crate) fn all() -> Vec<Self> {
        vec![
            Self::unauthorized(),
            Self::permission(),
            Self::actions_may_not(),
            Self::single_sign_on(),
            Self::secondary_limit(),
            Self::primary_limit(),
            Self::not_found(),
            Self::conflict(),
            Self::gone(),
            Self::unprocessable(),
            Self::reference_exists(),
            Self::pull_request_exists(),
            Self::no_commits_between(),
            Self::rule(),
            Self::too_many(),
            Self::too_many_for_now(),
            Self::server(),
            Self { name: "500 after the effect", ..Self::server().after() },
            Self::slow(),
            Self::cut(),
            Self::page(),
            Self::redirect(),
        ]
    }

    /// Whether this request is the one; each is asked about once.
    pub(super) fn hits(&mut self, request: &Recorded) -> bool {
        self.seen += 1;
        match &self.at {
            At::Every => true,
            At::Nth(number) => self.seen == *number,
            At::From(number) => self.seen >= *number,
            At::Call(begins, ends) => {
                let call = request.call();
                call.starts_with(begins) && call.ends_with(ends)
            }
        }
    }
}
