//! What a forge may refuse, and what helps against it. Told by status, headers and GitHub's own
//! words, as its documentation and its servers have them.

use std::fmt;

use serde_json::Value;

use super::answer::Headers;
use super::proxy::Proxy;
use crate::exit::Failure;

/// What a forge said when it refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What was asked: `POST /repos/acme/shop/pulls`.
    pub request: String,
    /// The status.
    pub status: u16,
    /// Its message.
    pub message: String,
    /// Its errors, one by one.
    pub errors: Vec<String>,
}

impl Said {
    /// Whether a text stands in the message or in one of the errors, in small letters.
    fn has(&self, text: &str) -> bool {
        let all = std::iter::once(&self.message).chain(&self.errors);
        all.into_iter().any(|one| one.to_ascii_lowercase().contains(text))
    }
}

impl Said {
    /// Whether it was not made because it is there.
    pub(super) fn is_there_already(&self) -> bool {
        self.has("already_exists")
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.request, self.status)?;
        for text in std::iter::once(&self.message).chain(&self.errors) {
            write!(f, " {text}")?;
        }
        Ok(())
    }
}

/// Why it was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// 401.
    #[error("the token is not accepted ({0})")]
    Unauthorized(Said),
    /// 403, and 404 where a token may see and not write.
    #[error("the token may not do this ({0})")]
    Permission(Said),
    /// 403: a setting of the repository or the organisation.
    #[error("GitHub Actions may not create pull requests here ({0})")]
    ActionsMayNot(Said),
    /// 403: a change of workflows.
    #[error("the token may not change workflows ({0})")]
    Workflows(Said),
    /// 403: single sign-on.
    #[error("the organisation asks for single sign-on ({said})")]
    SingleSignOn {
        /// What was said.
        said: Said,
        /// Where to sign on.
        address: Option<String>,
    },
    /// 403 or 429: too many requests.
    #[error("too many requests ({said})")]
    RateLimit {
        /// What was said.
        said: Said,
        /// For how many seconds to wait, where that is known.
        seconds: Option<u64>,
    },
    /// 403: nobody writes there.
    #[error("the repository is archived ({0})")]
    Archived(Said),
    /// 404.
    #[error("there is no such thing, or the token may not see it ({0})")]
    NotFound(Said),
    /// 409.
    #[error("it is in another state than expected ({0})")]
    Conflict(Said),
    /// 410: switched off.
    #[error("this is switched off in the repository ({0})")]
    Gone(Said),
    /// 422: a ref of that name is there.
    #[error("the branch exists already ({0})")]
    ReferenceExists(Said),
    /// 422: the ref is not there.
    #[error("the branch does not exist ({0})")]
    ReferenceMissing(Said),
    /// 422: without force, a ref only moves forward.
    #[error("the branch holds other commits ({0})")]
    NotAFastForward(Said),
    /// 422: there is an open pull request from that branch.
    #[error("there is a pull request already ({0})")]
    PullRequestExists(Said),
    /// 422: nothing to merge.
    #[error("the branch brings nothing new ({0})")]
    NoCommitsBetween(Said),
    /// 422 or 403: a ruleset or a protected branch.
    #[error("a rule of the repository forbids it ({0})")]
    Rule(Said),
    /// 422 in any other way.
    #[error("it was not accepted ({0})")]
    Unprocessable(Said),
    /// 5xx: nobody knows whether it was done.
    #[error("the server failed ({0})")]
    Server(Said),
    /// Any other status.
    #[error("unexpected answer ({0})")]
    Other(Said),
    /// A redirect, which is not followed: a token goes to one host.
    #[error("{request} leads elsewhere{}, which is not followed", to.as_deref().map(|to| format!(", to {to}")).unwrap_or_default())]
    Redirect {
        /// What was asked.
        request: String,
        /// Where it leads, without its query.
        to: Option<String>,
    },
    /// No answer in time: nobody knows whether it was done.
    #[error("{request}: no whole answer within {seconds} s")]
    Timeout {
        /// What was asked.
        request: String,
        /// For how long it was waited.
        seconds: u64,
    },
    /// The connection did not come about, or broke: nobody knows whether it was done.
    #[error("{request}: {why}")]
    Broken {
        /// What was asked.
        request: String,
        /// What happened.
        why: String,
    },
    /// The server, or the proxy on the way there, is not who it has to be; nothing was sent.
    #[error("{request}: {whose} certificate is not trusted ({why})")]
    Untrusted {
        /// What was asked.
        request: String,
        /// Whose certificate it is.
        whose: &'static str,
        /// What is wrong with the certificate.
        why: String,
    },
    /// An answer that is not what it has to be.
    #[error("{request}: the answer cannot be read: {why}")]
    Unreadable {
        /// What was asked.
        request: String,
        /// What is wrong with it.
        why: String,
    },
    /// The forge made something else than it was asked for.
    #[error("{0}")]
    Otherwise(String),
    /// The client cannot be made: no certificates, a key that is none.
    #[error("{0}")]
    Unprepared(String),
}

