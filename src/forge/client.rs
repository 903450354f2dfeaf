//! The client: one request after the other, to one host, counted.

use std::cell::{Cell, OnceCell, RefCell};
use std::time::{Duration, Instant, SystemTime};

use http::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use http::{Method, Request};
use http_body_util::{BodyExt as _, Limited};
use octocrab::{OctoBody, Octocrab};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::answer::{Answer, Headers};
use super::app;
use super::connection::{causes, octocrab};
use super::credential::{Credential, Rights, Token};
use super::patience::{Next, next};
use super::place::Place;
use super::refusal::Refusal;
use super::route::Route;

/// How long the forge may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Until the connection stands.
    pub connect: Duration,
    /// Until the whole answer is here.
    pub answer: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), answer: Duration::from_secs(60) }
    }
}

/// The longest answer that is read, in bytes.
const LONGEST: usize = 64 * 1024 * 1024;

/// Both kinds of JSON: GitHub's own, and for servers in between that know only the plain one.
const JSON: &str = "application/vnd.github+json, application/json;q=0.9";

/// How many pages of a list are read: 100 entries each.
const PAGES: usize = 30;

/// A connection to one repository of a forge.
pub struct Client<'a> {
    runtime: Runtime,
    octocrab: Octocrab,
    place: Place,
    limits: Limits,
    token: Token,
    rights: Rights,
    /// What an App was granted, or a classic token's scopes say: whether workflows may be changed.
    workflows: Cell<Option<bool>>,
    sent: Cell<usize>,
    /// The account's login, once it was asked for.
    pub(super) known_as: OnceCell<Option<String>>,
    say: RefCell<Say<'a>>,
}

/// Whoever is told what is waited for.
type Say<'a> = Box<dyn FnMut(&str) + 'a>;

