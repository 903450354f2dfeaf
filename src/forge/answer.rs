//! What a forge answered.

use http::HeaderMap;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::refusal::Refusal;

/// An answer that is no refusal.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What was asked, for messages: `GET /repos/acme/shop/pulls`.
    pub request: String,
    /// The status: 200, 201, 204.
    pub status: u16,
    /// The headers that are read.
    pub headers: Headers,
    /// The body; null where there is none.
    pub body: Value,
}

impl Answer {
    /// The body as what it has to be.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, Refusal> {
        let request = self.request;
        serde_json::from_value(self.body)
            .map_err(|error| Refusal::Unreadable { request, why: error.to_string() })
    }
}

/// Those headers of an answer that say something to us.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers {
    /// Where the next page is.
    pub next: Option<String>,
    /// For how many seconds to wait.
    pub retry_after: Option<u64>,
    /// How many requests are left until the limit is set back.
    pub remaining: Option<u64>,
    /// When it is, in seconds since 1970.
    pub reset: Option<u64>,
    /// What a classic token may do: `repo, workflow`.
    pub scopes: Option<String>,
    /// Where a redirect leads.
    pub location: Option<String>,
    /// What single sign-on asks for.
    pub sso: Option<String>,
}

impl Headers {
    /// Reads them; what is malformed is as if it were not there.
    #[must_use]
    pub fn read(map: &HeaderMap) -> Self {
        let text = |name: &str| map.get(name)?.to_str().ok().map(str::to_owned);
        let number = |name: &str| text(name)?.trim().parse().ok();
        Self {
            next: text("link").as_deref().and_then(next),
            retry_after: number("retry-after"),
            remaining: number("x-ratelimit-remaining"),
            reset: number("x-ratelimit-reset"),
            scopes: text("x-oauth-scopes"),
            location: text("location"),
            sso: text("x-github-sso"),
        }
    }
}

/// The address of the next page: `<https://…?page=2>; rel="next", <…>; rel="last"`.
fn next(link: &str) -> Option<String> {
    link.split(',').find_map(|one| {
        let (address, rest) = one.trim().strip_prefix('<')?.split_once('>')?;
        rest.split(';').any(|part| part.trim() == "rel=\"next\"").then(|| address.to_owned())
    })
}