impl Refusal {
    /// Tells what an answer refuses.
    #[must_use]
    pub fn of(request: &str, status: u16, headers: &Headers, body: &Value, now: u64) -> Self {
        let said = said(request, status, body);
        match status {
            300..=399 => {
                let to = headers.location.as_deref();
                let to = to.map(|to| to.split(['?', '#']).next().unwrap_or(to).to_owned());
                Self::Redirect { request: request.to_owned(), to }
            }
            401 => Self::Unauthorized(said),
            403 | 429 => forbidden(said, headers, now),
            404 => Self::NotFound(said),
            409 => Self::Conflict(said),
            410 => Self::Gone(said),
            422 => unprocessable(said),
            500..=599 => Self::Server(said),
            _ => Self::Other(said),
        }
    }

    /// Tells what a connection failed for, by its causes, and by the proxy on the way there.
    #[must_use]
    pub(super) fn of_connection(request: &str, why: &str, proxy: Option<&Proxy>) -> Self {
        let request = request.to_owned();
        let through = proxy.map(|proxy| format!("through the proxy {proxy}"));
        // rustls says so of each of its reasons.
        if let Some((before, why)) = why.split_once("invalid peer certificate: ") {
            let whose = if before.contains(TO_PROXY) { "the proxy's" } else { "the server's" };
            let why = through.map_or_else(|| why.to_owned(), |through| format!("{why}; {through}"));
            return Self::Untrusted { request, whose, why };
        }
        let why = through.map_or_else(|| why.to_owned(), |through| format!("{why} ({through})"));
        Self::Broken { request, why }
    }

    /// Whether nobody knows if what was asked has been done: then it is looked for before it is
    /// asked again.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(
            self,
            Self::Server(_) | Self::Timeout { .. } | Self::Broken { .. } | Self::Unreadable { .. }
        )
    }

    /// What helps where workflows may not be changed.
    #[must_use]
    pub const fn workflows_help() -> &'static str {
        WORKFLOWS
    }

    /// What helps, where we know.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        Some(match self {
            Self::Unauthorized(_) => "it may have expired: set GH_TOKEN or GITHUB_TOKEN to one \
                that is valid for this host (`gh auth status` tells)"
                .to_owned(),
            Self::Permission(_) => PERMISSION.to_owned(),
            Self::ActionsMayNot(_) => "tick \"Allow GitHub Actions to create and approve pull \
                requests\": in the repository's Settings > Actions > General, or, where that is \
                greyed out, in the organisation's; \
                or use a GitHub App's token (BACKOUT_APP_ID, BACKOUT_APP_KEY)"
                .to_owned(),
            Self::Workflows(_) => WORKFLOWS.to_owned(),
            Self::SingleSignOn { address: Some(address), .. } => {
                format!("authorise the token for the organisation: {address}")
            }
            Self::SingleSignOn { .. } => "authorise the token for the organisation: \
                github.com/settings/tokens, \"Configure SSO\""
                .to_owned(),
            Self::RateLimit { seconds: Some(seconds), .. } => {
                format!("run the same command again in {seconds} s: it goes on where it stopped")
            }
            Self::RateLimit { .. } => "run the same command again in a minute or more: \
                it goes on where it stopped"
                .to_owned(),
            Self::Archived(_) => {
                "nobody can push there until an administrator unarchives it".to_owned()
            }
            Self::NotFound(_) => "look at the repository's name (`--repo owner/name`) and at what \
                the token may see: a private repository answers like one that does not exist"
                .to_owned(),
            Self::Gone(_) => "switch it on in the repository's settings".to_owned(),
            Self::ReferenceExists(_)
            | Self::ReferenceMissing(_)
            | Self::NotAFastForward(_)
            | Self::PullRequestExists(_)
            | Self::NoCommitsBetween(_)
            | Self::Conflict(_) => {
                "somebody was faster: run the same command again, and it looks first".to_owned()
            }
            Self::Rule(_) => "allow whoever the token stands for to bypass the rule, or to create \
                `backout/**` branches: Settings > Rules > Rulesets, or Settings > Branches"
                .to_owned(),
            Self::Untrusted { .. } => "name the certificates of your own authority in \
                SSL_CERT_FILE, a .pem file"
                .to_owned(),
            Self::Server(_) | Self::Timeout { .. } | Self::Broken { .. } => {
                "run the same command again: it looks at what has been done, and goes on from \
                 there (https://www.githubstatus.com)"
                    .to_owned()
            }
            Self::Unreadable { .. } => "is this address the API, and not a proxy or a web page? \
                See GITHUB_API_URL; then run the same command again"
                .to_owned(),
            Self::Redirect { .. } => "the repository may have been renamed: name it as it is \
                called now, `--repo owner/name`"
                .to_owned(),
            Self::Unprocessable(_) | Self::Other(_) | Self::Otherwise(_) | Self::Unprepared(_) => {
                return None;
            }
        })
    }
}

