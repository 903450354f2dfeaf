//! Who asks a forge: a token, or a GitHub App that gets itself one. Secrets come from the
//! environment alone, and are never shown: not in errors, not by `{:?}`.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

use super::place::{ApiBase, Place, own_host};

/// A secret that goes into a header.
#[derive(Clone)]
pub(super) struct Token(SecretString);

impl Token {
    /// A token as a variable holds it, blanks and line breaks at its ends taken off.
    pub(super) fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let fits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| Self(text.into()))
    }

    /// The text itself, for the one place that sends it.
    pub(super) fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// A text without the token, whoever wrote it there.
    pub(super) fn redact(&self, text: &str) -> String {
        text.replace(self.expose(), "***")
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(***)")
    }
}

/// What whoever asks may do, as far as that is known without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    /// Only the forge knows.
    Unknown,
    /// The token that GitHub Actions makes for each job. It may never change workflows, and what it
    /// pushes or opens starts none.
    OfTheJob,
}

/// Who asks.
#[derive(Debug, Clone)]
pub enum Credential {
    /// Whoever has this token.
    Token(TokenCredential),
    /// A GitHub App.
    App(AppCredential),
}

/// A token and what is known of it.
#[derive(Debug, Clone)]
pub struct TokenCredential {
    pub(super) token: Token,
    rights: Rights,
}

/// An App's id and its private key.
#[derive(Clone)]
pub struct AppCredential {
    pub(super) id: String,
    pub(super) key: SecretString,
}

impl fmt::Debug for AppCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AppCredential({}, ***)", self.id)
    }
}

/// Why nobody can ask.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// No variable holds a token.
    #[error("there is no token for {host}")]
    Missing {
        /// The forge's host.
        host: String,
        /// Whether that is a server of the user's own.
        own_server: bool,
    },
    /// What a variable holds cannot be a token.
    #[error("{0} holds no token: blanks or other characters stand in it that none has")]
    NotAToken(&'static str),
    /// There is one, and nothing says that this host may have it.
    #[error("{what} is not sent to {host}: only the URL of a remote leads there")]
    NotMeantFor {
        /// The variable that holds it.
        what: &'static str,
        /// The forge's host.
        host: String,
    },
    /// Half of an App.
    #[error("{set} is set, and {missing} is not: a GitHub App needs both")]
    HalfAnApp {
        /// The variable that is set.
        set: &'static str,
        /// The one that is not.
        missing: &'static str,
    },
}

impl CredentialError {
    /// What helps.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Missing { own_server: true, host } => format!(
                "set GH_ENTERPRISE_TOKEN to a token for {host}; GH_TOKEN and GITHUB_TOKEN are sent \
                 to GitHub, and to the server that a job of GitHub Actions runs on"
            ),
            Self::Missing { .. } => {
                "set GH_TOKEN to a token that may write contents and pull requests, for instance \
                 `GH_TOKEN=$(gh auth token)`; in GitHub Actions: \
                 `env: { GITHUB_TOKEN: ${{ github.token }} }`"
                    .to_owned()
            }
            Self::NotMeantFor { host, .. } => format!(
                "if that server is meant, set GH_HOST={host}, or name it: \
                 `--repo {host}/owner/name`"
            ),
            Self::NotAToken(name) => format!("look at how {name} is set"),
            Self::HalfAnApp { .. } => format!(
                "set {APP_ID} to the App's id or client id, and {APP_KEY} to its private key, \
                 the text of the .pem file"
            ),
        }
    }
}

/// The variable that holds a GitHub App's id.
const APP_ID: &str = "BACKOUT_APP_ID";
/// The variable that holds its private key.
const APP_KEY: &str = "BACKOUT_APP_KEY";

/// Where the job that this runs in has its API.
fn job_api(variable: &dyn Fn(&str) -> Option<String>) -> Option<ApiBase> {
    variable("GITHUB_API_URL")?.parse().ok()
}

/// Whether anything but a remote's URL says that the host is meant.
fn is_meant(
    place: &Place,
    what: &'static str,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<(), CredentialError> {
    let host = place.api.host();
    let said = [job_api(variable), own_host(variable)];
    let is_said = said.iter().flatten().any(|api| api.host() == host);
    match place.named || place.api.is_github() || is_said {
        true => Ok(()),
        false => Err(CredentialError::NotMeantFor { what, host: host.to_owned() }),
    }
}

impl Credential {
    /// Looks for an App, then for a token. Like `gh`, it keeps GitHub's tokens and those of other
    /// servers apart, so that none is sent to a host that it is not meant for. A job's own token
    /// goes to the server that the job runs on. What an App or another server's token is for,
    /// GitHub itself, the job (`GITHUB_API_URL`), the user (`GH_HOST`, or a host that was named)
    /// must say: the URL of a remote does not.
    pub fn find(
        place: &Place,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, CredentialError> {
        match (variable(APP_ID), variable(APP_KEY)) {
            (Some(id), Some(key)) => {
                is_meant(place, APP_KEY, variable)?;
                let id = id.trim().to_owned();
                // A key in one line, as `.env` files and forms of CI services want it.
                let key = key.replace("\\n", "\n").into();
                return Ok(Self::App(AppCredential { id, key }));
            }
            (Some(_), None) => {
                return Err(CredentialError::HalfAnApp { set: APP_ID, missing: APP_KEY });
            }
            (None, Some(_)) => {
                return Err(CredentialError::HalfAnApp { set: APP_KEY, missing: APP_ID });
            }
            (None, None) => {}
        }
        let job_api = job_api(variable);
        let job = job_api.as_ref().is_some_and(|api| api.host() == place.api.host());
        let own_server = !place.api.is_github() && !job;
        let names = match own_server {
            true => ["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"],
            false => ["GH_TOKEN", "GITHUB_TOKEN"],
        };
        for name in names {
            let Some(text) = variable(name) else { continue };
            if name == "GITHUB_TOKEN" && job_api.is_some() && !job {
                continue;
            }
            if own_server {
                is_meant(place, name, variable)?;
            }
            let token = Token::new(&text).ok_or(CredentialError::NotAToken(name))?;
            // The tokens of Apps begin like this; the job's own is one of them.
            let of_the_job = name == "GITHUB_TOKEN"
                && variable("GITHUB_ACTIONS").as_deref() == Some("true")
                && token.expose().starts_with("ghs_");
            let rights = if of_the_job { Rights::OfTheJob } else { Rights::Unknown };
            return Ok(Self::Token(TokenCredential { token, rights }));
        }
        Err(CredentialError::Missing { host: place.api.host().to_owned(), own_server })
    }

    /// What is known of its rights.
    #[must_use]
    pub const fn rights(&self) -> Rights {
        match self {
            Self::Token(token) => token.rights,
            Self::App(_) => Rights::Unknown,
        }
    }
}