impl<'a> Client<'a> {
    /// Makes a client. A GitHub App gets itself a token first. `say` is told what is waited for.
    pub fn open(
        place: &Place,
        credential: &Credential,
        limits: Limits,
        say: impl FnMut(&str) + 'a,
    ) -> Result<Self, Refusal> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Refusal::Unprepared(format!("no runtime: {error}")))?;
        let octocrab = runtime.block_on(async { octocrab(place, limits) })?;
        let (token, rights) = match credential {
            Credential::Token(known) => (known.token.clone(), credential.rights()),
            Credential::App(key) => (app::statement(key, seconds_now(0))?, Rights::Unknown),
        };
        let client = Self {
            runtime,
            octocrab,
            place: place.clone(),
            limits,
            token,
            rights,
            workflows: Cell::new((rights == Rights::OfTheJob).then_some(false)),
            sent: Cell::new(0),
            known_as: OnceCell::new(),
            say: RefCell::new(Box::new(say)),
        };
        match credential {
            Credential::Token(_) => Ok(client),
            Credential::App(_) => client.installed(),
        }
    }

    /// As the App's installation in the repository, with no rights to any other.
    fn installed(self) -> Result<Self, Refusal> {
        #[derive(Deserialize)]
        struct Installation {
            id: u64,
        }
        #[derive(Deserialize)]
        struct Granted {
            token: String,
            #[serde(default)]
            permissions: std::collections::BTreeMap<String, String>,
        }
        let found: Installation = self.get(&self.route(&["installation"]))?.read()?;
        let route = Route::new(&["app", "installations", &found.id.to_string(), "access_tokens"]);
        let body = json!({ "repositories": [self.place.slug.name()] });
        let granted: Granted = self.send(&Method::POST, &route, Some(&body))?.read()?;
        let token = Token::new(&granted.token).ok_or_else(|| Refusal::Unreadable {
            request: format!("POST {route}"),
            why: "it holds no token".to_owned(),
        })?;
        let may = granted.permissions.get("workflows").is_some_and(|level| level == "write");
        self.workflows.set(Some(may));
        Ok(Self { token, ..self })
    }

    /// The repository that it talks of.
    #[must_use]
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// What is known of the token's rights.
    #[must_use]
    pub const fn rights(&self) -> Rights {
        self.rights
    }

    /// Whether workflows may be changed, where that is known: of an App, of the job's token, and of
    /// a classic token once the forge has answered anything.
    #[must_use]
    pub fn may_change_workflows(&self) -> Option<bool> {
        self.workflows.get()
    }

    /// How many requests were sent.
    #[must_use]
    pub fn sent(&self) -> usize {
        self.sent.get()
    }

    /// Says something to whoever watches.
    pub fn say(&self, text: &str) {
        (self.say.borrow_mut())(text);
    }

    /// The path of something in the repository.
    #[must_use]
    pub fn route(&self, parts: &[&str]) -> Route {
        Route::of(&self.place.slug, parts)
    }

    /// Reads something.
    pub fn get(&self, route: &Route) -> Result<Answer, Refusal> {
        self.send(&Method::GET, route, None)
    }

    /// The same, where it need not be there.
    pub fn look(&self, route: &Route) -> Result<Option<Answer>, Refusal> {
        match self.get(route) {
            Ok(answer) => Ok(Some(answer)),
            Err(Refusal::NotFound(_)) => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }

    /// Reads a list, page by page. A list with more than 3,000 entries is refused, not cut.
    pub fn list(&self, route: Route) -> Result<Vec<Value>, Refusal> {
        let mut all = Vec::new();
        let mut route = route.with("per_page", "100");
        for _ in 0..PAGES {
            let answer = self.get(&route)?;
            let next = answer.headers.next.clone();
            let request = answer.request.clone();
            all.extend(answer.read::<Vec<Value>>()?);
            let Some(next) = next else { return Ok(all) };
            let elsewhere =
                || Refusal::Redirect { request, to: next.split('?').next().map(str::to_owned) };
            route = Route::below(self.place.api.as_str(), &next).ok_or_else(elsewhere)?;
        }
        Err(Refusal::Otherwise(format!("{route}: the list is longer than {PAGES} pages")))
    }

    /// Sends a request, and sends it again where that does no harm.
    pub fn send(
        &self,
        method: &Method,
        route: &Route,
        body: Option<&Value>,
    ) -> Result<Answer, Refusal> {
        let begun = Instant::now();
        for attempt in 1.. {
            let refusal = match self.once(method, route, body) {
                Ok(answer) => return Ok(answer),
                Err(refusal) => refusal,
            };
            match next(&refusal, *method == Method::GET, attempt, begun.elapsed()) {
                Next::Stop => return Err(refusal),
                Next::After(pause) => {
                    if pause.as_secs() > 0 {
                        self.say(&format!("{refusal}; trying again in {} s", pause.as_secs()));
                    }
                    self.runtime.block_on(async { tokio::time::sleep(pause).await });
                }
            }
        }
        Err(Refusal::Otherwise(format!("{method} {route}: sent too often")))
    }

    fn once(
        &self,
        method: &Method,
        route: &Route,
        body: Option<&Value>,
    ) -> Result<Answer, Refusal> {
        self.sent.set(self.sent.get() + 1);
        let path = route.as_str().split('?').next().unwrap_or_default();
        let name = format!("{method} {path}");
        let asked = self.exchange(method, route, body, &name);
        let (status, headers, bytes) = self.runtime.block_on(async {
            match tokio::time::timeout(self.limits.answer, asked).await {
                Ok(answer) => answer,
                Err(_) => Err(Refusal::Timeout {
                    request: name.clone(),
                    seconds: self.limits.answer.as_secs(),
                }),
            }
        })?;
        if let Some(scopes) = &headers.scopes
            && !scopes.is_empty()
        {
            let may = scopes.split(',').any(|scope| scope.trim() == "workflow");
            self.workflows.set(Some(may));
        }
        let text = self.token.redact(&String::from_utf8_lossy(&bytes));
        let parsed = match text.trim() {
            "" => Ok(Value::Null),
            text => serde_json::from_str(text),
        };
        if !(200..300).contains(&status) {
            let body = parsed.unwrap_or(Value::String(text));
            let now = u64::try_from(seconds_now(0)).unwrap_or_default();
            return Err(Refusal::of(&name, status, &headers, &body, now));
        }
        let body = parsed.map_err(|error| Refusal::Unreadable {
            request: name.clone(),
            why: error.to_string(),
        })?;
        Ok(Answer { request: name, status, headers, body })
    }

    /// One request and its answer, whatever it says.
    async fn exchange(
        &self,
        method: &Method,
        route: &Route,
        body: Option<&Value>,
        name: &str,
    ) -> Result<(u16, Headers, Vec<u8>), Refusal> {
        let request = self
            .request(method, route, body)
            .map_err(|error| Refusal::Broken { request: name.to_owned(), why: causes(&error) })?;
        let broken = |error: &dyn std::error::Error| {
            let why = self.token.redact(&causes(error));
            Refusal::of_connection(name, &why, self.place.proxy.as_deref())
        };
        let answer = self.octocrab.execute(request).await.map_err(|error| broken(&error))?;
        let (parts, body) = answer.into_parts();
        let body = Limited::new(body, LONGEST).collect().await;
        let bytes = body.map_err(|error| broken(error.as_ref()))?.to_bytes().to_vec();
        Ok((parts.status.as_u16(), Headers::read(&parts.headers), bytes))
    }

    fn request(
        &self,
        method: &Method,
        route: &Route,
        body: Option<&Value>,
    ) -> Result<Request<OctoBody>, octocrab::Error> {
        // Its path alone: octocrab puts the address in front, and there is no other.
        let builder =
            Request::builder().method(method.clone()).uri(route.as_str()).header(ACCEPT, JSON);
        let mut request = self.octocrab.build_request(builder, body)?;
        if let Ok(mut value) = HeaderValue::from_str(&format!("Bearer {}", self.token.expose())) {
            value.set_sensitive(true);
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        Ok(request)
    }
}

/// Seconds since 1970.
fn seconds_now(ahead: i64) -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let seconds = since.map(|since| since.as_secs()).unwrap_or_default();
    i64::try_from(seconds).unwrap_or_default().saturating_add(ahead)
}
