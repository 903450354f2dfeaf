//! Where a repository lies on a forge: from the variables of a CI job, from a remote's URL, or as
//! the user says.

use std::fmt;
use std::str::FromStr;

use http::Uri;

use super::proxy::Proxy;

/// `owner/name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepoSlug {
    owner: String,
    name: String,
}

impl RepoSlug {
    /// Who has it.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for RepoSlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

impl FromStr for RepoSlug {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        let word =
            |word: &str| !word.is_empty() && word != "." && word != ".." && word.chars().all(plain);
        match text.split_once('/') {
            Some((owner, name)) if word(owner) && word(name) => {
                Ok(Self { owner: owner.to_owned(), name: name.to_owned() })
            }
            _ => Err(PlaceError::NotARepository(text.to_owned())),
        }
    }
}

/// The address below which a forge answers: `https://api.github.com`,
/// `https://github.example/api/v3`. `https`, or a server on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiBase {
    text: String,
    host: String,
}

impl ApiBase {
    /// The API of a host as people name it: `github.com`, `acme.ghe.com`, or the name of a
    /// GitHub Enterprise Server, with its port where it has one.
    pub fn of_host(host: &str) -> Result<Self, PlaceError> {
        let plain = host.to_ascii_lowercase();
        match plain.as_str() {
            "github.com" | "www.github.com" | "ssh.github.com" | "api.github.com" => {
                "https://api.github.com".parse()
            }
            other if other.ends_with(".ghe.com") => format!("https://api.{other}").parse(),
            other => format!("https://{other}/api/v3").parse(),
        }
    }

    /// The address, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host, in small letters and without its port.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether it is a server on this machine.
    #[must_use]
    pub fn is_on_this_machine(&self) -> bool {
        is_loopback(&self.host)
    }

    /// Whether it is GitHub's own: github.com, or its customers' below ghe.com. Else it is a
    /// GitHub Enterprise Server, or something that wants to be taken for one.
    #[must_use]
    pub fn is_github(&self) -> bool {
        self.host == "api.github.com" || self.host.ends_with(".ghe.com")
    }
}

impl fmt::Display for ApiBase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for ApiBase {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        let refused = |why| PlaceError::NotAnAddress { text: without_user(text), why };
        let text = text.trim_end_matches('/');
        let uri: Uri = text.parse().map_err(|_| refused("it is no URL"))?;
        let authority = uri.authority().ok_or_else(|| refused("it names no host"))?;
        if authority.as_str().contains('@') {
            return Err(refused("it holds a user: a token has a variable of its own"));
        }
        if uri.query().is_some() {
            return Err(refused("it ends in a query"));
        }
        let host = authority.host().trim_matches(['[', ']']).to_ascii_lowercase();
        match uri.scheme_str() {
            Some("https") => {}
            Some("http") if is_loopback(&host) => {}
            Some("http") => return Err(refused("a token is sent by https alone")),
            _ => return Err(refused("it does not begin with https://")),
        }
        Ok(Self { text: text.to_owned(), host })
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A URL as it may be shown.
fn without_user(url: &str) -> String {
    match (url.split_once("://"), url.rfind('@')) {
        (Some((scheme, _)), Some(at)) => format!("{scheme}://{}", &url[at + 1..]),
        _ => url.to_owned(),
    }
}

/// A repository on a forge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Where its API answers.
    pub api: ApiBase,
    /// The repository.
    pub slug: RepoSlug,
    /// Whether the user has named the host, as `host/owner/name`: then it is meant.
    pub named: bool,
    /// The proxy on the way there.
    pub proxy: Option<Box<Proxy>>,
}

/// Why the repository's place on a forge is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// Not `owner/name`.
    #[error("`{0}` is no repository: expected `owner/name`, or `host/owner/name`")]
    NotARepository(String),
    /// An address that no token is sent to.
    #[error("`{text}` is no address of a forge: {why}")]
    NotAnAddress {
        /// What was given, without a user.
        text: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A variable that names a proxy which is none. Its text may hold a password.
    #[error("{name} names no proxy: {why}")]
    NotAProxy {
        /// The variable.
        name: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A remote that lies on a disk, or on a server that is no forge.
    #[error("the remote {0} is no repository on a forge")]
    NotAForge(String),
    /// Nothing says where it is.
    #[error("nothing says where this repository lies on a forge: it has no remote")]
    Unknown,
}

impl PlaceError {
    /// What helps.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        match self {
            Self::NotAnAddress { .. } => {
                "set GITHUB_API_URL to the API's address, for instance \
                 https://github.example/api/v3"
            }
            Self::NotAProxy { .. } => {
                "set it to the proxy's address, for instance http://proxy.example:3128; \
                 or name the forge in NO_PROXY"
            }
            _ => {
                "name it: `--repo owner/name`, or `--repo host/owner/name` for a server of your own"
            }
        }
    }
}

