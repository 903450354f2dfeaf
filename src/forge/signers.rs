//! Whom a commit names as its author and its committer, and which accounts these are.

use serde::Deserialize;

use super::client::Client;
use super::refusal::Refusal;
use crate::git::ObjectId;

/// The account by which GitHub commits what people do on its pages, or what an App asks for.
const FORGE: &str = "web-flow";
/// The address of that account.
const FORGE_ADDRESS: &str = "noreply@github.com";

/// An author or a committer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signer {
    /// The address that the commit names.
    pub address: Option<String>,
    /// The account that has this address; `None` where none has.
    pub login: Option<String>,
}

impl Signer {
    /// Whether it is an App, or a job of GitHub Actions.
    #[must_use]
    pub fn is_app(&self) -> bool {
        let by_login = self.login.as_deref().is_some_and(|login| login.ends_with("[bot]"));
        by_login || self.address.as_deref().is_some_and(is_app)
    }

    /// Whether it is the forge itself.
    #[must_use]
    pub fn is_forge(&self) -> bool {
        self.login.as_deref() == Some(FORGE) || self.address.as_deref() == Some(FORGE_ADDRESS)
    }
}

/// Whether an address is that of an App: `41898282+github-actions[bot]@users.noreply.github.com`.
#[must_use]
pub fn is_app(address: &str) -> bool {
    address.split_once("[bot]@users.noreply.").is_some_and(|(name, _)| !name.is_empty())
}

#[derive(Deserialize)]
struct Body {
    commit: Inner,
    author: Option<Account>,
    committer: Option<Account>,
}

#[derive(Deserialize)]
struct Inner {
    author: Option<Person>,
    committer: Option<Person>,
}

#[derive(Deserialize)]
struct Person {
    email: Option<String>,
}

/// GitHub writes `{}` where an address belongs to nobody.
#[derive(Deserialize)]
struct Account {
    login: Option<String>,
}

impl Client<'_> {
    /// The author and the committer of a commit; `None` where there is no such commit.
    pub fn signers(&self, commit: &ObjectId) -> Result<Option<[Signer; 2]>, Refusal> {
        let route = self.route(&["commits", &commit.to_string()]);
        let Some(answer) = self.look(&route)? else { return Ok(None) };
        let body: Body = answer.read()?;
        let signer = |person: Option<Person>, account: Option<Account>| Signer {
            address: person.and_then(|person| person.email),
            login: account.and_then(|account| account.login),
        };
        Ok(Some([
            signer(body.commit.author, body.author),
            signer(body.commit.committer, body.committer),
        ]))
    }
}