/// hyper says so where it does not come as far as the proxy; what fails at the tunnel's end, it
/// does not.
const TO_PROXY: &str = "tunnel error: failed to create underlying connection";

const PERMISSION: &str = "it needs to write contents and pull requests: in a workflow \
    `permissions: { contents: write, pull-requests: write }`, of a fine-grained token or an App \
    the same two, of a classic token the scope `repo`";

const WORKFLOWS: &str = "use a GitHub App's token with the permission \"Workflows: write\", or a \
    classic token with the scope `workflow` (the GITHUB_TOKEN of a job can have neither); or push \
    with git and your own rights: `--via push`";

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let failure = Self::refused(format!("the forge refused: {refusal}"));
        match refusal.help() {
            Some(help) => failure.help(help),
            None => failure,
        }
    }
}

fn forbidden(said: Said, headers: &Headers, now: u64) -> Refusal {
    let empty = headers.remaining == Some(0);
    let limited = said.has("rate limit") || said.has("abuse detection");
    if said.status == 429 || headers.retry_after.is_some() || limited || empty {
        let until_reset = headers.reset.filter(|_| empty).map(|reset| reset.saturating_sub(now));
        return Refusal::RateLimit { said, seconds: headers.retry_after.or(until_reset) };
    }
    if headers.sso.is_some() || said.has("saml enforcement") {
        let address = headers.sso.as_deref().and_then(|sso| sso.split_once("url="));
        let address = address.map(|(_, address)| address.trim().to_owned());
        return Refusal::SingleSignOn { said, address };
    }
    if said.has("not permitted to create or approve pull requests") {
        return Refusal::ActionsMayNot(said);
    }
    if said.has("update workflow") {
        return Refusal::Workflows(said);
    }
    if said.has("archived") {
        return Refusal::Archived(said);
    }
    if is_rule(&said) {
        return Refusal::Rule(said);
    }
    Refusal::Permission(said)
}

fn is_rule(said: &Said) -> bool {
    ["rule violations", "gh013", "protected branch", "being restricted"]
        .iter()
        .any(|text| said.has(text))
}

fn unprocessable(said: Said) -> Refusal {
    match () {
        () if said.has("reference already exists") => Refusal::ReferenceExists(said),
        () if said.has("reference does not exist") => Refusal::ReferenceMissing(said),
        () if said.has("not a fast forward") => Refusal::NotAFastForward(said),
        () if said.has("pull request already exists") => Refusal::PullRequestExists(said),
        () if said.has("no commits between") => Refusal::NoCommitsBetween(said),
        () if said.has("update workflow") => Refusal::Workflows(said),
        () if is_rule(&said) => Refusal::Rule(said),
        () => Refusal::Unprocessable(said),
    }
}

/// How much of a message is shown: some servers answer with a whole page.
const SHOWN: usize = 500;

fn said(request: &str, status: u16, body: &Value) -> Said {
    let cut = |text: &str| {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        line.chars().take(SHOWN).collect::<String>()
    };
    let message = match body {
        Value::Object(object) => object.get("message").and_then(Value::as_str).unwrap_or_default(),
        Value::String(text) => text,
        _ => "",
    };
    let errors = match body.get("errors") {
        Some(Value::Array(errors)) => errors.iter().map(|error| cut(&one_error(error))).collect(),
        Some(Value::String(error)) => vec![cut(error)],
        _ => Vec::new(),
    };
    Said { request: request.to_owned(), status, message: cut(message), errors }
}

/// GitHub's errors are texts, or say which field of what is wrong in which way.
fn one_error(error: &Value) -> String {
    let field = |name: &str| error.get(name).and_then(Value::as_str);
    match (error, field("message")) {
        (Value::String(text), _) => text.clone(),
        (_, Some(message)) => message.to_owned(),
        _ => {
            let words = ["resource", "field", "code"].map(|name| field(name).unwrap_or("?"));
            words.join(" ")
        }
    }
}