impl Place {
    /// Finds the repository: as asked for (`owner/name` or `host/owner/name`), as the CI job's
    /// variables have it (`GITHUB_REPOSITORY`, `GITHUB_API_URL`), or as the remote's URL does.
    /// Where `owner/name` has no host by any of these, it is at `GH_HOST`, as for `gh`. A proxy on
    /// the way there is the one that [`Proxy::find`] finds.
    pub fn find(
        asked: Option<&str>,
        remote: Option<&str>,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, PlaceError> {
        let found = Self::look(asked, remote, variable)?;
        let proxy = Proxy::find(&found.api, variable)?.map(Box::new);
        Ok(Self { proxy, ..found })
    }

    fn look(
        asked: Option<&str>,
        remote: Option<&str>,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, PlaceError> {
        let api = variable("GITHUB_API_URL").map(|url| url.parse::<ApiBase>()).transpose()?;
        if let Some(asked) = asked {
            return Self::asked(asked, api, remote, own_host(variable));
        }
        if let Some(slug) = variable("GITHUB_REPOSITORY") {
            let slug = slug.parse()?;
            let api = api.map_or_else(|| ApiBase::of_host("github.com"), Ok)?;
            return Ok(Self { api, slug, named: false, proxy: None });
        }
        let found = Self::of_remote(remote.ok_or(PlaceError::Unknown)?);
        match (found, api) {
            (Ok(found), Some(api)) => Ok(Self { api, ..found }),
            (found, _) => found,
        }
    }

    fn asked(
        asked: &str,
        api: Option<ApiBase>,
        remote: Option<&str>,
        own: Option<ApiBase>,
    ) -> Result<Self, PlaceError> {
        if let [host, owner, name] = asked.split('/').collect::<Vec<_>>().as_slice() {
            let slug = format!("{owner}/{name}").parse()?;
            let named = ApiBase::of_host(host)?;
            // On the server that the job runs on, the job knows better where its API is.
            let api = api.filter(|api| api.host() == named.host()).unwrap_or(named);
            return Ok(Self { api, slug, named: true, proxy: None });
        }
        let slug = asked.parse()?;
        let of_remote = || remote.and_then(|url| Self::of_remote(url).ok()).map(|found| found.api);
        let api =
            api.or_else(of_remote).or(own).map_or_else(|| ApiBase::of_host("github.com"), Ok)?;
        Ok(Self { api, slug, named: false, proxy: None })
    }

    /// From the URL of a git remote: `https://host/owner/name.git`, `ssh://git@host:22/owner/name`,
    /// `git@host:owner/name`.
    pub fn of_remote(url: &str) -> Result<Self, PlaceError> {
        use gix_url::Scheme;
        let not_one = || PlaceError::NotAForge(without_user(url));
        let parsed = gix_url::parse(url).map_err(|_| not_one())?;
        let host = parsed.host().filter(|host| !host.is_empty()).ok_or_else(not_one)?;
        let host = match (&parsed.scheme, parsed.port) {
            (Scheme::Https | Scheme::Http, Some(port)) => format!("{host}:{port}"),
            (Scheme::Https | Scheme::Http | Scheme::Ssh | Scheme::Git, _) => host.to_owned(),
            _ => return Err(not_one()),
        };
        let path = std::str::from_utf8(&parsed.path).map_err(|_| not_one())?;
        let path = path.trim_matches('/');
        let slug = path.strip_suffix(".git").unwrap_or(path).parse().map_err(|_| not_one())?;
        Ok(Self { api: ApiBase::of_host(&host)?, slug, named: false, proxy: None })
    }
}

/// The user's own server, as `GH_HOST` names it.
pub(super) fn own_host(variable: &dyn Fn(&str) -> Option<String>) -> Option<ApiBase> {
    ApiBase::of_host(variable("GH_HOST")?.trim()).ok()
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.slug, self.api.host())
    }
}
